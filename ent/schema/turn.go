package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Turn is one exchange. While a retry runs, the reply and what belongs to it
// are still those of the attempt before.
type Turn struct{ ent.Schema }

// Fields of a turn.
func (Turn) Fields() []ent.Field {
	fields := []ent.Field{
		field.String("id").Immutable(),
		field.String("conversation_id").Immutable(),
		field.String("owner_key").Immutable(),
		field.String("owner_user").Immutable().Default(""),
		field.Int("number").Immutable(),
		field.Text("message").Immutable(),
		field.Int64("created_at").Immutable(),
		field.String("request_id").Immutable().Default(""),
		field.Bytes("request_hash").Immutable().Optional(),
		field.Int("attempt").Default(1).Comment("the latest attempt"),
		field.Int("shown").Default(1).Comment("the attempt whose reply this is"),
		field.String("holder"),
		field.Int64("lease_until"),
		field.Bool("stop").Default(false).Comment("a stop was asked for"),
	}
	return append(fields, outcome()...)
}

// outcome is how an attempt stands or ended.
func outcome() []ent.Field {
	return []ent.Field{
		field.String("state"),
		field.String("kind").Default(""),
		field.Text("reply").Default(""),
		field.String("model").Default(""),
		field.Int64("input_tokens").Default(0),
		field.Int64("output_tokens").Default(0),
		field.Int64("side_input_tokens").Default(0),
		field.Int64("side_output_tokens").Default(0),
		field.String("failure_reason").Default(""),
		field.Text("failure_message").Default(""),
		field.Int64("finished_at").Default(0),
		field.Bool("stance_holds").Optional().Nillable(),
		field.Bool("stance_invents").Optional().Nillable(),
		field.Text("ledger").Optional().Nillable().Comment("JSON"),
		field.String("rating").Optional().Nillable().Comment("what the user thinks of the reply"),
	}
}

// Edges of a turn.
func (Turn) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("conversation", Conversation.Type).Ref("turns").
			Field("conversation_id").Unique().Required().Immutable(),
		edge.To("attempts", Attempt.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Indexes of turns. Two of them are rules: one turn of a conversation runs,
// and a request id makes one turn. The hashes that turns are found by are longer
// than all others.
func (Turn) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("conversation_id", "number").Unique(),
		index.Fields("conversation_id").Unique().StorageKey("turn_running").
			Annotations(entsql.IndexWhere("state = 'running'")),
		index.Fields("owner_key", "owner_user", "request_id").Unique().StorageKey("turn_request").
			Annotations(entsql.IndexWhere("request_id <> ''")),
		index.Fields("owner_key", "owner_user", "request_hash", "id").StorageKey("turn_hash").
			Annotations(entsql.IndexWhere("length(request_hash) = 33")),
		index.Fields("lease_until").StorageKey("turn_lease").
			Annotations(entsql.IndexWhere("state = 'running'")),
	}
}
