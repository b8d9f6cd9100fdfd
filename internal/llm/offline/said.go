package offline

// This file remembers what was said, and picks and fills the lines that are said now.

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// has says whether a text was said, also in a reply that was cut short.
func (w *writer) has(e *entry) bool { return w.saidAt(line{mark: markOf(e.Text.Text)}) > 0 }

// markOf is what a text is known by in a reply: its beginning, in whole characters.
func markOf(text string) string {
	n := min(len(text), maxMark)
	for n > 0 && n < len(text) && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// use is the text of an entry, and remembers that it was said.
func (w *writer) use(e *entry) string { return w.say(spoken{entry: e}) }

func (w *writer) say(s spoken) string {
	w.said[len(w.said)-1] += s.Text.Text + "\n"
	w.spoken = append(w.spoken, s)
	return s.Text.Text
}

// saidAt is the place, from 1, of the latest reply that has the line, 0 if none
// has.
func (w *writer) saidAt(l line) int {
	for i, text := range slices.Backward(w.said) {
		if l.mark != "" && strings.Contains(text, l.mark) {
			return i + 1
		}
	}
	return 0
}

// pickFresh adds one of the lines that was not said yet, if there is one.
func (w *writer) pickFresh(parts []string, from []line) []string {
	fresh := slices.DeleteFunc(slices.Clone(from), func(l line) bool { return w.saidAt(l) > 0 })
	if len(fresh) == 0 {
		return parts
	}
	return append(parts, w.pick(fresh).text)
}

// pickFirst is the first of the lines that was not said yet, if there is one.
func (w *writer) pickFirst(from []line) []string {
	for i, l := range from {
		if w.saidAt(l) == 0 {
			return w.pickFresh(nil, from[i:i+1])
		}
	}
	return nil
}

// pick is the line used longest ago, and remembers it.
func (w *writer) pick(from []line) line { return w.pickFillable(from, nil) }

// pickFillable is pick among the lines whose slots have something to be filled
// with; slots that with does not name are the caller's.
func (w *writer) pickFillable(from []line, with map[slot]string) (best line) {
	bestAt := 0
	for _, i := range w.random.Perm(len(from)) {
		l := from[i]
		fillable := true
		for s, value := range with {
			fillable = fillable && (value != "" || !l.needs(s))
		}
		if at := w.saidAt(l); fillable && (best.text == "" || at < bestAt) {
			best, bestAt = l, at
		}
	}
	w.said[len(w.said)-1] += best.mark + "\n"
	return best
}

func (w *writer) fill(l line, s slot, with string) string {
	return w.fillAll(l, map[slot]string{s: with})
}

// fillAll fills slots; what begins a sentence gets its capital.
func (w *writer) fillAll(l line, with map[slot]string) string {
	text := l.text
	for s, value := range with {
		if rest, begins := strings.CutPrefix(text, string(s)); begins {
			text = upperFirst(value) + rest
		}
		text = strings.ReplaceAll(text, ". "+string(s), ". "+upperFirst(value))
		text = strings.ReplaceAll(text, string(s), value)
	}
	if w.language == "es" {
		text = contracted.Replace(text)
	}
	return text
}

// contracted writes Spanish articles as one does behind "de" and "a".
var contracted = strings.NewReplacer(" de el ", " del ", " a el ", " al ")

func upperFirst(s string) string { return mapFirst(s, unicode.ToUpper) }
func lowerFirst(s string) string { return mapFirst(s, unicode.ToLower) }

func mapFirst(s string, to func(rune) rune) string {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError {
		return s
	}
	return string(to(r)) + s[size:]
}
