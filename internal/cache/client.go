package cache

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// dialTime bounds each step of what no caller waits for, who has a context:
	// a new connection that a call gave up on is there for the next.
	dialTime = 500 * time.Millisecond
	// poolSize is how many connections a node of Redis may get. A call takes
	// a fraction of a millisecond.
	poolSize = 8
	// idleConns are made before they are needed: a call has no time for the
	// handshakes of TLS.
	idleConns = 4
)

// errURL does not repeat the URL, which can hold a password.
var errURL = errors.New("cache: REDIS_URL cannot be used; it looks like redis://user:password@host:6379/0, or rediss:// for TLS, and for a cluster redis://host:6379?cluster=true with no database number")

func newClient(redisURL string) (redis.UniversalClient, error) {
	quiet()
	u, err := url.Parse(redisURL)
	if err != nil {
		return nil, errURL
	}
	query := u.Query()
	cluster, err := strconv.ParseBool(query.Get("cluster"))
	if query.Has("cluster") && err != nil {
		return nil, errURL
	}
	query.Del("cluster")
	u.RawQuery = query.Encode()
	if cluster {
		return newCluster(u)
	}
	o, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, errURL
	}
	// A retry would be a second wait, and the probe tries again anyway.
	o.MaxRetries, o.DialerRetries = -1, 1
	o.ContextTimeoutEnabled = true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = dialTime, dialTime, dialTime, dialTime
	o.PoolSize, o.PipelinePoolSize = poolSize, -1
	o.MinIdleConns = idleConns
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(o), nil
}

func newCluster(u *url.URL) (redis.UniversalClient, error) {
	if u.Path != "" && u.Path != "/" && u.Path != "/0" {
		return nil, errURL // a cluster has one database
	}
	o, err := redis.ParseClusterURL(u.String())
	if err != nil {
		return nil, errURL
	}
	o.MaxRetries, o.DialerRetries = -1, 1
	o.MaxRedirects = 3 // the answer to a slot that moved
	o.MinRetryBackoff, o.MaxRetryBackoff = -1, -1
	o.ContextTimeoutEnabled = true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = dialTime, dialTime, dialTime, dialTime
	o.PoolSize, o.PipelinePoolSize = poolSize, -1
	o.MinIdleConns = idleConns
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClusterClient(o), nil
}

// quiet has the library log nothing: it would print a line for each call that
// fails, where Cache logs one for each outage.
var quiet = sync.OnceFunc(func() { redis.SetLogger(silence{}) })

type silence struct{}

// Printf does nothing.
func (silence) Printf(context.Context, string, ...any) {}
