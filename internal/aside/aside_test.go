package aside_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/aside"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// example is a labelled message; gate/testdata/README.md says what it means.
type example struct{ Text, Topic, Want, Lang string }

func readExamples(t *testing.T, name string) (all []example) {
	t.Helper()
	data, err := os.ReadFile("../gate/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		var ex example
		if err := json.Unmarshal(lines.Bytes(), &ex); err != nil {
			t.Fatal(err)
		}
		all = append(all, ex)
	}
	return all
}

func readOf(ex example) debate.Aside {
	kind, _ := aside.Read(ex.Text, ex.Topic)
	return kind
}

// measure counts asides that are read as their kind and arguments that are not
// read as asides, in percent.
func measure(t *testing.T, set string, read func(example) debate.Aside, missed func(example, debate.Aside)) (right, passed float64) {
	t.Helper()
	var asides, kinds, arguments, through int
	for _, ex := range readExamples(t, set) {
		got := read(ex)
		want := debate.Aside(ex.Want)
		if ex.Want == "argument" {
			want = debate.NoAside
			arguments++
			if got == want {
				through++
			}
		} else {
			asides++
			if got == want {
				kinds++
			}
		}
		if got != want {
			missed(ex, got)
		}
	}
	t.Logf("%s: %d of %d asides read as their kind, %d of %d arguments left alone", set, kinds, asides, through, arguments)
	return 100 * float64(kinds) / float64(asides), 100 * float64(through) / float64(arguments)
}

func TestAsidesAreReadAsTheirKindAndArgumentsLeftAlone(t *testing.T) {
	right, passed := measure(t, "testdata/asides_dev", readOf, func(ex example, got debate.Aside) {
		t.Logf("%s got %q: %s", ex.Want, got, ex.Text)
	})
	if right < 90 || passed < 95 {
		t.Errorf("%.1f %% of asides and %.1f %% of arguments", right, passed)
	}
}

func TestTheOtherTopicIsNamed(t *testing.T) {
	for message, want := range map[string]string{
		"Let's talk about zoos instead":                       "zoos",
		"different question: pineapple on pizza":              "pineapple on pizza",
		"New debate please, I want to do school uniforms":     "school uniforms",
		"hablemos mejor de los toros":                         "los toros",
		"lass uns lieber über Tempolimit reden":               "Tempolimit",
		"vamos falar sobre futebol":                           "futebol",
		"parlons plutôt de la corrida":                        "la corrida",
		"can we switch topics? this is boring":                "",
		"Could we debate nuclear power instead, please?":      "nuclear power",
		"I'd rather talk about whether cats can be happy.":    "whether cats can be happy",
		"can we talk about something else, like space travel": "space travel",
	} {
		kind, topic := aside.Read(message, "Homework should be banned")
		if kind != debate.AsideNewTopic || topic != want {
			t.Errorf("%q is %q, %q; want a new topic, %q", message, kind, topic, want)
		}
	}
	for _, message := range []string{"let's switch to Spanish", "can we talk in French instead", "hablemos en inglés", "lass uns auf Englisch reden"} {
		if kind, topic := aside.Read(message, "Homework should be banned"); kind != debate.AsideLanguage || topic != "" {
			t.Errorf("%q is %q, %q; want another language", message, kind, topic)
		}
	}
	for _, message := range []string{"¿y qué me dices de los niños que lo ven?", "what about the children who see it?", "One more.", "otra más"} {
		if kind, _ := aside.Read(message, "Los toros deben prohibirse"); kind != debate.NoAside {
			t.Errorf("%q is %q, want an argument", message, kind)
		}
	}
	for _, message := range []string{"that's not the same thing at all", "that has nothing to do with it", "be honest, is there one good show?", "name one that's better", "eso no es lo mismo para nada", "mal ehrlich, gibt es eine gute?"} {
		if kind, topic := aside.Read(message, "TV shows used to be better"); kind != debate.NoAside || topic != "" {
			t.Errorf("%q is %q, %q; want an argument", message, kind, topic)
		}
	}
	for _, message := range []string{"ok. can we go back to homework", "let's talk about whether homework helps anybody", "can we get back to homework please"} {
		if _, topic := aside.Read(message, "Homework should be banned"); topic != "" {
			t.Errorf("%q names another topic, %q", message, topic)
		}
	}
	// "let's debate cats instead", after something else, in a debate on cats, was sent to a new one.
	for _, message := range []string{"let's debate homework instead", "can we talk about homework instead", "hablemos mejor de homework"} {
		if kind, topic := aside.Read(message, "Homework should be banned"); kind != debate.NoAside || topic != "" {
			t.Errorf("%q is %q, %q; want the debate", message, kind, topic)
		}
	}
	// Who agreed to disagree was told what the bot is.
	for _, message := range []string{"let's agree to disagree", "I guess we agree to disagree", "agree to disagree then", "estamos de acuerdo en que no estamos de acuerdo"} {
		if kind, _ := aside.Read(message, "Karaoke is fun"); kind != debate.AsideGoodbye {
			t.Errorf("%q is %q, want a goodbye", message, kind)
		}
	}
	// "Volvamos al debate" was told who is ahead.
	for _, message := range []string{"back to the debate", "volvamos al debate", "sigamos con el tema"} {
		if kind, _ := aside.Read(message, "La tarea debería prohibirse"); kind != debate.AsideSummary {
			t.Errorf("%q is %q; want a summary", message, kind)
		}
	}
	for _, message := range []string{"Homework should be abolished", "Thanks to homework my evenings are gone", "Let me talk about my kids: they never sleep before eleven because of homework"} {
		if kind, topic := aside.Read(message, "Homework should be banned"); kind != debate.NoAside || topic != "" {
			t.Errorf("%q is %q, %q; want an argument", message, kind, topic)
		}
	}
}

// "do you have kids?" was argued with, and "i asked for no cilantro twice" was told that its
// question had been answered. A collector's 38 years were taken for an insult.
func TestWhoAsksForTheBotsLifeAsksWhetherItHasOne(t *testing.T) {
	for message, want := range map[string]debate.Aside{
		"do you have a cat?": debate.AsideBot, "are you married?": debate.AsideBot, "can you even cook?": debate.AsideBot, "¿tienes hijos?": debate.AsideBot,
		"você tem filhos?": debate.AsideBot, "tu as un chien ?": debate.AsideBot, "hast du Kinder?": debate.AsideBot,
		"i asked for no cilantro twice": debate.NoAside, "i asked for the bill three times": debate.NoAside, "i asked them to turn it down": debate.NoAside,
		"you're 38 and you have a wall of plastic lol": debate.NoAside, "you're 40 and you play with toys lol": debate.NoAside, "you're useless": debate.AsideInsult,
		"do you have kids?": debate.AsideBot, "have you ever had a dog?": debate.AsideBot, "do you even drive?": debate.AsideBot,
		"i asked why": debate.AsideUnmet, "i asked you something": debate.AsideUnmet,
		"that is funny coming from a chatbot": debate.AsideBot, "lol says the robot": debate.AsideBot, "the pictures coming from a computer are worthless": debate.NoAside,
	} {
		if kind, _ := aside.Read(message, "Restaurants should not ask for tips"); kind != want {
			t.Errorf("%q is %q, want %q", message, kind, want)
		}
	}
}

// Of what is held out, so many of a hundred asides must be read as their kind, and so many
// arguments left alone.
const leastRight, leastPassed = 88, 95

// What was written apart from the rules is measured, and nothing of it shown; a reader
// that does not read is told by it.
func TestAsidesHoldOnMessagesTheyWereNotTunedTo(t *testing.T) {
	always := func(kind debate.Aside) func(example) debate.Aside {
		return func(example) debate.Aside { return kind }
	}
	for _, set := range []string{"heldout/asides", "heldout/asides_fresh", "heldout/asides_turns"} {
		right, passed := measure(t, set, readOf, func(example, debate.Aside) {})
		if right < leastRight || passed < leastPassed {
			t.Errorf("%s: %.1f %% of asides and %.1f %% of arguments", set, right, passed)
		}
		for name, broken := range map[string]func(example) debate.Aside{
			"takes all for arguments": always(debate.NoAside), "takes all for a question who is ahead": always(debate.AsideWinner),
			"reads the topic only": func(ex example) debate.Aside { return readOf(example{Text: ex.Topic, Topic: ex.Topic}) },
			"reads words backwards": func(ex example) debate.Aside {
				words := strings.Fields(ex.Text)
				slices.Reverse(words)
				return readOf(example{Text: strings.Join(words, " "), Topic: ex.Topic})
			},
		} {
			if right, passed := measure(t, set, broken, func(example, debate.Aside) {}); right >= leastRight && passed >= leastPassed {
				t.Errorf("%s: a reader that %s passes: %.1f %% of asides and %.1f %% of arguments", set, name, right, passed)
			}
		}
	}
}

// Who says that a point was passed over names it in many ways; who speaks of what others said does not.
func TestWhoSaysThatAPointWasPassedOverIsHeard(t *testing.T) {
	for _, message := range []string{
		"you never replied to the cost thing", "you left out the cost", "you have not touched on the cost", "te has saltado lo del coste",
		"du hast kein wort zum preis gesagt", "tu n'as rien dit du prix", "você não falou nada do preço",
	} {
		if kind, _ := aside.Read(message, "Remote work is better than the office"); kind != debate.AsideUnmet {
			t.Errorf("%q is %q", message, kind)
		}
	}
	for _, message := range []string{"they said nothing about the cost", "the company said nothing about layoffs", "nobody says anything about the noise", "la empresa no ha dicho nada del despido"} {
		if kind, _ := aside.Read(message, "Remote work is better than the office"); kind == debate.AsideUnmet {
			t.Errorf("%q is %q", message, kind)
		}
	}
}

// "Isn't that theft?", in a debate on taxes, was met with "I did not answer that".
func TestWhoAsksWhatAnswersItselfArgues(t *testing.T) {
	for _, message := range []string{
		"¿No es eso un robo?", "¿no es eso injusto?", "isn't that theft?", "is that not a bit unfair?", "isso não é um roubo?", "n'est-ce pas une injustice ?", "ist das nicht ungerecht?",
	} {
		if kind, _ := aside.Read(message, "Los impuestos deben bajar"); kind != debate.NoAside {
			t.Errorf("%q is %q", message, kind)
		}
	}
	for message, want := range map[string]debate.Aside{"¿y mi pregunta?": debate.AsideUnmet, "no me has contestado": debate.AsideUnmet, "is that not a bot": debate.AsideBot} {
		if kind, _ := aside.Read(message, "Los impuestos deben bajar"); kind != want {
			t.Errorf("%q is %q, want %q", message, kind, want)
		}
	}
}

// What any debate may turn to is no other topic, and who asks whom it serves asks nobody who is ahead.
func TestWhoSpeaksOfFactsAndOfWhomItServesArgues(t *testing.T) {
	for _, message := range []string{
		"parlons de ce que ça coûte", "parlons des faits", "parlons franchement", "hablemos de hechos", "hablemos de lo que cuesta", "vamos falar dos custos", "reden wir über die kosten", "let's talk numbers",
		"qui gagne si on interdit tout ? les mafias", "qui gagne quand les loyers montent ? les riches", "who wins if we ban it?", "quién gana si prohibimos la carne?", "wer gewinnt, wenn wir alles verbieten? die mafia",
	} {
		if kind, topic := aside.Read(message, "Le nucléaire est propre."); kind != debate.NoAside || topic != "" {
			t.Errorf("%q is %q, %q", message, kind, topic)
		}
	}
	for message, want := range map[string]debate.Aside{"parlons de la corrida": debate.AsideNewTopic, "hablemos mejor de los toros": debate.AsideNewTopic, "qui gagne ?": debate.AsideWinner, "qui gagne pour l'instant ?": debate.AsideWinner} {
		if kind, _ := aside.Read(message, "Le nucléaire est propre."); kind != want {
			t.Errorf("%q is %q, want %q", message, kind, want)
		}
	}
}

// Who asks where the limit is, or what about their own point, asks nothing of the bot's abilities: both were told what it can do.
func TestWhoAsksForTheLimitArgues(t *testing.T) {
	for _, message := range []string{
		"Ok but where do you draw the line then?", "So where is the limit?", "You keep saying that, but what about my rules?", "¿Y dónde pones tú el límite entonces?", "Onde fica a linha, então?", "Et où mets-tu la limite ?", "Wo ziehst du dann die Grenze?",
	} {
		if kind, topic := aside.Read(message, "Parents should keep photos of their children off the internet."); kind != debate.NoAside || topic != "" {
			t.Errorf("%q is %q, %q", message, kind, topic)
		}
	}
	for message, want := range map[string]debate.Aside{"What can you do?": debate.AsideAbilities, "but what about my question?": debate.AsideUnmet} {
		if kind, _ := aside.Read(message, "Parents should keep photos of their children off the internet."); kind != want {
			t.Errorf("%q is %q, want %q", message, kind, want)
		}
	}
}

// Who asks whether the bot would say the same of another thing argues: "Would you say the same about cash machines?" was told that the bot believes nothing.
func TestWhoAsksForTheSameOfAnotherThingArgues(t *testing.T) {
	for _, message := range []string{
		"Would you say the same about ATMs?", "Do you argue the same for nurses?", "so would you say the same of cars", "¿Dirías lo mismo de los cajeros?", "Você diria o mesmo dos caixas?", "Dirais-tu la même chose des distributeurs ?", "Würdest du dasselbe über Geldautomaten sagen?",
	} {
		if kind, topic := aside.Read(message, "Self-checkouts should go."); kind != debate.NoAside || topic != "" {
			t.Errorf("%q is %q, %q", message, kind, topic)
		}
	}
	for _, message := range []string{"Would you argue the other side if you could?", "Would you say the same if you had a choice?"} {
		if kind, _ := aside.Read(message, "Self-checkouts should go."); kind != debate.AsideBelieve {
			t.Errorf("%q is %q", message, kind)
		}
	}
}
