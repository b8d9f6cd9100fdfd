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
	aims := aimsOf[w.language]
	var aim bank.Aim
	switch leans := w.leaning(); {
	case forbids.MatchString(claim):
		aim = bank.Remove
	case aims.spares.MatchString(claim):
		aim = bank.Spare
	case aims.removes.MatchString(claim):
		aim = bank.Remove
	case demands && (aims.obliges.MatchString(claim) || ofPeople.MatchString(claim)):
		aim = bank.Require
	case harmless[w.language].MatchString(claim):
		aim = bank.Praise
	case demands || aims.does.MatchString(claim):
		aim = bank.Change
	case w.membership(plain(claim)) != general || aims.kinds.MatchString(claim):
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
	in := func(p string) bool { return has(claim, p) }
	_, judges := g.demandsOrJudges(claim)
	return judges || slices.ContainsFunc(g.Condemning, in) || slices.ContainsFunc(g.Praising, in)
}

// harmless is in a claim that something is all right, which nobody wants a rule against, by language.
var harmless = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`\b(is|are) not (rude|bad|wrong|harmful|a problem)\b|\bnothing wrong with\b|\b(is|are) (perfectly |totally |completely |absolutely |sometimes |often |morally )*(fine|ok|okay|acceptable|harmless|justified|justifiable|legitimate|permissible|excusable|defensible)\b`),
	"es": regexp.MustCompile(`\b(no tiene nada de malo|no pasa nada por|esta (muy )?bien que)\b`),
}

// aimsOf tell a claim that something should be let alone, that it should go, that it should be a
// duty or otherwise done, and that it is of a kind, by language.
var aimsOf = map[string]struct{ spares, removes, obliges, does, kinds *regexp.Regexp }{
	"en": {
		regexp.MustCompile(`\b(nobody|no one) (should|must|ought to) (have to|be (forced|made|obliged|required))\b|\b(should|must|ought to) not be (allowed|able|permitted) to (ban|forbid|refuse|fire|punish|charge|stop|evict|force|check|demand)\b|\b(should|must|ought to|need)( not|n't| never)( be)? (` + harsh + `|close|shut|scrap|demolish|abolish|cancel|tear down|take away|get rid of|touch|forced|required|compulsory|mandatory|obligatory|obliged|made to|have to|need to|charged|force)\b|\b(should|must|ought to) (be |stay |remain |get to )?(allowed|legal|permitted|let|able|free to|optional|voluntary|left alone|tolerated|decriminali[sz]ed|legali[sz]ed|accepted)\b|\bshould (allow|permit|let|legali[sz]e|tolerate)\b|^(allow|permit|legali[sz]e|decriminali[sz]e|let) \w|\b(do|does) not (need to|have to)\b`),
		regexp.MustCompile(`\b(should|must|ought to)( \w+ly)? (be |get |all )*(` + harsh + `|gone|stop|stopped|quit|stay out|keep out|leave|die|go|end|ended|disappear|thrown out)\b|\b(should|must|ought to)( not|n't| never)\b|^(please )?(ban|stop|abolish|scrap|end|close|forbid|no more|get rid of|do away with|down with)\b|\b(has|have|needs?) to (go|stop|end|die|be (` + harsh + `))\b|\bshould (ban|stop|abolish|scrap|end|close|forbid|limit|restrict|cap|tax|get rid of|do away with)\b|\bno (place|business) (in|on|being)\b|^\w[^.;!?]{2,60} be (banned|forbidden|abolished|outlawed|scrapped)$|^(cease|remove|restrict|limit|penali[sz]e|outlaw|censor|eliminate) `),
		regexp.MustCompile(`\b(compulsory|mandatory|obligatory|required|requirement|obliged|forced|made to|by law|law that)\b|\b(should|must|ought to|needs? to) (all |always |also |only )?(have to|pay|need|wear|learn|carry|show|take (a |the )|pass (a |the )|know|be (taught|free|made|able to|fined|charged|paid|tested|checked|licensed|registered|taxed))\b|\b(everyone|everybody|every \w+|all (\w+ )?\w+s) (should|must|ought)\b|\bthere (should|must) be a (rule|law|duty|licen[cs]e|test|fee|fine)\b`),
		regexp.MustCompile(`^(please )?(build|make|introduce|create|store|replace|disclose|grant|force|keep|use|subsidi[sz]e|encourage|pay|give|put|bring|raise|lower|increase|reduce|cut|fund|support|teach|save|stay|hold|impose|send|invest|extend|establish|reform|split|move|open|return|treat|privati[sz]e|nationali[sz]e) \w`),
		regexp.MustCompile(`\b(count|counts|counted|qualify|qualifies) as\b|\b(is|are) (not )?(really |actually )?(a |an )?(real|true|proper|art|sports?|music|science|literature)\b`),
	},
	"es": {
		regexp.MustCompile(`\bno (se )?(deberian?|debe[ns]?|habria que|hay que|tendrian? que|tienen? que)( \w+)? (` + duro + `|(ser )?obligat\w+|obligar\w*|tener que)|(^|\w{3,} )(deberian?|debe[ns]?) (poder|permitir|permitirse|ser legal(es)?|estar permitid[oa]s?|seguir siendo legal(es)?|dejar(se)? que|legalizar(se)?|ser (opcional|voluntari[oa]))`),
		regexp.MustCompile(`\b(deberian?|debe[ns]?|habria que|hay que|tendrian? que|tienen? que)( \w+)? (` + duro + `|dejar de|desaparecer|acabar(se)?|terminar(se)?)|\bno (se )?(deberian?|debe[ns]?|habria que|hay que)\b|^(prohibir|abolir|basta de|fuera|no mas|acabemos con)\b`),
		regexp.MustCompile(`\bobligat\w+|\b(deberian?|deben?|habria que|hay que|tendrian? que|tienen? que)( \w+)? (pagar|llevar|aprender|saber|tener|ser (gratis|gratuit\w+)|ensenar\w*|pasar|obligar\w*|exigir\w*)|\b(todo el mundo|todos l[oa]s \w+|tod[oa]s|cada \w+) (deberian?|deben?|tendrian? que|tienen? que)\b|\bpor ley\b`),
		regexp.MustCompile(`^(construir|crear|introducir|subir|bajar|aumentar|reducir|recuperar|mantener|invertir|apoyar|privatizar|nacionalizar) `),
		regexp.MustCompile(`\bcuentan? como\b|\b(es|son) (un |una )?(verdader[oa]s?|arte|deportes?|musica|ciencia|literatura)\b|\bno (es|son) (un |una )?\w+ de verdad\b`),
	},
}

// What is done to something that should go, in English and in Spanish.
const (
	harsh = `banned|forbidden|illegal|prohibited|outlawed|abolished|scrapped|cancelled|canceled|kicked out|thrown out|kept out|taken off|closed|shut down|stopped|restricted|limited|capped|censored|taxed|fined|punished|removed|ban|tax|abolish|punish|restrict|limit|regulated|phased out|against the law`
	duro  = `(ser |estar )?(prohib\w+|abol\w+|elimin\w+|suprim\w+|cerrar\w*|cerrad\w+|quit\w+|limit\w+|restring\w+|castig\w+|mult\w+|ilegal\w*|gravar\w*|retir\w+)`
)
