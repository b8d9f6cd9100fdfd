package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/debate-chatbot/debate-api/ent"
	entverdict "github.com/debate-chatbot/debate-api/ent/verdict"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// BeginVerdict inserts a running verdict.
func (s *Store) BeginVerdict(ctx context.Context, b debate.BeginVerdictParams) (debate.Verdict, error) {
	for {
		var v *ent.Verdict
		err := s.inTx(ctx, func(ctx context.Context, tx tx) (err error) {
			// An update takes the row: the conversation is not deleted meanwhile.
			if err := tx.ent().Conversation.UpdateOneID(b.ConversationID).Where(belongsTo(b.Owner)).AddRounds(0).Exec(ctx); err != nil {
				return err
			}
			if err := releaseCutOff(ctx, tx, b); err != nil {
				return err
			}
			if err := refuseRepeated(ctx, tx, b.Owner, b.RequestID); err != nil {
				return err
			}
			v, err = tx.ent().Verdict.Create().
				SetID(b.ID).SetConversationID(b.ConversationID).SetOwnerKey(b.Owner.Key).SetOwnerUser(b.Owner.User).
				SetRequestID(b.RequestID).SetRequestHash(b.RequestHash).SetThroughTurn(b.ThroughTurn).
				SetState(string(debate.Running)).SetHolder(b.Holder).SetLeaseUntil(b.LeaseUntil.UnixMicro()).
				SetCreatedAt(b.Now.UnixMicro()).Save(ctx)
			return err
		})
		switch {
		case err == nil:
			return verdictOf(v)
		case violates(err, oneVerdictRequest):
			return debate.Verdict{}, debate.ErrRequestExists
		case !violates(err, oneVerdict):
			return debate.Verdict{}, err
		}
		// One is being made, unless its holder died.
		ended, err := s.interruptVerdicts(ctx, b.Now, entverdict.ConversationID(b.ConversationID))
		if err != nil {
			return debate.Verdict{}, err
		}
		if ended == 0 {
			return debate.Verdict{}, &debate.Error{
				Reason: debate.TurnRunning, Message: "a verdict of this conversation is being made; get it when it is done", RetryAfter: time.Second,
			}
		}
	}
}

// releaseCutOff takes the request's id from a verdict that it began and that was
// interrupted, so that the same request can make it anew.
func releaseCutOff(ctx context.Context, tx tx, b debate.BeginVerdictParams) error {
	if b.RequestID == "" {
		return nil
	}
	return tx.ent().Verdict.Update().Where(entverdict.OwnerKey(b.Owner.Key), entverdict.OwnerUser(b.Owner.User),
		entverdict.RequestID(b.RequestID), entverdict.RequestIDNEQ(""), entverdict.RequestHash(b.RequestHash),
		entverdict.State(string(debate.Interrupted))).SetRequestID("").Exec(ctx)
}

// FindVerdict reads the verdict that a request id made.
func (s *Store) FindVerdict(ctx context.Context, owner debate.Owner, requestID string) (debate.Verdict, []byte, error) {
	if requestID == "" {
		return debate.Verdict{}, nil, debate.ErrNotFound
	}
	v, err := read(ctx, s, s.client.Verdict.Query().Where(entverdict.OwnerKey(owner.Key), entverdict.OwnerUser(owner.User),
		entverdict.RequestID(requestID), entverdict.RequestIDNEQ("")).Only)
	if err != nil {
		return debate.Verdict{}, nil, err
	}
	found, err := verdictOf(v)
	return found, v.RequestHash, err
}

// Verdict reads the latest of a conversation.
func (s *Store) Verdict(ctx context.Context, owner debate.Owner, conversationID string) (debate.Verdict, error) {
	v, err := read(ctx, s, s.client.Verdict.Query().Where(entverdict.ConversationID(conversationID),
		entverdict.OwnerKey(owner.Key), entverdict.OwnerUser(owner.User)).
		Order(entverdict.ByID(entsql.OrderDesc())).First)
	if err != nil {
		return debate.Verdict{}, err
	}
	return verdictOf(v)
}

// RenewVerdict extends the lease.
func (s *Store) RenewVerdict(ctx context.Context, id, holder string, until time.Time) error {
	n, err := read(ctx, s, s.client.Verdict.Update().Where(entverdict.ID(id), entverdict.Holder(holder), verdictRuns).
		SetLeaseUntil(until.UnixMicro()).Save)
	return leaseLostIfNone(n, err)
}

// FinishVerdict ends a verdict that is being made.
func (s *Store) FinishVerdict(ctx context.Context, v debate.Verdict, holder string) (debate.Verdict, error) {
	findings, err := json.Marshal(v.Findings)
	if err != nil {
		return debate.Verdict{}, fmt.Errorf("write a verdict: %w", err)
	}
	reason, message := failureOf(debate.Outcome{Failure: v.Failure})
	err = s.inTx(ctx, func(ctx context.Context, tx tx) error {
		n, err := tx.ent().Verdict.Update().Where(entverdict.ID(v.ID), entverdict.Holder(holder), verdictRuns).
			SetState(string(v.State)).SetFindings(string(findings)).SetJudge(v.Judge).
			SetInputTokens(v.Usage.InputTokens).SetOutputTokens(v.Usage.OutputTokens).
			SetFailureReason(reason).SetFailureMessage(message).SetFinishedAt(v.FinishedAt.UnixMicro()).Save(ctx)
		if err := leaseLostIfNone(n, err); err != nil || v.Usage == (debate.Usage{}) {
			return err
		}
		return addSpending(ctx, tx, v.Owner.Key, 0, v.Usage, v.FinishedAt)
	})
	if err != nil && !errors.Is(err, debate.ErrLeaseLost) {
		return debate.Verdict{}, err
	}
	// Where the lease is gone, it may be because this very call was carried out before.
	now, readErr := read(ctx, s, s.client.Verdict.Query().Where(entverdict.ID(v.ID), entverdict.Holder(holder), entverdict.StateNEQ(string(debate.Running))).Only)
	switch {
	case debate.ReasonOf(readErr) == debate.NotFound:
		return debate.Verdict{}, debate.ErrLeaseLost
	case readErr != nil:
		return debate.Verdict{}, readErr
	}
	return verdictOf(now)
}

// InterruptVerdicts ends verdicts whose lease ran out.
func (s *Store) InterruptVerdicts(ctx context.Context, now time.Time) (int, error) {
	return s.interruptVerdicts(ctx, now)
}

func (s *Store) interruptVerdicts(ctx context.Context, now time.Time, only ...func(*entsql.Selector)) (int, error) {
	update := s.client.Verdict.Update().Where(verdictRuns, entverdict.LeaseUntilLT(now.UnixMicro()))
	for _, o := range only {
		update.Where(o)
	}
	return read(ctx, s, update.
		SetState(string(debate.Interrupted)).SetHolder("").SetFinishedAt(now.UnixMicro()).
		SetFailureReason(string(debate.FailureVerdictInterrupted.Reason)).SetFailureMessage(debate.FailureVerdictInterrupted.Message).Save)
}

// verdictRuns repeats the condition of the indexes of verdicts that are being made.
func verdictRuns(s *entsql.Selector) {
	s.Where(entsql.ExprP(s.C(entverdict.FieldState) + " = 'running'"))
}

func verdictOf(v *ent.Verdict) (debate.Verdict, error) {
	out := debate.Verdict{
		ID:             v.ID,
		ConversationID: v.ConversationID,
		Owner:          debate.Owner{Key: v.OwnerKey, User: v.OwnerUser},
		State:          debate.TurnState(v.State),
		ThroughTurn:    v.ThroughTurn,
		Judge:          v.Judge,
		Usage:          debate.Usage{InputTokens: v.InputTokens, OutputTokens: v.OutputTokens},
		CreatedAt:      instant(v.CreatedAt),
		FinishedAt:     instant(v.FinishedAt),
	}
	if out.State == debate.Running {
		out.LeaseUntil = instant(v.LeaseUntil)
	}
	if v.FailureReason != "" {
		out.Failure = &debate.Failure{Reason: debate.Reason(v.FailureReason), Message: v.FailureMessage}
	}
	if v.Findings != "" {
		if err := json.Unmarshal([]byte(v.Findings), &out.Findings); err != nil {
			return out, fmt.Errorf("read a verdict: %w", err)
		}
	}
	return out, nil
}
