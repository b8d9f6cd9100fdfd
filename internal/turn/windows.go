package turn

import (
	"cmp"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// How much is remembered: of so many conversations, those that were talked in last,
// the latest turns, if what is said in them is no longer than windowBytes.
const (
	rememberedWindows = 256
	windowBytes       = 64 << 10
)

// window is the latest turns of a conversation as they were at a revision, oldest
// first: at least as many as the turn after them reads.
type window struct {
	revision int64
	turns    []debate.Turn
}

// windows remembers the windows of turns that ended in this process, since the next
// turn mostly comes to the same replica. A window counts only for its revision, which
// goes up with every change of a conversation: one that was changed elsewhere is read
// anew, in the transaction that begins the turn.
type windows struct {
	recent *lru.Cache[string, window] // by conversation
}

func newWindows() windows {
	recent, err := lru.New[string, window](rememberedWindows)
	if err != nil {
		panic(err) // of a number that is not positive
	}
	return windows{recent}
}

// of is what is remembered of a conversation; revision 0 if that is nothing.
func (w windows) of(conversationID string) window {
	known, _ := w.recent.Get(conversationID)
	return known
}

// complete adds the history that a turn was begun without, because the remembered window has it.
func (known window) complete(begun *debate.BeginTurnResult) {
	if begun.History == nil && known.revision > 0 && known.revision == begun.Conversation.Revision-1 {
		n := readAlong.Count(begun.Conversation, begun.Turn.Number)
		begun.History = known.turns[max(0, len(known.turns)-n):]
	}
}

// keep remembers the window that a turn ends, by the conversation as its end left it.
func (w windows) keep(c debate.Conversation, turns []debate.Turn) {
	said := 0
	for i := range turns {
		said += len(turns[i].Message) + len(turns[i].Reply)
	}
	if said > windowBytes {
		w.recent.Remove(c.ID)
		return
	}
	w.recent.Add(c.ID, window{c.Revision, turns})
}

// annotate adds what was found out about the latest turn to its window, where one is remembered and
// nothing else has changed the conversation: the annotation led to the revision given.
func (w windows) annotate(t debate.Turn, a debate.Annotation, revision int64) {
	known := w.of(t.ConversationID)
	if known.revision == 0 || known.revision != revision-1 {
		return
	}
	turns := slices.Clone(known.turns)
	if latest := &turns[len(turns)-1]; latest.ID == t.ID {
		latest.SideUsage = latest.SideUsage.Add(a.Cost)
		if a.Check != nil {
			latest.StanceCheck, latest.Ledger = a.Check, cmp.Or(a.Ledger, latest.Ledger)
		}
		w.recent.Add(t.ConversationID, window{revision, turns})
	}
}

// forget forgets a conversation.
func (w windows) forget(conversationID string) { w.recent.Remove(conversationID) }
