package offline

// This file decides whether an opening is about a topic of the bank.

import (
	"math"
	"regexp"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// ReadTopic implements debate.TopicReader: a message about one of the bank's topics
// is taken for its claim, where the reading of it finds none or another side. Where
// it is less sure, it makes the reading unsure too.
func (m *Model) ReadTopic(message string, read debate.Subject, sure float64) (debate.Subject, float64) {
	load := m.english
	switch read.Language {
	case "es":
		load = m.spanish
	case "en", "":
	default:
		return read, sure
	}
	k, err := load()
	if err != nil { // the reply will say so
		return read, sure
	}
	if s := k.motion(message); s != nil {
		read.Topic, read.Stance = strings.TrimSuffix(s.Claim, "."), debate.Con
		return read, 1
	}
	said := k.mainClause(k.respell(head(claim.Said(message), maxOpening)))
	found := k.likely(said)
	if len(found) == 0 || len(strings.Fields(said)) < minOpening || k.requests(message) {
		return read, sure
	}
	return opening{k, said, read, k.mainClause(k.respell(read.Topic)), sure, found[0]}.subject()
}

// motion is the topic whose claim a message is, as the page and the terminal offer it.
func (k *knowledge) motion(message string) *subject {
	for _, s := range k.subjects {
		if s.states(message) {
			return s
		}
	}
	return nil
}

// states says whether a text is the topic's own claim.
func (s *subject) states(text string) bool {
	return strings.EqualFold(strings.TrimRight(strings.TrimSpace(text), ".!"), strings.TrimSuffix(s.Claim, "."))
}

// opening is a first message with what was read of it, and the topic of the bank that it is likeliest about.
type opening struct {
	*knowledge
	message string
	read    debate.Subject
	topic   string // that was read, spelt right
	sure    float64
	of      candidate
}

// subject is the bank's topic in place of what was read, where that is called for, and how sure that is.
func (o opening) subject() (debate.Subject, float64) {
	if !o.concerns() {
		return o.read, o.sure
	}
	user := o.forIt(o.message, o.of.subject)
	known, side := o.find(o.topic, o.read.Stance)
	agree := (side == debate.Con) == (user > 0)
	tells := agree && math.Abs(user) >= clearSide && o.of.sure() >= surest && len(sentencesOf(o.topic)) > 1 // a story, which is no name of a debate
	if known == o.of.subject && !tells && o.keeps(agree, math.Abs(user)) {
		return o.read, max(o.sure, sureReading) // the topic stays in the user's words
	}
	motion := strings.TrimRight(o.of.Claim, ".")
	taken := debate.Subject{Topic: motion, Title: motion, Stance: debate.Con, Language: o.language}
	if user < 0 {
		taken.Stance = debate.Pro
	}
	switch {
	case asksWhether.MatchString(o.message) && o.sure >= clearReading && o.of.sure() >= sureTopic: // either side will do
		return taken, max(o.sure, sureReading)
	case known == o.of.subject && o.sure >= clearReading && math.Abs(user) < clearSide: // the two are not of one mind
		return taken, unsureTopic
	case math.Abs(user) >= sureSide && o.of.sure() >= sureTopic && (o.topic != "" || o.sure < nothingSaid):
		return taken, max(o.sure, sureReading)
	case o.sure < clearReading, o.plainButSide():
		return taken, unsureTopic
	}
	return o.read, o.sure
}

// concerns says whether what the message claims may be of the topic, and not only its reasons, or some of its words.
func (o opening) concerns() bool {
	if o.of.sure() < maybeTopic {
		return false
	}
	read := o.claimIn(o.topic)
	if own := o.topicOf(read); own != nil && own != o.of.subject && o.sure >= sureOfOwn {
		return false
	}
	return o.sure < clearReading || o.of.told() && (o.agrees(o.of.subject, read, o.message) || o.agrees(o.of.subject, o.claimIn(o.message), o.message))
}

// keeps says whether what was read, which is of the topic too, had better stay, given whether the message is on the
// same side of it, and how surely it is on any.
func (o opening) keeps(agree bool, user float64) bool {
	own := math.Abs(o.forIt(o.topic, o.of.subject))
	switch {
	case o.sure >= clearReading && agree, o.sure >= surelyRead && agree && own >= sureSide, o.sure >= 0.5 && strings.HasSuffix(o.message, "?"):
		return true
	case o.sure >= clearReading && refused.MatchString(o.message) && own >= sureSide:
		return true // "Tax the rich? No thanks." has all the words of the other side
	}
	if o.read.Stance == debate.Con { // in the user's words, with no "not" left out
		return o.sure >= sureReading && own >= sureSide && own > user
	}
	return o.sure >= sureReading && (user < sureSide || own > surer*user) // it is plainer without its "not"
}

// plainButSide says whether it is plain that the message is about the topic, and not on which side.
func (o opening) plainButSide() bool {
	if o.topic == "" {
		return o.of.sure() >= surest
	}
	if o.of.sure() < sureTopic || o.topicOf(o.claimIn(o.topic)) != o.of.subject {
		return false
	}
	argued, _ := o.findIn(debate.Prompt{Topic: o.read.Topic, Stance: o.read.Stance, Message: o.message, Number: 1})
	return argued == nil
}

// How sure a topic must be to be asked about, how much has to speak for a side that is not the one that was read, how
// sure a reading is that counts beside the bank's, how many words a message must have, how sure a reading is that the
// bank's asks about, how sure it must be that nothing is claimed, and what claims something of another topic, how much
// surer the side of what was read must be than that of the message, how sure a reading is that stays where both are on
// one side, and how sure one is that is taken.
const (
	maybeTopic   = 0.4
	clearSide    = 2.0
	clearReading = 0.8
	minOpening   = 3
	unsureTopic  = 0.3
	nothingSaid  = 0.95
	sureOfOwn    = 0.5
	surer        = 3
	surelyRead   = 0.6
	sureReading  = 0.9
)

// asksWhether is a message that is one question, whether something is so, and leans to no side.
var asksWhether = regexp.MustCompile(`(?i)^¿?(?:is|are|was|were|do|does|did|should|can|could|would|will|has|have|es|son|deber[ií]an?|debe[n]?|hay que|se debe|sirven?|vale|existen?|funcionan?)\b[^.?!]+\?\W*$`)

// refused is a thing that is asked about and answered at once.
var refused = regexp.MustCompile(`(?i)^[^.?!]{3,80}\?\s*(no+|nope|never|nah|hell no|absolutely not|not (for|with) me|bad idea|jamás|nunca|ni hablar)\b`)
