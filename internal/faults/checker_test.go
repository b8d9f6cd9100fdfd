package faults

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// honestRun is a history without a fault: a conversation of three turns, the second
// of them interrupted, beside one refused message and one that nobody knows
// the end of.
func honestRun() (calls []call, s stored) {
	began := time.Now()
	s.counts = map[string]int{"c": 3}
	states := []debatev1.TurnState{
		debatev1.TurnState_TURN_STATE_COMPLETED, debatev1.TurnState_TURN_STATE_INTERRUPTED, debatev1.TurnState_TURN_STATE_COMPLETED,
	}
	for i, state := range states {
		request := fmt.Sprintf("r%d", i+1)
		message := line(request, 5, 0)
		reply := replyTo(message)
		if state != debatev1.TurnState_TURN_STATE_COMPLETED {
			reply = reply[:20]
		}
		turn := &debatev1.Turn{Id: fmt.Sprintf("t%d", i+1), ConversationId: "c", Number: int32(i + 1), State: state, Message: message, Reply: reply, Attempt: 1}
		at := began.Add(time.Duration(i) * time.Second)
		calls = append(calls, call{request: request, conversation: "c", message: message, began: at, ended: at.Add(500 * time.Millisecond), turn: turn, heard: reply, whole: true})
		s.listed = append(s.listed, turn)
		s.turns = append(s.turns, row{turn.Id, "c", request, message, reply, stateName(state), i + 1, 1})
	}
	s.usage = 3
	calls = append(calls,
		call{request: "r4", conversation: "c", message: line("r4", 5, 0), reason: "TURN_RUNNING"},
		call{request: "r5", conversation: "c", message: line("r5", 5, 0), reason: lost})
	return calls, s
}

func TestCheckerFindsNothingInAnHonestRun(t *testing.T) {
	if found := check(honestRun()); len(found) > 0 {
		t.Error(found)
	}
}

func TestCheckerFindsEveryDifference(t *testing.T) {
	// again stores a turn once more, with changes.
	again := func(s *stored, of int, change func(*row)) {
		r, l := s.turns[of], proto.Clone(s.listed[of]).(*debatev1.Turn)
		r.number, r.id = len(s.turns)+1, "t9"
		change(&r)
		l.Id, l.Number, l.Message = r.id, int32(r.number), r.message
		s.turns, s.listed = append(s.turns, r), append(s.listed, l)
		s.counts["c"]++
		s.usage++
	}
	// both changes a turn where it is stored and where it is listed.
	both := func(s *stored, of int, state debatev1.TurnState, reply string) {
		s.turns[of].state, s.turns[of].reply = stateName(state), reply
		s.listed[of] = &debatev1.Turn{Id: s.turns[of].id, ConversationId: "c", Number: int32(of + 1), State: state, Message: s.turns[of].message, Reply: reply, Attempt: 1}
	}
	for name, c := range map[string]struct {
		plant func(calls []call, s *stored)
		want  string
	}{
		"a turn that was told is gone": {func(_ []call, s *stored) {
			s.turns, s.listed, s.counts["c"], s.usage = s.turns[:2], s.listed[:2], 2, 2
		}, "lost: t3"},
		"a turn known by its first event only is gone": {func(calls []call, s *stored) {
			s.turns, s.listed, s.counts["c"], s.usage = s.turns[:2], s.listed[:2], 2, 2
			calls[2].whole, calls[2].reason = false, lost
		}, "lost: t3"},
		"a turn is stored twice": {func(_ []call, s *stored) { again(s, 0, func(*row) {}) }, "duplicated: t9"},
		"a refused message is stored": {func(_ []call, s *stored) {
			again(s, 0, func(r *row) { r.request, r.message = "r4", line("r4", 5, 0); r.reply = "" })
		}, "unasked: t9"},
		"a message of nobody is stored": {func(_ []call, s *stored) { again(s, 0, func(r *row) { r.message = line("r8", 5, 0); r.reply = "" }) }, "unasked: t9"},
		"a message is altered":          {func(_ []call, s *stored) { s.turns[0].message = line("r9", 5, 0) }, "altered: t1"},
		"a reply is altered": {func(_ []call, s *stored) {
			both(s, 0, debatev1.TurnState_TURN_STATE_COMPLETED, strings.ToUpper(s.turns[0].reply))
		}, "altered: t1"},
		"a reply is cut and completed, and a client saw so": {func(calls []call, s *stored) {
			both(s, 0, debatev1.TurnState_TURN_STATE_COMPLETED, s.turns[0].reply[:9])
			calls[0].turn, calls[0].heard = s.listed[0], s.turns[0].reply
		}, "truncated: t1"},
		"a completed turn is interrupted later": {func(_ []call, s *stored) {
			both(s, 0, debatev1.TurnState_TURN_STATE_INTERRUPTED, s.turns[0].reply)
		}, "altered: t1"},
		"a turn is left running": {func(calls []call, s *stored) {
			both(s, 2, debatev1.TurnState_TURN_STATE_RUNNING, "")
			calls[2].whole, calls[2].reason = false, lost
		}, "running: t3"},
		"a turn has another number": {func(_ []call, s *stored) { s.turns[2].number = 4 }, "moved: t3"},
		"a number is left out":      {func(_ []call, s *stored) { s.turns[2].number = 4 }, "numbers: t3"},
		"turns are miscounted":      {func(_ []call, s *stored) { s.counts["c"] = 4 }, "numbers: c"},
		"a later message comes first": {func(calls []call, _ *stored) {
			calls[0].began, calls[0].ended = calls[2].ended.Add(time.Second), calls[2].ended.Add(2*time.Second)
		}, "reordered: t1"},
		"a stream repeats a piece": {func(calls []call, _ *stored) { calls[0].heard += calls[0].heard[:8] }, "garbled: t1"},
		"a stream misses the end":  {func(calls []call, _ *stored) { calls[0].heard = calls[0].heard[:8] }, "garbled: t1"},
		"the API tells another tale": {func(_ []call, s *stored) {
			both(s, 0, debatev1.TurnState_TURN_STATE_COMPLETED, "")
			s.turns[0].reply = replyTo(s.turns[0].message)
		}, "views: t1"},
		"the API leaves a turn out": {func(_ []call, s *stored) { s.listed = s.listed[:2] }, "views: all"},
		"an end is counted twice":   {func(_ []call, s *stored) { s.usage++ }, "usage: all"},
	} {
		t.Run(name, func(t *testing.T) {
			calls, s := honestRun()
			c.plant(calls, &s)
			found := check(calls, s)
			if !strings.Contains("\n"+strings.Join(found, "\n"), "\n"+c.want+":") {
				t.Errorf("found %q, want %s", found, c.want)
			}
		})
	}
}
