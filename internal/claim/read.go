package claim

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// scene is a message that is being read.
type scene struct {
	text   string
	tokens []token
	commas []int // marks before each token
}

func (m *model) scene(text string) *scene {
	if cut := len(text) - maxLastBytes; cut > maxFirstBytes {
		text = text[:maxFirstBytes] + "\n" + text[cut:]
	}
	s := &scene{text: strings.ReplaceAll(strings.ToValidUTF8(text, " "), "’", "'")}
	s.tokens = m.tokens(s.text)
	s.commas = make([]int, len(s.tokens))
	for k := 1; k < len(s.tokens); k++ {
		s.commas[k] = s.commas[k-1] + int(bit(s.tokens[k-1].mark && s.tokens[k-1].low != "-"))
	}
	return s
}

func (s *scene) sentences() int { return s.tokens[len(s.tokens)-1].sentence + 1 }

// span is tokens i to j, or no claim where j < i.
type span struct{ i, j int }

// lattice holds the features of all candidates of a message once: those of a
// span are its beginning's, its end's, its tokens' and its own.
type lattice struct {
	spans              []span // no claim first
	start, end, inside [][]uint32
	message            []uint32
	span               [][]uint32
}

// lattice lists the candidates: spans within a sentence that begin and end with
// a word. Of a long message they begin and end where w finds that likeliest.
func (s *scene) lattice(w weights) *lattice {
	n := len(s.tokens)
	l := &lattice{spans: []span{{0, -1}}, start: make([][]uint32, n), end: make([][]uint32, n), inside: make([][]uint32, n), message: s.messageFeatures(), span: [][]uint32{nil}}
	starts, ends := make([]float32, n), make([]float32, n)
	for k := range n {
		l.start[k] = s.features(nil, startTemplates, 1, k, k)
		l.end[k] = s.features(nil, endTemplates, 2, k, k)
		l.inside[k] = s.features(nil, insideTemplates, 3, k, k)
		starts[k], ends[k] = w.sum(l.start[k]), w.sum(l.end[k])
	}
	leastStart, leastEnd := nth(starts, 24), nth(ends, 24)
	for i, t := range s.tokens {
		if t.mark && (t.low != "¿" || i+1 == n || s.tokens[i+1].mark) || starts[i] < leastStart {
			continue
		}
		for j := i; j < min(n, i+maxSpan) && s.tokens[j].sentence == t.sentence && !s.tokens[j].stop; j++ {
			if !s.tokens[j].mark && ends[j] >= leastEnd {
				l.spans = append(l.spans, span{i, j})
				l.span = append(l.span, s.spanFeatures(span{i, j}))
			}
		}
	}
	return l
}

func (s *scene) spanFeatures(p span) []uint32 {
	f := make([]uint32, 0, len(spanTemplates)+2)
	if p.j < p.i+6 { // what a short claim looks like, and what is around it
		classes := uint64(11)
		for k := p.i; k <= p.j; k++ {
			classes = mix(classes, s.tokens[k].class)
		}
		around := mix(mix(classes, s.value(field{kind: 'c', offset: -1}, p.i, p.j)), s.value(field{kind: 'c', offset: 1}, p.j, p.j))
		f = append(f, slot(classes), slot(around))
	}
	return s.features(f, spanTemplates, 4, p.i, p.j)
}

// nth is the nth largest of x, or less than any where there are fewer.
func nth(x []float32, n int) float32 {
	if len(x) <= n {
		return float32(math.Inf(-1))
	}
	x = slices.Clone(x)
	slices.Sort(x)
	return x[len(x)-n]
}

func (s *scene) messageFeatures() []uint32 {
	n, words, classes := len(s.tokens), uint64(0), uint64(1)
	for _, t := range s.tokens {
		words, classes = mix(words, t.word), mix(classes, t.class)
	}
	f := []uint32{slot(hash("message")), slot(mix(5, size(n))), slot(mix(6, uint64(min(s.sentences(), 4)))), slot(words), slot(classes),
		slot(mix(mix(7, s.tokens[0].word), s.tokens[n-1].word)), slot(mix(8, s.tokens[n-1].word)), slot(mix(mix(9, s.tokens[0].ends), uint64(min(n, 10))))}
	for k := range min(n, 40) {
		f = s.features(f, messageTemplates, 5, k, k)
		if k < 3 {
			f = append(f, slot(mix(mix(10, uint64(k)), s.tokens[k].word)))
		}
	}
	return s.features(f, edgeTemplates, 6, 0, n-1)
}

func (l *lattice) scores(w weights) []float32 {
	n := len(l.start)
	start, end, inside := make([]float32, n), make([]float32, n), make([]float32, n+1)
	for k := range n {
		start[k], end[k], inside[k+1] = w.sum(l.start[k]), w.sum(l.end[k]), inside[k]+w.sum(l.inside[k])
	}
	all := make([]float32, len(l.spans))
	all[0] = w.sum(l.message)
	for c, p := range l.spans[1:] {
		all[c+1] = start[p.i] + end[p.j] + inside[p.j+1] - inside[p.i] + w.sum(l.span[c+1])
	}
	return all
}

// softmax turns scores into shares.
func softmax(scores []float32) []float32 {
	highest, total := slices.Max(scores), float32(0)
	shares := make([]float32, len(scores))
	for i, x := range scores {
		shares[i] = float32(math.Exp(float64(x - highest)))
		total += shares[i]
	}
	for i := range shares {
		shares[i] /= total
	}
	return shares
}

func top(x []float32) (best int) {
	for i := range x {
		if x[i] > x[best] {
			best = i
		}
	}
	return best
}

// label is a feature together with a label, for the choice of one of several.
func label(f uint32, label int) uint32 { return slot(mix(uint64(f)+1, uint64(label)+1)) }

// The labels. A side's are the writer's, and what is asked of the bot.
const (
	agrees = iota
	denies
	arguesFor
	arguesAgainst
	sides

	firstLanguage = 50
	firstForm     = 100
)

// choose is the share of each of n labels.
func choose(w weights, f []uint32, first, n int) []float32 {
	scores := make([]float32, n)
	labelled := make([]uint32, len(f))
	for i := range scores {
		for k, slot := range f {
			labelled[k] = label(slot, first+i)
		}
		scores[i] = w.sum(labelled)
	}
	return softmax(scores)
}

func (s *scene) sideFeatures(p span) []uint32 {
	f := s.features(nil, sideTemplates, 10, p.i, p.j)
	f = s.features(f, edgeTemplates, 15, 0, len(s.tokens)-1)
	f = s.features(f, edgeTemplates, 16, s.tokens[p.i].first, s.tokens[p.i].last)
	around, classes := uint64(2), uint64(3)
	for k, t := range s.tokens {
		if k >= p.i && k <= p.j {
			f = s.features(f, insideSide, 11, k, k)
			continue
		}
		around, classes = mix(around, t.word), mix(classes, t.class)
		f = s.features(f, outsideSide, 12+bit(k > p.j), k, k)
		f = append(f, slot(mix(17, t.word)), slot(mix(mix(18+bit(k > p.j), bit(k >= p.i-6 && k <= p.j+8)), t.word)))
	}
	return append(f, slot(around), slot(classes))
}

func (s *scene) formFeatures(p span) []uint32 {
	f := s.features(nil, formTemplates, 20, p.i, p.j)
	classes := uint64(4)
	for k := p.i; k <= p.j; k++ {
		f = s.features(f, insideForm, 21, k, k)
		classes = mix(classes, s.tokens[k].class)
		if k < p.i+7 {
			f = append(f, slot(mix(classes, 22)))
		}
	}
	last := s.tokens[p.j].low
	return append(f, slot(mix(classes, 23)), slot(mix(hash(last[len(last)-1:]), 24)))
}

func (s *scene) languageFeatures() []uint32 {
	f := []uint32{slot(hash("language"))}
	for k := range min(len(s.tokens), 60) {
		if !s.tokens[k].mark {
			f = s.features(f, languageTemplates, 30, k, k)
		}
	}
	return f
}

// found is what was read.
type found struct {
	span  span
	topic string
	side  int     // a label
	sure  float32 // that span and side are right
	// states is how likely the message states something, whichever span says it.
	states float32
	judged bool // the topic has a judgement that stands not in the message
}

// read finds the claim, and whose side of it the message is on. The claim is the
// likeliest span, where a claim is likelier than none.
func (m *model) read(s *scene) found {
	if len(s.tokens) == 0 {
		return found{span: span{0, -1}, sure: 1}
	}
	l := s.lattice(m.weights)
	shares := softmax(l.scores(m.weights))
	if shares[0] >= 0.5 || len(shares) == 1 {
		return found{span: span{0, -1}, sure: shares[0]}
	}
	best := 1 + top(shares[1:])
	p := l.spans[best]
	side, sure, stated := m.side(s, p)
	topic, judged := m.topic(s, p)
	if pronoun, rest, ok := strings.Cut(topic, " "); ok && standIns[strings.ToLower(pronoun)] && !expletive.MatchString(rest) {
		if q, ok := l.before(p, shares); ok {
			topic = joined(s.pieces(q, false)) + " " + rest
		}
	}
	return found{span: p, side: side, topic: topic, sure: shares[best] * sure, states: (1 - shares[0]) * stated, judged: judged}
}

// standIns are the pronouns that stand for what was named before, unless what
// they stand for comes after: "it is wrong to lie".
var (
	standIns  = set("it they he she")
	expletive = regexp.MustCompile(`(?i)^\S+ .*\b(to|that|if|when|how|time|we|you|people)\b`)
)

// before is the likeliest of the short spans that end before another.
func (l *lattice) before(p span, shares []float32) (best span, ok bool) {
	likeliest := float32(0)
	for c, q := range l.spans[1:] {
		if q.j < p.i && q.j-q.i < 4 && shares[c+1] > likeliest {
			best, likeliest, ok = q, shares[c+1], true
		}
	}
	return best, ok
}

// side is the label of the likelier side of the bot, how sure that side is, and how
// likely the span is stated or denied, and not asked for.
func (m *model) side(s *scene, p span) (side int, sure, stated float32) {
	shares := choose(m.weights, s.sideFeatures(p), 0, sides)
	pro := shares[denies] + shares[arguesFor]
	side = agrees
	if shares[arguesAgainst] > shares[agrees] {
		side = arguesAgainst
	}
	if pro > 0.5 {
		side = denies
		if shares[arguesFor] > shares[denies] {
			side = arguesFor
		}
	}
	return side, max(pro, 1-pro), shares[agrees] + shares[denies]
}

// statement is a short message as it was said, or the sentence of a longer one that has
// the span; "" where that asks something, only gives a reason, or is long.
func (s *scene) statement(p span) (said string, asks bool) {
	i, j := 0, len(s.tokens)-1
	if j >= maxStatement && p.j >= p.i {
		i, j = s.tokens[p.i].first, s.tokens[p.i].last
	}
	for k := i; k <= j; k++ {
		t := s.tokens[k]
		asks = asks || t.low == "?" || t.low == "¿" || k == t.first && asking[t.low] && (k == j || !stating[s.tokens[k+1].low])
	}
	if asks || j-i >= maxStatement || j < i || reasons[s.tokens[i].low] {
		return "", asks
	}
	return sentenceCase(strings.Join(strings.Fields(s.text[s.tokens[i].from:s.tokens[j].to]), " ")), false
}

// maxStatement is how many tokens a statement has at most that is said whole.
const maxStatement = 30

// asking are words that begin a question, also where its mark is missing.
var asking = set(`what why how who whose which when where should would could can do does did is are am was were will have has may might must shall
	qué que por cómo como cuándo quién cuál dónde debería deberían pourquoi comment qui est doit faut warum wieso wie wer wann wo ist sind soll sollte darf kann quem qual deve`)

// reasons begin what is said for a claim that was made before.
var reasons = set("because cause cuz porque ya puisque parce car weil denn perché pois")

// stating are the words after one of those that make no question of it: "do not", "would love".
var stating = set("not love rather like prefer never have")

// bot is the bot's side under a label.
func bot(side int) debate.Stance {
	if side == denies || side == arguesFor {
		return debate.Pro
	}
	return debate.Con
}
