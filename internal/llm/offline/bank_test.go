package offline

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/debate-chatbot/debate-api/internal/claim"
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

// TestClaimsInPeoplesWordsFindTheirTopic has, for a topic, claims of people who
// are for it and of people who are against it.
func TestClaimsInPeoplesWordsFindTheirTopic(t *testing.T) {
	m, none := newModel(t, Options{}), &topic{}
	for about, wordings := range map[string]bySide[[]string]{
		"The death penalty should be abolished.": {
			Pro: []string{"Capital punishment is barbaric", "No one should be executed", "The death penalty does not deter crime"},
			Con: []string{"Murderers deserve the death penalty", "We should bring back the death penalty", "The death penalty is not wrong"},
		},
		"Zoos should be closed.": {
			Pro: []string{"Zoos are prisons for animals", "Animals should not be kept in zoos", "Keeping animals in captivity is wrong"},
			Con: []string{"Zoos protect endangered species", "Closing zoos would be a mistake", "Without zoos many species would be extinct"},
		},
		"Electric cars are better than petrol cars.": {
			Pro: []string{"EVs are better than gas cars", "Petrol cars should be banned", "Electric cars are the future"},
			Con: []string{"Electric cars are overrated", "Nothing beats a petrol car", "Electric cars will never replace petrol cars"},
		},
		"Violent video games make players more aggressive.": {
			Pro: []string{"Video games cause violence", "Violent games should be banned", "There is a link between video games and violence"},
			Con: []string{"Video games don't make people violent", "Violent video games are harmless", "Video games reduce aggression"},
		},
		"iPhones are better than Android phones.": {
			Pro: []string{"iphone > android", "Android sucks", "Apple makes better phones than Samsung"},
			Con: []string{"Samsung is better than Apple", "iPhones are overpriced", "Everyone should switch to Android"},
		},
		"Tea is better than coffee.": {
			Pro: []string{"Tea beats coffee", "Coffee is worse than tea", "People should drink tea instead of coffee"},
			Con: []string{"I prefer coffee to tea", "Tea is boring compared to coffee", "Nothing beats coffee, not even tea"},
		},
		"Life in the city is better than life in the countryside.": {
			Pro: []string{"The countryside is boring", "Everyone should live in a city", "Country life is worse than city life"},
			Con: []string{"City life is stressful", "Living in a village is better", "The countryside is better than the city"},
		},
		"Space exploration is worth its money.": {
			Pro: []string{"We should go to Mars", "NASA should get more money", "Space exploration is not a waste of money"},
			Con: []string{"NASA is a waste of taxpayers' money", "We should fix Earth before exploring space", "Space programs should be cut"},
		},
		"Gun laws should be stricter.": {
			Pro: []string{"Guns should be banned", "We need stricter gun laws", "Gun laws are not strict enough", "There are too many guns"},
			Con: []string{"Gun control doesn't work", "Guns don't kill people, people kill people", "I have a right to bear arms", "Gun laws are too strict"},
		},
		"Cannabis should be legal.": {
			Pro: []string{"We should legalize weed", "Weed is less harmful than alcohol", "Nobody should go to jail for weed"},
			Con: []string{"Weed is a gateway drug", "Marijuana should remain illegal", "Legalizing weed is a mistake"},
		},
		"Animal testing should be banned.": {
			Pro: []string{"Cosmetics should not be tested on animals", "We must stop testing on animals", "There are alternatives to animal testing"},
			Con: []string{"Animal research saves human lives", "Animal testing is not cruel", "Scientists should be allowed to test on animals"},
		},
		"Tipping should be abolished.": {
			Pro: []string{"Tipping culture is out of control", "Nobody should have to tip", "Restaurants should pay fair wages instead of tips"},
			Con: []string{"You should always tip", "Waiters deserve tips", "Not tipping is rude"},
		},
		"E-books are better than paper books.": {
			Pro: []string{"Paper books are obsolete", "Kindle is better than paper books", "E-books should replace paper books"},
			Con: []string{"Nothing beats a real book", "E-books will never replace paper books", "I prefer paper books"},
		},
		"Exams should be abolished.": {
			Pro: []string{"Standardized testing is unfair", "Exams don't measure intelligence", "Exams should be replaced by coursework"},
			Con: []string{"Exams motivate students", "We need standardized tests", "Without exams students would not study"},
		},
		// Claims that share words with a topic, and are about none.
		"": {Pro: []string{"Parking space is a waste of money", "Wind turbines ruin the countryside", "Electric guitars are better", "Nobody should drink coffee",
			"College should be free", "Office plants are nice", "Robots are cool", "The Earth is beautiful", "Money is the root of evil", "School lunches should be healthy"}},
	} {
		for _, side := range []debate.Stance{debate.Pro, debate.Con} {
			for _, claim := range *wordings.of(side) {
				found, got := m.find(claim, debate.Pro)
				if found == nil {
					found = none
				}
				if found.claim != about || got != side {
					t.Errorf("%q was taken for %q as %s, not for %q as %s", claim, found.claim, got, about, side)
				}
			}
		}
	}
}

// TestFirstMessagesFindTheirTopic reads testdata/wordings.txt: under a heading
// with the user's side and a topic, first messages of people on that side.
func TestFirstMessagesFindTheirTopic(t *testing.T) {
	m := newModel(t, Options{})
	data, err := os.ReadFile("testdata/wordings.txt")
	if err != nil {
		t.Fatal(err)
	}
	tried := make(map[string]int)
	heading := ""
	for message := range strings.Lines(string(data)) {
		message = strings.TrimSpace(message)
		if about, ok := strings.CutPrefix(message, "# "); ok {
			heading = about
			continue
		}
		if message == "" {
			continue
		}
		tried[heading]++
		read, _ := claim.Read(message)
		found, side := m.find(read.Topic, read.Stance)
		if found == nil {
			t.Errorf("%q was read as %q, which finds no topic", message, read.Topic)
		} else if got := string(side.Opposite()) + ": " + found.claim; got != heading {
			t.Errorf("%q was taken for %q, not for %q", message, got, heading)
		}
	}
	for _, topic := range m.Topics() {
		for _, side := range []debate.Stance{debate.Pro, debate.Con} {
			if n := tried[string(side)+": "+topic.Claim]; n < 6 {
				t.Errorf("%d first messages for %s: %s", n, side, topic.Claim)
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
