package flow

import (
	"iter"
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

// read adds points for what a speaker said in a turn: its sentences, and which of the
// other side's latest points they share words with. A sentence that gives back what the
// other side said is no point, and what follows it is to that: "You say X. But Y.", and so
// after "X?" and "Nobody did." An insult is no point either, and few words that grant
// something are one only where they are the last.
func (f *folder) read(t debate.Turn, by debate.Speaker) {
	var givenBack []string // ids
	n := 0
	said := Said(t, by)
	for from, text := range sentencesIn(said) {
		if n == maxPoints {
			break
		}
		words := f.readWords(text)
		f.mark(words)
		surrenders := len(words) < 2 && givesIn(text) && strings.TrimSpace(said[from+len(text):]) == ""
		if len(words) < 2 && !surrenders {
			givenBack = append(givenBack, f.takenUp(by, t.Number, text, words)...)
			continue
		}
		if f.called && isInsult(text) || isPlea(text) || !surrenders && f.repeats(by, t.Number, words) {
			continue
		}
		if f.echoes(by, t.Number, text, words) {
			givenBack = append(givenBack, f.answers(by, t.Number, words, false)...)
			continue
		}
		n++
		p := debate.Point{
			ID: debate.PointID(t.Number, by, n), Turn: t.Number, Speaker: by, Kind: debate.ClaimPoint,
			Start: from, End: from + len(text), Text: strings.TrimRight(clip(text, maxPointText), ",;: "),
		}
		f.relate(&p, text, words, givenBack)
		givenBack = nil
		f.note(by, words)
		f.addPoint(t, p, words)
	}
}

// sentencesIn are the sentences of a text, without the space around them, and where they
// begin. A full stop after a word ends one also where who writes uses no capitals.
func sentencesIn(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for each := sentences.FromString(text); each.Next(); {
			for start := each.Start(); start < each.End(); {
				end := start + endOfPart(text[start:each.End()])
				part := strings.TrimSpace(text[start:end])
				if part != "" && !yield(start+strings.Index(text[start:end], part), part) {
					return
				}
				start = end
			}
		}
	}
}

// endOfPart is where the first part of a sentence ends that a full stop ends, or all of it.
func endOfPart(sentence string) int {
	for at := 0; ; {
		stop := strings.Index(sentence[at:], ". ")
		if stop < 0 {
			return len(sentence)
		}
		at += stop + len(". ")
		word := sentence[:at-len(". ")]
		if word = word[strings.LastIndexFunc(word, isNoLetter)+1:]; utf8.RuneCountInString(word) >= minStopped && !abbreviations[strings.ToLower(word)] {
			return at
		}
	}
}

// minStopped is how many letters a word has at least whose full stop ends a sentence
// before a small letter: shorter ones are shortened.
const minStopped = 3

var abbreviations = setOf(`etc approx aprox fig vol pag pág art prof inc dept est min max ave mrs dra sra`)

// takenUp is what a sentence too short to be a point speaks to: as a question to the one
// word in it, and else, by an auxiliary that stands for a verb, to what was said last.
func (f *folder) takenUp(by debate.Speaker, turn int, text string, words wordSet) []string {
	switch {
	case isQuestion(text):
		return f.answers(by, turn, words, false)
	case isElliptic(text):
		return f.latest(other(by), turn)
	default:
		return nil
	}
}

// maxElliptic is how many words such a sentence has at most.
const maxElliptic = 5

func isElliptic(text string) bool {
	words := strings.FieldsFunc(strings.ToLower(withoutApostrophes.Replace(text)), isNoLetter)
	if len(words) > 0 && slices.Contains([]string{"though", "too", "either", "anyway"}, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return len(words) >= 2 && len(words) <= maxElliptic && auxiliaries[words[len(words)-1]] && !slices.Contains(words, "you")
}

var withoutApostrophes = strings.NewReplacer("'", "", "’", "")

var auxiliaries = setOf(`do does did dont doesnt didnt can cant could couldnt will wont would wouldnt should shouldnt has hasnt have havent had hadnt`)

// isInsult says whether a sentence calls the other side names: it has one, and is short and
// to the other, or ends with it after a comma.
func isInsult(text string) bool {
	if isQuestion(text) {
		return false
	}
	words := strings.FieldsFunc(plainLetters(strings.ToLower(withoutApostrophes.Replace(text))), isNoLetter)
	if len(words) > maxInsult || !slices.ContainsFunc(words, func(w string) bool { return names[w] }) {
		return false
	}
	vocative := strings.ContainsRune(text, ',')
	return slices.ContainsFunc(words, func(w string) bool { return toYou[w] }) || vocative && names[words[len(words)-1]]
}

// maxInsult is how many words an insult has at most: a longer sentence may argue too.
const maxInsult = 9

var (
	names = setOf(`idiot idiots stupid moron morons dumb dumbass clown loser losers trash fool foolish ignorant pathetic brainless imbecile snowflake liar
		idiota idiotas imbecil imbécil estupido estupida estúpido estúpida payaso payasa ignorante tonto tonta bobo boba inutil inútil basura mentiroso mentirosa cretino`)
	toYou = setOf(`you your youre u ur yourself shut eres tu te ti sabes tienes callate sois usted vosotros`)
)

// isPlea says whether a sentence only wants or claims the victory in the debate.
func isPlea(text string) bool {
	said := " " + strings.Join(strings.FieldsFunc(plainLetters(strings.ToLower(withoutApostrophes.Replace(text))), isNoLetter), " ") + " "
	if strings.Count(said, " ") > maxPlea || strings.Contains(said, " you won ") {
		return false
	}
	for _, p := range pleas {
		if _, rest, found := strings.Cut(said, p); found {
			return rest == "" || slices.ContainsFunc(ofThisDebate, func(w string) bool { return strings.HasPrefix(rest, w) })
		}
	}
	return false
}

// maxPlea is how many words a plea has at most, about.
const maxPlea = 16

var (
	pleas = []string{
		" i won ", " i win ", " i have won ", " ive won ", " i clearly won ", " i have clearly won ", " ive clearly won ", " i already won ", " i should win ", " i must win ", " i deserve to win ",
		" me the winner ", " me the win ", " im the winner ", " i am the winner ", " give me the victory ", " victory is mine ", " in my favour ", " in my favor ",
		" he ganado ", " yo gano ", " gano yo ", " gane yo ", " gane ", " debo ganar ", " merezco ganar ", " soy el ganador ", " soy la ganadora ", " la victoria es mia ", " a mi favor ",
	}
	ofThisDebate = []string{"this", "the debate", "the argument", "by", "here", "already", "and you", "este", "el debate", "la discusion", "y tu", "ya", "claramente"}
)

// mark has the words of a sentence be those that other texts are held against.
func (f *folder) mark(words wordSet) {
	f.reading++
	if missing := len(f.stems) - len(f.marked); missing > 0 {
		f.marked = append(f.marked, make([]int32, missing)...)
		f.given = append(f.given, make([]int32, missing)...)
		f.first = append(f.first, make([]debate.Speaker, missing)...)
	}
	for _, w := range words {
		f.marked[w] = f.reading
	}
}

// isMarked says whether the sentence that is read has a word.
func (f *folder) isMarked(w int32) bool { return int(w) < len(f.marked) && f.marked[w] == f.reading }

// marks is how many words of a text the sentence that is read has.
func (f *folder) marks(t wordSet) (n int) {
	for _, w := range t {
		if f.isMarked(w) {
			n++
		}
	}
	return n
}

// repeats says whether a sentence has no word but those of an earlier one of its
// speaker's.
func (f *folder) repeats(by debate.Speaker, turn int, words wordSet) bool {
	for i := len(f.points) - 1; i >= 0 && f.points[i].Turn >= turn-repeatBack; i-- {
		if q := &f.points[i]; q.Speaker == by && q.Turn < turn && f.marks(f.wordsOf(i)) == len(words) {
			return true
		}
	}
	return false
}

// minEcho is how many words a sentence has that can be an echo, and newInEcho how many
// of them, at most one in so many, may be its own.
const (
	minEcho   = 2
	newInEcho = 5
	// longQuestion is how many words a question for more than a yes has that is an echo
	// too: shorter ones have to name what they ask about.
	longQuestion = 6
)

// echoes says whether a sentence gives back what the other side just said: it has no
// words of its own, denies and grants nothing of it, and asks neither why nor how.
func (f *folder) echoes(by debate.Speaker, turn int, text string, words wordSet) bool {
	if len(words) < minEcho {
		return false
	}
	just := 0 // the turn that the other side spoke in last
	var theirs []int
	own := len(words)
	for i := len(f.points) - 1; i >= 0 && f.points[i].Turn >= turn-1; i-- {
		q := &f.points[i]
		if q.Speaker == by {
			continue
		}
		if just = max(just, q.Turn); q.Turn != just {
			break
		}
		some := false
		for _, w := range f.wordsOf(i) {
			if !f.isMarked(w) {
				continue
			}
			if some = true; f.given[w] != f.reading {
				f.given[w] = f.reading
				own--
			}
		}
		if some {
			theirs = append(theirs, i)
		}
	}
	if own*newInEcho > len(words) || asksFor(text) && len(words) < longQuestion || givesIn(text) {
		return false
	}
	denials := denialsIn(text)
	for _, i := range theirs {
		said := f.points[i].Quote.Text
		if len(denials) == 0 && f.denies(said, words) {
			return false
		}
		for word := range denialsIn(said) {
			delete(denials, word)
		}
	}
	return len(denials) == 0
}

// denies says whether a clause of a text denies something in some words.
func (f *folder) denies(text string, words wordSet) bool {
	for clause := range strings.FieldsFuncSeq(text, endsClause) {
		if len(denialsIn(clause)) > 0 && f.readWords(clause).shared(words) >= 2 {
			return true
		}
	}
	return false
}

// denialsIn are the words of denial in a text.
func denialsIn(text string) map[string]bool {
	found := make(map[string]bool)
	for word := range wordsIn(text) {
		if word = strings.ToLower(word); denials[word] {
			found[word] = true
		}
	}
	return found
}

// asksFor says whether a text is a question for more than a yes.
func asksFor(text string) bool {
	if !isQuestion(text) {
		return false
	}
	at := 0
	for word := range wordsIn(text) {
		if at++; at > askingWithin {
			break
		}
		if askingWords[strings.ToLower(word)] {
			return true
		}
	}
	return false
}

func wordsIn(text string) iter.Seq[string] { return strings.FieldsFuncSeq(text, isNoLetter) }

// askingWithin is how many words at the beginning of a question say what it asks for.
const askingWithin = 3

var (
	denials = setOf(`not no never nobody none nothing nowhere neither nor cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt shouldnt
		t without hardly wrong false nunca jamás jamas nadie nada ningún ningun ninguno ninguna ni tampoco sin falso`)
	askingWords = setOf(`why how who whom whose what where when which qué cómo quién quiénes cuándo dónde cuál cuáles cuánta cuántos cuántas quien cual cuanto`)
)

// isQuestion says whether a sentence ends as a question does.
func isQuestion(text string) bool {
	return strings.HasSuffix(text, "?") || strings.HasSuffix(text, "？") || strings.HasSuffix(text, "؟")
}

// note keeps who used words first.
func (f *folder) note(by debate.Speaker, words wordSet) {
	for _, w := range words {
		if f.first[w] == "" {
			f.first[w] = by
		}
	}
}

// complete adds to a point of a ledger which points it speaks to by its words, if any are
// given and the ledger knows of none, and whether it gives in.
func (f *folder) complete(p *debate.Point, text string, words wordSet) {
	if !argues(Point{Point: *p}) || len(p.Concedes) > 0 {
		return
	}
	if len(p.Answers) == 0 && words != nil {
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
		said := f.wordsOf(i)
		shared := f.marks(said)
		if shared == 0 || !tells(shared, said, words) && (strict || q.Turn != just || !f.takesUp(said, q.Speaker)) {
			continue
		}
		if strict {
			if own := shared - said.sharedWith(words, f.about); own < 2 || 2*own < min(len(said), len(words)) {
				continue
			}
		}
		ids = append(ids, q.ID)
	}
	return ids
}

// takesUp says whether the sentence that is read has a word of a text that is not the
// topic's, and that the text's speaker was the first to use.
func (f *folder) takesUp(said wordSet, by debate.Speaker) bool {
	return slices.ContainsFunc(said, func(w int32) bool {
		return f.isMarked(w) && f.first[w] == by && !slices.Contains(f.about, w)
	})
}

// relate finds what a sentence answers, besides what was given back before it, and
// whether it gives in.
func (f *folder) relate(p *debate.Point, text string, words wordSet, givenBack []string) {
	p.Answers = f.answers(p.Speaker, p.Turn, words, false)
	for _, id := range givenBack {
		if !slices.Contains(p.Answers, id) {
			p.Answers = append(p.Answers, id)
		}
	}
	var side debate.Stance
	ok := false
	if f.about.shares(words) {
		side, ok = claim.Align(text, f.topic)
	}
	switch {
	case isQuestion(text):
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
// of one of its clauses, and does not turn against it: "fair point, but" grants nothing.
func givesIn(sentence string) bool {
	first, granted := true, false // clause
	for clause := range strings.FieldsFuncSeq(sentence, endsClause) {
		since := clause
		switch {
		case granted:
		case grantsAtItsEnd(clause):
			granted, since = true, ""
		default:
			granted = grants(clause, first)
			_, since, _ = strings.Cut(strings.TrimSpace(clause), " ") // "but you are right" turns to it
		}
		if granted && turnsAgainst(since) {
			return false
		}
		first = false
	}
	return granted
}

// turnsAgainst says whether a text has a word that turns against what came before.
func turnsAgainst(text string) bool {
	for word := range wordsIn(text) {
		if turning[strings.ToLower(word)] {
			return true
		}
	}
	return false
}

var turning = setOf(`but however although nevertheless nonetheless pero sino aunque obstante`)

// grants says whether a clause, which may be the first of its sentence, begins with a grant.
func grants(clause string, first bool) bool {
	for clause = strings.ReplaceAll(clause, "’", "'"); ; {
		clause = strings.TrimLeft(clause, " \"“”«»")
		word, rest, _ := strings.Cut(clause, " ")
		word = plainLetters(strings.ToLower(word))
		if grantsBy[word] != nil && begins(plainLetters(strings.ToLower(oneLine(clause))), grantsBy[word], first) {
			return true
		}
		if !leadIn[word] || rest == "" {
			return false
		}
		clause = rest
	}
}

// grantsAtItsEnd says whether a clause ends with one of grantsAfter: most end with another
// letter than these do.
func grantsAtItsEnd(clause string) bool {
	if clause == "" || !strings.ContainsRune("tToO", rune(clause[len(clause)-1])) {
		return false
	}
	said := plainLetters(strings.ToLower(clause))
	return slices.ContainsFunc(grantsAfter, func(g string) bool { return strings.HasSuffix(said, g) })
}

// grantsAfter end a clause that grants what it says.
var grantsAfter = []string{" i admit", " i'll admit", " i'll give you that", " i give you that", " lo admito", " lo reconozco", " te lo concedo"}

func endsClause(r rune) bool {
	switch r {
	case ',', ';', ':', '.', '!', '¡', '—', '–', '(', ')':
		return true
	default:
		return false
	}
}

// begins says whether a clause begins with one of some grants; with one that has a stop
// after it only if it is the whole clause, and the first.
func begins(clause string, grants []string, first bool) bool {
	return slices.ContainsFunc(grants, func(g string) bool {
		whole, stops := strings.CutSuffix(g, ".")
		return clause == whole && (first || !stops) || !stops && strings.HasPrefix(clause, g+" ")
	})
}

// grantsBy are the beginnings of a clause that grants something, by their first word.
var grantsBy = func() map[string][]string {
	by := make(map[string][]string)
	for _, g := range granting {
		first, _, _ := strings.Cut(strings.TrimSuffix(g, "."), " ")
		by[first] = append(by[first], g)
	}
	return by
}()

// granting words begin a clause that grants something, or are all of the first one where a stop
// follows, and leadIn are words before them.
var (
	granting = []string{
		"you are right", "you're right", "youre right", "you are correct", "you're correct", "you win", "you have convinced me", "you've convinced me", "you convinced me",
		"fair point", "good point", "fair enough", "point taken", "i admit", "i concede", "i grant", "i give you that", "i'll give you that", "i will give you that",
		"i agree", "i stand corrected", "i was wrong", "that is true.", "that's true.", "thats true.", "it is true.", "it's true.", "its true.", "true.", "true enough",
		"you've talked me round", "you talked me round", "you've won me over", "you won me over", "you've changed my mind", "you changed my mind", "i'm convinced", "im convinced",
		"that sounds reasonable", "that seems reasonable", "that sounds fair", "that seems fair", "i take it back", "i take that back", "you've got me there", "you have me there", "you got me there", "i give up", "i have no answer to that", "that would be fine by me",
		"i can't argue with that", "i cant argue with that", "can't argue with that", "cant argue with that", "didn't know", "didnt know", "i didn't know", "i didnt know", "alright i guess", "ok i guess", "okay i guess",
		"well i guess", "fine i guess", "fair.", "i have to admit", "i have to agree", "hadn't thought of that", "hadnt thought of that", "touche",
		"tienes razon", "tiene razon", "tenes razon", "lo admito", "admito que", "lo reconozco", "reconozco que",
		"te lo concedo", "lo concedo", "concedo que", "estoy de acuerdo", "me has convencido", "me convenciste", "me equivocaba", "me equivoque", "buen punto",
		"no lo sabia", "no sabia eso", "vale supongo", "bueno supongo", "ya supongo", "es verdad.", "es cierto.", "verdad.", "cierto.", "no lo habia pensado", "ahi me has pillado", "me has hecho cambiar", "me rindo", "me parece razonable", "me parece justo", "suena razonable", "retiro lo dicho", "no te lo discuto", "no te lo puedo discutir",
		"eso no te lo discuto", "eso no te lo puedo discutir", "ahi no tengo respuesta", "no tengo respuesta",
	}
	leadIn = setOf(`ok okay yes yeah yep well hmm hm true and but so sure alright fine there here on that that's thats this is a in too then now honestly
		i guess suppose lol haha jaja ja bueno vale si pues pero y en eso esto tambien ahi ahora es verdad cierto claro de acuerdo supongo que`)
)

func setOf(words string) map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// wordsOf are the words of the point at a place.
func (f *folder) wordsOf(i int) wordSet {
	if f.words[i] == nil {
		f.words[i] = f.readWords(f.points[i].Quote.Text)
	}
	return f.words[i]
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
	set = make(wordSet, 0, wordsATime)
	for text != "" {
		end := strings.IndexFunc(text, endsWord)
		if end < 0 {
			end = len(text)
		}
		if set = f.addWord(set, text[:end]); end == len(text) {
			break
		}
		_, size := utf8.DecodeRuneInString(text[end:])
		text = text[end+size:]
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// wordsATime is how many words a sentence has room for at first.
const wordsATime = 12

// addWord adds the numbers of a word, which is new to the debate the first time only.
func (f *folder) addWord(set wordSet, word string) wordSet {
	f.lower = f.lower[:0]
	for i := range len(word) {
		c := word[i]
		if c >= utf8.RuneSelf {
			f.lower = append(f.lower[:0], strings.ToLower(word)...)
			break
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		f.lower = append(f.lower, c)
	}
	first, _ := utf8.DecodeRune(f.lower)
	if first > unicode.MaxLatin1 && unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
		runes := []rune(string(f.lower))
		for i := range len(runes) - 1 {
			set = append(set, f.numberOf(string(runes[i:i+2])))
		}
		return set
	}
	n, met := f.numbers[string(f.lower)]
	if !met && len(f.lower) > 0 {
		lower := string(f.lower)
		n = f.numberOfWord(lower)
		f.called = f.called || names[lower]
		f.numbers[lower] = n
	}
	if n != saysNothing && len(f.lower) > 0 {
		set = append(set, n)
	}
	return set
}

func endsWord(r rune) bool {
	if r <= unicode.MaxASCII {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
}

// saysNothing is the number of words that say nothing of what a text is about.
const saysNothing = -1

// numberOfWord is the number of a word that was not met before: of its stem.
func (f *folder) numberOfWord(word string) int32 {
	word = plainLetters(word)
	if common[word] {
		return saysNothing
	}
	isLofty := lofty[word]
	word = bare(word)
	n, end := stemOf(word)
	if n < 3 || common[word] {
		return saysNothing
	}
	if _, ofTopic := f.stems[word[:end]]; isLofty && f.about != nil && !ofTopic {
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
var common = setOf(`best worst happen happens happened topic topics question questions issue issues matter matters aspect aspects facet facets
	perspective perspectives viewpoint viewpoints context nuance nuances complex complexity discussion discussions opinion opinions depth breadth
	reflection reflections reflect ponder pondered weigh consider considered considering conclusion conclusions ultimately spectrum holistic
	approach approaches tapestry multifaceted balanced mature wise picture details due care side sides tema cuestion cuestiones aspecto
	contexto matiz matices complejo compleja reflexion reflexiones about after again against also although always another because been before being believe better between both
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
	end ends final course clearly obviously simply basically honestly frankly claro obvio simplemente basicamente sinceramente francamente
	que los del las por con una son sus muy mis tus sin ser fue han hay era eso ese esa aun asi tan ahi mal mas
	ver dar vez dos fin les nos dice dices dicho digo ningun va van das doy`)

// lofty are words of speeches that fit any topic, without accents: they say something only
// where they are of the topic.
var lofty = setOf(`life journey journeys path paths wisdom hearts soul souls spirit spirits hope hopes dreams gift gifts wonder wonders beauty truth truths
	values balance harmony generation generations humanity humankind mankind being beings essence meaning courage vision progress challenge
	challenges dialogue growth horizon horizons destiny eternal timeless profound deeply inner modern delicate great greatest
	guide guided guides shape shapes shaping forget lesson lessons embrace realism caution patience dimension dimensions stakeholder stakeholders
	inclusive thinker thinkers philosophers ages times tomorrow lifetime memories
	vida camino caminos senda sabiduria corazon corazones alma espiritu esperanza suenos regalo regalos maravilla maravillas belleza valores
	equilibrio armonia generacion generaciones humanidad seres esencia sentido coraje vision progreso reto retos desafio desafios
	dialogo crecimiento horizonte destino eterno profundo hondo tiempos moderno modernos delicado guie guia guian olvidar olvidemos recuerdos`)

// shares says whether two texts are about the same thing.
func (s wordSet) shares(t wordSet) bool { return tells(s.shared(t), s, t) }

// tells says whether so many words that two texts share make them about the same thing.
func tells(shared int, s, t wordSet) bool { return shared >= 2 && 5*shared >= min(len(s), len(t)) }

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
	if isOneLine(text) {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}

func isOneLine(text string) bool {
	space := true // before it
	for _, r := range text {
		if r == ' ' && space || (r < ' ' || r > unicode.MaxASCII) && unicode.IsSpace(r) {
			return false
		}
		space = r == ' '
	}
	return !space || text == ""
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
	if len(text) <= most {
		return text
	}
	n, end := 0, -1
	for i := range text {
		if n == most {
			end = i
			break
		}
		n++
	}
	if end < 0 {
		return text
	}
	cut := text[:end]
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

// heading is a text as a title: its first sentence, less what that grants before it turns,
// and where that is long what stands before a clause ends, or as many words as fit.
func heading(text string) string {
	text = argued(oneLine(text))
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

// argued is a text without the clauses that it begins with and that grant something, if it
// turns then: of "Fair point, but it rains" it is "it rains".
func argued(text string) string {
	rest := text
	for granted := false; ; {
		at := strings.IndexFunc(rest, endsClause)
		if at < 0 {
			return text
		}
		granted = granted || givesIn(rest[:at])
		rest = strings.TrimLeftFunc(rest[at:], func(r rune) bool { return endsClause(r) || unicode.IsSpace(r) })
		if word, after, _ := strings.Cut(rest, " "); turning[strings.ToLower(word)] {
			if granted && utf8.RuneCountInString(after) >= minTitle {
				return after
			}
			return text
		}
	}
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
	case "only", "not", "just", "even", "all", "solo", "sólo", "no", "hasta",
		"is", "are", "was", "were", "be", "es", "son", "era", "fue", "está", "están":
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
