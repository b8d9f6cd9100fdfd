package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	"github.com/debate-chatbot/debate-api/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) debate.Store { return openSQLite(t, filepath.Join(t.TempDir(), "debate.db")) })
}

func TestPostgres(t *testing.T) {
	storetest.Run(t, func(t *testing.T) debate.Store { return openPostgres(t, pgtest.NewDatabase(t)) })
}

func openSQLite(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.OpenSQLite(path)
	return ready(t, s, err)
}

func openPostgres(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.OpenPostgres(url)
	return ready(t, s, err)
}

func ready(t testing.TB, s *store.Store, err error) *store.Store {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}
