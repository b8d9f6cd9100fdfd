package debate

import (
	"context"
	"time"
)

// Config is what a Service is made of.
type Config struct {
	Store Store
	Model Model
	// Analyst may be nil.
	Analyst Analyst
	// Live may be nil, for a single replica.
	Live   Live
	Topics []Topic
}

// Service holds debates. Its methods are safe for concurrent use and return
// *Error for whatever a caller may be told.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

// ChatRequest is a turn to take.
type ChatRequest struct {
	// ConversationID is empty to start a conversation.
	ConversationID string
	Message        string
	// Topic, Stance and Difficulty are for a conversation that has no topic
	// yet; empty leaves the choice to the bot.
	Topic      string
	Stance     Stance
	Difficulty Difficulty
	// RequestID, unless empty, makes the request safe to repeat.
	RequestID string
}

// ChatResult is a turn taken.
type ChatResult struct {
	Conversation Conversation
	Turn         Turn
	// Window is the latest 5 turns, oldest first.
	Window []Turn
}

// Chat takes a turn and waits for the reply, 28 seconds at most. A turn that
// failed is its error.
func (s *Service) Chat(ctx context.Context, owner Owner, r ChatRequest) (ChatResult, error) {
	panic("soon")
}

// ChatStream takes a turn and streams the reply. It returns an error only
// before Started was sent, or the sink's own.
func (s *Service) ChatStream(ctx context.Context, owner Owner, r ChatRequest, send Sink) error {
	panic("soon")
}

// WatchTurn streams a turn's reply from an offset. Attempt 0 is the latest.
func (s *Service) WatchTurn(ctx context.Context, owner Owner, turnID string, attempt, offset int, send Sink) error {
	panic("soon")
}

// StopTurn stops a running turn and returns it as the stop left it.
func (s *Service) StopTurn(ctx context.Context, owner Owner, turnID string) (Turn, error) {
	panic("soon")
}

// RetryTurn makes a new attempt at the latest turn's reply and streams it.
func (s *Service) RetryTurn(ctx context.Context, owner Owner, turnID, requestID string, send Sink) error {
	panic("soon")
}

// Conversation returns one conversation.
func (s *Service) Conversation(ctx context.Context, owner Owner, id string) (Conversation, error) {
	panic("soon")
}

// Turns pages through a conversation's turns: those after the number given,
// ascending, or, latestFirst, before it (0 is from the end), descending.
func (s *Service) Turns(ctx context.Context, owner Owner, conversationID string, after int, latestFirst bool, limit int) ([]Turn, error) {
	panic("soon")
}

// Conversations pages through the owner's conversations, the most recently
// updated first.
func (s *Service) Conversations(ctx context.Context, owner Owner, after ConversationCursor, limit int) ([]Conversation, error) {
	panic("soon")
}

// ConversationsAt pages by offset and counts up to maxTotal.
func (s *Service) ConversationsAt(ctx context.Context, owner Owner, offset, limit, maxTotal int) ([]Conversation, int, error) {
	panic("soon")
}

// Rename sets a conversation's title.
func (s *Service) Rename(ctx context.Context, owner Owner, id, title string) (Conversation, error) {
	panic("soon")
}

// Delete stops a conversation's running turn, if any, and deletes it.
func (s *Service) Delete(ctx context.Context, owner Owner, id string) error {
	panic("soon")
}

// Topics returns the first limit curated topics.
func (s *Service) Topics(limit int) []Topic {
	panic("soon")
}

// Usage returns the owner's key's days with turns among the latest days days,
// today included, and the time until today ends.
func (s *Service) Usage(ctx context.Context, owner Owner, days int) ([]DayUsage, time.Duration, error) {
	panic("soon")
}

// Drain stops beginning turns, lets the running ones finish until ctx ends,
// and stores the rest as interrupted.
func (s *Service) Drain(ctx context.Context) error {
	panic("soon")
}
