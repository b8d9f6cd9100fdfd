package cache

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

const (
	// windowTime is how long the latest turns of a conversation are kept:
	// people who argue answer sooner.
	windowTime = 30 * time.Minute
	// windowTurns is a little more than the longest window that is read.
	windowTurns = 32
	// windowBytes bounds what is kept of a conversation, as JSON.
	windowBytes = 512 << 10
	// windowWrites is how many windows may wait to be written. More are not
	// kept, which costs a read of the database each.
	windowWrites = 64
	// recentWindows are kept in this process, if what is said in each is no
	// longer than recentBytes: the next turn mostly comes to the same replica.
	recentWindows = 256
	recentBytes   = 64 << 10
)

// Store is a debate.Store that keeps the latest turns of conversations, with
// the revision that they are of: those it wrote last in memory, and all in
// Redis.
type Store struct {
	debate.Store
	cache  *Cache // may be nil
	loads  singleflight.Group
	writes chan func(context.Context) error
	recent *lru.Cache[string, window] // by conversation

	mu    sync.Mutex
	begun map[string]*begun // by conversation
}

// begun is a turn that was begun here and has not ended.
type begun struct {
	turn     debate.Turn
	revision int64
	// before are the latest turns before it, once they are known.
	before []debate.Turn
	known  bool
}

// NewStore makes a Store around another, which works until the Cache is closed.
// With a nil Cache it has its memory alone.
func NewStore(s debate.Store, c *Cache) *Store {
	recent, err := lru.New[string, window](recentWindows)
	if err != nil {
		panic(err) // of a number that is not positive
	}
	cached := &Store{Store: s, cache: c, writes: make(chan func(context.Context) error, windowWrites), recent: recent, begun: make(map[string]*begun)}
	if c != nil {
		c.run(cached.write)
	}
	return cached
}

// BeginTurn notes the turn, whose window is that of the revision before, and it.
// The turns before are taken from memory, if they are there.
func (s *Store) BeginTurn(ctx context.Context, b debate.BeginTurnParams) (debate.BeginTurnResult, error) {
	asked := b.History
	if s.cache != nil || s.recent.Contains(b.Conversation) {
		b.History = debate.WindowSpec{} // most windows are here, or in Redis
	}
	begun, err := s.Store.BeginTurn(ctx, b)
	if err != nil {
		return begun, err
	}
	if begun.History == nil && asked.Max > 0 {
		turns, n := s.remembered(begun.Conversation.ID, begun.Conversation.Revision-1), asked.Count(begun.Conversation, begun.Turn.Number)
		if enough(turns, n) {
			begun.History = last(turns, n)
		}
	}
	s.note(begun)
	return begun, nil
}

// RetryTurn notes the turn as BeginTurn does.
func (s *Store) RetryTurn(ctx context.Context, b debate.RetryTurnParams) (debate.BeginTurnResult, error) {
	begun, err := s.Store.RetryTurn(ctx, b)
	if err == nil {
		s.note(begun)
	}
	return begun, err
}

func (s *Store) note(b debate.BeginTurnResult) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := b.Turn.Number == 1 || b.History != nil
	s.begun[b.Conversation.ID] = &begun{b.Turn, b.Conversation.Revision, b.History, known}
}

// Window reads the latest turns from here or from Redis, or else from the
// store, once for all who ask at the same time.
func (s *Store) Window(ctx context.Context, c debate.Conversation, n int) ([]debate.Turn, error) {
	flight := s.loads.DoChan(c.ID+"/"+strconv.FormatInt(c.Revision, 10)+"/"+strconv.Itoa(n), func() (any, error) {
		return s.window(context.WithoutCancel(ctx), c, n)
	})
	select {
	case r := <-flight:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.([]debate.Turn), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Store) window(ctx context.Context, c debate.Conversation, n int) ([]debate.Turn, error) {
	running := s.running(c)
	revision := c.Revision
	if running != nil {
		revision-- // of which the turn before was finished
	}
	turns := s.remembered(c.ID, revision)
	if turns == nil {
		turns = s.fetch(ctx, c.ID, revision)
	}
	if enough(turns, n) {
		if running != nil {
			s.learn(c, turns)
			turns = with(turns, running.turn)
		}
		return last(turns, n), nil
	}
	turns, err := s.Store.Window(ctx, c, n)
	if err != nil {
		return nil, err
	}
	if running != nil {
		s.learn(c, turns)
	} else {
		s.keep(window{c.ID, c.Revision, turns})
	}
	return turns, nil
}

// running is the turn that c's revision began, if it was begun here.
func (s *Store) running(c debate.Conversation) *begun {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.begun[c.ID]; b != nil && b.revision == c.Revision {
		return b
	}
	return nil
}

// learn notes what came before the turn that c's revision began.
func (s *Store) learn(c debate.Conversation, turns []debate.Turn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.begun[c.ID]; b != nil && b.revision == c.Revision {
		b.before, b.known = turns, true
	}
}

// Finish has the next turn find its window, if nothing but this turn changed
// the conversation since it was begun.
func (s *Store) Finish(ctx context.Context, h debate.Lease, o debate.Outcome) (debate.Conversation, debate.Turn, error) {
	s.mu.Lock()
	b := s.begun[h.ConversationID]
	if b != nil && b.turn.ID == h.TurnID && b.turn.Attempt == h.Attempt {
		delete(s.begun, h.ConversationID)
	} else {
		b = nil
	}
	s.mu.Unlock()
	c, t, err := s.Store.Finish(ctx, h, o)
	// A retry that did not complete leaves the turn as it was, and t is the
	// attempt's.
	shown := h.Attempt == 1 || o.State == debate.Completed
	if err == nil && shown && b != nil && b.known && c.Revision == b.revision+1 {
		s.keep(window{c.ID, c.Revision, with(b.before, t)})
	}
	return c, t, err
}

// SetStanceCheck has the window show the verdict.
func (s *Store) SetStanceCheck(ctx context.Context, turnID string, attempt int, check debate.StanceCheck, ledger debate.Ledger, cost debate.Usage) (debate.Annotated, error) {
	a, err := s.Store.SetStanceCheck(ctx, turnID, attempt, check, ledger, cost)
	s.annotate(a)
	return a, err
}

// SetSummary has the window show what the summary cost.
func (s *Store) SetSummary(ctx context.Context, conversationID, turnID, summary string, through int, cost debate.Usage) (debate.Annotated, error) {
	a, err := s.Store.SetSummary(ctx, conversationID, turnID, summary, through, cost)
	s.annotate(a)
	return a, err
}

// AddCost has the window show the cost.
func (s *Store) AddCost(ctx context.Context, key, turnID string, cost debate.Usage) (debate.Annotated, error) {
	a, err := s.Store.AddCost(ctx, key, turnID, cost)
	s.annotate(a)
	return a, err
}

// annotate puts a turn as it is now into the window that it ends, if nothing
// but the annotation changed the conversation since.
func (s *Store) annotate(a debate.Annotated) {
	id := a.Turn.ConversationID
	turns := s.remembered(id, a.Revision-1)
	if n := len(turns); n > 0 && turns[n-1].ID == a.Turn.ID {
		s.keep(window{id, a.Revision, with(turns, a.Turn)})
	}
}

// Delete forgets the conversation's turns with it.
func (s *Store) Delete(ctx context.Context, owner debate.Owner, id string) error {
	err := s.Store.Delete(ctx, owner, id)
	if err == nil {
		s.recent.Remove(id)
		s.later(func(ctx context.Context) error { return s.cache.client.Del(ctx, windowKey(id)).Err() })
	}
	return err
}

// window is what is kept of a conversation.
type window struct {
	conversation string
	Revision     int64
	Turns        []debate.Turn
}

// said is how many bytes were said in it.
func (w window) said() int {
	n := 0
	for _, t := range w.Turns {
		n += len(t.Message) + len(t.Reply)
	}
	return n
}

func windowKey(conversationID string) string { return key("window", conversationID) }

// remembered is what is kept here of a conversation's revision.
func (s *Store) remembered(id string, revision int64) []debate.Turn {
	if w, ok := s.recent.Get(id); ok && w.Revision == revision {
		return w.Turns
	}
	return nil
}

// fetch is what Redis has of a conversation's revision.
func (s *Store) fetch(ctx context.Context, id string, revision int64) []debate.Turn {
	if s.cache == nil {
		return nil
	}
	var data []byte
	err := s.cache.do(ctx, func(ctx context.Context) (err error) {
		data, err = s.cache.client.Get(ctx, windowKey(id)).Bytes()
		return err
	})
	var w window
	if err != nil || json.Unmarshal(data, &w) != nil || w.Revision != revision {
		return nil
	}
	return w.Turns
}

// keep keeps a window: here at once, in Redis a moment later.
func (s *Store) keep(w window) {
	w.Turns = last(w.Turns, windowTurns)
	if w.said() <= recentBytes {
		s.recent.Add(w.conversation, w)
	} else {
		s.recent.Remove(w.conversation)
	}
	s.later(func(ctx context.Context) error {
		data, err := json.Marshal(w)
		if err != nil || len(data) > windowBytes {
			return nil //nolint:nilerr // what cannot be kept is no fault of Redis
		}
		return s.cache.client.Set(ctx, windowKey(w.conversation), data, windowTime).Err()
	})
}

// later has a write made that nobody waits for, if there is room for it.
func (s *Store) later(write func(context.Context) error) {
	if s.cache == nil {
		return
	}
	select {
	case s.writes <- write:
	default:
	}
}

func (s *Store) write(ctx context.Context) {
	for {
		select {
		case write := <-s.writes:
			_ = s.cache.do(ctx, write) // what is not kept is read from the store
		case <-ctx.Done():
			return
		}
	}
}

// enough says whether turns hold the latest n, or all that there are.
func enough(turns []debate.Turn, n int) bool {
	return len(turns) > 0 && (len(turns) >= n || turns[0].Number == 1)
}

func last(turns []debate.Turn, n int) []debate.Turn {
	return turns[max(0, len(turns)-n):]
}

// with is the turns with the latest one, which takes the place of itself.
func with(turns []debate.Turn, latest debate.Turn) []debate.Turn {
	if n := len(turns); n > 0 && turns[n-1].Number == latest.Number {
		turns = turns[:n-1]
	}
	return append(slices.Clip(turns), latest)
}
