package offline

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// message is a message as it was read.
type message struct {
	sign      sign   // what it does besides, or instead of, making points
	points    []span // the sentences that say something
	questions []bool // which of them ask
	words     int
}

// maxRest is how many content words a sentence may have beside the words of a
// sign without making a point.
var maxRest = map[sign]int{insists: 2, rules: 8, switching: 3, alleged: 3, verdict: 1, praise: 2, yielding: 2, elsewhere: 3, misread: 3, muddled: 2, imputed: 6, apology: 2}

// maxEcho is how many words a question has that is answered at once by who asks it.
const maxEcho = 3

// maxSilent is how many words a message has that says nothing at all.
const maxSilent = 3

func (k *knowledge) readMessage(text string) (m message) {
	m.words = len(strings.Fields(text))
	for _, s := range sentencesOf(text) {
		sentence := text[s.start:s.end]
		said := plain(k.spellOut(sentence))
		if sign := k.signOf(said); sign != "" {
			m.sign = cmp.Or(m.sign, sign)
			continue
		}
		if k.AskedBack.in(said) {
			m.sign = cmp.Or(m.sign, muddled)
			continue
		}
		if k.AsksLink.in(said) {
			m.sign = cmp.Or(m.sign, misread)
			continue
		}
		if kept := k.keptBack(sentence); kept > 0 {
			s.start += kept
			sentence = text[s.start:s.end]
		} else if k.gives(said) || k.givesAside(sentence) {
			m.sign = cmp.Or(m.sign, shifting)
		}
		says := slices.ContainsFunc(wordsOf(sentence), func(w string) bool { return !k.negations[w] && len(k.terms(w)) > 0 })
		if !says && (!k.asks(sentence) || m.words < 3) {
			continue
		}
		m.points = append(m.points, s)
		m.questions = append(m.questions, k.asks(sentence))
	}
	for i := len(m.points) - 2; i >= 0; i-- { // "what risk? prices only go up"
		if s := m.points[i]; m.questions[i] && !m.questions[i+1] && len(strings.Fields(text[s.start:s.end])) <= maxEcho {
			m.points, m.questions = slices.Delete(m.points, i, i+1), slices.Delete(m.questions, i, i+1)
		}
	}
	if len(m.points) == 0 && m.words <= maxSilent {
		m.sign = cmp.Or(m.sign, silent)
	} else if len(m.points) == 0 { // "you just say no to everything"
		m.sign = cmp.Or(m.sign, verdict)
	}
	return m
}

// signOf is the sign that a sentence, as plain gives it, bears.
func (k *knowledge) signOf(said string) sign {
	for _, s := range signs {
		if s == switching && admits.MatchString(said) {
			continue
		}
		for _, phrase := range k.Signs[s] {
			phrase, begins := strings.CutPrefix(phrase, beginsWith)
			if has(said, phrase) && (!begins || strings.HasPrefix(said, phrase)) && len(k.terms(strings.Replace(said, phrase, "", 1))) <= maxRest[s] {
				return s
			}
		}
	}
	return ""
}

// admits begins what the writer admits, which asks nobody else to.
var admits = regexp.MustCompile(`^(\S+ ){0,2}(i|we) (\S+ )?(admit|agree|concede)\b`)

// keptBack is where, behind a concession that a sentence only begins with, its point begins: behind
// "yes, they can, but"; 0 where there is none.
func (k *knowledge) keptBack(sentence string) int {
	at := k.TakenBack.FindStringIndex(sentence)
	if at == nil || len(k.terms(sentence[at[1]:])) < minPart {
		return 0
	}
	return at[1]
}

// beginsWith marks a phrase that a sentence has to begin with: "act as a pirate" is an order,
// that schools act as a safeguard is a point.
const beginsWith = "^"

// gives says whether a sentence, as plain gives it, gives something away.
func (k *knowledge) gives(said string) bool {
	if persists.MatchString(said) || supposed.MatchString(said) {
		return false
	}
	if hasAny(said, k.Signs[shifting]) {
		return !undecided.MatchString(said)
	}
	rest, gave, plainly := said, false, false
	for cut := true; cut; {
		cut = slices.ContainsFunc(k.Given, func(p string) (ok bool) {
			rest, ok = strings.CutPrefix(rest, p+" ")
			plainly = plainly || ok && strings.Contains(p, " ")
			return ok
		})
		gave = gave || cut
	}
	next, _, _ := strings.Cut(rest, " ")
	return gave && (plainly || k.common[next]) && !slices.Contains(k.Unmoved, next) // "fair wages" gives nothing
}

// supposed is in what says that something would be true or is not yet: "by the time that's true".
var supposed = regexp.MustCompile(`\b(by the time|if|when|until|till|unless|even if|suppose|assuming|whether|why|not|because) (all )?(that|this|it)( is|'s|s) (also |really |even )?(true|fair)\b`)

// undecided is in what says that it does not matter who agrees: "whether I agree with it or not".
var undecided = regexp.MustCompile(`\b(whether|even if) (or not )?(i|we) (really |fully )?(agree|like|admit|accept)\b|\b(aunque no|si|este o no) (estoy|este) (o no )?de acuerdo\b`)

// persists is in what goes on as before, whatever it begins with: "fine, I still think so".
var persists = regexp.MustCompile(`\b(i|we) (just |would |do )?still (think|believe|say|want|feel|prefer|find|would|do not|do|hate|love|stand)\b|\b(sigo (pensando|creyendo|opinando|diciendo)|(aun|todavia) (asi )?(pienso|creo|opino|digo))\b`)

// givesAside says whether a sentence gives something away between commas: "fine, printing
// costs money", "kids love it, sure".
func (k *knowledge) givesAside(sentence string) bool {
	if k.asks(sentence) || persists.MatchString(plain(sentence)) || hasAny(plain(sentence), k.Reserving) {
		return false
	}
	parts := strings.Split(sentence, ",")
	return len(parts) > 1 && slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(k.Given, plain(p)) })
}
