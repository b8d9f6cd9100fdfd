// Package classify answers questions about what people write, each with one of
// a few classes, by a small network that learns from labelled messages. It sees
// words by what they mean: as vectors that were trained on much text
// (vectors.bin), and those of Spanish, Portuguese, French and German by the
// English word that a glossary gives for them. So what it learns in one language
// it knows in the others, and of a word what it learnt of words like it.
//
// A model has two parts that add up. One looks for windows of three words, as a
// convolution with the strongest of each filter, and at which of them stand
// together. The other has a weight for each word, pair of words and piece of a word,
// by hash. What a word adds to either alone is computed once and remembered. A third,
// with a weight for each of those features too, tells which parts of a long text are
// worth reading.
//
// Reading costs about a microsecond a word, and no allocation that grows with
// the model. Training takes some minutes, and always gives the same model on
// the same kind of processor.
package classify

import (
	"encoding/binary"
	"math"
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
	outputs   int   // the classes of all questions
	lesson    [32]byte
	networks  []*network

	// features has the rows of all networks side by side, as signed bytes.
	features []byte
	// alarms tell of each bucket how much it speaks for an alarming text.
	alarms table
	heard  memory
	// silence is what no word adds to filters.
	silence [width]lanes
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
	features  table     // a row for each bucket; once learnt or loaded, only its unit counts
}

// table is many rows of weights, of which a text needs few: numbers while they are
// learnt, bytes as a file has them once they are.
type table struct {
	rows, width int

	learnt  []float32 // nil if the table was loaded
	unit    float32   // of rounded
	rounded []byte    // signed
}

// maxWidth is that of the widest table, at most.
const maxWidth = 64

// addAll adds rows to a sum.
func (t *table) addAll(sum []float32, rows []uint16, scale float32) {
	if t.learnt != nil {
		for _, row := range rows {
			weights := t.learnt[int(row)*t.width:][:len(sum)]
			for i := range sum {
				sum[i] += weights[i] * scale
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
	m := &Model{questions: questions, alarms: table{rows: buckets, width: 1}}
	for _, n := range questions {
		m.outputs += n
	}
	for range networks {
		m.networks = append(m.networks, newNetwork(m.outputs))
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

// pack puts the rows of all networks side by side, once they are learnt.
func (m *Model) pack() {
	m.features = make([]byte, buckets*networks*m.outputs)
	for i, n := range m.networks {
		unit, rows := rounded(n.features.learnt)
		n.features.unit = unit
		for row := range buckets {
			copy(m.features[(row*networks+i)*m.outputs:][:m.outputs], rows[row*m.outputs:])
		}
	}
	m.hearSilence()
}

// sums are what the words of a text add up to: scores of the classes of each network.
type sums [networks * maxWidth]int32

// rowSums adds up rows of signed bytes, eight of a row at once: those at even and at odd places
// in lanes of 16 bits, each 128 more than it is.
type rowSums struct {
	even, odd [networks * maxWidth / 8]uint64
	rows      int
}

// mostRows is how many rows the lanes hold, each of which is 255 at most.
const mostRows = 256

// add adds a row of the features, to sums or to what carry adds to them.
func (m *Model) add(r *rowSums, all []int32, row uint16) {
	if r.rows == mostRows {
		r.carry(all)
	}
	r.rows++
	added := m.features[int(row)*len(all):][:len(all)]
	k := 0
	for ; len(added) >= 8; k++ {
		some := binary.LittleEndian.Uint64(added) ^ 0x80808080_80808080
		r.even[k] += some & 0x00ff00ff_00ff00ff
		r.odd[k] += some >> 8 & 0x00ff00ff_00ff00ff
		added = added[8:]
	}
	for i, b := range added {
		all[8*k+i] += int32(int8(b))
	}
}

// carry adds what the lanes hold to sums, and empties them.
func (r *rowSums) carry(all []int32) {
	for i := range len(all) &^ 7 {
		lane := r.even[i/8]
		if i%2 == 1 {
			lane = r.odd[i/8]
		}
		all[i] += int32(lane>>(i%8/2*laneBits)&(1<<laneBits-1)) - int32(128*r.rows)
	}
	*r = rowSums{}
}

// Probabilities are those of the classes of each question, for words as Words
// gives them.
func (m *Model) Probabilities(text []string) [][]float64 {
	var total sums
	counts := total[:networks*m.outputs]
	var rows rowSums
	read := window{before: [width - 1]*[width]lanes{&m.silence, &m.silence}}
	many := 1
	m.add(&rows, counts, 0)
	pairs := newPairs()
	for t, w := range text {
		h := m.hear(w)
		many += h.features
		for i, n := range h.scores[:len(counts)] {
			counts[i] += n
		}
		for _, row := range pairs.next(h.stem) {
			m.add(&rows, counts, row)
		}
		many += len(pairs.recent)
		if t < begins {
			m.add(&rows, counts, beginning(t, w))
			many++
		}
		read.next(&h.filters)
	}
	rows.carry(counts)
	for range width - 1 {
		read.next(&m.silence)
	}
	answers, all := make([][]float64, len(m.questions)), make([]float64, m.outputs)
	for q, classes := range m.questions {
		answers[q], all = all[:classes:classes], all[classes:]
	}
	scale := featureScale(many)
	var scored [maxWidth]float32
	var probable [maxWidth]float64
	for i, n := range m.networks {
		scores := scored[:n.outputs]
		for c, offset := range n.offset {
			scores[c] = offset + float32(counts[i*n.outputs+c])*n.features.unit*scale
		}
		n.addPooled(scores, read.pooled(i))
		for q, classes := range m.questions {
			p := probable[:classes]
			softmax(p, scores[:classes])
			scores = scores[classes:]
			for c := range p {
				answers[q][c] += p[c] / networks
			}
		}
	}
	return answers
}

func featureScale(many int) float32 { return float32(1 / math.Sqrt(float64(many))) }

// filterUnit is what 1 stands for in what words add to filters.
const filterUnit = 1.0 / 512

// lanes are what a word adds to the filters of all networks at one place of a window, four filters
// in a number, of laneBits each: so four are added, and compared, at once. At each place it is as
// much more than it is as placeOffsets says, so that it is never below 0 and what three words add
// has its highest bit set where it is not below 0. At the first place it has the bias in it.
type lanes [networks * filters / 4]uint64

const (
	laneBits  = 16
	laneHighs = 0x8000_8000_8000_8000 // the highest bit of each lane
	// mostAdded is what a word can add to a filter at a place at most, in units of filterUnit.
	mostAdded = 10922
)

var placeOffsets = [width]int{mostAdded, mostAdded + 1, mostAdded + 1} // 1<<15 together

// set makes a lane what a word adds at a place.
func (l *lanes) set(place, filter, added int) {
	added = min(max(added, -mostAdded), mostAdded) + placeOffsets[place]
	l[filter/4] |= uint64(added) << (filter % 4 * laneBits)
}

// window is the filters of all networks while they read a text.
type window struct {
	strongest lanes                    // without an offset
	before    [width - 1]*[width]lanes // what the words before add, the latest last
}

// next reads a word, by what it adds to the filters at each place.
func (w *window) next(added *[width]lanes) {
	first, second, third := &w.before[0][0], &w.before[1][1], &added[2]
	for j := range third {
		sum := first[j] + second[j] + third[j]
		above := sum & laneHighs
		sum &= above - above>>(laneBits-1) // 0 for what is below 0
		rest := w.strongest[j] | laneHighs - sum
		stays := rest & laneHighs // where the strongest is no less
		w.strongest[j] = sum + rest&(stays-stays>>(laneBits-1))
	}
	w.before[0], w.before[1] = w.before[1], added
}

// pooled is the strongest of each filter of a network.
func (w *window) pooled(network int) *[filters]float32 {
	var strongest [filters]float32
	for j := range strongest {
		at := network*filters + j
		strongest[j] = float32(w.strongest[at/4]>>(at%4*laneBits)&(1<<laneBits-1)) * filterUnit
	}
	return &strongest
}

// addPooled adds what the strongest of each filter says, alone and in combination,
// and returns the combinations.
func (m *network) addPooled(scores []float32, strongest *[filters]float32) (sums [hidden]float32) {
	copy(sums[:], m.threshold)
	addRows(scores, strongest[:], m.answers)
	addRows(sums[:], strongest[:], m.combine)
	for k, v := range sums {
		sums[k] = max(v, 0)
	}
	addRows(scores, sums[:], m.combined)
	return sums
}

// addInput adds to the filters what a word adds at a place of the window.
func (m *network) addInput(into, input []float32, place int) {
	addRows(into[:filters], input[:inputs], m.windows[place*inputs*filters:])
}

// addRows adds rows of weights, each so many times: four at a time, of which there are some without
// a rest, in half the time that one by one takes.
func addRows(into, times, weights []float32) {
	n := len(into)
	for i := 0; i < len(times); i += 4 {
		some := times[i:][:4]
		a, b, c, d := some[0], some[1], some[2], some[3]
		if a == 0 && b == 0 && c == 0 && d == 0 {
			continue
		}
		rows := weights[i*n:][:4*n]
		first, second, third, fourth := rows[:n], rows[n:][:n], rows[2*n:][:n], rows[3*n:][:n]
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

// Softmax makes probabilities of scores, which add up to 1.
func Softmax(scores []float32) []float64 {
	p := make([]float64, len(scores))
	softmax(p, scores)
	return p
}

func softmax(p []float64, scores []float32) {
	most := scores[0]
	for _, s := range scores {
		most = max(most, s)
	}
	sum := 0.0
	for i, s := range scores {
		p[i] = math.Exp(float64(s - most))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}
