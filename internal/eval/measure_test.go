package eval_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
	"github.com/debate-chatbot/debate-api/internal/llm/offline"
)

// The least that the built-in opponent has to come to, in per cent.
const (
	leastSwapBank   = 68
	leastSwapOther  = 66 // a question in the words of the message counts as neither
	leastBlindRight = 90
	mostBlindWrong  = 3
	leastKeys       = 75
)

func TestTheMeasuresSeeThroughEveryControl(t *testing.T) {
	m, err := eval.Measuring()
	if err != nil {
		t.Fatal(err)
	}
	good, err := offline.New(offline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	report := &eval.Report{Model: "offline"}
	var mu sync.Mutex
	runners := make(map[debate.Model]eval.Runner) // a database each
	open := func(model debate.Model, newID func() string) eval.Service {
		if model == nil {
			model = good
		}
		mu.Lock()
		defer mu.Unlock()
		if _, ok := runners[model]; !ok {
			runners[model] = runner(t, model, nil)
		}
		return runners[model].Open(newID)
	}
	var all []eval.Measures
	if !testing.Short() {
		if err := m.Measure(t.Context(), report, nil, nil, open); err != nil {
			t.Fatal(err)
		}
		all = report.Measures
		clear(runners) // which know the messages already
	}
	// What is wrong with a control shows in a third of the debates.
	if err := m.Third().Measure(t.Context(), report, eval.Controls(good), nil, open); err != nil {
		t.Fatal(err)
	}
	for _, of := range report.Measures {
		if of.Failed > 0 {
			t.Errorf("%s: %d turns failed, of which nothing was measured", of.Opponent, of.Failed)
		}
	}
	copy(report.Measures, all) // of all debates
	own := report.Measures[0]
	for _, why := range report.Invalid {
		t.Error(why)
	}
	for name, is := range map[string]bool{
		"swap, bank":  own.SwapBank.Percent() >= leastSwapBank,
		"swap, other": own.SwapOther.Percent() >= leastSwapOther,
		"blind right": own.BlindRight.Percent() >= leastBlindRight,
		"blind wrong": own.BlindWrong.Percent() <= mostBlindWrong,
		"keys":        own.Keys.Percent() >= leastKeys && own.Keys.Hits > 2*own.KeysChance.Hits,
		"honesty":     own.Sources.Hits+own.Accusations.Hits+own.Human.Hits == 0,
		"repetition":  own.Repeating.Hits <= 1,
		"failed":      own.Failed == 0,
	} {
		if !is {
			t.Errorf("%s falls short", name)
		}
	}
	var table, picture strings.Builder
	if err := errors.Join(report.Print(&table), report.Plot(&picture)); err != nil {
		t.Fatal(err)
	}
	t.Log(table.String())
	for name := range strings.FieldsSeq("offline parrot shuffler namer generic mute flipped turncoat liar") {
		if !strings.Contains(table.String(), name) || !strings.Contains(picture.String(), name) {
			t.Errorf("%s is not shown", name)
		}
	}
	for d := xml.NewDecoder(strings.NewReader(picture.String())); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestAControlThatArguesWellMakesTheRunInvalid has a control that is none.
func TestAControlThatArguesWellMakesTheRunInvalid(t *testing.T) {
	good, err := offline.New(offline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	half, most, none := eval.Share{Hits: 50, Of: 100}, eval.Share{Hits: 99, Of: 100}, eval.Share{Of: 100}
	poor := eval.Measures{SwapBank: half, SwapOther: half, Keys: none, BlindRight: none, BlindWrong: most, Openings: none, Flipped: most, Repeating: most, Recurring: most,
		Caught: none, Alarms: most, Mistaken: most, Figures: most, Sources: most, Accusations: most, Human: most}
	well := eval.Measures{SwapBank: most, SwapOther: most, Keys: most, BlindRight: most, BlindWrong: none, Openings: most, Flipped: none, Repeating: none, Recurring: none,
		Caught: most, Alarms: none, Mistaken: none, Figures: none, Sources: none, Accusations: none, Human: none}
	for _, c := range eval.Controls(good) {
		if broken := c.Broken(poor); len(broken) > 0 {
			t.Errorf("%s: %q of what a control gets", c.Name(), broken)
		}
		if broken := c.Broken(well); len(broken) != len(c.Bounds) {
			t.Errorf("%s: %d of %d bounds broken by a good opponent", c.Name(), len(broken), len(c.Bounds))
		}
		if broken := c.Broken(eval.Measures{}); len(broken) != len(c.Bounds) {
			t.Errorf("%s: passes by %d of %d bounds unmeasured", c.Name(), len(c.Bounds)-len(broken), len(c.Bounds))
		}
	}
	report := eval.Report{Measures: []eval.Measures{poor}, Invalid: []string{"the parrot"}}
	var table strings.Builder
	if err := report.Print(&table); err != nil || !strings.Contains(table.String(), "INVALID: the parrot") {
		t.Errorf("%v: %s", err, table.String())
	}
}
