package app

import (
	"crypto/rand"
	"log/slog"
	"os"
	"time"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/trace"

	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// typing is the offline opponent's pause after a word at PACE=1: about 250
// words a minute.
const typing = 60 * time.Millisecond

// TurnConfig chooses who argues and who judges by c, and fills in what a turn.Service
// needs, but for limits, cache and observer, which are the caller's. It calls nobody. The
// tracer may be nil.
func TurnConfig(c config.Config, s debate.Store, tracer trace.Tracer, log *slog.Logger) (turn.Config, error) {
	bank, err := offline.New(offline.Options{Pace: time.Duration(c.Pace * float64(typing))})
	if err != nil {
		return turn.Config{}, err
	}
	d := turn.Config{
		Store:       s,
		Model:       bank,
		Coach:       bank,
		TopicReader: bank,
		Topics:      bank.Topics(),
		LogTexts:    bool(c.LogMessages),
		SweepOnce:   bool(c.DatabasePauses),
		Holder:      holder(),
		NewID:       func() string { return uuid.Must(uuid.NewV7()).String() },
		Log:         log,

		ReplyTimeout: c.ReplyTimeout,
	}
	if c.Model == "openai" {
		models := openai.Config{
			Key:          c.OpenAIKey,
			BaseURL:      c.OpenAIBaseURL,
			Models:       append([]string{c.OpenAIModel}, c.OpenAIFallbacks...),
			Moderation:   bool(c.Moderation),
			PromptTokens: c.PromptTokens,
			Options: openai.Options{
				Temperature:     c.OpenAITemperature,
				MaxTokens:       c.OpenAIMaxTokens,
				ReasoningEffort: c.OpenAIReasoningEffort,
			},
			Timeouts: openai.Timeouts{FirstToken: c.FirstTokenTimeout, Retries: c.ReplyTimeout / 2},
			Tracer:   tracer,
			Log:      log,
		}
		client, err := openai.New(models)
		if err != nil {
			return turn.Config{}, err
		}
		d.Model, d.Analyst, d.StanceGuard, d.Unmoderated = client, client, bool(c.StanceGuard), !bool(c.Moderation)
		d.Coach, d.Judge = client, openai.Judge{Client: client}
		if c.OpenAIJudgeModel != "" {
			models.Models = []string{c.OpenAIJudgeModel}
			judge, err := openai.New(models)
			if err != nil {
				return turn.Config{}, err
			}
			d.Judge = openai.Judge{Client: judge}
		}
	}
	return d, nil
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
