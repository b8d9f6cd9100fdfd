package prompt

import (
	"cmp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// mostPoints of a kind are told, the latest ones.
const mostPoints = 8

// standing says what the ledgers of the exchanges come to: which points of the
// user's are open, which of them the bot conceded, and which the bot has used.
func standing(exchanges []debate.Exchange) string {
	var points []debate.Point
	for _, e := range exchanges {
		of, err := e.Ledger.Points()
		if err != nil {
			continue // of another version: the exchange is carried whole anyway
		}
		points = append(points, of...)
	}
	answered, conceded := map[string]bool{}, map[string]bool{}
	for _, p := range points {
		for _, id := range p.Answers {
			answered[id] = true
		}
		for _, id := range p.Concedes {
			conceded[id] = true
		}
	}
	var text strings.Builder
	list := func(heading string, of func(debate.Point) bool) {
		var said []string
		for _, p := range points {
			if of(p) {
				said = append(said, strings.Join(strings.Fields(p.Text), " "))
			}
		}
		said = slices.Compact(said[max(0, len(said)-mostPoints):])
		if len(said) > 0 {
			text.WriteString(heading + "\n- " + strings.Join(said, "\n- ") + "\n")
		}
	}
	list("The opponent's points that nobody has answered yet, which the reply may take up:", func(p debate.Point) bool {
		return p.Speaker == debate.User && p.Kind != debate.ConcessionPoint && !answered[p.ID] && !conceded[p.ID]
	})
	list("Conceded by Alex, not to be taken back:", func(p debate.Point) bool { return p.Speaker == debate.User && conceded[p.ID] })
	list("Conceded by the opponent:", func(p debate.Point) bool { return p.Speaker == debate.Bot && conceded[p.ID] })
	list("Used by Alex already, not to be said again:", func(p debate.Point) bool {
		return p.Speaker == debate.Bot && (p.Kind == debate.ClaimPoint || p.Kind == debate.RebuttalPoint)
	})
	return strings.TrimSpace(text.String())
}

// maxRecord bounds what Retell makes, in bytes: the latest is kept.
const maxRecord = 4 << 10

// Retell continues a record of a debate by the ledgers of exchanges, a line for
// each exchange; ok is false where one has none that should.
func Retell(record string, exchanges []debate.Exchange) (retold string, ok bool) {
	lines := []string{}
	if record != "" {
		lines = strings.Split(record, "\n")
	}
	for _, e := range exchanges {
		points, err := e.Ledger.Points()
		if err != nil || len(points) == 0 && e.Kind != debate.AsideKind && e.Kind != debate.InvitationKind {
			return "", false
		}
		var said []string
		for _, p := range points {
			who := "Alex"
			if p.Speaker == debate.User {
				who = "The opponent"
			}
			verb := map[debate.PointKind]string{debate.QuestionPoint: " asked: ", debate.ConcessionPoint: " conceded: "}[p.Kind]
			said = append(said, who+cmp.Or(verb, ": ")+strings.Join(strings.Fields(p.Text), " "))
		}
		if len(said) > 0 {
			lines = append(lines, strings.Join(said, ". ")+".")
		}
	}
	size := 0
	for i, line := range slices.Backward(lines) {
		if size += len(line) + 1; size > maxRecord {
			lines = lines[i+1:]
			break
		}
	}
	return strings.Join(lines, "\n"), true
}
