package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/server"
)

// changes opens a stream of changes; next is what its next event says, and gone
// leaves it and says where it was.
func changes(t *testing.T, h *harness, query string, headers ...string) (next func() string, gone func() string) {
	t.Helper()
	read, leave := events(t, "GET", h.url+"/events"+query, "", headers...)
	place := ""
	return func() string {
			e, ok := read()
			for ok && e.name == "" { // a place alone, which go-sse passes on
				e, ok = read()
			}
			if !ok {
				return ""
			}
			place = e.id
			text := e.name
			if e.TurnID != "" {
				text += fmt.Sprintf(" %d.%d", e.Number, e.Attempt)
			}
			if e.State != "" {
				text += " " + e.State
			}
			return text
		}, func() string {
			leave()
			return place
		}
}

// wants compares the next events with what they should say.
func wants(t *testing.T, what string, next func() string, want ...string) {
	t.Helper()
	got := []string{}
	for range want {
		got = append(got, next())
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestWhatHappensToDebatesIsTold(t *testing.T) {
	h := open(t, new(script))
	next, gone := changes(t, h, "")
	wants(t, "at first", next, "reload")
	read, _ := events(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee."}`)
	first, _ := read()
	rest(t, read)
	wants(t, "a debate", next, "debate_begun", "turn_begun 1.1", "turn_ended 1.1 completed")
	place := gone()

	call := func(method, body string) {
		t.Helper()
		response, text := ask(t, "POST", h.url+"/debate.v1.DebateService/"+method, body, "Content-Type", "application/json")
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", method, text)
		}
	}
	id := `"conversationId":"` + first.ConversationID + `"`
	call("UpdateConversation", `{`+id+`,"title":"Tea"}`)
	call("JudgeConversation", `{`+id+`}`)
	call("ForkConversation", `{`+id+`,"throughTurn":1}`)
	all := []string{"debate_renamed", "verdict_ended completed", "debate_begun"}
	byHeader, _ := changes(t, h, "", "Last-Event-ID", place)
	wants(t, "since then, by the header", byHeader, all...)
	byQuery, _ := changes(t, h, "?after="+place)
	wants(t, "since then, by the query", byQuery, all...)
	both, _ := changes(t, h, "?after=none", "Last-Event-ID", place) // which an EventSource sends when it comes back
	wants(t, "since then, by both", both, all...)
	call("DeleteConversation", `{`+id+`}`)
	for _, next := range []func() string{byHeader, byQuery, both} {
		wants(t, "a deletion", next, "debate_deleted")
	}
}

func TestAStreamOfChangesEndsWhenTheServerDrains(t *testing.T) {
	h := open(t, new(script), func(c *server.Config) { c.DrainTimeout = 5 * time.Minute })
	next, _ := changes(t, h, "")
	wants(t, "at first", next, "reload")
	began := time.Now()
	h.stop()
	if e := next(); e != "" {
		t.Errorf("it goes on with %q", e)
	}
	for err := range h.ended {
		if err != nil {
			t.Error(err)
		}
	}
	if took := time.Since(began); took > 4*time.Minute {
		t.Errorf("the end took %v: a stream of changes held it up", took)
	}
}

func TestChangesOfOthersAreNotTold(t *testing.T) {
	h := open(t, new(script), withKeys)
	hers, gone := changes(t, h, "", "X-API-Key", "alice", "X-User-Id", "ana")
	wants(t, "hers", hers, "reload")
	others := map[string][]string{
		"another key": {"X-API-Key", "bob", "X-User-Id", "ana"}, "another user": {"X-API-Key", "alice", "X-User-Id", "eve"}, "no user": {"X-API-Key", "alice"},
	}
	theirs := make(map[string]func() string)
	for name, headers := range others {
		theirs[name], _ = changes(t, h, "", headers...)
		wants(t, name, theirs[name], "reload")
	}
	read, _ := events(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee."}`, "X-API-Key", "alice", "X-User-Id", "ana")
	rest(t, read)
	wants(t, "hers", hers, "debate_begun", "turn_begun 1.1", "turn_ended 1.1 completed")
	place := gone()
	for name, headers := range others {
		// What they do themselves is the next that they are told of, also from her place.
		resumed, _ := changes(t, h, "?after="+place, headers...)
		read, _ := events(t, "POST", h.url+"/chat", `{"message":"Coffee beats tea."}`, headers...)
		mine, _ := read()
		rest(t, read)
		for _, next := range []func() string{theirs[name], resumed} {
			wants(t, name, next, "debate_begun", "turn_begun 1.1", "turn_ended 1.1 completed")
		}
		if mine.ConversationID == "" {
			t.Error(name)
		}
	}
}

func TestWhatIsWrongWithACallForChangesIsAnOrdinaryAnswer(t *testing.T) {
	h := open(t, new(script), withKeys)
	for name, c := range map[string]struct {
		method, query, key, id string
		status                 int
		says                   string
	}{
		"no key":              {"GET", "", "", "", 401, "UNAUTHENTICATED"},
		"no place":            {"GET", "?after=none", "alice", "", 400, "Last-Event-ID"},
		"no place, by header": {"GET", "", "alice", "1.250", 400, "Last-Event-ID"},
		"half a place":        {"GET", "", "alice", "AQAAAAAAAAAAAA", 400, "Last-Event-ID"},
		"another version":     {"GET", "", "alice", "AgAAAAAAAAAA", 400, "Last-Event-ID"},
		"another HTTP method": {"POST", "", "alice", "", 405, "INVALID_ARGUMENT"},
		"HEAD":                {"HEAD", "", "alice", "", 405, ""},
	} {
		headers := []string{}
		if c.key != "" {
			headers = append(headers, "X-API-Key", c.key)
		}
		if c.id != "" {
			headers = append(headers, "Last-Event-ID", c.id)
		}
		response, text := ask(t, c.method, h.url+"/events"+c.query, "", headers...)
		if response.StatusCode != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s: %d %s", name, response.StatusCode, text)
		}
	}
	// An old place, and one in the future, are places.
	for _, place := range []string{"AQAAAAAAAAAA", "AX__________"} {
		next, gone := changes(t, h, "?after="+place, "X-API-Key", "alice")
		if place == "AQAAAAAAAAAA" {
			wants(t, "long ago", next, "reload")
		}
		gone()
	}
}
