package openai

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
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
	if err := c.replies.take(ctx); err != nil {
		return debate.Completion{}, err
	}
	defer c.replies.leave()
	a := &callSequence{Client: c, prompt: p, budget: c.budget}
	s, err := backoff.Retry(ctx, func() (*stream, error) { return a.ask(ctx) },
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
	budget int // of tokens of the prompt
	model  int // the one to ask next
	done   debate.Completion
	failed *failure // the latest
}

// ask makes one call, of the first model from a.model on whose breaker lets it
// through. Its errors say to backoff.Retry what to do next.
func (a *callSequence) ask(ctx context.Context) (*stream, error) {
	for ; a.model < len(a.models); a.model++ {
		l := a.models[a.model]
		messages := prompt.Reply(a.prompt, a.budget, a.count)
		s, err := withBreaker(l, func() (*stream, error) {
			a.done.Calls++
			s, err := a.open(ctx, l.name, messages, a.prompt.Seed)
			if err != nil && s != nil {
				a.spend(s, err)
			}
			return s, err
		})
		switch {
		case isOpen(err):
			continue
		case err == nil:
			if a.model > 0 {
				a.done.Model = l.name
			}
			return s, nil
		case !errors.As(err, &a.failed):
			return nil, backoff.Permanent(err)
		}
		return nil, a.next(ctx, l.name, messages)
	}
	if a.failed == nil {
		a.failed = &failure{fault: circuitOpen, delay: a.timeouts.Breaker}
	}
	return nil, backoff.Permanent(a.failed)
}

// next says what the latest failure leads to.
func (a *callSequence) next(ctx context.Context, model string, messages []prompt.Message) error {
	f := a.failed
	a.log.WarnContext(ctx, "call of the model failed", "model", model, "call", a.done.Calls, "error", f)
	another := a.model+1 < len(a.models)
	if !faults[f.fault].again && (f.fault != rejected || !another) {
		return backoff.Permanent(f) // another model may be there where one is not
	}
	if f.fault == overlong {
		if len(a.prompt.Exchanges) == 0 && a.prompt.Summary == "" {
			return backoff.Permanent(f) // nothing to leave out
		}
		a.budget = a.tokens(messages) / 2
		return after(f, 0)
	}
	if another {
		a.model++
		if f.fault == limited {
			return f // the limits are each model's own
		}
	}
	if f.delay > 0 {
		// A little later than asked, not all at the same time.
		return after(f, f.delay+rand.N(a.timeouts.Backoff))
	}
	return f
}

func after(f *failure, delay time.Duration) error {
	return errors.Join(f, &backoff.RetryAfterError{Duration: delay})
}

// spend adds what a call used that ended with err.
func (a *callSequence) spend(s *stream, err error) {
	used := a.usage(s.usage, s.asked, s.text())
	a.done.Usage = a.done.Usage.Add(used)
	endSpan(s.span, used, err)
}

// emitAll emits the reply to its end. Only a finish_reason makes it whole.
func (s *stream) emitAll(ctx context.Context, emit func(string)) error {
	defer s.close()
	text := s.opening
	for {
		emit(text)
		var err error
		if text, err = s.next(ctx); err != nil || text == "" {
			return err
		}
	}
}

// text is what was said so far.
func (s *stream) text() string { return strings.Join(s.said, "") }
