package rpc

import (
	"cmp"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/claim"
)

// Chat pages have the model of a chat do chores too: title it, tag it, think of
// what to ask next. As turns these would be debates about titles, in the list of
// the user's debates and on the bill, so that they are answered here.

// webUITask is how the chores of Open WebUI begin.
const webUITask = "### Task:"

// A request for a title of the chat, whichever page or agent makes it and in whichever
// words, speaks at once of the title of a chat, and soon says what to do and how
// long the answer may be. Where it is the user's message, it begins with what to do.
var (
	titleOfChat = regexp.MustCompile(`(?is)\btitles?\b.{0,80}\b(conversations?|chats?|thread|session)\b|\b(conversation|chat|thread|session)\b.{0,80}\btitles?\b` +
		`|\b(conversation|chat) (a (\S+ )?name|nam(e|ing))\b|\btítulo\b.{0,80}\b(conversación|chat)\b`)
	titleVerb  = regexp.MustCompile(`(?i)\b(generat|creat|writ|provid|produc|suggest|craft|summar|extract|respond|genera|crea|escrib|resum|sugier)\w*|\b(give|reply with|output)\b`)
	titleLimit = regexp.MustCompile(`(?i)\b(only|words?|characters|punctuation|quotes|palabras|solo)\b|\btitle (for|of) (this|the|our) `)
	titleBegin = regexp.MustCompile(`(?i)^\W*(please,? |por favor,? )?(generate|create|write|provide|produce|suggest|craft|summari[sz]e|extract|give|come up with|analy[sz]e|` +
		`given the|based on|genera|crea|escribe|resume|sugiere)\b`)
)

// asksForTitle says whether a text begins so.
func asksForTitle(text string) bool {
	begin := func(most int) string { return strings.ToValidUTF8(text[:min(most, len(text))], "") }
	return titleOfChat.MatchString(begin(240)) && titleVerb.MatchString(begin(400)) && titleLimit.MatchString(begin(400))
}

// connectionTest is what clients send to see whether a model is there, in which a word
// is asked for: "Testing. Just say hi and nothing else."
var connectionTest = regexp.MustCompile(`(?i)^\W*(?:(?:this is a )?test(?:ing)?\W+)?(?:please,? )?(?:just |only )?(?:say|reply|respond|answer|output)(?: with)?(?: the word)?` +
	`\W+(hi|hello|ok|okay|yes|pong|test|ready)\b\W*(?:and nothing else|only)?\W*$`)

// probeTokens is the most that a request may ask for which only looks whether the
// model is there: proxies do so every few minutes.
const probeTokens = 16

func isProbe(limit json.RawMessage) bool {
	tokens, err := strconv.ParseFloat(string(limit), 64)
	return err == nil && tokens >= 1 && tokens <= probeTokens
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
				a.answer = cmp.Or(chatTitle(message), "Debate")
			}
			return object(a.key, a.answer), true
		}
		return "{}", true
	}
	if test := connectionTest.FindStringSubmatch(message); test != nil && len(r.transcript.Before) == 0 {
		return test[1], true
	}
	asked := asksForTitle(r.system) || titleBegin.MatchString(message) && asksForTitle(message)
	if !asked {
		return "", false
	}
	title := chatTitle(message)
	_, after, _ := strings.Cut(message, "\n\n")
	switch {
	case title != "":
	case len(r.transcript.Before) > 0: // the whole chat came before
		title = firstLine(r.transcript.Before[0].Message)
	case !titleBegin.MatchString(message): // the instructions speak of the message
		title = firstLine(message)
	default:
		title = firstLine(after)
	}
	title = cmp.Or(title, "Debate")
	if r.structured {
		title = object("title", title)
	}
	return title, true
}

func object(key string, value any) string {
	text, _ := json.Marshal(map[string]any{key: value}) // texts always marshal
	return string(text)
}

// chatTitle is a title for the chat that a chore quotes: of what the user said first.
// It is empty where the chore quotes none.
func chatTitle(quoted string) string {
	for line := range strings.Lines(quoted) {
		if who, said, found := strings.Cut(line, ":"); found && strings.EqualFold(strings.TrimSpace(who), "user") && strings.TrimSpace(said) != "" {
			return firstLine(said)
		}
	}
	return ""
}

// firstLine is a title of a text's first line.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return claim.Title(line)
}
