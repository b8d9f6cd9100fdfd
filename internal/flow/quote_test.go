package flow_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

// scripts are words to make transcripts of, and of such that no transcript has.
var scripts = map[string]struct {
	words, foreign []string
	space          string
}{
	"Latin":      {strings.Fields("Müller naïve straße café “freedom” cost—benefit office İstanbul ﬁnal it's co-op 100% Ångström"), strings.Fields("zebra quartz"), " "},
	"Cyrillic":   {strings.Fields("Свобода слова ёлка важнее «порядка» Йод цена выбор Война мир"), strings.Fields("щука фьорд"), " "},
	"Arabic":     {strings.Fields("الحرية أهمّ من النظام وَالعدل ﻻ يكفي الإنسان ١٢٣ نعم،"), strings.Fields("قطار ضوء"), " "},
	"Devanagari": {strings.Fields("स्वतंत्रता व्यवस्था से ज़रूरी क़ानून क्षमा १२३ लोग शक्ति"), strings.Fields("झरना घोड़ा"), " "},
	"Han":        {strings.Fields("自由 比 秩序 更 重要。 「真理」 不 便宜， ﾃｽﾄ テスト"), strings.Fields("斑馬 石英"), ""},
	"emoji":      {strings.Fields("👍🏽 👩‍💻 ❤️ 🇩🇪 yes 🎉 1️⃣ so 🏳️‍🌈 no"), strings.Fields("🦓 🚂"), " "},
}

// disguise says the same as folding does not tell it apart: what a model makes of
// a passage when it repeats it.
func disguise(r *rand.Rand, text string) string {
	for _, change := range []func(string) string{
		strings.ToUpper,
		func(s string) string {
			return strings.NewReplacer("“", `"`, "”", `"`, "'", "’", "—", "-", "«", `"`, "»", `"`).Replace(s)
		},
		func(s string) string { return strings.ReplaceAll(s, " ", "\n  ") },
		func(s string) string {
			return strings.NewReplacer("é", "e\u0301", "ü", "u\u0308", "ﬁ", "fi", "Å", "A\u030a").Replace(s)
		},
		func(s string) string { return "“" + s + "…”" },
	} {
		if r.IntN(3) == 0 {
			if changed := change(text); strings.ToLower(changed) != strings.ToUpper(changed) || changed != text {
				text = changed
			}
		}
	}
	return text
}

func TestQuotationsAreFoundIfTheyAreThereAndNeverElse(t *testing.T) {
	const transcripts = 1000
	r := rand.New(rand.NewPCG(7, 7))
	var names []string
	for name := range scripts {
		names = append(names, name)
	}
	planted, invented := 0, 0
	for n := range transcripts {
		s := scripts[names[n%len(names)]]
		var turns []debate.Turn
		say := func() string {
			words := make([]string, 8+r.IntN(40))
			for i := range words {
				words[i] = s.words[r.IntN(len(s.words))]
			}
			return strings.Join(words, s.space)
		}
		for i := range 2 + r.IntN(6) {
			turns = append(turns, debate.Turn{ID: fmt.Sprint(i + 1), Number: i + 1, Message: say(), Reply: say()})
		}
		turn := turns[r.IntN(len(turns))]
		by := []debate.Speaker{debate.User, debate.Bot}[r.IntN(2)]
		said := flow.Said(turn, by)
		words := []string{said}
		if s.space != "" {
			words = strings.Fields(said)
		}
		from := r.IntN(len(words))
		passage := strings.Join(words[from:from+1+r.IntN(len(words)-from)], " ")
		if s.space == "" {
			runes := []rune(said)
			from = r.IntN(len(runes) - 4)
			passage = string(runes[from : from+3+r.IntN(len(runes)-from-3)])
		}
		if hasLetter(passage) {
			planted++
			quotation := disguise(r, passage)
			q, ok := flow.QuoteIn(turn, by, quotation)
			switch {
			case !ok:
				t.Errorf("%s: %q of %q was not found in %q", names[n%len(names)], quotation, passage, said)
			case q.Text != said[q.Start:q.End] || !utf8.ValidString(q.Text) || q.TurnID != turn.ID || q.Speaker != by:
				t.Errorf("%q is quoted as %+v", passage, q)
			default:
				if again, ok := flow.QuoteIn(turn, by, q.Text); !ok || again.Start != q.Start {
					t.Errorf("the passage found, %q, is not found again: %+v", q.Text, again)
				}
			}
		}
		// A word that nobody said, in the place of one that somebody said.
		false1 := strings.Replace(passage, strings.Fields(passage)[0], s.foreign[r.IntN(2)], 1)
		if s.space == "" {
			false1 = passage + s.foreign[r.IntN(2)]
		}
		for _, quotation := range []string{false1, passage + " " + s.foreign[0], "", "…", `“”`, " - "} {
			invented++
			if q, ok := flow.QuoteIn(turn, by, disguise(r, quotation)); ok {
				t.Errorf("%q was found as %q in %q", quotation, q.Text, said)
			}
		}
	}
	if planted < transcripts*9/10 {
		t.Errorf("only %d passages were planted", planted)
	}
	t.Logf("%d passages and %d inventions in %d transcripts", planted, invented, transcripts)
}

func hasLetter(s string) bool {
	_, _, ok := flow.Find(s, s)
	return ok
}

func TestAQuotationNeverCutsACharacter(t *testing.T) {
	for _, c := range []struct{ text, quotation, want string }{
		{"Die Straße ist lang", "strasse", "Straße"},
		{"Die Straße ist lang", "stras", ""}, // half of ß
		{"the ofﬁce", "ice", ""},
		{"the ofﬁce", "of f", ""},            // half of the ligature
		{"the ofﬁce is", "OFFICE", "ofﬁce"},  //
		{"cafe\u0301 au lait", "caf", "caf"}, // the e keeps its accent
		{"cafe\u0301 au lait", "cafe", ""},   //
		{"cafe\u0301 au lait", "café", "cafe\u0301"},
		{"a  b\n c", "b c", "b\n c"},
		{"x\u200by", "xy", "x\u200by"},
		{"It’s “so”.", `it's "so".`, "It’s “so”."},
		{"no", "", ""},
		{"", "no", ""},
	} {
		start, end, ok := flow.Find(c.text, c.quotation)
		if got := c.text[start:end]; got != c.want || ok != (c.want != "") {
			t.Errorf("%q in %q: %q, %v, want %q", c.quotation, c.text, got, ok, c.want)
		}
	}
}

// What models write for a quotation: cut, in other letters, or put together of parts
// that say the opposite, which no reader is shown (open-legal-products/mike 391).
func TestAQuotationSaysWhatItsTurnSays(t *testing.T) {
	turn := debate.Turn{ID: "a", Number: 1, Reply: "Under clause 9 the landlord is not permitted to terminate this lease.\nHe isn't poor; he said he'd “never” sell it. No one asked. Nunca vende casas, ni pisos."}
	for quotation, want := range map[string]string{
		"the landlord is not permitted":             "the landlord is not permitted",
		"\"The Landlord is NOT permitted...\"":      "the landlord is not permitted",
		"...clause 9 the landlord…":                 "clause 9 the landlord",
		"terminate this lease. He isn't poor":       "terminate this lease.\nHe isn't poor",
		"permitted to terminate this lease":         "not permitted to terminate this lease", // with its "not"
		"... permitted to terminate":                "not permitted to terminate",
		"poor; he said":                             "isn't poor; he said",
		"vende casas":                               "Nunca vende casas",
		"he'd \"never\" sell":                       "he'd “never” sell",
		"sell it":                                   "sell it", // the "never" is a quotation of its own
		"one asked":                                 "No one asked",
		"the landlord is ... permitted":             "",
		"the landlord is … permitted to terminate":  "",
		"terminate this lease ... the landlord":     "",
		"the landlord is [not] permitted":           "",
		"the landlord was not permitted":            "",
		"el casero no puede":                        "",
		"Under clause 9, the landlord is permitted": "",
	} {
		if q, ok := flow.QuoteIn(turn, debate.Bot, quotation); ok != (want != "") || q.Text != want {
			t.Errorf("%q is quoted as %q, want %q", quotation, q.Text, want)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("Die Straße ist lang", "strasse")
	f.Add("👩‍💻 codes", "👩")
	f.Fuzz(func(t *testing.T, text, quotation string) {
		if !utf8.ValidString(text) {
			return // nothing else is stored
		}
		start, end, ok := flow.Find(text, quotation)
		if ok && (start >= end || !utf8.ValidString(text[start:end])) {
			t.Errorf("%q in %q: %d to %d", quotation, text, start, end)
		}
	})
}
