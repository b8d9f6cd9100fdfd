package flow

// This file makes of a text the set of words that say what it is about, and compares such sets.

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func setOf(words string) map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
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

// wordsATime is the capacity that a sentence's word set begins with.
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
	n, end := firstLetters(word, stem)
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

// firstLetters is how many characters a text has, most at most, and where they end.
func firstLetters(text string, most int) (n, end int) {
	for i := range text {
		if n == most {
			return n, i
		}
		n++
	}
	return n, len(text)
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

// tells says whether two texts that share so many words are about the same thing.
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

// lacks counts the words that are not among some.
func (s wordSet) lacks(some map[int32]bool) (n int) {
	for _, w := range s {
		if !some[w] {
			n++
		}
	}
	return n
}
