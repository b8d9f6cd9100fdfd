package openai

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/test/bufconn"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// provider is a server whose answers take fake time.
type provider struct {
	answer func(n int, w http.ResponseWriter, r *http.Request)

	mu    sync.Mutex
	calls int
	left  []time.Duration // how long each call was held by its caller
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	n := p.calls
	p.calls++
	p.mu.Unlock()
	began := time.Now()
	// Its headers are there at once, as those of most servers are.
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	p.answer(n, w, r)
	p.mu.Lock()
	p.left = append(p.left, time.Since(began).Truncate(time.Second))
	p.mu.Unlock()
}

func tell(w http.ResponseWriter, text string) {
	fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%q},\"finish_reason\":null}]}\n\n", text)
	w.(http.Flusher).Flush()
}

const (
	finished = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
	ping     = ": still here\n\n"
)

func write(w http.ResponseWriter, event string) {
	fmt.Fprint(w, event)
	w.(http.Flusher).Flush()
}

func TestTheTimersOfACallEndWithIt(t *testing.T) {
	hang := func(r *http.Request) { <-r.Context().Done() }
	for name, c := range map[string]struct {
		answer func(n int, w http.ResponseWriter, r *http.Request)
		text   string
		took   time.Duration // about: waits between calls are drawn
		calls  int
		whole  bool
	}{
		"nothing comes": {
			answer: func(_ int, _ http.ResponseWriter, r *http.Request) { hang(r) },
			took:   2*20*time.Second + 20*time.Second, calls: 3,
		},
		"nothing more comes": {
			answer: func(_ int, w http.ResponseWriter, r *http.Request) { tell(w, "Golf"); hang(r) },
			text:   "Golf", took: 15 * time.Second, calls: 1,
		},
		"pings for five minutes, and then text": {
			answer: func(_ int, w http.ResponseWriter, _ *http.Request) {
				for range 20 {
					write(w, ping)
					time.Sleep(15 * time.Second)
				}
				tell(w, "Golf.")
				write(w, finished+"data: [DONE]\n\n")
			},
			text: "Golf.", took: 300 * time.Second, calls: 1, whole: true,
		},
		"pings between words, each just in time": {
			answer: func(_ int, w http.ResponseWriter, _ *http.Request) {
				for range 10 {
					tell(w, "Golf ")
					time.Sleep(14 * time.Second)
					write(w, ping)
					time.Sleep(14 * time.Second)
				}
				write(w, finished+"data: [DONE]\n\n")
			},
			text: strings.Repeat("Golf ", 10), took: 280 * time.Second, calls: 1, whole: true,
		},
		"the end of the stream never comes": { // as some gateways hold it open
			answer: func(_ int, w http.ResponseWriter, r *http.Request) { tell(w, "Golf."); write(w, finished); hang(r) },
			text:   "Golf.", took: tailWait, calls: 1, whole: true,
		},
		"pings after the end of the reply": { // which do not put its end off for ever
			answer: func(_ int, w http.ResponseWriter, r *http.Request) {
				tell(w, "Golf.")
				write(w, finished)
				for r.Context().Err() == nil {
					write(w, ping)
					time.Sleep(time.Second)
				}
			},
			text: "Golf.", took: tailWait, calls: 1, whole: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &provider{answer: c.answer}
				client := inFakeTime(t, p)
				began, text := time.Now(), ""
				done, err := client.Reply(t.Context(), debate.Prompt{Topic: "Golf is boring", Stance: debate.Con, Message: "Golf is boring", Calls: 3},
					func(piece string) { text += piece })
				took := time.Since(began)
				var f *debate.Error
				if c.whole && err != nil || !c.whole && !errors.As(err, &f) {
					t.Errorf("error %v", err)
				}
				if text != c.text || done.Calls != c.calls || took < c.took || took > c.took+3*time.Second {
					t.Errorf("%q after %d calls in %v, %v; want %q after %d in %v", text, done.Calls, took, err, c.text, c.calls, c.took)
				}
				time.Sleep(time.Hour) // in which no timer may go off
				p.mu.Lock()
				defer p.mu.Unlock()
				if p.calls != c.calls || len(p.left) != c.calls {
					t.Errorf("%d calls, %d of them over", p.calls, len(p.left))
				}
			})
		})
	}
}

// inFakeTime makes a client of a server within the bubble.
func inFakeTime(t *testing.T, handler http.Handler) *Client {
	t.Helper()
	listener := bufconn.Listen(1 << 16) // its connections stay in the bubble of fake time
	server := httptest.NewUnstartedServer(handler)
	server.Listener = listener
	server.Start()
	client, err := New(Config{BaseURL: "http://pipes/v1", Models: []string{"test"}})
	if err != nil {
		t.Fatal(err)
	}
	transport := newTransport(1)
	transport.base.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return listener.DialContext(ctx) }
	if client.models[0].api, err = connect("http://pipes/v1", "", transport); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		transport.base.CloseIdleConnections()
		server.Close()
	})
	return client
}
