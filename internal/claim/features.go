package claim

import (
	_ "embed" // for learnt.model
	"math"
	"slices"
	"strconv"
	"strings"
)

// A feature is a slot of the weights: the hash of a template with the values of
// its fields. A template is a list of fields between commas. A field is a letter
// and an offset: w is the word, s its stem, c its class, e its ending, m the mark, at so
// many tokens from the beginning of the span, or from its end if the letter is a
// capital. The other fields are
//
//	f, l  whether the token begins, or ends, a sentence
//	q     how that sentence ends
//	a     its first word
//	d     the tokens to its end
//	z     the span's length
//	t, r  the number of the sentence, and how many follow it
//	p     the tokens before
var (
	startTemplates = templates(`w0 w-1 w-2,w-1 w-1,w0 w0,w1 w-3,w-2,w-1 m-1,w0 m-1,f f,t s-1 s-2,s-1 q,f w0,q p a,f w-2 w1 f,w0 s0,s1
		r,f,q w-4,w-3,w-2,w-1 w0,w1,w2 c-2,c-1,c0,c1 c-1,c0,c1,c2 c-1,c0 c0,c1 c-3,c-2,c-1,c0 c-2,c-1,c0 d,f d,m-1 c0,c1,c2,c3 w2 w3 s2,s3`)
	endTemplates = templates(`W0 W1 W1,W2 W0,W1 W-1,W0 M1,l l,D S0 S1,S2 M1,W2 M1,W2,W3 l,q W0,M1 W1,W2,W3 l,W2,W3 W2 C0,C1,C2,C3 C0,C1 C-1,C0,C1 C1,C2
		z f,L,z w0,z w-1,W1 w-1,z m-1,M1 w-2,w-1,z f,L,q,z s0,S0 f,L,t W1,z w0,W0 c-2,c-1,C1,C2 c-1,c0,C0,C1 L,M1 L,W1`)
	// insideTemplates are for each of the first words of a claim.
	insideTemplates = templates(`w0 s0 w-1,w0 c-1,c0 c-2,c-1,c0`)
	// messageTemplates are for each token of a message, to tell whether it claims anything.
	messageTemplates = templates(`w0 w-1,w0 s0 w-2,w-1,w0 s-1,s0 c-2,c-1,c0 c-1,c0`)
	// sideTemplates tell a side by what is around the span, and insideSide and outsideSide by each token within and without.
	sideTemplates = templates(`w-1 w-2,w-1 w-3,w-2,w-1 W1 W1,W2 W1,W2,W3 w-1,W1 w-2,w-1,W1,W2 q w0,q w-1,w0 M1,W2 M1,W2,W3 z,w-1 z,W1 a w0,w1 r,q
		c-2,c-1,C1,C2 c-4,c-3,c-2,c-1 C1,C2,C3,C4`)
	// edgeTemplates are for the whole message, and for the span's sentence.
	edgeTemplates     = templates(`w0,w1 w0,w1,w2 W-1,W0`)
	insideSide        = templates(`w0 w-1,w0`)
	outsideSide       = templates(`w0 w-1,w0 s0 w-2,w-1,w0 s-1,s0 c-2,c-1,c0 c-3,c-2,c-1,c0`)
	languageTemplates = templates(`w0 e0 w-1,w0`)
	shapeTemplates    = templates(`z w0 w0,w1 W0 w-1 w-2,w-1 w0,q M1,q w0,z s0 w-1,z S0 W1,z w-1,w0 w-3,w-2,w-1 W1,W2 c-1,c0,c1 c-2,c-1,c0 C0,C1 w0,W0 c0,c1,c2 c0,c1,c2,c3`)
	// moveTemplates tell whether a word, at the span's end, moves behind the token at its beginning.
	moveTemplates = templates(`w0 w1 w0,w1 W0,w1 W0,z e0 e1 e0,e1 z W1,z W1,w0 W0,e1`)
)

type template struct {
	seed   uint64
	fields []field
}

type field struct {
	kind   byte
	end    bool // counts from the span's end
	offset int
}

func templates(list string) (all []template) {
	for text := range strings.FieldsSeq(list) {
		t := template{seed: hash(text)}
		for part := range strings.SplitSeq(text, ",") {
			f := field{kind: part[0]}
			if f.kind < 'a' {
				f.kind, f.end = f.kind+'a'-'A', true
			}
			f.offset, _ = strconv.Atoi(part[1:])
			t.fields = append(t.fields, f)
		}
		all = append(all, t)
	}
	return all
}

// features appends those of a list of templates for the span from token i to j.
// The role tells apart the same templates put to different uses.
func (s *scene) features(f []uint32, list []template, role uint64, i, j int) []uint32 {
	f = slices.Grow(f, len(list))
	for _, t := range list {
		h := t.seed + role*0x9E3779B97F4A7C15
		for _, field := range t.fields {
			h = mix(h, s.value(field, i, j))
		}
		f = append(f, slot(h))
	}
	return f
}

func (s *scene) value(f field, i, j int) uint64 {
	at := i + f.offset
	if f.end {
		at = j + f.offset
	}
	switch {
	case f.kind == 'z':
		return size(j - i + 1)
	case at < 0 || at >= len(s.tokens):
		return math.MaxUint64
	}
	return s.tokens[at].is[f.kind-'a']
}

// size is a length, the coarser the longer.
func size(n int) uint64 {
	if n > 8 {
		n = 8 + (n-8)/4
	}
	return uint64(n)
}

func mix(h, v uint64) uint64 {
	h = (h*0x9E3779B97F4A7C15 + v) * 0xff51afd7ed558ccd
	return h ^ h>>32
}

// slots is the number of weights.
const slots = 1 << 21

func slot(h uint64) uint32 { return uint32(h >> 11 & (slots - 1)) }

//go:embed common.txt
var commonFile string

// common are the words that messages have most.
var common = set(commonFile)

//go:generate go test -run TestTrain$ -timeout 1h . -update

// learnt are the weights that were learned from testdata, in 8 bits each, which is how
// many units of a weight there are.
//
//go:embed learnt.model
var learnt string

const unit = 4.0 / 127

// weights give what some slots weigh together.
type weights func(slots []uint32) float32

func stored(slots []uint32) float32 {
	total := 0
	for _, slot := range slots {
		total += int(int8(learnt[slot]))
	}
	return float32(total) * unit
}

// softmax turns scores into shares.
func softmax(scores []float32) []float32 {
	highest, total := slices.Max(scores), float32(0)
	shares := make([]float32, len(scores))
	for i, x := range scores {
		shares[i] = float32(math.Exp(float64(x - highest)))
		total += shares[i]
	}
	for i := range shares {
		shares[i] /= total
	}
	return shares
}

func top(x []float32) (best int) {
	for i := range x {
		if x[i] > x[best] {
			best = i
		}
	}
	return best
}

// choice is one of several, and its share of what all of them weigh.
type choice struct {
	at    int
	share float32
}

// choose weighs the choices that from gives.
func (w weights) choose(from func(take func(at int, features []uint32))) (all []choice) {
	var scores []float32
	from(func(at int, features []uint32) {
		all, scores = append(all, choice{at: at}), append(scores, w(features))
	})
	for i, share := range softmax(scores) {
		all[i].share = share
	}
	return all
}

func likeliest(all []choice) (best choice) {
	best = all[0]
	for _, c := range all[1:] {
		if c.share > best.share {
			best = c
		}
	}
	return best
}

// label is the shares of n labels, which all have the same features.
func (w weights) label(f []uint32, first, n int) []float32 {
	scores, labelled := make([]float32, n), make([]uint32, len(f))
	for i := range scores {
		scores[i] = w(underLabel(labelled, f, first+i))
	}
	return softmax(scores)
}

// underLabel fills in the features of a label.
func underLabel(into, f []uint32, label int) []uint32 {
	for k, s := range f {
		into[k] = slot(mix(uint64(s)+1, uint64(label)+1))
	}
	return into
}
