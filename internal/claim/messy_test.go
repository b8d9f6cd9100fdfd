package claim

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// opening is one labelled message; testdata/messy/README.md says what its fields mean.
type opening struct {
	Text  string `json:"text"`
	Topic string `json:"topic"`
	Span  string `json:"span"`
	Side  string `json:"side"`
	Ask   string `json:"ask"`
	Kind  string `json:"kind"`
	Lang  string `json:"lang"`
	tidy  bool
}

func TestMessyOpeningsAreWellFormed(t *testing.T) {
	seen := tidyMessages(t) // the letters of a message, to the line that has it
	for _, name := range []string{"train", "heldout"} {
		openings := readOpenings(t, "messy/"+name)
		none := 0
		spoken := map[string]int{}
		for i, o := range openings {
			at := fmt.Sprintf("%s.jsonl:%d", name, i+1)
			for _, problem := range o.problems() {
				t.Errorf("%s: %s: %q", at, problem, o.Text)
			}
			key := letters(o.Text)
			if first, dup := seen[key]; dup {
				t.Errorf("%s: the same message as %s: %q", at, first, o.Text)
			}
			seen[key] = at
			if o.Kind == "none" {
				none++
			}
			spoken[o.Lang]++
		}
		if none*7 < len(openings) {
			t.Errorf("%s.jsonl: %d of %d openings claim nothing; want at least one in seven", name, none, len(openings))
		}
		for _, lang := range []string{"en", "es", "pt", "fr", "de"} {
			if spoken[lang] == 0 {
				t.Errorf("%s.jsonl: no opening in %q", name, lang)
			}
		}
	}
}

// tidyMessages returns the messages of the older files, which no messy opening repeats.
func tidyMessages(t *testing.T) map[string]string {
	t.Helper()
	seen := map[string]string{}
	for _, name := range []string{"claims", "claims_heldout", "claims_openers"} {
		data, err := os.ReadFile("testdata/" + name + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
			var m struct{ Message string }
			if err := json.Unmarshal(line, &m); err != nil {
				t.Fatalf("%s.jsonl:%d: %v", name, i+1, err)
			}
			seen[letters(m.Message)] = fmt.Sprintf("%s.jsonl:%d", name, i+1)
		}
	}
	return seen
}

// letters drops what does not make two messages different: case, space and
// punctuation. A message of nothing else stays as it is.
func letters(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if len(words) == 0 {
		return s
	}
	return strings.Join(words, " ")
}

func (o opening) problems() []string {
	var found []string
	check := func(ok bool, problem string) {
		if !ok {
			found = append(found, problem)
		}
	}
	oneOf := func(s string, allowed ...string) bool { return slices.Contains(allowed, s) }
	check(strings.TrimSpace(o.Text) != "", "no text")
	check(oneOf(o.Lang, "en", "es", "pt", "fr", "de", "it"), "unknown language "+o.Lang)
	check(oneOf(o.Kind, "claim", "question", "none", "care", "declined"), "unknown kind "+o.Kind)
	if oneOf(o.Kind, "none", "care") {
		check(o.Topic+o.Span+o.Side+o.Ask == "", "a claim where there is none")
		return found
	}
	check(oneOf(o.Side, "PRO", "CON"), "side is neither PRO nor CON")
	check(oneOf(o.Ask, "oppose", "argue_for"), "ask is neither oppose nor argue_for")
	check(o.Topic != "" && strings.TrimSpace(o.Topic) == o.Topic, "no topic, or space around it")
	check(o.Span != "" && strings.Contains(o.Text, o.Span), "the span is not in the text")
	check(strings.TrimSpace(o.Span) == o.Span, "space around the span")
	return found
}

func readOpenings(t testing.TB, name string) []opening {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var openings []opening
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		dec := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		dec.DisallowUnknownFields()
		var o opening
		if err := dec.Decode(&o); err != nil {
			t.Fatalf("%s.jsonl:%d: %v", name, len(openings)+1, err)
		}
		o.tidy = strings.HasPrefix(name, "tidy")
		openings = append(openings, o)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return openings
}

// labelled is the opening in the terms of the older sets: its topic, in the
// writer's words too, and either of them without its negation on the other side.
func (o opening) labelled() labelled {
	l := labelled{Message: o.Text, Claim: o.Span != ""}
	if !l.Claim {
		return l
	}
	stance, other := o.Side, "PRO"
	if o.Ask != "argue_for" && o.Kind == "claim" {
		l.Stated = func(topic string) bool {
			said := letters(topic)
			return said == letters(o.Text) || said == letters(unframed(o.Text)) || o.Side == "PRO" && strings.Contains(letters(o.Text), said) && strings.Contains(said, letters(o.Span))
		}
	}
	if o.Ask != "argue_for" {
		stance = map[string]string{"PRO": "CON", "CON": "PRO"}[o.Side]
	}
	if stance == "PRO" {
		other = "CON"
	}
	for _, topic := range []string{o.Topic, o.Span} {
		l.Accept = append(l.Accept, struct{ Topic, Stance string }{topic, stance})
		var kept, done []string
		words := strings.Fields(spelledOut.Replace(topic))
		for i, w := range words {
			switch {
			case negations[strings.ToLower(w)]:
			case i+1 < len(words) && words[i+1] == "not" && (w == "do" || w == "does"):
				kept = append(kept, w)
			case i > 1 && words[i-1] == "not" && words[i-2] == "does":
				kept, done = append(kept, w), append(done, w+"s")
			default:
				kept, done = append(kept, w), append(done, w)
			}
		}
		if len(kept) == len(words)-1 {
			l.Accept = append(l.Accept, struct{ Topic, Stance string }{strings.Join(kept, " "), other}, struct{ Topic, Stance string }{strings.Join(done, " "), other})
		}
	}
	return l
}

var spelledOut = strings.NewReplacer("can't", "can not", "won't", "will not", "n't", " not", "n’t", " not", "cannot", "can not", "dont ", "do not ", "doesnt ", "does not ", "isnt ", "is not ", "arent ", "are not ", "shouldnt ", "should not ", "cant ", "can not ", "wont ", "will not ")

var negations = map[string]bool{"not": true, "no": true, "never": true, "não": true, "nicht": true, "pas": true, "nunca": true}
