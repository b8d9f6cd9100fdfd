package flow

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"

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
	said := Said(t, by)
	for start, state := 0, -1; start < len(said) && len(points) < maxPoints; {
		var sentence string
		sentence, _, state = uniseg.FirstSentenceInString(said[start:], state)
		if sentence == "" {
			break
		}
		text := strings.TrimSpace(sentence)
		words := wordsOf(text)
		if len(words) >= 2 {
			from := start + strings.Index(sentence, text)
			p := debate.Point{
				ID: debate.PointID(t.Number, by, len(points)+1), Turn: t.Number, Speaker: by, Kind: debate.ClaimPoint,
				Start: from, End: from + len(text), Text: clip(text, maxPointText),
			}
			f.relate(&p, text, words)
			points = append(points, p)
		}
		start += len(sentence)
	}
	return points
}

// relate finds what a sentence answers, and whether it gives in.
func (f *folder) relate(p *debate.Point, text string, words wordSet) {
	for _, q := range slices.Backward(f.points) {
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
func (f *folder) wordsOf(p Point) wordSet {
	words, ok := f.words[p.ID]
	if !ok {
		words = wordsOf(p.Quote.Text)
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

// wordSet is the words of a text that say what it is about: stems of the longer
// ones, and pairs of characters where words are not told apart by spaces.
type wordSet map[string]bool

const stem = 6 // characters of a word that count

func wordsOf(text string) wordSet {
	set := make(wordSet)
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) }) {
		runes := []rune(word)
		switch {
		case unicode.In(runes[0], unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			for i := range len(runes) - 1 {
				set[string(runes[i:i+2])] = true
			}
		case len(runes) > 3 && !common[word]:
			set[string(runes[:min(stem, len(runes))])] = true
		}
	}
	return set
}

// common are long words that say nothing of what a text is about.
var common = func() map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(`about after again against also although always another because been before being believe better
		between both cannot could does doesn doing done down each either even every everyone fact from have having here however into
		itself just know less like make makes many maybe more most much must never only other others over people point really same
		should simply since some still such than that their them then there therefore these they thing things think this those though
		through under until very want well were what when where which while will with within without would your yours`) {
		set[word] = true
	}
	return set
}()

// shares says whether two texts are about the same thing.
func (s wordSet) shares(t wordSet) bool {
	shared := s.shared(t)
	return shared >= 2 && 5*shared >= min(len(s), len(t))
}

func (s wordSet) shared(t wordSet) (n int) {
	for w := range maps.Keys(t) {
		if s[w] {
			n++
		}
	}
	return n
}

// clip is the beginning of a text, on one line, up to so many characters.
func clip(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	cut := string(runes[:most])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return cut + "…"
}
