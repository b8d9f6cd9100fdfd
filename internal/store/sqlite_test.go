package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Of transactions that SQLite carries out as one, each has its own end, and those of
// the same request are one and no more.
func TestTransactionsThatWaitTogetherEndApart(t *testing.T) {
	s, err := OpenSQLite(filepath.Join(t.TempDir(), "debate.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	owner, now := debate.Owner{Key: "key"}, time.Now()
	begin := func(n int, requestID string) error {
		_, err := s.BeginTurn(t.Context(), debate.BeginTurnParams{
			Owner: owner, Conversation: fmt.Sprint("conversation ", n), New: true, TurnID: fmt.Sprint("turn ", n), Message: "No.",
			RequestID: requestID, RequestHash: []byte("hash"), Holder: "me", Now: now, LeaseUntil: now.Add(time.Minute),
		})
		return err
	}
	made := map[string]bool{} // turns, by request
	for _, requests := range [][]string{{"a", "b", "c"}, {"d", "e", "d", "f"}, {"g", "g", "a"}} {
		t.Run(fmt.Sprint(requests), func(t *testing.T) {
			l := s.sender.(*sqliteSender)
			l.busy.Lock()
			errs := make([]error, len(requests))
			var sending sync.WaitGroup
			for i, id := range requests {
				sending.Go(func() { errs[i] = begin(int(id[0])*10+i, id) })
			}
			for waiting := 0; waiting < len(requests); time.Sleep(time.Millisecond) {
				l.mu.Lock()
				waiting = len(l.waiting)
				l.mu.Unlock()
			}
			l.busy.Unlock()
			sending.Wait()

			for i, id := range requests {
				switch {
				case errs[i] == nil && made[id]:
					t.Errorf("request %s made two turns", id)
				case errs[i] == nil:
					made[id] = true
				case !errors.Is(errs[i], debate.ErrRequestExists):
					t.Errorf("request %s: %v", id, errs[i])
				}
			}
		})
	}
	all, err := s.Conversations(t.Context(), owner, debate.ConversationCursor{}, 100)
	if err != nil || len(all) != 7 || len(made) != 7 {
		t.Errorf("7 requests made %v and %d conversations, %v", made, len(all), err)
	}
}
