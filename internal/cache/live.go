package cache

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

const (
	// logTime is how long a running reply is kept after its latest write,
	// longer than a turn can take.
	logTime = 2 * time.Minute
	// stopsChannel is where stop signals are sent.
	stopsChannel = "debate:1:stops"
	// changesChannel is where owners are named whose debates changed.
	changesChannel = "debate:1:changes"
)

// endMark is the last byte of a log whose reply has ended. No reply has a zero
// byte in it.
const endMark = 0

// Live is a debate.Live. A running reply is a log in Redis: its text, written
// at offsets, so that a write can be repeated and a lost one is noticed. What
// is written is also sent to those who listen, who go on from the log where
// they missed something.
type Live struct {
	cache   *Cache
	stops   chan string
	changes chan string

	out writer
	in  listener
}

var _ debate.Live = (*Live)(nil)

// NewLive makes a Live that works until the Cache is closed.
func NewLive(c *Cache) *Live {
	l := &Live{cache: c, stops: make(chan string, 64), changes: make(chan string, 256)}
	l.out = writer{cache: c, replies: make(map[debate.Ref]*pendingReply), changed: make(map[string]bool), ready: make(chan struct{}, 1)}
	l.in = listener{cache: c, stops: l.stops, changes: l.changes, follows: make(map[string]*follow)}
	c.run(l.out.run)
	c.run(l.in.run)
	return l
}

// Publish adds text at an offset of a reply that runs here.
func (l *Live) Publish(ref debate.Ref, offset int, text string) { l.out.add(ref, offset, text, false) }

// End says that an attempt that ran here has ended.
func (l *Live) End(ref debate.Ref) { l.out.add(ref, 0, "", true) }

// Read waits for text of a reply from offset on, for its end or that of ctx.
// All who read one reply here share one copy of it.
func (l *Live) Read(ctx context.Context, ref debate.Ref, offset int) (text string, ended bool, err error) {
	f := l.in.follow(ref)
	defer l.in.leave(f)
	for {
		text, ended, wake := f.read(offset)
		if text != "" || ended {
			return text, ended, nil
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return "", false, ctx.Err()
		}
	}
}

// Stop tells all replicas to stop a turn. Nobody may hear it, and nobody does where
// channels are not allowed.
func (l *Live) Stop(ctx context.Context, turnID string) error {
	if l.cache.mute.Load() {
		return nil
	}
	return l.cache.do(ctx, func(ctx context.Context) error {
		err := l.cache.client.Publish(ctx, stopsChannel, turnID).Err()
		if err != nil && strings.HasPrefix(err.Error(), "NOPERM") { // the probe has not found it yet
			l.cache.mute.Store(true)
			l.cache.warnNoChannels(ctx, err.Error())
			return nil
		}
		return err
	})
}

// Stops delivers the turns to stop.
func (l *Live) Stops() <-chan string { return l.stops }

// Changed names an owner whose debates changed, with what is written next.
func (l *Live) Changed(owner string) { l.out.addChanged(owner) }

// Changes delivers the owners who were named.
func (l *Live) Changes() <-chan string { return l.changes }

// logKey names a reply's log, and the channel that it is sent on.
func logKey(ref debate.Ref) string { return key("reply", ref.TurnID+"/"+strconv.Itoa(ref.Attempt)) }
