package store

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/debate-chatbot/debate-api/ent"
	entattempt "github.com/debate-chatbot/debate-api/ent/attempt"
	entconversation "github.com/debate-chatbot/debate-api/ent/conversation"
	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	entvote "github.com/debate-chatbot/debate-api/ent/vote"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// SetOpinion keeps what the user thinks of the topic.
func (s *Store) SetOpinion(ctx context.Context, owner debate.Owner, id string, agreement, turn int) (debate.Conversation, error) {
	var c *ent.Conversation
	err := s.inTx(ctx, func(ctx context.Context, tx tx) (err error) {
		c, err = tx.ent().Conversation.UpdateOneID(id).Where(belongsTo(owner)).SetOpinionAfter(agreement).SetOpinionTurn(turn).Save(ctx)
		if err == nil && c.OpinionBefore == nil {
			c, err = tx.ent().Conversation.UpdateOneID(id).SetOpinionBefore(agreement).Save(ctx)
		}
		return err
	})
	return oneConversation(c, err)
}

// RateTurn keeps a rating with its attempt, and with the turn where it shows that.
func (s *Store) RateTurn(ctx context.Context, owner debate.Owner, turnID string, attempt int, rating debate.Rating) (debate.Turn, error) {
	var t *ent.Turn
	err := s.inTx(ctx, func(ctx context.Context, tx tx) (err error) {
		if t, err = tx.ent().Turn.Query().Where(entturn.ID(turnID), turnOwnedBy(owner)).Only(ctx); err != nil {
			return err
		}
		// An update takes the row, before the turn's, so that no attempt ends meanwhile.
		if err := tx.ent().Conversation.UpdateOneID(t.ConversationID).AddRevision(1).Exec(ctx); err != nil {
			return err
		}
		if t, err = tx.ent().Turn.Get(ctx, turnID); err != nil {
			return err
		}
		if attempt == 0 {
			attempt = t.Shown
		}
		inTurn, err := tx.ent().Turn.Update().Where(entturn.ID(turnID), entturn.Shown(attempt), entturn.State(string(debate.Completed))).
			SetRating(string(rating)).Save(ctx)
		if err != nil {
			return err
		}
		ofItsOwn, err := tx.ent().Attempt.Update().Where(entattempt.TurnID(turnID), entattempt.Number(attempt), entattempt.State(string(debate.Completed))).
			SetRating(string(rating)).Save(ctx)
		if err == nil && inTurn+ofItsOwn == 0 {
			return debate.ErrNotFound
		}
		if err == nil {
			t, err = tx.ent().Turn.Get(ctx, turnID)
		}
		return err
	})
	if err != nil {
		return debate.Turn{}, err
	}
	return s.atAttempt(ctx, t, attempt)
}

// Opinions pages through the conversations with one, the most recently updated first.
func (s *Store) Opinions(ctx context.Context, owner debate.Owner, after debate.ConversationCursor, limit int) ([]debate.Conversation, error) {
	found, err := read(ctx, s, s.newestFirst(owner).Where(entconversation.OpinionBeforeNotNil(), olderThan(after)).Limit(limit).All)
	return each(found, conversationOf), err
}

// SetShare gives a conversation a token, or takes it away.
func (s *Store) SetShare(ctx context.Context, owner debate.Owner, id, token string) (debate.Conversation, error) {
	var c *ent.Conversation
	err := s.inTx(ctx, func(ctx context.Context, tx tx) (err error) {
		// An update takes the row, so that two who share at once get the same token.
		c, err = tx.ent().Conversation.UpdateOneID(id).Where(belongsTo(owner)).AddRounds(0).Save(ctx)
		if err != nil || c.Share == token || c.Share != "" && token != "" {
			return err
		}
		if token == "" {
			if _, err := tx.ent().Vote.Delete().Where(entvote.ConversationID(id)).Exec(ctx); err != nil {
				return err
			}
		}
		c, err = tx.ent().Conversation.UpdateOneID(id).SetShare(token).Save(ctx)
		return err
	})
	return oneConversation(c, err)
}

// Shared reads the conversation with a token.
func (s *Store) Shared(ctx context.Context, token string) (debate.Conversation, error) {
	if token == "" {
		return debate.Conversation{}, debate.ErrNotFound
	}
	return oneConversation(read(ctx, s, s.client.Conversation.Query().Where(entconversation.Share(token), entconversation.ShareNEQ("")).Only))
}

// AddVote counts a reader's opinions.
func (s *Store) AddVote(ctx context.Context, token string, before, after int) error {
	c, err := s.Shared(ctx, token)
	if err != nil {
		return err
	}
	return s.inTx(ctx, func(ctx context.Context, tx tx) error {
		// An update takes the row: the page is not taken away meanwhile, with its votes.
		if err := tx.ent().Conversation.UpdateOneID(c.ID).Where(entconversation.Share(token)).AddRounds(0).Exec(ctx); err != nil {
			return err
		}
		text, args := sql.Dialect(tx.dialect).Insert(entvote.Table).
			Columns(entvote.FieldConversationID, entvote.FieldBefore, entvote.FieldAfter, entvote.FieldCount).Values(c.ID, before, after, 1).
			OnConflict(sql.ConflictColumns(entvote.FieldConversationID, entvote.FieldBefore, entvote.FieldAfter), sql.ResolveWith(func(u *sql.UpdateSet) {
				u.Set(entvote.FieldCount, sql.Expr(u.Table().C(entvote.FieldCount)+" + 1"))
			})).Query()
		return tx.driver.Exec(ctx, text, args, nil)
	})
}

// Votes reads those of a conversation.
func (s *Store) Votes(ctx context.Context, conversationID string) ([]debate.Votes, error) {
	found, err := read(ctx, s, s.client.Vote.Query().Where(entvote.ConversationID(conversationID)).All)
	return each(found, func(v *ent.Vote) debate.Votes { return debate.Votes{Before: v.Before, After: v.After, Count: v.Count} }), err
}

// turnsAtOnce bounds the rows of one INSERT.
const turnsAtOnce = 100

// AddConversation inserts a conversation with its turns.
func (s *Store) AddConversation(ctx context.Context, c debate.Conversation, turns []debate.Turn, requestID string, requestHash []byte) error {
	err := s.inTx(ctx, func(ctx context.Context, tx tx) error {
		if err := refuseRepeated(ctx, tx, c.Owner, requestID); err != nil {
			return err
		}
		add := tx.ent().Conversation.Create().
			SetID(c.ID).SetOwnerKey(c.Owner.Key).SetOwnerUser(c.Owner.User).
			SetTopic(c.Topic).SetStance(string(c.Stance)).SetTitle(c.Title).SetLanguage(c.Language).
			SetDifficulty(string(c.Difficulty)).SetPersona(c.Persona).SetFormat(c.Format).SetRounds(c.Rounds).SetOver(c.Over).
			SetDuelUser(c.Duel.User).SetDuelBot(c.Duel.Bot).
			SetTurnCount(len(turns)).SetRevision(1).SetSummary(c.Summary).SetSummaryThrough(c.SummaryThrough).
			SetCreatedAt(c.CreatedAt.UnixMicro()).SetUpdatedAt(c.UpdatedAt.UnixMicro()).
			SetRequestID(requestID).SetRequestHash(requestHash)
		if o := c.Opinion; o != nil {
			add.SetOpinionBefore(o.Before).SetOpinionAfter(o.After).SetOpinionTurn(o.Turn)
		}
		if err := add.Exec(ctx); err != nil {
			return err
		}
		// One that was exported long ago has its old times.
		if err := addChange(ctx, tx, c.Owner, c.ID, debate.DebateBegun, time.Now()); err != nil {
			return err
		}
		for from := 0; from < len(turns); from += turnsAtOnce {
			some := turns[from:min(from+turnsAtOnce, len(turns))]
			insert := sql.Dialect(tx.dialect).Insert(entturn.Table).Columns(copiedColumns...)
			for _, t := range some {
				insert.Values(copied(c, t)...)
			}
			text, args := insert.Query()
			err := tx.driver.Exec(ctx, text, args, nil)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if violates(err, oneFork) {
		return debate.ErrRequestExists
	}
	return err
}

// copiedColumns are those of a turn that has ended, in the order of copied.
var copiedColumns = []string{
	entturn.FieldID, entturn.FieldConversationID, entturn.FieldOwnerKey, entturn.FieldOwnerUser,
	entturn.FieldNumber, entturn.FieldMessage, entturn.FieldCreatedAt, entturn.FieldHolder, entturn.FieldLeaseUntil,
	entturn.FieldState, entturn.FieldKind, entturn.FieldReply, entturn.FieldModel,
	entturn.FieldInputTokens, entturn.FieldOutputTokens, entturn.FieldSideInputTokens, entturn.FieldSideOutputTokens,
	entturn.FieldFailureReason, entturn.FieldFailureMessage, entturn.FieldFinishedAt,
	entturn.FieldStanceHolds, entturn.FieldStanceInvents, entturn.FieldLedger, entturn.FieldRating,
}

func copied(c debate.Conversation, t debate.Turn) []any {
	reason, message := failureOf(debate.Outcome{Failure: t.Failure})
	var holds, invents, ledger any // NULL
	if t.StanceCheck != nil {
		holds, invents = t.StanceCheck.Holds, t.StanceCheck.Invents
	}
	if t.Ledger != "" {
		ledger = string(t.Ledger)
	}
	return []any{
		t.ID, c.ID, c.Owner.Key, c.Owner.User,
		t.Number, t.Message, t.CreatedAt.UnixMicro(), "", 0,
		string(t.State), string(t.Kind), t.Reply, t.Model,
		t.Usage.InputTokens, t.Usage.OutputTokens, t.SideUsage.InputTokens, t.SideUsage.OutputTokens,
		reason, message, t.FinishedAt.UnixMicro(),
		holds, invents, ledger, string(t.Rating),
	}
}

// FindFork reads the conversation that a request id made.
func (s *Store) FindFork(ctx context.Context, owner debate.Owner, requestID string) (debate.Conversation, []byte, error) {
	if requestID == "" {
		return debate.Conversation{}, nil, debate.ErrNotFound
	}
	c, err := read(ctx, s, s.client.Conversation.Query().
		Where(ownedBy(owner), entconversation.RequestID(requestID), entconversation.RequestIDNEQ("")).Only)
	if err != nil {
		return debate.Conversation{}, nil, err
	}
	return conversationOf(c), c.RequestHash, nil
}

// CountRounds counts the answered arguments of a conversation.
func (s *Store) CountRounds(ctx context.Context, conversationID string, rounds int) (debate.Conversation, error) {
	var c *ent.Conversation
	err := s.inTx(ctx, func(ctx context.Context, tx tx) error {
		n, err := tx.ent().Turn.Query().Where(entturn.ConversationID(conversationID),
			entturn.State(string(debate.Completed)), entturn.Kind(string(debate.ArgumentKind))).Count(ctx)
		if err != nil {
			return err
		}
		c, err = tx.ent().Conversation.UpdateOneID(conversationID).SetRounds(n).SetOver(n >= rounds).Save(ctx)
		return err
	})
	return oneConversation(c, err)
}
