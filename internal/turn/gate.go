package turn

import (
	"context"
	"slices"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/aside"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/gate"
)

// gateModel is the model of a turn that the gate answered.
const gateModel = "gate"

// readGate reads the gate's rules, once in a process, which takes some tenths of a
// second. They are compiled in: an
// error is a mistake in one of them, which the tests meet.
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
	if said.Stops() || topicGiven || subject.Topic == "" {
		return said
	}
	led := readGate().Check(gate.Input{Topic: subject.Topic, Side: gate.Side(subject.Stance), Language: subject.Language})
	if led.Kind == gate.Debate && said.Kind == gate.Settled {
		return said
	}
	led.Firm = led.Firm || said.Firm
	return led
}

// decentSide is the bot's side of a message: the one that it has, unless the
// message is a question of which only one answer can be argued.
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
	in.AfterCare, in.Said = careBefore(r.history)
	v := r.cfg.checkGate(in, subject, r.guess.topicGiven)
	return &v
}

// judged is what somebody else makes of the turn's message.
func (r *attemptRunner) judged(kind gate.Kind, language string) *gate.Verdict {
	_, said := careBefore(r.history)
	v := readGate().Judged(kind, language, said)
	return &v
}

// careBefore is how many turns of care came last, and what all of them said.
func careBefore(before []debate.Turn) (last int, said []string) {
	for _, t := range before {
		if t.Kind == debate.CareKind {
			last, said = last+1, append(said, t.Reply)
		} else {
			last = 0
		}
	}
	return last, said
}

// answerGate has the gate's own words be the reply, in place of anything that a
// model wrote so far. It costs no call.
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

// lead is the sentence that an exercise against what is known begins with, in
// the first argument of a debate.
func (r *attemptRunner) lead(v *gate.Verdict) string {
	argued := slices.ContainsFunc(r.history, func(t debate.Turn) bool { return t.Kind == debate.ArgumentKind })
	if v.Kind != gate.Settled || argued {
		return ""
	}
	return v.Reply()
}

// leading has the first piece of a reply come after a lead.
func leading(lead string, emit func(string)) func(string) {
	return func(piece string) {
		if lead != "" && piece != "" {
			piece, lead = lead+" "+piece, ""
		}
		emit(piece)
	}
}

// kindOfRisk is what the gate would call what a model saw.
func kindOfRisk(r debate.Risk) gate.Kind {
	if r == debate.RiskCare {
		return gate.Care
	}
	return gate.Declined
}
