package faults

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
	"github.com/debate-chatbot/debate-api/internal/subprocess"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// house is what replicas have in common: a model, and settings.
type house struct {
	*testing.T
	model *model
	env   []string
}

// newHouse makes a house with settings such as "DATABASE_URL=…". With keyless
// replicas nothing waits for a balancer at the end of a replica unless told to.
func newHouse(t *testing.T, env ...string) *house {
	h := &house{T: t, model: newModel(t)}
	h.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(),
		"MODEL=openai", "OPENAI_API_KEY=" + openaitest.Key, "OPENAI_BASE_URL=" + h.model.URL,
	}, env...)
	return h
}

// replica is a process of the service.
type replica struct {
	house *house
	url   string
	cmd   *exec.Cmd
	ended chan struct{} // closed once it has ended
	err   error         // how, to be read then

	mu  sync.Mutex
	log bytes.Buffer
}

var listening = regexp.MustCompile(`listening on (http://127\.0\.0\.1:\d+)`)

// serve starts a replica and waits until it is ready. It ends with the test.
func (h *house) serve(env ...string) *replica {
	h.Helper()
	r := &replica{house: h, ended: make(chan struct{})}
	r.cmd = exec.Command(program, "serve", "--port", "0")
	r.cmd.Env = append(h.env[:len(h.env):len(h.env)], env...)
	subprocess.EndWithParent(r.cmd)
	said := make(chan string, 1)
	out := &tap{to: r.note, look: func(text string) {
		if m := listening.FindStringSubmatch(text); m != nil {
			select {
			case said <- m[1]:
			default:
			}
		}
	}}
	r.cmd.Stdout, r.cmd.Stderr = out, out
	if err := r.cmd.Start(); err != nil {
		h.Fatal(err)
	}
	go func() {
		r.err = r.cmd.Wait()
		close(r.ended)
	}()
	h.Cleanup(r.tidy)
	select {
	case r.url = <-said:
	case <-r.ended:
		h.Fatalf("the replica ended at its start: %v\n%s", r.err, r.logged())
	case <-time.After(30 * time.Second):
		h.Fatal("the replica does not listen")
	}
	h.eventually(30*time.Second, "a replica is ready", func() bool { ready, _ := r.ready(); return ready })
	return r
}

// tidy ends what is left of the replica and shows what it said if that helps.
func (r *replica) tidy() {
	r.kill()
	log := r.logged()
	if strings.Contains(log, "DATA RACE") || strings.Contains(log, "panic") {
		r.house.Errorf("the replica has a fault:\n%s", log)
	} else if r.house.Failed() {
		var said []string
		for line := range strings.Lines(log) {
			if !strings.Contains(line, "level=INFO msg=call") {
				said = append(said, line)
			}
		}
		r.house.Logf("the replica %s said, at last:\n%s", r.url, strings.Join(said[max(0, len(said)-40):], ""))
	}
}

func (r *replica) note(p []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log.Write(p)
}

func (r *replica) logged() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log.String()
}

// tap passes on what is written through it, and shows it to somebody.
type tap struct {
	to   func([]byte)
	look func(string)
}

func (t *tap) Write(p []byte) (int, error) {
	t.to(p)
	t.look(string(p))
	return len(p), nil
}

// probeWait is how long a replica may take to say whether it is ready.
const probeWait = 2 * time.Second

// ready asks /ready; late says that there was no answer in time.
func (r *replica) ready() (ready, late bool) {
	ctx, cancel := context.WithTimeout(context.Background(), probeWait)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+"/ready", nil)
	if err != nil {
		return false, false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, ctx.Err() != nil
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode == http.StatusOK, false
}

func (r *replica) signal(s syscall.Signal) { _ = r.cmd.Process.Signal(s) }

// kill ends the replica at once.
func (r *replica) kill() {
	r.signal(syscall.SIGKILL)
	<-r.ended
}

// wait is how long the replica takes to end, at most so long.
func (r *replica) wait(most time.Duration) time.Duration {
	r.house.Helper()
	began := time.Now()
	select {
	case <-r.ended:
		return time.Since(began)
	case <-time.After(most):
		r.house.Fatalf("the replica has not ended after %s:\n%s", most, r.logged())
		return 0
	}
}

// memory is the replica's resident memory in bytes.
func (r *replica) memory() int64 {
	r.house.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
	if err != nil {
		r.house.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		r.house.Fatal(err)
	}
	return kib << 10
}

// api calls the replica through connections of its own.
func (r *replica) api() api { return newAPI(r.house.T, r.url) }

// api is the contract's client.
type api = debatev1connect.DebateServiceClient

func newAPI(t *testing.T, url string) api {
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	t.Cleanup(transport.CloseIdleConnections)
	return debatev1connect.NewDebateServiceClient(&http.Client{Transport: transport}, url)
}

// withRedisAndWithout runs a test of replicas that share Redis, and of such that
// have the database alone.
func withRedisAndWithout(t *testing.T, run func(t *testing.T, env ...string)) {
	t.Run("with Redis", func(t *testing.T) {
		t.Parallel()
		run(t, "REDIS_URL="+redistest.Start(t).URL())
	})
	t.Run("by the database alone", func(t *testing.T) {
		t.Parallel()
		run(t)
	})
}

// eventually waits for something that takes a while.
func (h *house) eventually(most time.Duration, what string, ok func() bool) {
	h.Helper()
	for deadline := time.Now().Add(most); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.Fatalf("not within %s: %s", most, what)
		}
	}
}
