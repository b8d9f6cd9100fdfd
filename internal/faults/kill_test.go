package faults

import (
	"math/rand/v2"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// Two replicas share a database, and clients debate through both. One of them
// is killed again and again, each time as a turn comes to another step.
func TestKilledAtEveryStepOfATurn(t *testing.T) {
	t.Parallel()
	withRedisAndWithout(t, killedAtEveryStep)
}

func killedAtEveryStep(t *testing.T, env ...string) {
	url := pgtest.NewDatabase(t)
	h := newHouse(t, append(env, "DATABASE_URL="+url)...)
	w := newWire(t, url)
	stays := h.serve().api()
	victim := h.serve("DATABASE_URL=" + w.url)
	var toVictim atomic.Value
	toVictim.Store(victim.api())
	l := &load{retries: true, slow: 2, to: func() api {
		if rand.IntN(3) == 0 {
			return stays
		}
		return toVictim.Load().(api)
	}}
	l.start(8)

	for _, step := range []struct {
		name string
		trap func(spring func()) <-chan struct{}
	}{
		{"before its turn is counted", w.before("count turn")},
		{"before its turn is inserted", w.before("insert turn")},
		{"after the beginning was committed, before it knows", w.after("insert turn")},
		{"before the model's first word", h.model.at(0)},
		{"in the middle of the reply", h.model.at(3)},
		{"before it renews its lease", w.before("renew")},
		{"after the lease was renewed, before it knows", w.after("renew")},
		{"at the end, before its tokens are counted", w.before("add usage")},
		{"before the end is stored", w.before("end turn")},
		{"after the end was committed, before it knows", w.after("end turn")},
		{"before a retry is stored", w.before("insert attempt")},
		{"before a retry is committed", w.before("commit attempt")},
		{"after a retry was committed, before it knows", w.after("commit attempt")},
	} {
		time.Sleep(rand.N(200 * time.Millisecond))
		select {
		case <-step.trap(victim.kill):
		case <-time.After(90 * time.Second):
			t.Fatalf("no turn came to this step: %s", step.name)
		}
		h.model.before.Store(nil)
		victim = h.serve("DATABASE_URL=" + w.url)
		toVictim.Store(victim.api())
	}
	l.stop()
	l.askAgain()
	h.settle(openDatabase(t, "pgx", url), stays, l.all())
}

func (w *wire) before(step string) func(func()) <-chan struct{} {
	return func(spring func()) <-chan struct{} { return w.set(step, false, spring) }
}

func (w *wire) after(step string) func(func()) <-chan struct{} {
	return func(spring func()) <-chan struct{} { return w.set(step, true, spring) }
}

// at is a trap at a piece of a reply.
func (m *model) at(piece int) func(func()) <-chan struct{} {
	return func(spring func()) <-chan struct{} {
		sprung := make(chan struct{})
		var once atomic.Bool
		at := func(p int) {
			if p == piece && once.CompareAndSwap(false, true) {
				spring()
				close(sprung)
			}
		}
		m.before.Store(&at)
		return sprung
	}
}

// The embedded database: a process is killed at random, and the next one finds
// everything in the file.
func TestKilledAtRandomOnSQLite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := newHouse(t, "DATA_DIR="+dir)
	r := h.serve()
	var to atomic.Value
	to.Store(r.api())
	l := &load{slow: 2, to: func() api { return to.Load().(api) }}
	l.start(8)
	for range 8 {
		time.Sleep(100*time.Millisecond + rand.N(800*time.Millisecond))
		r.kill()
		r = h.serve()
		to.Store(r.api())
	}
	l.stop()
	l.askAgain()
	h.settle(openDatabase(t, "sqlite", filepath.Join(dir, "debate.db")), r.api(), l.all())
}

// A replica that is told to end while a reply runs on for longer than the drain
// stores what was said as interrupted, tells its readers, and ends; the next
// process goes on from there without waiting for the lease.
func TestInterruptedBySIGTERMOnSQLite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := newHouse(t, "DATA_DIR="+dir, "DRAIN_TIMEOUT=500ms")
	r := h.serve()
	l := &load{}
	heard := make(chan call, 1)
	request := uuid.NewString()
	message := line(request, 60, 50*time.Millisecond)
	spoken := h.model.at(4)(func() {})
	go func() { heard <- l.stream(r.api(), "", request, message) }()
	<-spoken
	r.signal(syscall.SIGTERM)
	if took := r.wait(10 * time.Second); took > 4*time.Second {
		t.Errorf("it took %s to end, with half a second for the drain", took)
	}
	c := <-heard
	if c.turn.GetFailure().GetMessage() == "" || stateName(c.turn.GetState()) != "interrupted" || c.heard == "" || !c.whole {
		t.Errorf("the reader was told %v, after it heard %q", c.turn, c.heard)
	}
	next := h.serve().api()
	if again := l.retry(next, c.turn, uuid.NewString()); !again.completed() {
		t.Errorf("a retry ended as %v: %v", again.turn, again.err)
	}
	h.settle(openDatabase(t, "sqlite", filepath.Join(dir, "debate.db")), next, l.all())
}
