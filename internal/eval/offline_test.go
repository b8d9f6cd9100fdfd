package eval_test

import (
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
	"github.com/debate-chatbot/debate-api/internal/llm/offline"
)

// mostRefusing of the 420 replies may refuse: the gate takes an outburst such as
// "I HAVE HAD ENOUGH!" for danger at times. How well the replies take up what was
// said is not asked here, since a parrot does that best; the measures do.
const mostRefusing = 2

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
	if all.Flips > 0 || all.Repeating > 0 || all.Refusing > mostRefusing {
		t.Errorf("%d flips, %d repetitions, %d refusals", all.Flips, all.Repeating, all.Refusing)
	}
	if t.Failed() {
		if err := report.Print(t.Output()); err != nil {
			t.Error(err)
		}
	}
}
