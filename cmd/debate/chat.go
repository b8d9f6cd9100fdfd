package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/chat"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

type chatCommand struct {
	dataDir
	modelFlag
	View                                               []string
	Lines, List, Continue, JSON                        bool
	Resume, Topic, Stance, Difficulty, Persona, Format string
	Server, APIKey                                     string
}

func newChat() *cobra.Command {
	var chat chatCommand
	c := newCommand("chat [VIEW...]", "Debate in this terminal. Piped input is taken as one message, and its reply is printed.", func(ctx context.Context, view []string) error {
		chat.View = viewOf(view)
		chat.APIKey = cmp.Or(chat.APIKey, os.Getenv("API_KEY"))
		return chat.Run(ctx)
	})
	c.Long = c.Short + " VIEW is what you think, and said at once."
	f := c.Flags()
	chat.dataDir.addTo(f)
	chat.modelFlag.addTo(f)
	f.BoolVar(&chat.Lines, "lines", false, "Answer each line of a piped input, instead of all of it at once; a VIEW is the first of them.")
	f.BoolVar(&chat.List, "list", false, "Show past debates.")
	f.BoolVarP(&chat.Continue, "continue", "c", false, "Go on with your latest debate.")
	f.BoolVar(&chat.JSON, "json", false, "Write each reply, or each debate of --list, as a JSON object on one line.")
	f.StringVar(&chat.Resume, "resume", "", "Go on with a debate: its `ID`, or the beginning of that.")
	f.StringVar(&chat.Topic, "topic", "", "The `CLAIM` to debate, such as 'Dogs are better than cats.'")
	choiceVar(f, &chat.Stance, "stance", "", "The bot's `SIDE`: pro or con.", "pro", "con")
	choiceVar(f, &chat.Difficulty, "difficulty", "", "How hard the bot argues: easy, medium or hard: `LEVEL`.", "easy", "medium", "hard")
	f.StringVar(&chat.Persona, "persona", "", "Who the bot speaks as, such as 'a grumpy old sailor'. Only language models do; the built-in opponent is always itself: `TEXT`.")
	f.StringVar(&chat.Format, "format", "", "How the debate runs: open, blitz, oxford, lincoln-douglas, or one of FORMATS_DIR: `NAME`.")
	f.StringVar(&chat.Server, "server", "", "Debate with the service at this `URL`, instead of in this process.")
	f.StringVar(&chat.APIKey, "api-key", "", "The service's `KEY`; better in the environment, as API_KEY.")
	return c
}

// viewOf is the view among the arguments. A stroke alone is the input, as for POSIX's own
// utilities (Base Definitions 12.2, guideline 13).
func viewOf(arguments []string) []string {
	if len(arguments) == 1 && arguments[0] == "-" {
		return nil
	}
	return arguments
}

// Run debates with a service, or with one of its own in this process.
func (c chatCommand) Run(ctx context.Context) error {
	cfg, err := c.load("--model", c.getenv)
	if err != nil {
		return err
	}
	terminal := !c.JSON && term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd()))
	ui := chat.Config{
		Server:     c.Server,
		Command:    command(c),
		View:       strings.TrimSpace(strings.Join(c.View, " ")),
		Lines:      c.Lines,
		In:         os.Stdin,
		Out:        os.Stdout,
		Err:        os.Stderr,
		Terminal:   terminal,
		Language:   cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")),
		NoColor:    os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb",
		List:       c.List,
		Resume:     c.Resume,
		Continue:   c.Continue,
		JSON:       c.JSON,
		Topic:      c.Topic,
		Stance:     c.Stance,
		Difficulty: c.Difficulty,
		Persona:    c.Persona,
		Format:     c.Format,
	}
	if c.Server != "" {
		if !strings.HasPrefix(c.Server, "http://") && !strings.HasPrefix(c.Server, "https://") {
			return fmt.Errorf("--server: got %q; it takes a URL such as http://localhost:8080", c.Server)
		}
		ui.Client = debatev1connect.NewDebateServiceClient(&http.Client{Transport: keyed(c.APIKey)}, strings.TrimSuffix(c.Server, "/"))
		return chat.Run(ctx, ui)
	}
	if !terminal {
		cfg.Pace = 0 // nobody reads along
	}
	ui.Model = cfg.Model
	ui.HistoryFile = filepath.Join(cfg.DataDir, "lines")
	ui.Local, ui.LocalModel = localModel(ctx, cfg)
	return debateHere(ctx, cfg, ui)
}

// command is what has to be typed to debate in the same place again.
func command(c chatCommand) string {
	words := []string{"debate", "chat"}
	switch program := os.Args[0]; {
	case strings.Contains(program, "go-build"):
		words = []string{"go", "run", "./cmd/debate", "chat"}
	case strings.ContainsRune(program, os.PathSeparator):
		words[0] = program // it is in no PATH
	}
	if c.Data != "" {
		words = append(words, "--data", c.Data)
	}
	if c.Model != "" {
		words = append(words, "--model", c.Model)
	}
	if c.Server != "" {
		words = append(words, "--server", c.Server)
	}
	for i := range words {
		words[i] = shellQuoted(words[i])
	}
	return strings.Join(words, " ")
}

// shellQuoted is a word as a shell takes it for one, whatever is in it.
func shellQuoted(word string) string {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// drainHere is how long leaving waits for a reply that still runs: it is
// stored as interrupted, with what was said, after that.
const drainHere = 500 * time.Millisecond

// debateHere serves in this process, over connections that are in memory.
func debateHere(ctx context.Context, c config.Config, ui chat.Config) (err error) {
	level := slog.LevelError
	if c.LogLevel == slog.LevelDebug {
		level = slog.LevelDebug
	}
	log := newLog(c, level)
	c = app.Local(c)
	c.DrainTimeout = drainHere
	version, _ := built()
	a, err := app.New(ctx, c, version, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.Migrate(ctx); err != nil {
		return ofDatabase(c, err)
	}
	listener := newMemoryListener()
	served := make(chan error, 1)
	serving, leave := context.WithCancel(context.WithoutCancel(ctx))
	go func() { served <- a.Serve(serving, listener) }()
	defer func() {
		leave()
		err = errors.Join(err, <-served)
	}()
	transport := &http.Transport{DialContext: listener.dial}
	defer transport.CloseIdleConnections()
	ui.Client = debatev1connect.NewDebateServiceClient(&http.Client{Transport: transport}, "http://localhost")
	return chat.Run(ctx, ui)
}

// keyed shows the service a key with every call.
type keyed string

// RoundTrip is http.RoundTripper's.
func (k keyed) RoundTrip(r *http.Request) (*http.Response, error) {
	if k != "" {
		r = r.Clone(r.Context()) // a round tripper leaves the caller's as it is
		r.Header.Set(auth.KeyHeader, string(k))
	}
	return http.DefaultTransport.RoundTrip(r)
}

// memoryListener accepts the connections that its dial makes.
type memoryListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newMemoryListener() *memoryListener {
	return &memoryListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *memoryListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept waits for a connection.
func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and dial. It is called once, by the server.
func (l *memoryListener) Close() error {
	close(l.closed)
	return nil
}

// Addr is a name only.
func (l *memoryListener) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "memory"} }
