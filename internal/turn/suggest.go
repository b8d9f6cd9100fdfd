package turn

import (
	"context"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// SuggestPoints returns up to three points that the user could make next. It takes
// one of the owner's slots while a model looks for them.
func (s *Service) SuggestPoints(ctx context.Context, owner debate.Owner, id string) ([]string, error) {
	c, err := s.cfg.Store.Conversation(ctx, owner, id)
	if err != nil {
		return nil, err
	}
	if c.Topic == "" {
		return nil, &debate.Error{Reason: debate.NothingToJudge, Message: "the debate has no topic yet; state a view first"}
	}
	if err := s.checkQuota(ctx, owner); err != nil {
		return nil, err
	}
	turns, err := s.cfg.Store.Turns(ctx, owner, id, 0, true, promptWindow)
	if err != nil {
		return nil, err
	}
	slices.Reverse(turns)
	var exchanges []debate.Exchange
	for _, t := range turns {
		if t.Debated() && t.State != debate.Running {
			exchanges = append(exchanges, debate.Exchange{Number: t.Number, Kind: t.Kind, Message: t.Message, Reply: t.Reply, Ledger: t.Ledger})
		}
	}
	slot, err := s.cfg.Slots.Acquire(ctx, owner)
	if err != nil {
		return nil, err
	}
	defer slot.Release(context.WithoutCancel(ctx))
	if s.cfg.Coach == nil {
		return s.argumentsForUser(ctx, c, exchanges)
	}
	limited, cancel := context.WithTimeout(ctx, unaryWait)
	defer cancel()
	points, cost, err := s.cfg.Coach.SuggestPoints(limited, c, exchanges)
	if cost != (debate.Usage{}) {
		if err := s.cfg.Store.AddCost(context.WithoutCancel(ctx), owner.Key, "", cost); err != nil {
			s.cfg.Log.WarnContext(ctx, "cost of suggested points not kept", "error", err)
		}
	}
	if err != nil && ctx.Err() == nil && debate.ReasonOf(err) == debate.Internal {
		s.cfg.Log.WarnContext(ctx, "no points suggested", "conversation_id", id, "error", err)
		err = &debate.Error{Reason: debate.ModelUnavailable, Message: "the model suggested nothing; try again", Cause: err}
	}
	return points, err
}

// argumentsForUser asks the Model for the best argument of the user's side, as the
// user could by an aside, and each time for another.
func (s *Service) argumentsForUser(ctx context.Context, c debate.Conversation, exchanges []debate.Exchange) ([]string, error) {
	const question = "What is the best argument for my side?"
	var points []string
	for len(points) < debate.MaxSuggested {
		p := debate.Prompt{
			Topic: c.Topic, Stance: c.Stance, Language: c.Language, Difficulty: c.Difficulty, Summary: c.Summary,
			Exchanges: exchanges, Message: question, Number: c.TurnCount + 1 + len(points), Calls: 1, Aside: debate.AsideBestPoint,
		}
		var said strings.Builder
		if _, err := s.cfg.Model.Reply(ctx, p, func(text string) { said.WriteString(text) }); err != nil {
			return points, err
		}
		point := strings.TrimSpace(said.String())
		if point == "" || slices.Contains(points, point) {
			break
		}
		points = append(points, point)
		exchanges = append(slices.Clip(exchanges), debate.Exchange{Number: p.Number, Kind: debate.AsideKind, Message: question, Reply: point})
	}
	return points, nil
}
