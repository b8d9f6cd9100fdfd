package turn

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
)

// maxCalls is how many calls of a model a reply may take.
const maxCalls = 3

// sideWait bounds the side calls of a turn, before and after its reply.
const (
	judgeWait = 5 * time.Second
	afterWait = 30 * time.Second
)

// generateRecovering is generate, where a panic ends the turn and not the process.
func (g *attemptRunner) generateRecovering(ctx context.Context) (o debate.Outcome) {
	defer func() {
		if p := recover(); p != nil {
			g.log.ErrorContext(ctx, "panic in a reply", "turn_id", g.turn.ID, "panic", p, "stack", string(debug.Stack()))
			o = g.outcome(ctx, debate.Completion{}, debate.Subject{}, debate.Usage{}, errPanicked)
		}
	}()
	return g.generate(ctx)
}

// generate makes the reply and says how that ended.
func (g *attemptRunner) generate(ctx context.Context) debate.Outcome {
	if err := g.readBefore(ctx); err != nil {
		return g.outcome(ctx, debate.Completion{}, debate.Subject{}, debate.Usage{}, err)
	}
	if g.analyst == nil {
		done, err := g.model.Reply(ctx, g.prompt(g.opening.subject, maxCalls), g.reply.append)
		return g.outcome(ctx, done, g.opening.subject, debate.Usage{}, err)
	}
	return g.generateModerated(ctx)
}

// generateModerated makes the reply while the analyst judges the message. The text
// is held until the verdict, so that a topic that turns out to be another, or
// is refused, costs a new call and never a word that was shown.
func (g *attemptRunner) generateModerated(ctx context.Context) debate.Outcome {
	assumed := g.provisionalSubject()
	calls := maxCalls
	if !g.opening.settled {
		calls-- // one is kept for the other subject
	}
	g.reply.closeGate()
	speak, interrupt := context.WithCancelCause(ctx)
	defer interrupt(nil)
	verdicts := make(chan verdict, 1)
	go func() {
		v := g.judge(speak, assumed)
		switch {
		case v.refused != nil:
			interrupt(v.refused)
		case v.other:
			interrupt(errSubjectChanged)
		case speak.Err() == nil:
			g.reply.openGate()
		}
		verdicts <- v
	}()
	done, err := g.model.Reply(speak, g.prompt(assumed, calls), g.reply.append)
	v := <-verdicts
	if v.refused != nil {
		g.reply.reset()
		return g.outcome(ctx, done, debate.Subject{}, v.cost, v.refused)
	}
	if v.other && ctx.Err() == nil {
		g.reply.reset()
		g.reply.openGate()
		spent := done
		done, err = g.model.Reply(ctx, g.prompt(v.subject, maxCalls-max(1, spent.Calls)), g.reply.append)
		done.Usage = done.Usage.Add(spent.Usage)
	}
	return g.outcome(ctx, done, v.subject, v.cost, err)
}

// provisionalSubject is the subject to reply to while the analyst is asked for it: what
// the rules read, or, where they read nothing in a message of some length, the
// message itself.
func (g *attemptRunner) provisionalSubject() debate.Subject {
	s := g.opening.subject
	if s.Topic != "" || g.opening.settled || len(strings.Fields(g.turn.Message)) < 5 {
		return s
	}
	line := strings.Join(strings.Fields(g.turn.Message), " ")
	s.Topic = strings.ToValidUTF8(line[:min(len(line), debate.MaxTopicBytes)], "")
	s.Stance = debate.Con
	return s.WithStance(g.opening.stance)
}

// verdict is what the analyst found.
type verdict struct {
	subject debate.Subject
	// other says that a reply to the assumed subject is no reply to this one.
	other   bool
	refused *debate.Error
	cost    debate.Usage
}

// judge asks for the subject, if that is open, and for the safety of the
// message, both at once. What cannot be had is left as assumed and safe.
func (g *attemptRunner) judge(ctx context.Context, assumed debate.Subject) verdict {
	ctx, cancel := context.WithTimeout(ctx, judgeWait)
	defer cancel()
	unsafe := make(chan bool, 1)
	go func() {
		safe, err := g.analyst.Moderate(ctx, g.moderationInput())
		if err != nil && ctx.Err() == nil {
			g.log.WarnContext(ctx, "message not moderated", "turn_id", g.turn.ID, "error", err)
		}
		unsafe <- err == nil && !safe
	}()
	v := verdict{subject: g.opening.subject}
	if !g.opening.settled {
		subject, ok, cost, err := g.analyst.Subject(ctx, g.turn.Message)
		v.cost = cost
		switch {
		case err != nil:
			g.log.WarnContext(ctx, "topic left to the rules", "turn_id", g.turn.ID, "error", err)
			v.other = v.subject.Topic != assumed.Topic
		case !ok:
			v.subject = debate.Subject{Language: subject.Language}
			v.other = assumed.Topic != ""
		default:
			v.subject = subject.WithStance(g.opening.stance)
			if v.subject.Title == "" {
				v.subject.Title = claim.Title(v.subject.Topic)
			}
			v.other = !claim.Similar(assumed, v.subject)
		}
	}
	if <-unsafe {
		v.refused = &debate.Error{Reason: debate.MessageRefused, Message: "the message was refused as unsafe by the moderation of the model's provider"}
		if !slices.ContainsFunc(g.before, func(t debate.Turn) bool { return t.State == debate.Completed }) || !g.opening.settled {
			v.refused = &debate.Error{Reason: debate.TopicRefused, Message: "the topic was refused as unsafe by the moderation of the model's provider; choose another one"}
		}
	}
	return v
}

// moderationInput is what is moderated: the message, and in every turn the topic and the
// persona that the caller named, because a refusal does not take them back.
func (g *attemptRunner) moderationInput() string {
	said := g.turn.Message
	for _, named := range []string{g.conversation.Topic, g.conversation.Persona} {
		if named != "" && named != said {
			said = named + "\n" + said
		}
	}
	return said
}

func (g *attemptRunner) prompt(subject debate.Subject, calls int) debate.Prompt {
	p := debate.Prompt{
		Topic:      subject.Topic,
		Stance:     subject.Stance,
		Language:   subject.Language,
		Difficulty: g.conversation.Difficulty,
		Persona:    g.conversation.Persona,
		Summary:    g.conversation.Summary,
		Message:    g.turn.Message,
		Seed:       g.seed(),
		Paced:      g.paced,
		Calls:      calls,
	}
	for _, t := range g.before {
		if t.Answered() && t.Number > g.conversation.SummaryThrough {
			p.Exchanges = append(p.Exchanges, debate.Exchange{Number: t.Number, Message: t.Message, Reply: t.Reply})
			p.LastStanceCheck = t.StanceCheck
		}
	}
	if p.LastStanceCheck != nil && p.LastStanceCheck.Holds && !p.LastStanceCheck.Invents {
		p.LastStanceCheck = nil
	}
	if p.Topic == "" {
		p.SuggestedTopics = g.suggestedTopics()
	}
	return p
}

// seed is the same for the same conversation, turn and attempt.
func (g *attemptRunner) seed() uint64 {
	h := fnv.New64a()
	for _, part := range []string{g.conversation.ID, strconv.Itoa(g.turn.Number), strconv.Itoa(g.turn.Attempt)} {
		_, _ = h.Write([]byte(part + "/")) // a hash never fails
	}
	return h.Sum64()
}

// suggestedTopics are three topics for who has made no claim yet.
func (g *attemptRunner) suggestedTopics() []debate.Topic {
	n := len(g.topics)
	if n < 3 {
		return g.topics
	}
	first := int(g.seed() % uint64(n))
	return []debate.Topic{g.topics[first], g.topics[(first+n/3)%n], g.topics[(first+2*n/3)%n]}
}
