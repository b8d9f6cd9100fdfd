package faults

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
)

// load is clients that debate, each in one conversation at a time, until they
// are told to stop.
type load struct {
	history
	// to is where a client's next call goes.
	to func() api
	// patient clients repeat, with its request id, what could not be done;
	// others start another conversation.
	patient bool
	// retries has clients retry a turn now and then.
	retries bool
	// slow is how many of the clients ask for replies that take 7 seconds, so
	// that their leases are renewed.
	slow int

	stopped chan struct{}
	running sync.WaitGroup
}

func (l *load) start(clients int) {
	l.stopped = make(chan struct{})
	for i := range clients {
		l.running.Go(func() { l.debate(i < l.slow) })
	}
}

// stop has the clients finish their calls.
func (l *load) stop() {
	close(l.stopped)
	l.running.Wait()
}

func (l *load) isStopped() bool {
	select {
	case <-l.stopped:
		return true
	default:
		return false
	}
}

func (l *load) debate(slow bool) {
	conversation := ""
	for n := 0; !l.isStopped(); n++ {
		request := uuid.NewString()
		message := line(request, 1+rand.IntN(8), rand.N(20*time.Millisecond))
		if slow {
			message = line(request, 35, 200*time.Millisecond)
		}
		c := l.take(n%2 == 0, conversation, request, message)
		for wait := 50 * time.Millisecond; l.patient && c.again() && !l.isStopped(); wait = min(2*wait, time.Second) {
			time.Sleep(wait)
			c = l.take(n%2 == 0, conversation, request, message)
		}
		switch {
		case !c.completed():
			conversation = ""
			time.Sleep(50 * time.Millisecond)
		case l.retries && n%4 == 3:
			if c = l.retry(l.to(), c.turn, uuid.NewString()); !c.completed() {
				conversation = ""
			}
		default:
			conversation = c.turn.ConversationId
		}
		time.Sleep(rand.N(100 * time.Millisecond))
	}
}

// again says whether a repetition of the call may come to a turn.
func (c call) again() bool {
	switch c.reason {
	case lost, "STORE_UNAVAILABLE":
		return true
	case "DRAINING":
		return !c.told()
	default:
		return false
	}
}

func (l *load) take(streamed bool, conversation, request, message string) call {
	if streamed {
		return l.stream(l.to(), conversation, request, message)
	}
	return l.chat(l.to(), conversation, request, message)
}

// askAgain repeats, with its request id, every call that was left without an
// answer, all at once.
func (l *load) askAgain() {
	answered := map[string]bool{}
	open := map[string]call{}
	for _, c := range l.all() {
		answered[c.request] = answered[c.request] || c.whole || c.told() && c.reason != "" && c.reason != lost
		open[c.request] = c
	}
	var all sync.WaitGroup
	for request, c := range open {
		switch {
		case answered[request]:
		case c.retried != nil:
			all.Go(func() { l.retry(l.to(), c.retried, request) })
		default:
			all.Go(func() { l.stream(l.to(), c.conversation, request, c.message) })
		}
	}
	all.Wait()
}

// settle waits until no turn runs, and compares what clients were told with
// what is stored.
func (h *house) settle(db database, through api, calls []call) stored {
	h.Helper()
	// A lease takes 15 s, and it is looked for every 5 s.
	h.eventually(30*time.Second, "no turn runs", func() bool {
		return db.number(`SELECT COUNT(*) FROM turns WHERE state = 'running'`) == 0
	})
	s := db.read(through)
	for _, difference := range check(calls, s) {
		h.Error(difference)
	}
	states := map[string]int{}
	for _, t := range s.turns {
		states[t.state]++
	}
	reasons := map[string]int{}
	for _, c := range calls {
		if c.reason != "" {
			reasons[c.reason]++
			if reasons[c.reason] == 1 {
				h.Logf("the first call that ended with %s: %v", c.reason, c.err)
			}
		}
	}
	h.Logf("%d calls, with errors %v; stored %d turns, %v", len(calls), reasons, len(s.turns), states)
	return s
}
