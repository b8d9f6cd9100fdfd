package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"connectrpc.com/connect"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// filter answers the view of the options, else all of the input as one message,
// or each of its lines, after the view if there is one, with a reply and a line feed.
// Only whole replies are written; the first that is not ends it with an error.
func (s *session) filter(ctx context.Context) error {
	if s.resumes() {
		if err := s.find(ctx); err != nil {
			return err
		}
	}
	read := s.whole(s.In)
	unread := func() {}
	switch {
	case s.View != "" && s.Lines:
		read = s.lines(io.MultiReader(strings.NewReader(strings.Join(strings.Fields(s.View), " ")+"\n"), s.In))
	case s.View != "":
		read = s.whole(strings.NewReader(s.View))
		unread = s.tellUnread()
	case s.Lines:
		read = s.lines(s.In)
	}
	for number := 1; ; number++ {
		message, err := s.next(ctx, read)
		switch {
		case errors.Is(err, io.EOF) && number == 1:
			return s.errorf("there is nothing to answer: give a view, such as %s \"Dogs are better than cats.\", or pipe one in", s.Command)
		case errors.Is(err, io.EOF):
			unread()
			return nil
		case errors.Is(err, errLeave):
			return errInterrupted
		case err != nil:
			return err
		}
		turn, text, err := s.answer(ctx, message)
		if err != nil {
			err = s.explain(err)
			if s.Lines {
				err = userError{s.text("message %d: %s", number, err), err}
			}
			return err
		}
		if err := s.write(turn, text); err != nil {
			return s.errorf("the reply cannot be written: %w", err)
		}
	}
}

// inputWait is how long a filter that has answered a view looks whether there is an input too.
const inputWait = 100 * time.Millisecond

// tellUnread looks for an input beside the view, and returns what says that nobody reads
// it. That waits for no end: programs that call this one often leave its input open.
func (s *session) tellUnread() func() {
	if f, ok := s.In.(*os.File); ok {
		if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice != 0 {
			return func() {} // a terminal's keys are for others, and /dev/null has none
		}
	}
	found := make(chan bool, 1)
	go func() {
		n, _ := s.In.Read(make([]byte, 1)) // without an input there is nothing to tell
		found <- n > 0
	}()
	return func() {
		select {
		case there := <-found:
			if there {
				_, _ = fmt.Fprintln(s.Err, s.word("debate: the piped input was not read, because there is a view; leave that out, or add --lines to answer both")) // a remark
			}
		case <-time.After(s.inputWait):
		}
	}
}

// answered is a reply as --json writes it.
type answered struct {
	ConversationID string `json:"conversation_id"`
	TurnID         string `json:"turn_id"`
	Topic          string `json:"topic"`
	Stance         string `json:"stance"` // the bot's: PRO, CON or empty
	Kind           string `json:"kind"`   // such as argument
	Model          string `json:"model"`
	Message        string `json:"message"`
	Reply          string `json:"reply"`
}

// write writes a reply, as text or as an object on one line.
func (s *session) write(t *debatev1.Turn, text string) error {
	if !s.JSON {
		_, err := fmt.Fprintln(s.Out, plain(text))
		return err
	}
	c := s.conversation
	out := json.NewEncoder(s.Out)
	out.SetEscapeHTML(false)
	return out.Encode(answered{
		ConversationID: c.GetId(), TurnID: t.GetId(), Topic: c.GetTopic(), Stance: stanceOf(c),
		Kind:  strings.ToLower(strings.TrimPrefix(t.GetKind().String(), "TURN_KIND_")),
		Model: t.GetModel(), Message: t.GetMessage(), Reply: text,
	})
}

// answer asks for the reply to a message and waits until it is whole.
func (s *session) answer(ctx context.Context, message string) (*debatev1.Turn, string, error) {
	var text strings.Builder
	r := s.atOnce(s.message(message))
	r.started = func(e *debatev1.TurnStarted) { s.conversation = e.GetConversation() }
	r.show = func(piece string) { text.WriteString(piece) }
	turn, err := s.follow(ctx, r)
	if err != nil {
		return nil, "", err
	}
	switch turn.GetState() {
	case debatev1.TurnState_TURN_STATE_COMPLETED:
		return turn, text.String(), nil
	case debatev1.TurnState_TURN_STATE_STOPPED:
		return nil, "", errInterrupted
	default:
		return nil, "", s.failure(turn)
	}
}

// joinedAfter is how long a filter waits for a whole reply before it follows it.
const joinedAfter = time.Second

// atOnce is a reply that nobody reads along with, which a service streams as fast as it
// is made: a call that streams nothing begins it, and the stream of the same request
// joins what takes longer.
func (s *session) atOnce(m *debatev1.ChatStreamRequest) *reply {
	r := s.chat(m)
	join, begun := r.send, false
	r.send = func(ctx context.Context) (events, error) {
		if begun {
			return join(ctx)
		}
		begun = true
		bounded, cancel := context.WithTimeout(ctx, joinedAfter)
		defer cancel()
		got, err := s.Client.Chat(bounded, connect.NewRequest(&debatev1.ChatRequest{
			ConversationId: m.ConversationId, Message: m.Message, RequestId: m.RequestId, Topic: m.Topic, Stance: m.Stance,
			Role: m.Role, Difficulty: m.Difficulty, Persona: m.Persona, Format: m.Format,
		}))
		if err != nil {
			return join(ctx) // which says what is wrong, if that is not the time
		}
		t := got.Msg.Turn
		return &arrived{
			&debatev1.ChatStreamResponse{Event: &debatev1.ChatStreamResponse_Started{Started: &debatev1.TurnStarted{Conversation: got.Msg.Conversation, Turn: t, Attempt: t.GetAttempt()}}},
			&debatev1.ChatStreamResponse{Event: &debatev1.ChatStreamResponse_Delta{Delta: &debatev1.TurnDelta{Text: t.GetReply()}}},
			&debatev1.ChatStreamResponse{Event: &debatev1.ChatStreamResponse_Finished{Finished: &debatev1.TurnFinished{Turn: t}}},
		}, nil
	}
	return r
}

// arrived is the events of a reply that is there.
type arrived []event

// Next is the next of them.
func (a *arrived) Next() (event, error) {
	if len(*a) == 0 {
		return nil, errDropped
	}
	next := (*a)[0]
	*a = (*a)[1:]
	return next, nil
}

// Close does nothing.
func (*arrived) Close() error { return nil }
