package turn

// This file reads what a conversation is about, and on which side of it the bot is, from its first
// message and from what the caller chose.

import (
	"context"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/gate"
)

// subjectGuess is what is known of a conversation's subject before a model spoke.
type subjectGuess struct {
	subject debate.Subject
	// unsure is a reading that the bot asks about before it is the subject.
	unsure debate.Subject
	// settled says that there is no model left to ask.
	settled bool
	// topicGiven says that the topic does not come from the message.
	topicGiven bool
	// verdict is the gate's on a message that opens the conversation, where its subject is
	// settled.
	verdict *gate.Verdict
	// stopped says that the gate lets nobody argue it, so that it sets no topic.
	stopped bool
	// stance is the one that the caller gave the bot, if any, and role the one to
	// take of what the message says.
	stance debate.Stance
	role   debate.Role
}

// guessSubject reads the subject from a message for a conversation that has none, while the gate reads the message.
func (s *Service) guessSubject(r debate.ChatRequest) subjectGuess {
	if r.Topic != "" {
		given := debate.Subject{Topic: r.Topic, Stance: r.Stance, Title: claim.Title(r.Topic)}
		wait := beside(func() {
			given.Language = claim.Language(r.Message)
			if r.Stance == debate.NoStance {
				given.Stance = sideFor(r.Role, r.Message, claim.SideOf(r.Message, r.Topic).Opposite())
			}
		})
		readGate().ReadAhead(r.Message, r.Topic)
		wait()
		v := s.cfg.checkGate(gate.Input{Message: r.Message, Persona: r.Persona}, given, true)
		return subjectGuess{subject: given, settled: true, topicGiven: true, verdict: &v, stopped: v.Stops(), stance: r.Stance, role: r.Role}
	}
	var read debate.Subject
	var sure float64
	wait := beside(func() { read, sure = s.cfg.readSubject(r.Message) })
	readGate().ReadAhead(r.Message, "")
	wait()
	read = read.WithStance(r.Stance)
	if read.Topic != "" && r.Stance == debate.NoStance {
		read.Stance = s.cfg.decentSide(r.Message, sideFor(r.Role, r.Message, read.Stance))
	}
	v := s.cfg.checkGate(gate.Input{Message: r.Message, Persona: r.Persona}, read, false)
	guess := subjectGuess{subject: read, settled: s.cfg.Analyst == nil, stopped: v.Stops(), stance: r.Stance, role: r.Role}
	if guess.settled {
		guess.verdict = &v
	}
	if guess.settled && read.Topic != "" && sure < askBelow && r.Stance == debate.NoStance && r.Role == "" {
		guess.subject, guess.unsure = debate.Subject{Language: read.Language}, read
	}
	return guess
}

// beside runs do in a goroutine; wait waits for it, and panics if do did.
func beside(do func()) (wait func()) {
	done := make(chan any, 1)
	go func() {
		defer func() { done <- recover() }()
		do()
	}()
	return func() {
		if panicked := <-done; panicked != nil {
			panic(panicked)
		}
	}
}

// readSubject reads the subject from a message, with how sure that is.
func (c *Config) readSubject(message string) (debate.Subject, float64) {
	read, sure := claim.Read(message)
	if c.TopicReader != nil && c.Analyst == nil {
		return c.TopicReader.ReadTopic(message, read, sure)
	}
	return read, sure
}

// sideFor is the bot's side in its role, given the one that opposes the user. The
// side that the service chooses is the same for the same message.
func sideFor(role debate.Role, message string, opposing debate.Stance) debate.Stance {
	switch role {
	case debate.Ally:
		return opposing.Opposite()
	case debate.EitherSide:
		if hashOf(message)[0]&1 == 1 {
			return opposing.Opposite()
		}
	default:
	}
	return opposing
}

// ReadClaim says what debate a first message would begin; a subject without a topic is none. settled
// says that it certainly would: otherwise a model may read the message in another way, or the bot
// ask whether it read right. It asks no model.
func (s *Service) ReadClaim(r debate.ChatRequest) (subject debate.Subject, settled bool, err error) {
	if err := r.Validate(); err != nil {
		return debate.Subject{}, false, err
	}
	switch guess := s.guessSubject(r); {
	case guess.stopped:
		return debate.Subject{Language: guess.subject.Language}, guess.settled, nil
	case guess.unsure.Topic != "":
		return guess.unsure, false, nil // the bot would ask first
	default:
		return guess.subject, guess.settled, nil
	}
}

// checkSubject refuses to change the topic, side, difficulty or persona of a
// conversation that has one.
func (s *Service) checkSubject(ctx context.Context, owner debate.Owner, r debate.ChatRequest) error {
	if r.ConversationID == "" || r.Topic == "" && r.Stance == debate.NoStance && r.Role == "" && r.Difficulty == "" && r.Persona == "" && r.Format == "" {
		return nil
	}
	c, err := s.cfg.Store.Conversation(ctx, owner, r.ConversationID)
	if err != nil {
		return err
	}
	for _, f := range []struct{ field, asked, chosen string }{
		{"difficulty", string(r.Difficulty), string(c.Difficulty)}, {"persona", r.Persona, c.Persona}, {"format", r.Format, c.Format},
	} {
		if f.asked != "" && f.asked != f.chosen {
			return debate.Invalid(f.field, "is chosen when a conversation starts; leave it out, or start another conversation")
		}
	}
	switch {
	case c.Topic == "":
		return nil
	case r.Topic != "" && r.Topic != c.Topic:
		return debate.Invalid("topic", "the conversation has its topic; leave it out, or start another conversation")
	case r.Stance != debate.NoStance && r.Stance != c.Stance:
		return debate.Invalid("stance", "the bot has taken its side; leave it out, or start another conversation")
	case r.Role != "":
		return debate.Invalid("role", "the bot has taken its side; leave it out, or start another conversation")
	default:
		return nil
	}
}
