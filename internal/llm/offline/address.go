package offline

// This file answers what a message says to the bot of the debate itself: what would change its mind,
// whether they agree, what it could accept, and that its reply missed.

import (
	"slices"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// address answers a message that asks of the bot's side of the debate, by what the user wants or
// judges where the bank has not the topic; empty for any other message.
func (w *writer) address() string {
	if w.first || w.prompt.Phase.Move == debate.Ask {
		return ""
	}
	for _, s := range slices.Backward(sentencesOf(w.prompt.Message)) {
		said := fold(w.spellOut(w.prompt.Message[s.start:s.end]))
		for _, rule := range w.Addressed {
			if !rule.Pattern.in(said) {
				continue
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
