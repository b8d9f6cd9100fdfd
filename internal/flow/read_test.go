package flow_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

// pointsOf are the words of a user's points in a debate's turns.
func pointsOf(topic string, messages ...string) (said []string) {
	var turns []debate.Turn
	for i, m := range messages {
		turns = append(turns, debate.Turn{ID: fmt.Sprint("t", i), Number: i + 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: m, Reply: "Hm."})
	}
	for _, p := range flow.Fold(topic, turns) {
		said = append(said, p.Quote.Text)
	}
	return said
}

// People who use no capitals end sentences all the same; what is shortened ends none.
func TestAFullStopEndsASentenceWithoutCapitals(t *testing.T) {
	for message, want := range map[string][]string{
		"dogs guard houses. cats catch mice in barns. 🐶 anyway birds sing at dawn": {"dogs guard houses.", "cats catch mice in barns.", "🐶 anyway birds sing at dawn"},
		"dogs need collars, leads, etc. and cats need nothing of the kind":         {"dogs need collars, leads, etc. and cats need nothing of the kind"},
		"dr. smith keeps a dog vs. a cat of mr. jones":                             {"dr. smith keeps a dog vs. a cat of mr. jones"},
		"el perro guarda la casa. el gato caza ratones en el granero":              {"el perro guarda la casa.", "el gato caza ratones en el granero"},
		"dogs cost 3.50 a day. cats cost 2.10 with food":                           {"dogs cost 3.50 a day.", "cats cost 2.10 with food"},
	} {
		if got := pointsOf("Pets are fun", message); !reflect.DeepEqual(got, want) {
			t.Errorf("%q is read as %q, want %q", message, got, want)
		}
	}
}

// Words of speeches that fit any topic make no point, unless they are the topic's.
func TestFineWordsMakeNoPoint(t *testing.T) {
	for _, fine := range []string{"Life is a journey.", "Let us dream of harmony and of wisdom!", "La vida es un camino de esperanza."} {
		if got := pointsOf("Zoos should be closed", fine); got != nil {
			t.Errorf("%q makes the points %q", fine, got)
		}
	}
	if got := pointsOf("Is life a journey with a destiny?", "Life is no journey."); len(got) != 1 {
		t.Errorf("about the topic: %q", got)
	}
}

// Few words that give in count where nothing follows, and else for nothing.
func TestGivingInInAWordCountsAtTheEnd(t *testing.T) {
	debateOf := func(reply string) []flow.Point {
		return flow.Fold("Zoos should be closed", []debate.Turn{{
			ID: "t", Number: 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: "Elephants walk thirty miles a day in the wild.", Reply: reply,
		}})
	}
	for reply, want := range map[string]flow.Status{
		"You're right.": flow.Conceded,
		"Fair enough.":  flow.Conceded,
		"Some pens have been rebuilt lately. Fair point.":                         flow.Conceded,
		"You're right. Elephants in zoos walk round and round.":                   flow.Answered,
		"Fair point, but elephants walk miles in a big zoo too.":                  flow.Answered,
		"Fair point. But elephants walk miles in a big zoo too.":                  flow.Answered,
		"I admit that elephants walk miles.":                                      flow.Conceded,
		"I admit that elephants walk miles, although a big zoo has room for that": flow.Answered,
		"But you are right about the elephants and their miles.":                  flow.Conceded,
	} {
		if got := debateOf(reply)[0].Status; got != want {
			t.Errorf("after %q the point is %s, want %s", reply, got, want)
		}
	}
}
