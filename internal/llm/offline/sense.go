package offline

// This file reads which side of a topic a sentence speaks for: its clauses, negations and comparisons.

import (
	"cmp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// judgement is the sign of what a clause makes of its subject.
const judgement = "+judges"

// unjudged is what it counts that a clause is about the subject and calls it nothing.
const unjudged = 0.3

// nameMark begins the sign of a name.
const nameMark = "+ "

// nameStems are the stems of the content words in a topic's names.
func (g *grammar) nameStems(t *bank.Topic) map[string]bool {
	names := make(map[string]bool)
	for _, name := range t.Names {
		for _, w := range wordsOf(name) {
			if !g.common[w] {
				names[g.class(g.stem(w))] = true
			}
		}
	}
	return names
}

// signsOf are the signs of a side in a text: each content word with the sign
// that the words around it give it, what its clauses make of their subject, and
// the topic's names, of which these are the stems, with that sign.
func (g *grammar) signsOf(text string, names map[string]bool) map[string]float64 {
	signs := make(map[string]float64)
	for clause := range g.clauses(text) {
		c := g.read(clause)
		for i, w := range clause {
			stem := g.class(g.stem(w))
			if g.common[w] || g.negations[w] || g.judges(w) && !names[stem] { // which both sides say
				continue
			}
			value := c.turned
			if c.than >= 0 && i > c.than {
				value = -value
			}
			if names[stem] { // it is in every message, and tells only by what is made of it
				if c.value != 0 {
					value *= c.value
				} else if c.than < 0 && c.turned > 0 {
					value *= unjudged
				}
				stem = nameMark + stem
			}
			signs[stem] += value
		}
		if c.value != 0 && c.than < 0 {
			signs[judgement] += c.turned * c.value
		}
	}
	for sign, value := range signs {
		signs[sign] = max(-1, min(1, value))
	}
	return signs
}

// asSaid adds the words of a text and their pairs as they stand, for what no
// reading of clauses sees: "no more bullying", "who needs".
func (g *grammar) asSaid(text string, signs map[string]float64) {
	last := ""
	for _, w := range wordsOf(text) {
		stem := g.class(g.stem(w))
		if !g.common[w] || g.negations[w] {
			signs["~"+stem] = wordAlone
		}
		if last != "" {
			signs["~"+last+" "+stem] = wordPair
		}
		last = stem
	}
}

// What a word and a pair of words count as they stand.
const wordAlone, wordPair = 1, 1

// clauses are those of a text, as words.
func (g *grammar) clauses(text string) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		for _, part := range strings.FieldsFunc(fold(text), func(r rune) bool { return strings.ContainsRune(".,;:!?()\n", r) }) {
			words := wordsOf(part)
			start := 0
			for i, w := range words {
				if g.breaks[w] && i > start {
					if !yield(words[start:i]) {
						return
					}
					start = i
				}
			}
			if start < len(words) && !yield(words[start:]) {
				return
			}
		}
	}
}

// clause is what was read in one.
type clause struct {
	turned float64 // -1 where something turns it around
	value  float64 // +1 where it speaks well of its subject, -1 ill, 0 neither
	than   int     // the word that compares, -1 for none
}

// read reads a clause: what is done to the subject counts, times what that is
// called, or else what the subject is called.
func (g *grammar) read(words []string) clause {
	text := strings.Join(words, " ")
	c := clause{turned: g.turned(words, text), than: -1}
	for i := range words {
		if i > 0 && g.compares(words, i) {
			c.than = i
			break
		}
	}
	action, called, predicate, done := 0, 0, 0, -1
	for i, w := range words {
		if i+1 < len(words) && slices.Contains(g.Modals, w+" "+words[i+1]) {
			continue
		}
		if v := g.value(g.actions, w); v != 0 && action == 0 {
			action, done = v, i
			continue
		}
		v := g.value(g.adjectives, w)
		called = cmp.Or(called, v)
		if g.predicates(words, i) || done >= 0 && done < 3 && g.links(words[done:i]) { // "banning it would ruin them"
			predicate = cmp.Or(predicate, v)
		}
	}
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(g.Away, w) }) {
		action = -1
	}
	switch {
	case action != 0:
		c.value = float64(action * cmp.Or(predicate, 1))
	default:
		c.value = float64(cmp.Or(predicate, called))
	}
	return c
}

// compares says whether a word stands between what is compared; "que" does so only
// behind what compares.
func (g *grammar) compares(words []string, i int) bool {
	if !g.comparators[words[i]] || words[i] != "que" {
		return g.comparators[words[i]]
	}
	return slices.ContainsFunc(words[:i], func(w string) bool { return slices.Contains(g.Comparatives, w) })
}

// turned is -1 where an odd number of words turns a clause around.
func (g *grammar) turned(words []string, text string) float64 {
	turned := 1.0
	if slices.ContainsFunc(g.Flips, func(p string) bool { return strings.HasPrefix(text, p+" ") }) {
		turned = -turned
	}
	for _, p := range g.Unnegated {
		if has(text, p) {
			turned = -turned
		}
	}
	for _, w := range words {
		if g.negations[w] {
			turned = -turned
		}
	}
	return turned
}

// links says whether one of the words joins what is done to what comes of it.
func (g *grammar) links(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return g.copula[w] || slices.Contains(g.Auxiliaries, w) })
}

// predicates says whether a word is said of the subject, or of what is done.
func (g *grammar) predicates(words []string, i int) bool {
	after := i+1 < len(words) && (words[i+1] == "to" || words[i+1] == "that")
	return after || i > 0 && g.copula[words[i-1]] || i > 1 && g.copula[words[i-2]]
}
