package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// listener reads streams of a reply, from a provider's events or the service's.
type listener struct {
	http    *http.Client
	url     string
	service bool
	prompt  []byte // that the provider is sent without the service
}

func newListener(b testing.TB, url string, service bool) *listener {
	transport := &http.Transport{MaxIdleConnsPerHost: 4096, DisableCompression: true}
	b.Cleanup(transport.CloseIdleConnections)
	l := &listener{http: &http.Client{Transport: transport}, url: url + "/v1/chat/completions", service: service}
	if service {
		l.url = url + streamPath
	}
	m := newModel("")
	l.prompt = fmt.Appendf(nil, `{"model":"gpt-4o-mini","stream":true,"messages":[%s,%s]}`, m.system, message("user", opinion()))
	return l
}

// listen takes a turn of a new conversation and reads its stream to the end, as it
// comes. It tells of the first piece of the reply.
func (l *listener) listen(first func()) error {
	told := false
	err := l.take(func(piece []byte) {
		if !told && (bytes.Contains(piece, []byte(`"delta":{"content":"`)) || bytes.Contains(piece, []byte(`{"delta"`))) {
			told = true
			first()
		}
	})
	if err == nil && !told {
		err = errors.New("the stream ended early: without a word")
	}
	return err
}

// take takes a turn of a new conversation and tells of all that its stream brings.
func (l *listener) take(heard func(piece []byte)) error {
	if !l.service {
		return l.hear(l.url, "application/json", l.prompt, heard)
	}
	ask, err := json.Marshal(map[string]string{"message": opinion(), "topic": topicOfAll, "request_id": uuid.NewString()})
	if err != nil {
		return err
	}
	return l.hear(l.url, connectType, framed(ask), heard)
}

const connectType = "application/connect+json"

// hear reads the stream that a request is answered with to its end.
func (l *listener) hear(url, contentType string, body []byte, heard func(piece []byte)) error {
	answer, err := l.http.Post(url, contentType, bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	ended, piece := false, make([]byte, 8<<10)
	for {
		n, err := answer.Body.Read(piece)
		heard(piece[:n])
		ended = ended || bytes.Contains(piece[:n], []byte("[DONE]")) || bytes.Contains(piece[:n], []byte(`STATE_COMPLETED`))
		switch {
		case err == io.EOF && ended:
			return nil
		case err == io.EOF:
			return fmt.Errorf("%s: the stream ended early: %s", answer.Status, piece[:n])
		case err != nil:
			return err
		}
	}
}

// startService starts a service over PostgreSQL and this provider, with more settings.
func startService(b *testing.B, databaseURL, model string, more map[string]string) process {
	settings := map[string]string{
		"DATABASE_URL": databaseURL, "MODERATION": "off", "STANCE_GUARD": "off", "OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": model + "/v1",
		"MAX_CONNECTIONS": "20000", "RUNNING_TURNS": "0",
	}
	maps.Copy(settings, more)
	return start(b, "service", settings)
}

// way is a process that passes on a provider's streams.
type way struct {
	name string
	process
	*listener
}

// startWays starts a bare reverse proxy, a service, and the service as BEFORE has it, if that is set, both over one
// database.
func startWays(b *testing.B, databaseURL, model string) []way {
	b.Helper()
	proxy := start(b, "proxy", map[string]string{"BENCH_MODEL": model})
	ways := []way{{"proxy", proxy, newListener(b, proxy.url, false)}}
	for _, name := range []string{"service", "before"} {
		program := ""
		if name == "before" {
			if program = os.Getenv("BEFORE"); program == "" {
				continue
			}
		}
		service := startService(b, databaseURL, model, map[string]string{programSetting: program})
		ways = append(ways, way{name, service, newListener(b, service.url, true)})
	}
	return ways
}

// reportWays reports the medians of what was measured of each way, and of the rounds' ratios to the proxy's and to
// those of the service before.
func reportWays(b *testing.B, ways []way, unit string, measured [][]float64) {
	b.Helper()
	for i, way := range ways {
		b.ReportMetric(median(measured[i]), way.name+"-"+unit)
		if i > 0 {
			b.ReportMetric(ratio(measured[i], measured[0]), way.name+"-of-proxy")
		}
	}
	if len(ways) > 2 {
		b.ReportMetric(ratio(measured[1], measured[2]), "of-before")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkStreams reports the CPU of a token, in µs, of the service and of a bare
// reverse proxy, in 200 streams at a time, 20 ms apart: of replies of 160 tokens, which
// are 120 words, and of 50, whose turns weigh more.
func BenchmarkStreams(b *testing.B) {
	for _, tokens := range []int{50, 160} {
		b.Run(fmt.Sprint(tokens), func(b *testing.B) { measureStreams(b, tokens) })
	}
}

func measureStreams(b *testing.B, tokens int) {
	const streams, rounds = 200, 5
	ways := startWays(b, pgtest.NewDatabase(b), newProvider(tokens, 20*time.Millisecond).serve(b))
	used := make([][]float64, len(ways))
	for b.Loop() {
		for round := range rounds + 1 {
			for i, way := range ways {
				before := cpuOf(b, way.pid)
				takeAtOnce(b, way, streams)
				if round > 0 { // connections
					used[i] = append(used[i], float64((cpuOf(b, way.pid)-before).Microseconds())/float64(streams*tokens))
				}
			}
		}
	}
	reportWays(b, ways, "µs/token", used)
}

// takeAtOnce takes so many turns at once, and waits for their ends.
func takeAtOnce(b *testing.B, way way, turns int) {
	b.Helper()
	var running sync.WaitGroup
	for range turns {
		running.Go(func() {
			if err := way.listen(func() {}); err != nil {
				b.Errorf("of the %s: %v", way.name, err)
			}
		})
	}
	running.Wait()
}

// BenchmarkHeldStreams reports the memory of a stream that is held, in kB, of 240: a
// process writes 256 replies at a time. It is looked at once what was used to begin
// the streams is given back.
func BenchmarkHeldStreams(b *testing.B) {
	const streams, rounds = 240, 5
	var ways []way
	var held, begun [][]float64
	for b.Loop() {
		for range rounds {
			p := newProvider(2, time.Millisecond)
			ways = startWays(b, pgtest.NewDatabase(b), p.serve(b))
			if held == nil {
				held, begun = make([][]float64, len(ways)), make([][]float64, len(ways))
			}
			for i, way := range ways {
				atBegin, later := holdStreams(b, p, way, streams)
				held[i], begun[i] = append(held[i], later), append(begun[i], atBegin)
			}
		}
	}
	reportWays(b, ways, "kB", held)
	for i, way := range ways {
		b.ReportMetric(median(begun[i]), "begun-"+way.name+"-kB")
	}
}

// holdStreams is the memory of a stream through a way, in kB: right after so many have begun, and once what that
// used is given back.
func holdStreams(b *testing.B, p *provider, way way, streams int) (begun, held float64) {
	b.Helper()
	// What a process loads with its first turns, and its connections to the database.
	for range 4 {
		takeAtOnce(b, way, 32)
	}
	way.http.CloseIdleConnections()
	way.tidy(b)
	before := memoryOf(b, way.pid)
	p.held = make(chan struct{})
	defer func() { p.held = nil }()
	var heard, running sync.WaitGroup
	heard.Add(streams)
	for range streams {
		running.Go(func() {
			first := sync.OnceFunc(heard.Done)
			defer first()
			if err := way.listen(first); err != nil {
				b.Errorf("of the %s: %v", way.name, err)
			}
		})
	}
	heard.Wait()
	begun = float64(memoryOf(b, way.pid)-before) / float64(streams)
	way.tidy(b)
	way.tidy(b) // stacks get smaller by half a time
	held = float64(memoryOf(b, way.pid)-before) / float64(streams)
	close(p.held)
	running.Wait()
	return begun, held
}

// BenchmarkFirstToken reports how much later than from the provider, which takes 20
// ms, the first token comes, in µs: through the service, and through a bare reverse
// proxy and after one commit. A round is the medians of 20 turns each.
func BenchmarkFirstToken(b *testing.B) {
	const rounds, turns = 5, 20
	model := newProvider(3, 20*time.Millisecond).serve(b)
	databaseURL := pgtest.NewDatabase(b)
	ways := startWays(b, databaseURL, model)
	direct, commit := newListener(b, model, false), newCommitter(b, databaseURL)
	added := make([][]float64, len(ways))
	var commits []float64
	for b.Loop() {
		for round := range rounds + 1 {
			times, committed := make([][]float64, len(ways)+1), []float64(nil)
			for range turns {
				for i, l := range append([]*listener{direct}, listeners(ways)...) {
					began, first := time.Now(), time.Duration(0)
					if err := l.listen(func() { first = time.Since(began) }); err != nil {
						b.Fatal(err)
					}
					times[i] = append(times[i], float64(first.Microseconds()))
				}
				committed = append(committed, float64(commit().Microseconds()))
			}
			if round == 0 {
				continue // connections
			}
			commits = append(commits, median(committed))
			for i, way := range ways {
				adds := median(times[i+1]) - median(times[0])
				if way.name == "proxy" {
					adds += median(committed)
				}
				added[i] = append(added[i], adds)
			}
		}
	}
	reportWays(b, ways, "adds-µs", added)
	b.ReportMetric(median(commits), "commit-µs")
}

func listeners(ways []way) []*listener {
	all := make([]*listener, len(ways))
	for i, way := range ways {
		all[i] = way.listener
	}
	return all
}

// BenchmarkWatchers reports what it costs that 1,000 watch one reply of 160 tokens, 20 ms apart, on another replica
// than the one that makes it, and not one alone: of the CPU of the maker and of Redis, and of how much later than the
// caller a watcher hears the last word, in ms. It reports what a watcher costs its own replica beside that: µs for a
// token.
func BenchmarkWatchers(b *testing.B) {
	const rounds, tokens, many = 5, 160, 1000
	model := newProvider(tokens, 20*time.Millisecond).serve(b)
	databaseURL, redis := pgtest.NewDatabase(b), redistest.Start(b)
	shared := map[string]string{"REDIS_URL": redis.URL(), "RATE_LIMIT": "0"}
	maker, other := startService(b, databaseURL, model, shared), startService(b, databaseURL, model, shared)
	caller, watcher := newListener(b, maker.url, true), newListener(b, other.url, true)
	pid := redisPID(b, redis)
	cost, watched, late := map[int][]float64{}, map[int][]float64{}, map[int][]float64{}
	for b.Loop() {
		for range rounds {
			for _, n := range []int{1, many} {
				before, elsewhere := cpuOf(b, maker.pid)+cpuOf(b, pid), cpuOf(b, other.pid)
				late[n] = append(late[n], watchOne(b, caller, watcher, other.url, n))
				cost[n] = append(cost[n], float64((cpuOf(b, maker.pid)+cpuOf(b, pid)-before).Microseconds())/tokens)
				watched[n] = append(watched[n], float64((cpuOf(b, other.pid)-elsewhere).Microseconds())/tokens)
			}
		}
	}
	b.ReportMetric(median(cost[1]), "maker-and-Redis-µs/token")
	b.ReportMetric(ratio(cost[many], cost[1]), "of-one")
	b.ReportMetric(median(late[1]), "late-ms")
	b.ReportMetric(median(late[many]), "late-of-many-ms")
	b.ReportMetric((median(watched[many])-median(watched[1]))/(many-1), "watcher-µs/token")
	b.ReportMetric(0, "ns/op")
}

// watchOne has so many watch a reply that the caller asks for, and returns how much later than the caller they heard
// its last word: the median, in ms.
func watchOne(b *testing.B, caller, watcher *listener, url string, n int) float64 {
	b.Helper()
	last := []byte(`end."`)
	heard := make([]time.Time, n)
	var ask []byte
	var watching sync.WaitGroup
	var told time.Time
	err := caller.take(func(piece []byte) {
		if told.IsZero() && bytes.Contains(piece, last) {
			told = time.Now()
		}
		if ask == nil {
			_, id, found := bytes.Cut(piece, []byte(`"turn":{"id":"`))
			if !found {
				return
			}
			ask = fmt.Appendf(nil, `{"turnId":%q}`, id[:len(uuid.Nil.String())])
			for i := range n {
				watching.Go(func() {
					err := watcher.hear(url+"/debate.v1.DebateService/WatchTurn", connectType, framed(ask), func(piece []byte) {
						if heard[i].IsZero() && bytes.Contains(piece, last) {
							heard[i] = time.Now()
						}
					})
					if err != nil {
						b.Error(err)
					}
				})
			}
		}
	})
	watching.Wait()
	if err != nil || told.IsZero() {
		b.Fatal("the caller heard no end: ", err)
	}
	delays := make([]float64, n)
	for i, at := range heard {
		delays[i] = at.Sub(told).Seconds() * 1000
	}
	return median(delays)
}

// BenchmarkTwoReplicas reports the median time of a turn of one client, in µs, whose
// turns go to two replicas by turns, as behind a balancer, in debates of 20.
func BenchmarkTwoReplicas(b *testing.B) {
	p := newProvider(120, 0)
	model, databaseURL := p.serve(b), pgtest.NewDatabase(b)
	replicas := []process{startService(b, databaseURL, model, nil), startService(b, databaseURL, model, nil)}
	alone := system{url: replicas[0].url + chatPath}.crowd(b, 1, 20, p.words[119])[0]
	both := system{url: replicas[0].url + chatPath}.crowd(b, 1, 20, p.words[119])[0]
	var one, two []float64
	for b.Loop() {
		for n := range 300 {
			both.url = replicas[n%2].url + chatPath
			for _, t := range []*talker{alone, both} {
				began := time.Now()
				if err := t.say(); err != nil {
					b.Fatal(err)
				}
				if took := float64(time.Since(began).Microseconds()); t == alone {
					one = append(one, took)
				} else {
					two = append(two, took)
				}
			}
		}
	}
	b.ReportMetric(median(one), "one-µs")
	b.ReportMetric(median(two), "two-µs")
	b.ReportMetric(median(two)/median(one), "ratio")
	b.ReportMetric(0, "ns/op")
}

// The listeners are worth something only if they hear what is said.
func TestListenersHearWholeReplies(t *testing.T) {
	p := newProvider(3, time.Millisecond)
	first := 0
	if err := newListener(t, p.serve(t), false).listen(func() { first++ }); err != nil || first != 1 {
		t.Errorf("told of the first piece %d times, %v", first, err)
	}
	p.stream = p.stream[:2]
	if err := newListener(t, p.serve(t), false).listen(func() {}); err == nil || !strings.Contains(err.Error(), "early") {
		t.Errorf("a stream that breaks off: %v", err)
	}
	if !slices.Equal(words(3)[2:], []string{"end."}) {
		t.Errorf("the last word is %q", words(3)[2:])
	}
}
