package debate

import (
	"context"
	"time"
)

// Observer is told of every attempt that runs here, and gives the context that
// it runs in and who is told how it ended; and of each that is ended here
// because its holder died.
type Observer func(ctx context.Context, l Lease) (running context.Context, ended func(AttemptResult))

// AttemptResult is how an attempt ended, without a word of what was said.
type AttemptResult struct {
	State TurnState
	// Reason is why there is no whole reply.
	Reason Reason
	Usage  Usage
	// SideUsage has that of the side calls after the end, too.
	SideUsage Usage
	// FirstText is the time from the beginning to the first text that readers
	// were shown, 0 if they were shown none.
	FirstText time.Duration
	// Took is the time to the end; 0 of an attempt that did not end where it ran.
	Took time.Duration
}
