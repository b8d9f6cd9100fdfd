package turn_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// bench is a Judge of a function field.
type bench struct {
	judge func(ctx context.Context, exchanges []debate.Exchange, swapped bool) (debate.Judgement, debate.Usage, error)
	calls atomic.Int64
}

func (*bench) Name() string { return "bench" }

func (b *bench) Judge(ctx context.Context, _ debate.Conversation, exchanges []debate.Exchange, swapped bool) (debate.Judgement, debate.Usage, error) {
	b.calls.Add(1)
	return b.judge(ctx, exchanges, swapped)
}

var spent = debate.Usage{InputTokens: 40, OutputTokens: 2}

// botWins is a judgement with a quotation of turn 1.
func botWins(words string) debate.Judgement {
	return debate.Judgement{Winner: debate.BotWins, Clashes: []debate.JudgedClash{{
		Title: "So", Winner: debate.BotWins, Reason: "Why.", Quotes: []debate.Quotation{{Turn: 1, Speaker: debate.Bot, Text: words}},
	}}}
}

// argued opens a house with a judge, and a debate of one argument in it.
func argued(t *testing.T, b *bench, change ...func(*turn.Config)) (*house, string) {
	t.Helper()
	s := open(t, newMemory(), says("Cats", " sleep."), append(change, func(c *turn.Config) {
		if b != nil {
			c.Judge = b
		}
	})...)
	r, err := s.Chat(t.Context(), alice, debate.ChatRequest{Message: "Dogs are better than cats."})
	if err != nil {
		t.Fatal(err)
	}
	return s, r.Conversation.ID
}

func TestAJudgeIsAskedInBothOrdersAndHeldToItsWords(t *testing.T) {
	for name, c := range map[string]struct {
		judge func(swapped bool) debate.Judgement
		want  debate.Winner
	}{
		"of one mind":           {func(bool) debate.Judgement { return botWins("cats SLEEP") }, debate.BotWins},
		"an invented quotation": {func(bool) debate.Judgement { return botWins("cats bark") }, debate.Undecided},
		"of two minds": {func(swapped bool) debate.Judgement {
			j := botWins("cats sleep")
			if swapped {
				j.Winner = debate.UserWins
			}
			return j
		}, debate.Undecided},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var orders [2]atomic.Int64
				b := &bench{judge: func(_ context.Context, exchanges []debate.Exchange, swapped bool) (debate.Judgement, debate.Usage, error) {
					orders[map[bool]int{true: 1}[swapped]].Add(1)
					if len(exchanges) != 1 || exchanges[0].Reply != "Cats sleep." {
						t.Errorf("it was shown %+v", exchanges)
					}
					return c.judge(swapped), spent, nil
				}}
				s, id := argued(t, b)
				v, err := s.JudgeConversation(t.Context(), alice, id, "")
				if err != nil || v.State != debate.Completed || v.Winner != c.want || v.Judge != "bench" || v.ThroughTurn != 1 || v.Usage != spent.Add(spent) {
					t.Errorf("%+v, %v", v, err)
				}
				if orders[0].Load() != 1 || orders[1].Load() != 1 {
					t.Errorf("asked %d and %d times", orders[0].Load(), orders[1].Load())
				}
				got, err := s.Verdict(t.Context(), alice, id)
				if err != nil || got.ID != v.ID || got.Winner != v.Winner {
					t.Errorf("stored: %+v, %v", got, err)
				}
			})
		})
	}
}

func TestNothingIsJudgedBeforeSomethingWasArguedAndAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, newMemory(), says("Hello."))
		r, err := s.Chat(t.Context(), alice, debate.ChatRequest{Message: "hi"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = s.JudgeConversation(t.Context(), alice, r.Conversation.ID, ""); debate.ReasonOf(err) != debate.NothingToJudge {
			t.Errorf("judged: %v", err)
		}
		if _, err = s.Verdict(t.Context(), alice, r.Conversation.ID); debate.ReasonOf(err) != debate.NotFound {
			t.Errorf("a verdict: %v", err)
		}
		if _, err = s.JudgeConversation(t.Context(), alice, "nobody's", ""); debate.ReasonOf(err) != debate.NotFound {
			t.Errorf("nothing: %v", err)
		}
	})
}

// A retry gives the turn that was judged last another reply: what a verdict quotes of
// the one before stands nowhere any more, and is not shown.
func TestAVerdictQuotesNothingThatARetryReplaced(t *testing.T) {
	b := &bench{judge: func(context.Context, []debate.Exchange, bool) (debate.Judgement, debate.Usage, error) {
		return botWins("cats sleep"), spent, nil
	}}
	s, id := argued(t, b)
	if v, err := s.JudgeConversation(t.Context(), alice, id, ""); err != nil || len(v.Clashes) != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	turns, err := s.Turns(t.Context(), alice, id, 0, true, 1)
	if err != nil {
		t.Fatal(err)
	}
	s.model.reply = says("Dogs bark.").reply
	if err := s.RetryTurn(t.Context(), alice, turns[0].ID, "", new(record).send); err != nil {
		t.Fatal(err)
	}
	if v, err := s.Verdict(t.Context(), alice, id); err != nil || len(v.Clashes) != 0 || v.Winner != debate.BotWins {
		t.Errorf("after a retry: %+v, %v", v, err)
	}
}

func TestWithoutAModelRulesJudgeAndSaySo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, id := argued(t, nil)
		v, err := s.JudgeConversation(t.Context(), alice, id, "")
		if err != nil || v.State != debate.Completed || v.Judge != debate.RulesJudge || v.Winner == debate.NoWinner {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestARequestIDMakesOneVerdictHoweverItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{judge: func(context.Context, []debate.Exchange, bool) (debate.Judgement, debate.Usage, error) {
			time.Sleep(2 * time.Second)
			return debate.Judgement{}, spent, errors.New("secret inner text")
		}}
		s, id := argued(t, b)
		errs := make(chan error, 3)
		for range 3 {
			go func() {
				_, err := s.JudgeConversation(t.Context(), alice, id, "j")
				errs <- err
			}()
		}
		for range 3 {
			if err := <-errs; debate.ReasonOf(err) != debate.ModelUnavailable {
				t.Errorf("%v", err)
			}
		}
		if n := b.calls.Load(); n != 2 {
			t.Errorf("the judge was asked %d times by one request", n)
		}
		other, err := s.Chat(t.Context(), alice, debate.ChatRequest{Message: "Tea beats coffee."})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.JudgeConversation(t.Context(), alice, other.Conversation.ID, "j"); debate.ReasonOf(err) != debate.RequestIDReused {
			t.Errorf("the same id for another debate: %v", err)
		}
		if _, err := s.Chat(t.Context(), alice, debate.ChatRequest{Message: "Tea beats coffee.", RequestID: "chat"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.JudgeConversation(t.Context(), alice, id, "chat"); debate.ReasonOf(err) != debate.RequestIDReused {
			t.Errorf("the id of a turn: %v", err)
		}
		v, err := s.Verdict(t.Context(), alice, id)
		if err != nil || v.State != debate.Failed || v.Failure == nil || v.Winner != debate.NoWinner || v.Usage != spent.Add(spent) {
			t.Errorf("%+v, %v", v, err)
		}
		b.judge = func(context.Context, []debate.Exchange, bool) (debate.Judgement, debate.Usage, error) {
			return botWins("cats sleep"), spent, nil
		}
		if v, err := s.JudgeConversation(t.Context(), alice, id, "again"); err != nil || v.Winner != debate.BotWins {
			t.Errorf("tried again: %+v, %v", v, err)
		}
	})
}

func TestALongVerdictIsMadeThoughItsCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{judge: func(ctx context.Context, _ []debate.Exchange, _ bool) (debate.Judgement, debate.Usage, error) {
			select {
			case <-time.After(40 * time.Second):
				return botWins("cats sleep"), spent, nil
			case <-ctx.Done():
				return debate.Judgement{}, spent, ctx.Err()
			}
		}}
		s, id := argued(t, b)
		_, err := s.JudgeConversation(t.Context(), alice, id, "j")
		if debate.ReasonOf(err) != debate.StillRunning {
			t.Fatalf("after 28 s: %v", err)
		}
		if _, err := s.JudgeConversation(t.Context(), alice, id, ""); debate.ReasonOf(err) != debate.TurnRunning {
			t.Errorf("a second one meanwhile: %v", err)
		}
		v, err := s.JudgeConversation(t.Context(), alice, id, "j")
		if err != nil || v.Winner != debate.BotWins {
			t.Errorf("the same request again: %+v, %v", v, err)
		}
		if n := b.calls.Load(); n != 2 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestAVerdictWhoseHolderDiedEndsAndCanBeTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, id := argued(t, nil)
		now := time.Now()
		_, err := s.store.BeginVerdict(t.Context(), debate.BeginVerdictParams{
			Owner: alice, ConversationID: id, ID: "dead", ThroughTurn: 1, RequestID: "dead", RequestHash: turn.HashOf("judge", id), Holder: "dead", LeaseUntil: now.Add(debate.LeaseTime), Now: now,
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.JudgeConversation(t.Context(), alice, id, "dead")
		if debate.ReasonOf(err) != debate.Internal || time.Since(now) < debate.LeaseTime || time.Since(now) > debate.LeaseTime+2*time.Second {
			t.Errorf("who waits for it is told after %v: %v", time.Since(now), err)
		}
		if v, err := s.Verdict(t.Context(), alice, id); err != nil || v.State != debate.Interrupted {
			t.Errorf("%+v, %v", v, err)
		}
		v, err := s.JudgeConversation(t.Context(), alice, id, "dead")
		if err != nil || v.State != debate.Completed {
			t.Errorf("the same request again: %+v, %v", v, err)
		}
		if again, err := s.JudgeConversation(t.Context(), alice, id, "dead"); err != nil || again.ID != v.ID {
			t.Errorf("and again: %+v, %v", again, err)
		}
	})
}

// Nobody waited for it: whoever asks again first finds that its lease ran out.
func TestAVerdictThatWasLeftIsMadeByTheSameRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, id := argued(t, nil)
		now := time.Now()
		_, err := s.store.BeginVerdict(t.Context(), debate.BeginVerdictParams{
			Owner: alice, ConversationID: id, ID: "left", ThroughTurn: 1, RequestID: "left", RequestHash: turn.HashOf("judge", id), Holder: "dead", LeaseUntil: now.Add(debate.LeaseTime), Now: now,
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(debate.LeaseTime + time.Second)
		if v, err := s.JudgeConversation(t.Context(), alice, id, "left"); err != nil || v.State != debate.Completed || v.ID == "left" {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestRatingsAreCountedOnceAndOnlyOfWholeReplies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		counted := map[debate.Rating]int{}
		s := open(t, newMemory(), says("Cats sleep."), func(c *turn.Config) {
			c.Rated = func(_ context.Context, r debate.Rating) { counted[r]++ }
		})
		r, err := s.Chat(t.Context(), alice, debate.ChatRequest{Message: "Dogs are better than cats."})
		if err != nil {
			t.Fatal(err)
		}
		for _, rating := range []debate.Rating{debate.Good, debate.Good, debate.NoRating, debate.Bad} {
			if got, err := s.RateTurn(t.Context(), alice, r.Turn.ID, 0, rating); err != nil || got.Rating != rating {
				t.Errorf("%q: %+v, %v", rating, got, err)
			}
		}
		if counted[debate.Good] != 1 || counted[debate.Bad] != 1 || len(counted) != 2 {
			t.Errorf("counted %v", counted)
		}
		if _, err := s.RateTurn(t.Context(), debate.Owner{Key: "bob"}, r.Turn.ID, 0, debate.Good); debate.ReasonOf(err) != debate.NotFound {
			t.Errorf("another's: %v", err)
		}
		s.model.reply = func(context.Context, debate.Prompt, func(string)) (debate.Completion, error) {
			return debate.Completion{}, errors.New("away")
		}
		_, err = s.Chat(t.Context(), alice, debate.ChatRequest{ConversationID: r.Conversation.ID, Message: "They are loyal."})
		var failed *debate.Error
		if !errors.As(err, &failed) {
			t.Fatal(err)
		}
		if _, err := s.RateTurn(t.Context(), alice, failed.TurnID, 0, debate.Good); debate.ReasonOf(err) != debate.InvalidArgument {
			t.Errorf("a reply that is not whole: %v", err)
		}
	})
}

func TestDrainingInterruptsAVerdictAndADatabaseThatBlinksLosesNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := &debate.Error{Reason: debate.StoreUnavailable}
		b := &bench{judge: func(ctx context.Context, _ []debate.Exchange, _ bool) (debate.Judgement, debate.Usage, error) {
			select {
			case <-time.After(5 * time.Second):
				return botWins("cats sleep"), spent, nil
			case <-ctx.Done():
				return debate.Judgement{}, spent, ctx.Err()
			}
		}}
		s, id := argued(t, b)
		s.store.finishes = []error{away, away, away}
		if v, err := s.JudgeConversation(t.Context(), alice, id, ""); err != nil || v.Winner != debate.BotWins {
			t.Errorf("while the database blinks: %+v, %v", v, err)
		}
		done := make(chan error)
		go func() {
			_, err := s.JudgeConversation(t.Context(), alice, id, "")
			done <- err
		}()
		time.Sleep(time.Second)
		drained, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Drain(drained); err != nil {
			t.Error(err)
		}
		if err := <-done; debate.ReasonOf(err) != debate.Draining {
			t.Errorf("%v", err)
		}
		if v, _ := s.Verdict(t.Context(), alice, id); v.State != debate.Interrupted || v.Usage != spent.Add(spent) {
			t.Errorf("%+v", v)
		}
	})
}

func TestAPanicOfAJudgeEndsItsVerdictAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{judge: func(context.Context, []debate.Exchange, bool) (debate.Judgement, debate.Usage, error) { panic("judge") }}
		s, id := argued(t, b)
		if _, err := s.JudgeConversation(t.Context(), alice, id, ""); debate.ReasonOf(err) != debate.ModelUnavailable {
			t.Errorf("%v", err)
		}
	})
}

func TestAForkCopiesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, id := argued(t, nil)
		if _, err := s.Chat(t.Context(), alice, debate.ChatRequest{ConversationID: id, Message: "They are loyal."}); err != nil {
			t.Fatal(err)
		}
		from, err := s.Conversation(t.Context(), alice, id)
		if err != nil {
			t.Fatal(err)
		}
		fork := debate.ForkRequest{ConversationID: id, ThroughTurn: 1, Difficulty: debate.Hard, RequestID: "f"}
		var made []string
		for range 2 {
			c, turn, err := s.Fork(t.Context(), alice, fork)
			if err != nil || turn.ID != "" || c.Topic != from.Topic || c.Stance != from.Stance || c.Difficulty != debate.Hard || c.TurnCount != 1 || c.ID == id {
				t.Errorf("%+v, %v", c, err)
			}
			made = append(made, c.ID)
		}
		if made[0] != made[1] {
			t.Errorf("one request made %v", made)
		}
		copied := s.store.forks["f"].turns
		if len(copied) != 1 || copied[0].Reply != "Cats sleep." || copied[0].Number != 1 || copied[0].ConversationID != made[0] {
			t.Errorf("copied %+v", copied)
		}
		other := fork
		other.ThroughTurn = 2
		if _, _, err := s.Fork(t.Context(), alice, other); debate.ReasonOf(err) != debate.RequestIDReused {
			t.Errorf("the same id for another fork: %v", err)
		}
		rematch, _, err := s.Fork(t.Context(), alice, debate.ForkRequest{ConversationID: id, SwapSides: true})
		if err != nil || rematch.Stance != from.Stance.Opposite() || rematch.TurnCount != 0 || rematch.Topic != from.Topic {
			t.Errorf("a rematch: %+v, %v", rematch, err)
		}
		for _, r := range []debate.ForkRequest{
			{ConversationID: id, ThroughTurn: 3}, {ConversationID: id, ThroughTurn: -1}, {ConversationID: id, Message: "\x00"},
		} {
			if _, _, err := s.Fork(t.Context(), alice, r); debate.ReasonOf(err) != debate.InvalidArgument {
				t.Errorf("%+v: %v", r, err)
			}
		}
		if _, _, err := s.Fork(t.Context(), debate.Owner{Key: "bob"}, fork); debate.ReasonOf(err) != debate.NotFound {
			t.Errorf("of another's: %v", err)
		}
		if !slices.Contains([]debate.Stance{debate.Pro, debate.Con}, rematch.Stance) {
			t.Errorf("no side: %+v", rematch)
		}
	})
}

// The copy stays, and the same request begins its turn when there is room.
func TestAForkWhoseTurnCannotBeginSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, id := argued(t, nil)
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		c, turn, err := s.Fork(t.Context(), alice, debate.ForkRequest{ConversationID: id, ThroughTurn: 1, Message: "They are loyal.", RequestID: "f"})
		if debate.ReasonOf(err) != debate.Draining || c.ID == "" || turn.ID != "" {
			t.Errorf("%+v, %+v, %v", c, turn, err)
		}
	})
}

func TestAForkWithAnotherMotionOrSwappedSidesBeginsAnewAfterItsCopies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{}
		s, id := argued(t, b)
		from, err := s.Conversation(t.Context(), alice, id)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			request debate.ForkRequest
			kind    debate.TurnKind
			topic   string
			stance  debate.Stance
		}{
			"motion": {debate.ForkRequest{Topic: "Tea beats coffee"}, debate.EarlierKind, "Tea beats coffee", from.Stance},
			"sides":  {debate.ForkRequest{SwapSides: true}, debate.EarlierKind, from.Topic, from.Stance.Opposite()},
			"both":   {debate.ForkRequest{Topic: "Tea beats coffee", SwapSides: true}, debate.EarlierKind, "Tea beats coffee", from.Stance.Opposite()},
			"same":   {debate.ForkRequest{Topic: from.Topic}, debate.ArgumentKind, from.Topic, from.Stance},
		} {
			r := c.request
			r.ConversationID, r.ThroughTurn, r.RequestID = id, 1, name
			made, _, err := s.Fork(t.Context(), alice, r)
			if err != nil || made.Topic != c.topic || made.Stance != c.stance || made.TurnCount != 1 {
				t.Errorf("%s: %+v, %v", name, made, err)
			}
			if copied := s.store.forks[name].turns; len(copied) != 1 || copied[0].Kind != c.kind || copied[0].Reply != "Cats sleep." {
				t.Errorf("%s: copied %+v", name, copied)
			}
		}
	})
}
