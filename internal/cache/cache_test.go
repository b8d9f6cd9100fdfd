package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	"github.com/redis/go-redis/v9"
)

// certificate is shown by the servers with TLS, and trusted.
var certificate *redistest.Certificate

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "cache-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if certificate, err = redistest.NewCertificate(dir); err != nil {
		panic(err)
	}
	if err := certificate.Trust(); err != nil {
		panic(err)
	}
	return pgtest.Main(m)
}

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

func (j *journal) count(text string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.text.String(), text)
}

// patience is how long a call may take where a test does not ask how long: a machine
// may have much else to do, and Redis that is away for that is another test's.
const patience = 20 * time.Second

// open opens a replica's cache, which is closed with the test. It is patient.
func open(t testing.TB, url string) (*Cache, *journal) {
	t.Helper()
	return openFor(t, url, patience)
}

// openAsServed is a cache for what depends on how long calls may take.
func openAsServed(t testing.TB, url string) (*Cache, *journal) {
	t.Helper()
	return openFor(t, url, callTime)
}

func openFor(t testing.TB, url string, callTime time.Duration) (*Cache, *journal) {
	t.Helper()
	log := new(journal)
	c, err := openWith(url, nil, slog.New(slog.NewTextHandler(log, nil)), callTime)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(log.text.String())
		}
	})
	return c, log
}

// eventually waits until done is, half a minute at most.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never came: %s", what)
		}
	}
}

// works says whether a call of Redis succeeds.
func (c *Cache) works() bool { return c.do(context.Background(), c.probe) == nil }

// redises are the kinds of Redis that everything works on.
func redises(t *testing.T, test func(t *testing.T, url string)) {
	for name, url := range map[string]func(t *testing.T) string{
		"one server":        func(t *testing.T) string { return redistest.Start(t).URL() },
		"TLS":               func(t *testing.T) string { return redistest.StartTLS(t, certificate).URL() },
		"a cluster":         func(t *testing.T) string { return redistest.StartCluster(t, nil).URL() },
		"a cluster and TLS": func(t *testing.T) string { return redistest.StartCluster(t, certificate).URL() },
	} {
		t.Run(name, func(t *testing.T) { test(t, url(t)) })
	}
}

func TestAnyKindOfRedisIsReached(t *testing.T) {
	redises(t, func(t *testing.T, url string) {
		c, _ := open(t, url)
		eventually(t, "a call that works", c.works)
		// The probes of many are of every slot.
		for range 100 {
			if !c.works() {
				t.Fatal("a call does not work")
			}
		}
	})
}

func TestTheRightPasswordIsNeededAndNeverTold(t *testing.T) {
	server := redistest.Start(t, "--requirepass", "open-sesame")
	right := strings.Replace(server.URL(), "redis://", "redis://:open-sesame@", 1)
	c, _ := open(t, right)
	eventually(t, "a call that works", c.works)

	wrong := strings.Replace(server.URL(), "redis://", "redis://user:closed-sesame@", 1)
	c, log := open(t, wrong)
	eventually(t, "a log entry", func() bool { return log.count("Redis is away") == 1 })
	if c.works() || log.count("sesame") != 0 {
		t.Errorf("it works, or the password was told: %s", log.text.String())
	}
}

func TestAURLThatCannotBeUsedIsRefusedWithoutRepeatingIt(t *testing.T) {
	for _, url := range []string{
		"redis://:secret@host:port", "http://:secret@host", "redis://:secret@host/a", "redis://:secret@host?nonsense=1",
		"redis://:secret@host?cluster=perhaps", "redis://:secret@host/1?cluster=true", "redis://:secret@host?cluster=true&nonsense=1",
		"redis://:sec\x7fret@host",
	} {
		_, err := Open(url, slog.New(slog.DiscardHandler))
		if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "REDIS_URL") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// redis-py's clients have ssl_cert_reqs in their URLs (Heroku's and Celery's), ioredis' have
// family (ioredis#1633).
func TestParametersOfOtherClientsAreNamedOrPassedOver(t *testing.T) {
	for query, want := range map[string]string{
		"ssl_cert_reqs=none":              "there is no parameter ssl_cert_reqs",
		"timeout=5&retries=3":             "there is no parameter retries, timeout",
		"ssl_cert_reqs=none&cluster=true": "there is no parameter ssl_cert_reqs",
		"SEC@host:6379":                   "no database number", // a part of a password, perhaps
	} {
		if _, err := newClient("redis://host?"+query, nil, dialTime); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v", query, err)
		}
	}
	for _, query := range []string{"family=0", "family=6&cluster=true"} {
		client, err := newClient("redis://host?"+query, nil, dialTime)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		_ = client.Close()
	}
}

// faulty is a server behind a proxy that can slow it down.
type faulty struct {
	*redistest.Server
	delay *redistest.Delay
}

func startFaulty(t *testing.T) faulty {
	s := redistest.Start(t)
	return faulty{s, redistest.StartDelay(t, s)}
}

func (f faulty) url() string { return "redis://" + f.delay.Addr }

// fault is something that happens to Redis.
type fault struct{ begin, end func(t *testing.T, f faulty) }

var faults = map[string]fault{
	"refused":   {kill, start},
	"hung":      {func(_ *testing.T, f faulty) { f.Hang() }, func(_ *testing.T, f faulty) { f.Resume() }},
	"slow":      {slow(200 * time.Millisecond), slow(0)},
	"restarted": {func(t *testing.T, f faulty) { kill(t, f); start(t, f) }, nothing},
	"flushed":   {func(t *testing.T, f faulty) { f.Flush(t) }, nothing},
}

func kill(_ *testing.T, f faulty)  { f.Kill() }
func start(t *testing.T, f faulty) { must(t, f.Run()) }
func nothing(*testing.T, faulty)   {}
func slow(wait time.Duration) func(*testing.T, faulty) {
	return func(_ *testing.T, f faulty) { f.delay.Set(wait) }
}

func TestARedisThatIsAwayCostsLittleAndIsUsedAgain(t *testing.T) {
	for _, name := range []string{"refused", "hung", "slow"} {
		t.Run(name, func(t *testing.T) {
			server, fault := startFaulty(t), faults[name]
			c, log := openAsServed(t, server.url())
			eventually(t, "a call that works", c.works)
			away, back := log.count("Redis is away"), log.count("Redis is back") // on a busy machine, before there is a fault
			fault.begin(t, server)
			var mu sync.Mutex
			var longest time.Duration
			var wg sync.WaitGroup
			begin := time.Now()
			for range 10 {
				wg.Go(func() {
					tried := 0
					var mine time.Duration
					for time.Since(begin) < 3*time.Second {
						asked := time.Now()
						if err := c.do(t.Context(), c.probe); !errors.Is(err, errAway) {
							tried, mine = tried+1, mine+time.Since(asked)
						}
						time.Sleep(10 * time.Millisecond)
					}
					mu.Lock()
					defer mu.Unlock()
					longest = max(longest, mine)
					if tried > 1 { // the one by which it was found to be away
						t.Errorf("a caller tried %d calls", tried)
					}
				})
			}
			wg.Wait()
			away, back = log.count("Redis is away")-away, log.count("Redis is back")-back
			fault.end(t, server)
			eventually(t, "a call that works again", c.works)
			eventually(t, "a word that it is back", func() bool { return log.count("Redis is back") == log.count("Redis is away") })
			t.Logf("of ten callers none waited longer than %v", longest)
			if longest >= dialTime { // of which callTime is a tenth, and the rest a busy machine's
				t.Errorf("a caller waited %v", longest)
			}
			if away != 1 || back != 0 {
				t.Errorf("logged %d times that it is away and %d that it is back, while it was away", away, back)
			}
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestACallerThatLeavesDoesNotMakeRedisAway(t *testing.T) {
	c, log := open(t, redistest.Start(t).URL())
	eventually(t, "a call that works", c.works)
	ctx, cancel := context.WithCancel(t.Context())
	err := c.do(ctx, func(ctx context.Context) error {
		cancel()
		<-ctx.Done()
		return fmt.Errorf("call: %w", ctx.Err())
	})
	if err == nil || !c.works() || log.count("away") != 0 {
		t.Errorf("%v; %s", err, log.text.String())
	}
}

// Over TLS 1.3 a server sends records of TLS itself after the handshake. They lie in
// connections that were made beforehand, and are no reason to wait before the first call
// of each: a call has no more time than that (go-redis 3989 is about the same records).
func TestConnectionsOfTLSThatWereMadeBeforehandAreFast(t *testing.T) {
	server := redistest.StartTLS(t, certificate)
	client, err := newClient(server.URL(), nil, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	eventually(t, "connections made beforehand", func() bool { return client.PoolStats().IdleConns == idleConns })
	time.Sleep(100 * time.Millisecond) // the records are there
	fastest := patience
	for range idleConns {
		conn := client.(*redis.Client).Conn() // one that nobody used before
		defer conn.Close()
		begin := time.Now()
		if err := conn.Ping(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		fastest = min(fastest, time.Since(begin))
	}
	if fastest >= callTime {
		t.Errorf("the first call of a connection takes %v", fastest)
	}
}

// Heroku's Redis shows a certificate of its own making, which the log names at whatever
// call it is found out. https://github.com/trieb-work/nextjs-turbo-redis-cache/issues/24
func TestACertificateThatIsNotTrustedIsToldAsSuch(t *testing.T) {
	other, err := redistest.NewCertificate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	server := redistest.StartTLS(t, other)
	_, log := openAsServed(t, server.URL())
	eventually(t, "what to do about it", func() bool { return log.count("SSL_CERT_FILE") == 1 })
	// https://github.com/MuckRock/squarelet/pull/804: redis-py's parameter for it, in either spelling.
	for _, url := range []string{server.URL() + "?ssl_cert_reqs=none", server.URL() + "?ssl_cert_reqs=CERT_NONE", "valkeys" + strings.TrimPrefix(server.URL(), "rediss") + "?skip_verify=true"} {
		c, _ := open(t, url)
		eventually(t, url, c.works)
	}
}
