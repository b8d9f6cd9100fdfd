package offline

import (
	"cmp"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// The length of a reply, in words.
const (
	minReply = 80
	maxReply = 160
	// maxClaim is the longest topic that is said in full within a sentence.
	maxClaim = 14
)

// writer writes one reply.
type writer struct {
	*Model
	prompt  debate.Prompt
	random  *rand.Rand
	history history

	topic *topic        // of the bank, nil for any other
	side  debate.Stance // of that topic

	isFirst bool // no earlier reply is about the topic
	claim   stems
	message stems

	said     string // the message without what only surrounds a point
	quote    string // of that, "" if there is nothing to quote
	language string // of the message
}

func (m *Model) newWriter(p debate.Prompt, random *rand.Rand) *writer {
	p.Message = head(p.Message, maxRead)
	p.Exchanges = slices.Clone(p.Exchanges)
	for i := range p.Exchanges {
		p.Exchanges[i].Message = head(p.Exchanges[i].Message, maxOlder)
	}
	w := &writer{Model: m, prompt: p, random: random, history: historyOf(p.Exchanges), isFirst: true}
	w.topic, w.side = m.find(p.Topic, p.Stance)
	w.claim = stemsOf(p.Topic)
	w.said = withoutSigns(p.Message)
	w.message = stemsOf(cmp.Or(w.said, p.Message)).without(w.claim)
	w.quote = m.quotation(w.said, w.claim, strings.Fields(p.Topic)...)
	for _, e := range p.Exchanges {
		invited := slices.ContainsFunc(m.phrases.Invitations, func(l line) bool { return strings.Contains(e.Reply, l.mark) })
		w.isFirst = w.isFirst && invited
	}
	read, _ := claim.Read(p.Message)
	w.language = read.Language
	if w.isFirst && (story.MatchString(w.quote) || !english(p)) {
		w.quote = ""
	}
	return w
}

// story is a quotation that only leads up to the claim.
var story = regexp.MustCompile(`(?i)^"(i|we|my|our|yesterday|last|the other day|she|he) `)

// reply answers the message, advances the case and hands the word back.
func (w *writer) reply() string {
	answer := w.answer(w.kindOf())
	next := w.advance()
	length := next.length()
	for _, l := range answer {
		length += l.length()
	}
	endings := slices.Concat(w.phrases.Endings, *w.phrases.Closings.of(w.prompt.Stance))
	closing := w.pickSized(endings, minReply-length, maxReply-length)
	length += closing.length()
	second := []line{next, closing}
	if back, ok := w.callback(maxReply - length); ok {
		length += back.length()
		second = slices.Insert(second, 0, back)
	}
	text := join(answer) + "\n\n" + join(second)
	return w.nameClaim(text, maxReply-length)
}

// firm answers who denies what is known, on a topic that the bank has not: with
// the facts, and then by asking for evidence.
func (w *writer) firm() string {
	for _, l := range w.phrases.Firm {
		if l.needs(factsSlot) && w.prompt.Facts == "" || w.history.saidAt(l) > 0 {
			continue
		}
		return l.fill(factsSlot, w.prompt.Facts).text
	}
	return w.pick(w.phrases.Firm[1:]).text
}

// answer is the first paragraph.
func (w *writer) answer(k kind) []line {
	said, opening := w.phrases, w.opening(k)
	if k == helps {
		return append(opening, w.advance())
	}
	if besides[k] && !w.isFirst && w.quote != "" {
		if rebuttal := w.rebuttal(); rebuttal != nil {
			return append(opening, w.say(rebuttal))
		}
		turn := w.pickSized(said.Openings[point], 0, maxTurn).fill(quoteSlot, w.quote)
		return append(opening, turn, w.say(w.choose(said.Answers)))
	}
	if k != silence && k != rules && k != elsewhere && k != insult && k != remarked && k != asked {
		if rebuttal := w.rebuttal(); rebuttal != nil {
			return append(opening, w.say(rebuttal))
		}
	}
	// The first message makes the claim; a point is what it says besides.
	quoted := stemsOf(w.quote)
	switch {
	case w.isFirst && (k != point || quoted.shared(w.claim) == len(w.claim) || len(quoted.without(w.claim)) < 2):
		return append(opening, w.advance())
	case w.isFirst:
		opening = append(opening, w.pick(said.Openings[point]).fill(quoteSlot, w.quote))
		return append(opening, w.say(w.choose(said.Answers)))
	case k == question && w.topic != nil && w.nearest(w.open()) > 0:
		return append(opening, w.say(w.choose(w.open())))
	case k == point || k == plain:
		return append(opening, w.say(w.choose(said.Answers)))
	default:
		return append(opening, w.pick(said.Returns))
	}
}

// opening is how the first paragraph begins.
func (w *writer) opening(k kind) (opening []line) {
	said := w.phrases
	if w.isFirst {
		if sorry := said.English[w.prompt.Language]; sorry != "" {
			opening = append(opening, line{text: sorry})
		}
		if k == asked {
			opening = append(opening, w.pick(said.Openings[asked]))
		}
		opening = append(opening, w.pick(*said.First.of(w.prompt.Stance)))
	} else {
		if sorry := said.English[w.language]; sorry != "" && w.history.times(sorry) == 0 {
			opening = append(opening, line{text: sorry})
		}
		opening = append(opening, w.pick(said.Openings[k]).fill(quoteSlot, w.quote))
	}
	return opening
}

// besides are kinds of messages that may also make a point, which is answered
// after the opening.
var besides = map[kind]bool{rules: true, insult: true, switching: true, agree: true, alleged: true, praise: true, remarked: true}

// maxTurn is the length, in words, of what leads over to such a point.
const maxTurn = 11

// open are the texts of the bank's topic that are left for the bot's side.
func (w *writer) open() []*argument {
	c := w.topic.sides.of(w.side)
	return w.unused(slices.Concat(c.rebuttals, c.arguments))
}

// rebuttal is the unused text of the bank that answers the message best, nil
// if none does.
func (w *writer) rebuttal() *argument {
	if w.topic == nil {
		return nil
	}
	unused := w.unused(w.topic.sides.of(w.side).rebuttals)
	if len(unused) == 0 {
		return nil
	}
	best := w.choose(unused)
	if best.relevance(w.message) < cueWeight {
		return nil
	}
	return best
}

// advance is the next argument of the case: the bank's first, then general
// ones, of which those for its sort of claim come first, then whichever was used longest ago.
func (w *writer) advance() line {
	claimed := sortOf(w.prompt.Topic)
	var special, general []*argument
	for _, a := range *w.phrases.Arguments.of(w.prompt.Stance) {
		if a.Only != "" && a.fits(claimed) {
			special = append(special, a)
		} else if a.Only == "" {
			general = append(general, a)
		}
	}
	tiers := [][]*argument{special, general}
	if w.topic != nil {
		c := w.topic.sides.of(w.side)
		tiers = [][]*argument{c.arguments, c.rebuttals, special, general}
	}
	for _, tier := range tiers {
		if unused := w.unused(tier); len(unused) > 0 {
			return w.say(w.choose(unused))
		}
	}
	return w.say(w.choose(general))
}

func (w *writer) unused(args []*argument) []*argument {
	return slices.DeleteFunc(slices.Clone(args), func(a *argument) bool { return w.history.saidAt(a.Lines...) > 0 })
}

// choose is the argument used longest ago; of those never used, the most
// relevant to the message.
func (w *writer) choose(args []*argument) *argument {
	var best *argument
	age, relevance := 0, 0
	for _, i := range w.random.Perm(len(args)) {
		at, r := w.history.saidAt(args[i].Lines...), args[i].relevance(w.message)
		if best == nil || at < age || at == age && r > relevance {
			best, age, relevance = args[i], at, r
		}
	}
	return best
}

// say is the argument in the phrasing used longest ago.
func (w *writer) say(a *argument) line {
	return w.pick(a.Lines)
}

// pick is the line used longest ago, and remembers it.
func (w *writer) pick(from []line) line { return w.pickSized(from, 0, maxReply) }

// pickSized is pick among those of the given length, or closest to it.
func (w *writer) pickSized(from []line, least, most int) line {
	var best line
	bestAt, bestOff := 0, 0
	for _, i := range w.random.Perm(len(from)) {
		l := from[i]
		if l.needs(quoteSlot) && w.quote == "" {
			continue
		}
		at, off := w.history.saidAt(l), max(least-l.length(), l.length()-most, 0)
		if best.text == "" || off < bestOff || off == bestOff && at < bestAt {
			best, bestAt, bestOff = l, at, off
		}
	}
	w.history.add(best)
	return best
}

// callback reaches back to an earlier turn, every other time, if there is room.
func (w *writer) callback(room int) (line, bool) {
	if len(w.prompt.Exchanges)%2 == 0 || w.isFirst || w.prompt.Difficulty == debate.Easy {
		return line{}, false
	}
	backs := append(fillAll(w.phrases.Callbacks.Unanswered, mineSlot, w.unanswered()),
		fillAll(w.phrases.Callbacks.Earlier, earlierSlot, w.earlier())...)
	backs = slices.DeleteFunc(backs, func(l line) bool { return l.length() > room || w.history.saidAt(l) > 0 })
	return w.pick(backs), len(backs) > 0
}

// unanswered is what the latest argument was about that the user has taken no
// notice of, if the bot has not complained of that before.
func (w *writer) unanswered() string {
	args := *w.phrases.Arguments.of(w.prompt.Stance)
	if w.topic != nil {
		args = slices.Concat(args, w.topic.sides.of(w.side).arguments)
	}
	heard := stemsOf(w.prompt.Message)
	for _, e := range w.prompt.Exchanges {
		heard.add(stemsOf(e.Message))
	}
	earlier := w.history[:len(w.history)-1]
	about, latest := "", 0
	for _, a := range args {
		at := earlier.saidAt(a.Lines...)
		if at > latest && a.relevance(heard) < cueWeight && stemsOf(a.About).shared(heard) == 0 && !w.complained(a.About) {
			about, latest = a.About, at
		}
	}
	return about
}

func (w *writer) complained(about string) bool {
	return slices.ContainsFunc(fillAll(w.phrases.Callbacks.Unanswered, mineSlot, about), func(l line) bool {
		return w.history.times(l.text) > 0
	})
}

// earlier is a quotation of a message, not the latest ones, that the bot has
// not come back to.
func (w *writer) earlier() string {
	n := len(w.prompt.Exchanges)
	for _, e := range w.prompt.Exchanges[max(n-8, 0):max(n-1, 0)] {
		if e.Kind == debate.AsideKind || e.Message == head(w.prompt.Message, maxOlder) {
			continue
		}
		q := w.quotation(withoutSigns(e.Message), w.claim, strings.Fields(w.prompt.Topic)...)
		if q != "" && q != w.quote && !onFirst.MatchString(words(e.Message)) && signOf(e.Message) == "" && w.history.times(q) < 2 {
			return q
		}
	}
	return ""
}

// nameClaim fills the slots that stand for the topic: once with its words, if
// there is room for them, else with a pointer to it.
func (w *writer) nameClaim(text string, room int) string {
	noun := []string{"claim", "idea", "view"}[w.random.IntN(3)]
	full := w.claimPhrase(w.prompt, noun)
	if n := len(strings.Fields(full)); n <= maxClaim+3 && n <= room && (w.isFirst || w.random.IntN(2) == 0) {
		text = strings.Replace(text, string(claimSlot), full, 1)
	}
	return strings.ReplaceAll(text, string(claimSlot), "this "+noun)
}

// invite asks for a claim.
func (m *Model) invite(p debate.Prompt, random *rand.Rand) string {
	w := &writer{Model: m, prompt: p, random: random, history: historyOf(p.Exchanges)}
	lead := ""
	for _, l := range m.asides[p.Aside] {
		if text, ok := w.fillAside(l); ok && slices.Contains(beforeTopic, p.Aside) {
			lead = text + " "
			break
		}
	}
	var offers []string
	for _, o := range p.SuggestedTopics {
		offers = append(offers, `"`+strings.TrimRight(o.Claim, ".")+`."`)
	}
	return lead + w.pick(m.phrases.Invitations).fill(offersSlot, strings.Join(offers, " ")).text
}

// beforeTopic are the asides that an invitation answers first.
var beforeTopic = []debate.Aside{debate.AsideBot, debate.AsideSource, debate.AsideThanks, debate.AsideInsult, debate.AsideJoke,
	debate.AsideAbilities, debate.AsideLanguage, debate.AsideGoodbye}

func join(lines []line) string {
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.text
	}
	return strings.Join(texts, " ")
}

// history is what the bot said: a reply for each answered turn, and last what
// it is about to say.
type history []string

func historyOf(exchanges []debate.Exchange) history {
	h := make(history, 0, len(exchanges)+1)
	for _, e := range exchanges {
		h = append(h, e.Reply)
	}
	return append(h, "")
}

// saidAt is the place, from 1, of the latest text that has one of the lines, 0
// if none has.
func (h history) saidAt(lines ...line) int {
	for i, text := range slices.Backward(h) {
		if slices.ContainsFunc(lines, func(l line) bool { return strings.Contains(text, l.mark) }) {
			return i + 1
		}
	}
	return 0
}

// add remembers what is about to be said.
func (h history) add(l line) { h[len(h)-1] += l.text + "\n" }

// times is how often the bot's texts have some words.
func (h history) times(words string) int {
	n := 0
	for _, text := range h {
		n += strings.Count(text, words)
	}
	return n
}
