package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/limit"
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
		"a message missing":    {"argue", map[string]any{"conversation_id": "x"}, "message"},
		"the model is away":    {"start_debate", map[string]any{"message": "Tea beats coffee."}, "MODEL_UNAVAILABLE"},
		"an unknown parameter": {"list_topics", map[string]any{"limits": 1}, "limits"},
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
		c.Limiter = limit.NewRequests(debate.Limits{Key: func(name string) int { return map[string]int{"bob": 1}[name] }})
	})
	good := []string{"Content-Type", "application/json", "Accept", "application/json, text/event-stream"}
	ask(t, "POST", keyed.url+"/mcp", hello, append(good, "X-API-Key", "bob")...)
	for name, c := range map[string]struct {
		h       *harness
		method  string
		headers []string
		status  int
	}{
		"a name that is not this machine's": {keyless, "POST", append(good, "Host", "evil.example"), 400},
		"this machine":                      {keyless, "POST", good, 200},
		"a name, where there are keys":      {keyed, "POST", append(good, "Host", "debate.example", "X-API-Key", "alice"), 200},
		"no key":                            {keyed, "POST", good, 401},
		"too many":                          {keyed, "POST", append(good, "X-API-Key", "bob"), 429},
		"a stream that nothing comes on":    {keyed, "GET", append(good, "X-API-Key", "alice"), 405},
		"no JSON, as a page may send":       {keyless, "POST", []string{"Content-Type", "text/plain", "Accept", "application/json, text/event-stream"}, 415},
	} {
		if response, text := ask(t, c.method, c.h.url+"/mcp", hello, c.headers...); response.StatusCode != c.status {
			t.Errorf("%s: %d %s", name, response.StatusCode, text)
		}
	}
}
