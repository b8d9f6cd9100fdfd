package classify

import "slices"

// stemLength is how much of a word stands for all its forms, and pieceLength
// that of pieces of words, in bytes.
const (
	stemLength  = 5
	pieceLength = 4
)

// featuresOf are the buckets of a text: its words, pairs of them with up to
// three words between, pieces of its words, how it begins, and one that every
// text has.
func featuresOf(text []string) []uint16 {
	found := make([]uint16, 1, 1+14*len(text))
	add := func(h uint32) { found = append(found, uint16((h^h>>15)%buckets)) }
	var recent [4]uint32 // stems before, the latest first
	for i := range recent {
		recent[i] = hash(uint32(10+i), "")
	}
	for t, w := range text {
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
		if t < 2 {
			add(hash(uint32(77+t), w))
		}
		if len(w) > pieceLength {
			eachPiece(w, pieceLength, func(p string) { add(hash(4, p)) })
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// piecesOf are the buckets of a word and of its pieces of three to five letters.
func piecesOf(word string) []uint16 {
	found := make([]uint16, 1, 1+3*len(word))
	found[0] = uint16(hash(100, word) % pieces)
	for n := 3; n <= 5; n++ {
		eachPiece(word, n, func(p string) { found = append(found, uint16(hash(101, p)%pieces)) })
	}
	return found
}

// eachPiece calls do for the pieces of a word, whose ends are marked.
func eachPiece(word string, length int, do func(string)) {
	marked := "^" + word + "$"
	for i := 0; i+length <= len(marked); i++ {
		do(marked[i : i+length])
	}
}

// hash is FNV-1a, mixed.
func hash(seed uint32, s string) uint32 {
	h := 2166136261 ^ seed
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h ^ h>>15
}
