package store

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"entgo.io/ent/dialect"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/postgres/*.sql migrations/sqlite3/*.sql
var migrations embed.FS

// ErrUnknownSchema says that a later version of this program has changed the
// database in a way that this one does not know.
var ErrUnknownSchema = errors.New("store: the database's schema is newer than this program; run a newer one")

// migrateTime is enough for what the migrations do to a large database.
const migrateTime = 10 * time.Minute

// migrateTries is how often a migration that failed is tried again.
const migrateTries = 5

// Migrate brings the schema up to date and, where there is a Role, its rights.
// Processes may do so at the same time. Errors: ErrUnknownSchema; errMayNotMigrate;
// a debate.Error with StoreUnavailable where the database cannot be reached.
func (s *Store) Migrate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, migrateTime)
	defer cancel()
	p, err := s.provider()
	if err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	// Of two processes that start on an empty database one may fail, because
	// the other made the table that keeps the version, or, on SQLite, which has
	// no lock to wait on, did the work. It finds that done when it looks again,
	// and has patience for as long as the other gets on.
	began, reached := time.Now(), int64(0)
	for tries := migrateTries; ; tries-- {
		err := s.migrate(ctx, p)
		if err == nil && s.owner != nil {
			err = s.giveRole(ctx)
		}
		switch {
		case err == nil || errors.Is(err, ErrUnknownSchema):
			return err
		case s.owner == nil && isDenied(err):
			return fmt.Errorf("%w: %w", errMayNotMigrate, err)
		}
		s.access.noteRefused(err)
		told := s.translate(fmt.Errorf("store: migrate: %w", err))
		failed := s.conditionOf(err)
		if failed == locked {
			tries = migrateTries // the time counts
		}
		if version, _, err := p.GetVersions(ctx); err == nil && version > reached {
			began, reached, tries = time.Now(), version, migrateTries
		}
		if tries == 0 || failed.lasting && time.Since(began) > retryTime {
			return told
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return s.translate(err)
		}
	}
}

// migrations is the database as its owner.
func (s *Store) migrations() *sql.DB { return cmp.Or(s.owner, s.db) }

func (s *Store) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/"+s.driver.Dialect())
	if err != nil {
		return nil, err
	}
	if s.driver.Dialect() == dialect.SQLite {
		return goose.NewProvider(goose.DialectSQLite3, s.db, files)
	}
	return goose.NewProvider(goose.DialectPostgres, s.migrations(), files)
}

// migrateAlone migrates while no other replica does: those that start together wait
// for the first one. The lock is one of a transaction, which PgBouncer keeps on one
// connection and which leaves nothing behind on it, and is asked for again and
// again, since a statement that waits for it would be in the way of indexes that
// are made CONCURRENTLY.
func (s *Store) migrateAlone(ctx context.Context, p *goose.Provider) error {
	for {
		tx, err := s.migrations().BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		var alone bool
		_, err = tx.ExecContext(ctx, "SET LOCAL idle_in_transaction_session_timeout = 0")
		if err == nil {
			err = tx.QueryRowContext(ctx, "SELECT pg_try_advisory_xact_lock($1)", lock.DefaultLockID).Scan(&alone)
		}
		if alone {
			_, err = p.Up(ctx)
		}
		_ = tx.Rollback() // it has only the lock
		if err != nil || alone {
			return err
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// migrate runs the migrations that are missing, and on a schema that is up to date only looks
// whether it can be written to.
func (s *Store) migrate(ctx context.Context, p *goose.Provider) error {
	current, latest, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > latest {
		return fmt.Errorf("%w (it is at version %d, this program knows %d)", ErrUnknownSchema, current, latest)
	}
	if current == latest {
		return s.tryWrite(ctx)
	}
	if s.driver.Dialect() == dialect.Postgres {
		return s.migrateAlone(ctx, p)
	}
	// SQLite changes many things of a table by making another and dropping the
	// first, which would take all rows along that refer to it. Foreign keys
	// can only be turned off outside of the migration's transaction.
	if _, err := s.db.ExecContext(ctx, "PRAGMA foreign_keys = off"); err != nil {
		return err
	}
	_, err = p.Up(ctx)
	if err == nil {
		err = s.checkForeignKeys(ctx)
	}
	_, on := s.db.ExecContext(ctx, "PRAGMA foreign_keys = on")
	return errors.Join(err, on)
}

func (s *Store) checkForeignKeys(ctx context.Context) error {
	var broken int
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM pragma_foreign_key_check").Scan(&broken); err != nil {
		return err
	}
	if broken > 0 {
		return fmt.Errorf("%d rows refer to rows that are missing; restore the file from a copy", broken)
	}
	return nil
}
