package chat

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// edited is an editor that was given a terminal's bytes, and what it sent.
func edited(in string) (e *editor, out *bytes.Buffer, sent []string) {
	out = new(bytes.Buffer)
	e = &editor{out: out, size: func() (int, int) { return 24, 6 }, more: func() bool { return false }}
	keys := newKeyReader(strings.NewReader(in))
	for {
		text, err := e.read(keys.next)
		if err != nil {
			return e, out, sent
		}
		sent = append(sent, text)
		e.remember(text)
	}
}

func TestKeysEditWholeCharacters(t *testing.T) {
	for name, c := range map[string]struct{ keys, want string }{
		"backspace takes a family":         {"a" + family + backspace + "b", "ab"},
		"and a flag after a flag":          {flag + flag + backspace, flag},
		"left and right step over them":    {farmer + rainbow + left + left + "a" + right + "b", "a" + farmer + "b" + rainbow},
		"delete takes what follows":        {"x" + keycap + "y" + left + left + "\x1b[3~", "xy"},
		"Ctrl-D too":                       {"xy" + left + ctrlD, "x"},
		"a mark is typed after its letter": {"e\u0323\u0302" + backspace + "o", "o"},
		"syllables of jamo":                {hangul + backspace, ""},
		"joined by what is typed later":    {"👨👩" + left + "\u200d" + end + backspace, ""},
		"words":                            {"one two three" + "\x17\x17" + "four", "one four"},
		"by Alt and Ctrl":                  {"one two three\x1bb\x1b[1;5Dx\x1bf\x1b[1;5Cy", "one xtwo threey"},
		"line's ends":                      {"two\x01one \x05 three\x01\x0b", ""},
		"cut left":                         {"one two" + left + left + left + "\x15", "two"},
		"Alt and Enter":                    {"one\x1b\rtwo\x01-\x05.", "one\n-two."},
		// anthropics/claude-code issue 5757, NousResearch/hermes-agent pull request 2345.
		"Shift and Enter":  {"one\x1b[13;2utwo\x1b[27;2;13~three", "one\ntwo\nthree"},
		"a keypad's Enter": {"one\x1bOMtwo", "two"},
		// Termius pastes each syllable: anthropics/claude-code issue 91205.
		"a paste and a key at once": {"\x1b[200~녕\x1b[201~ \x1b[200~하\x1b[201~", "녕 하"},
		"history":                   {"first\x1bOMsecond\x1bOMthird" + up + up + "\x1b[B\x1b[B!", "third!"},
		"Ctrl-C clears":             {"one" + ctrlC + "two", "two"},
		"unknown keys do nothing":   {"a\x1b[15~\x1b[<0;1;1M\x1bOP\x00\x1cb\xff\xc3(", "ab"},
		"a tab is not a command":    {"a\tb", "ab"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, sent := edited(c.keys + enter)
			if len(sent) == 0 || sent[len(sent)-1] != c.want {
				t.Errorf("sent %q, want %q", sent, c.want)
			}
		})
	}
}

// Terminals without bracketed paste, such as GNU screen 4 and Linux's console, type what is pasted:
// https://github.com/langchain-ai/deepagents/pull/3856, https://github.com/sigoden/aichat/issues/60
func TestLinesThatComeAtOnceAreOneMessage(t *testing.T) {
	for in, want := range map[string][]string{
		"One.\rTwo.\r\rThree.\r":                {"One.\nTwo.\n\nThree."},
		"One.\r\nTwo.\r\n":                      {"One.\nTwo."},
		"One.\r\r":                              {"One.\n"},
		"/difficulty hard\r/flow\rOne.\rTwo.\r": {"/difficulty hard", "/flow", "One.\nTwo."},
		"One.\r\x1b[200~Two.\x1b[201~\r":        {"One.", "Two."},
		"Dé.\rÉl.\r":                            {"Dé.\nÉl."},
	} {
		if _, _, sent := edited(in); !slices.Equal(sent, want) {
			t.Errorf("%q sends %q, want %q", in, sent, want)
		}
	}
	in, out := io.Pipe()
	keys := newKeyReader(in)
	for _, typed := range []string{"a", "\r", "b", "\r"} {
		time.AfterFunc(0, func() { fmt.Fprint(out, typed) })
		k, err := keys.next()
		if err != nil || k.text != strings.TrimSpace(typed) || k.text == "" && k.name != keyEnter {
			t.Errorf("%q, typed by itself, is %+v, %v", typed, k, err)
		}
	}
}

func TestLeavingNeedsAnEmptyPrompt(t *testing.T) {
	for keys, want := range map[string]int{ctrlC + "a" + enter: 0, ctrlD + "a" + enter: 0, "a" + ctrlC + "b" + enter + ctrlC + "c" + enter: 1, "a" + backspace + ctrlD + "b" + enter: 0} {
		if _, _, sent := edited(keys); len(sent) != want {
			t.Errorf("%q sends %q", keys, sent)
		}
	}
}

func TestAPasteIsBounded(t *testing.T) {
	_, _, sent := edited("\x1b[200~" + strings.Repeat("a", maxPaste+1000) + "\x1b[201~!" + enter)
	if len(sent) != 1 || len(sent[0]) != maxPaste+1 {
		t.Errorf("%d sent, of %d bytes", len(sent), len(strings.Join(sent, "")))
	}
}

// FuzzEditor: whatever is typed, in whatever pieces, texts stay text, the cursor
// between characters, and every row within the terminal.
func FuzzEditor(f *testing.F) {
	f.Add("hello\r")
	f.Add("a\x1b[200~b\rc\x1b[201~\x1b[D\x1b[D\x7f\x1b[A")
	f.Add(family + left + left + flag + "\x1b" + "x\x17\x15\x0b")
	f.Fuzz(func(t *testing.T, in string) {
		var keys []key
		for k := newKeyReader(strings.NewReader(in)); ; {
			got, err := k.next()
			if err != nil {
				break
			}
			if !utf8.ValidString(got.text) || plain(got.text) != got.text {
				t.Errorf("%q is read as %q", in, got.text)
			}
			keys = append(keys, got)
		}
		e := &editor{out: io.Discard, size: func() (int, int) { return 20, 5 }, more: func() bool { return false }}
		next := func() (key, error) {
			boundary := e.at == 0
			for g := uniseg.NewGraphemes(e.text); g.Next(); {
				_, at := g.Positions()
				boundary = boundary || at == e.at
			}
			rows, row, column := e.layout(19)
			if !boundary || row >= len(rows) || column > 19 || e.row > row || e.row > 4 {
				t.Fatalf("the cursor is at %d of %q: row %d of %q, column %d", e.at, e.text, row, rows, column)
			}
			for _, r := range rows {
				if uniseg.StringWidth(r) > 19 && strings.TrimFunc(r, unicode.IsSpace) != "" {
					t.Fatalf("%q is too wide", r)
				}
			}
			if len(keys) == 0 {
				return key{}, io.EOF
			}
			k := keys[0]
			keys = keys[1:]
			return k, nil
		}
		for {
			text, err := e.read(next)
			if err != nil {
				return
			}
			e.remember(text)
		}
	})
}
