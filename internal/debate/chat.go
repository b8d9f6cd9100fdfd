package debate

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// ChatResult is a turn taken.
type ChatResult struct {
	Conversation Conversation
	Turn         Turn
	// Window is the latest 5 turns, oldest first.
	Window []Turn
}

// Chat takes a turn and waits for the reply, 28 seconds at most. A turn that
// failed is its error.
func (s *Service) Chat(ctx context.Context, owner Owner, r ChatRequest) (ChatResult, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, unaryWait, errStillRunning)
	defer cancel()
	a, err := s.begin(ctx, owner, r, false)
	if err != nil {
		return ChatResult{}, waited(ctx, "", err)
	}
	turn, err := s.await(ctx, a)
	if err != nil {
		return ChatResult{}, waited(ctx, a.turn.ID, err)
	}
	if turn.State == Failed || turn.State == Interrupted {
		return ChatResult{}, outcomeError(turn)
	}
	if a.reply != nil {
		// The turn holds the conversation's place until it ends, so what was
		// read for the prompt is still what came before.
		window := append(latest(a.reply.before, responseWindow-1), turn)
		return ChatResult{a.reply.conversation, turn, window}, nil
	}
	c, err := s.store.Conversation(ctx, owner, turn.ConversationID)
	if err != nil {
		return ChatResult{}, err
	}
	window, err := s.store.Turns(ctx, owner, c.ID, turn.Number+1, true, responseWindow)
	slices.Reverse(window)
	return ChatResult{c, turn, window}, err
}

// ChatStream takes a turn and streams the reply. It returns an error only
// before Started was sent, or the sink's own.
func (s *Service) ChatStream(ctx context.Context, owner Owner, r ChatRequest, send Sink) error {
	a, err := s.begin(ctx, owner, r, true)
	if err != nil {
		return err
	}
	_, err = s.follow(ctx, a, 0, send)
	return err
}

// RetryTurn makes a new attempt at the latest turn's reply and streams it.
func (s *Service) RetryTurn(ctx context.Context, owner Owner, turnID, requestID string, send Sink) error {
	a, err := s.beginRetry(ctx, owner, turnID, requestID)
	if err != nil {
		return err
	}
	_, err = s.follow(ctx, a, 0, send)
	return err
}

// attempt is what a caller follows: a try at a turn's reply, in any state.
type attempt struct {
	conversation Conversation
	turn         Turn
	number       int
	// reply is there if the attempt runs in this process.
	reply *reply
}

func (a attempt) ref() Ref { return Ref{a.turn.ID, a.number} }

// begin stores the turn that r asks for and starts its reply, or finds the one
// that its request id made before.
func (s *Service) begin(ctx context.Context, owner Owner, r ChatRequest, paced bool) (attempt, error) {
	if err := r.Validate(); err != nil {
		return attempt{}, err
	}
	leave, err := s.copies.enter(ctx, owner, r.RequestID)
	if err != nil {
		return attempt{}, err
	}
	defer leave()
	r.Persona = strings.TrimSpace(r.Persona)
	hash := r.hash()
	a, err := s.beginNew(ctx, owner, r, hash, paced)
	return s.orFound(ctx, owner, r.RequestID, hash, a, err)
}

// orFound is the attempt, or, where it was refused, the one that its request
// id made before: most requests are new, so that is looked for last.
func (s *Service) orFound(ctx context.Context, owner Owner, requestID string, hash []byte, a attempt, refusal error) (attempt, error) {
	switch ReasonOf(refusal) {
	case "", StoreUnavailable:
		return a, refusal
	default:
		if a, found, err := s.find(ctx, owner, requestID, hash); found || err != nil {
			return a, err
		}
		return a, refusal
	}
}

// beginNew is begin for a request id that made nothing yet.
func (s *Service) beginNew(ctx context.Context, owner Owner, r ChatRequest, hash []byte, paced bool) (attempt, error) {
	if err := s.checkQuota(ctx, owner); err != nil {
		return attempt{}, err
	}
	if err := s.checkSubject(ctx, owner, r); err != nil {
		return attempt{}, err
	}
	b := Begin{
		Owner:        owner,
		Conversation: r.ConversationID,
		New:          r.ConversationID == "",
		Difficulty:   r.Difficulty,
		Persona:      r.Persona,
		TurnID:       s.newID(),
		Message:      r.Message,
		RequestID:    r.RequestID,
		RequestHash:  hash,
		Holder:       s.holder,
		Before:       readAlong,
	}
	if b.New {
		b.Conversation = s.newID()
		if b.Difficulty == "" {
			b.Difficulty = Medium
		}
	}
	var open opening
	if b.New || r.Topic != "" {
		if open = s.open(r); open.settled {
			b.Subject = open.subject
		}
	}
	return s.start(ctx, owner, beginning{
		ref:   Ref{b.TurnID, 1},
		paced: paced,
		store: func(ctx context.Context, now time.Time) (Begun, error) {
			b.Now, b.LeaseUntil = now, now.Add(leaseTime)
			return s.store.Begin(ctx, b)
		},
		open: func(Turn) opening {
			if !b.New && r.Topic == "" {
				open = s.open(r)
			}
			return open
		},
	})
}

func (s *Service) beginRetry(ctx context.Context, owner Owner, turnID, requestID string) (attempt, error) {
	if !validRequestID(requestID) {
		return attempt{}, Invalid("request_id", "must be at most 128 visible ASCII characters")
	}
	leave, err := s.copies.enter(ctx, owner, requestID)
	if err != nil {
		return attempt{}, err
	}
	defer leave()
	hash := hashOf("retry", turnID)
	a, err := s.beginNewRetry(ctx, owner, turnID, requestID, hash)
	return s.orFound(ctx, owner, requestID, hash, a, err)
}

// beginNewRetry is beginRetry for a request id that made nothing yet.
func (s *Service) beginNewRetry(ctx context.Context, owner Owner, turnID, requestID string, hash []byte) (attempt, error) {
	if err := s.checkQuota(ctx, owner); err != nil {
		return attempt{}, err
	}
	// The attempt's number is the store's to give; this is its guess.
	current, err := s.store.Turn(ctx, owner, turnID, 0)
	if err != nil {
		return attempt{}, err
	}
	return s.start(ctx, owner, beginning{
		ref:   Ref{current.ID, current.Attempt + 1},
		paced: true,
		store: func(ctx context.Context, now time.Time) (Begun, error) {
			return s.store.BeginRetry(ctx, BeginRetry{
				Owner:       owner,
				TurnID:      current.ID,
				RequestID:   requestID,
				RequestHash: hash,
				Holder:      s.holder,
				LeaseUntil:  now.Add(leaseTime),
				Now:         now,
			})
		},
		open: func(t Turn) opening { return s.open(ChatRequest{Message: t.Message}) },
	})
}

// beginning is how an attempt comes to be.
type beginning struct {
	ref   Ref
	paced bool
	// store stores it as running.
	store func(ctx context.Context, now time.Time) (Begun, error)
	// open reads the subject for a conversation that has none yet.
	open func(Turn) opening
}

// start registers a reply, stores its attempt and runs it. From here on the
// caller may leave: a turn must not be left that nobody runs.
func (s *Service) start(ctx context.Context, owner Owner, b beginning) (attempt, error) {
	slot, err := s.takeSlot(ctx, owner)
	if err != nil {
		return attempt{}, err
	}
	detached := context.WithoutCancel(ctx)
	running, cancel := context.WithCancelCause(detached)
	rep := &reply{ref: b.ref, live: s.live, slot: slot, cancel: cancel, done: make(chan struct{})}
	if err := s.hold(rep); err != nil {
		cancel(err)
		slot.Free(detached)
		return attempt{}, err
	}
	storing, done := context.WithTimeout(detached, storeWait)
	begun, err := b.store(storing, time.Now())
	done()
	if err == nil && begun.Turn.Attempt != b.ref.Attempt {
		// Another retry came and went in between.
		err = s.renumber(rep, begun.Turn.Attempt)
	}
	if err != nil {
		cancel(err)
		s.release(rep)
		slot.Free(detached)
		return attempt{}, err
	}
	if s.texts {
		s.log.InfoContext(detached, "message", "turn_id", begun.Turn.ID, "text", begun.Turn.Message)
	}
	var open opening
	if begun.Conversation.Topic == "" {
		open = b.open(begun.Turn)
	}
	return s.run(running, rep, begun, open, b.paced), nil
}

// renumber registers a reply under another attempt.
func (s *Service) renumber(r *reply, number int) error {
	s.release(r)
	r.ref.Attempt = number
	return s.hold(r)
}

// find is the attempt that a request id made before.
func (s *Service) find(ctx context.Context, owner Owner, requestID string, hash []byte) (a attempt, found bool, err error) {
	if requestID == "" {
		return attempt{}, false, nil
	}
	t, before, err := s.store.FindRequest(ctx, owner, requestID)
	if ReasonOf(err) == NotFound {
		return attempt{}, false, nil
	}
	if err != nil {
		return attempt{}, false, err
	}
	if string(before) != string(hash) {
		return attempt{}, false, &Error{
			Reason:  RequestIDReused,
			Message: "this request_id was used for a different request; take a new one for each new request",
			TurnID:  t.ID,
		}
	}
	a, err = s.look(ctx, owner, t)
	return a, err == nil, err
}

// look is the attempt that t shows.
func (s *Service) look(ctx context.Context, owner Owner, t Turn) (attempt, error) {
	c, err := s.store.Conversation(ctx, owner, t.ConversationID)
	if err != nil {
		return attempt{}, err
	}
	a := attempt{c, t, t.Attempt, s.here(Ref{t.ID, t.Attempt})}
	if a.reply == nil && t.State == Running && t.Attempt > 1 {
		// The turn shows the reply before until this one is whole.
		a.turn, err = s.store.Turn(ctx, owner, t.ID, t.Attempt)
	}
	return a, err
}

// opening is what is known of a conversation's subject before a model spoke.
type opening struct {
	subject Subject
	// settled says that there is nothing left to ask.
	settled bool
	// stance is the one that the caller gave the bot, if any.
	stance Stance
}

// open reads the subject from a message for a conversation that has none.
func (s *Service) open(r ChatRequest) opening {
	if r.Topic != "" {
		given := Subject{
			Topic:    r.Topic,
			Stance:   r.Stance,
			Title:    titleOf(r.Topic),
			Language: guessLanguage(sentencesOf(r.Message)),
		}
		if given.Stance == NoStance {
			given.Stance = SideOf(r.Message, r.Topic).Opposite()
		}
		return opening{subject: given, settled: true, stance: r.Stance}
	}
	read, ok := ReadClaim(r.Message)
	if !ok {
		read = Subject{Language: read.Language}
	}
	return opening{subject: read.with(r.Stance), settled: s.analyst == nil, stance: r.Stance}
}

// with is the subject with the stance that the bot was given, if it was.
func (s Subject) with(given Stance) Subject {
	if given != NoStance && s.Topic != "" {
		s.Stance = given
	}
	return s
}

// checkSubject refuses to change the topic, side, difficulty or persona of a
// conversation that has one.
func (s *Service) checkSubject(ctx context.Context, owner Owner, r ChatRequest) error {
	if r.ConversationID == "" || r.Topic == "" && r.Stance == NoStance && r.Difficulty == "" && r.Persona == "" {
		return nil
	}
	c, err := s.store.Conversation(ctx, owner, r.ConversationID)
	if err != nil {
		return err
	}
	switch {
	case r.Difficulty != "" && r.Difficulty != c.Difficulty:
		return Invalid("difficulty", "is chosen when a conversation starts; leave it out, or start another conversation")
	case r.Persona != "" && r.Persona != c.Persona:
		return Invalid("persona", "is chosen when a conversation starts; leave it out, or start another conversation")
	case c.Topic == "":
		return nil
	case r.Topic != "" && r.Topic != c.Topic:
		return Invalid("topic", "the conversation has its topic; leave it out, or start another conversation")
	case r.Stance != NoStance && r.Stance != c.Stance:
		return Invalid("stance", "the bot has taken its side; leave it out, or start another conversation")
	default:
		return nil
	}
}

var errStillRunning = &Error{
	Reason:  StillRunning,
	Message: "the reply takes longer than this call; it goes on: watch the turn, or repeat the call with the same request_id",
}

// waited tells a wait of ours that ran out from the caller's own leaving.
func waited(ctx context.Context, turnID string, err error) error {
	if ctx.Err() == nil || !errors.Is(context.Cause(ctx), errStillRunning) {
		return err
	}
	e := *errStillRunning
	e.TurnID = turnID
	return &e
}

// outcomeError is a turn that has no whole reply, as the error of a call.
func outcomeError(t Turn) error {
	f := t.Failure
	if f == nil {
		f = &FailureInterrupted
	}
	e := &Error{Reason: f.Reason, Message: f.Message, TurnID: t.ID}
	switch f.Reason {
	case ModelUnavailable, Draining, StoreUnavailable, Overloaded:
		e.RetryAfter = max(f.RetryAfter, time.Second)
	case InvalidArgument: // the message is all that a model can find fault with
		e.Fields = []FieldViolation{{Field: "message", Description: f.Message}}
	default:
	}
	return e
}

// latest is the last n of turns, in a slice of its own.
func latest(turns []Turn, n int) []Turn {
	if len(turns) > n {
		turns = turns[len(turns)-n:]
	}
	return append(make([]Turn, 0, n+1), turns...)
}
