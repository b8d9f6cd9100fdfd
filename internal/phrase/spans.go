package phrase

// This file finds the phrases of the classes in a text, and lists them by where they begin and by class.

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

type span struct {
	class int32
	len   int32
}

// findSpans walks the trie from each token.
func (t *Text) findSpans() {
	l := t.lex
	t.at = make([]int32, len(t.tokens)+1)
	for i := range t.tokens {
		tok := &t.tokens[i]
		tok.stems = l.stemsOf(tok.word)
	}
	for i := range t.tokens {
		t.at[i] = int32(len(t.spans))
		tok := &t.tokens[i]
		end := t.sentences[tok.sentence+1]
		if node := l.roots[tok.id]; node != 0 {
			t.walk(node, int32(i), int32(i+1), end)
		}
		for _, s := range tok.stems {
			if node := l.roots[s.id]; node != 0 && strings.HasPrefix(tok.word, s.text) {
				t.walk(node, int32(i), int32(i+1), end)
			}
		}
	}
	t.at[len(t.tokens)] = int32(len(t.spans))
	t.listClasses()
}

// stemsOf are those that a word may begin with: the first letters are the same.
func (l *Lexicon) stemsOf(word string) []stem {
	if len(word) < stemLetters {
		return nil
	}
	return l.stems[start([]byte(word[:stemLetters]))]
}

// walk notes the phrases that begin at a token and have reached a node.
func (t *Text) walk(at, from, next, end int32) {
	l := t.lex
	for _, e := range l.classesAt(at) {
		if e.langs&t.langs != 0 {
			t.spans = append(t.spans, span{e.class, next - from})
		}
	}
	if l.leaf(at) || next >= end {
		return
	}
	tok := &t.tokens[next]
	if tok.id != 0 {
		if to := l.child(at, tok.id); to != 0 {
			t.walk(to, from, next+1, end)
		}
	}
	for _, s := range tok.stems {
		if to := l.child(at, s.id); to != 0 && strings.HasPrefix(tok.word, s.text) {
			t.walk(to, from, next+1, end)
		}
	}
}

// listClasses links the spans of each class.
func (t *Text) listClasses() {
	if len(t.spans) == 0 {
		return
	}
	words := (len(t.lex.names) + 63) / 64
	t.present = make([]uint64, words)
	for _, s := range t.spans {
		t.present[s.class/64] |= 1 << (s.class % 64)
	}
	lists := make([]int32, words+2*len(t.spans)) // there are no more classes than spans
	t.before, t.first, t.next = lists[:words], lists[words:][:len(t.spans)], lists[words+len(t.spans):]
	classes := int32(0)
	for w, word := range t.present {
		t.before[w] = classes
		classes += int32(bits.OnesCount64(word))
	}
	for s := len(t.spans) - 1; s >= 0; s-- {
		first := &t.first[t.rank(t.spans[s].class)]
		t.next[s], *first = *first, int32(s+1)
	}
}

// rank is how many classes before one that is present are present.
func (t *Text) rank(class int32) int {
	w, below := class/64, uint64(1)<<(class%64)-1
	return int(t.before[w]) + bits.OnesCount64(t.present[w]&below)
}

// has says whether a class is present.
func (t *Text) has(class int32) bool {
	return int(class/64) < len(t.present) && t.present[class/64]>>(class%64)&1 == 1
}

// tokenOf is the token that a span begins at.
func (t *Text) tokenOf(s int32) int {
	low, high := 0, len(t.tokens)
	for low+1 < high {
		if mid := (low + high) / 2; t.at[mid] <= s {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

func (t *Text) hasAt(class int32, at int) bool {
	for _, s := range t.spans[t.at[at]:t.at[at+1]] {
		if s.class == class {
			return true
		}
	}
	return false
}

// Class is the one of a name, for Span.
func (l *Lexicon) Class(name string) (int32, error) {
	id, ok := l.classes["@"+name]
	if !ok {
		return 0, fmt.Errorf("unknown class %q", name)
	}
	return id, nil
}

// Classes calls found for each class that a phrase is in which begins at some tokens, in
// the order of the text, with its name behind a "=", which no word has.
func (t *Text) Classes(from, to int, found func(name string)) {
	for at := from; at < to; at++ {
		spans := t.spans[t.at[at]:t.at[at+1]]
		for i, s := range spans {
			name := t.lex.names[s.class]
			if name != "" && !slices.ContainsFunc(spans[:i], func(before span) bool { return before.class == s.class }) {
				found(name)
			}
		}
	}
}

// Span is the length of the longest phrase of a class that begins at a token.
func (t *Text) Span(class int32, at int) (length int) {
	for _, s := range t.spans[t.at[at]:t.at[at+1]] {
		if s.class == class {
			length = max(length, int(s.len))
		}
	}
	return length
}
