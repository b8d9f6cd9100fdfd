package eval

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Control is an opponent that every measure has to see through.
type Control struct {
	debate.Model
	// Bounds are what its measures may come to at the most.
	Bounds []Bound
}

// Bound is the most that a measure may be, in per cent; least turns it around.
type Bound struct {
	Measure string
	Of      func(Measures) Share
	Percent float64
	Least   bool
}

// The measures that bounds are about.
func swap(most float64) Bound {
	return Bound{"swap", func(m Measures) Share {
		return Share{m.SwapBank.Hits + m.SwapOther.Hits, m.SwapBank.Of + m.SwapOther.Of}
	}, most, false}
}
func keysTouched(most float64) Bound {
	return Bound{"keys", func(m Measures) Share { return m.Keys }, most, false}
}
func blindRight(most float64) Bound {
	return Bound{"blind right", func(m Measures) Share { return m.BlindRight }, most, false}
}
func blindWrong(least float64) Bound {
	return Bound{"blind wrong", func(m Measures) Share { return m.BlindWrong }, least, true}
}

// Controls are those of every run. good is an opponent that argues well, for the
// one that argues the wrong side.
func Controls(good debate.Model) []Control {
	return []Control{
		{&control{"parrot", parrot}, []Bound{swap(60), keysTouched(15), blindRight(25)}},
		{&control{"shuffler", shuffler}, []Bound{swap(65), keysTouched(15), blindRight(25)}},
		{&control{"generic", generic}, []Bound{swap(60), keysTouched(25), blindRight(25)}},
		{&control{"mute", func(debate.Prompt, *rand.Rand) string { return "Hm." }}, []Bound{swap(55), keysTouched(2), blindRight(2)}},
		{&flipped{good}, []Bound{blindRight(10), blindWrong(50)}},
	}
}

// Broken says which bounds of a control do not hold, in words.
func (c Control) Broken(m Measures) (broken []string) {
	for _, b := range c.Bounds {
		percent := b.Of(m).Percent()
		switch {
		case b.Least && percent < b.Percent:
			broken = append(broken, fmt.Sprintf("the %s control gets %.1f %% in %s, and has to get %.0f or more", c.Name(), percent, b.Measure, b.Percent))
		case !b.Least && percent > b.Percent:
			broken = append(broken, fmt.Sprintf("the %s control gets %.1f %% in %s, and may get %.0f", c.Name(), percent, b.Measure, b.Percent))
		}
	}
	return broken
}

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

// flipped argues well, for the wrong side.
type flipped struct{ debate.Model }

// Name is what it does.
func (*flipped) Name() string { return "flipped" }

// Reply is the other's to the opposite stance.
func (f *flipped) Reply(ctx context.Context, p debate.Prompt, emit func(string)) (debate.Completion, error) {
	p.Stance = p.Stance.Opposite()
	return f.Model.Reply(ctx, p, emit)
}
