package claim

import (
	"slices"
	"strconv"
	"strings"
)

// A feature is a slot of the weights: the hash of a template with the values of
// its fields. A template is a list of fields between commas. A field is a letter
// and an offset: w is the word, s its stem, c its class, m the mark, at so many
// tokens from the beginning of the span, or from its end if the letter is a
// capital. The other fields are
//
//	f, l  whether the span begins, or ends, a sentence
//	q     how that sentence ends
//	a     its first word
//	d     the tokens from the span's end to that of the sentence
//	n     the span's length, o its commas
//	t, r  the number of the sentence, and how many follow it
//	p     the tokens before the span
var (
	startTemplates = templates(`w0 w-1 w-2,w-1 w-1,w0 w0,w1 w-3,w-2,w-1 m-1,w0 m-1,f f,t s-1 s-2,s-1 q,f w0,q p a,f w-2 w1 f,w0 s0,s1
		r,f,q w-4,w-3,w-2,w-1 w0,w1,w2 c-2,c-1,c0,c1 c-1,c0,c1,c2 c-1,c0 c0,c1 c-3,c-2,c-1,c0 c-2,c-1,c0`)
	endTemplates = templates(`W0 W1 W1,W2 W0,W1 W-1,W0 M1,l l,d S0 S1,S2 M1,W2 M1,W2,W3 l,q W0,M1 W1,W2,W3 l,W2,W3 W2 C0,C1,C2,C3 C0,C1 C-1,C0,C1 C1,C2`)
	// insideTemplates are for each token of a claim.
	insideTemplates = templates(`w0 s0 w-1,w0 q c-1,c0 c-2,c-1,c0 t`)
	spanTemplates   = templates(`n f,l,n w0,n w-1,W1 w-1,n m-1,M1 o w-2,w-1,n f,l,q,n s0,S0 f,l,t W1,n w0,W0 o,w0,l c-2,c-1,C1,C2 c-1,c0,C0,C1`)
	// messageTemplates are for each token of a message, to tell whether it claims anything.
	messageTemplates = templates(`w0 w-1,w0 s0 w-2,w-1,w0 s-1,s0 c-2,c-1,c0 c-1,c0`)
	// sideTemplates tell a side by what is around the span, and insideSide and outsideSide by each token within and without.
	sideTemplates = templates(`w-1 w-2,w-1 w-3,w-2,w-1 W1 W1,W2 W1,W2,W3 w-1,W1 w-2,w-1,W1,W2 q w0,q w-1,w0 M1,W2 M1,W2,W3 n,w-1 n,W1 a w0,w1 r,q
		c-2,c-1,C1,C2 c-4,c-3,c-2,c-1 C1,C2,C3,C4`)
	// edgeTemplates are for the whole message, and for the span's sentence.
	edgeTemplates = templates(`w0,w1 w0,w1,w2 W-1,W0`)
	insideSide    = templates(`w0 w-1,w0`)
	outsideSide   = templates(`w0 w-1,w0 s0 w-2,w-1,w0 s-1,s0 c-2,c-1,c0 c-3,c-2,c-1,c0`)
	formTemplates = templates(`n w0 w0,w1 W0 w-1 w-2,w-1 w0,q M1,q w0,n s0 w-1,n S0 W1,n w-1,w0 w-3,w-2,w-1 W1,W2 c-1,c0,c1 c-2,c-1,c0 C0,C1 w0,W0 c0,c1,c2 c0,c1,c2,c3`)
	// insideForm are for each token of the span.
	insideForm        = templates(`w0 w-1,w0`)
	languageTemplates = templates(`w0 e0 w-1,w0`)
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

// slots is the number of weights.
const slots = 1 << 22

func mix(h, v uint64) uint64 {
	h = (h*0x9E3779B97F4A7C15 + v) * 0xff51afd7ed558ccd
	return h ^ h>>32
}

func slot(h uint64) uint32 { return uint32(h >> 11 & (slots - 1)) }

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

// outside stands for the tokens beyond a message's ends.
const outside = 0x5555

func (s *scene) value(f field, i, j int) uint64 {
	at := i
	if f.end {
		at = j
	}
	at += f.offset
	switch f.kind {
	case 'w', 's', 'c', 'm', 'e':
		if at < 0 || at >= len(s.tokens) {
			return outside
		}
		return s.tokens[at].value(f.kind)
	case 'f':
		return bit(i == s.tokens[i].first)
	case 'l':
		return bit(j == s.tokens[j].last)
	case 'q':
		return s.tokens[i].ends
	case 'a':
		return s.tokens[s.tokens[i].first].word
	case 'd':
		return uint64(min(s.tokens[j].last-j, 12))
	case 'n':
		return size(j - i + 1)
	case 'o':
		return uint64(s.commas[j] - s.commas[i])
	case 't':
		return uint64(s.tokens[i].sentence)<<8 + uint64(min(s.sentences(), 4))
	case 'r':
		return uint64(min(s.sentences()-s.tokens[j].sentence, 4))
	default: // 'p'
		return uint64(min(i, 12))
	}
}

func (t *token) value(kind byte) uint64 {
	switch {
	case kind == 'w':
		return t.word
	case kind == 's':
		return t.stem
	case kind == 'c':
		return t.class
	case kind == 'e':
		return hash(t.low[max(0, len(t.low)-3):])
	case t.mark:
		return t.word
	default:
		return 1
	}
}

// size is a length, the coarser the longer.
func size(n int) uint64 {
	if n > 8 {
		n = 8 + (n-8)/4
	}
	return uint64(n)
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
