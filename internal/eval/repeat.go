package eval

import (
	"slices"
	"strings"
)

// A reply repeats another if more than repeats of its runs of words, each of
// runLength words, are in the other.
const (
	runLength = 5
	repeats   = 0.3
)

// runs are the runs of so many words in a text.
func runs(text string, length int) map[string]bool {
	words := slices.Collect(wordsOf(text))
	all := make(map[string]bool)
	for i := 0; i+length <= len(words); i++ {
		all[strings.Join(words[i:i+length], " ")] = true
	}
	return all
}

// repetition is the largest share of a reply's runs that one of the replies
// before it has, without what they quote.
func repetition(reply string, before []string) float64 {
	own := runs(unquoted(reply), runLength)
	if len(own) == 0 { // too short for runs
		if slices.Contains(before, reply) {
			return 1
		}
		return 0
	}
	most := 0
	for _, text := range before {
		shared := 0
		for run := range runs(unquoted(text), runLength) {
			if own[run] {
				shared++
			}
		}
		most = max(most, shared)
	}
	return float64(most) / float64(len(own))
}
