package claim

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How much of a message is read: its beginning, and its end, where a story comes
// to its point.
const (
	maxFirstBytes = 1200
	maxLastBytes  = 600
	maxFirst      = 160 // tokens
	maxLast       = 80
	maxSpan       = 32 // of a claim
)

// token is a word, or a run of one mark, at its place in the message.
type token struct {
	low      string // in lower case and spelled out: "n't" is "not"
	from, to int    // in the message
	word     uint64 // the hash of low
	stem     uint64 // that of its first letters
	class    uint64 // that of a common word; of any other only what it looks like
	mark     bool
	stop     bool // ends a sentence

	first, last int    // token of its sentence; last is no mark
	sentence    int    // which one
	ends        uint64 // how that ends: 1 asked, 2 exclaimed
}

// hash is FNV-1a.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// tokens splits a message.
func (m *model) tokens(text string) []token {
	var all []token
	for i := 0; i < len(text); {
		c, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case c == '\n' || !unicode.IsSpace(c) && !wordy(c):
			to, low := markAt(text, i, c, n)
			all = append(all, m.token(low, i, to, true))
			i = to
		case unicode.IsSpace(c):
			i += n
		default:
			to := wordAt(text, i+n)
			low := strings.ToLower(text[i:to])
			if cut, second := contracted(low); cut > 0 && len(low) == to-i {
				all = append(all, m.token(strings.TrimSuffix(low[:len(low)-cut], "'"), i, to-cut, false))
				i, low = to-cut, second
			}
			all = append(all, m.token(low, i, to, false))
			i = to
		}
	}
	if len(all) > maxFirst+maxLast {
		all = slices.Concat(all[:maxFirst], all[len(all)-maxLast:])
	}
	sentences(all)
	return all
}

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

// markAt is where a run of the mark c, of n bytes, ends, and what it stands for.
func markAt(text string, i int, c rune, n int) (to int, low string) {
	run := string(c)
	if strings.ContainsRune("?!", c) {
		run = "?!"
	}
	to = i + n
	for to < len(text) {
		next, size := utf8.DecodeRuneInString(text[to:])
		if !strings.ContainsRune(run, next) {
			break
		}
		to += size
	}
	switch {
	case strings.Contains(text[i:to], "?"):
		return to, "?"
	case c == '.' && to > i+1:
		return to, "…"
	case c == '¡':
		return to, "¿"
	case strings.ContainsRune("“”„«»", c):
		return to, `"`
	}
	return to, string(c)
}

// endings are those of contractions, and what they stand for.
var endings = []struct{ short, full string }{
	{"n't", "not"}, {"'re", "are"}, {"'ve", "have"}, {"'ll", "will"}, {"'m", "am"},
}

var (
	bareNots = set("dont doesnt didnt isnt arent wasnt werent shouldnt wouldnt couldnt wont hasnt havent cant can't cannot")
	itIs     = set("it's that's there's he's she's what's who's here's let's")
)

// contracted is how many bytes the second word of a contraction takes, and what
// it stands for.
func contracted(low string) (cut int, second string) {
	switch {
	case low == "cannot":
		return 3, "not"
	case bareNots[low] && strings.HasPrefix(low, "can"):
		return len(low) - 3, "not" // "can't" is "can" and "'t"
	case bareNots[low]:
		return 2, "not"
	case low == "let's":
		return 2, "us"
	case itIs[low]:
		return 2, "is"
	}
	for _, e := range endings {
		if len(low) > len(e.short) && strings.HasSuffix(low, e.short) {
			return len(e.short), e.full
		}
	}
	return 0, ""
}

func (m *model) token(low string, from, to int, mark bool) token {
	t := token{low: low, from: from, to: to, mark: mark, word: hash(low)}
	t.stop = mark && strings.Contains(".!?…\n", low)
	t.stem = t.word
	letters := 0
	for i := range low {
		if letters++; letters == 6 {
			t.stem = hash(low[:i])
			break
		}
	}
	switch {
	case mark || m.common[t.word]:
		t.class = t.word
	case strings.HasSuffix(low, "ing"):
		t.class = 3
	case low[0] >= '0' && low[0] <= '9':
		t.class = 4
	case strings.HasSuffix(low, "s"):
		t.class = 5
	default:
		t.class = 6
	}
	return t
}

// sentences tells each token which sentence it is in.
func sentences(all []token) {
	from, n := 0, 0
	for i := range all {
		end := i == len(all)-1
		if !end && (!all[i].stop || all[i+1].stop) {
			continue
		}
		last, ends := i, uint64(0)
		for last > from && all[last].mark {
			last--
		}
		switch all[i].low {
		case "?":
			ends = 1
		case "!":
			ends = 2
		}
		first := from
		for first < last && all[first].mark {
			first++
		}
		for k := from; k <= i; k++ {
			all[k].first, all[k].last, all[k].sentence, all[k].ends = first, last, n, ends
		}
		from, n = i+1, n+1
	}
}

func set(words string) map[string]bool {
	in := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		in[w] = true
	}
	return in
}
