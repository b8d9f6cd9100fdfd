package storetest

// This file says how a store lists, finds, windows and deletes.

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

func pageConversations(s *suite) {
	want := map[string]bool{}
	for i := range 23 {
		b := s.opening()
		b.Now = s.now.Add(time.Duration(i/5) * time.Minute) // five share each time
		c, _ := s.begin(b)
		want[c.ID] = true
	}
	b := s.opening()
	b.Owner.Key = "bob"
	s.begin(b)
	seen := map[string]bool{}
	var cursor debate.ConversationCursor
	var last debate.Conversation
	for {
		page, err := s.FindConversations(s.ctx(), alice, "", cursor, 4)
		if err != nil {
			s.Fatal(err)
		}
		for _, c := range page {
			if seen[c.ID] || !want[c.ID] {
				s.Errorf("%s is repeated or foreign", c.ID)
			}
			if last.ID != "" && (c.UpdatedAt.After(last.UpdatedAt) || c.UpdatedAt.Equal(last.UpdatedAt) && c.ID > last.ID) {
				s.Errorf("%v comes after %v", c.UpdatedAt, last.UpdatedAt)
			}
			seen[c.ID], last = true, c
		}
		if len(page) < 4 {
			break
		}
		cursor = debate.ConversationCursor{UpdatedAt: last.UpdatedAt, ID: last.ID}
	}
	if len(seen) != len(want) {
		s.Errorf("%d of %d were listed", len(seen), len(want))
	}
}

// The words of a query are what people type, in any script: without case, without
// accents, of half or full width, and parts of what has no spaces.
func findConversations(s *suite) {
	topics := []string{
		"Tea is better than coffee", "Crème brûlée ist Straßenkost", "Łódź is nicer than Ærø", "ΚΑΛΗΜΈΡΑ is a good σεισμός", "Собака лучше, чем ёж",
		"القِطَطُ أفضل", "כֶּלֶב טוב", "犬は猫より良い", "ガラスは熱い", "หมาดีกว่าแมว", "चाय कॉफी से बेहतर है", "개가 고양이보다 낫다", "ＧＯＬＦ is boring", "Diyarbakır is İstanbul",
		strings.Repeat("é", 280), strings.Repeat("ﷺ", 100),
	}
	for i, topic := range topics {
		b := s.opening()
		b.Subject.Topic, b.Subject.Title, b.RequestID = topic, fmt.Sprintf("number%d", i), newID()
		c, t := s.begin(b)
		if _, _, err := s.Finish(s.ctx(), leaseOf(t), s.completed("No.")); err != nil {
			s.Fatal(err)
		}
		topics[i] = c.ID
	}
	find := func(owner debate.Owner, query string) (found []string) {
		s.Helper()
		var after debate.ConversationCursor
		for {
			page, err := s.FindConversations(s.ctx(), owner, query, after, 3)
			if err != nil {
				s.Fatalf("%q: %v", query, err)
			}
			for _, c := range page {
				found = append(found, c.ID)
				after = debate.ConversationCursor{UpdatedAt: c.UpdatedAt, ID: c.ID}
			}
			if len(page) < 3 {
				return found
			}
		}
	}
	for query, want := range map[string][]int{
		"COFF": {0}, "better tea": {0}, "better golf": {}, "offee": {}, "  te,  ": {0}, "creme BRULEE": {1}, "strassen": {1}, "lodz aero": {2}, "lodz aer": {2},
		"καλημερα": {3}, "ΣΕΙΣΜΟΣ": {3}, "собак еж": {4}, "обака": {}, "القطط": {5}, "כלב": {6}, "猫": {7}, "猫より": {7}, "カラス": {}, "ｶﾞﾗｽ": {8}, "แมว": {9},
		"कॉफी": {10}, "고양": {11}, "golf": {12}, "diyarbakir istanbul": {13}, strings.Repeat("E", 280): {14}, "number1": {1, 10, 11, 12, 13, 14, 15}, "number1 golf": {12}, "%": nil, "_": nil, "a\x00": {2, 3},
	} {
		got := find(alice, query)
		slices.Sort(got)
		ids := []string{}
		for _, i := range want {
			ids = append(ids, topics[i])
		}
		if slices.Sort(ids); want != nil && !slices.Equal(got, ids) {
			s.Errorf("%q finds %d, want %v", query, len(got), want)
		} else if want == nil && len(got) != len(topics) {
			s.Errorf("%q, which has no words, finds %d of %d", query, len(got), len(topics))
		}
	}
	for _, other := range []debate.Owner{{Key: "bob"}, {Key: "alice", User: "u"}} {
		if got := find(other, "tea"); len(got) != 0 {
			s.Errorf("%v finds %v", other, got)
		}
	}
	// A new name is found, and the one before is not.
	if _, err := s.UpdateTitle(s.ctx(), alice, topics[0], "Afternoon", s.now); err != nil {
		s.Fatal(err)
	}
	if len(find(alice, "afternoon tea")) != 1 || len(find(alice, "number0")) != 0 {
		s.Error("a search knows the title that was")
	}
	// So is a topic that comes later.
	b := s.opening()
	b.Subject = debate.Subject{Title: "hello"}
	_, t := s.begin(b)
	if len(find(alice, "hello")) != 1 {
		s.Error("a debate without a topic is not found")
	}
	o := s.completed("No.")
	o.Subject = debate.Subject{Topic: "Chess is a sport", Title: "Chess", Stance: debate.Con}
	if _, _, err := s.Finish(s.ctx(), leaseOf(t), o); err != nil {
		s.Fatal(err)
	}
	if len(find(alice, "chess sport")) != 1 || len(find(alice, "hello")) != 0 {
		s.Error("a search does not know the topic")
	}
	if err := s.Delete(s.ctx(), alice, topics[0]); err != nil || len(find(alice, "afternoon")) != 0 {
		s.Errorf("a deleted debate is found, %v", err)
	}
	// Searches at once do not get in each other's way.
	var together sync.WaitGroup
	for i := range 8 {
		b := s.opening()
		b.Subject.Title = fmt.Sprintf("together%d", i)
		s.begin(b)
		together.Go(func() {
			if _, err := s.FindConversations(s.ctx(), alice, "together", debate.ConversationCursor{}, 20); err != nil {
				s.Error(err)
			}
		})
	}
	together.Wait()
	if n := len(find(alice, "together")); n != 8 {
		s.Errorf("%d of 8 are found", n)
	}
}

func pageByOffset(s *suite) {
	for i := range 7 {
		b := s.opening()
		b.Now = s.now.Add(time.Duration(i) * time.Minute)
		s.begin(b)
	}
	all, err := s.FindConversations(s.ctx(), alice, "", debate.ConversationCursor{}, 10)
	if err != nil {
		s.Fatal(err)
	}
	page, total, err := s.ConversationsAt(s.ctx(), alice, 2, 3, 100)
	if err != nil || total != 7 {
		s.Fatalf("total %d, %v", total, err)
	}
	s.same("the page", page, all[2:5])
	if _, total, _ := s.ConversationsAt(s.ctx(), alice, 0, 3, 5); total != 5 {
		s.Errorf("total %d, counted up to 5", total)
	}
	if page, _, err := s.ConversationsAt(s.ctx(), alice, 100, 3, 100); err != nil || len(page) != 0 {
		s.Errorf("past the end: %d, %v", len(page), err)
	}
}

func numbersOf(turns []debate.Turn) []int {
	var all []int
	for _, t := range turns {
		all = append(all, t.Number)
	}
	return all
}

func pageTurns(s *suite) {
	c, _ := s.talk(5)
	for _, page := range []struct {
		after  int
		latest bool
		limit  int
		want   []int
	}{
		{0, false, 2, []int{1, 2}}, {2, false, 2, []int{3, 4}}, {4, false, 2, []int{5}}, {5, false, 2, nil},
		{0, true, 2, []int{5, 4}}, {4, true, 2, []int{3, 2}}, {2, true, 2, []int{1}}, {1, true, 2, nil},
	} {
		turns, err := s.Turns(s.ctx(), alice, c.ID, page.after, page.latest, page.limit)
		if err != nil {
			s.Fatal(err)
		}
		s.same(fmt.Sprintf("%+v", page), numbersOf(turns), page.want)
	}
}

// The turns before are read along, unless the caller knows them.
func readsAlong(s *suite) {
	c, last := s.talk(7)
	for _, one := range []struct {
		through int // the summary
		span    debate.WindowSpec
		want    []int
	}{
		{0, debate.WindowSpec{Min: 2, Max: 30}, []int{1, 2, 3, 4, 5, 6, 7}},
		{0, debate.WindowSpec{Min: 2, Max: 3}, []int{6, 7, 8}},
		{5, debate.WindowSpec{Min: 2, Max: 30}, []int{6, 7, 8, 9}},
		{9, debate.WindowSpec{Min: 4, Max: 30}, []int{7, 8, 9, 10}},
	} {
		if one.through > 0 {
			s.annotate(last, debate.Annotation{Summary: "so far", Through: one.through})
		}
		b := s.next(c.ID)
		b.History = one.span
		begun, err := s.BeginTurn(s.ctx(), b)
		if err != nil {
			s.Fatal(err)
		}
		s.same(fmt.Sprintf("before %d, %+v", begun.Turn.Number, one), numbersOf(begun.History), one.want)
		c, last = s.finish(begun.Turn, s.completed("more"))
	}
	for _, known := range []struct {
		revision int64
		read     bool
	}{{c.Revision, false}, {c.Revision, true}, {0, true}} {
		b := s.next(c.ID)
		b.History = debate.WindowSpec{Min: 2, Max: 30, Known: known.revision}
		begun, err := s.BeginTurn(s.ctx(), b)
		if err != nil {
			s.Fatal(err)
		}
		if read := begun.History != nil; read != known.read || read && begun.History[len(begun.History)-1].Number != begun.Turn.Number-1 {
			s.Errorf("at revision %d, and %d known: read %v", begun.Conversation.Revision-1, known.revision, numbersOf(begun.History))
		}
		s.finish(begun.Turn, s.completed("more"))
	}
	first := s.opening()
	first.History = debate.WindowSpec{Min: 2, Max: 30}
	if begun, err := s.BeginTurn(s.ctx(), first); err != nil || len(begun.History) != 0 {
		s.Errorf("before the first turn: %v, %v", numbersOf(begun.History), err)
	}
}

func window(s *suite) {
	c, last := s.talk(7)
	read := func(c debate.Conversation) []debate.Turn {
		s.Helper()
		turns, err := s.Window(s.ctx(), c, 3)
		if err != nil {
			s.Fatal(err)
		}
		return turns
	}
	s.same("the window", numbersOf(read(c)), []int{5, 6, 7})
	_, t := s.finish(s.retry(last), s.completed("again"))
	c = s.conversation(c.ID)
	s.same("the latest, after a retry", read(c)[2], t)
	check := debate.StanceCheck{Holds: true, Invents: true}
	s.annotate(t, debate.Annotation{Check: &check})
	c = s.conversation(c.ID)
	if got := read(c)[2].StanceCheck; got == nil || *got != check {
		s.Errorf("the window does not show the check: %v", got)
	}
	c, running := s.begin(s.next(c.ID))
	s.same("with a running turn", numbersOf(read(c)), []int{6, 7, 8})
	s.finish(running, s.completed("x"))
	c = s.conversation(c.ID)
	if got := read(c)[2]; got.State != debate.Completed {
		s.Errorf("the window shows %s", got.State)
	}
	if turns, err := s.Window(s.ctx(), c, 100); err != nil || len(turns) != 8 {
		s.Errorf("a window larger than the conversation: %d, %v", len(turns), err)
	}
}

func title(s *suite) {
	c, _ := s.talk(1)
	later := s.now.Add(time.Hour)
	got, err := s.UpdateTitle(s.ctx(), alice, c.ID, "Pets", later)
	if err != nil || got.Title != "Pets" || !got.UpdatedAt.Equal(later) || got.Revision <= c.Revision {
		s.Errorf("UpdateTitle: %+v, %v", got, err)
	}
	s.same("the stored conversation", s.conversation(c.ID), got)
}

func byHash(s *suite) {
	long, short := bytes.Repeat([]byte{7}, debate.HashBytes), bytes.Repeat([]byte{7}, debate.HashBytes-1)
	var want []debate.Turn
	for range 3 {
		b := s.opening()
		b.RequestHash = long
		_, t := s.begin(b)
		_, t = s.finish(t, s.completed("No."))
		want = append([]debate.Turn{t}, want...)
	}
	b := s.opening()
	b.RequestHash = short
	s.begin(b)
	got, err := s.TurnsByHash(s.ctx(), alice, long, 2)
	if err != nil {
		s.Fatal(err)
	}
	s.same("the latest two", got, want[:2])
	for name, found := range map[string]func() ([]debate.Turn, error){
		"a shorter hash": func() ([]debate.Turn, error) { return s.TurnsByHash(s.ctx(), alice, short, 2) },
		"another hash": func() ([]debate.Turn, error) {
			return s.TurnsByHash(s.ctx(), alice, bytes.Repeat([]byte{8}, debate.HashBytes), 2)
		},
		"another owner": func() ([]debate.Turn, error) { return s.TurnsByHash(s.ctx(), debate.Owner{Key: "bob"}, long, 2) },
		"her key's own one": func() ([]debate.Turn, error) {
			return s.TurnsByHash(s.ctx(), debate.Owner{Key: "alice", User: "ana"}, long, 2)
		},
	} {
		if got, err := found(); err != nil || len(got) > 0 {
			s.Errorf("%s finds %v, %v", name, got, err)
		}
	}
}

func withTurns(s *suite) {
	c := debate.Conversation{
		ID: newID(), Owner: alice, Topic: "Tea beats coffee.", Stance: debate.Con, Title: "Tea", Language: "en", Difficulty: debate.Hard, Persona: "a pirate",
		TurnCount: 2, Revision: 1, CreatedAt: s.now, UpdatedAt: s.now,
	}
	var turns []debate.Turn
	for n := 1; n <= 2; n++ {
		turns = append(turns, debate.Turn{
			ID: newID(), ConversationID: c.ID, Owner: alice, Number: n, State: debate.Completed, Kind: debate.ArgumentKind,
			Message: fmt.Sprintf("Reason %d.", n), Reply: "No.", Attempt: 1, CreatedAt: s.now, FinishedAt: s.now,
		})
	}
	if err := s.AddConversation(s.ctx(), c, turns, "", nil); err != nil {
		s.Fatal(err)
	}
	s.same("the conversation", s.conversation(c.ID), c)
	got, err := s.Turns(s.ctx(), alice, c.ID, 0, false, 10)
	if err != nil {
		s.Fatal(err)
	}
	for i := range got {
		got[i].LeaseUntil = time.Time{}
	}
	s.same("its turns", got, turns)
	if c, t := s.begin(s.next(c.ID)); t.Number != 3 || c.TurnCount != 3 {
		s.Errorf("it goes on with %+v of %+v", t, c)
	}
}

func deletion(s *suite) {
	c, t := s.talk(2)
	s.finish(s.retry(t), s.completed("again"))
	other, _ := s.talk(1)
	if err := s.Delete(s.ctx(), alice, c.ID); err != nil {
		s.Fatal(err)
	}
	_, err := s.Conversation(s.ctx(), alice, c.ID)
	s.reason("the conversation", err, debate.NotFound)
	_, err = s.Turn(s.ctx(), alice, t.ID, 0)
	s.reason("its turn", err, debate.NotFound)
	_, err = s.Turns(s.ctx(), alice, c.ID, 0, false, 5)
	s.reason("its turns", err, debate.NotFound)
	s.reason("a second time", s.Delete(s.ctx(), alice, c.ID), debate.NotFound)
	s.conversation(other.ID)
}

func deletionWaits(s *suite) {
	c, t := s.begin(s.opening())
	err := s.Delete(s.ctx(), alice, c.ID)
	s.reason("Delete", err, debate.TurnRunning)
	var e *debate.Error
	if errors.As(err, &e) && e.TurnID != t.ID {
		s.Errorf("the error names %q", e.TurnID)
	}
	s.same("the conversation", s.conversation(c.ID), c)
}
