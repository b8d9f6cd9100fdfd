package offline

// This file takes up what the user said in its own words: before an answer, where it gives something away,
// and to ask about it, or to say what is missing between it and the user's claim.

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// ofUsers are the slots for what the user says.
var ofUsers = []slot{thatSlot, focusSlot, whoSlot, placeSlot}

// fresh is one of some lines that was not said yet and can be filled, filled; empty if there is none.
func (w *writer) fresh(from []line, with map[slot]string) string {
	from = w.usable(from, with)
	if len(from) == 0 {
		return ""
	}
	if others := slices.DeleteFunc(slices.Clone(from), w.beginsAsBefore); len(others) > 0 {
		from = others
	}
	return w.fillAll(w.pick(from), with)
}

// beginsAsBefore says whether a line begins with the word that one of the two latest replies does: neighbouring replies of
// one build sound like a form that is filled in.
func (w *writer) beginsAsBefore(l line) bool {
	first, n := firstWord(l.text), len(w.said)-1
	return slices.ContainsFunc(w.said[max(n-2, 0):n], func(reply string) bool { return strings.HasPrefix(reply, first+" ") })
}

// usable are the lines that were not said yet and can be filled.
func (w *writer) usable(from []line, with map[slot]string) []line {
	return slices.DeleteFunc(slices.Clone(from), func(l line) bool {
		return w.saidAt(l) > 0 || slices.ContainsFunc(ofUsers, func(s slot) bool { return l.needs(s) && with[s] == "" })
	})
}

// maxNamed is how many words a clause has at most that is said before something else.
const maxNamed = 11

// naming says before an answer what it is to: that, or else a noun of it.
func (w *writer) naming(that, noun string) string {
	if w.Say.Conditional.in(that) {
		return ""
	}
	if that != "" {
		noun = ""
	}
	return w.fresh(w.lines.Naming, map[slot]string{thatSlot: that, focusSlot: noun})
}

// nameAgain is naming in the user's own words, of what is not of their own life, which would sound as if it were doubted.
func (w *writer) nameAgain(sentence string) string {
	clause, form, ok := w.clauseOf(sentence)
	if !ok || w.first || form == lived || len(strings.Fields(clause)) > maxNamed {
		return ""
	}
	return w.naming(clause, "")
}

// nameNoun is naming by something that the user calls theirs, where the topic has it not.
func (w *writer) nameNoun(sentence string) string {
	noun := w.nameable(sentence, w.prompt.Topic)
	if ofUser.MatchString(noun) && !w.tellsOfOwn(sentence) { // "to see my mother" is not about her
		return ""
	}
	return w.naming("", w.spellOut(noun))
}

// ofUser is what the user calls theirs, as another than the user says it.
var ofUser = regexp.MustCompile(`^(your|tus?) \pL+$`)

// tellsOfOwn says whether a sentence begins with somebody or something of the user's.
func (w *writer) tellsOfOwn(sentence string) bool {
	return w.Say.Own.in(plain(w.Say.Joining.replace(sentence, "")))
}

// setBeside takes up a sentence before a reason that does not answer it.
func (w *writer) setBeside(sentence string) string {
	clause, form, ok := w.clauseOf(sentence)
	lines := w.lines.Beside
	if form == lived {
		lines = w.lines.Taken
	}
	if !ok || w.Say.Conditional.in(clause) {
		return ""
	}
	return w.fresh(lines, map[slot]string{thatSlot: clause})
}

// granted is what a message gives away, as a clause of the bot's own; empty where that is not plain.
func (w *writer) granted() string {
	for _, s := range sentencesOf(w.prompt.Message) {
		sentence := w.prompt.Message[s.start:s.end]
		if !w.gives(plain(w.spellOut(sentence))) && !w.givesAside(sentence) {
			continue
		}
		if clause, form, ok := w.clauseOf(sentence); ok && form != wished && !w.Say.Conditional.in(clause) && !reserved.MatchString(clause) {
			return clause
		}
	}
	return ""
}

// reserved is in a concession that is taken back.
var reserved = regexp.MustCompile(`(?i)[, ](but|pero)\b`)

// onBank is the kind of the lines to a concession where the bank has the topic.
const onBank pointKind = "bank"

// yielded takes up what a message gives away in its own words, where they can be said again.
func (w *writer) yielded(from []line) string {
	return w.fresh(from, map[slot]string{thatSlot: w.granted()})
}

// passedOver answers who says that a point of theirs was passed over, and names it, or asks about it: by what surely
// meets the words in which they made it, or by what their side comes to; empty where they only ask what of something new.
func (w *writer) passedOver() string {
	found := w.Passed.find(w.spellOut(w.prompt.Message))
	if w.first || found == nil || w.topic != nil && !w.general || w.prompt.Phase.Move == debate.Ask {
		return ""
	}
	named := found[1]
	if w.asks(w.prompt.Message) { // what of those whom the claim itself speaks of asks something else
		named = w.besideTopic(named)
	}
	about, point := w.askedAbout(found[1], false), w.madeOf(w.terms(named))
	if about == "" || point == "" && w.asks(w.prompt.Message) {
		return ""
	}
	for _, find := range []finding{w.surest, w.surelyGrounded} {
		if f, ok := find(point, false); ok {
			return strings.TrimSpace(w.naming("", about) + " " + w.use(f.entry))
		}
	}
	return w.fresh(w.suiting(w.lines.Passed), map[slot]string{focusSlot: about})
}

// suiting are the lines that suit what the user's side comes to, those for any where there are none.
func (w *writer) suiting(lines map[pointKind][]line) []line {
	aimed := w.aimed()
	if aimed == people {
		aimed = pointKind(bank.Blame)
	}
	if len(lines[aimed]) == 0 {
		aimed = pointKind(bank.Other)
	}
	return lines[aimed]
}

// madeOf is the part of the user's earlier messages that has most of some terms, the latest, and half of them at least;
// empty if none has.
func (w *writer) madeOf(terms []string) (part string) {
	most := 0
	for _, e := range slices.Backward(w.prompt.Exchanges) {
		for _, said := range joints.Split(head(e.Message, maxOlder), -1) {
			if n := shared(terms, w.terms(said)); n > most && 2*n >= len(terms) {
				part, most = said, n
			}
		}
	}
	return part
}

// maxAsked is how many words a clause has at most that is said again to ask about it.
const maxAsked = 15

// askOf asks about a sentence in its own words, or says what is missing between it and the user's claim;
// empty where it cannot plainly be said again, or all that there is to ask was asked.
func (w *writer) askOf(sentence string) string {
	clause, form, ok := w.clauseOf(sentence)
	ok = ok && len(strings.Fields(clause)) <= maxAsked
	if ok && slices.ContainsFunc(w.said[:len(w.said)-1], func(reply string) bool { return strings.Contains(reply, clause) }) {
		return "" // it was said again before
	}
	of := w.kindOf(sentence)
	if of == "statistic" && !w.Say.Counted.in(clause) && !w.Say.Figures.in(clause) { // a number of nothing much
		of = general
	}
	with := map[slot]string{thatSlot: clause, placeSlot: w.placeIn(sentence)}
	if w.topic == nil || w.general {
		if noun := w.spellOut(w.nameable(sentence, w.prompt.Topic)); !ofUser.MatchString(noun) { // "your husband" is nothing to decide by
			with[focusSlot] = noun
		}
	}
	if !ok {
		return cmp.Or(w.freshOfAll(with, "place"), w.freshOfAll(with, "of-"+w.aimed()))
	}
	if who, what := w.reported(clause); who != "" && form != lived && slices.Contains(ofSources, of) {
		if text := w.freshOfAll(map[slot]string{whoSlot: who, thatSlot: what}, of+"-of"); text != "" {
			return text
		}
	}
	for _, kinds := range w.listsOf(clause, of, form) {
		if text := w.freshOfAll(with, kinds...); text != "" {
			return text
		}
	}
	return ""
}

// listsOf are the lists of lines that suit a clause, of a kind of point and a form, those to look through first before others.
func (w *writer) listsOf(clause string, of, form pointKind) (lists [][]pointKind) {
	aimed := w.aimed()
	switch {
	case form == wished:
		return [][]pointKind{{wished}}
	case w.Say.Conditional.in(clause):
		return [][]pointKind{{"if"}}
	case form == lived && w.Say.Counted.in(clause):
		return [][]pointKind{{"statistic"}}
	case form == lived, of == "anecdote" && form == past: // which is not to be doubted
		return [][]pointKind{{lived}}
	}
	lists = append(lists, []pointKind{"place"})
	if slices.Contains(ofSources, of) {
		lists = append(lists, []pointKind{of})
	}
	if form == past { // of which it makes no sense to ask whether it is always so
		return append(lists, []pointKind{of, past}, []pointKind{"any"})
	}
	kinds := []pointKind{of, form, "to-" + aimed}
	if w.Say.Harmful.in(clause) {
		kinds = append(kinds, "harm-"+aimed)
	}
	switch {
	case form != brought || w.topic != nil && !w.general:
	case slices.Contains([]pointKind{pointKind(bank.Remove), pointKind(bank.Blame), people}, aimed):
		kinds = append(kinds, "harm")
	case slices.Contains([]pointKind{pointKind(bank.Require), pointKind(bank.Change), pointKind(bank.Praise)}, aimed):
		kinds = append(kinds, "gain")
	}
	return append(lists, kinds, []pointKind{stated, "any"})
}

// aimed is what the user's side comes to, off the bank; those who judge people judge no thing.
func (w *writer) aimed() pointKind {
	switch aim := w.aim(); {
	case w.topic != nil && !w.general:
		return ""
	case aim == bank.Blame && w.leaning() == people:
		return people
	default:
		return pointKind(aim)
	}
}

// freshOfAll is a line of some lists of clauses that was not used yet, filled, one that asks nothing where
// the latest reply asked; empty if there is none.
func (w *writer) freshOfAll(with map[slot]string, kinds ...pointKind) string {
	var all, says []line
	for _, kind := range kinds {
		all = append(all, w.usable(w.lines.Clauses[kind], with)...)
	}
	for _, l := range all {
		if !strings.HasSuffix(l.text, "?") {
			says = append(says, l)
		}
	}
	switch {
	case w.prompt.Phase.Move == debate.Ask:
		all = slices.DeleteFunc(all, func(l line) bool { return !strings.Contains(l.text, "?") })
	case len(says) > 0 && w.askedLast():
		all = says
	}
	return w.fresh(all, with)
}

// reported tells who a clause says that says so, and what; both are empty where it does not.
func (w *writer) reported(clause string) (who, what string) {
	m := w.Say.Reporting.find(clause)
	if m == nil || w.formOf(m[2]) == "" {
		return "", ""
	}
	return m[1], m[2]
}

// placeIn is the place that a sentence points to as an example; empty if there is none.
func (w *writer) placeIn(sentence string) string {
	m := w.Say.Places.find(w.spellOut(sentence))
	if m == nil {
		return ""
	}
	words := strings.Fields(m[1])
	for i, word := range words {
		switch low := strings.ToLower(word); {
		case w.determiners[low] || w.prepositions[low]:
			words[i] = low
		case len(word) <= 2:
			words[i] = strings.ToUpper(word)
		default:
			words[i] = upperFirst(low)
		}
	}
	return strings.Join(words, " ")
}
