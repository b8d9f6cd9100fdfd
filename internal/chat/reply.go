package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

const (
	// silentAfter is how long a stream may be silent before it counts as
	// dropped; the service sends a heartbeat every 10 seconds.
	silentAfter = 30 * time.Second
	// reconnects is how often in a row a dropped stream is taken up again.
	reconnects = 5
	// firstPause comes before the first of them, and doubles.
	firstPause = 200 * time.Millisecond
	// stopWait is how long a reply that was told to stop may take.
	stopWait = 10 * time.Second
)

var (
	errInterrupted = errors.New("interrupted")
	errDropped     = errors.New("the connection was lost")
)

// reply is a reply on its way, and how much of it has arrived. It outlives
// its streams.
type reply struct {
	// send asks for the reply. It carries a request id, so it may be repeated.
	send func(context.Context) (events, error)
	// started is called at the first event.
	started func(*debatev1.TurnStarted)
	// found is called with the conversation when its topic and sides are known.
	found func(*debatev1.Conversation)
	// lost is called when the connection was lost, before each try to have it again.
	lost func()
	// show is called with each piece of text, once.
	show func(string)

	turnID  string // empty until known
	attempt int32  // 0 until started
	offset  int64  // bytes of the reply that were shown
}

// event is what the three streams of replies have in common.
type event interface {
	GetStarted() *debatev1.TurnStarted
	GetDelta() *debatev1.TurnDelta
	GetFinished() *debatev1.TurnFinished
	GetConversation() *debatev1.Conversation
}

// events is a stream of them. A stream that is not left at its finished event
// was dropped, so Next never ends without an error.
type events interface {
	Next() (event, error)
	Close() error
}

// stream makes events of a Connect stream.
type stream[T any, E interface {
	*T
	event
}] struct {
	*connect.ServerStreamForClient[T]
}

func (s stream[T, E]) Next() (event, error) {
	if s.Receive() {
		return E(s.Msg()), nil
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	return nil, errDropped
}

func (s *session) chat(r *debatev1.ChatStreamRequest) *reply {
	return &reply{send: func(ctx context.Context) (events, error) {
		st, err := s.Client.ChatStream(ctx, connect.NewRequest(r))
		return stream[debatev1.ChatStreamResponse, *debatev1.ChatStreamResponse]{st}, err
	}}
}

func (s *session) retry(turnID string) *reply {
	r := &debatev1.RetryTurnRequest{TurnId: turnID, RequestId: uuid.NewString()}
	return &reply{send: func(ctx context.Context) (events, error) {
		st, err := s.Client.RetryTurn(ctx, connect.NewRequest(r))
		return stream[debatev1.RetryTurnResponse, *debatev1.RetryTurnResponse]{st}, err
	}}
}

// watch takes up a reply where it is.
func (s *session) watch(ctx context.Context, r *reply) (events, error) {
	st, err := s.Client.WatchTurn(ctx, connect.NewRequest(&debatev1.WatchTurnRequest{
		TurnId: r.turnID, Offset: r.offset, Attempt: r.attempt,
	}))
	return stream[debatev1.WatchTurnResponse, *debatev1.WatchTurnResponse]{st}, err
}

// follow shows a reply to its end and returns its turn. A stream that drops is
// taken up where it was. Ctrl-C stops the reply, which ends it as stopped; a
// second one leaves it. An error leaves r as it is, to be followed again.
func (s *session) follow(ctx context.Context, r *reply) (*debatev1.Turn, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := s.stopOnInterrupt(ctx, cancel)

	pause := firstPause
	for tries := 0; ; tries++ {
		before := *r
		turn, err := s.read(ctx, r, stop)
		if err == nil {
			return turn, nil
		}
		if ctx.Err() != nil {
			return nil, because(ctx, err)
		}
		if r.offset > before.offset || r.turnID != before.turnID {
			tries, pause = 0, firstPause
		}
		if tries >= reconnects || !s.mayReconnect(err, r.turnID != "") {
			if r.turnID != "" && reasonOf(err) == "" {
				err = fmt.Errorf("%w: %w", errDropped, err)
			}
			return nil, err
		}
		if r.lost != nil {
			r.lost()
		}
		select {
		case <-time.After(pause):
			pause *= 2
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// read follows r on one stream; only a finished turn ends it without an error.
func (s *session) read(ctx context.Context, r *reply, stop stopper) (*debatev1.Turn, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silent := time.AfterFunc(s.silence, func() { cancel(errDropped) })
	defer silent.Stop()

	open := r.send
	if r.turnID != "" {
		open = func(ctx context.Context) (events, error) { return s.watch(ctx, r) }
	}
	st, err := open(ctx)
	if err != nil {
		return nil, because(ctx, err)
	}
	defer func() {
		cancel(nil)
		_ = st.Close() // of a stream that is left, its error means nothing
	}()
	for {
		e, err := st.Next()
		if err != nil {
			return nil, because(ctx, err)
		}
		silent.Reset(s.silence)
		switch {
		case e.GetStarted() != nil:
			r.start(e.GetStarted())
			stop.know(r.turnID)
		case e.GetConversation() != nil:
			if r.found != nil {
				r.found(e.GetConversation())
			}
		case e.GetDelta() != nil:
			if err := r.add(e.GetDelta()); err != nil {
				return nil, err
			}
		case e.GetFinished() != nil:
			return e.GetFinished().GetTurn(), nil
		}
	}
}

// because is why ctx ended, if it did, and else err.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

func (r *reply) start(e *debatev1.TurnStarted) {
	if r.attempt != 0 {
		return // taken up again
	}
	r.turnID, r.attempt = e.GetTurn().GetId(), e.GetAttempt()
	r.started(e)
}

// add shows what is new in a delta.
func (r *reply) add(d *debatev1.TurnDelta) error {
	known := r.offset - d.Offset
	switch {
	case known < 0:
		// Taken up again, the stream gives what is missing.
		return fmt.Errorf("%w: %d bytes of the reply are missing", errDropped, -known)
	case known < int64(len(d.Text)):
		r.show(d.Text[known:])
		r.offset = d.Offset + int64(len(d.Text))
	}
	return nil
}

// stopper stops a reply on Ctrl-C, once its turn is known.
type stopper chan string

// stopOnInterrupt waits for Ctrl-C. leave is called when the service does not
// end the reply, or at a second Ctrl-C.
func (s *session) stopOnInterrupt(ctx context.Context, leave context.CancelCauseFunc) stopper {
	w, notStopped := make(stopper, 1), s.word("the reply could not be stopped: %w")
	go func() {
		select {
		case <-s.interrupts:
		case <-ctx.Done():
			return
		}
		go func() {
			select {
			case <-s.interrupts:
				leave(errInterrupted)
			case <-time.After(stopWait):
				leave(errInterrupted)
			case <-ctx.Done():
			}
		}()
		select {
		case id := <-w:
			_, err := s.Client.StopTurn(ctx, connect.NewRequest(&debatev1.StopTurnRequest{TurnId: id}))
			if err != nil && reasonOf(err) != "TURN_NOT_RUNNING" && ctx.Err() == nil {
				leave(fmt.Errorf(notStopped, err))
			}
		case <-ctx.Done():
		}
	}()
	return w
}

// know tells which turn to stop.
func (w stopper) know(turnID string) {
	select {
	case w <- turnID:
	default: // it is known
	}
}
