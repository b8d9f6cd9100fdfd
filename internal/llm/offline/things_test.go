package offline

import (
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// saidOf are what the bank knows of a thing.
func saidOf(t *testing.T, k *knowledge, name string) (good, bad, beside []*entry) {
	t.Helper()
	found := k.thingsIn(name)
	if len(found) != 1 {
		t.Fatalf("%q is %d things", name, len(found))
	}
	return found[0].good, found[0].bad, found[0].beside
}

// known is what there is to say in a language.
func known(t *testing.T, language string) *knowledge {
	t.Helper()
	k, err := knowledgeOf[language]()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func saysOneOf(reply string, texts []*entry) bool {
	return slices.ContainsFunc(texts, func(e *entry) bool { return strings.Contains(reply, e.Text.Text) })
}

// TestAThingIsSpokenForOrAgainst: who is against a thing is told what is said for it, who is for it the contrary. None of the claims is of the bank.
func TestAThingIsSpokenForOrAgainst(t *testing.T) {
	m := newModel(t, Options{})
	for _, test := range []struct{ language, claim, thing, says string }{
		{"en", "Dishwashers are a waste of money", "dishwasher", "good"},
		{"en", "Balconies should be banned", "balcony", "good"},
		{"en", "My neighbour's dishwasher is a nuisance", "dishwasher", "good"},
		{"en", "Instant coffee is wonderful", "instant coffee", "bad"},
		{"es", "El lavavajillas es un gasto inútil", "lavavajillas", "good"},
		{"es", "El café instantáneo es una maravilla", "café instantáneo", "bad"},
	} {
		k := known(t, test.language)
		good, bad, _ := saidOf(t, k, test.thing)
		reply := say(t, m, debate.Prompt{Topic: test.claim + ".", Stance: debate.Con, Message: test.claim + ".", Number: 1, Language: test.language})
		want, others := good, bad
		if test.says == "bad" {
			want, others = bad, good
		}
		if !saysOneOf(reply, want) || saysOneOf(reply, others) {
			t.Errorf("%q: does not say what is %s of %s: %s", test.claim, test.says, test.thing, reply)
		}
	}
}

// TestAThingIsNamedInAnyForm: plurals, possessives and the longest of several names; no word that is only like one.
func TestAThingIsNamedInAnyForm(t *testing.T) {
	for _, test := range []struct {
		language, text string
		names          []string
	}{
		{"en", "the dishwasher's lid and two balconies", []string{"dishwasher", "balcony"}},
		{"en", "I drink instant coffee", []string{"instant coffee"}},
		{"en", "nothing of that sort", nil},
		{"es", "dos balcones y un lavavajillas", []string{"balcón", "lavavajillas"}},
		{"es", "que te vaya bien", nil}, // not "té"
	} {
		k := known(t, test.language)
		var want []*everyday
		for _, name := range test.names {
			want = append(want, k.thingsIn(name)[0].everyday)
		}
		var got []*everyday
		for _, found := range k.thingsIn(test.text) {
			got = append(got, found.everyday)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %d things, not %v", test.text, len(got), test.names)
		}
	}
}

// TestWhatAMessageNamesIsSpokenOf: a later message that says of a thing what a text of it speaks of is told that, once.
func TestWhatAMessageNamesIsSpokenOf(t *testing.T) {
	m := newModel(t, Options{})
	for language, test := range map[string]struct{ claim, message, thing string }{
		"en": {"Garden gnomes should be outlawed.", "The balcony floor space is crowded with them", "balcony"},
		"es": {"Los enanitos de jardín deberían prohibirse.", "El balcón tiene mala orientación con ellos", "balcón"},
	} {
		_, _, beside := saidOf(t, known(t, language), test.thing)
		p := debate.Prompt{Topic: test.claim, Stance: debate.Con, Message: test.claim, Number: 1, Language: language}
		p.Exchanges = append(p.Exchanges, debate.Exchange{Message: test.claim, Reply: say(t, m, p), Kind: debate.ArgumentKind})
		told := 0
		for range len(beside) + 2 {
			p.Message, p.Number = test.message, p.Number+1
			reply := say(t, m, p)
			if saysOneOf(reply, beside) {
				told++
			}
			for _, e := range beside {
				if slices.ContainsFunc(p.Exchanges, func(x debate.Exchange) bool {
					return strings.Contains(x.Reply, e.Text.Text) && strings.Contains(reply, e.Text.Text)
				}) {
					t.Errorf("%s: says again: %s", language, e.Text.Text)
				}
			}
			p.Exchanges = append(p.Exchanges, debate.Exchange{Message: p.Message, Reply: reply, Kind: debate.ArgumentKind})
		}
		if told == 0 {
			t.Errorf("%s: says nothing of the %s", language, test.thing)
		}
	}
}

// TestWhoIsToDoSomethingIsNotTheThing tells who acts in a claim from what something is done to.
func TestWhoIsToDoSomethingIsNotTheThing(t *testing.T) {
	for _, test := range []struct {
		language, claim string
		want            int
	}{
		{"en", "Supermarkets should not play music", 1},
		{"en", "Every cashier shouldn't hurry", 2},
		{"en", "Cashiers should be allowed to sit", 1},
		{"en", "Balconies should be banned", 0},
		{"en", "Balconies are ugly", 0},
		{"es", "Los supermercados no deberían poner música", 2},
		{"es", "Los balcones deberían prohibirse", 0},
	} {
		if got := known(t, test.language).actors(test.claim); got != test.want {
			t.Errorf("%q: %d words say who is to do it, not %d", test.claim, got, test.want)
		}
	}
}
