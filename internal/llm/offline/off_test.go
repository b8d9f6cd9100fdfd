package offline

import (
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// A reason that stood in the claim was a part of it: no text answered it, and the claim had the form of none.
func TestTheReasonInAClaimIsNoPartOfIt(t *testing.T) {
	m := newModel(t, Options{})
	for _, c := range []struct{ language, topic, general, not string }{
		{"en", "Toasters should be unplugged at night because they catch fire", "should", "catch fire"},
		{"en", "Skinny jeans should never come back since nobody can breathe in them", "looks", "breathe"},
		{"en", "Friends should never lend each other money; it ruins friendships", "friends-money", "ruins"},
		{"es", "En un restaurante la cuenta se debería pagar a medias, porque contar es de tacaños", "friends-money", "tacaños"},
		{"es", "La tortilla debe llevar cebolla ya que queda más jugosa", "table", "jugosa"},
	} {
		w, err := m.writerOf(debate.Prompt{Topic: c.topic, Stance: debate.Con, Message: c.topic, Number: 1, Language: c.language})
		if err != nil {
			t.Fatal(err)
		}
		if w.topic == nil || w.topic.Name != c.general || strings.Contains(w.claimPhrase(), c.not) {
			t.Errorf("%q: %v, argued as %q", c.topic, w.topic, w.claimPhrase())
		}
	}
	w, err := m.writerOf(debate.Prompt{Topic: "Just because they can", Stance: debate.Con, Message: "Just because they can", Number: 1, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	if w.prompt.Topic != "Just because they can" {
		t.Errorf("too little is left: %q", w.prompt.Topic)
	}
}

// It asked what that had to do with the matter.
func TestWhoNamesAPointThatWasPassedOverIsAnswered(t *testing.T) {
	m := newModel(t, Options{})
	for _, c := range []struct{ language, claim, message, want string }{
		{"en", "Board games should have a clock, because uncle takes ten minutes for a move.", "You said nothing about the ten minutes.", "ten minutes"},
		{"en", "Wind chimes are a nuisance, because the baby wakes up.", "You have not said a word about the baby.", "the baby"},
		{"en", "The old bridge should be closed, because the cyclists use it.", "And what about the cyclists?", "the cyclists"},
		{"en", "Wind chimes are a nuisance, because the baby wakes up.", "You haven't said anything about the dog.", "the dog"}, // which is new
		{"es", "Los relojes deberían usarse en familia, porque mi tío tarda diez minutos.", "No has dicho nada de los diez minutos.", "los diez minutos"},
		{"es", "Las campanas del viento son una lata, porque despiertan al bebé.", "No dijiste nada del bebé.", "el bebé"},
		{"es", "El puente viejo debería cerrarse, porque lo usan las bicis.", "¿Y qué pasa con las bicis?", "las bicis"},
	} {
		p := debate.Prompt{Topic: strings.TrimRight(c.claim, "."), Stance: debate.Con, Language: c.language}
		p.Exchanges = hold(t, m, p, 1, c.claim)
		p.Number, p.Message = 2, c.message
		w, err := m.writerOf(p)
		if err != nil {
			t.Fatal(err)
		}
		passed := w.passedOver()
		if passed == "" {
			t.Errorf("%q is not heard", c.message)
			continue
		}
		if reply := say(t, m, p); !strings.Contains(reply, c.want) && len(w.spoken) == 0 {
			t.Errorf("%q: nothing about %q in: %s", c.message, c.want, reply)
		}
		p.Message = map[string]string{"en": "And what about the giraffes?", "es": "¿Y qué pasa con las jirafas?"}[c.language]
		if w, err = m.writerOf(p); err != nil {
			t.Fatal(err)
		}
		if text := w.passedOver(); text != "" {
			t.Errorf("what only asks of something new is taken for a point: %s", text)
		}
	}
}

// What the user lets off is answered by what that says of the claim, and no claim for it is taken for it.
func TestALimitOfTheUsersOwnIsTakenUp(t *testing.T) {
	m := newModel(t, Options{})
	for _, c := range []struct {
		language, topic, message string
		heard                    bool
	}{
		{"en", "Trombones should be banned in flats", "Half an hour in the afternoon would be fine.", true},
		{"en", "Trombones should be banned in flats", "On a Saturday it's another matter.", true},
		{"en", "Trombones should be banned in flats", "The quality is fine.", false},
		{"es", "Los trombones deberían prohibirse en los pisos", "Media hora por la tarde me parecería bien.", true},
		{"es", "Los trombones deberían prohibirse en los pisos", "En un sótano es otra cosa.", true},
		{"es", "Los trombones deberían prohibirse en los pisos", "La calidad está bien.", false},
	} {
		w, err := m.writerOf(debate.Prompt{Topic: c.topic, Stance: debate.Con, Language: c.language, Number: 2, Message: c.message,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: c.topic, Reply: "No."}}})
		if err != nil {
			t.Fatal(err)
		}
		if f, ok := w.schemed(c.message, false); c.heard != (ok && f.ID == "own-limit") {
			t.Errorf("%q: %v", c.message, f.entry)
		}
	}
	w, err := m.writerOf(debate.Prompt{Topic: "Ghosting after one date is okay", Stance: debate.Con, Language: "en", Number: 1, Message: "Ghosting after one date is okay, you owe a stranger nothing."})
	if err != nil {
		t.Fatal(err)
	}
	if reply := w.reply(); strings.Contains(reply, "its place and its limits") || strings.Contains(reply, "better here and not there") {
		t.Errorf("the claim itself is taken for a limit of it: %s", reply)
	}
}

// "Your reason is that a joint one is": what ends a sentence may be what it says.
func TestWhatASentenceSaysIsNotLeftOut(t *testing.T) {
	m := newModel(t, Options{})
	w, err := m.writerOf(debate.Prompt{Topic: "Couples should have two accounts", Stance: debate.Con, Language: "en", Number: 2, Message: "A joint one for the rent is fine."})
	if err != nil {
		t.Fatal(err)
	}
	if core := w.core("A joint account is fine."); core != "A joint account is fine" {
		t.Error(core)
	}
	if core := w.core("You can't see jams on paper, right."); core != "You can't see jams on paper" {
		t.Error(core)
	}
}
