package openai

import (
	"errors"
	"sync/atomic"
	"time"

	goopenai "github.com/sashabaranov/go-openai"
	"github.com/sony/gobreaker/v2"
)

// target is a model on a server, with what was learned of the two.
type target struct {
	name   string
	api    *goopenai.Client
	hosted bool // by OpenAI itself

	refused  atomic.Uint32 // parameters that are left out
	accepted atomic.Uint32 // parameters that were taken at least once
	context  atomic.Int64  // the most tokens of a prompt, by our count; 0 is not known
	unopened atomic.Bool   // replies begin within a thought that has no mark
	absent   atomic.Bool   // the server has no such API
}

// endpoint is a target behind a breaker.
type endpoint struct {
	*target
	breaker *gobreaker.CircuitBreaker[any]
}

// tripAfter is how many failures of a model in a row open its breaker.
const tripAfter = 5

func newEndpoint(t *target, pause time.Duration) endpoint {
	return endpoint{t, gobreaker.NewCircuitBreaker[any](gobreaker.Settings{
		Name:         t.name,
		Timeout:      pause,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= tripAfter },
		IsSuccessful: func(err error) bool { return !providerFailed(err) },
		IsExcluded:   gaveUp,
	})}
}

// withBreaker makes a call unless the endpoint's breaker is open.
func withBreaker[T any](e endpoint, call func() (T, error)) (T, error) {
	v, err := e.breaker.Execute(func() (any, error) { return call() })
	if isOpen(err) {
		var none T
		return none, err
	}
	return v.(T), err
}

func isOpen(err error) bool {
	return errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests)
}

// gaveUp is true of the end of a caller's own context.
func gaveUp(err error) bool {
	var f *failure
	return err != nil && !errors.As(err, &f)
}

// leftOut are the parameters that the target does not take.
func (t *target) leftOut() parameters { return parameters(t.refused.Load()) }

// takes notes that a request with these parameters was answered.
func (t *target) takes(p parameters) {
	if parameters(t.accepted.Load())&p != p {
		t.accepted.Or(uint32(p))
	}
}

// suspects are the parameters among sent that may be why a request was refused
// whose refusal names none: those that were never taken. What a request cannot
// do without is not among them.
func (t *target) suspects(sent parameters) parameters {
	return sent &^ parameters(t.accepted.Load()) &^ (systemRole | streaming | onePiece | bareReplies)
}

// budget is how many tokens a prompt may have.
func (t *target) budget(configured int) int {
	if n := int(t.context.Load()); n > 0 {
		return min(n, configured)
	}
	return configured
}

// narrow bounds later prompts.
func (t *target) narrow(tokens int) {
	for {
		now := t.context.Load()
		if now != 0 && now <= int64(tokens) || t.context.CompareAndSwap(now, int64(tokens)) {
			return
		}
	}
}

// The room that is left for a reply in a model's context.
const (
	replyShare  = 4    // of the context, at most
	replyTokens = 1024 // else
)

// roomIn is how many tokens of a context a prompt may have.
func roomIn(context, reply int) int { return context - min(context/replyShare, reply) }

// fitting is how many tokens, by our count, a prompt may have for a model whose
// server takes no more than context tokens, and counts prompt where we count
// tokens. Where the server says neither, it is half of what was sent.
func fitting(tokens, context, prompt, reply int) int {
	if reply == 0 {
		reply = replyTokens
	}
	if context <= 0 {
		return tokens / 2
	}
	if prompt <= 0 {
		prompt = tokens
	}
	room := roomIn(context, reply)
	fit := int(float64(tokens) * float64(room) / float64(prompt) * 0.97)
	if fit >= tokens { // the server means something else
		return tokens / 2
	}
	return fit
}
