package faults

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// check compares what clients were told with what is stored after all turns
// have ended, and tells every difference.
func check(calls []call, s stored) []string {
	c := &checker{stored: s, byID: map[string]row{}}
	for _, t := range s.turns {
		c.byID[t.id] = t
	}
	for _, one := range calls {
		c.call(one)
	}
	c.turns(calls)
	c.order(calls)
	c.views()
	slices.Sort(c.found)
	return slices.Compact(c.found)
}

type checker struct {
	stored
	byID  map[string]row
	found []string
}

func (c *checker) fault(kind, id, format string, a ...any) {
	c.found = append(c.found, kind+": "+id+": "+fmt.Sprintf(format, a...))
}

// call compares one call with its turn.
func (c *checker) call(one call) {
	if !one.told() {
		return
	}
	t, ok := c.byID[one.turn.Id]
	if !ok {
		c.fault("lost", one.turn.Id, "a client was told of it, at its end of %q", one.reason)
		return
	}
	if t.message != one.message {
		c.fault("altered", t.id, "the message is %q, and was %q", t.message, one.message)
	}
	if one.turn.Number == 0 {
		return // an error that named the turn
	}
	if int(one.turn.Number) != t.number || one.turn.ConversationId != t.conversation || one.conversation != "" && one.conversation != t.conversation {
		c.fault("moved", t.id, "it is turn %d of %s, and was told as turn %d of %s to a client in %q",
			t.number, t.conversation, one.turn.Number, one.turn.ConversationId, one.conversation)
	}
	if !strings.HasPrefix(replyTo(one.message), one.heard) {
		c.fault("garbled", t.id, "a client heard %q", one.heard)
	}
	if !one.whole {
		return
	}
	if one.heard != one.turn.Reply && !one.lostItsEnd() {
		c.fault("garbled", t.id, "a client heard %q, and was shown %q", one.heard, one.turn.Reply)
	}
	if one.turn.State == debatev1.TurnState_TURN_STATE_RUNNING {
		c.fault("running", t.id, "a client was told that it has ended")
	}
	if int(one.turn.Attempt) == t.attempt && !one.ofRetry() && (stateName(one.turn.State) != t.state || one.turn.Reply != t.reply) {
		c.fault("altered", t.id, "it is %s with %d bytes, and was told as %s with %d bytes",
			t.state, len(t.reply), stateName(one.turn.State), len(one.turn.Reply))
	}
	if one.completed() && t.state != "completed" {
		c.fault("altered", t.id, "it is %s, and a client saw it completed", t.state)
	}
}

// ofRetry says whether the call was shown an attempt after the first that was
// not completed: the turn shows the one before.
func (c call) ofRetry() bool { return c.turn.Attempt > 1 && !c.completed() }

// lostItsEnd says whether the client heard more than was kept, and was told so:
// that is what becomes of a reply whose holder died.
func (c call) lostItsEnd() bool {
	return c.is(debatev1.TurnState_TURN_STATE_INTERRUPTED) && strings.HasPrefix(c.heard, c.turn.Reply)
}

// turns looks at what is stored by itself, and for what nobody asked for.
func (c *checker) turns(calls []call) {
	asked, certain := map[string]int{}, map[string]int{}
	messages := map[string]bool{}
	for _, one := range calls {
		messages[one.message] = true
		asked[one.request]++
		if one.refused() {
			certain[one.request]++
		}
	}
	byMessage := map[string]string{}
	for _, t := range c.stored.turns {
		whole := replyTo(t.message)
		switch {
		case t.state == "running":
			c.fault("running", t.id, "nobody runs it")
		case t.state == "completed" && t.reply != whole && strings.HasPrefix(whole, t.reply):
			c.fault("truncated", t.id, "%d of %d bytes, and completed", len(t.reply), len(whole))
		case !strings.HasPrefix(whole, t.reply):
			c.fault("altered", t.id, "the reply is %q", t.reply)
		}
		if !messages[t.message] {
			c.fault("unasked", t.id, "nobody said %q", t.message)
		} else if asked[t.request] == certain[t.request] {
			c.fault("unasked", t.id, "each call for %s was refused", t.request)
		}
		if before, twice := byMessage[t.message]; twice {
			c.fault("duplicated", t.id, "it says the same as %s", before)
		}
		byMessage[t.message] = t.id
	}
	if n := len(c.stored.turns); c.usage != n {
		c.fault("usage", "all", "%d turns have ended, %d were counted", n, c.usage)
	}
}

// order looks at the numbers of turns: they count from 1, and say in which
// order clients were answered.
func (c *checker) order(calls []call) {
	last := map[string]int{}
	for _, t := range c.stored.turns {
		if last[t.conversation]++; t.number != last[t.conversation] {
			c.fault("numbers", t.id, "it is turn %d in place %d of %s", t.number, last[t.conversation], t.conversation)
		}
	}
	for id, n := range c.counts {
		if n != last[id] {
			c.fault("numbers", id, "it counts %d turns and has %d", n, last[id])
		}
	}
	// A turn that was answered before another was asked for comes before it.
	byConversation := map[string][]call{}
	asked := map[string]time.Time{} // when a request was made first
	for _, one := range calls {
		if at, ok := asked[one.request]; !ok || one.began.Before(at) {
			asked[one.request] = one.began
		}
		if one.told() && one.turn.Number > 0 {
			byConversation[one.turn.ConversationId] = append(byConversation[one.turn.ConversationId], one)
		}
	}
	for _, told := range byConversation {
		slices.SortFunc(told, func(a, b call) int { return a.ended.Compare(b.ended) })
		for i, a := range told {
			for _, b := range told[i+1:] {
				if asked[b.request].After(a.ended) && b.turn.Number < a.turn.Number {
					c.fault("reordered", b.turn.Id, "it is turn %d, and was asked for after turn %d was answered", b.turn.Number, a.turn.Number)
				}
			}
		}
	}
}

// views compares what the API lists with what SQL does.
func (c *checker) views() {
	listed := slices.Clone(c.listed)
	slices.SortStableFunc(listed, func(a, b *debatev1.Turn) int { return cmp.Compare(a.ConversationId, b.ConversationId) })
	rows := slices.Clone(c.stored.turns)
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.conversation, b.conversation) })
	if len(listed) != len(rows) {
		c.fault("views", "all", "the API lists %d turns, SQL %d", len(listed), len(rows))
		return
	}
	for i, t := range rows {
		l := listed[i]
		if l.Id != t.id || int(l.Number) != t.number || l.Message != t.message || l.Reply != t.reply || stateName(l.State) != t.state {
			c.fault("views", t.id, "the API tells it as %v", l)
		}
	}
}

func stateName(s debatev1.TurnState) string {
	return strings.ToLower(strings.TrimPrefix(s.String(), "TURN_STATE_"))
}
