package limit

import (
	"context"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Turns bounds the turns that run at once in this process, by key and by user.
type Turns struct {
	limits debate.Limits

	mu      sync.Mutex
	running map[debate.Owner]int // those of a whole key have no User
}

// NewTurns makes a Turns.
func NewTurns(limits debate.Limits) *Turns {
	return &Turns{limits: limits, running: make(map[debate.Owner]int)}
}

// Take implements debate.Slots.
func (t *Turns) Take(_ context.Context, owner debate.Owner) (debate.Slot, error) {
	key := debate.Owner{Key: owner.Key}
	t.mu.Lock()
	defer t.mu.Unlock()
	if full(t.running[key], t.limits.OfKey(owner.Key)) || owner.User != "" && full(t.running[owner], t.limits.User) {
		return nil, debate.ErrTooManyTurns
	}
	t.running[key]++
	if owner.User != "" {
		t.running[owner]++
	}
	return &turn{turns: t, owner: owner}, nil
}

func full(running, limit int) bool { return limit > 0 && running >= limit }

// turn is a slot. It ends with the process, if not before.
type turn struct {
	turns *Turns
	owner debate.Owner
	once  sync.Once
}

func (*turn) Keep(context.Context) {}

func (s *turn) Free(context.Context) {
	s.once.Do(func() {
		s.turns.mu.Lock()
		defer s.turns.mu.Unlock()
		s.turns.leave(debate.Owner{Key: s.owner.Key})
		if s.owner.User != "" {
			s.turns.leave(s.owner)
		}
	})
}

// leave forgets who has nothing running. t.mu is held.
func (t *Turns) leave(owner debate.Owner) {
	if t.running[owner]--; t.running[owner] <= 0 {
		delete(t.running, owner)
	}
}
