package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/debate-chatbot/debate-api/ent"
	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	entusage "github.com/debate-chatbot/debate-api/ent/usage"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// notExecuted marks an error of something that the database did not carry out.
type notExecuted struct{ error }

func (u notExecuted) Unwrap() error { return u.error }

// commitUnknown marks an error of a commit. Unless the database gave it, the
// transaction may have been carried out: pgx says "conn closed" and that it is
// safe to repeat where the connection broke before the answer came.
type commitUnknown struct{ error }

func (u commitUnknown) Unwrap() error { return u.error }

// mayBeDone says whether what failed may have been carried out all the same.
func mayBeDone(err error) bool {
	var u commitUnknown
	return errors.As(err, &u) && sqlState(err) == ""
}

// How long a call may take, and how long it is repeated while the database is
// away: long enough for a connection that broke, short enough to tell a person.
const (
	callTime  = 4500 * time.Millisecond // less than what callers give, so that it is known who was late
	retryTime = 4 * time.Second         // enough to connect twice
)

// retry repeats do where that certainly had no effect and may have one a
// moment later, and translates its error.
func (s *Store) retry(ctx context.Context, do func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	giveUp := time.Now().Add(retryTime)
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 250*time.Millisecond) {
		err := do(limited)
		if err == nil {
			return nil
		}
		// A caller who left says nothing about the database, and a connection
		// that was never made nothing about the others: a database short of
		// time would have to make all of them anew.
		if isAway(err) && ctx.Err() == nil && !isUnconnected(err) {
			s.reconnect()
		}
		if !s.access.noteRefused(err) && !canRepeat(err) || time.Now().Add(wait).After(giveUp) {
			return s.translate(err)
		}
		select {
		case <-time.After(wait/2 + rand.N(wait)):
		case <-limited.Done():
			return s.translate(err)
		}
	}
}

// canRepeat says whether what failed was certainly not carried out and may
// work a moment later.
func canRepeat(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || mayBeDone(err) {
		return false
	}
	switch sqlState(err) {
	case "40001", "40P01", // serialization failure, deadlock
		"57P03", "25006": // starting up or shutting down, read-only after a failover
		return true
	}
	var u notExecuted
	return errors.As(err, &u) && isAway(err) || pgconn.SafeToRetry(err)
}

// isAway says whether the database, or the connection to it, is what failed.
func isAway(err error) bool {
	state := sqlState(err)
	switch {
	case state == "25006", strings.HasPrefix(state, "57P0"), strings.HasPrefix(state, "08"), strings.HasPrefix(state, "53"):
		return true
	case state != "":
		return false
	}
	var (
		network net.Error
		lite    *sqlite.Error
	)
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
			return true
		}
		return false
	}
	return isUnconnected(err) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed")
}

// isUnconnected says whether there was no connection to fail.
func isUnconnected(err error) bool {
	var connect *pgconn.ConnectError
	var login loginError
	return errors.As(err, &connect) || errors.As(err, &login)
}

func sqlState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// reconnect closes the pooled connections, those in use when they are given
// back: after a failover each of them would fail once more.
func (s *Store) reconnect() {
	if s.pool != nil {
		s.pool.Reset()
	}
}

// translate makes the domain's errors of the database's.
func (s *Store) translate(err error) error {
	var known *debate.Error
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, debate.ErrLeaseLost):
		return err
	case ent.IsNotFound(err):
		return debate.ErrNotFound
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded), isAway(err), s.access.noteRefused(err):
		return &debate.Error{
			Reason:     debate.StoreUnavailable,
			Message:    "the database cannot be reached at the moment; repeat the call with the same request_id",
			RetryAfter: time.Second,
			Cause:      err,
		}
	default:
		return err
	}
}

// constraint identifies one of the schema's constraints in both databases.
type constraint struct {
	state, name string // of PostgreSQL: SQLSTATE, and the index or column
	code        int    // of SQLite
	columns     string
}

var (
	oneRunning = constraint{"23505", "turn_running", sqlite3.SQLITE_CONSTRAINT_UNIQUE, "turns.conversation_id"}
	oneRequest = constraint{"23505", "turn_request", sqlite3.SQLITE_CONSTRAINT_UNIQUE, "turns.owner_key, turns.owner_user, turns.request_id"}
	oneRetry   = constraint{"23505", "attempt_request", sqlite3.SQLITE_CONSTRAINT_UNIQUE, "attempts.owner_key, attempts.owner_user, attempts.request_id"}
	hasNumber  = constraint{"23502", entturn.FieldNumber, sqlite3.SQLITE_CONSTRAINT_NOTNULL, "turns.number"}
	hasKey     = constraint{"23502", entusage.FieldOwnerKey, sqlite3.SQLITE_CONSTRAINT_NOTNULL, "usages.owner_key"}
)

// violates reports whether err is the violation of a constraint.
func violates(err error, c constraint) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == c.state && (pg.ConstraintName == c.name || pg.ColumnName == c.name)
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code() == c.code &&
		strings.HasSuffix(strings.TrimSuffix(lite.Error(), fmt.Sprintf(" (%d)", c.code)), "failed: "+c.columns)
}
