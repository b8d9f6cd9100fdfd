package chat

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

func wrap(width int, pieces ...string) string {
	var out bytes.Buffer
	w := screen{out: &out, width: width}.wrapper("")
	for _, p := range pieces {
		w.write(p)
	}
	w.end()
	return out.String()
}

func TestTextIsWrappedAtWords(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"words":       {"one two three four", "one two\nthree four\n"},
		"exact":       {"123456789 1234567890", "123456789\n1234567890\n"},
		"long word":   {"a 12345678901234 b", "a\n1234567890\n1234 b\n"},
		"paragraphs":  {"one\n\ntwo\n", "one\n\ntwo\n"},
		"indentation": {"- a\n  b", "- a\n  b\n"},
		"accents":     {"ñandú él está", "ñandú él\nestá\n"},
		"wide":        {"犬は猫よりも良い", "犬は猫より\nも良い\n"},
		"escapes":     {"a\x1b]0;t\x07\u009b2Jb\u202ec\rd", "a]0;t2Jbcd\n"},
		"nothing":     {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := wrap(11, c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestListsAreBrokenBelowTheirText(t *testing.T) {
	for name, c := range map[string]struct {
		width, columns int
		text, want     string
	}{
		"broken twice":     {15, 2, "- one two three four five six", "- one two\n  three four\n  five six\n"},
		"a long word":      {11, 3, "1  abcdefghijklmno", "1  abcdefg\n   hijklmn\n   o\n"},
		"too narrow":       {11, 9, "/help    show this", "/help\nshow this\n"},
		"scripts in a row": {12, 2, "- 犬は猫よりも良い", "- 犬は猫よ\n  りも良い\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			screen{out: &out, width: c.width}.item("", c.columns, c.text)
			if out.String() != c.want {
				t.Errorf("got %q, want %q", out.String(), c.want)
			}
		})
	}
}

func TestColoursEndWithEveryPiece(t *testing.T) {
	var out bytes.Buffer
	w := screen{out: &out, width: 40, colour: true}.wrapper(replyColour)
	w.write("one two ")
	if got, want := out.String(), replyColour+"one two"+colourEnd; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

const (
	family   = "👨‍👩‍👧‍👦"
	flag     = "🇩🇪"
	farmer   = "👩🏾‍🌾"
	rainbow  = "🏳️‍🌈"
	keycap   = "1️⃣"
	england  = "🏴󠁧󠁢󠁥󠁮󠁧󠁿"
	hangul   = "\u1112\u1161\u11ab" // three jamo are a syllable
	stacked  = "e\u0323\u0302"      // e with two marks
	tamil    = "நி"
	nikkud   = "שָׁ"
	variants = "❤️"
)

// TestNoCharacterIsSplit puts what a reader takes for one character at a line's
// end, at each column and cut by the stream at each byte (textwrap#117).
func TestNoCharacterIsSplit(t *testing.T) {
	for _, character := range []string{family, flag, farmer, rainbow, keycap, england, hangul, stacked, tamil, nikkud, variants} {
		for before := range 40 {
			text := strings.Repeat("x", before) + strings.Repeat(character, 3) + " and " + strings.Repeat(character, 20)
			want := wrap(40, text)
			if got := strings.Count(want, character); got != 23 {
				t.Errorf("%q after %d: %d are whole in %q", character, before, got, want)
			}
			for line := range strings.Lines(want) {
				if columns := uniseg.StringWidth(line); columns > 40 {
					t.Errorf("%d columns in %q", columns, line)
				}
			}
			for at := range text {
				if got := wrap(40, text[:at], text[at:]); got != want {
					t.Fatalf("cut at %d: %q, want %q", at, got, want)
				}
			}
			if cell := fit(text, 12); uniseg.StringWidth(cell) != 12 || strings.HasSuffix(strings.TrimRight(cell, " …"), "\u200d") {
				t.Errorf("cut for a table: %q", cell)
			}
		}
	}
}

// clusters are the characters of a text but for its spaces.
func clusters(text string) (all []string) {
	for g := uniseg.NewGraphemes(text); g.Next(); {
		if strings.TrimSpace(g.Str()) != "" {
			all = append(all, g.Str())
		}
	}
	return all
}

// FuzzWrap splits a text in two anywhere: it must come out as in one piece,
// no line too wide, nothing lost but spaces and what a terminal obeys.
func FuzzWrap(f *testing.F) {
	f.Add("one two three\n\nfour 犬は猫よりも良い", 7)
	f.Add("a\x1b[31m  b\t\u202ec", 3)
	f.Add("a \u0301b "+family+flag, 9)
	f.Fuzz(func(t *testing.T, text string, at int) {
		if !utf8.ValidString(text) {
			return
		}
		at = min(max(at, 0), len(text))
		for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
			at--
		}
		const width = 20
		got := wrap(width, text[:at], text[at:])
		if whole := wrap(width, text); got != whole {
			t.Errorf("in two pieces %q, in one %q", got, whole)
		}
		for line := range strings.Lines(got) {
			if strings.TrimLeft(line, " \n") != "" && len(line)-len(strings.TrimLeft(line, " ")) > width-3 {
				continue // an indentation is kept as it is
			}
			if columns := uniseg.StringWidth(strings.TrimSuffix(line, "\n")); columns > width {
				t.Errorf("%d columns in %q", columns, line)
			}
		}
		if !slices.Equal(clusters(got), clusters(plain(text))) {
			t.Errorf("a character is split in %q of %q", got, text)
		}
		squeeze := strings.NewReplacer(" ", "", "\t", "", "\n", "").Replace
		if squeeze(got) != squeeze(plain(text)) {
			t.Errorf("got %q of %q", got, text)
		}
	})
}
