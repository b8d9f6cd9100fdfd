package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Conversation is one debate.
type Conversation struct{ ent.Schema }

// Fields of a conversation.
func (Conversation) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").Immutable(),
		field.String("owner_key").Immutable(),
		field.String("owner_user").Immutable().Default(""),
		field.Text("topic").Default(""),
		field.String("stance").Default(""),
		field.Text("title").Default(""),
		field.String("language").Default(""),
		field.String("difficulty").Default(""),
		field.Text("persona").Default(""),
		field.Int("turn_count").Default(0),
		field.Int64("revision").Default(0),
		field.Int64("created_at").Immutable(),
		field.Int64("updated_at"),
		field.Text("summary").Default(""),
		field.Int("summary_through").Default(0),
	}
}

// Edges of a conversation.
func (Conversation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("turns", Turn.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Indexes of conversations: an owner's, the most recently updated first.
func (Conversation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("owner_key", "owner_user", "updated_at", "id").
			Annotations(entsql.DescColumns("updated_at", "id")),
	}
}
