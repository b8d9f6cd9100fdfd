package turn_test

import (
	"context"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// unsureMessage is one in German that the reader of claims finds a claim in, and
// is not sure of: which one that is changes as it learns.
func unsureMessage(t *testing.T) string {
	t.Helper()
	for _, message := range []string{
		"sag mir alles was am tourismus schlecht ist",
		"Videoüberwachung, bitte",
	} {
		if read, sure := claim.Read(message); read.Topic != "" && sure < 0.6 && read.Language == "de" {
			return message
		}
	}
	t.Fatal("the reader is sure of all messages; the test wants one that it is unsure of")
	return ""
}

func TestTheBotAsksWhereItIsNotSureWhatItRead(t *testing.T) {
	for _, tt := range []struct {
		answer string
		kind   debate.TurnKind
		same   bool // the topic is the one asked about
		turned bool // with the sides turned
		topic  string
	}{
		{answer: "Ja", kind: debate.ArgumentKind, same: true},
		{answer: "yes, exactly that", kind: debate.ArgumentKind, same: true},
		{answer: "nein, andersrum", kind: debate.ArgumentKind, same: true, turned: true},
		{answer: "no, the other way round", kind: debate.ArgumentKind, same: true, turned: true},
		{answer: "no. Cats are better than dogs.", kind: debate.ArgumentKind, topic: "Cats are better than dogs"},
		{answer: "Tea is better than coffee.", kind: debate.ArgumentKind, topic: "Tea is better than coffee"},
		{answer: "Weil es alle so machen.", kind: debate.ArgumentKind, same: true},
		{answer: "Because it is my private life.", kind: debate.ArgumentKind, same: true},
		// these are read as claims of their own, and go on all the same
		{answer: "If the power went out for a week most people could not even cook.", kind: debate.ArgumentKind, same: true},
		{answer: "My children should play outside and they only watch videos.", kind: debate.ArgumentKind, same: true},
		{answer: "Si no hubiera turistas, los vecinos podrían dormir por la noche.", kind: debate.ArgumentKind, same: true},
		{answer: "Why do you ask?", kind: debate.ArgumentKind, same: true},
		{answer: "nein", kind: debate.InvitationKind},
	} {
		unsureMessage := unsureMessage(t)
		bubble(t, func(t *testing.T, ctx context.Context) {
			h := open(t, newMemory(), atOnce("Well."))
			read, settled, err := h.ReadClaim(debate.ChatRequest{Message: unsureMessage})
			if err != nil || settled || read.Topic == "" {
				t.Fatalf("%q is read as %q, settled %v, %v", unsureMessage, read.Topic, settled, err)
			}
			streamed := stream(t, ctx, h, debate.ChatRequest{Message: unsureMessage})
			asked, before := *streamed.finished, streamed.started.Conversation
			if asked.Kind != debate.InvitationKind || !strings.Contains(asked.Reply, read.Topic) || streamed.text != asked.Reply || h.model.calls() != 0 {
				t.Fatalf("%d calls, %q was streamed, turn %+v", h.model.calls(), streamed.text, asked)
			}
			if before.Topic != "" || before.Language != "de" {
				t.Errorf("the conversation has the topic %q already, in %q", before.Topic, before.Language)
			}
			got, err := h.Chat(ctx, alice, debate.ChatRequest{ConversationID: before.ID, Message: tt.answer})
			if err != nil || got.Turn.Kind != tt.kind {
				t.Fatalf("%q: kind %q, reply %q, %v", tt.answer, got.Turn.Kind, got.Turn.Reply, err)
			}
			topic, stance := tt.topic, debate.Con
			if tt.same {
				topic, stance = read.Topic, read.Stance
			}
			if tt.turned {
				stance = stance.Opposite()
			}
			if topic == "" {
				stance = debate.NoStance
			}
			if got.Conversation.Topic != topic || got.Conversation.Stance != stance {
				t.Errorf("after %q the topic is %q and the bot %q; want %q, %q", tt.answer, got.Conversation.Topic, got.Conversation.Stance, topic, stance)
			}
		})
	}
}

// A caller who says which side the bot takes is not asked, nor is anybody twice.
func TestTheBotAsksOnce(t *testing.T) {
	unsureMessage := unsureMessage(t)
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), atOnce("Well."))
		given, err := h.Chat(ctx, alice, debate.ChatRequest{Message: unsureMessage, Stance: debate.Pro})
		if err != nil || given.Turn.Kind != debate.ArgumentKind || given.Conversation.Stance != debate.Pro {
			t.Errorf("kind %q, bot %q, %v", given.Turn.Kind, given.Conversation.Stance, err)
		}
		asked, err := h.Chat(ctx, alice, debate.ChatRequest{Message: unsureMessage})
		if err != nil {
			t.Fatal(err)
		}
		again, err := h.Chat(ctx, alice, debate.ChatRequest{ConversationID: asked.Conversation.ID, Message: unsureMessage})
		if err != nil || again.Turn.Kind != debate.ArgumentKind || again.Conversation.Topic == "" {
			t.Errorf("kind %q, topic %q, %v", again.Turn.Kind, again.Conversation.Topic, err)
		}
	})
}
