// Package rpc is the contract over HTTP: debate.v1.DebateService in Connect,
// gRPC and gRPC-Web, and the small Kopi JSON contract, both over the domain's
// service. Errors become codes in one place, errors.go.
package rpc

import (
	"context"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Service is what the contract is served from; *turn.Service says what the
// methods do and which errors they return.
type Service interface {
	Turns
	Conversations
	Reviews
	// ReadClaim says what a first message would begin, and whether it surely would.
	ReadClaim(r debate.ChatRequest) (subject debate.Subject, settled bool, err error)
	// Opponent is the model that replies to new debates.
	Opponent() string
	// Topics returns the first limit curated topics in a language, in English if there
	// are none.
	Topics(language string, limit int) []debate.Topic
	Usage(ctx context.Context, owner debate.Owner, days int) (debate.Spending, error)
}

// Turns is the part of a Service that takes turns and follows them.
type Turns interface {
	Chat(ctx context.Context, owner debate.Owner, r debate.ChatRequest) (debate.ChatResult, error)
	ChatStream(ctx context.Context, owner debate.Owner, r debate.ChatRequest, send debate.Sink) error
	ChatTranscript(ctx context.Context, owner debate.Owner, t debate.Transcript, send debate.Sink) error
	WatchTurn(ctx context.Context, owner debate.Owner, turnID string, attempt, offset int, send debate.Sink) error
	RateTurn(ctx context.Context, owner debate.Owner, turnID string, attempt int, rating debate.Rating) (debate.Turn, error)
	StopTurn(ctx context.Context, owner debate.Owner, turnID string) (debate.Turn, error)
	RetryTurn(ctx context.Context, owner debate.Owner, turnID, requestID string, send debate.Sink) error
}

// Conversations is the part of a Service that reads and manages.
type Conversations interface {
	Conversation(ctx context.Context, owner debate.Owner, id string) (debate.Conversation, error)
	Turns(ctx context.Context, owner debate.Owner, conversationID string, after int, latestFirst bool, limit int) ([]debate.Turn, error)
	FindConversations(ctx context.Context, owner debate.Owner, query string, after debate.ConversationCursor, limit int) (found []debate.Conversation, next debate.ConversationCursor, err error)
	ConversationsAt(ctx context.Context, owner debate.Owner, offset, limit, maxTotal int) ([]debate.Conversation, int, error)
	Rename(ctx context.Context, owner debate.Owner, id, title string) (debate.Conversation, error)
	Delete(ctx context.Context, owner debate.Owner, id string) error
	FollowChanges(ctx context.Context, owner debate.Owner, after debate.ChangeCursor, tell debate.ChangeSink) error
}
