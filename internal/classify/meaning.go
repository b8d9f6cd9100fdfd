package classify

import "math"

// Dimensions is how many numbers a Meaning has.
const Dimensions = dimensions

// Meaning is what a word means, as a vector of signed bytes; empty if it is not known.
// All have about the same length.
type Meaning string

// MeaningOf is what a word in lower case and without accents means, in English or a
// language of the glossary, whose words mean what their English ones do.
func MeaningOf(word, language string) Meaning {
	v := words()
	english := []string{word}
	if known := v.glosses[language]; known != nil {
		if english = known[word]; english == nil {
			english = inflected(known, word, language)
		}
	}
	at := int32(-1)
	for _, w := range english { // the rarest says most
		at = max(at, v.id(w))
	}
	if at < 0 {
		return ""
	}
	return v.meaning(at)
}

// AddTo adds the meaning to a sum, so many times.
func (m Meaning) AddTo(sum []float32, times float32) {
	for i := range len(m) {
		sum[i] += times * float32(int8(m[i]))
	}
}

// Norm makes a sum of meanings one of length 1, if it is not empty.
func Norm(sum []float32) {
	length := 0.0
	for _, x := range sum {
		length += float64(x) * float64(x)
	}
	if length == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(length))
	for i := range sum {
		sum[i] *= scale
	}
}
