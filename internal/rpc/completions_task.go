package rpc

import (
	"encoding/json"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/claim"
)

// Chat pages have the model of a chat do chores too: title it, tag it, think of
// what to ask next. As turns these would be debates about titles, in the list of
// the user's debates and on the bill, so that they are answered here.

// webUITask is how the chores of Open WebUI begin.
const webUITask = "### Task:"

// titleTasks are how other pages ask for a title: LibreChat's, in its versions.
var titleTasks = []string{
	"Provide a concise, 5-word-or-less title",
	"Write a concise title for this conversation",
	"Analyze this conversation and provide",
	"Please generate a concise title",
}

// webUIAnswers are the keys of the JSON object that a chore of Open WebUI asks
// for, and what is answered under it where that is not a title.
var webUIAnswers = []struct {
	key    string
	answer any
}{
	{"follow_ups", []string{}},
	{"tags", []string{"Debate"}},
	{"queries", []string{}},
	{"title", nil},
	{"text", ""},
}

// answerTask is the answer to a chore, if a request is one.
func answerTask(r completionRequest) (answer string, ok bool) {
	message := strings.TrimSpace(r.transcript.Message)
	if strings.HasPrefix(message, webUITask) {
		for _, a := range webUIAnswers {
			if !strings.Contains(message, `"`+a.key+`"`) {
				continue
			}
			if a.answer == nil {
				a.answer = chatTitle(message)
			}
			return object(a.key, a.answer), true
		}
		return "{}", true
	}
	for _, begin := range titleTasks {
		if strings.HasPrefix(message, begin) {
			title := chatTitle(message)
			if r.structured {
				title = object("title", title)
			}
			return title, true
		}
	}
	return "", false
}

func object(key string, value any) string {
	text, _ := json.Marshal(map[string]any{key: value}) // texts always marshal
	return string(text)
}

// chatTitle is a title for the chat that a chore quotes: of what the user said first.
func chatTitle(quoted string) string {
	for line := range strings.Lines(quoted) {
		if who, said, found := strings.Cut(line, ":"); found && strings.EqualFold(strings.TrimSpace(who), "user") && strings.TrimSpace(said) != "" {
			return claim.Title(strings.TrimSpace(said))
		}
	}
	return "Debate"
}
