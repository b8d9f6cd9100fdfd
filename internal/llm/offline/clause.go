package offline

// This file puts a sentence of the user's into one of the bot's own, where it is plainly a clause
// that can stand after "that", and asks about it by its form.

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
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
	wished   pointKind = "wished" // tells what the user would do
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
	{stated, verbs(deeds)},
}

// effects are verbs of what something brings about, in the forms that follow "it" and "they", and deeds any others.
const (
	effects = `(?:help|cause|reduce|prevent|improve|increase|promote|encourage|create|destroy|protect|allow|lead|make|teach|give|keep|cost|save|waste|hurt|harm|damage|ruin|raise|lower|ensure|guarantee|support|stimulate|benefit|undermine|threaten|weaken|strengthen|enable|force|provide|produce|bring|stop|affect|violate|solve|distract|discourage|deter|show|prove|influence|endanger|contribute|result|reflect|attract|distort|divide|unite|kill|spread|boost|limit|restrict|deprive|spoil|annoy|scare)s?|teaches|reaches|implies|imply|violates`
	deeds   = `(?:need|deserve|require|serve|depend|work|matter|exist|fail|remain|mean|want|know|like|love|hate|think|believe|take|put|get|become|lose|win|pay|spend|learn|live|suffer|die|feel|seem|belong|add|change|exploit|represent|offer|deny|ignore|face|earn|gain|hold|let|set|end|begin|grow|fall|play|use|buy|sell|eat|drink|drive|watch|read|bear|share|smell|taste|look|sound|sleep|bite|bark|crash|break|say|tell|ask)s?|do|does|goes|go|watches|crashes|pushes|catches|passes|relies|rely|carries|carry`
)

// verbs is a pattern of a clause up to the first of some verbs.
func verbs(of string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(\P{L}*(?:[^\s,]+,? ){1,9}?)(` + of + `) `)
}

var (
	// drawn is "is" drawn together with its subject, and trailing what ends a sentence and says nothing.
	drawn    = regexp.MustCompile(`(?i)\b(it|that|this|there|he|she)'s( (?:an?|the|not|more|less|just|so|too|very|really|only|about|all|always|never|bad|good|better|worse)\b)`)
	trailing = regexp.MustCompile(`(?i),? (anyway|though|tbh|imo|you know|of course|after all|that's true|that is true|i admit|i guess|i'll admit|granted|sure|igualmente|de todos modos)$`)
	// condition is what a sentence begins with that is not its main clause, and uncommaed that without its comma.
	condition = regexp.MustCompile(`(?i)^(?:if|when|once|with|without|in|at|on|for|after|before|during|by|under|si|cuando|sin|con|en|tras|después de|antes de) [^,]{3,70}, `)
	uncommaed = regexp.MustCompile(`^(?i:in) (?:\d{4}|[A-Z]\pL+(?: [A-Z]\pL+)?|(?i:(?:my|our|the|this|most|some|many|other|\pL+) (?:years|months|days|weeks|towns?|city|cities|country|countries|village|school|company|street|places)(?: time)?)) |` +
		`(?i)^(?:last (?:year|month|week|night|summer|winter|time)|these days|nowadays|sometimes|often|usually|every (?:year|day|week|month|time|summer|winter)|at (?:my|our) (?:school|work|job|office|company)) |` +
		`^(?:if|when) (?:[^\s,]+ ){2,9}?((?:they|you|we|it|he|she|nobody|everyone|everybody|people|the|there) )`)
	// halfSentence begins half a sentence.
	halfSentence = regexp.MustCompile(`(?i)^(because|cause|cuz|porque)\b`)
	// noClause begins what is no statement of its own, or one about its writer.
	noClause = regexp.MustCompile(`(?i)^(because|cause|cuz|since|although|though|while|whereas|unless|until|so that|as|than|like|and|or|but|nor|whenever|what|why|how|who|whom|whose|which|let|let's|please|not|yes|no|yeah|nope|ok|okay|well|oh|lol|to|would|could|should|can|will|may|might|must|is|are|was|were|has|have|had|does|do|did|ban|you|u|i|i'm|im|i've|i'd|i'll|me|porque|aunque|mientras|donde|qué|que|cómo|quién|no|sí|tú|yo|y|o|pero|me|te)\b`)
	// setsRight begins what is said of the bot's own words, or against them, and what is not doubted.
	setsRight = regexp.MustCompile(`(?i)^(?:(?:it|that|there|he|she|what)'s\b|(?:they|we|you)'re\b|(?:it|this|that|there|they|he|she)(?:'s| is| are| was) not|(?:it|this|that) (?:tells|shows|means|proves|has nothing|had nothing)|nothing is|nobody is|no[,:]? |[^,;]* (?:(?:is|are|was|were) not|isn't|aren't) what\b|[^,;]* (?:did|does|do) (?:it|that|so|this)\b|[^,;]* (?:is|are|was|were) already (?:there|here|in|on|at|open|done)\b|(?:eso|esto) (?:no |me |nos |solo )|no es\b)`)
	// unsayable is in what the bot would say otherwise of the user, or not say at all.
	unsayable = regexp.MustCompile(`(?i)\b(mine|i|i'm|im|i've|ive|i'd|i'll|me|myself|u|ur|yo|me|mí|tú|tu|tus|te|ti|vos|usted|fuck\w*|shit\w*|bullshit|crap|damn|ass|asshole|bitch\w*|retard\w*|wtf|lol|lmao|mierda|puta|joder)\b|\.\.|[!?:;"“”«»()\[\]{}<>/*_#=]`)
	// anybody begins a clause in which "you" is anybody, and ofBotsOwn is in one in which it is the bot.
	anybody   = regexp.MustCompile(`(?i)^you (?:just |also |still |already |even )?(?:invite|spend|work|wait|walk|drive|sit|stand|eat|drink|use|throw|make|take|put|give|let|leave|go|come|look|live|wear|watch|read|play|sleep|carry|cook|clean|hope|open|close|start|stop|turn|try|run|hear|smell|meet|save|find|won't|wouldn't|can|can't|cannot|could|have to|don't have to|need|only|always|never|get|pay|learn|lose|buy|waste|feel|see|end up|are (?:forced|supposed|expected|not allowed|stuck|made|treated|told))\b`)
	ofBotsOwn = regexp.MustCompile(`(?i)\byou(?:'re| are)? (?:really |just |still |also |only |don't |do not |never )*(?:say|said|think|want|mean|claim|argu|forg|ignor|miss|keep|seem|sound|admit|agree|told|tell|ask|mention|prefer|believe|know|assum|suggest|dodg|avoid|repeat|answer|understand|convince|conced)\w*\b|\byour (?:argument|point|view|side|logic|answer|reply|question|claim|example|idea|opinion|position|reason|words|own)s?\b|\byours\b|\b(?:thank|to|with|for|like|than) you\b|\byou(?:'re|'d|'ll|'ve)\b`)
	// clauseEnd is where a sentence goes on with what can be left out.
	clauseEnd = regexp.MustCompile(`(?i),? (?:because|since|whereas|while|although|though|but|which|and (?:it|they|that|this|we|he|she|nobody|everyone)|porque|pero|aunque|mientras|y (?:eso|esto))\b|, (?:so|who|and|as|with|it|its|it's|that's|they|this|he|she|i|i'm|my|mine|you|we|ask|nobody|everyone|most|\pL+ing|y|lo que)\b|[;:–—(]`)
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
	text = granting.ReplaceAllString(trailing.ReplaceAllString(drawn.ReplaceAllString(text, "$1 is$2"), ""), "")
	if told, form := w.toldOf(text); told != "" {
		return told, form, true
	}
	if w.language == "es" {
		if w.asks(sentence) || wishing.MatchString(sentence) {
			return "", "", false
		}
		return w.againInSpanish(text)
	}
	if w.asks(sentence) || noClause.MatchString(text) && !anybody.MatchString(text) || setsRight.MatchString(text) || ofBotsOwn.MatchString(text) || ofBoth(text) {
		return "", "", false
	}
	for _, end := range clauseEnd.FindAllStringIndex(text, -1) {
		if head := text[:end[0]]; len(strings.Fields(head)) > minClause && w.formOf(head) != "" && !unfinished.MatchString(head+"\n"+text[end[0]:]) {
			text = head
			break
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

// ofBoth says whether a text speaks of its writer and of somebody called "you", who may be the bot.
func ofBoth(text string) bool {
	words := wordsOf(text)
	has := func(any ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(any, word) })
	}
	return has("you", "your") && has("my", "we", "our", "us")
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

// particular is an English clause on somebody or something of the user's: to ask whether it is always so
// would be odd.
var particular = regexp.MustCompile(`(?i)\byour\b|^(he|she) `)

// toldOf is what a sentence tells of its writer's doings, or of what the writer would do, as another than
// the writer says it: "you left that gym because of it"; empty where it is not plainly that.
func (w *writer) toldOf(text string) (told string, form pointKind) {
	form = lived
	if wishes.MatchString(text) {
		form = wished
	}
	if w.language != "en" || form == lived && !doings.MatchString(text) || w.asks(text) {
		return "", ""
	}
	for _, end := range clauseEnd.FindAllStringIndex(text, -1) {
		if head := text[:end[0]]; len(strings.Fields(head)) > minClause && !unfinished.MatchString(head+"\n"+text[end[0]:]) {
			text = head
			break
		}
	}
	words := strings.Fields(text)
	if len(words) < minClause || len(words) > maxClause || ofOther.MatchString(text) {
		return "", ""
	}
	for i, word := range words {
		if other := secondPerson[strings.ToLower(word)]; other != "" {
			words[i] = other
		}
		if low := strings.ToLower(word); i > 0 && (words[i-1] == "you" || words[i-1] == "and") && (low == "was" || low == "am" || low == "wasn't") {
			words[i] = map[string]string{"was": "were", "am": "are", "wasn't": "weren't"}[low]
		}
	}
	return strings.Join(words, " "), form
}

var (
	// wishes begins what the writer would do.
	wishes = regexp.MustCompile(`(?i)^(?:i'd|i would|we'd) (?:rather |just |simply |first |also |only )*(?:drop|ban|cut|give|take|pay|let|put|start|stop|replace|use|spend|ask|keep|close|open|build|send|charge|raise|lower|teach|choose|limit|tax|fine|move|remove|scrap|sell|buy|allow|forbid|tell|leave|make) `)
	// granting begins what is given away, or said with less than certainty.
	granting = regexp.MustCompile(`(?i)^(?:(?:(?:ok(?:ay)?|yes|yeah|maybe|perhaps|admittedly)[, ]|(?:fine|true|sure|granted|fair enough|fair|of course),|(?:i|we) (?:admit|guess|suppose|agree|grant|concede)(?: that)? |(?:i|we) (?:know|accept|see|get) that |it(?: is|'s) true that )\s*)+`)
	// unfinished is a text, cut at the new line, of which the first part says too little, or the opposite, without the rest.
	unfinished = regexp.MustCompile(`(?is)\b(?:nothing|anything|all|anyone|nobody|everything)\n but\b|\b(?:only|just|not|merely)\b.*\n,? (?:because|porque)\b`)
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
	if at := uncommaed.FindStringSubmatchIndex(text); at != nil {
		from := at[1]
		if at[2] >= 0 {
			from = at[2]
		}
		text = text[from:]
	}
	best, form := len(text), pointKind("")
	for _, f := range clauseForms {
		if at := f.verb.FindStringSubmatchIndex(text + " "); at != nil && at[3] < best && w.isSubject(text[:at[3]]) {
			best, form = at[3], f.form
		}
	}
	if words := wordsOf(text); form == brought && slices.Contains(folk, words[0]) { // who bring about little by it
		form = stated
	}
	switch {
	case form != "" || w.language != "en":
	case anybody.MatchString(text):
		form = stated
	default:
		form = w.byVerb(text)
	}
	if form == possible && w.denies(text) { // what cannot be is no matter of how often
		form = stated
	}
	if form != "" && form != owed && comparing.MatchString(text) {
		return ranked
	}
	return form
}

// byVerb is the form of a text that hangs on any other verb that can be told from a noun: by its tense, or
// as what stands before it asks; empty if it has none.
func (w *writer) byVerb(text string) pointKind {
	words := strings.Fields(fold(text))
	for i := 1; i < min(len(words)-1, farVerb); i++ {
		word, before := strings.Trim(words[i], ",.'"), words[i-1]
		if !w.isSubject(strings.Join(words[:i], " ")) || slices.Contains([]string{"and", "or", "of", "for"}, words[i+1]) {
			continue
		}
		many := w.plural(before) || slices.Contains([]string{"they", "we", "you", "people", "men", "women", "children", "always", "often", "never", "also", "just", "only", "still", "really"}, before)
		switch {
		case tensed.MatchString(word):
			return past
		case i <= 2 && slices.Contains(folk, before) && isIn(w.vocabulary, word) && !w.common[word] && slices.Contains(behindVerbs, words[i+1]),
			w.verbs[w.stem(word)] && strings.HasSuffix(word, "s") != many:
			return stated
		}
	}
	return ""
}

// folk are words for people, behind which comes a verb where one of the others is behind that.
var (
	folk        = strings.Fields("people they parents kids children students teachers pupils drivers cyclists tourists men women customers guests neighbours neighbors managers bosses workers companies airlines shops adults teenagers teens couples players fans owners landlords tenants doctors nurses")
	behindVerbs = strings.Fields("each the a an their them it you your my his her with for on at to from about like more less too so all no us me this that these those out up off over into")
)

// farVerb is how far into a text, in words, its verb is.
const farVerb = 9

// tensed is a verb that tells what was.
var tensed = regexp.MustCompile(`^(?:\pL{3,}ed|died|was|were|did|had|made|got|went|saw|said|told|took|came|found|gave|paid|bought|sold|kept|spent|met|ran|fell|broke|grew|slept|left|lost|felt|thought|knew|became|began|brought|built|quit|stood|spoke|wrote|taught|drove|ate|drank|sent|won|held|led|chose|threw|wore|hit|put|cut|let|set|shut|rose|stole|hid|forgot|fought)$`)

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
	if len(words) > 1 && words[1] != "I" && unicode.IsUpper([]rune(words[1])[0]) && !w.determiners[fold(first)] && !w.prepositions[fold(first)] && !w.common[fold(first)] {
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

// askOf asks about a sentence in its own words, or says what is missing between it and the user's claim;
// empty where it cannot plainly be said again, or all that there is to ask was asked.
func (w *writer) askOf(sentence string) string {
	clause, form, ok := w.clauseOf(sentence)
	if ok && w.crossExamines() && slices.ContainsFunc(w.said[:len(w.said)-1], func(reply string) bool { return strings.Contains(reply, clause) }) {
		return "" // it was said again before
	}
	of, aimed := w.kindOf(sentence), w.aimed()
	if of == "statistic" && !counted.MatchString(clause) && !figures.MatchString(clause) { // a number of nothing much
		of = general
	}
	with := map[slot]string{thatSlot: clause, placeSlot: w.placeIn(sentence)}
	if noun := w.nameable(sentence, w.prompt.Topic); w.topic == nil || w.general {
		with[focusSlot] = w.spellOut(noun)
	}
	switch {
	case !ok && with[placeSlot] != "":
		return w.freshOfAll(with, "place")
	case !ok:
		return w.freshOfAll(with, "of-"+aimed)
	case form == lived && (!w.crossExamines() || !counted.MatchString(clause)), of == "anecdote" && form == past: // which is not to be doubted
		return cmp.Or(w.besideNoun(with, "with-"+lived), w.freshOfAll(with, lived))
	case form == wished:
		return w.freshOfAll(with, wished)
	}
	if text := w.askOfSource(with, of, form); text != "" || form == lived {
		return text
	}
	return w.askOfStep(with, of, form)
}

// askOfSource asks about a sentence that says who says so, or where, or gives a number of many; empty for any other.
func (w *writer) askOfSource(with map[slot]string, of, form pointKind) string {
	clause := with[thatSlot]
	if form == lived {
		return w.freshOfAll(with, "statistic")
	}
	if conditionally.MatchString(clause) {
		return w.freshOfAll(with, form, stated, "any")
	}
	if who, said := w.reported(clause); who != "" && slices.Contains(ofSources, of) {
		if text := w.freshOfAll(map[slot]string{whoSlot: who, thatSlot: said}, of+"-of"); text != "" {
			return text
		}
	}
	if with[placeSlot] != "" {
		if text := w.freshOfAll(with, "place"); text != "" {
			return text
		}
	}
	if slices.Contains(ofSources, of) {
		return cmp.Or(w.besideNoun(with, "with", "with-"+w.aimed()), w.freshOfAll(with, of))
	}
	return ""
}

// askOfStep says what is missing between a clause and the user's claim.
func (w *writer) askOfStep(with map[slot]string, of, form pointKind) string {
	clause, aimed := with[thatSlot], w.aimed()
	if text := w.besideNoun(with, "with", "with-"+aimed); text != "" && form != past {
		return text
	}
	if form == past && w.crossExamines() { // of which it makes no sense to ask whether it is always so
		return cmp.Or(w.freshOfAll(with, of, past), w.freshOfAll(with, "any"))
	}
	kinds := []pointKind{of, form, "to-" + aimed}
	if harmful.MatchString(clause) {
		kinds = append(kinds, "harm-"+aimed)
	}
	switch {
	case form != brought || w.topic != nil && !w.general:
	case slices.Contains([]pointKind{pointKind(bank.Remove), pointKind(bank.Blame), people}, aimed):
		kinds = append(kinds, "harm")
	case slices.Contains([]pointKind{pointKind(bank.Require), pointKind(bank.Change), pointKind(bank.Praise)}, aimed):
		kinds = append(kinds, "gain")
	}
	return cmp.Or(w.freshOfAll(with, kinds...), w.freshOfAll(with, stated, "any"))
}

// besideNoun is a line of some lists with a noun of the sentence: a reply that only says the sentence again is soon
// seen through; empty where there is none.
func (w *writer) besideNoun(with map[slot]string, kinds ...pointKind) string {
	if with[focusSlot] == "" {
		return ""
	}
	return w.freshOfAll(with, kinds...)
}

// aimed is what the user's side comes to, off the bank; those who judge people judge no thing.
func (w *writer) aimed() pointKind {
	switch aim := w.aim(); {
	case w.topic != nil && !w.general:
		return ""
	case aim == bank.Blame && w.leaning() == people:
		return people
	default:
		return pointKind(aim)
	}
}

// freshOfAll is a line of some lists of clauses that was not used yet, filled, one that asks nothing where
// the latest reply asked; empty if there is none.
func (w *writer) freshOfAll(with map[slot]string, kinds ...pointKind) string {
	var fresh, says []line
	for _, kind := range kinds {
		for _, l := range w.lines.Clauses[kind] {
			if w.saidAt(l) > 0 || conditionally.MatchString(with[thatSlot]) && supposing.MatchString(l.text) || slices.ContainsFunc(ofUsers, func(s slot) bool { return l.needs(s) && with[s] == "" }) {
				continue
			}
			fresh = append(fresh, l)
			if !strings.HasSuffix(l.text, "?") {
				says = append(says, l)
			}
		}
	}
	switch {
	case w.prompt.Phase.Move == debate.Ask:
		fresh = slices.DeleteFunc(fresh, func(l line) bool { return !strings.Contains(l.text, "?") })
	case len(says) > 0 && w.askedLast():
		fresh = says
	}
	if len(fresh) == 0 {
		return ""
	}
	return w.fillAll(w.pick(fresh), with)
}

// A clause that begins with a condition of its own does not stand behind another.
var (
	conditionally = regexp.MustCompile(`^(?:if|when|once|unless) `)
	supposing     = regexp.MustCompile(`(?i)\b(?:if|suppose|say|grant|let's say|whether|maybe|so(?: that)?|sure|granted),? \{that\}`)
)

// counted begins a clause that gives a number of many.
var counted = regexp.MustCompile(`(?i)^(?:(?:about|over|more than|almost|nearly|some|the|in \d{4}) )*(?:\d[\d.,]* ?(?:%|percent|per cent|million|thousand|in \d)|half|a (?:third|quarter) of|two thirds|most|one in)`)

// figures is in what gives a number of many.
var figures = regexp.MustCompile(`(?i)\d ?%|\b(?:per ?cent|millions?|billions?|thousands|hundreds|majority|half|third|quarter|twice|double|out of)\b|\d{4}|\d,\d{3}`)

// harmful is in a clause that tells of some harm.
var harmful = regexp.MustCompile(`(?i)\b(trash|rubbish|litter\w*|nois[ey]\w*|loud|smell\w*|stink\w*|dead|died?|dies|dying|kill\w*|hurt\w*|injur\w+|breaks?|broken?|annoy\w*|disturb\w*|scared?|scary|cry|cried|cries|crying|scream\w*|block\w*|steal\w*|stole|wast\w+|cheat\w*|lies|lying|pollut\w*|damag\w*|destroy\w*|ruin\w*|suffer\w*|exploit\w*|lonely|stress\w*|sick|ill|debt|poor|wakes?|dust|poo|mess(?:y|es)?|dirt\w*|crowd\w*|jams?|accidents?|risk\w*|danger\w*|abus\w*|spit|spat|bull(?:y|ies|ied)|guilty|ashamed|shame\w*|fights?|angry|worse|worst|loses?|losing|lost|unfair\w*|bother\w*|forced?|unhealthy|expensive|disgusting|harm\w*|stuck|cannot|can't|problems?|nowhere|empty)\b`)

// ofUsers are the slots for what the user says.
var ofUsers = []slot{thatSlot, focusSlot, whoSlot, placeSlot}

// reported tells who a clause says that says so, and what; both are empty where it does not.
func (w *writer) reported(clause string) (who, what string) {
	m := reporting.FindStringSubmatch(clause)
	if m == nil || w.language != "en" || w.formOf(m[2]) == "" {
		return "", ""
	}
	return m[1], m[2]
}

// reporting is a clause that says who says so.
var reporting = regexp.MustCompile(`(?i)^((?:[^\s,]+ ){0,6}?[^\s,]+) (?:(?:has|have|clearly|also|always|all) )*(?:found|finds?|says?|said|shows?|showed|shown|suggests?|proves?|proved|thinks?|believes?|reports?|claims?|warns?|estimates?|agrees?|tells? us) (?:that )?(.{12,})$`)

// placeIn is the place that a sentence points to as an example; empty if there is none.
func (w *writer) placeIn(sentence string) string {
	if w.language != "en" {
		return ""
	}
	m := places.FindStringSubmatch(sentence)
	if m == nil {
		return ""
	}
	words := strings.Fields(cmp.Or(m[1], m[2]))
	for i, word := range words {
		if slices.Contains([]string{"the", "of"}, strings.ToLower(word)) {
			words[i] = strings.ToLower(word)
		} else if len(word) <= 2 {
			words[i] = strings.ToUpper(word)
		} else {
			words[i] = upperFirst(word)
		}
	}
	return strings.Join(words, " ")
}

// places is a place as an example, after "in" or before what it did.
var places = regexp.MustCompile(`(?i)\b(?:in|over in|look at|like) (` + lands + `)\b|^\W*(?:and |but |even |so )*(` + lands + `) (?:\w+ ){0,1}(?:does|do|did|has|have|had|made|banned|tried|introduced|abolished|shows|went|works|is|are|was)\b`)

const lands = `japan|germany|france|sweden|norway|denmark|finland|the netherlands|spain|italy|china|korea|south korea|america|the us|the uk|europe|canada|australia|switzerland|austria|belgium|portugal|scotland|ireland|singapore|iceland|new zealand|brazil|mexico|india|greece|poland|california|texas|scandinavia|england|wales|turkey|russia|estonia|hong kong|paris|london|berlin|amsterdam|tokyo|new york|vienna|copenhagen|barcelona|madrid|rome|oslo|stockholm|helsinki|san francisco|seattle|sydney|melbourne|toronto`

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
