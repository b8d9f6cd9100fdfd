package store

import (
	"context"
	"errors"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/debate-chatbot/debate-api/ent"
	entconversation "github.com/debate-chatbot/debate-api/ent/conversation"
	"github.com/debate-chatbot/debate-api/ent/predicate"
	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Every turn changes its conversation and itself, and needs both as they are
// then. Ent's UpdateOne takes a second statement to read a row that it has
// changed; these take one.

// changeConversation changes the conversation that where finds and returns it;
// ErrNotFound if there is none.
func (s *Store) changeConversation(ctx context.Context, tx *ent.Tx, set func(*entsql.UpdateBuilder), where ...predicate.Conversation) (*ent.Conversation, error) {
	return change[ent.Conversation](ctx, s, tx, entconversation.Table, entconversation.Columns, set, where)
}

// changeTurn is the same of a turn.
func (s *Store) changeTurn(ctx context.Context, tx *ent.Tx, set func(*entsql.UpdateBuilder), where ...predicate.Turn) (*ent.Turn, error) {
	return change[ent.Turn](ctx, s, tx, entturn.Table, entturn.Columns, set, where)
}

func change[Row any, Predicate ~func(*entsql.Selector)](ctx context.Context, s *Store, tx *ent.Tx, table string, columns []string, set func(*entsql.UpdateBuilder), where []Predicate) (*Row, error) {
	sql := entsql.Dialect(s.dialect)
	found := sql.Select().From(sql.Table(table))
	for _, p := range where {
		p(found)
	}
	update := sql.Update(table).FromSelect(found).Returning(columns...)
	set(update)
	query, args := update.Query()
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // does nothing after the last row
	var changed []*Row
	if err := errors.Join(entsql.ScanSlice(rows, &changed), rows.Err()); err != nil {
		return nil, err
	}
	if len(changed) == 0 {
		return nil, debate.ErrNotFound
	}
	return changed[0], nil
}
