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

// renewPeriodically renews the lease every renewEvery, until stop, which also ends
// a renewal that is under way and waits for none. A turn shorter than the first
// renewal costs the store nothing, and has no goroutine for it.
func (r *attemptRunner) renewPeriodically(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	first := time.AfterFunc(renewEvery, func() {
		tick := time.NewTicker(renewEvery)
		defer tick.Stop()
		for r.renew(ctx) {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		first.Stop()
		cancel()
	}
}

// renew extends the lease and checkpoints the text; false says that there is
// nothing left to hold.
func (r *attemptRunner) renew(ctx context.Context) bool {
	limited, cancel := context.WithTimeout(ctx, debate.StoreWait)
	defer cancel()
	stop, err := r.cfg.Store.Renew(limited, r.lease(), r.reply.soFar(), time.Now().Add(debate.LeaseTime))
	switch {
	case ctx.Err() != nil:
		return false // the turn has ended meanwhile, and with it the lease
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
