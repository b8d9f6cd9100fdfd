package server

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
	"github.com/debate-chatbot/debate-api/internal/turn"
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

// A reader sees a point's number in the list, and nothing of what it is called inside.
func TestASharedPageSpeaksOfPointsAndTurnsAsAReaderCountsThem(t *testing.T) {
	point := func(id string, answers ...string) flow.Point {
		p := flow.Point{Status: flow.Open}
		p.ID, p.Answers, p.Text = id, answers, "Text."
		return p
	}
	for language, want := range map[string][2]string{"en": {`">answers 2</a>`, "A debate of one turn"}, "es": {`">responde a 2</a>`, "Un debate de un turno"}} {
		d := turn.SharedDebate{Turns: make([]debate.Turn, 1), Points: []flow.Point{point("1u1"), point("1b1"), point("2u1", "1b1")}}
		d.Conversation.Language = language
		page := newSharedPage(httptest.NewRequest(http.MethodGet, "/s/x", nil), d)
		var text strings.Builder
		if err := page.nodes().Render(&text); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), want[0]) || !strings.HasPrefix(page.Summary, want[1]) || strings.Contains(text.String(), ">1b1") || strings.Contains(text.String(), " 1b1") {
			t.Errorf("%s: %s", language, text.String())
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
		"A debate of %d turns.", "A debate of one turn.", "answers %s", "grants %s", "A debate: the user argues for it, the bot against it.", "A debate: the user argues against it, the bot for it.",
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
