package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Attempt is a try at a turn that was retried: the first as the retry found
// it, and each one after. A turn without a retry has none.
type Attempt struct{ ent.Schema }

// Fields of an attempt.
func (Attempt) Fields() []ent.Field {
	fields := []ent.Field{
		field.String("turn_id").Immutable(),
		field.Int("number").Immutable(),
		field.String("owner_key").Immutable(),
		field.String("owner_user").Immutable().Default(""),
		field.String("request_id").Immutable().Default(""),
		field.Bytes("request_hash").Immutable().Optional(),
		field.Int64("created_at").Immutable().Default(0).Comment("0 of attempts before this was kept"),
	}
	return append(fields, outcome()...)
}

// Edges of an attempt.
func (Attempt) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("turn", Turn.Type).Ref("attempts").Field("turn_id").Unique().Required().Immutable(),
	}
}

// Indexes of attempts.
func (Attempt) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("turn_id", "number").Unique(),
		index.Fields("owner_key", "owner_user", "request_id").Unique().StorageKey("attempt_request").
			Annotations(entsql.IndexWhere("request_id <> ''")),
	}
}
