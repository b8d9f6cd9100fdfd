package phrase

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
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
	// one. first, by the classes that are present, and next list the spans of a class,
	// -1 ends a list.
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

// raw is a token before it has been looked up.
type raw struct {
	word     []byte
	from, to int32
	// tight: nothing but one mark stands before the next; apostrophe: this mark.
	tight, apostrophe, symbols, comma, end, question bool
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

// withoutFormat is a message without characters that only format it, such as
// those of no width.
func withoutFormat(message string) string {
	format := func(c rune) bool { return c >= utf8.RuneSelf && unicode.Is(unicode.Cf, c) }
	if strings.IndexFunc(message, format) < 0 {
		return message
	}
	return strings.Map(func(c rune) rune {
		if format(c) {
			return -1
		}
		return c
	}, message)
}

// scan cuts a message into raw tokens, its characters folded.
func scan(message string) []raw {
	table := folds()
	letters := make([]byte, 0, len(message)+8)
	tokens := make([]raw, 0, len(message)/5+4)
	begin, from := 0, 0
	gap, symbols := 0, false
	flush := func(end int) {
		if len(letters) > begin {
			tokens = append(tokens, raw{word: letters[begin:len(letters):len(letters)], from: int32(from), to: int32(end), symbols: symbols})
			begin, gap, symbols = len(letters), 0, false
		}
	}
	for i, c := range message {
		var s string
		if c < maxFold {
			s = table[c]
		} else {
			s = fold(c)
		}
		if s != mark {
			if len(letters) == begin {
				from = i
			}
			letters = append(letters, s...)
			continue
		}
		if isSymbol(message, i, c, len(letters) > begin) {
			if len(letters) == begin {
				from = i
			}
			letters, symbols = append(letters, byte(c)), true
			continue
		}
		flush(i)
		if laughs(c) {
			letters = append(letters, "lol"...)
			from = i
			flush(i + utf8.RuneLen(c))
			continue
		}
		gap++
		if len(tokens) > 0 {
			tokens[len(tokens)-1].separate(message, i, c, gap)
		}
	}
	flush(len(message))
	return tokens
}

// separate notes what stands after a token.
func (r *raw) separate(message string, i int, c rune, gap int) {
	r.tight, r.apostrophe = gap == 1 && !unicode.IsSpace(c), false
	switch c {
	case '\'', '’', 'ʼ', '`', '´', '‘':
		r.apostrophe = gap == 1
	case ',', '(', ')', ':':
		r.comma = true
	case '?', '？':
		r.end, r.question = true, true
	case '.', ';':
		following, _ := utf8.DecodeRuneInString(message[i+1:])
		r.end = r.end || !unicode.IsLetter(following) && !unicode.IsDigit(following)
	case '!', '…', '\n', '。', '！', '¡', '¿':
		r.end = true
	}
}

// isSymbol says whether a mark is part of a word: "$uicide", "k!ll", "k*ll".
func isSymbol(message string, i int, c rune, within bool) bool {
	if c != '$' && c != '@' && c != '!' && c != '*' && c != '|' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(message[i+1:])
	return unicode.IsLetter(next) && (within || c == '$' || c == '@')
}

func laughs(c rune) bool {
	switch c {
	case '😂', '🤣', '💀', '😆', '😅', '😜', '😹', '😝':
		return true
	}
	return false
}

// look finds the word of a raw token, as it stands or as it may have been
// meant: leetspeak, letters said thrice, letters masked.
func (l *Lexicon) look(r raw, masked *int) (int32, string) {
	if id, ok := l.vocabulary[string(r.word)]; ok && !r.symbols {
		return id, l.words[id]
	}
	digits, letters, tripled := false, false, false
	for i, c := range r.word {
		switch {
		case c >= '0' && c <= '9':
			digits = true
		case c >= 'a' && c <= 'z':
			letters = true
		}
		tripled = tripled || i > 1 && c == r.word[i-1] && c == r.word[i-2]
	}
	if !r.symbols && (!digits || !letters) && !tripled {
		return 0, ""
	}
	for _, try := range [2]*[256]byte{&leet, &leetL} {
		word := make([]byte, len(r.word))
		for i, c := range r.word {
			word[i] = c
			if try[c] != 0 && letters {
				word[i] = try[c]
			}
		}
		id, ok := l.vocabulary[string(word)]
		if !ok && tripled {
			id, ok = l.shortened(collapse(word))
		}
		if ok {
			return id, l.words[id]
		}
	}
	if i := bytes.IndexByte(r.word, '*'); i >= 0 && *masked < maxMasked {
		*masked++
		if id := l.unmask(r.word); id != 0 {
			return id, l.words[id]
		}
	}
	return 0, ""
}

// shortened is the first word that is this without its repeated letters.
func (l *Lexicon) shortened(short []byte) (id int32, ok bool) {
	if id, ok = l.collapsed[string(short)]; !ok {
		id, ok = l.vocabulary[string(short)]
	}
	return id, ok
}

// maxMasked is how many words with masked letters of a message are looked for.
const maxMasked = 8

// unmask finds the keyword that "k*ll" stands for, with a letter for each star
// or none.
func (l *Lexicon) unmask(word []byte) int32 {
	if id, ok := l.vocabulary[strings.ReplaceAll(string(word), "*", "")]; ok && len(word) > 4 {
		return id
	}
	stars := bytes.Count(word, []byte{'*'})
	if len(word) < 4 || stars*2 >= len(word) {
		return 0
	}
search:
	for _, id := range l.byLength[len(word)] {
		for i, c := range []byte(l.words[id]) {
			if word[i] != '*' && word[i] != c {
				continue search
			}
		}
		return id
	}
	return 0
}

var leet, leetL = func() (i, l [256]byte) {
	for j, c := range []byte("0134578@$!|") {
		i[c] = "oieastbasil"[j]
	}
	l = i
	l['1'], l['!'], l['|'] = 'l', 'l', 'l'
	return i, l
}()

// collapse leaves one of a letter that is repeated, in place.
func collapse(word []byte) []byte {
	kept := word[:0]
	for i, c := range word {
		if i == 0 || c != kept[len(kept)-1] {
			kept = append(kept, c)
		}
	}
	return kept
}

// Read reads a message.
func (l *Lexicon) Read(message string) *Text {
	l.reading.Do(l.seal)
	message = withoutFormat(message)
	t := &Text{lex: l, source: message, budget: maxSteps}
	found := scan(message)
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
	t.findSpans()
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
	if digits := len(word) - len(strings.TrimLeft(word, "0123456789")); id == 0 && digits > 0 && len(word)-digits > 1 {
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

// joined is the known word that two raw tokens are together, 0 if there is none:
// "sui.cide".
func (l *Lexicon) joined(r, next raw) int32 {
	if !r.tight || r.apostrophe || r.end || r.comma {
		return 0
	}
	both := string(r.word) + string(next.word)
	if len(both) <= 3 || l.vocabulary[string(r.word)] != 0 && l.vocabulary[string(next.word)] != 0 {
		return 0
	}
	return l.vocabulary[both]
}

// withoutSymbols is an unknown word without the symbols that stand in it for
// letters.
func (l *Lexicon) withoutSymbols(r raw) (int32, string) {
	word := string(r.word)
	if !r.symbols {
		return 0, word
	}
	word = strings.Map(func(c rune) rune {
		if c < utf8.RuneSelf && strings.ContainsRune("$@!*|", c) {
			return -1
		}
		return c
	}, word)
	return l.vocabulary[word], word
}

// contraction takes English ones apart: "don't" is "do not", "he's" is "he
// is", "Anna's" is "Anna".
func (l *Lexicon) contraction(left, right []byte) ([]string, bool) {
	if expanded, ok := l.expansions[string(left)+string(right)]; ok && len(right) <= 2 {
		return expanded, true
	}
	word := string(left)
	switch string(right) {
	case "t":
		if cut, ok := strings.CutSuffix(word, "n"); ok {
			return []string{cut, "not"}, true
		}
	case "s":
		return []string{word}, true
	case "m":
		return []string{word, "am"}, true
	case "re":
		return []string{word, "are"}, true
	case "ve":
		return []string{word, "have"}, true
	case "ll":
		return []string{word, "will"}, true
	case "d":
		return []string{word, "would"}, true
	}
	return nil, false
}

// spelling is where the longest words begin that a run of single letters spells.
type spelling struct {
	from, end int // of the run, in the raw tokens
	// words are those that begin at each letter, none where that is 0; dead is set
	// where no words lead to the end of the run, and long where one of them has more
	// than two letters.
	words      []int32
	dead, long []bool
}

// maxSpelled is how many letters are read as spelled at once, and maxSpelledWord in
// a word.
const (
	maxSpelled     = 48
	maxSpelledWord = 16
)

// readSpelled reads three or more single letters as the words they spell,
// "k i l l", where they spell some that are known.
func (l *Lexicon) readSpelled(run *spelling, found []raw, i int, add func(id int32, word string, from, to int32)) (last int, ok bool) {
	if i >= run.end {
		l.spell(run, found, i)
	}
	if run.end-i < 3 || run.dead[i-run.from] || !run.long[i-run.from] {
		return 0, false
	}
	for end := min(run.end, i+maxSpelled); i < end; {
		id := run.words[i-run.from]
		next := i + len(l.words[id])
		add(id, l.words[id], found[i].from, found[next-1].to)
		i = next
	}
	return i - 1, true
}

// spell finds the words of the run of single letters that begins at i.
func (l *Lexicon) spell(run *spelling, found []raw, i int) {
	run.from, run.end = i, i
	letters := make([]byte, 0, maxSpelled)
	for run.end < len(found) && len(found[run.end].word) == 1 {
		letters = append(letters, found[run.end].word[0])
		if run.end++; found[run.end-1].end {
			break
		}
	}
	run.words, run.dead, run.long = make([]int32, len(letters)), make([]bool, len(letters)+1), make([]bool, len(letters)+1)
	for at := len(letters) - 1; at >= 0; at-- {
		id := l.spelled(letters[at:min(len(letters), at+maxSpelledWord)])
		next := at + len(l.words[id])
		run.words[at], run.dead[at], run.long[at] = id, id == 0 || run.dead[next], next > at+2 || run.long[next]
	}
}

// spelled is the longest known word that some letters begin with, 0 if there is none.
func (l *Lexicon) spelled(letters []byte) int32 {
	if len(letters) >= stemLetters && !l.starts[start(letters[:stemLetters])] {
		letters = letters[:stemLetters-1]
	}
	for n := len(letters); n > 0; n-- {
		if id, known := l.vocabulary[string(letters[:n])]; known && (n > 2 || l.common[id] != 0) {
			return id
		}
	}
	return 0
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
