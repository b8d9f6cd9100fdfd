package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestTheCommandToResumeCanBePasted gives what is printed to a real shell.
func TestTheCommandToResumeCanBePasted(t *testing.T) {
	for _, word := range []string{
		"plain", "/var/lib/debate", "my dir", "it's", `a"b`, "$HOME", "`id`", "a;b&c|d", "*?[x]", "~/x", "#x", "a\\b", "back\\", "-x", "!x", "a\nb", "é 犬", "http://h:1/?a=b&c", "{a,b}", "<x>", "(x)", "=x",
	} {
		line := command(chatCommand{dataDir: dataDir{Data: word}, Server: word})
		out, err := exec.Command("sh", "-c", `for word in "$@"; do printf '%s\0' "$word"; done; printf '%s\0' `+line, "sh").Output()
		words := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		if tail := []string{"chat", "--data", word, "--server", word}; err != nil || len(words) < len(tail) || !slices.Equal(words[len(words)-len(tail):], tail) {
			t.Errorf("%s is %q to a shell, %v", line, words, err)
		}
	}
	if got := shellQuoted(""); got != "''" {
		t.Errorf("nothing is %s", got)
	}
}

func TestAStrokeForAViewIsTheInput(t *testing.T) {
	for _, c := range []struct{ arguments, want []string }{{[]string{"-"}, nil}, {[]string{"-", "x"}, []string{"-", "x"}}, {nil, nil}, {[]string{"Golf", "is", "dull."}, []string{"Golf", "is", "dull."}}} {
		if got := viewOf(c.arguments); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q", c.arguments, got)
		}
	}
}

func TestTheCommandLineSaysWhatItTakes(t *testing.T) {
	for given, want := range map[string]string{
		"": "Commands:", "help": "Commands:", "help chat": "--stance SIDE", "chat --help": "--stance SIDE", "serve -h": "DATABASE_URL",
		"eval --help": "--no-measures", "help eval judge": "--debates N", "-v": "", "version": "",
		"chat --stance maybe": `"maybe" for "--stance" flag: it takes one of pro, con; debate chat --help`, "chat --stence pro": "unknown flag: --stence; debate chat --help tells what there is",
		"serve --port x": "it takes a port number from 0 to 65535", "serve now": `serve takes no "now"; debate serve --help`, "duel": "duel needs MOTION...; debate duel --help", "import": "import needs FILE...",
		"chat -h": "--difficulty LEVEL   How hard the bot argues: easy, medium or hard.\n", "eval judge -h": "How many are judged at a time. (default 4)",
		"eval bot -h":                     "may be given again.\n                           All of them otherwise.\n",
		"chat --server localhost:8080 hi": `--server: got "localhost:8080"; it takes a URL such as http://localhost:8080`, "chat --server 127.0.0.1:8080 --list": "it takes a URL",
		"chta": `there is no command "chta"; did you mean chat?`, "nonsense": `there is no command "nonsense"; debate --help`, "eval bots": `eval takes no "bots"`,
		"serve --port 65536": `"65536" for "--port" flag: it takes a port number`, "serve --port=-1": "it takes a port number", "import /nowhere.json": "/nowhere.json: no such file",
		"eval judge --parallel many": `"many" for "-p, --parallel" flag`,
	} {
		var out strings.Builder
		root := newRoot()
		root.SetArgs(strings.Fields(given))
		root.SetOut(&out)
		root.SetErr(&out)
		if err := root.ExecuteContext(t.Context()); err != nil {
			out.WriteString(err.Error())
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q: %q, want %q", given, out.String(), want)
		}
	}
}

// A person at a terminal repeats a command without being told of request ids, and has to
// find the file to make room for, or to bring back.
func TestTroubleWithTheDatabaseNamesItToWhoGaveACommand(t *testing.T) {
	t.Setenv("API_KEY", "")
	damaged := t.TempDir()
	file := filepath.Join(damaged, "debate.db")
	if err := os.WriteFile(file, []byte(strings.Repeat("this is no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{{"migrate"}, {"import", file}, {"chat", "--list"}, {"chat", "Dogs are better than cats."}} {
		for url, want := range map[string]string{
			"": "the database is damaged; restore it from a copy (" + file + "): ",
			"postgres://u:secret@127.0.0.1:1/d?connect_timeout=1": "the database cannot be reached at the moment (that of DATABASE_URL): ",
		} {
			if url != "" && arguments[0] == "chat" {
				continue // which has a file of its own
			}
			t.Setenv("DATABASE_URL", url)
			root := newRoot()
			root.SetArgs(append(slices.Clone(arguments), "--data", damaged))
			err := root.ExecuteContext(t.Context())
			if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "request_id") || strings.Contains(err.Error(), "secret") {
				t.Errorf("%q with %q: %v", arguments, url, err)
			}
		}
	}
}

func TestFlagsReachTheirCommands(t *testing.T) {
	root := newRoot()
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	c, rest, err := root.Find(strings.Fields("eval bot"))
	if err != nil || len(rest) > 0 {
		t.Fatal(rest, err)
	}
	for flag, want := range map[string][2]string{
		"seed": {"3,4", "[3,4]"}, "topic": {"a,b", `["a,b"]`}, "opponent": {"a,b", "[a,b]"}, "parallel": {"7", "7"}, "no-measures": {"true", "true"},
	} {
		if err := c.Flags().Set(flag, want[0]); err != nil || c.Flags().Lookup(flag).Value.String() != want[1] {
			t.Errorf("--%s %s is %s, want %s; %v", flag, want[0], c.Flags().Lookup(flag).Value, want[1], err)
		}
	}
	var d dataDir
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	d.addTo(f)
	for given, want := range map[string]string{"~/debates": home + "/debates", "~": home, "/x/../y": "/y"} {
		if err := f.Set("data", given); err != nil || d.Data != want {
			t.Errorf("--data=%s is %s, want %s; %v", given, d.Data, want, err)
		}
	}
}
