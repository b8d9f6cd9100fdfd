package cache

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Requests bounds the requests that callers make in a minute of all replicas
// together. While Redis is away each replica counts its own.
type Requests struct {
	cache  *Cache
	here   counter
	limits debate.Limits
}

// counter counts the requests of this replica.
type counter interface {
	Allow(ctx context.Context, owner debate.Owner) (wait time.Duration)
}

// NewRequests makes a Requests from one for this replica with the same limits.
// What that refuses, Redis would refuse too, and is not asked.
func NewRequests(c *Cache, here counter, limits debate.Limits) *Requests {
	return &Requests{c, here, limits}
}

// allowScript is a bucket for each key: the time at which it will be full
// again, at most a minute from now, moves on with each request by the time that
// one takes to come back. It counts in all buckets or, and then tells the
// milliseconds to wait, in none.
var allowScript = redis.NewScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local wait, full = 0, {}
for i, bucket in ipairs(KEYS) do
  full[i] = math.max(tonumber(redis.call('GET', bucket) or '0'), now) + 60000 / tonumber(ARGV[i])
  wait = math.max(wait, full[i] - now - 60000)
end
if wait > 0.001 then return math.ceil(wait) end
for i, bucket in ipairs(KEYS) do
  redis.call('SET', bucket, string.format('%.3f', full[i]), 'PX', math.ceil(full[i] - now))
end
return 0`)

// Allow counts a request. Where it is one too many it does not count, and wait
// is the time until one would be taken; else wait is 0.
func (r *Requests) Allow(ctx context.Context, owner debate.Owner) (wait time.Duration) {
	if wait := r.here.Allow(ctx, owner); wait > 0 {
		return wait
	}
	buckets, limits := limited("requests", owner, r.limits)
	if len(buckets) == 0 {
		return 0
	}
	_ = r.cache.do(ctx, func(ctx context.Context) error { // without Redis this replica's count stands
		milliseconds, err := allowScript.Run(ctx, r.cache.client, buckets, limits...).Int64()
		wait = time.Duration(milliseconds) * time.Millisecond
		return err
	})
	return wait
}

// limited are the keys at which something of an owner is counted, all in one
// slot of a cluster, and the limits of each. What has no limit is not counted.
func limited(kind string, owner debate.Owner, l debate.Limits) (keys []string, limits []any) {
	ofKey := key(kind, owner.Key)
	if n := l.OfKey(owner.Key); n > 0 {
		keys, limits = append(keys, ofKey), append(limits, n)
	}
	if l.User > 0 && owner.User != "" {
		keys, limits = append(keys, ofKey+":"+owner.User), append(limits, l.User)
	}
	return keys, limits
}
