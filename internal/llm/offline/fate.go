package offline

import (
	"regexp"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// This file reads claims that only name a topic's subject and say what should become of it, or
// what it is worth: "abortion should not be banned", "tariffs are bad". Their words stand on
// both sides of a topic, so that no sum of words tells the side.

// fates tell what a claim, as plain gives it, wants for its subject, or calls it, by language:
// asked begins with what is to be done to it, said ends with what is said of it.
var fates = map[string]struct{ asked, said, good, bad *regexp.Regexp }{
	"en": {
		regexp.MustCompile(`^(?:please |just |we (?:should|must|need to|have to) |it is time to )?((?:(?:a|the) )?(?:complete |total |worldwide |nationwide )?ban (?:on|of)|(?:the )?abolition of|(?:the )?legali[sz]ation of|ban(?:ning)?|abolish(?:ing)?|outlaw(?:ing)?|forbid(?:ding)?|prohibit(?:ing)?|scrap(?:ping)?|end(?:ing)?|stop(?:ping)?|criminali[sz](?:e|ing)|get(?:ting)? rid of|do(?:ing)? away with|down with|legali[sz](?:e|ing)|decriminali[sz](?:e|ing)|allow(?:ing)?|permit(?:ting)?|keep(?:ing)?|sav(?:e|ing)|bring(?:ing)? back)(?: all| every)?(?: the| a| an)? (.+?)(?: now| already| everywhere| altogether| please)?$`),
		regexp.MustCompile(`^(?:all |the |a |an |any |every )*(.+?) (?:should|must|ought to|needs? to|has to|have to|is|are|was|were|will always be|can) ?(not |never |no longer )?(?:(?:so|very|really|just|absolutely|totally|simply|pretty|completely|always|morally|actually|also|still|all|clearly|a|an) )*(.+)$`),
		regexp.MustCompile(`^(?:legali[sz](?:e|ing)|decriminali[sz](?:e|ing)|allow(?:ing)?|permit(?:ting)?|keep(?:ing)?|sav(?:e|ing)|bring(?:ing)? back|(?:the )?legali[sz]ation of|(?:be |remain |stay |become )?(?:legal|legali[sz]ed|allowed|permitted|decriminali[sz]ed|tolerated|kept|saved|protected|encouraged|supported|brought back|welcomed|mandatory|compulsory|obligatory|required)|stay|good|great|fine|ok|okay|amazing|wonderful|awesome|right|acceptable|beneficial|justified|brilliant|fantastic|excellent|useful|worth it|worth keeping|good thing|great thing|good idea|great idea|human right|blessing|better(?: than .+)?|superior(?: to .+)?|the best(?: .+)?)(?: for (?:us|everyone|everybody|people|society|the world|all))?$`),
		regexp.MustCompile(`^(?:ban(?:ning)?|abolish(?:ing)?|outlaw(?:ing)?|forbid(?:ding)?|prohibit(?:ing)?|scrap(?:ping)?|end(?:ing)?|stop(?:ping)?|criminali[sz](?:e|ing)|get(?:ting)? rid of|do(?:ing)? away with|down with|(?:(?:a|the) )?(?:complete |total |worldwide |nationwide )?ban (?:on|of)|(?:the )?abolition of|(?:be |remain |stay |become )?(?:banned|illegal|forbidden|prohibited|outlawed|abolished|scrapped|ended|stopped|criminali[sz]ed|against the law|done away with|gotten rid of|cut|limited|restricted|regulated|taxed|closed|removed|replaced)|go|die|disappear|wrong|bad|evil|immoral|terrible|awful|horrible|stupid|dumb|harmful|unethical|useless|disgusting|barbaric|inhumane|ridiculous|(?:bad|terrible|stupid|dumb|horrible) (?:thing|idea)|scam|joke|disaster|disgrace|mistake|curse|sin|crime|waste of (?:time|money)|nonsense|dangerous|cruel|overrated|worse(?: than .+)?|inferior(?: to .+)?)(?: for (?:us|everyone|everybody|people|society|the world|all))?$`),
	},
	"es": {
		regexp.MustCompile(`^(?:hay que |habria que |que |debemos |deberiamos )?(prohib(?:ir|an|id)|abol(?:ir|id)|acabar con|acabemos con|basta de|elimin(?:ar|en|ad)|suprim(?:ir|id)|legali[zc](?:ar|en|ad)|permit(?:ir|an|id)|manten(?:er|gan|ed)|salv(?:ar|ad)) (?:todos? |todas? )?(?:l[oa]s? |el |un[oa]?s? )?(.+?)(?: ya| de una vez| por ley)?$`),
		regexp.MustCompile(`^(?:todos? |todas? )?(?:l[oa]s? |el |un[oa]?s? )?(.+?) (no )?(?:se )?(?:deberian?|deben?|tendrian? que|tienen? que|es|son|estan?|me parecen?) (?:(?:muy|tan|totalmente|absolutamente|realmente|siempre|algo|un|una|de ser|ser|estar) )*(.+)$`),
		regexp.MustCompile(`^(?:legali[zc]\w+|permit\w+|manten\w+|salv\w+|legal(?:es)?|seguir siendo legal(?:es)?|buen[oa]s?|bien|genial(?:es)?|estupend[oa]s?|maravillos[oa]s?|util(?:es)?|just[oa]s?|aceptables?|buena idea|derecho|mejor(?:es)?(?: que .+)?|obligatori[oa]s?)$`),
		regexp.MustCompile(`^(?:prohib\w+|abol\w+|acab\w+(?: con)?|basta de|elimin\w+|suprim\w+|desaparecer|ilegal(?:es)?|mal[oa]s?|mal|inmoral(?:es)?|horribles?|terribles?|fatal(?:es)?|absurd[oa]s?|ridicul[oa]s?|vergonzos[oa]s?|inutil(?:es)?|cruel(?:es)?|mala idea|verguenza|estafa|tonteria|error|desastre|crimen|pecado|perdida de tiempo|peor(?:es)?(?: que .+)?|limit\w+|restring\w+|regul\w+|cerr\w+|peligros[oa]s?)$`),
	},
}

// fate is the subject of a claim that says only what should become of it or what it is worth, and
// 1 where that is good, -1 where it is bad; 0 of any other claim.
func (g *grammar) fate(claim string) (subject string, worth int) {
	claim = plain(spellNot(claim))
	f := fates[g.language]
	judge := func(wanted string) int {
		switch {
		case f.good.MatchString(wanted):
			return 1
		case f.bad.MatchString(wanted):
			return -1
		}
		return 0
	}
	worth = 1
	subject = claim
	if m := f.said.FindStringSubmatch(claim); m != nil && judge(m[3]) != 0 {
		subject, worth = m[1], judge(m[3])
		if m[2] != "" {
			worth = -worth
		}
	}
	if m := f.asked.FindStringSubmatch(subject); m != nil { // "banning it is wrong" has both
		return m[2], worth * judge(m[1])
	}
	if subject == claim {
		return "", 0
	}
	return subject, worth
}

// byFate is how much a text is for a topic by what it wants for its subject, if it says no more:
// the topic's own claims tell which side it is that wants such things for a subject of that name.
func (x *index) byFate(text string, s *subject) (sum float64, told bool) {
	subject, worth := x.fate(text)
	if worth == 0 {
		return 0, false
	}
	same, any := 0, 0 // for the topic whoever is for the subject
	count := func(claim string, sign int) {
		of, worth := x.fate(claim)
		if of == subject {
			same += sign * worth
		}
		if s.isName(of) {
			any += sign * worth
		}
	}
	count(s.Claim, 1)
	for side, sign := range map[debate.Stance]int{debate.Pro: 1, debate.Con: -1} {
		for _, claim := range s.Claims.Of(side) {
			count(claim, sign)
		}
	}
	if same == 0 && s.isName(subject) {
		same = any
	}
	switch {
	case same*worth > 0:
		return sureFate, true
	case same*worth < 0:
		return -sureFate, true
	}
	return 0, false
}

// sureFate is how sure a side is by what a claim wants for its subject, as log odds.
const sureFate = 6

// isName says whether a text, as plain gives it, is one of the topic's names.
func (s *subject) isName(text string) bool {
	for _, parts := range s.names {
		if len(parts) == 1 && parts[0] == text {
			return true
		}
	}
	return false
}
