package offline

// This file knows the verbs of Spanish clauses, by their endings or by what stands before them, and puts those of the first
// person into the second.

import (
	"regexp"
	"slices"
	"strings"
)

// spanishVerbs is the tongue of Spanish.
type spanishVerbs struct{}

// longPast is in what was once, where a verb in "-amos" is of then.
var longPast = regexp.MustCompile(`(?i)\b(?:ayer|anoche|pasad[oa]|últim[oa]|otra vez|otro día|una vez|hace (?:un|dos|tres|unos|poco|años)|cuando)\b`)

// second implements tongue.
func (spanishVerbs) second(k *knowledge, words []string) (ofWriter, ok bool) {
	past := longPast.MatchString(strings.Join(words, " "))
	last := ""
	for i, raw := range words {
		word, before := strings.ToLower(strings.Trim(raw, ",")), last
		last = fold(word)
		other, known := "", true
		switch {
		case word == "yo" && before == "y": // "my wife and I"
			return false, false
		case k.Say.Second[word] != "":
			other = secondWord(k, word, i == len(words)-1)
		case before == "se" && strings.HasSuffix(word, "o") && len(word) > 3 && !k.common[fold(word)] && !k.Say.Forms[len(k.Say.Forms)-1].Verb.in(word): // "se quedo" lacks its mark
			words[i] = strings.Replace(raw, word, strings.TrimSuffix(word, "o")+"ó", 1)
			continue
		case strings.HasSuffix(word, "mos") && i < 2 && !slices.Contains(k.Say.OfMany, word): // of whom, nobody could tell
			return false, false
		case slices.Contains([]string{"nos", "nosotros", "nosotras"}, word), enclitic.MatchString(word) && strings.HasSuffix(word, "nos"):
			return false, false
		case enclitic.MatchString(word):
			other = strings.TrimSuffix(word, "me") + "te"
		case k.Say.Voseo[word] != "":
			words[i] = strings.Replace(strings.ToLower(raw), word, k.Say.Voseo[word], 1)
			continue
		case before == "yo" && ofThen.MatchString(word):
			other = word + "s"
		case k.beforeVerb(before), strings.HasSuffix(word, "é") && len(word) > minPreterite, strings.HasSuffix(word, "mos") && !slices.Contains(k.Say.OfMany, word):
			other, known = k.secondOf(word, past)
		}
		if !known {
			return false, false
		}
		if other != "" && other != word {
			words[i], ofWriter = strings.Replace(strings.ToLower(raw), word, other, 1), true
		}
	}
	return ofWriter, true
}

// minPreterite is how long a word in "é" is, in bytes, that is what the writer did wherever it stands: "el domingo cociné".
const minPreterite = 6

var (
	// ofThen is a verb of what the writer did in those days.
	ofThen = regexp.MustCompile(`^(?:iba|era|\pL+aba|\pL+ía)$`)
	// enclitic is a verb with the writer behind it, as in "decirme".
	enclitic = regexp.MustCompile(`(?:[aei]r|[aáeé]ndo)(?:me|nos)$`)
)

// secondOf is a verb of the first person in the second, or in the third of more; empty for what is none,
// and not known for one that cannot be put so.
func (g *grammar) secondOf(word string, past bool) (other string, known bool) {
	n := len(word)
	switch {
	case g.Say.Verbs[word] != "":
		return g.Say.Verbs[word], true
	case strings.HasSuffix(word, "amos") && n > 5:
		if past {
			return word[:n-4] + "aron", true
		}
		return word[:n-4] + "an", true
	case strings.HasSuffix(word, "emos") && n > 5:
		return word[:n-4] + "en", true
	case strings.HasSuffix(word, "imos") && n > 5:
		return "", false
	case slices.Contains([]string{"café", "bebé", "qué", "té", "así", "aquí", "ahí", "allí", "sí", "mí", "porqué", "chalé", "comité", "puré", "carné", "cliché", "paté", "consomé", "casi"}, word):
		return "", true
	case strings.HasSuffix(word, "ré") && !slices.Contains([]string{"miré", "tiré", "giré", "retiré", "entré", "compré", "saqué", "cobré", "esperé", "estiré", "logré", "encontré", "alquilé"}, word):
		return "", false // "iré" is of what will be
	case strings.HasSuffix(word, "gué"):
		return strings.TrimSuffix(word, "ué") + "aste", true
	case strings.HasSuffix(word, "qué"):
		return strings.TrimSuffix(word, "qué") + "caste", true
	case strings.HasSuffix(word, "cé") && n > 4:
		return strings.TrimSuffix(word, "cé") + "zaste", true
	case strings.HasSuffix(word, "é") && n > 4:
		return strings.TrimSuffix(word, "é") + "aste", true
	case strings.HasSuffix(word, "í") && n > 3:
		return strings.TrimSuffix(word, "í") + "iste", true
	}
	return "", true
}

// beforeVerb says whether a verb may stand behind a word, as fold gives it, which no noun does.
func (g *grammar) beforeVerb(before string) bool {
	return before == "" || slices.Contains(clitics, before) || slices.Contains(g.Say.BeforeVerbs, before)
}

// clitics stand right before a verb, and negate it or go with it.
var clitics = []string{"no", "se", "me", "te", "le", "les", "nos", "os", "ya"}

// formOf implements tongue.
func (v spanishVerbs) formOf(k *knowledge, text string) pointKind {
	skip, words := 0, strings.Fields(text)
	for i, raw := range words {
		word, before := strings.ToLower(strings.Trim(raw, ",")), ""
		if i > 0 {
			before = fold(strings.Trim(words[i-1], ","))
			if strings.HasSuffix(words[i-1], ",") {
				skip = 0 // behind "si llueve,"
			}
		}
		if slices.Contains(relativesSpanish, fold(word)) && (fold(word) != "que" || !slices.Contains([]string{"es", "tiene", "hay"}, before)) {
			skip++
			continue
		}
		switch form := v.verb(k, word, before, i); {
		case form == "":
		case skip > 0:
			skip--
		case obliging.MatchString(strings.Join(words[i:], " ")):
			return owed
		case goingTo.MatchString(strings.Join(words[i:], " ")):
			return expected
		default:
			return form
		}
	}
	return ""
}

var (
	// obliging begins with a verb that wants something, and goingTo with one of what will be.
	obliging = regexp.MustCompile(`(?i)^(?:hay|tienen?|habría|tendrían?) que `)
	goingTo  = regexp.MustCompile(`(?i)^van? a \pL*[aei]r`)
)

// relativesSpanish begin a clause of which the verb is not the sentence's own.
var relativesSpanish = []string{"que", "quien", "quienes", "donde", "cuando", "si", "como", "porque", "cuanto"}

// verb is the form of a statement that hangs on a word, empty for what is plainly no verb.
func (spanishVerbs) verb(k *knowledge, word, before string, at int) pointKind {
	if k.determiners[before] && !slices.Contains(k.Say.Alone, before) || slices.Contains(k.Say.BeforeNouns, before) {
		return ""
	}
	for _, f := range k.Say.Forms {
		if f.Verb.in(word) {
			return f.Form
		}
	}
	switch {
	case before == "se" && strings.HasSuffix(word, "o") && len(word) > 3 && !k.common[fold(word)], at > 0 && k.Say.Imperfect.in(word) && !k.Say.NounLike.in(word):
		return past
	case k.ofFirst(word, before):
		return stated
	case slices.Contains(k.Say.Adverbial, fold(word)), k.Say.NoVerb.in(word):
		return ""
	case k.Say.Present.in(word), slices.Contains(clitics, before) && afterClitic.MatchString(word), slices.Contains(k.Say.Generic, word), k.Say.Voseo[word] != "":
		return brought
	}
	return ""
}

// ofFirst says whether a word is a verb of the first person.
func (g *grammar) ofFirst(word, before string) bool {
	if !g.beforeVerb(before) && (!strings.HasSuffix(word, "mos") || slices.Contains(g.Say.OfMany, word)) {
		return false
	}
	other, _ := g.secondOf(word, false)
	return other != ""
}

// secondWord is a word of the first person that is no verb as another says it; "mi" that ends a clause lacks its mark.
func secondWord(k *knowledge, word string, last bool) string {
	if word == "mi" && last {
		return "ti"
	}
	return k.Say.Second[word]
}

// afterClitic is a verb where it stands behind what no noun follows.
var afterClitic = regexp.MustCompile(`^\pL{2,}[ae]s?$`)
