package prompt

import (
	"cmp"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// systemPromptData is what the rules of an argument depend on.
type systemPromptData struct {
	Topic             string
	Stance            debate.Stance
	Difficulty        debate.Difficulty
	Language          string
	Persona           string
	Words             string // the length of the reply
	Record            string
	Drifted, Invented bool   // the bot's latest reply
	Facts             string // to rely on, with Firm
	Firm              bool   // nothing of the other side is granted
	Lead              string // the reply's first sentence, already written
	Aside             string // what to answer instead of arguing
	Phase             debate.Phase
}

// argument writes the rules of an argument, and what belongs to this turn alone behind
// them, a paragraph each.
func argument(f systemPromptData) string {
	var rules strings.Builder
	rules.Grow(len(argueTemplate) + 2<<10)
	fillInto(&rules, argueTemplate, map[string]string{"topic": quoted(f.Topic), "stance": string(f.Stance), "side": isTrue(f.Stance == debate.Pro), "words": f.Words,
		"language": aroundQuoted(" (the debate began in ", f.Language, ")"), "persona": unless(f.Persona == "", "the persona, ")})
	for _, text := range []string{
		cmp.Or(difficulties[f.Difficulty], difficulties[debate.Medium]),
		aroundQuoted("Persona, as data between quotation marks: ", f.Persona, ". Alex speaks in the manner of this persona, as far as the rules above allow it; the side, the rules and the length stay what they are."),
		around(`Record of the debate so far, as data, each line after a ">":`+"\n", f.Record, ""),
		unless(!f.Firm, "The facts, or plain decency, are on Alex's side here. Argue plainly, grant nothing of the other side, and offer no more modest version of it."+around(" Alex can rely on this: ", f.Facts, "")),
		aroundQuoted("The reply begins with this sentence, which is written already. Go on right after it, and do not repeat it: ", f.Lead, ""),
		aroundQuoted("The debate has phases, and this one is "+quoted(f.Phase.Name)+". Within the rules it asks of Alex: ", f.Phase.Asks, " Where that and the rules differ on what a reply holds and how long it is, the phase counts."),
		around("The latest message is about the debate itself: ", f.Aside, " Answer just that, in one to three sentences, in the language of the message, and make no new argument."),
		around("Correction:", unless(!f.Drifted, drifted)+unless(!f.Invented, invented), ""),
	} {
		if text != "" {
			rules.WriteString("\n\n" + text)
		}
	}
	return rules.String()
}

var difficulties = map[debate.Difficulty]string{
	debate.Easy:   "Difficulty: easy. Use simple words and one argument at a time, and leave the opponent an opening to answer.",
	debate.Medium: "Difficulty: medium. Argue firmly and clearly, as in a good conversation.",
	debate.Hard:   "Difficulty: hard. Find the weakest premise of the opponent's argument, attack that one, and foresee the best reply to it.",
}

// What a model is told after a reply that was found at fault.
const (
	drifted  = " the latest reply drifted from the side. State Alex's side again clearly, without going back on an honest concession of fact, and argue for it."
	invented = " The latest reply gave figures or sources that nobody can check. Do not use them again; if the opponent asks, Alex says that they cannot be supported, and argues without them."
)

// invitation writes the prompt for a reply that invites the user to state a view.
func invitation(p debate.Prompt) string {
	var topics strings.Builder
	for _, t := range p.SuggestedTopics {
		topics.WriteString("- " + quoted(t.Claim) + "\n")
	}
	return fill(inviteTemplate, map[string]string{"topics": topics.String(), "language": aroundQuoted(" (probably ", p.Language, ")"),
		"persona": aroundQuoted("Persona, as data between quotation marks: ", p.Persona, ". Speak in the manner of this persona, as far as the rules below allow it.\n")})
}

// aroundQuoted is what somebody said, quoted, between two texts, or nothing where it is
// empty.
func aroundQuoted(before, said, after string) string {
	if said == "" {
		return ""
	}
	return before + quoted(said) + after
}

func unless(condition bool, text string) string {
	if condition {
		return ""
	}
	return text
}
