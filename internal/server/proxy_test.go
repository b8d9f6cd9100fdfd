package server_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/debate-chatbot/debate-api/internal/server"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// nginx starts a real nginx that listens where the configuration's only %s is,
// and returns its URL.
func nginx(t *testing.T, httpBlock string) string {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx" // which is in no PATH but root's
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	dir := t.TempDir()
	config := fmt.Sprintf("worker_processes 1;\ndaemon off;\nmaster_process off;\npid %s/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n", dir)
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		config += fmt.Sprintf("%s_temp_path %s/%s;\n", kind, dir, kind)
	}
	path := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(path, fmt.Appendf(nil, "%s%s\n}\n", config, fmt.Sprintf(httpBlock, address)), 0o600); err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	command := exec.Command(program, "-p", dir, "-c", path)
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatalf("nginx does not start; `make needs` installs it: %v", err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
		if t.Failed() {
			t.Logf("nginx: %s", output.String())
		}
	})
	eventually(t, "nginx listens", func() bool {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return false
		}
		return conn.Close() == nil
	})
	return "http://" + address
}

// TestStreamsPassNginxAsTheyCome: nginx with nothing but proxy_pass speaks
// HTTP/1.0 to us and collects answers (llama.cpp#24774, chatbot-ui#463); with
// compression of every type it would collect them once more.
func TestStreamsPassNginxAsTheyCome(t *testing.T) {
	for name, block := range map[string]string{
		// An nginx keeps to itself that it is asked not to collect, and the one before it would
		// (https://github.com/oneprolabs/sourcelens/pull/4).
		"behind another": "server { listen unix:INNER; location / { proxy_pass http://%s; proxy_set_header Host $host; proxy_pass_header X-Accel-Buffering; } } " +
			"server { listen %%s; location / { proxy_pass http://unix:INNER; proxy_set_header Host $host; } }",
		"proxy_pass alone": "server { listen %%s; location / { proxy_pass http://%s; } }",
		"with compression": "gzip on; gzip_types *; gzip_proxied any; gzip_min_length 1; server { listen %%s; location / { proxy_pass http://%s; } }",
		"HTTP/1.1 and a path prefix": "server { listen %%s; location /debates/ { proxy_pass http://%s/; proxy_http_version 1.1; " +
			"proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } }",
		"grpc_pass": "server { listen %%s http2; location / { grpc_pass grpc://%s; } }",
	} {
		for _, p := range protocols {
			grpc := strings.HasPrefix(p.name, "gRPC") && !strings.HasPrefix(p.name, "gRPC-Web")
			if p.h2 != (name == "grpc_pass") || p.h2 && !grpc {
				continue
			}
			t.Run(name+"/"+p.name, func(t *testing.T) {
				t.Parallel()
				model, lines := prompter()
				h := open(t, model)
				front := *h
				block := strings.ReplaceAll(block, "INNER", filepath.Join(t.TempDir(), "inner"))
				front.url = nginx(t, fmt.Sprintf(block, strings.TrimPrefix(h.url, "http://")))
				if strings.Contains(block, "/debates/") {
					front.url += "/debates"
				}
				streamsPieceByPiece(t, p, &front, lines)
			})
		}
	}
}

// streamsPieceByPiece fails unless each event of a reply arrives before the
// next one is made.
func streamsPieceByPiece(t *testing.T, p protocol, h *harness, lines chan<- string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	s, err := p.client(t, h).ChatStream(ctx, connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Tea beats coffee."}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	events := make(chan *debatev1.ChatStreamResponse)
	go func() {
		defer close(events)
		for s.Receive() {
			events <- s.Msg()
		}
	}()
	next := func(what string) *debatev1.ChatStreamResponse {
		t.Helper()
		select {
		case e, ok := <-events:
			if !ok {
				t.Fatalf("the stream ended before %s: %v", what, s.Err())
			}
			return e
		case <-time.After(patience):
			t.Fatalf("%s does not arrive while the reply goes on", what)
			return nil
		}
	}
	if next("the acknowledgement").GetStarted() == nil {
		t.Fatal("no acknowledgement comes first")
	}
	for _, word := range words {
		say(t, lines, word)
		if got := next("a word").GetDelta().GetText(); got != word {
			t.Fatalf("got %q, want %q", got, word)
		}
	}
	close(lines)
	if got := next("the end").GetFinished().GetTurn().GetReply(); got != said {
		t.Errorf("the whole reply is %q", got)
	}
}

// TestErrorsOfGRPCPassNginx, those of a handler and those before it: of a wrong key grpcurl told
// "Code: Unknown", with no message.
func TestErrorsOfGRPCPassNginx(t *testing.T) {
	h := open(t, new(script), withKeys, func(c *server.Config) { c.Limiter = nothingOf("bob") })
	front := *h
	front.url = nginx(t, fmt.Sprintf("server { listen %%s http2; location / { grpc_pass grpc://%s; } }", strings.TrimPrefix(h.url, "http://")))
	for _, options := range [][]connect.ClientOption{{connect.WithGRPC()}, {connect.WithGRPC(), connect.WithProtoJSON()}} {
		for key, want := range map[string]struct {
			code   connect.Code
			reason string
		}{
			"alice": {connect.CodeNotFound, "NOT_FOUND"},
			"eve":   {connect.CodeUnauthenticated, "UNAUTHENTICATED"},
			"bob":   {connect.CodeResourceExhausted, "RATE_LIMITED"},
		} {
			c := protocol{options: options, h2: true}.client(t, &front, connect.WithInterceptors(header{"X-API-Key", key}))
			_, whole := c.ListTurns(t.Context(), connect.NewRequest(&debatev1.ListTurnsRequest{ConversationId: "none"}))
			wantReason(t, whole, want.code, want.reason)
			streamed, err := c.WatchTurn(t.Context(), connect.NewRequest(&debatev1.WatchTurnRequest{TurnId: "none"}))
			wantReason(t, refused(streamed, err), want.code, want.reason)
		}
	}
}

// TestStreamsAskProxiesNotToCollectThem holds for each call that streams, in
// every protocol, and for no other.
func TestStreamsAskProxiesNotToCollectThem(t *testing.T) {
	onEveryProtocol(t, func(t *testing.T, p protocol) {
		c, ctx := p.client(t, open(t, new(script))), t.Context()
		check := func(call string, h http.Header, buffering, caching string) {
			t.Helper()
			if h.Get("X-Accel-Buffering") != buffering || h.Get("Cache-Control") != caching {
				t.Errorf("%s has X-Accel-Buffering %q and Cache-Control %q", call, h.Get("X-Accel-Buffering"), h.Get("Cache-Control"))
			}
		}
		const streamed = "no-store, no-transform"
		first, err := c.ChatStream(ctx, connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Tea beats coffee."}))
		_, _, turn := follow(t, first, err, 0)
		check("ChatStream", first.ResponseHeader(), "no", streamed)
		watch, err := c.WatchTurn(ctx, connect.NewRequest(&debatev1.WatchTurnRequest{TurnId: turn.GetId()}))
		follow(t, watch, err, 0)
		check("WatchTurn", watch.ResponseHeader(), "no", streamed)
		retry, err := c.RetryTurn(ctx, connect.NewRequest(&debatev1.RetryTurnRequest{TurnId: turn.GetId()}))
		follow(t, retry, err, 0)
		check("RetryTurn", retry.ResponseHeader(), "no", streamed)
		list, err := c.ListTopics(ctx, connect.NewRequest(&debatev1.ListTopicsRequest{}))
		if err != nil {
			t.Fatal(err)
		}
		check("ListTopics", list.Header(), "", "no-store")
	})
}
