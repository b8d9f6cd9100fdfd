package server

import (
	"os"
	"regexp"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

// TestEveryWordOfASharedPageIsThereInSpanish finds the words in the template.
func TestEveryWordOfASharedPageIsThereInSpanish(t *testing.T) {
	page, err := os.ReadFile("share/page.html")
	if err != nil {
		t.Fatal(err)
	}
	said := []string{
		"A debate of %d turns.", "A debate: the user argues for it, the bot against it.", "A debate: the user argues against it, the bot for it.",
		"user, turn %d", "bot, turn %d", flow.Outcome(debate.UserWins), flow.Outcome(debate.BotWins), flow.Outcome(""), flow.JudgeName(debate.RulesJudge),
		string(flow.Open), string(flow.Answered), string(flow.Conceded), string(flow.Dropped),
	}
	for _, found := range regexp.MustCompile(`\.T "([^"]+)"`).FindAllStringSubmatch(string(page), -1) {
		said = append(said, found[1])
	}
	if len(said) < 30 {
		t.Errorf("the template says only %q", said)
	}
	for _, english := range said {
		if shareSpanish[english] == "" {
			t.Errorf("%q is not there in Spanish", english)
		}
	}
}
