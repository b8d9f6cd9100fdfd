package claim

import (
	"slices"
	"strings"
)

var (
	beForms      = wordSet("is are was were am be been being")
	haveForms    = wordSet("has have had")
	modals       = wordSet("should shall can could will would must may might ought")
	auxiliary    = wordSet("is are was were am do does did has have had should shall can could will would must may might ought")
	pronouns     = wordSet("it i you we they he she there this that these those")
	articles     = wordSet("the a an my your our their his her its some most this that these those every no any all each both")
	relatives    = wordSet("who that which whose if when because unless what where while whom until how why whether than as to")
	prepositions = wordSet("of in with for on from at by about between without under over against during after before through like to into than as")
	pointers     = wordSet("it they he she them him her this that these those")
)

// bases are verbs that claims are made with.
var bases = wordSet(`be have do make cause need beat suck rule belong deserve exist kill ruin help lead get go take give say know want
	become bring buy cost matter happen work teach taste look feel mean turn keep let show improve destroy harm hurt save solve change
	win lose fall build discover invent replace count reduce increase create prevent stop spread love hate eat live pay play run think
	use waste distract protect promote encourage outweigh trump equal tell corrupt contribute sound smell trust rot unite divide ban
	allow abolish learn drink drive own vote wear believe try start end begin leave lie cheat steal read write watch listen speak talk
	walk sleep wake sell spend earn study drop raise lower cut grow rise sink die survive rock slap bore annoy scare serve treat force
	respect support oppose deny prove require legalize legalise fix break open close move travel visit explore colonize colonise land
	fly swim cook clean smoke gamble judge hire fire retire marry adopt breed hunt train add remove include offer provide produce consume
	pollute recycle collapse rely depend seem enjoy like prefer tend come see put bear stand follow speed slow choose wage poison define
	shape follow limit threaten weaken strengthen fail succeed lack ignore demand expect ruin attract influence affect pass stink rob
	exploit punish reward benefit motivate inspire bully control manipulate silence boost damage endanger undermine deserve owe tip
	share post send receive meet call name remember forget forgive apologize apologise complain worry fear hope dream wish settle
	represent reflect express reveal hide belong appear remain stay last disappear evolve vanish return age trigger fuel fight hurt wait`)

// irregular verbs: base, past, participle.
var irregular = strings.Fields(`be was been have had had do did done make made made beat beat beaten get got gotten go went gone take took taken
	give gave given say said said know knew known become became become bring brought brought buy bought bought cost cost cost teach taught
	taught feel felt felt mean meant meant keep kept kept let let let show showed shown win won won lose lost lost fall fell fallen build
	built built hurt hurt hurt spread spread spread eat ate eaten pay paid paid run ran run think thought thought tell told told drink drank
	drunk drive drove driven wear wore worn begin began begun leave left left steal stole stolen read read read write wrote written speak
	spoke spoken sleep slept slept sell sold sold spend spent spent cut cut cut grow grew grown rise rose risen sink sank sunk come came come
	see saw seen put put put fly flew flown swim swam swum break broke broken choose chose chosen meet met met send sent sent stand stood
	stood hide hid hidden forget forgot forgotten lead led led scrap scrapped scrapped`)

// thirds are "makes" to "make", pasts "made" to "make", pastOf "make" to "made";
// doneOf are the participles.
var thirds, pasts, pastOf, doneOf = conjugate()

func conjugate() (thirds, pasts, pastOf map[string]string, doneOf map[string]bool) {
	thirds, pasts, pastOf, doneOf = make(map[string]string), make(map[string]string), make(map[string]string), make(map[string]bool)
	for i := 0; i+2 < len(irregular); i += 3 {
		base, past, done := irregular[i], irregular[i+1], irregular[i+2]
		pastOf[base], pasts[past], doneOf[done] = past, base, true
	}
	for b := range bases {
		thirds[third(b)] = b
		if pastOf[b] == "" {
			p := regularPast(b)
			pastOf[b], pasts[p], doneOf[p] = p, b, true
		}
	}
	return thirds, pasts, pastOf, doneOf
}

func third(verb string) string {
	switch {
	case verb == "have":
		return "has"
	case verb == "be":
		return "is"
	case strings.HasSuffix(verb, "y") && len(verb) > 2 && !strings.ContainsAny(verb[len(verb)-2:len(verb)-1], "aeou"):
		return verb[:len(verb)-1] + "ies"
	case strings.HasSuffix(verb, "o"), strings.HasSuffix(verb, "ch"), strings.HasSuffix(verb, "sh"), strings.HasSuffix(verb, "ss"), strings.HasSuffix(verb, "x"):
		return verb + "es"
	default:
		return verb + "s"
	}
}

func regularPast(verb string) string {
	switch {
	case strings.HasSuffix(verb, "e"):
		return verb + "d"
	case strings.HasSuffix(verb, "y") && !strings.ContainsAny(verb[len(verb)-2:len(verb)-1], "aeou"):
		return verb[:len(verb)-1] + "ied"
	case doubles(verb):
		return verb + verb[len(verb)-1:] + "ed"
	default:
		return verb + "ed"
	}
}

// doubles says whether a short verb doubles its last letter: "ban", "stop".
func doubles(verb string) bool {
	n := len(verb)
	vowel := func(i int) bool { return strings.IndexByte("aeiou", verb[i]) >= 0 }
	return n >= 3 && n <= 4 && !vowel(n-1) && vowel(n-2) && !vowel(n-3) && strings.IndexByte("wxy", verb[n-1]) < 0
}

func gerund(verb string) string {
	switch {
	case verb == "be" || verb == "see" || strings.HasSuffix(verb, "ee"):
		return verb + "ing"
	case strings.HasSuffix(verb, "ie"):
		return verb[:len(verb)-2] + "ying"
	case strings.HasSuffix(verb, "e"):
		return verb[:len(verb)-1] + "ing"
	case doubles(verb):
		return verb + verb[len(verb)-1:] + "ing"
	default:
		return verb + "ing"
	}
}

var plurals = wordSet("people children men women mice teeth feet geese police cattle kids they we you these those")

var singulars = wordSet("news chess politics mathematics maths physics economics gymnastics athletics christmas texas gas bus tennis diabetes this netflix times series always jesus mars linux ios windows aids yes paris")

func plural(noun string) bool {
	return plurals[noun] || strings.HasSuffix(noun, "s") && !singulars[noun] && !strings.HasSuffix(noun, "ss") &&
		!strings.HasSuffix(noun, "us") && !strings.HasSuffix(noun, "is") && !strings.HasSuffix(noun, "'s")
}

// headNoun is where the noun of a phrase is that its verb agrees with.
func headNoun(phrase []word) int {
	for i, w := range phrase {
		if i > 0 && (w.is(prepositions) || w.low == "who" || w.low == "that" || w.low == "which" || w.low == ",") {
			return i - 1
		}
	}
	return len(phrase) - 1
}

// manyThings says whether a subject takes "are".
func manyThings(subject []word) bool {
	if len(subject) == 0 || strings.HasSuffix(subject[0].low, "ing") && len(subject) > 1 && !plural(subject[0].low) && !bare(subject) {
		return false
	}
	for i, w := range subject {
		if w.low == "and" && i > 0 && i < len(subject)-1 {
			return true
		}
	}
	return plural(subject[headNoun(subject)].low)
}

// bare says that an -ing word begins a phrase whose noun comes after it, as in
// "floating prisons"; "eating animals" is about eating.
func bare(phrase []word) bool {
	return !bases[strings.TrimSuffix(phrase[0].low, "ing")] && !bases[strings.TrimSuffix(phrase[0].low, "ing")+"e"]
}

func agree(subject []word) string {
	if len(subject) == 1 && subject[0].low == "i" {
		return "am"
	}
	if manyThings(subject) {
		return "are"
	}
	return "is"
}

// finite says whether the word at i is a verb that its subject can go with.
func finite(words []word, i int) bool {
	if i == 0 {
		return false
	}
	w, before := words[i].low, words[i-1].low
	if auxiliary[w] {
		return i < len(words)-1 || !modals[w] // "free will"
	}
	if articles[before] && !pronouns[before] || before == "to" || before == "not" || prepositions[before] {
		return false
	}
	last := i == len(words)-1
	if base := thirds[w]; base != "" {
		return !plural(before) && (!last || alone[base] || len(words) > 3) || before == "everyone" || before == "nobody"
	}
	if base := pasts[w]; base != "" {
		return true
	}
	return bases[w] && (plural(before) || strings.HasSuffix(before, "'s") || pronouns[before] || before == "and" || adverbs[before]) && (!last || alone[w] || plural(before) || adverbs[before])
}

// alone are verbs that can end a claim.
var alone = wordSet(`suck rule rock work matter exist kill fail win lose help hurt stink slap sell pay lie cheat die bore annoy beat end change
	collapse disappear fall rise spread sink survive happen last age rot come go count fly swim walk sleep think feel learn vote eat drink`)

var adverbs = wordSet(`really truly always never often usually sometimes rarely hardly seldom barely actually just only still also even simply
	definitely clearly probably honestly literally obviously certainly totally completely basically surely ever kinda too generally mostly finally`)

// verbAt is where the main verb of a claim is, -1 if it has none.
func verbAt(words []word) int {
	for i := range words {
		if finite(words, i) && !subordinate(words, i) {
			return i
		}
	}
	// "Working hard pays": what no list knows still looks like a verb.
	for i := 1; i < len(words)-1; i++ {
		w := words[i].low
		s := strings.HasSuffix(w, "s") && plural(w) && !plural(words[i-1].low) && !words[i-1].is(articles) && !words[i-1].is(prepositions)
		if s && !auxiliary[w] && (i > 1 || len(words) > 3) && len(words) > 3 || strings.HasSuffix(w, "ed") && len(w) > 4 && !words[i-1].is(articles) && i > 0 {
			return i
		}
	}
	if len(words) > 2 && plural(words[0].low) && !words[1].is(prepositions) && !words[1].mark() && words[1].low != "and" && words[1].low != "or" {
		return 1
	}
	return -1
}

// subordinate says whether the verb at i belongs to a clause within the claim.
func subordinate(words []word, i int) bool {
	for j := i - 1; j >= 0; j-- {
		w := words[j].low
		if (w == "who" || w == "which" || w == "whose") && j > 0 || w == "that" && j > 0 && i-j <= 3 && j != 0 {
			return i-j <= 4
		}
		if w == "if" || w == "when" || w == "because" && words[j+1].low != "of" || w == "unless" || w == "while" || w == "what" || w == "where" || w == "until" || w == "how" || w == "whether" {
			return true
		}
		if finite(words, j) && j > 0 || w == "," {
			return false
		}
		if j > 0 && (w == "i" || w == "you" || w == "we" || w == "they") && i-j == 1 && !relatives[words[j-1].low] && words[j-1].low != "and" && words[j-1].low != "," && words[j-1].low != "but" && nounLike(words[j-1].low) {
			return true // "the things we eat"
		}
	}
	return false
}

// likely says whether a word looks like an adjective or the like, so that it
// begins what is said of a subject.
func likely(w string) bool {
	if predicates[w] || comparative(w) {
		return true
	}
	for _, ending := range []string{"able", "ible", "ful", "less", "ous", "ical", "ented", "ated", "ised", "ized"} {
		if len(w) > len(ending)+2 && strings.HasSuffix(w, ending) {
			return true
		}
	}
	return false
}

var predicates = wordSet(`better worse best worst more most less least too so very really worth ok okay good bad wrong right fair necessary
	overrated underrated safe dangerous healthy unhealthy real fake legal illegal ethical unethical moral immoral the a an just only still
	ever truly always never not actually becoming killing ruining making doing going responsible harmful useful useless important outdated
	dead art sport out stupid smart boring fun funny great terrible pointless cruel evil selfish lazy ugly beautiful natural normal true
	false possible impossible inevitable obsolete broken dying overpriced cheap expensive justified acceptable essential mandatory to in on
	for from at like as under free equal due part people gone our my your their part pure mostly already over about basically simply all
	happy unhappy weird crazy toxic racist sexist annoying rude hard easy compulsory banned allowed made better-off sustainable inherently`)

func comparative(w string) bool {
	return w == "better" || w == "worse" || w == "more" || w == "less" || w == "rather" || w == "different" ||
		len(w) > 4 && strings.HasSuffix(w, "er") && comparatives[w]
}

var comparatives = wordSet(`earlier later sooner smarter healthier cooler tastier stronger greater nicer funnier safer faster cheaper cleverer easier harder bigger
	smaller older younger happier richer poorer hotter colder longer shorter cleaner quieter louder simpler fairer kinder wiser braver
	prettier uglier lazier busier slower higher lower deeper weaker tougher dumber scarier friendlier sweeter warmer lighter darker`)

// unask makes a statement of a question: "is the earth flat" says that the
// earth is.
func unask(words []word) ([]word, bool) {
	if len(words) < 3 || !words[0].is(auxiliary) {
		return words, false
	}
	verb, rest := words[0], words[1:]
	if rest[0].low == "not" {
		rest = rest[1:] // "Isn't X Y?" says that it is
	}
	if len(rest) < 2 {
		return words, false
	}
	end := subjectEnd(rest, verb.low)
	subject, said := rest[:end], rest[end:]
	for len(said) > 1 && said[0].low == "ever" {
		said = said[1:]
	}
	at := 0
	for at < len(said)-1 && adverbs[said[at].low] {
		at++
	}
	if len(subject) == 1 && (subject[0].low == "anyone" || subject[0].low == "anybody") && verb.low == "does" {
		return join(wordsOf("people"), said), true
	}
	if subject[0].low == "there" {
		said = positive(said)
	}
	switch verb.low {
	case "do":
		return join(subject, said), true
	case "does", "did":
		form := third(said[at].low)
		if verb.low == "did" {
			form = past(said[at].low)
		}
		return join(subject, said[:at], wordsOf(form), said[at+1:]), true
	}
	verb.text = verb.low
	return join(subject, []word{verb}, said), true
}

func past(verb string) string {
	if p := pastOf[verb]; p != "" {
		return p
	}
	return regularPast(verb)
}

func join(parts ...[]word) []word { return slices.Concat(parts...) }

// subjectEnd is where the subject of a question ends: before a word that
// begins what is said of it, else after what is most likely a noun.
func subjectEnd(words []word, verb string) int {
	from := 1
	if words[0].is(articles) && (!words[0].is(pronouns) || pointing[words[0].low]) && len(words) > 2 {
		from = 2
	} else if words[0].is(pronouns) || nobodies[words[0].low] || everybodies[words[0].low] {
		return 1
	}
	for i := from; i < len(words); i++ {
		w, before := words[i].low, words[i-1].low
		switch {
		case articles[before] || prepositions[before] || before == "and" || before == "or":
			continue
		case beForms[verb]:
			if w == "of" || (w == "in" || w == "on" || w == "for" || w == "from" || w == "to" || w == "at") && later(words[i+1:], func(w string) bool {
				return likely(w) && !prepositions[w] && w != "the" && w != "a" && w != "my" && w != "your" && w != "our"
			}) {
				continue
			}
			if likely(w) || doneOf[w] && !bases[w] {
				return i
			}
		case haveForms[verb]:
			if doneOf[w] || adverbs[w] || strings.HasSuffix(w, "ed") {
				return i
			}
		default:
			if adverbs[w] || w == "be" || w == "have" || bases[w] && (plural(before) || !bases[before]) && i > 0 || w == "not" {
				return i
			}
		}
	}
	if beForms[verb] && len(words) > from {
		for i := 2; i < len(words); i++ {
			if words[i].is(prepositions) {
				return i - 1 // "men afraid of commitment"
			}
		}
		return len(words) - 1
	}
	return min(from, len(words)-1)
}

func later(words []word, test func(string) bool) bool {
	return slices.ContainsFunc(words, func(w word) bool { return test(w.low) })
}

// cut words end the main clause: what follows is a reason or an aside.
var cutBefore = wordSet("because whereas otherwise although though ( : - …")

// mainClause is a claim without the reasons and asides after it.
func mainClause(words []word) []word {
	for i := 2; i < len(words)-1; i++ {
		w, next := words[i].low, words[i+1].low
		comma := words[i-1].low == ","
		rest := words[i+1:]
		cut := false
		switch {
		case w == "because" && next == "of" && later(words[:i], func(w string) bool { return w == "not" }):
			// the cause is what is denied
		case w == ":" || w == "(" || w == "-" || w == "=" || cutBefore[w]:
			cut = true
		case w == "since" || w == "as" || w == "so" || w == "when" && comma || w == "even" && (next == "though" || next == "if") || w == "while":
			cut = pronouns[next] && next != "that" && w != "when" || (w == "since" || w == "while" || comma) && verbAt(rest) > 0 || w == "even"
			if w == "as" && !comma && (next == "this" || next == "these" || next == "it") || w == "so" && next == "that" {
				cut = w == "as" && comma
			}
		case w == "given" && (next == "that" || next == "how"), w == "not" && next == "to" && comma, w == "considering", w == "seeing" && next == "that", w == "which" && comma:
			cut = true
		case w == "but":
			cut = !exceptions[words[i-1].low]
		case w == "and":
			v := verbAt(rest)
			cut = verbAt(words[:i]) >= 0 && (pronouns[next] && (next != "that" || comma) || v > 0 && v < 6 && (rest[v].is(auxiliary) || v == 1 && everybodies[next]) && !rest[0].is(auxiliary) && !later(rest[:v], func(w string) bool { return w == "so" || w == "," || relatives[w] }) ||
				next == "nobody" || next == "everyone" || next == "not" || next == "yes" || next == "to" || next == "here")
		case comma && (pronouns[w] || w == "people" || w == "nobody" || w == "everyone" || w == "not" || w == "just" || w == "especially" || w == "no"):
			cut = w != "that" || next == "is" || next == "makes"
			if w == "not" && verbAt(rest) >= 0 && len(rest) > 4 {
				// "Paper books, not e-readers, are the best": drop the aside.
				if j := slices.IndexFunc(rest, func(w word) bool { return w.low == "," }); j > 0 && verbAt(words[:i]) < 0 {
					return mainClause(join(words[:i-1], rest[j+1:]))
				}
			}
		case comma && verbAt(words[:i-1]) >= 0 && (verbAt(words[i:]) < 0 || verbAt(words[i:]) > 0 && !hasIf(words[:i])) && !listed(words[i:]):
			cut = true // "Winter is better than summer, fewer mosquitoes"
		case i > 3 && (w == "it" || w == "they" || w == "he" || w == "she" || w == "i") && auxiliary[next] && verbAt(words[:i]) >= 0 && !relatives[words[i-1].low] && !prepositions[words[i-1].low] && verbAt(words[:i]) < i-1 && !adverbs[words[i-1].low] && words[i-1].low != "and" && !bases[words[i-1].low] && words[i-1].low != "than":
			cut = true // a run-on
		case w == "not" && !auxiliary[words[i-1].low] && !prepositions[words[i-1].low] && !adverbs[words[i-1].low] && verbAt(words[:i]) >= 0 && verbAt(rest) < 0 && len(rest) <= 4 && next != "only" && next != "to" && next != "just":
			cut = true // "is discovered not invented"
		}
		before := words[:i]
		for len(before) > 0 && (before[len(before)-1].low == "," || before[len(before)-1].low == "and") {
			before = before[:len(before)-1]
		}
		if cut && len(before) >= 2 && verbAt(before) >= 0 && before[0].low != "if" {
			return before
		}
	}
	return words
}

func hasIf(words []word) bool {
	return len(words) > 0 && (words[0].low == "if" || words[0].low == "when" || words[0].low == "by" || words[0].low == "without" || words[0].low == "in" || words[0].low == "unless")
}

// listed says whether what follows a comma goes on with a list.
func listed(rest []word) bool {
	return len(rest) > 2 && (rest[1].low == "and" || rest[1].low == "or" || rest[1].low == "," || rest[0].low == "and" || rest[0].low == "or")
}

var (
	exceptions  = wordSet("nothing anything nobody none one all everything") // "nothing but"
	nobodies    = wordSet("nobody no-one noone none nothing")
	everybodies = wordSet("everyone everybody anyone anybody people someone somebody")
	degrees     = wordSet("so very too really quite rather incredibly more")
	pointing    = wordSet("this that these those")
)

// affirm is a claim without its denial, and whether it was denied. Only what
// stays good English is affirmed; any other denial is left in the claim, since a
// topic in the user's words beats a strange one.
func affirm(words []word) ([]word, bool) {
	if hasIf(words) && words[0].low != "in" && words[0].low != "by" {
		return words, false // "If it is not broken, do not fix it"
	}
	if len(words) > 2 && words[0].low == "not" && (words[1].low == "every" || words[1].is(everybodies) || words[1].low == "all" || words[1].low == "everything") {
		return words[1:], true
	}
	for i := 1; i < len(words)-1; i++ {
		w, next := words[i].low, words[i+1].low
		aux := words[i-1].is(auxiliary)
		verb := i
		if aux {
			verb--
		}
		switch {
		case words[i-1].low == "to", verb > 0 && subordinate(words, verb):
			continue
		case w == "not" && (aux || i > 1 && adverbs[words[i-1].low] && words[i-2].is(auxiliary)):
			if next == "just" || next == "only" || next == "merely" || next == "simply" || next == "to" {
				return words, false
			}
			return dropNot(words, i), true
		case w == "never" && words[i-1].low == "should":
			return join(words[:i], positive(words[i+1:])), true
		case w == "no" && next == "longer":
			return join(words[:i], wordsOf("still"), words[i+2:]), true
		}
	}
	return words, false
}

// dropNot takes the "not" at i out, and with it the "do" that it needed.
func dropNot(words []word, i int) []word {
	words = join(words[:i+1], positive(words[i+1:]))
	aux := i - 1
	for aux > 0 && !words[aux].is(auxiliary) {
		aux--
	}
	after := words[i+1:]
	for len(after) > 1 && (after[0].low == "even" || after[0].low == "really" || after[0].low == "that" && !after[1].is(pronouns) && !after[1].is(articles) || after[0].low == "actually" || after[0].low == "necessarily" || after[0].low == "ever") {
		after = after[1:]
	}
	if len(after) == 0 {
		return words[:i]
	}
	between, verb := words[aux+1:i], 0
	for verb < len(after)-1 && adverbs[after[verb].low] {
		verb++ // "does not always pay"
	}
	switch words[aux].low {
	case "do":
		return join(words[:aux], between, after)
	case "does":
		return join(words[:aux], between, after[:verb], wordsOf(third(after[verb].low)), after[verb+1:])
	case "did":
		return join(words[:aux], between, after[:verb], wordsOf(past(after[verb].low)), after[verb+1:])
	}
	return join(words[:i], after)
}

// positive turns the words that only go with a denial.
func positive(words []word) []word {
	kept := words[:0:0]
	for i, w := range words {
		switch {
		case w.low == "anything":
			w = word{"something", "something"}
		case (w.low == "anyone" || w.low == "anybody") && i < 4:
			w = word{"people", "people"}
		case w.low == "any" && i < 4, w.low == "ever" && i < 6, w.low == "nearly":
			continue
		case w.low == "at" && i == len(words)-2 && words[i+1].low == "all":
			return kept
		}
		kept = append(kept, w)
	}
	return kept
}

// nounLike says whether a word may be a noun, for all that is known.
func nounLike(w string) bool {
	return !auxiliary[w] && !adverbs[w] && !bases[w] && thirds[w] == "" && pasts[w] == "" && !relatives[w] && !prepositions[w] && !articles[w] && !pronouns[w] &&
		w != "so" && w != "and" && w != "or" && w != "but" && w != "," && w != "not" && w != "because"
}

// predicateAt is where in "fishing terribly dull" what is said begins.
func predicateAt(words []word) int {
	for i := 1; i < len(words); i++ {
		if w := words[i].low; w == "a" || w == "an" || w == "the" || comparative(w) {
			return i
		}
	}
	at := len(words) - 1
	for at > 1 && (strings.HasSuffix(words[at-1].low, "ly") || degrees[words[at-1].low]) {
		at--
	}
	return at
}
