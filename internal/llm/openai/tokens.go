package openai

import (
	"sync"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
	"github.com/tiktoken-go/tokenizer/codec"
)

// counter counts tokens as OpenAI's models since GPT-4o do; others make about as
// many. Its 200,000 words are loaded when they are first needed: most prompts
// are so short that their bytes suffice.
func counter() func(string) int {
	load := sync.OnceValue(codec.NewO200kBase)
	return func(text string) int {
		n, err := load().Count(text)
		if err != nil {
			return len(text) // at most a token a byte
		}
		return n
	}
}

// overhead is what a message costs besides its text.
const overhead = 4

// used is what a call used: what the provider says, or else an estimate by the
// tokenizer.
func (c *Client) used(s *stream) debate.Usage {
	if s.usage != nil && s.usage.PromptTokens > 0 {
		return debate.Usage{InputTokens: s.usage.PromptTokens, OutputTokens: s.usage.CompletionTokens}
	}
	return debate.Usage{InputTokens: int64(c.tokens(s.asked)), OutputTokens: int64(c.count(s.text()) + s.unsaid/4)}
}

func (c *Client) tokens(messages []prompt.Message) int {
	n := overhead
	for _, m := range messages {
		n += overhead + c.count(m.Text)
	}
	return n
}
