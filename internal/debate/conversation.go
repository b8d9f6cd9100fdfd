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
	CreatedAt      time.Time
	UpdatedAt      time.Time
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
}

// ConversationCursor is a place in a list of conversations, which runs from
// the most recently updated on; the zero value is its beginning.
type ConversationCursor struct {
	UpdatedAt time.Time
	ID        string
}
