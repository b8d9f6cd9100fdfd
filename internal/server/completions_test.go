package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/limit"
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
	all, err := h.store.Conversations(t.Context(), debate.Owner{Key: "default"}, debate.ConversationCursor{}, 100)
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
	go func() {
		if response, err := http.DefaultClient.Do(r); err == nil {
			response.Body.Close()
		}
	}()
	say(t, lines, "So far")
	eventually(t, "there is a turn with words", func() bool { return len(h.conversations(t)) == 1 })
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
		c.Limiter = limit.NewRequests(debate.Limits{Key: func(name string) int { return map[string]int{"bob": 1}[name] }})
	})
	good := []message{user("Tea beats coffee.")}
	alice := []string{"Authorization", "Bearer alice"}
	ask(t, "GET", h.url+"/v1/models", "", "Authorization", "Bearer bob")
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
		{"a title, for LibreChat", "danny-avila/LibreChat issue 9802; @librechat/agents, the completion prompt of titles",
			`{"model":"debate","messages":[{"role":"user","content":"Provide a concise, 5-word-or-less title for the conversation, using title case conventions. Only return the title itself.\n\nConversation:\nUser: Tea beats coffee.\nAI: Reply."}]}`, 200, []string{`"content":"Tea beats coffee`}},
		{"a title as JSON, for LibreChat", "danny-avila/LibreChat pull request 8127",
			`{"model":"debate","stream":false,"max_tokens":75,"response_format":{"type":"json_schema","json_schema":{"name":"extract"}},"messages":[{"role":"user","content":"Write a concise title for this conversation in the detected language. Title in 5 Words or Less. No Punctuation or Quotation.\nUser: hello\nAI: Hello!"}]}`,
			200, []string{`{\"title\":\"`}},
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

func TestAStreamOfChunksIsWhatOpenAIsIs(t *testing.T) {
	h := open(t, new(script))
	body := `{"model":"debate","stream":true,%s"messages":[{"role":"user","content":"Tea beats coffee."}]}`
	for options, usage := range map[string]bool{"": false, `"stream_options":{"include_usage":false},`: false, `"stream_options":{"include_usage":true},`: true} {
		response, text := ask(t, "POST", h.url+"/v1/chat/completions", fmt.Sprintf(body, options), "Content-Type", "application/json")
		if response.Header.Get("Content-Type") != "text/event-stream" {
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
	response, _ := ask(t, "OPTIONS", h.url+"/v1/chat/completions", "", "Origin", "https://a.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type,x-stainless-lang")
	if response.StatusCode != http.StatusNoContent || response.Header.Get("Access-Control-Allow-Headers") == "" {
		t.Errorf("OPTIONS: %d %v", response.StatusCode, response.Header)
	}
}
