package phrase

// This file finds the known word that one in a message stands for: in leetspeak, with letters masked or repeated,
// put together or apart.

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// look finds the word of a raw token, as it stands or as it may have been
// meant: leetspeak, letters said thrice, letters masked.
func (l *Lexicon) look(r raw, masked *int) (int32, string) {
	if id, ok := l.vocabulary[string(r.word)]; ok && !r.symbols {
		return id, l.words[id]
	}
	digits, letters, tripled := false, false, false
	for i, c := range r.word {
		switch {
		case c >= '0' && c <= '9':
			digits = true
		case c >= 'a' && c <= 'z':
			letters = true
		}
		tripled = tripled || i > 1 && c == r.word[i-1] && c == r.word[i-2]
	}
	if !r.symbols && (!digits || !letters) && !tripled {
		return 0, ""
	}
	for _, try := range [2]*[256]byte{&leet, &leetL} {
		word := make([]byte, len(r.word))
		for i, c := range r.word {
			word[i] = c
			if try[c] != 0 && letters {
				word[i] = try[c]
			}
		}
		id, ok := l.vocabulary[string(word)]
		if !ok && tripled {
			id, ok = l.shortened(collapse(word))
		}
		if ok {
			return id, l.words[id]
		}
	}
	if i := bytes.IndexByte(r.word, '*'); i >= 0 && *masked < maxMasked {
		*masked++
		if id := l.unmask(r.word); id != 0 {
			return id, l.words[id]
		}
	}
	return 0, ""
}

// shortened is the first word that is this without its repeated letters.
func (l *Lexicon) shortened(short []byte) (id int32, ok bool) {
	if id, ok = l.collapsed[string(short)]; !ok {
		id, ok = l.vocabulary[string(short)]
	}
	return id, ok
}

// maxMasked is how many words with masked letters of a message are looked for.
const maxMasked = 8

// unmask finds the keyword that "k*ll" stands for, with a letter for each star
// or none.
func (l *Lexicon) unmask(word []byte) int32 {
	if id, ok := l.vocabulary[strings.ReplaceAll(string(word), "*", "")]; ok && len(word) > 4 {
		return id
	}
	stars := bytes.Count(word, []byte{'*'})
	if len(word) < 4 || stars*2 >= len(word) {
		return 0
	}
search:
	for _, id := range l.byLength[len(word)] {
		for i, c := range []byte(l.words[id]) {
			if word[i] != '*' && word[i] != c {
				continue search
			}
		}
		return id
	}
	return 0
}

var leet, leetL = func() (i, l [256]byte) {
	for j, c := range []byte("0134578@$!|") {
		i[c] = "oieastbasil"[j]
	}
	l = i
	l['1'], l['!'], l['|'] = 'l', 'l', 'l'
	return i, l
}()

// collapse leaves one of a letter that is repeated, in place.
func collapse(word []byte) []byte {
	kept := word[:0]
	for i, c := range word {
		if i == 0 || c != kept[len(kept)-1] {
			kept = append(kept, c)
		}
	}
	return kept
}

// joined is the known word that two raw tokens are together, 0 if there is none:
// "sui.cide".
func (l *Lexicon) joined(r, next raw) int32 {
	if !r.tight || r.apostrophe || r.end || r.comma {
		return 0
	}
	both := string(r.word) + string(next.word)
	if len(both) <= 3 || l.vocabulary[string(r.word)] != 0 && l.vocabulary[string(next.word)] != 0 {
		return 0
	}
	return l.vocabulary[both]
}

// withoutSymbols is an unknown word without the symbols that stand in it for
// letters.
func (l *Lexicon) withoutSymbols(r raw) (int32, string) {
	word := string(r.word)
	if !r.symbols {
		return 0, word
	}
	word = strings.Map(func(c rune) rune {
		if c < utf8.RuneSelf && strings.ContainsRune("$@!*|", c) {
			return -1
		}
		return c
	}, word)
	return l.vocabulary[word], word
}

// contraction takes English ones apart: "don't" is "do not", "he's" is "he
// is", "Anna's" is "Anna".
func (l *Lexicon) contraction(left, right []byte) ([]string, bool) {
	if expanded, ok := l.expansions[string(left)+string(right)]; ok && len(right) <= 2 {
		return expanded, true
	}
	word := string(left)
	switch string(right) {
	case "t":
		if cut, ok := strings.CutSuffix(word, "n"); ok {
			return []string{cut, "not"}, true
		}
	case "s":
		return []string{word}, true
	case "m":
		return []string{word, "am"}, true
	case "re":
		return []string{word, "are"}, true
	case "ve":
		return []string{word, "have"}, true
	case "ll":
		return []string{word, "will"}, true
	case "d":
		return []string{word, "would"}, true
	}
	return nil, false
}
