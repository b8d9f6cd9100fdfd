package cache

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// write puts text at an offset of a log, and sends it on. A log that is
// shorter than that has lost something: it stays as it is. The answer is how
// long the log is, and whether anybody heard of it: where channels are not allowed,
// nobody does, and on a cluster not all may be known of.
const write = `
local have, at, heard = redis.call('STRLEN', KEYS[1]), tonumber(ARGV[1]), 0
if have < at then return {have, 0} end
if #ARGV[2] > 0 then
  redis.call('SETRANGE', KEYS[1], at, ARGV[2])
  heard = redis.pcall('PUBLISH', KEYS[1], ARGV[1] .. ' ' .. ARGV[2])
  if type(heard) == 'table' then heard = 0 end
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {math.max(have, at + #ARGV[2]), heard}`

// name sends owners on. Where channels are not allowed, nobody hears it.
const name = `return redis.pcall('PUBLISH', ARGV[1], ARGV[2]) and 1`

// How much is written at once, how often, and how much is kept for that. What
// is written while a batch is on its way goes with the next.
const (
	batchReplies = 100
	batchBytes   = 256 << 10
	batchPause   = 5 * time.Millisecond
	// gatherPause is how long pieces are gathered of a reply that nobody hears, but
	// for the first. Who comes then waits as long for the next.
	gatherPause = 200 * time.Millisecond
	// checkEvery is how often the logs of all running replies are written to,
	// so that one that was lost comes back.
	checkEvery = time.Second
	// endedTime is how long the end of a reply is tried to be written.
	endedTime = 5 * time.Second
	// maxKept bounds the texts kept for writing them again. Replies that have
	// no room are followed by their checkpoints.
	maxKept = 64 << 20
)

// writer writes the replies that run here.
type writer struct {
	cache *Cache
	ready chan struct{} // says that there is something to write

	mu      sync.Mutex
	replies map[debate.Ref]*pendingReply
	changed map[string]bool // owners to name
	queue   []debate.Ref
	kept    int
	gathers bool // what is behind is enqueued soon
}

// pendingReply is a reply that runs here.
type pendingReply struct {
	text   []byte    // all of it, with the end mark at its end
	sent   int       // how much of it is in Redis, as far as known
	ended  time.Time // zero while it runs
	queued bool
	heard  bool // the latest piece reached another replica
	// dropped says that there was no room to keep it.
	dropped bool
}

// add takes text at an offset of a reply, or its end, to be written with the next batch.
func (w *writer) add(ref debate.Ref, offset int, text string, ended bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	o := w.replies[ref]
	if o == nil {
		o = new(pendingReply)
		w.replies[ref] = o
	}
	if ended {
		offset, text = len(o.text), string(rune(endMark))
	}
	switch {
	case o.dropped && ended:
		delete(w.replies, ref)
		return
	case o.dropped || !o.ended.IsZero() || offset > len(o.text):
		return
	case w.kept+len(text) > maxKept && !ended:
		w.kept -= len(o.text)
		o.text, o.dropped = nil, true
		return
	}
	w.kept += offset + len(text) - len(o.text)
	o.text = append(o.text[:offset], text...)
	if ended {
		o.ended = time.Now()
	}
	if o.sent > 0 && !o.heard {
		w.gather()
		return
	}
	w.enqueue(ref, o)
}

// addChanged names an owner with the next batch.
func (w *writer) addChanged(owner string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cache.away.Load() || w.cache.mute.Load() {
		return // nobody would hear it
	}
	w.changed[owner] = true
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

// gather enqueues, a little later, what is not written by then. w.mu is held.
func (w *writer) gather() {
	if w.gathers {
		return
	}
	w.gathers = true
	time.AfterFunc(gatherPause, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.gathers = false
		w.enqueueBehind()
	})
}

// enqueueBehind enqueues the replies whose logs lack something. w.mu is held.
func (w *writer) enqueueBehind() {
	for ref, o := range w.replies {
		if o.sent < len(o.text) {
			w.enqueue(ref, o)
		}
	}
}

func (w *writer) enqueue(ref debate.Ref, o *pendingReply) {
	if !o.queued && !o.dropped {
		o.queued = true
		w.queue = append(w.queue, ref)
	}
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

// run writes batches until ctx ends, and then what is left.
func (w *writer) run(ctx context.Context) {
	check := time.NewTicker(checkEvery)
	defer check.Stop()
	for {
		select {
		case <-w.ready:
		case <-check.C:
			w.checkAll()
		case <-ctx.Done():
			w.mu.Lock()
			w.enqueueBehind() // the ends that a drain brought
			w.mu.Unlock()
			for w.send(context.WithoutCancel(ctx)) {
			}
			return
		}
		for w.send(ctx) {
		}
		time.Sleep(batchPause)
	}
}

// checkAll enqueues all replies, so that a log that Redis lost is written again.
func (w *writer) checkAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ref, o := range w.replies {
		if len(o.text) > 0 {
			w.enqueue(ref, o)
		}
	}
}

// entry is what a log lacks.
type entry struct {
	ref  debate.Ref
	at   int
	text string
}

// send writes one batch and says whether there is more to write now.
func (w *writer) send(ctx context.Context) bool {
	batch, changed := w.take()
	if len(batch) == 0 && changed == "" {
		return false
	}
	answers := make([]*redis.Cmd, len(batch))
	err := w.cache.do(ctx, func(ctx context.Context) error {
		_, err := w.cache.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, e := range batch {
				answers[i] = p.Eval(ctx, write, []string{logKey(e.ref)}, e.at, e.text, logTime.Milliseconds())
			}
			if changed != "" {
				p.Eval(ctx, name, nil, changesChannel, changed)
			}
			return nil
		})
		return err
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.dropBatch()
		return false
	}
	for i, e := range batch {
		o := w.replies[e.ref]
		if o == nil || o.dropped {
			continue
		}
		answer, _ := answers[i].Int64Slice()
		if len(answer) != 2 {
			answer = []int64{0, 0}
		}
		lost := int(answer[0]) < e.at
		o.sent, o.heard = min(int(answer[0]), len(o.text)), answer[1] > 0
		switch {
		case o.sent == len(o.text) && !o.ended.IsZero():
			w.forget(e.ref, o)
		case o.sent == len(o.text):
		case o.heard || lost:
			w.enqueue(e.ref, o)
		default:
			w.gather()
		}
	}
	return len(w.queue) > 0
}

// dropBatch gives up a batch that Redis did not take: the next check writes it again. Replies that
// ended a while ago are forgotten, since their readers have found them in the store. w.mu is held.
func (w *writer) dropBatch() {
	w.queue = nil
	for ref, o := range w.replies {
		o.queued = false
		if !o.ended.IsZero() && time.Since(o.ended) > endedTime {
			w.forget(ref, o)
		}
	}
}

func (w *writer) forget(ref debate.Ref, o *pendingReply) {
	w.kept -= len(o.text)
	delete(w.replies, ref)
}

// take is the next batch, and the owners to name.
func (w *writer) take() (batch []entry, changed string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	changed = strings.Join(slices.Collect(maps.Keys(w.changed)), " ")
	clear(w.changed)
	n, bytes := 0, 0
	for ; n < min(len(w.queue), batchReplies) && bytes < batchBytes; n++ {
		o := w.replies[w.queue[n]]
		if o == nil || o.dropped {
			continue
		}
		o.queued = false
		batch = append(batch, entry{w.queue[n], o.sent, string(o.text[o.sent:])})
		bytes += len(o.text) - o.sent
	}
	w.queue = slices.Delete(w.queue, 0, n)
	return batch, changed
}
