package offline

import (
	"compress/gzip"
	"embed"
	"encoding/gob"
	"fmt"
)

// The files learnt.*.gz have what was learnt from all texts of a language's topics, so that
// nobody has to read them before somebody debates one. After a change of the bank, words.yaml or what is
// heard, and of how words are cut, run this, or go generate in bank, which does:
//
//	go test ./internal/llm/offline -run TheIndexIsThatOfItsTexts -update
//
//go:embed learnt.*.gz
var learntFiles embed.FS

// learnt is what such a file has. Lists of words have a line for each.
type learnt struct {
	// Stems are in order, Counts how many of Postings each has.
	Stems    string
	Counts   []uint16
	Postings []posting
	// Words are spelt right; those with the same first byte stand together.
	Words string
	// Everyday are words that the bank writes in lower case, in order.
	Everyday string
}

const between = "\n"

// readLearnt takes some milliseconds.
func readLearnt(language string) (*learnt, error) {
	l := new(learnt)
	file, err := learntFiles.Open("learnt." + language + ".gz")
	if err != nil {
		return nil, fmt.Errorf("offline: %w", err)
	}
	text, err := gzip.NewReader(file)
	if err == nil {
		err = gob.NewDecoder(text).Decode(l)
	}
	if err != nil {
		return nil, fmt.Errorf("offline: learnt.%s.gz: %w", language, err)
	}
	return l, file.Close()
}
