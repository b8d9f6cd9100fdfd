package turn

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// askBelow is the certainty of a reading under which the bot asks whether it read
// right, instead of arguing.
const askBelow = 0.6

// confirmations ask whether a claim and the sides were read right, by language:
// with the bot against the topic, and for it.
var confirmations = map[string][2]string{
	"en": {
		"Did I read you right? You say: “%s”. And I should argue against it. Say yes, or tell me in one sentence what you hold.",
		"Did I read you right? You are against this: “%s”. And I should argue for it. Say yes, or tell me in one sentence what you hold.",
	},
	"es": {
		"¿Te entiendo bien? Dices: «%s». Y yo debería argumentar en contra. Dime que sí, o cuéntame en una frase qué defiendes.",
		"¿Te entiendo bien? Estás en contra de esto: «%s». Y yo debería argumentar a favor. Dime que sí, o cuéntame en una frase qué defiendes.",
	},
	"pt": {
		"Entendi bem? Você diz: “%s”. E eu deveria argumentar contra. Diga que sim, ou conte em uma frase o que você defende.",
		"Entendi bem? Você é contra isto: “%s”. E eu deveria argumentar a favor. Diga que sim, ou conte em uma frase o que você defende.",
	},
	"fr": {
		"Ai-je bien compris ? Tu dis : « %s ». Et je devrais argumenter contre. Dis oui, ou dis-moi en une phrase ce que tu défends.",
		"Ai-je bien compris ? Tu es contre ceci : « %s ». Et je devrais argumenter pour. Dis oui, ou dis-moi en une phrase ce que tu défends.",
	},
	"de": {
		"Habe ich dich richtig verstanden? Du sagst: „%s“. Und ich soll dagegen argumentieren. Sag ja, oder sag mir in einem Satz, was du vertrittst.",
		"Habe ich dich richtig verstanden? Du bist gegen dies: „%s“. Und ich soll dafür argumentieren. Sag ja, oder sag mir in einem Satz, was du vertrittst.",
	},
	"it": {
		"Ho capito bene? Dici: «%s». E io dovrei argomentare contro. Dimmi di sì, o dimmi in una frase che cosa sostieni.",
		"Ho capito bene? Sei contro questo: «%s». E io dovrei argomentare a favore. Dimmi di sì, o dimmi in una frase che cosa sostieni.",
	},
}

// confirmation asks whether a subject was read right.
func confirmation(s debate.Subject) string {
	texts, ok := confirmations[s.Language]
	if !ok {
		texts = confirmations["en"]
	}
	if s.Stance == debate.Pro {
		return fmt.Sprintf(texts[1], s.Topic)
	}
	return fmt.Sprintf(texts[0], s.Topic)
}

// Answers to a confirmation, in all of its languages: what they begin with. The
// rest of a "no" may say what is right instead.
var (
	yes      = regexp.MustCompile(`(?i)^\W*(yes|yeah|yep|yup|yess*|ya|sure|right|correct|exactly|precisely|true|ok|okay|that'?s (it|right)|you (did|read me right|got it)|sí|si|claro|correcto|exacto|vale|así es|sim|isso|certo|exato|oui|ouais|exact|exactement|d'accord|c'est ça|ja|jo|genau|richtig|stimmt|klar|sì|esatto|giusto)(\W|$)`)
	no       = regexp.MustCompile(`(?i)^\W*(no+|nope|nah|wrong|not (quite|really|exactly)|não|nao|non|pas du tout|nein|nee|nö|falsch)(\W+|$)`)
	opposite = regexp.MustCompile(`(?i)(other way|opposite|other side|reverse|swap|al rev[eé]s|contrario|ao contr[aá]rio|contr[aá]rio|inverse|contraire|andersrum|andersherum|umgekehrt|gegenteil)`)
)

// asked is the subject that the latest turn asked about, if it did.
func (r *attemptRunner) asked() (debate.Subject, bool) {
	if len(r.history) == 0 {
		return debate.Subject{}, false
	}
	t := r.history[len(r.history)-1]
	if t.Kind != debate.InvitationKind {
		return debate.Subject{}, false
	}
	read, _ := r.cfg.readSubject(t.Message)
	if read.Topic == "" {
		return debate.Subject{}, false
	}
	for _, side := range []debate.Stance{debate.Con, debate.Pro} {
		read.Stance = side
		if t.Reply == confirmation(read) {
			return read, true
		}
	}
	return debate.Subject{}, false
}

// heed takes the message as the answer to what the latest turn asked, if it did:
// it settles the subject where it says yes or goes on with the debate, and turns the
// sides where it says so. Otherwise the next reading counts, however unsure.
func (r *attemptRunner) heed() {
	subject, ok := r.asked()
	if r.guess.topicGiven || r.conversation.Topic != "" || !ok {
		return
	}
	message := r.turn.Message
	rest := no.ReplaceAllString(message, "")
	read, sure := r.cfg.readSubject(rest)
	switch {
	case yes.MatchString(message):
	case rest == message && (read.Topic == "" || sure < askBelow || goesOn(message, subject.Topic)): // a reason or a question: who was misread says so
	case opposite.MatchString(rest) && len(strings.Fields(rest)) < 8:
		subject.Stance = subject.Stance.Opposite()
	default:
		if read.Topic != "" {
			read.Language = cmp.Or(subject.Language, read.Language)
			r.guess.subject = read
		} else {
			r.guess.subject = debate.Subject{Language: subject.Language}
		}
		r.guess.unsure = debate.Subject{}
		r.guess.subject = r.guess.subject.WithStance(r.guess.stance)
		return
	}
	r.guess = subjectGuess{subject: subject.WithStance(r.guess.stance), settled: true, topicGiven: true, stance: r.guess.stance, role: r.guess.role}
}

// goesOn says whether a message argues for the claim that was asked about and does not put another in its place, which takes
// a sentence: it is about something else, and long, or begins as a reason does.
func goesOn(message, asked string) bool {
	if _, same := claim.Align(message, asked); same {
		return false
	}
	return len(strings.Fields(message)) > maxRestated || reasoning.MatchString(message)
}

// maxRestated is how many words a claim has at most that is told in a sentence.
const maxRestated = 12

// reasoning begins or is in what gives a reason, tells of somebody's life or takes up what was said, in the languages of the
// confirmations.
var reasoning = regexp.MustCompile(`(?i)^\W*(?:and|but|so|then|if|when|since|because|as|even|just|imagine|look|think of|also|plus|my|our|they|he|she|it|its|it's|that|that's|this|these|those|i (?:know|have|had|was|saw|live|work|used)|y|pero|si|cuando|porque|como|incluso|imagina|mira|además|mi|mis|nuestr[oa]s?|ell[oa]s?|es que|eso|esto|yo|e|mas|se|quando|porque|meus?|minhas?|isso|et|mais|si|quand|parce|car|mon|ma|mes|ils?|elles?|c'est|ça|und|aber|wenn|weil|da|denn|mein|meine|sie|er|es|das)\b|\b(?:i know|que conozco)\b`)

// confirm asks whether the unsure reading is right, in place of a reply. It costs no call.
func (r *attemptRunner) confirm(ctx context.Context) *debate.Outcome {
	r.reply.append(confirmation(r.guess.unsure))
	return r.outcome(ctx, debate.Completion{}, r.guess.subject, debate.Usage{}, nil)
}
