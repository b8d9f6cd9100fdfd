package claim

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// The labels. A side's are the writer's, and what is asked of the bot.
const (
	agrees = iota
	denies
	arguesFor
	arguesAgainst
	asks // whether it is so, or for a debate about it
	sides

	firstLanguage = 50
)

// span is tokens i to j, or no claim where j < i.
type span struct{ i, j int }

var none = span{0, -1}

// maxSpan is how many tokens a claim has.
const maxSpan = 40

// maxBegin is how many words of a claim tell that it is one.
const maxBegin = 8

// A choice is given by its features to take, one after the other. They are overwritten by those of the next.

// starts are the tokens that a claim may begin with, after -1 for no claim.
func (s *scene) starts(take func(at int, features []uint32)) {
	f := s.messageFeatures()
	take(-1, f)
	inside := make([]uint32, 0, len(s.tokens)*len(insideTemplates)) // of each token, which several claims would have
	for k := range s.tokens {
		inside = s.features(inside, insideTemplates, 3, k, k)
	}
	for k, t := range s.tokens {
		if t.mark {
			continue
		}
		to := k
		for to < min(k+maxBegin, len(s.tokens)) && !s.tokens[to].stop {
			to++
		}
		f = s.features(f[:0], startTemplates, 1, k, k)
		f = append(f, inside[k*len(insideTemplates):to*len(insideTemplates)]...)
		take(k, f)
	}
}

// ends are the tokens that a claim may end with that begins with i.
func (s *scene) ends(i int, take func(at int, features []uint32)) {
	var f []uint32
	for j := i; j < min(len(s.tokens), i+maxSpan) && !s.tokens[j].stop; j++ {
		if !s.tokens[j].mark {
			f = s.features(f[:0], endTemplates, 2, i, j)
			take(j, f)
		}
	}
}

func (s *scene) messageFeatures() []uint32 {
	n, words, classes := len(s.tokens), uint64(0), uint64(1)
	for _, t := range s.tokens {
		words, classes = mix(words, t.is['w'-'a']), mix(classes, t.is['c'-'a'])
	}
	f := []uint32{slot(hash("message")), slot(mix(5, size(n))), slot(words), slot(classes)}
	for k := range min(n, 40) {
		f = s.features(f, messageTemplates, 5, k, k)
		if k < 3 {
			f = s.features(f, messageTemplates[:1], 10+uint64(k), k, k)
		}
	}
	return s.features(f, messageEdges, 6, 0, n-1)
}

var messageEdges = templates("w0,w1 w0,w1,w2 W-1,W0 W0 w0,W0 q,z t r")

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
		word := t.is['w'-'a']
		around, classes = mix(around, word), mix(classes, t.is['c'-'a'])
		f = s.features(f, outsideSide, 12+bit(k > p.j), k, k)
		f = append(f, slot(mix(17, word)), slot(mix(mix(18+bit(k > p.j), bit(k >= p.i-6 && k <= p.j+8)), word)))
	}
	return append(f, slot(around), slot(classes))
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

// shapes are what makes a sentence of a span: nothing, since it only names what is argued; itself; or its first
// word moved behind the second or a later one, as in the statement of a question.
func (s *scene) shapes(p span, take func(at int, features []uint32)) {
	f := s.features(nil, shapeTemplates, 20, p.i, p.j)
	for k := p.i; k <= p.j; k++ {
		f = s.features(f, insideSide, 21, k, k)
	}
	take(p.i-1, f)
	for k := p.i; k <= min(p.j, p.i+11); k++ {
		f = s.features(f[:0], moveTemplates, 40+bit(k == p.i), k, p.i)
		take(k, f)
	}
}

// found is what was read.
type found struct {
	span  span
	topic string
	names bool    // the topic only names what is argued
	side  int     // a label
	sure  float32 // that span and side are right
	sided float32 // that the side is, of the span
	// states is how likely the message states something, whichever span says it, and within that its claim begins
	// in the sentence of the span.
	states, within float32
}

// read finds the claim, and whose side of it the message is on.
func (w weights) read(s *scene) found {
	if !strings.ContainsFunc(s.text, legible) {
		return found{span: none, sure: 1}
	}
	begins := w.choose(s.starts)
	nothing := begins[0].share
	if nothing >= saysNothing || len(begins) == 1 {
		return found{span: none, sure: nothing}
	}
	f := found{}
	begins = begins[1:]
	slices.SortStableFunc(begins, func(a, b choice) int { return cmp.Compare(b.share, a.share) })
	for _, begin := range begins {
		if begin.share <= f.sure {
			break // as are all that follow
		}
		end := likeliest(w.choose(func(take func(int, []uint32)) { s.ends(begin.at, take) }))
		if sure := begin.share * end.share; sure > f.sure {
			f.span, f.sure = span{begin.at, end.at}, sure
		}
	}
	side, sure, stated := w.side(s, f.span)
	f.side, f.sided, f.sure, f.states = side, sure, sure*f.sure, (1-nothing)*stated
	for _, begin := range begins {
		if s.tokens[begin.at].first == s.tokens[f.span.i].first {
			f.within += begin.share
		}
	}
	f.topic, f.names = w.topic(s, f.span)
	clause := f.span.i > 0 && clauses[s.tokens[f.span.i-1].low]
	if !clause && judged.MatchString(s.text[s.tokens[f.span.j].to:]) {
		f.names = true
		if f.side >= arguesFor && f.side != asks && f.span.i == 0 { // nothing asks for it
			f.side, f.states = agrees, 1-nothing
		}
	}
	return f
}

// judged is how what follows a thing calls it something: "taxing the rich is unfair" is a claim as a whole.
var judged = regexp.MustCompile(`(?i)^ (?:is|are|was|were|would be|should be|isn['’]?t|aren['’]?t|es|son|ser[ií]an?|est[aá]n?|me parecen?)\b`)

// clauses begin a claim that is judged as a whole: "the idea that zoos educate is nonsense".
var clauses = set("that que")

// saysNothing is how likely a message must be to claim nothing.
const saysNothing = 0.5

// legible is what has letters of the languages that were learned: of others nothing is told.
func legible(c rune) bool { return unicode.Is(unicode.Latin, c) }

// side is the label of the likelier side of the bot, how sure that side is, and how
// likely the span is stated or denied, and neither asked nor asked for.
func (w weights) side(s *scene, p span) (side int, sure, stated float32) {
	shares := w.label(s.sideFeatures(p), 0, sides)
	for i, share := range s.framed(p) {
		shares[i] += byFrames * (float32(share) - shares[i])
	}
	pro := shares[denies] + shares[arguesFor]
	side = top([]float32{agrees: shares[agrees], arguesAgainst: shares[arguesAgainst], asks: shares[asks]})
	if pro > 0.5 {
		side = top([]float32{denies: shares[denies], arguesFor: shares[arguesFor]})
	}
	return side, max(pro, 1-pro), shares[agrees] + shares[denies]
}

// byFrames is what the network of frames counts of a side.
const byFrames = 0.7

// topic is the words of a span; of a question, as a statement. A span may only name a thing.
func (w weights) topic(s *scene, p span) (topic string, names bool) {
	words := s.text[s.tokens[p.i].from:s.tokens[p.j].to]
	switch k := likeliest(w.choose(func(take func(int, []uint32)) { s.shapes(p, take) })).at; {
	case k < p.i:
		names = true
		language := w.language(s)
		for _, t := range s.tokens[p.i+1 : max(p.i+1, p.j)] {
			if ors[t.low] && (t.low != "o" || language == "es") { // elsewhere an article
				than, before := better[language], s.text[s.tokens[p.i].from:t.from]
				if first, second, two := strings.Cut(than, " "); two && strings.Contains(" "+strings.ToLower(before)+" ", " "+first+" ") {
					than = second // "is it better to rent or to buy"
				}
				words = before + " " + than + " " + s.text[t.to:s.tokens[p.j].to]
				names = false
				break
			}
		}
	case k > p.i:
		words = s.text[s.tokens[p.i+1].from:s.tokens[k].to] + " " + unasked(s.tokens[p.i].low) + s.text[s.tokens[k].to:s.tokens[p.j].to]
	}
	return sentenceCase(strings.Join(strings.Fields(words), " ")), names
}

// unasked is the word without the "not" that only asks: "shouldn't we?".
func unasked(low string) string {
	if bare := strings.TrimSuffix(low, "nt"); auxiliary[bare] {
		return bare
	}
	return low
}

// ors are words between two things of which the first is said, or asked, to be better, and
// better says so.
var (
	ors    = set("or vs versus > >> over o ou oder")
	better = map[string]string{"en": "better than", "es": "mejor que", "pt": "melhor que", "fr": "mieux que", "de": "besser als", "it": "meglio di"}
)

// subject is the debate that what was read would begin.
func (f found) subject() debate.Subject {
	topic := f.topic
	if f.side == arguesFor || f.side == arguesAgainst {
		topic = cmp.Or(daring.ReplaceAllString(topic, ""), topic)
	}
	if topic == "" || len(topic) > debate.MaxTopicBytes {
		return debate.Subject{}
	}
	return debate.Subject{Topic: topic, Title: Title(topic), Stance: bot(f.side)}
}

// daring ends what asks for a side: "defend the monarchy, if you can".
var daring = regexp.MustCompile(`(?i),? (?:(?:if|as best) you (?:can|dare|must|will)|si puedes|si te atreves|si (?:tu peux|tu oses)|se (?:puder|conseguir|riesci|puoi)|wenn du (?:kannst|dich traust))$`)

// sureWords is how sure a reading must be for its words to stand for what was said, and sureDenied how sure
// its side must be where that denies them: of the 89 held-out ones that it
// takes apart 87 are right, and 87 as they were said.
const (
	sureWords  = 0.7
	sureDenied = 0.9
)

// takenBack says whether what follows the claim says that it is not so.
func (f found) takenBack(s *scene) bool {
	return f.span != none && takenBack.MatchString(strings.TrimLeft(s.text[s.tokens[f.span.j].to:], " ,;.!?…"))
}

// doubtful says whether a reading had better leave a statement as it was said.
func (f found) doubtful(s *scene) bool {
	return f.sure < sureWords || f.names || f.side == agrees && f.takenBack(s) || f.side == denies && f.sided < sureDenied || f.side == agrees && f.reported(s) || notSaying.MatchString(s.text) || f.comments(s) || f.quotes(s) || headless(f.topic, s.text) ||
		f.span != none && (pronouns[s.tokens[f.span.i].low] || pronouns[s.tokens[f.span.j].low])
}

// notSaying is what a message says that it does not say, before what it does: neither is its claim alone.
var notSaying = regexp.MustCompile(`(?i)\b(?:(?:i['’]?m|i am) not saying|no (?:estoy diciendo|digo) que|n[aã]o (?:digo|estou dizendo) que|je ne dis pas que|ich sage nicht,? dass)\b`)

// pronouns stand for what was named before, where a claim begins or ends with one.
var pronouns = set("it they he she one ones them him her that this those these so its")

// reported says whether somebody else is said to hold the claim: what the boss said is not what the next sentence
// says of it.
func (f found) reported(s *scene) bool {
	from := 0
	if f.span != none {
		from = s.tokens[s.tokens[f.span.i].first].from
	}
	return reporting.MatchString(s.text[from:])
}

// demanded is the claim where it is a demand that stands by itself, "" where it is none: news, a story or a reason may go
// before it and after it ("Nine pounds to park. Parking should be free, it's not rocket science"). Hardly anybody makes a
// demand so who does not hold it, unless they say whose it is, or what they think of it.
func (f found) demanded(s *scene) string {
	if f.span == none || f.side >= arguesFor || pronouns[s.tokens[f.span.i].low] || pronouns[s.tokens[f.span.j].low] {
		return ""
	}
	first, last := s.tokens[f.span.i], s.tokens[f.span.j]
	before, span, after := strings.TrimSpace(s.text[:first.from]), s.text[first.from:last.to], strings.TrimSpace(s.text[last.to:])
	if !demanding.MatchString(span) || verbFirst.MatchString(span) || strings.HasPrefix(after, "?") || !beforeDemand.MatchString(before) || after != "" && !afterDemand.MatchString(after) ||
		reporting.MatchString(s.text[s.tokens[first.first].from:]) || verdict.MatchString(before) || verdict.MatchString(after) {
		return ""
	}
	return sentenceCase(strings.Join(strings.Fields(span), " "))
}

// demanding is a demand, beforeDemand ends what goes before one that stands by itself, afterDemand begins what goes after it,
// and verdict is in what says what its writer thinks of it, or whose it is.
var (
	demanding    = regexp.MustCompile(`(?i)^[^,;:.!?]* (?:should(?:n['’]?t)?|must(?:n['’]?t)?|ought to|needs? to be|ha(?:s|ve) to|deber[ií]an?|tendr[ií]an? que|tienen? que|habr[ií]a que|dev(?:e|em|ia|iam|eriam?)|devrai(?:en)?t|doi(?:ven)?t|sollten?|m[uü]ss(?:en)?|geh[oö]r(?:t|en)) [^,;:.!?]+$`)
	beforeDemand = regexp.MustCompile(`(?i)(?:^|[.!?,;)–—-]|(?:^|[.!?,;] )(?:so|and|that['’]?s why|honestly|as[ií] que|por eso|y|e|et|donc|und))$`)
	afterDemand  = regexp.MustCompile(`^(?:[.!)]+|[,;–—-] ?[^\s.!?]+(?: [^\s.!?]+){2,}[.!]*)$`)
	verdict      = regexp.MustCompile(`(?i)\b(?:nonsense|rubbish|bull(?:shit)?|bs|crap|bollocks|wrong|mistaken|stupid|silly|dumb|ridiculous|insane|absurd|joke|kidding|pff+|as if|nope?|never|nah|disagree|against it|not (?:true|really|me)|yeah,? right|says?|said|thinks?|according to|they|he|she|mentira|tonter[ií]a|absurdo|falso|equivocad\pL+|no (?:way|thanks|thank you)|nunca|dicen?|unsinn|quatsch|falsch|sagt|n['’]importe quoi|faux|dit|bobagem|errado|diz)\b`)
)

// reporting is how a sentence begins that says what somebody else holds, which its writer
// may think little of.
var reporting = regexp.MustCompile(`(?i)^\W*(my|our|the|some|people|everyone|everybody|they|he|she|mi|la gente|todos|mein|meine|mon|ma|meu|minha)\b[^,.;:!?]{0,30}\b(say|says|said|think|thinks|claims?|believes?|tells? me|told me|insists?|dice|dicen|cree|creen|piensa|sagt|meint|dit|pense|diz|acha)\b`)

// statement is a short message as it was said, or of a longer one, and of any that surely has its claim there, the
// sentence of the span; "" where that is long.
func (w weights) statement(s *scene, f found) string {
	i, j := 0, len(s.tokens)-1
	if f.span != none && (j >= maxStatement || f.within >= sureSentence && w.standsAlone(s, f)) {
		i, j = s.tokens[f.span.i].first, s.tokens[f.span.i].last
	}
	if j-i >= maxStatement || j < i {
		return ""
	}
	from := s.tokens[i].from
	if i > 0 && quotation.MatchString(s.text[s.tokens[i-1].from:s.tokens[j].to]) && strings.HasPrefix(s.text[s.tokens[i-1].from:], `"`) {
		from = s.tokens[i-1].from
	}
	return sentenceCase(strings.Join(strings.Fields(s.text[from:s.tokens[j].to]), " "))
}

// standsAlone says whether the sentence of a claim says the same without the others: it names what it is about, and
// its writer holds it whether they are there or not ("Guns make us safe. Yeah, right.").
func (w weights) standsAlone(s *scene, f found) bool {
	first, last := s.tokens[f.span.i].first, s.tokens[f.span.i].last
	if f.side != agrees || f.sided < surelyHeld || f.comments(s) || f.takenBack(s) || slices.ContainsFunc(s.tokens[first:f.span.j+1], func(t token) bool { return pronouns[t.low] }) {
		return false
	}
	alone := newScene(s.text[s.tokens[first].from:s.tokens[last].to])
	p := span{f.span.i - first, f.span.j - first}
	if p.j >= len(alone.tokens) || alone.tokens[p.j].low != s.tokens[f.span.j].low {
		return false // cut in another way
	}
	side, _, _ := w.side(alone, p)
	return side == agrees
}

// comments says whether a claim only says what its writer thinks of what was told before it: "They want to ban cars.
// Ridiculous stuff."
func (f found) comments(s *scene) bool {
	return f.span != none && f.span.i > 0 && comment.MatchString(s.text[s.tokens[f.span.i].from:s.tokens[f.span.j].to])
}

// comment is a thing that is judged and not named, with no verb of its own.
var comment = regexp.MustCompile(`(?i)^(?:what )?(?:the |an? )?(?:\pL+est|best|worst|ridiculous|disgusting|brilliant|absurd|crazy|insane|pathetic|shameful|awful|total|utter|pure|complete|la mejor|el mejor|lo mejor|lo peor|menuda?|vaya)(?: (?:decision|idea|thing|move|mistake|choice|stuff|nonsense|madness|decisi[oó]n|cosa|locura|tonter[ií]a|[\pL-]+ [\pL-]+ stuff))?(?: (?:ever|of my life|de mi vida|i(?:['’]ll| will|['’]ve| have)? (?:ever )?(?:do|did|done|made)))?$`)

// How sure a claim must be of its sentence to be told without the others, and that its writer holds it.
const (
	sureSentence = 0.9
	surelyHeld   = 0.95
)

// maxStatement is how many tokens a statement has at most that is said whole.
const maxStatement = 30

func set(words string) map[string]bool {
	in := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		in[w] = true
	}
	return in
}

// bot is the bot's side under a label.
func bot(side int) debate.Stance {
	if side == denies || side == arguesFor {
		return debate.Pro
	}
	return debate.Con
}

// sentenceCase gives a claim its capital, and takes what hangs on it off.
func sentenceCase(s string) string {
	s = strings.Trim(s, " ,;:-.…()*_")
	if strings.Count(s, `"`) < 2 || strings.Count(s, `"`) == 2 && strings.HasPrefix(s, `"`) && strings.HasSuffix(s, `"`) { // or it quotes something
		s = strings.Trim(s, " ,;:-.…\"()*_")
	}
	if len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' {
		return s // a brand keeps its letter: "iPhones"
	}
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[n:]
}
