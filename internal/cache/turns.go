package cache

import (
	"context"
	"crypto/rand"
	"sync"

	"github.com/redis/go-redis/v9"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Turns bounds the turns that run at once on all replicas together. While
// Redis is away each replica counts its own.
type Turns struct {
	cache  *Cache
	here   debate.Slots
	limits debate.Limits
}

// NewTurns makes a Turns from one for this replica with the same limits.
func NewTurns(c *Cache, here debate.Slots, limits debate.Limits) *Turns {
	return &Turns{c, here, limits}
}

// Each key is a sorted set of slots by the time at which they are free unless
// they are kept, in milliseconds.
var (
	takeScript = redis.NewScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i, slots in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
  if redis.call('ZCARD', slots) >= tonumber(ARGV[i + 2]) then return 0 end
end
for _, slots in ipairs(KEYS) do
  redis.call('ZADD', slots, now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', slots, ARGV[2])
end
return 1`)
	keepScript = redis.NewScript(`
local time = redis.call('TIME')
local free = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
for _, slots in ipairs(KEYS) do
  redis.call('ZADD', slots, free, ARGV[1])
  redis.call('PEXPIRE', slots, ARGV[2])
end
return 1`)
	freeScript = redis.NewScript(`
for _, slots in ipairs(KEYS) do redis.call('ZREM', slots, ARGV[1]) end
return 1`)
)

// Take implements debate.Slots.
func (t *Turns) Take(ctx context.Context, owner debate.Owner) (debate.Slot, error) {
	here, err := t.here.Take(ctx, owner)
	if err != nil {
		return nil, err // elsewhere there are no fewer
	}
	s := &turn{cache: t.cache, here: here, id: rand.Text()}
	var limits []any
	if s.keys, limits = limited("turns", owner, t.limits); len(s.keys) == 0 {
		return here, nil
	}
	taken := true
	_ = t.cache.do(ctx, func(ctx context.Context) error { // without Redis this replica's count stands
		n, err := takeScript.Run(ctx, t.cache.client, s.keys, append([]any{s.id, debate.SlotTime.Milliseconds()}, limits...)...).Int64()
		taken = err != nil || n == 1
		return err
	})
	if !taken {
		here.Free(ctx)
		return nil, debate.ErrTooManyTurns
	}
	return s, nil
}

// turn is a slot.
type turn struct {
	cache *Cache
	here  debate.Slot
	id    string
	keys  []string

	mu   sync.Mutex
	free bool
}

// Keep also puts a slot back that an outage of Redis lost.
func (s *turn) Keep(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.free {
		return
	}
	s.here.Keep(ctx)
	_ = s.cache.do(ctx, func(ctx context.Context) error { // else it is kept the next time
		return keepScript.Run(ctx, s.cache.client, s.keys, s.id, debate.SlotTime.Milliseconds()).Err()
	})
}

// Free gives the slot back; without Redis it runs out.
func (s *turn) Free(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.free {
		return
	}
	s.free = true
	s.here.Free(ctx)
	_ = s.cache.do(ctx, func(ctx context.Context) error { // else it runs out
		return freeScript.Run(ctx, s.cache.client, s.keys, s.id).Err()
	})
}

var _ debate.Slots = (*Turns)(nil)
