package limit

import (
	"context"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// maxUsers are remembered, those who called last. Who is forgotten starts
// again with a whole minute's requests, which are then still the key's.
const maxUsers = 50_000

// Requests bounds the requests a minute, by key and by user. A caller who has
// been quiet for a minute may make all of them at once.
type Requests struct {
	limits debate.Limits

	mu    sync.Mutex
	keys  map[string]*rate.Limiter // as many as there are names of keys
	users *lru.Cache[debate.Owner, *rate.Limiter]
}

// NewRequests makes a Requests from limits of requests a minute.
func NewRequests(limits debate.Limits) *Requests {
	users, err := lru.New[debate.Owner, *rate.Limiter](maxUsers)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return &Requests{limits: limits, keys: make(map[string]*rate.Limiter), users: users}
}

// Allow counts a request. Where it is one too many it does not count, and wait
// is the time until one would be taken; else wait is 0.
func (r *Requests) Allow(_ context.Context, owner debate.Owner) (wait time.Duration) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	ofKey, wait := reserve(r.key(owner.Key, now), now)
	if wait > 0 {
		return wait
	}
	_, wait = reserve(r.user(owner), now)
	if wait > 0 && ofKey != nil {
		ofKey.CancelAt(now) // a user who is too fast costs the others nothing
	}
	return wait
}

// reserve takes one from a bucket, or says how long that has to wait. A nil
// bucket is without end.
func reserve(bucket *rate.Limiter, now time.Time) (*rate.Reservation, time.Duration) {
	if bucket == nil {
		return nil, 0
	}
	taken := bucket.ReserveN(now, 1)
	wait := taken.DelayFrom(now)
	if wait > 0 {
		taken.CancelAt(now)
	}
	return taken, wait
}

// key is the bucket of a key, whose limit may have changed with its secret.
func (r *Requests) key(name string, now time.Time) *rate.Limiter {
	perMinute := r.limits.OfKey(name)
	if perMinute == 0 {
		delete(r.keys, name)
		return nil
	}
	bucket := r.keys[name]
	switch {
	case bucket == nil:
		bucket = newBucket(perMinute)
		r.keys[name] = bucket
	case bucket.Burst() != perMinute:
		bucket.SetLimitAt(now, perSecond(perMinute))
		bucket.SetBurstAt(now, perMinute)
	}
	return bucket
}

func (r *Requests) user(owner debate.Owner) *rate.Limiter {
	if r.limits.User == 0 || owner.User == "" {
		return nil
	}
	bucket, ok := r.users.Get(owner)
	if !ok {
		bucket = newBucket(r.limits.User)
		r.users.Add(owner, bucket)
	}
	return bucket
}

func newBucket(perMinute int) *rate.Limiter {
	return rate.NewLimiter(perSecond(perMinute), perMinute)
}

func perSecond(perMinute int) rate.Limit { return rate.Limit(float64(perMinute) / 60) }
