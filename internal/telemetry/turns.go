package telemetry

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// turns measures turns; an attempt counts as one.
type turns struct {
	tracer    trace.Tracer
	running   metric.Int64UpDownCounter
	ended     metric.Int64Counter
	tokens    metric.Int64Counter
	took      metric.Float64Histogram
	firstText metric.Float64Histogram
	rated     metric.Int64Counter
}

func newTurns(tracer trace.Tracer, meter metric.Meter) (turns, error) {
	t := turns{tracer: tracer}
	errs := make([]error, 6)
	seconds := metric.WithExplicitBucketBoundaries(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 90)
	t.running, errs[0] = meter.Int64UpDownCounter("debate.turns.running", metric.WithUnit("{turn}"),
		metric.WithDescription("Turns that this replica works on."))
	t.ended, errs[1] = meter.Int64Counter("debate.turns", metric.WithUnit("{turn}"),
		metric.WithDescription("Turns that ended."))
	t.tokens, errs[2] = meter.Int64Counter("debate.tokens", metric.WithUnit("{token}"),
		metric.WithDescription("Tokens that turns used."))
	t.took, errs[3] = meter.Float64Histogram("debate.turn.duration", metric.WithUnit("s"), seconds,
		metric.WithDescription("From a turn's beginning until its end was stored."))
	t.firstText, errs[4] = meter.Float64Histogram("debate.turn.time_to_first_token", metric.WithUnit("s"), seconds,
		metric.WithDescription("From a turn's beginning to the first text that readers were shown."))
	t.rated, errs[5] = meter.Int64Counter("debate.ratings", metric.WithUnit("{rating}"),
		metric.WithDescription("Replies that users rated good or bad."))
	return t, errors.Join(errs...)
}

// Watch traces and measures a turn; it is a debate.Observer.
func (t *Telemetry) Watch(ctx context.Context, of debate.Lease) (context.Context, func(debate.AttemptResult)) {
	return t.turns.watch(ctx, of)
}

// Rated counts a rating of a reply.
func (t *Telemetry) Rated(ctx context.Context, r debate.Rating) {
	t.turns.rated.Add(ctx, 1, metric.WithAttributes(attribute.String("debate.rating", string(r))))
}

func (t turns) watch(ctx context.Context, of debate.Lease) (context.Context, func(debate.AttemptResult)) {
	ctx, span := t.tracer.Start(ctx, "turn", trace.WithAttributes(
		attribute.String("gen_ai.conversation.id", of.ConversationID),
		attribute.String("debate.turn.id", of.TurnID),
		attribute.Int("debate.turn.attempt", of.Attempt),
	))
	t.running.Add(ctx, 1)
	return ctx, func(e debate.AttemptResult) {
		t.running.Add(ctx, -1)
		state := attribute.String("debate.turn.state", string(e.State))
		how := []attribute.KeyValue{state}
		if e.Reason != "" {
			how = append(how, semconv.ErrorTypeKey.String(string(e.Reason)))
		}
		t.ended.Add(ctx, 1, metric.WithAttributes(how...))
		t.spend(ctx, "reply", e.Usage)
		t.spend(ctx, "side", e.SideUsage)
		if e.Took > 0 {
			t.took.Record(ctx, e.Took.Seconds(), metric.WithAttributes(state))
		}
		if e.FirstText > 0 {
			t.firstText.Record(ctx, e.FirstText.Seconds())
		}
		span.SetAttributes(how...)
		if e.State == debate.Failed {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

func (t turns) spend(ctx context.Context, call string, used debate.Usage) {
	for direction, tokens := range map[string]int64{"input": used.InputTokens, "output": used.OutputTokens} {
		if tokens > 0 {
			t.tokens.Add(ctx, tokens, metric.WithAttributes(
				attribute.String("gen_ai.token.type", direction), attribute.String("debate.call", call)))
		}
	}
}
