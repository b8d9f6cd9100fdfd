package offline

import (
	"bufio"
	"cmp"
	"flag"
	"os"
	"strings"
	"testing"
)

var outside = flag.String("openings", "", "a file of first messages that others wrote, one a line: shows what each is met by")

// TestWhatOthersOpenWith shows, of first messages that nobody of the project wrote, the topic that each is met by and the bot's
// side of it: what is wrong with that a person has to say. It checks that each is read at all. docs/model.md has what came of it.
func TestWhatOthersOpenWith(t *testing.T) {
	if *outside == "" {
		t.Skip("no file of openings: run with -openings FILE -v")
	}
	file, err := os.Open(*outside)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	m := newModel(t, Options{})
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		message := strings.TrimSpace(lines.Text())
		if message == "" {
			continue
		}
		name := "no topic"
		s, bot := reads(t, m, message)
		if s != nil {
			name = s.Name
		}
		t.Logf("%s: %s %s", message, name, cmp.Or(string(bot), "asks"))
	}
	if err := lines.Err(); err != nil {
		t.Error(err)
	}
}
