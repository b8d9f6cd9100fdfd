package limit

import (
	"context"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Concurrency bounds the turns that run at once in this process, by key and by user.
type Concurrency struct {
	limits debate.Limits

	mu      sync.Mutex
	running map[debate.Owner]int // those of a whole key have no User
}

// NewConcurrency makes a Concurrency.
func NewConcurrency(limits debate.Limits) *Concurrency {
	return &Concurrency{limits: limits, running: make(map[debate.Owner]int)}
}

// Acquire implements debate.Slots.
func (c *Concurrency) Acquire(_ context.Context, owner debate.Owner) (debate.Slot, error) {
	key := debate.Owner{Key: owner.Key}
	c.mu.Lock()
	defer c.mu.Unlock()
	if full(c.running[key], c.limits.OfKey(owner.Key)) || owner.User != "" && full(c.running[owner], c.limits.User) {
		return nil, debate.ErrTooManyTurns
	}
	c.running[key]++
	if owner.User != "" {
		c.running[owner]++
	}
	return &slot{limit: c, owner: owner}, nil
}

func full(running, limit int) bool { return limit > 0 && running >= limit }

// slot is the place of a running turn. It ends with the process, if not before.
type slot struct {
	limit *Concurrency
	owner debate.Owner
	once  sync.Once
}

func (*slot) Renew(context.Context) {}

func (s *slot) Release(context.Context) {
	s.once.Do(func() {
		s.limit.mu.Lock()
		defer s.limit.mu.Unlock()
		s.limit.leave(debate.Owner{Key: s.owner.Key})
		if s.owner.User != "" {
			s.limit.leave(s.owner)
		}
	})
}

// leave forgets who has nothing running. c.mu is held.
func (c *Concurrency) leave(owner debate.Owner) {
	if c.running[owner]--; c.running[owner] <= 0 {
		delete(c.running, owner)
	}
}
