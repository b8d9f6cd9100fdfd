package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

// exported is a debate with something of everything, and as JSON.
func exported(t *testing.T) (debate.Conversation, []debate.Turn, debate.Verdict, string) {
	t.Helper()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	c := debate.Conversation{
		Topic: "猫は犬よりいい。", Stance: debate.Con, Title: "猫", Language: "ja", Difficulty: debate.Hard, Persona: "a sailor", Format: "blitz", Duel: debate.Duel{User: "a", Bot: "b"},
		Opinion: &debate.Opinion{Before: -3, After: 3, Turn: 1}, CreatedAt: at, UpdatedAt: at.Add(time.Hour),
	}
	turns := []debate.Turn{
		{ID: "a", Number: 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: "猫は静かだ。<b>", Reply: "犬は忠実だ。", Model: "m", Rating: debate.Bad, CreatedAt: at, FinishedAt: at,
			Ledger: debate.NewLedger(debate.Point{ID: "1u1", Turn: 1, Speaker: debate.User, Kind: debate.ClaimPoint, Start: 0, End: 18, Text: "静か"})},
		{ID: "b", Number: 2, State: debate.Failed, Message: "なぜ?", CreatedAt: at, FinishedAt: at},
	}
	v := debate.Verdict{State: debate.Completed, ThroughTurn: 1, Judge: "rules", Findings: debate.Findings{
		Winner: debate.UserWins, BestCase: "None.",
		Clashes: []debate.Clash{{Title: "静か", Winner: debate.UserWins, Reason: "So.", Quotes: []debate.Quote{{TurnID: "a", Turn: 1, Speaker: debate.User, Start: 0, End: 18, Text: "猫は静かだ。"}}}},
		Advice:  []debate.Advice{{Text: "More.", Quote: debate.Quote{TurnID: "a", Turn: 1, Speaker: debate.Bot, Start: 0, End: 3, Text: "犬"}}},
	}}
	d, err := flow.Write(flow.JSON, c, turns, &v)
	if err != nil {
		t.Fatal(err)
	}
	return c, turns, v, d.Content
}

func TestAnExportedDebateIsReadBackAsItWas(t *testing.T) {
	_, _, _, text := exported(t)
	c, turns, v, err := flow.ReadJSON([]byte(text))
	if err != nil || v == nil {
		t.Fatal(err)
	}
	if c.Rounds != 1 || c.TurnCount != 2 {
		t.Errorf("counted %+v", c)
	}
	for i := range turns {
		turns[i].ID = []string{"c", "d"}[i] // as nobody else's are
	}
	v.Findings = flow.Requote(v.Findings, turns)
	again, err := flow.Write(flow.JSON, c, turns, v)
	if err != nil || again.Content != text {
		t.Errorf("%v; read back it is\n%s\nand was\n%s", err, again.Content, text)
	}
}

func TestAnImportedVerdictQuotesOnlyWhatIsThere(t *testing.T) {
	_, _, _, text := exported(t)
	for _, forged := range []string{
		strings.Replace(text, `"text": "猫は静かだ。"`, `"text": "犬が勝つ。"`, 1), strings.Replace(text, `"start": 0,
            "end": 18`, `"start": -1,
            "end": 18`, 1),
	} {
		if forged == text {
			t.Fatal("nothing was forged")
		}
		_, turns, v, err := flow.ReadJSON([]byte(forged))
		if err != nil {
			t.Fatal(err)
		}
		f := flow.Requote(v.Findings, turns)
		if len(f.Clashes) != 0 || f.Winner != debate.Undecided || f.BestCase != "" || len(f.Advice) != 1 {
			t.Errorf("%+v", f)
		}
	}
}

func TestAFileThatIsNoDebateIsRefused(t *testing.T) {
	_, _, _, text := exported(t)
	for name, c := range map[string][2]string{
		"nothing":             {"", "exported as JSON"},
		"something else":      {`{"a":1}`, "debate_export"},
		"another version":     {strings.Replace(text, `"debate_export": 1`, `"debate_export": 2`, 1), "must be 1"},
		"a turn out of order": {strings.Replace(text, `"number": 2`, `"number": 3`, 1), "turn 2"},
		"a state of nonsense": {strings.Replace(text, `"state": "failed"`, `"state": "won"`, 1), `"won"`},
		"a kind of nonsense":  {strings.Replace(text, `"kind": "argument"`, `"kind": "x"`, 1), "turn 1"},
		"no message":          {strings.Replace(text, `"message": "なぜ?"`, `"message": " "`, 1), "turn 2"},
		"no sides":            {strings.Replace(text, `"stance": "CON"`, `"stance": "X"`, 1), "stance"},
		"an opinion of 9":     {strings.Replace(text, `"after": 3`, `"after": 9`, 1), "opinion"},
		"a verdict on turn 7": {strings.Replace(text, `"through_turn": 1`, `"through_turn": 7`, 1), "through_turn"},
		"a zero byte":         {strings.Replace(text, `なぜ?`, `\u0000`, 1), "turn 2"},
	} {
		if _, _, _, err := flow.ReadJSON([]byte(c[0])); err == nil || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
