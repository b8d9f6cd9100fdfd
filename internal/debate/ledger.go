package debate

import (
	"encoding/json"
	"fmt"
	"sync"
)

// Ledger is what one exchange added to a debate: its points, as JSON, which the
// hot path carries unread. Empty is none.
type Ledger string

// NewLedger writes points down.
func NewLedger(points ...Point) Ledger {
	if len(points) == 0 {
		return ""
	}
	text, err := json.Marshal(points)
	if err != nil {
		panic(err) // of a type that always marshals
	}
	return Ledger(text)
}

// maxReadLedgers are those of some hundred debates.
const maxReadLedgers = 4096

// readLedgers are the points of the ledgers that were read last: each is in the prompts of
// many turns. Once there are too many it begins anew, which costs each a read.
var readLedgers = struct {
	sync.Mutex
	points map[Ledger][]Point
}{points: make(map[Ledger][]Point)}

// Points are those of the ledger, for reading only: other callers have the same. The error
// is of text that is none.
func (l Ledger) Points() ([]Point, error) {
	if l == "" {
		return nil, nil
	}
	readLedgers.Lock()
	points, ok := readLedgers.points[l]
	readLedgers.Unlock()
	if ok {
		return points, nil
	}
	if err := json.Unmarshal([]byte(l), &points); err != nil {
		return nil, fmt.Errorf("read a ledger: %w", err)
	}
	readLedgers.Lock()
	defer readLedgers.Unlock()
	if len(readLedgers.points) >= maxReadLedgers {
		clear(readLedgers.points)
	}
	readLedgers.points[l] = points
	return points, nil
}

// Point is one thing that a side said: so much of its message or reply as says it.
type Point struct {
	// ID is unique in the conversation: PointID makes it.
	ID string `json:"id"`
	// Turn is the number of the turn that it was said in.
	Turn    int       `json:"turn"`
	Speaker Speaker   `json:"speaker"`
	Kind    PointKind `json:"kind"`
	// Start and End are bytes of the turn's message, if the user spoke, or of its reply.
	Start int `json:"start"`
	End   int `json:"end"`
	// Text says the point in a few words, which need not be the speaker's.
	Text string `json:"text"`
	// Answers are the points of the other side that it speaks to, Concedes
	// those that it grants. Both name points of the same turn or earlier ones.
	Answers  []string `json:"answers,omitempty"`
	Concedes []string `json:"concedes,omitempty"`
}

// PointID is the id of a speaker's nth point in a turn, counted from 1: "3u1"
// is the user's first in turn 3, "3b2" the bot's second.
func PointID(turn int, s Speaker, n int) string {
	return fmt.Sprintf("%d%.1s%d", turn, s, n)
}

// Speaker is who says something.
type Speaker string

// The speakers.
const (
	User Speaker = "user"
	Bot  Speaker = "bot"
)

// PointKind is what a point does.
type PointKind string

// The kinds.
const (
	ClaimPoint      PointKind = "claim"      // argues its own side
	RebuttalPoint   PointKind = "rebuttal"   // argues against a point of the other side
	QuestionPoint   PointKind = "question"   // asks the other side
	ConcessionPoint PointKind = "concession" // grants the other side something
)
