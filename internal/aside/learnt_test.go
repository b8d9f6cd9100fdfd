package aside

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/classify"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
	"github.com/debate-chatbot/debate-api/internal/phrase"
)

var (
	update = flag.Bool("update", false, "learn from the labelled messages")
	anew   = flag.Bool("anew", false, "and from nothing, which takes longer and forgets what the model was chosen for")
)

// asideWeight is how much a message of a debate counts for an opening, and
// objectionWeight an objection of the bank.
const (
	asideWeight     = 5
	objectionWeight = 2
)

// openingsEach is of how many openings one is learnt from.
const openingsEach = 6

// lesson is the labelled messages, and some openings, which are arguments too
// and of other tests first.
func lesson(t *testing.T) (own, openings []classify.Example) {
	t.Helper()
	lexicon, err := phrase.NewLexicon(phrase.Base())
	if err != nil {
		t.Fatal(err)
	}
	example := func(text, topic string, kind debate.Aside, weight float64) classify.Example {
		label := slices.Index(kinds, kind)
		if label < 0 {
			t.Fatalf("no kind %q", kind)
		}
		return classify.Example{Words: wordsOf(lexicon.Read(text), lexicon.Read(topic)), Labels: []int{label}, Weight: weight}
	}
	type message struct{ Text, Topic, Want, Kind string }
	read := func(name string, do func(message)) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
			var m message
			if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			do(m)
		}
	}
	for _, name := range []string{"asides_dev", "asides_train", "asides_people"} {
		read("../gate/testdata/"+name+".jsonl", func(m message) {
			kind := debate.Aside(m.Want)
			if kind == "argument" {
				kind = debate.NoAside
			}
			own = append(own, example(m.Text, m.Topic, kind, asideWeight))
		})
	}
	claims := 0
	read("../claim/testdata/messy/train.jsonl", func(m message) {
		if m.Kind == "claim" {
			if claims++; claims%openingsEach == 0 {
				openings = append(openings, example(m.Text, "", debate.NoAside, 1))
			}
		}
	})
	learn, _ := objections(t)
	for _, o := range learn {
		openings = append(openings, example(o.text, o.topic, debate.NoAside, objectionWeight))
	}
	return own, openings
}

// objection is what somebody says in the middle of a debate, about its topic.
type objection struct{ text, topic string }

// messageWords is how many words make a message: of fewer the bank has fragments, by which
// it knows what a message is about.
const messageWords = 3

// ofAnyDebate are questions about the debate itself that topics of the bank answer in their own way.
var ofAnyDebate = regexp.MustCompile(`(change your mind|convince you|prove you wrong|(give|tell|show|name) me (a|an|one) (\w+ )?(example|case|story|evidence)|cambiar(ía|ías)? de (opinión|idea)|convencer(te|ía)|(dame|dime|cuéntame|muéstrame) un (\w+ )?(ejemplo|caso))`)

// objections are those of the built-in opponent's bank: two topics of three to
// learn from, and one to measure on.
func objections(t *testing.T) (learn, measure []objection) {
	t.Helper()
	for _, language := range bank.Languages {
		topics, err := bank.Read(language)
		if err != nil {
			t.Fatal(err)
		}
		for i, topic := range topics {
			said := slices.Concat([]string{topic.Claim, strings.TrimSuffix(topic.Claim, ".")}, topic.Claims.Pro, topic.Claims.Con)
			for _, c := range []bank.Case{topic.Pro, topic.Con} {
				for _, text := range slices.Concat(c.Answers, c.Questions, c.Concedes) {
					said = append(said, slices.Concat(text.Said, text.Asked)...)
				}
			}
			said = slices.DeleteFunc(said, func(text string) bool {
				return len(strings.Fields(text)) < messageWords || ofAnyDebate.MatchString(text)
			})
			for _, text := range said {
				if i%3 == 0 {
					measure = append(measure, objection{text, topic.Claim})
				} else {
					learn = append(learn, objection{text, topic.Claim})
				}
			}
		}
	}
	return learn, measure
}

// What argues is no aside: "vaccines have side effects" was answered with a goodbye.
func TestWhatPeopleSayInDebatesIsNoAside(t *testing.T) {
	_, measure := objections(t)
	taken := 0
	for _, o := range measure {
		if kind, _ := Read(o.text, o.topic); kind != debate.NoAside {
			if taken++; taken%10 == 0 {
				t.Logf("%s: %q, on %q", kind, o.text, o.topic)
			}
		}
	}
	t.Logf("%d of %d taken for asides", taken, len(measure))
	if taken*100 > len(measure)*mostTaken {
		t.Errorf("%d of %d taken for asides, want %d in a hundred at most", taken, len(measure), mostTaken)
	}
}

// mostTaken are those of what people say in debates, in a hundred.
const mostTaken = 1

func TestWhatIsLearntIsWhatIsLabelled(t *testing.T) {
	examples, openings := lesson(t)
	if *update {
		train := func() *classify.Model { return classify.Train(examples, openings, []int{len(kinds)}) }
		if before, err := loadModel(); err == nil && !*anew {
			train = func() *classify.Model { return classify.TrainOn(before, examples, openings, 0) }
		}
		data, err := train().MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("learnt.model", data, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	m, err := loadModel()
	if err != nil {
		t.Fatal(err)
	}
	if !m.Learnt(examples) {
		t.Error("learnt.model is not what the labelled messages teach; run: go test ./internal/aside -run Learnt -update")
	}
}
