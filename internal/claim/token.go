package claim

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, or a run of marks, at its place in a message, with what features
// ask of it: by the letter that a template has for that.
type token struct {
	low      string // in lower case, without apostrophes
	from, to int    // in the message
	mark     bool
	stop     bool // ends a sentence

	first, last int // token of its sentence; last is no mark
	is          [26]uint64
}

// scene is a message that is being read.
type scene struct {
	text   string
	tokens []token
}

// How much of a message is read: its beginning, and its end, where a story comes
// to its point.
const (
	maxFirstBytes = 1200
	maxLastBytes  = 600
)

func newScene(text string) *scene {
	s := cut(text)
	s.describe()
	return s
}

// cut cuts a message into tokens, which are not described.
func cut(text string) *scene {
	if cut := len(text) - maxLastBytes; cut > maxFirstBytes {
		text = text[:maxFirstBytes] + "\n" + text[cut:]
	}
	text = strings.ReplaceAll(strings.ToValidUTF8(text, " "), "’", "'")
	if strings.Contains(text, "://") || strings.Contains(strings.ToLower(text), "www.") {
		text = links.ReplaceAllString(text, " ")
	}
	s := &scene{text: text, tokens: make([]token, 0, len(text)/5+4)}
	for i := 0; i < len(s.text); {
		c, n := utf8.DecodeRuneInString(s.text[i:])
		to := i + n
		switch {
		case c != '\n' && unicode.IsSpace(c):
		case wordy(c):
			to = wordAt(s.text, to)
			low := strings.ReplaceAll(strings.ToLower(s.text[i:to]), "'", "")
			s.tokens = append(s.tokens, token{low: low, from: i, to: to})
		default:
			for to < len(s.text) && strings.ContainsRune("?!."+string(c), rune(s.text[to])) && c != '\n' {
				to++
			}
			low := string(c)
			if strings.Contains(s.text[i:to], "?") {
				low = "?"
			}
			s.tokens = append(s.tokens, token{low: low, from: i, to: to, mark: true, stop: strings.Contains(".!?…\n", low) && (low != "." || !s.abbreviates(to))})
		}
		i = to
	}
	return s
}

// abbreviates says whether a point that ends here belongs to the word before it: to one of those that are known where the
// sentence goes on in small letters, and to a single letter as in "the U.S. should".
func (s *scene) abbreviates(to int) bool {
	if len(s.tokens) == 0 {
		return false
	}
	before, after := s.tokens[len(s.tokens)-1], strings.TrimLeft(s.text[to:], " ,)")
	next, _ := utf8.DecodeRuneInString(after)
	if len(before.low) == 1 && unicode.IsUpper(rune(s.text[before.from])) {
		return wordy(next) && (len(after) == len(s.text[to:]) || unicode.IsLower(next))
	}
	return shortened[before.low] && (unicode.IsLower(next) || titles[before.low])
}

// shortened are words that are written with a point, and titles those of them that a name follows.
var (
	shortened = set("etc e g i ie eg vs st no approx incl ca dr mr mrs ms sr sra ee uu ej p")
	titles    = set("dr mr mrs ms st sr sra")
)

// links are no words of a claim.
var links = regexp.MustCompile(`(?i)\(?\b(https?://|www\.)\S+`)

func wordy(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) || strings.ContainsRune("%$€£&#@", c)
}

// wordAt is where the word ends that goes on at i: "well-known", "it's", "3.5".
func wordAt(text string, i int) int {
	for i < len(text) {
		c, n := utf8.DecodeRuneInString(text[i:])
		next, _ := utf8.DecodeRuneInString(text[i+n:])
		if !wordy(c) && (!strings.ContainsRune("'-.,", c) || !wordy(next) || (c == '.' || c == ',') && !unicode.IsDigit(next)) {
			break
		}
		i += n
	}
	return i
}

// describe tells each token what features ask of it.
func (s *scene) describe() {
	sentences, n := 0, len(s.tokens)
	for from := 0; from < n; sentences++ {
		to := from
		for to+1 < n && (!s.tokens[to].stop || s.tokens[to+1].stop) {
			to++
		}
		first, last := from, to
		for last > from && s.tokens[last].mark {
			last--
		}
		for first < last && s.tokens[first].mark {
			first++
		}
		for k := from; k <= to; k++ {
			t := &s.tokens[k]
			t.first, t.last = first, last
			t.is['n'-'a'] = uint64(sentences)
			t.is[0] = hash(s.tokens[first].low) // of the letter 'a'
			t.is['d'-'a'] = uint64(min(last-k, 12) + 1)
			t.is['f'-'a'] = bit(k == first)
			t.is['l'-'a'] = bit(k == last)
			if end := s.tokens[to]; end.mark {
				t.is['q'-'a'] = hash(end.low)
			}
		}
		from = to + 1
	}
	for k := range s.tokens {
		t := &s.tokens[k]
		t.is['t'-'a'] = t.is['n'-'a']<<8 + uint64(min(sentences, 4))
		t.is['r'-'a'] = min(uint64(sentences)-t.is['n'-'a'], 4)
		t.is['p'-'a'] = uint64(min(k, 12))
		t.is['w'-'a'] = hash(t.low)
		t.is['s'-'a'] = hash(firstLetters(t.low, 5))
		t.is['e'-'a'] = hash(t.low[max(0, len(t.low)-3):])
		t.is['m'-'a'] = 1
		t.is['c'-'a'] = t.class()
		if t.mark {
			t.is['m'-'a'] = hash(t.low)
		}
	}
}

// class is a common word, or of any other only what it looks like.
func (t *token) class() uint64 {
	switch {
	case t.mark || common[t.low]:
		return hash(t.low)
	case strings.HasSuffix(t.low, "ing"):
		return 3
	case t.low[0] >= '0' && t.low[0] <= '9':
		return 4
	case strings.HasSuffix(t.low, "s"):
		return 5
	default:
		return 6
	}
}

func firstLetters(word string, n int) string {
	for i := range word {
		if n--; n < 0 {
			return word[:i]
		}
	}
	return word
}

// hash is FNV-1a.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
