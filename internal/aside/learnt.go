package aside

import (
	_ "embed" // for learnt.model
	"fmt"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/classify"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// What rules do not tell is told by a classifier, which learnt from labelled
// messages in ../gate/testdata (never from the held-out ones).
//
// After a change of the messages: go test ./internal/aside -run Learnt -update

//go:embed learnt.model
var modelFile []byte

// kinds are those that it tells apart; the first is an argument.
var kinds = []debate.Aside{
	debate.NoAside, debate.AsideWinner, debate.AsideSummary, debate.AsideBestPoint, debate.AsideSource, debate.AsideBot, debate.AsideBelieve,
	debate.AsideShorter, debate.AsideSimpler, debate.AsidePoints, debate.AsideUnmet, debate.AsideThanks, debate.AsideInsult, debate.AsideJoke,
	debate.AsideSilence, debate.AsideAbilities, debate.AsideGreeting, debate.AsideConcede, debate.AsideNewTopic, debate.AsideLanguage,
	debate.AsideRepeat, debate.AsideGoodbye,
}

// asideProbability is how probable it must be that a message is an aside, and
// doubt how probable at least where rules say so.
const (
	asideProbability = 0.6
	doubt            = 0.05
)

// topicMark stands for each word that the topic has as well.
const topicMark = "topicword"

func loadModel() (*classify.Model, error) {
	m, err := classify.Load(modelFile, []int{len(kinds)})
	if err != nil {
		return nil, fmt.Errorf("learnt.model: %w", err)
	}
	return m, nil
}

// wordsOf are those of a message, those of the topic marked.
func wordsOf(t, topic *phrase.Text) []string {
	words, about := classify.Words(t), make(map[string]bool)
	for _, w := range classify.Words(topic) {
		about[stemOf(w)] = len(w) > 3
	}
	for i, w := range words {
		if about[stemOf(w)] {
			words[i] = topicMark
		}
	}
	return words
}

// stemOf is the beginning by which words are compared.
func stemOf(word string) string { return strings.TrimSuffix(word[:min(len(word), 6)], "s") }

// guess is the likeliest kind of aside, and how probable it is that a message is
// one.
func (r *reader) guess(t, topic *phrase.Text) (debate.Aside, float64) {
	p := r.learnt.Probabilities(wordsOf(t, topic))[0]
	most := 1
	for i := 2; i < len(p); i++ {
		if p[i] > p[most] {
			most = i
		}
	}
	return kinds[most], 1 - p[0]
}
