package offline

// This file has what is known of a language's words, from words.yaml, and what splits texts into
// sentences, words and stems by it.

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// grammar is what is known of a language's words, as words.yaml explains.
type grammar struct {
	Common, Negations, Unnegated, Breaks, Comparators, Copulas, Flips        []string
	Away, Modals, Auxiliaries, Yes, Nope                                     []string
	For, Against, Good, Bad                                                  []string
	Alike, Requests, Grants, Complaints, Comparatives, Dismissals            []string
	Determiners, Verbs, Prepositions, Opinions, Vague, Asking, Begin         []string
	Persons, Hedges, Sweeping, Demands, Doubting, Given, Personal, Reasons   []string
	Wanting, Judging, Abilities, Unmoved, Converted, Idioms, Pressing, Again []string
	Reserving, Proposals, Reporting, Accented                                []string
	If, That                                                                 string
	OfKind, NotOfKind                                                        pattern
	Outside                                                                  map[string]string
	Kinds, Rhetorical, Addressed, Points                                     []kindRule
	AskedBack, AsksLink, TakenBack, Thing, Spoken, Harmless, OfBot           pattern
	Reason, Passed, Tag                                                      pattern
	Aims                                                                     struct{ Spares, Removes, Obliges, Does, Kinds, Foretells, Refrains, Permits pattern }
	Fates                                                                    struct{ Asked, Spared, Said, Good, Bad pattern }
	Acts, Undergoes                                                          pattern
	Say                                                                      clauseWords
	Noun                                                                     nounWords
	Condemning, Praising                                                     []string
	Signs                                                                    map[sign][]string

	language                                       string
	common, negations, breaks, comparators, copula map[string]bool
	determiners, verbs, prepositions, complains    map[string]bool
	actions, adjectives                            map[string]int // by word and stem: 1 in favour, -1 against
	alike, accents                                 map[string]string
}

var folds = strings.NewReplacer("’", "'", "‘", "'", "á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "à", "a", "è", "e", "ì", "i", "ò", "o", "ù", "u",
	"can't", "can not", "cannot", "can not", "won't", "will not", "n't", " not", " > ", " beats ")

// fold is a text in lower case, without accents, and with "n't" and what is short for "que" spelt out.
func fold(text string) string {
	text = strings.ToLower(text)
	if bareQ(text) {
		text = shortQue.ReplaceAllStringFunc(text, spellQue)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || r == '\'' || r == '>' }) || strings.Contains(text, "cannot") {
		return folds.Replace(text)
	}
	return text
}

// bareQ says whether a text has a q without its u.
func bareQ(text string) bool {
	for i := 0; ; i++ {
		at := strings.IndexByte(text[i:], 'q')
		if at < 0 {
			return false
		}
		if i += at; !strings.HasPrefix(text[i+1:], "u") {
			return true
		}
	}
}

// shortQue is how "que", "porque" and "aunque" are written in haste.
var shortQue = regexp.MustCompile(`(?i)\b(?:q|[xp]q|porq|aunq)\b`)

// spellQue spells one of those out, with its capital.
func spellQue(short string) string {
	long := map[string]string{"q": "que", "xq": "porque", "pq": "porque", "porq": "porque", "aunq": "aunque"}[strings.ToLower(short)]
	if short[:1] == strings.ToUpper(short[:1]) {
		return upperFirst(long)
	}
	return long
}

// spellOut writes what is said again of the user's words as one writes with care: "habria q" as "habría que".
func (g *grammar) spellOut(text string) string {
	switch {
	case g.language == "en":
		return spellShort(text)
	case len(g.accents) == 0:
		return text
	}
	return oneWord.ReplaceAllStringFunc(shortQue.ReplaceAllStringFunc(text, spellQue), func(word string) string {
		if isAccented(word) || word == strings.ToUpper(word) {
			return word
		}
		if n := len(word); n > 4 && strings.HasSuffix(word, "ion") {
			return word[:n-3] + "ión"
		} else if n > 5 && strings.HasSuffix(word, "rian") {
			return word[:n-3] + "ían"
		}
		accented, ok := g.accents[strings.ToLower(word)]
		switch {
		case !ok:
			return word
		case word != strings.ToLower(word):
			return upperFirst(accented)
		}
		return accented
	})
}

// oneWord is a word of letters.
var oneWord = regexp.MustCompile(`\pL+`)

// isAccented says whether a word has any letter that is not of ASCII.
func isAccented(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return r > unicode.MaxASCII })
}

// spellNot puts the mark into "shouldnt" and the like, which many write without it.
func spellNot(text string) string {
	if low := strings.ToLower(text); !strings.Contains(low, "nt") && !strings.Contains(low, "n't") && !strings.Contains(low, "n’t") {
		return text
	}
	return unmarked.ReplaceAllString(text, "$1 not")
}

var unmarked = regexp.MustCompile(`(?i)\b(should|is|are|was|were|does|do|did|has|have|had|could|would|must)n['’]?t\b`)

// spellShort writes in full what is mostly typed short, in English: "u", "ur", "im", "thats", "dont".
func spellShort(text string) string {
	words := strings.Fields(text)
	for i, raw := range words {
		word := strings.TrimFunc(raw, func(r rune) bool { return !isWord(r) })
		long := inFull[strings.ToLower(word)]
		if long == "" {
			continue
		}
		if word != strings.ToLower(word) {
			long = upperFirst(long)
		}
		words[i] = strings.Replace(raw, word, long, 1)
	}
	return strings.Join(words, " ")
}

// inFull are words that are mostly typed short, without those that are words of their own: "its", "were", "well".
var inFull = map[string]string{
	"u": "you", "ur": "your", "im": "I'm", "ive": "I've", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't",
	"isnt": "isn't", "arent": "aren't", "wasnt": "wasn't", "werent": "weren't", "wont": "won't", "cant": "can't", "couldnt": "couldn't",
	"shouldnt": "shouldn't", "wouldnt": "wouldn't", "havent": "haven't", "hasnt": "hasn't", "thats": "that's", "theres": "there's", "whats": "what's",
	"hes": "he's", "shes": "she's", "theyre": "they're", "youre": "you're", "theyve": "they've", "youve": "you've", "weve": "we've",
	"youd": "you'd", "youll": "you'll", "theyd": "they'd", "theyll": "they'll", "gonna": "going to", "wanna": "want to", "gotta": "have to",
	"cuz": "because", "coz": "because", "tho": "though", "ppl": "people", "wdym": "what do you mean",
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' }

// wordsOf are the words of a text as fold gives it.
func wordsOf(text string) []string {
	return strings.FieldsFunc(fold(text), func(r rune) bool { return !isWord(r) })
}

// span is a sentence of a message, in bytes.
type span struct{ start, end int }

// sentencesOf are where the sentences of a text are; a line is one at least.
func sentencesOf(text string) (spans []span) {
	add := func(start, end int) {
		for start < end && !isWord(runeAt(text, start)) {
			start += utf8.RuneLen(runeAt(text, start))
		}
		trimmed := strings.TrimRight(text[start:end], " \t\r\n")
		if trimmed != "" {
			spans = append(spans, span{start, start + len(trimmed)})
		}
	}
	start := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		last := i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\n' || text[i+1] == '"'
		if c == '\n' || (c == '.' || c == '!' || c == '?' || c == ';') && last {
			add(start, i+1)
			start = i + 1
		}
	}
	add(start, len(text))
	return spans
}

// runeAt is the rune there; what is no UTF-8 counts as one byte.
func runeAt(text string, at int) rune {
	r, size := utf8.DecodeRuneInString(text[at:])
	if r == utf8.RuneError && size <= 1 {
		return 0
	}
	return r
}

// stem cuts a word's endings, roughly: it only has to give forms of a word the
// same stem, not a right one.
func (g *grammar) stem(w string) string {
	w = strings.TrimSuffix(strings.Trim(w, "'"), "'s")
	if g.language == "es" {
		w = stemSpanish(w)
	} else {
		w = stemEnglish(w)
	}
	return w
}

func stemEnglish(w string) string {
	if n := len(w); n > 4 && strings.HasSuffix(w, "ies") {
		w = w[:n-3] + "y"
	} else if n > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") {
		w = w[:n-1]
	}
	w = englishEndings.cut(w)
	if n := len(w); n > 3 && strings.Contains("eiy", w[n-1:]) {
		w = w[:n-1]
	}
	if n := len(w); n > 3 && w[n-1] == w[n-2] {
		w = w[:n-1]
	}
	return w
}

func stemSpanish(w string) string { return spanishEndings.cut(w) }

var (
	englishEndings = endingsOf("isation", "ization", "liness", "iness", "ation", "ness", "ment", "able", "ise", "ize", "ion", "ing", "ful", "est", "ed", "er", "ly", "ty")
	spanishEndings = endingsOf("amientos", "imientos", "amiento", "imiento", "aciones", "iciones", "uciones", "adores", "adoras", "acion", "icion",
		"ancias", "encias", "ancia", "encia", "ablemente", "amente", "mente", "ables", "ibles", "able", "ible", "idades", "idad", "ador", "adora", "iendo", "ando",
		"aremos", "arian", "erian", "aron", "ieron", "aban", "aran", "adas", "ados", "idas", "idos", "aria", "eria", "ada", "ado", "ida", "ido", "aba", "ara", "era",
		"ar", "er", "ir", "an", "en", "es", "as", "os", "a", "o", "e", "s")
)

// endings are those that a stem is without, by their last byte, the first that fits before others.
type endings [256][]string

func endingsOf(all ...string) *endings {
	var e endings
	for _, ending := range all {
		last := ending[len(ending)-1]
		e[last] = append(e[last], ending)
	}
	return &e
}

// cut is a word without its ending, of which more than two bytes stay.
func (e *endings) cut(w string) string {
	if w == "" {
		return w
	}
	for _, ending := range e[w[len(w)-1]] {
		if len(w) > len(ending)+2 && strings.HasSuffix(w, ending) {
			return w[:len(w)-len(ending)]
		}
	}
	return w
}

// terms are the content words of a text, without repeated ones.
func (g *grammar) terms(text string) (terms []string) {
	seen := make(map[string]bool)
	for s := range g.stems(text) {
		if !seen[s] {
			seen[s] = true
			terms = append(terms, s)
		}
	}
	return terms
}

// stems are what stands for the content words of a text, one after the other.
func (g *grammar) stems(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for w := range strings.FieldsFuncSeq(fold(text), func(r rune) bool { return !isWord(r) }) {
			if g.common[w] {
				continue
			}
			if s := g.class(g.stem(w)); len(s) > 1 && !yield(s) {
				return
			}
		}
	}
}

// value is what a word does to its subject, or calls it: 1 is in favour, -1 against.
func (g *grammar) value(of map[string]int, word string) int {
	if v := of[word]; v != 0 {
		return v
	}
	return of[g.stem(word)]
}

// judges says whether a word only says what somebody makes of a thing.
func (g *grammar) judges(word string) bool {
	return g.value(g.actions, word) != 0 || g.value(g.adjectives, word) != 0
}

// class is what stands for a stem and for those that mean much the same.
func (g *grammar) class(stem string) string {
	if c := g.alike[stem]; c != "" {
		return c
	}
	return stem
}

// prepare fills the look-ups of a grammar that was read.
func (g *grammar) prepare(language string) {
	g.language = language
	for _, one := range []struct {
		set  *map[string]bool
		from []string
	}{{&g.common, g.Common}, {&g.negations, g.Negations}, {&g.breaks, g.Breaks}, {&g.comparators, g.Comparators}, {&g.copula, g.Copulas},
		{&g.determiners, g.Determiners}, {&g.prepositions, g.Prepositions}, {&g.complains, g.Complaints}} {
		*one.set = setOf(one.from)
	}
	g.verbs, g.actions, g.adjectives = make(map[string]bool), make(map[string]int), make(map[string]int)
	for _, w := range fields(g.Verbs) {
		g.verbs[g.stem(w)] = true
	}
	for _, one := range []struct {
		values map[string]int
		value  int
		from   []string
	}{{g.actions, 1, g.For}, {g.actions, -1, g.Against}, {g.adjectives, 1, g.Good}, {g.adjectives, -1, g.Bad}} {
		for _, w := range fields(one.from) {
			one.values[w] = one.value
			if stem := g.stem(w); len(stem) > 3 { // "hats" and "hate" share a short one
				one.values[stem] = one.value
			}
		}
	}
	g.accents = make(map[string]string)
	for word := range strings.FieldsSeq(strings.Join(g.Accented, " ")) {
		g.accents[strings.ReplaceAll(fold(word), "ñ", "n")] = word
	}
	g.alike = make(map[string]string)
	for _, group := range g.Alike {
		first := ""
		for _, w := range strings.Fields(fold(group)) {
			s := g.stem(w)
			if first == "" {
				first = s
			}
			if g.alike[s] == "" {
				g.alike[s] = first
			}
		}
	}
}

func fields(lists []string) (all []string) {
	for _, l := range lists {
		all = append(all, strings.Fields(fold(l))...)
	}
	return all
}

func setOf(lists []string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range fields(lists) {
		set[w] = true
	}
	return set
}

// has says whether a phrase stands in a text; both as words joined by spaces.
func has(text, phrase string) bool {
	if phrase == "" {
		return text == ""
	}
	for from := 0; ; {
		at := strings.Index(text[from:], phrase)
		if at < 0 {
			return false
		}
		from += at
		if end := from + len(phrase); (from == 0 || text[from-1] == ' ') && (end == len(text) || text[end] == ' ') {
			return true
		}
		from++
	}
}

// hasAny says whether any of some phrases stands in a text.
func hasAny(text string, phrases []string) bool {
	return slices.ContainsFunc(phrases, func(p string) bool { return has(text, p) })
}

// plain is a text as has takes it.
func plain(text string) string { return strings.Join(wordsOf(text), " ") }
