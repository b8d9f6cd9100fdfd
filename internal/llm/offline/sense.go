package offline

import "strings"

// Words that turn the sense of a claim around.
var negations = []string{"not", "no", "never", "nobody", "none", "nothing", "cannot", "neither", "hardly"}

// comparisons stand between what is compared.
var comparisons = []string{"than", "over", "beats", "beat", "trumps", "outperforms"}

// Words that judge: the first of them in a claim says whether it is in favour
// of what it speaks of.
var (
	favourable = []string{
		"better", "best", "good", "great", "right", "superior", "legal", "legalize", "legalized", "legalise",
		"legalised", "allow", "allowed", "permit", "permitted", "keep", "kept", "ethical", "moral", "useful",
		"helpful", "help", "helps", "benefit", "benefits", "beneficial", "worth", "valuable", "necessary",
		"needed", "essential", "important", "mandatory", "compulsory", "required", "fair", "justified",
		"healthy", "healthier", "safe", "safer", "acceptable", "underrated", "deserve", "deserves", "improve",
		"improves", "encourage", "encouraged", "adopt", "adopted", "support", "protect", "protects",
		"save", "saves", "only way", "should exist", "should have", "more important",
	}
	unfavourable = []string{
		"worse", "worst", "bad", "inferior", "ban", "banned", "banning", "abolish", "abolished", "abolishing",
		"illegal", "prohibit", "prohibited", "forbid", "forbidden", "outlaw", "outlawed", "wrong", "harm",
		"harms", "harmful", "hurt", "hurts", "dangerous", "unsafe", "unethical", "immoral", "cruel", "useless",
		"pointless", "waste", "wasted", "overrated", "unfair", "unjust", "be closed", "be ended", "should end",
		"should stop", "scrap", "scrapped", "eliminate", "eliminated", "unhealthy", "unnecessary", "terrible",
		"awful", "boring", "outdated", "obsolete", "sucks", "evil", "mistake", "destroy", "destroys", "ruin",
		"ruins", "damage", "damages", "restrict", "restricted", "unacceptable", "optional",
	}
)

// sense is what can be told of a claim's direction without understanding it.
type sense struct {
	negated bool
	value   int // +1 or -1, 0 where no word judges
	than    int // where the comparison stands, -1 for none
}

// senseOf reads a claim as words gives it.
func senseOf(claim string) sense {
	s := sense{than: first(claim, comparisons)}
	for word := range strings.FieldsSeq(claim) {
		for _, n := range negations {
			if word == n {
				s.negated = !s.negated
			}
		}
	}
	good, bad := first(claim, favourable), first(claim, unfavourable)
	switch {
	case good < 0 && bad < 0:
	case bad < 0 || good >= 0 && good < bad:
		s.value = 1
	default:
		s.value = -1
	}
	return s
}

// align says whether a claim that the topic covers points in the topic's
// direction; ok is false where that cannot be told.
func (t *topic) align(claim string) (same, ok bool) {
	own := words(t.claim)
	if claim == own {
		return true, true
	}
	a, b := senseOf(claim), senseOf(own)
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
