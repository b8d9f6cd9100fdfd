package claim

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is one of a message, or a mark between words.
type word struct {
	text string // as it was written, but for contractions and slang
	low  string // in lower case
}

func (w word) is(set map[string]bool) bool { return set[w.low] }

// mark says whether w is punctuation.
func (w word) mark() bool { return strings.Contains(`,:;-()"<>=…`, w.low) }

// sentence is one of a message, without its final punctuation.
type sentence struct {
	words    []word
	question bool
}

// How much of a message is read.
const (
	maxRead          = 1500 // bytes of the beginning
	maxReadLast      = 600  // and of the end, where a story comes to its point
	maxSentences     = 12
	maxSentenceWords = 60
)

// sentencesOf splits a message into sentences of words.
func sentencesOf(message string) []sentence {
	if cut := len(message) - maxReadLast; cut > maxRead {
		last := message[cut:]
		last = last[strings.IndexAny(last, ".!?\n")+1:]
		message = message[:maxRead] + "\n" + last
	}
	s := splitter{text: strings.ToValidUTF8(message, " "), shouts: shouts(message)}
	for i := 0; i < len(s.text); {
		c, size := utf8.DecodeRuneInString(s.text[i:])
		switch {
		case wordRune(c):
			i += s.word(i)
			continue
		case c == '.' || c == '…' || c == '\n' || c == '!' || c == '?' || c == ';' || c == '¡' || c == '¿':
			s.end(c == '?')
		case c == '-' || c == '–' || c == '—':
			s.add("-")
		case strings.HasPrefix(s.text[i:], "<3"):
			s.add("love")
			i++
		case strings.ContainsRune(`,:()<>=`, c):
			s.add(string(c))
		case strings.ContainsRune(`"“”„«»`, c):
			s.add(`"`)
		}
		i += size
	}
	s.end(false)
	if n := len(s.all); n > maxSentences { // the middle tells the story
		return append(s.all[:maxSentences/2], s.all[n-maxSentences/2:]...)
	}
	return s.all
}

// splitter collects the sentences of a text.
type splitter struct {
	text   string
	shouts bool
	words  []word
	all    []sentence
}

func wordRune(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) || strings.ContainsRune("'’‘#$€£@&%+/", c)
}

// word reads the word at i and says how long it is. What joins a word stands
// within it: "well-known", "9/11", "3.5", "10,000", "node.js", "U.S.".
func (s *splitter) word(i int) int {
	text := s.text[i:]
	end := len(text)
	for at, c := range text {
		if wordRune(c) {
			continue
		}
		next, _ := utf8.DecodeRuneInString(text[at+utf8.RuneLen(c):])
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		joins := c == '-' && wordRune(next) ||
			(c == '.' || c == ',' || c == ':') && unicode.IsDigit(before) && unicode.IsDigit(next) ||
			c == '.' && (unicode.IsLower(next) || unicode.IsUpper(before) && (unicode.IsUpper(next) || at < 2 && text[:at] != "I") || abbreviations[strings.ToLower(text[:at])] || at < 5 && strings.Contains(text[:at], ".") && !unicode.IsDigit(before))
		if !joins {
			end = at
			break
		}
	}
	raw := apostrophes.Replace(text[:end])
	if s.shouts {
		raw = strings.ToLower(raw)
	}
	if !strings.HasSuffix(raw, "s'") {
		raw = strings.TrimRight(raw, "'/&")
	}
	raw = strings.TrimLeft(raw, "'#/@+")
	if strings.ContainsFunc(raw, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) {
		for _, w := range spell(raw) {
			s.add(w)
		}
	} else if raw == "&" {
		s.add("and")
	}
	return end
}

var apostrophes = strings.NewReplacer("’", "'", "‘", "'")

var abbreviations = wordSet("vs mr mrs dr st prof")

func (s *splitter) add(text string) {
	w := word{text, strings.ToLower(text)}
	if w.mark() && (len(s.words) == 0 && w.low != `"` || len(s.words) > 0 && w.low == s.words[len(s.words)-1].low) {
		return
	}
	s.words = append(s.words, w)
}

func (s *splitter) end(question bool) {
	words := s.words
	for len(words) > 0 && words[len(words)-1].mark() && words[len(words)-1].low != `"` {
		words = words[:len(words)-1]
	}
	if len(words) > 0 {
		s.all = append(s.all, sentence{settle(words), question})
		s.words = nil
	} else if question && len(s.all) > 0 {
		s.all[len(s.all)-1].question = true // "really?!?"
	}
}

// shouts says whether a message is in capitals, which then tell nothing.
func shouts(message string) bool {
	capitals, letters := 0, 0
	for _, c := range message {
		if unicode.IsLetter(c) {
			letters++
		}
		if unicode.IsUpper(c) {
			capitals++
		}
	}
	return letters > 12 && 10*capitals > 7*letters
}

// spellings are the plain forms of slang, of contractions without an
// apostrophe, and of common slips.
//
//nolint:misspell // the slips are meant
var spellings = replacements(`
	im i am|ive i have|id i would|i i|dont do not|doesnt does not|didnt did not|isnt is not|arent are not|wasnt was not|werent were not
	cant can not|cannot can not|couldnt could not|wont will not|wouldnt would not|shouldnt should not|hasnt has not|havent have not
	hadnt had not|mustnt must not|neednt need not|aint is not|ain't is not|won't will not|can't can not|shan't shall not|let's let us|lets let us
	thats that is|whats what is|whos who is|hes he is|shes she is|theyre they are|youre you are|theres there is|heres here is
	u you|ur your|r are|ya you|y'all you all|ppl people|gonna going to|wanna want to|gotta have to|gimme give me|lemme let me
	dunno do not know|cuz because|cos because|coz because|bc because|b/c because|tho though|alot a lot|w/ with|w/o without
	def definitely|prolly probably|imma i am going to|pls please|plz please|idk i do not know|tv TV
	definately definitely|definitly definitely|shoud should|shuold should|shold should|shoudnt should not|becuase because|becasue because
	beleive believe|belive believe|thier their|teh the|goverment government|wierd weird|untill until|befor before|peple people
	poeple people|woudl would|coud could|freind friend|convice convince|arguement argument|agianst against|alwasy always
	beter better|bettr better|probaly probably|realy really|thikn think|opinon opinion|shouldve should have`)

// replacements reads lines of "word replacement" between bars.
func replacements(list string) map[string][]string {
	read := make(map[string][]string)
	for _, line := range strings.Split(strings.ReplaceAll(list, "\n", "|"), "|") {
		if f := strings.Fields(line); len(f) > 1 {
			read[f[0]] = f[1:]
		}
	}
	return read
}

// endings are those of contractions.
var endings = []struct{ short, full string }{
	{"n't", "not"}, {"'re", "are"}, {"'ve", "have"}, {"'ll", "will"}, {"'d", "would"}, {"'m", "am"},
}

// isAfter are the words after which 's is "is".
var isAfter = wordSet("it that there he she what who where how here this when everyone everybody nobody someone")

// spell gives the words that a piece of text stands for.
func spell(raw string) []string {
	low := strings.ToLower(raw)
	if full, ok := spellings[low]; ok && (raw == low || low != "id" && low != "def" && low != "r") {
		full = append([]string(nil), full...)
		if full[0] == "i" {
			full[0] = "I"
		} else if first, _ := utf8.DecodeRuneInString(raw); unicode.IsUpper(first) {
			full[0] = upperFirst(full[0])
		}
		return full
	}
	for _, e := range endings {
		if strings.HasSuffix(low, e.short) && len(low) > len(e.short) {
			return append(spell(raw[:len(raw)-len(e.short)]), e.full)
		}
	}
	if base, ok := strings.CutSuffix(low, "'s"); ok && isAfter[base] {
		return []string{raw[:len(base)], "is"}
	}
	return []string{raw}
}

// settle decides what only a word's neighbours can tell.
func settle(words []word) []word {
	for i := range words {
		w, next := &words[i], word{}
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch {
		case w.low == "then" && i > 0 && comparative(words[i-1].low):
			w.text, w.low = "than", "than"
		case w.low == "cause" && i > 1 && i+2 < len(words) && next.is(speakers) && words[i+2].is(auxiliary):
			w.text, w.low = "because", "because" // but "vaccines cause autism"
		case w.low == "its" && next.is(afterIs):
			words = append(words[:i], append([]word{{w.text[:2], "it"}, {"is", "is"}}, words[i+1:]...)...)
		case strings.HasSuffix(w.low, "'s") && next.is(afterIs):
			words = append(words[:i], append([]word{{w.text[:len(w.text)-2], w.low[:len(w.low)-2]}, {"is", "is"}}, words[i+1:]...)...)
		}
	}
	return words
}

var speakers = wordSet("it they we you i he she")

var afterIs = wordSet("not so the a an just too better worse way overrated underrated really very always never actually still wrong time okay ok")

// textOf puts words together again.
func textOf(words []word) string {
	var b strings.Builder
	open := false
	for i, w := range words {
		space := i > 0
		switch w.low {
		case ",", ":", ";", ")":
			space = false
		case `"`:
			space = space && !open
			open = !open
		}
		if i > 0 && (words[i-1].low == "(" || words[i-1].low == `"` && open && w.low != `"`) {
			space = false
		}
		if space {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}

// wordsOf splits text that needs no reading.
func wordsOf(text string) []word {
	fields := strings.Fields(text)
	words := make([]word, len(fields))
	for i, f := range fields {
		words[i] = word{f, strings.ToLower(f)}
	}
	return words
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool)
	for _, list := range words {
		for w := range strings.FieldsSeq(list) {
			set[w] = true
		}
	}
	return set
}
