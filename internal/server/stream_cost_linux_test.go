package server_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/protobuf/proto"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// tokensOfBench is how many words a reply of BenchmarkStreams has.
const tokensOfBench = 1000

// startsOfBench is how many replies of BenchmarkStreams are timed to their first word.
const startsOfBench = 100

// streamWay is a way to have a reply to a view streamed.
type streamWay struct {
	name, path, kind, accept string
	body                     func(view string) string
}

// begin asks for a reply, and returns it at its first bytes.
func (w streamWay) begin(b *testing.B, h *harness, view string) *http.Response {
	b.Helper()
	r, err := http.NewRequest(http.MethodPost, h.url+w.path, strings.NewReader(w.body(view)))
	if err != nil {
		b.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {w.kind}}
	if w.accept != "" {
		r.Header.Set("Accept", w.accept)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil || response.StatusCode != http.StatusOK {
		b.Fatal(err, response)
	}
	return response
}

// readWords reads until so many words came, and says of each that it did.
func readWords(b *testing.B, from io.Reader, count int, came func()) {
	b.Helper()
	piece := make([]byte, 64<<10)
	for seen := 0; seen < count; {
		n, err := from.Read(piece)
		if err != nil {
			b.Fatal(err)
		}
		for range strings.Count(string(piece[:n]), " word") {
			seen++
			came()
		}
	}
}

func end(response *http.Response) {
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
}

// BenchmarkStreams compares what a token costs this process by server-sent events
// and by OpenAI's chunks with what it costs by Connect in its binary form, in one run,
// the reader and all: the lowest of several rounds. It compares too how long after
// the call the first word is there: the median of replies begun in turn.
func BenchmarkStreams(b *testing.B) {
	next, words := make(chan struct{}), tokensOfBench
	model := &script{reply: func(_ context.Context, emit func(string)) error {
		for range words {
			emit(" word")
			<-next
		}
		return nil
	}}
	h := open(b, model)
	for !h.prepared() {
		time.Sleep(time.Millisecond)
	}
	ways := []streamWay{
		{"connect", "/debate.v1.DebateService/ChatStream", "application/connect+proto", "", func(view string) string {
			message, err := proto.Marshal(&debatev1.ChatStreamRequest{Message: view})
			if err != nil {
				b.Fatal(err)
			}
			return string(envelope(string(message)))
		}},
		{"sse", "/chat", "application/json", "text/event-stream", func(view string) string { return `{"message":"` + view + `"}` }},
		{"openai", "/v1/chat/completions", "application/json", "", func(view string) string {
			return `{"model":"debate","stream":true,"messages":[{"role":"user","content":"` + view + `"}]}`
		}},
	}
	views := 0
	view := func() string { // another each time: a history that was sent before is a reply tried again
		views++
		return fmt.Sprintf("Tea beats coffee, as %d people told me.", views)
	}
	lowest, firsts := map[string]float64{}, map[string][]time.Duration{}
	for b.Loop() {
		words = tokensOfBench
		for range 5 {
			for _, w := range ways {
				response := w.begin(b, h, view())
				before := processCPU(b)
				readWords(b, response.Body, words, func() { next <- struct{}{} })
				spent := float64(processCPU(b)-before) / tokensOfBench
				end(response)
				if low, ok := lowest[w.name]; !ok || spent < low {
					lowest[w.name] = spent
				}
			}
		}
		words = 1
		for range startsOfBench {
			for _, w := range ways {
				began := time.Now()
				response := w.begin(b, h, view())
				readWords(b, response.Body, words, func() { firsts[w.name] = append(firsts[w.name], time.Since(began)) })
				next <- struct{}{}
				end(response)
			}
		}
	}
	first := func(way string) float64 {
		slices.Sort(firsts[way])
		return float64(firsts[way][len(firsts[way])/2])
	}
	b.ReportMetric(lowest["connect"]/1000, "connect-µs/token")
	b.ReportMetric(lowest["sse"]/lowest["connect"], "sse-of-connect")
	b.ReportMetric(lowest["openai"]/lowest["connect"], "openai-of-connect")
	b.ReportMetric(first("connect")/1000, "connect-µs-to-first")
	b.ReportMetric(first("sse")/first("connect"), "sse-first-of-connect")
	b.ReportMetric(first("openai")/first("connect"), "openai-first-of-connect")
}

// processCPU is what this process has used.
func processCPU(b *testing.B) time.Duration {
	b.Helper()
	var all unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &all); err != nil {
		b.Fatal(err)
	}
	return time.Duration(all.Utime.Nano() + all.Stime.Nano())
}
