package offline

import (
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// statements are claims that read well behind "that" and in quotes.
var statements = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`^(?:[^ ?!,:.]+ ){1,}(?:is|are|should|must|can|cannot|could|does|do|has|have|makes?|needs?|will|was|isn't|aren't|shouldn't|don't|doesn't|works?|kills?) [^?!,:.]+$`),
	"es": regexp.MustCompile(`^(?:[^ ¿¡?!,:.]+ ){1,}(?:es|son|está|están|debería|deberían|debe|deben|tiene|tienen|hace|hacen|hay|sirve|sirven|mata|matan|no) [^¿¡?!,:.]+$`),
}

// unframed is how a claim begins that does not: with who says it, or what is to be done.
var unframed = regexp.MustCompile(`^(?:i|i'm|we|my|why|no|ban|abolish|stop|yo|mi|hay)\b`)

// Who denies a claim of the bank in words around it was met by their own side three times in four,
// since the words of the claim outweighed those around it: "nobody can tell me that zoos are cruel".
func TestWhatIsSaidAroundAClaimTellsItsSide(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/frames_heldout.txt")
	if err != nil {
		t.Fatal(err)
	}
	frames := make(map[string][]string) // by language
	for line := range strings.Lines(string(data)) {
		if language, frame, ok := strings.Cut(strings.TrimSpace(line), " "); ok && language != "#" {
			frames[language] = append(frames[language], frame)
		}
	}
	m := newModel(t, Options{})
	spanish, err := m.spanish()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []*knowledge{english(t, m), spanish} {
		random := rand.New(rand.NewPCG(3, 4))
		got := make(map[string]*findings)
		for _, s := range k.subjects {
			for _, side := range []debate.Stance{debate.Pro, debate.Con} {
				claims := s.Claims.Of(side)
				said := claims[random.IntN(len(claims))]
				if !statements[k.language].MatchString(said) || unframed.MatchString(said) {
					continue
				}
				for range 3 {
					kind, frame, _ := strings.Cut(frames[k.language][random.IntN(len(frames[k.language]))], " ")
					if got[kind] == nil {
						got[kind] = new(findings)
					}
					got[kind].add(k, m, s, strings.ReplaceAll(frame, "@", said), map[string]debate.Stance{"+": side, "a": side, "-": side.Opposite(), "f": side.Opposite()}[kind])
				}
			}
		}
		for kind, most := range mostOwnSide[k.language] {
			f := got[kind]
			t.Logf("%s %s: %+v", k.language, kind, *f)
			if 100*f.wrong > most*f.all {
				t.Errorf("%s %s: %d of %d are met by their own side, at most %d %% may be", k.language, kind, f.wrong, f.all, most)
			}
		}
	}
}

// mostOwnSide is how many may be met by their own side, in per cent: of those who hold a claim, deny it,
// and ask for the case for it and against it. Before what is around a claim was read by a network it was 4, 76, 49
// and 11 in English, 1, 93, 72 and 2 in Spanish.
var mostOwnSide = map[string]map[string]int{
	"en": {"+": 14, "-": 20, "f": 11, "a": 10},
	"es": {"+": 25, "-": 22, "f": 20, "a": 5},
}

// add adds what becomes of a message about a topic whose writer is on a side of it.
func (f *findings) add(k *knowledge, m *Model, topic *subject, message string, user debate.Stance) {
	f.all++
	read, sure := claim.Read(message)
	read, sure = m.ReadTopic(message, read, sure)
	s, bot := k.findIn(debate.Prompt{Topic: read.Topic, Stance: read.Stance, Message: message, Number: 1, Language: read.Language})
	switch {
	case sure < 0.6: // the service asks
		f.asked++
	case s == nil || s.Name != topic.Name:
		f.none++
	case bot == user:
		f.wrong++
	default:
		f.right++
	}
}

// Who denies a claim and says why was met by their own side: of "nobody can tell me that fur is fine", with
// "animals suffer in tiny cages" in the next line, only the words counted.
func TestADeniedClaimKeepsItsSideBesideItsReasons(t *testing.T) {
	m := newModel(t, Options{})
	for message, want := range map[string]struct {
		topic string
		bot   debate.Stance
	}{
		"nobody can tell me that fur is fine\nanimals suffer in tiny cages":                  {"fur", debate.Con},
		"nobody can tell me that fur is fine, animals suffer in tiny cages":                  {"fur", debate.Con},
		"nobody can tell me that fur isn't cruel, they live in tiny cages":                   {"fur", debate.Con},
		"nobody can tell me that zoos are fine\nanimals suffer in tiny cages":                {"zoos", debate.Con},
		"nobody can tell me that zoos are cruel. the animals live longer there":              {"zoos", debate.Pro},
		"no one will convince me that homework is useful. kids are exhausted":                {"homework", debate.Con},
		"i don't buy that electric cars are clean. the batteries need cobalt":                {"electric-cars", debate.Pro},
		"how can anyone say zoos are good. elephants go crazy there":                         {"zoos", debate.Con},
		"i refuse to believe that zoos help animals, they pace up and down all day":          {"zoos", debate.Con},
		"nadie me va a convencer de que los zoos son buenos, los animales sufren en jaulas":  {"zoos", debate.Con},
		"no me digas que la energia nuclear es segura, mira chernobil":                       {"nuclear-power", debate.Pro},
		"it's a lie that vaccines are dangerous, my kid is fine":                             {"vaccination", debate.Con},
		"you can't tell me school uniforms help. kids get bullied anyway":                    {"school-uniforms", debate.Pro},
		"don't tell me working from home makes you lazy, i work until nine":                  {"remote-work", debate.Con},
		"no creo que los deberes sirvan para nada, mi hija llora cada tarde con los deberes": {"homework", debate.Con},
	} {
		subject, sure := claim.Read(message)
		subject, _ = m.ReadTopic(message, subject, sure)
		k := english(t, m)
		if subject.Language == "es" {
			k = spanish(t, m)
		}
		s, bot := k.findIn(debate.Prompt{Topic: subject.Topic, Stance: subject.Stance, Message: message, Number: 1, Language: subject.Language})
		if s == nil || s.Name != want.topic || bot != want.bot {
			t.Errorf("%q, read as %s of %q, is met by %s of %v", message, subject.Stance, subject.Topic, bot, s)
		}
	}
}
