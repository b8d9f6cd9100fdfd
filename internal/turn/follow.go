package turn

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// pollEvery is how often a reply that runs elsewhere is looked up in the
// store while Live is silent or absent.
const pollEvery = time.Second

// WatchTurn streams a turn's reply from an offset and follows it to its end.
// Attempt 0 is the latest. It returns an error only before Started was sent,
// or the sink's own.
func (s *Service) WatchTurn(ctx context.Context, owner debate.Owner, turnID string, attemptNumber, offset int, send debate.Sink) error {
	if offset < 0 {
		return debate.Invalid("offset", "must not be negative")
	}
	t, err := s.cfg.Store.Turn(ctx, owner, turnID, attemptNumber)
	if err != nil {
		return err
	}
	a, err := s.loadAttempt(ctx, owner, t)
	if err != nil {
		return err
	}
	known := a.turn.Reply
	if a.reply != nil {
		known = a.reply.soFar()
	}
	if offset < len(known) && !utf8.RuneStart(known[offset]) {
		return debate.Invalid("offset", "is inside a character; send back the last next_offset that the stream gave")
	}
	if offset > len(known) && a.turn.State == debate.Completed { // any other reply may be kept shorter than it was seen
		return debate.Invalid("offset", "is past the end of this reply; it belongs to another one")
	}
	_, err = s.follow(ctx, a, offset, send)
	return err
}

// StopTurn stops a running turn and returns it as the stop left it.
func (s *Service) StopTurn(ctx context.Context, owner debate.Owner, turnID string) (debate.Turn, error) {
	t, err := s.cfg.Store.Turn(ctx, owner, turnID, 0)
	if err != nil {
		return debate.Turn{}, err
	}
	if t.State != debate.Running {
		return debate.Turn{}, &debate.Error{
			Reason:  debate.TurnNotRunning,
			Message: fmt.Sprintf("the turn has ended (%s); there is nothing to stop", t.State),
			TurnID:  t.ID,
		}
	}
	a, err := s.loadAttempt(ctx, owner, t)
	if err != nil {
		return debate.Turn{}, err
	}
	if !s.stopHere(t.ID) {
		// The flag in the store is certain and takes a renewal; Live is fast.
		if err := s.cfg.Store.RequestStop(ctx, owner, t.ID); err != nil {
			return debate.Turn{}, err
		}
		if s.cfg.Live != nil {
			if err := s.cfg.Live.Stop(ctx, t.ID); err != nil {
				s.cfg.Log.WarnContext(ctx, "stop signal not sent; the flag in the store serves", "turn_id", t.ID, "error", err)
			}
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, unaryWait, errStillRunning)
	defer cancel()
	t, err = s.await(ctx, a)
	return t, mapWaitTimeout(ctx, turnID, err)
}

// await waits for the end of an attempt, and returns the turn as that left it.
func (s *Service) await(ctx context.Context, a *attempt) (debate.Turn, error) {
	if a.reply == nil {
		t, err := s.follow(ctx, a, 0, func(debate.Event) error { return nil })
		if err != nil {
			return debate.Turn{}, err
		}
		return *t, nil
	}
	select {
	case <-a.reply.done:
		return a.reply.turn, nil
	case <-ctx.Done():
		return debate.Turn{}, ctx.Err()
	}
}

// follow sends the events of an attempt's reply from an offset until it has
// ended, and returns the turn as the attempt left it.
//
// What waits for a reply has turns and conversations by reference: each copy on the
// stack of a stream is kept for as long as the stream.
func (s *Service) follow(ctx context.Context, a *attempt, offset int, send debate.Sink) (*debate.Turn, error) {
	if err := tellStart(a, send); err != nil {
		return nil, err
	}
	f := follower{offset: offset, send: send, sent: time.Now(), subject: a.conversation.Topic != ""}
	t, err := &a.turn, error(nil)
	switch {
	case a.reply != nil:
		t, err = f.here(ctx, a.reply)
	case a.turn.State == debate.Running:
		t, err = s.followElsewhere(ctx, &f, a)
	}
	if err != nil {
		return nil, err
	}
	return t, s.tellEnd(ctx, &f, a, t)
}

// tellStart sends the event that a stream begins with.
//
//go:noinline // its copies would be on follow's stack
func tellStart(a *attempt, send debate.Sink) error {
	shown := a.turn
	if shown.State == debate.Running {
		shown.Reply = "" // it comes by deltas
	}
	return send(debate.Started{Conversation: a.conversation, Turn: shown, Attempt: a.number})
}

// tellEnd sends what is left to tell of an attempt that left the turn as t.
func (s *Service) tellEnd(ctx context.Context, f *follower, a *attempt, t *debate.Turn) error {
	if err := f.delta(from(t.Reply, f.offset)); err != nil {
		return err
	}
	if err := s.tellSubject(ctx, f, a); err != nil {
		return err
	}
	return f.send(debate.Finished{Turn: *t})
}

// follower is one reader's place in a reply.
type follower struct {
	offset  int
	send    debate.Sink
	sent    time.Time // when the latest event was
	subject bool      // has been told
}

// found tells of the conversation, once its subject is known.
func (f *follower) found(c *debate.Conversation) error {
	if f.subject || c == nil || c.Topic == "" {
		return nil
	}
	f.subject = true
	return f.send(debate.SubjectFound{Conversation: *c})
}

// tellSubject tells of a subject that the reply ended with. Where the reply was
// made elsewhere it costs a read of the store, whose failure only leaves it out.
func (s *Service) tellSubject(ctx context.Context, f *follower, a *attempt) error {
	switch {
	case f.subject:
		return nil
	case a.reply != nil:
		return f.found(&a.reply.conversation)
	case a.turn.State != debate.Running:
		return nil // the conversation was read after the end
	}
	if c, err := s.cfg.Store.Conversation(ctx, a.turn.Owner, a.turn.ConversationID); err == nil {
		return f.found(&c)
	}
	return nil
}

func (f *follower) delta(text string) error {
	// An offset past what was known can turn out to be inside a character.
	for text != "" && !utf8.RuneStart(text[0]) {
		f.offset++
		text = text[1:]
	}
	if text == "" {
		return nil
	}
	if err := f.send(debate.Delta{Offset: f.offset, Text: text}); err != nil {
		return err
	}
	f.offset += len(text)
	f.sent = time.Now()
	return nil
}

// beat sends a heartbeat if one is due, and says when the next will be.
func (f *follower) beat() (next time.Duration, err error) {
	if silent := time.Since(f.sent); silent < heartbeatEvery {
		return heartbeatEvery - silent, nil
	}
	f.sent = time.Now()
	return heartbeatEvery, f.send(debate.Heartbeat{})
}

// here follows a reply that runs in this process. One channel says that there is anything to do: to wait for
// several, of which a timer's is one, costs each token more than its text does.
func (f *follower) here(ctx context.Context, r *reply) (*debate.Turn, error) {
	reader := r.join()
	defer r.leave(reader)
	defer context.AfterFunc(ctx, func() { wake(reader) })()
	var silent atomic.Bool
	heartbeat := time.AfterFunc(heartbeatEvery, func() {
		silent.Store(true)
		wake(reader)
	})
	defer heartbeat.Stop()
	for {
		text, found, ended := r.read(f.offset)
		if err := f.found(found); err != nil {
			return nil, err
		}
		if err := f.delta(text); err != nil {
			return nil, err
		}
		if ended {
			return &r.turn, nil
		}
		if silent.Swap(false) {
			next, err := f.beat()
			if err != nil {
				return nil, err
			}
			heartbeat.Reset(next)
		}
		if <-reader; ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

// followElsewhere follows a reply that another replica makes: by Live, and by
// the checkpoints in the store where Live is silent. A holder that is dead is
// noticed by its lease.
func (s *Service) followElsewhere(ctx context.Context, f *follower, a *attempt) (*debate.Turn, error) {
	live, last := s.cfg.Live, a.turn
	giveUp := last.LeaseUntil.Add(s.cfg.ReplyTimeout + debate.LeaseTime)
	warned := false
	for {
		text, ended := s.readLive(ctx, live, a.ref(), f.offset)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := f.delta(text); err != nil {
			return nil, err
		}
		if text != "" && !ended {
			continue
		}
		if ended {
			live = nil // the store shows the end now, unless it was away from the holder
		}
		t, err := s.refreshTurn(ctx, a)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err == nil:
			last = t
		case debate.ReasonOf(err) == debate.NotFound:
			// Deleted while it was watched.
			last.State, last.Failure = debate.Stopped, nil
		case time.Now().After(giveUp):
			last.State, last.Failure = debate.Interrupted, &debate.Failure{Reason: debate.StoreUnavailable, Message: storeAway}
		case !warned:
			s.cfg.Log.WarnContext(ctx, "turn not readable while it is watched; it is tried again", "turn_id", a.turn.ID, "error", err)
			warned = true
		}
		if last.State != debate.Running {
			return &last, nil
		}
		if err := f.delta(from(last.Reply, f.offset)); err != nil {
			return nil, err
		}
		if _, err := f.beat(); err != nil {
			return nil, err
		}
	}
}

// readLive waits a while for text of a reply that runs elsewhere.
func (s *Service) readLive(ctx context.Context, live debate.Live, ref debate.Ref, offset int) (text string, ended bool) {
	ctx, cancel := context.WithTimeout(ctx, pollEvery)
	defer cancel()
	if live != nil {
		text, ended, err := live.Read(ctx, ref, offset)
		if err == nil {
			return text, ended
		}
	}
	<-ctx.Done() // the store is asked at the same pace without Live
	return "", false
}

// refreshTurn reads the attempt as the store shows it by now, and ends one whose
// holder is dead.
func (s *Service) refreshTurn(ctx context.Context, a *attempt) (debate.Turn, error) {
	// A store that hangs must not hold up what Live says, nor heartbeats.
	ctx, cancel := context.WithTimeout(ctx, pollEvery)
	defer cancel()
	t, err := s.cfg.Store.Turn(ctx, a.turn.Owner, a.turn.ID, a.number)
	if err != nil || t.State != debate.Running || !time.Now().After(t.LeaseUntil) {
		return t, err
	}
	ended, err := s.cfg.Store.Interrupt(ctx, t.ID, time.Now(), 1)
	s.reportInterrupted(ctx, ended)
	if len(ended) == 1 {
		t = ended[0]
	}
	return t, err
}

// from is the text from offset on; nothing where it is shorter.
func from(text string, offset int) string {
	if offset >= len(text) {
		return ""
	}
	return text[offset:]
}
