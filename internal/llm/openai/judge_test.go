package openai_test

import (
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
)

func TestAJudgesLettersAreSidesInEitherOrder(t *testing.T) {
	c := debate.Conversation{Topic: "Golf is boring", Stance: debate.Con}
	exchanges := []debate.Exchange{{Number: 1, Message: "It is slow", Reply: "It is calm"}}
	const answer = "Here: {\"winner\":\"A\",\"clashes\":[{\"title\":\"Pace\",\"winner\":\"b\",\"reason\":\"So.\",\"quotes\":[{\"turn\":1,\"side\":\"A\",\"text\":\"slow\\n> er\"},{\"turn\":\"1\",\"side\":\"C\",\"text\":\"x\"}]}]," +
		"\"best_case\":\"Calm.\",\"advice\":[{\"text\":\"More.\",\"quote\":{\"turn\":1,\"side\":\"B\",\"text\":\"calm\"}}]}"
	for swapped, want := range map[bool][2]debate.Winner{false: {debate.UserWins, debate.BotWins}, true: {debate.BotWins, debate.UserWins}} {
		server := openaitest.New(t)
		server.Aside(replies(answer))
		j, cost, err := openai.Judge{Client: connect(t, server)}.Judge(t.Context(), c, exchanges, swapped)
		if err != nil || j.Winner != want[0] || len(j.Clashes) != 1 || j.Clashes[0].Winner != want[1] || cost.InputTokens != 20 || j.BestCase != "Calm." || len(j.Advice) != 1 {
			t.Fatalf("swapped %v: %+v, %v", swapped, j, err)
		}
		a := debate.User
		if swapped {
			a = debate.Bot
		}
		if q := j.Clashes[0].Quotes; q[0] != (debate.Quotation{Turn: 1, Speaker: a, Text: "slow\ner"}) || q[1].Speaker != "" {
			t.Errorf("swapped %v: quotes %+v", swapped, q)
		}
	}
}

func TestThereIsNoWinnerByDefault(t *testing.T) {
	for _, answer := range []string{"", "A", "A wins.", "{}", `{"winner":""}`, `{"winner":"the user"}`, `{"winner":null}`, `{"winner":"A"`, `{"winner":["A"]}`} {
		server := openaitest.New(t)
		server.Aside(replies(answer))
		j, _, err := openai.Judge{Client: connect(t, server)}.Judge(t.Context(), debate.Conversation{Topic: "Golf is boring"}, nil, false)
		if debate.ReasonOf(err) != debate.ModelUnavailable || j.Winner != debate.NoWinner {
			t.Errorf("%s: %+v, %v", answer, j, err)
		}
	}
}

func TestSuggestedPointsAreThreeAtMostOnALineEach(t *testing.T) {
	server := openaitest.New(t)
	client := connect(t, server)
	server.Aside(replies(`{"points":["One\nline.",2,"","Two.","Three.","Four."]}`))
	points, cost, err := client.SuggestPoints(t.Context(), debate.Conversation{Topic: "Golf is boring"}, nil)
	if err != nil || strings.Join(points, "|") != "One line.|Two.|Three." || cost.InputTokens != 20 {
		t.Errorf("%q, %+v, %v", points, cost, err)
	}
	if points, _, err := client.Steelman(t.Context(), debate.Conversation{Topic: "Golf is boring"}, nil, debate.Bot); err != nil || len(points) != 3 {
		t.Errorf("the best case: %q, %v", points, err)
	}
	server.Aside(replies("I would rather not."))
	if points, _, err := client.SuggestPoints(t.Context(), debate.Conversation{Topic: "Golf is boring"}, nil); err == nil {
		t.Errorf("no list: %q", points)
	}
}
