package offline

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// knowledge is what the opponent knows in one language.
type knowledge struct {
	*index
	lines  *lines
	asides map[debate.Aside][]line
	// grounds are what people give as reasons on any topic.
	grounds func() *grounds
	// schemes are points that are known by their form.
	schemes func() []scheme
	// things are those of everyday life, by their names.
	things func() things
}

func readKnowledge(language string) (*knowledge, error) {
	var grammars map[string]*grammar
	if err := decode("words.yaml", wordsFile, &grammars); err != nil {
		return nil, err
	}
	all, err := readLines(linesFile)
	if err != nil {
		return nil, err
	}
	asides, err := readAsides(asidesFile)
	if err != nil {
		return nil, err
	}
	g, l := grammars[language], all[language]
	if g == nil || l == nil || asides[language] == nil {
		return nil, fmt.Errorf("offline: %s is missing in words.yaml, lines.yaml or asides.yaml", language)
	}
	topics, err := bank.Heads(language)
	if err != nil {
		return nil, err
	}
	general, err := bank.General(language)
	if err != nil {
		return nil, err
	}
	f, err := loadFinder()
	if err != nil {
		return nil, err
	}
	learnt, err := readLearnt(language)
	if err != nil {
		return nil, err
	}
	hear(topics, saidFiles[language])
	g.prepare(language)
	k := &knowledge{index: newIndex(g, f, topics, general, learnt), lines: l, asides: asides[language]}
	k.grounds = sync.OnceValue(func() *grounds {
		reasons, err := bank.Grounds(language)
		if err != nil {
			panic(err) // of a file that is compiled in, which a test reads
		}
		return newGrounds(g, reasons)
	})
	k.schemes = sync.OnceValue(func() []scheme {
		all, err := bank.Schemes(language)
		if err != nil {
			panic(err) // as above
		}
		schemes, err := newSchemes(all)
		if err != nil {
			panic(err) // as above
		}
		return schemes
	})
	k.things = sync.OnceValue(func() things {
		all, err := bank.Things(language)
		if err != nil {
			panic(err) // as above
		}
		return newThings(all, g)
	})
	return k, nil
}

// hear adds to the topics' claims what else people say, and gives the words that
// tell of each topic, by its name.
func hear(topics []*bank.Topic, said string) map[string][]string {
	words := make(map[string][]string)
	byName := make(map[string]*bank.Topic)
	for _, t := range topics {
		byName[t.Name] = t
	}
	var t *bank.Topic
	for line := range strings.Lines(said) {
		mark, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case mark == "#":
			t = byName[text]
		case t == nil: // which the bank has not in this language
		case mark == ":":
			words[t.Name] = append(words[t.Name], text)
		case mark == "+":
			t.Claims.Pro = append(t.Claims.Pro, text)
		case mark == "-":
			t.Claims.Con = append(t.Claims.Con, text)
		}
	}
	return words
}

// generalOf is the general topic that a claim has the form of, by the longest, and
// the side of it that a stance on the claim amounts to; nil if it has none, or is as
// much of one side as of the other, or of more than one clause, of which any may be what
// has the form. Of those with the same forms it is the one that is about most of the claim's
// words; one of no form falls under such a one that it leans to. opening is the message that made the claim.
func (k *knowledge) generalOf(claim, opening string, stance debate.Stance) (topic *subject, side debate.Stance) {
	if claim = k.firstClause(claim); k.mustQuote(claim) {
		return nil, side
	}
	claim = forbids.ReplaceAllString(bare(claim), map[string]string{"en": "people $2 not $3", "es": "la gente no $2 $3"}[k.language])
	said, longest, closest := asForm(claim), 0, 0
	named, denied := k.names(claim, opening) || ofPeople.MatchString(bare(claim)), k.denies(claim)
	for _, s := range k.general {
		close := s.closeTo(said)
		if s.Things && named || close == 0 && len(s.about) > 0 {
			continue
		}
		for _, of := range []debate.Stance{debate.Pro, debate.Con} {
			for _, form := range s.forms.Of(of) {
				size := len(strings.Join(form, ""))
				if s.Undenied && denied && !k.denies(form[0]) {
					continue
				}
				switch {
				case size < longest || size == longest && close < closest || !hasParts(said, form):
				case size > longest || close > closest:
					topic, side, longest, closest = s, of, size, close
				case side != of || s != topic && close == 0:
					topic = nil
				}
			}
		}
	}
	if topic == nil && longest == 0 {
		topic, side = k.leantTo(claim)
	}
	if stance == debate.Con {
		side = side.Opposite()
	}
	return topic, side
}

// firstClause is what a claim says before its first comma, where that may be the claim and what is
// behind it no turn: "sharing a straw is disgusting, each to their own"; else the whole claim.
func (k *knowledge) firstClause(claim string) string {
	at := strings.IndexAny(claim, ",;:.")
	if at < 0 || !k.mustQuote(claim) || len(strings.Fields(claim[:at])) < minClaimWords || conditional.MatchString(claim) || turning.MatchString(claim[at+1:]) {
		return claim
	}
	return claim[:at]
}

// cutReason is a claim without the reason that is given with it, which is to be answered and no part of it, and that
// reason, empty where there is none.
func (g *grammar) cutReason(text string) (claim, reason string) {
	at := g.Reason.find(text)
	if at == nil {
		return text, ""
	}
	claim, reason, _ = strings.Cut(text, at[0])
	if len(strings.Fields(claim)) < minClaimWords {
		return text, ""
	}
	return claim, reason
}

// minClaimWords is how many words such a clause has at least.
const minClaimWords = 4

var (
	// conditional begins what is no claim by itself.
	conditional = regexp.MustCompile(`(?i)^\P{L}*(if|when|unless|although|though|while|because|since|si|cuando|aunque|mientras|porque|como|para|in|on|at|en|con|sin|for|with|without)\b`)
	// turning begins what turns around the clause before it, or goes on with a list.
	turning = regexp.MustCompile(`(?i)^\P{L}*(but|not|no|though|although|except|unless|if|and|or|pero|sino|ni|aunque|salvo|excepto|si|y|o)\b`)
)

// forbids begins a claim that denies to all what it says may be done, whose form is that of a ban.
var forbids = regexp.MustCompile(`(?i)^(nobody|no one|no-one|no \pL+|nadie|ning[uú]na? \pL+) (should|must|ought to|deber[ií]a|debe|tendr[ií]a que) (?:(?:ever|nunca) )?(?:(be allowed|be able|be permitted|be let|get to|poder|tener permitido)\b)`)

// leantTo is the narrower topic that is about most of a claim's words and leans, and the side of it that
// what the claim makes of its thing amounts to; nil if it makes nothing of it, or two are as near.
func (k *knowledge) leantTo(claim string) (topic *subject, side debate.Stance) {
	if compares.MatchString(claim) { // which is for the one as much as against the other
		return nil, side
	}
	said, closest := asForm(claim), 0
	for _, s := range k.general {
		switch close := s.closeTo(said); {
		case !s.Leans || close < closest || close == 0:
		case close == closest:
			topic = nil
		default:
			topic, closest = s, close
		}
	}
	switch sum, _ := k.leans(spellNot(claim)); {
	case sum < 0:
		return topic, debate.Pro
	case sum > 0:
		return topic, debate.Con
	}
	return nil, side
}

// compares is in a claim that one is better than another.
var compares = regexp.MustCompile(`(?i)\b(?:than|(?:mejor|peor)(?:es)? que)\b`)

// asForm is a claim as plain gives it with what is drawn together drawn apart, for its form to be
// read: "it's your neighbour's" as "it is your neighbour".
func asForm(claim string) string {
	return allOne.ReplaceAllString(plain(owner.ReplaceAllString(shortIs.ReplaceAllString(spellNot(claim), "$1 is"), "")), "es $1")
}

var (
	shortIs = regexp.MustCompile(`(?i)\b(it|that|there|he|she|what)['’]s\b`)
	owner   = regexp.MustCompile(`['’]s\b`)
	// allOne calls many by one noun, as "son un robo" does, which is the form of "es un robo".
	allOne = regexp.MustCompile(`\bson (una?)\b`)
)

// maxShort is the longest word in capitals that is taken for one like TV, and no name.
const maxShort = 3

// names says whether a claim is of somebody or something of its own: it has "my", or
// a word that may be a name, with a capital that does not begin it, or that begins it
// and is not written small in the message or elsewhere.
func (k *knowledge) names(claim, opening string) bool {
	if claim == strings.ToUpper(claim) {
		return false // shouted
	}
	for i, t := range k.tokens(claim) {
		first := []rune(t.raw)[0]
		if t.low == "my" || unicode.IsUpper(first) && t.low != "i" && (len(t.raw) > maxShort || t.raw != strings.ToUpper(t.raw)) && (i > 0 || !k.knownLower(t.raw) && !strings.Contains(opening, strings.ToLower(t.raw))) {
			return true
		}
	}
	return false
}
