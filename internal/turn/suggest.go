package turn

import (
	"context"
	"slices"

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
	if s.cfg.Coach == nil {
		return nil, nil
	}
	slot, err := s.cfg.Slots.Acquire(ctx, owner)
	if err != nil {
		return nil, err
	}
	defer slot.Release(context.WithoutCancel(ctx))
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
