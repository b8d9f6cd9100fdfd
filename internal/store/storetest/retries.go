package storetest

// This file says what a store does with attempts after the first.

import (
	"errors"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

func retryCompletes(s *suite) {
	c, first := s.talk(1)
	begun, err := s.RetryTurn(s.ctx(), s.retryOf(first, "again"))
	if err != nil {
		s.Fatal(err)
	}
	running := begun.Turn
	if running.State != debate.Running || running.Attempt != 2 || running.Reply != "reply 1" {
		s.Errorf("while the retry runs: %+v", running)
	}
	if _, err := s.Renew(s.ctx(), leaseOf(running), "better", s.now.Add(20*time.Second)); err != nil {
		s.Fatal(err)
	}
	if got := s.turn(first.ID, 2); got.Reply != "better" || got.State != debate.Running || got.LeaseUntil.IsZero() {
		s.Errorf("the running attempt: %+v", got)
	}
	if got := s.turn(first.ID, 0); got.Reply != "reply 1" {
		s.Errorf("the old reply gave way early: %+v", got)
	}
	s.same("the first attempt, while the second runs", s.turn(first.ID, 1), first)
	after, t := s.finish(running, s.completed("better still"))
	if t.State != debate.Completed || t.Reply != "better still" || t.Attempt != 2 || after.TurnCount != c.TurnCount || after.Revision <= c.Revision {
		s.Errorf("after the retry: %+v, %+v", t, after)
	}
	s.same("the turn", s.turn(first.ID, 0), t)
	s.same("the first attempt", s.turn(first.ID, 1), first)
	found, hash, err := s.FindRequest(s.ctx(), alice, "again")
	if err != nil || string(hash) != "r" {
		s.Errorf("FindRequest: %q, %v", hash, err)
	}
	s.same("the retry's request", found, t)
	_, again := s.finish(running, s.completed("something else"))
	s.same("the retry, finished again", again, t)

	for attempt := 3; attempt <= 4; attempt++ {
		_, t = s.finish(s.retry(t), s.completed("yet another"))
		if t.Attempt != attempt {
			s.Errorf("attempt %d, want %d", t.Attempt, attempt)
		}
	}
}

func retryFails(s *suite) {
	_, first := s.talk(1)
	begun, err := s.RetryTurn(s.ctx(), s.retryOf(first, "again"))
	if err != nil {
		s.Fatal(err)
	}
	running := begun.Turn
	failure := &debate.Failure{Reason: debate.ModelUnavailable, Message: "why"}
	_, t := s.finish(running, debate.Outcome{State: debate.Failed, Reply: "half", Failure: failure, Now: s.now.Add(time.Hour)})
	if t.State != debate.Failed || t.Reply != "half" || t.Attempt != 2 || t.Failure == nil {
		s.Errorf("the attempt: %+v", t)
	}
	s.same("the turn", s.turn(first.ID, 0), first)
	s.same("the failed attempt", s.turn(first.ID, 2), t)
	found, _, err := s.FindRequest(s.ctx(), alice, "again")
	if err != nil {
		s.Error(err)
	}
	s.same("the retry's request", found, t)
	third := s.retry(first)
	if third.Attempt != 3 {
		s.Errorf("the next attempt is %d, want 3", third.Attempt)
	}
	s.finish(third, s.completed("whole"))
	if got := s.turn(first.ID, 0); got.Reply != "whole" || got.Failure != nil {
		s.Errorf("after the third: %+v", got)
	}
}

func retryInterrupted(s *suite) {
	_, first := s.talk(1)
	running := s.retry(first)
	if _, err := s.Renew(s.ctx(), leaseOf(running), "so far", s.now.Add(time.Second)); err != nil {
		s.Fatal(err)
	}
	ended, err := s.Interrupt(s.ctx(), "", s.now.Add(time.Minute), 10)
	if err != nil || len(ended) != 1 || ended[0].Reply != "so far" || ended[0].State != debate.Interrupted {
		s.Fatalf("Interrupt: %+v, %v", ended, err)
	}
	s.same("the turn", s.turn(first.ID, 0), first)
	s.same("the attempt", s.turn(first.ID, 2), ended[0])
	_, _, err = s.Finish(s.ctx(), leaseOf(running), s.completed("too late"))
	s.lost("Finish after the lease", err)
}

func retryRefused(s *suite) {
	c, second := s.talk(2)
	turns, err := s.Turns(s.ctx(), alice, c.ID, 0, false, 1)
	if err != nil {
		s.Fatal(err)
	}
	_, err = s.RetryTurn(s.ctx(), s.retryOf(turns[0], ""))
	s.reason("a retry of the first of two", err, debate.TurnNotLatest)
	counts := atOnce(10, func(int) error { _, err := s.RetryTurn(s.ctx(), s.retryOf(second, "")); return err })
	s.same("ten retries at once", counts, map[debate.Reason]int{"": 1, debate.TurnRunning: 9})
	_, err = s.BeginTurn(s.ctx(), s.next(c.ID))
	s.reason("a new turn while a retry runs", err, debate.TurnRunning)
	running := s.turn(second.ID, 0)
	s.finish(running, s.completed("x"))
	if _, err := s.RetryTurn(s.ctx(), s.retryOf(second, "once")); err != nil {
		s.Fatal(err)
	}
	s.finish(s.turn(second.ID, 0), s.completed("y"))
	if _, err := s.RetryTurn(s.ctx(), s.retryOf(second, "once")); !errors.Is(err, debate.ErrRequestExists) {
		s.Errorf("the retry's id a second time: %v", err)
	}
	next := s.next(c.ID)
	next.RequestID = "once"
	if _, err := s.BeginTurn(s.ctx(), next); !errors.Is(err, debate.ErrRequestExists) {
		s.Errorf("the retry's id for a turn: %v", err)
	}
	if after, err := s.Conversation(s.ctx(), alice, c.ID); err != nil || after.TurnCount != 2 {
		s.Errorf("the conversation of the refused turn: %+v, %v", after, err)
	}
}
