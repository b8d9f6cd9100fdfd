package debate

import (
	"context"
)

// Model writes replies.
type Model interface {
	// Name is what a turn's Model says when this model replied.
	Name() string
	// Reply writes the reply to p through emit, piece by piece, and returns
	// when it is whole. An error means that it is not; an *Error says why,
	// any other is taken as ModelUnavailable. The completion is filled as far
	// as it is known in both cases. A cancelled context ends it early.
	Reply(ctx context.Context, p Prompt, emit func(text string)) (Completion, error)
}

// BuiltInModel is the name of the built-in opponent among models.
const BuiltInModel = "offline"

// Completion is what is known about a reply besides its text.
type Completion struct {
	// Model is the one that replied, when that is not the one first asked.
	Model string
	// Usage is that of all calls made for the reply.
	Usage Usage
	// Calls is how many there were, of those that Prompt.Calls allowed.
	Calls int
	// Ledger is what the exchange added, as far as the model knows: the points
	// of the message and of the reply.
	Ledger Ledger
}

// Prompt is what a model is to reply to.
type Prompt struct {
	Topic      string
	Stance     Stance
	Language   string
	Difficulty Difficulty
	// Persona is who the bot speaks as, in a caller's words; empty is itself.
	Persona string
	// Summary retells exchanges older than those in Exchanges.
	Summary string
	// Slipped says that the bot's latest reply was found to leave its side or
	// to invent figures.
	LastStanceCheck *StanceCheck
	// Exchanges are the latest answered ones, oldest first.
	Exchanges []Exchange
	// Message is the user's latest text, in Exchanges nowhere.
	Message string
	// Number is that of the turn.
	Number int
	// Seed makes a reply repeatable where the model allows it: the same for
	// the same conversation, turn and attempt.
	Seed uint64
	// Replaced is the reply that this one replaces, where a turn is tried again; empty
	// otherwise.
	Replaced string
	// Calls is how many calls of a provider the reply may take, at least 1.
	Calls int
	// Aside is what the message wants where it is about the debate itself: the
	// reply answers that, in one to three sentences, and does not argue.
	Aside Aside
	// NewTopic is the other topic that AsideNewTopic names, if it names one.
	NewTopic string
	// Lead is the reply's first sentence, which is written already: the model
	// goes on from it.
	Lead string
	// Firm says that the user's side is wrong as a matter of fact or of plain
	// decency, so that nothing of it is granted.
	Firm bool
	// Facts are what a Firm reply can rely on; empty where none are at hand.
	Facts string
	// Offers are topics to offer where there is no Topic yet: the reply then
	// invites the user to make a claim.
	SuggestedTopics []Topic
	// Phase is the part of a debate's format that the turn belongs to; the zero one
	// is of an open debate.
	Phase Phase
	// Paced asks for the pace of typing, because somebody is reading along.
	Paced bool
}

// Analyst answers the side questions of a turn. Each is asked at most once a
// turn, and no answer or error of it fails the turn by itself. A nil Analyst
// leaves the subject to the reader of claims and asks nothing else.
type Analyst interface {
	// Subject finds the topic and the bot's stance in a message that may
	// hold a claim; ok is false if there is none.
	Subject(ctx context.Context, message string) (subject Subject, ok bool, cost Usage, err error)
	// Moderate says whether a text is safe to debate.
	Moderate(ctx context.Context, text string) (Moderation, error)
	// Summarize retells a summary and the exchanges after it, in one text.
	Summarize(ctx context.Context, c Conversation, exchanges []Exchange) (summary string, cost Usage, err error)
	// CheckExchange judges a whole reply, and writes down what the exchange
	// added: points that answer or concede those of the other side in it and in
	// earlier.
	CheckExchange(ctx context.Context, c Conversation, e Exchange, earlier []Point) (check StanceCheck, ledger Ledger, cost Usage, err error)
}

// TopicReader knows topics by more than the words of a claim: where a first message
// is about one of them, it corrects what was read in it, and how sure that is.
type TopicReader interface {
	ReadTopic(message string, read Subject, sure float64) (Subject, float64)
}

// Moderation is a provider's verdict on a text.
type Moderation string

// The verdicts.
const (
	Safe     Moderation = ""
	Unsafe   Moderation = "unsafe"
	SelfHarm Moderation = "self-harm" // unsafe, since somebody may hurt themself
)

// Phase is a part of a debate as the bot is told of it.
type Phase struct {
	Name string
	// Asks is what it asks of the bot, in a sentence.
	Asks string
	Move Move
}

// Move is what a phase of a debate asks of the bot. The empty one is Argue.
type Move string

// The moves.
const (
	Argue     Move = "argue"
	OpenCase  Move = "open"  // set out the side's case
	Rebut     Move = "rebut" // answer, and bring nothing new
	Ask       Move = "ask"   // answer what was asked, and ask; cross-examination
	CloseCase Move = "close" // sum up, bring nothing new and ask nothing
)
