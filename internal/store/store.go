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
	sender sender // of the transactions of every turn
	driver dialect.Driver
	client *ent.Client   // over driver
	pool   *pgxpool.Pool // of PostgreSQL
	db     *sql.DB       // the same database
	owner  *sql.DB       // of PostgreSQL, the tables' owner, where that is another user than db's
	access Access        // to PostgreSQL

	path    string                    // of SQLite's file
	trouble atomic.Pointer[condition] // a lasting one that was met, until a write succeeds
}

var _ debate.Store = (*Store)(nil)

func open(name string, db *sql.DB, sender sender) *Store {
	driver := textDriver{entsql.OpenDB(name, db)}
	return &Store{sender: sender, driver: driver, client: ent.NewClient(ent.Driver(driver)), db: db}
}

// Close closes the connections.
func (s *Store) Close() error {
	err := s.db.Close()
	if s.pool != nil {
		s.pool.Close()
	}
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
	return s.retry(ctx, func(ctx context.Context) error { return s.txOnce(ctx, do) })
}

// txOnce runs do in one transaction, and marks an error by whether it was carried out.
func (s *Store) txOnce(ctx context.Context, do func(ctx context.Context, tx tx) error) error {
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
