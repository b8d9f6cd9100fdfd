package faults

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// Readers leave in the middle of a reply and go on, on the other replica, from
// the offset they have: again and again, each after a random time.
func TestThousandCutsLoseNoByte(t *testing.T) {
	withRedisAndWithout(t, cutReaders)
}

func cutReaders(t *testing.T, env ...string) {
	url := pgtest.NewDatabase(t)
	h := newHouse(t, append(env, "DATABASE_URL="+url)...)
	two := []api{h.serve().api(), h.serve().api()}
	l := &load{}
	var cuts atomic.Int64
	var all sync.WaitGroup
	for range 4 {
		request := uuid.NewString()
		message := line(request, 400, 20*time.Millisecond)
		starter := rand.IntN(2)
		begun := make(chan string, 1)
		all.Go(func() {
			s, err := two[starter].ChatStream(t.Context(), connect.NewRequest(&debatev1.ChatStreamRequest{Message: message, RequestId: request, Topic: topic}))
			if err != nil || !s.Receive() {
				t.Errorf("the turn did not begin: %v, %v", err, s.Err())
				close(begun)
				return
			}
			begun <- s.Msg().GetStarted().Turn.Id
			s.Close() // the reply goes on
		})
		id, ok := <-begun
		if !ok {
			continue
		}
		for reader := range 8 {
			all.Go(func() {
				c := call{request: request, message: message, began: time.Now()}
				for n := range 32 {
					c.watch(two[(reader+n)%2], id, rand.N(400*time.Millisecond))
					if !c.whole {
						cuts.Add(1)
					}
				}
				for !c.whole && time.Since(c.began) < callWait {
					c.watch(two[reader%2], id, callWait)
				}
				l.record(c, nil)
			})
		}
	}
	all.Wait()
	if n := cuts.Load(); n < 1000 {
		t.Errorf("there were %d cuts only", n)
	}
	for _, c := range l.all() {
		if !c.completed() || c.heard != replyTo(c.message) {
			t.Errorf("a reader heard %d of %d bytes: %v", len(c.heard), len(replyTo(c.message)), c.turn)
		}
	}
	t.Logf("%d cuts", cuts.Load())
	h.settle(openDatabase(t, "pgx", url), two[0], l.all())
}

// watch goes on with a reply from where it was heard, for a while.
func (c *call) watch(to api, id string, most time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	s, err := to.WatchTurn(ctx, connect.NewRequest(&debatev1.WatchTurnRequest{TurnId: id, Offset: int64(len(c.heard))}))
	if err != nil {
		return
	}
	defer s.Close()
	for s.Receive() {
		c.hear(s.Msg())
	}
}
