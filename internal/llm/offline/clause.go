package offline

// This file says a sentence of the user's again within one of the bot's own, where it is plainly a clause
// that can stand after "that". The languages differ in how a verb is known, and the second person made.

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// minClause is how many words a clause has at least that is said again.
const minClause = 3

// The forms of clauses.
const (
	expected pointKind = "expected" // says what will be, or would be
	possible pointKind = "possible" // says what can be
	owed     pointKind = "owed"     // says what should be
	ranked   pointKind = "compared"
	brought  pointKind = "brought" // says what something does
	past     pointKind = "past"
	lived    pointKind = "lived"  // tells of the user's doings
	wished   pointKind = "wished" // tells what the user would do
	stated   pointKind = "stated" // any other
)

// clauseWords are what is known of clauses in a language, as words.yaml explains.
type clauseWords struct {
	Most                                                  int // how many words one has
	Half, Drawn, Joining, Granting, Trailing              pattern
	Refused, Anybody, Doings, Wishes, Aside, End          pattern
	Unfinished, Unsayable, Theirs, Once                   pattern
	Comparing, Conditional, Counted, Figures              pattern
	Harmful, Reporting, Places, Own, Ours                 pattern
	Condition, Uncommaed, Tensed, Relative                pattern
	Present, Imperfect, NounLike, NoVerb                  pattern
	Folk, Behind, BeforeClauses, BeforeVerbs, BeforeNouns []string
	OfMany, Adverbial, Generic, Alone                     []string
	Forms                                                 []struct { // of a clause, by its verb
		Form pointKind
		Verb pattern
	}
	Second, Facts, Voseo, Verbs pairs
}

// tongue is what a language does with the verbs of a clause.
type tongue interface {
	// formOf is the form of a text that is plainly a clause, by its verb; empty for any other.
	formOf(k *knowledge, text string) pointKind
	// second puts what the user says of themselves into the second person, and says whether there is any;
	// ok is false where that cannot be done.
	second(k *knowledge, words []string) (ofWriter, ok bool)
}

var tongues = map[string]tongue{"en": englishVerbs{}, "es": spanishVerbs{}}

// clauseOf is a sentence as a clause of the bot's own, and its form; ok is false where it is not
// plainly one.
func (w *writer) clauseOf(sentence string) (clause string, form pointKind, ok bool) {
	text := w.core(sentence)
	said := &w.Say
	if w.asks(sentence) || said.Half.in(text) || said.Aside.in(text) && !said.Doings.in(text) ||
		said.Refused.in(text) && !said.Anybody.in(text) && !said.Doings.in(text) && !said.Wishes.in(text) {
		return "", "", false
	}
	text = w.mainOf(text)
	words := strings.Fields(text)
	form = w.formOf(text)
	if form == "" || len(words) < minClause || len(words) > said.Most || w.restates(text) {
		return "", "", false
	}
	ofWriter, ok := tongues[w.language].second(w.knowledge, words)
	if !ok || said.Unsayable.in(strings.Join(words, " ")) {
		return "", "", false
	}
	if words[0] == "tú" { // which the verb says
		words = words[1:]
	}
	w.asAnothers(words)
	clause = strings.Join(words, " ")
	switch {
	case form == wished:
	case ofWriter && form != owed && form != expected, form == past && said.Once.in(clause),
		said.Theirs.in(clause) && slices.Contains([]pointKind{stated, brought, past}, form):
		form = lived
	}
	return clause, form, true
}

// core is a sentence without marks, and without what joins it to the one before or only says that it is so, or is granted.
func (w *writer) core(sentence string) string {
	text := strings.Trim(strings.Join(strings.Fields(straight.Replace(w.spellOut(sentence))), " "), marks)
	if w.Say.Half.in(text) {
		return text
	}
	text = w.Say.Drawn.replace(bare(w.Say.Joining.replace(bare(text), "")), "$1 is$2")
	rest := w.Say.Trailing.replace(text, "")
	if words := strings.Fields(rest); rest != text && len(words) > 0 && w.copula[fold(words[len(words)-1])] { // "a joint one is fine"
		rest = text
	}
	rest = w.Say.Granting.replace(rest, "")
	if rest != text && len(w.Say.Facts) > 0 { // "that they may like it" is granted as what is so
		rest = oneWord.ReplaceAllStringFunc(rest, w.Say.Facts.or)
	}
	return rest
}

// mainOf is a text up to where it goes on with what can be left out.
func (w *writer) mainOf(text string) string {
	for _, end := range w.Say.End.FindAllStringIndex(text, -1) {
		if main := text[:end[0]]; len(strings.Fields(main)) > minClause && w.formOf(main) != "" && !w.Say.Unfinished.in(main+"\n"+text[end[0]:]) {
			return main
		}
	}
	return text
}

// formOf is the form of a text that is plainly a clause, empty for any other.
func (w *writer) formOf(text string) pointKind {
	switch {
	case w.Say.Wishes.in(text):
		return wished
	case w.Say.Doings.in(text):
		return lived
	}
	switch form := tongues[w.language].formOf(w.knowledge, text); {
	case form == "":
		return ""
	case form != owed && w.Say.Comparing.in(text):
		return ranked
	case form == possible && w.denies(text): // what cannot be is no matter of how often
		return stated
	default:
		return form
	}
}

// restates says whether a text says nothing but the claim of the debate: said again it would
// sound as if the bot made it.
func (w *writer) restates(text string) bool { return len(w.terms(w.besideTopic(text))) == 0 }

// straight gives apostrophes one shape, and leaves marks of quotation out.
var straight = strings.NewReplacer("’", "'", "‘", "'", "`", "'", `"`, "", "“", "", "”", "")

// asAnothers writes the words of a sentence as they stand within one of another's.
func (w *writer) asAnothers(words []string) {
	if titled(words) {
		for i, word := range words {
			if w.knownLower(word) || isIn(w.vocabulary, fold(word)) && word == upperFirst(strings.ToLower(word)) {
				words[i] = lowerFirst(word)
			}
		}
	}
	if words[0] != strings.ToLower(words[0]) && w.lowers(words) {
		words[0] = lowerFirst(words[0])
	}
}

// lowers says whether the first of some words would stand small within a sentence.
func (w *writer) lowers(words []string) bool {
	first := words[0]
	if first != upperFirst(strings.ToLower(first)) {
		return false // "NATO", "iPhones"
	}
	if len(words) > 1 && words[1] != "I" && unicode.IsUpper([]rune(words[1])[0]) && !w.determiners[fold(first)] && !w.prepositions[fold(first)] && !w.common[fold(first)] {
		return false // a name of more words
	}
	return w.knownLower(first) || abstract.MatchString(first) || w.plural(fold(first)) && !peoples.MatchString(first)
}

// titled says whether a sentence is written as a headline.
func titled(words []string) bool {
	big := 0
	for _, word := range words {
		if word != strings.ToLower(word) {
			big++
		}
	}
	return len(words) > 4 && 2*big > len(words)
}

var (
	abstract = regexp.MustCompile(`(ing|tion|sion|ment|ness|ity|ism|ance|ence|ción|dad|miento|ismo)$`)
	peoples  = regexp.MustCompile(`(?i)(ans|ims|ews|eks|rats|ists|ois|iers|ics|ands|tates|ations)$`)
)
