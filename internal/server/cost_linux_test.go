package server_test

import (
	"fmt"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/limit"
	"github.com/debate-chatbot/debate-api/internal/server"
)

// request is one of HTTP/1.1 on a connection that is kept.
func request(method, path, key, body string) string {
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: localhost\r\nX-API-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", method, path, key, len(body), body)
}

// cost is the CPU time that the rest of this process spends on a request, in
// nanoseconds: the caller's own thread does not count.
func cost(b *testing.B, url, request string, times int) float64 {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		b.Fatal(err)
	}
	file, err := c.(*net.TCPConn).File()
	if err != nil {
		b.Fatal(err)
	}
	c.Close()
	defer file.Close()
	fd := int(file.Fd()) // which blocks now: the runtime has no part in it
	answer := make([]byte, 64<<10)
	call := func() {
		if _, err := syscall.Write(fd, []byte(request)); err != nil {
			b.Fatal(err)
		}
		for end := 0; ; {
			n, err := syscall.Read(fd, answer[end:])
			if end += n; err != nil || n == 0 {
				b.Fatalf("%v after %q", err, answer[:end])
			}
			if head, body, found := strings.Cut(string(answer[:end]), "\r\n\r\n"); found && strings.Contains(head, fmt.Sprintf("Content-Length: %d\r", len(body))) ||
				found && strings.HasSuffix(body, "\r\n0\r\n\r\n") || found && strings.HasSuffix(head, fmt.Sprintf("Content-Length: %d", len(body))) {
				return
			}
		}
	}
	for range 200 {
		call()
	}
	runtime.GC()
	before := spentCPU(b)
	for range times {
		call()
	}
	return float64(spentCPU(b)-before) / float64(times)
}

// spentCPU is what this process has used without this thread.
func spentCPU(b *testing.B) time.Duration {
	b.Helper()
	var all, mine unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &all); err != nil {
		b.Fatal(err)
	}
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &mine); err != nil {
		b.Fatal(err)
	}
	of := func(r unix.Rusage) time.Duration {
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	return of(all) - of(mine)
}

// BenchmarkRefusedCalls compares what refused calls cost with good ones, in one
// run. The metric ratio is the dearest refusal by the cheapest good call that
// reads anything. of-topics is the same by the list of topics, which is answered
// from memory; http-of-topics is what net/http alone takes to say no, by that:
// no refusal could cost less.
func BenchmarkRefusedCalls(b *testing.B) {
	h := open(b, new(script), withKeys, func(c *server.Config) {
		c.Limiter = limit.NewRequests(debate.Limits{Key: func(name string) int { return map[string]int{"bob": 1}[name] }})
	})
	owner := debate.Owner{Key: "alice"}
	for !h.prepared() {
		time.Sleep(time.Millisecond)
	}
	taken, err := h.service.Chat(b.Context(), owner, debate.ChatRequest{Message: "Tea beats coffee."})
	if err != nil {
		b.Fatal(err)
	}
	const message, id = `{"message":"Tea beats coffee."}`, `{"conversationId":%q}`
	one := fmt.Sprintf(id, taken.Conversation.ID)
	good := []string{
		request("POST", "/debate.v1.DebateService/GetConversation", "alice", one),
		request("POST", "/debate.v1.DebateService/ListTurns", "alice", one),
		request("POST", "/debate.v1.DebateService/ListConversations", "alice", "{}"),
		request("GET", "/conversations/"+taken.Conversation.ID, "alice", ""),
	}
	bad := []string{
		request("POST", chatCall, "mallory", message), request("POST", "/chat", "mallory", message),
		request("POST", chatCall, "bob", message), request("POST", "/chat", "bob", message),
	}
	topics := request("POST", topicsCall, "alice", "{}")
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no", http.StatusUnauthorized)
	}))
	b.Cleanup(bare.Close)
	var cheapest, dearest, list, least float64
	for b.Loop() {
		const calls = 2000
		cheapest, dearest = math.Inf(1), 0
		for _, r := range good {
			cheapest = min(cheapest, cost(b, h.url, r, calls))
		}
		for _, r := range bad {
			dearest = max(dearest, cost(b, h.url, r, calls))
		}
		list = cost(b, h.url, topics, calls)
		least = cost(b, bare.URL, topics, calls)
	}
	b.ReportMetric(dearest/cheapest, "ratio")
	b.ReportMetric(dearest/list, "of-topics")
	b.ReportMetric(least/list, "http-of-topics")
	b.ReportMetric(dearest/1000, "refused-µs")
	b.ReportMetric(cheapest/1000, "good-µs")
}

// prepared says whether calls are served.
func (h *harness) prepared() bool {
	response, err := http.Get(h.url + "/ready")
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK
}
