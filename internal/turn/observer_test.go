package turn_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// endings are what an Observer was told.
type endings struct {
	mu      sync.Mutex
	running int
	all     []debate.AttemptResult
}

type watchedKey struct{}

func (e *endings) watch(ctx context.Context, of debate.Lease) (context.Context, func(debate.AttemptResult)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.running++
	return context.WithValue(ctx, watchedKey{}, of), func(end debate.AttemptResult) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.running--
		e.all = append(e.all, end)
	}
}

func attended(e *endings) func(*turn.Config) {
	return func(c *turn.Config) { c.Observer = e.watch }
}

func TestWhoWatchesIsToldHowEachAttemptEnded(t *testing.T) {
	fails := &script{reply: func(context.Context, debate.Prompt, func(string)) (debate.Completion, error) {
		time.Sleep(time.Second)
		return debate.Completion{}, errors.New("secret words")
	}}
	seen := debate.Lease{}
	inside := &script{reply: func(ctx context.Context, _ debate.Prompt, emit func(string)) (debate.Completion, error) {
		seen, _ = ctx.Value(watchedKey{}).(debate.Lease)
		emit("No.")
		return debate.Completion{}, nil
	}}
	for _, test := range []struct {
		name   string
		model  *script
		change func(*turn.Config)
		want   debate.AttemptResult
	}{
		{"completed", says("No, ", "not so."), nil, debate.AttemptResult{
			State: debate.Completed, Usage: debate.Usage{InputTokens: 7, OutputTokens: 2}, FirstText: time.Second, Took: 2 * time.Second}},
		{"with side calls, the one after the end too, and the text held for a verdict", says("No."),
			judged(judge{moderate: func(string) (debate.Moderation, error) { time.Sleep(3 * time.Second); return debate.Safe, nil }}), debate.AttemptResult{
				State: debate.Completed, Usage: debate.Usage{InputTokens: 7, OutputTokens: 1},
				SideUsage: cost.Add(cost), FirstText: 3 * time.Second, Took: 3 * time.Second}},
		{"failed", fails, nil, debate.AttemptResult{State: debate.Failed, Reason: debate.ModelUnavailable, Took: time.Second}},
		{"in the context that the watch gave", inside, nil, debate.AttemptResult{State: debate.Completed}},
	} {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, ctx context.Context) {
				told := new(endings)
				change := []func(*turn.Config){attended(told)}
				if test.change != nil {
					change = append(change, test.change)
				}
				h := open(t, newMemory(), test.model, change...)
				result, _ := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"})
				synctest.Wait()
				if len(told.all) != 1 || told.all[0] != test.want || told.running != 0 {
					t.Errorf("told %+v, want %+v; %d run", told.all, test.want, told.running)
				}
				if test.model == inside && (seen.TurnID != result.Turn.ID || seen.ConversationID != result.Conversation.ID || seen.Attempt != 1) {
					t.Errorf("the reply was written in the context of %+v", seen)
				}
			})
		})
	}
}

func TestWhoWatchesIsToldOfTurnsWhoseHolderDied(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		store, told := newMemory(), new(endings)
		for _, id := range []string{"swept", "seen"} {
			if _, err := store.BeginTurn(ctx, debate.BeginTurnParams{Owner: alice, Conversation: id, New: true, TurnID: id, Message: "m",
				Holder: "dead", Now: time.Now(), LeaseUntil: time.Now().Add(-time.Second)}); err != nil {
				t.Fatal(err)
			}
		}
		h := open(t, store, says(), attended(told))
		if err := h.WatchTurn(ctx, alice, "seen", 0, 0, new(record).send); err != nil {
			t.Fatal(err)
		}
		if len(told.all) != 1 {
			t.Errorf("of the turn that was seen: %+v", told.all)
		}
		run, cancel := context.WithCancel(ctx)
		go h.Run(run)
		synctest.Wait()
		cancel()
		if len(told.all) != 2 || told.all[0].State != debate.Interrupted || told.all[1].State != debate.Interrupted || told.running != 0 {
			t.Errorf("told %+v; %d run", told.all, told.running)
		}
	})
}
