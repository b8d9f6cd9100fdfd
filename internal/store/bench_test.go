package store_test

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	"github.com/debate-chatbot/debate-api/internal/store/seed"
)

// stock is a store that was filled.
type stock struct {
	*store.Store
	size seed.Size
}

func (s stock) long() string { return seed.ConversationID(s.size.Conversations + 1) }

// some is the number of a conversation of seed.Owner.
func (s stock) some() int { return 2 * (1 + rand.IntN(s.size.Conversations/2)) }

// after is where the page begins that comes after a conversation.
func (s stock) after(b *testing.B, n int) debate.ConversationCursor {
	c, err := s.Conversation(b.Context(), seed.Owner, seed.ConversationID(n))
	if err != nil {
		b.Fatal(err)
	}
	return debate.ConversationCursor{UpdatedAt: c.UpdatedAt, ID: c.ID}
}

// sizes are a small store and a large one, which has SCALE conversations; a
// million of them take a minute and a half and 2 GB.
func sizes(b *testing.B, open func(size seed.Size) *store.Store) (small, large stock) {
	most := seed.Size{Conversations: 20_000, Long: 5_000}
	if scale := os.Getenv("SCALE"); scale != "" {
		n, err := strconv.Atoi(scale)
		if err != nil {
			b.Fatalf("SCALE=%s: a number of conversations is wanted", scale)
		}
		most.Conversations = n
	}
	least := seed.Size{Conversations: 1_000, Long: 100}
	return stock{open(least), least}, stock{open(most), most}
}

// BenchmarkReadsAtScale reports what a read costs in a large database,
// measured in one of a thousand conversations, by turns, in medians.
func BenchmarkReadsAtScale(b *testing.B) {
	for name, open := range map[string]func(seed.Size) *store.Store{
		"PostgreSQL": func(size seed.Size) *store.Store {
			url := pgtest.NewDatabase(b)
			s := openPostgres(b, url)
			fill(b, url, "", size)
			settle(b, url)
			return s
		},
		"SQLite": func(size seed.Size) *store.Store {
			path := filepath.Join(b.TempDir(), "debate.db")
			s := openSQLite(b, path)
			fill(b, "", path, size)
			return s
		},
	} {
		b.Run(name, func(b *testing.B) {
			small, large := sizes(b, open)
			readsAtScale(b, small, large)
		})
	}
}

func fill(b *testing.B, url, path string, size seed.Size) {
	if err := seed.Fill(b.Context(), url, path, size); err != nil {
		b.Fatal(err)
	}
}

// settle has what was loaded written out, which would take place beside the
// first reads.
func settle(b *testing.B, url string) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(b.Context(), "CHECKPOINT"); err != nil {
		b.Fatal(err)
	}
}

// takeTurn begins and ends a turn of the long conversation.
func (s stock) takeTurn(ctx context.Context) error {
	now := time.Now()
	begun, err := s.BeginTurn(ctx, debate.BeginTurnParams{
		Owner: seed.Owner, Conversation: s.long(), TurnID: uuid.NewString(), Message: "Dogs show you what they feel.",
		RequestID: uuid.NewString(), Holder: "bench", Now: now, LeaseUntil: now.Add(time.Minute), History: debate.WindowSpec{Min: 4, Max: 30},
	})
	if err != nil {
		return err
	}
	_, _, err = s.Finish(ctx, debate.Lease{ConversationID: s.long(), TurnID: begun.Turn.ID, Attempt: 1, Holder: "bench"},
		debate.Outcome{State: debate.Completed, Reply: "So do cats.", Now: now})
	return err
}

func readsAtScale(b *testing.B, small, large stock) {
	for _, read := range []struct {
		name string
		do   func(ctx context.Context, s stock) error
	}{
		{"list", func(ctx context.Context, s stock) error {
			_, err := s.FindConversations(ctx, seed.Owner, "", debate.ConversationCursor{}, 21)
			return err
		}},
		{"offset", func(ctx context.Context, s stock) error {
			_, _, err := s.ConversationsAt(ctx, seed.Owner, 100, 20, 400)
			return err
		}},
		{"window", func(ctx context.Context, s stock) error {
			_, err := s.Window(ctx, debate.Conversation{ID: s.long()}, 31)
			return err
		}},
		{"turns", func(ctx context.Context, s stock) error {
			_, err := s.Turns(ctx, seed.Owner, s.long(), s.size.Long/2, false, 21)
			return err
		}},
		{"turn", func(ctx context.Context, s stock) error {
			_, err := s.Turn(ctx, seed.Owner, seed.TurnID(s.some(), 1), 0)
			return err
		}},
		{"request", func(ctx context.Context, s stock) error {
			_, _, err := s.FindRequest(ctx, seed.Owner, seed.RequestID(s.some(), 1))
			return err
		}},
		{"take a turn", func(ctx context.Context, s stock) error { return s.takeTurn(ctx) }},
		{"sweep", func(ctx context.Context, s stock) error {
			_, err := s.Interrupt(ctx, "", time.Now(), 100)
			return err
		}},
		{"usage", func(ctx context.Context, s stock) error {
			_, err := s.Usage(ctx, seed.Owner.Key, seed.FirstDay)
			return err
		}},
	} {
		b.Run(read.name, func(b *testing.B) {
			compare(b, "large/small",
				func() error { return read.do(b.Context(), large) },
				func() error { return read.do(b.Context(), small) })
		})
	}
	b.Run("deep page", func(b *testing.B) {
		cursor := large.after(b, large.size.Conversations/10)
		page := func(after debate.ConversationCursor) error {
			found, err := large.FindConversations(b.Context(), seed.Owner, "", after, 21)
			if err == nil && len(found) != 21 {
				b.Fatalf("%d conversations on a page", len(found))
			}
			return err
		}
		compare(b, "deep/first",
			func() error { return page(cursor) },
			func() error { return page(debate.ConversationCursor{}) })
	})
}

// compare reports how much longer one thing takes than another, and how long.
func compare(b *testing.B, ratio string, this, that func() error) {
	var times [2][]time.Duration
	for b.Loop() {
		for i, do := range []func() error{this, that} {
			began := time.Now()
			if err := do(); err != nil {
				b.Fatal(err)
			}
			times[i] = append(times[i], time.Since(began))
		}
	}
	slices.Sort(times[0])
	slices.Sort(times[1])
	a, c := times[0][len(times[0])/2], times[1][len(times[1])/2]
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(a.Microseconds()), "µs")
	b.ReportMetric(float64(a)/float64(c), ratio)
}
