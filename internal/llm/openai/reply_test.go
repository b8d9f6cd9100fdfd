package openai_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
	"github.com/tiktoken-go/tokenizer"
)

// golf is a prompt for a reply.
var golf = debate.Prompt{Topic: "Golf is boring", Stance: debate.Con, Message: "Golf is boring", Calls: 3}

// patient are timeouts that a busy machine does not exceed by itself. Where one has to
// end something, the test sets it.
var patient = openai.Timeouts{Backoff: time.Millisecond, Retries: 30 * time.Second, Breaker: 100 * time.Millisecond}

// expires is a context whose time is up when a test says so: what comes before that has
// come, however busy the machine is.
type expires struct {
	context.Context

	over chan struct{}
	once sync.Once
}

func expiring(parent context.Context) *expires {
	return &expires{Context: parent, over: make(chan struct{})}
}

func (e *expires) expire() { e.once.Do(func() { close(e.over) }) }

func (e *expires) Done() <-chan struct{} { return e.over }

func (e *expires) Err() error {
	select {
	case <-e.over:
		return context.DeadlineExceeded
	default:
		return e.Context.Err()
	}
}

// connect makes a client of a server.
func connect(t testing.TB, s *openaitest.Server, change ...func(*openai.Config)) *openai.Client {
	t.Helper()
	config := openai.Config{Key: openaitest.Key, BaseURL: s.URL, Models: []string{"gpt-4o-mini"}, Timeouts: patient}
	for _, f := range change {
		f(&config)
	}
	c, err := openai.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func fallbacks(models ...string) func(*openai.Config) {
	return func(c *openai.Config) { c.Models = append(c.Models, models...) }
}

// said is what came of a reply.
type said struct {
	text string
	done debate.Completion
	err  error
}

func reply(ctx context.Context, c *openai.Client, p debate.Prompt) said {
	var text strings.Builder
	done, err := c.Reply(ctx, p, func(piece string) { text.WriteString(piece) })
	return said{text.String(), done, err}
}

// Shorthands for the table.
var (
	says    = openaitest.Says
	streams = openaitest.Streams
	text    = openaitest.Text
	finish  = openaitest.Finish
	refuses = openaitest.Refuses
	done    = openaitest.Step(openaitest.Done)
	usage   = openaitest.Usage(11, 7)
	good    = says("No, ", "it is not.")
)

const goodText = "No, it is not."

var faults = []struct {
	name    string
	answers []openaitest.Answer
	calls   int
	text    string
	reason  debate.Reason // "" is a whole reply
}{
	{"a whole reply", []openaitest.Answer{good}, 1, goodText, ""},
	{"no [DONE]", []openaitest.Answer{streams(text("Yes."), finish("stop"))}, 1, "Yes.", ""},
	{"no [DONE], and then silence", []openaitest.Answer{streams(text("Yes."), finish("stop"), usage, openaitest.Stall)}, 1, "Yes.", ""},
	{"a break after the finish_reason", []openaitest.Answer{streams(text("Yes."), finish("stop"), openaitest.Cut)}, 1, "Yes.", ""},
	{"[DONE] without a finish_reason", []openaitest.Answer{streams(text("Yes."), done)}, 1, "Yes.", ""},
	{"an end without a finish_reason", []openaitest.Answer{streams(text("Half"))}, 1, "Half", debate.ModelUnavailable},
	{"a break after a token", []openaitest.Answer{streams(text("Half"), openaitest.Cut)}, 1, "Half", debate.ModelUnavailable},
	{"a break within an event", []openaitest.Answer{streams(text("Half"), openaitest.Raw(`data: {"choices":[{"index":0,"del`), openaitest.Cut)}, 1, "Half", debate.ModelUnavailable},
	{"silence after a token", []openaitest.Answer{streams(text("Half"), openaitest.Stall)}, 1, "Half", debate.ModelUnavailable},
	{"finish_reason length", []openaitest.Answer{streams(text("Half"), finish("length"), done)}, 1, "Half", debate.ModelUnavailable},
	{"finish_reason tool_calls", []openaitest.Answer{streams(text("Yes."), finish("tool_calls"), done)}, 1, "Yes.", ""},
	{"content filter after a token", []openaitest.Answer{streams(text("Half"), finish("content_filter"), done)}, 1, "Half", debate.MessageRefused},
	{"content filter at once", []openaitest.Answer{streams(finish("content_filter"), done)}, 1, "", debate.MessageRefused},
	{"content filter of the prompt", []openaitest.Answer{refuses(400, "invalid_request_error", "content_filter")}, 1, "", debate.MessageRefused},
	{"a refusal", []openaitest.Answer{streams(openaitest.Event(`{"choices":[{"index":0,"delta":{"refusal":"I cannot."}}]}`), finish("stop"), done)}, 1, "", debate.MessageRefused},
	{"an error event after a token", []openaitest.Answer{streams(text("Half"), openaitest.Fails("server_error", "", false))}, 1, "Half", debate.ModelUnavailable},
	{"a spaced error event after a token", []openaitest.Answer{streams(text("Half"), openaitest.Fails("server_error", "", true), done)}, 1, "Half", debate.ModelUnavailable},
	{"an error event first", []openaitest.Answer{streams(openaitest.Fails("server_error", "", false)), good}, 2, goodText, ""},
	{"a spaced error event first", []openaitest.Answer{streams(openaitest.Fails("server_error", "", true), done), good}, 2, goodText, ""},
	{"an error event with a code", []openaitest.Answer{streams(openaitest.Fails("requests", "rate_limit_exceeded", false))}, 3, "", debate.Overloaded},
	{"a spaced error event with a code", []openaitest.Answer{streams(openaitest.Fails("requests", "rate_limit_exceeded", true))}, 3, "", debate.Overloaded},
	{"a spaced error event of the content filter", []openaitest.Answer{streams(text("Half"), openaitest.Fails("", "content_filter", true))}, 1, "Half", debate.MessageRefused},
	{"an error event after the finish_reason", []openaitest.Answer{streams(text("Half"), finish("stop"), openaitest.Fails("server_error", "", true))}, 1, "Half", debate.ModelUnavailable},
	{"an error that is no event", []openaitest.Answer{streams(openaitest.Comments(2), openaitest.Raw(strings.TrimPrefix(openaitest.Transcript(openaitest.Fails("requests", "rate_limit_exceeded", false)), "data: ")))}, 3, "", debate.Overloaded},
	{"bad JSON behind a token", []openaitest.Answer{streams(text("Ha"), openaitest.Raw(openaitest.Transcript(text("lf"), openaitest.Event(`{]`), finish("stop"), done)))}, 1, "Half", debate.ModelUnavailable},
	{"an event that is no JSON", []openaitest.Answer{streams(openaitest.Event(`{"choices":[`)), good}, 2, goodText, ""},
	{"bad JSON after a token", []openaitest.Answer{streams(text("Half"), openaitest.Event(`{]`), finish("stop"), done)}, 1, "Half", debate.ModelUnavailable},
	{"an event of another shape", []openaitest.Answer{streams(openaitest.Event(`{"choices":"none"}`)), good}, 2, goodText, ""},
	{"a thousand comments", []openaitest.Answer{streams(openaitest.Comments(1000), text("Yes."), openaitest.Comments(1000), finish("stop"), done)}, 1, "Yes.", ""},
	{"an empty reply", []openaitest.Answer{streams(finish("stop"), done), good}, 2, goodText, ""},
	{"a blank reply", []openaitest.Answer{streams(text(" \n"), finish("stop"), done), good}, 2, goodText, ""},
	{"lines after the reply (nomic-ai/gpt4all's pull request 3470)", []openaitest.Answer{streams(text("Golf "), text("is dull.\n"), text("\n\nYes.\n"), text(" \n\n"), finish("stop"), done)}, 1, "Golf is dull.\n\n\nYes.", ""},
	{"lines after a reply in one piece", []openaitest.Answer{streams(text("Golf is dull.\r\n\r\n"), finish("stop"), done)}, 1, "Golf is dull.", ""},
	{"only empty replies", []openaitest.Answer{streams(finish("stop"), done)}, 3, "", debate.ModelUnavailable},
	{"an empty body", []openaitest.Answer{openaitest.Body(200, "text/event-stream", ""), good}, 2, goodText, ""},
	{"HTML instead of a stream", []openaitest.Answer{openaitest.HTML(200), good}, 2, goodText, ""},
	{"HTML with 502", []openaitest.Answer{openaitest.HTML(502), good}, 2, goodText, ""},
	{"only HTML", []openaitest.Answer{openaitest.HTML(200)}, 3, "", debate.ModelUnavailable},
	{"a redirect", []openaitest.Answer{openaitest.Body(307, "text/html", "", "Location", "http://127.0.0.1:1/")}, 1, "", debate.ModelUnavailable},
	{"a redirect that makes a GET of a POST", []openaitest.Answer{openaitest.Body(301, "text/html", "", "Location", "https://127.0.0.1:1/")}, 1, "", debate.ModelUnavailable},
	{"401", []openaitest.Answer{refuses(401, "invalid_request_error", "invalid_api_key")}, 1, "", debate.ModelUnavailable},
	{"403", []openaitest.Answer{openaitest.HTML(403)}, 1, "", debate.ModelUnavailable},
	{"an error whose code echoes the key", []openaitest.Answer{refuses(400, openaitest.Key, openaitest.Key)}, 2, "", debate.ModelUnavailable},
	{"404", []openaitest.Answer{refuses(404, "invalid_request_error", "model_not_found")}, 1, "", debate.ModelUnavailable},
	{"429 once", []openaitest.Answer{refuses(429, "tokens", "rate_limit_exceeded"), good}, 2, goodText, ""},
	{"429", []openaitest.Answer{refuses(429, "requests", "rate_limit_exceeded")}, 3, "", debate.Overloaded},
	{"429 with a long delay", []openaitest.Answer{refuses(429, "requests", "rate_limit_exceeded", "Retry-After", "60")}, 1, "", debate.Overloaded},
	{"429 of an account without quota", []openaitest.Answer{refuses(429, "insufficient_quota", "insufficient_quota")}, 1, "", debate.ModelUnavailable},
	{"500 once", []openaitest.Answer{refuses(500, "server_error", ""), good}, 2, goodText, ""},
	{"500 twice", []openaitest.Answer{refuses(500, "server_error", ""), refuses(500, "server_error", ""), good}, 3, goodText, ""},
	{"500", []openaitest.Answer{refuses(500, "server_error", "")}, 3, "", debate.ModelUnavailable},
	{"a context that is too long, with nothing to leave out", []openaitest.Answer{refuses(400, "invalid_request_error", "context_length_exceeded")}, 1, "", debate.InvalidArgument},
	{"a reset once", []openaitest.Answer{openaitest.Resets, good}, 2, goodText, ""},
	{"resets", []openaitest.Answer{openaitest.Resets}, 3, "", debate.ModelUnavailable},
	{"no answer once", []openaitest.Answer{openaitest.Hangs, good}, 2, goodText, ""},
	{"no answer", []openaitest.Answer{openaitest.Hangs}, 3, "", debate.ModelUnavailable},
	{"no token once", []openaitest.Answer{streams(openaitest.Stall), good}, 2, goodText, ""},
}

// silences are the faults that only a timeout ends. The others have more time
// than even a machine without any to spare takes.
var silences = map[string]bool{
	"silence after a token": true, "no [DONE], and then silence": true, "no answer once": true, "no answer": true, "no token once": true,
}

func TestEveryFaultHasItsOutcome(t *testing.T) {
	for _, test := range faults {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := openaitest.New(t)
			server.Chat(test.answers...)
			var log safeBuffer
			client := connect(t, server, func(c *openai.Config) {
				c.Log = slog.New(slog.NewTextHandler(&log, nil))
				if silences[test.name] {
					c.Timeouts.FirstToken, c.Timeouts.BetweenTokens = time.Second, time.Second
				}
			})
			got := reply(t.Context(), client, golf)

			if got.text != test.text || debate.ReasonOf(got.err) != test.reason {
				t.Errorf("reply %q, error %v; want %q, %q", got.text, got.err, test.text, test.reason)
			}
			if n := len(server.Calls()); n != test.calls || got.done.Calls != test.calls {
				t.Errorf("%d calls, %d reported, want %d", n, got.done.Calls, test.calls)
			}
			told := log.String()
			if got.err != nil {
				told += got.err.Error()
			}
			for _, inner := range []string{openaitest.Secret, openaitest.Key[8:], "<html"} {
				if strings.Contains(told, inner) {
					t.Errorf("%q is told in: %s", inner, told)
				}
			}
		})
	}
}

// safeBuffer is a buffer that goroutines share.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func TestCutAtAnyByteIsWholeOnlyAfterTheFinishReason(t *testing.T) {
	steps := []openaitest.Step{text("Not "), text("so."), finish("stop"), done}
	whole := openaitest.Transcript(steps...)
	told := strings.Index(whole, `"Not "`)
	ended := strings.Index(whole, `"stop"}]}`) + len(`"stop"}]}`+"\n\n")
	server := openaitest.New(t)
	client := connect(t, server)
	p := golf
	p.Calls = 1
	for n := range len(whole) {
		server.Chat(openaitest.CutAfter(n, steps...))
		got := reply(t.Context(), client, p)
		if got.err == nil && (n < ended || got.text != "Not so.") {
			t.Errorf("cut at byte %d of %d: %q is taken as whole", n, len(whole), got.text)
		}
		if got.err != nil && n >= ended {
			t.Errorf("cut at byte %d of %d: %v", n, len(whole), got.err)
		}
		if n < told && got.text != "" {
			t.Errorf("cut at byte %d: %q", n, got.text)
		}
		server.Chat(good) // the breaker counts failures in a row
		if again := reply(t.Context(), client, golf); again.err != nil {
			t.Fatalf("after byte %d: %v", n, again.err)
		}
	}
}

// A provider may send several tokens at once. The first is told by itself, and
// nothing waits for what has not come.
func TestWhatHasComeIsToldInOnePieceAndAtOnce(t *testing.T) {
	told := make(chan struct{}, 32)
	heard := openaitest.Step(func(_ func(string), r *http.Request) {
		select {
		case <-told:
		case <-r.Context().Done():
		}
	})
	some := openaitest.Transcript(text("b"), text("c"), text("d"))
	crlf := strings.ReplaceAll(openaitest.Transcript(text("e"), text("f")), "\n", "\r\n")
	half := openaitest.Transcript(text("h"))
	server := openaitest.New(t)
	server.Chat(streams(text("A"), heard,
		openaitest.Raw(some), heard,
		openaitest.Raw(": data: not yet\n\n"+crlf), heard,
		openaitest.Raw(openaitest.Transcript(text("g"))+half[:len(half)/2]), heard, openaitest.Raw(half[len(half)/2:]), heard,
		openaitest.Raw(openaitest.Transcript(text("i"), finish("stop"), usage, done))))
	var pieces []string
	client := connect(t, server)
	done, err := client.Reply(t.Context(), golf, func(piece string) {
		pieces = append(pieces, piece)
		told <- struct{}{}
	})
	if want := []string{"A", "bcd", "ef", "g", "h", "i"}; !slices.Equal(pieces, want) || err != nil {
		t.Errorf("told as %q, %v; want %q", pieces, err, want)
	}
	if want := (debate.Usage{InputTokens: 11, OutputTokens: 7}); done.Usage != want {
		t.Errorf("it used %+v, want %+v", done.Usage, want)
	}
}

func TestCallsNeverExceedWhatIsAllowed(t *testing.T) {
	for allowed, want := range map[int]int{0: 1, 1: 1, 2: 2, 3: 3, 9: 3} {
		server := openaitest.New(t)
		server.Chat(refuses(500, "server_error", ""))
		p := golf
		p.Calls = allowed
		got := reply(t.Context(), connect(t, server, fallbacks("a", "b", "c", "d")), p)
		if n := len(server.Calls()); n != want || got.done.Calls != want {
			t.Errorf("%d calls, %d reported, where %d are allowed; want %d", n, got.done.Calls, allowed, want)
		}
	}
}

func TestFallbackModelRepliesInItsName(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(refuses(429, "requests", "rate_limit_exceeded", "Retry-After", "60"), refuses(500, "server_error", ""), good)
	client := connect(t, server, fallbacks("second", "third"))
	got := reply(t.Context(), client, golf)
	var asked []string
	for _, c := range server.Calls() {
		asked = append(asked, c.Model)
	}
	if !slices.Equal(asked, []string{"gpt-4o-mini", "second", "third"}) || got.err != nil || got.done.Model != "third" {
		t.Errorf("asked %q; replied as %q, error %v", asked, got.done.Model, got.err)
	}
	server.Chat(good)
	if got := reply(t.Context(), client, golf); got.done.Model != "" || client.Name() != "gpt-4o-mini" {
		t.Errorf("the first model replied as %q of %q", got.done.Model, client.Name())
	}
}

func TestModelThatIsNotThereIsReplaced(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(refuses(404, "invalid_request_error", "model_not_found"), good)
	got := reply(t.Context(), connect(t, server, fallbacks("second")), golf)
	if got.err != nil || got.done.Model != "second" || got.done.Calls != 2 {
		t.Errorf("%+v", got)
	}
}

func TestProvidersDelayIsRespected(t *testing.T) {
	for _, header := range [][2]string{{"Retry-After", "0.3"}, {"Retry-After-Ms", "300"}} {
		server := openaitest.New(t)
		server.Chat(refuses(503, "server_error", "", header[0], header[1]), good)
		got := reply(t.Context(), connect(t, server), golf)
		calls := server.Calls()
		if got.err != nil || len(calls) != 2 || calls[1].At.Sub(calls[0].At) < 300*time.Millisecond {
			t.Errorf("%s: error %v after %d calls", header[0], got.err, len(calls))
		}
	}
	server := openaitest.New(t)
	server.Chat(refuses(429, "requests", "", "Retry-After", "60"))
	got := reply(t.Context(), connect(t, server), golf)
	var e *debate.Error
	if !errors.As(got.err, &e) || e.RetryAfter != time.Minute {
		t.Errorf("error %v does not tell the delay", got.err)
	}
}

func TestPromptShrinksWhenTheContextIsTooLong(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(refuses(400, "invalid_request_error", "context_length_exceeded"), good)
	p := golf
	for n := range 40 {
		p.Exchanges = append(p.Exchanges, debate.Exchange{Number: n, Message: strings.Repeat("more ", 50), Reply: strings.Repeat("less ", 50)})
	}
	got := reply(t.Context(), connect(t, server), p)
	calls := server.Calls()
	if got.err != nil || len(calls) != 2 {
		t.Fatalf("error %v after %d calls", got.err, len(calls))
	}
	if a, b := len(calls[0].Messages), len(calls[1].Messages); a != 82 || b < 4 || b > a/2 {
		t.Errorf("%d messages, then %d", a, b)
	}
}

func TestBreakerLeavesADeadModelAloneAndRecovers(t *testing.T) {
	t.Parallel()
	const pause = 3 * time.Second // more than a busy machine takes to ask once more
	server := openaitest.New(t)
	server.Chat(refuses(500, "server_error", ""))
	client := connect(t, server, func(c *openai.Config) { c.Timeouts.Breaker = pause })
	for range 3 {
		reply(t.Context(), client, golf)
	}
	if n := len(server.Calls()); n != 5 {
		t.Fatalf("%d calls of a dead model, want 5", n)
	}
	got := reply(t.Context(), client, golf)
	var e *debate.Error
	if !errors.As(got.err, &e) || e.Reason != debate.ModelUnavailable || e.RetryAfter == 0 || got.done.Calls != 0 {
		t.Errorf("while open: %+v", got)
	}
	server.Chat(good)
	time.Sleep(pause)
	if got := reply(t.Context(), client, golf); got.err != nil {
		t.Errorf("after the pause: %v", got.err)
	}
}

func TestCallerWhoLeavesDoesNotCloseABreaker(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(refuses(500, "server_error", ""))
	client := connect(t, server)
	reply(t.Context(), client, golf)
	reply(t.Context(), client, golf)
	time.Sleep(patient.Breaker)

	ctx := expiring(t.Context())
	server.Chat(func(w http.ResponseWriter, r *http.Request) {
		ctx.expire()
		openaitest.Hangs(w, r)
	})
	if got := reply(ctx, client, golf); !errors.Is(got.err, context.DeadlineExceeded) || got.done.Calls != 1 {
		t.Fatalf("the trial call: %+v", got)
	}
	server.Chat(refuses(500, "server_error", ""))
	if got := reply(t.Context(), client, golf); got.done.Calls != 1 {
		t.Errorf("%d calls after a trial without a verdict, want another trial", got.done.Calls)
	}
}

func TestOpenBreakerCostsAFallbackNothing(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(refuses(500, "server_error", ""))
	client := connect(t, server, func(c *openai.Config) { c.Timeouts.Breaker = time.Minute })
	reply(t.Context(), client, golf)
	reply(t.Context(), client, golf)
	before := len(server.Calls())

	client = connect(t, server, fallbacks("second"), func(c *openai.Config) { c.Timeouts.Breaker = time.Minute })
	for range 5 { // each fails once with the first model
		server.Chat(refuses(500, "server_error", ""), good)
		reply(t.Context(), client, golf)
	}
	if n := len(server.Calls()) - before; n != 10 {
		t.Fatalf("%d calls, want 10", n)
	}
	server.Chat(good)
	got := reply(t.Context(), client, golf)
	if got.err != nil || got.done.Calls != 1 || got.done.Model != "second" {
		t.Errorf("with the first model's breaker open: %+v", got)
	}
}

func TestRefusalsOfTheProviderLeaveTheBreakerClosed(t *testing.T) {
	server := openaitest.New(t)
	client := connect(t, server)
	server.Chat(refuses(400, "invalid_request_error", "content_filter"))
	for range 10 {
		if got := reply(t.Context(), client, golf); debate.ReasonOf(got.err) != debate.MessageRefused {
			t.Fatal(got.err)
		}
	}
}

func TestOverloadIsToldFast(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(streams(text("Well"), openaitest.Stall))
	client := connect(t, server, func(c *openai.Config) {
		c.Concurrent = 2
		c.Timeouts.BetweenTokens = time.Minute
		c.Timeouts.Queue = time.Minute
	})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	var begun atomic.Int32
	for range 2 {
		running.Go(func() {
			_, _ = client.Reply(ctx, golf, func(string) { begun.Add(1) })
		})
	}
	eventually(t, func() bool { return begun.Load() == 2 })
	refused := make(chan time.Duration, 3)
	for range 3 { // two of them wait
		running.Go(func() {
			begin := time.Now()
			if got := reply(ctx, client, golf); debate.ReasonOf(got.err) == debate.Overloaded {
				refused <- time.Since(begin)
			}
		})
	}
	if took := <-refused; took > 10*time.Second { // of the minute that a place is waited for
		t.Errorf("refused after %v", took)
	}
	if n := len(server.Calls()); n != 2 {
		t.Errorf("%d calls at a time, want 2", n)
	}
	cancel()
	running.Wait()
}

func TestQueueIsLeftAfterItsWait(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(streams(text("Well"), openaitest.Stall))
	client := connect(t, server, func(c *openai.Config) {
		c.Concurrent = 1
		c.Timeouts.Queue = 50 * time.Millisecond
		c.Timeouts.BetweenTokens = time.Minute
	})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	begun := make(chan struct{})
	running.Go(func() { _, _ = client.Reply(ctx, golf, func(string) { close(begun) }) })
	<-begun
	if got := reply(ctx, client, golf); debate.ReasonOf(got.err) != debate.Overloaded {
		t.Errorf("error = %v", got.err)
	}
	cancel()
	running.Wait()
}

func TestStopEndsTheCallAtOnce(t *testing.T) {
	left := make(chan struct{})
	server := openaitest.New(t)
	server.Chat(func(w http.ResponseWriter, r *http.Request) {
		defer close(left)
		streams(text("One two three four five."), openaitest.Stall)(w, r)
	})
	client := connect(t, server, func(c *openai.Config) { c.Timeouts.BetweenTokens = time.Minute })
	stop := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	begin := time.Now()
	done, err := client.Reply(ctx, golf, func(string) { cancel(stop) })
	if !errors.Is(err, stop) || time.Since(begin) > 5*time.Second {
		t.Errorf("error %v after %v", err, time.Since(begin))
	}
	if done.Usage.OutputTokens < 5 || done.Usage.OutputTokens > 8 || done.Usage.InputTokens < 100 {
		t.Errorf("usage of a stopped reply = %+v", done.Usage)
	}
	<-left
}

func TestUsageIsToldOrEstimated(t *testing.T) {
	words := text("One two three four five.")
	tests := []struct {
		name    string
		answers []openaitest.Answer
		in, out [2]int64 // at least, at most
	}{
		{"told", []openaitest.Answer{streams(words, finish("stop"), usage, done)}, [2]int64{11, 11}, [2]int64{7, 7}},
		{"not told", []openaitest.Answer{streams(words, finish("stop"), done)}, [2]int64{300, 1500}, [2]int64{5, 7}},
		{"broken off", []openaitest.Answer{streams(words, openaitest.Cut)}, [2]int64{300, 1500}, [2]int64{5, 7}},
		{"refused, then told", []openaitest.Answer{refuses(500, "", ""), streams(words, finish("stop"), usage, done)}, [2]int64{11, 11}, [2]int64{7, 7}},
		{"empty, then told", []openaitest.Answer{streams(finish("stop"), usage, done), streams(words, finish("stop"), usage, done)}, [2]int64{22, 22}, [2]int64{14, 14}},
	}
	for _, test := range tests {
		server := openaitest.New(t)
		server.Chat(test.answers...)
		u := reply(t.Context(), connect(t, server), golf).done.Usage
		if u.InputTokens < test.in[0] || u.InputTokens > test.in[1] || u.OutputTokens < test.out[0] || u.OutputTokens > test.out[1] {
			t.Errorf("%s: usage = %+v", test.name, u)
		}
	}
}

func TestRequestIsRepeatableAndHasTheUsersTextOnce(t *testing.T) {
	server := openaitest.New(t)
	client := connect(t, server)
	p := golf
	p.Seed = 1<<63 + 5
	p.Exchanges = []debate.Exchange{{Number: 1, Message: "first point", Reply: "first reply"}}
	p.Message = "second point"
	reply(t.Context(), client, p)
	reply(t.Context(), client, p)
	calls := server.Calls()
	r := calls[0]
	if r.Seed == nil || *r.Seed <= 0 || *calls[1].Seed != *r.Seed {
		t.Errorf("seeds %v and %v", r.Seed, calls[1].Seed)
	}
	if !r.Stream || r.StreamOptions == nil || !r.StreamOptions.IncludeUsage {
		t.Errorf("request = %+v", r.ChatCompletionRequest)
	}
	var roles []string
	once := 0
	for _, m := range r.Messages {
		roles = append(roles, m.Role)
		once += strings.Count(m.Content, "second point")
	}
	if once != 1 || !slices.Equal(roles, []string{"system", "user", "assistant", "user"}) {
		t.Errorf("roles %q, the text %d times", roles, once)
	}
}

func TestUsageThatNeverComesIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	server := openaitest.New(t)
	server.Chat(streams(text("Yes."), finish("stop"), openaitest.Stall))
	client := connect(t, server, func(c *openai.Config) { c.Timeouts.BetweenTokens = time.Minute })
	begin := time.Now()
	if got := reply(t.Context(), client, golf); got.err != nil || time.Since(begin) > 30*time.Second {
		t.Errorf("error %v after %v", got.err, time.Since(begin))
	}
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(streams(text("Yes."), finish("stop"), usage, done, openaitest.Wait(3*time.Millisecond)))
	client := connect(t, server)
	fresh := server.Connections()
	for range 20 {
		if got := reply(t.Context(), client, golf); got.err != nil {
			t.Fatal(got.err)
		}
	}
	// A connection is given up whose answer's end does not come in time: on a busy machine that happens.
	if n := server.Connections() - fresh; n > 5 {
		t.Errorf("%d connections for 20 calls one after the other", n)
	}
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		config openai.Config
		want   string
	}{
		{openai.Config{}, "no model"},
		{openai.Config{Models: []string{"m"}, BaseURL: "api.openai.com"}, "https://"},
		{openai.Config{Models: []string{"m"}, BaseURL: "ftp://api.openai.com"}, "https://"},
		{openai.Config{Models: []string{"m"}, PromptTokens: -1}, "negative"},
	} {
		if _, err := openai.New(test.config); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error = %v, want one with %q", err, test.want)
		}
	}
}

func TestUnreachableProviderIsTold(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	client, err := openai.New(openai.Config{BaseURL: "http://" + address + "/v1", Models: []string{"m"}, Timeouts: patient})
	if err != nil {
		t.Fatal(err)
	}
	if got := reply(t.Context(), client, golf); debate.ReasonOf(got.err) != debate.ModelUnavailable || got.done.Calls != 3 {
		t.Errorf("%+v", got)
	}
}

// asError is errors.As for an error that a caller is told.
func asError(err error, to **debate.Error) bool { return errors.As(err, to) }

func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	for range 1000 {
		if holds() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("did not come to hold within 5 s")
}

func TestPromptFitsTheRealTokenizersBudgetAtAnyLength(t *testing.T) {
	codec, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		t.Fatal(err)
	}
	tokens := func(r openaitest.Call) (n int) {
		for _, m := range r.Messages {
			count, err := codec.Count(m.Content)
			if err != nil {
				t.Fatal(err)
			}
			n += count + 4 // and what a message costs besides its text
		}
		return n
	}
	const budget = 4000
	texts := []string{"I do not see why that follows from what you said before. ", "犬は忠実で、猫は自由だ。", "🐕‍🦺 ≠ 🐈‍⬛, \"né\"! ", "aaaaaaaaaaaaaaaa", "x = {\"a\": [1, 2, 3]}; "}
	for i, text := range texts {
		server := openaitest.New(t)
		client := connect(t, server, func(c *openai.Config) { c.PromptTokens = budget })
		for _, turns := range []int{5, 5000} {
			p := golf
			p.Exchanges, p.Message = nil, strings.Repeat(text, 3)
			for n := range turns {
				p.Exchanges = append(p.Exchanges, debate.Exchange{Number: n + 1, Message: strings.Repeat(text, n%5+1), Reply: strings.Repeat(texts[(i+n)%len(texts)], n%7+1)})
			}
			p.Summary = strings.Repeat(text, turns/2)
			if got := reply(t.Context(), client, p); got.err != nil {
				t.Fatal(got.err)
			}
			call := server.Calls()[len(server.Calls())-1]
			n := tokens(call)
			if n > budget || turns == 5000 && n < budget/3 {
				t.Errorf("%q, %d turns: %d tokens of %d", text, turns, n, budget)
			}
			if carried := (len(call.Messages) - 2) / 2; turns == 5 && carried != 5 || carried < 3 {
				t.Errorf("%q, %d turns: %d exchanges are carried", text, turns, carried)
			}
		}
	}
}
