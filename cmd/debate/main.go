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
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/config"
)

// version is set by the image's build; else the module's own is told.
var version string

type commands struct {
	Chat        chatCommand        `cmd:"" help:"Debate in this terminal; with input from a pipe, a message in, a reply out."`
	Serve       serveCommand       `cmd:"" help:"Serve debates over Connect, gRPC, gRPC-Web and JSON."`
	Models      modelsCommand      `cmd:"" help:"List the models that can be had: the configured server's, and those of this machine."`
	Eval        evalCommands       `cmd:"" help:"Find out how well the bot holds its side against opponents who try everything, or whether a judge can be trusted."`
	Duel        duelCommand        `cmd:"" help:"Have two models debate, or one and the built-in opponent, and be judged."`
	Import      importCommand      `cmd:"" help:"Read debates that were exported as JSON into the database; a file that is there already adds nothing."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the database's schema up to date, which serve and chat do by themselves."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask the service on this machine whether it is alive; ends with 1 if not."`
	Version     versionCommand     `cmd:"" help:"Print the version."`

	ShowVersion kong.VersionFlag `name:"version" short:"v" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	parser := kong.Must(&commands{},
		kong.Name("debate"),
		kong.Description("State a view; the bot takes the other side and argues back. Settings are environment variables: see README.md."),
		kong.ShortUsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Vars{"version": versionText()},
	)
	k, err := parser.Parse(arguments(os.Args[1:]))
	parser.FatalIfErrorf(err)
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "debate:", err)
		stop()
		os.Exit(1)
	}
}

// arguments are those of the command line, with help meant as people mean it:
// help COMMAND is COMMAND --help.
func arguments(given []string) []string {
	if len(given) == 0 || given[0] != "help" {
		return given
	}
	return append(slices.Clone(given[1:]), "--help")
}

// dataDir is the flag that moves the data directory.
type dataDir struct {
	Data string `help:"The directory of the database file, instead of DATA_DIR." type:"path" placeholder:"DIR"`
}

// load reads the configuration.
func (d dataDir) load() (config.Config, error) { return config.Load(d.getenv) }

func (d dataDir) getenv(name string) string {
	if name == "DATA_DIR" && d.Data != "" {
		return d.Data
	}
	return os.Getenv(name)
}

// withoutModel is getenv for what asks no model, so that none need be set.
func (d dataDir) withoutModel(name string) string {
	if name == "MODEL" {
		return "offline"
	}
	return d.getenv(name)
}

type migrateCommand struct{ dataDir }

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
	if err := errors.Join(s.Migrate(ctx), s.Close()); err != nil {
		return err
	}
	fmt.Println("The database is up to date.")
	return nil
}

type versionCommand struct{}

// Run prints the version that the binary was built from.
func (versionCommand) Run() error {
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
