package rpc

import (
	"cmp"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Chat pages have the model of a chat do chores too: title it, tag it, think of
// what to ask next. As turns these would be debates about titles, in the list of
// the user's debates and on the bill, so that they are answered here.

// How the chores of Open WebUI begin, and those that are other requests: for one answer
// out of those of several models, and for the tools that a message needs.
const (
	webUITask  = "### Task:"
	webUIMerge = "You have been provided with a set of responses from various models to the latest user query"
	webUITools = "Your task is to choose and return the correct tool(s) from the list of available tools"
)

// libreSummary is how LibreChat asks, below a long chat, for what will stand in place of it.
var libreSummary = regexp.MustCompile(`^Hold on, before you continue I need you to write me a checkpoint|^Hold on again, update your checkpoint`)

// A request for a title of the chat, whichever page or agent makes it and in whichever
// words, speaks at once of the title of a chat, and soon says what to do and how
// long the answer may be. Where it is the user's message, it begins with what to do.
var (
	titleOfChat = regexp.MustCompile(`(?is)\btitles?\b.{0,80}\b(conversations?|chats?|thread|session)\b|\b(conversation|chat|thread|session)\b.{0,80}\btitles?\b` +
		`|\b(conversation|chat) (a (\S+ )?name|nam(e|ing))\b|\btítulo\b.{0,80}\b(conversación|chat)\b`)
	titleVerb  = regexp.MustCompile(`(?i)\b(generat|creat|writ|provid|produc|suggest|craft|summar|extract|respond|genera|crea|escrib|resum|sugier)\w*|\b(give|reply with|output)\b`)
	titleLimit = regexp.MustCompile(`(?i)\b(only|words?|characters|punctuation|quotes|palabras|solo)\b|\btitle (for|of) (this|the|our) `)
	titleBegin = regexp.MustCompile(`(?i)^\W*(task:\s*)?(please,? |por favor,? )?(generate|create|write|provide|produce|suggest|craft|summari[sz]e|extract|give|come up with|analy[sz]e|` +
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
	{"prompt", nil}, // of a picture: what the user said
	{"text", ""},
}

// answerTask is the answer to a chore, if a request is one.
func answerTask(r completionRequest) (answer string, ok bool) {
	message := strings.TrimSpace(r.transcript.Message)
	if strings.HasPrefix(message, webUITask) {
		if answer, ok := answerWebUI(message); ok {
			return answer, true
		}
	}
	if strings.HasPrefix(message, webUIMerge) {
		_, answers, _ := strings.Cut(message, `"""`)
		answer, _, ok := strings.Cut(answers, `"""`)
		return answer, ok
	}
	if libreSummary.MatchString(message) {
		return summary(r.transcript.Before), true
	}
	if strings.Contains(r.system, webUITools) {
		return object("tool_calls", []string{}), true
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

// summary is what was said in a chat, in a line for each message.
func summary(before []debate.Exchange) string {
	lines := []string{"The debate so far:"}
	for _, said := range before {
		lines = append(lines, "- User: "+firstLine(said.Message), "- Opponent: "+firstLine(said.Reply))
	}
	return strings.Join(lines, "\n")
}

// answerWebUI is the answer to a chore of Open WebUI that asks for JSON.
func answerWebUI(message string) (answer string, ok bool) {
	for _, a := range webUIAnswers {
		if !strings.Contains(message, `"`+a.key+`"`) {
			continue
		}
		if a.answer == nil {
			a.answer = cmp.Or(chatTitle(message), "Debate")
		}
		return object(a.key, a.answer), true
	}
	return "{}", strings.Contains(message, "JSON")
}

func object(key string, value any) string {
	text, _ := json.Marshal(map[string]any{key: value}) // texts always marshal
	return string(text)
}

// chatTitle is a title for the chat that a chore quotes: of what the user said first,
// on the line that names them or on the next. It is empty where the chore quotes none.
func chatTitle(quoted string) string {
	named := false
	for line := range strings.Lines(quoted) {
		who, said, found := strings.Cut(line, ":")
		switch {
		case found && strings.EqualFold(strings.Trim(who, "|> \t"), "user"):
			named = true
		case named:
			said = line
		default:
			continue
		}
		if said = strings.Trim(strings.TrimSpace(said), `"`); said != "" {
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

// What chat pages put around the words of the user for a model to read: documents and
// results of a search, files, a tool to write into. A later request of the chat has the words
// without it or with it elsewhere, so that the words alone are what is said.
var (
	webUIDocuments = regexp.MustCompile(`(?s)^\s*### Task:\s*Respond to the user query using the provided context.*</context>\s*`)
	webUIQuery     = regexp.MustCompile(`(?s)^<user_query>\s*(.*?)\s*</user_query>\s*`)
	attachedFiles  = regexp.MustCompile("(?s)^\\s*(?:<attached_files>.*?</attached_files>|<summary>\n.*?\n</summary>\n\nThis is your own checkpoint[^\n]*|Attached document\\(s\\):\n```md.*\n```)\\s*")
	codeTool       = regexp.MustCompile(`(?s)\s*\n#### (?:Tools Available|Code Interpreter)\n.*<code_interpreter type=.*$`)
)

// withoutDocuments is what the user said, of a message as pages send it.
func withoutDocuments(message string) string {
	said := attachedFiles.ReplaceAllString(message, "")
	said = attachedFiles.ReplaceAllString(webUIDocuments.ReplaceAllString(said, ""), "")
	if query := webUIQuery.FindStringSubmatch(said); query != nil {
		if said = said[len(query[0]):]; said == "" {
			said = query[1]
		}
	}
	return codeTool.ReplaceAllString(said, "")
}

// learntOfUser is where pages begin to add to the instructions what they found for the
// latest message: documents, and what they remember of the user. With each message it is something else.
var learntOfUser = regexp.MustCompile(`(?:^|\n)\s*(?:User Context:\n|# Existing memory about the user|Persistent memory is available|The system automatically stores important user information|` +
	`### Task:\s*Respond to the user query using the provided context|Attached document\(s\):\n|## Conversation Summary\n|The user has attached (?:a|\d+) files? to the conversation:)`)

// withoutLearnt is instructions as they are with any message.
func withoutLearnt(system string) string {
	if at := learntOfUser.FindStringIndex(system); at != nil {
		return system[:at[0]]
	}
	return system
}
