package rpc

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// instruments are those that requests are traced and measured by.
type instruments struct {
	tracer trace.Tracer
	took   metric.Float64Histogram
}

// Instrument has Observe trace and measure requests. It is to be called before
// the first of them.
func (a *API) Instrument(tracer trace.Tracer, meter metric.Meter) error {
	took, err := meter.Float64Histogram("rpc.server.call.duration", metric.WithUnit("s"),
		metric.WithDescription("How long calls took, streams to their end."),
		metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 90))
	if err != nil {
		return err
	}
	a.instruments = &instruments{tracer, took}
	return nil
}

// begin starts the span of a request, within that of its caller if it names
// one. What is no call, such as the page, has none.
func (i *instruments) begin(r *http.Request, method string) context.Context {
	ctx := r.Context()
	if method == otherMethod || r.Method == http.MethodOptions {
		return ctx
	}
	ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
	ctx, _ = i.tracer.Start(ctx, otelMethod(method), trace.WithSpanKind(trace.SpanKindServer))
	return ctx
}

// end measures a request and ends its span. What was asked for at a path of the
// caller's own making is other, and measured if it was refused.
func (i *instruments) end(ctx context.Context, o *outcome, id string, status int, took time.Duration) {
	if o.method == otherMethod && o.code == "" {
		return
	}
	attrs := []attribute.KeyValue{
		semconv.RPCMethod(otelMethod(o.method)),
		semconv.RPCResponseStatusCode(cmp.Or(o.code, "unknown")),
	}
	if strings.HasPrefix(o.method, "/") {
		attrs = append(attrs, semconv.RPCSystemNameConnectrpc)
	}
	reason := o.reason()
	if reason != "" {
		attrs = append(attrs, semconv.ErrorTypeKey.String(string(reason)))
	}
	i.took.Record(ctx, took.Seconds(), metric.WithAttributes(attrs...))

	span := trace.SpanFromContext(ctx)
	span.SetAttributes(attrs...)
	span.SetAttributes(
		semconv.HTTPResponseStatusCode(status),
		attribute.String("debate.request.id", id),
		attribute.String("debate.key.name", o.key),
	)
	if levelOf(reason) > slog.LevelInfo {
		span.SetStatus(otelcodes.Error, "")
	}
	span.End()
}

// otelMethod is a method as OpenTelemetry's conventions write it:
// debate.v1.DebateService/Chat. A route of the Kopi contract stays POST /chat.
func otelMethod(method string) string { return strings.TrimPrefix(method, "/") }
