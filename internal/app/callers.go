package app

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/aws"
	"github.com/debate-chatbot/debate-api/internal/config"
)

// callers is who may call and how much.
type callers struct {
	keys  auth.Keyring // nil for this machine only
	quota func(key string) int64
	rate  func(key string) int // in requests a minute
}

// openCallers reads the keys that callers have to show, and follows them until
// ctx ends.
func openCallers(ctx context.Context, c config.Config, log *slog.Logger) (callers, error) {
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
