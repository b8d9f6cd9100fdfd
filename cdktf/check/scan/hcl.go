package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/debate-chatbot/debate-api/cdktf/check/stub/schema"
)

// toHCL writes a stack's JSON as Terraform's own language, blocks as blocks by the schema: the
// scanner drops every nested block of JSON. What only Terraform needs is left out: versions,
// backend, outputs, lifecycles and dependencies. Trivy's reader of Terraform's plans would not do: of several
// blocks, and of a list's elements, it keeps the first (tfjson/parser, getResources).
func toHCL(provider *schema.Provider, stack []byte) (string, error) {
	var doc struct {
		Locals   map[string]any                       `json:"locals"`
		Variable map[string]map[string]any            `json:"variable"`
		Provider map[string][]map[string]any          `json:"provider"`
		Data     map[string]map[string]map[string]any `json:"data"`
		Resource map[string]map[string]map[string]any `json:"resource"`
	}
	if err := json.Unmarshal(stack, &doc); err != nil {
		return "", fmt.Errorf("the stack: %w", err)
	}
	var w writer
	for _, name := range schema.Names(doc.Variable) {
		w.open("variable %q", name)
		w.line("type = %v", doc.Variable[name]["type"])
		if value, ok := doc.Variable[name]["default"]; ok {
			w.line("default = %s", expression(value))
		}
		w.close()
	}
	w.open("locals")
	for _, name := range schema.Names(doc.Locals) {
		w.line("%s = %s", name, expression(doc.Locals[name]))
	}
	w.close()
	for _, name := range schema.Names(doc.Provider) {
		for _, body := range doc.Provider[name] {
			w.open("provider %q", name)
			w.body(provider.Config, body)
			w.close()
		}
	}
	for keyword, part := range map[string]struct {
		resources map[string]map[string]map[string]any
		blocks    map[string]schema.Block
	}{"data": {doc.Data, provider.Data}, "resource": {doc.Resource, provider.Resources}} {
		for _, kind := range schema.Names(part.resources) {
			block, ok := part.blocks[kind]
			if !ok {
				return "", fmt.Errorf("the provider has no %s %s", keyword, kind)
			}
			for _, name := range schema.Names(part.resources[kind]) {
				w.open("%s %q %q", keyword, kind, name)
				w.body(block, part.resources[kind][name])
				w.close()
			}
		}
	}
	return w.String(), nil
}

// writer indents.
type writer struct {
	strings.Builder
	depth int
}

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(w, strings.Repeat("  ", w.depth)+format+"\n", args...)
}

func (w *writer) open(format string, args ...any) {
	w.line(format+" {", args...)
	w.depth++
}

func (w *writer) close() {
	w.depth--
	w.line("}")
}

// body writes attributes and blocks that the schema knows. A block may be one object or a list.
func (w *writer) body(block schema.Block, body map[string]any) {
	for _, name := range schema.Names(body) {
		nested, ok := block.Blocks[name]
		if !ok {
			if _, ok := block.Attributes[name]; ok {
				w.line("%s = %s", name, expression(body[name]))
			}
			continue
		}
		several, ok := body[name].([]any)
		if !ok {
			several = []any{body[name]}
		}
		for _, one := range several {
			if inner, ok := one.(map[string]any); ok {
				w.open("%s", name)
				w.body(nested.Block, inner)
				w.close()
			}
		}
	}
}

// expression writes a value. In a JSON document references stay text: the scanner could not
// resolve them, and would give up on the whole document.
func expression(v any) string {
	switch v := v.(type) {
	case string:
		if json.Valid([]byte(v)) && strings.ContainsAny(v[:1], "{[") {
			return quote(strings.ReplaceAll(v, "${", "$${"), false)
		}
		return quote(v, true)
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = expression(one)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, name := range schema.Names(v) {
			parts = append(parts, fmt.Sprintf("%q = %s", name, expression(v[name])))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	text, _ := json.Marshal(v) // numbers, booleans and null: it cannot fail
	return string(text)
}

// quote writes a string; with templates, what stands in ${…} is kept as it is.
func quote(text string, templates bool) string {
	var b strings.Builder
	b.WriteByte('"')
	depth := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if templates && depth == 0 && strings.HasPrefix(text[i:], "${") {
			depth = 1
			b.WriteString("${")
			i++
			continue
		}
		if depth > 0 {
			switch c {
			case '{':
				depth++
			case '}':
				depth--
			}
			b.WriteByte(c)
			continue
		}
		switch c {
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '\n':
			b.WriteString(`\n`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
