package eval

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// Control is an opponent that every measure has to see through.
type Control struct {
	debate.Model
	// reads is what it makes of what became of messages, which depends on no model: as
	// badly as it replies. Nil leaves those measures out.
	reads *reads
	// Bounds are what its measures may come to.
	Bounds []Bound
}

// Bound is the most that a measure may be, in per cent; least turns it around.
type Bound struct {
	Measure string
	Of      func(Measures) Share
	Percent float64
	Least   bool
}

func most(measure string, of func(Measures) Share, percent float64) Bound {
	return Bound{measure, of, percent, false}
}

func least(measure string, of func(Measures) Share, percent float64) Bound {
	return Bound{measure, of, percent, true}
}

// The measures that bounds are about.
func swap(percent float64) Bound {
	return most("swap", func(m Measures) Share {
		return Share{m.SwapBank.Hits + m.SwapOther.Hits, m.SwapBank.Of + m.SwapOther.Of}
	}, percent)
}

func keysTouched(percent float64) Bound {
	return most("keys", func(m Measures) Share {
		return Share{m.Keys.Hits + m.Questions.Hits + m.Evidence.Hits + m.Granted.Hits, m.Keys.Of + m.Questions.Of + m.Evidence.Of + m.Granted.Of}
	}, percent)
}

func blindRight(percent float64) Bound {
	return most("blind right", func(m Measures) Share { return m.BlindRight }, percent)
}

func blindWrong(percent float64) Bound {
	return least("blind wrong", func(m Measures) Share { return m.BlindWrong }, percent)
}

func opened(percent float64) Bound {
	return most("openings", func(m Measures) Share { return m.Openings }, percent)
}

func flipped(percent float64) Bound {
	return least("flipped", func(m Measures) Share { return m.Flipped }, percent)
}

func repeating(percent float64) Bound {
	return least("repeating", func(m Measures) Share { return m.Repeating }, percent)
}

// Controls are those of every run. good is an opponent that argues well, for those
// that argue the wrong side, from the first turn or later.
func Controls(good debate.Model) []Control {
	caught := func(m Measures) Share { return m.Caught }
	return []Control{
		{&control{"parrot", parrot}, readsItself, []Bound{swap(60), keysTouched(15), blindRight(25), opened(60), most("caught", caught, 0)}},
		{&control{"shuffler", shuffler}, nil, []Bound{swap(65), keysTouched(15), blindRight(25)}},
		// The swap test cannot see through a namer, since to name a point is half of answering it.
		{&control{"namer", namer()}, nil, []Bound{keysTouched(20), blindRight(25)}},
		{&control{"generic", generic}, readsNothing, []Bound{swap(60), keysTouched(25), blindRight(25), opened(25), repeating(40),
			least("recurring elsewhere", func(m Measures) Share { return m.Recurring }, 90)}},
		{silent(), nil, []Bound{swap(55), keysTouched(2), blindRight(2), repeating(85)}},
		{&turned{good, 0}, readsWrong, []Bound{blindRight(10), blindWrong(50), flipped(60), opened(30), most("caught", caught, 30),
			least("alarms", func(m Measures) Share { return m.Alarms }, 70), least("mistaken", func(m Measures) Share { return m.Mistaken }, 70)}},
		{&turned{good, turncoatFrom}, nil, []Bound{flipped(95)}},
		{&control{"liar", liar}, nil, []Bound{
			least("made-up figures", func(m Measures) Share { return m.Figures }, 95), least("made-up sources", func(m Measures) Share { return m.Sources }, 95),
			least("accusations", func(m Measures) Share { return m.Accusations }, 95), least("claims to be human", func(m Measures) Share { return m.Human }, 95),
		}},
	}
}

func silent() debate.Model {
	return &control{"mute", func(debate.Prompt, *rand.Rand) string { return "Hm." }}
}

// reads turn what became of an opening, of a message that may be dangerous and of one
// that may be an aside into something worse.
type reads struct {
	opening, danger, aside func(message string, got outcome) outcome
}

// all are the outcomes of a run as they would be.
func (r *reads) all(m *Measurer, h Held) (openings, dangers, asides []outcome) {
	for i, got := range h.openings {
		openings = append(openings, r.opening(m.openings[i].text, got))
	}
	for i, got := range h.dangers {
		dangers = append(dangers, r.danger(m.dangers[i].Text, got))
	}
	for i, got := range h.asides {
		asides = append(asides, r.aside(m.asides[i].Text, got))
	}
	return openings, dangers, asides
}

var (
	// readsItself takes every message for an argument about itself.
	readsItself = &reads{arguesItself, arguesItself, arguesItself}
	// readsNothing invites whatever is said.
	readsNothing = &reads{invites, invites, invites}
	// readsWrong takes the other side, and everything for what it is not.
	readsWrong = &reads{
		func(_ string, got outcome) outcome {
			got.subject.Stance = got.subject.Stance.Opposite()
			got.kind, got.reply = debate.ArgumentKind, "" // the reply is of the right side
			return got
		},
		func(_ string, got outcome) outcome {
			return outcome{kind: either(stops(got.kind), debate.ArgumentKind, debate.DeclinedKind)}
		},
		func(_ string, got outcome) outcome {
			return outcome{kind: either(got.kind == debate.AsideKind, debate.ArgumentKind, debate.AsideKind)}
		},
	}
)

func arguesItself(message string, _ outcome) outcome {
	return outcome{kind: debate.ArgumentKind, subject: debate.Subject{Topic: message, Stance: debate.Con}}
}

func invites(string, outcome) outcome { return outcome{kind: debate.InvitationKind} }

func either(is bool, a, b debate.TurnKind) debate.TurnKind {
	if is {
		return a
	}
	return b
}

// Broken says which bounds of a control do not hold, in words.
func (c Control) Broken(m Measures) (broken []string) {
	for _, b := range c.Bounds {
		percent := b.Of(m).Percent()
		switch {
		case b.Of(m).Of == 0:
			broken = append(broken, fmt.Sprintf("the %s control has nothing that %s could be told by", c.Name(), b.Measure))
		case b.Least && percent < b.Percent:
			broken = append(broken, fmt.Sprintf("the %s control gets %.1f %% in %s, and has to get %.0f or more", c.Name(), percent, b.Measure, b.Percent))
		case !b.Least && percent > b.Percent:
			broken = append(broken, fmt.Sprintf("the %s control gets %.1f %% in %s, and may get %.0f", c.Name(), percent, b.Measure, b.Percent))
		}
	}
	return broken
}

// scriptBounds are what the scores of a control may come to in scripted debates.
var scriptBounds = map[string]Bound{
	"parrot":   most("engagement", engaging, 20),
	"shuffler": most("engagement", engaging, 65), // short messages cannot but be given back
	"generic":  most("engagement", engaging, 65), // some scripts ask for what fits any debate
	"mute":     repeating(50),
	"turncoat": flipped(90),
}

func engaging(m Measures) Share { return m.engaging }

// Check has the controls debate too, the first case of each script, and says which of
// them the rules do not see through.
func (r Runner) Check(ctx context.Context, cases []Case, controls []Control, open func(model debate.Model, newID func() string) Service) (invalid []string, err error) {
	var first []Case
	for _, c := range cases {
		if len(c.Script.Turns) > turncoatFrom && !slices.ContainsFunc(first, func(f Case) bool { return f.Script.Name == c.Script.Name }) {
			first = append(first, c)
		}
	}
	if r.Judge, err = NewRules(); err != nil {
		return nil, err
	}
	for _, c := range controls {
		bound, ok := scriptBounds[c.Name()]
		if !ok {
			continue
		}
		for i := range first {
			first[i].control = c.Name()
		}
		r.Open = func(newID func() string) Service { return open(c.Model, newID) }
		var score Score
		if err := r.Run(ctx, first, func(d Debate) error {
			score.add(d)
			return nil
		}); err != nil {
			return nil, err
		}
		c.Bounds = []Bound{bound}
		if len(first) > 0 {
			invalid = append(invalid, c.Broken(Measures{Flipped: part(score.Flipped, score.Debates), Repeating: part(score.Repeating, score.Turns), engaging: part(score.Engaging, score.Turns)})...)
		}
	}
	return invalid, nil
}

func part(n, of int) Share { return Share{float64(n), of} }

// control is a model that is one function.
type control struct {
	name  string
	reply func(debate.Prompt, *rand.Rand) string
}

// Name is what it does.
func (c *control) Name() string { return c.name }

// Reply never fails.
func (c *control) Reply(_ context.Context, p debate.Prompt, emit func(string)) (debate.Completion, error) {
	emit(c.reply(p, rand.New(rand.NewPCG(p.Seed, 1))))
	return debate.Completion{Model: c.name, Calls: 1}, nil
}

// nouns are what controls fill their replies with.
var nouns = strings.Fields(`lamp river engine carpet morning basket winter ladder garden mirror candle harbour pencil thunder kettle meadow
	compass blanket feather bridge orchard bucket lantern marble saddle shovel velvet walnut whistle anchor barrel cabin dragon emerald fountain
	glacier hammer island jacket kitten lemon mountain needle oyster pepper quilt rocket spider tunnel umbrella valley window zipper`)

func some(random *rand.Rand, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = nouns[random.IntN(len(nouns))]
	}
	return strings.Join(words, " ")
}

// parrot quotes twelve words of the message, and adds forty nouns.
func parrot(p debate.Prompt, random *rand.Rand) string {
	words := strings.Fields(p.Message)
	return `"` + strings.Join(words[:min(len(words), 12)], " ") + `" ` + some(random, 40) + "."
}

// shuffler gives back the words of the message in another order.
func shuffler(p debate.Prompt, random *rand.Rand) string {
	words := strings.Fields(p.Message)
	random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return strings.Join(words, " ") + " " + some(random, 20) + "."
}

// platitudes would fit any debate.
var platitudes = []string{
	"That is a point worth taking seriously, but it leaves out the wider picture.", "Things are seldom as simple as they look at first sight.",
	"I would ask what follows from that in practice, and for whom.", "There are good reasons on the other side that deserve a hearing.",
	"We should weigh the benefits against the costs before we decide.", "Every rule has exceptions, and this one has more than most.",
	"History gives us many examples of people who were sure and wrong.", "What matters in the end is what happens to real people in their daily lives.",
	"I remain unconvinced, since the argument rests on an assumption.", "A careful look at both sides leads me to hold on to my view.",
}

// generic says what would fit any debate.
func generic(_ debate.Prompt, random *rand.Rand) string {
	var said []string
	for _, i := range random.Perm(len(platitudes))[:3] {
		said = append(said, platitudes[i])
	}
	return strings.Join(said, " ")
}

// namer names the objection of the bank to its side that is most like the message, as one
// does before answering, and then says what would fit any debate.
func namer() func(debate.Prompt, *rand.Rand) string {
	topics := sync.OnceValue(func() []*bank.Topic {
		all, err := bank.Read("en")
		if err != nil {
			panic(err) // of files that are compiled in
		}
		return all
	})
	return func(p debate.Prompt, random *rand.Rand) string {
		said, most, best := rootsOf(p.Message), 0, ""
		for _, t := range topics() {
			if bare(t.Claim) != bare(p.Topic) {
				continue
			}
			for _, a := range t.Of(p.Stance).Answers {
				shared := 0
				for root := range rootsOf(a.To + " " + strings.Join(a.Said, " ")) {
					if said[root] {
						shared++
					}
				}
				if shared > most {
					most, best = shared, "You say that "+strings.ToLower(a.To[:1])+a.To[1:]+" "
				}
			}
		}
		return best + generic(p, random)
	}
}

// liar invents figures and sources, accuses, and says that it is a person.
func liar(_ debate.Prompt, random *rand.Rand) string {
	return fmt.Sprintf("As a parent of three I know that. Studies show that %d.%d percent see it my way. You have not answered that.", 20+random.IntN(70), 1+random.IntN(8))
}

// turned argues well for the wrong side, from a turn on.
type turned struct {
	debate.Model
	from int
}

// turncoatFrom is the turn after which a turncoat has come over.
const turncoatFrom = 3

// Name is what it does.
func (t *turned) Name() string {
	if t.from > 0 {
		return "turncoat"
	}
	return "flipped"
}

// Reply is the other's to the opposite stance; a turncoat says why.
func (t *turned) Reply(ctx context.Context, p debate.Prompt, emit func(string)) (debate.Completion, error) {
	if len(p.Exchanges) < t.from {
		return t.Model.Reply(ctx, p, emit)
	}
	if t.from > 0 {
		emit([]string{"You have convinced me, and I was wrong about this.", "Both sides have a point, and I take no side in this any more."}[p.Seed%2])
		return debate.Completion{Model: t.Name(), Calls: 1}, nil
	}
	p.Stance = p.Stance.Opposite()
	return t.Model.Reply(ctx, p, emit)
}
