package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Vote is how many readers of a shared debate had one opinion before it and
// one after: at most 49 rows a debate, however many vote.
type Vote struct{ ent.Schema }

// Fields of a vote.
func (Vote) Fields() []ent.Field {
	return []ent.Field{
		field.String("conversation_id").Immutable(),
		field.Int("before").Immutable(),
		field.Int("after").Immutable(),
		field.Int64("count").Default(1),
	}
}

// Edges of a vote.
func (Vote) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("conversation", Conversation.Type).Ref("votes").
			Field("conversation_id").Unique().Required().Immutable(),
	}
}

// Indexes of votes.
func (Vote) Indexes() []ent.Index {
	return []ent.Index{index.Fields("conversation_id", "before", "after").Unique()}
}
