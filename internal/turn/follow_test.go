package turn_test

import (
	"context"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// told is a Live that tells of one reply what it is told itself.
type told struct {
	debate.Live
	read func(ctx context.Context, offset int) (string, bool, error)
}

func (l told) Stops() <-chan string   { return nil }
func (l told) Changed(string)         {}
func (l told) Changes() <-chan string { return nil }

func (l told) Read(ctx context.Context, _ debate.Ref, offset int) (string, bool, error) {
	return l.read(ctx, offset)
}

// watched is a store whose reads of turns are counted and can hang.
type watched struct {
	*memory
	reads int
	hangs time.Duration
}

func (w *watched) Turn(ctx context.Context, owner debate.Owner, id string, attempt int) (debate.Turn, error) {
	w.reads++
	if w.hangs > 0 && w.reads > 1 {
		ctx, cancel := context.WithTimeout(ctx, w.hangs)
		defer cancel()
		<-ctx.Done()
		return debate.Turn{}, &debate.Error{Reason: debate.StoreUnavailable, Message: "away", Cause: ctx.Err()}
	}
	return w.memory.Turn(ctx, owner, id, attempt)
}

// elsewhere begins a turn that another replica holds.
func elsewhere(t *testing.T, ctx context.Context, store debate.Store) debate.Turn {
	t.Helper()
	begun, err := store.BeginTurn(ctx, debate.BeginTurnParams{Owner: alice, Conversation: "c", New: true, TurnID: "t",
		Message: "Golf is boring", Holder: "another", Now: time.Now(), LeaseUntil: time.Now().Add(15 * time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	return begun.Turn
}

func over(store debate.Store, live debate.Live) func(*turn.Config) {
	return func(c *turn.Config) { c.Store, c.Live = store, live }
}

func TestAnEndThatTheStoreDoesNotShowIsWaitedFor(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		store := &watched{memory: newMemory()}
		h := open(t, store.memory, says(), over(store, told{read: func(_ context.Context, offset int) (string, bool, error) {
			return "So far."[min(offset, 7):], true, nil
		}}))
		turn := elsewhere(t, ctx, store)
		r, begin := &record{}, time.Now()
		if err := h.WatchTurn(ctx, alice, turn.ID, 0, 0, r.send); err != nil {
			t.Fatal(err)
		}
		if r.finished.State != debate.Interrupted || r.text != "So far." || time.Since(begin) > 17*time.Second || r.heartbeats != 1 {
			t.Errorf("after %v: %+v", time.Since(begin), r)
		}
		if store.reads > 20 {
			t.Errorf("the store was read %d times in %v", store.reads, time.Since(begin))
		}
	})
}

func TestAStoreThatHangsDoesNotHoldUpWatchers(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		store := &watched{memory: newMemory(), hangs: 5 * time.Second}
		begin := time.Now()
		const every = 22 * time.Second // so that the store is asked in between
		h := open(t, store.memory, says(), over(store, told{read: func(ctx context.Context, offset int) (string, bool, error) {
			select {
			case <-time.After(time.Until(begin.Add(time.Duration(offset+1) * every))):
				return ".", false, nil
			case <-ctx.Done():
				return "", false, ctx.Err()
			}
		}}))
		turn := elsewhere(t, ctx, store)
		watch, cancel := context.WithTimeout(ctx, 80*time.Second)
		defer cancel()
		r := &record{}
		var latest time.Duration
		r.onDelta = func(next int) {
			latest = max(latest, time.Since(begin)-time.Duration(next)*every)
		}
		_ = h.WatchTurn(watch, alice, turn.ID, 0, 0, r.send)
		if r.text != "..." || latest > 1100*time.Millisecond || r.heartbeats < 5 {
			t.Errorf("%q, as late as %v, %d heartbeats", r.text, latest, r.heartbeats)
		}
	})
}

func TestAnOffsetInsideACharacterThatComesLaterCutsNothing(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		store := newMemory()
		h := open(t, store, says(), over(store, told{read: func(_ context.Context, offset int) (string, bool, error) {
			return "a€b"[min(offset, 5):], true, nil
		}}))
		turn := elsewhere(t, ctx, store)
		r := &record{}
		if err := h.WatchTurn(ctx, alice, turn.ID, 0, 2, r.send); err != nil || r.text != "b" {
			t.Errorf("%q, %v", r.text, err)
		}
	})
}
