package offline

// This file takes a sentence of the user's apart for a question back: which kind of point it makes,
// which noun phrase it is about, and which figure it names.

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// kindOf is the sort of point that a sentence makes.
func (k *knowledge) kindOf(sentence string) pointKind {
	folded := fold(sentence)
	for _, idiom := range k.Idioms {
		folded = strings.ReplaceAll(folded, idiom, "")
	}
	said := plain(folded)
	for _, rule := range k.Kinds {
		is := rule.Pattern.in(folded) || hasAny(said, rule.Words)
		if is && !hasAny(said, rule.Unless) {
			return rule.Kind
		}
	}
	return general
}

// token is a word as it was written.
type token struct {
	raw, low string
	content  bool
	ends     bool // punctuation follows it
}

func (g *grammar) tokens(text string) (tokens []token) {
	for _, field := range strings.Fields(text) {
		raw := strings.TrimFunc(field, func(r rune) bool { return !isWord(r) && r != '%' })
		if raw == "" {
			continue
		}
		low := fold(raw)
		tokens = append(tokens, token{raw: raw, low: low, content: !g.common[low] && !g.prepositions[low] && !g.determiners[low] && !g.negations[low] && !g.breaks[low],
			ends: strings.ContainsAny(field[len(field)-1:], ".,;:!?)")})
	}
	return tokens
}

// How many words a noun phrase has at most, and how long one may be.
const (
	maxPhrase = 3
	maxOf     = 2 // after "of"
	maxLetter = 24
)

// nounWords are what is known of noun phrases in a language, as words.yaml explains.
type nounWords struct {
	Adjectival, Unnamed, Verbal, Dependent, Measures, Pronoun pattern
	Subjects, Before, Joins, Dropped, Articles                []string
}

// nounPhrase is some words of a text, as another than the user says them.
type nounPhrase struct {
	words   []string
	content []string // folded
	end     int      // the token after it
}

// determine reads a determiner, if one is there.
func (g *grammar) determine(p *nounPhrase, t token) bool {
	if !g.determiners[t.low] {
		return false
	}
	d := cmp.Or(g.Outside[t.low], t.low)
	if !slices.Contains(g.Noun.Dropped, d) {
		p.words = append(p.words, d)
	}
	p.end++
	return true
}

// take reads content words up to what ends a phrase, most of them at the most.
func (g *grammar) take(p *nounPhrase, tokens []token, most int, determined bool) {
	for n := 0; p.end < len(tokens) && n < most; n++ {
		t := tokens[p.end]
		if !t.content || g.verbAt(tokens, p.end, n, determined) || strings.ContainsAny(t.low, " '") || len(t.raw) > maxLetter || g.Outside[t.low] != "" {
			return
		}
		p.words, p.content = append(p.words, t.raw), append(p.content, t.low)
		p.end++
		if t.ends || g.plural(t.low) { // after which comes a verb
			return
		}
	}
}

func (g *grammar) plural(word string) bool {
	return g.language == "en" && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss")
}

// verbAt says whether the nth word of a phrase is one that ends it: a verb, as
// far as can be told, or an adverb.
func (g *grammar) verbAt(tokens []token, at, n int, determined bool) bool {
	if n == 0 && !determined && at > 0 && !tokens[at-1].ends && slices.Contains(g.Noun.Subjects, tokens[at-1].low) {
		return true // "it messes up"
	}
	t, next := tokens[at], token{}
	last := t.ends || at+1 == len(tokens)
	if !last {
		next = tokens[at+1]
		last = next.low == "of"
	}
	if g.verbs[g.stem(t.low)] && (!determined || n > 0 && !last) {
		return true
	}
	return n > 0 && (g.Noun.Verbal.in(strings.ToLower(t.raw)) || !t.ends && g.plural(t.low) && (g.determiners[next.low] || g.prepositions[next.low]))
}

// refuses says whether words are no phrase to ask about: they say how something
// is, or nothing.
func (g *grammar) refuses(p nounPhrase, before []token, determined bool) bool {
	if len(p.content) == 0 {
		return true
	}
	last := p.content[len(p.content)-1]
	if g.judges(last) || len(p.content) == 1 && slices.Contains(g.Vague, last) {
		return true
	}
	if len(p.content) == 1 && determined {
		return g.Noun.Unnamed.in(last)
	}
	if determined {
		return false
	}
	for _, t := range before[max(0, len(before)-2):] {
		if g.copula[t.low] { // "is really long"
			return true
		}
	}
	return slices.ContainsFunc(p.content, g.judges) || len(p.content) == 1 && g.Noun.Adjectival.in(last)
}

// phraseAt reads a noun phrase from a token on; ok is false if there is none.
func (g *grammar) phraseAt(tokens []token, at int) (p nounPhrase, ok bool) {
	p.end = at
	determined := g.determine(&p, tokens[at])
	if determined && tokens[at].ends {
		return p, false
	}
	most := maxPhrase
	if len(g.Noun.Before) > 0 && determined && (p.end == len(tokens) || !slices.Contains(g.Noun.Before, tokens[p.end].low)) {
		most = 1 // after which a verb may come that looks like a noun
	}
	g.take(&p, tokens, most, determined)
	if g.refuses(p, tokens[:at], determined) {
		return p, false
	}
	if p.end+1 >= len(tokens) || tokens[p.end-1].ends || !slices.Contains(g.Noun.Joins, tokens[p.end].low) {
		return p, true
	}
	longer := nounPhrase{words: append(slices.Clone(p.words), tokens[p.end].raw), content: slices.Clone(p.content), end: p.end + 1}
	determined = g.determine(&longer, tokens[longer.end])
	if g.take(&longer, tokens, maxOf, determined); len(longer.content) > len(p.content) {
		return longer, true
	}
	return p, true
}

// upTo are the words up to the first of some, all of them if it has none.
func (p nounPhrase) upTo(some map[string]bool) []string {
	for i, w := range p.words {
		if some[fold(w)] {
			return p.words[:i+1]
		}
	}
	return p.words
}

// preferred are the words of a sentence that a kind of point is known by and that
// the question should be about: the uncle of an anecdote, the doctors of an
// authority.
func (k *knowledge) preferred(kind pointKind, sentence string) map[string]bool {
	words := make(map[string]bool)
	if kind != "anecdote" && kind != "authority" {
		return words
	}
	for _, rule := range k.Kinds {
		if rule.Kind != kind {
			continue
		}
		phrases := slices.Clone(rule.Words)
		if rule.Pattern.Regexp != nil {
			phrases = append(phrases, rule.Pattern.FindAllString(plain(sentence), -1)...)
		}
		for _, phrase := range phrases {
			fields := strings.Fields(phrase)
			if last := fields[len(fields)-1]; !k.determiners[last] { // "we had a"
				words[last] = true
			}
		}
	}
	return words
}

// focusOf is the noun phrase of a sentence that says most, empty if there is
// none; words of the topic say little.
func (k *knowledge) focusOf(sentence, topic string) string {
	return k.phraseOf(sentence, topic, func(token) bool { return true })
}

// nounOf is focusOf among the phrases that a definite article or the like begins, which are nouns
// beyond doubt, and that have more than words of the topic.
func (k *knowledge) nounOf(sentence, topic string) string {
	phrase := k.phraseOf(sentence, topic, func(t token) bool { return slices.Contains(k.Noun.Articles, t.low) })
	own := k.terms(topic)
	_, last, _ := strings.Cut(phrase, " ")
	if len(last) < minNoun || k.language == "es" && strings.Contains(last, " ") || last != strings.ToLower(last) || // of more words one may be a verb
		k.Noun.Pronoun.in(phrase) || has(plain(sentence), plain(phrase)+" one") || strings.ContainsAny(phrase, "0123456789") || !slices.ContainsFunc(k.terms(phrase), func(stem string) bool { return !slices.Contains(own, stem) }) {
		return ""
	}
	return phrase
}

// nameable is nounOf, if that is something by itself, or else a plural that begins the sentence and needs no article.
func (k *knowledge) nameable(sentence, topic string) string {
	if noun := k.nounOf(sentence, topic); noun != "" || k.language != "en" {
		words := strings.Fields(noun)
		if last := len(words) - 1; last > 1 && (slices.Contains(k.Vague, words[last]) || k.verbs[k.stem(words[last])] && k.plural(words[last])) { // "the grass green", "the owner pays"
			words = words[:last]
		}
		if noun = strings.Join(words, " "); k.Noun.Dependent.in(noun) {
			return ""
		}
		return noun
	}
	own, tokens := k.terms(topic), k.tokens(k.Say.Joining.replace(sentence, ""))
	return k.phraseOf(sentence, topic, func(t token) bool {
		return t.low == tokens[0].low && t.content && len(t.low) > minNoun && !k.Noun.Measures.in(t.low) && k.plural(t.low) && isIn(k.vocabulary, t.low) && !k.verbs[k.stem(t.low)] && !k.common[t.low] && !slices.Contains(own, k.class(k.stem(t.low)))
	})
}

// minNoun is the length of a noun: "en mi casa se" ends in none.
const minNoun = 3

// phraseOf is the noun phrase that says most, of those whose first word may begin one.
func (k *knowledge) phraseOf(sentence, topic string, begins func(token) bool) string {
	tokens := k.tokens(sentence)
	kind := k.kindOf(sentence)
	known, preferred := make(map[string]bool), k.preferred(kind, sentence)
	for _, stem := range k.terms(topic) {
		known[stem] = true
	}
	best, most := "", 0.0
	for i := 0; i < len(tokens); i++ {
		phrase, ok := k.phraseAt(tokens, i)
		if !ok || !begins(tokens[i]) || strings.ContainsAny(phrase.words[0], "0123456789") && len(phrase.content) == 1 { // "9" or "11am" is no subject
			continue
		}
		score := 0.0
		for _, w := range phrase.content {
			if preferred[w] {
				score += 10
			}
			if stem := k.class(k.stem(w)); known[stem] {
				score += 0.2
			} else {
				score += 1 + 0.3*k.rarity(stem)
			}
		}
		if k.determiners[tokens[i].low] {
			score += 0.5
		}
		if score > most {
			best, most = strings.Join(phrase.upTo(preferred), " "), score
		}
		i = max(i, phrase.end-1)
	}
	if best == strings.ToUpper(best) && strings.Contains(best, " ") { // shouted
		best = strings.ToLower(best)
	} else if k.knownLower(best) {
		best = lowerFirst(best)
	}
	return unquotable.ReplaceAllString(best, "")
}

// unquotable is what could pose as a slot, a quotation or markup.
var unquotable = regexp.MustCompile(`[\x00-\x1f"“”„«»{}<>|\x60*_#\\]+|https?:\S*`)

// knownLower says whether a phrase begins with a word that is no name.
func (k *knowledge) knownLower(phrase string) bool {
	first, _, _ := strings.Cut(phrase, " ")
	low := fold(first)
	return k.common[low] || k.determiners[low] || k.prepositions[low] || isIn(k.everyday, low)
}

// year is one, and no figure.
var year = regexp.MustCompile(`^(1[89]|20)\d\d$`)

// figureOf is the figure of a sentence with what it counts, empty if it has none.
func (k *knowledge) figureOf(sentence string) string {
	tokens := k.tokens(sentence)
	for i, t := range tokens {
		if !strings.ContainsAny(t.raw, "0123456789") {
			continue
		}
		if year.MatchString(t.raw) {
			continue
		}
		phrase := []string{t.raw}
		for j := i + 1; j < len(tokens) && j <= i+4 && !tokens[j-1].ends; j++ {
			next := tokens[j]
			if next.low == "of" || next.low == "de" || next.low == "out" || k.determiners[next.low] || next.content && (j == i+1 || !k.verbs[k.stem(next.low)]) || strings.ContainsAny(next.raw, "0123456789") {
				phrase = append(phrase, next.raw)
				continue
			}
			break
		}
		for len(phrase) > 1 && !k.tokens(phrase[len(phrase)-1])[0].content { // "90 % of the"
			phrase = phrase[:len(phrase)-1]
		}
		if len(phrase) == 1 && !strings.HasSuffix(phrase[0], "%") {
			continue // a number of nothing
		}
		return unquotable.ReplaceAllString(strings.Join(phrase, " "), "")
	}
	return ""
}
