package offline

import (
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// pointKindIn is the kind whose line a reply begins with, empty if it begins with none.
func pointKindIn(k *knowledge, reply string) string {
	for kind, lines := range k.lines.Points {
		for _, l := range lines {
			if strings.HasPrefix(reply, l.text) || l.needs(focusSlot) && strings.Contains(reply, l.mark) {
				return string(kind)
			}
		}
	}
	return ""
}

// "What would you do with those that are there?" asks no creed of the bot: "My answer is the side that I took at the start" is none.
func TestWhoAsksWhatThenHearsNoCreed(t *testing.T) {
	m := newModel(t, Options{})
	k := english(t, m)
	for _, message := range []string{
		"What would you do with the 700,000 animals that are already there?",
		"If they kept only fish, would that be fine with you?",
		"What would you do about the old keepers?",
		"Would it be acceptable to you if two of them stayed open?",
	} {
		p := debate.Prompt{Topic: "Zoos should be closed.", Stance: debate.Pro, Language: "en", Seed: 5, Number: 2, Message: message,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Zoos should stay open.", Reply: "No."}}}
		reply := say(t, m, p)
		for _, l := range k.lines.Opinion {
			if l.mark != "" && strings.Contains(reply, l.mark) || strings.HasPrefix(reply, l.text) {
				t.Errorf("%s\n%s", message, reply)
			}
		}
	}
}

// What no text of the bank answers is met by the kind of point that it is, and a text of the bot's side follows.
func TestWhatNoTextAnswersIsMetByItsKind(t *testing.T) {
	m := newModel(t, Options{})
	for _, c := range []struct{ language, topic, message, kind string }{
		{"en", "Rents should be capped by law.", "Can you give me one real city where getting rid of the cap made housing affordable?", "example case"},
		{"en", "Rents should be capped by law.", "Name three builders who stopped.", "example case"},
		{"en", "School uniforms should be compulsory.", "Is there any evidence that pupils in uniform become less creative?", "evidence"},
		{"en", "Zoos should be closed.", "So where would you draw the line, if anywhere?", "line"},
		{"en", "Handwriting should be taught.", "Suppose we phased it out slowly. Would you accept that?", "milder-want"},
		{"en", "Tipping should be abolished.", "What if the restaurants split everything by the hour worked?", "remedy-want"},
		{"en", "Homework should be abolished.", "Honestly, aren't you just defending it because we all had to suffer through it?", "ownmotive"},
		{"en", "Rents should be capped by law.", "Isn't it a bit rich to speak of their freedom when the others have none?", "moral"},
		{"en", "Zoos should be closed.", "By that logic we'd have to fence in the neighbours.", "logic"},
		{"en", "Handwriting should be taught.", "So would you be OK with a town that locks its squares?", "logic"},
		{"en", "Zoos should be closed.", "Would you say the same about lighthouses?", "logic"},
		{"en", "School uniforms should be compulsory.", "You call it conformity.", "assumed"},
		{"en", "Remote work should be the default.", "What about lighthouse keepers with bad eyes?", "group-want"},
		{"en", "Remote work should be the default.", "What about lighthouse keepers or divers? For them it isn't a preference, it's a barrier.", "group-want"},
		{"es", "Los pisos turísticos deberían prohibirse.", "¿Puedes darme un ejemplo de una empresa que lo haya hecho bien?", "example case"},
		{"es", "Los zoos deberían cerrarse.", "¿Tienes algún dato que demuestre que eso pasaría?", "evidence"},
		{"es", "Los zoos deberían cerrarse.", "¿No te parece un poco raro defender las dos cosas?", "moral"},
		{"es", "Los zoos deberían cerrarse.", "¿No podríamos empezar por cerrar dos o tres?", "milder-want"},
		{"es", "Los zoos deberían cerrarse.", "¿Y si se cobrara la entrada solo los domingos?", "remedy-want"},
		// No such point, or one that a text answers.
		{"en", "Zoos should be closed.", "How do you know that the animals are happy?", ""},
		{"en", "Zoos should be closed.", "Okay fair, for frogs I could live with it.", ""},
		{"en", "Zoos should be closed.", "They set a bad example to every child who walks past the cages.", ""},
		{"en", "Remote work should be the default.", "What do you tell a florist?", "group-want"},
	} {
		k := english(t, m)
		if c.language == "es" {
			k = spanish(t, m)
		}
		p := debate.Prompt{Topic: c.topic, Stance: debate.Con, Language: c.language, Seed: 5, Number: 2, Message: c.message,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: c.topic, Reply: "No."}}}
		reply := say(t, m, p)
		kind := pointKindIn(k, reply)
		if kinds := strings.Fields(c.kind); kind != "" && !slices.Contains(kinds, kind) || kind == "" && len(kinds) > 0 {
			t.Errorf("%s: met as %q, not %q: %s", c.message, kind, c.kind, reply)
		}
		if strings.Contains(c.message, " with bad eyes") && strings.Contains(reply, "lighthouse keepers ") && !strings.Contains(reply, "lighthouse keepers with bad eyes") {
			t.Errorf("%s: half of those who are named: %s", c.message, reply)
		}
		if w := m.newWriter(k, p, nil); kind != "" && !slices.ContainsFunc(w.points.entries, func(e *entry) bool { return strings.Contains(reply, e.Text.Text) }) {
			t.Errorf("%s: no text follows: %s", c.message, reply)
		}
	}
}

// What is asked of the debate itself is answered from it: the hardest of the user's points is one of theirs.
func TestWhatIsAskedOfTheDebateIsAnsweredFromIt(t *testing.T) {
	m := newModel(t, Options{})
	const point = "The turnstiles squeak like wounded violins"
	exchanges := []debate.Exchange{
		{Number: 1, Kind: debate.ArgumentKind, Message: "Zoos should be closed.", Reply: "No."},
		{Number: 2, Kind: debate.ArgumentKind, Message: point + ".", Reply: "Perhaps."},
	}
	for message, want := range map[string]string{
		"Which of my arguments do you find hardest to answer?":  point,
		"Which point of mine have you not really dealt with?":   point,
		"What would it take for you to change your view?":       "A good zoo", // begins one of the points of the bank below
		"What's the weakest part of your own case?":             "Yes",
		"What does your position really rest on?":               "this",
		"Do you at least admit that a cage is a sad place?":     "",
		"Is the weak point of the fence the gate or the hinge?": "",
	} {
		reply := say(t, m, debate.Prompt{Topic: "Zoos should be closed.", Stance: debate.Con, Language: "en", Seed: 2, Number: 3, Message: message, Exchanges: exchanges})
		if message == "What would it take for you to change your view?" {
			w := m.newWriter(english(t, m), debate.Prompt{Topic: "Zoos should be closed.", Stance: debate.Con, Language: "en"}, nil)
			want = w.crux()
		}
		if !strings.Contains(reply, want) {
			t.Errorf("%s: %s", message, reply)
		}
	}
}

// Of a message that gives something away and makes a point, the point is answered.
func TestThePointBesideAConcessionIsAnswered(t *testing.T) {
	m := newModel(t, Options{})
	k := english(t, m)
	p := debate.Prompt{Topic: "Rents should be capped by law.", Stance: debate.Con, Language: "en", Seed: 2, Number: 2}
	w := m.newWriter(k, p, nil)
	said := w.points.rank("the eviction notice arrives on Monday", answer)[0]
	beside := w.points.rank("supply matters", answer)[0]
	if !said.sure() || !beside.sure() || said.entry == beside.entry {
		t.Fatalf("the bank has no such answers: %v, %v", said.ID, beside.ID)
	}
	p.Exchanges = []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: p.Topic, Reply: said.Text.Text}}
	p.Message = "Okay, supply matters, I'll give you that. But supply takes ten years and the eviction notice arrives on Monday."
	if reply := say(t, m, p); strings.Contains(reply, beside.Text.Text) {
		t.Errorf("what was given away is argued against: %s", reply)
	}
}

// A claim that is a sentence of its own is held by who goes on with a reason, also where the reason has a "not" in it.
func TestAClaimBeforeItsReasonIsHeld(t *testing.T) {
	m := newModel(t, Options{})
	for message, stance := range map[string]debate.Stance{
		"La universidad debería ser gratis para todos. El talento no depende de la cuenta bancaria de tus padres.":      debate.Con,
		"Creo que habría que prohibir las corridas de toros. Es torturar a un animal por diversión.":                    debate.Con,
		"University should be free for everyone. Talent does not depend on your parents' bank account.":                 debate.Con,
		"A wealth tax on the very rich is long overdue.":                                                                debate.Con,
		"Remote work should be the default for office jobs.":                                                            debate.Con,
		"Eating meat is morally wrong when we can live perfectly well without it.":                                      debate.Con,
		"Mi hermano dice que la universidad debería ser gratis para todos. Eso es una tontería.":                        debate.Pro,
		"My boss says that university should be free for everyone. That's nonsense, somebody has to pay for all of it.": debate.Pro,
	} {
		language := "en"
		if strings.ContainsAny(message, "áéíóú") {
			language = "es"
		}
		k := english(t, m)
		if language == "es" {
			k = spanish(t, m)
		}
		of := k.likely(message)[0].subject
		if side, sure := k.sideOf(message, of); side.Opposite() != stance {
			t.Errorf("%s: the user is %s (%.1f)", message, side, sure)
		}
	}
}

// A question of any debate is answered by the topic, where it has an answer of its own, and by the debate once that was given.
func TestAQuestionOfAnyDebateIsAnsweredByTheTopic(t *testing.T) {
	m := newModel(t, Options{})
	for message, id := range map[string]string{"What would change your mind?": "change-mind-c", "Ok, give me a concrete example.": "example-c"} {
		p := debate.Prompt{Topic: "Doping should be allowed in sport.", Stance: debate.Con, Language: "en", Seed: 5, Number: 2, Message: message, Aside: debate.AsideBestPoint}
		p.Exchanges = []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: p.Topic, Reply: "No."}}
		w := m.newWriter(english(t, m), p, nil)
		at := slices.IndexFunc(w.points.entries, func(e *entry) bool { return e.role == question && e.ID == id })
		if at < 0 {
			t.Fatalf("the topic has no %s", id)
		}
		want := w.points.entries[at].Text.Text
		reply := say(t, m, p)
		if !strings.HasPrefix(reply, want) {
			t.Errorf("%s: %s", message, reply)
		}
		p.Exchanges = append(p.Exchanges, debate.Exchange{Number: 2, Kind: debate.AsideKind, Message: message, Reply: reply})
		p.Number = 3
		if again := say(t, m, p); strings.Contains(again, want) {
			t.Errorf("%s: once more: %s", message, again)
		}
	}
}
