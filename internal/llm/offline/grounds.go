package offline

import (
	"math"
	"slices"

	"github.com/debate-chatbot/debate-api/internal/classify"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// grounds tell which of the reasons that people give on any topic a sentence gives.
// They are learnt from wordings of each, in a quarter of a second once they are asked for:
// by the words, as naive Bayes does, and by what all of them mean, as linear discriminant
// analysis does.
type grounds struct {
	*grammar
	texts [][]*entry // of each ground
	words map[string][]float32
	rare  map[string]float64 // how much a word counts in what a sentence means
	// direction and offset give how well what a sentence means fits each ground.
	direction [][]float32
	offset    []float64
}

// How grounds are told apart, chosen on testdata/grounds.txt.
const (
	smoothing = 40  // wordings that each word is thought to have been in as often as anywhere
	shrinkage = 0.3 // of the covariance towards that of numbers that have none
	meant     = 0.5 // how much meaning counts beside words
)

func newGrounds(g *grammar, all []bank.Ground) *grounds {
	x := &grounds{grammar: g, words: make(map[string][]float32), rare: make(map[string]float64)}
	said := make([][]string, len(all))
	for i, ground := range all {
		said[i] = append([]string{ground.To}, ground.Said...)
		var texts []*entry
		for _, text := range ground.Texts {
			texts = append(texts, &entry{Text: bank.Text{ID: ground.ID, To: ground.To, Text: text}, role: answer})
		}
		x.texts = append(x.texts, texts)
	}
	x.learnWords(said)
	x.learnMeanings(said)
	return x
}

// stemsOf are the stems of all words of a text, each once.
func (x *grounds) stemsOf(text string) map[string]bool {
	found := make(map[string]bool)
	for _, w := range wordsOf(text) {
		found[x.class(x.stem(w))] = true
	}
	return found
}

// learnWords sets how much each word speaks for each ground, as a logarithm.
func (x *grounds) learnWords(said [][]string) {
	in, total := make(map[string]float64), 0.0
	for i, wordings := range said {
		for _, wording := range wordings {
			total++
			for stem := range x.stemsOf(wording) {
				if x.words[stem] == nil {
					x.words[stem] = make([]float32, len(said))
				}
				x.words[stem][i]++
				in[stem]++
			}
		}
	}
	for stem, of := range x.words {
		usual := in[stem] / total
		for i, n := range of {
			of[i] = float32(math.Log((float64(n) + smoothing*usual) / (float64(len(said[i])) + smoothing) / usual))
		}
		x.rare[stem] = math.Log(total / in[stem])
	}
	x.rare[""] = math.Log(2 * total) // of a word that no wording has
}

// meaning is what a text means, as a vector of length 1, or of none.
func (x *grounds) meaning(text string) []float32 {
	sum := make([]float32, classify.Dimensions)
	for _, w := range wordsOf(text) {
		rare, ok := x.rare[x.class(x.stem(w))]
		if !ok {
			rare = x.rare[""]
		}
		classify.MeaningOf(w, x.language).AddTo(sum, float32(rare))
	}
	classify.Norm(sum)
	return sum
}

// learnMeanings sets the direction and the offset of each ground.
func (x *grounds) learnMeanings(said [][]string) {
	const n = classify.Dimensions
	var spread [n][n]float64 // its lower half, until all is added up
	var from [n]float64
	total := 0.0
	means := make([][]float64, len(said))
	for i, wordings := range said {
		means[i] = make([]float64, n)
		var vectors [][]float32
		for _, wording := range wordings {
			v := x.meaning(wording)
			vectors = append(vectors, v)
			for j, c := range v {
				means[i][j] += float64(c) / float64(len(wordings))
			}
		}
		for _, v := range vectors {
			total++
			for j, c := range v {
				from[j] = float64(c) - means[i][j]
				for k, c := range from[:j+1] {
					spread[j][k] += from[j] * c
				}
			}
		}
	}
	trace := 0.0
	for j := range spread {
		for k := range spread[j] {
			spread[j][k] = spread[max(j, k)][min(j, k)] / total
		}
		trace += spread[j][j]
	}
	for j := range spread {
		spread[j][j] += shrinkage * trace / n
	}
	for i, solved := range solve(spread, means) {
		mean := means[i]
		direction, offset := make([]float32, n), 0.0
		for j, c := range solved {
			direction[j] = float32(c)
			offset -= c * mean[j] / 2
		}
		x.direction, x.offset = append(x.direction, direction), append(x.offset, offset)
	}
}

// solve gives the x of a·x = b for each b, by Gauss's elimination; a is symmetric and
// positive definite, so that it needs no pivots.
func solve(a [classify.Dimensions][classify.Dimensions]float64, all [][]float64) (solved [][]float64) {
	for _, b := range all {
		solved = append(solved, slices.Clone(b))
	}
	for i := range a {
		for j := i + 1; j < len(a); j++ {
			f := a[j][i] / a[i][i]
			for k := i; k < len(a); k++ {
				a[j][k] -= f * a[i][k]
			}
			for _, x := range solved {
				x[j] -= f * x[i]
			}
		}
	}
	for _, x := range solved {
		for i := len(a) - 1; i >= 0; i-- {
			for k := i + 1; k < len(a); k++ {
				x[i] -= a[i][k] * x[k]
			}
			x[i] /= a[i][i]
		}
	}
	return solved
}

// of is the likeliest ground of a sentence, as its texts, and how likely it is; less so where it covers less than
// a part of it.
func (x *grounds) of(sentence string, covered float64) (texts []*entry, likely float64) {
	scores := make([]float64, len(x.texts))
	for stem := range x.stemsOf(sentence) {
		for i, s := range x.words[stem] {
			scores[i] += float64(s)
		}
	}
	meaning := x.meaning(sentence)
	best, all := 0, 0.0
	for i := range scores {
		scores[i] += meant * (product(meaning, x.direction[i]) + x.offset[i])
		if scores[i] > scores[best] {
			best = i
		}
	}
	for _, s := range scores {
		all += math.Exp(s - scores[best])
	}
	return x.texts[best], min(1, x.covers(sentence, best)/covered) / all
}

// covers is which part of a sentence's content words wordings of a ground have, much more often
// than those of others: of one with many other words it is not known what they say.
func (x *grounds) covers(sentence string, ground int) float64 {
	words, known := 0.0, 0.0
	for _, w := range wordsOf(sentence) {
		if x.common[w] || x.prepositions[w] || x.determiners[w] {
			continue
		}
		words++
		if of := x.words[x.class(x.stem(w))]; of != nil && of[ground] > telling {
			known++
		}
	}
	return known / max(words, 1)
}

// telling is how much a word must speak for a ground to be covered by it, covered which part has to be, and
// coveredAlone that where the bot has the sentence itself to ask about.
const (
	telling      = 0.3
	covered      = 0.4
	coveredAlone = 0.6
)
