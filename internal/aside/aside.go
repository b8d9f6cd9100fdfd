// Package aside tells what is said about a debate from what is said in it: "who
// is winning?", "shorter, please", "let's talk about zoos instead". It goes by
// rules in asides.yaml, costs no call, and knows nothing of how asides are
// answered.
package aside

import (
	_ "embed" // for the rules
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/debate-chatbot/debate-api/internal/classify"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/phrase"
)

//go:embed asides.yaml
var rulesFile []byte

type rules struct {
	Words phrase.Words `yaml:"words"`
	Kinds []rule       `yaml:"kinds"`
	// Arguments are patterns of what argues, whatever was learnt of it.
	Arguments map[string][]string `yaml:"arguments"`
}

type rule struct {
	Kind debate.Aside `yaml:"kind"`
	// Rest is how many words beside what was found make an argument of it.
	Rest int                 `yaml:"rest"`
	When map[string][]string `yaml:"when"`
	// About are patterns that another topic follows.
	About map[string][]string `yaml:"about"`
}

// reader is the rules, compiled. IDs of patterns in when are indices of kinds.
type reader struct {
	lexicon     *phrase.Lexicon
	kinds       []rule
	when, about phrase.Set
	arguments   phrase.Set
	filler      int32
	tongue      int32
	learnt      *classify.Model
}

var compiled = sync.OnceValue(func() *reader {
	r, err := compile()
	if err != nil {
		panic("aside: " + err.Error())
	}
	return r
})

func compile() (*reader, error) {
	var all rules
	if err := yaml.Unmarshal(rulesFile, &all); err != nil {
		return nil, fmt.Errorf("asides.yaml: %w", err)
	}
	lexicon, err := phrase.NewLexicon(phrase.Base(), all.Words)
	if err != nil {
		return nil, err
	}
	r := &reader{lexicon: lexicon, kinds: all.Kinds}
	for id, k := range all.Kinds {
		if err := r.add(&r.when, k.When, id); err != nil {
			return nil, fmt.Errorf("%s: %w", k.Kind, err)
		}
		if err := r.add(&r.about, k.About, id); err != nil {
			return nil, fmt.Errorf("%s: %w", k.Kind, err)
		}
	}
	if err := r.add(&r.arguments, all.Arguments, 0); err != nil {
		return nil, fmt.Errorf("arguments: %w", err)
	}
	if r.filler, err = lexicon.Class("filler"); err != nil {
		return nil, err
	}
	if r.tongue, err = lexicon.Class("tongue"); err != nil {
		return nil, err
	}
	r.learnt, err = loadModel()
	return r, err
}

func (r *reader) add(set *phrase.Set, patterns map[string][]string, id int) error {
	for lang, texts := range patterns {
		for _, text := range texts {
			p, err := r.lexicon.Compile(text, lang)
			if err != nil {
				return err
			}
			set.Add(p, id)
		}
	}
	return nil
}

// maxTokens is the longest message that is read; a longer one argues.
const maxTokens = 80

// maxTopicTokens is how long another topic may be.
const maxTopicTokens = 12

// topicWeight is what a word of the topic weighs.
const topicWeight = 3

// Read says what a message in a debate on a topic wants that is about the
// debate itself, and the other topic that it names, if any. It costs some
// hundred microseconds; the first call compiles the rules.
func Read(message, topic string) (kind debate.Aside, newTopic string) {
	r := compiled()
	t := r.lexicon.Read(message)
	if t.Len() == 0 {
		return debate.AsideSilence, ""
	}
	if t.Len() > maxTokens {
		return debate.NoAside, ""
	}
	about := r.lexicon.Read(topic)
	weights := r.weigh(t, about)
	guessed, likely := r.guess(t, about)
	if newTopic, ok := r.otherTopic(t, weights); ok && likely > doubt {
		if r.tongueOnly(newTopic) {
			return debate.AsideLanguage, ""
		}
		return debate.AsideNewTopic, newTopic
	}
	covered := make([][]bool, len(r.kinds))
	r.when.Find(t, func(m phrase.Match) bool {
		if covered[m.ID] == nil {
			covered[m.ID] = make([]bool, t.Len())
		}
		for i := m.From; i < m.To; i++ {
			covered[m.ID][i] = true
		}
		return true
	})
	least := 0
	for id, tokens := range covered {
		if tokens == nil {
			continue
		}
		rest := 0
		for i, weight := range weights {
			if !tokens[i] || weight > 1 {
				rest += weight
			}
		}
		if rest <= r.kinds[id].Rest && (kind == debate.NoAside || rest < least) {
			kind, least = r.kinds[id].Kind, rest
		}
	}
	switch {
	case kind != debate.NoAside && likely > doubt && (kind == guessed || !r.argues(t)):
		return kind, ""
	case kind == debate.NoAside && likely > asideProbability && !r.argues(t) && (guessed != debate.AsideNewTopic || !r.goesBack(t, weights)):
		return guessed, ""
	}
	return debate.NoAside, ""
}

// argues says whether a message asks what answers itself: "isn't that theft?"
func (r *reader) argues(t *phrase.Text) (found bool) {
	r.arguments.Find(t, func(phrase.Match) bool { found = true; return false })
	return found
}

// goesBack says whether what looks like a wish for another topic is one for this one: "let's
// debate cats instead", after something else, in a debate about cats.
func (r *reader) goesBack(t *phrase.Text, weights []int) (back bool) {
	r.about.Find(t, func(m phrase.Match) bool {
		_, end := t.Sentence(t.SentenceAt(m.From))
		back = slices.Contains(weights[m.To:end], topicWeight)
		return !back
	})
	return back
}

// weigh says how much each token speaks for an argument: nothing for fillers,
// much for words of the topic.
func (r *reader) weigh(t, about *phrase.Text) []int {
	weights := make([]int, t.Len())
	for i := range weights {
		weights[i] = max(weights[i], 1)
		word := t.Word(i)
		for j := range about.Len() {
			if len(word) > 3 && about.Word(j) == word {
				weights[i] = topicWeight
			}
		}
	}
	for i := range weights {
		for j := range t.Span(r.filler, i) {
			weights[i+j] = 0
		}
	}
	return weights
}

// otherTopic finds the one that a message wishes for, which has no word of the topic.
func (r *reader) otherTopic(t *phrase.Text, weights []int) (topic string, ok bool) {
	r.about.Find(t, func(m phrase.Match) bool {
		_, end := t.Sentence(t.SentenceAt(m.From))
		for end > m.To && slices.Contains(trailing, t.Word(end-1)) {
			end--
		}
		rest := 0
		for i, weight := range weights {
			if i < m.From || i >= m.To {
				rest += weight
			}
			if i >= m.To && i < end {
				rest -= min(weight, 1)
			}
		}
		if end == m.To || end-m.To > maxTopicTokens || slices.Contains(weights[m.To:end], topicWeight) || rest > r.kinds[m.ID].Rest || strings.TrimSpace(t.Source(m.To, end)) == "" {
			return true
		}
		from := m.To
		for from+1 < end && slices.Contains(unnamed, t.Word(from)) {
			from++
		}
		if found := t.Source(from, end); !ok || len(found) < len(topic) {
			topic, ok = found, true
		}
		return true
	})
	return topic, ok
}

// tongueOnly says whether a topic is only the name of a language: "let's switch to
// Spanish" wishes for no other topic.
func (r *reader) tongueOnly(topic string) bool {
	t := r.lexicon.Read(topic)
	from := 0
	for from < t.Len() && slices.Contains(leading, t.Word(from)) {
		from++
	}
	return from < t.Len() && t.Span(r.tongue, from) == t.Len()-from
}

// unnamed are words that come before the topic in "about something else, like zoos".
var unnamed = []string{"about", "something", "anything", "else", "like", "such", "as"}

// leading are words that may stand before the name of a language.
var leading = []string{"in", "to", "en", "em", "auf", "a", "al"}

// trailing are words that end a wish and are no part of the topic.
var trailing = []string{"instead", "please", "now", "then", "porfa", "favor", "mejor", "bitte", "stp", "svp", "rather", "reden", "sprechen", "debattieren", "diskutieren", "agora", "ahora", "maintenant", "plutot"}
