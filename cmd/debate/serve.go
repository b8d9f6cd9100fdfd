package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/config"
)

type serveCommand struct {
	dataDir
	modelFlag
	Port *int // nil where the configuration says it
}

func newServe() *cobra.Command {
	var s serveCommand
	c := newCommand("serve", "Serve debates over Connect, gRPC, gRPC-Web and JSON.", func(ctx context.Context, _ []string) error { return s.Run(ctx) })
	c.Long = c.Short + " Settings are environment variables, which docs/configuration.md explains:\n\n" + config.Help()
	s.dataDir.addTo(c.Flags())
	s.modelFlag.addTo(c.Flags())
	c.Flags().Func("port", "The port to listen on, instead of PORT; 0 picks a free one: `PORT`.", func(text string) error {
		n, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return errors.New("it takes a port number from 0 to 65535, where 0 picks a free one")
		}
		port := int(n)
		s.Port = &port
		return nil
	})
	return c
}

// Run serves until SIGTERM or Ctrl-C, and then drains. A second signal ends it
// at once.
func (s serveCommand) Run(ctx context.Context) error {
	c, err := s.load("--model", s.getenv)
	if err != nil {
		return err
	}
	if s.Port != nil {
		c.Port = *s.Port
	}
	// Whoever reads the log may go first (serve | tee, an old journald): replies that run are to end.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	log := newLog(c, c.LogLevel)
	for _, warning := range config.Misnamed(os.Environ()) {
		log.WarnContext(ctx, warning)
	}
	return serve(ctx, c, log)
}

func serve(ctx context.Context, c config.Config, log *slog.Logger) (err error) {
	version, _ := built()
	a, err := app.New(ctx, c, version, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if offer := offerLocal(ctx, c); offer != "" {
		log.InfoContext(ctx, offer)
	}
	return a.Run(ctx)
}

func newHealthcheck() *cobra.Command {
	return newCommand("healthcheck", "Ask the service on this machine whether it is alive; ends with 1 if not.",
		func(ctx context.Context, _ []string) error { return healthcheck(ctx) })
}

// healthcheck asks /health on this machine.
func healthcheck(ctx context.Context) error {
	c, err := config.Load(os.Getenv)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	response, err := askHealth(ctx, "127.0.0.1", c.Port)
	if err != nil && ctx.Err() == nil { // a machine may have IPv6 alone
		if other, otherErr := askHealth(ctx, "::1", c.Port); otherErr == nil {
			response, err = other, nil
		}
	}
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

// askHealth asks it at one of this machine's addresses.
func askHealth(ctx context.Context, host string, port int) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, strconv.Itoa(port))+"/health", http.NoBody)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(request)
}
