package openai

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/prompt"
	goopenai "github.com/sashabaranov/go-openai"
)

// ask is what is asked of a model.
type ask struct {
	messages []prompt.Message
	stream   bool
	seed     uint64 // 0 is none
	format   *goopenai.ChatCompletionResponseFormat
}

// request is an ask as the target takes it, without the parameters that are
// left out, and those that are in it. Its messages are written by messagesJSON.
func (c *Client) request(t *target, a ask, leftOut parameters) (r goopenai.ChatCompletionRequest, sent parameters) {
	r = goopenai.ChatCompletionRequest{Model: t.name}
	set := func(p parameters, wanted bool) bool {
		if !wanted || leftOut&p != 0 {
			return false
		}
		sent |= p
		return true
	}
	set(systemRole, a.messages[0].Role == prompt.SystemRole)
	set(bareReplies, len(a.messages) > 2)
	if !a.stream && !set(onePiece, true) {
		sent |= streaming
	} else {
		set(streaming, a.stream)
	}
	if sent&streaming != 0 && set(streamOptionsParameter, true) {
		r.StreamOptions = &goopenai.StreamOptions{IncludeUsage: true}
	}
	if set(seedParameter, a.seed != 0) {
		repeatable := int(a.seed >> 33) // 31 bits, which every server takes
		r.Seed = &repeatable
	}
	if set(responseFormatParameter, a.format != nil) {
		r.ResponseFormat = a.format
	}
	if set(temperatureParameter, c.options.Temperature != nil) {
		if r.Temperature = float32(*c.options.Temperature); r.Temperature == 0 {
			r.Temperature = math.SmallestNonzeroFloat32 // go-openai leaves out a zero
		}
	}
	if set(reasoningEffortParameter, c.options.ReasoningEffort != "") {
		r.ReasoningEffort = c.options.ReasoningEffort
	}
	// OpenAI's newer models take the second name only, most servers the first.
	limited := c.options.MaxTokens > 0
	switch {
	case !t.hosted && set(maxTokensParameter, limited):
		r.MaxTokens = c.options.MaxTokens //nolint:staticcheck // Deprecated by OpenAI, and the only one elsewhere.
	case set(maxCompletionTokensParameter, limited):
		r.MaxCompletionTokens = c.options.MaxTokens
	}
	return r, sent
}

// messagesJSON are messages as a request has them. They are written here because
// each is in many prompts, and go-openai reads and checks each three times to write it.
// Without the system's role its rules are in the user's first message. Where replies
// have to come with their thoughts, which are not kept, a blank stands for those:
// DeepSeek takes it, and refuses an empty text.
func messagesJSON(messages []prompt.Message, leftOut parameters) []byte {
	size := 2
	for _, m := range messages {
		size += len(m.Text) + len(m.Text)/16 + 64
	}
	to, rules := append(make([]byte, 0, size), '['), ""
	for _, m := range messages {
		text := m.Text
		switch {
		case leftOut&systemRole != 0 && m.Role == prompt.SystemRole:
			rules = text + "\n\n"
			continue
		case m.Role == prompt.AssistantRole:
			text, _ = withoutThoughts(text) // of replies that were stored with them
		case rules != "":
			text, rules = rules+text, ""
		}
		if len(to) > 1 {
			to = append(to, ',')
		}
		to = append(append(to, `{"role":"`...), m.Role...)
		to = appendString(append(to, `","content":`...), text)
		if m.Role == prompt.AssistantRole && leftOut&bareReplies != 0 {
			to = append(to, `,"reasoning_content":" "`...)
		}
		to = append(to, '}')
	}
	return append(to, ']')
}

// isPlainByte says which bytes stand for themselves in JSON, wherever they are.
var isPlainByte = func() (plain [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		plain[c] = c != '"' && c != '\\'
	}
	return plain
}()

// appendString writes a text as JSON.
func appendString(to []byte, text string) []byte {
	to = append(to, '"')
	plain := 0 // where what is written as it is begins
	for i := 0; i < len(text); i++ {
		if isPlainByte[text[i]] {
			continue // as good as always
		}
		var escaped string
		switch c := text[i]; {
		case c == '"':
			escaped = `\"`
		case c == '\\':
			escaped = `\\`
		case c == '\n':
			escaped = `\n`
		case c < ' ':
			escaped = fmt.Sprintf(`\u%04x`, c)
		default:
			if _, n := utf8.DecodeRuneInString(text[i:]); n > 1 {
				i += n - 1
				continue
			}
			escaped = "\uFFFD"
		}
		to = append(append(to, text[plain:i]...), escaped...)
		plain = i + 1 // all of these are a byte long
	}
	return append(append(to, text[plain:]...), '"')
}
