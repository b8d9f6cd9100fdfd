// Package classify answers questions about what people write, each with one of
// a few classes, by a small network that learns from labelled messages. It sees
// words by what they mean: as vectors that were trained on much text
// (vectors.bin), and those of Spanish, Portuguese, French and German by the
// English word that a glossary gives for them. So what it learns in one language
// it knows in the others, and of a word what it learnt of words like it.
//
// A model has two parts that add up. One looks for windows of three words, as a
// convolution with the strongest of each filter, and at which of them stand
// together; since it is linear up to there, what a word adds to each filter is
// computed once. The other has a weight for
// each word, pair of words and piece of a word, by hash.
//
// Reading costs about a microsecond a word, and no allocation that grows with
// the model. Training takes a minute or two, and always gives the same model on
// the same kind of processor.
package classify

import (
	"math"
	"strings"
	"sync"
	"sync/atomic"
)

const (
	// networks is how many a model has.
	networks = 2
	// filters is how many windows of words a network looks for.
	filters = 64
	// hidden is how many combinations of windows it weighs.
	hidden = 48
	// width is how many words a window has.
	width = 3
	// inputs is what is known of a word: what it means, and how it is written.
	inputs = dimensions + senses + spelling
	// spelling is how many numbers tell how a word is written.
	spelling = 32
	// buckets and pieces are how many features, and pieces of words, are told apart.
	buckets = 1 << 15
	pieces  = 1 << 14
)

// Model gives a text a probability for each class of each question: the mean of
// what some networks say that were trained alike and began differently, which
// are right more often together. It is safe for concurrent use.
type Model struct {
	questions []int // how many classes each has
	lesson    [32]byte
	networks  []*network
}

type network struct {
	outputs int // the classes of all questions

	windows   []float32 // width × inputs × filters
	bias      []float32 // filters
	answers   []float32 // filters × outputs
	combine   []float32 // filters × hidden
	threshold []float32 // hidden
	combined  []float32 // hidden × outputs
	offset    []float32 // outputs
	spelled   table     // a row for each piece
	features  table     // a row for each bucket

	// responses are what the first so many words that were read add to the filters.
	responses sync.Map
	responded atomic.Int32
}

// maxResponses is how many words are remembered, which takes a kilobyte each.
const maxResponses = 4096

// table is many rows of weights, of which a text needs few: numbers while they are
// learnt, bytes as a file has them once they are.
type table struct {
	rows, width int

	learnt  []float32 // nil if the table was loaded
	unit    float32   // of rounded
	rounded []byte    // signed
}

// maxWidth is that of the widest table.
const maxWidth = 64

// addAll adds rows to a sum.
func (t *table) addAll(sum []float32, rows []uint16, scale float32) {
	if t.learnt != nil {
		for _, row := range rows {
			for i, w := range t.learnt[int(row)*t.width:][:len(sum)] {
				sum[i] += w * scale
			}
		}
		return
	}
	var all [maxWidth]int32
	counts := all[:len(sum)]
	for _, row := range rows {
		for i, b := range t.rounded[int(row)*t.width:][:len(counts)] {
			counts[i] += int32(int8(b))
		}
	}
	for i, n := range counts {
		sum[i] += float32(n) * t.unit * scale
	}
}

// newModel is one whose tables are still to be learnt or loaded.
func newModel(questions []int) *Model {
	m := &Model{questions: questions}
	outputs := 0
	for _, n := range questions {
		outputs += n
	}
	for range networks {
		m.networks = append(m.networks, newNetwork(outputs))
	}
	return m
}

func newNetwork(outputs int) *network {
	m := &network{outputs: outputs}
	m.windows = make([]float32, width*inputs*filters)
	m.bias = make([]float32, filters)
	m.answers = make([]float32, filters*m.outputs)
	m.combine = make([]float32, filters*hidden)
	m.threshold = make([]float32, hidden)
	m.combined = make([]float32, hidden*m.outputs)
	m.offset = make([]float32, m.outputs)
	m.spelled = table{rows: pieces, width: spelling}
	m.features = table{rows: buckets, width: m.outputs}
	return m
}

// Probabilities are those of the classes of each question, for words as Words
// gives them.
func (m *Model) Probabilities(text []string) [][]float64 {
	answers := make([][]float64, len(m.questions))
	found := featuresOf(text)
	for _, n := range m.networks {
		scores := make([]float32, n.outputs)
		copy(scores, n.offset)
		n.addFeatures(scores, found)
		n.addWindows(scores, text)
		for i, classes := range m.questions {
			p := softmax(scores[:classes])
			scores = scores[classes:]
			if answers[i] == nil {
				answers[i] = make([]float64, classes)
			}
			for c := range p {
				answers[i][c] += p[c] / float64(len(m.networks))
			}
		}
	}
	return answers
}

func (m *network) addFeatures(scores []float32, found []uint16) {
	m.features.addAll(scores[:m.outputs], found, featureScale(found))
}

func featureScale(found []uint16) float32 { return float32(1 / math.Sqrt(float64(len(found)))) }

func (m *network) addWindows(scores []float32, text []string) {
	var strongest, sum [filters]float32
	var around [width][]float32 // what the words of a window add
	for t := range len(text) + width - 1 {
		copy(around[:], around[1:])
		around[width-1] = nil
		if t < len(text) {
			around[width-1] = m.response(text[t])
		}
		copy(sum[:], m.bias)
		for place, added := range around {
			if added == nil {
				continue
			}
			for j, v := range added[place*filters:][:filters] {
				sum[j] += v
			}
		}
		for j, v := range sum {
			strongest[j] = max(strongest[j], v)
		}
	}
	m.addPooled(scores[:m.outputs], &strongest)
}

// addPooled adds what the strongest of each filter says, alone and in combination,
// and returns the combinations.
func (m *network) addPooled(scores []float32, strongest *[filters]float32) (sums [hidden]float32) {
	copy(sums[:], m.threshold)
	for j, v := range strongest {
		if v == 0 {
			continue
		}
		for i, w := range m.answers[j*m.outputs:][:len(scores)] {
			scores[i] += v * w
		}
		for i, w := range m.combine[j*hidden:][:hidden] {
			sums[i] += v * w
		}
	}
	for k, v := range sums {
		if v <= 0 {
			sums[k] = 0
			continue
		}
		for i, w := range m.combined[k*m.outputs:][:len(scores)] {
			scores[i] += v * w
		}
	}
	return sums
}

// response is what a word adds to each filter at each place of a window.
func (m *network) response(word string) []float32 {
	if r, ok := m.responses.Load(word); ok {
		return r.([]float32)
	}
	var input [inputs]float32
	m.describe(input[:], word)
	r := make([]float32, width*filters)
	for place := range width {
		m.addInput(r[place*filters:][:filters], input[:], place)
	}
	if m.responded.Load() < maxResponses {
		m.responded.Add(1)
		m.responses.Store(strings.Clone(word), r)
	}
	return r
}

// addInput adds to the filters what a word adds at a place of the window: four
// numbers at a time, which takes half as long as one by one.
func (m *network) addInput(into, input []float32, place int) {
	into = into[:filters]
	weights := m.windows[place*inputs*filters:]
	for i := 0; i < inputs; i += 4 {
		some := input[i:][:4]
		a, b, c, d := some[0], some[1], some[2], some[3]
		if a == 0 && b == 0 && c == 0 && d == 0 {
			continue
		}
		rows := weights[i*filters:][:4*filters]
		first, second, third, fourth := rows[:filters], rows[filters:][:filters], rows[2*filters:][:filters], rows[3*filters:][:filters]
		for j := range into {
			into[j] += a*first[j] + b*second[j] + c*third[j] + d*fourth[j]
		}
	}
}

// describe fills in what is known of a word.
func (m *network) describe(input []float32, word string) {
	words().vector(input[:dimensions+senses], word)
	found := piecesOf(word)
	scale := float32(1 / math.Sqrt(float64(len(found))))
	written := input[dimensions+senses:][:spelling]
	m.spelled.addAll(written, found, scale)
}

func softmax(scores []float32) []float64 {
	most := scores[0]
	for _, s := range scores {
		most = max(most, s)
	}
	p, sum := make([]float64, len(scores)), 0.0
	for i, s := range scores {
		p[i] = math.Exp(float64(s - most))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}
