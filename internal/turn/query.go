package turn

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// turnIDOf is the turn that an error is about, empty if it names none.
func turnIDOf(err error) string {
	if e, ok := errors.AsType[*debate.Error](err); ok {
		return e.TurnID
	}
	return ""
}

// Conversation returns one conversation.
func (s *Service) Conversation(ctx context.Context, owner debate.Owner, id string) (debate.Conversation, error) {
	return s.cfg.Store.Conversation(ctx, owner, id)
}

// Turns pages through a conversation's turns: those after the number given,
// ascending, or, latestFirst, before it (0 is from the end), descending.
func (s *Service) Turns(ctx context.Context, owner debate.Owner, conversationID string, after int, latestFirst bool, limit int) ([]debate.Turn, error) {
	return s.cfg.Store.Turns(ctx, owner, conversationID, after, latestFirst, limit)
}

// FindConversations pages through those of the owner's conversations that have each
// word of the query, or its beginning, in their title or topic; the most recently
// updated first. An empty query finds all. It returns at most limit, and where to
// go on, which is nowhere if its ID is empty.
func (s *Service) FindConversations(ctx context.Context, owner debate.Owner, query string, after debate.ConversationCursor, limit int) (found []debate.Conversation, next debate.ConversationCursor, err error) {
	found, err = s.cfg.Store.FindConversations(ctx, owner, query, after, limit+1)
	if err != nil || len(found) <= limit {
		return found, debate.ConversationCursor{}, err
	}
	found = found[:limit]
	last := found[limit-1]
	return found, debate.ConversationCursor{UpdatedAt: last.UpdatedAt, ID: last.ID}, nil
}

// Opponent is the model that replies to new debates.
func (s *Service) Opponent() string { return s.cfg.Model.Name() }

// ConversationsAt pages by offset and counts up to maxTotal.
func (s *Service) ConversationsAt(ctx context.Context, owner debate.Owner, offset, limit, maxTotal int) ([]debate.Conversation, int, error) {
	return s.cfg.Store.ConversationsAt(ctx, owner, offset, limit, maxTotal)
}

// Rename sets a conversation's title.
func (s *Service) Rename(ctx context.Context, owner debate.Owner, id, title string) (debate.Conversation, error) {
	if err := debate.ValidateTitle(title); err != nil {
		return debate.Conversation{}, err
	}
	c, err := s.cfg.Store.UpdateTitle(ctx, owner, id, title, time.Now())
	if err == nil {
		s.changed(owner)
	}
	return c, err
}

// Delete stops a conversation's running turn, if any, and deletes it.
func (s *Service) Delete(ctx context.Context, owner debate.Owner, id string) error {
	for {
		err := s.cfg.Store.Delete(ctx, owner, id)
		if err == nil {
			s.windows.forget(id)
			s.sheets.forget(id)
			s.changed(owner)
		}
		if debate.ReasonOf(err) != debate.TurnRunning {
			return err
		}
		// Somebody may send a new message each time the turn ends: go on
		// until one Delete comes first, or the caller gives up.
		if _, err := s.StopTurn(ctx, owner, turnIDOf(err)); err != nil && debate.ReasonOf(err) != debate.TurnNotRunning {
			return err
		}
	}
}

// Topics returns the first limit curated topics in a language, in English if there are
// none.
func (s *Service) Topics(language string, limit int) []debate.Topic {
	topics := topicsIn(s.cfg.Topics, language)
	return topics[:min(limit, len(topics))]
}

func topicsIn(all []debate.Topic, language string) []debate.Topic {
	if !slices.ContainsFunc(all, func(t debate.Topic) bool { return t.Language == language }) {
		language = "en"
	}
	return slices.DeleteFunc(slices.Clone(all), func(t debate.Topic) bool { return t.Language != language })
}

// Usage returns what the owner's key used on the latest days days, today
// included, and what it may use.
func (s *Service) Usage(ctx context.Context, owner debate.Owner, days int) (debate.Spending, error) {
	today := time.Now().UTC()
	used, err := s.cfg.Store.Usage(ctx, owner.Key, today.AddDate(0, 0, 1-days).Format(time.DateOnly))
	return debate.Spending{Days: used, DailyTokens: s.dailyTokens(owner), ResetsIn: untilTomorrow(today)}, err
}

// dailyTokens is the quota of the owner's key, 0 for none.
func (s *Service) dailyTokens(owner debate.Owner) int64 {
	if s.cfg.Quota == nil {
		return 0
	}
	return s.cfg.Quota(owner.Key)
}

// checkQuota refuses a turn of a key whose tokens of the day are used up.
func (s *Service) checkQuota(ctx context.Context, owner debate.Owner) error {
	limit := s.dailyTokens(owner)
	if limit == 0 {
		return nil
	}
	now := time.Now().UTC()
	days, err := s.cfg.Store.Usage(ctx, owner.Key, now.Format(time.DateOnly))
	if err != nil {
		return err
	}
	if len(days) == 0 || days[0].Tokens() < limit {
		return nil
	}
	return &debate.Error{
		Reason:     debate.QuotaExceeded,
		Message:    "the day's tokens of this API key are used up; they come back at midnight UTC",
		RetryAfter: untilTomorrow(now),
	}
}

func untilTomorrow(now time.Time) time.Duration {
	return now.Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(now)
}
