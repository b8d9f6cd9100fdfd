package offline

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// What people write in the middle of a debate is short and about one concrete thing. Most
// of it is in words that the bank has not, so that this is harder than the wordings of the
// bank left out one by one.
func TestWhatPeopleWriteIsMetByTheTextThatIsToIt(t *testing.T) {
	data, err := os.ReadFile("testdata/people_heldout.txt")
	if err != nil {
		t.Fatal(err)
	}
	m := newModel(t, Options{})
	asked, first, sure, right := 0, 0, 0, 0
	for line := range strings.Lines(string(data)) {
		label, message, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		of := strings.Fields(label)
		user := debate.Stance(strings.ToUpper(of[2]))
		w, err := m.writerOf(debate.Prompt{Language: of[0]})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(w.subjects, func(s *subject) bool { return s.Name == of[1] })
		if i < 0 {
			t.Fatalf("no topic %q", of[1])
		}
		found := w.subjects[i].points[user.Opposite()]().rank(message, answer, concede)[0]
		is := slices.Contains(of[3:], found.ID)
		if of[3] != "-" {
			asked++
			if is {
				first++
			}
		}
		if found.sure() {
			sure++
			if is {
				right++
			}
		}
	}
	t.Logf("of %d messages %.0f %% find their text first; %d are answered, %.0f %% of them by it", asked, percent(first, asked), sure, percent(right, sure))
	if percent(first, asked) < leastMetFirst || percent(right, sure) < leastMetRightly {
		t.Error("falls short")
	}
}

// By chance one in eleven is found first, and one in 22 where a side has more answers. It was 60 while
// none had: the labels name hardly any of the later ones, some of which would do as well. Rightly it was 70 before readers
// took out wordings that fit any debate.
const (
	leastMetFirst   = 56
	leastMetRightly = 66
)
