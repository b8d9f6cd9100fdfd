package offline

// This file answers what a message says to the bot of the debate itself: what would change its mind,
// whether they agree, what it could accept, and that its reply missed.

import (
	"cmp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// address answers a message that asks of the bot's side of the debate: as the topic does, or by what the user wants or
// judges where the bank has not the topic; empty for any other message.
func (w *writer) address() string {
	if w.first || w.prompt.Phase.Move == debate.Ask {
		return ""
	}
	if text := w.askedOfTopic(); text != "" {
		return text
	}
	for _, s := range slices.Backward(sentencesOf(w.prompt.Message)) {
		said := fold(w.spellOut(w.prompt.Message[s.start:s.end]))
		for _, rule := range w.Addressed {
			if !rule.Pattern.in(said) || hasAny(plain(said), rule.Unless) {
				continue
			}
			if text := w.concedeTo(rule.Kind, w.prompt.Message[s.start:s.end]); text != "" {
				return text
			}
			lines := w.linesTo(rule.Kind)
			for _, at := range w.random.Perm(len(lines)) {
				if text, ok := w.fillAside(lines[at]); ok && w.saidAt(lines[at]) == 0 {
					return text
				}
			}
		}
	}
	return ""
}

// mostBesideAsked is how many words a message has at most beside a question that the topic answers.
const mostBesideAsked = 3

// askedOfTopic answers a question that may be asked in any debate, "what would change your mind?", where the topic has an
// answer of its own that was not given yet; empty for any other.
func (w *writer) askedOfTopic() string {
	if w.topic == nil || w.general {
		return ""
	}
	said := plain(w.spellOut(w.prompt.Message))
	for _, e := range w.points.entries {
		if e.role != question || w.has(e) {
			continue
		}
		for _, asked := range e.Asked {
			asked = plain(asked)
			if words := len(strings.Fields(asked)); words > 1 && has(said, asked) && len(strings.Fields(said)) <= words+mostBesideAsked {
				return w.use(e)
			}
		}
	}
	return ""
}

// linesTo are the lines of a kind: off the bank those to what the claim aims at, if there are any.
func (w *writer) linesTo(kind pointKind) []line {
	if w.topic == nil || w.general {
		for _, aim := range []bank.Aim{w.aim(), bank.Other} {
			if lines := w.lines.Replies[kind+"-"+pointKind(aim)]; len(lines) > 0 {
				return lines
			}
		}
	}
	return w.lines.Replies[kind]
}

// missed says whether a message only says that the bot's reply missed, or was not understood.
func (m message) missed() bool {
	return (m.sign == misread || m.sign == muddled) && len(m.points) == 0
}

// onlyTakesUp says whether a message only says that, or only asks whether the bot says what it does not.
func (m message) onlyTakesUp() bool { return m.missed() || m.sign == imputed && len(m.points) == 0 }

// back takes up what the user said before the reply that missed.
func (w *writer) back(parts []string) []string {
	for n, e := range slices.Backward(w.prompt.Exchanges) {
		if len(w.prompt.Exchanges)-n > farBack {
			break
		}
		text := head(e.Message, maxOlder)
		m := w.readMessage(text)
		for i, s := range slices.Backward(m.points) {
			if clause, _, ok := w.clauseOf(text[s.start:s.end]); ok && !m.questions[i] {
				if text := w.fresh(w.lines.Back, map[slot]string{thatSlot: clause}); text != "" {
					return append(parts, text)
				}
			}
		}
	}
	return parts
}

// farBack is how many messages back that may be.
const farBack = 2

// asksToAdmit is the kind of a message that asks the bot to admit something, such as that there is a problem.
const asksToAdmit pointKind = "admit"

// concedeTo is what the bank's side grants of what it is asked to grant; empty for any other kind, and where it grants none of it.
func (w *writer) concedeTo(kind pointKind, sentence string) string {
	if kind != asksToAdmit || w.topic == nil || w.general {
		return ""
	}
	for _, f := range w.points.rank(sentence, concede) {
		if f.score >= mayConcede && !w.has(f.entry) {
			return w.use(f.entry)
		}
	}
	return ""
}

// mayConcede is how likely a concession must be meant by who asks for one.
const mayConcede = 0.1

// hardest is the point of the user's that the bot has least to set against: one that no text of the bank surely meets, the
// weightiest of those, or else the one that says most.
func (w *writer) hardest() (point string) {
	if w.topic == nil || w.general {
		return w.bestPoint()
	}
	most := 0.0
	points, say := w.pointsOfUser()
	for i, p := range points {
		first, kind := w.prompt.Exchanges[0], w.kindOfPoint(p)
		if first.Number == 1 && strings.Contains(first.Message, p) || say[i] < most || kind == milder || kind == remedy || hasAny(plain(p), w.Reporting) || w.points.rank(p, answer, concede)[0].sure() {
			continue
		}
		point, most = p, say[i]
	}
	return cmp.Or(point, w.bestPoint())
}

// crux is the point that the bot's side stands or falls by: that of the argument it gave first, or that the bank has first.
func (w *writer) crux() string {
	for _, e := range w.used() {
		if e.role == argument && e.Point != "" {
			return e.Point
		}
	}
	if w.topic == nil {
		return ""
	}
	if e := w.entry(argument); e != nil {
		return e.Point
	}
	return ""
}

// weakest is what the bank's side concedes and has not said yet; empty where there is nothing.
func (w *writer) weakest() string {
	if w.topic == nil {
		return ""
	}
	for _, e := range w.points.entries {
		if e.role == concede && !w.has(e) {
			return w.use(e)
		}
	}
	return ""
}

// restsOn is what the bot's side rests on: its case, or an argument that it has not given yet.
func (w *writer) restsOn() string {
	if w.topic == nil || w.general {
		return ""
	}
	if e := w.next(false); e != nil {
		return w.use(e)
	}
	if e := w.ownBest(); e != nil {
		return e.Text.Text
	}
	return ""
}
