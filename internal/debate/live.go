package debate

import (
	"context"
)

// Ref names one attempt at one turn's reply.
type Ref struct {
	TurnID  string
	Attempt int
}

// Live carries running replies and stop signals between replicas. Everything
// in it may be lost: the store has the checkpoints and the stop flag. A nil
// Live serves one replica, whose own watchers never need it.
type Live interface {
	// Publish adds text at an offset of the reply. It returns at once.
	Publish(ref Ref, offset int, text string)
	// End says that the attempt has ended and been stored.
	End(ref Ref)
	// Read is the reply's text from offset on. It waits until there is some,
	// the attempt ends, or ctx does, and then returns what there is.
	Read(ctx context.Context, ref Ref, offset int) (text string, ended bool, err error)
	// Stop asks the turn's holder, wherever it is, to stop it.
	Stop(ctx context.Context, turnID string) error
	// Stops delivers the turns that any replica was asked to stop.
	Stops() <-chan string
	// Changed tells all replicas that something of an owner's changed, by a name
	// of the owner's that gives nothing away. It returns at once.
	Changed(owner string)
	// Changes delivers the owners that any replica told of.
	Changes() <-chan string
}
