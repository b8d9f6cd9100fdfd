package offline

import (
	"cmp"
	_ "embed" // for asides.yaml
	"fmt"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

//go:embed asides.yaml
var asidesFile []byte

// allAsides are those that asides.yaml has to answer.
var allAsides = []debate.Aside{
	debate.AsideWinner, debate.AsideSummary, debate.AsideBestPoint, debate.AsideSource, debate.AsideBot, debate.AsideBelieve,
	debate.AsideShorter, debate.AsideSimpler, debate.AsidePoints, debate.AsideUnmet, debate.AsideThanks, debate.AsideInsult,
	debate.AsideJoke, debate.AsideSilence, debate.AsideAbilities, debate.AsideGreeting, debate.AsideConcede,
	debate.AsideNewTopic, debate.AsideLanguage, debate.AsideRepeat, debate.AsideGoodbye,
}

// readAsides reads the answers by language; each aside has one, whatever was said.
func readAsides(data []byte) (map[string]map[debate.Aside][]line, error) {
	var languages map[string]map[debate.Aside][]line
	if err := decode("asides.yaml", data, &languages); err != nil {
		return nil, err
	}
	for language, lines := range languages {
		for _, a := range allAsides {
			if len(lines[a]) == 0 {
				return nil, fmt.Errorf("offline: asides.yaml: %s: nothing in %s", language, a)
			}
		}
		if len(lines) != len(allAsides) {
			return nil, fmt.Errorf("offline: asides.yaml: %s has %d asides, of which %d are known", language, len(lines), len(allAsides))
		}
	}
	return languages, nil
}

// aside answers a message about the debate itself: with the first line that can
// be filled and was not said before, or else the first that can be filled.
func (w *writer) aside() string {
	if text := w.address(); text != "" {
		return text
	}
	m := w.readMessage(w.prompt.Message)
	if m.missed() && slices.Contains(judging, w.prompt.Aside) {
		return strings.TrimSpace(strings.Join(append(w.back(w.pickFresh(nil, w.lines.Signs[m.sign])), w.reason()), " "))
	}
	if w.prompt.Aside == debate.AsideUnmet {
		if text := w.passedOver(); text != "" {
			return text
		}
	}
	if w.prompt.Aside == debate.AsideUnmet && m.sign == misread {
		parts := w.pickFresh(nil, w.lines.Signs[misread])
		if text := w.answerTo(); text != "" {
			parts = append(parts, text)
		}
		if len(parts) > 0 {
			return strings.Join(parts, " ")
		}
	}
	if text := w.toMatter(m); text != "" {
		return text
	}
	kind := w.prompt.Aside
	if kind == debate.AsideRepeat && !w.asksAgain() {
		return w.somethingElse()
	}
	if kind == debate.AsideSimpler && w.askedLast() { // what was not understood is the question
		if reason := w.reason(); reason != "" {
			return w.pick(w.lines.Unclear).text + " " + reason
		}
	}
	if kind == debate.AsideConcede {
		switch {
		case w.asks(w.prompt.Message): // "so have I convinced you?" gives nothing
			kind = debate.AsideWinner
		case m.sign == verdict: // nor does "not convinced"
			return w.pick(w.lines.Signs[verdict]).text
		}
	}
	first := ""
	for _, l := range w.asides[kind] {
		text, ok := w.fillAside(l)
		switch {
		case !ok:
		case l.mark != "" && w.saidAt(l) == 0, l.needs(bestSlot): // which is another one each time
			return text
		case first == "":
			first = text
			if l.mark == "" { // nothing but what it is filled with
				return text
			}
		}
	}
	return first
}

// asksAgain says whether the message asks for what was said once more; others of its kind complain of that.
func (w *writer) asksAgain() bool { return hasAny(plain(w.spellOut(w.prompt.Message)), w.Again) }

// somethingElse is for who has heard it all before: a reason that was not given yet.
func (w *writer) somethingElse() string {
	reason := ""
	if w.topic == nil || w.general {
		reason = w.reason()
	} else if next := w.next(false); next != nil {
		reason = w.use(next)
	}
	if reason == "" {
		return w.pick(w.lines.Spent).text
	}
	return strings.Join(append(w.pickFresh(nil, w.lines.Twice), reason), " ")
}

// toMatter answers a message that is about the matter after all, off the bank: that misses an argument of the bot's, or asks
// what can be answered; empty for any other.
func (w *writer) toMatter(m message) string {
	if (w.topic == nil || w.general) && w.presses() { // "always the same, give me an argument"
		if reason := w.reason(); reason != "" {
			return strings.Join(append(w.pickFirst(w.lines.Here), reason), " ")
		}
	}
	if w.asksOfMatter(m) {
		return w.replyKnown(m)
	}
	return ""
}

// asksOfMatter says whether a message that seems to judge the debate, off the bank, asks about its matter: what the bot has lived through,
// or whether it thinks something that can be said again, as "that anybody reads them".
func (w *writer) asksOfMatter(m message) bool {
	if w.topic != nil && !w.general || !slices.Contains(judging, w.prompt.Aside) {
		return false
	}
	question := w.question(m)
	if w.asksPersonally() || question == "" {
		return question != ""
	}
	_, thought, _ := strings.Cut(question, w.That)
	_, _, ok := w.clauseOf(strings.TrimRight(thought, marks))
	return ok
}

// judging are the asides that judge the debate, as who does not understand a reply seems to do.
var judging = []debate.Aside{debate.AsideWinner, debate.AsideBestPoint, debate.AsideSummary, debate.AsideBelieve}

// fillAside fills a line's slots; false if there is nothing to fill one with.
func (w *writer) fillAside(l line) (string, bool) {
	text := l.text
	for _, s := range []struct {
		slot  slot
		value func() string
	}{
		{claimSlot, w.claimPhrase},
		{forSlot, w.forOrAgainst},
		{yoursSlot, func() string { return w.quoted(w.bestPoint()) }},
		{pointSlot, func() string { return w.quoted(w.contested()) }},
		{againSlot, w.answerAgain},
		{shortSlot, w.latestGist},
		{reasonSlot, w.latestReason},
		{bestSlot, w.bestForUser},
		{ownSlot, w.bestAsked},
		{answerSlot, w.answerTo},
		{pointsSlot, w.pointsMade},
		{topicSlot, func() string { return w.prompt.NewTopic }},
		{personaSlot, func() string { return w.prompt.Persona }},
		{hardSlot, func() string { return w.quoted(w.hardest()) }},
		{cruxSlot, w.crux},
		{weakSlot, w.weakest},
		{restsSlot, w.restsOn},
	} {
		if !l.needs(s.slot) {
			continue
		}
		value := s.value()
		if value == "" {
			return "", false
		}
		if w.language == "es" && w.knownLower(value) { // where a colon is followed by a small letter
			text = strings.ReplaceAll(text, ": "+string(s.slot), ": "+lowerFirst(value))
		}
		text = strings.ReplaceAll(text, string(s.slot), value)
	}
	return text, true
}

func (w *writer) forOrAgainst() string {
	con := w.prompt.Stance == debate.Con
	switch {
	case w.language == "es" && con:
		return "en contra de"
	case w.language == "es":
		return "a favor de"
	case con:
		return "against"
	default:
		return "for"
	}
}

// pointsOfUser are the sentences of the user's earlier messages that make a point,
// the oldest first, and how much each says.
func (w *writer) pointsOfUser() (points []string, say []float64) {
	for _, e := range w.prompt.Exchanges {
		if e.Kind != debate.ArgumentKind && e.Kind != "" {
			continue
		}
		text := head(e.Message, maxOlder)
		m := w.readMessage(text)
		for i, s := range m.points {
			if sentence := text[s.start:s.end]; !m.questions[i] && !w.grants(sentence) && (w.topic == nil || w.general || !w.own(sentence)) {
				points, say = append(points, sentence), append(say, w.weightOf(sentence))
			}
		}
	}
	return points, say
}

// grants says whether a sentence begins by giving something away.
func (k *knowledge) grants(sentence string) bool {
	said := plain(sentence)
	return slices.ContainsFunc(k.Grants, func(p string) bool { return strings.HasPrefix(said+" ", p+" ") })
}

// bestPoint is the point of the user's that says most, empty if there is none; the sentence
// that began the debate only where nothing came after it.
func (w *writer) bestPoint() (best string) {
	most := 0.0
	points, say := w.pointsOfUser()
	if first := w.prompt.Exchanges; len(points) > 1 && first[0].Number == 1 && strings.Contains(first[0].Message, points[0]) {
		points, say = points[1:], say[1:]
	}
	for i, p := range points {
		if say[i] >= most { // the later, of two alike
			best, most = p, say[i]
		}
	}
	return best
}

// contested is the point that the user misses an answer to: one that the message
// names, or else the latest, which may be a question.
func (w *writer) contested() string {
	if f := w.named(); f != nil {
		points, _ := w.pointsOfUser()
		for _, p := range slices.Backward(points) {
			if w.meeting(p) == f {
				return p
			}
		}
		return ""
	}
	latest, about := "", w.terms(w.complaint())
	for _, e := range slices.Backward(w.prompt.Exchanges) {
		if e.Kind != debate.ArgumentKind && e.Kind != "" {
			continue
		}
		text := head(e.Message, maxOlder)
		for _, p := range slices.Backward(w.readMessage(text).points) {
			point := text[p.start:p.end]
			latest = cmp.Or(latest, point)
			if slices.ContainsFunc(w.terms(point), func(stem string) bool { return slices.Contains(about, stem) }) {
				return point
			}
		}
	}
	return latest
}

// named is the bank's text that answers what the message itself names: "you keep
// avoiding the commute"; nil if it names nothing.
func (w *writer) named() *entry { return w.meeting(w.complaint()) }

// complaint is the message without the words that say only that an answer is missing.
func (w *writer) complaint() string {
	return strings.Join(slices.DeleteFunc(wordsOf(w.prompt.Message), func(word string) bool { return w.complains[word] }), " ")
}

// meeting is the bank's text that surely answers a sentence, nil if none does.
func (w *writer) meeting(sentence string) *entry {
	if w.topic == nil || len(w.terms(sentence)) == 0 {
		return nil
	}
	if found := w.points.rank(sentence, answer, concede, question); len(found) > 0 && found[0].score >= surelyMet {
		return found[0].entry
	}
	return nil
}

// maxQuoted is how many words of the user's are quoted.
const maxQuoted = 14

// joins says whether a word only joins a sentence to the one before.
func (w *writer) joins(word string) bool {
	low := fold(word)
	return w.breaks[low] && !slices.Contains([]string{"if", "when", "who", "which", "si", "cuando"}, low) || slices.Contains([]string{"and", "y"}, low)
}

// quoted is a sentence in quotes, or as much of it as is quoted.
func (w *writer) quoted(sentence string) string {
	words := strings.Fields(bare(unquotable.ReplaceAllString(sentence, "")))
	for len(words) > 1 && w.joins(words[0]) {
		words = words[1:]
	}
	if len(words) == 0 {
		return ""
	}
	quote := strings.TrimRight(strings.Join(words[:min(len(words), maxQuoted)], " "), ".,;:!?")
	if len(words) > maxQuoted {
		quote += " ..."
	}
	if w.language == "es" {
		return "«" + quote + "»"
	}
	return `"` + quote + `"`
}

// used are the bank's texts that the bot said in this debate, the oldest first.
func (w *writer) used() (used []*entry) {
	if w.topic == nil {
		return nil
	}
	at := make(map[*entry][2]int)
	for _, e := range w.points.entries {
		for i, reply := range w.said {
			if place := strings.Index(reply, markOf(e.Text.Text)); place >= 0 {
				at[e] = [2]int{i, place}
			}
		}
		if _, ok := at[e]; ok {
			used = append(used, e)
		}
	}
	slices.SortStableFunc(used, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(at[a][0], at[b][0]), cmp.Compare(at[a][1], at[b][1]))
	})
	return used
}

// latestGist is the gist of what the bot said last of the bank.
func (w *writer) latestGist() string {
	used := w.used()
	if len(used) == 0 {
		return ""
	}
	return gist(used[len(used)-1].Text.Text, minGist)
}

// latestReason is the gist of the latest argument for the bot's side, or of its case where it gave none yet: what
// answers a point of the user's means nothing without that point.
func (w *writer) latestReason() string {
	best := w.ownBest()
	for _, e := range w.used() {
		if e.role == heart || e.role == argument {
			best = e
		}
	}
	if best == nil {
		return ""
	}
	return gist(best.Text.Text, minGist)
}

// maxPoints is how many arguments are given as points.
const maxPoints = 3

// pointsMade are the bot's latest texts in a sentence each, as a list.
func (w *writer) pointsMade() string {
	used := w.used()
	var points []string
	for _, e := range used[max(len(used)-maxPoints, 0):] {
		points = append(points, "- "+cmp.Or(e.Point, gist(e.Text.Text, minPoint)))
	}
	return strings.Join(points, "\n")
}

// bestForUser is the gist of the case for the user's side, and then of one
// argument after the other.
func (w *writer) bestForUser() string {
	if w.topic == nil {
		return ""
	}
	c := w.topic.Of(w.side.Opposite())
	best := gist(c.Case, minGist)
	for _, a := range c.Arguments {
		if best != "" && !slices.ContainsFunc(w.said, func(reply string) bool { return strings.Contains(reply, best) }) {
			break
		}
		best = gist(a.Text, minGist)
	}
	return best
}

// bestAsked is the gist of the bot's own case, where the message asks for that: "what is
// your best argument?"
func (w *writer) bestAsked() string {
	words := wordsOf(w.prompt.Message)
	asks := func(list []string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(list, word) })
	}
	if e := w.ownBest(); e != nil && asks([]string{"your", "ur", "tu", "su", "vuestro"}) && !asks([]string{"my", "mine", "mi", "mio"}) {
		return e.Text.Text
	}
	return ""
}

// ownBest is the bot's case, or else the first of its arguments.
func (w *writer) ownBest() *entry {
	if w.topic == nil {
		return nil
	}
	return cmp.Or(w.entry(heart), w.entry(argument))
}

// answering is the bank's text that answers the contested point, nil if there is none.
func (w *writer) answering() *entry {
	if f := w.named(); f != nil {
		return f
	}
	return w.meeting(w.contested())
}

// answerTo answers the contested point, if that was not done before.
func (w *writer) answerTo() string {
	if e := w.answering(); e != nil && !w.has(e) {
		return gist(e.Text.Text, minGist)
	}
	return ""
}

// answerAgain is what was said of the contested point before.
func (w *writer) answerAgain() string {
	if e := w.answering(); e != nil && w.has(e) {
		return gist(e.Text.Text, minGist)
	}
	return ""
}

// How many words a gist and a point have at least, in whole sentences.
const (
	minGist  = 16
	minPoint = 6
)

// gist is what a text begins with, and as much of it as says something.
func gist(text string, least int) string {
	end := 0
	for _, s := range sentencesOf(text) {
		if end > 0 && len(strings.Fields(text[:end])) >= least {
			break
		}
		end = s.end
	}
	return text[:end]
}
