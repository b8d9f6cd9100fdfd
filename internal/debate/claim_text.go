package debate

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentence is one of a message, without its final punctuation.
type sentence struct {
	text     string
	question bool
}

var contractions = []struct {
	pattern *regexp.Regexp
	full    string
}{
	{regexp.MustCompile(`(?i)\bwon['’]?t\b`), "will not"},
	{regexp.MustCompile(`(?i)\b(?:can['’]t|cant|cannot)\b`), "can not"},
	{regexp.MustCompile(`(?i)\b(is|are|was|were|do|does|did|has|have|had|would|could|should|must|need)n['’]?t\b`), "$1 not"},
	{regexp.MustCompile(`(?i)\b(shoud)n['’]?t\b`), "$1 not"},
	{regexp.MustCompile(`(?i)\b(it|that|there|he|she|what|who|where|how|here|this|let)['’]s\b`), "$1 is"},
	{regexp.MustCompile(`(?i)\blet is\b`), "let us"},
	{regexp.MustCompile(`(?i)\b(i)['’]m\b`), "$1 am"},
	{regexp.MustCompile(`(?i)\b(you|we|they)['’]re\b`), "$1 are"},
	{regexp.MustCompile(`(?i)\b(i|you|we|they)['’]ve\b`), "$1 have"},
	{regexp.MustCompile(`(?i)\b(i|you|we|they|he|she|it)['’]ll\b`), "$1 will"},
	{regexp.MustCompile(`(?i)\b(i|you|we|they|he|she|it)['’]d\b`), "$1 would"},
	{regexp.MustCompile(`(?i)(?:^r\b|\br (better|worse|the|not|so|more|less|overrated|good|bad)\b)`), "are $1"},
}

// clean is the beginning of a message on one line a paragraph, with plain
// quotes and contractions spelled out.
func clean(message string) string {
	if len(message) > maxRead {
		message = strings.ToValidUTF8(message[:maxRead], "")
	}
	message = strings.Map(func(c rune) rune {
		switch {
		case c == '’' || c == '‘':
			return '\''
		case c == '“' || c == '”' || c == '«' || c == '»':
			return '"'
		case c == '\n' || c == '\r':
			return '\n'
		case unicode.IsSpace(c):
			return ' '
		case unicode.IsControl(c), c == utf8.RuneError:
			return -1
		}
		return c
	}, message)
	for _, c := range contractions {
		message = c.pattern.ReplaceAllString(message, c.full)
	}
	lines := strings.Split(message, "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// lower is s in lower case, byte for byte as long as s.
func lower(s string) string {
	return strings.Map(func(c rune) rune {
		if l := unicode.ToLower(c); utf8.RuneLen(l) == utf8.RuneLen(c) {
			return l
		}
		return c
	}, s)
}

var sentenceEnd = regexp.MustCompile(`([.!?…]+["')]*)(?:\s+|$)|\n+`)

func sentences(text string) []sentence {
	var all []sentence
	add := func(s, end string) {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, sentence{s, strings.Contains(end, "?")})
		}
	}
	from := 0
	for _, at := range sentenceEnd.FindAllStringIndex(text, -1) {
		add(text[from:at[0]], text[at[0]:at[1]])
		from = at[1]
	}
	add(text[from:], "")
	return all
}

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// startsWith says whether one of the words begins the text.
func startsWith(text string, words []string) bool {
	low := lower(text)
	for _, w := range words {
		if rest, ok := strings.CutPrefix(low, w); ok && (rest == "" || rest[0] == ' ' || rest[0] == '\'' || rest[0] == ',') {
			return true
		}
	}
	return false
}

// trimTail takes what comes after a claim off the end, as often as it is there.
func trimTail(s string) string {
	for {
		s = strings.TrimRight(s, " ,;:.!?…")
		at := tails.FindStringIndex(lower(s))
		if at == nil || at[0] == 0 {
			return s
		}
		s = s[:at[0]]
	}
}

// fill puts the groups of a match into the template of a form.
func fill(template, text string, at []int) string {
	group := func(i int) string {
		if 2*i+1 >= len(at) || at[2*i] < 0 {
			return ""
		}
		return strings.Trim(text[at[2*i]:at[2*i+1]], " ,;:")
	}
	for i, mark := range []string{"$1", "$2", "$3"} {
		g := group(i + 1)
		if strings.Contains(template, "should "+mark) {
			g = lowerFirst(g)
		}
		if mark == "$3" && g != "" {
			g = " " + g
			template = strings.ReplaceAll(template, " $3", "$3")
		}
		template = strings.ReplaceAll(template, mark, g)
	}
	template = strings.ReplaceAll(template, "[is]", agree(group(1), "is"))
	template = strings.ReplaceAll(template, "[is2]", agree(group(2), "is"))
	return strings.Join(strings.Fields(template), " ")
}

// lowerFirst takes the capital of a sentence's first word, but not that of
// "I" or "AI".
func lowerFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[size:])
	if !unicode.IsLower(second) {
		return s
	}
	return string(unicode.ToLower(first)) + s[size:]
}

// agree is the form of "is" that a subject needs.
func agree(subject, singular string) string {
	words := strings.Fields(lower(subject))
	if len(words) == 0 || strings.HasSuffix(words[0], "ing") {
		return singular
	}
	head := words[len(words)-1]
	for i, w := range words {
		if i > 0 && (w == "of" || w == "in" || w == "with" || w == "for" || w == "on" || w == "from") {
			head = words[i-1]
			break
		}
	}
	plural := strings.HasSuffix(head, "s") && !strings.HasSuffix(head, "ss") && !strings.HasSuffix(head, "us") &&
		!strings.HasSuffix(head, "is") && !strings.HasSuffix(head, "ics")
	if plural || strings.Contains(lower(subject), " and ") || head == "people" || head == "children" {
		return "are"
	}
	return singular
}

var (
	beForms  = wordSet("is are was were am")
	doForms  = wordSet("do does did")
	modals   = wordSet("should shall can could will would must may might ought shoud")
	haveForm = wordSet("has have had")
	pronouns = wordSet("it i you we they he she there this that these those everyone everybody anyone nobody people humans kids someone one")
	articles = wordSet("the a an my your our their his her all some most this that these those every no")
	// predicates begin what is said of a subject.
	predicates = wordSet(`better worse best worst more most less least too so very really worth ok okay good bad wrong right fair
		necessary overrated underrated safe dangerous healthy unhealthy real fake legal illegal ethical unethical moral immoral
		the a an just only still ever truly always never not actually becoming killing ruining making doing going responsible
		harmful useful useless important outdated dead art sport out`)
	// verbs that begin a predicate after a modal or "do".
	actions = wordSet(`be have ever always never truly really still make cause need help lead stop ban allow pay get go take give use
		learn work exist count belong deserve matter become replace destroy improve harm hurt kill beat win buy bring do know teach
		eat drink drive own keep love live vote wear abolish legalize abolished banned not believe rule save solve end change`)
	verbs = wordSet(`is are was were am be been has have had do does did can could will would shall should shoud must may might
		make makes made cause causes caused need needs beat beats suck sucks rule rules belong belongs deserve deserves exist exists
		kill kills ruin ruins help helps lead leads get gets go goes take takes give gives say says know knows want wants become
		becomes bring brings buy buys cost costs matter matters happen happens work works teach teaches taste tastes look looks feel
		feels mean means turn turns keep keeps let lets show shows improve improves destroy destroys harm harms hurt hurts save
		saves solve solves change changes win wins lose loses fall fell built build caused discovered invented replace replaces
		count counts reduce reduces increase increases create creates prevent prevents stop stops spread spreads love loves hate
		hates eat eats live lives pay pays play plays run runs think thinks use uses waste wastes distract distracts protect protects
		beat promote promotes encourage encourages outweigh outweighs trump trumps equals equal tell tells corrupts corrupt
		contribute contributes sound sounds smell smells trust age ages rot rots unite unites divide divides`)
)

// hasVerb says whether a claim has a word that is likely its verb.
func hasVerb(claim string) bool {
	words := strings.Fields(lower(claim))
	for i, w := range words {
		w = strings.Trim(w, ".,!?\"'")
		if i > 0 && (verbs[w] || likelyVerb(words, i, w)) || i == 0 && modals[w] {
			return true
		}
	}
	return false
}

// likelyVerb takes an s after a singular subject for a verb's, and what
// follows a plural subject of one word, if more follows, for a verb.
func likelyVerb(words []string, i int, w string) bool {
	if commands[words[0]] || len(words) < 3 {
		return false
	}
	s := func(w string) bool { return strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") }
	if i < len(words)-1 && (s(w) && !s(words[i-1]) || strings.HasSuffix(w, "ed")) {
		return true
	}
	return i == 1 && i < len(words)-1 && s(words[0])
}

// commands begin a wish that is no claim: "tell me a joke".
var commands = wordSet(`tell write give pick show help sing translate play explain describe choose suggest list name make find
	recommend say ask teach do can could would will what who how when where which why please talk let i my`)

// unask makes a statement of a question: "is the earth flat" says that the
// earth is.
func unask(claim string) (string, bool) {
	words := strings.Fields(claim)
	if len(words) < 3 {
		return claim, false
	}
	first := lower(words[0])
	rest := words[1:]
	if lower(rest[0]) == "not" {
		rest = rest[1:] // "Isn't X Y?" says that it is
	}
	if len(rest) < 2 {
		return claim, false
	}
	var split int
	switch {
	case beForms[first]:
		split = subjectEnd(rest, predicates, true)
	case modals[first], doForms[first]:
		split = subjectEnd(rest, actions, false)
	case haveForm[first]:
		split = subjectEnd(rest, participles(rest), false)
	default:
		return claim, false
	}
	subject, said := rest[:split], rest[split:]
	if len(said) == 0 {
		return claim, false
	}
	for len(said) > 1 && lower(said[0]) == "ever" {
		said = said[1:]
	}
	verb := words[0]
	switch first {
	case "do", "did":
		verb = ""
	case "does":
		verb = ""
		said = append([]string{thirdPerson(said[0])}, said[1:]...)
	}
	return strings.Join(strings.Fields(strings.Join(subject, " ")+" "+lower(verb)+" "+strings.Join(said, " ")), " "), true
}

// subjectEnd is where the subject of a question ends: before a word that
// begins what is said of it, else after what is most likely a noun.
func subjectEnd(words []string, begins map[string]bool, last bool) int {
	first := lower(words[0])
	if pronouns[first] && (!articles[first] || len(words) < 3 || !last) {
		return 1
	}
	from := 1
	if articles[first] {
		from = 2
	}
	for i := from; i < len(words); i++ {
		if begins[lower(strings.Trim(words[i], ","))] {
			return i
		}
	}
	if last && len(words) > 1 {
		return len(words) - 1
	}
	return min(from, len(words)-1)
}

// participles are the words that can follow a subject after "has".
func participles(words []string) map[string]bool {
	found := wordSet("been made become gone had lost done taken given won gotten ever always never")
	for _, w := range words {
		if w = lower(w); strings.HasSuffix(w, "ed") {
			found[w] = true
		}
	}
	return found
}

func thirdPerson(verb string) string {
	switch {
	case verb == "have":
		return "has"
	case strings.HasSuffix(verb, "o"), strings.HasSuffix(verb, "ch"), strings.HasSuffix(verb, "sh"), strings.HasSuffix(verb, "ss"):
		return verb + "es"
	default:
		return verb + "s"
	}
}

// mainClause is a claim without the reasons and asides after it.
func mainClause(claim string) string {
	for _, cut := range cuts {
		for _, at := range cut.FindAllStringIndex(lower(claim), -1) {
			before := strings.TrimSpace(claim[:at[0]])
			if strings.Contains(lower(claim[at[0]:at[1]]), "because of") && strings.Contains(lower(before), " not ") {
				continue // the cause is what is denied
			}
			if len(strings.Fields(before)) >= 2 && hasVerb(before) {
				claim = before
				break
			}
		}
	}
	return claim
}

// negation is a way to deny, with its positive.
type negation struct {
	pattern  *regexp.Regexp
	positive string
}

var negations = []negation{
	{regexp.MustCompile(`\b(is|are|was|were) (?:far from(?: being)?|anything but|not exactly|by no means|nowhere near|not necessarily|in no way) `), "$1 "},
	{regexp.MustCompile(`\b(?:fails?|failed) to `), ""},
	{regexp.MustCompile(`^(?:very )?few (people|of)\b`), "$1"},
	{regexp.MustCompile(`^none of (.+?) (is|are)\b`), "$1 are"},
	{regexp.MustCompile(`\b(there (?:is|are|was|were|should be|will be|can be)) no (?:real |good )?`), "$1 "},
	{regexp.MustCompile(`\b(makes?|serves?|has|have) no (sense|purpose|soul|effect|value|use|benefits?|meaning|impact)\b`), "$1 $2"},
	{regexp.MustCompile(`^(?:it is )?not true(?: that)? `), ""},
	{regexp.MustCompile(`^there is no way(?: that)? `), ""},
	{regexp.MustCompile(`\bthere is no such thing as `), "there is such a thing as "},
	{regexp.MustCompile(`\b(is|are) no (better|worse|more|less|good)\b`), "$1 $2"},
	{regexp.MustCompile(`^(?:nobody|no one|no-one|none) (should|would|could|can|must)\b`), "people $1"},
	{regexp.MustCompile(`^(?:nobody|no one|hardly any ?one|hardly any ?body|almost nobody|almost no one) (\w+?)s\b`), "people $1"},
	{regexp.MustCompile(`^not (every|all|many|much)`), "$1"},
	{regexp.MustCompile(`^no (\w+) (should|is|can|will|deserves|has)\b`), "a $1 $2"},
	{regexp.MustCompile(`\b(have|has|had) no (right|place|reason|business|value|future|point)\b`), "$1 a $2"},
	{regexp.MustCompile(`\bdoes not (\w+)`), "$1[s]"},
	{regexp.MustCompile(`\b(?:do|did) not (even |really |actually )?`), ""},
	{regexp.MustCompile(`\bcan not\b`), "can"},
	{regexp.MustCompile(`\b(have|has) never\b`), "$1"},
	{regexp.MustCompile(`\b(?:never|hardly ever|rarely|seldom|hardly) `), ""},
	{regexp.MustCompile(`\b(is|are|was|were|am|should|shoud|would|could|will|must|has|have|had|can|may|might|need|ought) not\b(?: even| really| actually)?`), "$1"},
	{regexp.MustCompile(`\bno longer `), ""},
}

var inRelative = regexp.MustCompile(`\b(?:who|that|which|if you|if we)(?: \w+)? $|\w (?:i|they) $`)

// positive is a claim without its denial, and whether it had one.
func positive(claim string) (string, bool) {
	low := lower(claim)
	for _, n := range negations {
		for _, at := range n.pattern.FindAllStringSubmatchIndex(low, -1) {
			if at[0] > 0 && inRelative.MatchString(low[:at[0]]) {
				continue // "people who do not vote" denies nothing of them
			}
			if startsWith(strings.TrimSpace(claim[at[1]:]), []string{"just", "only", "merely", "simply"}) {
				continue // "is not just a game" says more than that it is
			}
			with := string(n.pattern.ExpandString(nil, strings.ReplaceAll(n.positive, "[s]", ""), claim, at))
			if strings.HasSuffix(n.positive, "[s]") {
				with = thirdPerson(with)
			}
			stated := strings.TrimSpace(claim[:at[0]] + with + claim[at[1]:])
			stated = strings.TrimSuffix(strings.TrimSuffix(stated, " anymore"), " any more")
			return strings.TrimPrefix(strings.Join(strings.Fields(stated), " "), "longer "), true
		}
	}
	return claim, false
}

// compare says whether two claims are about the same thing, and if so whether
// they say the same of it: "Dogs are better than cats" is the reverse of "Cats
// are better than dogs".
func compare(a, b string) (same, ok bool) {
	left, right := contentWords(a), contentWords(b)
	words := make(map[string]bool)
	for _, w := range left {
		words[w] = true
	}
	shared, all := 0, len(words)
	for _, w := range right {
		if words[w] {
			shared++
		} else {
			all++
		}
	}
	if all == 0 || 2*shared < all {
		return false, false
	}
	if !words["than"] || len(left) == 0 || len(right) == 0 {
		return true, true
	}
	return left[0] == right[0] || left[len(left)-1] == right[len(right)-1], true
}

// english is the language that the rules read best, and that of what has no
// other.
const english = "en"

// language holds what is known of one besides English.
type language struct {
	words    map[string]bool
	says     *regexp.Regexp // before the user's own view
	denies   *regexp.Regexp // before what the user does not believe
	asksFor  *regexp.Regexp // before what the bot is to argue
	negation *regexp.Regexp // within a claim
}

var languages = map[string]language{
	"es": {
		wordSet("el la los las es son que no de un una del mejor más creo pienso deberían debería por para como muy yo está están"),
		regexp.MustCompile(`^(?:(?:yo )?(?:creo|pienso|opino|considero) que|en mi opini[oó]n,?|para m[ií],?)\s+`),
		regexp.MustCompile(`^(?:(?:yo )?no (?:creo|pienso|opino) que)\s+`),
		regexp.MustCompile(`^(?:conv[eé]nceme de que|expl[ií]came por qu[eé]|explica por qu[eé]|defiende que|argumenta que)\s+`),
		regexp.MustCompile(`\bno (es|son|debería|deberían|está|están|puede|pueden|tiene|tienen|hace|hay)\b`),
	},
	"pt": {
		wordSet("o a os as é são que não de um uma do da melhor mais acho eu deveria deveriam muito mundo"),
		regexp.MustCompile(`^(?:(?:eu )?(?:acho|penso|creio) que|na minha opinião,?|para mim,?)\s+`),
		regexp.MustCompile(`^(?:(?:eu )?não (?:acho|penso|creio) que)\s+`),
		regexp.MustCompile(`^(?:convença-me de que|explique por que|defenda que|argumente que)\s+`),
		regexp.MustCompile(`\bnão (é|são|deveria|deveriam|está|estão|pode|podem|tem)\b`),
	},
	"fr": {
		wordSet("le la les est sont que ne pas de un une des du meilleur plus je pense avis mon sur dans pour trop"),
		regexp.MustCompile(`^(?:je (?:pense|crois|trouve) que|à mon avis,?|selon moi,?|pour moi,?)\s+`),
		regexp.MustCompile(`^(?:je ne (?:pense|crois) pas que)\s+`),
		regexp.MustCompile(`^(?:convaincs-moi que|explique(?:-moi)? pourquoi|défends l'idée que)\s+`),
		regexp.MustCompile(`\bn(?:e |')(est|sont|devrait|devraient|peut|peuvent|doit) pas\b`),
	},
	"de": {
		wordSet("der die das ist sind dass nicht ein eine besser als ich finde glaube meiner meinung nach sollte sollten mehr und wir"),
		regexp.MustCompile(`^(?:ich (?:finde|glaube|denke|meine),? dass|ich (?:finde|glaube|denke),?|nach meiner meinung|meiner meinung nach)\s+`),
		regexp.MustCompile(`^(?:ich (?:glaube|denke|finde) nicht,? dass)\s+`),
		regexp.MustCompile(`^(?:überzeuge mich,? dass|erkläre(?: mir)?,? warum|argumentiere,? dass)\s+`),
		regexp.MustCompile(`\b(ist|sind|sollte|sollten|kann|können|muss) nicht\b`),
	},
	"it": {
		wordSet("il lo la gli le è sono che non di un una del della migliore più penso credo dovrebbe mia secondo"),
		regexp.MustCompile(`^(?:(?:io )?(?:penso|credo) che|secondo me,?|a mio parere,?)\s+`),
		regexp.MustCompile(`^(?:(?:io )?non (?:penso|credo) che)\s+`),
		regexp.MustCompile(`^(?:convincimi che|spiega(?:mi)? perché)\s+`),
		regexp.MustCompile(`\bnon (è|sono|dovrebbe|dovrebbero|può|possono)\b`),
	},
}

var englishWords = wordSet("the is are a an of and to in that not it you i better than should be do does was with for on my what why who how can")

// guessLanguage counts the commonest words of each language.
func guessLanguage(text string) string {
	count := func(known map[string]bool) (n int) {
		for _, w := range strings.FieldsFunc(lower(text), func(c rune) bool { return !unicode.IsLetter(c) && c != '-' }) {
			if known[w] {
				n++
			}
		}
		return n
	}
	best, most := english, count(englishWords)
	for _, name := range []string{"es", "pt", "fr", "de", "it"} {
		if n := count(languages[name].words); n > most && n >= 2 {
			best, most = name, n
		}
	}
	return best
}

// readForeign reads opinions, requests and plain negations.
func readForeign(text, name string) (reading, bool) {
	l := languages[name]
	all := sentences(text)
	if len(all) == 0 {
		return reading{}, false
	}
	r := reading{claim: strings.Trim(all[0].text, "¿¡ "), bot: Con, weight: statement}
	for _, s := range all[1:] {
		if len(r.claim) < 12 {
			r.claim = strings.Trim(s.text, "¿¡ ") // a greeting came first
		}
	}
	low := lower(r.claim)
	switch {
	case l.denies.MatchString(low):
		r.claim, r.bot = r.claim[l.denies.FindStringIndex(low)[1]:], Pro
	case l.asksFor.MatchString(low):
		r.claim, r.bot = r.claim[l.asksFor.FindStringIndex(low)[1]:], Pro
	case l.says.MatchString(low):
		r.claim = r.claim[l.says.FindStringIndex(low)[1]:]
	}
	if at := l.negation.FindStringSubmatchIndex(lower(r.claim)); at != nil {
		r.claim = r.claim[:at[0]] + r.claim[at[2]:at[3]] + r.claim[at[1]:]
		r.bot = r.bot.Opposite()
	}
	if i := strings.IndexByte(r.claim, ','); i > 15 {
		r.claim = r.claim[:i]
	}
	// "¿Es Messi mejor que Maradona?" asks for "Messi es mejor que Maradona".
	if words := strings.Fields(r.claim); all[0].question && len(words) > 2 && l.words[lower(words[0])] {
		words[0], words[1] = words[1], lower(words[0])
		r.claim = strings.Join(words, " ")
	}
	return r, len(strings.Fields(r.claim)) >= 3
}
