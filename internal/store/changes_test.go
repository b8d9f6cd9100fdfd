package store

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"entgo.io/ent"
	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Changes are read by several statements, and a turn may begin and end between any
// two of them: what comes to light is then told without what is to come, never
// without what came before.
func TestChangesAreToldInOrderWhateverHappensMeanwhile(t *testing.T) {
	s, err := OpenSQLite(filepath.Join(t.TempDir(), "debate.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var after func(query int) // what happens after each query of Changes
	queries := 0
	s.client.Intercept(ent.InterceptFunc(func(next ent.Querier) ent.Querier {
		return ent.QuerierFunc(func(ctx context.Context, q ent.Query) (ent.Value, error) {
			value, err := next.Query(ctx, q)
			if meanwhile := after; meanwhile != nil {
				after = nil
				meanwhile(queries)
				queries++
				after = meanwhile
			}
			return value, err
		})
	}))
	inOrder := []debate.ChangeKind{debate.DebateBegun, debate.TurnBegun, debate.TurnEnded}
	seen := make(map[int]bool)
	const most = 6
	for begins := range most {
		for ends := begins; ends < most; ends++ {
			now := time.Now()
			owner := debate.Owner{Key: uuid.NewString()}
			begin := debate.BeginTurnParams{
				Owner: owner, Conversation: uuid.NewString(), New: true, Difficulty: debate.Medium, Subject: debate.Subject{Topic: "Golf is boring.", Stance: debate.Con, Language: "en"},
				TurnID: uuid.NewString(), Message: "Golf is boring.", Holder: "me", Now: now, LeaseUntil: now.Add(time.Minute),
			}
			lease := debate.Lease{ConversationID: begin.Conversation, TurnID: begin.TurnID, Attempt: 1, Holder: "me"}
			done := debate.Outcome{State: debate.Completed, Kind: debate.ArgumentKind, Reply: "No.", Model: "m", Now: now.Add(time.Second)}
			queries = 0
			after = func(query int) {
				if query == begins {
					if _, err := s.BeginTurn(t.Context(), begin); err != nil {
						t.Fatal(err)
					}
				}
				if query == ends {
					if _, _, err := s.Finish(t.Context(), lease, done); err != nil {
						t.Fatal(err)
					}
				}
			}
			changes, all, err := s.Changes(t.Context(), owner, now.Add(-time.Second), 100)
			after = nil
			if err != nil || !all {
				t.Fatal(err, all)
			}
			kinds := []debate.ChangeKind{}
			for _, c := range changes {
				kinds = append(kinds, c.Kind)
			}
			if len(kinds) > len(inOrder) || !slices.Equal(kinds, inOrder[:len(kinds)]) {
				t.Errorf("a turn that begins after statement %d and ends after %d: %v", begins, ends, kinds)
			}
			seen[len(kinds)] = true
		}
	}
	if len(seen) < 2 {
		t.Errorf("%v: nothing happened meanwhile", seen)
	}
}
