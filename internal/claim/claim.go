package claim

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// maxTitle is the length of a Title, in characters.
const maxTitle = 60

// Read finds the topic and the bot's stance in a first message, by rules
// and in English; ok is false where the message makes no claim. The topic is
// the claim, without a "not" where that is good English and else in the user's
// own words, and the bot opposes the user unless it is asked to argue a side. Of other languages it knows a few opinions, requests and
// negations.
//
// Each sentence is read in stages: what frames the claim is stripped, which
// tells whose side it is on; what is not a statement is made one; a denial is
// taken out, which turns the side around. The plainest claim counts.
func Read(message string) (subject debate.Subject, ok bool) {
	sentences := sentencesOf(message)
	language := languageOf(sentences)
	var read reading
	if language == english {
		read, ok = readEnglish(sentences)
	} else {
		read, ok = readForeign(sentences, languages[language])
	}
	topic := sentenceCase(strings.ReplaceAll(textOf(read.claim), "can not ", "cannot "))
	if !ok || topic == "" || len(topic) > debate.MaxTopicBytes {
		return debate.Subject{Language: language}, false
	}
	return debate.Subject{Topic: topic, Stance: read.bot, Title: Title(topic), Language: language}, true
}

// SideOf is the user's side of a topic that is given beside a message: what
// the message says of it, or Pro where it says nothing.
func SideOf(message, topic string) debate.Stance {
	sentences := sentencesOf(message)
	if languageOf(sentences) == english {
		for _, s := range sentences {
			if side := sideTaken(s.words); side != debate.NoStance {
				return side
			}
		}
	}
	if side, ok := Align(message, topic); ok {
		return side
	}
	return debate.Pro
}

// Align says whether who makes the claim is for or against the topic; ok is
// false where the two cannot be told to be about the same thing.
func Align(claim, topic string) (side debate.Stance, ok bool) {
	said, ok := Read(claim)
	if !ok {
		return debate.NoStance, false
	}
	about := debate.Subject{Topic: topic, Stance: debate.Con}
	if read, ok := Read(topic); ok {
		about = read
	}
	same, ok := compare(said.Topic, about.Topic)
	if !ok {
		return debate.NoStance, false
	}
	if same == (said.Stance == about.Stance) {
		return debate.Pro, true
	}
	return debate.Con, true
}

// Similar says whether a reply to one subject serves the other: the same side,
// of claims that share most of their words.
func Similar(a, b debate.Subject) bool {
	if a.Topic == "" || b.Topic == "" {
		return a.Topic == b.Topic
	}
	if a.Stance != b.Stance {
		return false
	}
	if a.Topic == b.Topic {
		return true
	}
	words := make(map[string]bool)
	for _, w := range contentWords(a.Topic) {
		words[w] = true
	}
	shared, all := 0, len(words)
	for _, w := range contentWords(b.Topic) {
		if words[w] {
			shared++
		} else {
			all++
		}
	}
	return 2*shared >= all
}

func contentWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(c rune) bool {
		return strings.ContainsRune(" .,;:!?\"'()-", c)
	})
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

// reading is what a sentence says: a claim, and the bot's side of it.
type reading struct {
	claim []word
	bot   debate.Stance
	// weight ranks the sentences of a message: the plainer the claim, the
	// heavier.
	weight int
	// about is what the claim's pronouns can stand for.
	about []word
}

// The weights of readings.
const (
	mention   = 1 + iota // "Gun control": what is talked about
	narrative            // "My boss made me come in": a story around the claim
	statement            // "Golf is boring"
	question             // "Is golf boring?"
	judgement            // "Golf should be banned", "Golf is the best sport"
	opinion              // "I think golf is boring"
	request              // "Explain why golf is boring", "You defend golf"
)

func (r *reading) weigh(w int) { r.weight = max(r.weight, w) }

func readEnglish(sentences []sentence) (reading, bool) {
	var best reading
	var about []word
	side, asked := debate.NoStance, false
	sentences = withVerdicts(withAnswers(sentences))
	for i, s := range sentences {
		if verdict, ok := verdictOf(s.words); ok && (i > 0 || len(sentences) > 1) {
			asked = asked || verdict == asksFor || verdict == asksAgainst
			if side == debate.NoStance || verdict == asksFor || verdict == asksAgainst {
				side = sideOf(verdict)
			}
			continue
		}
		r, ok := readSentence(s, about)
		if ok && r.weight == mention {
			about = r.claim
		} else if ok {
			about = subjectOf(r.claim)
		}
		if ok && r.weight > best.weight {
			best = r
		}
		if ok && s.question && i+1 < len(sentences) && !takesSide(sentences[i+1].words) && answers(r.claim, sentences[i+1].words) {
			best, about = reading{join(r.claim, wordsOf(agree(r.claim)), lowered(sentences[i+1].words)), debate.Con, statement, nil}, nil
		}
	}
	if best.weight == mention {
		if side == debate.NoStance && !best.debated() {
			return best, false
		}
		best.claim = join(best.claim, wordsOf(agree(best.claim)+" good"))
	}
	if best.weight > 0 && side != debate.NoStance && (best.weight != request || asked) {
		// "Let's debate whether X. I'm against."
		best.bot = turned(best.bot, side)
	}
	return best, best.weight > 0
}

// withAnswers makes a statement of a question that its asker answers: "Worst
// invention ever? The alarm clock."
func withAnswers(sentences []sentence) []sentence {
	var all []sentence
	for i := 0; i < len(sentences); i++ {
		s := sentences[i]
		if rule, m := whole(&superlatives, s.words); rule != nil && s.question && i+1 < len(sentences) {
			if thing := sentences[i+1].words; len(thing) < 7 && verbAt(thing) < 0 && !thing[0].is(pronouns) && !sentences[i+1].question {
				s = sentence{words: join(thing, wordsOf(agree(thing)+" the"), lowered(m.capture(0)))}
				i++
			}
		}
		all = append(all, s)
	}
	return all
}

// withVerdicts makes a sentence of its own of a side that is taken at the end of
// one: "Let's debate cars, I'm against".
func withVerdicts(sentences []sentence) []sentence {
	var all []sentence
	for _, s := range sentences {
		for i := len(s.words) - 2; i > 1; i-- {
			if s.words[i].low != "," || !s.words[i+1].is(sides) {
				continue
			}
			if e, ok := verdictOf(s.words[i+1:]); ok && e != addresses {
				all = append(all, sentence{s.words[:i], s.question})
				s = sentence{words: s.words[i+1:]}
				break
			}
		}
		all = append(all, s)
	}
	return all
}

var sides = wordSet("i you we")

// answers says whether a word or two after a question are its predicate:
// "Tattoos? Ugly."
func answers(subject, said []word) bool {
	return len(subject) > 0 && len(subject) < 5 && verbAt(subject) < 0 && len(said) <= 2 && !slices.ContainsFunc(said, word.mark) && said[len(said)-1].low != "you"
}

// debated says whether a mention was meant as a topic.
func (r *reading) debated() bool { return len(r.about) > 0 }

// turned is the bot's side where the user takes a side of what was said.
func turned(bot, side debate.Stance) debate.Stance {
	if bot == debate.Con {
		return side.Opposite()
	}
	return side
}

// verdictOf says whether a sentence only takes a side.
func verdictOf(words []word) (effect, bool) {
	for len(words) > 0 && words[0].mark() {
		words = words[1:]
	}
	if r, _ := whole(&verdicts, words); r != nil {
		return r.effect, true
	}
	return addresses, false
}

func takesSide(words []word) bool {
	_, ok := verdictOf(words)
	return ok
}

// sideOf is the user's side in a verdict.
func sideOf(e effect) debate.Stance {
	switch e {
	case says, asksAgainst:
		return debate.Pro
	case denies, asksFor:
		return debate.Con
	default:
		return debate.NoStance
	}
}

func sideTaken(words []word) debate.Stance {
	if _, n := frames.longest(words); n > 0 && n < len(words) {
		if e, ok := verdictOf(words[n:]); ok {
			return sideOf(e)
		}
	}
	e, _ := verdictOf(words)
	return sideOf(e)
}

// readSentence reads a sentence, or else what comes after its first comma: "I
// feel bad for the animals, zoos should not exist".
func readSentence(s sentence, about []word) (reading, bool) {
	r, ok := readClause(s, about)
	if i := slices.IndexFunc(s.words, func(w word) bool { return w.low == "," || w.low == "but" }); !ok && i > 1 && len(s.words)-i > 3 {
		return readClause(sentence{s.words[i+1:], s.question}, about)
	}
	return r, ok
}

// readClause strips what surrounds the claim, then takes a denial out of it.
// Each step that turns the sense around turns the bot's side. A pronoun stands
// for about, if there is one.
func readClause(s sentence, about []word) (reading, bool) {
	if len(s.words) > maxSentenceWords {
		return reading{}, false
	}
	r := reading{claim: s.words, bot: debate.Con}
	debated := r.stripFrames()
	debated = r.stripTails() || debated
	r.resolve(about)
	r.claim = r.withoutReason()
	bare := r.weight == 0
	if !r.restate(&forms) {
		if bare && r.isChatter() {
			return r, false
		}
		if claim, ok := unask(r.claim); ok {
			r.claim = r.doubted(claim)
			r.weigh(question)
		} else if r.weight < request && !debated {
			r.restate(&calls)
		}
	}
	r.resolve(about)
	r.claim = trimMarks(mainClause(r.claim))
	r.stripTails()
	if r.weight == opinion && r.bot == debate.Pro && !later(r.claim, func(w string) bool { return w == "never" || nobodies[w] }) {
		r.claim = positive(r.claim)
	}
	claim, denied := affirm(r.claim)
	r.claim = claim
	if denied {
		r.bot = r.bot.Opposite()
	}
	return r.judge(debated)
}

// stripFrames takes what comes before the claim off, and says whether that
// announces a debate.
func (r *reading) stripFrames() (debated bool) {
	for range 8 { // hedges pile up: "Hi! Honestly, I think that ..."
		r.claim = trimMarks(r.claim)
		if r.contrast() {
			continue
		}
		rule, n := frames.longest(r.claim)
		rest := trimMarks(r.claim[n:])
		if n == 0 || len(rest) == 0 {
			break
		}
		r.claim = rest
		r.apply(rule.effect)
		debated = debated || rule.effect == debates
	}
	return debated
}

// contrast keeps the part of a claim that counts.
func (r *reading) contrast() bool {
	rule, m := whole(&contrasts, r.claim)
	if rule == nil {
		return false
	}
	if other := m.capture(1); len(other) > 0 {
		r.about = subjectOf(other)
	}
	r.claim = m.fill(rule.claim)
	r.apply(rule.effect)
	return true
}

// stripTails takes what comes after the claim off, and says whether that asks
// for a debate.
func (r *reading) stripTails() (debated bool) {
	for stripped := true; stripped; {
		stripped = false
		for at := max(len(r.claim)-9, 1); at < len(r.claim) && !stripped; at++ {
			for _, rule := range tails.rules(r.claim[at:]) {
				if _, ok := rule.whole(r.claim[at:]); ok && (at > 1 || r.claim[0].low != "it") && !r.claim[at-1].is(auxiliary) && !r.claim[at-1].is(prepositions) && !adverbs[r.claim[at-1].low] {
					r.claim = trimMarks(r.claim[:at])
					r.apply(rule.effect)
					debated = debated || rule.effect == debates
					stripped = true
					break
				}
			}
		}
	}
	return debated
}

// restate turns the first form that matches into a statement.
func (r *reading) restate(forms *table) (restated bool) {
	for range 2 {
		rule, m := whole(forms, r.claim)
		if rule == nil {
			break
		}
		restated = true
		switch rule.claim {
		case "?":
			r.claim, _ = unask(r.claim[1+slices.IndexFunc(r.claim[1:], func(w word) bool { return w.is(auxiliary) }):])
			r.claim = r.doubted(r.claim)
			if i := slices.IndexFunc(r.claim, func(w word) bool { return w.low == "so" }); i > 0 && i+1 < len(r.claim) && r.claim[i+1].low != "much" && r.claim[i+1].low != "many" {
				r.claim = join(r.claim[:i], r.claim[i+1:])
			}
		case "adjective":
			x := m.capture(0)
			at := predicateAt(x)
			r.claim = join(x[:at], wordsOf(agree(x[:at])), x[at:])
		default:
			if len(m.capture(1)) > 0 && !strings.Contains(rule.claim, "Y") {
				r.about = subjectOf(m.capture(1))
			}
			r.claim = trimMarks(m.fill(rule.claim))
		}
		r.apply(rule.effect)
	}
	return restated
}

// whole is the first rule that matches all of the words.
func whole(t *table, words []word) (*rule, match) {
	for _, rule := range t.rules(words) {
		if m, ok := rule.whole(words); ok {
			return rule, m
		}
	}
	return nil, match{}
}

func (r *reading) apply(e effect) {
	switch e {
	case says:
		r.weigh(opinion)
	case denies:
		r.bot = r.bot.Opposite()
		r.weigh(opinion)
	case asksFor:
		r.bot = debate.Pro
		r.weigh(request)
	case asksAgainst:
		r.bot = debate.Con
		r.weigh(request)
	case likes, dislikes:
		r.weigh(judgement)
	case addresses, debates:
	}
}

// isChatter says whether a sentence holds no claim, whatever its words.
func (r *reading) isChatter() bool {
	rule, _ := whole(&chatter, r.claim)
	return rule != nil && !r.extraposed()
}

// extraposed says whether an "it" points to what comes later: "it is wrong to
// lie", "is it ok to lie".
func (r *reading) extraposed() bool {
	i := slices.IndexFunc(r.claim, func(w word) bool { return w.low == "it" })
	return (i == 0 || i == 1 && r.claim[0].is(auxiliary)) && later(r.claim[i+1:], func(w string) bool { return w == "to" || w == "that" || w == "if" || w == "when" || w == "how" }) ||
		len(r.claim) > 0 && r.claim[0].low == "there" || len(r.claim) > 1 && r.claim[0].is(auxiliary) && r.claim[1].low == "there" && len(r.claim) > 3
}

// resolve puts what was named before in the place of a pronoun.
func (r *reading) resolve(about []word) {
	if len(r.about) > 0 {
		about = r.about
	}
	if len(r.claim) > 1 && len(about) > 0 && r.claim[0].is(standIns) && r.claim[1].low != "that" {
		r.claim = join(about, r.claim[1:])
	}
}

var standIns = wordSet("it they he she")

// subjectOf is what a clause is about.
func subjectOf(clause []word) []word {
	if v := verbAt(clause); v > 0 && v < 6 {
		return clause[:v]
	}
	if len(clause) < 4 {
		return clause
	}
	return nil
}

// withoutReason is the claim without what is plainly a reason.
func (r *reading) withoutReason() []word {
	words := r.claim
	for i := 1; i < len(words)-1; i++ {
		w, before, next := words[i].low, words[i-1].low, words[i+1]
		speaks := w == "it" || w == "they" || w == "i" || w == "he" || w == "she"
		switch {
		case i > 1 && w == "because" && next.low != "of",
			i > 2 && w == "and" && words[0].is(sides) && next.is(speakers) && len(words)-i > 2, // "I love winter and I am tired of heat"
			before == "," && (w == "which" || w == "what" || w == "who") && len(words)-i < 5,
			speaks && before == "," && r.weight == request,
			speaks && i > 2 && (next.is(auxiliary) || thirds[next.low] != "" || w == "they" && bases[next.low]) && nounLike(before) && words[0].low != "if" && words[0].low != "when":
			return trimMarks(words[:i])
		}
	}
	return words
}

// doubted turns the side around where a question sounds like a doubt: "do we
// really need this?".
func (r *reading) doubted(claim []word) []word {
	for i, w := range claim {
		if i > 0 && i < 8 && (w.low == "really" || w.low == "even" || w.low == "actually" || w.low == "still") && (claim[i-1].is(auxiliary) || verbAt(claim) >= i-1) {
			r.bot = r.bot.Opposite()
			return join(claim[:i], claim[i+1:])
		}
	}
	return claim
}

// judge ranks a claim by its own words and refuses what nobody could argue
// about.
func (r *reading) judge(debated bool) (reading, bool) {
	r.claim = tidy(r.claim)
	words := r.claim
	if len(words) == 0 || len(words) > maxSentenceWords {
		return *r, false
	}
	if conditional(words) {
		r.weigh(judgement)
		return *r, true
	}
	if verbAt(words) < 0 {
		return r.verbless(debated)
	}
	if words[0].is(auxiliary) || len(words) < 2 {
		return *r, false
	}
	first := words[0].low
	if first == "i" && r.weight < opinion && !words[1].is(modals) && words[1].low != "deserve" && words[1].low != "need" {
		return *r, false // "I am tired"
	}
	private := first == "i" || first == "my" || first == "me" || first == "our" || first == "yesterday" || first == "last"
	switch {
	case r.weight >= opinion && (!pointers[first] || r.extraposed() || first == "that" || first == "this"):
	case r.weight >= judgement && first != "it":
	case pointers[first] && !r.extraposed() && (len(words) < 3 || words[1].is(auxiliary) || first == "it" || first == "they"):
		return *r, false
	case private && !judges(words):
		if v := verbAt(words); first != "my" && first != "our" || words[v].low != "is" && words[v].low != "are" {
			return *r, false // "Yesterday it rained", "My dog died"
		}
		r.weigh(narrative)
	case judges(words):
		r.weigh(judgement)
	default:
		r.weigh(statement)
	}
	return *r, true
}

// conditional says whether a claim is of the kind "If you can vote you can
// drink" or "The older the better": two clauses, of which none stands alone.
func conditional(words []word) bool {
	if len(words) > 4 && words[0].low == "the" && comparative(words[1].low) && later(words[3:], comparative) {
		return true // "The older the better"
	}
	if first := words[0].low; len(words) < 5 || first != "if" && first != "unless" && first != "when" {
		return false
	}
	if second := words[1].low; (second == "you" || second == "i") && later(words[2:], func(w string) bool { return w == "we" || w == "i" || w == "me" }) {
		return false // "If you are ready we can start"
	}
	verbs := 0
	for i := range words {
		if finite(words, i) && !words[i].is(auxiliary) || words[i].is(auxiliary) && i > 0 {
			verbs++
		}
	}
	return verbs > 1
}

// verbless makes what it can of a claim without a verb.
func (r *reading) verbless(debated bool) (reading, bool) {
	words := r.claim
	for i := 1; i < len(words)-1; i++ {
		if comparative(words[i].low) && later(words[i:], func(w string) bool { return w == "than" }) {
			r.claim = join(words[:i], wordsOf(agree(words[:i])), words[i:]) // "cats better than dogs"
			r.weigh(judgement)
			return *r, true
		}
	}
	if i := slices.IndexFunc(words, func(w word) bool { return w.low == "or" || w.low == "over" }); i > 0 && i < len(words)-1 && len(words) < 10 && r.weight < opinion {
		left, right := trimMarks(words[:i]), trimMarks(words[i+1:])
		r.claim = join(left, wordsOf(agree(left)+" better than"), right)
		r.weigh(judgement)
		return *r, true
	}
	if i := slices.IndexFunc(words, func(w word) bool { return w.low == ":" || w.low == "-" }); i > 0 && i < 5 && len(words)-i < 8 && r.weight < opinion {
		r.claim = join(words[:i], wordsOf(agree(words[:i])), lowered(words[i+1:])) // "Instagram: useless"
		r.weigh(statement)
		return *r, true
	}
	if wanted[words[0].low] && !debated && len(words) > 1 && len(words) < 8 {
		if last := len(words) - 1; words[last].low == "now" {
			words = words[:last]
		}
		r.weigh(judgement)
		r.claim = join(words, wordsOf(agree(words)+" good"))
		return *r, true
	}
	if n := len(words) - 1; n > 0 && n < 5 && judging[words[n].low] && !words[0].is(articles) {
		r.claim = join(words[:n], wordsOf(agree(words[:n])), words[n:]) // "sugar tax good"
		r.weigh(statement)
		return *r, true
	}
	switch {
	case len(words) > 12 || words[0].is(pronouns) || words[0].is(auxiliary):
		return *r, false
	case r.weight >= opinion:
		r.claim = join(words, wordsOf(agree(words)+" good"))
		return *r, r.weight == request || len(words) > 1 || r.bot == debate.Pro
	}
	if len(words) == 1 && broad[words[0].low] {
		return *r, false
	}
	r.weight = mention
	if debated {
		r.about = words
	}
	return *r, true
}

// broad are subjects, but not yet topics.
var broad = wordSet("politics religion sports sport philosophy life stuff science history technology music movies films food art love games")

// wanted are words that begin a demand: "Free healthcare for all!".
var wanted = wordSet("free more equal universal justice freedom cheaper longer shorter better")

// tidy takes words off that add nothing to a claim.
func tidy(words []word) []word {
	words = trimMarks(words)
	kept := words[:0:0]
	for i, w := range words {
		if fluff[w.low] || w.low == "that" && i > 0 && i == len(words)-2 && words[i-1].is(beForms) || i > 0 && (w.low == "so" || w.low == "way" || w.low == "far") && words[i-1].is(beForms) && i+1 < len(words) && words[i+1].low != "many" && words[i+1].low != "much" && words[i+1].low != "that" && words[i+1].low != "away" && words[i+1].low != "from" {
			continue
		}
		kept = append(kept, w)
	}
	return trimMarks(kept)
}

var fluff = wordSet(`honestly literally lowkey highkey tbh imo imho ngl lol lmao fr frfr btw obviously basically legit anymore`)

func trimMarks(words []word) []word {
	open := 0
	for _, w := range words {
		if w.low == `"` {
			open++
		}
	}
	for len(words) > 0 && words[0].mark() && (words[0].low != `"` || open%2 == 1) {
		words = words[1:]
	}
	for len(words) > 0 && words[len(words)-1].mark() && (words[len(words)-1].low != `"` || open%2 == 1) {
		words = words[:len(words)-1]
	}
	if n := len(words); n > 2 && open == 2 && words[0].low == `"` && words[n-1].low == `"` {
		return words[1 : n-1]
	}
	return words
}

// judging words make a sentence a claim worth a debate.
var judging = wordSet(`should must ought better worse best worst more most less least than deserve deserves
	overrated underrated wrong right never always good bad great terrible useless pointless necessary important
	dangerous harmful unethical immoral ethical moral waste banned illegal legal allowed mandatory abolished nobody everyone
	beats sucks need needs everybody all every cause causes belongs belong real fake superior inferior too only shall
	healthy unhealthy evil stupid boring outdated dead ruined ruining killing destroying myth scam hoax`)

func judges(words []word) bool {
	return later(words, func(w string) bool { return judging[w] || comparatives[w] })
}

// fill puts what a match took into the template of a form.
func (m *match) fill(template string) []word {
	var filled []word
	apply := ""
	for item := range strings.FieldsSeq(template) {
		var part []word
		switch item {
		case "X", "Y", "Z":
			slot := int(item[0] - 'X')
			part = trimMarks(m.capture(slot))
			if strings.Contains(template, item+" [is]") {
				part = unconditional(part)
			}
			if len(filled) > 0 && m.took[slot].from == 0 {
				part = lowered(part)
			}
			if len(part) > 0 && apply != "" {
				part = join(wordsOf(inflect(apply, part[0].low)), part[1:])
			}
			apply = ""
		case "[is]":
			part = wordsOf(agree(filled))
		case "[exist]":
			part = wordsOf("exists")
			if manyThings(filled) {
				part = wordsOf("exist")
			}
		case "[ing]", "[base]":
			apply = item
		default:
			part = wordsOf(item)
		}
		filled = append(filled, part...)
	}
	return filled
}

// unconditional is a thing without the condition after it: "homework if nobody
// does it".
func unconditional(thing []word) []word {
	if i := slices.IndexFunc(thing, func(w word) bool { return w.low == "if" || w.low == "when" }); i > 0 && len(thing)-i > 2 {
		return trimMarks(thing[:i])
	}
	return thing
}

func inflect(form, verb string) string {
	if form == "[ing]" && bases[verb] {
		return gerund(verb)
	}
	if form == "[base]" && pasts[verb]+thirds[verb] != "" {
		return cmp.Or(pasts[verb], thirds[verb])
	}
	return verb
}

// lowered takes the capital of a first word that has it from its place.
func lowered(words []word) []word {
	if len(words) == 0 {
		return words
	}
	first := words[0]
	second, _ := utf8.DecodeRuneInString(strings.TrimLeft(first.text, first.text[:min(1, len(first.text))]))
	if first.low != "i" && (len(first.text) == 1 || unicode.IsLower(second)) && (articles[first.low] || bases[first.low] || pronouns[first.low] || judging[first.low] || first.low == "fewer" || strings.HasSuffix(first.low, "ing")) {
		first.text = first.low
	}
	return join([]word{first}, words[1:])
}

// Title is the topic, cut between words.
func Title(topic string) string {
	if utf8.RuneCountInString(topic) <= maxTitle {
		return topic
	}
	cut := string([]rune(topic)[:maxTitle-1])
	if i := strings.LastIndexByte(cut, ' '); i > maxTitle/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:-") + "…"
}

// sentenceCase gives a claim its capital.
func sentenceCase(s string) string {
	s = strings.Trim(s, " ,;:-")
	if strings.HasPrefix(s, "iP") || strings.HasPrefix(s, "iO") || strings.HasPrefix(s, "eB") {
		return s // a brand keeps its letter
	}
	return upperFirst(s)
}
