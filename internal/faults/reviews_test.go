package faults

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// judges has the model answer as a judge too, for the user's side in either order.
// before is told of each call for a verdict.
func (m *model) judges(before func()) {
	check := openaitest.Replies(`{"holds":true,"figures":[],"points":[]}`)
	m.Aside(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if !strings.Contains(string(body), "You judge a debate") {
			check(w, r)
			return
		}
		before()
		user := "A"
		if !strings.Contains(string(body), `[1] A:\n\u003e Cats are better`) && !strings.Contains(string(body), `[1] A:\n> Cats are better`) {
			user = "B"
		}
		openaitest.Replies(fmt.Sprintf(`{"winner":%[1]q,"clashes":[{"title":"Cats","winner":%[1]q,"reason":"It stands.","quotes":[{"turn":1,"side":%[1]q,"text":"Cats are better than dogs"}]}],"best_case":"None.","advice":[]}`, user))(w, r)
	})
}

// reviewing is clients that look back at debates, and what they were told.
type reviewing struct {
	history
	t  *testing.T
	to func() *replica

	mu   sync.Mutex
	kept []keptReview
}

// keptReview is something that a client was told is stored, and what looks for it.
type keptReview struct {
	what string
	find func(*replica) error
}

func (v *reviewing) acknowledge(what string, find func(*replica) error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.kept = append(v.kept, keptReview{what, find})
}

// lookForAll looks for everything that was acknowledged.
func (v *reviewing) lookForAll(at *replica) {
	v.t.Helper()
	for _, k := range v.kept {
		if err := k.find(at); err != nil {
			v.t.Errorf("lost: %s: %v", k.what, err)
		}
	}
	v.t.Logf("%d acknowledged reviews", len(v.kept))
}

// review is a call that looks back at a debate: it keeps what it was told.
type review func(v *reviewing, to *replica, conversation, request string) error

var reviewCalls = map[string]review{
	"verdict": (*reviewing).judge, "fork": (*reviewing).fork, "opinion": (*reviewing).opine, "share": (*reviewing).share,
	"vote": (*reviewing).vote, "unshare": (*reviewing).unshare, "delete": (*reviewing).remove,
}

func (v *reviewing) judge(to *replica, conversation, request string) error {
	got, err := to.api().JudgeConversation(context.Background(), connect.NewRequest(&debatev1.JudgeConversationRequest{ConversationId: conversation, RequestId: request}))
	if err != nil {
		return err
	}
	told := got.Msg.GetVerdict()
	if told.GetWinner() != debatev1.Winner_WINNER_USER || len(told.GetClashes()) != 1 || told.GetClashes()[0].GetQuotes()[0].GetText() != "Cats are better than dogs" {
		v.t.Errorf("a verdict that nobody gave: %v", told)
	}
	v.acknowledge("verdict "+told.GetId(), func(at *replica) error {
		again, err := at.api().JudgeConversation(context.Background(), connect.NewRequest(&debatev1.JudgeConversationRequest{ConversationId: conversation, RequestId: request}))
		return differs(err, again.Msg.GetVerdict().String() == told.String(), again)
	})
	return nil
}

func (v *reviewing) fork(to *replica, conversation, request string) error {
	asked := &debatev1.ForkConversationRequest{ConversationId: conversation, ThroughTurn: 1, RequestId: request}
	got, err := to.api().ForkConversation(context.Background(), connect.NewRequest(asked))
	if err != nil {
		return err
	}
	id := got.Msg.GetConversation().GetId()
	v.acknowledge("fork "+id, func(at *replica) error {
		again, err := at.api().ForkConversation(context.Background(), connect.NewRequest(asked))
		if err = differs(err, again.Msg.GetConversation().GetId() == id, again); err != nil {
			return err
		}
		turns, err := at.api().ListTurns(context.Background(), connect.NewRequest(&debatev1.ListTurnsRequest{ConversationId: id}))
		return differs(err, len(turns.Msg.GetTurns()) == 1 && turns.Msg.GetTurns()[0].GetReply() != "", turns)
	})
	return nil
}

func (v *reviewing) opine(to *replica, conversation, _ string) error {
	_, err := to.api().SetOpinion(context.Background(), connect.NewRequest(&debatev1.SetOpinionRequest{ConversationId: conversation, Agreement: -2, TurnNumber: 1}))
	if err != nil {
		return err
	}
	v.acknowledge("opinion of "+conversation, func(at *replica) error {
		c, err := at.api().GetConversation(context.Background(), connect.NewRequest(&debatev1.GetConversationRequest{ConversationId: conversation}))
		o := c.Msg.GetConversation().GetOpinion()
		return differs(err, o.GetBefore() == -2 && o.GetAfter() == -2 && o.GetTurnNumber() == 1, c)
	})
	return nil
}

func (v *reviewing) share(to *replica, conversation, _ string) error {
	got, err := to.api().ShareConversation(context.Background(), connect.NewRequest(&debatev1.ShareConversationRequest{ConversationId: conversation}))
	if err != nil {
		return err
	}
	v.acknowledge("page "+got.Msg.GetPath(), func(at *replica) error {
		status, _, err := read(at.url + got.Msg.GetPath())
		return differs(err, status == http.StatusOK, status)
	})
	return nil
}

// vote votes as a reader of the shared page. A vote that was left without an answer may
// have been counted, as with any form that is sent again.
func (v *reviewing) vote(to *replica, conversation, _ string) error {
	got, err := to.api().ShareConversation(context.Background(), connect.NewRequest(&debatev1.ShareConversationRequest{ConversationId: conversation}))
	if err != nil {
		return err
	}
	path := got.Msg.GetPath()
	answer, err := http.PostForm(to.url+path+"/vote", url.Values{"before": {"-1"}, "after": {"2"}})
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("voting: %s", answer.Status)
	}
	v.acknowledge("vote on "+conversation, func(at *replica) error {
		_, page, err := read(at.url + path)
		counted := strings.Contains(page, "<p>1 reader: -1.0 before") || strings.Contains(page, "<p>2 readers: -1.0 before")
		return differs(err, counted, page)
	})
	return nil
}

// unshare takes a shared page away.
func (v *reviewing) unshare(to *replica, conversation, _ string) error {
	got, err := to.api().ShareConversation(context.Background(), connect.NewRequest(&debatev1.ShareConversationRequest{ConversationId: conversation}))
	if err != nil {
		return err
	}
	if _, err := to.api().UnshareConversation(context.Background(), connect.NewRequest(&debatev1.UnshareConversationRequest{ConversationId: conversation})); err != nil {
		return err
	}
	v.acknowledge("end of page "+got.Msg.GetPath(), v.gone(got.Msg.GetPath()))
	return nil
}

// remove deletes a shared conversation. Asked for again it may be gone already.
func (v *reviewing) remove(to *replica, conversation, _ string) error {
	got, err := to.api().ShareConversation(context.Background(), connect.NewRequest(&debatev1.ShareConversationRequest{ConversationId: conversation}))
	if connect.CodeOf(err) == connect.CodeNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := to.api().DeleteConversation(context.Background(), connect.NewRequest(&debatev1.DeleteConversationRequest{ConversationId: conversation})); err != nil {
		return err
	}
	v.acknowledge("end of "+conversation, v.gone(got.Msg.GetPath()))
	return nil
}

// gone looks for a page that nobody may read any more.
func (v *reviewing) gone(path string) func(*replica) error {
	return func(at *replica) error {
		status, _, err := read(at.url + path)
		return differs(err, status == http.StatusNotFound, status)
	}
}

// read gets a page.
func read(url string) (status int, text string, err error) {
	page, err := http.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer page.Body.Close()
	body, err := io.ReadAll(page.Body)
	return page.StatusCode, string(body), err
}

// differs is err, or that what was found is not what was told.
func differs(err error, same bool, found any) error {
	if err == nil && !same {
		err = fmt.Errorf("found %v", found)
	}
	return err
}

// debated is a conversation with one answered turn.
func (v *reviewing) debated() string {
	for {
		c := v.chat(v.to().api(), "", uuid.NewString(), line(uuid.NewString(), 2, 0))
		if c.completed() {
			return c.turn.ConversationId
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// again repeats, with its request id, a call that was left without an answer. A
// verdict that was begun is there or has ended as interrupted, and the same request
// makes it.
func (v *reviewing) again(name, conversation, request string) {
	v.t.Helper()
	err := reviewCalls[name](v, v.to(), conversation, request)
	if err == nil {
		return
	}
	if name != "verdict" {
		v.t.Errorf("the same %s again: %v", name, err)
		return
	}
	stored, getErr := v.to().api().GetVerdict(context.Background(), connect.NewRequest(&debatev1.GetVerdictRequest{ConversationId: conversation}))
	if getErr != nil || stored.Msg.GetVerdict().GetState() != debatev1.TurnState_TURN_STATE_INTERRUPTED {
		v.t.Errorf("a verdict whose holder died (%v) is %v, %v", err, stored, getErr)
	}
	if err := v.judge(v.to(), conversation, request); err != nil {
		v.t.Errorf("the same verdict once it was interrupted: %v", err)
	}
}

// once checks that no request made two of anything.
func (d database) once() {
	d.Helper()
	for _, table := range []string{"verdicts", "conversations"} {
		if n := d.number(`SELECT COUNT(*) FROM (SELECT 1 FROM ` + table + ` WHERE request_id <> '' GROUP BY request_id HAVING COUNT(*) > 1) AS twice`); n > 0 {
			d.Errorf("%d requests made two %s", n, table)
		}
	}
	if n := d.number(`SELECT COUNT(*) FROM verdicts WHERE state = 'running'`); n > 0 {
		d.Errorf("%d verdicts are being made by nobody", n)
	}
}

// A replica is killed as what comes after a debate comes to each of its steps: what
// was acknowledged is there, what was not is done once when it is asked for again.
func TestKilledAtEveryStepOfAReview(t *testing.T) {
	t.Parallel()
	url := pgtest.NewDatabase(t)
	h := newHouse(t, "DATABASE_URL="+url)
	w := newWire(t, url)
	victim := h.serve("DATABASE_URL=" + w.url)
	v := &reviewing{t: t, to: func() *replica { return victim }}
	asked := make(chan func(), 1)
	h.model.judges(func() {
		select {
		case spring := <-asked:
			spring()
		default:
		}
	})
	inJudge := func(spring func()) <-chan struct{} {
		sprung := make(chan struct{})
		asked <- func() {
			spring()
			close(sprung)
		}
		return sprung
	}
	for _, step := range []struct {
		call, name string
		trap       func(spring func()) <-chan struct{}
	}{
		{"verdict", "before its beginning is stored", w.before("verdict")},
		{"verdict", "before its beginning is committed", w.before("commit verdict")},
		{"verdict", "after its beginning was committed, before it knows", w.after("commit verdict")},
		{"verdict", "while the judge reads", inJudge},
		{"verdict", "before its end is stored", w.before("end of verdict")},
		{"verdict", "before its end is committed", w.before("commit end of verdict")},
		{"verdict", "after its end was committed, before it knows", w.after("commit end of verdict")},
		{"fork", "before it is stored", w.before("fork")},
		{"fork", "before it is committed", w.before("commit fork")},
		{"fork", "after it was committed, before it knows", w.after("commit fork")},
		{"opinion", "before it is committed", w.before("commit opinion")},
		{"opinion", "after it was committed, before it knows", w.after("commit opinion")},
		{"share", "before it is committed", w.before("commit share")},
		{"share", "after it was committed, before it knows", w.after("commit share")},
		{"vote", "before it is committed", w.before("commit vote")},
		{"vote", "after it was committed, before it knows", w.after("commit vote")},
		{"unshare", "before it is committed", w.before("commit share")},
		{"unshare", "after it was committed, before it knows", w.after("commit share")},
		{"delete", "before it is committed", w.before("commit delete")},
		{"delete", "after it was committed, before it knows", w.after("commit delete")},
	} {
		conversation, request := v.debated(), uuid.NewString()
		if step.call == "unshare" { // whose own sharing is not to be caught
			if _, err := victim.api().ShareConversation(context.Background(), connect.NewRequest(&debatev1.ShareConversationRequest{ConversationId: conversation})); err != nil {
				t.Fatal(err)
			}
		}
		killed := step.trap(victim.kill)
		told := make(chan error, 1)
		at := victim
		go func() { told <- reviewCalls[step.call](v, at, conversation, request) }()
		err := <-told
		select {
		case <-killed:
		case <-time.After(10 * time.Second):
			t.Fatalf("a %s never came to this step: %s: %v", step.call, step.name, err)
		}
		if err == nil {
			t.Errorf("a %s was acknowledged by who was killed %s", step.call, step.name)
		}
		victim = h.serve("DATABASE_URL=" + w.url)
		v.again(step.call, conversation, request)
	}
	victim.kill()
	victim = h.serve("DATABASE_URL=" + w.url)
	v.lookForAll(victim)
	openDatabase(t, "pgx", url).once()
}

// The embedded database: the process is killed at random while clients look back at
// debates.
func TestReviewsSurviveKillsAtRandomOnSQLite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := newHouse(t, "DATA_DIR="+dir)
	h.model.judges(func() { time.Sleep(rand.N(30 * time.Millisecond)) })
	var to atomic.Pointer[replica]
	to.Store(h.serve())
	v := &reviewing{t: t, to: to.Load}
	type open struct{ call, conversation, request string }
	var (
		mu         sync.Mutex
		unanswered []open
		clients    sync.WaitGroup
		underWay   atomic.Int32 // calls
	)
	stopped := make(chan struct{})
	for name, call := range reviewCalls {
		clients.Go(func() {
			for {
				select {
				case <-stopped:
					return
				default:
				}
				conversation, request := v.debated(), uuid.NewString()
				underWay.Add(1)
				err := call(v, to.Load(), conversation, request)
				underWay.Add(-1)
				if err != nil {
					mu.Lock()
					unanswered = append(unanswered, open{name, conversation, request})
					mu.Unlock()
				}
			}
		})
	}
	acknowledged := func() int {
		v.mu.Lock()
		defer v.mu.Unlock()
		return len(v.kept)
	}
	met := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(unanswered) >= 3 && acknowledged() >= 2*len(reviewCalls)
	}
	// Six kills, and more if those met nobody. On a machine that has more to do, each waits for somebody at work.
	for n := 0; n < 6 || n < 40 && !met(); n++ {
		time.Sleep(200*time.Millisecond + rand.N(700*time.Millisecond))
		h.eventually(time.Minute, "clients look back at debates", func() bool {
			return underWay.Load() > 0 && acknowledged() >= min(n+1, 6)*len(reviewCalls)/3
		})
		to.Load().kill()
		to.Store(h.serve())
	}
	if !met() {
		t.Error("the kills met nobody at work")
	}
	close(stopped)
	clients.Wait()
	var all sync.WaitGroup
	for _, o := range unanswered {
		all.Go(func() { v.again(o.call, o.conversation, o.request) })
	}
	all.Wait()
	v.lookForAll(to.Load())
	t.Logf("%d calls were left without an answer", len(unanswered))
	openDatabase(t, "sqlite", filepath.Join(dir, "debate.db")).once()
}
