package claim

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// maxTitle is the length of a Title, in characters.
const maxTitle = 60

// languages are those that messages are told apart into; the first is that of
// what has no other.
var languages = []string{"en", "es", "pt", "fr", "de", "it"}

// Read finds the topic and the bot's stance in a first message; the topic is
// empty where that makes no claim. The topic is the claim in the user's own
// words, without a "not" where that is good language, and the bot opposes the
// user unless it is asked to argue a side. Of a statement that is not surely read
// the topic is all that was said: to oppose that is never to agree. What was read is
// right with the probability sure. A message takes some tenths of a millisecond.
func Read(message string) (subject debate.Subject, sure float64) {
	m := trained()
	s := m.scene(message)
	subject, sure = m.subject(s)
	subject, sure = felt(message, subject, sure)
	subject.Language = m.language(s)
	return subject, sure
}

// Within is the claim within a statement, which Read leaves as it was said where that
// claim is in doubt. Where somebody else's view is reported, its writer may hold either side.
func Within(statement string) (subject debate.Subject, ofOthers bool) {
	m := trained()
	return m.read(m.scene(statement)).subject(), reported.MatchString(statement)
}

func (m *model) subject(s *scene) (subject debate.Subject, sure float64) {
	read := m.read(s)
	if side, _ := feeling(s.text); side == debate.NoStance && (read.doubtful() || read.side == agrees && reported.MatchString(s.text)) {
		said, asks := s.statement(read.span)
		switch {
		case said != "" && read.states > read.sure:
			return debate.Subject{Topic: said, Title: Title(said), Stance: debate.Con}, float64(read.states)
		case asks && read.sure < sureQuestion:
			return subject, float64(read.sure)
		}
	}
	return read.subject(), float64(read.sure)
}

// subject is the debate that what was read would begin.
func (f found) subject() debate.Subject {
	topic, turned := positive(f.topic)
	topic = sentenceCase(topic)
	if topic == "" || len(topic) > debate.MaxTopicBytes {
		return debate.Subject{}
	}
	subject := debate.Subject{Topic: topic, Title: Title(topic), Stance: bot(f.side)}
	if turned {
		subject.Stance = subject.Stance.Opposite()
	}
	return subject
}

// How sure a reading must be for its words to stand for what was said, and one that takes
// the message to deny them; a question that is less surely read makes no claim.
const (
	sureWords    = 0.8
	sureDenial   = 0.9
	sureQuestion = 0.6
)

// doubtful says whether a reading had better leave a statement as it was said: so too
// where its words stand for what was named before, or judge what the message is taken to
// deny as the message does.
func (f found) doubtful() bool {
	return f.sure < sureWords || dangling.MatchString(f.topic) || f.side == denies && (f.sure < sureDenial || f.judged && bad.MatchString(f.topic))
}

// reported is how a message begins that says what somebody else holds, which its writer
// may think little of.
var reported = regexp.MustCompile(`(?i)^\W*(my|our|the|some|people|everyone|everybody|they|he|she|mi|la gente|todos|mein|meine|mon|ma|meu|minha)\b[^,.;:!?]{0,30}\b(say|says|said|think|thinks|claims?|believes?|tells? me|told me|insists?|dice|dicen|cree|creen|piensa|sagt|meint|dit|pense|diz|acha)\b`)

// dangling is a claim that ends in what was named before.
var dangling = regexp.MustCompile(`(?i)\b(one|ones|it|them|him|her|that|this|those|these|so)$`)

// Asks says whether a message asks for what it says to be argued, or argued against,
// rather than says it.
func Asks(message string) bool {
	m := trained()
	found := m.read(m.scene(message))
	return found.span.j >= found.span.i && (found.side == arguesFor || found.side == arguesAgainst)
}

// Language is the language of a message, as an ISO 639-1 code.
func Language(message string) string {
	m := trained()
	return m.language(m.scene(message))
}

func (m *model) language(s *scene) string {
	if len(s.tokens) == 0 {
		return languages[0]
	}
	if of := greetings[s.tokens[0].low]; of != "" && len(s.tokens) <= maxGreeting {
		return of
	}
	learnt := languages[top(choose(m.weights, s.languageFeatures(), firstLanguage, len(languages)))]
	if learnt != languages[0] || len(s.tokens) > maxTold {
		return learnt
	}
	count, best := make(map[string]int), learnt
	for _, t := range s.tokens {
		if of := telling[t.low]; of != "" {
			if count[of]++; count[of] > count[best] {
				best = of
			}
		}
	}
	if count[learnt] > 0 {
		return learnt
	}
	return best
}

// maxTold is how many tokens a message has at most that is told by such words.
const maxTold = 10

// telling are words that only one of the languages has: in a few words without accents
// they say more than all that was learnt.
var telling = tellingWords(map[string]string{
	"en": "the is are was of and to in it that this with for not you they should would have has do does what why who my",
	"es": "hecho mucho mucha muchos muchas jamas jamás piña daño veces pienso hijos pero hay muy porque tengo quiero nadie deberia debería deberian los las el una ninguno ustedes nosotros según segun suban bajen año años niños español yo ni",
	"pt": "nao não sao são muito voce você isso nem filhos eu uma deveria ninguém ninguem também tambem",
	"fr": "est les des je une pas dans pour c'est il faut avec sont être etre nous vous jamais",
	"de": "ist nicht und ich das der ein eine sind soll sollte keine kein mehr auf mit wir",
})

func tellingWords(lists map[string]string) map[string]string {
	all := make(map[string]string)
	for language, list := range lists {
		for word := range strings.FieldsSeq(list) {
			all[word] = language
		}
	}
	return all
}

// greetings are of one language each: too short for what was learned.
var greetings = map[string]string{"hola": "es", "buenas": "es", "buenos": "es", "olá": "pt", "oi": "pt", "bom": "pt", "bonjour": "fr", "salut": "fr", "coucou": "fr",
	"hallo": "de", "moin": "de", "servus": "de", "guten": "de", "ciao": "it", "buongiorno": "it"}

// maxGreeting is how many tokens a greeting has.
const maxGreeting = 3

// SideOf is the user's side of a topic that is given beside a message: what
// the message says of it, or Pro where it says nothing.
func SideOf(message, topic string) debate.Stance {
	if side, ok := Align(message, topic); ok {
		return side
	}
	m := trained()
	topic = strings.TrimRight(strings.Join(strings.Fields(topic), " "), ".!?")
	s := m.scene(topic + ". " + message)
	p := span{0, -1}
	for k, t := range s.tokens {
		if t.to <= len(topic) {
			p.j = k
		}
	}
	if p.j < 0 {
		return debate.Pro
	}
	side, _, _ := m.side(s, p)
	return bot(side).Opposite()
}

// Align says whether who makes the claim is for or against the topic; ok is
// false where the two cannot be told to be about the same thing.
func Align(claim, topic string) (side debate.Stance, ok bool) {
	said, _ := Read(claim)
	about, sure := Read(topic)
	if about.Topic == "" || sure < 0.5 {
		about = debate.Subject{Topic: topic, Stance: debate.Con}
	}
	same, ok := compare(said.Topic, about.Topic)
	if !ok || said.Topic == "" {
		return debate.NoStance, false
	}
	if same == (said.Stance == about.Stance) {
		return debate.Pro, true
	}
	return debate.Con, true
}

// Similar says whether a reply to one subject serves the other: the same side,
// of claims that share most of their words.
func Similar(a, b debate.Subject) bool {
	if a.Topic == "" || b.Topic == "" {
		return a.Topic == b.Topic
	}
	if a.Stance != b.Stance {
		return false
	}
	if a.Topic == b.Topic {
		return true
	}
	words := make(map[string]bool)
	for _, w := range contentWords(a.Topic) {
		words[w] = true
	}
	shared, all := 0, len(words)
	for _, w := range contentWords(b.Topic) {
		if words[w] {
			shared++
		} else {
			all++
		}
	}
	return 2*shared >= all
}

func contentWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(c rune) bool {
		return strings.ContainsRune(" .,;:!?\"'()-", c)
	})
}

// compare says whether two claims are about the same thing, and if so whether
// they say the same of it: "Dogs are better than cats" is the reverse of "Cats
// are better than dogs".
func compare(a, b string) (same, ok bool) {
	left, right := contentWords(a), contentWords(b)
	words := make(map[string]bool)
	for _, w := range left {
		words[w] = true
	}
	shared, all := 0, len(words)
	for _, w := range right {
		if words[w] {
			shared++
		} else {
			all++
		}
	}
	if all == 0 || 2*shared < all {
		return false, false
	}
	if !words["than"] || len(left) == 0 || len(right) == 0 {
		return true, true
	}
	return left[0] == right[0] || left[len(left)-1] == right[len(right)-1], true
}

// Title is the topic, cut between words.
func Title(topic string) string {
	if utf8.RuneCountInString(topic) <= maxTitle {
		return topic
	}
	cut := string([]rune(topic)[:maxTitle-1])
	if i := strings.LastIndexByte(cut, ' '); i > maxTitle/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:-") + "…"
}
