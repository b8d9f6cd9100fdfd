package gate

import (
	"hash/maphash"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// Check says what a text is to the gate. It costs some 60 microseconds of a processor for a message of
// twenty words that it has not read, and two milliseconds for 8 KB of them, up to six if those
// are made up to cost.
func (g *Gate) Check(in Input) Verdict {
	message, topic, persona := g.look(in.Message), g.look(in.Topic), g.look(in.Persona)
	v := Verdict{Kind: Debate, said: in.Said, texts: g.texts}
	v.Language = g.texts.language(message.Language(), in.Language, topic.Language())
	if in.AfterCare > 0 && message.Len() < tellingWords {
		v.Language = g.texts.language(g.texts.lastLanguage(in.Said), v.Language)
	}
	learnt := g.read(message, topic)
	if in.AfterCare > 0 {
		if answer := g.answers(message.Text, g.texts.last(in.Said)); answer != "" {
			v.Kind, v.Category = Care, answer
			return v
		}
	}
	if g.care(&v, in, learnt, message, topic) {
		return v
	}
	if _, danger := learnt.danger(); in.AfterCare > 0 && !g.goesOn(in, danger, message.Text, topic.Text) && !g.changesSubject(in, danger, message.Text, topic.Text) {
		v.Kind, v.Category = Care, learnt.another(g.texts.last(in.Said))
		return v
	}
	g.personas.find(persona.Text, func(r sided, _ phrase.Match) bool {
		v.take(r, Declined, None)
		return false
	})
	g.judge(&v, topic, in.Side, in.Message == "" || in.Side != None, true)
	said := v
	g.judge(&said, message, None, in.Topic == "", false)
	_, harm := learnt.harm(in)
	if doubtful := in.Topic == "" && harm < harmDoubt && !message.endsAsking(); !doubtful || said.Kind != Declined || v.Kind == Declined || said.rule.Certain {
		v = said
	}
	debated := g.debates(in, message, topic)
	if v.Kind == Debate && !v.certain(in, learnt) && !g.protects(message) && !debated {
		learnt.judge(&v, in)
	}
	g.stand(&v, in, learnt, debated)
	g.judgeOpening(&v, in, topic)
	if !v.Stops() {
		v.Concern, v.Asks = g.concern(in, learnt, message, topic)
	}
	return v
}

// certain says whether a certain rule has the bot oppose what a short message states, in which nobody is
// heard to ask for a side: what was learnt reads what is denied worse ("I don't think that people should take insulin").
func (v *Verdict) certain(in Input, learnt senses) bool {
	if !v.Firm || v.rule == nil || !v.rule.Certain || len(learnt) != 1 {
		return false
	}
	argue, oppose := learnt[0].sides(in)
	return argue < oppose
}

// debates says whether what is said, or the topic where nothing is, is a subject of debates that
// only a rule may decline.
func (g *Gate) debates(in Input, message, topic framed) bool {
	said := message
	if in.Message == "" {
		said = topic
	}
	return finds(&g.debated, said.Text)
}

// judgeOpening judges the topic that a first message was read to have.
func (g *Gate) judgeOpening(v *Verdict, in Input, topic framed) {
	if in.Message == "" || in.Side == None || len(in.Before) > 0 || v.Stops() || finds(&g.debated, topic.Text) {
		return
	}
	given := *v
	if g.read(topic, framed{}).judge(&given, Input{Topic: in.Topic, Side: in.Side}); given.Kind == Declined {
		*v = given
	}
}

// protects says whether a message asks, and says nothing else, how to protect somebody.
func (g *Gate) protects(message framed) bool {
	return message.Sentences() == 1 && finds(&g.guards, message.Text)
}

// stand makes a debate a firm one if what was learnt finds that the bot opposes what harms, unless that is
// debated, and finds facts for a firm one whose rule has none.
func (g *Gate) stand(v *Verdict, in Input, learnt senses, debated bool) {
	if evil, p := learnt.opposed(in); v.Kind == Debate && !v.Firm && !debated && p > firmProbability {
		v.Firm, v.Category, v.Rule, v.rule = true, evil, learntRule, nil
	}
	if v.Firm && v.Kind == Debate && (v.rule == nil || v.rule.Facts == nil) {
		v.rule = g.factsAgainst(v.Category)
	}
}

// factsAgainst is the first rule that has facts against what defends an evil.
func (g *Gate) factsAgainst(evil Category) *rule {
	i := slices.IndexFunc(g.claims.rules, func(r sided) bool { return r.Category == evil && r.harmful == harmfulPro && r.Facts != nil })
	if i < 0 {
		return nil
	}
	return g.claims.rules[i].rule
}

// tellingWords is how many words tell a language, where care has spoken another.
const tellingWords = 7

// byOwnHand are the dangers in which what lies within reach is the first thing to speak of.
var byOwnHand = []Category{Suicide, SelfHarm, Dose, Violence, FollowUp}

// answers says what to answer a message with that tells, after care for a danger, no more
// of it: that help has been reached, or somebody close, unless the danger is of those, or will be; thanks,
// unless for condolences; that all is well. Before all of these comes that the means lie within reach. It is empty
// if a message tells none of that.
func (g *Gate) answers(t *phrase.Text, danger Category) (answer Category) {
	alone := t.Sentences() == 1
	r, _ := g.danger(t)
	if slices.Contains(byOwnHand, danger) && (r == nil || r.Category != Emergency) && finds(&g.atHand, t) {
		return AtHand
	}
	switch {
	case r != nil:
		return ""
	case finds(&g.reached, t):
		answer = Reached
	case danger != Abuse && finds(&g.near, t):
		answer = Near
	case danger != Grief && finds(&g.going, t):
		answer = Going
	case alone && danger != Grief && finds(&g.thanked, t):
		answer = Thanked
	case alone && finds(&g.fine, t):
		answer = Fine
	}
	return answer
}

// concern is the danger that may be in what is argued: what the message is about, or one
// that what was learnt finds possible, so that the reply asks, or what the topic is about.
func (g *Gate) concern(in Input, learnt senses, message, topic framed) (about Category, asks bool) {
	if about = g.about(message); about != "" {
		return about, false
	}
	peril, danger := learnt.danger()
	evil, harm := learnt.harm(in)
	possible := helpProbability
	if in.Message != "" && in.Topic != "" || learnt.long() {
		possible = debateHelpProbability
	}
	asked := possible[peril]
	if finds(&g.everyday, message.Text) || g.protects(message) {
		asked = debateCareProbability[peril]
	}
	switch {
	case g.trifle(in, message, topic), danger <= nobodysProbability && g.ofNobody(in, message):
	case peril != Grief && danger > asked:
		return peril, true
	case evil == Medical && harm > possible[Medical]:
		return Medical, false
	}
	return g.about(topic), false
}

// trifle says whether a message, or a topic that is given without one, tells, and nothing else, of what only a rule
// may find danger in, and that it should be done.
func (g *Gate) trifle(in Input, message, topic framed) (found bool) {
	said := message
	if in.Message == "" {
		said = topic
	}
	trifling := make([]bool, said.Sentences())
	g.trifles.find(said.Text, func(_ sided, m phrase.Match) bool {
		trifling[said.SentenceAt(m.From)], found = true, true
		return true
	})
	if found && len(trifling) > 1 {
		g.deciding.Find(said.Text, func(m phrase.Match) bool {
			trifling[said.SentenceAt(m.From)] = true
			return true
		})
	}
	return found && !slices.Contains(trifling, false)
}

// ofNobody says whether so few words are said in the middle of a debate, none of which is of whoever says
// them, that what was learnt has little to judge by: "memories last forever".
func (g *Gate) ofNobody(in Input, message framed) bool {
	return in.Message != "" && in.Topic != "" && message.Len() <= fewWords && !finds(&g.self, message.Text)
}

// about is what puts people in danger that a text is about, if it is.
func (g *Gate) about(t framed) (about Category) {
	g.topics.find(t.Text, func(r sided, _ phrase.Match) bool {
		about = r.Category
		return false
	})
	return about
}

// care makes the verdict Care if somebody may be in danger: a rule says so and
// what was learnt does not speak against it, or what was learnt says so; unless
// what it sees is rather a wish to harm, which is declined.
func (g *Gate) care(v *Verdict, in Input, learnt senses, message, topic framed) bool {
	peril, probability := learnt.danger()
	least, enough := doubt, careProbability
	if in.Message != "" && in.Topic != "" {
		least, enough = debateDoubt, debateCareProbability
	} else if finds(&g.everyday, message.Text) || g.protects(message) {
		enough = debateCareProbability
	}
	for _, t := range []framed{message, topic} {
		r, sentence := g.danger(t.Text)
		if r != nil && !r.Certain && probability < least && t.Sentences() > 1 {
			peril, probability = g.read(g.look(t.Source(t.Sentence(sentence))), framed{}).danger()
		}
		if r != nil && (r.Certain || probability > least) {
			v.Kind, v.Category, v.Rule = Care, g.helpFor(r, in, peril, probability), r.ID
			return true
		}
	}
	if g.trifle(in, message, topic) {
		return false
	}
	quiet := probability <= enough[peril] || probability <= nobodysProbability && g.ofNobody(in, message)
	if learnt.long() && !learnt.longDanger(probability) || quiet && (probability <= careProbability[peril] || !g.doubtedBefore(in.Before)) {
		return false
	}
	if in.AfterCare > 0 {
		before := g.texts.last(in.Said)
		peril = gentler(before, stillOf(before, peril, probability), probability)
	}
	v.Kind, v.Category, v.Rule = Care, peril, learntRule
	if c, harm := learnt.harm(in); harm > probability {
		v.Kind, v.Category = Declined, c
	}
	return true
}

// helpFor is the danger to name the help for, where a rule says so and what was learnt
// finds some danger so probable.
func (g *Gate) helpFor(r *rule, in Input, peril Category, probability float64) Category {
	danger := r.Category
	told := r.Category == Emergency || r.Category == Dose || r.Category == Bullied && peril == Abuse || r.Category == Grief && peril == Worry
	if probability > sureProbability && !told {
		danger = peril
	}
	if in.AfterCare > 0 && r.Category != Emergency && r.Category != Suicide {
		danger = stillOf(g.texts.last(in.Said), danger, probability)
	}
	return danger
}

// doubtedBefore says whether danger was possible in what was said just before, and was no
// alarm that only what was learnt saw: a story, if a debate went on after it.
func (g *Gate) doubtedBefore(before []string) bool {
	return slices.ContainsFunc(before, func(message string) bool {
		t := g.look(message)
		peril, probability := g.read(t, framed{}).danger()
		r, _ := g.danger(t.Text)
		return peril != Grief && probability > debateHelpProbability[peril] && (r != nil || probability <= debateCareProbability[peril] && !finds(&g.everyday, t.Text))
	})
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

// A message of so many words goes on with a debate that a doubtful alarm has stopped, if
// danger is no more probable than doubtfulDanger, or than doubtfulFeeling where it tells of
// what somebody feels.
const (
	wordsToGoOn     = 3
	doubtfulDanger  = 0.75
	doubtfulFeeling = 0.5
)

// goesOn says whether a message goes on with a debate that was stopped for what no rule
// saw: a story from somebody's life, most likely.
func (g *Gate) goesOn(in Input, danger float64, message, topic *phrase.Text) bool {
	if topic.Len() == 0 || in.Alarm == "" || message.Len() < wordsToGoOn {
		return false
	}
	if r, _ := g.danger(g.lexicon.Read(in.Alarm)); r != nil {
		return false
	}
	return danger < doubtfulFeeling || danger < doubtfulDanger && !finds(&g.feeling, message)
}

// finds says whether any pattern of a set is in a text.
func finds(s *phrase.Set, t *phrase.Text) (found bool) {
	s.Find(t, func(phrase.Match) bool { found = true; return false })
	return found
}

// ofOthers are the dangers that are of somebody else, or from somebody.
var ofOthers = []Category{Worry, Abuse, Bullied, Violence, Emergency}

// changesSubject says whether a message after some turns of care is about
// something else: it says so, it is about the topic of the debate, or it is about
// nothing that has to do with the person, or with whom the danger is of.
func (g *Gate) changesSubject(in Input, danger float64, t, topic *phrase.Text) bool {
	if finds(&g.feeling, t) {
		return false
	}
	if finds(&g.subject, t) || shareWord(t, topic) {
		return true
	}
	words, most := plainWords, plainDanger
	if in.AfterCare >= lateCare || topic.Len() > 0 {
		words, most = plainWordsLate, plainDangerLate
	}
	if slices.Contains(ofOthers, g.texts.last(in.Said)) && finds(&g.others, t) {
		return false
	}
	return t.Len() >= words && danger < most && !finds(&g.self, t)
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

	message string
	marks   []mark
	senses  func() senses
}

// recentTexts are remembered, of so many bytes at most: a turn has its message and its
// topic looked at two or three times.
const (
	recentTexts = 64
	recentBytes = 2000
)

var recentSeed = maphash.MakeSeed()

// look reads a text and finds its frames, once while it is remembered.
func (g *Gate) look(message string) framed {
	slot := &g.recent[maphash.String(recentSeed, message)%recentTexts]
	if t := slot.Load(); t != nil && t.message == message {
		again := *t
		again.Text = t.Again()
		return again
	}
	t := framed{Text: g.plain(wouldDo.ReplaceAllString(believes.ReplaceAllString(message, ""), "we should ")), message: message}
	g.frames.Find(t.Text, func(m phrase.Match) bool {
		t.marks = append(t.marks, mark{frames[m.ID], m.From, m.To})
		return true
	})
	t.senses = sync.OnceValue(func() senses { return g.sense(t) })
	if len(message) <= recentBytes {
		kept := t
		kept.Text = t.Again()
		slot.Store(&kept)
	}
	return t
}

// believes and wouldDo begin a motion as debating societies shorten it: "this house believes", "this house would".
var (
	believes = regexp.MustCompile(`^\W*(?:THBT|TH (?:firmly |strongly )?believes)(?: that)?,? `)
	wouldDo  = regexp.MustCompile(`^\W*(?:THW|TH would) `)
)

// ReadAhead reads a message, and the topic beside it, which Check then finds read, as far
// as they are short enough to be remembered.
func (g *Gate) ReadAhead(message, topic string) {
	if len(message) <= recentBytes {
		g.read(g.look(message), framed{})
	}
	if len(topic) <= recentBytes {
		g.look(topic)
	}
}

// plain reads a text in which those who kill themselves with work only work.
func (g *Gate) plain(message string) *phrase.Text {
	t := g.lexicon.Read(message)
	var plainly []string
	g.overwork.Find(t, func(m phrase.Match) bool {
		plainly = append(plainly, t.Source(m.From, m.To), "work")
		return true
	})
	if plainly == nil {
		return t
	}
	return g.lexicon.Read(strings.NewReplacer(plainly...).Replace(message))
}

// reading is what the frames around a claim say of it.
type reading struct {
	asked    int // +1 if the bot is asked to argue it, -1 to oppose it
	sign     int // -1 if the user denies it
	reported bool
	against  bool
}

// endsAsking says whether a text ends with a wish to have what it states agreed with.
func (t framed) endsAsking() bool {
	return slices.ContainsFunc(t.marks, func(k mark) bool {
		return k.frame == frameIt && k.to == t.Len()
	})
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
