package flow

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
	"golang.org/x/text/unicode/norm"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Limits of what is read from a turn that has no ledger.
const (
	maxPoints    = 6  // of a speaker, in a turn
	maxPointText = 90 // characters
	lookBack     = 2  // turns in which what is answered was said
	repeatBack   = 6  // turns in which what is only repeated was said
)

// read makes points of what a speaker said in a turn: its sentences, and which
// of the other side's latest points they share words with.
func (f *folder) read(t debate.Turn, by debate.Speaker) (points []debate.Point) {
	for each := sentences.FromString(Said(t, by)); each.Next() && len(points) < maxPoints; {
		sentence := each.Value()
		text := strings.TrimSpace(sentence)
		words := f.readWords(text)
		if len(words) >= 2 && !f.repeats(by, t.Number, words) {
			from := each.Start() + strings.Index(sentence, text)
			p := debate.Point{
				ID: debate.PointID(t.Number, by, len(points)+1), Turn: t.Number, Speaker: by, Kind: debate.ClaimPoint,
				Start: from, End: from + len(text), Text: clip(text, maxPointText),
			}
			if f.words[p.ID] == nil {
				f.words[p.ID] = words
			}
			f.relate(&p, text, words)
			f.note(by, words)
			points = append(points, p)
		}
	}
	return points
}

// repeats says whether a sentence has no word but those of an earlier one of its
// speaker's.
func (f *folder) repeats(by debate.Speaker, turn int, words wordSet) bool {
	for i := len(f.points) - 1; i >= 0 && f.points[i].Turn >= turn-repeatBack; i-- {
		if q := &f.points[i]; q.Speaker == by && q.Turn < turn && f.wordsOf(q).has(words) {
			return true
		}
	}
	return false
}

// note keeps who used words first.
func (f *folder) note(by debate.Speaker, words wordSet) {
	for _, w := range words {
		if _, used := f.first[w]; !used {
			f.first[w] = by
		}
	}
}

// complete adds to a point of a ledger which points it speaks to by its words, where the
// ledger knows of none, and whether it gives in.
func (f *folder) complete(p *debate.Point, text string) {
	if !argues(Point{Point: *p}) || len(p.Concedes) > 0 {
		return
	}
	if len(p.Answers) == 0 && p.Speaker == debate.User {
		words := f.readWords(text)
		f.words[p.ID] = words
		p.Answers = f.answers(p.Speaker, p.Turn, words, true)
	}
	switch {
	case givesIn(text):
		f.giveIn(p)
	case len(p.Answers) > 0:
		p.Kind = debate.RebuttalPoint
	}
}

// answers are the points that a text of a speaker's speaks to: those of the other
// side's latest that it shares words with, or one which that side brought up just
// before. Of a ledger's points, strict, the words have to be others than the topic's.
func (f *folder) answers(by debate.Speaker, turn int, words wordSet, strict bool) (ids []string) {
	just := 0 // the turn that the other side spoke in last
	for i := len(f.points) - 1; i >= 0; i-- {
		q := &f.points[i]
		if q.Turn < turn-lookBack {
			break
		}
		if q.Speaker == by {
			continue
		}
		just = max(just, q.Turn)
		said := f.wordsOf(q)
		if !said.shares(words) && (strict || q.Turn != just || !f.takesUp(words, said, q.Speaker)) {
			continue
		}
		if own := said.shared(words) - said.sharedWith(words, f.about); !strict || own >= 2 && 2*own >= min(len(said), len(words)) {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

// takesUp says whether a text has a word of another that is not the topic's, and that
// the other's speaker was the first to use.
func (f *folder) takesUp(words, said wordSet, by debate.Speaker) bool {
	return slices.ContainsFunc(words, func(w int32) bool {
		_, there := slices.BinarySearch(said, w)
		return there && f.first[w] == by && !slices.Contains(f.about, w)
	})
}

// relate finds what a sentence answers, and whether it gives in.
func (f *folder) relate(p *debate.Point, text string, words wordSet) {
	p.Answers = f.answers(p.Speaker, p.Turn, words, false)
	var side debate.Stance
	ok := false
	if f.about.shares(words) {
		side, ok = claim.Align(text, f.topic)
	}
	switch {
	case strings.HasSuffix(text, "?") || strings.HasSuffix(text, "？") || strings.HasSuffix(text, "؟"):
		p.Kind = debate.QuestionPoint
	case ok && f.takesOtherSide(p.Speaker, side), givesIn(text):
		f.giveIn(p)
	case len(p.Answers) > 0:
		p.Kind = debate.RebuttalPoint
	}
}

// giveIn makes a point a concession of what it would have answered, or of the latest
// that was argued.
func (f *folder) giveIn(p *debate.Point) {
	p.Kind, p.Answers, p.Concedes = debate.ConcessionPoint, nil, p.Answers
	if len(p.Concedes) == 0 {
		p.Concedes = f.latest(other(p.Speaker), p.Turn)
	}
}

// latest is the last point that a speaker argued, a turn ago at most.
func (f *folder) latest(by debate.Speaker, turn int) []string {
	for i := len(f.points) - 1; i >= 0 && f.points[i].Turn >= turn-1; i-- {
		if q := &f.points[i]; q.Speaker == by && argues(*q) {
			return []string{q.ID}
		}
	}
	return nil
}

// givesIn says whether a sentence grants something in so many words, at the beginning
// of one of its clauses.
func givesIn(sentence string) bool {
	for clause := range strings.FieldsFuncSeq(sentence, func(r rune) bool { return strings.ContainsRune(",;:.!¡—–()", r) }) {
		for clause = strings.ReplaceAll(clause, "’", "'"); ; {
			clause = strings.TrimLeft(clause, " \"“”«»")
			word, rest, _ := strings.Cut(clause, " ")
			if word = plainLetters(strings.ToLower(word)); leadIn[word] && rest != "" {
				clause = rest
				continue
			}
			if grantsBy[word] == nil {
				break
			}
			said := plainLetters(strings.ToLower(oneLine(clause)))
			if slices.ContainsFunc(grantsBy[word], func(g string) bool { return said == g || strings.HasPrefix(said, g+" ") }) {
				return true
			}
			break
		}
	}
	return false
}

// grantsBy are the beginnings of a clause that grants something, by their first word.
var grantsBy = func() map[string][]string {
	by := make(map[string][]string)
	for _, g := range grants {
		first, _, _ := strings.Cut(g, " ")
		by[first] = append(by[first], g)
	}
	return by
}()

// grants begin a clause that grants something, and leadIn are words before them.
var (
	grants = []string{
		"you are right", "you're right", "youre right", "you are correct", "you're correct", "you win", "you have convinced me", "you've convinced me", "you convinced me",
		"fair point", "good point", "fair enough", "point taken", "i admit", "i concede", "i grant", "i give you that", "i'll give you that", "i will give you that",
		"i agree", "i stand corrected", "i was wrong", "tienes razon", "tiene razon", "tenes razon", "lo admito", "admito que", "lo reconozco", "reconozco que",
		"te lo concedo", "lo concedo", "concedo que", "estoy de acuerdo", "me has convencido", "me convenciste", "me equivocaba", "me equivoque", "buen punto",
	}
	leadIn = setOf(`ok okay yes yeah yep well hmm hm true and but so sure alright fine there here on that that's thats this is a in too then now honestly
		bueno vale si pues pero y en eso esto tambien ahi ahora es verdad cierto claro de acuerdo`)
)

func setOf(words string) map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
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
	word = plainLetters(word)
	if common[word] {
		return saysNothing
	}
	word = bare(word)
	n, end := stemOf(word)
	if n < 3 || common[word] {
		return saysNothing
	}
	return f.numberOf(word[:end])
}

// endings are what words of one family differ in, in English and in Spanish.
var endings = []string{"iendo", "ando", "ing", "ado", "ido", "ed", "er", "ar", "ir", "e", "o", "a"}

// bare is a word without the ending of a plural, and of a verb or a gender.
func bare(word string) string {
	if singular, plural := strings.CutSuffix(word, "s"); plural && len(singular) >= 3 && !strings.HasSuffix(singular, "s") {
		word = singular
	}
	for _, e := range endings {
		if root, ends := strings.CutSuffix(word, e); ends && len(root) >= 3 {
			return root
		}
	}
	return word
}

// plainLetters is a text without the accents of Latin letters.
func plainLetters(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) && r < 0x370 {
			return -1
		}
		return r
	}, norm.NFD.String(text))
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

// common are words that say nothing of what a text is about, without accents.
var common = setOf(`about after again against also although always another because been before being believe better between both
	cannot could does doesn doing done down each either even every everyone fact from have having here however
	into itself just know less like make makes many maybe more most much must never only other others over people
	point really same should simply since some still such than that their them then there therefore these they
	thing things think this those though through under until very want well were what when where which while will
	with within without would your yours ahora algo ademas algun alguna algunos ante antes aquel aquella aqui
	aunque cada casi como cosa cosas creo cual cuales cualquier cuando cuanto cuenta debe deberia decir desde
	donde durante ella ellas ellos entonces entre eres esta estan estas este esto estos estoy fuera gente haber
	hace hacen hacer hacia hasta hecho incluso manera menos mejor mientras mismo misma mucha muchas mucho muchos
	nada nadie ninguna nosotros nuestra nuestro otra otras otro otros para parece parte pero peor persona personas
	poco podria poder porque puede pueden pues pueda quien quiere sabe sean segun seguro seria siempre siendo sino
	sobre solamente solo somos suele tampoco tambien tanto tener tenemos tiene tienen toda todas todavia todo
	todos tres unas unos usted vamos veces verdad the and for are not but you all any can had her was one our out
	get has him his how its may new now old see two way who did let put say too use yet nor own why off got she
	said says tell told saying knows come comes take takes give gives goes going gone good lots else ever anyway
	que los del las por con una son sus muy mis tus sin ser fue han hay era eso ese esa aun asi tan ahi mal mas
	ver dar vez dos fin les nos dice dices dicho digo ningun va van das doy`)

// shares says whether two texts are about the same thing.
func (s wordSet) shares(t wordSet) bool {
	shared := s.shared(t)
	return shared >= 2 && 5*shared >= min(len(s), len(t))
}

// has says whether a text has all words of another.
func (s wordSet) has(t wordSet) bool {
	if len(t) > len(s) {
		return false
	}
	i := 0
	for _, w := range t {
		for i < len(s) && s[i] < w {
			i++
		}
		if i == len(s) || s[i] != w {
			return false
		}
	}
	return true
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

// sharedWith is how many words three texts have in common.
func (s wordSet) sharedWith(t, u wordSet) (n int) {
	for _, w := range u {
		_, inS := slices.BinarySearch(s, w)
		_, inT := slices.BinarySearch(t, w)
		if inS && inT {
			n++
		}
	}
	return n
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
	if lead, rest, ok := strings.Cut(text, ":"); ok && sumsUp[strings.ToLower(plainLetters(lead))] {
		text = strings.TrimSpace(rest)
	}
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

// sumsUp is what people begin a summary with, which no title needs.
var sumsUp = map[string]bool{
	"to sum up": true, "so to sum up": true, "in short": true, "so in short": true, "in conclusion": true, "to conclude": true, "in summary": true, "summing up": true,
	"en resumen": true, "resumiendo": true, "para resumir": true, "en conclusion": true, "para concluir": true, "en fin": true,
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
