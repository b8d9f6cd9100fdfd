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
	// pause is how long Redis is left alone before it is probed again.
	pause = time.Second
)

// Cache is a connection to Redis that gives way when Redis does not.
type Cache struct {
	client   redis.UniversalClient
	log      *slog.Logger
	callTime time.Duration

	away atomic.Bool
	lost chan struct{} // wakes the probe

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
	client, err := newClient(redisURL, login)
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
	if c.away.CompareAndSwap(false, true) {
		c.log.WarnContext(ctx, "Redis is away; replicas go on without it", "error", withHelp(err))
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
		for sleep(ctx, pause) {
			limited, cancel := context.WithTimeout(ctx, c.callTime)
			err := c.probe(limited)
			cancel()
			if err == nil {
				c.away.Store(false)
				c.log.InfoContext(ctx, "Redis is back")
				break
			}
		}
	}
}

// probe writes, because a server that lost its place as the writer still
// answers reads; and a key of any slot, because a cluster can be half away.
func (c *Cache) probe(ctx context.Context) error {
	return c.client.Set(ctx, key("probe", strconv.Itoa(rand.IntN(1<<14))), "", pause).Err()
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
