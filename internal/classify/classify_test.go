package classify

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/phrase"
)

func read(t testing.TB, message string) []string {
	t.Helper()
	l, err := phrase.NewLexicon(phrase.Base())
	if err != nil {
		t.Fatal(err)
	}
	return Words(l.Read(message))
}

func TestWordsOfOtherLanguagesAreReadInEnglish(t *testing.T) {
	for message, want := range map[string]string{
		"quiero morir":                     "want die .",
		"Je veux mourir !":                 "i want die .",
		"Ich will nicht mehr leben":        "i want not more live .",
		"ninguém sentiria minha falta?":    "nobody sentiria my need ?",
		"i want to die in no war, do i?":   "i want to die in no war do i ?",
		"la pena de muerte no sirve":       "the death penalty not use .",
		"tomé demasiadas pastillas":        "take too pills .",
		"sie schlägt mich, die Bücher":     "she hit me the book .",
		"A Big Mac":                        "a big mac .",
		"Ich bringe mich um. Nein, danke.": "i bringe me um . nein thanks .",
		"":                                 "",
	} {
		if got := strings.Join(read(t, message), " "); got != want {
			t.Errorf("%q is read as %q, want %q", message, got, want)
		}
	}
}

// examples are enough to tell two moods apart, and whether a message asks.
func examples(t testing.TB) (all []Example) {
	t.Helper()
	for message, label := range map[string]int{
		"i love this": 0, "what a lovely day": 0, "so glad you came": 0, "me gusta mucho": 0, "great fun": 0, "i am happy": 0,
		"i hate this": 1, "what an awful day": 1, "so sorry you came": 1, "odio esto": 1, "terrible pain": 1, "i am sad": 1,
	} {
		all = append(all, Example{Words: read(t, message), Labels: []int{label, Unlabelled, Unlabelled}, Either: [][2]int{{label, 0}, {label, 1}}, Weight: 1})
	}
	slices.SortFunc(all, func(a, b Example) int { return slices.Compare(a.Words, b.Words) })
	return all
}

func TestWhatIsLearntCarriesOverToOtherWordsAndLanguages(t *testing.T) {
	all := examples(t)
	all = slices.Repeat(all, 20)
	m := Train(all, nil, []int{2, 2, 2})
	for message, want := range map[string]int{"je suis heureux": 0, "wonderful fun": 0, "ich bin traurig": 1, "horrible misery": 1} {
		p := m.Probabilities(read(t, message))
		if p[0][want] < 0.6 || p[1][want] < 0.6 {
			t.Errorf("%q: %v, want %d", message, p[:2], want)
		}
	}
}

// What is new is learnt, and what was known before is not forgotten.
func TestAModelIsTrainedOnFromAnother(t *testing.T) {
	all := slices.Repeat(examples(t), 20)
	known := func(e Example) bool { return strings.HasPrefix(e.Words[0], "i") }
	some := slices.DeleteFunc(slices.Clone(all), func(e Example) bool { return !known(e) })
	data, err := Train(some, nil, []int{2, 2, 2}).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	before, err := Load(data, []int{2, 2, 2})
	if err != nil {
		t.Fatal(err)
	}
	m := TrainOn(before, all, nil, 0)
	if !m.Learnt(all) || m.Learnt(some) {
		t.Error("does not know what it has learnt from")
	}
	right := func(m *Model) (sum float64) {
		for _, e := range all {
			sum += m.Probabilities(e.Words)[0][e.Labels[0]]
		}
		return sum / float64(len(all))
	}
	if was, is := right(before), right(m); is <= was {
		t.Errorf("%.3f of all is right, and was %.3f", is, was)
	}
	for _, e := range some {
		if p := m.Probabilities(e.Words)[0][e.Labels[0]]; p < 0.6 {
			t.Errorf("%q is forgotten: %.2f", e.Words, p)
		}
	}
}

// ofHalf is a model that has learnt half of the examples, and all of them.
func ofHalf(t *testing.T) (*Model, []Example) {
	t.Helper()
	all := examples(t)
	data, err := Train(all[:len(all)/2], nil, []int{2, 2, 2}).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load(data, []int{2, 2, 2})
	if err != nil {
		t.Fatal(err)
	}
	return m, all
}

// Who trains again gets the same model, so that it can be told from what a change of the lesson does.
func TestTheSameLessonMakesTheSameModel(t *testing.T) {
	before, all := ofHalf(t)
	var made [2][]byte
	for i := range made {
		var err error
		if made[i], err = TrainOn(before, all, nil, 0).MarshalBinary(); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(made[0], made[1]) {
		t.Error("two trainings that go on from one model make two")
	}
}

func TestTheMeanIsOfAllWeightsThatWereAdded(t *testing.T) {
	var m weightMean
	for _, w := range []float32{1, 2, 6} {
		m.add([][]float32{{w, -w}, {0}})
	}
	got := [][]float32{{0, 0}, {5}}
	if m.set(got); !slices.Equal(got[0], []float32{3, -3}) || got[1][0] != 0 {
		t.Errorf("the mean of 1, 2 and 6 is %v", got)
	}
}

func TestAModelIsTheSameAfterItWasStored(t *testing.T) {
	all := examples(t)
	m := Train(all, nil, []int{2, 2, 2})
	if !m.Learnt(all) || m.Learnt(all[1:]) {
		t.Error("does not know what it has learnt from")
	}
	data, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Load(data, []int{2, 2, 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, message := range []string{"i love this", "odio", "", "zzyzx"} {
		text := read(t, message)
		a, b := m.Probabilities(text), again.Probabilities(text)
		for q := range a {
			if math.Abs(a[q][0]-b[q][0]) > 0.05 {
				t.Errorf("%q: %v, and %v once stored", message, a, b)
			}
		}
	}
	for name, bad := range map[string][]byte{"nothing": nil, "noise": []byte("noise"), "half": data[:len(data)/2]} {
		if _, err := Load(bad, []int{2, 2, 2}); err == nil {
			t.Errorf("%s is loaded as a model", name)
		}
	}
	if _, err := Load(data, []int{2, 2}); err == nil {
		t.Error("a model of other questions is loaded")
	}
}

func BenchmarkProbabilities(b *testing.B) {
	m := Train(examples(b), nil, []int{8, 5, 14})
	text := read(b, "I think homework should be banned because children need to play outside and sleep, and nobody learns from worksheets.")
	for b.Loop() {
		m.Probabilities(text)
	}
}

// A model keeps of how it judged what it was told to keep, and leans where it is told to lean.
func TestAModelKeepsOfTheOneBeforeAndLeans(t *testing.T) {
	before, all := ofHalf(t)
	moved := func(kept int) (sum float64) {
		m := TrainOn(before, all, nil, kept)
		for _, e := range all {
			sum += math.Abs(m.Probabilities(e.Words)[1][0] - before.Probabilities(e.Words)[1][0])
		}
		return sum
	}
	if none, most := moved(0), moved(20); most > none/4 {
		t.Errorf("a model that keeps most of the one before moves by %.3f, and by %.3f if it keeps none", most, none)
	}
	m := TrainOn(before, all, nil, 0)
	was := m.Probabilities(all[0].Words)
	m.Lean(1, 0, 1)
	is := m.Probabilities(all[0].Words)
	if got, want := math.Log(is[1][0]/is[1][1])-math.Log(was[1][0]/was[1][1]), 1.0; math.Abs(got-want) > 0.3 || !slices.Equal(is[0], was[0]) {
		t.Errorf("leaning by 1 moves the score by %.2f, and the other question to %v from %v", got, is[0], was[0])
	}
}
