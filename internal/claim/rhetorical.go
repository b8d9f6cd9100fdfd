package claim

import "regexp"

// rhetorical are questions that say something, and what they say: whoever asks who needs
// marriage holds that nobody does.
var rhetorical = []struct {
	question  *regexp.Regexp
	statement string
}{
	{asked(`who (?:even |really |actually |still )?needs ([^.?!;:]+?)(?: anyway| any ?more| these days| nowadays)?`), "nobody needs $1"},
	{asked(`why do so many people (?:still |even )?([^.?!;:]+?)(?: anyway)?`), "people should not $1"},
	{asked(`why do (people|we) (?:still|even) ([^.?!;:]+?)(?: anyway)?`), "$1 should not $2"},
	{asked(`why are (people|we) still (\pL+ing [^.?!;:]+)`), "$1 should not be $2"},
	{asked(`why (?:would|should) (?:anyone|anybody) (?:still |even |ever )?([^.?!;:]+)`), "nobody should $1"},
	{asked(`how can (?:anyone|anybody|people) (?:still |even |really )?((?:defend|support|like|love|enjoy|eat|justify|want|trust|believe in|vote for) [^.?!;:]+)`), "nobody should $1"},
	{asked(`why is ([^.?!;:]+) still a thing`), "$1 should be abolished"},
	{asked(`qui[eé]n (?:demonios )?necesita ([^.?!;:]+?)(?: hoy en d[ií]a)?`), "nadie necesita $1"},
	{asked(`c[oó]mo puede (?:alguien|la gente) ((?:defender|apoyar|justificar|querer|votar|comer|creer en) [^.?!;:]+)`), "nadie debería $1"},
}

// maxQuestion is the length of a message of one sentence, in bytes.
const maxQuestion = 200

// before is what may stand before a question, and asking how each of them begins: a message that does not is
// compared with none of them.
const before = `(?i)^\W*(?:(?:but|so|and|ok|ugh|honestly|seriously|pero|y)\b,? )*`

var asking = regexp.MustCompile(before + `(?:who|why|how|qui[eé]n|c[oó]mo)`)

// asked is a pattern of a whole message of one sentence.
func asked(question string) *regexp.Regexp {
	return regexp.MustCompile(before + question + `[?!. ]*$`)
}

// Said is what a message says that only seems to ask ("who needs marriage?"), and else the message.
func Said(message string) string {
	if len(message) > maxQuestion || !asking.MatchString(message) {
		return message
	}
	for _, r := range rhetorical {
		if found := r.question.FindStringSubmatchIndex(message); found != nil {
			return string(r.question.ExpandString(nil, r.statement, message, found))
		}
	}
	return message
}
