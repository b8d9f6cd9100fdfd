// Command fill fills an empty database for measurements:
// go run ./internal/store/seed/fill -database postgres://… or -data DIR.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/store/seed"
)

func main() {
	url := flag.String("database", "", "a postgres:// URL; without it, SQLite in -data")
	data := flag.String("data", ".", "the directory of the SQLite file debate.db")
	var size seed.Size
	flag.IntVar(&size.Conversations, "conversations", 1_000_000, "how many conversations, of 1 to 3 turns each")
	flag.IntVar(&size.Long, "long", 5_000, "how many turns one more conversation has")
	flag.Parse()
	began := time.Now()
	if err := fill(context.Background(), *url, filepath.Join(*data, "debate.db"), size); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d conversations and one of %d turns in %s\n", size.Conversations, size.Long, time.Since(began).Round(time.Second))
}

func fill(ctx context.Context, url, path string, size seed.Size) error {
	s, err := app.OpenStore(ctx, config.Config{DatabaseURL: url, DataDir: filepath.Dir(path)}, slog.Default())
	if err != nil {
		return err
	}
	if err := errors.Join(s.Migrate(ctx), s.Close()); err != nil {
		return err
	}
	return seed.Fill(ctx, url, path, size)
}
