package flow

import (
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Limits of what is read from a turn that has no ledger.
const (
	maxPoints    = 6  // of a speaker, in a turn
	maxPointText = 90 // characters
	lookBack     = 2  // turns in which what is answered was said
	repeatBack   = 6  // turns in which what is only repeated was said
)

// read adds points for what a speaker said in a turn: its sentences, and which of the
// other side's latest points they share words with. A sentence that gives back what the
// other side said is no point, and what follows it is to that: "You say X. But Y.", and so
// after "X?" and "Nobody did." An insult is no point either, and few words that grant
// something are one only where they are the last.
func (f *folder) read(t debate.Turn, by debate.Speaker) {
	var givenBack []string // ids
	n := 0
	said := Said(t, by)
	for from, text := range sentencesIn(said) {
		if n == maxPoints {
			break
		}
		words := f.readWords(text)
		f.mark(words)
		surrenders := len(words) < 2 && givesIn(text) && strings.TrimSpace(said[from+len(text):]) == ""
		if len(words) < 2 && !surrenders {
			givenBack = append(givenBack, f.takenUp(by, t.Number, text, words)...)
			continue
		}
		if f.called && isInsult(text) || isPlea(text) || !surrenders && f.repeats(by, t.Number, words) {
			continue
		}
		if f.echoes(by, t.Number, text, words) {
			givenBack = append(givenBack, f.answers(by, t.Number, words, false)...)
			continue
		}
		n++
		p := debate.Point{
			ID: debate.PointID(t.Number, by, n), Turn: t.Number, Speaker: by, Kind: debate.ClaimPoint,
			Start: from, End: from + len(text), Text: strings.TrimRight(clip(text, maxPointText), ",;: "),
		}
		f.relate(&p, text, words, givenBack)
		givenBack = nil
		f.note(by, words)
		f.addPoint(t, p, words)
	}
}

// takenUp finds the points that a sentence speaks to that is too short to be one itself: a question
// to those with its one word, and a few words such as "they don't" to the latest.
func (f *folder) takenUp(by debate.Speaker, turn int, text string, words wordSet) []string {
	switch {
	case isQuestion(text):
		return f.answers(by, turn, words, false)
	case isElliptic(text):
		return f.latest(other(by), turn)
	default:
		return nil
	}
}

// mark makes a sentence the one that isMarked and marks compare other texts with.
func (f *folder) mark(words wordSet) {
	f.reading++
	if missing := len(f.stems) - len(f.marked); missing > 0 {
		f.marked = append(f.marked, make([]int32, missing)...)
		f.given = append(f.given, make([]int32, missing)...)
		f.first = append(f.first, make([]debate.Speaker, missing)...)
	}
	for _, w := range words {
		f.marked[w] = f.reading
	}
}

// isMarked says whether the sentence that is read has a word.
func (f *folder) isMarked(w int32) bool { return int(w) < len(f.marked) && f.marked[w] == f.reading }

// marks is how many words of a text the sentence that is read has.
func (f *folder) marks(t wordSet) (n int) {
	for _, w := range t {
		if f.isMarked(w) {
			n++
		}
	}
	return n
}

// repeats says whether a sentence has no word but those of an earlier one of its
// speaker's.
func (f *folder) repeats(by debate.Speaker, turn int, words wordSet) bool {
	for i := len(f.points) - 1; i >= 0 && f.points[i].Turn >= turn-repeatBack; i-- {
		if q := &f.points[i]; q.Speaker == by && q.Turn < turn && f.marks(f.wordsOf(i)) == len(words) {
			return true
		}
	}
	return false
}

// minEcho is how many words a sentence has that can be an echo, and newInEcho how many
// of them, at most one in so many, may be its own.
const (
	minEcho   = 2
	newInEcho = 5
	// longQuestion is how many words a question for more than a yes has that is an echo
	// too: shorter ones have to name what they ask about.
	longQuestion = 6
)

// echoes says whether a sentence gives back what the other side just said: it has no
// words of its own, denies and grants nothing of it, and asks neither why nor how.
func (f *folder) echoes(by debate.Speaker, turn int, text string, words wordSet) bool {
	if len(words) < minEcho {
		return false
	}
	just := 0 // the turn that the other side spoke in last
	var theirs []int
	own := len(words)
	for i := len(f.points) - 1; i >= 0 && f.points[i].Turn >= turn-1; i-- {
		q := &f.points[i]
		if q.Speaker == by {
			continue
		}
		if just = max(just, q.Turn); q.Turn != just {
			break
		}
		some := false
		for _, w := range f.wordsOf(i) {
			if !f.isMarked(w) {
				continue
			}
			if some = true; f.given[w] != f.reading {
				f.given[w] = f.reading
				own--
			}
		}
		if some {
			theirs = append(theirs, i)
		}
	}
	if own*newInEcho > len(words) || asksFor(text) && len(words) < longQuestion || givesIn(text) {
		return false
	}
	denials := denialsIn(text)
	for _, i := range theirs {
		said := f.points[i].Quote.Text
		if len(denials) == 0 && f.denies(said, words) {
			return false
		}
		for word := range denialsIn(said) {
			delete(denials, word)
		}
	}
	return len(denials) == 0
}

// denies says whether a clause of a text denies something in some words.
func (f *folder) denies(text string, words wordSet) bool {
	for clause := range strings.FieldsFuncSeq(text, endsClause) {
		if len(denialsIn(clause)) > 0 && f.readWords(clause).shared(words) >= 2 {
			return true
		}
	}
	return false
}

// note keeps who used words first.
func (f *folder) note(by debate.Speaker, words wordSet) {
	for _, w := range words {
		if f.first[w] == "" {
			f.first[w] = by
		}
	}
}

// complete adds to a point of a ledger which points it speaks to by its words, if any are
// given and the ledger knows of none, and whether it gives in.
func (f *folder) complete(p *debate.Point, text string, words wordSet) {
	if !argues(Point{Point: *p}) || len(p.Concedes) > 0 {
		return
	}
	if len(p.Answers) == 0 && words != nil {
		p.Answers = f.answers(p.Speaker, p.Turn, words, true)
	}
	switch {
	case givesIn(text):
		f.giveIn(p)
	case len(p.Answers) > 0:
		p.Kind = debate.RebuttalPoint
	}
}

// answers are the points that a text of a speaker's speaks to: those of the other
// side's latest that it shares words with, or one which that side brought up just
// before. Of a ledger's points, strict, the words have to be others than the topic's.
func (f *folder) answers(by debate.Speaker, turn int, words wordSet, strict bool) (ids []string) {
	just := 0 // the turn that the other side spoke in last
	for i := len(f.points) - 1; i >= 0; i-- {
		q := &f.points[i]
		if q.Turn < turn-lookBack {
			break
		}
		if q.Speaker == by {
			continue
		}
		just = max(just, q.Turn)
		said := f.wordsOf(i)
		shared := f.marks(said)
		if shared == 0 || !tells(shared, said, words) && (strict || q.Turn != just || !f.takesUp(said, q.Speaker)) {
			continue
		}
		if strict {
			if own := shared - said.sharedWith(words, f.about); own < 2 || 2*own < min(len(said), len(words)) {
				continue
			}
		}
		ids = append(ids, q.ID)
	}
	return ids
}

// takesUp says whether the sentence that is read has a word of a text that is not the
// topic's, and that the text's speaker was the first to use.
func (f *folder) takesUp(said wordSet, by debate.Speaker) bool {
	return slices.ContainsFunc(said, func(w int32) bool {
		return f.isMarked(w) && f.first[w] == by && !slices.Contains(f.about, w)
	})
}

// relate finds what a sentence answers, besides what was given back before it, and
// whether it gives in.
func (f *folder) relate(p *debate.Point, text string, words wordSet, givenBack []string) {
	p.Answers = f.answers(p.Speaker, p.Turn, words, false)
	for _, id := range givenBack {
		if !slices.Contains(p.Answers, id) {
			p.Answers = append(p.Answers, id)
		}
	}
	var side debate.Stance
	ok := false
	if f.about.shares(words) {
		side, ok = claim.Align(text, f.topic)
	}
	switch {
	case isQuestion(text):
		p.Kind = debate.QuestionPoint
	case ok && f.takesOtherSide(p.Speaker, side), givesIn(text):
		f.giveIn(p)
	case len(p.Answers) > 0:
		p.Kind = debate.RebuttalPoint
	}
}

// giveIn makes a point a concession of what it would have answered, or of the latest
// that was argued.
func (f *folder) giveIn(p *debate.Point) {
	p.Kind, p.Answers, p.Concedes = debate.ConcessionPoint, nil, p.Answers
	if len(p.Concedes) == 0 {
		p.Concedes = f.latest(other(p.Speaker), p.Turn)
	}
}

// latest is the last point that a speaker argued, a turn ago at most.
func (f *folder) latest(by debate.Speaker, turn int) []string {
	for i := len(f.points) - 1; i >= 0 && f.points[i].Turn >= turn-1; i-- {
		if q := &f.points[i]; q.Speaker == by && argues(*q) {
			return []string{q.ID}
		}
	}
	return nil
}

// wordsOf are the words of the point at a place.
func (f *folder) wordsOf(i int) wordSet {
	if f.words[i] == nil {
		f.words[i] = f.readWords(f.points[i].Quote.Text)
	}
	return f.words[i]
}

// takesOtherSide notes a speaker's first side, and says whether one is another.
func (f *folder) takesOtherSide(by debate.Speaker, side debate.Stance) bool {
	if first, known := f.sides[by]; known {
		return first != side
	}
	f.sides[by] = side
	return false
}
