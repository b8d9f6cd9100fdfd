package phrase

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Words are what a lexicon is made of, as data files give it.
type Words struct {
	// Languages are those known, the one that wins a tie first.
	Languages []string `yaml:"languages"`
	// Common are the commonest words of each, which tell it from the others.
	Common map[string]string `yaml:"common"`
	// Expand says what short forms stand for: "dont: do not".
	Expand map[string]string `yaml:"expand"`
	// Classes are entries by name and language, between commas; the language
	// "any" is for entries that no other language has a word like.
	Classes map[string]map[string]string `yaml:"classes"`
}

// langSet is a bit for each language.
type langSet uint16

// Lexicon knows words and classes of phrases. It is filled while it is made and patterns
// are compiled, until it reads a first text; then it is safe for concurrent use.
type Lexicon struct {
	languages  []string
	vocabulary map[string]int32
	words      []string         // by id; 0 is unknown
	common     []langSet        // by id
	starts     map[start]bool   // the first letters of words
	byLength   [][]int32        // ids of words, for what is masked
	collapsed  map[string]int32 // by what is left without repeated letters, where that is not the word itself
	expansions map[string][]string
	stems      map[start][]stem

	classes map[string]int32 // by name or, while patterns are compiled, by text
	names   []string         // of the classes that have one, behind a "="
	tail    int32            // the class of that name

	*making // nil once a text was read
	reading sync.Once
	trie
}

// making is what is needed until all patterns are compiled.
type making struct {
	entries map[string][]entry // of the classes, as written
	widest  []int              // of each class, its longest phrase
	plain   []bool             // of each class: has a common word for a phrase

	edges   map[edge]int32
	firsts  []int32     // by word id, the node it leads to
	ends    []int32     // by node, the first of the phrases that end there, 0 for none
	phrases []phraseEnd // the first belongs to no node
}

// start is the first letters of a word.
type start [stemLetters]byte

type entry struct {
	text  string
	langs langSet
}

type stem struct {
	text string
	id   int32
}

type edge struct {
	node int32
	word int32
}

// phraseEnd is a class that has a phrase; next is the next one of its node.
type phraseEnd struct {
	class, next int32
	langs       langSet
}

// stemLetters is how many a stem must have at least.
const stemLetters = 4

// NewLexicon makes one of all the words; a class that several have gets the
// entries of each.
func NewLexicon(all ...Words) (*Lexicon, error) {
	l := &Lexicon{
		vocabulary: map[string]int32{"": 0}, starts: make(map[start]bool), collapsed: make(map[string]int32), words: []string{""}, common: make([]langSet, 1), expansions: make(map[string][]string),
		classes: make(map[string]int32), stems: make(map[start][]stem),
		making: &making{entries: make(map[string][]entry), edges: make(map[edge]int32), firsts: make([]int32, 1), ends: make([]int32, 1), phrases: make([]phraseEnd, 1)},
	}
	for _, w := range all {
		for _, lang := range w.Languages {
			if !slices.Contains(l.languages, lang) {
				l.languages = append(l.languages, lang)
			}
		}
	}
	for _, w := range all {
		if err := l.add(w); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.entries)) {
		if _, err := l.class("@" + name); err != nil {
			return nil, err
		}
	}
	l.tail = l.classes["@tail"]
	return l, nil
}

// add adds words: the commonest of each language, the short forms and the entries of classes.
func (l *Lexicon) add(w Words) error {
	for lang, words := range w.Common {
		set, err := l.langSet(lang)
		if err != nil {
			return fmt.Errorf("common: %w", err)
		}
		for word := range strings.FieldsSeq(words) {
			l.common[l.word(word)] |= set
		}
	}
	for short, long := range w.Expand {
		l.word(short)
		l.expansions[short] = strings.Fields(long)
		for _, word := range l.expansions[short] {
			l.word(word)
		}
	}
	for name, byLanguage := range w.Classes {
		for lang, list := range byLanguage {
			set, err := l.langSet(lang)
			if err != nil {
				return fmt.Errorf("class %s: %w", name, err)
			}
			for text := range strings.SplitSeq(list, ",") {
				if text = strings.Join(strings.Fields(text), " "); text != "" {
					l.entries[name] = append(l.entries[name], entry{text, set})
				}
			}
		}
	}
	return nil
}

func (l *Lexicon) langSet(lang string) (langSet, error) {
	if lang == "any" {
		return 1<<len(l.languages) - 1, nil
	}
	i := slices.Index(l.languages, lang)
	if i < 0 {
		return 0, fmt.Errorf("unknown language %q", lang)
	}
	return 1 << i, nil
}

// word is the id of a word, which is new to the vocabulary if need be.
func (l *Lexicon) word(w string) int32 {
	if id, ok := l.vocabulary[w]; ok {
		return id
	}
	id := int32(len(l.words))
	l.vocabulary[w] = id
	l.words, l.common, l.firsts = append(l.words, w), append(l.common, 0), append(l.firsts, 0)
	if short := string(collapse([]byte(w))); l.collapsed[short] == 0 {
		l.collapsed[short] = id
	}
	if len(w) >= stemLetters {
		l.starts[start([]byte(w[:stemLetters]))] = true
	}
	for len(l.byLength) <= len(w) {
		l.byLength = append(l.byLength, nil)
	}
	l.byLength[len(w)] = append(l.byLength[len(w)], id)
	return id
}

// class is the one of "@name", or of an entry that a pattern has as an item.
func (l *Lexicon) class(item string) (int32, error) {
	if id, ok := l.classes[item]; ok {
		return id, nil
	}
	id := int32(len(l.widest))
	l.classes[item] = id
	l.widest, l.plain = append(l.widest, 0), append(l.plain, false)
	entries := []entry{{item, 1<<len(l.languages) - 1}}
	if name, ok := strings.CutPrefix(item, "@"); ok {
		if entries = l.entries[name]; entries == nil {
			return 0, fmt.Errorf("unknown class %q", item)
		}
	}
	var phrases []entry
	for _, e := range entries {
		var err error
		phrases, err = l.expand(phrases[:0], e, 0)
		if err != nil {
			return 0, fmt.Errorf("%q in %s: %w", e.text, item, err)
		}
		for _, p := range phrases {
			if p.text == "" {
				return 0, fmt.Errorf("%q in %s: may be nothing", e.text, item)
			}
			l.addPhrase(p, id)
		}
	}
	return id, nil
}

// addPhrase puts one into the trie.
func (l *Lexicon) addPhrase(p entry, class int32) {
	words := strings.Fields(p.text)
	l.widest[class] = max(l.widest[class], len(words))
	at := int32(0)
	for i, w := range words {
		id := l.wordOrStem(w)
		if len(words) == 1 && l.common[id] != 0 {
			l.plain[class] = true
		}
		next := l.firsts[id]
		if i > 0 {
			next = l.edges[edge{at, id}]
		}
		if next == 0 {
			next = int32(len(l.ends))
			l.ends = append(l.ends, 0)
			if i == 0 {
				l.firsts[id] = next
			} else {
				l.edges[edge{at, id}] = next
			}
		}
		at = next
	}
	end := &l.ends[at]
	for *end != 0 {
		known := &l.phrases[*end]
		if known.class == class {
			known.langs |= p.langs
			return
		}
		end = &known.next
	}
	*end = int32(len(l.phrases))
	l.phrases = append(l.phrases, phraseEnd{class: class, langs: p.langs})
}

func (l *Lexicon) wordOrStem(w string) int32 {
	text, ok := strings.CutSuffix(w, "*")
	if !ok || len(text) < stemLetters {
		return l.word(w)
	}
	id, known := l.vocabulary[w]
	if !known {
		id = l.word(w)
		l.word(text)
		begins := start([]byte(text[:stemLetters]))
		l.stems[begins] = append(l.stems[begins], stem{text, id})
	}
	return id
}

// maxPhrases is how many phrases an entry may stand for.
const maxPhrases = 4000

// expand appends all that an entry stands for.
func (l *Lexicon) expand(all []entry, e entry, depth int) ([]entry, error) {
	if depth > 8 {
		return nil, errors.New("classes that hold each other")
	}
	if !strings.ContainsAny(e.text, "?@(.<>~!)") {
		return append(all, e), nil
	}
	parts, err := topLevel(e.text, ' ')
	if err != nil {
		return nil, err
	}
	if len(parts) == 1 {
		return l.choices(all, parts[0], e.langs, depth)
	}
	product, choices := []entry{{"", e.langs}}, []entry(nil)
	for _, part := range parts {
		if choices, err = l.choices(choices[:0], part, e.langs, depth); err != nil {
			return nil, err
		}
		next := make([]entry, 0, len(product)*len(choices))
		for _, a := range product {
			for _, c := range choices {
				if langs := a.langs & c.langs; langs != 0 {
					next = append(next, entry{strings.TrimSpace(a.text + " " + c.text), langs})
				}
			}
		}
		if product = next; len(product) > maxPhrases {
			return nil, errors.New("stands for too many phrases")
		}
	}
	return append(all, product...), nil
}

// choices appends all that a part of an entry stands for.
func (l *Lexicon) choices(all []entry, part string, langs langSet, depth int) (_ []entry, err error) {
	body, optional := strings.CutSuffix(part, "?")
	switch {
	case strings.HasPrefix(body, "("):
		alternatives, err := topLevel(body[1:len(body)-1], '|')
		if err != nil {
			return nil, err
		}
		for _, a := range alternatives {
			if all, err = l.expand(all, entry{strings.TrimSpace(a), langs}, depth+1); err != nil {
				return nil, err
			}
		}
	case strings.HasPrefix(body, "@"):
		if l.entries[body[1:]] == nil {
			return nil, fmt.Errorf("unknown class %q", body)
		}
		for _, of := range l.entries[body[1:]] {
			if of.langs&langs == 0 {
				continue
			}
			if all, err = l.expand(all, entry{of.text, of.langs & langs}, depth+1); err != nil {
				return nil, err
			}
		}
	case strings.ContainsAny(body, ".<>~!()"):
		return nil, fmt.Errorf("%q is for patterns, not for entries", body)
	default:
		all = append(all, entry{body, langs})
	}
	if optional {
		all = append(all, entry{"", langs})
	}
	if len(all) > maxPhrases {
		return nil, errors.New("stands for too many phrases")
	}
	return all, nil
}

// topLevel cuts text at a separator outside of parentheses.
func topLevel(text string, separator byte) ([]string, error) {
	var parts []string
	depth, from := 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == separator && depth == 0:
			if i > from {
				parts = append(parts, text[from:i])
			}
			from = i + 1
		}
		if depth < 0 {
			break
		}
	}
	if depth != 0 {
		return nil, errors.New("parentheses that do not pair")
	}
	if from < len(text) {
		parts = append(parts, text[from:])
	}
	return parts, nil
}
