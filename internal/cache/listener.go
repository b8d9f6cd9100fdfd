package cache

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

const (
	// lookEvery is how often the log of a followed reply is looked at, should
	// something have been sent unheard. So long it is followed after its last
	// reader left, who may be on the way back.
	lookEvery = time.Second
	// silenceTime is how long nothing may come before Redis is asked for a sign
	// of life; without one in the same time the connection is made anew.
	silenceTime = 2 * time.Second
	// reconnectPause is between connections.
	reconnectPause = 200 * time.Millisecond
	// maxRead is more than the longest log.
	maxRead = 128 << 10
)

// listener follows the replies that are read here and run elsewhere, over one
// connection.
type listener struct {
	cache   *Cache
	stops   chan<- string
	changes chan<- string

	mu      sync.Mutex
	follows map[string]*follow // by the key of the log
	conn    *redis.PubSub      // nil while there is none
}

// follow is the reply's, made for its first reader.
func (l *listener) follow(ref debate.Ref) *follow {
	k := logKey(ref)
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.follows[k]
	if f == nil {
		f = &follow{key: k, gap: make(chan struct{}, 1)}
		l.follows[k] = f
		l.cache.run(func(ctx context.Context) { l.syncLoop(ctx, f) })
	}
	f.readers++
	return f
}

func (l *listener) leave(f *follow) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f.readers--
	f.left = time.Now()
}

// syncLoop subscribes to a reply and reads its log whenever something may have
// been missed, until nobody reads it.
func (l *listener) syncLoop(ctx context.Context, f *follow) {
	if conn := l.connection(); conn != nil {
		_ = conn.Subscribe(ctx, f.key) // where that fails, the next connection subscribes
	}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		l.look(ctx, f)
		select {
		case <-f.gap:
		case <-look.C:
			if !l.idle(f) {
				continue
			}
			if conn := l.connection(); conn != nil {
				_ = conn.Unsubscribe(ctx, f.key)
			}
			return
		case <-ctx.Done():
			return
		}
	}
}

func (l *listener) connection() *redis.PubSub {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn
}

// idle forgets a reply that nobody has read for a while.
func (l *listener) idle(f *follow) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f.readers > 0 || time.Since(f.left) < lookEvery {
		return false
	}
	delete(l.follows, f.key)
	return true
}

// look reads what the log has more.
func (l *listener) look(ctx context.Context, f *follow) {
	at := f.length()
	var text string
	err := l.cache.do(ctx, func(ctx context.Context) (err error) {
		text, err = l.cache.client.GetRange(ctx, f.key, int64(at), maxRead).Result()
		return err
	})
	if err == nil {
		f.add(at, text)
	}
}

// run listens until ctx ends, again after each connection that broke or was refused.
func (l *listener) run(ctx context.Context) {
	for wait, again := pause, false; ; {
		heard, err := l.listen(ctx)
		var refusal redis.Error
		switch {
		case !errors.As(err, &refusal):
			wait = reconnectPause
		case heard:
			wait = pause
		default:
			wait = nextPause(max(wait, pause), err)
			if again && strings.HasPrefix(refusal.Error(), "NOPERM") && !l.cache.away.Load() {
				l.cache.warnNoChannels(ctx, refusal.Error())
			}
			again = true // at the first, the probe may not have found yet that nothing is allowed
		}
		if !sleep(ctx, wait) {
			return
		}
	}
}

// listen takes what is sent, until the connection breaks or ctx ends, and reports
// whether that was anything.
func (l *listener) listen(ctx context.Context) (heard bool, err error) {
	conn := l.cache.client.Subscribe(ctx)
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() { _ = conn.Close() }()
	if err := conn.Subscribe(ctx, l.start(conn)...); err != nil {
		return false, err
	}
	for silent := false; ; {
		message, err := conn.ReceiveTimeout(ctx, silenceTime)
		var timeout net.Error
		switch {
		case err == nil:
			silent, heard = false, true
			l.take(message)
		case silent || !errors.As(err, &timeout) || !timeout.Timeout() || conn.Ping(ctx) != nil:
			return heard, err
		default:
			silent = true
		}
	}
}

// start makes conn the connection, and says what to subscribe to.
func (l *listener) start(conn *redis.PubSub) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	channels := []string{stopsChannel, changesChannel}
	for k := range l.follows {
		channels = append(channels, k)
	}
	return channels
}

// take hands on what was sent: to the followers of a reply, as a stop or as owners named.
func (l *listener) take(message any) {
	switch m := message.(type) {
	case *redis.Subscription:
		// What was sent before this was not heard.
		l.deliver(m.Channel, func(f *follow) { f.markGap() })
	case *redis.Message:
		if m.Channel == stopsChannel {
			if m.Payload == "" {
				return // of a probe
			}
			select {
			case l.stops <- m.Payload:
			default: // the flag in the store serves
			}
			return
		}
		if m.Channel == changesChannel {
			for owner := range strings.FieldsSeq(m.Payload) {
				select {
				case l.changes <- owner:
				default: // who follows looks by itself, too
				}
			}
			return
		}
		offset, text, _ := strings.Cut(m.Payload, " ")
		at, err := strconv.Atoi(offset)
		l.deliver(m.Channel, func(f *follow) {
			if err != nil || !f.add(at, text) {
				f.markGap()
			}
		})
	}
}

func (l *listener) deliver(k string, to func(*follow)) {
	l.mu.Lock()
	f := l.follows[k]
	l.mu.Unlock()
	if f != nil {
		to(f)
	}
}

// follow is a reply that is read here: one copy for all who do.
type follow struct {
	key string
	gap chan struct{} // has one when something may have been sent unheard

	readers int // with left guarded by the listener's mu
	left    time.Time

	mu   sync.Mutex
	text []byte // the log
	wake chan struct{}
}

func (f *follow) markGap() {
	select {
	case f.gap <- struct{}{}:
	default:
	}
}

func (f *follow) length() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.text)
}

// add adds text at an offset of the log; false says that what comes before it
// is missing.
func (f *follow) add(at int, text string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	have := len(f.text)
	if at > have {
		return false
	}
	if at < 0 || at+len(text) <= have || at+len(text) > maxRead {
		return true
	}
	f.text = append(f.text, text[have-at:]...)
	if f.wake != nil {
		close(f.wake)
		f.wake = nil
	}
	return true
}

// read is the reply's text from offset on; without any, whether it has ended,
// and if not, what to wait for.
func (f *follow) read(offset int) (text string, ended bool, wake <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body := f.text
	if n := len(body); n > 0 && body[n-1] == endMark {
		ended, body = true, body[:n-1]
	}
	if offset < len(body) {
		return string(body[offset:]), ended, nil
	}
	if !ended && f.wake == nil {
		f.wake = make(chan struct{})
	}
	return "", ended, f.wake
}
