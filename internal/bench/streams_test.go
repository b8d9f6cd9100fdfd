package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

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
	body, contentType := l.prompt, "application/json"
	if l.service {
		ask, err := json.Marshal(map[string]string{"message": opinion(), "topic": topicOfAll, "request_id": uuid.NewString()})
		if err != nil {
			return err
		}
		body, contentType = framed(ask), "application/connect+json"
	}
	answer, err := l.http.Post(l.url, contentType, bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	told, ended, piece := false, false, make([]byte, 8<<10)
	for {
		n, err := answer.Body.Read(piece)
		if !told && (bytes.Contains(piece[:n], []byte(`"delta":{"content":"`)) || bytes.Contains(piece[:n], []byte(`{"delta"`))) {
			told = true
			first()
		}
		ended = ended || bytes.Contains(piece[:n], []byte("[DONE]")) || bytes.Contains(piece[:n], []byte(`STATE_COMPLETED`))
		switch {
		case err == io.EOF && told && ended:
			return nil
		case err == io.EOF:
			return fmt.Errorf("%s: the stream ended early: first %v, end %v, %s", answer.Status, told, ended, piece[:n])
		case err != nil:
			return err
		}
	}
}

// startService starts a service over PostgreSQL and this provider.
func startService(b *testing.B, databaseURL, model string) process {
	return start(b, "service", map[string]string{
		"DATABASE_URL": databaseURL, "MODERATION": "off", "STANCE_GUARD": "off", "OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": model + "/v1",
		"MAX_CONNECTIONS": "20000", "RUNNING_TURNS": "0",
	})
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
	model := newProvider(tokens, 20*time.Millisecond).serve(b)
	ways := []process{start(b, "proxy", map[string]string{"BENCH_MODEL": model}), startService(b, pgtest.NewDatabase(b), model)}
	used := make([][]float64, len(ways))
	listeners := []*listener{newListener(b, ways[0].url, false), newListener(b, ways[1].url, true)}
	for b.Loop() {
		for round := range rounds + 1 {
			for i, way := range ways {
				before := cpuOf(b, way.pid)
				var running sync.WaitGroup
				for range streams {
					running.Go(func() {
						if err := listeners[i].listen(func() {}); err != nil {
							b.Error(err)
						}
					})
				}
				running.Wait()
				if round > 0 { // connections
					used[i] = append(used[i], float64((cpuOf(b, way.pid)-before).Microseconds())/float64(streams*tokens))
				}
			}
		}
	}
	b.ReportMetric(median(used[0]), "proxy-µs/token")
	b.ReportMetric(median(used[1]), "service-µs/token")
	b.ReportMetric(ratio(used[1], used[0]), "ratio")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkHeldStreams reports the memory of a stream that is held, in kB, of 240: a
// process writes 256 replies at a time. It is looked at once what was used to begin
// the streams is given back.
func BenchmarkHeldStreams(b *testing.B) {
	const streams = 240
	for b.Loop() {
		var held, begin []float64
		for _, service := range []bool{false, true} {
			p := newProvider(2, time.Millisecond)
			model := p.serve(b)
			var way process
			if service {
				way = startService(b, pgtest.NewDatabase(b), model)
			} else {
				way = start(b, "proxy", map[string]string{"BENCH_MODEL": model})
			}
			listener := newListener(b, way.url, service)
			for range 100 { // what a process loads with its first turns
				if err := listener.listen(func() {}); err != nil {
					b.Fatal(err)
				}
			}
			way.tidy(b)
			before := memoryOf(b, way.pid)
			p.held = make(chan struct{})
			var begun, running sync.WaitGroup
			begun.Add(streams)
			for range streams {
				running.Go(func() {
					heard := sync.OnceFunc(begun.Done)
					defer heard()
					if err := listener.listen(heard); err != nil {
						b.Errorf("of the service %v: %v", service, err)
					}
				})
			}
			begun.Wait()
			begin = append(begin, float64(memoryOf(b, way.pid)-before)/streams)
			way.tidy(b)
			way.tidy(b) // stacks get smaller by half a time
			held = append(held, float64(memoryOf(b, way.pid)-before)/streams)
			close(p.held)
			running.Wait()
		}
		b.ReportMetric(held[0], "proxy-kB")
		b.ReportMetric(held[1], "service-kB")
		b.ReportMetric(held[1]/held[0], "ratio")
		b.ReportMetric(begin[0], "begun-proxy-kB")
		b.ReportMetric(begin[1], "begun-service-kB")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkFirstToken reports how much later than from the provider, which takes 20
// ms, the first token comes, in µs: through the service, and through a bare reverse
// proxy and after one commit.
func BenchmarkFirstToken(b *testing.B) {
	model := newProvider(3, 20*time.Millisecond).serve(b)
	databaseURL := pgtest.NewDatabase(b)
	service := startService(b, databaseURL, model)
	proxy := start(b, "proxy", map[string]string{"BENCH_MODEL": model})
	ways := map[string]*listener{"direct": newListener(b, model, false), "proxy": newListener(b, proxy.url, false), "service": newListener(b, service.url, true)}
	commit := newCommitter(b, databaseURL)
	times := map[string][]float64{}
	for b.Loop() {
		for n := range 100 {
			for way, l := range ways {
				began, first := time.Now(), time.Duration(0)
				if err := l.listen(func() { first = time.Since(began) }); err != nil {
					b.Fatal(err)
				}
				if n > 5 { // connections
					times[way] = append(times[way], float64(first.Microseconds()))
				}
			}
			times["commit"] = append(times["commit"], float64(commit().Microseconds()))
		}
	}
	adds, proxied, committed := median(times["service"])-median(times["direct"]), median(times["proxy"])-median(times["direct"]), median(times["commit"])
	b.ReportMetric(adds, "service-adds-µs")
	b.ReportMetric(proxied, "proxy-adds-µs")
	b.ReportMetric(committed, "commit-µs")
	b.ReportMetric(adds/(proxied+committed), "ratio")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkTwoReplicas reports the median time of a turn of one client, in µs, whose
// turns go to two replicas by turns, as behind a balancer, in debates of 20.
func BenchmarkTwoReplicas(b *testing.B) {
	p := newProvider(120, 0)
	model, databaseURL := p.serve(b), pgtest.NewDatabase(b)
	replicas := []process{startService(b, databaseURL, model), startService(b, databaseURL, model)}
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
