package offline

import (
	"os"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// TestAnEverydayClaimIsArguedByItsDomain reads what people claim as the service does, and
// counts those that fall under the narrower topic that is to argue them, and on the right
// side of it.
func TestAnEverydayClaimIsArguedByItsDomain(t *testing.T) {
	m := newModel(t, Options{})
	got := readDomains(t, m, "testdata/domains.txt")
	t.Logf("%+v", got)
	if got.all < leastClaims {
		t.Errorf("only %d fall under no topic of their own, has to be %d", got.all, leastClaims)
	}
	if 100*got.right < 86*got.all || 100*got.wrong > 5*got.all {
		t.Errorf("%+v, has to have 86 %% right and at most 5 %% wrong", got)
	}
}

// leastClaims is how many claims have to be left when those that single topics take are not counted.
const leastClaims = 200

func readDomains(t *testing.T, m *Model, file string) (f findings) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.Lines(string(data)) {
		if strings.HasPrefix(text, "#") {
			continue
		}
		fields := strings.SplitN(strings.TrimSpace(text), " ", 3)
		name, user, message := fields[0], fields[1], fields[2]
		f.all++
		subject, sure := claim.Read(message)
		subject, sure = m.ReadTopic(message, subject, sure)
		if sure < 0.6 { // the service asks
			f.asked++
			t.Logf("asks: %s", message)
			continue
		}
		w, err := m.writerOf(debate.Prompt{Topic: subject.Topic, Stance: subject.Stance, Message: message, Number: 1, Language: subject.Language})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case w.topic == nil:
			f.none++
			t.Logf("none: %s", message)
		case !w.general: // a topic of its own has more to say
			f.all--
			t.Logf("%s: %s", w.topic.Name, message)
		case w.topic.Name == name && string(w.side.Opposite()) == user:
			f.right++
		case w.general && len(w.topic.about) == 0 && w.topic.Name != name:
			f.none++
			t.Logf("only %s: %s", w.topic.Name, message)
		default:
			f.wrong++
			t.Logf("wrong: %s (%s %s) is argued as %s %s", message, name, user, w.topic.Name, w.side.Opposite())
		}
	}
	return f
}
