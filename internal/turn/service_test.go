package turn_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

var alice = debate.Owner{Key: "alice"}

// script is a Model of function fields.
type script struct {
	reply func(ctx context.Context, p debate.Prompt, emit func(string)) (debate.Completion, error)

	mu      sync.Mutex
	prompts []debate.Prompt
}

func (s *script) Name() string { return "script" }

func (s *script) Reply(ctx context.Context, p debate.Prompt, emit func(string)) (debate.Completion, error) {
	s.mu.Lock()
	s.prompts = append(s.prompts, p)
	s.mu.Unlock()
	return s.reply(ctx, p, emit)
}

func (s *script) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.prompts)
}

func (s *script) last() debate.Prompt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.prompts[len(s.prompts)-1]
}

// says answers with these words, a second apart from each other.
func says(words ...string) *script {
	return &script{reply: func(ctx context.Context, _ debate.Prompt, emit func(string)) (debate.Completion, error) {
		for _, w := range words {
			select {
			case <-time.After(time.Second):
				emit(w)
			case <-ctx.Done():
				return debate.Completion{}, ctx.Err()
			}
		}
		return debate.Completion{Usage: debate.Usage{InputTokens: 7, OutputTokens: int64(len(words))}, Calls: 1}, nil
	}}
}

// house is a service over a store in memory.
type house struct {
	*turn.Service
	store *memory
	model *script
}

// open makes a service in a bubble of fake time, which ends with the test.
func open(t *testing.T, store *memory, model *script, change ...func(*turn.Config)) *house {
	t.Helper()
	var ids sync.Mutex
	n := 0
	holder := fmt.Sprintf("holder-%d", rand.Int())
	c := turn.Config{Store: store, Model: model, Holder: holder, NewID: func() string {
		ids.Lock()
		defer ids.Unlock()
		n++
		return fmt.Sprintf("%s/%d", holder, n)
	}}
	for _, f := range change {
		f(&c)
	}
	return &house{turn.New(c), store, model}
}

func bubble(t *testing.T, f func(t *testing.T, ctx context.Context)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, t.Context()) })
}

// record is a stream as its reader saw it.
type record struct {
	started    debate.Started
	text       string
	heartbeats int
	finished   *debate.Turn
	onDelta    func(next int)
}

func (r *record) send(e debate.Event) error {
	switch e := e.(type) {
	case debate.Started:
		r.started = e
	case debate.Delta:
		if !utf8.ValidString(e.Text) {
			return fmt.Errorf("delta %q cuts a character", e.Text)
		}
		r.text += e.Text
		if r.onDelta != nil {
			r.onDelta(e.Offset + len(e.Text))
		}
	case debate.Heartbeat:
		r.heartbeats++
	case debate.Finished:
		r.finished = &e.Turn
	}
	return nil
}

func wantReason(t *testing.T, err error, want debate.Reason) *debate.Error {
	t.Helper()
	var e *debate.Error
	if !errors.As(err, &e) || e.Reason != want {
		t.Fatalf("error = %v, want %s", err, want)
	}
	return e
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestChatTakesTurnsInOrder(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("No, ", "it is not."))
		first := must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}))
		if first.Turn.State != debate.Completed || first.Turn.Reply != "No, it is not." || first.Turn.Model != "script" {
			t.Errorf("turn = %+v", first.Turn)
		}
		if first.Conversation.Topic != "Golf is boring" || first.Conversation.Stance != debate.Con {
			t.Errorf("conversation = %+v", first.Conversation)
		}
		var last debate.ChatResult
		for n := 2; n <= 7; n++ {
			last = must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{ConversationID: first.Conversation.ID, Message: fmt.Sprint("point ", n)}))
		}
		if got := len(last.Window); got != 5 || last.Window[4].Number != 7 || last.Window[4].Reply == "" || last.Window[0].Number != 3 {
			t.Errorf("window of %d: %+v", got, last.Window)
		}
		p := h.model.last()
		if p.Message != "point 7" || len(p.Exchanges) != 6 || p.Exchanges[5].Message != "point 6" {
			t.Errorf("prompt = %+v", p)
		}
	})
}

func TestMessageThatIsTooLongForTheModelIsTheFieldAtFault(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		model := &script{reply: func(context.Context, debate.Prompt, func(string)) (debate.Completion, error) {
			return debate.Completion{}, &debate.Error{Reason: debate.InvalidArgument, Message: "too long"}
		}}
		h := open(t, newMemory(), model)
		_, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"})
		e := wantReason(t, err, debate.InvalidArgument)
		if len(e.Fields) != 1 || e.Fields[0].Field != "message" || e.RetryAfter != 0 || e.TurnID == "" {
			t.Errorf("error = %+v", e)
		}
	})
}

func TestFailedTurnIsTheUnaryCallsError(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		model := &script{reply: func(context.Context, debate.Prompt, func(string)) (debate.Completion, error) {
			return debate.Completion{}, errors.New("secret inner text")
		}}
		h := open(t, newMemory(), model)
		r := debate.ChatRequest{Message: "Golf is boring", RequestID: "one"}
		_, err := h.Chat(ctx, alice, r)
		e := wantReason(t, err, debate.ModelUnavailable)
		if e.TurnID == "" || strings.Contains(e.Message, "secret") {
			t.Errorf("error = %+v", e)
		}
		_, err = h.Chat(ctx, alice, r) // replays the failure
		if again := wantReason(t, err, debate.ModelUnavailable); again.TurnID != e.TurnID || model.calls() != 1 {
			t.Errorf("replayed turn %s after %d calls, want %s after 1", again.TurnID, model.calls(), e.TurnID)
		}
		kept := must[debate.Turn](t)(h.store.Turn(ctx, alice, e.TurnID, 0))
		if kept.State != debate.Failed || kept.Message != r.Message {
			t.Errorf("kept = %+v", kept)
		}
	})
}

func TestCopiesOfARequestMakeOneTurn(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("One ", "answer."))
		var wg sync.WaitGroup
		results := make([]debate.ChatResult, 50)
		for i := range results {
			wg.Go(func() {
				results[i] = must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring", RequestID: "same"}))
			})
		}
		wg.Wait()
		for _, r := range results {
			if r.Turn.ID != results[0].Turn.ID || r.Turn.Reply != "One answer." || len(r.Window) != 1 {
				t.Fatalf("result = %+v", r)
			}
		}
		if h.store.begins != 1 || h.model.calls() != 1 {
			t.Errorf("%d turns and %d calls of the model, want 1 and 1", h.store.begins, h.model.calls())
		}
		_, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Another body", RequestID: "same"})
		wantReason(t, err, debate.RequestIDReused)
		if _, err := h.Chat(ctx, debate.Owner{Key: "bob"}, debate.ChatRequest{Message: "Another owner", RequestID: "same"}); err != nil {
			t.Errorf("another owner's request id: %v", err)
		}
	})
}

func TestSecondMessageIsRefusedWhileOneRuns(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("A ", "long ", "reply."))
		var running string
		watch := &record{}
		watch.onDelta = func(int) {
			if running != "" {
				return
			}
			running = watch.started.Turn.ID
			_, err := h.Chat(ctx, alice, debate.ChatRequest{ConversationID: watch.started.Conversation.ID, Message: "too early"})
			if e := wantReason(t, err, debate.TurnRunning); e.TurnID != running {
				t.Errorf("turn id = %q, want %q", e.TurnID, running)
			}
		}
		if err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, watch.send); err != nil {
			t.Fatal(err)
		}
		if watch.finished == nil || watch.finished.Reply != "A long reply." || running == "" {
			t.Errorf("watch = %+v", watch)
		}
	})
}

func TestReplyOutlivesItsCaller(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("It ", "goes ", "on."))
		leave, cancel := context.WithCancel(ctx)
		var id string
		err := h.ChatStream(leave, alice, debate.ChatRequest{Message: "Golf is boring"}, func(e debate.Event) error {
			if s, ok := e.(debate.Started); ok {
				id = s.Turn.ID
			} else {
				cancel()
			}
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v", err)
		}
		again := &record{}
		if err := h.WatchTurn(ctx, alice, id, 0, len("It "), again.send); err != nil {
			t.Fatal(err)
		}
		if again.text != "goes on." || again.finished == nil || again.finished.State != debate.Completed {
			t.Errorf("again = %+v", again)
		}
	})
}

func TestReadersThatReconnectAtRandomSeeEveryByteOnce(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		var words []string
		for i := range 60 {
			words = append(words, fmt.Sprintf("wörd-%d-€ ", i))
		}
		h := open(t, newMemory(), says(words...))
		begun := &record{}
		begun.onDelta = func(int) {}
		started := make(chan debate.Turn, 1)
		var wg sync.WaitGroup
		wg.Go(func() {
			err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, func(e debate.Event) error {
				if s, ok := e.(debate.Started); ok {
					started <- s.Turn
				}
				return begun.send(e)
			})
			if err != nil {
				t.Error(err)
			}
		})
		turn := <-started
		for range 20 {
			wg.Go(func() {
				offset, text := 0, ""
				for range 200 {
					cut, cancel := context.WithTimeout(ctx, time.Duration(rand.IntN(9000))*time.Millisecond)
					r := &record{onDelta: func(next int) { offset = next }}
					err := h.WatchTurn(cut, alice, turn.ID, 0, offset, r.send)
					cancel()
					text += r.text
					if r.finished != nil {
						break
					}
					if err != nil && !errors.Is(err, context.DeadlineExceeded) {
						t.Error(err)
						return
					}
				}
				if want := strings.Join(words, ""); text != want {
					t.Errorf("text = %q, want %q", text, want)
				}
			})
		}
		wg.Wait()
		if begun.text != strings.Join(words, "") {
			t.Errorf("begun = %q", begun.text)
		}
	})
}

func TestOffsetInsideACharacterIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("€"))
		r := must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}))
		err := h.WatchTurn(ctx, alice, r.Turn.ID, 0, 1, new(record).send)
		wantReason(t, err, debate.InvalidArgument)
	})
}

func TestStopKeepsTheTextSoFar(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("Some ", "text ", "that ", "never ", "ends."))
		r := &record{}
		r.onDelta = func(next int) {
			if next < len("Some text ") {
				return
			}
			r.onDelta = nil
			go func() {
				stopped, err := h.StopTurn(ctx, alice, r.started.Turn.ID)
				if err != nil || stopped.State != debate.Stopped {
					t.Errorf("stopped = %+v, %v", stopped, err)
				}
			}()
		}
		if err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, r.send); err != nil {
			t.Fatal(err)
		}
		if r.finished.State != debate.Stopped || r.finished.Reply != "Some text " || r.text != "Some text " {
			t.Errorf("finished = %+v, text = %q", r.finished, r.text)
		}
		synctest.Wait()
		_, err := h.StopTurn(ctx, alice, r.finished.ID)
		wantReason(t, err, debate.TurnNotRunning)
		_, err = h.StopTurn(ctx, debate.Owner{Key: "bob"}, r.finished.ID)
		wantReason(t, err, debate.NotFound)
	})
}

func TestUnaryCallAnswersBeforeALongReplyEnds(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says(strings.SplitAfter(strings.Repeat("word ", 40), " ")...))
		r := debate.ChatRequest{Message: "Golf is boring", RequestID: "long"}
		begin := time.Now()
		_, err := h.Chat(ctx, alice, r)
		e := wantReason(t, err, debate.StillRunning)
		if took := time.Since(begin); took != 28*time.Second || e.TurnID == "" {
			t.Errorf("answered after %v with turn %q", took, e.TurnID)
		}
		got := must[debate.ChatResult](t)(h.Chat(ctx, alice, r))
		if got.Turn.ID != e.TurnID || got.Turn.State != debate.Completed || h.model.calls() != 1 {
			t.Errorf("turn = %+v", got.Turn)
		}
	})
}

func TestSilenceIsFilledWithHeartbeats(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), &script{reply: func(_ context.Context, _ debate.Prompt, emit func(string)) (debate.Completion, error) {
			time.Sleep(36 * time.Second)
			emit("At last.")
			return debate.Completion{}, nil
		}})
		r := &record{}
		if err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, r.send); err != nil {
			t.Fatal(err)
		}
		if r.heartbeats != 3 || r.text != "At last." {
			t.Errorf("%d heartbeats, text %q", r.heartbeats, r.text)
		}
		if h.store.renewals != 7 { // after 5, 10, ..., 35 seconds
			t.Errorf("%d renewals", h.store.renewals)
		}
	})
}

func TestDeadlineEndsAReplyThatHangs(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), &script{reply: func(ctx context.Context, _ debate.Prompt, emit func(string)) (debate.Completion, error) {
			emit("Half a ")
			<-ctx.Done()
			return debate.Completion{}, ctx.Err()
		}})
		r := &record{}
		if err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, r.send); err != nil {
			t.Fatal(err)
		}
		if f := r.finished; f.State != debate.Failed || f.Reply != "Half a " || f.Failure.Reason != debate.ModelUnavailable {
			t.Errorf("finished = %+v", f)
		}
	})
}

func TestRetryKeepsTheOldReplyUntilItCompletes(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("First."))
		first := must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}))
		h.model.reply = func(context.Context, debate.Prompt, func(string)) (debate.Completion, error) {
			return debate.Completion{}, errors.New("down")
		}
		r := &record{}
		if err := h.RetryTurn(ctx, alice, first.Turn.ID, "retry", r.send); err != nil {
			t.Fatal(err)
		}
		if r.started.Attempt != 2 || r.finished.State != debate.Failed {
			t.Errorf("retry = %+v", r)
		}
		kept := must[debate.Turn](t)(h.store.Turn(ctx, alice, first.Turn.ID, 0))
		if kept.State != debate.Completed || kept.Reply != "First." {
			t.Errorf("kept = %+v", kept)
		}
		again := &record{} // the same request id replays the failure
		if err := h.RetryTurn(ctx, alice, first.Turn.ID, "retry", again.send); err != nil || again.finished.State != debate.Failed {
			t.Errorf("again = %+v, %v", again, err)
		}
		h.model.reply = says("Second.").reply
		r = &record{}
		if err := h.RetryTurn(ctx, alice, first.Turn.ID, "", r.send); err != nil || r.finished.Reply != "Second." || r.text != "Second." {
			t.Errorf("retry = %+v, %v", r, err)
		}
		if seeds := h.model.prompts; seeds[0].Seed == seeds[2].Seed {
			t.Error("another attempt has the same seed")
		}
	})
}

func TestDatabaseOutageDoesNotLoseAReply(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("Kept ", "through ", "it."))
		away := &debate.Error{Reason: debate.StoreUnavailable, Message: "away"}
		r := &record{}
		r.onDelta = func(next int) {
			if next == len("Kept through it.") {
				h.store.setAway(away)
				time.AfterFunc(10*time.Second, func() { h.store.setAway(nil) })
			}
		}
		if err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, r.send); err != nil {
			t.Fatal(err)
		}
		if r.finished.State != debate.Completed || r.finished.Reply != "Kept through it." {
			t.Errorf("finished = %+v", r.finished)
		}
		h.store.setAway(away)
		_, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"})
		wantReason(t, err, debate.StoreUnavailable)
	})
}

func TestDeadHoldersTurnIsInterruptedForWatchersElsewhere(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		store := newMemory()
		a, b := open(t, store, says()), open(t, store, says())
		begun, err := store.BeginTurn(ctx, debate.BeginTurnParams{Owner: alice, Conversation: "c", New: true, TurnID: "t",
			Message: "Golf is boring", Holder: "dead", Now: time.Now(), LeaseUntil: time.Now().Add(15 * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Renew(ctx, debate.Lease{TurnID: "t", Attempt: 1, Holder: "dead"}, "So far", time.Now().Add(15*time.Second)); err != nil {
			t.Fatal(err)
		}
		r := &record{}
		if err := b.WatchTurn(ctx, alice, begun.Turn.ID, 0, 0, r.send); err != nil {
			t.Fatal(err)
		}
		if r.finished.State != debate.Interrupted || r.text != "So far" || r.finished.Failure == nil {
			t.Errorf("record = %+v", r)
		}
		retried := &record{}
		a.model.reply = says("Anew.").reply
		if err := a.RetryTurn(ctx, alice, begun.Turn.ID, "", retried.send); err != nil || retried.finished.Reply != "Anew." {
			t.Errorf("retried = %+v, %v", retried, err)
		}
	})
}

func TestSweepFindsDeadTurnsAtStart(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		store := newMemory()
		if _, err := store.BeginTurn(ctx, debate.BeginTurnParams{Owner: alice, Conversation: "c", New: true, TurnID: "t", Message: "m",
			Holder: "dead", Now: time.Now(), LeaseUntil: time.Now().Add(-time.Second)}); err != nil {
			t.Fatal(err)
		}
		h := open(t, store, says())
		run, cancel := context.WithCancel(ctx)
		go h.Run(run)
		synctest.Wait()
		cancel()
		if got := store.turns["t"].State; got != debate.Interrupted {
			t.Errorf("state = %s", got)
		}
	})
}

func TestLostLeaseNeverWritesOverItsSuccessor(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		store := newMemory()
		h := open(t, store, says("Too ", "late."))
		r := &record{}
		r.onDelta = func(int) {
			if r.started.Turn.ID == "" {
				return
			}
			store.mu.Lock()
			defer store.mu.Unlock()
			k := store.turns[r.started.Turn.ID]
			k.State, k.Reply = debate.Interrupted, "by another"
			k.attempts[1] = k.Turn
		}
		if err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, r.send); err != nil {
			t.Fatal(err)
		}
		if r.finished.State != debate.Interrupted || r.finished.Reply != "by another" {
			t.Errorf("finished = %+v", r.finished)
		}
		// It was paid for all the same.
		if paid := store.paid[alice.Key]; paid != (debate.Usage{InputTokens: 7, OutputTokens: 2}) {
			t.Errorf("paid %+v", paid)
		}
	})
}

func TestDrainFinishesWhatItCanAndStoresTheRest(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("A ", "slow ", "reply."))
		results := make(chan *record, 2)
		stream := func() {
			r := &record{}
			if err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, r.send); err != nil {
				t.Error(err)
			}
			results <- r
		}
		go stream()
		time.Sleep(1500 * time.Millisecond)
		go stream()
		time.Sleep(10 * time.Millisecond)
		drain, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		if err := h.Drain(drain); err != nil {
			t.Fatal(err)
		}
		first, second := <-results, <-results
		if first.finished.State != debate.Completed {
			t.Errorf("first = %+v", first.finished)
		}
		if f := second.finished; f.State != debate.Interrupted || f.Failure.Reason != debate.Draining || f.Reply == "" {
			t.Errorf("second = %+v", f)
		}
		_, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"})
		wantReason(t, err, debate.Draining)
	})
}

func TestDeleteStopsTheRunningTurnFirst(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("It ", "runs."))
		r := &record{}
		r.onDelta = func(int) {
			r.onDelta = nil
			go func() {
				if err := h.Delete(ctx, alice, r.started.Conversation.ID); err != nil {
					t.Error(err)
				}
			}()
		}
		if err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, r.send); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if r.finished.State != debate.Stopped {
			t.Errorf("finished = %+v", r.finished)
		}
		_, err := h.Conversation(ctx, alice, r.started.Conversation.ID)
		wantReason(t, err, debate.NotFound)
	})
}

func TestBadRequestsStoreNothing(t *testing.T) {
	for name, r := range map[string]debate.ChatRequest{
		"empty message":         {},
		"blank message":         {Message: " \n\t "},
		"huge message":          {Message: strings.Repeat("a", 8193)},
		"control character":     {Message: "a\x00b"},
		"invalid UTF-8":         {Message: "a\xffb"},
		"long topic":            {Message: "m", Topic: strings.Repeat("a", 301)},
		"topic of two lines":    {Message: "m", Topic: "a\nb"},
		"unknown stance":        {Message: "m", Stance: "MAYBE"},
		"unknown difficulty":    {Message: "m", Difficulty: "brutal"},
		"persona too long":      {Message: "m", Persona: strings.Repeat("a", 201)},
		"persona of two lines":  {Message: "m", Persona: "a\nb"},
		"request id too long":   {Message: "m", RequestID: strings.Repeat("a", 129)},
		"request id with a gap": {Message: "m", RequestID: "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, newMemory(), says("x"))
			_, err := h.Chat(t.Context(), alice, r)
			if e := wantReason(t, err, debate.InvalidArgument); len(e.Fields) != 1 {
				t.Errorf("fields = %v", e.Fields)
			}
			if h.store.begins != 0 {
				t.Error("a turn was stored")
			}
		})
	}
}

func TestTheProvidersDelayIsTheCallers(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		for said, want := range map[time.Duration]time.Duration{7 * time.Second: 7 * time.Second, 0: time.Second} {
			limited := &debate.Error{Reason: debate.Overloaded, Message: "later", RetryAfter: said}
			h := open(t, newMemory(), &script{reply: func(context.Context, debate.Prompt, func(string)) (debate.Completion, error) {
				return debate.Completion{}, limited
			}})
			_, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"})
			if e := wantReason(t, err, debate.Overloaded); e.RetryAfter != want {
				t.Errorf("retry after %v, want %v", e.RetryAfter, want)
			}
		}
	})
}

func TestThePersonaIsTheConversationsAndInEveryPrompt(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("Arr."), judged(judge{moderate: func(text string) (debate.Moderation, error) {
			return unsafeIf(strings.Contains(text, "poisoner")), nil
		}}))
		first := must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring", Persona: " a sailor "}))
		if first.Conversation.Persona != "a sailor" || h.model.last().Persona != "a sailor" {
			t.Errorf("persona %q, in the prompt %q", first.Conversation.Persona, h.model.last().Persona)
		}
		id := first.Conversation.ID
		second := must[debate.ChatResult](t)(h.Chat(ctx, alice, debate.ChatRequest{ConversationID: id, Message: "So it is", Persona: "a sailor"}))
		if second.Conversation.Persona != "a sailor" || h.model.last().Persona != "a sailor" {
			t.Errorf("the second turn's persona is %q, in the prompt %q", second.Conversation.Persona, h.model.last().Persona)
		}
		_, err := h.Chat(ctx, alice, debate.ChatRequest{ConversationID: id, Message: "So it is", Persona: "a pirate"})
		if e := wantReason(t, err, debate.InvalidArgument); e.Fields[0].Field != "persona" {
			t.Errorf("fields %v", e.Fields)
		}
		_, err = h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring", Persona: "a poisoner"})
		wantReason(t, err, debate.TopicRefused)
	})
}

func TestQuotaRefusesWithTheTimeOfItsReset(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("Costs ", "tokens."), func(c *turn.Config) {
			c.Quota = func(string) int64 { return 9 }
		})
		if _, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}); err != nil {
			t.Fatal(err)
		}
		used := must[debate.Spending](t)(h.Usage(ctx, alice, 1))
		if used.DailyTokens != 9 || used.ResetsIn <= 0 || len(used.Days) != 1 || used.Days[0].Replies.OutputTokens != 2 {
			t.Errorf("usage %+v", used)
		}
		_, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring"})
		if e := wantReason(t, err, debate.QuotaExceeded); e.RetryAfter <= 0 || e.RetryAfter > 24*time.Hour {
			t.Errorf("retry after %v", e.RetryAfter)
		}
	})
}

// asked counts how often turns are looked for whose holder died.
type asked struct {
	*memory
	sweeps int
}

func (a *asked) Interrupt(ctx context.Context, turnID string, now time.Time, limit int) ([]debate.Turn, error) {
	a.sweeps++
	return a.memory.Interrupt(ctx, turnID, now, limit)
}

func TestAStoreThatMayPauseIsLeftAlone(t *testing.T) {
	for once, want := range map[bool]int{false: 13, true: 1} {
		bubble(t, func(t *testing.T, ctx context.Context) {
			store := &asked{memory: newMemory()}
			h := open(t, store.memory, says("No."), func(c *turn.Config) { c.Store, c.SweepOnce = store, once })
			ctx, stop := context.WithTimeout(ctx, time.Minute+time.Second)
			defer stop()
			h.Run(ctx)
			if store.sweeps != want {
				t.Errorf("once: %t: asked %d times in a minute, want %d", once, store.sweeps, want)
			}
		})
	}
}

func TestALedgerIsStoredAndShownToTheNextReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := debate.NewLedger(debate.Point{ID: "1b1", Turn: 1, Speaker: debate.Bot, Kind: debate.ClaimPoint, End: 3, Text: "No."})
		fail := false
		model := &script{reply: func(_ context.Context, _ debate.Prompt, emit func(string)) (debate.Completion, error) {
			emit("No.")
			if fail {
				return debate.Completion{Ledger: ledger}, errors.New("half")
			}
			return debate.Completion{Ledger: ledger}, nil
		}}
		s := open(t, newMemory(), model)
		first, err := s.Chat(t.Context(), alice, debate.ChatRequest{Message: "Dogs are better than cats."})
		if err != nil || first.Turn.Ledger != ledger {
			t.Fatalf("%+v, %v", first.Turn, err)
		}
		fail = true
		_, err = s.Chat(t.Context(), alice, debate.ChatRequest{ConversationID: first.Conversation.ID, Message: "They are loyal."})
		if p := s.model.last(); err == nil || p.Number != 2 || len(p.Exchanges) != 1 || p.Exchanges[0].Ledger != ledger {
			t.Errorf("%+v, %v", p, err)
		}
		turns, err := s.Turns(t.Context(), alice, first.Conversation.ID, 1, false, 1)
		if err != nil || len(turns) != 1 || turns[0].State != debate.Failed || turns[0].Ledger != "" {
			t.Errorf("a half reply has a ledger: %+v, %v", turns, err)
		}
	})
}
