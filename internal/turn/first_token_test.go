package turn_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// A first turn asks for its topic, for moderation and for its reply. None of
// them may wait for another: each is answered once all three were asked for.
func TestAFirstTurnAsksForAllItNeedsAtOnce(t *testing.T) {
	server := openaitest.New(t)
	all := make(chan struct{})
	var asked atomic.Int32
	together := func(answer openaitest.Answer) openaitest.Answer {
		return func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) == 3 {
				close(all)
			}
			select {
			case <-all:
				answer(w, r)
			case <-r.Context().Done():
			}
		}
	}
	server.Chat(together(openaitest.Says("Not ", "so.")))
	server.Aside(together(openaitest.Replies(`{"kind":"claim","motion":"Golf is boring","user_side":"for","language":"en"}`)))
	server.Judge(together(openaitest.Flags(false)))
	client, err := openai.New(openai.Config{Key: openaitest.Key, BaseURL: server.URL, Models: []string{"m"}, Moderation: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	service := turn.New(turn.Config{Store: newMemory(), Model: client, Analyst: client, Holder: "test", NewID: ids()})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var r record
	if err := service.ChatStream(ctx, alice, debate.ChatRequest{Message: "Golf is boring"}, r.send); err != nil || r.text != "Not so." || asked.Load() != 3 {
		t.Errorf("the reply is %q, after %d calls: %v", r.text, asked.Load(), err)
	}
}

// ids makes the ids of a test.
func ids() func() string {
	var mu sync.Mutex
	n := 0
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		n++
		return fmt.Sprint("id-", n)
	}
}
