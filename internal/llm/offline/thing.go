package offline

import (
	"regexp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// thing is what the claim of the debate speaks of, as another than the user says it:
// "tattoos on your face"; empty where that is no plain noun phrase.
func (w *writer) thing() string {
	found := w.Thing.FindStringSubmatch(bare(w.prompt.Topic))
	if found == nil || noThing.MatchString(found[1]) {
		return ""
	}
	words := strings.Fields(found[1])
	for i, word := range words {
		if other := w.Outside[fold(word)]; other != "" {
			words[i] = other
		}
	}
	thing := strings.Join(words, " ")
	if len(words) > maxThing || !w.knownLower(thing) && len(words) == 1 && !w.plural(fold(thing)) {
		return ""
	}
	if second := strings.Join(words[1:], ""); second == strings.ToLower(second) || w.language == "es" && w.determiners[fold(words[0])] { // no name goes on
		thing = lowerFirst(thing)
	}
	return thing
}

// noThing is in what is not only a noun phrase.
var noThing = regexp.MustCompile(`(?i)^(i|you|we|it|he|she|they|this|that|these|those|there|what|why|how|who|if|when|never|not|no|nobody|nothing|some|any|my|our)\b|["“”«»{}<>,.;:!?]|\b(that|which|because|if|when|and|but|i|you|we|it|they|que|porque|si|y)\b`)

// maxThing is how many words it has at most.
const maxThing = 9

// bare is a claim without what only says that somebody says it.
func bare(claim string) string { return sayingSo.ReplaceAllString(strings.TrimSpace(claim), "") }

// sayingSo is such a beginning: "honestly, I think".
var sayingSo = regexp.MustCompile(`(?i)^(?:(?:honestly|personally|imo|imho|tbh|ngl|frankly|look|listen|ok|okay|well|so|ugh|h+m+|oh|ah|man|bro|dude|hot take|unpopular opinion|in my opinion|i (?:(?:really|honestly|just|still|firmly|strongly|personally) )?(?:think|believe|feel|reckon|guess)(?: that)?|sinceramente|la verdad|en mi opinión|(?:yo )?(?:creo|pienso|opino) que)[,: ]+)+`)

// leaning is whether the user is against what the claim speaks of, or for it; general where
// that cannot be told.
func (w *writer) leaning() pointKind {
	sum, demands := w.leans(spellNot(w.prompt.Topic))
	if w.prompt.Stance == debate.Pro { // the user denies it
		sum = -sum
	}
	switch {
	case sum < 0 && !demands && ofPeople.MatchString(bare(w.prompt.Topic)):
		return people
	case sum < 0:
		return against
	case sum > 0:
		return favour
	}
	return general
}

// leans is below 0 where a claim is against what it speaks of, above it where it is for it,
// and says whether it wants something.
func (g *grammar) leans(claim string) (sum float64, demands bool) {
	said := plain(claim)
	demands, _ = g.demandsOrJudges(said)
	switch {
	case hasAny(said, g.Condemning):
		sum = -1
	case hasAny(said, g.Praising):
		sum = 1
	default:
		for clause := range g.clauses(claim) {
			c := g.read(clause)
			sum += c.turned * c.value
		}
		if sum == 0 && demands && g.denies(claim) { // "should not"
			sum = -1
		}
	}
	return sum, demands
}

// ofPeople is a claim about people, who are no things.
var ofPeople = regexp.MustCompile(`(?i)^(?:\w+ ){0,2}(?:people|persons|everyone|anyone|anybody|folks|guys|girls|boys|men|women|adults|parents|mums|moms|dads|kids|children|teens|teenagers|students|teachers|bosses|managers|neighbou?rs|tourists|drivers|cyclists|influencers|vegans|gamers|fans|customers|waiters|landlords|roommates|flatmates|friends|couples|la gente|las personas|los (?:padres|niños|hombres|adultos|jóvenes|vecinos|turistas|jefes|profesores|alumnos|invitados|compañeros|suegros|políticos|famosos|repartidores|conductores|ciclistas)|las (?:mujeres|madres|suegras|parejas|señoras)|(?:(?:no (?:soporto|aguanto)|odio|me molestan?|me caen mal) (?:a )?)?(?:los que|las que|los q|las q|la gente|quienes))\b|^[^,.;]{3,40}\b(?:who|whose)\b`)

// mustQuote says whether a claim is rather quoted than told: it is of its writer's mind, has
// more than one clause, or is no statement.
func (g *grammar) mustQuote(claim string) bool { return g.Spoken.in(claim) }

// spanishThat begins a claim about what somebody does: "que te obliguen es un abuso".
var spanishThat = regexp.MustCompile(`^Que `)

// maxClaim is the longest topic that is said in full within a sentence.
const maxClaim = 14

// feeling is a claim that says what its writer feels, which nobody can speak against.
var feeling = regexp.MustCompile(`(?i)^(i (\w+ ){0,2}?(hate|love|like|dislike|enjoy|prefer|wish|can['’]?t stand|cannot stand|am (so )?(sick|tired) of)|(yo )?(odio|adoro|me (gusta|gustan|encanta|encantan|molesta|molestan)|no (soporto|aguanto)))\b`)

// claimPhrase is the topic as a noun phrase, as another than the user says it.
func (w *writer) claimPhrase() string {
	claim := bare(strings.Trim(strings.Join(strings.Fields(unquotable.ReplaceAllString(w.spellOut(w.prompt.Topic), " ")), " "), " .!?¡¿"))
	words := strings.Fields(claim)
	if feeling.MatchString(claim) {
		return map[string]string{"en": "that view", "es": "esa opinión"}[w.language]
	}
	small := claim != upperFirst(claim) // written so, and no name
	claim = upperFirst(claim)
	if len(words) <= maxClaim && (spanishThat.MatchString(claim) || w.mustQuote(claim) || len(words) > 1 && w.imperative(fold(words[0]))) {
		if w.language == "es" {
			return "la idea de «" + claim + "»"
		}
		return `the claim "` + claim + `"`
	}
	w.turnPersons(words, claim == strings.ToUpper(claim))
	claim = strings.Join(words, " ")
	spanish, lower := w.language == "es", small || w.knownLower(claim) && (len(words) < 2 || words[1] == strings.ToLower(words[1]) || len(words[1]) <= maxShort)
	if lower {
		claim = lowerFirst(claim)
	}
	switch {
	case len(words) > maxClaim && spanish:
		return "esa idea"
	case len(words) > maxClaim:
		return "that claim"
	case spanish && !lower:
		return "la idea de «" + claim + "»"
	case spanish:
		return "la idea de que " + claim
	case !lower: // which may be a name
		return `the claim "` + claim + `"`
	default:
		return "the claim that " + claim
	}
}

// allOfUs is a claim in which we are everybody, and ofAll are its words that say so.
var (
	allOfUs = regexp.MustCompile(`(?i)(^| )we (should|must|need|ought|have to|can|could|all|are|live|do|believe|support)\b`)
	ofAll   = []string{"we", "our", "us"}
)

// turnPersons puts what another says in place of what the user says of themselves.
func (w *writer) turnPersons(words []string, shouted bool) {
	all := allOfUs.MatchString(strings.Join(words, " "))
	for i, f := range words {
		if all && slices.Contains(ofAll, fold(f)) {
			continue
		}
		if len(f) > 1 && f == strings.ToUpper(f) && !shouted {
			continue // the US is not us
		}
		if other := w.Outside[fold(f)]; other != "" {
			words[i] = other
		} else if f == "am" && i > 0 && words[i-1] == "you" {
			words[i] = "are"
		}
	}
}

// imperative says whether a word at a text's beginning may ask for something to be done.
func (g *grammar) imperative(word string) bool {
	if g.language != "en" {
		return strings.HasSuffix(word, "ar") || strings.HasSuffix(word, "er") || strings.HasSuffix(word, "ir")
	}
	return !strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ing") && (g.verbs[g.stem(word)] || g.value(g.actions, word) != 0)
}
