package turn

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Chat takes a turn and waits for the reply, 28 seconds at most. A turn that
// failed is its error.
func (s *Service) Chat(ctx context.Context, owner debate.Owner, r debate.ChatRequest) (debate.ChatResult, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, unaryWait, errStillRunning)
	defer cancel()
	a, err := s.begin(ctx, owner, r, false)
	if err != nil {
		return debate.ChatResult{}, mapWaitTimeout(ctx, "", err)
	}
	turn, err := s.await(ctx, a)
	if err != nil {
		return debate.ChatResult{}, mapWaitTimeout(ctx, a.turn.ID, err)
	}
	if turn.State == debate.Failed || turn.State == debate.Interrupted {
		return debate.ChatResult{}, outcomeError(turn)
	}
	if a.reply != nil {
		// The turn holds the conversation's place until it ends, so what was
		// read for the prompt is still what came before.
		window := append(latest(a.reply.history, responseWindow-1), turn)
		return debate.ChatResult{Conversation: a.reply.conversation, Turn: turn, Window: window}, nil
	}
	c, err := s.cfg.Store.Conversation(ctx, owner, turn.ConversationID)
	if err != nil {
		return debate.ChatResult{}, err
	}
	window, err := s.cfg.Store.Turns(ctx, owner, c.ID, turn.Number+1, true, responseWindow)
	slices.Reverse(window)
	return debate.ChatResult{Conversation: c, Turn: turn, Window: window}, err
}

// ChatStream takes a turn and streams the reply. It returns an error only
// before Started was sent, or the sink's own.
func (s *Service) ChatStream(ctx context.Context, owner debate.Owner, r debate.ChatRequest, send debate.Sink) error {
	a, err := s.begin(ctx, owner, r, true)
	if err != nil {
		return err
	}
	_, err = s.follow(ctx, a, 0, send)
	return err
}

// RetryTurn makes a new attempt at the latest turn's reply and streams it.
func (s *Service) RetryTurn(ctx context.Context, owner debate.Owner, turnID, requestID string, send debate.Sink) error {
	a, err := s.beginRetry(ctx, owner, turnID, requestID)
	if err != nil {
		return err
	}
	_, err = s.follow(ctx, a, 0, send)
	return err
}

var errStillRunning = &debate.Error{
	Reason:  debate.StillRunning,
	Message: "the reply takes longer than this call; it goes on: watch the turn, or repeat the call with the same request_id",
}

// mapWaitTimeout tells a wait of ours that ran out from the caller's own leaving.
func mapWaitTimeout(ctx context.Context, turnID string, err error) error {
	if ctx.Err() == nil || !errors.Is(context.Cause(ctx), errStillRunning) {
		return err
	}
	e := *errStillRunning
	e.TurnID = turnID
	return &e
}

// outcomeError makes the error of a call of a turn that has no whole reply.
func outcomeError(t debate.Turn) error {
	f := t.Failure
	if f == nil {
		f = &debate.FailureInterrupted
	}
	e := &debate.Error{Reason: f.Reason, Message: f.Message, TurnID: t.ID}
	switch f.Reason {
	case debate.ModelUnavailable, debate.Draining, debate.StoreUnavailable, debate.Overloaded:
		e.RetryAfter = max(f.RetryAfter, time.Second)
	case debate.InvalidArgument: // the message is all that a model can find fault with
		e.Fields = []debate.FieldViolation{{Field: "message", Description: f.Message}}
	default:
	}
	return e
}

// latest is the last n of turns, in a slice of its own.
func latest(turns []debate.Turn, n int) []debate.Turn {
	if len(turns) > n {
		turns = turns[len(turns)-n:]
	}
	return append(make([]debate.Turn, 0, n+1), turns...)
}
