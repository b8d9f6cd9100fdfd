package offline

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// spanish is what a model knows in Spanish.
func spanish(t testing.TB, m *Model) *knowledge {
	t.Helper()
	k, err := m.spanish()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestWhatIsWrittenInHasteIsReadAndSaidAgainWithCare(t *testing.T) {
	m := newModel(t, Options{})
	k := spanish(t, m)
	for text, want := range map[string]string{
		"habria q cerrarlos":                    "habría que cerrarlos",
		"Q los jovenes tambien pagan, pq no":    "Que los jóvenes también pagan, porque no",
		"es la unica opinion de la gente mayor": "es la única opinión de la gente mayor",
		"una persona seria va hacia la IA":      "una persona seria va hacia la IA",
		"el FMI y la UE dicen q no":             "el FMI y la UE dicen que no",
		"aquí no hay nada que corregir":         "aquí no hay nada que corregir",
	} {
		if got := k.spellOut(text); got != want {
			t.Errorf("%q is written %q", text, got)
		}
		if plain(text) != plain(want) {
			t.Errorf("%q is read as %q", text, plain(text))
		}
	}
	for _, text := range []string{"the IQ of a squid", "FAQ", "Iraq", "the queue"} {
		if got := plain(text); got != strings.ToLower(text) {
			t.Errorf("%q is read as %q", text, got)
		}
	}
	p := debate.Prompt{Topic: "El golf es aburrido", Stance: debate.Con, Language: "es"}
	for sentence, want := range map[string]string{
		"pues q los palos se pagan con dinero publico":     "los palos se pagan con dinero público",
		"es q los campos estan llenos de gente mayor":      "los campos están llenos de gente mayor",
		"lo q pasa es q los campos gastan mucha agua":      "los campos gastan mucha agua",
		"la paga de mi hijo":                               "",
		"y claro, los socios tienen mas tiempo q la gente": "los socios tienen más tiempo que la gente",
		"los socios tienen mas tiempo q tu jefe":           "",
	} {
		if got, _, _ := m.newWriter(k, p, nil).clauseOf(sentence); got != want {
			t.Errorf("%q is said again as %q", sentence, got)
		}
	}
}

// Of what is strung together by commas the first clause makes the claim; many are called by the form of one.
func TestAClaimOfMoreClausesIsArguedByItsFirst(t *testing.T) {
	m := newModel(t, Options{})
	for language, all := range map[string]map[string]string{
		"es": {
			"Gastar bromas pesadas es inaceptable, digan lo que digan": "wrong",
			"Los recargos del hotel son un robo":                       "fees",
			"Los peajes son un robo, ya pagamos impuestos":             "fees",
			"Si los recargos son un robo, no los pagues":               "",
			"Las comisiones son un robo, pero hay que pagarlas":        "",
			"Los vecinos que ponen música de noche merecen multa":      "neighbours",
			"El ruido de los vecinos es insoportable, que los multen":  "neighbours",
		},
		"en": {
			"Slurping noodles is unacceptable, whatever they say": "wrong",
			"If slurping noodles is unacceptable, do not do it":   "",
		},
	} {
		for claim, want := range all {
			p := debate.Prompt{Topic: claim, Stance: debate.Con, Language: language, Message: strings.ToLower(claim)}
			w, err := m.writerOf(p)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if w.general {
				got = w.topic.Name
				if w.side != debate.Con {
					t.Errorf("%q is defended", claim)
				}
			}
			if got != want {
				t.Errorf("%q is argued as %q, not %q", claim, got, want)
			}
		}
	}
}

// "To see my mother" is not about her.
func TestOnlyWhatASentenceIsAboutIsTakenUp(t *testing.T) {
	m := newModel(t, Options{})
	p := debate.Prompt{Topic: "Los peajes son un robo", Stance: debate.Con, Language: "es"}
	for sentence, want := range map[string]bool{
		"mi tia paga el peaje dos veces al dia":             true,
		"y mi tia paga el peaje dos veces al dia":           true,
		"pago veinte euros cada vez q voy a ver a mi tia":   false,
		"en galicia no hay otra forma de ir a ver a mi tia": false,
	} {
		w := m.newWriter(spanish(t, m), p, rand.New(rand.NewPCG(1, 2)))
		if got := w.nameNoun(sentence); (got != "") != want || want && !strings.Contains(got, "tu tía") {
			t.Errorf("%q: %q", sentence, got)
		}
	}
}

// In a language that it only asks in, the bot says that of all it cannot do there, in that language.
func TestAsidesAreAnsweredInTheLanguageOfTheDebate(t *testing.T) {
	m := newModel(t, Options{})
	foreign := regexp.MustCompile(`(?i)\b(the|you|what|is|and|el|los|una|qué|pero)\b`)
	for language, o := range m.others {
		for _, of := range allAsides {
			p := debate.Prompt{Topic: "Golf", Stance: debate.Con, Language: language, Number: 2, Message: "?", Aside: of,
				Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Golf", Reply: o.Honest}}}
			if reply := say(t, m, p); reply == "" || foreign.MatchString(reply) && language == "de" || strings.Contains(reply, "I ") {
				t.Errorf("%s, %s: %q", language, of, reply)
			}
		}
		if o.Cannot == "" || o.Invite == "" {
			t.Errorf("%s cannot say what it cannot do", language)
		}
		p := debate.Prompt{Topic: "Golf", Stance: debate.Con, Language: language, Number: 2, Message: "Golf", Firm: true, Facts: "Golf is a game."}
		if reply := say(t, m, p); !strings.Contains(reply, o.Honest) {
			t.Errorf("%s, where the facts are the bot's: %q", language, reply)
		}
		for message, k := range map[string]*knowledge{"ok then let us do it in English": english(t, m), "mejor seguimos hablando en español, vale": spanish(t, m)} {
			p := debate.Prompt{Topic: "Golf", Stance: debate.Con, Language: language, Number: 2, Message: message,
				Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Golf", Reply: o.Honest}}}
			if reply := say(t, m, p); !strings.Contains(reply, k.lines.Begun[0].mark) && !strings.Contains(reply, k.lines.Begun[1].mark) {
				t.Errorf("%s, to %q: %q", language, message, reply)
			}
		}
	}
}

// Who does not understand a question gets a reason instead of it, and not the claim again.
func TestAQuestionThatIsNotUnderstoodIsLeft(t *testing.T) {
	m := newModel(t, Options{})
	for language, claim := range map[string]string{"es": "El golf es aburrido", "en": "Golf is boring"} {
		p := debate.Prompt{Topic: claim, Stance: debate.Con, Language: language, Number: 2, Message: "?", Aside: debate.AsideSimpler,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: claim, Reply: "Hm?"}}}
		w, err := m.writerOf(p)
		if err != nil {
			t.Fatal(err)
		}
		reply := say(t, m, p)
		left := false
		for _, l := range w.lines.Unclear {
			left = left || strings.HasPrefix(reply, l.text+" ")
		}
		if !left || strings.HasSuffix(reply, "?") {
			t.Errorf("%s", reply)
		}
	}
}

func TestASmallLetterFollowsAColonInSpanish(t *testing.T) {
	m := newModel(t, Options{})
	k := spanish(t, m)
	p := debate.Prompt{Topic: "Los zoos deberían cerrarse", Stance: debate.Con, Language: "es", Number: 2, Message: "más corto", Aside: debate.AsideShorter}
	w, err := m.writerOf(p)
	if err != nil || w.topic == nil {
		t.Fatal(w.topic, err)
	}
	for _, e := range w.points.entries {
		p.Exchanges = []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "cierra", Reply: e.Text.Text}}
		_, said, _ := strings.Cut(say(t, m, p), ": ")
		if first, _, _ := strings.Cut(said, " "); k.knownLower(first) && first != lowerFirst(first) {
			t.Errorf("%q", said)
		}
	}
}

// Nobody uses people, or does without them.
func TestPeopleAreNoThing(t *testing.T) {
	m := newModel(t, Options{})
	for claim, want := range map[string]pointKind{"No soporto a los que hablan en el cine": people, "los q hablan en el cine son unos maleducados": people, "No soporto el cine": against} {
		w := m.newWriter(spanish(t, m), debate.Prompt{Topic: claim, Stance: debate.Con, Language: "es", Message: claim}, rand.New(rand.NewPCG(1, 2)))
		if got := w.leaning(); got != want {
			t.Errorf("%q is %s", claim, got)
		}
		if _, of := w.caseOf(); of == (want == people) {
			t.Errorf("%q has a case of things: %v", claim, of)
		}
	}
}

// What is called names is judged, and not said to be of a kind; "que" is not said twice.
func TestAJudgementIsNoKind(t *testing.T) {
	m := newModel(t, Options{})
	k := spanish(t, m)
	for claim, want := range map[string]bank.Aim{
		"Llevar chanclas a la oficina es una falta de respeto": bank.Blame,
		"El reguetón es una joya":                              bank.Praise,
		"El ajedrez es un deporte":                             bank.OfKind,
		"La paella con chorizo no es paella":                   bank.OfKind,
	} {
		w := m.newWriter(k, debate.Prompt{Topic: claim, Stance: debate.Con, Language: "es", Message: claim}, rand.New(rand.NewPCG(1, 2)))
		if got := w.aim(); got != want {
			t.Errorf("%q aims at %q, not %q", claim, got, want)
		}
	}
	w := m.newWriter(k, debate.Prompt{Topic: "que te obliguen a cenar con el jefe es un abuso", Stance: debate.Con, Language: "es"}, nil)
	if got, want := w.claimPhrase(), "la idea de «Que te obliguen a cenar con el jefe es un abuso»"; got != want {
		t.Errorf("got %q", got)
	}
	p := debate.Prompt{Topic: "El golf es aburrido", Stance: debate.Con, Language: "es"}
	if got, _, _ := m.newWriter(k, p, nil).clauseOf("los hoyos estan muy lejos, q mas da el paisaje"); got != "los hoyos están muy lejos" {
		t.Errorf("got %q", got)
	}
}

// Who misses an answer is told so where there is one, and a question with it is answered.
func TestWhoMissesAnAnswerIsHeard(t *testing.T) {
	m := newModel(t, Options{})
	for message, k := range map[string]*knowledge{"no me respondiste. ¿y qué pasa con el elefante?": spanish(t, m), "you did not answer. what about the elephant?": english(t, m)} {
		p := debate.Prompt{Topic: map[string]string{"es": "Los zoos deberían cerrarse", "en": "Zoos should be closed."}[k.language], Stance: debate.Con, Language: k.language, Number: 2, Message: message,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "¡Cierren!", Reply: "No."}}}
		reply := say(t, m, p)
		heard := false
		for _, l := range k.lines.Signs[insists] {
			heard = heard || strings.HasPrefix(reply, l.text)
		}
		if !heard || len(strings.Fields(reply)) < 15 {
			t.Errorf("%s", reply)
		}
	}
}

// Spanish quotes within a text are angular, as those around what is quoted.
func TestQuotesInSpanishAreAngular(t *testing.T) {
	general, err := bank.General("es")
	if err != nil {
		t.Fatal(err)
	}
	topics, err := bank.Read("es")
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range slices.Concat(topics, general) {
		for _, side := range []debate.Stance{debate.Pro, debate.Con} {
			c := topic.Of(side)
			texts := []string{c.Case, c.Closing}
			for _, text := range slices.Concat(c.Arguments, c.Answers, c.Questions, c.Concedes) {
				texts = append(texts, text.Text)
			}
			for _, text := range texts {
				if strings.Contains(text, `"`) {
					t.Errorf("%s: %s", topic.Name, text)
				}
			}
		}
	}
}

func TestWhatCannotBeIsNotAskedHowOften(t *testing.T) {
	m := newModel(t, Options{})
	for sentence, want := range map[string]pointKind{"cambiarlo no se puede": stated, "el administrador no puede cambiarlo solo": stated, "el administrador puede cambiarlo solo": possible} {
		w := m.newWriter(spanish(t, m), debate.Prompt{Topic: "Las comunidades son un lío", Stance: debate.Con, Language: "es"}, nil)
		if got := w.formOf(sentence); got != want {
			t.Errorf("%q has the form %q", sentence, got)
		}
	}
}

func TestWhoAsksWhatIfAllDidSoIsAnswered(t *testing.T) {
	m := newModel(t, Options{})
	for _, question := range []string{"y si lo hicieran todos?", "¿y si todos hicieran lo mismo?", "y si lo hace todo el mundo?"} {
		w, err := m.writerOf(debate.Prompt{Topic: "Las comunidades son un lío", Stance: debate.Con, Language: "es", Message: question})
		if err != nil {
			t.Fatal(err)
		}
		if w.replyTo(question) == "" {
			t.Errorf("nothing to %q", question)
		}
	}
}

// A point in Spanish is taken up in its own words also where a question has just been asked, after which
// comes no second one.
func TestAfterAQuestionAPointIsWeighedInItsOwnWords(t *testing.T) {
	m := newModel(t, Options{})
	for message, want := range map[string]string{
		"mi hermano pagó 300 euros y no le dejaron entrar":   "tu hermano pagó 300 euros y no le dejaron entrar",
		"los cuelgan en marzo y se quedan ahí hasta octubre": "los cuelgan en marzo y se quedan ahí hasta octubre",
	} {
		p := debate.Prompt{Topic: "Los farolillos de papel son una horterada", Stance: debate.Con, Language: "es", Number: 2, Message: message,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Los farolillos de papel son una horterada", Reply: "¿Sí?"}}}
		if reply := say(t, m, p); !strings.Contains(reply, want) || strings.HasSuffix(reply, "?") {
			t.Errorf("%s", reply)
		}
	}
}

// What is conceded is named, also where it is said of the writer or as one would like it to be.
func TestWhatIsConcededIsNamed(t *testing.T) {
	m := newModel(t, Options{})
	for message, want := range map[string]string{
		"te doy que el farolillo da buena luz":           "el farolillo da buena luz",
		"reconozco que a mi abuela le gustan":            "a tu abuela le gustan",
		"en las fiestas hacen ilusión, eso te lo acepto": "en las fiestas hacen ilusión",
		"entiendo que a los niños les hagan ilusión":     "a los niños les hacen ilusión",
		"si llueve no me molestan, lo reconozco":         "", // whether it is so depends
		"los de papel, bueno":                            "",
	} {
		p := debate.Prompt{Topic: "Los farolillos de papel son una horterada", Stance: debate.Con, Language: "es", Message: message}
		if got := m.newWriter(spanish(t, m), p, nil).granted(); got != want {
			t.Errorf("%q concedes %q", message, got)
		}
	}
}

// Questions about the debate and those that say something get an answer of their own in Spanish too.
func TestQuestionsInSpanishAreAnsweredByWhatTheyAsk(t *testing.T) {
	m := newModel(t, Options{})
	k := spanish(t, m)
	for question, want := range map[string]pointKind{
		"¿qué te haría cambiar de opinión?":             "convince-blame",
		"¿y entonces estamos de acuerdo o no?":          "agree",
		"¿aceptarías que los quitaran en enero?":        "instead-blame",
		"¿te parece normal colgarlos en marzo?":         "fine-blame",
		"¿y si se cae uno quién lo paga?":               "payer-blame",
		"¿qué le digo a mi suegra cuando me los da?":    "advice",
		"¿has visto alguno de cerca?":                   "been there",
		"¿no ves que se estropean con la lluvia?":       "see it",
		"¿de verdad crees que a la gente le gustan?":    "really think",
		"¿por qué la gente los sigue comprando?":        "why would",
		"¿tanto les cuesta quitarlos?":                  "little to ask",
		"¿qué me dices de que se venden más que nunca?": "what of",
		"¿a ti te parece bonito?":                       "seems",
		"¿tú comprarías uno para tu casa?":              "would you",
		"¿cuántos incendios tiene que haber?":           "how many",
	} {
		p := debate.Prompt{Topic: "Los farolillos de papel son una horterada", Stance: debate.Con, Language: "es", Number: 2, Message: question,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Los farolillos de papel son una horterada", Reply: "No."}}}
		reply := say(t, m, p)
		if !slices.ContainsFunc(k.lines.Replies[want], func(l line) bool { return strings.Contains(reply, l.mark) }) {
			t.Errorf("%s: %s", question, reply)
		}
	}
}

// "De el" is "del", and an article within a sentence is small, whatever follows it.
func TestTheThingOfAClaimStandsInASpanishSentence(t *testing.T) {
	m := newModel(t, Options{})
	for claim, want := range map[string]string{
		"El pádel no es un deporte":                  "del pádel",
		"Los menús con carta en QR son una burla":    "de los menús con carta en QR",
		"Poner farolillos en marzo es una ridiculez": "de poner farolillos en marzo",
	} {
		w := m.newWriter(spanish(t, m), debate.Prompt{Topic: claim, Stance: debate.Con, Language: "es", Message: claim}, rand.New(rand.NewPCG(1, 2)))
		if got := w.fill(line{text: "Lo mejor de {thing} es eso."}, thingSlot, w.thing()); got != "Lo mejor "+want+" es eso." {
			t.Errorf("%q: %s", claim, got)
		}
	}
}
