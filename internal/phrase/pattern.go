package phrase

// This file compiles patterns of words and classes, and finds them in a text. The rules of gate,
// aside and eval are written in them.

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// maxSteps bounds the work for one message, however it was made up.
const maxSteps = 60_000

type op uint8

const (
	opClass op = iota
	opGap
	opNegation
	opNotAhead
	opBegin
	opEnd
)

type item struct {
	op       op
	optional bool
	orEnd    bool // or the end of the sentence
	class    int32
	gap      int32
}

// Pattern is a compiled one.
type Pattern struct {
	items []item
	key   int // the item that is sought first, -1 if there is none
	// before is how many tokens can lie before the key.
	before int
	need   []int32 // classes
	langs  langSet
}

// Match is where a pattern was found.
type Match struct {
	// ID is what the pattern was added with.
	ID int
	// From and To are its tokens.
	From, To int
	// Negated says that a ~ of the pattern was a negation.
	Negated bool
}

// Compile reads a pattern, which counts in texts of a language, or of any.
func (l *Lexicon) Compile(text, lang string) (*Pattern, error) {
	if l.making == nil {
		return nil, errors.New("the lexicon has read a text, and takes no more patterns")
	}
	langs, err := l.langSet(lang)
	if err != nil {
		return nil, err
	}
	p := &Pattern{key: -1, langs: langs}
	parts, err := topLevel(text, ' ')
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", text, err)
	}
	width, best := 0, 0
	for i, part := range parts {
		it, err := l.item(part)
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", text, err)
		}
		p.items = append(p.items, it)
		if it.op == opClass && !it.optional && !it.orEnd {
			p.need = append(p.need, it.class)
			if common := l.commonness(it.class); p.key < 0 || common < best {
				p.key, p.before, best = i, width, common
			}
		}
		if it.op == opClass || it.op == opNegation {
			width += l.widest[it.class]
		}
		width += int(it.gap)
	}
	if p.key < 0 {
		return nil, fmt.Errorf("pattern %q: needs a word that must be there", text)
	}
	return p, nil
}

// commonness is higher for classes that more texts have.
func (l *Lexicon) commonness(class int32) int {
	if l.plain[class] {
		return 1
	}
	return 0
}

// item reads a part of a pattern.
func (l *Lexicon) item(part string) (it item, err error) {
	switch {
	case part == "<":
		it.op = opBegin
		it.class, err = l.class("@lead")
	case part == ">":
		it.op = opEnd
		it.class, err = l.class("@tail")
	case part == "~":
		it.op = opNegation
		it.class, err = l.class("@not")
	case strings.HasPrefix(part, ".."):
		it.op, it.gap = opGap, 3
		if part != ".." {
			n, bad := strconv.ParseInt(part[2:], 10, 32)
			if bad != nil || n < 1 || n > 12 {
				return it, fmt.Errorf("%q is no gap", part)
			}
			it.gap = int32(n)
		}
	case strings.HasPrefix(part, "!"):
		it.op = opNotAhead
		it.class, err = l.class(part[1:])
	default:
		body, optional := strings.CutSuffix(part, "?")
		it.optional = optional
		if choices, ok := strings.CutSuffix(body, "|>)"); ok {
			it.orEnd, body = true, choices+")"
		}
		it.class, err = l.class(body)
	}
	return it, err
}

// Set is patterns that are looked for together, by the class of their keys.
type Set struct {
	keys     []uint64 // has a bit for each class of a key
	latest   []int32  // by the class of a key, the latest of the patterns that have it, 1 more than it is
	patterns []listed
}

type listed struct {
	*Pattern
	id int32
	// before is the one before with a key of the same class, as in latest.
	before int32
	// also is another class that it needs, or the same, and langs are its languages: most
	// patterns are told by these not to be in a text.
	also  int32
	langs langSet
}

// Add adds a pattern; its matches carry the id.
func (s *Set) Add(p *Pattern, id int) {
	class := int(p.items[p.key].class)
	if more := class + 1 - len(s.latest); more > 0 {
		s.latest = append(s.latest, make([]int32, more)...)
	}
	if more := class/64 + 1 - len(s.keys); more > 0 {
		s.keys = append(s.keys, make([]uint64, more)...)
	}
	s.keys[class/64] |= 1 << (class % 64)
	s.patterns = append(s.patterns, listed{p, int32(id), s.latest[class], p.also(), p.langs})
	s.latest[class] = int32(len(s.patterns))
}

// also is a class that a pattern needs beside its key, if it needs another.
func (p *Pattern) also() int32 {
	key := p.items[p.key].class
	for _, class := range p.need {
		if class != key {
			return class
		}
	}
	return key
}

// Find calls found for each match until it says false, in no order.
func (s *Set) Find(t *Text, found func(Match) bool) {
	for w, word := range t.present[:min(len(t.present), len(s.keys))] {
		for word &= s.keys[w]; word != 0; word &= word - 1 {
			for at := s.latest[w*64+bits.TrailingZeros64(word)]; at != 0; at = s.patterns[at-1].before {
				p := &s.patterns[at-1]
				if p.langs&t.langs != 0 && t.has(p.also) && t.mayHave(p.Pattern) && !p.each(t, int(p.id), found) {
					return
				}
			}
		}
	}
}

// mayHave says whether a text has all that a pattern needs.
func (t *Text) mayHave(p *Pattern) bool {
	if p.langs&t.langs == 0 {
		return false
	}
	for _, c := range p.need {
		if !t.has(c) {
			return false
		}
	}
	return true
}

// each tries the pattern around each place of its key.
func (p *Pattern) each(t *Text, id int, found func(Match) bool) bool {
	tried := 0
	for s := t.first[t.rank(p.items[p.key].class)]; s > 0; s = t.next[s-1] {
		at := t.tokenOf(s - 1)
		from, to := t.Sentence(t.SentenceAt(at))
		for start := max(from, at-p.before, tried); start <= at; start++ {
			tried = start + 1
			if end, negated, ok := t.match(p.items, start, to); ok {
				if !found(Match{ID: id, From: start, To: end, Negated: negated}) {
					return false
				}
				break
			}
		}
	}
	return true
}

// Within says whether a pattern is found between two tokens.
func (p *Pattern) Within(t *Text, from, to int) bool {
	if !t.mayHave(p) {
		return false
	}
	for start := from; start < to; start++ {
		_, end := t.Sentence(t.SentenceAt(start))
		if _, _, ok := t.match(p.items, start, min(to, end)); ok {
			return true
		}
	}
	return false
}

// match tries items from a token on; to is the end of what they may take.
func (t *Text) match(items []item, at, to int) (end int, negated, ok bool) {
	if t.budget--; t.budget < 0 {
		return 0, false, false
	}
	if len(items) == 0 {
		return at, false, true
	}
	it, rest := items[0], items[1:]
	switch it.op {
	case opGap:
		for n := 0; n <= int(it.gap) && at+n <= to; n++ {
			if end, negated, ok = t.match(rest, at+n, to); ok {
				return end, negated, true
			}
		}
		return 0, false, false
	case opNotAhead:
		if at < to && t.hasAt(it.class, at) {
			return 0, false, false
		}
	case opBegin:
		if !t.begins(it.class, at) {
			return 0, false, false
		}
	case opEnd:
		if !t.ends(it.class, at, to) {
			return 0, false, false
		}
	case opNegation, opClass:
		if at < to {
			for _, s := range t.spans[t.at[at]:t.at[at+1]] {
				if s.class != it.class || at+int(s.len) > to {
					continue
				}
				if end, negated, ok = t.match(rest, at+int(s.len), to); ok {
					return end, negated || it.op == opNegation, true
				}
			}
		}
		if it.op == opClass && !it.optional && (!it.orEnd || !t.ends(t.lex.tail, at, to)) {
			return 0, false, false
		}
	}
	return t.match(rest, at, to)
}

// ends says whether nothing but words of class "tail" stands before the end.
func (t *Text) ends(tail int32, at, to int) bool {
	for at < to && t.hasAt(tail, at) {
		at++
	}
	return at == to
}

func (t *Text) begins(lead int32, at int) bool {
	if at >= len(t.tokens) {
		return false
	}
	from, _ := t.Sentence(t.SentenceAt(at))
	return at == from || t.tokens[at-1].comma || t.hasAt(lead, at-1)
}
