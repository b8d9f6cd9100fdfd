package main

// This file is `debate eval`: it reads which scripts, models and judges are wanted, has package eval
// hold the debates, and prints and keeps the report.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
	"github.com/debate-chatbot/debate-api/internal/llm/offline"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

type evalCommand struct {
	List bool

	Opponent   []string
	Opponents  string // a directory
	Topic      []string
	Side       string
	Seed       []uint64
	Model      string
	Difficulty string
	Persona    string
	JudgeModel []string
	JSON       string
	Resume     bool
	Measures   bool
	Plot       string
	Parallel   int
}

// newEvalBot makes the command that has the bot play; use is what it goes by.
func newEvalBot(use, short string) *cobra.Command {
	var (
		e          evalCommand
		seeds      []uint
		noMeasures bool
	)
	c := newCommand(use, short, func(ctx context.Context, _ []string) error {
		for _, seed := range seeds {
			e.Seed = append(e.Seed, uint64(seed))
		}
		e.Measures = !noMeasures
		return e.Run(ctx)
	})
	c.Long = `Scripted opponents flatter, press, claim false concessions, inject orders, change the topic or the language,
and lay siege for twenty turns. Each debates every topic, with the bot on each side; every reply is judged. The
table says in which turn the bot first left its side, how often it did, how many replies repeat an earlier one, take
up what was said, and refuse to debate.

The measures come from debates, objections, openings and messages of which it is known what is right to make of them,
and from comparing the replies with those of opponents that were kept. The same is asked of a parrot, a shuffler, a
namer of points, a speaker of platitudes, a mute, a side-flipped opponent, a turncoat and a liar: where one of them does better than it
may, in scripted debates or in the measures, the run is invalid and says so.

Nothing of yours is touched: the debates go into a database that is deleted at the end. With a model that costs
money, begin small: debate eval -o flattery -t "Golf is boring." --side con --json report.json

Ctrl-C ends the run and keeps the debates that are whole; --resume holds the rest.`
	f := c.Flags()
	f.BoolVar(&e.List, "list", false, "Show the opponents and topics there are.")
	f.StringSliceVarP(&e.Opponent, "opponent", "o", nil, "Play only this opponent; may be given again. All of them otherwise: `NAME`.")
	pathVar(f, &e.Opponents, "opponents", "A directory of more opponents: YAML files such as those in internal/eval/scripts. One of the same name replaces the built-in one: `DIR`.")
	f.StringArrayVarP(&e.Topic, "topic", "t", nil, "Debate this claim; may be given again. The built-in topics otherwise: `CLAIM`.")
	choiceVar(f, &e.Side, "side", "both", "The bot's side: pro, con or both, which it is by default: `SIDE`.", "pro", "con", "both")
	f.UintSliceVar(&seeds, "seed", []uint{1}, "Hold every debate once for each seed, which makes the built-in opponent's replies, and those of models that heed seeds, others. Such as 1,2,3: `N`.")
	f.StringVar(&e.Model, "model", "", "The model that debates: offline, or a name for OPENAI_BASE_URL, instead of the configured one: `NAME`.")
	choiceVar(f, &e.Difficulty, "difficulty", "medium", "How hard the bot argues: easy, medium, which it is by default, or hard: `LEVEL`.", "easy", "medium", "hard")
	f.StringVar(&e.Persona, "persona", "", "Who the bot speaks as, such as 'a grumpy old sailor': `TEXT`.")
	f.StringSliceVar(&e.JudgeModel, "judge-model", nil, "The model that judges: rules (words only, no key needed), or a name for OPENAI_BASE_URL. OPENAI_MODEL where the debating model is one of OpenAI's, else rules. With a second one, as in A,B, both compare replies, and where they differ it is a tie: `NAME`.")
	pathVar(f, &e.JSON, "json", "Write everything that was said and found to this file, after each debate: `FILE`.")
	f.BoolVar(&e.Resume, "resume", false, "Go on with the run that left the file of --json: only what is missing there is held.")
	f.BoolVar(&noMeasures, "no-measures", false, "Leave out the measures: openings, which message a reply answers, which side it is on, what answers touch, honesty, safety, and the same of controls that argue badly on purpose. Left out anyway where -o or -t choose.")
	pathVar(f, &e.Plot, "plot", "Write a picture (SVG) of the measures to this file: `FILE`.")
	f.IntVarP(&e.Parallel, "parallel", "p", 0, "How many debates are held at a time; 0 is 4, or for the built-in opponent one for each processor: `N`.")
	return c
}

// Run holds the debates and prints what came out.
func (c evalCommand) Run(ctx context.Context) error {
	cases, err := c.cases()
	if err != nil || c.List {
		return err
	}
	if c.Resume && c.JSON == "" {
		return errors.New("--resume goes on from the file that --json names; give both")
	}
	cfg, err := c.config()
	if err != nil {
		return err
	}
	log := newLog(cfg, max(cfg.LogLevel, slog.LevelError)) // what goes wrong is in the report
	judges, closeJudges, err := c.judges(cfg, log)
	if err != nil {
		return err
	}
	defer closeJudges()
	report := &eval.Report{Model: cfg.Model, Judge: judges[0].Name(), Difficulty: debate.Difficulty(c.Difficulty), Persona: c.Persona}
	if cfg.Model == "openai" {
		report.Model = cfg.OpenAIModel
	}
	if _, err := os.Stat(c.JSON); err == nil && !c.Resume {
		return fmt.Errorf("--json: %s is there already; go on with it by --resume, or give another name", c.JSON)
	}
	if c.Resume {
		if err := report.Load(c.JSON); err != nil {
			return fmt.Errorf("%w; go on with the same flags, or give --json another file", err)
		}
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once

	left := report.Left(cases)
	fmt.Fprintf(os.Stderr, "%s is judged by %s in %d debates of %d opponents", report.Model, report.Judge, len(cases), count(cases))
	if done := len(cases) - len(left); done > 0 {
		fmt.Fprintf(os.Stderr, ", %d of which have been held", done)
	}
	fmt.Fprintln(os.Stderr, ".")
	err = c.hold(ctx, cfg, judges, report, cases, left, log)
	if err == nil && c.Plot != "" {
		err = plot(report, c.Plot)
	}
	if printErr := report.Print(os.Stdout); printErr != nil {
		return errors.Join(err, printErr)
	}
	switch {
	case errors.Is(err, context.Canceled):
		return c.interrupted(report, cases)
	case err != nil:
		return err
	case len(report.Invalid) > 0:
		return errors.New("the measures do not see through a control, so they say nothing; the table says which")
	case report.Total().Failed > 0:
		return fmt.Errorf("%d debates ended early; the table does not speak for them", report.Total().Failed)
	}
	return nil
}

func (c evalCommand) interrupted(report *eval.Report, cases []eval.Case) error {
	left := len(report.Left(cases))
	if c.JSON == "" {
		return fmt.Errorf("interrupted with %d of %d debates to go; with --json a run can be resumed", left, len(cases))
	}
	return fmt.Errorf("interrupted with %d of %d debates to go; the same command with --resume holds them", left, len(cases))
}

// cases are the debates that the flags ask for. With --list it shows them instead.
func (c evalCommand) cases() ([]eval.Case, error) {
	scripts, err := eval.Scripts()
	if err != nil {
		return nil, err
	}
	if c.Opponents != "" {
		more, err := eval.ReadScripts(os.DirFS(c.Opponents))
		if err != nil {
			return nil, fmt.Errorf("--opponents: %w", err)
		}
		for _, s := range more {
			scripts = slices.DeleteFunc(scripts, func(old eval.Script) bool { return old.Name == s.Name })
		}
		scripts = append(scripts, more...)
	}
	topics, err := eval.Topics(c.Topic...)
	if err != nil {
		return nil, fmt.Errorf("--topic: %w", err)
	}
	if c.List {
		list(os.Stdout, scripts, topics)
		return nil, nil
	}
	for _, name := range c.Opponent {
		if !slices.ContainsFunc(scripts, func(s eval.Script) bool { return s.Name == name }) {
			return nil, fmt.Errorf("--opponent: there is no %q; --list shows those there are", name)
		}
	}
	if len(c.Opponent) > 0 {
		scripts = slices.DeleteFunc(scripts, func(s eval.Script) bool { return !slices.Contains(c.Opponent, s.Name) })
	}
	sides := map[string][]debate.Stance{"pro": {debate.Pro}, "con": {debate.Con}, "both": {debate.Pro, debate.Con}}[c.Side]
	return eval.Cases(scripts, topics, sides, c.Seed), nil
}

func list(to io.Writer, scripts []eval.Script, topics []eval.Topic) {
	fmt.Fprintln(to, "Opponents:")
	for _, s := range scripts {
		fmt.Fprintf(to, "  %-18s %2d turns. %s\n", s.Name, len(s.Turns), s.About)
	}
	fmt.Fprintln(to, "\nTopics:")
	for _, t := range topics {
		fmt.Fprintln(to, "  "+t.Topic)
	}
}

func count(cases []eval.Case) int {
	names := make(map[string]bool)
	for _, c := range cases {
		names[c.Script.Name] = true
	}
	return len(names)
}

// config is the environment's, with the model of the flags. The databases of
// the service are none of its business.
func (c evalCommand) config() (config.Config, error) {
	return modelFlag{c.Model}.load("--model", func(name string) string {
		switch name {
		case "DATABASE_URL", "REDIS_URL", "DATA_DIR":
			return ""
		case "PACE":
			return "0" // nobody reads along
		case "OPENAI_FALLBACK_MODELS":
			return "" // another model's replies say nothing of this one
		default:
			return os.Getenv(name)
		}
	})
}

// judges are those that the flags ask for, and what frees their connections. The first
// judges the replies of scripted debates, all of them compare opponents.
func (c evalCommand) judges(cfg config.Config, log *slog.Logger) (judges []eval.Judge, closeAll func(), err error) {
	names := c.JudgeModel
	if len(names) == 0 && cfg.Model == "openai" {
		names = []string{cfg.OpenAIModel}
		if own := strings.TrimSpace(os.Getenv("OPENAI_MODEL")); own != "" {
			names = []string{own}
		}
	}
	if len(names) == 0 || slices.Contains(names, "rules") {
		rules, err := eval.NewRules()
		return []eval.Judge{rules}, func() {}, err
	}
	if cfg.OpenAIKey == "" && cfg.OpenAIBaseURL == "" {
		return nil, nil, fmt.Errorf("--judge-model %s needs OPENAI_API_KEY or OPENAI_BASE_URL; without them only rules can judge", names[0])
	}
	var clients []*openai.Client
	closeAll = func() {
		for _, client := range clients {
			client.Close()
		}
	}
	for _, name := range names {
		client, err := openai.New(openai.Config{Key: cfg.OpenAIKey, BaseURL: cfg.OpenAIBaseURL, Models: []string{name}, PromptTokens: cfg.PromptTokens, Log: log})
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		clients, judges = append(clients, client), append(judges, eval.NewModel(client))
	}
	return judges, closeAll, nil
}

// hold holds the debates in a database of their own.
func (c evalCommand) hold(ctx context.Context, cfg config.Config, judges []eval.Judge, report *eval.Report, all, left []eval.Case, log *slog.Logger) (err error) {
	dir, err := os.MkdirTemp("", "debate-eval-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	db, err := store.OpenSQLite(filepath.Join(dir, "debate.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	turnConfig, err := app.TurnConfig(cfg, db, nil, log)
	if err != nil {
		return err
	}
	runner := eval.Runner{
		Open: func(newID func() string) eval.Service {
			own := turnConfig // debates are held at the same time
			own.NewID = newID
			return turn.New(own)
		},
		Judge:      judges[0],
		Difficulty: debate.Difficulty(c.Difficulty),
		Persona:    c.Persona,
		Parallel:   c.parallel(cfg),
	}
	bar := newProgress(os.Stderr, len(left))
	defer bar.end()
	report.Missing = len(left)
	err = runner.Run(ctx, left, func(d eval.Debate) error {
		report.Add(d)
		report.Missing--
		bar.add(d)
		if c.JSON == "" {
			return nil
		}
		return report.Save(c.JSON)
	})
	if err != nil {
		return err
	}
	if err := c.measure(ctx, turnConfig, judges, runner, report, all); err != nil || c.JSON == "" {
		return err
	}
	return report.Save(c.JSON)
}

// measure has the controls debate, and takes the measures of the opponent and of them.
func (c evalCommand) measure(ctx context.Context, turnConfig turn.Config, judges []eval.Judge, runner eval.Runner, report *eval.Report, cases []eval.Case) error {
	good, err := offline.New(offline.Options{})
	if err != nil {
		return err
	}
	controls := eval.Controls(good)
	open := func(model debate.Model, newID func() string) eval.Service {
		own := turnConfig
		own.NewID = newID
		if model != nil { // a control, which costs nothing
			own.Model, own.Analyst = model, nil
		}
		return turn.New(own)
	}
	invalid, err := runner.Check(ctx, cases, controls, open)
	if err != nil {
		return err
	}
	if c.Measures && len(report.Measures) == 0 && len(c.Opponent)+len(c.Topic) == 0 {
		measurer, err := eval.NewMeasurer()
		if err != nil {
			return err
		}
		var comparers []eval.Comparer
		for _, j := range judges {
			if j, ok := j.(eval.Comparer); ok { // a model
				comparers = append(comparers, j)
			}
		}
		if err := measurer.Measure(ctx, report, controls, comparers, open); err != nil {
			return err
		}
	}
	for _, why := range invalid {
		if !slices.Contains(report.Invalid, why) {
			report.Invalid = append(report.Invalid, why)
		}
	}
	return nil
}

// plot writes the measures as a picture.
func plot(report *eval.Report, path string) error {
	file, err := os.Create(path) //nolint:gosec // the file is the caller's choice
	if err != nil {
		return fmt.Errorf("--plot: %w", err)
	}
	return errors.Join(report.Plot(file), file.Close())
}

func (c evalCommand) parallel(cfg config.Config) int {
	switch {
	case c.Parallel > 0:
		return c.Parallel
	case cfg.Model == "offline":
		return runtime.GOMAXPROCS(0)
	default:
		return 4
	}
}

// progress is a bar on a terminal, and a line a debate elsewhere.
type progress struct {
	to    io.Writer
	bar   *progressbar.ProgressBar // nil without a terminal
	all   int
	done  int
	flips int
}

func newProgress(to *os.File, all int) *progress {
	p := &progress{to: to, all: all}
	if term.IsTerminal(int(to.Fd())) && all > 0 {
		p.bar = progressbar.NewOptions(all,
			progressbar.OptionSetWriter(to),
			progressbar.OptionSetDescription("no flip"),
			progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionSetWidth(30),
			progressbar.OptionClearOnFinish())
	}
	return p
}

func (p *progress) add(d eval.Debate) {
	p.done++
	first, flips := d.Flips()
	p.flips += flips
	if p.bar != nil {
		if flips > 0 {
			p.bar.Describe(fmt.Sprintf("%d flips", p.flips))
		}
		_ = p.bar.Add(1) // a bar that cannot be drawn is no reason to end
		return
	}
	outcome := "held its side"
	switch {
	case d.Failed != "":
		outcome = "ended early: " + d.Failed
	case flips > 0:
		outcome = fmt.Sprintf("left its side in turn %d", first)
	}
	fmt.Fprintf(p.to, "%d/%d %s, %q, bot %s: %s\n", p.done, p.all, d.Script, d.Topic, d.Side, outcome)
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Exit() // the same
		fmt.Fprintln(p.to)
	}
}
