package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
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

func (e notExecuted) Unwrap() error { return e.error }

// commitUnknown marks an error of a commit. Unless the database gave it, the
// transaction may have been carried out: pgx says "conn closed" and that it is
// safe to repeat where the connection broke before the answer came.
type commitUnknown struct{ error }

func (e commitUnknown) Unwrap() error { return e.error }

// again marks an error after which the call is made again, whatever it was.
type again struct{ error }

func (e again) Unwrap() error { return e.error }

// mayBeDone reports whether what failed may have been carried out all the same.
// PostgreSQL that is told to end can say so after the commit and before its
// answer (SQLSTATE 57P01, severity FATAL); SQLite's word is final.
func mayBeDone(err error) bool {
	var (
		unknown commitUnknown
		pg      *pgconn.PgError
		lite    *sqlite.Error
	)
	switch {
	case !errors.As(err, &unknown), errors.As(err, &lite):
		return false
	case errors.As(err, &pg):
		return pg.Code == "40003" || pg.SeverityUnlocalized == "FATAL" || pg.SeverityUnlocalized == "PANIC"
	default:
		return true
	}
}

// How long a call may take, and how long it is repeated while the database is
// away: long enough for a connection that broke, short enough to tell a person.
const (
	callTime  = debate.StoreWait - 500*time.Millisecond // less than what callers give, so that it is known who was late
	retryTime = callTime - 500*time.Millisecond         // enough to connect twice
)

// retry repeats do while it certainly had no effect and may have one a moment
// later, for up to retryTime, and translates its error.
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
		if s.conditionOf(err).away && ctx.Err() == nil && !isUnconnected(err) {
			s.reconnect()
		}
		if !s.access.noteRefused(err) && !s.canRepeat(err) || time.Now().Add(wait).After(giveUp) {
			return s.translate(err)
		}
		select {
		case <-time.After(wait/2 + rand.N(wait)):
		case <-limited.Done():
			return s.translate(err)
		}
	}
}

// canRepeat reports whether what failed was certainly not carried out and may
// work a moment later.
func (s *Store) canRepeat(err error) bool {
	var (
		failed notExecuted
		anyway again
	)
	switch {
	case errors.As(err, &anyway):
		return true
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), mayBeDone(err):
		return false
	}
	known := errors.As(err, &failed) || sqlState(err) != "" || pgconn.SafeToRetry(err)
	return known && s.conditionOf(err).passing
}

// sqlState is the code that PostgreSQL gave, empty for other errors.
func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// reconnect closes the pooled connections, those in use when they are given
// back: after a failover each of them would fail once more, and a file that was
// opened when it could not be written stays so.
func (s *Store) reconnect() {
	if s.pool != nil {
		s.pool.Reset()
		return
	}
	s.db.SetMaxIdleConns(0)
	s.db.SetMaxIdleConns(1)
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
	}
	c, trouble := s.conditionOf(err), s.trouble.Load()
	switch {
	case errors.Is(err, context.DeadlineExceeded) && trouble != nil:
		c = *trouble // whoever waits behind it for a locked file runs out of time
	case errors.Is(err, context.DeadlineExceeded), s.access.noteRefused(err):
		c = unreachable
	}
	if c.message == "" {
		return err
	}
	if c.lasting && !c.away { // what a new connection does not tell
		s.trouble.Store(&c)
		if s.path != "" {
			s.reconnect()
		}
	}
	return c.error(err)
}

// error is what callers are told of a condition. Only of one that passes is it
// known when to call again.
func (c condition) error(cause error) *debate.Error {
	e := &debate.Error{Reason: debate.StoreUnavailable, Message: c.message, Cause: cause}
	if !c.lasting {
		e.Message += "; repeat the call with the same request_id"
		e.RetryAfter = time.Second
	}
	return e
}

// constraint identifies one of the schema's constraints in both databases.
type constraint struct {
	state, name string // of PostgreSQL: SQLSTATE, and the index or column
	code        int    // of SQLite
	columns     string
}

var (
	oneRunning        = constraint{"23505", "turn_running", sqlite3.SQLITE_CONSTRAINT_UNIQUE, "turns.conversation_id"}
	oneRequest        = constraint{"23505", "turn_request", sqlite3.SQLITE_CONSTRAINT_UNIQUE, "turns.owner_key, turns.owner_user, turns.request_id"}
	oneRetry          = constraint{"23505", "attempt_request", sqlite3.SQLITE_CONSTRAINT_UNIQUE, "attempts.owner_key, attempts.owner_user, attempts.request_id"}
	oneFork           = constraint{"23505", "conversation_request", sqlite3.SQLITE_CONSTRAINT_UNIQUE, "conversations.owner_key, conversations.owner_user, conversations.request_id"}
	oneVerdict        = constraint{"23505", "verdict_running", sqlite3.SQLITE_CONSTRAINT_UNIQUE, "verdicts.conversation_id"}
	hasNumber         = constraint{"23502", entturn.FieldNumber, sqlite3.SQLITE_CONSTRAINT_NOTNULL, "turns.number"}
	oneVerdictRequest = constraint{"23505", "verdict_request", sqlite3.SQLITE_CONSTRAINT_UNIQUE, "verdicts.owner_key, verdicts.owner_user, verdicts.request_id"}
	hasKey            = constraint{"23502", entusage.FieldOwnerKey, sqlite3.SQLITE_CONSTRAINT_NOTNULL, "usages.owner_key"}
)

// violates reports whether err is the violation of a constraint.
func violates(err error, c constraint) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == c.state && (pg.ConstraintName == c.name || pg.ColumnName == c.name)
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code() == c.code &&
		strings.HasSuffix(strings.TrimSuffix(lite.Error(), fmt.Sprintf(" (%d)", c.code)), "failed: "+c.columns)
}
