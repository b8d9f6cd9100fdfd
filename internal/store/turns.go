package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/debate-chatbot/debate-api/ent"
	entattempt "github.com/debate-chatbot/debate-api/ent/attempt"
	entconversation "github.com/debate-chatbot/debate-api/ent/conversation"
	"github.com/debate-chatbot/debate-api/ent/predicate"
	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	entusage "github.com/debate-chatbot/debate-api/ent/usage"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Begin inserts a running turn, and its conversation if that is new.
func (s *Store) Begin(ctx context.Context, b debate.Begin) (debate.Conversation, debate.Turn, error) {
	h := debate.Hold{ConversationID: b.Conversation, TurnID: b.TurnID, Attempt: 1, Holder: b.Holder}
	return s.begin(ctx, h, b.Now, func(ctx context.Context, tx *ent.Tx) (c *ent.Conversation, t *ent.Turn, err error) {
		if b.New {
			c, err = createConversation(ctx, tx, b)
		} else {
			c, err = s.countTurn(ctx, tx, b)
		}
		if err != nil {
			return nil, nil, err
		}
		t, err = tx.Turn.Create().
			SetID(b.TurnID).SetConversationID(c.ID).SetNumber(c.TurnCount).
			SetOwnerKey(b.Owner.Key).SetOwnerUser(b.Owner.User).
			SetMessage(b.Message).SetCreatedAt(b.Now.UnixMicro()).
			SetRequestID(b.RequestID).SetRequestHash(b.RequestHash).
			SetState(string(debate.Running)).SetHolder(b.Holder).SetLeaseUntil(b.LeaseUntil.UnixMicro()).
			Save(ctx)
		return c, t, err
	})
}

func createConversation(ctx context.Context, tx *ent.Tx, b debate.Begin) (*ent.Conversation, error) {
	return tx.Conversation.Create().
		SetID(b.Conversation).SetOwnerKey(b.Owner.Key).SetOwnerUser(b.Owner.User).
		SetTopic(b.Subject.Topic).SetStance(string(b.Subject.Stance)).
		SetTitle(b.Subject.Title).SetLanguage(b.Subject.Language).
		SetDifficulty(string(b.Difficulty)).SetPersona(b.Persona).
		SetTurnCount(1).SetRevision(1).
		SetCreatedAt(b.Now.UnixMicro()).SetUpdatedAt(b.Now.UnixMicro()).
		Save(ctx)
}

// countTurn takes the place of one more turn in a conversation.
func (s *Store) countTurn(ctx context.Context, tx *ent.Tx, b debate.Begin) (*ent.Conversation, error) {
	c, err := s.changeConversation(ctx, tx, func(u *entsql.UpdateBuilder) {
		u.Add(entconversation.FieldTurnCount, 1)
		touch(u, b.Now)
	}, entconversation.ID(b.Conversation), ownedBy(b.Owner))
	if err != nil || c.Topic != "" || b.Subject.Topic == "" {
		return c, err
	}
	return setSubject(ctx, tx, c.ID, b.Subject)
}

// touch says that a conversation's turns changed.
func touch(u *entsql.UpdateBuilder, now time.Time) {
	u.Add(entconversation.FieldRevision, 1).Set(entconversation.FieldUpdatedAt, now.UnixMicro())
}

func setSubject(ctx context.Context, tx *ent.Tx, id string, subject debate.Subject) (*ent.Conversation, error) {
	return tx.Conversation.UpdateOneID(id).
		SetTopic(subject.Topic).SetStance(string(subject.Stance)).
		SetTitle(subject.Title).SetLanguage(subject.Language).
		Save(ctx)
}

// begin runs a transaction that makes an attempt run, and says what is in its
// way. A running turn whose lease ran out is ended first.
func (s *Store) begin(ctx context.Context, h debate.Hold, now time.Time, do func(context.Context, *ent.Tx) (*ent.Conversation, *ent.Turn, error)) (debate.Conversation, debate.Turn, error) {
	var none debate.Conversation
	doubtful := false // an earlier commit may have been carried out
	for range 3 {
		var c *ent.Conversation
		var t *ent.Turn
		err := s.inTx(ctx, func(ctx context.Context, tx *ent.Tx) (err error) {
			c, t, err = do(ctx, tx)
			return err
		})
		if err == nil {
			return conversationOf(c), turnOf(t), nil
		}
		if doubtful = doubtful || mayBeDone(err); doubtful {
			begun, lookErr := read(ctx, s, s.client.Turn.Query().Where(held(h)).WithConversation().Only)
			switch {
			case lookErr == nil:
				return conversationOf(begun.Edges.Conversation), turnOf(begun), nil
			case debate.ReasonOf(lookErr) != debate.NotFound:
				return none, debate.Turn{}, err
			case mayBeDone(err):
				continue // should the database do it late, it will not do it twice
			}
		}
		switch {
		case breaks(err, oneRequest), breaks(err, oneRetry):
			return none, debate.Turn{}, debate.ErrRequestExists
		case !breaks(err, oneRunning):
			return none, debate.Turn{}, err
		}
		if err := s.makeWay(ctx, h.ConversationID, now); err != nil {
			return none, debate.Turn{}, err
		}
	}
	return none, debate.Turn{}, &debate.Error{
		Reason:     debate.StoreUnavailable,
		Message:    "the conversation is busy; repeat the call with the same request_id",
		RetryAfter: time.Second,
	}
}

// makeWay ends the running turn of a conversation if its lease ran out;
// otherwise the error names it.
func (s *Store) makeWay(ctx context.Context, conversationID string, now time.Time) error {
	found, err := read(ctx, s, s.client.Turn.Query().
		Where(entturn.ConversationID(conversationID), running).First)
	switch {
	case debate.ReasonOf(err) == debate.NotFound:
		return nil // it has just ended
	case err != nil:
		return err
	case !instant(found.LeaseUntil).Before(now):
		return turnRunning(found.ID)
	}
	_, err = s.Interrupt(ctx, found.ID, now, 1)
	return err
}

func turnRunning(id string) *debate.Error {
	return &debate.Error{
		Reason:  debate.TurnRunning,
		Message: "a reply of this conversation is still running; wait for its end, or stop it",
		TurnID:  id,
	}
}

// BeginRetry makes one more attempt of the latest turn run. The reply of the
// one before stays in the turn until the new one is whole.
func (s *Store) BeginRetry(ctx context.Context, b debate.BeginRetry) (debate.Conversation, debate.Turn, error) {
	before, err := read(ctx, s, s.client.Turn.Query().Where(entturn.ID(b.TurnID), turnOwnedBy(b.Owner)).Only)
	if err != nil {
		return debate.Conversation{}, debate.Turn{}, err
	}
	h := debate.Hold{ConversationID: before.ConversationID, TurnID: b.TurnID, Attempt: before.Attempt + 1, Holder: b.Holder}
	return s.begin(ctx, h, b.Now, func(ctx context.Context, tx *ent.Tx) (c *ent.Conversation, t *ent.Turn, err error) {
		c, err = s.changeConversation(ctx, tx, func(u *entsql.UpdateBuilder) { touch(u, b.Now) }, entconversation.ID(before.ConversationID))
		if err != nil {
			return nil, nil, err
		}
		before, err := tx.Turn.Get(ctx, b.TurnID)
		if err != nil {
			return nil, nil, err
		}
		if before.Number != c.TurnCount {
			return nil, nil, &debate.Error{
				Reason:  debate.TurnNotLatest,
				Message: "only the latest turn of a conversation can be retried",
				TurnID:  before.ID,
			}
		}
		if before.State == string(debate.Running) {
			return nil, nil, turnRunning(before.ID) // caught by begin unless its lease ran out
		}
		if before.Attempt == 1 {
			if err := keepFirst(ctx, tx, before); err != nil {
				return nil, nil, err
			}
		}
		err = tx.Attempt.Create().
			SetTurnID(before.ID).SetNumber(before.Attempt + 1).
			SetOwnerKey(b.Owner.Key).SetOwnerUser(b.Owner.User).
			SetRequestID(b.RequestID).SetRequestHash(b.RequestHash).
			SetState(string(debate.Running)).
			Exec(ctx)
		if err != nil {
			return nil, nil, err
		}
		t, err = tx.Turn.UpdateOneID(before.ID).
			SetAttempt(before.Attempt + 1).SetState(string(debate.Running)).SetStop(false).
			SetHolder(b.Holder).SetLeaseUntil(b.LeaseUntil.UnixMicro()).
			Save(ctx)
		return c, t, err
	})
}

// keepFirst keeps how a turn's first attempt ended, before there is a second.
func keepFirst(ctx context.Context, tx *ent.Tx, t *ent.Turn) error {
	return tx.Attempt.Create().
		SetTurnID(t.ID).SetNumber(1).SetOwnerKey(t.OwnerKey).SetOwnerUser(t.OwnerUser).
		SetState(t.State).SetReply(t.Reply).SetModel(t.Model).
		SetInputTokens(t.InputTokens).SetOutputTokens(t.OutputTokens).
		SetSideInputTokens(t.SideInputTokens).SetSideOutputTokens(t.SideOutputTokens).
		SetFailureReason(t.FailureReason).SetFailureMessage(t.FailureMessage).
		SetFinishedAt(t.FinishedAt).
		SetNillableStanceHolds(t.StanceHolds).SetNillableStanceInvents(t.StanceInvents).
		Exec(ctx)
}

// FindRequest is the turn that a request id made, as that attempt left it.
func (s *Store) FindRequest(ctx context.Context, owner debate.Owner, requestID string) (debate.Turn, []byte, error) {
	if requestID == "" {
		return debate.Turn{}, nil, debate.ErrNotFound
	}
	// Most requests are new: one statement finds that out.
	made, err := read(ctx, s, func(ctx context.Context) (made []struct {
		Turn   string
		Number int
		Hash   []byte
	}, err error) {
		sql := entsql.Dialect(s.dialect)
		turns, attempts := sql.Table(entturn.Table), sql.Table(entattempt.Table)
		query, args := sql.Select(entsql.As(turns.C(entturn.FieldID), "turn"), "1 AS number", entsql.As(turns.C(entturn.FieldRequestHash), "hash")).
			From(turns).Where(asked(turns, owner, requestID)).
			UnionAll(sql.Select(attempts.C(entattempt.FieldTurnID), attempts.C(entattempt.FieldNumber), attempts.C(entattempt.FieldRequestHash)).
				From(attempts).Where(asked(attempts, owner, requestID))).
			Query()
		rows, err := s.client.QueryContext(ctx, query, args...)
		if err != nil {
			return nil, err
		}
		defer func() { _ = rows.Close() }() // does nothing after the last row
		return made, errors.Join(entsql.ScanSlice(rows, &made), rows.Err())
	})
	if err != nil {
		return debate.Turn{}, nil, err
	}
	if len(made) == 0 {
		return debate.Turn{}, nil, debate.ErrNotFound
	}
	turn, err := s.Turn(ctx, owner, made[0].Turn, made[0].Number)
	return turn, made[0].Hash, err
}

// asked finds what a request id of the owner made, in turns or in attempts.
func asked(t *entsql.SelectTable, owner debate.Owner, requestID string) *entsql.Predicate {
	return entsql.And(
		entsql.EQ(t.C(entturn.FieldOwnerKey), owner.Key),
		entsql.EQ(t.C(entturn.FieldOwnerUser), owner.User),
		entsql.EQ(t.C(entturn.FieldRequestID), requestID),
		entsql.ExprP(t.C(entturn.FieldRequestID)+" <> ''"),
	)
}

// asLeft is a turn as one of its attempts stands or left it.
func (s *Store) asLeft(ctx context.Context, t *ent.Turn, attempt int) (debate.Turn, error) {
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

// held is the running attempt of a hold.
func held(h debate.Hold) predicate.Turn {
	return entturn.And(entturn.ID(h.TurnID), entturn.Holder(h.Holder), entturn.Attempt(h.Attempt), running)
}

// Renew extends the hold and keeps the text so far.
func (s *Store) Renew(ctx context.Context, h debate.Hold, text string, until time.Time) (bool, error) {
	if h.Attempt > 1 {
		return s.renewRetry(ctx, h, text, until)
	}
	// Done twice it comes to the same, so that it is repeated like a query.
	n, err := read(ctx, s, s.client.Turn.Update().Where(held(h)).
		SetReply(text).SetLeaseUntil(until.UnixMicro()).Save)
	if err := lostUnless(n, err); err != nil {
		return false, err
	}
	return s.stopAsked(ctx, h.TurnID)
}

// renewRetry renews an attempt after the first, whose text is not the turn's yet.
func (s *Store) renewRetry(ctx context.Context, h debate.Hold, text string, until time.Time) (bool, error) {
	err := s.inTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		n, err := tx.Turn.Update().Where(held(h)).SetLeaseUntil(until.UnixMicro()).Save(ctx)
		if err := lostUnless(n, err); err != nil {
			return err
		}
		return tx.Attempt.Update().
			Where(entattempt.TurnID(h.TurnID), entattempt.Number(h.Attempt)).
			SetReply(text).Exec(ctx)
	})
	if err != nil {
		return false, err
	}
	return s.stopAsked(ctx, h.TurnID)
}

func (s *Store) stopAsked(ctx context.Context, turnID string) (bool, error) {
	return read(ctx, s, s.client.Turn.Query().Where(entturn.ID(turnID), entturn.Stop(true)).Exist)
}

func lostUnless(n int, err error) error {
	if err == nil && n == 0 {
		return debate.ErrLeaseLost
	}
	return err
}

// Finish ends the held attempt.
func (s *Store) Finish(ctx context.Context, h debate.Hold, o debate.Outcome) (debate.Conversation, debate.Turn, error) {
	var c *ent.Conversation
	var turn debate.Turn
	err := s.inTx(ctx, func(ctx context.Context, tx *ent.Tx) (err error) {
		c, err = s.changeConversation(ctx, tx, func(u *entsql.UpdateBuilder) { touch(u, o.Now) }, entconversation.ID(h.ConversationID))
		if errors.Is(err, debate.ErrNotFound) {
			return debate.ErrLeaseLost // deleted
		}
		if err != nil {
			return err
		}
		if c.Topic == "" && o.Subject.Topic != "" {
			if c, err = setSubject(ctx, tx, c.ID, o.Subject); err != nil {
				return err
			}
		}
		if turn, err = s.end(ctx, tx, h, o); err != nil {
			return err
		}
		return addUsage(ctx, tx, c.OwnerKey, o.Now, ended(h), o.Usage, o.SideUsage)
	})
	if errors.Is(err, debate.ErrLeaseLost) {
		return s.finished(ctx, h)
	}
	if err != nil {
		return debate.Conversation{}, debate.Turn{}, err
	}
	return conversationOf(c), turn, nil
}

// finished is what this hold finished before, when the answer to that was lost
// on the way.
func (s *Store) finished(ctx context.Context, h debate.Hold) (debate.Conversation, debate.Turn, error) {
	t, err := read(ctx, s, s.client.Turn.Query().
		Where(entturn.ID(h.TurnID), entturn.Holder(h.Holder), entturn.Attempt(h.Attempt), entturn.StateNEQ(string(debate.Running))).
		WithConversation().Only)
	if debate.ReasonOf(err) == debate.NotFound {
		return debate.Conversation{}, debate.Turn{}, debate.ErrLeaseLost
	}
	if err != nil {
		return debate.Conversation{}, debate.Turn{}, err
	}
	turn, err := s.asLeft(ctx, t, h.Attempt)
	return conversationOf(t.Edges.Conversation), turn, err
}

// ended is how many turns the end of an attempt adds: a retry adds none to the
// one that its first attempt did.
func ended(h debate.Hold) int64 {
	if h.Attempt == 1 {
		return 1
	}
	return 0
}

// end writes an outcome into the turn, as far as it shows there, and into the
// attempt if that has a row of its own.
func (s *Store) end(ctx context.Context, tx *ent.Tx, h debate.Hold, o debate.Outcome) (debate.Turn, error) {
	if h.Attempt == 1 {
		t, err := s.changeTurn(ctx, tx, func(u *entsql.UpdateBuilder) { setOutcome(u, o) }, held(h))
		if errors.Is(err, debate.ErrNotFound) {
			err = debate.ErrLeaseLost
		}
		if err != nil {
			return debate.Turn{}, err
		}
		return turnOf(t), nil
	}
	t, err := s.endRetry(ctx, tx, h, o)
	if ent.IsNotFound(err) || errors.Is(err, debate.ErrNotFound) {
		err = debate.ErrLeaseLost
	}
	if err != nil {
		return debate.Turn{}, err
	}
	reason, message := failureOf(o)
	err = tx.Attempt.Update().Where(entattempt.TurnID(h.TurnID), entattempt.Number(h.Attempt)).
		SetState(string(o.State)).SetReply(o.Reply).SetModel(o.Model).
		SetInputTokens(o.Usage.InputTokens).SetOutputTokens(o.Usage.OutputTokens).
		SetSideInputTokens(o.SideUsage.InputTokens).SetSideOutputTokens(o.SideUsage.OutputTokens).
		SetFailureReason(reason).SetFailureMessage(message).
		SetFinishedAt(o.Now.UnixMicro()).
		Exec(ctx)
	if err != nil {
		return debate.Turn{}, err
	}
	a, err := tx.Attempt.Query().Where(entattempt.TurnID(h.TurnID), entattempt.Number(h.Attempt)).Only(ctx)
	if err != nil {
		return debate.Turn{}, err
	}
	return attemptOf(t, a), nil
}

// endRetry has the turn show the retry, if that is whole, or go back to what
// it showed before.
func (s *Store) endRetry(ctx context.Context, tx *ent.Tx, h debate.Hold, o debate.Outcome) (*ent.Turn, error) {
	if o.State == debate.Completed {
		return s.changeTurn(ctx, tx, func(u *entsql.UpdateBuilder) {
			setOutcome(u, o)
			u.Set(entturn.FieldShown, h.Attempt).SetNull(entturn.FieldStanceHolds).SetNull(entturn.FieldStanceInvents)
		}, held(h))
	}
	t, err := tx.Turn.Get(ctx, h.TurnID)
	if err != nil {
		return nil, err
	}
	before, err := tx.Attempt.Query().
		Where(entattempt.TurnID(h.TurnID), entattempt.Number(t.Shown)).Only(ctx)
	if err != nil {
		return nil, err
	}
	return s.changeTurn(ctx, tx, func(u *entsql.UpdateBuilder) { u.Set(entturn.FieldState, before.State) }, held(h))
}

func setOutcome(u *entsql.UpdateBuilder, o debate.Outcome) {
	reason, message := failureOf(o)
	u.Set(entturn.FieldState, string(o.State)).Set(entturn.FieldReply, o.Reply).Set(entturn.FieldModel, o.Model).
		Set(entturn.FieldInputTokens, o.Usage.InputTokens).Set(entturn.FieldOutputTokens, o.Usage.OutputTokens).
		Set(entturn.FieldSideInputTokens, o.SideUsage.InputTokens).Set(entturn.FieldSideOutputTokens, o.SideUsage.OutputTokens).
		Set(entturn.FieldFailureReason, reason).Set(entturn.FieldFailureMessage, message).
		Set(entturn.FieldFinishedAt, o.Now.UnixMicro())
}

func failureOf(o debate.Outcome) (reason, message string) {
	if o.Failure == nil {
		return "", ""
	}
	return string(o.Failure.Reason), o.Failure.Message
}

// usageSlots is over how many rows the turns of a key's day are spread: the
// transactions of one row commit one after the other.
const usageSlots = 16

// addUsage adds to what a key used on the day of now. It comes last in a
// transaction, because turns share the row.
func addUsage(ctx context.Context, tx *ent.Tx, key string, now time.Time, turns int64, replies, side debate.Usage) error {
	return tx.Usage.Create().
		SetOwnerKey(key).SetDay(now.UTC().Format(time.DateOnly)).SetSlot(rand.N(usageSlots)).SetTurns(turns).
		SetInputTokens(replies.InputTokens).SetOutputTokens(replies.OutputTokens).
		SetSideInputTokens(side.InputTokens).SetSideOutputTokens(side.OutputTokens).
		OnConflict(entsql.ConflictColumns(entusage.FieldOwnerKey, entusage.FieldDay, entusage.FieldSlot)).
		Update(func(u *ent.UsageUpsert) {
			u.AddTurns(turns).
				AddInputTokens(replies.InputTokens).AddOutputTokens(replies.OutputTokens).
				AddSideInputTokens(side.InputTokens).AddSideOutputTokens(side.OutputTokens)
		}).Exec(ctx)
}

// Interrupt ends turns whose lease ran out.
func (s *Store) Interrupt(ctx context.Context, turnID string, now time.Time, limit int) ([]debate.Turn, error) {
	expired := entturn.And(running, entturn.LeaseUntilLT(now.UnixMicro()))
	if turnID != "" {
		expired = entturn.And(entturn.ID(turnID), expired)
	}
	found, err := read(ctx, s, s.client.Turn.Query().Where(expired).
		Order(entturn.ByLeaseUntil()).Limit(limit).All)
	if err != nil {
		return nil, err
	}
	var ended []debate.Turn
	for _, t := range found {
		turn, err := s.interrupt(ctx, t, now)
		switch {
		case err == nil:
			ended = append(ended, turn)
		case !errors.Is(err, debate.ErrLeaseLost): // renewed or ended in between
			return ended, err
		}
	}
	return ended, nil
}

func (s *Store) interrupt(ctx context.Context, t *ent.Turn, now time.Time) (debate.Turn, error) {
	var turn debate.Turn
	err := s.inTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		err := tx.Conversation.UpdateOneID(t.ConversationID).AddRevision(1).Exec(ctx)
		if ent.IsNotFound(err) {
			return debate.ErrLeaseLost
		}
		if err != nil {
			return err
		}
		// Taking the hold over ends the holder's, should it still live.
		n, err := tx.Turn.Update().
			Where(entturn.ID(t.ID), entturn.Attempt(t.Attempt), running, entturn.LeaseUntilLT(now.UnixMicro())).
			SetHolder("").Save(ctx)
		if err := lostUnless(n, err); err != nil {
			return err
		}
		text, err := checkpoint(ctx, tx, t)
		if err != nil {
			return err
		}
		failure := debate.FailureInterrupted
		h := debate.Hold{ConversationID: t.ConversationID, TurnID: t.ID, Attempt: t.Attempt}
		turn, err = s.end(ctx, tx, h, debate.Outcome{State: debate.Interrupted, Reply: text, Failure: &failure, Now: now})
		if err != nil {
			return err
		}
		return addUsage(ctx, tx, t.OwnerKey, now, ended(h), debate.Usage{}, debate.Usage{})
	})
	return turn, err
}

// checkpoint is the text that a running attempt's latest renewal kept.
func checkpoint(ctx context.Context, tx *ent.Tx, t *ent.Turn) (string, error) {
	if t.Attempt == 1 {
		now, err := tx.Turn.Get(ctx, t.ID)
		if err != nil {
			return "", err
		}
		return now.Reply, nil
	}
	a, err := tx.Attempt.Query().Where(entattempt.TurnID(t.ID), entattempt.Number(t.Attempt)).Only(ctx)
	if err != nil {
		return "", err
	}
	return a.Reply, nil
}

func ownedBy(o debate.Owner) predicate.Conversation {
	return entconversation.And(entconversation.OwnerKey(o.Key), entconversation.OwnerUser(o.User))
}

func turnOwnedBy(o debate.Owner) predicate.Turn {
	return entturn.And(entturn.OwnerKey(o.Key), entturn.OwnerUser(o.User))
}

// running is the condition of the indexes of turns that run. A partial index
// serves only a query that repeats its condition: a parameter might have any
// value.
func running(s *entsql.Selector) {
	s.Where(entsql.ExprP(s.C(entturn.FieldState) + " = 'running'"))
}
