package storetest

import (
	"fmt"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// changeTests are of what happened.
var changeTests = map[string]func(*suite){
	"what happened to a turn is told once, in order":        turnChanges,
	"retries are told by their attempts":                    retryChanges,
	"new titles and deletions are told":                     writtenChanges,
	"debates that were copied are told as begun once":       copiedChanges,
	"verdicts are told when they end":                       verdictChanges,
	"what is too much is not told as if it were all":        tooManyChanges,
	"nobody is told of what happens to others":              foreignChanges,
	"what was written down is forgotten after a while":      sweptChanges,
	"a turn that was interrupted is told as one that ended": interruptedChanges,
}

// told is what happened since a time, in a form that can be compared; names has
// what to show for ids.
func (s *suite) told(owner debate.Owner, since time.Time) []string {
	s.Helper()
	changes, all, err := s.Changes(s.ctx(), owner, since, 100)
	if err != nil || !all {
		s.Fatalf("%d changes, all of them %v: %v", len(changes), all, err)
	}
	out := []string{}
	keys := make(map[uint32]bool)
	for i, c := range changes {
		if !c.At.After(since) || i > 0 && c.At.Before(changes[i-1].At) || c.ConversationID == "" || keys[c.Key()] {
			s.Errorf("change %d is %+v", i, c)
		}
		keys[c.Key()] = true
		text := string(c.Kind)
		if c.TurnID != "" {
			text += fmt.Sprintf(" %d.%d", c.Number, c.Attempt)
		}
		if c.State != "" {
			text += " " + string(c.State)
		}
		out = append(out, text)
	}
	return out
}

// later moves the suite's clock past whatever has ended.
func (s *suite) later() time.Time {
	s.now = s.now.Add(2 * time.Second)
	return s.now
}

func turnChanges(s *suite) {
	before := s.now.Add(-time.Microsecond)
	c, first := s.begin(s.opening())
	s.same("as it begins", s.told(alice, before), []string{"debate_begun", "turn_begun 1.1"})
	s.later()
	s.finish(first, s.completed("No."))
	s.same("as it has ended", s.told(alice, before), []string{"debate_begun", "turn_begun 1.1", "turn_ended 1.1 completed"})
	since := s.later()
	s.later()
	_, second := s.begin(s.next(c.ID))
	// The conversation shows no change before the turn's end.
	s.same("the next", s.told(alice, since), []string{"turn_begun 2.1"})
	s.later()
	s.finish(second, debate.Outcome{State: debate.Stopped, Reply: "N", Now: s.now})
	s.same("the next, stopped", s.told(alice, since), []string{"turn_begun 2.1", "turn_ended 2.1 stopped"})
	s.same("at the end", s.told(alice, s.now), []string{})
}

func retryChanges(s *suite) {
	_, t := s.talk(1)
	since := s.later()
	s.later()
	t = s.retry(t)
	s.same("a retry runs", s.told(alice, since), []string{"turn_begun 1.2"})
	s.later()
	s.finish(t, debate.Outcome{State: debate.Failed, Failure: &debate.Failure{Reason: debate.ModelUnavailable}, Now: s.now})
	s.same("a retry failed", s.told(alice, since), []string{"turn_begun 1.2", "turn_ended 1.2 failed"})
	s.later()
	t = s.retry(t)
	s.later()
	s.finish(t, s.completed("Again."))
	s.later()
	s.same("another is whole", s.told(alice, since), []string{"turn_begun 1.2", "turn_ended 1.2 failed", "turn_begun 1.3", "turn_ended 1.3 completed"})
}

func writtenChanges(s *suite) {
	c, _ := s.talk(1)
	since := s.later()
	for _, title := range []string{"Dogs", "Cats"} {
		if _, err := s.UpdateTitle(s.ctx(), alice, c.ID, title, s.later()); err != nil {
			s.Fatal(err)
		}
	}
	s.same("new titles", s.told(alice, since), []string{"debate_renamed", "debate_renamed"})
	if _, err := s.UpdateTitle(s.ctx(), alice, newID(), "None", s.now); debate.ReasonOf(err) != debate.NotFound {
		s.Errorf("a title of none: %v", err)
	}
	gone, _ := s.talk(1)
	if err := s.Delete(s.ctx(), alice, gone.ID); err != nil {
		s.Fatal(err)
	}
	changes, _, err := s.Changes(s.ctx(), alice, since.Add(-time.Minute), 100)
	last := debate.Change{}
	for _, change := range changes {
		if change.ConversationID == gone.ID {
			last = change
		}
	}
	if err != nil || last.Kind != debate.DebateDeleted || time.Since(last.At).Abs() > time.Minute {
		s.Errorf("a deletion is told as %+v, %v", last, err)
	}
}

func copiedChanges(s *suite) {
	for name, created := range map[string]time.Time{"a fork": time.Now().UTC(), "an import": s.now.AddDate(-1, 0, 0)} {
		owner := debate.Owner{Key: newID()}
		c := debate.Conversation{ID: newID(), Owner: owner, CreatedAt: created, UpdatedAt: created}
		since := time.Now().Add(-time.Second)
		copied := debate.Turn{ID: newID(), ConversationID: c.ID, Owner: owner, Number: 1, State: debate.Completed, CreatedAt: time.Now().UTC(), FinishedAt: time.Now().UTC()}
		c.TurnCount = 1
		if err := s.AddConversation(s.ctx(), c, []debate.Turn{copied}, "", nil); err != nil {
			s.Fatal(err)
		}
		s.same(name, s.told(owner, since), []string{"debate_begun"})
	}
}

func verdictChanges(s *suite) {
	c, _ := s.talk(1)
	since := s.later()
	v := s.beginVerdict(c)
	s.same("while it is made", s.told(alice, since), []string{})
	s.later()
	v = s.judged(v)
	v, err := s.FinishVerdict(s.ctx(), v, holder)
	if err != nil {
		s.Fatal(err)
	}
	changes, _, err := s.Changes(s.ctx(), alice, since, 100)
	if err != nil || len(changes) != 1 || changes[0].VerdictID != v.ID || changes[0].ConversationID != c.ID || changes[0].State != debate.Completed {
		s.Errorf("a verdict is told as %+v, %v", changes, err)
	}
}

func tooManyChanges(s *suite) {
	before := s.now.Add(-time.Microsecond)
	for range 3 {
		s.talk(1)
	}
	for limit, want := range map[int]bool{100: true, 4: true, 3: false, 1: false} {
		if _, all, err := s.Changes(s.ctx(), alice, before, limit); err != nil || all != want {
			s.Errorf("at most %d: all of them %v, %v", limit, all, err)
		}
	}
	c, _ := s.talk(60)
	if _, all, err := s.Changes(s.ctx(), alice, before, 100); err != nil || all {
		s.Errorf("60 turns of %s are told as all of them, %v", c.ID, err)
	}
}

func foreignChanges(s *suite) {
	before := s.now.Add(-time.Microsecond)
	c, _ := s.talk(1)
	s.begin(s.next(c.ID))
	for _, other := range []debate.Owner{{Key: alice.Key, User: "another"}, {Key: "another"}} {
		s.same("another's", s.told(other, before), []string{})
	}
}

func sweptChanges(s *suite) {
	c, _ := s.talk(1)
	since := s.later()
	if _, err := s.UpdateTitle(s.ctx(), alice, c.ID, "Dogs", s.later()); err != nil {
		s.Fatal(err)
	}
	if err := s.SweepChanges(s.ctx(), s.now); err != nil {
		s.Fatal(err)
	}
	s.same("before its time", s.told(alice, since), []string{"debate_renamed"})
	if err := s.SweepChanges(s.ctx(), s.now.Add(time.Microsecond)); err != nil {
		s.Fatal(err)
	}
	s.same("after it", s.told(alice, since), []string{})
}

func interruptedChanges(s *suite) {
	_, t := s.begin(s.opening())
	since := s.now
	s.now = s.now.Add(time.Hour)
	if ended, err := s.Interrupt(s.ctx(), t.ID, s.now, 1); err != nil || len(ended) != 1 {
		s.Fatalf("%d ended, %v", len(ended), err)
	}
	s.same("an interrupted turn", s.told(alice, since), []string{"turn_ended 1.1 interrupted"})
}
