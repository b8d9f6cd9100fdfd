package format_test

import (
	"regexp"
	"testing"

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
			if p.Name == "" || p.Asks == "" || p.Rounds < 1 {
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
