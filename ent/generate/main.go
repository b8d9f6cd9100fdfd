// Command generate writes ent/ from ent/schema: go generate ./ent. Migrations
// are files of ours, so it leaves out Ent's own, which would bring Atlas into
// the service. Default values are written as they are, so that the service needs no
// schema: reading it calls methods by name, and then no method of any package
// can be left out of the binary.
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
	plain, err := gen.NewTemplate("runtime").Parse(defaults)
	if err != nil {
		return err
	}
	return entc.Generate(schema, &gen.Config{Storage: &storage, Templates: []*gen.Template{plain}})
}

// defaults takes the place of Ent's template of that name.
const defaults = `{{ define "runtime/register" }}
import (
	{{- range $n := $.Nodes }}
		"{{ $.Config.Package }}/{{ $n.PackageDir }}"
	{{- end }}
)

func init() {
{{- range $n := $.Nodes }}
	{{- if or $n.NumHooks $n.NumInterceptors $n.NumPolicy $n.HasValidators $n.HasUpdateDefault $n.HasValueScanner }}
		{{ fail "ent/generate writes constant defaults only" }}
	{{- end }}
	{{- range $f := $n.Fields }}
		{{- if $f.Default }}
			{{- if $f.DefaultFunc }}{{ fail "ent/generate writes constant defaults only" }}{{ end }}
			{{ $n.Package }}.{{ $f.DefaultName }} = {{ printf "%#v" $f.DefaultValue }}
		{{- end }}
	{{- end }}
{{- end }}
}
{{ end }}`
