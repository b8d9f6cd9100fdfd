package store_test

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	"github.com/debate-chatbot/debate-api/internal/store/sqlitetest"
	"github.com/debate-chatbot/debate-api/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) debate.Store { return openSQLite(t, sqlitetest.NewDatabase(t)) })
}

func TestPostgres(t *testing.T) {
	url := pgtest.NewDatabase(t)
	s, empty := openPostgres(t, url), pgtest.Emptier(t, url)
	storetest.Run(t, func(t *testing.T) debate.Store { empty(t); return s })
}

// PgBouncer before 1.21, in transaction mode, knows nothing of prepared statements
// and gives a connection to others between any two transactions (goose 613,
// pgbouncer 1118).
func TestPostgresBehindPgBouncer(t *testing.T) {
	url := pgtest.NewDatabase(t)
	s, empty := openPostgres(t, pgtest.Bouncer(t, url, "default_query_exec_mode=exec")), pgtest.Emptier(t, url)
	storetest.Run(t, func(t *testing.T) debate.Store { empty(t); return s })
}

// URLs of Supabase and Prisma (supabase#22681, prisma/orm#11643), and those that psql takes
// (timescaledb-event-streamer#241).
func TestParametersForOtherClientsKeepFromNoServer(t *testing.T) {
	direct := pgtest.NewDatabase(t)
	separator := "?"
	if strings.Contains(direct, "?") {
		separator = "&"
	}
	for _, url := range []string{
		pgtest.Bouncer(t, direct, "pgbouncer=true&connection_limit=1&pool_timeout=10&schema=public"),
		direct + separator + "gssencmode=disable&keepalives=1&keepalives_idle=30&sslcompression=0&fallback_application_name=x&load_balance_hosts=disable",
		// https://github.com/supabase/supabase/issues/27328: as its integration with Vercel writes it.
		direct + separator + "supa=base-pooler.x&workaround=supabase-pooler.vercel&uselibpqcompat=true",
		direct + separator + "currentSchema=public&prepareThreshold=0&preferQueryMode=simple&reWriteBatchedInserts=true&ApplicationName=x",
		direct + separator + "prepared_statement_cache_size=0&statement_cache_mode=describe&binary_parameters=yes&pool_size=5",
	} {
		s := openPostgres(t, url)
		for range 3 { // over connections that are shared with others
			if _, err := s.FindConversations(t.Context(), debate.Owner{Key: "alice"}, "", debate.ConversationCursor{}, 5); err != nil {
				t.Errorf("%s: %v", url, err)
			}
		}
	}
	for _, refused := range []string{"gssencmode=require", "schema=mine", "ssl=true", "no_such_parameter=1"} {
		s, err := store.OpenPostgres(direct+separator+refused, store.Access{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Migrate(t.Context()); err == nil {
			t.Errorf("%s: served from, though it is not heeded", refused)
		}
		_ = s.Close()
	}
}

func TestNothingIsLeftBehindOnConnectionsOfPgBouncer(t *testing.T) {
	for _, mode := range []string{"exec", "simple_protocol"} {
		t.Run(mode, func(t *testing.T) {
			direct := pgtest.NewDatabase(t)
			through := pgtest.Bouncer(t, direct, "default_query_exec_mode="+mode)
			var starting sync.WaitGroup
			for range 3 {
				s, err := store.OpenPostgres(through, store.Access{})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = s.Close() })
				starting.Go(func() {
					if err := s.Migrate(t.Context()); err != nil {
						t.Error(err)
					}
					if _, err := s.FindConversations(t.Context(), debate.Owner{Key: "alice"}, "", debate.ConversationCursor{}, 5); err != nil {
						t.Error(err)
					}
				})
			}
			starting.Wait()
			bouncer, err := sql.Open("pgx", through)
			if err != nil {
				t.Fatal(err)
			}
			defer bouncer.Close()
			for range 4 { // as many as PgBouncer has to the server
				tx, err := bouncer.BeginTx(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = tx.Rollback() }()
				for query, want := range map[string]string{
					"SHOW plan_cache_mode": "auto", "SHOW enable_sort": "on", "SHOW search_path": `"$user", public`, "SHOW statement_timeout": "0",
					"SHOW idle_in_transaction_session_timeout":                        "0",
					"SELECT count(*)::text FROM pg_prepared_statements":               "0",
					"SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory'": "0",
				} {
					var got string
					if err := tx.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
						t.Errorf("%s: %s, %v", query, got, err)
					}
				}
			}
		})
	}
}

func openSQLite(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.OpenSQLite(path)
	return ready(t, s, err)
}

func openPostgres(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.OpenPostgres(url, store.Access{})
	return ready(t, s, err)
}

func ready(t testing.TB, s *store.Store, err error) *store.Store {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Every way to name a database that pgx has leads to it.
func TestDatabasesAreReachedAsPgxNamesThem(t *testing.T) {
	u, err := url.Parse(pgtest.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	database, port := u.Path[1:], u.Port()
	for name, value := range map[string]string{
		"a socket":                  "postgres:///" + database + "?user=postgres&port=" + port + "&host=" + pgtest.SocketDir(t),
		"a socket after a user":     "postgresql://postgres:any@/" + database + "?port=" + port + "&host=" + pgtest.SocketDir(t),
		"words and values":          "host=" + pgtest.SocketDir(t) + " port=" + port + " user=postgres dbname=" + database,
		"the second of two servers": "postgres://postgres@127.0.0.1:1,127.0.0.1:" + port + "/" + database + "?sslmode=disable",
		"the one that takes writes": "postgres://postgres@127.0.0.1:1,127.0.0.1:" + port + "/" + database + "?sslmode=disable&target_session_attrs=primary",
	} {
		s, err := store.OpenPostgres(value, store.Access{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := s.Ping(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A caller who leaves in the middle of a query takes its connection along, and
// no other: callers who leave in numbers must not empty the pool.
func TestCallersWhoLeaveTakeOneConnectionEach(t *testing.T) {
	url := pgtest.NewDatabase(t)
	s := openPostgres(t, url)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	connections := func() map[int]bool {
		rows, err := db.Query(`SELECT pid FROM pg_stat_activity WHERE application_name = 'debate-api' AND datname = current_database()`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		pids := map[int]bool{}
		for rows.Next() {
			var pid int
			if err := rows.Scan(&pid); err != nil {
				t.Fatal(err)
			}
			pids[pid] = true
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return pids
	}
	owner := debate.Owner{Key: "alice"}
	for i := range 100 {
		var together sync.WaitGroup
		for range 12 {
			together.Go(func() { _, _ = s.FindConversations(t.Context(), owner, "", debate.ConversationCursor{}, 1) })
		}
		together.Wait()
		before := connections()
		ctx, leave := context.WithTimeout(t.Context(), rand.N(400*time.Microsecond))
		if i%2 == 0 {
			ctx, leave = context.WithCancel(t.Context())
			time.AfterFunc(rand.N(400*time.Microsecond), leave)
		}
		_, err := s.FindConversations(ctx, owner, "", debate.ConversationCursor{}, 1)
		leave()
		gone := 0
		after := connections()
		for pid := range before {
			if !after[pid] {
				gone++
			}
		}
		// PostgreSQL may show the end of those of earlier callers only now.
		if gone > len(before)/2 {
			t.Fatalf("%d of %d connections went with one caller: %v", gone, len(before), err)
		}
	}
}
