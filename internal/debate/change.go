package debate

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"time"
)

// ChangeKind is what happened.
type ChangeKind string

// What can happen to an owner's debates. Reload stands for what is not told one by
// one: whoever follows reads anew what they show.
const (
	Reload        ChangeKind = "reload"
	DebateBegun   ChangeKind = "debate_begun"
	DebateRenamed ChangeKind = "debate_renamed"
	DebateDeleted ChangeKind = "debate_deleted"
	TurnBegun     ChangeKind = "turn_begun"
	TurnEnded     ChangeKind = "turn_ended"
	VerdictEnded  ChangeKind = "verdict_ended"
)

// Change is something that happened to an owner's debates, without a word of what
// was said.
type Change struct {
	Kind           ChangeKind
	At             time.Time
	ConversationID string
	// TurnID, Number and Attempt are a turn's.
	TurnID  string
	Number  int
	Attempt int
	// State is that of a turn or a verdict that ended.
	State     TurnState
	VerdictID string
}

// Key tells the change from all others of its time.
func (c Change) Key() uint32 {
	hash := fnv.New32a()
	for _, part := range []string{string(c.Kind), c.ConversationID, c.TurnID, c.VerdictID} {
		_, _ = hash.Write([]byte(part + "\n")) // a hash never fails
	}
	if c.Kind != DebateBegun { // which two rows tell of that may have two times
		_, _ = hash.Write(binary.BigEndian.AppendUint64(nil, uint64(c.At.UnixMicro())))
	}
	_, _ = hash.Write([]byte{byte(c.Attempt)})
	return hash.Sum32()
}

// ChangeCursor is a place in an owner's changes. What has a later time than Since
// comes after it, but for what was told already, since changes can come to light
// in another order than that of their times. The zero one is the end, whenever it is
// used.
type ChangeCursor struct {
	Since time.Time
	Told  []uint32 // their keys
}

// ChangeSink takes a change, or nil as a sign of life, and the place after it. What
// it is given is its own.
type ChangeSink func(c *Change, after ChangeCursor) error

// ChangesKept is how long deletions and new titles are told of afterwards.
const ChangesKept = 7 * 24 * time.Hour

// ChangeStore is the part of a Store that tells what happened.
type ChangeStore interface {
	// Changes are those of the owner with a later time than since, in the order of
	// their times; not all of them where that would be more than about limit debates.
	Changes(ctx context.Context, owner Owner, since time.Time, limit int) (changes []Change, all bool, err error)
	// SweepChanges forgets the deletions and new titles before a time.
	SweepChanges(ctx context.Context, before time.Time) error
}
