package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/tmaxmax/go-sse"

	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

// happened is an event of GET /events or of a turn.
type happened struct {
	name, id       string
	ConversationID string `json:"conversation_id"`
	TurnID         string `json:"turn_id"`
	Text           string `json:"text"`
	State          string `json:"state"`
}

func (e happened) String() string { return strings.TrimSpace(e.name + " " + e.State) }

// door is a way into a replica for plain HTTP.
type door struct {
	*testing.T
	url string
}

func (r *replica) door() door { return door{r.house.T, r.url} }

// call makes a request of JSON.
func (d door) call(method, path, body string, headers ...string) *http.Response {
	d.Helper()
	r, err := http.NewRequestWithContext(d.Context(), method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		d.Fatal(err)
	}
	return response
}

// answer reads what a call answers.
func (d door) answer(into any, method, path, body string, headers ...string) {
	d.Helper()
	response := d.call(method, path, body, headers...)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		d.Fatalf("%s: %d %s %v", path, response.StatusCode, text, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		d.Fatalf("%v: %s", err, text)
	}
}

// events opens a stream of them; next waits for one, and leave hangs up.
func (d door) events(method, path, body string, headers ...string) (next func() happened, leave func()) {
	d.Helper()
	response := d.call(method, path, body, append(headers, "Accept", "text/event-stream")...)
	d.Cleanup(func() { response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		d.Fatalf("%s: %d", path, response.StatusCode)
	}
	read := make(chan happened, 1000)
	go func() {
		defer close(read)
		for e, err := range sse.Read(response.Body, nil) {
			if err != nil {
				return
			}
			got := happened{name: e.Type, id: e.LastEventID}
			if got.name != "" && json.Unmarshal([]byte(e.Data), &got) == nil {
				read <- got
			}
		}
	}()
	return func() happened {
		d.Helper()
		select {
		case e, ok := <-read:
			if !ok {
				return happened{name: "nothing more"}
			}
			return e
		case <-time.After(40 * time.Second):
			d.Fatal("no event came")
			return happened{}
		}
	}, func() { response.Body.Close() }
}

// hears compares the next events with what they should be, and returns the last.
func (d door) hears(next func() happened, want ...string) (last happened) {
	d.Helper()
	var got []string
	for range want {
		last = next()
		got = append(got, last.String())
	}
	if !slices.Equal(got, want) {
		d.Errorf("hears %q, not %q", got, want)
	}
	return last
}

// What begins on one replica is followed on another, by each door.
func TestEveryDoorLeadsToEveryReplica(t *testing.T) {
	t.Parallel()
	withRedisAndWithout(t, doorsOfTwo)
}

func doorsOfTwo(t *testing.T, env ...string) {
	h := newHouse(t, append(env, "DATABASE_URL="+pgtest.NewDatabase(t))...)
	one, two := h.serve(), h.serve()
	a, b := one.door(), two.door()
	listen, _ := b.events("GET", "/events", "")
	b.hears(listen, "reload")

	// A turn of one replica is followed on the other from where its line was lost.
	message := line("doors", 100, 20*time.Millisecond)
	read, leave := a.events("POST", "/chat", fmt.Sprintf(`{"message":%q,"topic":%q}`, message, topic))
	began := read()
	heard, place := "", began.id
	for strings.Count(heard, " ") < 10 {
		e := read()
		heard, place = heard+e.Text, e.id
	}
	leave()
	rest, _ := b.events("GET", "/turns/"+began.TurnID+"/events", "", "Last-Event-ID", place)
	for e := rest(); e.name != "nothing more"; e = rest() {
		heard += e.Text
	}
	if heard != replyTo(message) {
		t.Errorf("heard %q", heard)
	}
	ended := b.hears(listen, "debate_begun", "turn_begun", "turn_ended completed")
	if ended.TurnID != began.TurnID {
		t.Errorf("the turn %s is told of as %+v", began.TurnID, ended)
	}

	// The replica is killed, and what happens meanwhile is told by the next.
	two.kill()
	name := fmt.Sprintf(`{"conversationId":%q,"title":"Cats"}`, began.ConversationID)
	var renamed struct{}
	a.answer(&renamed, "POST", "/debate.v1.DebateService/UpdateConversation", name)
	three := h.serve()
	c := three.door()
	listen, _ = c.events("GET", "/events?after="+ended.id, "")
	c.hears(listen, "debate_renamed")

	conversation := completionsOfTwo(a, c)
	c.hears(listen, "debate_begun", "turn_begun", "turn_ended completed", "turn_begun", "turn_ended completed")
	a.answer(&renamed, "POST", "/debate.v1.DebateService/DeleteConversation", fmt.Sprintf(`{"conversationId":%q}`, conversation))
	c.hears(listen, "debate_deleted")
	agentsOfTwo(a, c)
	c.hears(listen, "debate_begun", "turn_begun", "turn_ended completed", "turn_begun", "turn_ended completed")

	// The holder of a turn is killed: its end is told when its lease has run out.
	read, _ = a.events("POST", "/chat", fmt.Sprintf(`{"message":%q,"topic":%q}`, line("killed", 1000, 20*time.Millisecond), topic))
	began = read()
	c.hears(listen, "debate_begun", "turn_begun")
	one.kill()
	if ended := c.hears(listen, "turn_ended interrupted"); ended.TurnID != began.TurnID {
		t.Errorf("the turn %s is told of as %+v", began.TurnID, ended)
	}
}

// completionsOfTwo goes on with a chat of OpenAI's contract, and repeats a call, on
// another replica. The answer is the conversation.
func completionsOfTwo(a, b door) string {
	type said struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	type completion struct {
		Choices []struct{ Message said }
		Debate  struct {
			ConversationID string `json:"conversation_id"`
			TurnID         string `json:"turn_id"`
		}
	}
	ask := func(d door, key string, history ...said) (c completion) {
		d.Helper()
		body, err := json.Marshal(map[string]any{"model": "debate", "messages": history})
		if err != nil {
			d.Fatal(err)
		}
		d.answer(&c, "POST", "/v1/chat/completions", string(body), "Idempotency-Key", key)
		return c
	}
	opening := said{"user", line("completions", 5, time.Millisecond)}
	first := ask(a, "first", opening)
	again := ask(b, "first", opening)
	if again.Debate != first.Debate || again.Choices[0] != first.Choices[0] || first.Choices[0].Message.Content != replyTo(opening.Content) {
		a.Errorf("the same key on another replica: %+v, and then %+v", first, again)
	}
	next := ask(b, "next", opening, first.Choices[0].Message, said{"user", line("completions-2", 5, time.Millisecond)})
	if next.Debate.ConversationID != first.Debate.ConversationID || next.Debate.TurnID == first.Debate.TurnID {
		a.Errorf("a chat that began as %+v goes on as %+v", first.Debate, next.Debate)
	}
	return first.Debate.ConversationID
}

// agentsOfTwo begins a debate by one replica's tools and goes on by another's.
func agentsOfTwo(a, b door) {
	use := func(d door, tool string, arguments map[string]any) (answer struct {
		ConversationID string `json:"conversation_id"`
		Reply          string `json:"reply"`
	}) {
		d.Helper()
		client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
		session, err := client.Connect(context.Background(), &mcp.StreamableClientTransport{Endpoint: d.url + "/mcp"}, nil)
		if err != nil {
			d.Fatal(err)
		}
		defer session.Close()
		result, err := session.CallTool(d.Context(), &mcp.CallToolParams{Name: tool, Arguments: arguments})
		if err != nil || result.IsError {
			d.Fatalf("%s: %+v, %v", tool, result, err)
		}
		text, err := json.Marshal(result.StructuredContent)
		if err != nil || json.Unmarshal(text, &answer) != nil {
			d.Fatalf("%s: %s, %v", tool, text, err)
		}
		return answer
	}
	began := use(a, "start_debate", map[string]any{"message": line("agents", 5, time.Millisecond), "topic": topic})
	message := line("agents-2", 5, time.Millisecond)
	next := use(b, "argue", map[string]any{"conversation_id": began.ConversationID, "message": message})
	if next.Reply != replyTo(message) || next.ConversationID != began.ConversationID {
		a.Errorf("a debate that began as %+v goes on as %+v", began, next)
	}
}
