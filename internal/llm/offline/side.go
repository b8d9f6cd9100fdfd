package offline

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/llm/offline/bank"
)

// This file tells which side of a topic of the bank a text is on.

// sideOf is the side of a topic that a text takes, and how sure that is.
func (x *index) sideOf(text string, s *subject) (side debate.Stance, sure float64) {
	return sideBy(x.forIt(text, s))
}

// sideBy is the side that a sum is for, and how sure that is.
func sideBy(forIt float64) (side debate.Stance, sure float64) {
	if forIt < 0 {
		return debate.Con, -forIt
	}
	return debate.Pro, forIt
}

// plainer are ways to say something of which each word speaks for another side, or which no
// word of a topic says, and what they come to: a whole balance, and what should exist or be
// allowed.
var plainer = []struct {
	told *regexp.Regexp
	says string
}{
	{regexp.MustCompile(`(?i)\b(do|does|did|have done|has done|cause[sd]?) (a lot |much |far |way )?more good than (harm|bad|damage|evil)\b`), "$1 good"},
	{regexp.MustCompile(`(?i)\b(do|does|did|have done|has done|cause[sd]?) (a lot |much |far |way )?more (harm|bad|damage|evil) than good\b`), "$1 harm"},
	{regexp.MustCompile(`(?i)\b(hacen?|hacía|hizo|causan?) (mucho )?más bien que (mal|daño)\b`), "$1 bien"},
	{regexp.MustCompile(`(?i)\b(hacen?|hacía|hizo|causan?) (mucho )?más (mal|daño) que bien\b`), "$1 daño"},
	{regexp.MustCompile(`(?i)\bshould(?: not|n['’]?t) (?:even |still )?exist\b`), "should be abolished"},
	{regexp.MustCompile(`(?i)\bshould (?:even |still )?exist\b`), "should not be abolished"},
	{regexp.MustCompile(`(?i)\bshould(?: not|n['’]?t) be (?:allowed|permitted|legal)((?: (?:in|at|on|for)\b[^.,;!?]*)?(?:[.,;!?]|$))`), "should be banned$1"},
	{regexp.MustCompile(`(?i)\bshould(?: not|n['’]?t) be (?:a crime|criminal|illegal|against the law)\b`), "should be legal"},
	{regexp.MustCompile(`(?i)\bshould be (?:a crime|criminal|against the law)\b`), "should be banned"},
	{regexp.MustCompile(`(?i)\bshould be the (?:default|norm|standard)\b(?: for [^.;!?]*)?`), "is better"},
	{regexp.MustCompile(`(?i)\b(wrong|immoral|cruel) (?:when|if|since|because) (?:we|you|one|people) (?:can|could) [^.;!?]*`), "$1"},
	{regexp.MustCompile(`(?i)\b(?:is|are) (?:long |well |way )?overdue\b`), "should be introduced"},
	{regexp.MustCompile(`(?i)\b(?:should|must|needs? to|ought to) (?:really |just )?(?:return|come back|be (?:brought back|restored|reinstated))\b`), "should be introduced"},
	{regexp.MustCompile(`(?i)^\W*bring back `), "we should introduce "},
	{regexp.MustCompile(`(?i)^\W*we should (?:all )?support (?:the rise of |the idea of )?([^.,;!?]+)`), "$1 is good"},
	{regexp.MustCompile(`(?i)^\W*we should not support (?:the rise of |the idea of )?([^.,;!?]+)`), "$1 is bad"},
	{regexp.MustCompile(`(?i)\b(?:would|will|could) be (good|great|bad|terrible|a disaster|a blessing) for [^.,;!?]+`), "is $1"},
	{regexp.MustCompile(`(?i)\bshould (?:be kept|be preserved|be retained|stay|remain|be left)(?: (?:in|at|for|as)\b[^.,;!?]*|([.!?,;]|$))`), "should not be abolished$1"},
	{making(`(?:more ` + better + `|less ` + poorer + `|happier|healthier|smarter|safer|calmer|kinder|fitter)`), "is ${1}good"},
	{making(`(?:less ` + better + `|more ` + poorer + `|dumber|lazier|sadder|sicker|lonelier|weaker|fatter|meaner)`), "is ${1}bad"},
	{regexp.MustCompile(`(?i)\b(?:should|must|needs? to|ought to) be (?:curtailed|scaled back|reined in|rolled back|dialled down)\b`), "should be banned"},
	{regexp.MustCompile(`(?i)\b(?:is|are)(?: not|n['’]t) (?:an? |the )?(?:\pL+ )?(?:best |right |only |proper )?(?:way|answer|solution|method|means|tool|remedy|fix) (?:to|for|of|against)\b[^.;!?]*`), "is not good"},
	{regexp.MustCompile(`(?i)\b(?:an? )?(?:ineffective|inefficient|ineffectual|counter-?productive|unworkable|impractical|unreliable|inadequate|unsustainable|unjustifi(?:ed|able)|unnecessary)\b(?: (?:way|means|method|tool|form))?(?: (?:to|of|for|at|in) [^.;!?]*)?`), "not good"},
	{regexp.MustCompile(`(?i)\b(?:is|are|has|have) (?:being |been |getting )?(?:taken|carried|pushed) (?:way |much |far )*too far\b`), "has gone too far"},
	{regexp.MustCompile(`(?i)\b(?:should|must|needs? to|ought to|ha(?:s|ve) (?:got )?to) (?:just |simply |all )?go([.!?,;]|$)`), "should be abolished$1"},
	{regexp.MustCompile(`(?i)^\W*there(?:['’]?s| is) no (?:good |real |possible )?(?:excuse|justification) for ([^.,;!?]+)`), "$1 is wrong"},
	{regexp.MustCompile(`(?i)^\W*not even ([^.,;!?]+?) (is|are|was|were) `), "$1 $2 not "},
	{regexp.MustCompile(`(?i)^\W*(?:we|you|they|nobody|no one|no country) (?:can(?:['’]?t|not|)|could(?:n['’]?t| not|)|will(?: never|)|won['’]?t) ([^.,;!?]{4,60}?) without ([^.,;!?]+)`), "we need $2 to $1"},
	{regexp.MustCompile(`(?i)^\W*without ([^.,;!?]{3,60}?),? (?:there(?:['’]s| is| are| would be)|we|you|nobody|no one|nothing)\b[^.;!?]*\b(?:no|nobody|nothing|not|none|never|\pL+n['’]t)\b[^.;!?]*`), "we need $1"},
	{regexp.MustCompile(`(?i)^\W*sin ([^.,;!?]{3,60}?),? (?:no|nadie|nada|ning[uú]n\pL*) [^.;!?]+`), "necesitamos $1"},
	{regexp.MustCompile(`(?i)^\W*no (?:se )?(?:puede|puedes|podemos|podr[ií]amos|hay forma de) ([^.,;!?]{4,60}?) sin ([^.,;!?]+)`), "necesitamos $2 para $1"},
	{regexp.MustCompile(`(?i)^\W*ni siquiera ([^.,;!?]+?) (es|son|est[aá]n?|debe\pL*) `), "$1 no $2 "},
	{regexp.MustCompile(`(?i)\b(?:no (?:tengo|tienes|tiene|tenemos|tienen|hay) por qu[eé]|nadie (?:deber[ií]a|debe|tendr[ií]a que|tiene que)) (\pL+(?:[aeií]r|[aeií]r(?:se|l[eoa]s?))\b)`), "no habría que $1"},
	{regexp.MustCompile(`(?i)^\W*(?:nobody|no one) (?:should|must) (ban|abolish|outlaw|prohibit|forbid|scrap|close|cap|cut|raise|lower|end|stop) `), "we should not $1 "},
	{regexp.MustCompile(`(?i)^\W*no (?:hay|tienen?) nada (?:de )?malo (?:en )?([^.,;!?]+)`), "$1 está bien"},
	{regexp.MustCompile(`(?i)^\W*there(?:['’]?s| is) nothing wrong with ([^.,;!?]+)`), "$1 is fine"},
	{regexp.MustCompile(`(?i),? and (?:it |they )?never (?:was|were|has|have|will|did)(?: been| be)?\b`), ""},
	{regexp.MustCompile(`(?i)\b(?:we|they|countries|people) should(?: not|n['’]?t) (?:even |still |be allowed to )?(have|own) `), "we should abolish "},
	{regexp.MustCompile(`(?i)\b(?:deber[ií]an?|deben?|tienen? que) (?:mantenerse|quedarse|conservarse|seguir(?: existiendo)?)(?: (?:en|como|para)\b[^.,;!?]*|([.!?,;]|$))`), "no debería abolirse$1"},
	{regexp.MustCompile(`(?i)\b(?:es|ser[ií]an?|ser[aá]n?) (buen[oa]s?|mal[oa]s?) para [^.,;!?]+`), "es $1"},
	{regexp.MustCompile(`(?i)\b(?:deber[ií]an?|deben?|tienen? que) (?:volver|restaurarse|recuperarse|reinstaurarse)\b`), "debería introducirse"},
	{regexp.MustCompile(`(?i)\b(?:es|son) (?:ineficaz|ineficaces|ineficientes?|contraproducentes?|innecesari[oa]s?|injustificables?|insostenibles?|inviables?)\b(?: (?:para|en|contra) [^.;!?]*)?`), "no es bueno"},
	{regexp.MustCompile(`(?i)\bno (?:es|son) la (?:mejor |única )?(?:solución|respuesta|manera|forma|vía) (?:a|al|para|de|contra)\b[^.;!?]*`), "no es bueno"},
	{regexp.MustCompile(`(?i)\bno (?:deber[ií]an?|deban?) existir\b`), "debería abolirse"},
	{regexp.MustCompile(`(?i)\b(?:deber[ií]an?|deban?) existir\b`), "no debería abolirse"},
}

// making finds what makes people something.
func making(what string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b((?:does |do )?(?:not |n['’]t )?)makes? (?:people|us|you|workers|employees|students|pupils|kids|children|everyone|everybody|society|them|men|women) ` + what + `\b[^.,;!?]*`)
}

// What it is better, and what poorer, to be more of.
const (
	better = `(?:productive|happy|healthy|safe|intelligent|creative|efficient|focused|free|independent|patient|tolerant|honest|active|sociable|equal|relaxed|responsible|informed|connected)`
	poorer = `(?:stressed|anxious|lonely|lazy|stupid|aggressive|selfish|violent|isolated|depressed|unhappy|distracted|tired|sick|dependent|dishonest|superficial|passive|divided|angry|hateful)`
)

// readSide reads how much a text is for a topic, as log odds: of a claim with its reasons, which speak of what the other side
// wants too, and deny much, by the claim, where that is plain alone.
func (x *index) readSide(text string, s *subject) float64 {
	if concluded := concluding.FindStringSubmatch(text); concluded != nil {
		if sum := x.readClaim(concluded[1], s); math.Abs(sum) >= clearSide && s.named(plain(concluded[1])) {
			return sum
		}
	}
	lead, reasons := claim.Lead(text)
	if lead == "" {
		return x.readClaim(unconceded(text), s)
	}
	said, more := x.readClaim(unconceded(lead), s), x.byWords(reasons, s)
	if plain := math.Abs(said); plain >= clearSide {
		return said + max(-byReasons*plain, min(byReasons*plain, more))
	}
	return said + x.byWords(text, s)
}

// byReasons is the most that the reasons for a plain claim count beside it.
const byReasons = 0.4

// concluding ends a message with what its reasons are for.
var concluding = regexp.MustCompile(`(?i)[.!?;,] (?:and |y )?(?:so,?(?: no,?| yes,?)?|therefore,?|that['’]?s why|which is why|hence|as[ií] que|por eso|por (?:lo )?tanto,?) (?:i (?:think|believe|say)(?: that)? |(?:creo|pienso|digo) que )?([^.!?;]{12,}?)[.!]*$`)

// unconceded is a text without what it grants before its claim, unless that is named there alone.
func unconceded(text string) string {
	granted := conceding.FindString(text)
	if granted == "" || onlyMeant.MatchString(text[len(granted):]) {
		return text
	}
	return text[len(granted):]
}

// conceding begins with what somebody grants who claims something else, and onlyMeant with a word for what was named before.
var (
	conceding = regexp.MustCompile(`(?i)^\W*(?:(?:i['’]?m|i am) (?:all )?(?:for|in favou?r of)|i (?:know|get|understand|see|agree|admit|like|love|respect|support)|sure,|yes,|granted,?|of course|no doubt|entiendo|comprendo|sé|ya sé|reconozco|admito|claro que|es verdad que|es cierto que|no tengo nada (?:en )?contra(?: de)?|estoy a favor de)\b[^.;:!?]{2,120}, (?:but|pero) `)
	onlyMeant = regexp.MustCompile(`(?i)^(?:i|we|it|they|he|she|that|this|those|these|there|you|eso|esto|lo|la|los|las|le|les|se|no)\b`)
)

// readClaim is readSide for a text that is read as a whole.
func (x *index) readClaim(text string, s *subject) float64 {
	if sum := x.asTold(text, s); sum != 0 {
		return sum
	}
	weighed, weighs := x.byBalance(text, s)
	for _, b := range plainer {
		text = b.told.ReplaceAllString(text, b.says)
	}
	if said := plain(text); said == "" || x.namedAs(said, s) {
		return 0 // nothing but the subject
	}
	for _, by := range []func(string, *subject) (float64, bool){x.byDenial, x.byLess, x.byOrder, x.byFate} {
		if sum, told := by(text, s); told {
			return sum
		}
	}
	if within := claim.Within(text); within.Stance == debate.Pro && within.Sure >= sureWithin && within.Sided >= sureDenied && !within.Names && len(within.Topic)+leastFrame < len(text) && x.frames(text, within.Topic, s) {
		return -x.readSide(within.Topic, s)
	}
	if frame := deniesThat.FindString(text); frame != "" {
		denied, reasons := text[len(frame):], ""
		if all := sentencesOf(denied); len(all) > 1 {
			denied, reasons = denied[:all[1].start], denied[all[1].start:]
		}
		sum := -x.readSide(indicative.Replace(denied), s)
		if math.Abs(sum) < sureSide && len(x.terms(reasons)) > 0 {
			sum += x.readSide(reasons, s)
		}
		return sum
	}
	if view, holds := viewIn(text); holds {
		return x.readSide(view, s)
	} else if view != "" {
		return -x.readSide(view, s)
	}
	if weighs {
		return weighed
	}
	return x.byWords(text, s)
}

// asTold is infinitely much for or against a topic where a text is its claim, or the denial of that, or stands in the bank
// as one of a side's; 0 where it is none.
func (x *index) asTold(text string, s *subject) float64 {
	words := wordsOf(text)
	said := strings.Join(words, " ")
	if said == plain(s.Claim) {
		return math.Inf(1)
	}
	calm := plain(emphasis.ReplaceAllString(drawn.ReplaceAllStringFunc(text, func(w string) string {
		who := w[:strings.IndexAny(w, "'’")]
		if strings.HasSuffix(w, "s") {
			return who + " is"
		}
		return who + " are"
	}), ""))
	affirmed := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return x.negations[w] })
	if len(affirmed) < len(words) && slices.Equal(affirmed, wordsOf(s.Claim)) {
		return math.Inf(-1)
	}
	for side, sign := range map[debate.Stance]int{debate.Pro: 1, debate.Con: -1} {
		if slices.ContainsFunc(s.Claims.Of(side), func(claim string) bool { own := plain(claim); return own == said || own == calm }) {
			return math.Inf(sign) // also where that is the topic's name
		}
	}
	return 0
}

// emphasis is what a claim is said with that says the same without it, and drawn what "we are" and its like are drawn together to.
var (
	emphasis = regexp.MustCompile(`(?i)\b(?:way|really|just|so|totally|very|far|actually|honestly|simply|completely|absolutely|clearly|definitely|literally|seriously|muy|realmente|totalmente|simplemente|claramente|sinceramente) `)
	drawn    = regexp.MustCompile(`(?i)\b(we|they|you)['’]re\b|\b(it|that|there)['’]s\b`)
)

// namedAs says whether a text, as plain gives it, is a name of the topic and nothing else, with no "not".
func (x *index) namedAs(said string, s *subject) bool {
	return !slices.ContainsFunc(strings.Fields(said), func(w string) bool { return x.negations[w] }) &&
		slices.ContainsFunc(s.names, func(parts []string) bool { return said == strings.Join(parts, " ") })
}

// frames says whether a text says nothing of a topic beside a claim that it has.
func (x *index) frames(text, claim string, s *subject) bool {
	own := x.terms(claim)
	return !slices.ContainsFunc(x.terms(text), func(stem string) bool {
		p := x.postingsOf(stem)
		return len(p) < common && !slices.Contains(own, stem) && slices.ContainsFunc(p, func(p posting) bool { return x.subjects[p.topic()] == s })
	})
}

// comparison has what is said to be better, with a "not" if that is denied, and than what; worse has it the other way
// around, and preferred without who prefers it.
var (
	comparison = regexp.MustCompile(`(?i)^(.+?)\b(?:(?:better|superior|mejor(?:es)?)\b(?: [\pL-]+){0,3}? (?:than|to|que|a)|beats?|trumps?|outclass(?:es)?|(?:ganan?|superan?|vencen?) a|dan? (?:mil|cien) vueltas a)\b(.+)$`)
	worse      = regexp.MustCompile(`(?i)^(.+?)\b(?:worse|inferior|peor(?:es)?)\b(?: [\pL-]+){0,3}? (?:than|to|que|a)\b(.+)$`)
	preferred  = regexp.MustCompile(`(?i)^\W*(?:i(?:['’]d| would)? (?:much |always |really |still |far )*(?:prefer|rather have|take|choose|pick)|(?:yo )?prefiero)\b (.+?) (?:\b(?:over|to|any day over|instead of|rather than|antes que|a)\b) (.+?)(?: any (?:day|time))?$`)
)

// compared is what a text has better and than what, and whether it denies that; empty where it compares nothing.
func (x *index) compared(text string) (better, than string, denied bool) {
	for _, c := range []*regexp.Regexp{preferred, comparison, worse} {
		said := c.FindStringSubmatch(text)
		if said == nil {
			continue
		}
		denied = slices.ContainsFunc(wordsOf(said[1]), func(w string) bool { return x.negations[w] })
		if c == worse {
			return said[2], said[1], denied
		}
		return said[1], said[2], denied
	}
	return "", "", false
}

// byDenial is how much a text is for a topic that says one of its claims with a "not" more or less:
// "gun control works", where a side says that it does not.
func (x *index) byDenial(text string, s *subject) (sum float64, told bool) {
	own, denied := x.denied(text)
	if len(own) < minPart {
		return 0, false
	}
	for side, sign := range map[debate.Stance]float64{debate.Pro: sureFate, debate.Con: -sureFate} {
		for _, claim := range s.Claims.Of(side) {
			if of, claimDenied := x.denied(claim); denied != claimDenied && slices.Equal(own, of) {
				return -sign, true
			}
		}
	}
	return 0, false
}

// byLess is how much a text is for a topic that begins by wanting less of a thing, or none: the other way around than if it
// praised the thing ("we need fewer cars in town"), and against a topic that wants just that ("there should be no regulation of AI").
func (x *index) byLess(text string, s *subject) (sum float64, told bool) {
	i := slices.IndexFunc(lessOf, func(r *regexp.Regexp) bool { return r.MatchString(text) })
	if i < 0 {
		return 0, false
	}
	thing := fold(lessOf[i].FindStringSubmatch(text)[1])
	words := strings.Fields(thing)
	if noLess.MatchString(thing) || len(words) > maxLess || len(words) == 0 {
		return 0, false
	}
	if act := wanted.FindStringSubmatch(fold(s.Claim)); act != nil && strings.HasPrefix(act[1], words[0][:min(len(words[0]), stemOf)]) {
		return -sureFate, true
	}
	sum = -x.byWords(thing+goodFor[x.language], s)
	return sum, math.Abs(sum) >= sureSide
}

// maxLess is how many words such a thing has at most, and stemOf how many letters its noun and its verb share: regulated, regulation.
const (
	maxLess = 6
	stemOf  = 5
)

// goodFor says of a thing before it that it is good, by language.
var goodFor = map[string]string{"en": " is good", "es": " es bueno"}

// lessOf find what somebody wants less of, or none, noLess is in what is no such thing, or compares it with another, and wanted
// finds what a topic wants done.
var (
	lessOf = []*regexp.Regexp{
		regexp.MustCompile(`(?i)^\W*(?:\pL+ ){1,3}?(?:should|must|ought to|needs?|wants?|ha(?:s|ve) to|could do with)\b(?: (?:to|be|have|get|give|set|do|use|eat|buy|build|make|own|admit|take in|let in)\b)*(?: far| much| a lot| many)? (?:fewer|less|no) ([^.,;:!?]+)`),
		regexp.MustCompile(`(?i)^\W*(?:\pL+ ){1,3}?(?:do|does)(?: not|n['’]t) need (?:any |so many |so much |more |all these |all this )?([^.,;:!?]+)`),
		regexp.MustCompile(`(?i)^\W*(?:\pL+ ){0,3}?(?:deber[ií]an?|deben?|tienen? que|tendr[ií]an? que|hay que|hacen? falta|necesit\pL+|queremos|quiero)\b(?: \pL+[aei]r\b)? (?:much[oa]s? |bastantes? )?menos ([^.,;:!?]+)`),
		regexp.MustCompile(`(?i)^\W*(?:\pL+ ){0,3}?no (?:hacen? falta|(?:se )?necesit\pL+|deber[ií]a haber|tendr[ií]a que haber) (?:tant[oa]s? |más )?([^.,;:!?]+)`),
	}
	noLess = regexp.MustCompile(`(?i)^(?:longer|more|less|better|worse|doubt|one|other|matter|to|their|his|her|its|sus?)\b|\b(?:than|que|to)\b`)
	wanted = regexp.MustCompile(`(?i)\b(?:should|deber[ií]an?) (?:be )?(?:\pL+ly )?(\pL+)`)
)

// denied are the stems of a text but for those that deny, and whether an odd number of those do.
func (x *index) denied(text string) (stems []string, denies bool) {
	for _, w := range wordsOf(spellNot(text)) {
		switch {
		case x.negations[w]:
			denies = !denies
		case !doing[w]:
			stems = append(stems, x.class(x.stem(w)))
		}
	}
	return stems, denies
}

// doing are the verbs that stand before a "not" alone.
var doing = map[string]bool{"do": true, "does": true, "did": true}

// byOrder is how much a text is for a topic whose claim has one thing better than another, by
// which of the two it has first.
func (x *index) byOrder(text string, s *subject) (sum float64, told bool) {
	better, than, denied := x.compared(text)
	claimed := comparison.FindStringSubmatch(s.Claim)
	if better == "" || claimed == nil {
		return 0, false
	}
	shared := func(a, b string) (n int) {
		of := x.terms(b)
		for _, stem := range x.terms(a) {
			if slices.Contains(of, stem) {
				n++
			}
		}
		return n
	}
	same := shared(better, claimed[1]) * shared(than, claimed[2])
	turned := shared(better, claimed[2]) * shared(than, claimed[1])
	if denied {
		same, turned = turned, same
	}
	switch {
	case same > turned:
		return sureFate, true
	case turned > same:
		return -sureFate, true
	}
	return 0, false
}

// balance says that something does more good than harm, or more harm than good, and before that a "not" if that is denied.
var balance = regexp.MustCompile(`(?i)(\b(?:no|not|never|nunca|tampoco)\b|n['’]t)?(?: (?:le|nos|les|ha|han|have|has|done?))*\b *(?:(?:do|does|did|done|causes?|caused|hacen?|hacía|hizo|hecho|causan?) )(?:a lot |much |far |way |mucho )*(?:(more good than (?:harm|bad|damage|evil)|más bien que (?:mal|daño))|(?:more (?:harm|bad|damage|evil) than good|más (?:mal|daño) que bien))\b`)

// byBalance is how much a text is for a topic whose claim weighs the good of something against the harm, as the text does.
func (x *index) byBalance(text string, s *subject) (sum float64, told bool) {
	said, claimed := balance.FindStringSubmatch(text), balance.FindStringSubmatch(s.Claim)
	if said == nil || claimed == nil || !s.named(plain(text)) {
		return 0, false
	}
	if good := (said[2] != "") != (said[1] != ""); good == (claimed[2] != "") {
		return sureFate, true
	}
	return -sureFate, true
}

// How sure a claim within a text must be, and that the text denies it, and how much longer than it the text.
const (
	sureWithin = 0.5
	sureDenied = 0.7
	leastFrame = 4
)

// byWords is how much a text is for a topic by its words and those of its denial, as log odds.
func (x *index) byWords(text string, s *subject) float64 {
	sum := x.reads(text, s)
	if math.Abs(sum) < doubted && len(x.terms(text)) > 0 {
		if opposite := x.deny(text); opposite != "" {
			sum = (sum - byDenied*x.reads(opposite, s)) / (1 + byDenied)
		}
	}
	return sum
}

// deniesThat is how a text begins whose first sentence denies what follows there, which is plainer
// alone.
var deniesThat = regexp.MustCompile(`(?i)^\W*(?:(?:i|we) (?:do not|don['’]?t) (?:really |even )?(?:think|believe|agree|reckon)(?: that)?|i (?:really |highly )?doubt(?: that)?|it(?:['’]?s| is) not true that|i (?:do not|don['’]?t|can['’]?t|cannot) (?:see|understand) why|no (?:veo|entiendo) por qu[eé]|no (?:creo|pienso) que|no es (?:verdad|cierto) que) `)

// indicative has the verbs that are denied in Spanish as they are said when they are not.
var indicative = strings.NewReplacer("deba ", "debe ", "deban ", "deben ", "haya que ", "hay que ", "sea ", "es ", "sean ", "son ")

// viewIn is the view in a text that its writer then calls right or wrong, and whether they
// hold it; empty where there is none.
func viewIn(text string) (view string, holds bool) {
	for _, p := range views {
		if found := p.told.FindStringSubmatch(text); found != nil {
			return found[1], p.holds
		}
	}
	return "", false
}

// rejectedIn is such a view that its writer does not hold.
func rejectedIn(text string) string {
	if view, holds := viewIn(text); !holds {
		return view
	}
	return ""
}

// views are what has such a view: one that somebody is said to hold, or to act on, and any
// that is judged by what the writer thinks of it.
var views = []struct {
	told  *regexp.Regexp
	holds bool
}{
	{view(says+`(.{6,}?)`+then, wrong), false},
	{view(says+`(.{6,}?)`+then, right), true},
	{view(`(?:i['’]?m |i am |so )*(?:sick|tired|fed up) (?:of|with) (?:people|everyone|everybody|them) (?:saying|telling me|claiming|pretending)(?: that)? ([^.;!?]{6,})`, ``), false},
	{view(wants+`(.{6,}?)`+then, wrong), false},
	{view(wants+`(.{6,}?)`+then, right), true},
	{view(acts+then, wrong), false},
	{view(acts+then, right), true},
	{view(`(.{6,}?)`+then, `(?:i (?:just |really |simply )*(?:don['’]?t|do not|can['’]?t|cannot) (?:get|understand|see) (?:it|why|the point)|i['’]?m (?:totally |completely |strongly )*against (?:it|that))[ .!]*$`), false},
	{view(`(.{6,}?)`+then, `i['’]?m (?:totally |completely |so |all )*(?:for|into) (?:it|that)[ .!]*$`), true},
	{view(dice+`(.{6,}?)`+luego, sinRazon), false},
	{view(dice+`(.{6,}?)`+luego, conRazon), true},
	{view(quiere+`(.{6,}?)`+luego, sinRazon), false},
	{view(quiere+`(.{6,}?)`+luego, conRazon), true},
	{view(actua+luego, sinRazon), false},
	{view(actua+luego, conRazon), true},
}

func view(told, verdict string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\W*` + told + verdict)
}

// Who says, wants or does something, what is between that and a verdict on it, and the
// verdicts, in English and in Spanish.
const (
	says  = `(?:[a-z'’]+ ){1,5}(?:says?|said|thinks?|thought|claims?|believes?|reckons?|insists?|keeps? (?:saying|telling me)|tells? me|told (?:me|us))(?: that)? `
	wants = `(?:my|our) (?:[a-z'’]+ ){1,3}wants?(?: (?:me|us|everyone|everybody))?(?: to)? `
	acts  = `((?:my|our) (?:[a-z'’]+ ){1,3}(?:makes?|is|are|got|gets?|keeps?|won['’]?t|refuses?|hates?|loves?) .{6,}?)`
	then  = `[ ,.;:!–—-]+(?:(?:and|but|which|well|so|honestly|personally|tbh|imo|i (?:do |really |totally |just )*(?:think|feel|guess|find)),? )*`
	they  = `(?:s?he|they|it|that|this)(?:['’]?s|['’]?re| is| are) (?:just |so |totally |completely |dead |plain |simply |absolutely |all |very |such |utter |total |complete |being |a bit |kind of )*`

	wrong = `(?:` + they + `(?:wrong|mistaken|nonsense|rubbish|bullshit|bs|bollocks|crap|stupid|silly|ridiculous|unfair|crazy|insane|nuts|dumb|delusional|paranoid|dramatic|unreasonable|exaggerating|overreacting|out of touch|not true|lying|a lie|living in the past)\b|(?:s?he|they) (?:(?:really )?needs? to (?:chill|relax|calm down|grow up|get over|shut up|mind|wake up)|ha(?:s|ve) no (?:idea|clue))|` +
		`i (?:totally |completely |strongly )*(?:disagree|do not agree|don['’]?t agree|don['’]?t think so|don['’]?t buy (?:it|that))|(?:what (?:a (?:load|pile|bunch) of |utter )?)?(?:nonsense|rubbish|bullshit|bollocks|crap|garbage|wrong|no way|yeah right)\W*$)`
	right = `(?:` + they + `(?:right|fair|fine|great|reasonable|true|the right (?:way|thing|decision|call)|a (?:good|great) (?:idea|thing))\b(?: about (?:it|that))?\W*$|i (?:totally |completely |fully |kind of |kinda )*agree\b|(?:it|that) makes (?:total |perfect )?sense\W*$)`

	dice     = `(?:[a-záéíóúñ]+ ){1,5}(?:dicen?|piensan?|creen?|insisten?|opinan?)(?: en)? que `
	quiere   = `(?:mi|mis|nuestr[oa]s?) (?:[a-záéíóúñ]+ ){1,3}quieren?(?: que)? `
	actua    = `((?:mi|mis|nuestr[oa]s?) (?:[a-záéíóúñ]+ ){1,3}(?:est[aá]n?|hacen?|odian?|adoran?) .{6,}?)`
	luego    = `[ ,.;:!–—-]+(?:(?:y|pero|yo|a m[ií]|la verdad|(?:creo|pienso|opino) que),? )*`
	sinRazon = `(?:no estoy de acuerdo|(?:est[aá]n? (?:muy |totalmente )?equivocad[oa]s?)|se equivocan?|exageran?|(?:eso )?(?:es|son) (?:una |puras? )?(?:mentira|tonter[ií]as?|falso|chorradas?|exagerad[oa]s?)|(?:vaya|qu[eé]|menuda) (?:tonter[ií]a|estupidez|chorrada)|me parece (?:fatal|mal|absurdo|rid[ií]culo|una (?:tonter[ií]a|locura|estupidez))|no (?:es verdad|es cierto|tienen? (?:raz[oó]n|ni idea)|lo veo|estoy a favor))`
	conRazon = `(?:estoy (?:totalmente |muy )?de acuerdo|(?:tienen?|llevan?) (?:toda la |mucha )?raz[oó]n|me parece (?:muy )?(?:bien|genial|estupendo|normal|perfecto|l[oó]gico|justo))`
)

// reads is how much the words of a text are for a topic, as log odds.
func (x *index) reads(text string, s *subject) float64 {
	known, signs := s.sides(), x.signsOf(text, x.nameStems(s.Topic))
	near := known.neighbour(signs)
	x.asSaid(text, signs)
	read := known.fit(signs) + nearWeight*near
	return bySigns*max(-maxSigns, min(maxSigns, read)) + x.finder.forIt(text, s.Name)
}

// deny is a text that says the opposite, as far as one "not" does it: what it and the
// text are both for is what their words are mostly for, and tells of no side. It is empty
// where "not" has no place: of "unions protect bad workers" a frame around it would say less.
func (g *grammar) deny(text string) string {
	verb := deniable
	if g.language != "en" {
		verb = negable
	}
	at := verb.FindStringSubmatchIndex(text)
	switch {
	case at == nil:
		return ""
	case at[2] >= 0: // which is denied already
		return text[:at[2]] + text[at[3]:]
	case g.language == "en":
		return text[:at[1]] + " not" + text[at[1]:]
	default:
		return text[:at[0]] + "no " + text[at[0]:]
	}
}

// deniable is a verb that "not" follows, and the "not" if it does.
var deniable = regexp.MustCompile(`(?i)\b(?:is|are|was|were|should|must|can|could|will|would|does|do|did|has|have)(?:( not|not|n['’]t|['’]t)\b|\b)`)

// negable is a Spanish verb that "no" goes before, and the "no" if it does.
var negable = regexp.MustCompile(`(?i)\b(no )?(?:(?:se|me|te|les?|nos) )?(?:es|son|est[aá]n?|deben?|deber[ií]an?|pued\pL+|hay|habr[ií]?a|tienen?|sirven?|cre[eo]|piens\pL+)(?:\PL|$)`)

// How sure the reading of a side must be to stand without that of its denial, and what
// that counts.
const (
	doubted  = 4
	byDenied = 0.3
)

// What the signs of a side count beside the finder, and how much they count at most.
const (
	bySigns  = 0.5
	maxSigns = 6
)

// example is a text of a known side.
type example struct {
	signs  map[string]float64
	full   map[string]float64 // with its words as they stand
	target float64            // 1 for PRO, 0 for CON
	weight float64
}

// examples are what the bank says that people of each side say.
func (g *grammar) examples(t *bank.Topic) (all []example) {
	names := g.nameStems(t)
	add := func(side debate.Stance, weight float64, texts ...string) {
		target := 0.0
		if side == debate.Pro {
			target = 1
		}
		for _, text := range texts {
			signs := g.signsOf(text, names)
			full := maps.Clone(signs)
			g.asSaid(text, full)
			all = append(all, example{signs, full, target, weight})
		}
	}
	add(debate.Pro, 2, t.Claim)
	for _, side := range []debate.Stance{debate.Pro, debate.Con} {
		add(side, 1, t.Claims.Of(side)...)
		add(side, 1, t.Cues.Of(side)...)
		own, other := t.Of(side), t.Of(side.Opposite())
		for _, a := range own.Arguments {
			add(side, 0.5, a.Point)
		}
		for _, a := range slices.Concat(other.Answers[:min(commonAnswers, len(other.Answers))], other.Concedes) { // what this side says
			add(side, 0.5, a.To)
			add(side, 0.5, a.Said...)
		}
	}
	return all
}

// Of learning the weights of signs.
const (
	epochs = 30
	rate   = 0.3
	decay  = 0.02
	motion = 1.5 // what a sign of the motion weighs before
)

// learnSides fits how much each sign of a side is for PRO (logistic regression).
func (g *grammar) learnSides(t *bank.Topic) *sides {
	type feature struct {
		at    int
		value float64
	}
	number := make(map[string]int)
	var names []string
	var rows [][]feature
	all := g.examples(t)
	for _, e := range all {
		var row []feature
		for _, sign := range slices.Sorted(maps.Keys(e.full)) {
			at, ok := number[sign]
			if !ok {
				at = len(names)
				number[sign] = at
				names = append(names, sign)
			}
			row = append(row, feature{at, e.full[sign]})
		}
		rows = append(rows, row)
	}
	prior := make([]float64, len(names)) // the motion says what it is for
	for sign, value := range all[0].signs {
		prior[number[sign]] = motion * value
	}
	fitted := slices.Clone(prior)
	for epoch := range epochs {
		step := rate / (1 + float64(epoch)/10)
		for i, row := range rows {
			sum := 0.0
			for _, f := range row {
				sum += fitted[f.at] * f.value
			}
			off := step * all[i].weight * (all[i].target - 1/(1+math.Exp(-sum)))
			for _, f := range row {
				fitted[f.at] += off*f.value - step*decay*(fitted[f.at]-prior[f.at])
			}
		}
	}
	in := make([]float64, len(names)) // how many examples
	for _, row := range rows {
		for _, f := range row {
			in[f.at]++
		}
	}
	known := &sides{weights: make(map[string]float64, len(names)), rarity: make(map[string]float64), unknown: math.Log(1 + float64(len(all)))}
	for i, name := range names {
		known.weights[name] = fitted[i]
	}
	for _, e := range all {
		p := precedent{side: int(e.target)}
		for _, sign := range slices.Sorted(maps.Keys(e.signs)) {
			name := names[number[sign]] // the same text for all
			r := math.Log(1 + float64(len(rows))/in[number[sign]])
			known.rarity[name] = r
			p.signs = append(p.signs, countedSign{name, r * r * e.signs[sign]})
			p.length += r * r
		}
		if p.length > 0 {
			known.precedents = append(known.precedents, p)
		}
	}
	return known
}

// sides is what tells the sides of a topic apart. Of the examples that it was learnt from
// it keeps little, since there are hundreds of each topic.
type sides struct {
	weights    map[string]float64 // how much each sign is for PRO
	rarity     map[string]float64 // of the signs that a reading finds
	unknown    float64            // the rarity of all others
	precedents []precedent
}

// precedent is what an example leaves: its side, 1 for PRO, the signs that a reading of it finds,
// and what they come to, squared.
type precedent struct {
	signs  []countedSign
	length float64
	side   int
}

// countedSign is a sign, and how much it counts where a text has it too.
type countedSign struct {
	name   string
	counts float64
}

// fit is how much the signs of a text are for PRO.
func (s *sides) fit(signs map[string]float64) (sum float64) {
	for sign, value := range signs {
		sum += value * s.weights[sign]
	}
	return sum
}

// neighbour compares the text with what people of each side say: the likeness
// of the nearest for PRO less that of the nearest for CON. A text that turns
// the words of one around is near the other side.
func (s *sides) neighbour(signs map[string]float64) float64 {
	length := 0.0
	for sign := range signs {
		r, ok := s.rarity[sign]
		if !ok {
			r = s.unknown
		}
		length += r * r
	}
	best := [2]float64{}
	if length == 0 {
		return 0
	}
	for _, p := range s.precedents {
		shared := 0.0
		for _, sign := range p.signs {
			shared += sign.counts * signs[sign.name]
		}
		like, side := shared/math.Sqrt(p.length*length), p.side
		if like < 0 {
			like, side = -like, 1-side
		}
		best[side] = max(best[side], like)
	}
	return best[1] - best[0]
}
