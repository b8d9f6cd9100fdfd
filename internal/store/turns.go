package store

import (
	"context"
	"errors"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/debate-chatbot/debate-api/ent"
	entattempt "github.com/debate-chatbot/debate-api/ent/attempt"
	entconversation "github.com/debate-chatbot/debate-api/ent/conversation"
	"github.com/debate-chatbot/debate-api/ent/predicate"
	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// BeginTurn inserts a running turn, and its conversation if that is new.
func (s *Store) BeginTurn(ctx context.Context, b debate.BeginTurnParams) (debate.BeginTurnResult, error) {
	h := debate.Lease{ConversationID: b.Conversation, TurnID: b.TurnID, Attempt: 1, Holder: b.Holder}
	return s.begin(ctx, h, b.Now, func(ctx context.Context, tx tx) (found begun, err error) {
		if b.New {
			err = tx.ahead(ctx, s.sql.insertConversation, opening(b), conversationTable.one(&found.conversation))
		} else {
			err = tx.ahead(ctx, s.sql.countTurn, append(touching(b.Subject, b.Now), b.Conversation, b.Owner.Key, b.Owner.User), conversationTable.one(&found.conversation))
		}
		if err == nil && b.History.Max > 0 && !b.New {
			found.before = []*ent.Turn{}
			known := b.History.Known + 1 // as this turn leaves it
			err = tx.ahead(ctx, s.sql.before, []any{b.Conversation, b.History.Min, b.History.Min, b.Conversation, known, b.History.Max}, turnTable.all(&found.before))
		}
		if err != nil {
			return found, err
		}
		tx.nextIsLast()
		if err := tx.driver.Exec(ctx, s.sql.insertTurn.text, s.sql.insertTurn.with(beginning(b)...), nil); err != nil {
			return found, err
		}
		if found.conversation.Revision == b.History.Known+1 {
			found.before = nil
		}
		found.turn = inserted(b, found.conversation.TurnCount)
		return found, nil
	})
}

// inserted is the row that insertTurn makes; the other columns are empty.
func inserted(b debate.BeginTurnParams, number int) *ent.Turn {
	return &ent.Turn{
		ID: b.TurnID, ConversationID: b.Conversation, OwnerKey: b.Owner.Key, OwnerUser: b.Owner.User,
		Number: number, Message: b.Message, CreatedAt: b.Now.UnixMicro(),
		RequestID: b.RequestID, RequestHash: b.RequestHash,
		Attempt: 1, Shown: 1, State: string(debate.Running), Holder: b.Holder, LeaseUntil: b.LeaseUntil.UnixMicro(),
	}
}

// opening is the values of insertConversation.
func opening(b debate.BeginTurnParams) []any {
	now := b.Now.UnixMicro()
	return []any{
		b.Conversation, b.Owner.Key, b.Owner.User,
		b.Subject.Topic, string(b.Subject.Stance), b.Subject.Title, b.Subject.Language,
		string(b.Difficulty), b.Persona,
		1, 1, now, now,
	}
}

// beginning is the values of insertTurn.
func beginning(b debate.BeginTurnParams) []any {
	return []any{
		b.TurnID, b.Conversation, b.Owner.Key, b.Owner.User,
		b.Message, b.Now.UnixMicro(), b.RequestID, b.RequestHash,
		string(debate.Running), b.Holder, b.LeaseUntil.UnixMicro(),
		b.Conversation, b.Owner.Key, b.Owner.User, b.Owner.Key, b.Owner.User, b.RequestID,
	}
}

// begun is what a transaction wrote that made an attempt run, and read along.
type begun struct {
	conversation *ent.Conversation
	turn         *ent.Turn
	before       []*ent.Turn // the latest first; nil if they were not read
}

func (b begun) show() debate.BeginTurnResult {
	shown := debate.BeginTurnResult{Conversation: conversationOf(b.conversation), Turn: turnOf(b.turn)}
	if b.before != nil {
		shown.History = turnsOf(b.before)
		slices.Reverse(shown.History)
	}
	return shown
}

// begin runs a transaction that makes an attempt run, and says what is in its
// way. A running turn whose lease ran out is ended first.
func (s *Store) begin(ctx context.Context, h debate.Lease, now time.Time, do func(context.Context, tx) (begun, error)) (debate.BeginTurnResult, error) {
	doubtful := false // an earlier commit may have been carried out
	var last error = &debate.Error{
		Reason:     debate.StoreUnavailable,
		Message:    "the conversation is busy; repeat the call with the same request_id",
		RetryAfter: time.Second,
	}
	for range 3 {
		var done begun
		err := s.inTx(ctx, func(ctx context.Context, tx tx) (err error) {
			done, err = do(ctx, tx)
			return err
		})
		if err == nil {
			return done.show(), nil
		}
		if doubtful = doubtful || mayBeDone(err); doubtful {
			found, lookErr := read(ctx, s, s.client.Turn.Query().Where(held(h)).WithConversation().Only)
			switch {
			case lookErr == nil:
				return begun{conversation: found.Edges.Conversation, turn: found}.show(), nil
			case debate.ReasonOf(lookErr) != debate.NotFound:
				return debate.BeginTurnResult{}, err
			case mayBeDone(err):
				last = err
				continue // should the database do it late, it will not do it twice
			}
		}
		switch {
		case violates(err, oneRequest), violates(err, oneRetry), violates(err, hasNumber):
			return debate.BeginTurnResult{}, debate.ErrRequestExists
		case !violates(err, oneRunning):
			return debate.BeginTurnResult{}, err
		}
		if err := s.expireRunning(ctx, h.ConversationID, now); err != nil {
			return debate.BeginTurnResult{}, err
		}
	}
	return debate.BeginTurnResult{}, last
}

// expireRunning ends the running turn of a conversation if its lease ran out;
// otherwise the error names it.
func (s *Store) expireRunning(ctx context.Context, conversationID string, now time.Time) error {
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

// RetryTurn makes one more attempt of the latest turn run. The reply of the
// one before stays in the turn until the new one is whole.
func (s *Store) RetryTurn(ctx context.Context, b debate.RetryTurnParams) (debate.BeginTurnResult, error) {
	before, err := read(ctx, s, s.client.Turn.Query().Where(entturn.ID(b.TurnID), turnOwnedBy(b.Owner)).Only)
	if err != nil {
		return debate.BeginTurnResult{}, err
	}
	h := debate.Lease{ConversationID: before.ConversationID, TurnID: b.TurnID, Attempt: before.Attempt + 1, Holder: b.Holder}
	return s.begin(ctx, h, b.Now, func(ctx context.Context, tx tx) (done begun, err error) {
		if err := s.refuseRepeated(ctx, tx, b.Owner, b.RequestID); err != nil {
			return done, err
		}
		err = query(ctx, tx.driver, s.sql.touch, append(touching(debate.Subject{}, b.Now), before.ConversationID), conversationTable.one(&done.conversation))
		if err != nil {
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
			SetRequestID(b.RequestID).SetRequestHash(b.RequestHash).
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
	})
}

// archiveFirstAttempt keeps how a turn's first attempt ended, before there is a second.
func archiveFirstAttempt(ctx context.Context, tx tx, t *ent.Turn) error {
	return tx.ent().Attempt.Create().
		SetTurnID(t.ID).SetNumber(1).SetOwnerKey(t.OwnerKey).SetOwnerUser(t.OwnerUser).
		SetState(t.State).SetKind(t.Kind).SetReply(t.Reply).SetModel(t.Model).
		SetInputTokens(t.InputTokens).SetOutputTokens(t.OutputTokens).
		SetSideInputTokens(t.SideInputTokens).SetSideOutputTokens(t.SideOutputTokens).
		SetFailureReason(t.FailureReason).SetFailureMessage(t.FailureMessage).
		SetFinishedAt(t.FinishedAt).
		SetNillableStanceHolds(t.StanceHolds).SetNillableStanceInvents(t.StanceInvents).
		SetNillableLedger(t.Ledger).
		Exec(ctx)
}

// FindRequest is the turn that a request id made, as that attempt left it.
func (s *Store) FindRequest(ctx context.Context, owner debate.Owner, requestID string) (debate.Turn, []byte, error) {
	if requestID == "" {
		return debate.Turn{}, nil, debate.ErrNotFound
	}
	made, err := read(ctx, s, func(ctx context.Context) (made request, err error) {
		err = query(ctx, s.driver, s.sql.findRequest, requestOf(owner, requestID), made.read)
		return made, err
	})
	if err != nil {
		return debate.Turn{}, nil, err
	}
	if made.turn == "" {
		return debate.Turn{}, nil, debate.ErrNotFound
	}
	turn, err := s.Turn(ctx, owner, made.turn, made.attempt)
	return turn, made.hash, err
}

// request is what a request id made.
type request struct {
	turn    string
	attempt int
	hash    []byte
}

func (r *request) read(rows entsql.ColumnScanner) error {
	if !rows.Next() {
		return rows.Err()
	}
	return rows.Scan(&r.turn, &r.attempt, &r.hash)
}

// refuseRepeated lets a transaction fail with ErrRequestExists if the request
// id made something before: an index refuses it only in the same table, and only
// once the transaction has waited for the conversation's row.
func (s *Store) refuseRepeated(ctx context.Context, tx tx, owner debate.Owner, requestID string) error {
	if requestID == "" {
		return nil
	}
	return tx.ahead(ctx, s.sql.findRequest, requestOf(owner, requestID), func(rows entsql.ColumnScanner) error {
		if rows.Next() {
			return debate.ErrRequestExists
		}
		return rows.Err()
	})
}

// requestOf is the values of findRequest.
func requestOf(owner debate.Owner, requestID string) []any {
	return []any{owner.Key, owner.User, requestID, owner.Key, owner.User, requestID}
}

// atAttempt is a turn as one of its attempts stands or left it.
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

// held is the running attempt of a hold.
func held(h debate.Lease) predicate.Turn {
	return entturn.And(entturn.ID(h.TurnID), entturn.Holder(h.Holder), entturn.Attempt(h.Attempt), running)
}

// Renew extends the hold and keeps the text so far.
func (s *Store) Renew(ctx context.Context, h debate.Lease, text string, until time.Time) (bool, error) {
	if h.Attempt > 1 {
		return s.renewRetry(ctx, h, text, until)
	}
	// Done twice it comes to the same, so that it is repeated like a query.
	n, err := read(ctx, s, s.client.Turn.Update().Where(held(h)).
		SetReply(text).SetLeaseUntil(until.UnixMicro()).Save)
	if err := leaseLostIfNone(n, err); err != nil {
		return false, err
	}
	return s.stopAsked(ctx, h.TurnID)
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

func (s *Store) stopAsked(ctx context.Context, turnID string) (bool, error) {
	return read(ctx, s, s.client.Turn.Query().Where(entturn.ID(turnID), entturn.Stop(true)).Exist)
}

func leaseLostIfNone(n int, err error) error {
	if err == nil && n == 0 {
		return debate.ErrLeaseLost
	}
	return err
}

// Finish ends the held attempt.
func (s *Store) Finish(ctx context.Context, h debate.Lease, o debate.Outcome) (debate.Conversation, debate.Turn, error) {
	var c *ent.Conversation
	var turn debate.Turn
	err := s.inTx(ctx, func(ctx context.Context, tx tx) (err error) {
		err = tx.ahead(ctx, s.sql.touch, append(touching(o.Subject, o.Now), h.ConversationID), conversationTable.one(&c))
		if err != nil {
			return err
		}
		spending := spending(o.Now, ended(h), o.Usage, o.SideUsage)
		if err := tx.ahead(ctx, s.sql.spendHeld, append(holdOf(h), spending...), nothing); err != nil {
			return err
		}
		if h.Attempt == 1 {
			tx.nextIsLast()
		}
		turn, err = s.end(ctx, tx, h, o)
		return err
	})
	switch {
	// It was deleted, or ended by another holder or, if the answer was lost, by this one.
	case errors.Is(err, debate.ErrNotFound), errors.Is(err, debate.ErrLeaseLost), violates(err, hasKey):
		return s.finished(ctx, h)
	case err != nil:
		return debate.Conversation{}, debate.Turn{}, err
	}
	return conversationOf(c), turn, nil
}

// finished is what this hold finished before, when the answer to that was lost
// on the way.
func (s *Store) finished(ctx context.Context, h debate.Lease) (debate.Conversation, debate.Turn, error) {
	t, err := read(ctx, s, s.client.Turn.Query().
		Where(entturn.ID(h.TurnID), entturn.Holder(h.Holder), entturn.Attempt(h.Attempt), entturn.StateNEQ(string(debate.Running))).
		WithConversation().Only)
	if debate.ReasonOf(err) == debate.NotFound {
		return debate.Conversation{}, debate.Turn{}, debate.ErrLeaseLost
	}
	if err != nil {
		return debate.Conversation{}, debate.Turn{}, err
	}
	turn, err := s.atAttempt(ctx, t, h.Attempt)
	return conversationOf(t.Edges.Conversation), turn, err
}

// ended is how many turns the end of an attempt adds: a retry adds none to the
// one that its first attempt did.
func ended(h debate.Lease) int64 {
	if h.Attempt == 1 {
		return 1
	}
	return 0
}

// end writes an outcome into the turn, as far as it shows there, and into the
// attempt if that has a row of its own.
func (s *Store) end(ctx context.Context, tx tx, h debate.Lease, o debate.Outcome) (debate.Turn, error) {
	if h.Attempt == 1 {
		var t *ent.Turn
		err := query(ctx, tx.driver, s.sql.end, append(endings(o), holdOf(h)...), turnTable.one(&t))
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
	err = tx.ent().Attempt.Update().Where(entattempt.TurnID(h.TurnID), entattempt.Number(h.Attempt)).
		SetState(string(o.State)).SetKind(string(o.Kind)).SetReply(o.Reply).SetModel(o.Model).
		SetInputTokens(o.Usage.InputTokens).SetOutputTokens(o.Usage.OutputTokens).
		SetSideInputTokens(o.SideUsage.InputTokens).SetSideOutputTokens(o.SideUsage.OutputTokens).
		SetFailureReason(reason).SetFailureMessage(message).
		SetFinishedAt(o.Now.UnixMicro()).SetNillableLedger(ledgerOf(o)).
		Exec(ctx)
	if err != nil {
		return debate.Turn{}, err
	}
	a, err := tx.ent().Attempt.Query().Where(entattempt.TurnID(h.TurnID), entattempt.Number(h.Attempt)).Only(ctx)
	if err != nil {
		return debate.Turn{}, err
	}
	return attemptOf(t, a), nil
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
			ClearLedger().SetNillableLedger(ledgerOf(o))
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

func failureOf(o debate.Outcome) (reason, message string) {
	if o.Failure == nil {
		return "", ""
	}
	return string(o.Failure.Reason), o.Failure.Message
}

// spend adds to what a key used. It comes late in a transaction, because turns
// share the row.
func (s *Store) spend(ctx context.Context, tx tx, key string, spending []any) error {
	return tx.driver.Exec(ctx, s.sql.spend.text, s.sql.spend.with(append([]any{key}, spending...)...), nil)
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
	err := s.inTx(ctx, func(ctx context.Context, tx tx) error {
		err := tx.ent().Conversation.UpdateOneID(t.ConversationID).AddRevision(1).Exec(ctx)
		if ent.IsNotFound(err) {
			return debate.ErrLeaseLost
		}
		if err != nil {
			return err
		}
		// Taking the hold over ends the holder's, should it still live.
		n, err := tx.ent().Turn.Update().
			Where(entturn.ID(t.ID), entturn.Attempt(t.Attempt), running, entturn.LeaseUntilLT(now.UnixMicro())).
			SetHolder("").Save(ctx)
		if err := leaseLostIfNone(n, err); err != nil {
			return err
		}
		text, err := checkpoint(ctx, tx, t)
		if err != nil {
			return err
		}
		failure := debate.FailureInterrupted
		h := debate.Lease{ConversationID: t.ConversationID, TurnID: t.ID, Attempt: t.Attempt}
		turn, err = s.end(ctx, tx, h, debate.Outcome{State: debate.Interrupted, Reply: text, Failure: &failure, Now: now})
		if err != nil {
			return err
		}
		return s.spend(ctx, tx, t.OwnerKey, spending(now, ended(h), debate.Usage{}, debate.Usage{}))
	})
	return turn, err
}

// checkpoint is the text that a running attempt's latest renewal kept.
func checkpoint(ctx context.Context, tx tx, t *ent.Turn) (string, error) {
	if t.Attempt == 1 {
		now, err := tx.ent().Turn.Get(ctx, t.ID)
		if err != nil {
			return "", err
		}
		return now.Reply, nil
	}
	a, err := tx.ent().Attempt.Query().Where(entattempt.TurnID(t.ID), entattempt.Number(t.Attempt)).Only(ctx)
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
