package gate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/gate"
)

// talk is what the gate says to each message of a conversation that begins with a danger.
func talk(t *testing.T, g *gate.Gate, messages ...string) (verdicts []gate.Verdict) {
	t.Helper()
	var said []string
	for _, message := range messages {
		v := g.Check(gate.Input{Message: message, AfterCare: len(said), Alarm: messages[0], Said: said, Before: messages[:len(said)]})
		if v.Kind != gate.Care {
			t.Fatalf("%q after %q is %s, %s", message, messages[:len(said)], v.Kind, v.Category)
		}
		if slices.Contains(said, v.Reply()) {
			t.Errorf("%q is answered once more with %q", message, v.Reply())
		}
		said, verdicts = append(said, v.Reply()), append(verdicts, v)
	}
	return verdicts
}

// "I have pills here" was thanked for staying in touch, and offered a talk about a film.
func TestWhatLiesWithinReachComesFirst(t *testing.T) {
	g := newGate(t)
	for first, then := range map[string][]string{
		"i want to die":             {"i have pills here", "the knife is next to me", "i'm standing on the bridge", "i have the rope", "i have them here", "it's in my hand", "i've got it here with me"},
		"me quiero morir":           {"tengo las pastillas en la mano", "estoy en la azotea", "las tengo aquí"},
		"quero morrer":              {"tô com os comprimidos na mão", "tenho tudo aqui"},
		"j'ai envie de mourir":      {"j'ai les cachets devant moi", "je les ai ici"},
		"ich will nicht mehr leben": {"die tabletten liegen neben mir", "ich stehe auf der brücke", "ich hab sie hier"},
	} {
		for _, message := range then {
			if v := talk(t, g, first, message)[1]; v.Category != gate.AtHand {
				t.Errorf("%q after %q is answered as %s", message, first, v.Category)
			}
		}
	}
	for _, c := range [][2]string{
		{"i want to die", "i just took the pills"}, {"my husband hit me last night", "he has a gun"},
		{"i want to die", "my parents are here"}, {"i want to die", "she is here with me"}, {"i want to die", "i don't have them here"}, {"my friend wants to die", "i have her here with me"},
	} {
		first, then := c[0], c[1]
		if v := talk(t, g, first, then)[1]; v.Category == gate.AtHand {
			t.Errorf("%q after %q is answered as what lies within reach", then, first)
		}
	}
}

// "OK I'll wake her" was taken for a threat, and "I'll call my brother" met with "I hear you".
func TestWhoWillCallSomebodyIsToldToDoIt(t *testing.T) {
	g := newGate(t)
	for first, then := range map[string][]string{
		"i want to die":                           {"ok i will call my brother", "maybe i'll tell my mom", "ok calling now", "i'm going to ring 988"},
		"i cut myself again tonight":              {"ok ill wake her", "i'll wake my mom"},
		"my husband hit me again last night":      {"ok i will go to my sister"},
		"me quiero morir":                         {"vale, voy a llamar al 024", "voy a contárselo a mi madre"},
		"quero morrer":                            {"vou ligar pra minha irmã"},
		"j'ai envie de mourir":                    {"je vais appeler ma soeur"},
		"ich will nicht mehr leben":               {"ich rufe meine schwester an"},
		"my best friend texted goodbye yesterday": {"ok i will call the police"},
	} {
		for _, message := range then {
			if v := talk(t, g, first, message)[1]; v.Category != gate.Going {
				t.Errorf("%q after %q is answered as %s", message, first, v.Category)
			}
		}
	}
	for _, message := range []string{"i won't call anyone", "i can't call my mom", "i don't want to call the police", "no voy a llamar a nadie"} {
		if v := talk(t, g, "i want to die", message)[1]; v.Category == gate.Going {
			t.Errorf("%q is answered as who will call", message)
		}
	}
}

// The third message after an overdose was offered a talk about a film, a game or an animal.
func TestInAnEmergencyNothingLighterIsSaid(t *testing.T) {
	g := newGate(t)
	for _, messages := range [][]string{
		{"i took 30 paracetamol an hour ago", "i feel fine though", "should i make myself throw up", "i dont want her to know"},
		{"me tomé todas las pastillas", "no me duele nada", "no quiero que se entere nadie", "no sé"},
	} {
		for i, v := range talk(t, g, messages...) {
			if v.Category != gate.Emergency || strings.Contains(v.Reply(), "animal") {
				t.Errorf("%q is answered as %s: %s", messages[i], v.Category, v.Reply())
			}
		}
	}
}

// "She lives in another city", said of a friend who had said goodbye, was offered three topics to debate, and "what if she
// is already dead" argued against.
func TestWhoFearsForAnotherIsStillHeard(t *testing.T) {
	g := newGate(t)
	verdicts := talk(t, g, "my best friend texted goodbye and her phone is off", "she lives in another city", "i don't know her parents", "what if she is already dead")
	for _, v := range verdicts {
		if v.Category != gate.Worry {
			t.Errorf("answered as %s: %s", v.Category, v.Reply())
		}
	}
	if v := talk(t, g, "my best friend texted goodbye and her phone is off", "she lives in another city", "she answered! she is ok")[2]; v.Category != gate.Near {
		t.Errorf("that she answered is answered as %s", v.Category)
	}
	if v := talk(t, g, "mi novio me pega", "tengo miedo de que vuelva")[1]; v.Category != gate.Abuse {
		t.Errorf("who fears who hits them is answered as %s", v.Category)
	}
}
