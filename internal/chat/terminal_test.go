package chat

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// TestMain is the program in a terminal where a test started it as such.
func TestMain(m *testing.M) {
	url := os.Getenv("CHAT_TEST_SERVER")
	if url == "" {
		os.Exit(m.Run())
	}
	err := Run(context.Background(), Config{
		Client: client(url), Server: url, In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Terminal: true,
		Resume: os.Getenv("CHAT_TEST_RESUME"), HistoryFile: os.Getenv("CHAT_TEST_HISTORY"),
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

var colours = regexp.MustCompile("\x1b\\[[0-9]*m")

// terminal is a program in a pseudo-terminal of 50 columns, and its user.
type terminal struct {
	t    *testing.T
	tty  *os.File
	exit chan error

	mu   sync.Mutex
	seen string
	read int // how much of it, less the colours, was expected so far
}

func open(t *testing.T, url string, env ...string) *terminal {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), append(env, "CHAT_TEST_SERVER="+url, "TERM=xterm")...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 50})
	if err != nil {
		t.Fatal(err)
	}
	u := &terminal{t: t, tty: tty, exit: make(chan error, 1)}
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
	backspace = "\x7f"
	up        = "\x1b[A"
)

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

	u.typed("¿Perrox" + backspace + "s 犬猫" + backspace + "?" + enter)
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
	u.typed("/nonsense" + enter)
	u.expect("there is no command /nonsense: /help shows", "> ")
	u.typed("half a line" + ctrlC)
	u.expect("debate chat --resume " + conversationID)
	u.exited()

	if r := s.chats[0]; r.Topic != "Dogs are better than cats" || r.Message != r.Topic {
		t.Errorf("picked: %v", r)
	}
	if got, want := s.chats[1].Message, "¿Perros 犬?"; got != want {
		t.Errorf("sent %q, want %q", got, want)
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
	if err != nil || !strings.Contains(string(kept), "¿Perros 犬?\n") {
		t.Errorf("history %q, %v", kept, err)
	}
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
