package classify

import (
	"bufio"
	"bytes"
	_ "embed" // for the words
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// vectors.bin has English words with what they mean, the commonest first: for
// each its length in a byte, its letters, and its vector as signed bytes. They
// are from GloVe 6B (Pennington, Socher, Manning 2014; Public Domain Dedication
// and License 1.0), each scaled to the same length. TestVectorsAreThoseOfGloVe
// makes the file.
//
//go:embed vectors.bin
var vectorsFile string

// glossary.txt has a line for each English word, with the words of Spanish,
// Portuguese, French and German that it stands for, between bars. "_" joins
// words of a phrase; of a word that stands in several lines that with the
// fewest apostrophes after it counts.
//
//go:embed glossary.txt
var glossaryFile []byte

// senses.txt has a line for each of the kinds of words that make a difference
// where meanings are close: "safe" and "deadly", "women" and "racism". A word may
// be in several.
//
//go:embed senses.txt
var sensesFile []byte

const (
	// senses is how many lines senses.txt has.
	senses = 16
	// vocabularySize is how many words vectors.bin has.
	vocabularySize = 30000
	// dimensions is how many numbers tell what a word means.
	dimensions = 100
	// vectorUnit is what 1 in vectors.bin stands for; vectorLength is that of all vectors.
	vectorUnit   = 1.5 / 127
	vectorLength = 2.5
	// A word of the glossary is taken for English if it is among so many of the
	// commonest ones, and any other word among so many.
	surelyEnglish, probablyEnglish = 200, 6000
	// maxPhrase is how many words a phrase of the glossary may have.
	maxPhrase = 5
)

var glossaryLanguages = []string{"es", "pt", "fr", "de"}

// vocabulary is the words that are known.
type vocabulary struct {
	ids     map[string]int32
	vectors []int32 // where in vectorsFile, by id
	// senses are the lines that a word is in.
	senses map[string][]int
	// glosses are the English words of a phrase, by language.
	glosses map[string]map[string][]string
}

var words = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{ids: make(map[string]int32, vocabularySize), vectors: make([]int32, 0, vocabularySize), senses: make(map[string][]int), glosses: make(map[string]map[string][]string)}
	for at := 0; at < len(vectorsFile); {
		end := at + 1 + int(vectorsFile[at])
		v.ids[vectorsFile[at+1:end]] = int32(len(v.vectors))
		v.vectors = append(v.vectors, int32(end))
		at = end + dimensions
	}
	for i, line := range strings.Split(strings.TrimSpace(string(sensesFile)), "\n") {
		_, list, _ := strings.Cut(line, ":")
		for word := range strings.FieldsSeq(list) {
			if !slices.Contains(v.senses[word], i) {
				v.senses[word] = append(v.senses[word], i)
			}
		}
	}
	if err := v.readGlossary(glossaryFile); err != nil {
		panic("classify: " + err.Error())
	}
	return v
})

func (v *vocabulary) readGlossary(data []byte) error {
	for _, lang := range glossaryLanguages {
		v.glosses[lang] = make(map[string][]string)
	}
	doubts := make(map[string]int)
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		columns := strings.Split(lines.Text(), "|")
		if len(columns) != 1+len(glossaryLanguages) {
			return fmt.Errorf("glossary.txt: %q has not %d columns", lines.Text(), 1+len(glossaryLanguages))
		}
		english := strings.Split(columns[0], "_")
		for i, lang := range glossaryLanguages {
			for entry := range strings.FieldsSeq(columns[1+i]) {
				word := strings.TrimRight(entry, "'")
				doubt, key := len(entry)-len(word), strings.ReplaceAll(word, "_", " ")
				if before, ok := doubts[lang+key]; ok && before <= doubt {
					continue
				}
				doubts[lang+key], v.glosses[lang][key] = doubt, english
			}
		}
	}
	return nil
}

// vector fills in what a word means and its senses, nothing if they are not known.
func (v *vocabulary) vector(into []float32, word string) {
	for _, i := range v.senses[word] {
		into[dimensions+i] = 1
	}
	if id, ok := v.ids[word]; ok {
		for i, b := range []byte(vectorsFile[v.vectors[id]:][:dimensions]) {
			into[i] = float32(int8(b)) * vectorUnit
		}
	}
}

// language is the one that most of the words are known in, English if none; the
// one that was guessed by the commonest words is believed a little more.
func (v *vocabulary) language(text []string, guessed string) string {
	best, most := "en", 1.0
	if guessed != "en" && guessed != "" {
		most = 0.5
	}
	for _, w := range text {
		if v.english(w) {
			most++
		}
	}
	for _, lang := range glossaryLanguages {
		score := 0.0
		if lang == guessed {
			score = 1.2
		}
		for _, w := range text {
			if v.glosses[lang][w] != nil {
				score++
			}
		}
		if score > most {
			best, most = lang, score
		}
	}
	return best
}

func (v *vocabulary) english(word string) bool {
	id, ok := v.ids[word]
	if !ok || id >= probablyEnglish || len(word) == 1 && word != "i" && word != "a" {
		return false
	}
	return id < surelyEnglish || !slices.ContainsFunc(glossaryLanguages, func(lang string) bool { return v.glosses[lang][word] != nil })
}

// gloss is a text in English words, as far as they are known.
func (v *vocabulary) gloss(text []string, lang string) []string {
	known := v.glosses[lang]
	if known == nil {
		return text
	}
	glossed := make([]string, 0, len(text)+4)
	for i := 0; i < len(text); {
		n := min(maxPhrase, len(text)-i)
		for ; n > 0; n-- {
			if english, ok := known[strings.Join(text[i:i+n], " ")]; ok {
				glossed = append(glossed, english...)
				break
			}
		}
		if n == 0 {
			if english := inflected(known, text[i], lang); english != nil {
				glossed, n = append(glossed, english...), 1
			}
		}
		if n == 0 {
			glossed, n = append(glossed, text[i]), 1
		}
		i += n
	}
	return glossed
}

// endings are those that make other forms of a word, and what they stand for.
var endings = map[string][][2]string{
	"es": {{"s", ""}, {"as", "o"}, {"a", "o"}, {"es", ""}, {"os", "o"}, {"mente", ""}, {"ito", "o"}, {"ita", "a"}},
	"pt": {{"s", ""}, {"as", "o"}, {"a", "o"}, {"es", ""}, {"os", "o"}, {"mente", ""}, {"inho", "o"}, {"inha", "a"}},
	"fr": {{"s", ""}, {"e", ""}, {"es", ""}, {"x", ""}, {"nt", ""}, {"ment", ""}},
	"de": {{"n", ""}, {"e", ""}, {"en", ""}, {"er", ""}, {"es", ""}, {"em", ""}, {"s", ""}, {"t", "en"}, {"st", "en"}, {"e", "en"}},
}

// inflectedLetters is how many letters must be left of a word whose ending is taken.
const inflectedLetters = 4

// inflected is what a form of a known word means, nil if it is none.
func inflected(known map[string][]string, word, lang string) []string {
	for _, e := range endings[lang] {
		if stem, ok := strings.CutSuffix(word, e[0]); ok && len(stem) >= inflectedLetters {
			if english, ok := known[stem+e[1]]; ok {
				return english
			}
		}
	}
	return nil
}

// Words are those of a text as models read them: in English where the glossary
// has them, with a mark at the end of each sentence.
func Words(t *phrase.Text) []string {
	plain := make([]string, 0, t.Len()+t.Sentences())
	for s := range t.Sentences() {
		from, to := t.Sentence(s)
		for i := from; i < to; i++ {
			plain = append(plain, t.Word(i))
		}
		if t.Question(s) {
			plain = append(plain, "?")
		} else {
			plain = append(plain, ".")
		}
	}
	v := words()
	return v.gloss(plain, v.language(plain, t.Language()))
}
