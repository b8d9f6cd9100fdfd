package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// store traces the transactions that a turn waits for.
type store struct {
	debate.Store
	tracer trace.Tracer
	system attribute.KeyValue
}

// Store wraps s to trace it; without Telemetry it is s itself.
func (t *Telemetry) Store(s debate.Store, postgres bool) debate.Store {
	switch {
	case t == nil:
		return s
	case postgres:
		return store{s, t.tracer, semconv.DBSystemNamePostgreSQL}
	default:
		return store{s, t.tracer, semconv.DBSystemNameSQLite}
	}
}

func (s store) BeginTurn(ctx context.Context, b debate.BeginTurnParams) (debate.BeginTurnResult, error) {
	ctx, span := s.start(ctx, "begin turn")
	begun, err := s.Store.BeginTurn(ctx, b)
	end(span, err)
	return begun, err
}

func (s store) RetryTurn(ctx context.Context, b debate.RetryTurnParams) (debate.BeginTurnResult, error) {
	ctx, span := s.start(ctx, "begin retry")
	begun, err := s.Store.RetryTurn(ctx, b)
	end(span, err)
	return begun, err
}

func (s store) Finish(ctx context.Context, h debate.Lease, o debate.Outcome) (debate.Conversation, debate.Turn, error) {
	ctx, span := s.start(ctx, "finish turn")
	conversation, turn, err := s.Store.Finish(ctx, h, o)
	end(span, err)
	return conversation, turn, err
}

func (s store) start(ctx context.Context, transaction string) (context.Context, trace.Span) {
	return s.tracer.Start(ctx, transaction, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(s.system, semconv.DBOperationName(transaction)))
}

// end ends a span with the reason of an error, which its text is not told of.
func end(span trace.Span, err error) {
	if err != nil {
		span.SetAttributes(semconv.ErrorTypeKey.String(string(debate.ReasonOf(err))))
		span.SetStatus(codes.Error, "")
	}
	span.End()
}
