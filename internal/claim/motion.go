package claim

import (
	"regexp"
	"strings"
	"unicode"
)

// motions are the ways in which debating societies put a motion, as the World Universities Debating Championships
// do, and what each says: "THW ban zoos" is "this house would ban zoos".
var motions = []struct {
	told *regexp.Regexp
	says string
}{
	{regexp.MustCompile(`^\W*(?:TH|(?i:this house)),? as (?:an? |the )?([^,]{2,60}), would (?:rather )?(.+)$`), "a $1 should $2"},
	{motion(`THW|{th},? would`, `(.+)`), "we should $1"},
	{motion(`THBT|{th},? (?:firmly |strongly )?believes(?: that)?`, `(.+)`), "$1"},
	{motion(`THS|{th},? supports`, `(.+)`), "we should support $1"},
	{motion(`THO|{th},? opposes`, `(.+)`), "we should not support $1"},
	{motion(`THR|{th},? regrets`, `((?:[\pL-]+ )?[\pL-]*[^s\W]s)\b([.!]*)`), "$1 are a bad thing$2"},
	{motion(`THR|{th},? regrets`, `([^.,;]+)(.*)`), "$1 is a bad thing$2"},
	{motion(`THP|{th},? prefers`, `([^.,;]+?) (?:to|over|rather than|instead of) ([^.,;]+)(.*)`), "$1 would be better than $2$3"},
	{motion(`THP|{th},? prefers`, `([^.,;]+)(.*)`), "$1 would be preferable$2"},
	{regexp.MustCompile(`(?is)^\W*(?:resolved|motion|be it resolved(?: that)?) ?[:,–—-]\s*(.+)$`), "$1"},
}

// motion is what begins a motion, with {th} for who makes it, and what that says.
func motion(begins, says string) *regexp.Regexp {
	return regexp.MustCompile(`(?s)^\W*(?:` + strings.ReplaceAll(begins, "{th}", "(?:TH|(?i:this house))") + `):? ` + says + `$`)
}

// inWords is a message without what stands in brackets within a sentence, and a motion of a debating society as somebody
// says it who holds it.
func inWords(message string) string {
	bare := bracketed.ReplaceAllString(message, "$1")
	if strings.IndexFunc(bare, unicode.IsLetter) >= 0 {
		message = bare
	}
	message = asWhat.ReplaceAllString(message, "$1")
	for _, m := range motions {
		if found := m.told.FindStringSubmatchIndex(message); found != nil {
			return sentenceCase(string(m.told.ExpandString(nil, m.says, message, found)))
		}
	}
	return message
}

// bracketed is what stands in brackets behind a word, where the sentence goes on or ends.
var bracketed = regexp.MustCompile(`([\pL\pN'’"”]) \([^()\n]{1,120}\)`)

// asWhat is who a claim is of, and as what they are to do it.
var asWhat = regexp.MustCompile(`(?i)^(\W*(?:we|people|you)),? as (?:an? |the )?[^,.;!?]{2,30},`)

// headless says whether a claim lacks what it is about: it begins with its verb, and asks nothing.
func headless(topic, message string) bool {
	return verbFirst.MatchString(topic) && !strings.Contains(message, "?")
}

// verbFirst begins with the verb of a sentence, or with what joins it to what stood before.
var verbFirst = regexp.MustCompile(`(?i)^(?:(?:&|and|or|but|etc\.?|y|o|pero) )?(?:should|shouldn['’]?t|must|is|are|isn['’]?t|aren['’]?t|was|were|does|doesn['’]?t|do not|has|have|can|cannot|can['’]?t|could|would|will|won['’]?t|deber[ií]an?|deben?|es|son|no (?:es|son|deber[ií]an?|deben?))\b`)

// quotes says whether a claim ends or begins where its sentence quotes something, and that says something itself: of 'the
// term "steep learning curve" is used incorrectly' the term is no claim.
func (f found) quotes(s *scene) bool {
	if f.span == none {
		return false
	}
	first, last := s.tokens[f.span.i], s.tokens[f.span.j]
	from, to := s.tokens[first.first].from, s.tokens[first.last].to
	if !endsQuoted.MatchString(s.text[from:first.from]) && !beginsQuoted.MatchString(s.text[last.to:max(to, last.to)]) {
		return false
	}
	around := quotation.ReplaceAllString(s.text[from:max(to, last.to)], " ")
	return says.MatchString(around) && !judges.MatchString(around)
}

var (
	quotation    = regexp.MustCompile(`"[^"]*"|“[^”]*”|«[^»]*»`)
	endsQuoted   = regexp.MustCompile(`["“”«»]\W*$`)
	beginsQuoted = regexp.MustCompile(`^\W*["“”«»]`)
)

// says is in a sentence that says something with the verb that it has there, and judges in one that says of what it quotes
// whether that is so, or whose it is.
var (
	says   = regexp.MustCompile(`(?i)\b(?:is|are|was|were|should|do|does|need|needs|have|has|can|will|must|makes?|es|son|deber?[ií]?an?|deben?|hay|tienen?|hacen?)(?:n['’]t)?\b`)
	judges = regexp.MustCompile(`(?i)\b(?:says?|said|saying|claims?|claimed|thinks|thought|told|tells?|believ(?:es?|ing)|hear(?:d|ing)?|dicen?|dijo|dijeron|creen?|opinan?|seg[uú]n|nonsense|rubbish|bull\pL*|bs|crap|wrong|mistaken|li(?:es?|ar|ars)|myths?|true|false|right|correct|agree|disagree|argument|idea|claim|mentira|falso|verdad|cierto|raz[oó]n|mito|acuerdo|idea|argumento)\b`)
)
