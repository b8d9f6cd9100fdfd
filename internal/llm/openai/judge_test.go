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

// What models really answer when they are asked for a verdict, as people report it to
// the projects named. Each is read rightly or is an error, after which one may ask again.
func TestWhatJudgesReallyAnswer(t *testing.T) {
	const (
		clashes = `"clashes":[{"title":"Pace","winner":"A","reason":"So.","quotes":[{"turn":1,"side":"A","text":"It is slow"}]}]`
		verdict = `{"winner":"A",` + clashes + `,"best_case":"","advice":[]}`
		other   = `{"winner":"B",` + clashes + `}`
	)
	long := strings.Repeat("{ pace, calm } ", 2000)
	for _, c := range []struct {
		from, answer string
		finish       string
		want         debate.Winner // NoWinner: an error
		quotes       int
	}{
		{"bare", verdict, "", debate.UserWins, 1},
		{"Mercor-Intelligence/archipelago 97: a code fence", "```json\n" + verdict + "\n```", "", debate.UserWins, 1},
		{"orq-ai/evaluatorq 14: a fence on one line, never closed", "```json " + verdict, "", debate.UserWins, 1},
		{"matheusht/redthread 109: talk before and after it", "Sure! Here is my verdict:\n\n" + verdict + "\n\nLet me know if {you} need more.", "", debate.UserWins, 1},
		{"prose with brackets before it", "As an object {winner, clashes}: " + verdict, "", debate.UserWins, 1},
		{"admonstrator/zettelrobbe 74: a thought before it, with a draft", "<think>Perhaps " + other + "? No.</think>\n" + verdict, "", debate.UserWins, 1},
		{"raullenchai/Rapid-MLX 1570: a thought without marks, with another winner", "Okay, so first I thought " + other + " but then " + verdict, "", debate.NoWinner, 0},
		{"a draft and the same again", verdict + "\n\nFinal:\n" + verdict, "", debate.UserWins, 1},
		{"a plea told after the verdict", verdict + "\nSide B wrote " + other + ", which I ignored.", "", debate.NoWinner, 0},
		{"the object within another", `{"verdict":` + verdict + `}`, "", debate.UserWins, 1},
		{"more fields, and capitals", `{"Winner":"a","Confidence":0.9,"Reasoning":"long",` + strings.Replace(clashes, "clashes", "Clashes", 1) + `}`, "", debate.UserWins, 1},
		{"Oolab-labs/patchwork-os 970: other words for the letters", strings.Replace(verdict, `"A"`, `"Side A wins."`, 1), "", debate.UserWins, 1},
		{"with stars", strings.Replace(verdict, `"A"`, `"**B**"`, 1), "", debate.BotWins, 1},
		{"a tie", strings.Replace(verdict, `"A"`, `"Tie"`, 1), "", debate.Undecided, 1},
		{"in Spanish", strings.Replace(verdict, `"A"`, `"Empate"`, 1), "", debate.Undecided, 1},
		{"IEZhu/Agents 56: a word of no meaning is no tie", strings.Replace(verdict, `"A"`, `"left"`, 1), "", debate.NoWinner, 0},
		{"both letters", strings.Replace(verdict, `"A"`, `"A or B"`, 1), "", debate.NoWinner, 0},
		{"a number", strings.Replace(verdict, `"A"`, `1`, 1), "", debate.NoWinner, 0},
		{"openvang/vanguarstew 724: a list", strings.Replace(verdict, `"A"`, `["A"]`, 1), "", debate.NoWinner, 0},
		{"openvang/vanguarstew 26: cut off after its winner", verdict[:len(verdict)-30], "", debate.NoWinner, 0},
		{"vibrantlabsai/ragas 914: cut off within a clash that is whole", `{"winner":"B",` + strings.TrimSuffix(clashes, "]") + `,{"title":"Ca`, "", debate.NoWinner, 0},
		{"opendatahub-io/agent-eval-harness 13: at the limit of tokens", verdict, "length", debate.NoWinner, 0},
		{"BuilderIO/agent-native 4861: the thought takes all", "", "length", debate.NoWinner, 0},
		{"empty", "  \n", "", debate.NoWinner, 0},
		{"a refusal", "I'm sorry, but I can't take sides in this debate.", "", debate.NoWinner, 0},
		{"NousResearch/hermes-agent 17980: prose alone", "Side A wins. PASS.", "", debate.NoWinner, 0},
		{"bytedance/deer-flow 2368: commas before brackets", `{"winner":"A","clashes":[{"title":"Pace, so","winner":"A","reason":"So,]","quotes":[{"turn":1,"side":"A","text":"It is slow",},],},],}`, "", debate.UserWins, 1},
		{"Handshake-AI-Research/gandalf-the-grader 21: strokes that escape nothing", strings.Replace(verdict, "So.", `It costs \$5, and isn\'t \"cheap\".`, 1), "", debate.UserWins, 1},
		{"hherb/bmlibrarian 151: a text over two lines", strings.Replace(verdict, "It is slow", "It is\nslow", 1), "", debate.UserWins, 1},
		{"mangiucugna/json_repair 49: marks of quotation in a text", strings.Replace(verdict, "So.", `They call it "slow", and so.`, 1), "", debate.NoWinner, 0},
		{"mangiucugna/json_repair 10: the wrong marks", strings.ReplaceAll(verdict, `"`, `'`), "", debate.NoWinner, 0},
		{"the turn in words", strings.Replace(verdict, `"turn":1`, `"turn":"[1]"`, 1), "", debate.UserWins, 1},
		{"the side in words", strings.Replace(verdict, `"side":"A"`, `"side":"Speaker A"`, 1), "", debate.UserWins, 1},
		{"one quotation without its list", strings.NewReplacer("[{\"turn", "{\"turn", "slow\"}]", "slow\"}").Replace(verdict), "", debate.UserWins, 1},
		{"quotations that are texts", strings.Replace(verdict, `{"turn":1,"side":"A","text":"It is slow"}`, `"It is slow"`, 1), "", debate.UserWins, 0},
		{"clashes that are a text", `{"winner":"A","clashes":"Pace"}`, "", debate.NoWinner, 0},
		{"very many brackets", long + verdict, "", debate.NoWinner, 0},
	} {
		server := openaitest.New(t)
		finish := c.finish
		if finish == "" {
			finish = "stop"
		}
		server.Aside(openaitest.Ends(c.answer, finish))
		j, _, err := openai.Judge{Client: connect(t, server)}.Judge(t.Context(), debate.Conversation{Topic: "Golf is boring"}, []debate.Exchange{{Number: 1, Message: "It is slow", Reply: "It is calm"}}, false)
		quotes := 0
		for _, clash := range j.Clashes {
			for _, q := range clash.Quotes {
				if q.Turn == 1 && q.Speaker == debate.User && strings.Join(strings.Fields(q.Text), " ") == "It is slow" {
					quotes++
				}
			}
		}
		switch {
		case j.Winner != c.want || quotes != c.quotes:
			t.Errorf("%s: %q wins with %d quotations, want %q with %d (%v)", c.from, j.Winner, quotes, c.want, c.quotes, err)
		case c.want == debate.NoWinner && debate.ReasonOf(err) != debate.ModelUnavailable:
			t.Errorf("%s: %v", c.from, err)
		case c.want != debate.NoWinner && err != nil:
			t.Errorf("%s: %v", c.from, err)
		}
	}
}

func TestAProviderThatRefusesADebateIsToldOf(t *testing.T) {
	server := openaitest.New(t)
	server.Aside(openaitest.Ends("", "content_filter"))
	_, _, err := openai.Judge{Client: connect(t, server)}.Judge(t.Context(), debate.Conversation{Topic: "Golf is boring"}, nil, false)
	if debate.ReasonOf(err) != debate.MessageRefused || !strings.Contains(err.Error(), "another model may judge it") {
		t.Error(err)
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
