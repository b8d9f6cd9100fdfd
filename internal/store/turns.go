package store

import (
	"cmp"
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
	var found begun
	v := values{
		"conversation": b.Conversation, "owner_key": b.Owner.Key, "owner_user": b.Owner.User, "now": b.Now.UnixMicro(),
		"difficulty": string(b.Difficulty), "persona": b.Persona, "format": b.Format,
		"duel_user": b.Duel.User, "duel_bot": b.Duel.Bot,
		"min": b.History.Min, "max": b.History.Max, "known": b.History.Known + 1, // as this turn leaves it
		"turn": b.TurnID, "message": b.Message, "request_id": b.RequestID, "request_hash": b.RequestHash,
		"holder": b.Holder, "lease_until": b.LeaseUntil.UnixMicro(),
	}.withSubject(b.Subject)
	var queries []query
	if !b.New && b.Subject.Topic != "" {
		queries = append(queries, query{takeSubject, nil})
	}
	queries = append(queries, query{countTurn, conversationTable.one(&found.conversation)})
	switch {
	case b.New:
		queries[0].statement = openConversation
	case b.History.Max > 0:
		queries = append(queries, query{turnsBefore, turnTable.all(&found.before)})
	}
	queries = append(queries, query{insertTurn, nil})
	h := debate.Lease{ConversationID: b.Conversation, TurnID: b.TurnID, Attempt: 1, Holder: b.Holder}
	return s.begin(ctx, h, b.Now, func(ctx context.Context) (begun, error) {
		if err := s.sendOnce(ctx, v, queries...); err != nil {
			return begun{}, err
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

// begun is what a transaction wrote that made an attempt run, and read along.
type begun struct {
	conversation *ent.Conversation
	turn         *ent.Turn
	before       []*ent.Turn // the latest first; nil if they were not read
}

func (b begun) show() debate.BeginTurnResult {
	shown := debate.BeginTurnResult{Conversation: conversationOf(b.conversation), Turn: turnOf(b.turn)}
	if b.before != nil {
		shown.History = each(b.before, turnOf)
		slices.Reverse(shown.History)
	}
	return shown
}

// begin runs a transaction that makes an attempt run, and says what is in its
// way. A running turn whose lease ran out is ended first.
func (s *Store) begin(ctx context.Context, h debate.Lease, now time.Time, once func(context.Context) (begun, error)) (debate.BeginTurnResult, error) {
	var done begun
	doubtful := false // an earlier commit may have been carried out
	err := s.retry(ctx, func(ctx context.Context) (err error) {
		done, err = once(ctx)
		if doubtful = doubtful || mayBeDone(err); doubtful && err != nil {
			found, notFound := s.client.Turn.Query().Where(held(h)).WithConversation().Only(ctx)
			switch {
			case notFound == nil:
				done = begun{conversation: found.Edges.Conversation, turn: found}
				return nil
			case !ent.IsNotFound(notFound), mayBeDone(err):
				return again{err} // should the database do it late, it will not do it twice
			}
		}
		switch {
		case violates(err, oneRequest), violates(err, oneRetry), violates(err, hasNumber):
			return debate.ErrRequestExists
		case violates(err, oneRunning):
			if err := s.expireRunning(ctx, h.ConversationID, now); err != nil {
				return err
			}
			return again{errBusy}
		default:
			return err
		}
	})
	if err != nil {
		return debate.BeginTurnResult{}, err
	}
	return done.show(), nil
}

// errBusy says that others were quicker each time.
var errBusy = &debate.Error{
	Reason:     debate.StoreUnavailable,
	Message:    "the conversation is busy; repeat the call with the same request_id",
	RetryAfter: time.Second,
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

// FindRequest reads the turn that a request id made, as that attempt left it.
func (s *Store) FindRequest(ctx context.Context, owner debate.Owner, requestID string) (debate.Turn, []byte, error) {
	if requestID == "" {
		return debate.Turn{}, nil, debate.ErrNotFound
	}
	made, err := read(ctx, s, func(ctx context.Context) (made request, err error) {
		return made, query{findRequest, made.read}.on(ctx, s.driver, requestOf(owner, requestID))
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

func (r *request) read(from rows) error {
	if !from.Next() {
		return from.Err()
	}
	return from.Scan(&r.turn, &r.attempt, &r.hash)
}

// refuseRepeated lets a transaction fail with ErrRequestExists if the request
// id made something before: an index refuses it only in the same table, and only
// once the transaction has waited for the conversation's row.
func refuseRepeated(ctx context.Context, tx tx, owner debate.Owner, requestID string) error {
	if requestID == "" {
		return nil
	}
	return query{usedRequest, func(from rows) error {
		if from.Next() {
			return debate.ErrRequestExists
		}
		return from.Err()
	}}.on(ctx, tx.driver, requestOf(owner, requestID))
}

// requestOf is the values of findRequest and usedRequest.
func requestOf(owner debate.Owner, requestID string) values {
	return values{"owner_key": owner.Key, "owner_user": owner.User, "request_id": requestID}
}

// held is the running attempt of a lease.
func held(h debate.Lease) predicate.Turn {
	return entturn.And(entturn.ID(h.TurnID), entturn.Holder(h.Holder), entturn.Attempt(h.Attempt), runs)
}

// Renew extends the lease and keeps the text so far.
func (s *Store) Renew(ctx context.Context, h debate.Lease, text string, until time.Time) (bool, error) {
	if h.Attempt > 1 {
		return s.renewRetry(ctx, h, text, until)
	}
	n, stop := 0, false
	v := values{"turn": h.TurnID, "holder": h.Holder, "attempt": h.Attempt, "reply": text, "lease_until": until.UnixMicro()}
	_, err := read(ctx, s, func(ctx context.Context) (struct{}, error) { // done twice it comes to the same
		return struct{}{}, query{renewTurn, func(from rows) error {
			for n = 0; from.Next(); n++ {
				if err := from.Scan(&stop); err != nil {
					return err
				}
			}
			return from.Err()
		}}.on(ctx, s.driver, v)
	})
	return stop, leaseLostIfNone(n, err)
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
	o = asStored(o)
	v := ending(h, o).withSubject(o.Subject).withSpending(o.Now, ended(h), o.Usage, o.SideUsage)
	queries := []query{{touchConversation, conversationTable.one(&c)}, {spendHeld, nil}}
	if o.Subject.Topic != "" {
		queries = append([]query{{takeSubject, nil}}, queries...)
	}
	var err error
	if h.Attempt == 1 {
		err = s.transact(ctx, v, append(queries, query{endTurn, readEnded(h, o, &turn)})...)
	} else {
		err = s.inTx(ctx, func(ctx context.Context, tx tx) (err error) {
			for _, q := range queries {
				if err := q.on(ctx, tx.driver, v); err != nil {
					return err
				}
			}
			turn, err = s.end(ctx, tx, h, o)
			return err
		})
	}
	switch {
	// It was deleted, or ended by another holder or, if the answer was lost, by this one.
	case errors.Is(err, debate.ErrNotFound), errors.Is(err, debate.ErrLeaseLost), violates(err, hasKey):
		return s.finished(ctx, h)
	case err != nil:
		return debate.Conversation{}, debate.Turn{}, err
	}
	return conversationOf(c), turn, nil
}

// finished reads what this lease finished before, when the answer to that was lost
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
		var turn debate.Turn
		err := query{endTurn, readEnded(h, o, &turn)}.on(ctx, tx.driver, ending(h, o))
		if errors.Is(err, debate.ErrNotFound) {
			err = debate.ErrLeaseLost
		}
		return turn, err
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

func failureOf(o debate.Outcome) (reason, message string) {
	if o.Failure == nil {
		return "", ""
	}
	return string(o.Failure.Reason), o.Failure.Message
}

// asStored is an outcome as columns take it.
func asStored(o debate.Outcome) debate.Outcome {
	o.Reply, o.Model, o.Ledger = text(o.Reply), text(o.Model), debate.Ledger(text(string(o.Ledger)))
	if o.Failure != nil {
		o.Failure = &debate.Failure{Reason: o.Failure.Reason, Message: text(o.Failure.Message)}
	}
	return o
}

// readEnded reads the turn that endTurn ended with an outcome.
func readEnded(h debate.Lease, o debate.Outcome, turn *debate.Turn) func(rows) error {
	return func(from rows) error {
		if !from.Next() {
			return cmp.Or(from.Err(), error(debate.ErrNotFound))
		}
		t := debate.Turn{ID: h.TurnID, ConversationID: h.ConversationID, Attempt: h.Attempt}
		var createdAt int64
		if err := from.Scan(&t.Owner.Key, &t.Owner.User, &t.Number, &t.Message, &createdAt); err != nil {
			return err
		}
		t.CreatedAt = instant(createdAt)
		reason, message := failureOf(o)
		left := outcome{
			state: o.State, kind: o.Kind, reply: o.Reply, model: o.Model, usage: o.Usage, side: o.SideUsage,
			reason: reason, message: message, finishedAt: o.Now.UnixMicro(), ledger: ledgerOf(o),
		}
		left.show(&t)
		*turn = t
		return from.Err()
	}
}

// ending is the values of endTurn.
func ending(h debate.Lease, o debate.Outcome) values {
	reason, message := failureOf(o)
	return values{
		"conversation": h.ConversationID, "turn": h.TurnID, "holder": h.Holder, "attempt": h.Attempt,
		"state": string(o.State), "kind": string(o.Kind), "reply": o.Reply, "model": o.Model,
		"input_tokens": o.Usage.InputTokens, "output_tokens": o.Usage.OutputTokens,
		"side_input_tokens": o.SideUsage.InputTokens, "side_output_tokens": o.SideUsage.OutputTokens,
		"failure_reason": reason, "failure_message": message, "now": o.Now.UnixMicro(),
		"ledger": ledgerOf(o),
	}
}

// ledgerOf is the outcome's ledger as it is stored, NULL for none.
func ledgerOf(o debate.Outcome) *string {
	if o.Ledger == "" {
		return nil
	}
	return (*string)(&o.Ledger)
}

// addSpending adds to what a key used. It comes late in a transaction, because turns
// share the row.
func addSpending(ctx context.Context, tx tx, key string, turns int64, side debate.Usage, now time.Time) error {
	return query{spend, nil}.on(ctx, tx.driver, values{"owner_key": key}.withSpending(now, turns, debate.Usage{}, side))
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

// interrupt ends a running turn whose lease has run out, with the text that it kept, in one
// transaction. ErrLeaseLost says that it was renewed or ended meanwhile.
func (s *Store) interrupt(ctx context.Context, t *ent.Turn, now time.Time) (debate.Turn, error) {
	var turn debate.Turn
	err := s.inTx(ctx, func(ctx context.Context, tx tx) error {
		err := tx.ent().Conversation.UpdateOneID(t.ConversationID).SetUpdatedAt(now.UnixMicro()).AddRevision(1).Exec(ctx)
		if ent.IsNotFound(err) {
			return debate.ErrLeaseLost
		}
		if err != nil {
			return err
		}
		// Taking the lease over ends the holder's, should it still live.
		n, err := tx.ent().Turn.Update().
			Where(entturn.ID(t.ID), entturn.Attempt(t.Attempt), runs, entturn.LeaseUntilLT(now.UnixMicro())).
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
		return addSpending(ctx, tx, t.OwnerKey, ended(h), debate.Usage{}, now)
	})
	return turn, err
}

// checkpoint reads the text that a running attempt's latest renewal kept.
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

// belongsTo is ownedBy where a conversation is found by its id, in words that no index has: see hotpath.sql.
func belongsTo(o debate.Owner) predicate.Conversation {
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(s.C(entconversation.FieldOwnerKey) + " || '' = ").Arg(o.Key)
			b.WriteString(" AND " + s.C(entconversation.FieldOwnerUser) + " || '' = ").Arg(o.User)
		}))
	}
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

// runs is running where a turn is found by its id, in words that no index has.
func runs(s *entsql.Selector) {
	s.Where(entsql.ExprP(s.C(entturn.FieldState) + " || '' = 'running'"))
}
