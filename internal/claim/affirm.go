package claim

import (
	_ "embed" // for indicative.txt
	"regexp"
	"strings"
)

// affirmed is the claim that somebody denies as one says it who holds it: of "no creo que sea justo" "es
// justo". It is empty where that is not known: of a verb that is not listed, of what only names a thing, of
// clauses in languages that have them in another order or mood, of what is so and somebody minds ("I'll never
// understand why people like cruises"), and where who denies it may be denied: "whoever calls it a myth is wrong".
func (f found) affirmed(before, after, language string) string {
	around := before + " | " + after
	switch {
	case language != "en" && language != "es" && subordinate.MatchString(before) || minding.MatchString(before) || denying.MatchString(around) && denied.MatchString(around):
		return ""
	case language == "es" && doubting.MatchString(before):
		return inIndicative(f.topic)
	case f.names:
		return ""
	case anybody.MatchString(f.topic):
		return anybody.ReplaceAllString(f.topic, "People$1")
	}
	return anyone.ReplaceAllString(f.topic, "Everyone$1")
}

// anybody is who a claim is of that was denied of everyone, where its verb is the same of many, and anyone where it is not.
var (
	anybody = regexp.MustCompile(`(?i)^any(?:one|body)( (?:\pL+ly )?(?:should|must|can|could|would|will|may|ought)\b)`)
	anyone  = regexp.MustCompile(`(?i)^any(?:one|body)\b( )`)
)

// inIndicative is a clause in the subjunctive as it is said of what is so.
func inIndicative(clause string) string {
	words := strings.Fields(clause)
	for i, w := range words {
		verb := indicative[strings.ToLower(w)]
		switch {
		case indicatives[strings.ToLower(w)]:
			return clause
		case verb == "":
			continue
		case verb == "hay" && i+1 < len(words) && participle.MatchString(words[i+1]):
			verb = "ha"
		}
		words[i] = verb
		return sentenceCase(strings.Join(words, " "))
	}
	return ""
}

// doubting ends what has the verb of the clause after it in the subjunctive.
var doubting = regexp.MustCompile(`(?i)\b(?:no (?:creo|creemos|pienso|opino|veo|considero|acepto|digo|estoy (?:de acuerdo|segur[oa]|convencid[oa])(?: con| de| en)?)|no me (?:creo|parece|convence)|(?:no es|ni es) (?:verdad|cierto)|es (?:mentira|falso|un mito|absurdo|rid[ií]culo)|dudo(?: mucho)?(?: de)?|me niego a (?:creer|aceptar)|nunca (?:creer[eé]|aceptar[eé])|niego|c[oó]mo va a ser(?: verdad)?) que\W*$`)

// subordinate ends what has a clause after it that is no sentence of its own.
var subordinate = regexp.MustCompile(`[\pL'’]\s*$`)

// denying is what denies a claim, and denied what may deny that, or the claim.
var (
	denying = regexp.MustCompile(`(?i)\b(?:den(?:y|ies|ied|ying)|myths?|lies?|debunk(?:s|ed)?|false|nieg\pL*|negar|ment[iy]\pL+|mitos?|falso)\b`)
	denied  = regexp.MustCompile(`(?i)(?:n['’]t|\b(?:(?:do|does|did|is|are|was|were|ca|wo|would|should|could)nt|dis\pL+|wrong|not|never|nobody|no|none|contrary|ning[uú]n\pL*|nadie|nunca|equivocad\pL+))\b`)
)

// minding ends what says of the clause after it what its writer feels about it, and not that it is not so.
var minding = regexp.MustCompile(`(?i)\b(?:why|how come|(?:hate|like|love|stand|mind|sad|annoy(?:s me|ed|ing)|angry|mad|upset|shame|pity|wrong|bad|good|fair|unfair|ok|okay|fine|disgusting)(?: it)?(?: that| when| how| if)|por qu[eé]|(?:bien|mal|gusta|encanta|molesta|pena|verg[uü]enza|rabia|fatal|justo|injusto) que)\W*$`)

var participle = regexp.MustCompile(`(?:ad|id|st|ch|t)o$`)

// indicative has verbs in the subjunctive, and as they are said of what is so.
var indicative = func() map[string]string {
	all := make(map[string]string)
	for line := range strings.Lines(indicativeFile) {
		from, to, _ := strings.Cut(strings.TrimSpace(line), " ")
		all[from] = to
	}
	return all
}()

//go:embed indicative.txt
var indicativeFile string

// indicatives are those that are said of what is so: "no es verdad que todo fue mejor".
var indicatives = func() map[string]bool {
	all := make(map[string]bool)
	for _, verb := range indicative {
		all[verb] = true
	}
	return all
}()
