package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Word is a word of a conversation's title or topic, by which it is found.
type Word struct{ ent.Schema }

// Fields of a word.
func (Word) Fields() []ent.Field {
	return []ent.Field{
		field.String("owner_key").Immutable(),
		field.String("owner_user").Immutable().Default(""),
		field.Bytes("word").Immutable().Comment("folded; as bytes, whose order is the same in every database"),
		field.String("conversation_id").Immutable(),
	}
}

// Edges of a word.
func (Word) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("conversation", Conversation.Type).Ref("words").
			Field("conversation_id").Unique().Required().Immutable(),
	}
}

// Indexes of words: an owner's by their beginning, and a conversation's.
func (Word) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("owner_key", "owner_user", "word", "conversation_id").Unique().StorageKey("word_begins"),
		index.Fields("conversation_id"),
	}
}
