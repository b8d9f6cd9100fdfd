package offline

import (
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// What people write in debates on topics that the bank has not, with the scheme that answers.
var formed = []struct{ language, topic, message, scheme string }{
	{"en", "Swimming pools should forbid cameras.", "There are creeps who collect those pictures.", "bad-people"},
	{"en", "Parents should not dye the hair of their children.", "A toddler can't agree to that.", "children-consent"},
	{"en", "Cyclists should need a number plate.", "Drivers pay road tax and cyclists pay nothing.", "pays-nothing"},
	{"en", "Cyclists should need a number plate.", "Nobody can report them when they run a red light.", "no-one-caught"},
	{"en", "Cooking should be compulsory at school.", "Most kids can't even boil an egg.", "lack"},
	{"en", "Cooking should be compulsory at school.", "You could drop a bit of religion class to make room for it.", "drop-something"},
	{"en", "World fairs should be scrapped.", "They always go over budget.", "over-budget"},
	{"en", "World fairs should be scrapped.", "The pavilions in Seville stand empty now.", "left-to-rot"},
	{"en", "A tax on second homes would be wrong.", "They'll just move somewhere else.", ""},
	{"en", "Second homes should not be taxed.", "They'll just move somewhere else.", "loophole"},
	{"en", "Being a wine taster isn't a real job.", "Anyone could do that job.", "anyone-can"},
	{"en", "Microwave dinners are lazy.", "Just because there's a microwave doesn't mean you have to use it.", "because-one-can"},
	{"en", "Billboards should go.", "Some villages already took theirs down and it works fine.", "another-place"},
	{"en", "Billboards should go.", "Three towns got rid of them and nobody complained.", "another-place"},
	{"en", "Schools should teach swimming.", "They would learn to swim before they are eight.", ""},
	{"en", "Microwave dinners are rude.", "Writing a note takes ten seconds.", "takes-little"},
	{"en", "Microwave dinners should go.", "It's not about the food, it's about respect.", "about-what"},
	{"en", "Microwave dinners should go.", "My flatmate eats them at the desk.", "own-person"},
	{"es", "Los microondas deberían prohibirse.", "Mi suegra pone uno en cada cuarto.", "own-person"},
	{"es", "Los microondas deberían prohibirse.", "Cuanto más se usan, más gente cena sola.", "longer-worse"},
	{"es", "Las vallas publicitarias deberían prohibirse.", "Varios pueblos ya las quitaron y nadie se queja.", "another-place"},
	{"es", "Los recreos deberían ser más largos.", "Los médicos nos hicieron esperar.", ""},
	{"es", "Las piscinas deberían prohibir las cámaras.", "Hay pederastas que coleccionan esas fotos.", "bad-people"},
	{"es", "Cocinar debería ser obligatorio en la escuela.", "Muchos chavales no saben ni freír un huevo.", "lack"},
	{"es", "Las exposiciones universales deberían eliminarse.", "Las instalaciones están abandonadas.", "left-to-rot"},
	{"es", "Las exposiciones universales deberían eliminarse.", "Nadie se acuerda de quién ganó.", "forgotten"},
}

func TestAPointIsAnsweredByItsForm(t *testing.T) {
	m := newModel(t, Options{})
	for _, c := range formed {
		all, err := bank.Schemes(c.language)
		if err != nil {
			t.Fatal(err)
		}
		p := debate.Prompt{Topic: c.topic, Stance: debate.Con, Language: c.language, Seed: 3, Number: 2, Message: c.message,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: c.topic, Reply: "No."}}}
		reply, _, err := m.write(p)
		if err != nil {
			t.Fatal(err)
		}
		id := ""
		for _, s := range all {
			for _, r := range s.Says {
				if s.Kind != string(claimed) && slices.ContainsFunc(r.Texts, func(text string) bool {
					l, err := newLine(text)
					return err == nil && strings.Contains(reply, l.mark)
				}) {
					id = s.ID
				}
			}
		}
		if id != c.scheme {
			t.Errorf("%q is answered by %q, want %q: %s", c.message, id, c.scheme, reply)
		}
	}
}

// What a claim comes to for the user, who denies it where the bot argues for it.
func TestAClaimAimsAtSomething(t *testing.T) {
	m := newModel(t, Options{})
	spanish, err := m.spanish()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		k      *knowledge
		claim  string
		stance debate.Stance
		want   bank.Aim
	}{
		{english(t, m), "Billboards should be banned in cities", debate.Con, bank.Remove},
		{english(t, m), "Parents shouldn't post photos of their kids online", debate.Con, bank.Remove},
		{english(t, m), "Billboards should be banned in cities", debate.Pro, bank.Spare},
		{english(t, m), "Tall fences should be allowed", debate.Con, bank.Spare},
		{english(t, m), "Landlords shouldn't be allowed to ban pets", debate.Con, bank.Spare},
		{english(t, m), "Bike helmets should not be compulsory", debate.Con, bank.Spare},
		{english(t, m), "Bike helmets should be compulsory", debate.Con, bank.Require},
		{english(t, m), "Bike helmets should be compulsory", debate.Pro, bank.Spare},
		{english(t, m), "People who recline their seat are rude", debate.Con, bank.Blame},
		{english(t, m), "Nobody should be allowed to keep a cat outdoors", debate.Con, bank.Remove},
		{english(t, m), "Nobody should have to work on Sundays", debate.Con, bank.Spare},
		{english(t, m), "Rented scooters should be kicked out of the city", debate.Con, bank.Remove},
		{english(t, m), "Golf is the best sport", debate.Con, bank.Praise},
		{english(t, m), "Socks in sandals are perfectly fine", debate.Con, bank.Praise},
		{english(t, m), "Audiobooks don't count as reading", debate.Con, bank.OfKind},
		{english(t, m), "Graffiti is art", debate.Con, bank.OfKind},
		{spanish, "Los patinetes deberían prohibirse en las aceras", debate.Con, bank.Remove},
		{spanish, "Las terrazas no deberían prohibirse", debate.Con, bank.Spare},
		{spanish, "Cocinar debería ser obligatorio en la escuela", debate.Con, bank.Require},
	} {
		p := debate.Prompt{Topic: c.claim, Stance: c.stance, Language: c.k.language, Message: c.claim}
		if w := m.newWriter(c.k, p, nil); w.aim() != c.want {
			t.Errorf("%q with the bot %s: %q, want %q", c.claim, c.stance, w.aim(), c.want)
		}
	}
}

// What people foretell, tell others to leave or say that one may do was met as what is bad or good: "people shouldn't have
// kids if they can't afford them" (of a list of hot takes) by "you can't get rid of something in small doses".
func TestAClaimOfConductOrOfTheFutureIsMetAsThat(t *testing.T) {
	m := newModel(t, Options{})
	spanish, err := m.spanish()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		k     *knowledge
		claim string
		want  bank.Aim
	}{
		{english(t, m), "People shouldn't keep dogs if they work all day", bank.Refrain},
		{english(t, m), "Nobody should lend money to a cousin", bank.Refrain},
		{english(t, m), "It's okay to lie about your age", bank.Permit},
		{english(t, m), "There is nothing wrong with reading somebody's diary", bank.Permit},
		{english(t, m), "Paper maps will come back", bank.Foretell},
		{english(t, m), "Coastal towns are going to drown in debt", bank.Foretell},
		{english(t, m), "Billboards should not be banned", ""},
		{english(t, m), "Goodwill shops are cheap", ""},
		{spanish, "La gente no debería prestar dinero a sus primos", bank.Refrain},
		{spanish, "No tiene nada de malo mentir sobre la edad", bank.Permit},
		{spanish, "Los mapas de papel van a volver", bank.Foretell},
	} {
		p := debate.Prompt{Topic: c.claim, Stance: debate.Con, Language: c.k.language, Message: c.claim}
		w := m.newWriter(c.k, p, nil)
		if got := w.closerAim(); got != c.want {
			t.Errorf("%q: %q, want %q", c.claim, got, c.want)
		}
		if f, ok := w.caseOf(); c.want != "" && (!ok || !slices.ContainsFunc(w.schemes()[len(w.schemes())-1].texts[c.want], func(l line) bool { return l.text == f.Text.Text })) {
			t.Errorf("%q is met by %v", c.claim, f.entry)
		}
	}
}

func TestSchemesAreTheSameInBothLanguages(t *testing.T) {
	form := make(map[string][]string)
	for _, language := range bank.Languages {
		all, err := bank.Schemes(language)
		if err != nil {
			t.Fatal(err)
		}
		schemes, err := newSchemes(all)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range schemes { // whose patterns are right
			for _, aim := range bank.Aims {
				for _, l := range s.texts[aim] {
					form[language] = append(form[language], string(aim)+" "+s.id)
					if strings.ContainsAny(slots.Replace(l.text), `"“”«»—`) {
						t.Errorf("%s: %s has a mark that replies do not use: %s", language, s.id, l.text)
					}
				}
			}
		}
	}
	if len(form["en"]) == 0 || !slices.Equal(form["en"], form["es"]) {
		t.Errorf("%d texts in English, %d in Spanish, or not to the same", len(form["en"]), len(form["es"]))
	}
}
