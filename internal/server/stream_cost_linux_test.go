package server_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/protobuf/proto"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// tokensOfBench is how many words a reply of BenchmarkStreams has.
const tokensOfBench = 1000

// BenchmarkStreams compares what a token costs this process by server-sent events
// and by OpenAI's chunks with what it costs by Connect in its binary form, in one run,
// the reader and all. The lowest of several rounds counts.
func BenchmarkStreams(b *testing.B) {
	next := make(chan struct{})
	model := &script{reply: func(_ context.Context, emit func(string)) error {
		for range tokensOfBench {
			emit(" word")
			<-next
		}
		return nil
	}}
	h := open(b, model)
	for !h.prepared() {
		time.Sleep(time.Millisecond)
	}
	const view = "Tea beats coffee."
	message, err := proto.Marshal(&debatev1.ChatStreamRequest{Message: view})
	if err != nil {
		b.Fatal(err)
	}
	ways := []struct {
		name, path, kind, accept, body string
	}{
		{"connect", "/debate.v1.DebateService/ChatStream", "application/connect+proto", "", string(envelope(string(message)))},
		{"sse", "/chat", "application/json", "text/event-stream", `{"message":"` + view + `"}`},
		{"openai", "/v1/chat/completions", "application/json", "", `{"model":"debate","stream":true,"messages":[{"role":"user","content":"` + view + `"}]}`},
	}
	lowest := map[string]float64{}
	for b.Loop() {
		for range 5 {
			for _, w := range ways {
				r, err := http.NewRequest(http.MethodPost, h.url+w.path, strings.NewReader(w.body))
				if err != nil {
					b.Fatal(err)
				}
				r.Header = http.Header{"Content-Type": {w.kind}}
				if w.accept != "" {
					r.Header.Set("Accept", w.accept)
				}
				response, err := http.DefaultClient.Do(r)
				if err != nil || response.StatusCode != http.StatusOK {
					b.Fatal(err, response.Status)
				}
				before := processCPU(b)
				piece := make([]byte, 64<<10)
				for seen := 0; seen < tokensOfBench; {
					n, err := response.Body.Read(piece)
					if err != nil {
						b.Fatal(err)
					}
					for range strings.Count(string(piece[:n]), " word") {
						seen++
						next <- struct{}{}
					}
				}
				spent := float64(processCPU(b)-before) / tokensOfBench
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				if low, ok := lowest[w.name]; !ok || spent < low {
					lowest[w.name] = spent
				}
			}
		}
	}
	b.ReportMetric(lowest["connect"]/1000, "connect-µs/token")
	b.ReportMetric(lowest["sse"]/lowest["connect"], "sse-of-connect")
	b.ReportMetric(lowest["openai"]/lowest["connect"], "openai-of-connect")
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
