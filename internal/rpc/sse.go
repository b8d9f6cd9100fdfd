package rpc

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// eventStreamType is the media type of server-sent events.
const eventStreamType = "text/event-stream"

// reconnectMillis is how soon an EventSource comes back after a lost line.
const reconnectMillis = "1000"

// eventStream answers a request with server-sent events, as the HTML standard
// has them. The headers leave with the first event, so that an error before it
// is still an ordinary answer.
type eventStream struct {
	w     http.ResponseWriter
	begun bool
	text  bytes.Buffer
	json  *json.Encoder // into text
}

func newEventStream(w http.ResponseWriter) *eventStream {
	s := &eventStream{w: w}
	s.json = json.NewEncoder(&s.text)
	s.json.SetEscapeHTML(false)
	return s
}

// nextLine ends a line for clients that split as Python's splitlines does. Of the characters
// that do, JSON in Go writes this one alone as it is.
var nextLine = []byte("\u0085")

// send writes one event and flushes it. A name or an id that is empty is left
// out. JSON has no line break, so that data is one line.
func (s *eventStream) send(name, id string, data any) error {
	s.begin()
	if id != "" {
		s.text.WriteString("id: " + id + "\n")
	}
	if name != "" {
		s.text.WriteString("event: " + name + "\n")
	}
	s.text.WriteString("data: ")
	before := s.text.Len()
	if err := s.json.Encode(data); err != nil { // it ends the line
		return err
	}
	if written := s.text.Bytes()[before:]; bytes.Contains(written, nextLine) {
		written = bytes.ReplaceAll(written, nextLine, []byte(`\u0085`))
		s.text.Truncate(before)
		s.text.Write(written)
	}
	s.text.WriteByte('\n')
	return s.flush()
}

// heartbeat is a comment, which clients skip and balancers see.
const heartbeat = ": heartbeat\n"

// sendLines writes lines as they are, each with its end, and flushes them.
func (s *eventStream) sendLines(lines string) error {
	s.begin()
	s.text.WriteString(lines + "\n")
	return s.flush()
}

func (s *eventStream) begin() {
	if s.begun {
		return
	}
	s.begun = true
	h := s.w.Header()
	h.Set("Content-Type", eventStreamType+"; charset=utf-8") // without it Python's requests reads Latin-1
	passUnbuffered(h)
	s.w.WriteHeader(http.StatusOK)
}

func (s *eventStream) flush() error {
	_, err := s.w.Write(s.text.Bytes())
	s.text.Reset()
	if err != nil {
		return err
	}
	return http.NewResponseController(s.w).Flush()
}

// wantsEvents says whether the caller names event streams among what it accepts.
func wantsEvents(r *http.Request) bool {
	for _, accepted := range r.Header.Values("Accept") {
		if slices.ContainsFunc(strings.Split(accepted, ","), isEventStream) {
			return true
		}
	}
	return false
}

func isEventStream(accepted string) bool {
	kind, parameters, err := mime.ParseMediaType(accepted)
	return err == nil && kind == eventStreamType && parameters["q"] != "0"
}

// What the events of a turn hold.
type (
	startedEvent struct {
		ConversationID string        `json:"conversation_id"`
		TurnID         string        `json:"turn_id"`
		Number         int           `json:"number"`
		Attempt        int           `json:"attempt"`
		Topic          string        `json:"topic"`
		Stance         debate.Stance `json:"stance"`
	}
	// subjectEvent comes once, where the turn started without a topic.
	subjectEvent struct {
		Topic  string        `json:"topic"`
		Stance debate.Stance `json:"stance"`
	}
	deltaEvent struct {
		Text string `json:"text"`
	}
	// finishedEvent is the answer of POST /chat, and how the turn ended.
	finishedEvent struct {
		kopiChatResponse
		TurnID string           `json:"turn_id"`
		State  debate.TurnState `json:"state"`
		// Error and Reason say why there is no whole reply.
		Error  string        `json:"error,omitempty"`
		Reason debate.Reason `json:"reason,omitempty"`
	}
)

// endOfReply stands in the id of a turn's last event in place of an offset.
const endOfReply = "end"

var errLastEventID = debate.Invalid("Last-Event-ID", "must be the id of an event of this turn, or left out for the whole reply")

// turnPlace is a place in the events of a turn: an attempt and how many bytes of
// its reply are there. Event ids are written in this way: "1.250".
type turnPlace struct {
	attempt, offset int
	ended           bool
}

func (p turnPlace) String() string {
	return strconv.Itoa(p.attempt) + "." + strconv.Itoa(p.offset)
}

// lastEventID is the id of the last event that a client has: of the header that
// EventSource sends, or of the query's lastEventId, which the polyfill of it sends that
// people take to send their key in a header.
func lastEventID(r *http.Request) string {
	return cmp.Or(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("lastEventId"))
}

// readTurnPlace reads the id of the last event; without one it is the beginning.
func readTurnPlace(r *http.Request) (turnPlace, error) {
	id := lastEventID(r)
	if id == "" {
		return turnPlace{}, nil
	}
	attempt, offset, _ := strings.Cut(id, ".")
	p := turnPlace{ended: offset == endOfReply}
	var err error
	if p.attempt, err = strconv.Atoi(attempt); err != nil || p.attempt < 1 {
		return turnPlace{}, errLastEventID
	}
	if p.ended {
		return p, nil
	}
	if p.offset, err = strconv.Atoi(offset); err != nil || p.offset < 0 {
		return turnPlace{}, errLastEventID
	}
	return p, nil
}

// turnEvents writes a turn's events for a caller who has what lies before a place.
type turnEvents struct {
	kopi kopi
	r    *http.Request
	out  *eventStream
	from turnPlace
}

// send writes one event. What the caller has already, it is not sent again.
func (t *turnEvents) send(e debate.Event) error {
	switch e := e.(type) {
	case debate.Started:
		if t.from.attempt != e.Attempt {
			t.from = turnPlace{attempt: e.Attempt}
		}
		t.out.text.WriteString("retry: " + reconnectMillis + "\n")
		return t.out.send("started", t.from.String(), startedEvent{
			e.Conversation.ID, e.Turn.ID, e.Turn.Number, e.Attempt, e.Conversation.Topic, e.Conversation.Stance,
		})
	case debate.SubjectFound:
		return t.out.send("subject", t.from.String(), subjectEvent{e.Conversation.Topic, e.Conversation.Stance})
	case debate.Delta:
		text := e.Text
		if had := t.from.offset - e.Offset; had > 0 {
			text = text[min(had, len(text)):]
		}
		if text == "" {
			return nil
		}
		t.from.offset = e.Offset + len(e.Text)
		return t.out.send("delta", t.from.String(), deltaEvent{text})
	case debate.Finished:
		id := strconv.Itoa(t.from.attempt) + "." + endOfReply
		return t.out.send("finished", id, t.kopi.finished(t.r, e.Turn))
	default:
		return t.out.sendLines(heartbeat)
	}
}

// finished is the last event, for which it reads the conversation and its window.
// Where they cannot be read it shows the turn alone, which has ended in any case.
func (k kopi) finished(r *http.Request, t debate.Turn) finishedEvent {
	ctx, owner := r.Context(), auth.Owner(r.Context())
	shown := debate.ChatResult{Turn: t, Window: []debate.Turn{t}}
	if c, err := k.service.Conversation(ctx, owner, t.ConversationID); err == nil {
		shown.Conversation = c
		if window, err := k.service.Turns(ctx, owner, t.ConversationID, t.Number, true, kopiEachSide-1); err == nil {
			slices.Reverse(window)
			shown.Window = append(window, t)
		}
	}
	shown.Conversation.ID = t.ConversationID
	recent, err := k.recent(ctx, owner, shown)
	if err != nil {
		recent = messages(shown.Window)
	}
	e := finishedEvent{kopiChatResponse: kopiAnswer(shown, recent), TurnID: t.ID, State: t.State}
	if t.Failure != nil {
		e.Error, e.Reason = t.Failure.Message, t.Failure.Reason
	}
	return e
}

// streamChat takes a turn as POST /chat does and answers with its events.
func (k kopi) streamChat(r *http.Request, out *eventStream) error {
	request, err := k.chatRequest(r)
	if err != nil {
		return err
	}
	from, err := readTurnPlace(r) // of a caller who repeats the call with its Idempotency-Key
	if err != nil {
		return err
	}
	to := turnEvents{k, r, out, from}
	return k.service.ChatStream(r.Context(), auth.Owner(r.Context()), request, to.send)
}

// errEnough ends a stream of which only its beginning was asked for.
var errEnough = errors.New("rpc: enough was seen")

// streamTurn answers with the events of a turn from the place that the caller
// has. One who has all of them is told with 204 to come back no more.
func (k kopi) streamTurn(r *http.Request, out *eventStream) error {
	from, err := readTurnPlace(r)
	if err != nil {
		return err
	}
	owner, id := auth.Owner(r.Context()), r.PathValue("id")
	if from.ended {
		err := k.service.WatchTurn(r.Context(), owner, id, from.attempt, 0, func(debate.Event) error { return errEnough })
		if errors.Is(err, errEnough) {
			out.w.WriteHeader(http.StatusNoContent)
			return nil
		}
		return err
	}
	to := turnEvents{k, r, out, from}
	return k.service.WatchTurn(r.Context(), owner, id, from.attempt, from.offset, to.send)
}

// events serves a request with the events that serve sends.
func (k kopi) events(serve func(*http.Request, *eventStream) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead { // an answer without a body is no stream
			k.api.RefuseMethod(w, r, r.Pattern, http.MethodGet)
			return
		}
		out := newEventStream(record(w))
		err := recovered(func() error { return serve(r, out) })
		k.api.endStream(w, r, out, err)
	}
}

// endStream says how a stream ended: to the caller where nothing was sent yet,
// and to the log.
func (a *API) endStream(w http.ResponseWriter, r *http.Request, out *eventStream, err error) {
	switch {
	case err == nil:
		outcomeOf(r.Context()).succeeded()
	case out.begun:
		_ = outcomeOf(r.Context()).failed(r.Context(), err) // which a stream says in its last event, if it can
	default:
		a.fail(w, r, err, 0)
	}
}
