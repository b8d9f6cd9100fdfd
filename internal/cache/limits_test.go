package cache

import (
	"context"
	"math"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// endless counts nothing, so that only Redis refuses.
type endless struct{ slots atomic.Int64 }

func (*endless) Allow(context.Context, debate.Owner) time.Duration { return 0 }

func (e *endless) Acquire(context.Context, debate.Owner) (debate.Slot, error) {
	e.slots.Add(1)
	return e, nil
}

func (*endless) Renew(context.Context)     {}
func (e *endless) Release(context.Context) { e.slots.Add(-1) }

func every(n int) func(string) int { return func(string) int { return n } }

// trips counts what a client sends and waits for, but for the greeting of a new
// connection and the probe.
type trips struct{ n atomic.Int64 }

func (t *trips) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (t *trips) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() != "hello" && !strings.Contains(cmd.String(), key("probe", "")[:15]) {
			t.n.Add(1)
		}
		return next(ctx, cmd)
	}
}

func (t *trips) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if cmds[0].Name() != "hello" {
			t.n.Add(1)
		}
		return next(ctx, cmds)
	}
}

var ana, bo = debate.Owner{Key: "web", User: "ana"}, debate.Owner{Key: "web", User: "bo"}

// burst is how many of n requests at once replicas take, and the longest wait.
func burst(t *testing.T, owner debate.Owner, n int, replicas ...*Requests) (taken int, wait time.Duration) {
	t.Helper()
	for i := range n {
		w := replicas[i%len(replicas)].Allow(t.Context(), owner)
		if w == 0 {
			taken++
		}
		wait = max(wait, w)
	}
	return taken, wait
}

// near allows for what comes back while a test runs.
func near(got, want int) bool { return math.Abs(float64(got-want)) <= 1 }

func TestReplicasCountRequestsTogetherInOneTrip(t *testing.T) {
	server := redistest.Start(t)
	limits := debate.Limits{Key: every(30), User: 10}
	var replicas []*Requests
	counted := new(trips)
	for i := range 2 {
		c, _ := open(t, server.URL())
		replicas = append(replicas, NewRequests(c, new(endless), limits))
		if i == 0 {
			replicas[0].Allow(t.Context(), debate.Owner{Key: "warm"}) // Redis has the script
		}
		c.client.AddHook(counted)
	}
	taken, wait := burst(t, ana, 100, replicas...)
	if !near(taken, 10) || wait <= 0 || wait > 6*time.Second {
		t.Errorf("ana: %d taken, wait %v", taken, wait)
	}
	if n := counted.n.Load(); n != 100 {
		t.Errorf("100 requests made %d round trips", n)
	}
	if taken, _ := burst(t, bo, 10, replicas...); !near(taken, 10) {
		t.Errorf("bo: %d taken, though ana was refused", taken)
	}
	taken, wait = burst(t, debate.Owner{Key: "web"}, 100, replicas...)
	if !near(taken, 10) || wait <= 0 || wait > 2*time.Second {
		t.Errorf("the key: %d taken of the 10 that were left, wait %v", taken, wait)
	}
	time.Sleep(wait)
	if replicas[1].Allow(t.Context(), debate.Owner{Key: "web"}) != 0 {
		t.Error("refused after the wait")
	}
	if ttl := replicas[0].cache.client.PTTL(t.Context(), key("requests", "web")).Val(); ttl <= 0 || ttl > time.Minute {
		t.Errorf("a bucket lasts %v", ttl)
	}
}

func TestWhatThisReplicaRefusesCostsNoTrip(t *testing.T) {
	c, _ := open(t, redistest.Start(t).URL())
	counted := new(trips)
	c.client.AddHook(counted)
	r := NewRequests(c, refusing{}, debate.Limits{Key: every(30)})
	if w := r.Allow(t.Context(), ana); w != time.Second {
		t.Errorf("wait %v", w)
	}
	if _, err := NewConcurrency(c, refusing{}, debate.Limits{Key: every(30)}).Acquire(t.Context(), ana); debate.ReasonOf(err) != debate.RateLimited {
		t.Errorf("got %v", err)
	}
	NewRequests(c, new(endless), debate.Limits{}).Allow(t.Context(), ana) // no limit, nothing to count
	if n := counted.n.Load(); n != 0 {
		t.Errorf("%d round trips", n)
	}
}

// refusing refuses everything.
type refusing struct{}

func (refusing) Allow(context.Context, debate.Owner) time.Duration { return time.Second }
func (refusing) Acquire(context.Context, debate.Owner) (debate.Slot, error) {
	return nil, debate.ErrTooManyTurns
}

func TestReplicasShareSlotsInOneTripEach(t *testing.T) {
	server := redistest.Start(t)
	limits := debate.Limits{Key: every(5), User: 2}
	var replicas []*Concurrency
	counted, heres := new(trips), []*endless{{}, {}}
	for i := range 2 {
		c, _ := open(t, server.URL())
		replicas = append(replicas, NewConcurrency(c, heres[i], limits))
		if i == 0 {
			slot := takeOne(t, replicas[0], debate.Owner{Key: "warm"})
			slot.Renew(t.Context())
			slot.Release(t.Context())
		}
		c.client.AddHook(counted)
	}
	ofAna := takeAll(t, ana, replicas...)
	if len(ofAna) != 2 || len(takeAll(t, bo, replicas...)) != 2 || len(takeAll(t, debate.Owner{Key: "web"}, replicas...)) != 1 {
		t.Error("not 2 a user and 5 a key")
	}
	if n := heres[0].slots.Load() + heres[1].slots.Load(); n != 5 {
		t.Errorf("the replicas hold %d slots, with those that Redis refused", n)
	}
	before := counted.n.Load()
	ofAna[0].Renew(t.Context())
	ofAna[0].Release(t.Context())
	ofAna[0].Release(t.Context())
	ofAna[0].Renew(t.Context()) // too late
	if n := counted.n.Load() - before; n != 2 {
		t.Errorf("to keep and to free made %d round trips", n)
	}
	if n := len(takeAll(t, ana, replicas...)); n != 1 {
		t.Errorf("%d taken of the one that came back", n)
	}
}

func takeOne(t *testing.T, s *Concurrency, owner debate.Owner) debate.Slot {
	t.Helper()
	slot, err := s.Acquire(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	return slot
}

// takeAll takes slots in turn at the replicas until there is none left, 20 at
// most.
func takeAll(t *testing.T, owner debate.Owner, replicas ...*Concurrency) (slots []debate.Slot) {
	t.Helper()
	for i := range 20 {
		slot, err := replicas[i%len(replicas)].Acquire(t.Context(), owner)
		if err != nil {
			if debate.ReasonOf(err) != debate.RateLimited {
				t.Errorf("refused with %v", err)
			}
			break
		}
		slots = append(slots, slot)
	}
	return slots
}

func TestASlotRunsOutWhoseHolderIsGone(t *testing.T) {
	c, _ := open(t, redistest.Start(t).URL())
	s := NewConcurrency(c, new(endless), debate.Limits{Key: every(2)})
	web := debate.Owner{Key: "web"}
	takeOne(t, s, web)
	kept := takeOne(t, s, web)
	if len(takeAll(t, web, s)) != 0 {
		t.Fatal("not full")
	}
	// The lease passes: as if all were taken that long ago.
	members := c.client.ZRange(t.Context(), key("turns", "web"), 0, -1).Val()
	for _, m := range members {
		c.client.ZIncrBy(t.Context(), key("turns", "web"), -float64(debate.LeaseTime.Milliseconds()), m)
	}
	kept.Renew(t.Context())
	if n := len(takeAll(t, web, s)); n != 1 {
		t.Errorf("%d taken, want the one that nobody kept", n)
	}
}

func TestWithoutRedisEachReplicaCountsItsOwn(t *testing.T) {
	server := redistest.Start(t)
	c, _ := openAsServed(t, server.URL())
	r := NewRequests(c, new(endless), debate.Limits{Key: every(5)})
	here := new(endless)
	s := NewConcurrency(c, here, debate.Limits{Key: every(1)})
	web := debate.Owner{Key: "web"}
	slot := takeOne(t, s, web)
	server.Hang()
	began := time.Now()
	if taken, _ := burst(t, web, 100, r); taken != 100 {
		t.Errorf("%d taken of what the replica lets through", taken)
	}
	other := takeOne(t, s, web) // nobody knows of the first
	slot.Renew(t.Context())
	other.Release(t.Context())
	if took := time.Since(began); took > 2*time.Second { // each call that waits would take 50 ms
		t.Errorf("a hundred requests and a turn took %v without Redis", took)
	}
	if here.slots.Load() != 1 {
		t.Errorf("%d slots here", here.slots.Load())
	}
	server.Resume()
	eventually(t, "Redis counts again", func() bool { return r.Allow(t.Context(), web) > 0 })
	slot.Renew(t.Context())
	if n := len(takeAll(t, web, s)); n != 0 {
		t.Errorf("%d taken beside the one that was kept", n)
	}
}

func TestLimitsInACluster(t *testing.T) {
	cluster := redistest.StartCluster(t, nil)
	c, _ := open(t, cluster.URL())
	r := NewRequests(c, new(endless), debate.Limits{Key: every(1000), User: 10})
	if taken, _ := burst(t, ana, 20, r); !near(taken, 10) {
		t.Errorf("%d taken", taken)
	}
	if n := len(takeAll(t, ana, NewConcurrency(c, new(endless), debate.Limits{Key: every(10), User: 2}))); n != 2 {
		t.Errorf("%d slots", n)
	}
}

func BenchmarkAllow(b *testing.B) {
	c, _ := open(b, redistest.Start(b).URL())
	r := NewRequests(c, new(endless), debate.Limits{Key: every(1_000_000), User: 1_000_000})
	counted := new(trips)
	r.Allow(b.Context(), ana)
	c.client.AddHook(counted)
	for b.Loop() {
		r.Allow(b.Context(), ana)
	}
	b.ReportMetric(float64(counted.n.Load())/float64(b.N), "trips/op")
}
