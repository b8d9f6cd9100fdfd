package claim

import (
	"cmp"
	"regexp"
	"slices"
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
// empty where that makes no claim. The topic is the claim in the user's own words, and
// the bot opposes the user unless it is asked to argue a side. Of a statement that is not
// surely read the topic is all that was said: to oppose that is never to agree. What was
// read is right with the probability sure.
func Read(message string) (subject debate.Subject, sure float64) {
	w, s := weights(stored), newScene(Said(debate.WithoutDirections(message)))
	subject, sure = w.reading(s)
	if asked := askedWhether(s.text); asked != "" && verbFirst.MatchString(subject.Topic) {
		subject.Topic, subject.Title = asked, Title(asked)
	}
	subject.Language = w.language(s)
	return subject, sure
}

func (w weights) reading(s *scene) (subject debate.Subject, sure float64) {
	if dared := challenge.FindStringSubmatch(s.text); dared != nil {
		topic := sentenceCase(dared[1])
		return debate.Subject{Topic: topic, Title: Title(topic), Stance: debate.Pro}, surelyAsked
	}
	f := w.read(s)
	if alone, sure := w.lead(s, f); sure >= sureLead {
		return alone, sure
	}
	if f.span == none && imperative.MatchString(s.text) {
		if said := w.statement(s, f); said != "" {
			return debate.Subject{Topic: said, Title: Title(said), Stance: debate.Con}, surelyAsked
		}
	}
	if f.span != none && f.side == denies {
		f.topic = f.affirmed(s.text[:s.tokens[f.span.i].from], s.text[s.tokens[f.span.j].to:], w.language(s))
		f.names = f.topic == ""
	}
	if question := restated(f.topic); f.side == asks && question != "" {
		f.topic, f.names, f.sure = question, false, max(f.sure, f.within)
	}
	if f.span == none && f.sure < surelyNothing && demand.MatchString(s.text) {
		if said := w.statement(s, f); said != "" {
			return debate.Subject{Topic: said, Title: Title(said), Stance: debate.Con}, sureDemand
		}
	}
	if said := w.statement(s, f); said != "" && (f.span != none && f.side < arguesFor || f.states > min(f.sure, 0.5) || f.side == asks && headless(f.topic, s.text)) && f.doubtful(s) {
		said = cmp.Or(f.demanded(s), unframed(said))
		return debate.Subject{Topic: said, Title: Title(said), Stance: debate.Con}, float64(f.states)
	}
	return f.subject(), float64(f.sure)
}

// lead is the claim that a message begins with and gives reasons for, where the reasons had it read otherwise: no "nobody"
// and no "never" in one turns it. It gives way to a demand further on, or to a short claim ("The beach is full of them. Jet
// skis should be banned").
func (w weights) lead(s *scene, f found) (subject debate.Subject, sure float64) {
	lead, _ := Lead(s.text)
	if lead == "" || f.span == none || f.side == arguesFor || f.side == arguesAgainst {
		return debate.Subject{}, 0
	}
	l := newScene(lead)
	last := len(l.tokens) - 1
	inside := s.tokens[f.span.i].from < len(lead)
	if inside && (f.side != denies || f.span.i > 0) {
		return debate.Subject{}, 0
	}
	if !inside {
		later := s.text[s.tokens[s.tokens[f.span.i].first].from:s.tokens[s.tokens[f.span.i].last].to]
		if demand.MatchString(later) || len(strings.Fields(later)) < minReason {
			return debate.Subject{}, 0
		}
	}
	alone := w.read(l)
	if alone.side != agrees || alone.sided < sureLead || alone.span.i != 0 || alone.span.j != last || alone.names {
		return debate.Subject{}, 0
	}
	topic := unframed(lead)
	return debate.Subject{Topic: topic, Title: Title(topic), Stance: debate.Con}, float64(max(alone.sure, alone.states))
}

// sureLead is how sure a claim must be its writer's own to be taken without its reasons, and minReason how many words a
// sentence has that gives one and is no claim beside it.
const (
	sureLead  = 0.7
	minReason = 9
)

// demand is that something should be otherwise: hardly anybody says that who claims nothing.
var demand = regexp.MustCompile(`(?i)^[^?]+ (?:should(?:n['’]?t)?|must(?:n['’]?t)?|ought to|needs? to be|ha(?:s|ve) to be|deber[ií]an?|tendr[ií]an? que) [^?]+$`)

// challenge dares the bot to win its writer over to a view, in languages that the reader has learnt few dares of, and
// imperative is a demand for a ban or an end without anybody who should make it.
var (
	challenge  = regexp.MustCompile(`(?i)^\W*(?:(?:a que no|te reto a|apuesto a que no|no) (?:me convences|convencerme|me (?:vas a )?convencer|puedes convencerme|eres capaz de convencerme)(?: de)? que|(?:duvido que (?:você |tu )?me convenç?[ac]s?|te desafio a me convencer)(?: de)? que|(?:je te mets au défi|chiche|je parie que tu n['’]arrives pas|tu n['’]arriveras (?:pas|jamais)) (?:de|à) me convaincre que|(?:wetten,? (?:dass )?)?du kannst mich (?:nie(?:mals)?|nicht) (?:davon )?überzeugen,? dass) ([^.?!]{6,}?)[.?! ]*$`)
	imperative = regexp.MustCompile(`(?i)^\W*(?:legali[zs]\pL*|pro[ií]b\pL*|proh[ií]b\pL*|acab(?:a|em|ad|emos) com|chega de|basta (?:ya )?de|fora com|fuera (?:el|la|los|las|del?)|abajo (?:el|la|los|las)|abaixo|abol(?:ish|am|id)|ban|à bas|interdi[st]\pL*|supprim(?:e|ez|ons)|stop aux?|verbietet|schafft|weg mit|schluss mit|legalisiert)\b [^?]{3,}$`)
)

// surelyAsked is how sure what dares or demands in so many words is.
const surelyAsked = 0.8

// surelyNothing is how sure it must be that a demand claims nothing, and sureDemand how sure it is that it does where
// that is less: it had better be asked about.
const (
	surelyNothing = 0.9
	sureDemand    = 0.5
)

// frame says that what follows is somebody's own view, which a topic need not say again.
var frame = regexp.MustCompile(`(?i)^(?:(?:honestly|personally|well),? )?(?:i (?:really |honestly |personally |strongly |firmly )?(?:think|believe)(?: that)?|in my (?:humble )?opinion,?|creo que|pienso que|en mi opini[oó]n,?) ` +
	`((?:my|our|the|a|all|every|most|this|these|those|mi|mis|nuestr[oa]s?|el|la|los|las|un|una) .+)$`)

// unframed is a statement without its frame, and without what people say after it that says nothing of it.
func unframed(said string) string {
	said = sentenceCase(cmp.Or(closing.ReplaceAllString(said, ""), said))
	m := frame.FindStringSubmatch(said)
	if m == nil {
		return said
	}
	return sentenceCase(m[1])
}

// closing ends a statement and says nothing of its claim.
var closing = regexp.MustCompile(`(?i)(?:[,;.!–— -]+(?:(?:so )?change my mind|prove me wrong|fi[gt]h?te? me|come at me|no debate|(?:and )?(?:that['’]?s )?(?:a )?(?:period|full stop)|end of (?:story|discussion|debate)|so?r+y not so?r+y|lol|lmao|(?:ja){2,}|xd|no cap|fr fr|tbh|ngl|imh?o|smh|don['’]?t @ me|(?:y )?(?:punto|se acab[oó])(?: pelota)?|y no hay m[aá]s que hablar|he dicho|ponto final|e ponto|point (?:barre|final)|punkt|ende der diskussion))+\W*$`)

// Inner is the claim within a statement, with the bot's side of it.
type Inner struct {
	debate.Subject
	Sure     float64 // how probable it is that this is the claim, and the side
	Sided    float64 // how probable the side is, if this is the claim
	Names    bool    // it only names a thing, which its writer may be for or against
	Reported bool    // somebody else is said to hold it, and its writer may not
}

// Within is the claim within a statement, which Read leaves as it was said where that
// claim is in doubt.
func Within(statement string) Inner {
	s := newScene(statement)
	f := weights(stored).read(s)
	return Inner{Subject: f.subject(), Sure: float64(f.sure), Sided: float64(f.sided), Names: f.names, Reported: reporting.MatchString(statement)}
}

// Asks says whether a message asks for what it says to be argued, or argued against,
// rather than says it.
func Asks(message string) bool {
	f := weights(stored).read(newScene(message))
	return f.span != none && f.sure >= sureAsked && (f.side == arguesFor || f.side == arguesAgainst)
}

// sureAsked is how sure it must be of what is asked: "lock up who burns the flag" asks nothing of the bot.
const sureAsked = 0.15

// Language is the language of a message, as an ISO 639-1 code.
func Language(message string) string { return weights(stored).language(newScene(message)) }

func (w weights) language(s *scene) string {
	return languages[top(w.label(s.languageFeatures(), firstLanguage, len(languages)))]
}

// SideOf is the user's side of a topic that is given beside a message: what
// the message says of it, or Pro where it says nothing.
func SideOf(message, topic string) debate.Stance {
	if side, ok := Align(message, topic); ok {
		return side
	}
	topic = strings.TrimRight(strings.Join(strings.Fields(topic), " "), ".!?")
	s, p := newScene(topic+". "+message), none
	for k, t := range s.tokens {
		if t.to <= len(topic) {
			p.j = k
		}
	}
	if p == none {
		return debate.Pro
	}
	side, _, _ := weights(stored).side(s, p)
	return bot(side).Opposite()
}

// Align says whether who makes the claim is for or against the topic; ok is
// false where the two cannot be told to be about the same thing.
func Align(claim, topic string) (side debate.Stance, ok bool) {
	said, _ := weights(stored).reading(newScene(Said(claim)))
	about, sure := weights(stored).reading(newScene(Said(topic)))
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
	same, ok := compare(a.Topic, b.Topic)
	return a == b || ok && same == (a.Stance == b.Stance)
}

// compare says whether two claims are about the same thing, which share half of their
// words, and if so whether they say the same of it: "Dogs are better than cats" is the
// reverse of "Cats are better than dogs", and "Dogs are not better than cats" too.
func compare(a, b string) (same, ok bool) {
	left, leftDenies := contentWords(a)
	right, rightDenies := contentWords(b)
	shared := 0
	for _, w := range right {
		shared += int(bit(slices.Contains(left, w)))
	}
	if shared == 0 || 3*shared < len(left)+len(right) { // shared of those that either has
		return false, false
	}
	same = leftDenies == rightDenies
	if slices.Contains(left, "than") && left[0] != right[0] && left[len(left)-1] != right[len(right)-1] {
		same = !same
	}
	return same, true
}

// contentWords are the words of a claim but what denies it, and whether that does.
func contentWords(claim string) (words []string, denied bool) {
	for _, t := range cut(claim).tokens {
		low := strings.TrimSuffix(t.low, "nt") // "shouldnt"
		switch {
		case t.mark:
		case nots[t.low]:
			denied = !denied
		case low != t.low && auxiliary[low]:
			denied = !denied
			words = append(words, low)
		default:
			words = append(words, t.low)
		}
	}
	return words, denied
}

// nots deny a claim, and auxiliary are the words that an English one hangs on.
var (
	nots      = set("not no never cannot cant dont doesnt wont não nunca jamás ne pas nicht kein keine")
	auxiliary = set("is are was were should would could do does did has have had")
)

// Title is the topic, cut between words.
func Title(topic string) string {
	topic = debate.WithoutDirections(topic)
	if utf8.RuneCountInString(topic) <= maxTitle {
		return topic
	}
	cut := string([]rune(topic)[:maxTitle-1])
	if i := strings.LastIndexByte(cut, ' '); i > maxTitle/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:-") + "…"
}
