package turn_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/store/sqlitetest"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// readers counts the windows that are read from the database: apart, and in the
// transaction that begins a turn.
type readers struct {
	debate.Store
	apart, along int
}

func (r *readers) BeginTurn(ctx context.Context, b debate.BeginTurnParams) (debate.BeginTurnResult, error) {
	begun, err := r.Store.BeginTurn(ctx, b)
	if begun.History != nil {
		r.along++
	}
	return begun, err
}

func (r *readers) Window(ctx context.Context, c debate.Conversation, n int) ([]debate.Turn, error) {
	r.apart++
	return r.Store.Window(ctx, c, n)
}

// recorder is a model that keeps the prompt it was given last, and says what it is
// told to, or fails.
type recorder struct {
	prompt debate.Prompt
	says   string
	err    error
}

func (*recorder) Name() string { return "recorder" }

func (m *recorder) Reply(_ context.Context, p debate.Prompt, emit func(string)) (debate.Completion, error) {
	m.prompt = p
	emit(m.says)
	return debate.Completion{}, m.err
}

// speakers is a replica over a database that others share.
type speakers struct {
	*turn.Service
	db    *readers
	model *recorder
}

func openSpeakers(t *testing.T, path string, change ...func(*turn.Config)) *speakers {
	t.Helper()
	s, err := store.OpenSQLite(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	r := &speakers{db: &readers{Store: s}, model: &recorder{says: "Cats are better."}}
	c := turn.Config{Store: r.db, Model: r.model, Holder: uuid.NewString(), NewID: uuid.NewString}
	for _, change := range change {
		change(&c)
	}
	r.Service = turn.New(c)
	return r
}

// say takes a turn, and checks that the prompt and the answer have what the database
// has of the turns before.
func (r *speakers) say(t *testing.T, conversation string) debate.ChatResult {
	t.Helper()
	before := r.stored(t, conversation)
	done, err := r.Chat(t.Context(), alice, debate.ChatRequest{ConversationID: conversation, Message: "Dogs are better than cats."})
	if err != nil {
		t.Fatal(err)
	}
	r.checkPrompt(t, before)
	after := r.stored(t, done.Conversation.ID)
	if want := after[max(0, len(after)-5):]; !reflect.DeepEqual(done.Window, want) {
		t.Errorf("the answer to turn %d shows\n%+v, want\n%+v", done.Turn.Number, done.Window, want)
	}
	return done
}

// stored is a conversation's turns in the database.
func (r *speakers) stored(t *testing.T, conversation string) []debate.Turn {
	t.Helper()
	if conversation == "" {
		return nil
	}
	turns, err := r.db.Turns(t.Context(), alice, conversation, 0, false, 100)
	if err != nil {
		t.Fatal(err)
	}
	return turns
}

func (r *speakers) checkPrompt(t *testing.T, before []debate.Turn) {
	t.Helper()
	var want []debate.Exchange
	var check *debate.StanceCheck
	for _, b := range before {
		if b.Answered() {
			want = append(want, debate.Exchange{Number: b.Number, Kind: b.Kind, Message: b.Message, Reply: b.Reply, Ledger: b.Ledger})
			check = b.StanceCheck
		}
	}
	if !reflect.DeepEqual(r.model.prompt.Exchanges, want) || !reflect.DeepEqual(r.model.prompt.LastStanceCheck, check) {
		t.Errorf("prompted with\n%+v, %+v, want\n%+v, %+v", r.model.prompt.Exchanges, r.model.prompt.LastStanceCheck, want, check)
	}
}

func TestAWindowIsReadOnlyWhereAnotherReplicaWentOn(t *testing.T) {
	path := sqlitetest.NewDatabase(t)
	a, b := openSpeakers(t, path), openSpeakers(t, path)
	c := a.say(t, "").Conversation
	for range 4 {
		a.say(t, c.ID)
	}
	if a.db.along != 0 || a.db.apart != 0 {
		t.Errorf("one replica read %d windows along and %d apart", a.db.along, a.db.apart)
	}
	for range 3 {
		b.say(t, c.ID)
		a.say(t, c.ID)
	}
	if a.db.along != 3 || b.db.along != 3 || a.db.apart+b.db.apart != 0 {
		t.Errorf("by turns they read %d and %d along and %d apart, want 3, 3, 0", a.db.along, b.db.along, a.db.apart+b.db.apart)
	}
}

// What the look at a turn's reply found is in the prompt and the answer of the next,
// which reads nothing for it.
func TestARememberedWindowShowsWhatTheCheckFound(t *testing.T) {
	said, ended := make(chan bool), make(chan debate.AttemptResult)
	a := openSpeakers(t, sqlitetest.NewDatabase(t), judged(judge{
		check:  func() debate.StanceCheck { return debate.StanceCheck{Invents: <-said} },
		ledger: func(debate.Exchange, []debate.Point) debate.Ledger { return "[]" },
	}), func(c *turn.Config) {
		c.Observer = func(ctx context.Context, _ debate.Lease) (context.Context, func(debate.AttemptResult)) {
			return ctx, func(r debate.AttemptResult) { ended <- r }
		}
	})
	id := ""
	for range 4 {
		id = a.say(t, id).Conversation.ID
		said <- true
		<-ended
	}
	if a.db.along+a.db.apart != 0 {
		t.Errorf("%d windows were read", a.db.along+a.db.apart)
	}
	if last := a.stored(t, id)[3]; last.StanceCheck == nil || last.Ledger != "[]" || last.SideUsage.InputTokens < cost.InputTokens {
		t.Errorf("the check is not stored: %+v", last)
	}
}

func TestARememberedWindowIsNeverStale(t *testing.T) {
	path := sqlitetest.NewDatabase(t)
	a, b := openSpeakers(t, path), openSpeakers(t, path)
	ctx := t.Context()
	c := a.say(t, "").Conversation
	a.say(t, c.ID)
	check := func(holds bool) {
		turns := a.stored(t, c.ID)
		for turns[len(turns)-1].State != debate.Completed {
			turns = turns[:len(turns)-1]
		}
		last := turns[len(turns)-1]
		last.Attempt = 1
		found := debate.Annotation{Check: &debate.StanceCheck{Holds: holds, Invents: true}, Cost: debate.Usage{InputTokens: 7}}
		if _, err := b.db.Annotate(ctx, last, found); err != nil {
			t.Fatal(err)
		}
	}

	// What changes a conversation between two turns.
	check(true)
	a.say(t, c.ID)
	check(false)
	if _, err := b.Rename(ctx, alice, c.ID, "Pets"); err != nil {
		t.Fatal(err)
	}
	a.say(t, c.ID)

	// Retries: one that fails, and one that does not.
	for _, err := range []error{&debate.Error{Reason: debate.ModelUnavailable, Message: "away"}, nil} {
		before := a.stored(t, c.ID)
		last := before[len(before)-1]
		a.model.says, a.model.err = "Cats, again.", err
		if err := a.RetryTurn(ctx, alice, last.ID, "", func(debate.Event) error { return nil }); err != nil {
			t.Fatal(err)
		}
		a.checkPrompt(t, before[:len(before)-1])
		a.model.says, a.model.err = "Cats are better.", nil
		a.say(t, c.ID)
	}

	// What changes it while a turn runs, whose window is not kept then.
	database := a.db.Store
	a.model.says, a.db.Store = "", duringFinish{database, func() { check(true) }}
	_, err := a.Chat(ctx, alice, debate.ChatRequest{ConversationID: c.ID, Message: "Dogs are better than cats."})
	if debate.ReasonOf(err) != debate.ModelUnavailable {
		t.Fatalf("a model that says nothing: %v", err)
	}
	a.model.says, a.db.Store = "Cats are better.", database
	a.say(t, c.ID)

	// A turn whose holder dies, and that another replica ends.
	now := time.Now()
	begun, err := a.db.BeginTurn(ctx, debate.BeginTurnParams{Owner: alice, Conversation: c.ID, TurnID: uuid.NewString(), Message: "Hm.", Holder: "dead", LeaseUntil: now.Add(-time.Minute), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.db.Interrupt(ctx, begun.Turn.ID, now, 1); err != nil {
		t.Fatal(err)
	}
	a.say(t, c.ID)
}

// duringFinish does something before a turn is stored as finished.
type duringFinish struct {
	debate.Store
	do func()
}

func (d duringFinish) Finish(ctx context.Context, l debate.Lease, o debate.Outcome) (debate.Conversation, debate.Turn, error) {
	d.do()
	return d.Store.Finish(ctx, l, o)
}

func TestAWindowThatIsLongOrDeletedIsNotRemembered(t *testing.T) {
	a := openSpeakers(t, sqlitetest.NewDatabase(t))
	a.model.says = strings.Repeat("a", 40<<10)
	c := a.say(t, "").Conversation
	a.say(t, c.ID)
	if a.db.along != 0 {
		t.Errorf("40 KiB are read %d times", a.db.along)
	}
	a.say(t, c.ID)
	if a.db.along != 1 {
		t.Errorf("80 KiB are read %d times, want 1", a.db.along)
	}
	if err := a.Delete(t.Context(), alice, c.ID); err != nil {
		t.Fatal(err)
	}
	_, err := a.Chat(t.Context(), alice, debate.ChatRequest{ConversationID: c.ID, Message: "Dogs are better than cats."})
	if debate.ReasonOf(err) != debate.NotFound {
		t.Errorf("a deleted conversation: %v", err)
	}
}
