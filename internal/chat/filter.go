package chat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// filter answers each line with a reply and a line feed. Only whole replies
// are written; the first that is not ends it with an error.
func (s *session) filter(ctx context.Context) error {
	if s.Resume != "" {
		if err := s.find(ctx); err != nil {
			return err
		}
	}
	read := lines(s.In)
	for number := 1; ; number++ {
		line, err := s.next(ctx, read)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errLeave):
			return errInterrupted
		case err != nil:
			return err
		}
		text, err := s.answer(ctx, line)
		if err != nil {
			err = s.explain(err)
			return userError{fmt.Sprintf("message %d: %s", number, err), err}
		}
		if _, err := fmt.Fprintln(s.Out, plain(text)); err != nil {
			return fmt.Errorf("the reply cannot be written: %w", err)
		}
	}
}

// answer is the whole reply to a line.
func (s *session) answer(ctx context.Context, line string) (string, error) {
	var text strings.Builder
	r := s.chat(s.message(line))
	r.started = func(e *debatev1.TurnStarted) { s.conversation = e.GetConversation() }
	r.show = func(piece string) { text.WriteString(piece) }
	turn, err := s.follow(ctx, r)
	if err != nil {
		return "", err
	}
	switch turn.GetState() {
	case debatev1.TurnState_TURN_STATE_COMPLETED:
		return text.String(), nil
	case debatev1.TurnState_TURN_STATE_STOPPED:
		return "", errInterrupted
	default:
		return "", s.failure(turn)
	}
}
