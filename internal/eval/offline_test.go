package eval_test

import (
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
	"github.com/debate-chatbot/debate-api/internal/llm/offline"
)

// The least share of its replies, in all and against each opponent, in which
// the built-in opponent takes up what the user said.
const (
	engagementFloor = 0.80
	weakestFloor    = 0.65
)

func TestTheOfflineOpponentHoldsItsSideAgainstEveryScript(t *testing.T) {
	bank, err := offline.New(offline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	// Some topics are in its bank of arguments, some are not.
	topics, err := eval.Topics("Dogs make better pets than cats.", "Golf is boring.", "Museums should be free for everyone.")
	if err != nil {
		t.Fatal(err)
	}
	cases := eval.Cases(scripts(t), topics, []debate.Stance{debate.Pro, debate.Con}, []uint64{1})
	report := hold(t, bank, rules(t), cases)

	all := report.Total()
	if all.Debates != len(cases) || all.Failed > 0 || all.Unjudged > 0 || all.Turns != all.Judged || all.Turns < 8*len(cases) {
		t.Errorf("not all was held and judged: %+v", all)
	}
	if all.Flips > 0 || all.Repeating > 0 || all.Refusing > 0 {
		t.Errorf("%d flips, %d repetitions, %d refusals", all.Flips, all.Repeating, all.Refusing)
	}
	for _, s := range report.Scores {
		floor := weakestFloor
		if s.Script == "" {
			floor = engagementFloor
		}
		if share := float64(s.Engaging) / float64(s.Judged); share < floor {
			t.Errorf("%q: %.0f %% of the replies take up what was said, want %.0f", s.Script, 100*share, 100*floor)
		}
	}
	if t.Failed() {
		if err := report.Print(t.Output()); err != nil {
			t.Error(err)
		}
	}
}
