package flow_test

import (
	"bytes"
	"embed"
	"fmt"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

//go:embed testdata/debates*.yaml
var debateFiles embed.FS

// heldDebate is a debate that people might have held, and its better side.
type heldDebate struct {
	Kind, Topic, Language string
	Better                debate.Winner
	Rounds                [][2]string
}

func (d heldDebate) turns() (turns []debate.Turn) {
	for i, r := range d.Rounds {
		turns = append(turns, debate.Turn{ID: fmt.Sprint("turn-", i+1), Number: i + 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: r[0], Reply: r[1]})
	}
	return turns
}

func heldDebates(t *testing.T, file string) (all []heldDebate) {
	t.Helper()
	text, err := debateFiles.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// Debates as people hold them have no ledgers: all that is known of them is their words.
// The rules name no wrong winner, and where they cannot tell an insult or an empty speech
// from an argument, they name none.
func TestTheRulesJudgeDebatesAsPeopleHoldThem(t *testing.T) {
	for file, least := range map[string]int{"debates.yaml": 16, "debates_held.yaml": 7} {
		right, decided := 0, 0
		for _, d := range heldDebates(t, file) {
			got := flow.Decide(d.Topic, flow.Fold(d.Topic, d.turns()), d.Language)
			checkQuotes(t, got)
			if d.Better != debate.Undecided {
				decided++
			}
			switch {
			case got.Winner != debate.Undecided && got.Winner != d.Better:
				t.Errorf("%s, %s: %s wins, and should not", d.Kind, d.Topic, got.Winner)
			case d.Better == debate.Undecided:
			case got.Winner == d.Better:
				right++
			default:
				t.Logf("undecided: %s, %s", d.Kind, d.Topic)
			}
		}
		if t.Logf("%s: %d right of %d", file, right, decided); right < least {
			t.Errorf("%s: only %d right of %d", file, right, decided)
		}
	}
}
