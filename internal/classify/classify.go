// Package classify is a linear text classifier: multinomial logistic regression
// over hashed words, pairs of words and pieces of words. It is trained in
// seconds, always to the same weights, and kept in a few hundred kilobytes.
package classify

import (
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
)

// buckets is how many features are told apart.
const buckets = 1 << 15

// Example is a text to learn from, as lower-case words.
type Example struct {
	Words []string
	Class int
	// Weight is how much it counts, 1 for most.
	Weight float64
}

// Model gives each text a probability for each class. It is safe for concurrent use.
type Model struct {
	classes int
	scale   float32
	weights []int8 // those of each bucket's classes
}

// How it is trained.
const (
	epochs  = 20
	rate    = 1.0
	decay   = 1e-6
	clipped = 127
)

// Train learns from examples of classes 0 to classes-1.
func Train(examples []Example, classes int) *Model {
	weights := make([]float32, buckets*classes)
	features := make([][]uint16, len(examples))
	order := make([]int, len(examples))
	for i, e := range examples {
		features[i], order[i] = featuresOf(e.Words), i
	}
	random := rand.New(rand.NewPCG(1, 2))
	p := make([]float64, classes)
	for epoch := range epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		step := rate / (1 + 0.3*float64(epoch))
		for _, i := range order {
			x := 1 / math.Sqrt(float64(len(features[i])))
			score(p, weights, features[i], x)
			softmax(p)
			p[examples[i].Class]--
			for c, slope := range p {
				d := float32(step * examples[i].Weight * slope * x)
				for _, f := range features[i] {
					w := &weights[int(f)*classes+c]
					*w -= d + float32(step*decay)**w
				}
			}
		}
	}
	most := float32(0)
	for _, w := range weights {
		most = max(most, float32(math.Abs(float64(w))))
	}
	m := &Model{classes: classes, scale: most / clipped, weights: make([]int8, len(weights))}
	for i, w := range weights {
		m.weights[i] = int8(math.Round(float64(w / m.scale)))
	}
	return m
}

// Probabilities are those of the classes, which add up to 1.
func (m *Model) Probabilities(words []string) []float64 {
	p := make([]float64, m.classes)
	features := featuresOf(words)
	score(p, m.weights, features, float64(m.scale)/math.Sqrt(float64(len(features))))
	softmax(p)
	return p
}

// score adds up the weights of features that are there, each times x.
func score[T int8 | float32](into []float64, weights []T, features []uint16, x float64) {
	clear(into)
	for _, f := range features {
		for c, w := range weights[int(f)*len(into):][:len(into)] {
			into[c] += float64(w)
		}
	}
	for c := range into {
		into[c] *= x
	}
}

func softmax(p []float64) {
	most, sum := slices.Max(p), 0.0
	for i, v := range p {
		p[i] = math.Exp(v - most)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

// pieceLength is the length of pieces of words, in bytes, marks of its ends included.
const pieceLength = 4

// stemLength is how much of a word stands for all its forms, in bytes.
const stemLength = 5

// featuresOf are the buckets of a text: its words, pairs of them, pairs with a
// word between, and pieces of its words; and one that every text has.
func featuresOf(words []string) []uint16 {
	found := make([]uint16, 1, 1+10*len(words))
	add := func(h uint32) { found = append(found, uint16((h^h>>15)%buckets)) }
	var recent [4]uint32 // stems before, the latest first
	for i := range recent {
		recent[i] = hash(uint32(10+i), "")
	}
	for _, w := range words {
		add(hash(3, w))
		stem := hash(5, w[:min(len(w), stemLength)])
		add(stem)
		for i, before := range recent {
			d := uint32(31)
			if i > 0 {
				d = 37
			}
			add(before*d + stem)
		}
		copy(recent[1:], recent[:])
		recent[0] = stem
		marked := "^" + w + "$"
		for i := 0; len(w) > pieceLength && i+pieceLength <= len(marked); i++ {
			add(hash(4, marked[i:i+pieceLength]))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// hash is FNV-1a.
func hash(seed uint32, s string) uint32 {
	h := 2166136261 ^ seed
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// MarshalBinary is the model as Load reads it.
func (m *Model) MarshalBinary() ([]byte, error) {
	data := binary.LittleEndian.AppendUint32(nil, uint32(m.classes))
	data = binary.LittleEndian.AppendUint32(data, math.Float32bits(m.scale))
	for _, w := range m.weights {
		data = append(data, byte(w))
	}
	return data, nil
}

// Load reads a model that has so many classes.
func Load(data []byte, classes int) (*Model, error) {
	if len(data) != 8+buckets*classes || binary.LittleEndian.Uint32(data) != uint32(classes) {
		return nil, errors.New("classify: not a model of these classes")
	}
	m := &Model{classes: classes, scale: math.Float32frombits(binary.LittleEndian.Uint32(data[4:])), weights: make([]int8, buckets*classes)}
	for i := range m.weights {
		m.weights[i] = int8(data[8+i])
	}
	return m, nil
}
