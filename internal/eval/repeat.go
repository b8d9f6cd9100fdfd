package eval

import (
	"slices"
	"strings"
)

// A reply repeats another if more than this share of its shingles, runs of so
// many words, is in the other.
const (
	shingleLength = 5
	repeatedShare = 0.3
)

// shingles are the runs of so many words in a text.
func shingles(text string, length int) map[string]bool {
	words := slices.Collect(wordsOf(text))
	all := make(map[string]bool)
	for i := 0; i+length <= len(words); i++ {
		all[strings.Join(words[i:i+length], " ")] = true
	}
	return all
}

// repetition is the largest share of a reply's shingles that one of the replies
// before it has, without what they quote.
func repetition(reply string, before []string) float64 {
	own := shingles(unquoted(reply), shingleLength)
	if len(own) == 0 { // too short for shingles
		if slices.Contains(before, reply) {
			return 1
		}
		return 0
	}
	most := 0
	for _, text := range before {
		shared := 0
		for shingle := range shingles(unquoted(text), shingleLength) {
			if own[shingle] {
				shared++
			}
		}
		most = max(most, shared)
	}
	return float64(most) / float64(len(own))
}
