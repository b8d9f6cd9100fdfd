package claim

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// labelled is a first message with what may be read from it. Stances are the
// bot's.
type labelled struct {
	Message string
	Claim   bool
	Accept  []struct{ Topic, Stance string }
}

func readLabels(t testing.TB, path string) []labelled {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []labelled
	for line := range strings.Lines(string(data)) {
		var l labelled
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%s: %v in %s", path, err, line)
		}
		all = append(all, l)
	}
	return all
}

func plainWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.NewReplacer("'", "", "’", "").Replace(s)), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
}

func overlap(a, b []string) float64 {
	set := map[string]int{}
	for _, w := range a {
		set[w] |= 1
	}
	for _, w := range b {
		set[w] |= 2
	}
	both := 0
	for _, in := range set {
		if in == 3 {
			both++
		}
	}
	return float64(both) / float64(max(1, len(set)))
}

func pairs(words []string) []string {
	var all []string
	for i := 1; i < len(words); i++ {
		all = append(all, words[i-1]+" "+words[i])
	}
	return all
}

// right says whether what was read is what a label accepts: the topic in the
// same or nearly the same words, and the bot on the label's side of it.
func (l labelled) right(s debate.Subject, ok bool) bool {
	if !l.Claim || !ok {
		return l.Claim == ok
	}
	got := plainWords(s.Topic)
	sides := map[string]bool{}
	best, bestPairs, stance := 0.0, -1.0, ""
	for _, a := range l.Accept {
		sides[a.Stance] = true
		want := plainWords(a.Topic)
		share, shared := overlap(got, want), overlap(pairs(got), pairs(want))
		if strings.Join(got, " ") == strings.Join(want, " ") {
			share, shared = 2, 2
		}
		if share > best || share == best && shared > bestPairs {
			best, bestPairs, stance = share, shared, a.Stance
		}
	}
	return best >= 0.6 && (len(sides) > 1 && l.bothSides() || stance == string(s.Stance))
}

// bothSides says that the message leaves the side open: one topic is accepted
// with either stance.
func (l labelled) bothSides() bool {
	seen := map[string]string{}
	for _, a := range l.Accept {
		if before, ok := seen[a.Topic]; ok && before != a.Stance {
			return true
		}
		seen[a.Topic] = a.Stance
	}
	return false
}

// right is how many of a set's messages are read as a label accepts; miss
// hears of the others.
func right(t *testing.T, set string, miss func(l labelled, s debate.Subject, ok bool)) (right, all int) {
	labels := readLabels(t, "testdata/"+set+".jsonl")
	for _, l := range labels {
		s, ok := Read(l.Message)
		if l.right(s, ok) {
			right++
		} else {
			miss(l, s, ok)
		}
	}
	t.Logf("%s: %d of %d right", set, right, len(labels))
	return right, len(labels)
}

// Whoever works on the rules looks at these sets, so that their figures say
// little of messages that nobody has seen.
func TestClaimsAreRead(t *testing.T) {
	for _, set := range []string{"claims", "claims_openers"} {
		n, all := right(t, set, func(l labelled, s debate.Subject, ok bool) {
			t.Logf("%q was read as %q, bot %s, %v", l.Message, s.Topic, s.Stance, ok)
		})
		if 100*n < 97*all {
			t.Errorf("%s: %d of %d right, want 97%%", set, n, all)
		}
	}
}

// The held-out messages were written and labelled apart from the rules, and
// nobody who writes rules reads them: they tell what the rules do with what
// they have not seen. So this test does not show them either.
func TestHeldOutClaimsAreRead(t *testing.T) {
	n, all := right(t, "claims_heldout", func(labelled, debate.Subject, bool) {})
	if 100*n < 90*all {
		t.Errorf("%d of %d right, want 90%%", n, all)
	}
}

func TestPatterns(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		matched       int // of the beginning, marks too
	}{
		{"one|two three", "two three four", 2},
		{"(one|two three) four", "two three four", 3},
		{"one two?", "one three", 1},
		{"one* two", "one one two", 3},
		{"(one two)+", "one two one two one", 4},
		{"one !two", "one two", 0},
		{"one &two", "one two", 1},
		{"one X four", "one two three four", 4},
		{"one two", "one, two", 3},
		{"one | two three", "two three", 2},
		{"@adv* one", "really very one", 3},
		{"{myself} am", "but i am", 3},
	} {
		if n := compile(tt.pattern).prefix(sentencesOf(tt.text)[0].words); n != tt.matched {
			t.Errorf("%q matches %d words of %q, want %d", tt.pattern, n, tt.text, tt.matched)
		}
	}
}

func TestWordsArePlainlySpelled(t *testing.T) {
	for text, want := range map[string]string{
		"i DON'T think it’s ok":        "I DO not think it is ok",
		"dont u think shes gonna win":  "do not you think she is going to win",
		"3.5% of U.S. dogs, e.g. pugs": "3.5% of U.S. dogs, e.g. pugs",
		"node.js>php":                  "node.js > php",
		"THIS IS SHOUTED AT YOU":       "this is shouted at you",
		"dogs are better then cats":    "dogs are better than cats",
		"“well-known” — (maybe) dogs":  "\"well-known\" - (maybe) dogs",
		"the kids' dog 😂":              "the kids' dog",
	} {
		if got := textOf(sentencesOf(text)[0].words); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func FuzzReadClaim(f *testing.F) {
	for _, set := range []string{"claims", "claims_heldout", "claims_openers"} {
		for _, l := range readLabels(f, "testdata/"+set+".jsonl") {
			f.Add(l.Message)
		}
	}
	f.Fuzz(func(t *testing.T, message string) {
		s, ok := Read(message)
		if ok != (s.Topic != "") || ok && s.Stance == debate.NoStance || len(s.Topic) > debate.MaxTopicBytes {
			t.Errorf("%q: %+v, %v", message, s, ok)
		}
		if !utf8.ValidString(s.Topic) || !utf8.ValidString(s.Title) || utf8.RuneCountInString(s.Title) > maxTitle {
			t.Errorf("%q: not a title or not UTF-8: %+v", message, s)
		}
		SideOf(message, "Dogs are better than cats.")
	})
}

// BenchmarkReadClaim reads one message an operation.
func BenchmarkReadClaim(b *testing.B) {
	labels := readLabels(b, "testdata/claims.jsonl")
	b.Run("openings", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			Read(labels[i%len(labels)].Message)
		}
	})
	long := strings.Repeat("Well, I honestly think that dogs are better than cats, because they do not hide. ", 100)
	b.Run("8 KB", func(b *testing.B) {
		for b.Loop() {
			Read(long)
		}
	})
}
