package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

func TestReadinessFollowsTheDatabaseOnlyUntilItWasReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := &debate.Error{Reason: debate.StoreUnavailable, Message: "away", RetryAfter: time.Second}
		full := &debate.Error{Reason: debate.StoreUnavailable, Message: "the database's disk is full"}
		var prepared, pinged answer
		r := newReadiness(
			func(context.Context) error { return prepared.get() },
			func(context.Context) error { return pinged.get() },
			slog.New(slog.DiscardHandler))
		want := func(when, status, database string, ready bool) {
			t.Helper()
			synctest.Wait()
			body, ok := r.state()
			if body.Status != status || body.Database != database || ok != ready {
				t.Errorf("%s: %+v, %v", when, body, ok)
			}
		}
		want("before anything", "starting", databaseNotReached, false)

		prepared.set(away)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			r.watch(ctx)
		}()
		want("with the database away", "starting", databaseUnreachable, false)

		prepared.set(errors.New("a schema from the future"))
		time.Sleep(prepareEvery)
		want("on an unknown schema", "starting", databaseUnusable, false)

		prepared.set(full)
		time.Sleep(prepareEvery)
		want("with a full disk", "starting", full.Message, false)

		prepared.set(nil)
		pinged.set(away)
		time.Sleep(prepareEvery)
		want("migrated, and away again", "starting", databaseUnreachable, false)

		pinged.set(nil)
		time.Sleep(prepareEvery)
		want("reached", "ready", databaseOK, true)

		pinged.set(away)
		time.Sleep(pingEvery)
		want("in an outage", "ready", databaseUnreachable, true)

		pinged.set(full)
		time.Sleep(pingEvery)
		want("with a full disk later on", "ready", full.Message, true)

		pinged.set(nil)
		time.Sleep(pingEvery)
		want("after it", "ready", databaseOK, true)

		r.drain()
		want("draining", "draining", databaseOK, false)
		cancel()
		<-ended
	})
}

// answer is what a database answers at the moment.
type answer struct {
	mu  sync.Mutex
	err error
}

func (a *answer) set(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.err = err
}

func (a *answer) get() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

func TestADatabaseThatHangsIsUnreachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}
		r := newReadiness(nil, hang, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go r.watch(ctx)
		time.Sleep(pingWait + time.Millisecond)
		if body, ready := r.state(); ready || body.Database != databaseUnreachable {
			t.Errorf("%+v, %v", body, ready)
		}
	})
}

func TestCallsThatComeWithTheStartWaitForTheFirstTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReadiness(func(context.Context) error {
			time.Sleep(time.Second)
			return nil
		}, nil, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go r.watch(ctx)
		served := false
		gate := r.gate(
			func(_ http.ResponseWriter, _ *http.Request, err error) { t.Errorf("refused: %v", err) },
			http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served = true }))
		began := time.Now()
		gate.ServeHTTP(nil, new(http.Request).WithContext(ctx))
		if waited := time.Since(began); !served || waited != time.Second {
			t.Errorf("served: %v, after %v", served, waited)
		}
	})
}

func TestAFullServerClosesThoseThatWaitLongestAndNeverOneAtWork(t *testing.T) {
	c := newConnLimiter(3)
	conns := make(map[string]net.Conn)
	for _, step := range []struct {
		conn    string
		state   http.ConnState
		leaving string
	}{
		{"a", http.StateNew, ""}, {"b", http.StateNew, ""}, {"c", http.StateNew, ""},
		{"a", http.StateActive, ""},
		{"d", http.StateNew, "b"},     // a is at work
		{"b", http.StateClosed, ""},   // as it was told
		{"c", http.StateActive, ""},   //
		{"c", http.StateIdle, ""},     // waits behind d now
		{"e", http.StateNew, "d"},     //
		{"c", http.StateActive, ""},   //
		{"e", http.StateActive, ""},   //
		{"f", http.StateNew, "f"},     // all others are at work
		{"a", http.StateClosed, ""},   //
		{"g", http.StateNew, ""},      // which made room
		{"g", http.StateActive, ""},   //
		{"g", http.StateIdle, ""},     //
		{"h", http.StateNew, "g"},     //
		{"h", http.StateHijacked, ""}, //
	} {
		if conns[step.conn] == nil {
			conns[step.conn] = &net.TCPConn{}
		}
		leaving := c.note(conns[step.conn], step.state)
		if step.state == http.StateActive {
			c.markBusy(conns[step.conn]) // its caller is known
		}
		got := ""
		for name, conn := range conns {
			if leaving != nil && conn == leaving {
				got = name
			}
		}
		if got != step.leaving {
			t.Errorf("%s %v: %q leaves, want %q", step.conn, step.state, got, step.leaving)
		}
	}
}

func TestSlowCallersAreDropped(t *testing.T) {
	for name, slow := range map[string]func(conn net.Conn){
		"who send half a header": func(conn net.Conn) {
			_, _ = conn.Write([]byte("POST /chat HTTP/1.1\r\nHost:"))
		},
		"who send half a body": func(conn net.Conn) {
			_, _ = conn.Write([]byte("POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"))
		},
		"who take no answer": func(conn net.Conn) {
			_, _ = conn.Write([]byte("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n"))
			time.Sleep(time.Hour) // net.Pipe has no buffer: what is not read is not written
		},
		"who send half a body over HTTP/2": func(conn net.Conn) {
			_ = http2Call(conn, http.MethodPost).WriteData(1, false, []byte("{"))
		},
		"who take no answer over HTTP/2": func(conn net.Conn) {
			http2Call(conn, http.MethodGet)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &Server{config: Config{Log: slog.New(slog.DiscardHandler)}}
				left := make(chan error, 1)
				s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					var err error
					if r.Method == http.MethodPost {
						_, err = r.Body.Read(make([]byte, 100))
						for err == nil {
							_, err = r.Body.Read(make([]byte, 100))
						}
					}
					for err == nil && r.Method == http.MethodGet {
						_, err = w.Write([]byte(strings.Repeat("a", 1<<16)))
					}
					left <- err
				})
				client, conn := net.Pipe()
				server := s.httpServer(t.Context())
				listener := &oneConn{conn: conn, closed: make(chan struct{})}
				go func() { _ = server.Serve(listener) }()
				go slow(client)
				began := time.Now()
				if strings.Contains(name, "header") {
					_, _ = client.Read(make([]byte, 1))
				} else if err := <-left; err == nil {
					t.Error("no error")
				}
				if took := time.Since(began); took > time.Minute {
					t.Errorf("dropped after %v", took)
				}
				_ = client.Close()
				_ = server.Close()
				synctest.Wait()
				time.Sleep(2 * time.Hour) // until the slow one has woken up
			})
		})
	}
}

// http2Call begins a call over HTTP/2, and takes what the server sends without
// ever giving it room for more.
func http2Call(conn net.Conn, method string) *http2.Framer {
	go func() { _, _ = io.Copy(io.Discard, conn) }()
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, field := range [][2]string{{":method", method}, {":scheme", "http"}, {":path", "/chat"}, {":authority", "localhost"}} {
		_ = encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]})
	}
	_, _ = io.WriteString(conn, http2.ClientPreface)
	out := http2.NewFramer(conn, nil)
	_ = out.WriteSettings()
	_ = out.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: method == http.MethodGet})
	return out
}

// oneConn is a listener with one connection.
type oneConn struct {
	conn   net.Conn
	closed chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	if conn := l.conn; conn != nil {
		l.conn = nil
		return conn, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error {
	close(l.closed)
	return nil
}

func (l *oneConn) Addr() net.Addr { return &net.UnixAddr{Name: "one"} }
