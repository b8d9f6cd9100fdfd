package offline

import (
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// What is said to the bot of the debate itself is answered as such, off the bank by what the user's
// claim aims at, and is not looked up as a point.
func TestWhatIsAskedOfTheBotsSideIsAnswered(t *testing.T) {
	m := newModel(t, Options{})
	k := english(t, m)
	for _, c := range []struct{ topic, message, kind string }{
		{"Leaf blowers should be banned.", "what would change your mind", "convince-remove"},
		{"Cooking should be compulsory at school.", "ok so what evidence would convince u", "convince-require"},
		{"People who film themselves at the gym are the worst.", "could anything make you reconsider?", "convince-blame"},
		{"Leaf blowers should be banned.", "do u think its ok to run one at 7am or not", "fine-remove"},
		{"Leaf blowers should be banned.", "is it really fine to wake a whole street?", "fine-remove"},
		{"Leaf blowers should be banned.", "is there any rule youd accept", "instead-remove"},
		{"Tall fences should be allowed.", "would you settle for two metres?", "instead-spare"},
		{"Leaf blowers should be banned.", "wait so you agree with me?", "agree"},
		{"Leaf blowers should be banned.", "do you even disagree with me", "agree"},
		{"Zoos should be banned.", "so you would close the elephant ones at least?", "part"},
		{"Leaf blowers should be banned.", "so what would make you say it is too loud", "convince-remove"},
		{"Leaf blowers should be banned.", "is there any kind where youd say yes", "instead-remove"},
		{"Leaf blowers should be banned.", "ok what about lawn mowers", "apart-remove"},
		{"Zoos should be banned.", "what would it take to convince you", "convince"},
		{"Leaf blowers should be banned.", "Nobody will ever change their habits without a rule", ""},
		{"Leaf blowers should be banned.", "the noise changed my view of the whole street", ""},
		{"Zoos should be banned.", "is it right to lock up an elephant?", ""}, // of which the bank knows
	} {
		p := debate.Prompt{Topic: c.topic, Stance: debate.Con, Language: "en", Seed: 3, Number: 2, Message: c.message,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: c.topic, Reply: "No."}}}
		reply := say(t, m, p)
		kind := ""
		for of, lines := range k.lines.Replies {
			if slices.ContainsFunc(lines, func(l line) bool { return strings.Contains(reply, l.mark) }) {
				kind = string(of)
			}
		}
		if kind != c.kind {
			t.Errorf("%s: answered as %q, not %q: %s", c.message, kind, c.kind, reply)
		}
	}
}

// Who says that a reply missed, or does not understand it, is not answered on the words of the complaint,
// and what they had said is taken up again.
func TestAReplyThatMissedIsTakenBack(t *testing.T) {
	m := newModel(t, Options{})
	k := english(t, m)
	p := debate.Prompt{Topic: "Leaf blowers should be banned.", Stance: debate.Con, Language: "en", Seed: 3, Number: 3,
		Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Leaf blowers should be banned.", Reply: "No."},
			{Number: 2, Kind: debate.ArgumentKind, Message: "The fumes are terrible for the gardeners.", Reply: "Beauty is a real reason."}}}
	for message, lines := range map[string][]line{
		"what are you talking about":               k.lines.Signs[misread],
		"what does that have to do with blowers??": k.lines.Signs[misread],
		"and what has beauty to do with it":        k.lines.Signs[misread],
		"beauty of what?":                          k.lines.Signs[muddled],
		"huh":                                      k.lines.Signs[muddled],
	} {
		p.Message = message
		reply := say(t, m, p)
		if !slices.ContainsFunc(lines, func(l line) bool { return strings.HasPrefix(reply, l.text) }) || !strings.Contains(reply, "the fumes are terrible for the gardeners") {
			t.Errorf("%s: %s", message, reply)
		}
		p.Aside = debate.AsideWinner // as such a message may be taken
		if aside := say(t, m, p); aside != reply {
			t.Errorf("%s: an aside is met with %s", message, aside)
		}
		p.Aside = debate.NoAside
	}
	p.Message = "you just say no to everything"
	if reply := say(t, m, p); slices.ContainsFunc(k.lines.Signs[silent], func(l line) bool { return strings.Contains(reply, l.text) }) {
		t.Errorf("%s: taken for silence: %s", p.Message, reply)
	}
}

// What the user tells of themselves is said again in the second person, where it is plainly that.
func TestWhatTheUserTellsIsSaidAgain(t *testing.T) {
	w, err := newModel(t, Options{}).writerOf(debate.Prompt{Topic: "People who film themselves at the gym are the worst.", Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	for sentence, want := range map[string]string{
		"i left that gym because of it":               "you left that gym",
		"I was filmed by them twice.":                 "you were filmed by them twice",
		"we've complained to our manager for weeks":   "you've complained to your manager for weeks",
		"my nephew plays it 6 hours a day, its scary": "your nephew plays it 6 hours a day",
		"I had my face in somebodys video":            "you had your face in somebodys video",
		"i told you it was annoying":                  "",
		"I think it was annoying":                     "it was annoying",
		"did i say i was filmed?":                     "",
		"i mean yes":                                  "",
	} {
		got, form, _ := w.clauseOf(sentence)
		if got != want || strings.Contains(got, "you") && form != lived {
			t.Errorf("%s: %q as %s, not %q", sentence, got, form, want)
		}
	}
}

func TestWhatIsTypedShortIsSpeltOut(t *testing.T) {
	k, err := knowledgeOf["en"]()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"u dont get ur point, thats why":   "you don't get your point, that's why",
		"Im fine":                          "I'm fine",
		"Thats it!":                        "That's it!",
		"the U.S. sells its wares as well": "the U.S. sells its wares as well",
		"(theyre late)":                    "(they're late)",
	} {
		if got := k.spellOut(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// Who takes up words of the latest reply answers it, and is not told that the point was met before.
func TestWhoAnswersTheLatestReplyDoesNotRepeatAPoint(t *testing.T) {
	m := newModel(t, Options{})
	k := english(t, m)
	p := debate.Prompt{Topic: "Pineapple belongs on pizza.", Stance: debate.Pro, Language: "en", Number: 5}
	w, err := m.writerOf(p)
	if err != nil {
		t.Fatal(err)
	}
	told := func(since ...debate.Exchange) (n int) {
		for _, e := range w.points.entries {
			if e.role != answer {
				continue
			}
			p.Message = e.To
			p.Exchanges = append([]debate.Exchange{{Number: 1, Message: "Pineapple does not belong on pizza.", Reply: "It does."}, {Number: 2, Message: "Never.", Reply: e.Text.Text}}, since...)
			if reply := say(t, m, p); slices.ContainsFunc(k.lines.Met, func(l line) bool { return strings.Contains(reply, l.mark) }) {
				n++
			}
		}
		return n
	}
	if n := told(); n > 0 {
		t.Errorf("%d who answer the latest reply are told so", n)
	}
	if told(debate.Exchange{Number: 3, Message: "Fruit is for dessert.", Reply: "Not in Canada."}) == 0 {
		t.Error("who comes back to it later is never told so")
	}
}
