package phrase

// This file cuts a message into words as they are written.

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// raw is a token before it has been looked up.
type raw struct {
	word     []byte
	from, to int32
	// tight: nothing but one mark stands before the next; apostrophe: this mark.
	tight, apostrophe, symbols, comma, end, question bool
}

// withoutFormat is a message without characters that only format it, such as
// those of no width.
func withoutFormat(message string) string {
	format := func(c rune) bool { return c >= utf8.RuneSelf && unicode.Is(unicode.Cf, c) }
	if strings.IndexFunc(message, format) < 0 {
		return message
	}
	return strings.Map(func(c rune) rune {
		if format(c) {
			return -1
		}
		return c
	}, message)
}

// scratch is what reading a text needs and does not keep.
type scratch struct {
	letters []byte
	found   []raw
	spans   []span
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// scan cuts a message into raw tokens, its characters folded.
func (s *scratch) scan(message string) []raw {
	table := folds()
	letters, tokens := slices.Grow(s.letters[:0], len(message)+8), s.found[:0]
	begin, from := 0, 0
	gap, symbols := 0, false
	flush := func(end int) {
		if len(letters) > begin {
			tokens = append(tokens, raw{word: letters[begin:len(letters):len(letters)], from: int32(from), to: int32(end), symbols: symbols})
			begin, gap, symbols = len(letters), 0, false
		}
	}
	for i, c := range message {
		var folded string
		if c < maxFold {
			folded = table[c]
		} else {
			folded = fold(c)
		}
		if folded != mark {
			if len(letters) == begin {
				from = i
			}
			letters = append(letters, folded...)
			continue
		}
		if isSymbol(message, i, c, len(letters) > begin) {
			if len(letters) == begin {
				from = i
			}
			letters, symbols = append(letters, byte(c)), true
			continue
		}
		flush(i)
		if laughs(c) {
			letters = append(letters, "lol"...)
			from = i
			flush(i + utf8.RuneLen(c))
			continue
		}
		gap++
		if len(tokens) > 0 {
			tokens[len(tokens)-1].separate(message, i, c, gap)
		}
	}
	flush(len(message))
	s.letters, s.found = letters, tokens
	return tokens
}

// separate notes what stands after a token.
func (r *raw) separate(message string, i int, c rune, gap int) {
	r.tight, r.apostrophe = gap == 1 && !unicode.IsSpace(c), false
	switch c {
	case '\'', '’', 'ʼ', '`', '´', '‘':
		r.apostrophe = gap == 1
	case ',', '(', ')', ':':
		r.comma = true
	case '?', '？':
		r.end, r.question = true, true
	case '.', ';':
		following, _ := utf8.DecodeRuneInString(message[i+1:])
		r.end = r.end || !unicode.IsLetter(following) && !unicode.IsDigit(following)
	case '!', '…', '\n', '。', '！', '¡', '¿':
		r.end = true
	}
}

// isSymbol says whether a mark is part of a word: "$uicide", "k!ll", "k*ll".
func isSymbol(message string, i int, c rune, within bool) bool {
	if c != '$' && c != '@' && c != '!' && c != '*' && c != '|' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(message[i+1:])
	return unicode.IsLetter(next) && (within || c == '$' || c == '@')
}

func laughs(c rune) bool {
	switch c {
	case '😂', '🤣', '💀', '😆', '😅', '😜', '😹', '😝':
		return true
	}
	return false
}
