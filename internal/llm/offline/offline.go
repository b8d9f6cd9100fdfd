// Package offline is the built-in opponent: a debate.Model that needs no
// network. On the topics of its bank it answers the point that was made. On any
// other it says that it knows the topic by reasoning only: it argues by the form of
// the claim, such as what should be banned, or else cross-examines.
// What it says around the bank, and what it knows of words, are data files
// beside the code.
//
// It keeps no state. What it said before is recognised in the prompt's earlier
// replies, so that any replica can take any turn.
package offline

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
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
	options          Options
	english, spanish func() (*knowledge, error)
	topics           []debate.Topic
	others           map[string]*otherLanguage
}

// knowledgeOf has what there is to say in each language. It is read when it is first
// needed, since that takes time and memory, and once for all models: nothing changes it.
var knowledgeOf = map[string]func() (*knowledge, error){
	"en": sync.OnceValues(func() (*knowledge, error) { return readKnowledge("en") }),
	"es": sync.OnceValues(func() (*knowledge, error) { return readKnowledge("es") }),
}

// New makes one that has read its topics, and reads what it has to say of them when
// it first replies, or once Warm is called. An error says which file is wrong, and how.
func New(o Options) (*Model, error) {
	topics, err := allTopics()
	if err != nil {
		return nil, err
	}
	m := &Model{options: o, topics: topics, english: knowledgeOf["en"], spanish: knowledgeOf["es"]}
	return m, decode("others.yaml", othersFile, &m.others)
}

// Warm reads what there is to say in English, which takes some tenths of a second, by a
// reply that nobody hears; one that is asked for meanwhile waits for it.
func (m *Model) Warm(opening string) {
	subject, _ := m.ReadTopic(opening, debate.Subject{Topic: opening, Stance: debate.Con}, 0)
	_, _, _ = m.write(debate.Prompt{Topic: subject.Topic, Stance: subject.Stance, Message: opening}) // an error comes again
}

// introductions are the topics that are listed first: everybody has a view on
// them, and nobody is hurt by one.
var introductions = []string{"phones-in-schools", "dogs-cats", "four-day-week", "pineapple-pizza", "zoos", "remote-work", "homework", "ai-jobs"}

// Topics are the claims of the bank, those to begin with first, in English before
// Spanish.
func (m *Model) Topics() []debate.Topic { return m.topics }

var allTopics = sync.OnceValues(readTopics)

func readTopics() (topics []debate.Topic, err error) {
	rank := func(t *bank.Topic) int {
		if i := slices.Index(introductions, t.Name); i >= 0 {
			return i
		}
		return len(introductions)
	}
	for _, language := range []string{"en", "es"} {
		heads, err := bank.Heads(language)
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(heads, func(a, b *bank.Topic) int { return cmp.Compare(rank(a), rank(b)) })
		for _, t := range heads {
			topics = append(topics, debate.Topic{Claim: t.Claim, Category: t.Category, Language: language})
		}
	}
	return topics, nil
}

// Name is debate.BuiltInModel.
func (m *Model) Name() string { return debate.BuiltInModel }

// Reply writes the reply word by word. It fails when ctx ends, or when the
// texts of a language cannot be read.
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
	text, ledger, err := m.write(p)
	if err != nil {
		return done, err
	}
	done.Ledger = ledger
	for word := range strings.SplitAfterSeq(debate.WithoutDirections(text), " ") {
		if err := wait(ctx, pace); err != nil {
			return done, err
		}
		emit(word)
		done.Usage.OutputTokens += tokens(word)
	}
	return done, nil
}

// write composes the whole reply, and what the exchange adds to the debate.
func (m *Model) write(p debate.Prompt) (string, debate.Ledger, error) {
	w, err := m.writerOf(p)
	if err != nil {
		return "", "", err
	}
	if o := m.others[p.Language]; o != nil {
		text, err := m.other(w, o)
		return text, "", err
	}
	var text string
	switch {
	case p.Topic == "":
		return w.invite(), "", nil
	case p.Aside != debate.NoAside:
		return w.aside(), "", nil
	case p.Firm && w.topic == nil:
		text = w.firm()
	default:
		text = w.reply()
	}
	return text, w.ledger(p.Message, text), nil
}

// writerOf is a writer in the language of a prompt.
func (m *Model) writerOf(p debate.Prompt) (*writer, error) {
	read := m.english
	if p.Language == "es" {
		read = m.spanish
	}
	k, err := read()
	if err != nil {
		return nil, err
	}
	return m.newWriter(k, p, rand.New(rand.NewPCG(p.Seed, m.options.Seed))), nil
}

// SuggestPoints implements debate.Coach: by the bank's arguments for the user's side
// that nobody has made yet, in the order of the bank. Where the bank has neither the
// topic nor the form of the claim there are none.
func (m *Model) SuggestPoints(_ context.Context, c debate.Conversation, exchanges []debate.Exchange) (points []string, cost debate.Usage, err error) {
	w, err := m.writerOf(debate.Prompt{Topic: c.Topic, Stance: c.Stance, Language: c.Language, Exchanges: exchanges})
	if err != nil || w.topic == nil {
		return nil, cost, err
	}
	for _, a := range w.topic.Of(w.side.Opposite()).Arguments {
		point := cmp.Or(a.Point, gist(a.Text, minPoint))
		made := slices.ContainsFunc(exchanges, func(e debate.Exchange) bool {
			return strings.Contains(e.Message, strings.TrimSuffix(point, ".")) || strings.Contains(e.Reply, markOf(a.Text))
		})
		if !made && len(points) < debate.MaxSuggested {
			points = append(points, point)
		}
	}
	return points, cost, nil
}

// Steelman implements debate.Coach: by the bank's arguments for a side, in the order
// of the bank. Where the bank has neither the topic nor the form there are none.
func (m *Model) Steelman(_ context.Context, c debate.Conversation, exchanges []debate.Exchange, side debate.Speaker) (points []string, cost debate.Usage, err error) {
	w, err := m.writerOf(debate.Prompt{Topic: c.Topic, Stance: c.Stance, Language: c.Language, Exchanges: exchanges})
	if err != nil || w.topic == nil {
		return nil, cost, err
	}
	stance := w.side
	if side == debate.User {
		stance = stance.Opposite()
	}
	for _, a := range w.topic.Of(stance).Arguments {
		if len(points) < debate.MaxSuggested {
			points = append(points, a.Text)
		}
	}
	return points, cost, nil
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
