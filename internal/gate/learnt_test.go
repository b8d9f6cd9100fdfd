package gate

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/debate-chatbot/debate-api/internal/classify"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

var (
	update = flag.Bool("update", false, "learn from the labelled messages, going on from beginning.model, which takes some minutes")
	anew   = flag.Bool("anew", false, "and make beginning.model anew from nothing, which takes some more")
	gather = flag.Bool("gather", false, "and gather harmless.txt.gz anew from what other packages have now")
	folds  = flag.Int("folds", 0, "learn from all but one of so many parts, and measure on that one")
	parts  = flag.Int("parts", 1, "for so many of them")
)

// perilOf are the kinds of labelled messages of care, as categories; evilOf
// those of declined ones.
var (
	perilOf = map[string]Category{
		"suicide_direct": Suicide, "suicide_indirect": Suicide, "self_harm": SelfHarm, "eating_disorder": Eating,
		"danger_from_other": Abuse, "danger_to_other": Violence, "overdose": Emergency, "worry_for_other": Worry,
		"grief": Grief,
	}
	evilOf = map[string]Category{"cruelty": Cruelty, "hatred": Hatred, "atrocity_denial": Atrocity, "minors": Minors, "medical_danger": Medical}
)

// labelled is a message to learn from; testdata/README.md says what its fields
// mean. Openings of other tests have no label: they are debates.
type labelled struct {
	Text, Message string
	Topic, Stance string
	Want, Kind    string
	Lang          string
	Frame         string
	Ask, Side     string  // of openings
	near          bool    // it was written to look like what is stopped
	weight        float64 // how much it counts, 0 as 1
}

// others are what other tests have labelled: openings, and what is said about debates.
var others = []string{"testdata/asides_dev.jsonl", "testdata/asides_train.jsonl", "../claim/testdata/messy/train.jsonl", "../claim/testdata/claims.jsonl", "../claim/testdata/claims_openers.jsonl"}

// objectionsLearnt are the objections of the bank that are learnt from, spread evenly over it: all would make two
// fifths of the lesson harmless, and more with each topic, so that danger was heard less. What was written for
// the gate counts writtenWeight times as much as that and as what a grid makes, and openings openingWeight times.
const (
	objectionsLearnt = 12000
	writtenWeight    = 3
	openingWeight    = 2
)

// validationEach is of how many messages of people one is kept to validate on.
const validationEach = 5

// validates says whether a message of testdata/train_people_*.jsonl is one that
// thresholds are chosen on, and that nothing learns from.
func validates(text string) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text)) // a hash never fails
	return h.Sum32()%validationEach == 0
}

// readValidation reads what thresholds are chosen on.
func readValidation(tb testing.TB) []labelled {
	tb.Helper()
	all := readFileOf(tb, "testdata/validate.jsonl")
	for _, name := range trainFiles(tb) {
		if strings.Contains(name, "train_people_") {
			all = append(all, slices.DeleteFunc(readFileOf(tb, name), func(m labelled) bool { return !validates(m.Text) })...)
		}
	}
	return all
}

// trainFiles are those of testdata that training reads.
func trainFiles(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob("testdata/train_*.jsonl")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no messages to learn from: %v", err)
	}
	return files
}

// readLabelled reads what was labelled for the gate, and what else training learns from.
func readLabelled(tb testing.TB) (own, more []labelled) {
	tb.Helper()
	own = readOwn(tb)
	more, _ = readHarmless(tb)
	return append(own, argued(tb)...), append(more, joined(own, more)...)
}

// harmless has what people say elsewhere: openings, some to measure on, objections, and what is said about debates.
// It is gathered from other packages now and then, and not read from them, so that who works on them changes
// nothing of what the gate's training makes.
const harmless = "testdata/harmless.txt.gz"

// gathered is a message of others, and what else is known of it.
type gathered struct {
	Text, Kind, Frame, Lang string  `json:",omitempty"`
	Weight                  float64 `json:",omitempty"`
	Measured                bool    `json:",omitempty"`
}

// readHarmless reads what was gathered: what to learn from, and openings to choose by how ready to find danger it is.
func readHarmless(tb testing.TB) (learn, measured []labelled) {
	tb.Helper()
	file, err := os.Open(harmless)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		tb.Fatal(err)
	}
	for lines := json.NewDecoder(unpacked); lines.More(); {
		var g gathered
		if err := lines.Decode(&g); err != nil {
			tb.Fatalf("%s: %v", harmless, err)
		}
		m := labelled{Text: g.Text, Want: "debate", Kind: g.Kind, Frame: g.Frame, Lang: g.Lang, weight: g.Weight}
		if g.Measured {
			measured = append(measured, m)
		} else {
			learn = append(learn, m)
		}
	}
	return learn, measured
}

// gatherHarmless stores what other packages have now.
func gatherHarmless(t *testing.T) {
	t.Helper()
	var more []labelled
	for _, name := range others {
		more = append(more, readFileOf(t, name)...)
	}
	learn, _ := objections(t)
	var some []string
	for i := range min(len(learn), objectionsLearnt) {
		some = append(some, learn[i*len(learn)/min(len(learn), objectionsLearnt)])
	}
	for _, text := range append(some, scripted(t)...) {
		more = append(more, labelled{Text: text, Want: "debate", Kind: "argued"})
	}
	learnt, measured := openings(t)
	var packed bytes.Buffer
	file := gzip.NewWriter(&packed)
	write := func(all []labelled, measured bool) {
		for _, m := range all {
			if err := json.NewEncoder(file).Encode(gathered{m.Text, m.Kind, m.Frame, m.Lang, m.weight, measured}); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(append(more, learnt...), false)
	write(measured, true)
	if err := errors.Join(file.Close(), os.WriteFile(harmless, packed.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// readOwn are those of the gate itself, but for argued ones.
func readOwn(tb testing.TB) (own []labelled) {
	tb.Helper()
	for _, name := range append([]string{"testdata/dev.jsonl", "testdata/dev_more.jsonl"}, trainFiles(tb)...) {
		all := readFileOf(tb, name)
		if strings.Contains(name, "train_people_") {
			all = slices.DeleteFunc(all, func(m labelled) bool { return validates(m.Text) })
		}
		own = append(own, all...)
	}
	return append(own, gridded(tb)...)
}

// joined are long messages as people write them, made from short ones of one language: of a
// message with many sentences none of which tells of danger, more chances to look like that
// are no danger; and what tells of danger tells of much else as well.
func joined(own, more []labelled) (all []labelled) {
	random := rand.New(rand.NewPCG(7, 8))
	harmless, danger := make(map[string][]string), make(map[string][]labelled)
	for _, m := range slices.Concat(own, more) {
		lang := cmp.Or(m.Lang, "en")
		switch {
		case m.Want == "care" && m.Kind != "grief":
			danger[lang] = append(danger[lang], m)
		case m.Want == "debate" && m.Kind != "opposed_claim" && m.Kind != "quoted" && m.Lang != "":
			harmless[lang] = append(harmless[lang], m.Text)
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(danger)) {
		for i := range joinedEach[lang] {
			m := labelled{Want: "debate", Kind: "personal", Lang: lang, near: true}
			var said []string
			if i%joinedDanger == 0 {
				m = danger[lang][random.IntN(len(danger[lang]))]
				m.Topic, m.weight, said = "", 1, []string{m.Text}
			}
			for length := len(m.Text); length < leastJoined+random.IntN(mostJoined-leastJoined); {
				text := harmless[lang][random.IntN(len(harmless[lang]))]
				said, length = append(said, text), length+len(text)
			}
			random.Shuffle(len(said), func(i, j int) { said[i], said[j] = said[j], said[i] })
			m.Text = strings.Join(said, ". ")
			all = append(all, m)
		}
	}
	return all
}

// joinedEach is how many messages are joined in a language, of which one in joinedDanger tells of danger,
// and leastJoined and mostJoined how long they are, in bytes.
var joinedEach = map[string]int{"en": 4500, "es": 900, "pt": 500, "fr": 500, "de": 500}

const (
	joinedDanger            = 6
	leastJoined, mostJoined = 100, 350
)

// openings are what people open debates with, as the built-in opponent's finder of
// topics learns it: some to learn from, and some to measure on.
func openings(tb testing.TB) (learn, measure []labelled) {
	tb.Helper()
	danger, err := os.ReadFile("testdata/openings_of_danger.txt")
	files, _ := filepath.Glob("../llm/offline/testdata/train_*.txt") // the pattern is well-formed
	if err != nil || len(files) == 0 {
		tb.Fatalf("no openings: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			_, text, ok := strings.Cut(strings.TrimSpace(line), "\t")
			switch m := (labelled{Text: text, Want: "debate", Kind: "opening"}); {
			case !ok || strings.Contains(string(danger), "\n"+text+"\n"):
			case validates(text):
				measure = append(measure, m)
			default:
				m.weight = openingWeight
				learn = append(learn, m)
			}
		}
	}
	return learn, measure
}

// People argue from their own lives: "no iphone for me, I like owning the thing i bought"
// and "gracias a los perros existe la insulina" were answered with a crisis line.
func TestWhatOpensDebatesIsLeftAlone(t *testing.T) {
	g, err := New()
	if err != nil {
		t.Fatal(err)
	}
	_, measure := openings(t)
	stopped, helped := 0, 0
	for _, m := range measure {
		switch v := g.Check(Input{Message: m.Text}); {
		case v.Stops():
			stopped++
			t.Logf("%s, %s by %s: %q", v.Kind, v.Category, v.Rule, m.Text)
		case v.Help() != "":
			helped++
		}
	}
	t.Logf("%d of %d stopped, %d with a line of help", stopped, len(measure), helped)
	if helped*1000 > len(measure)*mostOpeningsHelped {
		t.Errorf("%d of %d with a line of help, want %d in a thousand at most", helped, len(measure), mostOpeningsHelped)
	}
	if stopped*1000 > len(measure)*mostOpeningsStopped {
		t.Errorf("%d of %d stopped, want %d in a thousand at most", stopped, len(measure), mostOpeningsStopped)
	}
}

// mostOpeningsStopped are those of what opens debates, in a thousand, and mostOpeningsHelped
// those that are debated with a line of help.
const (
	mostOpeningsStopped = 17
	mostOpeningsHelped  = 22
)

// Whatever danger may be, there is a line of help for it in every language.
func TestEveryConcernHasALineOfHelp(t *testing.T) {
	g, err := newRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range append(slices.Clone(perils), Medical) {
		if (helpProbability[c] > 0) != (c != Grief) || (debateHelpProbability[c] > 0) != (c != Grief) {
			t.Errorf("%s has the probabilities %.2f and %.2f", c, helpProbability[c], debateHelpProbability[c])
		}
		for language := range g.texts.Settled {
			if help := g.texts.Help[c][language]; (help == "") != (c == Grief) {
				t.Errorf("%s in %s: %q", c, language, help)
			}
		}
	}
}

// gridded are the messages of testdata/grid.yaml, but for those that are held out.
func gridded(tb testing.TB) (all []labelled) {
	tb.Helper()
	var grids map[string]struct {
		Words map[string]string
		Grid  []struct {
			Want, Kind, Frame, Say string
			Many                   int
		}
	}
	data, err := os.ReadFile("testdata/grid.yaml")
	if err == nil {
		err = yaml.Unmarshal(data, &grids)
	}
	if err != nil {
		tb.Fatal(err)
	}
	seen := make(map[string]bool)
	files, _ := filepath.Glob("heldout/*.jsonl") // the pattern is well-formed
	for _, name := range files {
		for _, m := range readFileOf(tb, name) {
			seen[strings.ToLower(m.Text)] = true
		}
	}
	random := rand.New(rand.NewPCG(5, 6))
	for _, key := range slices.Sorted(maps.Keys(grids)) {
		words, language := grids[key].Words, key[:len("en")]
		for _, row := range grids[key].Grid {
			for range row.Many {
				text := filled(tb, row.Say, words, random)
				if seen[strings.ToLower(text)] {
					continue
				}
				seen[strings.ToLower(text)] = true
				all = append(all, labelled{Text: text, Want: row.Want, Kind: row.Kind, Frame: row.Frame, Lang: language, near: true})
			}
		}
	}
	return all
}

// filled is one of the choices that stand between bars, its slots filled by chance.
func filled(tb testing.TB, choices string, words map[string]string, random *rand.Rand) string {
	tb.Helper()
	all := strings.Split(choices, "|")
	text := strings.TrimSpace(all[random.IntN(len(all))])
	for {
		before, rest, found := strings.Cut(text, "{")
		if !found {
			return strings.TrimSpace(strings.NewReplacer("  ", " ", " .", ".", " ,", ",").Replace(text))
		}
		slot, after, _ := strings.Cut(rest, "}")
		if words[slot] == "" {
			tb.Fatalf("grid.yaml: no words for {%s}", slot)
		}
		text = before + filled(tb, words[slot], words, random) + after
	}
}

func readFileOf(tb testing.TB, name string) (all []labelled) {
	tb.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var m labelled
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		m.Text = cmp.Or(m.Text, m.Message)
		if m.Want == "" && (m.Kind == "care" || m.Kind == "declined") {
			continue // of no kind that is told apart
		}
		if m.near = m.Want != "" && !strings.Contains(name, "asides"); !m.near {
			m.Topic, m.Want = "", "debate"
			m.Frame = map[string]string{"argue_forPRO": "for", "argue_forCON": "against", "opposePRO": "assert", "opposeCON": "assert"}[m.Ask+m.Side]
			if m.Kind == "question" {
				m.Frame = "question"
			}
			m.Kind = "opening"
		} else {
			m.weight = writtenWeight
		}
		all = append(all, m)
	}
	return all
}

// argued are sentences as they are said in the middle of debates.
func argued(tb testing.TB) (all []labelled) {
	tb.Helper()
	data, err := os.ReadFile("testdata/arguments.txt")
	if err != nil {
		tb.Fatal(err)
	}
	for text := range strings.Lines(string(data)) {
		sentences := strings.Split(strings.TrimSpace(text), ". ")
		all = append(all, labelled{Text: sentences[len(all)%len(sentences)], Want: "debate", Kind: "argued"})
	}
	return all
}

// objections are what people say in the middle of debates, as the built-in
// opponent's bank has it: two topics of three to learn from, and one to measure on.
func objections(tb testing.TB) (learn, measure []string) {
	tb.Helper()
	for _, language := range bank.Languages {
		topics, err := bank.Read(language)
		if err != nil {
			tb.Fatal(err)
		}
		for i, topic := range topics {
			for _, c := range []bank.Case{topic.Pro, topic.Con} {
				for _, t := range slices.Concat(c.Answers, c.Questions, c.Concedes) {
					if i%3 == 0 {
						measure = append(measure, slices.Concat(t.Said, t.Asked)...)
					} else {
						learn = append(learn, slices.Concat(t.Said, t.Asked)...)
					}
				}
			}
		}
	}
	return learn, measure
}

// scripted is what the users of the scripts of debate eval say to the bot.
func scripted(tb testing.TB) (said []string) {
	tb.Helper()
	files, err := filepath.Glob("../eval/scripts/*.yaml")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no scripts: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		var script struct{ Turns []struct{ Say string } }
		if err := yaml.Unmarshal(data, &script); err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		for _, turn := range script.Turns {
			if text := strings.TrimSpace(strings.NewReplacer("{claim}", "", "{point}", "").Replace(turn.Say)); text != "" {
				said = append(said, text)
			}
		}
	}
	return said
}

// A gate that stops a debate for what is said in it is broken too: "nobody takes it
// seriously" was answered with a crisis line.
func TestWhatPeopleSayInDebatesIsLeftAlone(t *testing.T) {
	g, err := New()
	if err != nil {
		t.Fatal(err)
	}
	_, measure := objections(t)
	stopped, helped, each := 0, 0, 1
	if testing.Short() {
		each = 8
	}
	measured := 0
	for i := 0; i < len(measure); i += each {
		measured++
		text := measure[i]
		switch v := g.Check(Input{Message: text, Topic: "Tea is better than coffee.", Side: Con}); {
		case v.Stops():
			stopped++
			t.Logf("%s, %s by %s: %q", v.Kind, v.Category, v.Rule, text)
		case v.Help() != "":
			helped++
		}
	}
	t.Logf("%d of %d stopped, %d with a line of help", stopped, measured, helped)
	if helped*1000 > measured*mostHelped {
		t.Errorf("%d of %d with a line of help, want %d in a thousand at most", helped, measured, mostHelped)
	}
	if stopped*1000 > measured*mostStopped {
		t.Errorf("%d of %d stopped, want %d in a thousand at most", stopped, measured, mostStopped)
	}
}

// sensed is what is read of one passage, a little of it in doubt.
func sensed(peril Category, danger float64, ask, state int) senses {
	s := sense{make([]float64, questions[questionPeril]), make([]float64, questions[questionAsks]), make([]float64, questions[questionState])}
	s[questionPeril][0], s[questionPeril][1+slices.Index(perils, peril)] = 1-danger, danger
	s[questionAsks][ask], s[questionState][state] = 0.9, 0.9
	return senses{s}
}

func TestWhatCannotWaitIsAnsweredAsThatAfterCare(t *testing.T) {
	for _, c := range []struct {
		before, peril Category
		danger        float64
		want          Category
	}{
		{Suicide, Emergency, 0.3, Emergency}, {Worry, Emergency, 0.98, Emergency}, {Suicide, Abuse, 0.45, Abuse}, {Worry, Violence, 0.98, Violence}, {Worry, Abuse, 0.45, Worry},
		{Abuse, Violence, 0.45, Violence}, {Violence, Emergency, 0.3, Emergency},
		{Suicide, Emergency, 0.1, Suicide}, {Worry, Emergency, 0.6, Worry}, {Emergency, Abuse, 0.9, Emergency}, {Worry, Abuse, 0.3, Worry}, {Worry, Suicide, 0.45, Worry}, {Grief, Worry, 0.45, Grief},
		{Violence, Abuse, 0.9, Violence},
	} {
		if got := sensed(c.peril, c.danger, askNothing, stateOther).another(c.before); got != c.want {
			t.Errorf("%s of %.1f after %s is answered as %s, want %s", c.peril, c.danger, c.before, got, c.want)
		}
	}
}

func TestAThreatIsStillOneUntilAnotherDangerIsCertain(t *testing.T) {
	for probability, want := range map[float64]Category{0.9: Violence, 0.98: Suicide} {
		if got := stillOf(Violence, Suicide, probability); got != want {
			t.Errorf("%.2f of suicide after a threat is answered as %s, want %s", probability, got, want)
		}
	}
}

// One passage that is not quite sure is no danger among many that tell of none.
func TestALongMessageIsDangerByAllItsPassages(t *testing.T) {
	for _, c := range []struct {
		passages []float64
		want     bool
	}{
		{[]float64{0.8, 0.6, 0.5}, true}, {[]float64{0.8, 0.01, 0.01}, false}, {[]float64{0.97, 0.01, 0.01}, true}, {[]float64{0.7, 0.7, 0.7}, false},
	} {
		var all senses
		for _, danger := range c.passages {
			all = append(all, sensed(Suicide, danger, askNothing, stateOther)...)
		}
		if got := all.longDanger(c.passages[0]); got != c.want {
			t.Errorf("%v is danger: %t", c.passages, got)
		}
	}
}

func TestWhatIsLearntToBeKnownIsAnExercise(t *testing.T) {
	for _, c := range []struct {
		ask, state int
		topic      string
		long       bool
		want       Kind
	}{
		{askFor, stateFalse, "", false, Settled}, {askNothing, stateTrue, "", false, Settled}, {askAgainst, stateTrue, "", false, Settled},
		{askFor, stateTrue, "", false, Debate}, {askNothing, stateFalse, "", false, Debate}, {askFor, stateOther, "", false, Debate},
		{askFor, stateDefends, "", false, Declined}, {askFor, stateFalse, "Zoos are cruel", false, Debate}, {askFor, stateFalse, "", true, Debate},
	} {
		read := sensed(Suicide, 0, c.ask, c.state)
		if c.long {
			read = append(read, read...)
		}
		v := Verdict{Kind: Debate}
		if read.judge(&v, Input{Message: "so", Topic: c.topic}); v.Kind != c.want {
			t.Errorf("asked %s, stated %d, on %q: %s, want %s", asks[c.ask], c.state, c.topic, v.Kind, c.want)
		}
	}
}

// mostStopped are those of what people say in debates, in a thousand, and mostHelped those
// that are answered with a line of help.
const (
	mostStopped = 3
	mostHelped  = 6
)

// exampleOf is what a message teaches.
func exampleOf(tb testing.TB, g *Gate, m labelled) classify.Example {
	tb.Helper()
	text := g.look(m.Text)
	e := classify.Example{
		Words: classify.Words(text.Text), Marks: g.known(nil, text, 0, text.Len()), Weight: cmp.Or(m.weight, 1),
		Alarming: m.Want == "care" || m.Want == "declined",
		Labels:   []int{0, slices.Index(asks, m.Frame), classify.Unlabelled}, // -1 is unlabelled
	}
	switch m.Want {
	case "care":
		peril, ok := perilOf[m.Kind]
		if !ok {
			tb.Fatalf("no category for the kind %q", m.Kind)
		}
		e.Labels[questionPeril], e.Weight = 1+slices.Index(perils, peril), 1.5*e.Weight
		return e
	case "declined":
		e.Labels[questionPeril] = classify.Unlabelled // either answer is no debate
	}
	if m.Topic == "" || m.Want == "debate" && m.Kind != "opposed_claim" {
		e.Either = eitherOf(tb, m)
	}
	return e
}

// eitherOf are the pairs of what a message may ask and state, by its label.
func eitherOf(tb testing.TB, m labelled) (pairs [][2]int) {
	tb.Helper()
	add := func(ask string, states ...int) {
		if m.Frame == "" || m.Frame == ask {
			for _, s := range states {
				pairs = append(pairs, [2]int{slices.Index(asks, ask), s})
			}
		}
	}
	var defences, rejections []int
	for i := range evils {
		defences, rejections = append(defences, stateDefends+i), append(rejections, stateRejects+i)
	}
	defences, rejections = append(defences, stateFalse), append(rejections, stateTrue)
	switch {
	case m.Want == "declined" && m.Kind == "harm_instructions":
		for _, ask := range asks {
			add(ask, stateHarm)
		}
	case m.Want == "declined":
		evil := slices.Index(evils, evilOf[m.Kind])
		if evil < 0 {
			tb.Fatalf("no category for the kind %q", m.Kind)
		}
		add("for", stateDefends+evil)
		add("assert", stateRejects+evil)
		add("against", stateRejects+evil)
	case m.Want == "settled":
		add("for", stateFalse)
		add("assert", stateTrue)
		add("against", stateTrue)
	case m.Kind == "opposed_claim", m.Kind == "quoted" && m.Frame == "report":
		add("for", rejections...)
		add("assert", defences...)
		add("against", defences...)
		add("question", slices.Concat(defences, rejections)...)
		add("report", slices.Concat(defences, rejections)...)
	default:
		for _, ask := range asks {
			add(ask, stateOther)
		}
	}
	return pairs
}

// lesson is what those messages teach that keep lets through, and some of them
// said in other ways.
func lesson(tb testing.TB, g *Gate, all []labelled, keep func(labelled) bool) (examples []classify.Example) {
	tb.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	for _, m := range all {
		if !keep(m) {
			continue
		}
		e := exampleOf(tb, g, m)
		examples = append(examples, e)
		for _, framed := range reframed(m, random) {
			f := exampleOf(tb, g, framed)
			f.Either, f.Weight = nil, 0.5*f.Weight
			if m.Want != "debate" || m.Kind == "opposed_claim" {
				f.Labels[questionPeril] = classify.Unlabelled
			}
			for _, pair := range e.Either {
				if m.Frame == "" || pair[0] == slices.Index(asks, m.Frame) {
					f.Either = append(f.Either, [2]int{slices.Index(asks, framed.Frame), pair[1]})
				}
			}
			examples = append(examples, f)
		}
	}
	return examples
}

// ways are those to ask for, against or about a statement, by language; they
// stand in testdata/ways.yaml.
var ways = func() map[string]map[string][]string {
	var all map[string]map[string][]string
	data, err := os.ReadFile("testdata/ways.yaml")
	if err == nil {
		err = yaml.Unmarshal(data, &all)
	}
	if err != nil {
		panic(err)
	}
	return all
}()

// reframed are some other ways to say what a message states, if it is a plain
// statement.
func reframed(m labelled, random *rand.Rand) (said []labelled) {
	plain := m.Topic == "" && m.Want != "care" && len(m.Text) < 90 && !strings.ContainsAny(m.Text, "?\"|")
	if !plain || m.Frame != "assert" && (m.near || m.Kind == "argued") {
		return nil
	}
	many := 2
	if m.Kind == "opening" {
		many = random.IntN(2)
	}
	for range many {
		framed := m
		framed.Frame = asks[random.IntN(len(asks))]
		all := ways[cmp.Or(m.Lang, "en")][framed.Frame]
		if len(all) == 0 {
			continue
		}
		framed.Text = fmt.Sprintf(all[random.IntN(len(all))], strings.TrimRight(m.Text, ".! "))
		said = append(said, framed)
	}
	return said
}

// beginning is the model that each training goes on from, so that the same messages make the same model,
// however often they are learnt.
const beginning = "testdata/beginning.model"

func stored(t *testing.T, name string) *classify.Model {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := classify.Load(data, questions)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return m
}

func store(t *testing.T, name string, m *classify.Model) {
	t.Helper()
	data, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// keptBeginning is how many times as much the beginning counts as what each training makes of it. Not counted,
// what was trained forgets plain dangers, and stops more of what is harmless (docs/security.md).
const keptBeginning = 1

// sums has what learnt.model was made of, and what was made, so that another model than -update makes is told.
const sums = "testdata/learnt.sum"

// The gate that ships is the one that the messages teach, byte for byte: whoever adds some, or a word to a class
// that training sees, makes it anew with
//
//	go test ./internal/gate -run LearntIs -update -timeout 1h
func TestWhatIsLearntIsWhatIsLabelled(t *testing.T) {
	g, err := newRules()
	if err != nil {
		t.Fatal(err)
	}
	every := func(labelled) bool { return true }
	if *gather {
		gatherHarmless(t)
	}
	examples := lesson(t, g, append(readOwn(t), argued(t)...), every)
	if *update {
		_, more := readLabelled(t)
		others := lesson(t, g, more, every)
		if *anew {
			store(t, beginning, classify.Train(examples, others, questions))
		}
		before := stored(t, beginning)
		made := classify.TrainOn(before, examples, others, keptBeginning)
		t.Logf("leans by %.3f", lean(t, g, made, before))
		store(t, "learnt.model", made)
		if err := os.WriteFile(sums, []byte(summed(t, examples, "learnt.model")), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(sums)
	if err != nil {
		t.Fatal(err)
	}
	if got := summed(t, examples, "learnt.model"); got != string(want) {
		t.Errorf("learnt.model is not what the labelled messages teach: it and what it is made of are\n%snot\n%srun: go test ./internal/gate -run LearntIs -update -timeout 1h", got, want)
	}
}

// summed are the sums of what a model is made of, and of the model.
func summed(t *testing.T, examples []classify.Example, model string) string {
	t.Helper()
	messages := sha256.New()
	if err := json.NewEncoder(messages).Encode(examples); err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("messages %x\n", messages.Sum(nil))
	for _, name := range []string{harmless, beginning, "../classify/vectors.bin", "../classify/glossary.txt", "../classify/senses.txt", model} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all += fmt.Sprintf("%s %x\n", filepath.Base(name), sha256.Sum256(data))
	}
	return all
}

// lean makes a model as ready to find danger as the one before: of messages that validate and of openings, none of
// which tells of any, it finds it in as many. It returns what that took.
func lean(t *testing.T, g *Gate, m, before *classify.Model) (total float32) {
	t.Helper()
	var known [][]string
	_, openings := readHarmless(t)
	for _, one := range append(readValidation(t), openings...) {
		if one.Want == "debate" && one.Topic == "" {
			text := g.look(one.Text)
			known = append(known, g.known(classify.Words(text.Text), text, 0, text.Len()))
		}
	}
	alarms := func(m *classify.Model) (n int) {
		for _, words := range known {
			all := senses{m.Probabilities(words)}
			if peril, p := all.danger(); p > careProbability[peril] {
				n++
			}
		}
		return n
	}
	most := alarms(before)
	for step := float32(0.5); step > 0.004; step /= 2 {
		by := step // towards no danger, until there are as few alarms as before
		if alarms(m) <= most {
			by = -step
		}
		m.Lean(questionPeril, 0, by)
		total += by
	}
	for alarms(m) > most {
		m.Lean(questionPeril, 0, 0.004)
		total += 0.004
	}
	return total
}

// What was learnt is measured on messages that it did not learn from, each of
// some parts of them in turn: with -folds 5 -parts 1, on one part of five. That
// takes as many trainings, and is there to choose thresholds by.
func TestLearntCarriesOverToOtherMessages(t *testing.T) {
	if *folds == 0 {
		t.Skip("trains again and again only with -folds")
	}
	g, err := newRules()
	if err != nil {
		t.Fatal(err)
	}
	own, more := readLabelled(t)
	all := append(own, more...)
	part := func(m labelled) int {
		h := fnv.New32()
		_, _ = h.Write([]byte(m.Text)) // a hash never fails
		return int(h.Sum32() % uint32(*folds))
	}
	var results []result
	for k := range min(*folds, *parts) {
		g.learnt = classify.Train(lesson(t, g, all, func(m labelled) bool { return part(m) != k }), nil, questions)
		for _, m := range all {
			if part(m) != k || m.Topic != "" && m.Want == "declined" {
				continue
			}
			in := Input{Message: m.Text, Topic: m.Topic}
			message, topic := g.look(m.Text), g.look(m.Topic)
			read := g.read(message, topic)
			r := result{labelled: m}
			_, r.danger = read.danger()
			_, r.harm = read.harm(in)
			rule, _ := g.danger(message.Text)
			r.care = rule != nil
			var v Verdict
			v.Kind = Debate
			g.judge(&v, message, None, m.Topic == "", false)
			r.ruled = v
			results = append(results, r)
		}
	}
	report(t, results)
}

// result is what rules and what was learnt say of a message.
type result struct {
	labelled

	danger, harm float64
	care         bool
	ruled        Verdict
}

func report(t *testing.T, results []result) {
	t.Helper()
	rate := func(name string, which, stopped func(result) bool) {
		n, of := 0, 0
		for _, r := range results {
			if which(r) {
				of++
				if stopped(r) {
					n++
				}
			}
		}
		t.Logf("%s: %d of %d, %.1f %%", name, n, of, 100*float64(n)/float64(max(of, 1)))
	}
	care := func(r result) bool { return r.Want == "care" }
	declined := func(r result) bool { return r.Want == "declined" }
	near := func(r result) bool { return r.near && !care(r) && !declined(r) }
	other := func(r result) bool { return !r.near }
	for _, p := range []float64{0.3, 0.4, 0.5, 0.6, 0.7} {
		for _, ruled := range []float64{0.05, 0.1, 0.2, 1} {
			cares := func(r result) bool { return r.danger > p || r.care && r.danger > ruled }
			name := fmt.Sprintf("danger > %.1f, with a rule > %.2f", p, ruled)
			rate(name+": care", care, cares)
			rate(name+": near", near, cares)
			rate(name+": other", other, cares)
			declines := func(r result) bool {
				return r.ruled.Rule == "" && r.harm > p || r.ruled.Kind == Declined && r.harm > ruled
			}
			firm := func(r result) bool { return declines(r) || r.ruled.Firm && r.harm > 0.8 }
			name = fmt.Sprintf("harm > %.1f, with a rule > %.2f", p, ruled)
			rate(name+": declined", declined, declines)
			rate(name+": near", near, declines)
			rate(name+": other", other, declines)
			rate(name+": declined or firm", declined, firm)
			rate(name+": near or firm", near, firm)
		}
	}
	slices.SortFunc(results, func(a, b result) int { return cmp.Compare(max(a.danger, a.harm), max(b.danger, b.harm)) })
	for _, r := range results {
		if stops := r.danger > 0.7 || r.harm > declineProbability; stops != (care(r) || declined(r)) {
			t.Logf("%s %s %s %s danger %.2f harm %.2f rules %t %s: %s", r.Want, r.Kind, r.Lang, r.Frame, r.danger, r.harm, r.care, r.ruled.Rule, r.Text)
		}
	}
}

// What thresholds are chosen on is measured by language, with what goes wrong.
func TestTheGateHoldsOnWhatItsThresholdsWereChosenOn(t *testing.T) {
	g, err := New()
	if err != nil {
		t.Fatal(err)
	}
	type count struct{ caught, dangerous, stopped, others int }
	var sum count
	counts := make(map[string]*count)
	for _, m := range readValidation(t) {
		v := g.Check(Input{Message: m.Text, Topic: m.Topic, Side: Side(m.Stance)})
		c := counts[m.Lang]
		if c == nil {
			c = new(count)
			counts[m.Lang] = c
		}
		for _, c := range []*count{c, &sum} {
			switch danger := m.Want == "care" || m.Want == "declined"; {
			case danger && v.Stops():
				c.dangerous++
				c.caught++
			case danger:
				c.dangerous++
			case v.Stops():
				c.others++
				c.stopped++
			default:
				c.others++
			}
		}
		if v.Stops() != (m.Want == "care" || m.Want == "declined") {
			t.Logf("%s %s got %s, %s by %s: %s | %s", m.Want, m.Kind, v.Kind, v.Category, v.Rule, m.Text, m.Topic)
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(counts)) {
		c := counts[lang]
		t.Logf("%s: %d of %d dangerous caught, %d of %d others stopped", lang, c.caught, c.dangerous, c.stopped, c.others)
	}
	t.Logf("%d of %d dangerous caught, %d of %d others stopped", sum.caught, sum.dangerous, sum.stopped, sum.others)
	if sum.caught*100 < sum.dangerous*leastValidCaught || sum.stopped*100 > sum.others*mostValidStopped {
		t.Errorf("want %d %% caught and %d %% stopped", leastValidCaught, mostValidStopped)
	}
}

// leastValidCaught and mostValidStopped are in percent.
const (
	leastValidCaught = 68
	mostValidStopped = 8
)

// What no rule knows to be hatred, but what was learnt does, is opposed with facts where the
// bot opposes it, and never in the middle of a debate.
func TestWhatIsLearntToHarmIsOpposedFirmly(t *testing.T) {
	g, err := New()
	if err != nil {
		t.Fatal(err)
	}
	hatred := stateDefends + slices.Index(evils, Hatred)
	for _, c := range []struct {
		in         Input
		ask, state int
		firm       bool
	}{
		{Input{Message: "so"}, askNothing, hatred, true}, {Input{Topic: "so", Side: Con}, askNothing, hatred, true},
		{Input{Message: "so"}, askFor, hatred, false}, {Input{Topic: "so", Side: Pro}, askNothing, hatred, false},
		{Input{Message: "so"}, askNothing, stateOther, false}, {Input{Message: "so", Topic: "Zoos are cruel"}, askNothing, hatred, false},
	} {
		v := Verdict{Kind: Debate, Language: "en"}
		if g.stand(&v, c.in, sensed(Suicide, 0, c.ask, c.state), false); v.Firm != c.firm || c.firm && (v.Category != Hatred || v.Facts() == "") {
			t.Errorf("%+v, asked %s: firm %t about %s with %q", c.in, asks[c.ask], v.Firm, v.Category, v.Facts())
		}
	}
}
