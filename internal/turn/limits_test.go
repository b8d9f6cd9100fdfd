package turn_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// places is a Slots of so many places for everybody.
type places struct {
	most int

	mu          sync.Mutex
	taken, kept int
}

var errNoPlace = &debate.Error{Reason: debate.RateLimited, Message: "none left", RetryAfter: time.Second}

func (p *places) Acquire(context.Context, debate.Owner) (debate.Slot, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken == p.most {
		return nil, errNoPlace
	}
	p.taken++
	return place{p}, nil
}

type place struct{ of *places }

func (p place) Renew(context.Context) {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	p.of.kept++
}

func (p place) Release(context.Context) {
	p.of.mu.Lock()
	defer p.of.mu.Unlock()
	p.of.taken--
}

func (p *places) now() (taken, kept int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken, p.kept
}

func TestARunningTurnHasASlotUntilItsEnd(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		slots := &places{most: 1}
		h := open(t, newMemory(), says("Twelve ", "seconds ", "of ", "talk ", "are ", "long ", "enough ", "for ", "two ", "renewals ", "of ", "it."), func(c *turn.Config) { c.Slots = slots })
		done := make(chan error, 1)
		go func() {
			_, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring", RequestID: "first"})
			done <- err
		}()
		time.Sleep(time.Second)
		_, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Chess is boring"})
		if e := wantReason(t, err, debate.RateLimited); e.RetryAfter == 0 {
			t.Errorf("refused with %+v", e)
		}
		// The same request again is no other turn.
		must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring", RequestID: "first"}))
		if err := <-done; err != nil {
			t.Error(err)
		}
		if taken, kept := slots.now(); taken != 0 || kept != 2 {
			t.Errorf("%d slots taken and kept %d times, want 0 and 2", taken, kept)
		}
		if h.model.calls() != 1 {
			t.Errorf("%d calls of the model", h.model.calls())
		}
		// The next one may follow at once.
		last := must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{Message: "Chess is boring"}))
		if err := h.RetryTurn(ctx, alice, last.Turn.ID, "", new(record).send); err != nil {
			t.Error(err)
		}
		if taken, _ := slots.now(); taken != 0 {
			t.Errorf("%d slots taken after a retry", taken)
		}
	})
}

func TestCopiesOfARequestNeedOneSlot(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		slots := &places{most: 1}
		h := open(t, newMemory(), says("One ", "answer."), func(c *turn.Config) { c.Slots = slots })
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring", RequestID: "same"}))
			})
		}
		wg.Wait()
		if taken, _ := slots.now(); taken != 0 || h.model.calls() != 1 {
			t.Errorf("%d slots taken, %d calls", taken, h.model.calls())
		}
	})
}

func TestATurnThatDoesNotBeginGivesItsSlotBack(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		slots := &places{most: 5}
		h := open(t, newMemory(), says("One ", "answer."), func(c *turn.Config) { c.Slots = slots })
		_, err := h.Chat(ctx, alice, debate.ChatRequest{ConversationID: "nowhere", Message: "Golf is boring"})
		wantReason(t, err, debate.NotFound)
		if err := h.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		_, err = h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"})
		wantReason(t, err, debate.Draining)
		if taken, _ := slots.now(); taken != 0 {
			t.Errorf("%d slots are lost", taken)
		}
	})
}

func TestAPanicEndsTheTurnAndNotTheProcess(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		var log bytes.Buffer
		slots := &places{most: 1}
		model := &script{reply: func(_ context.Context, _ debate.Prompt, emit func(string)) (debate.Completion, error) {
			emit("No")
			panic("nobody expects it")
		}}
		h := open(t, newMemory(), model, func(c *turn.Config) { c.Slots, c.Log = slots, slog.New(slog.NewTextHandler(&log, nil)) })
		_, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"})
		if e := wantReason(t, err, debate.ModelUnavailable); strings.Contains(e.Message, "expects") {
			t.Errorf("told %v", e)
		}
		if taken, _ := slots.now(); taken != 0 || !strings.Contains(log.String(), "nobody expects it") {
			t.Errorf("%d slots taken; logged %s", taken, log.String())
		}
	})
}

// slowly is a store in which something happens as a turn begins.
type slowly struct {
	*memory
	meanwhile func(context.Context)
}

func (s slowly) BeginTurn(ctx context.Context, b debate.BeginTurnParams) (debate.BeginTurnResult, error) {
	if s.meanwhile(ctx); ctx.Err() != nil {
		return debate.BeginTurnResult{}, ctx.Err()
	}
	return s.memory.BeginTurn(ctx, b)
}

func TestAPanicAsATurnBeginsIsTheCallsError(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		slots := &places{most: 1}
		store := slowly{newMemory(), func(context.Context) { panic("no turn begins") }}
		h := open(t, store.memory, says("No."), func(c *turn.Config) { c.Store, c.Slots = store, slots })
		if _, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}); err == nil || !strings.Contains(err.Error(), "panic: no turn begins") {
			t.Errorf("the call's error is %v", err)
		}
		if taken, _ := slots.now(); taken != 0 {
			t.Errorf("%d slots are lost", taken)
		}
		if err := h.Drain(ctx); err != nil {
			t.Errorf("drained with %v", err)
		}
	})
}

func TestATurnThatIsDrainedAsItBeginsIsStored(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		store := slowly{newMemory(), func(context.Context) { time.Sleep(time.Second) }}
		h := open(t, store.memory, says("No."), func(c *turn.Config) { c.Store = store })
		at := time.AfterFunc(time.Second/2, func() {
			ended, cancel := context.WithCancel(ctx)
			cancel()
			if err := h.Drain(ended); err != nil {
				t.Errorf("drained with %v", err)
			}
		})
		defer at.Stop()
		_, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"})
		if e := wantReason(t, err, debate.Draining); e.TurnID == "" {
			t.Error("the turn is not stored")
		}
	})
}

func TestWhatIsSaidIsLoggedOnlyIfConfigured(t *testing.T) {
	for _, configured := range []bool{false, true} {
		bubble(t, func(t *testing.T, ctx context.Context) {
			var log bytes.Buffer
			h := open(t, newMemory(), says("No, ", "it is not."), func(c *turn.Config) {
				c.LogTexts, c.Log = configured, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}))
			h.model.reply = func(context.Context, debate.Prompt, func(string)) (debate.Completion, error) {
				return debate.Completion{}, errors.New("no")
			}
			_, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"})
			wantReason(t, err, debate.ModelUnavailable)
			if strings.Contains(log.String(), "Golf is boring") != configured || strings.Contains(log.String(), "No, it is not.") != configured {
				t.Errorf("configured: %v; logged %s", configured, log.String())
			}
		})
	}
}
