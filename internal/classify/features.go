package classify

// stemLength is how much of a word stands for all its forms, and pieceLength
// that of pieces of words, in bytes.
const (
	stemLength  = 5
	pieceLength = 4
)

// begins is how many words of a text tell how it begins.
const begins = 2

// featuresOf are the buckets of a text: one that every text has, those of its words
// alone, of pairs of them with up to three words between, and how it begins. What a
// text has twice counts twice.
func featuresOf(text []string) []uint16 {
	found := make([]uint16, 1, 1+14*len(text))
	pairs := newPairs()
	for t, w := range text {
		found = append(found, wordFeatures(w)...)
		rows := pairs.next(stemHash(w))
		found = append(found, rows[:]...)
		if t < begins {
			found = append(found, beginning(t, w))
		}
	}
	return found
}

func bucket(h uint32) uint16 { return uint16((h ^ h>>15) % buckets) }

func stemHash(word string) uint32 { return hash(5, word[:min(len(word), stemLength)]) }

// wordFeatures are the buckets of a word alone: itself, its stem, and its pieces.
func wordFeatures(word string) []uint16 {
	found := make([]uint16, 2, 2+len(word))
	found[0], found[1] = bucket(hash(3, word)), bucket(stemHash(word))
	if len(word) > pieceLength {
		eachPiece(word, pieceLength, func(p string) { found = append(found, bucket(hash(4, p))) })
	}
	return found
}

// beginning is the bucket of one of the first words of a text.
func beginning(place int, word string) uint16 { return bucket(hash(uint32(77+place), word)) }

// pairing makes the pairs of words of a text.
type pairing struct {
	recent [4]uint32 // stems before, the latest first
}

func newPairs() (p pairing) {
	for i := range p.recent {
		p.recent[i] = hash(uint32(10+i), "")
	}
	return p
}

// next are the buckets of the pairs of a word with those before.
func (p *pairing) next(stem uint32) (rows [4]uint16) {
	for i, before := range p.recent {
		d := uint32(31)
		if i > 0 {
			d = 37
		}
		rows[i] = bucket(before*d + stem)
	}
	copy(p.recent[1:], p.recent[:])
	p.recent[0] = stem
	return rows
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

// spelledLetters is how many bytes of a word are spelled out: of a longer one, which is none,
// the same piece again and again would outweigh all other words.
const spelledLetters = 40

// eachPiece calls do for the pieces of a word, whose ends are marked.
func eachPiece(word string, length int, do func(string)) {
	marked := "^" + word[:min(len(word), spelledLetters)] + "$"
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
