package claim

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/gob"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	update = flag.Bool("update", false, "train, and write learnt.model")
	dev    = flag.Bool("dev", false, "train on seven eighths of the openings, and measure on the others")
)

// How training goes.
const (
	epochs   = 6
	frequent = 25      // times that a common word occurs
	mixes    = 2       // claims put into each frame
	kept     = 600_000 // weights
)

// example is an opening as the trainer learns from it.
type example struct {
	*scene
	opening opening
	lattice *lattice
	span    span
	labels  []int // of the side: one, or two where only the bot's side is known
	form    form
	place   int
	formed  bool // a form makes the topic of the span
	side    []uint32
	shape   []uint32
}

func (o opening) example(m *model) *example {
	e := &example{scene: m.scene(o.Text), opening: o, span: span{0, -1}}
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
		e.span = p
		if k := p.i; k >= 0 && e.tokens[k].from == from && e.tokens[p.j].to >= from+len(strings.TrimRight(said, `.!?…") `)) {
			break
		}
	}
	if e.span.i < 0 {
		e.span = span{0, -1}
	}
	label := map[string]int{"PRO": agrees, "CON": denies}[o.Side]
	switch o.Ask {
	case "argue_for":
		e.labels = []int{map[string]int{"PRO": arguesFor, "CON": arguesAgainst}[o.Side]}
	case "":
		e.labels = []int{label, map[int]int{agrees: arguesAgainst, denies: arguesFor}[label]}
	default:
		e.labels = []int{label}
	}
	if e.span.j >= e.span.i && o.Topic != "" {
		e.form, e.place, e.formed = derive(e.scene, e.span, m.topicWords(o.Topic))
		if e.form.Or+e.form.Before+e.form.After != "" {
			e.form.Language = o.Lang
		}
	}
	return e
}

func (m *model) topicWords(topic string) []string {
	s := m.scene(topic)
	for len(s.tokens) > 0 && s.tokens[len(s.tokens)-1].stop {
		s.tokens = s.tokens[:len(s.tokens)-1]
	}
	return lower(s.pieces(span{0, len(s.tokens) - 1}, false))
}

func lower(words []piece) (low []string) {
	for _, w := range words {
		if text := strings.Trim(strings.ToLower(w.text), `,;:"`); text != "" {
			low = append(low, text)
		}
	}
	return low
}

// derive finds the cheapest form that makes the topic of the span's words.
func derive(s *scene, p span, topic []string) (best form, place int, ok bool) {
	if slices.Equal(lower(s.pieces(p, false)), topic) {
		return form{}, 0, true
	}
	least := math.MaxInt
	for _, asked := range []bool{false, true} {
		words := s.pieces(p, asked)
		try := func(f form, at, cost int) {
			f.Asked = asked
			got, fits := f.apply(words, at)
			low := lower(got)
			if !fits || len(low) == 0 || len(low) > len(topic) {
				return
			}
			for off := range min(4, len(topic)-len(low)) + 1 {
				after := len(topic) - off - len(low)
				if cost := cost + int(bit(asked)) + f.Drop + off + after; after <= 5 && cost < least && slices.Equal(topic[off:off+len(low)], low) {
					least, place, ok, best = cost, at, true, f
					best.Before, best.After = strings.Join(topic[:off], " "), strings.Join(topic[off+len(low):], " ")
				}
			}
		}
		for drop := range min(4, len(words)) {
			try(form{Drop: drop}, 0, 0)
			for at := range min(len(words), 12) {
				try(form{Drop: drop, Front: true}, at, 1)
				try(form{Drop: drop, Back: true}, at, 1)
			}
		}
		for _, or := range ors {
			try(form{Or: or}, 0, 1)
		}
	}
	return best, place, ok
}

// ors are what may stand for an "or".
var ors = strings.Split("is better than|are better than|tastes better than|would beat|is more important than|es mejor que|son mejores que|ist besser als|sind besser als|est mieux que|est meilleur que|é melhor que|são melhores que|é melhor do que|è meglio di|è meglio del", "|")

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

func (l *learner) move(f []uint32, by float32) {
	if by > -1e-4 && by < 1e-4 {
		return
	}
	for _, slot := range f {
		l.squares[slot] += by * by
		l.w[slot] += l.rate * by / (float32(math.Sqrt(float64(l.squares[slot]))) + 0.3)
	}
}

func (l *learner) learnSpan(e *example) {
	scores := e.lattice.scores(l)
	right := slices.IndexFunc(e.lattice.spans, func(p span) bool { return p == e.span })
	if right < 0 {
		return
	}
	shares := softmax(scores)
	n := len(e.tokens)
	start, end, inside := make([]float32, n), make([]float32, n), make([]float32, n+1)
	for c, p := range e.lattice.spans {
		by := bitOf(c == right) - shares[c]
		if c == 0 {
			l.move(e.lattice.message, by)
			continue
		}
		start[p.i] += by
		end[p.j] += by
		inside[p.i] += by
		inside[p.j+1] -= by
		l.move(e.lattice.span[c], by)
	}
	within := float32(0)
	for k := range n {
		within += inside[k]
		l.move(e.lattice.start[k], start[k])
		l.move(e.lattice.end[k], end[k])
		l.move(e.lattice.inside[k], within)
	}
}

func bitOf(b bool) float32 { return float32(bit(b)) }

// learnLabel learns one choice of n labels, of which any of right will do.
func (l *learner) learnLabel(f []uint32, first, n int, right ...int) {
	shares := choose(l, f, first, n)
	total := float32(0)
	for _, r := range right {
		total += shares[r]
	}
	labelled := make([]uint32, len(f))
	for i, share := range shares {
		by := -share
		if slices.Contains(right, i) {
			by += share / total
		}
		for k, slot := range f {
			labelled[k] = label(slot, first+i)
		}
		l.move(labelled, by)
	}
}

func (l *learner) learn(e *example, forms []form) {
	l.learnSpan(e)
	if i := slices.Index(languages, e.opening.Lang); i >= 0 {
		l.learnLabel(e.languageFeatures(), firstLanguage, len(languages), i)
	}
	if e.span.j < e.span.i {
		return
	}
	l.learnLabel(e.side, 0, sides, e.labels...)
	i := slices.Index(forms, e.form)
	if i < 0 || !e.formed {
		return
	}
	l.learnLabel(e.shape, firstForm, len(forms), i)
	if !e.form.Front && !e.form.Back {
		return
	}
	moves := e.moves(e.pieces(e.span, e.form.Asked), e.form)
	scores := make([]float32, len(moves))
	for k := range moves {
		scores[k] = l.sum(moves[k])
	}
	for k, share := range softmax(scores) {
		l.move(moves[k], bitOf(k == e.place-int(bit(e.form.Front)))-share)
	}
}

// mixed puts claims into the frames of others of the same language and form.
func mixed(m *model, all []*example, random *rand.Rand) (more []*example) {
	alike := map[string][]*example{}
	key := func(e *example) string {
		return fmt.Sprint(e.opening.Lang, e.form.Front, e.form.Back, e.form.After != "", e.form.Before != "", e.form.Or != "", e.formed)
	}
	for _, e := range all {
		if e.span.j >= e.span.i {
			alike[key(e)] = append(alike[key(e)], e)
		}
	}
	for range mixes {
		for _, e := range all {
			if e.span.j < e.span.i || e.span.j-e.span.i+1 >= len(e.tokens)-1 {
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
			o.Span = said
			if strings.Count(o.Text, said) != 1 {
				continue
			}
			o.Topic = ""
			x := o.example(m)
			x.form, x.place, x.formed = donor.form, donor.place, donor.formed
			more = append(more, x)
		}
	}
	return more
}

func trainOn(openings []opening, framed []opening) *model {
	m := &model{common: commonWords(openings)}
	l := &learner{w: make([]float32, slots), squares: make([]float32, slots)}
	m.weights = l
	random := rand.New(rand.NewPCG(1, 2))
	var written, all []*example
	for _, o := range openings {
		written = append(written, o.example(m))
		if o.tidy { // who writes with care is to be read with care: it counts twice
			written = append(written, o.example(m))
		}
	}
	for _, o := range framed {
		all = append(all, o.example(m))
	}
	m.forms = formsOf(slices.Concat(written, all))
	all = slices.Concat(written, mixed(m, written, random), all)
	all = slices.DeleteFunc(all, func(e *example) bool { return len(e.tokens) == 0 })
	for _, e := range all {
		e.lattice = e.scene.lattice(l)
		if e.span.j >= e.span.i {
			e.side, e.shape = e.sideFeatures(e.span), e.formFeatures(e.span)
		}
	}
	for epoch := range epochs {
		l.rate = 0.2 / (1 + 0.15*float32(epoch))
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, e := range all {
			l.learn(e, m.forms)
		}
	}
	return m
}

// commonWords are the hashes of the frequent words.
func commonWords(openings []opening) map[uint64]bool {
	count := map[uint64]int{}
	m := &model{}
	for _, o := range openings {
		for _, t := range m.scene(o.Text).tokens {
			count[t.word] += int(bit(!t.mark))
		}
	}
	maps.DeleteFunc(count, func(_ uint64, n int) bool { return n < frequent })
	common := map[uint64]bool{}
	for h := range count {
		common[h] = true
	}
	return common
}

// formsOf are the forms that make three topics or more, the commonest first.
func formsOf(all []*example) []form {
	count := map[form]int{}
	for _, e := range all {
		if e.formed {
			count[e.form]++
		}
	}
	maps.DeleteFunc(count, func(_ form, n int) bool { return n < 3 })
	return slices.SortedFunc(maps.Keys(count), func(a, b form) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
}

// file has the largest weights, in 8 bits.
func (m *model) file() ([]byte, error) {
	w := m.weights.(*learner).w
	sizes := make([]float32, len(w))
	for i := range w {
		sizes[i] = float32(math.Abs(float64(w[i])))
	}
	slices.Sort(sizes)
	least := max(sizes[len(sizes)-kept], 1e-9)
	head := stored{Forms: m.forms, Common: slices.Sorted(maps.Keys(m.common)), Unit: min(sizes[len(sizes)-1], 4) / 127}
	var blocks, values []byte
	for block := range slices.Chunk(w, blockSlots) {
		set, before := uint64(0), len(values)
		for i, x := range block {
			q := int8(math.Round(float64(max(-127, min(127, x/head.Unit)))))
			if q != 0 && (x <= -least || x >= least) {
				set |= 1 << i
				values = append(values, byte(q))
			}
		}
		blocks = binary.LittleEndian.AppendUint64(blocks, set)
		blocks = binary.LittleEndian.AppendUint32(blocks, uint32(before))
	}
	var file bytes.Buffer
	err := gob.NewEncoder(&file).Encode(head)
	file.Write(blocks)
	file.Write(values)
	return file.Bytes(), err
}

// TestTrain trains with -update, as go generate does, and measures with -dev.
func TestTrain(t *testing.T) {
	if !*update && !*dev {
		t.Skip("trains only with -update or -dev")
	}
	began := time.Now()
	openings := slices.Concat(readOpenings(t, "messy/train"), readOpenings(t, "tidy/train"))
	framed := readOpenings(t, "tidy/frames")
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
	m := trainOn(openings, framed)
	t.Logf("%d forms, trained in %v", len(m.forms), time.Since(began))
	if *dev {
		m.measure(t, "unseen", test)
	}
	file, err := m.file()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", len(file))
	if m, err = readModel(file); err != nil {
		t.Fatal(err)
	}
	if *dev {
		m.measure(t, "unseen, stored", test)
		return
	}
	if err := os.WriteFile("learnt.model", file, 0o600); err != nil {
		t.Fatal(err)
	}
}

var show = flag.Bool("show", false, "with -dev: show what is read wrong")

func (m *model) measure(t *testing.T, name string, openings []opening) {
	right, tidy, tidyRight, none, side, topic := 0, 0, 0, 0, 0, 0
	for _, o := range openings {
		l := o.labelled()
		s, sure := m.subject(m.scene(o.Text))
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
	t.Logf("%s: %d of %d right, %.1f %%; tidy %d of %d; wrong: none %d, side %d, topic %d", name, right, len(openings), 100*float64(right)/float64(len(openings)), tidyRight, tidy, none, side, topic)
}

func TestAFileHasTheWeightsThatWereLearned(t *testing.T) {
	l := &learner{w: make([]float32, slots)}
	learned := map[uint32]float32{0: 1, 63: -1, 64: 2, 127: 0.5, 4000: -4, slots - 64: 1.5, slots - 1: 4}
	for slot, x := range learned {
		l.w[slot] = x
	}
	file, err := (&model{weights: l}).file()
	if err != nil {
		t.Fatal(err)
	}
	m, err := readModel(file)
	if err != nil {
		t.Fatal(err)
	}
	for slot := range uint32(slots) {
		if got, want := m.weights.sum([]uint32{slot}), learned[slot]; math.Abs(float64(got-want)) > 0.02 {
			t.Errorf("slot %d has %v, not %v", slot, got, want)
		}
	}
	if got := m.weights.sum([]uint32{0, 64, 65, 127}); math.Abs(float64(got)-3.5) > 0.05 {
		t.Errorf("together they are %v", got)
	}
}
