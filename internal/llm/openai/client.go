package openai

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	goopenai "github.com/sashabaranov/go-openai"
	"github.com/sony/gobreaker/v2"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Config is what a Client is made of. Only Models is required.
type Config struct {
	// Key authenticates the calls; servers of one's own may need none.
	Key string
	// BaseURL ends before /chat/completions; empty is OpenAI's.
	BaseURL string
	// Models are the one to ask first and, after it, those to fall back on.
	Models []string
	// Moderation has texts judged by the provider's moderation endpoint, which
	// few servers but OpenAI's have.
	Moderation bool
	// PromptTokens bounds a prompt; 0 is 12,000. Rules and the latest message
	// are never cut: together they take 9,000 tokens at worst, and 1,000 as a rule.
	PromptTokens int
	// Concurrent is how many replies may be written at a time, and how many
	// more may wait for their turn; 0 is 256. Side calls have as many again.
	Concurrent int
	Timeouts   Timeouts
	// Tracer has a span of every call; nil traces nothing.
	Tracer trace.Tracer
	// Log takes failed calls that are tried again; nil discards it.
	Log *slog.Logger
}

// Timeouts bound the waits for a provider. A zero one has its default.
type Timeouts struct {
	// FirstToken is from a call to the first text of its reply; 20 s.
	FirstToken time.Duration
	// BetweenTokens is the longest silence within a reply; 15 s.
	BetweenTokens time.Duration
	// Queue is the longest wait for one of the Concurrent places; 3 s.
	Queue time.Duration
	// Backoff is the first wait between calls, about; the next is twice as
	// long; 250 ms. A provider that names a delay is given it.
	Backoff time.Duration
	// Retries is the time after which no call for a reply starts; 45 s.
	Retries time.Duration
	// Breaker is how long a model that failed too often is left alone; 10 s.
	Breaker time.Duration
}

func (t Timeouts) withDefaults() Timeouts {
	for _, d := range []struct {
		of *time.Duration
		is time.Duration
	}{
		{&t.FirstToken, 20 * time.Second},
		{&t.BetweenTokens, 15 * time.Second},
		{&t.Queue, 3 * time.Second},
		{&t.Backoff, 250 * time.Millisecond},
		{&t.Retries, 45 * time.Second},
		{&t.Breaker, 10 * time.Second},
	} {
		if *d.of == 0 {
			*d.of = d.is
		}
	}
	return t
}

// tripAfter is how many failures of a model in a row open its breaker.
const tripAfter = 5

// Client asks models. Its methods are safe for concurrent use.
type Client struct {
	api           *goopenai.Client
	models        []endpoint
	sideEndpoints []endpoint // the same models, for side calls
	moderate      *endpoint  // nil if nothing is moderated
	budget        int
	count         func(string) int
	noJSONSchema  atomic.Bool // a server that knows no formats of answers
	replies       *limit
	sideLimit     *limit
	timeouts      Timeouts
	tracer        trace.Tracer
	log           *slog.Logger
	close         func()
}

var (
	_ debate.Model   = (*Client)(nil)
	_ debate.Analyst = (*Client)(nil)
)

// endpoint is a model, or an API of the provider, behind its breaker.
type endpoint struct {
	name    string
	breaker *gobreaker.CircuitBreaker[any]
}

// New makes a Client. It calls nobody. Close frees its idle connections.
func New(c Config) (*Client, error) {
	if len(c.Models) == 0 || c.Models[0] == "" {
		return nil, errors.New("openai: no model is named")
	}
	if c.BaseURL == "" {
		c.BaseURL = goopenai.DefaultConfig("").BaseURL
	}
	if u, err := url.Parse(c.BaseURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("openai: the base URL must be http:// or https:// with a host, such as https://api.openai.com/v1")
	}
	if c.PromptTokens < 0 || c.Concurrent < 0 {
		return nil, errors.New("openai: the prompt's tokens and the concurrent replies must not be negative")
	}
	if c.PromptTokens == 0 {
		c.PromptTokens = 12_000
	}
	if c.Concurrent == 0 {
		c.Concurrent = 256
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Tracer == nil {
		c.Tracer = noop.Tracer{}
	}
	times := c.Timeouts.withDefaults()
	wire := newTransport(2 * c.Concurrent)
	api := goopenai.DefaultConfig(c.Key)
	api.BaseURL = c.BaseURL
	api.HTTPClient = &http.Client{Transport: wire}
	client := &Client{
		api:       goopenai.NewClientWithConfig(api),
		budget:    c.PromptTokens,
		count:     counter(),
		replies:   newLimit(c.Concurrent, times.Queue),
		sideLimit: newLimit(c.Concurrent, times.Queue),
		timeouts:  times,
		tracer:    c.Tracer,
		log:       c.Log,
		close:     wire.base.CloseIdleConnections,
	}
	for _, m := range c.Models {
		client.models = append(client.models, newEndpoint(m, times.Breaker))
		client.sideEndpoints = append(client.sideEndpoints, newEndpoint(m, times.Breaker))
	}
	if c.Moderation {
		l := newEndpoint(goopenai.ModerationOmniLatest, times.Breaker)
		client.moderate = &l
	}
	return client, nil
}

func newEndpoint(name string, pause time.Duration) endpoint {
	return endpoint{name, gobreaker.NewCircuitBreaker[any](gobreaker.Settings{
		Name:         name,
		Timeout:      pause,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= tripAfter },
		IsSuccessful: func(err error) bool { return !providerFailed(err) },
		IsExcluded:   gaveUp,
	})}
}

// withBreaker makes a call unless the endpoint's breaker is open.
func withBreaker[T any](e endpoint, call func() (T, error)) (T, error) {
	v, err := e.breaker.Execute(func() (any, error) { return call() })
	if isOpen(err) {
		var none T
		return none, err
	}
	return v.(T), err
}

func isOpen(err error) bool {
	return errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests)
}

// gaveUp is true of the end of a caller's own context.
func gaveUp(err error) bool {
	var f *failure
	return err != nil && !errors.As(err, &f)
}

// Name is the model that is asked first.
func (c *Client) Name() string { return c.models[0].name }

// Close frees idle connections; running calls go on.
func (c *Client) Close() { c.close() }

// causeOf is why ctx ended, nil if it has not.
func causeOf(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return context.Cause(ctx)
}
