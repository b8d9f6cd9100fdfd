package aside

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/classify"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/phrase"
)

var update = flag.Bool("update", false, "learn anew from the labelled messages")

// asideWeight is how much a message of a debate counts for an opening.
const asideWeight = 2

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
	for _, name := range []string{"asides_dev", "asides_train"} {
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
	return own, openings
}

func TestWhatIsLearntIsWhatIsLabelled(t *testing.T) {
	examples, openings := lesson(t)
	if *update {
		data, err := classify.Train(examples, openings, []int{len(kinds)}).MarshalBinary()
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
