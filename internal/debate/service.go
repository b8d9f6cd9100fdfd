package debate

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// How long things take in the life of a turn.
const (
	leaseTime      = 15 * time.Second // a holder that is silent for so long has lost its turn
	renewEvery     = 5 * time.Second
	turnDeadline   = 90 * time.Second // the longest reply, with its commit
	unaryWait      = 28 * time.Second // then a unary call answers StillRunning
	heartbeatEvery = 10 * time.Second
	storeWait      = 5 * time.Second // for one call of the store that a reply depends on
	sweepEvery     = 5 * time.Second
)

// How many turns are read at a time.
const (
	promptWindow   = 30  // of a conversation, into a prompt
	responseWindow = 5   // into the answer of a unary call
	sweepLimit     = 100 // whose lease ran out
)

// readAlong are the turns that are read before a new one.
var readAlong = Span{Least: responseWindow - 1, Most: promptWindow}

// Config is what a Service is made of.
type Config struct {
	Store Store
	Model Model
	// Analyst may be nil.
	Analyst Analyst
	// StanceGuard has the Analyst check replies that are whole.
	StanceGuard bool
	// Live may be nil, for a single replica.
	Live   Live
	Topics []Topic
	// Quota is how many tokens a key may use in a UTC day, 0 for any number.
	// A nil Quota limits nothing.
	Quota func(key string) int64
	// Slots bounds the turns that run at once; nil does not.
	Slots Slots
	// Watch is told of every attempt that runs here, and gives the context that
	// it runs in and who is told of its end; and of each that is ended here
	// because its holder died. Nil watches nothing.
	Watch func(context.Context, Hold) (context.Context, func(Ending))
	// LogTexts writes what is said to the log, which otherwise never has it.
	LogTexts bool
	// Holder names this process among those that share the store.
	Holder string
	// NewID makes the ids of conversations and turns: UUIDv7.
	NewID func() string
	// Log takes what no caller is told; nil discards it.
	Log *slog.Logger
}

// Ending is how an attempt ended, without a word of what was said.
type Ending struct {
	State TurnState
	// Reason is why there is no whole reply.
	Reason Reason
	Usage  Usage
	// SideUsage has that of the side calls after the end, too.
	SideUsage Usage
	// FirstText is the time from the beginning to the first text that readers
	// were shown, 0 if they were shown none.
	FirstText time.Duration
	// Took is the time to the end; 0 of an attempt that did not end where it ran.
	Took time.Duration
}

// unwatched is Watch where nobody does.
func unwatched(ctx context.Context, _ Hold) (context.Context, func(Ending)) {
	return ctx, func(Ending) {}
}

// Service holds debates. Its methods are safe for concurrent use and return
// *Error for whatever a caller may be told; any other error is the caller's
// own context's or a fault.
type Service struct {
	store   Store
	model   Model
	analyst Analyst
	guard   bool
	live    Live
	topics  []Topic
	quota   func(key string) int64
	slots   Slots
	watch   func(context.Context, Hold) (context.Context, func(Ending))
	copies  copies
	texts   bool // are logged
	holder  string
	newID   func() string
	log     *slog.Logger

	mu       sync.Mutex
	draining bool
	replies  map[Ref]*reply // those that run here
	idle     chan struct{}  // closed when draining and no reply runs
}

// New makes a Service. Run must run beside it.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Watch == nil {
		c.Watch = unwatched
	}
	if c.Analyst != nil {
		c.Analyst = calm{c.Analyst}
	}
	return &Service{
		store:   c.Store,
		model:   c.Model,
		analyst: c.Analyst,
		guard:   c.StanceGuard,
		live:    c.Live,
		topics:  c.Topics,
		quota:   c.Quota,
		slots:   c.Slots,
		watch:   c.Watch,
		texts:   c.LogTexts,
		holder:  c.Holder,
		newID:   c.NewID,
		log:     c.Log,
		replies: make(map[Ref]*reply),
		idle:    make(chan struct{}),
	}
}

// Run ends turns whose holder has died, at once and from time to time, and
// obeys stop signals of other replicas, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	if s.live != nil {
		go s.obey(ctx, s.live.Stops()) // also while a sweep waits for the store
	}
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	s.sweep(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-sweep.C:
			s.sweep(ctx)
		}
	}
}

func (s *Service) obey(ctx context.Context, stops <-chan string) {
	for {
		select {
		case <-ctx.Done():
			return
		case turnID, ok := <-stops:
			if !ok {
				return
			}
			s.stopHere(turnID)
		}
	}
}

func (s *Service) sweep(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	turns, err := s.store.Interrupt(ctx, "", time.Now(), sweepLimit)
	if err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "cannot look for interrupted turns", "error", err)
	}
	s.tellInterrupted(ctx, turns)
}

// tellInterrupted tells of turns that were ended in place of their holder.
func (s *Service) tellInterrupted(ctx context.Context, turns []Turn) {
	for _, t := range turns {
		s.log.InfoContext(ctx, "turn interrupted: its holder is gone", "turn_id", t.ID)
		_, ended := s.watch(ctx, Hold{ConversationID: t.ConversationID, TurnID: t.ID, Attempt: t.Attempt})
		ended(Ending{State: t.State, Reason: t.reason()})
	}
}

// Drain stops beginning turns, lets the running ones finish until ctx ends,
// and stores the rest as interrupted. An error says that some could not be
// stored; their leases run out.
func (s *Service) Drain(ctx context.Context) error {
	s.mu.Lock()
	if !s.draining {
		s.draining = true
		if len(s.replies) == 0 {
			close(s.idle)
		}
	}
	s.mu.Unlock()

	select {
	case <-s.idle:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	for _, r := range s.replies {
		r.cancel(errDrained)
	}
	s.mu.Unlock()
	select {
	case <-s.idle:
		return nil
	case <-time.After(storeWait):
		return errors.New("debate: drained with replies that could not be stored")
	}
}

// hold registers a reply that is about to run here.
func (s *Service) hold(r *reply) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return &Error{
			Reason:     Draining,
			Message:    "this replica is shutting down; repeat the call with the same request_id",
			RetryAfter: time.Second,
		}
	}
	s.replies[r.ref] = r
	return nil
}

// release forgets a reply that has ended.
func (s *Service) release(r *reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.replies, r.ref)
	if s.draining && len(s.replies) == 0 {
		close(s.idle)
	}
}

// here is the reply of an attempt that runs in this process, nil if none does.
func (s *Service) here(ref Ref) *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.replies[ref]
}

// stopHere stops a turn that runs in this process, if it does.
func (s *Service) stopHere(turnID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ref, r := range s.replies {
		if ref.TurnID == turnID {
			r.cancel(errStopped)
			return true
		}
	}
	return false
}
