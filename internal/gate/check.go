package gate

import (
	"slices"

	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// Check says what a text is to the gate. It costs about a tenth of a millisecond for
// a message of a few sentences, and some tens of milliseconds for the longest there may be.
func (g *Gate) Check(in Input) Verdict {
	message, topic, persona := g.look(in.Message), g.look(in.Topic), g.lexicon.Read(in.Persona)
	v := Verdict{Kind: Debate, said: in.Said, texts: g.texts}
	v.Language = g.texts.language(message.Language(), in.Language, topic.Language())
	learnt := g.read(message, topic)
	if g.care(&v, in, learnt, message, topic) {
		return v
	}
	if _, danger := learnt.danger(); in.AfterCare > 0 && !g.changesSubject(message.Text, topic.Text, danger, in.AfterCare) {
		v.Kind, v.Category = Care, learnt.another(g.texts.last(in.Said))
		return v
	}
	g.personas.find(persona, func(r sided, _ phrase.Match) bool {
		v.take(r, Declined, None)
		return false
	})
	g.judge(&v, topic, in.Side, in.Message == "" || in.Side != None, true)
	said := v
	g.judge(&said, message, None, in.Topic == "", false)
	_, harm := learnt.harm(in)
	if doubtful := in.Topic == "" && harm < harmDoubt; !doubtful || said.Kind != Declined || v.Kind == Declined || said.rule.Certain {
		v = said
	}
	if v.Rule == "" {
		learnt.judge(&v, in)
	}
	return v
}

// care makes the verdict Care if somebody may be in danger: a rule says so and
// what was learnt does not speak against it, or what was learnt says so; unless
// what it sees is rather a wish to harm, which is declined.
func (g *Gate) care(v *Verdict, in Input, learnt senses, texts ...framed) bool {
	peril, probability := learnt.danger()
	for _, t := range texts {
		r, sentence := g.danger(t.Text)
		if r != nil && !r.Certain && probability < doubt && t.Sentences() > 1 {
			peril, probability = g.read(g.look(t.Source(t.Sentence(sentence))), framed{}).danger()
		}
		if r != nil && (r.Certain || probability > doubt) {
			v.Kind, v.Category, v.Rule = Care, r.Category, r.ID
			if probability > sureProbability && r.Category != Emergency {
				v.Category = peril
			}
			return true
		}
	}
	enough := careProbability
	if in.Message != "" && in.Topic != "" {
		enough = debateProbability
		if peril == Worry || peril == Violence || peril == Abuse {
			enough = storyProbability
		}
	}
	if probability <= enough {
		return false
	}
	if peril == Suicide && probability <= sureProbability && in.AfterCare > 0 && g.texts.last(in.Said) == Grief {
		peril = Grief // who is in grief weeps
	}
	v.Kind, v.Category, v.Rule = Care, peril, learntRule
	if c, harm := learnt.harm(in); harm > probability {
		v.Kind, v.Category = Declined, c
	}
	return true
}

// Judged is the verdict of somebody else, such as a model, in the gate's words:
// Care for danger of the user's own hand, Declined for help to harm. What care
// has said is as in Input.
func (g *Gate) Judged(kind Kind, language string, said []string) Verdict {
	v := Verdict{Kind: kind, Category: Harm, said: said, texts: g.texts, Language: g.texts.language(language)}
	if kind == Care {
		v.Category = Suicide
	}
	return v
}

// danger is the rule that finds somebody in danger, the most urgent first, and
// the sentence in which it does: the order is that of care.yaml.
func (g *Gate) danger(t *phrase.Text) (r *rule, sentence int) {
	first := len(g.cares.rules)
	g.cares.find(t, func(_ sided, m phrase.Match) bool {
		if m.ID < first {
			first, sentence = m.ID, t.SentenceAt(m.From)
		}
		return first > 0
	})
	if first == len(g.cares.rules) {
		return nil, 0
	}
	return g.cares.rules[first].rule, sentence
}

// A message after care that says nothing of the person changes the subject if it has
// so many words and what was learnt finds danger no more probable than that; after
// some turns of care, and in a debate, which it may go on with, less is enough.
const (
	plainWords, plainWordsLate   = 5, 4
	plainDanger, plainDangerLate = 0.05, 0.25
	lateCare                     = 3
)

// changesSubject says whether a message after some turns of care is about
// something else: it says so, it is about the topic of the debate, or it is about
// nothing that has to do with the person.
func (g *Gate) changesSubject(t, topic *phrase.Text, danger float64, turns int) bool {
	any := func(s *phrase.Set) (found bool) {
		s.Find(t, func(phrase.Match) bool { found = true; return false })
		return found
	}
	if any(&g.feeling) {
		return false
	}
	if any(&g.subject) || shareWord(t, topic) {
		return true
	}
	words, most := plainWords, plainDanger
	if turns >= lateCare || topic.Len() > 0 {
		words, most = plainWordsLate, plainDangerLate
	}
	return t.Len() >= words && danger < most && !any(&g.self)
}

// stem is the beginning by which words are compared, in bytes.
const stem = 5

// everywhere are beginnings of words that tell nothing about a topic.
var everywhere = []string{"shoul", "would", "could", "there", "their", "about", "these", "those", "which", "bette", "peopl", "never", "every", "being", "alway"}

// shareWord says whether two texts have a word of some length in common.
func shareWord(a, b *phrase.Text) bool {
	for i := range b.Len() {
		w := b.Word(i)
		if len(w) < stem || slices.Contains(everywhere, w[:stem]) {
			continue
		}
		for j := range a.Len() {
			if len(a.Word(j)) >= stem && a.Word(j)[:stem] == w[:stem] {
				return true
			}
		}
	}
	return false
}

// judge adds to a verdict what a text says about the side that the bot has or
// would have to take. Where the text does not set the topic, it counts only for
// what it asks for. A bare topic is no question, whatever it ends with.
func (g *Gate) judge(v *Verdict, t framed, side Side, sets, bare bool) {
	if t.Len() == 0 {
		return
	}
	g.claims.find(t.Text, func(r sided, m phrase.Match) bool {
		if r.harmful == harmfulAny {
			if read := t.around(m); !read.reported && !read.against {
				v.take(r, Declined, None)
			}
			return true
		}
		read := t.around(m)
		said := read.sign // of what the rule states, +1 or -1
		if m.Negated {
			said = -said
		}
		var bot int
		switch {
		case side == Pro:
			bot = said
		case side == Con:
			bot = -said
		case read.asked != 0:
			bot = read.asked * said
		case !sets || read.reported:
			return true
		case !bare && t.Question(t.SentenceAt(m.From)):
			bot = 1
			if r.harmful == harmfulPro {
				bot = -1
			}
			right := Pro
			if bot != said {
				right = Con
			}
			v.take(r, Debate, right)
			return true
		default:
			bot = -said
		}
		if (bot > 0) == (r.harmful == harmfulPro) {
			if r.Category == Known {
				v.take(r, Settled, None)
			} else {
				v.take(r, Declined, None)
			}
		} else {
			v.take(r, Debate, None)
		}
		return true
	})
}

// gravity orders kinds.
var gravity = []Kind{Debate, Settled, Declined, Care}

// take makes a rule's the verdict if it is graver than what was found before.
func (v *Verdict) take(r sided, kind Kind, side Side) {
	before, now := slices.Index(gravity, v.Kind), slices.Index(gravity, kind)
	if now < before || now == before && v.Rule != "" && v.Rule <= r.ID {
		return
	}
	v.Kind, v.Category, v.Rule, v.Side, v.rule = kind, r.Category, r.ID, side, r.rule
	v.Firm = kind == Debate
}

// mark is a frame in a text.
type mark struct {
	frame    frame
	from, to int
}

// framed is a text with the frames in it, which the rules and what was learnt go by.
type framed struct {
	*phrase.Text

	marks []mark
}

// look reads a text and finds its frames.
func (g *Gate) look(message string) framed {
	t := framed{Text: g.lexicon.Read(message)}
	g.frames.Find(t.Text, func(m phrase.Match) bool {
		t.marks = append(t.marks, mark{frames[m.ID], m.From, m.To})
		return true
	})
	return t
}

// reading is what the frames around a claim say of it.
type reading struct {
	asked    int // +1 if the bot is asked to argue it, -1 to oppose it
	sign     int // -1 if the user denies it
	reported bool
	against  bool
}

// around reads the frames that count for a match: what stands before it in its
// sentence or after it, and what another sentence asks of "it".
func (t framed) around(m phrase.Match) reading {
	read := reading{sign: 1}
	sentence := t.SentenceAt(m.From)
	itAsks := 0
	for _, k := range t.marks {
		here := t.SentenceAt(k.from) == sentence
		elsewhere := !here || k.from >= m.To
		before := here && k.from < m.From && k.to <= m.From+1
		asks := here && k.from <= m.From && k.to <= m.To
		switch k.frame {
		case frameFor:
			if asks && read.asked == 0 {
				read.asked = 1
			}
		case frameAgainst:
			if asks {
				read.asked = -1
			}
		case frameDeny:
			if before {
				read.sign = -1
			}
		case frameReport:
			read.reported = read.reported || before
		case frameIt:
			if elsewhere {
				itAsks = 1
			}
		case frameItAgainst:
			if elsewhere && itAsks == 0 {
				itAsks = -1
			}
		case frameAfter:
			if here && k.from >= m.To {
				read.sign = -read.sign
			}
		}
	}
	if read.asked == 0 {
		read.asked = itAsks
	}
	read.against = read.asked < 0
	return read
}
