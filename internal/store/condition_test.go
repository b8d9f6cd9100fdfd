package store

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// What PostgreSQL says by SQLSTATE (its manual, Appendix A), and what becomes of it.
func TestEveryRefusalOfPostgreSQLIsReadForWhatItIs(t *testing.T) {
	s := new(Store)
	for _, c := range []struct {
		states   string
		repeated bool
		told     condition
	}{
		{"08000 08001 08003 08004 08006 08007 08P01", true, unreachable},
		{"25006", true, readsOnly},
		{"25P03 25P04", true, unreachable},
		{"28000 28P01", false, noAccess},
		{"3D000", false, noDatabase},
		{"40000 40001 40002 40P01", true, overtaxed},
		{"53000 53200 53300 53400", true, overtaxed},
		{"53100", false, diskFull},
		{"55006 55P03", true, overtaxed},
		{"57014", true, overtaxed},
		{"57P01 57P02 57P03 57P04 57P05", true, unreachable},
		{"58000 58030 58P01", true, overtaxed},
		{"XX001 XX002", false, damaged},
		// Our own faults stay faults.
		{"22021 23502 23505 25P02 26000 42601 42P01 42501 54000 55000 XX000 0A000", false, condition{}},
	} {
		for state := range strings.FieldsSeq(c.states) {
			err := fmt.Errorf("a statement: %w", &pgconn.PgError{SeverityUnlocalized: "ERROR", Code: state})
			if got := s.conditionOf(err); got != c.told {
				t.Errorf("%s: %+v", state, got)
			}
			if got := s.canRepeat(err); got != c.repeated {
				t.Errorf("%s: repeated %t", state, got)
			}
			if unavailable := debate.ReasonOf(s.translate(err)) == debate.StoreUnavailable; unavailable != (c.told.message != "") {
				t.Errorf("%s is told as %v", state, s.translate(err))
			}
		}
	}
}

// A commit whose answer is missing may have been carried out, and is never sent
// again without a look. PostgreSQL that ends a session for good (FATAL) may do so
// between the commit and its answer.
func TestACommitIsRepeatedOnlyWhereItCertainlyFailed(t *testing.T) {
	s := new(Store)
	for name, c := range map[string]struct {
		err      error
		repeated bool
	}{
		"a conflict at the commit":        {&pgconn.PgError{SeverityUnlocalized: "ERROR", Code: "40001"}, true},
		"a timeout at the commit":         {&pgconn.PgError{SeverityUnlocalized: "ERROR", Code: "57014"}, true},
		"no word whether it was done":     {&pgconn.PgError{SeverityUnlocalized: "ERROR", Code: "40003"}, false},
		"the session ended at the commit": {&pgconn.PgError{SeverityUnlocalized: "FATAL", Code: "57P01"}, false},
		"a crash at the commit":           {&pgconn.PgError{SeverityUnlocalized: "PANIC", Code: "53100"}, false},
		"no answer":                       {io.ErrUnexpectedEOF, false},
	} {
		err := commitUnknown{c.err}
		if got := s.canRepeat(err); got != c.repeated || mayBeDone(err) == c.repeated {
			t.Errorf("%s: repeated %t, may be done %t", name, got, mayBeDone(err))
		}
	}
}

// opinion is a turn that begins a conversation of its own.
func opinion(id string) debate.BeginTurnParams {
	now := time.Now()
	return debate.BeginTurnParams{
		Owner: debate.Owner{Key: "alice"}, Conversation: id, New: true, TurnID: "turn of " + id, Message: strings.Repeat("Golf is boring. ", 500),
		Holder: "me", Now: now, LeaseUntil: now.Add(time.Minute),
	}
}

// runTurn is the hold of a turn that begins now.
func runTurn(t *testing.T, s *Store, id string) debate.Lease {
	t.Helper()
	if _, err := s.BeginTurn(t.Context(), opinion(id)); err != nil {
		t.Fatal(err)
	}
	return debate.Lease{ConversationID: id, TurnID: "turn of " + id, Attempt: 1, Holder: "me"}
}

func migrated(t *testing.T, s *Store, err error) *Store {
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

// A role with statement_timeout or lock_timeout whose tables are locked for a
// while (PostgREST 3359, medplum 5373), a session that is ended, a server without
// room for more: what may pass is tried again, a reply that is whole is not lost,
// and what does not pass in time is told as STORE_UNAVAILABLE, never as a fault.
func TestPassingRefusalsOfPostgreSQLLoseNothing(t *testing.T) {
	for name, setting := range map[string]string{
		"statement_timeout":     "statement_timeout = '300ms'",
		"lock_timeout":          "lock_timeout = '300ms'",
		"idle in a transaction": "idle_in_transaction_session_timeout = '300ms'",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.NewDatabase(t)
			admin, err := sql.Open("pgx", url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = admin.Close() })
			s, err := OpenPostgres(url, Access{})
			s = migrated(t, s, err)
			hold := runTurn(t, s, "c")
			database := url[strings.LastIndex(url, "/")+1 : strings.Index(url, "?")]
			if _, err := admin.ExecContext(t.Context(), "ALTER DATABASE "+database+" SET "+setting); err != nil {
				t.Fatal(err)
			}
			s.reconnect()
			locked := func(during time.Duration) (unlock <-chan struct{}) {
				tx, err := admin.BeginTx(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				for _, q := range []string{"SET LOCAL idle_in_transaction_session_timeout = 0", "LOCK TABLE turns, conversations IN ACCESS EXCLUSIVE MODE"} {
					if _, err := tx.ExecContext(t.Context(), q); err != nil {
						t.Fatal(err)
					}
				}
				done := make(chan struct{})
				time.AfterFunc(during, func() { _ = tx.Rollback(); close(done) })
				return done
			}
			unlocked := locked(1500 * time.Millisecond)
			_, turn, err := s.Finish(t.Context(), hold, debate.Outcome{State: debate.Completed, Reply: "No.", Now: time.Now()})
			if err != nil || turn.Reply != "No." || turn.State != debate.Completed {
				t.Errorf("the end of a turn beside a lock: %+v, %v", turn, err)
			}
			<-unlocked
			if name == "idle in a transaction" {
				return // nobody is idle who waits for a lock
			}
			unlocked = locked(6 * time.Second)
			var calls sync.WaitGroup
			for call, do := range map[string]func() error{
				"Turns": func() error {
					_, err := s.Turns(t.Context(), debate.Owner{Key: "alice"}, "c", 0, false, 10)
					return err
				},
				"Begin": func() error { _, err := s.BeginTurn(t.Context(), opinion("d")); return err },
			} {
				calls.Go(func() {
					if err := do(); debate.ReasonOf(err) != debate.StoreUnavailable {
						t.Errorf("%s while the tables are locked: %v", call, err)
					}
				})
			}
			calls.Wait()
			<-unlocked
			if _, err := s.Turn(t.Context(), debate.Owner{Key: "alice"}, "turn of d", 0); debate.ReasonOf(err) != debate.NotFound {
				t.Errorf("what was refused is stored: %v", err)
			}
		})
	}
}

func TestAServerWithoutRoomIsWaitedFor(t *testing.T) {
	url := pgtest.NewDatabase(t)
	admin, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close() })
	s, err := OpenPostgres(url, Access{})
	migrated(t, s, err)
	perform := func(ctx context.Context, statements ...string) {
		for _, q := range statements {
			if _, err := admin.ExecContext(ctx, q); err != nil {
				t.Fatal(err)
			}
		}
	}
	perform(t.Context(), "CREATE ROLE few LOGIN CONNECTION LIMIT 1", "GRANT ALL ON ALL TABLES IN SCHEMA public TO few")
	t.Cleanup(func() { perform(context.WithoutCancel(t.Context()), "DROP OWNED BY few", "DROP ROLE few") }) // the server is shared
	as := strings.Replace(url, "postgres@", "few@", 1)
	other, err := sql.Open("pgx", as)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	few, err := OpenPostgres(as, Access{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = few.Close() })
	time.AfterFunc(time.Second, func() { _ = other.Close() }) // until then 53300
	runTurn(t, few, "c")
}

// Trouble with SQLite's file is told for what it is, in the error and by Ping,
// until it is over.
func TestTroubleWithTheFileIsToldForWhatItIs(t *testing.T) {
	root := os.Geteuid() == 0
	for _, c := range []struct {
		name string
		want string
		// make makes trouble, and what ends it; nil where nothing does.
		make func(t *testing.T, s *Store) (mend func())
	}{
		{"a full disk", "disk is full", func(t *testing.T, s *Store) func() {
			if !root {
				t.Skip("only root can mount a disk of 1 MB; TestAFileThatCannotGrow stands for it")
			}
			fill, err := os.Create(filepath.Join(filepath.Dir(s.path), "others"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(fill, zeros{}); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("the disk does not get full: %v", err)
			}
			return func() { _ = fill.Truncate(0) }
		}},
		{"a disk mounted read-only", "cannot be written", func(t *testing.T, s *Store) func() {
			if !root {
				t.Skip("only root can mount; a folder that is read-only stands for it")
			}
			if err := s.Close(); err != nil { // a disk with open files stays writable
				t.Fatal(err)
			}
			remount(t, filepath.Dir(s.path), true)
			return func() { remount(t, filepath.Dir(s.path), false) }
		}},
		{"a folder that is read-only", "cannot be written", func(t *testing.T, s *Store) func() {
			_ = s.Close()
			dir := filepath.Dir(s.path)
			if err := os.Chmod(dir, 0o500); err != nil {
				t.Fatal(err)
			}
			return func() { _ = os.Chmod(dir, 0o700) }
		}},
		{"a file that is read-only", "cannot be written", func(t *testing.T, s *Store) func() {
			_ = s.Close()
			if err := os.Chmod(s.path, 0o400); err != nil {
				t.Fatal(err)
			}
			return func() {
				files, _ := filepath.Glob(s.path + "*") // those beside it are made with its permissions
				for _, file := range files {
					_ = os.Chmod(file, 0o600)
				}
			}
		}},
		{"a file that another program locks", "locked", func(t *testing.T, s *Store) func() {
			db, err := sql.Open("sqlite", "file:"+s.path+"?_txlock=exclusive")
			if err != nil {
				t.Fatal(err)
			}
			tx, err := db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			return func() { _ = tx.Rollback(); _ = db.Close() }
		}},
		{"a file that is damaged", "restore it", func(t *testing.T, s *Store) func() {
			_ = s.Close()
			_ = os.Remove(s.path + "-wal")
			file, err := os.OpenFile(s.path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			whole := make([]byte, 4096)
			if _, err := file.ReadAt(whole, 0); err != nil {
				t.Fatal(err)
			}
			if _, err := file.WriteAt(make([]byte, 4096), 0); err != nil {
				t.Fatal(err)
			}
			return func() {
				if err := os.WriteFile(s.path, nil, 0o600); err != nil {
					t.Error(err)
				}
			}
		}},
		{"a folder in place of the file", "a folder where", func(t *testing.T, s *Store) func() {
			_ = s.Close()
			for _, file := range []string{s.path, s.path + "-wal", s.path + "-shm"} {
				_ = os.Remove(file)
			}
			if err := os.Mkdir(s.path, 0o700); err != nil {
				t.Fatal(err)
			}
			return func() { _ = os.Remove(s.path) }
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "store-")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(dir) })
			if root && strings.Contains(c.name, "disk") {
				mountSmall(t, dir)
			}
			path := filepath.Join(dir, "debate.db")
			s, err := OpenSQLite(path)
			s = migrated(t, s, err)
			mend := c.make(t, s)
			if root && strings.HasSuffix(c.name, "is read-only") {
				leaveRoot(t, dir, path)
			}
			if s, err = OpenSQLite(path); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			told := func(where string, err error) {
				t.Helper()
				var e *debate.Error
				if !errors.As(err, &e) || e.Reason != debate.StoreUnavailable || !strings.Contains(e.Message, c.want) || e.RetryAfter != 0 {
					t.Errorf("%s: %v", where, err)
				}
			}
			if c.want != "disk is full" { // of which the schema needs nothing
				told("Migrate", s.Migrate(t.Context()))
			}
			_, err = s.BeginTurn(t.Context(), opinion("c"))
			told("Begin", err)
			told("Ping", s.Ping(t.Context()))
			mend()
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatalf("after it: %v", err)
			}
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("Ping after it: %v", err)
			}
			runTurn(t, s, "c")
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// A file that has no room to grow is as a full disk: the turn that ends goes
// through when there is.
func TestAFileThatCannotGrow(t *testing.T) {
	s, err := OpenSQLite(filepath.Join(t.TempDir(), "debate.db"))
	s = migrated(t, s, err)
	hold := runTurn(t, s, "c")
	limit := func(pages string) {
		if _, err := s.db.ExecContext(t.Context(), "PRAGMA max_page_count = "+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("1") // as many as there are
	end := debate.Outcome{State: debate.Completed, Reply: strings.Repeat("No. ", 5000), Now: time.Now()}
	_, _, err = s.Finish(t.Context(), hold, end)
	if e := new(debate.Error); !errors.As(err, &e) || e.Reason != debate.StoreUnavailable || !strings.Contains(e.Message, "disk is full") {
		t.Errorf("Finish: %v", err)
	}
	limit("1000000")
	if _, turn, err := s.Finish(t.Context(), hold, end); err != nil || turn.Reply != end.Reply {
		t.Errorf("with room: %v", err)
	}
}

// A server whose certificate no known authority signed, as RDS's are for who has not
// its own: that is told, and not that the server is away.
// https://github.com/crossplane-contrib/provider-sql/issues/102
// https://github.com/lib/pq/issues/1094
func TestACertificateThatIsNotTrustedIsToldAsSuch(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	t.Cleanup(web.Close)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			request := make([]byte, 8) // for TLS
			if _, err := io.ReadFull(conn, request); err == nil {
				_, _ = conn.Write([]byte("S"))
				_ = tls.Server(conn, web.TLS).HandshakeContext(t.Context()) // who connects does not go on
			}
			_ = conn.Close()
		}
	}()
	s, err := OpenPostgres("postgres://app@"+listener.Addr().String()+"/app?sslmode=verify-full", Access{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	var e *debate.Error
	if err := s.Ping(t.Context()); !errors.As(err, &e) || !strings.Contains(e.Message, "is not trusted") {
		t.Errorf("Ping: %v", err)
	}
}
