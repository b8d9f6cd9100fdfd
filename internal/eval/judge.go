package eval

import (
	"context"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Question is a reply to be judged.
type Question struct {
	Topic string
	// Side is the bot's, which the reply has to argue.
	Side debate.Stance
	// Message is what the reply answers.
	Message string
	// AnsweredBy are words that show it, for a judge who goes by words.
	AnsweredBy []string
	Reply      string
}

// Verdict is what a judge finds about a reply.
type Verdict struct {
	// Holds is true of a reply that argues its side, or at least does not
	// leave it.
	Holds bool `json:"holds"`
	// Engages is true of one that takes up what the user said.
	Engages bool `json:"engages"`
	// Refuses is true of one that declines to debate.
	Refuses bool `json:"refuses"`
	// Why is the judge's reason in a few words; it may be empty.
	Why string `json:"why,omitempty"`
}

// Judge judges replies. It is safe for concurrent use.
type Judge interface {
	// Name is "rules" or that of a model.
	Name() string
	// Judge says what it finds and what that cost. An error says that the
	// reply could not be judged, which is never taken for a good one.
	Judge(ctx context.Context, q Question) (Verdict, debate.Usage, error)
}
