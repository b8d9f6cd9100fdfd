package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	"github.com/debate-chatbot/debate-api/internal/subprocess"
)

// importedTurns is how many a file has: more than one INSERT takes.
const importedTurns = 350

// exportedFile is a debate with a verdict, as a file.
func exportedFile(t *testing.T) string {
	t.Helper()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := debate.Conversation{Topic: "Cats are better than dogs.", Stance: debate.Con, Title: "Cats", Language: "en", Difficulty: debate.Medium, CreatedAt: at, UpdatedAt: at}
	var turns []debate.Turn
	for i := range importedTurns {
		turns = append(turns, debate.Turn{Number: i + 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: "Cats are better than dogs, said again.", Reply: strings.Repeat("Dogs are loyal. ", 50), CreatedAt: at, FinishedAt: at})
	}
	v := debate.Verdict{State: debate.Completed, ThroughTurn: 1, Judge: "rules", Findings: debate.Findings{Winner: debate.UserWins, Clashes: []debate.Clash{{
		Title: "Cats", Winner: debate.UserWins, Reason: "So.", Quotes: []debate.Quote{{Turn: 1, Speaker: debate.User, Start: 0, End: 4, Text: "Cats"}}}}}}
	d, err := flow.Write(flow.JSON, c, turns, &v)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), d.Filename)
	if err := os.WriteFile(file, []byte(d.Content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// importing is a process that reads a file into a database.
func importing(file string, env ...string) *exec.Cmd {
	cmd := exec.Command(program, "import", file)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "MODEL=offline"}, env...)
	subprocess.EndWithParent(cmd)
	return cmd
}

// importAgain imports a file until that is done, and checks that it is there once and
// whole. What a killed import left running has ended within its lease.
func importAgain(t *testing.T, d database, file string, env ...string) {
	t.Helper()
	deadline := time.Now().Add(debate.LeaseTime + 20*time.Second)
	for {
		said, err := importing(file, env...).CombinedOutput()
		if err == nil {
			break
		}
		if time.Now().After(deadline) || !strings.Contains(string(said), "is being made") {
			t.Fatalf("imported again: %v\n%s", err, said)
		}
		time.Sleep(time.Second)
	}
	for query, want := range map[string]int{
		`SELECT COUNT(*) FROM conversations`:                                                          1,
		`SELECT COUNT(*) FROM turns`:                                                                  importedTurns,
		`SELECT COUNT(*) FROM verdicts WHERE state = 'completed'`:                                     1,
		`SELECT COUNT(*) FROM verdicts WHERE state = 'running'`:                                       0,
		`SELECT COUNT(*) FROM conversations WHERE turn_count = ` + fmt.Sprint(importedTurns) + ``:     1,
		`SELECT COUNT(*) FROM verdicts WHERE state = 'completed' AND findings LIKE '%"text":"Cats"%'`: 1,
	} {
		if n := d.number(query); n != want {
			t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
}

// An import that is killed has left all of the debate or nothing of it, and done again
// it adds what is missing, once.
func TestAnImportKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	for _, step := range []struct {
		name string
		done bool
	}{
		{"fork", false}, {"commit fork", false}, {"commit fork", true},
		{"verdict", false}, {"commit verdict", false}, {"commit verdict", true},
		{"end of verdict", false}, {"commit end of verdict", false}, {"commit end of verdict", true},
	} {
		t.Run(fmt.Sprintf("%s, done %v", step.name, step.done), func(t *testing.T) {
			t.Parallel()
			url := pgtest.NewDatabase(t)
			file, w := exportedFile(t), newWire(t, url)
			cmd := importing(file, "DATABASE_URL="+w.url)
			started := make(chan struct{})
			killed := w.set(step.name, step.done, func() {
				<-started
				_ = cmd.Process.Kill()
			})
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			close(started)
			if cmd.Wait() == nil {
				t.Error("who was killed ended well")
			}
			select {
			case <-killed:
			case <-time.After(10 * time.Second):
				t.Fatal("it never came to this step")
			}
			importAgain(t, openDatabase(t, "pgx", url), file, "DATABASE_URL="+url)
		})
	}
}

// The embedded database: imports are killed at random moments until one gets through.
func TestAnImportKilledAtRandomOnSQLite(t *testing.T) {
	t.Parallel()
	file, whole := exportedFile(t), time.Now()
	if said, err := importing(file, "DATA_DIR="+t.TempDir()).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	takes := time.Since(whole)
	killed := 0
	for range 8 {
		dir := t.TempDir()
		ctx, cancel := context.WithTimeout(t.Context(), rand.N(takes))
		cmd := importing(file, "DATA_DIR="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
		if cmd.Wait() != nil {
			killed++
		}
		stop()
		cancel()
		importAgain(t, openDatabase(t, "sqlite", filepath.Join(dir, "debate.db")), file, "DATA_DIR="+dir)
	}
	if t.Logf("%d of 8 were killed", killed); killed == 0 {
		t.Error("none was killed")
	}
}
