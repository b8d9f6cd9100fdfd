package openai

import (
	"hash/maphash"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
)

// countedTexts is of how many texts the tokens are remembered: some thousand debates', in 1 MB without a pointer.
const countedTexts = 1 << 16

// countedText is a text, by what tells it from others, and its tokens.
type countedText struct {
	hash          uint64
	bytes, tokens uint32
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

// remembering is count, called once for each of the latest texts: a text takes the place of one that its hash has
// in common with.
func remembering(count func(string) int) func(string) int {
	var (
		mu    sync.Mutex
		known = make([]countedText, countedTexts)
		seed  = maphash.MakeSeed()
	)
	return func(text string) int {
		one := countedText{hash: maphash.String(seed, text), bytes: uint32(len(text))}
		place := &known[one.hash%countedTexts]
		mu.Lock()
		before := *place
		mu.Unlock()
		if before.hash == one.hash && before.bytes == one.bytes {
			return int(before.tokens)
		}
		one.tokens = uint32(count(text))
		mu.Lock()
		*place = one
		mu.Unlock()
		return int(one.tokens)
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
