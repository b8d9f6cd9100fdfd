package openai

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tiktoken-go/tokenizer/codec"
)

func TestATextIsCountedOnce(t *testing.T) {
	calls := 0
	count := remembering(func(text string) int { calls++; return len(strings.Fields(text)) })
	for range 3 {
		for i, text := range []string{"", "dogs", "cats", "dogs and cats", strings.Repeat("dogs ", 200)} {
			if got, want := count(text), []int{0, 1, 1, 3, 200}[i]; got != want {
				t.Errorf("%q: %d tokens, want %d", text, got, want)
			}
		}
	}
	if calls > 9 { // two of them may share a place, which happens once in 6,000 runs
		t.Errorf("5 texts were counted %d times", calls)
	}
}

// words has the words written anew, by a package that has those of tiktoken.
var words = flag.Bool("o200k", false, "write o200k.gz")

func TestWordsAreTheTokenizers(t *testing.T) {
	theirs := codec.NewO200kBase()
	var lengths, texts bytes.Buffer
	n := 0
	for ; ; n++ {
		word, err := theirs.Decode([]uint{uint(n)})
		if err != nil {
			break
		}
		lengths.WriteByte(byte(len(word)))
		texts.WriteString(word)
	}
	if *words {
		var file bytes.Buffer
		to, err := gzip.NewWriterLevel(&file, gzip.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		_, err = to.Write(append(append(lengths.Bytes(), 0), texts.Bytes()...))
		if err := errors.Join(err, to.Close(), os.WriteFile("o200k.gz", file.Bytes(), 0o600)); err != nil {
			t.Fatal(err)
		}
		return
	}
	ours := newO200k()
	if len(ours.ends) != n || n < 199_000 {
		t.Fatalf("%d words, and theirs are %d", len(ours.ends), n)
	}
	for rank := range n {
		word, err := theirs.Decode([]uint{uint(rank)})
		if err != nil {
			t.Fatal(err)
		}
		if got := ours.rank(word); int(got) != rank {
			t.Fatalf("%q: %d, want %d", word, got, rank)
		}
	}
}

// texts are of every branch of the pattern that tells pieces apart, and of those at
// which it goes back.
var texts = []string{
	"", "Golf is boring.", "日本語のゴルフ", "a\n\n\tb", strings.Repeat("Dogs show you what they feel. ", 50),
	"I'm sure they'll say it's HE'S, WE'Ll, don't 'tis o'clock", "McDonald XMLHttpRequest 日ABC ABC日 ǅungla ªb ⁿx",
	"\u0301ABC \u0301abc e\u0301a E\u0301A !\u0301x", "12345 1,234.56 ½ ²³⁴⁵ ٣٤٥٦ x1y22z333",
	"  two  spaces   at end  ", "line\r\n\r\n  next \n", " \u00a0\u2003x", "a/b//c ?!\n\n/ {}\r\n//", "\n\n x", "...hello ---- 'quoted' \"x\"",
	"¿Por qué no, señor? ¡Qué va! Über straße ЁЖ привет Мир", "👩‍👩‍👧 🇪🇸 ok", strings.Repeat("ab", 100), strings.Repeat("=", 500),
}

func TestTokensAreCountedAsTheTokenizerDoes(t *testing.T) {
	count, theirs := counter(), codec.NewO200kBase()
	for _, text := range texts {
		want, err := theirs.Count(text)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got := count(text); got != want {
				t.Errorf("%.20q: %d tokens, want %d", text, got, want)
			}
		}
	}
	if got := count(strings.Repeat("x", 100_000)); got < 100_000/128 || got > 100_000 {
		t.Errorf("a text without a space: %d tokens", got)
	}
}

// The pattern of tiktoken takes space with all the line ends in it. The package has
// this compiled, and then parts them.
func TestLineEndsAreOnePiece(t *testing.T) {
	for text, want := range map[string]int{"\n \n x": 3, "\r\n \r\n": 5, "\n\n \n a": 4} {
		if got := pieceEnd(text); got != want {
			t.Errorf("%q: the first piece ends at %d, want %d", text, got, want)
		}
	}
}

// misread is what the package reads otherwise than by the pattern: line ends that it
// parts, and U+007F, which it leaves out.
var misread = regexp.MustCompile(`[\r\n][\s\v\x{85}\pZ]+[\r\n]|\x{7f}`)

func FuzzTokens(f *testing.F) {
	ours, theirs := newO200k(), codec.NewO200kBase()
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		_, pieces, err := theirs.Encode(text)
		if err != nil || len(text) > longestPiece || misread.MatchString(text) {
			t.Skip(err)
		}
		if got := ours.Count(text); got != len(pieces) {
			t.Errorf("%q: %d tokens, want %d: %q", text, got, len(pieces), pieces)
		}
	})
}
