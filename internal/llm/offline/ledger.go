package offline

// This file says what a reply and the message before it put into the flow: the points that were made,
// and those that were answered.

import (
	"cmp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// spoken is a text of the bank in the reply, and what of the message it is to.
type spoken struct {
	*entry
	to    span // of the message; empty for what is to nothing in it
	meets bool
}

// ledger is what the exchange adds: the points of the message, with what the
// bank calls them, and those of the reply. reply is the whole reply, message the
// prompt's, which may have more around it than was read.
func (w *writer) ledger(message, reply string) debate.Ledger {
	m := w.readMessage(w.prompt.Message)
	shift := max(strings.Index(message, w.prompt.Message), 0)
	var points []debate.Point
	ids := make(map[span]string)
	for i, s := range m.points {
		id := debate.PointID(w.prompt.Number, debate.User, len(points)+1)
		ids[s] = id
		p := debate.Point{ID: id, Turn: w.prompt.Number, Speaker: debate.User, Kind: debate.ClaimPoint, Start: shift + s.start, End: shift + s.end, Text: w.prompt.Message[s.start:s.end]}
		if m.questions[i] {
			p.Kind = debate.QuestionPoint
		} else if p.Answers = w.speaksTo(p.Text); len(p.Answers) > 0 {
			p.Kind = debate.RebuttalPoint
		}
		for _, said := range w.spoken {
			if said.meets && said.to == s && said.To != "" {
				p.Text = said.To
			}
		}
		points = append(points, p)
	}
	n := 0
	add := func(kind debate.PointKind, part, text string) *debate.Point {
		at := strings.Index(reply, part)
		if at < 0 || part == "" {
			return &debate.Point{}
		}
		n++
		points = append(points, debate.Point{ID: debate.PointID(w.prompt.Number, debate.Bot, n), Turn: w.prompt.Number, Speaker: debate.Bot,
			Kind: kind, Start: at, End: at + len(part), Text: text})
		return &points[len(points)-1]
	}
	slices.SortStableFunc(w.spoken, func(a, b spoken) int {
		return cmp.Compare(strings.Index(reply, a.Text.Text), strings.Index(reply, b.Text.Text))
	})
	for _, said := range w.spoken {
		kind := debate.ClaimPoint
		if said.role == concede {
			kind = debate.ConcessionPoint
		} else if said.meets {
			kind = debate.RebuttalPoint
		}
		p := add(kind, said.Text.Text, cmp.Or(said.Point, gist(said.Text.Text, minPoint)))
		switch {
		case !said.meets:
		case kind == debate.ConcessionPoint:
			p.Concedes = []string{ids[said.to]}
		default:
			p.Answers = []string{ids[said.to]}
		}
	}
	for _, probe := range w.probes {
		add(debate.QuestionPoint, probe, probe)
	}
	return debate.NewLedger(points...)
}

// speaksTo is the id of the bot's earlier point, a text of the bank, that a sentence of
// the user takes up most words of, besides the claim's; none where it takes up few.
func (w *writer) speaksTo(sentence string) []string {
	if w.topic == nil {
		return nil
	}
	_, words := w.points.sum(w.contentWords(sentence))
	words = slices.DeleteFunc(words, func(said word) bool { return slices.Contains(w.topic.claims()[0], said.stem) })
	if w.earlier == nil {
		w.earlier = w.earlierPoints()
	}
	most, id := takenUp, ""
	for _, p := range w.earlier {
		if part := p.counts * p.takesUp(words); part > most {
			most, id = part, p.id
		}
	}
	if id == "" {
		return nil
	}
	return []string{id}
}

// earlierPoint is a text of the bank that the bot has said, with the stems in it: not in
// what it is to.
type earlierPoint struct {
	id     string
	counts float64
	stems  map[string]bool
}

// earlierPoints are those of all earlier replies, the latest first.
func (w *writer) earlierPoints() (all []earlierPoint) {
	recent := 1.0
	for _, e := range slices.Backward(w.prompt.Exchanges) {
		for i, said := range w.entriesIn(e.Reply) {
			p := earlierPoint{debate.PointID(e.Number, debate.Bot, i+1), recent, make(map[string]bool)}
			for word := range w.contentWords(said.Text.Text + " " + said.Point) {
				p.stems[word.stem] = true
			}
			all = append(all, p)
		}
		recent *= fades
	}
	return all
}

// takenUp is how much of a sentence's words, as they tell, a text has at least that it
// speaks to, and fades what that counts with each turn that it was said before. What
// both mean says nothing: in ten debates it was as near to texts that were not meant.
const (
	takenUp = 0.22
	fades   = 0.9
)

// takesUp is how much of some words it has, from 0 to 1.
func (p earlierPoint) takesUp(words []word) float64 {
	has, all := 0.0, saturation
	for _, w := range words {
		all += w.special
		if p.stems[w.stem] {
			has += w.special
		}
	}
	return has / all
}

// entriesIn are the bank's texts in a reply, in their order.
func (w *writer) entriesIn(reply string) (found []*entry) {
	for _, e := range slices.Concat(w.points.entries, slices.Concat(w.grounds().texts...)) {
		if strings.Contains(reply, markOf(e.Text.Text)) {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, func(a, b *entry) int {
		return cmp.Compare(strings.Index(reply, markOf(a.Text.Text)), strings.Index(reply, markOf(b.Text.Text)))
	})
	return found
}
