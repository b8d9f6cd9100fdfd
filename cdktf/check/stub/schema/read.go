package schema

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Read recovers the provider's schema from the bindings' folder, where jsii/*.tgz holds their
// compiled source. It takes some seconds: Save the result.
func Read(bindings string) (*Provider, error) {
	found, err := filepath.Glob(filepath.Join(bindings, "jsii", "*.tgz"))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("schema: %s holds %d jsii/*.tgz, want 1", bindings, len(found))
	}
	file, err := os.Open(found[0])
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("schema: %s: %w", found[0], err)
	}
	p := &Provider{Resources: map[string]Block{}, Data: map[string]Block{}}
	for archive := tar.NewReader(unzipped); ; {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("schema: %s: %w", found[0], err)
		}
		dir, base := filepath.Split(entry.Name)
		if base != "index.js" || filepath.Dir(filepath.Clean(dir)) != filepath.Join("package", "lib") {
			continue
		}
		compiled, err := io.ReadAll(archive)
		if err != nil {
			return nil, fmt.Errorf("schema: %s: %w", entry.Name, err)
		}
		source, err := embedded(compiled)
		if err != nil {
			return nil, fmt.Errorf("schema: %s: %w", entry.Name, err)
		}
		p.add(filepath.Base(dir), source)
	}
	if p.Version == "" || len(p.Resources) == 0 {
		return nil, fmt.Errorf("schema: %s holds no resources: is it the AWS provider's?", found[0])
	}
	return p, nil
}

// embedded takes the TypeScript out of a compiled file's source map.
func embedded(compiled []byte) (string, error) {
	const mark = "sourceMappingURL=data:application/json;base64,"
	_, encoded, ok := bytes.Cut(compiled, []byte(mark))
	if !ok {
		return "", errors.New("no source map")
	}
	encoded, _, _ = bytes.Cut(encoded, []byte("\n"))
	text, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSpace(encoded))
	if err != nil {
		return "", err
	}
	var source struct {
		Contents []string `json:"sourcesContent"`
	}
	if err := json.Unmarshal(text, &source); err != nil {
		return "", err
	}
	if len(source.Contents) != 1 {
		return "", fmt.Errorf("source map of %d files, want 1", len(source.Contents))
	}
	return source.Contents[0], nil
}

var version = regexp.MustCompile(`/hashicorp/aws/([0-9.]+)/docs`)

// add reads one file: a resource, a data source or the provider's own configuration. The few
// whose structures are spread over more files, and index files, are left out.
func (p *Provider) add(dir, source string) {
	s := parse(source)
	switch {
	case s.main == "" || strings.Contains(source, "from './index-structs"):
	case dir == "provider":
		p.Config = s.settings(s.hcl[""])
		if m := version.FindStringSubmatch(source); m != nil {
			p.Version = m[1]
		}
	case strings.HasPrefix(dir, "data-aws-"):
		p.Data[s.terraform] = s.block(s.main, "")
	default:
		p.Resources[s.terraform] = s.block(s.main, "")
	}
}

// script is what a generated TypeScript file says.
type script struct {
	terraform string                        // the Terraform type
	main      string                        // the class of the resource itself
	fields    map[string]map[string]field   // class to Terraform name to field
	hcl       map[string]map[string]setting // structure ("" for the resource itself) to name to setting
}

// field is an attribute with its getter.
type field struct {
	computed, optional, required bool
	kind                         json.RawMessage // of a plain value
	class                        string          // of a structure
	set                          bool
}

// setting is how a field is written.
type setting struct {
	block         bool
	kind, storage string
}

var (
	classLine   = regexp.MustCompile(`^export class (\w+) extends cdktf\.(\w+)`)
	typeLine    = regexp.MustCompile(`tfResourceType = "(\w+)"`)
	fieldLine   = regexp.MustCompile(`^  // (\w+) - computed: (\w+), optional: (\w+), required: (\w+)`)
	structLine  = regexp.MustCompile(`= new (?:cdktf\.)?(\w+)\(this, "\w+"(, (true|false))?\)`)
	hclLine     = regexp.MustCompile(`^export function (\w+)ToHclTerraform`)
	settingLine = regexp.MustCompile(`^ {4,6}(\w+): \{$`)
	partLine    = regexp.MustCompile(`^ +(isBlock|type|storageClassType): "?([^",]*)"?,`)
)

func parse(source string) script {
	s := script{fields: map[string]map[string]field{}, hcl: map[string]map[string]setting{}}
	var class, table, name string
	lines := strings.Split(source, "\n")
	for i, line := range lines {
		if m := classLine.FindStringSubmatch(line); m != nil {
			class, table = m[1], ""
			s.fields[class] = map[string]field{}
			if m[2] == "TerraformResource" || m[2] == "TerraformDataSource" || m[2] == "TerraformProvider" {
				s.main = class
				s.hcl[""] = map[string]setting{}
			}
		} else if m := typeLine.FindStringSubmatch(line); m != nil {
			s.terraform = m[1]
		} else if m := fieldLine.FindStringSubmatch(line); m != nil {
			s.fields[class][m[1]] = readField(m, lines[i+1:])
		} else if m := hclLine.FindStringSubmatch(line); m != nil {
			table = strings.ToLower(m[1])
			s.hcl[table] = map[string]setting{}
		} else if m := settingLine.FindStringSubmatch(line); m != nil {
			name = m[1]
		} else if m := partLine.FindStringSubmatch(line); m != nil && name != "" && s.hcl[table] != nil {
			v := s.hcl[table][name]
			switch m[1] {
			case "isBlock":
				v.block = m[2] == "true"
			case "type":
				v.kind = m[2]
			default:
				v.storage = m[2]
			}
			s.hcl[table][name] = v
		}
	}
	return s
}

// readField reads the lines below a field's comment, up to its getter's return.
func readField(m, below []string) field {
	f := field{computed: m[2] == "true", optional: m[3] == "true", required: m[4] == "true"}
	for _, line := range below[:min(len(below), 5)] {
		if m := structLine.FindStringSubmatch(line); m != nil {
			f.class, f.set = m[1], m[3] == "true"
			return f
		}
		if strings.Contains(line, "return ") {
			f.kind = kindOf(line)
			return f
		}
	}
	return f
}

// kindOf reads a getter's type. A list inside tolist() is a set.
func kindOf(line string) json.RawMessage {
	collection := "list"
	if strings.Contains(line, "tolist(") {
		collection = "set"
	}
	for _, k := range []struct{ getter, kind string }{
		{"getStringAttribute", `"string"`},
		{"getNumberAttribute", `"number"`},
		{"getBooleanAttribute", `"bool"`},
		{"getListAttribute", `["` + collection + `","string"]`},
		{"getNumberListAttribute", `["` + collection + `","number"]`},
		{"getStringMapAttribute", `["map","string"]`},
		{"getNumberMapAttribute", `["map","number"]`},
		{"getBooleanMapAttribute", `["map","bool"]`},
	} {
		if strings.Contains(line, "this."+k.getter+"(") {
			return json.RawMessage(k.kind)
		}
	}
	return json.RawMessage(`"dynamic"`)
}

// structure names the class that holds a structure's fields, and how many of them there may be:
// FooList and FooMap hold FooOutputReference.
func structure(class string) (name, collection string) {
	for _, suffix := range []string{"List", "Map"} {
		if base, ok := strings.CutSuffix(class, suffix); ok {
			return base, strings.ToLower(suffix)
		}
	}
	return strings.TrimSuffix(class, "OutputReference"), "one"
}

// block builds a class's block; table names its settings.
func (s script) block(class, table string) Block {
	b := Block{Attributes: map[string]Attribute{}, Blocks: map[string]Nested{}}
	for name, f := range s.fields[class] {
		how := s.hcl[table][name]
		if f.class == "" || !how.block {
			b.Attributes[name] = Attribute{
				Type: s.kind(f), Required: f.required, Optional: f.optional, Computed: f.computed,
				WriteOnly: f.optional && strings.HasSuffix(name, "_wo"),
			}
			continue
		}
		base, collection := structure(f.class)
		n := Nested{Mode: how.kind, Required: f.required, Block: s.block(base+"OutputReference", strings.ToLower(base))}
		if how.kind == "struct" {
			n.Mode = "single"
		} else if collection == "one" {
			n.Max = 1
		}
		b.Blocks[name] = n
	}
	return b
}

// kind is a field's type; a structure that is no block is a collection of objects.
func (s script) kind(f field) json.RawMessage {
	if f.class == "" {
		return f.kind
	}
	base, collection := structure(f.class)
	if element, ok := map[string]string{"StringMap": "string", "NumberMap": "number", "BooleanMap": "bool"}[f.class]; ok {
		return json.RawMessage(`["map","` + element + `"]`)
	}
	object := map[string]json.RawMessage{}
	for name, inner := range s.fields[base+"OutputReference"] {
		object[name] = s.kind(inner)
	}
	text, _ := json.Marshal(object) // raw messages made here: it cannot fail
	switch {
	case collection == "one":
		return json.RawMessage(`["object",` + string(text) + `]`)
	case f.set:
		collection = "set"
	}
	return json.RawMessage(`["` + collection + `",["object",` + string(text) + `]]`)
}

// settings builds the provider's own configuration, whose class has no typed getters. All of it
// is optional.
func (s script) settings(table map[string]setting) Block {
	b := Block{Attributes: map[string]Attribute{}, Blocks: map[string]Nested{}}
	for name, how := range table {
		if how.block {
			base, _ := structure(how.storage)
			b.Blocks[name] = Nested{Mode: how.kind, Block: s.settings(s.hcl[strings.ToLower(base)])}
			continue
		}
		kind := `"` + strings.Replace(how.storage, "boolean", "bool", 1) + `"`
		if element, ok := strings.CutSuffix(how.storage, "List"); ok {
			kind = `["` + how.kind + `","` + element + `"]`
		} else if element, ok := strings.CutSuffix(how.storage, "Map"); ok {
			kind = `["map","` + element + `"]`
		}
		b.Attributes[name] = Attribute{Type: json.RawMessage(kind), Optional: true}
	}
	return b
}
