package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/debate"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// longDebate stores a debate of so many turns, nine sentences in each of words that
// people use again.
func longDebate(b *testing.B, h *harness, turns int) (owner debate.Owner, id string) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	say := func(n int) string {
		var text strings.Builder
		for range n {
			text.WriteString("So ")
			for range 9 + r.IntN(6) {
				fmt.Fprintf(&text, "w%dord ", int(r.ExpFloat64()*300))
			}
			text.WriteString("ends. ")
		}
		return text.String()
	}
	now := time.Now().UTC()
	owner = debate.Owner{Key: "default"}
	c := debate.Conversation{ID: uuid.Must(uuid.NewV7()).String(), Owner: owner, Topic: "Dogs are better than cats.", Stance: debate.Con, Title: "Dogs", Difficulty: debate.Medium, TurnCount: turns, CreatedAt: now, UpdatedAt: now, Revision: 1}
	all := make([]debate.Turn, turns)
	for i := range all {
		all[i] = debate.Turn{ID: uuid.Must(uuid.NewV7()).String(), ConversationID: c.ID, Owner: owner, Number: i + 1, State: debate.Completed, Kind: debate.ArgumentKind,
			Message: say(4), Reply: say(5), Attempt: 1, CreatedAt: now, FinishedAt: now}
	}
	if err := h.store.AddConversation(b.Context(), c, all, "", nil); err != nil {
		b.Fatal(err)
	}
	return owner, c.ID
}

// BenchmarkFlow is the flow sheet of 500 turns as a client gets it, which has to open
// in 100 ms, and how many times as long that takes as reading the turns alone: the one
// figure that holds on a machine that has other things to do.
func BenchmarkFlow(b *testing.B) {
	h := open(b, &script{})
	owner, id := longDebate(b, h, 500)
	client := debatev1connect.NewDebateServiceClient(http.DefaultClient, h.url)
	var reading, calling time.Duration
	for b.Loop() {
		begin := time.Now()
		if turns, err := h.store.Turns(b.Context(), owner, id, 0, false, 500); err != nil || len(turns) != 500 {
			b.Fatal(len(turns), err)
		}
		read := time.Now()
		got, err := client.GetFlow(b.Context(), connect.NewRequest(&debatev1.GetFlowRequest{ConversationId: id}))
		if err != nil || len(got.Msg.GetPoints()) < 4400 {
			b.Fatal(len(got.Msg.GetPoints()), err)
		}
		reading, calling = reading+read.Sub(begin), calling+time.Since(read)
	}
	b.ReportMetric(float64(calling.Milliseconds())/float64(b.N), "ms/call")
	b.ReportMetric(float64(calling)/float64(reading), "times-reading")
}
