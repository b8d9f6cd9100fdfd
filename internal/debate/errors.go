package debate

import (
	"errors"
	"fmt"
	"time"
)

// Reason is the machine-readable cause of an error; the contract names the
// same reasons in ErrorReason.
type Reason string

// The reasons.
const (
	InvalidArgument  Reason = "INVALID_ARGUMENT"
	RequestIDReused  Reason = "REQUEST_ID_REUSED"
	Unauthenticated  Reason = "UNAUTHENTICATED"
	NotFound         Reason = "NOT_FOUND"
	TurnRunning      Reason = "TURN_RUNNING"
	TurnNotRunning   Reason = "TURN_NOT_RUNNING"
	TurnNotLatest    Reason = "TURN_NOT_LATEST"
	TopicRefused     Reason = "TOPIC_REFUSED"
	MessageRefused   Reason = "MESSAGE_REFUSED"
	RateLimited      Reason = "RATE_LIMITED"
	QuotaExceeded    Reason = "QUOTA_EXCEEDED"
	Overloaded       Reason = "OVERLOADED"
	StillRunning     Reason = "STILL_RUNNING"
	ModelUnavailable Reason = "MODEL_UNAVAILABLE"
	Draining         Reason = "DRAINING"
	StoreUnavailable Reason = "STORE_UNAVAILABLE"
	Internal         Reason = "INTERNAL"
	DebateEnded      Reason = "DEBATE_ENDED"
	NothingToJudge   Reason = "NOTHING_TO_JUDGE"
)

// Error is an error that may be shown to a caller. Only Message and the typed
// fields are shown; the cause is for the log.
type Error struct {
	Reason Reason
	// Message says what is wrong and what to do, for people.
	Message string
	// TurnID is the turn concerned, if there is one.
	TurnID string
	// RetryAfter is how long to wait before a retry can help; 0 is unknown.
	RetryAfter time.Duration
	// Fields are the fields at fault of an InvalidArgument.
	Fields []FieldViolation
	// Cause is never shown.
	Cause error
}

// FieldViolation is a field at fault and what it takes.
type FieldViolation struct {
	Field       string
	Description string
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Reason, e.Message, e.Cause)
	}
	return fmt.Sprintf("%s: %s", e.Reason, e.Message)
}

func (e *Error) Unwrap() error { return e.Cause }

// ReasonOf is the reason of the first Error in err's chain, Internal for any
// other error, and empty for nil.
func ReasonOf(err error) Reason {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return Internal
}

// ErrLeaseLost is what a Store answers to a holder whose turn is no longer its
// own: the lease ran out and somebody else ended the turn.
var ErrLeaseLost = errors.New("debate: the turn is no longer held")

// ErrNotFound is what a Store answers for what does not exist or belongs to
// somebody else; the two cannot be told apart.
var ErrNotFound = &Error{Reason: NotFound, Message: "no such conversation or turn"}

// Invalid is an InvalidArgument for one field.
func Invalid(field, description string) *Error {
	return &Error{
		Reason:  InvalidArgument,
		Message: field + ": " + description,
		Fields:  []FieldViolation{{field, description}},
	}
}
