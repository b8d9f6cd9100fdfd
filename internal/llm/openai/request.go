package openai

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/prompt"
)

// ask is what is asked of a model.
type ask struct {
	messages []prompt.Message
	stream   bool
	seed     uint64 // 0 is none
	format   *format
}

// format is what a whole answer has to look like.
type format struct {
	Type   string       `json:"type"`
	Schema formatSchema `json:"json_schema"`
}

type formatSchema struct {
	Name   string          `json:"name"`
	Schema json.RawMessage `json:"schema"`
	Strict bool            `json:"strict"`
}

// schema is the format of a JSON schema.
func schema(name, definition string) *format {
	return &format{"json_schema", formatSchema{name, json.RawMessage(definition), true}}
}

// request is what a model's server is sent, but for the messages.
type request struct {
	Model               string         `json:"model"`
	Stream              bool           `json:"stream,omitempty"`
	StreamOptions       *streamOptions `json:"stream_options,omitempty"`
	Seed                *int           `json:"seed,omitempty"`
	ResponseFormat      *format        `json:"response_format,omitempty"`
	Temperature         *float64       `json:"temperature,omitempty"`
	ReasoningEffort     string         `json:"reasoning_effort,omitempty"`
	MaxTokens           int            `json:"max_tokens,omitempty"`
	MaxCompletionTokens int            `json:"max_completion_tokens,omitempty"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

// request is an ask as the target takes it, without the parameters that are
// left out, and those that are in it.
func (c *Client) request(t *target, a ask, leftOut parameters) (r request, sent parameters) {
	r.Model = t.name
	set := func(p parameters, wanted bool) bool {
		if !wanted || leftOut&p != 0 {
			return false
		}
		sent |= p
		return true
	}
	set(systemRole, a.messages[0].Role == prompt.SystemRole)
	if r.Stream = set(streaming, a.stream); r.Stream && set(streamOptionsParameter, true) {
		r.StreamOptions = &streamOptions{IncludeUsage: true}
	}
	if set(seedParameter, a.seed != 0) {
		repeatable := int(a.seed >> 33) // 31 bits, which every server takes
		r.Seed = &repeatable
	}
	if set(responseFormatParameter, a.format != nil) {
		r.ResponseFormat = a.format
	}
	if set(temperatureParameter, c.options.Temperature != nil) {
		r.Temperature = c.options.Temperature
	}
	if set(reasoningEffortParameter, c.options.ReasoningEffort != "") {
		r.ReasoningEffort = c.options.ReasoningEffort
	}
	// OpenAI's newer models take the second name only, most servers the first.
	limited := c.options.MaxTokens > 0
	switch {
	case !t.hosted && set(maxTokensParameter, limited):
		r.MaxTokens = c.options.MaxTokens
	case set(maxCompletionTokensParameter, limited):
		r.MaxCompletionTokens = c.options.MaxTokens
	}
	return r, sent
}

// json is the request with its messages, which are written by hand: each is in many
// prompts, and encoding/json reads what is written already once more to check it.
// Folded ones have the system's rules in the user's first message, for models without
// that role.
func (r request) json(messages []prompt.Message, folded bool) []byte {
	head, err := json.Marshal(r)
	if err != nil {
		panic(err) // of texts, numbers and schemas of our own
	}
	size := len(head) + 16
	for _, m := range messages {
		size += len(m.Text) + len(m.Text)/16 + 64
	}
	to := append(make([]byte, 0, size), head[:len(head)-1]...)
	to = append(to, `,"messages":[`...)
	first, rules := len(to), ""
	for _, m := range messages {
		text := m.Text
		switch {
		case folded && m.Role == prompt.SystemRole:
			rules = text + "\n\n"
			continue
		case m.Role == prompt.AssistantRole:
			text, _ = withoutThoughts(text) // of replies that were stored with them
		case rules != "":
			text, rules = rules+text, ""
		}
		if len(to) > first {
			to = append(to, ',')
		}
		to = append(append(to, `{"role":"`...), m.Role...)
		to = append(appendString(append(to, `","content":`...), text), '}')
	}
	return append(to, "]}"...)
}

// appendString writes a text as JSON.
func appendString(to []byte, text string) []byte {
	to = append(to, '"')
	plain := 0 // where what is written as it is begins
	for i, c := range text {
		var escaped string
		switch {
		case c == '"':
			escaped = `\"`
		case c == '\\':
			escaped = `\\`
		case c == '\n':
			escaped = `\n`
		case c < ' ':
			escaped = fmt.Sprintf(`\u%04x`, c)
		case c == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			escaped = "\uFFFD"
		default:
			continue
		}
		to = append(append(to, text[plain:i]...), escaped...)
		plain = i + 1 // all of these are a byte long
	}
	return append(append(to, text[plain:]...), '"')
}
