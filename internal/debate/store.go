package debate

import (
	"context"
	"time"
)

// Store keeps conversations and turns.
//
// Errors: ErrNotFound where something is missing or foreign; an *Error with
// StoreUnavailable when the database cannot be reached (safe to repeat); any
// other error is a fault.
type Store interface {
	TurnStore
	ConversationStore
	ReviewStore
	VerdictStore
	ChangeStore
}

// TurnStore is the part of a Store that keeps the life of a turn, and what is found out about
// it afterwards.
type TurnStore interface {
	// BeginTurn inserts a running turn, and its conversation if that is new, in
	// one transaction. Errors besides those of Store: TurnRunning with the
	// running turn's id; ErrRequestExists when the request id has made anything
	// before.
	BeginTurn(ctx context.Context, b BeginTurnParams) (BeginTurnResult, error)
	// RetryTurn makes attempt n+1 of the latest turn run, in one
	// transaction. Errors besides those of BeginTurn: TurnNotLatest.
	RetryTurn(ctx context.Context, b RetryTurnParams) (BeginTurnResult, error)
	// FindRequest is the turn that a request id of the owner made, as that
	// attempt left it, and the request's hash; ErrNotFound if there is none.
	FindRequest(ctx context.Context, owner Owner, requestID string) (Turn, []byte, error)
	// Renew extends the lease to until and keeps the text so far; it reports
	// whether a stop was asked for. ErrLeaseLost if the lease is gone.
	Renew(ctx context.Context, l Lease, text string, until time.Time) (stop bool, err error)
	// Finish ends the held attempt and updates the conversation, in one
	// transaction. The turn returned is as the attempt left it. Finish of an
	// attempt that this lease already finished returns that outcome again, so
	// it can be repeated when a commit's answer was lost. ErrLeaseLost if
	// the lease is gone.
	Finish(ctx context.Context, l Lease, o Outcome) (Conversation, Turn, error)
	// Interrupt ends turns whose lease ran out before now as Interrupted, at
	// most limit of them, or only the one named, and returns them.
	Interrupt(ctx context.Context, turnID string, now time.Time, limit int) ([]Turn, error)
	// Annotate keeps what side calls found out about a turn, and answers the
	// conversation's revision, which that changed; 0 if the turn is gone, so that
	// nothing but the cost was kept.
	Annotate(ctx context.Context, t Turn, a Annotation) (revision int64, err error)
	// AddCost keeps what a call cost that belongs to no turn.
	AddCost(ctx context.Context, key string, cost Usage) error
	// TurnsByHash is at most limit turns of the owner whose request had a hash
	// of HashBytes, the latest first. Shorter hashes are not looked for.
	TurnsByHash(ctx context.Context, owner Owner, hash []byte, limit int) ([]Turn, error)
}

// ConversationStore is the part of a Store that reads, lists and manages.
type ConversationStore interface {
	// Conversation is one conversation of the owner.
	Conversation(ctx context.Context, owner Owner, id string) (Conversation, error)
	// Turn is one turn of the owner. With an attempt other than 0 it is shown
	// as that attempt left it; ErrNotFound if there is no such attempt.
	Turn(ctx context.Context, owner Owner, id string, attempt int) (Turn, error)
	// Window is the latest n turns of a conversation, oldest first, as they
	// were at its Revision or later. Others may read the same slice.
	Window(ctx context.Context, c Conversation, n int) ([]Turn, error)
	// RequestStop marks a running turn of the owner to be stopped by its
	// holder; TurnNotRunning if it has ended.
	RequestStop(ctx context.Context, owner Owner, turnID string) error
	// UpdateTitle sets the title.
	UpdateTitle(ctx context.Context, owner Owner, id, title string, now time.Time) (Conversation, error)
	// Delete removes a conversation with its turns; TurnRunning with the
	// turn's id while one runs.
	Delete(ctx context.Context, owner Owner, id string) error
	// FindConversations is at most limit conversations of the owner after the cursor,
	// the most recently updated first, that have each word of the query, or its
	// beginning, in their title or topic: case, accents and the width of letters make
	// no difference, and where words are not divided by spaces any part of one is
	// found. A query without words finds all.
	FindConversations(ctx context.Context, owner Owner, query string, after ConversationCursor, limit int) ([]Conversation, error)
	// ConversationsAt is at most limit of all the owner's conversations by offset, in the
	// same order, and how many there are, counted up to maxTotal.
	ConversationsAt(ctx context.Context, owner Owner, offset, limit, maxTotal int) ([]Conversation, int, error)
	// Turns is at most limit turns of a conversation of the owner with a
	// number after the one given, ascending; or, latestFirst, before it (0
	// is from the end), descending.
	Turns(ctx context.Context, owner Owner, conversationID string, after int, latestFirst bool, limit int) ([]Turn, error)
	// Usage is the key's days since the one given (YYYY-MM-DD), latest first.
	Usage(ctx context.Context, key string, since string) ([]DayUsage, error)
}

// HashBytes is the length of a request's hash by which its turn can be found.
const HashBytes = 33

// Annotation is what side calls found out about a turn that has ended.
type Annotation struct {
	// Check is the verdict on the reply of the turn's attempt; nil for none.
	Check *StanceCheck
	// Ledger is that of the exchange, kept with a check unless it is empty.
	Ledger Ledger
	// Summary retells the turns through the one numbered Through; it is kept
	// unless a later one is there.
	Summary string
	Through int
	Cost    Usage
}

// ErrRequestExists is what a Store answers when the request id of something new has
// been used before; FindRequest, FindVerdict and FindFork tell for what.
var ErrRequestExists = &Error{Reason: RequestIDReused, Message: "this request_id was used for a different request; take a new one for each new request"}

// StoreWait is how long a call of a Store may take. Within it a Store repeats by
// itself what certainly had no effect; what still fails with StoreUnavailable is
// repeated by who has more time, as the end of a turn is until its deadline.
const StoreWait = 5 * time.Second

// LeaseTime is how long a replica may be silent before it has lost the turn that
// it runs, with its slot.
const LeaseTime = 15 * time.Second

// Lease is a replica's claim to a running attempt.
type Lease struct {
	ConversationID string
	TurnID         string
	Attempt        int
	// Holder names the process.
	Holder string
}

// BeginTurnParams are a turn to begin.
type BeginTurnParams struct {
	Owner Owner
	// Conversation is the id of one to go on with, or, with New, of one to create.
	Conversation string
	New          bool
	Difficulty   Difficulty
	Persona      string
	Format       string
	Duel         Duel
	// Subject, where it has a topic, becomes the conversation's if that has none.
	Subject Subject
	TurnID  string
	Message string
	// RequestID is empty where the caller gave none.
	RequestID   string
	RequestHash []byte
	Holder      string
	LeaseUntil  time.Time
	Now         time.Time
	// History is how many turns before this one to read along.
	History WindowSpec
}

// WindowSpec is how many turns to read of those that the summary does not retell: at
// least Min, even if it retells them, and at most Max.
type WindowSpec struct {
	Min, Max int
	// Known is the conversation's revision whose turns the caller has: while it is
	// the latest, none are read. 0 is none.
	Known int64
}

// Count is how many those are before a turn of c.
func (s WindowSpec) Count(c Conversation, number int) int {
	return min(max(number-1-c.SummaryThrough, s.Min), s.Max)
}

// BeginTurnResult is an attempt that runs.
type BeginTurnResult struct {
	Conversation Conversation
	Turn         Turn
	// History are the turns before it, oldest first; nil where they were not read,
	// because the caller did not ask or has them.
	History []Turn
}

// RetryTurnParams are an attempt to begin after the first.
type RetryTurnParams struct {
	Owner       Owner
	TurnID      string
	RequestID   string
	RequestHash []byte
	Holder      string
	LeaseUntil  time.Time
	Now         time.Time
}

// Outcome is how an attempt ended.
type Outcome struct {
	State TurnState
	// Kind is empty unless the reply is whole.
	Kind      TurnKind
	Reply     string
	Model     string
	Usage     Usage
	SideUsage Usage
	Failure   *Failure
	// Ledger is empty unless the reply is whole.
	Ledger Ledger
	// Subject, where it has a topic, becomes the conversation's if the turn
	// is its first with one.
	Subject Subject
	Now     time.Time
}
