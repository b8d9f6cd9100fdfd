package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/server"
)

// message is one of a client's history.
type message struct {
	Role    string `json:"role"`
	Content any    `json:"content"`
}

type completion struct {
	ID, Object, Model string
	Choices           []struct {
		Message      struct{ Role, Content string }
		FinishReason string `json:"finish_reason"`
	}
	Usage struct {
		PromptTokens     int `json:"prompt_tokens"`
		CompletionTokens int `json:"completion_tokens"`
		TotalTokens      int `json:"total_tokens"`
	}
	Debate struct {
		ConversationID      string `json:"conversation_id"`
		TurnID              string `json:"turn_id"`
		Topic, Stance, Kind string
	}
	Error struct{ Message, Type, Param, Code string }
}

// complete makes a call of OpenAI's contract, with more fields if there are any.
func complete(t *testing.T, h *harness, model string, history []message, more map[string]any, headers ...string) (completion, *http.Response) {
	t.Helper()
	body := map[string]any{"model": model, "messages": history}
	for name, value := range more {
		body[name] = value
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	response, answer := ask(t, "POST", h.url+"/v1/chat/completions", string(text), append(headers, "Content-Type", "application/json")...)
	var c completion
	if err := json.Unmarshal([]byte(answer), &c); err != nil {
		t.Fatalf("%v: %s", err, answer)
	}
	return c, response
}

func user(text string) message { return message{"user", text} }

func bot(text string) message { return message{"assistant", text} }

// numbered is a script that numbers its replies.
func numbered() *script {
	s := new(script)
	s.reply = func(_ context.Context, emit func(string)) error {
		emit(fmt.Sprintf("Reply %d.", s.calls.Load()))
		return nil
	}
	return s
}

// conversations is how many there are, and how many turns they have.
func (h *harness) conversations(t *testing.T) (all []debate.Conversation) {
	t.Helper()
	all, err := h.store.FindConversations(t.Context(), debate.Owner{Key: "default"}, "", debate.ConversationCursor{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAClientWithItsOwnHistoryGoesOnInTheStoredConversation(t *testing.T) {
	h := open(t, numbered())
	history := []message{{"system", "You are a pirate."}, user("Tea beats coffee.")}
	first, _ := complete(t, h, "debate", history, nil)
	if first.Object != "chat.completion" || first.Choices[0].Message.Content != "Reply 1." || first.Choices[0].FinishReason != "stop" ||
		first.Usage.TotalTokens != 11 || first.Usage.PromptTokens != 7 || first.Debate.Stance != "CON" || first.Debate.Kind != "argument" || !strings.HasPrefix(first.ID, "chatcmpl-") {
		t.Errorf("got %+v", first)
	}
	id := first.Debate.ConversationID
	// Clients trim what they show.
	history = append(history, bot(" Reply 1.\n"), user("It is warm."))
	second, _ := complete(t, h, "debate", history, nil)
	history = append(history, bot("Reply 2."), user("It is cheap."))
	third, _ := complete(t, h, "debate", history, nil)
	if second.Debate.ConversationID != id || third.Debate.ConversationID != id || third.Choices[0].Message.Content != "Reply 3." {
		t.Errorf("went on with %+v and %+v", second, third)
	}
	if all := h.conversations(t); len(all) != 1 || all[0].TurnCount != 3 || all[0].Persona != "You are a pirate." {
		t.Errorf("stored %+v", all)
	}
	// The same history once more is the same turn, tried again: a page's button "regenerate".
	again, _ := complete(t, h, "debate", history, nil)
	if again.Debate.TurnID != third.Debate.TurnID || again.Choices[0].Message.Content != "Reply 4." {
		t.Errorf("tried again: %+v", again)
	}
	history = append(history, bot("Reply 4."), user("It is quick."))
	if c, _ := complete(t, h, "debate", history, nil); c.Debate.ConversationID != id {
		t.Errorf("after it was tried again: %+v", c)
	}
	if all := h.conversations(t); len(all) != 1 || all[0].TurnCount != 4 {
		t.Errorf("stored %+v", all)
	}
}

// Chat pages write the date and the hour into the instructions of each request: Open WebUI
// as "2026-11-28" and "09:59:58 AM" (backend/open_webui/utils/task.py), LibreChat with the
// number of the day of the week behind the date (packages/data-provider, parsers.ts).
func TestInstructionsWithAClockInThemGoOnInTheSameDebate(t *testing.T) {
	long := strings.Repeat(" You are kind and brief.", 9)
	for name, clocks := range map[string][3]string{
		"Open WebUI": {"Today is 2026-11-28, 09:59:58 AM. You are a pirate.", "Today is 2026-11-28, 10:00:05 AM. You are a pirate.", "Today is 2026-12-01, 12:00:00 PM. You are a pirate."},
		"LibreChat":  {"You are a pirate. It is 2026-11-28 (6).", "You are a pirate. It is 2026-11-29 (0).", "You are a pirate. It is 2026-11-30 (1)."},
		"a page":     {"A pirate. Now: Saturday, November 28, 2026, 9:59 p.m. UTC", "A pirate. Now: Sunday, November 29, 2026, 12:01 a.m. UTC", "A pirate. Now: Tuesday, December 1st, 2026, 1 pm UTC"},
		"at length":  {"It is Sat, 28 Nov 2026 9:59:58." + long, "It is Sun, 29 Nov 2026 10:00:00." + long, "It is Wednesday, 30 September 2026 10:00:00." + long},
		"in Spanish": {"Un pirata. Hoy es sábado, 28 de noviembre de 2026.", "Un pirata. Hoy es domingo, 29 de noviembre de 2026.", "Un pirata. Hoy es martes, 1 de diciembre de 2026."},
	} {
		h := open(t, numbered())
		history := []message{{"system", clocks[0]}, user("Tea beats coffee.")}
		first, _ := complete(t, h, "debate", history, nil)
		for n, clock := range clocks[1:] {
			history[0].Content = clock
			history = append(history, bot(fmt.Sprintf("Reply %d.", n+1)), user(fmt.Sprintf("It is warm for the %dth time.", n)))
			if c, _ := complete(t, h, "debate", history, nil); c.Debate.ConversationID != first.Debate.ConversationID {
				t.Errorf("%s: at %q it is another debate", name, clock)
			}
		}
		history[0].Content = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(clocks[2], "pirat", "sailor"), "kind", "rude"), "page", "book")
		history = append(history, bot("Reply 3."), user("It is cheap."))
		if c, _ := complete(t, h, "debate", history, nil); c.Debate.ConversationID == first.Debate.ConversationID {
			t.Errorf("%s: as somebody else it is the same debate", name)
		}
	}
}

// Chat pages put documents, results of a search and what they remember around a message, the
// latest mostly, and into the instructions: Open WebUI, backend/open_webui/utils/middleware.py
// (apply_source_context_to_messages, add_file_context, chat_memory_handler, DEFAULT_CODE_INTERPRETER_PROMPT);
// LibreChat, api/server/controllers/agents/client.js (fileContext, useMemory). The next request has the message as
// it was typed, or with the document where it was not before.
func TestWhatPagesPutAroundAMessageIsNoPartOfTheDebate(t *testing.T) {
	task := "### Task:\nRespond to the user query using the provided context, incorporating inline citations in the format [id].\n\n### Output:\nNo XML.\n\n<context>\n<source id=\"1\">" +
		strings.Repeat("A long page. ", 2000) + "</source>\n</context>\n"
	const said = "It is warm."
	libre := "Attached document(s):\n```md# \"tea.md\"\nTea.\n\n```"
	for name, c := range map[string]struct {
		first, later   string // the first message, as it is sent at first and later
		message        string // the second
		system, learnt string
	}{
		"a search":               {"Tea beats coffee.", "Tea beats coffee.", task + "\n" + said, "", ""},
		"a search of old":        {"Tea beats coffee.", "Tea beats coffee.", task + "\n<user_query>\n" + said + "\n</user_query>\n\n" + said, "", ""},
		"the query alone":        {"Tea beats coffee.", "Tea beats coffee.", task + "\n<user_query>\n" + said + "\n</user_query>\n", "", ""},
		"a search at first":      {task + "\nTea beats coffee.", "Tea beats coffee.", said, "", ""},
		"files":                  {"Tea beats coffee.", "Tea beats coffee.", "<attached_files>\n<file type=\"file\" url=\"u\" name=\"tea.md\"/>\n</attached_files>\n\n" + said, "", ""},
		"a search and files":     {"Tea beats coffee.", "Tea beats coffee.", task + "\n<attached_files>\n<file/>\n</attached_files>\n\n" + said, "", ""},
		"a tool":                 {"Tea beats coffee.", "Tea beats coffee.", said + "\n\n#### Tools Available\n\n1. **Code Interpreter**: `<code_interpreter type=\"code\" lang=\"python\"></code_interpreter>`\n   - Use it.", "", ""},
		"a document, later":      {"Tea beats coffee.", libre + "\nTea beats coffee.", said, "You are a pirate.", "You are a pirate."},
		"a document, at first":   {"Tea beats coffee.", libre + "\nTea beats coffee.", said, "You are a pirate.\n" + libre, "You are a pirate."},
		"a memory":               {"Tea beats coffee.", "Tea beats coffee.", said, "You are a pirate.\nUser Context:\n1. [2026-11-01] Likes tea.\n\n", "You are a pirate.\nUser Context:\n1. [2026-11-02] Is cold.\n\n"},
		"a memory alone":         {"Tea beats coffee.", "Tea beats coffee.", said, "User Context:\n\n", "User Context:\n1. [2026-11-02] Is cold.\n"},
		"a summary":              {"Tea beats coffee.", "Tea beats coffee.", "<summary>\n- User: Tea.\n</summary>\n\nThis is your own checkpoint: you wrote it to preserve context after compaction. Do not repeat it.\n\n" + said, "You are a pirate.", "You are a pirate.\n\n## Conversation Summary\n\nTea."},
		"a memory, of LibreChat": {"Tea beats coffee.", "Tea beats coffee.", said, "You are a pirate.", "You are a pirate.\n\n# Existing memory about the user:\nLikes tea."},
	} {
		h := open(t, numbered())
		first, _ := complete(t, h, "debate", []message{{"system", c.system}, user(c.first)}, nil)
		second, response := complete(t, h, "debate", []message{{"system", c.learnt}, user(c.later), bot("Reply 1."), user(c.message)}, nil)
		if second.Debate.ConversationID != first.Debate.ConversationID || second.Debate.ConversationID == "" {
			t.Errorf("%s: %d %+v after %+v", name, response.StatusCode, second, first)
			continue
		}
		turns, err := h.store.Turns(t.Context(), debate.Owner{Key: "default"}, second.Debate.ConversationID, 0, false, 10)
		if err != nil || len(turns) != 2 || turns[0].Message != "Tea beats coffee." || turns[1].Message != said {
			t.Errorf("%s: %v %+v", name, err, turns)
		}
		if all := h.conversations(t); strings.Contains(all[0].Persona, "emory") || strings.Contains(all[0].Persona, "ummary") || strings.Contains(all[0].Persona, "Context") || strings.Contains(all[0].Persona, "Attached") {
			t.Errorf("%s: the persona is %q", name, all[0].Persona)
		}
	}
}

func TestAHistoryThatIsNotOursIsTakenAsItIsGiven(t *testing.T) {
	h := open(t, numbered())
	first, _ := complete(t, h, "debate", []message{user("Tea beats coffee.")}, nil)
	id := first.Debate.ConversationID
	for name, c := range map[string]struct {
		model   string
		history []message
		topic   string
		turns   int
	}{
		"another reply":     {"debate", []message{user("Tea beats coffee."), bot("Never."), user("It is warm.")}, "Tea beats coffee", 2},
		"another message":   {"debate", []message{user("Coffee beats tea."), bot("Reply 1."), user("It is warm.")}, "Coffee beats tea", 2},
		"another model":     {"debate-hard", []message{user("Tea beats coffee."), bot("Reply 1."), user("It is warm.")}, "Tea beats coffee", 2},
		"another persona":   {"debate", []message{{"system", "A pirate."}, user("Tea beats coffee."), bot("Reply 1."), user("It is warm.")}, "Tea beats coffee", 2},
		"a topic later":     {"debate", []message{user("Hello!"), bot("What do you think?"), user("Dogs are better than cats."), bot("Cats are."), user("Why?")}, "Dogs are better than cats", 3},
		"a format":          {"debate/blitz", []message{user("Tea beats coffee."), bot("Reply 1."), user("It is warm.")}, "Tea beats coffee", 2},
		"an edited message": {"debate", []message{user("Tea beats coffee!"), bot("Reply 1."), user("It is cold.")}, "Tea beats coffee", 2},
	} {
		c2, _ := complete(t, h, c.model, c.history, nil)
		if c2.Debate.ConversationID == id || c2.Debate.ConversationID == "" || strings.TrimRight(c2.Debate.Topic, ".!") != c.topic {
			t.Errorf("%s: %+v", name, c2)
		}
		turns, err := h.store.Turns(t.Context(), debate.Owner{Key: "default"}, c2.Debate.ConversationID, 0, false, 10)
		if err != nil || len(turns) != c.turns {
			t.Fatalf("%s: %d turns, %v", name, len(turns), err)
		}
		for i, turn := range turns[:c.turns-1] {
			if turn.Message != c.history[len(c.history)-2*c.turns+1+2*i].Content || turn.Reply != c.history[len(c.history)-2*c.turns+2+2*i].Content || turn.State != debate.Completed || turn.Number != i+1 {
				t.Errorf("%s: turn %d is %+v", name, i+1, turn)
			}
		}
	}
	// A debate that went on elsewhere is another one here.
	if _, err := h.service.Chat(t.Context(), debate.Owner{Key: "default"}, debate.ChatRequest{ConversationID: id, Message: "By another way."}); err != nil {
		t.Fatal(err)
	}
	if c, _ := complete(t, h, "debate", []message{user("Tea beats coffee."), bot("Reply 1."), user("It is warm.")}, nil); c.Debate.ConversationID == id {
		t.Error("it goes on after what the client does not know")
	}
}

func TestAnOpenAICallIsSafeToRepeatWithItsKey(t *testing.T) {
	h := open(t, numbered())
	for _, history := range [][]message{
		{user("Tea beats coffee.")},
		{user("Tea beats coffee."), bot("Reply 1."), user("It is warm.")},
		{user("Milk beats tea."), bot("Given."), user("It is white.")},
	} {
		calls := h.model.calls.Load()
		key := fmt.Sprintf("key-%d", calls)
		first, _ := complete(t, h, "debate", history, nil, "Idempotency-Key", key)
		again, _ := complete(t, h, "debate", history, nil, "Idempotency-Key", key)
		if again.Debate != first.Debate || again.Choices[0] != first.Choices[0] || h.model.calls.Load() != calls+1 {
			t.Errorf("%+v, and again %+v, with %d calls", first, again, h.model.calls.Load()-calls)
		}
		other, response := complete(t, h, "debate", []message{user("Else.")}, nil, "Idempotency-Key", key)
		if response.StatusCode != http.StatusBadRequest || other.Error.Code != "request_id_reused" {
			t.Errorf("the key for another request: %d %+v", response.StatusCode, other)
		}
	}
}

func TestACallThatComesAgainWhileItsReplyRunsJoinsIt(t *testing.T) {
	model, lines := prompter()
	h := open(t, model)
	got := make(chan completion, 3)
	go func() {
		c, _ := complete(t, h, "debate", []message{user("Tea beats coffee.")}, nil)
		got <- c
	}()
	say(t, lines, "One.")
	close(lines)
	first := <-got
	running, more := prompter()
	h.model.reply = running.reply
	history := []message{user("Tea beats coffee."), bot(first.Choices[0].Message.Content), user("It is warm.")}
	go func() {
		c, _ := complete(t, h, "debate", history, nil)
		got <- c
	}()
	say(t, more, "Two")
	body, _ := json.Marshal(map[string]any{"model": "debate", "messages": history, "stream": true})
	response, err := http.Post(h.url+"/v1/chat/completions", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	joined := bufio.NewScanner(response.Body)
	for joined.Scan() && !strings.Contains(joined.Text(), "Two") {
	}
	close(more)
	for joined.Scan() {
	}
	if c := <-got; c.Choices[0].Message.Content != "Two" || h.model.calls.Load() != 2 {
		t.Errorf("%+v, after %d calls of the model", c, h.model.calls.Load())
	}
}

func TestWhoGoesOnHasStoppedTheReply(t *testing.T) {
	model, lines := prompter()
	h := open(t, model)
	ctx, leave := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, h.url+"/v1/chat/completions",
		strings.NewReader(`{"model":"debate","stream":true,"messages":[{"role":"user","content":"Tea beats coffee."}]}`))
	r.Header.Set("Content-Type", "application/json")
	go say(t, lines, "So far")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	for read := bufio.NewScanner(response.Body); read.Scan() && !strings.Contains(read.Text(), "So far"); {
	}
	leave()
	h.model.reply = func(_ context.Context, emit func(string)) error { emit("Next."); return nil }
	next, _ := complete(t, h, "debate", []message{user("Tea beats coffee."), bot("So"), user("It is warm.")}, nil)
	turns, err := h.store.Turns(t.Context(), debate.Owner{Key: "default"}, next.Debate.ConversationID, 0, false, 10)
	if err != nil || len(turns) != 2 || turns[0].State != debate.Stopped || turns[0].Reply != "So far" || next.Choices[0].Message.Content != "Next." {
		t.Errorf("%v %+v", err, turns)
	}
}

func TestOpenAIErrorsHaveOpenAIsForm(t *testing.T) {
	h := open(t, &script{reply: func(context.Context, func(string)) error { return errors.New("secret") }}, withKeys, func(c *server.Config) {
		c.Limiter = nothingOf("bob")
	})
	good := []message{user("Tea beats coffee.")}
	alice := []string{"Authorization", "Bearer alice"}
	for name, c := range map[string]struct {
		model    string
		messages []message
		more     map[string]any
		headers  []string
		status   int
		kind     string
		code     string
		param    string
	}{
		"no key":             {"debate", good, nil, nil, 401, "invalid_request_error", "invalid_api_key", ""},
		"too many":           {"debate", good, nil, []string{"Authorization", "Bearer bob"}, 429, "rate_limit_error", "rate_limit_exceeded", ""},
		"no model":           {"gpt-4o", good, nil, alice, 404, "invalid_request_error", "model_not_found", "model"},
		"no messages":        {"debate", nil, nil, alice, 400, "invalid_request_error", "invalid_argument", "messages"},
		"the bot's turn":     {"debate", []message{user("Tea."), bot("No.")}, nil, alice, 400, "invalid_request_error", "invalid_argument", "messages"},
		"an unknown role":    {"debate", []message{{"critic", "No."}, user("Tea.")}, nil, alice, 400, "invalid_request_error", "invalid_argument", "messages"},
		"too long":           {"debate", []message{user(strings.Repeat("long ", 9000))}, nil, alice, 400, "invalid_request_error", "invalid_argument", "messages"},
		"content of numbers": {"debate", []message{{"user", 7}}, nil, alice, 400, "invalid_request_error", "invalid_argument", "messages"},
		"a wrong type":       {"debate", good, map[string]any{"stream": "yes"}, alice, 400, "invalid_request_error", "invalid_argument", "stream"},
		"the model is away":  {"debate", good, nil, alice, 503, "server_error", "model_unavailable", ""},
		"away in a stream":   {"debate", good, map[string]any{"stream": true}, alice, 503, "server_error", "model_unavailable", ""},
	} {
		got, response := complete(t, h, c.model, c.messages, c.more, c.headers...)
		e := got.Error
		if response.StatusCode != c.status || e.Type != c.kind || e.Code != c.code || e.Param != c.param || e.Message == "" || strings.Contains(e.Message, "secret") {
			t.Errorf("%s: %d %+v", name, response.StatusCode, e)
		}
	}
	for model, status := range map[string]int{
		"debate/oxford": 200, "Debate-Hard/Lincoln-Douglas/con": 200, "debate/blitz/PRO": 200, "debate/pro": 200,
		"debate/open": 404, "debate/PRO/oxford": 404, "debate/oxford/blitz": 404, "debate/PRO/CON": 404, "oxford": 404,
	} {
		if response, text := ask(t, "GET", h.url+"/v1/models/"+model, "", alice...); response.StatusCode != status {
			t.Errorf("%q: %d %s", model, response.StatusCode, text)
		}
	}
	for path, status := range map[string]int{"/v1": 404, "/v1/": 404, "/v1/embeddings": 404, "/v1/responses": 404, "/v1/models/gpt-4o": 404} {
		response, text := ask(t, "GET", h.url+path, "", alice...)
		if response.StatusCode != status || !strings.Contains(text, `"type":"invalid_request_error"`) {
			t.Errorf("%s: %d %s", path, response.StatusCode, text)
		}
	}
	response, text := ask(t, "GET", h.url+"/v1/chat/completions", "", alice...)
	if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "POST" || !strings.Contains(text, `"error":{"message"`) {
		t.Errorf("GET: %d %s", response.StatusCode, text)
	}
}

// Badgerati/Pode issue 1604: VS Code's REST Client and PowerShell send files as they saved
// them. RFC 8259, section 8.1, lets a reader pass by a byte order mark.
func TestAByteOrderMarkBeforeABodyIsPassedBy(t *testing.T) {
	h := open(t, new(script))
	for path, body := range map[string]string{
		"/chat":                            `{"message":"Tea beats coffee."}`,
		"/v1/chat/completions":             `{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee."}]}`,
		"/mcp":                             `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`,
		"/debate.v1.DebateService/Chat":    `{"message":"Tea beats coffee."}`,
		"/debate.v1.DebateService/GetFlow": `{"conversationId":"x"}`,
	} {
		headers := []string{"Content-Type", "application/json", "Accept", "application/json, text/event-stream"}
		if path == "/chat" {
			headers = headers[:2]
		}
		want, _ := ask(t, "POST", h.url+path, body, headers...)
		if got, text := ask(t, "POST", h.url+path, "\ufeff"+body, headers...); got.StatusCode != want.StatusCode || strings.Contains(text, "JSON:") {
			t.Errorf("%s: %d, without the mark %d: %s", path, got.StatusCode, want.StatusCode, text)
		}
	}
	if _, text := ask(t, "POST", h.url+"/v1/chat/completions", "[]", "Content-Type", "application/json"); !strings.Contains(text, "must be a JSON object, got array") {
		t.Error(text)
	}
}

func TestAnErrorWithinAStreamIsToldInIt(t *testing.T) {
	h := open(t, &script{reply: func(_ context.Context, emit func(string)) error {
		emit("So far")
		return errors.New("secret")
	}})
	_, text := ask(t, "POST", h.url+"/v1/chat/completions", `{"model":"debate","stream":true,"messages":[{"role":"user","content":"Tea beats coffee."}]}`, "Content-Type", "application/json")
	lines := strings.Split(strings.TrimSpace(text), "\n\n")
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, `data: {"error":{`) || !strings.Contains(last, `"code":"model_unavailable"`) || strings.Contains(text, "secret") || strings.Contains(text, "[DONE]") {
		t.Errorf("got %s", text)
	}
}

// Each case is what a client was seen to send; source says where.
func TestWhatClientsOfOpenAISendIsUnderstood(t *testing.T) {
	for _, c := range []struct {
		name, source, body string
		status             int
		want               []string // in the answer
	}{
		{"content as parts", "ggml-org/llama.cpp issue 8367; opencode always sends parts (penta2himajin/qwisp pull request 83)",
			`{"model":"debate","messages":[{"role":"system","content":[{"type":"text","text":"Be brief."}]},{"role":"user","content":[{"type":"text","text":"Tea beats coffee."},{"type":"text","text":"Always."}]}]}`,
			200, []string{`"content":"Reply 1."`, `"topic":"Tea beats coffee`}},
		{"an image beside the text", "infiniflow/ragflow pull request 15359: a clear 400 instead of a guess",
			`{"model":"debate","messages":[{"role":"user","content":[{"type":"text","text":"Tea?"},{"type":"image_url","image_url":{"url":"data:"}}]}]}`, 400, []string{"image_url", `"param":"messages"`}},
		{"the developer role", "langchain-ai/langchain issue 28895; peonist-ai/halogen-flash-server issue 32",
			`{"model":"debate","messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1."}},
		{"two system messages", "entrius/gittensor issue 1749",
			`{"model":"debate","messages":[{"role":"system","content":"Be brief."},{"role":"system","content":"Be kind."},{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1."}},
		{"n beside 1", "entrius/gittensor issue 1749", `{"model":"debate","n":2,"messages":[{"role":"user","content":"Tea."}]}`, 400, []string{`"param":"n"`}},
		{"n of 1, and what only shapes a reply", "OpenAI's reference: parameters with a default are sent by many",
			`{"model":"debate","n":1,"temperature":0.2,"top_p":1,"max_tokens":20,"max_completion_tokens":20,"stop":["\n"],"seed":1,"logit_bias":{},"user":"u","presence_penalty":0,"metadata":{"a":"b"},"stream_options":null,"messages":[{"role":"user","content":"Tea beats coffee."}]}`,
			200, []string{"Reply 1."}},
		{"tools", "langchain-ai/langchain issue 29632: agents send tools and read an answer without calls",
			`{"model":"debate","tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"tool_choice":"auto","parallel_tool_calls":false,"messages":[{"role":"user","content":"Tea beats coffee."}]}`,
			200, []string{"Reply 1.", `"finish_reason":"stop"`}},
		{"a tool that must be called", "LangChain's withStructuredOutput names a tool",
			`{"model":"debate","tool_choice":{"type":"function","function":{"name":"f"}},"messages":[{"role":"user","content":"Tea."}]}`, 400, []string{`"param":"tool_choice"`}},
		{"JSON as the answer", "OpenAI's reference, response_format", `{"model":"debate","response_format":{"type":"json_object"},"messages":[{"role":"user","content":"Tea."}]}`, 400, []string{`"param":"response_format"`}},
		{"calls of tools in the history", "OpenAI's reference: content is null beside tool_calls",
			`{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee."},{"role":"assistant","content":null,"tool_calls":[]},{"role":"tool","tool_call_id":"1","content":"x"},{"role":"assistant","content":"No."},{"role":"user","content":"Yes."}]}`,
			200, []string{"Reply 1.", `"topic":"Tea beats coffee`}},
		{"two messages of the user in a row", "predibase/lorax issue 215: others refuse roles that do not alternate",
			`{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee."},{"role":"user","content":"Always."}]}`, 200, []string{"Reply 1."}},
		{"a greeting of the bot first", "character cards of chat pages begin with the assistant",
			`{"model":"debate","messages":[{"role":"assistant","content":"Ahoy!"},{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1."}},
		{"the model's name in another case", "", `{"model":"Debate/pro","messages":[{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{`"stance":"PRO"`, `"model":"Debate/pro"`}},
		{"a title, for Open WebUI", "open-webui/open-webui, DEFAULT_TITLE_GENERATION_PROMPT_TEMPLATE; issue 16462",
			`{"model":"debate","stream":false,"max_completion_tokens":1000,"messages":[{"role":"user","content":"### Task:\nGenerate a concise title summarizing the chat history.\n### Output:\nJSON format: { \"title\": \"your concise title here\" }\n### Chat History:\n<chat_history>\nUSER: Tea beats coffee.\nASSISTANT: Reply.\n</chat_history>"}]}`,
			200, []string{`{\"title\":\"Tea beats coffee`, `"total_tokens":0`}},
		{"tags, for Open WebUI", "open-webui/open-webui, DEFAULT_TAGS_GENERATION_PROMPT_TEMPLATE",
			`{"model":"debate","messages":[{"role":"user","content":"### Task:\nGenerate 1-3 broad tags\n### Output:\nJSON format: { \"tags\": [\"tag1\"] }\n### Chat History:\n"}]}`, 200, []string{`{\"tags\":[\"Debate\"]}`}},
		{"follow-ups, for Open WebUI", "open-webui/open-webui, DEFAULT_FOLLOW_UP_GENERATION_PROMPT_TEMPLATE",
			`{"model":"debate","messages":[{"role":"user","content":"### Task:\nSuggest 3-5 relevant follow-up questions\n### Output:\nJSON format: { \"follow_ups\": [\"Question 1?\"] }"}]}`, 200, []string{`{\"follow_ups\":[]}`}},
		{"a prompt of a picture, for Open WebUI", "open-webui/open-webui, DEFAULT_IMAGE_PROMPT_GENERATION_PROMPT_TEMPLATE",
			`{"model":"debate","stream":false,"messages":[{"role":"user","content":"### Task:\nGenerate a detailed prompt for am image generation task based on the given language and context.\n\n### Output:\nStrictly return in JSON format:\n{\n    \"prompt\": \"Your detailed description here.\"\n}\n\n### Chat History:\n<chat_history>\nUSER: A cup of tea.\n</chat_history>"}]}`,
			200, []string{`{\"prompt\":\"A cup of tea`}},
		{"a title in plain text, for pages made of Open WebUI", "forks whose DEFAULT_TITLE_GENERATION_PROMPT_TEMPLATE asks for the text alone",
			`{"model":"debate","stream":false,"messages":[{"role":"user","content":"### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n### Guidelines:\n- Keep it clear and simple.\n### Output:\nReturn ONLY the title text, nothing else. No quotes.\n### Chat History:\n<chat_history>\nUSER: Tea beats coffee.\nASSISTANT: No.\n</chat_history>"}]}`,
			200, []string{`"content":"Tea beats coffee."`}},
		{"an emoji, for Open WebUI", "open-webui/open-webui, backend/open_webui/routers/tasks.py: in 4 tokens",
			`{"model":"debate","stream":false,"max_completion_tokens":4,"messages":[{"role":"user","content":"Your task is to reflect the speaker's likely facial expression through a fitting emoji."}]}`, 200, []string{`"finish_reason":"length"`}},
		{"one answer of several, for Open WebUI", "open-webui/open-webui, DEFAULT_MOA_GENERATION_PROMPT_TEMPLATE",
			`{"model":"debate","stream":true,"messages":[{"role":"user","content":"You have been provided with a set of responses from various models to the latest user query: \"Tea beats coffee.\"\n\nYour task is to synthesize these responses into a single, high-quality response.\n\nResponses from models: \"\"\"Coffee wakes.\"\"\"\n\n\"\"\"Coffee is warm.\"\"\""}]}`,
			200, []string{`"content":"Coffee wakes."`, "[DONE]"}},
		{"a choice of tools, for Open WebUI", "open-webui/open-webui, DEFAULT_TOOLS_FUNCTION_CALLING_PROMPT_TEMPLATE and chat_completion_tools_handler",
			`{"model":"debate","stream":false,"messages":[{"role":"system","content":"Available Tools: [{\"name\": \"search\"}]\n\nYour task is to choose and return the correct tool(s) from the list of available tools based on the query. Follow these guidelines:"},{"role":"user","content":"History:\nUSER: \"\"\"Tea beats coffee.\"\"\"\nQuery: It is warm."}]}`,
			200, []string{`{\"tool_calls\":[]}`}},
		{"a title, for LibreChat before its agents", "danny-avila/LibreChat, api/app/clients/OpenAIClient.js, titleConvo: it has instructions and no message",
			`{"model":"debate","temperature":0.2,"max_tokens":16,"messages":[{"role":"system","content":"Please generate a concise, 5-word-or-less title for the conversation, using its same language, with no punctuation. Apply title case conventions appropriate for the language. Never directly mention the language name or the word \"title\"\n\n||>User:\n\"Tea beats coffee.\"\n||>Response:\n\"\\\"No.\\\"\"\n\n||>Title:"}]}`,
			200, []string{`"content":"Tea beats coffee."`, `"finish_reason":"stop"`}},
		{"what stands in place of a long chat, for LibreChat", "danny-avila/agents, src/summarization/node.ts, DEFAULT_SUMMARIZATION_PROMPT",
			`{"model":"debate","stream":true,"messages":[{"role":"user","content":"Tea beats coffee."},{"role":"assistant","content":"Coffee wakes."},{"role":"user","content":"Hold on, before you continue I need you to write me a checkpoint of everything so far. Your context window is filling up and this checkpoint replaces the messages above."}]}`,
			200, []string{`- User: Tea beats coffee.\n- Opponent: Coffee wakes.`, "[DONE]"}},
		{"a title and the language, for LibreChat", "danny-avila/agents, src/utils/title.ts, with the method structured",
			`{"model":"debate","stream":false,"response_format":{"type":"json_schema","json_schema":{"name":"extract"}},"messages":[{"role":"user","content":"Analyze this conversation and provide:\n1. The detected language of the conversation\n2. A concise title in the detected language (5 words or less, no punctuation or quotation)\n\nUser: Tea beats coffee.\nAI: No."}]}`,
			200, []string{`{\"title\":\"Tea beats coffee`}},
		{"a test of the connection, for Cursor", "cursor/cursor issue 1640",
			`{"model":"debate","messages":[{"role":"system","content":"You are a test assistant."},{"role":"user","content":"Testing. Just say hi and nothing else."}]}`, 200, []string{`"content":"hi"`}},
		{"the user as an object", "open-webui/open-webui, backend/open_webui/routers/openai.py, for pipelines; what of the chat it leaves out: issue 27174",
			`{"model":"debate","stream":false,"user":{"name":"A","id":"1","email":"a@b.example","role":"admin"},"messages":[{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1."}},
		{"a title, for LibreChat", "danny-avila/LibreChat issue 9802; @librechat/agents, the completion prompt of titles",
			`{"model":"debate","messages":[{"role":"user","content":"Provide a concise, 5-word-or-less title for the conversation, using title case conventions. Only return the title itself.\n\nConversation:\nUser: Tea beats coffee.\nAI: Reply."}]}`, 200, []string{`"content":"Tea beats coffee`}},
		{"a title as JSON, for LibreChat", "danny-avila/LibreChat pull request 8127",
			`{"model":"debate","stream":false,"max_tokens":75,"response_format":{"type":"json_schema","json_schema":{"name":"extract"}},"messages":[{"role":"user","content":"Write a concise title for this conversation in the detected language. Title in 5 Words or Less. No Punctuation or Quotation.\nUser: hello\nAI: Hello!"}]}`,
			200, []string{`{\"title\":\"`}},
		{"a title, for NextChat", "ChatGPTNextWeb/NextChat, locales: it follows the whole chat",
			`{"model":"debate","stream":true,"messages":[{"role":"user","content":"Tea beats coffee."},{"role":"assistant","content":"No."},{"role":"user","content":"Please generate a four to five word title summarizing our conversation without any lead-in, punctuation, quotation marks, periods, symbols, bold text, or additional text. Remove enclosing quotation marks."}]}`,
			200, []string{`"content":"Tea beats coffee."`, "[DONE]"}},
		{"a title in Spanish, for NextChat", "the same, in Spanish",
			`{"model":"debate","messages":[{"role":"user","content":"El té es mejor."},{"role":"assistant","content":"No."},{"role":"user","content":"Por favor, genera un título de cuatro a cinco palabras que resuma nuestra conversación sin comillas."}]}`,
			200, []string{`"content":"El té es mejor."`}},
		{"a title, for opencode", "anomalyco/opencode, packages/opencode/src/session/prompt.ts and agent/prompt/title.txt",
			`{"model":"debate","stream":true,"messages":[{"role":"system","content":"You are a title generator. You output ONLY a thread title. Nothing else.\n\nGenerate a brief title."},{"role":"user","content":"Generate a title for this conversation:\n"},{"role":"user","content":"Tea beats coffee."}]}`,
			200, []string{`"content":"Tea beats coffee."`}},
		{"a title, for LobeChat", "lobehub/lobe-chat, packages/prompts/src/chains/summaryTitle.ts",
			`{"model":"debate","messages":[{"role":"system","content":"You are a professional conversation summarizer. Generate a concise title that captures the essence of the conversation.\n\nRules:\n- Output ONLY the title text"},{"role":"user","content":"user: Tea beats coffee.\nassistant: No."}]}`,
			200, []string{`"content":"Tea beats coffee."`}},
		{"a title, for n8n", "n8n-io/n8n, packages/cli/src/modules/chat-hub/chat-hub.constants.ts",
			`{"model":"debate","messages":[{"role":"system","content":"Generate a concise, descriptive title for this conversation based on the user's message.\n\nRequirements:\n- 3 to 5 words\n- Only output the title"},{"role":"user","content":"Tea beats coffee."}]}`,
			200, []string{`"content":"Tea beats coffee."`}},
		{"a title, for Continue", "continuedev/continue, core/util/chatDescriber.ts: of the reply, in 16 tokens",
			`{"model":"debate","max_tokens":16,"messages":[{"role":"user","content":"Given the following... please reply with a title for the chat that is 3-4 words in length, no additional text or explanation.\n\nTea is cheap.\nAnd warm."}]}`,
			200, []string{`"content":"Tea is cheap."`, `"finish_reason":"stop"`}},
		{"a title, for agents of Visual Studio Code", "x1xhlol/system-prompts-and-models-of-ai-tools, vscode-agent/chat-titles",
			`{"model":"debate","messages":[{"role":"system","content":"You are an expert in crafting pithy titles for chatbot conversations. You reply with a brief title. It should be about 8 words or fewer."},{"role":"user","content":"Tea beats coffee."}]}`,
			200, []string{`"content":"Tea beats coffee."`}},
		{"a look whether it is there, for LiteLLM", "BerriAI/litellm issue 9788 and pull requests 7000, 22299 and 24365: every five minutes, with 1 to 16 tokens",
			`{"model":"debate","max_tokens":1,"messages":[{"role":"user","content":"test from litellm"}]}`, 200, []string{`"finish_reason":"length"`, `"total_tokens":0`}},
		{"a look in a stream, for Grafana", "grafana/grafana-llm-app pull request 215",
			`{"model":"debate","stream":true,"max_completion_tokens":16,"messages":[{"role":"user","content":"Hello"}]}`, 200, []string{`"finish_reason":"length"`, "[DONE]"}},
		{"few tokens, but more than a look", "OpenAI's reference", `{"model":"debate","max_tokens":17,"messages":[{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1.", `"finish_reason":"stop"`}},
		{"no limit, in other words", "", `{"model":"debate","max_tokens":-1,"max_completion_tokens":null,"messages":[{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1."}},
		{"a limit that is no number", "", `{"model":"debate","max_tokens":"100","messages":[{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1."}},
		{"a persona that speaks of titles", "", `{"model":"debate","messages":[{"role":"system","content":"You are a host. Write short messages only, and give each round a title in two words."},{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1."}},
		{"a view on titles", "", `{"model":"debate","messages":[{"role":"user","content":"Chat programs should only generate a title in a few words when the conversation ends."}]}`, 200, []string{`"turn_id"`}},
		{"a test of the connection, for pages that ask for a word", "the same in other words", `{"model":"debate","stream":true,"messages":[{"role":"user","content":"Reply with the word \"OK\" only."}]}`, 200, []string{`"content":"OK"`, "[DONE]"}},
		{"a view that begins like a test", "", `{"model":"debate","messages":[{"role":"user","content":"Just say yes to nuclear power and nothing else."}]}`, 200, []string{`"turn_id"`}},
		{"a view that begins with what to do", "", `{"model":"debate","messages":[{"role":"user","content":"Give women the title of grandmaster only by the same words and rules."}]}`, 200, []string{`"turn_id"`}},
		{"a function that must be called", "OpenAI's reference, function_call, before tools", `{"model":"debate","function_call":{"name":"f"},"messages":[{"role":"user","content":"Tea."}]}`, 400, []string{`"param":"function_call"`}},
		{"a function that may be called", "the same", `{"model":"debate","function_call":"auto","functions":[{"name":"f"}],"messages":[{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1."}},
		{"tools that are allowed", "OpenAI's reference, tool_choice, allowed_tools", `{"model":"debate","tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}},"messages":[{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1."}},
		{"one of the allowed tools", "the same, with the mode required", `{"model":"debate","tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[]}},"messages":[{"role":"user","content":"Tea."}]}`, 400, []string{`"param":"tool_choice"`}},
		{"null where nothing is said", "libraries whose types have optional fields write them so",
			`{"model":"debate","n":null,"stream":null,"stream_options":null,"tools":null,"tool_choice":null,"function_call":null,"response_format":null,"modalities":null,"stop":null,"logprobs":null,"messages":[{"role":"user","content":"Tea beats coffee.","name":null}]}`,
			200, []string{"Reply 1."}},
		{"what newer clients add", "openai/openai-node 7.59, its types of a request",
			`{"model":"debate","store":false,"metadata":{},"reasoning_effort":"low","verbosity":"low","service_tier":"auto","prediction":null,"web_search_options":{},"safety_identifier":"u","prompt_cache_key":"k","logprobs":true,"top_logprobs":2,"audio":null,"tools":[],"parallel_tool_calls":true,"modalities":["text"],"response_format":{"type":"text"},"stream_options":{"include_usage":true,"include_obfuscation":false},"messages":[{"role":"user","name":"ana","content":"Tea beats coffee."}]}`,
			200, []string{"Reply 1."}},
		{"empty messages of the bot", "a reply that was stopped at once",
			`{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee."},{"role":"assistant","content":""},{"role":"user","content":"Always."},{"role":"assistant","content":[]},{"role":"user","content":"Really."}]}`,
			200, []string{"Reply 1."}},
		{"a thought of the bot as a part", "models that reason, in a history",
			`{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee."},{"role":"assistant","content":[{"type":"thinking","thinking":"Hm."},{"type":"text","text":"No."}],"reasoning_content":"Hm."},{"role":"user","content":"Yes."}]}`,
			200, []string{"Reply 1."}},
		{"the reply to go on with", "pages that have a button for it", `{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee."},{"role":"assistant","content":"No, be"}]}`, 400, []string{`"param":"messages"`}},
		{"texts as parts", "LangChain's types: a message's content is a text, or a list of texts and parts",
			`{"model":"debate","messages":[{"role":"user","content":["Tea beats coffee.","Always."]}]}`, 200, []string{"Reply 1.", `"topic":"Tea beats coffee`}},
		{"a part without its type", "", `{"model":"debate","messages":[{"role":"user","content":[{"text":"Tea beats coffee."}]}]}`, 200, []string{"Reply 1."}},
		{"reasons in the history as parts", "langchain-ai/langchainjs pull request 11175",
			`{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee."},{"role":"assistant","content":[{"type":"reasoning","reasoning":"Hm."},{"type":"text","text":"No."}]},{"role":"user","content":"Yes."}]}`, 200, []string{"Reply 1."}},
		{"a part that is a number", "", `{"model":"debate","messages":[{"role":"user","content":[1]}]}`, 400, []string{`"param":"messages"`}},
		{"usage asked of no stream", "OpenAI's reference: stream_options count in streams", `{"model":"debate","stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1.", `"usage":{"prompt_tokens"`}},
		{"a stream in words", "strict contracts refuse it: it is told, and not guessed", `{"model":"debate","stream":"true","messages":[{"role":"user","content":"Tea."}]}`, 400, []string{`"param":"stream"`}},
		{"a role of old", "OpenAI's reference, function", `{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee."},{"role":"function","name":"f","content":"x"},{"role":"user","content":"Yes."}]}`, 200, []string{"Reply 1."}},
		{"empty instructions", "pages whose box for them is empty", `{"model":"debate","messages":[{"role":"system","content":""},{"role":"user","content":"Tea beats coffee."}]}`, 200, []string{"Reply 1."}},
		{"instructions at the end", "pages that remind the model there", `{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee."},{"role":"system","content":"Be brief."}]}`, 200, []string{"Reply 1."}},
		{"half of a pair of surrogates", "texts cut by JavaScript", `{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee. \ud83d"}]}`, 200, []string{"Reply 1."}},
		{"a view that begins like a chore", "", `{"model":"debate","messages":[{"role":"user","content":"### Task:\nArgue with me: tea beats coffee."}]}`, 200, []string{`"turn_id"`}},
		{"instructions alone", "OpenAI's reference", `{"model":"debate","messages":[{"role":"system","content":"You are a pirate."}]}`, 400, []string{`"param":"messages"`}},
		{"no model", "OpenAI's reference", `{"messages":[{"role":"user","content":"Tea."}]}`, 404, []string{`"code":"model_not_found"`, `"param":"model"`, "model: is missing"}},
		{"a model that is a number", "OpenAI's reference", `{"model":5,"messages":[{"role":"user","content":"Tea."}]}`, 400, []string{`"code":"invalid_argument"`, "model: must be a string, got number"}},
		{"a number in words", "OpenAI's reference", `{"model":"debate","n":"1","messages":[{"role":"user","content":"Tea."}]}`, 400, []string{"n: must be a whole number, got string"}},
		{"messages that are a text", "OpenAI's reference", `{"model":"debate","messages":"Tea."}`, 400, []string{"messages: must be a list, got string"}},
		{"messages that are texts", "OpenAI's reference", `{"model":"debate","messages":["Tea."]}`, 400, []string{"messages: must be a list of objects, got string"}},
		{"no messages", "OpenAI's reference", `{"model":"debate"}`, 400, []string{"messages: are missing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t, numbered())
			response, text := ask(t, "POST", h.url+"/v1/chat/completions", c.body, "Content-Type", "application/json")
			if response.StatusCode != c.status {
				t.Errorf("%s: %d %s", c.source, response.StatusCode, text)
			}
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("%s: %s is not in %s", c.source, want, text)
				}
			}
			if strings.Contains(c.name, ", for ") && (len(h.conversations(t)) > 0 || h.model.calls.Load() > 0) {
				t.Error("a chore became a debate")
			}
		})
	}
}

// Pages send all of a chat each time, with its pictures, each of them megabytes of base64,
// and after a photo no later message came through: artokun/comfyui-mcp issue 2221,
// anomalyco/opencode issue 35112, farion1231/cc-switch issue 6218.
func TestPicturesOfAChatAreReadPastHoweverLargeTheyAre(t *testing.T) {
	h := open(t, numbered())
	photo := func(kind, name, field, prefix string) map[string]any {
		return map[string]any{"type": kind, name: map[string]string{field: prefix + strings.Repeat("iVBORw0KGgo/+aB9", 400_000) + "=="}}
	}
	for name, part := range map[string]map[string]any{
		"a photo": photo("image_url", "image_url", "url", "data:image/png;base64,"),
		"a sound": photo("input_audio", "input_audio", "data", ""),
		"a file":  photo("file", "file", "file_data", "data:application/pdf;base64,"),
	} {
		seen := []map[string]any{{"type": "text", "text": "Tea beats coffee, says " + name}, part}
		last, response := complete(t, h, "debate", []message{{"user", seen}}, nil)
		if response.StatusCode != http.StatusBadRequest || !strings.Contains(last.Error.Message, part["type"].(string)) {
			t.Errorf("%s in the last message: %d %+v", name, response.StatusCode, last.Error)
		}
		later, response := complete(t, h, "debate", []message{{"user", seen}, bot("No."), {"user", seen}, bot("No."), user("It is warm.")}, nil)
		if response.StatusCode != http.StatusOK || later.Debate.Topic != "Tea beats coffee" {
			t.Errorf("%s in an earlier message: %d %+v", name, response.StatusCode, later)
		}
	}
	// What a person wrote counts to its end, and a chat has one.
	long, response := complete(t, h, "debate", []message{user(strings.Repeat("a", 20_000))}, nil)
	if response.StatusCode != http.StatusBadRequest || !strings.Contains(long.Error.Message, "8000") {
		t.Errorf("a long word: %d %+v", response.StatusCode, long.Error)
	}
	long, response = complete(t, h, "debate", []message{{"system", strings.Repeat("a page ", 100_000)}, user("Tea beats coffee.")}, nil)
	if response.StatusCode != http.StatusBadRequest || !strings.Contains(long.Error.Message, "524288 bytes, pictures aside") {
		t.Errorf("a long chat: %d %+v", response.StatusCode, long.Error)
	}
}

func TestAStreamOfChunksIsWhatOpenAIsIs(t *testing.T) {
	h := open(t, new(script))
	body := `{"model":"debate","stream":true,%s"messages":[{"role":"user","content":"Tea beats coffee."}]}`
	for options, usage := range map[string]bool{"": false, `"stream_options":{"include_usage":false},`: false, `"stream_options":{"include_usage":true},`: true} {
		response, text := ask(t, "POST", h.url+"/v1/chat/completions", fmt.Sprintf(body, options), "Content-Type", "application/json")
		if response.Header.Get("Content-Type") != utf8Events {
			t.Errorf("it is %s", response.Header.Get("Content-Type"))
		}
		events := strings.Split(strings.TrimSpace(text), "\n\n")
		if events[len(events)-1] != "data: [DONE]" {
			t.Errorf("it ends with %s", events[len(events)-1])
		}
		content, ids := "", map[string]bool{}
		for i, e := range events[:len(events)-1] {
			var chunk struct {
				ID, Object string
				Choices    []struct {
					Delta        struct{ Role, Content string }
					FinishReason *string `json:"finish_reason"`
				}
				Usage map[string]int
			}
			if err := json.Unmarshal([]byte(strings.TrimPrefix(e, "data: ")), &chunk); err != nil {
				t.Fatal(err)
			}
			ids[chunk.ID+chunk.Object] = true
			// Of these there is one, at the end, and only where it was asked for:
			// cline/cline pull request 8518, ggml-org/llama.cpp pull request 15444, entrius/gittensor issue 1749.
			if (len(chunk.Choices) == 0) != (usage && i == len(events)-2) || (chunk.Usage["total_tokens"] == 11) != (len(chunk.Choices) == 0) || strings.Contains(e, `"usage"`) != usage {
				t.Errorf("%s chunk %d: %s", options, i, e)
			}
			if len(chunk.Choices) == 1 {
				content += chunk.Choices[0].Delta.Content
				if (i == 0) != (chunk.Choices[0].Delta.Role == "assistant") {
					t.Errorf("chunk %d: %s", i, e)
				}
			}
		}
		if content != said || len(ids) != 1 {
			t.Errorf("%q, of %v", content, ids)
		}
	}
}

// OpenAI's libraries send a request again by themselves when its answer does not come or breaks off, and
// the debate began twice: anthropics/anthropic-sdk-java issue 370, AltimateAI/altimate-code issue 1222,
// vectorize-io/hindsight issue 1567.
func TestARequestThatALibrarySendsAgainIsNoSecondTurn(t *testing.T) {
	model, lines := prompter()
	h := open(t, model, withKeys)
	const body = `{"model":"debate","stream":true,"messages":[{"role":"user","content":"Tea beats coffee."}]}`
	send := func(ctx context.Context, key, count string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url+"/v1/chat/completions", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + key}, "X-Stainless-Retry-Count": {count}}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = response.Body.Close() })
		return response
	}
	rest := func(response *http.Response) string {
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
	left, leave := context.WithCancel(t.Context())
	go say(t, lines, "One ")
	broken := send(left, "alice", "0")
	if _, err := broken.Body.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	leave()
	again := send(t.Context(), "alice", "1")
	go func() {
		say(t, lines, "two.")
		close(lines)
	}()
	if text := rest(again); !strings.Contains(text, `"One "`) || !strings.Contains(text, `"two."`) || !strings.Contains(text, "[DONE]") {
		t.Errorf("again: %s", text)
	}
	if text := rest(send(t.Context(), "alice", "2")); !strings.Contains(text, "[DONE]") || model.calls.Load() != 1 {
		t.Errorf("after its end: %s; %d calls", text, model.calls.Load())
	}
	if rest(send(t.Context(), "bob", "1")); model.calls.Load() != 2 {
		t.Errorf("another's request was taken for it: %d calls", model.calls.Load())
	}
	if rest(send(t.Context(), "alice", "0")); model.calls.Load() != 3 {
		t.Errorf("the same, asked for anew: %d calls", model.calls.Load())
	}
}

func TestARequestThatFailedIsTriedAgain(t *testing.T) {
	model := new(script)
	model.reply = func(_ context.Context, emit func(string)) error {
		if model.calls.Load() == 1 {
			return errors.New("away")
		}
		emit("Back.")
		return nil
	}
	h := open(t, model)
	for count, want := range []int{http.StatusServiceUnavailable, http.StatusOK} {
		_, response := complete(t, h, "debate", []message{user("Tea beats coffee.")}, nil, "X-Stainless-Retry-Count", fmt.Sprint(count))
		if response.StatusCode != want && (count > 0 || response.StatusCode < 500) {
			t.Errorf("sent for time %d: %d", count, response.StatusCode)
		}
	}
}

func TestPathsOfOpenAIsContractAreServedAsClientsBuildThem(t *testing.T) {
	h := open(t, new(script), withKeys, func(c *server.Config) { c.Origins = []string{"https://a.example"} })
	// A base URL that ends in a slash, and a path that does: danny-avila/LibreChat issue 4924.
	for _, path := range []string{"/v1/models", "/v1/models/", "//v1/models", "/v1//models"} {
		if response, text := ask(t, "GET", h.url+path, "", "Authorization", "Bearer alice"); response.StatusCode != http.StatusOK || !strings.Contains(text, `"id":"debate-hard/CON"`) {
			t.Errorf("%s: %d %s", path, response.StatusCode, text)
		}
	}
	for _, path := range []string{"/v1/models/debate/PRO", "/v1/models/debate%2FPRO", "/v1/models/debate"} {
		if response, text := ask(t, "GET", h.url+path, "", "Authorization", "Bearer alice"); response.StatusCode != http.StatusOK || !strings.Contains(text, `"object":"model"`) {
			t.Errorf("%s: %d %s", path, response.StatusCode, text)
		}
	}
	// A base URL without /v1, or with too much: OpenHands/OpenHands issue 485, siyuan-note/siyuan issue 7731,
	// nomic-ai/gpt4all issue 3214, harry0703/MoneyPrinterTurbo issue 57.
	for _, path := range []string{"/chat/completions", "/models", "/api/chat/completions", "/v1/v1/chat/completions", "/v1/chat/completions/chat/completions", "/openai/deployments/debate/embeddings", "/openai/models"} {
		if response, text := ask(t, "POST", h.url+path, "{}", "Authorization", "Bearer alice", "Content-Type", "application/json"); response.StatusCode != http.StatusNotFound || !strings.Contains(text, "base URL ends in /v1") || !strings.Contains(text, `{"error":{"message"`) {
			t.Errorf("%s: %d %s", path, response.StatusCode, text)
		}
	}
	// AzureOpenAI of openai/openai-node and openai/openai-python puts the model into the path, behind
	// its base URL or /openai, and the key into a header of its own; Azure's curl has no model beside that.
	for _, path := range []string{"/openai/deployments/debate/chat/completions", "/openai/deployments/debate-hard/CON/chat/completions", "/v1/deployments/debate/chat/completions"} {
		response, text := ask(t, "POST", h.url+path+"?api-version=2024-10-21", `{"messages":[{"role":"user","content":"Tea beats coffee."}]}`, "Api-Key", "alice", "Content-Type", "application/json")
		if response.StatusCode != http.StatusOK || !strings.Contains(text, `"chat.completion"`) {
			t.Errorf("%s: %d %s", path, response.StatusCode, text)
		}
	}
	// Azure's own base URL has become that of OpenAI's contract below /openai: openai/openai-node pull request 1692.
	for _, call := range []struct{ method, path, body, has string }{
		{"POST", "/openai/v1/chat/completions", `{"model":"debate","messages":[{"role":"user","content":"Tea beats coffee."}]}`, `"chat.completion"`},
		{"GET", "/openai/v1/models", "", `"id":"debate-hard/CON"`},
		{"GET", "/openai/v1/models/debate/PRO", "", `"object":"model"`},
	} {
		if response, text := ask(t, call.method, h.url+call.path, call.body, "Api-Key", "alice", "Content-Type", "application/json"); response.StatusCode != http.StatusOK || !strings.Contains(text, call.has) {
			t.Errorf("%s: %d %s", call.path, response.StatusCode, text)
		}
	}
	// Vercel's AI SDK takes the Responses API by itself: vercel/ai issue 17944.
	for _, path := range []string{"/v1/responses", "/responses/", "/openai/responses"} {
		if response, text := ask(t, "POST", h.url+path, "{}", "Authorization", "Bearer alice", "Content-Type", "application/json"); response.StatusCode != http.StatusNotFound || !strings.Contains(text, "no Responses API; have the client use chat completions") {
			t.Errorf("%s: %d %s", path, response.StatusCode, text)
		}
	}
	// RFC 9110, section 15.5.16, of a content coding that is not taken.
	for _, path := range []string{"/v1/chat/completions", "/chat", "/mcp"} {
		if response, text := ask(t, "POST", h.url+path, "{}", "Authorization", "Bearer alice", "Content-Type", "application/json", "Content-Encoding", "gzip"); response.StatusCode != http.StatusUnsupportedMediaType || !strings.Contains(text, "Content-Encoding") {
			t.Errorf("%s: %d %s", path, response.StatusCode, text)
		}
	}
	response, _ := ask(t, "OPTIONS", h.url+"/v1/chat/completions", "", "Origin", "https://a.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type,x-stainless-lang")
	if response.StatusCode != http.StatusNoContent || response.Header.Get("Access-Control-Allow-Headers") == "" {
		t.Errorf("OPTIONS: %d %v", response.StatusCode, response.Header)
	}
}
