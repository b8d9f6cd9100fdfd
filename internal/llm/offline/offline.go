// Package offline is the built-in opponent: a debate.Model that needs no
// network. It argues from an embedded bank of topics and, for any other topic,
// from general argument schemes; both are data files beside the code.
//
// It keeps no state. What it said before is recognised in the prompt's earlier
// replies, so that any replica can take any turn.
package offline

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Options are those of a Model.
type Options struct {
	// Seed is mixed into each prompt's own; with both the same, so are replies.
	Seed uint64
	// Pace is the pause after each word of a paced reply, 0 for none.
	Pace time.Duration
}

// Model is the built-in opponent. Its methods are safe for concurrent use.
type Model struct {
	options Options
	topics  []*topic
	phrases *phrases
	asides  map[debate.Aside][]line
	// everyday are the words that the bank writes in lower case.
	everyday map[string]bool
}

// New reads the embedded data; an error says which file is wrong, and how.
func New(o Options) (*Model, error) {
	topics, err := readBank(bankFiles)
	if err != nil {
		return nil, err
	}
	phrases, err := readPhrases(schemesFile)
	if err != nil {
		return nil, err
	}
	asides, err := readAsides(asidesFile)
	if err != nil {
		return nil, err
	}
	return &Model{options: o, topics: topics, phrases: phrases, asides: asides, everyday: everyday(topics)}, nil
}

// Topics are the claims of the bank.
func (m *Model) Topics() []debate.Topic {
	topics := make([]debate.Topic, len(m.topics))
	for i, t := range m.topics {
		topics[i] = debate.Topic{Claim: t.claim, Category: t.category}
	}
	return topics
}

// Name is "offline".
func (m *Model) Name() string { return "offline" }

// Reply writes the reply word by word. It fails only when ctx ends.
func (m *Model) Reply(ctx context.Context, p debate.Prompt, emit func(text string)) (debate.Completion, error) {
	done := debate.Completion{Model: m.Name(), Calls: 1}
	done.Usage.InputTokens = tokens(p.Topic) + tokens(p.Message)
	for _, e := range p.Exchanges {
		done.Usage.InputTokens += tokens(e.Message) + tokens(e.Reply)
	}
	pace := m.options.Pace
	if !p.Paced {
		pace = 0
	}
	for word := range strings.SplitAfterSeq(m.write(p), " ") {
		if err := wait(ctx, pace); err != nil {
			return done, err
		}
		emit(word)
		done.Usage.OutputTokens += tokens(word)
	}
	return done, nil
}

// write composes the whole reply.
func (m *Model) write(p debate.Prompt) string {
	random := rand.New(rand.NewPCG(p.Seed, m.options.Seed))
	if p.Topic == "" {
		return m.invite(p, random)
	}
	w := m.newWriter(p, random)
	if p.Aside != debate.NoAside {
		return w.aside()
	}
	if p.Firm && w.topic == nil {
		return w.firm()
	}
	return w.reply()
}

// tokens estimates how many tokens a text is: four for three words.
func tokens(text string) int64 { return int64(len(strings.Fields(text))*4+2) / 3 }

func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
