package turn

import (
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

// How many flow sheets are remembered, those that were asked for last, and how many
// points one may have, which take about half a kilobyte each.
const (
	rememberedSheets = 16
	sheetPoints      = 6000
)

// sheet is the points of a conversation as they were at a revision, and what they were
// folded by.
type sheet struct {
	mu       sync.Mutex
	fold     flow.Sheet
	revision int64 // 0 before the first
	points   []flow.Point
}

// sheets remembers flow sheets, which take long to make of a long debate and are looked
// at again. One counts only for its revision, which goes up with every change of a
// conversation and its turns; a later one goes on from it.
type sheets struct {
	recent *lru.Cache[string, *sheet] // by conversation
}

func newSheets() sheets {
	recent, err := lru.New[string, *sheet](rememberedSheets)
	if err != nil {
		panic(err) // of a number that is not positive
	}
	return sheets{recent}
}

// of is the sheet of a conversation at a revision, which nobody may change.
func (s sheets) of(conversationID string, revision int64) (points []flow.Point, ok bool) {
	known, ok := s.recent.Get(conversationID)
	if !ok {
		return nil, false
	}
	known.mu.Lock()
	defer known.mu.Unlock()
	return known.points, known.revision == revision
}

// fold folds turns that were read after their conversation was at its revision, and
// remembers the points. It folds only the turns that it did not fold before.
func (s sheets) fold(c debate.Conversation, turns []debate.Turn) []flow.Point {
	known, ok := s.recent.Get(c.ID)
	if !ok {
		known = new(sheet)
	}
	known.mu.Lock()
	defer known.mu.Unlock()
	points := known.fold.Fold(c.Topic, turns)
	known.points, known.revision = points, c.Revision
	switch {
	case len(points) > sheetPoints:
		s.recent.Remove(c.ID)
	case !ok:
		s.recent.Add(c.ID, known)
	}
	return points
}

// forget forgets a conversation.
func (s sheets) forget(conversationID string) { s.recent.Remove(conversationID) }
