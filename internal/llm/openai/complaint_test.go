package openai

import (
	"fmt"
	"testing"
	"time"
)

func TestDelaysAreReadInEachFormThatProvidersWriteThem(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"Please try again in 20ms.":        20 * time.Millisecond,
		"Please try again in 5.289s.":      5289 * time.Millisecond,                     // Groq: aider#3265
		"Please retry after 3 seconds.":    3 * time.Second,                             // Azure: action-python#12
		"Please try again in 6m0s.":        6 * time.Minute,                             // OpenAI, tokens of a day
		"Please try again in 1m0.363142s.": time.Minute + 363142*time.Microsecond,       // Groq: OpenHands#4167
		"Please try again in 2h3m4s. Bye.": 2*time.Hour + 3*time.Minute + 4*time.Second, // Groq, tokens of a day
		"retry in 2 minutes and 5 seconds": 2*time.Minute + 5*time.Second,
		"wait 1 hour":                      time.Hour,
		"wait 3 more days":                 0,
		"try again in 5 steps":             0,
		"try again with 20 messages":       0,
	} {
		f := classify(429, fmt.Appendf(nil, `{"error":{"message":%q}}`, text))
		if (f.delay - want).Abs() > time.Microsecond {
			t.Errorf("%s: %v, want %v", text, f.delay, want)
		}
	}
}
