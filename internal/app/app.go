// Package app puts the service together: it opens what the configuration asks
// for, wires it, runs it, and closes it in order. The command and the tests use
// the same one.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/cache"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/format"
	"github.com/debate-chatbot/debate-api/internal/limit"
	"github.com/debate-chatbot/debate-api/internal/rpc"
	"github.com/debate-chatbot/debate-api/internal/server"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/telemetry"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// App is a service with all that it stands on.
type App struct {
	config    config.Config
	log       *slog.Logger
	telemetry *telemetry.Telemetry // nil where nothing is sent
	store     *store.Store
	cache     *cache.Cache // nil where replicas share none
	server    *server.Server
	stop      context.CancelFunc // of what runs beside the server
}

// Local is c for a service that nobody but its own process calls: without keys,
// limits, cache or telemetry, and with no balancer to wait for at its end.
func Local(c config.Config) config.Config {
	c.APIKey, c.APIKeySecret, c.RedisURL, c.TelemetryOff = "", "", "", true
	c.RateLimit, c.UserRateLimit, c.DailyTokens, c.DrainDelay = 0, 0, 0, 0
	return c
}

// New opens and wires what c asks for. It connects to nothing that may be away
// but the secret of the API keys, which it reads. The caller closes the App.
func New(ctx context.Context, c config.Config, version string, log *slog.Logger) (_ *App, err error) {
	a := &App{config: c, log: log}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if err := format.Use(c.FormatsDir); err != nil {
		return nil, fmt.Errorf("FORMATS_DIR: %w", err)
	}
	a.telemetry, err = telemetry.Open(ctx, telemetry.Config{TracesURL: c.TracesURL(), MetricsURL: c.MetricsURL(), Version: version}, log)
	if err != nil {
		return nil, err
	}
	a.log = a.telemetry.Log(log)
	if a.store, err = OpenStore(ctx, c, a.log); err != nil {
		return nil, err
	}
	callers, err := openCallers(background, c, a.log)
	if err != nil {
		return nil, err
	}
	if a.cache, err = openCache(ctx, c, a.log); err != nil {
		return nil, err
	}
	return a, a.wire(background, callers)
}

// wire makes the server. What it starts ends with ctx.
func (a *App) wire(ctx context.Context, who callers) error {
	c := a.config
	turnConfig, err := TurnConfig(c, a.telemetry.Store(a.store, c.DatabaseURL != ""), a.telemetry.Tracer(), a.log)
	if err != nil {
		return err
	}
	requests, slots := a.limits(who)
	turnConfig.Quota, turnConfig.Slots = who.quota, slots
	if a.telemetry != nil {
		turnConfig.Observer, turnConfig.Rated = a.telemetry.Watch, a.telemetry.Rated
	}
	if a.cache != nil {
		turnConfig.Live = cache.NewLive(a.cache)
	}
	go warm(turnConfig.Model)
	service := turn.New(turnConfig)
	api, err := rpc.New(service, a.log)
	if err != nil {
		return err
	}
	if a.telemetry != nil {
		if err := api.Instrument(a.telemetry.Tracer(), a.telemetry.Meter()); err != nil {
			return err
		}
	}
	ping := a.store.Ping
	if c.DatabasePauses {
		ping = untilItWorks(ping)
	}
	var once sync.Once
	a.server = server.New(server.Config{
		API:     api,
		Shared:  service,
		Keys:    who.keys,
		Limiter: requests,
		Prepare: func(preparing context.Context) error {
			if err := a.store.Migrate(preparing); err != nil {
				return err
			}
			once.Do(func() { go service.Run(ctx) })
			return nil
		},
		Ping:           ping,
		Drain:          service.Drain,
		DrainDelay:     c.DrainDelay,
		DrainTimeout:   c.DrainTimeout,
		Origins:        c.CORSOrigins,
		Reflection:     bool(c.Reflection),
		MaxConnections: c.MaxConnections,
		Log:            a.log,
	})
	return a.telemetry.WatchDatabase(a.server.DatabaseAnswers)
}

// limits makes the limits of requests a minute and of turns at once, which replicas count together
// where they share a cache.
func (a *App) limits(who callers) (server.Limiter, debate.Slots) {
	requests := debate.Limits{Key: who.rate, User: a.config.UserRateLimit}
	turns := debate.Limits{Key: func(string) int { return a.config.RunningTurns }, User: a.config.UserRunningTurns}
	here, slots := limit.NewRequests(requests), limit.NewConcurrency(turns)
	if a.cache == nil {
		return here, slots
	}
	return cache.NewRequests(a.cache, here, requests), cache.NewConcurrency(a.cache, slots, turns)
}

// Migrate brings the database's schema up to date. Run and Serve do so by themselves, again and
// again until it succeeds; Migrate answers an error at once.
func (a *App) Migrate(ctx context.Context) error { return a.store.Migrate(ctx) }

// Run listens on the configured port and serves until ctx ends, and then drains.
func (a *App) Run(ctx context.Context) error {
	listeners, err := server.Listen(ctx, a.config.Port, a.config.Keyless(), a.log)
	if err != nil {
		return err
	}
	a.log.InfoContext(ctx, "listening on "+server.URL(listeners[0]),
		"model", a.config.ModelName(), "database", databaseName(a.config))
	if a.config.Keyless() {
		a.log.InfoContext(ctx, "only this machine may call, because no key is configured; set API_KEY to serve others")
	}
	return a.Serve(ctx, listeners...)
}

// Serve is Run on listeners of the caller's, which it closes.
func (a *App) Serve(ctx context.Context, listeners ...net.Listener) error {
	return a.server.Serve(ctx, listeners...)
}

// Close closes what New opened, the latest first.
func (a *App) Close() error {
	var errs []error
	if a.cache != nil {
		errs = append(errs, a.cache.Close())
	}
	a.stop()
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	a.telemetry.Close(context.Background())
	return errors.Join(errs...)
}

func databaseName(c config.Config) string {
	if c.DatabaseURL != "" {
		return "postgres"
	}
	return "sqlite in " + c.DataDir
}

// warm loads what the first message needs. Loading takes twice the memory that is kept, which an
// idle process would hold for hours: garbage is collected early meanwhile, so that what is kept does
// not lie scattered, and then given back to the system.
func warm(m debate.Model) {
	before := debug.SetGCPercent(25)
	turn.Warm(m)
	debug.SetGCPercent(before)
	debug.FreeOSMemory()
}
