package classify

import (
	"crypto/sha256"
	"encoding/gob"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// Unlabelled is the class of an example that says nothing about a question.
const Unlabelled = -1

// Example is a text to learn from.
type Example struct {
	// Words are as Words gives them.
	Words []string
	// Marks are what else is told of the text, in words that none has. They make no
	// other lesson, so that whoever tells them may learn to tell more.
	Marks []string
	// Labels has a class for each question.
	Labels []int
	// Either are pairs of classes of the last two questions, one of which is
	// right; none if nothing is known of that.
	Either [][2]int
	// Weight is how much the example counts, 1 for most.
	Weight float64
	// Alarming are the texts whose like Passages looks for.
	Alarming bool
}

// How models are trained.
const (
	epochs = 5
	// averaged are the last epochs, of whose weights at each so many batches the mean is taken.
	averaged    = 1
	averageEach = 20
	batch       = 32
	rate        = 0.003
	featureRate = 1.0
	decay       = 1e-5
	// trainings is how many go on from a model, for the last so many epochs, each in another order. The mean
	// of their weights is taken: one alone judges some of what it has not seen better or worse by chance.
	trainings, lastEpochs = 2, 2
	dropped               = 0.4 // filters, at random
	unread                = 0.2 // words, at random
	// Features know examples by heart, so that the filters would learn little from
	// those: of so many examples none counts, and of the others so many do not.
	featureless, unseen = 0.4, 0.3
)

// Train learns from examples, and from others that no model is told apart by, to
// answer questions that have so many classes. It takes some milliseconds an
// example.
func Train(examples, others []Example, questions []int) *Model {
	return newModel(questions).train(examples, others, nil, 0)
}

// TrainOn learns from examples as Train does, but goes on from a loaded model that has learnt
// most of them, some times, each of which takes two fifths of the time. The weights of the loaded model
// count kept times as much as each training's: the more, the less of how it judges all else is lost.
func TrainOn(before *Model, examples, others []Example, kept int) *Model {
	return newModel(before.questions).train(examples, others, before, kept)
}

// Lean adds to the score of a class of a question, in all texts: a model that was trained anew finds
// the class oftener or more seldom than the one before.
func (m *Model) Lean(question, class int, by float32) {
	at := class
	for _, n := range m.questions[:question] {
		at += n
	}
	for _, n := range m.networks {
		n.offset[at] += by
	}
}

// train has a new model learn, from nothing or from what another one knows.
func (m *Model) train(examples, others []Example, before *Model, kept int) *Model {
	m.lesson = lessonOf(examples)
	examples = slices.Concat(examples, others)
	read := make([]reading, len(examples))
	for i, e := range examples {
		e.Words = slices.Concat(e.Words, e.Marks)
		read[i] = reading{Example: e, features: featuresOf(e.Words)}
		for _, w := range e.Words {
			read[i].pieces = append(read[i].pieces, piecesOf(w))
		}
	}
	var all sync.WaitGroup
	for i, n := range m.networks {
		all.Go(func() {
			if before == nil {
				m.trainer(n, i).train(read, 0)
				return
			}
			var mean weightMean
			for k := range trainings {
				t := m.trainer(n, i+networks*k)
				t.copy(before, i)
				for range kept {
					mean.add(n.all())
				}
				t.train(read, epochs-lastEpochs)
				mean.add(n.all())
			}
			mean.set(n.all())
		})
	}
	all.Wait()
	m.learnAlarms(examples)
	m.pack()
	return m
}

// alarmEpochs is how often alarms are learnt, and alarmRate how fast at first.
const (
	alarmEpochs = 4
	alarmRate   = 0.5
)

// learnAlarms learns which words and pairs of words alarming texts have.
func (m *Model) learnAlarms(examples []Example) {
	weights := make([]float32, buckets)
	random := rand.New(rand.NewPCG(7, 8))
	order := random.Perm(len(examples))
	for epoch := range alarmEpochs {
		speed := alarmRate / float64(1+epoch)
		for _, i := range order {
			e := &examples[i]
			rows := featuresOf(e.Words)
			scale, score := float64(featureScale(len(rows))), 0.0
			for _, row := range rows {
				score += float64(weights[row])
			}
			slope := 1 / (1 + math.Exp(-score*scale))
			if e.Alarming {
				slope--
			}
			for _, row := range rows {
				weights[row] -= float32(speed * slope * scale)
			}
		}
	}
	m.alarms.learnt = weights
}

// trainer is a trainer of a network that begins as a seed has it.
func (m *Model) trainer(n *network, seed int) *trainer {
	t := &trainer{network: n, questions: m.questions, random: rand.New(rand.NewPCG(uint64(seed), 2)), spellings: make(map[uint16][]float32), known: make(map[string]*word)}
	t.initialise()
	return t
}

// copy makes the weights those of a network of a loaded model.
func (m *network) copy(model *Model, network int) {
	from := model.networks[network]
	for i, weights := range from.small() {
		copy(m.small()[i], weights)
	}
	for i, b := range from.spelled.rounded {
		m.spelled.learnt[i] = float32(int8(b)) * from.spelled.unit
	}
	for row := range buckets {
		for i, b := range model.features[(row*networks+network)*m.outputs:][:m.outputs] {
			m.features.learnt[row*m.outputs+i] = float32(int8(b)) * from.features.unit
		}
	}
}

// train learns from all that was read, from one epoch on. What it ends with is the mean of
// the weights on the way through the last epochs, which judge better than those at its end.
func (t *trainer) train(read []reading, first int) {
	var mean weightMean
	order := make([]int, len(read))
	for i := range order {
		order[i] = i
	}
	for epoch := first; epoch < epochs; epoch++ {
		t.random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		speed := rate * (1 - 0.9*float64(epoch)/epochs)
		featureSpeed := float32(featureRate / (1 + 0.3*float64(epoch)))
		for some := range slices.Chunk(order, batch) {
			for _, i := range some {
				t.learn(&read[i], featureSpeed)
			}
			t.step(speed)
			if epoch >= epochs-averaged && t.steps%averageEach == 0 {
				mean.add(t.all())
			}
		}
	}
	mean.set(t.all())
}

// all are the weights that are learnt.
func (m *network) all() [][]float32 { return append(m.small(), m.spelled.learnt, m.features.learnt) }

// weightMean is the mean of weights at some times.
type weightMean struct {
	many float32
	mean [][]float32
}

func (m *weightMean) add(all [][]float32) {
	if m.many++; m.mean == nil {
		for _, weights := range all {
			m.mean = append(m.mean, slices.Clone(weights))
		}
		return
	}
	for i, weights := range all {
		mean := m.mean[i]
		for j, w := range weights {
			mean[j] += (w - mean[j]) / m.many
		}
	}
}

// set makes weights the mean, if there is one.
func (m *weightMean) set(all [][]float32) {
	for i, mean := range m.mean {
		copy(all[i], mean)
	}
}

// lessonOf identifies what there is to learn from.
func lessonOf(examples []Example) (sum [32]byte) {
	examples = slices.Clone(examples)
	for i := range examples {
		examples[i].Marks = nil
	}
	h := sha256.New()
	if err := gob.NewEncoder(h).Encode(examples); err != nil {
		panic("classify: " + err.Error()) // a hash takes everything
	}
	h.Sum(sum[:0])
	return sum
}

// Learnt says whether the model was trained on these examples, whatever others.
func (m *Model) Learnt(examples []Example) bool { return m.lesson == lessonOf(examples) }

type reading struct {
	Example

	features []uint16
	pieces   [][]uint16
}

// trainer is a network with what its training needs.
type trainer struct {
	*network

	questions []int
	random    *rand.Rand
	steps     int
	dense     []*adam // of windows, bias, answers, offset, combine, threshold, combined
	// windowSlopes are those of windows, filter by filter.
	windowSlopes []float32
	// spellings are the slopes of the pieces that a batch has.
	spellings map[uint16][]float32
	spell     *adam
	seen      []uint16 // features of an example
	// known are the words of a batch.
	known map[string]*word
}

// word is one as it is read in a batch.
type word struct{ input, added []float32 }

// adam holds the moments of weights, and their slopes in a batch.
type adam struct {
	weights, slopes, mean, square []float32
	decay                         float32
}

func newAdam(weights []float32, decay float32) *adam {
	return &adam{weights: weights, slopes: make([]float32, len(weights)), mean: make([]float32, len(weights)), square: make([]float32, len(weights)), decay: decay}
}

func (t *trainer) initialise() {
	for _, table := range []*table{&t.spelled, &t.features} {
		table.learnt = make([]float32, table.rows*table.width)
	}
	fill := func(weights []float32, spread float64) {
		for i := range weights {
			weights[i] = float32(t.random.NormFloat64() * spread)
		}
	}
	fill(t.spelled.learnt, 0.05)
	fill(t.windows, 1/math.Sqrt(width*inputs))
	fill(t.answers, 1/math.Sqrt(filters))
	fill(t.combine, 1/math.Sqrt(filters))
	fill(t.combined, 1/math.Sqrt(hidden))
	t.dense = []*adam{
		newAdam(t.windows, decay), newAdam(t.bias, 0), newAdam(t.answers, decay), newAdam(t.offset, 0),
		newAdam(t.combine, decay), newAdam(t.threshold, 0), newAdam(t.combined, decay),
	}
	t.windowSlopes = make([]float32, len(t.windows))
	t.spell = newAdam(t.spelled.learnt, 0)
}

// pass is what became of an example on its way through the network.
type pass struct {
	inputs [][]float32 // of each word; nil for one that is not read
	// written are the slopes of how each word is written.
	written [][spelling]float32
	pooled  [filters]float32
	at      [filters]int     // the middle of the window
	scale   [filters]float32 // 0 for a filter that is off
	hidden  [hidden]float32
	scores  []float32
}

// learn adds the slopes of an example to those of the batch, and corrects the
// weights of its features at once.
func (t *trainer) learn(e *reading, speed float32) {
	features := t.someFeatures(e)
	p := t.forward(e, features)
	slopes := t.slopes(e, p.scores)
	featureStep := speed * featureScale(len(e.features)) / (1 - unseen)
	for _, f := range features {
		weights := t.features.learnt[int(f)*t.outputs:][:t.outputs]
		for i, s := range slopes {
			weights[i] -= featureStep*s + speed*decay*weights[i]
		}
	}
	for i, s := range slopes {
		t.dense[3].slopes[i] += s
	}
	combinations := t.learnCombinations(p, slopes)
	for j := range filters {
		if p.scale[j] == 0 {
			continue
		}
		var slope float32
		for i, s := range slopes {
			slope += s * t.answers[j*t.outputs+i]
			t.dense[2].slopes[j*t.outputs+i] += s * p.pooled[j]
		}
		for k, s := range combinations {
			slope += s * t.combine[j*hidden+k]
			t.dense[4].slopes[j*hidden+k] += s * p.pooled[j]
		}
		t.learnFilter(p, j, slope*p.scale[j])
	}
	t.learnSpelling(e, p)
}

// someFeatures are those of an example that count this time.
func (t *trainer) someFeatures(e *reading) []uint16 {
	t.seen = t.seen[:0]
	if t.random.Float64() < featureless {
		return t.seen
	}
	for _, f := range e.features {
		if t.random.Float64() >= unseen {
			t.seen = append(t.seen, f)
		}
	}
	return t.seen
}

// learnCombinations adds the slopes of what combinations say, and returns theirs.
func (t *trainer) learnCombinations(p *pass, slopes []float32) (combinations [hidden]float32) {
	for k, v := range p.hidden {
		if v == 0 {
			continue
		}
		for i, s := range slopes {
			combinations[k] += s * t.combined[k*t.outputs+i]
			t.dense[6].slopes[k*t.outputs+i] += s * v
		}
		t.dense[5].slopes[k] += combinations[k]
	}
	return combinations
}

// learnFilter adds the slopes of what a filter has found.
func (t *trainer) learnFilter(p *pass, j int, slope float32) {
	t.dense[1].slopes[j] += slope
	for place := range width {
		at := p.at[j] + place - 1
		if at < 0 || at >= len(p.inputs) || p.inputs[at] == nil {
			continue
		}
		sums := t.windowSlopes[(place*filters+j)*inputs:][:inputs]
		for i, x := range p.inputs[at] {
			sums[i] += slope * x
		}
		weights := t.windows[(place*inputs+dimensions+senses)*filters:]
		written := &p.written[at]
		for i := range written {
			written[i] += slope * weights[i*filters+j]
		}
	}
}

// learnSpelling adds the slopes of the pieces of the words.
func (t *trainer) learnSpelling(e *reading, p *pass) {
	for at, pieces := range e.pieces {
		if p.inputs[at] == nil || p.written[at] == ([spelling]float32{}) {
			continue
		}
		scale := float32(1 / math.Sqrt(float64(len(pieces))))
		for _, piece := range pieces {
			sum := t.spellings[piece]
			if sum == nil {
				sum = make([]float32, spelling)
				t.spellings[piece] = sum
			}
			for i, s := range p.written[at] {
				sum[i] += scale * s
			}
		}
	}
}

// readWord is what is known of a word and what it adds, which a batch does not change.
func (t *trainer) readWord(w string) *word {
	if known := t.known[w]; known != nil {
		return known
	}
	one := &word{input: make([]float32, inputs), added: make([]float32, width*filters)}
	t.describe(one.input, w)
	for place := range width {
		t.addInput(one.added[place*filters:][:filters], one.input, place)
	}
	t.known[w] = one
	return one
}

func (t *trainer) forward(e *reading, features []uint16) *pass {
	p := &pass{inputs: make([][]float32, len(e.Words)), written: make([][spelling]float32, len(e.Words)), scores: make([]float32, t.outputs)}
	copy(p.scores, t.offset)
	t.features.addAll(p.scores, features, featureScale(len(e.features))/(1-unseen))
	sums := make([]float32, (len(e.Words)+2)*filters)
	for i := range len(e.Words) + 2 {
		copy(sums[i*filters:], t.bias)
	}
	for at, w := range e.Words {
		if t.random.Float64() < unread {
			continue
		}
		word := t.readWord(w)
		p.inputs[at] = word.input
		for place := range width {
			sum := sums[(at+2-place)*filters:][:filters] // windows are shifted by one
			for j, v := range word.added[place*filters:][:filters] {
				sum[j] += v
			}
		}
	}
	for i := range len(e.Words) + 2 {
		for j, v := range sums[i*filters:][:filters] {
			if v > p.pooled[j] {
				p.pooled[j], p.at[j] = v, i-1
			}
		}
	}
	for j, v := range p.pooled {
		if v == 0 || t.random.Float64() < dropped {
			p.pooled[j] = 0
			continue
		}
		p.scale[j] = 1 / (1 - dropped)
		p.pooled[j] *= p.scale[j]
	}
	p.hidden = t.addPooled(p.scores, &p.pooled)
	return p
}

// slopes are those of the loss by the scores.
func (t *trainer) slopes(e *reading, scores []float32) []float32 {
	all := make([]float32, t.outputs)
	from := 0
	given := make([][]float64, len(t.questions))
	starts := make([]int, len(t.questions))
	for q, n := range t.questions {
		p := Softmax(scores[from : from+n])
		given[q], starts[q] = p, from
		if e.Labels[q] != Unlabelled {
			for c, probability := range p {
				all[from+c] += float32(e.Weight * probability)
			}
			all[from+e.Labels[q]] -= float32(e.Weight)
		}
		from += n
	}
	if len(e.Either) > 0 {
		a := len(t.questions) - 2
		t.eitherSlopes(e, all[starts[a]:], given[a], given[a+1])
	}
	return all
}

// eitherSlopes adds those of the probability that one of some pairs is right.
func (t *trainer) eitherSlopes(e *reading, all []float32, first, second []float64) {
	total := 1e-9
	for _, pair := range e.Either {
		total += first[pair[0]] * second[pair[1]]
	}
	for c, p := range first {
		all[c] += float32(e.Weight * p)
	}
	for c, p := range second {
		all[len(first)+c] += float32(e.Weight * p)
	}
	for _, pair := range e.Either {
		share := float32(e.Weight * first[pair[0]] * second[pair[1]] / total)
		all[pair[0]] -= share
		all[len(first)+pair[1]] -= share
	}
}

// step corrects the weights by the slopes of a batch.
func (t *trainer) step(speed float64) {
	t.steps++
	n := float64(t.steps)
	k := float32(speed * math.Sqrt(1-math.Pow(0.999, n)) / (1 - math.Pow(0.9, n)))
	for at, s := range t.windowSlopes {
		place, j, i := at/(filters*inputs), at/inputs%filters, at%inputs
		t.dense[0].slopes[(place*inputs+i)*filters+j] = s
	}
	clear(t.windowSlopes)
	for _, a := range t.dense {
		a.step(a.slopes, 0, k)
		clear(a.slopes)
	}
	for piece, slopes := range t.spellings {
		t.spell.step(slopes, int(piece)*spelling, k)
	}
	clear(t.spellings)
	clear(t.known)
}

func (a *adam) step(slopes []float32, from int, k float32) {
	for i, s := range slopes {
		at := from + i
		a.mean[at] = 0.9*a.mean[at] + 0.1*s
		a.square[at] = 0.999*a.square[at] + 0.001*s*s
		a.weights[at] -= k*a.mean[at]/(float32(math.Sqrt(float64(a.square[at])))+1e-7) + a.decay*a.weights[at]
	}
}
