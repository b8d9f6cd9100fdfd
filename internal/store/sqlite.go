package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	_ "modernc.org/sqlite" // the driver "sqlite"
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
		"_pragma": {"busy_timeout(2000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)"},
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
	driver := &liteDriver{Driver: entsql.OpenDB(dialect.SQLite, db)}
	s := open(driver, db)
	s.path = path
	driver.texts = s.sql.ofTurns()
	return s, nil
}

// liteDriver is Ent's driver over SQLite, which takes as long to read a
// statement as to carry it out: in transactions, those of every turn are read
// once.
type liteDriver struct {
	*entsql.Driver
	texts []string // to be prepared

	mu       sync.Mutex
	prepared map[string]*sql.Stmt
}

// Tx begins a transaction.
func (d *liteDriver) Tx(ctx context.Context) (dialect.Tx, error) {
	prepared := d.prepare(ctx)
	tx, err := d.DB().BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	return &entsql.Tx{Conn: entsql.Conn{ExecQuerier: liteTx{tx, prepared}}, Tx: tx}, nil
}

// prepare is the statements that are prepared: all, or none as long as the
// tables are not there.
func (d *liteDriver) prepare(ctx context.Context) map[string]*sql.Stmt {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.prepared != nil {
		return d.prepared
	}
	prepared := make(map[string]*sql.Stmt)
	for _, text := range d.texts {
		s, err := d.DB().PrepareContext(ctx, text) //nolint:sqlclosecheck // the database closes it
		if err != nil {
			for _, s := range prepared {
				_ = s.Close() // it did nothing
			}
			return nil
		}
		prepared[text] = s
	}
	d.prepared = prepared
	return prepared
}

// liteTx is a transaction that knows statements which are prepared.
type liteTx struct {
	*sql.Tx
	prepared map[string]*sql.Stmt
}

func (t liteTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := t.prepared[query]; s != nil {
		return t.StmtContext(ctx, s).QueryContext(ctx, args...) //nolint:sqlclosecheck // the transaction closes it
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

func (t liteTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s := t.prepared[query]; s != nil {
		return t.StmtContext(ctx, s).ExecContext(ctx, args...) //nolint:sqlclosecheck // the transaction closes it
	}
	return t.Tx.ExecContext(ctx, query, args...)
}
