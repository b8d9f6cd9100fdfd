package faults

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "modernc.org/sqlite" // the driver "sqlite"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// call is what a client asked for, and what it was told.
type call struct {
	request      string
	conversation string // empty to start one
	message      string
	retried      *debatev1.Turn // for a retry
	began, ended time.Time

	// turn is what was told of the turn last; nil if nothing was.
	turn *debatev1.Turn
	// heard is what a stream said of the reply, and whole that it came to its end.
	heard string
	whole bool
	// reason is that of an error; lost is one without, where the connection broke.
	reason string
	err    error
}

// lost is what a client knows whose connection broke: nothing.
const lost = "LOST"

// told says whether the client knows that its turn is stored.
func (c call) told() bool { return c.turn.GetId() != "" }

// refused says whether the client was told for certain that its call made no
// turn. What failed in the database's absence may have been done.
func (c call) refused() bool {
	switch c.reason {
	case "", lost, "STORE_UNAVAILABLE", "INTERNAL":
		return false
	default:
		return !c.told()
	}
}

// is says whether the client was shown the turn as ended in a state.
func (c call) is(state debatev1.TurnState) bool { return c.whole && c.turn.GetState() == state }

func (c call) completed() bool { return c.is(debatev1.TurnState_TURN_STATE_COMPLETED) }

// history is all calls of a run.
type history struct {
	mu    sync.Mutex
	calls []call
}

func (h *history) all() []call {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

// record keeps a call that has come to its end.
func (h *history) record(c call, err error) call {
	c.ended = time.Now()
	if err != nil {
		c.err = err
		var turnID string
		c.reason, turnID = reasonOf(err)
		if turnID != "" && c.turn == nil && c.reason != "TURN_RUNNING" && c.reason != "REQUEST_ID_REUSED" {
			c.turn = &debatev1.Turn{Id: turnID}
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, c)
	return c
}

// reasonOf is the reason of an error of the service, and the turn it names.
func reasonOf(err error) (reason, turnID string) {
	var e *connect.Error
	if errors.As(err, &e) {
		for _, d := range e.Details() {
			if v, err := d.Value(); err == nil {
				if info, ok := v.(*errdetails.ErrorInfo); ok {
					return info.Reason, info.Metadata["turn_id"]
				}
			}
		}
	}
	return lost, ""
}

// callWait is longer than any call takes.
const callWait = 100 * time.Second

const topic = "Cats are better than dogs."

// first is what is given with the message that starts a conversation.
func first(conversation string) (topicGiven string, stance debatev1.Stance) {
	if conversation != "" {
		return "", 0
	}
	return topic, debatev1.Stance_STANCE_CON
}

// chat takes a turn, unary.
func (h *history) chat(to api, conversation, request, message string) call {
	c := call{request: request, conversation: conversation, message: message, began: time.Now()}
	ctx, cancel := context.WithTimeout(context.Background(), callWait)
	defer cancel()
	claim, stance := first(conversation)
	answer, err := to.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{
		ConversationId: conversation, Message: message, RequestId: request, Topic: claim, Stance: stance,
	}))
	if err == nil {
		c.turn, c.heard, c.whole = answer.Msg.Turn, answer.Msg.Turn.Reply, true
	}
	return h.record(c, err)
}

// stream takes a turn, streamed.
func (h *history) stream(to api, conversation, request, message string) call {
	c := call{request: request, conversation: conversation, message: message, began: time.Now()}
	ctx, cancel := context.WithTimeout(context.Background(), callWait)
	defer cancel()
	claim, stance := first(conversation)
	s, err := to.ChatStream(ctx, connect.NewRequest(&debatev1.ChatStreamRequest{
		ConversationId: conversation, Message: message, RequestId: request, Topic: claim, Stance: stance,
	}))
	if err != nil {
		return h.record(c, err)
	}
	defer s.Close()
	for s.Receive() {
		c.hear(s.Msg())
	}
	return h.record(c, c.cut(s.Err()))
}

// retry makes a new attempt at a turn.
func (h *history) retry(to api, turn *debatev1.Turn, request string) call {
	c := call{request: request, conversation: turn.ConversationId, message: turn.Message, retried: turn, began: time.Now()}
	ctx, cancel := context.WithTimeout(context.Background(), callWait)
	defer cancel()
	s, err := to.RetryTurn(ctx, connect.NewRequest(&debatev1.RetryTurnRequest{TurnId: turn.Id, RequestId: request}))
	if err != nil {
		return h.record(c, err)
	}
	defer s.Close()
	for s.Receive() {
		c.hear(s.Msg())
	}
	return h.record(c, c.cut(s.Err()))
}

// event is an event of any of the streams.
type event interface {
	GetStarted() *debatev1.TurnStarted
	GetDelta() *debatev1.TurnDelta
	GetFinished() *debatev1.TurnFinished
}

// hear takes in an event. A delta at a wrong place spoils what was heard, so
// that it cannot be the reply.
func (c *call) hear(e event) {
	switch {
	case e.GetStarted() != nil:
		c.turn = e.GetStarted().Turn
	case e.GetDelta() != nil:
		d := e.GetDelta()
		if int(d.Offset) != len(c.heard) || int(d.NextOffset) != len(c.heard)+len(d.Text) {
			c.heard += "<a gap or an overlap>"
		}
		c.heard += d.Text
	case e.GetFinished() != nil:
		c.turn, c.whole = e.GetFinished().Turn, true
	}
}

// cut is the error of a stream: one that ends before its last event is cut.
func (c *call) cut(err error) error {
	if err == nil && !c.whole {
		return errors.New("the stream ended before its last event")
	}
	return err
}

// stored is what a database holds after a run.
type stored struct {
	turns []row
	// listed are the same turns as the API tells them.
	listed []*debatev1.Turn
	// counts are the turns of each conversation as it counts them itself.
	counts map[string]int
	// usage is how many turns the usage counts.
	usage int
}

// row is a turn as SQL tells it.
type row struct {
	id, conversation, request, message, reply, state string
	number, attempt                                  int
}

// database reads a run's database beside the service.
type database struct {
	*testing.T
	*sql.DB
}

// openDatabase opens one by a driver's name and source.
func openDatabase(t *testing.T, driver, source string) database {
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return database{t, db}
}

// number is the one number that a query finds.
func (d database) number(query string) (n int) {
	d.Helper()
	if err := d.QueryRow(query).Scan(&n); err != nil {
		d.Fatalf("%s: %v", query, err)
	}
	return n
}

// read is all that is stored, told by SQL and through the API.
func (d database) read(through api) stored {
	d.Helper()
	s := stored{counts: map[string]int{}}
	rows, err := d.Query(`SELECT id, conversation_id, request_id, message, reply, state, number, attempt FROM turns ORDER BY conversation_id, number`)
	if err != nil {
		d.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var t row
		if err := rows.Scan(&t.id, &t.conversation, &t.request, &t.message, &t.reply, &t.state, &t.number, &t.attempt); err != nil {
			d.Fatal(err)
		}
		s.turns = append(s.turns, t)
	}
	if err := rows.Err(); err != nil {
		d.Fatal(err)
	}
	counts, err := d.Query(`SELECT id, turn_count FROM conversations ORDER BY id`)
	if err != nil {
		d.Fatal(err)
	}
	defer counts.Close()
	for counts.Next() {
		var id string
		var n int
		if err := counts.Scan(&id, &n); err != nil {
			d.Fatal(err)
		}
		s.counts[id] = n
		s.listed = append(s.listed, d.list(through, id)...)
	}
	if err := counts.Err(); err != nil {
		d.Fatal(err)
	}
	s.usage = d.number(`SELECT COALESCE(SUM(turns), 0) FROM usages`)
	return s
}

// list is a conversation's turns as the API tells them.
func (d database) list(through api, conversation string) (turns []*debatev1.Turn) {
	d.Helper()
	for token := ""; ; {
		page, err := through.ListTurns(context.Background(), connect.NewRequest(&debatev1.ListTurnsRequest{
			ConversationId: conversation, PageSize: 200, PageToken: token, Order: debatev1.Order_ORDER_OLDEST_FIRST,
		}))
		if err != nil {
			d.Fatal(err)
		}
		turns = append(turns, page.Msg.Turns...)
		if token = page.Msg.NextPageToken; token == "" {
			return turns
		}
	}
}
