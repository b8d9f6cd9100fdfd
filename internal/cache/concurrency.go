package cache

import (
	"context"
	"crypto/rand"
	"sync"

	"github.com/redis/go-redis/v9"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Concurrency bounds the turns that run at once on all replicas together. While
// Redis is away each replica counts its own.
type Concurrency struct {
	cache  *Cache
	here   debate.Slots
	limits debate.Limits
}

// NewConcurrency makes a Concurrency from one for this replica with the same limits.
func NewConcurrency(c *Cache, here debate.Slots, limits debate.Limits) *Concurrency {
	return &Concurrency{c, here, limits}
}

// Each key is a sorted set of slots by the time at which they are free unless
// they are renewed, in milliseconds.
var (
	acquireScript = redis.NewScript(`
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
	renewScript = redis.NewScript(`
local time = redis.call('TIME')
local free = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
for _, slots in ipairs(KEYS) do
  redis.call('ZADD', slots, free, ARGV[1])
  redis.call('PEXPIRE', slots, ARGV[2])
end
return 1`)
	releaseScript = redis.NewScript(`
for _, slots in ipairs(KEYS) do redis.call('ZREM', slots, ARGV[1]) end
return 1`)
)

// Acquire implements debate.Slots.
func (c *Concurrency) Acquire(ctx context.Context, owner debate.Owner) (debate.Slot, error) {
	here, err := c.here.Acquire(ctx, owner)
	if err != nil {
		return nil, err // elsewhere there are no fewer
	}
	s := &slot{cache: c.cache, here: here, id: rand.Text()}
	var limits []any
	if s.keys, limits = limited("turns", owner, c.limits); len(s.keys) == 0 {
		return here, nil
	}
	taken := true
	_ = c.cache.do(ctx, func(ctx context.Context) error { // without Redis this replica's count stands
		n, err := acquireScript.Run(ctx, c.cache.client, s.keys, append([]any{s.id, debate.LeaseTime.Milliseconds()}, limits...)...).Int64()
		taken = err != nil || n == 1
		return err
	})
	if !taken {
		here.Release(ctx)
		return nil, debate.ErrTooManyTurns
	}
	return s, nil
}

// slot is the place of a running turn.
type slot struct {
	cache *Cache
	here  debate.Slot
	id    string
	keys  []string

	mu   sync.Mutex
	free bool
}

// Renew also puts a slot back that an outage of Redis lost.
func (s *slot) Renew(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.free {
		return
	}
	s.here.Renew(ctx)
	_ = s.cache.do(ctx, func(ctx context.Context) error { // else it is renewed the next time
		return renewScript.Run(ctx, s.cache.client, s.keys, s.id, debate.LeaseTime.Milliseconds()).Err()
	})
}

// Release gives the slot back; without Redis it runs out.
func (s *slot) Release(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.free {
		return
	}
	s.free = true
	s.here.Release(ctx)
	_ = s.cache.do(ctx, func(ctx context.Context) error { // else it runs out
		return releaseScript.Run(ctx, s.cache.client, s.keys, s.id).Err()
	})
}

var _ debate.Slots = (*Concurrency)(nil)
