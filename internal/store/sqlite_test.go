package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// superseriousbusiness/gotosocial issue 476: a container's user may not make the folder, and is not told what names it.
func TestAFolderThatCannotBeMadeIsToldByWhatNamesIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSQLite(filepath.Join(file, "debate.db")); err == nil || !strings.Contains(err.Error(), "cannot be made: mkdir "+file) {
		t.Errorf("got %v", err)
	}
}

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
	all, err := s.FindConversations(t.Context(), owner, "", debate.ConversationCursor{}, 100)
	if err != nil || len(all) != 7 || len(made) != 7 {
		t.Errorf("7 requests made %v and %d conversations, %v", made, len(all), err)
	}
}

// A caller who leaves takes none along of those that are carried out with it, whenever
// that is.
func TestWhoLeavesTakesNobodyAlong(t *testing.T) {
	s, err := OpenSQLite(filepath.Join(t.TempDir(), "debate.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	l := s.sender.(*sqliteSender)
	if err := l.send(t.Context(), nil, query{statement: statement{text: "CREATE TABLE said (word TEXT)"}}); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"while it waits", "between its statements", "before the commit"} {
		t.Run(at, func(t *testing.T) {
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			leaves := func(r rows) error {
				r.Next()
				leave()
				return r.Err()
			}
			say := statement{"INSERT INTO said VALUES ($1) RETURNING word", []string{"word"}}
			first := &transaction{ctx: ctx, values: values{"word": "first " + at}, queries: []query{{statement: say}, {statement: say}}}
			other := &transaction{ctx: t.Context(), values: values{"word": "other " + at}, queries: []query{{statement: say}}}
			switch at {
			case "while it waits":
				leave()
			case "between its statements":
				first.queries[0].read = leaves
			case "before the commit":
				other.queries[0].read = leaves
			}
			l.carryOutAll([]*transaction{first, other})

			var nothingDone notExecuted
			if !errors.As(first.err, &nothingDone) || other.err != nil {
				t.Errorf("who left got %v, and the other %v", first.err, other.err)
			}
			var said []string
			read := query{statement{"SELECT word FROM said WHERE word LIKE $1", []string{"like"}}, func(r rows) error {
				for r.Next() {
					said = append(said, "")
					if err := r.Scan(&said[len(said)-1]); err != nil {
						return err
					}
				}
				return r.Err()
			}}
			if err := l.send(t.Context(), values{"like": "%" + at}, read); err != nil || !slices.Equal(said, []string{"other " + at}) {
				t.Errorf("said is %q, %v", said, err)
			}
		})
	}
}
