package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"github.com/debate-chatbot/debate-api/ent"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	"github.com/debate-chatbot/debate-api/internal/store/seed"
)

// Every statement that the store sends finds its rows by an index, and those
// of a list in the order that they are wanted in.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	size := seed.Size{Conversations: 12000, Long: 1000}
	long := seed.ConversationID(size.Conversations + 1)
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	owner := seed.Owner
	begin := debate.BeginTurnParams{
		Owner: owner, Conversation: "new", New: true, Subject: debate.Subject{Topic: "Golf is boring."},
		TurnID: "turn", Message: "Golf is boring.", RequestID: "new", RequestHash: []byte("hash"), Holder: "me", Now: now, LeaseUntil: now.Add(time.Minute),
	}
	next := begin
	next.New, next.TurnID, next.RequestID, next.History = false, "turn 2", "next", debate.WindowSpec{Min: 4, Max: 30}
	hold := debate.Lease{ConversationID: "new", TurnID: "turn", Attempt: 1, Holder: "me"}
	done := debate.Outcome{State: debate.Completed, Reply: "No.", Now: now}

	steps := []struct {
		name string
		// index is what has to be used besides primary keys and what an
		// insert checks.
		index []string
		do    func(ctx context.Context, s *Store) error
	}{
		{"a conversation", nil, func(ctx context.Context, s *Store) error {
			_, err := s.Conversation(ctx, owner, long)
			return err
		}},
		{"the first page of conversations", []string{"conversation_owner_key_owner_user_updated_at_id"}, func(ctx context.Context, s *Store) error {
			_, err := s.FindConversations(ctx, owner, "", debate.ConversationCursor{}, 21)
			return err
		}},
		{"a deep page of conversations", []string{"conversation_owner_key_owner_user_updated_at_id"}, func(ctx context.Context, s *Store) error {
			deep, err := s.Conversation(ctx, owner, seed.ConversationID(2000))
			if err != nil {
				return err
			}
			_, err = s.FindConversations(ctx, owner, "", debate.ConversationCursor{UpdatedAt: deep.UpdatedAt, ID: deep.ID}, 21)
			return err
		}},
		{"a page by offset, and the total", []string{"conversation_owner_key_owner_user_updated_at_id"}, func(ctx context.Context, s *Store) error {
			_, _, err := s.ConversationsAt(ctx, owner, 100, 20, 2000)
			return err
		}},
		{"the first page of opinions", []string{"conversation_opinions"}, func(ctx context.Context, s *Store) error {
			if _, err := s.SetOpinion(ctx, owner, long, 1, 2); err != nil {
				return err
			}
			_, err := s.Opinions(ctx, owner, debate.ConversationCursor{}, 21)
			return err
		}},
		{"the window", []string{"turn_conversation_id_number"}, func(ctx context.Context, s *Store) error {
			_, err := s.Window(ctx, debate.Conversation{ID: long}, 31)
			return err
		}},
		{"the first turns", []string{"turn_conversation_id_number"}, func(ctx context.Context, s *Store) error {
			_, err := s.Turns(ctx, owner, long, 0, false, 51)
			return err
		}},
		{"turns in between", []string{"turn_conversation_id_number"}, func(ctx context.Context, s *Store) error {
			_, err := s.Turns(ctx, owner, long, 500, false, 51)
			return err
		}},
		{"turns in between, the latest first", []string{"turn_conversation_id_number"}, func(ctx context.Context, s *Store) error {
			_, err := s.Turns(ctx, owner, long, 500, true, 51)
			return err
		}},
		{"a turn", nil, func(ctx context.Context, s *Store) error {
			_, err := s.Turn(ctx, owner, seed.TurnID(2, 1), 0)
			return err
		}},
		{"turns by a hash", []string{"turn_hash"}, func(ctx context.Context, s *Store) error {
			_, err := s.TurnsByHash(ctx, owner, make([]byte, debate.HashBytes), 8)
			return err
		}},
		{"an attempt", []string{"attempt_turn_id_number"}, func(ctx context.Context, s *Store) error {
			_, err := s.Turn(ctx, owner, seed.TurnID(100, 1), 2)
			return err
		}},
		{"a request that made a turn", []string{"turn_request", "attempt_request"}, func(ctx context.Context, s *Store) error {
			_, _, err := s.FindRequest(ctx, owner, seed.RequestID(2, 1))
			return err
		}},
		{"a request that made a retry", []string{"turn_request", "attempt_request", "attempt_turn_id_number"}, func(ctx context.Context, s *Store) error {
			_, _, err := s.FindRequest(ctx, owner, seed.RetryID(100))
			return err
		}},
		{"usage", []string{"usage_owner_key_day_slot"}, func(ctx context.Context, s *Store) error {
			_, err := s.Usage(ctx, owner.Key, seed.FirstDay)
			return err
		}},
		{"a conversation's first turn", nil, func(ctx context.Context, s *Store) error {
			_, err := s.BeginTurn(ctx, begin)
			return err
		}},
		{"a turn beside a running one", []string{"turn_running"}, func(ctx context.Context, s *Store) error {
			if _, err := s.BeginTurn(ctx, next); debate.ReasonOf(err) != debate.TurnRunning {
				return fmt.Errorf("want TURN_RUNNING: %w", err)
			}
			return nil
		}},
		{"a renewal", nil, func(ctx context.Context, s *Store) error {
			_, err := s.Renew(ctx, hold, "N", now.Add(time.Minute))
			return err
		}},
		{"a stop", nil, func(ctx context.Context, s *Store) error { return s.RequestStop(ctx, owner, "turn") }},
		{"a turn's end", nil, func(ctx context.Context, s *Store) error {
			_, _, err := s.Finish(ctx, hold, done)
			return err
		}},
		{"a retry", nil, func(ctx context.Context, s *Store) error {
			_, err := s.RetryTurn(ctx, debate.RetryTurnParams{Owner: owner, TurnID: "turn", Holder: "me", Now: now, LeaseUntil: now.Add(time.Minute)})
			return err
		}},
		{"a sweep", []string{"turn_lease", "attempt_turn_id_number"}, func(ctx context.Context, s *Store) error {
			ended, err := s.Interrupt(ctx, "", now.Add(time.Hour), 100)
			if err == nil && len(ended) != 1 {
				err = fmt.Errorf("%d turns ended", len(ended))
			}
			return err
		}},
		{"a title", nil, func(ctx context.Context, s *Store) error {
			_, err := s.UpdateTitle(ctx, owner, "new", "Golf", now)
			return err
		}},
		{"what a side call found", []string{"attempt_turn_id_number"}, func(ctx context.Context, s *Store) error {
			turn := debate.Turn{ID: "turn", ConversationID: "new", Owner: owner, Attempt: 1}
			_, err := s.Annotate(ctx, turn, debate.Annotation{Check: &debate.StanceCheck{Holds: true}, Cost: debate.Usage{InputTokens: 1}})
			return err
		}},
		{"changes", []string{"conversation_owner_key_owner_user_updated_at_id", "turn_conversation_id_number", "attempt_turn_id_number", "verdict_owner_key_owner_user_finished_at", "change_owner_key_owner_user_at"}, func(ctx context.Context, s *Store) error {
			changes, _, err := s.Changes(ctx, owner, now.Add(-time.Second), 200)
			if err == nil && len(changes) == 0 {
				err = errors.New("nothing is told")
			}
			return err
		}},
		{"a sweep of changes", []string{"change_at"}, func(ctx context.Context, s *Store) error {
			return s.SweepChanges(ctx, time.Date(2026, 1, 1, 0, 1, 0, 0, time.UTC))
		}},
		{"a deletion", nil, func(ctx context.Context, s *Store) error { return s.Delete(ctx, owner, "new") }},
	}
	for name, planner := range planners(t, size) {
		t.Run(name, func(t *testing.T) {
			for _, step := range steps {
				planner.sent.take()
				if err := step.do(t.Context(), planner.store); err != nil {
					t.Fatalf("%s: %v", step.name, err)
				}
				var used []string
				for _, q := range planner.sent.take() {
					for _, plan := range planner.explain(t, q) {
						if planner.bad.MatchString(plan) {
							t.Errorf("%s: %s\n%s", step.name, q.text, plan)
						}
						for _, m := range planner.index.FindAllStringSubmatch(plan, -1) {
							used = append(used, m[1])
						}
					}
				}
				for _, index := range step.index {
					if !slices.Contains(used, index) {
						t.Errorf("%s: uses %q, not %s", step.name, used, index)
					}
				}
			}
		})
	}
}

// A database that was never analysed has no index for as good as that of ids: PostgreSQL took the one of an owner's
// conversations in each turn, and that of running turns with all that had run, and kept to it; so it did to renew a
// lease, to stop a turn and to read a conversation.
func TestATurnOfAYoungDatabaseIsFoundByItsID(t *testing.T) {
	s, sent := listen(t, pgtest.NewDatabase(t), "")
	now := time.Now()
	begin := debate.BeginTurnParams{
		Owner: seed.Owner, Conversation: "c", New: true, Subject: debate.Subject{Topic: "Golf is boring."},
		TurnID: "turn", Message: "Golf is boring.", RequestID: "request", Holder: "me", Now: now, LeaseUntil: now.Add(time.Minute),
	}
	for range 2 {
		sent.take()
		if _, err := s.BeginTurn(t.Context(), begin); err != nil {
			t.Fatal(err)
		}
		hold := debate.Lease{ConversationID: "c", TurnID: begin.TurnID, Attempt: 1, Holder: "me"}
		if _, err := s.Renew(t.Context(), hold, "N", now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Conversation(t.Context(), seed.Owner, "c"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Turn(t.Context(), seed.Owner, begin.TurnID, 0); err != nil {
			t.Fatal(err)
		}
		if err := s.RequestStop(t.Context(), seed.Owner, begin.TurnID); err != nil {
			t.Fatal(err)
		}
		_, turn, err := s.Finish(t.Context(), hold, debate.Outcome{State: debate.Completed, Reply: "No.", Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Annotate(t.Context(), turn, debate.Annotation{Check: &debate.StanceCheck{Holds: true}}); err != nil {
			t.Fatal(err)
		}
		begin.New, begin.TurnID, begin.RequestID = false, "turn 2", "request 2"
	}
	queries := sent.take()
	if len(queries) < 6 {
		t.Errorf("a turn sends %d statements", len(queries))
	}
	others := regexp.MustCompile(`using (?:conversation_owner\w+|conversation_unsearchable|turn_running|turn_lease)`)
	for _, q := range queries {
		if plan := genericPlanOf(t, s.db, q); others.MatchString(plan) {
			t.Errorf("%s\n%s", q.text, plan)
		}
	}
}

// A search reads the words that begin so, and the conversations that have them.
func TestASearchUsesTheIndexOfWords(t *testing.T) {
	for name, planner := range planners(t, seed.Size{Conversations: 3000, Long: 10}) {
		t.Run(name, func(t *testing.T) {
			s, ctx := planner.store, t.Context()
			if _, err := s.UpdateTitle(ctx, seed.Owner, seed.ConversationID(8), "A needle in it", time.Now()); err != nil {
				t.Fatal(err)
			}
			search := func() {
				if found, err := s.FindConversations(ctx, seed.Owner, "NEED in", debate.ConversationCursor{}, 21); err != nil || len(found) != 1 {
					t.Fatalf("%d are found, %v", len(found), err)
				}
			}
			search() // which keeps the words of all
			if _, err := s.db.ExecContext(ctx, "ANALYZE"); err != nil {
				t.Fatal(err)
			}
			planner.sent.take()
			search()
			sent := planner.sent.take()
			if len(sent) != 2 {
				t.Errorf("a search sends %d statements", len(sent))
			}
			whole := regexp.MustCompile(`Seq Scan|SCAN (?:conversations|words)\b`)
			var used []string
			for _, q := range sent {
				for _, plan := range planner.explain(t, q) {
					if whole.MatchString(plan) {
						t.Errorf("%q\n%s", q.text, plan)
					}
					for _, m := range planner.index.FindAllStringSubmatch(plan, -1) {
						used = append(used, m[1])
					}
				}
			}
			for _, index := range []string{"word_begins", "conversation_unsearchable"} {
				if !slices.Contains(used, index) {
					t.Errorf("uses %q, not %s", used, index)
				}
			}
		})
	}
}

// planner is a store over a full database, and what tells how that carries a
// statement out.
type planner struct {
	store   *Store
	sent    *record
	explain func(t *testing.T, q sentQuery) []string
	// What a plan shows: an index, its name in a group; that a whole table is
	// read, or more rows than are wanted, to be put in order.
	index, bad *regexp.Regexp
}

func planners(t *testing.T, size seed.Size) map[string]planner {
	path := filepath.Join(t.TempDir(), "debate.db")
	databaseURL := pgtest.NewDatabase(t)
	postgres, sent := listen(t, databaseURL, "")
	lite, sentLite := listen(t, "", path)
	if err := seed.Fill(t.Context(), databaseURL, "", size); err != nil {
		t.Fatal(err)
	}
	if err := seed.Fill(t.Context(), "", path, size); err != nil {
		t.Fatal(err)
	}
	return map[string]planner{
		"PostgreSQL": {postgres, sent, func(t *testing.T, q sentQuery) []string {
			return []string{planOf(t, postgres.db, "EXPLAIN "+q.text, q.args, 0), genericPlanOf(t, postgres.db, q)}
		}, regexp.MustCompile(`Index (?:Only )?Scan (?:Backward )?(?:using|on) (\w+)`), regexp.MustCompile(`Seq Scan|Sort|Bitmap`)},
		"SQLite": {lite, sentLite, func(t *testing.T, q sentQuery) []string {
			return []string{planOf(t, lite.db, "EXPLAIN QUERY PLAN "+q.text, q.args, 3)}
		}, regexp.MustCompile(`USING (?:COVERING )?INDEX (\w+)`), regexp.MustCompile(`SCAN \w*s\b|TEMP B-TREE`)},
	}
}

// genericPlanOf is the plan for any values, which PostgreSQL may choose for a
// statement that it was sent a few times.
func genericPlanOf(t *testing.T, pool *sql.DB, q sentQuery) string {
	t.Helper()
	db, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, prepare := range []string{"SET plan_cache_mode = force_generic_plan", "PREPARE q AS " + q.text} {
		if _, err := db.ExecContext(t.Context(), prepare); err != nil {
			t.Fatalf("%v: %s", err, prepare)
		}
	}
	execute := "EXPLAIN EXECUTE q"
	if n := len(q.args); n > 0 {
		execute += "(" + strings.TrimSuffix(strings.Repeat("NULL, ", n), ", ") + ")"
	}
	plan := planOf(t, db, execute, nil, 0)
	for _, undo := range []string{"DEALLOCATE q", "RESET plan_cache_mode"} {
		if _, err := db.ExecContext(t.Context(), undo); err != nil {
			t.Fatalf("%v: %s", err, undo)
		}
	}
	return plan
}

// planOf is the column of an explanation that tells the plan.
func planOf(t *testing.T, db querier, explain string, args []any, column int) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), explain, args...)
	if err != nil {
		t.Fatalf("%v: %s", err, explain)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var plan strings.Builder
	for rows.Next() {
		row := make([]any, len(columns))
		for i := range row {
			row[i] = new(string)
		}
		if err := rows.Scan(row...); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(*row[column].(*string) + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}

// querier is a database or one connection to it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// sentQuery is a statement that was sent.
type sentQuery struct {
	text string
	args []any
}

// record takes down what a database is sent.
type record struct {
	mu  sync.Mutex
	all []sentQuery
}

func (s *record) note(text string, args any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, sentQuery{text, slices.Clone(args.([]any))})
}

// take is those since the last time.
func (s *record) take() []sentQuery {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.all
	s.all = nil
	return all
}

// listen opens a store whose statements are taken down.
func listen(t *testing.T, databaseURL, path string) (*Store, *record) {
	var s *Store
	var err error
	if databaseURL == "" {
		s, err = OpenSQLite(path)
	} else {
		s, err = OpenPostgres(databaseURL, Access{})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := new(record)
	s.driver = listener{heard{s.driver, sent}, s.driver}
	s.client = ent.NewClient(ent.Driver(s.driver))
	s.sender = heardSender{s.sender, sent}
	return s, sent
}

// heardSender takes down the transactions of every turn.
type heardSender struct {
	sender
	sent *record
}

func (h heardSender) send(ctx context.Context, v values, queries ...query) error {
	for _, q := range queries {
		h.sent.note(q.text, v.of(q.statement))
	}
	return h.sender.send(ctx, v, queries...)
}

// heard is where statements are sent, and taken down.
type heard struct {
	to   dialect.ExecQuerier
	sent *record
}

func (h heard) Query(ctx context.Context, text string, args, v any) error {
	h.sent.note(text, args)
	return h.to.Query(ctx, text, args, v)
}

func (h heard) Exec(ctx context.Context, text string, args, v any) error {
	h.sent.note(text, args)
	return h.to.Exec(ctx, text, args, v)
}

// listener is a driver whose statements are taken down, in transactions too.
type listener struct {
	heard
	driver dialect.Driver
}

func (l listener) Dialect() string { return l.driver.Dialect() }
func (l listener) Close() error    { return l.driver.Close() }

func (l listener) Tx(ctx context.Context) (dialect.Tx, error) {
	tx, err := l.driver.Tx(ctx)
	return struct {
		heard
		driver.Tx
	}{heard{tx, l.sent}, tx}, err
}
