package debate

import (
	"context"
	"time"
)

// Conversation returns one conversation.
func (s *Service) Conversation(ctx context.Context, owner Owner, id string) (Conversation, error) {
	return s.store.Conversation(ctx, owner, id)
}

// Turns pages through a conversation's turns: those after the number given,
// ascending, or, latestFirst, before it (0 is from the end), descending.
func (s *Service) Turns(ctx context.Context, owner Owner, conversationID string, after int, latestFirst bool, limit int) ([]Turn, error) {
	return s.store.Turns(ctx, owner, conversationID, after, latestFirst, limit)
}

// Conversations pages through the owner's conversations, the most recently
// updated first.
func (s *Service) Conversations(ctx context.Context, owner Owner, after ConversationCursor, limit int) ([]Conversation, error) {
	return s.store.Conversations(ctx, owner, after, limit)
}

// ConversationsAt pages by offset and counts up to maxTotal.
func (s *Service) ConversationsAt(ctx context.Context, owner Owner, offset, limit, maxTotal int) ([]Conversation, int, error) {
	return s.store.ConversationsAt(ctx, owner, offset, limit, maxTotal)
}

// Rename sets a conversation's title.
func (s *Service) Rename(ctx context.Context, owner Owner, id, title string) (Conversation, error) {
	if blank(title) || !validLine(title, maxTitleBytes) {
		return Conversation{}, Invalid("title", "must be 1 to 200 bytes of text on one line, not blank, without control characters")
	}
	return s.store.UpdateTitle(ctx, owner, id, title, time.Now())
}

// Delete stops a conversation's running turn, if any, and deletes it.
func (s *Service) Delete(ctx context.Context, owner Owner, id string) error {
	for {
		err := s.store.Delete(ctx, owner, id)
		if ReasonOf(err) != TurnRunning {
			return err
		}
		// Somebody may send a new message each time the turn ends: go on
		// until one Delete comes first, or the caller gives up.
		if _, err := s.StopTurn(ctx, owner, turnIDOf(err)); err != nil && ReasonOf(err) != TurnNotRunning {
			return err
		}
	}
}

// Topics returns the first limit curated topics.
func (s *Service) Topics(limit int) []Topic {
	return s.topics[:min(limit, len(s.topics))]
}

// Usage returns what the owner's key used on the latest days days, today
// included, and what it may use.
func (s *Service) Usage(ctx context.Context, owner Owner, days int) (Spending, error) {
	today := time.Now().UTC()
	used, err := s.store.Usage(ctx, owner.Key, today.AddDate(0, 0, 1-days).Format(time.DateOnly))
	return Spending{Days: used, DailyTokens: s.dailyTokens(owner), ResetsIn: untilTomorrow(today)}, err
}

// dailyTokens is the quota of the owner's key, 0 for none.
func (s *Service) dailyTokens(owner Owner) int64 {
	if s.quota == nil {
		return 0
	}
	return s.quota(owner.Key)
}

// checkQuota refuses a turn of a key whose tokens of the day are used up.
func (s *Service) checkQuota(ctx context.Context, owner Owner) error {
	limit := s.dailyTokens(owner)
	if limit == 0 {
		return nil
	}
	now := time.Now().UTC()
	days, err := s.store.Usage(ctx, owner.Key, now.Format(time.DateOnly))
	if err != nil {
		return err
	}
	if len(days) == 0 || days[0].tokens() < limit {
		return nil
	}
	return &Error{
		Reason:     QuotaExceeded,
		Message:    "the day's tokens of this API key are used up; they come back at midnight UTC",
		RetryAfter: untilTomorrow(now),
	}
}

func untilTomorrow(now time.Time) time.Duration {
	return now.Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(now)
}
