package server_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"connectrpc.com/grpcreflect"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/rpc"
	"github.com/debate-chatbot/debate-api/internal/server"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// ask makes a request with headers given as name, value, name, value.
func ask(t *testing.T, method, url, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(data)
}

// eventually waits for something that takes a while.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never came true: " + what)
		}
	}
}

func TestWhatNeedsNoKey(t *testing.T) {
	h := open(t, new(script), withKeys)
	eventually(t, "ready", func() bool {
		response, _ := ask(t, "GET", h.url+"/ready", "")
		return response.StatusCode == http.StatusOK
	})
	for path, want := range map[string]struct{ kind, says string }{
		"/health":       {"application/json", `{"status":"ok"}`},
		"/ready":        {"application/json", `{"status":"ready","database":"ok"}`},
		"/openapi.yaml": {"application/yaml", "/debate.v1.DebateService/Chat:"},
		"/":             {"text/html; charset=utf-8", "curl http://localhost:8080/chat"},
	} {
		response, body := ask(t, "GET", h.url+path, "")
		if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != want.kind || !strings.Contains(body, want.says) ||
			response.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("GET %s: %v %s", path, response, body)
		}
		if response, body := ask(t, "HEAD", h.url+path, ""); response.StatusCode != http.StatusOK || body != "" {
			t.Errorf("HEAD %s: %v %s", path, response, body)
		}
		response, body = ask(t, "POST", h.url+path, "{}", "Content-Type", "application/json")
		if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET" || !strings.Contains(body, `"reason":"INVALID_ARGUMENT"`) {
			t.Errorf("POST %s: %v %s", path, response, body)
		}
	}
}

func TestThePageMayDoNothingButItsOwn(t *testing.T) {
	h := open(t, new(script), withKeys)
	_, index := ask(t, "GET", h.url+"/", "")
	for _, forbidden := range []string{"<style ", "style=", "onclick", "onload", "<script ", "http://fonts", "https://", `="/`, `("/`} {
		if strings.Contains(index, forbidden) {
			t.Errorf("the page has %q, which its policy forbids, or which is not below its own path", forbidden)
		}
	}
	for path, kind := range map[string]string{
		"/":         "text/html; charset=utf-8",
		"/page.js":  "text/javascript; charset=utf-8",
		"/icon.svg": "image/svg+xml",
	} {
		if path != "/" && !strings.Contains(index, path[1:]+`"`) {
			t.Errorf("the page does not ask for %s", path)
		}
		response, body := ask(t, "GET", h.url+path, "")
		header := response.Header
		if response.StatusCode != http.StatusOK || header.Get("Content-Type") != kind || body == "" ||
			header.Get("X-Content-Type-Options") != "nosniff" || header.Get("X-Frame-Options") != "DENY" || header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("GET %s: %d %v", path, response.StatusCode, header)
		}
		policy := header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self' 'sha256-", "style-src 'self' 'sha256-", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(policy, want) || strings.Contains(policy, "unsafe") {
				t.Errorf("the policy of %s is %q", path, policy)
			}
		}
		if response, _ := ask(t, "POST", h.url+path, "{}"); response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET" {
			t.Errorf("POST %s: %d", path, response.StatusCode)
		}
	}
	if response, _ := ask(t, "GET", h.url+"/web.go", ""); response.StatusCode != http.StatusUnauthorized {
		t.Errorf("GET of what is no part of the page, without a key: %d", response.StatusCode)
	}
}

func TestThePageIsSentOnceAndZipped(t *testing.T) {
	h := open(t, new(script))
	for _, at := range []string{"/page.js", "/docs/swagger-ui.css"} { // compressed when it is asked for, and before
		plain, text := ask(t, "GET", h.url+at, "", "Accept-Encoding", "identity")
		zipped, small := ask(t, "GET", h.url+at, "", "Accept-Encoding", "br, gzip")
		reader, err := gzip.NewReader(strings.NewReader(small))
		if err != nil {
			t.Fatal(err)
		}
		inflated, err := io.ReadAll(reader)
		if err != nil || string(inflated) != text || len(text) < 1000 || len(small) > len(text)/2 || zipped.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" {
			t.Errorf(at+": zipped it has %d bytes of %d: %v", len(small), len(text), err)
		}
		if plain.Header.Get("ETag") == zipped.Header.Get("ETag") || zipped.Header.Get("Vary") != "Accept-Encoding" || plain.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf(at+": caches would take one for the other: %v, %v", plain.Header, zipped.Header)
		}
		again, body := ask(t, "GET", h.url+at, "", "Accept-Encoding", "gzip", "If-None-Match", zipped.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf(at+": a browser that has it is answered %d and %d bytes", again.StatusCode, len(body))
		}
		if other, _ := ask(t, "GET", h.url+at, "", "If-None-Match", `"older"`); other.StatusCode != http.StatusOK {
			t.Errorf(at+": a browser with an older one is answered %d", other.StatusCode)
		}
	}
}

func TestEverythingElseNeedsAKey(t *testing.T) {
	h := open(t, new(script), withKeys)
	for _, request := range []string{
		"POST /chat", "GET /conversations", "GET /conversations/x", "GET /conversations/topics", "GET /nowhere",
		"POST /debate.v1.DebateService/Chat", "POST /debate.v1.DebateService/Nothing", "GET /debate.v1.DebateService/ListTopics?connect=v1&encoding=json&message=%7B%7D",
	} {
		method, path, _ := strings.Cut(request, " ")
		response, body := ask(t, method, h.url+path, `{"message":"hi"}`, "Content-Type", "application/json")
		if response.StatusCode != http.StatusUnauthorized || !strings.Contains(body, "UNAUTHENTICATED") {
			t.Errorf("%s: %d %s", request, response.StatusCode, body)
		}
		response, body = ask(t, method, h.url+path, `{"message":"hi"}`, "Content-Type", "application/json", "X-API-Key", "alice")
		if response.StatusCode == http.StatusUnauthorized {
			t.Errorf("%s with a key: %d %s", request, response.StatusCode, body)
		}
	}
}

func TestGRPCHealthIsOpenAndReflectionIsNot(t *testing.T) {
	t.Parallel()
	h := open(t, new(script), withKeys)
	conn, err := grpc.NewClient(strings.TrimPrefix(h.url, "http://"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	health := grpc_health_v1.NewHealthClient(conn)
	eventually(t, "serving", func() bool {
		r, err := health.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: "debate.v1.DebateService"})
		return err == nil && r.GetStatus() == grpc_health_v1.HealthCheckResponse_SERVING
	})
	if _, err := health.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: "debate.v9.Other"}); err == nil || !strings.Contains(err.Error(), "NotFound") {
		t.Errorf("an unknown service: %v", err)
	}
	for key, open := range map[string]bool{"": false, "alice": true} {
		reflection := grpcreflect.NewClient(protocols[2].transport(t), h.url, connect.WithGRPC())
		stream := reflection.NewStream(t.Context(), grpcreflect.WithRequestHeaders(http.Header{"X-Api-Key": {key}}))
		services, err := stream.ListServices()
		if open != (err == nil) || open && !strings.Contains(fmt.Sprint(services), "debate.v1.DebateService") {
			t.Errorf("reflection for %q: %v, %v", key, services, err)
		}
		_, _ = stream.Close()
	}
}

// An Application Load Balancer asks a gRPC target as this test does, and takes
// every answer for healthy whose grpc-status is in its matcher: AWS's user guide,
// "Health checks for Application Load Balancer target groups".
func TestABalancerThatReadsOnlyTheStatusSeesWhenCallsShouldNotComeHere(t *testing.T) {
	t.Parallel()
	reached := make(chan struct{})
	h := open(t, new(script), withKeys, func(c *server.Config) {
		prepare := c.Prepare
		c.Prepare = func(ctx context.Context) error {
			select {
			case <-reached:
				return prepare(ctx)
			default:
				return &debate.Error{Reason: debate.StoreUnavailable, Message: "away"}
			}
		}
		c.DrainDelay = 4 * time.Second
	})
	status := func() string {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/grpc.health.v1.Health/Check", strings.NewReader("\x00\x00\x00\x00\x00"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = http.Header{"Content-Type": {"application/grpc"}, "Te": {"trailers"}, "User-Agent": {"ELB-HealthChecker/2.0"}}
		response, err := protocols[2].transport(t).Do(request)
		if err != nil {
			return err.Error()
		}
		defer response.Body.Close()
		if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("HTTP %d, %v", response.StatusCode, err)
		}
		return response.Trailer.Get("Grpc-Status") + response.Header.Get("Grpc-Status")
	}
	if got := status(); got != "14" {
		t.Errorf("before the database was reached: grpc-status %q", got)
	}
	close(reached)
	eventually(t, "serving", func() bool { return status() == "0" })
	h.stop()
	eventually(t, "draining", func() bool { return status() == "14" })
}

func TestReflectionCanBeOff(t *testing.T) {
	t.Parallel()
	h := open(t, new(script), func(c *server.Config) { c.Reflection = false })
	reflection := grpcreflect.NewClient(protocols[2].transport(t), h.url, connect.WithGRPC())
	stream := reflection.NewStream(t.Context())
	if services, err := stream.ListServices(); err == nil {
		t.Errorf("listed %v", services)
	}
	_, _ = stream.Close()
}

func TestUnknownPathsAreTypedErrorsAndNeverRedirects(t *testing.T) {
	h := open(t, new(script))
	for _, path := range []string{"/nowhere", "/nowhere/", "//nowhere", "/./chat", "/x/../chat", "/health/.", "/health/..", "/grpc.health.v1.Health", "/grpc.reflection.v1.ServerReflection", "/debate.v1.DebateService", "/a%2F%2Fb", "/debate.v1.DebateService/"} {
		for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS", "BREW"} {
			response, body := ask(t, method, h.url+path, "")
			if response.StatusCode < 400 || response.Header.Get("Location") != "" || !strings.Contains(response.Header.Get("Content-Type"), "json") && body != "" {
				t.Errorf("%s %s: %d %v %s", method, path, response.StatusCode, response.Header, body)
			}
		}
	}
}

// A base URL ends in a slash, or people type one: postmanlabs/httpbin issue 408,
// anoadragon453 in carefree0910/carefree-creator issue 7. A redirect would make a GET of a POST: startfellows/tonapi-sdk-js pull request 11.
func TestSlashesTooManyLeadToTheSamePath(t *testing.T) {
	h := open(t, new(script), withKeys)
	for path, want := range map[string]string{
		"/health/": `"ok"`, "//health": `"ok"`, "/conversations/": `"conversations"`, "/conversations//topics": `"topics"`, "/openapi.yaml/": "openapi:", "//": "<html",
		"//chat/": "takes POST", "/mcp/": "takes POST", "/s//style.css": "body",
	} {
		response, body := ask(t, "GET", h.url+path, "", "X-API-Key", "alice")
		if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusMethodNotAllowed || !strings.Contains(body, want) {
			t.Errorf("GET %s: %d %s", path, response.StatusCode, body)
		}
	}
	for path, want := range map[string]string{"//chat": `"conversation_id"`, "/chat/": `"conversation_id"`, "//debate.v1.DebateService/Chat": `"conversation"`} {
		response, body := ask(t, "POST", h.url+path, `{"message":"Tea beats coffee."}`, "X-API-Key", "alice", "Content-Type", "application/json")
		if response.StatusCode != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("POST %s: %d %s", path, response.StatusCode, body)
		}
		if response, _ := ask(t, "POST", h.url+path, `{"message":"Tea beats coffee."}`, "Content-Type", "application/json"); response.StatusCode != http.StatusUnauthorized {
			t.Errorf("POST %s without a key: %d", path, response.StatusCode)
		}
	}
}

func TestWithoutKeysOnlyLocalNamesAreAnswered(t *testing.T) {
	h := open(t, new(script))
	for host, local := range map[string]bool{
		"localhost": true, "localhost:8080": true, "LOCALHOST:1": true, "127.0.0.1": true, "127.0.0.1:9": true, "127.1.2.3": true, "[::1]:8080": true, "[::1]": true,
		"localhost.": true, "localhost.:8080": true, "debate.localhost:8080": true, "127.1:8080": true, "[::ffff:127.0.0.1]:8080": true, "[0:0:0:0:0:0:0:1]": true,
		"evil.example": false, "localhost..": false, "xlocalhost": false, "127.evil.example": false, "[::ffff:10.0.0.1]": false, "[fe80::1]": false, "2130706433": false, "localhost.evil.example": false, "127.0.0.1.evil.example:8080": false, "192.168.0.7": false, "0.0.0.0:8080": false,
	} {
		for _, path := range []string{"/chat", "/debate.v1.DebateService/ListTopics", "/"} {
			method := "POST"
			if path == "/" {
				method = "GET"
			}
			response, body := ask(t, method, h.url+path, `{"message":"Tea beats coffee."}`, "Content-Type", "application/json", "Host", host)
			if local != (response.StatusCode == http.StatusOK) || !local && !strings.Contains(body, "set API_KEY") {
				t.Errorf("%s with Host %s: %d %s", path, host, response.StatusCode, body)
			}
		}
		if response, _ := ask(t, "GET", h.url+"/health", "", "Host", host); response.StatusCode != http.StatusOK {
			t.Errorf("/health with Host %s: %d", host, response.StatusCode)
		}
	}
	keyed := open(t, new(script), withKeys)
	if response, body := ask(t, "GET", keyed.url+"/conversations", "", "Host", "debate.example", "X-API-Key", "alice"); response.StatusCode != http.StatusOK {
		t.Errorf("with a key: %d %s", response.StatusCode, body)
	}
}

// sentByPages is what browsers ask leave to send: the headers of Connect's and
// gRPC-Web's clients, ours, and those of OpenTelemetry's, Zipkin's and Sentry's
// instrumentation of fetch.
const sentByPages = "authorization,baggage,connect-protocol-version,connect-timeout-ms,content-type,grpc-timeout,idempotency-key,sentry-trace," +
	"traceparent,tracestate,x-api-key,x-b3-traceid,x-grpc-web,x-request-id,x-user-agent,x-user-id"

func TestPagesOfOtherOriginsMayCallOnlyIfConfigured(t *testing.T) {
	allowed := func(c *server.Config) { withKeys(c); c.Origins = []string{"https://a.example"} }
	for name, tt := range map[string]struct {
		change func(*server.Config)
		origin string
		want   string
	}{
		"an allowed one":           {allowed, "https://a.example", "https://a.example"},
		"another":                  {allowed, "https://b.example", ""},
		"an allowed one's end":     {allowed, "https://evil-a.example", ""},
		"another scheme":           {allowed, "http://a.example", ""},
		"none allowed":             {withKeys, "https://a.example", ""},
		"any, where all are":       {func(c *server.Config) { withKeys(c); c.Origins = []string{"*"} }, "https://b.example", "*"},
		"null, where one is":       {allowed, "null", ""},
		"an allowed one, by error": {allowed, "https://a.example", "https://a.example"},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, new(script), tt.change)
			for _, path := range []string{"/chat", "/debate.v1.DebateService/Chat"} {
				response, _ := ask(t, "OPTIONS", h.url+path, "", "Origin", tt.origin, "Access-Control-Request-Method", "POST",
					"Access-Control-Request-Headers", sentByPages, "Access-Control-Request-Private-Network", "true")
				// https://github.com/ollama/ollama/issues/7000
				if got := response.Header.Get("Access-Control-Allow-Private-Network"); (got == "true") != (tt.want != "") {
					t.Errorf("preflight of %s allows private networks: %q", path, got)
				}
				if got := response.Header.Get("Access-Control-Allow-Origin"); got != tt.want {
					t.Errorf("preflight of %s allows %q, want %q", path, got, tt.want)
				}
				if got := response.Header.Get("Access-Control-Allow-Headers"); tt.want != "" && got != sentByPages {
					t.Errorf("preflight of %s allows the headers %q", path, got)
				}
				// A refusal must be readable too, so that the page can say why.
				response, _ = ask(t, "POST", h.url+path, `{"message":"hi"}`, "Origin", tt.origin, "Content-Type", "application/json")
				if got := response.Header.Get("Access-Control-Allow-Origin"); got != tt.want || response.StatusCode != http.StatusUnauthorized {
					t.Errorf("the call of %s: %d, allows %q, want %q", path, response.StatusCode, got, tt.want)
				}
				for _, name := range []string{"Grpc-Status", "Grpc-Message", "Grpc-Status-Details-Bin", "Retry-After", "X-Request-Id"} {
					if exposed := response.Header.Get("Access-Control-Expose-Headers"); tt.want != "" && !strings.Contains(exposed, name) {
						t.Errorf("%s exposes %q", path, exposed)
					}
				}
				if response.Header.Get("Access-Control-Allow-Credentials") != "" {
					t.Error("credentials are allowed, and there are none")
				}
			}
		})
	}
}

func TestWhileTheDatabaseWasNeverReachedCallsAreRefusedAndHealthIsFine(t *testing.T) {
	t.Parallel()
	away := make(chan struct{})
	h := open(t, new(script), func(c *server.Config) {
		prepare := c.Prepare
		c.Prepare = func(ctx context.Context) error {
			select {
			case <-away:
				return prepare(ctx)
			default:
				return &debate.Error{Reason: debate.StoreUnavailable, Message: "away", RetryAfter: time.Second, Cause: errors.New("dial tcp 10.0.0.7: refused")}
			}
		}
	})
	response, body := ask(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee."}`, "Content-Type", "application/json")
	if response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "STORE_UNAVAILABLE") || response.Header.Get("Retry-After") == "" {
		t.Errorf("a call: %d %s", response.StatusCode, body)
	}
	response, body = ask(t, "GET", h.url+"/ready", "")
	if response.StatusCode != http.StatusServiceUnavailable || body != `{"status":"starting","database":"unreachable"}`+"\n" {
		t.Errorf("/ready: %d %s", response.StatusCode, body)
	}
	if response, _ := ask(t, "GET", h.url+"/health", ""); response.StatusCode != http.StatusOK {
		t.Errorf("/health: %d", response.StatusCode)
	}
	close(away)
	eventually(t, "ready", func() bool {
		response, _ := ask(t, "GET", h.url+"/ready", "")
		return response.StatusCode == http.StatusOK
	})
	response, body = ask(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee."}`, "Content-Type", "application/json")
	if response.StatusCode != http.StatusOK {
		t.Errorf("a call: %d %s", response.StatusCode, body)
	}
}

func TestDrainingLetsARunningReplyFinishAndTakesNoOther(t *testing.T) {
	t.Parallel()
	onEveryProtocol(t, func(t *testing.T, p protocol) {
		model, lines := prompter()
		h := open(t, model, func(c *server.Config) { c.DrainDelay = 4 * time.Second })
		c := p.client(t, h)
		s, err := c.ChatStream(t.Context(), connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Tea beats coffee."}))
		if err != nil || !s.Receive() {
			t.Fatal(err)
		}
		h.stop()
		eventually(t, "not ready", func() bool {
			response, body := ask(t, "GET", h.url+"/ready", "")
			return response.StatusCode == http.StatusServiceUnavailable && strings.Contains(body, `"status":"draining"`)
		})
		// The balancer may still send calls, and they are served.
		if _, err := c.ListTopics(t.Context(), connect.NewRequest(&debatev1.ListTopicsRequest{})); err != nil {
			t.Errorf("during the delay: %v", err)
		}
		eventually(t, "closed to new callers", func() bool {
			conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
			if err == nil {
				conn.Close()
			}
			return err != nil
		})
		say(t, lines, said)
		close(lines)
		var last *debatev1.ChatStreamResponse
		for s.Receive() {
			last = s.Msg()
		}
		s.Close()
		if turn := last.GetFinished().GetTurn(); turn.GetState() != debatev1.TurnState_TURN_STATE_COMPLETED || turn.GetReply() != said {
			t.Errorf("the reply ended as %v, %v", last, s.Err())
		}
		if err := <-h.ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
}

func TestAReplyThatOutlastsTheDrainingIsInterruptedAndItsTextKept(t *testing.T) {
	model, lines := prompter()
	h := open(t, model, func(c *server.Config) { c.DrainTimeout = 200 * time.Millisecond })
	s, err := protocols[0].client(t, h).ChatStream(t.Context(), connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Tea beats coffee."}))
	if err != nil || !s.Receive() {
		t.Fatal(err)
	}
	say(t, lines, words[0])
	h.stop()
	var last *debatev1.ChatStreamResponse
	for s.Receive() {
		last = s.Msg()
	}
	s.Close()
	turn := last.GetFinished().GetTurn()
	if turn.GetState() != debatev1.TurnState_TURN_STATE_INTERRUPTED || turn.GetReply() != words[0] ||
		turn.GetFailure().GetReason() != debatev1.ErrorReason_ERROR_REASON_DRAINING {
		t.Errorf("it ended as %v, %v", last, s.Err())
	}
	if err := <-h.ended; err != nil {
		t.Errorf("the server ended with %v", err)
	}
}

func TestServeReturnsOnlyWhenItIsDoneWithTheDatabase(t *testing.T) {
	var done atomic.Bool
	preparing := make(chan struct{})
	h := open(t, new(script), func(c *server.Config) {
		c.Prepare = func(ctx context.Context) error {
			close(preparing)
			<-ctx.Done()
			time.Sleep(100 * time.Millisecond) // to roll back, say
			done.Store(true)
			return ctx.Err()
		}
	})
	<-preparing
	h.stop()
	if err := <-h.ended; err != nil || !done.Load() {
		t.Errorf("it returned %v; done with the database: %v", err, done.Load())
	}
}

// flood opens n connections, sends the same on each, and keeps them.
func flood(t *testing.T, h *harness, n int, what string) (all []net.Conn) {
	t.Helper()
	for range n {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		_, _ = io.WriteString(conn, what) // the server may have hung up
		all = append(all, conn)
	}
	return all
}

func TestAFloodOfConnectionsKeepsNobodyOut(t *testing.T) {
	for name, sent := range map[string]string{
		"silent":                "",
		"half a header":         "GET /health HT",
		"half a body, no key":   "POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx",
		"half a body, bad key":  "POST /chat HTTP/1.1\r\nHost: localhost\r\nX-API-Key: guess\r\nContent-Length: 1000\r\n\r\nx",
		"half a body of health": "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\nx",
		"HTTP/2, then nothing":  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, new(script), withKeys, func(c *server.Config) { c.MaxConnections = 10 })
			opened := time.Now()
			all := flood(t, h, 50, sent)
			time.Sleep(50 * time.Millisecond) // until the server has read it all
			for range 20 {
				fresh := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
				response, err := fresh.Get(h.url + "/health")
				if err != nil || response.StatusCode != http.StatusOK {
					t.Fatalf("/health: %v, %v", response, err)
				}
				response.Body.Close()
			}
			// A busy machine takes its time to hang up. Who sends no header is left five seconds for it.
			closed := 0
			for last := false; closed < 40 && !last; {
				closed, last = 0, time.Since(opened) > 4*time.Second
				for _, conn := range all {
					_ = conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
					if _, err := io.Copy(io.Discard, conn); err == nil || !isTimeout(err) {
						closed++
					}
				}
			}
			if closed < 40 {
				t.Errorf("%d of 50 connections were closed, with room for 10", closed)
			}
		})
	}
}

func TestConnectionsAtWorkForAKnownCallerAreNotPushedOut(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			model, lines := prompter()
			h := open(t, model, withKeys, func(c *server.Config) { c.MaxConnections = 10 })
			c := p.client(t, h, connect.WithInterceptors(header{"X-API-Key", "alice"}))
			s, err := c.ChatStream(t.Context(), connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Tea beats coffee."}))
			if err != nil || !s.Receive() {
				t.Fatal(err)
			}
			flood(t, h, 50, "")
			say(t, lines, said)
			close(lines)
			var last *debatev1.ChatStreamResponse
			for s.Receive() {
				last = s.Msg()
			}
			s.Close()
			if last.GetFinished().GetTurn().GetReply() != said {
				t.Errorf("the stream ended with %v, %v", last, s.Err())
			}
		})
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func TestHeadersAreBounded(t *testing.T) {
	h := open(t, new(script))
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() { // the server hangs up before it has read all
		_, _ = io.WriteString(conn, "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Much: "+strings.Repeat("a", 1<<20)+"\r\n\r\n")
	}()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err == nil {
		response.Body.Close()
		if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("got %d", response.StatusCode)
		}
	}
}

func TestAServerWithoutKeysListensOnBothLoopbackAddresses(t *testing.T) {
	log := new(logged)
	listeners, err := server.Listen(t.Context(), 0, true, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if len(listeners) != 2 || server.Port(listeners[0]) != server.Port(listeners[1]) {
		t.Fatalf("listens on %v; this machine needs IPv6 on its loopback interface", listeners)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	api, err := rpc.New(nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	go func() { ended <- server.New(server.Config{API: api}).Serve(ctx, listeners...) }()
	for _, host := range []string{"127.0.0.1", "[::1]", "localhost"} {
		if response, body := ask(t, "GET", fmt.Sprintf("http://%s:%d/", host, server.Port(listeners[0])), ""); response.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", host, response.StatusCode, body)
		}
	}
	if _, err := server.Listen(t.Context(), server.Port(listeners[0]), true, slog.New(slog.NewTextHandler(log, nil))); err == nil || !strings.Contains(err.Error(), "set PORT to another one") {
		t.Errorf("a port that is taken: %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}

	// Somebody else has the port on [::1] alone.
	other, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	listeners, err = server.Listen(t.Context(), server.Port(other), true, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil || len(listeners) != 1 || !strings.Contains(log.String(), "localhost may lead to it") {
		t.Fatalf("%v, %v; the log: %s", listeners, err, log)
	}
	listeners[0].Close()
}
