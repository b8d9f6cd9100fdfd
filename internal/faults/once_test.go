package faults

import (
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

func TestFiftyCopiesOfARequestMakeOneTurn(t *testing.T) {
	t.Parallel()
	url := pgtest.NewDatabase(t)
	h := newHouse(t, "DATABASE_URL="+url, "REDIS_URL="+redistest.Start(t).URL())
	two := []api{h.serve().api(), h.serve().api()}
	l := &load{}
	request := uuid.NewString()
	message := line(request, 10, 30*time.Millisecond)
	answers := make([]call, 50)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			if i%4 < 2 {
				answers[i] = l.chat(two[i%2], "", request, message)
			} else {
				answers[i] = l.stream(two[i%2], "", request, message)
			}
		})
	}
	all.Wait()
	for _, a := range answers {
		if a.turn != nil {
			a.turn.StanceCheck = nil // comes after the reply, so that some may have it
		}
		if !a.completed() || !proto.Equal(a.turn, answers[0].turn) {
			t.Errorf("one was answered %v (%v), another %v", a.turn, a.err, answers[0].turn)
		}
	}
	replies := 0
	for _, asked := range h.model.Calls() {
		if asked.Stream { // and is no check of a reply
			replies++
		}
	}
	if replies != 1 {
		t.Errorf("the model was asked for %d replies", replies)
	}
	for _, to := range two {
		if c := l.chat(to, "", request, line("something-else", 1, 0)); c.reason != "REQUEST_ID_REUSED" {
			t.Errorf("the id for another request: %q, %v", c.reason, c.err)
		}
		if c := l.chat(to, answers[0].turn.ConversationId, request, message); c.reason != "REQUEST_ID_REUSED" {
			t.Errorf("the id for another conversation: %q, %v", c.reason, c.err)
		}
	}
	if s := h.settle(openDatabase(t, "pgx", url), two[1], l.all()); len(s.turns) != 1 {
		t.Errorf("%d turns are stored", len(s.turns))
	}
}

func TestTwentyMessagesAtOnceAreTakenOneByOne(t *testing.T) {
	t.Parallel()
	url := pgtest.NewDatabase(t)
	h := newHouse(t, "DATABASE_URL="+url, "REDIS_URL="+redistest.Start(t).URL())
	two := []api{h.serve().api(), h.serve().api()}
	l := &load{to: either(two[0], two[1])}
	conversation := l.chat(two[0], "", uuid.NewString(), line("the-beginning", 2, 0)).turn.ConversationId
	first := make([]call, 20)
	var all sync.WaitGroup
	for i := range first {
		request, message := uuid.NewString(), line(fmt.Sprintf("reason-%d", i), 5, 30*time.Millisecond)
		all.Go(func() {
			first[i] = l.take(i%4 < 2, conversation, request, message)
			for c := first[i]; c.reason == "TURN_RUNNING"; c = l.take(i%4 < 2, conversation, request, message) {
				time.Sleep(30 * time.Millisecond)
			}
		})
	}
	all.Wait()
	taken := 0
	for _, c := range first {
		if c.completed() {
			taken++
		} else if _, running := reasonOf(c.err); c.reason != "TURN_RUNNING" || running == "" {
			t.Errorf("one was told %q of turn %q: %v", c.reason, running, c.err)
		}
	}
	// One ran at once, and perhaps a late one after it.
	if taken == 0 || taken > 5 {
		t.Errorf("%d of 20 messages at once were taken", taken)
	}
	s := h.settle(openDatabase(t, "pgx", url), two[1], l.all())
	if len(s.turns) != 21 || s.counts[conversation] != 21 {
		t.Errorf("%d turns are stored, %d counted", len(s.turns), s.counts[conversation])
	}
	h.checkPrompts(s)
}

// A process that was paused for longer than its lease wakes up, and goes on
// writing a reply that another one has ended and made anew since.
func TestPausedReplicaCannotWriteOverItsSuccessor(t *testing.T) {
	t.Parallel()
	url := pgtest.NewDatabase(t)
	h := newHouse(t, "DATABASE_URL="+url, "REDIS_URL="+redistest.Start(t).URL())
	sleeper, other := h.serve(), h.serve().api()
	l := &load{}
	request := uuid.NewString()
	message := line(request, 60, 100*time.Millisecond)
	spoken := h.model.at(52)(func() {}) // after its first renewal
	heard := make(chan call, 1)
	go func() { heard <- l.stream(sleeper.api(), "", request, message) }()
	select {
	case <-spoken:
	case <-time.After(20 * time.Second):
		t.Fatal("the reply does not come")
	}
	sleeper.signal(syscall.SIGSTOP)
	stopped := time.Now()

	c := l.stream(other, "", request, message) // joins the turn, and is told of its end
	if stateName(c.turn.GetState()) != "interrupted" || !c.whole || len(c.heard) == 0 || !strings.HasPrefix(replyTo(message), c.heard) {
		t.Errorf("the other replica told: %v, %v", c.turn, c.err)
	}
	if took := time.Since(stopped); took > 18*time.Second {
		t.Errorf("it was told %s after the pause began", took)
	}
	again := l.retry(other, c.turn, uuid.NewString())
	if !again.completed() {
		t.Errorf("the retry ended as %v: %v", again.turn, again.err)
	}
	sleeper.signal(syscall.SIGCONT)
	late := <-heard
	if late.whole && late.completed() {
		t.Errorf("the sleeper told its reader: %v", late.turn)
	}
	t.Logf("the sleeper told its reader: %s, %v", stateName(late.turn.GetState()), late.err)
	s := h.settle(openDatabase(t, "pgx", url), other, l.all())
	if len(s.turns) != 1 || s.turns[0].state != "completed" || s.turns[0].attempt != 2 {
		t.Errorf("stored are %v", s.turns)
	}
	if next := l.chat(sleeper.api(), c.turn.ConversationId, uuid.NewString(), line("another-reason", 1, 0)); !next.completed() {
		t.Errorf("the sleeper took no turn after it woke up: %v", next.err)
	}
}
