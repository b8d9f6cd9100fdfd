package aside_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/aside"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// example is a labelled message; gate/testdata/README.md says what it means.
type example struct{ Text, Topic, Want, Lang string }

func readExamples(t *testing.T, name string) (all []example) {
	t.Helper()
	data, err := os.ReadFile("../gate/testdata/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		var ex example
		if err := json.Unmarshal(lines.Bytes(), &ex); err != nil {
			t.Fatal(err)
		}
		all = append(all, ex)
	}
	return all
}

// measure counts asides that are read as their kind and arguments that are not
// read as asides, in percent.
func measure(t *testing.T, set string, missed func(example, debate.Aside)) (right, passed float64) {
	t.Helper()
	var asides, kinds, arguments, through int
	for _, ex := range readExamples(t, set) {
		got, _ := aside.Read(ex.Text, ex.Topic)
		want := debate.Aside(ex.Want)
		if ex.Want == "argument" {
			want = debate.NoAside
			arguments++
			if got == want {
				through++
			}
		} else {
			asides++
			if got == want {
				kinds++
			}
		}
		if got != want {
			missed(ex, got)
		}
	}
	t.Logf("%s: %d of %d asides read as their kind, %d of %d arguments left alone", set, kinds, asides, through, arguments)
	return 100 * float64(kinds) / float64(asides), 100 * float64(through) / float64(arguments)
}

func TestAsidesAreReadAsTheirKindAndArgumentsLeftAlone(t *testing.T) {
	right, passed := measure(t, "asides_dev", func(ex example, got debate.Aside) {
		t.Logf("%s got %q: %s", ex.Want, got, ex.Text)
	})
	if right < 90 || passed < 95 {
		t.Errorf("%.1f %% of asides and %.1f %% of arguments", right, passed)
	}
}

func TestTheOtherTopicIsNamed(t *testing.T) {
	for message, want := range map[string]string{
		"Let's talk about zoos instead":                    "zoos",
		"different question: pineapple on pizza":           "pineapple on pizza",
		"New debate please, I want to do school uniforms":  "school uniforms",
		"hablemos mejor de los toros":                      "los toros",
		"lass uns lieber über Tempolimit reden":            "Tempolimit",
		"vamos falar sobre futebol":                        "futebol",
		"parlons plutôt de la corrida":                     "la corrida",
		"can we switch topics? this is boring":             "",
		"Could we debate nuclear power instead, please?":   "nuclear power",
		"I'd rather talk about whether cats can be happy.": "whether cats can be happy",
	} {
		kind, topic := aside.Read(message, "Homework should be banned")
		if kind != debate.AsideNewTopic || topic != want {
			t.Errorf("%q is %q, %q; want a new topic, %q", message, kind, topic, want)
		}
	}
	for _, message := range []string{"let's switch to Spanish", "can we talk in French instead", "hablemos en inglés", "lass uns auf Englisch reden"} {
		if kind, topic := aside.Read(message, "Homework should be banned"); kind != debate.AsideLanguage || topic != "" {
			t.Errorf("%q is %q, %q; want another language", message, kind, topic)
		}
	}
	for _, message := range []string{"¿y qué me dices de los niños que lo ven?", "what about the children who see it?", "One more.", "otra más"} {
		if kind, _ := aside.Read(message, "Los toros deben prohibirse"); kind != debate.NoAside {
			t.Errorf("%q is %q, want an argument", message, kind)
		}
	}
	for _, message := range []string{"Homework should be abolished", "Thanks to homework my evenings are gone", "Let me talk about my kids: they never sleep before eleven because of homework"} {
		if kind, topic := aside.Read(message, "Homework should be banned"); kind != debate.NoAside || topic != "" {
			t.Errorf("%q is %q, %q; want an argument", message, kind, topic)
		}
	}
}

// What was written apart from the rules is measured, and nothing of it shown.
func TestAsidesHoldOnMessagesTheyWereNotTunedTo(t *testing.T) {
	for _, set := range []string{"asides_heldout", "asides_fresh", "asides_turns"} {
		right, passed := measure(t, set, func(example, debate.Aside) {})
		if right < 82 || passed < 95 {
			t.Errorf("%s: %.1f %% of asides and %.1f %% of arguments", set, right, passed)
		}
	}
}
