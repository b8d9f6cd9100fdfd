//go:build real

package real

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/freeport"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	"github.com/debate-chatbot/debate-api/internal/subprocess"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// built is where `make real` puts what it builds.
const built = "../../.cache/real"

const apiKey = "correct-horse"

// process is a program that runs beside a test and ends with it.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}

	mu  sync.Mutex
	log bytes.Buffer
}

func (p *process) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(text)
}

func (p *process) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// kill ends it at once, and is harmless after its end.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// start runs a program.
func start(t *testing.T, env []string, name string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(name, args...), done: make(chan struct{})}
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	subprocess.EndWithParent(p.cmd)
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("%s does not start; `make real` sees to it that it is here: %v", name, err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s said, at last:\n%s", name, p.logged()[max(0, len(p.logged())-4000):])
		}
	})
	return p
}

func freePort(t *testing.T) int {
	t.Helper()
	port, err := freeport.Find()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// eventually waits for something that takes a while.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never came true: " + what)
		}
	}
}

// answers says whether a URL is answered with 200.
func answers(url string) bool {
	response, err := http.Get(url)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// replica starts the service on a port, with the built-in opponent, and waits
// until it is ready.
func replica(t *testing.T, port int, env ...string) *process {
	t.Helper()
	p := start(t, append([]string{"MODEL=offline", "API_KEY=" + apiKey, "DRAIN_DELAY=0s", "DATA_DIR=" + t.TempDir()}, env...),
		filepath.Join(built, "debate"), "serve", "--port", strconv.Itoa(port))
	eventually(t, "a replica is ready", func() bool { return answers(fmt.Sprintf("http://127.0.0.1:%d/ready", port)) })
	return p
}

func client(url string, options ...connect.ClientOption) debatev1connect.DebateServiceClient {
	withKey := connect.WithInterceptors(connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
			r.Header().Set("X-API-Key", apiKey)
			return next(ctx, r)
		}
	}))
	return debatev1connect.NewDebateServiceClient(&http.Client{Transport: &http.Transport{}}, url, append(options, withKey)...)
}

// keyed is a request with the key, for streams, which have no such interceptor.
func keyed[T any](message *T) *connect.Request[T] {
	r := connect.NewRequest(message)
	r.Header().Set("X-API-Key", apiKey)
	return r
}

// proxies start a proxy with its defaults in front of two replicas, on a port.
var proxies = map[string]func(t *testing.T, port, one, other int){
	"nginx": func(t *testing.T, port, one, other int) {
		dir := t.TempDir()
		temporary := ""
		for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
			temporary += fmt.Sprintf("%s_temp_path %s/%s; ", kind, dir, kind)
		}
		start(t, nil, "/usr/sbin/nginx", "-p", dir, "-c", file(t, dir, "nginx.conf", fmt.Sprintf(`
			daemon off; master_process off; pid %s/pid; error_log stderr; events {}
			http { access_log off; %s
				upstream debate { server 127.0.0.1:%d; server 127.0.0.1:%d; }
				server { listen 127.0.0.1:%d; location / { proxy_pass http://debate; } } }`, dir, temporary, one, other, port)))
	},
	"HAProxy": func(t *testing.T, port, one, other int) {
		start(t, nil, "/usr/sbin/haproxy", "-db", "-f", file(t, t.TempDir(), "haproxy.cfg", fmt.Sprintf(`
defaults
	mode http
	timeout connect 5s
	timeout client 50s
	timeout server 50s
	retries 3
	option redispatch
	compression algo gzip
frontend debate
	bind 127.0.0.1:%d
	default_backend replicas
backend replicas
	balance roundrobin
	option httpchk GET /ready
	server one 127.0.0.1:%d check inter 500ms
	server other 127.0.0.1:%d check inter 500ms
`, port, one, other)))
	},
	"Caddy": func(t *testing.T, port, one, other int) {
		start(t, nil, filepath.Join(built, "caddy"), "run", "--adapter", "caddyfile", "--config", file(t, t.TempDir(), "Caddyfile", fmt.Sprintf(`
{
	admin off
	auto_https off
}
http://127.0.0.1:%d {
	encode zstd gzip
	reverse_proxy 127.0.0.1:%d 127.0.0.1:%d {
		lb_try_duration 5s
		fail_duration 2s
	}
}
`, port, one, other)))
	},
}

func file(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAReplicaDiesInMidStreamBehindAProxy: what was shown so far is how the
// stored reply begins, the turn is interrupted and not lost, and the other
// replica goes on with the debate, all through the proxy.
func TestAReplicaDiesInMidStreamBehindAProxy(t *testing.T) {
	postgres, err := pgtest.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(postgres.Kill)
	redis := redistest.Start(t)
	for name, proxy := range proxies {
		for protocol, option := range map[string]connect.ClientOption{"Connect": connect.WithProtoJSON(), "gRPC-Web": connect.WithGRPCWeb()} {
			t.Run(name+"/"+protocol, func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
				defer cancel()
				database := strings.ReplaceAll(strings.ToLower(name+protocol), "-", "")
				if err := postgres.Exec(ctx, "postgres", "create database "+database); err != nil {
					t.Fatal(err)
				}
				env := []string{"DATABASE_URL=" + postgres.URL(database), "REDIS_URL=" + redis.URL(), "PACE=1"}
				port, one, other := freePort(t), freePort(t), freePort(t)
				doomed := replica(t, one, env...)
				proxy(t, port, one, other)
				url := fmt.Sprintf("http://127.0.0.1:%d", port)
				eventually(t, "the proxy listens", func() bool { return answers(url + "/health") })
				c := client(url, option)

				s, err := c.ChatStream(ctx, keyed(&debatev1.ChatStreamRequest{Message: "Dogs are better than cats."}))
				if err != nil {
					t.Fatal(err)
				}
				turn, shown, pieces := "", "", 0
				for s.Receive() {
					turn += s.Msg().GetStarted().GetTurn().GetId()
					if delta := s.Msg().GetDelta(); delta != nil {
						shown += delta.GetText()
						pieces++
					}
					if pieces == 20 {
						replica(t, other, env...)
						doomed.kill()
						pieces++
					}
					if s.Msg().GetFinished() != nil {
						t.Fatalf("the reply was whole before its replica was dead: the stream came in %d pieces, and late", pieces)
					}
				}
				if s.Err() == nil || turn == "" || pieces < 20 {
					t.Fatalf("%d pieces of turn %q, then %v", pieces, turn, s.Err())
				}

				var ended *debatev1.Turn
				eventually(t, "the turn's end is known", func() bool {
					w, err := c.WatchTurn(ctx, keyed(&debatev1.WatchTurnRequest{TurnId: turn, Offset: 0}))
					if err != nil {
						return false
					}
					defer w.Close()
					for w.Receive() {
						ended = w.Msg().GetFinished().GetTurn()
					}
					return ended != nil
				})
				if ended.GetState() != debatev1.TurnState_TURN_STATE_INTERRUPTED || !strings.HasPrefix(shown, ended.GetReply()) && !strings.HasPrefix(ended.GetReply(), shown) {
					t.Errorf("it ended as %v with %q; %q was shown", ended.GetState(), ended.GetReply(), shown)
				}
				again, err := c.RetryTurn(ctx, keyed(&debatev1.RetryTurnRequest{TurnId: turn}))
				if err != nil {
					t.Fatal(err)
				}
				whole := ""
				for again.Receive() {
					whole += again.Msg().GetDelta().GetText()
					ended = again.Msg().GetFinished().GetTurn()
				}
				if again.Err() != nil || ended.GetState() != debatev1.TurnState_TURN_STATE_COMPLETED || whole != ended.GetReply() {
					t.Errorf("tried again it is %v, %v", ended, again.Err())
				}
			})
		}
	}
}

// TestRealCollectorTakesTracesAndMetrics has the OpenTelemetry Collector itself
// receive what the standard variables send it.
func TestRealCollectorTakesTracesAndMetrics(t *testing.T) {
	port, service := freePort(t), freePort(t)
	collector := start(t, nil, filepath.Join(built, "collector"), "--config", fmt.Sprintf(`yaml:
receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:%d"}}}}
exporters: {debug: {verbosity: detailed}}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], exporters: [debug]}
    metrics: {receivers: [otlp], exporters: [debug]}`, port))
	eventually(t, "the collector listens", func() bool {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return false
		}
		return conn.Close() == nil
	})
	p := replica(t, service, "PACE=0", fmt.Sprintf("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:%d", port))
	request := keyed(&debatev1.ChatRequest{Message: "Dogs are better than cats."})
	request.Header().Set("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	if _, err := client(fmt.Sprintf("http://127.0.0.1:%d", service)).Chat(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-p.done // it sends what is left
	for _, want := range []string{
		"debate.v1.DebateService/Chat", "4bf92f3577b34da6a3ce929d0e0e4736", "rpc.server.call.duration", "service.name",
	} {
		eventually(t, "the collector has "+want, func() bool { return strings.Contains(collector.logged(), want) })
	}
	if strings.Contains(collector.logged(), "Dogs are better") {
		t.Error("what was said is in the traces")
	}
	if strings.Contains(p.logged(), "level=ERROR") || strings.Contains(p.logged(), "level=WARN") {
		t.Errorf("the service complains: %s", p.logged())
	}
}

// TestTurnsThroughPgBouncer is its mode of a connection a transaction, which
// takes no prepared statements before version 1.21 (goose#613, pgbouncer#1118).
func TestTurnsThroughPgBouncer(t *testing.T) {
	postgres, err := pgtest.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(postgres.Kill)
	host, pgPort, err := net.SplitHostPort(postgres.Addr())
	if err != nil {
		t.Fatal(err)
	}
	dir, port := t.TempDir(), freePort(t)
	users := file(t, dir, "users.txt", `"postgres" ""`)
	config := file(t, dir, "pgbouncer.ini", fmt.Sprintf(`[databases]
postgres = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = trust
auth_file = %s
pool_mode = transaction
default_pool_size = 3
ignore_startup_parameters = extra_float_digits
`, host, pgPort, port, users))
	for _, path := range []string{users, config} {
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for d := dir; strings.HasPrefix(d, os.TempDir()+"/"); d = filepath.Dir(d) { // it refuses root, and has to read them
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{config}
	if os.Getuid() == 0 {
		args = append([]string{"-u", "nobody"}, args...)
	}
	start(t, nil, "/usr/sbin/pgbouncer", args...)
	service := freePort(t)
	url := fmt.Sprintf("DATABASE_URL=postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable&default_query_exec_mode=exec", port)
	replica(t, service, url, "PACE=0")
	c := client(fmt.Sprintf("http://127.0.0.1:%d", service))
	var turns sync.WaitGroup
	for n := range 8 {
		turns.Go(func() {
			id := ""
			for range 5 {
				got, err := c.Chat(t.Context(), keyed(&debatev1.ChatRequest{ConversationId: id, Message: "Dogs are better than cats."}))
				if err != nil {
					t.Errorf("debate %d: %v", n, err)
					return
				}
				id = got.Msg.GetConversation().GetId()
			}
		})
	}
	turns.Wait()
}
