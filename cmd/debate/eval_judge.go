package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
)

// newEval makes "eval", which alone is "eval bot".
func newEval() *cobra.Command {
	c := newEvalBot("eval", "Find out how well the bot holds its side against opponents who try everything, or whether a judge can be trusted.")
	c.AddCommand(newEvalBot("bot", "Find out how well the bot holds its side; the default."), newEvalJudge())
	return c
}

type evalJudgeCommand struct {
	Model             string
	Debates, Parallel int
}

func newEvalJudge() *cobra.Command {
	var e evalJudgeCommand
	c := newCommand("judge", "Find out whether a judge of debates can be trusted.", func(ctx context.Context, _ []string) error { return e.Run(ctx) })
	c.Long = `Debates of which the better side is known, because the other one answers nothing, are judged in both orders: as
they are, with the worse side longer, with a plea to the judge, and with words of surrender that nobody said. Three
judges that go by something else stand beside it: one has made up its mind, one goes by length, one takes the side it is
shown first. Where one of them could be trusted, the measures say nothing.`
	f := c.Flags()
	f.StringVar(&e.Model, "model", "", "The judge: rules, or a name as for MODEL. OPENAI_JUDGE_MODEL or the configured model, else rules: `MODEL`.")
	f.IntVar(&e.Debates, "debates", 24, "How many debates; a model is asked eight times for each: `N`.")
	f.IntVarP(&e.Parallel, "parallel", "p", 4, "How many are judged at a time: `N`.")
	return c
}

// Run tries the judge, the rules and the bad ones, and prints how they did.
func (c evalJudgeCommand) Run(ctx context.Context) error {
	const most = 1000
	if c.Debates < 1 || c.Debates > most || c.Parallel < 1 || c.Parallel > 64 {
		return fmt.Errorf("--debates takes 1 to %d, and --parallel 1 to 64", most)
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT)
	defer stop()
	debates, err := eval.JudgedDebates(c.Debates)
	if err != nil {
		return err
	}
	model, err := c.judge()
	if err != nil {
		return err
	}
	measure := func(j debate.Judge, told func()) (eval.JudgeMeasures, error) {
		return eval.MeasureJudge(ctx, j, debates, c.Parallel, told)
	}
	rules, err := measure(eval.RulesJudge{}, func() {})
	if err != nil {
		return err
	}
	all, invalid := []eval.JudgeMeasures{}, []string{}
	judged := rules
	if model != nil {
		bar := newProgress(os.Stderr, len(debates))
		judged, err = measure(model, func() {
			if bar.bar != nil {
				_ = bar.bar.Add(1) // a bar that cannot be drawn is no reason to end
			}
		})
		bar.end()
		if err != nil {
			return err
		}
		judged.Compare(rules)
		all = append(all, judged)
	}
	rules.Compare(rules)
	all = append(all, rules)
	for _, bad := range eval.BadJudges() {
		m, err := measure(bad, func() {})
		if err != nil {
			return err
		}
		m.Compare(rules)
		if len(m.Fails()) == 0 {
			invalid = append(invalid, m.Judge)
		}
		all = append(all, m)
	}
	fmt.Printf("%d debates whose better side is known.\n\n", len(debates))
	if err := eval.PrintJudges(os.Stdout, all); err != nil {
		return err
	}
	switch {
	case len(invalid) > 0:
		return fmt.Errorf("a judge that goes by something else passes (%s), so the measures say nothing; take more debates", strings.Join(invalid, ", "))
	case len(judged.Fails()) > 0:
		return errors.New("the judge cannot be trusted; the lines above say why")
	}
	return nil
}

// judge is the model that was asked for, nil for the rules.
func (c evalJudgeCommand) judge() (debate.Judge, error) {
	if c.Model == debate.RulesJudge {
		return nil, nil
	}
	cfg, err := modelFlag{c.Model}.load("--model", func(name string) string {
		switch name {
		case "DATABASE_URL", "REDIS_URL", "OPENAI_FALLBACK_MODELS": // none of its business
			return ""
		case "OPENAI_JUDGE_MODEL":
			if c.Model != "" {
				return ""
			}
		default:
		}
		return os.Getenv(name)
	})
	if err != nil {
		return nil, err
	}
	turnConfig, err := app.TurnConfig(cfg, nil, nil, newLog(cfg, max(cfg.LogLevel, slog.LevelError)))
	if err == nil && turnConfig.Judge == nil && c.Model != "" {
		err = fmt.Errorf("--model %s: the built-in opponent judges nothing; rules do", c.Model)
	}
	return turnConfig.Judge, err
}
