package turn

// This file asks package gate about a message, and writes the replies that the gate gives in place of
// the model's.

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/aside"
	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/gate"
)

// gateModel is the model of a turn that the gate answered.
const gateModel = "gate"

// readGate reads the gate's rules, once in a process, which takes some tenths of a
// second. They are compiled in: an error is a mistake in one of them, which the tests
// meet.
var readGate = sync.OnceValue(func() *gate.Gate {
	g, err := gate.New()
	if err != nil {
		panic(err)
	}
	return g
})

// checkGate reads a message, and the subject that it would be argued under. The
// topic is given where it does not come from this message. It costs no call.
func (c *Config) checkGate(in gate.Input, subject debate.Subject, topicGiven bool) gate.Verdict {
	in.Language = subject.Language
	if topicGiven {
		in.Topic, in.Side = subject.Topic, gate.Side(subject.Stance)
	}
	said := readGate().Check(in)
	if said.Stops() && said.Kind != gate.Declined || topicGiven || subject.Topic == "" {
		return said
	}
	led := readGate().Check(gate.Input{Topic: subject.Topic, Side: gate.Side(subject.Stance), Language: subject.Language})
	if said.Stops() {
		// "I don't think the Holocaust happened" has the bot say that it did.
		if subject.Stance == debate.Pro && led.Kind == gate.Debate && led.Firm && said.Category != gate.Harm && said.Category != gate.Minors {
			return led
		}
		return said
	}
	if led.Kind == gate.Debate && said.Kind == gate.Settled {
		return said
	}
	led.Firm = led.Firm || said.Firm
	if said.Concern != "" {
		led.Concern, led.Asks = said.Concern, said.Asks
	}
	if led.Stops() || subject.Stance != debate.Con || !strings.Contains(strings.ToLower(in.Message), strings.ToLower(subject.Topic)) {
		return led
	}
	// To oppose "My uncle defends torture, and that is vile" is to defend it.
	within := claim.Within(subject.Topic)
	if within.Topic == subject.Topic {
		return led
	}
	sides := []debate.Stance{within.Stance}
	if within.Names || within.Reported {
		sides = append(sides, within.Stance.Opposite())
	}
	for _, side := range sides {
		if v := readGate().Check(gate.Input{Topic: within.Topic, Side: gate.Side(side), Language: subject.Language}); v.Kind == gate.Declined {
			return v
		}
	}
	return led
}

// decentSide is the side that the bot takes: the one given, unless the message asks a question to
// which only one answer can be argued.
func (c *Config) decentSide(message string, side debate.Stance) debate.Stance {
	if v := readGate().Check(gate.Input{Message: message}); v.Side != gate.None {
		return debate.Stance(v.Side)
	}
	return side
}

// checkGate reads the turn's message, and the subject that it would be argued
// under.
func (r *attemptRunner) checkGate(subject debate.Subject) *gate.Verdict {
	if r.guess.verdict != nil {
		return r.guess.verdict
	}
	in := gate.Input{Message: r.turn.Message, Persona: r.conversation.Persona}
	in.AfterCare, in.Alarm, in.Said = careBefore(r.history)
	in.Before = messagesBefore(r.history)
	v := r.cfg.checkGate(in, subject, r.guess.topicGiven)
	return &v
}

// judged is the gate's verdict on a message whose kind a model told.
func (r *attemptRunner) judged(kind gate.Kind, language string) *gate.Verdict {
	_, _, said := careBefore(r.history)
	v := readGate().Judged(kind, language, said)
	return &v
}

// careBefore is how many turns of care came last, the message that the first of them
// answered, and what all turns of care said.
func careBefore(before []debate.Turn) (last int, alarm string, said []string) {
	for _, t := range before {
		if t.Kind != debate.CareKind {
			last, alarm = 0, ""
			continue
		}
		if last == 0 {
			alarm = t.Message
		}
		last, said = last+1, append(said, t.Reply)
	}
	return last, alarm, said
}

// rememberedTurns is how many turns before a doubt about somebody's safety counts in.
const rememberedTurns = 2

// messagesBefore are the user's messages of the latest turns.
func messagesBefore(before []debate.Turn) (said []string) {
	for _, t := range before[max(0, len(before)-rememberedTurns):] {
		said = append(said, t.Message)
	}
	return said
}

// answerGate replies in the gate's own words, in place of anything that a model wrote so far. It
// costs no call.
func (r *attemptRunner) answerGate(ctx context.Context, v *gate.Verdict, done debate.Completion, side debate.Usage) *debate.Outcome {
	r.reply.closeGate()
	r.reply.reset()
	r.reply.append(v.Reply())
	r.reply.openGate()
	done.Model = gateModel
	o := r.outcome(ctx, done, debate.Subject{}, side, nil)
	if o.State == debate.Completed {
		o.Kind = debate.DeclinedKind
		if v.Kind == gate.Care {
			o.Kind = debate.CareKind
		}
	}
	return o
}

// readAside says what the message wants where it is about the debate itself:
// after an argument, or where there is nothing to argue about yet.
func (r *attemptRunner) readAside() (debate.Aside, string) {
	subject := r.guess.subject
	argued := slices.ContainsFunc(r.history, func(t debate.Turn) bool { return t.Debated() && t.Kind != debate.InvitationKind })
	if subject.Topic != "" && !argued {
		return debate.NoAside, ""
	}
	return aside.Read(r.turn.Message, subject.Topic)
}

// lead is the sentence that opens the first argument of a debate where the bot argues, as an
// exercise, against what is known; empty for all others.
func (r *attemptRunner) lead(v *gate.Verdict) string {
	argued := slices.ContainsFunc(r.history, func(t debate.Turn) bool { return t.Kind == debate.ArgumentKind })
	if v.Kind != gate.Settled || argued {
		return ""
	}
	return v.Reply()
}

// help says where somebody in danger finds help: before the reply, or after it. It is empty where
// the conversation was told already, for asides, and in duels of models.
func (r *attemptRunner) help(v *gate.Verdict) (first, last string) {
	help := v.Help()
	told := func(t debate.Turn) bool { return strings.HasPrefix(t.Reply, help) || strings.HasSuffix(t.Reply, help) }
	switch {
	case help == "" || r.aside != debate.NoAside || r.conversation.Duel != (debate.Duel{}) || slices.ContainsFunc(r.history, told):
		return "", ""
	case v.Asks:
		return help + apart, ""
	}
	return "", apart + help
}

// argued is a reply without the text that says where help is: that is no argument, and no model is
// to repeat it.
func argued(reply string) string {
	if !strings.Contains(reply, apart) {
		return reply // as good as always
	}
	return readGate().WithoutHelp(reply)
}

// apart stands between an argument and the text that says where help is.
const apart = "\n\n"

// leading makes an emit that puts a lead before the first piece of a reply.
func leading(lead string, emit func(string)) func(string) {
	return func(piece string) {
		if piece != "" {
			piece, lead = lead+piece, ""
		}
		emit(piece)
	}
}

// kindOfRisk is the gate's kind of a risk that a model found.
func kindOfRisk(r debate.Risk) gate.Kind {
	if r == debate.RiskCare {
		return gate.Care
	}
	return gate.Declined
}
