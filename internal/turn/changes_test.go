package turn_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// happenings is the part of memory that tells what happened: what a test says.
type happenings struct {
	mu    sync.Mutex
	all   []debate.Change
	asked int
	hides bool // some
}

func (h *happenings) Changes(_ context.Context, _ debate.Owner, since time.Time, limit int) ([]debate.Change, bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked++
	var found []debate.Change
	for _, c := range h.all {
		if c.At.After(since) {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b debate.Change) int { return a.At.Compare(b.At) })
	return found[:min(len(found), limit)], len(found) < limit && !h.hides, nil
}

func (h *happenings) SweepChanges(context.Context, time.Time) error { return nil }

// happens lets something happen that comes to light now.
func (h *happenings) happens(id string, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, debate.Change{Kind: debate.DebateBegun, ConversationID: id, At: at})
}

func (h *happenings) looks() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked
}

// listener is who follows alice's changes, and what it was told.
type listener struct {
	mu    sync.Mutex
	told  []string
	after debate.ChangeCursor
	beats int
	leave context.CancelFunc
	ended chan error
}

// follow follows changes from a place in the background.
func follow(ctx context.Context, s *turn.Service, after debate.ChangeCursor) *listener {
	l := &listener{ended: make(chan error, 1)}
	ctx, l.leave = context.WithCancel(ctx)
	go func() {
		l.ended <- s.FollowChanges(ctx, alice, after, func(c *debate.Change, after debate.ChangeCursor) error {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.after = after
			switch {
			case c == nil:
				l.beats++
			case c.Kind == debate.DebateBegun:
				l.told = append(l.told, c.ConversationID)
			default:
				l.told = append(l.told, string(c.Kind))
			}
			return nil
		})
	}()
	synctest.Wait()
	return l
}

// heard is what it was told so far.
func (l *listener) heard() []string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.told)
}

func (l *listener) place() debate.ChangeCursor {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.after
}

func TestWhoFollowsIsToldWhatHappensFromThenOn(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("No."))
		h.store.happens("before", time.Now().Add(-time.Second))
		l := follow(ctx, h.Service, debate.ChangeCursor{})
		h.store.happens("first", time.Now())
		time.Sleep(3 * time.Second)
		h.store.happens("second", time.Now())
		h.store.happens("late", time.Now().Add(-10*time.Second)) // its transaction took long, or its clock is slow
		h.store.happens("early", time.Now().Add(time.Hour))      // its clock is fast
		time.Sleep(time.Minute)
		h.store.happens("third", time.Now())
		time.Sleep(2 * time.Hour)
		if told := l.heard(); !slices.Equal(told, []string{"reload", "first", "late", "second", "early", "third"}) {
			t.Errorf("is told %q", told)
		}
	})
}

// However a stream is cut, and whenever changes come to light, the next one goes on
// without a gap and without a double.
func TestWhoComesBackMissesNothingAndIsToldNothingTwice(t *testing.T) {
	for seed := range uint64(20) {
		bubble(t, func(t *testing.T, ctx context.Context) {
			random := rand.New(rand.NewPCG(seed, 1))
			replicas := []*house{open(t, newMemory(), says("No."))}
			replicas = append(replicas, open(t, replicas[0].store, says("No.")))
			store := replicas[0].store
			l := follow(ctx, replicas[0].Service, debate.ChangeCursor{})
			told, want := []string{}, []string{"reload"}
			for n := range 100 {
				for range random.IntN(4) {
					id := fmt.Sprintf("%d.%d", n, len(want))
					want = append(want, id)
					store.happens(id, time.Now().Add(-time.Duration(random.IntN(14_000))*time.Millisecond))
				}
				time.Sleep(time.Duration(random.IntN(8000)) * time.Millisecond)
				if random.IntN(2) == 0 {
					l.leave()
					<-l.ended
					told = append(told, l.told...)
					time.Sleep(time.Duration(random.IntN(30_000)) * time.Millisecond)
					l = follow(ctx, replicas[random.IntN(2)].Service, l.place())
				}
			}
			time.Sleep(5 * time.Second)
			told = append(told, l.heard()...)
			slices.Sort(told)
			slices.Sort(want)
			if !slices.Equal(told, want) {
				t.Errorf("seed %d: %d happened, %d were told", seed, len(want), len(told))
			}
		})
	}
}

func TestWhoCannotBeToldOneByOneReadsAnew(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("No."))
		for name, after := range map[string]debate.ChangeCursor{
			"away for too long": {Since: time.Now().Add(-debate.ChangesKept)},
			"at the beginning":  {Since: time.UnixMicro(0)},
		} {
			l := follow(ctx, h.Service, after)
			if told := l.heard(); !slices.Equal(told, []string{"reload"}) {
				t.Errorf("%s: is told %q", name, told)
			}
		}
		l := follow(ctx, h.Service, debate.ChangeCursor{Since: time.Now()})
		for n := range 300 {
			h.store.happens(fmt.Sprint(n), time.Now())
		}
		time.Sleep(3 * time.Second)
		if told := l.heard(); !slices.Equal(told, []string{"reload"}) {
			t.Errorf("of 300 at once is told %q", told)
		}
		time.Sleep(time.Minute)
		before := len(l.heard())
		h.store.happens("after", time.Now())
		time.Sleep(3 * time.Second)
		if told := l.heard(); !slices.Equal(told[before:], []string{"after"}) {
			t.Errorf("afterwards is told %q", told[before:])
		}
	})
}

// A thousand changes in a few seconds make no cursor longer than a header may be, and
// who goes on from it misses nothing.
func TestACursorStaysShort(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("No."))
		l := follow(ctx, h.Service, debate.ChangeCursor{})
		for n := range 190 {
			h.store.happens(fmt.Sprint(n), time.Now())
		}
		time.Sleep(3 * time.Second)
		l.heard()
		if n := len(l.place().Told); n > 128 {
			t.Errorf("a cursor names %d changes", n)
		}
		h.store.happens("next", time.Now())
		again := follow(ctx, h.Service, l.place())
		if told := again.heard(); !slices.Contains(told, "next") {
			t.Errorf("goes on with %q", told)
		}
	})
}

func TestFollowersHearOfChangesHereAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("No."), func(c *turn.Config) { c.SweepOnce = true }) // nobody looks by himself
		l := follow(ctx, h.Service, debate.ChangeCursor{})
		looks := h.store.looks()
		time.Sleep(time.Hour)
		if n := h.store.looks(); n != looks {
			t.Errorf("%d looks at a store that pauses while nobody asks it", n-looks)
		}
		var r record
		began := time.Now()
		if err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Dogs are better than cats."}, r.send); err != nil {
			t.Fatal(err)
		}
		h.store.happens("turn", began)
		time.Sleep(time.Second)
		l.heard()
		if n := h.store.looks() - looks; n < 2 || n > 4 {
			t.Errorf("%d looks for a turn that began and ended", n)
		}
		looks = h.store.looks()
		if _, err := h.Rename(ctx, alice, r.started.Conversation.ID, "Dogs"); err != nil {
			t.Fatal(err)
		}
		l.heard()
		if n := h.store.looks() - looks; n != 1 {
			t.Errorf("%d looks for a new title", n)
		}
		time.Sleep(time.Second)
		looks = h.store.looks()
		if err := h.Delete(ctx, alice, r.started.Conversation.ID); err != nil {
			t.Fatal(err)
		}
		if l.heard(); h.store.looks()-looks != 1 {
			t.Error("nobody looks after a deletion")
		}
		looks = h.store.looks()
		if err := h.ChatStream(ctx, debate.Owner{Key: "bob"}, debate.ChatRequest{Message: "Dogs are better than cats."}, new(record).send); err != nil {
			t.Fatal(err)
		}
		if l.heard(); h.store.looks() != looks {
			t.Error("looks for what another did")
		}
	})
}

func TestFollowersAreBoundedKeptAliveAndLetGo(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("No."))
		var all []*listener
		for range 32 {
			all = append(all, follow(ctx, h.Service, debate.ChangeCursor{}))
		}
		none := func(*debate.Change, debate.ChangeCursor) error { return nil }
		bounded, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if err := h.FollowChanges(bounded, alice, debate.ChangeCursor{}, none); debate.ReasonOf(err) != debate.RateLimited {
			t.Errorf("one more: %v", err)
		}
		all[0].leave()
		<-all[0].ended
		all[0] = follow(ctx, h.Service, debate.ChangeCursor{})
		time.Sleep(time.Minute + time.Second)
		if all[0].heard(); all[0].beats != 6 {
			t.Errorf("%d signs of life in a minute", all[0].beats)
		}
		if since := all[0].place().Since; time.Since(since) > 30*time.Second {
			t.Errorf("they name a place %v ago", time.Since(since))
		}
		errLeft := errors.New("left")
		if err := h.FollowChanges(ctx, debate.Owner{Key: "bob"}, debate.ChangeCursor{}, func(*debate.Change, debate.ChangeCursor) error { return errLeft }); !errors.Is(err, errLeft) {
			t.Errorf("a sink that fails: %v", err)
		}
		if err := h.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			select {
			case err := <-l.ended:
				if err != nil {
					t.Errorf("ended with %v", err)
				}
			case <-time.After(time.Minute):
				t.Fatal("goes on after the drain")
			}
		}
	})
}
