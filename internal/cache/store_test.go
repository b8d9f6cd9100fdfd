package cache

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	"github.com/debate-chatbot/debate-api/internal/store/storetest"
)

func openPostgres(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.OpenPostgres(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPostgresBehindTheCache(t *testing.T) {
	t.Run("memory alone", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) debate.Store { return NewStore(openPostgres(t, pgtest.NewDatabase(t)), nil) })
	})
	for name, url := range map[string]func(t *testing.T) string{
		"one server":        func(t *testing.T) string { return redistest.Start(t).URL() },
		"a cluster and TLS": func(t *testing.T) string { return redistest.StartCluster(t, certificate).URL() },
		"nothing answers":   func(*testing.T) string { return "redis://127.0.0.1:1" },
	} {
		t.Run(name, func(t *testing.T) {
			url := url(t)
			storetest.Run(t, func(t *testing.T) debate.Store {
				c, _ := open(t, url)
				return NewStore(openPostgres(t, pgtest.NewDatabase(t)), c)
			})
		})
	}
}

// counted counts the windows that are read from the database, and the turns
// that begin with the reading of those before.
type counted struct {
	debate.Store
	windows, along atomic.Int64
	wait           chan struct{} // where there is one, windows wait for its end
}

func (c *counted) BeginTurn(ctx context.Context, b debate.BeginTurnParams) (debate.BeginTurnResult, error) {
	if b.History.Max > 0 {
		c.along.Add(1)
	}
	return c.Store.BeginTurn(ctx, b)
}

func (c *counted) Window(ctx context.Context, conversation debate.Conversation, n int) ([]debate.Turn, error) {
	c.windows.Add(1)
	if c.wait != nil {
		<-c.wait
	}
	return c.Store.Window(ctx, conversation, n)
}

var alice = debate.Owner{Key: "alice"}

// replica is one whose store is behind a cache.
type replica struct {
	*Store
	db    *counted
	cache *Cache
}

// openReplica does without Redis where that is "".
func openReplica(t *testing.T, database, redis string) *replica {
	t.Helper()
	var c *Cache
	if redis != "" {
		c, _ = open(t, redis)
		eventually(t, "a call that works", c.works)
	}
	db := &counted{Store: openPostgres(t, database)}
	return &replica{NewStore(db, c), db, c}
}

func beginning(conversation string) debate.BeginTurnParams {
	now := time.Now().UTC().Truncate(time.Microsecond)
	b := debate.BeginTurnParams{Owner: alice, Conversation: conversation, TurnID: uuid.NewString(), Message: "Dogs are better.",
		Holder: "replica", LeaseUntil: now.Add(15 * time.Second), Now: now}
	if conversation == "" {
		b.Conversation, b.New, b.Difficulty = uuid.NewString(), true, debate.Medium
	}
	return b
}

// turn takes a turn as a service does, and checks that the window it reads is
// that of the database.
func (r *replica) turn(t *testing.T, conversation, reply string) debate.Conversation {
	t.Helper()
	begun, err := r.BeginTurn(t.Context(), beginning(conversation))
	must(t, err)
	if begun.Turn.Number > 1 {
		r.sameWindow(t, begun.Conversation)
	}
	return r.finish(t, begun.Turn, debate.Outcome{State: debate.Completed, Reply: reply, Model: "m"})
}

func (r *replica) finish(t *testing.T, turn debate.Turn, o debate.Outcome) debate.Conversation {
	t.Helper()
	o.Now = time.Now().UTC().Truncate(time.Microsecond)
	c, _, err := r.Finish(t.Context(), debate.Lease{ConversationID: turn.ConversationID, TurnID: turn.ID, Attempt: turn.Attempt, Holder: "replica"}, o)
	must(t, err)
	// The window is written a moment later.
	time.Sleep(20 * time.Millisecond)
	return c
}

func (r *replica) sameWindow(t *testing.T, c debate.Conversation) {
	t.Helper()
	got, err := r.Window(t.Context(), c, 31)
	must(t, err)
	want, err := r.db.Store.Window(t.Context(), c, 31)
	must(t, err)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("at revision %d the window is\n%+v, want\n%+v", c.Revision, got, want)
	}
}

func TestAWindowIsReadFromRedisByWhicheverReplica(t *testing.T) {
	redises(t, func(t *testing.T, url string) {
		database := pgtest.NewDatabase(t)
		replicas := []*replica{openReplica(t, database, url), openReplica(t, database, url)}
		c := replicas[0].turn(t, "", "Cats are. <🐈>")
		const turns = 40
		for n := range turns {
			c = replicas[n%2].turn(t, c.ID, fmt.Sprintf("Reply %d.", n))
		}
		if got := replicas[0].db.windows.Load() + replicas[1].db.windows.Load(); got > turns/10 {
			t.Errorf("%d of %d windows were read from the database", got, turns)
		}
	})
}

func TestAWindowIsNeverStale(t *testing.T) {
	t.Run("with Redis", func(t *testing.T) { neverStale(t, redistest.Start(t).URL()) })
	t.Run("without Redis", func(t *testing.T) { neverStale(t, "") })
}

func neverStale(t *testing.T, url string) {
	t.Helper()
	database := pgtest.NewDatabase(t)
	a, b := openReplica(t, database, url), openReplica(t, database, url)
	ctx := t.Context()
	c := a.turn(t, "", "One.")
	c = a.turn(t, c.ID, "Two.")
	turns, err := a.Window(ctx, c, 5)
	must(t, err)
	latest := turns[len(turns)-1]

	// What changes a conversation between two turns.
	_, err = a.SetStanceCheck(ctx, latest.ID, 1, debate.StanceCheck{Holds: true}, "", debate.Usage{})
	must(t, err)
	c = b.turn(t, c.ID, "Three.")
	_, err = a.UpdateTitle(ctx, alice, c.ID, "Pets", time.Now())
	must(t, err)
	c = a.turn(t, c.ID, "Four.")

	// What changes it while a turn runs.
	begun, err := b.BeginTurn(ctx, beginning(c.ID))
	must(t, err)
	turn := begun.Turn
	b.sameWindow(t, begun.Conversation)
	_, err = a.SetStanceCheck(ctx, latest.ID, 1, debate.StanceCheck{Holds: false, Invents: true}, "", debate.Usage{})
	must(t, err)
	c = b.finish(t, turn, debate.Outcome{State: debate.Failed, Reply: "Fi", Failure: &debate.Failure{Reason: debate.ModelUnavailable, Message: "why"}})
	a.sameWindow(t, c)

	// Retries: one that fails, and one that does not.
	for _, state := range []debate.TurnState{debate.Failed, debate.Completed} {
		begun, err := a.RetryTurn(ctx, debate.RetryTurnParams{Owner: alice, TurnID: turn.ID, Holder: "replica", Now: time.Now(), LeaseUntil: time.Now().Add(time.Minute)})
		must(t, err)
		a.sameWindow(t, begun.Conversation)
		c = a.finish(t, begun.Turn, debate.Outcome{State: state, Reply: "Five as " + string(state)})
		a.sameWindow(t, c)
		b.sameWindow(t, c)
	}
	c = b.turn(t, c.ID, "Six.")

	// A turn whose holder dies, and that another replica ends.
	begun, err = a.BeginTurn(ctx, beginning(c.ID))
	must(t, err)
	_, err = b.Interrupt(ctx, begun.Turn.ID, time.Now().Add(time.Minute), 1)
	must(t, err)
	b.turn(t, c.ID, "Eight.")
	a.turn(t, c.ID, "Nine.")
}

// What a side call finds out after a turn changes its window, which stays.
func TestAnAnnotatedWindowIsKept(t *testing.T) {
	for name, url := range map[string]string{"with Redis": redistest.Start(t).URL(), "without Redis": ""} {
		t.Run(name, func(t *testing.T) {
			r := openReplica(t, pgtest.NewDatabase(t), url)
			c := r.turn(t, "", "Cats are.")
			for range 3 {
				turns, err := r.db.Store.Window(t.Context(), c, 1)
				must(t, err)
				id, cost := turns[0].ID, debate.Usage{InputTokens: 7}
				_, err = r.SetStanceCheck(t.Context(), id, 1, debate.StanceCheck{Invents: true}, "", cost)
				must(t, err)
				_, err = r.SetSummary(t.Context(), c.ID, id, "Cats.", 1, cost)
				must(t, err)
				_, err = r.AddCost(t.Context(), alice.Key, id, cost)
				must(t, err)
				c = r.turn(t, c.ID, "Cats are.")
			}
			if got := r.db.windows.Load(); got != 0 {
				t.Errorf("%d windows were read from the database", got)
			}
		})
	}
}

// A conversation that this process does not know is read along with its turn,
// and known from then on.
func TestMemoryLearnsAConversationAsItGoesOn(t *testing.T) {
	database := pgtest.NewDatabase(t)
	a, b := openReplica(t, database, ""), openReplica(t, database, "")
	c := a.turn(t, "", "Cats are.")
	for range 8 {
		begin := beginning(c.ID)
		begin.History = debate.WindowSpec{Min: 4, Max: 5}
		begun, err := b.BeginTurn(t.Context(), begin)
		must(t, err)
		want, err := b.db.Store.Window(t.Context(), begun.Conversation, 6)
		must(t, err)
		if want = want[:len(want)-1]; !reflect.DeepEqual(begun.History, want) {
			t.Errorf("before it were\n%+v, want\n%+v", begun.History, want)
		}
		c = b.finish(t, begun.Turn, debate.Outcome{State: debate.Completed, Reply: "No.", Model: "m"})
	}
	if n, along := b.db.windows.Load(), b.db.along.Load(); n != 0 || along != 1 {
		t.Errorf("%d windows were read apart and %d along, want only one along", n, along)
	}
}

func TestManyReadersOfAWindowAreOneRead(t *testing.T) {
	for name, url := range map[string]string{"Redis works": redistest.Start(t).URL(), "Redis is away": "redis://127.0.0.1:1"} {
		t.Run(name, func(t *testing.T) {
			c, _ := open(t, url)
			db := &counted{Store: openPostgres(t, pgtest.NewDatabase(t))}
			begun, err := db.BeginTurn(t.Context(), beginning(""))
			must(t, err)
			conversation := begun.Conversation
			s := NewStore(db, c)
			db.wait = make(chan struct{})
			var wg sync.WaitGroup
			var waiting atomic.Int64
			for range 100 {
				wg.Go(func() {
					waiting.Add(1)
					turns, err := s.Window(t.Context(), conversation, 31)
					if err != nil || len(turns) != 1 {
						t.Errorf("%d turns, %v", len(turns), err)
					}
				})
			}
			eventually(t, "a read that a hundred wait for", func() bool { return waiting.Load() == 100 && db.windows.Load() > 0 })
			time.Sleep(50 * time.Millisecond)
			close(db.wait)
			wg.Wait()
			if got := db.windows.Load(); got != 1 {
				t.Errorf("%d reads of the database", got)
			}
		})
	}
}

func TestADeletedConversationLeavesRedisToo(t *testing.T) {
	server := redistest.Start(t)
	r := openReplica(t, pgtest.NewDatabase(t), server.URL())
	c := r.turn(t, "", "Cats are.")
	client := server.Client()
	defer client.Close()
	if n := client.Exists(t.Context(), windowKey(c.ID)).Val(); n != 1 {
		t.Fatalf("%d entries", n)
	}
	if ttl := client.TTL(t.Context(), windowKey(c.ID)).Val(); ttl <= 0 || ttl > windowTime {
		t.Errorf("it stays for %v", ttl)
	}
	must(t, r.Delete(t.Context(), alice, c.ID))
	eventually(t, "the entry's end", func() bool { return client.Exists(t.Context(), windowKey(c.ID)).Val() == 0 })
}

func TestAWindowThatIsTooLargeIsNotKept(t *testing.T) {
	server := redistest.Start(t)
	r := openReplica(t, pgtest.NewDatabase(t), server.URL())
	client := server.Client()
	defer client.Close()
	c := r.turn(t, "", strings.Repeat("a", 60<<10))
	for range 12 {
		c = r.turn(t, c.ID, strings.Repeat("a", 60<<10))
		if n := client.StrLen(t.Context(), windowKey(c.ID)).Val(); n > windowBytes {
			t.Errorf("%d bytes are kept", n)
		}
	}
}
