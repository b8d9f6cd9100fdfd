package telemetry

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel/trace"
)

// Log is log whose lines name the span that they were written in.
func (t *Telemetry) Log(log *slog.Logger) *slog.Logger {
	if t == nil {
		return log
	}
	return slog.New(traceHandler{log.Handler()})
}

// traceHandler adds the span of its context to each line.
type traceHandler struct{ slog.Handler }

func (s traceHandler) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return s.Handler.Handle(ctx, r)
}

func (s traceHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return traceHandler{s.Handler.WithAttrs(attrs)}
}
func (s traceHandler) WithGroup(name string) slog.Handler {
	return traceHandler{s.Handler.WithGroup(name)}
}

// complainEvery is how often the log is told that nothing can be sent.
const complainEvery = time.Minute

// throttledErrors are the errors of sending, of which the log gets few.
type throttledErrors struct {
	log *slog.Logger

	mu     sync.Mutex
	latest time.Time
}

// Handle implements otel.ErrorHandler.
func (c *throttledErrors) Handle(err error) { c.say(withoutAnswer(err.Error())) }

func (c *throttledErrors) say(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); c.latest.IsZero() || now.Sub(c.latest) >= complainEvery {
		c.latest = now
		c.log.Warn("traces or metrics were not sent", "error", text)
	}
}

// withoutAnswer is the text of an error up to what the collector answered, who
// was shown OTEL_EXPORTER_OTLP_HEADERS and might repeat them.
func withoutAnswer(text string) string {
	for _, before := range []string{"body: ", "partial success: "} {
		if said, _, found := strings.Cut(text, before); found {
			return said + before + "(not shown)"
		}
	}
	return text
}

// settings is a logger for what the library finds wrong with its variables. It
// says in what step, and leaves out the values, which may be secret.
func settings(c *throttledErrors) logr.Logger { return logr.New(sink{c}) }

// sink hears what the library logs, and tells of its errors alone.
type sink struct{ *throttledErrors }

func (sink) Init(logr.RuntimeInfo)                  {}
func (sink) Enabled(int) bool                       { return false }
func (sink) Info(int, string, ...any)               {}
func (s sink) Error(_ error, step string, _ ...any) { s.say("OpenTelemetry: " + step) }
func (s sink) WithValues(...any) logr.LogSink       { return s }
func (s sink) WithName(string) logr.LogSink         { return s }
