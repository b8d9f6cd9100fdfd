package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	"github.com/debate-chatbot/debate-api/internal/store/storetest"
)

const role = "debate_app"

// startOwned starts a server that asks for passwords, as RDS has it: "owner" makes
// roles and owns the database, and is no superuser.
func startOwned(t *testing.T) *pgtest.Server {
	t.Helper()
	s, err := pgtest.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	run(t, s, "postgres", "CREATE ROLE owner LOGIN CREATEROLE PASSWORD 'first'", "CREATE DATABASE debate OWNER owner")
	run(t, s, "debate", "CREATE TABLE others (id int)", "ALTER TABLE others OWNER TO owner")
	if err := s.Authenticate(t.Context(), "host all postgres all trust", "host all all all scram-sha-256"); err != nil {
		t.Fatal(err)
	}
	return s
}

func run(t *testing.T, s *pgtest.Server, database string, statements ...string) {
	t.Helper()
	if err := s.Exec(context.Background(), database, statements...); err != nil {
		t.Fatal(err)
	}
}

// urlOf is the URL of the database debate for a user.
func urlOf(s *pgtest.Server, user *url.Userinfo) string {
	u := url.URL{Scheme: "postgres", User: user, Host: s.Addr(), Path: "/debate", RawQuery: "sslmode=disable"}
	return u.String()
}

func openAs(t *testing.T, url string, a Access) *Store {
	t.Helper()
	s, err := OpenPostgres(url, a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func fixed(user, password string) Login {
	return Login{Get: func(context.Context, string, string) (string, string, error) { return user, password, nil }}
}

// begin stores a turn, and reads its conversation.
func begin(ctx context.Context, s *Store) error {
	now, owner, id := time.Now(), debate.Owner{Key: "alice"}, uuid.NewString()
	_, err := s.BeginTurn(ctx, debate.BeginTurnParams{Owner: owner, Conversation: id, New: true, TurnID: uuid.NewString(), Message: "Tea beats coffee.", Holder: "here", Now: now, LeaseUntil: now.Add(time.Minute)})
	if err != nil {
		return err
	}
	_, err = s.Conversation(ctx, owner, id)
	return err
}

func TestTheRoleIsAStore(t *testing.T) {
	server := startOwned(t)
	s, empty := openAs(t, urlOf(server, url.UserPassword("owner", "first")), Access{Role: role}), pgtest.Emptier(t, server.URL("debate"))
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	storetest.Run(t, func(t *testing.T) debate.Store { empty(t); return s })
}

func TestTheRoleReadsAndWritesRowsAndNothingElse(t *testing.T) {
	server := startOwned(t)
	owner := urlOf(server, url.UserPassword("owner", "first"))
	for name, access := range map[string]Access{
		"by SET ROLE":      {Role: role},
		"by its own login": {Role: "debate_own", RoleLogin: fixed("debate_own", "own")},
	} {
		t.Run(name, func(t *testing.T) {
			if access.RoleLogin.Get != nil {
				run(t, server, "postgres", "CREATE ROLE debate_own LOGIN PASSWORD 'own'")
			}
			s := openAs(t, owner, access)
			for range 2 { // the second finds it done
				if err := s.Migrate(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if err := begin(t.Context(), s); err != nil {
				t.Error(err)
			}
			for _, q := range []string{
				"CREATE TABLE mine (id int)", "ALTER TABLE turns ADD COLUMN x int", "DROP TABLE turns", "TRUNCATE turns", "CREATE INDEX ON turns (id)",
				"SELECT * FROM others", "DELETE FROM goose_db_version", "CREATE ROLE other", "CREATE SCHEMA mine", "ALTER ROLE owner PASSWORD 'x'",
			} {
				if err := s.driver.Exec(t.Context(), q, []any{}, nil); !isDenied(err) {
					t.Errorf("%s: %v", q, err)
				}
			}
			// A table that is missing here is missing in tables.
			rows, err := s.migrations().QueryContext(t.Context(), "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT IN ('others', 'goose_db_version')")
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			for rows.Next() {
				var table string
				if err := rows.Scan(&table); err != nil {
					t.Fatal(err)
				}
				if err := s.driver.Exec(t.Context(), "DELETE FROM "+table, []any{}, nil); err != nil {
					t.Errorf("%s: %v", table, err)
				}
			}
			if err := rows.Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestARoleThatIsOrCanBecomeAMasterIsRefused(t *testing.T) {
	server := startOwned(t)
	run(t, server, "postgres", "CREATE ROLE heir LOGIN", "GRANT owner TO heir", "CREATE ROLE maker CREATEROLE LOGIN")
	for role, says := range map[string]string{"owner": "the owner of the tables", "heir": "can become a master", "postgres": "a master", "maker": "a master"} {
		s := openAs(t, urlOf(server, url.UserPassword("owner", "first")), Access{Role: role})
		if err := s.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "DATABASE_ROLE") {
			t.Errorf("%s: %v", role, err)
		}
	}
}

func TestWhoMayNotMigrateWaitsForTheOwner(t *testing.T) {
	server := startOwned(t)
	run(t, server, "postgres", "CREATE ROLE debate_app LOGIN PASSWORD 'own'")
	access := Access{Role: role, RoleLogin: fixed(role, "own")}
	s := openAs(t, urlOf(server, nil), access) // the owner is not known
	if err := s.Migrate(t.Context()); !errors.Is(err, errMayNotMigrate) {
		t.Fatalf("on an empty database: %v", err)
	}
	if err := openAs(t, urlOf(server, url.UserPassword("owner", "first")), access).Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Migrate(t.Context()), begin(t.Context(), s)); err != nil {
		t.Error(err)
	}
	run(t, server, "debate", "DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)")
	if err := s.Migrate(t.Context()); !errors.Is(err, errMayNotMigrate) {
		t.Errorf("on an older schema: %v", err)
	}
}

// Membership in rds_iam counts through other roles, too: issues 289 of cyrilgdn's
// terraform-provider-postgresql and 315 of movetokube's postgres-operator tell of
// owners who were locked out. A line that refuses plays PAM, which takes tokens
// alone; the owner is a superuser as far as RDS lets its master grant rds_iam.
func TestIAMNeverLocksTheOwnerOut(t *testing.T) {
	server := startOwned(t)
	s := openAs(t, urlOf(server, url.UserPassword("owner", "first")), Access{Role: role, IAM: true})
	if err := s.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "switch IAM database authentication on") {
		t.Errorf("on a server without it: %v", err)
	}
	run(t, server, "postgres", "ALTER ROLE owner SUPERUSER", "CREATE ROLE rds_iam", "GRANT debate_app TO owner")
	if err := server.Authenticate(t.Context(), "host all postgres all trust", "host all +rds_iam all reject"); err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), `REVOKE "debate_app" FROM the owner`) {
		t.Errorf("for an owner who is a member: %v", err)
	}
	run(t, server, "postgres", "REVOKE debate_app FROM owner")
	for range 2 {
		if err := s.Migrate(t.Context()); err != nil {
			t.Errorf("for an owner who is none: %v", err)
		}
	}
	var lets bool
	if err := s.migrations().QueryRow("SELECT rolcanlogin AND pg_has_role(oid, 'rds_iam', 'MEMBER') FROM pg_roles WHERE rolname = 'debate_app'").Scan(&lets); err != nil || !lets {
		t.Errorf("the role can log in by IAM: %v, %v", lets, err)
	}
}

// What AWS does to rotate: the new password is in the secret as its pending one,
// then the database has it, and then it counts.
func TestNoCallFailsForAPasswordThatChanges(t *testing.T) {
	server := startOwned(t)
	var mu sync.Mutex
	current, pending, reads := "first", "", 0
	var known, refused atomic.Value
	known.Store("first")
	refused.Store("")
	login := Login{
		Get: func(context.Context, string, string) (string, string, error) {
			mu.Lock()
			defer mu.Unlock()
			if known.Load() == refused.Load() {
				reads++
				known.Store(current)
				if current == refused.Load() && pending != "" {
					known.Store(pending)
				}
			}
			return "owner", known.Load().(string), nil
		},
		Refused: func(password string) { refused.Store(password) },
	}
	s := openAs(t, urlOf(server, nil), Access{Owner: login})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var calls, made atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for ctx.Err() == nil {
				if err := begin(context.WithoutCancel(ctx), s); err != nil {
					t.Errorf("a call failed: %v", err)
					return
				}
				calls.Add(1)
			}
		})
	}
	// more waits for some calls that began after it.
	more := func() {
		for until, deadline := calls.Load()+20, time.Now().Add(30*time.Second); calls.Load() < until && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
	}
	for n := range 5 {
		next := fmt.Sprint("password-", n)
		mu.Lock()
		pending = next
		mu.Unlock()
		run(t, server, "postgres", "ALTER ROLE owner PASSWORD '"+next+"'")
		s.pool.Reset() // all connect anew
		more()
		mu.Lock()
		current, pending = next, ""
		mu.Unlock()
		s.pool.Reset()
		more()
		made.Add(1)
	}
	stop()
	callers.Wait()
	mu.Lock()
	defer mu.Unlock()
	t.Logf("%d calls over %d rotations, the secret was read %d times", calls.Load(), made.Load(), reads)
	if calls.Load() < 100 || reads < 5 {
		t.Errorf("%d calls, %d reads: too few to tell", calls.Load(), reads)
	}
}
