package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
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

func TestHelpIsACommandToo(t *testing.T) {
	for given, want := range map[string]string{"help": "--help", "help chat": "chat --help", "chat help me": "chat help me", "": ""} {
		if got := strings.Join(arguments(strings.Fields(given)), " "); got != want {
			t.Errorf("%q is taken as %q, want %q", given, got, want)
		}
	}
}
