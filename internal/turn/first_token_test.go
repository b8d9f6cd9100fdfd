package turn_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// A first turn asks for its topic, for moderation and for its reply. With a
// model that takes 300 ms for each, they must not add up.
func TestFirstTurnSpeaksAboutAsSoonAsALaterOne(t *testing.T) {
	const takes = 300 * time.Millisecond
	server := openaitest.New(t)
	server.Chat(openaitest.Later(takes, openaitest.Says("Not ", "so.")))
	server.Aside(openaitest.Later(takes, openaitest.Replies(`{"kind":"claim","motion":"Golf is boring","user_side":"for","language":"en"}`)))
	server.Judge(openaitest.Later(takes, openaitest.Flags(false)))
	client, err := openai.New(openai.Config{Key: openaitest.Key, BaseURL: server.URL, Models: []string{"m"}, Moderation: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	service := turn.New(turn.Config{Store: newMemory(), Model: client, Analyst: client, Holder: "test", NewID: ids()})

	var first, later []time.Duration
	for range 5 {
		r := &record{}
		speak := func(into *[]time.Duration, request debate.ChatRequest) {
			begin, told := time.Now(), false
			r.text = ""
			r.onDelta = func(int) {
				if !told {
					*into = append(*into, time.Since(begin))
					told = true
				}
			}
			if err := service.ChatStream(t.Context(), alice, request, r.send); err != nil {
				t.Fatal(err)
			}
			if r.text != "Not so." {
				t.Fatalf("reply = %q", r.text)
			}
		}
		speak(&first, debate.ChatRequest{Message: "Golf is boring"})
		speak(&later, debate.ChatRequest{ConversationID: r.started.Conversation.ID, Message: "Nobody watches it"})
	}
	slices.Sort(first)
	slices.Sort(later)
	if a, b := first[2], later[2]; a > b*12/10 {
		t.Errorf("the first token came after %v in a first turn, %v in a later one", a, b)
	} else {
		t.Logf("the first token came after %v in a first turn, %v in a later one", a, b)
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
