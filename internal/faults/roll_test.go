package faults

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// Two replicas behind a balancer are replaced one after the other while clients
// debate: no call is lost, and replies too long for the drain are told as
// interrupted and can be retried.
func TestRollingRestartUnderLoad(t *testing.T) {
	t.Parallel()
	const delay, drain = 2 * probeWait, 4 * time.Second // a balancer notices before calls are refused
	url := pgtest.NewDatabase(t)
	h := newHouse(t, "DATABASE_URL="+url, "REDIS_URL="+redistest.Start(t).URL(),
		"DRAIN_DELAY="+delay.String(), "DRAIN_TIMEOUT="+drain.String())
	b := newBalancer(t)
	old := []*replica{h.serve(), h.serve()}
	b.add(old[0])
	b.add(old[1])
	to := newAPI(t, b.url)
	l := &load{retries: true, to: func() api { return to }}
	l.start(8)

	for _, r := range old {
		time.Sleep(time.Second)
		// A reply that cannot end in time, on the replica that ends.
		request := uuid.NewString()
		long := make(chan call, 1)
		go func() { long <- l.stream(r.api(), "", request, line(request, 200, 100*time.Millisecond)) }()
		b.add(h.serve())
		r.signal(syscall.SIGTERM)
		if took := r.wait(delay + drain + 10*time.Second); took > delay+drain+2*time.Second {
			t.Errorf("a replica took %s to end, with %s for the drain", took, delay+drain)
		} else {
			t.Logf("a replica ended after %s", took.Round(time.Millisecond))
		}
		if r.err != nil {
			t.Errorf("a replica ended with: %v", r.err)
		}
		c := <-long
		if stateName(c.turn.GetState()) != "interrupted" || !c.whole || c.heard == "" {
			t.Errorf("the reader of a long reply heard %q, and was told: %v, %v", c.heard, c.turn, c.err)
		}
		if again := l.retry(to, c.turn, uuid.NewString()); !again.completed() {
			t.Errorf("the retry on the other replica ended as %v: %v", again.turn, again.err)
		}
	}
	l.stop()
	for _, c := range l.all() {
		if c.reason != "" {
			t.Errorf("a call failed: %v", c.err)
		}
	}
	h.settle(openDatabase(t, "pgx", url), to, l.all())
}

// balancer is a reverse proxy that asks /ready of those behind it.
type balancer struct {
	t   *testing.T
	url string

	mu     sync.Mutex
	behind []*backend
}

// backend is a replica as a balancer knows it.
type backend struct {
	*httputil.ReverseProxy
	ready bool
}

func newBalancer(t *testing.T) *balancer {
	b := &balancer{t: t}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Otherwise the body of a request is closed with the first words of its answer.
		_ = http.NewResponseController(w).EnableFullDuplex()
		if to := b.pick(); to != nil {
			to.ServeHTTP(w, r)
			return
		}
		http.Error(w, "no replica is ready", http.StatusServiceUnavailable)
	}))
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

// pick is any replica that is ready, nil if none is.
func (b *balancer) pick() *backend {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ready []*backend
	for _, one := range b.behind {
		if one.ready {
			ready = append(ready, one)
		}
	}
	if ready == nil {
		return nil
	}
	return ready[rand.IntN(len(ready))]
}

// add sends calls to a replica while it is ready.
func (b *balancer) add(r *replica) {
	b.t.Helper()
	to, err := url.Parse(r.url)
	if err != nil {
		b.t.Fatal(err)
	}
	one := &backend{&httputil.ReverseProxy{
		Rewrite:       func(p *httputil.ProxyRequest) { p.SetURL(to) },
		FlushInterval: -1,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 100},
	}, true}
	b.mu.Lock()
	b.behind = append(b.behind, one)
	b.mu.Unlock()
	go func() {
		for ended := false; !ended; {
			select {
			case <-r.ended:
				ended = true
			case <-time.After(100 * time.Millisecond):
			}
			ready, late := r.ready()
			if late && !ended {
				continue // it may be busy
			}
			b.mu.Lock()
			one.ready = ready
			b.mu.Unlock()
		}
	}()
}
