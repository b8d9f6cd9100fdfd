package main

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/debate-chatbot/debate-api/cdktf/check/stub/schema"
)

// toSchema says a block in the plugin protocol's words.
func toSchema(b schema.Block) (*tfprotov5.Schema, error) {
	block, err := toBlock(b)
	if err != nil {
		return nil, err
	}
	return &tfprotov5.Schema{Block: block}, nil
}

func toBlock(b schema.Block) (*tfprotov5.SchemaBlock, error) {
	block := &tfprotov5.SchemaBlock{}
	for _, name := range schema.Names(b.Attributes) {
		a := b.Attributes[name]
		kind, err := tftypes.ParseJSONType(a.Type) //nolint:staticcheck // the schema is in this notation
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", name, err)
		}
		block.Attributes = append(block.Attributes, &tfprotov5.SchemaAttribute{
			Name: name, Type: kind, Required: a.Required, Optional: a.Optional, Computed: a.Computed, WriteOnly: a.WriteOnly,
		})
	}
	for _, name := range schema.Names(b.Blocks) {
		n := b.Blocks[name]
		inner, err := toBlock(n.Block)
		if err != nil {
			return nil, fmt.Errorf("block %s: %w", name, err)
		}
		nested := &tfprotov5.SchemaNestedBlock{TypeName: name, Block: inner, MaxItems: int64(n.Max)}
		if n.Required && n.Mode != "single" {
			nested.MinItems = 1
		}
		switch n.Mode {
		case "single":
			nested.Nesting = tfprotov5.SchemaNestedBlockNestingModeSingle
			nested.MaxItems = 0
		case "set":
			nested.Nesting = tfprotov5.SchemaNestedBlockNestingModeSet
		case "list":
			nested.Nesting = tfprotov5.SchemaNestedBlockNestingModeList
		default:
			return nil, fmt.Errorf("block %s: nesting %q is unknown", name, n.Mode)
		}
		block.BlockTypes = append(block.BlockTypes, nested)
	}
	return block, nil
}

// names are a path's attribute names, without the indices and keys between.
func names(path *tftypes.AttributePath) []string {
	var names []string
	for _, step := range path.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			names = append(names, string(name))
		}
	}
	return names
}
