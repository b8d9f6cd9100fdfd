package eval

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// opening is a first message with what is right to make of it;
// measures/openings.txt says how they are written.
type opening struct {
	language, kind string
	want           string // argue, ask, care or declined
	right          []debate.Subject
	half           string
	text           string
}

// readOpenings reads the openings. Topics of the bank are given by name in them.
func readOpenings(topics map[string]*bank.Topic) (all []opening, err error) {
	data, err := fs.ReadFile(files, "measures/openings.txt")
	if err != nil {
		return nil, err
	}
	motions := make(map[string]string) // by language and name
	for _, t := range topics {
		motions[t.Language+" "+t.Name] = t.Claim
	}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), "\t")
		head := strings.Fields(fields[0])
		if len(fields) != 3 || len(head) != 3 {
			return nil, fmt.Errorf("eval: openings.txt: not of three parts: %q", line)
		}
		o := opening{language: head[0], kind: head[1], want: head[2], text: fields[2]}
		if len(all)%2 == 1 {
			o.half = heldOut
		}
		for _, one := range strings.Split(fields[1], " / ") {
			side, topic, ok := strings.Cut(one, " ")
			if name, named := strings.CutPrefix(topic, "#"); named {
				topic = cmp.Or(motions[o.language+" "+name], motions["en "+name])
			}
			switch {
			case one == "" && o.want != "argue":
			case !ok || topic == "" || side != string(debate.Pro) && side != string(debate.Con):
				return nil, fmt.Errorf("eval: openings.txt: no side and topic in %q", line)
			default:
				o.right = append(o.right, debate.Subject{Topic: topic, Stance: debate.Stance(side)})
			}
		}
		all = append(all, o)
	}
	return all, nil
}

// outcome is what became of a message.
type outcome struct {
	kind    debate.TurnKind
	subject debate.Subject
	reply   string
}

// Missed is an opening of which what is right was not made.
type Missed struct {
	Message string          `json:"message"`
	Kind    debate.TurnKind `json:"kind"`
	Topic   string          `json:"topic,omitempty"`
	Stance  debate.Stance   `json:"stance,omitempty"`
}

// opened puts what became of the openings into the measures.
func (m *Measurer) opened(found *Measures, outcomes []outcome) {
	for i, o := range m.openings {
		if i == len(outcomes) {
			return
		}
		got := outcomes[i]
		asked := false
		var right bool
		switch o.want {
		case "care", "declined":
			right = string(got.kind) == o.want
		case "ask":
			right = got.kind == debate.InvitationKind || got.kind == debate.AsideKind
		default:
			right = got.kind == debate.ArgumentKind && m.argues(o, got)
			asked = got.kind == debate.InvitationKind
		}
		found.Openings.count(right)
		found.OpeningsAsked.count(asked)
		found.OpeningsWrong.count(!right && !asked)
		if o.half == heldOut {
			found.OpeningsHeld.count(right)
		} else if !right {
			found.Missed = append(found.Missed, Missed{o.text, got.kind, got.subject.Topic, got.subject.Stance})
		}
	}
}

// sameTopic is the least share of words that two wordings of a topic have in common.
const sameTopic = 0.4

// argues says whether the bot took a side that is right for an opening. Where its reply has
// the bank's texts on what the opening is about, their side counts, however the topic is worded.
func (m *Measurer) argues(o opening, got outcome) bool {
	said, denied := topicRoots(got.subject.Topic)
	best, sides := sameTopic, map[debate.Stance]bool{}
	for _, right := range o.right {
		want, negated := topicRoots(right.Topic)
		stance := right.Stance
		if denied != negated {
			stance = stance.Opposite()
		}
		switch like := alike(said, want); {
		case like > best:
			best, sides = like, map[debate.Stance]bool{stance: true}
		case like == best:
			sides[stance] = true
		}
	}
	for _, right := range o.right { // what the bank argues may be another side than the topic says
		t := m.topics[bare(right.Topic)]
		if t == nil {
			continue
		}
		if side := m.blind.side(t, got.reply); side != "" {
			return slices.ContainsFunc(o.right, func(r debate.Subject) bool { return m.topics[bare(r.Topic)] == t && r.Stance == side })
		}
	}
	return sides[got.subject.Stance]
}

// denials turn a topic around.
var denials = map[string]bool{"not": true, "no": true, "never": true, "nobody": true, "nothing": true, "noone": true, "ain't": true, "aint": true, "isnt": true, "dont": true, "doesnt": true, "arent": true, "shouldnt": true, "don't": true, "doesn't": true, "isn't": true, "aren't": true,
	"shouldn't": true, "can't": true, "cannot": true, "won't": true, "nunca": true, "nadie": true, "nada": true, "nao": true, "ninguem": true, "ne": true, "n'est": true, "personne": true,
	"nicht": true, "kein": true, "keine": true, "niemand": true}

// topicRoots are the roots of a topic's words, and whether it is denied. Accents and
// forms of "to be" do not tell topics apart.
func topicRoots(topic string) (roots map[string]bool, denied bool) {
	roots = make(map[string]bool)
	for w := range wordsOf(topic) {
		switch {
		case denials[w]:
			denied = !denied
		case len(w) > 2:
			roots[root(w)] = true
		}
	}
	return roots, denied
}

// alike is how much of the words of two topics is shared; of a longer one, that has the
// other in it, somewhat less than that says.
func alike(a, b map[string]bool) float64 {
	shared := 0
	for w := range a {
		for v := range b {
			if w == v || len(w) > 3 && len(v) > 3 && phrase.OneEdit(w, v) {
				shared++
				break
			}
		}
	}
	least, all := min(len(a), len(b)), max(len(a)+len(b)-shared, 1)
	like := float64(shared) / float64(all)
	if most := max(len(a), len(b)); least > 1 && most <= muchLonger*least {
		like = max(like, within*float64(shared)/float64(least))
	}
	return like
}

// What being within another topic counts, and how much longer that one may be.
const (
	within     = 0.7
	muchLonger = 2
)
