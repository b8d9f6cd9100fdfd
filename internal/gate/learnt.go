package gate

import (
	_ "embed" // for learnt.model
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
	// careProbability is how probable danger must be, and declineProbability that
	// the bot would have to say what it must not. A kind word too many does less
	// harm than one too few. In the middle of a debate nearly all is about its
	// topic, so there debateProbability counts for both, and storyProbability for danger
	// of or to somebody else, of whom most debates tell: a son who cries over his sums.
	// The first three were chosen on testdata/validate.jsonl.
	careProbability    = 0.5
	declineProbability = 0.55
	debateProbability  = 0.7
	storyProbability   = 0.95
	// sureProbability is how probable a danger must be to name the help for it,
	// whatever danger a rule sees.
	sureProbability = 0.8
	// settledProbability is how probable it must be that the bot would have to deny
	// what is known.
	settledProbability = 0.7
	// doubt is how probable danger must be at least where a rule says so, and
	// poisonProbability and threatProbability where somebody who was in danger has
	// just said more.
	doubt             = 0.08
	poisonProbability = 0.25
	threatProbability = 0.4
	// harmDoubt is how probable it must be at least that the bot would have to say
	// what it must not, where a rule says so of a message.
	harmDoubt = 0.1
	// passageWords are read at a time; a longer message is as grave as its gravest
	// passage.
	passageWords = 60
	// maxPassages of a message are read, the first and the last ones.
	maxPassages = 40
)

// learntRule names what no rule has found.
const learntRule = "learnt"

// sense is the answers to the questions about a passage.
type sense [][]float64

// senses are those of the passages of a text.
type senses []sense

// read reads a message, or where there is none the topic.
func (g *Gate) read(message, topic framed) (all senses) {
	text := message
	if text.Len() == 0 && topic.Text != nil {
		text = topic
	}
	if text.Len() == 0 {
		return nil
	}
	words := classify.Words(text.Text)
	if len(words) <= passageWords {
		return senses{g.learnt.Probabilities(append(words, text.known()...))}
	}
	for _, passage := range passages(words) {
		known := g.look(strings.Join(passage, " ")).known()
		all = append(all, g.learnt.Probabilities(slices.Concat(passage, known)))
	}
	return all
}

// known is what the rules know of the words of a text: the classes of the
// lexicon that they are in, in the order of the text, and then the frames.
func (t framed) known() (all []string) {
	t.Classes(func(name string) { all = append(all, "="+name) })
	for _, m := range t.marks {
		all = append(all, "=frame:"+string(m.frame))
	}
	return all
}

// passages cuts a text into pieces that overlap by half.
func passages(words []string) [][]string {
	if len(words) <= passageWords {
		return [][]string{words}
	}
	var all [][]string
	for from := 0; from+passageWords/2 < len(words); from += passageWords / 2 {
		all = append(all, words[from:min(from+passageWords, len(words))])
	}
	if len(all) > maxPassages {
		all = append(all[:maxPassages/2], all[len(all)-maxPassages/2:]...)
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
		return peril
	}
	return same
}

// judge is the verdict where no rule has any.
func (all senses) judge(v *Verdict, in Input) {
	enough := declineProbability
	if in.Message != "" && in.Topic != "" {
		enough = debateProbability
	}
	if c, p := all.harm(in); p > enough {
		v.Kind, v.Category, v.Rule = Declined, c, learntRule
		return
	}
	if len(all) != 1 || in.Topic != "" {
		return // what is known must be all that a message says
	}
	argue, oppose := all[0].sides(in)
	if stated := all[0][questionState]; argue*stated[stateFalse]+oppose*stated[stateTrue] > settledProbability {
		v.Kind, v.Category, v.Rule = Settled, Known, learntRule
	}
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
	likely := append(make([]float64, 0, len(evils)+1), sum)
	for i := range evils {
		p := argue*stated[stateDefends+i] + oppose*stated[stateRejects+i]
		likely, sum = append(likely, p), sum+p
	}
	if i := likeliest(likely); i > 0 {
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
