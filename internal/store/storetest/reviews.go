package storetest

import (
	"fmt"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// reviewTests are of what comes after a debate.
var reviewTests = map[string]func(*suite){
	"an opinion has a first and a latest":             opinion,
	"debates with an opinion are listed":              opinions,
	"a conversation is shared by a token":             share,
	"readers' votes are counted":                      votes,
	"a conversation is added whole, once a request":   addConversation,
	"rounds are the answered arguments":               rounds,
	"a verdict begins, is held and ends":              verdict,
	"one verdict of a conversation is made at a time": verdictOnce,
	"a verdict's request id makes one":                verdictRequest,
	"a request id makes one thing, whatever it is":    requestOnceOfAny,
	"a verdict whose holder died is interrupted":      verdictInterrupted,
	"a verdict that was cut off is made anew":         verdictAnew,
	"a rating is its attempt's":                       rating,
	"what a verdict cost is the key's":                verdictCost,
	"a deleted conversation takes its reviews along":  reviewsDeleted,
	"reviews of others are not found":                 reviewsForeign,
}

func opinion(s *suite) {
	c, _ := s.talk(2)
	if c.Opinion != nil {
		s.Errorf("an opinion that nobody gave: %+v", c.Opinion)
	}
	for i, want := range []debate.Opinion{{Before: -3, After: -3}, {Before: -3, After: 0, Turn: 2}, {Before: -3, After: 2, Turn: 1}} {
		got, err := s.SetOpinion(s.ctx(), alice, c.ID, want.After, want.Turn)
		if err != nil || got.Opinion == nil || *got.Opinion != want {
			s.Errorf("opinion %d: %+v, %v", i+1, got.Opinion, err)
		}
	}
	s.same("the stored opinion", s.conversation(c.ID).Opinion, &debate.Opinion{Before: -3, After: 2, Turn: 1})
	if now := s.conversation(c.ID); now.Revision != c.Revision || !now.UpdatedAt.Equal(c.UpdatedAt) {
		s.Error("an opinion counts as a change of the debate")
	}
}

func opinions(s *suite) {
	owner := debate.Owner{Key: newID()}
	var want []string
	for n := range 5 {
		c := debate.Conversation{ID: newID(), Owner: owner, Topic: "Dogs are better than cats.", CreatedAt: s.now, UpdatedAt: s.now.Add(time.Duration(n/2) * time.Second)}
		if err := s.AddConversation(s.ctx(), c, nil, "", nil); err != nil {
			s.Fatal(err)
		}
		if n == 2 {
			continue // nobody said what they think of this one
		}
		if _, err := s.SetOpinion(s.ctx(), owner, c.ID, 0, 0); err != nil {
			s.Fatal(err)
		}
		want = append([]string{c.ID}, want...)
	}
	var got []string
	var after debate.ConversationCursor
	for range want {
		page, err := s.Opinions(s.ctx(), owner, after, 1)
		if err != nil || len(page) != 1 || page[0].Opinion == nil {
			s.Fatalf("a page: %+v, %v", page, err)
		}
		got = append(got, page[0].ID)
		after = debate.ConversationCursor{UpdatedAt: page[0].UpdatedAt, ID: page[0].ID}
	}
	s.same("the debates with an opinion", got, want)
	if rest, err := s.Opinions(s.ctx(), owner, after, 10); err != nil || len(rest) != 0 {
		s.Errorf("after the last: %+v, %v", rest, err)
	}
	if others, err := s.Opinions(s.ctx(), alice, debate.ConversationCursor{}, 100); err != nil {
		s.Error(err)
	} else {
		for _, c := range others {
			if c.Owner != alice {
				s.Errorf("another's opinion: %+v", c)
			}
		}
	}
}

func share(s *suite) {
	c, _ := s.talk(1)
	token := newID()
	for range 2 {
		if got, err := s.SetShare(s.ctx(), alice, c.ID, token); err != nil || got.Share != token {
			s.Fatalf("shared as %q, %v", got.Share, err)
		}
	}
	if got, err := s.SetShare(s.ctx(), alice, c.ID, newID()); err != nil || got.Share != token {
		s.Errorf("shared again it is %q, %v; want the token that it had", got.Share, err)
	}
	if got, err := s.Shared(s.ctx(), token); err != nil || got.ID != c.ID {
		s.Errorf("by its token: %+v, %v", got, err)
	}
	if got, err := s.SetShare(s.ctx(), alice, c.ID, ""); err != nil || got.Share != "" {
		s.Errorf("unshared: %+v, %v", got, err)
	}
	for _, gone := range []string{token, "", "nonsense"} {
		_, err := s.Shared(s.ctx(), gone)
		s.reason("by the token "+gone, err, debate.NotFound)
	}
}

func votes(s *suite) {
	c, _ := s.talk(1)
	token := newID()
	if _, err := s.SetShare(s.ctx(), alice, c.ID, token); err != nil {
		s.Fatal(err)
	}
	atOnce(12, func(i int) error { return s.AddVote(s.ctx(), token, -1, i%2) })
	got, err := s.Votes(s.ctx(), c.ID)
	if err != nil || len(got) != 2 || got[0].Count != 6 || got[1].Count != 6 || got[0].Before != -1 {
		s.Errorf("votes %+v, %v", got, err)
	}
	s.reason("a vote on nothing", s.AddVote(s.ctx(), newID(), 0, 0), debate.NotFound)
	if _, err := s.SetShare(s.ctx(), alice, c.ID, ""); err != nil {
		s.Fatal(err)
	}
	if left, err := s.Votes(s.ctx(), c.ID); err != nil || len(left) != 0 {
		s.Errorf("votes of a page that is gone: %+v, %v", left, err)
	}
	for range 20 { // votes that come as the page is taken away
		token := newID()
		if _, err := s.SetShare(s.ctx(), alice, c.ID, token); err != nil {
			s.Fatal(err)
		}
		atOnce(8, func(i int) error {
			if i == 4 {
				_, err := s.SetShare(s.ctx(), alice, c.ID, "")
				return err
			}
			return s.AddVote(s.ctx(), token, -1, 1)
		})
		if left, err := s.Votes(s.ctx(), c.ID); err != nil || len(left) != 0 {
			s.Fatalf("votes that came as the page was taken away: %+v, %v", left, err)
		}
	}
}

func addConversation(s *suite) {
	check := debate.StanceCheck{Holds: true}
	c := debate.Conversation{
		ID: newID(), Owner: alice, Topic: "Dogs are better than cats.", Stance: debate.Pro, Title: "Dogs", Language: "en", Difficulty: debate.Hard,
		Persona: "a sailor", TurnCount: 250, Revision: 1, Summary: "They said much.", SummaryThrough: 9, Format: "oxford", Rounds: 250, Over: true, Duel: debate.Duel{User: "a", Bot: "b"},
		Opinion: &debate.Opinion{Before: -1, After: 3, Turn: 2}, CreatedAt: s.now, UpdatedAt: s.now,
	}
	var turns []debate.Turn
	for n := range c.TurnCount {
		turns = append(turns, debate.Turn{
			ID: newID(), ConversationID: c.ID, Owner: alice, Number: n + 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: fmt.Sprint("message ", n), Reply: "reply",
			Attempt: 1, Model: "m", Usage: debate.Usage{InputTokens: 3, OutputTokens: 4}, SideUsage: debate.Usage{InputTokens: 1}, StanceCheck: &check,
			Ledger: debate.NewLedger(debate.Point{ID: debate.PointID(n+1, debate.Bot, 1)}), CreatedAt: s.now, FinishedAt: s.now.Add(time.Second),
		})
	}
	failed := &turns[3]
	failed.State, failed.Kind, failed.Reply, failed.Failure = debate.Failed, "", "", &debate.Failure{Reason: debate.ModelUnavailable, Message: "why"}
	if err := s.AddConversation(s.ctx(), c, turns, "fork", []byte("hash")); err != nil {
		s.Fatal(err)
	}
	s.same("the conversation", s.conversation(c.ID), c)
	got, err := s.Turns(s.ctx(), alice, c.ID, 0, false, 300)
	if err != nil {
		s.Fatal(err)
	}
	s.same("the turns", got, turns)
	again := c
	again.ID = newID()
	s.reason("the same request again", s.AddConversation(s.ctx(), again, nil, "fork", []byte("hash")), debate.RequestIDReused)
	if _, err := s.Conversation(s.ctx(), alice, again.ID); debate.ReasonOf(err) != debate.NotFound {
		s.Errorf("a request made two: %v", err)
	}
	found, hash, err := s.FindFork(s.ctx(), alice, "fork")
	if err != nil || found.ID != c.ID || string(hash) != "hash" {
		s.Errorf("by its request: %+v, %q, %v", found, hash, err)
	}
	for _, none := range []string{"", "other"} {
		_, _, err := s.FindFork(s.ctx(), alice, none)
		s.reason("by the request "+none, err, debate.NotFound)
	}
	for range 2 { // without a request id there is no end to them
		again.ID = newID()
		if err := s.AddConversation(s.ctx(), again, nil, "", nil); err != nil {
			s.Error(err)
		}
	}
	_, err = s.BeginTurn(s.ctx(), s.next(c.ID))
	s.reason("a turn of what was over when it was added", err, debate.NotFound)
	if _, err := s.CountRounds(s.ctx(), c.ID, 1000); err != nil {
		s.Fatal(err)
	}
	_, next := s.begin(s.next(c.ID))
	if next.Number != 251 {
		s.Errorf("the next turn is number %d", next.Number)
	}
	if days, err := s.Usage(s.ctx(), alice.Key, "2000-01-01"); err != nil || len(days) != 0 {
		s.Errorf("copies are counted as used: %+v, %v", days, err)
	}
}

func rounds(s *suite) {
	c, _ := s.talk(2)
	formatted := s.opening()
	formatted.Format = "blitz"
	if got, _ := s.begin(formatted); got.Format != "blitz" || s.conversation(got.ID).Format != "blitz" {
		s.Errorf("begun with a format: %+v", got)
	}
	_, failing := s.begin(s.next(c.ID))
	s.finish(failing, debate.Outcome{State: debate.Failed, Now: s.now, Failure: &debate.Failure{Reason: debate.ModelUnavailable}})
	_, aside := s.begin(s.next(c.ID))
	o := s.completed("You do.")
	o.Kind = debate.AsideKind
	s.finish(aside, o)
	for _, most := range []int{3, 2} {
		over := most == 2
		got, err := s.CountRounds(s.ctx(), c.ID, most)
		if err != nil || got.Rounds != 2 || got.Over != over {
			s.Errorf("of %d rounds: %d, over %v, %v", most, got.Rounds, got.Over, err)
		}
	}
	before := s.conversation(c.ID)
	_, err := s.BeginTurn(s.ctx(), s.next(c.ID))
	s.reason("a turn of what is over", err, debate.NotFound)
	s.same("what is over", s.conversation(c.ID), before)
}

func (s *suite) judging(c debate.Conversation, requestID string) debate.BeginVerdictParams {
	return debate.BeginVerdictParams{
		Owner: c.Owner, ConversationID: c.ID, ID: newID(), ThroughTurn: c.TurnCount, RequestID: requestID, RequestHash: []byte("j"),
		Holder: holder, LeaseUntil: s.now.Add(15 * time.Second), Now: s.now,
	}
}

func (s *suite) beginVerdict(c debate.Conversation) debate.Verdict {
	s.Helper()
	v, err := s.BeginVerdict(s.ctx(), s.judging(c, ""))
	if err != nil {
		s.Fatalf("BeginVerdict: %v", err)
	}
	return v
}

func (s *suite) judged(v debate.Verdict) debate.Verdict {
	v.State, v.Judge, v.FinishedAt, v.LeaseUntil = debate.Completed, "m", s.now.Add(time.Second), time.Time{}
	v.Usage = debate.Usage{InputTokens: 100, OutputTokens: 20}
	q := debate.Quote{TurnID: "t", Turn: 1, Speaker: debate.Bot, Start: 2, End: 5, Text: "né\x01\""}
	v.Findings = debate.Findings{
		Winner: debate.BotWins, BestCase: "It might.", Advice: []debate.Advice{{Text: "More.", Quote: q}},
		Clashes: []debate.Clash{{Title: "So", Winner: debate.UserWins, Reason: "Why.", Quotes: []debate.Quote{q}}},
	}
	return v
}

func verdict(s *suite) {
	c, _ := s.talk(1)
	_, err := s.Verdict(s.ctx(), alice, c.ID)
	s.reason("before there is one", err, debate.NotFound)
	v := s.beginVerdict(c)
	s.same("the begun verdict", v, debate.Verdict{
		ID: v.ID, ConversationID: c.ID, Owner: alice, State: debate.Running, ThroughTurn: 1, CreatedAt: s.now, LeaseUntil: s.now.Add(15 * time.Second),
	})
	if err := s.RenewVerdict(s.ctx(), v.ID, holder, s.now.Add(time.Minute)); err != nil {
		s.Error(err)
	}
	if now, err := s.Verdict(s.ctx(), alice, c.ID); err != nil || !now.LeaseUntil.Equal(s.now.Add(time.Minute)) {
		s.Errorf("renewed: %+v, %v", now, err)
	}
	s.lost("renewed by another", s.RenewVerdict(s.ctx(), v.ID, "another", s.now))
	want := s.judged(v)
	_, err = s.FinishVerdict(s.ctx(), want, "another")
	s.lost("finished by another", err)
	for range 2 { // the answer to the first may be lost
		got, err := s.FinishVerdict(s.ctx(), want, holder)
		if err != nil {
			s.Fatal(err)
		}
		s.same("the finished verdict", got, want)
	}
	stored, err := s.Verdict(s.ctx(), alice, c.ID)
	if err != nil {
		s.Fatal(err)
	}
	s.same("the stored verdict", stored, want)
	s.lost("renewed after its end", s.RenewVerdict(s.ctx(), v.ID, holder, s.now))
	failed := s.beginVerdict(c)
	failed.State, failed.Failure, failed.FinishedAt, failed.LeaseUntil = debate.Failed, &debate.Failure{Reason: debate.ModelUnavailable, Message: "why"}, s.now, time.Time{}
	if _, err := s.FinishVerdict(s.ctx(), failed, holder); err != nil {
		s.Fatal(err)
	}
	latest, err := s.Verdict(s.ctx(), alice, c.ID)
	if err != nil {
		s.Fatal(err)
	}
	s.same("the latest verdict", latest, failed)
}

func verdictOnce(s *suite) {
	c, _ := s.talk(1)
	got := atOnce(8, func(int) error {
		_, err := s.BeginVerdict(s.ctx(), s.judging(c, ""))
		return err
	})
	if got[""] != 1 || got[debate.TurnRunning] != 7 {
		s.Errorf("eight at once: %v", got)
	}
	other, _ := s.talk(1)
	s.beginVerdict(other) // is in nobody's way
}

func verdictRequest(s *suite) {
	c, _ := s.talk(1)
	v, err := s.BeginVerdict(s.ctx(), s.judging(c, "judge"))
	if err != nil {
		s.Fatal(err)
	}
	if _, err := s.FinishVerdict(s.ctx(), s.judged(v), holder); err != nil {
		s.Fatal(err)
	}
	_, err = s.BeginVerdict(s.ctx(), s.judging(c, "judge"))
	s.reason("the same request again", err, debate.RequestIDReused)
	found, hash, err := s.FindVerdict(s.ctx(), alice, "judge")
	if err != nil || string(hash) != "j" {
		s.Errorf("%q, %v", hash, err)
	}
	s.same("the request's verdict", found, s.judged(v))
	for _, none := range []string{"", "other"} {
		_, _, err := s.FindVerdict(s.ctx(), alice, none)
		s.reason("by the request "+none, err, debate.NotFound)
	}
}

// requestOnceOfAny has each call refuse the request ids of all the others.
func requestOnceOfAny(s *suite) {
	c, latest := s.talk(1)
	uses := map[string]func(id string) error{
		"turn": func(id string) error {
			b := s.opening()
			b.RequestID, b.RequestHash = id, []byte("hash")
			_, err := s.BeginTurn(s.ctx(), b)
			return err
		},
		"retry": func(id string) error {
			begun, err := s.RetryTurn(s.ctx(), s.retryOf(latest, id))
			if err == nil {
				s.finish(begun.Turn, s.completed("No."))
			}
			return err
		},
		"verdict": func(id string) error {
			v, err := s.BeginVerdict(s.ctx(), s.judging(c, id))
			if err != nil {
				return err
			}
			_, err = s.FinishVerdict(s.ctx(), s.judged(v), holder)
			return err
		},
		"conversation": func(id string) error {
			return s.AddConversation(s.ctx(), debate.Conversation{ID: newID(), Owner: alice, CreatedAt: s.now, UpdatedAt: s.now}, nil, id, []byte("hash"))
		},
	}
	for name, use := range uses {
		if err := use(name); err != nil {
			s.Fatalf("a %s: %v", name, err)
		}
	}
	for first := range uses {
		for second, use := range uses {
			s.reason("a "+second+" with the id of a "+first, use(first), debate.RequestIDReused)
		}
	}
}

func verdictInterrupted(s *suite) {
	c, _ := s.talk(1)
	v := s.beginVerdict(c)
	if n, err := s.InterruptVerdicts(s.ctx(), s.now.Add(14*time.Second)); err != nil || n != 0 {
		s.Errorf("a verdict whose holder lives: %d, %v", n, err)
	}
	if n, err := s.InterruptVerdicts(s.ctx(), s.now.Add(16*time.Second)); err != nil || n != 1 {
		s.Errorf("a verdict whose holder died: %d, %v", n, err)
	}
	_, err := s.FinishVerdict(s.ctx(), s.judged(v), holder)
	s.lost("finished after that", err)
	if got, err := s.Verdict(s.ctx(), alice, c.ID); err != nil || got.State != debate.Interrupted || got.Failure == nil || *got.Failure != debate.FailureVerdictInterrupted || got.Winner != "" {
		s.Errorf("%+v, %v", got, err)
	}
	// A new one ends what is in its way.
	s.beginVerdict(c)
	late := s.judging(c, "")
	late.Now = s.now.Add(time.Minute)
	if _, err := s.BeginVerdict(s.ctx(), late); err != nil {
		s.Errorf("after the lease ran out: %v", err)
	}
}

func verdictAnew(s *suite) {
	c, _ := s.talk(1)
	begin := func(change func(*debate.BeginVerdictParams)) (debate.Verdict, error) {
		b := s.judging(c, "anew")
		if change != nil {
			change(&b)
		}
		return s.BeginVerdict(s.ctx(), b)
	}
	first, err := begin(nil)
	if err != nil {
		s.Fatal(err)
	}
	_, err = begin(nil)
	s.reason("while it is made", err, debate.RequestIDReused)
	if _, err := s.InterruptVerdicts(s.ctx(), s.now.Add(16*time.Second)); err != nil {
		s.Fatal(err)
	}
	_, err = begin(func(b *debate.BeginVerdictParams) { b.RequestHash = []byte("other") })
	s.reason("another request with its id", err, debate.RequestIDReused)
	_, err = begin(func(b *debate.BeginVerdictParams) { b.Owner = debate.Owner{Key: "bob"} })
	s.reason("another owner", err, debate.NotFound)
	second, err := begin(nil)
	if err != nil || second.ID == first.ID {
		s.Fatalf("made anew: %+v, %v", second, err)
	}
	if found, _, err := s.FindVerdict(s.ctx(), alice, "anew"); err != nil || found.ID != second.ID {
		s.Errorf("by the request: %+v, %v", found, err)
	}
	failed := second
	failed.State, failed.FinishedAt, failed.LeaseUntil = debate.Failed, s.now, time.Time{}
	if _, err := s.FinishVerdict(s.ctx(), failed, holder); err != nil {
		s.Fatal(err)
	}
	_, err = begin(nil)
	s.reason("of a verdict that failed", err, debate.RequestIDReused)
}

func rating(s *suite) {
	c, t := s.talk(2)
	before := c.Revision
	for _, want := range []debate.Rating{debate.Bad, debate.Good, debate.Good, debate.NoRating, debate.Bad} {
		got, err := s.RateTurn(s.ctx(), alice, t.ID, 0, want)
		if err != nil || got.Rating != want || got.Reply != t.Reply {
			s.Errorf("rated %q: %+v, %v", want, got, err)
		}
	}
	if stored := s.turn(t.ID, 0); stored.Rating != debate.Bad {
		s.Errorf("stored: %+v", stored)
	}
	if now := s.conversation(c.ID); now.Revision == before || !now.UpdatedAt.Equal(c.UpdatedAt) {
		s.Errorf("its conversation: %+v", now)
	}
	running := s.retry(t)
	_, err := s.RateTurn(s.ctx(), alice, t.ID, 2, debate.Good)
	s.reason("a reply that is being made", err, debate.NotFound)
	_, second := s.finish(running, s.completed("better"))
	if second.Rating != debate.NoRating || s.turn(t.ID, 1).Rating != debate.Bad {
		s.Errorf("a new attempt has the rating of the one before: %+v", second)
	}
	if got, err := s.RateTurn(s.ctx(), alice, t.ID, 1, debate.NoRating); err != nil || got.Attempt != 1 || got.Rating != debate.NoRating {
		s.Errorf("the one before: %+v, %v", got, err)
	}
	if _, err := s.RateTurn(s.ctx(), alice, t.ID, 0, debate.Good); err != nil {
		s.Error(err)
	}
	if s.turn(t.ID, 0).Rating != debate.Good || s.turn(t.ID, 2).Rating != debate.Good || s.turn(t.ID, 1).Rating != debate.NoRating {
		s.Errorf("two attempts: %q, %q, %q", s.turn(t.ID, 0).Rating, s.turn(t.ID, 1).Rating, s.turn(t.ID, 2).Rating)
	}
	_, err = s.RateTurn(s.ctx(), alice, t.ID, 3, debate.Good)
	s.reason("an attempt that nobody made", err, debate.NotFound)
	_, unanswered := s.begin(s.next(c.ID))
	_, err = s.RateTurn(s.ctx(), alice, unanswered.ID, 0, debate.Good)
	s.reason("a turn that runs", err, debate.NotFound)
	copied := s.turn(t.ID, 0)
	copied.ID, copied.Number = newID(), 1
	fork := debate.Conversation{ID: newID(), Owner: alice, CreatedAt: s.now, UpdatedAt: s.now}
	if err := s.AddConversation(s.ctx(), fork, []debate.Turn{copied}, "", nil); err != nil {
		s.Fatal(err)
	}
	if s.turn(copied.ID, 0).Rating != debate.Good {
		s.Error("a copy lost its rating")
	}
}

func verdictCost(s *suite) {
	c, _ := s.talk(1)
	before, err := s.Usage(s.ctx(), alice.Key, "2000-01-01")
	if err != nil {
		s.Fatal(err)
	}
	v := s.judged(s.beginVerdict(c))
	for range 2 {
		if _, err := s.FinishVerdict(s.ctx(), v, holder); err != nil {
			s.Fatal(err)
		}
	}
	after, err := s.Usage(s.ctx(), alice.Key, "2000-01-01")
	if err != nil || len(after) != 1 || after[0].Turns != 1 || after[0].SideCalls != before[0].SideCalls.Add(v.Usage) || after[0].Replies != before[0].Replies {
		s.Errorf("before %+v, after %+v, %v", before, after, err)
	}
}

func reviewsDeleted(s *suite) {
	c, _ := s.talk(1)
	token := newID()
	if _, err := s.SetShare(s.ctx(), alice, c.ID, token); err != nil {
		s.Fatal(err)
	}
	if err := s.AddVote(s.ctx(), token, 0, 1); err != nil {
		s.Fatal(err)
	}
	v := s.beginVerdict(c)
	if err := s.Delete(s.ctx(), alice, c.ID); err != nil {
		s.Fatal(err)
	}
	_, err := s.Shared(s.ctx(), token)
	s.reason("its page", err, debate.NotFound)
	_, err = s.Verdict(s.ctx(), alice, c.ID)
	s.reason("its verdict", err, debate.NotFound)
	_, err = s.FinishVerdict(s.ctx(), s.judged(v), holder)
	s.lost("its verdict, finished", err)
	if left, err := s.Votes(s.ctx(), c.ID); err != nil || len(left) != 0 {
		s.Errorf("its votes: %+v, %v", left, err)
	}
}

func reviewsForeign(s *suite) {
	c, t := s.talk(1)
	if err := s.AddConversation(s.ctx(), debate.Conversation{ID: newID(), Owner: alice, CreatedAt: s.now, UpdatedAt: s.now}, nil, "her-fork", nil); err != nil {
		s.Fatal(err)
	}
	if _, err := s.BeginVerdict(s.ctx(), s.judging(c, "her-verdict")); err != nil {
		s.Fatal(err)
	}
	for _, owner := range []debate.Owner{{Key: "bob"}, {Key: alice.Key, User: "eve"}} {
		_, err := s.SetOpinion(s.ctx(), owner, c.ID, 1, 0)
		s.reason("SetOpinion", err, debate.NotFound)
		_, err = s.RateTurn(s.ctx(), owner, t.ID, 0, debate.Good)
		s.reason("RateTurn", err, debate.NotFound)
		_, err = s.SetShare(s.ctx(), owner, c.ID, newID())
		s.reason("SetShare", err, debate.NotFound)
		_, err = s.Verdict(s.ctx(), owner, c.ID)
		s.reason("Verdict", err, debate.NotFound)
		_, _, err = s.FindVerdict(s.ctx(), owner, "her-verdict")
		s.reason("FindVerdict", err, debate.NotFound)
		_, _, err = s.FindFork(s.ctx(), owner, "her-fork")
		s.reason("FindFork", err, debate.NotFound)
		b := s.judging(c, "")
		b.Owner = owner
		_, err = s.BeginVerdict(s.ctx(), b)
		s.reason("BeginVerdict", err, debate.NotFound)
	}
}
