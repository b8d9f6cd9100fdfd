package offline

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/goccy/go-yaml"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

var categories = set("technology society education science everyday sport environment ethics culture economy")

func TestEveryFileOfTheBankKeepsTheFormat(t *testing.T) {
	names, err := fs.Glob(bankFiles, "bank/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			data, err := bankFiles.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range string(data) {
				if c > unicode.MaxASCII {
					t.Fatalf("%q at byte %d is not ASCII", c, i)
				}
			}
			var f topicFile
			if err := yaml.Unmarshal(data, &f); err != nil {
				t.Fatal(err)
			}
			if !categories[f.Category] {
				t.Errorf("category %q", f.Category)
			}
			if !strings.HasSuffix(f.Topic, ".") || senseOf(words(f.Topic), nil, nil).negated {
				t.Errorf("the topic %q is not a positive sentence", f.Topic)
			}
			if len(f.Keywords) == 0 {
				t.Error("no keywords")
			}
			for _, group := range append(f.Require, f.Keywords, f.Favours, f.Opposes, f.Praise, f.Blame) {
				for _, w := range group {
					if w != words(w) {
						t.Errorf("%q is not lower-case words", w)
					}
				}
			}
			checkTexts(t, append(f.Pro.Arguments, f.Pro.Rebuttals...))
			checkTexts(t, append(f.Con.Arguments, f.Con.Rebuttals...))
		})
	}
}

func checkTexts(t *testing.T, side []textEntry) {
	t.Helper()
	ids, beginnings := make(map[string]bool), make(map[string]bool)
	for _, e := range side {
		text := e.Text.text
		fields := strings.Fields(text)
		if n := len(fields); n < 35 || n > 60 {
			t.Errorf("%s: %d words", e.ID, n)
			continue
		}
		if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "!") {
			t.Errorf("%s: ends in %q", e.ID, text[len(text)-10:])
		}
		if strings.ContainsAny(text, "{}\n") || concession.MatchString(text) {
			t.Errorf("%s: slots, line ends or a concession: %s", e.ID, text)
		}
		beginning := strings.ToLower(strings.Join(fields[:3], " "))
		if ids[e.ID] || beginnings[beginning] {
			t.Errorf("%s: its id or %q comes twice", e.ID, beginning)
		}
		ids[e.ID], beginnings[beginning] = true, true
	}
}

func TestEveryTopicFindsItself(t *testing.T) {
	m := newModel(t, Options{})
	for _, topic := range m.Topics() {
		for _, stance := range []debate.Stance{debate.Pro, debate.Con} {
			found, side := m.find(topic.Claim, stance)
			if found == nil || found.claim != topic.Claim || side != stance {
				t.Errorf("%q as %s was taken for %+v as %s", topic.Claim, stance, found, side)
			}
		}
	}
}

func TestABadFileIsAnErrorThatNamesIt(t *testing.T) {
	good, err := bankFiles.ReadFile("bank/dogs-cats.yaml")
	if err != nil {
		t.Fatal(err)
	}
	edit := func(old, replacement string) fstest.MapFS {
		bad := strings.Replace(string(good), old, replacement, 1)
		if bad == string(good) {
			t.Fatalf("no %q to replace", old)
		}
		return fstest.MapFS{"bank/bad.yaml": {Data: []byte(bad)}}
	}
	for name, tt := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"no file":         {fstest.MapFS{}, "no topic"},
		"no yaml":         {edit("topic: ", "topic: ]"), "bad.yaml"},
		"unknown field":   {edit("category:", "categori:"), "categori"},
		"no category":     {edit("category: everyday", ""), "needs a topic"},
		"foreign require": {edit("require: [[dog", "require: [[horse], [dog"), "require"},
		"few arguments":   {edit("  arguments:", "  arguments: []\n  rebuttals:"), "bad.yaml"},
		"no text":         {edit("id: daily-walk", "id: ''"), "needs an id"},
		"twice": {fstest.MapFS{"bank/a.yaml": {Data: good}, "bank/b.yaml": {Data: good}},
			"b.yaml: has the topic of a.yaml"},
	} {
		if _, err := readBank(tt.files); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, tt.want)
		}
	}
}
