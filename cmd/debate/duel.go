package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
	"github.com/debate-chatbot/debate-api/internal/flow"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

type duelCommand struct {
	dataDir
	Motion          []string
	Pro, Con, Judge string
	Rounds, Pairs   int
}

func newDuel() *cobra.Command {
	var d duelCommand
	c := newCommand("duel MOTION...", "Have two models, or a model and the built-in opponent, debate each other, and have a judge say who won.", func(ctx context.Context, motion []string) error {
		d.Motion = motion
		return d.Run(ctx)
	})
	c.Long = `Two models debate, or one and the built-in opponent: debate duel "Zoos should be closed." --pro ollama/llama3.2 --con offline
It is shown as it is said, kept among your debates, and judged at the end. Ctrl-C ends it; what was said is kept.`
	f := c.Flags()
	d.addTo(f)
	f.StringVar(&d.Pro, "pro", debate.BuiltInModel, "Who argues for the motion, and speaks first: a name as for MODEL; 'debate models' lists them: `MODEL`.")
	f.StringVar(&d.Con, "con", debate.BuiltInModel, "Who argues against it: `MODEL`.")
	f.IntVar(&d.Rounds, "rounds", 4, "How often each speaks: `N`.")
	f.IntVar(&d.Pairs, "pairs", 0, "Hold so many pairs of debates, the second with sides swapped, and print a table: `N`.")
	f.StringVar(&d.Judge, "judge", "", "Who judges: rules, or a name as for MODEL. OPENAI_JUDGE_MODEL if that is set, else rules: `MODEL`.")
	return c
}

// duelist is a model by its name, and what a service for it is made of.
type duelist struct {
	name       string
	turnConfig turn.Config
}

const maxDuelRounds, maxDuelPairs = 100, 1000

// Run holds the debates one after the other.
func (d duelCommand) Run(ctx context.Context) (err error) {
	if d.Rounds < 1 || d.Rounds > maxDuelRounds || d.Pairs < 0 || d.Pairs > maxDuelPairs {
		return fmt.Errorf("--rounds takes 1 to %d, and --pairs up to %d", maxDuelRounds, maxDuelPairs)
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT)
	defer stop()
	cfg, err := config.Load(d.withoutModel)
	if err != nil {
		return err
	}
	log := newLog(cfg, max(cfg.LogLevel, slog.LevelError)) // what goes wrong is told at its place
	s, err := app.OpenStore(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Migrate(ctx); err != nil {
		return err
	}
	judge, err := d.judge(s, log)
	if err != nil {
		return err
	}
	var sides [2]duelist
	for i, side := range [][2]string{{"--pro", d.Pro}, {"--con", d.Con}} {
		if sides[i], err = d.duelist(side[0], side[1], judge, s, log); err != nil {
			return err
		}
	}
	var results []eval.DuelResult
	for n := range max(1, 2*d.Pairs) {
		pro, con := sides[n%2], sides[1-n%2]
		winner, err := d.hold(ctx, pro, con, uint64(n), os.Stdout)
		if err != nil {
			return errors.Join(err, printDuels(results))
		}
		results = append(results, eval.DuelResult{Pro: pro.name, Con: con.name, Winner: winner})
	}
	if d.Pairs == 0 {
		return nil
	}
	return printDuels(results)
}

func printDuels(results []eval.DuelResult) error {
	if len(results) == 0 {
		return nil
	}
	return eval.PrintDuels(os.Stdout, results)
}

// duelist makes a side of its name.
func (d duelCommand) duelist(flag, name string, judge debate.Judge, s *store.Store, log *slog.Logger) (duelist, error) {
	cfg, err := d.configOf(flag, name)
	if err != nil {
		return duelist{}, err
	}
	if !term.IsTerminal(int(os.Stdout.Fd())) || d.Pairs > 0 {
		cfg.Pace = 0 // nobody reads along
	}
	turnConfig, err := app.TurnConfig(cfg, s, nil, log)
	turnConfig.Judge = judge
	return duelist{name, turnConfig}, err
}

// configOf is the environment's configuration with the model that a flag names.
func (d duelCommand) configOf(flag, name string) (config.Config, error) {
	return modelFlag{name}.load(flag, func(variable string) string {
		if variable == "OPENAI_FALLBACK_MODELS" {
			return "" // it is this model that debates
		}
		return d.getenv(variable)
	})
}

// judge is the one that was asked for, nil for the rules.
func (d duelCommand) judge(s *store.Store, log *slog.Logger) (debate.Judge, error) {
	name := d.Judge
	if own := strings.TrimSpace(d.getenv("OPENAI_JUDGE_MODEL")); name == "" && own != "" {
		name = "openai/" + own
	}
	if name == "" || name == debate.RulesJudge {
		return nil, nil
	}
	cfg, err := d.configOf("--judge", name)
	if err != nil {
		return nil, err
	}
	cfg.OpenAIJudgeModel = ""
	turnConfig, err := app.TurnConfig(cfg, s, nil, log)
	if err == nil && turnConfig.Judge == nil {
		err = fmt.Errorf("--judge %s: the built-in opponent judges nothing; leave it out for rules", name)
	}
	return turnConfig.Judge, err
}

// hold holds one debate, and says who had the better of it.
func (d duelCommand) hold(ctx context.Context, pro, con duelist, seed uint64, to io.Writer) (winner debate.Winner, err error) {
	service := turn.New(con.turnConfig)
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainHere)
		defer cancel()
		err = errors.Join(err, service.Drain(ending))
	}()
	motion := strings.TrimSpace(strings.Join(d.Motion, " "))
	names := map[debate.Stance]string{debate.Pro: spoken(pro.name), debate.Con: spoken(con.name)}
	duel := eval.Duel{Motion: motion, Pro: pro.turnConfig.Model, Service: service, Names: debate.Duel{User: pro.name, Bot: con.name}, Owner: localOwner, Rounds: d.Rounds, Seed: seed,
		Hear: func(side debate.Stance, round int, text string) {
			if round > 0 {
				fmt.Fprintf(to, "\n\n%s, %s, round %d\n\n", map[debate.Stance]string{debate.Pro: "FOR", debate.Con: "AGAINST"}[side], eval.Printable(names[side]), round)
			}
			fmt.Fprint(to, eval.Printable(text))
		}}
	fmt.Fprintf(to, "Motion: %s", eval.Printable(motion))
	id, _, err := duel.Hold(ctx)
	fmt.Fprintln(to)
	if err != nil {
		return "", err
	}
	title := claim.Title(fmt.Sprintf("%s v. %s: %s", names[debate.Pro], names[debate.Con], strings.TrimRight(motion, ".")))
	if _, err := service.Rename(ctx, localOwner, id, title); err != nil {
		return "", err
	}
	v, err := service.JudgeConversation(ctx, localOwner, id, "")
	if err != nil {
		return "", fmt.Errorf("the debate is kept as %s, and was not judged: %w", id, err)
	}
	printVerdict(to, v, names)
	fmt.Fprintf(to, "\nIt is kept as %s.\n\n", id)
	return v.Winner, nil
}

// spoken is what people call a model.
func spoken(name string) string {
	if name == debate.BuiltInModel {
		return "built-in opponent"
	}
	return name
}

// printVerdict writes a verdict with the names of the sides.
func printVerdict(to io.Writer, v debate.Verdict, names map[debate.Stance]string) {
	outcome := func(w debate.Winner) string {
		switch w {
		case debate.UserWins:
			return names[debate.Pro] + ", for the motion, had the better of it"
		case debate.BotWins:
			return names[debate.Con] + ", against the motion, had the better of it"
		default:
			return "Undecided"
		}
	}
	fmt.Fprintf(to, "\n%s (judged by %s).\n", outcome(v.Winner), flow.JudgeName(v.Judge))
	for _, c := range v.Clashes {
		fmt.Fprintf(to, "- %s: %s.\n", eval.Printable(strings.TrimRight(c.Title, ".")), outcome(c.Winner))
		for _, q := range c.Quotes {
			side := map[debate.Speaker]string{debate.User: "for", debate.Bot: "against"}[q.Speaker]
			fmt.Fprintf(to, "    “%s” (%s, round %d)\n", eval.Printable(strings.Join(strings.Fields(q.Text), " ")), side, q.Turn)
		}
	}
}
