package turn

import (
	"context"
	"slices"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

// SuggestPoints returns up to three points that the user could make next, or, with
// steelman, the best case for that speaker's side. It takes one of the owner's slots
// while a model looks for them.
func (s *Service) SuggestPoints(ctx context.Context, owner debate.Owner, id string, steelman debate.Speaker) ([]string, error) {
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
			exchanges = append(exchanges, exchangeOf(t))
		}
	}
	var points []string
	if s.cfg.Coach != nil {
		if points, err = s.askCoach(ctx, owner, c, exchanges, steelman); err != nil {
			return nil, err
		}
	}
	if len(points) == 0 && steelman != "" {
		points = flow.Strongest(flow.Fold(c.Topic, turns), steelman, debate.MaxSuggested)
	}
	return points, nil
}

// askCoach asks a model for points, in a slot of the owner's and for at most unaryWait, and
// keeps what that cost.
func (s *Service) askCoach(ctx context.Context, owner debate.Owner, c debate.Conversation, exchanges []debate.Exchange, steelman debate.Speaker) ([]string, error) {
	slot, err := s.cfg.Slots.Acquire(ctx, owner)
	if err != nil {
		return nil, err
	}
	defer slot.Release(context.WithoutCancel(ctx))
	limited, cancel := context.WithTimeout(ctx, unaryWait)
	defer cancel()
	var points []string
	var cost debate.Usage
	if steelman == "" {
		points, cost, err = s.cfg.Coach.SuggestPoints(limited, c, exchanges)
	} else {
		points, cost, err = s.cfg.Coach.Steelman(limited, c, exchanges, steelman)
	}
	if cost != (debate.Usage{}) {
		if err := s.cfg.Store.AddCost(context.WithoutCancel(ctx), owner.Key, cost); err != nil {
			s.cfg.Log.WarnContext(ctx, "cost of suggested points not kept", "error", err)
		}
	}
	if err != nil && ctx.Err() == nil && debate.ReasonOf(err) == debate.Internal {
		s.cfg.Log.WarnContext(ctx, "no points suggested", "conversation_id", c.ID, "error", err)
		err = &debate.Error{Reason: debate.ModelUnavailable, Message: "the model suggested nothing; try again", Cause: err}
	}
	return points, err
}
