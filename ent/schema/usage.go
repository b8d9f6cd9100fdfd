package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Usage is a part of what an API key used on one UTC day: the day's turns are
// spread over slots, because those of one slot have to wait for each other.
type Usage struct{ ent.Schema }

// Fields of usage.
func (Usage) Fields() []ent.Field {
	return []ent.Field{
		field.String("owner_key").Immutable(),
		field.String("day").Immutable().Comment("YYYY-MM-DD"),
		field.Int("slot").Immutable().Default(0),
		field.Int64("turns").Default(0),
		field.Int64("input_tokens").Default(0),
		field.Int64("output_tokens").Default(0),
		field.Int64("side_input_tokens").Default(0),
		field.Int64("side_output_tokens").Default(0),
	}
}

// Indexes of usage.
func (Usage) Indexes() []ent.Index {
	return []ent.Index{index.Fields("owner_key", "day", "slot").Unique()}
}
