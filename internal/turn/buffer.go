package turn

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// maxReplyBytes bounds a reply, so that a model that never ends cannot fill
// the memory.
const maxReplyBytes = 64 << 10

// Why a reply was ended early: the causes of its context's end.
var (
	errStopped        = errors.New("debate: stopped by the caller")
	errDrained        = errors.New("debate: drained")
	errLost           = errors.New("debate: the lease was lost")
	errTooLong        = errors.New("debate: the reply is too long")
	errGated          = errors.New("debate: the subject is not to be argued")
	errSubjectChanged = errors.New("debate: the subject turned out to be another")
	errPanicked       = errors.New("debate: panic")
)

// reply is an attempt that runs in this process. One goroutine writes it; any
// number read it, each at its own pace, so that a slow one holds up nobody.
type reply struct {
	ref    debate.Ref
	cancel context.CancelCauseFunc
	live   debate.Live // may be nil
	slot   debate.Slot

	mu      sync.Mutex
	text    strings.Builder
	partial string               // the beginning of a character whose end has not come yet
	held    bool                 // the gate is closed: readers see nothing yet
	shown   time.Time            // when they saw the first text
	found   *debate.Conversation // with the subject, where that was found beside the reply
	readers []chan struct{}      // each has room for one sign that there is something to read
	ended   bool

	// done is closed when it has ended. How it did, to be read then: the
	// conversation, the turns before, and the turn as the attempt left it.
	done         chan struct{}
	conversation debate.Conversation
	history      []debate.Turn
	turn         debate.Turn
}

// tellSubject tells readers the conversation with the subject that was found.
func (r *reply) tellSubject(c debate.Conversation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found = &c
	r.notify()
}

// append adds a piece of text.
func (r *reply) append(piece string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	piece = r.partial + strings.ReplaceAll(piece, "\x00", "")
	whole := wholeCharacters(piece)
	r.partial = piece[whole:]
	piece = strings.ToValidUTF8(piece[:whole], "\uFFFD")
	offset := r.text.Len()
	if piece == "" {
		return
	}
	if offset+len(piece) > maxReplyBytes {
		r.cancel(errTooLong)
		return
	}
	r.text.WriteString(piece)
	if !r.held {
		r.show(offset)
	}
}

// closeGate keeps what comes from readers until openGate.
func (r *reply) closeGate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held = true
}

// openGate shows what was held.
func (r *reply) openGate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.held {
		return
	}
	r.held = false
	if r.text.Len() > 0 {
		r.show(0)
	}
}

// reset drops what was held, and goes on holding.
func (r *reply) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held {
		r.text.Reset()
		r.partial = ""
	}
}

// show tells readers of the text from offset on. r.mu is held.
func (r *reply) show(offset int) {
	if r.shown.IsZero() {
		r.shown = time.Now()
	}
	if r.live != nil {
		r.live.Publish(r.ref, offset, r.text.String()[offset:])
	}
	r.notify()
}

func (r *reply) notify() {
	for _, reader := range r.readers {
		wake(reader)
	}
}

// wake wakes a reader, who is to look for what there is.
func wake(reader chan struct{}) {
	select {
	case reader <- struct{}{}:
	default: // it has not come to look since it was woken
	}
}

// join adds a reader, who is woken whenever there is something to read, and leave ends that.
func (r *reply) join() (reader chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	reader = make(chan struct{}, 1)
	r.readers = append(r.readers, reader)
	return reader
}

func (r *reply) leave(reader chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.Index(r.readers, reader)
	r.readers = slices.Delete(r.readers, i, i+1)
}

// end says how the attempt ended.
func (r *reply) end(c debate.Conversation, history []debate.Turn, t debate.Turn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conversation, r.history, r.turn = c, history, t
	r.ended = true
	close(r.done)
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
	return r.text.String()
}

// firstShown is when readers saw the first text, zero if they saw none.
func (r *reply) firstShown() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.shown
}

// read is the text from offset on, what tellSubject told, nil before, and whether that is all, since the attempt
// has ended.
func (r *reply) read(offset int) (text string, found *debate.Conversation, ended bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.held && offset < r.text.Len() {
		text = r.text.String()[offset:]
	}
	return text, r.found, r.ended
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
