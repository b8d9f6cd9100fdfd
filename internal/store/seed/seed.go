// Package seed fills a database as years of use would, for measurements.
//
// It writes rows past the store, because a million turns through it take an
// hour: COPY on PostgreSQL, large transactions on SQLite.
package seed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Size is how much there is to be.
type Size struct {
	// Conversations of 1 to 3 turns each.
	Conversations int
	// Long is the number of turns of one more conversation.
	Long int
}

// Owner owns every second conversation and the long one.
var Owner = debate.Owner{Key: "default"}

// The first conversation began at start, and each one after it a second later.
const start = 1_767_225_600_000_000 // 2026-01-01, in Unix microseconds

// usageDays are counted in 8 parts each from FirstDay on.
const (
	FirstDay  = "2026-01-01"
	usageDays = 28
	slots     = 8
)

// ConversationID is the id of the conversation number n, counted from 1; the
// long one comes after the others.
func ConversationID(n int) string { return id(n, 0) }

// TurnID is the id of a conversation's turn.
func TurnID(n, turn int) string { return id(n, turn) }

// RequestID is what made a turn.
func RequestID(n, turn int) string { return fmt.Sprintf("request-%d-%d", n, turn) }

// RetryID is what made attempt 2 of the first turn of every hundredth conversation.
func RetryID(n int) string { return fmt.Sprintf("retry-%d", n) }

// id is a UUIDv7 that tells a conversation or one of its turns.
func id(n, turn int) string {
	ms := start/1000 + int64(n)*1000
	return fmt.Sprintf("%08x-%04x-7%03x-8%03x-%012x", ms>>16, ms&0xffff, turn&0xfff, turn>>12, n)
}

// Fill fills a database that is empty but for the latest schema: the one that a
// URL names, or the SQLite file at path where the URL is empty.
func Fill(ctx context.Context, databaseURL, path string, size Size) error {
	if databaseURL != "" {
		return fillPostgres(ctx, databaseURL, size)
	}
	return fillSQLite(ctx, path, size)
}

func fillPostgres(ctx context.Context, databaseURL string, size Size) error {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return errors.New("seed: the database cannot be reached")
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, t := range size.tables() {
		next, stop := iter.Pull(t.rows)
		_, err := conn.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, pgx.CopyFromFunc(func() ([]any, error) {
			row, _ := next()
			return row, nil
		}))
		stop()
		if err != nil {
			return fmt.Errorf("seed: %s: %w", t.name, err)
		}
	}
	_, err = conn.Exec(ctx, "VACUUM ANALYZE")
	return err
}

func fillSQLite(ctx context.Context, path string, size Size) (err error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, t := range size.tables() {
		if err := t.insert(ctx, db); err != nil {
			return fmt.Errorf("seed: %s: %w", t.name, err)
		}
	}
	_, err = db.ExecContext(ctx, "ANALYZE")
	return err
}

// table is what goes into one.
type table struct {
	name    string
	columns []string
	rows    iter.Seq[[]any]
}

func (t table) insert(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	places := strings.TrimSuffix(strings.Repeat("?, ", len(t.columns)), ", ")
	insert, err := tx.PrepareContext(ctx, "INSERT INTO "+t.name+" ("+strings.Join(t.columns, ", ")+") VALUES ("+places+")") //nolint:gosec // the names are those below
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }() // the transaction's end says whether all went well
	for row := range t.rows {
		if _, err := insert.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (s Size) tables() []table {
	return []table{
		{"conversations", []string{"id", "owner_key", "owner_user", "topic", "stance", "title", "language", "difficulty", "turn_count", "revision", "created_at", "updated_at"}, s.conversations},
		{"turns", []string{"id", "conversation_id", "owner_key", "owner_user", "number", "message", "created_at", "request_id", "request_hash", "attempt", "shown", "holder", "lease_until", "state", "reply", "model", "input_tokens", "output_tokens", "finished_at"}, s.turns},
		{"attempts", []string{"turn_id", "number", "owner_key", "owner_user", "request_id", "request_hash", "state", "reply", "model", "input_tokens", "output_tokens", "finished_at"}, s.attempts},
		{"usages", []string{"owner_key", "day", "slot", "turns", "input_tokens", "output_tokens"}, s.usages},
		{"verdicts", []string{"id", "conversation_id", "owner_key", "owner_user", "request_id", "request_hash", "through_turn", "created_at", "holder", "lease_until", "state", "judge", "findings", "finished_at"}, s.verdicts},
		{"changes", []string{"owner_key", "owner_user", "conversation_id", "kind", "at"}, s.changes},
	}
}

// all yields every conversation's number and how many turns it has.
func (s Size) all(yield func(n, turns int) bool) {
	for n := 1; n <= s.Conversations; n++ {
		if !yield(n, 1+n%3) {
			return
		}
	}
	yield(s.Conversations+1, s.Long)
}

// owner is whose conversation number n is; the last one is the long one's.
func (s Size) owner(n int) debate.Owner {
	if n%2 == 0 || n > s.Conversations {
		return Owner
	}
	return debate.Owner{Key: fmt.Sprintf("key-%d", n%16), User: fmt.Sprintf("user-%d", n%1024)}
}

func (s Size) conversations(yield func([]any) bool) {
	for n, turns := range s.all {
		o, began := s.owner(n), start+int64(n)*1_000_000
		topic := topics[n%len(topics)]
		if !yield([]any{ConversationID(n), o.Key, o.User, topic, "CON", topic, "en", "medium", turns, 2 * turns, began, began + int64(turns)*10_000}) {
			return
		}
	}
}

func (s Size) turns(yield func([]any) bool) {
	hash := make([]byte, 32)
	for n, turns := range s.all {
		o, began := s.owner(n), start+int64(n)*1_000_000
		for turn := 1; turn <= turns; turn++ {
			attempt := 1
			if turn == 1 && n%100 == 0 {
				attempt = 2
			}
			at := began + int64(turn)*10_000
			if !yield([]any{TurnID(n, turn), ConversationID(n), o.Key, o.User, turn, topics[(n+turn)%len(topics)], at,
				RequestID(n, turn), hash, attempt, attempt, "seed", at, string(debate.Completed), reply, "offline", 40 * turn, 80, at + 5_000}) {
				return
			}
		}
	}
}

func (s Size) attempts(yield func([]any) bool) {
	hash := make([]byte, 32)
	for n := 100; n <= s.Conversations; n += 100 {
		o, at := s.owner(n), start+int64(n)*1_000_000
		for number, request := range []string{"", RetryID(n)} {
			if !yield([]any{TurnID(n, 1), number + 1, o.Key, o.User, request, hash, string(debate.Completed), reply, "offline", 40, 80, at}) {
				return
			}
		}
	}
}

// verdicts are one of every tenth conversation.
func (s Size) verdicts(yield func([]any) bool) {
	hash := make([]byte, 32)
	for n := 10; n <= s.Conversations; n += 10 {
		o, at := s.owner(n), start+int64(n)*1_000_000
		if !yield([]any{TurnID(n, 1), ConversationID(n), o.Key, o.User, fmt.Sprintf("verdict-%d", n), hash, 1, at, "seed", at, string(debate.Completed), debate.RulesJudge, `{"winner":"undecided"}`, at}) {
			return
		}
	}
}

// changes are a new title of every tenth conversation.
func (s Size) changes(yield func([]any) bool) {
	for n := 10; n <= s.Conversations; n += 10 {
		o := s.owner(n)
		if !yield([]any{o.Key, o.User, ConversationID(n), string(debate.DebateRenamed), start + int64(n)*1_000_000}) {
			return
		}
	}
}

func (s Size) usages(yield func([]any) bool) {
	for key := range 17 {
		name := Owner.Key
		if key > 0 {
			name = fmt.Sprintf("key-%d", key-1)
		}
		for day := range usageDays {
			for slot := range slots {
				if !yield([]any{name, fmt.Sprintf("2026-01-%02d", day+1), slot, 10, 400, 800}) {
					return
				}
			}
		}
	}
}

var topics = []string{
	"Dogs are better companions than cats, because they show what they feel.",
	"Remote work makes teams slower.",
	"Every city should close its centre to cars.",
	"School uniforms do more good than harm.",
	"Books are better than the films that are made of them.",
}

// reply has the length of a short one.
const reply = "A dog that greets you at the door shows habit as much as feeling; a cat that seeks you out has chosen to. " +
	"You take what is loud for what is deep. What would persuade you that an animal cares: that it obeys, or that it stays although it need not?"
