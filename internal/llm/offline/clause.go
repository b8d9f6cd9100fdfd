package offline

// This file puts a sentence of the user's into one of the bot's own, where it is plainly a clause
// that can stand after "that", and asks about it by its form.

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// How many words a clause has that is said again.
const (
	minClause = 3
	maxClause = 20
)

// The forms of clauses.
const (
	expected pointKind = "expected" // says what will be, or would be
	possible pointKind = "possible" // says what can be
	owed     pointKind = "owed"     // says what should be
	ranked   pointKind = "compared"
	brought  pointKind = "brought" // says what something does
	past     pointKind = "past"
	lived    pointKind = "lived"  // tells of the user's doings
	stated   pointKind = "stated" // any other
)

// clauseForms tell the form of an English clause by the verb that it hangs on.
var clauseForms = []struct {
	form pointKind
	verb *regexp.Regexp
}{
	{expected, verbs(`will|would|won't|wouldn't|(?:is|are) (?:not )?going to`)},
	{possible, verbs(`can|could|may|might|can't|cannot|couldn't`)},
	{owed, verbs(`should|must|ought|needs? to|shouldn't|mustn't`)},
	{past, verbs(`was|were|had|did|wasn't|weren't|didn't`)},
	{stated, verbs(`is|are|has|have|isn't|aren't|hasn't|haven't|does|doesn't|do|don't`)},
	{brought, verbs(effects)},
}

// effects are verbs of what something does, in the forms that follow "it" and "they".
const effects = `(?:help|cause|reduce|prevent|improve|increase|promote|encourage|create|destroy|protect|allow|lead|make|teach|give|keep|cost|save|waste|hurt|harm|damage|ruin|raise|lower|ensure|guarantee|support|stimulate|benefit|undermine|threaten|weaken|strengthen|enable|force|need|deserve|require|provide|produce|bring|serve|stop|affect|violate|solve|distract|discourage|deter|depend|work|matter|exist|fail|remain|show|prove|mean|want|know|like|love|hate|think|believe|take|put|get|become|lose|win|pay|spend|learn|live|suffer|die|feel|seem|belong|add|change|influence|endanger|exploit|contribute|result|reflect|represent|offer|attract|distort|divide|unite|kill|spread|boost|limit|restrict|deprive|deny|ignore|face|earn|gain|hold|let|set|end|begin|grow|fall|play|use|buy|sell|eat|drink|drive|watch|read|bear|share|spoil|annoy|smell|taste|look|sound|sleep|bite|bark|scare|crash|break)s?|do|does|goes|go|teaches|watches|crashes|pushes|reaches|catches|passes|relies|rely|carries|carry|implies|imply|violates`

// verbs is a pattern of a clause up to the first of some verbs.
func verbs(of string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(\P{L}*(?:[^\s,]+,? ){1,9}?)(` + of + `) `)
}

var (
	// drawn is "is" drawn together with its subject, and trailing what ends a sentence and says nothing.
	drawn    = regexp.MustCompile(`(?i)\b(it|that|this|there|he|she)'s( (?:an?|the|not|more|less|just|so|too|very|really|only|about|all|always|never|bad|good|better|worse)\b)`)
	trailing = regexp.MustCompile(`(?i),? (anyway|though|tbh|imo|you know|of course|after all|igualmente|de todos modos)$`)
	// condition is what a sentence begins with that is not its main clause.
	condition = regexp.MustCompile(`(?i)^(?:if|when|once|with|without|in|at|on|for|after|before|during|by|under|si|cuando|sin|con|en|tras|después de|antes de) [^,]{3,70}, `)
	// halfSentence begins half a sentence.
	halfSentence = regexp.MustCompile(`(?i)^(because|cause|cuz|porque)\b`)
	// noClause begins what is no statement of its own, or one about its writer.
	noClause = regexp.MustCompile(`(?i)^(because|cause|cuz|since|although|though|while|whereas|unless|until|so that|as|than|like|and|or|but|nor|whenever|what|why|how|who|whom|whose|which|let|let's|please|not|yes|no|yeah|nope|ok|okay|well|oh|lol|to|would|could|should|can|will|may|might|must|is|are|was|were|has|have|had|does|do|did|ban|you|u|i|i'm|im|i've|i'd|i'll|me|porque|aunque|mientras|donde|qué|que|cómo|quién|no|sí|tú|yo|y|o|pero|me|te)\b`)
	// setsRight begins what is said of the bot's own words, or against them, and what is not doubted.
	setsRight = regexp.MustCompile(`(?i)^(?:(?:it|that|there|he|she|what)'s\b|(?:they|we|you)'re\b|(?:it|this|that|there|they|he|she)(?:'s| is| are| was) not|(?:it|this|that) (?:tells|shows|means|proves|has nothing|had nothing)|nothing is|nobody is|no[,:]? |[^,;]* (?:(?:is|are|was|were) not|isn't|aren't) what\b|[^,;]* (?:did|does|do) (?:it|that|so|this)\b|[^,;]* (?:is|are|was|were) already (?:there|here|in|on|at|open|done)\b|(?:eso|esto) (?:no |me |nos |solo )|no es\b)`)
	// unsayable is in what the bot would say otherwise of the user, or not say at all.
	unsayable = regexp.MustCompile(`(?i)\b(mine|i|i'm|im|i've|ive|i'd|i'll|me|myself|you|your|you're|u|ur|yo|me|mí|tú|tu|tus|te|ti|vos|usted|fuck\w*|shit\w*|bullshit|crap|damn|ass|asshole|bitch\w*|retard\w*|wtf|lol|lmao|mierda|puta|joder)\b|\.\.|[!?:;"“”«»()\[\]{}<>/*_#=]`)
	// clauseEnd is where a sentence goes on with what can be left out.
	clauseEnd = regexp.MustCompile(`(?i),? (?:because|since|whereas|while|although|though|but|which|and (?:it|they|that|this|we|he|she|a|the|nobody|everyone)|porque|pero|aunque|mientras|y (?:eso|esto))\b|, (?:so|who|and|as|with|it|its|it's|that's|they|this|he|she|i|i'm|my|mine|you|we|ask|nobody|everyone|most|\pL+ing|y|lo que)\b|[;:–—(]`)
	// clauseEndSpanish is that in Spanish, where sentences are strung together by commas.
	clauseEndSpanish = regexp.MustCompile(`(?i) (?:porque|pero|aunque|mientras|y (?:eso|esto))\b|[,;:–—(]`)
	// relative stands before a verb that is not the clause's own.
	relative = regexp.MustCompile(`(?i)\b(that|which|who|whose|where|when|because|if|than|as|que|quien|donde|cuando|porque|si)\b`)
)

// clauseOf is a sentence as a clause of the bot's own, and its form; ok is false where it is not
// plainly one.
func (w *writer) clauseOf(sentence string) (clause string, form pointKind, ok bool) {
	text := strings.Trim(strings.Join(strings.Fields(straight.Replace(w.spellOut(sentence))), " "), " .,!?")
	if !halfSentence.MatchString(text) {
		text = bare(joining.ReplaceAllString(bare(text), ""))
	}
	text = trailing.ReplaceAllString(drawn.ReplaceAllString(text, "$1 is$2"), "")
	if told := w.toldOf(text); told != "" {
		return told, lived, true
	}
	if w.language == "es" {
		if w.asks(sentence) || wishing.MatchString(sentence) {
			return "", "", false
		}
		return w.againInSpanish(text)
	}
	if w.asks(sentence) || noClause.MatchString(text) || setsRight.MatchString(text) {
		return "", "", false
	}
	if at := clauseEnd.FindAllStringIndex(text, -1); len(at) > 0 {
		for _, end := range at {
			if head := text[:end[0]]; len(strings.Fields(head)) > minClause && w.formOf(head) != "" {
				text = head
				break
			}
		}
	}
	words := strings.Fields(text)
	form = w.formOf(text)
	if len(words) < minClause || len(words) > maxClause || form == "" || unsayable.MatchString(text) || w.restates(text) {
		return "", "", false
	}
	w.asAnothers(words)
	clause = strings.Join(words, " ")
	if particular.MatchString(clause) && slices.Contains([]pointKind{stated, brought, past}, form) {
		form = lived
	}
	return clause, form, true
}

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
	for i, word := range words {
		if word == strings.ToLower(word) && slices.Contains(ownDeterminers, word) {
			words[i] = w.Outside[word]
		}
	}
}

// particular is a clause on somebody or something of the user's, or with a number of them: to ask
// whether it is always so would be odd.
var particular = regexp.MustCompile(`(?i)\b(your|tus?|\d+)\b|^(he|she|él|ella) `)

// toldOf is what a sentence tells of its writer's doings, as another than the writer says it: "you
// left that gym because of it"; empty where it is not plainly that.
func (w *writer) toldOf(text string) string {
	if w.language != "en" || !doings.MatchString(text) || w.asks(text) {
		return ""
	}
	for _, end := range clauseEnd.FindAllStringIndex(text, -1) {
		if head := text[:end[0]]; len(strings.Fields(head)) > minClause {
			text = head
			break
		}
	}
	words := strings.Fields(text)
	if len(words) < minClause || len(words) > maxClause || ofOther.MatchString(text) {
		return ""
	}
	for i, word := range words {
		if other := secondPerson[strings.ToLower(word)]; other != "" {
			words[i] = other
		}
		if low := strings.ToLower(word); i > 0 && words[i-1] == "you" && (low == "was" || low == "am" || low == "wasn't") {
			words[i] = map[string]string{"was": "were", "am": "are", "wasn't": "weren't"}[low]
		}
	}
	return strings.Join(words, " ")
}

var (
	// doings begins what is told of the writer's own doings.
	doings = regexp.MustCompile(`(?i)^(i|we|i've|we've)( (have|had|never|already|always|once|just|still|both|even|also|used to|literally|actually|really|only))*( (was|were|am|are|had|have|live|lived|work|worked|own|owned|drive|pay|got|went|saw|left|lost|found|took|gave|came|made|paid|bought|sold|heard|kept|spent|met|ran|fell|broke|grew|slept|woke|sat|stood|spoke|wrote|caught|taught|brought|built|quit|cut|hit|put|drove|rode|flew|ate|drank|sent|lent|won|held|led|began|became|chose|missed|been|gone|seen|done|\pL{2,}ed)) `)
	// ofOther is in what also speaks of the bot, or is not to be said again.
	ofOther = regexp.MustCompile(`(?i)\b(you|your|you're|yo|fuck\w*|shit\w*|bullshit|crap|damn|ass|asshole|bitch\w*|wtf|lol|lmao|agreed|admitted|asked you|told you)\b|[!?:;"“”«»()\[\]{}<>/*_#=]|\.\.`)
	// secondPerson are words of the first person as another says them.
	secondPerson = map[string]string{"i": "you", "we": "you", "i'm": "you're", "we're": "you're", "i've": "you've", "we've": "you've", "i'd": "you'd", "we'd": "you'd",
		"i'll": "you'll", "we'll": "you'll", "me": "you", "us": "you", "my": "your", "our": "your", "mine": "yours", "ours": "yours", "myself": "yourself", "ourselves": "yourselves"}
)

// restates says whether a text says nothing but the claim of the debate: said again it would
// sound as if the bot made it.
func (w *writer) restates(text string) bool { return len(w.terms(w.besideTopic(text))) == 0 }

// straight gives apostrophes one shape, and leaves marks of quotation out.
var straight = strings.NewReplacer("’", "'", "‘", "'", "`", "'", `"`, "", "“", "", "”", "")

// ownDeterminers are the words before what is the user's.
var ownDeterminers = []string{"my", "mi", "mis"}

// formOf is the form of a text that is plainly a clause, empty for any other.
func (w *writer) formOf(text string) pointKind {
	if w.language == "es" {
		return w.formInSpanish(strings.Fields(text))
	}
	text = text[len(condition.FindString(text)):]
	best, form := len(text), pointKind("")
	for _, f := range clauseForms {
		if at := f.verb.FindStringSubmatchIndex(text + " "); at != nil && at[3] < best && w.isSubject(text[:at[3]]) {
			best, form = at[3], f.form
		}
	}
	if form == possible && w.denies(text) { // what cannot be is no matter of how often
		form = stated
	}
	if form != "" && form != owed && comparing.MatchString(text) {
		return ranked
	}
	return form
}

var comparing = regexp.MustCompile(`(?i)\b(than|best|worst|the most|the least|as \w+ as|que (?:el|la|los|las)\b.*\bmás|mejor(?:es)?|peor(?:es)?|más \pL+ que)\b`)

// isSubject says whether what stands before a verb is plainly its subject: it does not ask
// for something to be done, and has no other clause in it.
func (w *writer) isSubject(before string) bool {
	words := wordsOf(before)
	if len(words) == 0 || relative.MatchString(before) {
		return false
	}
	last := words[len(words)-1]
	if w.determiners[last] && !slices.Contains([]string{"this", "that", "these", "those", "all", "both", "some", "many", "most", "eso", "esto"}, last) || w.prepositions[last] || last == "to" || last == "not" || last == "and" || last == "or" {
		return false // "the need", "to work", "in need"
	}
	first := words[0]
	if w.prepositions[first] && !strings.Contains(before, ",") {
		return false
	}
	if len(words) > 1 && w.imperative(first) {
		return false
	}
	return true
}

// imperative says whether a word at a text's beginning may ask for something to be done.
func (w *writer) imperative(word string) bool {
	if w.language != "en" {
		return strings.HasSuffix(word, "ar") || strings.HasSuffix(word, "er") || strings.HasSuffix(word, "ir")
	}
	return !strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ing") && (w.verbs[w.stem(word)] || w.value(w.actions, word) != 0)
}

// lowers says whether the first of some words would stand small within a sentence.
func (w *writer) lowers(words []string) bool {
	first := words[0]
	if first != upperFirst(strings.ToLower(first)) {
		return false // "NATO", "iPhones"
	}
	if len(words) > 1 && unicode.IsUpper([]rune(words[1])[0]) && !w.knownLower(first) {
		return false // a name of more words
	}
	return w.knownLower(first) || abstract.MatchString(first) || w.plural(fold(first)) && !peoples.MatchString(first)
}

var (
	abstract = regexp.MustCompile(`(ing|tion|sion|ment|ness|ity|ism|ance|ence|ción|dad|miento|ismo)$`)
	peoples  = regexp.MustCompile(`(?i)(ans|ims|ews|eks|rats|ists|ois|iers|ics|ands|tates|ations)$`)
)

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

// askOf is a question about a sentence in its own words, empty where it cannot plainly be said
// again, or all that there is to ask was asked.
func (w *writer) askOf(sentence string) string {
	clause, form, ok := w.clauseOf(sentence)
	if !ok {
		return ""
	}
	if form == lived { // which is not to be doubted
		return w.freshLine(w.lines.Clauses[form], clause)
	}
	return cmp.Or(w.freshLine(w.lines.Clauses[form], clause), w.freshLine(w.lines.Clauses[stated], clause))
}

// setBeside takes up a sentence before a reason that does not answer it.
func (w *writer) setBeside(sentence string) string {
	clause, form, ok := w.clauseOf(sentence)
	if !ok {
		return ""
	}
	if form == lived {
		return w.freshLine(w.lines.Taken, clause)
	}
	return w.freshLine(w.lines.Beside, clause)
}

// freshLine is a line that was not used yet, filled with a clause; empty if there is none.
func (w *writer) freshLine(from []line, clause string) string {
	fresh := slices.DeleteFunc(slices.Clone(from), func(l line) bool { return w.saidAt(l) > 0 })
	if len(fresh) == 0 {
		return ""
	}
	return w.fill(w.pick(fresh), thatSlot, clause)
}
