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

// vectors.bin has English words with what they mean, the commonest first: the
// vector of each as signed bytes, and behind all of those, so that few pages of
// them are ever read, the length of each word in a byte and its letters. They are
// from GloVe 6B (Pennington, Socher, Manning 2014; Public Domain Dedication and
// License 1.0), each scaled to the same length. TestVectorsAreThoseOfGloVe makes
// the file.
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
	// vectorUnit is what 1 in vectors.bin stands for.
	vectorUnit = 1.5 / 127
	// A word of the glossary is taken for English if it is among so many of the
	// commonest ones, and any other word among so many.
	surelyEnglish, probablyEnglish = 200, 6000
)

var glossaryLanguages = [...]string{"es", "pt", "fr", "de"}

// vocabulary is the words that are known.
type vocabulary struct {
	entries []int32 // where in vectorsFile the words are, by id
	// slots have the ids of the words, each 1 more than it is, at the first one that was
	// free from that of the word's hash on.
	slots [1 << 16]uint16
	// senses are the lines that a word is in.
	senses map[string][]int
	// glosses are the English words of a phrase, by language.
	glosses map[string]map[string][]string
	// begins are the words that phrases of glosses begin with.
	begins map[string]glossing
}

// glossing is what a word has to do with the phrases of each of glossaryLanguages.
type glossing struct {
	// longest is how many words the longest has that begins with it, and glossed
	// whether it is one alone.
	longest [4]uint8
	glossed [4]bool
}

// plainWord is what is known of a word in any language.
type plainWord struct {
	glossing

	id int32 // among the English ones, -1 if it is none
}

var words = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{entries: make([]int32, 0, vocabularySize), senses: make(map[string][]int), glosses: make(map[string]map[string][]string), begins: make(map[string]glossing)}
	for at := vocabularySize * dimensions; at < len(vectorsFile); {
		id := int32(len(v.entries))
		v.entries = append(v.entries, int32(at))
		slot := slotOf(v.word(id))
		for v.slots[slot] != 0 {
			slot++
		}
		v.slots[slot] = uint16(id + 1)
		at += 1 + len(v.word(id))
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
	v.indexGlosses()
	return v
})

// slotOf is where a word is sought first.
func slotOf(word string) uint16 { return uint16(hash(0, word)) }

// id is that of an English word, -1 if it is not known.
func (v *vocabulary) id(word string) int32 {
	for slot := slotOf(word); v.slots[slot] != 0; slot++ {
		if id := int32(v.slots[slot]) - 1; v.word(id) == word {
			return id
		}
	}
	return -1
}

// word is the one of an id.
func (v *vocabulary) word(id int32) string {
	at := int(v.entries[id])
	return vectorsFile[at+1:][:vectorsFile[at]]
}

// meaning is what the word of an id means.
func (v *vocabulary) meaning(id int32) Meaning {
	return Meaning(vectorsFile[int(id)*dimensions:][:dimensions])
}

func (v *vocabulary) indexGlosses() {
	for i, lang := range glossaryLanguages {
		for phrase := range v.glosses[lang] {
			first, _, more := strings.Cut(phrase, " ")
			g := v.begins[first]
			g.longest[i] = max(g.longest[i], uint8(1+strings.Count(phrase, " ")))
			g.glossed[i] = g.glossed[i] || !more
			v.begins[first] = g
		}
	}
}

// plainWords are those of a text.
func (v *vocabulary) plainWords(text []string) []plainWord {
	all := make([]plainWord, len(text))
	for i, w := range text {
		all[i] = plainWord{v.begins[w], v.id(w)}
	}
	return all
}

// readGlossary reads the lines of glossary.txt.
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
	if id := v.id(word); id >= 0 {
		for i, b := range []byte(v.meaning(id)) {
			into[i] = float32(int8(b)) * vectorUnit
		}
	}
}

// language is the one that most of the words are known in, English if none; the
// one that was guessed by the commonest words is believed a little more.
func language(text []string, known []plainWord, guessed string) string {
	best, most := "en", 1.0
	if guessed != "en" && guessed != "" {
		most = 0.5
	}
	var scores [len(glossaryLanguages)]float64
	for i, p := range known {
		if p.english(text[i]) {
			most++
		}
		for l, glossed := range p.glossed {
			if glossed {
				scores[l]++
			}
		}
	}
	for l, lang := range glossaryLanguages {
		if lang == guessed {
			scores[l] += 1.2
		}
		if scores[l] > most {
			best, most = lang, scores[l]
		}
	}
	return best
}

func (p plainWord) english(word string) bool {
	if p.id < 0 || p.id >= probablyEnglish || len(word) == 1 && word != "i" && word != "a" {
		return false
	}
	return p.id < surelyEnglish || p.glossed == [4]bool{}
}

// gloss is a text in English words, as far as they are known, and for each of them
// where in the text it comes from.
func (v *vocabulary) gloss(text []string, plain []plainWord, lang string) (glossed []string, from []int32) {
	from = make([]int32, 0, len(text)+4)
	l := slices.Index(glossaryLanguages[:], lang)
	if l < 0 {
		for i := range text {
			from = append(from, int32(i))
		}
		return text, from
	}
	known := v.glosses[lang]
	glossed = make([]string, 0, len(text)+4)
	for i := 0; i < len(text); {
		n, english := min(int(plain[i].longest[l]), len(text)-i), []string(nil)
		for ; n > 1 && english == nil; n-- {
			english = known[strings.Join(text[i:i+n], " ")]
		}
		if english != nil {
			n++
		} else if english = known[text[i]]; english == nil {
			english = inflected(known, text[i], lang)
		}
		n = max(n, 1)
		if english == nil {
			english = text[i : i+1]
		}
		for _, w := range english {
			glossed, from = append(glossed, w), append(from, int32(i))
		}
		i += n
	}
	return glossed, from
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
	words, _ := WordsAt(t)
	return words
}

// WordsAt are Words, and the token of the text that each of them stands for.
func WordsAt(t *phrase.Text) (english []string, at []int32) {
	text := make([]string, 0, t.Len()+t.Sentences())
	tokens := make([]int32, 0, t.Len()+t.Sentences())
	for s := range t.Sentences() {
		from, to := t.Sentence(s)
		for i := from; i < to; i++ {
			text, tokens = append(text, t.Word(i)), append(tokens, int32(i))
		}
		end := "."
		if t.Question(s) {
			end = "?"
		}
		text, tokens = append(text, end), append(tokens, int32(to-1))
	}
	v := words()
	plain := v.plainWords(text)
	english, at = v.gloss(text, plain, language(text, plain, t.Language()))
	for i, from := range at {
		at[i] = tokens[from]
	}
	return english, at
}
