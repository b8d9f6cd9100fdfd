package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/format"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// serve runs the whole service with the built-in opponent until the test ends.
func serve(t *testing.T) (url string) {
	t.Helper()
	c, err := config.Load(func(name string) string {
		return map[string]string{"DATA_DIR": t.TempDir(), "OTEL_SDK_DISABLED": "true", "DRAIN_DELAY": "0s"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), c, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-served, a.Close()); err != nil {
			t.Error(err)
		}
	})
	url = "http://" + listener.Addr().String()
	for until := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if response, err := http.Get(url + "/ready"); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return url
			}
		}
		if time.Now().After(until) {
			t.Fatal("the service is not ready")
		}
	}
}

// arguments are a person's in a debate about zoos.
var arguments = []string{
	"Zoos should be closed, because wild animals suffer in small cages.",
	"Breeding for release reaches a handful of species, and most animals on show are not endangered at all.",
	"Children can learn more from films of animals that live free.",
	"The money would save more animals if it went to their habitats.",
	"Escapes and accidents put keepers and visitors in danger.",
	"An elephant walks thirty miles a day, and no enclosure has room for that.",
	"Animals pace and bite their bars, which no animal in the wild does.",
	"So zoos should be closed: the suffering is certain, and what they promise in return is not.",
}

// questions are those that the person asks in cross-examination.
var questions = []string{"Would you like to spend your whole life in a cage?", "How many of the animals in a zoo are ever released?"}

// heard is what a client is told after a round.
type heard struct {
	id, reply, format, phase string
	over                     bool
}

// door is a way into the service: it says something in a debate and hears the answer.
type door interface {
	say(format, message string) (h heard, ended string)
}

// calls speaks Connect.
type calls struct {
	t  *testing.T
	c  debatev1connect.DebateServiceClient
	id string
}

func (d *calls) say(format, message string) (heard, string) {
	r, err := d.c.Chat(d.t.Context(), connect.NewRequest(&debatev1.ChatRequest{ConversationId: d.id, Message: message, Format: format}))
	if err != nil {
		if connect.CodeOf(err) != connect.CodeFailedPrecondition {
			d.t.Fatal(err)
		}
		return heard{}, err.Error()
	}
	c := r.Msg.GetConversation()
	d.id = c.GetId()
	return heard{c.GetId(), r.Msg.GetTurn().GetReply(), c.GetFormat(), c.GetPhase(), c.GetOver()}, ""
}

// kopi speaks the Kopi contract.
type kopi struct {
	t       *testing.T
	url, id string
}

func (d *kopi) say(format, message string) (heard, string) {
	body := map[string]any{"message": message}
	if d.id == "" {
		body["format"] = format
	} else {
		body["conversation_id"] = d.id
	}
	var got struct {
		ConversationID string `json:"conversation_id"`
		Message        []struct{ Message string }
		Format, Phase  string
		PhaseAsks      string `json:"phase_asks"`
		Over           bool
		Error, Reason  string
	}
	status := send(d.t, d.url+"/chat", body, &got)
	if status != http.StatusOK {
		if status != http.StatusConflict || got.Reason != "DEBATE_ENDED" {
			d.t.Fatalf("%d %+v", status, got)
		}
		return heard{}, got.Error
	}
	if (got.PhaseAsks == "") != got.Over {
		d.t.Errorf("the phase %q asks %q", got.Phase, got.PhaseAsks)
	}
	d.id = got.ConversationID
	return heard{d.id, got.Message[len(got.Message)-1].Message, got.Format, got.Phase, got.Over}, ""
}

// completions speaks OpenAI's contract, with a history of its own.
type completions struct {
	t       *testing.T
	url     string
	history []map[string]string
}

func (d *completions) say(format, message string) (heard, string) {
	history := append(d.history, map[string]string{"role": "user", "content": message})
	var got struct {
		Choices []struct{ Message struct{ Content string } }
		Debate  struct {
			ConversationID string `json:"conversation_id"`
			Format, Phase  string
			Over           bool
		}
		Error struct{ Message, Code string }
	}
	status := send(d.t, d.url+"/v1/chat/completions", map[string]any{"model": "debate/" + format, "messages": history}, &got)
	if status != http.StatusOK {
		if status != http.StatusBadRequest || got.Error.Code != "debate_ended" { // openai-python's _base_client repeats a call at 409
			d.t.Fatalf("%d %+v", status, got)
		}
		return heard{}, got.Error.Message
	}
	reply := got.Choices[0].Message.Content
	d.history = append(history, map[string]string{"role": "assistant", "content": reply})
	return heard{got.Debate.ConversationID, reply, got.Debate.Format, got.Debate.Phase, got.Debate.Over}, ""
}

func send(t *testing.T, url string, body, answer any) (status int) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post(url, "application/json", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(said, answer); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return response.StatusCode
}

func TestDebatesWithAFormatArePlayedToTheirEnd(t *testing.T) {
	t.Parallel()
	url := serve(t)
	c := debatev1connect.NewDebateServiceClient(http.DefaultClient, url)
	for _, name := range []string{"blitz", "oxford", "lincoln-douglas"} {
		for through, d := range map[string]door{"Connect": &calls{t: t, c: c}, "Kopi": &kopi{t: t, url: url}, "OpenAI": &completions{t: t, url: url}} {
			t.Run(name+" by "+through, func(t *testing.T) { playToTheEnd(t, c, d, name) })
		}
	}
}

// playToTheEnd plays a format round by round, and then what is offered after it.
func playToTheEnd(t *testing.T, c debatev1connect.DebateServiceClient, d door, name string) {
	f, _ := format.Find(name)
	if f.Rounds() > len(arguments) || f.Rounds() < 3 {
		t.Fatalf("%d rounds", f.Rounds())
	}
	var last heard
	for round := range f.Rounds() {
		now, _ := f.At(round)
		next, _ := f.At(round + 1)
		message := arguments[round]
		switch now.BotDoes {
		case debate.Ask:
			message = questions[round%len(questions)]
		case debate.CloseCase:
			message = arguments[len(arguments)-1]
		default:
		}
		got, ended := d.say(name, message)
		if ended != "" || got.format != name || got.phase != next.Name || got.over != (round == f.Rounds()-1) || last.id != "" && got.id != last.id {
			t.Fatalf("round %d: %+v %s, want the phase %q in %s", round+1, got, ended, next.Name, last.id)
		}
		asks := strings.Contains(got.reply, "?")
		if now.BotDoes == debate.Ask && !asks || now.BotDoes == debate.CloseCase && asks {
			t.Errorf("round %d, which has the bot %s: %s", round+1, now.BotDoes, got.reply)
		}
		last = got
	}
	for range 2 {
		if _, ended := d.say(name, "And another thing: zoos are expensive for the taxpayer."); !strings.Contains(ended, "rematch") {
			t.Errorf("past the end: %q", ended)
		}
	}
	ctx := t.Context()
	verdict, err := c.JudgeConversation(ctx, connect.NewRequest(&debatev1.JudgeConversationRequest{ConversationId: last.id}))
	if err != nil || verdict.Msg.GetVerdict().GetThroughTurn() != int32(f.Rounds()) || verdict.Msg.GetVerdict().GetWinner() == 0 {
		t.Errorf("the verdict: %v, %v", verdict, err)
	}
	for _, clash := range verdict.Msg.GetVerdict().GetClashes() {
		if clash.GetQuotes()[0].GetTurnNumber() == int32(f.Rounds()) {
			t.Errorf("a closing is at issue, which nobody has to answer: %v", clash)
		}
	}
	for _, advice := range verdict.Msg.GetVerdict().GetAdvice() {
		if advice.GetQuote().GetTurnNumber() == int32(f.Rounds()) {
			t.Errorf("advice on a closing: %v", advice)
		}
	}
	whole, err := c.GetConversation(ctx, connect.NewRequest(&debatev1.GetConversationRequest{ConversationId: last.id}))
	if err != nil || whole.Msg.GetConversation().GetTurnCount() != int32(f.Rounds()) {
		t.Errorf("what is stored: %v, %v", whole, err)
	}
	first, _ := f.At(0)
	rematch, err := c.ForkConversation(ctx, connect.NewRequest(&debatev1.ForkConversationRequest{ConversationId: last.id, SwapSides: true, Message: "Zoos should stay open, because they save species that nobody else saves."}))
	if err != nil {
		t.Fatal(err)
	}
	again := rematch.Msg.GetConversation()
	if again.GetFormat() != name || again.GetPhase() != first.Name || again.GetOver() || again.GetStance() == whole.Msg.GetConversation().GetStance() || again.GetTopic() != whole.Msg.GetConversation().GetTopic() {
		t.Errorf("the rematch: %v", again)
	}
}
