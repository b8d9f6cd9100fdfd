package offline

import (
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Who grants a point to the bot's side hears no answer to it. Who argues with the same words is answered, and not told to
// agree: that was so of all such messages of whole debates. The messages are as people write them in the middle of a debate.
func TestAPointThatIsGrantedIsNotArguedAgainst(t *testing.T) {
	m := newModel(t, Options{})
	for _, c := range []struct {
		topic, language, message string
		own                      bool
	}{
		{"Working from home is better than the office.", "en", "my brother got so lonely at home he quit", false},
		{"Working from home is better than the office.", "en", "my commute is two hours of hell", false},
		{"College is a waste of money.", "en", "fair enough, doctors and engineers need their degree", true},
		{"Go is better than Rust for backend services.", "en", "Error handling with if err != nil is verbose, sure, but it's explicit and everybody can read it.", false},
		{"Billionaires shouldn't exist.", "en", "Innovation happened before billionaires.", false},
		{"Gun laws should be stricter.", "en", "A gun in the house is far more likely to hurt the family than a burglar.", false},
		{"College is a waste of money.", "en", "you can learn everything on youtube for free now", false},
		{"Los videojuegos violentos vuelven más agresivos a los jugadores.", "es", "a fuerza de ver tanta sangre te acostumbras", false},
	} {
		p := debate.Prompt{Topic: c.topic, Stance: debate.Con, Language: c.language, Number: 2, Message: c.message,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: c.topic, Reply: "No."}}}
		w, err := m.writerOf(p)
		if err != nil {
			t.Fatal(err)
		}
		if own := w.own(c.message); own != c.own {
			t.Errorf("%s: granted %t\n%s", c.message, own, say(t, m, p))
		}
	}
}

// Who has come round is told so once; then the debate goes on.
func TestWhoComesRoundIsToldSoOnce(t *testing.T) {
	m := newModel(t, Options{})
	p := debate.Prompt{Topic: "Zoos should be closed.", Stance: debate.Con, Language: "en"}
	p.Exchanges = hold(t, m, p, 4, "Zoos should be closed", "The cages are too small", "You changed my mind about it", "You changed my mind, really")
	turned := english(t, m).lines.Turned
	for i, e := range p.Exchanges {
		if told := slices.ContainsFunc(turned, func(l line) bool { return strings.Contains(e.Reply, l.text) }); told != (i == 2) {
			t.Errorf("%d: %s", i+1, e.Reply)
		}
	}
}

// Who denies that something is of a kind is asked as that, where the bot claims it.
func TestWhoDeniesThatSomethingIsOfAKindIsAskedAsThat(t *testing.T) {
	m := newModel(t, Options{})
	p := debate.Prompt{Topic: "Chili is a soup", Stance: debate.Pro, Language: "en", Number: 2, Message: "you pour it from a box",
		Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Chili is not a soup", Reply: "No."}}}
	if reply := say(t, m, p); !slices.ContainsFunc(english(t, m).lines.Probes[stranger], func(l line) bool { return strings.Contains(reply, l.text) }) {
		t.Error(reply)
	}
}

// Whether something is of a kind is asked by what makes it one, and who asks for reasons
// instead of questions gets them.
func TestWhatMakesSomethingOfAKindIsAsked(t *testing.T) {
	m := newModel(t, Options{})
	l := english(t, m).lines
	for topic, probes := range map[string][]line{
		"Trading Places is a Christmas movie": l.Probes[member],
		"Chili is not a real soup":            l.Probes[stranger],
		"Quoits are a waste of time":          slices.Concat(l.Clauses[stated], l.Clauses["to-blame"]),
		"Atlantis was never really a city":    slices.Concat(l.Clauses[stated], l.Clauses["to-kind"], l.Clauses["to-blame"]),
	} {
		p := debate.Prompt{Topic: topic, Stance: debate.Con, Language: "en", Number: 2, Message: "there are sleigh bells in it",
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: topic, Reply: "No."}}}
		if reply := say(t, m, p); !slices.ContainsFunc(probes, func(l line) bool { return strings.Contains(reply, l.mark) }) {
			t.Errorf("%s: %s", topic, reply)
		}
		p.Message = "stop asking questions and give me one reason"
		if reply := say(t, m, p); !strings.HasPrefix(reply, "Here is one.") || strings.Contains(reply, "?") {
			t.Errorf("%s: %s", topic, reply)
		}
	}
}

// Who wants a rule is asked about the rule, and not what could be said for who is to keep it:
// "somewhere there is somebody who is fond of the airport".
func TestWhoWantsARuleIsAskedAboutTheRule(t *testing.T) {
	m := newModel(t, Options{})
	for _, c := range [][3]string{
		{"The airport should not be allowed to charge 5 bucks for water", "Kids and old people need to drink", "en"},
		{"Kids under 14 shouldn't have a smartphone", "all her friends have one is not a reason", "en"},
		{"Las gasolineras deberían tener un baño limpio", "mi madre viaja mucho por carretera", "es"},
	} {
		p := debate.Prompt{Topic: c[0], Stance: debate.Con, Language: c[2], Number: 2, Message: c[1],
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: c[0], Reply: "No."}}}
		w, err := m.writerOf(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.kindsFor(general); got[0] != demand {
			t.Errorf("%s: %v", c[0], got)
		}
	}
}
