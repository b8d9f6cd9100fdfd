package offline

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// askedOffTheBank are questions of each kind that gets an answer off the bank, on a claim that nobody has written about. None
// of them, and none of their objects, stands in words.yaml.
var askedOffTheBank = map[string]struct {
	claim string
	kinds map[pointKind][]string
}{
	"en": {"Garden gnomes should be outlawed", map[pointKind][]string{
		"how many":     {"how many toddlers have to trip over one before you see it?", "How long must we stare at them until enough is enough?"},
		"everybody":    {"and if everybody did that?", "imagine if every gardener owned ninety"},
		"advice":       {"so what should I say to my landlady about hers?"},
		"tell":         {"what would you tell the widow next door?", "And what do you say to someone allergic to them?"},
		"payer":        {"who's going to pay for their removal?", "who then covers the damage"},
		"doer":         {"who would collect them all?", "and who is going to check the hedges for those things?"},
		"drop":         {"what should councils cut to afford that? what would you drop?"},
		"cure":         {"how would you stop the giggling tourists?", "how else would you deal with my sleepless nights"},
		"plan":         {"what's your plan then?", "so how would you prevent that?"},
		"use":          {"what would you do with the broken ones?", "what should we do about all those hats?"},
		"where":        {"where should collectors put theirs?", "So where will the small ones go?"},
		"what if":      {"what if a child is fond of one?", "and what happens when the paint peels off?"},
		"not think":    {"don't you think that they look creepy at dusk?", "would you not agree that plastic is ugly?"},
		"really think": {"do you honestly believe that anyone dusts them?", "you really think they scare burglars?"},
		"unfair":       {"isn't that a bit selfish?", "is it not just sad?"},
		"see it":       {"can't you see the mess?", "doesn't it annoy you at all?"},
		"what of":      {"what do you make of the fact that sales doubled?"},
		"little to ask": {"is that too much to ask?", "how hard can it be to move one?",
			"what would it cost them?"},
		"been there": {"have you ever tripped over one?", "when did you last weed a border?"},
		"seems":      {"does that look normal to you?", "do you even like the things?"},
		"would you":  {"would you buy a house beside eleven of those?"},
		"why not":    {"why can't they just keep them indoors?"},
		"why would":  {"why would anyone want that?", "who would even care?"},
		"decider":    {"and who gets to decide which is too big?", "who says what a gnome is?"},
		"just":       {"isn't this just about taste?"},
		"need":       {"who needs a plaster fisherman?"},
		"duty":       {"why should I have to look at them?"},
		"fair":       {"how is that fair?"},
		"why you":    {"why do you always defend them?"}, "whose business": {"why is it anybody's business?"}, "number": {"how many get broken anyway?"},
		"those": {"what about the people who carve them?"},
		"apart": {"and what about plastic flamingos?"},
	}},
	"es": {"Los enanitos de jardín deberían prohibirse", map[pointKind][]string{
		"how many":      {"¿cuántos niños tienen que tropezar?", "¿cuántas caídas hacen falta?"},
		"everybody":     {"¿y si lo hiciera todo el mundo?"},
		"advice":        {"¿y qué le digo a mi casera?"},
		"tell":          {"¿qué le dirías a la viuda de al lado?", "y que les dirias a los alergicos"},
		"payer":         {"¿y quién va a pagar la retirada?", "quien se hace cargo de los rotos?"},
		"doer":          {"¿quién los recogería?", "y quien vigila los setos?"},
		"drop":          {"¿y qué recortarías para pagarlo?"},
		"cure":          {"¿cómo evitarías los robos?", "como frenarias el ruido de noche"},
		"plan":          {"¿cuál sería entonces tu solución?", "¿cómo lo arreglarías?"},
		"use":           {"¿qué harías con los rotos?"},
		"where":         {"¿y dónde los meten los coleccionistas?", "a donde van los pequeños?"},
		"what if":       {"¿y si un crío le tiene cariño?", "que pasa cuando se cae la pintura?"},
		"not think":     {"¿no crees que dan miedo al anochecer?"},
		"really think":  {"¿de verdad piensas que alguien los limpia?", "crees que espantan a los ladrones?"},
		"unfair":        {"¿no es un poco egoísta?", "no es eso un abuso?"},
		"see it":        {"¿no ves cómo queda la calle?"},
		"what of":       {"¿qué me dices de que se venden el doble?"},
		"little to ask": {"¿tanto les cuesta quitarlos?"},
		"been there":    {"¿has tropezado alguna vez con uno?"},
		"seems":         {"¿a ti te parece elegante?"},
		"would you":     {"¿tú vivirías al lado de once?"},
		"why not":       {"¿por qué no los ponen dentro?", "y por que no"},
		"why would":     {"¿por qué la gente los compra?"},
		"decider":       {"¿y quién decide cuál es demasiado grande?"},
		"just":          {"¿no es solo cuestión de gustos?"},
		"need":          {"¿quién necesita un pescador de yeso?"},
		"duty":          {"¿por qué tengo que mirarlos yo?"},
		"fair":          {"¿es justo?"},
		"why you":       {"¿por qué siempre defiendes a esos?"}, "whose business": {"¿a quién le importa?"}, "number": {"¿cuántos se rompen al año?"},
		"those": {"¿y los que los tallan a mano?", "y las familias que los heredan?"},
		"apart": {"¿y los flamencos?"},
	}},
}

// Each kind of question gets an answer of its kind in both languages, with what it asks about where that can be said again; a
// question of no kind gets none of them.
func TestQuestionsOffTheBankAreAnsweredByTheirKind(t *testing.T) {
	m := newModel(t, Options{})
	for language, asked := range askedOffTheBank {
		p := debate.Prompt{Topic: asked.claim, Stance: debate.Con, Language: language, Message: asked.claim}
		w, err := m.writerOf(p)
		if err != nil {
			t.Fatal(err)
		}
		for kind, questions := range asked.kinds {
			for _, question := range questions {
				w := m.newWriter(w.knowledge, p, w.random)
				reply := w.replyTo(strings.TrimPrefix(question, "¿")) // as a sentence begins
				if !slices.ContainsFunc(w.linesTo(kind), func(l line) bool { return strings.Contains(reply, l.mark) }) {
					t.Errorf("%s, %s: %q", kind, question, reply)
				}
			}
		}
		for _, rule := range w.Rhetorical {
			if asked.kinds[rule.Kind] == nil {
				t.Errorf("%s: no question of the kind %s", language, rule.Kind)
			}
		}
	}
	if en, es := askedOffTheBank["en"].kinds, askedOffTheBank["es"].kinds; !slices.Equal(slices.Sorted(maps.Keys(en)), slices.Sorted(maps.Keys(es))) {
		t.Error("the languages do not answer the same kinds")
	}
	for language, question := range map[string]string{"en": "What is the capital of Peru?", "es": "¿Cuál es la capital de Perú?"} {
		w, err := m.writerOf(debate.Prompt{Topic: askedOffTheBank[language].claim, Stance: debate.Con, Language: language, Message: question})
		if err != nil {
			t.Fatal(err)
		}
		if reply := w.replyTo(question); reply != "" {
			t.Errorf("%s: %s", question, reply)
		}
	}
}

// What a question is about is said again, as another than the user says it.
func TestAnAnswerNamesWhatIsAskedAbout(t *testing.T) {
	m := newModel(t, Options{})
	for language, all := range map[string]map[string]string{
		"en": {"what would you tell my sleepless aunt?": "your sleepless aunt", "what if the kids are fond of one?": "the kids are fond of one", "how would you stop the giggling tourists?": "the giggling tourists"},
		"es": {"¿qué les dirías a los alérgicos?": "a los alérgicos", "¿y si un crío está enfermo?": "un crío está enfermo", "¿cómo evitarías los robos?": "los robos"},
	} {
		for question, about := range all {
			p := debate.Prompt{Topic: map[string]string{"en": "Garden gnomes are ugly", "es": "Los enanitos de jardín son feos"}[language], Stance: debate.Con, Language: language, Message: question}
			w, err := m.writerOf(p)
			if err != nil {
				t.Fatal(err)
			}
			if reply := w.replyTo(question); !strings.Contains(reply, about) {
				t.Errorf("%s: %q", question, reply)
			}
		}
	}
}

// Two clauses that are strung together are not said again as one, and what begins with a condition is asked about as that:
// "Does it have to be so that if the couple wants money they should just ask" is no question.
func TestAConditionIsAskedAboutAsOne(t *testing.T) {
	m := newModel(t, Options{})
	for language, all := range map[string]map[string]bool{
		"en": {"the shop wants rid of them they should just say so": false, "if the shop wants rid of them they should just say so": true, "When a storm comes, they end up in the road": true},
		"es": {"si llueve, se llenan de barro": true, "cuando hay fiesta, acaban en el río": true},
	} {
		for message, sayable := range all {
			p := debate.Prompt{Topic: map[string]string{"en": "Garden gnomes should be outlawed", "es": "Los enanitos de jardín deberían prohibirse"}[language], Stance: debate.Con, Language: language, Number: 2, Message: message,
				Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Hm", Reply: "No."}}}
			w, err := m.writerOf(p)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, ok := w.clauseOf(message); ok != sayable {
				t.Errorf("%s: said again: %v", message, ok)
			}
			if reply := w.askOf(message); sayable && !slices.ContainsFunc(w.lines.Clauses["if"], func(l line) bool { return strings.Contains(reply, l.mark) }) {
				t.Errorf("%s: %q", message, reply)
			}
		}
	}
}

// What would be is no memory of the user's, and "todo" behind "se" is no verb.
func TestSpanishVerbsAreNotMistaken(t *testing.T) {
	m := newModel(t, Options{})
	for sentence, want := range map[string]struct {
		clause string
		form   pointKind
	}{
		"Una multa pequeña lo arreglaría": {"una multa pequeña lo arreglaría", expected},
		"un cartel bastaría":              {"un cartel bastaría", expected},
		"se todo del divorcio de ese":     {"", ""},
		"yo pondría una valla más alta":   {"pondrías una valla más alta", wished},
		"algunos cuidan los suyos":        {"algunos cuidan los suyos", brought},
	} {
		w, err := m.writerOf(debate.Prompt{Topic: "Los enanitos de jardín son feos", Stance: debate.Con, Language: "es"})
		if err != nil {
			t.Fatal(err)
		}
		if clause, form, _ := w.clauseOf(sentence); clause != want.clause || form != want.form {
			t.Errorf("%s: %q, %s", sentence, clause, form)
		}
	}
}
