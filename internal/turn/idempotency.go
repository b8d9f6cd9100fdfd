package turn

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// replayIfDuplicate returns the attempt, or, where it was refused, looks for the one that its
// request id made before: most requests are new, so that comes last.
func (s *Service) replayIfDuplicate(ctx context.Context, owner debate.Owner, requestID string, hash []byte, a *attempt, refusal error) (*attempt, error) {
	switch debate.ReasonOf(refusal) {
	case "", debate.StoreUnavailable:
		return a, refusal
	default:
		if a, found, err := s.find(ctx, owner, requestID, hash); found || err != nil {
			return a, err
		}
		return a, refusal
	}
}

// find reads the attempt that a request id made before.
func (s *Service) find(ctx context.Context, owner debate.Owner, requestID string, hash []byte) (a *attempt, found bool, err error) {
	if requestID == "" {
		return nil, false, nil
	}
	t, before, err := s.cfg.Store.FindRequest(ctx, owner, requestID)
	if debate.ReasonOf(err) == debate.NotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if string(before) != string(hash) {
		return nil, false, &debate.Error{
			Reason:  debate.RequestIDReused,
			Message: debate.ErrRequestExists.Message,
			TurnID:  t.ID,
		}
	}
	a, err = s.loadAttempt(ctx, owner, t)
	return a, err == nil, err
}

// requestLocks keep the copies of a request that come at once in line, so that all
// but the first find its turn, and need no slot of their own.
type requestLocks struct {
	mu    sync.Mutex
	locks map[requestKey]*requestLock
}

type requestKey struct {
	owner debate.Owner
	id    string
}

type requestLock struct {
	first chan struct{} // holds one while a copy begins
	all   int
}

// lock waits for the copies before; leave lets the next one in.
func (c *requestLocks) lock(ctx context.Context, owner debate.Owner, id string) (leave func(), err error) {
	if id == "" {
		return func() {}, nil
	}
	r := requestKey{owner, id}
	l := c.get(r)
	select {
	case l.first <- struct{}{}:
		return func() {
			<-l.first
			c.put(r, l)
		}, nil
	case <-ctx.Done():
		c.put(r, l)
		return nil, ctx.Err()
	}
}

func (c *requestLocks) get(r requestKey) *requestLock {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.locks == nil {
		c.locks = make(map[requestKey]*requestLock)
	}
	l := c.locks[r]
	if l == nil {
		l = &requestLock{first: make(chan struct{}, 1)}
		c.locks[r] = l
	}
	l.all++
	return l
}

func (c *requestLocks) put(r requestKey, l *requestLock) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l.all--; l.all == 0 {
		delete(c.locks, r)
	}
}

// hashChat tells requests with the same id apart.
func hashChat(r debate.ChatRequest) []byte {
	parts := []string{"chat", r.ConversationID, r.Message, r.Topic, string(r.Stance), string(r.Difficulty)}
	// What was stored before there were personas and roles stays the same request.
	if r.Persona != "" || r.Role != "" {
		parts = append(parts, r.Persona)
	}
	if r.Role != "" {
		parts = append(parts, string(r.Role))
	}
	if r.Format != "" {
		parts = append(parts, "format", r.Format)
	}
	return hashOf(parts...)
}

func hashOf(parts ...string) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.AppendUvarint(nil, uint64(len(p)))) // a hash never fails
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}
