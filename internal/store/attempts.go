package store

// This file has what attempts after the first need: rows of their own, beside the turn, which
// shows the reply before until theirs is whole.

import (
	"context"
	"time"

	"github.com/debate-chatbot/debate-api/ent"
	entattempt "github.com/debate-chatbot/debate-api/ent/attempt"
	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// RetryTurn makes one more attempt of the latest turn run. The reply of the
// one before stays in the turn until the new one is whole.
func (s *Store) RetryTurn(ctx context.Context, b debate.RetryTurnParams) (debate.BeginTurnResult, error) {
	before, err := read(ctx, s, s.client.Turn.Query().Where(entturn.ID(b.TurnID), turnOwnedBy(b.Owner)).Only)
	if err != nil {
		return debate.BeginTurnResult{}, err
	}
	h := debate.Lease{ConversationID: before.ConversationID, TurnID: b.TurnID, Attempt: before.Attempt + 1, Holder: b.Holder}
	return s.begin(ctx, h, b.Now, func(ctx context.Context) (done begun, err error) {
		err = s.txOnce(ctx, func(ctx context.Context, tx tx) error {
			done, err = s.retryTurn(ctx, tx, b, before.ConversationID)
			return err
		})
		return done, err
	})
}

// retryTurn does the work of RetryTurn in a transaction.
func (s *Store) retryTurn(ctx context.Context, tx tx, b debate.RetryTurnParams, conversationID string) (done begun, err error) {
	if err := refuseRepeated(ctx, tx, b.Owner, b.RequestID); err != nil {
		return done, err
	}
	v := values{"conversation": conversationID, "now": b.Now.UnixMicro()}
	if err := (query{touchConversation, conversationTable.one(&done.conversation)}).on(ctx, tx.driver, v); err != nil {
		return done, err
	}
	before, err := tx.ent().Turn.Get(ctx, b.TurnID)
	if err != nil {
		return done, err
	}
	if before.Number != done.conversation.TurnCount {
		return done, &debate.Error{
			Reason:  debate.TurnNotLatest,
			Message: "only the latest turn of a conversation can be retried",
			TurnID:  before.ID,
		}
	}
	if before.State == string(debate.Running) {
		return done, turnRunning(before.ID) // caught by begin unless its lease ran out
	}
	if before.Attempt == 1 {
		if err := archiveFirstAttempt(ctx, tx, before); err != nil {
			return done, err
		}
	}
	err = tx.ent().Attempt.Create().
		SetTurnID(before.ID).SetNumber(before.Attempt + 1).
		SetOwnerKey(b.Owner.Key).SetOwnerUser(b.Owner.User).
		SetRequestID(b.RequestID).SetRequestHash(b.RequestHash).SetCreatedAt(b.Now.UnixMicro()).
		SetState(string(debate.Running)).
		Exec(ctx)
	if err != nil {
		return done, err
	}
	done.turn, err = tx.ent().Turn.UpdateOneID(before.ID).
		SetAttempt(before.Attempt + 1).SetState(string(debate.Running)).SetStop(false).
		SetHolder(b.Holder).SetLeaseUntil(b.LeaseUntil.UnixMicro()).
		Save(ctx)
	return done, err
}

// archiveFirstAttempt keeps how a turn's first attempt ended, before there is a second.
func archiveFirstAttempt(ctx context.Context, tx tx, t *ent.Turn) error {
	return tx.ent().Attempt.Create().
		SetTurnID(t.ID).SetNumber(1).SetOwnerKey(t.OwnerKey).SetOwnerUser(t.OwnerUser).SetCreatedAt(t.CreatedAt).
		SetState(t.State).SetKind(t.Kind).SetReply(t.Reply).SetModel(t.Model).
		SetInputTokens(t.InputTokens).SetOutputTokens(t.OutputTokens).
		SetSideInputTokens(t.SideInputTokens).SetSideOutputTokens(t.SideOutputTokens).
		SetFailureReason(t.FailureReason).SetFailureMessage(t.FailureMessage).
		SetFinishedAt(t.FinishedAt).
		SetNillableStanceHolds(t.StanceHolds).SetNillableStanceInvents(t.StanceInvents).
		SetNillableLedger(t.Ledger).SetNillableRating(t.Rating).
		Exec(ctx)
}

// renewRetry renews an attempt after the first, whose text is not the turn's yet.
func (s *Store) renewRetry(ctx context.Context, h debate.Lease, text string, until time.Time) (bool, error) {
	err := s.inTx(ctx, func(ctx context.Context, tx tx) error {
		n, err := tx.ent().Turn.Update().Where(held(h)).SetLeaseUntil(until.UnixMicro()).Save(ctx)
		if err := leaseLostIfNone(n, err); err != nil {
			return err
		}
		return tx.ent().Attempt.Update().
			Where(entattempt.TurnID(h.TurnID), entattempt.Number(h.Attempt)).
			SetReply(text).Exec(ctx)
	})
	if err != nil {
		return false, err
	}
	return s.stopAsked(ctx, h.TurnID)
}

// endRetry has the turn show the retry, if that is whole, or go back to what
// it showed before.
func (s *Store) endRetry(ctx context.Context, tx tx, h debate.Lease, o debate.Outcome) (*ent.Turn, error) {
	end := tx.ent().Turn.Update().Where(held(h))
	if o.State == debate.Completed {
		end.SetState(string(o.State)).SetKind(string(o.Kind)).SetReply(o.Reply).SetModel(o.Model).
			SetInputTokens(o.Usage.InputTokens).SetOutputTokens(o.Usage.OutputTokens).
			SetSideInputTokens(o.SideUsage.InputTokens).SetSideOutputTokens(o.SideUsage.OutputTokens).
			SetFailureReason("").SetFailureMessage("").SetFinishedAt(o.Now.UnixMicro()).
			SetShown(h.Attempt).ClearStanceHolds().ClearStanceInvents().
			ClearLedger().SetNillableLedger(ledgerOf(o)).ClearRating()
	} else {
		t, err := tx.ent().Turn.Get(ctx, h.TurnID)
		if err != nil {
			return nil, err
		}
		before, err := tx.ent().Attempt.Query().
			Where(entattempt.TurnID(h.TurnID), entattempt.Number(t.Shown)).Only(ctx)
		if err != nil {
			return nil, err
		}
		end.SetState(before.State)
	}
	n, err := end.Save(ctx)
	if err := leaseLostIfNone(n, err); err != nil {
		return nil, err
	}
	return tx.ent().Turn.Get(ctx, h.TurnID)
}

// atAttempt is a turn as one of its attempts stands or left it, which it reads unless there was
// no other.
func (s *Store) atAttempt(ctx context.Context, t *ent.Turn, attempt int) (debate.Turn, error) {
	if t.Attempt == 1 && attempt == 1 {
		return turnOf(t), nil
	}
	a, err := read(ctx, s, s.client.Attempt.Query().
		Where(entattempt.TurnID(t.ID), entattempt.Number(attempt)).Only)
	if err != nil {
		return debate.Turn{}, err
	}
	return attemptOf(t, a), nil
}
