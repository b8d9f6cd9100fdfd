package debate

// Event is one step of a streamed reply: Started first, then SubjectFound at most
// once, Deltas and Heartbeats, Finished last.
type Event interface{ event() }

// Started says that the turn is stored and running, or shows what it was when
// it was only looked up.
type Started struct {
	Conversation Conversation
	Turn         Turn
	// Attempt is the one that the stream follows.
	Attempt int
}

// Delta is a piece of the reply; it begins Offset bytes into it and never cuts
// a character.
type Delta struct {
	Offset int
	Text   string
}

// SubjectFound shows the conversation once its topic and stance are known,
// where Started did not have them.
type SubjectFound struct{ Conversation Conversation }

// Heartbeat says that nothing happened for a while.
type Heartbeat struct{}

// Finished shows the turn as the attempt left it.
type Finished struct{ Turn Turn }

func (Started) event() {}

func (Delta) event() {}

func (SubjectFound) event() {}

func (Heartbeat) event() {}

func (Finished) event() {}

// Sink takes the events of a stream, one at a time. An error says that its
// reader has gone; it ends the stream and not the reply.
type Sink func(Event) error
