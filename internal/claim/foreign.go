package claim

import (
	"slices"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// english is the language that the rules read best, and that of what has no
// other.
const english = "en"

// language holds what is known of one besides English.
type language struct {
	words     map[string]bool // the commonest
	frames    table
	denials   []*pattern // within a claim; what they capture is kept
	articles  map[string]bool
	auxiliary map[string]bool // that begin a question and come after the subject in a statement
}

var languages = map[string]language{
	"es": {
		words: wordSet("el la los las es son que no de un una del mejor más creo pienso deberían debería por para como muy yo está están en mi se hay gatos perros sin qué hola ser debería deberíamos prohibir todos cuando mejores peor también"),
		frames: newTable(
			mean(addresses, `hola|buenas|bueno|oye|mira|pues|sinceramente|honestamente (días|tardes|a todos)?`),
			mean(says, `(yo)? (creo|pienso|opino|considero|diría|afirmo|sostengo) que | en mi opinión | para mí | a mi juicio | no cabe duda de que | opinión impopular | es obvio que | está claro que`),
			mean(denies, `(yo)? no (creo|pienso|opino|considero) que | dudo que | no es (verdad|cierto) que | no estoy de acuerdo (con que|en que) | es (mentira|falso) que`),
			mean(asksFor, `(convénceme|convenceme|convéncenos) de que | (explícame|explicame|explica|dime) (por qué|porque|por que) | (defiende|argumenta|demuestra|demuéstrame) que | defiende (la idea de que)?`),
			mean(asksAgainst, `(argumenta|argumente) (en contra de|contra) (que)? | refuta (que)?`)),
		denials:   []*pattern{compile(`X no &es|son|debería|deberían|está|están|puede|pueden|tiene|tienen|hace|hacen|hay|recibe|reciben|sirve|sirven|debe|deben|existe|existen|se|vale|merece|ayuda|ayudan|da|dan|funciona|funcionan Y`), compile(`no &es|debería|deberíamos|hay|se|deberían|debemos Y`)},
		articles:  wordSet("el la los las un una"),
		auxiliary: wordSet("es son está están"),
	},
	"pt": {
		words: wordSet("o os é são que não de um uma do da melhor mais acho eu deveria deveriam muito mundo em"),
		frames: newTable(
			mean(says, `(eu)? (acho|penso|creio|acredito) que | na minha opinião | para mim`),
			mean(denies, `(eu)? não (acho|penso|creio|acredito) que | duvido que | não é verdade que`),
			mean(asksFor, `(convença-me|convence-me) (de)? que | (explique|explica|explique-me) (por que|porque) | (defenda|argumente|defende) que`)),
		denials:  []*pattern{compile(`X não &é|são|deveria|deveriam|está|estão|pode|podem|tem|têm|deve|devem|existe|funciona Y`)},
		articles: wordSet("o a os as um uma"), auxiliary: wordSet("é são"),
	},
	"fr": {
		words: wordSet("le la les est sont que ne pas de un une des du meilleur meilleurs plus je pense avis mon sur dans pour trop il faut devrait bonjour ce"),
		frames: newTable(
			mean(addresses, `bonjour|salut|franchement|honnêtement|bon (à tous)? | est-ce que | est-ce qu'il`),
			mean(says, `je (pense|crois|trouve|considère) que | à mon avis | selon moi | pour moi | je suis (convaincu|sûr|persuadé) que | il est (clair|évident) que`),
			mean(denies, `je ne (pense|crois|trouve) pas que | je doute que | il est faux que | ce n'est pas vrai que | il n'est pas vrai que`),
			mean(asksFor, `(convaincs-moi|convainquez-moi) que | (explique|explique-moi|expliquez|dis-moi) pourquoi | (défends|défendez) l'idée que | prouve-moi que`),
			mean(asksAgainst, `(argumente|argumentez) contre`)),
		denials:  []*pattern{compile(`X (ne|n'est|n'a|n'ont) Y (pas|plus|jamais) Z`), compile(`X n'est (pas|plus|jamais) Z`), compile(`X ne Y (pas|plus|jamais)`)},
		articles: wordSet("le la les l' un une des"), auxiliary: wordSet("est sont"),
	},
	"de": {
		words: wordSet("der die das ist sind dass nicht ein eine besser als ich finde glaube meiner meinung nach sollte sollten man mehr und wir den guten zu werden hunde katzen"),
		frames: newTable(
			mean(addresses, `hallo|hi|also|ehrlich|ehrlich gesagt`),
			mean(says, `ich (finde|glaube|denke|meine|behaupte) (auch|ja|fest)? dass? | (nach)? meiner meinung nach? | ich bin (der meinung|überzeugt|sicher) dass | meines erachtens | es ist klar dass`),
			mean(denies, `ich (glaube|denke|finde|meine) (auch)? nicht dass | ich bezweifle dass | es stimmt nicht dass | es ist (falsch|nicht wahr) dass`),
			mean(asksFor, `(überzeuge|überzeug) mich (davon)? dass | (erkläre|erklär|sag) (mir)? warum | (argumentiere|verteidige|beweise) (dafür|mir)? dass`),
			mean(asksAgainst, `argumentiere (dagegen dass|gegen)`)),
		denials:  []*pattern{compile(`X (nicht) Y`)},
		articles: wordSet("der die das ein eine den"), auxiliary: wordSet("ist sind sollte sollten kann können muss müssen darf dürfen soll wird werden"),
	},
	"it": {
		words: wordSet("il lo la gli le è sono che non di un una del della migliore più penso credo dovrebbe mia secondo con sia dovrebbero i"),
		frames: newTable(
			mean(says, `(io)? (penso|credo|ritengo) che | secondo me | a mio (parere|avviso) | per me`),
			mean(denies, `(io)? non (penso|credo|ritengo) che | dubito che | non è vero che`),
			mean(asksFor, `convincimi che | (spiega|spiegami|dimmi) perché | (difendi|sostieni) che`)),
		denials:  []*pattern{compile(`X non &è|sono|dovrebbe|dovrebbero|può|possono|ha|hanno|deve|devono|serve|esiste Y`)},
		articles: wordSet("il lo la gli le i un una"), auxiliary: wordSet("è sono"),
	},
}

var englishWords = wordSet("the is are a an of and to in that not it you i better than should be do does was with for on my what why who how can people have will good bad best am we they this he she no but about if your at as me so all more most than too things few")

// Language is the language of a message, as an ISO 639-1 code.
func Language(message string) string { return languageOf(sentencesOf(message)) }

// languageOf counts the commonest words of each language.
func languageOf(sentences []sentence) string {
	count := func(known map[string]bool) (n int) {
		for _, s := range sentences {
			for _, w := range s.words {
				if known[w.low] {
					n++
				}
			}
		}
		return n
	}
	best, most := english, count(englishWords)
	for _, name := range []string{"es", "pt", "fr", "de", "it"} {
		if n := count(languages[name].words); n > most && n >= 2 {
			best, most = name, n
		}
	}
	return best
}

// readForeign reads opinions, requests and plain negations.
func readForeign(sentences []sentence, l language) (reading, bool) {
	for _, s := range sentences {
		r := reading{claim: s.words, bot: debate.Con, weight: statement}
		for range 4 {
			r.claim = trimMarks(r.claim)
			rule, n := l.frames.longest(r.claim)
			if n == 0 || n >= len(r.claim) {
				break
			}
			r.claim = r.claim[n:]
			r.apply(rule.effect)
		}
		for _, d := range l.denials {
			if m, ok := d.whole(r.claim); ok {
				r.claim = trimMarks(join(m.capture(0), m.capture(1), m.capture(2)))
				r.bot = r.bot.Opposite()
				break
			}
		}
		if i := slices.IndexFunc(r.claim, func(w word) bool { return w.low == "," }); i > 2 {
			r.claim = r.claim[:i]
		}
		if i := slices.IndexFunc(s.words, func(w word) bool { return w.low == "dass" }); i >= 0 {
			r.claim = l.unfold(r.claim)
		}
		if s.question && len(r.claim) > 2 && r.claim[0].is(l.auxiliary) {
			r.claim = l.unask(r.claim)
		}
		if len(r.claim) >= 3 {
			return r, true
		}
	}
	return reading{}, false
}

// unask makes a statement of "¿Es Messi mejor que Maradona?".
func (l *language) unask(words []word) []word {
	end := 2
	if words[1].is(l.articles) && len(words) > 3 {
		end = 3
	}
	verb := word{words[0].low, words[0].low}
	return join(words[1:end], []word{verb}, words[end:])
}

// unfold puts the verb that ends a German clause with "dass" in its place:
// "Hunde besser sind als Katzen".
func (l *language) unfold(words []word) []word {
	verb := len(words) - 1
	if i := slices.IndexFunc(words, func(w word) bool { return w.low == "als" }); i > 1 {
		verb = i - 1
	}
	subject := 1
	if len(words) > 0 && words[0].is(l.articles) {
		subject = 2
	}
	if verb <= subject {
		return words
	}
	return join(words[:subject], words[verb:verb+1], words[subject:verb], words[verb+1:])
}
