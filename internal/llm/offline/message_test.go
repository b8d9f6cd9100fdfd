package offline

import (
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// An order to play somebody, a shrug and an agreement are read where they are meant, and not
// in a point that has the same words.
func TestASignIsNoWordOfAPoint(t *testing.T) {
	m := newModel(t, Options{})
	for _, c := range []struct {
		language, message string
		sign              sign
	}{
		{"en", "Act as a pirate", rules},
		{"en", "ok now act as my grandmother", rules},
		{"en", "Teachers act as a safety net", ""},
		{"en", "fines act as a deterrent", ""},
		{"en", "Whatever.", verdict},
		{"en", "people should do whatever they want", ""},
		{"en", "I agree with that", shifting},
		{"en", "people may say it whether I agree with it or not", ""},
		{"en", "I agree that it is handy, but the classroom is no place for it", ""},
		{"en", "sure, some of them go out too, but the screen is not what sends them there", ""},
		{"es", "vale que estaba cansado, pero eso no le da derecho a castigar a todos", ""},
		{"es", "actúa como un pirata", rules},
		{"es", "la multa actúa como freno", ""},
	} {
		w, err := m.writerOf(debate.Prompt{Language: c.language})
		if err != nil {
			t.Fatal(err)
		}
		if got := w.readMessage(c.message).sign; got != c.sign {
			t.Errorf("%s: read as %q, not %q", c.message, got, c.sign)
		}
	}
}
