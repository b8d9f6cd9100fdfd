package openai_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
	"github.com/debate-chatbot/debate-api/internal/prompt"
	goopenai "github.com/sashabaranov/go-openai"
)

// speaker streams a reply to golf from somewhere, calling emit for every token.
type speaker func(tb testing.TB, emit func())

// direct reads the stream with no more than a scan for its lines.
func direct(base string) speaker {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 512}}
	request := goopenai.ChatCompletionRequest{Model: "gpt-4o-mini", Stream: true}
	for _, m := range prompt.Reply(golf, 12_000, nil) {
		request.Messages = append(request.Messages, goopenai.ChatCompletionMessage{Role: string(m.Role), Content: m.Text})
	}
	body, err := json.Marshal(request)
	if err != nil {
		panic(err)
	}
	return func(tb testing.TB, emit func()) {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, base+"/chat/completions", bytes.NewReader(body))
		if err != nil {
			tb.Error(err)
			return
		}
		r.Header.Set("Authorization", "Bearer "+openaitest.Key)
		answer, err := client.Do(r)
		if err != nil {
			tb.Error(err)
			return
		}
		defer answer.Body.Close()
		lines := bufio.NewScanner(answer.Body)
		for lines.Scan() {
			if strings.Contains(lines.Text(), `"content":"w`) {
				emit()
			}
		}
	}
}

// proxied is direct through a bare reverse proxy.
func proxied(tb testing.TB, base string) speaker {
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
	return direct(proxy.URL + "/v1")
}

// ours is a Client.
func ours(tb testing.TB, base string) speaker {
	client, err := openai.New(openai.Config{Key: openaitest.Key, BaseURL: base, Models: []string{"gpt-4o-mini"}})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(client.Close)
	return func(tb testing.TB, emit func()) {
		if _, err := client.Reply(context.Background(), golf, func(string) { emit() }); err != nil {
			tb.Error(err)
		}
	}
}

// baseline is go-openai as it comes.
func baseline(base string) speaker {
	config := goopenai.DefaultConfig(openaitest.Key)
	config.BaseURL = base
	config.HTTPClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 512}}
	client := goopenai.NewClientWithConfig(config)
	request := goopenai.ChatCompletionRequest{Model: "gpt-4o-mini", Messages: []goopenai.ChatCompletionMessage{{Role: "user", Content: "hi"}}}
	return func(tb testing.TB, emit func()) {
		s, err := client.CreateChatCompletionStream(context.Background(), request)
		if err != nil {
			tb.Error(err)
			return
		}
		defer s.Close()
		for {
			event, err := s.Recv()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				tb.Error(err)
				return
			}
			if len(event.Choices) > 0 && event.Choices[0].Delta.Content != "" {
				emit()
			}
		}
	}
}

func speakers(tb testing.TB, base string) map[string]speaker {
	return map[string]speaker{"direct": direct(base), "proxy": proxied(tb, base), "ours": ours(tb, base), "go-openai": baseline(base)}
}

var kinds = []string{"direct", "proxy", "ours", "go-openai"}

// BenchmarkFirstToken reports the median time to the first token, in µs, with
// a provider that takes 20 ms. The kinds take turns, so that all meet the same
// noise.
func BenchmarkFirstToken(b *testing.B) {
	server := openaitest.New(b)
	server.Chat(openaitest.Later(20*time.Millisecond, says("w1", "w2")))
	all := speakers(b, server.URL)
	times := map[string][]time.Duration{}
	for range 3 { // connections and caches
		for _, kind := range kinds {
			all[kind](b, func() {})
		}
	}
	for b.Loop() {
		for _, kind := range kinds {
			begin, first := time.Now(), time.Duration(0)
			all[kind](b, func() {
				if first == 0 {
					first = time.Since(begin)
				}
			})
			times[kind] = append(times[kind], first)
		}
	}
	for _, kind := range kinds {
		slices.Sort(times[kind])
		b.ReportMetric(float64(times[kind][len(times[kind])/2].Microseconds()), kind+"-µs")
	}
}

// BenchmarkStreams reports the CPU of a token, in µs, in 200 streams at a time
// of 50 tokens each: the provider's, the consumer's and what is between them.
func BenchmarkStreams(b *testing.B) {
	const streams, tokens = 200, 50
	for _, pace := range []time.Duration{20 * time.Millisecond, 0} {
		var steps []openaitest.Step
		for range tokens {
			steps = append(steps, text("word "))
			if pace > 0 {
				steps = append(steps, openaitest.Wait(pace))
			}
		}
		server := openaitest.New(b)
		server.Chat(openaitest.Streams(append(steps, finish("stop"), usage, done)...))
		all := speakers(b, server.URL)
		for _, kind := range kinds {
			b.Run(pace.String()+"/"+kind, func(b *testing.B) {
				begin, n := cpu(b), 0
				for b.Loop() {
					var running sync.WaitGroup
					for range streams {
						running.Go(func() { all[kind](b, func() {}) })
					}
					running.Wait()
					n += streams * tokens
				}
				b.ReportMetric(float64((cpu(b)-begin).Microseconds())/float64(n), "µs-CPU/token")
			})
		}
	}
}

// cpu is what this process has used.
func cpu(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
