package store

import (
	"context"

	"entgo.io/ent/dialect/sql"

	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// TurnsByHash is the turns whose request had a hash. The condition on its length
// is the index's.
func (s *Store) TurnsByHash(ctx context.Context, owner debate.Owner, hash []byte, limit int) ([]debate.Turn, error) {
	if len(hash) != debate.HashBytes {
		return nil, nil
	}
	found, err := read(ctx, s, s.client.Turn.Query().
		Where(turnOwnedBy(owner), entturn.RequestHash(hash), func(q *sql.Selector) { q.Where(sql.ExprP("length(request_hash) = 33")) }).
		Order(entturn.ByID(sql.OrderDesc())).Limit(limit).All)
	return turnsOf(found), err
}

// CreateConversation stores a conversation with its turns.
func (s *Store) CreateConversation(ctx context.Context, c debate.Conversation, turns []debate.Turn) error {
	return s.inTx(ctx, func(ctx context.Context, tx tx) error {
		err := tx.ent().Conversation.Create().
			SetID(c.ID).SetOwnerKey(c.Owner.Key).SetOwnerUser(c.Owner.User).
			SetTopic(c.Topic).SetStance(string(c.Stance)).SetTitle(c.Title).SetLanguage(c.Language).
			SetDifficulty(string(c.Difficulty)).SetPersona(c.Persona).
			SetTurnCount(c.TurnCount).SetRevision(c.Revision).
			SetCreatedAt(c.CreatedAt.UnixMicro()).SetUpdatedAt(c.UpdatedAt.UnixMicro()).
			Exec(ctx)
		if err != nil {
			return err
		}
		for _, t := range turns {
			err := tx.ent().Turn.Create().
				SetID(t.ID).SetConversationID(t.ConversationID).SetOwnerKey(t.Owner.Key).SetOwnerUser(t.Owner.User).
				SetNumber(t.Number).SetMessage(t.Message).SetCreatedAt(t.CreatedAt.UnixMicro()).
				SetHolder("").SetLeaseUntil(0).
				SetState(string(t.State)).SetKind(string(t.Kind)).SetReply(t.Reply).SetModel(t.Model).
				SetFinishedAt(t.FinishedAt.UnixMicro()).
				Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
