package offline

// This file writes a reply: what the message says is read, the bank's best answers to it are put
// together, and a point or a question of the bot's own is added.

import (
	"cmp"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// How much is read of a message, in bytes.
const (
	maxRead  = 1000
	maxOlder = 250 // of one of an earlier turn
)

// writer writes one reply.
type writer struct {
	*knowledge
	prompt debate.Prompt
	random *rand.Rand
	// said are the reply that is to be replaced, if any, the bot's earlier replies, and last
	// what it is about to say.
	said []string

	topic  *subject      // of the bank, nil for any other
	side   debate.Stance // of that topic
	points *matcher      // of that side
	// general says that the bank has not the topic but claims of its form.
	general bool

	first bool // no earlier reply argues

	spoken []spoken // the bank's texts in this reply
	probes []string // what it asks
}

func (m *Model) newWriter(k *knowledge, p debate.Prompt, random *rand.Rand) *writer {
	p.Message = head(p.Message, maxRead)
	p.Exchanges = slices.Clone(p.Exchanges)
	for i := range p.Exchanges {
		p.Exchanges[i].Message = head(p.Exchanges[i].Message, maxRead)
	}
	w := &writer{knowledge: k, prompt: p, random: random, first: true}
	if p.Replaced != "" {
		w.said = append(w.said, p.Replaced) // so that the new one says something else
	}
	for _, e := range p.Exchanges {
		w.said = append(w.said, e.Reply)
		w.first = w.first && e.Kind != debate.ArgumentKind && e.Kind != ""
	}
	w.said = append(w.said, "")
	if p.Topic == "" || m.others[p.Language] != nil {
		return w
	}
	w.topic, w.side = k.findIn(p)
	if p.Firm && w.topic != nil && !w.topic.named(plain(p.Topic)) {
		w.topic = nil // what is known of it is said instead
	}
	if view := rejectedIn(p.Topic); view != "" && w.topic == nil && p.Stance == debate.Con { // which the bot is to defend
		p.Topic, p.Stance = view, debate.Pro
		w.prompt.Topic, w.prompt.Stance = p.Topic, p.Stance
	}
	if w.topic == nil && !p.Firm && k.topicOf(p.Topic) == nil {
		w.topic, w.side = k.generalOf(p.Topic, openingOf(p), p.Stance)
		if w.topic != nil && w.topic.Undenied && p.Stance == debate.Pro { // the user denies it
			w.topic = nil
		}
		w.general = w.topic != nil
	}
	if w.topic != nil {
		w.points = w.topic.points[w.side]()
	}
	return w
}

// head is a text's beginning, whole words of it.
func head(text string, size int) string {
	text = strings.TrimSpace(text)
	if len(text) > size {
		text = text[:max(strings.LastIndexByte(text[:size], ' '), 0)]
	}
	return text
}

// message is a message as it was read.
type message struct {
	sign      sign   // what it does besides, or instead of, making points
	points    []span // the sentences that say something
	questions []bool // which of them ask
	words     int
}

// maxRest is how many content words a sentence may have beside the words of a
// sign without making a point.
var maxRest = map[sign]int{rules: 8, switching: 3, alleged: 3, verdict: 1, praise: 2, yielding: 2, elsewhere: 3, misread: 3, imputed: 6, apology: 2}

func (k *knowledge) readMessage(text string) (m message) {
	m.words = len(strings.Fields(text))
	for _, s := range sentencesOf(text) {
		sentence := text[s.start:s.end]
		said := plain(sentence)
		if sign := k.signOf(said); sign != "" {
			m.sign = cmp.Or(m.sign, sign)
			continue
		}
		if k.gives(said) || k.givesAside(sentence) {
			m.sign = cmp.Or(m.sign, shifting)
		}
		says := slices.ContainsFunc(wordsOf(sentence), func(w string) bool { return !k.negations[w] && len(k.terms(w)) > 0 })
		if !says && (!k.asks(sentence) || m.words < 3) {
			continue
		}
		m.points = append(m.points, s)
		m.questions = append(m.questions, k.asks(sentence))
	}
	if len(m.points) == 0 {
		m.sign = cmp.Or(m.sign, silent)
	}
	return m
}

// signOf is the sign that a sentence, as plain gives it, bears.
func (k *knowledge) signOf(said string) sign {
	for _, s := range signs {
		for _, phrase := range k.Signs[s] {
			if has(said, phrase) && len(k.terms(strings.Replace(said, phrase, "", 1))) <= maxRest[s] {
				return s
			}
		}
	}
	return ""
}

// gives says whether a sentence, as plain gives it, gives something away.
func (k *knowledge) gives(said string) bool {
	if slices.ContainsFunc(k.Signs[shifting], func(p string) bool { return has(said, p) }) {
		return true
	}
	rest, gave, plainly := said, false, false
	for cut := true; cut; {
		cut = slices.ContainsFunc(k.Given, func(p string) (ok bool) {
			rest, ok = strings.CutPrefix(rest, p+" ")
			plainly = plainly || ok && strings.Contains(p, " ")
			return ok
		})
		gave = gave || cut
	}
	next, _, _ := strings.Cut(rest, " ")
	return gave && (plainly || k.common[next]) && !slices.Contains(k.Unmoved, next) // "fair wages" gives nothing
}

// givesAside says whether a sentence gives something away between commas: "fine, printing
// costs money", "kids love it, sure".
func (k *knowledge) givesAside(sentence string) bool {
	if k.asks(sentence) || slices.ContainsFunc(k.Reserving, func(p string) bool { return has(plain(sentence), p) }) {
		return false
	}
	parts := strings.Split(sentence, ",")
	return len(parts) > 1 && slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(k.Given, plain(p)) })
}

// reply answers the message first. Then it may add to its case.
func (w *writer) reply() string {
	if w.prompt.Phase.Move == debate.CloseCase && !w.first {
		return w.sumUp()
	}
	m := w.readMessage(w.prompt.Message)
	var parts []string
	repeated := w.sentBefore()
	switch {
	case w.first:
	case w.cameRound(m):
		return w.welcome()
	case m.sign == rejected && len(m.points) == 0: // which asks for what to go on from
		return w.pick(w.lines.Rejected).text
	case m.sign != "":
		parts = w.pickFresh(parts, w.lines.of(m.sign))
	case repeated:
		parts = w.pickFresh(parts, w.lines.Again)
	}
	if w.topic == nil && w.first {
		if s := w.topicOf(w.prompt.Topic); s != nil && s.named(plain(w.prompt.Topic)) { // but not its side
			return w.fill(w.pick(w.lines.Which), nearSlot, strings.TrimRight(s.Claim, "."))
		}
	}
	if w.topic == nil || w.general {
		return w.examine(parts, m)
	}
	if !repeated {
		parts = append(parts, w.answers(m)...)
	}
	switch w.prompt.Phase.Move {
	case debate.Ask:
		return w.ask(parts, m)
	case debate.Rebut:
		if len(w.spoken) > 0 {
			return w.finish(parts)
		}
	default:
	}
	return w.finish(w.advance(parts, m))
}

// ask ends what is answered with one question, and adds nothing to the case.
func (w *writer) ask(parts []string, m message) string {
	if w.first {
		if e := w.entry(heart); e != nil {
			parts = append(parts, gist(e.Text.Text, minGist))
		}
	}
	if text := strings.Join(parts, " "); strings.Contains(text, "?") {
		return text
	}
	return strings.Join(append(parts, w.probe(w.strongest(m))), " ")
}

// sumUp closes the case with the texts that were used, brings nothing new and asks
// nothing.
func (w *writer) sumUp() string {
	var points []string
	used := w.used()
	for _, e := range used[max(len(used)-maxPoints, 0):] {
		points = append(points, gist(e.Text.Text, minPoint))
	}
	for _, l := range w.lines.Summing {
		if l.needs(pointsSlot) {
			if len(points) == 0 {
				continue
			}
			l.text = strings.ReplaceAll(l.text, string(pointsSlot), strings.Join(points, " "))
		}
		if text, ok := w.fillAside(l); ok {
			return text
		}
	}
	return ""
}

// sentBefore says whether the very message was sent before.
func (w *writer) sentBefore() bool {
	said := plain(w.prompt.Message)
	return said != "" && len(w.terms(w.prompt.Message)) > 0 && slices.ContainsFunc(w.prompt.Exchanges, func(e debate.Exchange) bool { return plain(e.Message) == said })
}

// maxReply is the longest reply, in words.
const maxReply = 140

// answers are the bank's answers to the strongest points of the message, or
// what is to be said where it has none.
func (w *writer) answers(m message) (parts []string) {
	m, ours := w.withoutOwn(m)
	found := w.matches(m)
	most := 1 + m.words/30
	met := false
	for _, f := range found {
		switch {
		case len(parts) > 0 && (len(parts) >= most || length(parts)+len(strings.Fields(f.Text.Text)) > maxReply):
		case w.has(f.entry):
			met = met || f.score >= surelyMet && !strings.Contains(w.prompt.Replaced, markOf(f.Text.Text))
		default:
			if len(parts) == 0 && m.sign != shifting && f.role == answer && w.grantsFact(w.prompt.Message[f.span.start:f.span.end]) {
				parts = w.pickFresh(parts, w.lines.Granted)
			} else if len(parts) == 0 {
				parts = w.name(parts, f)
			}
			parts = append(parts, w.say(spoken{entry: f.entry, to: f.span, meets: true}))
		}
	}
	if ours && len(parts) == 0 && m.sign != shifting {
		parts = w.pickFresh(parts, w.lines.Ours)
	}
	if len(parts) > 0 || len(m.points) == 0 || w.first && !slices.Contains(m.questions, true) {
		return parts
	}
	return w.unmatched(m, met)
}

// name adds which point an answer is to, in the words that the bank has for it: where that
// is likely enough, the answer itself takes up no word of what was said, and the words are
// not the message's own. It does not do so in two replies running.
func (w *writer) name(parts []string, f match) []string {
	that := strings.TrimRight(f.To, ".")
	if f.role != answer || that == "" || strings.HasSuffix(that, "?") || slices.ContainsFunc(wordsOf(that), func(word string) bool { return slices.Contains(w.Persons, word) }) {
		return parts
	}
	least := sureNamed
	said, own := w.terms(w.prompt.Message[f.span.start:f.span.end]), w.terms(that)
	if 2*shared(said, own) >= len(said) {
		return parts
	}
	if w.topic != nil {
		said = slices.DeleteFunc(said, func(stem string) bool { return slices.Contains(w.topic.claims()[0], stem) })
	}
	switch n := shared(said, own); {
	case shared(said, w.terms(f.Text.Text)) > 0:
		return parts
	case n == 0 && (w.topic == nil || !slices.Contains(w.points.entries, f.entry)):
		return parts
	case n == 0:
		least = surelyNamed
	}
	n := len(w.said) - 1
	if f.score < least || n > 0 && slices.ContainsFunc(w.lines.Naming, func(l line) bool { return strings.Contains(w.said[n-1], l.mark) }) {
		return parts
	}
	if w.knownLower(that) {
		that = lowerFirst(that)
	}
	return append(parts, w.fill(w.pick(w.lines.Naming), thatSlot, that))
}

// How likely an answer must be for its point to be named: with a word of the message in
// the name, and with none.
const (
	sureNamed   = 0.5
	surelyNamed = 0.9
)

// shared is how many of some terms are among others.
func shared(terms, others []string) (n int) {
	for _, term := range terms {
		if slices.Contains(others, term) {
			n++
		}
	}
	return n
}

// unmatched is what is to be said to a message that none of the bank's texts answers,
// or one that was said before.
func (w *writer) unmatched(m message, met bool) (parts []string) {
	switch {
	case m.asks() && !met:
		return w.unmatchedQuestion(m)
	case m.sign == shifting: // which was heard
	case met && !w.bears():
		parts = w.pickFresh(parts, w.lines.Met)
	case met:
		// The bearing argument that advance adds says more.
	case w.grantsFact(w.strongest(m)) && w.kindOf(w.strongest(m)) != "statistic":
		parts = w.pickFresh(parts, w.lines.Granted)
	case slices.Contains(ofSources, w.kindOf(w.strongest(m))):
		parts = append(parts, w.probe(w.strongest(m)))
	case w.has(w.entry(heart)) && !w.bears(): // nothing that advance adds has to do with it
		parts = w.pickFresh(parts, w.lines.Unmet)
	}
	return parts
}

// unmatchedQuestion is what is to be said to a question that none of the bank's texts
// answers; the rest is said by the case, or by what says the bot's opinion and reasons.
func (w *writer) unmatchedQuestion(m message) (parts []string) {
	switch {
	case w.first, m.sign == imputed: // to which the case is the answer, or no
	case w.asksPersonally():
		parts = w.pickFresh(parts, w.lines.Personal)
	case !w.asksOpinion() && !w.asksReasons():
		parts = w.answerQuestion(parts, m)
	}
	return parts
}

// statesFact says whether a sentence says of some what few would deny: it hedges, and
// neither wants nor judges anything. What it says of many or of most, where that may well
// be false, it has to deny or to praise.
func (g *grammar) statesFact(sentence string) bool {
	said := plain(sentence)
	in := func(p string) bool { return has(said, p) }
	if len(strings.Fields(said)) > longestFact || g.asks(sentence) || slices.ContainsFunc(g.Demands, in) {
		return false
	}
	if slices.ContainsFunc(g.Abilities, in) {
		return !g.denies(sentence) // "it cannot be trained" says it of all
	}
	return slices.ContainsFunc(g.Hedges, in) || slices.ContainsFunc(g.Sweeping, in) && (g.denies(sentence) || g.praises(sentence))
}

// denies says whether a text has a word that turns it around.
func (g *grammar) denies(text string) bool {
	return slices.ContainsFunc(wordsOf(text), func(w string) bool { return g.negations[w] })
}

// praises says whether a text calls something good, and nothing bad.
func (g *grammar) praises(text string) bool {
	words := wordsOf(text)
	calls := func(value int) bool {
		return slices.ContainsFunc(words, func(w string) bool { return g.value(g.adjectives, w) == value })
	}
	return calls(1) && !calls(-1)
}

// grantsFact says whether a sentence is to be granted before it is answered: a fact of
// some, of which the bank speaks in the same words, on a topic on which what is said to be
// one mostly is.
func (w *writer) grantsFact(sentence string) bool {
	return !w.first && w.topic.Category != ofScience && w.statesFact(sentence) && w.speaksOf(sentence)
}

// speaksOf says whether the texts of the bot's side have every content word of a sentence,
// apart from those that judge: that some zoos feed kittens to lions it cannot know.
func (w *writer) speaksOf(sentence string) bool {
	for _, word := range wordsOf(sentence) {
		stem := w.class(w.stem(word))
		if _, known := w.points.places[w.spell(stem)]; !known && !w.common[word] && !w.judges(word) && len(stem) > 1 {
			return false
		}
	}
	return true
}

// ofScience is the category of the topics on which people state what is false.
const ofScience = "science"

// longestFact is how many words such a sentence has at most.
const longestFact = 12

// answerQuestion says what can be said to a question that no text of the bank answers:
// how the bot knows what it says, or that it does not know.
func (w *writer) answerQuestion(parts []string, m message) []string {
	switch {
	case w.doubted(m):
		w.probes = append(w.probes, w.pick(w.lines.Doubted).text)
		return append(parts, w.probes[len(w.probes)-1])
	case w.bears(): // the argument that advance adds says more
		return parts
	}
	return append(parts, w.pick(w.unanswered(m)).text)
}

// doubted says whether the message asks how the bot knows what it says.
func (w *writer) doubted(m message) bool {
	said := plain(w.question(m))
	return slices.ContainsFunc(w.Doubting, func(p string) bool { return has(said, p) })
}

// asks says whether one of the points is a question.
func (m message) asks() bool { return slices.Contains(m.questions, true) }

// question is the last one of a message.
func (w *writer) question(m message) string {
	for i, at := range slices.Backward(m.points) {
		if m.questions[i] {
			return w.prompt.Message[at.start:at.end]
		}
	}
	return ""
}

// replyOff answers a question off the bank: with what the bot would do or holds, that it does
// not know, or no; and then with a reason of its side, since a question back is no answer.
func (w *writer) replyOff(parts []string, m message) string {
	said := plain(w.question(m))
	switch {
	case w.doubted(m):
		return strings.Join(w.answerQuestion(parts, m), " ")
	case len(w.pickFresh(nil, w.repliesTo(w.question(m)))) > 0:
		return strings.Join(w.pickFresh(parts, w.repliesTo(w.question(m))), " ")
	case w.kindOf(w.question(m)) == alternative:
		return strings.Join(append(parts, w.probe(w.question(m))), " ")
	case w.asksProposal(said):
		from := w.lines.Proposed.Con
		if w.prompt.Stance == debate.Pro {
			from = w.lines.Proposed.Pro
		}
		parts = append(parts, w.fill(w.pick(from), claimSlot, w.claimPhrase()))
		return strings.Join(parts, " ")
	case w.asksOpinion() || w.asksPersonally():
		parts = w.honest(parts)
	case len(parts) == 0 && !w.asksReasons():
		parts = w.pickFresh(parts, w.unanswered(m))
	}
	if reason := w.reason(); reason != "" {
		parts = append(parts, reason)
	}
	if len(parts) == 0 { // all of it is said
		parts = append(parts, w.pick(w.unanswered(m)).text)
	}
	return strings.Join(parts, " ")
}

// repliesTo are the lines to a question that mostly says something, such as what if everyone
// did so, none for any other.
func (k *knowledge) repliesTo(question string) []line {
	for i, rule := range k.Rhetorical {
		if k.rhetorical[i].MatchString(fold(question)) {
			return k.lines.Replies[rule.Kind]
		}
	}
	return nil
}

// unanswered are the lines to a question that has no answer: to one that takes a yes or a
// no, that the bot's is not the one that it expects.
func (w *writer) unanswered(m message) []line {
	words := strings.Fields(rhetoric.ReplaceAllString(plain(w.question(m)), ""))
	first := strings.Join(words[:min(len(words), askedWithin)], " ")
	if slices.ContainsFunc(w.Asking, func(p string) bool { return has(first, p) || len(words) > 0 && words[len(words)-1] == p }) {
		return w.lines.Unknown
	}
	return w.lines.Denied
}

// askedWithin is how far into a question, in words, the one that asks is, and rhetoric what
// may stand before it and asks nothing.
const askedWithin = 2

var rhetoric = regexp.MustCompile(`^((and|but|so|ok|okay|well|so what|y|pero|entonces|vale|bueno) )+(what my |what your )?`)

// asks says whether a sentence is a question, also without its mark.
func (g *grammar) asks(sentence string) bool {
	said := plain(sentence)
	if strings.HasSuffix(sentence, "?") {
		return g.language != "en" || !strings.HasSuffix(sentence, "??") || !statement.MatchString(said)
	}
	return slices.ContainsFunc(g.Begin, func(p string) bool { return strings.HasPrefix(said, p+" ") }) || g.language == "en" && unmarkedQuestion.MatchString(said)
}

// statement begins a sentence that only wonders at what it says: "it's the pilot's job??"
var statement = regexp.MustCompile(`^((and|but|so|like) )*(i|we|they|he|she|it|its|it's|you|the|my|our|this|that|that's|people|nobody|everyone|every)\b`)

// unmarkedQuestion begins as a question does; Spanish ones mostly have their mark.
var unmarkedQuestion = regexp.MustCompile(`^((and|but|so|ok|okay|well|then) )*(why|how come|whats|what's|hows|how's|whos|who's|wheres|where's|` +
	`(what|how|who|whom|where|when|why) (else |exactly |the hell |many |much |long |often )?(is|are|was|were|do|does|did|can|could|would|will|should|has|have|about|if|pays|gets|decides|needs|wants|happens)|` +
	`(do|does|did|would|could|can|should|is|are|have|has|will) (not )?(you|they|we|i|he|she|it) )\b`)

// unsaid are ranked texts with the first in front that was not said yet, where the very
// first was and the other meets the point nearly as well.
func (w *writer) unsaid(ranked []match) []match {
	for i, f := range ranked {
		if !f.sure() || f.score < nearlyAsWell*ranked[0].score {
			break
		}
		if !w.has(f.entry) {
			return append([]match{f}, slices.Delete(slices.Clone(ranked), i, i+1)...)
		}
	}
	return ranked
}

// nearlyAsWell is how well another text has to meet a point that was answered before.
const nearlyAsWell = 0.6

// surelyMet is how likely a text that was said before must be to meet a point for the
// user to be told that it was met.
const surelyMet = 0.5

// bears says whether the argument to bring next has to do with the message.
func (w *writer) bears() bool { return w.next(true) != nil }

// ofSources are the kinds of points that are always to be asked about.
var ofSources = []pointKind{"study", "statistic", "authority", "anecdote", "loss"}

// matches are the texts that surely meet a point of the message, the best
// first, and none twice.
func (w *writer) matches(m message) (found []match) {
	for i, s := range m.points {
		roles := []role{answer, concede}
		if m.questions[i] {
			roles = []role{question, answer, concede, argument} // a reason of its own may be the answer
		}
		sentence := w.prompt.Message[s.start:s.end]
		ranked := w.unsaid(w.rankParts(sentence, roles...))
		met := len(ranked) > 0 && ranked[0].sure()
		if f, ok := w.grounded(sentence); ok && !w.claimAlone(m) && !m.questions[i] && !met {
			ranked = []match{f}
		}
		if len(ranked) == 0 || !ranked[0].sure() || !m.questions[i] && len(w.terms(sentence)) == 1 && ranked[0].score < sureWord || slices.ContainsFunc(found, func(f match) bool { return f.entry == ranked[0].entry }) {
			continue
		}
		if w.opens() && (ranked[0].score < sureReason || ranked[0].score < surestReason && w.nearest(w.terms(sentence), w.topic.claims()) >= claimLikeness) {
			continue // the claim alone, which the case answers
		}
		ranked[0].span = s
		found = append(found, ranked[0])
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(b.score, a.score) })
	return found
}

// rankParts ranks texts by a sentence, or by that part of it that speaks most for one.
func (w *writer) rankParts(sentence string, roles ...role) []match {
	ranked := w.points.rank(sentence, roles...)
	for _, part := range joints.Split(sentence, -1) {
		if len(part) < len(sentence) && len(w.terms(part)) >= minPart {
			if of := w.points.rank(part, roles...); of[0].score > ranked[0].score {
				ranked = of
			}
		}
	}
	return ranked
}

// joints are where a sentence comes apart, and minPart how many content words a part has.
var joints = regexp.MustCompile(`[,:()–—]|\s(?:and|but|because|so|y|pero|porque|así que)\s`)

const minPart = 2

// claimAlone says whether a message makes the claim of the debate and no more.
func (w *writer) claimAlone(m message) bool { return w.first && len(m.points) == 1 }

// grounded is what speaks against the reason that a sentence gives, where that is one
// that people give on any topic, and something of it was not said yet.
func (w *writer) grounded(sentence string) (match, bool) {
	texts, likely := w.grounds().of(w.besideTopic(sentence))
	said := plain(sentence)
	in := func(p string) bool { return has(said, p) }
	ofBank := w.topic != nil && !w.general
	if likely < sureGround || w.first && ofBank || slices.Contains(ofSources, w.kindOf(sentence)) || slices.ContainsFunc(w.Dismissals, in) || slices.ContainsFunc(w.Reporting, in) {
		return match{}, false
	}
	for _, i := range w.random.Perm(len(texts)) {
		if !w.has(texts[i]) {
			return match{entry: texts[i], score: likely}, true
		}
	}
	return match{}, false
}

// besideTopic is what a sentence says besides the words of the claim and the topic's name,
// which are in many sentences that give no reason: that a cat is clean does not say how
// animals are treated.
func (w *writer) besideTopic(sentence string) string {
	own := w.terms(w.prompt.Topic)
	if w.topic != nil && !w.general {
		own = append(own, w.topic.claims()[0]...)
	}
	return strings.Join(slices.DeleteFunc(wordsOf(sentence), func(word string) bool { return slices.Contains(own, w.class(w.stem(word))) }), " ")
}

// sureGround is how likely a ground must be to be answered: a text beside the point is
// worse than a question.
const sureGround = 0.95

// opens says whether the message is the first that is of the topic: it does not answer
// the question which side of it the user takes.
func (w *writer) opens() bool {
	claim := strings.TrimRight(w.topic.Claim, ".")
	return w.first && !slices.ContainsFunc(w.prompt.Exchanges, func(e debate.Exchange) bool { return strings.Contains(e.Reply, claim) })
}

// sureWord is the least score of a text that a single content word speaks for: sick people
// and those who are sick of something share one.
const sureWord = 0.65

// What opens a debate may be the claim alone. So like a claim of its topic, it gives no
// reason, unless an answer surely meets it: "Abortion is murder" does both.
const (
	sureReason    = 0.45
	claimLikeness = 0.8
	surestReason  = 0.7
)

// strongest is the sentence of a message that says most.
func (w *writer) strongest(m message) string {
	best, most := w.prompt.Message, -1.0
	for _, s := range m.points {
		sentence := w.prompt.Message[s.start:s.end]
		if score := w.weightOf(sentence); score > most {
			best, most = sentence, score
		}
	}
	return best
}

// weightOf is how much a sentence says.
func (w *writer) weightOf(sentence string) (score float64) {
	for _, stem := range w.terms(sentence) {
		score += w.rarity(stem)
	}
	if w.kindOf(sentence) != general {
		score += 2
	}
	return score
}

// advance adds an own argument where there is room for one, and where nothing
// of the bank is in the reply yet.
func (w *writer) advance(parts []string, m message) []string {
	if len(w.probes) > 0 { // an argument that bears on nothing would follow
		return parts
	}
	answered := len(w.spoken) > 0
	room := maxReply - length(parts)
	if answered && (m.words < 20 || room < 70 || w.prompt.Difficulty == debate.Easy) {
		return parts
	}
	next := w.next(answered)
	if next != nil && len(strings.Fields(next.Text.Text)) <= room {
		return append(parts, w.use(next))
	}
	if answered {
		return parts
	}
	if end := w.entry(closing); end != nil && !w.has(end) {
		return append(parts, w.use(end))
	}
	for _, e := range w.points.entries {
		if e.role == answer && e.To != "" && !w.has(e) {
			usual := w.pick(w.lines.Usual)
			return append(parts, strings.ReplaceAll(usual.text, string(toSlot), e.To), w.use(e))
		}
	}
	if len(parts) == 0 || m.sign != "" {
		parts = append(parts, w.probe(w.strongest(m)))
	}
	return parts
}

// next is the own argument to bring now: the case first, then what bears most
// on the message; with bearing set, nothing that does not. The case is the first try's.
func (w *writer) next(bearing bool) *entry {
	ranked := w.points.rank(w.prompt.Message, argument, heart)
	if e := w.entry(heart); e != nil && !w.has(e) && !bearing && w.prompt.Replaced == "" && (w.first || len(w.terms(w.prompt.Message)) < minClaim || w.next(true) == nil) {
		return e
	}
	for _, f := range ranked {
		if bearing && f.score < relevant {
			return nil
		}
		if !w.has(f.entry) {
			return f.entry
		}
	}
	return nil
}

// entry is the first text of a role, nil if there is none.
func (w *writer) entry(r role) *entry {
	for _, e := range w.points.entries {
		if e.role == r {
			return e
		}
	}
	return nil
}

// finish joins the parts, and now and then asks what the user makes of them.
func (w *writer) finish(parts []string) string {
	text := strings.Join(parts, " ")
	n := len(w.said) - 1
	asked := strings.Contains(text, "?")
	for _, reply := range w.said[max(n-2, 0):n] {
		asked = asked || strings.HasSuffix(reply, "?")
	}
	if !asked && n > 0 && w.random.IntN(3) == 0 {
		text += " " + w.pick(w.lines.Closers).text
	}
	return text
}

// examine is a reply off the bank: an answer where the point is one that people make on any
// topic, and else a question about what was really said, or a reason of the bot's side.
func (w *writer) examine(parts []string, m message) string {
	interrogates := w.prompt.Phase.Move == debate.Ask
	switch {
	case w.first:
		parts = append(parts, w.introduce()...)
	case w.presses():
		if reason := w.reason(); reason != "" {
			return strings.Join(append(w.pickFirst(w.lines.Here), reason), " ")
		}
	case m.asks() && !interrogates:
		if f, ok := w.groundedPoint(m); ok {
			return w.finish(append(w.name(parts, f), w.say(spoken{entry: f.entry, to: f.span, meets: true})))
		}
		return w.replyOff(parts, m)
	case m.sign == verdict && len(m.points) == 0 && len(parts) > 0:
		return strings.Join(parts, " ")
	case m.sign == shifting && len(parts) > 0 && !interrogates:
		return strings.Join(append(parts, w.narrow()...), " ")
	}
	asked := w.prompt.Topic
	if len(m.points) > 0 {
		asked = w.strongest(m)
		if f, ok := w.groundedPoint(m); ok {
			return w.finish(append(w.name(parts, f), w.say(spoken{entry: f.entry, to: f.span, meets: true})))
		}
	}
	if w.first && !interrogates && (w.claimAlone(m) || !slices.Contains(ofSources, w.kindOf(asked))) {
		return strings.Join(append(parts, w.open()), " ")
	}
	return strings.Join(append(parts, w.probe(asked)), " ")
}

// open is what a claim off the bank is first met with: a reason of the bot's side, or a
// question about what the claim demands, judges or says.
func (w *writer) open() string {
	if w.general || w.prompt.Stance == debate.Pro {
		return w.reason()
	}
	with := map[slot]string{thingSlot: w.thing()}
	text := w.fillAll(w.pickFillable(w.opening(), with), with)
	w.probes = append(w.probes, text)
	return text
}

// groundedPoint is the first point of a message that a reason of general use answers, or a
// text on the kind of things that the claim is about; one who has to ask gives none.
func (w *writer) groundedPoint(m message) (match, bool) {
	if w.claimAlone(m) || w.prompt.Phase.Move == debate.Ask {
		return match{}, false
	}
	for i, s := range m.points {
		sentence := w.prompt.Message[s.start:s.end]
		if f, ok := w.grounded(sentence); ok && !m.questions[i] {
			f.span = s
			return f, true
		}
		if !w.general || len(w.topic.about) == 0 || len(w.terms(w.besideTopic(sentence))) < minPart { // the claim alone
			continue
		}
		roles := []role{answer, concede}
		if m.questions[i] {
			roles = []role{question, answer}
		}
		if f := w.unsaid(w.points.rank(sentence, roles...))[0]; f.score >= sureNarrow && !w.has(f.entry) {
			f.span = s
			return f, true
		}
	}
	return match{}, false
}

// sureNarrow is the least score of a text on the kind of things that a claim is about.
const sureNarrow = 0.5

// opening are the lines that what the user says is first met with: one that demands
// something, one that judges, and any other.
func (w *writer) opening() []line {
	switch demands, judges := w.demandsOrJudges(plain(spellNot(w.prompt.Topic))); {
	case w.leaning() == people:
		return w.lines.Opening.People
	case demands:
		return w.lines.Opening.Demand
	case w.leaning() == favour, judges && w.praises(w.prompt.Topic) && !w.denies(w.prompt.Topic):
		return w.lines.Opening.Praise
	case judges:
		return w.lines.Opening.Judgement
	}
	return w.lines.Opening.Claim
}

// demandsOrJudges says whether a claim, as plain gives it, wants something, or judges it.
func (g *grammar) demandsOrJudges(claim string) (demands, judges bool) {
	in := func(p string) bool { return has(claim, p) }
	return slices.ContainsFunc(g.Wanting, in), slices.ContainsFunc(g.Judging, in) ||
		slices.ContainsFunc(strings.Fields(claim), func(word string) bool { return g.value(g.adjectives, word) != 0 })
}

// introduce says which side the bot takes, and that it only reasons about the topic.
func (w *writer) introduce() []string {
	return []string{w.fill(w.pick(w.lines.first(w.prompt.Stance)), claimSlot, w.claimPhrase()), w.reasoning()}
}

// asksOpinion says whether the message asks what the bot holds.
func (w *writer) asksOpinion() bool {
	said := plain(w.prompt.Message)
	return slices.ContainsFunc(w.Opinions, func(p string) bool { return has(said, p) })
}

// asksPersonally says whether the message asks what the bot would do, or lived through.
func (w *writer) asksPersonally() bool {
	said := plain(w.prompt.Message)
	return !w.asksProposal(said) && slices.ContainsFunc(w.Personal, func(p string) bool { return has(said, p) })
}

// alternative is the kind of a point that has another way.
const alternative pointKind = "alternative"

// asksProposal says whether a question, as plain gives it, asks what the bot would do about
// the matter, and not in somebody's place.
func (w *writer) asksProposal(said string) bool {
	in := func(p string) bool { return has(said, p) }
	elsewhere := func(p string) bool { return in(p) && !slices.Contains(w.Proposals, p) }
	return slices.ContainsFunc(w.Proposals, in) && !in(w.If) && !slices.ContainsFunc(w.Personal, elsewhere)
}

// asksReasons says whether any reason of the bot's side answers the message.
func (w *writer) asksReasons() bool {
	said := plain(w.prompt.Message)
	return slices.ContainsFunc(w.Reasons, func(p string) bool { return has(said, p) })
}

// honest answers a question about the bot itself, if it was not answered so before.
func (w *writer) honest(parts []string) []string {
	from := w.lines.Opinion
	if w.asksPersonally() {
		from = w.lines.Personal
	}
	with := map[slot]string{forSlot: w.forOrAgainst(), claimSlot: w.claimPhrase()}
	for _, text := range w.pickFresh(nil, from) {
		parts = append(parts, w.fillAll(line{text: text}, with))
	}
	return parts
}

// reasoning says once that the topic is off the bank, and what is near.
func (w *writer) reasoning() string {
	near := ""
	for _, c := range w.likely(w.prompt.Topic) {
		if c.named && c.sure() >= nearTopic {
			near = strings.TrimRight(c.Claim, ".")
			break
		}
	}
	return w.fill(w.pickFillable(w.lines.Reasoning, map[slot]string{nearSlot: near}), nearSlot, near)
}

// nearTopic is how sure a topic must be to be called near.
const nearTopic = 0.25

// probe cross-examines a sentence by the kind of point that it makes.
func (w *writer) probe(sentence string) string {
	text := w.newProbe(sentence)
	w.probes = append(w.probes, text)
	if noun := w.nounOf(sentence, w.prompt.Topic); noun != "" && sentence != w.prompt.Topic && !slices.Contains(ofSources, w.kindOf(sentence)) {
		for _, lead := range w.pickFresh(nil, w.lines.Leads) {
			return strings.ReplaceAll(lead, string(focusSlot), noun) + " " + text
		}
	}
	return text
}

func (w *writer) newProbe(sentence string) string {
	of := w.kindOf(sentence)
	with := map[slot]string{focusSlot: "", figureSlot: w.figureOf(sentence), thingSlot: w.thing()}
	if of == "authority" || of == "anecdote" && own.MatchString(plain(joining.ReplaceAllString(sentence, ""))) { // whose words name it; others are too often no noun phrase
		with[focusSlot] = w.focusOf(sentence, w.prompt.Topic)
		if of == "anecdote" && !strings.Contains(with[focusSlot], " ") { // "son" is nobody's
			with[focusSlot] = ""
		}
	}
	for _, kind := range w.kindsFor(of) {
		for _, pointed := range []bool{true, false} { // with words of the sentence, if there are any
			fresh := slices.DeleteFunc(slices.Clone(w.lines.Probes[kind]), func(l line) bool {
				return w.saidAt(l) > 0 || pointed != (l.needs(focusSlot) || l.needs(figureSlot))
			})
			if l := w.pickFillable(fresh, with); l.text != "" {
				return w.fillAll(l, with)
			}
		}
	}
	return w.fillAll(w.pickFillable(w.lines.Probes[general], with), with)
}

// own begins a sentence that tells of somebody of the user's.
var own = regexp.MustCompile(`^(my|our|a friend|mi|mis|nuestr[oa]s?|un amigo|una amiga) `)

// joining is what joins a sentence to the one before.
var joining = regexp.MustCompile(`(?i)^((and|but|so|also|plus|because|ok|okay|well|y|pero|además|porque|pues|bueno)[ ,]+)+`)

// firm answers who denies what is known, on a topic that the bank has not: with
// the facts, and then by asking for evidence.
func (w *writer) firm() string {
	for _, l := range w.lines.Firm {
		if l.needs(factsSlot) && w.prompt.Facts == "" || w.saidAt(l) > 0 {
			continue
		}
		return w.fill(l, factsSlot, w.prompt.Facts)
	}
	return w.pick(w.lines.Firm[1:]).text
}

// other asks in a language that the bot does not argue in.
func (w *writer) other(o *otherLanguage) string {
	text := w.pick(o.Probes).text
	if !slices.ContainsFunc(w.said, func(reply string) bool { return strings.Contains(reply, o.Honest) }) {
		text = o.Honest + " " + text
	}
	return text
}

// invite asks for a claim.
func (w *writer) invite() string {
	lead, aside := "", w.prompt.Aside
	if aside == debate.NoAside && strings.ContainsFunc(w.prompt.Message, unicode.IsLetter) && !strings.ContainsFunc(w.prompt.Message, latin) {
		aside = debate.AsideLanguage // what it says cannot be read
	}
	for _, l := range w.asides[aside] {
		if text, ok := w.fillAside(l); ok && slices.Contains(beforeTopic, aside) {
			lead = text + " "
			break
		}
	}
	var offers []string
	for _, o := range w.prompt.SuggestedTopics {
		offers = append(offers, `"`+strings.TrimRight(o.Claim, ".")+`."`)
	}
	invitations := w.lines.Invitations
	if lead == "" && w.asks(w.prompt.Message) {
		invitations = w.lines.Asked
	}
	return lead + w.fill(w.pick(invitations), offersSlot, strings.Join(offers, " "))
}

func latin(c rune) bool { return unicode.Is(unicode.Latin, c) }

// beforeTopic are the asides that an invitation answers first.
var beforeTopic = []debate.Aside{debate.AsideBot, debate.AsideSource, debate.AsideThanks, debate.AsideInsult, debate.AsideJoke,
	debate.AsideAbilities, debate.AsideLanguage, debate.AsideGoodbye}

// length is how many words the parts have.
func length(parts []string) (n int) {
	for _, p := range parts {
		n += len(strings.Fields(p))
	}
	return n
}

// ---- what was said, and what is said now

// has says whether a text was said, also in a reply that was cut short.
func (w *writer) has(e *entry) bool { return w.saidAt(line{mark: markOf(e.Text.Text)}) > 0 }

// markOf is what a text is known by in a reply: its beginning, in whole characters.
func markOf(text string) string {
	n := min(len(text), maxMark)
	for n > 0 && n < len(text) && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// use is the text of an entry, and remembers that it was said.
func (w *writer) use(e *entry) string { return w.say(spoken{entry: e}) }

func (w *writer) say(s spoken) string {
	w.said[len(w.said)-1] += s.Text.Text + "\n"
	w.spoken = append(w.spoken, s)
	return s.Text.Text
}

// saidAt is the place, from 1, of the latest reply that has the line, 0 if none
// has.
func (w *writer) saidAt(l line) int {
	for i, text := range slices.Backward(w.said) {
		if l.mark != "" && strings.Contains(text, l.mark) {
			return i + 1
		}
	}
	return 0
}

// pickFresh adds one of the lines that was not said yet, if there is one.
func (w *writer) pickFresh(parts []string, from []line) []string {
	fresh := slices.DeleteFunc(slices.Clone(from), func(l line) bool { return w.saidAt(l) > 0 })
	if len(fresh) == 0 {
		return parts
	}
	return append(parts, w.pick(fresh).text)
}

// pickFirst is the first of the lines that was not said yet, if there is one.
func (w *writer) pickFirst(from []line) []string {
	for i, l := range from {
		if w.saidAt(l) == 0 {
			return w.pickFresh(nil, from[i:i+1])
		}
	}
	return nil
}

// pick is the line used longest ago, and remembers it.
func (w *writer) pick(from []line) line { return w.pickFillable(from, nil) }

// pickFillable is pick among the lines whose slots have something to be filled
// with; slots that with does not name are the caller's.
func (w *writer) pickFillable(from []line, with map[slot]string) (best line) {
	bestAt := 0
	for _, i := range w.random.Perm(len(from)) {
		l := from[i]
		fillable := true
		for s, value := range with {
			fillable = fillable && (value != "" || !l.needs(s))
		}
		if at := w.saidAt(l); fillable && (best.text == "" || at < bestAt) {
			best, bestAt = l, at
		}
	}
	w.said[len(w.said)-1] += best.mark + "\n"
	return best
}

func (w *writer) fill(l line, s slot, with string) string {
	return w.fillAll(l, map[slot]string{s: with})
}

// fillAll fills slots; what begins a sentence gets its capital.
func (w *writer) fillAll(l line, with map[slot]string) string {
	text := l.text
	for s, value := range with {
		if strings.HasPrefix(text, string(s)) {
			value = upperFirst(value)
		}
		text = strings.ReplaceAll(text, string(s), value)
	}
	return text
}

func upperFirst(s string) string { return mapFirst(s, unicode.ToUpper) }
func lowerFirst(s string) string { return mapFirst(s, unicode.ToLower) }

func mapFirst(s string, to func(rune) rune) string {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError {
		return s
	}
	return string(to(r)) + s[size:]
}

// mustQuote says whether a claim is rather quoted than told: it is of its writer's mind, has
// more than one clause, or is no statement.
func (g *grammar) mustQuote(claim string) bool { return spokenClaim[g.language].MatchString(claim) }

// spokenClaim is such a claim, by language.
var spokenClaim = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)[,;:!?]|\. |^(why|how|what|who|whose|never|don['’]?t|do not|stop|would|please|as an? |wish|let|let's|i ((just|really|still|do|personally|honestly) )?(will|can['’]?t|cannot|could|do not|don['’]?t|never|used|bet|wish|hate|love|like|think|believe|feel|know|say|said|am|was|would|want|prefer|work|had|got|saw)\b)|\b(so|because|cause|but|although|though|since|says|thinks|and (i|my|it['’]?s|that['’]?s|they|we))\b`),
	"es": regexp.MustCompile(`(?i)[,;:!?¿¡]|\. |^(qué|quién|cómo|nunca|jamás|jamas|ojalá|ojala|basta|por favor|como |yo |no (entiendo|creo|pienso|soporto|me)|(me|creo|odio|quiero|pienso|prefiero|trabajo|digo)\b)|\b(así que|asi que|porque|pero|aunque|dice|dicen|piensa|y (yo|mi|es|eso))\b`),
}

// maxClaim is the longest topic that is said in full within a sentence.
const maxClaim = 14

// feeling is a claim that says what its writer feels, which nobody can speak against.
var feeling = regexp.MustCompile(`(?i)^(i (\w+ ){0,2}?(hate|love|like|dislike|enjoy|prefer|wish|can['’]?t stand|cannot stand|am (so )?(sick|tired) of)|(yo )?(odio|adoro|me (gusta|gustan|encanta|encantan|molesta|molestan)|no (soporto|aguanto)))\b`)

// claimPhrase is the topic as a noun phrase, as another than the user says it.
func (w *writer) claimPhrase() string {
	claim := bare(strings.Trim(strings.Join(strings.Fields(unquotable.ReplaceAllString(w.prompt.Topic, " ")), " "), " .!?¡¿"))
	words := strings.Fields(claim)
	if feeling.MatchString(claim) {
		return map[string]string{"en": "that view", "es": "esa opinión"}[w.language]
	}
	small := claim != upperFirst(claim) // written so, and no name
	claim = upperFirst(claim)
	if len(words) <= maxClaim && w.mustQuote(claim) {
		if w.language == "es" {
			return "la idea de «" + claim + "»"
		}
		return `the claim "` + claim + `"`
	}
	w.turnPersons(words, claim == strings.ToUpper(claim))
	claim = strings.Join(words, " ")
	spanish, lower := w.language == "es", small || w.knownLower(claim) && (len(words) < 2 || words[1] == strings.ToLower(words[1]) || len(words[1]) <= maxShort)
	if lower {
		claim = lowerFirst(claim)
	}
	switch {
	case len(words) > maxClaim && spanish:
		return "esa idea"
	case len(words) > maxClaim:
		return "that claim"
	case spanish && !lower:
		return "la idea de «" + claim + "»"
	case spanish:
		return "la idea de que " + claim
	case !lower: // which may be a name
		return `the claim "` + claim + `"`
	default:
		return "the claim that " + claim
	}
}

// turnPersons puts what another says in place of what the user says of themselves.
func (w *writer) turnPersons(words []string, shouted bool) {
	for i, f := range words {
		if len(f) > 1 && f == strings.ToUpper(f) && !shouted {
			continue // the US is not us
		}
		if other := w.Outside[fold(f)]; other != "" {
			words[i] = other
		} else if f == "am" && i > 0 && words[i-1] == "you" {
			words[i] = "are"
		}
	}
}
