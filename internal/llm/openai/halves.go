package openai

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Servers that cut a text anywhere cut characters in two, with one half in a chunk and
// the other in the next: JavaScript's by its surrogates, others by bytes. json.Unmarshal
// makes U+FFFD of each.

// halvedText is a text that may have halves at its ends: bytes that are no UTF-8, and
// surrogates in three bytes each, as UTF-8 would have them.
type halvedText string

// UnmarshalJSON implements json.Unmarshaler.
func (t *halvedText) UnmarshalJSON(data []byte) error {
	text := string(*t) // which null leaves as it is
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	if data[0] == '"' && strings.Contains(text, "\uFFFD") {
		text = unquoted(data)
	}
	*t = halvedText(text)
	return nil
}

// unquoted is the text of a valid string of JSON, with its halves.
func unquoted(data []byte) string {
	text := make([]byte, 0, len(data))
	for rest := data[1 : len(data)-1]; len(rest) > 0; {
		n := 1
		switch {
		case rest[0] != '\\':
			text = append(text, rest[0])
		case rest[1] == 'u':
			n = 6
			unit, _ := strconv.ParseUint(string(rest[2:n]), 16, 16) // JSON has been read once
			if r := rune(unit); utf16.IsSurrogate(r) {
				text = append(text, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0xBF, 0x80|byte(r)&0xBF)
			} else {
				text = utf8.AppendRune(text, r)
			}
		default:
			n = 2
			var one string
			_ = json.Unmarshal([]byte{'"', '\\', rest[1], '"'}, &one) // the same
			text = append(text, one...)
		}
		rest = rest[n:]
	}
	return string(text)
}

// halves joins what was cut.
type halves struct{ held string }

// join is a text with what was held before it, without the half that it ends with. A half
// that has no other is U+FFFD.
func (h *halves) join(text string) string {
	if h.held == "" && utf8.ValidString(text) {
		return text
	}
	text, h.held = h.held+text, ""
	var whole strings.Builder
	for text != "" {
		r, n := utf8.DecodeRuneInString(text)
		if first := surrogate(text); first != 0 {
			r, n = utf8.RuneError, 3
			if len(text) == n {
				h.held = text
				break
			}
			if both := utf16.DecodeRune(first, surrogate(text[n:])); both != utf8.RuneError {
				r, n = both, 2*n
			}
		} else if n == 1 && r == utf8.RuneError && !utf8.FullRuneInString(text) {
			h.held = text
			break
		}
		whole.WriteRune(r)
		text = text[n:]
	}
	return whole.String()
}

// surrogate is the surrogate that a text begins with, or 0.
func surrogate(text string) rune {
	if len(text) < 3 || text[0] != 0xED || text[1] < 0xA0 {
		return 0
	}
	return 0xD000 | rune(text[1]&0x3F)<<6 | rune(text[2]&0x3F)
}
