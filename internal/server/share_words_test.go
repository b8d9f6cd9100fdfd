package server

import (
	"os"
	"regexp"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

func TestATextInOtherLettersIsNotSaidToBeInTheDebatesLanguage(t *testing.T) {
	for _, c := range []struct{ text, debate, want string }{
		{"Dogs are better.", "en", "en"}, {"犬は猫より良い", "en", ""}, {"犬は猫より良い", "ja", "ja"}, {"I argue in English.", "ja", ""},
		{"الكلاب أفضل", "es", ""}, {"Собаки лучше.", "uk", "uk"}, {"1984!", "ru", "ru"}, {"AI は危険だと思います", "ja", "ja"}, {"Olé", "es-MX", "es-MX"},
	} {
		if got := spokenIn(c.text, c.debate); got != c.want {
			t.Errorf("%s, in a debate in %s: %q", c.text, c.debate, got)
		}
	}
}

// TestEveryWordOfASharedPageIsThereInSpanish finds the words in the code of the page.
func TestEveryWordOfASharedPageIsThereInSpanish(t *testing.T) {
	page, err := os.ReadFile("share_page.go")
	if err != nil {
		t.Fatal(err)
	}
	said := []string{
		"A debate of %d turns.", "answers %s", "grants %s", "A debate: the user argues for it, the bot against it.", "A debate: the user argues against it, the bot for it.",
		"user, turn %d", "bot, turn %d", flow.Outcome(debate.Duel{}, debate.UserWins), flow.Outcome(debate.Duel{}, debate.BotWins), flow.Outcome(debate.Duel{}, ""), "%s had the better of it", flow.JudgeName(debate.RulesJudge),
		string(flow.Open), string(flow.Answered), string(flow.Conceded), string(flow.Dropped),
	}
	for _, found := range regexp.MustCompile(`\.T\("([^"]+)"`).FindAllStringSubmatch(string(page), -1) {
		said = append(said, found[1])
	}
	if len(said) < 30 {
		t.Errorf("the page says only %q", said)
	}
	for _, english := range said {
		if shareSpanish[english] == "" {
			t.Errorf("%q is not there in Spanish", english)
		}
	}
}
