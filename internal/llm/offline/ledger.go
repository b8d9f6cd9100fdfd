package offline

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

// speaksTo are the ids of the bot's earlier points, texts of the bank, that a
// sentence of the user bears on most.
func (w *writer) speaksTo(sentence string) []string {
	if w.topic == nil {
		return nil
	}
	for _, f := range w.points.rank(sentence, heart, argument, answer, question, concede) {
		if f.score < relevant {
			break
		}
		for _, e := range slices.Backward(w.prompt.Exchanges) {
			if at := slices.Index(w.entriesIn(e.Reply), f.entry); at >= 0 {
				return []string{debate.PointID(e.Number, debate.Bot, at+1)}
			}
		}
	}
	return nil
}

// entriesIn are the bank's texts in a reply, in their order.
func (w *writer) entriesIn(reply string) (found []*entry) {
	for _, e := range w.points.entries {
		if strings.Contains(reply, markOf(e.Text.Text)) {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, func(a, b *entry) int {
		return cmp.Compare(strings.Index(reply, markOf(a.Text.Text)), strings.Index(reply, markOf(b.Text.Text)))
	})
	return found
}
