package cache

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
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
	// protocol is RESP2. With RESP3 go-redis looks for pushed messages before a call,
	// takes a record of TLS itself for one, and waits 50 ms for the rest of it: as long
	// as a call may take, so that connections made beforehand would all fail.
	protocol = 2
)

// errURL does not repeat the URL, which can hold a password.
var errURL = errors.New("cache: REDIS_URL cannot be used; it looks like redis://user:password@host:6379/0, or rediss:// for TLS, and for a cluster redis://host:6379?cluster=true with no database number")

// unknownParameter is what go-redis says of parameters that it has not. Anything else in
// their place may be a part of a password.
var unknownParameter = regexp.MustCompile(`^redis: unexpected option: ([a-z_]{1,32}(?:, [a-z_]{1,32})*)$`)

// refused adds to errURL the parameters that are the reason.
func refused(err error) error {
	if found := unknownParameter.FindStringSubmatch(err.Error()); found != nil {
		return fmt.Errorf("%w; there is no parameter %s", errURL, found[1])
	}
	return errURL
}

// Login finds the password for a new connection of a user. Nil is the URL's.
type Login func(ctx context.Context, user string) (password string, err error)

// loginTime is how long a connection lives that a Login let in: ElastiCache ends
// those of IAM after 12 hours.
const loginTime = 11 * time.Hour

// newClient makes the library's client of a server or a cluster, without a call. Calls take wait
// at most, and are not made again.
func newClient(redisURL string, login Login, wait time.Duration) (redis.UniversalClient, error) {
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
	query.Del("family") // ioredis': which addresses a name may have, and here it may have both
	if scheme, isValkey := strings.CutPrefix(u.Scheme, "valkey"); isValkey {
		u.Scheme = "redis" + scheme
	}
	if unread := strings.ToLower(query.Get("ssl_cert_reqs")); u.Scheme == "rediss" && (unread == "none" || unread == "cert_none") { // redis-py's
		query.Set("skip_verify", "true")
		query.Del("ssl_cert_reqs")
	}
	u.RawQuery = query.Encode()
	if cluster {
		return newCluster(u, login, wait)
	}
	o, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, refused(err)
	}
	// A retry would be a second wait, and the probe tries again anyway.
	o.MaxRetries, o.DialerRetries = -1, 1
	o.ContextTimeoutEnabled = true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = wait, wait, wait, wait
	o.PoolSize, o.PipelinePoolSize = poolSize, -1
	o.MinIdleConns = idleConns
	o.DisableIdentity = true
	o.Protocol = protocol
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	if login != nil {
		o.CredentialsProviderContext, o.ConnMaxLifetime = login.of(o.Username), loginTime
	}
	return redis.NewClient(o), nil
}

// of is a Login as the library asks for one.
func (l Login) of(user string) func(context.Context) (string, string, error) {
	return func(ctx context.Context) (string, string, error) {
		password, err := l(ctx, user)
		if err != nil {
			err = fmt.Errorf("no password for Redis' user %q: %w", user, err)
		}
		return user, password, err
	}
}

// newCluster is newClient for a cluster.
func newCluster(u *url.URL, login Login, wait time.Duration) (redis.UniversalClient, error) {
	if u.Path != "" && u.Path != "/" && u.Path != "/0" {
		return nil, errURL // a cluster has one database
	}
	o, err := redis.ParseClusterURL(u.String())
	if err != nil {
		return nil, refused(err)
	}
	o.MaxRetries, o.DialerRetries = -1, 1
	o.MaxRedirects = 3 // the answer to a slot that moved
	o.MinRetryBackoff, o.MaxRetryBackoff = -1, -1
	o.ContextTimeoutEnabled = true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = wait, wait, wait, wait
	o.PoolSize, o.PipelinePoolSize = poolSize, -1
	o.MinIdleConns = idleConns
	o.DisableIdentity = true
	o.Protocol = protocol
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	if login != nil {
		o.CredentialsProviderContext, o.ConnMaxLifetime = login.of(o.Username), loginTime
	}
	return redis.NewClusterClient(o), nil
}

// quiet has the library log nothing: it would print a line for each call that
// fails, where Cache logs one for each outage.
var quiet = sync.OnceFunc(func() { redis.SetLogger(silence{}) })

type silence struct{}

// Printf does nothing.
func (silence) Printf(context.Context, string, ...any) {}
