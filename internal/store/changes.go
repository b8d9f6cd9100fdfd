package store

import (
	"context"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/debate-chatbot/debate-api/ent"
	entattempt "github.com/debate-chatbot/debate-api/ent/attempt"
	entchange "github.com/debate-chatbot/debate-api/ent/change"
	entconversation "github.com/debate-chatbot/debate-api/ent/conversation"
	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	entverdict "github.com/debate-chatbot/debate-api/ent/verdict"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// changedTurns is how many turns of a conversation are looked at for changes.
const changedTurns = 50

// addChange writes down in a transaction what no other row will tell of.
func addChange(ctx context.Context, tx tx, owner debate.Owner, conversationID string, kind debate.ChangeKind, now time.Time) error {
	return tx.ent().Change.Create().SetOwnerKey(owner.Key).SetOwnerUser(owner.User).
		SetConversationID(conversationID).SetKind(string(kind)).SetAt(now.UnixMicro()).Exec(ctx)
}

// SweepChanges forgets what was written down before a time.
func (s *Store) SweepChanges(ctx context.Context, before time.Time) error {
	// Between two bounds PostgreSQL expects few, and uses the index.
	_, err := read(ctx, s, s.client.Change.Delete().Where(entchange.AtGT(0), entchange.AtLT(before.UnixMicro())).Exec)
	return err
}

// Changes reads what happened since a time: from the rows themselves, so that a turn
// costs nothing more for it, and from what was written down. It costs a read of each
// conversation that changed, and four more.
func (s *Store) Changes(ctx context.Context, owner debate.Owner, since time.Time, limit int) ([]debate.Change, bool, error) {
	l := &changeList{store: s, owner: owner, since: since.UnixMicro(), limit: limit, all: true}
	for _, add := range []func(context.Context) error{l.readRunning, l.addConversations, l.addRunning, l.addVerdicts, l.addWritten} {
		if err := add(ctx); err != nil {
			return nil, false, err
		}
	}
	slices.SortStableFunc(l.changes, func(a, b debate.Change) int { return a.At.Compare(b.At) })
	return l.changes, l.all, nil
}

// changeList gathers changes.
type changeList struct {
	store   *Store
	owner   debate.Owner
	since   int64
	limit   int
	running []*ent.Turn
	changes []debate.Change
	all     bool
}

// add adds a change unless it is too old.
func (l *changeList) add(c debate.Change, at int64) {
	if at > l.since {
		c.At = instant(at)
		l.changes = append(l.changes, c)
	}
}

// enough notes whether a list was cut off at the limit.
func (l *changeList) enough(n int) { l.all = l.all && n < l.limit }

// addConversations adds those that began or whose latest turn ended, with their turns.
func (l *changeList) addConversations(ctx context.Context) error {
	found, err := read(ctx, l.store, l.store.newestFirst(l.owner).Where(entconversation.UpdatedAtGT(l.since)).
		Limit(l.limit).Select(entconversation.FieldID, entconversation.FieldTurnCount, entconversation.FieldCreatedAt).All)
	l.enough(len(found))
	for _, c := range found {
		l.add(debate.Change{Kind: debate.DebateBegun, ConversationID: c.ID}, c.CreatedAt)
		if err := l.addTurns(ctx, c); err != nil {
			return err
		}
	}
	return err
}

// shownOfTurns are the columns of turns that changes tell of.
var shownOfTurns = []string{
	entturn.FieldID, entturn.FieldConversationID, entturn.FieldNumber, entturn.FieldAttempt, entturn.FieldState,
	entturn.FieldCreatedAt, entturn.FieldFinishedAt,
}

// addTurns adds what happened to the latest turns of a conversation. A turn begins
// after the one before has ended, and only the latest is retried. Those that were
// copied were never held.
func (l *changeList) addTurns(ctx context.Context, c *ent.Conversation) error {
	turns, err := read(ctx, l.store, l.store.client.Turn.Query().
		Where(entturn.ConversationID(c.ID), entturn.NumberGT(c.TurnCount-changedTurns), entturn.LeaseUntilGT(0),
			entturn.Or(entturn.CreatedAtGT(l.since), entturn.FinishedAtGT(l.since), entturn.AttemptGT(1))).
		Order(entturn.ByNumber(sql.OrderDesc())).Select(shownOfTurns...).All)
	if len(turns) == changedTurns && turns[changedTurns-1].CreatedAt > l.since {
		l.all = false
	}
	for _, t := range turns {
		if err := l.addTurn(ctx, t); err != nil {
			return err
		}
	}
	return err
}

// readRunning reads the turns that run. It comes first: of a turn that is seen, the
// debate and the end come to light too.
func (l *changeList) readRunning(ctx context.Context) (err error) {
	// The lease's condition has SQLite use an index of running turns.
	l.running, err = read(ctx, l.store, l.store.client.Turn.Query().
		Where(turnOwnedBy(l.owner), running, entturn.LeaseUntilGT(0)).
		Limit(l.limit).Select(shownOfTurns...).All)
	l.enough(len(l.running))
	return err
}

// addRunning adds the turns that run, whose conversations show no change yet.
func (l *changeList) addRunning(ctx context.Context) error {
	known := make(map[string]bool)
	for _, c := range l.changes {
		known[c.TurnID] = true
	}
	for _, t := range l.running {
		if known[t.ID] {
			continue
		}
		if err := l.addTurn(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// addTurn adds what happened to a turn; where it was tried again, that costs a read of its attempts.
func (l *changeList) addTurn(ctx context.Context, t *ent.Turn) error {
	begun := debate.Change{Kind: debate.TurnBegun, ConversationID: t.ConversationID, TurnID: t.ID, Number: t.Number, Attempt: 1}
	l.add(begun, t.CreatedAt)
	if t.Attempt == 1 {
		l.addEnd(begun, t.CreatedAt, t.FinishedAt, t.State)
		return nil
	}
	attempts, err := read(ctx, l.store, l.store.client.Attempt.Query().
		Where(entattempt.TurnID(t.ID), entattempt.Or(entattempt.CreatedAtGT(l.since), entattempt.FinishedAtGT(l.since))).
		Select(entattempt.FieldNumber, entattempt.FieldState, entattempt.FieldCreatedAt, entattempt.FieldFinishedAt).All)
	for _, a := range attempts {
		begun.Attempt = a.Number
		if a.Number > 1 {
			l.add(begun, a.CreatedAt)
		}
		l.addEnd(begun, max(a.CreatedAt, t.CreatedAt), a.FinishedAt, a.State)
	}
	return err
}

// addEnd adds the end of an attempt, if it has ended; by another clock that may
// come before its beginning.
func (l *changeList) addEnd(begun debate.Change, began, ended int64, state string) {
	if ended == 0 {
		return
	}
	begun.Kind, begun.State = debate.TurnEnded, debate.TurnState(state)
	l.add(begun, max(began, ended))
}

// addVerdicts adds those that ended.
func (l *changeList) addVerdicts(ctx context.Context) error {
	found, err := read(ctx, l.store, l.store.client.Verdict.Query().
		Where(entverdict.OwnerKey(l.owner.Key), entverdict.OwnerUser(l.owner.User), entverdict.FinishedAtGT(l.since)).
		Order(entverdict.ByFinishedAt(sql.OrderDesc())).Limit(l.limit).
		Select(entverdict.FieldID, entverdict.FieldConversationID, entverdict.FieldState, entverdict.FieldFinishedAt).All)
	l.enough(len(found))
	for _, v := range found {
		l.add(debate.Change{Kind: debate.VerdictEnded, ConversationID: v.ConversationID, VerdictID: v.ID, State: debate.TurnState(v.State)}, v.FinishedAt)
	}
	return err
}

// addWritten adds what was written down. A conversation that was added whole may
// be known already, by its own time.
func (l *changeList) addWritten(ctx context.Context) error {
	found, err := read(ctx, l.store, l.store.client.Change.Query().
		Where(entchange.OwnerKey(l.owner.Key), entchange.OwnerUser(l.owner.User), entchange.AtGT(l.since)).
		Order(entchange.ByAt(sql.OrderDesc())).Limit(l.limit).All)
	l.enough(len(found))
	for _, c := range found {
		change := debate.Change{Kind: debate.ChangeKind(c.Kind), ConversationID: c.ConversationID}
		if change.Kind == debate.DebateBegun && slices.ContainsFunc(l.changes, func(known debate.Change) bool {
			return known.Kind == change.Kind && known.ConversationID == change.ConversationID
		}) {
			continue
		}
		l.add(change, c.At)
	}
	return err
}
