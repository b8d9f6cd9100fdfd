package claim

import (
	"maps"
	"slices"
	"strings"
)

// A pattern matches words. It is written as
//
//	word        that word
//	one|other   either word
//	(a b|c)     either sequence; " | " does the same outside of parentheses
//	@name       a word of that class
//	{name}      the pattern of that fragment
//	!one|other  not before one of these words, and &one|other only before one
//	X, Y, Z     any words, as few as will do, to be put into a template
//
// and "?", "*" or "+" after a word, a group or a capture makes it optional, or to be
// taken as often as it comes. A comma in the message is passed over where the
// pattern has none.
type pattern struct{ start *step }

// step is one in a pattern; a nil step is its end.
type step struct {
	kind stepKind
	set  map[string]bool
	slot int   // of a capture
	next *step // where to go on
	or   *step // and if that fails
}

type stepKind int

const (
	passes stepKind = iota // one word of the set
	avoids                 // no word of the set comes next
	awaits                 // a word of the set comes next
	takes                  // one word or more
	forks
)

// slots is the number of captures that a pattern can have.
const slots = 3

// match is one of a pattern with words.
type match struct {
	words []word
	whole bool // no word may be left
	took  [slots]struct{ from, to int }
	spent int // steps, which are bounded
}

// maxSpent bounds what a single match may cost.
const maxSpent = 3000

func (m *match) capture(slot int) []word { return m.words[m.took[slot].from:m.took[slot].to] }

// run says where a match that begins at word i ends, -1 if there is none.
func (m *match) run(s *step, i int) int {
	for s != nil {
		if m.spent++; m.spent > maxSpent {
			return -1
		}
		switch s.kind {
		case passes:
			if i < len(m.words) && m.words[i].low == "," && !s.set[","] {
				i++
			}
			if i >= len(m.words) || !s.set[m.words[i].low] {
				return -1
			}
			i++
		case avoids:
			if i < len(m.words) && s.set[m.words[i].low] {
				return -1
			}
		case awaits:
			if i >= len(m.words) || !s.set[m.words[i].low] {
				return -1
			}
		case takes:
			for to := i + 1; to <= len(m.words); to++ {
				m.took[s.slot].from, m.took[s.slot].to = i, to
				if end := m.run(s.next, to); end >= 0 {
					m.took[s.slot].from, m.took[s.slot].to = i, to
					return end
				}
			}
			return -1
		case forks:
			if end := m.run(s.next, i); end >= 0 {
				return end
			}
			s = s.or
			continue
		}
		s = s.next
	}
	if m.whole && i < len(m.words) {
		return -1
	}
	return i
}

// prefix says how many words of the beginning the pattern matches, 0 for none.
func (p *pattern) prefix(words []word) int {
	m := match{words: words}
	return max(m.run(p.start, 0), 0)
}

// whole matches all of the words.
func (p *pattern) whole(words []word) (match, bool) {
	m := match{words: words, whole: true}
	return m, m.run(p.start, 0) >= 0
}

// compile reads a pattern; it panics at a mistake in one.
func compile(text string) *pattern {
	return &pattern{sequence(items(text), nil)}
}

// items splits a pattern into words, parentheses and bars, with its fragments
// put in. Within parentheses each bar is one of its own.
func items(text string) []string {
	for strings.Contains(text, "{") {
		before := text
		for name, fragment := range fragments {
			text = strings.ReplaceAll(text, "{"+name+"}", "("+fragment+")")
		}
		if text == before {
			panic("debate: an unknown fragment in " + text)
		}
	}
	var spaced strings.Builder
	depth, looking := 0, false
	for i, c := range text {
		switch c {
		case '!', '&':
			looking = i == 0 || strings.ContainsRune(" (|", rune(text[i-1]))
			spaced.WriteRune(c)
			continue
		case '(':
			depth++
			spaced.WriteString(" ( ")
			continue
		case ')':
			depth--
			spaced.WriteString(" )")
			looking = false
			continue
		case ' ', '\t', '\n':
			looking = false
		case '|':
			if depth > 0 && !looking {
				spaced.WriteString(" | ")
				continue
			}
		}
		spaced.WriteRune(c)
	}
	if depth != 0 {
		panic("debate: an open group in " + text)
	}
	return strings.Fields(spaced.String())
}

// sequence is the first step of items that go on with next.
func sequence(items []string, next *step) *step {
	if alternatives := split(items); len(alternatives) > 1 {
		return either(alternatives, next)
	}
	for i := len(items) - 1; i >= 0; i-- {
		item, after := items[i], next
		switch {
		case item[0] == ')':
			end := i
			for depth := 1; depth > 0; {
				i--
				if items[i] == "(" {
					depth--
				} else if items[i][0] == ')' {
					depth++
				}
			}
			group := items[i+1 : end]
			next = repeat(item[1:], after, func(next *step) *step { return sequence(group, next) })
		case item[0] == '!':
			next = &step{kind: avoids, set: setOf(item[1:]), next: after}
		case item[0] == '&' && len(item) > 1:
			next = &step{kind: awaits, set: setOf(item[1:]), next: after}
		default:
			words := strings.TrimRight(item, "?*+")
			atom := step{set: setOf(words)}
			if len(words) == 1 && words >= "X" && words <= "Z" {
				atom = step{kind: takes, slot: int(words[0] - 'X')}
			}
			next = repeat(item[len(words):], after, func(next *step) *step {
				s := atom
				s.next = next
				return &s
			})
		}
	}
	return next
}

// split divides items at the bars outside of groups.
func split(items []string) [][]string {
	var parts [][]string
	depth, from := 0, 0
	for i, item := range items {
		switch {
		case item == "(":
			depth++
		case item[0] == ')':
			depth--
		case item == "|" && depth == 0:
			parts = append(parts, items[from:i])
			from = i + 1
		}
	}
	return append(parts, items[from:])
}

// either is alternatives, of which the single words are one step.
func either(alternatives [][]string, next *step) *step {
	var single []string
	var first *step
	last := &first
	for _, a := range alternatives {
		if len(a) == 1 && !strings.ContainsAny(a[0], "!&?*+)") && (a[0] < "X" || a[0] > "Z") {
			single = append(single, a[0])
			continue
		}
		fork := &step{kind: forks, next: sequence(a, next)}
		*last, last = fork, &fork.or
	}
	*last = &step{set: setOf(strings.Join(single, "|")), next: next} // which nothing passes if it is empty
	return first
}

// repeat is what atom makes: once, optionally, or as often as it matches.
func repeat(mode string, next *step, atom func(next *step) *step) *step {
	switch mode {
	case "":
		return atom(next)
	case "?":
		return &step{kind: forks, next: atom(next), or: next}
	}
	loop := &step{kind: forks, or: next}
	loop.next = atom(loop)
	if mode == "+" {
		return loop.next
	}
	return loop
}

// sets are those of all patterns, many of which have the same.
var sets = make(map[string]map[string]bool)

// setOf are the words of an item, with those of its classes.
func setOf(item string) map[string]bool {
	if set, ok := sets[item]; ok {
		return set
	}
	set := make(map[string]bool)
	for name := range strings.SplitSeq(item, "|") {
		class, isClass := strings.CutPrefix(name, "@")
		if !isClass {
			set[name] = name != ""
			continue
		}
		if classes[class] == nil {
			panic("debate: an unknown class " + name)
		}
		maps.Copy(set, classes[class])
	}
	sets[item] = set
	return set
}

// firstWords are those that a match can begin with, nil for any.
func firstWords(s *step) map[string]bool {
	if s == nil {
		return nil
	}
	switch s.kind {
	case passes, awaits:
		return s.set
	case forks:
		left, right := firstWords(s.next), firstWords(s.or)
		if left == nil || right == nil {
			return nil
		}
		both := maps.Clone(left)
		maps.Copy(both, right)
		return both
	case avoids:
		return firstWords(s.next)
	default:
		return nil
	}
}

// effect is what a rule says about sides.
type effect int

const (
	addresses   effect = iota // says nothing: "hey", "first of all"
	says                      // the user's own view
	denies                    // the user's view is the contrary
	likes                     // a liking or a call, to be read as a judgement
	dislikes                  // its contrary
	asksFor                   // the bot is to argue it
	asksAgainst               // the bot is to argue against it
	debates                   // names what is to be debated
)

// rule is a pattern with what it means.
type rule struct {
	*pattern
	effect effect
	claim  string // a template, of a form
}

// table is rules by the word that they begin with, in order.
type table struct {
	byFirst map[string][]*rule
	others  []*rule // those that can begin with any word
}

func (t *table) rules(words []word) []*rule {
	if len(words) == 0 {
		return nil
	}
	if rules, ok := t.byFirst[words[0].low]; ok {
		return rules
	}
	return t.others
}

// longest is the rule that matches most words of the beginning.
func (t *table) longest(words []word) (best *rule, length int) {
	for _, r := range t.rules(words) {
		if n := r.prefix(words); n > length {
			best, length = r, n
		}
	}
	return best, length
}

func newTable(groups ...[]*rule) table {
	t := table{byFirst: make(map[string][]*rule)}
	rules := slices.Concat(groups...)
	first := make([]map[string]bool, len(rules))
	for i, r := range rules {
		first[i] = firstWords(r.start)
		for w := range first[i] {
			t.byFirst[w] = nil
		}
	}
	for i, r := range rules {
		if first[i] == nil {
			t.others = append(t.others, r)
		}
		for w := range t.byFirst {
			if first[i] == nil || first[i][w] {
				t.byFirst[w] = append(t.byFirst[w], r)
			}
		}
	}
	return t
}

// mean reads rules of one effect, a line each; a form has "=>" and its claim.
func mean(e effect, lines string) []*rule {
	var rules []*rule
	for line := range strings.Lines(lines) {
		if line = strings.TrimSpace(line); line != "" {
			text, claim, _ := strings.Cut(line, " => ")
			rules = append(rules, &rule{compile(text), e, claim})
		}
	}
	return rules
}
