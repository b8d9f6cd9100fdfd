package offline

// This file writes what is said off the bank: a reason of general use, or a question about the point.

import (
	"cmp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// examine is a reply off the bank: an answer where the point is one that people make on any
// topic, and else a question about what was really said, or a reason of the bot's side.
func (w *writer) examine(parts []string, m message) string {
	interrogates := w.prompt.Phase.Move == debate.Ask
	if text := w.passedOver(); text != "" {
		return text
	}
	switch {
	case w.first:
		parts = append(parts, w.introduce()...)
	case w.presses():
		if reason := w.reason(); reason != "" {
			return strings.Join(append(w.pickFirst(w.lines.Here), reason), " ")
		}
	case m.asks() && !interrogates && !w.answersItself(m):
		if f, ok := w.groundedPoint(m); ok {
			return w.meet(parts, f)
		}
		if text := w.replyKnown(m); text != "" && !w.doubted(m) {
			return strings.Join(append(parts, text), " ")
		}
		if f, ok := w.loosely(m); ok {
			return w.meet(parts, f)
		}
		return w.replyOff(parts, m)
	case m.sign == verdict && len(m.points) == 0 && len(parts) > 0:
		return strings.Join(parts, " ")
	case m.onlyTakesUp() && !interrogates:
		return strings.TrimSpace(strings.Join(append(parts, w.reason()), " "))
	case m.sign == misread && !interrogates && w.onlyOfBot(m): // "you keep talking about rules"
		return strings.TrimSpace(strings.Join(append(parts, w.reason()), " "))
	case (m.sign == shifting || m.sign == yielding && w.granted() != "") && len(parts) > 0 && !interrogates:
		return w.hear(parts, m)
	}
	return w.examinePoint(parts, m)
}

// onlyOfBot says whether all that a message says is about what the bot says.
func (w *writer) onlyOfBot(m message) bool {
	return !slices.ContainsFunc(m.points, func(s span) bool { return !w.OfBot.in(plain(w.spellOut(w.prompt.Message[s.start:s.end]))) })
}

// examinePoint answers what a message says, or asks about what of it says most.
func (w *writer) examinePoint(parts []string, m message) string {
	asked := w.pointOf(m)
	if text := w.answerPoint(parts, m, asked); text != "" {
		return text
	}
	interrogates := w.prompt.Phase.Move == debate.Ask
	if w.first && !interrogates && (w.claimOnly(m) || !slices.Contains(ofSources, w.kindOf(asked))) {
		return strings.Join(append(parts, w.begin(asked, m)), " ")
	}
	text := ""
	if !w.first && !interrogates {
		text = w.weigh(asked)
	}
	return strings.Join(append(parts, cmp.Or(text, w.sayOrAsk(asked))), " ")
}

// weigh sets something against a sentence where a question would be the second one running, or has nothing
// in the sentence's own words; empty where there is nothing to set.
func (w *writer) weigh(sentence string) string {
	if e := w.further(); e != nil {
		return w.sayBeside(sentence, e)
	}
	return ""
}

// answersItself says whether a message asks and then says what it makes of that itself: "rust? one can paint it".
func (w *writer) answersItself(m message) bool {
	last := len(m.points) - 1
	if last < 1 || m.questions[last] || !m.questions[last-1] || w.Passed.find(w.spellOut(w.prompt.Message[m.points[last-1].start:m.points[last-1].end])) != nil { // "what about families?"
		return false
	}
	_, _, ok := w.clauseOf(w.prompt.Message[m.points[last].start:m.points[last].end])
	return ok
}

// turnsLast says whether the last sentence of a message turns against what is before it, and so is its point: "my cat
// decides. But seriously, a system saves time."
func (w *writer) turnsLast(m message) bool {
	last := len(m.points) - 1
	return last > 0 && !m.questions[last] && slices.Contains([]string{"but", "pero"}, firstWord(plain(w.prompt.Message[m.points[last].start:m.points[last].end])))
}

func firstWord(text string) string {
	first, _, _ := strings.Cut(text, " ")
	return first
}

// stepFrom is what is missing between a sentence and the user's claim; empty for what is not to be doubted.
func (w *writer) stepFrom(sentence string) string {
	of := w.kindOf(sentence)
	if first := w.kindsFor(of)[0]; w.first || of == loss || first == member || first == stranger {
		return ""
	}
	text := w.askOf(sentence)
	if text != "" {
		w.probes = append(w.probes, text)
	}
	return text
}

// examineSource is stepFrom of a sentence that says who says so, or points to a place.
func (w *writer) examineSource(sentence string) string {
	clause, form, ok := w.clauseOf(sentence)
	who, _ := w.reported(clause)
	if form == lived || (!ok || who == "" || !slices.Contains(ofSources, w.kindOf(sentence))) && w.placeIn(sentence) == "" {
		return ""
	}
	return w.stepFrom(sentence)
}

// pointOf is the sentence of a message to reply to, the claim where it has none.
func (w *writer) pointOf(m message) string {
	switch {
	case len(m.points) == 0:
		return w.prompt.Topic
	case w.answersItself(m), w.turnsLast(m):
		last := m.points[len(m.points)-1]
		return w.prompt.Message[last.start:last.end]
	default:
		return w.reasonOf(w.strongest(m))
	}
}

// reasonOf is what a sentence gives as the reason of the debate's claim, the sentence itself where it does not make that.
func (w *writer) reasonOf(sentence string) string {
	if claim, reason := w.cutReason(sentence); reason != "" && w.restates(claim) {
		return reason
	}
	if claim, rest, ok := strings.Cut(sentence, ","); ok && len(strings.Fields(claim)) >= minClaimWords && w.restates(claim) {
		return strings.TrimSpace(rest)
	}
	return sentence
}

// answerPoint answers a point with what surely meets it, or says what is missing between the sentence and the claim,
// or else answers with what may meet it; empty where there is none of these.
func (w *writer) answerPoint(parts []string, m message, sentence string) string {
	if len(m.points) == 0 {
		return ""
	}
	if text := w.examineSource(sentence); text != "" {
		return strings.Join(append(parts, text), " ")
	}
	if f, ok := w.groundedPoint(m); ok {
		return w.meet(parts, f)
	}
	if e := w.known(sentence); e != nil && !w.first {
		return strings.Join(append(parts, w.sayBeside(sentence, e)), " ")
	}
	if text := w.stepFrom(sentence); text != "" && !slices.Contains([]sign{switching, rules, alleged, yielding}, m.sign) {
		return strings.Join(append(parts, text), " ")
	}
	if f, ok := w.loosely(m); ok {
		return w.meet(parts, f)
	}
	return ""
}

// begin is what a first message is met with: what speaks for the bot's side of the claim, behind a reason that it gives in
// words that can be said again, or a question about that where it gives nothing else to speak of.
func (w *writer) begin(asked string, m message) string {
	var known []string
	for len(known) < 2 {
		e := w.ofClaim()
		if e == nil {
			break
		}
		known = append(known, w.use(e))
	}
	clause, _, ok := w.clauseOf(asked)
	switch ok = ok && !w.claimOnly(m) && len(w.terms(w.besideTopic(clause))) >= minPart; {
	case ok && !w.general:
		return strings.Join(append(known, w.probe(asked)), " ")
	case len(known) < 2:
		known = append(known, w.open())
	}
	if ok {
		known = slices.Insert(known, 0, w.setBeside(asked))
	}
	return strings.TrimSpace(strings.Join(known, " "))
}

// sayOrAsk is a question about a sentence, or a reason of the bot's side: after a question, and where
// one bears on the sentence and all that could be asked would suit any other as well.
func (w *writer) sayOrAsk(sentence string) string {
	of := w.kindOf(sentence)
	if w.prompt.Phase.Move != debate.Ask && !slices.Contains(ofSources, of) && (w.askedLast() || w.asksOfAny(sentence, of)) {
		if f, ok := w.nextReason(); ok && w.general && f.score >= relevant {
			return w.sayBeside(sentence, f.entry)
		}
	}
	if e := w.known(sentence); e != nil && w.prompt.Phase.Move != debate.Ask {
		return w.sayBeside(sentence, e)
	}
	if text := w.askLink(sentence, of); text != "" {
		return text
	}
	return w.probe(sentence)
}

// sayBeside says a reason beside a sentence that it does not answer, which is taken up before it.
func (w *writer) sayBeside(sentence string, e *entry) string {
	return strings.TrimSpace(w.setBeside(sentence) + " " + w.use(e))
}

// asksOfAny says whether all that can be asked about a sentence suits any other: nothing in its own words, or on
// points of its kind.
func (w *writer) asksOfAny(sentence string, of pointKind) bool {
	_, _, sayable := w.clauseOf(sentence)
	return !sayable && slices.Contains([]pointKind{general, demand, against, favour, people}, w.kindsFor(of)[0])
}

// askLink asks what a sentence has to do with the claim, where the bot can ask nothing about the
// sentence itself; empty where it can, or has asked that.
func (w *writer) askLink(sentence string, of pointKind) string {
	if w.first || sentence == w.prompt.Topic || !w.asksOfAny(sentence, of) {
		return ""
	}
	if slices.ContainsFunc(w.lines.Link, func(l line) bool { return w.saidAt(l) > 0 }) { // which suits anything
		return ""
	}
	asked := w.pickFresh(nil, w.lines.Link)
	w.probes = append(w.probes, asked...)
	return strings.Join(asked, "")
}

// askedLast says whether the latest reply ended with a question, after which another would be
// one too many.
func (w *writer) askedLast() bool {
	n := len(w.said) - 1
	return n > 0 && strings.HasSuffix(w.said[n-1], "?")
}

// further is the own argument to bring where nothing answers a message on the kind of things
// that the claim is about: one that bears on it.
func (w *writer) further() *entry {
	if !w.narrowed() {
		return nil
	}
	return w.next(true)
}

// open is what a claim off the bank is first met with: a reason of the bot's side, or a
// question about what the claim demands, judges or says.
func (w *writer) open() string {
	narrow := w.general && len(w.topic.about) > 0
	if text := w.openOn(); text != "" && !w.general {
		w.probes = append(w.probes, text)
		return text
	}
	if f, ok := w.caseOf(); ok && !narrow && (!w.general || w.aim() != bank.Remove && w.aim() != bank.Require) {
		return w.use(f.entry)
	}
	if w.general || w.prompt.Stance == debate.Pro {
		return w.reason()
	}
	with := map[slot]string{thingSlot: w.thing()}
	text := w.fillAll(w.pickFillable(w.opening(), with), with)
	w.probes = append(w.probes, text)
	return text
}

// openOn is an opening line that names what the claim speaks of, empty where there is none.
func (w *writer) openOn() string {
	with := map[slot]string{thingSlot: w.thing()}
	lines := slices.DeleteFunc(slices.Clone(w.opening()), func(l line) bool { return !l.needs(thingSlot) })
	if w.prompt.Stance == debate.Pro || w.language != "es" || with[thingSlot] == "" || len(lines) == 0 {
		return ""
	}
	return w.fillAll(w.pickFillable(lines, with), with)
}

// claimOnly says whether a message makes the claim of the debate, and gives no reason beside it.
func (w *writer) claimOnly(m message) bool {
	return w.claimAlone(m) && len(w.terms(w.besideTopic(w.prompt.Message))) < minPart
}

// groundedPoint is the first point of a message that a reason of general use answers, or a
// text on the kind of things that the claim is about; one who has to ask gives none.
func (w *writer) groundedPoint(m message) (match, bool) {
	if w.claimOnly(m) || w.prompt.Phase.Move == debate.Ask {
		return match{}, false
	}
	return w.firstOf(m, w.surest, w.surelyGrounded)
}

// finding is a text that meets a sentence, of which asked says whether it is a question; ok is false where there is none.
type finding = func(sentence string, asked bool) (f match, ok bool)

// surest is a finding by what the claim is about, or the form of the point.
func (w *writer) surest(sentence string, asked bool) (match, bool) {
	if f, ok := w.narrowPoint(sentence, asked); ok && f.score >= surestNarrow {
		return f, true
	}
	return w.schemed(sentence, false)
}

// surelyGrounded is a finding by the reasons that people give on any topic, of statements only.
func (w *writer) surelyGrounded(sentence string, asked bool) (match, bool) {
	if asked {
		return match{}, false
	}
	f, ok := w.grounded(sentence)
	return f, ok && f.score >= surestGround
}

// loosely is such a point of those that are less surely meant, for where the sentence cannot be said again.
func (w *writer) loosely(m message) (match, bool) {
	if w.claimOnly(m) || w.prompt.Phase.Move == debate.Ask {
		return match{}, false
	}
	return w.firstOf(m, w.narrowPoint, func(sentence string, asked bool) (match, bool) {
		if asked {
			return match{}, false
		}
		if f, ok := w.grounded(sentence); ok && f.score >= likelyGround {
			return f, true
		}
		return w.schemed(sentence, true)
	})
}

// firstOf is what the first of some finders finds for a point of a message.
func (w *writer) firstOf(m message, finders ...finding) (match, bool) {
	for _, find := range finders {
		for i, s := range m.points {
			sentence := w.reasonOf(w.prompt.Message[s.start:s.end])
			if w.first && w.restates(sentence) {
				continue
			}
			if f, ok := find(sentence, m.questions[i]); ok {
				f.span = s
				return f, true
			}
		}
	}
	return match{}, false
}

// How likely a ground must be to be answered before the sentence is asked about in its own words, and at all: short
// reasons are of a wrong one below that more often than of the right one.
const (
	surestGround = 0.97
	likelyGround = 0.95
)

// narrowPoint is the text on the kind of things that the claim is about that meets a sentence.
func (w *writer) narrowPoint(sentence string, asked bool) (match, bool) {
	if !w.narrowed() || len(w.terms(w.besideTopic(sentence))) < minPart { // the claim alone
		return match{}, false
	}
	roles := []role{answer, concede}
	if asked {
		roles = []role{question, answer}
	}
	f := w.unsaid(w.points.rank(sentence, roles...))[0]
	return f, f.score >= sureNarrow && !w.has(f.entry)
}

// narrowed says whether there are texts on the kind of things that the claim is about.
func (w *writer) narrowed() bool { return w.general && len(w.topic.about) > 0 }

// sureNarrow is the least score of a text on the kind of things that a claim is about, and
// surestNarrow that of one that comes before what is known by its form.
const (
	sureNarrow   = 0.55
	surestNarrow = 0.8
)

// opening are the lines that what the user says is first met with: one that demands
// something, one that judges, and any other.
func (w *writer) opening() []line {
	switch demands, judges := w.demandsOrJudges(plain(spellNot(w.prompt.Topic))); {
	case w.leaning() == people:
		return w.lines.Opening[people]
	case demands:
		return w.lines.Opening[demand]
	case w.leaning() == favour, judges && w.praises(w.prompt.Topic) && !w.denies(w.prompt.Topic):
		return w.lines.Opening["praise"]
	case judges, w.leaning() == against:
		return w.lines.Opening["judgement"]
	}
	return w.lines.Opening["claim"]
}

// demandsOrJudges says whether a claim, as plain gives it, wants something, or judges it.
func (g *grammar) demandsOrJudges(claim string) (demands, judges bool) {
	return hasAny(claim, g.Wanting), hasAny(claim, g.Judging) ||
		slices.ContainsFunc(strings.Fields(claim), func(word string) bool { return g.value(g.adjectives, word) != 0 })
}

// introduce says which side the bot takes, and that it only reasons about the topic.
func (w *writer) introduce() []string {
	return []string{w.fill(w.pick(w.lines.First[w.prompt.Stance]), claimSlot, w.claimPhrase()), w.reasoning()}
}

// asksOpinion says whether the message asks what the bot holds.
func (w *writer) asksOpinion() bool {
	said := plain(w.spellOut(w.prompt.Message))
	return hasAny(said, w.Opinions)
}

// asksPersonally says whether the message asks what the bot would do, or lived through.
func (w *writer) asksPersonally() bool {
	said := plain(w.spellOut(w.prompt.Message))
	return !w.asksProposal(said) && hasAny(said, w.Personal)
}

// beenThere is the kind of a question about what the bot would do, or has lived through.
const beenThere pointKind = "been there"

// alternative is the kind of a point that has another way.
const alternative pointKind = "alternative"

// asksProposal says whether a question, as plain gives it, asks what the bot would do about
// the matter, and not in somebody's place.
func (w *writer) asksProposal(said string) bool {
	elsewhere := func(p string) bool { return has(said, p) && !slices.Contains(w.Proposals, p) }
	return hasAny(said, w.Proposals) && !has(said, w.If) && !slices.ContainsFunc(w.Personal, elsewhere)
}

// asksReasons says whether any reason of the bot's side answers the message.
func (w *writer) asksReasons() bool {
	said := plain(w.spellOut(w.prompt.Message))
	return hasAny(said, w.Reasons)
}

// honest answers a question about the bot itself, if it was not answered so before.
func (w *writer) honest(parts []string) []string {
	from := w.lines.Opinion
	if w.asksPersonally() {
		from = w.lines.Replies[beenThere]
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
	text, of := "", w.kindOf(sentence)
	if first := w.kindsFor(of)[0]; slices.Contains(quotable, of) && first != member && first != stranger {
		text = w.askOf(sentence)
	}
	if text == "" {
		text = w.newProbe(sentence)
		if !slices.Contains(ofSources, of) && sentence != w.prompt.Topic {
			text = strings.TrimSpace(cmp.Or(w.nameAgain(sentence), w.nameNoun(sentence)) + " " + text)
		}
	}
	w.probes = append(w.probes, text)
	return text
}

// quotable are the kinds of points that a question in the user's own words meets better than one
// that is only of their kind.
var quotable = []pointKind{general, "prediction", "principle", popularity, "comparison", "ease", "blame", "taste"}

// meet answers a point with a text of general use, and says first what of the point it is to.
func (w *writer) meet(parts []string, f match) string {
	sentence := w.prompt.Message[f.span.start:f.span.end]
	named := ""
	if len(parts) == 0 && !f.formed && !w.namedLast() {
		named = w.nameAgain(sentence)
	}
	if named != "" {
		parts = []string{named}
	} else if !f.formed {
		parts = w.name(parts, f)
	}
	if len(parts) == 0 && !w.first && !f.names && !w.namedLast() {
		if noun := w.nameNoun(sentence); noun != "" {
			parts = []string{noun}
		}
	}
	return strings.Join(append(parts, w.say(spoken{entry: f.entry, to: f.span, meets: true})), " ")
}

// hear answers who gives something away: the point that is made beside it, or else what was given away, in its
// own words where they can be said again.
func (w *writer) hear(parts []string, m message) string {
	for i, s := range m.points {
		sentence := w.prompt.Message[s.start:s.end]
		if m.questions[i] || w.gives(plain(w.spellOut(sentence))) || w.givesAside(sentence) {
			continue
		}
		if text := w.stepFrom(sentence); text != "" {
			return strings.Join(append(parts, text), " ")
		}
	}
	if text := w.yielded(w.suiting(w.lines.Yielded)); text != "" {
		w.probes = append(w.probes, text)
		return text
	}
	return strings.Join(append(parts, w.narrow()...), " ")
}

func (w *writer) newProbe(sentence string) string {
	of := w.kindOf(sentence)
	with := map[slot]string{focusSlot: "", figureSlot: w.figureOf(sentence), thingSlot: w.thing()}
	if !w.Say.Counted.in(with[figureSlot]) {
		with[figureSlot] = ""
	}
	if of == "authority" || of == "anecdote" && w.tellsOfOwn(sentence) { // whose words name it; others are too often no noun phrase
		with[focusSlot] = w.spellOut(w.focusOf(sentence, w.prompt.Topic))
		if of == "anecdote" && !strings.Contains(with[focusSlot], " ") { // "son" is nobody's
			with[focusSlot] = ""
		}
	}
	for _, kind := range w.kindsFor(of) {
		if kind == favour && !w.praises(sentence) { // those ask about a good that the sentence names
			continue
		}
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
