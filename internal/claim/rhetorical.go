package claim

import (
	"regexp"
	"strings"
)

// rhetorical are questions that say something, and what they say: whoever asks who needs
// marriage holds that nobody does.
var rhetorical = []struct {
	question  *regexp.Regexp
	statement string
}{
	{asked(`why would (?:anyone|anybody|you|people) (?:ever |even |still )*(?:choose|pick|prefer|want) ([^.?!;:,]+?) (?:over|to|rather than|instead of) ([^.?!;:,]+)`), "$2 is better than $1"},
	{asked(`who (?:on earth |in the world |the hell |even |really |actually |still )*needs ([^.?!;:]+?)(?: anyway| any ?more| these days| nowadays)?`), "nobody needs $1"},
	{asked(`why do so many people (?:still |even )?([^.?!;:]+?)(?: anyway)?`), "people should not $1"},
	{asked(`why do (people|we) (?:still|even) ([^.?!;:]+?)(?: anyway)?`), "$1 should not $2"},
	{asked(`why are (people|we) still (\pL+ing [^.?!;:]+)`), "$1 should not be $2"},
	{asked(`why (?:would|should) (?:anyone|anybody) (?:still |even |ever )?([^.?!;:]+)`), "nobody should $1"},
	{asked(`how can (?:anyone|anybody|people) (?:still |even |really )?((?:defend|support|like|love|enjoy|eat|justify|want|trust|believe in|vote for) [^.?!;:]+)`), "nobody should $1"},
	{asked(`why is ([^.?!;:]+) still a thing`), "$1 should be abolished"},
	{asked(`what(?:['’]?s| is) (?:so |really |even |actually )*(?:bad|wrong|terrible|awful) (?:about|with|in) ([^.?!;:]+)`), "there is nothing wrong with $1"},
	{asked(`how can (?:anyone|anybody|people|you) (?:still |even |really )*(?:be against|oppose) ([^.?!;:]+)`), "people should be for $1"},
	{asked(`(?:is there any|what(?:['’]?s| is) the) (?:point|use|sense) (?:of|in) ([^.?!;:]+?)(?: anyway| any ?more| these days)?`), "there is no point in $1"},
	{asked(`qu[eé] tienen? de malo ([^.?!;:]+)`), "no hay nada malo en $1"},
	{asked(`qu[eé] sentido tienen? ([^.?!;:]+)`), "no tiene sentido $1"},
	{asked(`c[oó]mo puede (?:alguien|la gente) estar en contra de ([^.?!;:]+)`), "hay que estar a favor de $1"},
	{asked(`qui[eé]n (?:demonios )?necesita ([^.?!;:]+?)(?: hoy en d[ií]a)?`), "nadie necesita $1"},
	{asked(`c[oó]mo puede (?:alguien|la gente) ((?:defender|apoyar|justificar|querer|votar|comer|creer en) [^.?!;:]+)`), "nadie debería $1"},
}

// yesOrNo are questions in English that ask whether something is so, and that as a statement.
var yesOrNo = []struct {
	question  *regexp.Regexp
	statement string
}{
	{regexp.MustCompile(`(?i)^do (we|you|they|people|animals|humans) (.+)$`), "$1 $2"},
	{regexp.MustCompile(`(?i)^(is|are|was|were) (.+?) ((?:still|really|actually|even|always|ever|just|truly|too|worth|good|bad|better|worse|right|wrong|ok|okay|fair|dead|overrated|underrated|necessary|dangerous|safe|real)\b.*)$`), "$2 $1 $3"},
}

// restated is a question of those as a statement, "" for any other.
func restated(question string) string {
	question = strings.ToLower(question[:min(1, len(question))]) + question[min(1, len(question)):]
	for _, q := range yesOrNo {
		if found := q.question.FindStringSubmatchIndex(question); found != nil {
			return sentenceCase(string(q.question.ExpandString(nil, q.statement, question, found)))
		}
	}
	return ""
}

// whether are English questions that a message is whole, and what they ask whether it is so.
var whether = []struct {
	question  *regexp.Regexp
	statement string
}{
	{asked(`(is|was|would) it (?:be )?(\pL+ (?:to|for|that|if|when)\b[^.?!;:]+)`), "it $1 $2"},
	{asked(`(should|can|could|must|will|would) ([^.?!;:,]+?) (be|not be|have to) ([^.?!;:]+)`), "$2 $1 $3 $4"},
	{asked(`(should|can|could|must|will|would) (we|you|they|people|(?:the |all |most |our |more )?(?:\pL+ ){0,2}?\pL*[^sui\W]s|(?:the|a|every) (?:government|state|country|city|police|public|media|\pL+ government)) ([^.?!;:]+)`), "$2 $1 $3"},
	{asked(`(should|can|could|must|will|would|does|has) ([\pL-]+) ([^.?!;:]+)`), "$2 $1 $3"},
	{asked(`(is|are|was|were) ([^.?!;:,]+?) (an?|the|not|too|so|more|less|better|worse|only|still|really|just|always|in|on|for) ([^.?!;:]+)`), "$2 $1 $3 $4"},
	{asked(`(is|are|was|were) ([^.?!;:,]+?) ([\pL-]+)`), "$2 $1 $3"},
}

// askedWhether is what a message, that is one such question and nothing else, asks whether it is so; "" of any other.
func askedWhether(message string) string {
	if len(message) > maxQuestion || !strings.Contains(message, "?") {
		return ""
	}
	for _, q := range whether {
		if found := q.question.FindStringSubmatchIndex(message); found != nil {
			if i := found[2]; i >= 0 { // its verb stands within the statement
				message = message[:i] + strings.ToLower(message[i:found[3]]) + message[found[3]:]
			}
			return sentenceCase(string(q.question.ExpandString(nil, q.statement, message, found)))
		}
	}
	return ""
}

// maxQuestion is the length of such a question, in bytes.
const maxQuestion = 200

// before is what may stand before a question, and asking how each of them begins: a message that does not is
// compared with none of them.
const before = `(?i)^\W*(?:(?:but|so|and|ok|ugh|honestly|seriously|pero|y)\b,? )*`

var asking = regexp.MustCompile(before + `(?:who|why|how|what|is there|qui[eé]n|c[oó]mo|qu[eé])`)

// asked is a pattern of a whole sentence.
func asked(question string) *regexp.Regexp {
	return regexp.MustCompile(before + question + `[?!. ]*$`)
}

// misspelt is "should" as it is written in haste: without it there is no demand.
var misspelt = regexp.MustCompile(`(?i)\bs(?:ould|h(?:oudl?|uld|old|ud|ld))(n['’]?t)?\b`)

// Said is what a message says that only seems to ask ("who needs marriage?"), with what follows that, and else the message.
func Said(message string) string {
	message = inWords(misspelt.ReplaceAllString(message, "should$1"))
	question, reasons := message, ""
	if i := strings.IndexByte(message, '?'); i >= 0 {
		question, reasons = message[:i+1], message[i+1:]
	}
	if len(question) > maxQuestion || !asking.MatchString(question) {
		return message
	}
	for _, r := range rhetorical {
		if found := r.question.FindStringSubmatchIndex(question); found != nil {
			said := string(r.question.ExpandString(nil, r.statement, question, found))
			if reasons = strings.TrimLeft(reasons, "?! "); reasons != "" {
				said = sentenceCase(said) + ". " + reasons
				if lead, _ := Lead(said); lead == "" || len(strings.Fields(reasons)) < minReason { // "Who needs marriage? I do."
					return message
				}
			}
			return said
		}
	}
	return message
}
