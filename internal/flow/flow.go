package flow

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Status is what became of a point.
type Status string

// The statuses.
const (
	Open     Status = "open"     // the other side had no turn to answer it yet
	Answered Status = "answered" // the other side spoke to it
	Conceded Status = "conceded" // the other side granted it
	Dropped  Status = "dropped"  // the other side spoke since, and not to it
)

// Point is a point of a ledger, and what became of it.
type Point struct {
	debate.Point
	Quote  debate.Quote
	Status Status
}

// Fold is the points of a debate in the order in which they were made, from the
// ledgers of its turns, oldest first. A turn without a ledger is read as
// sentences. What a ledger has that is not in its turn is left out, and so is
// what only repeats an earlier point.
func Fold(topic string, turns []debate.Turn) []Point {
	f := newFolder(topic)
	for _, t := range turns {
		if Argues(t) {
			f.add(t)
		}
	}
	f.settle()
	return f.points
}

// Argues says whether a turn is a part of the argument: it has a reply, and is
// neither an aside nor anything else that carries no side.
func Argues(t debate.Turn) bool {
	return t.Debated() && t.State != debate.Running && t.Kind != debate.InvitationKind && t.Kind != debate.AsideKind
}

type folder struct {
	topic   string
	about   wordSet          // of the topic
	numbers map[string]int32 // of the words that were met
	stems   map[string]int32 // their numbers
	points  []Point
	index   map[string]int                   // of points, by id
	words   map[string]wordSet               // of points that were looked at, by id
	first   map[int32]debate.Speaker         // who used a word first
	said    map[string]bool                  // in lower case
	last    map[debate.Speaker]int           // turns that they spoke in
	sides   map[debate.Speaker]debate.Stance // that they took first
}

func newFolder(topic string) *folder {
	f := &folder{
		topic: topic, numbers: make(map[string]int32), stems: make(map[string]int32), first: make(map[int32]debate.Speaker),
		index: make(map[string]int), words: make(map[string]wordSet), said: make(map[string]bool),
		last: make(map[debate.Speaker]int), sides: make(map[debate.Speaker]debate.Stance),
	}
	f.about = f.readWords(topic)
	return f
}

func (f *folder) add(t debate.Turn) {
	f.last[debate.User], f.last[debate.Bot] = t.Number, t.Number
	ledger, err := t.Ledger.Points()
	if err != nil || len(ledger) == 0 {
		for _, by := range []debate.Speaker{debate.User, debate.Bot} {
			for _, p := range f.read(t, by) {
				f.addPoint(t, p, false)
			}
		}
		return
	}
	for _, p := range ledger {
		f.addPoint(t, p, true)
	}
}

// addPoint adds a point of a turn, and what its words say that a ledger does not.
func (f *folder) addPoint(t debate.Turn, p debate.Point, fromLedger bool) {
	if _, twice := f.index[p.ID]; twice || !within(p, t) {
		return
	}
	p.Turn = t.Number
	q := quote(t, p.Speaker, p.Start, p.End)
	key := strings.ToLower(oneLine(q.Text))
	if f.said[key] {
		return // it only repeats
	}
	f.said[key] = true
	p.Answers, p.Concedes = f.others(p.Speaker, p.Answers), f.others(p.Speaker, p.Concedes)
	if fromLedger {
		f.complete(&p, q.Text)
	}
	f.index[p.ID] = len(f.points)
	f.points = append(f.points, Point{Point: p, Quote: q})
}

// within says whether a point's words are in its turn, whole characters of it.
func within(p debate.Point, t debate.Turn) bool {
	if p.ID == "" || p.Speaker != debate.User && p.Speaker != debate.Bot {
		return false
	}
	said := Said(t, p.Speaker)
	return 0 <= p.Start && p.Start < p.End && p.End <= len(said) && strings.TrimSpace(said[p.Start:p.End]) != "" &&
		utf8.RuneStart(said[p.Start]) && (p.End == len(said) || utf8.RuneStart(said[p.End]))
}

// others are the ids that name points of the other side.
func (f *folder) others(by debate.Speaker, ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		i, ok := f.index[id]
		return !ok || f.points[i].Speaker == by
	})
}

// settle says what became of each point.
func (f *folder) settle() {
	for i := range f.points {
		p := &f.points[i]
		p.Status = Open
		if f.last[other(p.Speaker)] > p.Turn || p.Speaker == debate.User { // the reply comes after the message
			p.Status = Dropped
		}
	}
	for i := range f.points {
		p := &f.points[i]
		for _, id := range p.Answers {
			if to := &f.points[f.index[id]]; to.Status != Conceded {
				to.Status = Answered
			}
		}
		for _, id := range p.Concedes {
			f.points[f.index[id]].Status = Conceded
		}
	}
	f.settleMotion()
}

// settleMotion has those points answered that say no more than the motion, where the
// other side has argued since: its whole case is the answer.
func (f *folder) settleMotion() {
	argued := make(map[debate.Speaker]int) // the latest turn in which they argued
	for i := range f.points {
		if p := &f.points[i]; argues(*p) {
			argued[p.Speaker] = p.Turn
		}
	}
	for i := range f.points {
		p := &f.points[i]
		since := argued[other(p.Speaker)]
		if p.Status != Dropped || since < p.Turn || since == p.Turn && p.Speaker == debate.Bot {
			continue
		}
		if words := f.wordsOf(p); len(words) > 0 && words.shared(f.about) == len(words) {
			p.Status = Answered
		}
	}
}

func other(s debate.Speaker) debate.Speaker {
	if s == debate.User {
		return debate.Bot
	}
	return debate.User
}
