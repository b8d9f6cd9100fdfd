package openai

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"hash/maphash"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// o200kWords are the 200,000 words of OpenAI's models since GPT-4o, the first to be
// merged first: for each the length, a byte, and then the texts of all. A tokenizer's
// package has them as 6 MB of Go.
//
//go:embed o200k.gz
var o200kWords []byte

// o200k counts tokens as OpenAI's tiktoken does by this name.
type o200k struct {
	texts string   // of all words, one after the other
	ends  []uint32 // in texts, by rank
	// slots have the ranks of the words, each 1 more than it is, at the first one that was free from that of the
	// word's hash on: a map of them would have the collector look at each in every cycle.
	slots [1 << 19]uint32
}

// wordSeed is what words are hashed by.
var wordSeed = maphash.MakeSeed()

// newO200k reads the words, which takes some tens of ms and 5 MB. They are compiled
// in: what is wrong with them is a mistake, which the tests meet.
func newO200k() *o200k {
	compressed, err := gzip.NewReader(bytes.NewReader(o200kWords))
	if err != nil {
		panic(err)
	}
	data, err := io.ReadAll(compressed)
	if err != nil {
		panic(err)
	}
	n := bytes.IndexByte(data, 0) // no word is empty
	c := &o200k{texts: string(data[n+1:]), ends: make([]uint32, n)}
	end := uint32(0)
	for rank, length := range data[:n] {
		begin := end
		end += uint32(length)
		c.ends[rank] = end
		slot := c.slotOf(c.texts[begin:end])
		for c.slots[slot] != 0 {
			slot = c.after(slot)
		}
		c.slots[slot] = uint32(rank) + 1
	}
	return c
}

// rank is that of a word, noWord if it is none.
func (c *o200k) rank(word string) int32 {
	for slot := c.slotOf(word); c.slots[slot] != 0; slot = c.after(slot) {
		if rank := c.slots[slot] - 1; c.word(rank) == word {
			return int32(rank)
		}
	}
	return noWord
}

func (c *o200k) word(rank uint32) string {
	begin := uint32(0)
	if rank > 0 {
		begin = c.ends[rank-1]
	}
	return c.texts[begin:c.ends[rank]]
}

// slotOf is where a word is sought first, and after the one that is next.
func (c *o200k) slotOf(word string) int {
	return int(maphash.String(wordSeed, word) % uint64(len(c.slots)))
}

func (c *o200k) after(slot int) int { return (slot + 1) % len(c.slots) }

// longestPiece is how much is merged at a time, since that takes the square of its
// length. Only what nobody writes is longer, and may count a token more for each.
const longestPiece = 512

// Count is how many tokens a text is.
func (c *o200k) Count(text string) (n int) {
	for text != "" {
		end := min(pieceEnd(text), longestPiece)
		n += c.countPiece(text[:end])
		text = text[end:]
	}
	return n
}

// part is a part of a piece: where it begins, and the rank of the word that it and the
// next one are, noWord where they are none.
type part struct{ start, rank int32 }

const noWord = 1 << 30

// countPiece is how many words a piece is: bytes at first, of which time and again
// those two are merged whose word is the first.
func (c *o200k) countPiece(piece string) int {
	if c.rank(piece) != noWord {
		return 1
	}
	parts := make([]part, len(piece)+1) // the last is the end
	for i := range parts {
		parts[i].start = int32(i)
	}
	rank := func(i int) {
		parts[i].rank = noWord
		if i+2 < len(parts) {
			parts[i].rank = c.rank(piece[parts[i].start:parts[i+2].start])
		}
	}
	for i := range parts {
		rank(i)
	}
	for {
		first := 0
		for i, p := range parts {
			if p.rank < parts[first].rank {
				first = i
			}
		}
		if parts[first].rank == noWord {
			return len(parts) - 1
		}
		parts = slices.Delete(parts, first+1, first+2)
		rank(first)
		if first > 0 {
			rank(first - 1)
		}
	}
}

// pieceEnd is where the first piece of a text ends: a word with a sign before it, up
// to three figures, signs, or space. No token is of two. tiktoken says it by a pattern
// with these branches, of which the first counts.
func pieceEnd(text string) int {
	first, size := utf8.DecodeRuneInString(text)
	for _, wordEnd := range []func(string, int) int{smallWordEnd, capitalWordEnd} {
		if first != '\r' && first != '\n' && !unicode.In(first, unicode.L, unicode.N) && wordEnd(text, size) > 0 {
			return wordEnd(text, size)
		}
		if end := wordEnd(text, 0); end > 0 {
			return end
		}
	}
	if unicode.Is(unicode.N, first) {
		return runEnd(text, 0, 3, func(r rune) bool { return unicode.Is(unicode.N, r) })
	}
	begin := runEnd(text, 0, 1, func(r rune) bool { return r == ' ' })
	if end := runEnd(text, begin, len(text), isSign); end > begin {
		return runEnd(text, end, len(text), func(r rune) bool { return r == '\r' || r == '\n' || r == '/' })
	}
	end := runEnd(text, 0, len(text), unicode.IsSpace)
	if line := strings.LastIndexAny(text[:end], "\r\n"); line >= 0 {
		return line + 1
	}
	if _, last := utf8.DecodeLastRuneInString(text[:end]); end < len(text) && last < end {
		return end - last // what comes next takes one
	}
	return end
}

// smallWordEnd is where a word ends that begins at a place, with capitals, if any, and
// small letters; 0 if there is none. Letters without case, and marks, are both.
func smallWordEnd(text string, begin int) int {
	capitals := runEnd(text, begin, len(text), isCapital)
	end := runEnd(text, capitals, len(text), isSmall)
	for end == capitals { // the last of them that is small as well
		r, size := utf8.DecodeLastRuneInString(text[begin:end])
		if size == 0 || isSmall(r) {
			break
		}
		capitals, end = capitals-size, end-size
	}
	return withClitic(text, begin, end)
}

// capitalWordEnd is where a word ends that begins at a place and has no small letters;
// 0 if there is none.
func capitalWordEnd(text string, begin int) int {
	return withClitic(text, begin, runEnd(text, begin, len(text), isCapital))
}

// withClitic is where a word ends with what English writes after it.
func withClitic(text string, begin, end int) int {
	if end == begin {
		return 0
	}
	for _, clitic := range []string{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"} {
		if rest := text[end:]; len(rest) >= len(clitic) && strings.EqualFold(rest[:len(clitic)], clitic) {
			return end + len(clitic)
		}
	}
	return end
}

// runEnd is where those that begin at a place end, or so many of them.
func runEnd(text string, begin, most int, is func(rune) bool) int {
	for i, r := range text[begin:] {
		if most == 0 || !is(r) {
			return begin + i
		}
		most--
	}
	return len(text)
}

func isSign(r rune) bool { return !unicode.In(r, unicode.L, unicode.N) && !unicode.IsSpace(r) }

func isCapital(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Lt, unicode.Lm, unicode.Lo, unicode.M)
}

func isSmall(r rune) bool {
	return unicode.In(r, unicode.Ll, unicode.Lm, unicode.Lo, unicode.M)
}
