// Package sqlitetest makes databases of SQLite for tests.
package sqlitetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/store"
)

// NewDatabase is the path of an empty database of the test's own that is migrated
// already. Migrations run once in the tests of a package, since they take longer
// than most tests; the rest is copies.
func NewDatabase(tb testing.TB) string {
	tb.Helper()
	file, err := migrated()
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "debate.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// migrated is the file of a migrated database, which SQLite leaves whole when its
// last connection is closed.
var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "debate-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "debate.db")
	s, err := store.OpenSQLite(path)
	if err != nil {
		return nil, err
	}
	if err := s.Migrate(context.Background()); err != nil {
		_ = s.Close() // the migration's error says more
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
