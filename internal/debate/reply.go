package debate

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"unicode/utf8"
)

// maxReplyBytes bounds a reply, so that a model that never ends cannot fill
// the memory.
const maxReplyBytes = 64 << 10

// Why a reply was ended early: the causes of its context's end.
var (
	errStopped   = errors.New("debate: stopped by the caller")
	errDrained   = errors.New("debate: drained")
	errLost      = errors.New("debate: the lease was lost")
	errTooLong   = errors.New("debate: the reply is too long")
	errTurnedOut = errors.New("debate: the subject turned out to be another")
	errPanicked  = errors.New("debate: panic")
)

// reply is an attempt that runs in this process. One goroutine writes it; any
// number read it, each at its own pace, so that a slow one holds up nobody.
type reply struct {
	ref    Ref
	cancel context.CancelCauseFunc
	live   Live // may be nil
	slot   Slot

	mu      sync.Mutex
	text    []byte
	partial string // the beginning of a character whose end has not come yet
	held    bool   // readers see nothing yet
	wake    chan struct{}
	ended   bool

	// How it ended, to be read once ended: the conversation, the turns
	// before, and the turn as the attempt left it.
	conversation Conversation
	before       []Turn
	turn         Turn
}

// append adds a piece of text. After the first one it lets readers run: they
// have waited for it.
func (r *reply) append(piece string) {
	if r.add(piece) == 0 {
		runtime.Gosched()
	}
}

// add returns where a piece of text was added.
func (r *reply) add(piece string) (offset int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	piece = r.partial + strings.ReplaceAll(piece, "\x00", "")
	whole := wholeCharacters(piece)
	r.partial = piece[whole:]
	piece = strings.ToValidUTF8(piece[:whole], "\uFFFD")
	offset = len(r.text)
	if piece == "" {
		return offset
	}
	if offset+len(piece) > maxReplyBytes {
		r.cancel(errTooLong)
		return offset
	}
	r.text = append(r.text, piece...)
	if !r.held {
		r.show(offset)
	}
	return offset
}

// hold keeps what comes from readers until release.
func (r *reply) hold() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held = true
}

// release shows what was held.
func (r *reply) release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.held {
		return
	}
	r.held = false
	if len(r.text) > 0 {
		r.show(0)
	}
}

// discard drops what was held, and goes on holding.
func (r *reply) discard() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held {
		r.text, r.partial = nil, ""
	}
}

// show tells readers of the text from offset on. r.mu is held.
func (r *reply) show(offset int) {
	if r.live != nil {
		r.live.Publish(r.ref, offset, string(r.text[offset:]))
	}
	r.notify()
}

func (r *reply) notify() {
	if r.wake != nil {
		close(r.wake)
		r.wake = nil
	}
}

// end says how the attempt ended.
func (r *reply) end(c Conversation, before []Turn, t Turn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conversation, r.before, r.turn = c, before, t
	r.ended = true
	if r.live != nil {
		r.live.End(r.ref)
	}
	r.notify()
}

// soFar is the text that readers may see.
func (r *reply) soFar() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held {
		return ""
	}
	return string(r.text)
}

// read is the text from offset on. Without any it says whether the attempt has
// ended, and if not, what to wait for.
func (r *reply) read(offset int) (text string, ended bool, wake <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.held && offset < len(r.text) {
		return string(r.text[offset:]), false, nil
	}
	if r.ended {
		return "", true, nil
	}
	if r.wake == nil {
		r.wake = make(chan struct{})
	}
	return "", false, r.wake
}

// wholeCharacters is the length of s without an unfinished character at its end.
func wholeCharacters(s string) int {
	for i := len(s) - 1; i >= 0 && i >= len(s)-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			if utf8.FullRuneInString(s[i:]) {
				break
			}
			return i
		}
	}
	return len(s)
}
