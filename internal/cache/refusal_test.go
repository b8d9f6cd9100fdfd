package cache

import (
	"context"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// A Redis that refuses a user or a kind of call (redis 12418, and what its manual
// lists under ACL and under error replies) is one line in the log, whatever goes
// on: no turn waits for it, it is not connected to again and again, and it is used
// as soon as it is allowed.
func TestARefusalIsOneLineAndNoStorm(t *testing.T) {
	const user = "service"
	for name, c := range map[string]struct {
		acl string // of the user
		// works says that only channels are refused.
		works bool
		setup []string // of the server, and what mends that
		mend  []string
	}{
		"no channels":              {acl: "resetchannels ~debate:* +@all", works: true},
		"no right to publish":      {acl: "~debate:* &* +@all -publish", works: true},
		"no right to subscribe":    {acl: "~debate:* &* +@all -subscribe", works: true},
		"no scripts":               {acl: "~debate:* &* +@all -@scripting"},
		"no sorted sets":           {acl: "~debate:* &* +@all -@sortedset"},
		"only reads":               {acl: "~debate:* &* +@read +@connection +@scripting +@pubsub"},
		"other keys":               {acl: "~other:* &* +@all"},
		"no rights":                {acl: "reset on >secret"},
		"another password":         {acl: "resetpass >other ~debate:* &* +@all"},
		"switched off":             {acl: "off ~debate:* &* +@all"},
		"a replica that is read":   {acl: "~* &* +@all", setup: []string{"REPLICAOF 127.0.0.1 1"}, mend: []string{"REPLICAOF NO ONE"}},
		"a replica without writer": {acl: "~* &* +@all", setup: []string{"CONFIG SET replica-serve-stale-data no", "REPLICAOF 127.0.0.1 1"}, mend: []string{"REPLICAOF NO ONE"}},
		"no memory left":           {acl: "~* &* +@all", setup: []string{"CONFIG SET maxmemory 1"}, mend: []string{"CONFIG SET maxmemory 0"}},
		"too few replicas":         {acl: "~* &* +@all", setup: []string{"CONFIG SET min-replicas-to-write 1"}, mend: []string{"CONFIG SET min-replicas-to-write 0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t)
			admin := server.Client()
			t.Cleanup(func() { _ = admin.Close() })
			do := func(line string) {
				t.Helper()
				var args []any
				for word := range strings.FieldsSeq(line) {
					args = append(args, word)
				}
				if err := admin.Do(t.Context(), args...).Err(); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
			}
			do("ACL SETUSER " + user + " on >secret " + c.acl)
			for _, line := range c.setup {
				do(line)
			}
			u, err := url.Parse(server.URL())
			if err != nil {
				t.Fatal(err)
			}
			u.User = url.UserPassword(user, "secret")
			one, log := open(t, u.String())
			other, _ := open(t, u.String())
			here, there := NewLive(one), NewLive(other)
			requests := NewRequests(one, new(endless), debate.Limits{Key: every(1000)})
			turns := NewConcurrency(one, new(endless), debate.Limits{Key: every(1000)})
			use := func() {
				t.Helper()
				began := time.Now()
				if wait := requests.Allow(t.Context(), ana); wait != 0 {
					t.Errorf("a request has to wait %s", wait)
				}
				slot, err := turns.Acquire(t.Context(), ana)
				if err != nil {
					t.Error(err)
					return
				}
				ref := newRef()
				say(here, ref, []string{"No."}, 0)
				if c.works {
					if text, err := hear(within(t, 10*time.Second), there, ref, 0); err != nil || text != "No." {
						t.Errorf("heard %q, %v", text, err)
					}
				}
				_ = here.Stop(t.Context(), "turn")
				slot.Release(t.Context())
				if took := time.Since(began); !c.works && took > 3*time.Second {
					t.Errorf("a turn waited %s", took)
				}
			}
			use()
			before := connections(t, admin)
			for range 3 {
				use()
				time.Sleep(time.Second)
			}
			if n := connections(t, admin) - before; n > 20 {
				t.Errorf("%d connections in %d seconds", n, 3)
			}
			lines := map[bool]string{true: "no channels", false: "Redis is away"}
			if c.works != (log.count("Redis is away") == 0) || log.count(lines[c.works]) != 1 || log.count("level=") > 1 {
				t.Errorf("the log: %s", log.text.String())
			}
			for _, line := range append(c.mend, "ACL SETUSER "+user+" on resetpass >secret ~* &* +@all") {
				do(line)
			}
			if !c.works {
				eventually(t, "Redis is used again", func() bool { return log.count("Redis is back") == 1 })
			}
		})
	}
}

// A Redis that still reads its file answers nothing but LOADING (its manual, "Redis
// persistence"; a restarted node of ElastiCache does so for minutes): replicas go
// on without it, say so once, and use it once it has read.
func TestARedisThatIsLoadingIsOneLine(t *testing.T) {
	// Both options are Redis's own, for its own tests of loading.
	server := redistest.Start(t, "--key-load-delay", "100000", "--loading-process-events-interval-bytes", "1024")
	admin := server.Client()
	t.Cleanup(func() { _ = admin.Close() })
	for i := range 30 {
		value := make([]byte, 2048) // of noise, which is not compressed
		for b := range value {
			value[b] = byte(rand.N(256))
		}
		if err := admin.Set(t.Context(), "key"+strconv.Itoa(i), value, 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := admin.Save(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	ran := make(chan error, 1)
	go func() { ran <- server.Run() }()
	eventually(t, "Redis loads", func() bool {
		err := admin.Ping(t.Context()).Err()
		return err != nil && strings.HasPrefix(err.Error(), "LOADING")
	})
	c, log := open(t, server.URL())
	requests := NewRequests(c, new(endless), debate.Limits{Key: every(1000)})
	for range 10 {
		began := time.Now()
		if wait := requests.Allow(t.Context(), ana); wait != 0 || time.Since(began) > time.Second {
			t.Errorf("a request has to wait %s, and was told so after %s", wait, time.Since(began))
		}
	}
	eventually(t, "Redis is away", func() bool { return log.count("Redis is away") == 1 })
	if log.count("LOADING") != 1 {
		t.Errorf("the log: %s", log.text.String())
	}
	if err := <-ran; err != nil {
		t.Fatal(err)
	}
	eventually(t, "Redis is used again", func() bool { return log.count("Redis is back") == 1 })
	if log.count("level=") != 2 {
		t.Errorf("the log: %s", log.text.String())
	}
}

// connections is how many a server has taken.
func connections(t *testing.T, admin *redis.Client) (n int) {
	t.Helper()
	info, err := admin.InfoMap(context.Background(), "stats").Result()
	if err != nil {
		t.Fatal(err)
	}
	for c := range strings.SplitSeq(info["Stats"]["total_connections_received"], "") {
		n = 10*n + int(c[0]-'0')
	}
	return n
}

// A cluster that the URL does not call one has a third of the keys on each node.
func TestAClusterThatTheURLDoesNotNameIsOneLine(t *testing.T) {
	u, err := url.Parse(redistest.StartCluster(t, nil).URL())
	if err != nil {
		t.Fatal(err)
	}
	u.RawQuery = ""
	c, log := open(t, u.String())
	requests := NewRequests(c, new(endless), debate.Limits{Key: every(1000)})
	for i := range 40 {
		requests.Allow(t.Context(), debate.Owner{Key: strings.Repeat("k", i)})
		time.Sleep(100 * time.Millisecond)
	}
	if log.count("Redis is away") != 1 || log.count("cluster=true") != 1 || log.count("level=") != 1 {
		t.Errorf("the log: %s", log.text.String())
	}
}
