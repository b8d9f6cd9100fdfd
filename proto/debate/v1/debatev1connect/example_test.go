package debatev1connect_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"connectrpc.com/connect"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// parrot stands for a running debate-api: it answers in two pieces.
type parrot struct {
	debatev1connect.UnimplementedDebateServiceHandler
}

func (parrot) ChatStream(_ context.Context, r *connect.Request[debatev1.ChatStreamRequest], s *connect.ServerStream[debatev1.ChatStreamResponse]) error {
	for _, piece := range []string{"You say: ", r.Msg.GetMessage(), "\n"} {
		delta := &debatev1.ChatStreamResponse_Delta{Delta: &debatev1.TurnDelta{Text: piece}}
		if err := s.Send(&debatev1.ChatStreamResponse{Event: delta}); err != nil {
			return err
		}
	}
	return nil
}

// A client names the service's address, and sends its API key, if there is one,
// with every call.
func Example() {
	_, handler := debatev1connect.NewDebateServiceHandler(parrot{})
	server := httptest.NewServer(handler) // yours runs at http://127.0.0.1:8080
	defer server.Close()

	client := debatev1connect.NewDebateServiceClient(http.DefaultClient, server.URL)
	request := connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Golf is boring"})
	request.Header().Set("X-API-Key", "the key")
	stream, err := client.ChatStream(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	for stream.Receive() {
		fmt.Print(stream.Msg().GetDelta().GetText())
	}
	if err := stream.Err(); err != nil {
		fmt.Println(connect.CodeOf(err), err)
	}
	// Output: You say: Golf is boring
}
