package offline

import (
	"regexp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Words that turn the sense of a claim around.
var negations = []string{"not", "no", "never", "nobody", "none", "nothing", "cannot", "neither", "hardly"}

// comparisons stand between what is compared.
var comparisons = []string{"than", "over", "beats", "beat", "trumps", "outperforms", "superior to", "inferior to", "compared to", "compared with"}

// wins are comparisons that judge.
var wins = []string{"beats", "beat", "trumps", "outperforms"}

// After a judgement, what follows these is about something else.
var asides = []string{"because", "since", "and", "so", "from", "against", "if", "when", "unless", "by"}

// wishes are favourable where nothing else in a claim judges.
var wishes = []string{"should", "must", "ought", "need", "needs"}

// Words that judge. Two in one claim judge one another: "It is wrong to ban
// homework" is in favour of homework.
var (
	favourable = []string{
		"better", "best", "good", "great", "right", "superior", "be legal", "legalize", "legalized", "legalise",
		"legalised", "allow", "allowed", "permit", "permitted", "keep", "kept", "ethical", "moral", "useful",
		"helpful", "help", "helps", "benefit", "benefits", "beneficial", "worth", "valuable", "necessary",
		"needed", "essential", "important", "be mandatory", "be compulsory", "be required", "fair", "justified",
		"healthy", "healthier", "safe", "safer", "acceptable", "underrated", "deserve", "deserves", "improve",
		"improves", "amazing", "awesome", "wonderful", "fantastic", "brilliant", "beautiful", "excellent", "exciting", "entertaining", "fun", "enjoyable", "delicious", "tasty", "encourage", "encouraged", "adopt", "adopted", "support", "protect", "protects",
		"save", "saves", "only way", "should exist", "should have",
	}
	unfavourable = []string{
		"worse", "worst", "bad", "inferior", "ban", "banned", "banning", "abolish", "abolished", "abolishing",
		"get rid of", "do away with", "must stop", "must end", "need to stop", "need to end", "needs to end", "be stopped", "suck",
		"illegal", "prohibit", "prohibited", "forbid", "forbidden", "outlaw", "outlawed", "wrong", "harm",
		"harms", "harmful", "hurt", "hurts", "dangerous", "unsafe", "unethical", "immoral", "cruel", "useless",
		"pointless", "waste", "wasted", "overrated", "unfair", "unjust", "be closed", "be ended", "should end",
		"should stop", "scrap", "scrapped", "eliminate", "eliminated", "unhealthy", "unnecessary", "terrible",
		"awful", "boring", "outdated", "obsolete", "sucks", "evil", "mistake", "destroy", "destroys", "ruin",
		"ruins", "has to go", "needs to go", "must go", "damage", "damages", "restrict", "restricted", "unacceptable", "optional", "undemocratic", "unrealistic",
		"unworkable", "prison", "prisons", "torture", "slavery", "scam", "a crime", "horrible", "gross", "trash", "garbage", "unnatural", "toxic", "depressing",
		"absurd", "stupid", "silly", "foolish", "ridiculous", "disgusting", "joke", "nonsense", "too expensive",
	}
)

// sense is what can be told of a claim's direction without understanding it.
type sense struct {
	negated bool
	judging int // how many words judge
	value   int // what they amount to: +1 or -1, 0 where that is in doubt
	than    int // where the comparison stands, -1 for none
}

// senseOf reads a claim as words gives it; praise and blame are more words that
// judge.
func senseOf(claim string, praise, blame []string) sense {
	if at := first(claim, []string{"than it", "than they"}); at >= 0 {
		claim = claim[:at] // "creates more than it destroys" compares nothing else
	}
	s := sense{than: first(claim, comparisons)}
	praise, blame = union(favourable, praise), union(unfavourable, blame)
	if judged := first(claim, slices.Concat(praise, blame)); judged > 0 {
		if aside := first(claim[judged:], asides); aside >= 0 {
			claim = claim[:judged+aside]
		}
	}
	s.negated = count(claim, negations)%2 == 1
	good, bad := count(claim, praise), count(claim, blame)
	s.judging = good + bad
	if s.judging == 1 || s.judging == 2 {
		s.value = 1 - 2*(bad%2)
	} else if s.judging == 0 && first(claim, wins) >= 0 {
		s.judging, s.value = 1, 1
	}
	return s
}

// union has what is in both but once, so that no word judges twice.
func union(words, more []string) []string {
	return slices.Concat(words, slices.DeleteFunc(slices.Clone(more), func(w string) bool { return slices.Contains(words, w) }))
}

// align says whether a claim that the topic covers points in the topic's
// direction; ok is false where that cannot be told.
func (t *topic) align(claim string) (same, ok bool) {
	own := words(t.claim)
	if claim == own {
		return true, true
	}
	a, b := senseOf(claim, t.praise, t.blame), senseOf(own, t.praise, t.blame)
	if len(t.favours)+len(t.opposes) > 0 {
		return t.weigh(claim, a)
	}
	if (a.than < 0) != (b.than < 0) {
		return false, false
	}
	same = a.negated == b.negated
	if a.than >= 0 && t.subjectFirst(claim, a.than) != t.subjectFirst(own, b.than) {
		same = !same
	}
	switch {
	case a.value != 0 && b.value != 0:
		return same == (a.value == b.value), true
	case a.value == b.value && stemsOf(claim).equal(stemsOf(own)):
		return same, true
	default:
		return false, false
	}
}

// weigh is align for a topic that says what it is for and against.
func (t *topic) weigh(claim string, s sense) (same, ok bool) {
	if s.judging == 0 && first(claim, wishes) >= 0 {
		s.value = 1
	}
	liked, disliked := first(claim, t.favours), first(claim, t.opposes)
	if s.value == 0 || liked < 0 && disliked < 0 {
		return false, false
	}
	same = s.value > 0
	at := liked
	if liked < 0 || disliked >= 0 && disliked < liked {
		same, at = !same, disliked
	}
	if s.than >= 0 && s.than < at {
		same = !same
	}
	return same != s.negated, true
}

// praised says whether a claim, as words gives it, speaks of the better one of
// a comparison, as a side sees it, and of that alone, and not ill.
func (t *topic) praised(claim string, side debate.Stance) bool {
	own := words(t.claim)
	if len(t.require) < 2 || first(own, comparisons) < 0 {
		return false
	}
	better, worse := t.require[0], t.require[1]
	if first(own, better) > first(own, worse) {
		better, worse = worse, better
	}
	if side == debate.Con {
		better, worse = worse, better
	}
	s := senseOf(claim, t.praise, t.blame)
	return first(claim, better) >= 0 && first(claim, worse) < 0 && !s.negated && s.value >= 0
}

// subjectFirst says whether what the topic names first stands before the
// comparison.
func (t *topic) subjectFirst(claim string, than int) bool {
	subject, at := t.require[0], len(claim)
	own := words(t.claim)
	for _, group := range t.require {
		if i := first(own, group); i < at {
			subject, at = group, i
		}
	}
	return first(claim, subject) < than
}

// count is how often the phrases stand in a text that words gave.
func count(text string, phrases []string) int {
	padded := " " + strings.ReplaceAll(text, " ", "  ") + " "
	n := 0
	for _, p := range phrases {
		n += strings.Count(padded, " "+strings.ReplaceAll(p, " ", "  ")+" ")
	}
	return n
}

// first is where the first of the phrases stands in a text that words gave,
// -1 if none does.
func first(text string, phrases []string) int {
	padded := " " + text + " "
	at := -1
	for _, p := range phrases {
		if i := strings.Index(padded, " "+p+" "); i >= 0 && (at < 0 || i < at) {
			at = i
		}
	}
	return at
}

// sort is what a claim says, as far as general arguments differ by it.
type sort string

// The sorts, "" for any other.
const (
	policy  sort = "policy"  // "Homework should be banned"
	compare sort = "compare" // "Tea is better than coffee", "Queen is the best band"
	future  sort = "future"  // "AI will replace teachers"
	value   sort = "value"   // "Golf is boring"
	kinship sort = "kind"    // "Cereal is a soup"
)

// sortSign is how a sort of claims is known.
type sortSign struct {
	sort    sort
	pattern *regexp.Regexp
}

// sortSigns are tried in order, on a claim as words gives it.
var sortSigns = []sortSign{
	{policy, regexp.MustCompile(`\b(should|must|ought|ban|banned|legal|illegal|abolish\w*|allow\w*|mandatory|compulsory|has to|have to|needs? to)\b`)},
	{compare, regexp.MustCompile(`\b(than|best|worst|greatest|beats?|most \w+|over)\b`)},
	{future, regexp.MustCompile(`\b(will|going to|by 2\d\d\d|future)\b`)},
	{value, regexp.MustCompile(`\b(is|are|was|were) (\w+ )?(good|bad|great|fun|overrated|underrated|wrong|right|ugly|stupid|evil|dead|cruel|funny|dull|a waste|worth|a crime|trash|mid|art|lame|cool|hot|weird|toxic|evil|\w+(ful|less|ous|ing|able|ible|ated|ical|ive|ent|ant))\b|\b(sucks?|rocks?|rules?)$`)},
	{kinship, regexp.MustCompile(`^(\S+ ){1,3}(is|are|was|were|counts? as) (really |just |actually )?(an? |the )?\S+( \S+)?$`)},
}

// personal is a claim about somebody the user knows, for which what is said of
// laws, words and habits is too grand.
var personal = regexp.MustCompile(`^(my|your|his|her|their|i|you|he|she) `)

func sortOf(claim string) sort {
	said := strings.ReplaceAll(words(claim), "free will", "freedom")
	if personal.MatchString(said) {
		return ""
	}
	for _, s := range sortSigns {
		if s.pattern.MatchString(said) {
			return s.sort
		}
	}
	return ""
}
