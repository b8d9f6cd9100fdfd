package flow

// This file makes titles of what was said, and shortens it to a line.

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// oneLine is a text with one space wherever it has white space.
func oneLine(text string) string {
	if isOneLine(text) {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}

func isOneLine(text string) bool {
	space := true // before it
	for _, r := range text {
		if r == ' ' && space || (r < ' ' || r > unicode.MaxASCII) && unicode.IsSpace(r) {
			return false
		}
		space = r == ' '
	}
	return !space || text == ""
}

// clip is the beginning of a text, on one line, up to so many characters.
func clip(text string, most int) string {
	text = oneLine(text)
	if len(text) <= most {
		return text
	}
	_, end := firstLetters(text, most)
	if end == len(text) {
		return text
	}
	cut := text[:end]
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return cut + "…"
}

// maxTitleText is how long a title of a point is, in characters, and minTitle what a
// part of a sentence needs to be one.
const (
	maxTitleText = 64
	minTitle     = 16
)

// heading is a text as a title: its first sentence, less what that grants before it turns,
// and where that is long what stands before a clause ends, or as many words as fit, with a sign
// that it goes on.
func heading(text string) string {
	text = argued(oneLine(text))
	if lead, rest, ok := strings.Cut(text, ":"); ok && slices.Contains(sumsUp, strings.ToLower(plainLetters(lead))) {
		text = strings.TrimSpace(rest)
	}
	sentence := firstSentence(text)
	trim := func(s string) string {
		return strings.TrimFunc(s, func(r rune) bool {
			return unicode.IsSpace(r) || strings.ContainsRune(`.,;:!?…。，；：！？،؛।"“”«»()–—-`, r)
		})
	}
	whole := trim(sentence)
	runes := []rune(whole)
	if len(runes) <= maxTitleText {
		return whole
	}
	for _, ends := range []func(at int) bool{
		func(at int) bool { return strings.ContainsRune(",;:–—(，；：、،؛", runes[at]) },
		func(at int) bool {
			return runes[at] == ' ' && clauseWords[strings.ToLower(firstWord(runes[at+1:]))] && !leansOn(string(runes[:at]))
		},
	} {
		for at := maxTitleText; at >= minTitle; at-- {
			if ends(at) {
				return trim(string(runes[:at])) + "…"
			}
		}
	}
	return clip(whole, maxTitleText)
}

// argued is a text without the clauses that it begins with and that grant something, if it
// turns then: of "Fair point, but it rains" it is "it rains".
func argued(text string) string {
	rest := text
	for granted := false; ; {
		at := strings.IndexFunc(rest, endsClause)
		if at < 0 {
			return text
		}
		granted = granted || givesIn(rest[:at])
		rest = strings.TrimLeftFunc(rest[at:], func(r rune) bool { return endsClause(r) || unicode.IsSpace(r) })
		if word, after, _ := strings.Cut(rest, " "); turning[strings.ToLower(word)] {
			if granted && utf8.RuneCountInString(after) >= minTitle {
				return after
			}
			return text
		}
	}
}

// sumsUp is what people begin a summary with, which no title needs, without accents.
var sumsUp = []string{
	"to sum up", "so to sum up", "in short", "so in short", "in conclusion", "to conclude", "in summary", "summing up",
	"en resumen", "resumiendo", "para resumir", "en conclusion", "para concluir", "en fin",
}

func firstWord(runes []rune) string {
	word, _, _ := strings.Cut(string(runes[:min(len(runes), maxTitleText)]), " ")
	return word
}

// leansOn says whether a beginning ends with a word that wants what comes after it.
func leansOn(begun string) bool {
	words := strings.Fields(strings.ToLower(begun))
	return leaning[words[len(words)-1]]
}

var leaning = setOf(`only not just even all solo sólo no hasta is are was were be es son era fue está están`)

// clauseWords begin a clause that a title can do without.
var clauseWords = setOf(`and because but for if or since so that though unless when where which while who
	aunque cuando donde mientras para pero porque pues que si y`)
