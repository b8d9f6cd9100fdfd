// Command debate is the debate chatbot's backend: the service, and a terminal
// to debate in.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/config"
)

// version is set by the image's build; else the module's own is told.
var version string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := newRoot().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "debate:", err)
		stop()
		os.Exit(1)
	}
}

// newRoot is the command line.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "debate",
		Long:          "State a view; the bot takes the other side and argues back. Settings are environment variables, which \"debate serve --help\" lists.",
		SilenceErrors: true, SilenceUsage: true, DisableFlagsInUseLine: true,
		SuggestionsMinimumDistance: 2,
		CompletionOptions:          cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	tellVersion := root.Flags().BoolP("version", "v", false, "Print the version.")
	root.RunE = func(c *cobra.Command, _ []string) error {
		if *tellVersion {
			return printVersion()
		}
		return c.Help()
	}
	root.Args = func(_ *cobra.Command, given []string) error {
		if len(given) == 0 {
			return nil
		}
		meant := root.SuggestionsFor(given[0])
		if len(meant) == 0 {
			return fmt.Errorf("there is no command %q; debate --help lists those there are", given[0])
		}
		return fmt.Errorf("there is no command %q; did you mean %s?", given[0], strings.Join(meant, " or "))
	}
	root.SetUsageFunc(showUsage)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w; %s --help tells what there is", err, c.CommandPath())
	})
	root.AddCommand(newChat(), newServe(), newModels(), newEval(), newDuel(), newImport(),
		newMigrate(), newHealthcheck(),
		newCommand("version", "Print the version.", func(context.Context, []string) error { return printVersion() }))
	return root
}

// dataDir is the flag that moves the data directory.
type dataDir struct{ Data string }

func (d *dataDir) addTo(f *pflag.FlagSet) {
	pathVar(f, &d.Data, "data", "The directory of the database file, instead of DATA_DIR: `DIR`.")
}

func (d dataDir) getenv(name string) string {
	if name == "DATA_DIR" && d.Data != "" {
		return d.Data
	}
	return os.Getenv(name)
}

// withoutModel is getenv for commands that ask no model, so that none has to be configured.
func (d dataDir) withoutModel(name string) string {
	if name == "MODEL" {
		return "offline"
	}
	return d.getenv(name)
}

type migrateCommand struct{ dataDir }

func newMigrate() *cobra.Command {
	var m migrateCommand
	c := newCommand("migrate", "Bring the database's schema up to date, which serve and chat do by themselves.", func(ctx context.Context, _ []string) error { return m.Run(ctx) })
	m.addTo(c.Flags())
	return c
}

// Run migrates the database, for which no model need be set.
func (m migrateCommand) Run(ctx context.Context) error {
	c, err := config.Load(m.withoutModel)
	if err != nil {
		return err
	}
	s, err := app.OpenStore(ctx, c, newLog(c, c.LogLevel))
	if err != nil {
		return err
	}
	if err := errors.Join(ofDatabase(c, s.Migrate(ctx)), s.Close()); err != nil {
		return err
	}
	fmt.Println("The database is up to date.")
	return nil
}

func printVersion() error {
	_, err := fmt.Println(versionText())
	return err
}

func versionText() string {
	version, commit := built()
	return strings.TrimSpace("debate " + version + " " + commit)
}

// built is the version and the commit that the binary was built from, as far as
// it knows.
func built() (name, commit string) {
	name = version
	if info, ok := debug.ReadBuildInfo(); ok {
		if name == "" {
			name = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	return name, commit
}
