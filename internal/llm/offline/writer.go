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

	"github.com/debate-chatbot/debate-api/internal/claim"
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

	earlier []earlierPoint // what speaksTo looks through, once it did

	led    span     // what of the message was met by its kind, before a reason that follows
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
	if w.topic == nil {
		p.Topic, _ = k.cutReason(p.Topic)
		w.prompt.Topic = p.Topic
	}
	if w.topic == nil && !p.Firm {
		w.topic, w.side = k.generalOf(p.Topic, openingOf(p), p.Stance)
		switch {
		case w.topic == nil:
		case w.topic.Undenied && p.Stance == debate.Pro, // the user denies it
			len(w.topic.about) == 0 && k.topicOf(p.Topic) != nil: // of which the user is asked the side
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

// reply answers the message first. Then it may add to its case.
func (w *writer) reply() string {
	if w.prompt.Phase.Move == debate.CloseCase && !w.first {
		return w.sumUp()
	}
	m := w.readMessage(w.prompt.Message)
	if text := w.address(); text != "" {
		return text
	}
	var parts []string
	repeated := w.sentBefore()
	switch {
	case w.first:
	case w.cameRound(m):
		return w.welcome()
	case m.missed():
		parts = w.back(w.pickFresh(parts, w.lines.Signs[m.sign]))
	case m.sign == insists && len(m.points) == 0:
		w.prompt.Aside = debate.AsideUnmet
		return w.aside()
	case m.sign == rejected && len(m.points) == 0: // which asks for what to go on from
		return w.pick(w.lines.Signs[rejected]).text
	case m.sign != "":
		parts = w.takeUp(parts, m.sign)
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
		answers := w.answers(m)
		parts = append(w.withoutLead(parts, m), answers...)
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

// takeUp says that a sign was heard, and names what it gives away.
func (w *writer) takeUp(parts []string, s sign) []string {
	if s == shifting && w.topic != nil && !w.general {
		if text := w.yielded(w.lines.Yielded[onBank]); text != "" {
			return append(parts, text)
		}
	}
	return w.pickFresh(parts, w.lines.Signs[s])
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

// withoutLead is what a reply begins with, nothing where what is given away is taken up by the kind of the point.
func (w *writer) withoutLead(parts []string, m message) []string {
	if w.led != (span{}) && m.sign == shifting {
		return nil
	}
	return parts
}

// answers are the bank's answers to the strongest points of the message, or
// what is to be said where it has none.
func (w *writer) answers(m message) (parts []string) {
	m = w.withoutOwn(m)
	found := w.matches(m)
	lead, of := w.leadTo(m, found)
	if lead != "" {
		parts = append(parts, lead)
		if !w.standsIn(of, found[0]) {
			return parts
		}
	}
	most := 1 + m.words/30
	met, led := false, len(parts)
	for _, f := range found {
		switch {
		case len(parts) > led && (len(parts) >= led+most || length(parts)+len(strings.Fields(f.Text.Text)) > maxReply):
		case w.has(f.entry):
			met = met || f.score >= surelyMet && !w.justSaid(f.entry) && !strings.Contains(w.prompt.Replaced, markOf(f.Text.Text))
		default:
			if len(parts) == 0 && m.sign != shifting && f.role == answer && w.grantsFact(w.prompt.Message[f.span.start:f.span.end]) {
				parts = w.pickFresh(parts, w.lines.Granted)
			} else if len(parts) == 0 {
				parts = w.name(parts, f)
			}
			parts = append(parts, w.say(spoken{entry: f.entry, to: f.span, meets: true}))
		}
	}
	if len(parts) > 0 {
		return parts
	}
	return w.unanswerable(m, met)
}

// unanswerable is what is said where no text of the bank answers a message; met says that what answers it was said.
func (w *writer) unanswerable(m message, met bool) (parts []string) {
	kind, of, with := w.kindAsked(m)
	if text := w.meetKind(kind, of, with); text != "" {
		parts = append(parts, text)
	}
	if w.led != (span{}) {
		return parts
	}
	if len(parts) > 0 || len(m.points) == 0 || w.first && !slices.Contains(m.questions, true) {
		return parts
	}
	return w.unmatched(m, met)
}

// justSaid says whether the latest reply has a text: who takes up words of it answers it, and does
// not make the point again that it was to.
func (w *writer) justSaid(e *entry) bool {
	return w.saidAt(line{mark: markOf(e.Text.Text)}) == len(w.said)-1
}

// name adds which point an answer is to, in the words that the bank has for it: where that
// is likely enough, the answer itself takes up no word of what was said, and the words are
// not the message's own. It does not do so in two replies running.
func (w *writer) name(parts []string, f match) []string {
	that := strings.TrimRight(f.To, ".")
	if f.role != answer || that == "" || strings.HasSuffix(that, "?") || w.asks(w.prompt.Message[f.span.start:f.span.end]) || slices.ContainsFunc(wordsOf(that), func(word string) bool { return slices.Contains(w.Persons, word) }) {
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
	if f.score < least || w.namedLast() {
		return parts
	}
	if w.knownLower(that) {
		that = lowerFirst(that)
	}
	if text := w.naming(that, ""); text != "" {
		parts = append(parts, text)
	}
	return parts
}

// namedLast says whether the latest reply said what its answer was to.
func (w *writer) namedLast() bool {
	n := len(w.said) - 1
	return n > 0 && slices.ContainsFunc(w.lines.Naming, func(l line) bool { return strings.Contains(w.said[n-1], l.mark) })
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
	point := w.strongest(m)
	switch {
	case m.asks() && !met:
		return w.unmatchedQuestion(m)
	case m.sign == shifting: // which was heard
	case met && !w.bears():
		return w.pickFresh(parts, w.lines.Met)
	case met:
		// The bearing argument that advance adds says more.
	case w.grantsFact(point) && w.kindOf(point) != "statistic":
		return w.pickFresh(parts, w.lines.Granted)
	case slices.Contains(ofSources, w.kindOf(point)):
		return append(parts, w.probe(point))
	default:
		if beside := w.setBeside(point); beside != "" {
			return append(parts, beside)
		}
		if m.sign == "" && w.has(w.entry(heart)) && !w.bears() { // nothing that advance adds has to do with it
			return w.pickFresh(parts, w.lines.Unmet)
		}
	}
	return parts
}

// unmatchedQuestion is what is to be said to a question that none of the bank's texts
// answers; the rest is said by the case, or by what says the bot's opinion and reasons.
func (w *writer) unmatchedQuestion(m message) (parts []string) {
	switch {
	case w.first, m.sign == imputed: // to which the case is the answer, or no
	case w.asksPersonally():
		parts = w.pickFresh(parts, w.lines.Replies[beenThere])
	case w.asksReasons(): // which the case gives
	case w.asksOpinion():
		if text := w.replyKnown(m); text != "" { // "if you kept the small ones, would that be fine with you?"
			return append(parts, text)
		}
		parts = w.honest(parts)
	default:
		parts = w.answerQuestion(parts, m)
	}
	return parts
}

// statesFact says whether a sentence says of some what few would deny: it hedges, and
// neither wants nor judges anything. What it says of many or of most, where that may well
// be false, it has to deny or to praise.
func (g *grammar) statesFact(sentence string) bool {
	said := plain(sentence)
	if len(strings.Fields(said)) > longestFact || g.asks(sentence) || hasAny(said, g.Demands) {
		return false
	}
	if hasAny(said, g.Abilities) {
		return !g.denies(sentence) // "it cannot be trained" says it of all
	}
	return hasAny(said, g.Hedges) || hasAny(said, g.Sweeping) && (g.denies(sentence) || g.praises(sentence))
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
	if text := w.replyKnown(m); text != "" {
		return append(parts, text)
	}
	return append(parts, w.pick(w.unanswered(m)).text)
}

// doubted says whether the message asks how the bot knows what it says.
func (w *writer) doubted(m message) bool {
	said := plain(w.spellOut(w.question(m)))
	return hasAny(said, w.Doubting)
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
	said := plain(w.spellOut(w.question(m)))
	switch {
	case w.doubted(m):
		return strings.Join(w.answerQuestion(parts, m), " ")
	}
	if text := w.replyKnown(m); text != "" {
		return strings.Join(append(parts, text), " ")
	}
	switch {
	case w.kindOf(w.question(m)) == alternative:
		return strings.Join(append(parts, w.probe(w.question(m))), " ")
	case w.asksProposal(said):
		parts = append(parts, w.fill(w.pick(w.lines.Proposed[w.prompt.Stance]), claimSlot, w.claimPhrase()))
		return strings.Join(parts, " ")
	case w.asksPersonally() || w.asksOpinion() && !w.asksWhat(m) && len(w.terms(w.besideTopic(w.question(m)))) < minPart:
		parts = w.honest(parts)
	case len(parts) == 0 && !w.asksReasons():
		parts = w.pickFresh(parts, w.unanswered(m))
		if e := w.further(); e != nil {
			return strings.Join(append(parts, w.use(e)), " ")
		}
		if back := w.pickFresh(nil, w.lines.Returned); len(parts) > 0 && len(back) > 0 {
			return strings.Join(append(parts, back...), " ")
		}
	}
	if e := w.known(w.question(m)); e != nil {
		parts = append(parts, w.use(e))
	} else if reason := w.reason(); reason != "" {
		parts = append(parts, reason)
	}
	if len(parts) == 0 { // all of it is said
		parts = append(parts, w.pick(w.unanswered(m)).text)
	}
	return strings.Join(parts, " ")
}

// replyKnown answers the last question of a message that is of a kind that is known; empty if it has none.
func (w *writer) replyKnown(m message) string {
	for i, s := range slices.Backward(m.points) {
		if !m.questions[i] {
			continue
		}
		if text := w.replyTo(w.prompt.Message[s.start:s.end]); text != "" {
			return text
		}
	}
	return ""
}

// replyTo answers a question of a kind that is known, such as what if everyone did so, with what it is
// about where that can be said again; empty for any other, or once all was said.
func (w *writer) replyTo(question string) string {
	asked := w.spellOut(question)
	folded := fold(asked)
	for _, rule := range w.Rhetorical {
		with := w.slotsIn(rule.Pattern.Regexp, folded, asked)
		if with == nil || hasAny(plain(folded), rule.Unless) {
			continue
		}
		fresh := slices.DeleteFunc(w.usable(w.linesTo(rule.Kind), with), func(l line) bool { // an argument of the bank follows
			return w.topic != nil && !w.general && strings.HasSuffix(l.text, "?")
		})
		if named := slices.DeleteFunc(slices.Clone(fresh), func(l line) bool { return !l.needs(thatSlot) && !l.needs(focusSlot) }); len(named) > 0 {
			fresh = named
		}
		if text := w.fresh(fresh, with); text != "" {
			return text
		}
	}
	return ""
}

// asWritten is a part of a folded text as the text itself has it, where it is found there.
func asWritten(part, text string) string {
	words := strings.Fields(text)
	for i := range words {
		for j := i + 1; j <= len(words); j++ {
			if said := strings.Join(words[i:j], " "); strings.Trim(fold(said), marks) == strings.Trim(part, marks) {
				return said
			}
		}
	}
	return strings.ReplaceAll(part, "can not", "can't")
}

// marks are those around a sentence.
const marks = " .,!?¡¿"

// askedAbout is what a question is about, as another than the user says it; empty where that would be of the bot,
// or where it is to be a clause and is none.
func (w *writer) askedAbout(part string, clause bool) string {
	part = strings.Trim(part, marks)
	if clause {
		text, form, ok := w.clauseOf(part)
		if !ok || form == lived || form == wished || ofBotToo.MatchString(part) {
			return ""
		}
		return text
	}
	words := strings.Fields(part)
	if len(words) == 0 || ofBotToo.MatchString(part) || w.Say.Unsayable.in(part) {
		return ""
	}
	w.turnPersons(words, part == strings.ToUpper(part))
	if text := strings.Join(words, " "); !w.knownLower(text) {
		return text
	}
	return lowerFirst(strings.Join(words, " "))
}

// ofBotToo is in what also speaks of the bot.
var ofBotToo = regexp.MustCompile(`(?i)\b(you|your|you're|tú|tu|tus|vos|usted)\b`)

// unanswered are the lines to a question that has no answer: to one that takes a yes or a
// no, that the bot's is not the one that it expects.
func (w *writer) unanswered(m message) []line {
	if w.asksWhat(m) {
		return w.lines.Unknown
	}
	return w.lines.Denied
}

// asksWhat says whether a message asks what takes more than a yes or a no.
func (w *writer) asksWhat(m message) bool {
	words := strings.Fields(rhetoric.ReplaceAllString(plain(w.question(m)), ""))
	first := strings.Join(words[:min(len(words), askedWithin)], " ")
	return slices.ContainsFunc(w.Asking, func(p string) bool { return has(first, p) || len(words) > 0 && words[len(words)-1] == p })
}

// askedWithin is how far into a question, in words, the one that asks is, and rhetoric what
// may stand before it and asks nothing.
const askedWithin = 2

var rhetoric = regexp.MustCompile(`^((and|but|so|ok|okay|well|so what|y|pero|entonces|vale|bueno) )+(what my |what your )?`)

// asks says whether a sentence is a question, also without its mark.
func (g *grammar) asks(sentence string) bool {
	sentence = g.Tag.replace(sentence, "")
	said := plain(g.spellOut(sentence))
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
	`(do|does|did|would|could|can|should|is|are|have|has|will) (not )?(you|they|we|i|he|she|it|there) )\b`)

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
		sentence := w.prompt.Message[s.start:s.end]
		ranked := w.rankPoint(m, sentence, m.questions[i])
		if len(ranked) == 0 || !ranked[0].sure() || !m.questions[i] && len(w.terms(sentence)) == 1 && ranked[0].score < sureWord && len(strings.Fields(sentence)) < saysMore || slices.ContainsFunc(found, func(f match) bool { return f.entry == ranked[0].entry }) {
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

// rankPoint are the texts that may meet a sentence of the message, of which asked says whether it is a question, the likeliest
// first; none where another sentence makes the point.
func (w *writer) rankPoint(m message, sentence string, asked bool) []match {
	if asked {
		return w.unsaid(w.rankParts(sentence, question, answer, concede, argument)) // a reason of its own may be the answer
	}
	ranked := w.unsaid(w.rankParts(sentence, answer, concede))
	if met := len(ranked) > 0 && ranked[0].sure(); !met {
		if other := w.implied(sentence); len(other) > 0 {
			ranked = other
		} else if ground, ok := w.grounded(sentence); ok && !w.claimAlone(m) && (w.general || !w.hasKind(m)) {
			ranked = []match{ground}
		}
	}
	if len(m.points) > 1 && w.gaveOnly(sentence, ranked) {
		return nil
	}
	return ranked
}

// implied are the texts for a question that a statement implies, which what answers it may answer.
func (w *writer) implied(sentence string) []match {
	if w.opens() {
		return nil
	}
	asked := w.rankParts(sentence, question, answer, concede)
	if asked[0].role != question || asked[0].score < sureImplied || w.has(asked[0].entry) {
		return nil
	}
	return asked
}

// gaveOnly says whether a sentence gives something away that none of the ranked texts is sureGiven to answer.
func (w *writer) gaveOnly(sentence string, ranked []match) bool {
	return len(ranked) > 0 && ranked[0].score < sureGiven && (w.gives(plain(w.spellOut(sentence))) || w.givesAside(sentence))
}

const sureGiven = 0.5

// sureImplied is the least score of the answer to a question that a statement implies.
const sureImplied = 0.4

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
	said := plain(w.spellOut(sentence))
	if w.OfBot.in(said) {
		return match{}, false
	}
	ofBank, part, sure := w.topic != nil && !w.general, covered, sureGroundBeside
	if !ofBank {
		part, sure = coveredAlone, sureGround
	}
	texts, likely := w.grounds().of(w.besideTopic(rather.ReplaceAllString(w.spellOut(sentence), "$1")), part)
	if likely < sure || w.first && ofBank || slices.Contains(ofSources, w.kindOf(sentence)) || hasAny(said, w.Dismissals) || hasAny(said, w.Reporting) {
		return match{}, false
	}
	for _, i := range w.random.Perm(len(texts)) {
		if !w.has(texts[i]) {
			return match{entry: texts[i], score: likely}, true
		}
	}
	return match{}, false
}

// rather is "pretty" that only strengthens.
var rather = regexp.MustCompile(`(?i)\bpretty (simple|much|clear|sure|good|bad|obvious|easy|hard|big|small|loud|\pL+(?:ing|ed)\b)`)

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
// worse than a question. Where the topic has texts of its own that do not meet the point, what is said of any topic
// is seldom it: of 28 such texts between 0.9 and the greater figure 9 were to the point, of 17 above it 13, as read by a
// person in the debates of debate eval and some more.
const (
	sureGround       = 0.9
	sureGroundBeside = 0.97
)

// opens says whether the message is the first that is of the topic: it does not answer
// the question which side of it the user takes.
func (w *writer) opens() bool {
	claim := strings.TrimRight(w.topic.Claim, ".")
	return w.first && !slices.ContainsFunc(w.prompt.Exchanges, func(e debate.Exchange) bool { return strings.Contains(e.Reply, claim) })
}

// sureWord is the least score of a text that a single content word speaks for: sick people
// and those who are sick of something share one.
const sureWord = 0.65

// saysMore is how many words a sentence has that says something with one of content: "some
// people are just evil and won't change".
const saysMore = 5

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
	if !answered && w.led != (span{}) {
		next = w.following(w.led)
	}
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

// other replies in a language that the bot does not argue in: to the debate's claim it asks, and who
// turns to one that it argues in is told there how to go on in it.
func (m *Model) other(w *writer, o *otherLanguage) (string, error) {
	if w.prompt.Topic == "" {
		return o.Invite, nil
	}
	load := map[string]func() (*knowledge, error){"en": m.english, "es": m.spanish}[claim.Language(w.prompt.Message)]
	if load != nil && !w.first && len(strings.Fields(w.prompt.Message)) >= tellsLanguage {
		k, err := load()
		if err != nil {
			return "", err
		}
		return w.pick(k.lines.Begun).text, nil
	}
	if w.prompt.Aside != debate.NoAside {
		return cmp.Or(o.Asides[w.prompt.Aside], o.Cannot), nil
	}
	text := w.pick(o.Probes).text
	if !slices.ContainsFunc(w.said, func(reply string) bool { return strings.Contains(reply, o.Honest) }) {
		text = o.Honest + " " + text
	}
	return text, nil
}

// tellsLanguage is how many words tell of which language a message is.
const tellsLanguage = 4

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
