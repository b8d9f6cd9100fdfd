package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/eval"
	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
)

// quiet keeps a command's output out of the test's.
func quiet(t *testing.T) {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	out, remarks := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = null, null
	t.Cleanup(func() {
		os.Stdout, os.Stderr = out, remarks
		_ = null.Close()
	})
}

func readReport(t *testing.T, path string) eval.Report {
	t.Helper()
	var r eval.Report
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// play is a short evaluation.
func play(file string) evalCommand {
	return evalCommand{Opponent: []string{"flattery"}, Topic: []string{"Golf is boring."}, Side: "both", Seed: []uint64{1, 2}, Difficulty: "medium", JSON: file}
}

func TestEvalNeedsNeitherKeyNorDataOfTheUser(t *testing.T) {
	quiet(t)
	home := t.TempDir()
	for name, value := range map[string]string{"HOME": home, "XDG_DATA_HOME": "", "DATA_DIR": filepath.Join(home, "data"), "OPENAI_API_KEY": "", "OPENAI_BASE_URL": "",
		"MODEL": "", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "", "TMPDIR": t.TempDir()} {
		t.Setenv(name, value)
	}
	file := filepath.Join(t.TempDir(), "report.json")
	if err := play(file).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := readReport(t, file); r.Model != "offline" || r.Judge != "rules" || r.Missing != 0 || r.Total().Debates != 4 || r.Total().Flips != 0 {
		t.Errorf("%s judged by %s: %+v, %d missing", r.Model, r.Judge, r.Total(), r.Missing)
	}
	for _, dir := range []string{home, os.TempDir()} {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%v is left, %v", left, err)
		}
	}
}

func TestAnInterruptedEvalIsResumedWithoutAskingTwice(t *testing.T) {
	quiet(t)
	server := openaitest.New(t)
	server.Chat(openaitest.Later(5*time.Millisecond, openaitest.Says("Golf ", "rewards ", "patience.")))
	server.Aside(openaitest.Replies(`{"holds":true,"engages":true,"refuses":false,"why":""}`))
	t.Setenv("OPENAI_API_KEY", openaitest.Key)
	t.Setenv("OPENAI_BASE_URL", server.URL)
	t.Setenv("MODERATION", "off")
	t.Setenv("MODEL", "")
	file := filepath.Join(t.TempDir(), "report.json")
	c := play(file)
	c.Parallel, c.JudgeModel = 1, []string{"judge"}

	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(file); err == nil {
				interrupt()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	err := c.Run(ctx)
	if err == nil || !strings.Contains(err.Error(), "--resume") {
		t.Fatalf("interrupted: %v", err)
	}
	before := readReport(t, file)
	if n := len(before.Debates); n == 0 || n == 4 || before.Missing != 4-n {
		t.Fatalf("%d debates, %d missing", n, before.Missing)
	}
	if err := c.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("the report is written over: %v", err)
	}
	asked := len(server.Calls())
	c.Resume = true
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := readReport(t, file)
	if total := after.Total(); total.Debates != 4 || total.Judged != total.Turns || after.Missing != 0 || after.Judge != "judge" {
		t.Errorf("%+v, %d missing", total, after.Missing)
	}
	// A turn is a call for the reply, one for the look after it unless it is an aside,
	// and one for the verdict.
	left := 4 - len(before.Debates)
	n := len(server.Calls()) - asked
	if n < 2*8*left || n > 3*8*left {
		t.Errorf("%d calls for %d debates", n, left)
	}
	if err := c.Run(t.Context()); err != nil {
		t.Error(err)
	}
	if again := len(server.Calls()) - asked; again != n {
		t.Error("what was whole is held again")
	}
}

func TestEvalRefusesWhatItCannotDo(t *testing.T) {
	quiet(t)
	for _, name := range []string{"OPENAI_API_KEY", "OPENAI_BASE_URL", "MODEL"} {
		t.Setenv(name, "")
	}
	for want, change := range map[string]func(*evalCommand){
		"--list shows":           func(c *evalCommand) { c.Opponent = []string{"nobody"} },
		"give both":              func(c *evalCommand) { c.Resume = true },
		"needs OPENAI_API_KEY":   func(c *evalCommand) { c.JudgeModel = []string{"owl"} },
		"openai/NAME":            func(c *evalCommand) { c.Model = "owl" },
		"--topic":                func(c *evalCommand) { c.Topic = []string{"two\nlines"} },
		"--opponents: eval: no ": func(c *evalCommand) { c.Opponents = t.TempDir() },
	} {
		c := play("")
		change(&c)
		if err := c.Run(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
