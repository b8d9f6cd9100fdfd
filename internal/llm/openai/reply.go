package openai

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
)

// maxCalls is how many calls a reply may take, whatever the prompt allows.
const maxCalls = 3

// Reply implements debate.Model: it streams the reply of the first model that
// gives one.
func (c *Client) Reply(ctx context.Context, p debate.Prompt, emit func(string)) (debate.Completion, error) {
	if err := c.replies.acquire(ctx); err != nil {
		return debate.Completion{}, err
	}
	defer c.replies.release()
	a := &callSequence{Client: c, prompt: p, budget: c.budget}
	s, err := backoff.Retry(ctx, func() (*stream, error) { return a.call(ctx) },
		backoff.WithMaxTries(uint(min(max(1, p.Calls), maxCalls))),
		backoff.WithMaxElapsedTime(c.timeouts.Retries),
		backoff.WithBackOff(c.waits()))
	switch {
	case err == nil:
		err = s.emitAll(ctx, emit)
		a.spend(s, err)
	case causeOf(ctx) != nil:
		err = causeOf(ctx)
	case a.failed != nil:
		err = a.failed // without what the retrying wrapped around it
	}
	return a.done, public(err)
}

// waits are those between calls.
func (c *Client) waits() backoff.BackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval:     c.timeouts.Backoff,
		RandomizationFactor: 0.5,
		Multiplier:          2,
		MaxInterval:         c.timeouts.Retries,
	}
}

// callSequence is the search for a model that starts to reply.
type callSequence struct {
	*Client
	prompt debate.Prompt
	budget int        // of tokens of the prompt
	model  int        // the one to ask next
	doubts parameters // left out of the next call: one of them may be refused
	done   debate.Completion
	failed *failure // the latest
}

// call makes one call, of the first model from a.model on whose breaker lets it
// through. Its errors say to backoff.Retry what to do next.
func (a *callSequence) call(ctx context.Context) (*stream, error) {
	for ; a.model < len(a.models); a.model++ {
		e := a.models[a.model]
		ask := ask{messages: a.asked(e.target), stream: true, seed: a.prompt.Seed}
		s, err := withBreaker(e, func() (*stream, error) {
			a.done.Calls++
			s, err := a.open(ctx, e.target, ask, e.leftOut()|a.doubts)
			if err != nil && s != nil {
				a.spend(s, err)
			}
			return s, err
		})
		switch {
		case isOpen(err):
			continue
		case err == nil:
			a.learn(ctx, e.target, s.sent)
			if a.model > 0 {
				a.done.Model = e.name
			}
			return s, nil
		case !errors.As(err, &a.failed):
			return nil, backoff.Permanent(err)
		}
		a.failed.model = e.name
		return nil, a.next(ctx, e.target, ask)
	}
	if a.failed == nil {
		a.failed = &failure{fault: circuitOpen, delay: a.timeouts.Breaker}
	}
	return nil, backoff.Permanent(a.failed)
}

// asked is the prompt for a target.
func (a *callSequence) asked(t *target) []prompt.Message {
	return prompt.Reply(a.prompt, t.budget(a.budget), a.count)
}

// learn notes what the target took, and what it refused if it took the rest.
func (a *callSequence) learn(ctx context.Context, t *target, sent parameters) {
	t.takes(sent)
	a.leaveOut(ctx, t, a.doubts)
	a.doubts = 0
}

// next says what the latest failure leads to.
func (a *callSequence) next(ctx context.Context, t *target, asked ask) error {
	f := a.failed
	a.log.WarnContext(ctx, "call of the model failed", "model", t.name, "call", a.done.Calls, "error", f)
	if a.adapt(ctx, t, asked) {
		return after(f, 0) // at once, in another form
	}
	another := a.model+1 < len(a.models) && faults[f.fault].another
	if f.fault == overlong && !another || !another && !faults[f.fault].again {
		return backoff.Permanent(f)
	}
	if another {
		a.model++
		a.doubts = 0
		if f.fault == limited || f.fault == overlong || !faults[f.fault].again {
			return after(f, 0) // limits are each model's own
		}
	}
	delay := f.delay
	if f.fault == loading && delay == 0 {
		delay = a.timeouts.FirstToken / 4 * time.Duration(a.done.Calls)
	}
	if delay > 0 {
		// A little later than asked, not all at the same time.
		return after(f, delay+rand.N(a.timeouts.Backoff))
	}
	return f
}

// adapt finds another form of the request after one that the target did not
// take, and says whether there is one.
func (a *callSequence) adapt(ctx context.Context, t *target, asked ask) bool {
	f := a.failed
	_, sent := a.request(t, asked, t.leftOut()|a.doubts)
	const limits = maxTokensParameter | maxCompletionTokensParameter
	switch {
	case f.fault == overlong && sent&limits != 0 && f.prompt > 0 && f.prompt <= roomIn(f.context, a.options.MaxTokens):
		a.leaveOut(ctx, t, limits) // the reply may be longer than the context: that bounds it anyhow
		return true
	case f.fault == overlong:
		tokens := a.tokens(asked.messages)
		t.narrow(fitting(tokens, f.context, f.prompt, a.options.MaxTokens))
		return a.tokens(a.asked(t)) < tokens // else there is nothing to leave out
	case f.fault != rejected:
		return false
	case f.refused&sent != 0:
		a.leaveOut(ctx, t, f.refused&sent)
		return true
	case a.doubts == 0 && (f.status == 400 || f.status == 422) && t.suspects(sent) != 0:
		a.doubts = t.suspects(sent)
		return true
	}
	return false
}

// leaveOut has no later call of the target carry these parameters.
func (c *Client) leaveOut(ctx context.Context, t *target, p parameters) {
	if p &^= t.leftOut(); p == 0 {
		return
	}
	t.refused.Or(uint32(p))
	c.log.InfoContext(ctx, "the model's server does not take a parameter, which is left out from now on", "model", t.name, "parameter", p.String())
}

func after(f *failure, delay time.Duration) error {
	return errors.Join(f, &backoff.RetryAfterError{Duration: delay})
}

// spend adds what a call used that ended with err, and learns from one whose
// reply was cut because it filled the model's context together with the prompt.
func (a *callSequence) spend(s *stream, err error) {
	asked := func() []prompt.Message { return a.asked(s.target) }
	used := a.used(s, asked)
	a.done.Usage = a.done.Usage.Add(used)
	endSpan(s.span, used, err)
	var f *failure
	if !errors.As(err, &f) || f.fault != truncated || s.usage == nil || a.options.MaxTokens > 0 {
		return
	}
	prompt, context := int(s.usage.PromptTokens), int(s.usage.PromptTokens+s.usage.CompletionTokens)
	if room := context - min(context/replyShare, replyTokens); 0 < prompt && room < prompt {
		s.target.narrow(fitting(a.tokens(asked()), context, prompt, 0))
	}
}
