package openai

import (
	"math"

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
// left out, and those that are in it.
func (c *Client) request(t *target, a ask, leftOut parameters) (r goopenai.ChatCompletionRequest, sent parameters) {
	r = goopenai.ChatCompletionRequest{Model: t.name, Messages: chatMessages(a.messages, leftOut&systemRole != 0)}
	set := func(p parameters, wanted bool) bool {
		if !wanted || leftOut&p != 0 {
			return false
		}
		sent |= p
		return true
	}
	set(systemRole, a.messages[0].Role == prompt.SystemRole)
	if set(streaming, a.stream) && set(streamOptionsParameter, true) {
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

// chatMessages are messages as go-openai has them. Folded ones have the
// system's rules in the user's first message, for models without that role.
func chatMessages(messages []prompt.Message, folded bool) []goopenai.ChatCompletionMessage {
	all := make([]goopenai.ChatCompletionMessage, 0, len(messages))
	rules := ""
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
		all = append(all, goopenai.ChatCompletionMessage{Role: string(m.Role), Content: text})
	}
	return all
}
