package offline

import (
	"bytes"
	"compress/gzip"
	"encoding/gob"
	"errors"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// TestTheIndexIsThatOfItsTexts compares what is compiled in with what is learnt from the texts.
func TestTheIndexIsThatOfItsTexts(t *testing.T) {
	for _, language := range bank.Languages {
		g, topics, words := heard(t, language)
		l := learnTexts(g, topics, words)
		if *update {
			var file bytes.Buffer
			text, err := gzip.NewWriterLevel(&file, gzip.BestCompression)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(gob.NewEncoder(text).Encode(l), text.Close(), os.WriteFile("learnt."+language+".gz", file.Bytes(), 0o600)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if compiled, err := readLearnt(language); err != nil || !reflect.DeepEqual(compiled, l) {
			t.Errorf("%s: not what the texts say (%v); run: go generate ./internal/llm/offline/bank", language, err)
		}
	}
}

// heard are the topics of a language, whole, with what people say of them and the words
// that tell of each.
func heard(t testing.TB, language string) (*grammar, []*bank.Topic, map[string][]string) {
	t.Helper()
	var grammars map[string]*grammar
	if err := decode("words.yaml", wordsFile, &grammars); err != nil {
		t.Fatal(err)
	}
	topics, err := bank.Read(language)
	if err != nil {
		t.Fatal(err)
	}
	g := grammars[language]
	g.prepare(language)
	return g, topics, hear(topics, saidFiles[language])
}

// learnTexts reads all texts of the topics.
func learnTexts(g *grammar, topics []*bank.Topic, words map[string][]string) *learnt {
	l, byStem, everyday := new(learnt), make(map[string][]posting), make(map[string]bool)
	spelt, known := make(map[byte][]string), make(map[string]bool)
	spell := func(texts []string) {
		for _, text := range texts {
			for w := range strings.FieldsFuncSeq(fold(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
				if !known[w] {
					known[w] = true
					spelt[w[0]] = append(spelt[w[0]], w)
				}
			}
		}
	}
	for i, t := range topics {
		spell(textsOf(t))
		spell(words[t.Name])
		for stem, weight := range g.weigh(t, words[t.Name]) {
			byStem[stem] = append(byStem[stem], posting(i<<weightBits|int(2*weight)))
		}
		for _, c := range []*bank.Case{&t.Pro, &t.Con} {
			for _, a := range slices.Concat(c.Arguments, c.Answers) {
				learnLower(everyday, a.Text)
			}
		}
	}
	spell(slices.Concat(g.Good, g.Bad, g.For, g.Against, g.Auxiliaries, g.Modals))
	stems := slices.Sorted(maps.Keys(byStem))
	for _, stem := range stems {
		l.Counts, l.Postings = append(l.Counts, uint16(len(byStem[stem]))), append(l.Postings, byStem[stem]...)
	}
	var all []string
	for _, first := range slices.Sorted(maps.Keys(spelt)) {
		all = append(all, spelt[first]...)
	}
	l.Stems, l.Words, l.Everyday = strings.Join(stems, between), strings.Join(all, between), strings.Join(slices.Sorted(maps.Keys(everyday)), between)
	return l
}

// How much a stem is worth by where it stands.
const (
	inName  = 3
	inClaim = 1.5
	inSaid  = 1
	inText  = 0.5
)

// weigh gives each stem of a topic's texts its greatest weight.
func (g *grammar) weigh(t *bank.Topic, words []string) map[string]float64 {
	weights := make(map[string]float64)
	add := func(weight float64, texts ...string) {
		for _, text := range texts {
			for stem := range g.stems(text) {
				weights[stem] = max(weights[stem], weight)
			}
		}
	}
	add(inName, t.Names...)
	add(inClaim, words...)
	add(inClaim, t.Claim)
	add(inClaim, slices.Concat(t.Claims.Pro, t.Claims.Con, t.Cues.Pro, t.Cues.Con)...)
	for _, c := range []*bank.Case{&t.Pro, &t.Con} {
		add(inText, c.Case)
		common := c.Answers[:min(commonAnswers, len(c.Answers))] // what is said seldom speaks of much else
		for _, text := range slices.Concat(c.Arguments, common, c.Questions, c.Concedes) {
			add(inSaid, text.Point, text.To)
			add(inSaid, slices.Concat(text.Said, text.Asked)...)
			add(inText, text.Text)
		}
	}
	return weights
}

// textsOf are all that the bank says of a topic, and hears.
func textsOf(t *bank.Topic) []string {
	all := slices.Concat([]string{t.Claim}, t.Names, t.Claims.Pro, t.Claims.Con, t.Cues.Pro, t.Cues.Con)
	for _, c := range []*bank.Case{&t.Pro, &t.Con} {
		all = append(all, c.Case, c.Closing)
		for _, text := range slices.Concat(c.Arguments, c.Answers, c.Questions, c.Concedes) {
			all = append(all, text.Text, text.Point, text.To)
			all = append(append(all, text.Said...), text.Asked...)
		}
	}
	return all
}

func learnLower(known map[string]bool, text string) {
	for word := range strings.FieldsSeq(text) {
		if word[0] >= 'a' && word[0] <= 'z' {
			known[fold(strings.Trim(word, ".,;:!?'\"()"))] = true
		}
	}
}
