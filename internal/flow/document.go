package flow

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Document is a conversation written down.
type Document struct {
	Filename  string
	MediaType string
	Content   string
}

// Format is a kind of document.
type Format string

// The formats.
const (
	Markdown Format = "md"
	JSON     Format = "json"
	Argdown  Format = "argdown"
	Mermaid  Format = "mmd"
)

var mediaTypes = map[Format]string{
	Markdown: "text/markdown; charset=utf-8",
	JSON:     "application/json",
	Argdown:  "text/vnd.argdown; charset=utf-8",
	Mermaid:  "text/vnd.mermaid; charset=utf-8",
}

// Known says whether there is such a format.
func (f Format) Known() bool { return mediaTypes[f] != "" }

// Write makes a document of a conversation with its turns, oldest first. The
// verdict may be nil. The error says that there is no such format.
func Write(format Format, c debate.Conversation, turns []debate.Turn, v *debate.Verdict) (Document, error) {
	d := Document{Filename: filename(c) + "." + string(format), MediaType: mediaTypes[format]}
	switch format {
	case Markdown:
		d.Content = markdown(c, turns, v)
	case JSON:
		d.Content = writeJSON(c, turns, v)
	case Argdown:
		d.Content = argdown(c, Fold(c.Topic, turns))
	case Mermaid:
		d.Content = mermaid(c, Fold(c.Topic, turns))
	default:
		return Document{}, debate.Invalid("format", "must be md, json, argdown or mmd")
	}
	return d, nil
}

// filename is the title in characters that every file system takes.
func filename(c debate.Conversation) string {
	var b strings.Builder
	for _, r := range strings.ToLower(c.Title) {
		switch {
		case b.Len() >= 60:
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if name := strings.Trim(b.String(), "-"); name != "" {
		return name
	}
	return "debate"
}

func sides(c debate.Conversation) (user, bot string) {
	if c.Stance == debate.Pro {
		return "against", "for"
	}
	return "for", "against"
}

// markdown writes a debate to be read by people.
func markdown(c debate.Conversation, turns []debate.Turn, v *debate.Verdict) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", markdownLine(cmp.Or(c.Title, "A debate")))
	if c.Topic != "" {
		user, bot := sides(c)
		fmt.Fprintf(&b, "**Motion:** %s\n\n%s argues %s it, %s %s it.\n\n", markdownLine(c.Topic),
			cmp.Or(markdownLine(c.Duel.User), "The user"), user, cmp.Or(markdownLine(c.Duel.Bot), "the bot"), bot)
	}
	if o := c.Opinion; o != nil {
		fmt.Fprintf(&b, "The user's opinion of the motion, from -3 to +3: %+d before, %+d after.\n\n", o.Before, o.After)
	}
	for _, t := range turns {
		fmt.Fprintf(&b, "## Turn %d\n\n", t.Number)
		if t.Kind == debate.EarlierKind {
			b.WriteString("*This turn is part of an earlier debate, with another motion or the sides the other way round.*\n\n")
		}
		fmt.Fprintf(&b, "**%s:**\n\n%s\n\n", cmp.Or(markdownLine(c.Duel.User), "User"), markdownText(t.Message))
		if t.Answered() {
			fmt.Fprintf(&b, "**%s:**\n\n%s\n\n", cmp.Or(markdownLine(c.Duel.Bot), "Bot"), markdownText(t.Reply))
		}
		if t.State != debate.Completed {
			fmt.Fprintf(&b, "*This reply is not whole: it was %s.*\n\n", t.State)
		}
	}
	if points := Fold(c.Topic, turns); len(points) > 0 {
		b.WriteString("## Flow\n\n| point | turn | who | what | became of it |\n|---|---|---|---|---|\n")
		for _, p := range points {
			fmt.Fprintf(&b, "| %s | %d | %s | %s | %s |\n", p.ID, p.Turn, p.Speaker, strings.ReplaceAll(markdownLine(p.Text), "|", "\\|"), became(p))
		}
		b.WriteByte('\n')
	}
	if v != nil && v.State == debate.Completed {
		markdownVerdict(&b, c.Duel, v)
	}
	return b.String()
}

func became(p Point) string {
	text := string(p.Status)
	if len(p.Answers) > 0 {
		text += "; answers " + strings.Join(p.Answers, ", ")
	}
	if len(p.Concedes) > 0 {
		text += "; grants " + strings.Join(p.Concedes, ", ")
	}
	return text
}

func markdownVerdict(b *strings.Builder, duel debate.Duel, v *debate.Verdict) {
	fmt.Fprintf(b, "## Verdict\n\n**%s** (through turn %d, judged by %s)\n\n", markdownLine(Outcome(duel, v.Winner)), v.ThroughTurn, markdownLine(JudgeName(v.Judge)))
	for _, c := range v.Clashes {
		fmt.Fprintf(b, "### %s\n\n%s: %s\n\n", markdownLine(c.Title), markdownLine(Outcome(duel, c.Winner)), markdownLine(c.Reason))
		for _, q := range c.Quotes {
			markdownQuote(b, q)
		}
	}
	if v.BestCase != "" {
		fmt.Fprintf(b, "### The best case for the other side\n\n%s\n\n", markdownText(v.BestCase))
	}
	if len(v.Advice) > 0 {
		b.WriteString("### Advice\n\n")
	}
	for _, a := range v.Advice {
		fmt.Fprintf(b, "%s\n\n", markdownText(a.Text))
		markdownQuote(b, a.Quote)
	}
}

func markdownQuote(b *strings.Builder, q debate.Quote) {
	fmt.Fprintf(b, "> %s\n>\n> — %s, turn %d\n\n", strings.ReplaceAll(markdownText(q.Text), "\n", "\n> "), q.Speaker, q.Turn)
}

// Outcome is a winner in words. In a duel there is a name in them.
func Outcome(d debate.Duel, w debate.Winner) string {
	switch w {
	case debate.UserWins:
		return cmp.Or(d.User, "The user") + " had the better of it"
	case debate.BotWins:
		return cmp.Or(d.Bot, "The bot") + " had the better of it"
	default:
		return "Undecided"
	}
}

// JudgeName is a judge in words.
func JudgeName(judge string) string {
	if judge == debate.RulesJudge {
		return "rules, which count what was answered and know no facts"
	}
	return judge
}

// markdownText is what was said, so that none of it becomes HTML or a heading of
// the document.
func markdownText(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "<", "\\<"), "\n")
	for i, line := range lines {
		if trimmed := strings.TrimLeft(line, " "); strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "===") || strings.HasPrefix(trimmed, "---") {
			lines[i] = "\\" + trimmed
		}
	}
	return strings.Join(lines, "\n")
}

func markdownLine(text string) string {
	return markdownText(strings.Join(strings.Fields(text), " "))
}

// argdown writes the flow in the language of argdown.org: an argument a point,
// which supports or attacks the motion or what it answers.
func argdown(c debate.Conversation, points []Point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "===\ntitle: %q\n===\n\n[Motion]: %s\n\n", argdownLine(cmp.Or(c.Title, "A debate")), argdownLine(cmp.Or(c.Topic, "No motion yet")))
	for _, p := range points {
		fmt.Fprintf(&b, "<%s>: %s\n", p.ID, argdownLine(p.Quote.Text))
		for _, id := range p.Answers {
			fmt.Fprintf(&b, "  -> <%s>\n", id)
		}
		for _, id := range p.Concedes {
			fmt.Fprintf(&b, "  +> <%s>\n", id)
		}
		if len(p.Answers)+len(p.Concedes) == 0 && p.Kind != debate.QuestionPoint {
			fmt.Fprintf(&b, "  %s [Motion]\n", map[bool]string{true: "+>", false: "->"}[supports(c, p.Speaker)])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// supports says whether a speaker argues for the motion.
func supports(c debate.Conversation, s debate.Speaker) bool {
	return (s == debate.Bot) == (c.Stance == debate.Pro)
}

// argdownLine is a text without the characters that mean something there.
func argdownLine(text string) string {
	return strings.NewReplacer("[", "(", "]", ")", "<", "‹", ">", "›", "{", "(", "}", ")", "#", "＃", "@", "＠", "*", "∗", "_", "ˍ", "//", "/ /", "/*", "/ ∗", "\\", "＼", "===", "= = =").
		Replace(strings.Join(strings.Fields(text), " "))
}

// mermaid writes the flow as a flowchart: solid lines answer, dotted ones grant.
func mermaid(c debate.Conversation, points []Point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "flowchart LR\n  motion[\"%s\"]\n", mermaidText(cmp.Or(c.Topic, "No motion yet")))
	for _, p := range points {
		fmt.Fprintf(&b, "  %s(\"%s\"):::%s\n", mermaidID(p.ID), mermaidText(p.Text), p.Speaker)
		for _, id := range p.Answers {
			fmt.Fprintf(&b, "  %s --> %s\n", mermaidID(p.ID), mermaidID(id))
		}
		for _, id := range p.Concedes {
			fmt.Fprintf(&b, "  %s -.-> %s\n", mermaidID(p.ID), mermaidID(id))
		}
		if len(p.Answers)+len(p.Concedes) == 0 {
			fmt.Fprintf(&b, "  %s --> motion\n", mermaidID(p.ID))
		}
	}
	b.WriteString("  classDef user stroke-width:3px\n  classDef bot stroke-dasharray:4\n")
	return b.String()
}

func mermaidID(id string) string {
	return "p" + strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
			return r
		}
		return '_'
	}, id)
}

func mermaidText(text string) string {
	return strings.NewReplacer("&", "#amp;", "\"", "#quot;", "<", "#lt;", ">", "#gt;", "#", "#35;", "`", "#96;", "\\", "#92;", "%", "#37;").
		Replace(strings.Join(strings.Fields(text), " "))
}

// file is a conversation as JSON.
type file struct {
	Version      int              `json:"debate_export"` // 1
	Conversation fileConversation `json:"conversation"`
	Turns        []fileTurn       `json:"turns"`
	Verdict      *fileVerdict     `json:"verdict,omitempty"`
}

type fileConversation struct {
	Topic      string            `json:"topic"`
	Stance     debate.Stance     `json:"stance"`
	Title      string            `json:"title"`
	Language   string            `json:"language"`
	Difficulty debate.Difficulty `json:"difficulty"`
	Persona    string            `json:"persona,omitempty"`
	Format     string            `json:"format,omitempty"`
	Opinion    *debate.Opinion   `json:"opinion,omitempty"`
	Duel       debate.Duel       `json:"duel,omitzero"`
	CreatedAt  time.Time         `json:"created_at"`
	UpdatedAt  time.Time         `json:"updated_at"`
}

type fileTurn struct {
	Number     int              `json:"number"`
	State      debate.TurnState `json:"state"`
	Kind       debate.TurnKind  `json:"kind,omitempty"`
	Message    string           `json:"message"`
	Reply      string           `json:"reply"`
	Model      string           `json:"model,omitempty"`
	Points     []debate.Point   `json:"points,omitempty"`
	Rating     debate.Rating    `json:"rating,omitempty"`
	CreatedAt  time.Time        `json:"created_at"`
	FinishedAt time.Time        `json:"finished_at"`
}

type fileVerdict struct {
	ThroughTurn int    `json:"through_turn"`
	Judge       string `json:"judge"`
	debate.Findings
}

// writeJSON writes a debate as ReadJSON reads it.
func writeJSON(c debate.Conversation, turns []debate.Turn, v *debate.Verdict) string {
	f := file{Version: 1, Conversation: fileConversation{
		c.Topic, c.Stance, c.Title, c.Language, c.Difficulty, c.Persona, c.Format, c.Opinion, c.Duel, c.CreatedAt, c.UpdatedAt,
	}, Turns: []fileTurn{}}
	for _, t := range turns {
		points, err := t.Ledger.Points()
		if err != nil {
			points = nil
		}
		f.Turns = append(f.Turns, fileTurn{t.Number, t.State, t.Kind, t.Message, t.Reply, t.Model, points, t.Rating, t.CreatedAt, t.FinishedAt})
	}
	if v != nil && v.State == debate.Completed {
		f.Verdict = &fileVerdict{v.ThroughTurn, v.Judge, byNumber(v.Findings)}
	}
	var b strings.Builder
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(f); err != nil {
		panic(err) // of types that always marshal
	}
	return b.String()
}

// byNumber is findings that name turns by their numbers alone, as a file does: where it is
// read they have other ids.
func byNumber(f debate.Findings) debate.Findings {
	return keepQuotes(f, func(q *debate.Quote) bool {
		q.TurnID = ""
		return true
	})
}
