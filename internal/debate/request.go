package debate

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ChatResult is a turn taken.
type ChatResult struct {
	Conversation Conversation
	Turn         Turn
	// Window is the latest 5 turns, oldest first.
	Window []Turn
}

// The limits of what a caller may say. The contract states the same.
const (
	// A message has at most so many characters, or so many bytes, which was the
	// limit once.
	MaxMessageCharacters = 8000
	maxMessageBytes      = 8192

	maxTitleBytes     = 200
	maxRequestIDBytes = 128
)

// MaxPersonaBytes is how long a persona may be.
const MaxPersonaBytes = 200

// MaxTopicBytes is how long a topic may be.
const MaxTopicBytes = 300

// ChatRequest is a turn to take.
type ChatRequest struct {
	// ConversationID is empty to start a conversation.
	ConversationID string
	Message        string
	// Topic and Stance are for a conversation that has no topic yet; empty
	// leaves the choice to the bot.
	Topic  string
	Stance Stance
	// Role is whose side the bot takes where no Stance is given.
	Role Role
	// Difficulty is for a new conversation.
	Difficulty Difficulty
	// Persona is who the bot speaks as, for a new conversation; empty is itself.
	Persona string
	// Format is the name of how the debate runs, for a new conversation; empty is open.
	Format string
	// Duel is who debates where two models do, for a new conversation. No caller from
	// outside can say so.
	Duel Duel
	// RequestID, unless empty, makes the request safe to repeat.
	RequestID string
}

// Validate checks what can be checked without a store; the error is an
// InvalidArgument that names every field at fault.
func (r ChatRequest) Validate() error {
	var faults []FieldViolation
	fault := func(field, description string) {
		faults = append(faults, FieldViolation{field, description})
	}
	if what := MessageFault(r.Message); what != "" {
		fault("message", what)
	}
	if !validLine(r.Topic, MaxTopicBytes) || r.Topic != "" && blank(r.Topic) {
		fault("topic", "must be at most 300 bytes of text on one line, not blank, without control characters; leave it out to take it from the message")
	}
	switch r.Stance {
	case NoStance, Pro, Con:
	default:
		fault("stance", "must be PRO, CON or left out")
	}
	switch {
	case !slices.Contains([]Role{"", Opponent, Ally, EitherSide}, r.Role):
		fault("role", "must be opponent, ally, either or left out")
	case r.Role != "" && r.Stance != NoStance:
		fault("role", "says the bot's side, and so does stance: give one of them")
	}
	switch r.Difficulty {
	case "", Easy, Medium, Hard:
	default:
		fault("difficulty", "must be easy, medium, hard or left out")
	}
	if !validLine(r.Persona, MaxPersonaBytes) || r.Persona != "" && blank(r.Persona) {
		fault("persona", "must be at most 200 bytes of text on one line, not blank, without control characters; leave it out for none")
	}
	if !validRequestID(r.RequestID) {
		fault("request_id", "must be at most 128 visible ASCII characters")
	}
	if faults == nil {
		return nil
	}
	e := Invalid(faults[0].Field, faults[0].Description)
	e.Fields = faults
	return e
}

// ValidateTitle checks the title of a conversation; the error is an
// InvalidArgument.
func ValidateTitle(title string) error {
	if blank(title) || !validLine(title, maxTitleBytes) {
		return Invalid("title", "must be 1 to 200 bytes of text on one line, not blank, without control characters")
	}
	return nil
}

// ValidateRequestID checks an id that a caller gave a request, or none; the
// error is an InvalidArgument.
func ValidateRequestID(id string) error {
	if !validRequestID(id) {
		return Invalid("request_id", "must be at most 128 visible ASCII characters")
	}
	return nil
}

func validRequestID(id string) bool {
	return len(id) <= maxRequestIDBytes &&
		!strings.ContainsFunc(id, func(c rune) bool { return c < '!' || c > '~' })
}

// validLine says whether s is at most limit bytes of text on one line.
func validLine(s string, limit int) bool {
	return len(s) <= limit && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f })
}

// blank reports whether a reader sees nothing of s: white space, and characters
// of no width or no ink.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool {
		return unicode.In(c, unicode.L, unicode.N, unicode.P, unicode.S) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, c) && c != '\u2800' // braille without a dot
	})
}

// MessageFault says what is wrong with a message, so that its writer knows what to change; it is
// empty where nothing is.
func MessageFault(message string) string {
	control := strings.IndexFunc(message, isControl)
	switch characters := utf8.RuneCountInString(message); {
	case !utf8.ValidString(message):
		return "must be valid UTF-8"
	case message == "":
		return fmt.Sprintf("is empty; it must be 1 to %d characters of text", MaxMessageCharacters)
	case len(message) > maxMessageBytes && characters > MaxMessageCharacters:
		return fmt.Sprintf("is too long: it has %d of at most %d characters", characters, MaxMessageCharacters)
	case control >= 0:
		return fmt.Sprintf("has control characters, the first of them U+%04X after %d other characters; it must be text", message[control], utf8.RuneCountInString(message[:control]))
	case blank(message):
		return "is blank; it must be text that can be read"
	default:
		return ""
	}
}

// isControl is true of the characters that have no place in a message: tab and
// line breaks do.
func isControl(c rune) bool {
	return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f
}
