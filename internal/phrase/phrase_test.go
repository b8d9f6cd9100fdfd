package phrase_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// lexicon has two languages and a few words.
func lexicon(t testing.TB) *phrase.Lexicon {
	t.Helper()
	l, err := phrase.NewLexicon(phrase.Words{
		Languages: []string{"en", "es"},
		Common:    map[string]string{"en": "the i you want to do not is", "es": "el yo quiero que no es"},
		Expand:    map[string]string{"dont": "do not", "wanna": "want to"},
		Classes: map[string]map[string]string{
			"pet":   {"en": "cat, dog, guinea (pig|pigs), kitt*", "es": "gato, perro"},
			"like":  {"en": "like, love, (am|is) fond of", "es": "me gusta"},
			"not":   {"en": "not, never", "es": "no"},
			"lead":  {"en": "that, because"},
			"tail":  {"en": "please, now"},
			"furry": {"any": "@pet, hamster"},
			"kill":  {"en": "kill, suicide"},
			"unit":  {"any": "mg"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestAMessageIsReadAsItWasMeant(t *testing.T) {
	l := lexicon(t)
	for message, want := range map[string]string{
		"The CAT, the Dog!":             "the cat, the dog.",
		"Élève ﬁne naïve Straße":        "eleve fine naive strasse.",
		"I don't want the cat's food":   "i do not want the cat food.",
		"You're late; he's here. Is he": "you are late. he here. is he.",
		"dont wanna":                    "do not want to.",
		"w4nt t0 k1ll":                  "want to kill.",
		"$uicide and k*ll":              "suicide and kill.",
		"I k i l l you":                 "i kill you.",
		"sui.cide":                      "suicide.",
		"killlll":                       "kill.",
		"с\u200bat":                     "cat.", // a Cyrillic letter, and one of no width
		"40mg of love?":                 "40 mg of love?",
		"ha 😂":                          "ha lol.",
		"":                              "",
		"!?…":                           "",
	} {
		text := l.Read(message)
		if got := text.String(); got != want {
			t.Errorf("%q is read as %q, want %q", message, got, want)
		}
		if again := l.Read(text.String()).String(); again != text.String() {
			t.Errorf("%q, read again, is %q", text.String(), again)
		}
	}
}

func TestSentencesQuestionsLanguageAndSourceAreKnown(t *testing.T) {
	text := lexicon(t).Read("Quiero el Gato. ¿No es que sí?")
	if text.Language() != "es" || text.Sentences() != 2 || text.Question(0) || !text.Question(1) {
		t.Errorf("language %q, %d sentences, questions %t %t", text.Language(), text.Sentences(), text.Question(0), text.Question(1))
	}
	if from, to := text.Sentence(1); text.SentenceAt(from) != 1 || text.Source(0, 3) != "Quiero el Gato" || to != text.Len() {
		t.Errorf("sentence 1 is %d to %d of %d, source %q", from, to, text.Len(), text.Source(0, 3))
	}
	if empty := lexicon(t).Read(" "); empty.Len() != 0 || empty.Language() != "" {
		t.Errorf("nothing has %d tokens in %q", empty.Len(), empty.Language())
	}
}

// found are the words of the matches of a pattern, a "-" before negated ones.
func found(t testing.TB, pattern, message string) string {
	t.Helper()
	l := lexicon(t)
	p, err := l.Compile(pattern, "en")
	if err != nil {
		t.Fatal(err)
	}
	var set phrase.Set
	set.Add(p, 7)
	text := l.Read(message)
	var all []string
	set.Find(text, func(m phrase.Match) bool {
		words := fmt.Sprint(m.ID, ":", text.Source(m.From, m.To))
		if m.Negated {
			words = "-" + words
		}
		all = append(all, words)
		return true
	})
	if within := p.Within(text, 0, text.Len()); within != (len(all) > 0) {
		t.Errorf("%q in %q: found %q, within %t", pattern, message, all, within)
	}
	return strings.Join(all, "; ")
}

func TestPatternsAreFoundWhereTheirNotationSaysSo(t *testing.T) {
	for _, c := range []struct{ pattern, message, want string }{
		{"i @like @pet", "well, I love cat food", "7:I love cat"},
		{"i @like @pet", "i am fond of guinea pigs", "7:i am fond of guinea pigs"},
		{"i @like @pet", "I love trees", ""},
		{"@like @pet", "I am fond of guinea pigs", "7:am fond of guinea pigs"},
		{"@pet", "a kitten and a cat", "7:kitten; 7:cat"},
		{"i (like|love) @pet?", "i like it", "7:i like"},
		{"i ..2 @pet", "i see a cat", "7:i see a cat"},
		{"i ..2 @pet", "i see a black cat", ""},
		{"i .. @pet", "i see. A cat", ""},
		{"i ~ @like", "i do not like", ""},
		{"i do ~ @like", "i do not like it", "-7:i do not like"},
		{"i ~ @like", "i like it", "7:i like"},
		{"i @like !@pet", "i like cat", ""},
		{"i @like !@pet", "i like soup", "7:i like"},
		{"< @pet", "cat, and dog; because dog", "7:cat; 7:dog"},
		{"< @pet", "the cat", ""},
		{"@pet >", "dog and cat please", "7:cat"},
		{"@like (cat|>)", "who do you love", "7:love"},
		{"@like (cat|>)", "you love soup", ""},
		{"@furry", "hamster cat", "7:hamster; 7:cat"},
	} {
		if got := found(t, c.pattern, c.message); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.pattern, c.message, got, c.want)
		}
	}
	l := lexicon(t)
	if p, err := l.Compile("@pet", "en"); err != nil || p.Within(l.Read("Yo quiero que el gato"), 0, 5) {
		t.Error("a pattern of English is found in Spanish: ", err)
	}
	if _, err := l.Compile("@like @pet", "en"); err == nil {
		t.Error("a pattern is taken that no text so far was read for")
	}
}

func TestWhatIsWrongWithWordsAndPatternsIsSaid(t *testing.T) {
	l := lexicon(t)
	for _, bad := range []string{"@nothing", "(a|b", "a) b", "..0 a", "..99 a", "a?", ".. ~"} {
		if _, err := l.Compile(bad, "en"); err == nil {
			t.Errorf("the pattern %q is taken", bad)
		}
	}
	if _, err := l.Compile("cat", "xx"); err == nil {
		t.Error("a pattern of an unknown language is taken")
	}
	for _, entry := range []string{"@nothing", "@loop", "a?", "a > b", "(a|b"} {
		_, err := phrase.NewLexicon(phrase.Words{Languages: []string{"en"}, Classes: map[string]map[string]string{"loop": {"en": entry}}})
		if err == nil {
			t.Errorf("the entry %q is taken", entry)
		}
	}
	if _, err := phrase.NewLexicon(phrase.Words{Common: map[string]string{"xx": "a"}}); err == nil {
		t.Error("words of an unknown language are taken")
	}
}

func FuzzReading(f *testing.F) {
	l, err := phrase.NewLexicon(phrase.Base())
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "k i l l", "don't w4nt 2", "\xff\xfe", "é\u0301\u200d$@!*|", "a.b.c?d!e", strings.Repeat("k*l ", 99)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, message string) {
		text := l.Read(message)
		for i := range text.Len() {
			if text.Word(i) == "" || text.SentenceAt(i) >= text.Sentences() || len(text.Source(i, i+1)) > len(message) {
				t.Fatalf("token %d of %q: %q in sentence %d of %d", i, message, text.Word(i), text.SentenceAt(i), text.Sentences())
			}
		}
	})
}
