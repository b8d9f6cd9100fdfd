// Command generate writes the migrations that bring both dialects from what is
// committed to what ent/schema says: go run ./internal/store/migrations/generate NAME.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	atlas "ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/sqltool"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate NAME, for example: generate add_summaries")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name string) error {
	tables, err := wanted()
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "migrations-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	server, err := pgtest.Start(filepath.Join(tmp, "postgres"))
	if err != nil {
		return err
	}
	defer server.Kill()
	if err := diff(ctx, dialect.Postgres, "pgx", server.URL("postgres"), name, tables); err != nil {
		return err
	}
	return diff(ctx, dialect.SQLite, "sqlite", "file:"+filepath.Join(tmp, "replay.db")+"?_pragma=foreign_keys(1)", name, tables)
}

// wanted are the tables that ent/schema says.
func wanted() ([]*schema.Table, error) {
	graph, err := entc.LoadGraph("./ent/schema", &gen.Config{})
	if err != nil {
		return nil, err
	}
	return graph.Tables()
}

func diff(ctx context.Context, d, driver, url, name string, tables []*schema.Table) error {
	dir, err := sqltool.NewGooseDir(filepath.Join("internal/store/migrations", d))
	if err != nil {
		return err
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	m, err := schema.NewMigrate(entsql.OpenDB(d, db),
		schema.WithDir(dir), schema.WithFormatter(sqltool.GooseFormatter), schema.WithMigrationMode(schema.ModeReplay),
		schema.WithDropColumn(true), schema.WithDropIndex(true), schema.WithErrNoPlan(true))
	if err != nil {
		return fmt.Errorf("%s: %w", d, err)
	}
	err = m.NamedDiff(ctx, name, tables...)
	if errors.Is(err, atlas.ErrNoPlan) {
		fmt.Println(d + ": the migrations are current")
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d, err)
	}
	return nil
}
