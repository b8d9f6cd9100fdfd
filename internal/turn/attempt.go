package turn

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// attempt is what a caller follows: a try at a turn's reply, in any state.
type attempt struct {
	conversation debate.Conversation
	turn         debate.Turn
	number       int
	// reply is there if the attempt runs in this process.
	reply *reply
}

func (a *attempt) ref() debate.Ref { return debate.Ref{TurnID: a.turn.ID, Attempt: a.number} }

// loadAttempt reads the attempt that t shows.
func (s *Service) loadAttempt(ctx context.Context, owner debate.Owner, t debate.Turn) (*attempt, error) {
	c, err := s.cfg.Store.Conversation(ctx, owner, t.ConversationID)
	if err != nil {
		return nil, err
	}
	a := &attempt{c, t, t.Attempt, s.here(debate.Ref{TurnID: t.ID, Attempt: t.Attempt})}
	if a.reply == nil && t.State == debate.Running && t.Attempt > 1 {
		// The turn shows the reply before until this one is whole.
		a.turn, err = s.cfg.Store.Turn(ctx, owner, t.ID, t.Attempt)
	}
	return a, err
}

// What people read where a reply could not be made whole.
const (
	storeAway = "the database is away; the turn will be shown as interrupted"
	noReply   = "the model gave no reply; retry the turn"
)

// attemptRunner makes one attempt's reply.
type attemptRunner struct {
	cfg          *Config
	windows      windows
	changed      func(debate.Owner)
	reply        *reply
	conversation debate.Conversation
	turn         debate.Turn
	history      []debate.Turn // the window before the turn
	guess        subjectGuess
	hasSubject   bool // in the store
	aside        debate.Aside
	newTopic     string // that the aside names
	paced        bool
	began        time.Time
	deadline     time.Time
}

// run makes the reply, stores how that ended, tells whoever waits for it, and
// has the analyst look back at it.
func (r *attemptRunner) run(ctx context.Context) {
	defer r.reply.cancel(nil)
	ctx, ended := r.cfg.Observer(ctx, r.lease())
	stopRenewing := r.renewPeriodically(ctx)
	reply, cancel := context.WithDeadline(ctx, r.deadline)
	outcome := r.generateRecovering(reply)
	cancel()
	ended(r.conclude(ctx, outcome, stopRenewing))
}

// conclude stores how the attempt ended, tells its readers, and looks back at it. The lease is
// renewed until that is stored.
func (r *attemptRunner) conclude(ctx context.Context, outcome *debate.Outcome, stopRenewing func()) debate.AttemptResult {
	c, t := r.finish(ctx, outcome)
	c = r.countRounds(ctx, c, t)
	stopRenewing()
	result := r.result(outcome, t)
	if r.cfg.LogTexts {
		r.cfg.Log.InfoContext(ctx, "reply", "turn_id", t.ID, "text", t.Reply)
	}
	// Before anybody hears of the end, since the next turn may follow at once.
	window := slices.Concat(r.history, []debate.Turn{t})
	r.remember(c, window)
	r.reply.slot.Release(context.WithoutCancel(ctx))
	r.reply.end(c, r.history, t)
	r.changed(t.Owner)
	if t.State == debate.Completed && r.cfg.Analyst != nil {
		result.SideUsage = result.SideUsage.Add(r.postProcess(ctx, c, window))
	}
	return result
}

// result tells the Observer how the attempt ended; t is the turn as that left it.
func (r *attemptRunner) result(o *debate.Outcome, t debate.Turn) debate.AttemptResult {
	e := debate.AttemptResult{State: t.State, Reason: t.FailureReason(), Usage: o.Usage, SideUsage: o.SideUsage, Took: time.Since(r.began)}
	if shown := r.reply.firstShown(); !shown.IsZero() {
		e.FirstText = shown.Sub(r.began)
	}
	return e
}

// remember keeps the window that the turn ends, if nothing but this attempt changed
// the conversation since it began, and the turn shows the attempt's reply.
func (r *attemptRunner) remember(c debate.Conversation, window []debate.Turn) {
	t := &window[len(window)-1]
	known := r.history != nil || t.Number == 1
	if shown := t.Attempt == 1 || t.State == debate.Completed; known && shown && c.Revision == r.conversation.Revision+1 {
		r.windows.keep(c, window)
	}
}

// readHistory reads the window before the turn, unless that was read along as it
// began: what the summary does not retell, and what the answer shows. The first
// turn has none.
func (r *attemptRunner) readHistory(ctx context.Context) error {
	if r.history != nil || r.turn.Number == 1 {
		return nil
	}
	turns, err := retryUntil(ctx, r.deadline, func(ctx context.Context) ([]debate.Turn, error) {
		return r.cfg.Store.Window(ctx, r.conversation, 1+readAlong.Count(r.conversation, r.turn.Number))
	})
	if err != nil {
		return err
	}
	n := len(turns)
	for n > 0 && turns[n-1].Number >= r.turn.Number {
		n--
	}
	r.history = turns[:n:n]
	return nil
}

// outcome says how the attempt ends, by what the model did and err, or by the cause of ctx's end.
func (r *attemptRunner) outcome(ctx context.Context, done debate.Completion, subject debate.Subject, side debate.Usage, err error) *debate.Outcome {
	o := &debate.Outcome{
		State:     debate.Completed,
		Reply:     r.reply.soFar(),
		Model:     done.Model,
		Usage:     done.Usage,
		SideUsage: side,
	}
	if !r.hasSubject {
		o.Subject = subject
	}
	if o.Model == "" {
		o.Model = r.cfg.Model.Name()
	}
	cause := context.Cause(ctx)
	switch {
	case err == nil && strings.TrimSpace(o.Reply) != "":
		o.Kind, o.Ledger = r.kind(subject), done.Ledger
	case errors.Is(cause, errStopped):
		o.State = debate.Stopped
	case errors.Is(cause, errDrained):
		o.State = debate.Interrupted
		o.Failure = &debate.Failure{Reason: debate.Draining, Message: "the service was shutting down before the reply was whole; retry the turn"}
	case errors.Is(cause, errTooLong):
		o.State = debate.Failed
		o.Failure = &debate.Failure{Reason: debate.ModelUnavailable, Message: "the model's reply was longer than 64 KiB; retry the turn"}
	case errors.Is(cause, context.DeadlineExceeded):
		o.State = debate.Failed
		o.Failure = &debate.Failure{Reason: debate.ModelUnavailable, Message: fmt.Sprintf("the model took longer than %v, which is REPLY_TIMEOUT; retry the turn", r.cfg.ReplyTimeout)}
	default:
		o.State = debate.Failed
		o.Failure = &debate.Failure{Reason: debate.ModelUnavailable, Message: noReply}
		if e, ok := errors.AsType[*debate.Error](err); ok {
			o.Failure = &debate.Failure{Reason: e.Reason, Message: e.Message, RetryAfter: e.RetryAfter}
		}
	}
	if o.State == debate.Failed {
		r.cfg.Log.WarnContext(ctx, debate.IncompleteReplyLog, "turn_id", r.turn.ID, "reason", o.Failure.Reason, "error", err)
	}
	return o
}

// kind is that of a whole reply under a subject.
func (r *attemptRunner) kind(subject debate.Subject) debate.TurnKind {
	switch {
	case subject.Topic == "":
		return debate.InvitationKind
	case r.aside != debate.NoAside:
		return debate.AsideKind
	default:
		return debate.ArgumentKind
	}
}

// finish stores the outcome, for as long as the turn may take. The turn it
// returns is what a reader is to be told, also where that could not be stored.
func (r *attemptRunner) finish(ctx context.Context, o *debate.Outcome) (debate.Conversation, debate.Turn) {
	ctx = context.WithoutCancel(ctx) // a stop ends the reply, not its storing
	o.Now = time.Now()
	until := later(r.deadline, o.Now.Add(debate.LeaseTime))
	type stored struct {
		c debate.Conversation
		t debate.Turn
	}
	s, err := retryUntil(ctx, until, func(ctx context.Context) (stored, error) {
		o.Now = time.Now() // the end is when it is stored, however often that is tried
		c, t, err := r.cfg.Store.Finish(ctx, r.lease(), *o)
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
	r.cfg.Log.ErrorContext(ctx, "turn not stored", "turn_id", r.turn.ID, "error", err)
	if errors.Is(err, debate.ErrLeaseLost) {
		until = time.Now().Add(debate.LeaseTime) // a successor ended it: what it kept is what readers are told
		r.annotate(ctx, r.turn, debate.Annotation{Cost: o.Usage.Add(o.SideUsage)})
	}
	t, err := retryUntil(ctx, until, func(ctx context.Context) (debate.Turn, error) {
		return r.cfg.Store.Turn(ctx, r.turn.Owner, r.turn.ID, r.turn.Attempt)
	})
	if err == nil && t.State != debate.Running {
		return r.conversation, t
	}
	t = r.turn
	t.State, t.Reply, t.Model, t.FinishedAt = debate.Interrupted, o.Reply, o.Model, o.Now
	t.Failure = &debate.Failure{Reason: debate.StoreUnavailable, Message: storeAway}
	return r.conversation, t
}

// retryUntil repeats a call of the store while that is away, until a time.
func retryUntil[T any](ctx context.Context, until time.Time, call func(context.Context) (T, error)) (T, error) {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		once, cancel := context.WithTimeout(ctx, debate.StoreWait)
		v, err := call(once)
		timedOut := once.Err() != nil
		cancel()
		if err == nil || !timedOut && debate.ReasonOf(err) != debate.StoreUnavailable || time.Now().Add(wait).After(until) {
			return v, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return v, err
		}
	}
}
