package bank_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

func TestWhatWasAskedForLastIsMadeOnce(t *testing.T) {
	made := make(map[int]int)
	square := bank.Lately(2, func(n int) int {
		made[n]++
		return n * n
	})
	for _, n := range []int{1, 2, 1, 3, 1, 2} { // 3 takes the place of 2, which was asked for before 1
		if got := square(n); got != n*n {
			t.Errorf("%d for %d", got, n)
		}
	}
	if made[1] != 1 || made[2] != 2 || made[3] != 1 {
		t.Errorf("made %v", made)
	}
}

func TestWhoAsksForWhatIsBeingMadeWaits(t *testing.T) {
	var made atomic.Int32
	begun, going := make(chan struct{}), make(chan struct{})
	slow := bank.Lately(2, func(string) int32 {
		close(begun)
		<-going
		return made.Add(1)
	})
	var all sync.WaitGroup
	all.Go(func() { slow("a") })
	<-begun
	for range 8 {
		all.Go(func() {
			if got := slow("a"); got != 1 {
				t.Errorf("made again: %d", got)
			}
		})
	}
	close(going)
	all.Wait()
}
