package turn

import (
	"context"
	"errors"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

func (r *attemptRunner) lease() debate.Lease {
	return debate.Lease{ConversationID: r.conversation.ID, TurnID: r.turn.ID, Attempt: r.turn.Attempt, Holder: r.cfg.Holder}
}

// renewPeriodically renews the lease from time to time until the timer it returns is
// stopped. A turn shorter than the first renewal costs nothing.
func (r *attemptRunner) renewPeriodically(ctx context.Context) *time.Timer {
	var timer *time.Timer
	ready := make(chan struct{})
	timer = time.AfterFunc(renewEvery, func() {
		<-ready
		if r.renew(ctx) {
			timer.Reset(renewEvery)
		}
	})
	close(ready)
	return timer
}

// renew extends the lease and checkpoints the text; false says that there is
// nothing left to hold.
func (r *attemptRunner) renew(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	stop, err := r.cfg.Store.Renew(ctx, r.lease(), r.reply.soFar(), time.Now().Add(debate.LeaseTime))
	switch {
	case errors.Is(err, debate.ErrLeaseLost):
		r.reply.cancel(errLost)
		return false
	case err != nil:
		r.cfg.Log.WarnContext(ctx, "lease not renewed", "turn_id", r.turn.ID, "error", err)
	case stop:
		r.reply.cancel(errStopped)
	}
	r.reply.slot.Renew(ctx)
	return true
}
