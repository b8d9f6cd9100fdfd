package phrase

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxFold is the first character beyond the table of folds.
const maxFold = 0x2600

// folds are what characters up to maxFold are read as: a letter or digit of
// ASCII, 0 for nothing at all, or mark for what stands between words.
var folds = sync.OnceValue(func() *[maxFold]string {
	var table [maxFold]string
	for c := range rune(maxFold) {
		table[c] = fold(c)
	}
	return &table
})

// lookalikes are letters of other scripts that are drawn like Latin ones, and
// letters that do not decompose.
var lookalikes = func() map[rune]string {
	all := map[rune]string{'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ı': "i", 'ħ': "h", 'ŧ': "t"}
	from := []rune("абвгдеёзіїјкмнопрстухѕһԁԛԝуАВЕКМНОРСТХІЈЅαβεικνορτυχηωγΑΒΕΖΗΙΚΜΝΟΡΤΥΧɑɡɩʟɪʀᴀʙᴄᴅᴇꜰɢʜᴊᴋᴍɴᴏᴘꜱᴛᴜᴠᴡʏᴢ")
	to := []rune("abbrdeeziijkmhonpctyxshdqwyabekmhopctxijsabeiknoptuxnwyabezhikmnoptyxagilirabcdefghjkmnopstuvwyz")
	for i, c := range from {
		if i < len(to) {
			all[c] = string(to[i])
		}
	}
	return all
}()

// mark stands for a character between words.
const mark = " "

// fold is what one character is read as.
func fold(c rune) string {
	if s, ok := lookalikes[c]; ok {
		return s
	}
	if s, ok := lookalikes[unicode.ToLower(c)]; ok {
		return s
	}
	if unicode.In(c, unicode.Cf, unicode.Mn, unicode.Me) {
		return ""
	}
	if c < utf8.RuneSelf && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
		return mark
	}
	var folded []byte
	for _, d := range norm.NFKD.String(string(c)) {
		d = unicode.ToLower(d)
		switch s, alike := lookalikes[d]; {
		case alike:
			folded = append(folded, s...)
		case unicode.In(d, unicode.Mn, unicode.Cf):
		case unicode.IsLetter(d) || unicode.IsDigit(d):
			folded = utf8.AppendRune(folded, d)
		}
	}
	if len(folded) == 0 {
		return mark
	}
	return string(folded)
}

// OneEdit says whether one letter more, less or other, or two that are swapped, makes
// one word of another; the same word counts too.
func OneEdit(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	switch {
	case len(a) > len(b):
		return a[1:] == b
	case len(a) < len(b):
		return a == b[1:]
	default:
		return len(a) == 0 || a[1:] == b[1:] || len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
	}
}
