package debate

import (
	"context"
	"time"
)

// Quote is a passage of a turn: code found it there.
type Quote struct {
	TurnID string `json:"turn_id,omitempty"`
	// Turn is the turn's number.
	Turn    int     `json:"turn"`
	Speaker Speaker `json:"speaker"`
	// Start and End are bytes of the turn's message, if the user spoke, or of its
	// reply; Text is exactly those.
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// Winner is who had the better of a debate, or of a point in it.
type Winner string

// The winners; NoWinner is where there is no verdict.
const (
	NoWinner   Winner = ""
	UserWins   Winner = "user"
	BotWins    Winner = "bot"
	Undecided  Winner = "undecided"
	RulesJudge        = "rules" // the judge that counts the points of the flow
)

// Findings are what a judge says of a debate.
type Findings struct {
	Winner  Winner  `json:"winner"`
	Clashes []Clash `json:"clashes,omitempty"`
	// BestCase is what the side that lost could have said at its best.
	BestCase string   `json:"best_case,omitempty"`
	Advice   []Advice `json:"advice,omitempty"`
}

// Clash is a point at issue.
type Clash struct {
	Title  string  `json:"title"`
	Winner Winner  `json:"winner"`
	Reason string  `json:"reason"`
	Quotes []Quote `json:"quotes"`
}

// Advice is what the user could do better, and where.
type Advice struct {
	Text  string `json:"text"`
	Quote Quote  `json:"quote"`
}

// Verdict is a judge's reading of a debate, in any state that a turn can have.
type Verdict struct {
	ID             string
	ConversationID string
	Owner          Owner
	State          TurnState
	// ThroughTurn is the number of the last turn that it judges.
	ThroughTurn int
	// Findings are those of a completed verdict.
	Findings
	// Judge is the model that judged, or RulesJudge.
	Judge      string
	Usage      Usage
	Failure    *Failure
	CreatedAt  time.Time
	FinishedAt time.Time // zero while it is made
	LeaseUntil time.Time
}

// FailureVerdictInterrupted is why a verdict is interrupted whose holder died.
var FailureVerdictInterrupted = Failure{Reason: Internal, Message: "the service stopped before the verdict was made; ask for it again"}

// Judge is a model that reads debates.
type Judge interface {
	// Name is what a verdict's Judge says.
	Name() string
	// Judge reads a debate, whose answered arguments are given oldest first. The
	// quotations that it answers are not checked. With swapped the bot's side is
	// presented first, which must make no difference. The error is an *Error where
	// the answer could not be had or read.
	Judge(ctx context.Context, c Conversation, exchanges []Exchange, swapped bool) (Judgement, Usage, error)
}

// Judgement is what a model answers as a judge: its quotations are words that it
// claims to have read.
type Judgement struct {
	Winner   Winner
	Clashes  []JudgedClash
	BestCase string
	Advice   []JudgedAdvice
}

// JudgedClash is a Clash before its quotations were looked for.
type JudgedClash struct {
	Title  string
	Winner Winner
	Reason string
	Quotes []Quotation
}

// JudgedAdvice is an Advice before its quotation was looked for.
type JudgedAdvice struct {
	Text  string
	Quote Quotation
}

// Quotation is words that somebody is said to have said in a turn.
type Quotation struct {
	Turn    int
	Speaker Speaker
	Text    string
}

// MaxSuggested is how many points are suggested at most.
const MaxSuggested = 3

// Coach finds points for the user, and the best case for either side.
type Coach interface {
	// SuggestPoints is up to MaxSuggested points that the user could make next, the
	// best first. The error is an *Error where there is something to tell.
	SuggestPoints(ctx context.Context, c Conversation, exchanges []Exchange) ([]string, Usage, error)
	// Steelman is the best case for a speaker's side in up to MaxSuggested steps, the
	// strongest first, whether or not they were said. Errors are as those of
	// SuggestPoints.
	Steelman(ctx context.Context, c Conversation, exchanges []Exchange, side Speaker) ([]string, Usage, error)
}
