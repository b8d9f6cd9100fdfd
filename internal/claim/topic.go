package claim

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// form is a way to make a sentence of a claim's words: drop some at the beginning,
// move the first or the last one to a place that is chosen apart, say something in
// place of an "or", before or after.
type form struct {
	Language          string // of what is said besides, empty where nothing is
	Asked             bool   // without what makes a question of a statement: "doesn't", "even", "really"
	Drop              int
	Front, Back       bool
	Or, Before, After string
}

// piece is a word of a topic, with the marks that hang on it.
type piece struct {
	text  string
	glued bool // to the one before
	token int
}

var fillers = set("even still really just actually ever again so")

// pieces are the words of a span, spelled out and without quotation marks.
func (s *scene) pieces(p span, asked bool) (all []piece) {
	for k := p.i; k <= p.j; k++ {
		t, next := s.tokens[k], piece{token: k}
		if t.low == "¿" || t.low == `"` || asked && k > p.i && (fillers[t.low] || t.low == "not" && k == p.i+1) {
			continue
		}
		next.text = strings.TrimSuffix(s.text[t.from:t.to], "'")
		if n := len(all); n > 0 && all[n-1].token == k-1 && s.tokens[k-1].to == t.from {
			next.glued = t.mark || s.tokens[k-1].mark
			if !next.glued {
				next.text = t.low // of a contraction
			}
		}
		if t.low == "wo" && k < p.j && s.tokens[k+1].low == "not" {
			next.text = "will"
		}
		all = append(all, next)
	}
	return all
}

var comparers = set("or over to than more better > >> >>> >>>> vs oder o ou statt versus")

// apply makes the sentence; the moved word goes behind the piece at place.
func (f form) apply(words []piece, place int) ([]piece, bool) {
	if len(words) <= f.Drop {
		return nil, false
	}
	words = slices.Clone(words[f.Drop:])
	last := len(words) - 1
	words[0].glued = false
	switch {
	case f.Front && (place < 1 || place > last), f.Back && (place < 0 || place > last-2):
		return nil, false
	case f.Front:
		moved := words[:1]
		moved[0].text = strings.ToLower(moved[0].text)
		rest := words[place+1:]
		if len(rest) > 0 && (moved[0].text == "do" || moved[0].text == "does") {
			if moved[0].text == "does" {
				rest[0].text = third(rest[0].text)
			}
			moved = nil
		}
		words = slices.Concat(words[1:place+1], moved, rest)
	case f.Back:
		words = slices.Concat(words[:place+1], words[last:], words[place+1:last])
	}
	if f.Or != "" {
		i := slices.IndexFunc(words, func(w piece) bool { return comparers[strings.ToLower(w.text)] })
		if i < 1 || i == last {
			return nil, false
		}
		rest := words[i+1:]
		if len(rest) > 1 && strings.EqualFold(rest[0].text, "than") {
			rest = rest[1:] // "more than"
		}
		rest = slices.Clone(rest)
		rest[0].glued = false // "cats>dogs"
		words = slices.Concat(words[:i], said(f.Or), rest)
	}
	return slices.Concat(said(f.Before), words, said(f.After)), true
}

func said(text string) (all []piece) {
	for w := range strings.FieldsSeq(text) {
		all = append(all, piece{text: w})
	}
	return all
}

// moveTemplates tell whether a word, at the span's end, moves behind the token
// at its beginning.
var moveTemplates = templates(`w0 w1 w0,w1 W0,w1 W0,n e0 e1 e0,e1 n W1,n W1,w0 W0,e1`)

// place is where a form's word likeliest moves to.
func (m *model) place(s *scene, words []piece, f form) int {
	if !f.Front && !f.Back || len(words) < f.Drop+2 {
		return 0
	}
	features := s.moves(words, f)
	scores := make([]float32, len(features))
	for k := range features {
		scores[k] = m.weights.sum(features[k])
	}
	return top(scores) + int(bit(f.Front))
}

// moves are the features of each place: from the first piece on for the last
// word, and from the second on for the first.
func (s *scene) moves(words []piece, f form) (all [][]uint32) {
	words = words[f.Drop:]
	moved, from, to := words[len(words)-1].token, 0, len(words)-2
	if f.Front {
		moved, from, to = words[0].token, 1, len(words)-1
	}
	for place := from; place <= min(to, from+11); place++ {
		all = append(all, s.features(nil, moveTemplates, 40+bit(f.Front), words[place].token, moved))
	}
	return all
}

// topic makes a sentence of a span, in the form that is likeliest of those that fit, and
// says whether that form judges what the span only names.
func (m *model) topic(s *scene, p span) (topic string, judged bool) {
	said := [2][]piece{s.pieces(p, false), s.pieces(p, true)}
	shares, language := choose(m.weights, s.formFeatures(p), firstForm, len(m.forms)), m.language(s)
	for range m.forms {
		best := top(shares)
		f := m.forms[best]
		if f.Language != "" && f.Language != language {
			shares[best] = -1
			continue
		}
		words := said[bit(f.Asked)]
		if made, ok := f.apply(words, m.place(s, words, f)); ok {
			return joined(made), f.After != ""
		}
		shares[best] = -1
	}
	return joined(said[0]), false
}

func joined(words []piece) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 && !w.glued {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return strings.ReplaceAll(b.String(), "can not ", "cannot ")
}

// Words that decide whether a "not" can be taken out of a topic.
var (
	nots      = set("not no não ne pas nicht cannot never nobody nothing none neither nunca nadie nada jamais kein keine keinen")
	clauses   = set("because if when unless that who which than but and or que si cuando porque pero qui quand parce mais dass wenn weil aber der die und")
	notsWhole = set("to only all just every everyone always necessarily because enough solo sólo só todos pas nur alle immer")
	verbs     = set(`is are was were should can could will would must do does debería deberían deberíamos es son está están puede pueden
		tiene tienen se hay sirve sirven debe deben é são deveria deveriam pode podem tem têm deve devem`)
)

// positive takes the one "not" of a topic's main clause out, where that is good
// language, which turns the side around.
func positive(topic string) (string, bool) {
	words := strings.Fields(topic)
	low := strings.Fields(strings.ToLower(topic))
	i := slices.IndexFunc(low, func(w string) bool { return nots[w] })
	if i < 0 || i+1 >= len(low) || notsWhole[low[i+1]] || slices.ContainsFunc(low[:i], func(w string) bool { return clauses[w] }) {
		return topic, false
	}
	rest := low[i+1:]
	pas := slices.Index(rest, "pas")
	switch again := slices.ContainsFunc(rest, func(w string) bool { return nots[w] && w != "pas" }); {
	case again:
		return topic, false
	case low[i] == "cannot":
		words[i] = words[i][:3]
		return strings.Join(words, " "), true
	case low[i] == "not" && i > 0 && (low[i-1] == "do" || low[i-1] == "does"):
		if low[i-1] == "does" {
			words[i+1] = third(words[i+1])
		}
		return strings.Join(slices.Delete(words, i-1, i+1), " "), i > 1
	case low[i] == "not" && i > 0 && verbs[low[i-1]], (low[i] == "no" || low[i] == "não") && verbs[rest[0]], low[i] == "nicht" && i > 1:
		return strings.Join(slices.Delete(words, i, i+1), " "), true
	case low[i] == "ne" && i > 0 && pas == 1:
		return strings.Join(slices.Delete(slices.Delete(words, i+2, i+3), i, i+1), " "), true
	}
	return topic, false
}

// third is the form of an English verb after "it".
func third(verb string) string {
	switch last := verb[len(verb)-1]; {
	case verb == "have":
		return "has"
	case last == 'y' && len(verb) > 1 && !strings.ContainsRune("aeou", rune(verb[len(verb)-2])):
		return verb[:len(verb)-1] + "ies"
	case strings.ContainsRune("osxz", rune(last)) || strings.HasSuffix(verb, "ch") || strings.HasSuffix(verb, "sh"):
		return verb + "es"
	}
	return verb + "s"
}

// sentenceCase gives a claim its capital, and takes what hangs on it off.
func sentenceCase(s string) string {
	s = strings.Trim(s, " ,;:-.…\"()*_")
	if strings.HasPrefix(s, "iP") || strings.HasPrefix(s, "iO") || strings.HasPrefix(s, "eB") {
		return s // a brand keeps its letter
	}
	first, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[n:]
	if n == 0 {
		return ""
	}
	return s
}
