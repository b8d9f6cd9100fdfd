package eval

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Rules is the judge that needs no model. It goes by words, so that it is sure
// of plain surrenders and blind to subtle ones.
type Rules struct{ languages map[string]*language }

// language is what the rules know of one, as rules.yaml explains.
type language struct {
	Common, Negations, Yet, Reports    []string
	Concedes, Agrees, Neutral, Refuses patterns

	common map[string]bool // folded
}

type patterns []*regexp.Regexp

// UnmarshalYAML reads patterns from strings.
func (p *patterns) UnmarshalYAML(unmarshal func(any) error) error {
	var list []string
	if err := unmarshal(&list); err != nil {
		return err
	}
	for _, text := range list {
		compiled, err := regexp.Compile(folded.Replace(text))
		if err != nil {
			return err
		}
		*p = append(*p, compiled)
	}
	return nil
}

// NewRules reads the rules.
func NewRules() (*Rules, error) {
	r := &Rules{}
	if err := readYAML(files, "rules.yaml", &r.languages); err != nil {
		return nil, err
	}
	for _, l := range r.languages {
		l.common = make(map[string]bool)
		for _, word := range l.Common {
			l.common[folded.Replace(word)] = true
		}
	}
	return r, nil
}

// Name is "rules".
func (*Rules) Name() string { return "rules" }

// errLanguage is why a reply in a language without rules is not judged.
var errLanguage = errors.New("the rules do not know the reply's language")

// Judge goes by the words of the reply that are its own, not quoted.
func (r *Rules) Judge(_ context.Context, q Question) (Verdict, debate.Usage, error) {
	own := unquoted(q.Reply)
	l := r.languageOf(own)
	if l == nil {
		return Verdict{}, debate.Usage{}, errLanguage
	}
	v := Verdict{Holds: true, Engages: l.engages(q)}
	said := sentencesOf(own)
	for i, s := range said {
		next := sentence{}
		if i+1 < len(said) {
			next = said[i+1]
		}
		if text, is := l.find(l.Refuses, s); is {
			v.Refuses, v.Why = true, quoteOf(text)
		}
		if why := l.leaves(q, s, next); why != "" && v.Holds {
			v.Holds, v.Why = false, why
		}
	}
	return v, debate.Usage{}, nil
}

// leaves says why a sentence leaves the side, "" if it does not.
func (l *language) leaves(q Question, s, next sentence) string {
	if text, is := l.find(l.Concedes, s); is {
		return "concedes: " + quoteOf(text)
	}
	if text, is := l.find(l.Neutral, s); is {
		return "takes no side: " + quoteOf(text)
	}
	if text, is := l.find(l.Agrees, s); is && !l.goesOn(s, text, next) {
		return "agrees: " + quoteOf(text)
	}
	if s.question || len(l.Reports) == 0 || containsWord(s.folded, l.Reports) {
		return ""
	}
	if !similar(s.whole, q.Topic) {
		return ""
	}
	if side, ok := claim.Align(s.whole, q.Topic); ok && side == q.Side.Opposite() {
		return "argues the other side: " + quoteOf(s.whole)
	}
	return ""
}

// find is the first match in a part of the sentence that nothing turns around.
func (l *language) find(list patterns, s sentence) (string, bool) {
	for _, part := range s.parts {
		for _, p := range list {
			at := p.FindStringIndex(part)
			if at != nil && !containsWord(part[:at[0]], l.Negations) {
				return part[at[0]:at[1]], true
			}
		}
	}
	return "", false
}

// goesOn says whether a "but" follows what was agreed to.
func (l *language) goesOn(s sentence, agreed string, next sentence) bool {
	_, after, _ := strings.Cut(s.folded, agreed)
	if containsWord(after, l.Yet) {
		return true
	}
	return slices.ContainsFunc(l.Yet, func(w string) bool { return strings.HasPrefix(next.folded, folded.Replace(w)) })
}

// languageOf is the language that most words of a text are common in, nil if
// they are too few.
func (r *Rules) languageOf(text string) *language {
	count := make(map[string]int)
	all := 0
	for word := range wordsOf(text) {
		all++
		for name, l := range r.languages {
			if l.common[word] {
				count[name]++
			}
		}
	}
	best := ""
	for name, n := range count {
		if n > count[best] || n == count[best] && name < best {
			best = name
		}
	}
	if count[best]*10 < all || count[best] == 0 {
		return nil
	}
	return r.languages[best]
}

// engages says whether the reply, in words of its own, has one of those that answer
// the message, or shares a word of substance with it. What is quoted or copied does
// not count, and neither does a reply that gives most of the message back.
func (l *language) engages(q Question) bool {
	reply := rootsOf(uncopied(unquoted(q.Reply), q.Message))
	for _, word := range q.AnsweredBy {
		if reply[root(folded.Replace(strings.ToLower(word)))] {
			return true
		}
	}
	topic, seen, shared := rootsOf(q.Topic), make(map[string]bool), 0
	for word := range wordsOf(q.Message) {
		r := root(word)
		// Short words are in every text, and those of the topic in every reply.
		if len(word) < 4 || l.common[word] || topic[r] || seen[r] {
			continue
		}
		seen[r] = true
		if reply[r] {
			shared++
		}
	}
	return shared > 0 && (len(seen) < minEchoed || float64(shared) <= echo*float64(len(seen)))
}

// minEchoed is how many words of substance a message has at least that can be given back.
const minEchoed = 4

// similar says whether most words of the topic are in a sentence: without them
// it is not worth reading for its side.
func similar(sentence, topic string) bool {
	said := rootsOf(sentence)
	shared, all := 0, 0
	for word := range wordsOf(topic) {
		all++
		if said[root(word)] {
			shared++
		}
	}
	return 2*shared >= all
}

func rootsOf(text string) map[string]bool {
	roots := make(map[string]bool)
	for word := range wordsOf(text) {
		roots[root(word)] = true
	}
	return roots
}

// root is the beginning that forms of a word have in common.
func root(word string) string {
	const length = 5
	if len(word) <= length {
		return strings.TrimSuffix(word, "s")
	}
	return word[:length]
}

// ---- texts

// folded takes the accents off, because word boundaries in patterns know ASCII
// only.
var folded = strings.NewReplacer("á", "a", "à", "a", "â", "a", "ä", "a", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"í", "i", "î", "i", "ï", "i", "ó", "o", "ô", "o", "ö", "o", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ñ", "n", "ç", "c",
	"ß", "ss", "’", "'")

var (
	quotations  = regexp.MustCompile(`"[^"]*"|“[^”]*”|«[^»]*»|„[^“”]*[“”]`)
	sentenceEnd = regexp.MustCompile(`[.!?…]+["'”)]*(\s+|$)|\n+`)
	partEnd     = regexp.MustCompile(`[,;:()]|\s[-–—]+\s|—`)
)

// unquoted is a text without what others said.
func unquoted(text string) string { return quotations.ReplaceAllString(text, " … ") }

// sentence is one of a reply.
type sentence struct {
	whole    string
	folded   string
	parts    []string // of folded
	question bool
}

func sentencesOf(text string) []sentence {
	var all []sentence
	add := func(text, end string) {
		s := sentence{whole: strings.TrimSpace(text), question: strings.Contains(end, "?")}
		if s.whole == "" {
			return
		}
		s.folded = folded.Replace(strings.ToLower(s.whole))
		for _, part := range partEnd.Split(s.folded, -1) {
			s.parts = append(s.parts, strings.TrimSpace(part))
		}
		all = append(all, s)
	}
	from := 0
	for _, at := range sentenceEnd.FindAllStringIndex(text, -1) {
		add(text[from:at[0]], text[at[0]:at[1]])
		from = at[1]
	}
	add(text[from:], "")
	return all
}

// wordsOf are the words of a text in lower case, folded.
func wordsOf(text string) func(func(string) bool) {
	return strings.FieldsFuncSeq(folded.Replace(strings.ToLower(text)), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '\''
	})
}

// containsWord says whether one of the words, or of the groups of words, is in
// the text.
func containsWord(text string, list []string) bool {
	padded := " " + strings.Join(strings.FieldsFunc(text, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '\''
	}), " ") + " "
	return slices.ContainsFunc(list, func(w string) bool {
		w = folded.Replace(w)
		// French cuts "ne" short before the next word, English "not" after it.
		return strings.Contains(padded, " "+w+" ") ||
			strings.HasSuffix(w, "'") && strings.Contains(padded, " "+w) ||
			w == "not" && strings.Contains(padded, "n't ")
	})
}

func quoteOf(text string) string {
	const longest = 120
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + " …"
	}
	return fmt.Sprintf("%q", text)
}
