package turn

import (
	"context"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
	"github.com/debate-chatbot/debate-api/internal/format"
)

// readFormat is a request with its format as it is stored: none for an open debate.
func readFormat(r debate.ChatRequest) (debate.ChatRequest, error) {
	f, ok := format.Find(r.Format)
	if !ok {
		var names []string
		for _, f := range format.All() {
			names = append(names, f.Name)
		}
		return r, debate.Invalid("format", "is not known; it takes "+strings.Join(names, ", "))
	}
	if r.Format = f.Name; f.Name == format.Open {
		r.Format = ""
	}
	return r, nil
}

// endedIfOver makes of err that the debate has no further round, where that is so: a turn of
// such a conversation is refused as if there were none.
func (s *Service) endedIfOver(ctx context.Context, owner debate.Owner, id string, err error) error {
	if id == "" || debate.ReasonOf(err) != debate.NotFound {
		return err
	}
	if c, readErr := s.cfg.Store.Conversation(ctx, owner, id); readErr != nil || !c.Over {
		return err
	}
	return &debate.Error{Reason: debate.DebateEnded, Message: "this debate is over: its format has no further round; have it judged (JudgeConversation), begin the rematch with sides swapped (ForkConversation with swap_sides), or begin another debate"}
}

// phase is the part of the format that the turn belongs to, as the bot is told of it.
func (r *attemptRunner) phase() debate.Phase {
	f, _ := format.Find(r.conversation.Format)
	p, _ := f.At(r.conversation.Rounds)
	return debate.Phase{Name: p.Name, Asks: p.BotAsks, Move: p.BotDoes}
}

// withRounds is a conversation with the rounds of the turns that it begins with.
func withRounds(c debate.Conversation, turns []debate.Turn) debate.Conversation {
	f, ok := format.Find(c.Format)
	for _, t := range turns {
		if t.State == debate.Completed && t.Kind == debate.ArgumentKind {
			c.Rounds++
		}
	}
	c.Over = ok && f.Rounds() > 0 && c.Rounds >= f.Rounds()
	return c
}

// beforeClosing are the points without what was argued in a closing of the debate's
// format: it sums up, and nobody has to answer it.
func beforeClosing(c debate.Conversation, turns []debate.Turn, points []flow.Point) []flow.Point {
	f, _ := format.Find(c.Format)
	closing := make(map[int]bool)
	rounds := 0
	for _, t := range turns {
		if p, ok := f.At(rounds); ok && p.BotDoes == debate.CloseCase {
			closing[t.Number] = true
		}
		if t.State == debate.Completed && t.Kind == debate.ArgumentKind {
			rounds++
		}
	}
	return slices.DeleteFunc(points, func(p flow.Point) bool { return closing[p.Turn] && p.Kind != debate.ConcessionPoint })
}

// countRounds counts the rounds of a debate that has a format, one write after an
// argument. Where its holder dies before that, the debate has a round more.
func (r *attemptRunner) countRounds(ctx context.Context, c debate.Conversation, t debate.Turn) debate.Conversation {
	f, ok := format.Find(c.Format)
	if !ok || f.Rounds() == 0 || t.State != debate.Completed || t.Kind != debate.ArgumentKind {
		return c
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), debate.StoreWait)
	defer cancel()
	counted, err := r.cfg.Store.CountRounds(ctx, c.ID, f.Rounds())
	if err != nil {
		r.cfg.Log.WarnContext(ctx, "rounds not counted", "turn_id", t.ID, "error", err)
		return c
	}
	return counted
}
