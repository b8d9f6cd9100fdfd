package debate_test

import (
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

func TestTextThatNobodySeesIsRefusedWhereverItIs(t *testing.T) {
	for name, text := range map[string]string{
		"a space":              " ",
		"an ideographic one":   "\u3000",
		"no-break spaces":      "\u00a0\u202f\u2007",
		"zero width":           "\u200b\u200c\u200d\u2060\ufeff",
		"direction marks":      "\u200e\u200f\u202a\u202c",
		"a soft hyphen":        "\u00ad",
		"fillers":              "\u3164\u115f\u1160\uffa0",
		"braille without dots": "\u2800",
		"marks on nothing":     "\u0301\ufe0f\u034f",
		"tags":                 "\U000e0020\U000e007f",
	} {
		for field, err := range map[string]error{
			"message": debate.ChatRequest{Message: text}.Validate(),
			"topic":   debate.ChatRequest{Message: "Golf is boring.", Topic: text}.Validate(),
			"persona": debate.ChatRequest{Message: "Golf is boring.", Persona: text}.Validate(),
			"title":   debate.ValidateTitle(text),
		} {
			if debate.ReasonOf(err) != debate.InvalidArgument || !strings.Contains(err.Error(), field+": ") {
				t.Errorf("%s as the %s: %v", name, field, err)
			}
		}
	}
	for _, text := range []string{"ok", "?", "1", "ゴルフ", "جولف", "⛳", "👨‍👩‍👧", "é", "한", "\u200fשלום", "𝔊"} {
		if err := (debate.ChatRequest{Message: text, Topic: text, Persona: text}).Validate(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A limit in bytes gave Arabic half and Japanese a third of what English had.
func TestAMessageHasTheSameLengthInEveryScript(t *testing.T) {
	for _, character := range []string{"a", "é", "ق", "犬", "😀"} {
		if err := (debate.ChatRequest{Message: strings.Repeat(character, 8000)}).Validate(); err != nil {
			t.Errorf("8000 times %s: %v", character, err)
		}
		// 8,192 bytes were the limit once, and are still taken.
		if err := (debate.ChatRequest{Message: strings.Repeat(character, 8193)}).Validate(); debate.ReasonOf(err) != debate.InvalidArgument {
			t.Errorf("8193 times %s: %v", character, err)
		}
	}
	if err := (debate.ChatRequest{Message: strings.Repeat("a", 8192)}).Validate(); err != nil {
		t.Error(err)
	}
}
