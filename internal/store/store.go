package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/debate-chatbot/debate-api/ent"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Store is a debate.Store over a SQL database.
type Store struct {
	db      *sql.DB
	dialect string
	client  *ent.Client
}

var _ debate.Store = (*Store)(nil)

// Pool limits of a replica. PostgreSQL's own default allows 100 connections;
// three replicas with their migrations stay below it.
const (
	maxConns        = 24
	maxConnIdleTime = 5 * time.Minute
	maxConnLifetime = 30 * time.Minute // spreads over new readers and writers after a failover
)

// OpenSQLite opens the database file at path, which is made, with its folder,
// if it is missing. Processes can share the file.
func OpenSQLite(path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("store: the folder of the database: %w", err)
	}
	// Deferred transactions that read first and write later fail at once
	// when another process writes in between; immediate ones wait their turn.
	options := url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)"},
	}
	file := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: options.Encode()}
	if !filepath.IsAbs(path) {
		file = url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: options.Encode()}
	}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", path, err)
	}
	db.SetMaxOpenConns(1) // SQLite has one writer; waiting here is fair, and cheaper than in its busy loop
	return open(db, dialect.SQLite), nil
}

// OpenPostgres prepares a pool for a URL such as
// postgres://user:password@host:5432/name. It connects when it is first used.
func OpenPostgres(databaseURL string) (*Store, error) {
	c, err := postgresConnector(databaseURL)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns)
	db.SetConnMaxIdleTime(maxConnIdleTime)
	db.SetConnMaxLifetime(maxConnLifetime)
	return open(db, dialect.Postgres), nil
}

func postgresConnector(databaseURL string) (driver.Connector, error) {
	c, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		// The parser's error can repeat the URL, and with it the password.
		return nil, errors.New("store: DATABASE_URL is not a PostgreSQL URL; it looks like postgres://user:password@host:5432/name")
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 3 * time.Second
	}
	// A standby, or a writer that was demoted, refuses writes: connect past it.
	c.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "debate-api"
	}
	return stdlib.GetConnector(*c, stdlib.OptionAfterConnect(readInOrder)), nil
}

// readInOrder has lists read from their index up to their limit. Without it
// the plan for a statement that is sent often is made for an owner with few
// conversations: it gathers and sorts all that there are, be it a million.
func readInOrder(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, "SET enable_sort = off")
	return err
}

// Open opens the database that a URL names, or the SQLite file at path where
// the URL is empty.
func Open(databaseURL, path string) (*Store, error) {
	if databaseURL == "" {
		return OpenSQLite(path)
	}
	return OpenPostgres(databaseURL)
}

func open(db *sql.DB, d string) *Store {
	return &Store{db: db, dialect: d, client: ent.NewClient(ent.Driver(entsql.OpenDB(d, db)))}
}

// Close closes the connections.
func (s *Store) Close() error { return s.client.Close() }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.translate(s.db.PingContext(ctx)) }

// inTx runs do in a transaction, again where the database certainly did not
// carry it out.
func (s *Store) inTx(ctx context.Context, do func(ctx context.Context, tx *ent.Tx) error) error {
	return s.retry(ctx, func(ctx context.Context) error {
		tx, err := s.client.Tx(ctx)
		if err != nil {
			return unsent{err}
		}
		if err := do(ctx, tx); err != nil {
			// A connection that broke took the transaction with it: the
			// rollback's own error says nothing more.
			_ = tx.Rollback()
			if isAway(err) {
				return unsent{err}
			}
			return err
		}
		if err := tx.Commit(); err != nil {
			return unanswered{err}
		}
		return nil
	})
}

// read runs a query, again where the connection broke under it.
func read[T any](ctx context.Context, s *Store, query func(context.Context) (T, error)) (T, error) {
	var got T
	err := s.retry(ctx, func(ctx context.Context) error {
		var err error
		if got, err = query(ctx); err != nil {
			return unsent{err}
		}
		return nil
	})
	return got, err
}
