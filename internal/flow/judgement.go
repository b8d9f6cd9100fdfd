package flow

import (
	"strings"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Limits of what a judge's words may come to, in characters.
const (
	maxTitle  = 120
	maxReason = 500
	maxCase   = 1500
)

// Check keeps of a judgement what can be shown: quotations that are in the turn
// that they name, clashes that have one, and advice with its own.
func Check(turns []debate.Turn, j debate.Judgement) debate.Findings {
	byNumber := make(map[int]debate.Turn, len(turns))
	for _, t := range turns {
		byNumber[t.Number] = t
	}
	find := func(q debate.Quotation) (debate.Quote, bool) {
		t, ok := byNumber[q.Turn]
		if !ok || q.Speaker != debate.User && q.Speaker != debate.Bot {
			return debate.Quote{}, false
		}
		return QuoteIn(t, q.Speaker, q.Text)
	}
	f := debate.Findings{Winner: j.Winner, BestCase: shorten(j.BestCase, maxCase)}
	for _, c := range j.Clashes {
		shown := debate.Clash{Title: clip(c.Title, maxTitle), Winner: c.Winner, Reason: shorten(c.Reason, maxReason)}
		for _, q := range c.Quotes {
			if found, ok := find(q); ok {
				shown.Quotes = append(shown.Quotes, found)
			}
		}
		if len(shown.Quotes) > 0 && len(f.Clashes) < maxClashes {
			f.Clashes = append(f.Clashes, shown)
		}
	}
	for _, a := range j.Advice {
		if found, ok := find(a.Quote); ok && len(f.Advice) < maxAdvice {
			f.Advice = append(f.Advice, debate.Advice{Text: shorten(a.Text, maxReason), Quote: found})
		}
	}
	return f
}

// Agree is the finding of a judge that was asked twice, with the sides' order
// swapped: where the two differ it is undecided. A winner needs a clash, and has lost not
// all that anybody won.
func Agree(a, b debate.Findings) debate.Findings {
	f := a
	if a.Winner != b.Winner || !bearsOut(a) || !bearsOut(b) {
		f.Winner = debate.Undecided
	}
	if len(f.Clashes) == 0 {
		f.Clashes = b.Clashes
	}
	if len(f.Advice) == 0 {
		f.Advice = b.Advice
	}
	if f.Winner == debate.Undecided {
		f.BestCase = ""
	}
	return f
}

// bearsOut says whether the clashes that can be shown are some, and not all against the
// winner.
func bearsOut(f debate.Findings) bool {
	won := make(map[debate.Winner]bool)
	for _, c := range f.Clashes {
		won[c.Winner] = true
	}
	return len(f.Clashes) > 0 && (won[f.Winner] || !won[debate.UserWins] && !won[debate.BotWins])
}

// shorten is a text of valid characters, up to so many of them.
func shorten(text string, most int) string {
	text = strings.TrimSpace(strings.ToValidUTF8(text, ""))
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
