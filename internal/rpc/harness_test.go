package rpc_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/rpc"
)

// answering is a Service all of whose methods answer with do, and none of
// whose answers matter.
type answering struct{ do func(method string) error }

func (a answering) Chat(context.Context, debate.Owner, debate.ChatRequest) (debate.ChatResult, error) {
	return debate.ChatResult{}, a.do("Chat")
}

func (a answering) ChatStream(context.Context, debate.Owner, debate.ChatRequest, debate.Sink) error {
	return a.do("ChatStream")
}

func (a answering) ChatTranscript(context.Context, debate.Owner, debate.Transcript, debate.Sink) error {
	return a.do("ChatTranscript")
}

func (a answering) WatchTurn(context.Context, debate.Owner, string, int, int, debate.Sink) error {
	return a.do("WatchTurn")
}

func (a answering) StopTurn(context.Context, debate.Owner, string) (debate.Turn, error) {
	return debate.Turn{}, a.do("StopTurn")
}

func (a answering) RetryTurn(context.Context, debate.Owner, string, string, debate.Sink) error {
	return a.do("RetryTurn")
}

func (a answering) Conversation(context.Context, debate.Owner, string) (debate.Conversation, error) {
	return debate.Conversation{}, a.do("Conversation")
}

func (a answering) Turns(context.Context, debate.Owner, string, int, bool, int) ([]debate.Turn, error) {
	return nil, a.do("Turns")
}

func (a answering) FindConversations(context.Context, debate.Owner, string, debate.ConversationCursor, int) ([]debate.Conversation, debate.ConversationCursor, error) {
	return nil, debate.ConversationCursor{}, a.do("FindConversations")
}

func (a answering) ConversationsAt(context.Context, debate.Owner, int, int, int) ([]debate.Conversation, int, error) {
	return nil, 0, a.do("ConversationsAt")
}

func (a answering) Rename(context.Context, debate.Owner, string, string) (debate.Conversation, error) {
	return debate.Conversation{}, a.do("Rename")
}

func (a answering) Delete(context.Context, debate.Owner, string) error { return a.do("Delete") }

func (a answering) FollowChanges(context.Context, debate.Owner, debate.ChangeCursor, debate.ChangeSink) error {
	return a.do("FollowChanges")
}

func (a answering) ReadClaim(debate.ChatRequest) (debate.Subject, bool, error) {
	return debate.Subject{}, false, a.do("ReadClaim")
}

func (a answering) Opponent() string { return "" }

func (a answering) Topics(string, int) []debate.Topic {
	_ = a.do("Topics") // has no error to answer with
	return nil
}

func (a answering) Usage(context.Context, debate.Owner, int) (debate.Spending, error) {
	return debate.Spending{}, a.do("Usage")
}

// sealed is a Service that nobody may reach.
func sealed(t *testing.T) answering {
	return answering{func(method string) error {
		t.Errorf("the domain's %s saw a request that should have been refused", method)
		return errors.New("reached")
	}}
}

// failing is a Service that always fails.
func failing(err error) answering {
	return answering{func(string) error { return err }}
}

// logged is what a server wrote to its log.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// serve serves the contract from a service, over HTTP/1.1 and h2c.
func serve(t *testing.T, service rpc.Service) (url string, log *logged) {
	t.Helper()
	log = new(logged)
	api, err := rpc.New(service, slog.New(slog.NewJSONHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	api.Register(mux, func(call http.Handler) http.Handler { return api.Observe(auth.Require(auth.Open{}, api.Refuse, call)) })
	server := httptest.NewUnstartedServer(mux)
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetHTTP1(true)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL, log
}

// wire is one way to talk to the service.
type wire struct {
	name   string
	client *http.Client
	option connect.ClientOption
	// http says that errors have their own HTTP status.
	http bool
}

func wires(t *testing.T) []wire {
	h1, h2 := &http.Transport{}, &http.Transport{Protocols: new(http.Protocols)}
	h2.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(h1.CloseIdleConnections)
	t.Cleanup(h2.CloseIdleConnections)
	return []wire{
		{"connect over HTTP/1.1", &http.Client{Transport: h1}, connect.WithClientOptions(), true},
		{"connect over h2c", &http.Client{Transport: h2}, connect.WithClientOptions(), true},
		{"gRPC", &http.Client{Transport: h2}, connect.WithGRPC(), false},
		{"gRPC-Web", &http.Client{Transport: h1}, connect.WithGRPCWeb(), false},
	}
}

// raw is a message that goes over the wire as it is.
type raw struct{ data []byte }

// rawCodec calls itself by the name of the codec that the server should use.
type rawCodec string

func (c rawCodec) Name() string { return string(c) }

func (c rawCodec) Marshal(message any) ([]byte, error) { return message.(*raw).data, nil }

func (c rawCodec) Unmarshal(data []byte, message any) error {
	if status, ok := message.(proto.Message); ok { // how gRPC carries errors
		return proto.Unmarshal(data, status)
	}
	message.(*raw).data = bytes.Clone(data)
	return nil
}

// send makes a call of DebateService with a payload in a codec.
func (w wire) send(t *testing.T, url, method, codec, payload string) error {
	t.Helper()
	client := connect.NewClient[raw, raw](w.client, url+"/debate.v1.DebateService/"+method,
		w.option, connect.WithCodec(rawCodec(codec)))
	request := connect.NewRequest(&raw{[]byte(payload)})
	switch method {
	case "ChatStream", "WatchTurn", "RetryTurn":
		stream, err := client.CallServerStream(t.Context(), request)
		if err != nil {
			return err
		}
		defer stream.Close()
		for stream.Receive() {
		}
		return stream.Err()
	default:
		_, err := client.CallUnary(t.Context(), request)
		return err
	}
}

// told is an error as a caller sees it.
type told struct {
	code   connect.Code
	text   string
	info   *errdetails.ErrorInfo
	fields []string
	retry  time.Duration
}

func tell(t *testing.T, err error) told {
	t.Helper()
	var e *connect.Error
	if !errors.As(err, &e) {
		t.Fatalf("not an error of the contract: %v", err)
	}
	out := told{code: e.Code(), text: e.Message(), info: &errdetails.ErrorInfo{}}
	for _, d := range e.Details() {
		value, err := d.Value()
		if err != nil {
			t.Fatalf("a detail that cannot be read: %v", err)
		}
		switch value := value.(type) {
		case *errdetails.ErrorInfo:
			out.info = value
		case *errdetails.BadRequest:
			for _, f := range value.GetFieldViolations() {
				out.fields = append(out.fields, f.GetField())
			}
		case *errdetails.RetryInfo:
			out.retry = value.GetRetryDelay().AsDuration()
		}
	}
	return out
}
