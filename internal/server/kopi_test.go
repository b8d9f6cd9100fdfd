package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/server"
)

// kopi makes a call of the Kopi contract and reads its answer into out.
func kopi(t *testing.T, h *harness, method, path, body string, out any, headers ...string) int {
	t.Helper()
	response, answer := ask(t, method, h.url+path, body, append(headers, "Content-Type", "application/json")...)
	if response.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s %s answers %s", method, path, response.Header.Get("Content-Type"))
	}
	in := json.NewDecoder(strings.NewReader(answer))
	in.DisallowUnknownFields()
	if err := in.Decode(out); err != nil {
		t.Fatalf("%s %s: %v: %s", method, path, err, answer)
	}
	return response.StatusCode
}

type kopiMessage struct {
	Role    string `json:"role"`
	Message string `json:"message"`
	TS      int64  `json:"ts"`
}

type kopiChat struct {
	ConversationID string        `json:"conversation_id"`
	Message        []kopiMessage `json:"message"`
	Topic          string        `json:"topic"`
	Stance         string        `json:"stance"`
	Kind           string        `json:"kind"`
}

type kopiError struct {
	Error  string `json:"error"`
	Reason string `json:"reason"`
	TurnID string `json:"turn_id"`
}

func TestADebateOverTheKopiContract(t *testing.T) {
	h := open(t, new(script))
	var chat kopiChat
	began := time.Now().UnixMilli()
	if status := kopi(t, h, "POST", "/chat", `{"conversation_id":null,"message":"Dogs are better than cats.","unknown":[1]}`, &chat); status != http.StatusOK {
		t.Fatal(status)
	}
	if chat.Topic == "" || chat.Stance != "CON" || chat.Kind != "argument" || len(chat.Message) != 2 ||
		chat.Message[0].Role != "user" || chat.Message[0].Message != "Dogs are better than cats." ||
		chat.Message[1].Role != "bot" || chat.Message[1].Message != said {
		t.Errorf("got %+v", chat)
	}
	for _, m := range chat.Message {
		if m.TS < began-1 || m.TS > time.Now().UnixMilli()+1 {
			t.Errorf("ts %d is not now in Unix milliseconds", m.TS)
		}
	}
	id := chat.ConversationID
	for n := 2; n <= 7; n++ {
		kopi(t, h, "POST", "/chat", fmt.Sprintf(`{"conversation_id":%q,"message":"Reason %d."}`, id, n), &chat)
	}
	if len(chat.Message) != 10 || chat.Message[0].Message != "Reason 3." || chat.Message[8].Message != "Reason 7." || chat.Message[9].Role != "bot" || chat.ConversationID != id {
		t.Errorf("the 5 latest of each side are %+v", chat.Message)
	}

	var one struct {
		ID, Topic, Stance string
		Messages          []kopiMessage
	}
	kopi(t, h, "GET", "/conversations/"+id, "", &one)
	if one.ID != id || one.Topic != chat.Topic || one.Stance != "CON" || len(one.Messages) != 14 || one.Messages[0].Message != "Dogs are better than cats." {
		t.Errorf("got %+v", one)
	}

	kopi(t, h, "POST", "/chat", `{"conversation_id":"","message":"I like it.","topic":"Tea beats coffee."}`, &chat)
	if chat.Topic != "Tea beats coffee." || chat.ConversationID == id {
		t.Errorf("with a topic: %+v", chat)
	}
	var list struct {
		Conversations []struct {
			ID           string    `json:"id"`
			TopicName    string    `json:"topic_name"`
			BotStance    string    `json:"bot_stance"`
			Title        string    `json:"title"`
			MessageCount int       `json:"message_count"`
			CreatedAt    time.Time `json:"created_at"`
			UpdatedAt    time.Time `json:"updated_at"`
		} `json:"conversations"`
		Total, Page, Limit int
	}
	kopi(t, h, "GET", "/conversations", "", &list)
	if list.Total != 2 || list.Page != 1 || list.Limit != 20 || len(list.Conversations) != 2 ||
		list.Conversations[0].TopicName != "Tea beats coffee." || list.Conversations[1].MessageCount != 14 || list.Conversations[1].ID != id {
		t.Errorf("listed %+v", list)
	}
	for query, want := range map[string][3]int{ // how many, page, limit
		"?limit=1": {1, 1, 1}, "?limit=1&offset=1": {1, 2, 1}, "?limit=0": {1, 1, 1}, "?limit=-5": {1, 1, 1}, "?limit=100000": {2, 1, 100},
		"?offset=-7": {2, 1, 20}, "?offset=99999999999999999999": {0, 501, 20}, "?offset=2": {0, 1, 20},
	} {
		kopi(t, h, "GET", "/conversations"+query, "", &list)
		if got := [3]int{len(list.Conversations), list.Page, list.Limit}; got != want || list.Total != 2 {
			t.Errorf("%s: %v of %d, want %v", query, got, list.Total, want)
		}
	}
	var offered struct{ Topics []string }
	kopi(t, h, "GET", "/conversations/topics?limit=1", "", &offered)
	if len(offered.Topics) != 1 || offered.Topics[0] != topics[0].Claim {
		t.Errorf("topics %v", offered)
	}
}

func TestTheKopiContractsErrors(t *testing.T) {
	model, lines := prompter()
	h := open(t, model)
	var failed kopiError
	for _, id := range []string{uuid.NewString(), "no-uuid", "%27%3B--"} {
		if status := kopi(t, h, "GET", "/conversations/"+id, "", &failed); status != http.StatusNotFound || failed.Reason != "NOT_FOUND" {
			t.Errorf("%s: %d %+v", id, status, failed)
		}
	}
	if status := kopi(t, h, "POST", "/chat", `{"conversation_id":"no-uuid","message":"hi"}`, &failed); status != http.StatusNotFound || failed.Reason != "NOT_FOUND" {
		t.Errorf("a turn of nothing: %d %+v", status, failed)
	}

	type answer struct {
		status int
		chat   kopiChat
	}
	first := make(chan answer, 1)
	go func() {
		var a answer
		a.status = kopi(t, h, "POST", "/chat", `{"message":"Tea beats coffee."}`, &a.chat, "Idempotency-Key", "k-1")
		first <- a
	}()
	say(t, lines, words[0])
	var list struct {
		Conversations []map[string]any
		Total         int
		Page          int
		Limit         int
	}
	kopi(t, h, "GET", "/conversations", "", &list)
	id := list.Conversations[0]["id"]
	status := kopi(t, h, "POST", "/chat", fmt.Sprintf(`{"conversation_id":%q,"message":"And?"}`, id), &failed)
	if status != http.StatusConflict || failed.Reason != "TURN_RUNNING" || failed.TurnID == "" {
		t.Errorf("a second turn: %d %+v", status, failed)
	}
	close(lines)
	if a := <-first; a.status != http.StatusOK || a.chat.Message[1].Message != words[0] {
		t.Errorf("the first turn: %+v", a)
	}
	var again kopiChat
	if kopi(t, h, "POST", "/chat", `{"message":"Tea beats coffee."}`, &again, "Idempotency-Key", "k-1"); again.ConversationID != id || model.calls.Load() != 1 {
		t.Errorf("the same key again: %+v, %d calls of the model", again, model.calls.Load())
	}
	if status := kopi(t, h, "POST", "/chat", `{"message":"Coffee beats tea."}`, &failed, "Idempotency-Key", "k-1"); status != http.StatusBadRequest || failed.Reason != "REQUEST_ID_REUSED" {
		t.Errorf("the same key for another request: %d %+v", status, failed)
	}

	model.reply = func(context.Context, func(string)) error { return errors.New("no") }
	if status := kopi(t, h, "POST", "/chat", `{"message":"Milk beats water."}`, &failed); status != http.StatusServiceUnavailable || failed.Reason != "MODEL_UNAVAILABLE" || failed.TurnID == "" {
		t.Errorf("a failed turn: %d %+v", status, failed)
	}
}

func TestTheKopiContractShows5MessagesOfEachSideThoughSomeTurnsFailed(t *testing.T) {
	fail := false
	model := new(script)
	model.reply = func(_ context.Context, emit func(string)) error {
		if fail {
			return errors.New("no")
		}
		emit(said)
		return nil
	}
	h := open(t, model)
	var chat kopiChat
	kopi(t, h, "POST", "/chat", `{"message":"Tea beats coffee."}`, &chat)
	id := chat.ConversationID
	for n := 2; n <= 9; n++ {
		body := fmt.Sprintf(`{"conversation_id":%q,"message":"Reason %d."}`, id, n)
		if fail = n == 7 || n == 8; fail {
			var failed kopiError
			kopi(t, h, "POST", "/chat", body, &failed)
			continue
		}
		kopi(t, h, "POST", "/chat", body, &chat)
	}
	var got []string
	for _, m := range chat.Message {
		if m.Role == "bot" {
			m.Message = "bot"
		}
		got = append(got, m.Message)
	}
	want := "bot|bot|Reason 5.|bot|Reason 6.|bot|Reason 7.|Reason 8.|Reason 9.|bot"
	if strings.Join(got, "|") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestNothingBadIsStored(t *testing.T) {
	h := open(t, new(script))
	for _, body := range []string{``, `{}`, `[]`, `{"message":""}`, `{"message":7}`, "{\"message\":\"\xff\"}", `{"message":"a\u0000"}`,
		`{"message":"` + strings.Repeat("a", 8193) + `"}`, `{"conversation_id":"x","message":"hi"}`, `{"message":"hi"`} {
		for _, path := range []string{"/chat", "/debate.v1.DebateService/Chat"} {
			response, answer := ask(t, "POST", h.url+path, strings.ReplaceAll(body, "conversation_id", map[bool]string{true: "conversation_id", false: "conversationId"}[path == "/chat"]), "Content-Type", "application/json")
			if response.StatusCode != http.StatusBadRequest && response.StatusCode != http.StatusNotFound {
				t.Errorf("%s %q: %d %s", path, body, response.StatusCode, answer)
			}
		}
	}
	var list struct {
		Conversations      []any
		Total, Page, Limit int
	}
	if kopi(t, h, "GET", "/conversations", "", &list); list.Total != 0 || h.model.calls.Load() != 0 {
		t.Errorf("stored %+v; %d calls of the model", list, h.model.calls.Load())
	}
}

// The calls of the Next.js front end and of the test page of nikoremi97/debate,
// from which this contract comes: frontend/app/chat/page.tsx,
// frontend/app/login/page.tsx, frontend/components/chat-sidebar.tsx and
// frontend/test-auth.html there.
func TestTheFrontEndThatTheContractComesFromWorks(t *testing.T) {
	h := open(t, new(script), withKeys, func(c *server.Config) { c.Origins = []string{"http://localhost:3000"} })
	page := []string{"Origin", "http://localhost:3000", "X-API-Key", "alice"}
	// It logs in by asking for the health with the key, which a browser asks for leave to do.
	response, _ := ask(t, "OPTIONS", h.url+"/health", "", "Origin", "http://localhost:3000", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-api-key")
	if response.Header.Get("Access-Control-Allow-Origin") != "http://localhost:3000" || response.Header.Get("Access-Control-Allow-Headers") != "x-api-key" || response.StatusCode != http.StatusNoContent {
		t.Errorf("preflight of /health: %d %v", response.StatusCode, response.Header)
	}
	for _, path := range []string{"/health", "/ready"} {
		for origin, allowed := range map[string]string{"http://localhost:3000": "http://localhost:3000", "https://b.example": ""} {
			response, _ := ask(t, "GET", h.url+path, "", "Origin", origin, "X-API-Key", "alice")
			if response.Header.Get("Access-Control-Allow-Origin") != allowed {
				t.Errorf("%s of %s: %d %v", path, origin, response.StatusCode, response.Header)
			}
		}
	}
	// Its first message is the topic too, however long it is and whatever it says.
	for message, topic := range map[string]string{
		"hi":                          "",
		"Tea beats coffee.":           "Tea beats coffee",
		"I think tea beats coffee.":   "Tea beats coffee",
		"Tea beats coffee.  ":         "Tea beats coffee",
		strings.Repeat("Good. ", 100): "",
	} {
		var chat kopiChat
		body, _ := json.Marshal(map[string]string{"message": message, "topic": message})
		if status := kopi(t, h, "POST", "/chat", string(body), &chat, page...); status != http.StatusOK || chat.Topic != topic || (chat.Stance == "CON") != (topic != "") {
			t.Errorf("%q: %d %+v", message, status, chat)
		}
		if chat.ConversationID == "" || len(chat.Message) != 2 {
			t.Errorf("%q: %+v", message, chat)
		}
		// It goes on without a topic, and loads what it finds in its list.
		body, _ = json.Marshal(map[string]string{"message": "Tea beats coffee.", "conversation_id": chat.ConversationID})
		if status := kopi(t, h, "POST", "/chat", string(body), &chat, page...); status != http.StatusOK || len(chat.Message) != 4 {
			t.Errorf("%q, on: %d %+v", message, status, chat)
		}
	}
	var list struct {
		Conversations []struct {
			ID           string
			Topic        string `json:"topic_name"`
			Stance       string `json:"bot_stance"`
			Title        string
			MessageCount int       `json:"message_count"`
			CreatedAt    time.Time `json:"created_at"`
			UpdatedAt    time.Time `json:"updated_at"`
		}
		Total, Page, Limit int
	}
	kopi(t, h, "GET", "/conversations?limit=50&offset=0", "", &list, page...)
	if len(list.Conversations) != 5 {
		t.Errorf("listed %+v", list)
	}
	for _, c := range list.Conversations {
		var one struct {
			ID, Topic, Stance string
			Messages          []kopiMessage
		}
		kopi(t, h, "GET", "/conversations/"+c.ID, "", &one, page...)
		if len(one.Messages) != c.MessageCount || c.MessageCount != 4 || one.Topic != c.Topic || one.Stance != c.Stance || c.Title == "" {
			t.Errorf("%+v is listed, and %+v is it", c, one)
		}
	}
}
