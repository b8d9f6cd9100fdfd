package turn_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// memory is a Store for tests of the service: one mutex, everything in maps,
// and a switch that takes it away.
type memory struct {
	reviews
	happenings
	mu            sync.Mutex
	conversations map[string]*debate.Conversation
	turns         map[string]*kept
	order         []string                // of turns
	away          error                   // what every call answers while set
	paid          map[string]debate.Usage // by key, for side calls without a result
	begins        int
	renewals      int
	calls         int // of any kind
}

// kept is a turn with what a store knows besides.
type kept struct {
	debate.Turn
	request  map[string]keptRequest // by request id
	holder   string
	stop     bool
	old      *debate.Turn // the state before a running retry
	attempts map[int]debate.Turn
}

type keptRequest struct {
	hash    []byte
	attempt int
}

func newMemory() *memory {
	return &memory{conversations: map[string]*debate.Conversation{}, turns: map[string]*kept{}}
}

func (m *memory) lock() (func(), error) {
	m.mu.Lock()
	m.calls++
	return m.mu.Unlock, m.away
}

// called is how often the store was called.
func (m *memory) called() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.calls
}

func (m *memory) setAway(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.away = err
}

func (m *memory) request(owner debate.Owner, id string) *kept {
	for _, t := range m.turns {
		if _, ok := t.request[id]; ok && id != "" && t.Owner == owner {
			return t
		}
	}
	return nil
}

func (m *memory) running(conversation string) error {
	for _, t := range m.turns {
		if t.ConversationID == conversation && t.State == debate.Running {
			return &debate.Error{Reason: debate.TurnRunning, Message: "a turn is running", TurnID: t.ID}
		}
	}
	return nil
}

// BeginVerdict refuses the request ids of turns.
func (m *memory) BeginVerdict(ctx context.Context, b debate.BeginVerdictParams) (debate.Verdict, error) {
	unlock, err := m.lock()
	defer unlock()
	if err != nil {
		return debate.Verdict{}, err
	}
	if m.request(b.Owner, b.RequestID) != nil {
		return debate.Verdict{}, debate.ErrRequestExists
	}
	return m.reviews.BeginVerdict(ctx, b)
}

func (m *memory) BeginTurn(_ context.Context, b debate.BeginTurnParams) (debate.BeginTurnResult, error) {
	unlock, err := m.lock()
	defer unlock()
	if err != nil {
		return debate.BeginTurnResult{}, err
	}
	if m.request(b.Owner, b.RequestID) != nil {
		return debate.BeginTurnResult{}, debate.ErrRequestExists
	}
	if err := m.running(b.Conversation); err != nil {
		return debate.BeginTurnResult{}, err
	}
	if b.New {
		m.conversations[b.Conversation] = &debate.Conversation{ID: b.Conversation, Owner: b.Owner, Difficulty: b.Difficulty, Persona: b.Persona, CreatedAt: b.Now}
	}
	c := m.conversations[b.Conversation]
	if c == nil || c.Owner != b.Owner {
		return debate.BeginTurnResult{}, debate.ErrNotFound
	}
	m.begins++
	if c.Topic == "" {
		c.Topic, c.Stance, c.Title, c.Language = b.Subject.Topic, b.Subject.Stance, b.Subject.Title, b.Subject.Language
	}
	c.TurnCount++
	c.Revision++
	c.UpdatedAt = b.Now
	t := &kept{
		Turn: debate.Turn{ID: b.TurnID, ConversationID: c.ID, Owner: b.Owner, Number: c.TurnCount, State: debate.Running,
			Message: b.Message, Attempt: 1, CreatedAt: b.Now, LeaseUntil: b.LeaseUntil},
		holder: b.Holder, request: map[string]keptRequest{b.RequestID: {b.RequestHash, 1}}, attempts: map[int]debate.Turn{},
	}
	m.turns[t.ID] = t
	m.order = append(m.order, t.ID)
	return debate.BeginTurnResult{Conversation: *c, Turn: t.Turn}, nil
}

func (m *memory) RetryTurn(_ context.Context, b debate.RetryTurnParams) (debate.BeginTurnResult, error) {
	unlock, err := m.lock()
	defer unlock()
	t := m.turns[b.TurnID]
	if err != nil || t == nil || t.Owner != b.Owner {
		return debate.BeginTurnResult{}, cmpErr(err, debate.ErrNotFound)
	}
	if m.request(b.Owner, b.RequestID) != nil {
		return debate.BeginTurnResult{}, debate.ErrRequestExists
	}
	if err := m.running(t.ConversationID); err != nil {
		return debate.BeginTurnResult{}, err
	}
	c := m.conversations[t.ConversationID]
	if t.Number != c.TurnCount {
		return debate.BeginTurnResult{}, &debate.Error{Reason: debate.TurnNotLatest, TurnID: t.ID}
	}
	before := t.Turn
	t.attempts[t.Attempt] = before
	t.old = &before
	t.State, t.Attempt, t.holder, t.LeaseUntil, t.stop = debate.Running, t.Attempt+1, b.Holder, b.LeaseUntil, false
	t.request[b.RequestID] = keptRequest{b.RequestHash, t.Attempt}
	c.Revision++
	return debate.BeginTurnResult{Conversation: *c, Turn: t.Turn}, nil
}

func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) FindRequest(_ context.Context, owner debate.Owner, id string) (debate.Turn, []byte, error) {
	unlock, err := m.lock()
	defer unlock()
	t := m.request(owner, id)
	if err != nil || t == nil {
		return debate.Turn{}, nil, cmpErr(err, debate.ErrNotFound)
	}
	r := t.request[id]
	return t.as(r.attempt), r.hash, nil
}

// as is the turn as an attempt left it.
func (t *kept) as(attempt int) debate.Turn {
	if left, ok := t.attempts[attempt]; ok {
		return left
	}
	return t.Turn
}

func (m *memory) held(h debate.Lease) (*kept, error) {
	t := m.turns[h.TurnID]
	if t == nil || t.holder != h.Holder || t.Attempt != h.Attempt || t.State != debate.Running {
		return nil, debate.ErrLeaseLost
	}
	return t, nil
}

func (m *memory) Renew(_ context.Context, h debate.Lease, text string, until time.Time) (bool, error) {
	unlock, err := m.lock()
	defer unlock()
	if err != nil {
		return false, err
	}
	t, err := m.held(h)
	if err != nil {
		return false, err
	}
	m.renewals++
	t.Reply, t.LeaseUntil = text, until
	return t.stop, nil
}

func (m *memory) Finish(_ context.Context, h debate.Lease, o debate.Outcome) (debate.Conversation, debate.Turn, error) {
	unlock, err := m.lock()
	defer unlock()
	if err != nil {
		return debate.Conversation{}, debate.Turn{}, err
	}
	t, err := m.held(h)
	if err != nil {
		return debate.Conversation{}, debate.Turn{}, err
	}
	c := m.conversations[t.ConversationID]
	if c.Topic == "" && o.Subject.Topic != "" {
		c.Topic, c.Stance, c.Title, c.Language = o.Subject.Topic, o.Subject.Stance, o.Subject.Title, o.Subject.Language
	}
	c.Revision++
	c.UpdatedAt = o.Now
	t.State, t.Kind, t.Reply, t.Model, t.Usage, t.SideUsage, t.Failure, t.Ledger, t.FinishedAt = o.State, o.Kind, o.Reply, o.Model, o.Usage, o.SideUsage, o.Failure, o.Ledger, o.Now
	left := t.Turn
	t.attempts[t.Attempt] = left
	if t.old != nil && o.State != debate.Completed {
		t.Turn = *t.old
		t.Attempt = left.Attempt
	}
	t.old = nil
	return *c, left, nil
}

func (m *memory) Interrupt(_ context.Context, turnID string, now time.Time, limit int) ([]debate.Turn, error) {
	unlock, err := m.lock()
	defer unlock()
	var ended []debate.Turn
	for _, id := range m.order {
		t := m.turns[id]
		if t == nil || t.State != debate.Running || !t.LeaseUntil.Before(now) || turnID != "" && id != turnID || len(ended) == limit {
			continue
		}
		t.State, t.FinishedAt = debate.Interrupted, now
		f := debate.FailureInterrupted
		t.Failure = &f
		m.conversations[t.ConversationID].Revision++
		ended = append(ended, t.Turn)
	}
	return ended, err
}

func (m *memory) Conversation(_ context.Context, owner debate.Owner, id string) (debate.Conversation, error) {
	unlock, err := m.lock()
	defer unlock()
	c := m.conversations[id]
	if err != nil || c == nil || c.Owner != owner {
		return debate.Conversation{}, cmpErr(err, debate.ErrNotFound)
	}
	return *c, nil
}

func (m *memory) Turn(_ context.Context, owner debate.Owner, id string, attempt int) (debate.Turn, error) {
	unlock, err := m.lock()
	defer unlock()
	t := m.turns[id]
	if err != nil || t == nil || t.Owner != owner || attempt > t.Attempt {
		return debate.Turn{}, cmpErr(err, debate.ErrNotFound)
	}
	if attempt == 0 {
		return t.Turn, nil
	}
	return t.as(attempt), nil
}

func (m *memory) Window(_ context.Context, c debate.Conversation, n int) ([]debate.Turn, error) {
	unlock, err := m.lock()
	defer unlock()
	all := m.of(c.ID)
	return all[max(0, len(all)-n):], err
}

func (m *memory) of(conversation string) []debate.Turn {
	var all []debate.Turn
	for _, id := range m.order {
		if t := m.turns[id]; t != nil && t.ConversationID == conversation {
			all = append(all, t.Turn)
		}
	}
	return all
}

func (m *memory) RequestStop(_ context.Context, owner debate.Owner, id string) error {
	unlock, err := m.lock()
	defer unlock()
	t := m.turns[id]
	if err != nil || t == nil || t.Owner != owner {
		return cmpErr(err, debate.ErrNotFound)
	}
	t.stop = true
	return nil
}

func (m *memory) UpdateTitle(_ context.Context, _ debate.Owner, id, title string, _ time.Time) (debate.Conversation, error) {
	unlock, err := m.lock()
	defer unlock()
	m.conversations[id].Title = title
	return *m.conversations[id], err
}

func (m *memory) Delete(_ context.Context, owner debate.Owner, id string) error {
	unlock, err := m.lock()
	defer unlock()
	c := m.conversations[id]
	if err != nil || c == nil || c.Owner != owner {
		return cmpErr(err, debate.ErrNotFound)
	}
	if err := m.running(id); err != nil {
		return err
	}
	delete(m.conversations, id)
	for _, t := range m.of(id) {
		delete(m.turns, t.ID)
	}
	return nil
}

func (m *memory) conversationsAfter(_ context.Context, owner debate.Owner, after debate.ConversationCursor, limit int) ([]debate.Conversation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	later := func(a, b debate.ConversationCursor) int {
		return cmp.Or(b.UpdatedAt.Compare(a.UpdatedAt), cmp.Compare(b.ID, a.ID))
	}
	place := func(c debate.Conversation) debate.ConversationCursor {
		return debate.ConversationCursor{UpdatedAt: c.UpdatedAt, ID: c.ID}
	}
	var all []debate.Conversation
	for _, c := range m.conversations {
		if c.Owner == owner && (after.ID == "" || later(after, place(*c)) < 0) {
			all = append(all, *c)
		}
	}
	slices.SortFunc(all, func(a, b debate.Conversation) int { return later(place(a), place(b)) })
	return all[:min(limit, len(all))], nil
}

// FindConversations knows no more of words than that they have ASCII cases.
func (m *memory) FindConversations(ctx context.Context, owner debate.Owner, query string, after debate.ConversationCursor, limit int) ([]debate.Conversation, error) {
	all, err := m.conversationsAfter(ctx, owner, after, len(m.conversations))
	found := slices.DeleteFunc(all, func(c debate.Conversation) bool {
		return !strings.Contains(strings.ToLower(c.Title), strings.TrimSpace(query))
	})
	return found[:min(limit, len(found))], err
}

func (m *memory) ConversationsAt(context.Context, debate.Owner, int, int, int) ([]debate.Conversation, int, error) {
	return nil, 0, nil
}

func (m *memory) Turns(_ context.Context, _ debate.Owner, id string, after int, latestFirst bool, limit int) ([]debate.Turn, error) {
	unlock, err := m.lock()
	defer unlock()
	var page []debate.Turn
	for _, t := range m.of(id) {
		if latestFirst && (after == 0 || t.Number < after) || !latestFirst && t.Number > after {
			page = append(page, t)
		}
	}
	if latestFirst {
		slices.Reverse(page)
	}
	return page[:min(limit, len(page))], err
}

func (m *memory) Usage(context.Context, string, string) ([]debate.DayUsage, error) {
	unlock, err := m.lock()
	defer unlock()
	day := debate.DayUsage{Date: time.Now().UTC().Format(time.DateOnly)}
	for _, t := range m.turns {
		day.Turns++
		day.Replies = day.Replies.Add(t.Usage)
	}
	return []debate.DayUsage{day}, err
}

func (m *memory) Annotate(_ context.Context, t debate.Turn, a debate.Annotation) (int64, error) {
	if err := m.AddCost(context.Background(), t.Owner.Key, a.Cost); err != nil {
		return 0, err
	}
	unlock, err := m.lock()
	defer unlock()
	if a.Check != nil {
		m.turns[t.ID].StanceCheck, m.turns[t.ID].Ledger = a.Check, a.Ledger
	}
	c := m.conversations[t.ConversationID]
	if a.Through > 0 {
		c.Summary, c.SummaryThrough = a.Summary, a.Through
	}
	c.Revision++
	return c.Revision, err
}

func (m *memory) AddCost(_ context.Context, key string, cost debate.Usage) error {
	unlock, err := m.lock()
	defer unlock()
	if m.paid == nil {
		m.paid = map[string]debate.Usage{}
	}
	m.paid[key] = m.paid[key].Add(cost)
	return err
}

func (m *memory) TurnsByHash(context.Context, debate.Owner, []byte, int) ([]debate.Turn, error) {
	return nil, errors.ErrUnsupported
}
