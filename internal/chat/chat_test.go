package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

func TestFilterAnswersEachLine(t *testing.T) {
	s := newService()
	s.chat = func(_ int, r *debatev1.ChatStreamRequest, send sender) error {
		return send.reply(dogs(), "You said\n\x1b[31m"+r.Message+".")
	}
	out, err := run(t, serve(t, s), Config{Topic: "Dogs are better than cats", Stance: "con", Difficulty: "hard", Persona: "a sailor"},
		"one", "", "  ", "/quit", "3")
	if err != nil {
		t.Fatal(err)
	}
	if want := "You said\n[31mone.\nYou said\n[31m/quit.\nYou said\n[31m3.\n"; out != want {
		t.Errorf("stdout: %q, want %q", out, want)
	}
	first, second := s.chats[0], s.chats[1]
	if first.ConversationId != "" || first.Topic == "" || first.Stance != debatev1.Stance_STANCE_CON ||
		first.Difficulty != debatev1.Difficulty_DIFFICULTY_HARD || first.Persona != "a sailor" {
		t.Errorf("first request: %v", first)
	}
	if second.ConversationId != conversationID || second.Topic != "" || second.Persona != "" {
		t.Errorf("second request: %v", second)
	}
	if first.RequestId == "" || first.RequestId == second.RequestId {
		t.Errorf("request ids %q and %q: want one each", first.RequestId, second.RequestId)
	}
}

// TestFilterReadsNoReplyAlong has a reply made at once, which a service streams as slowly
// as somebody reads. What takes longer is joined under the same request.
func TestFilterReadsNoReplyAlong(t *testing.T) {
	s := newService()
	var begun []*debatev1.ChatRequest
	s.atOnce = func(ctx context.Context, r *debatev1.ChatRequest) (*debatev1.ChatResponse, error) {
		begun = append(begun, r)
		if r.Message == "slow" {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return &debatev1.ChatResponse{Conversation: dogs(), Turn: &debatev1.Turn{Id: turnID, State: debatev1.TurnState_TURN_STATE_COMPLETED, Reply: "At once."}}, nil
	}
	s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error { return send.reply(dogs(), "Joined.") }
	out, err := run(t, serve(t, s), Config{Topic: "Dogs are better than cats", Stance: "con", Difficulty: "hard", Persona: "a sailor", Format: "blitz"}, "quick", "slow")
	if err != nil || out != "At once.\nJoined.\n" {
		t.Errorf("stdout: %q, %v", out, err)
	}
	if first := begun[0]; len(begun) != 2 || first.Topic == "" || first.Stance != debatev1.Stance_STANCE_CON || first.Difficulty != debatev1.Difficulty_DIFFICULTY_HARD || first.Persona != "a sailor" || first.Format != "blitz" {
		t.Errorf("begun with %v", begun)
	}
	if len(s.chats) != 1 || s.chats[0].RequestId != begun[1].RequestId || s.chats[0].ConversationId != conversationID {
		t.Errorf("joined with %v, after %v", s.chats, begun)
	}
}

// TestFilterTakesItsInputForOneMessage is for files that are piped in, whatever
// they were written with; a view among the options stands for the input.
func TestFilterTakesItsInputForOneMessage(t *testing.T) {
	for name, c := range map[string]struct{ in, view, want string }{
		"one line":    {"Dogs are better.\n", "", "Dogs are better."},
		"several":     {"Dogs are better.\n\nThey bark.\n", "", "Dogs are better.\n\nThey bark."},
		"CR LF":       {"Dogs\r\nbark.\r\n", "", "Dogs\nbark."},
		"with a mark": {"\ufeffDogs bark.", "", "Dogs bark."},
		"of PowerShell (PowerShell/PowerShell issues 1923 and 8592)": {"\xff\xfeD\x00o\x00g\x00s\x00=\xd8\x15\xdc\r\x00\n\x00b\x00a\x00r\x00k\x00.\x00\r\x00\n\x00", "", "Dogs🐕\nbark."},
		"the other way round": {"\xfe\xff\x00D\x00o\x00g\x00s\x00.", "", "Dogs."},
		"a view instead":      {"", "Dogs bark.", "Dogs bark."},
		"a command":           {"/quit", "", "/quit"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService()
			s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error { return send.reply(dogs(), "No.") }
			out, err := run(t, serve(t, s), Config{View: c.view}, c.in)
			if err != nil || out != "No.\n" || len(s.chats) != 1 || s.chats[0].Message != c.want {
				t.Errorf("sent %v, got %q, %v; want %q once", s.chats, out, err, c.want)
			}
		})
	}
	if _, err := run(t, "http://unused.invalid", Config{}, " \n"); err == nil || !strings.Contains(err.Error(), "there is nothing to answer") {
		t.Errorf("blank input: %v", err)
	}
}

// simonw/llm#153, kirodotdev/Kiro#10069: an input beside a view was dropped without a word.
// earendil-works/pi#5571, openai/codex#27019: an input that is left open must not be waited for.
func TestAnInputBesideAViewIsToldOrRead(t *testing.T) {
	s := newService()
	s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error { return send.reply(dogs(), "No.") }
	answer := func(in io.Reader, lines bool) (out, remarks string) {
		s.chats = nil
		var stdout, stderr bytes.Buffer
		c := Config{Client: client(serve(t, s)), View: "Dogs\nbark.", In: in, Lines: lines, Out: &stdout, Err: &stderr}
		if _, open := in.(*os.File); !open {
			c.inputWait = time.Minute // it comes, and is waited for
		}
		if err := Run(t.Context(), c); err != nil {
			t.Error(err)
		}
		return stdout.String(), stderr.String()
	}
	if out, remarks := answer(strings.NewReader("They bark."), false); out != "No.\n" || !strings.Contains(remarks, "was not read") {
		t.Errorf("an input: %q, %q", out, remarks)
	}
	if out, remarks := answer(strings.NewReader(""), false); out != "No.\n" || remarks != "" {
		t.Errorf("none: %q, %q", out, remarks)
	}
	if out, remarks := answer(strings.NewReader("They\nbite."), true); out != "No.\nNo.\nNo.\n" || remarks != "" || s.chats[0].Message != "Dogs bark." || s.chats[2].Message != "bite." {
		t.Errorf("with --lines: %q, %q, %v", out, remarks, s.chats)
	}
	open, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer end.Close() // which ends the read that still waits
	if out, remarks := answer(open, false); out != "No.\n" || remarks != "" {
		t.Errorf("one that is left open: %q, %q", out, remarks)
	}
}

func TestFilterEndsAtTheFirstReplyThatIsNotWhole(t *testing.T) {
	for name, c := range map[string]struct {
		state debatev1.TurnState
		want  string
	}{
		"failed":      {debatev1.TurnState_TURN_STATE_FAILED, "message 2: the model is away: send it again"},
		"interrupted": {debatev1.TurnState_TURN_STATE_INTERRUPTED, "message 2: the model is away: send it again"},
		"stopped":     {debatev1.TurnState_TURN_STATE_STOPPED, "message 2: interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService()
			s.chat = func(n int, _ *debatev1.ChatStreamRequest, send sender) error {
				if n == 0 {
					return send.reply(dogs(), "First.")
				}
				send.started(dogs())
				send.delta(0, "Half a")
				send.finished(c.state, &debatev1.Failure{
					Reason: debatev1.ErrorReason_ERROR_REASON_MODEL_UNAVAILABLE, Message: "the model is away",
				})
				return nil
			}
			out, err := run(t, serve(t, s), Config{}, "one", "two", "three")
			if out != "First.\n" || err == nil || err.Error() != c.want {
				t.Errorf("stdout %q, error %v; want the first reply and %q", out, err, c.want)
			}
			if len(s.chats) != 2 {
				t.Errorf("%d messages sent, want 2", len(s.chats))
			}
		})
	}
}

func TestFilterRefusesWhatIsNoMessage(t *testing.T) {
	url := serve(t, newService())
	for name, c := range map[string]struct{ line, want string }{
		"not UTF-8": {"caf\xe9", "is not UTF-8"},
		"too long":  {strings.Repeat("a", maxInput+1), "is longer"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, in := range [][]string{{c.line}, {c.line, ""}} {
				if _, err := run(t, url, Config{}, in...); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%d lines: got %v, want %q", len(in), err, c.want)
				}
			}
		})
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		config Config
		want   string
	}{
		"stance":     {Config{Stance: "maybe"}, "it takes pro or con"},
		"difficulty": {Config{Difficulty: "brutal"}, "it takes easy, medium or hard"},
		"both":       {Config{Resume: "x", Topic: "y"}, "leave them out"},
		"persona":    {Config{Resume: "x", Persona: "y"}, "leave them out"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := run(t, "http://unused.invalid", c.config); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestDroppedStreamIsTakenUp cuts a reply's streams in every way and wants
// each byte of it once.
func TestDroppedStreamIsTakenUp(t *testing.T) {
	t.Parallel()
	const text = "Dogs — naïve 犬."
	whole := func(_ int, r *debatev1.WatchTurnRequest, send sender) error {
		send.started(dogs())
		send.delta(int(r.Offset), text[r.Offset:])
		send.finished(debatev1.TurnState_TURN_STATE_COMPLETED, nil)
		return nil
	}
	half := func(end func(send sender) error) func(int, *debatev1.ChatStreamRequest, sender) error {
		return func(_ int, _ *debatev1.ChatStreamRequest, send sender) error {
			send.started(dogs())
			send.delta(0, text[:8])
			return end(send)
		}
	}
	cutAll := func(sender) error { return cut() }
	for name, c := range map[string]struct {
		chat    func(int, *debatev1.ChatStreamRequest, sender) error
		watch   func(int, *debatev1.WatchTurnRequest, sender) error
		silence time.Duration
		offsets []int64
	}{
		"before it started": {
			chat: func(n int, _ *debatev1.ChatStreamRequest, send sender) error {
				if n < 2 {
					return cut()
				}
				return send.reply(dogs(), text)
			},
		},
		"draining": {
			chat: func(n int, _ *debatev1.ChatStreamRequest, send sender) error {
				if n == 0 {
					return failure(connect.CodeUnavailable, "DRAINING", "shutting down")
				}
				return send.reply(dogs(), text)
			},
		},
		"after it started": {chat: func(_ int, _ *debatev1.ChatStreamRequest, send sender) error {
			send.started(dogs())
			return cut()
		}, watch: whole, offsets: []int64{0}},
		"in the middle":   {chat: half(cutAll), watch: whole, offsets: []int64{8}},
		"without finish":  {chat: half(func(sender) error { return nil }), watch: whole, offsets: []int64{8}},
		"with a bare 500": {chat: half(func(sender) error { return connect.NewError(connect.CodeInternal, nil) }), watch: whole, offsets: []int64{8}},
		"by silence": {chat: half(func(sender) error { time.Sleep(6 * time.Second); return nil }), watch: whole,
			silence: time.Second, offsets: []int64{8}},
		"with a gap": {chat: half(func(send sender) error {
			send.delta(10, text[10:])
			return nil
		}), watch: whole, offsets: []int64{8}},
		"again and again": {chat: half(cutAll), watch: func(n int, r *debatev1.WatchTurnRequest, send sender) error {
			if n < 2 {
				send.started(dogs())
				send.delta(8, text[8:9+n]) // repeats what was shown
				return cut()
			}
			return whole(n, r, send)
		}, offsets: []int64{8, 9, 10}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService()
			s.chat, s.watch = c.chat, c.watch
			start := time.Now()
			out, err := run(t, serve(t, s), Config{silence: c.silence}, "Dogs are better")
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v: the silent stream was waited for", took)
			}
			if err != nil || out != text+"\n" {
				t.Fatalf("got %q, %v; want %q", out, err, text)
			}
			for _, r := range s.chats {
				if r.RequestId != s.chats[0].RequestId {
					t.Error("a message was sent again with another request id")
				}
			}
			var offsets []int64
			for _, r := range s.watches {
				offsets = append(offsets, r.Offset)
				if r.TurnId != turnID || r.Attempt != 1 {
					t.Errorf("watched %v", r)
				}
			}
			if len(offsets) != len(c.offsets) {
				t.Fatalf("taken up at %v, want %v", offsets, c.offsets)
			}
			for i := range offsets {
				if offsets[i] != c.offsets[i] {
					t.Errorf("taken up at %v, want %v", offsets, c.offsets)
				}
			}
		})
	}
}

func TestInterruptStopsTheReply(t *testing.T) {
	s := newService()
	s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error {
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGINT); err != nil {
			return err
		}
		send.started(dogs())
		send.delta(0, "So far")
		<-s.stopped
		send.finished(debatev1.TurnState_TURN_STATE_STOPPED, nil)
		return nil
	}
	_, err := run(t, serve(t, s), Config{}, "one", "two")
	if err == nil || err.Error() != "message 1: interrupted" {
		t.Errorf("got %v", err)
	}
	if len(s.stops) != 1 || s.stops[0] != turnID || len(s.chats) != 1 {
		t.Errorf("stopped %v after %d messages, want the one turn", s.stops, len(s.chats))
	}
}

func TestErrorsSayWhatIsWrongAndWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"unauthenticated": {failure(connect.CodeUnauthenticated, "UNAUTHENTICATED", "the API key is missing"), "needs an API key, or another one: put the service's key into the environment as API_KEY"},
		"turn running":    {failure(connect.CodeAborted, "TURN_RUNNING", "a turn is running"), "wait until it ends"},
		"refused":         {failure(connect.CodeFailedPrecondition, "TOPIC_REFUSED", "not this topic."), "not this topic: choose another topic"},
		"a format":        {failure(connect.CodeInvalidArgument, "INVALID_ARGUMENT", "format: is not known; it takes open, blitz"), "format: is not known; it takes open, blitz: change it"},
		"no reason":       {connect.NewError(connect.CodeUnauthenticated, nil), "refuses the API key"},
		"escapes":         {failure(connect.CodeInternal, "INTERNAL", "a\x1b[2J\nfault"), "a[2J fault: send it again"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService()
			s.chat = func(int, *debatev1.ChatStreamRequest, sender) error { return c.err }
			out, err := run(t, serve(t, s), Config{}, "one")
			if out != "" || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, %v; want %q", out, err, c.want)
			}
			if len(s.chats) != 1 {
				t.Errorf("sent %d times, want once", len(s.chats))
			}
		})
	}
}

// As the service sends them: with the field at fault, and what it takes, in a detail too.
func TestAFieldAtFaultIsToldOnceAndNotWhereNobodyTypedIt(t *testing.T) {
	for _, c := range []struct{ field, takes, want string }{
		{"format", "is not known; it takes open, blitz", "format: is not known; it takes open, blitz: change it and send it again"},
		{"title", "must be 1 to 200 bytes of text", "title: must be 1 to 200 bytes of text: change it and send it again"},
		{"turn_id", "its reply is not whole; only whole replies are rated", "its reply is not whole; only whole replies are rated"},
		{"conversation_id", "is not known", "is not known"},
	} {
		err := failure(connect.CodeInvalidArgument, "INVALID_ARGUMENT", c.field+": "+c.takes)
		detail, derr := connect.NewErrorDetail(&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: c.field, Description: c.takes}}})
		if derr != nil {
			t.Fatal(derr)
		}
		var ce *connect.Error
		errors.As(err, &ce)
		ce.AddDetail(detail)
		s := &session{Config: Config{Terminal: true}}
		if got := s.explain(err).Error(); got != c.want {
			t.Errorf("%s: %q, want %q", c.field, got, c.want)
		}
	}
}

// What a service says of its model names the call that tries again; who reads it types or sends.
func TestWhatHelpsAModelsFailureIsToldOnce(t *testing.T) {
	const said = "the model's server cannot be reached; start it, and retry the turn"
	for terminal, want := range map[bool]string{
		true:  "the model's server cannot be reached; start it, and /retry",
		false: "the model's server cannot be reached; start it, and send it again",
	} {
		s := &session{Config: Config{Terminal: terminal}}
		failed := &debatev1.Turn{Failure: &debatev1.Failure{Reason: debatev1.ErrorReason_ERROR_REASON_MODEL_UNAVAILABLE, Message: said}}
		for _, got := range []error{s.failure(failed), s.explain(failure(connect.CodeUnavailable, "MODEL_UNAVAILABLE", said))} {
			if got.Error() != want {
				t.Errorf("in a terminal %v: %q, want %q", terminal, got, want)
			}
		}
	}
}

func TestTheTerminalSaysWhatToDoAfterTheEnd(t *testing.T) {
	err := failure(connect.CodeFailedPrecondition, "DEBATE_ENDED", "this debate is over: have it judged (JudgeConversation)")
	for terminal, want := range map[bool]string{true: "/swap begins the rematch", false: "JudgeConversation"} {
		s := &session{Config: Config{Terminal: terminal}}
		if got := s.explain(err); !strings.Contains(got.Error(), want) {
			t.Errorf("in a terminal %v: %v", terminal, got)
		}
	}
}

func TestErrorsOfTheWayThere(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("<html>"))
	}))
	t.Cleanup(page.Close)
	missing := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(missing.Close)
	// RFC 9110, section 15.5.8.
	locked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(locked.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for name, c := range map[string]struct{ url, want string }{
		"nothing listens": {gone.URL, "nothing listens at " + gone.URL + ": start it with `debate serve`"},
		"a web page":      {page.URL, "does not answer as a debate service"},
		"a locked proxy":  {locked.URL, "the proxy on the way asks for a name and a password"},
		"a wrong path":    {missing.URL, "does not answer as a debate service"},
		"no such host":    {"http://nowhere.invalid", `there is no host "nowhere.invalid"`},
	} {
		t.Run(name, func(t *testing.T) {
			for _, config := range []Config{{}, {List: true}} {
				start := time.Now()
				if _, err := run(t, c.url, config, "one"); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("list %v: got %v, want %q", config.List, err, c.want)
				}
				if took := time.Since(start); took > 10*time.Second {
					t.Errorf("list %v: told after %v", config.List, took)
				}
			}
		})
	}
}

// A program in a pipe cannot tell replies apart that hold blank lines.
func TestAFilterWritesAnObjectALine(t *testing.T) {
	s := newService()
	s.chat = func(n int, r *debatev1.ChatStreamRequest, send sender) error {
		return send.reply(dogs(), fmt.Sprintf("Reply %d\n\nto <%s>", n, r.Message))
	}
	out, err := run(t, serve(t, s), Config{JSON: true}, "one", "two")
	if err != nil {
		t.Fatal(err)
	}
	var replies []string
	for line := range strings.Lines(out) {
		var got map[string]string
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if got["conversation_id"] != conversationID || got["turn_id"] != turnID || got["stance"] != "CON" || got["topic"] == "" || got["model"] != "test" {
			t.Errorf("got %v", got)
		}
		replies = append(replies, got["reply"])
	}
	if want := []string{"Reply 0\n\nto <one>", "Reply 1\n\nto <two>"}; !slices.Equal(replies, want) {
		t.Errorf("replies %q, want %q", replies, want)
	}
}

func TestContinueGoesOnWithTheLatestDebate(t *testing.T) {
	s := newService()
	s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error { return send.reply(dogs(), "No.") }
	url := serve(t, s)
	if _, err := run(t, url, Config{Continue: true}, "one"); err == nil || !strings.Contains(err.Error(), "no debate to go on with yet") {
		t.Errorf("without a debate: %v", err)
	}
	older := dogs()
	older.Id = turnID
	s.conversations = []*debatev1.Conversation{dogs(), older}
	if out, err := run(t, url, Config{Continue: true}, "one"); err != nil || out != "No.\n" || s.chats[0].ConversationId != conversationID {
		t.Errorf("%q, %v; sent %v", out, err, s.chats)
	}
	for _, c := range []Config{{Continue: true, Resume: "0190"}, {Continue: true, Topic: "Dogs"}} {
		if _, err := run(t, url, c, "one"); err == nil {
			t.Errorf("%v is taken", c)
		}
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	named := regexp.MustCompile(`(?:case |, |\s)"(/[a-z]+)"(?::| )`)
	found := 0
	for _, file := range []string{"command.go", "review.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(source), -1) {
			found++
			if !strings.Contains("\n"+help, "\n"+m[1]+" ") {
				t.Errorf("/help does not name %s", m[1])
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d commands were found", found)
	}
}
