package offline

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// spellings are replaced in words, so that rules see one form of each.
var spellings = strings.NewReplacer(
	"can't", "cannot", "won't", "will not", "n't", " not", " > ", " beats ", "not only", "", "can not", "cannot",
	"more harm than good", "harmful", "more good than harm", "helpful",
)

// words is a text in lower case with single spaces and nothing but letters,
// digits, hyphens and apostrophes within words.
func words(text string) string {
	text = spellings.Replace(strings.ToLower(strings.ReplaceAll(text, "’", "'")))
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '-'
	}), " ")
}

// stems are the content words of a text, without their endings.
type stems map[string]bool

func stemsOf(text string, more ...string) stems {
	s := make(stems)
	for _, t := range append(more, text) {
		for word := range strings.FieldsSeq(strings.ReplaceAll(words(t), "-", " ")) {
			if !common[word] {
				s[stem(word)] = true
			}
		}
	}
	return s
}

func (s stems) add(other stems) {
	for w := range other {
		s[w] = true
	}
}

func (s stems) addAll(list []string) {
	for _, w := range list {
		s[w] = true
	}
}

// list is what needs less memory, of those that are kept.
func (s stems) list() []string { return slices.Collect(maps.Keys(s)) }

// count is how many of the list are in s.
func (s stems) count(list []string) int {
	n := 0
	for _, w := range list {
		if s[w] {
			n++
		}
	}
	return n
}

func (s stems) without(other stems) stems {
	for w := range other {
		delete(s, w)
	}
	return s
}

// shared is how many stems both have.
func (s stems) shared(other stems) int {
	n := 0
	for w := range s {
		if other[w] {
			n++
		}
	}
	return n
}

func (s stems) equal(other stems) bool {
	return len(s) == len(other) && s.shared(other) == len(s)
}

// stem cuts the endings of English, roughly: it only has to give forms of a
// word the same stem, not a right one.
func stem(w string) string {
	w = strings.TrimSuffix(strings.Trim(w, "'"), "'s")
	if n := len(w); n > 4 && strings.HasSuffix(w, "ies") {
		w = w[:n-3] + "y"
	} else if n > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") {
		w = w[:n-1]
	}
	for _, ending := range []string{"liness", "iness", "ness", "ment", "able", "ion", "ing", "ful", "est", "ed", "er", "ly", "ty"} {
		if len(w) > len(ending)+2 && strings.HasSuffix(w, ending) {
			w = w[:len(w)-len(ending)]
			break
		}
	}
	if n := len(w); n > 3 && strings.Contains("eiy", w[n-1:]) {
		w = w[:n-1]
	}
	if n := len(w); n > 3 && w[n-1] == w[n-2] {
		w = w[:n-1]
	}
	return w
}

// common words say nothing about what a text is about.
var common = set(`a about after again all also always am an and another any anybody anyone anything are as at
	be because been before being both but by can cannot come could did do does doing done each even ever every
	everybody everyone everything few first for from get gets give go goes got had has have having he her here
	him his how however i if in into is it its itself just keep know less let like look lot made make makes many
	may me mean might more most much must my need never no nobody none nor not nothing now of off often on one
	only or other our out over own people put quite rather really right same say says see seem she should
	since so some somebody someone something still such take than that the their them themselves then there
	these they thing things think this those though through to too two under until up upon us use used very
	want was way we well were what when where whether which while who whole whom whose why will with within
	without would yes yet you your yours yourself i'm i've it's that's they're we're you're don't
	better best good great worse bad`)

func set(list string) map[string]bool {
	s := make(map[string]bool)
	for w := range strings.FieldsSeq(list) {
		s[w] = true
	}
	return s
}
