package offline

import (
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// debated is a debate in which the user made points, and the bot replied.
func debated(t *testing.T, m *Model, topic string, stance debate.Stance, messages ...string) debate.Prompt {
	t.Helper()
	p := debate.Prompt{Topic: topic, Stance: stance, Language: "en"}
	for i, message := range messages {
		p.Message, p.Seed = message, uint64(i)
		p.Exchanges = append(p.Exchanges, debate.Exchange{Number: i + 1, Message: message, Reply: say(t, m, p)})
	}
	p.Message, p.Seed = "", 99
	return p
}

var asideDebates = []struct {
	name, topic string
	stance      debate.Stance
	messages    []string
}{
	{"bank", "Zoos should be closed", debate.Con, []string{"Zoos should be closed", "Animals suffer in small cages", "Children learn nothing there"}},
	{"other", "Hats are useless", debate.Con, []string{"Hats are useless", "My head is warm enough without one"}},
	{"first point", "Zoos should be closed", debate.Pro, []string{"Zoos are great"}},
}

func TestAsidesAreAnsweredShortlyAndDoNotArgue(t *testing.T) {
	m := newModel(t, Options{})
	for _, d := range asideDebates {
		p := debated(t, m, d.topic, d.stance, d.messages...)
		for _, aside := range allAsides {
			t.Run(d.name+"/"+string(aside), func(t *testing.T) {
				p := p
				p.Aside, p.NewTopic = aside, "school uniforms"
				reply := say(t, m, p)
				if reply == "" || strings.ContainsAny(reply, "{}") {
					t.Fatalf("reply %q", reply)
				}
				if n := len(strings.Fields(reply)); n > 90 {
					t.Errorf("%d words: %s", n, reply)
				}
				t.Log(reply)
			})
		}
	}
}

func TestAsidesSayWhatWasAskedFor(t *testing.T) {
	m := newModel(t, Options{})
	p := debated(t, m, "Zoos should be closed", debate.Con, asideDebates[0].messages...)
	p.Persona = "Captain Ahab"
	topic, _ := m.find(p.Topic, p.Stance)
	ask := func(a debate.Aside) string {
		p := p
		p.Aside, p.NewTopic = a, "school uniforms"
		return say(t, m, p)
	}
	mentions := func(a debate.Aside, what ...string) {
		t.Helper()
		reply := ask(a)
		if !slices.ContainsFunc(what, func(w string) bool { return strings.Contains(reply, w) }) {
			t.Errorf("%s: none of %q in: %s", a, what, reply)
		}
	}
	mentions(debate.AsideBot, "I am a bot, a computer program, also when I speak as Captain Ahab")
	mentions(debate.AsideBelieve, "believe nothing")
	mentions(debate.AsideSource, "no source", "not from a source")
	mentions(debate.AsideNewTopic, "/new) and say what you think about school uniforms")
	mentions(debate.AsideWinner, "open", "ahead")
	mentions(debate.AsideSummary, "hildren learn nothing there")
	p.Exchanges = append(p.Exchanges, debate.Exchange{Number: 4, Kind: debate.AsideKind, Message: "give me that in three bullet points", Reply: "- So."})
	mentions(debate.AsideUnmet, "hildren learn nothing there") // and not the bullet points
	p.Exchanges = p.Exchanges[:3]

	var firsts []string
	for _, a := range topic.sides.Pro.arguments {
		firsts = append(firsts, strings.Join(strings.Fields(a.Lines[0].text)[:6], " "))
	}
	mentions(debate.AsideBestPoint, firsts...) // the other side's, not the bot's
	mentions(debate.AsideConcede, firsts...)

	points := strings.Split(ask(debate.AsidePoints), "\n")
	if len(points) < 2 || slices.ContainsFunc(points, func(s string) bool { return !strings.HasPrefix(s, "- ") }) {
		t.Errorf("points: %q", points)
	}
	last := p.Exchanges[len(p.Exchanges)-1].Reply
	for _, a := range []debate.Aside{debate.AsideShorter, debate.AsideRepeat} {
		_, gist, _ := strings.Cut(ask(a), ": ")
		if gist == "" {
			_, gist, _ = strings.Cut(ask(a), ", then: ")
		}
		if !strings.Contains(last, strings.Join(strings.Fields(gist)[:3], " ")) {
			t.Errorf("%s: %q is not of the latest reply: %s", a, gist, last)
		}
	}
}

func TestInvitationsAnswerAsides(t *testing.T) {
	m := newModel(t, Options{})
	p := debate.Prompt{Message: "are you a bot?", SuggestedTopics: []debate.Topic{{Claim: "Golf is boring"}}, Aside: debate.AsideBot}
	reply := say(t, m, p)
	if !strings.HasPrefix(reply, "I am a bot") || !strings.Contains(reply, `"Golf is boring."`) {
		t.Errorf("reply: %s", reply)
	}
	p.Aside = debate.AsideShorter
	if reply := say(t, m, p); strings.HasPrefix(reply, "In short") {
		t.Errorf("reply: %s", reply)
	}
}
