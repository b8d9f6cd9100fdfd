package turn_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// slowRenewals is a store that hangs in each renewal, for a while or until its
// caller gives up.
type slowRenewals struct {
	*memory
	hang  func(context.Context) error
	calls atomic.Int32
}

func (s *slowRenewals) Renew(ctx context.Context, l debate.Lease, text string, until time.Time) (bool, error) {
	s.calls.Add(1)
	if err := s.hang(ctx); err != nil {
		return false, err
	}
	return s.memory.Renew(ctx, l, text, until)
}

func TestARenewalThatIsUnderWayEndsWithItsTurn(t *testing.T) {
	for name, hang := range map[string]func(context.Context) error{
		"until its context ends": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		"past the turn's end":    func(context.Context) error { time.Sleep(3 * time.Second); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, ctx context.Context) {
				var log bytes.Buffer
				store := &slowRenewals{memory: newMemory(), hang: hang}
				h := open(t, store.memory, says("One ", "two ", "three ", "four ", "five ", "six."), func(c *turn.Config) {
					c.Store, c.Log = store, slog.New(slog.NewTextHandler(&log, nil))
				})
				must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}))
				time.Sleep(10 * time.Minute)
				if n := store.calls.Load(); n != 1 {
					t.Errorf("%d renewals of a turn of six seconds", n)
				}
				if log.Len() > 0 {
					t.Errorf("the log says %s", log.String())
				}
			})
		})
	}
}

// Whatever runs beside a turn or a service ends with it: no timer starts again by
// itself and no goroutine stays, for which the fake clock's test would wait.
func TestNothingGoesOnAfterItsEnd(t *testing.T) {
	begin := func(t *testing.T, ctx context.Context, h *house) {
		must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}))
	}
	slow := says("One ", "two ", "three ", "four ", "five ", "six ", "seven ", "eight ", "nine ", "ten ", "eleven ", "twelve.")
	for name, c := range map[string]struct {
		change func(*turn.Config)
		do     func(t *testing.T, ctx context.Context, h *house)
	}{
		"a turn with two renewals":   {nil, begin},
		"a turn whose analyst hangs": {func(c *turn.Config) { c.Analyst, c.StanceGuard = hanging{}, true }, begin},
		"a turn that is stopped": {nil, func(_ *testing.T, ctx context.Context, h *house) {
			_ = h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, func(e debate.Event) error {
				if d, ok := e.(debate.Delta); ok && d.Offset > 20 {
					go func() { _, _ = h.StopTurn(ctx, alice, h.store.order[0]) }()
				}
				return nil
			})
		}},
		"a reader who leaves": {nil, func(_ *testing.T, ctx context.Context, h *house) {
			ctx, leave := context.WithTimeout(ctx, 7*time.Second)
			defer leave()
			_ = h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, func(debate.Event) error { return nil })
		}},
		"a store that stays away at the end of a turn": {nil, func(_ *testing.T, ctx context.Context, h *house) {
			_ = h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, func(e debate.Event) error {
				if _, ok := e.(debate.Delta); ok {
					h.store.setAway(&debate.Error{Reason: debate.StoreUnavailable})
				}
				return nil
			})
		}},
		"a service that sweeps and hears stop signals": {func(c *turn.Config) { c.Live = silent{} }, func(_ *testing.T, ctx context.Context, h *house) {
			ctx, stop := context.WithTimeout(ctx, time.Minute)
			defer stop()
			h.Run(ctx)
		}},
		"a drain": {nil, func(t *testing.T, ctx context.Context, h *house) {
			go func() { _, _ = h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}) }()
			time.Sleep(6 * time.Second)
			ctx, stop := context.WithTimeout(ctx, time.Second)
			defer stop()
			if err := h.Drain(ctx); err != nil {
				t.Error(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, ctx context.Context) {
				change := c.change
				if change == nil {
					change = func(*turn.Config) {}
				}
				h := open(t, newMemory(), &script{reply: slow.reply}, change)
				c.do(t, ctx, h)
				time.Sleep(3 * time.Minute) // more than a turn and its side calls may take
				synctest.Wait()
				before := h.store.called()
				time.Sleep(time.Hour)
				if n := h.store.called() - before; n > 0 || before == 0 {
					t.Errorf("%d calls of the store, and %d in the hour after it", before, n)
				}
			})
		})
	}
}

// hanging is an Analyst that answers nothing until its context ends.
type hanging struct{}

func (hanging) Subject(ctx context.Context, _ string) (debate.Subject, bool, debate.Usage, error) {
	<-ctx.Done()
	return debate.Subject{}, false, debate.Usage{}, ctx.Err()
}

func (hanging) Moderate(ctx context.Context, _ string) (debate.Moderation, error) {
	<-ctx.Done()
	return "", ctx.Err()
}

func (hanging) Summarize(ctx context.Context, _ debate.Conversation, _ []debate.Exchange) (string, debate.Usage, error) {
	<-ctx.Done()
	return "", debate.Usage{}, ctx.Err()
}

func (hanging) CheckExchange(ctx context.Context, _ debate.Conversation, _ debate.Exchange, _ []debate.Point) (debate.StanceCheck, debate.Ledger, debate.Usage, error) {
	<-ctx.Done()
	return debate.StanceCheck{}, "", debate.Usage{}, ctx.Err()
}

// silent is a Live that nobody else uses.
type silent struct{}

func (silent) Publish(debate.Ref, int, string)    {}
func (silent) End(debate.Ref)                     {}
func (silent) Stop(context.Context, string) error { return nil }
func (silent) Stops() <-chan string               { return make(chan string) }
func (silent) Changed(string)                     {}
func (silent) Changes() <-chan string             { return nil }

func (silent) Read(ctx context.Context, _ debate.Ref, _ int) (string, bool, error) {
	<-ctx.Done()
	return "", false, ctx.Err()
}
