package flow

import (
	"maps"
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
func Fold(topic string, turns []debate.Turn) []Point { return new(Sheet).Fold(topic, turns) }

// Sheet remembers what it folded, so that a debate that has grown costs no more than what
// it grew by. The zero value has folded nothing; one goroutine at a time may use it.
type Sheet struct {
	folder *folder // of the turns
	turns  []debate.Turn
}

// changing is how many of the latest turns a sheet does not go on from: a reply may be
// tried again, and its ledger comes after it.
const changing = 2

// Fold does what the function Fold does, and goes on from what was folded before; it begins anew
// where those turns are not the first of these.
func (s *Sheet) Fold(topic string, turns []debate.Turn) []Point {
	lasting := turns[:max(0, len(turns)-changing)]
	if s.folder == nil || s.folder.topic != topic || len(s.turns) > len(lasting) || !slices.EqualFunc(s.turns, lasting[:len(s.turns)], saysTheSame) {
		s.folder, s.turns = newFolder(topic, pointsATurn*len(turns)), nil
	}
	s.folder.addAll(lasting[len(s.turns):])
	s.turns = slices.Clone(lasting)
	whole := s.folder.clone()
	whole.addAll(turns[len(lasting):])
	whole.settle()
	return whole.points
}

// saysTheSame says whether two turns add the same to a flow.
func saysTheSame(t, u debate.Turn) bool {
	return t.ID == u.ID && t.Number == u.Number && t.State == u.State && t.Kind == u.Kind && t.Message == u.Message && t.Reply == u.Reply && t.Ledger == u.Ledger
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
	words   []wordSet                        // of each point, nil where they were not read
	index   map[string]int                   // of points, by id
	first   []debate.Speaker                 // who used a word first, by its number
	marked  []int32                          // the latest sentence that has a word, by its number
	given   []int32                          // the latest sentence that gives a word back
	reading int32                            // the sentence that is read, counted
	called  bool                             // somebody was called names
	lower   []byte                           // of a word, for readWords
	said    map[string]bool                  // in lower case
	last    map[debate.Speaker]int           // turns that they spoke in
	sides   map[debate.Speaker]debate.Stance // that they took first
}

// pointsATurn is about how many a turn has.
const pointsATurn = 6

// newFolder is a folder with room for so many points.
func newFolder(topic string, room int) *folder {
	f := &folder{
		points: make([]Point, 0, room), words: make([]wordSet, 0, room),
		topic: topic, numbers: make(map[string]int32), stems: make(map[string]int32),
		index: make(map[string]int, room), said: make(map[string]bool, room),
		last: make(map[debate.Speaker]int), sides: make(map[debate.Speaker]debate.Stance),
	}
	f.about = f.readWords(topic)
	return f
}

// clone is a folder that goes on from this one and leaves it as it is.
func (f *folder) clone() *folder {
	c := *f
	c.points, c.words = slices.Clone(f.points), slices.Clone(f.words)
	c.first, c.marked, c.given, c.lower = slices.Clone(f.first), slices.Clone(f.marked), slices.Clone(f.given), nil
	c.numbers, c.stems = maps.Clone(f.numbers), maps.Clone(f.stems)
	c.index, c.said = maps.Clone(f.index), maps.Clone(f.said)
	c.last, c.sides = maps.Clone(f.last), maps.Clone(f.sides)
	return &c
}

func (f *folder) addAll(turns []debate.Turn) {
	for _, t := range turns {
		if Argues(t) {
			f.add(t)
		}
	}
}

func (f *folder) add(t debate.Turn) {
	f.last[debate.User], f.last[debate.Bot] = t.Number, t.Number
	ledger, err := t.Ledger.Points()
	if err != nil || len(ledger) == 0 {
		f.read(t, debate.User)
		f.read(t, debate.Bot)
		return
	}
	for _, p := range ledger {
		f.addOfLedger(t, p)
	}
}

// addOfLedger adds a point of a ledger, and what its words say that the ledger does not.
func (f *folder) addOfLedger(t debate.Turn, p debate.Point) {
	if _, twice := f.index[p.ID]; twice || !within(p, t) {
		return
	}
	p.Turn = t.Number
	p.Answers, p.Concedes = f.others(p.Speaker, p.Answers), f.others(p.Speaker, p.Concedes)
	text := Said(t, p.Speaker)[p.Start:p.End]
	var words wordSet // nil of the bot's, which answer what the ledger says
	if p.Speaker == debate.User {
		words = f.readWords(text)
		if f.mark(words); f.echoes(p.Speaker, t.Number, text, words) {
			return
		}
	}
	f.complete(&p, text, words)
	f.addPoint(t, p, words)
}

// addPoint adds a point with its words, which may be nil, unless it was said before.
func (f *folder) addPoint(t debate.Turn, p debate.Point, words wordSet) {
	q := quote(t, p.Speaker, p.Start, p.End)
	key := strings.ToLower(strings.TrimRight(oneLine(q.Text), ".!?…"))
	if f.said[key] {
		return
	}
	f.said[key] = true
	f.index[p.ID] = len(f.points)
	f.points, f.words = append(f.points, Point{Point: p, Quote: q}), append(f.words, words)
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

// settleMotion marks as answered the points that say no more than the motion, where the other side
// has argued since: its whole case is the answer.
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
		if words := f.wordsOf(i); len(words) > 0 && words.shared(f.about) == len(words) {
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
