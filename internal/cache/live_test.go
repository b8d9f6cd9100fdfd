package cache

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

func openLive(t testing.TB, url string) *Live {
	t.Helper()
	c, _ := open(t, url)
	return liveOf(t, c)
}

func openLiveAsServed(t testing.TB, url string) *Live {
	t.Helper()
	c, _ := openAsServed(t, url)
	return liveOf(t, c)
}

func liveOf(t testing.TB, c *Cache) *Live {
	t.Helper()
	eventually(t, "a call that works", c.works)
	return NewLive(c)
}

func newRef() debate.Ref { return debate.Ref{TurnID: uuid.NewString(), Attempt: 1 + rand.IntN(3)} }

// words are so many pieces of text, of characters of every length.
func words(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%d é猫🐈 ", i)
	}
	return all
}

// say publishes words one after the other, and then ends.
func say(l *Live, ref debate.Ref, words []string, pause time.Duration) {
	offset := 0
	for _, w := range words {
		l.Publish(ref, offset, w)
		offset += len(w)
		time.Sleep(pause)
	}
	l.End(ref)
}

// hear reads a reply from an offset to its end.
func hear(ctx context.Context, l *Live, ref debate.Ref, offset int) (string, error) {
	var all strings.Builder
	for {
		text, ended, err := l.Read(ctx, ref, offset+all.Len())
		all.WriteString(text)
		if ended || err != nil {
			return all.String(), err
		}
	}
}

func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestAReplyIsHeardOnOtherReplicasFromAnyOffset(t *testing.T) {
	t.Parallel()
	redises(t, func(t *testing.T, url string) {
		a := openLive(t, url)
		b := openLive(t, url)
		for _, pause := range []time.Duration{0, time.Millisecond} {
			ref, said := newRef(), words(200)
			whole := strings.Join(said, "")
			var wg sync.WaitGroup
			for range 20 {
				offset := rand.IntN(len(whole) + 1)
				wg.Go(func() {
					if got, err := hear(within(t, 10*time.Second), b, ref, offset); err != nil || got != whole[offset:] {
						t.Errorf("from %d: %d bytes of %d, %v", offset, len(got), len(whole)-offset, err)
					}
				})
			}
			say(a, ref, said, pause)
			wg.Wait()
			if got, err := hear(within(t, 10*time.Second), b, ref, 0); err != nil || got != whole {
				t.Errorf("after its end: %d bytes of %d, %v", len(got), len(whole), err)
			}
		}
	})
}

func TestWhatIsSaidIsHeardAtOnce(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t).URL()
	a := openLive(t, url)
	b := openLive(t, url)
	ref, text := newRef(), ""
	var slowest time.Duration
	for range 50 {
		offset := len(text)
		time.AfterFunc(20*time.Millisecond, func() { a.Publish(ref, offset, "word ") })
		got, _, err := b.Read(within(t, 10*time.Second), ref, offset)
		if text += got; err != nil || got != "word " {
			t.Fatalf("%q, %v", got, err)
		}
		begin := time.Now()
		a.Publish(ref, len(text), "word ")
		got, _, err = b.Read(within(t, 10*time.Second), ref, len(text))
		if text += got; err != nil || got != "word " {
			t.Fatalf("%q, %v", got, err)
		}
		slowest = max(slowest, time.Since(begin))
	}
	t.Logf("the slowest of 50 took %v", slowest)
	if slowest > lookEvery/2 { // that long it takes when it was sent unheard
		t.Errorf("the slowest took %v", slowest)
	}
}

func TestAThousandReconnectsMissNothingAndRepeatNothing(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t).URL()
	a := openLive(t, url)
	others := make([]*Live, 2)
	for i := range others {
		others[i] = openLive(t, url)
	}
	ref, said := newRef(), words(600)
	whole := strings.Join(said, "")
	go say(a, ref, said, 5*time.Millisecond)
	var reconnects atomic.Int64
	var wg sync.WaitGroup
	all := within(t, time.Minute)
	for range 20 {
		wg.Go(func() {
			var text strings.Builder
			for ended := false; !ended && all.Err() == nil; reconnects.Add(1) {
				ctx, cancel := context.WithTimeout(all, time.Duration(rand.IntN(50))*time.Millisecond)
				live := others[rand.IntN(len(others))]
				for err := error(nil); err == nil && !ended; {
					var piece string
					piece, ended, err = live.Read(ctx, ref, text.Len())
					text.WriteString(piece)
				}
				cancel()
			}
			if text.String() != whole {
				t.Errorf("heard %d bytes of %d", text.Len(), len(whole))
			}
		})
	}
	wg.Wait()
	if n := reconnects.Load(); n < 1000 {
		t.Errorf("only %d reconnects", n)
	}
}

// TestAReplyHealsAfterWhateverRedisDoes has Redis fail in the middle of a
// reply, and a new reader find all of it after that.
func TestAReplyHealsAfterWhateverRedisDoes(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startFaulty(t)
			a := openLiveAsServed(t, server.url())
			b := openLiveAsServed(t, server.url())
			c := openLiveAsServed(t, server.url())
			ref, said := newRef(), words(150)
			whole := strings.Join(said, "")
			offset, slowest := 0, time.Duration(0)
			publish := func(words []string) {
				for _, w := range words {
					begin := time.Now()
					a.Publish(ref, offset, w)
					slowest = max(slowest, time.Since(begin))
					offset += len(w)
					time.Sleep(20 * time.Millisecond)
				}
			}
			heard := make(chan string)
			go func() { // from before the fault
				text, err := hear(within(t, 30*time.Second), b, ref, 0)
				if err != nil {
					t.Error(err)
				}
				heard <- text
			}()
			publish(said[:50])
			fault.begin(t, server)
			publish(said[50:])
			fault.end(t, server)
			// No more is said: what is missing comes all the same.
			begin := time.Now()
			got := ""
			for got != whole {
				text, _, err := c.Read(within(t, 10*time.Second), ref, len(got))
				if err != nil {
					t.Fatalf("after the fault %d bytes of %d were found: %v", len(got), len(whole), err)
				}
				got += text
			}
			t.Logf("whole after %v; the slowest Publish took %v", time.Since(begin), slowest)
			a.End(ref)
			if text := <-heard; text != whole {
				t.Errorf("who heard it all along has %d bytes of %d", len(text), len(whole))
			}
			if slowest > 100*time.Millisecond { // a call that waited for Redis as it is here takes 200
				t.Errorf("a Publish took %v", slowest)
			}
		})
	}
}

func TestManyWatchersShareAFewConnections(t *testing.T) {
	server := redistest.Start(t)
	a := openLive(t, server.URL())
	client := server.Client()
	defer client.Close()
	connections := func() int {
		list, err := client.ClientList(t.Context()).Result()
		must(t, err)
		return strings.Count(list, "\n") - 1 // less the test's own
	}
	before := connections()
	b := openLive(t, server.URL())
	one, many := newRef(), make([]debate.Ref, 100)
	go say(a, one, words(100), 10*time.Millisecond)
	most := 0
	var wg sync.WaitGroup
	for i := range many {
		many[i] = newRef()
		go say(a, many[i], words(100), 10*time.Millisecond)
		for _, ref := range []debate.Ref{one, many[i]} {
			wg.Go(func() {
				if got, err := hear(within(t, 30*time.Second), b, ref, 0); err != nil || got != strings.Join(words(100), "") {
					t.Errorf("%d bytes, %v", len(got), err)
				}
			})
		}
	}
	for range 20 {
		most = max(most, connections())
		time.Sleep(50 * time.Millisecond)
	}
	wg.Wait()
	t.Logf("the writer had %d connections; with 200 watchers elsewhere there were %d at most", before, most)
	if most > 2*(poolSize+1) {
		t.Errorf("%d connections of two replicas", most)
	}
	eventually(t, "no reply that is followed", func() bool {
		b.in.mu.Lock()
		defer b.in.mu.Unlock()
		return len(b.in.follows) == 0
	})
}

func TestLogsDoNotStay(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	a := openLive(t, server.URL())
	client := server.Client()
	defer client.Close()
	for _, words := range [][]string{nil, words(10)} {
		ref := newRef()
		say(a, ref, words, 0)
		eventually(t, "the log", func() bool { return client.Exists(t.Context(), logKey(ref)).Val() == 1 })
		if ttl := client.TTL(t.Context(), logKey(ref)).Val(); ttl <= 0 || ttl > logTime {
			t.Errorf("it stays for %v", ttl)
		}
	}
	eventually(t, "an empty memory", func() bool { return kept(a) == [2]int{} })
}

// kept is how many replies and bytes a writer keeps.
func kept(l *Live) [2]int {
	l.out.mu.Lock()
	defer l.out.mu.Unlock()
	return [2]int{len(l.out.replies), l.out.kept}
}

func TestMemoryIsBoundedWhileRedisIsAway(t *testing.T) {
	server := redistest.Start(t)
	a := openLiveAsServed(t, server.URL())
	server.Hang()
	piece := strings.Repeat("a", 16<<10)
	refs := make([]debate.Ref, 2000)
	for i := range refs {
		refs[i] = newRef()
		for n := range 4 {
			a.Publish(refs[i], n*len(piece), piece)
		}
	}
	if k := kept(a); k[1] > maxKept || k[1] < maxKept/2 {
		t.Errorf("%d bytes are kept", k[1])
	}
	for _, ref := range refs {
		a.End(ref)
	}
	eventually(t, "an empty memory", func() bool { return kept(a) == [2]int{} })
	server.Resume()
	b := openLiveAsServed(t, server.URL())
	eventually(t, "a writer that works again", a.cache.works)
	ref := newRef()
	go say(a, ref, words(100), time.Millisecond)
	if got, err := hear(within(t, 10*time.Second), b, ref, 0); err != nil || got != strings.Join(words(100), "") {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestAStopReachesAllReplicas(t *testing.T) {
	t.Parallel()
	redises(t, func(t *testing.T, url string) {
		a := openLive(t, url)
		b := openLive(t, url)
		eventually(t, "a stop", func() bool { // once both listen
			must(t, a.Stop(t.Context(), "turn"))
			for _, l := range []*Live{a, b} {
				select {
				case id := <-l.Stops():
					if id != "turn" {
						t.Errorf("%q was stopped", id)
					}
				case <-time.After(100 * time.Millisecond):
					return false
				}
			}
			return true
		})
	})
}

func TestAReaderLeavesWhenItsTimeIsUp(t *testing.T) {
	for name, url := range map[string]string{"Redis works": redistest.Start(t).URL(), "Redis is away": "redis://127.0.0.1:1"} {
		t.Run(name, func(t *testing.T) {
			c, _ := open(t, url)
			l := NewLive(c)
			begin := time.Now()
			text, ended, err := l.Read(within(t, 50*time.Millisecond), newRef(), 0)
			if text != "" || ended || !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > time.Second {
				t.Errorf("%q, %v, %v after %v", text, ended, err, time.Since(begin))
			}
		})
	}
}

func TestWhatNobodyHearsIsGathered(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t).URL()
	from, to := openLive(t, url), openLive(t, url)
	counted := new(trips)
	from.cache.client.AddHook(counted)
	const pieces, pause = 60, 20 * time.Millisecond
	written := func(ref debate.Ref) int64 {
		before := counted.n.Load()
		say(from, ref, words(pieces), pause)
		eventually(t, "the end of the writing", func() bool {
			from.out.mu.Lock()
			defer from.out.mu.Unlock()
			return from.out.replies[ref] == nil
		})
		return counted.n.Load() - before
	}

	unheard := newRef()
	first := make(chan time.Duration, 1)
	began := time.Now()
	go func() {
		for to.cache.client.Exists(t.Context(), logKey(unheard)).Val() == 0 {
			time.Sleep(time.Millisecond)
		}
		first <- time.Since(began)
	}()
	n := written(unheard)
	if n > pieces*2/3 {
		t.Errorf("%d pieces that nobody heard were written in %d times", pieces, n)
	}
	if took := <-first; took > 10*pause {
		t.Errorf("the first word was there after %v", took)
	}

	heard := newRef()
	all := make(chan string, 1)
	go func() {
		text, err := hear(within(t, time.Minute), to, heard, 0)
		if err != nil {
			t.Error(err)
		}
		all <- text
	}()
	eventually(t, "a listener", func() bool {
		return len(to.cache.client.PubSubChannels(t.Context(), logKey(heard)).Val()) == 1
	})
	if m := written(heard); m < n*3/2 {
		t.Errorf("%d pieces that somebody heard were written in %d times, the others in %d", pieces, m, n)
	}
	if text := <-all; text != strings.Join(words(pieces), "") {
		t.Errorf("heard %d bytes", len(text))
	}
}

// Owners whose debates changed are named to every replica, those of one batch at once.
func TestOwnersWhoseDebatesChangedAreNamedToAll(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t).URL()
	a, b := NewLive(patient(t, url)), NewLive(patient(t, url))
	hear := func(l *Live, want ...string) {
		t.Helper()
		heard := map[string]bool{}
		for until := time.After(10 * time.Second); len(heard) < len(want); {
			select {
			case owner := <-l.Changes():
				heard[owner] = true
			case <-time.After(100 * time.Millisecond): // the other may not have listened yet
				for _, owner := range want {
					a.Changed(owner)
				}
			case <-until:
				t.Fatalf("heard %v, not %q", heard, want)
			}
		}
		for _, owner := range want {
			if !heard[owner] {
				t.Errorf("heard %v, not %q", heard, want)
			}
		}
	}
	hear(b, "0011", "2233")
	hear(a, "0011", "2233")
}
