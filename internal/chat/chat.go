// Package chat is the debate in a terminal, and as a filter in a pipe. It is a
// client of debate.v1.DebateService and knows nothing of who serves it.
package chat

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/google/uuid"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// Config says what to debate with, where, and how.
type Config struct {
	Client debatev1connect.DebateServiceClient
	// Server is the service's URL for error messages; empty if it runs in this process.
	Server string
	// Language is what the user's terminal is set to, such as "es_ES.UTF-8"; what the client says
	// itself is Spanish or English.
	Language string
	// Local is the name of a server of models that runs on this machine, and LocalModel its model
	// as --model takes it, to be offered; empty if there is none.
	Local, LocalModel string
	// Model is the opponent's name where it is known beforehand; "offline" is the built-in one's.
	Model string
	// Command is what a user types to get here again; "debate chat" if empty.
	Command string

	// View is the first thing said. Beside it a filter reads In with Lines only.
	View string
	// Lines has a filter answer each line of In instead of all of it at once.
	Lines bool
	// In is what a filter answers. With Terminal the process's own terminal is
	// read instead, with line editing.
	In io.Reader
	// Out takes the replies, Err what else there is to say in a filter.
	Out, Err io.Writer
	// Terminal says that standard input and output are both a terminal.
	Terminal bool
	// NoColor leaves out colours; a filter never has any.
	NoColor bool
	// HistoryFile keeps the lines typed at the prompt; empty keeps none.
	HistoryFile string

	// List shows the past debates instead of holding one.
	List bool
	// Resume is the id, or the beginning of one, of the debate to go on with.
	Resume string
	// Continue goes on with the debate that was held last.
	Continue bool
	// JSON has a filter write an object a line for each reply, and List for each debate.
	JSON bool
	// Topic and Stance ("pro", "con", the bot's side) open a new debate;
	// Difficulty is "easy", "medium" or "hard", Persona is who the bot speaks
	// as, Format how the debate runs. Empty leaves them to the service.
	Topic, Stance, Difficulty, Persona, Format string

	// width is the columns to wrap at; 0 asks the terminal before each reply.
	width int
	// silence is how long a stream may be silent; 0 is silentAfter.
	silence time.Duration
	// inputWait is how long an input may take to come that nobody reads; 0 is inputWait.
	inputWait time.Duration
}

// Run lists debates or holds one until the user leaves or ctx ends. It takes
// the interrupt signal for itself: Ctrl-C stops a reply, and leaves otherwise.
// Its errors say what is wrong and what to do; only a filter returns those of
// single messages.
func Run(ctx context.Context, c Config) error {
	c.Command = cmp.Or(c.Command, "debate chat")
	c.silence, c.inputWait = cmp.Or(c.silence, silentAfter), cmp.Or(c.inputWait, inputWait)
	s := &session{
		Config:     c,
		interrupts: make(chan os.Signal, 1),
		remarks:    make(chan string),
	}
	s.language = language{s.inSpanish}
	s.screen = screen{language: s.language, out: c.Out, width: c.width, terminal: c.Terminal, colour: c.Terminal && !c.NoColor}
	if err := s.readOptions(); err != nil {
		return err
	}
	if c.Local != "" && !c.List {
		fmt.Fprintln(c.Err, s.text(offer, c.Local, c.LocalModel))
	}
	signal.Notify(s.interrupts, os.Interrupt)
	defer signal.Stop(s.interrupts)
	switch {
	case c.List:
		return s.explain(s.list(ctx))
	case c.Terminal:
		return s.explain(s.converse(ctx))
	default:
		return s.explain(s.filter(ctx))
	}
}

// offer names a model that could debate, and its server.
const offer = "%s is running on this machine: --model %s, or MODEL=%[2]s, has its model debate in place of the built-in opponent."

// OfferOf says so, in English.
func OfferOf(server, model string) string { return language{}.text(offer, server, model) }

// session is one run of the client.
type session struct {
	Config
	language
	screen     screen
	interrupts chan os.Signal

	// opening holds what the options say of a new debate.
	opening *debatev1.ChatStreamRequest
	// conversation is the one that is held, nil before the first turn.
	conversation *debatev1.Conversation
	// lastTurn is the id of its latest turn.
	lastTurn string
	// unfinished is a reply that did not arrive. It can be followed again: its
	// request id sees to it that nothing is said twice.
	unfinished *reply
	// announced says that topic and side were shown.
	announced bool
	// remarks are said above the prompt, while a message is being written.
	remarks chan string
	// stopLooking ends the look for what was found in the latest reply.
	stopLooking context.CancelFunc
	// choices are the topics that a number picks from, while they are on show.
	choices []*debatev1.Topic
	// known is the format that was looked up last, due until when its clock wants a message,
	// and asked the debate of which an opinion was asked for.
	known *debatev1.Format
	due   due
	asked string
	// shown counts the curated topics shown so far.
	shown int
}

// readOptions checks the words that the options take.
func (s *session) readOptions() error {
	stance, ok := map[string]debatev1.Stance{
		"":    debatev1.Stance_STANCE_UNSPECIFIED,
		"pro": debatev1.Stance_STANCE_PRO,
		"con": debatev1.Stance_STANCE_CON,
	}[lower(s.Stance)]
	if !ok {
		return s.errorf("the stance is %q; it takes pro or con, the side that the bot argues", s.Stance)
	}
	difficulty, ok := map[string]debatev1.Difficulty{
		"":       debatev1.Difficulty_DIFFICULTY_UNSPECIFIED,
		"easy":   debatev1.Difficulty_DIFFICULTY_EASY,
		"medium": debatev1.Difficulty_DIFFICULTY_MEDIUM,
		"hard":   debatev1.Difficulty_DIFFICULTY_HARD,
	}[lower(s.Difficulty)]
	if !ok {
		return s.errorf("the difficulty is %q; it takes easy, medium or hard", s.Difficulty)
	}
	if s.Resume != "" && s.Continue {
		return s.errorf("--continue goes on with the latest debate and --resume with the one it names: give one of them")
	}
	if s.resumes() && (s.Topic != "" || s.Stance != "" || s.Difficulty != "" || s.Persona != "" || s.Format != "") {
		return s.errorf("a debate that is resumed has its topic, stance, difficulty, persona and format; leave them out")
	}
	s.opening = &debatev1.ChatStreamRequest{Topic: s.Topic, Stance: stance, Difficulty: difficulty, Persona: s.Persona, Format: s.Format}
	return nil
}

// resumes says that a debate is gone on with.
func (s *session) resumes() bool { return s.Resume != "" || s.Continue }

// message is the user's text as a request with an id of its own, so that it
// can be sent again without being said twice.
func (s *session) message(text string) *debatev1.ChatStreamRequest {
	r := &debatev1.ChatStreamRequest{ConversationId: s.conversation.GetId(), Message: text, RequestId: uuid.NewString()}
	if s.conversation.GetTopic() == "" {
		r.Topic, r.Stance, r.Role = s.opening.Topic, s.opening.Stance, s.opening.Role
	}
	if s.conversation == nil {
		r.Difficulty, r.Persona, r.Format = s.opening.Difficulty, s.opening.Persona, s.opening.Format
	}
	return r
}

// callTimeout bounds a call that does not wait for a model.
const callTimeout = 15 * time.Second

// bounded makes the context of such a call; Ctrl-C ends it too.
func (s *session) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	ctx, interrupt := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-s.interrupts:
			interrupt(errInterrupted)
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		interrupt(nil)
		cancel()
	}
}
