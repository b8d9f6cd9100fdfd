package debate

import (
	"context"
	"time"
)

// ReviewStore is the part of a Store that keeps what comes after a debate.
type ReviewStore interface {
	// SetOpinion keeps what the user thinks of the topic: the first time before
	// and after the debate, then after it.
	SetOpinion(ctx context.Context, owner Owner, id string, agreement, turn int) (Conversation, error)
	// Opinions is at most limit conversations of the owner with an opinion after
	// the cursor, the most recently updated first.
	Opinions(ctx context.Context, owner Owner, after ConversationCursor, limit int) ([]Conversation, error)
	// RateTurn keeps the rating of the reply that an attempt of the owner's turn made,
	// 0 for the one that the turn shows. ErrNotFound if there is no such attempt, or
	// its reply is not whole.
	RateTurn(ctx context.Context, owner Owner, turnID string, attempt int, rating Rating) (Turn, error)
	// SetShare gives a conversation the token, unless it has one; an empty one
	// takes it away, with the votes.
	SetShare(ctx context.Context, owner Owner, id, token string) (Conversation, error)
	// Shared is the conversation with the token.
	Shared(ctx context.Context, token string) (Conversation, error)
	// AddVote counts a reader's opinions of a shared debate.
	AddVote(ctx context.Context, token string, before, after int) error
	// Votes are those of a conversation, in no order.
	Votes(ctx context.Context, conversationID string) ([]Votes, error)
	// AddConversation inserts a conversation with turns that have ended.
	// ErrRequestExists when the request id has made anything before.
	AddConversation(ctx context.Context, c Conversation, turns []Turn, requestID string, requestHash []byte) error
	// FindFork is the conversation that a request id of the owner made, and the
	// request's hash; ErrNotFound if there is none.
	FindFork(ctx context.Context, owner Owner, requestID string) (Conversation, []byte, error)
	// CountRounds counts the answered arguments of a conversation, which is over
	// when there are as many as given.
	CountRounds(ctx context.Context, conversationID string, rounds int) (Conversation, error)
}

// VerdictStore is the part of a Store that keeps verdicts, which are made as turns are.
type VerdictStore interface {
	// BeginVerdict inserts a running verdict. Errors besides those of Store:
	// TurnRunning while one is being made; ErrRequestExists when the request id
	// has made anything before, other than the same verdict, interrupted: that loses
	// the id to this one.
	BeginVerdict(ctx context.Context, b BeginVerdictParams) (Verdict, error)
	// FindVerdict is the verdict that a request id of the owner made, and the
	// request's hash; ErrNotFound if there is none.
	FindVerdict(ctx context.Context, owner Owner, requestID string) (Verdict, []byte, error)
	// Verdict is the latest of a conversation of the owner; ErrNotFound if there
	// is none.
	Verdict(ctx context.Context, owner Owner, conversationID string) (Verdict, error)
	// RenewVerdict extends the lease. ErrLeaseLost if it is gone.
	RenewVerdict(ctx context.Context, id, holder string, until time.Time) error
	// FinishVerdict ends a verdict that is being made, as v says, and adds what it
	// cost to the day of the owner's key. It can be repeated. ErrLeaseLost if the
	// lease is gone.
	FinishVerdict(ctx context.Context, v Verdict, holder string) (Verdict, error)
	// InterruptVerdicts ends verdicts whose lease ran out before now as
	// Interrupted, and says how many.
	InterruptVerdicts(ctx context.Context, now time.Time) (int, error)
}

// BeginVerdictParams are a verdict to begin.
type BeginVerdictParams struct {
	Owner          Owner
	ConversationID string
	ID             string
	ThroughTurn    int
	RequestID      string
	RequestHash    []byte
	Holder         string
	LeaseUntil     time.Time
	Now            time.Time
}
