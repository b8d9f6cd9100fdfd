package claim

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/classify"
)

var (
	update = flag.Bool("update", false, "train, and write learnt.model, frames.model and common.txt")
	dev    = flag.Bool("dev", false, "train on seven eighths of the openings, and measure on the others")
	show   = flag.Bool("show", false, "with -dev: show what is read wrong")
)

// How training goes.
const (
	epochs   = 6
	frequent = 25 // times that a common word occurs
	mixes    = 2  // claims put into each frame
)

// example is an opening as the trainer learns from it.
type example struct {
	*scene
	opening opening
	span    span
	labels  []int // of the side: one, or two where only the bot's side is known
	place   int   // where the first word moves to, -1 where none makes the topic
	starts  lesson
	ends    lesson
	side    [][]uint32
	shape   [][]uint32
}

// lesson has the features of what there is to choose, and what is right.
type lesson struct {
	features [][]uint32
	right    int
}

func (o opening) example() *example {
	e := &example{scene: newScene(o.Text), opening: o, span: none, place: -1}
	if o.Span == "" || len(e.tokens) == 0 {
		return e
	}
	said := strings.ReplaceAll(o.Span, "’", "'")
	for from := range e.text { // the first place of the span that is no part of a word
		if !strings.HasPrefix(e.text[from:], said) {
			continue
		}
		p := span{-1, -1}
		for k, t := range e.tokens {
			if t.from <= from && from < t.to {
				p.i = k + int(bit(t.from < from))
			}
			if t.to <= from+len(said) && !t.mark {
				p.j = k
			}
		}
		for p.i >= 0 && p.i < p.j && e.tokens[p.i].mark {
			p.i++
		}
		e.span = p
		if k := p.i; k >= 0 && p.j >= k && e.tokens[p.j].to >= from+len(strings.TrimRight(said, `.!?…") `)) {
			break
		}
	}
	if e.span.i < 0 || e.span.j < e.span.i {
		e.span = none
		return e
	}
	label := map[string]int{"PRO": agrees, "CON": denies}[o.Side]
	switch {
	case o.Ask == "argue_for":
		e.labels = []int{map[string]int{"PRO": arguesFor, "CON": arguesAgainst}[o.Side]}
	case o.Kind == "question":
		e.labels = []int{asks}
	case o.Ask == "":
		e.labels = []int{label, map[int]int{agrees: arguesAgainst, denies: arguesFor}[label]}
	default:
		e.labels = []int{label}
	}
	if o.tidy && e.labels[0] == agrees { // where a question is a claim too
		e.labels = append(e.labels, asks)
	}
	e.place = e.placeIn(o.Topic)
	return e
}

// placeIn is where the first word of the span moves to in a topic. "Do" and "does" may be
// gone from there, and the "not" of "shouldn't".
func (e *example) placeIn(topic string) int {
	words, want := lows(e.tokens[e.span.i:e.span.j+1]), lows(newScene(topic).tokens)
	if slices.Equal(words, want) {
		return 0
	}
	if len(words) != e.span.j-e.span.i+1 {
		return -1
	}
	words[0] = unasked(words[0])
	for place := range min(len(words), 12) {
		moved := slices.Concat(words[1:place+1], words[:1], words[place+1:])
		if slices.Equal(moved, want) {
			return place
		}
		if words[0] == "do" || words[0] == "does" {
			moved = slices.Delete(moved, place, place+1)
			if alike(moved, want, place) {
				return place
			}
		}
	}
	return -1
}

// lows are the words among some tokens.
func lows(tokens []token) (words []string) {
	for _, t := range tokens {
		if !t.mark {
			words = append(words, t.low)
		}
	}
	return words
}

// alike says whether some words make a topic, but for the ending of the verb at a place.
func alike(words, topic []string, verb int) bool {
	if len(words) != len(topic) || verb >= len(words) || !strings.HasPrefix(topic[verb], words[verb][:min(2, len(words[verb]))]) {
		return false
	}
	return slices.Equal(words[:verb], topic[:verb]) && slices.Equal(words[verb+1:], topic[verb+1:])
}

// learner are weights that are being learned, by AdaGrad.
type learner struct {
	w, squares []float32
	rate       float32
}

func (l *learner) sum(slots []uint32) (total float32) {
	for _, slot := range slots {
		total += l.w[slot]
	}
	return total
}

// learn moves the weights of a choice towards any of what is right.
func (l *learner) learn(features [][]uint32, right ...int) {
	scores := make([]float32, len(features))
	for i, f := range features {
		scores[i] = l.sum(f)
	}
	shares := softmax(scores)
	total := float32(0)
	for _, r := range right {
		total += shares[r]
	}
	for i, share := range shares {
		by := -share
		if slices.Contains(right, i) {
			by += share / total
		}
		if by > -1e-4 && by < 1e-4 {
			continue
		}
		for _, slot := range features[i] {
			l.squares[slot] += by * by
			l.w[slot] += l.rate * by / (float32(math.Sqrt(float64(l.squares[slot]))) + 0.3)
		}
	}
}

// prepare finds the features of an example once.
func (e *example) prepare() {
	at, features := listed(e.scene.starts)
	e.starts = lesson{features, max(0, slices.Index(at, e.span.i))}
	if e.span == none {
		e.starts.right = 0
		return
	}
	at, features = listed(func(take func(int, []uint32)) { e.scene.ends(e.span.i, take) })
	e.ends = lesson{features, slices.Index(at, e.span.j)}
	_, e.shape = listed(func(take func(int, []uint32)) { e.shapes(e.span, take) })
	e.side = labels(e.sideFeatures(e.span), 0, sides)
}

// listed are choices with their features.
func listed(from func(take func(at int, features []uint32))) (all []int, features [][]uint32) {
	from(func(at int, f []uint32) { all, features = append(all, at), append(features, slices.Clone(f)) })
	return all, features
}

// labels are the features of each of n labels.
func labels(f []uint32, first, n int) [][]uint32 {
	all := make([][]uint32, n)
	for i := range all {
		all[i] = underLabel(make([]uint32, len(f)), f, first+i)
	}
	return all
}

func (l *learner) example(e *example) {
	if i := slices.Index(languages, e.opening.Lang); i >= 0 {
		l.learn(labels(e.languageFeatures(), firstLanguage, len(languages)), i)
	}
	if e.opening.Kind == "language" { // only words
		return
	}
	l.learn(e.starts.features, e.starts.right)
	if e.span == none {
		return
	}
	if e.ends.right >= 0 {
		l.learn(e.ends.features, e.ends.right)
	}
	l.learn(e.side, e.labels...)
	if e.place+1 < len(e.shape) {
		l.learn(e.shape, e.place+1)
	}
}

// mixed puts claims into the frames of others of the same language and shape.
func mixed(all []*example, random *rand.Rand) (more []*example) {
	alike := map[string][]*example{}
	key := func(e *example) string {
		said, topic := plainWords(e.opening.Span), plainWords(e.opening.Topic)
		shape := "other"
		switch n := min(len(said), len(topic)); {
		case slices.Equal(said, topic):
			shape = "said"
		case slices.Equal(said[:n], topic[:n]):
			shape = "after"
		case slices.Equal(said[len(said)-n:], topic[len(topic)-n:]):
			shape = "before"
		}
		return fmt.Sprint(e.opening.Lang, shape, e.place > 0)
	}
	for _, e := range all {
		if e.span != none {
			alike[key(e)] = append(alike[key(e)], e)
		}
	}
	for range mixes {
		for _, e := range all {
			if e.span == none || e.span.j-e.span.i+1 >= len(e.tokens)-1 {
				continue
			}
			of := alike[key(e)]
			donor := of[random.IntN(len(of))]
			if donor == e {
				continue
			}
			said := donor.text[donor.tokens[donor.span.i].from:donor.tokens[donor.span.j].to]
			o := e.opening
			o.Text = e.text[:e.tokens[e.span.i].from] + said + e.text[e.tokens[e.span.j].to:]
			o.Span, o.Topic = said, donor.opening.Topic
			if strings.Count(o.Text, said) == 1 {
				more = append(more, o.example())
			}
		}
	}
	return more
}

// trainings is how many there are, each in another order, of whose weights the mean is taken: one alone
// reads one in a hundred of what it has not seen better or worse by chance.
const trainings = 4

func trainOn(openings, framed []opening) weights {
	common = commonWords(openings)
	trained := make([][]float32, trainings)
	var all sync.WaitGroup
	for i := range trained {
		all.Go(func() { trained[i] = trainOnce(openings, framed, uint64(i+1)) })
	}
	all.Wait()
	return func(slots []uint32) (total float32) {
		for _, w := range trained {
			for _, slot := range slots {
				total += w[slot] / trainings
			}
		}
		return total
	}
}

// trainOnce are the weights that one training ends with.
func trainOnce(openings, framed []opening, seed uint64) []float32 {
	l := &learner{w: make([]float32, slots), squares: make([]float32, slots)}
	random, mean := rand.New(rand.NewPCG(seed, 2)), make([]float32, slots)
	var written, all []*example
	for _, o := range openings {
		written = append(written, o.example())
		if o.tidy { // who writes with care is to be read with care: it counts twice
			written = append(written, o.example())
		}
	}
	for _, o := range framed {
		all = append(all, o.example())
	}
	all = slices.Concat(written, mixed(written, random), all)
	all = slices.DeleteFunc(all, func(e *example) bool { return len(e.tokens) == 0 })
	for epoch := range epochs {
		l.rate = 0.2 / (1 + 0.15*float32(epoch))
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, e := range all {
			e.prepare()
			l.example(e)
			e.starts, e.ends, e.side, e.shape = lesson{}, lesson{}, nil, nil
		}
		for i, w := range l.w { // what the last epochs agree on
			if epoch >= epochs/2 {
				mean[i] += w / (epochs - epochs/2)
			}
		}
	}
	return mean
}

// mostWhole is how many openings that say nothing beside their claim the network learns from.
const mostWhole = 2500

// frameLessons are what some openings say around their claims, with their labels.
func frameLessons(openings []opening) (all []classify.Example) {
	whole, words := 0, lexicon()
	for _, o := range openings {
		e := o.example()
		if e.span == none || len(e.labels) == 0 {
			continue
		}
		if e.span.j-e.span.i+1 >= len(e.tokens)-1 {
			if whole++; whole > mostWhole {
				continue
			}
		}
		lesson := classify.Example{Words: e.frameWords(words, e.span), Labels: []int{0, classify.Unlabelled}, Weight: 1}
		if len(e.labels) == 1 {
			lesson.Labels[1] = e.labels[0]
		} else {
			for _, label := range e.labels {
				lesson.Either = append(lesson.Either, [2]int{0, label})
			}
		}
		all = append(all, lesson)
	}
	return all
}

// commonWords are the frequent words.
func commonWords(openings []opening) map[string]bool {
	count := map[string]int{}
	for _, o := range openings {
		for _, t := range newScene(o.Text).tokens {
			count[t.low] += int(bit(!t.mark))
		}
	}
	maps.DeleteFunc(count, func(_ string, n int) bool { return n < frequent })
	return set(strings.Join(slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b))
	}), " "))
}

// file has the weights in 8 bits.
func (w weights) file() []byte {
	file := make([]byte, slots)
	for i := range file {
		file[i] = byte(int8(math.Round(float64(max(-127, min(127, w([]uint32{uint32(i)})/unit))))))
	}
	return file
}

// TestTrain trains with -update, as go generate does, and measures with -dev.
func TestTrain(t *testing.T) {
	if !*update && !*dev {
		t.Skip("trains only with -update or -dev")
	}
	began := time.Now()
	openings := slices.Concat(readOpenings(t, "messy/train"), readOpenings(t, "tidy/train"))
	framed := slices.Concat(readOpenings(t, "tidy/frames"), readOpenings(t, "tidy/short"), readOpenings(t, "tidy/reasons"))
	var test []opening
	if *dev {
		var learn []opening
		for i, o := range openings {
			if i%8 == 3 {
				test = append(test, o)
			} else {
				learn = append(learn, o)
			}
		}
		openings = learn
	}
	w := trainOn(openings, framed)
	t.Logf("trained in %v", time.Since(began))
	if *dev {
		w.measure(t, test)
		return
	}
	frames, err := classify.Train(frameLessons(slices.Concat(openings, framed, readOpenings(t, "tidy/sides"))), nil, frameQuestions).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(slices.Sorted(maps.Keys(common)), "\n") + "\n"
	for name, data := range map[string][]byte{"learnt.model": w.file(), "common.txt": []byte(words), "frames.model": frames} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (w weights) measure(t *testing.T, openings []opening) {
	right, tidy, tidyRight, none, side, topic := 0, 0, 0, 0, 0, 0
	for _, o := range openings {
		l := o.labelled()
		s, sure := w.reading(newScene(o.Text))
		good := l.right(s, s.Topic != "")
		flipped := s
		flipped.Stance = s.Stance.Opposite()
		switch {
		case good:
			right++
		case (s.Topic != "") != l.Claim:
			none++
		case l.right(flipped, true):
			side++
		default:
			topic++
		}
		if o.tidy {
			tidy++
			tidyRight += int(bit(good))
		}
		if !good && *show {
			t.Logf("%.2f %q was read as %q, bot %s; want %+v", sure, o.Text, s.Topic, s.Stance, l.Accept)
		}
	}
	t.Logf("%d of %d right, %.1f %%; tidy %d of %d; wrong: none %d, side %d, topic %d", right, len(openings), 100*float64(right)/float64(len(openings)), tidyRight, tidy, none, side, topic)
}
