package flow

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Limits of what is read from a turn that has no ledger.
const (
	maxPoints    = 6  // of a speaker, in a turn
	maxPointText = 90 // characters
	lookBack     = 2  // turns in which what is answered was said
)

// read makes points of what a speaker said in a turn: its sentences, and which
// of the other side's latest points they share words with.
func (f *folder) read(t debate.Turn, by debate.Speaker) (points []debate.Point) {
	for each := sentences.FromString(Said(t, by)); each.Next() && len(points) < maxPoints; {
		sentence := each.Value()
		text := strings.TrimSpace(sentence)
		words := f.readWords(text)
		if len(words) >= 2 {
			from := each.Start() + strings.Index(sentence, text)
			p := debate.Point{
				ID: debate.PointID(t.Number, by, len(points)+1), Turn: t.Number, Speaker: by, Kind: debate.ClaimPoint,
				Start: from, End: from + len(text), Text: clip(text, maxPointText),
			}
			if f.words[p.ID] == nil {
				f.words[p.ID] = words
			}
			f.relate(&p, text, words)
			points = append(points, p)
		}
	}
	return points
}

// relate finds what a sentence answers, and whether it gives in.
func (f *folder) relate(p *debate.Point, text string, words wordSet) {
	for i := len(f.points) - 1; i >= 0; i-- {
		q := &f.points[i]
		if q.Turn < p.Turn-lookBack {
			break
		}
		if q.Speaker != p.Speaker && f.wordsOf(q).shares(words) {
			p.Answers = append(p.Answers, q.ID)
		}
	}
	var side debate.Stance
	ok := false
	if f.about.shares(words) {
		side, ok = claim.Align(text, f.topic)
	}
	switch {
	case strings.HasSuffix(text, "?") || strings.HasSuffix(text, "？") || strings.HasSuffix(text, "؟"):
		p.Kind = debate.QuestionPoint
	case ok && f.takesOtherSide(p.Speaker, side):
		p.Kind, p.Answers, p.Concedes = debate.ConcessionPoint, nil, p.Answers
	case len(p.Answers) > 0:
		p.Kind = debate.RebuttalPoint
	}
}

// wordsOf are the words of an earlier point.
func (f *folder) wordsOf(p *Point) wordSet {
	words, ok := f.words[p.ID]
	if !ok {
		words = f.readWords(p.Quote.Text)
		f.words[p.ID] = words
	}
	return words
}

// takesOtherSide notes a speaker's first side, and says whether one is another.
func (f *folder) takesOtherSide(by debate.Speaker, side debate.Stance) bool {
	if first, known := f.sides[by]; known {
		return first != side
	}
	f.sides[by] = side
	return false
}

// wordSet is the words of a text that say what it is about, as numbers in their
// order: stems of the longer ones, and pairs of characters where words are not told
// apart by spaces.
type wordSet []int32

const stem = 6 // characters of a word that count

// readWords is the word set of a text; a word has the same number in all of a debate.
func (f *folder) readWords(text string) (set wordSet) {
	add := func(word string, number func(string) int32) {
		n, met := f.numbers[word]
		if !met {
			n = number(word)
			f.numbers[word] = n
		}
		if n != saysNothing {
			set = append(set, n)
		}
	}
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) }) {
		first, _ := utf8.DecodeRuneInString(word)
		if first > unicode.MaxLatin1 && unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
			runes := []rune(word)
			for i := range len(runes) - 1 {
				add(string(runes[i:i+2]), f.numberOf)
			}
			continue
		}
		add(word, f.numberOfWord)
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// saysNothing is the number of words that say nothing of what a text is about.
const saysNothing = -1

// numberOfWord is the number of a word that was not met before: of its stem.
func (f *folder) numberOfWord(word string) int32 {
	n, end := stemOf(word)
	if n <= 3 || common[word] {
		return saysNothing
	}
	return f.numberOf(word[:end])
}

func (f *folder) numberOf(stem string) int32 {
	n, known := f.stems[stem]
	if !known {
		n = int32(len(f.stems))
		f.stems[stem] = n
	}
	return n
}

// stemOf is how many characters a word has, and where those that count end.
func stemOf(word string) (n, end int) {
	end = len(word)
	for i := range word {
		if n++; n == stem+1 {
			end = i
		}
	}
	return n, end
}

// common are long words that say nothing of what a text is about.
var common = func() map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(`about after again against also although always another because been before being believe better
		between both cannot could does doesn doing done down each either even every everyone fact from have having here however into
		itself just know less like make makes many maybe more most much must never only other others over people point really same
		should simply since some still such than that their them then there therefore these they thing things think this those though
		through under until very want well were what when where which while will with within without would your yours
		ahora algo además algún alguna algunos ante antes aquel aquella aquí aunque cada casi como cosa cosas creo cual cuales
		cualquier cuando cuanto cuenta debe debería decir desde donde dónde durante ella ellas ellos entonces entre eres esta está
		están estas este esto estos estoy fuera gente haber hace hacen hacer hacia hasta hecho incluso manera menos mejor mientras mismo
		misma mucha muchas mucho muchos nada nadie ninguna nosotros nuestra nuestro otra otras otro otros para parece parte pero peor
		persona personas poco podría poder porque puede pueden pues pueda quien quién quiere sabe sean según seguro sería siempre
		siendo sino sobre solamente solo sólo somos suele tampoco también tanto tener tenemos tiene tienen toda todas todavía todo todos
		tres unas unos usted vamos veces verdad`) {
		set[word] = true
	}
	return set
}()

// shares says whether two texts are about the same thing.
func (s wordSet) shares(t wordSet) bool {
	shared := s.shared(t)
	return shared >= 2 && 5*shared >= min(len(s), len(t))
}

// shared is how many words two texts have in common.
func (s wordSet) shared(t wordSet) (n int) {
	for i, j := 0, 0; i < len(s) && j < len(t); {
		switch {
		case s[i] < t[j]:
			i++
		case s[i] > t[j]:
			j++
		default:
			i, j, n = i+1, j+1, n+1
		}
	}
	return n
}

// oneLine is a text with one space wherever it has white space.
func oneLine(text string) string {
	if !strings.Contains(text, "  ") && !strings.ContainsFunc(text, func(r rune) bool { return r != ' ' && unicode.IsSpace(r) }) {
		return strings.Trim(text, " ")
	}
	return strings.Join(strings.Fields(text), " ")
}

// clip is the beginning of a text, on one line, up to so many characters.
func clip(text string, most int) string {
	text = oneLine(text)
	if len(text) <= most || utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)
	cut := string(runes[:most])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return cut + "…"
}

// maxTitleText is how long a title of a point is, in characters, and minTitle what a
// part of a sentence needs to be one.
const (
	maxTitleText = 64
	minTitle     = 16
)

// heading is a text as a title: its first sentence, and where that is long what stands
// before a clause ends, or as many words as fit.
func heading(text string) string {
	text = oneLine(text)
	sentence := firstSentence(text)
	trim := func(s string) string {
		return strings.TrimFunc(s, func(r rune) bool {
			return unicode.IsSpace(r) || strings.ContainsRune(`.,;:!?…。，；：！？،؛।"“”«»()–—-`, r)
		})
	}
	whole := trim(sentence)
	runes := []rune(whole)
	if len(runes) <= maxTitleText {
		return whole
	}
	for _, ends := range []func(at int) bool{
		func(at int) bool { return strings.ContainsRune(",;:–—(，；：、،؛", runes[at]) },
		func(at int) bool {
			return runes[at] == ' ' && clauseWords[strings.ToLower(firstWord(runes[at+1:]))] && !leansOn(string(runes[:at]))
		},
	} {
		for at := maxTitleText; at >= minTitle; at-- {
			if ends(at) {
				return trim(string(runes[:at]))
			}
		}
	}
	return clip(whole, maxTitleText)
}

func firstSentence(text string) string {
	each := sentences.FromString(text)
	each.Next()
	return each.Value()
}

func firstWord(runes []rune) string {
	word, _, _ := strings.Cut(string(runes[:min(len(runes), maxTitleText)]), " ")
	return word
}

// leansOn says whether a beginning ends with a word that wants what comes after it.
func leansOn(begun string) bool {
	words := strings.Fields(strings.ToLower(begun))
	switch words[len(words)-1] {
	case "only", "not", "just", "even", "all", "solo", "sólo", "no", "hasta":
		return true
	default:
		return false
	}
}

// clauseWords begin a clause that a title can do without.
var clauseWords = map[string]bool{
	"and": true, "because": true, "but": true, "for": true, "if": true, "or": true, "since": true, "so": true, "that": true, "though": true, "unless": true,
	"when": true, "where": true, "which": true, "while": true, "who": true, "aunque": true, "cuando": true, "donde": true, "mientras": true, "para": true,
	"pero": true, "porque": true, "pues": true, "que": true, "si": true, "y": true,
}
