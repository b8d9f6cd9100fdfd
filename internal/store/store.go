package store

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/debate-chatbot/debate-api/ent"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Store is a debate.Store over a SQL database.
type Store struct {
	driver dialect.Driver
	client *ent.Client   // over driver
	pool   *pgxpool.Pool // of PostgreSQL
	db     *sql.DB       // the same database
	owner  *sql.DB       // of PostgreSQL, the tables' owner, where that is another user than db's
	access Access        // to PostgreSQL
	sql    statements

	path    string                    // of SQLite's file
	trouble atomic.Pointer[condition] // a lasting one that was met, until a write succeeds
}

var _ debate.Store = (*Store)(nil)

// Open opens the database that a URL names, or the SQLite file at path where
// the URL is empty.
func Open(databaseURL, path string) (*Store, error) {
	if databaseURL == "" {
		return OpenSQLite(path)
	}
	return OpenPostgres(databaseURL)
}

func open(driver dialect.Driver, db *sql.DB) *Store {
	driver = textDriver{driver}
	return &Store{driver: driver, client: ent.NewClient(ent.Driver(driver)), db: db, sql: writeStatements(driver.Dialect())}
}

// Close closes the connections.
func (s *Store) Close() error {
	err := errors.Join(s.db.Close(), s.driver.Close())
	if s.owner != nil {
		err = errors.Join(err, s.owner.Close())
	}
	return err
}

// Ping reports whether the database answers. After trouble that lasts it also
// reports whether that is over: SQLite is written to then, one page; PostgreSQL
// is well again with the next turn.
func (s *Store) Ping(ctx context.Context) error {
	err := s.db.PingContext(ctx)
	if s.access.noteRefused(err) {
		err = s.db.PingContext(ctx)
	}
	trouble := s.trouble.Load()
	switch {
	case err != nil || trouble == nil:
		return s.translate(err)
	case s.path == "":
		return trouble.error(nil)
	}
	if c := fileCondition(s.path, condition{}); c.lasting {
		return c.error(nil)
	}
	if err = s.tryWrite(ctx); err == nil {
		s.trouble.Store(nil)
	}
	return s.translate(err)
}

// tryWrite writes a page of SQLite's file; on PostgreSQL, whose connections are
// checked for that when they are made, it does nothing.
func (s *Store) tryWrite(ctx context.Context) error {
	if s.path == "" {
		return nil
	}
	// The number means nothing here, and is written even if it stays the same.
	_, err := s.db.ExecContext(ctx, "PRAGMA user_version = 0")
	return err
}

// tx is a transaction.
type tx struct {
	driver  dialect.Tx
	dialect string
}

// ent is Ent's builders in the transaction.
func (t tx) ent() *ent.Client {
	return ent.NewClient(ent.Driver(within{t.driver, t.dialect}))
}

// ahead sends a statement along with the next one, which reports its errors and
// read's; SQLite, which is no journey away, is sent it at once.
func (t tx) ahead(ctx context.Context, q statement, values []any, read func(entsql.ColumnScanner) error) error {
	if pg := t.postgres(); pg != nil {
		pg.ahead(q.text, q.with(values...), read)
		return nil
	}
	return query(ctx, t.driver, q, values, read)
}

// nextIsLast says that nothing is decided after the next statement: with those
// ahead of it, that can be a transaction by itself.
func (t tx) nextIsLast() {
	if pg := t.postgres(); pg != nil {
		pg.last = true
	}
}

// postgres is the transaction where it can send statements together, else nil.
func (t tx) postgres() *pgTx {
	w, _ := t.driver.(textTx)
	pg, _ := w.Tx.(*pgTx)
	return pg
}

// within is a transaction as Ent's builders want it: a driver.
type within struct {
	dialect.ExecQuerier
	dialect string
}

func (w within) Tx(context.Context) (dialect.Tx, error) { return dialect.NopTx(w), nil }
func (w within) Dialect() string                        { return w.dialect }
func (within) Close() error                             { return nil }

// inTx runs do in a transaction, again where the database certainly did not
// carry it out.
func (s *Store) inTx(ctx context.Context, do func(ctx context.Context, tx tx) error) error {
	return s.retry(ctx, func(ctx context.Context) error {
		driver, err := s.driver.Tx(ctx)
		if err != nil {
			return notExecuted{err}
		}
		if err := do(ctx, tx{driver, s.driver.Dialect()}); err != nil {
			// A connection that broke took the transaction with it: the
			// rollback's own error says nothing more.
			_ = driver.Rollback()
			return notExecuted{err}
		}
		if err := driver.Commit(); err != nil {
			return commitUnknown{err}
		}
		s.trouble.Store(nil)
		return nil
	})
}

// read runs a query, again where the connection broke under it.
func read[T any](ctx context.Context, s *Store, query func(context.Context) (T, error)) (T, error) {
	var got T
	err := s.retry(ctx, func(ctx context.Context) error {
		var err error
		if got, err = query(ctx); err != nil {
			return notExecuted{err}
		}
		return nil
	})
	return got, err
}
