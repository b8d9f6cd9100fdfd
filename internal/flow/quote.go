package flow

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Find says which bytes of a text are a quotation, letter for letter once both
// are folded: Unicode's compatible forms, case, kinds of quotation mark and
// dash, and white space make no difference. It finds the first place. A quotation
// without a letter or number is found nowhere.
func Find(text, quotation string) (start, end int, ok bool) {
	wanted, _ := fold(withoutFrame(quotation))
	wanted = bytes.TrimSpace(wanted)
	if !bytes.ContainsFunc(wanted, func(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.So) }) {
		return 0, 0, false
	}
	folded, source := fold(text)
	for from := 0; ; {
		at := bytes.Index(folded[from:], wanted)
		if at < 0 {
			return 0, 0, false
		}
		at += from
		end := at + len(wanted)
		// Both edges have to be edges of characters of the text.
		if source[at] != inside && source[end] != inside {
			return source[at], sourceEnd(text, source, end), true
		}
		from = at + 1
	}
}

// sourceEnd is where the text of a match ends: what was folded away after it,
// such as a space or a joiner, is no part of it.
func sourceEnd(text string, source []int, end int) int {
	last := end - 1
	for last > 0 && source[last] == inside {
		last--
	}
	_, stop := nextSegment(text, source[last])
	for at := stop; at < source[end] && at < len(text); { // marks and selectors that belong to the last character
		r, n := utf8.DecodeRuneInString(text[at:])
		if !isDropped(r) {
			break
		}
		at += n
		stop = at
	}
	return min(stop, len(text))
}

// withoutFrame is a quotation without what people put around one.
func withoutFrame(quotation string) string {
	for {
		bare := strings.TrimFunc(quotation, isFrame)
		bare = strings.TrimSuffix(strings.TrimPrefix(bare, "..."), "...")
		if bare == quotation {
			return bare
		}
		quotation = bare
	}
}

// isFrame is true of what people put around a quotation and do not quote.
func isFrame(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("\"'“”„‟«»‹›‘’‚‛「」『』…", r)
}

// isDropped is true of characters that nobody sees.
func isDropped(r rune) bool {
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r) ||
		unicode.Is(unicode.Cf, r)
}

// inside marks a folded byte that is not the first of a character of the text.
const inside = -1

// fold is a text as Find compares it, and where in the text each byte of that
// comes from; the last entry is the text's length.
func fold(text string) (folded []byte, source []int) {
	caser := cases.Fold()
	space := true // at the beginning none is kept
	for at := 0; at < len(text); {
		segment, next := nextSegment(text, at)
		first := true
		if len(segment) > 1 || segment[0] >= utf8.RuneSelf { // most are a letter of ASCII
			segment = caser.String(norm.NFKC.String(segment))
		} else {
			segment = strings.ToLower(segment)
		}
		for _, r := range segment {
			r = plain(r)
			switch {
			case isDropped(r):
				continue
			case unicode.IsSpace(r):
				if space {
					continue
				}
				r = ' '
			}
			space = r == ' '
			before := len(folded)
			folded = utf8.AppendRune(folded, r)
			for range len(folded) - before {
				source = append(source, inside)
			}
			if first {
				source[before], first = at, false
			}
		}
		at = next
	}
	return folded, append(source, len(text))
}

// nextSegment is the characters from a place on that Unicode's normal forms can
// join, and where the next begins.
func nextSegment(text string, at int) (segment string, next int) {
	n := norm.NFKC.NextBoundaryInString(text[at:], true)
	if n <= 0 {
		n = len(text) - at
	}
	return text[at : at+n], at + n
}

// plain is the plainest of characters that are used for each other.
func plain(r rune) rune {
	switch r {
	case '‘', '’', '‚', '‛', '′', '`', '´', '‹', '›':
		return '\''
	case '“', '”', '„', '‟', '″', '«', '»', '「', '」', '『', '』':
		return '"'
	case '‐', '‑', '‒', '–', '—', '―', '−':
		return '-'
	default:
		return r
	}
}

// QuoteIn is a quotation of a turn, if it was said there by that speaker. One that
// leaves out the "not" before its first word has it again.
func QuoteIn(t debate.Turn, by debate.Speaker, quotation string) (debate.Quote, bool) {
	said := Said(t, by)
	start, end, ok := Find(said, quotation)
	if !ok {
		return debate.Quote{}, false
	}
	return quote(t, by, withDenial(said, start, end), end), true
}

// withDenial moves the beginning of a passage back over a word of denial right before it, unless the
// passage begins with one.
func withDenial(said string, start, end int) int {
	before := strings.TrimRightFunc(said[:start], unicode.IsSpace)
	word := before[strings.LastIndexFunc(before, unicode.IsSpace)+1:]
	first, _, _ := strings.Cut(said[start:end], " ")
	if len(before) == start || !isDenial(word) || isDenial(first) || strings.TrimRightFunc(word, isNoLetter) != word {
		return start
	}
	return len(before) - len(strings.TrimLeftFunc(word, isNoLetter))
}

// isDenial says whether a word, whatever marks are in it, denies: "isn't" is "isnt".
func isDenial(word string) bool {
	return denials[strings.ToLower(strings.Map(func(r rune) rune {
		if isNoLetter(r) {
			return -1
		}
		return r
	}, word))]
}

// Said is what a speaker said in a turn.
func Said(t debate.Turn, by debate.Speaker) string {
	if by == debate.User {
		return t.Message
	}
	return t.Reply
}

func quote(t debate.Turn, by debate.Speaker, start, end int) debate.Quote {
	return debate.Quote{TurnID: t.ID, Turn: t.Number, Speaker: by, Start: start, End: end, Text: Said(t, by)[start:end]}
}

// Recheck takes out of a verdict what is quoted of a turn and no longer stands in it,
// since a retry has given it another reply: the quotations, and the clashes and the
// advice that are left without one.
func Recheck(v debate.Verdict, t debate.Turn) debate.Verdict {
	v.Findings = keepQuotes(v.Findings, func(q *debate.Quote) bool { return q.TurnID != t.ID || saysStill(t, *q) })
	return v
}

// saysStill says whether a quotation stands where it says it does in its turn.
func saysStill(t debate.Turn, q debate.Quote) bool {
	said := Said(t, q.Speaker)
	return 0 <= q.Start && q.Start < q.End && q.End <= len(said) && said[q.Start:q.End] == q.Text
}

// keepQuotes leaves out the quotations that keep refuses, which it may also change, and the clashes
// and the advice that are then left without one.
func keepQuotes(f debate.Findings, keep func(*debate.Quote) bool) debate.Findings {
	clashes, advice := f.Clashes, f.Advice
	f.Clashes, f.Advice = nil, nil
	for _, c := range clashes {
		quotes := c.Quotes
		c.Quotes = nil
		for _, q := range quotes {
			if keep(&q) {
				c.Quotes = append(c.Quotes, q)
			}
		}
		if len(c.Quotes) > 0 {
			f.Clashes = append(f.Clashes, c)
		}
	}
	for _, a := range advice {
		if keep(&a.Quote) {
			f.Advice = append(f.Advice, a)
		}
	}
	return f
}
