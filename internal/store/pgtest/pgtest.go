// Package pgtest runs throw-away PostgreSQL servers for tests and generators.
package pgtest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/debate-chatbot/debate-api/internal/freeport"
	"github.com/debate-chatbot/debate-api/internal/subprocess"
)

// Server is a PostgreSQL server on a loopback port, with a data directory of
// its own.
type Server struct {
	bin  string
	dir  string
	port int
	cred *syscall.Credential // initdb and postgres refuse to run as root
	log  bytes.Buffer
	cmd  *exec.Cmd
	done chan error
}

// Start makes a server in dir, which is made if need be, and starts it.
func Start(dir string) (*Server, error) {
	s, err := prepare(dir)
	if err != nil {
		return nil, err
	}
	if out, err := s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s, s.Run()
}

// Standby makes a server in dir that follows s, and starts it.
func (s *Server) Standby(dir string) (*Server, error) {
	standby, err := prepare(dir)
	if err != nil {
		return nil, err
	}
	out, err := standby.command("pg_basebackup", "-D", standby.data(), "-R", "-X", "stream", "-c", "fast",
		"-d", fmt.Sprintf("host=127.0.0.1 port=%d user=postgres", s.port)).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("pg_basebackup: %w\n%s", err, out)
	}
	return standby, standby.Run()
}

func prepare(dir string) (*Server, error) {
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // where Debian has them, and not in the PATH
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil { // the other programs may have no link
			bins = []string{path}
		}
	}
	if len(bins) == 0 {
		return nil, errors.New("PostgreSQL is not installed; on Debian or Ubuntu: sudo apt-get install postgresql")
	}
	s := &Server{bin: filepath.Dir(slices.Max(bins)), dir: dir}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 {
		if err := s.leaveRoot(); err != nil {
			return nil, err
		}
	}
	port, err := freeport.Find()
	s.port = port
	return s, err
}

// leaveRoot has the server run as the user postgres, who can reach its
// directory.
func (s *Server) leaveRoot() error {
	u, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("the user postgres, whom PostgreSQL's package makes: %w", err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	s.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	for d := s.dir; d != "/" && d != os.TempDir(); d = filepath.Dir(d) {
		if info, err := os.Stat(d); err == nil && info.Mode().Perm()&1 == 0 {
			_ = os.Chmod(d, info.Mode().Perm()|0o011) // fails where it is not ours to open
		}
	}
	return os.Chown(s.dir, uid, gid)
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "HOME="+s.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred}
	return cmd
}

// Run starts a server that was stopped, on the same port and data.
func (s *Server) Run() error {
	s.log.Reset()
	s.cmd = s.command("postgres", "-D", s.data(), "-p", strconv.Itoa(s.port), "-h", "127.0.0.1", "-k", s.dir,
		"-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "wal_level=replica")
	s.cmd.Stdout, s.cmd.Stderr = &s.log, &s.log
	s.cmd.SysProcAttr.Setpgid = true
	subprocess.EndWithParent(s.cmd)
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.done = make(chan error, 1)
	cmd, done := s.cmd, s.done
	go func() { done <- cmd.Wait() }()
	return s.wait()
}

func (s *Server) wait() error {
	db, err := sql.Open("pgx", s.URL("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-s.done:
			return fmt.Errorf("PostgreSQL ended at its start:\n%s", s.log.String())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Kill ends the server and its children at once, as a crash does. Each child
// leads a process group of its own; alone, it would end what it is doing first.
func (s *Server) Kill() {
	s.signal(syscall.SIGSTOP) // makes no more of them
	s.signal(syscall.SIGKILL)
	<-s.done
	s.done <- nil
}

// Hang has the server keep its connections, take new ones, and answer nothing,
// until Resume.
func (s *Server) Hang() { s.signal(syscall.SIGSTOP) }

// Resume has a server that hangs go on.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

// signal signals the server, which first is kept from making children, and
// them.
func (s *Server) signal(sig syscall.Signal) {
	pid := s.cmd.Process.Pid
	if sig == syscall.SIGSTOP {
		_ = syscall.Kill(pid, sig)
	}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for child := range strings.FieldsSeq(string(children)) {
		if child, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(child, sig)
		}
	}
	_ = syscall.Kill(pid, sig)
}

// Authenticate puts lines before the others of pg_hba.conf, and has the server
// read it.
func (s *Server) Authenticate(ctx context.Context, lines ...string) error {
	path := filepath.Join(s.data(), "pg_hba.conf")
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"+string(old)), 0o600); err != nil {
		return err
	}
	db, err := sql.Open("pgx", s.URL("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	var before, read time.Time
	if err := db.QueryRowContext(ctx, "SELECT pg_conf_load_time()").Scan(&before); err != nil {
		return err
	}
	for read = before; err == nil && !read.After(before); {
		err = db.QueryRowContext(ctx, "SELECT pg_conf_load_time() FROM pg_reload_conf()").Scan(&read)
		db.SetMaxIdleConns(-1) // the next connection is of a server that has read it
	}
	return err
}

// Promote makes a standby writable.
func (s *Server) Promote() error {
	if out, err := s.command("pg_ctl", "promote", "-D", s.data(), "-w").CombinedOutput(); err != nil {
		return fmt.Errorf("pg_ctl promote: %w\n%s", err, out)
	}
	return nil
}

// Addr is where the server listens.
func (s *Server) Addr() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

// URL is a database's on this server.
func (s *Server) URL(database string) string {
	return fmt.Sprintf("postgres://postgres@%s/%s?sslmode=disable", s.Addr(), database)
}

// Exec runs statements in a database, each for itself.
func (s *Server) Exec(ctx context.Context, database string, statements ...string) error {
	db, err := sql.Open("pgx", s.URL(database))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for _, q := range statements {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

var (
	once      sync.Once
	shared    *Server
	errShared error
	creator   *sql.DB // of shared's databases
	databases atomic.Int64
)

// start starts the server that the test binary shares, unless it runs. It ends with the process.
func start(t testing.TB) {
	t.Helper()
	once.Do(func() {
		dir, err := os.MkdirTemp("", "pgtest-")
		if err != nil {
			errShared = err
			return
		}
		if shared, errShared = Start(dir); errShared == nil {
			creator, errShared = sql.Open("pgx", shared.URL("postgres"))
		}
	})
	if errShared != nil {
		t.Fatal(errShared)
	}
}

// NewDatabase is the URL of an empty database on a server that the test binary
// shares.
func NewDatabase(t testing.TB) string {
	t.Helper()
	start(t)
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if _, err := creator.ExecContext(context.Background(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return shared.URL(name)
}

// Emptier connects to a database as a superuser, and is a function that deletes what its
// tables hold, but for the version of the schema: a test that needs no more than an empty
// database has one for a thousandth of the processor's time that a new one takes.
func Emptier(t testing.TB, databaseURL string) func(testing.TB) {
	t.Helper()
	db, err := sql.Open("pgx", databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return func(t testing.TB) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), `DO $$ DECLARE name text; BEGIN
			FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema AND tablename != 'goose_db_version' LOOP
				EXECUTE format('DELETE FROM %I', name);
			END LOOP;
		END $$`); err != nil {
			t.Fatal(err)
		}
	}
}

// SocketDir is where the server that the test binary shares has its Unix socket.
func SocketDir(t testing.TB) string {
	t.Helper()
	start(t)
	return shared.dir
}

// Bouncer starts PgBouncer in transaction mode before the server of a database, and
// is the database's URL through it, with more of a query. It ends with the test.
func Bouncer(t testing.TB, databaseURL, query string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // not in every PATH
	}
	port, err := freeport.Find()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "pgbouncer-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	settings := fmt.Sprintf("[databases]\n* = host=127.0.0.1 port=%d user=postgres\n[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port=%d\n"+
		"unix_socket_dir=\nauth_type=any\npool_mode=transaction\ndefault_pool_size=4\n", shared.port, port)
	path := filepath.Join(dir, "pgbouncer.ini")
	if err := errors.Join(os.WriteFile(path, []byte(settings), 0o600), os.Chmod(path, 0o644), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, path)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: shared.cred}
	subprocess.EndWithParent(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatalf("PgBouncer (on Debian or Ubuntu: sudo apt-get install pgbouncer): %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address := fmt.Sprintf("127.0.0.1:%d", port)
	for range 500 {
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			return strings.Replace(databaseURL, shared.Addr(), address, 1) + "&" + query
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("PgBouncer does not answer")
	return ""
}

// Main runs a package's tests and ends the shared server after them.
func Main(m *testing.M) int {
	code := m.Run()
	if shared != nil {
		shared.Kill()
		_ = os.RemoveAll(shared.dir)
	}
	return code
}
