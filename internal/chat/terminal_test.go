package chat

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/creack/pty"
	"github.com/rivo/uniseg"
	"golang.org/x/term"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// TestMain is the program in a terminal where a test started it as such.
func TestMain(m *testing.M) {
	url := os.Getenv("CHAT_TEST_SERVER")
	if url == "" {
		os.Exit(m.Run())
	}
	c := client(url)
	if os.Getenv("CHAT_TEST_PANICS") != "" {
		c = panicking{c}
	}
	err := Run(context.Background(), Config{
		Client: c, Server: url, In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Terminal: true,
		Resume: os.Getenv("CHAT_TEST_RESUME"), HistoryFile: os.Getenv("CHAT_TEST_HISTORY"), View: os.Getenv("CHAT_TEST_VIEW"),
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// panicking is a client with a bug.
type panicking struct {
	debatev1connect.DebateServiceClient
}

func (p panicking) ChatStream(ctx context.Context, r *connect.Request[debatev1.ChatStreamRequest]) (*connect.ServerStreamForClient[debatev1.ChatStreamResponse], error) {
	if r.Msg.Message == "panic" {
		panic("a bug")
	}
	return p.DebateServiceClient.ChatStream(ctx, r)
}

var colours = regexp.MustCompile("\x1b\\[[0-9]*m")

// terminal is a program in a pseudo-terminal of 50 columns, and its user.
type terminal struct {
	t    *testing.T
	tty  *os.File
	exit chan error

	process *os.Process
	before  *term.State // of the terminal

	mu   sync.Mutex
	seen string
	read int // how much of it, less the colours, was expected so far
}

func open(t *testing.T, url string, env ...string) *terminal {
	t.Helper()
	return openBy(t, exec.Command(os.Args[0]), url, env...)
}

// openBy is open, by a command that runs the program.
func openBy(t *testing.T, cmd *exec.Cmd, url string, env ...string) *terminal {
	t.Helper()
	cmd.Env = append(append(os.Environ(), "CHAT_TEST_SERVER="+url, "TERM=xterm"), env...)
	tty, its, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	u := &terminal{t: t, tty: tty, exit: make(chan error, 1)}
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 24, Cols: 50}); err != nil {
		t.Fatal(err)
	}
	if u.before, err = term.GetState(int(its.Fd())); err != nil {
		t.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = its, its, its
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	u.process = cmd.Process
	its.Close()
	t.Cleanup(func() {
		cmd.Process.Kill()
		tty.Close()
	})
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := tty.Read(buf)
			u.mu.Lock()
			u.seen += string(buf[:n])
			u.mu.Unlock()
			if err != nil {
				break // the program has closed its side
			}
		}
		u.exit <- cmd.Wait()
	}()
	return u
}

// expect waits for text after what was expected before.
func (u *terminal) expect(texts ...string) {
	u.t.Helper()
	for _, text := range texts {
		deadline := time.Now().Add(10 * time.Second)
		for {
			u.mu.Lock()
			seen := colours.ReplaceAllString(u.seen, "")
			at := strings.Index(seen[u.read:], text)
			if at >= 0 {
				u.read += at + len(text)
			}
			u.mu.Unlock()
			if at >= 0 {
				break
			}
			if time.Now().After(deadline) {
				u.t.Fatalf("waited for %q in vain; seen:\n%s\n%q", text, seen, seen)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

func (u *terminal) typed(text string) {
	u.t.Helper()
	if _, err := io.WriteString(u.tty, text); err != nil {
		u.t.Fatal(err)
	}
}

func (u *terminal) exited() {
	u.t.Helper()
	select {
	case err := <-u.exit:
		if err != nil {
			u.t.Errorf("exit: %v; seen:\n%s", err, u.seen)
		}
	case <-time.After(10 * time.Second):
		u.t.Errorf("does not exit; seen:\n%s", u.seen)
	}
}

const (
	enter     = "\r"
	ctrlC     = "\x03"
	ctrlD     = "\x04"
	ctrlZ     = "\x1a"
	backspace = "\x7f"
	up        = "\x1b[A"
	left      = "\x1b[D"
	right     = "\x1b[C"
	end       = "\x1b[F"
)

func TestTwoChatsAtOnceKeepWhatWasSaidInEither(t *testing.T) {
	s := newService()
	s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error {
		return send.reply(dogs(), "Cats ask for less.")
	}
	history := filepath.Join(t.TempDir(), "history")
	if err := os.WriteFile(history, []byte("From before.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	url := serve(t, s)
	one, two := open(t, url, "CHAT_TEST_HISTORY="+history), open(t, url, "CHAT_TEST_HISTORY="+history)
	for u, said := range map[*terminal]string{one: "Said in one.", two: "Said in two."} {
		u.expect("> ")
		u.typed(said + enter)
		u.expect("Cats ask for less.", "> ")
	}
	for _, u := range []*terminal{one, two} {
		u.typed("/quit" + enter)
		u.exited()
	}
	kept, err := os.ReadFile(history)
	if want := "From before.\nSaid in one.\n/quit\nSaid in two.\n/quit\n"; err != nil || string(kept) != want {
		t.Errorf("kept %q, %v", kept, err)
	}
}

// Ctrl-Z is the shell's in every program that it runs: ollama/ollama issue 1332, aandrew-me/tgpt issue 392, atgreen/icl issue 11.
func TestCtrlZGivesTheTerminalToTheShellForAWhile(t *testing.T) {
	s := newService()
	going := make(chan struct{})
	s.chat = func(n int, r *debatev1.ChatStreamRequest, send sender) error {
		if n == 0 {
			return send.reply(dogs(), "You said: "+r.Message)
		}
		send.started(dogs())
		send.delta(0, "I was about to ")
		<-going
		send.delta(15, "answer.")
		send.finished(debatev1.TurnState_TURN_STATE_COMPLETED, nil)
		return nil
	}
	const shell = `set -m; "$0"; stty -a | tr ' ' '\n' | grep -x -e isig -e -isig; fg >/dev/null; stty -a | tr ' ' '\n' | grep -x -e isig -e -isig; fg >/dev/null`
	u := openBy(t, exec.Command("bash", "-c", shell, os.Args[0]), serve(t, s))
	u.expect("3  Cars", "> ")
	u.typed("Dogs are kind" + ctrlZ)
	u.expect("\nisig", "> Dogs are kind") // what was written is shown again
	u.typed(" and loyal." + enter)
	u.expect("You said: Dogs are kind and loyal.", "> ")
	u.typed("Well?" + enter)
	u.expect("I was about to")
	u.typed(ctrlZ)
	u.expect("\nisig")
	close(going)
	u.expect("answer.", "> ")
	u.typed(ctrlD)
	u.exited()
}

func TestDebateInATerminal(t *testing.T) {
	s := newService()
	s.chat = func(n int, _ *debatev1.ChatStreamRequest, send sender) error {
		switch n {
		case 0:
			return send.reply(dogs(), "Cats ask for less and give as much, \x1b[2Jwhich is a fair trade.")
		case 1:
			send.started(dogs())
			send.delta(0, "I was about to ")
			<-s.stopped
			send.finished(debatev1.TurnState_TURN_STATE_STOPPED, nil)
			return nil
		case 3:
			return send.reply(dogs(), "Once more.")
		default:
			send.started(dogs())
			send.finished(debatev1.TurnState_TURN_STATE_FAILED, &debatev1.Failure{
				Reason: debatev1.ErrorReason_ERROR_REASON_MODEL_UNAVAILABLE, Message: "the model is away",
			})
			return nil
		}
	}
	s.retry = func(_ int, _ *debatev1.RetryTurnRequest, send sender) error {
		return send.reply(dogs(), "Here I am again.")
	}
	history := filepath.Join(t.TempDir(), "new", "history")
	u := open(t, serve(t, s), "CHAT_TEST_HISTORY="+history)

	u.expect("A debate: state a view", "1  Dogs are better than cats", "3  Cars should leave cities", "> ")
	u.typed("1" + enter)
	u.expect("Topic: Dogs are better than cats. I argue against", "it.",
		"Cats ask for less and give as much, [2Jwhich is a", "\r\nfair trade.", "> ")

	u.typed("¿Perrox" + backspace + "s 犬猫" + backspace + "?")
	u.typed(left + left + family + flag + left + backspace + right + farmer + backspace + end + enter)
	u.expect("I was about")
	u.typed(ctrlC)
	u.expect("(stopped; what was said is kept)", "> ")

	u.typed("Well?" + enter)
	u.expect("the model is away: /retry asks again", "> ")
	u.typed("/retry" + enter)
	u.expect("Here I am again.", "> ")
	u.typed("/title My dogs" + enter)
	u.expect(`now called "My dogs"`, "> ")
	u.typed("/topics" + enter)
	u.expect("1  Zoos should close", "> ")
	u.typed("4" + enter)
	u.expect("there is no topic 4: type 1 to 3", "> ")
	u.typed("/Format open" + enter)
	u.expect("The next debate, which /new begins, will be open", "> ")
	u.typed("/new" + enter)
	u.expect("What do you think?", "> ")
	u.typed("/new Tea is better" + enter)
	u.expect("Once more.", "> ")
	u.typed("/nonsense" + enter)
	u.expect("there is no command /nonsense: /help shows", "> ")
	u.typed("half a line" + ctrlC)
	u.expect("half a line^C", "> ") // cleared, and not left
	u.typed(ctrlC)
	u.expect("debate chat --resume " + conversationID)
	u.exited()

	if r := s.chats[0]; r.Topic != "Dogs are better than cats" || r.Message != r.Topic {
		t.Errorf("picked: %v", r)
	}
	if got, want := s.chats[1].Message, "¿Perros "+flag+"犬?"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	if another := s.chats[3]; another.Message != "Tea is better" || another.ConversationId != "" || s.chats[2].ConversationId == "" {
		t.Errorf("another debate began with %v", another)
	}
	if len(s.stops) != 1 || s.stops[0] != turnID {
		t.Errorf("stopped %v", s.stops)
	}
	if len(s.retries) != 1 || s.retries[0].TurnId != turnID || s.retries[0].RequestId == "" {
		t.Errorf("retried %v", s.retries)
	}
	if !strings.Contains(u.seen, replyColour+"Cats ask") {
		t.Error("the reply has no colour")
	}
	if strings.Contains(u.seen, "\x1b[2J") {
		t.Error("an escape sequence of the service reached the terminal")
	}
	kept, err := os.ReadFile(history)
	if err != nil || !strings.Contains(string(kept), "¿Perros "+flag+"犬?\n") {
		t.Errorf("history %q, %v", kept, err)
	}
}

// TestAPasteIsOneMessage pastes as terminals do that are asked for it
// (aichat#60), in whole and cut at each byte.
func TestAPasteIsOneMessage(t *testing.T) {
	long := strings.Repeat("Long line of a paste. ", 20)
	for name, c := range map[string]struct{ typed, want string }{
		"three lines":            {"\x1b[200~One.\rTwo.\rThree.\x1b[201~", "One.\nTwo.\nThree."},
		"ending with one":        {"\x1b[200~One.\rTwo.\r\x1b[201~", "One.\nTwo."},
		"CR LF":                  {"\x1b[200~One.\r\nTwo.\r\n\x1b[201~", "One.\nTwo."},
		"LF":                     {"\x1b[200~One.\n\nTwo.\x1b[201~", "One.\n\nTwo."},
		"amid what is written":   {"Before. " + "\x1b[200~One.\rTwo.\x1b[201~" + " After.", "Before. One.\nTwo. After."},
		"two":                    {"\x1b[200~One.\r\x1b[201~ \x1b[200~Two.\r\x1b[201~", "One. Two."},
		"with escapes":           {"\x1b[200~\x1b[31mOne\x03\x04.\x1b[0m\tTwo\x1b[201~", "[31mOne.[0m\tTwo"},
		"a slash":                {"\x1b[200~/quit\rnow\x1b[201~", "/quit\nnow"},
		"characters":             {"\x1b[200~" + family + "\r" + flag + "\x1b[201~", family + "\n" + flag},
		"taller than the screen": {"\x1b[200~" + strings.Repeat(long+"\r", 16) + "\x1b[201~" + backspace, strings.TrimSpace(strings.Repeat(long+"\n", 16))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService()
			s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error { return send.reply(dogs(), "No.") }
			u := open(t, serve(t, s))
			u.expect(bracketedPaste, "> ")
			u.typed(c.typed + enter)
			u.expect("No.", "> ")
			for i := range min(len(c.typed), 100) {
				u.typed(c.typed[i : i+1])
				if i < 10 {
					time.Sleep(5 * time.Millisecond) // which makes reads of their own
				}
			}
			u.typed(c.typed[min(len(c.typed), 100):] + enter)
			u.expect("No.", "> ")
			u.typed(ctrlD)
			u.expect(noBracketedPaste)
			u.exited()
			if len(s.chats) != 2 || s.chats[0].Message != strings.TrimSpace(c.want) || s.chats[1].Message != s.chats[0].Message {
				t.Errorf("sent %q, want %q twice", s.chats, c.want)
			}
		})
	}
}

// TestTheTerminalIsGivenBackAsItWas leaves in every way there is but kill -9.
func TestTheTerminalIsGivenBackAsItWas(t *testing.T) {
	for name, leave := range map[string]func(u *terminal){
		"Ctrl-D": func(u *terminal) { u.typed(ctrlD) },
		"Ctrl-C": func(u *terminal) { u.typed("half" + ctrlC + ctrlC) },
		"/quit":  func(u *terminal) { u.typed("/quit" + enter) },
		"from outside": func(u *terminal) {
			if err := u.process.Signal(os.Interrupt); err != nil {
				u.t.Fatal(err)
			}
		},
		"a panic": func(u *terminal) { u.typed("panic" + enter) },
		"hanging up": func(u *terminal) {
			u.typed("Wait" + enter)
			u.expect("I was")
			u.typed(ctrlC + ctrlC)
			u.expect("/retry follows")
			u.typed(ctrlD)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService()
			s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error {
				send.started(dogs())
				send.delta(0, "I was about ")
				<-t.Context().Done()
				return nil
			}
			u := open(t, serve(t, s), "CHAT_TEST_PANICS=1")
			u.expect("> ")
			if during, err := term.GetState(int(u.tty.Fd())); err != nil || reflect.DeepEqual(u.before, during) {
				t.Errorf("the terminal was never taken: %v", err)
			}
			leave(u)
			u.expect(noBracketedPaste)
			<-u.exit
			after, err := term.GetState(int(u.tty.Fd()))
			if err != nil || !reflect.DeepEqual(after, u.before) {
				t.Errorf("the terminal was %v and is %v, %v", u.before, after, err)
			}
		})
	}
}

func TestADumbTerminalIsSentNoSequences(t *testing.T) {
	for leave, shown := range map[string]string{ctrlC: "^C\r\n", ctrlD: "> \r\n"} { // of which the terminal ends no line
		s := newService()
		s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error { return send.reply(dogs(), "No.") }
		u := open(t, serve(t, s), "TERM=dumb")
		u.expect("> ")
		u.typed("Dogs bark.\n")
		u.expect("No.")
		u.expect("> ")
		u.typed(leave)
		u.expect("--resume")
		u.exited()
		if strings.Contains(colours.ReplaceAllString(u.seen, ""), "\x1b") || len(s.chats) != 1 || s.chats[0].Message != "Dogs bark." {
			t.Errorf("sent %v; seen %q", s.chats, u.seen)
		}
		if !strings.Contains(colours.ReplaceAllString(u.seen, ""), shown+"Until next time") {
			t.Errorf("%q does not end a line: %q", leave, u.seen)
		}
	}
}

func TestAViewOfTheOptionsIsSaidAtOnce(t *testing.T) {
	s := newService()
	s.chat = func(_ int, r *debatev1.ChatStreamRequest, send sender) error {
		return send.reply(dogs(), "No to "+r.Message)
	}
	u := open(t, serve(t, s), "CHAT_TEST_VIEW=Dogs are better.")
	u.expect("> Dogs are better.", "No to Dogs are better.", "> ")
	u.typed("Well?" + enter)
	u.expect("No to Well?", "> ")
	u.typed(ctrlD)
	u.exited()
}

func TestResumedDebateGoesOnInATerminal(t *testing.T) {
	s := newService()
	s.conversations = []*debatev1.Conversation{dogs()}
	s.turns = []*debatev1.Turn{
		{Id: turnID, Message: "And cats?", State: debatev1.TurnState_TURN_STATE_RUNNING, Reply: "Old half"},
		{Id: "01900000-0000-7000-8000-00000000000c", Message: "Dogs!", State: debatev1.TurnState_TURN_STATE_STOPPED, Reply: "Dogs bark"},
	}
	s.watch = func(_ int, _ *debatev1.WatchTurnRequest, send sender) error { return send.reply(dogs(), "They purr.") }
	s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error {
		return send.reply(dogs(), "Still here.")
	}
	u := open(t, serve(t, s), "CHAT_TEST_RESUME=01900000")
	u.expect("Topic: Dogs", "> Dogs!", "Dogs bark", "(stopped;", "> And cats?", "They purr.", "> ")
	u.typed("On we go" + enter)
	u.expect("Still here.", "> ")
	u.typed(up)
	u.expect("On we go")
	u.typed(enter)
	u.expect("Still here.", "> ")
	u.typed(ctrlD)
	u.expect("--resume " + conversationID)
	u.exited()
	if len(s.chats) != 2 || s.chats[1].Message != "On we go" || s.chats[0].ConversationId != conversationID {
		t.Errorf("sent %v", s.chats)
	}
}

// TestLostReplyIsTakenUpByRetry gives up on a service that stays away, and goes
// on where the reply was once it is back.
func TestLostReplyIsTakenUpByRetry(t *testing.T) {
	t.Parallel()
	s := newService()
	s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error {
		send.started(dogs())
		send.delta(0, "One two ")
		return cut()
	}
	s.watch = func(n int, r *debatev1.WatchTurnRequest, send sender) error {
		if n < reconnects {
			return cut()
		}
		send.started(dogs())
		send.delta(int(r.Offset), "three.")
		send.finished(debatev1.TurnState_TURN_STATE_COMPLETED, nil)
		return nil
	}
	u := open(t, serve(t, s))
	u.expect("> ")
	u.typed("Count" + enter)
	u.expect("One two", "/retry takes it up again", "> ")
	u.typed("/retry" + enter)
	u.expect("three.", "> ")
	u.typed("/quit" + enter)
	u.exited()
	if last := s.watches[len(s.watches)-1]; last.Offset != int64(len("One two ")) {
		t.Errorf("taken up at %d", last.Offset)
	}
}

func TestTheTerminalKnowsDebatesAndSides(t *testing.T) {
	s := newService()
	s.chat = func(n int, r *debatev1.ChatStreamRequest, send sender) error {
		if n == 0 {
			c := dogs()
			c.Topic, c.Stance = "", 0
			send.started(c)
			_ = send.send(dogs()) // found before the first word
			send.delta(0, "No to "+r.Message)
			send.finished(debatev1.TurnState_TURN_STATE_COMPLETED, nil)
			return nil
		}
		return send.reply(dogs(), "No to "+r.Message)
	}
	other := dogs()
	other.Id, other.Title = turnID, "Homework"
	s.conversations = []*debatev1.Conversation{dogs(), other}
	s.turns = []*debatev1.Turn{{Id: turnID, Number: 1, Message: "Dogs bark.", Reply: "Cats purr.", State: debatev1.TurnState_TURN_STATE_COMPLETED, Model: "test"}}
	file := filepath.Join(t.TempDir(), "debate.argdown")
	u := open(t, serve(t, s))
	u.expect("A debate: state a view", "> ")

	u.typed("/side friend" + enter)
	u.expect(`there is no side "friend"`, "> ")
	u.typed("/side ally" + enter)
	u.expect("I will agree with what you say.", "> ")
	u.typed(`"""Dogs bark.` + enter + enter + `They are loyal."""` + enter)
	u.expect("Topic: Dogs are better than cats. I argue against", "No to Dogs bark.", "They are loyal.", "> ")
	u.typed("/side" + enter)
	u.expect("Topic: Dogs are better than cats. I argue against", "> ")
	u.typed("/side for" + enter)
	u.expect("this debate has its sides", "> ")
	u.typed("/list" + enter)
	u.expect("ID", "Dogs", "Homework", "> ")
	u.typed("/export " + file + enter)
	u.expect("The debate is in", "> ")
	u.typed("/export " + file + enter)
	u.expect("name another one", "> ")
	u.typed("/resume " + turnID + enter)
	u.expect("Topic: Dogs are better", "> Dogs bark.", "\r\n\r\nCats purr.", "> ")
	u.typed("Well?" + enter)
	u.expect("No to Well?", "> ")
	u.typed("/new" + enter)
	u.expect("What do you think?", "> ")
	u.typed("/side for" + enter)
	u.expect("You will be for the topic", "> ")
	u.typed("/format haiku" + enter)
	u.expect(`there is no format "haiku": /format shows them`, "> ")
	u.typed("/format" + enter)
	u.expect("open (chosen): As long as you like.", "blitz: Three short rounds.", "> ")
	u.typed("/format Blitz" + enter)
	u.expect("The debate will be blitz: Three short rounds.", "> ")
	u.typed("Tea." + enter)
	u.expect("No to Tea.", "> ")
	u.typed(ctrlD)
	u.exited()

	if r := s.chats[0]; r.Message != "Dogs bark.\n\nThey are loyal." || r.Role != debatev1.Role_ROLE_ALLY {
		t.Errorf("the block was sent as %v", r)
	}
	if s.chats[1].ConversationId != turnID {
		t.Errorf("after /resume: %v", s.chats[1])
	}
	if r := s.chats[2]; r.ConversationId != "" || r.Role != 0 || r.Format != "blitz" || r.Stance != debatev1.Stance_STANCE_CON {
		t.Errorf("with a side: %v", r)
	}
	text, err := os.ReadFile(file)
	if want := "exported as EXPORT_FORMAT_ARGDOWN"; err != nil || string(text) != want {
		t.Errorf("exported %q, %v", text, err)
	}
}

// TestAReplyIsWrappedAtTheWidthThatTheTerminalHas makes it narrower while a reply comes
// (the terminal breaks what is there already), and wider again.
func TestAReplyIsWrappedAtTheWidthThatTheTerminalHas(t *testing.T) {
	s := newService()
	more := make(chan struct{})
	words := []string{strings.Repeat("wide ", 12), strings.Repeat("small ", 12), strings.Repeat("犬は猫より良い。👩🏾‍🌾 ", 4), strings.Repeat("large ", 20) + "end."}
	s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error {
		send.started(dogs())
		offset := 0
		for i, text := range words {
			if i > 0 {
				<-more
			}
			send.delta(offset, text+"\n")
			offset += len(text) + 1
		}
		send.finished(debatev1.TurnState_TURN_STATE_COMPLETED, nil)
		return nil
	}
	u := open(t, serve(t, s))
	u.expect("> ")
	u.typed("Dogs bark." + enter)
	for i, width := range []uint16{50, 20, 20, 70} {
		if i > 0 {
			if err := pty.Setsize(u.tty, &pty.Winsize{Rows: 24, Cols: width}); err != nil {
				t.Fatal(err)
			}
			more <- struct{}{}
		}
		u.expect(strings.TrimSpace(words[i])[len(strings.TrimSpace(words[i]))-4:] + "\r\n")
	}
	u.expect("> ")
	u.typed(ctrlD)
	u.exited()
	seen := strings.Split(colours.ReplaceAllString(u.seen, ""), "\r\n")
	widest := map[string]int{}
	for _, line := range seen {
		for _, word := range []string{"wide", "small", "犬", "large"} {
			if strings.Contains(line, word) {
				widest[word] = max(widest[word], uniseg.StringWidth(line))
			}
		}
	}
	for word, most := range map[string]int{"wide": 49, "small": 19, "犬": 19, "large": 69} {
		if widest[word] > most || widest[word] < most-10 {
			t.Errorf("the widest line of %q has %d columns, in a terminal of %d", word, widest[word], most+1)
		}
	}
	if strings.Count(u.seen, farmer) != 4 {
		t.Errorf("a character is in parts: %q", u.seen)
	}
}

// TestWhatIsWrittenIsShownOnceAfterAResize takes part in a message while the terminal
// changes: the rows that it then had are the ones to be drawn over.
func TestWhatIsWrittenIsShownOnceAfterAResize(t *testing.T) {
	columns := 24
	var out bytes.Buffer
	e := &editor{out: &out, size: func() (int, int) { return columns, 6 }, more: func() bool { return false }}
	for _, k := range []string{"one two three four five six"} { // two rows of 23
		e.press(key{text: k})
		e.draw()
	}
	out.Reset()
	columns = 10 // which makes three rows of the first, and one of the second
	e.press(key{text: "!"})
	e.draw()
	if got, want := out.String(), "\x1b[3A\r\x1b[J"; !strings.HasPrefix(got, want) {
		t.Errorf("drawn by %q, want it to begin with %q", got, want)
	}
}

func TestASecondLookIsToldAboveThePrompt(t *testing.T) {
	s := newService()
	argument := func(send sender) error {
		send.started(dogs())
		send.delta(0, "Cats purr.")
		return send.send(&debatev1.TurnFinished{Turn: &debatev1.Turn{
			Id: turnID, State: debatev1.TurnState_TURN_STATE_COMPLETED, Kind: debatev1.TurnKind_TURN_KIND_ARGUMENT, Model: "test",
		}})
	}
	s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error { return argument(send) }
	s.turns = []*debatev1.Turn{{
		Id: turnID, Number: 1, Message: "Dogs bark.", Reply: "Cats purr.", Kind: debatev1.TurnKind_TURN_KIND_ARGUMENT, Model: "test",
		State: debatev1.TurnState_TURN_STATE_COMPLETED, StanceCheck: &debatev1.StanceCheck{Holds: false, Invents: true},
	}}
	u := open(t, serve(t, s))
	u.expect("> ")
	u.typed("Dogs bark." + enter)
	u.expect("Cats purr.", "> ")
	u.typed("But they") // which goes on below
	u.expect("But they", "gave my side", "away", "invented figures or", "sources.)", "\r\n\r\n", "> But they")
	u.typed(" are loyal." + enter)
	u.expect("Cats purr.", "> ")
	u.typed("/quit" + enter)
	u.exited()
	if got := s.chats[1].Message; got != "But they are loyal." {
		t.Errorf("sent %q", got)
	}

	s = newService()
	s.conversations = []*debatev1.Conversation{dogs()}
	s.turns = []*debatev1.Turn{
		{Id: turnID, Number: 2, Message: "They bark.", Reply: "They purr.", Model: "test", State: debatev1.TurnState_TURN_STATE_COMPLETED, StanceCheck: &debatev1.StanceCheck{Holds: true}},
		{Id: turnID, Number: 1, Message: "Dogs bark.", Reply: "Cats purr.", Model: "test", State: debatev1.TurnState_TURN_STATE_COMPLETED, StanceCheck: &debatev1.StanceCheck{Holds: true, Invents: true}},
	}
	u = open(t, serve(t, s), "CHAT_TEST_RESUME=01900000")
	u.expect("Cats purr.", "invented figures or", "They purr.", "(Checked: my reply keeps my side", "> ")
	u.typed(ctrlD)
	u.exited()
}

func TestALostConnectionIsTold(t *testing.T) {
	s := newService()
	s.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error {
		send.started(dogs())
		send.delta(0, "Cats are ")
		return cut()
	}
	s.watch = func(_ int, _ *debatev1.WatchTurnRequest, send sender) error {
		send.started(dogs())
		send.delta(9, "quiet.")
		send.finished(debatev1.TurnState_TURN_STATE_COMPLETED, nil)
		return nil
	}
	u := open(t, serve(t, s))
	u.typed("Dogs bark." + enter)
	u.expect("Cats are", "the connection is lost; trying again", "quiet.", "> ")
	u.typed(ctrlD)
	u.exited()
}
