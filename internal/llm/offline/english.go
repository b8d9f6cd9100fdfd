package offline

// This file knows the verbs of English clauses.

import (
	"regexp"
	"slices"
	"strings"
)

// englishVerbs is the tongue of English.
type englishVerbs struct{}

// formOf implements tongue.
func (v englishVerbs) formOf(k *knowledge, text string) pointKind {
	text = text[len(k.Say.Condition.FindString(text)):]
	if at := k.Say.Uncommaed.FindStringSubmatchIndex(text); at != nil {
		from := at[1]
		if at[2] >= 0 {
			from = at[2]
		}
		text = text[from:]
	}
	if strung(strings.Fields(text), k.Say.BeforeClauses) {
		return ""
	}
	best, form := len(text), pointKind("")
	for _, f := range k.Say.Forms {
		if at := f.Verb.FindStringSubmatchIndex(text + " "); at != nil && at[3] < best && v.isSubject(k, text[:at[3]]) {
			best, form = at[3], f.Form
		}
	}
	if words := wordsOf(text); form == brought && slices.Contains(k.Say.Folk, words[0]) { // who bring about little by it
		form = stated
	}
	switch {
	case form != "":
		return form
	case k.Say.Anybody.in(text):
		return stated
	}
	return v.byVerb(k, text)
}

// strung says whether a second clause follows the first without a word between them: "the couple wants money they
// should just ask".
func strung(words, before []string) bool {
	for i := 2; i+1 < len(words); i++ {
		if slices.Contains(pronouns, words[i]) && slices.Contains(modals, words[i+1]) && !strings.HasSuffix(words[i-1], ",") && !slices.Contains(before, strings.ToLower(words[i-1])) {
			return true
		}
	}
	return false
}

var (
	pronouns = strings.Fields("they he she we you")
	modals   = strings.Fields("should must ought would can could will shouldn't mustn't wouldn't can't couldn't won't just")
)

// second implements tongue. What is told of the writer's doings, or wishes, is put so as a whole; in any other clause
// only what is theirs.
func (englishVerbs) second(k *knowledge, words []string) (ofWriter, ok bool) {
	text := strings.Join(words, " ")
	ofWriter = k.Say.Doings.in(text) || k.Say.Wishes.in(text)
	theirs, ofYou := false, false
	for _, word := range wordsOf(text) {
		theirs = theirs || slices.Contains([]string{"my", "we", "our", "us"}, word)
		ofYou = ofYou || slices.Contains([]string{"you", "your", "you're"}, word)
	}
	if ofYou && (theirs || ofWriter) || ofWriter && toBot.MatchString(text) { // who may be the bot
		return false, false
	}
	for i, word := range words {
		low := strings.ToLower(word)
		if other := k.Say.Second[low]; other != "" && (ofWriter || low == "my" || low == "our" && i+1 < len(words) && k.Say.Ours.in(strings.ToLower(words[i+1]))) {
			words[i] = other
		}
		if ofWriter && i > 0 && slices.Contains([]string{"you", "and"}, words[i-1]) {
			words[i] = asYou.or(words[i])
		}
	}
	return ofWriter, true
}

// asYou are verbs as they stand behind "you".
var asYou = pairs{"was": "were", "am": "are", "wasn't": "weren't"}

// toBot is in what tells of the debate itself.
var toBot = regexp.MustCompile(`(?i)\b(agreed|admitted|asked you|told you)\b`)

// byVerb is the form of a text that hangs on any other verb that can be told from a noun: by its tense, or
// as what stands before it asks; empty if it has none.
func (v englishVerbs) byVerb(k *knowledge, text string) pointKind {
	words := strings.Fields(fold(text))
	for i := 1; i < min(len(words)-1, farVerb); i++ {
		word, before := strings.Trim(words[i], ",.'"), words[i-1]
		if !v.isSubject(k, strings.Join(words[:i], " ")) || slices.Contains([]string{"and", "or", "of", "for"}, words[i+1]) {
			continue
		}
		many := k.plural(before) || slices.Contains([]string{"they", "we", "you", "people", "men", "women", "children", "always", "often", "never", "also", "just", "only", "still", "really"}, before)
		switch {
		case k.Say.Tensed.in(word):
			return past
		case i <= 2 && slices.Contains(k.Say.Folk, before) && isIn(k.vocabulary, word) && !k.common[word] && slices.Contains(k.Say.Behind, words[i+1]),
			k.verbs[k.stem(word)] && strings.HasSuffix(word, "s") != many:
			return stated
		}
	}
	return ""
}

// farVerb is how far into a text, in words, its verb is.
const farVerb = 9

// isSubject says whether what stands before a verb is plainly its subject: it does not ask
// for something to be done, and has no other clause in it.
func (englishVerbs) isSubject(k *knowledge, before string) bool {
	words := wordsOf(before)
	if len(words) == 0 || k.Say.Relative.in(before) {
		return false
	}
	last := words[len(words)-1]
	if k.determiners[last] && !slices.Contains([]string{"this", "that", "these", "those", "all", "both", "some", "many", "most"}, last) || k.prepositions[last] || last == "to" || last == "not" || last == "and" || last == "or" {
		return false // "the need", "to work", "in need"
	}
	first := words[0]
	if k.prepositions[first] && !strings.Contains(before, ",") {
		return false
	}
	if len(words) > 1 && k.imperative(first) {
		return false
	}
	return true
}
