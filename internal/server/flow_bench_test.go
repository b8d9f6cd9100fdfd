package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/debate"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// debates makes long debates, nine sentences in each turn of words that people use again.
type debates struct {
	h    *harness
	rand *rand.Rand
}

var benchOwner = debate.Owner{Key: "default"}

func (d debates) say(n int) string {
	var text strings.Builder
	for range n {
		text.WriteString("So ")
		for range 9 + d.rand.IntN(6) {
			fmt.Fprintf(&text, "w%dord ", int(d.rand.ExpFloat64()*300))
		}
		text.WriteString("ends. ")
	}
	return text.String()
}

// store stores one of so many turns.
func (d debates) store(b *testing.B, turns int) (id string) {
	b.Helper()
	now := time.Now().UTC()
	c := debate.Conversation{ID: uuid.Must(uuid.NewV7()).String(), Owner: benchOwner, Topic: "Dogs are better than cats.", Stance: debate.Con, Title: "Dogs", Difficulty: debate.Medium, TurnCount: turns, CreatedAt: now, UpdatedAt: now, Revision: 1}
	all := make([]debate.Turn, turns)
	for i := range all {
		all[i] = debate.Turn{ID: uuid.Must(uuid.NewV7()).String(), ConversationID: c.ID, Owner: benchOwner, Number: i + 1, State: debate.Completed, Kind: debate.ArgumentKind,
			Message: d.say(4), Reply: d.say(5), Attempt: 1, CreatedAt: now, FinishedAt: now}
	}
	if err := d.h.store.AddConversation(b.Context(), c, all, "", nil); err != nil {
		b.Fatal(err)
	}
	return c.ID
}

// BenchmarkFlow is the flow sheet of 500 turns as a client gets it, which has to open
// in 100 ms: opened first, opened after a change, and opened again. Beside the mean it
// says the best of the calls, which is what a machine takes that has nothing else to do.
func BenchmarkFlow(b *testing.B) {
	h := open(b, &script{})
	d := debates{h, rand.New(rand.NewPCG(1, 1))}
	client := debatev1connect.NewDebateServiceClient(http.DefaultClient, h.url)
	ask := func(b *testing.B, id string) time.Duration {
		begin := time.Now()
		got, err := client.GetFlow(b.Context(), connect.NewRequest(&debatev1.GetFlowRequest{ConversationId: id}))
		if err != nil || len(got.Msg.GetPoints()) < 4400 {
			b.Fatal(len(got.Msg.GetPoints()), err)
		}
		return time.Since(begin)
	}
	for _, c := range []struct {
		name   string
		before func(b *testing.B, id string) string
	}{
		{"first", func(b *testing.B, _ string) string { return d.store(b, 500) }},
		{"changed", func(b *testing.B, id string) string {
			if _, err := h.store.UpdateTitle(b.Context(), benchOwner, id, "Dogs", time.Now()); err != nil {
				b.Fatal(err)
			}
			return id
		}},
		{"again", func(_ *testing.B, id string) string { return id }},
	} {
		b.Run(c.name, func(b *testing.B) {
			id := d.store(b, 500)
			ask(b, id)
			var calls []time.Duration
			for b.Loop() {
				id = c.before(b, id)
				calls = append(calls, ask(b, id))
			}
			slices.Sort(calls)
			b.ReportMetric(float64(calls[0].Microseconds())/1000, "best-ms")
			b.ReportMetric(float64(calls[len(calls)/2].Microseconds())/1000, "median-ms")
		})
	}
}
