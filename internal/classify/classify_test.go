package classify

import (
	"bytes"
	"strings"
	"testing"
)

var lessons = []Example{
	{strings.Fields("the cat sleeps on the sofa"), 0, 1},
	{strings.Fields("my cat drinks milk"), 0, 1},
	{strings.Fields("kittens and cats purr"), 0, 1},
	{strings.Fields("the train leaves at noon"), 1, 1},
	{strings.Fields("trains are late again"), 1, 1},
	{strings.Fields("she missed her train to work"), 1, 1},
}

func TestItTellsWhatItLearnt(t *testing.T) {
	m := Train(lessons, 2)
	for text, want := range map[string]int{"a cat purrs": 0, "the last train": 1, "two cats sleep": 0, "trains leave": 1} {
		if p := m.Probabilities(strings.Fields(text)); p[want] <= p[1-want] || p[0]+p[1] < 0.999 || p[0]+p[1] > 1.001 {
			t.Errorf("%q: %v", text, p)
		}
	}
}

func TestTrainingIsTheSameEachTimeAndSurvivesStorage(t *testing.T) {
	one, _ := Train(lessons, 2).MarshalBinary()
	other, _ := Train(lessons, 2).MarshalBinary()
	if !bytes.Equal(one, other) {
		t.Fatal("two trainings differ")
	}
	m, err := Load(one, 2)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := m.MarshalBinary(); !bytes.Equal(one, again) {
		t.Error("storage changes the model")
	}
	for name, data := range map[string][]byte{"nothing": nil, "half": one[:len(one)/2], "another's": append([]byte{9}, one[1:]...)} {
		if _, err := Load(data, 2); err == nil {
			t.Errorf("%s is taken for a model", name)
		}
	}
}
