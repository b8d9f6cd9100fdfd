package openai_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
	"github.com/debate-chatbot/debate-api/internal/prompt"
)

var replies = openaitest.Replies

func moderated(c *openai.Config) { c.Moderation = true }

func TestSubjectIsReadFromAnswersAsModelsGiveThem(t *testing.T) {
	const message = "Golf is boring"
	byRule, _ := claim.Read(message)
	pepsi := debate.Subject{Topic: "Pepsi is better than Coke", Stance: debate.Pro, Language: "en"}
	tests := []struct {
		name, answer string
		want         debate.Subject
		ok           bool
	}{
		{"as asked", `{"kind":"claim","motion":"Pepsi is better than Coke","user_side":"against","language":"en"}`, pepsi, true},
		{"in a fence", "Here you are:\n```json\n{\"kind\":\"claim\",\"motion\":\"Pepsi is better than Coke\",\"user_side\":\"against\",\"language\":\"en\"}\n```", pepsi, true},
		{"with words for values", `{"kind":" Claim","motion":" Pepsi is\nbetter than Coke ","user_side":"AGAINST","language":"en"}`, pepsi, true},
		{"no claim", `{"kind":"none","motion":"","user_side":"for","language":"de"}`, debate.Subject{Language: "de"}, false},
		{"no claim, in words", `{"kind":"NONE","motion":"","user_side":"","language":"de"}`, debate.Subject{Language: "de"}, false},
		{"a side left out", `{"kind":"claim","motion":"Golf","language":"en"}`, byRule, true},
		{"an unknown side", `{"kind":"claim","motion":"Golf","user_side":"both","language":"en"}`, byRule, true},
		{"a topic left out", `{"kind":"claim","motion":"","user_side":"against","language":"en"}`, byRule, true},
		{"a topic of another type", `{"kind":"claim","motion":["Golf"],"user_side":"against"}`, byRule, true},
		{"a language that is none", `{"kind":"claim","motion":"Pepsi is better than Coke","user_side":"against","language":"English, I think"}`,
			debate.Subject{Topic: pepsi.Topic, Stance: debate.Pro, Language: byRule.Language}, true},
		{"an empty object", `{}`, byRule, true},
		{"an array", `[true]`, byRule, true},
		{"half an object", `{"kind":"claim","motion":"Golf`, byRule, true},
		{"words", "I would say that golf is the topic.", byRule, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := openaitest.New(t)
			server.Aside(replies(test.answer))
			got, ok, cost, err := connect(t, server).Subject(t.Context(), message)
			if err != nil || ok != test.ok || got != test.want {
				t.Errorf("subject %+v, %v, error %v; want %+v, %v", got, ok, err, test.want, test.ok)
			}
			if cost != (debate.Usage{InputTokens: 20, OutputTokens: 5}) {
				t.Errorf("cost = %+v", cost)
			}
			if r := server.Calls(); len(r) != 1 || r[0].Stream || r[0].ResponseFormat == nil || !r[0].ResponseFormat.JSONSchema.Strict {
				t.Errorf("calls = %+v", r)
			}
		})
	}
}

func TestTopicsStayWithinTheirBounds(t *testing.T) {
	server := openaitest.New(t)
	server.Aside(replies(`{"kind":"claim","motion":"` + strings.Repeat("日本 golf ", 100) + `","user_side":"for","language":"ja"}`))
	got, ok, _, err := connect(t, server).Subject(t.Context(), "long")
	if err != nil || !ok || len(got.Topic) > 300 || len(got.Topic) < 200 || !strings.HasSuffix(got.Topic, "golf") && !strings.HasSuffix(got.Topic, "日本") {
		t.Errorf("topic of %d bytes, %v, error %v", len(got.Topic), ok, err)
	}
}

var sideFaults = []struct {
	name   string
	answer openaitest.Answer
}{
	{"401", openaitest.Refuses(401, "invalid_request_error", "invalid_api_key")},
	{"404", openaitest.Refuses(404, "invalid_request_error", "")},
	{"429", openaitest.Refuses(429, "requests", "rate_limit_exceeded")},
	{"500", openaitest.Refuses(500, "server_error", "")},
	{"HTML", openaitest.HTML(200)},
	{"HTML with 502", openaitest.HTML(502)},
	{"an empty body", openaitest.Body(200, "application/json", "")},
	{"no choices", openaitest.JSON(map[string]any{"choices": []any{}})},
	{"a break", openaitest.Resets},
	{"silence", openaitest.Hangs},
}

func TestSideCallsFailWithoutTellingWhatTheProviderSaid(t *testing.T) {
	c := debate.Conversation{Topic: "Golf is boring", Stance: debate.Con}
	for _, fault := range sideFaults {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			server, asked := openaitest.New(t), make(chan struct{}, 4)
			answer := func(w http.ResponseWriter, r *http.Request) { asked <- struct{}{}; fault.answer(w, r) }
			server.Aside(answer)
			server.Judge(answer)
			client := connect(t, server, moderated)
			calls := map[string]func(context.Context) error{
				"subject": func(ctx context.Context) error { _, _, _, err := client.Subject(ctx, "Golf is boring"); return err },
				"moderate": func(ctx context.Context) error {
					verdict, err := client.Moderate(ctx, "Golf")
					if verdict == debate.Safe {
						t.Error("what was not judged is called safe")
					}
					return err
				},
				"summary": func(ctx context.Context) error { _, _, err := client.Summarize(ctx, c, nil); return err },
				"check": func(ctx context.Context) error {
					_, _, _, err := client.CheckExchange(ctx, c, debate.Exchange{Number: 1, Message: "It is.", Reply: "So."}, nil)
					return err
				},
			}
			for name, call := range calls {
				ctx, leave := context.WithCancel(t.Context())
				if fault.name == "silence" {
					go func() { <-asked; leave() }()
				}
				err := call(ctx)
				leave()
				if err == nil {
					t.Errorf("%s: no error", name)
					continue
				}
				for _, inner := range []string{openaitest.Secret, openaitest.Key[8:], "<html", "127.0.0.1/v1"} {
					if strings.Contains(err.Error(), inner) {
						t.Errorf("%s tells %q: %v", name, inner, err)
					}
				}
			}
			if n := len(server.Calls()); n != 3 || len(server.Judged()) != 1 {
				t.Errorf("%d calls and %d to moderate, want 3 and 1", n, len(server.Judged()))
			}
		})
	}
}

func TestModerationIsTheProvidersAndOnlyWhereItIsOn(t *testing.T) {
	server := openaitest.New(t)
	server.Judge(openaitest.Flags(true), openaitest.Flags(false), openaitest.JSON(map[string]any{"results": []any{}}))
	client := connect(t, server, moderated)
	for _, want := range []debate.Moderation{debate.Unsafe, debate.Safe} {
		if got, err := client.Moderate(t.Context(), "Golf is boring"); got != want || err != nil {
			t.Errorf("verdict %q, error %v; want %q", got, err, want)
		}
	}
	if got, err := client.Moderate(t.Context(), "Golf is boring"); got == debate.Safe || err == nil {
		t.Error("an answer without results is taken for a verdict")
	}
	if j := server.Judged(); len(j) != 3 || j[0] != "Golf is boring" {
		t.Errorf("judged %q", j)
	}
	server.Judge(openaitest.Flags(true))
	if got, err := connect(t, server).Moderate(t.Context(), "Golf is boring"); got != debate.Safe || err != nil || len(server.Judged()) != 3 {
		t.Errorf("without moderation: verdict %q, error %v, %d judged", got, err, len(server.Judged()))
	}
}

func TestHungModerationIsLeftAlone(t *testing.T) {
	t.Parallel()
	server := openaitest.New(t)
	client := connect(t, server, moderated, func(c *openai.Config) { c.Timeouts.Breaker = time.Minute })
	for range 8 {
		ctx := expiring(t.Context())
		server.Judge(func(w http.ResponseWriter, r *http.Request) {
			ctx.expire() // once the call has arrived
			openaitest.Hangs(w, r)
		})
		if got, err := client.Moderate(ctx, "Golf"); got == debate.Safe || err == nil {
			t.Error("safe without a verdict")
		}
	}
	if n := len(server.Judged()); n != 5 {
		t.Errorf("asked %d times, want 5", n)
	}
	if got := reply(t.Context(), client, golf); got.err != nil {
		t.Errorf("the reply shares the breaker: %v", got.err)
	}
}

func TestCallerWhoLeavesIsNoFaultOfTheProvider(t *testing.T) {
	server := openaitest.New(t)
	server.Aside(openaitest.Hangs)
	client := connect(t, server)
	for range 8 {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Millisecond, cancel)
		if _, _, _, err := client.Subject(ctx, "Golf is boring"); !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v", err)
		}
	}
	server.Aside(replies(`{"kind":"none"}`))
	if _, _, _, err := client.Subject(t.Context(), "hi"); err != nil {
		t.Error(err)
	}
}

func TestSideCallsUseAFallbackWhereTheFirstModelIsDead(t *testing.T) {
	server := openaitest.New(t)
	server.Aside(openaitest.Refuses(500, "server_error", ""))
	client := connect(t, server, fallbacks("second"), func(c *openai.Config) { c.Timeouts.Breaker = time.Minute })
	for range 5 {
		if _, _, _, err := client.Subject(t.Context(), "Golf"); err == nil {
			t.Fatal("no error")
		}
	}
	server.Aside(replies(`{"kind":"none"}`))
	_, _, _, err := client.Subject(t.Context(), "hi")
	if calls := server.Calls(); err != nil || len(calls) != 6 || calls[5].Model != "second" {
		t.Errorf("error %v after %d calls, the last of %s", err, len(calls), calls[len(calls)-1].Model)
	}
	if got := reply(t.Context(), client, golf); got.err != nil || got.done.Model != "" {
		t.Errorf("replies share the breaker: %+v", got)
	}
}

func TestAServerWithoutFormatsIsAskedWithoutThem(t *testing.T) {
	server := openaitest.New(t)
	server.Aside(func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); bytes.Contains(body, []byte("response_format")) {
			refuses(400, "invalid_request_error", "")(w, r)
			return
		}
		replies(`{"kind":"none"}`)(w, r)
	})
	client := connect(t, server)
	if text, _, err := client.Ask(t.Context(), prompt.Subject("hi"), "subject", `{"type":"object"}`); err != nil || text != `{"kind":"none"}` {
		t.Errorf("%q, %v", text, err)
	}
	if _, ok, _, err := client.Subject(t.Context(), "hi"); ok || err != nil {
		t.Errorf("the next answer: %v, %v", ok, err)
	}
	if n := len(server.Calls()); n != 3 {
		t.Errorf("%d calls, want 3", n)
	}
	// A request that is refused for itself is not sent again and again.
	server.Aside(refuses(400, "invalid_request_error", ""))
	if _, _, err := client.Ask(t.Context(), prompt.Subject("hi"), "subject", `{}`); debate.ReasonOf(err) != debate.ModelUnavailable {
		t.Errorf("error %v", err)
	}
	if n := len(server.Calls()); n != 4 {
		t.Errorf("%d calls, want 4", n)
	}
}

func TestTheBotsSideIsComputedFromTheUsers(t *testing.T) {
	for _, tt := range []struct {
		user, ask, kind string
		want            debate.Stance
	}{
		{"for", "oppose", "claim", debate.Con},
		{"against", "oppose", "claim", debate.Pro},
		{"for", "argue_for", "claim", debate.Pro},
		{"against", "argue_for", "claim", debate.Con},
		{"none", "oppose", "question", debate.Con},
	} {
		server := openaitest.New(t)
		server.Aside(replies(fmt.Sprintf(`{"kind":%q,"motion":"Zoos are good","user_side":%q,"ask":%q,"risk":"none","language":"en"}`, tt.kind, tt.user, tt.ask)))
		got, ok, _, err := connect(t, server).Subject(t.Context(), "zoos")
		if err != nil || !ok || got.Topic != "Zoos are good" || got.Stance != tt.want {
			t.Errorf("%+v: %+v, %v, %v", tt, got, ok, err)
		}
	}
}

// What a model quotes counts only where it was said, and what it names only where
// it is there.
func TestALedgerQuotesWhatWasSaid(t *testing.T) {
	c := debate.Conversation{Topic: "Golf is boring", Stance: debate.Con}
	e := debate.Exchange{Number: 3, Message: "It is slow. Nobody watches.", Reply: "True, it is slow. Yet 60 million play it. It rewards patience."}
	earlier := []debate.Point{{ID: "2u1", Turn: 2, Speaker: debate.User, Kind: debate.ClaimPoint, Text: "it costs much"}, {ID: "2b1", Turn: 2, Speaker: debate.Bot, Kind: debate.ClaimPoint, Text: "it is calm"}}
	server := openaitest.New(t)
	server.Aside(replies(`{"holds":true,"figures":[{"sentence":"Yet 60 million play it.","label":"unsupported"},{"sentence":"90 % like it.","label":"unsupported"}],"points":[
		{"id":"u1","speaker":"user","kind":"claim","quote":"It is slow.","text":"golf is slow","answers":["2b1","2u1","9b9"],"concedes":[]},
		{"id":"u2","speaker":"user","kind":"claim","quote":"Everybody hates it.","text":"invented","answers":[],"concedes":[]},
		{"id":"b1","speaker":"bot","kind":"concession","quote":"True, it is slow.","text":"it is slow","answers":[],"concedes":["u1"]},
		{"id":"b2","speaker":"bot","kind":"rebuttal","quote":"It rewards patience.","text":"it rewards patience","answers":["u1","2u1","b1","u2"],"concedes":[]},
		{"id":"b3","speaker":"bot","kind":"joke","quote":"It rewards patience.","text":"of no kind","answers":[],"concedes":[]},
		{"id":"b4","speaker":"host","kind":"claim","quote":"It rewards patience.","text":"of nobody","answers":[],"concedes":[]},
		"a word"]}`))
	check, ledger, _, err := connect(t, server).CheckExchange(t.Context(), c, e, earlier)
	if err != nil || !check.Holds || !check.Invents {
		t.Fatalf("%+v, %v", check, err)
	}
	want := debate.NewLedger(
		debate.Point{ID: "3u1", Turn: 3, Speaker: debate.User, Kind: debate.ClaimPoint, Start: 0, End: 11, Text: "golf is slow", Answers: []string{"2b1"}},
		debate.Point{ID: "3b1", Turn: 3, Speaker: debate.Bot, Kind: debate.ConcessionPoint, Start: 0, End: 17, Text: "it is slow", Concedes: []string{"3u1"}},
		debate.Point{ID: "3b2", Turn: 3, Speaker: debate.Bot, Kind: debate.RebuttalPoint, Start: 42, End: 62, Text: "it rewards patience", Answers: []string{"3u1", "2u1"}})
	if ledger != want {
		t.Errorf("ledger\n%s\nwant\n%s", ledger, want)
	}
	if asked := server.Calls()[0].Messages; !strings.Contains(asked[len(asked)-1].Content, "2u1 (user): it costs much") {
		t.Errorf("asked %+v", asked)
	}
}

// Only a figure that the reply states, and nobody supports, is invented.
func TestOnlyUnsupportedFiguresAreInvented(t *testing.T) {
	for figures, want := range map[string]bool{
		`[]`: false, `null`: false, `[{"sentence":"So.","label":"common"}]`: false, `[{"sentence":"So.","label":"user"}]`: false,
		`[{"sentence":"Not said.","label":"unsupported"}]`: false, `[{"sentence":"","label":"unsupported"}]`: false,
		`[{"sentence":"So.","label":"Unsupported"}]`: true,
	} {
		server := openaitest.New(t)
		server.Aside(replies(`{"holds":true,"points":[],"figures":` + figures + `}`))
		got, _, _, err := connect(t, server).CheckExchange(t.Context(), debate.Conversation{Topic: "X", Stance: debate.Pro}, debate.Exchange{Number: 1, Message: "No.", Reply: "So."}, nil)
		if err != nil || got.Invents != want {
			t.Errorf("%s: %+v, %v", figures, got, err)
		}
	}
}

func TestACheckIsReadOrFails(t *testing.T) {
	c := debate.Conversation{Topic: "Golf is boring", Stance: debate.Con}
	for answer, want := range map[string]*debate.StanceCheck{
		`{"holds":true,"figures":[]}`:        {Holds: true},
		`{"holds":false,"figures":"none"}`:   {},
		`{"holds":"Yes","points":{}}`:        {Holds: true},
		"Verdict: {\"holds\": true}":         {Holds: true},
		`{"figures":[]}`:                     nil,
		`{"holds":"somewhat"}`:               nil,
		`The reply holds.`:                   nil,
		`}{`:                                 nil,
		`{"holds":null,"points":null,"a":1}`: nil,
	} {
		server := openaitest.New(t)
		server.Aside(replies(answer))
		got, _, cost, err := connect(t, server).CheckExchange(t.Context(), c, debate.Exchange{Number: 1, Message: "It is slow.", Reply: "It rewards patience."}, nil)
		if want == nil && err == nil || want != nil && (err != nil || got != *want) {
			t.Errorf("%s: %+v, error %v", answer, got, err)
		}
		if cost.InputTokens != 20 {
			t.Errorf("%s: cost %+v", answer, cost)
		}
	}
}

func TestSummaryIsWholeOrFails(t *testing.T) {
	c := debate.Conversation{Topic: "Golf is boring", Stance: debate.Con}
	exchanges := []debate.Exchange{{Number: 1, Message: "It is slow", Reply: "It is calm"}}
	server := openaitest.New(t)
	client := connect(t, server)
	server.Aside(replies(" They said much.\n"))
	if s, _, err := client.Summarize(t.Context(), c, exchanges); s != "They said much." || err != nil {
		t.Errorf("summary %q, error %v", s, err)
	}
	server.Aside(replies(strings.Repeat("word ", 5000)))
	if s, _, err := client.Summarize(t.Context(), c, exchanges); len(s) > 4096 || len(s) < 4000 || err != nil {
		t.Errorf("summary of %d bytes, error %v", len(s), err)
	}
	for _, finish := range []string{"length", "content_filter", "error"} {
		server.Aside(openaitest.Ends("Half a", finish))
		if s, cost, err := client.Summarize(t.Context(), c, exchanges); err == nil || s != "" || cost.InputTokens != 20 {
			t.Errorf("finish_reason %q: summary %q, cost %+v, error %v", finish, s, cost, err)
		}
	}
}

// The categories and their names are those of OpenAI's moderation guide.
func TestSelfHarmIsToldFromOtherHarm(t *testing.T) {
	server := openaitest.New(t)
	flagged := func(category string) openaitest.Answer {
		return openaitest.JSON(map[string]any{"results": []any{map[string]any{"flagged": true, "categories": map[string]any{category: true}}}})
	}
	client := connect(t, server, moderated)
	for category, want := range map[string]debate.Moderation{
		"self-harm": debate.SelfHarm, "self-harm/intent": debate.SelfHarm, "self-harm/instructions": debate.SelfHarm,
		"hate": debate.Unsafe, "violence": debate.Unsafe, "sexual/minors": debate.Unsafe, "illicit": debate.Unsafe,
	} {
		server.Judge(flagged(category))
		if got, err := client.Moderate(t.Context(), "…"); got != want || err != nil {
			t.Errorf("%s: verdict %q, error %v; want %q", category, got, err, want)
		}
	}
}

func TestRiskIsReadFromTheSubjectsAnswer(t *testing.T) {
	for answer, want := range map[string]debate.Risk{
		`{"kind":"none","motion":"","user_side":"for","risk":"care","language":"en"}`:             debate.RiskCare,
		`{"kind":"claim","motion":"X is good","user_side":"against","risk":"HARM"}`:               debate.RiskHarm,
		`{"kind":"claim","motion":"X is good","user_side":"against","risk":"none"}`:               debate.NoRisk,
		`{"kind":"claim","motion":"X is good","user_side":"against","risk":{"level":"care"}}`:     debate.NoRisk,
		`{"kind":"claim","motion":"X is good","user_side":"against"}`:                             debate.NoRisk,
		`{"kind":"claim","motion":"X is good","user_side":"against","risk":"carefully reasoned"}`: debate.NoRisk,
	} {
		server := openaitest.New(t)
		server.Aside(replies(answer))
		subject, _, _, err := connect(t, server).Subject(t.Context(), "X is good")
		if err != nil || subject.Risk != want {
			t.Errorf("%s: risk %q, error %v; want %q", answer, subject.Risk, err, want)
		}
	}
}
