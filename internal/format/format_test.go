package format_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/format"
)

func TestEveryFormatIsWhole(t *testing.T) {
	name, seen := regexp.MustCompile(`^[a-z0-9-]{1,40}$`), map[string]bool{}
	for _, f := range format.All() {
		if !name.MatchString(f.Name) || seen[f.Name] || f.Title == "" || f.Description == "" || f.Clock < 0 {
			t.Errorf("%+v", f)
		}
		seen[f.Name] = true
		for _, p := range f.Phases {
			if p.Name == "" || !strings.HasSuffix(p.Asks, ".") || !strings.HasSuffix(p.BotAsks, ".") || p.Rounds < 1 { // a comma ends a value in braces
				t.Errorf("%s: %+v", f.Name, p)
			}
		}
		if (len(f.Phases) == 0) != (f.Name == format.Open) {
			t.Errorf("%s has %d phases", f.Name, len(f.Phases))
		}
	}
	for _, want := range []string{"open", "blitz", "oxford", "lincoln-douglas"} {
		if !seen[want] {
			t.Errorf("there is no %s", want)
		}
	}
}

func TestPhasesFollowTheRounds(t *testing.T) {
	f, ok := format.Find("oxford")
	if !ok || f.Rounds() != 5 {
		t.Fatalf("%+v", f)
	}
	for rounds, want := range []string{"Rounds", "Rounds", "Rounds", "Rounds", "Closing", "", ""} {
		if p, ok := f.At(rounds); p.Name != want || ok != (want != "") {
			t.Errorf("after %d rounds: %q, want %q", rounds, p.Name, want)
		}
	}
	if open, ok := format.Find(""); !ok || open.Name != format.Open || open.Rounds() != 0 {
		t.Errorf("without a name: %+v", open)
	}
	if _, ok := format.Find("none"); ok {
		t.Error("a format that is not there")
	}
}

func TestFormatsOfADirectoryAreAdded(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = format.Use("") })
	const sprint = `
- name: sprint
  title: Sprint
  description: One round.
  clock: 30s
  phases:
    - {name: Only, rounds: 1, asks: Say it., bot_asks: Say it., bot_does: close}
`
	write("sprint.yaml", sprint)
	write("notes.txt", "not a format")
	write("empty.yml", "")
	if err := format.Use(dir); err != nil {
		t.Fatal(err)
	}
	f, ok := format.Find("sprint")
	if !ok || f.Clock != 30*time.Second || f.Phases[0].BotDoes != debate.CloseCase || len(format.All()) != 5 {
		t.Errorf("%+v, %v of %d", f, ok, len(format.All()))
	}
	for name, c := range map[string][2]string{
		"an unknown field":     {strings.Replace(sprint, "clock", "cloc", 1), "cloc"},
		"no list":              {"name: x", "list of formats"},
		"a name that is taken": {strings.Replace(sprint, "name: sprint", "name: oxford", 1), "there is a format oxford already"},
		"a name twice":         {sprint + sprint, "another format before"},
		"a bad name":           {strings.Replace(sprint, "name: sprint", "name: My Sprint", 1), "name must be"},
		"no rounds":            {strings.Replace(sprint, "rounds: 1", "rounds: 0", 1), "phase 1: rounds must be"},
		"too many rounds":      {strings.Replace(sprint, "rounds: 1", "rounds: 201", 1), "at most 200 rounds"},
		"no phases":            {sprint[:strings.Index(sprint, "  phases")], "phases must have"},
		"nothing for the bot":  {strings.Replace(sprint, "bot_asks: Say it.", `bot_asks: ""`, 1), "bot_asks must be"},
		"a move that is not":   {strings.Replace(sprint, "bot_does: close", "bot_does: shout", 1), `"shout"`},
		"a clock of nonsense":  {strings.Replace(sprint, "30s", "soon", 1), "soon"},
		"a clock of a year":    {strings.Replace(sprint, "30s", "9000h", 1), "clock must be"},
		"a title of two lines": {strings.Replace(sprint, "title: Sprint", `title: "a\nb"`, 1), "title must be"},
		"something not YAML":   {"- name: [", "yaml"},
	} {
		write("sprint.yaml", c[0])
		err := format.Use(dir)
		if err == nil || !strings.Contains(err.Error(), c[1]) || !strings.Contains(err.Error(), "sprint.yaml") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := format.Use(filepath.Join(dir, "none")); err == nil {
		t.Error("a directory that is not there")
	}
}
