package store

import (
	"context"

	"entgo.io/ent/dialect/sql"

	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// TurnsByHash reads the turns whose request had a hash. The condition on its length
// is the index's.
func (s *Store) TurnsByHash(ctx context.Context, owner debate.Owner, hash []byte, limit int) ([]debate.Turn, error) {
	if len(hash) != debate.HashBytes {
		return nil, nil
	}
	found, err := read(ctx, s, s.client.Turn.Query().
		Where(turnOwnedBy(owner), entturn.RequestHash(hash), func(q *sql.Selector) { q.Where(sql.ExprP("length(request_hash) = 33")) }).
		Order(entturn.ByID(sql.OrderDesc())).Limit(limit).All)
	return each(found, turnOf), err
}
