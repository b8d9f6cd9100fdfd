package debate

import (
	"embed"
	"strconv"
	"strings"
	"sync"
	"text/template"
	"unicode/utf8"
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

//go:embed prompts/*.tmpl
var promptFiles embed.FS

var prompts = template.Must(template.New("").
	Funcs(template.FuncMap{"quote": quoted}).
	ParseFS(promptFiles, "prompts/*.tmpl"))

// Messages is the prompt as a model reads it: one system message with the
// rules and the record of what is too old to be carried whole, the latest
// exchanges, and the user's latest text, once.
//
// It stays within budget tokens by leaving out, first, the oldest exchanges and
// then the end of the record; the rules and the latest text are always there. A
// nil count counts bytes, and so does Messages where bytes suffice: no
// tokenizer makes more tokens than bytes.
func (p Prompt) Messages(budget int, count func(string) int) []Message {
	b := purse{left: budget, count: count}
	latest := Message{UserRole, plain(p.Message)}
	if p.Topic == "" {
		// An invitation answers the latest text only.
		return []Message{{SystemRole, render("invite.tmpl", p)}, latest}
	}
	f := frame{Topic: p.Topic, Stance: p.Stance, Difficulty: p.Difficulty, Language: p.Language, Persona: p.Persona}
	if p.Slipped != nil {
		f.Drifted, f.Invented = !p.Slipped.Holds, p.Slipped.Invents
	}
	rules := rendered.of(f)
	if p.bytes()+len(rules) <= budget {
		b.count = nil
	}
	b.spend(rules)
	b.spend(latest.Text)
	if f.Record = b.fitting(record(p.Summary)); f.Record != "" {
		b.spend(f.Record)
		rules = render("argue.tmpl", f)
	}

	first := len(p.Exchanges)
	for first > 0 && b.buy(plain(p.Exchanges[first-1].Message), plain(p.Exchanges[first-1].Reply)) {
		first--
	}
	messages := []Message{{SystemRole, rules}}
	for _, e := range p.Exchanges[first:] {
		messages = append(messages, Message{UserRole, plain(e.Message)}, Message{AssistantRole, plain(e.Reply)})
	}
	return append(messages, latest)
}

// bytes bounds the size of what is said, marks included.
func (p Prompt) bytes() int {
	n := messageTokens + len(p.Message) + 3*len(p.Summary)
	for _, e := range p.Exchanges {
		n += 2*messageTokens + len(e.Message) + len(e.Reply)
	}
	return n * 3 / 2 // "<|" and "|>" grow by half
}

// frame is what the template of an argument reads.
type frame struct {
	Topic             string
	Stance            Stance
	Difficulty        Difficulty
	Language          string
	Persona           string
	Record            string
	Drifted, Invented bool // the bot's latest reply
}

// rendered keeps what was rendered lately without a record of what was said: most
// turns have the same frame, which takes longer to render than the rest of a prompt.
var rendered = memo{texts: make(map[frame]string)}

// mostFrames are kept; one more, and all are forgotten.
const mostFrames = 256

type memo struct {
	mu    sync.Mutex
	texts map[frame]string
}

func (m *memo) of(f frame) string {
	m.mu.Lock()
	text, ok := m.texts[f]
	m.mu.Unlock()
	if ok {
		return text
	}
	text = render("argue.tmpl", f)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.texts) == mostFrames {
		clear(m.texts)
	}
	m.texts[f] = text
	return text
}

// SubjectMessages asks for the topic and the sides in a message.
func SubjectMessages(message string) []Message {
	return []Message{{SystemRole, render("subject.tmpl", nil)}, {UserRole, plain(message)}}
}

// SummaryMessages asks for a retelling of c's summary and the exchanges after
// it, of which the latest that fit into budget tokens are shown.
func SummaryMessages(c Conversation, exchanges []Exchange, budget int, count func(string) int) []Message {
	b := purse{left: budget, count: count}
	system := Message{SystemRole, render("summary.tmpl", c)}
	b.spend(system.Text)
	before := b.fitting(record(c.Summary))
	if before != "" {
		before = "The record before:\n" + before + "\n\n"
		b.spend(before)
	}
	first := len(exchanges)
	var told []string
	for first > 0 {
		e := exchanges[first-1]
		text := "The user:\n" + record(e.Message) + "\nThe bot:\n" + record(e.Reply) + "\n"
		if !b.buy(text) {
			break
		}
		told = append(told, text)
		first--
	}
	var said strings.Builder
	said.WriteString(before)
	for i := len(told) - 1; i >= 0; i-- {
		said.WriteString(told[i])
	}
	return []Message{system, {UserRole, said.String()}}
}

// StanceMessages asks whether a reply holds c's stance and invents nothing.
func StanceMessages(c Conversation, reply string) []Message {
	return []Message{{SystemRole, render("stance.tmpl", c)}, {UserRole, plain(reply)}}
}

// render fills a template. The templates are compiled in and write to memory:
// an error is a mistake in one of them, which the tests meet.
func render(name string, data any) string {
	var text strings.Builder
	if err := prompts.ExecuteTemplate(&text, name, data); err != nil {
		panic(err)
	}
	return strings.TrimSpace(text.String())
}

// plain is what somebody said, unable to pose as the frame around it: chat
// formats put their marks between "<|" and "|>".
func plain(said string) string {
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
	lines := strings.FieldsFunc(said, func(c rune) bool { return strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", c) })
	return "> " + strings.Join(lines, "\n> ")
}

// purse is what is left of a budget of tokens.
type purse struct {
	left  int
	count func(string) int
}

func (b *purse) tokens(text string) int {
	if b.count == nil {
		return len(text)
	}
	return b.count(text)
}

// spend takes what has to be there, whether or not it fits.
func (b *purse) spend(text string) { b.left -= b.price(text) }

func (b *purse) price(text string) int { return b.tokens(text) + messageTokens }

// buy takes texts if all of them fit.
func (b *purse) buy(texts ...string) bool {
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

// fitting is the beginning of a text, up to a word's end, that takes at most
// half of what is left.
func (b *purse) fitting(text string) string {
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
