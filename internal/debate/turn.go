package debate

import (
	"time"
)

// TurnState is where a turn is in its life.
type TurnState string

// The states. Running is the only one that is left again.
const (
	Running     TurnState = "running"
	Completed   TurnState = "completed"
	Stopped     TurnState = "stopped"
	Failed      TurnState = "failed"
	Interrupted TurnState = "interrupted"
)

// TurnKind is what a completed turn was. All but arguments stand outside the
// debate: they carry no side.
type TurnKind string

// The kinds. A turn without a whole reply has none, nor has one that was
// stored before there were kinds.
const (
	// ArgumentKind argues the bot's side.
	ArgumentKind TurnKind = "argument"
	// InvitationKind asks for a claim, or whether one was read right.
	InvitationKind TurnKind = "invitation"
	// AsideKind answers what was said about the debate itself.
	AsideKind TurnKind = "aside"
	// DeclinedKind declines a side that defends harm.
	DeclinedKind TurnKind = "declined"
	// CareKind answers somebody who may be in danger.
	CareKind TurnKind = "care"
	// EarlierKind was copied by a fork that changed the motion or the sides: it is
	// part of another debate, and kept to be read.
	EarlierKind TurnKind = "earlier"
)

// Turn is one exchange: the user's text and the bot's reply.
//
// While a retry runs, State is Running and Attempt its number, and Reply is
// still the reply of the attempt before.
type Turn struct {
	ID             string
	ConversationID string
	Owner          Owner
	// Number counts from 1 within the conversation.
	Number int
	State  TurnState
	// Kind is that of the reply, empty until it is whole.
	Kind    TurnKind
	Message string
	// Reply is what the bot said; for a first attempt that runs, the text of
	// its latest checkpoint.
	Reply string
	// Attempt counts the tries at the reply from 1.
	Attempt     int
	Model       string
	Usage       Usage
	SideUsage   Usage
	Failure     *Failure
	StanceCheck *StanceCheck
	// Ledger is what the exchange added, empty if that is not known.
	Ledger Ledger
	// Rating is what the user thinks of the reply.
	Rating    Rating
	CreatedAt time.Time
	// FinishedAt is zero while the turn runs.
	FinishedAt time.Time

	// LeaseUntil is when a running turn's holder must have renewed its lease.
	LeaseUntil time.Time
}

// Answered says whether the turn has a reply.
func (t Turn) Answered() bool { return t.Reply != "" }

// Debated says whether the turn has a reply that later turns build on: care, what was
// declined and what belongs to an earlier debate are no part of the debate.
func (t Turn) Debated() bool {
	return t.Answered() && t.Kind != CareKind && t.Kind != DeclinedKind && t.Kind != EarlierKind
}

// FailureReason is why the turn has no whole reply, empty where it has or was stopped.
func (t Turn) FailureReason() Reason {
	if t.Failure == nil {
		return ""
	}
	return t.Failure.Reason
}

// Rating is what the user thinks of a reply.
type Rating string

// The ratings.
const (
	NoRating Rating = ""
	Good     Rating = "good"
	Bad      Rating = "bad"
)

// Usage counts tokens.
type Usage struct {
	InputTokens  int64
	OutputTokens int64
}

// Add is the sum of both.
func (u Usage) Add(v Usage) Usage {
	return Usage{u.InputTokens + v.InputTokens, u.OutputTokens + v.OutputTokens}
}

// Failure is why a turn has no whole reply. Message is for people and holds
// nothing that came from inside.
type Failure struct {
	Reason  Reason
	Message string
	// RetryAfter is how long to wait before a retry can help, 0 if that is not
	// known. It is told where the attempt ran, and not stored.
	RetryAfter time.Duration
}

// IncompleteReplyLog is the message of the log's line about a reply that failed.
// An alarm counts these lines.
const IncompleteReplyLog = "no whole reply"

// FailureInterrupted is why a turn is interrupted whose holder died.
var FailureInterrupted = Failure{Reason: Internal, Message: "the service stopped before the reply was whole; retry the turn"}

// StanceCheck is the verdict of a second look at a reply.
type StanceCheck struct {
	Holds   bool
	Invents bool
}

// Exchange is an answered turn as a prompt carries it.
type Exchange struct {
	Number  int
	Kind    TurnKind
	Message string
	Reply   string
	Ledger  Ledger
}

// DayUsage is what an API key used on one UTC day.
type DayUsage struct {
	// Date is YYYY-MM-DD.
	Date      string
	Turns     int64
	Replies   Usage
	SideCalls Usage
}

// Spending is what an API key used and may use.
type Spending struct {
	// Days are those with turns, the latest first.
	Days []DayUsage
	// DailyTokens is how many tokens a day the key may use, 0 for any number.
	DailyTokens int64
	// ResetsIn is the time until the day ends and its count begins anew.
	ResetsIn time.Duration
}

// Tokens is how many there were in all.
func (d DayUsage) Tokens() int64 {
	all := d.Replies.Add(d.SideCalls)
	return all.InputTokens + all.OutputTokens
}
