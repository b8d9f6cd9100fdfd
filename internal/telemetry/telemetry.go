// Package telemetry sends traces and metrics to an OpenTelemetry collector over
// OTLP: of turns and the store, and, through Tracer and Meter, what others make.
// No attribute, event or name of them holds a text of a debate or a secret.
package telemetry

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/metric"
	nometric "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	notrace "go.opentelemetry.io/otel/trace/noop"

	"github.com/google/uuid"
)

// flushWait bounds what the end of the service waits for a collector.
const flushWait = 3 * time.Second

// scope is what names this module's instruments.
const scope = "github.com/debate-chatbot/debate-api"

// Config says where to. The other OTEL_ variables, such as those for headers,
// sampling and intervals, are read by OpenTelemetry's own library.
type Config struct {
	// TracesURL and MetricsURL are those of a collector; an empty one turns
	// that signal off.
	TracesURL, MetricsURL string
	// Version is that of the service.
	Version string
}

// Telemetry is a collector's end here. The methods of a nil one do nothing.
type Telemetry struct {
	tracer trace.Tracer
	meter  metric.Meter
	turns  turns
	close  []func(context.Context) error
	errors *throttledErrors
}

// Open starts to send. It is nil where there is nowhere to send to. A
// collector that is away is no error: what it misses is lost.
func Open(ctx context.Context, c Config, log *slog.Logger) (*Telemetry, error) {
	if c.TracesURL == "" && c.MetricsURL == "" {
		return nil, nil
	}
	t := &Telemetry{
		tracer: notrace.NewTracerProvider().Tracer(scope),
		meter:  nometric.NewMeterProvider().Meter(scope),
		errors: &throttledErrors{log: log},
	}
	// Both are the library's own ways to hear of errors, and there are no others.
	otel.SetErrorHandler(t.errors)
	otel.SetLogger(settings(t.errors))
	if err := t.open(ctx, c); err != nil {
		t.Close(ctx)
		return nil, err
	}
	return t, nil
}

// open makes the exporters that c names, and the instruments.
func (t *Telemetry) open(ctx context.Context, c Config) error {
	of, err := resource.New(ctx,
		resource.WithTelemetrySDK(),
		resource.WithAttributes(semconv.ServiceName("debate-api"), semconv.ServiceVersion(c.Version), semconv.ServiceInstanceID(uuid.NewString())),
		resource.WithFromEnv())
	if err != nil {
		t.errors.Handle(err) // a variable that cannot be read; the rest is there
	}
	if c.TracesURL != "" {
		to, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(c.TracesURL))
		if err != nil {
			return err
		}
		p := sdktrace.NewTracerProvider(sdktrace.WithBatcher(to), sdktrace.WithResource(of))
		t.tracer, t.close = p.Tracer(scope), append(t.close, p.Shutdown)
	}
	if c.MetricsURL != "" {
		to, err := otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpointURL(c.MetricsURL))
		if err != nil {
			return err
		}
		p := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(to)), sdkmetric.WithResource(of))
		t.meter, t.close = p.Meter(scope), append(t.close, p.Shutdown)
	}
	_, goroutines := t.meter.Int64ObservableUpDownCounter("go.goroutine.count", metric.WithUnit("{goroutine}"),
		metric.WithDescription("Goroutines that there are."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(int64(runtime.NumGoroutine()))
			return nil
		}))
	t.turns, err = newTurns(t.tracer, t.meter)
	return errors.Join(goroutines, err)
}

// Close sends what is left, for as long as flushWait.
func (t *Telemetry) Close(ctx context.Context) {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, flushWait)
	defer cancel()
	var flushing sync.WaitGroup
	for _, flush := range t.close {
		flushing.Go(func() {
			if err := flush(ctx); err != nil {
				t.errors.Handle(err)
			}
		})
	}
	flushing.Wait()
}

// Tracer makes spans.
func (t *Telemetry) Tracer() trace.Tracer {
	if t == nil {
		return notrace.Tracer{}
	}
	return t.tracer
}

// Meter makes instruments.
func (t *Telemetry) Meter() metric.Meter {
	if t == nil {
		return nometric.Meter{}
	}
	return t.meter
}

// WatchDatabase measures whether the database answers.
func (t *Telemetry) WatchDatabase(answers func() bool) error {
	_, err := t.Meter().Int64ObservableGauge("debate.database.reachable", metric.WithUnit("1"),
		metric.WithDescription("1 while the database answers, else 0: what /ready says of it."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			var is int64
			if answers() {
				is = 1
			}
			o.Observe(is)
			return nil
		}))
	return err
}
