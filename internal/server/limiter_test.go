package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/limit"
	"github.com/debate-chatbot/debate-api/internal/server"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// spent is a Limiter that takes nothing more of alice's user ana.
type spent struct {
	mu   sync.Mutex
	seen []debate.Owner
}

func (s *spent) Allow(_ context.Context, owner debate.Owner) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, owner)
	if owner == (debate.Owner{Key: "alice", User: "ana"}) {
		return 1500 * time.Millisecond
	}
	return 0
}

// nothingOf is a Limiter that takes nothing of a key, however slow the test is.
type nothingOf string

func (n nothingOf) Allow(_ context.Context, owner debate.Owner) time.Duration {
	if owner.Key == string(n) {
		return time.Second
	}
	return 0
}

// retryDelay is the RetryInfo of an error of the contract.
func retryDelay(err error) time.Duration {
	var e *connect.Error
	if errors.As(err, &e) {
		for _, d := range e.Details() {
			if value, err := d.Value(); err == nil {
				if info, ok := value.(*errdetails.RetryInfo); ok {
					return info.GetRetryDelay().AsDuration()
				}
			}
		}
	}
	return 0
}

func TestTooManyRequestsAreRefusedWithTheTimeToWait(t *testing.T) {
	onEveryProtocol(t, func(t *testing.T, p protocol) {
		limiter := new(spent)
		h := open(t, new(script), withKeys, func(c *server.Config) { c.Limiter = limiter })
		key := connect.WithInterceptors(header{"X-API-Key", "alice"})
		other := p.client(t, h, key)
		ana := p.client(t, h, key, connect.WithInterceptors(header{"X-User-Id", "ana"}))
		if _, err := other.Chat(t.Context(), connect.NewRequest(&debatev1.ChatRequest{Message: "Tea beats coffee."})); err != nil {
			t.Error(err)
		}
		calls := h.model.calls.Load()
		_, err := ana.Chat(t.Context(), connect.NewRequest(&debatev1.ChatRequest{Message: "Tea beats coffee."}))
		stream, streamErr := ana.ChatStream(t.Context(), connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Tea beats coffee."}))
		_, read := ana.ListTopics(t.Context(), connect.NewRequest(&debatev1.ListTopicsRequest{}))
		for _, err := range []error{err, refused(stream, streamErr), read} {
			wantReason(t, err, connect.CodeResourceExhausted, "RATE_LIMITED")
			var e *connect.Error
			if !errors.As(err, &e) || retryDelay(err) != 1500*time.Millisecond || e.Meta().Get("Retry-After") != "2" {
				t.Errorf("told to wait %v, Retry-After %q", retryDelay(err), e.Meta().Get("Retry-After"))
			}
		}
		if h.model.calls.Load() != calls {
			t.Error("the model was called")
		}
	})
}

func TestTheKopiContractRefusesTooManyRequestsToo(t *testing.T) {
	limiter := new(spent)
	h := open(t, new(script), withKeys, func(c *server.Config) { c.Limiter = limiter })
	for _, request := range [][2]string{{"POST", "/chat"}, {"GET", "/conversations"}, {"GET", "/conversations/x"}, {"GET", "/conversations/topics"}} {
		response, body := ask(t, request[0], h.url+request[1], `{"message":"hi"}`, "Content-Type", "application/json", "X-API-Key", "alice", "X-User-Id", "ana")
		var told kopiError
		if err := json.Unmarshal([]byte(body), &told); err != nil || response.StatusCode != http.StatusTooManyRequests ||
			response.Header.Get("Retry-After") != "2" || told.Reason != "RATE_LIMITED" {
			t.Errorf("%v: %d %v %s", request, response.StatusCode, response.Header, body)
		}
	}
	limiter.mu.Lock()
	seen := len(limiter.seen)
	limiter.mu.Unlock()
	for _, path := range []string{"/health", "/ready", "/", "/openapi.yaml"} {
		ask(t, "GET", h.url+path, "")
	}
	ask(t, "GET", h.url+"/conversations", "", "X-API-Key", "wrong")
	limiter.mu.Lock()
	defer limiter.mu.Unlock()
	if len(limiter.seen) != seen {
		t.Errorf("counted too: %v", limiter.seen[seen:])
	}
}

func TestTooManyRunningTurnsAreRefusedWithTheTimeToWait(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			model, lines := prompter()
			h := open(t, model, withKeys)
			h.slots.Slots = limit.NewConcurrency(debate.Limits{User: 1})
			c := p.client(t, h, connect.WithInterceptors(header{"X-API-Key", "alice"}), connect.WithInterceptors(header{"X-User-Id", "ana"}))
			s, err := c.ChatStream(t.Context(), connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Tea beats coffee.", RequestId: "r-1"}))
			if err != nil || !s.Receive() {
				t.Fatal(err)
			}
			_, err = c.Chat(t.Context(), connect.NewRequest(&debatev1.ChatRequest{Message: "Coffee beats tea."}))
			wantReason(t, err, connect.CodeResourceExhausted, "RATE_LIMITED")
			var e *connect.Error
			seconds := 0
			if errors.As(err, &e) {
				seconds, _ = strconv.Atoi(e.Meta().Get("Retry-After"))
			}
			if seconds == 0 || retryDelay(err) <= 0 {
				t.Errorf("told to wait %v, Retry-After %d", retryDelay(err), seconds)
			}
			// The same request follows the turn that runs.
			again, err := c.ChatStream(t.Context(), connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Tea beats coffee.", RequestId: "r-1"}))
			if err != nil || !again.Receive() || again.Msg().GetStarted().GetTurn().GetId() != s.Msg().GetStarted().GetTurn().GetId() {
				t.Errorf("the same request: %v, %v", again.Msg(), again.Err())
			}
			say(t, lines, said)
			close(lines)
			for s.Receive() {
			}
			again.Close()
			s.Close()
			model.reply = nil
			if _, err := c.Chat(t.Context(), connect.NewRequest(&debatev1.ChatRequest{Message: "Coffee beats tea."})); err != nil {
				t.Errorf("after the end: %v", err)
			}
		})
	}
}
