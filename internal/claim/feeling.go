package claim

import (
	"regexp"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// disliking and liking are how a message begins that says no more than how its
// writer feels about a thing, in five languages. What was learnt takes the side of
// "I hate Mondays" from the rest of the words too, and is wrong at times.
var (
	disliking = regexp.MustCompile(`(?i)^\W*(?:(?:honestly|sorry|god|ok|so|yeah|de verdad|la verdad|sinceramente),? )?(?:(?:i|we) (?:(?:really|absolutely|just|always|truly|do|so|still) )*(?:hate|can'?t stand|cannot stand|can'?t bear|dislike|detest|despise|loathe|(?:do not|don'?t) (?:really |even )?like)|(?:i ?am|i'm|im) (?:not (?:really )?a (?:big )?fan of|(?:so )?(?:sick|tired) of)|(?:not|no) (?:a )?(?:big )?fan of|odio|detesto|no soporto|no aguanto|aborrezco|no me gustan?(?: nada)?|odeio|não suporto|não aguento|não gosto (?:de|da|do)|je (?:déteste|hais)|je ne supporte pas|j'aime pas|je n'aime pas|ich (?:hasse|verabscheue)) `)
	liking    = regexp.MustCompile(`(?i)^\W*(?:(?:honestly|sorry|god|ok|so|yeah|la verdad|sinceramente),? )?(?:(?:i|we) (?:(?:really|absolutely|just|always|truly|do|so|still) )*(?:love|like|adore|enjoy)|(?:i ?am|i'm|im) a (?:big |huge )?fan of|big fan of|adoro|me encantan?|amo|soy fan de|sou fã de|gosto muito de|j'adore|j'aime|je suis fan de|ich liebe|ich bin ein fan von) `)
	// more is what makes of a thing more than a thing: another claim, an act, a report.
	more = regexp.MustCompile(`(?i)(?:^(?:it|that|how|when|if|to|being|having|que|cuando|quand|quando|dass|wenn|it when) |\b(?:but|because|that|than|should|is|are|pero|porque|mas|mais|parce|aber|weil|que|deberían?)\b)`)
)

// maxThing is how many words a thing has at most.
const maxThing = 7

// feeling is whether a message likes or dislikes what stands behind that, and what
// that is; no side where it says anything more.
func feeling(message string) (side debate.Stance, thing string) {
	for side, pattern := range map[debate.Stance]*regexp.Regexp{debate.Con: disliking, debate.Pro: liking} {
		begin := pattern.FindString(message)
		if begin == "" {
			continue
		}
		thing, _, _ = strings.Cut(strings.TrimRight(strings.TrimSpace(message[len(begin):]), ".!,;:) \n"), ",")
		if n := len(strings.Fields(thing)); n == 0 || n > maxThing || more.MatchString(thing) || more.MatchString(message[len(begin):]) || strings.ContainsAny(message, "?\n") {
			return debate.NoStance, ""
		}
		return side, thing
	}
	return debate.NoStance, ""
}

// bad ends a topic that says so of a thing; the others say that it is good.
var bad = regexp.MustCompile(`(?i)\b(?:bad|mal[oa]s?|mal|ruim|ruins|mauvais(?:es?)?|schlecht)$`)

// felt puts right the side of a feeling in what was read, and makes a topic of it
// where none was found: that the thing is good.
func felt(message string, read debate.Subject, sure float64) (debate.Subject, float64) {
	side, thing := feeling(message)
	if side == debate.NoStance {
		return read, sure
	}
	named := strings.HasPrefix(strings.ToLower(read.Topic), strings.ToLower(thing))
	if read.Topic != "" && !named {
		return read, sure // it found more in it
	}
	if read.Topic == "" || strings.EqualFold(read.Topic, thing) {
		read.Topic = sentenceCase(good(thing, Language(message)))
		read.Title = Title(read.Topic)
	}
	if bad.MatchString(read.Topic) {
		side = side.Opposite()
	}
	read.Stance = side.Opposite()
	return read, max(sure, sureFeeling)
}

// good says that a thing is good. Number and gender are told from its article, or
// else from its end.
func good(thing, language string) string {
	first, _, _ := strings.Cut(strings.ToLower(thing), " ")
	plural := strings.HasSuffix(thing, "s") && !strings.HasSuffix(thing, "ss")
	switch language {
	case "es":
		if form, ok := map[string]string{"los": "son buenos", "las": "son buenas", "la": "es buena"}[first]; ok {
			return thing + " " + form
		}
		return thing + " es bueno"
	case "pt":
		if form, ok := map[string]string{"os": "são bons", "as": "são boas", "a": "é boa"}[first]; ok {
			return thing + " " + form
		}
		if plural {
			return thing + " são bons"
		}
		return thing + " é bom"
	case "fr":
		return thing + ", c'est bien"
	case "de":
		if plural || strings.HasSuffix(thing, "en") {
			return thing + " sind gut"
		}
		return thing + " ist gut"
	default:
		if plural {
			return thing + " are good"
		}
		return thing + " is good"
	}
}

// sureFeeling is how often such a message is read right, about.
const sureFeeling = 0.95
