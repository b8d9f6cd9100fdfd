package app

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync/atomic"

	"github.com/debate-chatbot/debate-api/internal/aws"
	"github.com/debate-chatbot/debate-api/internal/cache"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/store"
)

// OpenStore opens the database that c names, SQLite without one, and asks AWS for nothing before it is connected to.
func OpenStore(ctx context.Context, c config.Config, log *slog.Logger) (*store.Store, error) {
	if c.DatabaseURL == "" {
		return store.OpenSQLite(filepath.Join(c.DataDir, "debate.db"))
	}
	access, err := newAccess(ctx, c, log)
	if err != nil {
		return nil, err
	}
	return store.OpenPostgres(c.DatabaseURL, access)
}

// newAccess says as whom to log into PostgreSQL, and has AWS asked for the password, where the URL does not say it all.
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

// untilItWorks makes a function that calls f until it succeeds for the first time, and then does nothing.
func untilItWorks(f func(context.Context) error) func(context.Context) error {
	var worked atomic.Bool
	return func(ctx context.Context) error {
		if worked.Load() {
			return nil
		}
		err := f(ctx)
		worked.Store(err == nil)
		return err
	}
}
