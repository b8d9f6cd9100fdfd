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
	// Stated says whether a topic that opposes the user is all that was said, or all of it
	// that has the claim and what denies it. That is right too.
	Stated func(topic string) bool `json:"-"`
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
	if l.Stated != nil && s.Stance == debate.Con && l.Stated(s.Topic) {
		return true
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
		s, _ := Read(l.Message)
		if l.right(s, s.Topic != "") {
			right++
		} else {
			miss(l, s, s.Topic != "")
		}
	}
	t.Logf("%s: %d of %d right", set, right, len(labels))
	return right, len(labels)
}

// The reader learns from these sets (in tidy/train.jsonl with spans), so that
// their figures say little of messages that it has not seen.
func TestClaimsAreRead(t *testing.T) {
	for _, set := range []string{"claims", "claims_openers"} {
		n, all := right(t, set, func(l labelled, s debate.Subject, ok bool) {
			t.Logf("%q was read as %q, bot %s, %v", l.Message, s.Topic, s.Stance, ok)
		})
		if 100*n < 95*all {
			t.Errorf("%s: %d of %d right, want 95%%", set, n, all)
		}
	}
}

// The held-out messages were written and labelled apart from what is learned, and
// nobody who works on the reader reads them: they tell what it does with what it
// has not seen. So this test does not show them either. The bounds are what was
// reached; the labels of the first two sets do not say where all that was said is right
// too. Who takes every message for a claim, and opposes it, gets less.
func TestHeldOutClaimsAreRead(t *testing.T) {
	for set, least := range map[string]int{"claims_heldout": 186, "claims_fresh": 92} {
		if n, all := right(t, set, func(labelled, debate.Subject, bool) {}); n < least {
			t.Errorf("%s: %d of %d right, want %d", set, n, all, least)
		}
	}
	n, parrot, openings := 0, 0, readOpenings(t, "messy/heldout")
	spoken := map[string]*[2]int{}
	for _, o := range openings {
		s, _ := Read(o.Text)
		if o.labelled().right(s, s.Topic != "") {
			n++
		}
		if o.labelled().right(debate.Subject{Topic: o.Text, Stance: debate.Con}, true) {
			parrot++
		}
		if spoken[o.Lang] == nil {
			spoken[o.Lang] = &[2]int{}
		}
		spoken[o.Lang][1]++
		if Language(o.Text) == o.Lang {
			spoken[o.Lang][0]++
		}
	}
	t.Logf("messy/heldout: %d of %d right, a parrot %d", n, len(openings), parrot)
	if n < 970 || parrot > n-150 {
		t.Errorf("messy/heldout: %d of %d right, want 970, and of a parrot's %d 150 less", n, len(openings), parrot)
	}
	for lang, n := range spoken {
		t.Logf("%s: of %d of %d messages the language is told", lang, n[0], n[1])
		if 100*n[0] < 90*n[1] {
			t.Errorf("%s: of %d of %d messages the language is told, want 90%%", lang, n[0], n[1])
		}
	}
}

// A reading is about as often right as it says.
func TestSureIsAProbability(t *testing.T) {
	var bins [3]struct{ right, all int } // below 0.8, 0.95, and above
	for _, o := range readOpenings(t, "messy/heldout") {
		s, sure := Read(o.Text)
		if s.Topic == "" {
			continue
		}
		bin := int(bit(sure >= 0.8)) + int(bit(sure >= 0.95))
		bins[bin].all++
		if o.labelled().right(s, true) {
			bins[bin].right++
		}
	}
	share := func(i int) float64 { return float64(bins[i].right) / float64(bins[i].all) }
	t.Logf("right of those sure below .8, .95 and above: %v", bins)
	if share(0) > 0.7 || share(2) < 0.88 || share(0) >= share(1) || share(1) >= share(2) {
		t.Errorf("right of those sure below .8, .95 and above: %v", bins)
	}
}

// What the reader does not surely take apart stays as it was said, and is opposed: the
// claims that it had cut out of these were on the writer's side, or no sentences.
func TestAStatementIsOpposedAsItWasSaid(t *testing.T) {
	for _, message := range []string{
		"My roommate never cleans so i should get to pay less rent", "They never give us recess anymore and kids need it", "I will never understand why people like cruises",
		"Not tipping in america is rude", "I'm not saying ban cars, i'm saying make cities walkable", "My teacher says wikipedia is unreliable but its better than most textbooks",
		"My daughter is 12 and has no phone and shes fine. No kid needs one", "Would love it if restaurants banned kids", "They want to close our library and it's a disgrace",
		"No me parece bien que los perros entren en los bares", "My coach says no pain no gain and i think that's toxic", "My friend thinks golf is fun and I think that's dumb",
	} {
		if s, _ := Read(message); s.Topic != message || s.Stance != debate.Con {
			t.Errorf("%q is read as %q, the bot %s", message, s.Topic, s.Stance)
		}
	}
	for message, topic := range map[string]string{
		"hot take: cereal is soup": "Cereal is soup", "idk man i just think landlords shouldnt exist": "Landlords should exist", "how is it legal to charge for a carry on bag": "",
		"defend pineapple on pizza": "Pineapple on pizza is good",
	} {
		if s, _ := Read(message); s.Topic != topic {
			t.Errorf("%q is read as %q, want %q", message, s.Topic, topic)
		}
	}
}

// A "not" is taken out where that leaves good language, and turns the side.
func TestTopicsArePositiveWhereThatIsNatural(t *testing.T) {
	for topic, want := range map[string]string{
		"Homework should not be banned":                       "Homework should be banned",
		"Dogs cannot be vegan":                                "Dogs can be vegan",
		"Money does not buy happiness":                        "Money buys happiness",
		"Cats do not belong outside":                          "Cats belong outside",
		"She does not try":                                    "She tries",
		"Los zoos no deberían existir":                        "Los zoos deberían existir",
		"O café não é saudável":                               "O café é saudável",
		"Ananas gehört nicht auf Pizza":                       "Ananas gehört auf Pizza",
		"It is ok not to vote":                                "",
		"Not all dogs bite":                                   "",
		"We should tax people who do not vote":                "",
		"You should never lie":                                "",
		"It is not only cats that purr":                       "",
		"Nobody should not vote":                              "",
		"We do not know":                                      "We know",
		"Prohibition did not work":                            "",
		"No hay que comer carne":                              "Hay que comer carne",
		"The customer is not always right":                    "",
		"Not":                                                 "",
		"It is wrong to say that they do not care about this": "",
	} {
		got, turned := positive(topic)
		if turned != (want != "") || turned && !strings.EqualFold(got, want) || !turned && got != topic {
			t.Errorf("%q became %q, turned %v; want %q", topic, got, turned, want)
		}
	}
}

func TestTheSideOfATopicThatIsGiven(t *testing.T) {
	for message, want := range map[string]debate.Stance{
		"I disagree.": debate.Con, "I agree.": debate.Pro, "I am against it.": debate.Con, "Let's debate this.": debate.Pro,
		"Zoos should be closed": debate.Pro, "Zoos should not be closed": debate.Con, "I don't think zoos should be closed": debate.Con,
	} {
		if got := SideOf(message, "Zoos should be closed."); got != want {
			t.Errorf("%q is taken to be %s, want %s", message, got, want)
		}
	}
}

func FuzzReadClaim(f *testing.F) {
	for _, set := range []string{"claims", "claims_heldout", "claims_openers", "claims_fresh"} {
		for _, l := range readLabels(f, "testdata/"+set+".jsonl") {
			f.Add(l.Message)
		}
	}
	f.Fuzz(func(t *testing.T, message string) {
		s, sure := Read(message)
		if (s.Topic == "") != (s.Stance == debate.NoStance) || len(s.Topic) > debate.MaxTopicBytes || !(sure >= 0 && sure <= 1.001) {
			t.Errorf("%q: %+v, %v", message, s, sure)
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
