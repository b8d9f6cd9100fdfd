package cache

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// callTime is the longest that a call may take. The calls that a turn
	// waits for are three at most.
	callTime = 50 * time.Millisecond
	// pause is how long Redis is left alone before it is probed again; where it
	// refuses what is asked of it, twice as long each time, up to refusedPause.
	pause        = time.Second
	refusedPause = 30 * time.Second
)

// Cache is a connection to Redis that gives way when Redis does not.
type Cache struct {
	client   redis.UniversalClient
	log      *slog.Logger
	callTime time.Duration

	away    atomic.Bool
	lost    chan struct{} // wakes the probe
	helped  atomic.Bool   // the log says what to do about it
	mute    atomic.Bool   // the user may not publish
	warned  atomic.Bool   // of that, or that it may not subscribe
	unusual atomic.Bool   // a cluster, used as if it were none

	ctx  context.Context // ends with Close
	stop context.CancelFunc
	wg   sync.WaitGroup
}

// Open prepares the use of the Redis that a URL names: redis:// or rediss://,
// and with cluster=true in its query one node of a cluster, which knows the
// others; addr=host:port, repeated, names more nodes to start from. It
// connects in the background.
func Open(redisURL string, log *slog.Logger) (*Cache, error) {
	return OpenAs(redisURL, nil, log)
}

// OpenAs is Open for a user of the URL whose password a Login finds.
func OpenAs(redisURL string, login Login, log *slog.Logger) (*Cache, error) {
	return openWith(redisURL, login, log, callTime)
}

func openWith(redisURL string, login Login, log *slog.Logger, callTime time.Duration) (*Cache, error) {
	client, err := newClient(redisURL, login, max(dialTime, callTime))
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &Cache{client: client, log: log, callTime: callTime, lost: make(chan struct{}, 1), ctx: ctx, stop: stop}
	c.run(c.watch)
	return c, nil
}

// Close sends what is still to be sent and closes the connections.
func (c *Cache) Close() error {
	c.stop()
	c.wg.Wait()
	return c.client.Close()
}

// run has f run beside until Close, which ends its context and waits for it.
// It must not be called once Close may have been.
func (c *Cache) run(f func(context.Context)) {
	c.wg.Go(func() { f(c.ctx) })
}

// errAway is what do answers while Redis is left alone.
var errAway = errors.New("cache: Redis is away")

// do makes a call of Redis, which has callTime. Any error but redis.Nil, and
// the end of the caller's own context, means that Redis is of no use now: it
// is logged once, and calls are answered errAway until Redis is well again.
func (c *Cache) do(ctx context.Context, call func(context.Context) error) error {
	if c.away.Load() {
		return errAway
	}
	limited, cancel := context.WithTimeout(ctx, c.callTime)
	defer cancel()
	err := call(limited)
	if err == nil || errors.Is(err, redis.Nil) || ctx.Err() != nil {
		return err
	}
	if _, cluster := c.client.(*redis.ClusterClient); !cluster && strings.HasPrefix(err.Error(), "MOVED ") {
		c.unusual.Store(true)
	}
	if c.away.CompareAndSwap(false, true) {
		told := withHelp(err)
		c.helped.Store(told.Error() != err.Error())
		c.log.WarnContext(ctx, "Redis is away; replicas go on without it", "error", told)
		c.lost <- struct{}{}
	}
	return err
}

// withHelp adds to an error of a login or a right what to do about it.
func withHelp(err error) error {
	switch text := err.Error(); {
	case strings.Contains(text, "WRONGPASS"):
		return fmt.Errorf("%w: see the user in REDIS_URL; with REDIS_IAM_AUTH, whether that is the id of the replication group, and whether the task's role may elasticache:Connect to it and as the user", err)
	case strings.Contains(text, "NOAUTH"):
		return fmt.Errorf("%w: put a user and a password into REDIS_URL, or a user and REDIS_IAM_AUTH", err)
	case strings.Contains(text, "NOPERM"), strings.Contains(text, "can't run this command"): // the latter of a script
		return fmt.Errorf("%w: give the user the access string of docs/deploy.md", err)
	case strings.Contains(text, "MOVED "):
		return fmt.Errorf("%w: this is a node of a cluster: add ?cluster=true to REDIS_URL and start again", err)
	case strings.Contains(text, "x509: "):
		return fmt.Errorf("%w: the certificate that Redis shows is not trusted: have SSL_CERT_FILE name its authority's, or skip_verify=true in REDIS_URL take any", err)
	case strings.Contains(text, "unknown command"), strings.Contains(text, "non deterministic"):
		return fmt.Errorf("%w: Redis 5 or later is needed, with scripts", err)
	default:
		return err
	}
}

// watch sees whether Redis is well at the start, and after it was lost until
// it is again.
func (c *Cache) watch(ctx context.Context) {
	_ = c.do(ctx, c.probe) // do notes and logs how that ends
	for {
		select {
		case <-c.lost:
		case <-ctx.Done():
			return
		}
		for wait := pause; sleep(ctx, wait); {
			if c.unusual.Load() {
				return // one slot in three might answer
			}
			limited, cancel := context.WithTimeout(ctx, c.callTime)
			err := c.probe(limited)
			cancel()
			if err == nil {
				c.away.Store(false)
				c.log.InfoContext(ctx, "Redis is back")
				break
			}
			if told := withHelp(err); told.Error() != err.Error() && !c.helped.Swap(true) { // the call that was lost may only have waited too long
				c.log.WarnContext(ctx, "Redis is still away", "error", told)
			}
			wait = nextPause(wait, err)
		}
	}
}

// nextPause is how long to wait after a failure that came after wait: longer than
// before where Redis refuses what was asked of it, which a person has to change.
func nextPause(wait time.Duration, err error) time.Duration {
	refusal, ok := errors.AsType[redis.Error](err)
	if !ok {
		return pause
	}
	for _, passing := range []string{"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "OOM", "MISCONF", "NOREPLICAS", "ERR max number of clients"} {
		if strings.HasPrefix(refusal.Error(), passing) {
			return pause
		}
	}
	return min(2*wait, refusedPause)
}

// probeScript does whatever is done with Redis, so that what a user may not do, or
// a server cannot, is found out at once. It answers why there are no channels.
var probeScript = redis.NewScript(`
redis.call('TIME')
redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
redis.call('SETRANGE', KEYS[1], redis.call('STRLEN', KEYS[1]), '1')
redis.call('GETRANGE', KEYS[1], 0, 1)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('GET', KEYS[1])
redis.call('ZADD', KEYS[2], 1, '')
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', 0)
redis.call('ZCARD', KEYS[2])
redis.call('ZREM', KEYS[2], '')
local sent = redis.pcall('PUBLISH', ARGV[2], '')
return type(sent) == 'table' and sent.err or ''`)

// probe writes, because a server that lost its place as the writer still
// answers reads; and keys of any slot, because a cluster can be half away.
func (c *Cache) probe(ctx context.Context) error {
	k := key("probe", strconv.Itoa(rand.IntN(1<<14)))
	refusal, err := probeScript.Run(ctx, c.client, []string{k, k + ":set"}, pause.Milliseconds(), stopsChannel).Text()
	if err == nil {
		c.mute.Store(refusal != "")
		if refusal != "" {
			c.warnNoChannels(ctx, refusal)
		}
	}
	return err
}

// warnNoChannels logs once that the user may not publish or not subscribe.
func (c *Cache) warnNoChannels(ctx context.Context, refusal string) {
	if !c.warned.Swap(true) {
		c.log.WarnContext(ctx, "Redis lets this user use no channels (&debate:*): words reach other replicas a second later, and stops some seconds later", "error", refusal)
	}
}

// key is where something is kept. The number goes up when the form of what is
// kept changes. Keys with the same id are in the same slot of a cluster.
func key(kind, id string) string { return "debate:1:" + kind + ":{" + id + "}" }

// sleep reports whether the time passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
