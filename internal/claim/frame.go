package claim

import (
	_ "embed" // for frames.model
	"sync"

	"github.com/debate-chatbot/debate-api/internal/classify"
	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// What a message says around its claim tells the side: "nobody can tell me that …", "my uncle
// says … and he is right". A network reads that, with one word in the claim's place: it knows
// words by what they mean, and which of two denials takes back the other, which no sum of
// weights tells.
//
//go:embed frames.model
var framesFile []byte

// frameQuestions are how many answers the network's questions have: which label it is, and before that one
// with a single answer, since classify learns that either of two is right from pairs of answers only.
var frameQuestions = []int{1, sides}

// loadFrames reads the network, which takes a millisecond, and the words that it knows.
var loadFrames = sync.OnceValues(func() (*classify.Model, *phrase.Lexicon) {
	m, err := classify.Load(framesFile, frameQuestions)
	if err != nil {
		panic(err) // of a file that is compiled in, which tests read
	}
	return m, lexicon()
})

var lexicon = sync.OnceValue(func() *phrase.Lexicon {
	l, err := phrase.NewLexicon(phrase.Base())
	if err != nil {
		panic(err) // as above
	}
	return l
})

// framed is how likely each label is by what is said around a claim.
func (s *scene) framed(p span) []float64 {
	m, l := loadFrames()
	return m.Probabilities(s.frameWords(l, p))[1]
}

// claimHere stands for the claim in what is said around it; asIs begins how the claim begins, and the
// marks beside it.
const (
	claimHere = "qqclaim"
	asIs      = "="
)

// frameWords are what a message says around a claim, as the network reads it.
func (s *scene) frameWords(l *phrase.Lexicon, p span) []string {
	first, last := s.tokens[p.i], s.tokens[p.j]
	words := classify.Words(l.Read(s.text[:first.from] + " " + claimHere + " " + s.text[last.to:]))
	words = append(words, asIs+first.low)
	if p.j > p.i {
		words = append(words, asIs+first.low+asIs+s.tokens[p.i+1].low)
	}
	if p.i > 0 && s.tokens[p.i-1].mark {
		words = append(words, asIs+"<"+s.tokens[p.i-1].low)
	}
	if p.j+1 < len(s.tokens) && s.tokens[p.j+1].mark {
		words = append(words, asIs+">"+s.tokens[p.j+1].low)
	}
	return words
}
