package faults

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// addedByRedis is the most that a turn takes longer for Redis, in whatever
// state that is.
const addedByRedis = 150 * time.Millisecond

// Redis fails in every way while clients debate: turns hardly notice, stop and
// watch work across replicas, and afterwards they are as quick as before.
func TestRedisFailsUnderLoad(t *testing.T) {
	t.Parallel()
	url := pgtest.NewDatabase(t)
	server := redistest.Start(t)
	way := redistest.StartDelay(t, server)
	h := newHouse(t, "DATABASE_URL="+url)
	a, b := h.serve("REDIS_URL="+server.URL()).api(), h.serve("REDIS_URL=redis://"+way.Addr).api()
	p := &pair{house: h, a: a, b: b, load: &load{to: either(a, b)}}
	p.load.start(2)
	p.isQuick("at first")
	well, longestWell := p.turns()

	for _, fault := range []struct {
		name       string
		begin, end func()
	}{
		{"refused", server.Kill, p.restart(server)},
		{"hung", server.Hang, server.Resume},
		{"flushed", func() { server.Flush(t) }, func() {}},
		{"slow to answer", func() { way.Set(2 * time.Second) }, func() { way.Set(0) }},
		{"a little slow", func() { way.Set(30 * time.Millisecond) }, func() { way.Set(0) }},
	} {
		fault.begin()
		var both sync.WaitGroup
		both.Go(func() { p.isWhole(fault.name) })
		took, longest := p.turns()
		both.Wait()
		fault.end()
		if took > well+addedByRedis {
			t.Errorf("%s: a turn took %s, and %s before", fault.name, took, well)
		}
		p.isQuick("after Redis was " + fault.name)
		t.Logf("%s: a turn took %s and at most %s; %s and %s before", fault.name, took, longest, well, longestWell)
	}
	p.load.stop()
	for _, c := range p.load.all() {
		if c.reason != "" {
			t.Errorf("a call failed: %v", c.err)
		}
	}
	s := h.settle(openDatabase(t, "pgx", url), a, p.load.all())
	h.checkPrompts(s)
}

// pair is two replicas that share a Redis.
type pair struct {
	*house
	a, b api
	load *load
}

func (p *pair) restart(server *redistest.Server) func() {
	return func() {
		if err := server.Run(); err != nil {
			p.Fatal(err)
		}
	}
}

// turns is what a turn takes of a conversation that goes to and fro between the
// replicas: in the middle, and at most.
func (p *pair) turns() (median, longest time.Duration) {
	var took []time.Duration
	conversation := ""
	for i := range 25 {
		to := p.a
		if i%2 == 0 {
			to = p.b
		}
		request := uuid.NewString()
		c := p.load.chat(to, conversation, request, line(request, 2, time.Millisecond))
		if !c.completed() {
			continue // reported with all calls
		}
		conversation = c.turn.ConversationId
		took = append(took, c.ended.Sub(c.began))
	}
	if len(took) == 0 {
		return time.Hour, time.Hour
	}
	slices.Sort(took)
	return took[len(took)/2], took[len(took)-1]
}

// isQuick sees a reply pass from one replica to the other as it is spoken, long
// before it is first stored, and a stop go back as quickly.
func (p *pair) isQuick(when string) {
	p.Helper()
	// It is probed every second. Without it, words and stops pass with the
	// checkpoints, 5 seconds after a reply began.
	const quick = 4 * time.Second
	p.eventually(40*time.Second, when+", Redis is in use", func() bool {
		id, ended := p.speak(200, 100*time.Millisecond)
		first, _ := p.watch(id, true)
		stopped := p.stopTurn(id)
		<-ended
		return first < quick && stopped < quick
	})
}

// isWhole watches a reply from the other replica to its end, and stops one.
func (p *pair) isWhole(when string) {
	p.Helper()
	watched, ended := p.speak(30, 200*time.Millisecond)
	other, stopped := p.speak(400, 100*time.Millisecond)
	var both sync.WaitGroup
	both.Go(func() {
		if _, c := p.watch(watched, false); !c.completed() || c.heard != replyTo(c.message) {
			p.Errorf("%s: a watcher at the other replica heard %q, %v, %v", when, c.heard, c.turn, c.err)
		}
	})
	both.Go(func() {
		// The flag in the database is seen when the lease is renewed, every 5 seconds, and
		// that waits for the store.
		if took := p.stopTurn(other); took > 5*time.Second+debate.StoreWait {
			p.Errorf("%s: a stop through the other replica took %s", when, took)
		}
	})
	both.Wait()
	<-ended
	if c := <-stopped; stateName(c.turn.GetState()) != "stopped" {
		p.Errorf("%s: what was stopped ended as %v, %v", when, c.turn, c.err)
	}
}

// speak begins a turn at the first replica.
func (p *pair) speak(pieces int, apart time.Duration) (id string, ended <-chan call) {
	p.Helper()
	request := uuid.NewString()
	c := call{request: request, message: line(request, pieces, apart), began: time.Now()}
	ctx, cancel := context.WithTimeout(context.Background(), callWait)
	s, err := p.a.ChatStream(ctx, connect.NewRequest(&debatev1.ChatStreamRequest{Message: c.message, RequestId: request, Topic: topic}))
	if err != nil || !s.Receive() {
		cancel()
		p.Errorf("no turn began: %v", err)
		none := make(chan call)
		close(none)
		return "", none
	}
	c.hear(s.Msg())
	id = c.turn.GetId()
	done := make(chan call, 1)
	go func() {
		defer cancel()
		defer s.Close()
		for s.Receive() {
			c.hear(s.Msg())
		}
		done <- p.load.record(c, c.cut(s.Err()))
	}()
	return id, done
}

// watch watches a turn at the second replica, and says when its first words came.
func (p *pair) watch(id string, onlyFirst bool) (first time.Duration, c call) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), callWait)
	defer cancel()
	s, err := p.b.WatchTurn(ctx, connect.NewRequest(&debatev1.WatchTurnRequest{TurnId: id}))
	if err != nil {
		return time.Hour, call{err: err}
	}
	defer s.Close()
	for first == 0 || !onlyFirst {
		if !s.Receive() {
			break
		}
		c.hear(s.Msg())
		if first == 0 && s.Msg().GetDelta() != nil {
			first = time.Since(began)
		}
	}
	c.message, c.err = c.turn.GetMessage(), s.Err()
	return first, c
}

// stopTurn stops a turn through the second replica and says how long it took.
func (p *pair) stopTurn(id string) time.Duration {
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), callWait)
	defer cancel()
	answer, err := p.b.StopTurn(ctx, connect.NewRequest(&debatev1.StopTurnRequest{TurnId: id}))
	if err != nil || stateName(answer.Msg.Turn.State) != "stopped" {
		p.Errorf("a stop was answered %v, %v", answer, err)
	}
	return time.Since(began)
}

// checkPrompts looks at what the model was asked: the latest text once, after
// all that was said before it, in its order. Only what is too old may be missing.
func (h *house) checkPrompts(s stored) {
	h.Helper()
	place := map[string]row{}
	said := map[string][]string{} // by conversation
	for _, t := range s.turns {
		place[t.message] = t
		said[t.conversation] = append(said[t.conversation], t.message)
	}
	for _, asked := range h.model.Calls() {
		if !asked.Stream {
			continue
		}
		users := userMessages(asked.ChatCompletionRequest)
		t := place[users[len(users)-1]]
		upTo := said[t.conversation][:t.number]
		if len(users) > len(upTo) || !slices.Equal(users, upTo[len(upTo)-len(users):]) || len(users) < min(5, len(upTo)) {
			h.Errorf("turn %d of %s was asked for as %q, after %q", t.number, t.conversation, users, upTo)
		}
	}
}
