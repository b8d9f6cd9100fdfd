package main

import (
	"log/slog"
	"os"

	"github.com/debate-chatbot/debate-api/internal/config"
)

// newLog makes the log, on standard error.
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
