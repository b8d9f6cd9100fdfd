package offline

// This file finds which of a topic's texts answers a sentence of the user's.

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/classify"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// role is what a text of the bank is for.
type role string

// The roles.
const (
	heart    role = "case"
	argument role = "argument"
	answer   role = "answer"
	question role = "question"
	concede  role = "concede"
	closing  role = "closing"
)

// entry is a text of one side, with what is said that it is to.
type entry struct {
	bank.Text
	role role
	// seldom is what it answers said: it is none of the side's first answers.
	seldom bool
	// words say of the matcher's, by their place, where in the entry each is; it has
	// none of those behind.
	words []within
	// each is what its wordings mean, wordings that on the average, and body its text.
	each           [][]float32
	wordings, body []float32
}

// within says where in an entry a word is.
type within uint8

const (
	inBody within = iota + 1
	inWording
)

// worth is what a word counts by that: one of the text itself less than one of its wordings.
var worth = [...]float64{inBody: 0.8, inWording: 1}

// weight is how much one of the matcher's words speaks for the entry.
func (e *entry) weight(at int) float64 {
	if at < len(e.words) {
		return worth[e.words[at]]
	}
	return 0
}

// word is a content word of the texts of a side, or of a message.
type word struct {
	stem    string
	meaning classify.Meaning
	special float64 // how much it tells the entries apart
}

// matcher finds the text of a side that meets what was said: by the words that they
// share, and by what all of it means.
type matcher struct {
	*index
	entries []*entry
	words   []word
	places  map[string]int // of stems among the words
	mean    []float32      // what all wordings mean on the average
}

func newMatcher(x *index, t *bank.Topic, side debate.Stance) *matcher {
	m := &matcher{index: x, places: make(map[string]int), mean: make([]float32, classify.Dimensions)}
	c := t.Of(side)
	read := make(map[string][]word) // each text twice
	wordsIn := func(text string) iter.Seq[word] {
		words, known := read[text]
		if !known {
			words = slices.Collect(m.contentWords(text))
			read[text] = words
		}
		return slices.Values(words)
	}
	for _, list := range []struct {
		role  role
		texts []bank.Text
	}{{heart, []bank.Text{{ID: "case", Text: c.Case}}}, {argument, c.Arguments}, {answer, c.Answers}, {question, c.Questions}, {concede, c.Concedes}, {closing, []bank.Text{{ID: "closing", Text: c.Closing}}}} {
		for i, text := range list.texts {
			if text.Text != "" {
				e := m.newEntry(list.role, text, wordsIn)
				e.seldom = list.role == answer && i >= commonAnswers
				m.entries = append(m.entries, e)
			}
		}
	}
	m.weighWords(t)
	m.placeEntries(wordsIn)
	return m
}

// wordings are what is said that a text is to.
func wordings(t bank.Text) []string {
	return slices.DeleteFunc(slices.Concat(t.Said, t.Asked, []string{t.To, t.Point}), func(s string) bool { return s == "" })
}

func (m *matcher) newEntry(r role, text bank.Text, wordsIn func(string) iter.Seq[word]) *entry {
	e := &entry{Text: text, role: r}
	add := func(text string, where within) {
		for w := range wordsIn(text) {
			at, ok := m.places[w.stem]
			if !ok {
				at, w.stem = len(m.words), strings.Clone(w.stem) // the text is not kept for it
				m.places[w.stem], m.words = at, append(m.words, w)
			}
			if more := at + 1 - len(e.words); more > 0 {
				e.words = append(e.words, make([]within, more)...)
			}
			e.words[at] = max(e.words[at], where)
		}
	}
	for _, wording := range wordings(text) {
		add(wording, inWording)
	}
	add(text.Text, inBody)
	return e
}

// contentWords are those of a text, with what they mean.
func (g *grammar) contentWords(text string) iter.Seq[word] {
	return func(yield func(word) bool) {
		for w := range strings.FieldsFuncSeq(fold(text), func(r rune) bool { return !isWord(r) }) {
			if g.common[w] {
				continue
			}
			if s := g.class(g.stem(w)); len(s) > 1 && !yield(word{stem: s, meaning: classify.MeaningOf(w, g.language)}) {
				return
			}
		}
	}
}

// weighWords sets how much each word tells: one that few entries have, and few topics, and
// that does not name the topic, as most messages do.
func (m *matcher) weighWords(t *bank.Topic) {
	in := make([]float64, len(m.words))
	for _, e := range m.entries {
		for at := range e.words {
			in[at] += e.weight(at)
		}
	}
	for at := range m.words {
		m.words[at].special = m.special(m.words[at].stem, in[at])
	}
	names := make(map[int]bool)
	for _, name := range namesOf(t) {
		for w := range m.contentWords(name) {
			if at, ok := m.places[w.stem]; ok {
				names[at] = true
			}
		}
	}
	for at := range names {
		m.words[at].special *= ofTopic
	}
}

// special is what a stem tells that so many entries have.
func (m *matcher) special(stem string, entries float64) float64 {
	common := commonest + (1-commonest)*m.rarity(stem)/m.rarity("")
	return math.Log(1+float64(len(m.entries))/(0.5+entries)) * common
}

// namesOf are the names of a topic and its claim; a general one has neither of its own.
func namesOf(t *bank.Topic) []string {
	if len(t.Forms.Pro)+len(t.Forms.Con)+len(t.About) > 0 {
		return nil
	}
	return append(slices.Clone(t.Names), t.Claim)
}

// commonest is what a stem of all topics counts, and ofTopic one of the topic's names or claim.
const (
	commonest = 0.5
	ofTopic   = 0.6
)

// placeEntries sums up what the entries mean, as it differs from what all do.
func (m *matcher) placeEntries(wordsIn func(string) iter.Seq[word]) {
	n := float32(0)
	for _, e := range m.entries {
		for _, wording := range wordings(e.Text) {
			sum, _ := m.sum(wordsIn(wording))
			e.each = append(e.each, sum)
			for i, x := range sum {
				m.mean[i] += x
			}
			n++
		}
		e.wordings = make([]float32, classify.Dimensions)
		e.body, _ = m.sum(wordsIn(e.Text.Text))
	}
	for i := range m.mean {
		m.mean[i] /= max(n, 1)
	}
	for _, e := range m.entries {
		for _, sum := range e.each {
			m.center(sum)
			for i, x := range sum {
				e.wordings[i] += x
			}
		}
		classify.Norm(e.wordings)
		m.center(e.body)
	}
}

// sum is what the content words of a text mean, as a vector of length 1, and each of them once.
func (m *matcher) sum(text iter.Seq[word]) (sum []float32, words []word) {
	sum = make([]float32, classify.Dimensions)
	for w := range text {
		w.stem = m.spell(w.stem)
		if at, ok := m.places[w.stem]; ok {
			w.special, w.meaning = m.words[at].special, cmp.Or(w.meaning, m.words[at].meaning)
		} else {
			w.special = m.special(w.stem, 1)
		}
		w.meaning.AddTo(sum, float32(w.special))
		if !slices.ContainsFunc(words, func(other word) bool { return other.stem == w.stem }) {
			words = append(words, w)
		}
	}
	classify.Norm(sum)
	return sum, words
}

// center takes from a vector, unless it is empty, what all wordings mean.
func (m *matcher) center(sum []float32) {
	if !slices.ContainsFunc(sum, func(x float32) bool { return x != 0 }) {
		return
	}
	for i, x := range m.mean {
		sum[i] -= x
	}
	classify.Norm(sum)
}

// match is a text that meets a part of a message.
type match struct {
	*entry
	span span
	// score is how likely it is that the text meets the part, rather than another
	// text or none.
	score float64
	names bool // itself what it is to
	// formed says that it answers the form of a point, which needs no saying again.
	formed bool
}

// What each sign of a match counts, and that nothing matches. Fitted to the wordings of
// the English bank, each left out of its entry, and left out with its entry: see
// TestAPointIsMetInWordsThatTheBankHasNot.
const (
	byWords    = 6.0
	byWordings = 2.8
	byNearest  = 1.2 // of the wordings
	byBody     = 1.6
	byNone     = 2.9
	byPhrase   = 3.0 // where a whole wording is there
	bySeldom   = 0.6

	// commonAnswers are to what is said most: a side has them first, and the others behind.
	commonAnswers = 10

	sureMatch = 0.28 // of what meets a point
	relevant  = 0.2  // of an argument that bears on it
)

// sure says whether it is likely enough to be what was meant.
func (f match) sure() bool { return f.score >= sureMatch }

// shared is how much of some words an entry has, from 0 to 1.
func (m *matcher) shared(e *entry, words []word) float64 {
	has, all := 0.0, saturation
	for _, w := range words {
		at, known := m.places[w.stem]
		if !known { // of what it speaks may be anything
			all += w.special / 2
			continue
		}
		all += w.special
		has += w.special * e.weight(at)
	}
	return has / all
}

// saturation keeps a single word from saying as much as many.
const saturation = 1.2

func product(a, b []float32) float64 {
	sum := float32(0)
	for i, x := range a {
		sum += x * b[i]
	}
	return float64(sum)
}

// nearest is how much a text, of which sum is the meaning, is like the wording that is most like it.
func (e *entry) nearest(sum []float32) (best float64) {
	for _, wording := range e.each {
		best = max(best, product(sum, wording))
	}
	return best
}

// worded says whether a text, as plain gives it, has one of the wordings of what the
// entry is to, also where that is all common words: "everyone does it".
func (e *entry) worded(text string) bool {
	return slices.ContainsFunc(slices.Concat(e.Said, e.Asked), func(phrase string) bool {
		phrase = plain(phrase)
		return strings.Contains(phrase, " ") && has(text, phrase)
	})
}

// rank are the texts that the roles take, the likeliest for a text first.
func (m *matcher) rank(text string, roles ...role) []match {
	sum, words := m.sum(m.contentWords(text))
	m.center(sum)
	said, all := plain(text), math.Exp(byNone)
	var found []match
	for _, e := range m.entries {
		if !slices.Contains(roles, e.role) {
			continue
		}
		x := byWords*m.shared(e, words) + byWordings*product(sum, e.wordings) + byNearest*e.nearest(sum) + byBody*product(sum, e.body)
		if e.worded(said) {
			x += byPhrase
		}
		if e.seldom {
			x -= bySeldom
		}
		f := match{entry: e, score: math.Exp(x)}
		all += f.score
		found = append(found, f)
	}
	for i := range found {
		found[i].score /= all
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(b.score, a.score) })
	return found
}
