package offline

// This file answers points by their form, where the bank has not the topic: by what the claim aims at.

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// scheme is one of the bank's with what finds it.
type scheme struct {
	id            string
	heard, unless *regexp.Regexp // nil for none
	kind          pointKind
	broad         bool
	texts         map[bank.Aim][]line
}

func newSchemes(all []bank.Scheme) (schemes []scheme, err error) {
	for _, one := range all {
		s := scheme{
			id: one.ID, heard: compiled(one.Heard), unless: compiled(one.Unless), kind: pointKind(one.Kind), broad: one.Broad,
			texts: make(map[bank.Aim][]line),
		}
		for _, r := range one.Says {
			for _, text := range r.Texts {
				l, err := newLine(text)
				if err != nil {
					return nil, err
				}
				for _, aim := range r.To {
					s.texts[aim] = append(s.texts[aim], l)
				}
			}
		}
		schemes = append(schemes, s)
	}
	return schemes, nil
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
	said := w.spellOut(sentence)
	kind, folded := w.kindOf(sentence), fold(said)
	if kind == loss {
		return match{}, false
	}
	return w.freshOf(sentence, func(s scheme) (map[slot]string, bool) {
		if s.broad != broad || s.kind == claimed || !s.makes(folded, kind) {
			return nil, false
		}
		return w.slotsIn(s.heard, folded, said), true
	})
}

// slotsIn are the groups of a pattern in a text, folded and as it was said, as another than the user says them: by their
// names, which are those of slots; nil where it is not found.
func (w *writer) slotsIn(p *regexp.Regexp, folded, said string) map[slot]string {
	with := make(map[slot]string)
	if p == nil {
		return with
	}
	found := p.FindStringSubmatch(folded)
	if found == nil {
		return nil
	}
	for at, name := range p.SubexpNames() {
		if name != "" && found[at] != "" {
			with[slot("{"+name+"}")] = w.askedAbout(asWritten(found[at], said), name == "that")
		}
	}
	return with
}

// caseOf is what speaks against whatever aims at the same as the user, if something of it
// was not said yet; none where it has to be asked, or where that cannot be told.
func (w *writer) caseOf() (match, bool) {
	if w.leaning() == people { // who are no thing to be used or done without
		return match{}, false
	}
	ofClaims := func(s scheme) (map[slot]string, bool) { return nil, s.kind == claimed }
	if closer := w.closerAim(); closer != "" {
		if m, ok := w.freshFor(closer, w.prompt.Topic, ofClaims); ok {
			return m, true
		}
	}
	return w.freshOf(w.prompt.Topic, ofClaims)
}

// closerAim is the closer one of what the user claims, empty where it has none.
func (w *writer) closerAim() bank.Aim {
	claim := fold(spellNot(bare(w.prompt.Topic)))
	switch {
	case w.prompt.Stance == debate.Pro: // the user denies it
		return ""
	case w.Aims.Refrains.in(claim):
		return bank.Refrain
	case w.Aims.Permits.in(claim):
		return bank.Permit
	case w.Aims.Foretells.in(claim):
		return bank.Foretell
	}
	return ""
}

// freshOf is a text that was not said yet of the first of some schemes that has one, filled with what is said of it: one
// that names what the point is about before others, and that means most of what it says.
func (w *writer) freshOf(about string, is func(scheme) (with map[slot]string, ok bool)) (match, bool) {
	return w.freshFor(cmp.Or(w.aim(), bank.Other), about, is)
}

// freshFor is freshOf for what aims at something.
func (w *writer) freshFor(aim bank.Aim, about string, is func(scheme) (with map[slot]string, ok bool)) (match, bool) {
	for _, s := range w.schemes() {
		if len(s.texts[aim]) == 0 {
			continue
		}
		with, ok := is(s)
		if !ok {
			continue
		}
		fresh := w.usable(s.texts[aim], with)
		if named := slices.DeleteFunc(slices.Clone(fresh), func(l line) bool { return !l.needs(focusSlot) }); len(named) > 0 {
			fresh = named
		}
		if len(fresh) > 0 {
			l := w.nearestLine(fresh, about)
			return match{entry: &entry{Text: bank.Text{ID: s.id, Text: w.fillAll(l, with)}, role: answer}, score: 1, names: l.needs(focusSlot), formed: true}, true
		}
	}
	return match{}, false
}

// nearestLine is the one of some lines that means most of what a text does.
func (w *writer) nearestLine(lines []line, about string) line {
	meaning := w.grounds().meaning(about)
	likeness := func(l line) float64 { return product(meaning, w.grounds().meaning(l.text)) }
	return slices.MaxFunc(lines, func(a, b line) int { return cmp.Compare(likeness(a), likeness(b)) })
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
