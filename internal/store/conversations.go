package store

import (
	"context"
	"math"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/debate-chatbot/debate-api/ent"
	entconversation "github.com/debate-chatbot/debate-api/ent/conversation"
	"github.com/debate-chatbot/debate-api/ent/predicate"
	entturn "github.com/debate-chatbot/debate-api/ent/turn"
	entusage "github.com/debate-chatbot/debate-api/ent/usage"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Conversation reads one conversation of the owner.
func (s *Store) Conversation(ctx context.Context, owner debate.Owner, id string) (debate.Conversation, error) {
	return oneConversation(read(ctx, s, s.client.Conversation.Query().Where(entconversation.ID(id), belongsTo(owner)).Only))
}

// Turn reads one turn of the owner, as it stands or as an attempt left it.
func (s *Store) Turn(ctx context.Context, owner debate.Owner, id string, attempt int) (debate.Turn, error) {
	t, err := read(ctx, s, s.client.Turn.Query().Where(entturn.ID(id), turnOwnedBy(owner)).Only)
	if err != nil {
		return debate.Turn{}, err
	}
	if attempt == 0 {
		return turnOf(t), nil
	}
	return s.atAttempt(ctx, t, attempt)
}

// Window reads the latest n turns of a conversation, oldest first.
func (s *Store) Window(ctx context.Context, c debate.Conversation, n int) ([]debate.Turn, error) {
	found, err := read(ctx, s, func(ctx context.Context) (found []*ent.Turn, err error) {
		err = query{latestTurns, turnTable.all(&found)}.on(ctx, s.driver, values{"conversation": c.ID, "max": n})
		return found, err
	})
	turns := each(found, turnOf)
	slices.Reverse(turns)
	return turns, err
}

// RequestStop marks a running turn to be stopped by its holder.
func (s *Store) RequestStop(ctx context.Context, owner debate.Owner, turnID string) error {
	n, err := read(ctx, s, s.client.Turn.Update().
		Where(entturn.ID(turnID), turnOwnedBy(owner), runs).
		SetStop(true).Save)
	if err != nil || n == 1 {
		return err
	}
	if _, err := s.Turn(ctx, owner, turnID, 0); err != nil {
		return err
	}
	return &debate.Error{
		Reason:  debate.TurnNotRunning,
		Message: "the turn has ended; there is nothing to stop",
		TurnID:  turnID,
	}
}

// UpdateTitle sets a conversation's title. It can be repeated like a query.
func (s *Store) UpdateTitle(ctx context.Context, owner debate.Owner, id, title string, now time.Time) (debate.Conversation, error) {
	c, err := read(ctx, s, func(ctx context.Context) (c *ent.Conversation, err error) {
		return c, s.txOnce(ctx, func(ctx context.Context, tx tx) error {
			c, err = tx.ent().Conversation.UpdateOneID(id).Where(belongsTo(owner)).
				SetTitle(title).SetSearchable(false).SetUpdatedAt(now.UnixMicro()).AddRevision(1).Save(ctx)
			if err != nil {
				return err
			}
			return addChange(ctx, tx, owner, id, debate.DebateRenamed, now)
		})
	})
	return oneConversation(c, err)
}

// Delete removes a conversation with all that belongs to it.
func (s *Store) Delete(ctx context.Context, owner debate.Owner, id string) error {
	return s.inTx(ctx, func(ctx context.Context, tx tx) error {
		// The row is taken first: no turn can begin until it is gone.
		err := tx.ent().Conversation.UpdateOneID(id).Where(belongsTo(owner)).AddRevision(1).Exec(ctx)
		if err != nil {
			return err
		}
		found, err := tx.ent().Turn.Query().Where(entturn.ConversationID(id), running).FirstID(ctx)
		if err == nil {
			return turnRunning(found)
		}
		if !ent.IsNotFound(err) {
			return err
		}
		if err := tx.ent().Conversation.DeleteOneID(id).Exec(ctx); err != nil {
			return err
		}
		return addChange(ctx, tx, owner, id, debate.DebateDeleted, time.Now())
	})
}

// olderThan selects what comes after a cursor, by a comparison of rows that an index serves. For the
// first page the cursor is the end of time, so that one statement serves all pages.
func olderThan(c debate.ConversationCursor) predicate.Conversation {
	updatedAt := int64(math.MaxInt64)
	if c.ID != "" {
		updatedAt = c.UpdatedAt.UnixMicro()
	}
	return func(q *sql.Selector) {
		q.Where(sql.CompositeLT([]string{q.C(entconversation.FieldUpdatedAt), q.C(entconversation.FieldID)}, updatedAt, c.ID))
	}
}

func (s *Store) newestFirst(owner debate.Owner) *ent.ConversationQuery {
	return s.client.Conversation.Query().Where(ownedBy(owner)).
		Order(entconversation.ByUpdatedAt(sql.OrderDesc()), entconversation.ByID(sql.OrderDesc()))
}

// ConversationsAt pages by offset, and counts.
func (s *Store) ConversationsAt(ctx context.Context, owner debate.Owner, offset, limit, maxTotal int) ([]debate.Conversation, int, error) {
	found, err := read(ctx, s, s.newestFirst(owner).Offset(offset).Limit(limit).All)
	if err != nil {
		return nil, 0, err
	}
	// Ent counts without regard to a limit. The order has PostgreSQL read the
	// index up to there, not all that the owner has.
	total, err := read(ctx, s, func(ctx context.Context) (n int, err error) {
		var rows sql.Rows
		err = s.driver.Query(ctx,
			"SELECT count(*) FROM (SELECT 1 FROM conversations WHERE owner_key = $1 AND owner_user = $2 ORDER BY updated_at DESC, id DESC LIMIT $3) AS counted",
			[]any{owner.Key, owner.User, maxTotal}, &rows)
		if err != nil {
			return 0, err
		}
		defer func() { _ = rows.Close() }() // does nothing after the last row
		return sql.ScanInt(rows)
	})
	return each(found, conversationOf), total, err
}

// Turns pages through a conversation's turns.
func (s *Store) Turns(ctx context.Context, owner debate.Owner, conversationID string, after int, latestFirst bool, limit int) ([]debate.Turn, error) {
	if _, err := s.Conversation(ctx, owner, conversationID); err != nil {
		return nil, err
	}
	return s.turns(ctx, conversationID, after, latestFirst, limit)
}

func (s *Store) turns(ctx context.Context, conversationID string, after int, latestFirst bool, limit int) ([]debate.Turn, error) {
	query := s.client.Turn.Query().Where(entturn.ConversationID(conversationID)).Limit(limit)
	switch {
	case !latestFirst:
		query.Where(entturn.NumberGT(after)).Order(entturn.ByNumber())
	case after == 0:
		query.Order(entturn.ByNumber(sql.OrderDesc()))
	default:
		query.Where(entturn.NumberLT(after)).Order(entturn.ByNumber(sql.OrderDesc()))
	}
	found, err := read(ctx, s, query.All)
	return each(found, turnOf), err
}

// Usage reads a key's days since one, latest first.
func (s *Store) Usage(ctx context.Context, key, since string) ([]debate.DayUsage, error) {
	parts, err := read(ctx, s, s.client.Usage.Query().
		Where(entusage.OwnerKey(key), entusage.DayGTE(since)).
		Order(entusage.ByDay(sql.OrderDesc())).All)
	days := []debate.DayUsage{}
	for _, u := range parts {
		if len(days) == 0 || days[len(days)-1].Date != u.Day {
			days = append(days, debate.DayUsage{Date: u.Day})
		}
		day := &days[len(days)-1]
		day.Turns += u.Turns
		day.Replies = day.Replies.Add(debate.Usage{InputTokens: u.InputTokens, OutputTokens: u.OutputTokens})
		day.SideCalls = day.SideCalls.Add(debate.Usage{InputTokens: u.SideInputTokens, OutputTokens: u.SideOutputTokens})
	}
	return days, err
}

// Annotate keeps what side calls found out about a turn.
func (s *Store) Annotate(ctx context.Context, t debate.Turn, a debate.Annotation) (revision int64, err error) {
	v := values{
		"conversation": t.ConversationID, "turn": t.ID, "attempt": t.Attempt, "owner_key": t.Owner.Key,
		"summary": a.Summary, "through": a.Through,
		"holds": (*bool)(nil), "invents": (*bool)(nil), "ledger": ledgerOf(debate.Outcome{Ledger: a.Ledger}),
	}.withSpending(time.Now(), 0, debate.Usage{}, a.Cost)
	queries := []query{{annotateConversation, func(from rows) error {
		if !from.Next() {
			return from.Err()
		}
		return from.Scan(&revision)
	}}, {annotateTurn, nil}}
	if a.Check != nil {
		v["holds"], v["invents"] = &a.Check.Holds, &a.Check.Invents
		queries = append(queries, query{annotateAttempt, nil})
	}
	if a.Cost != (debate.Usage{}) {
		queries = append(queries, query{spend, nil})
	}
	return revision, s.transact(ctx, v, queries...)
}

// AddCost adds the cost of a call to the key's day.
func (s *Store) AddCost(ctx context.Context, key string, cost debate.Usage) error {
	v := values{"owner_key": key}.withSpending(time.Now(), 0, debate.Usage{}, cost)
	return s.transact(ctx, v, query{spend, nil})
}
