package classify

import (
	"math"
	"strings"
	"sync"
	"sync/atomic"
)

// heard is what a word adds wherever it stands in a text.
type heard struct {
	stem     uint32  // what stands for it in pairs
	features int     // how many it has alone
	scores   []int32 // of the classes of each network, by its features
	filters  [width]lanes
	alarm    float32
}

// memory has the words that were heard last. Those of one generation are forgotten
// when the one after the next begins, so that no flood of rare words fills it for good.
type memory struct {
	young, old atomic.Pointer[sync.Map]
	many       atomic.Int32
}

// generation is how many words are remembered of each, which takes a kilobyte a word.
const generation = 4096

func (m *memory) recall(word string) *heard {
	for i, some := range [2]*sync.Map{m.young.Load(), m.old.Load()} {
		if some == nil {
			continue
		}
		if found, ok := some.Load(word); ok {
			h := found.(*heard)
			if i > 0 {
				m.remember(word, h)
			}
			return h
		}
	}
	return nil
}

func (m *memory) remember(word string, h *heard) {
	young := m.young.Load()
	if young == nil || m.many.Add(1) > generation {
		next := new(sync.Map)
		if m.young.CompareAndSwap(young, next) {
			m.old.Store(young)
			m.many.Store(1)
		}
		young = m.young.Load()
	}
	young.Store(strings.Clone(word), h)
}

// hear is what a word adds. A word that is not remembered costs some ten microseconds.
func (m *Model) hear(word string) *heard {
	if h := m.heard.recall(word); h != nil {
		return h
	}
	rows := wordFeatures(word)
	h := &heard{stem: stemHash(word), features: len(rows), scores: make([]int32, networks*m.outputs)}
	var sums rowSums
	for _, row := range rows {
		m.add(&sums, h.scores, row)
	}
	sums.carry(h.scores)
	m.listen(&h.filters, func(n *network, input []float32) { n.describe(input, word) })
	h.alarm = m.alarm(rows)
	m.heard.remember(word, h)
	return h
}

// hearSilence finds out what no word adds.
func (m *Model) hearSilence() { m.listen(&m.silence, func(*network, []float32) {}) }

// listen makes of what is known of a word what it adds to the filters.
func (m *Model) listen(into *[width]lanes, describe func(n *network, input []float32)) {
	for i, n := range m.networks {
		var input [inputs]float32
		describe(n, input[:])
		for place := range width {
			var added [filters]float32
			n.addInput(added[:], input[:], place)
			for j, v := range added {
				sum := int(v / filterUnit)
				if place == 0 {
					sum += int(n.bias[j] / filterUnit)
				}
				into[place].set(place, i*filters+j, sum)
			}
		}
	}
}

// alarm is how much some features speak for an alarming text.
func (m *Model) alarm(rows []uint16) float32 {
	var sum [1]float32
	m.alarms.addAll(sum[:], rows, 1)
	return sum[0]
}

// glances are how many words are looked at together when the parts of a long text are
// chosen: few for a cry, which is read with its sentence, and more for a story.
var glances = [2]int{6, 24}

// Passages are parts of a text, most of them at most and of so many words at most, that are
// likeliest to be alarming. They cost less than a microsecond for each word of the text.
func (m *Model) Passages(text []string, words, most int) (all [][2]int) {
	sums := make([]float32, len(text)+1) // of the alarms before each word
	pairs := newPairs()
	for t, w := range text {
		var stem uint32
		var alarm float32
		if h := m.heard.recall(w); h != nil {
			stem, alarm = h.stem, h.alarm
		} else {
			stem, alarm = stemHash(w), m.alarm(wordFeatures(w))
		}
		rows := pairs.next(stem)
		sums[t+1] = sums[t] + alarm + m.alarm(rows[:])
	}
	for _, glance := range glances {
		taken := make([]bool, len(text)+1)
		for range most / len(glances) {
			best, found := float32(math.Inf(-1)), -1
			for t := 0; t+glance <= len(text); t++ {
				if alarm := sums[t+glance] - sums[t]; alarm > best && !taken[t] {
					best, found = alarm, t
				}
			}
			if found < 0 {
				break
			}
			for t := max(0, found-glance); t < min(len(taken), found+glance); t++ {
				taken[t] = true
			}
			from, to := found, min(found+glance, len(text))
			if glance == glances[0] {
				from, to = sentences(text, from, to, words)
			} else {
				from = min(max(0, found-(words-glance)/2), max(0, len(text)-words))
				to = min(from+words, len(text))
			}
			all = append(all, [2]int{from, to})
		}
	}
	return all
}

// sentences widens a part of a text to whole sentences, of so many words at most.
func sentences(text []string, from, to, most int) (int, int) {
	ends := func(word string) bool { return word == "." || word == "?" }
	for from > 0 && to-from < most && !ends(text[from-1]) {
		from--
	}
	for to < len(text) && to-from < most && !ends(text[to-1]) {
		to++
	}
	return from, to
}
