package storetest

// This file says what a store keeps of usage, checks and summaries.

import (
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

func usage(s *suite) {
	day := time.Date(2026, 3, 1, 23, 59, 0, 0, time.UTC)
	for i, owner := range []debate.Owner{alice, {Key: "alice", User: "u"}, {Key: "bob"}, alice} {
		b := s.opening()
		b.Owner = owner
		_, t := s.begin(b)
		o := s.completed("x")
		o.Now = day.AddDate(0, 0, i/3)
		s.finish(t, o)
	}
	days, err := s.Usage(s.ctx(), "alice", "2026-03-01")
	if err != nil {
		s.Fatal(err)
	}
	s.same("the days", days, []debate.DayUsage{
		{Date: "2026-03-02", Turns: 1, Replies: debate.Usage{InputTokens: 10, OutputTokens: 5}, SideCalls: debate.Usage{InputTokens: 2, OutputTokens: 1}},
		{Date: "2026-03-01", Turns: 2, Replies: debate.Usage{InputTokens: 20, OutputTokens: 10}, SideCalls: debate.Usage{InputTokens: 4, OutputTokens: 2}},
	})
	if days, _ := s.Usage(s.ctx(), "alice", "2026-03-02"); len(days) != 1 {
		s.Errorf("%d days since the second, want 1", len(days))
	}
}

func usageOfRetries(s *suite) {
	_, first := s.talk(1)
	s.finish(s.retry(first), s.completed("again"))
	_, running := s.begin(s.opening())
	later := s.now.Add(time.Minute)
	if ended, err := s.Interrupt(s.ctx(), running.ID, later, 1); err != nil || len(ended) != 1 {
		s.Fatalf("interrupt: %v, %v", ended, err)
	}
	s.finish(s.retry(running), s.completed("after all"))
	days, err := s.Usage(s.ctx(), "alice", "2026-01-01")
	if err != nil {
		s.Fatal(err)
	}
	var turns, tokens int64
	for _, d := range days { // the minute may have been midnight's
		turns += d.Turns
		tokens += d.Replies.InputTokens
	}
	if turns != 2 || tokens != 30 {
		s.Errorf("%d turns of %d tokens, want 2 of 30: every attempt costs, and none but the first is a turn", turns, tokens)
	}
}

func stanceCheck(s *suite) {
	c, t := s.talk(1)
	check, cost := debate.StanceCheck{Holds: false, Invents: true}, debate.Usage{InputTokens: 100, OutputTokens: 3}
	ledger := debate.NewLedger(debate.Point{ID: "1u1", Turn: 1, Speaker: debate.User, Kind: debate.ClaimPoint, End: 1, Text: "a point"})
	if revision := s.annotate(t, debate.Annotation{Check: &check, Ledger: ledger, Cost: cost}); revision != c.Revision+1 || s.conversation(c.ID).Revision != revision {
		s.Errorf("the revision went from %d to %d", c.Revision, revision)
	}
	got := s.turn(t.ID, 0)
	if got.StanceCheck == nil || *got.StanceCheck != check || got.Ledger != ledger || got.SideUsage != t.SideUsage.Add(cost) {
		s.Errorf("the turn: %+v", got)
	}
	_, retried := s.finish(s.retry(t), s.completed("again"))
	if now := s.turn(t.ID, 0); retried.StanceCheck != nil || now.StanceCheck != nil || now.Ledger != "" {
		s.Error("the new reply has the old one's verdict or ledger")
	}
	if first := s.turn(t.ID, 1); first.StanceCheck == nil || *first.StanceCheck != check || first.Ledger != ledger {
		s.Errorf("the first attempt lost its verdict or ledger: %+v", first)
	}
	s.annotate(t, debate.Annotation{Check: &debate.StanceCheck{Holds: true}})
	if first := s.turn(t.ID, 1); first.StanceCheck == nil || !first.StanceCheck.Holds || first.Ledger != ledger {
		s.Errorf("a later check without a ledger: %+v", first)
	}
	if now := s.turn(t.ID, 0); now.StanceCheck != nil || now.Ledger != "" {
		s.Error("a late verdict on the old reply is shown on the new one")
	}
	s.annotate(retried, debate.Annotation{Check: &check, Ledger: ledger})
	if now := s.turn(t.ID, 0); now.StanceCheck == nil || *now.StanceCheck != check || now.Ledger != ledger {
		s.Errorf("the new reply has no verdict: %+v", now)
	}
}

func cost(s *suite) {
	c, t := s.talk(1)
	today := time.Now().UTC().Format(time.DateOnly)
	paid := debate.Usage{InputTokens: 30, OutputTokens: 2}
	s.annotate(t, debate.Annotation{Cost: paid})
	if got := s.turn(t.ID, 0); got.SideUsage != t.SideUsage.Add(paid) || got.StanceCheck != nil {
		s.Errorf("the turn: %+v", got)
	}
	if err := s.Delete(s.ctx(), alice, c.ID); err != nil {
		s.Fatal(err)
	}
	// What is deleted has been paid for all the same.
	if revision := s.annotate(t, debate.Annotation{Check: &debate.StanceCheck{}, Cost: paid}); revision != 0 {
		s.Errorf("a deleted conversation is at revision %d", revision)
	}
	if err := s.AddCost(s.ctx(), t.Owner.Key, paid); err != nil {
		s.Fatal(err)
	}
	if days, err := s.Usage(s.ctx(), "alice", today); err != nil || len(days) != 1 || days[0].SideCalls != t.SideUsage.Add(paid).Add(paid).Add(paid) || days[0].Turns != 1 {
		s.Errorf("the day: %+v, %v", days, err)
	}
}

func summary(s *suite) {
	c, t := s.talk(3)
	s.annotate(t, debate.Annotation{Summary: "both said things", Through: 2, Cost: debate.Usage{InputTokens: 7}})
	got := s.conversation(c.ID)
	if got.Summary != "both said things" || got.SummaryThrough != 2 || got.Revision <= c.Revision {
		s.Errorf("the conversation: %+v", got)
	}
	s.annotate(t, debate.Annotation{Summary: "older", Through: 1})
	s.annotate(t, debate.Annotation{Check: &debate.StanceCheck{Holds: true}})
	if got := s.conversation(c.ID); got.Summary != "both said things" || got.SummaryThrough != 2 {
		s.Errorf("an older summary, or none, took its place: %+v", got)
	}
	if got := s.turn(t.ID, 0).SideUsage.InputTokens; got != t.SideUsage.InputTokens+7 {
		s.Errorf("the turn's side calls used %d tokens", got)
	}
}
