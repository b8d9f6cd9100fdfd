package limit_test

import (
	"sync"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/limit"
)

// take takes slots until there is none left, 100 at most.
func take(t *testing.T, l *limit.Concurrency, owner debate.Owner) (slots []debate.Slot) {
	t.Helper()
	for range 100 {
		slot, err := l.Acquire(t.Context(), owner)
		if err != nil {
			if debate.ReasonOf(err) != debate.RateLimited {
				t.Errorf("refused with %v", err)
			}
			return slots
		}
		slots = append(slots, slot)
	}
	return slots
}

func TestSlotsAreByKeyAndByUserAndComeBack(t *testing.T) {
	l := limit.NewConcurrency(debate.Limits{Key: every(5), User: 2})
	ana, bo, web := debate.Owner{Key: "web", User: "ana"}, debate.Owner{Key: "web", User: "bo"}, debate.Owner{Key: "web"}
	ofAna := take(t, l, ana)
	if len(ofAna) != 2 || len(take(t, l, bo)) != 2 || len(take(t, l, web)) != 1 || len(take(t, l, web)) != 0 {
		t.Error("not 2 a user and 5 a key")
	}
	if len(take(t, l, debate.Owner{Key: "app", User: "ana"})) != 2 {
		t.Error("another key's user of the same name has not its own")
	}
	ofAna[0].Renew(t.Context())
	ofAna[0].Release(t.Context())
	ofAna[0].Release(t.Context()) // again gives nothing more
	if n := len(take(t, l, bo)); n != 0 {
		t.Errorf("bo took %d beyond its limit", n)
	}
	if n := len(take(t, l, ana)); n != 1 {
		t.Errorf("ana took %d of the one that came back", n)
	}
}

func TestSlotsWithoutLimits(t *testing.T) {
	if n := len(take(t, limit.NewConcurrency(debate.Limits{}), debate.Owner{Key: "web", User: "ana"})); n != 100 {
		t.Errorf("%d taken", n)
	}
}

func TestSlotsAtOnce(t *testing.T) {
	l := limit.NewConcurrency(debate.Limits{Key: every(3)})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 100 {
				if slot, err := l.Acquire(t.Context(), debate.Owner{Key: "web"}); err == nil {
					slot.Release(t.Context())
				}
			}
		})
	}
	wg.Wait()
	if n := len(take(t, l, debate.Owner{Key: "web"})); n != 3 {
		t.Errorf("%d left", n)
	}
}
