package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Verdict is a judge's reading of a debate, in any state that a turn can have.
type Verdict struct{ ent.Schema }

// Fields of a verdict.
func (Verdict) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").Immutable(),
		field.String("conversation_id").Immutable(),
		field.String("owner_key").Immutable(),
		field.String("owner_user").Immutable().Default(""),
		field.String("request_id").Default("").Comment("empty once another took it over"),
		field.Bytes("request_hash").Immutable().Optional(),
		field.Int("through_turn").Immutable().Comment("the last turn that is judged"),
		field.Int64("created_at").Immutable(),
		field.String("holder"),
		field.Int64("lease_until"),
		field.String("state"),
		field.String("judge").Default(""),
		field.Text("findings").Default("").Comment("JSON"),
		field.Int64("input_tokens").Default(0),
		field.Int64("output_tokens").Default(0),
		field.String("failure_reason").Default(""),
		field.Text("failure_message").Default(""),
		field.Int64("finished_at").Default(0),
	}
}

// Edges of a verdict.
func (Verdict) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("conversation", Conversation.Type).Ref("verdicts").
			Field("conversation_id").Unique().Required().Immutable(),
	}
}

// Indexes of verdicts: a conversation's, and an owner's as they ended. Two are
// rules: one verdict of a conversation is being made, and a request id makes one.
func (Verdict) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("conversation_id", "id"),
		index.Fields("owner_key", "owner_user", "finished_at"),
		index.Fields("conversation_id").Unique().StorageKey("verdict_running").
			Annotations(entsql.IndexWhere("state = 'running'")),
		index.Fields("owner_key", "owner_user", "request_id").Unique().StorageKey("verdict_request").
			Annotations(entsql.IndexWhere("request_id <> ''")),
		index.Fields("lease_until").StorageKey("verdict_lease").
			Annotations(entsql.IndexWhere("state = 'running'")),
	}
}
