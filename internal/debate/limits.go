package debate

import (
	"context"
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
	// Acquire takes a slot for a turn that is about to run. The error is
	// ErrTooManyTurns if the owner has none left.
	Acquire(ctx context.Context, owner Owner) (Slot, error)
}

// Slot is one turn's.
type Slot interface {
	// Renew extends it. It is free by itself when that was not done for
	// LeaseTime, because its holder is gone.
	Renew(ctx context.Context)
	// Release gives it back, at the end of the turn.
	Release(ctx context.Context)
}

// ErrTooManyTurns is what Slots answer where there is none left. How long turns
// take is not known; most take a few seconds.
var ErrTooManyTurns = &Error{
	Reason:     RateLimited,
	Message:    "this API key, or its user, has as many turns running as it may; wait for one to end, or stop one",
	RetryAfter: 2 * time.Second,
}
