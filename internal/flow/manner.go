package flow

import (
	"slices"
	"strings"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// manner is how a side argued, apart from what it answered. Each is a share of the turns,
// so that who says more in one of them gains nothing.
type manner struct {
	spoke    float64 // something to the point
	concrete float64 // and in it a figure or a name that nobody gave before
	fresh    float64 // and some words that nobody used before
	asked    float64 // a question
	again    float64 // half of it what it had said itself
	rude     float64 // an insult
	lofty    float64 // words that fit any topic
}

// What each is worth, and what the turns of the other side that were answered, passed over
// and granted are, as shares too; and what of a turn counts as some words.
const (
	worthAnswered = 0.5
	worthPassed   = -0.75
	worthGranted  = -2.0
	worthSpoken   = 0.25
	worthConcrete = 1.0
	worthFresh    = 0.75
	worthAsked    = 1.0
	worthAgain    = -1.0
	worthRude     = -1.0
	worthLofty    = -0.5
	someWords     = 3
	someLofty     = 2
)

func (m manner) worth() float64 {
	return worthSpoken*m.spoke + worthConcrete*m.concrete + worthFresh*m.fresh + worthAsked*m.asked + worthAgain*m.again + worthRude*m.rude + worthLofty*m.lofty
}

// mannersOf measures how each side argued; points are those of the debate that are to the
// point. It reads each text once.
func mannersOf(topic string, turns []debate.Turn, points []Point) (user, bot manner) {
	turns = slices.DeleteFunc(slices.Clone(turns), func(t debate.Turn) bool { return !Argues(t) })
	if len(turns) == 0 {
		return user, bot
	}
	share := 1 / float64(len(turns))
	count := func(what *float64, does bool) {
		if does {
			*what += share
		}
	}
	f := newFolder(topic, 0)
	used := make(map[int32]bool)  // by anybody
	said := make(map[string]bool) // as they were written
	for _, w := range f.about {
		used[w] = true
	}
	namesNew(topic, said)
	sides := []*arguer{newArguer(debate.User, &user, points), newArguer(debate.Bot, &bot, points)}
	for _, t := range turns {
		for _, s := range sides {
			text := withoutPleas(Said(t, s.by))
			words := f.readWords(text)
			speaks, concrete := s.toThePoint[t.Number], namesNew(text, said)
			fresh := words.lacks(used)
			before := len(words) - words.lacks(s.own)
			count(&s.spoke, speaks)
			count(&s.concrete, speaks && concrete)
			count(&s.fresh, speaks && fresh >= someWords)
			count(&s.asked, fresh >= 2 && strings.ContainsAny(text, "?？؟"))
			count(&s.again, before >= someWords && 2*before >= len(words))
			count(&s.rude, insults(text))
			count(&s.lofty, loftyIn(text) >= someLofty)
			for _, w := range words {
				if used[w] = true; !slices.Contains(f.about, w) {
					s.own[w] = true
				}
			}
		}
	}
	return user, bot
}

// arguer is a side whose manner is measured.
type arguer struct {
	*manner
	by         debate.Speaker
	toThePoint map[int]bool   // the turns in which it spoke to the point
	own        map[int32]bool // words that it used
}

func newArguer(by debate.Speaker, m *manner, points []Point) *arguer {
	return &arguer{manner: m, by: by, toThePoint: spokenIn(points, by), own: make(map[int32]bool)}
}

// withoutPleas is a text without its pleas for the victory.
func withoutPleas(text string) string {
	for _, sentence := range sentencesIn(text) {
		if isPlea(sentence) {
			text = strings.Replace(text, sentence, "", 1)
		}
	}
	return text
}

// namesNew says whether a text has a figure, or a name within a sentence, that is none of
// the words said, and adds its words to them.
func namesNew(text string, said map[string]bool) (found bool) {
	var words []string
	for _, sentence := range sentencesIn(text) {
		for i, word := range strings.Fields(sentence) {
			word = strings.TrimFunc(word, isNeitherLetterNorDigit)
			plain := plainLetters(strings.ToLower(word))
			isName := i > 0 && strings.IndexFunc(word, unicode.IsUpper) == 0 && word != "I" && !strings.HasPrefix(word, "I'") && !strings.HasPrefix(word, "I’")
			found = found || !said[plain] && (isName || figures[plain] || strings.ContainsFunc(word, unicode.IsDigit))
			words = append(words, plain)
		}
	}
	for _, w := range words {
		said[w] = true
	}
	return found
}

func isNeitherLetterNorDigit(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// figures are words that stand for one, or for what is counted by them, without accents.
var figures = setOf(`half third quarter dozen hundred thousand million billion twice double percent
	three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety
	pounds dollars euros years year months month hours hour minutes
	mitad tercio doble cien mil millones dos tres cuatro cinco seis siete ocho nueve diez once doce quince
	veinte veinticuatro treinta cuarenta cincuenta sesenta setenta ochenta noventa horas minutos`)

func insults(text string) bool {
	for _, sentence := range sentencesIn(text) {
		if isInsult(sentence) {
			return true
		}
	}
	return false
}

func loftyIn(text string) (n int) {
	for word := range wordsIn(plainLetters(strings.ToLower(text))) {
		if lofty[word] {
			n++
		}
	}
	return n
}
