package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/aws"
	"github.com/debate-chatbot/debate-api/internal/cache"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/limit"
	"github.com/debate-chatbot/debate-api/internal/llm/offline"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/server"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/telemetry"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// typing is the offline opponent's pause after a word at PACE=1: about 250
// words a minute.
const typing = 60 * time.Millisecond

// openStore opens the database, and asks AWS for nothing before it is connected to.
func openStore(ctx context.Context, c config.Config, log *slog.Logger) (*store.Store, error) {
	if c.DatabaseURL == "" {
		return store.OpenSQLite(filepath.Join(c.DataDir, "debate.db"))
	}
	access, err := newAccess(ctx, c, log)
	if err != nil {
		return nil, err
	}
	return store.OpenPostgresAs(c.DatabaseURL, access)
}

// newAccess is how to get into PostgreSQL where the URL is not all there is to it.
func newAccess(ctx context.Context, c config.Config, log *slog.Logger) (store.Access, error) {
	a := store.Access{Role: c.DatabaseRole}
	if c.DatabaseSecret == "" && !bool(c.DatabaseIAM) {
		return a, nil
	}
	account, err := aws.Open(ctx, c.AWSRegion)
	if err != nil {
		return a, err
	}
	if c.DatabaseSecret != "" {
		login := account.Login(c.DatabaseSecret, log)
		a.Owner = store.Login{
			Get:     func(ctx context.Context, _, _ string) (string, string, error) { return login.Get(ctx) },
			Refused: login.Refused,
		}
	}
	token := store.Login{Get: func(ctx context.Context, address, user string) (string, string, error) {
		token, err := account.DatabaseToken(ctx, address, user)
		return user, token, err
	}}
	switch {
	case bool(c.DatabaseIAM) && a.Role != "":
		a.RoleLogin, a.IAM = token, true
	case bool(c.DatabaseIAM):
		a.Owner = token
	}
	return a, nil
}

// openCache opens the cache that replicas share, which is nil where there is none.
func openCache(ctx context.Context, c config.Config, log *slog.Logger) (*cache.Cache, error) {
	switch {
	case c.RedisURL == "":
		return nil, nil
	case c.RedisIAM == "":
		return cache.Open(c.RedisURL, log)
	}
	account, err := aws.Open(ctx, c.AWSRegion)
	if err != nil {
		return nil, err
	}
	return cache.OpenAs(c.RedisURL, func(ctx context.Context, user string) (string, error) {
		return account.CacheToken(ctx, c.RedisIAM, user)
	}, log)
}

// openTelemetry is nil where nothing is to be sent.
func openTelemetry(ctx context.Context, c config.Config, log *slog.Logger) (*telemetry.Telemetry, error) {
	version, _ := built()
	return telemetry.Open(ctx, telemetry.Config{TracesURL: c.TracesURL(), MetricsURL: c.MetricsURL(), Version: version}, log)
}

// newService wires the domain to a store, to a cache unless that is nil, to the
// configured opponent, and to telemetry, which may be nil.
func newService(c config.Config, s debate.Store, shared *cache.Cache, quota func(key string) int64, slots debate.Slots, told *telemetry.Telemetry, log *slog.Logger) (*turn.Service, error) {
	d, err := newParts(c, cache.NewStore(told.Store(s, c.DatabaseURL != ""), shared), told, log)
	if err != nil {
		return nil, err
	}
	d.Quota, d.Slots = quota, slots
	if told != nil {
		d.Observer = told.Watch
	}
	if shared != nil {
		d.Live = cache.NewLive(shared)
	}
	return turn.New(d), nil
}

// newParts is what a service is made of, but for its limits.
func newParts(c config.Config, s debate.Store, told *telemetry.Telemetry, log *slog.Logger) (turn.Config, error) {
	bank, err := offline.New(offline.Options{Pace: time.Duration(c.Pace * float64(typing))})
	if err != nil {
		return turn.Config{}, err
	}
	d := turn.Config{
		Store:    s,
		Model:    bank,
		Topics:   bank.Topics(),
		LogTexts: bool(c.LogMessages),
		Holder:   holder(),
		NewID:    func() string { return uuid.Must(uuid.NewV7()).String() },
		Log:      log,
	}
	if c.Model == "openai" {
		client, err := openai.New(openai.Config{
			Key:        c.OpenAIKey,
			BaseURL:    c.OpenAIBaseURL,
			Models:     append([]string{c.OpenAIModel}, c.OpenAIFallbacks...),
			Moderation: bool(c.Moderation),
			Tracer:     told.Tracer(),
			Log:        log,
		})
		if err != nil {
			return turn.Config{}, err
		}
		d.Model, d.Analyst, d.StanceGuard = client, client, bool(c.StanceGuard)
	}
	return d, nil
}

// limits are those of requests a minute and of turns at once.
type limits struct {
	requests server.Limiter
	turns    debate.Slots
}

// newLimits has replicas count together where they share a cache.
func newLimits(c config.Config, shared *cache.Cache, who callers) limits {
	requests := debate.Limits{Key: who.rate, User: c.UserRateLimit}
	turns := debate.Limits{Key: func(string) int { return c.RunningTurns }, User: c.UserRunningTurns}
	here, slots := limit.NewRequests(requests), limit.NewConcurrency(turns)
	if shared == nil {
		return limits{here, slots}
	}
	return limits{cache.NewRequests(shared, here, requests), cache.NewConcurrency(shared, slots, turns)}
}

// holder names this process: a machine's name helps whoever reads the
// database, the rest tells its processes apart.
func holder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return host + "/" + rand.Text()[:12]
}

// newLog writes to standard error.
func newLog(c config.Config, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: readable}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// readable writes durations with their unit, which JSON would leave out.
func readable(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}
