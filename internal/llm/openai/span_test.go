package openai_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
)

// traced has a client's spans recorded.
func traced(t *testing.T) (*tracetest.SpanRecorder, func(*openai.Config)) {
	t.Helper()
	spans := tracetest.NewSpanRecorder()
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
	return spans, func(c *openai.Config) { c.Tracer = provider.Tracer("test") }
}

func TestEachCallHasASpanWithItsOutcomeAndNoText(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(openaitest.Refuses(503, "server_error", "x"), says("Never", " said."), openaitest.Refuses(401, "invalid_request_error", "invalid_api_key"))
	server.Aside(openaitest.HTML(502))
	server.Judge(openaitest.Resets)
	spans, tracer := traced(t)
	client := connect(t, server, tracer, func(c *openai.Config) { c.Moderation = true })
	prompt := debate.Prompt{Topic: "Never said.", Message: "Never said.", Calls: 3}
	for range 2 {
		reply(t.Context(), client, prompt)
	}
	_, _, _, _ = client.Subject(t.Context(), "Never said.") // nothing but its span is of interest
	_, _ = client.Moderate(t.Context(), "Never said.")

	var got []string
	for _, s := range spans.Ended() {
		kind := ""
		for _, a := range s.Attributes() {
			if a.Key == "error.type" {
				kind = a.Value.AsString()
			}
		}
		if (kind != "") != (s.Status().Code == codes.Error) {
			t.Errorf("%s: %q with the status %v", s.Name(), kind, s.Status())
		}
		got = append(got, s.Name()+":"+kind)
		for _, text := range []string{"Never", "said", "Bearer", openaitest.Key, openaitest.Secret, "HTTP"} {
			if all := fmt.Sprint(s.Name(), s.Attributes(), s.Status(), s.Events()); strings.Contains(all, text) {
				t.Errorf("%q is in a span: %s", text, all)
			}
		}
	}
	want := "[chat gpt-4o-mini:MODEL_UNAVAILABLE chat gpt-4o-mini: chat gpt-4o-mini:MODEL_UNAVAILABLE chat gpt-4o-mini:MODEL_UNAVAILABLE moderation omni-moderation-latest:MODEL_UNAVAILABLE]"
	if fmt.Sprint(got) != want {
		t.Errorf("spans %v, want %s", got, want)
	}
}

func TestACallThatItsCallerEndsIsNoError(t *testing.T) {
	server := openaitest.New(t)
	server.Chat(streams(openaitest.Text("No"), openaitest.Stall))
	spans, tracer := traced(t)
	client := connect(t, server, tracer)
	ctx, stop := context.WithCancel(t.Context())
	if _, err := client.Reply(ctx, debate.Prompt{Message: "m", Calls: 1}, func(string) { stop() }); err == nil {
		t.Error("the reply was whole")
	}
	ended := spans.Ended()
	if len(ended) != 1 || ended[0].Status().Code == codes.Error || !strings.Contains(fmt.Sprint(ended[0].Attributes()), "canceled") {
		t.Errorf("spans %v", ended)
	}
}
