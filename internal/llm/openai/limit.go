package openai

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// limit lets n calls run and n more wait for them, each not longer than wait.
type limit struct {
	slots   chan struct{}
	wait    time.Duration
	waiting atomic.Int64
}

func newLimit(n int, wait time.Duration) *limit {
	return &limit{slots: make(chan struct{}, n), wait: wait}
}

// acquire waits for a slot, which release gives back. The error is Overloaded,
// or the end of ctx.
func (l *limit) acquire(ctx context.Context) error {
	select {
	case l.slots <- struct{}{}:
		return nil
	default:
	}
	defer l.waiting.Add(-1)
	if l.waiting.Add(1) > int64(cap(l.slots)) {
		return l.overloaded()
	}
	timer := time.NewTimer(l.wait)
	defer timer.Stop()
	select {
	case l.slots <- struct{}{}:
		return nil
	case <-timer.C:
		return l.overloaded()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l *limit) release() { <-l.slots }

func (l *limit) overloaded() error {
	return &debate.Error{
		Reason:     debate.Overloaded,
		Message:    "too many replies are being written just now; try again in a few seconds",
		RetryAfter: l.wait,
	}
}
