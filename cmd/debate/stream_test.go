package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	goopenai "github.com/sashabaranov/go-openai"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
	"github.com/debate-chatbot/debate-api/internal/prompt"
	"github.com/debate-chatbot/debate-api/internal/store"
)

// speaker streams a reply of openaitest's from somewhere and calls emit for
// every token.
type speaker func(tb testing.TB, emit func())

var plainHTTP = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 512}}

func post(tb testing.TB, url, contentType string, body []byte) io.ReadCloser {
	tb.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", "Bearer "+openaitest.Key)
	answer, err := plainHTTP.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		tb.Fatalf("%s answered %s", url, answer.Status)
	}
	return answer.Body
}

// directly reads the provider's stream with no more than a scan for its lines.
func directly(base string) speaker {
	p := debate.Prompt{Topic: "Golf is boring", Stance: debate.Con, Message: "Golf is boring"}
	request := goopenai.ChatCompletionRequest{Model: "gpt-4o-mini", Stream: true}
	for _, m := range prompt.Reply(p, 12_000, nil) {
		request.Messages = append(request.Messages, goopenai.ChatCompletionMessage{Role: string(m.Role), Content: m.Text})
	}
	body, err := json.Marshal(request)
	if err != nil {
		panic(err)
	}
	return func(tb testing.TB, emit func()) {
		answer := post(tb, base+"/chat/completions", "application/json", body)
		defer answer.Close()
		for lines := bufio.NewScanner(answer); lines.Scan(); {
			if strings.Contains(lines.Text(), `"content":"word`) {
				emit()
			}
		}
	}
}

// byProxy is directly through a bare reverse proxy.
func byProxy(tb testing.TB, base string) speaker {
	target, err := url.Parse(strings.TrimSuffix(base, "/v1"))
	if err != nil {
		tb.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		FlushInterval: -1,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 512},
	})
	tb.Cleanup(proxy.Close)
	return directly(proxy.URL + "/v1")
}

// byService is a turn of a new conversation through the whole service.
func byService(tb testing.TB, base string) speaker {
	c := config.Config{
		Model: "openai", OpenAIKey: openaitest.Key, OpenAIBaseURL: base, OpenAIModel: "gpt-4o-mini",
		DataDir: tb.TempDir(), MaxConnections: 10_000, DrainTimeout: 5 * time.Second,
	}
	ctx, stop := context.WithCancel(tb.Context())
	a, err := app.New(ctx, app.Local(c), "", slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, listener) }()
	tb.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			tb.Error(err)
		}
		if err := a.Close(); err != nil {
			tb.Error(err)
		}
	})
	for address := "http://" + listener.Addr().String(); ; time.Sleep(time.Millisecond) {
		ready, err := plainHTTP.Get(address + "/ready")
		if err == nil {
			_ = ready.Body.Close()
			if ready.StatusCode == http.StatusOK {
				return askService(address)
			}
		}
	}
}

func askService(address string) speaker {
	text := []byte(`{"message":"Golf is boring","topic":"Golf is boring","stance":"STANCE_CON"}`)
	framed := append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(text))), text...)
	return func(tb testing.TB, emit func()) {
		answer := post(tb, address+"/debate.v1.DebateService/ChatStream", "application/connect+json", framed)
		defer answer.Close()
		events := bufio.NewReader(answer)
		for {
			var head [5]byte
			if _, err := io.ReadFull(events, head[:]); err != nil {
				tb.Fatalf("the stream ended early: %v", err)
			}
			event := make([]byte, binary.BigEndian.Uint32(head[1:]))
			if _, err := io.ReadFull(events, event); err != nil {
				tb.Fatal(err)
			}
			switch {
			case head[0] != 0: // the end
				if !bytes.Equal(event, []byte("{}")) {
					tb.Fatalf("ended with %s", event)
				}
				return
			case bytes.HasPrefix(event, []byte(`{"delta"`)):
				emit()
			}
		}
	}
}

// committing is the time that one commit takes: the one before the model is asked.
func committing(b *testing.B) func() time.Duration {
	db, err := store.OpenSQLite(filepath.Join(b.TempDir(), "debate.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	return func() time.Duration {
		begin := time.Now()
		_, err := db.BeginTurn(b.Context(), debate.BeginTurnParams{
			Conversation: uuid.NewString(), New: true, TurnID: uuid.NewString(), Message: "Golf is boring",
			Subject: debate.Subject{Topic: "Golf is boring", Stance: debate.Con}, Now: begin, LeaseUntil: begin,
		})
		if err != nil {
			b.Fatal(err)
		}
		return time.Since(begin)
	}
}

var ways = []string{"direct", "proxy", "service"}

// BenchmarkServiceFirstToken reports the median time to the first token, in µs,
// with a provider that takes 20 ms, and as long for the next, and that of a commit. The ways take turns,
// so that all meet the same noise.
func BenchmarkServiceFirstToken(b *testing.B) {
	provider := openaitest.New(b)
	provider.Chat(openaitest.Later(20*time.Millisecond, openaitest.Streams(openaitest.Text("word "), openaitest.Wait(20*time.Millisecond),
		openaitest.Text("word."), openaitest.Finish("stop"), openaitest.Usage(11, 2), openaitest.Done)))
	speak := map[string]speaker{"direct": directly(provider.URL), "proxy": byProxy(b, provider.URL), "service": byService(b, provider.URL)}
	commit := committing(b)
	times := map[string][]time.Duration{}
	for range 3 { // connections and caches
		for _, way := range ways {
			speak[way](b, func() {})
		}
		commit()
	}
	for b.Loop() {
		for _, way := range ways {
			begin, first := time.Now(), time.Duration(0)
			speak[way](b, func() {
				if first == 0 {
					first = time.Since(begin)
				}
			})
			times[way] = append(times[way], first)
		}
		times["commit"] = append(times["commit"], commit())
	}
	for way, taken := range times {
		slices.Sort(taken)
		b.ReportMetric(float64(taken[len(taken)/2].Microseconds()), way+"-µs")
	}
}

// BenchmarkServiceStreams reports the CPU of a token, in µs, in 200 streams at
// a time of 50 tokens, 20 ms apart: the provider's, the reader's and what is
// between them.
func BenchmarkServiceStreams(b *testing.B) {
	const streams, tokens = 200, 50
	var steps []openaitest.Step
	for range tokens {
		steps = append(steps, openaitest.Text("word "), openaitest.Wait(20*time.Millisecond))
	}
	provider := openaitest.New(b)
	provider.Chat(openaitest.Streams(append(steps, openaitest.Finish("stop"), openaitest.Usage(11, tokens), openaitest.Done)...))
	speak := map[string]speaker{"direct": directly(provider.URL), "proxy": byProxy(b, provider.URL), "service": byService(b, provider.URL)}
	for _, way := range ways {
		b.Run(way, func(b *testing.B) {
			begin, n := cpuTime(b), 0
			for b.Loop() {
				var running sync.WaitGroup
				for range streams {
					running.Go(func() { speak[way](b, func() {}) })
				}
				running.Wait()
				n += streams * tokens
			}
			b.ReportMetric(float64((cpuTime(b)-begin).Microseconds())/float64(n), "µs-CPU/token")
		})
	}
}

// cpuTime is what this process has used.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// The ways to measure by are worth something only if they find the tokens.
func TestEveryWayFindsTheTokens(t *testing.T) {
	provider := openaitest.New(t)
	provider.Chat(openaitest.Streams(openaitest.Text("word "), openaitest.Wait(50*time.Millisecond), openaitest.Text("word."), openaitest.Finish("stop"), openaitest.Done))
	for way, speak := range map[string]speaker{"direct": directly(provider.URL), "proxy": byProxy(t, provider.URL), "service": byService(t, provider.URL)} {
		n := 0
		speak(t, func() { n++ })
		if n == 0 || way != "service" && n != 2 { // the service may send both at once
			t.Errorf("%s found %d tokens", way, n)
		}
	}
}
