package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
)

// journal is a log that a test reads.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

var listening = regexp.MustCompile(`listening on (http://127\.0\.0\.1:\d+)`)

// start serves with the settings given, at debug level, until stop or the end
// of the test.
func start(t *testing.T, settings map[string]string) (url string, log *journal, stop func()) {
	t.Helper()
	c, err := config.Load(func(name string) string { return settings[name] })
	if err != nil {
		t.Fatal(err)
	}
	log = new(journal)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, c, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	}()
	stop = sync.OnceFunc(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if found := listening.FindStringSubmatch(log.String()); found != nil {
			return found[1], log, stop
		}
		if time.Now().After(end) {
			t.Fatalf("not listening: %s", log)
		}
	}
}

// call makes a request with headers given as name, value, name, value.
func call(t *testing.T, method, url, body string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data)
}

// Each is found where it should not be.
const (
	apiKey    = "SENTINEL-api-key"
	wrongKey  = "SENTINEL-wrong-key"
	user      = "some-user-of-the-key"
	redisPass = "SENTINEL-redis-password"
	otlpToken = "SENTINEL-collector-token"
	message   = "Tea beats coffee, says SENTINEL-message."
	reply     = "No, says SENTINEL-reply."
)

func TestAWholeSessionLeavesNoSecretAndNoWordInTheLogOrAtACollector(t *testing.T) {
	for _, messages := range []string{"off", "on"} {
		t.Run("LOG_MESSAGES="+messages, func(t *testing.T) {
			model, to := openaitest.New(t), newCollector(t)
			t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization="+otlpToken)
			url, log, stop := start(t, map[string]string{
				"PORT": "0", "DATA_DIR": t.TempDir(), "API_KEY": apiKey, "OPENAI_API_KEY": openaitest.Key, "OPENAI_BASE_URL": model.URL,
				"REDIS_URL": "redis://user:" + redisPass + "@127.0.0.1:1/0", "STANCE_GUARD": "on", "LOG_LEVEL": "debug", "LOG_MESSAGES": messages,
				"DRAIN_DELAY": "0s", "DRAIN_TIMEOUT": "0s", "USER_RATE_LIMIT": "3",
				"OTEL_EXPORTER_OTLP_ENDPOINT": to.URL, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": to.URL + "/echo",
			})
			answers := session(t, url, model)
			stop()
			text, sent := log.String(), to.raw.String()
			for _, secret := range []string{apiKey, wrongKey, redisPass, openaitest.Key, openaitest.Secret, otlpToken} {
				if strings.Contains(sent, secret) {
					t.Errorf("a collector got %q: %s", secret, around(sent, secret))
				}
				if strings.Contains(text, secret) {
					t.Errorf("the log has %q: %s", secret, around(text, secret))
				}
				if strings.Contains(answers, secret) {
					t.Errorf("an answer has %q: %s", secret, around(answers, secret))
				}
			}
			for _, inside := range []string{"SENTINEL", user, "HTTP 401"} {
				if strings.Contains(sent, inside) {
					t.Errorf("a collector got %q: %s", inside, around(sent, inside))
				}
			}
			if len(to.named("turn")) == 0 || len(to.named("chat gpt-4o-mini")) == 0 || !strings.Contains(sent, "rpc.server.call.duration") {
				t.Errorf("the collector got too little: %q", sent)
			}
			for _, said := range []string{"SENTINEL-message", "SENTINEL-reply", "SENTINEL-title", "SENTINEL-topic"} {
				if logged := strings.Contains(text, said); logged && (messages == "off" || said == "SENTINEL-title") {
					t.Errorf("the log has %q: %s", said, around(text, said))
				} else if !logged && messages == "on" && (said == "SENTINEL-message" || said == "SENTINEL-reply") {
					t.Errorf("the log has no %q: %s", said, text)
				}
			}
			for _, must := range []string{`"request_id":"session-1"`, `"key":"default"`, `"method":"/debate.v1.DebateService/Chat"`, `"method":"POST /chat"`, `"code":"ok"`, `"code":"unauthenticated"`, `"code":"resource_exhausted"`, `"latency_ms":`, "Redis is away", "traces or metrics were not sent"} {
				if !strings.Contains(text, must) {
					t.Errorf("the log has no %s", must)
				}
			}
		})
	}
}

// around is where a text has a word.
func around(text, word string) string {
	at := strings.Index(text, word)
	return text[max(0, at-300):min(len(text), at+300)]
}

// session is a debate in which much goes wrong. All answers come back.
func session(t *testing.T, url string, model *openaitest.Server) string {
	t.Helper()
	var all strings.Builder
	service := url + "/debate.v1.DebateService/"
	do := func(want int, method, url, body string, headers ...string) {
		t.Helper()
		status, text := call(t, method, url, body, append([]string{"Content-Type", "application/json", "X-API-Key", apiKey}, headers...)...)
		if status != want {
			t.Errorf("%s %s %s: %d %s", method, url, body, status, text)
		}
		all.WriteString(text)
	}
	model.Chat(openaitest.Says(reply))
	model.Aside(openaitest.Replies(`{"kind":"claim","motion":"Tea beats SENTINEL-topic.","user_side":"for","ask":"oppose","language":"en","holds":false,"figures":[{"sentence":"No, says SENTINEL-reply.","label":"unsupported"}],"points":[{"id":"b1","speaker":"bot","kind":"claim","quote":"No, says SENTINEL-reply.","text":"SENTINEL-point","answers":[],"concedes":[]}]}`))
	do(200, "POST", service+"Chat", fmt.Sprintf(`{"message":%q}`, message), "X-Request-Id", "session-1")
	do(200, "POST", url+"/chat", fmt.Sprintf(`{"message":%q,"topic":"SENTINEL-topic is best."}`, message), "Idempotency-Key", "one")
	do(400, "POST", url+"/chat", `{"message":"SENTINEL-message other"}`, "Idempotency-Key", "one")
	do(400, "POST", url+"/chat", `{"message":"SENTINEL-message`)
	do(400, "POST", service+"Chat", `{"message":"SENTINEL-message","stance":"SENTINEL-message"}`)
	do(400, "POST", service+"Chat", `{"message":{"SENTINEL-message":1}}`)
	do(404, "POST", service+"UpdateConversation", `{"conversationId":"SENTINEL-message","title":"SENTINEL-title"}`)
	do(404, "GET", url+"/SENTINEL-message?key="+apiKey, "")
	do(200, "GET", url+"/conversations", "")
	for _, bad := range []openaitest.Answer{openaitest.Refuses(401, "invalid_request_error", "invalid_api_key"), openaitest.Refuses(400, "invalid_request_error", "x"), openaitest.HTML(502), openaitest.Resets} {
		model.Chat(bad)
		model.Aside(bad)
		model.Judge(bad)
		do(503, "POST", service+"Chat", fmt.Sprintf(`{"message":%q}`, message))
	}
	for range 5 {
		_, text := call(t, "POST", url+"/chat", "{}", "Content-Type", "application/json", "X-API-Key", apiKey, "X-User-Id", user)
		all.WriteString(text)
	}
	for _, headers := range [][]string{{"X-API-Key", wrongKey}, {"Authorization", "Bearer " + wrongKey}, {"X-API-Key", apiKey, "Authorization", "Bearer " + wrongKey}, {"X-API-Key", apiKey, "X-User-Id", wrongKey + " "}} {
		_, text := call(t, "POST", url+"/chat", fmt.Sprintf(`{"message":%q}`, message), headers...)
		all.WriteString(text)
	}
	return strings.NewReplacer("SENTINEL-message", "", "SENTINEL-reply", "").Replace(all.String())
}

func TestABadDatabaseURLIsNotShown(t *testing.T) {
	const password = "SENTINEL-database-password"
	for _, url := range []string{"postgres://u:" + password + "@127.0.0.1:1/debate", "postgres://u:" + password + "@127.0.0.1:1/debate?sslmode=" + password, "postgres://u:" + password + "@[::1/debate"} {
		c, err := config.Load(func(name string) string {
			return map[string]string{"DATABASE_URL": url, "MODEL": "offline", "API_KEY": apiKey, "PORT": "0", "DRAIN_DELAY": "0s"}[name]
		})
		log := new(journal)
		if err == nil {
			ctx, stop := context.WithTimeout(t.Context(), time.Second)
			err = serve(ctx, c, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
			stop()
		}
		if strings.Contains(fmt.Sprint(err), password) || strings.Contains(log.String(), password) {
			t.Errorf("the password of %s is shown: %v, %s", url, err, log)
		}
	}
}
