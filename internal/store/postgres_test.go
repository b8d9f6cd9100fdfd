package store

import (
	"errors"
	"testing"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// A transaction that is sent as a whole is carried out as a whole, and told of
// what fails, be it not before its end.
func TestTransactionSentAsAWhole(t *testing.T) {
	s, err := OpenPostgres(pgtest.NewDatabase(t), Access{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for _, create := range []string{
		"CREATE TABLE parents (id text PRIMARY KEY)",
		"CREATE TABLE children (id text PRIMARY KEY, parent text REFERENCES parents DEFERRABLE INITIALLY DEFERRED)",
	} {
		if err := s.driver.Exec(t.Context(), create, []any{}, nil); err != nil {
			t.Fatal(err)
		}
	}
	first, last := statement{"INSERT INTO children VALUES ($1, $2)", []string{"id", "parent"}}, statement{"INSERT INTO children VALUES ($1, $2)", []string{"last", "of"}}
	for _, c := range []struct {
		name     string
		children values
		state    string
	}{
		{"nothing fails", values{"id": "a", "last": "b"}, ""},
		{"the first fails", values{"id": "a", "last": "c"}, "23505"},
		{"the last fails", values{"id": "c", "last": "a"}, "23505"},
		{"the end fails", values{"id": "c", "parent": "nobody", "last": "d"}, "23503"},
	} {
		err := s.transact(t.Context(), c.children, query{first, nil}, query{last, nil})
		if sqlState(err) != c.state || (err != nil) != (c.state != "") || mayBeDone(err) {
			t.Errorf("%s: %v", c.name, err)
		}
		if n := count(t, s.driver); n != 2 {
			t.Errorf("%s: %d children are stored, want 2", c.name, n)
		}
	}
	if n := s.pool.Stat().TotalConns(); n != 1 {
		t.Errorf("%d connections, want the one that can be used again", n)
	}
}

func count(t *testing.T, d dialect.Driver) int {
	t.Helper()
	var rows sql.Rows
	if err := d.Query(t.Context(), "SELECT count(*) FROM children", []any{}, &rows); err != nil {
		t.Fatal(err)
	}
	n, err := sql.ScanInt(rows)
	if err := errors.Join(err, rows.Close()); err != nil {
		t.Fatal(err)
	}
	return n
}
