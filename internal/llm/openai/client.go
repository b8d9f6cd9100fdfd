package openai

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	goopenai "github.com/sashabaranov/go-openai"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Config is what a Client is made of. Only Models is required.
type Config struct {
	// Key authenticates the calls; servers of one's own may need none.
	Key string
	// BaseURL ends before /chat/completions; empty is OpenAI's.
	BaseURL string
	// Models are the one to ask first and, after it, those to fall back on:
	// each a name, or "name@URL" where it is on another server, which is asked
	// without the Key.
	Models []string
	// Moderation has texts judged by the provider's moderation endpoint, which
	// few servers but OpenAI's have.
	Moderation bool
	// PromptTokens bounds a prompt; 0 is 12,000. Rules and the latest message
	// are never cut: together they take 9,000 tokens at worst, and 1,000 as a rule.
	PromptTokens int
	// Options are parameters of the calls, left to the server where they are
	// not set, and left out where it does not take them.
	Options Options
	// Concurrent is how many replies may be written at a time, and how many
	// more may wait for their turn; 0 is 256. Side calls have as many again.
	Concurrent int
	Timeouts   Timeouts
	// Tracer has a span of every call; nil traces nothing.
	Tracer trace.Tracer
	// Log takes failed calls that are tried again; nil discards it.
	Log *slog.Logger
}

// Options are parameters of calls that are not needed for one.
type Options struct {
	// Temperature is how freely a model chooses its words; nil leaves that to it.
	Temperature *float64
	// MaxTokens bounds a reply, thoughts included; 0 leaves that to the server.
	MaxTokens int
	// ReasoningEffort is how much a model thinks before it replies.
	ReasoningEffort string
}

// Timeouts bound the waits for a provider. A zero one has its default.
type Timeouts struct {
	// FirstToken is the longest silence before the first text of a reply; 20 s.
	// Thoughts, comments and whatever else comes are signs of life.
	FirstToken time.Duration
	// BetweenTokens is the longest silence after it; 15 s.
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

// Client asks models. Its methods are safe for concurrent use.
type Client struct {
	models        []endpoint
	sideEndpoints []endpoint // the same models, for side calls
	moderate      *endpoint  // nil if nothing is moderated
	budget        int
	options       Options
	count         func(string) int
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

// New makes a Client. It calls nobody. Close frees its idle connections.
func New(c Config) (*Client, error) {
	if len(c.Models) == 0 || c.Models[0] == "" {
		return nil, errors.New("openai: no model is named")
	}
	if c.PromptTokens < 0 || c.Concurrent < 0 {
		return nil, errors.New("openai: the prompt's tokens and the concurrent replies must not be negative")
	}
	c.PromptTokens, c.Concurrent = cmp.Or(c.PromptTokens, 12_000), cmp.Or(c.Concurrent, 256)
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	c.Tracer = cmp.Or[trace.Tracer](c.Tracer, noop.Tracer{})
	times := c.Timeouts.withDefaults()
	transport := newTransport(2 * c.Concurrent)
	client := &Client{
		budget:    c.PromptTokens,
		options:   c.Options,
		count:     counter(),
		replies:   newLimit(c.Concurrent, times.Queue),
		sideLimit: newLimit(c.Concurrent, times.Queue),
		timeouts:  times,
		tracer:    c.Tracer,
		log:       c.Log,
		close:     transport.base.CloseIdleConnections,
	}
	servers := map[string]*goopenai.Client{}
	for _, entry := range c.Models {
		name, base, elsewhere := splitModel(entry)
		key := ""
		if !elsewhere || base == c.BaseURL {
			base, key = c.BaseURL, c.Key
		}
		if servers[base] == nil {
			api, err := connect(base, key, transport)
			if err != nil {
				return nil, err
			}
			servers[base] = api
		}
		t := &target{name: name, api: servers[base], hosted: isOpenAI(base)}
		client.models = append(client.models, newEndpoint(t, times.Breaker))
		client.sideEndpoints = append(client.sideEndpoints, newEndpoint(t, times.Breaker))
	}
	if c.Moderation {
		first := client.models[0].target
		e := newEndpoint(&target{name: goopenai.ModerationOmniLatest, api: first.api}, times.Breaker)
		client.moderate = &e
	}
	return client, nil
}

// splitModel splits "name@URL", which is a model on a server of its own.
func splitModel(entry string) (name, baseURL string, elsewhere bool) {
	for _, scheme := range []string{"@http://", "@https://"} {
		if at := strings.LastIndex(entry, scheme); at > 0 {
			return entry[:at], entry[at+1:], true
		}
	}
	return entry, "", false
}

// connect makes go-openai's client of a server, without a call.
func connect(base, key string, transport http.RoundTripper) (*goopenai.Client, error) {
	config := goopenai.DefaultConfig(key)
	if base != "" {
		u, err := url.Parse(base)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return nil, errors.New("openai: the base URL must be http:// or https:// with a host, such as https://api.openai.com/v1")
		}
		// The address of the calls themselves is pasted as often.
		u.Path = strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/chat/completions")
		if deployment := strings.Contains(u.Path, "/openai/deployments/"); deployment || u.RawQuery != "" {
			transport = addressed{transport, u.RawQuery, deployment}
		}
		u.RawQuery = ""
		config.BaseURL = u.String()
	}
	config.HTTPClient = &http.Client{Transport: transport}
	return goopenai.NewClientWithConfig(config), nil
}

// addressed makes calls of a base URL that has more to it than a path: a query, such as
// the version of Azure's API, and the header that its deployments have a key in.
type addressed struct {
	http.RoundTripper
	query      string
	deployment bool
}

// RoundTrip implements http.RoundTripper.
func (a addressed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.RawQuery = a.query
	if key := r.Header.Get("Authorization"); a.deployment && key != "" {
		r.Header.Set("Api-Key", strings.TrimPrefix(key, "Bearer "))
		r.Header.Del("Authorization")
	}
	return a.RoundTripper.RoundTrip(r)
}

// isOpenAI says whether a base URL is OpenAI's own.
func isOpenAI(base string) bool {
	u, err := url.Parse(base)
	return base == "" || err == nil && u.Hostname() == "api.openai.com"
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
