package debate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTitle is the length of a Title, in characters.
const maxTitle = 60

// maxRead is how much of a message is read, in bytes. A claim that comes
// later than that is not a first sentence any more.
const maxRead = 4000

// ReadClaim finds the topic and the bot's stance in a first message, by rules
// and in English; ok is false where the message makes no claim. The topic is
// the claim stated positively, and the bot opposes the user unless it is asked
// to argue a side. Of other languages it knows a few opinions, requests and
// negations.
func ReadClaim(message string) (subject Subject, ok bool) {
	text := clean(message)
	language := guessLanguage(text)
	var read reading
	if language == english {
		read, ok = readEnglish(text)
	} else {
		read, ok = readForeign(text, language)
	}
	if !ok {
		return Subject{Language: language}, false
	}
	topic := sentenceCase(read.claim)
	return Subject{Topic: topic, Stance: read.bot, Title: titleOf(topic), Language: language}, true
}

// SideOf is the user's side of a topic that is given beside a message: what
// the message says of it, or Pro where it says nothing.
func SideOf(message, topic string) Stance {
	text := clean(message)
	if guessLanguage(text) == english {
		for _, s := range sentences(text) {
			if side := sideTaken(s.text); side != NoStance {
				return side
			}
		}
	}
	if side, ok := Align(message, topic); ok {
		return side
	}
	return Pro
}

// Align says whether who makes the claim is for or against the topic; ok is
// false where the two cannot be told to be about the same thing.
func Align(claim, topic string) (side Stance, ok bool) {
	said, ok := ReadClaim(claim)
	if !ok {
		return NoStance, false
	}
	about := Subject{Topic: topic, Stance: Con}
	if read, ok := ReadClaim(topic); ok {
		about = read
	}
	same, ok := compare(said.Topic, about.Topic)
	if !ok {
		return NoStance, false
	}
	if same == (said.Stance == about.Stance) {
		return Pro, true
	}
	return Con, true
}

// reading is what a sentence says: a claim, and the bot's side of it.
type reading struct {
	claim string
	bot   Stance
	// weight ranks the sentences of a message: the plainer the claim, the
	// heavier.
	weight int
}

// The weights of readings.
const (
	narrative = 1 + iota // "My boss made me come in": a story around the claim
	statement            // "Golf is boring"
	question             // "Is golf boring?"
	judgement            // "Golf should be banned", "Golf is the best sport"
	opinion              // "I think golf is boring"
	request              // "Explain why golf is boring", "You defend golf"
)

func readEnglish(text string) (reading, bool) {
	if smallTalk(text) {
		return reading{}, false
	}
	var best reading
	var side Stance
	for _, s := range sentences(text) {
		if v := sideTaken(s.text); v != NoStance {
			side = v
			continue
		}
		if r, ok := readSentence(s); ok && r.weight > best.weight {
			best = r
		}
	}
	if best.weight == 0 {
		return best, false
	}
	if side != NoStance && best.weight != request {
		// "Let's debate whether X. I'm against."
		if best.bot == Con {
			best.bot = side.Opposite()
		} else {
			best.bot = side
		}
	}
	return best, true
}

// readSentence strips what surrounds the claim, then states it positively.
// Each step that turns the sense around turns the bot's side.
func readSentence(s sentence) (reading, bool) {
	r := reading{claim: s.text, bot: Con}
	for range 6 { // hedges pile up: "Hi! Honestly, I think that ..."
		if !r.strip(leadIns) {
			break
		}
	}
	r.claim = trimTail(r.claim)
	asked := s.question
	if r.rewrite(forms) {
		asked = false
	}
	if smallTalk(r.claim) {
		return r, false
	}
	if claim, ok := unask(r.claim); ok && (asked || r.weight < opinion) {
		r.claim, asked = claim, false
		r.weigh(question)
	}
	if asked && startsWith(r.claim, askingWords) {
		return r, false // "How does this work?"
	}
	r.claim = mainClause(r.claim)
	if claim, negated := positive(r.claim); negated {
		r.claim = claim
		r.bot = r.bot.Opposite()
	}
	r.claim = trimTail(r.claim)
	if !hasVerb(r.claim) {
		if r.weight != request || r.claim == "" || len(r.claim) > 100 {
			return r, false
		}
		r.claim += " " + agree(r.claim, "is") + " good"
	}
	return r, r.weighClaim()
}

// strip takes one lead-in off the front.
func (r *reading) strip(rules []leadIn) bool {
	low := lower(r.claim)
	for _, rule := range rules {
		at := rule.pattern.FindStringIndex(low)
		if at == nil || strings.TrimSpace(r.claim[at[1]:]) == "" {
			continue
		}
		r.claim = strings.TrimLeft(r.claim[at[1]:], " ,:;.!-")
		r.apply(rule.effect)
		return true
	}
	return false
}

// rewrite turns the first form that matches into a plain claim.
func (r *reading) rewrite(rules []form) bool {
	low := lower(r.claim)
	for _, rule := range rules {
		at := rule.pattern.FindStringSubmatchIndex(low)
		if at == nil {
			continue
		}
		r.claim = fill(rule.claim, r.claim, at)
		r.apply(rule.effect)
		return true
	}
	return false
}

func (r *reading) apply(e effect) {
	switch e {
	case says:
		r.weigh(opinion)
	case denies:
		r.bot = r.bot.Opposite()
		r.weigh(opinion)
	case asksFor:
		r.bot = Pro
		r.weigh(request)
	case asksAgainst:
		r.bot = Con
		r.weigh(request)
	case tastes:
		r.weigh(judgement)
	case addresses:
	}
}

func (r *reading) weigh(w int) { r.weight = max(r.weight, w) }

// weighClaim ranks a claim by its own words and refuses what nobody could
// argue about.
func (r *reading) weighClaim() bool {
	words := strings.Fields(lower(r.claim))
	if len(words) < 2 || len(words) > 60 {
		return false
	}
	if r.weight >= opinion {
		return true
	}
	switch {
	case startsWith(r.claim, privateWords):
		if !judges(words) {
			if r.weight == 0 && !startsWith(r.claim, []string{"my", "our"}) {
				return false // "I want to argue", "I am tired"
			}
			r.weigh(narrative)
			return true
		}
		r.weigh(statement)
	case startsWith(r.claim, pointingWords):
		r.weigh(narrative)
	case judges(words):
		r.weigh(judgement)
	default:
		r.weigh(statement)
	}
	return true
}

// titleOf is the topic, cut between words.
func titleOf(topic string) string {
	if utf8.RuneCountInString(topic) <= maxTitle {
		return topic
	}
	cut := string([]rune(topic)[:maxTitle-1])
	if i := strings.LastIndexByte(cut, ' '); i > maxTitle/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:-") + "…"
}

// sentenceCase gives a claim its capital and takes its final punctuation.
func sentenceCase(s string) string {
	s = strings.Trim(s, " \t\n,;:.!?…-–—\"'“”")
	r, n := utf8.DecodeRuneInString(s)
	if strings.HasPrefix(s, "iP") || strings.HasPrefix(s, "iO") || strings.HasPrefix(s, "eB") {
		return s // a brand keeps its letter
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
