package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/debate-chatbot/debate-api/internal/chat"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
)

// modelFlag is the flag that chooses the opponent.
type modelFlag struct{ Model string }

func (m *modelFlag) addTo(f *pflag.FlagSet) {
	f.StringVar(&m.Model, "model", "", "Who argues, instead of what MODEL says: offline, the name of a model, or one of this machine's such as ollama/llama3.2; 'debate models' lists them: `NAME`.")
}

// choose makes a getenv whose MODEL is the flag's. A name without a provider is a model of the
// configured server.
func (m modelFlag) choose(getenv func(string) string) func(string) string {
	return func(name string) string {
		if name != "MODEL" || m.Model == "" {
			return getenv(name)
		}
		provider, _, _ := strings.Cut(m.Model, "/")
		if provider == "openai" || m.Model == "offline" || slices.ContainsFunc(config.LocalServers, func(s config.LocalServer) bool { return s.Provider == provider }) {
			return m.Model
		}
		return "openai/" + m.Model
	}
}

// load reads the configuration with that model; an error about it names the flag.
func (m modelFlag) load(flag string, getenv func(string) string) (config.Config, error) {
	c, err := config.Load(m.choose(getenv))
	var bad interface{ Unwrap() []error }
	if m.Model != "" && errors.As(err, &bad) {
		for _, err := range bad.Unwrap() {
			if e, ok := errors.AsType[*config.Error](err); ok && e.Variable == "MODEL" {
				e.Variable, e.Got = flag, strconv.Quote(m.Model)
			}
		}
	}
	return c, err
}

// localModels asks the servers of models on this machine what they have, for at
// most 200 ms. Port 8080, where llama.cpp listens, is this service's own too: who
// does not say that it is llama.cpp is taken for somebody else.
func localModels(ctx context.Context) map[config.LocalServer][]openai.Model {
	var urls []string
	for _, s := range config.LocalServers {
		urls = append(urls, s.URL)
	}
	found := map[config.LocalServer][]openai.Model{}
	for i, models := range openai.Local(ctx, urls...) {
		server := config.LocalServers[i]
		if server.Provider == "llamacpp" {
			models = slices.DeleteFunc(models, func(m openai.Model) bool { return m.Owner != server.Provider })
		}
		if len(models) > 0 {
			found[server] = models
		}
	}
	return found
}

// offerLocal makes a line about a model on this machine that could debate, empty where
// there is none or a model was chosen.
func offerLocal(ctx context.Context, c config.Config) string {
	server, model := localModel(ctx, c)
	if server == "" {
		return ""
	}
	return chat.OfferOf(server, model)
}

// localModel looks for a model on this machine that could debate, for at most 200 ms, and names
// its server; both are empty where there is none or a model was chosen.
func localModel(ctx context.Context, c config.Config) (server, model string) {
	if c.ModelChosen {
		return "", ""
	}
	found := localModels(ctx)
	for _, server := range config.LocalServers {
		if models := found[server]; len(models) > 0 {
			return server.Name, server.Provider + "/" + models[0].Name
		}
	}
	return "", ""
}

func newModels() *cobra.Command {
	return newCommand("models", "List the models that can be had: the configured server's, and those of this machine.", func(ctx context.Context, _ []string) error {
		c, err := config.Load(func(name string) string {
			if name == "DATABASE_URL" { // none of its business
				return ""
			}
			return os.Getenv(name)
		})
		if err != nil {
			return err
		}
		return listModels(ctx, c, os.Stdout)
	})
}

// listModels writes a line for each model: what to choose it by, as MODEL and --model take
// it, and where it is.
func listModels(ctx context.Context, c config.Config, to io.Writer) error {
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	list := func(choice, where string) { _, _ = fmt.Fprintf(table, "%s\t%s\n", choice, where) } // Flush tells its error
	list("offline", "the built-in opponent")
	found := localModels(ctx)
	for _, server := range config.LocalServers {
		for _, m := range found[server] {
			list(server.Provider+"/"+m.Name, server.Name+" on this machine")
		}
	}
	if c.OpenAIKey == "" && c.OpenAIBaseURL == "" {
		return table.Flush()
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	models, err := openai.ListModels(ctx, c.OpenAIBaseURL, c.OpenAIKey)
	if told, ok := errors.AsType[*debate.Error](err); ok {
		err = fmt.Errorf("the server's models cannot be listed: %w", told.Cause)
	}
	for _, m := range models {
		where := "OpenAI"
		if c.OpenAIBaseURL != "" {
			where = "the server of OPENAI_BASE_URL"
		}
		list("openai/"+m.Name, where)
	}
	if flushed := table.Flush(); err == nil {
		err = flushed
	}
	return err
}
