package eval_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
)

// echo says what it is asked, and keeps it.
type echo struct{ prompts []debate.Prompt }

func (e *echo) Name() string { return "echo" }

func (e *echo) Reply(_ context.Context, p debate.Prompt, emit func(string)) (debate.Completion, error) {
	e.prompts = append(e.prompts, p)
	emit("\x1b[31mI ")
	emit("say " + string(rune('0'+p.Number)))
	return debate.Completion{}, nil
}

// keeper is a service that answers with numbers.
type keeper struct{ requests []debate.ChatRequest }

func (k *keeper) ChatStream(_ context.Context, _ debate.Owner, r debate.ChatRequest, send debate.Sink) error {
	k.requests = append(k.requests, r)
	if err := send(debate.Started{Conversation: debate.Conversation{ID: "c"}}); err != nil {
		return err
	}
	reply := "No " + string(rune('0'+len(k.requests)))
	if err := send(debate.Delta{Text: reply}); err != nil {
		return err
	}
	return send(debate.Finished{Turn: debate.Turn{State: debate.Completed, Message: r.Message, Reply: reply}})
}

func (*keeper) Drain(context.Context) error { return nil }

func TestADuelPassesEachSidesWordsToTheOther(t *testing.T) {
	pro, service := &echo{}, &keeper{}
	var heard strings.Builder
	id, turns, err := eval.Duel{Motion: "Golf is boring.", Pro: pro, Service: service, Rounds: 3, Hear: func(side debate.Stance, round int, text string) {
		if round > 0 {
			text = string(side)
		}
		heard.WriteString(text + "|")
	}}.Hold(t.Context())
	if err != nil || id != "c" || len(turns) != 3 {
		t.Fatalf("%q, %d turns, %v", id, len(turns), err)
	}
	first := service.requests[0]
	if first.Topic != "Golf is boring." || first.Stance != debate.Con || first.Message != "[31mI say 1" || service.requests[1].ConversationID != "c" || service.requests[1].Topic != "" {
		t.Errorf("asked %+v", service.requests)
	}
	last := pro.prompts[2]
	if last.Stance != debate.Pro || last.Message != "No 2" || len(last.Exchanges) != 2 || last.Exchanges[1].Message != "No 1" || last.Exchanges[1].Reply != "[31mI say 2" {
		t.Errorf("the one for the motion was told %+v", last)
	}
	if !strings.HasPrefix(heard.String(), "PRO|") || !strings.Contains(heard.String(), "say 1|CON|No 1|PRO|") {
		t.Errorf("heard %q", heard.String())
	}
}

func TestDuelsAreCountedByModelAndBySide(t *testing.T) {
	var out strings.Builder
	err := eval.PrintDuels(&out, []eval.DuelResult{
		{"a", "b", debate.UserWins}, {"b", "a", debate.BotWins}, {"a", "b", debate.Undecided}, {"b", "a", debate.UserWins},
	})
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for line := range strings.Lines(out.String()) {
		rows = append(rows, strings.Join(strings.Fields(line), " "))
	}
	want := []string{
		"won lost undecided of the decided, with 95 % interval", "a 2 1 1 67 % (21 to 94)", "b 1 2 1 33 % (6 to 79)",
		"for the motion 2 1 1 67 % (21 to 94)", "against the motion 1 2 1 33 % (6 to 79)",
	}
	if strings.Join(rows, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s", out.String())
	}
	// Newcombe (1998), Statistics in Medicine 17: 857–872, table I, method 3: 15 of 148.
	if low, high := eval.Wilson(15, 148); math.Abs(low-0.0624) > 0.0001 || math.Abs(high-0.1605) > 0.0001 {
		t.Errorf("15 of 148: %.4f to %.4f", low, high)
	}
}
