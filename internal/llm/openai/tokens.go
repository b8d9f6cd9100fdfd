package openai

import (
	"hash/maphash"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
)

// countedTexts are remembered with their tokens: some thousand debates, in at most 8 MB.
const countedTexts = 1 << 16

// countedText is a text, by what tells it from others.
type countedText struct {
	hash  uint64
	bytes int
}

// tokenWords are those of all clients. They are loaded when they are first needed: most
// prompts are so short that their bytes suffice.
var tokenWords = sync.OnceValue(newO200k)

// counter counts tokens as OpenAI's models since GPT-4o do; others make about as many.
// What was counted is remembered, since to count a message takes longer than all else
// that is done with it, and each is in many prompts.
func counter() func(string) int {
	return remembering(func(text string) int { return tokenWords().Count(text) })
}

// remembering is count, called once for each of the latest texts.
func remembering(count func(string) int) func(string) int {
	known, err := lru.New[countedText, int](countedTexts)
	if err != nil {
		panic(err) // of a number that is not positive
	}
	seed := maphash.MakeSeed()
	return func(text string) int {
		key := countedText{maphash.String(seed, text), len(text)}
		n, ok := known.Get(key)
		if !ok {
			n = count(text)
			known.Add(key, n)
		}
		return n
	}
}

// overhead is what a message costs besides its text.
const overhead = 4

// used is what a call used: what the provider says, or else an estimate by the
// tokenizer of what was asked, which no stream keeps for as long as it takes.
func (c *Client) used(s *stream, asked func() []prompt.Message) debate.Usage {
	if s.usage != nil && s.usage.PromptTokens > 0 {
		return debate.Usage{InputTokens: s.usage.PromptTokens, OutputTokens: s.usage.CompletionTokens}
	}
	return debate.Usage{InputTokens: int64(c.tokens(asked())), OutputTokens: int64(c.count(s.text()) + s.unsaid/4)}
}

func (c *Client) tokens(messages []prompt.Message) int {
	n := overhead
	for _, m := range messages {
		n += overhead + c.count(m.Text)
	}
	return n
}
