package store

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"entgo.io/ent/dialect"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// OpenSQLite opens the database file at path, which is made, with its folder,
// if it is missing. Processes can share the file.
func OpenSQLite(path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("the database's folder cannot be made: %w; set DATA_DIR or --data to another one", err)
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
	s := open(dialect.SQLite, db, &sqliteSender{db: db, prepared: make(map[string]*sql.Stmt)})
	s.path = path
	return s, nil
}
