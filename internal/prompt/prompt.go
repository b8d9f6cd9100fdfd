// Package prompt writes what a model is given to read: templates filled within a
// budget of tokens, in which nothing that was said can pose as a rule.
package prompt

import (
	_ "embed" // for the templates
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Role is who speaks in a message to a model.
type Role string

// The roles, as models know them.
const (
	SystemRole    Role = "system"
	UserRole      Role = "user"
	AssistantRole Role = "assistant"
)

// Message is a part of what a model is given to read.
type Message struct {
	Role Role
	Text string
}

// messageTokens is what the frame around a message costs, rounded up.
const messageTokens = 8

// Templates have places between braces, such as {{topic}}. Where a text depends on
// more than what stands in such a place, Go writes it: package text/template calls
// methods by name, which keeps every method of every package in the binary, and is
// half of its size.
var (
	//go:embed templates/argue.tmpl
	argueTemplate string
	//go:embed templates/check.tmpl
	checkTemplate string
	//go:embed templates/invite.tmpl
	inviteTemplate string
	//go:embed templates/judge.tmpl
	judgeTemplate string
	//go:embed templates/points.tmpl
	pointsTemplate string
	//go:embed templates/steelman.tmpl
	steelmanTemplate string
	//go:embed templates/subject.tmpl
	subjectTemplate string
	//go:embed templates/summary.tmpl
	summaryTemplate string
)

// Reply is the prompt as a model reads it: one system message with the
// rules and the record of what is too old to be carried whole, the latest
// exchanges, and the user's latest text, once.
//
// It stays within budget tokens by leaving out, first, the oldest exchanges and
// then the end of the record; the rules and the latest text are always there. A
// nil count counts bytes, and so does Reply where bytes suffice: no
// tokenizer makes more tokens than bytes.
func Reply(p debate.Prompt, budget int, count func(string) int) []Message {
	b := tokenBudget{left: budget, count: count}
	if p.Topic == "" {
		// An invitation answers the latest text only.
		return []Message{{SystemRole, invitation(p)}, {UserRole, plain(p.Message)}}
	}
	latest := Message{UserRole, plain(p.Message) + reminder(p)}
	f := systemPromptData{Topic: p.Topic, Words: length(p.Message, p.Difficulty), Stance: p.Stance, Difficulty: p.Difficulty, Language: p.Language, Persona: p.Persona,
		Firm: p.Firm, Facts: p.Facts, Lead: p.Lead, Aside: asides[p.Aside], Phase: p.Phase}
	if p.LastStanceCheck != nil {
		f.Drifted, f.Invented = !p.LastStanceCheck.Holds, p.LastStanceCheck.Invents
	}
	rules := argument(f)
	if size(p)+len(rules) <= budget {
		b.count = nil
	}
	b.reserve(rules)
	b.reserve(latest.Text)
	if f.Record = b.truncate(record(strings.TrimSpace(p.Summary + "\n" + standing(p.Exchanges)))); f.Record != "" {
		b.reserve(f.Record)
		rules = argument(f)
	}

	first := len(p.Exchanges)
	for first > 0 && b.tryReserve(plain(p.Exchanges[first-1].Message), plain(p.Exchanges[first-1].Reply)) {
		first--
	}
	messages := append(make([]Message, 0, 2+2*len(p.Exchanges[first:])), Message{SystemRole, rules})
	for _, e := range p.Exchanges[first:] {
		messages = append(messages, Message{UserRole, plain(e.Message)}, Message{AssistantRole, plain(e.Reply)})
	}
	return append(messages, latest)
}

// reminders stand behind the latest message: models follow what they read last.
var reminders = map[debate.Stance]string{
	debate.Pro: "\n\n[Reminder, not from the opponent: Alex argues PRO, that the topic is true or right. Answer the message above first, in its language.]",
	debate.Con: "\n\n[Reminder, not from the opponent: Alex argues CON, that the topic is false or wrong. Answer the message above first, in its language.]",
}

// reminder is the one of a prompt, with what its phase asks.
func reminder(p debate.Prompt) string {
	text := reminders[p.Stance]
	if p.Phase.Asks == "" || text == "" {
		return text
	}
	return strings.TrimSuffix(text, "]") + " In this phase: " + plain(p.Phase.Asks) + "]"
}

// length is how long the reply to a message is: the longer, the longer that is.
func length(message string, d debate.Difficulty) string {
	switch n := len(strings.Fields(message)); {
	case n <= 12:
		return "20 to 60 words in all"
	case n <= 40 || d == debate.Easy:
		return "40 to 90 words in all"
	case d == debate.Hard:
		return "80 to 180 words in all"
	default:
		return "60 to 140 words in all"
	}
}

// size bounds the size of what is said, marks included.
func size(p debate.Prompt) int {
	n := messageTokens + len(p.Message) + len(reminder(p)) + 3*len(p.Summary)
	for _, e := range p.Exchanges {
		n += 2*messageTokens + len(e.Message) + len(e.Reply) + 3*len(e.Ledger)
	}
	return n * 3 / 2 // "<|" and "|>" grow by half
}

// Subject asks for the topic and the sides in a message.
func Subject(message string) []Message {
	return []Message{{SystemRole, fill(subjectTemplate, nil)}, {UserRole, plain(message)}}
}

// Summary asks for a retelling of c's summary and the exchanges after
// it, of which the latest that fit into budget tokens are shown.
func Summary(c debate.Conversation, exchanges []debate.Exchange, budget int, count func(string) int) []Message {
	b := tokenBudget{left: budget, count: count}
	system := Message{SystemRole, fill(summaryTemplate, map[string]string{"topic": quoted(c.Topic), "stance": string(c.Stance)})}
	b.reserve(system.Text)
	before := b.truncate(record(c.Summary))
	if before != "" {
		before = "The record before:\n" + before + "\n\n"
		b.reserve(before)
	}
	first := len(exchanges)
	var told []string
	for first > 0 {
		e := exchanges[first-1]
		text := "The user:\n" + record(e.Message) + "\nThe bot:\n" + record(e.Reply) + "\n"
		if !b.tryReserve(text) {
			break
		}
		told = append(told, text)
		first--
	}
	var said strings.Builder
	said.WriteString(before)
	for _, t := range slices.Backward(told) {
		said.WriteString(t)
	}
	return []Message{system, {UserRole, said.String()}}
}

// Check asks whether the reply of an exchange holds c's stance and invents
// nothing, and which points each side made. Earlier are the points that these can
// answer or concede.
func Check(c debate.Conversation, e debate.Exchange, earlier []debate.Point) []Message {
	var said strings.Builder
	if len(earlier) > 0 {
		said.WriteString("Earlier points:\n")
		for _, p := range earlier {
			said.WriteString(record(p.ID+" ("+string(p.Speaker)+"): "+strings.Join(strings.Fields(p.Text), " ")) + "\n")
		}
		said.WriteString("\n")
	}
	said.WriteString("The user:\n" + record(e.Message) + "\nThe bot:\n" + record(e.Reply))
	return []Message{{SystemRole, fill(checkTemplate, map[string]string{"topic": quoted(c.Topic), "stance": string(c.Stance), "side": isTrue(c.Stance == debate.Pro)})}, {UserRole, said.String()}}
}

// fill puts texts into the places of a template, by their names. No place that such a
// text names is filled.
func fill(template string, places map[string]string) string {
	var text strings.Builder
	text.Grow(len(template) + 1<<10)
	fillInto(&text, template, places)
	return text.String()
}

// fillInto fills a template at the end of a text.
func fillInto(text *strings.Builder, template string, places map[string]string) {
	for rest := strings.TrimSpace(template); rest != ""; {
		before, place, _ := strings.Cut(rest, "{{")
		text.WriteString(before)
		var name string
		name, rest, _ = strings.Cut(place, "}}")
		text.WriteString(places[name])
	}
}

// around is a text between two others, or nothing where it is empty.
func around(before, text, after string) string {
	if text == "" {
		return ""
	}
	return before + text + after
}

// isTrue is what a side says of the topic.
func isTrue(yes bool) string {
	if yes {
		return "true or right"
	}
	return "false or wrong"
}

// plain is what somebody said, unable to pose as the frame around it: chat
// formats put their marks between "<|" and "|>".
func plain(said string) string {
	if strings.IndexByte(said, '|') < 0 && utf8.ValidString(said) {
		return said
	}
	said = strings.ToValidUTF8(said, "\uFFFD")
	said = strings.ReplaceAll(said, "<|", "< |")
	return strings.ReplaceAll(said, "|>", "| >")
}

// quoted is what somebody said as one line between quotation marks.
func quoted(said string) string {
	return strconv.Quote(plain(strings.Join(strings.Fields(said), " ")))
}

// record is a text with every line marked, so that none can pose as a rule.
func record(said string) string {
	said = strings.TrimSpace(plain(said))
	if said == "" {
		return ""
	}
	lines := strings.FieldsFunc(said, func(c rune) bool {
		switch c {
		case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
			return true
		}
		return false
	})
	return "> " + strings.Join(lines, "\n> ")
}

// tokenBudget is what is left of a budget of tokens.
type tokenBudget struct {
	left  int
	count func(string) int
}

func (b *tokenBudget) tokens(text string) int {
	if b.count == nil {
		return len(text)
	}
	return b.count(text)
}

// reserve takes what has to be there, whether or not it fits.
func (b *tokenBudget) reserve(text string) { b.left -= b.price(text) }

func (b *tokenBudget) price(text string) int { return b.tokens(text) + messageTokens }

// tryReserve takes texts if all of them fit.
func (b *tokenBudget) tryReserve(texts ...string) bool {
	price := 0
	for _, text := range texts {
		price += b.price(text)
	}
	if price > b.left {
		return false
	}
	b.left -= price
	return true
}

// truncate is the beginning of a text, up to a word's end, that takes at most
// half of what is left.
func (b *tokenBudget) truncate(text string) string {
	for text != "" && b.price(text) > b.left/2 {
		cut := min(len(text)/2, max(0, b.left))
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		if space := strings.LastIndexAny(text[:cut], " \n"); space > 0 {
			cut = space
		}
		text = strings.TrimRight(text[:cut], "> \n")
	}
	return text
}
