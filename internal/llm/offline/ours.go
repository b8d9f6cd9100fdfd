package offline

// This file meets those who are of the bot's opinion, or come round to it.

import (
	"regexp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// How likely a text of the other side must be to meet a sentence for it to be a point of
// the bot's own side, and how sure its side.
const (
	sureOwn     = 0.45
	sureOwnSide = 1.5
)

// own says whether a sentence grants what speaks for the bot's side: what answers it is on the other side. Who grants
// nothing may name the same things to deny them: "it will take decades, so we have time".
func (w *writer) own(sentence string) bool {
	if !w.gives(plain(sentence)) || w.first || w.asks(sentence) || hasAny(plain(sentence), w.Personal) || hasAny(plain(sentence), w.Reporting) {
		return false
	}
	theirs := w.topic.points[w.side.Opposite()]().rank(sentence, answer, concede)[0]
	if theirs.score < sureOwn || theirs.score < 2*w.points.rank(sentence, answer, concede)[0].score {
		return false
	}
	side, sure := w.sideOf(sentence, w.topic)
	return side == w.side && sure >= sureOwnSide
}

// withoutOwn is a message without the points that it grants to the bot's side.
func (w *writer) withoutOwn(m message) (rest message) {
	rest = m
	rest.points, rest.questions = nil, nil
	for i, s := range m.points {
		if w.own(w.prompt.Message[s.start:s.end]) {
			continue
		}
		rest.points, rest.questions = append(rest.points, s), append(rest.questions, m.questions[i])
	}
	return rest
}

// cameRound says whether the message gives up the user's side and reserves nothing. That
// is welcomed once.
func (w *writer) cameRound(m message) bool {
	said := plain(w.prompt.Message)
	welcomed := slices.ContainsFunc(w.lines.Turned, func(l line) bool { return w.saidAt(l) > 0 })
	if welcomed || slices.Contains(m.questions, true) || hasAny(said, w.Reserving) {
		return false
	}
	return slices.ContainsFunc(w.Converted, func(p string) bool {
		before, _, ok := strings.Cut(" "+said+" ", " "+p+" ")
		return ok && !w.denies(before)
	})
}

// welcome is the reply to who came round: what was left to say of both sides.
func (w *writer) welcome() string {
	parts := []string{w.pick(w.lines.Turned).text}
	if w.topic != nil {
		if end := w.entry(closing); end != nil && !w.has(end) {
			return strings.Join(append(parts, w.use(end)), " ")
		}
	}
	return strings.Join(parts, " ")
}

// narrow asks what is left of a view of which something was given away.
func (w *writer) narrow() (parts []string) {
	parts = w.pickFresh(nil, w.lines.Narrowed)
	w.probes = append(w.probes, parts...)
	return parts
}

// presses says whether the message asks for the bot's reasons instead of more questions.
func (w *writer) presses() bool {
	said := plain(w.spellOut(w.prompt.Message))
	return hasAny(said, w.Pressing)
}

// reason is one that was not given yet of those for the bot's side, the one that has most to
// do with the message; empty if all were.
func (w *writer) reason() string {
	if e := w.ofClaim(); e != nil {
		return w.use(e)
	}
	if f, ok := w.nextReason(); ok {
		return w.use(f.entry)
	}
	return strings.Join(w.pickFresh(nil, w.reasons()), "")
}

// nextReason is such a reason of those that the bank has for a claim of its form or aim.
func (w *writer) nextReason() (match, bool) {
	if w.general {
		about := w.besideTopic(w.prompt.Message)
		if w.first {
			about = w.prompt.Topic
		}
		ranked := w.points.rank(about, heart, argument)
		from := len(ranked) // any, where none has more to do with it than another
		if alike := slices.IndexFunc(ranked, func(f match) bool { return f.score < nearlyAsWell*ranked[0].score }); alike > 0 && w.first {
			from = alike
		} else if ranked[0].score >= relevant {
			from = 1
		}
		at := w.random.IntN(from)
		ranked = slices.Concat(ranked[at:], ranked[:at])
		for _, f := range ranked {
			if !w.has(f.entry) {
				return f, true
			}
		}
	}
	return w.caseOf()
}

// reasons are what can be said for the bot's side of a claim that the bank has not, by
// what the claim does.
func (w *writer) reasons() []line {
	said := plain(spellNot(w.prompt.Topic))
	demands, judges := w.demandsOrJudges(said)
	switch {
	case w.leaning() == people:
		return w.lines.Pressed[people]
	case w.prompt.Stance == debate.Pro:
		return w.lines.Pressed["pro"]
	case demands:
		return w.lines.Pressed[demand]
	case w.membership(said) != general:
		return w.lines.Pressed["kind"]
	case judges:
		return w.lines.Pressed["judgement"]
	}
	return w.lines.Pressed["claim"]
}

// kindsFor are the kinds of questions that fit a point of one, the fittest first.
func (w *writer) kindsFor(of pointKind) []pointKind {
	if w.topic != nil && !w.general {
		return []pointKind{of, general}
	}
	if slices.Contains([]pointKind{general, popularity, definition}, of) {
		kind := w.membership(plain(w.prompt.Topic))
		if w.prompt.Stance == debate.Pro { // which leaves the denial to the user
			kind = map[pointKind]pointKind{member: stranger, stranger: member, general: general}[kind]
		}
		if kind != general {
			return []pointKind{kind, general}
		}
	}
	if demands, _ := w.demandsOrJudges(plain(spellNot(w.prompt.Topic))); of == general && demands && w.prompt.Stance == debate.Con {
		return []pointKind{demand, general}
	}
	if of == general {
		return []pointKind{w.leaning(), general}
	}
	return []pointKind{of, w.leaning(), general}
}

// noKind is in a claim that says what something does, or is worth, as if it were of a kind: "is a threat to".
var noKind = regexp.MustCompile(`\b(an?|the|una?|el|la) ([a-z]+ )?(threat|danger|risk|problem|way|right|duty|crime|form|part|means|success|failure|mistake|scam|ploy|waste|need|case|defen[cs]e|key|cause|result|attack|violation|benefit|burden|solution|reason|source|sign|step|amenaza|peligro|riesgo|problema|derecho|deber|delito|parte|exito|fracaso|error|estafa|perdida|causa|solucion|fuente)\b`)

// membership tells claims that something is of a kind from those that it is not, by their
// words; other claims are general.
func (g *grammar) membership(claim string) pointKind {
	switch {
	case hasAny(claim, g.Condemning), hasAny(claim, g.Praising): // "is a nuisance" is a judgement
		return general
	case slices.ContainsFunc(strings.Fields(claim), g.judges), ofPeople.MatchString(claim), noKind.MatchString(claim):
		return general
	case g.NotOfKind.in(claim):
		return stranger
	case g.OfKind.in(claim):
		return member
	}
	return general
}
