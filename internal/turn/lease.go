package turn

import (
	"context"
	"errors"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

func (g *attemptRunner) lease() debate.Lease {
	return debate.Lease{ConversationID: g.conversation.ID, TurnID: g.turn.ID, Attempt: g.turn.Attempt, Holder: g.holder}
}

// renewPeriodically renews the lease from time to time until the timer it returns is
// stopped. A turn shorter than the first renewal costs nothing.
func (g *attemptRunner) renewPeriodically(ctx context.Context) *time.Timer {
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
func (g *attemptRunner) renew(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	stop, err := g.store.Renew(ctx, g.lease(), g.reply.soFar(), time.Now().Add(debate.LeaseTime))
	switch {
	case errors.Is(err, debate.ErrLeaseLost):
		g.reply.cancel(errLost)
		return false
	case err != nil:
		g.log.WarnContext(ctx, "lease not renewed", "turn_id", g.turn.ID, "error", err)
	case stop:
		g.reply.cancel(errStopped)
	}
	g.reply.slot.Renew(ctx)
	return true
}
