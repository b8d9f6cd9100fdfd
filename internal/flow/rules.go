package flow

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

const (
	maxClashes = 5
	maxAdvice  = 3
	// fullAnswer is how many points of a turn have to be answered for all of it to
	// count as answered, so that who says more at once gains nothing by it.
	fullAnswer = 2
	// margin is how far apart the sides' shares of answered turns must be, and evidence
	// how many turns more the loser must have passed over or points granted: one alone
	// can be chance.
	margin   = 0.3
	evidence = 2
	// clear is by how much the better side's case outweighs the other's, of which the flow
	// alone is worth flowWorth where a side won by it.
	clear     = 0.9
	flowWorth = 0.5
	// leastWorth is what the manner of a winner is worth at least, someWorth that of one whose
	// manner is worth less than the loser's, and lessWorth by how much less it may be: a side
	// does not win only because nothing answered it, nor against one that was concrete twice
	// as often, unless that one gave in.
	leastWorth = 0.1
	someWorth  = 0.5
	lessWorth  = 0.5
	// fewTurns decide nothing but by their flow.
	fewTurns = 2
)

// Decide judges a debate on a topic by its turns and their points, without a model: it
// counts what was answered, dropped and granted, and in how many turns a side brought
// something concrete, something new or a question, and neither how much was said nor how
// well. It knows no facts, and is undecided where the sides are close. What has no word in
// common with the topic, nor with anything else that was said, is beside the point and
// counts for nobody. It gives its reasons in the debate's language, and in English where it
// does not speak that one. Of the conversation it reads the topic, the language and who
// debates.
func Decide(c debate.Conversation, turns []debate.Turn, points []Point) debate.Findings {
	all := points
	points = toThePoint(c.Topic, all)
	say := phrasingOf(c)
	user, bot := tally(points, all, debate.User), tally(points, all, debate.Bot)
	shown := besideTheMotion(c.Topic, points)
	f := debate.Findings{Winner: debate.Undecided, Clashes: clashes(shown, say)}
	user.manner, bot.manner = mannersOf(c.Topic, turns, points)
	switch {
	case user.own == 0 && bot.own == 0:
	case user.outweighs(bot):
		f.Winner = debate.UserWins
	case bot.outweighs(user):
		f.Winner = debate.BotWins
	}
	if len(f.Clashes) == 0 {
		f.Clashes = clashes(all, say)
	}
	f.Clashes = leading(f.Clashes, f.Winner)
	if len(f.Clashes) == 0 {
		f.Winner = debate.Undecided // nothing can be quoted for it
	}
	f.Advice = advise(shown, say)
	f.BestCase = bestCase(shown, f.Winner)
	return f
}

// besideTheMotion are points without those that only name the motion, which is what the debate
// is about and no part of it; all of them where nobody argues another.
func besideTheMotion(topic string, points []Point) []Point {
	f := newFolder(topic, 0)
	rest := slices.DeleteFunc(slices.Clone(points), func(p Point) bool {
		words := f.readWords(p.Quote.Text)
		return argues(p) && len(f.about) > 1 && words.shared(f.about) == len(f.about) && len(words) <= len(f.about)+1
	})
	if !slices.ContainsFunc(rest, argues) {
		return points
	}
	return rest
}

// record is what a side did.
type record struct {
	own      int // points and questions of its own, without concessions
	chances  int // turns of the other side that it could answer
	answered float64
	granted  int // points of the other side that it granted, and argued no further
	passed   int // of the chances, those of which it answered nothing
	silent   int // turns in which only the other side said anything, or anything to the point
	mute     int // of these, those in which it said nothing at all
	turns    int // in which anybody said anything
	manner   manner
}

// outweighs says whether a side's case is so much the better one.
func (r record) outweighs(other record) bool {
	difference := r.weight() - other.weight()
	switch {
	case r.beats(other):
		difference += flowWorth
	case other.beats(r):
		difference -= flowWorth
	}
	if r.turns <= fewTurns && !r.beats(other) || r.mostlyMute() {
		return false
	}
	return difference >= clear && r.manner.worth() >= leastWorth && (other.granted > 0 || r.arguesNoWorse(other))
}

// arguesNoWorse says whether a side argues as well as another, or nearly.
func (r record) arguesNoWorse(other record) bool {
	worth := r.manner.worth()
	less := other.manner.worth() - worth
	return less <= 0 || less <= lessWorth && worth >= someWorth && (other.manner.concrete == 0 || 2*r.manner.concrete > other.manner.concrete)
}

// weight is what a side's case is worth: what it answered and did not pass over or grant,
// and how it argued.
func (r record) weight() float64 {
	w := r.manner.worth()
	if r.chances > 0 {
		w += (worthAnswered*r.answered + worthPassed*float64(r.passed) + worthGranted*float64(r.granted)) / float64(r.chances)
	}
	return w
}

func (r record) mostlyMute() bool { return r.mute > 0 && 2*r.mute >= r.turns }

// beats says whether a side did so much better than another that nobody need doubt it:
// it answered much more, and that in more than one turn unless the other passed over as
// much or gave in, or the other said nothing in half of the turns and it no less well.
// Who says nothing in half of them itself does so never.
func (r record) beats(other record) bool {
	if r.mostlyMute() {
		return false
	}
	silent := other.silent-r.silent >= evidence && 2*other.silent >= other.turns
	mute := other.mute-r.mute >= evidence && 2*other.mute >= other.turns
	if r.own > 0 && (silent || mute) && r.score() >= other.score() {
		return true
	}
	if r.score() < other.score()+margin {
		return false
	}
	engaged := r.answered > 1 || r.answered >= float64(r.chances) || other.granted > 0 || other.passed-r.passed > evidence
	return engaged && (other.own == 0 && r.own >= evidence || other.passed+other.granted-r.passed-r.granted >= evidence)
}

// score is which part of the other side's turns it answered, less what it
// granted; a side that says nothing of its own has no part in the debate.
func (r record) score() float64 {
	if r.own == 0 {
		return -1
	}
	if r.chances == 0 {
		return 0
	}
	return r.answered/float64(r.chances) - 2*float64(r.granted)/float64(r.chances)
}

// toThePoint are the points that are about what others are about, or the topic, less those
// that only say an earlier one again; where nobody says anything of that kind it is all of
// them.
func toThePoint(topic string, points []Point) (kept []Point) {
	f := newFolder(topic, 0)
	uses, words := make(map[int32]int), make([]wordSet, len(points))
	for _, w := range f.about {
		uses[w]++
	}
	for i := range points {
		words[i] = f.readWords(points[i].Quote.Text)
		for _, w := range words[i] {
			uses[w]++
		}
	}
	for i := range points {
		p := &points[i]
		if saysAgain(points[:i], words[:i], p, words[i]) {
			continue
		}
		related := len(p.Answers)+len(p.Concedes) > 0 || p.Status == Answered || p.Status == Conceded
		if related || slices.ContainsFunc(words[i], func(w int32) bool { return uses[w] > 1 }) {
			kept = append(kept, *p)
		}
	}
	if !slices.ContainsFunc(kept, argues) {
		return points
	}
	return kept
}

// saysAgain says whether a claim is one that its speaker made a few turns ago, in the same
// words but for one of each.
func saysAgain(earlier []Point, words []wordSet, p *Point, own wordSet) bool {
	if !argues(*p) {
		return false
	}
	for i := len(earlier) - 1; i >= 0 && earlier[i].Turn >= p.Turn-repeatBack; i-- {
		shared := words[i].shared(own)
		if q := &earlier[i]; q.Speaker == p.Speaker && q.Turn < p.Turn && shared >= 2 && shared >= max(len(own), len(words[i]))-1 {
			return true
		}
	}
	return false
}

// tally is what a side did, by the points that are to the point, of all.
func tally(points, all []Point, side debate.Speaker) (r record) {
	type turn struct{ points, answered int }
	turns := make(map[int]*turn)
	surrendered, rebutted := surrenders(all, side), rebuttedBy(all, side)
	for _, p := range points {
		if p.Speaker == side {
			if p.Kind != debate.ConcessionPoint {
				r.own++
			}
			continue
		}
		if p.Status == Open || !argues(p) {
			continue
		}
		t := turns[p.Turn]
		if t == nil {
			t = new(turn)
			turns[p.Turn] = t
		}
		t.points++
		switch p.Status {
		case Answered:
			t.answered++
		case Conceded:
			switch {
			case surrendered[p.ID]:
				r.granted++
			case rebutted[p.ID]:
				t.answered++
			}
		default:
		}
	}
	anything, toThePoint := spokenIn(all, side), spokenIn(points, side)
	for number, spoke := range anything {
		r.turns++
		if !spoke {
			r.mute++
		}
		if own, some := toThePoint[number]; !spoke || some && !own {
			r.silent++
		}
	}
	for _, t := range turns {
		r.chances++
		if t.answered == 0 {
			r.passed++
		}
		r.answered += min(1, float64(t.answered)/float64(min(fullAnswer, t.points)))
	}
	return r
}

// surrenders are the points that a side granted with its last word in a turn: who argues
// on after a concession has lost a point, and not the debate.
func surrenders(points []Point, side debate.Speaker) map[string]bool {
	granted := make(map[string]bool)
	last := -1 // turn
	for _, p := range slices.Backward(points) {
		if p.Speaker != side || p.Turn == last {
			continue
		}
		last = p.Turn
		for _, id := range p.Concedes {
			granted[id] = true
		}
	}
	return granted
}

// rebuttedBy are the points that a side answered, granted or not.
func rebuttedBy(points []Point, side debate.Speaker) map[string]bool {
	rebutted := make(map[string]bool)
	for _, p := range points {
		if p.Speaker != side {
			continue
		}
		for _, id := range p.Answers {
			rebutted[id] = true
		}
	}
	return rebutted
}

// spokenIn are the turns in which points were made, and whether a side made any there.
func spokenIn(points []Point, side debate.Speaker) map[int]bool {
	turns := make(map[int]bool)
	for _, p := range points {
		turns[p.Turn] = turns[p.Turn] || p.Speaker == side
	}
	return turns
}

// argues says whether a point is one that wants an answer for its own sake.
func argues(p Point) bool {
	return p.Kind == debate.ClaimPoint || p.Kind == debate.RebuttalPoint
}

// clashes are the points at issue that somebody has had the better of: whose
// side's last word on it was dropped, or that was granted.
func clashes(points []Point, say phrasing) (all []debate.Clash) {
	answers := make(map[string][]Point)
	for _, p := range points {
		for _, id := range append(slices.Clone(p.Answers), p.Concedes...) {
			answers[id] = append(answers[id], p)
		}
	}
	for _, p := range points {
		if !argues(p) {
			continue
		}
		c := debate.Clash{Title: heading(p.Text), Winner: winner(p.Speaker), Quotes: []debate.Quote{p.Quote}}
		switch p.Status {
		case Dropped:
			c.Reason = say.reason(say.dropped, p.Speaker, p.Turn)
		case Conceded:
			c.Reason = say.reason(say.granted, other(p.Speaker), p.Turn)
		default:
			continue
		}
		for _, a := range answers[p.ID] {
			c.Quotes = append(c.Quotes, a.Quote)
		}
		for _, id := range p.Answers { // what it was the last word on
			for _, q := range points {
				if q.ID == id {
					c.Quotes = append(c.Quotes, q.Quote)
				}
			}
		}
		all = append(all, c)
	}
	return all
}

// leading are the clashes to show: the winner's first, and among these and the others
// those with words of both sides, the latest first.
func leading(all []debate.Clash, won debate.Winner) []debate.Clash {
	slices.Reverse(all)
	rank := func(c debate.Clash) int { // the least comes first
		rank := 2 - min(2, len(c.Quotes))
		if c.Winner != won {
			rank += 3
		}
		return rank
	}
	slices.SortStableFunc(all, func(a, b debate.Clash) int { return cmp.Compare(rank(a), rank(b)) })
	return all[:min(maxClashes, len(all))]
}

// advise tells the user of the bot's points that they dropped, of their own that they
// granted away, and of those that nobody answered: the latest of each kind first, and of
// no turn twice as long as there are others.
func advise(points []Point, say phrasing) (all []debate.Advice) {
	given := make(map[string]bool) // kinds of advice, and turns
	for pass := range 3 {
		for _, p := range slices.Backward(points) {
			text := ""
			switch {
			case p.Speaker == debate.Bot && p.Status == Dropped && argues(p):
				text = say.answer
			case p.Speaker == debate.User && p.Kind == debate.ConcessionPoint:
				text = say.keep
			case p.Speaker == debate.User && p.Status == Dropped && argues(p):
				text = say.comeBack
			}
			turn := fmt.Sprint(p.Speaker, p.Turn)
			if text == "" || given[p.ID] || pass == 0 && given[text] || pass < 2 && given[turn] || len(all) == maxAdvice {
				continue
			}
			given[text], given[turn], given[p.ID] = true, true, true
			all = append(all, debate.Advice{Text: text, Quote: p.Quote})
		}
	}
	return all
}

// bestCase is the loser's own point that stands best, in its own words.
func bestCase(points []Point, won debate.Winner) string {
	for _, side := range []debate.Speaker{debate.User, debate.Bot} {
		if loses := won == winner(other(side)); loses {
			return strings.Join(Strongest(points, side, 1), "")
		}
	}
	return ""
}

// Strongest is a side's own points that stand best, in its own words: those that
// were dropped, then those still open, then the answered ones, each the latest first.
func Strongest(points []Point, side debate.Speaker, most int) (texts []string) {
	for _, want := range []Status{Dropped, Open, Answered} {
		for _, p := range slices.Backward(points) {
			if p.Speaker == side && argues(p) && p.Status == want && len(texts) < most {
				texts = append(texts, p.Quote.Text)
			}
		}
	}
	return texts
}

// MainPoint is the first point that a side argues in a turn, as it said it, without those
// that only name the motion, if there is another; where it argues none, its first sentence.
func MainPoint(topic string, t debate.Turn, side debate.Speaker) (q debate.Quote, ok bool) {
	f := newFolder(topic, 0)
	for _, p := range Fold(topic, []debate.Turn{t}) {
		if p.Speaker != side || !argues(p) {
			continue
		}
		if !ok {
			q, ok = p.Quote, true
		}
		if f.readWords(p.Quote.Text).shared(f.about) < max(1, len(f.about)) {
			return p.Quote, true
		}
	}
	if ok {
		return q, true
	}
	said := Said(t, side)
	start := len(said) - len(strings.TrimLeftFunc(said, unicode.IsSpace))
	sentence := strings.TrimRightFunc(firstSentence(said[start:]), unicode.IsSpace)
	return quote(t, side, start, start+len(sentence)), sentence != ""
}

func winner(s debate.Speaker) debate.Winner {
	if s == debate.User {
		return debate.UserWins
	}
	return debate.BotWins
}

// phrasing is what the rules say of points in a language.
type phrasing struct {
	dropped, granted       string // for whoever reads it, since debates are shared
	answer, keep, comeBack string // advice

	// Of those who hold a duel; names are theirs.
	droppedInDuel, grantedInDuel string
	builtIn, isFor, isAgainst    string
	names                        map[debate.Speaker]string
}

// reason is a text in which TURN stands for a turn's number, SPEAKER for who did
// something there, and OTHER for the other side.
func (say phrasing) reason(text string, by debate.Speaker, turn int) string {
	name := say.names[by]
	if strings.HasPrefix(name, say.builtIn) { // a sentence begins with it
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	return strings.NewReplacer("TURN", strconv.Itoa(turn), "SPEAKER", name, "OTHER", say.names[other(by)]).Replace(text)
}

var phrases = map[string]phrasing{
	"en": {
		dropped:       "It was said in turn TURN, and the rules find no answer to it since.",
		granted:       "The other side granted it.",
		answer:        "This was left without an answer: say why it does not hold, or why your side is right even if it does.",
		keep:          "This gives a point away: say what is left of your side once it is granted.",
		comeBack:      "This was never answered: come back to it, and ask for an answer.",
		droppedInDuel: "SPEAKER said it in turn TURN, and the rules find no answer by OTHER since.",
		grantedInDuel: "SPEAKER granted it.",
		builtIn:       "the built-in opponent", isFor: " (for)", isAgainst: " (against)",
	},
	"es": {
		dropped:       "Se dijo en el turno TURN, y las reglas no hallan respuesta desde entonces.",
		granted:       "El otro lado lo concedió.",
		answer:        "Esto quedó sin respuesta: di por qué no se sostiene, o por qué tu lado tiene razón aunque se sostenga.",
		keep:          "Esto regala un punto: di qué queda de tu lado una vez concedido.",
		comeBack:      "A esto nadie te respondió: vuelve sobre ello y pide una respuesta.",
		droppedInDuel: "SPEAKER lo dijo en el turno TURN, y las reglas no hallan que OTHER respondiera desde entonces.",
		grantedInDuel: "SPEAKER lo concedió.",
		builtIn:       "el oponente incorporado", isFor: " (a favor)", isAgainst: " (en contra)",
	},
}

// phrasingOf is what the rules say of the points of a debate: of a duel, by the names of
// those who hold it.
func phrasingOf(c debate.Conversation) phrasing {
	say, ok := phrases[c.Language]
	if !ok {
		say = phrases["en"]
	}
	if c.Duel == (debate.Duel{}) {
		return say
	}
	say.names = map[debate.Speaker]string{debate.User: c.Duel.User, debate.Bot: c.Duel.Bot}
	for side, name := range say.names {
		if name == debate.BuiltInModel {
			name = say.builtIn
		}
		if c.Duel.User == c.Duel.Bot {
			name += map[bool]string{true: say.isFor, false: say.isAgainst}[supports(c, side)]
		}
		say.names[side] = name
	}
	say.dropped, say.granted = say.droppedInDuel, say.grantedInDuel
	return say
}
