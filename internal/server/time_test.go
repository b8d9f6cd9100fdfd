package server_test

import (
	"context"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/grpc/test/bufconn"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// inFakeTime runs a test over a model that takes so long to reply.
func inFakeTime(t *testing.T, takes time.Duration, option connect.ClientOption, test func(t *testing.T, h *harness, c debatev1connect.DebateServiceClient)) {
	synctest.Test(t, func(t *testing.T) {
		model := &script{reply: func(ctx context.Context, emit func(string)) error {
			select {
			case <-time.After(takes):
				emit(said)
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}}
		listener := bufconn.Listen(1 << 16) // its connections stay in the bubble of fake time
		h := openOn(t, listener, model)
		// A connection for each call: on one that is kept, a deadline of bufconn's that the server had taken back may still
		// end what it reads next (SetReadDeadline stops the timer, but not one that has fired).
		transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return listener.DialContext(ctx) }}
		t.Cleanup(transport.CloseIdleConnections)
		test(t, h, debatev1connect.NewDebateServiceClient(&http.Client{Transport: transport}, "http://localhost", option))
	})
}

func TestAUnaryCallAnswersAfter28SecondsAndTheReplyGoesOn(t *testing.T) {
	for name, option := range map[string]connect.ClientOption{"Connect": connect.WithProtoJSON(), "gRPC-Web": connect.WithGRPCWeb()} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, 40*time.Second, option, func(t *testing.T, h *harness, c debatev1connect.DebateServiceClient) {
				request := &debatev1.ChatRequest{Message: "Tea beats coffee.", RequestId: "r-1"}
				began := time.Now()
				_, err := c.Chat(t.Context(), connect.NewRequest(request))
				if took := time.Since(began); took != 28*time.Second {
					t.Errorf("answered after %v", took)
				}
				turn := wantReason(t, err, connect.CodeDeadlineExceeded, "STILL_RUNNING").GetMetadata()["turn_id"]
				again, err := c.Chat(t.Context(), connect.NewRequest(request))
				if err != nil || again.Msg.GetTurn().GetId() != turn || again.Msg.GetTurn().GetReply() != said || h.model.calls.Load() != 1 {
					t.Errorf("the same request again: %v, %v", again, err)
				}
				if took := time.Since(began); took != 40*time.Second {
					t.Errorf("the reply came after %v", took)
				}
			})
		})
	}
}

func TestASilentStreamHasAHeartbeatEvery10Seconds(t *testing.T) {
	inFakeTime(t, 35*time.Second, connect.WithProtoJSON(), func(t *testing.T, _ *harness, c debatev1connect.DebateServiceClient) {
		began := time.Now()
		s, err := c.ChatStream(t.Context(), connect.NewRequest(&debatev1.ChatStreamRequest{Message: "Tea beats coffee."}))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		var beats []time.Duration
		for s.Receive() {
			switch {
			case s.Msg().GetHeartbeat() != nil:
				beats = append(beats, time.Since(began))
			case s.Msg().GetStarted() != nil && time.Since(began) != 0:
				t.Errorf("started after %v", time.Since(began))
			}
		}
		if s.Err() != nil || len(beats) != 3 || beats[0] != 10*time.Second || beats[2] != 30*time.Second {
			t.Errorf("beats at %v, %v", beats, s.Err())
		}
	})
}
