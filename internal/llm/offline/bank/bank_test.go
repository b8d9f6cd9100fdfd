package bank

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// categories are those of the topics, by language.
var categories = map[string][]string{
	"en": {"technology", "society", "education", "science", "everyday", "sport", "environment", "ethics", "culture", "economy"},
	"es": {"tecnología", "sociedad", "educación", "ciencia", "cotidiano", "deporte", "medio ambiente", "ética", "cultura", "economía"},
}

var update = flag.Bool("update", false, "pack bank.zip anew")

// TestTheTextsArePacked compares bank.zip with the files that it is made of.
func TestTheTextsArePacked(t *testing.T) {
	texts := make(map[string][]byte)
	add := func(name string, content any) {
		data, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = data
	}
	here := os.DirFS(".")
	for _, language := range Languages {
		for _, folder := range []string{language, "general/" + language} {
			topics, err := readFiles(here, folder)
			if err != nil || len(topics) == 0 {
				t.Fatal(folder, len(topics), err)
			}
			for _, topic := range topics {
				add(folder+"/"+topic.Name, topic)
				topic.Pro, topic.Con = Case{}, Case{}
			}
			add(folder+headsOf, topics)
		}
		grounds, err := readGrounds(here, language)
		if err != nil {
			t.Fatal(err)
		}
		add("grounds/"+language, grounds)
		schemes, err := readSchemes(here, language)
		if err != nil {
			t.Fatal(err)
		}
		add("schemes/"+language, schemes)
		things, err := readThings(here, language)
		if err != nil {
			t.Fatal(err)
		}
		add("things/"+language, things)
	}
	if *update {
		pack(t, texts)
		return
	}
	files, err := files()
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string][]byte)
	for _, file := range files.File {
		if found[file.Name], err = fs.ReadFile(files, file.Name); err != nil {
			t.Fatal(err)
		}
	}
	if !maps.EqualFunc(found, texts, bytes.Equal) {
		t.Errorf("bank.zip is not what the files say, of which it makes %d; run: go generate ./internal/llm/offline/bank", len(texts))
	}
}

func pack(t *testing.T, texts map[string][]byte) {
	t.Helper()
	var file bytes.Buffer
	to := zip.NewWriter(&file)
	to.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		w, err := to.Create(name)
		if err == nil {
			_, err = w.Write(texts[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(to.Close(), os.WriteFile("bank.zip", file.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// TestTheTextsAreUpToTheBar has a subtest for each file: -run 'Bar/en/cannabis'.
func TestTheTextsAreUpToTheBar(t *testing.T) {
	for _, language := range Languages {
		topics, err := Read(language)
		if err != nil {
			t.Error(err)
		}
		for _, topic := range topics {
			t.Run(language+"/"+topic.Name, func(t *testing.T) {
				for _, f := range faults(topic) {
					t.Error(f)
				}
				for _, m := range lacks(topic) {
					t.Error(m)
				}
			})
		}
	}
	for _, language := range Languages {
		general, err := General(language)
		if err != nil || len(general) == 0 {
			t.Errorf("%s: %d general topics, %v", language, len(general), err)
		}
		for _, topic := range general {
			t.Run("general/"+language+"/"+topic.Name, func(t *testing.T) {
				for _, f := range faults(topic) {
					t.Error(f)
				}
			})
		}
	}
}

// The texts of a thing, and the length of each in words.
const (
	fewestThings             = 2
	shortestThing, longThing = 6, 26
)

// ofSomebody are words that only who speaks for themself says, by language; a thing's texts speak for nobody.
var ofSomebody = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(^|[^\pL'])(I|[Mm]y|me|[Ww]e|[Oo]ur|us)($|\PL)`),
	"es": regexp.MustCompile(`(?i)(^|\PL)(yo|mis?|nosotros|nuestr[oa]s?)($|\PL)`),
}

// TestTheThingsAreUpToTheBar reads all that is known of everyday things.
func TestTheThingsAreUpToTheBar(t *testing.T) {
	ids := make(map[string][]string)
	for _, language := range Languages {
		things, err := Things(language)
		if err != nil || len(things) == 0 {
			t.Fatal(language, len(things), err)
		}
		names, texts := make(map[string]string), make(map[string]string)
		for _, thing := range things {
			ids[language] = append(ids[language], thing.ID)
			for _, name := range thing.Names {
				if name != strings.ToLower(name) || names[name] != "" || name == "" {
					t.Errorf("%s/%s: the name %q is not in lower case, or %q has it too", language, thing.ID, name, names[name])
				}
				names[name] = thing.ID
			}
			if len(thing.Names) == 0 || min(len(thing.Good), len(thing.Bad), len(thing.Beside)) < fewestThings {
				t.Errorf("%s/%s: takes a name, and %d texts or more of each sort", language, thing.ID, fewestThings)
			}
			for _, text := range slices.Concat(thing.Good, thing.Bad, thing.Beside) {
				for _, fault := range faultsOfThing(language, text) {
					t.Errorf("%s/%s: %s: %q", language, thing.ID, fault, text)
				}
				if texts[text] != "" {
					t.Errorf("%s/%s: %s has it too: %q", language, thing.ID, texts[text], text)
				}
				texts[text] = thing.ID
			}
		}
	}
	if !slices.Equal(ids["en"], ids["es"]) {
		t.Error("the languages have other things, or in another order")
	}
}

// faultsOfThing tells what is wrong with a text of a thing.
func faultsOfThing(language, text string) (wrong []string) {
	if n := len(strings.Fields(text)); n < shortestThing || n > longThing {
		wrong = append(wrong, fmt.Sprintf("%d words, takes %d to %d", n, shortestThing, longThing))
	}
	if !strings.HasSuffix(text, ".") || strings.ContainsAny(text, "?!0123456789") {
		wrong = append(wrong, "is no statement without figures")
	}
	if ofSomebody[language].MatchString(text) {
		wrong = append(wrong, "speaks for somebody")
	}
	for _, b := range banned {
		if b.pattern.MatchString(text) {
			wrong = append(wrong, b.why)
		}
	}
	return wrong
}

func TestTheBarOfThingsIsChecked(t *testing.T) {
	for _, text := range []string{
		"Too short.", "Everybody in this street has owned 3 of them for years.", "Who has never wanted one of these in the kitchen?",
		"In our house nobody has ever used one of these twice.",
	} {
		if len(faultsOfThing("en", text)) == 0 {
			t.Errorf("takes %q", text)
		}
	}
}

// lacks tells what a topic has too little of.
func lacks(t *Topic) (missing []string) {
	few := func(where, what string, got, least int) {
		if got < least {
			missing = append(missing, fmt.Sprintf("%s: %d %s, needs %d", where, got, what, least))
		}
	}
	few("names", "names", len(t.Names), 2)
	for _, side := range []debate.Stance{debate.Pro, debate.Con} {
		name := strings.ToLower(string(side))
		few("claims."+name, "claims", len(t.Claims.Of(side)), 12)
		few("cues."+name, "cues", len(t.Cues.Of(side)), 8)
		c := t.Of(side)
		few(name, "words of case", len(strings.Fields(c.Case)), 1)
		few(name, "words of closing", len(strings.Fields(c.Closing)), 1)
		few(name, "arguments", len(c.Arguments), 6)
		few(name, "answers", len(c.Answers), 10)
		few(name, "questions", len(c.Questions), 5)
		few(name, "concedes", len(c.Concedes), 2)
		for _, a := range c.Arguments {
			few(name+".arguments."+a.ID, "words of point", len(strings.Fields(a.Point)), 1)
		}
		for _, a := range c.Answers {
			few(name+".answers."+a.ID, "words of to", len(strings.Fields(a.To)), 1)
			few(name+".answers."+a.ID, "wordings in said", len(a.Said), 6)
		}
		for _, a := range c.Questions {
			few(name+".questions."+a.ID, "wordings in asked", len(a.Asked), 4)
		}
		for _, a := range c.Concedes {
			few(name+".concedes."+a.ID, "wordings in said", len(a.Said), 2)
		}
	}
	return missing
}

// Phrases that no text may have, in either language.
var banned = []struct {
	why     string
	pattern *regexp.Regexp
}{
	{"a figure in per cent: nobody can check it", regexp.MustCompile(`\d ?(%|per ?cent\b|por ciento\b)`)},
	{"a source that is none", regexp.MustCompile(`(?i)\b(studies|research|researchers|surveys|statistics|experts) (show|shows|prove|proves|say|says|suggest|suggests|found|find|finds|agree)\b` +
		`|\baccording to (studies|research|experts)\b|\b(estudios|investigaciones|encuestas|estadísticas) (muestran|demuestran|dicen|prueban|sugieren|indican|coinciden)\b|\bsegún (los |unos |varios )?(estudios)\b`)},
	{"gives up its side", regexp.MustCompile(`(?i)(^|[.!?] )(I agree|I concede|you are right|you're right|I was wrong|you win|tienes razón|estoy de acuerdo|me rindo)\b`)},
	{"speaks of what the user says", regexp.MustCompile(`(?i)\b((when|what|since) you (say|claim)|your (point|argument)|(como|lo que|si) dices|tu argumento)\b`)},
	{"says what has not been answered, which it cannot know", regexp.MustCompile(`(?i)\b(not (yet )?(been )?answered|(remains|is still) unanswered|nobody has answered|no se ha (respondido|contestado)|sin respuesta)\b`)},
	{"a slot or a line end", regexp.MustCompile(`[{}\n]`)},
}

// sizes are the least and the most words of a text.
var sizes = map[string][2]int{
	"case": {40, 70}, "arguments": {35, 65}, "answers": {30, 65}, "questions": {20, 55}, "concedes": {25, 50}, "closing": {30, 55},
}

// maxPoint is the most words of an argument in one sentence, maxObjection those
// of an objection.
const (
	maxPoint     = 14
	maxObjection = 20
)

// faults tells what is wrong in what a topic has.
func faults(t *Topic) (wrong []string) {
	fault := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if !slices.Contains(categories[t.Language], t.Category) {
		fault("category %q is none of %v", t.Category, categories[t.Language])
	}
	if !strings.HasSuffix(t.Claim, ".") || slices.ContainsFunc(strings.Fields(strings.ToLower(t.Claim)), func(w string) bool { return w == "not" || w == "no" }) {
		fault("the topic %q is not a positive sentence that ends with a full stop", t.Claim)
	}
	phrases := func(where string, list []string) {
		seen := make(map[string]bool)
		for _, p := range list {
			if p != strings.ToLower(p) || p != strings.Join(strings.Fields(p), " ") || p == "" {
				fault("%s: %q is not in lower case with single spaces", where, p)
			}
			if seen[p] {
				fault("%s: %q comes twice", where, p)
			}
			seen[p] = true
		}
	}
	phrases("names", t.Names)
	for _, both := range [][2][]string{{t.Claims.Pro, t.Claims.Con}, {t.Cues.Pro, t.Cues.Con}} {
		phrases("claims or cues", slices.Concat(both[0], both[1]))
	}
	for _, side := range []debate.Stance{debate.Pro, debate.Con} {
		c := t.Of(side)
		beginnings := make(map[string]string)
		text := func(list, id, text string) {
			where := strings.ToLower(string(side)) + "." + list + "." + id
			fields := strings.Fields(text)
			if size := sizes[list]; len(fields) < size[0] || len(fields) > size[1] {
				fault("%s: %d words, takes %d to %d", where, len(fields), size[0], size[1])
			}
			for _, b := range banned {
				if found := b.pattern.FindString(text); found != "" {
					fault("%s: %s: %q", where, b.why, found)
				}
			}
			if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "!") && !strings.HasSuffix(text, "?") {
				fault("%s: does not end a sentence", where)
			}
			beginning := strings.ToLower(strings.Join(fields[:min(len(fields), 3)], " "))
			if other := beginnings[beginning]; other != "" {
				fault("%s: begins with %q like %s", where, beginning, other)
			}
			beginnings[beginning] = where
			if t.Language == "en" && strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII && !unicode.IsLetter(r) }) {
				fault("%s: a sign that is not ASCII", where)
			}
		}
		if c.Case != "" {
			text("case", "", c.Case)
		}
		if c.Closing != "" {
			text("closing", "", c.Closing)
		}
		for list, texts := range map[string][]Text{"arguments": c.Arguments, "answers": c.Answers, "questions": c.Questions, "concedes": c.Concedes} {
			for _, one := range texts {
				text(list, one.ID, one.Text)
				phrases(list+"."+one.ID, append(one.Said, one.Asked...))
				if n := len(strings.Fields(one.Point)); n > maxPoint {
					fault("%s.%s: a point of %d words, takes %d", list, one.ID, n, maxPoint)
				}
				if n := len(strings.Fields(one.To)); n > maxObjection {
					fault("%s.%s: an objection of %d words, takes %d", list, one.ID, n, maxObjection)
				}
			}
		}
	}
	return wrong
}

// TestBothLanguagesHaveTheSameTexts compares the topics that are in both.
func TestBothLanguagesHaveTheSameTexts(t *testing.T) {
	english, err := Read("en")
	if err != nil {
		t.Fatal(err)
	}
	spanish, err := Read("es")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range spanish {
		if !slices.ContainsFunc(english, func(e *Topic) bool { return e.Name == s.Name }) {
			t.Errorf("%s is in Spanish only", s.Name)
		}
	}
	for _, e := range english {
		i := slices.IndexFunc(spanish, func(s *Topic) bool { return s.Name == e.Name })
		if i < 0 {
			t.Logf("%s is in English only", e.Name)
			continue
		}
		for _, side := range []debate.Stance{debate.Pro, debate.Con} {
			here, there := e.Of(side), spanish[i].Of(side)
			for list, both := range map[string][2][]Text{"arguments": {here.Arguments, there.Arguments}, "answers": {here.Answers, there.Answers},
				"questions": {here.Questions, there.Questions}, "concedes": {here.Concedes, there.Concedes}} {
				if !slices.Equal(idsOf(both[0]), idsOf(both[1])) {
					t.Errorf("%s: %s.%s: %v in English, %v in Spanish", e.Name, side, list, idsOf(both[0]), idsOf(both[1]))
				}
			}
		}
	}
}

func idsOf(texts []Text) (ids []string) {
	for _, t := range texts {
		ids = append(ids, t.ID)
	}
	slices.Sort(ids)
	return ids
}

const good = `topic: Tea is good.
category: everyday
names: [tea]
pro:
  arguments:
    - id: calm
      point: It calms.
      text: Tea calms.
  answers:
    - id: dull
      to: It is dull.
      said: [dull]
      text: Dull is what the tired want.
`

func TestABadFileIsAnErrorThatNamesItAndWhatIsWrong(t *testing.T) {
	for name, tt := range map[string]struct{ old, replacement, want string }{
		"no yaml":           {"topic: ", "topic: ]", "bad.yaml"},
		"unknown field":     {"category:", "categori:", "categori"},
		"no category":       {"category: everyday\n", "", "needs topic, category, and names or forms"},
		"no id":             {"id: calm", "id: ''", "pro.arguments[0]: needs an id"},
		"no text":           {"text: Tea calms.", "text: ''", "pro.arguments[0]: needs an id"},
		"id twice":          {"  answers:", "    - {id: calm, text: Again.}\n  answers:", "the id calm comes twice"},
		"of another kind":   {"to: It is dull.", "point: It is dull.", "pro.answers[0] (dull): has a field of another kind"},
		"argument with to":  {"point: It calms.", "to: It calms.", "pro.arguments[0] (calm): has a field of another kind"},
		"a side misspelled": {"\npro:", "\nprro:", "prro"},
	} {
		bad := strings.Replace(good, tt.old, tt.replacement, 1)
		if bad == good {
			t.Fatalf("%s: no %q to replace", name, tt.old)
		}
		if _, err := readFiles(fstest.MapFS{"en/bad.yaml": {Data: []byte(bad)}}, "en"); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "bad.yaml") {
			t.Errorf("%s: error %v, want one with %q", name, err, tt.want)
		}
	}
	two := fstest.MapFS{"en/a.yaml": {Data: []byte(good)}, "en/b.yaml": {Data: []byte(good)}}
	if _, err := readFiles(two, "en"); err == nil || !strings.Contains(err.Error(), "b.yaml: has the topic of en/a.yaml") {
		t.Errorf("the same topic twice: %v", err)
	}
	if topics, err := readFiles(fstest.MapFS{"en/a.yaml": {Data: []byte(good)}}, "en"); err != nil || len(topics) != 1 || topics[0].Name != "a" || topics[0].Of(debate.Pro).Answers[0].To != "It is dull." {
		t.Errorf("a good file: %+v, error %v", topics, err)
	}
}

// TestTheBarIsChecked has one text that breaks each rule of the bar.
func TestTheBarIsChecked(t *testing.T) {
	ok := strings.TrimSpace(strings.Repeat("Plain words stand here for a text of some length ", 4)) + "."
	for name, tt := range map[string]struct{ text, want string }{
		"short":       {"Too short.", "2 words, takes 35 to 65"},
		"figure":      {"Half, or 50 % of all. " + ok, "a figure in per cent"},
		"source":      {"Studies show it. " + ok, "a source that is none"},
		"surrender":   {"You are right there. " + ok, "gives up its side"},
		"user":        {"When you say so, no. " + ok, "speaks of what the user says"},
		"no end":      {ok + " and", "does not end a sentence"},
		"not ASCII":   {"A “word”. " + ok, "not ASCII"},
		"begin alike": {"One two three. " + ok, "begins with \"one two three.\""},
	} {
		topic := &Topic{Name: "x", Language: "en", Claim: "Tea is good.", Category: "everyday"}
		topic.Pro.Arguments = []Text{{ID: "a", Text: tt.text}, {ID: "b", Text: "One two three. " + ok}}
		if found := strings.Join(faults(topic), "\n"); !strings.Contains(found, tt.want) {
			t.Errorf("%s: found %q, want %q", name, found, tt.want)
		}
	}
}

func TestAHeadReadsItsCases(t *testing.T) {
	topics, err := Read("es")
	if err != nil {
		t.Fatal(err)
	}
	heads, err := Heads("es")
	if err != nil || len(heads) != len(topics) {
		t.Fatal(len(heads), err)
	}
	for i, head := range heads {
		head.Claims.Pro = append(head.Claims.Pro, "heard since")
		if head.Claim != topics[i].Claim || len(head.Pro.Arguments) > 0 || len(head.Con.Arguments) > 0 {
			t.Errorf("%s is not the head of %s", head.Name, topics[i].Name)
		}
		for _, side := range []debate.Stance{debate.Pro, debate.Con} {
			if !reflect.DeepEqual(head.Of(side), topics[i].Of(side)) {
				t.Errorf("%s has another case for %s", head.Name, side)
			}
		}
		if !slices.Contains(head.Claims.Pro, "heard since") {
			t.Errorf("%s has forgotten what was heard since", head.Name)
		}
	}
}
