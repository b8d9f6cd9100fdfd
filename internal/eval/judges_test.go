package eval_test

import (
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
)

func TestTheRulesJudgeIsTrustedAndBadJudgesAreNot(t *testing.T) {
	debates, err := eval.JudgedDebates(40)
	if err != nil || len(debates) != 40 {
		t.Fatalf("%d debates, %v", len(debates), err)
	}
	var user, longer int
	for _, d := range debates {
		words := map[debate.Winner]int{}
		for _, turn := range d.Turns {
			words[debate.UserWins] += len(turn.Message)
			words[debate.BotWins] += len(turn.Reply)
		}
		if d.Better == debate.UserWins {
			user++
		}
		if words[d.Better] < words[debate.UserWins]+words[debate.BotWins]-words[d.Better] {
			longer++
		}
	}
	if user < 15 || user > 25 || longer < 15 || longer > 25 {
		t.Errorf("of %d debates the user is the better one in %d, the worse is longer in %d", len(debates), user, longer)
	}
	rules, err := eval.MeasureJudge(t.Context(), eval.RulesJudge{}, debates, 4, func() {})
	if err != nil {
		t.Fatal(err)
	}
	if why := rules.Fails(); len(why) > 0 || rules.Wrong.K > 0 || rules.Quoted.K != rules.Quoted.N || rules.Quoted.N == 0 {
		t.Errorf("the rules: %+v, %q", rules, why)
	}
	all := []eval.JudgeMeasures{rules}
	for _, bad := range eval.BadJudges() {
		m, err := eval.MeasureJudge(t.Context(), bad, debates, 4, func() {})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Fails()) == 0 {
			t.Errorf("%s can be trusted: %+v", m.Judge, m)
		}
		m.Compare(rules)
		all = append(all, m)
	}
	var out strings.Builder
	if err := eval.PrintJudges(&out, all); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + out.String())
}
