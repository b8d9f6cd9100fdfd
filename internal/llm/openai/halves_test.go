package openai

import (
	"encoding/json"
	"testing"
)

// Halves in two chunks: of surrogates as elizaOS/eliza#30904 and rakazo#416 have them, of
// bytes as mlc-llm#1142 has them, where no U+FFFD stands for them yet.
func TestCharactersThatAreCutInTwoAreJoined(t *testing.T) {
	for name, test := range map[string]struct {
		chunks []string // contents, as they stand in JSON
		want   string
	}{
		"surrogates":               {[]string{`Golf \ud83d`, `\ude00 is`}, "Golf 😀 is"},
		"surrogates on their own":  {[]string{`\uD83D`, `\uDE00`, `\uD83D`, `\uDE00`}, "😀😀"},
		"both in one":              {[]string{`Golf \ud83d\ude00`}, "Golf 😀"},
		"bytes":                    {[]string{"Golf \xf0\x9f", "\x98\x80 is"}, "Golf 😀 is"},
		"bytes, one by one":        {[]string{"\xf0", "\x9f", "\x98", "\x80"}, "😀"},
		"two bytes":                {[]string{"caf\xc3", "\xa9"}, "café"},
		"beside escapes":           {[]string{`\"a\\\n\t\u00e9\/\ud83d`, `\ude00\b\f\r`}, "\"a\\\n\té/😀\b\f\r"},
		"a half without the other": {[]string{`a\ud83d`, `b`, `\ude00c`}, "a\uFFFDb\uFFFDc"},
		"a first half twice":       {[]string{`\ud83d`, `\ud83d\ude00`}, "\uFFFD😀"},
		"a byte without the rest":  {[]string{"a\xf0", "b\xffc"}, "a\uFFFDb\uFFFDc"},
		"what it is read as":       {[]string{`a\ufffd`, "\uFFFD"}, "a\uFFFD\uFFFD"},
	} {
		s, got := &stream{index: -1}, ""
		for _, content := range test.chunks {
			c, err := s.chunks.read([]byte(`{"choices":[{"index":0,"delta":{"content":"` + content + `"},"finish_reason":null}]}`))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got += s.read(c)
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func FuzzUnquoted(f *testing.F) {
	for _, text := range []string{`"a"`, `"\ud83d"`, `"\u00e9\\\/\n"`, "\"\xff\""} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var want string
		if len(data) == 0 || data[0] != '"' || json.Unmarshal(data, &want) != nil {
			return
		}
		var h halves
		if got := h.join(unquoted(data)); h.held == "" && got != want {
			t.Errorf("%q is read as %q, want %q", data, got, want)
		}
	})
}
