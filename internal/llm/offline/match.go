package offline

import (
	"cmp"
	"math"
	"slices"
	"strings"

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
	role    role
	phrases [][]string         // the terms of each wording
	bag     map[string]float64 // how much each stem speaks for this entry
}

// matcher finds the text of a side that meets what was said.
type matcher struct {
	*index
	entries []*entry
	special map[string]float64 // how much a stem tells the entries apart
}

func newMatcher(x *index, t *bank.Topic, side debate.Stance) *matcher {
	m := &matcher{index: x, special: make(map[string]float64)}
	c := t.Of(side)
	for _, list := range []struct {
		role  role
		texts []bank.Text
	}{{heart, []bank.Text{{ID: "case", Text: c.Case}}}, {argument, c.Arguments}, {answer, c.Answers}, {question, c.Questions}, {concede, c.Concedes}, {closing, []bank.Text{{ID: "closing", Text: c.Closing}}}} {
		for _, text := range list.texts {
			if text.Text != "" {
				m.entries = append(m.entries, x.newEntry(list.role, text))
			}
		}
	}
	m.weighAll()
	return m
}

func (g *grammar) newEntry(r role, text bank.Text) *entry {
	e := &entry{Text: text, role: r, bag: make(map[string]float64)}
	for _, phrase := range slices.Concat(text.Said, text.Asked, []string{text.To, text.Point}) {
		terms := g.terms(phrase)
		if len(terms) > 0 {
			e.phrases = append(e.phrases, terms)
		}
		for _, stem := range terms {
			e.bag[stem] = max(e.bag[stem], 1)
		}
	}
	for _, stem := range g.terms(text.Text) {
		e.bag[stem] = max(e.bag[stem], inBody)
	}
	return e
}

// inBody is what a stem of the text itself is worth beside one of its wordings.
const inBody = 0.8

// weigh sets how much each stem tells: one that few entries have, and few topics.
func (m *matcher) weighAll() {
	in := make(map[string]float64)
	for _, e := range m.entries {
		for stem, weight := range e.bag {
			in[stem] += weight
		}
	}
	for stem, n := range in {
		m.special[stem] = math.Log(1+float64(len(m.entries))/(0.5+n)) * m.weight(stem)
	}
}

// match is a text that meets a part of a message.
type match struct {
	*entry
	span  span
	score float64
	lead  float64 // over the next, for the first of a ranking
}

// sure says whether it is likely enough to be what was meant.
func (f match) sure() bool { return f.score+f.lead >= sureMatch }

// weight is what a stem counts by how many topics have it.
func (m *matcher) weight(stem string) float64 {
	return commonest + (1-commonest)*m.rarity(stem)/m.rarity("")
}

// unknown is the weight of a stem that no entry has.
func (m *matcher) unknown(stem string) float64 {
	return math.Log(1+float64(len(m.entries))/1.5) * m.weight(stem)
}

// score is how well a text meets terms: by the wording that is most like them,
// and by all its words.
func (m *matcher) score(e *entry, terms map[string]bool, mass float64) float64 {
	best := 0.0
	for _, phrase := range e.phrases {
		shared, all := 0.0, 0.0
		for _, stem := range phrase {
			r := m.special[stem]
			all += r
			if terms[stem] {
				shared += r
			}
		}
		if all > 0 {
			best = max(best, shared/all*shared/(shared+saturation))
		}
	}
	words := 0.0
	for stem := range terms {
		words += e.bag[stem] * m.special[stem]
	}
	return best + bagWeight*words/(mass+saturation)
}

// Fixed by the labelled points of the tests.
const (
	saturation = 1.2
	bagWeight  = 1.2
	commonest  = 0.5  // what a stem of all topics counts
	sureMatch  = 0.65 // of what meets a point, with its lead over the next
	relevant   = 0.25 // of an argument that bears on it
)

// worded says whether a text, as plain gives it, has one of the wordings of what the
// entry is to, also where that is all common words: "everyone does it".
func (e *entry) worded(text string) bool {
	return slices.ContainsFunc(slices.Concat(e.Said, e.Asked), func(phrase string) bool {
		phrase = plain(phrase)
		return strings.Contains(phrase, " ") && has(text, phrase)
	})
}

// rank are the texts that the roles take, the best for a text first.
func (m *matcher) rank(text string, spell func(string) string, roles ...role) []match {
	terms, mass := make(map[string]bool), 0.0
	for _, stem := range m.terms(text) {
		stem = spell(stem)
		terms[stem] = true
		if r, ok := m.special[stem]; ok {
			mass += r
		} else {
			mass += m.unknown(stem) / 2
		}
	}
	said := plain(text)
	var found []match
	for _, e := range m.entries {
		if !slices.Contains(roles, e.role) {
			continue
		}
		f := match{entry: e, score: m.score(e, terms, mass)}
		if e.worded(said) {
			f.score++
		}
		found = append(found, f)
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(b.score, a.score) })
	if len(found) > 1 {
		found[0].lead = found[0].score - found[1].score
	}
	return found
}
