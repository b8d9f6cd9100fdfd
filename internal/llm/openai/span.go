package openai

import (
	"context"
	"errors"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// startSpan starts the span of a call, named as OpenTelemetry's conventions for
// generative AI have it. It never holds what is asked or answered.
func (c *Client) startSpan(ctx context.Context, operation, model string) (context.Context, trace.Span) {
	return c.tracer.Start(ctx, operation+" "+model, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("gen_ai.operation.name", operation),
		attribute.String("gen_ai.provider.name", "openai"), // or a server that talks as it does
		attribute.String("gen_ai.request.model", model),
	))
}

// endSpan ends the span of a call that used so much and ended with err.
func endSpan(span trace.Span, used debate.Usage, err error) {
	if used != (debate.Usage{}) {
		span.SetAttributes(
			attribute.Int64("gen_ai.usage.input_tokens", used.InputTokens),
			attribute.Int64("gen_ai.usage.output_tokens", used.OutputTokens),
		)
	}
	var known *debate.Error
	switch {
	case err == nil:
	case errors.As(public(err), &known):
		span.SetAttributes(attribute.String("error.type", string(known.Reason)))
		span.SetStatus(otelcodes.Error, "")
	default: // a stop, say: whoever asked no longer wants to know
		span.SetAttributes(attribute.String("error.type", "canceled"))
	}
	span.End()
}
