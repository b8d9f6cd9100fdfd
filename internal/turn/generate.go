package turn

// This file makes the reply of an attempt: the gate and the prompt first, then the model, with an
// analyst's judgement of the message beside it where there is one. Nothing here is stored.

import (
	"context"
	"hash/fnv"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/gate"
)

// maxCalls is how many calls of a model a reply may take.
const maxCalls = 3

// sideWait bounds the side calls of a turn, before and after its reply.
const (
	judgeWait = 5 * time.Second
	afterWait = 30 * time.Second
)

// generateRecovering generates the reply; a panic ends the turn and not the process.
func (r *attemptRunner) generateRecovering(ctx context.Context) (o *debate.Outcome) {
	defer func() {
		if p := recover(); p != nil {
			r.cfg.Log.ErrorContext(ctx, "panic in a reply", "turn_id", r.turn.ID, "panic", p, "stack", string(debug.Stack()))
			o = r.outcome(ctx, debate.Completion{}, debate.Subject{}, debate.Usage{}, errPanicked)
		}
	}()
	return r.generate(ctx)
}

// generate makes the reply and says how that ended.
func (r *attemptRunner) generate(ctx context.Context) *debate.Outcome {
	v, o := r.prepare(ctx)
	switch {
	case o != nil:
		return o
	case r.cfg.Analyst == nil, r.cfg.Unmoderated && r.guess.settled:
		return r.generateUnmoderated(ctx, v)
	default:
		return r.generateModerated(ctx, v)
	}
}

// prepare reads what came before and the message, which it answers itself where no
// model is to. Else it returns the gate's verdict on it.
func (r *attemptRunner) prepare(ctx context.Context) (*gate.Verdict, *debate.Outcome) {
	if err := r.readHistory(ctx); err != nil {
		return nil, r.outcome(ctx, debate.Completion{}, debate.Subject{}, debate.Usage{}, err)
	}
	r.heed()
	read := r.guess.subject
	if r.guess.unsure.Topic != "" {
		read = r.guess.unsure
	}
	v := r.checkGate(read)
	if v.Stops() {
		return nil, r.answerGate(ctx, v, debate.Completion{}, debate.Usage{})
	}
	r.aside, r.newTopic = r.readAside()
	if r.guess.unsure.Topic != "" && r.aside == debate.NoAside {
		return nil, r.confirm(ctx)
	}
	if r.guess.settled {
		r.tellSubject(r.guess.subject)
	}
	return v, nil
}

// ask has the model reply under a subject and the gate's verdict on it.
func (r *attemptRunner) ask(ctx context.Context, subject *debate.Subject, v *gate.Verdict, calls int) (debate.Completion, error) {
	p := r.prompt(subject, calls)
	p.Firm, p.Facts = v.Firm, v.Facts()
	if p.Aside == debate.NoAside {
		p.Lead = r.lead(v)
	}
	first, last := r.help(v)
	if p.Lead != "" {
		first += p.Lead + " "
	}
	done, err := r.cfg.Model.Reply(ctx, *p, leading(first, r.reply.append))
	if err == nil && last != "" {
		r.reply.append(last)
	}
	return done, err
}

// generateUnmoderated makes the reply where nobody judges the message.
func (r *attemptRunner) generateUnmoderated(ctx context.Context, gated *gate.Verdict) *debate.Outcome {
	done, err := r.ask(ctx, &r.guess.subject, gated, maxCalls)
	return r.outcome(ctx, done, r.guess.subject, debate.Usage{}, err)
}

// generateModerated makes the reply while the analyst judges the message. The text
// is held until the verdict, so that a topic that turns out to be another, or
// is refused, costs a new call and never a word that was shown.
func (r *attemptRunner) generateModerated(ctx context.Context, gated *gate.Verdict) *debate.Outcome {
	assumed := r.provisionalSubject()
	calls := maxCalls
	if !r.guess.settled {
		calls-- // one is kept for the other subject
	}
	r.reply.closeGate()
	speak, interrupt := context.WithCancelCause(ctx)
	defer interrupt(nil)
	verdicts := make(chan *verdict, 1)
	go func() {
		v := r.judge(speak, assumed, gated)
		switch {
		case v.refused != nil:
			interrupt(v.refused)
		case v.gated.Stops():
			interrupt(errGated)
		case v.other:
			interrupt(errSubjectChanged)
		case speak.Err() == nil:
			r.tellSubject(v.subject)
			r.reply.openGate()
		}
		verdicts <- v
	}()
	done, err := r.ask(speak, assumed, gated, calls)
	return r.heedVerdict(ctx, <-verdicts, done, err)
}

// heedVerdict says how a moderated reply ended. Where the verdict found another subject it asks the
// model again.
func (r *attemptRunner) heedVerdict(ctx context.Context, v *verdict, done debate.Completion, err error) *debate.Outcome {
	if v.gated.Stops() && ctx.Err() == nil {
		return r.answerGate(ctx, v.gated, done, v.cost)
	}
	if v.refused != nil {
		r.reply.reset()
		return r.outcome(ctx, done, debate.Subject{}, v.cost, v.refused)
	}
	if v.other && ctx.Err() == nil {
		r.reply.reset()
		r.tellSubject(v.subject)
		r.reply.openGate()
		spent := done
		done, err = r.ask(ctx, &v.subject, v.gated, maxCalls-max(1, spent.Calls))
		done.Usage = done.Usage.Add(spent.Usage)
	}
	return r.outcome(ctx, done, v.subject, v.cost, err)
}

// tellSubject tells readers a subject that they do not have yet.
func (r *attemptRunner) tellSubject(s debate.Subject) {
	if s.Topic != "" && r.conversation.Topic == "" {
		r.reply.tellSubject(r.conversation.WithSubject(s))
	}
}

// provisionalSubject is the subject to reply to while the analyst is asked for it: what
// the rules read, or, where they read nothing in a message of some length, the
// message itself.
func (r *attemptRunner) provisionalSubject() *debate.Subject {
	s := r.guess.subject
	if s.Topic != "" || r.guess.settled || len(strings.Fields(r.turn.Message)) < 5 {
		return &s
	}
	line := strings.Join(strings.Fields(r.turn.Message), " ")
	s.Topic = strings.ToValidUTF8(line[:min(len(line), debate.MaxTopicBytes)], "")
	s.Stance = sideFor(r.guess.role, r.turn.Message, debate.Con)
	s = s.WithStance(r.guess.stance)
	return &s
}

// verdict is what the analyst found.
type verdict struct {
	subject debate.Subject
	// other says that a reply to the assumed subject is no reply to this one.
	other bool
	// gated is what the gate says of this subject.
	gated   *gate.Verdict
	refused *debate.Error
	cost    debate.Usage
}

// judge asks for the subject, if that is open, and for the safety of the
// message, both at once. What cannot be had is left as assumed and safe.
func (r *attemptRunner) judge(ctx context.Context, assumed *debate.Subject, gated *gate.Verdict) *verdict {
	ctx, cancel := context.WithTimeout(ctx, judgeWait)
	defer cancel()
	moderated := make(chan debate.Moderation, 1)
	go func() {
		m, err := r.cfg.Analyst.Moderate(ctx, r.moderationInput())
		if err != nil {
			if ctx.Err() == nil {
				r.cfg.Log.WarnContext(ctx, "message not moderated", "turn_id", r.turn.ID, "error", err)
			}
			m = debate.Safe
		}
		moderated <- m
	}()
	v := &verdict{subject: r.guess.subject, gated: gated}
	if !r.guess.settled {
		subject, ok, cost, err := r.cfg.Analyst.Subject(ctx, r.turn.Message)
		v.cost = cost
		switch {
		case err != nil:
			r.cfg.Log.WarnContext(ctx, "topic left to the rules", "turn_id", r.turn.ID, "error", err)
			v.other = v.subject.Topic != assumed.Topic
		case subject.Risk != debate.NoRisk:
			v.subject = debate.Subject{Language: subject.Language}
			v.gated = r.judged(kindOfRisk(subject.Risk), subject.Language)
		case !ok:
			v.subject = debate.Subject{Language: subject.Language}
			v.other = assumed.Topic != ""
		default:
			subject.Stance = sideFor(r.guess.role, r.turn.Message, subject.Stance)
			v.subject = subject.WithStance(r.guess.stance)
			if v.subject.Title == "" {
				v.subject.Title = claim.Title(v.subject.Topic)
			}
			v.other = !claim.Similar(*assumed, v.subject)
			if r.guess.stance == debate.NoStance {
				v.subject.Stance = r.cfg.decentSide(r.turn.Message, v.subject.Stance)
			}
			v.gated = r.checkGate(v.subject)
		}
	}
	switch <-moderated {
	case debate.Safe:
	case debate.SelfHarm:
		v.gated = r.judged(gate.Care, v.subject.Language)
	default:
		v.refused = &debate.Error{Reason: debate.MessageRefused, Message: "the message was refused as unsafe by the moderation of the model's provider"}
		if !slices.ContainsFunc(r.history, func(t debate.Turn) bool { return t.State == debate.Completed }) || !r.guess.settled {
			v.refused = &debate.Error{Reason: debate.TopicRefused, Message: "the topic was refused as unsafe by the moderation of the model's provider; choose another one"}
		}
	}
	return v
}

// moderationInput is what is moderated: the message, and in every turn the topic and the
// persona that the caller named, because a refusal does not take them back.
func (r *attemptRunner) moderationInput() string {
	said := r.turn.Message
	for _, named := range []string{r.conversation.Topic, r.conversation.Persona} {
		if named != "" && named != said {
			said = named + "\n" + said
		}
	}
	return said
}

// prompt gathers what the model is given: the conversation, the turns that its summary does
// not retell, and what the latest reply was found to lack.
func (r *attemptRunner) prompt(subject *debate.Subject, calls int) *debate.Prompt {
	p := &debate.Prompt{
		Topic:      subject.Topic,
		Stance:     subject.Stance,
		Language:   subject.Language,
		Difficulty: r.conversation.Difficulty,
		Persona:    r.conversation.Persona,
		Summary:    r.conversation.Summary,
		Message:    r.turn.Message,
		Number:     r.turn.Number,
		Seed:       r.seed(),
		Replaced:   argued(r.turn.Reply),
		Paced:      r.paced,
		Calls:      calls,
		Exchanges:  slices.Grow([]debate.Exchange(nil), len(r.history)),
	}
	for _, t := range r.history {
		if t.Debated() && t.Number > r.conversation.SummaryThrough {
			p.Exchanges = append(p.Exchanges, exchangeOf(t))
			p.LastStanceCheck = t.StanceCheck
		}
	}
	if p.LastStanceCheck != nil && p.LastStanceCheck.Holds && !p.LastStanceCheck.Invents {
		p.LastStanceCheck = nil
	}
	if p.Topic == "" {
		p.SuggestedTopics = r.suggestedTopics(p.Language)
	}
	p.Aside, p.NewTopic = r.aside, r.newTopic
	if p.Aside == debate.NoAside {
		p.Phase = r.phase()
	}
	return p
}

// exchangeOf is a turn as a model reads it: the reply without where help is.
func exchangeOf(t debate.Turn) debate.Exchange {
	return debate.Exchange{Number: t.Number, Kind: t.Kind, Message: t.Message, Reply: argued(t.Reply), Ledger: t.Ledger}
}

// seed is the same for the same conversation, turn and attempt.
func (r *attemptRunner) seed() uint64 {
	h := fnv.New64a()
	for _, part := range []string{r.conversation.ID, strconv.Itoa(r.turn.Number), strconv.Itoa(r.turn.Attempt)} {
		_, _ = h.Write([]byte(part + "/")) // a hash never fails
	}
	return h.Sum64()
}

// suggestedTopics are three topics for who has made no claim yet.
func (r *attemptRunner) suggestedTopics(language string) []debate.Topic {
	topics := topicsIn(r.cfg.Topics, language)
	n := len(topics)
	if n < 3 {
		return topics
	}
	first := int(r.seed() % uint64(n))
	return []debate.Topic{topics[first], topics[(first+n/3)%n], topics[(first+2*n/3)%n]}
}
