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
		field.String("format").Immutable().Default(""),
		field.Int("rounds").Default(0).Comment("arguments that were answered; counted where there is a format"),
		field.Bool("over").Default(false).Comment("all rounds of the format are taken"),
		field.Bool("searchable").Default(false).Comment("its words are kept as they are in its title and topic"),
		field.Int("opinion_before").Optional().Nillable(),
		field.Int("opinion_after").Optional().Nillable(),
		field.Int("opinion_turn").Default(0).Comment("that the latest opinion is about"),
		field.Text("duel_user").Immutable().Default("").Comment("the model in the user's place, where two debate"),
		field.Text("duel_bot").Immutable().Default("").Comment("the other one"),
		field.String("share").Default("").Comment("the token of the page that anybody may read"),
		field.String("request_id").Immutable().Default("").Comment("that forked it"),
		field.Bytes("request_hash").Immutable().Optional(),
	}
}

// Edges of a conversation.
func (Conversation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("turns", Turn.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("verdicts", Verdict.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("words", Word.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("votes", Vote.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Indexes of conversations: an owner's, the most recently updated first; those with
// an opinion, in the same order; those whose words are to be kept yet; that of a
// shared page; and the rule that a request id makes one fork.
func (Conversation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("owner_key", "owner_user", "updated_at", "id").
			Annotations(entsql.DescColumns("updated_at", "id")),
		index.Fields("owner_key", "owner_user", "updated_at", "id").StorageKey("conversation_opinions").
			Annotations(entsql.DescColumns("updated_at", "id"), entsql.IndexWhere("opinion_before IS NOT NULL")),
		index.Fields("owner_key", "owner_user", "id").StorageKey("conversation_unsearchable").
			Annotations(entsql.IndexWhere("searchable = false")),
		index.Fields("share").Unique().StorageKey("conversation_share").
			Annotations(entsql.IndexWhere("share <> ''")),
		index.Fields("owner_key", "owner_user", "request_id").Unique().StorageKey("conversation_request").
			Annotations(entsql.IndexWhere("request_id <> ''")),
	}
}
