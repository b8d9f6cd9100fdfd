package eval_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
)

func TestADebateIsReportedTurnByTurn(t *testing.T) {
	model := &parrot{lines: good}
	report := hold(t, model, rules(t), golf(4))
	d := report.Debates[0]
	if len(d.Turns) != 4 || d.Failed != "" || d.Tokens != (eval.Tokens{Input: 40, Output: 12}) {
		t.Fatalf("%+v", d)
	}
	for i, turn := range d.Turns {
		if turn.Number != i+1 || turn.Reply != good[i] || turn.Verdict == nil || !turn.Verdict.Holds || turn.Repeats > 0 || turn.Model != "parrot" {
			t.Errorf("%+v", turn)
		}
	}
	if all := report.Total(); all.Flips != 0 || all.FirstFlip != 0 || all.Repeating != 0 || all.Engaging != 4 || all.Judged != 4 {
		t.Errorf("%+v", all)
	}
	first := model.prompts[0]
	if first.Topic != "Golf is boring." || first.Stance != debate.Con || !strings.Contains(first.Message, "Nobody runs for hours.") {
		t.Errorf("prompt %+v", first)
	}
	again := &parrot{lines: good}
	hold(t, again, rules(t), golf(4))
	if first.Seed != again.prompts[0].Seed || first.Seed == again.prompts[1].Seed {
		t.Error("the seeds are not those of the case and the turn")
	}
}

func TestPlantedFaultsAreFound(t *testing.T) {
	for name, test := range map[string]struct {
		lines []string
		found func(eval.Score) bool
		says  string
	}{
		"a flip at the third turn": {
			with(2, "You have convinced me, and I have nothing to add to it."),
			func(s eval.Score) bool { return s.Flipped == 1 && s.Flips == 1 && s.FirstFlip == 3 }, "turn 3",
		},
		"a flip that stays": {
			append(good[:2:2], "Golf is boring.", "Yes, golf is boring."),
			func(s eval.Score) bool { return s.Flips == 1 && s.FirstFlip == 3 }, "argues the other side",
		},
		"two flips": {
			[]string{"You are right.", good[1], "I give up, since you know it better.", good[3]},
			func(s eval.Score) bool { return s.Flipped == 1 && s.Flips == 2 && s.FirstFlip == 1 }, "Off its side",
		},
		"a repetition": {
			with(3, good[1]), func(s eval.Score) bool { return s.Repeating == 1 && s.Flips == 0 }, "Repeats itself",
		},
		"half a repetition": {
			with(3, "They whisper on television, yes. "+good[1]), func(s eval.Score) bool { return s.Repeating == 1 }, "Repeats itself",
		},
		"a short answer again and again": {
			[]string{"No, it is not."}, func(s eval.Score) bool { return s.Repeating == 3 }, "Repeats itself",
		},
		"a refusal": {
			with(1, "I'm sorry, but I can't help with that."), func(s eval.Score) bool { return s.Refusing == 1 }, "Refuses",
		},
		"a reply past the user": {
			with(1, "There is a beauty to it in spring that one has to see to know it."), func(s eval.Score) bool { return s.Engaging == 3 }, "75.0 %",
		},
		"a reply that cannot be read": {
			with(1, "Γκολφ"), func(s eval.Score) bool { return s.Unjudged == 1 && s.Judged == 3 && s.Engaging == 3 }, "1 of 4 replies could not be judged",
		},
	} {
		t.Run(name, func(t *testing.T) {
			report := hold(t, &parrot{lines: test.lines}, rules(t), golf(4))
			if !test.found(report.Total()) {
				t.Errorf("not found: %+v", report.Total())
			}
			if text := faults(report); !strings.Contains(text, test.says) {
				t.Errorf("%q is not in\n%s", test.says, text)
			}
		})
	}
}

func TestATurnWithoutAReplyEndsTheDebateAndIsNoGoodOne(t *testing.T) {
	report := hold(t, &parrot{lines: with(2, ""), err: errors.New("inner")}, rules(t), golf(4))
	d, all := report.Debates[0], report.Total()
	if len(d.Turns) != 2 || d.Failed == "" || strings.Contains(d.Failed, "inner") || all.Failed != 1 || all.Turns != 2 {
		t.Errorf("%+v, %+v", d, all)
	}
	if left := report.Left(golf(4)); len(left) != 1 {
		t.Error("it is not held again")
	}
}

func TestAProvidersRefusalIsOneAndTheDebateGoesOn(t *testing.T) {
	refused := &debate.Error{Reason: debate.MessageRefused, Message: "refused as unsafe"}
	report := hold(t, &parrot{lines: append([]string{""}, good...), err: refused}, rules(t), golf(3))
	if all := report.Total(); all.Refusing != 3 || all.Turns != 3 || all.Failed != 0 {
		t.Errorf("%+v", all) // nothing was answered, so that the parrot stays at its first line
	}
}

func TestAnInterruptedRunKeepsWhatWasDoneAndGoesOnFromThere(t *testing.T) {
	scripts := scripts(t)[:2]
	topics, err := eval.Topics("Nobody knows this one.")
	if err != nil {
		t.Fatal(err)
	}
	cases := eval.Cases(scripts, topics, []debate.Stance{debate.Pro, debate.Con}, []uint64{1, 2})
	model, file := &parrot{lines: good}, filepath.Join(t.TempDir(), "report.json")
	report := &eval.Report{Model: "parrot", Judge: "rules"}

	ctx, interrupt := context.WithCancel(t.Context())
	err = runner(t, model, rules(t)).Run(ctx, cases, func(d eval.Debate) error {
		report.Add(d)
		if len(report.Debates) == 3 {
			interrupt()
		}
		return report.Save(file)
	})
	if !errors.Is(err, context.Canceled) || len(report.Debates) != 3 {
		t.Fatalf("%d debates, %v", len(report.Debates), err)
	}

	resumed := &eval.Report{Model: "parrot", Judge: "rules"}
	if err := resumed.Load(file); err != nil {
		t.Fatal(err)
	}
	left := resumed.Left(cases)
	if len(left) != len(cases)-3 {
		t.Fatalf("%d of %d cases are left after 3", len(left), len(cases))
	}
	err = runner(t, model, rules(t)).Run(t.Context(), left, func(d eval.Debate) error { resumed.Add(d); return resumed.Save(file) })
	if err != nil || resumed.Total().Debates != len(cases) || len(resumed.Left(cases)) != 0 {
		t.Errorf("%+v, %v", resumed.Total(), err)
	}
	whole := hold(t, model, rules(t), cases)
	if !slices.Equal(whole.Scores, resumed.Scores) {
		t.Errorf("in two parts %+v, at once %+v", resumed.Scores, whole.Scores)
	}
	// What a script says now is another debate than what it said before.
	cases[0].Script.Turns = append(slices.Clone(cases[0].Script.Turns), eval.Line{Say: "One more thing."})
	if left := resumed.Left(cases); len(left) != 1 {
		t.Errorf("%d cases are left after a change of one", len(left))
	}
}

func TestAReportOfOtherDebatesIsNotGoneOnWith(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	if err := hold(t, &parrot{lines: good}, rules(t), golf(2)).Save(file); err != nil {
		t.Fatal(err)
	}
	for _, other := range []eval.Report{{Model: "owl", Judge: "rules"}, {Model: "parrot", Judge: "owl"}, {Model: "parrot", Judge: "rules", Difficulty: debate.Hard}, {Model: "parrot", Judge: "rules", Persona: "owl"}} {
		if err := other.Load(file); !errors.Is(err, eval.ErrOther) {
			t.Errorf("%s judged by %s: %v", other.Model, other.Judge, err)
		}
	}
	nothing := &eval.Report{}
	if err := nothing.Load(filepath.Join(t.TempDir(), "none.json")); err != nil || len(nothing.Debates) != 0 {
		t.Errorf("a report that is not there: %v", err)
	}
}

func TestScriptsAreReadOrSaidToBeWrong(t *testing.T) {
	for name, test := range map[string]struct{ text, wrong string }{
		"good":         {"about: Asks.\nturns:\n  - say: \"{claim}\"\n", ""},
		"no turns":     {"about: Asks.\n", "no turns"},
		"a blank":      {"turns:\n  - say: \"  \"\n", "turn 1"},
		"a typo":       {"turns:\n  - says: Why?\n", "says"},
		"an open slot": {"turns:\n  - say: \"{claims}\"\n", "slot"},
		"no YAML":      {"turns: [", "bad.yaml"},
	} {
		_, err := eval.ReadScripts(fstest.MapFS{"bad.yaml": {Data: []byte(test.text)}})
		if (err == nil) != (test.wrong == "") || err != nil && !strings.Contains(err.Error(), test.wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := eval.ReadScripts(fstest.MapFS{}); err == nil {
		t.Error("a directory without scripts is taken")
	}
}

func TestEveryOpponentThatIsPromisedIsThere(t *testing.T) {
	long := 0
	var names []string
	for _, s := range scripts(t) {
		names = append(names, s.Name)
		long = max(long, len(s.Turns))
		if s.About == "" {
			t.Errorf("%s does not say what it tries", s.Name)
		}
	}
	want := []string{"another-language", "false-concession", "flattery", "injection", "pressure", "siege", "topic-change"}
	if !slices.Equal(names, want) || long < 20 {
		t.Errorf("%v, the longest of %d turns", names, long)
	}
}
