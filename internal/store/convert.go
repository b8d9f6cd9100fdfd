package store

// This file turns rows of the database into the domain's types.

import (
	"time"

	"github.com/debate-chatbot/debate-api/ent"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// instant is a stored time; the zero time is stored as 0.
func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// each converts rows, to an empty list where there are none.
func each[Row, T any](rows []*Row, convert func(*Row) T) []T {
	out := make([]T, len(rows))
	for i, row := range rows {
		out[i] = convert(row)
	}
	return out
}

func conversationOf(c *ent.Conversation) debate.Conversation {
	return debate.Conversation{
		ID:             c.ID,
		Owner:          debate.Owner{Key: c.OwnerKey, User: c.OwnerUser},
		Topic:          c.Topic,
		Stance:         debate.Stance(c.Stance),
		Title:          c.Title,
		Language:       c.Language,
		Difficulty:     debate.Difficulty(c.Difficulty),
		Persona:        c.Persona,
		TurnCount:      c.TurnCount,
		Revision:       c.Revision,
		Summary:        c.Summary,
		SummaryThrough: c.SummaryThrough,
		Format:         c.Format,
		Rounds:         c.Rounds,
		Over:           c.Over,
		Opinion:        opinionOf(c),
		Duel:           debate.Duel{User: c.DuelUser, Bot: c.DuelBot},
		Share:          c.Share,
		CreatedAt:      instant(c.CreatedAt),
		UpdatedAt:      instant(c.UpdatedAt),
	}
}

// oneConversation is one that was read or written, unless that failed.
func oneConversation(c *ent.Conversation, err error) (debate.Conversation, error) {
	if err != nil {
		return debate.Conversation{}, err
	}
	return conversationOf(c), nil
}

func opinionOf(c *ent.Conversation) *debate.Opinion {
	if c.OpinionBefore == nil || c.OpinionAfter == nil {
		return nil
	}
	return &debate.Opinion{Before: *c.OpinionBefore, After: *c.OpinionAfter, Turn: c.OpinionTurn}
}

// turnOf is the turn as it stands: with the reply that is shown, and, while an
// attempt runs, that attempt's number and state.
func turnOf(t *ent.Turn) debate.Turn {
	turn := debate.Turn{
		ID:             t.ID,
		ConversationID: t.ConversationID,
		Owner:          debate.Owner{Key: t.OwnerKey, User: t.OwnerUser},
		Number:         t.Number,
		Message:        t.Message,
		Attempt:        t.Shown,
		CreatedAt:      instant(t.CreatedAt),
	}
	left := outcome{
		state:      debate.TurnState(t.State),
		kind:       debate.TurnKind(t.Kind),
		reply:      t.Reply,
		model:      t.Model,
		usage:      debate.Usage{InputTokens: t.InputTokens, OutputTokens: t.OutputTokens},
		side:       debate.Usage{InputTokens: t.SideInputTokens, OutputTokens: t.SideOutputTokens},
		reason:     t.FailureReason,
		message:    t.FailureMessage,
		finishedAt: t.FinishedAt,
		holds:      t.StanceHolds,
		invents:    t.StanceInvents,
		ledger:     t.Ledger,
		rating:     t.Rating,
	}
	left.show(&turn)
	if turn.State == debate.Running {
		turn.Attempt = t.Attempt
		turn.LeaseUntil = instant(t.LeaseUntil)
	}
	return turn
}

// attemptOf is the turn as one of its attempts stands or left it.
func attemptOf(t *ent.Turn, a *ent.Attempt) debate.Turn {
	turn := turnOf(t)
	turn.Attempt = a.Number
	left := outcome{
		state:      debate.TurnState(a.State),
		kind:       debate.TurnKind(a.Kind),
		reply:      a.Reply,
		model:      a.Model,
		usage:      debate.Usage{InputTokens: a.InputTokens, OutputTokens: a.OutputTokens},
		side:       debate.Usage{InputTokens: a.SideInputTokens, OutputTokens: a.SideOutputTokens},
		reason:     a.FailureReason,
		message:    a.FailureMessage,
		finishedAt: a.FinishedAt,
		holds:      a.StanceHolds,
		invents:    a.StanceInvents,
		ledger:     a.Ledger,
		rating:     a.Rating,
	}
	left.show(&turn)
	if turn.State != debate.Running {
		turn.LeaseUntil = time.Time{}
	}
	return turn
}

// outcome is what turns and attempts have in common.
type outcome struct {
	state           debate.TurnState
	kind            debate.TurnKind
	reply, model    string
	usage, side     debate.Usage
	reason, message string
	finishedAt      int64
	holds, invents  *bool
	ledger, rating  *string
}

// show puts the outcome into t. What an attempt before it left is not shown of
// one that runs, but for the reply.
func (o outcome) show(t *debate.Turn) {
	t.State, t.Reply, t.Model, t.Usage, t.SideUsage = o.state, o.reply, o.model, o.usage, o.side
	t.Kind, t.Failure, t.StanceCheck, t.Ledger, t.Rating, t.FinishedAt = "", nil, nil, "", "", time.Time{}
	if o.state == debate.Running {
		return
	}
	t.Kind, t.FinishedAt = o.kind, instant(o.finishedAt)
	if o.reason != "" {
		t.Failure = &debate.Failure{Reason: debate.Reason(o.reason), Message: o.message}
	}
	if o.holds != nil && o.invents != nil {
		t.StanceCheck = &debate.StanceCheck{Holds: *o.holds, Invents: *o.invents}
	}
	if o.ledger != nil {
		t.Ledger = debate.Ledger(*o.ledger)
	}
	if o.rating != nil {
		t.Rating = debate.Rating(*o.rating)
	}
}
