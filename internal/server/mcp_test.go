package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/debate-chatbot/debate-api/internal/server"
)

// withHeaders adds headers to every request.
type withHeaders map[string]string

func (h withHeaders) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, value := range h {
		r.Header.Set(name, value)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// agent connects to a harness by the Model Context Protocol.
func agent(t *testing.T, h *harness, headers withHeaders) *mcp.ClientSession {
	t.Helper()
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: h.url + "/mcp", HTTPClient: &http.Client{Transport: headers}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return session
}

// use calls a tool and reads its answer; refused is the text of its error.
func use[Out any](t *testing.T, session *mcp.ClientSession, tool string, arguments map[string]any) (out Out, refused string) {
	t.Helper()
	result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	if result.IsError {
		return out, result.Content[0].(*mcp.TextContent).Text
	}
	text, err := json.Marshal(result.StructuredContent)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%s: %v: %s", tool, err, text)
	}
	return out, ""
}

type agentTurn struct {
	ConversationID string `json:"conversation_id"`
	TurnID         string `json:"turn_id"`
	Topic, Stance  string
	Kind, Reply    string
}

func TestAnAgentDebatesByTools(t *testing.T) {
	h := open(t, new(script), withKeys)
	alice := agent(t, h, withHeaders{"Authorization": "Bearer alice"})
	tools, err := alice.ListTools(t.Context(), nil)
	if err != nil || len(tools.Tools) < 5 {
		t.Fatalf("%v %v", tools, err)
	}
	for _, tool := range tools.Tools {
		if tool.Description == "" || tool.InputSchema == nil || tool.Annotations == nil {
			t.Errorf("%s is not described", tool.Name)
		}
	}
	began, refused := use[agentTurn](t, alice, "start_debate", map[string]any{"message": "Tea beats coffee.", "difficulty": "Hard", "request_id": "r-1"})
	if refused != "" || began.Stance != "CON" || began.Reply != said || began.Kind != "argument" {
		t.Errorf("%+v %s", began, refused)
	}
	if again, _ := use[agentTurn](t, alice, "start_debate", map[string]any{"message": "Tea beats coffee.", "difficulty": "Hard", "request_id": "r-1"}); again != began || h.model.calls.Load() != 1 {
		t.Errorf("the same request again: %+v", again)
	}
	next, refused := use[agentTurn](t, alice, "argue", map[string]any{"conversation_id": began.ConversationID, "message": "It is warm."})
	if refused != "" || next.ConversationID != began.ConversationID || next.Reply != said {
		t.Errorf("%+v %s", next, refused)
	}
	read, _ := use[struct {
		Topic    string
		Messages []struct{ Role, Message string }
	}](t, alice, "read_debate", map[string]any{"conversation_id": began.ConversationID})
	if len(read.Messages) != 4 || read.Messages[2].Message != "It is warm." || read.Messages[3].Role != "bot" || read.Topic != began.Topic {
		t.Errorf("read %+v", read)
	}
	verdict, refused := use[struct {
		Verdict struct{ State, Judge string }
	}](t, alice, "judge_debate", map[string]any{"conversation_id": began.ConversationID})
	if refused != "" || verdict.Verdict.State != "TURN_STATE_COMPLETED" || verdict.Verdict.Judge == "" {
		t.Errorf("judged %+v %s", verdict, refused)
	}
	flowed, refused := use[struct{ Points []any }](t, alice, "read_flow", map[string]any{"conversation_id": began.ConversationID})
	if refused != "" {
		t.Errorf("flow %+v %s", flowed, refused)
	}
	exported, refused := use[struct{ Filename, Content string }](t, alice, "export_debate", map[string]any{"conversation_id": began.ConversationID})
	if refused != "" || !strings.HasSuffix(exported.Filename, ".md") || !strings.Contains(exported.Content, "It is warm.") {
		t.Errorf("exported %+v %s", exported, refused)
	}
	listed, _ := use[struct {
		Debates []struct {
			ConversationID string `json:"conversation_id"`
			Turns          int
		}
	}](t, alice, "list_debates", map[string]any{})
	if len(listed.Debates) != 1 || listed.Debates[0].Turns != 2 {
		t.Errorf("listed %+v", listed)
	}
	offered, _ := use[struct{ Topics []struct{ Topic string } }](t, alice, "list_topics", map[string]any{"limit": 1})
	if len(offered.Topics) != 1 || offered.Topics[0].Topic != topics[0].Claim {
		t.Errorf("offered %+v", offered)
	}
	// What is another's is not there, whoever asks.
	for _, headers := range []withHeaders{{"X-API-Key": "bob"}, {"X-API-Key": "alice", "X-User-Id": "eve"}} {
		other := agent(t, h, headers)
		for tool, arguments := range map[string]map[string]any{
			"argue":         {"conversation_id": began.ConversationID, "message": "Mine."},
			"read_debate":   {"conversation_id": began.ConversationID},
			"read_flow":     {"conversation_id": began.ConversationID},
			"judge_debate":  {"conversation_id": began.ConversationID},
			"export_debate": {"conversation_id": began.ConversationID},
		} {
			if _, refused := use[agentTurn](t, other, tool, arguments); !strings.HasPrefix(refused, "NOT_FOUND") {
				t.Errorf("%v may %s: %s", headers, tool, refused)
			}
		}
		if theirs, _ := use[struct{ Debates []any }](t, other, "list_debates", map[string]any{}); len(theirs.Debates) > 0 {
			t.Errorf("%v has %v", headers, theirs)
		}
	}
}

// An agent that was given a part of a list has to know that there is more, and how to get it.
func TestAnAgentReadsListsToTheirEnd(t *testing.T) {
	h := open(t, new(script), withKeys)
	alice := agent(t, h, withHeaders{"X-API-Key": "alice"})
	var offered []string
	for asked := 0; ; asked++ {
		page, refused := use[struct {
			Topics []struct{ Topic string }
			Total  int
		}](t, alice, "list_topics", map[string]any{"limit": 1000, "offset": len(offered)})
		if refused != "" || page.Total != len(topics) {
			t.Fatalf("%+v %s", page, refused)
		}
		if len(page.Topics) == 0 {
			break
		}
		for _, one := range page.Topics {
			offered = append(offered, one.Topic)
		}
	}
	for i, topic := range topics {
		if len(offered) != len(topics) || offered[i] != topic.Claim {
			t.Fatalf("offered %d: %v", len(offered), offered)
		}
	}
	held := make(map[string]bool)
	for range 3 {
		began, _ := use[agentTurn](t, alice, "start_debate", map[string]any{"message": "Tea beats coffee."})
		held[began.ConversationID] = true
	}
	token := ""
	for range 2 {
		page, refused := use[struct {
			Debates []struct {
				ConversationID string `json:"conversation_id"`
			}
			NextPageToken string `json:"next_page_token"`
		}](t, alice, "list_debates", map[string]any{"limit": 2, "page_token": token})
		for _, d := range page.Debates {
			delete(held, d.ConversationID)
		}
		if token = page.NextPageToken; refused != "" || (len(held) > 0) != (token != "") {
			t.Errorf("%+v %s, left %v", page, refused, held)
		}
	}
	if len(held) > 0 {
		t.Errorf("not listed: %v", held)
	}
	if _, refused := use[struct{}](t, alice, "list_debates", map[string]any{"page_token": "x"}); !strings.HasPrefix(refused, "INVALID_ARGUMENT: page_token") {
		t.Errorf("a wrong token: %s", refused)
	}
}

func TestAnAgentIsToldWhatIsWrong(t *testing.T) {
	h := open(t, &script{reply: func(context.Context, func(string)) error { return context.DeadlineExceeded }}, withKeys)
	alice := agent(t, h, withHeaders{"X-API-Key": "alice"})
	for name, c := range map[string]struct {
		tool      string
		arguments map[string]any
		want      string
	}{
		"a blank message":      {"start_debate", map[string]any{"message": " "}, "INVALID_ARGUMENT: message"},
		"no side":              {"start_debate", map[string]any{"message": "Tea.", "stance": "LEFT"}, "INVALID_ARGUMENT: stance"},
		"no difficulty":        {"start_debate", map[string]any{"message": "Tea.", "difficulty": "brutal"}, "INVALID_ARGUMENT: difficulty"},
		"no format":            {"export_debate", map[string]any{"conversation_id": "x", "format": "doc"}, "INVALID_ARGUMENT: format"},
		"no debate":            {"argue", map[string]any{"message": "Tea.", "conversation_id": ""}, "INVALID_ARGUMENT: conversation_id"},
		"a message missing":    {"argue", map[string]any{"conversation_id": "x"}, "INVALID_ARGUMENT: message: is missing"},
		"null for a message":   {"argue", map[string]any{"conversation_id": "x", "message": nil}, "INVALID_ARGUMENT: message: is missing"},
		"a list for a message": {"argue", map[string]any{"conversation_id": "x", "message": []string{"Tea."}}, "INVALID_ARGUMENT: message: must be of the type string, got an array"},
		"a word for a number":  {"list_topics", map[string]any{"limit": "few"}, "INVALID_ARGUMENT: limit: must be of the type integer"},
		"a part of a number":   {"list_topics", map[string]any{"limit": 1.5}, "INVALID_ARGUMENT: limit: must be of the type integer"},
		"the model is away":    {"start_debate", map[string]any{"message": "Tea beats coffee."}, "MODEL_UNAVAILABLE"},
		"an unknown parameter": {"list_topics", map[string]any{"limits": 1}, "INVALID_ARGUMENT: limits: is not known; this tool takes language, limit, offset"},
	} {
		if _, refused := use[agentTurn](t, alice, c.tool, c.arguments); !strings.Contains(refused, c.want) {
			t.Errorf("%s: %q", name, refused)
		}
	}
}

func TestTheAgentsRouteHasTheSameGuards(t *testing.T) {
	const hello = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`
	keyless := open(t, new(script))
	keyed := open(t, new(script), withKeys, func(c *server.Config) {
		c.Limiter = nothingOf("bob")
	})
	good := []string{"Content-Type", "application/json", "Accept", "application/json, text/event-stream"}
	for name, c := range map[string]struct {
		h       *harness
		method  string
		headers []string
		status  int
	}{
		// modelcontextprotocol/rust-sdk pull request 331, python-sdk pull request 2262.
		"the end of a session that is none": {keyed, "DELETE", append(good, "X-API-Key", "alice", "Mcp-Session-Id", "x"), 405},
		"a name that is not this machine's": {keyless, "POST", append(good, "Host", "evil.example"), 400},
		"this machine":                      {keyless, "POST", good, 200},
		"a name, where there are keys":      {keyed, "POST", append(good, "Host", "debate.example", "X-API-Key", "alice"), 200},
		"no key":                            {keyed, "POST", good, 401},
		"too many":                          {keyed, "POST", append(good, "X-API-Key", "bob"), 429},
		"a stream that nothing comes on":    {keyed, "GET", append(good, "X-API-Key", "alice"), 405},
		"no JSON, as a page may send":       {keyless, "POST", []string{"Content-Type", "text/plain", "Accept", "application/json, text/event-stream"}, 415},
	} {
		response, text := ask(t, c.method, c.h.url+"/mcp", hello, c.headers...)
		if response.StatusCode != c.status || c.status == 405 && response.Header.Get("Allow") != "POST" {
			t.Errorf("%s: %d %s", name, response.StatusCode, text)
		}
	}
}

// What the specification has of the transport, and what clients were seen to do;
// source says where.
func TestAgentsSpeakToTheRouteAsTheyDo(t *testing.T) {
	keyless := open(t, new(script), func(c *server.Config) { c.Origins = []string{"https://a.example"} })
	closed := open(t, new(script))
	eventually(t, "they are ready", func() bool {
		for _, h := range []*harness{keyless, closed} {
			if response, _ := ask(t, "GET", h.url+"/ready", ""); response.StatusCode != http.StatusOK {
				return false
			}
		}
		return true
	})
	const both = "application/json, text/event-stream"
	initialize := func(version string) string {
		return `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"` + version + `","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}`
	}
	call := func(arguments string) string {
		return `{"jsonrpc":"2.0","id":"c","method":"tools/call","params":{"name":"list_topics"` + arguments + `}}`
	}
	const ping = `{"jsonrpc":"2.0","id":7,"method":"ping"}`
	for _, c := range []struct {
		name, source string
		h            *harness
		path, body   string
		headers      []string
		status       int
		want         string // in the answer, parts with " & " between in any order; or the whole of it where that is empty
	}{
		{"the version asked for", "MCP 2025-06-18, lifecycle: the server answers with it if it has it", closed, "", initialize("2025-06-18"), nil, 200, `"protocolVersion":"2025-06-18"`},
		{"an older one", "MCP 2024-11-05", closed, "", initialize("2024-11-05"), nil, 200, `"protocolVersion":"2024-11-05"`},
		{"one from the future", "MCP, lifecycle: else with the latest that it has", closed, "", initialize("2099-01-01"), nil, 200, `"protocolVersion":"20`},
		{"tools that stay as they are", "MCP, tools: listChanged promises notifications", closed, "", initialize("2025-06-18"), nil, 200, `"capabilities":{"tools":{}}`},
		{"the header of a version", "MCP 2025-06-18, transports", closed, "", ping, []string{"MCP-Protocol-Version", "2025-06-18"}, 200, `"id":7,"result":{}`},
		{"without the header", "MCP 2025-06-18, transports: taken as 2025-03-26", closed, "", ping, nil, 200, `"result":{}`},
		{"a version that is none", "modelcontextprotocol/php-sdk issue 306: 400", closed, "", ping, []string{"MCP-Protocol-Version", "1900-01-01"}, 400, `"code":-32600`},
		{"a word for a version", "the same", closed, "", ping, []string{"MCP-Protocol-Version", "not-a-version"}, 400, `"error":`},
		{"a session of before", "MCP, transports: sessions are the server's to have, and here are none", closed, "", ping, []string{"Mcp-Session-Id", "lost"}, 200, `"result":{}`},
		{"a notification", "MCP, transports: 202 without a body", closed, "", `{"jsonrpc":"2.0","method":"notifications/initialized"}`, nil, 202, ""},
		{"an unknown method", "JSON-RPC 2.0, section 5.1; modelcontextprotocol/python-sdk issue 3193: scanners read the code", closed, "", `{"jsonrpc":"2.0","id":7,"method":"triggers/list"}`, nil, 200, `"id":7,"error":{"code":-32601`},
		{"no JSON", "JSON-RPC 2.0, section 5.1", closed, "", `{"jsonrpc":`, nil, 400, `"id":null,"error":{"code":-32700`},
		{"nothing", "JSON-RPC 2.0, section 5.1", closed, "", ``, nil, 400, `"error":{"code":-32700`},
		{"an unknown tool", "MCP, tools: a protocol error", closed, "", `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"none"}}`, nil, 200, `"code":-32602`},
		{"null for what is optional", "NVIDIA/NeMo-Agent-Toolkit issue 1269, danny-avila/LibreChat pull request 11905, ZenRows/zenrows-mcp pull request 23", closed, "", call(`,"arguments":{"limit":null}`), nil, 200, `"topic":"Tea beats coffee."`},
		{"null for the arguments", "the same", closed, "", call(`,"arguments":null`), nil, 200, `"topic":"Tea beats coffee."`},
		{"a list for no arguments", "modelcontextprotocol/php-sdk issue 284: an empty array of PHP", closed, "", call(`,"arguments":[]`), nil, 200, `"topic":"Tea beats coffee."`},
		{"the arguments as a text", "GaloyMoney/drua pull request 48, justrach/codegraff2 pull request 141", closed, "", call(`,"arguments":"{\"limit\":1}"`), nil, 200, `"topic":"Dogs are better than cats."`},
		{"a text that is no JSON", "XiaomiMiMo/MiMo-Code pull request 1658: it is told, and not guessed", closed, "", call(`,"arguments":"{\"limit\": "`), nil, 200, `"isError":true`},
		{"names in another case", "Actual-Chat/actual-chat issue 4728", closed, "", `{"jsonrpc":"2.0","id":"c","method":"tools/call","params":{"name":"read_debate","arguments":{"conversationId":"none"}}}`, nil, 200, `NOT_FOUND`},
		{"a text that says null", "anthropics/claude-code issue 95239", closed, "", call(`,"arguments":{"limit":1,"language":"null"}`), nil, 200, `"topic":"Dogs are better than cats."`},
		{"an empty text for a number", "wong2/mcp-cli issue 1", closed, "", call(`,"arguments":{"limit":"1","offset":""}`), nil, 200, `"topic":"Dogs are better than cats."`},
		{"what n8n adds", "n8n-io/n8n issues 21500 and 21716", closed, "", call(`,"arguments":{"limit":1,"toolCallId":"call_1","sessionId":"s","action":"sendMessage","chatInput":"hi","tool":"list_topics"}`), nil, 200, `"topic":"Dogs are better than cats."`},
		{"a number as a text", "VibiumDev/vibium issue 85, chatml/chatml pull request 675", closed, "", call(`,"arguments":{"limit":"1"}`), nil, 200, `"topic":"Dogs are better than cats."`},
		{"a whole number with a point", "JSON has one kind of number", closed, "", call(`,"arguments":{"limit":1.0}`), nil, 200, `"topic":"Dogs are better than cats."`},
		{"a text as a number", "lmstudio-ai/lmstudio-bug-tracker issue 1626, agentscope-ai/QwenPaw issue 6839", closed, "", `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"read_debate","arguments":{"conversation_id":12}}}`, nil, 200, `NOT_FOUND`},
		{"nothing said of what is accepted", "RFC 9110, section 12.5.1: anything is", closed, "", ping, []string{"Accept", ""}, 200, `"result":{}`},
		{"an id that is 0", "JSON-RPC 2.0, section 4: any number", closed, "", `{"jsonrpc":"2.0","id":0,"method":"ping"}`, nil, 200, `"id":0,"result":{}`},
		{"the media type's charset", "clients that add it to all JSON", closed, "", ping, []string{"Content-Type", "application/json; charset=utf-8"}, 200, `"result":{}`},
		{"more than one at once", "MCP 2025-03-26, transports: batches; JSON-RPC 2.0, section 6: answered in any order", closed, "", "[" + ping + `,{"jsonrpc":"2.0","id":8,"method":"ping"}]`, nil, 200, `"id":7,"result":{}} & "id":8,"result":{}}`},
		{"what is not offered", "clients list resources and prompts wherever they are", closed, "", `{"jsonrpc":"2.0","id":7,"method":"resources/list"}`, nil, 200, `"resources":[]`},
		{"a call that is given up", "MCP, cancellation: a notification", closed, "", `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}`, nil, 202, ""},
		{"no arguments", "MCP, schema: they are optional", closed, "", call(""), nil, 200, `"topic":"Tea beats coffee."`},
		{"null for what is needed", "", closed, "", `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"argue","arguments":{"conversation_id":null,"message":"x"}}}`, nil, 200, `"isError":true`},
		{"JSON alone accepted", "MCP asks for both, and only JSON is answered", closed, "", ping, []string{"Accept", "application/json"}, 200, `"result":{}`},
		{"anything accepted", "curl by hand", closed, "", ping, []string{"Accept", "*/*"}, 200, `"result":{}`},
		{"a path with a slash", "people type either", closed, "/", ping, nil, 200, `"result":{}`},
		{"a page of this server", "MCP 2025-06-18, transports: Origin must be checked", closed, "", ping, []string{"Origin", closed.url}, 200, `"result":{}`},
		{"a page of another origin", "the same; MCP 2025-11-25 names the status", closed, "", ping, []string{"Origin", "https://evil.example"}, 403, `"reason":"INVALID_ARGUMENT"`},
		{"a file that a browser opened", "the same", closed, "", ping, []string{"Origin", "null"}, 403, `CORS_ALLOWED_ORIGINS`},
		{"a page that the browser tells of", "Fetch metadata", closed, "", ping, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403, `CORS_ALLOWED_ORIGINS`},
		{"an allowed one", "CORS_ALLOWED_ORIGINS", keyless, "", ping, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://a.example"}, 200, `"result":{}`},
		{"another than the allowed one", "CORS_ALLOWED_ORIGINS", keyless, "", ping, []string{"Origin", "https://b.example"}, 403, `CORS_ALLOWED_ORIGINS`},
	} {
		headers := append([]string{"Content-Type", "application/json"}, c.headers...)
		if !slices.Contains(headers, "Accept") {
			headers = append(headers, "Accept", both)
		}
		response, text := ask(t, "POST", c.h.url+"/mcp"+c.path, c.body, headers...)
		absent := slices.ContainsFunc(strings.Split(c.want, " & "), func(part string) bool { return !strings.Contains(text, part) })
		if response.StatusCode != c.status || absent || c.want == "" && text != "" {
			t.Errorf("%s (%s): %d %s", c.name, c.source, response.StatusCode, text)
		}
	}
}

// A list or null is a type that not all clients can say (the official inspector's
// --strict warns of it), and one of the hints is true unless it is said.
func TestToolsAreDescribedSoThatAllClientsUnderstand(t *testing.T) {
	h := open(t, new(script))
	tools, err := agent(t, h, nil).ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range tools.Tools {
		text, err := json.Marshal(tool)
		if err != nil || strings.Contains(string(text), `"null"`) || tool.Annotations.OpenWorldHint == nil || *tool.Annotations.OpenWorldHint {
			t.Errorf("%s: %v %s", tool.Name, err, text)
		}
	}
}

func TestWhoHasNoKeyIsToldHowToSendIt(t *testing.T) {
	h := open(t, new(script), withKeys)
	for _, path := range []string{"/mcp", "/chat", "/v1/chat/completions", chatCall} {
		response, _ := ask(t, "POST", h.url+path, "{}", "Content-Type", "application/json")
		if response.StatusCode != http.StatusUnauthorized || response.Header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: %d %v", path, response.StatusCode, response.Header) // RFC 9110, section 15.5.2
		}
	}
	// Clients of the Model Context Protocol look there after a 401, and read JSON.
	if response, text := ask(t, "GET", h.url+"/.well-known/oauth-protected-resource", ""); response.StatusCode != http.StatusUnauthorized && response.StatusCode != http.StatusNotFound || !strings.HasPrefix(text, `{"error":"`) {
		t.Errorf("%d %s", response.StatusCode, text)
	}
}
