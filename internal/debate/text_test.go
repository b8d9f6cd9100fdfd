package debate_test

import (
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

func TestNothingIsLeftThatTurnsWhatFollows(t *testing.T) {
	for text, want := range map[string]string{
		"Golf is \u202eboring\u202c.":    "Golf is boring.",
		"\u2066a\u2069 \u2067b \u2068c":  "a b c",
		"\u202aa \u202bb \u202dc":        "a b c",
		"\u200eشاي\u200f \u061c5 \u200d": "\u200eشاي\u200f \u061c5 \u200d", // they end by themselves
		"":                               "",
	} {
		if got := debate.WithoutDirections(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
