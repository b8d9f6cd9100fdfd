package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Change is something that happened to a conversation and that no other row tells
// of. It has no reference, since it outlives what was deleted, and no word that was said.
type Change struct{ ent.Schema }

// Fields of a change.
func (Change) Fields() []ent.Field {
	return []ent.Field{
		field.String("owner_key").Immutable(),
		field.String("owner_user").Immutable().Default(""),
		field.String("conversation_id").Immutable(),
		field.String("kind").Immutable(),
		field.Int64("at").Immutable(),
	}
}

// Indexes of changes: an owner's by their time, and all of them, to be swept.
func (Change) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("owner_key", "owner_user", "at"),
		index.Fields("at"),
	}
}
