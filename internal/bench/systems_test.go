package bench

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/freeport"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// What is measured runs as a process of its own, so that its CPU is its own: this
// program again, with roleVariable in its environment.
const roleVariable = "BENCH_ROLE"

// roles are what this program can be instead of a test.
var roles = map[string]func(listener net.Listener, setting func(string) string) error{
	"service":  serveRole,
	"least":    leastRole,
	"proxy":    proxyRole,
	"ancestor": ancestorRole,

	"libraries": librariesRole,
}

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		if err := play(role); err != nil {
			fmt.Fprintln(os.Stderr, role+":", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(pgtest.Main(m))
}

// play plays a role until the standard input ends, which the measuring process
// holds: none is left behind. For each byte of it all that is not used any more is
// given back, and a byte says so.
func play(role string) error {
	if file := os.Getenv("BENCH_PROFILE"); file != "" {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
		defer func() { _ = writeAllocations(strings.TrimSuffix(file, ".pprof") + ".allocs.pprof") }()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- roles[role](listener, os.Getenv) }()
	go func() {
		for one := make([]byte, 1); ; {
			if _, err := os.Stdin.Read(one); err != nil {
				ended <- nil
				return
			}
			debug.FreeOSMemory()
			_, _ = os.Stdout.Write(one)
		}
	}()
	return <-ended
}

// writeAllocations writes what this process allocated so far.
func writeAllocations(file string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}

func serveRole(listener net.Listener, setting func(string) string) error {
	if err := listener.Close(); err != nil { // the service listens by itself
		return err
	}
	c, err := config.Load(setting)
	if err != nil {
		return err
	}
	a, err := app.New(context.Background(), c, "", slog.New(slog.NewJSONHandler(io.Discard, nil)))
	if err != nil {
		return err
	}
	return a.Run(context.Background())
}

func proxyRole(listener net.Listener, setting func(string) string) error {
	to, err := url.Parse(setting("BENCH_MODEL"))
	if err != nil {
		return err
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to) },
		FlushInterval: -1,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 1024},
	}
	return http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Else an answer that comes at once closes the request's body, of which the transport still looks for the end,
		// and that breaks the stream off.
		if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
			panic(err) // of HTTP/1, which has it
		}
		proxy.ServeHTTP(w, r)
	}))
}

// programSetting has a role played by this test as it was built from another commit.
const programSetting = "BENCH_PROGRAM"

// process is a role that runs.
type process struct {
	url string
	pid int
	in  io.Writer
	out io.Reader
}

// tidy has a process give back what it does not use any more.
func (p process) tidy(b testing.TB) {
	b.Helper()
	if _, err := p.in.Write([]byte{'.'}); err != nil {
		b.Fatal(err)
	}
	if _, err := p.out.Read(make([]byte, 1)); err != nil {
		b.Fatal(err)
	}
}

// start has a role run until the benchmark ends.
func start(b testing.TB, role string, settings map[string]string) process {
	b.Helper()
	port, err := freeport.Find()
	if err != nil {
		b.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	c := exec.CommandContext(context.WithoutCancel(b.Context()), cmp.Or(settings[programSetting], program))
	c.Env = append(os.Environ(), roleVariable+"="+role, fmt.Sprint("PORT=", port))
	for name, value := range settings {
		c.Env = append(c.Env, name+"="+value)
	}
	if dir := os.Getenv("PROFILES"); dir != "" {
		c.Env = append(c.Env, "BENCH_PROFILE="+filepath.Join(dir, fmt.Sprint(role, port, ".pprof")))
	}
	var log bytes.Buffer
	c.Stderr = &log
	hold, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = hold.Close()
		if err := c.Wait(); err != nil {
			b.Logf("%s: %v\n%s", role, err, log.Bytes())
		}
	})
	p := process{fmt.Sprint("http://127.0.0.1:", port), c.Process.Pid, hold, out}
	for range 1000 {
		if answer, err := http.Get(p.url + "/ready"); err == nil {
			_ = answer.Body.Close()
			if role != "service" || answer.StatusCode == http.StatusOK {
				return p
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.Fatalf("%s does not get ready", role)
	return p
}

// cpuOf is what a process has used, and with it what its children have.
func cpuOf(b testing.TB, pid int) time.Duration {
	b.Helper()
	total := ticksOf(b, pid)
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		b.Fatal(err)
	}
	for _, child := range strings.Fields(string(children)) {
		if pid, err := strconv.Atoi(child); err == nil {
			total += ticksOf(b, pid)
		}
	}
	return time.Duration(total) * (time.Second / 100)
}

// ticksOf is the 14th to 17th field of a process's stat: its own time and that of
// the children that have ended, 0 of one that is gone.
func ticksOf(b testing.TB, pid int) (ticks int64) {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, fields, _ := strings.Cut(string(stat), ") ")
	for _, field := range strings.Fields(fields)[11:15] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return ticks
}

// memoryOf is what a process has in memory, in kB.
func memoryOf(b testing.TB, pid int) int64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rss, _ := strings.Cut(string(status), "VmRSS:")
	kB, err := strconv.ParseInt(strings.Fields(rss)[0], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return kB
}

// postmaster is the process of PostgreSQL behind a URL, whose children serve.
func postmaster(b testing.TB, databaseURL string) int {
	b.Helper()
	var directory string
	if err := pgxQuery(b, databaseURL, "SHOW data_directory", &directory); err != nil {
		b.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(directory, "postmaster.pid"))
	if err != nil {
		b.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Fields(string(file))[0])
	if err != nil {
		b.Fatal(err)
	}
	return pid
}

// words are what the model says, in so many.
func words(n int) []string {
	some := strings.SplitAfter("No, and what you say of dogs is true of cats as well: both show whom they like, where one looks for it. ", " ")
	some = some[:len(some)-1]
	var all []string
	for len(all) < n {
		all = append(all, some...)
	}
	all = slices.Clone(all[:n])
	all[n-1] = "end."
	return all
}

// provider answers with a reply, at once, or a word at a time with a pause before each.
type provider struct {
	words  []string
	pause  time.Duration
	held   chan struct{} // where there is one, all but the first word waits for its end
	stream []string      // an event a word, and those that end it
	whole  string
	check  string // what it says of an exchange
}

func newProvider(n int, pause time.Duration) *provider {
	p := &provider{words: words(n), pause: pause}
	said, err := json.Marshal(strings.Join(p.words, ""))
	if err != nil {
		panic(err) // of a string
	}
	usage := fmt.Sprintf(`"usage":{"prompt_tokens":100,"completion_tokens":%d}`, n)
	for i, word := range p.words {
		text, err := json.Marshal(word)
		if err != nil {
			panic(err)
		}
		p.stream = append(p.stream, `data: {"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk","created":1741570283,"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_06737a9306","choices":[{"index":0,"delta":{"content":`+
			string(text)+`},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"`+"aB3dE5gH7j"[:i%10]+`"}`+"\n\n")
	}
	p.stream = append(p.stream, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\n"+`data: {"choices":[],`+usage+"}\n\ndata: [DONE]\n\n")
	whole := func(content string) string {
		return `{"choices":[{"index":0,"message":{"role":"assistant","content":` + content + `},"finish_reason":"stop"}],` + usage + `}`
	}
	p.whole = whole(string(said))
	check, err := json.Marshal(fmt.Sprintf(`{"holds":true,"figures":[],"points":[{"id":"u1","speaker":"user","kind":"claim","quote":%q,"text":"Dogs show what they feel.","answers":[],"concedes":[]},`+
		`{"id":"b1","speaker":"bot","kind":"rebuttal","quote":%q,"text":"Cats do as well.","answers":["u1"],"concedes":[]}]}`, ofAllCats, p.words[0]))
	if err != nil {
		panic(err) // of a string
	}
	p.check = whole(string(check))
	return p
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
		w.WriteHeader(http.StatusBadRequest)
	case bytes.Contains(body, []byte(`"name":"check"`)):
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, p.check)
	case !bytes.Contains(body, []byte(`"stream":true`)):
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, p.whole)
	case p.pause == 0:
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, strings.Join(p.stream, ""))
	default:
		w.Header().Set("Content-Type", "text/event-stream")
		for i, event := range p.stream {
			if i == 1 && p.held != nil {
				<-p.held
			}
			time.Sleep(p.pause)
			_, _ = io.WriteString(w, event)
			_ = http.NewResponseController(w).Flush()
		}
	}
}

// serve listens until the benchmark ends.
func (p *provider) serve(b testing.TB) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: p}
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(func() { _ = server.Close() })
	return "http://" + listener.Addr().String()
}
