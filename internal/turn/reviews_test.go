package turn_test

import (
	"context"
	"sync"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// reviews is the part of memory that keeps what comes after a debate: forks and
// verdicts. The rest is not there.
type reviews struct {
	debate.ReviewStore

	mu       sync.Mutex
	verdicts []*keptVerdict // oldest first
	forks    map[string]keptFork
	lost     bool // nobody holds a verdict any more
	finishes []error
}

type keptVerdict struct {
	debate.Verdict
	request, hash, holder string
}

type keptFork struct {
	conversation debate.Conversation
	turns        []debate.Turn
	hash         []byte
}

func (m *reviews) BeginVerdict(_ context.Context, b debate.BeginVerdictParams) (debate.Verdict, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.verdicts {
		if b.RequestID != "" && v.request == b.RequestID {
			if v.State == debate.Interrupted && v.hash == string(b.RequestHash) {
				v.request = ""
				continue
			}
			return debate.Verdict{}, debate.ErrRequestExists
		}
		if v.ConversationID == b.ConversationID && v.State == debate.Running {
			return debate.Verdict{}, &debate.Error{Reason: debate.TurnRunning}
		}
	}
	v := debate.Verdict{
		ID: b.ID, ConversationID: b.ConversationID, Owner: b.Owner, State: debate.Running, ThroughTurn: b.ThroughTurn, CreatedAt: b.Now, LeaseUntil: b.LeaseUntil,
	}
	m.verdicts = append(m.verdicts, &keptVerdict{v, b.RequestID, string(b.RequestHash), b.Holder})
	return v, nil
}

func (m *reviews) FindVerdict(_ context.Context, owner debate.Owner, requestID string) (debate.Verdict, []byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.verdicts {
		if v.Owner == owner && v.request == requestID {
			return v.Verdict, []byte(v.hash), nil
		}
	}
	return debate.Verdict{}, nil, debate.ErrNotFound
}

func (m *reviews) Verdict(_ context.Context, owner debate.Owner, conversationID string) (debate.Verdict, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := len(m.verdicts) - 1; i >= 0; i-- {
		if v := m.verdicts[i]; v.Owner == owner && v.ConversationID == conversationID {
			return v.Verdict, nil
		}
	}
	return debate.Verdict{}, debate.ErrNotFound
}

func (m *reviews) RenewVerdict(_ context.Context, id, holder string, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.verdicts {
		if v.ID == id && v.holder == holder && v.State == debate.Running && !m.lost {
			v.LeaseUntil = until
			return nil
		}
	}
	return debate.ErrLeaseLost
}

func (m *reviews) FinishVerdict(_ context.Context, done debate.Verdict, holder string) (debate.Verdict, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.finishes) > 0 {
		err := m.finishes[0]
		m.finishes = m.finishes[1:]
		return debate.Verdict{}, err
	}
	for _, v := range m.verdicts {
		if v.ID == done.ID && v.holder == holder && v.State == debate.Running && !m.lost {
			v.Verdict = done
			return done, nil
		}
	}
	return debate.Verdict{}, debate.ErrLeaseLost
}

func (m *reviews) InterruptVerdicts(_ context.Context, now time.Time) (n int, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.verdicts {
		if v.State == debate.Running && v.LeaseUntil.Before(now) {
			failure := debate.FailureVerdictInterrupted
			v.State, v.Failure, v.holder, v.FinishedAt = debate.Interrupted, &failure, "", now
			n++
		}
	}
	return n, nil
}

func (m *memory) RateTurn(_ context.Context, owner debate.Owner, id string, _ int, rating debate.Rating) (debate.Turn, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range m.turns {
		if t.ID == id && t.Owner == owner && t.State == debate.Completed {
			t.Rating = rating
			return t.Turn, nil
		}
	}
	return debate.Turn{}, debate.ErrNotFound
}

func (m *reviews) AddConversation(_ context.Context, c debate.Conversation, turns []debate.Turn, requestID string, hash []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.forks == nil {
		m.forks = map[string]keptFork{}
	}
	if _, twice := m.forks[requestID]; twice && requestID != "" {
		return debate.ErrRequestExists
	}
	m.forks[requestID] = keptFork{c, turns, hash}
	return nil
}

func (m *reviews) FindFork(_ context.Context, owner debate.Owner, requestID string) (debate.Conversation, []byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f, ok := m.forks[requestID]; ok && f.conversation.Owner == owner {
		return f.conversation, f.hash, nil
	}
	return debate.Conversation{}, nil, debate.ErrNotFound
}
