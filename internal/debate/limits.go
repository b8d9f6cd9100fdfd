package debate

import (
	"context"
	"sync"
	"time"
)

// Limits are how much of something a key, and each of its users, may have; 0
// is any amount. A nil Key is no limit for keys.
type Limits struct {
	Key  func(name string) int
	User int
}

// OfKey is the limit of a key by its name.
func (l Limits) OfKey(name string) int {
	if l.Key == nil {
		return 0
	}
	return l.Key(name)
}

// Slots bounds how many turns run at once by key and by user, on all replicas.
type Slots interface {
	// Take takes a slot for a turn that is about to run. The error is
	// ErrTooManyTurns if the owner has none left.
	Take(ctx context.Context, owner Owner) (Slot, error)
}

// Slot is one turn's.
type Slot interface {
	// Keep holds it on. It is free by itself when that was not done for the
	// time of a lease, because its holder is gone.
	Keep(ctx context.Context)
	// Free gives it back, at the end of the turn.
	Free(ctx context.Context)
}

// ErrTooManyTurns is what Slots answer where there is none left. How long turns
// take is not known; most take a few seconds.
var ErrTooManyTurns = &Error{
	Reason:     RateLimited,
	Message:    "this API key, or its user, has as many turns running as it may; wait for one to end, or stop one",
	RetryAfter: 2 * time.Second,
}

// SlotTime is how long a slot lasts that is not kept.
const SlotTime = leaseTime

// endless is the slot where nothing is limited.
type endless struct{}

func (endless) Keep(context.Context) {}
func (endless) Free(context.Context) {}

// takeSlot is a slot for a new turn of the owner.
func (s *Service) takeSlot(ctx context.Context, owner Owner) (Slot, error) {
	if s.slots == nil {
		return endless{}, nil
	}
	return s.slots.Take(ctx, owner)
}

// copies keeps the copies of a request that come at once in line, so that all
// but the first find its turn, and need no slot of their own.
type copies struct {
	mu    sync.Mutex
	lines map[copyOf]*line
}

type copyOf struct {
	owner Owner
	id    string
}

type line struct {
	first chan struct{} // holds one while a copy begins
	all   int
}

// enter waits for the copies before; leave lets the next one in.
func (c *copies) enter(ctx context.Context, owner Owner, id string) (leave func(), err error) {
	if id == "" {
		return func() {}, nil
	}
	r := copyOf{owner, id}
	l := c.join(r)
	select {
	case l.first <- struct{}{}:
		return func() {
			<-l.first
			c.part(r, l)
		}, nil
	case <-ctx.Done():
		c.part(r, l)
		return nil, ctx.Err()
	}
}

func (c *copies) join(r copyOf) *line {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lines == nil {
		c.lines = make(map[copyOf]*line)
	}
	l := c.lines[r]
	if l == nil {
		l = &line{first: make(chan struct{}, 1)}
		c.lines[r] = l
	}
	l.all++
	return l
}

func (c *copies) part(r copyOf, l *line) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l.all--; l.all == 0 {
		delete(c.lines, r)
	}
}
