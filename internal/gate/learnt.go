package gate

import (
	_ "embed" // for care.model

	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// People in danger say so in more ways than rules foresee. What the rules of
// care.yaml do not see is judged by a classifier as well, which learnt from the
// labelled messages in testdata (never from those of heldout.jsonl).
//
// After a change of the messages: go test ./internal/gate -run Learnt -update

//go:embed care.model
var modelFile []byte

// carePeril are the categories that it tells apart; its first class is a
// message from nobody in danger.
var carePeril = []Category{Suicide, SelfHarm, Eating, Abuse, Violence, Emergency, Worry}

const (
	// careProbability is how probable danger must be. A kind word too many does
	// less harm than one too few.
	careProbability = 0.22
	// maxLearntWords are read of a message.
	maxLearntWords = 2000
)

// sense is the danger that a message speaks of, empty for none.
func (g *Gate) sense(t *phrase.Text) Category {
	if t.Len() == 0 {
		return ""
	}
	p := g.learnt.Probabilities(wordsOf(t))
	if 1-p[0] < careProbability {
		return ""
	}
	most := 1
	for i := range p[1:] {
		if p[i+1] > p[most] {
			most = i + 1
		}
	}
	return carePeril[most-1]
}

func wordsOf(t *phrase.Text) []string {
	words := make([]string, min(t.Len(), maxLearntWords))
	for i := range words {
		words[i] = t.Word(i)
	}
	return words
}
