// Command generate writes ent/ from ent/schema: go generate ./ent. Migrations
// are files of ours, so it leaves out Ent's own, which would bring Atlas into
// the service.
package main

import (
	"fmt"
	"os"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

func main() {
	if err := run("./schema"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(schema string) error {
	sql, err := gen.NewStorage("sql")
	if err != nil {
		return err
	}
	storage := *sql
	storage.SchemaMode &^= gen.Migrate
	return entc.Generate(schema, &gen.Config{Storage: &storage})
}
