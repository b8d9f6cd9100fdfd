package phrase

import (
	"bytes"
	"slices"
	"strings"
)

// Text is a message as the lexicon reads it.
type Text struct {
	lex    *Lexicon
	source string
	tokens []token
	// sentences are where each begins in tokens, and the number of tokens.
	sentences []int32
	questions []bool
	langs     langSet
	language  string

	spans []span  // of all tokens, in order
	at    []int32 // where those of each token begin in spans
	// present has a bit for each class, and before how many are set in the words before
	// one. first, by the classes that are present, and next list the spans of a class, each
	// 1 more than it is.
	present []uint64
	before  []int32
	first   []int32
	next    []int32
	budget  int
	leet    bool // digits stand for letters
}

type token struct {
	id       int32 // in the vocabulary, 0 if unknown
	sentence int32
	word     string
	from, to int32 // in the source
	comma    bool  // follows
	stems    []stem
}

// Again is the text with all that may be spent on looking for phrases in it.
func (t *Text) Again() *Text {
	again := *t
	again.budget = maxSteps
	return &again
}

// Language is the one the text is most probably written in, empty if nothing
// tells.
func (t *Text) Language() string { return t.language }

// Len is the number of tokens.
func (t *Text) Len() int { return len(t.tokens) }

// Sentences is how many there are.
func (t *Text) Sentences() int { return len(t.questions) }

// Sentence is the range of tokens of one.
func (t *Text) Sentence(i int) (from, to int) {
	return int(t.sentences[i]), int(t.sentences[i+1])
}

// Word is a token as it is read.
func (t *Text) Word(token int) string { return t.tokens[token].word }

// SentenceAt is the sentence of a token.
func (t *Text) SentenceAt(token int) int { return int(t.tokens[token].sentence) }

// Question says whether a sentence ends with a question mark.
func (t *Text) Question(i int) bool { return t.questions[i] }

// Source is what the message has from one token up to another.
func (t *Text) Source(from, to int) string {
	if from >= to {
		return ""
	}
	return t.source[t.tokens[from].from:t.tokens[to-1].to]
}

// String is the normalised text. Reading it again gives the same tokens.
func (t *Text) String() string {
	var b strings.Builder
	for i, tok := range t.tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(tok.word)
		switch last := i+1 == len(t.tokens) || t.tokens[i+1].sentence != tok.sentence; {
		case last && t.questions[tok.sentence]:
			b.WriteByte('?')
		case last:
			b.WriteByte('.')
		case tok.comma:
			b.WriteByte(',')
		}
	}
	return b.String()
}

// Read reads a message.
func (l *Lexicon) Read(message string) *Text {
	l.reading.Do(l.seal)
	message = withoutFormat(message)
	t := &Text{lex: l, source: message, budget: maxSteps}
	spare := scratches.Get().(*scratch)
	defer scratches.Put(spare)
	found := spare.scan(message)
	t.tokens = make([]token, 0, len(found)+8)
	var once oneMessage
	sentence := int32(0)
	t.sentences = append(t.sentences, 0)
	for i := 0; i < len(found); i++ {
		i = l.readToken(t, found, i, &once, sentence)
		r := found[i]
		if len(t.tokens) > 0 {
			t.tokens[len(t.tokens)-1].comma = r.comma
		}
		if r.end && len(t.tokens) > int(t.sentences[sentence]) {
			t.sentences = append(t.sentences, int32(len(t.tokens)))
			t.questions = append(t.questions, r.question)
			sentence++
		}
	}
	if len(t.tokens) > int(t.sentences[sentence]) {
		t.sentences = append(t.sentences, int32(len(t.tokens)))
		t.questions = append(t.questions, false)
	}
	for i := range t.tokens {
		if one := &t.tokens[i]; t.leet && one.word == "1" {
			one.id, one.word = l.vocabulary["i"], "i"
		}
	}
	t.guessLanguage()
	t.spans = spare.spans[:0]
	t.findSpans()
	spare.spans, t.spans = t.spans, slices.Clone(t.spans)
	return t
}

// oneMessage is what is kept while the tokens of a message are read.
type oneMessage struct {
	masked int // words with masked letters
	spelling
}

// readToken adds the raw token at i, with those that belong to it, and says
// which was the last.
func (l *Lexicon) readToken(t *Text, found []raw, i int, once *oneMessage, sentence int32) int {
	r := found[i]
	add := func(id int32, word string, from, to int32) {
		t.tokens = append(t.tokens, token{id: id, word: word, from: from, to: to, sentence: sentence})
	}
	if len(r.word) == 1 {
		if last, ok := l.readSpelled(&once.spelling, found, i, add); ok {
			return last
		}
	}
	if r.apostrophe && i+1 < len(found) && !r.end {
		if words, ok := l.contraction(r.word, found[i+1].word); ok {
			for _, w := range words {
				add(l.vocabulary[w], w, r.from, found[i+1].to)
			}
			return i + 1
		}
	}
	if i+1 < len(found) {
		if id := l.joined(r, found[i+1]); id != 0 {
			add(id, l.words[id], r.from, found[i+1].to)
			return i + 1
		}
	}
	id, word := l.look(r, &once.masked)
	t.leet = t.leet || id != 0 && !r.symbols && word != string(r.word) && bytes.ContainsAny(r.word, "0134578")
	if id == 0 {
		id, word = l.withoutSymbols(r)
	}
	if digits := digitsOf(word); id == 0 && digits > 0 && len(word)-digits > 1 {
		if unit := l.vocabulary[word[digits:]]; unit != 0 { // "40mg"
			add(l.vocabulary[word[:digits]], word[:digits], r.from, r.from+int32(digits))
			add(unit, l.words[unit], r.from+int32(digits), r.to)
			return i
		}
	}
	if expanded, ok := l.expansions[word]; ok {
		for _, w := range expanded {
			add(l.vocabulary[w], w, r.from, r.to)
		}
		return i
	}
	if word != "" {
		add(id, word, r.from, r.to)
	}
	return i
}

// digitsOf is how many a word begins with.
func digitsOf(word string) (n int) {
	for n < len(word) && word[n] >= '0' && word[n] <= '9' {
		n++
	}
	return n
}

// guessLanguage counts the commonest words of each language. What is less than
// half as likely as the most likely is not considered.
func (t *Text) guessLanguage() {
	scores := make([]int, len(t.lex.languages))
	best := 0
	for _, tok := range t.tokens {
		for set, i := t.lex.common[tok.id], 0; set != 0; set, i = set>>1, i+1 {
			if set&1 != 0 {
				scores[i]++
				best = max(best, scores[i])
			}
		}
	}
	for i, n := range scores {
		if 2*n >= best {
			t.langs |= 1 << i
		}
		if n == best && n > 0 && t.language == "" {
			t.language = t.lex.languages[i]
		}
	}
	if best < 2 {
		t.langs = 1<<len(t.lex.languages) - 1
	}
}
