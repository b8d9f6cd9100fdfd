package store

import (
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// condition is what an error says about the database.
type condition struct {
	// message tells people; it is empty where the database is not at fault.
	message string
	// passing says that the same may work a moment later.
	passing bool
	// away says that the server or the way to it is what failed: connections
	// to it are no good any more.
	away bool
	// lasting says that it stays until somebody does something about it.
	lasting bool
}

var (
	unreachable = condition{message: "the database cannot be reached at the moment", passing: true, away: true}
	readsOnly   = condition{message: "the database takes no writes at the moment", passing: true, away: true}
	overtaxed   = condition{message: "the database cannot do that at the moment", passing: true}
	noAccess    = condition{message: "the database does not let the service in; check the user and the password in DATABASE_URL", away: true, lasting: true}
	untrusted   = condition{message: "the certificate that the database shows is not trusted; check sslmode, sslrootcert and the host in DATABASE_URL", away: true, lasting: true}
	noDatabase  = condition{message: "there is no database of the name in DATABASE_URL; create it, or correct the name", away: true, lasting: true}

	diskFull = condition{message: "the database's disk is full; make room on it", lasting: true}
	readOnly = condition{message: "the database's files or their folder cannot be written; check their permissions, and whether the disk is mounted read-only", lasting: true}
	locked   = condition{message: "another program keeps the database's file locked; end that program, or wait for it", passing: true, lasting: true}
	damaged  = condition{message: "the database is damaged; restore it from a copy", lasting: true}
)

// ofState is the condition behind SQLSTATEs and classes of them, as in Appendix A
// of PostgreSQL's manual; a code goes before its class.
var ofState = map[string]condition{
	"08":    unreachable, // also what PgBouncer says of a server that it cannot reach, or of a wait in its queue
	"25006": readsOnly,   // after a failover
	"25P03": unreachable, // idle_in_transaction_session_timeout ended the session
	"25P04": unreachable, // transaction_timeout did
	"28":    noAccess,
	"3D000": noDatabase,
	"40":    overtaxed, // serialization failure, deadlock
	"53":    overtaxed, // memory, connections
	"53100": diskFull,
	"55006": overtaxed,   // object in use
	"55P03": overtaxed,   // lock_timeout
	"57014": overtaxed,   // statement_timeout, or somebody cancelled it
	"57P":   unreachable, // shutting down, starting up, session ended
	"58":    overtaxed,   // an error of the operating system
	"XX001": damaged,
	"XX002": damaged,
}

// ofCode is the same of SQLite's primary result codes.
var ofCode = map[int]condition{
	sqlite3.SQLITE_BUSY:     locked,
	sqlite3.SQLITE_LOCKED:   locked,
	sqlite3.SQLITE_PROTOCOL: locked,
	sqlite3.SQLITE_FULL:     diskFull,
	sqlite3.SQLITE_READONLY: readOnly,
	sqlite3.SQLITE_PERM:     readOnly,
	sqlite3.SQLITE_CANTOPEN: readOnly,
	sqlite3.SQLITE_IOERR:    {message: "the database's file cannot be read or written", lasting: true},
	sqlite3.SQLITE_CORRUPT:  damaged,
	sqlite3.SQLITE_NOTADB:   damaged,
}

// conditionOf reads an error. For SQLite it may ask the operating system why a
// file cannot be used.
func (s *Store) conditionOf(err error) condition {
	if state := sqlState(err); state != "" {
		for _, prefix := range []string{state, state[:3], state[:2]} {
			if c, ok := ofState[prefix]; ok {
				return c
			}
		}
		return condition{}
	}
	var (
		lite    *sqlite.Error
		network net.Error
		shown   *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &shown):
		return untrusted
	case errors.As(err, &lite):
		c := ofCode[lite.Code()&0xff]
		if c == readOnly || c == ofCode[sqlite3.SQLITE_IOERR] {
			return fileCondition(s.path, c)
		}
		return c
	case isUnconnected(err), errors.As(err, &network), errors.Is(err, driver.ErrBadConn),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, pgconn.ErrConnClosed), pgconn.SafeToRetry(err):
		return unreachable
	default:
		return condition{}
	}
}

// isUnconnected reports whether there was no connection to fail.
func isUnconnected(err error) bool {
	var connect *pgconn.ConnectError
	var login loginError
	return errors.As(err, &connect) || errors.As(err, &login)
}

// fileCondition is what keeps SQLite from its file: it knows that, and the
// operating system knows why. Without a reason it is otherwise.
func fileCondition(path string, otherwise condition) condition {
	err := tryFile(path)
	var detail *fs.PathError
	switch {
	case err == nil:
		return otherwise
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return diskFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return readOnly
	case errors.Is(err, syscall.EISDIR):
		return condition{message: "there is a folder where the database's file should be; move it away", lasting: true}
	case errors.As(err, &detail):
		return condition{message: fmt.Sprintf("the database's file cannot be used: %v", detail.Err), lasting: true}
	default:
		return otherwise
	}
}

// tryFile opens a file for writing, if it is there, and writes as much into its
// folder as SQLite may want at once.
func tryFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // the operator's own file
	if err == nil {
		err = file.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	beside, err := os.CreateTemp(filepath.Dir(path), ".debate-*")
	if err != nil {
		return err
	}
	_, err = beside.Write(make([]byte, 64<<10))
	return errors.Join(err, beside.Close(), os.Remove(beside.Name()))
}
