package offline

import (
	"bytes"
	_ "embed" // for finder.model
	"encoding/gob"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/classify"
	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// finder.model is what was learnt of the topics of the bank from its own texts and from
// the openings of testdata/train_*.txt. After a change of those:
//
//	go test ./internal/llm/offline -run TheFinderIsThatOfItsOpenings -update
//
//go:embed finder.model
var finderFile []byte

// finder tells which topic of the bank a message is about, and on which side of it the
// message is, by a network with one layer that is hidden: the mean of some that learnt
// the same in another order. It sees the words of the message, as they are written and in
// English, and what they mean.
type finder struct {
	// Topics are the names of those that it tells apart. Its classes are "none of them",
	// and of each topic first the side that is for it.
	Topics []string
	Lesson [32]byte // of the openings that it has learnt from

	// Direct has what each feature adds to the score of each class, First and Second the
	// weights of the layers, by what goes in.
	Direct                    halves
	First, Second             table
	FirstOffset, SecondOffset []float32

	lexicon *phrase.Lexicon
}

// table is rows of weights, each some units.
type table struct {
	Width int
	Unit  float32
	Cells []int8
}

// halves are rows of weights of half a byte each, which stay where the binary has them,
// but for the few that are too large for that.
type halves struct {
	Width int
	Unit  float32
	// Far are the cells that are large, in order, and Large what they have.
	Far   []uint32
	Large []int8

	cells []byte // of two neighbours each; the first is the low half
}

// large stands for a cell that is among the large ones.
const large = -8

// add adds a row to a sum.
func (h *halves) add(sum []int32, row int) {
	length := (h.Width + 1) / 2
	far, _ := slices.BinarySearch(h.Far, uint32(row*h.Width))
	for i, b := range h.cells[row*length:][:length] {
		low, high := int8(b<<4)>>4, int8(b)>>4
		if low == large {
			low, far = h.Large[far], far+1
		}
		sum[2*i] += int32(low)
		if 2*i+1 == len(sum) {
			return
		}
		if high == large {
			high, far = h.Large[far], far+1
		}
		sum[2*i+1] += int32(high)
	}
}

// The sizes of the network.
const (
	buckets = 1 << 15
	inputs  = classify.Dimensions
	hidden  = 64 // of each network that learnt
)

// sight is a message as the finder sees it.
type sight struct {
	features []uint32
	meaning  [classify.Dimensions]float32
}

// loadFinder reads the embedded finder, which takes a millisecond.
var loadFinder = sync.OnceValues(func() (*finder, error) {
	type fields finder
	f, file := new(finder), bytes.NewReader(finderFile)
	if err := gob.NewDecoder(file).Decode((*fields)(f)); err != nil {
		return nil, fmt.Errorf("offline: finder.model: %w", err)
	}
	f.Direct.cells = finderFile[len(finderFile)-file.Len():]
	if want := buckets * ((f.Direct.Width + 1) / 2); len(f.Direct.cells) != want {
		return nil, fmt.Errorf("offline: finder.model: has %d bytes of cells, not %d", len(f.Direct.cells), want)
	}
	var err error
	f.lexicon, err = phrase.NewLexicon(phrase.Base())
	return f, err
})

// see reads a message for the finder.
func (f *finder) see(message string) *sight {
	text := f.lexicon.Read(message)
	s := new(sight)
	seen := make(map[uint32]bool)
	add := func(kind string, words ...string) {
		h := uint32(2166136261)
		for _, w := range append(words, kind) {
			for i := range len(w) {
				h = (h ^ uint32(w[i])) * 16777619
			}
			h = (h ^ 0xff) * 16777619
		}
		if h = (h ^ h>>15) % buckets; !seen[h] {
			seen[h] = true
			s.features = append(s.features, h)
		}
	}
	english := classify.Words(text)
	addWords := func(words []string) {
		before := [2]string{"^", "^"}
		for _, w := range words {
			stem := w[:min(len(w), stemLength)]
			add("word", w)
			add("stem", stem)
			add("pair", before[0], stem)
			add("skip", before[1], stem)
			before[0], before[1] = stem, before[0]
			if marked := "^" + w + "$"; len(w) > pieceLength {
				for i := 0; i+pieceLength <= len(marked); i++ {
					add("piece", marked[i:i+pieceLength])
				}
			}
		}
	}
	addWords(english)
	if text.Language() != "en" { // some of the words may be known as they are only
		var own []string
		for i := range text.Len() {
			own = append(own, text.Word(i))
		}
		addWords(own)
	}
	for _, w := range english {
		classify.MeaningOf(w, "en").AddTo(s.meaning[:], weightOfWord(w))
	}
	classify.Norm(s.meaning[:])
	return s
}

const (
	stemLength  = 5
	pieceLength = 4
)

// weightOfWord is what the meaning of a word counts: that of short words is mostly
// grammar.
func weightOfWord(w string) float32 {
	if len(w) < 4 {
		return 0.3
	}
	return 1
}

// probabilities are those of the classes.
func (f *finder) probabilities(s *sight) []float64 {
	layer := make([]float32, f.First.Width)
	f.First.add(layer, s.meaning[:])
	for i, x := range layer {
		layer[i] = max(0, x+f.FirstOffset[i])
	}
	scores := slices.Clone(f.SecondOffset)
	f.Second.add(scores, layer)
	direct := make([]int32, len(scores))
	for _, at := range s.features {
		f.Direct.add(direct, int(at))
	}
	scale := f.Direct.Unit * featureScale(len(s.features))
	for c, sum := range direct {
		scores[c] += scale * float32(sum)
	}
	return classify.Softmax(scores)
}

// featureScale is what one of so many features counts.
func featureScale(n int) float32 { return float32(1 / math.Sqrt(float64(max(n, 1)))) }

// add adds rows of weights, each so many times, to a sum.
func (t *table) add(sum, times []float32) {
	for i, x := range times {
		if x == 0 {
			continue
		}
		x *= t.Unit
		for j, c := range t.Cells[i*t.Width:][:t.Width] {
			sum[j] += x * float32(c)
		}
	}
}

// guess is a topic, how probable it is if the message is about one of the bank, and the
// log odds that the message is for it, if it is about it.
type guess struct {
	topic       string
	sure, forIt float64
}

// met says whether a topic is one of those that it has learnt.
func (f *finder) met(topic string) bool { return slices.Contains(f.Topics, topic) }

// guesses are those of all topics, and how probable it is that a message is about none.
func (f *finder) guesses(message string) (all []guess, none float64) {
	p := f.probabilities(f.see(message))
	for i, name := range f.Topics {
		pro, con := p[1+2*i], p[2+2*i]
		all = append(all, guess{name, (pro + con) / (1 - p[0] + 1e-9), logOdds(pro / (pro + con + 1e-12))})
	}
	return all, p[0]
}

// forIt is the log odds that a message is for a topic, if it is about it.
func (f *finder) forIt(message, topic string) float64 {
	all, _ := f.guesses(message)
	for _, g := range all {
		if g.topic == topic {
			return max(-maxForIt, min(maxForIt, g.forIt))
		}
	}
	return 0
}

// maxForIt is the most that the finder's say of a side counts.
const maxForIt = 7
