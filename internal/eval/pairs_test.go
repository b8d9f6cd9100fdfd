package eval

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
)

// newMeasurer is a measurer of the test's own, of texts that are read once.
func newMeasurer(t *testing.T) *Measurer {
	t.Helper()
	m, err := Measuring()
	if err != nil {
		t.Fatal(err)
	}
	own := *m
	return &own
}

func TestTheStrongerIsRatedHigherByAsMuchAsItWins(t *testing.T) {
	players := []player{{name: "a"}, {name: "b"}, {name: "c"}}
	var judgments []judgment
	for d := range 200 {
		better := 1
		if d%11 == 0 {
			better = -1 // ten wins to one
		}
		judgments = append(judgments, judgment{0, 1, d, better}, judgment{1, 2, d, 0})
	}
	ratings := rate(players, judgments)
	if ratings[0].Player != "a" || math.Abs(ratings[0].Points-ratings[1].Points-400) > 40 || math.Abs(ratings[1].Points-ratings[2].Points) > 15 {
		t.Errorf("%+v", ratings)
	}
	for _, r := range ratings {
		if r.Low > r.Points || r.High < r.Points || r.High-r.Low > 250 {
			t.Errorf("interval %+v", r)
		}
	}
	few, wide := rate(players, judgments[:20])[0], ratings[0]
	if few.High-few.Low <= wide.High-wide.Low {
		t.Errorf("of few debates %+v, of many %+v", few, wide)
	}
}

// asking is a judge that answers by what it is asked.
type asking func(question string) string

func (asking) Name() string { return "judge" }

func (a asking) Ask(_ context.Context, messages []prompt.Message, _, _ string) (string, debate.Usage, error) {
	answer := a(messages[0].Text)
	if answer == "" {
		return "", debate.Usage{}, errors.New("away")
	}
	return answer, debate.Usage{InputTokens: 1}, nil
}

// TestWhatJudgesOrOrdersDifferAboutIsATie has judges that go by place, by what is said
// and by nothing that can be read.
func TestWhatJudgesOrOrdersDifferAboutIsATie(t *testing.T) {
	m := newMeasurer(t)
	m.pairs = m.pairs[:1]
	players := []player{{"strong", [][]string{{"STRONG"}}}, {"weak", [][]string{{"weak"}}}}
	byPlace := asking(func(string) string { return `{"better":"A","rather":"B"}` })
	prefers := func(word, other string) asking {
		return func(q string) string {
			if strings.Index(q, "> "+word) < strings.Index(q, "> "+other) {
				return `So: {"better":"A","rather":"A"}`
			}
			return `{"better":"B","rather":"B"}`
		}
	}
	for name, test := range map[string]struct {
		judges         []Comparer
		better, rather int
	}{
		"one of sense":     {[]Comparer{NewModel(prefers("STRONG", "weak"))}, 1, 1},
		"one by place":     {[]Comparer{NewModel(byPlace)}, 0, 0},
		"two of one mind":  {[]Comparer{NewModel(prefers("STRONG", "weak")), NewModel(prefers("STRONG", "weak"))}, 1, 1},
		"two that differ":  {[]Comparer{NewModel(prefers("STRONG", "weak")), NewModel(prefers("weak", "STRONG"))}, 0, 0},
		"one that is away": {[]Comparer{NewModel(asking(func(string) string { return "" }))}, 0, 0},
		"one that babbles": {[]Comparer{NewModel(asking(func(string) string { return `{"better":"the first"}` }))}, 0, 0},
	} {
		better, rather, err := m.compareBy(t.Context(), test.judges, players, func(debate.Usage) {})
		if err != nil || len(better) != 1 || better[0].better != test.better || rather[0].better != test.rather {
			t.Errorf("%s: %+v, %+v, %v", name, better, rather, err)
		}
	}
}

func TestRelevanceKnowsTheReplyFromTheEchoAndTheOtherSide(t *testing.T) {
	m := newMeasurer(t)
	var d measured
	for _, p := range m.pairs {
		if p.Topic == "Nuclear power is necessary." && p.side() == debate.Con {
			d = p
		}
	}
	good := m.fitness(d, 3, "Reservoirs carry a country through winter, and batteries only through the night.")
	for name, reply := range map[string]string{
		"an echo": d.Says[3], "nothing": "Hm.", "to another point": "Coal smoke kills because nobody shut it down sooner, and reactors change nothing about smoke.",
	} {
		if bad := m.fitness(d, 3, reply); good < bad+clearly {
			t.Errorf("%s has %.2f, a reply %.2f", name, bad, good)
		}
	}
}

func TestOpeningsAreJudgedByTopicAndSide(t *testing.T) {
	m := newMeasurer(t)
	if len(m.openings) != 300 {
		t.Errorf("%d openings", len(m.openings))
	}
	kinds := map[string]int{}
	for _, o := range m.openings {
		kinds[o.language]++
		kinds[o.kind]++
		if (o.want == "argue") != (len(o.right) > 0) {
			t.Errorf("%q is to be met with %s", o.text, o.want)
		}
	}
	for name := range strings.FieldsSeq("en es pt fr de rant slang typos question dare negation two quote news personal none care declined") {
		if kinds[name] < 5 {
			t.Errorf("%d openings of %s", kinds[name], name)
		}
	}
	o := opening{want: "argue", right: []debate.Subject{{Topic: "Homework should be banned", Stance: debate.Con}}}
	for topic, want := range map[string]debate.Stance{
		"Homework should be banned": debate.Con, "Homework should not be banned": debate.Pro, "Homework at school should be banned": debate.Con, "Cats are cute": "",
	} {
		for _, side := range []debate.Stance{debate.Pro, debate.Con} {
			if got := m.argues(o, outcome{subject: debate.Subject{Topic: topic, Stance: side}}); got != (side == want) {
				t.Errorf("%s of %q: %v", side, topic, got)
			}
		}
	}
	con := m.topics["homework should be banned"].Con.Case
	if !m.argues(o, outcome{subject: o.right[0], reply: con}) || m.argues(o, outcome{subject: o.right[0], reply: m.topics["homework should be banned"].Pro.Case}) {
		t.Error("what is argued does not count")
	}
}
