package gate_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// example is one labelled message; testdata/README.md says what its fields mean.
type example struct {
	Text   string `json:"text"`
	Topic  string `json:"topic"`
	Stance string `json:"stance"`
	Want   string `json:"want"`
	Kind   string `json:"kind"`
	Lang   string `json:"lang"`
	Frame  string `json:"frame"`
}

var (
	verdicts  = strings.Fields("care declined settled debate")
	asides    = strings.Fields("winner summary my_best_argument source are_you_bot believe shorter simpler points not_answered thanks insult joke silence capabilities greeting concede new_topic language repeat goodbye argument")
	languages = strings.Fields("en es pt fr de")
)

func TestLabelledMessagesAreWellFormedAndMany(t *testing.T) {
	seen := map[string]string{} // text and topic, to the place that has them
	dangerous, harmless := 0, 0
	for _, name := range []string{"testdata/dev", "testdata/dev_more", "heldout/messages", "heldout/fresh", "heldout/situations", "heldout/people", "heldout/last", "heldout/blind", "heldout/voices", "heldout/owner", "heldout/openers"} {
		counts := checkExamples(t, name, verdicts, seen)
		dangerous += counts["care"] + counts["declined"]
		harmless += counts["debate"]
	}
	checkExamples(t, "testdata/train_declined", strings.Fields("declined settled debate"), seen)
	if dangerous < 140 || harmless < 260 {
		t.Errorf("%d dangerous and %d harmless messages; want at least 140 and 260", dangerous, harmless)
	}
	people, _ := filepath.Glob("testdata/train_people_*.jsonl") // the patterns are well-formed
	stories := []string{"testdata/train_people_18.jsonl", "testdata/train_people_19.jsonl", "testdata/train_care.jsonl", "heldout/middle.jsonl"}
	unsettled := "testdata/train_people_24.jsonl"
	for _, file := range append(people, "testdata/train_more.jsonl", "testdata/validate.jsonl") {
		if !slices.Contains(append(stories, unsettled), file) {
			checkExamples(t, strings.TrimSuffix(file, ".jsonl"), verdicts, seen)
		}
	}
	for _, file := range stories {
		checkExamples(t, strings.TrimSuffix(file, ".jsonl"), []string{"care", "debate"}, seen)
	}
	for _, name := range []string{"heldout/turns", "heldout/sight", "heldout/site_1", "heldout/site_2", "heldout/site_3", "heldout/site_4", strings.TrimSuffix(unsettled, ".jsonl")} {
		checkExamples(t, name, []string{"care", "declined", "debate"}, seen)
	}
	checkExamples(t, "testdata/train_days", []string{"care", "declined", "debate"}, seen)
	checkExamples(t, "testdata/train_near", []string{"care", "declined", "debate"}, seen)
	for _, name := range []string{"testdata/asides_dev", "heldout/asides", "heldout/asides_fresh", "heldout/asides_turns", "testdata/asides_train", "testdata/asides_people"} {
		checkExamples(t, name, asides, seen)
	}
}

// checkExamples reads a file of testdata, reports what is wrong with it, and
// returns how many examples it has of each label. Every label and every language
// must occur.
func checkExamples(t *testing.T, name string, labels []string, seen map[string]string) map[string]int {
	t.Helper()
	counts, spoken := map[string]int{}, map[string]int{}
	for line, ex := range readExamples(t, name) {
		at := fmt.Sprintf("%s.jsonl:%d", name, line+1)
		for _, problem := range problems(ex, labels) {
			t.Errorf("%s: %s", at, problem)
		}
		key := strings.Join(strings.Fields(strings.ToLower(ex.Text+" # "+ex.Topic)), " ")
		if first, dup := seen[key]; dup {
			t.Errorf("%s: the same message as %s: %q", at, first, ex.Text)
		}
		seen[key] = at
		counts[ex.Want]++
		spoken[ex.Lang]++
	}
	for _, label := range labels {
		if counts[label] == 0 {
			t.Errorf("%s.jsonl: no example of %q", name, label)
		}
	}
	for _, lang := range languages {
		if spoken[lang] == 0 {
			t.Errorf("%s.jsonl: no example in %q", name, lang)
		}
	}
	return counts
}

func problems(ex example, labels []string) []string {
	var found []string
	check := func(ok bool, format string, args ...any) {
		if !ok {
			found = append(found, fmt.Sprintf(format, args...))
		}
	}
	aside := slices.Contains(labels, "argument")
	check(strings.TrimSpace(ex.Text) != "", "no text")
	check(slices.Contains(labels, ex.Want), "want is %q, not one of %q", ex.Want, labels)
	check(slices.Contains(languages, ex.Lang), "lang is %q, not one of %q", ex.Lang, languages)
	check(slices.Contains([]string{"", "PRO", "CON"}, ex.Stance), "stance is %q, not PRO, CON or empty", ex.Stance)
	check(ex.Stance == "" || ex.Topic != "", "a stance with no topic")
	check(slices.Contains([]string{"", "for", "against", "assert", "question", "report"}, ex.Frame), "frame is %q", ex.Frame)
	check(aside == (ex.Kind == ""), "kind is %q: a message to the gate has one, an aside has none", ex.Kind)
	check(!aside || ex.Topic != "", "an aside with no topic")
	return found
}

func readExamples(t testing.TB, name string) []example {
	t.Helper()
	data, err := os.ReadFile(name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var examples []example
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		dec := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		dec.DisallowUnknownFields()
		var ex example
		if err := dec.Decode(&ex); err != nil {
			t.Fatalf("%s.jsonl:%d: %v", name, len(examples)+1, err)
		}
		examples = append(examples, ex)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return examples
}
