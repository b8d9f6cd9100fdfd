// Package gate reads what people ask a debater before anything argues: whether
// somebody may be in danger, and whether the side that the bot would have to
// take is one that it must not take. It goes by rules in data files (see
// lexicon.yaml, care.yaml, claims.yaml, texts.yaml), costs no call, and knows
// nothing of models, stores or protocols.
//
// # How a caller uses it
//
// Before a turn is argued, Check the message as it came, with the persona:
//
//	v := g.Check(gate.Input{Message: m, Persona: p})            // may set the topic
//	v := g.Check(gate.Input{Message: m, Topic: t, Side: s, …})   // the topic is known
//
// and where the message has set the topic, once more as soon as topic and side
// are known, which decides about the side that the bot has really been given:
//
//	v := g.Check(gate.Input{Topic: t, Side: s})
//
// Care and Declined are answered with v.Reply() and nothing else; the turn is
// complete, and a conversation without a topic still waits for one (what was
// declined sets none). Settled is argued, as an exercise, after v.Reply() as
// the first sentence of each reply, or of the first. Debate is argued; where
// v.Firm is true the other side is one that is wrong as a matter of fact or of
// plain decency: argue without a "more modest view", and grant it nothing. If
// v.Side is set as well, the text left the side open (a question) and this is
// the one to take. Where v.Help() is not empty the reply ends with it, or begins
// with it if v.Asks, unless the conversation has had it already: the debate is about what
// puts people in danger, or somebody might be in danger.
//
// After a turn of care, set AfterCare and Alarm in the checks of the turns that follow, and
// Said, so that nothing is said twice.
package gate

// Kind is what a text is to the gate.
type Kind string

// The kinds, the gravest first; the zero value is not one.
const (
	// Care: somebody may be in danger, the user or another. No debate.
	Care Kind = "care"
	// Declined: the bot would have to defend what it must not, or help to harm.
	Declined Kind = "declined"
	// Settled: the bot would argue against what is known, and nobody can come
	// to harm by it.
	Settled Kind = "settled"
	// Debate is everything else, however sharp.
	Debate Kind = "debate"
)

// Side is the bot's side of a claim; its values are those of the domain's
// stances.
type Side string

// The sides; None is one that is not known.
const (
	None Side = ""
	Pro  Side = "PRO"
	Con  Side = "CON"
)

// Category says what a rule is about.
type Category string

// The categories of Care.
const (
	Suicide   Category = "suicide"   // wishes, plans, hopelessness, of the user
	SelfHarm  Category = "self_harm" // hurting oneself
	Eating    Category = "eating"    // starving, purging
	Abuse     Category = "abuse"     // the user, or one they know, is hurt by somebody
	Bullied   Category = "bullied"   // by other children
	Violence  Category = "violence"  // somebody is going to hurt another
	Emergency Category = "emergency" // poisoned, overdosed, bleeding: minutes count
	Worry     Category = "worry"     // another may hurt themself
	Dose      Category = "dose"      // how much of a medicine is too much
	Grief     Category = "grief"     // somebody has died; no danger, but nothing to debate
	FollowUp  Category = "follow_up" // a turn after care that stays with it
	Reached   Category = "reached"   // after care, help is there or on its way
	Near      Category = "near"      // after care, somebody close is there
	Going     Category = "going"     // after care, somebody will be called or told
	AtHand    Category = "at_hand"   // after care, the means lie within reach
	Thanked   Category = "thanked"   // after care, thanks and no more
	Fine      Category = "fine"      // after care, that all is well
)

// The categories of Declined.
const (
	Cruelty  Category = "cruelty"  // violence and cruelty to people
	Hatred   Category = "hatred"   // of a group
	Atrocity Category = "atrocity" // denied or praised
	Minors   Category = "minors"   // sexualised
	Harm     Category = "harm"     // help to hurt somebody, or oneself
	Medical  Category = "medical"  // advice that hurts who follows it
	Weapons  Category = "weapons"  // how to make bombs, poison, drugs
)

// Known is the category of Settled.
const Known Category = "known"

// Input is what the gate reads. Any of the texts may be empty.
type Input struct {
	// Message is what the user says. While Topic is empty the message is taken
	// to set it, and the bot to oppose what it claims unless it asks the bot to
	// argue. Once there is a topic a message is declined for what it asks for,
	// never for what it claims: whoever says in a debate about justice that
	// slavery was wrong asks nobody to defend slavery.
	Message string
	// Persona is who the bot is to speak as.
	Persona string
	// Topic is the conversation's, or given beside the message.
	Topic string
	// Side is the bot's of Topic; None where that is open, and then a topic is
	// declined if neither side can be taken.
	Side Side
	// Language is the conversation's, for replies to texts that tell none.
	Language string
	// AfterCare is how many turns of care came just before this one without another
	// kind between them. Until a message changes the subject the verdict is Care
	// again, with a reply that goes on from there.
	AfterCare int
	// Alarm is the message that the first of those turns answered. Where no rule saw
	// danger in it, and it came in the middle of a debate, less is enough to go on with that.
	Alarm string
	// Before are the user's messages just before this one, the oldest first. Where danger
	// was possible in one of them, less is enough for Care now.
	Before []string
	// Said are the replies of the conversation's turns of care, the oldest first.
	Said []string
}

// Verdict is what the gate says.
type Verdict struct {
	Kind     Kind
	Category Category
	// Rule names the rule that matched, for tests and counts; it holds nothing
	// of what anybody said. Empty if none did.
	Rule string
	// Firm: see the package's documentation.
	Firm bool
	// Side is the one to take where the text left it open, else None.
	Side Side
	// Concern is what Help is about, where something is argued: danger that may be,
	// though it is not likely, or a category that the debate is about; empty for none.
	Concern Category
	// Asks says that Help asks whether all is well, which comes first: what was said might
	// be somebody's own danger.
	Asks bool
	// Language is the one that Reply and Help are written in.
	Language string

	said  []string
	rule  *rule // nil for care
	texts *texts
}

// Stops says whether nothing is to be argued.
func (v Verdict) Stops() bool { return v.Kind == Care || v.Kind == Declined }
