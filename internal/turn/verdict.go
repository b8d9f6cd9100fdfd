package turn

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

// verdictPoll is how often a verdict is looked for that another replica makes.
const verdictPoll = 300 * time.Millisecond

var errNothingToJudge = &debate.Error{
	Reason:  debate.NothingToJudge,
	Message: "nothing was argued and answered yet; say something about the topic, and wait for the answer",
}

var errVerdictStillRunning = &debate.Error{
	Reason:  debate.StillRunning,
	Message: "the verdict takes longer than this call; it is made nevertheless: get it later, or repeat the call with the same request_id",
}

// JudgeConversation has the debate so far judged and waits for the verdict, 28
// seconds at most. A verdict that failed is its error.
func (s *Service) JudgeConversation(ctx context.Context, owner debate.Owner, id, requestID string) (debate.Verdict, error) {
	if err := debate.ValidateRequestID(requestID); err != nil {
		return debate.Verdict{}, err
	}
	waiting, cancel := context.WithTimeoutCause(ctx, unaryWait, errVerdictStillRunning)
	defer cancel()
	v, made, err := s.beginVerdict(waiting, owner, id, requestID)
	if err == nil && made != nil {
		select {
		case v = <-made:
		case <-waiting.Done():
			err = waiting.Err()
		}
	}
	for err == nil && v.State == debate.Running { // elsewhere
		select {
		case <-time.After(verdictPoll):
			v, err = s.currentVerdict(waiting, owner, v, requestID)
		case <-waiting.Done():
			err = waiting.Err()
		}
	}
	switch {
	case err != nil && errors.Is(context.Cause(waiting), errVerdictStillRunning) && waiting.Err() != nil:
		return v, errVerdictStillRunning
	case err != nil:
		return v, err
	case v.State != debate.Completed:
		return v, verdictError(v)
	}
	return v, nil
}

// verdictError makes the error of a call of a verdict that could not be made.
func verdictError(v debate.Verdict) error {
	err := outcomeError(debate.Turn{Failure: v.Failure})
	if e, ok := errors.AsType[*debate.Error](err); ok && v.Failure == nil {
		e.Message = debate.FailureVerdictInterrupted.Message
	}
	return err
}

// Verdict returns the latest verdict of a conversation. One whose holder died is
// ended first.
func (s *Service) Verdict(ctx context.Context, owner debate.Owner, id string) (debate.Verdict, error) {
	if _, err := s.cfg.Store.Conversation(ctx, owner, id); err != nil {
		return debate.Verdict{}, err
	}
	v, err := s.cfg.Store.Verdict(ctx, owner, id)
	if debate.ReasonOf(err) == debate.NotFound {
		return v, &debate.Error{Reason: debate.NotFound, Message: "this conversation was not judged yet; judge it first"}
	}
	if err != nil {
		return v, err
	}
	if expired(v) {
		if _, err := s.cfg.Store.InterruptVerdicts(ctx, time.Now()); err != nil {
			return v, err
		}
		return s.cfg.Store.Verdict(ctx, owner, id)
	}
	return s.rechecked(ctx, owner, v)
}

// rechecked takes out of a verdict what was quoted of a reply that a retry replaced.
// Only the last turn that was judged can have had one since: no other was the latest.
func (s *Service) rechecked(ctx context.Context, owner debate.Owner, v debate.Verdict) (debate.Verdict, error) {
	if v.State != debate.Completed {
		return v, nil
	}
	turns, err := s.cfg.Store.Turns(ctx, owner, v.ConversationID, v.ThroughTurn-1, false, 1)
	if err != nil || len(turns) == 0 {
		return v, err
	}
	return flow.Recheck(v, turns[0]), nil
}

// verdictIfAny reads the latest verdict, nil if there is none.
func (s *Service) verdictIfAny(ctx context.Context, owner debate.Owner, id string) (*debate.Verdict, error) {
	v, err := s.cfg.Store.Verdict(ctx, owner, id)
	if debate.ReasonOf(err) == debate.NotFound {
		return nil, nil
	}
	if err == nil {
		v, err = s.rechecked(ctx, owner, v)
	}
	return &v, err
}

func expired(v debate.Verdict) bool {
	return v.State == debate.Running && v.LeaseUntil.Before(time.Now())
}

// currentVerdict reads how a request's verdict stands that is made elsewhere.
func (s *Service) currentVerdict(ctx context.Context, owner debate.Owner, v debate.Verdict, requestID string) (debate.Verdict, error) {
	if expired(v) {
		if _, err := s.cfg.Store.InterruptVerdicts(ctx, time.Now()); err != nil {
			return v, err
		}
	}
	v, _, err := s.cfg.Store.FindVerdict(ctx, owner, requestID)
	return v, err
}

// beginVerdict stores a verdict to make and begins to make it, or finds the one
// that its request id made before. What is made here comes by the channel.
func (s *Service) beginVerdict(ctx context.Context, owner debate.Owner, id, requestID string) (debate.Verdict, <-chan debate.Verdict, error) {
	leave, err := s.requests.lock(ctx, owner, requestID)
	if err != nil {
		return debate.Verdict{}, nil, err
	}
	defer leave()
	hash := hashOf("judge", id)
	v, found, err := s.judgedBefore(ctx, owner, requestID, hash)
	if found || err != nil {
		return v, nil, err
	}
	c, turns, err := s.reviewed(ctx, owner, id)
	if err != nil {
		return v, nil, err
	}
	through := 0
	for _, t := range turns {
		if flow.Argues(t) {
			through = t.Number
		}
	}
	if through == 0 || c.Topic == "" {
		return v, nil, errNothingToJudge
	}
	if s.cfg.Judge != nil {
		if err := s.checkQuota(ctx, owner); err != nil {
			return v, nil, err
		}
	}
	b := debate.BeginVerdictParams{
		Owner: owner, ConversationID: id, ID: s.cfg.NewID(), ThroughTurn: through, RequestID: requestID, RequestHash: hash, Holder: s.cfg.Holder,
	}
	running, rep, err := s.reserve(ctx, owner, debate.Ref{TurnID: b.ID, Attempt: 1})
	if err != nil {
		return v, nil, err
	}
	b.Now = time.Now()
	b.LeaseUntil = b.Now.Add(debate.LeaseTime)
	storing, cancel := context.WithTimeout(context.WithoutCancel(ctx), debate.StoreWait)
	v, err = s.cfg.Store.BeginVerdict(storing, b)
	cancel()
	if err != nil {
		s.abandon(running, rep, err)
		if debate.ReasonOf(err) == debate.RequestIDReused { // another replica's copy of this request came first
			before, found, findErr := s.judgedBefore(ctx, owner, requestID, hash)
			if found || findErr != nil {
				return before, nil, findErr
			}
		}
		return v, nil, err
	}
	made := make(chan debate.Verdict, 1)
	go func() {
		defer s.unregister(rep)
		made <- s.makeVerdict(running, rep, c, turns, v)
	}()
	return v, made, nil
}

// judgedBefore reads the verdict that a request id made. One that was cut off is none:
// the same request makes it anew.
func (s *Service) judgedBefore(ctx context.Context, owner debate.Owner, requestID string, hash []byte) (v debate.Verdict, found bool, err error) {
	if requestID == "" {
		return v, false, nil
	}
	v, before, err := s.cfg.Store.FindVerdict(ctx, owner, requestID)
	switch {
	case debate.ReasonOf(err) == debate.NotFound:
		return v, false, nil
	case err != nil:
		return v, false, err
	case string(before) != string(hash):
		return v, false, debate.ErrRequestExists
	case expired(v):
		_, err := s.cfg.Store.InterruptVerdicts(ctx, time.Now())
		return v, false, err
	}
	return v, v.State != debate.Interrupted, nil
}

// makeVerdict makes a verdict and stores how that ended. It returns the verdict as
// a caller is to be told of it, also where that could not be stored.
func (s *Service) makeVerdict(ctx context.Context, rep *reply, c debate.Conversation, turns []debate.Turn, v debate.Verdict) debate.Verdict {
	defer rep.cancel(nil)
	renewing, stopRenewing := context.WithCancel(ctx)
	go s.renewVerdict(renewing, rep, v.ID)
	deadline := time.Now().Add(s.cfg.ReplyTimeout)
	judging, cancel := context.WithDeadline(ctx, deadline)
	v = s.judge(judging, c, turns, v)
	cancel()
	v.FinishedAt = time.Now().UTC()
	storing := context.WithoutCancel(ctx)
	stored, err := retryUntil(storing, later(deadline, v.FinishedAt.Add(debate.LeaseTime)), func(ctx context.Context) (debate.Verdict, error) {
		v.FinishedAt = time.Now().UTC() // when it is stored, however often that is tried
		return s.cfg.Store.FinishVerdict(ctx, v, s.cfg.Holder)
	})
	stopRenewing()
	rep.slot.Release(storing)
	s.changed(v.Owner)
	if err != nil {
		s.cfg.Log.ErrorContext(ctx, "verdict not stored", "verdict_id", v.ID, "error", err)
		v.State, v.Failure = debate.Interrupted, &debate.Failure{Reason: debate.StoreUnavailable, Message: "the verdict could not be stored; ask for it again"}
		if errors.Is(err, debate.ErrLeaseLost) && v.Usage != (debate.Usage{}) {
			if err := s.cfg.Store.AddCost(storing, v.Owner.Key, v.Usage); err != nil {
				s.cfg.Log.WarnContext(ctx, "cost of a verdict not kept", "verdict_id", v.ID, "error", err)
			}
		}
		return v
	}
	return stored
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// renewVerdict renews the lease every renewEvery, until ctx ends.
func (s *Service) renewVerdict(ctx context.Context, rep *reply, id string) {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		limited, cancel := context.WithTimeout(ctx, debate.StoreWait)
		err := s.cfg.Store.RenewVerdict(limited, id, s.cfg.Holder, time.Now().Add(debate.LeaseTime))
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, debate.ErrLeaseLost): // it was deleted, or ended by a successor
			rep.cancel(errLost)
			return
		case err != nil:
			s.cfg.Log.WarnContext(ctx, "lease of a verdict not renewed", "verdict_id", id, "error", err)
		}
		rep.slot.Renew(ctx)
	}
}

// judge fills in the findings, or why there are none.
func (s *Service) judge(ctx context.Context, c debate.Conversation, turns []debate.Turn, v debate.Verdict) (out debate.Verdict) {
	defer func() {
		if p := recover(); p != nil {
			s.cfg.Log.ErrorContext(ctx, "panic in a verdict", "verdict_id", v.ID, "panic", p, "stack", string(debug.Stack()))
			out = v
			out.State, out.Failure = debate.Failed, &debate.Failure{Reason: debate.Internal, Message: "the verdict could not be made; ask for it again"}
		}
	}()
	if s.cfg.Judge == nil {
		points := beforeClosing(c, turns, flow.Fold(c.Topic, turns))
		v.Findings, v.Judge, v.State = flow.Decide(c, turns, points), debate.RulesJudge, debate.Completed
		return v
	}
	v.Judge = s.cfg.Judge.Name()
	findings, cost, err := s.askTwice(ctx, c, turns)
	v.Usage = cost
	if err == nil {
		v.Findings, v.State = findings, debate.Completed
		return v
	}
	v.State = debate.Failed
	v.Failure = &debate.Failure{Reason: debate.ModelUnavailable, Message: "the judge gave no verdict; ask for it again"}
	var e *debate.Error
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errDrained):
		v.State, v.Failure = debate.Interrupted, &debate.Failure{Reason: debate.Draining, Message: "the service was shutting down before the verdict was made; ask for it again"}
	case errors.Is(cause, context.DeadlineExceeded):
		v.Failure.Message = fmt.Sprintf("the judge took longer than %v, which is REPLY_TIMEOUT; ask for the verdict again", s.cfg.ReplyTimeout)
	case errors.As(err, &e):
		v.Failure = &debate.Failure{Reason: e.Reason, Message: e.Message, RetryAfter: e.RetryAfter}
	}
	s.cfg.Log.WarnContext(ctx, "no verdict", "verdict_id", v.ID, "reason", v.Failure.Reason, "error", err)
	return v
}

// askTwice asks the judge with the sides in either order, both at once. Where one
// cannot be had there is no verdict.
func (s *Service) askTwice(ctx context.Context, c debate.Conversation, turns []debate.Turn) (debate.Findings, debate.Usage, error) {
	var exchanges []debate.Exchange
	for _, t := range turns {
		if flow.Argues(t) {
			exchanges = append(exchanges, exchangeOf(t))
		}
	}
	type answer struct {
		findings debate.Findings
		cost     debate.Usage
		err      error
	}
	ask := func(swapped bool) (a answer) {
		defer recoverError(&a.err)
		judgement, cost, err := s.cfg.Judge.Judge(ctx, c, exchanges, swapped)
		a.cost, a.err = cost, err
		if err == nil {
			a.findings = flow.Check(turns, judgement)
		}
		return a
	}
	swapped := make(chan answer, 1)
	go func() { swapped <- ask(true) }()
	a := ask(false)
	b := <-swapped
	return flow.Agree(a.findings, b.findings), a.cost.Add(b.cost), errors.Join(a.err, b.err)
}
