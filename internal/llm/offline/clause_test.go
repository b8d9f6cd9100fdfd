package offline

import (
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// What a user says is taken up as a clause that can stand after "that", or not at all.
func TestASentenceIsSaidAgainOnlyWhereItIsPlainlyAClause(t *testing.T) {
	m := newModel(t, Options{})
	spanish, err := m.spanish()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		k              *knowledge
		sentence, want string
		form           pointKind
	}{
		{english(t, m), "Lighthouses guide ships.", "", ""}, // a verb that is not known
		{english(t, m), "Lighthouses help sailors at night.", "lighthouses help sailors at night", brought},
		{english(t, m), "And lighthouses are a part of the coast!", "lighthouses are a part of the coast", stated},
		{english(t, m), "I think the harbour would lose its charm, because nobody comes for concrete.", "the harbour would lose its charm", expected},
		{english(t, m), "Tourists could just as well look at a radio mast", "tourists could just as well look at a radio mast", possible},
		{english(t, m), "The keeper should keep his job.", "the keeper should keep his job", owed},
		{english(t, m), "Lighthouses are cheaper than satellites", "lighthouses are cheaper than satellites", ranked},
		{english(t, m), "Most of them were built by volunteers", "most of them were built by volunteers", past},
		{english(t, m), "Iceland has kept all of its towers", "Iceland has kept all of its towers", stated},
		{english(t, m), "My town has two towers that nobody uses", "your town has two towers that nobody uses", lived},
		{english(t, m), "Moreover, the light is more pleasant, more reliable and cheaper", "the light is more pleasant, more reliable and cheaper", stated},
		{english(t, m), "Save the lighthouses that are left!", "", ""},     // asks for something
		{english(t, m), "Because sailors need them", "", ""},               // half a sentence
		{english(t, m), "A wonderful sight over the whole bay", "", ""},    // no verb
		{english(t, m), "What would the sailors do without them?", "", ""}, // a question
		{english(t, m), "I would be sad without them", "", ""},             // of the writer
		{english(t, m), "You are dodging all of that", "", ""},             // of the bot
		{english(t, m), "Would give the village some hope", "", ""},        // of nobody
		{english(t, m), "You could say the same about the radio", "", ""},  // of what can be said
		{english(t, m), "The old mast was sold and look how that turned out", "", ""},
		{spanish, "Se podría decir lo mismo de la radio", "", ""},
		{spanish, "La torre se vendió y mira cómo acabó", "", ""},
		{english(t, m), "If the lamps went out, insurers would notice it first", "if the lamps went out, insurers would notice it first", expected},
		{english(t, m), "It's a nice walk anyway", "it is a nice walk", stated},
		{english(t, m), "When the fog comes", "", ""},
		{english(t, m), "It's not one tower, there are twelve on that coast", "", ""}, // sets the bot right
		{english(t, m), "The lamp isn't what brings them here", "", ""},
		{english(t, m), "A keeper needs to sleep, a radio mast doesn't", "", ""},
		{english(t, m), "They help sailors, nobody drowns without a radio", "", ""},
		{english(t, m), "It's on their own map, and the lamps cost a fortune", "", ""},
		{english(t, m), "The lamps are already there", "", ""},
		{spanish, "Los faros son parte de la costa.", "los faros son parte de la costa", stated},
		{spanish, "Cerrar los faros.", "", ""},
		{spanish, "Llamo a la policía y no hacen nada", "llamas a la policía y no hacen nada", lived},
		{spanish, "Ya llamé tres veces y es inútil", "ya llamaste tres veces y es inútil", lived},
		{spanish, "encima pago 40 euros y me mandan a la cola", "pagas 40 euros y te mandan a la cola", lived},
		{spanish, "a mi tía se le cayó el farol en el pie, imagínate", "a tu tía se le cayó el farol en el pie", lived},
		{spanish, "en mi pueblo llevamos años pidiendo un farero", "en tu pueblo llevan años pidiendo un farero", lived},
		{spanish, "mi primo me escribe para decirme que no hay luz", "tu primo te escribe para decirte que no hay luz", lived},
		{spanish, "Cuestan un dineral y no alumbran a nadie", "cuestan un dineral y no alumbran a nadie", brought},
		{spanish, "los que viven cerca nunca duermen", "los que viven cerca nunca duermen", brought},
		{spanish, "en invierno no podés ni salir", "en invierno no puedes ni salir", stated},
		{spanish, "El farero se quedo sin trabajo", "el farero se quedó sin trabajo", past},
		{spanish, "Mi mujer y yo vamos cada domingo", "", ""},   // of whom a word cannot be put so
		{spanish, "Nos despierta todas las noches", "", ""},     // the same
		{spanish, "Iré a verlo cuando pueda", "", ""},           // of what will be
		{spanish, "No creo que sirva de nada", "", ""},          // of the writer's mind
		{spanish, "pues que les ayude el ayuntamiento", "", ""}, // a wish
		{spanish, "vos decís que alumbran mucho", "", ""},       // of the bot
		{spanish, "la luz de mi tío", "", ""},                   // no verb
		{spanish, "Mucho dinero es de los barcos", "mucho dinero es de los barcos", stated},
		{english(t, m), "hm ok lighthouses are different", "lighthouses are different", stated},
	} {
		p := debate.Prompt{Topic: "Lighthouses should be preserved", Stance: debate.Con, Language: c.k.language, Message: c.sentence}
		clause, form, ok := m.newWriter(c.k, p, nil).clauseOf(c.sentence)
		if clause != c.want || form != c.form || ok != (c.want != "") {
			t.Errorf("%q: %q, %s, want %q, %s", c.sentence, clause, form, c.want, c.form)
		}
	}
}

// Off the bank a point that nothing answers is taken up in its own words, and by no second question running.
func TestAPointOffTheBankIsTakenUpInItsOwnWords(t *testing.T) {
	m := newModel(t, Options{})
	l := english(t, m).lines
	for seed := range uint64(8) {
		p := debate.Prompt{Topic: "Lighthouses should be preserved by the navy", Stance: debate.Con, Language: "en", Number: 2, Seed: seed, Message: "The towers reflect signals from the dirigibles.",
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Lighthouses should be preserved by the navy", Reply: "No."}}}
		reply := say(t, m, p)
		if !strings.Contains(reply, "the towers reflect signals from the dirigibles") ||
			!slices.ContainsFunc(slices.Concat(l.Clauses[brought], l.Clauses["to-change"], l.Clauses["gain"]), func(l line) bool { return strings.Contains(reply, l.mark) }) {
			t.Errorf("%d: %s", seed, reply)
		}
		p.Exchanges = append(p.Exchanges, debate.Exchange{Number: 2, Kind: debate.ArgumentKind, Message: p.Message, Reply: reply})
		p.Number, p.Message = 3, "The navy is already paying for the lamps."
		if second := say(t, m, p); !strings.Contains(second, "the navy is already paying for the lamps") || strings.HasSuffix(reply, "?") && strings.HasSuffix(second, "?") {
			t.Errorf("%d: %s", seed, second)
		}
	}
}

// "Even if it is so that golf is boring" sounds as if the bot took the side it argues against.
func TestTheClaimItselfIsNotSaidAgain(t *testing.T) {
	m := newModel(t, Options{})
	for _, message := range []string{"Golf is boring.", "And golf is a boring game", "Boring, that is what golf is"} {
		p := debate.Prompt{Topic: "Golf is a boring game", Stance: debate.Con, Language: "en", Message: message}
		if clause, _, ok := m.newWriter(english(t, m), p, nil).clauseOf(message); ok {
			t.Errorf("%q is said again as %q", message, clause)
		}
	}
}
