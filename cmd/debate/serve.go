package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/aws"
	"github.com/debate-chatbot/debate-api/internal/cache"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/rpc"
	"github.com/debate-chatbot/debate-api/internal/server"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/telemetry"
)

type serveCommand struct {
	dataDir
	Port *int `help:"The port to listen on, instead of PORT; 0 picks a free one."`
}

// Run serves until SIGTERM or Ctrl-C, and then drains. A second signal ends it
// at once.
func (s serveCommand) Run(ctx context.Context) error {
	c, err := s.load()
	if err != nil {
		return err
	}
	if s.Port != nil {
		c.Port = *s.Port
		if err := c.Validate(); err != nil {
			return err
		}
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return serve(ctx, c, newLog(c, c.LogLevel))
}

func serve(ctx context.Context, c config.Config, log *slog.Logger) (err error) {
	told, err := openTelemetry(ctx, c, log)
	if err != nil {
		return err
	}
	defer told.Close(context.WithoutCancel(ctx))
	log = told.Log(log)
	db, err := openStore(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	beside, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	callers, err := openKeys(beside, c, log)
	if err != nil {
		return err
	}
	shared, err := openCache(ctx, c, log)
	if err != nil {
		return err
	}
	if shared != nil {
		defer func() { err = errors.Join(err, shared.Close()) }()
	}
	srv, err := newServer(beside, c, db, shared, callers, told, log)
	if err != nil {
		return err
	}

	listeners, err := server.Listen(ctx, c.Port, c.Keyless(), log)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, fmt.Sprintf("listening on http://127.0.0.1:%d", server.Port(listeners[0])), "model", c.Model, "database", databaseName(c))
	if c.Keyless() {
		log.InfoContext(ctx, "only this machine may call, because no key is configured; set API_KEY to serve others")
	}
	return srv.Serve(ctx, listeners...)
}

func databaseName(c config.Config) string {
	if c.DatabaseURL != "" {
		return "postgres"
	}
	return "sqlite in " + c.DataDir
}

// callers is who may call and how much.
type callers struct {
	keys  auth.Keyring // nil for this machine only
	quota func(key string) int64
	rate  func(key string) int // in requests a minute
}

// openKeys reads the keys that callers have to show, and follows them until ctx
// ends.
func openKeys(ctx context.Context, c config.Config, log *slog.Logger) (callers, error) {
	tokens := func(string) int64 { return c.DailyTokens }
	rate := func(string) int { return c.RateLimit }
	switch {
	case c.APIKeySecret != "":
		account, err := aws.Open(ctx, c.AWSRegion)
		if err != nil {
			return callers{}, fmt.Errorf("API_KEY_SECRET_NAME: %w", err)
		}
		secret, err := auth.OpenSecret(ctx, account.Secrets(), c.APIKeySecret, log)
		if err != nil {
			return callers{}, err
		}
		go secret.Run(ctx)
		return callers{
			secret,
			func(key string) int64 { return cmp.Or(secret.DailyTokens(key), c.DailyTokens) },
			func(key string) int { return cmp.Or(secret.Rate(key), c.RateLimit) },
		}, nil
	case c.APIKey != "":
		return callers{auth.NewStatic(c.APIKey), tokens, rate}, nil
	default:
		return callers{quota: tokens, rate: rate}, nil
	}
}

// newServer wires a server to a store and, unless they are nil, a cache and
// telemetry. What runs beside it ends with ctx.
func newServer(ctx context.Context, c config.Config, db *store.Store, shared *cache.Cache, who callers, told *telemetry.Telemetry, log *slog.Logger) (*server.Server, error) {
	limits := newLimits(c, shared, who)
	service, err := newService(c, db, shared, who.quota, limits.turns, told, log)
	if err != nil {
		return nil, err
	}
	api, err := rpc.New(service, log)
	if err != nil {
		return nil, err
	}
	if told != nil {
		if err := api.Instrument(told.Tracer(), told.Meter()); err != nil {
			return nil, err
		}
	}
	var once sync.Once
	srv := server.New(server.Config{
		API:     api,
		Keys:    who.keys,
		Limiter: limits.requests,
		Prepare: func(preparing context.Context) error {
			if err := db.Migrate(preparing); err != nil {
				return err
			}
			once.Do(func() { go service.Run(ctx) })
			return nil
		},
		Ping:           db.Ping,
		Drain:          service.Drain,
		DrainDelay:     c.DrainDelay,
		DrainTimeout:   c.DrainTimeout,
		Origins:        c.CORSOrigins,
		Reflection:     bool(c.Reflection),
		MaxConnections: c.MaxConnections,
		Log:            log,
	})
	return srv, told.WatchDatabase(srv.DatabaseAnswers)
}

type healthcheckCommand struct{}

// Run asks /health on this machine.
func (healthcheckCommand) Run(ctx context.Context) error {
	c, err := dataDir{}.load()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/health", c.Port), http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("nothing answers on port %d: %w", c.Port, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		return fmt.Errorf("/health answered %s: %s", response.Status, body)
	}
	return nil
}
