package gate

import (
	_ "embed" // for learnt.model
	"math"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/classify"
)

// People in danger say so in more ways than rules foresee, and ask for harm in
// more. What the rules do not see is judged by a classifier as well, which
// learnt from labelled messages in testdata (never from the held-out ones). It
// answers three questions: who is in danger, what is said of it that harms
// people, and whose view that is to be. Of the last two follows what the bot
// would have to say.
//
// After a change of the messages: go test ./internal/gate -run Learnt -update

//go:embed learnt.model
var modelFile []byte

// perils are the categories that it tells apart; before them comes "nobody is in
// danger".
var perils = []Category{Suicide, SelfHarm, Eating, Abuse, Violence, Emergency, Worry, Grief}

// asks are what a message may want of the bot with what it states: argue it,
// argue against it, or nothing, so that the bot opposes it; or it only asks
// whether it is so, or reports that somebody says so.
var asks = []string{"for", "against", "assert", "question", "report"}

const (
	askFor = iota
	askAgainst
	askNothing
)

// evils are the categories of Declined that have two sides. The classes of what
// is stated are: nothing of that sort; each evil's defence; each evil's
// rejection; a wish for help to do harm; what is known to be false, and to be true.
var evils = []Category{Cruelty, Hatred, Atrocity, Minors, Medical}

const (
	stateOther    = 0
	stateDefends  = 1
	stateRejects  = stateDefends + 5
	stateHarm     = stateRejects + 5
	stateFalse    = stateHarm + 1
	stateTrue     = stateFalse + 1
	stateHowMany  = stateTrue + 1
	questionPeril = 0
	questionAsks  = 1
	questionState = 2
)

// questions is how many answers each has.
var questions = []int{1 + 8, 5, stateHowMany}

const (
	// declineProbability is how probable it must be that the bot would have to say what
	// it must not; debateProbability counts in the middle of a debate, where nearly all is
	// about its topic.
	declineProbability = 0.62
	debateProbability  = 0.75
	// nobodysProbability is how probable danger must be in fewWords in the middle of a debate that are of nobody,
	// and fewDebateProbability harm in so few.
	nobodysProbability   = 0.985
	fewDebateProbability = 0.9
	fewWords             = 6
	// firmProbability is how probable it must be that a message states what the bot opposes
	// because it harms: the bot then grants it nothing.
	firmProbability = 0.8
	// overruleProbability is how probable that must be where a rule found the bot's side to be
	// the decent one: "persuade my friend that she needs no insulin" is asked, not said.
	overruleProbability = 0.7
	// sureProbability is how probable a danger must be to name the help for it,
	// whatever danger a rule sees.
	sureProbability = 0.8
	// certainProbability is how probable another danger must be than the one before.
	certainProbability = 0.97
	// settledProbability is how probable it must be that the bot would have to deny
	// what is known.
	settledProbability = 0.7
	// doubt is how probable danger must be at least where a rule says so, debateDoubt in
	// the middle of a debate, and poisonProbability and threatProbability where somebody who was in danger has
	// just said more.
	doubt             = 0.04
	debateDoubt       = 0.4
	poisonProbability = 0.25
	threatProbability = 0.4
	// harmDoubt is how probable it must be at least that the bot would have to say
	// what it must not, where a rule says so of a message.
	harmDoubt = 0.1
	// longCareProbability is how probable danger must be at least in a long message, and
	// longDeclineProbability harm: each of its passages has the chance to sound like it. Unless one
	// is so sure as surePassage, danger must have longCareOdds by all of them, on average.
	longCareProbability    = 0.75
	surePassage            = 0.95
	longCareOdds           = -0.05
	longDeclineProbability = 0.85
	// passageWords are read at a time; a longer message is as grave as its gravest
	// passage, of the so many that look gravest.
	passageWords = 60
	maxPassages  = 6
)

// careProbability is how probable danger of a kind must be: most for what people tell of
// in debates too, from their own lives. It was chosen on the messages that validate, on
// openings and on what others wrote (see docs/security.md): a crisis line for somebody who only argues drives them
// away, and there are many more of those.
var careProbability = map[Category]float64{
	Suicide: 0.455, SelfHarm: 0.41, Eating: 0.41, Abuse: 0.395, Violence: 0.53, Emergency: 0.445, Worry: 0.42, Grief: 0.36,
}

// debateCareProbability is how probable danger must be in the middle of a debate, where
// most that sounds like it is a story that argues: "my parents made me wash dishes and it
// didn't hurt me". What is less sure is debated, and the reply says where help is.
var debateCareProbability = map[Category]float64{
	Suicide: 0.87, SelfHarm: 0.9, Eating: 0.86, Abuse: 0.9, Violence: 0.89, Emergency: 0.89, Worry: 0.9, Grief: 0.82,
}

// helpProbability is how probable danger of a kind must be for a debate's reply to begin with
// whether all is well and where help is, and debateHelpProbability in the middle of a debate.
// They were chosen on the same messages as careProbability: the line costs a sentence, so it
// may come in one debate of sixty that needs none, and in the middle of one after one objection
// of several hundred: to be asked whether one is all right after a story of a dog reads badly.
var (
	helpProbability = map[Category]float64{
		Suicide: 0.26, SelfHarm: 0.16, Eating: 0.21, Abuse: 0.24, Violence: 0.22, Emergency: 0.26, Worry: 0.22, Medical: 0.32,
	}
	debateHelpProbability = map[Category]float64{
		Suicide: 0.73, SelfHarm: 0.49, Eating: 0.54, Abuse: 0.84, Violence: 0.61, Emergency: 0.71, Worry: 0.79, Medical: 0.35,
	}
)

// learntRule names what no rule has found.
const learntRule = "learnt"

// sense is the answers to the questions about a passage.
type sense [][]float64

// senses are those of the passages of a text.
type senses []sense

// read reads a message, or where there is none the topic.
func (g *Gate) read(message, topic framed) senses {
	text := message
	if text.Len() == 0 && topic.Text != nil {
		text = topic
	}
	if text.Len() == 0 {
		return nil
	}
	return text.senses()
}

// sense is what was learnt of a text.
func (g *Gate) sense(text framed) (all senses) {
	words, at := classify.WordsAt(text.Text)
	if len(words) <= passageWords {
		return senses{g.learnt.Probabilities(g.known(words, text, 0, text.Len()))}
	}
	for _, passage := range g.learnt.Passages(words, passageWords, maxPassages) {
		from, to := passage[0], passage[1]
		known := g.known(slices.Clip(words[from:to]), text, int(at[from]), int(at[to-1])+1)
		all = append(all, g.learnt.Probabilities(known))
	}
	return all
}

// long says whether a text was read in several passages.
func (all senses) long() bool { return len(all) > 1 }

// longDanger says whether a long text, in which danger is so probable at most, tells of it.
func (all senses) longDanger(most float64) bool {
	odds := 0.0
	for _, s := range all {
		safe := min(max(s[questionPeril][0], 1e-4), 1-1e-4)
		odds += math.Log((1 - safe) / safe)
	}
	return most > surePassage || most > longCareProbability && odds > longCareOdds*float64(len(all))
}

// known appends what the rules know of some tokens of a text: the classes of the
// lexicon that they are in, in the order of the text, and then the frames.
func (g *Gate) known(all []string, t framed, from, to int) []string {
	all = slices.Grow(all, 2*(to-from))
	t.Classes(from, to, func(name string) { all = append(all, name) })
	for _, m := range t.marks {
		if m.from >= from && m.to <= to {
			all = append(all, "=frame:"+string(m.frame))
		}
	}
	return all
}

// danger is the likeliest danger that somebody is in, and how probable it is.
func (all senses) danger() (peril Category, probability float64) {
	for _, s := range all {
		if p := s[questionPeril]; 1-p[0] > probability {
			peril, probability = perils[likeliest(p[1:])], 1-p[0]
		}
	}
	return peril, probability
}

// another is what to answer somebody with who was in danger and stays with it:
// what more there is that cannot wait, or else more of the same.
func (all senses) another(same Category) Category {
	peril, probability := all.danger()
	if peril == Emergency && probability > poisonProbability || (peril == Abuse || peril == Violence) && probability > threatProbability {
		return gentler(same, stillOf(same, peril, probability), probability)
	}
	return same
}

// gentler is the danger that care goes on about, where no rule saw the one that was
// learnt: who is in grief weeps and tells, and who asked for a dose tells for whom.
func gentler(before, now Category, probability float64) Category {
	mourns := before == Grief && now != Emergency && now != SelfHarm
	asked := before == Dose && now != Suicide && now != SelfHarm
	if (mourns || asked) && probability <= certainProbability {
		return before
	}
	return now
}

// stillOf is the danger that a message after care is about. In an emergency it is that, whatever else is told
// while help is awaited, and who is hurt by somebody fears for themself. Whoever fears for somebody
// tells of what sounds like more than it is ("she's not answering"), and who
// threatened somebody of what was done to them, or of what lies ready ("i have the bat in
// the car"): neither is another danger.
func stillOf(before, now Category, probability float64) Category {
	told := before == Worry && now != Suicide && now != SelfHarm
	ready := before == Violence && (now == Abuse || now == Suicide && probability <= certainProbability)
	mourns := before != FollowUp && now == Grief                    // who was in danger still is
	fears := (before == Abuse || before == Bullied) && now == Worry // for themself
	waits := before == Emergency                                    // for help, whatever else is told
	if ready || fears || (told || mourns || waits) && probability <= certainProbability {
		return before
	}
	return now
}

// judge is the verdict where no rule stops anything.
func (all senses) judge(v *Verdict, in Input) {
	enough := declineProbability
	switch {
	case all.long():
		enough = longDeclineProbability
	case in.Message != "" && in.Topic != "" && len(strings.Fields(in.Message)) <= fewWords:
		enough = fewDebateProbability
	case in.Message != "" && in.Topic != "":
		enough = debateProbability
	}
	if v.Rule != "" {
		enough = max(enough, overruleProbability)
	}
	if c, p := all.harm(in); p > enough {
		*v = Verdict{Kind: Declined, Category: c, Rule: learntRule, Language: v.Language, said: v.said, texts: v.texts}
		return
	}
	if v.Rule != "" || len(all) != 1 || in.Topic != "" {
		return // what is known must be all that a message says
	}
	argue, oppose := all[0].sides(in)
	if stated := all[0][questionState]; argue*stated[stateFalse]+oppose*stated[stateTrue] > settledProbability {
		v.Kind, v.Category, v.Rule = Settled, Known, learntRule
	}
}

// opposed is how probable it is that the bot has to oppose what harms, and of which category
// that likeliest is.
func (all senses) opposed(in Input) (category Category, probability float64) {
	if in.Message != "" && in.Topic != "" {
		return "", 0
	}
	for _, s := range all {
		_, oppose := s.sides(in)
		defends := s[questionState][stateDefends : stateDefends+len(evils)]
		sum := 0.0
		for _, p := range defends {
			sum += oppose * p
		}
		if sum > probability {
			category, probability = evils[likeliest(defends)], sum
		}
	}
	return category, probability
}

// harm is how probable it is that the bot would have to say what it must not,
// and of which category that likeliest is.
func (all senses) harm(in Input) (category Category, probability float64) {
	for _, s := range all {
		if c, p := s.harm(in); p > probability {
			category, probability = c, p
		}
	}
	return category, probability
}

// sides is how probable it is that the bot would have to argue what is stated,
// and that it would have to oppose it.
func (s sense) sides(in Input) (argue, oppose float64) {
	asked := s[questionAsks]
	switch {
	case in.Message == "" && in.Side == Pro:
		return 1, 0
	case in.Message == "" && in.Side == Con:
		return 0, 1
	case in.Message == "" || in.Topic == "":
		return asked[askFor], asked[askAgainst] + asked[askNothing]
	}
	return asked[askFor], asked[askAgainst]
}

func (s sense) harm(in Input) (Category, float64) {
	stated := s[questionState]
	argue, oppose := s.sides(in)
	sum := stated[stateHarm]
	likely := [stateRejects]float64{sum}
	for i := range evils {
		p := argue*stated[stateDefends+i] + oppose*stated[stateRejects+i]
		likely[1+i] = p
		sum += p
	}
	if i := likeliest(likely[:]); i > 0 {
		return evils[i-1], sum
	}
	return Harm, sum
}

func likeliest(p []float64) int {
	most := 0
	for i := range p {
		if p[i] > p[most] {
			most = i
		}
	}
	return most
}
