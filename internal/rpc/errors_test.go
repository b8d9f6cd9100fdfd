package rpc_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/debate-chatbot/debate-api/internal/debate"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

const secret = "postgres://root:hunter22@db"

// reasons is the table of the contract.
var reasons = []struct {
	reason     debate.Reason
	code       connect.Code
	http, kopi int
	retry      time.Duration
}{
	{debate.InvalidArgument, connect.CodeInvalidArgument, 400, 400, 0},
	{debate.RequestIDReused, connect.CodeInvalidArgument, 400, 400, 0},
	{debate.Unauthenticated, connect.CodeUnauthenticated, 401, 401, 0},
	{debate.NotFound, connect.CodeNotFound, 404, 404, 0},
	{debate.TurnRunning, connect.CodeAborted, 409, 409, time.Second},
	{debate.TurnNotRunning, connect.CodeFailedPrecondition, 400, 409, 0},
	{debate.TurnNotLatest, connect.CodeFailedPrecondition, 400, 409, 0},
	{debate.TopicRefused, connect.CodeFailedPrecondition, 400, 422, 0},
	{debate.MessageRefused, connect.CodeFailedPrecondition, 400, 422, 0},
	{debate.RateLimited, connect.CodeResourceExhausted, 429, 429, 1500 * time.Millisecond},
	{debate.QuotaExceeded, connect.CodeResourceExhausted, 429, 429, 2 * time.Hour},
	{debate.Overloaded, connect.CodeResourceExhausted, 429, 429, time.Second},
	{debate.StillRunning, connect.CodeDeadlineExceeded, 504, 504, 0},
	{debate.ModelUnavailable, connect.CodeUnavailable, 503, 503, time.Second},
	{debate.Draining, connect.CodeUnavailable, 503, 503, time.Second},
	{debate.StoreUnavailable, connect.CodeUnavailable, 503, 503, time.Second},
	{debate.Internal, connect.CodeInternal, 500, 500, 0},
	{debate.DebateEnded, connect.CodeFailedPrecondition, 400, 409, 0},
	{debate.NothingToJudge, connect.CodeFailedPrecondition, 400, 409, 0},
}

func TestEveryReasonIsInTheTable(t *testing.T) {
	tested := make(map[string]bool)
	for _, r := range reasons {
		tested["ERROR_REASON_"+string(r.reason)] = true
	}
	for number, name := range debatev1.ErrorReason_name {
		if number != 0 && !tested[name] {
			t.Errorf("%s is not tested", name)
		}
	}
}

func TestEveryReasonHasItsCodeStatusAndDetailsInEveryProtocol(t *testing.T) {
	for _, tt := range reasons {
		t.Run(string(tt.reason), func(t *testing.T) {
			url, _ := serve(t, failing(fmt.Errorf("chat: %w", &debate.Error{
				Reason: tt.reason, Message: "words for people", TurnID: "turn-7", RetryAfter: tt.retry,
				Fields: []debate.FieldViolation{{Field: "message", Description: "is odd"}},
				Cause:  errors.New(secret),
			})))
			for _, w := range wires(t) {
				for _, method := range []string{"Chat", "ChatStream"} {
					got := tell(t, w.send(t, url, method, "json", `{"message":"Dogs."}`))
					if got.code != tt.code || got.text != "words for people" || got.retry != tt.retry ||
						got.info.GetReason() != string(tt.reason) || got.info.GetDomain() != "debate.v1" ||
						got.info.GetMetadata()["turn_id"] != "turn-7" || !slices.Equal(got.fields, []string{"message"}) {
						t.Errorf("%s, %s: got %+v", w.name, method, got)
					}
				}
			}
			status, retry, body := post(t, url+"/debate.v1.DebateService/Chat", `{"message":"Dogs."}`)
			if status != tt.http || strings.Contains(body, secret) {
				t.Errorf("Connect: status %d, want %d: %s", status, tt.http, body)
			}
			if want := seconds(tt.retry); retry != want {
				t.Errorf("Connect: Retry-After %q, want %q", retry, want)
			}
			status, retry, body = post(t, url+"/chat", `{"message":"Dogs."}`)
			want := fmt.Sprintf(`{"error":"words for people","reason":%q,"turn_id":"turn-7"}`, tt.reason)
			if status != tt.kopi || strings.TrimSpace(body) != want || retry != seconds(tt.retry) {
				t.Errorf("Kopi: status %d, Retry-After %q, %s; want %d, %s", status, retry, body, tt.kopi, want)
			}
		})
	}
}

func seconds(d time.Duration) string {
	switch d {
	case 0:
		return ""
	case 1500 * time.Millisecond:
		return "2"
	default:
		return fmt.Sprint(int(d.Seconds()))
	}
}

// post sends a JSON body.
func post(t *testing.T, url, body string) (status int, retryAfter, answer string) {
	t.Helper()
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Retry-After"), string(data)
}

func TestAFaultOfOursIsLoggedAndNotTold(t *testing.T) {
	tests := map[string]answering{
		"an error":              failing(errors.New(secret)),
		"a reason nobody knows": failing(&debate.Error{Reason: "NEW", Message: secret}),
		"a panic":               {func(string) error { panic(secret) }},
	}
	for name, service := range tests {
		t.Run(name, func(t *testing.T) {
			url, log := serve(t, service)
			for _, w := range wires(t) {
				for _, method := range []string{"Chat", "ChatStream", "ListTurns"} {
					got := tell(t, w.send(t, url, method, "json", `{"message":"Dogs.","conversationId":"x"}`))
					if got.code != connect.CodeInternal || got.info.GetReason() != "INTERNAL" || strings.Contains(got.text, secret) {
						t.Errorf("%s, %s: got %+v", w.name, method, got)
					}
				}
			}
			status, _, body := post(t, url+"/chat", `{"message":"Dogs."}`)
			if status != 500 || strings.Contains(body, secret) || !strings.Contains(body, `"reason":"INTERNAL"`) {
				t.Errorf("Kopi: %d %s", status, body)
			}
			if got := log.String(); !strings.Contains(got, secret) || !strings.Contains(got, `"level":"ERROR"`) {
				t.Errorf("the log does not tell: %s", got)
			}
		})
	}
}

func TestTheLogHasALineForACallAndNothingThatWasSaid(t *testing.T) {
	url, log := serve(t, failing(debate.Invalid("message", "quotes: a private matter")))
	r, err := http.NewRequest(http.MethodPost, url+"/chat", strings.NewReader(`{"message":"a private matter"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Request-Id", "my-own-id")
	r.Header.Set("X-API-Key", "a-secret-key")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := response.Header.Get("X-Request-Id"); got != "my-own-id" {
		t.Errorf("the answer has request id %q", got)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(log.String()), &line); err != nil {
		t.Fatalf("not one line of JSON: %v: %s", err, log)
	}
	for name, want := range map[string]any{
		"request_id": "my-own-id", "key": "default", "method": "POST /chat",
		"code": "invalid_argument", "reason": "INVALID_ARGUMENT", "status": 400.0,
	} {
		if line[name] != want {
			t.Errorf("%s is %v, want %v", name, line[name], want)
		}
	}
	if text := log.String(); strings.Contains(text, "private") || strings.Contains(text, "a-secret-key") {
		t.Errorf("the log tells too much: %s", text)
	}
}

func TestACallerWhoLeavesIsNoFaultInTheLog(t *testing.T) {
	for _, path := range []string{"/chat", "/debate.v1.DebateService/Chat"} {
		ctx, leave := context.WithCancel(t.Context())
		url, log := serve(t, leaving{answering{}, leave})
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+path, strings.NewReader(`{"message":"Dogs."}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		if response, err := http.DefaultClient.Do(r); err == nil {
			response.Body.Close()
			t.Error("answered")
		}
		for !strings.Contains(log.String(), "latency") {
			time.Sleep(time.Millisecond)
		}
		if text := log.String(); !strings.Contains(text, `"code":"canceled"`) || strings.Contains(text, "ERROR") || strings.Contains(text, "INTERNAL") {
			t.Errorf("%s: %s", path, text)
		}
	}
}

// leaving is a Service whose caller leaves while it works.
type leaving struct {
	answering
	leave func()
}

func (l leaving) Chat(ctx context.Context, _ debate.Owner, _ debate.ChatRequest) (debate.ChatResult, error) {
	l.leave()
	<-ctx.Done()
	return debate.ChatResult{}, ctx.Err()
}
