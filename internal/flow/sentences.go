package flow

// This file tells sentences apart, and what kind some are of: questions, insults, pleas, denials.

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

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

// endOfPart is where the first full stop that ends a sentence is over, or the end of the text.
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

// maxElliptic is how many words an elliptic sentence has at most.
const maxElliptic = 5

// isElliptic says whether a sentence is a few words that end with an auxiliary, such as
// "they don't".
func isElliptic(text string) bool {
	words := plainWords(text)
	if len(words) > 0 && slices.Contains([]string{"though", "too", "either", "anyway"}, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return len(words) >= 2 && len(words) <= maxElliptic && auxiliaries[words[len(words)-1]] && !slices.Contains(words, "you")
}

// plainWords are the words of a text in small letters, without apostrophes and accents.
func plainWords(text string) []string {
	return strings.FieldsFunc(plainLetters(strings.ToLower(withoutApostrophes.Replace(text))), isNoLetter)
}

var withoutApostrophes = strings.NewReplacer("'", "", "’", "")

var auxiliaries = setOf(`do does did dont doesnt didnt can cant could couldnt will wont would wouldnt should shouldnt has hasnt have havent had hadnt`)

// isInsult says whether a sentence calls the other side names: it has one, and is short and
// to the other, or ends with it after a comma.
func isInsult(text string) bool {
	if isQuestion(text) {
		return false
	}
	words := plainWords(text)
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
	words := plainWords(text)
	if len(words) >= maxPlea {
		return false
	}
	said := " " + strings.Join(words, " ") + " "
	if strings.Contains(said, " you won ") {
		return false
	}
	for _, p := range pleas {
		if _, rest, found := strings.Cut(said, p); found {
			return rest == "" || slices.ContainsFunc(ofThisDebate, func(w string) bool { return strings.HasPrefix(rest, w) })
		}
	}
	return false
}

// maxPlea is more words than a plea has.
const maxPlea = 16

var (
	pleas = []string{
		" i won ", " i win ", " i have won ", " ive won ", " i clearly won ", " i have clearly won ", " ive clearly won ", " i already won ", " i should win ", " i must win ", " i deserve to win ",
		" me the winner ", " me the win ", " im the winner ", " i am the winner ", " give me the victory ", " victory is mine ", " in my favour ", " in my favor ",
		" he ganado ", " yo gano ", " gano yo ", " gane yo ", " gane ", " debo ganar ", " merezco ganar ", " soy el ganador ", " soy la ganadora ", " la victoria es mia ", " a mi favor ",
	}
	ofThisDebate = []string{"this", "the debate", "the argument", "by", "here", "already", "and you", "este", "el debate", "la discusion", "y tu", "ya", "claramente"}
)

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

func endsClause(r rune) bool {
	switch r {
	case ',', ';', ':', '.', '!', '¡', '—', '–', '(', ')':
		return true
	default:
		return false
	}
}

func firstSentence(text string) string {
	each := sentences.FromString(text)
	each.Next()
	return each.Value()
}

func isNoLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }
