package cache

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// speaker is a model that says words with a pause before each.
type speaker struct {
	words []string
	pause time.Duration
}

func (speaker) Name() string { return "speaker" }

func (s speaker) Reply(ctx context.Context, _ debate.Prompt, emit func(string)) (debate.Completion, error) {
	for _, w := range s.words {
		select {
		case <-time.After(s.pause):
			emit(w)
		case <-ctx.Done():
			return debate.Completion{}, ctx.Err()
		}
	}
	return debate.Completion{Model: "speaker"}, nil
}

var alice = debate.Owner{Key: "alice"}

func openPostgres(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.OpenPostgres(url, store.Access{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// openService is a replica's service on a database and a cache.
func openService(t *testing.T, database string, c *Cache, model debate.Model) *turn.Service {
	t.Helper()
	s := turn.New(turn.Config{
		Store: openPostgres(t, database), Live: NewLive(c), Model: model, Holder: uuid.NewString(), Log: slog.New(slog.DiscardHandler),
		NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
	})
	go s.Run(t.Context())
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := s.Drain(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

// patient and served are caches that wait long and as long as the service's.
func patient(t *testing.T, url string) *Cache { c, _ := open(t, url); return c }
func served(t *testing.T, url string) *Cache  { c, _ := openAsServed(t, url); return c }

// stream is what a reader of a stream was told.
type stream struct {
	started  chan debate.Turn
	deltas   chan debate.Delta
	text     strings.Builder
	finished debate.Turn
}

func newStream() *stream {
	return &stream{started: make(chan debate.Turn, 1), deltas: make(chan debate.Delta, 1<<16)}
}

func (s *stream) send(e debate.Event) error {
	switch e := e.(type) {
	case debate.Started:
		s.started <- e.Turn
	case debate.Delta:
		if e.Offset != s.text.Len() {
			return errors.New("a delta at another offset")
		}
		s.text.WriteString(e.Text)
		s.deltas <- e
	case debate.Finished:
		s.finished = e.Turn
	}
	return nil
}

// errGone is a reader who left.
var errGone = errors.New("gone")

// chat begins a turn, and goes on beside the test to its end.
func chat(t *testing.T, s *turn.Service, conversation string) (turn debate.Turn, end func() debate.Turn) {
	t.Helper()
	told, done := newStream(), make(chan error, 1)
	go func() {
		done <- s.ChatStream(t.Context(), alice, debate.ChatRequest{ConversationID: conversation, Message: "Dogs are better than cats."}, told.send)
	}()
	select {
	case turn = <-told.started:
	case err := <-done:
		t.Fatal(err)
	}
	return turn, func() debate.Turn {
		t.Helper()
		must(t, <-done)
		return told.finished
	}
}

func TestATurnIsWatchedElsewhereFromAnyOffset(t *testing.T) {
	t.Parallel()
	database, url := pgtest.NewDatabase(t), redistest.Start(t).URL()
	model := speaker{words(300), 10 * time.Millisecond}
	a := openService(t, database, patient(t, url), model)
	b := openService(t, database, patient(t, url), model)
	c := openService(t, database, patient(t, url), model)
	others := []*turn.Service{b, c}

	watchAll := func(turn debate.Turn, attempt int, end func() debate.Turn) {
		var cuts atomic.Int64
		all := within(t, time.Minute)
		texts := make([]string, 20)
		var wg sync.WaitGroup
		for i := range texts {
			wg.Go(func() {
				for finished := false; !finished && all.Err() == nil; cuts.Add(1) {
					ctx, cancel := context.WithTimeout(all, time.Duration(50+rand.IntN(500))*time.Millisecond)
					deltas := rand.IntN(6)
					err := others[rand.IntN(2)].WatchTurn(ctx, alice, turn.ID, attempt, len(texts[i]), func(e debate.Event) error {
						switch e := e.(type) {
						case debate.Delta:
							if deltas--; deltas < 0 {
								return errGone
							}
							if e.Offset != len(texts[i]) {
								t.Errorf("a delta at %d, after %d bytes", e.Offset, len(texts[i]))
							}
							texts[i] += e.Text
						case debate.Finished:
							finished = true
						}
						return nil
					})
					if ctx.Err() == nil && err != nil && !errors.Is(err, errGone) {
						t.Error(err)
					}
					cancel()
				}
			})
		}
		stored := end()
		wg.Wait()
		if stored.State != debate.Completed || stored.Reply != strings.Join(model.words, "") {
			t.Errorf("stored as %s, with %d bytes", stored.State, len(stored.Reply))
		}
		for _, text := range texts {
			if text != stored.Reply {
				t.Errorf("watched %d bytes, stored %d", len(text), len(stored.Reply))
			}
		}
		t.Logf("%d cuts", cuts.Load())
		if cuts.Load() < 300 { // a machine at leisure makes 1,500 of them
			t.Errorf("only %d cuts", cuts.Load())
		}
	}
	turn, end := chat(t, a, "")
	watchAll(turn, 0, end)

	// A retry has a text of its own, while the turn shows the one before.
	told, done := newStream(), make(chan error, 1)
	go func() { done <- a.RetryTurn(t.Context(), alice, turn.ID, "", told.send) }()
	retry := <-told.started
	watchAll(retry, 0, func() debate.Turn { must(t, <-done); return told.finished })
}

func TestAStopReachesTheHolderAtOnce(t *testing.T) {
	t.Parallel()
	database, url := pgtest.NewDatabase(t), redistest.Start(t).URL()
	model := speaker{words(5000), 10 * time.Millisecond}
	a := openService(t, database, patient(t, url), model)
	redis := patient(t, url)
	b := openService(t, database, redis, model)
	eventually(t, "Redis", redis.works)
	var all []time.Duration
	for range 5 {
		turn, end := chat(t, a, "")
		time.Sleep(300 * time.Millisecond)
		begin := time.Now()
		stopped, err := b.StopTurn(t.Context(), alice, turn.ID)
		must(t, err)
		all = append(all, time.Since(begin))
		if stored := end(); stopped.State != debate.Stopped || stopped.Reply == "" || stopped.Reply != stored.Reply {
			t.Errorf("stopped as %s, with %q; the holder says %q", stopped.State, stopped.Reply, stored.Reply)
		}
	}
	slices.Sort(all)
	t.Logf("stopped after %v", all)
	if all[2] > time.Second {
		t.Errorf("stopped after %v", all)
	}
}

// TestWithoutRedisWatchAndStopGoByTheDatabase has Redis hang from the
// beginning of a turn on.
func TestWithoutRedisWatchAndStopGoByTheDatabase(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	database := pgtest.NewDatabase(t)
	model := speaker{words(5000), 10 * time.Millisecond}
	a := openService(t, database, served(t, server.URL()), model)
	redis := served(t, server.URL())
	b := openService(t, database, redis, model)
	eventually(t, "Redis", redis.works)
	server.Hang()
	turn, end := chat(t, a, "")
	watch, watched := newStream(), make(chan error, 1)
	go func() { watched <- b.WatchTurn(t.Context(), alice, turn.ID, 0, 0, watch.send) }()
	select {
	case <-watch.deltas: // the first checkpoint
	case <-time.After(8 * time.Second):
		t.Fatal("nothing was heard in 8 s")
	}
	begin := time.Now()
	stopped, err := b.StopTurn(t.Context(), alice, turn.ID)
	must(t, err)
	took := time.Since(begin)
	must(t, <-watched)
	stored := end()
	t.Logf("stopped after %v", took)
	if stopped.State != debate.Stopped || took > 8*time.Second || watch.text.String() != stored.Reply || watch.finished.State != debate.Stopped {
		t.Errorf("stopped as %s after %v; watched %d bytes of %d", stopped.State, took, watch.text.Len(), len(stored.Reply))
	}
}

func TestAHolderThatDiesIsNoticedWithinItsLease(t *testing.T) {
	t.Parallel()
	database, url := pgtest.NewDatabase(t), redistest.Start(t).URL()
	model := speaker{words(10), time.Millisecond}
	b := openService(t, database, patient(t, url), model)

	redis := patient(t, url)
	eventually(t, "a call that works", redis.works)
	dead, live, now := openPostgres(t, database), NewLive(redis), time.Now()
	begin := debate.BeginTurnParams{Owner: alice, Conversation: uuid.NewString(), New: true, TurnID: uuid.NewString(), Message: "Dogs are better.",
		Holder: "replica", LeaseUntil: now.Add(3 * time.Second), Now: now}
	begun, err := dead.BeginTurn(t.Context(), begin)
	must(t, err)
	turn := begun.Turn
	h := debate.Lease{ConversationID: turn.ConversationID, TurnID: turn.ID, Attempt: 1, Holder: "replica"}
	_, err = dead.Renew(t.Context(), h, "What was kept, ", begin.LeaseUntil)
	must(t, err)
	live.Publish(debate.Ref{TurnID: turn.ID, Attempt: 1}, 0, "What was kept, and what was not.")

	told := newStream()
	must(t, b.WatchTurn(t.Context(), alice, turn.ID, 0, 0, told.send))
	late := time.Since(begin.LeaseUntil)
	t.Logf("told %v after the lease ran out", late)
	if f := told.finished; f.State != debate.Interrupted || f.Reply != "What was kept, " || late > 2*time.Second {
		t.Errorf("told %v after the lease that it is %s, with %q", late, f.State, f.Reply)
	}
	if got := told.text.String(); got != "What was kept, and what was not." {
		t.Errorf("heard %q", got)
	}
	retried := newStream()
	must(t, b.RetryTurn(t.Context(), alice, turn.ID, "", retried.send))
	if retried.finished.State != debate.Completed || retried.text.String() != strings.Join(model.words, "") {
		t.Errorf("retried: %+v", retried.finished)
	}
}

// TestARedisThatHangsAddsLittleToATurn takes turns of one conversation after
// the other while Redis comes and goes.
func TestARedisThatHangsAddsLittleToATurn(t *testing.T) {
	server := redistest.Start(t)
	redis := served(t, server.URL())
	a := openService(t, pgtest.NewDatabase(t), redis, speaker{words: words(3)})
	eventually(t, "Redis", redis.works)
	first, err := a.Chat(t.Context(), alice, debate.ChatRequest{Message: "Dogs are better than cats."})
	must(t, err)
	turns := func(n int) []time.Duration {
		all := make([]time.Duration, n)
		for i := range all {
			begin := time.Now()
			_, err := a.Chat(t.Context(), alice, debate.ChatRequest{ConversationID: first.Conversation.ID, Message: "Go on."})
			must(t, err)
			all[i] = time.Since(begin)
			time.Sleep(20 * time.Millisecond)
		}
		slices.Sort(all)
		return all
	}
	before := turns(50)
	server.Hang()
	during := turns(100)
	server.Resume()
	t.Logf("a turn takes %v with Redis and %v while it hangs, the longest %v and %v", before[25], during[50], before[49], during[99])
	// Two of a hundred may have waited for the machine.
	if limit := before[49] + 150*time.Millisecond; during[97] > limit || during[50] > before[25]+50*time.Millisecond {
		t.Errorf("turns took %v", during)
	}
	eventually(t, "Redis again", redis.works)
}
