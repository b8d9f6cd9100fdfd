package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// database is an empty database of one dialect.
type database struct {
	goose  goose.Dialect
	files  string
	driver string
	url    string // for the driver
	open   func() (*store.Store, error)
}

func databases(t *testing.T) map[string]database {
	path := filepath.Join(t.TempDir(), "debate.db")
	url := pgtest.NewDatabase(t)
	return map[string]database{
		"SQLite": {
			goose.DialectSQLite3, "migrations/sqlite3", "sqlite", "file:" + path + "?_pragma=foreign_keys(1)",
			func() (*store.Store, error) { return store.OpenSQLite(path) },
		},
		"PostgreSQL": {
			goose.DialectPostgres, "migrations/postgres", "pgx", url,
			func() (*store.Store, error) { return store.OpenPostgres(url, store.Access{}) },
		},
	}
}

func (d database) sql(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open(d.driver, d.url)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// rows are one of each table, as the first version of the schema had them.
var rows = []string{
	`INSERT INTO conversations (id, owner_key, topic, stance, title, language, difficulty, turn_count, revision, created_at, updated_at)
	 VALUES ('c', 'default', 'Dogs are better than cats.', 'CON', 'Dogs', 'en', 'medium', 2, 5, 1000001, 2000002)`,
	`INSERT INTO turns (id, conversation_id, owner_key, number, message, created_at, request_id, request_hash, attempt, shown, holder, lease_until, state, reply, model, input_tokens, finished_at)
	 VALUES ('t1', 'c', 'default', 1, 'Dogs.', 1000001, 'req', 'hash', 2, 2, 'h', 1500000, 'completed', 'Cats.', 'offline', 7, 1500000)`,
	`INSERT INTO turns (id, conversation_id, owner_key, number, message, created_at, holder, lease_until, state)
	 VALUES ('t2', 'c', 'default', 2, 'No, dogs.', 2000002, 'h', 3000000, 'running')`,
	`INSERT INTO attempts (turn_id, number, owner_key, state, reply) VALUES ('t1', 1, 'default', 'failed', 'Ca')`,
	`INSERT INTO attempts (turn_id, number, owner_key, request_id, state, reply, finished_at) VALUES ('t1', 2, 'default', 'again', 'completed', 'Cats.', 1500000)`,
	`INSERT INTO usages (owner_key, day, turns, input_tokens) VALUES ('default', '2026-01-01', 1, 7)`,
}

// added are what later versions of the schema had first, by the migration that made
// place for it: rows of its tables, and values in its columns.
var added = []struct {
	migration string
	rows      []string
}{
	{"summaries_and_stance_checks", []string{`UPDATE conversations SET summary = 'They said much.', summary_through = 1`}},
	{"personas", []string{`UPDATE conversations SET persona = 'a sailor'`}},
	{"turn_kinds", []string{`UPDATE turns SET kind = 'argument' WHERE id = 't1'`}},
	{"ledgers", []string{`UPDATE turns SET ledger = '[{"id":"1u1"}]' WHERE id = 't1'`}},
	{"verdicts", []string{
		`UPDATE conversations SET format = 'oxford', rounds = 1, opinion_before = -1, opinion_after = 2, opinion_turn = 1, share = 'token', request_id = 'fork', request_hash = 'forked'`,
		`INSERT INTO verdicts (id, conversation_id, owner_key, request_id, request_hash, through_turn, created_at, holder, lease_until, state, judge, findings, input_tokens, finished_at)
		 VALUES ('v', 'c', 'default', 'judge', 'judged', 1, 1600000, 'h', 0, 'completed', 'rules', '{"winner":"user"}', 3, 1700000)`,
		`INSERT INTO votes (conversation_id, before, after, count) VALUES ('c', -1, 2, 5)`,
	}},
	{"changes", []string{
		`UPDATE attempts SET created_at = 1200000 WHERE number = 2`,
		`INSERT INTO changes (owner_key, conversation_id, kind, at) VALUES ('default', 'c', 'debate_renamed', 1800000)`,
	}},
}

// addRows brings a database to each of those migrations, and adds what it made
// place for.
func addRows(t *testing.T, p *goose.Provider, db *sql.DB) {
	t.Helper()
	for _, a := range added {
		for _, source := range p.ListSources() {
			if strings.HasSuffix(source.Path, "_"+a.migration+".sql") {
				if _, err := p.UpTo(t.Context(), source.Version); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, row := range a.rows {
			if _, err := db.ExecContext(t.Context(), row); err != nil {
				t.Fatalf("%v in %s, which %s should have made place for", err, row, a.migration)
			}
		}
	}
}

// reviewsAreThere looks for what addRows added of what comes after a debate.
func reviewsAreThere(t *testing.T, s *store.Store, owner debate.Owner) {
	t.Helper()
	ctx := t.Context()
	c, err := s.Shared(ctx, "token")
	if err != nil || c.ID != "c" || c.Format != "oxford" || c.Rounds != 1 || c.Opinion == nil || *c.Opinion != (debate.Opinion{Before: -1, After: 2, Turn: 1}) {
		t.Errorf("the shared conversation: %+v, %v", c, err)
	}
	if found, hash, err := s.FindFork(ctx, owner, "fork"); err != nil || found.ID != "c" || string(hash) != "forked" {
		t.Errorf("the fork: %+v, %q, %v", found, hash, err)
	}
	v, hash, err := s.FindVerdict(ctx, owner, "judge")
	if err != nil || v.ID != "v" || v.Winner != debate.UserWins || v.Usage.InputTokens != 3 || string(hash) != "judged" {
		t.Errorf("the verdict: %+v, %q, %v", v, hash, err)
	}
	if votes, err := s.Votes(ctx, "c"); err != nil || len(votes) != 1 || votes[0] != (debate.Votes{Before: -1, After: 2, Count: 5}) {
		t.Errorf("the votes: %+v, %v", votes, err)
	}
	if listed, err := s.Opinions(ctx, owner, debate.ConversationCursor{}, 10); err != nil || len(listed) != 1 {
		t.Errorf("the opinions: %+v, %v", listed, err)
	}
}

// changesAreThere looks for what happened to the rows.
func changesAreThere(t *testing.T, s *store.Store, owner debate.Owner) {
	t.Helper()
	changes, all, err := s.Changes(t.Context(), owner, time.UnixMicro(1), 10)
	var told []string
	for _, c := range changes {
		told = append(told, fmt.Sprint(c.Kind, " ", c.At.UnixMicro()))
	}
	want := []string{"debate_begun 1000001", "turn_begun 1000001", "turn_begun 1200000", "turn_ended 1500000", "verdict_ended 1700000", "debate_renamed 1800000", "turn_begun 2000002"}
	if err != nil || !all || !slices.Equal(told, want) {
		t.Errorf("what happened is %q, %v, %v", told, all, err)
	}
}

// A database that was made by the first version, with rows in every table,
// loses none of them on its way to the latest.
func TestUpgradeKeepsEveryRow(t *testing.T) {
	for name, d := range databases(t) {
		t.Run(name, func(t *testing.T) {
			db := d.sql(t)
			p, err := goose.NewProvider(d.goose, db, os.DirFS(d.files))
			if err != nil {
				t.Fatal(err)
			}
			first := p.ListSources()[0].Version
			if _, err := p.UpTo(t.Context(), first); err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				if _, err := db.ExecContext(t.Context(), row); err != nil {
					t.Fatalf("%v in %s", err, row)
				}
			}
			// What each version added is kept by those after it too.
			if d.driver == "sqlite" {
				if _, err := db.ExecContext(t.Context(), "PRAGMA foreign_keys = off"); err != nil { // as Migrate does
					t.Fatal(err)
				}
			}
			addRows(t, p, db)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			opened, err := d.open()
			s := ready(t, opened, err)

			ctx, owner := t.Context(), debate.Owner{Key: "default"}
			c, err := s.Conversation(ctx, owner, "c")
			if err != nil || c.Topic != "Dogs are better than cats." || c.TurnCount != 2 || c.Revision != 5 || c.Summary != "They said much." || c.SummaryThrough != 1 || c.Persona != "a sailor" || c.UpdatedAt.UnixMicro() != 2000002 {
				t.Errorf("conversation %+v, %v", c, err)
			}
			if found, err := s.FindConversations(ctx, owner, "DOG cat", debate.ConversationCursor{}, 5); err != nil || len(found) != 1 {
				t.Errorf("%d are found, %v", len(found), err)
			}
			turns, err := s.Turns(ctx, owner, "c", 0, false, 10)
			if err != nil || len(turns) != 2 || turns[0].Reply != "Cats." || turns[0].Usage.InputTokens != 7 || turns[0].Kind != debate.ArgumentKind || turns[0].Ledger != `[{"id":"1u1"}]` || turns[1].State != debate.Running {
				t.Errorf("turns %+v, %v", turns, err)
			}
			if failed, err := s.Turn(ctx, owner, "t1", 1); err != nil || failed.State != debate.Failed || failed.Reply != "Ca" {
				t.Errorf("first attempt %+v, %v", failed, err)
			}
			for _, request := range []string{"req", "again"} {
				if found, _, err := s.FindRequest(ctx, owner, request); err != nil || found.ID != "t1" {
					t.Errorf("request %s: %+v, %v", request, found, err)
				}
			}
			reviewsAreThere(t, s, owner)
			changesAreThere(t, s, owner)
			// What was used before is one part of the day, and later turns another.
			day := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
			if ended, err := s.Interrupt(ctx, "t2", day, 1); err != nil || len(ended) != 1 {
				t.Fatalf("interrupt: %v, %v", ended, err)
			}
			if days, err := s.Usage(ctx, "default", "2026-01-01"); err != nil || len(days) != 1 || days[0].Turns != 2 || days[0].Replies.InputTokens != 7 {
				t.Errorf("usage %+v, %v", days, err)
			}
			// Deleting still takes everything along: the references survived.
			if err := s.Delete(ctx, owner, "c"); err != nil {
				t.Fatal(err)
			}
			var left int
			if err := d.sql(t).QueryRowContext(ctx, "SELECT (SELECT count(*) FROM turns) + (SELECT count(*) FROM attempts) + (SELECT count(*) FROM verdicts) + (SELECT count(*) FROM votes)").Scan(&left); err != nil || left != 0 {
				t.Errorf("%d rows outlived their conversation, %v", left, err)
			}
		})
	}
}

func TestProcessesThatStartTogetherMigrateOnce(t *testing.T) {
	for name, d := range databases(t) {
		t.Run(name, func(t *testing.T) {
			errs := make(chan error)
			for range 4 {
				go func() {
					s, err := d.open()
					if err == nil {
						err = s.Migrate(context.WithoutCancel(t.Context()))
						err = errors.Join(err, s.Close())
					}
					errs <- err
				}()
			}
			for range 4 {
				if err := <-errs; err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestSchemaFromTheFutureIsRefused(t *testing.T) {
	for name, d := range databases(t) {
		t.Run(name, func(t *testing.T) {
			opened, err := d.open()
			s := ready(t, opened, err)
			if _, err := d.sql(t).ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99990101000000, true)"); err != nil {
				t.Fatal(err)
			}
			if err := s.Migrate(t.Context()); !errors.Is(err, store.ErrUnknownSchema) {
				t.Errorf("Migrate: %v", err)
			}
		})
	}
}

// The committed migrations make what ent/schema says: nothing is left to write.
func TestMigrationsAreCurrent(t *testing.T) {
	dir := t.TempDir() // a module of what they are made from, since they are written where they lie
	for _, copied := range []string{"internal/store/migrations", "ent/schema"} {
		if err := os.CopyFS(filepath.Join(dir, copied), os.DirFS(filepath.Join("../..", copied))); err != nil {
			t.Fatal(err)
		}
	}
	for _, copied := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join("../..", copied))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, copied), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	generate := filepath.Join(dir, "generate")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", generate, "./migrations/generate")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as all is built that has no races looked for
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), generate, "drift")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if strings.Count(string(out), "the migrations are current") != 2 {
		t.Errorf("ent/schema has changed; run: go run ./internal/store/migrations/generate NAME\n%s", out)
	}
}
