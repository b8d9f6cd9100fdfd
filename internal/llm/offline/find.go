package offline

// This file finds the topic of the bank, and the side of it, that a claim or a debate is about.

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
	"github.com/debate-chatbot/debate-api/internal/phrase"
)

// subject is a topic of the bank with what finds it.
type subject struct {
	*bank.Topic
	names  [][]string // the parts of each name, as plain gives them
	beside [][]string
	forms  bank.Sides[[][]string]
	about  [][]string // what a claim of it has one of, none if it may be about anything

	claims func() [][]string // the terms of each

	sides  func() *sides
	points map[debate.Stance]func() *matcher
}

// posting says how much a stem belongs to a topic: the topic's place among all, and in its
// lowest bits twice the weight.
type posting uint16

const weightBits = 3

func (p posting) topic() int      { return int(p >> weightBits) }
func (p posting) weight() float64 { return float64(p&(1<<weightBits-1)) / 2 }

// index finds topics by what is said of them.
type index struct {
	*grammar
	finder   *finder
	subjects []*subject
	general  []*subject // found by the form of a claim
	names    []name     // of the subjects, in order
	// postings say of each stem where in list its own are.
	postings map[string]postings
	list     []posting
	spelling map[byte][]string // the stems, by their first byte
	// vocabulary are the words that are spelt right, in order, and spelt the same by their
	// first byte, as they came.
	vocabulary []string
	spelt      map[byte][]string
	// everyday are the words that the bank writes in lower case, in order.
	everyday []string

	sidesOf  func(*bank.Topic) *sides
	pointsOf func(topicSide) *matcher
	// likely are the topics that a claim may be about, the likeliest first, and forIt is how
	// much a text is for a topic, as log odds: a debate's are asked for in each of its turns.
	likely func(claim string) []candidate
	forIt  func(text string, s *subject) float64
}

type postings struct{ from, to int32 }

// name is one of a topic, as parts that a text with it has.
type name struct {
	*subject
	parts []string
}

// topicSide is a side of a topic.
type topicSide struct {
	topic *bank.Topic
	side  debate.Stance
}

func newIndex(g *grammar, f *finder, topics, general []*bank.Topic, l *learnt) *index {
	x := &index{grammar: g, finder: f, list: l.Postings, sidesOf: bank.Lately(bank.Kept, g.learnSides)}
	x.pointsOf = bank.Lately(2*bank.Kept, func(s topicSide) *matcher { return newMatcher(x, s.topic, s.side) })
	x.likely = bank.Lately(readsKept, x.readTopics)
	type textOf struct {
		text  string
		topic *subject
	}
	read := bank.Lately(readsKept, func(t textOf) float64 { return x.readSide(t.text, t.topic) })
	x.forIt = func(text string, s *subject) float64 { return read(textOf{text, s}) }
	for _, t := range general {
		x.general = append(x.general, x.newSubject(t))
	}
	for _, s := range x.general {
		for _, o := range x.general {
			if slices.Contains(s.Like, o.Name) { // which is like none
				s.forms.Pro, s.forms.Con = slices.Concat(s.forms.Pro, o.forms.Pro), slices.Concat(s.forms.Con, o.forms.Con)
			}
		}
	}
	for _, t := range topics {
		s := x.newSubject(t)
		x.subjects = append(x.subjects, s)
		for _, parts := range s.names {
			x.names = append(x.names, name{s, parts})
		}
	}
	slices.SortFunc(x.names, func(a, b name) int { return cmp.Compare(a.parts[0], b.parts[0]) })
	stems := strings.Split(l.Stems, between)
	x.postings = make(map[string]postings, len(stems))
	from := int32(0)
	for i, stem := range stems {
		to := from + int32(l.Counts[i])
		x.postings[stem] = postings{from, to}
		from = to
	}
	words := strings.Split(l.Words, between)
	x.spelling, x.spelt = byFirst(stems), byFirst(words)
	x.vocabulary, x.everyday = slices.Sorted(slices.Values(words)), strings.Split(l.Everyday, between)
	return x
}

// byFirst are words by their first byte, of which those with the same one stand together.
func byFirst(words []string) map[byte][]string {
	all := make(map[byte][]string)
	for len(words) > 0 {
		n := slices.IndexFunc(words, func(w string) bool { return w[0] != words[0][0] })
		if n < 0 {
			n = len(words)
		}
		all[words[0][0]], words = words[:n:n], words[n:]
	}
	return all
}

// isIn says whether a sorted list has a word.
func isIn(words []string, word string) bool {
	_, ok := slices.BinarySearch(words, word)
	return ok
}

// postingsOf are those of a stem.
func (x *index) postingsOf(stem string) []posting {
	p := x.postings[stem]
	return x.list[p.from:p.to]
}

func (x *index) newSubject(t *bank.Topic) *subject {
	s := &subject{Topic: t, names: partsOf(t.Names, plain), beside: partsOf(t.Beside, plain), forms: bank.Sides[[][]string]{Pro: partsOf(t.Forms.Pro, asForm), Con: partsOf(t.Forms.Con, asForm)}, about: partsOf(t.About, asForm)}
	s.claims = sync.OnceValue(func() (terms [][]string) {
		for _, claim := range slices.Concat([]string{t.Claim}, t.Claims.Pro, t.Claims.Con) {
			terms = append(terms, x.terms(claim))
		}
		return terms
	})
	s.sides = func() *sides { return x.sidesOf(t) }
	s.points = map[debate.Stance]func() *matcher{
		debate.Pro: func() *matcher { return x.pointsOf(topicSide{t, debate.Pro}) },
		debate.Con: func() *matcher { return x.pointsOf(topicSide{t, debate.Con}) },
	}
	return s
}

// partsOf are the parts of phrases such as "phones+school", each as it is to be read.
func partsOf(phrases []string, read func(string) string) (all [][]string) {
	for _, phrase := range phrases {
		var parts []string
		for part := range strings.SplitSeq(phrase, "+") {
			parts = append(parts, read(part))
		}
		all = append(all, parts)
	}
	return all
}

// rarity is how much it says that a text has a stem; most for one that the bank
// does not know.
func (x *index) rarity(stem string) float64 {
	return math.Log(float64(1+len(x.subjects)) / (0.5 + float64(len(x.postingsOf(stem)))))
}

// Words shorter than this are not taken for misspelt ones.
const minSpelt = 5

// spell is the stem of the bank that one is most likely meant to be.
func (x *index) spell(stem string) string {
	if len(stem) < minSpelt || len(x.postingsOf(stem)) > 0 {
		return stem
	}
	for _, known := range x.spelling[stem[0]] {
		if distance := len(known) - len(stem); distance >= -1 && distance <= 1 && len(known) >= minSpelt && phrase.OneEdit(stem, known) {
			return known
		}
	}
	return stem
}

// setAside is what a message says first that it is not about.
var setAside = regexp.MustCompile(`(?i)^[^,.;:!?]{2,50}\b(aside|apart)\s*[,:]\s+|^(setting|leaving|putting) [^,.;:!?]{2,50} aside\s*[,:]\s+|^(i know |yes )?(this|it)('s| is|\s*isn['’]?t| is not)( not)? about [^,.;:!?]{2,50}, but |^(forget|never mind|nevermind|unlike|dejando aparte|dejando de lado|aparte de|al contrario que) [^,.;:!?]{2,50}[,:]\s+`)

// respell leaves out what a message is not about, and puts words that the bank has in
// place of those that are most likely meant to be one, in small letters.
func (x *index) respell(text string) string {
	text = setAside.ReplaceAllString(text, "")
	return letters.ReplaceAllStringFunc(text, func(word string) string {
		w := fold(word)
		if len(w) < minRespelt || strings.ContainsAny(word, "'’") || isIn(x.vocabulary, w) || x.common[w] || x.common[strings.TrimSuffix(w, "s")] {
			return word // "shouldn't" is no "should", and "thats" no "thaws"
		}
		for _, known := range x.spelt[w[0]] {
			if distance := len(known) - len(w); distance >= -1 && distance <= 1 && w != known+"s" && phrase.OneEdit(w, known) {
				return known
			}
		}
		return word
	})
}

var letters = regexp.MustCompile(`\p{L}+(?:['’]\p{L}+)*`)

// minRespelt is how long a word is that may be taken for a misspelt one.
const minRespelt = 5

// named says whether a text, as plain gives it, has a name of the topic.
func (s *subject) named(text string) bool {
	return slices.ContainsFunc(s.names, func(parts []string) bool { return hasParts(text, parts) })
}

// namedIn are the topics that a text, as plain gives it, has a name of.
func (x *index) namedIn(text string) map[*subject]bool {
	named := make(map[*subject]bool)
	for w := range strings.FieldsSeq(text) {
		at, _ := slices.BinarySearchFunc(x.names, w, func(n name, w string) int { return cmp.Compare(n.parts[0], w) })
		for _, n := range x.names[at:] {
			if n.parts[0] != w && !strings.HasPrefix(n.parts[0], w+" ") {
				break // a space comes before all that words have
			}
			named[n.subject] = named[n.subject] || hasParts(text, n.parts)
		}
	}
	return named
}

// hasParts says whether a text, as plain gives it, has all of some phrases.
func hasParts(text string, parts []string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return !has(text, p) })
}

// closeTo is how much of what a topic is about a text has, as plain gives it: a phrase of
// more words says more.
func (s *subject) closeTo(text string) (n int) {
	for _, parts := range s.about {
		if hasParts(text, parts) {
			n += len(strings.Fields(strings.Join(parts, " ")))
		}
	}
	return n
}

// candidate is a topic that a claim may be about.
type candidate struct {
	*subject
	named bool
	// cover is how much of the claim the topic's texts have, near how like it
	// one of the topic's claims is; both from 0 to 1.
	cover, near float64
	weight      float64 // of the words it has of the topic, on the average
	shared      int     // how many of its words they have
	// found is how probable the finder takes it to be, if it is one of the bank's, and
	// foreign that it is none of them, as log odds.
	found, foreign float64
	lead           float64 // of the score over the next, for the first
}

// byItsTexts sets what the finder would say of a topic that came to the bank after it had learnt, where a claim names it: by
// how like one of the topic's own it is.
func (c *candidate) byItsTexts() {
	if c.named {
		c.found, c.foreign = max(metByName, c.near), ownByName*c.near
	}
}

// What a topic is thought to be found with, and how surely it is the bank's own, where it is named and the finder has not met it.
const (
	metByName = 0.7
	ownByName = -5
)

func (c candidate) score() float64 {
	s := unmentioned
	if c.shared > 0 {
		s = 0.5*c.cover + c.near + c.weight
	}
	if c.named {
		s += 0.2
	}
	return s + byFinder*math.Log(max(c.found, leastFound))
}

// What a candidate counts that has no word of the topic, and what the finder's say
// counts. Fitted, as what makes a topic sure is, to every sixth of the labelled openings, with
// a finder that had learnt from the others.
const (
	unmentioned = -0.3
	byFinder    = 0.5
	leastFound  = 1e-4
)

// sure is how likely the first of the candidates is the right one.
func (c candidate) sure() float64 {
	x := -3.6 - 0.7*c.foreign + 0.3*logOdds(c.found) + 0.8*min(c.lead, 3) + 0.6*float64(min(c.shared, 4))
	if c.named {
		return logistic(x + 0.5)
	}
	if c.near < likeAClaim {
		x -= 1.3
	}
	return logistic(x + 0.6*min(0, logOdds(c.found))) // what shares no more than words is foreign more often than not
}

// likeAClaim is how like one of a topic's claims a text must be that does not name it.
const likeAClaim = 0.35

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func logOdds(p float64) float64 {
	p = max(leastFound, min(1-leastFound, p))
	return math.Log(p / (1 - p))
}

// readsKept is of how many texts what was read of them is kept.
const readsKept = 256

// readTopics reads a claim for the topics that it may be about, the likeliest first, which takes
// a millisecond.
func (x *index) readTopics(claim string) []candidate {
	view, _ := viewIn(claim)
	claim = cmp.Or(view, deniesThat.ReplaceAllString(claim, ""), claim)
	found := x.mentioned(claim)
	guesses, none := x.finder.guesses(claim)
	for _, g := range guesses {
		i := slices.IndexFunc(found, func(c candidate) bool { return c.Name == g.topic })
		switch {
		case i >= 0:
			found[i].found = g.sure
		case g.sure > likelyFound:
			if s := slices.IndexFunc(x.subjects, func(s *subject) bool { return s.Name == g.topic }); s >= 0 {
				found = append(found, candidate{subject: x.subjects[s], found: g.sure})
			}
		}
	}
	said, thing := plain(claim), x.thingStems(claim)
	found = slices.DeleteFunc(found, func(c candidate) bool {
		return slices.ContainsFunc(c.beside, func(parts []string) bool { return hasParts(said, parts) }) || len(thing) > 0 && !x.speakOf(c.subject, thing)
	})
	for i := range found {
		found[i].foreign = logOdds(none)
		if !x.finder.met(found[i].Name) {
			found[i].byItsTexts()
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.score(), a.score()) })
	if len(found) > 0 {
		found[0].lead = found[0].score()
	}
	if len(found) > 1 {
		found[0].lead -= found[1].score()
	}
	return found
}

// thingStems are the stems of what a claim is made of, where that is a plain noun phrase and
// not who is to do something.
func (x *index) thingStems(claim string) []string {
	found := x.Thing.FindStringSubmatch(bare(claim))
	if found == nil || noThing.MatchString(found[1]) || ofPeople.MatchString(found[1]) || duty.MatchString(claim) && !passive.MatchString(claim) {
		return nil
	}
	stems := x.terms(placed.Split(found[1], 2)[0])
	if x.language == "en" && len(stems) > 1 {
		stems = stems[len(stems)-1:] // paper maps are maps
	}
	return stems
}

// placed parts a thing from where it is, duty is a demand, and passive one of what is to be done with something.
var (
	placed  = regexp.MustCompile(`(?i)\b(?:of|in|on|at|for|from|with|without|to|by|over|under|about)\b`)
	duty    = regexp.MustCompile(`(?i)\b(should|must|ought|needs? to|deb\pL+|tiene[n]? que)\b`)
	passive = regexp.MustCompile(`(?i)\b(should|must|ought to|needs? to)( not|n['’]?t)? be\b|\b(prohibirse|abolirse|estar prohibid[oa]s?|ser ilegal(es)?)\b`)
)

// speakOf says whether the texts of a topic have any of some stems: no topic is of pigeons in
// the streets that speaks of cars in them.
func (x *index) speakOf(s *subject, stems []string) bool {
	return slices.ContainsFunc(stems, func(stem string) bool {
		return slices.ContainsFunc(x.postingsOf(x.spell(stem)), func(p posting) bool { return x.subjects[p.topic()] == s })
	})
}

// likelyFound is how probable a topic must be that no word of is mentioned.
const likelyFound = 0.02

// mentioned are the topics of which a claim has words, with how much it has of them.
func (x *index) mentioned(claim string) []candidate {
	said, terms := plain(claim), x.terms(claim)
	all, scores, covers := 0.0, make([]float64, len(x.subjects)), make([]float64, len(x.subjects))
	shared := make([]int, len(x.subjects))
	for i, stem := range terms {
		terms[i] = x.spell(stem)
		r := x.rarity(terms[i])
		postings := x.postingsOf(terms[i])
		if len(postings) == 0 && x.judges(terms[i]) {
			continue // "overrated" says nothing about the topic
		}
		all += r
		for _, p := range postings {
			scores[p.topic()] += p.weight() * r
			covers[p.topic()] += min(p.weight(), 1) * r
			shared[p.topic()]++
		}
	}
	var found []candidate
	isNamed := x.namedIn(said)
	for i, s := range x.subjects {
		if scores[i] > 0 || isNamed[s] {
			found = append(found, candidate{subject: s, named: isNamed[s], cover: covers[i] / max(all, 1), near: scores[i], weight: scores[i] / max(all, 1), shared: shared[i]})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.near+named(b), a.near+named(a)) })
	found = found[:min(len(found), maxCandidates)]
	for i := range found {
		found[i].near = x.nearest(terms, found[i].claims())
		if found[i].named && len(terms) < minPart && found[i].has(said) {
			found[i].near = 1 // in words that are common to all topics
		}
	}
	return found
}

// has says whether a text, as plain gives it, is one of the topic's claims.
func (s *subject) has(text string) bool {
	return slices.ContainsFunc(slices.Concat(s.Claims.Pro, s.Claims.Con), func(claim string) bool { return plain(claim) == text })
}

// maxCandidates is how many topics are looked at closely.
const maxCandidates = 12

func named(c candidate) float64 {
	if c.named {
		return 10
	}
	return 0
}

// nearest is the likeness of the claim that is most like some terms.
func (x *index) nearest(terms []string, claims [][]string) float64 {
	has := make(map[string]float64, len(terms))
	length := 0.0
	for _, stem := range terms {
		r := x.rarity(stem)
		has[stem] = r
		length += r * r
	}
	best := 0.0
	for _, claim := range claims {
		shared, own := 0.0, 0.0
		for _, stem := range claim {
			r := x.rarity(stem)
			own += r * r
			shared += r * has[stem]
		}
		if own > 0 && length > 0 {
			best = max(best, shared/math.Sqrt(own*length))
		}
	}
	return best
}

// How sure it must be of a topic, and of a side of it, as log odds, also where that is only named.
const (
	sureTopic  = 0.6
	sureSide   = 0.8
	sureOfName = 1.2
	nearWeight = 3.0
)

// topicOf is the topic of the bank that a text is about, nil where that is in doubt.
func (x *index) topicOf(text string) *subject {
	return sureOf(x.likely(text))
}

// sureOf is the first of the likely topics, nil where that is in doubt.
func sureOf(likely []candidate) *subject {
	if len(likely) > 0 && likely[0].sure() >= sureTopic && likely[0].told() {
		return likely[0].subject
	}
	return nil
}

// claimed says whether a claim is about the topic, and does not only share some words with its
// texts: one that names it is hardly about anything else, or is otherwise surely of it; one that
// does not has most of its words from there.
func (c candidate) claimed() bool {
	if c.named {
		return c.cover >= partly || c.near >= half || c.sure() >= surest
	}
	return c.near >= partly && (c.cover >= mostly && c.sure() >= sureOther || c.sure() >= surest) || c.near >= same && c.lead+c.found >= farAhead
}

// told is claimed for a whole message, in which people put things their own way: the topic leads
// the others, or they say what others said of it.
func (c candidate) told() bool {
	switch {
	case c.sure() >= nearlySurest, c.lead+c.found >= farAhead:
		return true
	case c.named:
		return c.cover >= partly || c.near >= partly
	}
	return c.near >= alike && c.lead >= ahead || c.near >= partly && c.found >= alike
}

// partly is how much of a claim a topic has to have that it names, or how like one of the topic's it
// is (half), and how like one it has to be that names it not (partly, or alike or same where that is
// nearly all that there is); surest is how sure a topic must be where none is so, and ahead and farAhead are
// leads over the next.
const (
	partly   = 0.4
	half     = 0.5
	alike    = 0.7
	same     = 0.95
	surest   = 0.95
	ahead    = 1.5
	farAhead = 2.6 // with how probable it is

	nearlySurest = 0.92 // surest in a whole message

	tied = 0.5 // a lead that tells nothing
)

// find is the topic that a claim is about and the side of it that a stance on
// the claim amounts to; nil where either is in doubt, since a question serves
// better than arguments of the wrong side.
func (x *index) find(claim string, stance debate.Stance) (*subject, debate.Stance) {
	if s := x.topicOf(claim); s != nil {
		return x.sided(s, claim, stance)
	}
	return nil, stance
}

// sided is find for a claim on a topic.
func (x *index) sided(s *subject, claim string, stance debate.Stance) (*subject, debate.Stance) {
	if s.states(claim) {
		return s, stance
	}
	side, sure := x.sideOf(claim, s)
	least := sureSide
	if sure == 0 { // it only names the subject: that is for it
		least = sureOfName
		side, sure = sideBy(x.byWords(claim+goodFor[x.language], s))
	}
	if sure < least {
		return nil, stance
	}
	if stance == debate.Con {
		side = side.Opposite()
	}
	return s, side
}

// findIn is find for a debate. Texts of the bank that were said already settle
// it. Where the claim leaves the side in doubt, what the user says helps, who is
// on the other side.
func (x *index) findIn(p debate.Prompt) (*subject, debate.Stance) {
	p.Topic = x.mainClause(x.respell(p.Topic))
	opening := x.mainClause(x.respell(openingOf(p)))
	text := x.claimIn(p.Topic)
	claimed, found := x.likely(text), x.likely(opening)
	for _, c := range slices.Concat(claimed, found) {
		if side, ok := c.argued(p.Exchanges); ok {
			return c.subject, side
		}
	}
	if len(claimed) > 1 && claimed[0].lead < tied { // the claim tells which, not what is said around it
		if within := claim.Within(text); within.Sure >= sureWithin && !within.Names {
			text = within.Topic
			claimed = x.likely(text)
		}
	}
	s := sureOf(claimed)
	switch {
	case s != nil && (claimed[0].claimed() || x.restates(opening, text)):
		if s, side := x.sided(s, p.Topic, p.Stance); s != nil {
			return s, side
		}
	case len(found) > 0 && (x.restates(opening, text) || x.mayBe(found[0].subject, text, claimed)): // the message says more than the claim
		least := sureTopic
		if len(x.terms(p.Topic)) >= minClaim {
			least = sureOther
		}
		s = nil
		if found[0].sure() >= least && found[0].told() {
			s = found[0].subject
		}
	default:
		s = nil
	}
	if s == nil {
		return nil, p.Stance
	}
	switch total := x.userSide(p, s); {
	case total >= sureSide:
		return s, debate.Con
	case total <= -sureSide:
		return s, debate.Pro
	default:
		return nil, p.Stance
	}
}

// mainClause is a text without what its first sentence wants a thing for, or on which condition, if there is a topic that
// the sentence is about without it: "we need nuclear power if we want to get off oil" is about nuclear power.
func (x *index) mainClause(text string) string {
	all := sentencesOf(text)
	if len(all) == 0 {
		return text
	}
	first := text[:all[0].end]
	at := purpose.FindStringIndex(first)
	if at == nil || len(strings.Fields(first[at[0]:])) > maxPurpose || x.topicOf(first[:at[0]]) == nil {
		return text
	}
	return strings.TrimSpace(first[:at[0]]) + "." + text[all[0].end:]
}

// maxPurpose is how many words that has at most: behind more of them the sentence goes on.
const maxPurpose = 9

// purpose begins what something is wanted for, or on which condition it is.
var purpose = regexp.MustCompile(`(?i),? (?:if (?:we|you|anybody|anyone|\pL+ (?:is|are) (?:ever )?to)|so that|in order (?:to|that|for)|` +
	`to (?:get (?:off|rid of|away from|out of)|save|stop|fight|avoid|prevent|reduce|end|beat|protect|replace|solve)|` +
	`si (?:de verdad |realmente )?(?:queremos|quieres|se quiere|pretendemos|vamos a)|para (?:que|dejar|acabar con|salvar|evitar|frenar|reducir|luchar contra|proteger|resolver|salir de))\b`)

// agrees says whether a claim may be about a topic that the message that makes it is about.
func (x *index) agrees(s *subject, text, message string) bool {
	return x.restates(message, text) || x.mayBe(s, text, x.likely(text))
}

// restates says whether a message says hardly more than a claim.
func (x *index) restates(message, text string) bool {
	own := x.terms(text)
	more := slices.DeleteFunc(x.terms(message), func(stem string) bool { return slices.Contains(own, stem) })
	return len(more) < minPart
}

// claimIn is the sentence of a text that most likely is its claim, and no reason for it: the first
// that says or wants something.
func (x *index) claimIn(text string) string {
	for _, s := range sentencesOf(text) {
		sentence := text[s.start:s.end]
		if demands, _ := x.demandsOrJudges(plain(spellNot(sentence))); demands || len(x.terms(sentence)) >= minPart {
			return sentence
		}
	}
	return text
}

// mayBe says whether a claim may be about a topic that the message with it is about: it says
// nothing of its own, or most of what it says the topic's texts have too, and it names the topic
// or is nearest to it. Reasons speak of much that a claim is not about.
func (x *index) mayBe(s *subject, text string, claimed []candidate) bool {
	if sureOf(claimed) == s {
		return true
	}
	own := slices.DeleteFunc(x.terms(text), x.judges)
	if len(own) < minPart && !slices.ContainsFunc(own, func(stem string) bool { return len(x.postingsOf(stem)) < common }) {
		return true
	}
	i := slices.IndexFunc(claimed, func(c candidate) bool { return c.subject == s })
	return i >= 0 && claimed[i].cover >= mostly && (i == 0 || claimed[i].named)
}

// mostly is how much of a claim a topic's texts have to have, and common in how many topics' a word
// is that says nothing of its own.
const (
	mostly = 0.55
	common = 10
)

// minClaim is how many content words a claim has that says what it is about, and
// sureOther how sure another topic must be then.
const (
	minClaim  = 3
	sureOther = 0.85
)

// openingOf is the message that began a debate, as far as it is read for its topic.
func openingOf(p debate.Prompt) string {
	if len(p.Exchanges) > 0 {
		return head(claim.Said(p.Exchanges[0].Message), maxOpening)
	}
	return head(claim.Said(p.Message), maxOpening)
}

// maxOpening is how much of an opening is read for its topic, in bytes.
const maxOpening = 400

// userSide adds up what says that the user is for a topic.
func (x *index) userSide(p debate.Prompt, s *subject) (total float64) {
	add := func(text string, from float64) {
		user, sure := x.sideOf(text, s)
		if sure = min(sure, 2*sureSide); user == debate.Con {
			sure = -sure
		}
		total += from * sure
	}
	first := p.Message
	if len(p.Exchanges) > 0 {
		first = p.Exchanges[0].Message
	}
	asks := x.requests(first)
	switch aside := len(x.terms(p.Topic)) < minPart && x.topicOf(p.Topic) != s; {
	case aside: // "nobody should have to go back there" says nothing of it alone
	case p.Stance == debate.Con:
		add(p.Topic, 1)
	default:
		add(p.Topic, -1)
	}
	for i, e := range p.Exchanges {
		if e.Number > 1 || !asks { // who asks for the case of a claim need not be against it
			add(head(claim.Said(e.Message), maxOpening), 1)
		}
		if strings.Contains(e.Reply, strings.TrimRight(s.Claim, ".")) { // it asked
			next := p.Message
			if i+1 < len(p.Exchanges) {
				next = p.Exchanges[i+1].Message
			}
			total += x.confirms(next)
		}
	}
	if len(p.Exchanges) > 0 || !asks {
		add(claim.Said(p.Message), 1)
	}
	return total
}

// requests says whether a message asks for the case of a claim, or for that against it.
func (x *index) requests(message string) bool {
	said := plain(message) + " "
	return slices.ContainsFunc(x.Requests, func(p string) bool { return strings.HasPrefix(said, p+" ") }) || claim.Asks(message)
}

// confirms is how much a message that begins with a yes is for what was asked, and one
// that begins with a no is against it.
func (x *index) confirms(message string) float64 {
	said := plain(message)
	for _, list := range []struct {
		words []string
		value float64
	}{{x.Yes, 1}, {x.Nope, -1}} {
		if slices.ContainsFunc(list.words, func(w string) bool { return said == w || strings.HasPrefix(said, w+" ") }) {
			return list.value * 6 * sureSide // more than all that was gathered from other words
		}
	}
	return 0
}

// argued is the side of the topic that the bot's replies argue, if any does.
func (s *subject) argued(exchanges []debate.Exchange) (debate.Stance, bool) {
	for _, e := range slices.Backward(exchanges) {
		if e.Kind != debate.ArgumentKind && e.Kind != "" {
			continue // the best point of the other side was asked for
		}
		for _, side := range []debate.Stance{debate.Pro, debate.Con} {
			c := s.Of(side)
			for _, texts := range [][]bank.Text{{{Text: c.Case}, {Text: c.Closing}}, c.Arguments, c.Answers, c.Questions, c.Concedes} {
				for _, text := range texts {
					if text.Text != "" && strings.Contains(e.Reply, markOf(text.Text)) {
						return side, true
					}
				}
			}
		}
	}
	return "", false
}
