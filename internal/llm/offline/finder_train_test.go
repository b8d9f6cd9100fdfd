package offline

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/classify"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
	"github.com/debate-chatbot/debate-api/internal/phrase"
)

var update = flag.Bool("update", false, "train, and write finder.model")

// How training goes.
const (
	learners    = 3
	learnRounds = 6
	learnBatch  = 16
	learnRate   = 0.002 // of the layers
	learnDecay  = 2e-5
	directRate  = 1.5 // of what features add
	resting     = 0.5 // hidden numbers, at random
	unseen      = 0.5 // features, at random
	leastSlope  = 1e-4
	coarse      = 14 // levels of a weight of a feature, on each side of 0
	fine        = math.MaxInt8
	mostDirect  = 5
)

// What examples count.
const (
	byOpening = 1.5 // labelled
	byForeign = 2.5 // labelled as about none of the topics
	byOther   = 1   // others that are
	byWord    = 0.3
	byCue     = 0.5
	byPoint   = 0.7
	bySaid    = 0.4
	byClaim   = 1
	byMotion  = 2
)

// lesson is an example to learn from.
type lesson struct {
	*sight
	class  int
	or     int // another class that is as right, 0 for none
	weight float32
}

// trainFiles are the labelled openings.
func trainFiles(t testing.TB) (lines []string) {
	t.Helper()
	files, err := filepath.Glob("testdata/train_*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

func lessonOf(lines []string) [32]byte { return sha256.Sum256([]byte(strings.Join(lines, "\n"))) }

// lessons are all examples: the labelled openings and what the bank has.
func lessons(t testing.TB, topics []string, lines []string) (all []lesson) {
	t.Helper()
	l, err := phrase.NewLexicon(phrase.Base())
	if err != nil {
		t.Fatal(err)
	}
	reader := &finder{lexicon: l}
	add := func(weight float32, text string, class int) {
		s := reader.see(text)
		if len(s.features) > 0 {
			all = append(all, lesson{sight: s, class: class, weight: weight})
		}
	}
	class := func(name string, side debate.Stance) int {
		i := slices.Index(topics, name)
		if i < 0 {
			t.Fatalf("no topic %q", name)
		}
		if side == debate.Pro {
			return 1 + 2*i
		}
		return 2 + 2*i
	}
	for _, line := range lines {
		label, text, ok := strings.Cut(line, "\t")
		name, side, _ := strings.Cut(label, " ")
		switch {
		case !ok:
			t.Fatalf("no tab in %q", line)
		case name == "none":
			add(byForeign, text, 0)
		case side == "none": // of the topic, and of neither side
			add(byOpening, text, class(name, debate.Pro))
			all[len(all)-1].or = class(name, debate.Con)
		default:
			add(byOpening, text, class(name, debate.Stance(strings.ToUpper(side))))
		}
	}
	for _, text := range otherMessages(t) {
		add(byOther, text, 0)
	}
	for _, language := range bank.Languages {
		read, err := bank.Read(language)
		if err != nil {
			t.Fatal(err)
		}
		words := hear(read, saidFiles[language])
		for _, topic := range read {
			for _, w := range append(strings.Fields(strings.Join(words[topic.Name], " ")), topic.Names...) {
				add(byWord, strings.ReplaceAll(w, "+", " "), class(topic.Name, debate.Pro))
				all[len(all)-1].or = class(topic.Name, debate.Con)
			}
			bankLessons(topic, func(weight float32, text string, side debate.Stance) { add(weight, text, class(topic.Name, side)) })
		}
	}
	return all
}

// bankLessons are what the bank has of a topic that tells its sides.
func bankLessons(t *bank.Topic, add func(weight float32, text string, side debate.Stance)) {
	name := strings.TrimSuffix(t.Claim, ".")
	add(byMotion, t.Claim, debate.Pro)
	for _, d := range denials(t) {
		add(byMotion, d.text, d.side)
	}
	for _, side := range []debate.Stance{debate.Pro, debate.Con} {
		for _, claim := range t.Claims.Of(side) {
			add(byClaim, claim, side)
		}
		own, other := t.Of(side), t.Of(side.Opposite())
		claims := t.Claims.Of(side)
		with := func(i int, text string) string { // what is said of the topic may not name it
			if len(claims) == 0 {
				return name + ". " + text
			}
			return claims[i%len(claims)] + ". " + text
		}
		n := 0
		for _, cue := range t.Cues.Of(side) {
			add(byCue, with(n, cue), side)
			n++
		}
		for _, a := range own.Arguments {
			add(byPoint, with(n, a.Point), side)
			n++
		}
		for _, a := range slices.Concat(other.Answers, other.Concedes) {
			for _, said := range append(a.Said, a.To) {
				if said != "" {
					add(bySaid, with(n, said), side)
					n++
				}
			}
		}
	}
}

// denial is a motion denied or turned around, and which side of the motion that is.
type denial struct {
	text string
	side debate.Stance
}

// What "not" follows in English and "no" precedes in Spanish, and how comparisons read.
var (
	deniableMotion = map[string]*regexp.Regexp{
		"en": regexp.MustCompile(`\b(should|is|are|does|will|have)\b`),
		"es": regexp.MustCompile(`(?:^| )(debería|deberían|habría|es|son|está|hace|hacen|funciona|existe|existen|tienen|vale)(?: |\.)`),
	}
	compared = map[string]*regexp.Regexp{
		"en": regexp.MustCompile(`^(.+) (is|are|make|does) ((?:a )?better.*) than (.+)\.$`),
		"es": regexp.MustCompile(`^(.+) (es|son) (mejor|mejores) que (.+)\.$`),
	}
)

// denials are what denies a topic's motion, and of a comparison what turns it around:
// "not" is one word among many, and decides.
func denials(t *bank.Topic) (all []denial) {
	rest := strings.TrimSuffix(lowerFirst(t.Claim), ".")
	if t.Language == "es" {
		all = append(all, denial{"No es verdad que " + rest, debate.Con})
	} else {
		all = append(all, denial{"It is not true that " + rest, debate.Con}, denial{"I don't think that " + rest, debate.Con})
	}
	if at := deniableMotion[t.Language].FindStringSubmatchIndex(t.Claim); at != nil {
		before, verb, after := t.Claim[:at[2]], t.Claim[at[2]:at[3]], t.Claim[at[3]:]
		if t.Language == "es" {
			all = append(all, denial{before + "no " + verb + after, debate.Con})
		} else {
			all = append(all, denial{before + verb + " not" + after, debate.Con})
		}
	}
	if c := compared[t.Language].FindStringSubmatch(t.Claim); c != nil {
		one, verb, better, other := c[1], c[2], c[3], c[4]
		than, not := " than ", verb+" not "
		switch {
		case t.Language == "es":
			than, not = " que ", "no "+verb+" "
		case verb == "make":
			not = "don't make "
		}
		all = append(all,
			denial{upperFirst(other) + " " + verb + " " + better + than + lowerFirst(one), debate.Con},
			denial{upperFirst(other) + " " + not + better + than + lowerFirst(one), debate.Pro},
			denial{one + " " + not + better + than + other, debate.Con})
	}
	return all
}

// Who denies a motion in so many words is against it.
func TestWhoDeniesAMotionIsAgainstIt(t *testing.T) {
	t.Parallel()
	m := newModel(t, Options{})
	all, wrong := 0, 0
	for _, read := range []func() (*knowledge, error){m.english, m.spanish} {
		k, err := read()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range k.subjects {
			for _, d := range denials(s.Topic) {
				read, sure := claim.Read(d.text)
				read, _ = m.ReadTopic(d.text, read, sure)
				found, side := k.find(read.Topic, read.Stance)
				if all++; found == s && side != d.side.Opposite() {
					wrong++
					t.Logf("%q: the bot argues %s of %q", d.text, side, s.Claim)
				}
			}
		}
	}
	if wrong*100 > all {
		t.Errorf("%d of %d are taken for the other side", wrong, all)
	}
}

// otherMessages are openings of other kinds: those that the reader of claims learns
// from and asides, unless they are much like one of the bank's topics.
func otherMessages(t testing.TB) (texts []string) {
	t.Helper()
	indexes := make(map[string]*index)
	for _, language := range bank.Languages {
		indexes[language] = plainIndex(t, language)
	}
	for _, file := range []string{"../../claim/testdata/messy/train.jsonl", "../../gate/testdata/asides_train.jsonl"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			var one struct{ Text, Lang string }
			if err := json.Unmarshal([]byte(line), &one); err != nil {
				t.Fatal(err)
			}
			x := indexes[one.Lang]
			if x == nil || slices.ContainsFunc(x.mentioned(one.Text), func(c candidate) bool { return c.named || c.near > 0.45 || c.shared > 3 }) {
				continue
			}
			texts = append(texts, one.Text)
		}
	}
	return texts
}

// plainIndex finds topics of a language without a finder.
func plainIndex(t testing.TB, language string) *index {
	t.Helper()
	g, topics, words := heard(t, language)
	return newIndex(g, nil, topics, nil, learnTexts(g, topics, words))
}

// TestTheFinderIsThatOfItsOpenings trains it where it is asked to, which takes some minutes;
// else it only looks whether that was done after the openings changed.
func TestTheFinderIsThatOfItsOpenings(t *testing.T) {
	lines := trainFiles(t)
	if !*update {
		f, err := loadFinder()
		if err != nil {
			t.Fatal(err)
		}
		if f.Lesson != lessonOf(lines) {
			t.Error("finder.model has not learnt from testdata/train_*.txt as they are: run go test ./internal/llm/offline -run TheFinderIsThatOfItsOpenings -update")
		}
		return
	}
	heads, err := bank.Heads("en")
	if err != nil {
		t.Fatal(err)
	}
	var topics []string
	for _, h := range heads {
		topics = append(topics, h.Name)
	}
	all := lessons(t, topics, lines)
	t.Logf("%d examples", len(all))
	f := train(all, topics)
	f.Lesson = lessonOf(lines)
	file, err := fileOf(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("finder.model", file, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", len(file))
}

// learner is a finder that learns.
type learner struct {
	direct                    *weights
	first, second             *weights
	firstOffset, secondOffset *weights
	random                    *rand.Rand
	classes                   int
}

// weights are numbers with their slopes, and the moments of those (Adam).
type weights struct {
	now, slope, mean, square []float32
}

func newWeights(n int) *weights {
	return &weights{make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)}
}

func (w *weights) fill(random *rand.Rand, spread float64) {
	for i := range w.now {
		w.now[i] = float32(random.NormFloat64() * spread)
	}
}

func (w *weights) step(rate, decay float32) {
	for i, s := range w.slope {
		w.slope[i] = 0
		w.mean[i] = 0.9*w.mean[i] + 0.1*s
		w.square[i] = 0.999*w.square[i] + 0.001*s*s
		w.now[i] -= rate * (w.mean[i]/(float32(math.Sqrt(float64(w.square[i])))+1e-7) + decay*w.now[i])
	}
}

// table rounds the weights to so many levels on each side of 0.
func (w *weights) table(width, levels int) table {
	most := float32(1e-9)
	for _, x := range w.now {
		most = max(most, float32(math.Abs(float64(x))))
	}
	if levels == coarse {
		most = min(most, mostDirect)
	}
	t := table{Width: width, Unit: most / float32(levels), Cells: make([]int8, len(w.now))}
	for i, x := range w.now {
		t.Cells[i] = int8(math.Round(float64(max(-most, min(most, x)) / t.Unit)))
	}
	return t
}

// train has some networks learn, and makes one of them that adds up to their mean.
func train(all []lesson, topics []string) *finder {
	classes, width := 1+2*len(topics), learners*hidden
	direct, first, second := newWeights(buckets*classes), newWeights(inputs*width), newWeights(width*classes)
	firstOffset, secondOffset := make([]float32, width), make([]float32, classes)
	learnt := make([]*learner, learners)
	var training sync.WaitGroup
	for n := range learnt {
		training.Go(func() { learnt[n] = learn(all, classes, uint64(n+1)) })
	}
	training.Wait()
	for n, l := range learnt {
		for i, x := range l.direct.now {
			direct.now[i] += x / learners
		}
		for i := range inputs {
			copy(first.now[i*width+n*hidden:], l.first.now[i*hidden:][:hidden])
		}
		for i, x := range l.second.now {
			second.now[n*hidden*classes+i] = x / learners
		}
		copy(firstOffset[n*hidden:], l.firstOffset.now)
		for i, x := range l.secondOffset.now {
			secondOffset[i] += x / learners
		}
	}
	return &finder{Topics: topics, Direct: halved(direct.table(classes, coarse)), First: first.table(width, fine), Second: second.table(classes, fine),
		FirstOffset: firstOffset, SecondOffset: secondOffset}
}

// learn has one network learn.
func learn(all []lesson, classes int, seed uint64) *learner {
	l := &learner{classes: classes, random: rand.New(rand.NewPCG(seed, 2))}
	l.first, l.second = newWeights(inputs*hidden), newWeights(hidden*l.classes)
	l.firstOffset, l.secondOffset = newWeights(hidden), newWeights(l.classes)
	l.direct = &weights{now: make([]float32, buckets*l.classes), square: make([]float32, buckets*l.classes)}
	l.first.fill(l.random, 1/math.Sqrt(10))
	l.second.fill(l.random, 1/math.Sqrt(hidden))
	order := l.random.Perm(len(all))
	for round := range learnRounds {
		l.random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		loss := 0.0
		speed := float32(1 - 0.9*float64(round)/float64(learnRounds))
		for some := range slices.Chunk(order, learnBatch) {
			for _, i := range some {
				loss += l.learn(&all[i], speed)
			}
			l.first.step(learnRate*speed, learnDecay)
			l.second.step(learnRate*speed, learnDecay)
			l.firstOffset.step(learnRate*speed, 0)
			l.secondOffset.step(learnRate*speed, 0)
		}
		if testing.Verbose() {
			fmt.Printf("network %d round %d loss %.3f\n", seed, round, loss/float64(len(all)))
		}
	}
	return l
}

// learn adds the slopes of an example to those of the batch.
func (l *learner) learn(e *lesson, speed float32) float64 {
	seen := make([]uint32, 0, len(e.features))
	for _, f := range e.features {
		if l.random.Float64() >= unseen {
			seen = append(seen, f)
		}
	}
	scores := slices.Clone(l.secondOffset.now)
	scale := featureScale(len(e.features)) / float32(1-unseen)
	for _, f := range seen {
		for c, w := range l.direct.now[int(f)*l.classes:][:l.classes] {
			scores[c] += w * scale
		}
	}
	layer := l.layer(e)
	for j, x := range layer {
		if x != 0 {
			for c, w := range l.second.now[j*l.classes:][:l.classes] {
				scores[c] += x * w
			}
		}
	}
	p := classify.Softmax(scores)
	for c := range scores {
		scores[c] = e.weight * float32(p[c])
	}
	if e.or != 0 {
		scores[e.class] -= e.weight / 2
		scores[e.or] -= e.weight / 2
	} else {
		scores[e.class] -= e.weight
	}
	l.correct(seen, scores, scale, speed)
	l.slopes(e, layer, scores)
	return -math.Log(max(p[e.class], 1e-12))
}

// correct moves the weights of features at once, each the less the more often it was
// moved (AdaGrad).
func (l *learner) correct(seen []uint32, slopes []float32, scale, speed float32) {
	for _, f := range seen {
		now, square := l.direct.now[int(f)*l.classes:][:l.classes], l.direct.square[int(f)*l.classes:][:l.classes]
		for c, s := range slopes {
			s *= scale
			if s > leastSlope || s < -leastSlope {
				square[c] += s * s
				now[c] -= directRate * speed * s / (float32(math.Sqrt(float64(square[c]))) + 0.05)
			}
		}
	}
}

// layer is what the hidden numbers are, some of them at rest.
func (l *learner) layer(e *lesson) (layer [hidden]float32) {
	copy(layer[:], l.firstOffset.now)
	for i, x := range e.meaning {
		for j, w := range l.first.now[i*hidden:][:hidden] {
			layer[j] += x * w
		}
	}
	for j := range layer {
		if layer[j] <= 0 || l.random.Float64() < resting {
			layer[j] = 0
		} else {
			layer[j] /= float32(1 - resting)
		}
	}
	return layer
}

// slopes adds those of the layers.
func (l *learner) slopes(e *lesson, layer [hidden]float32, scores []float32) {
	var layerSlope [hidden]float32
	for c, s := range scores {
		l.secondOffset.slope[c] += s
	}
	for j, x := range layer {
		if x == 0 {
			continue
		}
		row, slope := l.second.now[j*l.classes:][:l.classes], l.second.slope[j*l.classes:][:l.classes]
		sum := float32(0)
		for c, s := range scores {
			sum += s * row[c]
			slope[c] += s * x
		}
		layerSlope[j] = sum / float32(1-resting)
		l.firstOffset.slope[j] += layerSlope[j]
	}
	for i, x := range e.meaning {
		for j, s := range layerSlope {
			l.first.slope[i*hidden+j] += s * x
		}
	}
}

// fileOf is a finder as its file has it: what Go reads, and then the cells of Direct as
// they are.
func fileOf(f *finder) ([]byte, error) {
	type fields finder
	var file bytes.Buffer
	err := gob.NewEncoder(&file).Encode((*fields)(f))
	file.Write(f.Direct.cells)
	return file.Bytes(), err
}

// halved is a table with half a byte for each cell.
func halved(t table) halves {
	h := halves{Width: t.Width, Unit: t.Unit}
	half := func(at int, c int8) byte {
		if c <= large || c >= -large {
			h.Far, h.Large = append(h.Far, uint32(at)), append(h.Large, c)
			c = large
		}
		return byte(c) & 0xf
	}
	for row := 0; row < len(t.Cells); row += t.Width {
		for i := row; i < row+t.Width; i += 2 {
			b := half(i, t.Cells[i])
			if i+1 < row+t.Width {
				b |= half(i+1, t.Cells[i+1]) << 4
			}
			h.cells = append(h.cells, b)
		}
	}
	return h
}

func TestHalvesHaveTheCellsOfTheirTable(t *testing.T) {
	for _, width := range []int{4, 5} {
		whole := table{Width: width, Unit: 1}
		for i := range 6 * width {
			whole.Cells = append(whole.Cells, []int8{0, 1, -1, 7, -7, 8, -8, 127, -127, -128, 3}[i%11])
		}
		h := halved(whole)
		sum, want := make([]int32, width), make([]int32, width)
		for _, row := range []int{5, 0, 3, 0} {
			h.add(sum, row)
			for i := range want {
				want[i] += int32(whole.Cells[row*width+i])
			}
		}
		if !slices.Equal(sum, want) {
			t.Errorf("of width %d: %v, want %v", width, sum, want)
		}
	}
}
