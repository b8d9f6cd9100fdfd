package turn_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// judge is an Analyst of function fields; what is nil finds nothing wrong.
type judge struct {
	subject  func() (debate.Subject, bool, error)
	moderate func(text string) (debate.Moderation, error)
	check    func() debate.StanceCheck
	ledger   func(e debate.Exchange, earlier []debate.Point) debate.Ledger
	garbled  error // what summaries and checks that cost something end with
}

var cost = debate.Usage{InputTokens: 1, OutputTokens: 1}

func (j judge) Subject(_ context.Context, message string) (debate.Subject, bool, debate.Usage, error) {
	time.Sleep(300 * time.Millisecond)
	if j.subject == nil {
		return debate.Subject{Topic: message, Stance: debate.Con, Language: "en"}, true, cost, nil
	}
	s, ok, err := j.subject()
	return s, ok, cost, err
}

func (j judge) Moderate(_ context.Context, text string) (debate.Moderation, error) {
	if j.moderate == nil {
		return debate.Safe, nil
	}
	return j.moderate(text)
}

func (j judge) Summarize(_ context.Context, _ debate.Conversation, _ []debate.Exchange) (string, debate.Usage, error) {
	return "They said much.", cost, j.garbled
}

func (j judge) CheckExchange(_ context.Context, _ debate.Conversation, e debate.Exchange, earlier []debate.Point) (debate.StanceCheck, debate.Ledger, debate.Usage, error) {
	check, ledger := debate.StanceCheck{Holds: true}, debate.Ledger("")
	if j.check != nil {
		check = j.check()
	}
	if j.ledger != nil {
		ledger = j.ledger(e, earlier)
	}
	return check, ledger, cost, j.garbled
}

func unsafeIf(bad bool) debate.Moderation {
	if bad {
		return debate.Unsafe
	}
	return debate.Safe
}

func judged(j judge) func(*turn.Config) {
	return func(c *turn.Config) { c.Analyst, c.StanceGuard = j, true }
}

// at once answers with the text before anything is judged.
func atOnce(text string) *script {
	return &script{reply: func(_ context.Context, _ debate.Prompt, emit func(string)) (debate.Completion, error) {
		emit(text)
		return debate.Completion{Calls: 1, Usage: debate.Usage{InputTokens: 10, OutputTokens: 10}}, nil
	}}
}

func stream(t *testing.T, ctx context.Context, h *house, r debate.ChatRequest) *record {
	t.Helper()
	got := &record{}
	if err := h.ChatStream(ctx, alice, r, got.send); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestPanicsOfSideCallsFailNothing(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		var log bytes.Buffer
		h := open(t, newMemory(), says("Not so."), judged(judge{
			subject:  func() (debate.Subject, bool, error) { panic("a subject") },
			moderate: func(string) (debate.Moderation, error) { panic("moderation") },
			check:    func() debate.StanceCheck { panic("a check") },
		}), func(c *turn.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
		if got := stream(t, ctx, h, debate.ChatRequest{Message: "Golf is boring"}); got.finished.State != debate.Completed || got.text != "Not so." {
			t.Errorf("heard %+v", got)
		}
		synctest.Wait()
		for _, said := range []string{"a subject", "moderation", "a check"} {
			if !strings.Contains(log.String(), "panic: "+said) {
				t.Errorf("the panic of %s is not in the log: %s", said, log.String())
			}
		}
	})
}

func TestSpeculativeReplyIsKeptWhenTheSubjectAgrees(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("Not ", "so."), judged(judge{}))
		begin := time.Now()
		got := stream(t, ctx, h, debate.ChatRequest{Message: "Golf is boring"})
		if got.text != "Not so." || h.model.calls() != 1 || time.Since(begin).Round(time.Millisecond) != 2*time.Second {
			t.Errorf("text %q after %v and %d calls", got.text, time.Since(begin), h.model.calls())
		}
		if got.finished.SideUsage != cost {
			t.Errorf("side usage = %+v", got.finished.SideUsage)
		}
	})
}

func TestNobodyIsAskedAboutASettledSubjectWhereNothingIsModerated(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		subjects := 0
		h := open(t, newMemory(), atOnce("Not so."), judged(judge{
			subject: func() (debate.Subject, bool, error) {
				subjects++
				return debate.Subject{Topic: "Golf is boring", Stance: debate.Con, Language: "en"}, true, nil
			},
			moderate: func(string) (debate.Moderation, error) { t.Error("a message is moderated"); return debate.Safe, nil },
		}), func(c *turn.Config) { c.Unmoderated = true })
		given := stream(t, ctx, h, debate.ChatRequest{Message: "It takes hours", Topic: "Golf is boring"})
		if given.text != "Not so." || subjects != 0 {
			t.Errorf("text %q after %d questions for the subject", given.text, subjects)
		}
		h.model.reply = atOnce("Still not.").reply
		if later := stream(t, ctx, h, debate.ChatRequest{Message: "And money", ConversationID: given.started.Conversation.ID}); later.text != "Still not." || subjects != 0 {
			t.Errorf("text %q after %d questions for the subject", later.text, subjects)
		}
	})
}

func TestReplyToTheWrongSubjectIsNeverShown(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), atOnce("Wrong."), judged(judge{subject: func() (debate.Subject, bool, error) {
			return debate.Subject{Topic: "Pepsi is better than Coke", Stance: debate.Pro}, true, nil
		}}))
		wrong := h.model.reply
		h.model.reply = func(ctx context.Context, p debate.Prompt, emit func(string)) (debate.Completion, error) {
			if p.Stance == debate.Pro {
				return atOnce("Right.").reply(ctx, p, emit)
			}
			return wrong(ctx, p, emit)
		}
		got := stream(t, ctx, h, debate.ChatRequest{Message: "Why is Pepsi better than Coke"})
		if got.text != "Right." || got.finished.Usage.InputTokens != 20 {
			t.Errorf("text %q, usage %+v", got.text, got.finished.Usage)
		}
		if p := h.model.prompts; p[0].Calls+p[1].Calls > 4 || p[1].Calls != 2 {
			t.Errorf("calls allowed: %d, then %d", p[0].Calls, p[1].Calls)
		}
		c := must[debate.Conversation](t)(h.Conversation(ctx, alice, got.started.Conversation.ID))
		if c.Topic != "Pepsi is better than Coke" || c.Stance != debate.Pro {
			t.Errorf("conversation = %+v", c)
		}
	})
}

func TestRulesDecideWhereTheAnalystFails(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), atOnce("Fine."), judged(judge{
			subject:  func() (debate.Subject, bool, error) { return debate.Subject{}, false, errors.New("down") },
			moderate: func(string) (debate.Moderation, error) { return debate.Safe, errors.New("down") },
		}))
		got := stream(t, ctx, h, debate.ChatRequest{Message: "Golf is boring"})
		if got.finished.State != debate.Completed || got.text != "Fine." {
			t.Errorf("finished = %+v", got.finished)
		}
	})
}

func TestUnsafeTextIsRefusedWithNothingShown(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		bad := true
		h := open(t, newMemory(), atOnce("Never shown."), judged(judge{moderate: func(string) (debate.Moderation, error) {
			time.Sleep(time.Second)
			return unsafeIf(bad), nil
		}}))
		got := stream(t, ctx, h, debate.ChatRequest{Message: "Something unsafe is good"})
		if got.text != "" || got.finished.State != debate.Failed || got.finished.Failure.Reason != debate.TopicRefused || got.finished.Reply != "" {
			t.Errorf("finished = %+v, text %q", got.finished, got.text)
		}
		bad = false
		got = stream(t, ctx, h, debate.ChatRequest{Message: "Golf is boring"})
		if got.finished.State != debate.Completed {
			t.Errorf("finished = %+v", got.finished)
		}
		bad = true
		got = stream(t, ctx, h, debate.ChatRequest{ConversationID: got.started.Conversation.ID, Message: "Unsafe"})
		if got.finished.Failure == nil || got.finished.Failure.Reason != debate.MessageRefused {
			t.Errorf("finished = %+v", got.finished)
		}
	})
}

func TestARefusedTopicIsRefusedInTheNextTurnToo(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), atOnce("Never shown."), judged(judge{moderate: func(text string) (debate.Moderation, error) { return unsafeIf(strings.Contains(text, "Poison")), nil }}))
		hi := stream(t, ctx, h, debate.ChatRequest{Message: "Golf is boring", Topic: "Poison is good"})
		for _, got := range []*record{hi, stream(t, ctx, h, debate.ChatRequest{ConversationID: hi.started.Conversation.ID, Message: "Go on"})} {
			if got.finished.Failure == nil || got.finished.Failure.Reason != debate.TopicRefused || got.finished.Reply != "" {
				t.Errorf("finished = %+v", got.finished)
			}
		}
	})
}

func TestSideCallsThatFindNothingOutArePaidForAllTheSame(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("Reply."), judged(judge{garbled: errors.New("no JSON")}))
		id := ""
		for range 24 { // the last of which is to be summarized
			got := stream(t, ctx, h, debate.ChatRequest{ConversationID: id, Message: "Golf takes too long, and few can pay for it"})
			id = got.started.Conversation.ID
			synctest.Wait()
		}
		if paid := h.store.paid[alice.Key]; paid.InputTokens != 25 || paid.OutputTokens != 25 {
			t.Errorf("24 checks and a summary cost %+v", paid)
		}
		c := must[debate.Conversation](t)(h.Conversation(ctx, alice, id))
		if turns := must[[]debate.Turn](t)(h.Turns(ctx, alice, id, 0, false, 30)); c.Summary != "" || turns[0].StanceCheck != nil {
			t.Errorf("an answer that cannot be read is kept: %+v, %+v", c, turns[0])
		}
	})
}

func TestSlipIsToldToTheNextPrompt(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		slip := debate.StanceCheck{Holds: false}
		h := open(t, newMemory(), says("You are right."), judged(judge{check: func() debate.StanceCheck { return slip }}))
		got := stream(t, ctx, h, debate.ChatRequest{Message: "Golf is boring"})
		synctest.Wait()
		stream(t, ctx, h, debate.ChatRequest{ConversationID: got.started.Conversation.ID, Message: "So you agree"})
		if s := h.model.last().LastStanceCheck; s == nil || *s != slip {
			t.Errorf("slipped = %+v", s)
		}
	})
}

// What an exchange added is told to the next prompt and to the next check, and
// older ledgers are retold without a call.
func TestALedgerIsKeptAndTakesThePlaceOfSummaries(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		var answerable []debate.Point
		h := open(t, newMemory(), says("Reply."), judged(judge{ledger: func(e debate.Exchange, earlier []debate.Point) debate.Ledger {
			answerable = earlier
			return debate.NewLedger(debate.Point{ID: debate.PointID(e.Number, debate.User, 1), Turn: e.Number, Speaker: debate.User,
				Kind: debate.ClaimPoint, End: 4, Text: fmt.Sprintf("golf is slow, number %d", e.Number)})
		}}))
		id := ""
		for range 30 {
			got := stream(t, ctx, h, debate.ChatRequest{ConversationID: id, Message: "Golf takes too long, and few can pay for it"})
			id = got.started.Conversation.ID
			synctest.Wait()
		}
		p := h.model.last()
		if points, err := p.Exchanges[len(p.Exchanges)-1].Ledger.Points(); err != nil || len(points) != 1 || points[0].ID != "29u1" {
			t.Errorf("the last exchange in the prompt added %+v, %v", points, err)
		}
		if n := len(answerable); n != 12 || answerable[n-1].ID != "29u1" {
			t.Errorf("turn 30 can answer %+v", answerable)
		}
		c := must[debate.Conversation](t)(h.Conversation(ctx, alice, id))
		if !strings.Contains(c.Summary, "The opponent: golf is slow, number 1.") || strings.Contains(c.Summary, "They said much") {
			t.Errorf("the record is %q", c.Summary)
		}
	})
}

func TestLongConversationIsSummarized(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), says("Reply."), judged(judge{}))
		id := ""
		for range 60 {
			got := stream(t, ctx, h, debate.ChatRequest{ConversationID: id, Message: "Golf is boring"})
			id = got.started.Conversation.ID
			synctest.Wait()
			p := h.model.last()
			if n := len(p.Exchanges); n >= 24 {
				t.Fatalf("%d exchanges in a prompt", n)
			}
			if n := got.finished.Number; n > 24 && (p.Summary == "" || p.Exchanges[0].Number > 1+n-12) {
				t.Fatalf("turn %d: summary %q, exchanges from %d", n, p.Summary, p.Exchanges[0].Number)
			}
		}
		c := must[debate.Conversation](t)(h.Conversation(ctx, alice, id))
		if c.SummaryThrough != 48 {
			t.Errorf("summarized through %d", c.SummaryThrough)
		}
	})
}
