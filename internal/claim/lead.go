package claim

import (
	"regexp"
	"strings"
)

// Lead parts a message that begins with a claim and goes on with the reasons for it: the claim, and what follows. Both
// are empty where the first sentence tells or asks something, says what others hold, or is taken back by what follows.
func Lead(message string) (lead, reasons string) {
	s := cut(message)
	stop := 0
	for stop < len(s.tokens) && !s.tokens[stop].stop {
		stop++
	}
	if stop < minLead || len(s.tokens)-stop < minReasons {
		return "", ""
	}
	lead, reasons = strings.TrimSpace(s.text[:s.tokens[stop].from]), strings.TrimSpace(s.text[s.tokens[stop].to:])
	if s.tokens[stop].low == "?" || noLead.MatchString(lead) || reporting.MatchString(lead) || notSaying.MatchString(lead) || others.MatchString(lead) || takenBack.MatchString(reasons) || bidding.MatchString(reasons) {
		return "", ""
	}
	return lead, reasons
}

// How many tokens a claim has at least, and its reasons.
const (
	minLead    = 3
	minReasons = 5
)

// noLead begins what grants something, mocks, or tells a story, others is in what somebody else may hold, bidding in
// what the bot is to do, and takenBack begins a sentence that says of the one before that it is not so, or has another claim
// against it.
var (
	noLead = regexp.MustCompile(`(?i)^\W*(?:(?:oh|sure|yeah|yes|yep|right|ok(?:ay)?|great|wow|apparently|supposedly|allegedly|granted|of course|fine|true|sí|claro|ya|vale|por supuesto|supuestamente)\b|` +
		`i used to\b|antes\b|(?:every time|whenever|just|saw|read|thinking of|(?:\pL+|\d+) (?:years?|months?|weeks?|days?|años?|meses|semanas?|días?)|cada vez que|acabo de|acaban de)\b|` +
		`(?:my|our|they|he|she|mi|mis|nuestr[oa]s?|ell[oa]s?|él)\b|(?:i|we|yo|nosotros)\b (?:was|were|had|have been|went|saw|met|got|read|heard|just|am|fui|vi|tuve|leí)\b|(?:yesterday|last (?:week|year|night|month)|today|this morning|ayer|hoy|anoche)\b|` +
		`(?:who|what|why|how|when|where|which|qui[eé]n|qu[eé]|por qu[eé]|c[oó]mo|cu[aá]ndo|d[oó]nde)\b)`)
	others    = regexp.MustCompile(`(?i)["“”«»]|\b(?:says?|said|saying|claims?|claimed|thinks|thought|told|believing|hear(?:d|ing)?|dicen?|dijo|dijeron|cree[n]|opinan?|según)\b`)
	bidding   = regexp.MustCompile(`(?i)\b(?:argue|defend|convince me|back (?:it|that|this)|have a go|your turn|you(?:['’]re| are) (?:pro|con)|convénceme|defiéndel[oa])\b`)
	takenBack = regexp.MustCompile(`(?i)(?:^|[.!?\n] *)\W*(?:(?:and|well|so|honestly|sorry|pues|y),? )*(?:(?:but|however|yet|pero|sin embargo|aun así)\b|` +
		`(?:nonsense|rubbish|bull\pL*|bs|bollocks|crap|wrong|false|nope?|nah|never|lies?|myth|mentira|falso|tonter[ií]as?|qué va|para nada|nunca|jam[aá]s)\W*(?:$|[,.!?])|no\b,? (?:it|they|he|she|way|thanks|thank you|you|we|i)\b|not (?:true|really|so|at all|for me|in my)\b|yeah,? right|as if\b|says who|give (?:me a break|it a rest)|far from it|on the contrary|quite the opposite|the opposite is|not a chance|in your dreams|don['’]?t make me laugh|good (?:one|joke)\b|lol\b|(?:utter|total|complete|pure|absolute|sheer) \pL+\W*(?:$|[.!?])|i (?:beg to differ|call (?:bs|bull\pL*)|couldn['’]?t disagree)|venga ya|anda ya|por favor|ni (?:de broma|hablar|en sueños)|(?:todo lo|al) contrario|y un cuerno|no (?:me lo creo|cuela)|qué risa|menud[oa]s? \pL+\W*(?:$|[.!?])|who says|said (?:nobody|no one)|come on\b|really\?|seriously\?|what (?:a |an |utter |total |complete )*(?:nonsense|rubbish|joke|load|lie|myth|crap)|(?:qu[eé]|vaya|menuda) (?:tonter[ií]a|estupidez|mentira|chorrada)|` +
		`(?:that|this|it|which|eso|esto)(?:['’]?s|s| is| was| me parece| es|) (?:just |simply |so |such |complete |total |utter |plain |all |a |an |una |un |pura )*(?:wrong|false|nonsense|rubbish|untrue|not true|lie|myth|joke|ridiculous|absurd|stupid|silly|insane|crazy|dumb|bs|bull\pL*|what (?:they|people|he|she|everyone)|mentira|falso|tonter[ií]a|absurdo|rid[ií]culo|mito)\b|` +
		`(?:they|he|she|people|se)(?:['’]re|['’]s| is| are|) (?:just |so |all |dead |totally )*(?:wrong|mistaken|lying|delusional|equivocan?)\b|i (?:strongly |totally |completely |really |just )*(?:disagree|do not agree|don['’]?t (?:agree|buy|believe|think so)|can['’]?t (?:agree|believe))\b|no (?:estoy de acuerdo|es (?:verdad|cierto)|lo creo)\b|(?:yo )?(?:creo|opino|pienso) lo contrario)`)
)
