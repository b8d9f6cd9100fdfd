package debate

import (
	"time"
)

// Stance is a side of a topic.
type Stance string

// The stances. NoStance is that of a conversation without a topic and, in a
// request, means to oppose the user.
const (
	NoStance Stance = ""
	Pro      Stance = "PRO"
	Con      Stance = "CON"
)

// Opposite is the other side; NoStance has none.
func (s Stance) Opposite() Stance {
	switch s {
	case Pro:
		return Con
	case Con:
		return Pro
	default:
		return NoStance
	}
}

// Role is whose side the bot takes of what the user says. The empty one is
// Opponent.
type Role string

// The roles.
const (
	Opponent   Role = "opponent"
	Ally       Role = "ally"
	EitherSide Role = "either" // the service chooses
)

// Difficulty is how hard the bot argues.
type Difficulty string

// The difficulties. The empty one is Medium.
const (
	Easy   Difficulty = "easy"
	Medium Difficulty = "medium"
	Hard   Difficulty = "hard"
)

// Owner is who a conversation belongs to. Two owners are the same only when
// both parts are equal: a key never sees what it stored for a user without
// naming that user.
type Owner struct {
	// Key is the name of the API key, "default" for a single or absent one.
	Key string
	// User is the end user that a trusted client names; empty for none.
	User string
}

// Conversation is one debate.
type Conversation struct {
	ID    string
	Owner Owner
	// Topic is a claim that can be argued, in one sentence; empty until one is made.
	Topic string
	// Stance is the bot's side of the topic; NoStance until there is a topic.
	Stance     Stance
	Title      string
	Language   string
	Difficulty Difficulty
	// Persona is who the bot speaks as; empty is itself.
	Persona string
	// TurnCount counts turns in every state; the latest turn has this number.
	TurnCount int
	// Revision grows with every change to the conversation's turns, so that
	// (ID, Revision) names an unchanging window.
	Revision int64
	// Summary retells the turns up to and including number SummaryThrough.
	Summary        string
	SummaryThrough int
	// Format is the name of how the debate runs; empty is open, without an end.
	Format string
	// Rounds counts the arguments that were answered, where there is a format;
	// Over says that it has no further round.
	Rounds int
	Over   bool
	// Opinion is what the user thinks of the topic, nil if they never said.
	Opinion *Opinion
	// Duel is who debates where two models do.
	Duel Duel
	// Share is the token of the page that anybody may read; empty for none.
	Share     string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Opinion is how far the user agrees with the topic, from -3 to 3.
type Opinion struct {
	// Before is the first that was given, After the latest.
	Before int `json:"before"`
	After  int `json:"after"`
	// Turn is the number of the turn that the latest is about, 0 for none.
	Turn int `json:"turn,omitempty"`
}

// Duel is the names of two models that debate each other: User speaks in the user's
// place. It is empty where a person debates.
type Duel struct {
	User string `json:"user"`
	Bot  string `json:"bot"`
}

// OpinionOfDebate is a debate of which the user has an opinion.
type OpinionOfDebate struct {
	Conversation Conversation
	// MovedBy is what the bot said in the opinion's turn; nil for none.
	MovedBy *Quote
}

// MaxAgreement is how far an Opinion goes, either way.
const MaxAgreement = 3

// Votes are how many readers of a shared debate had an opinion before it and one after.
type Votes struct {
	Before, After int
	Count         int64
}

// ForkRequest is a conversation to make from another.
type ForkRequest struct {
	ConversationID string
	// ThroughTurn is how many turns to copy, from the first on.
	ThroughTurn int
	// SwapSides and Topic begin a debate of its own: who said something has said it,
	// and about what, so that the turns copied are EarlierKind.
	SwapSides bool
	Topic     string
	// Difficulty is empty to keep the one that it has.
	Difficulty Difficulty
	// Message begins a turn, unless it is empty.
	Message   string
	RequestID string
}

// Validate checks what can be checked without a store; the error is an
// InvalidArgument.
func (r ForkRequest) Validate() error {
	if r.ThroughTurn < 0 {
		return Invalid("through_turn", "must not be negative")
	}
	message := r.Message
	if message == "" {
		message = "-"
	}
	return ChatRequest{Message: message, Topic: r.Topic, Difficulty: r.Difficulty, RequestID: r.RequestID}.Validate()
}

// WithSubject is the conversation with its subject.
func (c Conversation) WithSubject(s Subject) Conversation {
	c.Topic, c.Stance, c.Title, c.Language = s.Topic, s.Stance, s.Title, s.Language
	return c
}

// Subject is what a conversation is about, as read from a message or judged
// by a model.
type Subject struct {
	Topic    string
	Stance   Stance
	Title    string
	Language string
	// Risk is what a model saw in the message besides; it is not stored.
	Risk Risk
}

// Risk is why a message must not be debated.
type Risk string

// The risks.
const (
	NoRisk   Risk = ""
	RiskCare Risk = "care" // somebody may be in danger
	RiskHarm Risk = "harm" // the bot's side would defend or help harm to people
)

// WithStance is the subject with the stance that the bot was given, if it was.
func (s Subject) WithStance(given Stance) Subject {
	if given != NoStance && s.Topic != "" {
		s.Stance = given
	}
	return s
}

// Topic is a curated claim to start from.
type Topic struct {
	Claim    string
	Category string
	Language string // "en" or another
}

// ConversationCursor is a place in a list of conversations, which runs from
// the most recently updated on; the zero value is its beginning.
type ConversationCursor struct {
	UpdatedAt time.Time
	ID        string
}
