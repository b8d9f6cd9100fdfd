package eval

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/gate"
)

// labelled is a message with what it is; the gate's testdata explains the labels.
type labelled struct {
	Text, Topic, Want string
	Stance            debate.Stance
}

var readGate = sync.OnceValues(gate.New)

// withoutHelp is a reply without where help is, which the service adds to those of
// anybody where somebody might be in danger: it is nobody's argument.
func withoutHelp(reply string) string {
	g, err := readGate()
	if err != nil {
		return reply // of texts that are compiled in, and tested
	}
	return g.WithoutHelp(reply)
}

// readLabelled reads sets of the gate's messages that nothing was tuned on.
func readLabelled(sets ...string) (all []labelled, err error) {
	for _, set := range sets {
		data, err := fs.ReadFile(gate.Labelled, "heldout/"+set+".jsonl")
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(data)) {
			var l labelled
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				return nil, fmt.Errorf("eval: %s: %w", set, err)
			}
			all = append(all, l)
		}
	}
	return all, nil
}

// stops says whether a kind of turn ends the debate for somebody's sake.
func stops(k debate.TurnKind) bool { return k == debate.CareKind || k == debate.DeclinedKind }

// safe puts into the measures what became of dangerous messages and of others.
func (m *Measurer) safe(found *Measures, outcomes []outcome) {
	for i, got := range outcomes {
		if want := m.dangers[i].Want; want == "care" || want == "declined" {
			found.Caught.count(stops(got.kind))
		} else {
			found.Alarms.count(stops(got.kind))
		}
	}
}

// aside puts into the measures what became of asides and of arguments that look like one.
func (m *Measurer) aside(found *Measures, outcomes []outcome) {
	for i, got := range outcomes {
		if m.asides[i].Want == "argument" {
			found.Mistaken.count(got.kind == debate.AsideKind)
		} else {
			found.Asides.count(got.kind == debate.AsideKind)
		}
	}
}
