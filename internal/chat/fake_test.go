package chat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/timestamppb"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

const (
	conversationID = "01900000-0000-7000-8000-00000000000a"
	turnID         = "01900000-0000-7000-8000-00000000000b"
)

// service is a debate service whose streams are scripted.
type service struct {
	debatev1connect.UnimplementedDebateServiceHandler
	// atOnce answers Chat, if it does not fail.
	atOnce func(context.Context, *debatev1.ChatRequest) (*debatev1.ChatResponse, error)
	// chat, retry and watch answer the nth call (from 0).
	chat  func(n int, r *debatev1.ChatStreamRequest, send sender) error
	retry func(n int, r *debatev1.RetryTurnRequest, send sender) error
	watch func(n int, r *debatev1.WatchTurnRequest, send sender) error

	conversations []*debatev1.Conversation
	turns         []*debatev1.Turn

	mu      sync.Mutex
	chats   []*debatev1.ChatStreamRequest
	retries []*debatev1.RetryTurnRequest
	watches []*debatev1.WatchTurnRequest
	stops   []string
	stopped chan struct{} // closed at the first stop
}

// sender sends events: *TurnStarted, *TurnDelta, *TurnFinished, *Conversation.
type sender struct {
	send func(any) error
}

func (s sender) started(c *debatev1.Conversation) {
	_ = s.send(&debatev1.TurnStarted{Conversation: c, Attempt: 1, Turn: &debatev1.Turn{
		Id: turnID, ConversationId: c.Id, State: debatev1.TurnState_TURN_STATE_RUNNING,
	}})
}

func (s sender) delta(offset int, text string) {
	_ = s.send(&debatev1.TurnDelta{Offset: int64(offset), Text: text, NextOffset: int64(offset + len(text))})
}

func (s sender) finished(state debatev1.TurnState, f *debatev1.Failure) {
	_ = s.send(&debatev1.TurnFinished{Turn: &debatev1.Turn{Id: turnID, State: state, Failure: f, Model: "test"}})
}

// reply is a whole reply in one piece.
func (s sender) reply(c *debatev1.Conversation, text string) error {
	s.started(c)
	s.delta(0, text)
	s.finished(debatev1.TurnState_TURN_STATE_COMPLETED, nil)
	return nil
}

// cut drops the connection.
func cut() error { panic(http.ErrAbortHandler) }

func dogs() *debatev1.Conversation {
	return &debatev1.Conversation{
		Id: conversationID, Topic: "Dogs are better than cats", Title: "Dogs",
		Stance: debatev1.Stance_STANCE_CON, TurnCount: 2, UpdateTime: timestamppb.New(time.Unix(1_700_000_000, 0)),
	}
}

func (s *service) ListFormats(context.Context, *connect.Request[debatev1.ListFormatsRequest]) (*connect.Response[debatev1.ListFormatsResponse], error) {
	return connect.NewResponse(&debatev1.ListFormatsResponse{Formats: []*debatev1.Format{
		{Name: "open", Title: "Open", Description: "As long as you like."},
		{Name: "blitz", Title: "Blitz", Description: "Three short rounds.\x1b[2J"},
	}}), nil
}

func newService() *service { return &service{stopped: make(chan struct{})} }

func note[T any](s *service, to *[]T, r T) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	*to = append(*to, r)
	return len(*to) - 1
}

func (s *service) Chat(ctx context.Context, r *connect.Request[debatev1.ChatRequest]) (*connect.Response[debatev1.ChatResponse], error) {
	if s.atOnce == nil {
		return nil, connect.NewError(connect.CodeUnavailable, errors.New("not now"))
	}
	got, err := s.atOnce(ctx, r.Msg)
	return connect.NewResponse(got), err
}

func (s *service) ChatStream(_ context.Context, r *connect.Request[debatev1.ChatStreamRequest], st *connect.ServerStream[debatev1.ChatStreamResponse]) error {
	return s.chat(note(s, &s.chats, r.Msg), r.Msg, sender{func(e any) error {
		m := &debatev1.ChatStreamResponse{}
		switch e := e.(type) {
		case *debatev1.TurnStarted:
			m.Event = &debatev1.ChatStreamResponse_Started{Started: e}
		case *debatev1.TurnDelta:
			m.Event = &debatev1.ChatStreamResponse_Delta{Delta: e}
		case *debatev1.TurnFinished:
			m.Event = &debatev1.ChatStreamResponse_Finished{Finished: e}
		case *debatev1.Conversation:
			m.Event = &debatev1.ChatStreamResponse_Conversation{Conversation: e}
		}
		return st.Send(m)
	}})
}

func (s *service) RetryTurn(_ context.Context, r *connect.Request[debatev1.RetryTurnRequest], st *connect.ServerStream[debatev1.RetryTurnResponse]) error {
	return s.retry(note(s, &s.retries, r.Msg), r.Msg, sender{func(e any) error {
		m := &debatev1.RetryTurnResponse{}
		switch e := e.(type) {
		case *debatev1.TurnStarted:
			m.Event = &debatev1.RetryTurnResponse_Started{Started: e}
		case *debatev1.TurnDelta:
			m.Event = &debatev1.RetryTurnResponse_Delta{Delta: e}
		case *debatev1.TurnFinished:
			m.Event = &debatev1.RetryTurnResponse_Finished{Finished: e}
		case *debatev1.Conversation:
			m.Event = &debatev1.RetryTurnResponse_Conversation{Conversation: e}
		}
		return st.Send(m)
	}})
}

func (s *service) WatchTurn(_ context.Context, r *connect.Request[debatev1.WatchTurnRequest], st *connect.ServerStream[debatev1.WatchTurnResponse]) error {
	return s.watch(note(s, &s.watches, r.Msg), r.Msg, sender{func(e any) error {
		m := &debatev1.WatchTurnResponse{}
		switch e := e.(type) {
		case *debatev1.TurnStarted:
			m.Event = &debatev1.WatchTurnResponse_Started{Started: e}
		case *debatev1.TurnDelta:
			m.Event = &debatev1.WatchTurnResponse_Delta{Delta: e}
		case *debatev1.TurnFinished:
			m.Event = &debatev1.WatchTurnResponse_Finished{Finished: e}
		case *debatev1.Conversation:
			m.Event = &debatev1.WatchTurnResponse_Conversation{Conversation: e}
		}
		return st.Send(m)
	}})
}

func (s *service) StopTurn(_ context.Context, r *connect.Request[debatev1.StopTurnRequest]) (*connect.Response[debatev1.StopTurnResponse], error) {
	if note(s, &s.stops, r.Msg.TurnId) == 0 {
		close(s.stopped)
	}
	return connect.NewResponse(&debatev1.StopTurnResponse{}), nil
}

func (s *service) ListTopics(context.Context, *connect.Request[debatev1.ListTopicsRequest]) (*connect.Response[debatev1.ListTopicsResponse], error) {
	topics := []*debatev1.Topic{}
	for _, t := range []string{"Dogs are better than cats", "Homework does harm", "Cars should leave cities", "Zoos should close"} {
		topics = append(topics, &debatev1.Topic{Topic: t})
	}
	return connect.NewResponse(&debatev1.ListTopicsResponse{Topics: topics}), nil
}

// ListConversations gives two on a page.
func (s *service) ListConversations(_ context.Context, r *connect.Request[debatev1.ListConversationsRequest]) (*connect.Response[debatev1.ListConversationsResponse], error) {
	from := 0
	if r.Msg.PageToken != "" {
		fmt.Sscan(r.Msg.PageToken, &from)
	}
	to := min(from+2, len(s.conversations))
	page := &debatev1.ListConversationsResponse{Conversations: s.conversations[from:to]}
	if to < len(s.conversations) {
		page.NextPageToken = fmt.Sprint(to)
	}
	return connect.NewResponse(page), nil
}

func (s *service) GetConversation(_ context.Context, r *connect.Request[debatev1.GetConversationRequest]) (*connect.Response[debatev1.GetConversationResponse], error) {
	for _, c := range s.conversations {
		if c.Id == r.Msg.ConversationId {
			return connect.NewResponse(&debatev1.GetConversationResponse{Conversation: c}), nil
		}
	}
	return nil, failure(connect.CodeNotFound, "NOT_FOUND", "no such conversation or turn")
}

func (s *service) ListTurns(context.Context, *connect.Request[debatev1.ListTurnsRequest]) (*connect.Response[debatev1.ListTurnsResponse], error) {
	return connect.NewResponse(&debatev1.ListTurnsResponse{Turns: s.turns}), nil
}

func (s *service) ExportConversation(_ context.Context, r *connect.Request[debatev1.ExportConversationRequest]) (*connect.Response[debatev1.ExportConversationResponse], error) {
	return connect.NewResponse(&debatev1.ExportConversationResponse{Content: "exported as " + r.Msg.GetFormat().String()}), nil
}

func (s *service) UpdateConversation(_ context.Context, r *connect.Request[debatev1.UpdateConversationRequest]) (*connect.Response[debatev1.UpdateConversationResponse], error) {
	c := dogs()
	c.Title = r.Msg.Title
	return connect.NewResponse(&debatev1.UpdateConversationResponse{Conversation: c}), nil
}

// failure is an error as the service sends it.
func failure(code connect.Code, reason, message string) error {
	err := connect.NewError(code, fmt.Errorf("%s", message))
	d, derr := connect.NewErrorDetail(&errdetails.ErrorInfo{Reason: reason, Domain: "debate.v1"})
	if derr != nil {
		panic(derr)
	}
	err.AddDetail(d)
	return err
}

// serve serves s and returns its URL.
func serve(t *testing.T, s debatev1connect.DebateServiceHandler) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(debatev1connect.NewDebateServiceHandler(s))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func client(url string) debatev1connect.DebateServiceClient {
	return debatev1connect.NewDebateServiceClient(http.DefaultClient, url)
}

// run runs a filter on lines, each a message unless there is only one.
func run(t *testing.T, url string, c Config, in ...string) (out string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c.Client, c.Server, c.Out, c.Err = client(url), url, &stdout, &stderr
	c.In, c.Lines = strings.NewReader(strings.Join(in, "\n")), len(in) > 1
	err = Run(t.Context(), c)
	if stderr.Len() > 0 && !c.List {
		t.Errorf("stderr: %q", stderr.String())
	}
	return stdout.String(), err
}
