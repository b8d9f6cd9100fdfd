package offline

// This file meets what no text of the bank's topic answers, by the kind of point that it is: a request for an
// example, a milder proposal, a charge against the bot. A reason of the bot's side follows.

import (
	"cmp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// The kinds of points whose answer has to say first that it is none of what was asked for, also where a text of
// the bank seems to meet them.
const (
	asksCase  pointKind = "example"
	evidence  pointKind = "evidence"
	remedy    pointKind = "remedy"    // another way of doing it
	milder    pointKind = "milder"    // less than what the user began with
	ownMotive pointKind = "ownmotive" // says why the bot argues as it does
	group     pointKind = "group"
	assumed   pointKind = "assumed"
	moral     pointKind = "moral"
	motive    pointKind = "motive"
	whereLine pointKind = "line"
)

// What a text must score at least to answer such a point by itself, and any to follow what was said to one.
const (
	surelyAnswers = 0.45
	nearEnough    = 0.15
)

// kindAsked is the kind of the last point of a message that has one of those that are met without the bank, with
// that point and what is said in it; empty where none has.
func (w *writer) kindAsked(m message) (kind pointKind, of span, with map[slot]string) {
	for _, s := range slices.Backward(m.points) {
		rule := w.ruleOf(w.prompt.Message[s.start:s.end])
		if rule != nil && rule.Kind == assumed && s != m.points[len(m.points)-1] { // behind which the point comes
			rule = nil
		}
		if rule != nil {
			asked := w.spellOut(w.prompt.Message[s.start:s.end])
			return rule.Kind, s, w.slotsIn(rule.Pattern.Regexp, fold(asked), asked)
		}
	}
	return "", span{}, nil
}

// ruleOf is the rule of the kind that a sentence is of, nil if it is of none.
func (w *writer) ruleOf(sentence string) *kindRule {
	folded := fold(w.spellOut(sentence))
	for i, rule := range w.Points {
		if rule.Pattern.in(folded) && !hasAny(plain(folded), rule.Unless) && (rule.Kind != milder || !w.grants(sentence)) {
			return &w.Points[i]
		}
	}
	return nil
}

// kindOfPoint is the kind that a sentence is of, empty if it is of none.
func (w *writer) kindOfPoint(sentence string) pointKind {
	if rule := w.ruleOf(sentence); rule != nil {
		return rule.Kind
	}
	return ""
}

// hasKind says whether a point of a message has one of those kinds.
func (w *writer) hasKind(m message) bool {
	kind, _, _ := w.kindAsked(m)
	return kind != ""
}

// meetKind is what is said to a point of a kind before a reason; empty where the kind has no line left, or no
// reason could follow.
func (w *writer) meetKind(kind pointKind, of span, with map[slot]string) string {
	if kind == "" || w.first || w.prompt.Phase.Move == debate.Ask {
		return ""
	}
	next := w.following(of)
	if next == nil {
		return ""
	}
	if kind == group && next.role == argument && w.bears() { // which says something of them
		w.led = of
		return ""
	}
	lists := []pointKind{kind}
	if aim := w.aim(); aim == bank.Spare {
		lists = []pointKind{kind + "-keep", kind}
	} else if slices.Contains([]bank.Aim{bank.Require, bank.Remove, bank.Change, bank.Blame}, aim) {
		lists = []pointKind{kind + "-want", kind}
	}
	if kind == asksCase && w.mayFollow(of, next) && w.namesCase(next) {
		lists = []pointKind{"case"}
	}
	for _, list := range lists {
		lines := w.usable(w.lines.Points[list], with)
		if named := slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return !l.needs(focusSlot) }); len(named) > 0 {
			lines = named
		}
		if text := w.fresh(lines, with); text != "" {
			w.led = of
			return text
		}
	}
	return ""
}

// following is the text of the bank to say behind what a point was met with: an argument that bears on it, an answer
// that nearly meets it, or the next argument. None where all were said.
func (w *writer) following(of span) *entry {
	kind := w.kindOfPoint(w.prompt.Message[of.start:of.end])
	for _, f := range w.near(of) {
		if w.has(f.entry) || f.role == answer && (kind == evidence || kind == asksCase && !w.namesCase(f.entry)) { // which answers something else
			continue
		}
		return f.entry
	}
	return w.next(false)
}

// near are the arguments and answers that have to do with a point, or with the message that it is in, the likeliest first.
func (w *writer) near(of span) []match {
	var found []match
	for _, about := range []string{w.prompt.Message[of.start:of.end], w.prompt.Message} {
		found = append(found, w.points.rank(about, argument, heart, answer)...)
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(b.score, a.score) })
	return slices.DeleteFunc(found, func(f match) bool {
		return f.score < nearEnough || f.role == answer && f.score < relevant
	})
}

// mayFollow says whether a text has to do with a point.
func (w *writer) mayFollow(of span, e *entry) bool {
	return slices.ContainsFunc(w.near(of), func(f match) bool { return f.entry == e })
}

// namesCase says whether a text tells of a place, a firm or a person by its name, which stands for an example.
func (w *writer) namesCase(e *entry) bool {
	for _, s := range sentencesOf(e.Text.Text) {
		words := strings.Fields(e.Text.Text[s.start:s.end])
		for i, word := range words {
			word = strings.Trim(word, `.,;:!?"'()`)
			if i > 0 && len(word) > 2 && word != strings.ToLower(word) && !strings.HasSuffix(words[i-1], ":") {
				return true
			}
		}
	}
	return false
}

// standsIn says whether a text that seems to answer a request for an example or for evidence is to be said in place of one.
func (w *writer) standsIn(kind pointKind, f match) bool {
	return kind != asksCase && kind != evidence || f.score >= surelyAnswers || f.role != question && w.namesCase(f.entry)
}

// leads says whether a point has to be met by its kind although a text seems to answer it.
func leads(kind pointKind, f match) bool {
	if (kind == asksCase || kind == evidence) && f.role != question {
		return true
	}
	return f.score < surelyAnswers && slices.Contains([]pointKind{asksCase, evidence, remedy, milder, ownMotive, moral, motive, whereLine}, kind)
}

// leadTo is what is said before the text that seems to answer a message, and the kind of its point; empty where that
// needs nothing before it.
func (w *writer) leadTo(m message, found []match) (text string, of pointKind) {
	kind, at, with := w.kindAsked(m)
	if len(found) == 0 || !leads(kind, found[0]) {
		return "", kind
	}
	return w.meetKind(kind, at, with), kind
}
