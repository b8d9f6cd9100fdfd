package debate

import (
	"context"
	"errors"
	"hash/fnv"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxCalls is how many calls of a model a reply may take.
const maxCalls = 3

// sideWait bounds the side calls of a turn, before and after its reply.
const (
	judgeWait = 5 * time.Second
	afterWait = 30 * time.Second
)

// What people read where a reply could not be made whole.
const (
	storeAway = "the database is away; the turn will be shown as interrupted"
	noReply   = "the model gave no reply; retry the turn"
)

// FailureInterrupted is why a turn is interrupted whose holder died.
var FailureInterrupted = Failure{Reason: Internal, Message: "the service stopped before the reply was whole; retry the turn"}

// generation is the making of one attempt's reply.
type generation struct {
	*Service
	reply        *reply
	conversation Conversation
	turn         Turn
	opening      opening
	paced        bool
	began        time.Time
	deadline     time.Time
	before       []Turn // the window before the turn
}

// run starts the reply to a turn that has begun.
func (s *Service) run(ctx context.Context, r *reply, begun Begun, open opening, paced bool) attempt {
	c, t := begun.Conversation, begun.Turn
	now := time.Now()
	g := &generation{Service: s, reply: r, conversation: c, turn: t, before: begun.Before, opening: open, paced: paced,
		began: now, deadline: now.Add(turnDeadline)}
	if c.Topic != "" {
		g.opening = opening{settled: true, subject: Subject{c.Topic, c.Stance, c.Title, c.Language}}
	} else if open.settled {
		g.conversation = c.about(open.subject)
	}
	a := attempt{g.conversation, t, t.Attempt, r}
	go g.run(ctx)
	runtime.Gosched() // the reply begins first, and the caller is told meanwhile
	return a
}

// about is the conversation with its subject.
func (c Conversation) about(s Subject) Conversation {
	c.Topic, c.Stance, c.Title, c.Language = s.Topic, s.Stance, s.Title, s.Language
	return c
}

func (g *generation) run(ctx context.Context) {
	defer g.reply.cancel(nil)
	ctx, ended := g.watch(ctx, g.holding())
	renewal := g.keepHold(ctx)
	reply, cancel := context.WithDeadline(ctx, g.deadline)
	outcome := g.argueWhole(reply)
	cancel()
	c, t := g.finish(ctx, outcome)
	renewal.Stop()
	ending := g.ending(outcome, t)
	if g.texts {
		g.log.InfoContext(ctx, "reply", "turn_id", t.ID, "text", t.Reply)
	}
	// Before anybody hears of the end, since the next turn may follow at once.
	g.reply.slot.Free(context.WithoutCancel(ctx))
	g.reply.end(c, g.before, t)
	if t.State == Completed && g.analyst != nil {
		ending.SideUsage = ending.SideUsage.Add(g.lookBack(ctx, c, t))
	}
	ended(ending)
	g.release(g.reply)
}

// ending is how the attempt ended that left the turn as t.
func (g *generation) ending(o Outcome, t Turn) Ending {
	e := Ending{State: t.State, Reason: t.reason(), Usage: o.Usage, SideUsage: o.SideUsage, Took: time.Since(g.began)}
	if shown := g.reply.firstShown(); !shown.IsZero() {
		e.FirstText = shown.Sub(g.began)
	}
	return e
}

// ---- the hold

func (g *generation) holding() Hold {
	return Hold{g.conversation.ID, g.turn.ID, g.turn.Attempt, g.holder}
}

// keepHold renews the lease from time to time until the timer it returns is
// stopped. A turn shorter than the first renewal costs nothing.
func (g *generation) keepHold(ctx context.Context) *time.Timer {
	var timer *time.Timer
	ready := make(chan struct{})
	timer = time.AfterFunc(renewEvery, func() {
		<-ready
		if g.renew(ctx) {
			timer.Reset(renewEvery)
		}
	})
	close(ready)
	return timer
}

// renew extends the lease and checkpoints the text; false says that there is
// nothing left to hold.
func (g *generation) renew(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	stop, err := g.store.Renew(ctx, g.holding(), g.reply.soFar(), time.Now().Add(leaseTime))
	switch {
	case errors.Is(err, ErrLeaseLost):
		g.reply.cancel(errLost)
		return false
	case err != nil:
		g.log.WarnContext(ctx, "lease not renewed", "turn_id", g.turn.ID, "error", err)
	case stop:
		g.reply.cancel(errStopped)
	}
	g.reply.slot.Keep(ctx)
	return true
}

// ---- the reply

// argueWhole is argue, where a panic ends the turn and not the process.
func (g *generation) argueWhole(ctx context.Context) (o Outcome) {
	defer func() {
		if p := recover(); p != nil {
			g.log.ErrorContext(ctx, "panic in a reply", "turn_id", g.turn.ID, "panic", p, "stack", string(debug.Stack()))
			o = g.outcome(ctx, Completion{}, Subject{}, Usage{}, errPanicked)
		}
	}()
	return g.argue(ctx)
}

// argue makes the reply and says how that ended.
func (g *generation) argue(ctx context.Context) Outcome {
	if err := g.readBefore(ctx); err != nil {
		return g.outcome(ctx, Completion{}, Subject{}, Usage{}, err)
	}
	if g.analyst == nil {
		done, err := g.model.Reply(ctx, g.prompt(g.opening.subject, maxCalls), g.reply.append)
		return g.outcome(ctx, done, g.opening.subject, Usage{}, err)
	}
	return g.argueBeside(ctx)
}

// argueBeside makes the reply while the analyst judges the message. The text
// is held until the verdict, so that a topic that turns out to be another, or
// is refused, costs a new call and never a word that was shown.
func (g *generation) argueBeside(ctx context.Context) Outcome {
	assumed := g.assume()
	calls := maxCalls
	if !g.opening.settled {
		calls-- // one is kept for the other subject
	}
	g.reply.hold()
	speak, interrupt := context.WithCancelCause(ctx)
	defer interrupt(nil)
	verdicts := make(chan verdict, 1)
	go func() {
		v := g.judge(speak, assumed)
		switch {
		case v.refused != nil:
			interrupt(v.refused)
		case v.other:
			interrupt(errTurnedOut)
		case speak.Err() == nil:
			g.reply.release()
		}
		verdicts <- v
	}()
	done, err := g.model.Reply(speak, g.prompt(assumed, calls), g.reply.append)
	v := <-verdicts
	if v.refused != nil {
		g.reply.discard()
		return g.outcome(ctx, done, Subject{}, v.cost, v.refused)
	}
	if v.other && ctx.Err() == nil {
		g.reply.discard()
		g.reply.release()
		spent := done
		done, err = g.model.Reply(ctx, g.prompt(v.subject, maxCalls-max(1, spent.Calls)), g.reply.append)
		done.Usage = done.Usage.Add(spent.Usage)
	}
	return g.outcome(ctx, done, v.subject, v.cost, err)
}

// assume is the subject to reply to while the analyst is asked for it: what
// the rules read, or, where they read nothing in a message of some length, the
// message itself.
func (g *generation) assume() Subject {
	s := g.opening.subject
	if s.Topic != "" || g.opening.settled || len(strings.Fields(g.turn.Message)) < 5 {
		return s
	}
	line := strings.Join(strings.Fields(g.turn.Message), " ")
	s.Topic = strings.ToValidUTF8(line[:min(len(line), maxTopicBytes)], "")
	s.Stance = Con
	return s.with(g.opening.stance)
}

// verdict is what the analyst found.
type verdict struct {
	subject Subject
	// other says that a reply to the assumed subject is no reply to this one.
	other   bool
	refused *Error
	cost    Usage
}

// judge asks for the subject, if that is open, and for the safety of the
// message, both at once. What cannot be had is left as assumed and safe.
func (g *generation) judge(ctx context.Context, assumed Subject) verdict {
	ctx, cancel := context.WithTimeout(ctx, judgeWait)
	defer cancel()
	unsafe := make(chan bool, 1)
	go func() {
		safe, err := g.analyst.Moderate(ctx, g.said())
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
			v.subject = Subject{Language: subject.Language}
			v.other = assumed.Topic != ""
		default:
			v.subject = subject.with(g.opening.stance)
			if v.subject.Title == "" {
				v.subject.Title = titleOf(v.subject.Topic)
			}
			v.other = !alike(assumed, v.subject)
		}
	}
	if <-unsafe {
		v.refused = &Error{Reason: MessageRefused, Message: "the message was refused as unsafe by the moderation of the model's provider"}
		if !slices.ContainsFunc(g.before, func(t Turn) bool { return t.State == Completed }) || !g.opening.settled {
			v.refused = &Error{Reason: TopicRefused, Message: "the topic was refused as unsafe by the moderation of the model's provider; choose another one"}
		}
	}
	return v
}

// said is what is moderated: the message, and in every turn the topic and the
// persona that the caller named, because a refusal does not take them back.
func (g *generation) said() string {
	said := g.turn.Message
	for _, named := range []string{g.conversation.Topic, g.conversation.Persona} {
		if named != "" && named != said {
			said = named + "\n" + said
		}
	}
	return said
}

// alike says whether a reply to one subject serves the other: the same side,
// of claims that share most of their words.
func alike(a, b Subject) bool {
	if a.Topic == "" || b.Topic == "" {
		return a.Topic == b.Topic
	}
	if a.Stance != b.Stance {
		return false
	}
	if a.Topic == b.Topic {
		return true
	}
	words := make(map[string]bool)
	for _, w := range contentWords(a.Topic) {
		words[w] = true
	}
	shared, all := 0, len(words)
	for _, w := range contentWords(b.Topic) {
		if words[w] {
			shared++
		} else {
			all++
		}
	}
	return 2*shared >= all
}

func contentWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(c rune) bool {
		return strings.ContainsRune(" .,;:!?\"'()-", c)
	})
}

// readBefore reads the window before the turn, unless that was read along as it
// began: what the summary does not retell, and what the answer shows. The first
// turn has none.
func (g *generation) readBefore(ctx context.Context) error {
	if g.before != nil || g.turn.Number == 1 {
		return nil
	}
	turns, err := patiently(ctx, g.deadline, func(ctx context.Context) ([]Turn, error) {
		return g.store.Window(ctx, g.conversation, 1+readAlong.Count(g.conversation, g.turn.Number))
	})
	if err != nil {
		return err
	}
	n := len(turns)
	for n > 0 && turns[n-1].Number >= g.turn.Number {
		n--
	}
	g.before = turns[:n:n]
	return nil
}

func (g *generation) prompt(subject Subject, calls int) Prompt {
	p := Prompt{
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
			p.Exchanges = append(p.Exchanges, Exchange{t.Number, t.Message, t.Reply})
			p.Slipped = t.StanceCheck
		}
	}
	if p.Slipped != nil && p.Slipped.Holds && !p.Slipped.Invents {
		p.Slipped = nil
	}
	if p.Topic == "" {
		p.Offers = g.offers()
	}
	return p
}

// seed is the same for the same conversation, turn and attempt.
func (g *generation) seed() uint64 {
	h := fnv.New64a()
	for _, part := range []string{g.conversation.ID, strconv.Itoa(g.turn.Number), strconv.Itoa(g.turn.Attempt)} {
		_, _ = h.Write([]byte(part + "/")) // a hash never fails
	}
	return h.Sum64()
}

// offers are three topics for who has made no claim yet.
func (g *generation) offers() []Topic {
	n := len(g.topics)
	if n < 3 {
		return g.topics
	}
	first := int(g.seed() % uint64(n))
	return []Topic{g.topics[first], g.topics[(first+n/3)%n], g.topics[(first+2*n/3)%n]}
}

// outcome is how the attempt ends. The cause of ctx's end, if it has one, is
// why.
func (g *generation) outcome(ctx context.Context, done Completion, subject Subject, side Usage, err error) Outcome {
	o := Outcome{
		State:     Completed,
		Reply:     g.reply.soFar(),
		Model:     done.Model,
		Usage:     done.Usage,
		SideUsage: side,
		Subject:   subject,
	}
	if o.Model == "" {
		o.Model = g.model.Name()
	}
	cause := context.Cause(ctx)
	switch {
	case err == nil && strings.TrimSpace(o.Reply) != "":
	case errors.Is(cause, errStopped):
		o.State = Stopped
	case errors.Is(cause, errDrained):
		o.State = Interrupted
		o.Failure = &Failure{Reason: Draining, Message: "the service was shutting down before the reply was whole; retry the turn"}
	case errors.Is(cause, errTooLong):
		o.State = Failed
		o.Failure = &Failure{Reason: ModelUnavailable, Message: "the model's reply was longer than 64 KiB; retry the turn"}
	case errors.Is(cause, context.DeadlineExceeded):
		o.State = Failed
		o.Failure = &Failure{Reason: ModelUnavailable, Message: "the model took longer than 90 seconds; retry the turn"}
	default:
		o.State = Failed
		o.Failure = &Failure{Reason: ModelUnavailable, Message: noReply}
		var e *Error
		if errors.As(err, &e) {
			o.Failure = &Failure{Reason: e.Reason, Message: e.Message, RetryAfter: e.RetryAfter}
		}
	}
	if o.State == Failed { // an alarm counts this line
		g.log.WarnContext(ctx, "no whole reply", "turn_id", g.turn.ID, "reason", o.Failure.Reason, "error", err)
	}
	return o
}

// ---- the end

// finish stores the outcome, for as long as the turn may take. The turn it
// returns is what a reader is to be told, also where that could not be stored.
func (g *generation) finish(ctx context.Context, o Outcome) (Conversation, Turn) {
	ctx = context.WithoutCancel(ctx) // a stop ends the reply, not its storing
	o.Now = time.Now()
	until := o.Now.Add(leaseTime)
	if g.deadline.After(until) {
		until = g.deadline
	}
	type stored struct {
		c Conversation
		t Turn
	}
	s, err := patiently(ctx, until, func(ctx context.Context) (stored, error) {
		c, t, err := g.store.Finish(ctx, g.holding(), o)
		return stored{c, t}, err
	})
	if err == nil {
		if s.t.Failure != nil && o.Failure != nil {
			f := *s.t.Failure // the store may have kept the one it returned
			f.RetryAfter = o.Failure.RetryAfter
			s.t.Failure = &f
		}
		return s.c, s.t
	}
	g.log.ErrorContext(ctx, "turn not stored", "turn_id", g.turn.ID, "error", err)
	if errors.Is(err, ErrLeaseLost) {
		until = time.Now().Add(leaseTime) // a successor ended it: what it kept is what readers are told
		g.pay(ctx, g.turn, o.Usage.Add(o.SideUsage))
	}
	t, err := patiently(ctx, until, func(ctx context.Context) (Turn, error) {
		return g.store.Turn(ctx, g.turn.Owner, g.turn.ID, g.turn.Attempt)
	})
	if err == nil && t.State != Running {
		return g.conversation, t
	}
	t = g.turn
	t.State, t.Reply, t.Model, t.FinishedAt = Interrupted, o.Reply, o.Model, o.Now
	t.Failure = &Failure{Reason: StoreUnavailable, Message: storeAway}
	return g.conversation, t
}

// patiently repeats a call of the store while that is away, until a time.
func patiently[T any](ctx context.Context, until time.Time, call func(context.Context) (T, error)) (T, error) {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		once, cancel := context.WithTimeout(ctx, storeWait)
		v, err := call(once)
		timedOut := once.Err() != nil
		cancel()
		if err == nil || !timedOut && ReasonOf(err) != StoreUnavailable || time.Now().Add(wait).After(until) {
			return v, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return v, err
		}
	}
}
