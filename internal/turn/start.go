package turn

import (
	"context"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// begin stores the turn that r asks for and starts its reply, or finds the one
// that its request id made before.
func (s *Service) begin(ctx context.Context, owner debate.Owner, r debate.ChatRequest, paced bool) (attempt, error) {
	if err := r.Validate(); err != nil {
		return attempt{}, err
	}
	leave, err := s.requests.lock(ctx, owner, r.RequestID)
	if err != nil {
		return attempt{}, err
	}
	defer leave()
	r.Persona = strings.TrimSpace(r.Persona)
	hash := hashChat(r)
	a, err := s.beginNew(ctx, owner, r, hash, paced)
	return s.replayIfDuplicate(ctx, owner, r.RequestID, hash, a, err)
}

// beginNew is begin for a request id that made nothing yet.
func (s *Service) beginNew(ctx context.Context, owner debate.Owner, r debate.ChatRequest, hash []byte, paced bool) (attempt, error) {
	if err := s.checkQuota(ctx, owner); err != nil {
		return attempt{}, err
	}
	if err := s.checkSubject(ctx, owner, r); err != nil {
		return attempt{}, err
	}
	b := debate.BeginTurnParams{
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
		History:      readAlong,
	}
	if b.New {
		b.Conversation = s.newID()
		if b.Difficulty == "" {
			b.Difficulty = debate.Medium
		}
	}
	var guess subjectGuess
	if b.New || r.Topic != "" {
		if guess = s.guessSubject(r); guess.settled {
			b.Subject = guess.subject
		}
	}
	return s.start(ctx, owner, startParams{
		ref:   debate.Ref{TurnID: b.TurnID, Attempt: 1},
		paced: paced,
		store: func(ctx context.Context, now time.Time) (debate.BeginTurnResult, error) {
			b.Now, b.LeaseUntil = now, now.Add(debate.LeaseTime)
			return s.store.BeginTurn(ctx, b)
		},
		guess: func(debate.Turn) subjectGuess {
			if !b.New && r.Topic == "" {
				guess = s.guessSubject(r)
			}
			return guess
		},
	})
}

func (s *Service) beginRetry(ctx context.Context, owner debate.Owner, turnID, requestID string) (attempt, error) {
	if err := debate.ValidateRequestID(requestID); err != nil {
		return attempt{}, err
	}
	leave, err := s.requests.lock(ctx, owner, requestID)
	if err != nil {
		return attempt{}, err
	}
	defer leave()
	hash := hashOf("retry", turnID)
	a, err := s.beginNewRetry(ctx, owner, turnID, requestID, hash)
	return s.replayIfDuplicate(ctx, owner, requestID, hash, a, err)
}

// beginNewRetry is beginRetry for a request id that made nothing yet.
func (s *Service) beginNewRetry(ctx context.Context, owner debate.Owner, turnID, requestID string, hash []byte) (attempt, error) {
	if err := s.checkQuota(ctx, owner); err != nil {
		return attempt{}, err
	}
	// The attempt's number is the store's to give; this is its guess.
	current, err := s.store.Turn(ctx, owner, turnID, 0)
	if err != nil {
		return attempt{}, err
	}
	return s.start(ctx, owner, startParams{
		ref:   debate.Ref{TurnID: current.ID, Attempt: current.Attempt + 1},
		paced: true,
		store: func(ctx context.Context, now time.Time) (debate.BeginTurnResult, error) {
			return s.store.RetryTurn(ctx, debate.RetryTurnParams{
				Owner:       owner,
				TurnID:      current.ID,
				RequestID:   requestID,
				RequestHash: hash,
				Holder:      s.holder,
				LeaseUntil:  now.Add(debate.LeaseTime),
				Now:         now,
			})
		},
		guess: func(t debate.Turn) subjectGuess { return s.guessSubject(debate.ChatRequest{Message: t.Message}) },
	})
}

// startParams are how an attempt comes to be.
type startParams struct {
	ref   debate.Ref
	paced bool
	// store stores it as running.
	store func(ctx context.Context, now time.Time) (debate.BeginTurnResult, error)
	// guess reads the subject for a conversation that has none yet.
	guess func(debate.Turn) subjectGuess
}

// start registers a reply, stores its attempt and runs it. From here on the
// caller may leave: a turn must not be left that nobody runs.
func (s *Service) start(ctx context.Context, owner debate.Owner, b startParams) (attempt, error) {
	slot, err := s.takeSlot(ctx, owner)
	if err != nil {
		return attempt{}, err
	}
	detached := context.WithoutCancel(ctx)
	running, cancel := context.WithCancelCause(detached)
	rep := &reply{ref: b.ref, live: s.live, slot: slot, cancel: cancel, done: make(chan struct{})}
	if err := s.register(rep); err != nil {
		cancel(err)
		slot.Release(detached)
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
		s.unregister(rep)
		slot.Release(detached)
		return attempt{}, err
	}
	if s.texts {
		s.log.InfoContext(detached, "message", "turn_id", begun.Turn.ID, "text", begun.Turn.Message)
	}
	var guess subjectGuess
	if begun.Conversation.Topic == "" {
		guess = b.guess(begun.Turn)
	}
	return s.run(running, rep, begun, guess, b.paced), nil
}

// renumber registers a reply under another attempt.
func (s *Service) renumber(r *reply, number int) error {
	s.unregister(r)
	r.ref.Attempt = number
	return s.register(r)
}

// subjectGuess is what is known of a conversation's subject before a model spoke.
type subjectGuess struct {
	subject debate.Subject
	// settled says that there is nothing left to ask.
	settled bool
	// stance is the one that the caller gave the bot, if any.
	stance debate.Stance
}

// guessSubject reads the subject from a message for a conversation that has none.
func (s *Service) guessSubject(r debate.ChatRequest) subjectGuess {
	if r.Topic != "" {
		given := debate.Subject{
			Topic:    r.Topic,
			Stance:   r.Stance,
			Title:    claim.Title(r.Topic),
			Language: claim.Language(r.Message),
		}
		if given.Stance == debate.NoStance {
			given.Stance = claim.SideOf(r.Message, r.Topic).Opposite()
		}
		return subjectGuess{subject: given, settled: true, stance: r.Stance}
	}
	read, ok := claim.Read(r.Message)
	if !ok {
		read = debate.Subject{Language: read.Language}
	}
	return subjectGuess{subject: read.WithStance(r.Stance), settled: s.analyst == nil, stance: r.Stance}
}

// checkSubject refuses to change the topic, side, difficulty or persona of a
// conversation that has one.
func (s *Service) checkSubject(ctx context.Context, owner debate.Owner, r debate.ChatRequest) error {
	if r.ConversationID == "" || r.Topic == "" && r.Stance == debate.NoStance && r.Difficulty == "" && r.Persona == "" {
		return nil
	}
	c, err := s.store.Conversation(ctx, owner, r.ConversationID)
	if err != nil {
		return err
	}
	switch {
	case r.Difficulty != "" && r.Difficulty != c.Difficulty:
		return debate.Invalid("difficulty", "is chosen when a conversation starts; leave it out, or start another conversation")
	case r.Persona != "" && r.Persona != c.Persona:
		return debate.Invalid("persona", "is chosen when a conversation starts; leave it out, or start another conversation")
	case c.Topic == "":
		return nil
	case r.Topic != "" && r.Topic != c.Topic:
		return debate.Invalid("topic", "the conversation has its topic; leave it out, or start another conversation")
	case r.Stance != debate.NoStance && r.Stance != c.Stance:
		return debate.Invalid("stance", "the bot has taken its side; leave it out, or start another conversation")
	default:
		return nil
	}
}

// noopSlot is the slot where nothing is limited.
type noopSlot struct{}

func (noopSlot) Renew(context.Context) {}

func (noopSlot) Release(context.Context) {}

// takeSlot is a slot for a new turn of the owner.
func (s *Service) takeSlot(ctx context.Context, owner debate.Owner) (debate.Slot, error) {
	if s.slots == nil {
		return noopSlot{}, nil
	}
	return s.slots.Acquire(ctx, owner)
}
