package offline

// This file answers points by their form, where the bank has not the topic: by what the claim aims at.

import (
	"regexp"
	"slices"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// scheme is one of the bank's with what finds it.
type scheme struct {
	heard, unless *regexp.Regexp // nil for none
	kind          pointKind
	broad         bool
	texts         map[bank.Aim][]*entry
}

func newSchemes(all []bank.Scheme) (schemes []scheme) {
	for _, one := range all {
		s := scheme{
			heard: compiled(one.Heard), unless: compiled(one.Unless), kind: pointKind(one.Kind), broad: one.Broad,
			texts: make(map[bank.Aim][]*entry),
		}
		for _, r := range one.Says {
			for _, text := range r.Texts {
				e := &entry{Text: bank.Text{ID: one.ID, Text: text}, role: answer}
				for _, aim := range r.To {
					s.texts[aim] = append(s.texts[aim], e)
				}
			}
		}
		schemes = append(schemes, s)
	}
	return schemes
}

// compiled is a pattern of the bank, nil for none.
func compiled(pattern string) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	return regexp.MustCompile(pattern)
}

// claimed is the kind of what the claim itself is met with.
const claimed pointKind = "claim"

// makes says whether a sentence, as fold gives it, makes the point of a scheme.
func (s scheme) makes(folded string, kind pointKind) bool {
	return (s.kind == "" || s.kind == kind) && (s.heard == nil || s.heard.MatchString(folded)) && (s.unless == nil || !s.unless.MatchString(folded))
}

// schemed is what speaks against a sentence by the form of its point, if that has one and
// something of it was not said yet; broad says whether by the schemes that are.
func (w *writer) schemed(sentence string, broad bool) (match, bool) {
	kind, folded := w.kindOf(sentence), fold(w.spellOut(sentence))
	if kind == loss {
		return match{}, false
	}
	return w.freshOf(func(s scheme) bool { return s.broad == broad && s.kind != claimed && s.makes(folded, kind) })
}

// caseOf is what speaks against whatever aims at the same as the user, if something of it
// was not said yet; none where it has to be asked, or where that cannot be told.
func (w *writer) caseOf() (match, bool) {
	if w.leaning() == people { // who are no thing to be used or done without
		return match{}, false
	}
	return w.freshOf(func(s scheme) bool { return s.kind == claimed })
}

// freshOf is a text that was not said yet of the first of some schemes that has one.
func (w *writer) freshOf(is func(scheme) bool) (match, bool) {
	aim := w.aim()
	for _, s := range w.schemes() {
		fresh := slices.DeleteFunc(slices.Clone(s.texts[aim]), w.has)
		if len(fresh) > 0 && is(s) {
			return match{entry: fresh[w.random.IntN(len(fresh))], score: 1}, true
		}
	}
	return match{}, false
}

// aim is what the user's side of the claim comes to, empty where that cannot be told.
func (w *writer) aim() bank.Aim {
	claim := fold(spellNot(bare(w.prompt.Topic)))
	demands, _ := w.demandsOrJudges(plain(claim))
	var aim bank.Aim
	switch leans := w.leaning(); {
	case forbids.MatchString(claim):
		aim = bank.Remove
	case w.Aims.Spares.in(claim):
		aim = bank.Spare
	case w.Aims.Removes.in(claim):
		aim = bank.Remove
	case demands && (w.Aims.Obliges.in(claim) || ofPeople.MatchString(claim)):
		aim = bank.Require
	case w.Harmless.in(claim):
		aim = bank.Praise
	case demands || w.Aims.Does.in(claim):
		aim = bank.Change
	case w.membership(plain(claim)) != general || w.Aims.Kinds.in(claim):
		return bank.OfKind
	case !w.judged(plain(claim)): // it has a word that could do so about something else
	case leans == favour:
		return bank.Praise
	case leans == against || leans == people:
		return bank.Blame
	}
	if w.prompt.Stance == debate.Pro { // the user denies it
		aim = map[bank.Aim]bank.Aim{bank.Spare: bank.Remove, bank.Remove: bank.Spare, bank.Require: bank.Spare}[aim]
	}
	return aim
}

// judged says whether a claim, as plain gives it, calls something good or bad.
func (g *grammar) judged(claim string) bool {
	_, judges := g.demandsOrJudges(claim)
	return judges || hasAny(claim, g.Condemning) || hasAny(claim, g.Praising)
}
