package turn

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// begin stores the turn that r asks for and starts its reply, or finds the one
// that its request id made before.
func (s *Service) begin(ctx context.Context, owner debate.Owner, r debate.ChatRequest, paced bool) (*attempt, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	leave, err := s.requests.lock(ctx, owner, r.RequestID)
	if err != nil {
		return nil, err
	}
	defer leave()
	r.Persona, r.Topic = strings.TrimSpace(r.Persona), debate.WithoutDirections(r.Topic)
	if r, err = readFormat(r); err != nil {
		return nil, err
	}
	hash := hashChat(r)
	a, err := s.beginNew(ctx, owner, r, hash, paced)
	return s.replayIfDuplicate(ctx, owner, r.RequestID, hash, a, err)
}

// beginNew begins a turn for a request id that made nothing yet.
func (s *Service) beginNew(ctx context.Context, owner debate.Owner, r debate.ChatRequest, hash []byte, paced bool) (*attempt, error) {
	if err := s.checkQuota(ctx, owner); err != nil {
		return nil, err
	}
	if err := s.checkSubject(ctx, owner, r); err != nil {
		return nil, err
	}
	b := debate.BeginTurnParams{
		Owner:        owner,
		Conversation: r.ConversationID,
		New:          r.ConversationID == "",
		Difficulty:   r.Difficulty,
		Persona:      r.Persona,
		Format:       r.Format,
		Duel:         r.Duel,
		TurnID:       s.cfg.NewID(),
		Message:      r.Message,
		RequestID:    r.RequestID,
		RequestHash:  hash,
		Holder:       s.cfg.Holder,
		History:      readAlong,
	}
	if b.New {
		b.Conversation, b.Difficulty = s.cfg.NewID(), cmp.Or(b.Difficulty, debate.Medium)
	}
	var guess subjectGuess
	if b.New || r.Topic != "" {
		if guess = s.guessSubject(r); guess.settled && !guess.stopped {
			b.Subject = guess.subject
		}
	}
	if b.New && b.Subject.Title == "" {
		// Until there is a motion, lists name it by what was said.
		b.Subject.Title = claim.Title(strings.Join(strings.Fields(r.Message), " "))
	}
	running, rep, err := s.reserve(ctx, owner, debate.Ref{TurnID: b.TurnID, Attempt: 1})
	if err != nil {
		return nil, err
	}
	known := s.windows.of(b.Conversation)
	b.History.Known = known.revision
	b.Now = time.Now()
	b.LeaseUntil = b.Now.Add(debate.LeaseTime)
	a, err := s.launch(running, rep, paced, func(ctx context.Context) (debate.BeginTurnResult, subjectGuess, error) {
		begun, err := s.cfg.Store.BeginTurn(ctx, b)
		if err != nil {
			return begun, guess, err
		}
		known.complete(&begun)
		if begun.Conversation.Topic == "" && !b.New && r.Topic == "" {
			guess = s.guessSubject(r)
		}
		return begun, guess, nil
	})
	if err != nil {
		return nil, s.endedIfOver(ctx, owner, r.ConversationID, err)
	}
	return a, nil
}

func (s *Service) beginRetry(ctx context.Context, owner debate.Owner, turnID, requestID string) (*attempt, error) {
	if err := debate.ValidateRequestID(requestID); err != nil {
		return nil, err
	}
	leave, err := s.requests.lock(ctx, owner, requestID)
	if err != nil {
		return nil, err
	}
	defer leave()
	hash := hashOf("retry", turnID)
	a, err := s.beginNewRetry(ctx, owner, turnID, requestID, hash, true)
	return s.replayIfDuplicate(ctx, owner, requestID, hash, a, err)
}

// beginNewRetry begins a retry for a request id that made nothing yet.
func (s *Service) beginNewRetry(ctx context.Context, owner debate.Owner, turnID, requestID string, hash []byte, paced bool) (*attempt, error) {
	if err := s.checkQuota(ctx, owner); err != nil {
		return nil, err
	}
	// The attempt's number is the store's to give; this is its guess.
	current, err := s.cfg.Store.Turn(ctx, owner, turnID, 0)
	if err != nil {
		return nil, err
	}
	running, rep, err := s.reserve(ctx, owner, debate.Ref{TurnID: current.ID, Attempt: current.Attempt + 1})
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return s.launch(running, rep, paced, func(ctx context.Context) (begun debate.BeginTurnResult, guess subjectGuess, err error) {
		begun, err = s.cfg.Store.RetryTurn(ctx, debate.RetryTurnParams{
			Owner:       owner,
			TurnID:      current.ID,
			RequestID:   requestID,
			RequestHash: hash,
			Holder:      s.cfg.Holder,
			LeaseUntil:  now.Add(debate.LeaseTime),
			Now:         now,
		})
		if err == nil && begun.Turn.Attempt != rep.ref.Attempt {
			// Another retry came and went in between.
			err = s.renumber(rep, begun.Turn.Attempt)
		}
		if err != nil {
			return begun, guess, err
		}
		if current.State == debate.Completed && current.Kind == debate.ArgumentKind && begun.Conversation.Rounds > 0 {
			begun.Conversation.Rounds-- // the retry belongs to the phase of the reply that it may replace
		}
		if begun.Conversation.Topic == "" {
			guess = s.guessSubject(debate.ChatRequest{Message: begun.Turn.Message})
		}
		return begun, guess, nil
	})
}

// reserve takes a slot for an attempt that is about to begin, which may cost a
// round trip, and registers its reply. The context it returns is the reply's:
// from here on the caller may leave, because a turn must not be left that nobody
// runs. What follows is launch or abandon.
func (s *Service) reserve(ctx context.Context, owner debate.Owner, ref debate.Ref) (context.Context, *reply, error) {
	slot, err := s.cfg.Slots.Acquire(ctx, owner)
	if err != nil {
		return nil, nil, err
	}
	running, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	r := &reply{ref: ref, live: s.cfg.Live, slot: slot, cancel: cancel, done: make(chan struct{})}
	if err := s.register(r); err != nil {
		cancel(err)
		slot.Release(context.WithoutCancel(ctx))
		return nil, nil, err
	}
	return running, r, nil
}

// abandon gives back what reserve took for an attempt that did not begin.
func (s *Service) abandon(ctx context.Context, r *reply, cause error) {
	r.cancel(cause)
	s.unregister(r)
	r.slot.Release(context.WithoutCancel(ctx))
}

// launch stores an attempt and runs it to its end in a goroutine of its own, and returns as soon as
// it is stored: the model is asked while the caller is told of the attempt.
func (s *Service) launch(ctx context.Context, r *reply, paced bool, store func(context.Context) (debate.BeginTurnResult, subjectGuess, error)) (a *attempt, err error) {
	stored := make(chan error)
	go func() {
		runner, err := s.store(ctx, r, paced, store)
		if err != nil {
			s.abandon(ctx, r, err)
			stored <- err
			return
		}
		a = &attempt{runner.conversation, runner.turn, runner.turn.Attempt, r}
		close(stored)
		defer s.unregister(r)
		runner.run(ctx)
	}()
	if err := <-stored; err != nil {
		return nil, err
	}
	s.changed(a.turn.Owner)
	return a, nil
}

// store stores an attempt by the function given, also where ctx has ended, and makes its runner. A
// panic is an error.
func (s *Service) store(ctx context.Context, r *reply, paced bool, store func(context.Context) (debate.BeginTurnResult, subjectGuess, error)) (_ *attemptRunner, err error) {
	defer recoverError(&err)
	storing, cancel := context.WithTimeout(context.WithoutCancel(ctx), debate.StoreWait)
	defer cancel()
	begun, guess, err := store(storing)
	if err != nil {
		return nil, err
	}
	c, t := begun.Conversation, begun.Turn
	hasSubject := c.Topic != ""
	if s.cfg.LogTexts {
		s.cfg.Log.InfoContext(ctx, "message", "turn_id", t.ID, "text", t.Message)
	}
	if t.Number > 1 {
		guess.verdict = nil // care may have come before
	}
	if hasSubject {
		guess = subjectGuess{settled: true, topicGiven: true, verdict: guess.verdict, subject: debate.Subject{Topic: c.Topic, Stance: c.Stance, Title: c.Title, Language: c.Language}}
	} else if guess.settled && !guess.stopped && guess.subject.Topic != "" && t.Number == 1 {
		c = c.WithSubject(guess.subject)
	}
	now := time.Now()
	return &attemptRunner{
		cfg:          &s.cfg,
		windows:      s.windows,
		reply:        r,
		conversation: c,
		turn:         t,
		history:      begun.History,
		guess:        guess,
		hasSubject:   hasSubject,
		paced:        paced,
		changed:      s.changed,
		began:        now,
		deadline:     now.Add(s.cfg.ReplyTimeout),
	}, nil
}

// renumber registers a reply under another attempt.
func (s *Service) renumber(r *reply, number int) error {
	s.unregister(r)
	r.ref.Attempt = number
	return s.register(r)
}
