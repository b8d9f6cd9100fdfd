package cache

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/debate-chatbot/debate-api/internal/aws"
	"github.com/debate-chatbot/debate-api/internal/aws/awstest"
	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// accessString is what docs/deploy.md and the stack give the service's user.
const accessString = "on ~debate:* &debate:* -@all +@read +@write +@connection +@pubsub +@scripting +time -@dangerous"

const user, group = "debate-api", "debate-chatbot"

// elastiCache is a Redis whose user logs in by IAM: it takes no token but those
// that ElastiCache would take.
type elastiCache struct {
	*redistest.Server
	admin   *redis.Client
	account *aws.Account

	mu     sync.Mutex
	tokens int
	wrong  bool // what is shown is no token of today's
}

func startElastiCache(t *testing.T) *elastiCache {
	t.Helper()
	awstest.Start(t).Setenv(t)
	account, err := aws.Open(t.Context(), awstest.Region)
	if err != nil {
		t.Fatal(err)
	}
	e := &elastiCache{Server: redistest.StartTLS(t, certificate), account: account}
	e.admin = e.Client()
	t.Cleanup(func() { _ = e.admin.Close() })
	return e
}

// url names the user and no password.
func (e *elastiCache) url() string { return strings.Replace(e.URL(), "//", "//"+user+"@", 1) }

// login signs a token and, as IAM would, makes it the user's password if it is
// right.
func (e *elastiCache) login(ctx context.Context, name string) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	token, err := e.account.CacheToken(ctx, group, name)
	if err != nil {
		return "", err
	}
	query, err := awstest.CheckToken(token, "elasticache", group, time.Now())
	if err != nil || query.Get("Action") != "connect" || query.Get("User") != user {
		return "", errors.Join(errors.New("this is no token"), err)
	}
	if e.wrong {
		return "SENTINEL-" + token, nil
	}
	// A token stays good beside those made after it, as those of ElastiCache do: two
	// connections may log in at once.
	rule := []any{"acl", "setuser", user, ">" + token}
	if e.tokens++; e.tokens == 1 {
		rule = append(rule, fields(accessString)...)
	}
	return token, e.admin.Do(ctx, rule...).Err()
}

func fields(text string) []any {
	var all []any
	for _, f := range strings.Fields(text) {
		all = append(all, f)
	}
	return all
}

func (e *elastiCache) open(t *testing.T) (*Cache, *journal) {
	t.Helper()
	log := new(journal)
	c, err := openWith(e.url(), e.login, slog.New(slog.NewTextHandler(log, nil)), patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, log
}

func TestTheUserOfIAMMayDoAllThatIsNeeded(t *testing.T) {
	e := startElastiCache(t)
	c, log := e.open(t)
	eventually(t, "a call that works", c.works)
	limits := debate.Limits{Key: every(30), User: 10}
	if wait := NewRequests(c, new(endless), limits).Allow(t.Context(), ana); wait != 0 {
		t.Errorf("a request has to wait %v", wait)
	}
	slot, err := NewConcurrency(c, new(endless), limits).Acquire(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	slot.Renew(t.Context())
	for _, kind := range []string{"requests", "turns"} {
		if n, err := e.admin.Exists(t.Context(), key(kind, ana.Key)).Result(); err != nil || n != 1 {
			t.Errorf("%s are not counted: %d, %v", kind, n, err)
		}
	}
	slot.Release(t.Context())
	live := NewLive(c)
	stops := live.Stops()
	ref := debate.Ref{TurnID: "turn", Attempt: 1}
	live.Publish(ref, 0, "Tea ")
	eventually(t, "a reply that is kept", func() bool {
		text, err := e.admin.Get(t.Context(), logKey(ref)).Result()
		return err == nil && text == "Tea "
	})
	eventually(t, "a stop that is heard", func() bool {
		live.Stop(t.Context(), "turn")
		select {
		case id := <-stops:
			return id == "turn"
		case <-time.After(50 * time.Millisecond):
			return false
		}
	})
	if denied, err := e.admin.Do(t.Context(), "acl", "log").Slice(); err != nil || len(denied) > 0 {
		t.Errorf("%v was denied, %v", denied, err)
	}
	if log.count("away") > 0 {
		t.Error(log.text.String())
	}
	for _, command := range [][]any{{"flushall"}, {"config", "get", "*"}, {"keys", "*"}, {"get", "other"}, {"acl", "whoami"}} {
		if err := c.client.Do(t.Context(), command...).Err(); err == nil || !strings.Contains(err.Error(), "NOPERM") {
			t.Errorf("%v: %v", command, err)
		}
	}
}

func TestEachConnectionHasATokenOfItsOwn(t *testing.T) {
	e := startElastiCache(t)
	c, _ := e.open(t)
	eventually(t, "a call that works", c.works)
	tokens := func() int {
		e.mu.Lock()
		defer e.mu.Unlock()
		return e.tokens
	}
	before := tokens()
	if before == 0 {
		t.Fatal("no token was made")
	}
	eventually(t, "a new token for a new connection", func() bool {
		if !c.works() {
			return false
		}
		if tokens() > before {
			return true
		}
		// It may work by a connection that was logging in, and so was not ended.
		if err := e.admin.ClientKillByFilter(t.Context(), "USER", user).Err(); err != nil {
			t.Fatal(err)
		}
		return false
	})
	if o := c.client.(*redis.Client).Options(); o.ConnMaxLifetime <= 0 || o.ConnMaxLifetime >= 12*time.Hour {
		t.Errorf("connections live for %v; ElastiCache ends them after 12 hours", o.ConnMaxLifetime)
	}
}

func TestALoginThatIsRefusedSaysWhatToDoAndTellsNoToken(t *testing.T) {
	e := startElastiCache(t)
	e.wrong = true
	c, log := e.open(t)
	eventually(t, "a log entry", func() bool { return log.count("Redis is away") == 1 })
	for _, says := range []string{"WRONGPASS", "REDIS_URL", "REDIS_IAM_AUTH", "elasticache:Connect"} {
		if log.count(says) == 0 {
			t.Errorf("no word of %s", says)
		}
	}
	if c.works() || log.count("SENTINEL") > 0 || log.count("X-Amz") > 0 {
		t.Errorf("it works, or a token was told: %s", log.text.String())
	}
	e.mu.Lock()
	e.wrong = false
	e.mu.Unlock()
	eventually(t, "a call that works", c.works)
}

func TestWithoutCredentialsNothingIsShown(t *testing.T) {
	e := startElastiCache(t)
	c, err := openWith(e.url(), func(context.Context, string) (string, error) {
		return "", errors.New("aws: no credentials to sign with")
	}, slog.New(slog.DiscardHandler), patience)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	eventually(t, "an error that says why", func() bool {
		err := c.client.Ping(t.Context()).Err()
		if err == nil {
			t.Fatal("it works")
		}
		return strings.Contains(err.Error(), "no credentials") // and not that a busy machine had no time for a handshake
	})
}
