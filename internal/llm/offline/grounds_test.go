package offline

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// Each line has a ground and a sentence, and those that nothing was chosen on the topic
// between them. Of topics, which give no reason, a finder of reasons finds few.
func TestAReasonIsKnownInWordsThatItsWordingsHaveNot(t *testing.T) {
	for _, c := range []struct {
		file, language    string
		first, right, any int // the least, in per cent; any is of answered sentences
	}{
		{"grounds.txt", "en", 45, 72, 34},
		{"grounds_heldout.en.txt", "en", 48, 76, 31},
		{"grounds_heldout.es.txt", "es", 54, 85, 24},
	} {
		k, err := knowledgeOf[c.language]()
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile("testdata/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		asked, first, topics, all, sure, right := 0, 0, 0, 0, 0, 0
		for line := range strings.Lines(string(data)) {
			fields := strings.Split(strings.TrimSpace(line), "\t")
			if len(fields) < 2 {
				continue
			}
			want, sentence := fields[0], fields[len(fields)-1]
			texts, likely := k.grounds().of(sentence, covered)
			is := texts[0].ID == want
			all++
			if want != "none" {
				if asked++; is {
					first++
				}
				if len(fields) == 3 {
					if of, _ := k.grounds().of(fields[1], covered); of[0].ID == want {
						topics++
					}
				}
			}
			if likely >= sureGround {
				if sure++; is {
					right++
				}
			}
		}
		t.Logf("%s: of %d reasons %.0f %% are found first (%.0f %% from the topic alone); %d of %d sentences are answered by one, %.0f %% of them rightly",
			c.file, asked, percent(first, asked), percent(topics, asked), sure, all, percent(right, sure))
		// By chance one in 87 is found first. The sentences avoid the words that are usual.
		if percent(first, asked) < float64(c.first) || percent(right, sure) < float64(c.right) || percent(sure, all) < float64(c.any) || 2*topics > first {
			t.Errorf("%s falls short", c.file)
		}
	}
}

// Whatever the topic, who says that it is too loud is answered about the noise, and
// not by the form of the claim; nothing is said twice; and who says that a reason is
// none is not told that it is none.
func TestAReasonIsAnsweredOffTheBank(t *testing.T) {
	m := newModel(t, Options{})
	of := func(id, language string) []string {
		all, err := bank.Grounds(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range all {
			if g.ID == id {
				return g.Texts
			}
		}
		t.Fatalf("no ground %q", id)
		return nil
	}
	for _, c := range []struct {
		language, topic, message, ground string
		stance                           debate.Stance
	}{
		{"en", "Street musicians should be banned.", "They are far too loud, nobody can sleep.", "noise", debate.Con},
		{"en", "People should keep bees.", "It's a waste of money, families go into debt for it.", "debt", debate.Con},
		{"en", "Wooden spoons are overrated.", "They are dirty and full of germs.", "dirt", debate.Con},
		{"es", "Deberían prohibirse los petardos.", "Hacen un ruido insoportable y no se puede dormir.", "noise", debate.Con},
	} {
		p := debate.Prompt{Topic: c.topic, Stance: c.stance, Language: c.language, Seed: 3, Number: 2, Message: c.message,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: c.topic, Reply: "No."}}}
		texts := of(c.ground, c.language)
		for range texts {
			reply, _, err := m.write(p)
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(texts, func(text string) bool { return strings.Contains(reply, text) })
			if at < 0 {
				t.Errorf("%q is answered by %q, want one of %q", c.message, reply, texts)
				break
			}
			texts = slices.Delete(slices.Clone(texts), at, at+1)
			p.Exchanges = append(p.Exchanges, debate.Exchange{Number: p.Number, Kind: debate.ArgumentKind, Message: c.message, Reply: reply})
			p.Number++
			p.Message += " Really."
		}
	}
	reply, _, err := m.write(debate.Prompt{Topic: "Christmas gifts should be banned.", Stance: debate.Con, Language: "en", Number: 2, Message: "So what? Tradition is no argument.",
		Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Christmas gifts should be banned.", Reply: "No."}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range of("heritage", "en") {
		if strings.Contains(reply, text) {
			t.Errorf("who said that tradition is no argument is told so: %q", reply)
		}
	}
}
