package limit_test

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/limit"
)

func every(n int) func(string) int { return func(string) int { return n } }

// burst is how many of n requests at once are taken, and what the others are
// told to wait.
func burst(t *testing.T, r *limit.Requests, owner debate.Owner, n int) (taken int, wait time.Duration) {
	for range n {
		w := r.Allow(t.Context(), owner)
		if w == 0 {
			taken++
		}
		wait = max(wait, w)
	}
	return taken, wait
}

func TestAMinuteHasSoManyRequestsAndTheWaitIsTheOneThatHelps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, web := limit.NewRequests(debate.Limits{Key: every(60)}), debate.Owner{Key: "web"}
		taken, wait := burst(t, r, web, 100)
		if taken != 60 || wait <= 0 || wait > time.Second {
			t.Errorf("%d taken, wait %v", taken, wait)
		}
		time.Sleep(wait)
		if taken, _ := burst(t, r, web, 5); taken != 1 {
			t.Errorf("%d taken after the wait", taken)
		}
		time.Sleep(time.Minute)
		if taken, _ := burst(t, r, web, 100); taken != 60 {
			t.Errorf("%d taken a minute later", taken)
		}
		if taken, _ := burst(t, r, debate.Owner{Key: "app"}, 60); taken != 60 {
			t.Errorf("another key: %d taken", taken)
		}
	})
}

func TestAUserWhoIsTooFastCostsTheOthersOfTheKeyNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := limit.NewRequests(debate.Limits{Key: every(30), User: 10})
		if taken, _ := burst(t, r, debate.Owner{Key: "web", User: "ana"}, 1000); taken != 10 {
			t.Errorf("ana: %d taken", taken)
		}
		if taken, _ := burst(t, r, debate.Owner{Key: "web", User: "bo"}, 10); taken != 10 {
			t.Errorf("bo: %d taken", taken)
		}
		if taken, _ := burst(t, r, debate.Owner{Key: "web"}, 1000); taken != 10 {
			t.Errorf("the key without a user: %d taken of the 10 that were left", taken)
		}
		if taken, _ := burst(t, r, debate.Owner{Key: "web", User: "cy"}, 10); taken != 0 {
			t.Errorf("cy: %d taken beyond the key's limit", taken)
		}
	})
}

func TestALimitOfNothingIsNone(t *testing.T) {
	for _, l := range []debate.Limits{{}, {Key: every(0)}} {
		if taken, _ := burst(t, limit.NewRequests(l), debate.Owner{Key: "web", User: "ana"}, 10_000); taken != 10_000 {
			t.Errorf("%d taken", taken)
		}
	}
}

func TestAKeysLimitFollowsItsSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := 10
		r, web := limit.NewRequests(debate.Limits{Key: func(string) int { return now }}), debate.Owner{Key: "web"}
		if taken, _ := burst(t, r, web, 100); taken != 10 {
			t.Errorf("%d of 10", taken)
		}
		now = 60
		burst(t, r, web, 1)
		time.Sleep(10 * time.Second)
		if taken, _ := burst(t, r, web, 100); taken != 10 {
			t.Errorf("%d in 10 seconds of 60 a minute", taken)
		}
		now = 0
		if taken, _ := burst(t, r, web, 100); taken != 100 {
			t.Errorf("%d taken without a limit", taken)
		}
	})
}

func TestManyUsersTakeLittleMemory(t *testing.T) {
	before := heap()
	r := limit.NewRequests(debate.Limits{User: 10})
	for n := range 300_000 {
		r.Allow(t.Context(), debate.Owner{Key: "web", User: fmt.Sprintf("a-user-with-a-rather-long-name-%d", n)})
	}
	if grown := (heap() - before) >> 20; grown > 40 {
		t.Errorf("300,000 users take %d MiB", grown)
	}
	if taken, _ := burst(t, r, debate.Owner{Key: "web", User: "the last"}, 100); taken != 10 {
		t.Errorf("%d taken", taken)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkAllow(b *testing.B) {
	r := limit.NewRequests(debate.Limits{Key: every(1_000_000), User: 1_000_000})
	b.ReportAllocs()
	for b.Loop() {
		r.Allow(b.Context(), debate.Owner{Key: "web", User: "ana"})
	}
}
