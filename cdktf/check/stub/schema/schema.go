// Package schema knows the AWS provider's schema: which attributes and blocks each resource has.
//
// The provider itself is not needed for it. The pinned bindings carry their compiled source,
// which in turn embeds the TypeScript that was generated from the provider's schema; Read
// recovers the schema from there.
package schema

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Provider is the schema of one provider version.
type Provider struct {
	Version   string           `json:"version"` // of the provider, such as 5.99.1
	Config    Block            `json:"config"`
	Resources map[string]Block `json:"resources"`
	Data      map[string]Block `json:"data"`
}

// Block holds what may stand between two braces.
type Block struct {
	Attributes map[string]Attribute `json:"attributes,omitempty"`
	Blocks     map[string]Nested    `json:"blocks,omitempty"`
}

// Attribute is a named value. Type is in Terraform's JSON notation: "string", ["list","string"],
// ["set",["object",{…}]].
type Attribute struct {
	Type      json.RawMessage `json:"type"`
	Required  bool            `json:"required,omitempty"`
	Optional  bool            `json:"optional,omitempty"`
	Computed  bool            `json:"computed,omitempty"`
	WriteOnly bool            `json:"write_only,omitempty"`
}

// Nested is a block inside a block. Mode is "single", "list" or "set"; a list with Max 1 is how
// the provider's older resources say "at most one".
type Nested struct {
	Mode     string `json:"mode"`
	Max      int    `json:"max,omitempty"`
	Required bool   `json:"required,omitempty"`
	Block    Block  `json:"block"`
}

// Load reads a schema that Save wrote.
func Load(path string) (*Provider, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the caller's own file
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	var p Provider
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, fmt.Errorf("schema: %s: %w", path, err)
	}
	return &p, nil
}

// Save writes the schema as JSON, whole or not at all.
func (p *Provider) Save(path string) error {
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	part := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(part, text, 0o600); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	return nil
}

// Only keeps the named types ("aws_kms_key" and, for data sources, "data.aws_region"), so that
// Terraform need not load fifteen hundred. A name that the provider lacks is an error.
func (p *Provider) Only(types []string) (*Provider, error) {
	kept := &Provider{Version: p.Version, Config: p.Config, Resources: map[string]Block{}, Data: map[string]Block{}}
	for _, name := range types {
		from, to, key := p.Resources, kept.Resources, name
		if data, ok := strings.CutPrefix(name, "data."); ok {
			from, to, key = p.Data, kept.Data, data
		}
		block, ok := from[key]
		if !ok {
			return nil, fmt.Errorf("schema: provider aws %s has no %s", p.Version, name)
		}
		to[key] = block
	}
	return kept, nil
}

// At finds the attribute that a path of names leads to, through blocks or straight.
func (b Block) At(path ...string) (Attribute, bool) {
	for len(path) > 1 {
		nested, ok := b.Blocks[path[0]]
		if !ok {
			return Attribute{}, false
		}
		b, path = nested.Block, path[1:]
	}
	if len(path) == 0 {
		return Attribute{}, false
	}
	a, ok := b.Attributes[path[0]]
	return a, ok
}

// Names lists the keys of a map in order.
func Names[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
