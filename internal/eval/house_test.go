package eval_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/eval"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/store/sqlitetest"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

func scripts(t testing.TB) []eval.Script {
	t.Helper()
	all, err := eval.Scripts()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func rules(t testing.TB) *eval.Rules {
	t.Helper()
	r, err := eval.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// runner holds debates with a model, in a database of the test's own.
func runner(t testing.TB, m debate.Model, j eval.Judge) eval.Runner {
	t.Helper()
	db, err := store.OpenSQLite(sqlitetest.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return eval.Runner{
		Open: func(newID func() string) eval.Service {
			return turn.New(turn.Config{Store: db, Model: m, Holder: "eval", NewID: newID})
		},
		Judge:    j,
		Parallel: 2,
	}
}

// hold has all cases debated.
func hold(t testing.TB, m debate.Model, j eval.Judge, cases []eval.Case) *eval.Report {
	t.Helper()
	report := &eval.Report{Model: m.Name(), Judge: j.Name()}
	err := runner(t, m, j).Run(t.Context(), cases, func(d eval.Debate) error { report.Add(d); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// parrot is a model that says its lines in turn, and then the last one again.
type parrot struct {
	lines []string
	err   error // instead of a line that is ""

	mu      sync.Mutex
	prompts []debate.Prompt
}

func (p *parrot) Name() string { return "parrot" }

func (p *parrot) Reply(_ context.Context, prompt debate.Prompt, emit func(string)) (debate.Completion, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.prompts = append(p.prompts, prompt)
	line := p.lines[min(len(prompt.Exchanges), len(p.lines)-1)]
	done := debate.Completion{Calls: 1, Usage: debate.Usage{InputTokens: 10, OutputTokens: 3}}
	if line == "" {
		return done, p.err
	}
	emit(line)
	return done, nil
}

// golf is one debate of a script of so many plain turns; the bot likes golf.
func golf(turns int) []eval.Case {
	s := eval.Script{Name: "plain", Turns: []eval.Line{{Say: "{claim} {point}"}}}
	for len(s.Turns) < turns {
		s.Turns = append(s.Turns, eval.Line{Say: "{point}"})
	}
	topic := eval.Topic{Topic: "Golf is boring.", Pro: []string{"Nobody runs for hours.", "The ball is too small.", "A round takes half of a day.", "They whisper on television."}}
	return eval.Cases([]eval.Script{s}, []eval.Topic{topic}, []debate.Stance{debate.Con}, []uint64{1})
}

// good are replies that hold the side against golf's points, all different.
var good = []string{
	"To run is not what makes a game worth watching, because patience under pressure is a drama of its own.",
	"A small ball is what turns every stroke into a test of nerve and skill that anyone can feel.",
	"A round outdoors with friends is a gift to most of us who sit in offices the whole week.",
	"They whisper since the players need silence, and that silence is full of tension for those who look closely.",
}

func with(at int, line string) []string {
	lines := append([]string(nil), good...)
	lines[at] = line
	return lines
}

func faults(r *eval.Report) string {
	var text strings.Builder
	_ = r.Print(&text) // to memory
	return text.String()
}
