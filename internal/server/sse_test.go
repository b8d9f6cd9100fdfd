package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tmaxmax/go-sse"

	"github.com/debate-chatbot/debate-api/internal/server"
)

// utf8Events is the type of a stream. Python's requests reads a text whose type names no charset as
// Latin-1: open-metadata/OpenMetadata pull request 29532.
const utf8Events = "text/event-stream; charset=utf-8"

// turnEvent is what any event of a turn may hold.
type turnEvent struct {
	name, id string
	kopiChat
	TurnID  string `json:"turn_id"`
	Number  int    `json:"number"`
	Attempt int    `json:"attempt"`
	Text    string `json:"text"`
	State   string `json:"state"`
	Error   string `json:"error"`
	Reason  string `json:"reason"`
}

// Clients that split lines as Python's str.splitlines does lose an event with such a character in
// it: mpetazzoni/sseclient issue 9, florimondmanca/httpx-sse issue 34, langchain-ai/langgraph pull request 2560.
func TestNoCharacterOfATextEndsALine(t *testing.T) {
	h := open(t, &script{reply: func(_ context.Context, emit func(string)) error {
		emit("One\u0085two\u2028three\u2029four.")
		return nil
	}})
	const message = `Tea\u0085 beats\u2028 cof\u2029fee.`
	for path, body := range map[string]string{
		"/chat":                `{"message":"` + message + `"}`,
		"/v1/chat/completions": `{"model":"debate","stream":true,"messages":[{"role":"user","content":"` + message + `"}]}`,
	} {
		response, text := ask(t, "POST", h.url+path, body, "Content-Type", "application/json", "Accept", "text/event-stream")
		if response.StatusCode != http.StatusOK || !strings.Contains(text, `\u0085two`) || strings.ContainsAny(text, "\v\f\x1c\x1d\x1e\u0085\u2028\u2029") {
			t.Errorf("%s: %d %q", path, response.StatusCode, text)
		}
	}
}

// events opens a stream; next is its next event, and gone leaves it.
func events(t *testing.T, method, url, body string, headers ...string) (next func() (turnEvent, bool), gone func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != utf8Events || response.Header.Get("X-Accel-Buffering") != "no" {
		text, _ := io.ReadAll(response.Body)
		t.Fatalf("%s %s: %d %v %s", method, url, response.StatusCode, response.Header, text)
	}
	t.Cleanup(func() { response.Body.Close() })
	read := make(chan turnEvent)
	go func() {
		defer close(read)
		for e, err := range sse.Read(response.Body, nil) {
			if err != nil {
				return
			}
			got := turnEvent{name: e.Type, id: e.LastEventID}
			if err := json.Unmarshal([]byte(e.Data), &got); err != nil && e.Type != "" {
				t.Errorf("%s: %v: %s", e.Type, err, e.Data)
			}
			select {
			case read <- got:
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() (turnEvent, bool) {
		select {
		case e, ok := <-read:
			return e, ok
		case <-time.After(patience):
			t.Fatal("no event came")
			return turnEvent{}, false
		}
	}, cancel
}

// rest is the text of the events up to the last one, which it is too.
func rest(t *testing.T, next func() (turnEvent, bool)) (text string, last turnEvent) {
	t.Helper()
	for {
		e, ok := next()
		if !ok {
			return text, last
		}
		text, last = text+e.Text, e
	}
}

func TestATurnIsStreamedToWhoeverAcceptsEvents(t *testing.T) {
	h := open(t, new(script))
	next, _ := events(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee."}`)
	first, _ := next()
	if first.name != "started" || first.id != "1.0" || first.TurnID == "" || first.ConversationID == "" || first.Stance != "CON" || first.Attempt != 1 || first.Number != 1 {
		t.Errorf("it starts with %+v", first)
	}
	text, last := rest(t, next)
	if text != said || last.name != "finished" || last.id != "1.end" || last.State != "completed" || last.TurnID != first.TurnID {
		t.Errorf("%q, ended by %+v", text, last)
	}
	// The last event is what the same call answers at once.
	_, whole := ask(t, "POST", h.url+"/chat", `{"conversation_id":"`+first.ConversationID+`","message":"And it is warm."}`, "Content-Type", "application/json")
	var answer kopiChat
	if err := json.Unmarshal([]byte(whole), &answer); err != nil {
		t.Fatal(err)
	}
	next, _ = events(t, "POST", h.url+"/chat", `{"conversation_id":"`+first.ConversationID+`","message":"And it is cheap."}`)
	_, last = rest(t, next)
	if len(last.Message) != 6 || last.Message[0] != answer.Message[0] || last.Message[3] != answer.Message[3] || last.Message[5].Message != said ||
		last.Message[4].Message != "And it is cheap." || last.Topic != answer.Topic || last.Stance != answer.Stance || last.Kind != answer.Kind {
		t.Errorf("the last event is %+v, and the turn before answered %+v", last, answer)
	}
}

func TestALostStreamGoesOnWhereItWasLost(t *testing.T) {
	model, lines := prompter()
	h := open(t, model)
	next, leave := events(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee."}`, "Idempotency-Key", "k-1")
	first, _ := next()
	say(t, lines, words[0])
	say(t, lines, words[1])
	had, place := "", first.id
	for had != words[0]+words[1] {
		e, _ := next()
		had, place = had+e.Text, e.id
	}
	leave()
	say(t, lines, words[2])
	url := h.url + "/turns/" + first.TurnID + "/events"
	resumed, _ := events(t, "GET", url, "", "Last-Event-ID", place)
	repeated, _ := events(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee."}`, "Idempotency-Key", "k-1", "Last-Event-ID", place)
	fromStart, _ := events(t, "GET", url, "")
	if e, _ := resumed(); e.name != "started" || e.id != place || e.TurnID != first.TurnID {
		t.Errorf("it goes on with %+v", e)
	}
	say(t, lines, words[3])
	close(lines)
	for name, read := range map[string]func() (turnEvent, bool){"resumed": resumed, "repeated with its key": repeated} {
		if text, last := rest(t, read); text != words[2]+words[3] || last.State != "completed" {
			t.Errorf("%s: %q, ended by %+v", name, text, last)
		}
	}
	if text, last := rest(t, fromStart); text != said || last.State != "completed" {
		t.Errorf("from the start: %q, ended by %+v", text, last)
	}
	again, _ := events(t, "GET", url, "", "Last-Event-ID", place)
	if text, _ := rest(t, again); text != words[2]+words[3] {
		t.Errorf("after the end: %q", text)
	}
	// event-source-polyfill, which can send a key, names the place in the query: lastEventIdQueryParameterName.
	polyfilled, _ := events(t, "GET", url+"?lastEventId="+place, "")
	if text, _ := rest(t, polyfilled); text != words[2]+words[3] {
		t.Errorf("of the query: %q", text)
	}
	// 204 is how a server tells an EventSource to come back no more (HTML, "Server-sent events").
	if response, _ := ask(t, "GET", url, "", "Last-Event-ID", "1.end"); response.StatusCode != http.StatusNoContent {
		t.Errorf("who has everything gets %d", response.StatusCode)
	}
	if model.calls.Load() != 1 {
		t.Errorf("%d calls of the model", model.calls.Load())
	}
}

func TestAStreamSaysWhyThereIsNoReply(t *testing.T) {
	h := open(t, &script{reply: func(_ context.Context, emit func(string)) error {
		emit("So far ")
		return errors.New("secret")
	}})
	next, _ := events(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee."}`)
	text, last := rest(t, next)
	if text != "So far " || last.State != "failed" || last.Reason != "MODEL_UNAVAILABLE" || !strings.Contains(last.Error, "retry") || strings.Contains(last.Error, "secret") {
		t.Errorf("%q, ended by %+v", text, last)
	}
	if len(last.Message) == 0 || last.Message[0].Message != "Tea beats coffee." {
		t.Errorf("its messages are %+v", last.Message)
	}
}

func TestWhatIsWrongWithACallForEventsIsAnOrdinaryAnswer(t *testing.T) {
	h := open(t, new(script), withKeys)
	next, _ := events(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee."}`, "X-API-Key", "alice")
	first, _ := next()
	rest(t, next)
	turn := "/turns/" + first.TurnID + "/events"
	for name, c := range map[string]struct {
		method, path, body, key, id string
		status                      int
		reason                      string
	}{
		"no key":              {"POST", "/chat", `{"message":"Tea."}`, "", "", 401, "UNAUTHENTICATED"},
		"no message":          {"POST", "/chat", `{}`, "alice", "", 400, "INVALID_ARGUMENT"},
		"no conversation":     {"POST", "/chat", `{"message":"Tea.","conversation_id":"none"}`, "alice", "", 404, "NOT_FOUND"},
		"no turn":             {"GET", "/turns/none/events", "", "alice", "", 404, "NOT_FOUND"},
		"another's turn":      {"GET", turn, "", "bob", "", 404, "NOT_FOUND"},
		"another's, whole":    {"GET", turn, "", "bob", "1.end", 404, "NOT_FOUND"},
		"no such attempt":     {"GET", turn, "", "alice", "9.0", 404, "NOT_FOUND"},
		"no place":            {"GET", turn, "", "alice", "seven", 400, "INVALID_ARGUMENT"},
		"past the end":        {"GET", turn, "", "alice", "1.999999", 400, "past the end of this reply"},
		"a negative place":    {"GET", turn, "", "alice", "1.-7", 400, "INVALID_ARGUMENT"},
		"a huge place":        {"GET", turn, "", "alice", "1.99999999999999999999", 400, "INVALID_ARGUMENT"},
		"inside a character":  {"GET", turn, "", "alice", "1.23", 400, "INVALID_ARGUMENT"},
		"another HTTP method": {"POST", turn, "{}", "alice", "", 405, "INVALID_ARGUMENT"},
		"HEAD":                {"HEAD", turn, "", "alice", "", 405, ""},
	} {
		headers := []string{"Accept", "text/event-stream", "Content-Type", "application/json"}
		if c.key != "" {
			headers = append(headers, "X-API-Key", c.key)
		}
		if c.id != "" {
			headers = append(headers, "Last-Event-ID", c.id)
		}
		response, text := ask(t, c.method, h.url+c.path, c.body, headers...)
		if response.StatusCode != c.status || !strings.Contains(text, c.reason) || response.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s", name, response.StatusCode, text)
		}
	}
	for accept, streamed := range map[string]bool{
		"": false, "*/*": false, "application/json": false, "text/event-stream": true, "application/json, text/event-stream;q=0.9": true, "text/event-stream;q=0": false, "text/*": false,
	} {
		response, _ := ask(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee."}`, "Content-Type", "application/json", "X-API-Key", "alice", "Accept", accept)
		if (response.Header.Get("Content-Type") == utf8Events) != streamed {
			t.Errorf("Accept: %q gets %s", accept, response.Header.Get("Content-Type"))
		}
	}
}

func TestAPageOfAnAllowedOriginMayFollowATurn(t *testing.T) {
	h := open(t, new(script), func(c *server.Config) { c.Origins = []string{"https://a.example"} })
	next, _ := events(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee."}`)
	first, _ := next()
	rest(t, next)
	for origin, allowed := range map[string]string{"https://a.example": "https://a.example", "https://b.example": ""} {
		response, _ := ask(t, "GET", h.url+"/turns/"+first.TurnID+"/events", "", "Origin", origin, "Accept", "text/event-stream")
		if got := response.Header.Get("Access-Control-Allow-Origin"); got != allowed {
			t.Errorf("%s is allowed %q", origin, got)
		}
	}
}
