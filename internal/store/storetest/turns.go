package storetest

// This file says what a store does with turns: how they begin, are held, end and repeat.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

func begun(s *suite) {
	b := s.opening()
	c, t := s.begin(b)
	s.same("the conversation", c, debate.Conversation{
		ID: b.Conversation, Owner: alice, Topic: b.Subject.Topic, Stance: debate.Con, Title: "Dogs and cats", Language: "en",
		Difficulty: debate.Medium, Persona: "a grumpy old sailor", Duel: debate.Duel{User: "ollama/llama3.2", Bot: "offline"}, TurnCount: 1, Revision: 1, CreatedAt: s.now, UpdatedAt: s.now,
	})
	s.same("the turn", t, debate.Turn{
		ID: b.TurnID, ConversationID: c.ID, Owner: alice, Number: 1, State: debate.Running, Message: "Dogs are better.",
		Attempt: 1, CreatedAt: s.now, LeaseUntil: b.LeaseUntil,
	})
	s.same("the stored conversation", s.conversation(c.ID), c)
	s.same("the stored turn", s.turn(t.ID, 0), t)
	s.same("its attempt", s.turn(t.ID, 1), t)
	_, err := s.Turn(s.ctx(), alice, t.ID, 2)
	s.reason("an attempt that is none", err, debate.NotFound)
}

func numbered(s *suite) {
	c, t := s.talk(3)
	if c.TurnCount != 3 || t.Number != 3 || c.Revision < 3 {
		s.Errorf("after three turns: %+v, turn %d", c, t.Number)
	}
	later := s.next(c.ID)
	later.Now = s.now.Add(time.Minute)
	begun, running := s.begin(later)
	if begun.TurnCount != 4 || begun.Revision <= c.Revision {
		s.Errorf("a begun turn changes its conversation: %+v", begun)
	}
	done := s.completed("x")
	done.Now = later.Now
	if after, _ := s.finish(running, done); !after.UpdatedAt.Equal(done.Now) || after.Revision <= begun.Revision {
		s.Errorf("a turn's end updates its conversation: %+v", after)
	}
}

func texts(s *suite) {
	for _, text := range []string{"Ünïcödé – 猫は犬より 🐈\n\ttabs", strings.Repeat("0123456789abcdef", 4096), `'; DROP TABLE turns; --`, `%_\`} {
		b := s.opening()
		b.Message, b.Subject.Topic = text, text
		_, t := s.begin(b)
		_, t = s.finish(t, s.completed(text))
		if got := s.turn(t.ID, 0); got.Message != text || got.Reply != text {
			s.Errorf("%.40q came back as %.40q and %.40q", text, got.Message, got.Reply)
		}
	}
}

// noTexts: NUL, lone surrogates and broken UTF-8 reach no column, by whichever path
// (lobehub 5732: a model's topic with \u0000), and lose nothing that is beside them.
func noTexts(s *suite) {
	for name, bad := range map[string]string{"NUL": "a\x00b", "a lone surrogate": "a\xed\xa0\x80b", "Latin-1": "caf\xe9", "half a character": "\xf0\x9f\x98"} {
		text := func(what, got string) {
			s.Helper()
			if !utf8.ValidString(got) || strings.Contains(got, "\x00") || !strings.Contains(got, "\uFFFD") {
				s.Errorf("%s in %s: %q", name, what, got)
			}
		}
		b := s.opening()
		b.Message, b.Persona, b.RequestID, b.Subject = bad, bad, name+bad, debate.Subject{}
		_, t := s.begin(b)
		if _, err := s.Renew(s.ctx(), leaseOf(t), bad, s.now.Add(time.Minute)); err != nil {
			s.Fatalf("%s: Renew: %v", name, err)
		}
		text("a checkpoint", s.turn(t.ID, 0).Reply)
		o := s.completed("a reply that is kept")
		o.Model, o.Subject = bad, debate.Subject{Topic: bad, Stance: debate.Con, Title: bad, Language: bad}
		c, t := s.finish(t, o)
		if t.Reply != o.Reply {
			s.Errorf("%s: the reply is %q", name, t.Reply)
		}
		for what, got := range map[string]string{"the topic": c.Topic, "the title": c.Title, "the language": c.Language, "the model": t.Model, "the message": t.Message, "the persona": c.Persona} {
			text(what, got)
		}
		retry := s.retry(t)
		o = s.completed(bad)
		o.State, o.Failure = debate.Failed, &debate.Failure{Reason: debate.ModelUnavailable, Message: bad}
		_, t = s.finish(retry, o)
		text("a reply", t.Reply)
		text("a failure", t.Failure.Message)
		if _, err := s.Annotate(s.ctx(), t, debate.Annotation{Summary: bad, Through: 1}); err != nil {
			s.Fatalf("%s: Annotate: %v", name, err)
		}
		text("a summary", s.conversation(c.ID).Summary)
		c, err := s.UpdateTitle(s.ctx(), alice, c.ID, bad, s.now)
		if err != nil {
			s.Fatalf("%s: UpdateTitle: %v", name, err)
		}
		text("a new title", c.Title)
		_, err = s.Conversation(s.ctx(), alice, c.ID+bad)
		s.reason(name+" in an id", err, debate.NotFound)
		if _, _, err := s.FindRequest(s.ctx(), alice, name+bad); err != nil {
			s.Errorf("%s in a request id: %v", name, err)
		}
	}
}

func foreign(s *suite) {
	c, _ := s.talk(1)
	_, running := s.begin(s.next(c.ID))
	calls := map[string]func(owner debate.Owner, conversation, turn string) error{
		"Conversation": func(o debate.Owner, c, _ string) error { _, err := s.Conversation(s.ctx(), o, c); return err },
		"Turn":         func(o debate.Owner, _, t string) error { _, err := s.Turn(s.ctx(), o, t, 0); return err },
		"Turns":        func(o debate.Owner, c, _ string) error { _, err := s.Turns(s.ctx(), o, c, 0, false, 5); return err },
		"RequestStop":  func(o debate.Owner, _, t string) error { return s.RequestStop(s.ctx(), o, t) },
		"UpdateTitle": func(o debate.Owner, c, _ string) error {
			_, err := s.UpdateTitle(s.ctx(), o, c, "mine", s.now)
			return err
		},
		"Delete": func(o debate.Owner, c, _ string) error { return s.Delete(s.ctx(), o, c) },
		"BeginTurn": func(o debate.Owner, c, _ string) error {
			b := s.next(c)
			b.Owner = o
			_, err := s.BeginTurn(s.ctx(), b)
			return err
		},
		"RetryTurn": func(o debate.Owner, _, t string) error {
			b := s.retryOf(debate.Turn{ID: t}, "")
			b.Owner = o
			_, err := s.RetryTurn(s.ctx(), b)
			return err
		},
	}
	for name, call := range calls {
		for who, owner := range map[string]debate.Owner{"another key": {Key: "bob"}, "a user of the key": {Key: "alice", User: "u"}} {
			s.reason(name+" by "+who, call(owner, c.ID, running.ID), debate.NotFound)
		}
		for _, id := range []string{newID(), "", "x", "🐈", strings.Repeat("9", 5000)} {
			s.reason(fmt.Sprintf("%s of %.10q", name, id), call(alice, id, id), debate.NotFound)
		}
	}
	if got := s.conversation(c.ID); got.Title != c.Title || got.TurnCount != 2 {
		s.Errorf("refused calls left a trace: %+v", got)
	}
	for _, list := range []debate.Owner{{Key: "bob"}, {Key: "alice", User: "u"}} {
		if all, err := s.FindConversations(s.ctx(), list, "", debate.ConversationCursor{}, 10); err != nil || len(all) != 0 {
			s.Errorf("the list of %v holds %d conversations (%v)", list, len(all), err)
		}
	}
}

func oneRuns(s *suite) {
	c, t := s.begin(s.opening())
	_, err := s.BeginTurn(s.ctx(), s.next(c.ID))
	s.reason("a second turn", err, debate.TurnRunning)
	var e *debate.Error
	if errors.As(err, &e) && e.TurnID != t.ID {
		s.Errorf("the error names turn %s, running is %s", e.TurnID, t.ID)
	}
	if got := s.conversation(c.ID); got.TurnCount != 1 || got.Revision != c.Revision {
		s.Errorf("the refused turn left a trace: %+v", got)
	}
}

// atOnce runs n calls at once and counts how their errors read.
func atOnce(n int, call func(i int) error) map[debate.Reason]int {
	var wg sync.WaitGroup
	errs := make([]error, n)
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = call(i)
		})
	}
	close(start)
	wg.Wait()
	counts := map[debate.Reason]int{}
	for _, err := range errs {
		counts[debate.ReasonOf(err)]++
	}
	return counts
}

func twentyAtOnce(s *suite) {
	c, _ := s.talk(1)
	counts := atOnce(20, func(int) error { _, err := s.BeginTurn(s.ctx(), s.next(c.ID)); return err })
	s.same("the answers", counts, map[debate.Reason]int{"": 1, debate.TurnRunning: 19})
	if got := s.conversation(c.ID).TurnCount; got != 2 {
		s.Errorf("%d turns are counted, want 2", got)
	}
}

func expiredGivesWay(s *suite) {
	c, dead := s.begin(s.opening())
	b := s.next(c.ID)
	b.Now = dead.LeaseUntil.Add(time.Second)
	b.LeaseUntil = b.Now.Add(15 * time.Second)
	_, t := s.begin(b)
	if t.Number != 2 || s.turn(dead.ID, 0).State != debate.Interrupted {
		s.Errorf("turn %d begun; the dead one is %s", t.Number, s.turn(dead.ID, 0).State)
	}
}

func requestOnce(s *suite) {
	b := s.opening()
	b.RequestID, b.RequestHash = "req", []byte("hash")
	_, t := s.begin(b)
	again := s.opening()
	again.RequestID, again.RequestHash = "req", []byte("other")
	if _, err := s.BeginTurn(s.ctx(), again); !errors.Is(err, debate.ErrRequestExists) {
		s.Errorf("the id a second time: %v", err)
	}
	_, err := s.Conversation(s.ctx(), alice, again.Conversation)
	s.reason("the conversation of the refused request", err, debate.NotFound)

	found, hash, err := s.FindRequest(s.ctx(), alice, "req")
	if err != nil || string(hash) != "hash" {
		s.Fatalf("FindRequest: hash %q, %v", hash, err)
	}
	s.same("the found turn", found, t)
	again.Owner = debate.Owner{Key: "bob"}
	s.begin(again) // ids of two owners do not meet
	for _, id := range []string{"", "unknown"} {
		_, _, err := s.FindRequest(s.ctx(), alice, id)
		s.reason(fmt.Sprintf("FindRequest %q", id), err, debate.NotFound)
	}
	s.begin(s.opening())
	s.begin(s.opening()) // turns without an id do not meet either
}

func twentyCopies(s *suite) {
	counts := atOnce(20, func(int) error {
		b := s.opening()
		b.RequestID = "copy"
		_, err := s.BeginTurn(s.ctx(), b)
		return err
	})
	s.same("the answers", counts, map[debate.Reason]int{"": 1, debate.RequestIDReused: 19})
	if all, _ := s.FindConversations(s.ctx(), alice, "", debate.ConversationCursor{}, 50); len(all) != 1 {
		s.Errorf("%d conversations were made, want 1", len(all))
	}
}

func renewal(s *suite) {
	_, t := s.begin(s.opening())
	until := s.now.Add(20 * time.Second)
	stop, err := s.Renew(s.ctx(), leaseOf(t), "so far", until)
	if err != nil || stop {
		s.Fatalf("Renew: stop %v, %v", stop, err)
	}
	got := s.turn(t.ID, 0)
	if got.Reply != "so far" || !got.LeaseUntil.Equal(until) || got.State != debate.Running {
		s.Errorf("after a renewal: %+v", got)
	}
	for name, h := range map[string]debate.Lease{
		"another holder":  {ConversationID: t.ConversationID, TurnID: t.ID, Attempt: 1, Holder: "replica-2"},
		"another attempt": {ConversationID: t.ConversationID, TurnID: t.ID, Attempt: 2, Holder: holder},
		"no turn":         {ConversationID: t.ConversationID, TurnID: newID(), Attempt: 1, Holder: holder},
	} {
		_, err := s.Renew(s.ctx(), h, "not mine", until)
		s.lost("Renew by "+name, err)
	}
	s.finish(t, s.completed("whole"))
	_, err = s.Renew(s.ctx(), leaseOf(t), "late", until)
	s.lost("Renew after the end", err)
	if got := s.turn(t.ID, 0); got.Reply != "whole" {
		s.Errorf("the reply became %q", got.Reply)
	}
}

func stopSeen(s *suite) {
	_, t := s.begin(s.opening())
	if err := s.RequestStop(s.ctx(), alice, t.ID); err != nil {
		s.Fatal(err)
	}
	stop, err := s.Renew(s.ctx(), leaseOf(t), "", s.now.Add(20*time.Second))
	if err != nil || !stop {
		s.Errorf("Renew: stop %v, %v", stop, err)
	}
	s.finish(t, s.completed("x"))
	s.reason("a stop after the end", s.RequestStop(s.ctx(), alice, t.ID), debate.TurnNotRunning)
	again := s.retry(t)
	if stop, err := s.Renew(s.ctx(), leaseOf(again), "", s.now.Add(20*time.Second)); err != nil || stop {
		s.Errorf("the stop of an attempt is that of the next: %v, %v", stop, err)
	}
}

func finish(s *suite) {
	_, begunTurn := s.begin(s.opening())
	o := s.completed("a reply")
	o.Ledger = debate.NewLedger(debate.Point{ID: "1b1", Turn: 1, Speaker: debate.Bot, Kind: debate.ClaimPoint, End: 7, Text: "a point"})
	c, t := s.finish(begunTurn, o)
	want := begunTurn
	want.Ledger = o.Ledger
	want.State, want.Reply, want.Model, want.Usage, want.SideUsage = debate.Completed, "a reply", "m", o.Usage, o.SideUsage
	want.Kind, want.FinishedAt, want.LeaseUntil = debate.ArgumentKind, o.Now, time.Time{}
	s.same("the turn", t, want)
	s.same("the stored turn", s.turn(t.ID, 0), want)
	s.same("the stored conversation", s.conversation(c.ID), c)
	if !c.UpdatedAt.Equal(o.Now) {
		s.Errorf("updated at %v, want %v", c.UpdatedAt, o.Now)
	}
	_, again := s.finish(begunTurn, s.completed("something else"))
	s.same("the turn, finished again", again, want)
	if days, _ := s.Usage(s.ctx(), "alice", "2000-01-01"); len(days) != 1 || days[0].Turns != 1 {
		s.Errorf("finished twice, counted as %+v", days)
	}

	_, failing := s.begin(s.next(c.ID))
	o = debate.Outcome{State: debate.Failed, Reply: "half", Model: "m", Now: s.now, Failure: &debate.Failure{Reason: debate.ModelUnavailable, Message: "why"}}
	_, failed := s.finish(failing, o)
	if failed.State != debate.Failed || failed.Reply != "half" || failed.Failure == nil || *failed.Failure != *o.Failure {
		s.Errorf("a failed turn: %+v", failed)
	}
}

func finishWithoutLease(s *suite) {
	c, t := s.begin(s.opening())
	h := leaseOf(t)
	h.Holder = "replica-2"
	_, _, err := s.Finish(s.ctx(), h, s.completed("not mine"))
	s.lost("Finish by another", err)
	s.same("the turn", s.turn(t.ID, 0), t)
	s.same("the conversation", s.conversation(c.ID), c)
	if days, _ := s.Usage(s.ctx(), "alice", "2000-01-01"); len(days) != 0 {
		s.Errorf("counted all the same: %+v", days)
	}
	s.finish(t, s.completed("x"))
	if err := s.Delete(s.ctx(), alice, c.ID); err != nil {
		s.Fatal(err)
	}
	_, _, err = s.Finish(s.ctx(), leaseOf(t), s.completed("late"))
	s.lost("Finish of what was deleted", err)
}

func interrupt(s *suite) {
	var dead []debate.Turn
	for range 3 {
		_, t := s.begin(s.opening())
		if _, err := s.Renew(s.ctx(), leaseOf(t), "so far", s.now.Add(time.Second)); err != nil {
			s.Fatal(err)
		}
		dead = append(dead, t)
	}
	_, alive := s.begin(s.opening())
	later := s.now.Add(2 * time.Second)
	if ended, err := s.Interrupt(s.ctx(), alive.ID, later, 10); err != nil || len(ended) != 0 {
		s.Errorf("a living turn was ended: %v, %v", ended, err)
	}
	ended, err := s.Interrupt(s.ctx(), "", later, 2)
	if err != nil || len(ended) != 2 {
		s.Fatalf("Interrupt with limit 2: %d, %v", len(ended), err)
	}
	ended, err = s.Interrupt(s.ctx(), "", later, 10)
	if err != nil || len(ended) != 1 {
		s.Fatalf("Interrupt of the rest: %d, %v", len(ended), err)
	}
	for _, t := range dead {
		got := s.turn(t.ID, 0)
		if got.State != debate.Interrupted || got.Reply != "so far" || got.Failure == nil || *got.Failure != debate.FailureInterrupted || !got.FinishedAt.Equal(later) {
			s.Errorf("interrupted as %+v", got)
		}
	}
	if s.turn(alive.ID, 0).State != debate.Running {
		s.Error("a turn whose lease holds was ended")
	}
}

func successor(s *suite) {
	_, t := s.begin(s.opening())
	later := t.LeaseUntil.Add(time.Second)
	if _, err := s.Interrupt(s.ctx(), t.ID, later, 1); err != nil {
		s.Fatal(err)
	}
	_, _, err := s.Finish(s.ctx(), leaseOf(t), s.completed("too late"))
	s.lost("Finish after the lease", err)
	_, err = s.Renew(s.ctx(), leaseOf(t), "too late", later.Add(time.Minute))
	s.lost("Renew after the lease", err)
	if got := s.turn(t.ID, 0); got.State != debate.Interrupted || got.Reply != "" {
		s.Errorf("written over: %+v", got)
	}
}

func subjectOnce(s *suite) {
	b := s.opening()
	b.Subject = debate.Subject{}
	c, t := s.begin(b)
	if c.Topic != "" || c.Stance != debate.NoStance {
		s.Errorf("a conversation without a subject: %+v", c)
	}
	c, _ = s.finish(t, s.completed("an invitation"))
	if c.Topic != "" {
		s.Errorf("the topic came from nowhere: %+v", c)
	}
	_, t = s.begin(s.next(c.ID))
	o := s.completed("x")
	o.Subject = debate.Subject{Topic: "Cats rule.", Stance: debate.Pro, Title: "Cats", Language: "en"}
	c, _ = s.finish(t, o)
	if c.Topic != "Cats rule." || c.Stance != debate.Pro || c.Title != "Cats" || c.Language != "en" {
		s.Errorf("the subject of the outcome: %+v", c)
	}
	again := s.next(c.ID)
	again.Subject = debate.Subject{Topic: "Another.", Stance: debate.Con}
	if c, t = s.begin(again); c.Topic != "Cats rule." {
		s.Errorf("the topic changed to %q", c.Topic)
	}
	o.Subject = again.Subject
	if c, _ = s.finish(t, o); c.Topic != "Cats rule." || c.Stance != debate.Pro {
		s.Errorf("the topic changed to %q", c.Topic)
	}
}

func cancelled(s *suite) {
	c, _ := s.talk(1)
	ctx, cancel := context.WithCancel(s.ctx())
	cancel()
	if _, err := s.Conversation(ctx, alice, c.ID); !errors.Is(err, context.Canceled) {
		s.Errorf("Conversation: %v", err)
	}
	if _, err := s.BeginTurn(ctx, s.next(c.ID)); !errors.Is(err, context.Canceled) {
		s.Errorf("BeginTurn: %v", err)
	}
	if got := s.conversation(c.ID); got.TurnCount != 1 {
		s.Errorf("the cancelled turn was begun: %+v", got)
	}
}
