package turn

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/debate-chatbot/debate-api/internal/aside"
	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/gate"
)

// How long things take in the life of a turn.
const (
	renewEvery     = 5 * time.Second
	unaryWait      = 28 * time.Second // then a unary call answers StillRunning
	heartbeatEvery = 10 * time.Second
	sweepEvery     = 5 * time.Second
)

// How many turns are read at a time.
const (
	promptWindow   = 30  // of a conversation, into a prompt
	responseWindow = 5   // into the answer of a unary call
	sweepLimit     = 100 // whose lease ran out
)

// readAlong says how many of the turns before a new one are read with it.
var readAlong = debate.WindowSpec{Min: responseWindow - 1, Max: promptWindow}

// Config is what a Service is made of.
type Config struct {
	Store debate.Store
	Model debate.Model
	// Analyst may be nil.
	Analyst debate.Analyst
	// Unmoderated says that the Analyst moderates nothing, and need not be asked to.
	Unmoderated bool
	// StanceGuard has the Analyst check replies that are whole.
	StanceGuard bool
	// TopicReader corrects the reading of first messages where there is no Analyst; nil
	// does not.
	TopicReader debate.TopicReader
	// Coach suggests points; nil has none.
	Coach debate.Coach
	// Judge makes verdicts; nil has rules make them.
	Judge debate.Judge
	// Live may be nil, for a single replica.
	Live   debate.Live
	Topics []debate.Topic
	// Quota is how many tokens a key may use in a UTC day, 0 for any number.
	// A nil Quota limits nothing.
	Quota func(key string) int64
	// Slots bounds the turns that run at once; nil does not.
	Slots debate.Slots
	// Observer may be nil.
	Observer debate.Observer
	// Rated, unless it is nil, is told of each rating of a reply.
	Rated func(context.Context, debate.Rating)
	// SweepOnce has Run look for turns whose holder died only once, at its start, for a store that
	// pauses while nobody asks it. A turn whose holder dies later is ended by whoever looks at it.
	SweepOnce bool
	// ReplyTimeout is the longest reply, with its commit; 0 is 90 seconds.
	ReplyTimeout time.Duration
	// LogTexts writes what is said to the log, which otherwise never has it.
	LogTexts bool
	// Holder names this process among those that share the store.
	Holder string
	// NewID makes the ids of conversations and turns: UUIDv7.
	NewID func() string
	// Log takes what no caller is told; nil discards it.
	Log *slog.Logger
}

// unlimited is Slots where nothing is limited.
type unlimited struct{}

func (unlimited) Acquire(context.Context, debate.Owner) (debate.Slot, error) { return noopSlot{}, nil }

type noopSlot struct{}

func (noopSlot) Renew(context.Context) {}

func (noopSlot) Release(context.Context) {}

// nopObserver observes nothing, where there is no Observer.
func nopObserver(ctx context.Context, _ debate.Lease) (context.Context, func(debate.AttemptResult)) {
	return ctx, func(debate.AttemptResult) {}
}

// Service runs debates. Its methods are safe for concurrent use and return
// *Error for whatever a caller may be told; any other error is the caller's
// own context's or a fault.
type Service struct {
	cfg      Config
	requests requestLocks
	windows  windows
	sheets   sheets

	followers followers     // of changes
	drained   chan struct{} // closed when draining

	mu       sync.Mutex
	draining bool
	replies  map[debate.Ref]*reply // those that run here
	idle     chan struct{}         // closed when draining and no reply runs
}

// New makes a Service. Run must run beside it.
func New(c Config) *Service {
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	c.ReplyTimeout = cmp.Or(c.ReplyTimeout, 90*time.Second)
	c.Slots = cmp.Or[debate.Slots](c.Slots, unlimited{})
	if c.Observer == nil {
		c.Observer = nopObserver
	}
	if c.Analyst != nil {
		c.Analyst = recoveringAnalyst{c.Analyst}
	}
	return &Service{
		cfg: c, windows: newWindows(), sheets: newSheets(), followers: followers{all: make(map[string]map[chan struct{}]bool)}, drained: make(chan struct{}),
		replies: make(map[debate.Ref]*reply), idle: make(chan struct{}),
	}
}

// opening is the message that Warm reads.
const opening = "Teabags should be round, because they fit the cup."

// Warm loads what the first message needs, which takes some tenths of a second. It loads one thing
// after the other, which takes less memory at once. A message that comes meanwhile loads what it
// needs itself.
func Warm(m debate.Model) {
	subject, _ := claim.Read(opening)
	readGate().Check(gate.Input{Message: opening, Topic: subject.Topic, Side: gate.Side(subject.Stance)})
	aside.Read(opening, subject.Topic)
	if m, ok := m.(interface{ Warm(opening string) }); ok {
		m.Warm(opening)
	}
}

// Run ends turns whose holder has died, at once and from time to time, and
// handles stop signals of other replicas, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	if s.cfg.Live != nil {
		go s.handleSignals(ctx, s.cfg.Live.Stops(), s.cfg.Live.Changes()) // also while a sweep waits for the store
	}
	s.sweep(ctx)
	s.sweepChanges(ctx)
	if s.cfg.SweepOnce {
		<-ctx.Done()
		return
	}
	sweep, sweepChanges := time.NewTicker(sweepEvery), time.NewTicker(sweepChangesEvery)
	defer sweep.Stop()
	defer sweepChanges.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sweep.C:
			s.sweep(ctx)
		case <-sweepChanges.C:
			s.sweepChanges(ctx)
		}
	}
}

func (s *Service) handleSignals(ctx context.Context, stops, changes <-chan string) {
	for {
		select {
		case <-ctx.Done():
			return
		case turnID, ok := <-stops:
			if !ok {
				return
			}
			s.stopHere(turnID)
		case owner := <-changes:
			s.followers.wake(owner)
		}
	}
}

func (s *Service) sweep(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, debate.StoreWait)
	defer cancel()
	turns, err := s.cfg.Store.Interrupt(ctx, "", time.Now(), sweepLimit)
	if err != nil && ctx.Err() == nil {
		s.cfg.Log.WarnContext(ctx, "cannot look for interrupted turns", "error", err)
	}
	s.reportInterrupted(ctx, turns)
	if _, err := s.cfg.Store.InterruptVerdicts(ctx, time.Now()); err != nil && ctx.Err() == nil {
		s.cfg.Log.WarnContext(ctx, "cannot look for interrupted verdicts", "error", err)
	}
}

func (s *Service) sweepChanges(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, debate.StoreWait)
	defer cancel()
	if err := s.cfg.Store.SweepChanges(ctx, time.Now().Add(-debate.ChangesKept)); err != nil && ctx.Err() == nil {
		s.cfg.Log.WarnContext(ctx, "cannot forget what happened long ago", "error", err)
	}
}

// reportInterrupted tells of turns that were ended in place of their holder.
func (s *Service) reportInterrupted(ctx context.Context, turns []debate.Turn) {
	for _, t := range turns {
		s.cfg.Log.InfoContext(ctx, "turn interrupted: its holder is gone", "turn_id", t.ID)
		_, ended := s.cfg.Observer(ctx, debate.Lease{ConversationID: t.ConversationID, TurnID: t.ID, Attempt: t.Attempt})
		ended(debate.AttemptResult{State: t.State, Reason: t.FailureReason()})
		s.changed(t.Owner)
	}
}

// Drain stops beginning turns, lets the running ones finish until ctx ends,
// and stores the rest as interrupted. An error says that some could not be
// stored; their leases run out.
func (s *Service) Drain(ctx context.Context) error {
	s.mu.Lock()
	if !s.draining {
		s.draining = true
		close(s.drained)
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
	case <-time.After(debate.StoreWait):
		return errors.New("debate: drained with replies that could not be stored")
	}
}

// register adds a reply that is about to run here.
func (s *Service) register(r *reply) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return &debate.Error{
			Reason:     debate.Draining,
			Message:    "this replica is shutting down; repeat the call with the same request_id",
			RetryAfter: time.Second,
		}
	}
	s.replies[r.ref] = r
	return nil
}

// unregister forgets a reply that has ended.
func (s *Service) unregister(r *reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.replies, r.ref)
	if s.draining && len(s.replies) == 0 {
		close(s.idle)
	}
}

// here is the reply of an attempt that runs in this process, nil if none does.
func (s *Service) here(ref debate.Ref) *reply {
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
