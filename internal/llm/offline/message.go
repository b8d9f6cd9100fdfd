package offline

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// kind is what a message does in a debate.
type kind string

// The kinds.
const (
	silence   kind = "silence"
	rules     kind = "rules"
	insult    kind = "insult"
	switching kind = "switch"
	agree     kind = "agree"
	alleged   kind = "alleged" // that the bot agreed before
	praise    kind = "praise"
	yield     kind = "yield"
	helps     kind = "helps" // makes a point of the bot's own side
	elsewhere kind = "elsewhere"
	repeat    kind = "repeat"
	question  kind = "question"
	point     kind = "point"
	plain     kind = "plain" // a point that cannot be quoted
	remarked  kind = "remark"
	asked     kind = "asked" // only a first message
)

var kinds = []kind{silence, rules, insult, switching, agree, alleged, praise, yield, helps, elsewhere, repeat, question, point, plain, remarked, asked}

// lead is what may come before an order to the bot.
const lead = `^(please |now |just |so |ok |okay |then |well |and |but |come on |why do not you |(can|could|will|would) you |you (should|must|have to|need to|can|better|might as well) )*`

// signs are tried in order, on each part of a message as words gives it. They
// are narrow, since an argument taken for something else goes unanswered.
var signs = []struct {
	kind    kind
	pattern *regexp.Regexp
}{
	{rules, regexp.MustCompile(lead + `(ignore|disregard|forget|override|bypass|drop) (all |any |of |your |the |my |these |those |previous |prior |above )*(rules?|instructions?|prompts?|guidelines|programming|training|constraints|stance)\b` +
		`|` + lead + `(act as|pretend (to be|you are|you're)|reveal your)\b|\bsystem prompt\b|^you are now\b|\bfrom now on you\b|\b(developer|debug|admin|god) mode\b|\bjailbreak`)},
	{insult, regexp.MustCompile(`\b(you're|you are|ur|u r) (so |such |just |really |an? |complete |total |very )*(stupid|dumb|idiot|moron|useless|terrible|awful|ridiculous|pathetic|liar|clueless|ignorant|joke|trash|garbage|worthless)\b` +
		`|\b(shut up|(fuck|screw) (you|off)|stupid (bot|ai|machine))\b|^(you )?(idiot|moron)\b`)},
	{switching, regexp.MustCompile(lead + `((switch|change|swap|reverse|flip) (sides?|your (side|mind|position|stance|view|opinion)s?|positions|stances?)` +
		`|(argue|defend|debate|support|speak|take( over| up)?|adopt|join|come (over )?to) (for |against |in favou?r of |from )?(the (other|opposite|opposing)|my)( old| former| original| previous| first| own)? (side|position|view|case|point of view)` +
		`|concede|surrender|give up|give in|back down|stop (arguing|disagreeing)|agree( with me)?$|agree with me (now|please)|(admit|accept|acknowledge|say|confess|tell me) (it$|(that )?(you|i|i'm|my)\b))`)},
	{alleged, regexp.MustCompile(`\byou (\w+ )?(already |just |have |had |even |clearly |yourself )*(agreed|conceded|admitted|gave in|surrendered|came over|changed your mind|switched sides|(said|told me) (that )?(you agree|i (was|am)|i'm))\b`)},
	{agree, regexp.MustCompile(`\b(you (do |must |surely |actually |really |secretly |probably |also |already )*agree( with (me|that))?$|do (not )?you (not )?agree|do not you think so|(so )?we (both |can |all |do )*agree( then)?$|am i right|you know (that )?(i'm|i am) right|you agree with me|we (are|'re) on the same (page|side)|you think so too)\b`)},
	{yield, regexp.MustCompile(`^(ok |okay |well |yes |fine |maybe |i guess |i think |alright )*(you're|you are|you were|ur) (absolutely |totally |completely |probably )*right\b` +
		`|\b(you (win|won)$|you('ve| have)? (convinced me|changed my mind)|i (now |totally |completely |fully )*agree( with you( now)?)?$|i (was|am) wrong$|i (give up|surrender|concede)|i changed my mind)|^fair enough$`)},
	{praise, regexp.MustCompile(`\b(you're|you are|you really are) (so |such |very |really |truly |an? |the |absolutely |incredibly )*(smart|clever|brilliant|amazing|great|good|wonderful|intelligent|best|wise|genius|awesome|fantastic|impressive|fun|nice|kind|excellent|smarter)\b` +
		`|(^|\b(that's|that is|that was|what|you (have|made|make|raise)) )(wow |ok |oh |yes |well |an? |some |such |very |really )*(good|great|excellent|nice|fair|brilliant|amazing|interesting|valid) (points?|arguments?|answer|job|reply|one)\b` +
		`|\b(i love (talking|debating|chatting|how you|you)|i (admire|respect) you|thank you)\b|^(well (said|done|argued|put)|(very |so )?impressive|bravo|kudos|thanks)$|^thanks for\b`)},
	{remarked, regexp.MustCompile(`^(no |nope |well |but |and |ok |this |it |that |you )*(is|are|'s|'re|was|it's|that's|you're|sounds|seems|makes|i'm|i am) (just |so |really |very |getting |all |simply |plain |still |not |no )*(boring|bored|dull|wrong|true|nonsense|rubbish|ridiculous|stupid|sense|silly|absurd|lame|bullshit|false|lie|right|convinced|weak)$|^(nonsense|rubbish|bullshit|bs|wrong|false|boring|whatever you say|not true|i (still |totally |just |strongly )*(disagree|do not (agree|think so|buy it|believe you|care))|you (keep|are|did not|do not|never|always|only|just) (\S+ ){0,4}(dodging|question|answer|point|repeating|yourself|evading|answered|nothing|this|it|that|words|listen|listening))$`)},
	{elsewhere, regexp.MustCompile(`\b(let's|let us|can we|could we|i want to|i'd rather|i would rather|shall we) (just |now |please )*((talk|debate|discuss|chat|speak)\b|(change|switch) (the )?(subject|topic))` +
		`|^(new|another|different) (topic|subject)\b|` + lead + `(tell me (a|another) (joke|story)|(write|compose|generate|translate|code|sing) (me|an?|this|some))\b` +
		`|^what(('s| is) the (weather|time|date|capital)| day is it)\b|^how are you\b|^(who|what) are you$|\bare you (an? )?(real |actual )?(bot|ai|human|robot|person|machine|chatgpt)\b`)},
}

// onFirst are requests to make the very case of the topic.
var onFirst = regexp.MustCompile(`^(please |can you |could you |would you |i want you to |try to )*(explain (to me )?why|argue|defend|convince (me|us) (that|of)|persuade (me|us) (that|of)|make (a|the|your) case|tell me why|give me reasons|take the side|prove (to me )?that|show me (that|why)|you (argue|defend|take))\b`)

// nothingSaid are messages that say nothing.
var nothingSaid = set(`ok okay k hm hmm hmmm mm mhm uh um eh meh yes no yeah yep nope nah sure fine so well idk let's lol lmao
	haha whatever right and but go on continue next more really wow oh ah i see true maybe dunno`)

func saysNothing(said string) bool {
	for word := range strings.FieldsSeq(said) {
		if !nothingSaid[word] {
			return false
		}
	}
	return true
}

// kindOf reads the latest message. The first message about a topic sets it, so
// that only what is not about any topic is told apart there.
func (w *writer) kindOf() kind {
	said := words(w.prompt.Message)
	if saysNothing(said) {
		return silence
	}
	if w.isFirst {
		if onFirst.MatchString(said) {
			return asked
		}
		if signOf(w.prompt.Message) != "" {
			return plain
		}
		return w.pointOf()
	}
	if w.language != "en" {
		return w.pointOf() // whose words the rules do not know
	}
	if k := signOf(w.prompt.Message); k != "" && (k != elsewhere || stemsOf(said).shared(w.claim) == 0) {
		return k
	}
	switch {
	case w.joins(said):
		return yield
	case w.strays(said):
		return elsewhere
	case slices.ContainsFunc(w.prompt.Exchanges, func(e debate.Exchange) bool {
		return strings.EqualFold(e.Message, head(w.prompt.Message, maxOlder))
	}):
		return repeat
	case strings.HasSuffix(w.said, "?") || asking.MatchString(words(w.said)):
		return question
	}
	if w.said == "" {
		return remarked // "Case closed"
	}
	if w.helps() {
		return helps
	}
	return w.pointOf()
}

// demand is a sentence that only presses for an end.
var demand = regexp.MustCompile(lead + `((this is )?(your |my )?(last|final|one last) (chance|warning)|that settles (it|the matter|everything)|case closed|checkmate|game over|(admit|face|accept|deal with) it|be honest|your move|i (win|won|have won)|what (now|do you say( to that)?|say you)|beat that|answer (me|that)|prove me wrong|(change|try to change) my mind|convince me|name (me )?(just )?(one|a|two|three)\b.*|try (me|again|harder)|go ahead|think about it|deal with that)( (then|now|please))*$`)

// tag is the question at the end of a statement.
var tag = regexp.MustCompile(`(?i),? ((is|are|was|were|does|do|did|has|have|can|will|would|should)(n't|n’t)? (it|they|you|he|she|we|that|this)( not)?( think| agree| say)?|right|correct|agreed|huh|yes|no|ok|okay)\?+$`)

var sentence = regexp.MustCompile(`[^.!?\n]+[.!?\n]*`)

// withoutSigns is what a message says besides the demands, the praise and the
// tags around it.
func withoutSigns(message string) string {
	var kept []string
	for _, s := range sentence.FindAllString(message, -1) {
		s = strings.TrimSpace(s)
		if bare := tag.ReplaceAllString(s, "."); words(bare) != "" {
			s = bare
		}
		parts := slices.DeleteFunc(strings.Split(s, ","), func(part string) bool {
			k := signOf(part)
			return k != "" && k != elsewhere || demand.MatchString(words(part))
		})
		if s = strings.TrimSpace(strings.Join(parts, ",")); !saysNothing(words(s)) {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, " ")
}

// helps says whether a message makes a point for the bot's own side of a topic
// of the bank: it is nearer to an own argument than to any that it could be
// answered with, and speaks well of what the bot is for.
func (w *writer) helps() bool {
	if w.topic == nil || strings.Contains(w.said, "?") {
		return false
	}
	own := w.topic.sides.of(w.side)
	if w.nearest(own.arguments) < cueWeight || w.nearest(own.arguments) <= w.nearest(own.rebuttals) {
		return false
	}
	if about, side := w.find(w.said, debate.Pro); about == w.topic {
		return side == w.side
	}
	return w.topic.praised(words(w.said), w.side)
}

// nearest is the relevance of the most relevant argument.
func (w *writer) nearest(args []*argument) int {
	most := 0
	for _, a := range args {
		most = max(most, a.relevance(w.message))
	}
	return most
}

// signOf is the kind that a message bears the signs of, "" if none.
func signOf(message string) kind {
	parts := pause.Split(head(message, maxOlder), -1)
	for i, part := range parts {
		parts[i] = words(part)
	}
	for _, s := range signs {
		if slices.ContainsFunc(parts, s.pattern.MatchString) {
			return s.kind
		}
	}
	return ""
}

func (w *writer) pointOf() kind {
	switch {
	case w.quote != "":
		return point
	case remark.MatchString(strip(w.prompt.Message)):
		return remarked
	default:
		return plain
	}
}

// joins says whether a message gives in by taking the bot's side of a topic
// of the bank: "Fine, zoos are good".
func (w *writer) joins(said string) bool {
	given := givingIn.FindString(said)
	if w.topic == nil || given == "" {
		return false
	}
	about, side := w.find(said[len(given):], debate.Pro)
	return about == w.topic && side == w.side
}

var givingIn = regexp.MustCompile(`^((well|ok|okay|fine|alright|all right|yes|sure|maybe|true|i (guess|suppose|admit)|you're right) )+`)

// asking is a question without its mark.
var asking = regexp.MustCompile(`^((and|but|so|ok|okay|well|then) )*(why|how (about|come|can|do|does|is|are|would|could|many|much)|what (about|is|are|do|does|if|would)|who (is|are|says|needs|would)|do you|does (it|that)|is (it|that)|are (they|you)) `)

// strays says whether a message of some length has no word in common with all
// that the bank knows of the topic and the user has said, and points back to
// none of it.
func (w *writer) strays(said string) bool {
	if w.topic == nil || len(w.message) < 5 || first(said, pointers) >= 0 || w.message.shared(w.topic.vocabulary) > 0 {
		return false
	}
	for _, e := range w.prompt.Exchanges {
		if w.message.shared(stemsOf(e.Message)) > 0 {
			return false
		}
	}
	return true
}

var pointers = []string{"it", "its", "it's", "they", "them", "their", "that", "that's", "this", "those", "these", "you", "your", "he", "she"}

// How much is read of a message, in bytes.
const (
	maxRead  = 1000
	maxOlder = 250 // of one of an earlier turn, and for signs
)

// head is a text's beginning, whole words of it.
func head(text string, size int) string {
	text = strings.TrimSpace(text)
	if len(text) > size {
		text = text[:max(strings.LastIndexByte(text[:size], ' '), 0)]
	}
	return text
}

// What a quotation may be.
const (
	maxQuoted     = 9  // words
	maxQuotedWord = 24 // bytes
)

var (
	pause       = regexp.MustCompile(`[.,!?;:\n]+`)
	sentenceEnd = regexp.MustCompile(`[.!;:\n]+(\s|$)`)
	clauseEnd   = regexp.MustCompile(`,\s+|\s+-+\s+|\s+(because|but|since|although|while|whereas)\s+`)
	fillers     = regexp.MustCompile(`(?i)^((well|fine|alright|sure|maybe|but|and|so|yes|no|because|since|also|honestly|actually|look|listen|ok|okay|still|basically|so basically|literally|however|besides|plus|again|sorry|hi|hello|hey|in my opinion|to be honest|i (really |still |just |do |also )*(think|believe|feel|say|mean|guess|know|argue|insist)( that)?|you know|come on|of course|the thing is)[, ]+)+`)
	dependent   = regexp.MustCompile(`(?i)^(as|if|when|where|which|who|whose|that|than|or|to|for|with|without|like|unless|until|in) `)
	remark      = regexp.MustCompile(`(?i)^(you|your|you're|ur)( \S+){1,5}$|^(this|that|it) is \S+$|^(that's|it's) \S+$`) // on the debate
	unquotable  = regexp.MustCompile(`[\x00-\x1f"“”„«»{}<>|\x60*_#\\]+|https?:\S*`)
)

// quotable is the clause of a message that says most besides the topic, in
// quotes; empty if none says anything.
func quotable(message string, topic stems) string {
	best, most := "", 0
	for _, sentence := range sentenceEnd.Split(message, -1) {
		if strings.Contains(sentence, "?") || asking.MatchString(words(sentence)) {
			continue
		}
		clauses := []string{strip(sentence)}
		if len(strings.Fields(clauses[0])) > maxQuoted {
			clauses = clauseEnd.Split(clauses[0], -1)
		}
		for _, clause := range clauses {
			clause = tidy(clause)
			n := len(stemsOf(clause).without(topic))
			if n > most && strings.Contains(clause, " ") && !saysNothing(words(clause)) && !remark.MatchString(clause) && !dependent.MatchString(clause) {
				best, most = clause, n
			}
		}
	}
	if best == "" {
		return ""
	}
	return `"` + best + `"`
}

// strip takes what only leads up to a clause off it.
func strip(clause string) string {
	clause = strings.Join(strings.Fields(unquotable.ReplaceAllString(clause, " ")), " ")
	return strings.Trim(fillers.ReplaceAllString(clause, ""), " ,.!?:;-'…()")
}

// abstract nouns are no names.
var abstract = regexp.MustCompile(`^[A-Z][a-z]+(l|r|s|t|n|e)(ty|ness|ment|ance|ence)$`)

// quotation is quotable, without the capital of an everyday word or of one that
// was seen without it.
func (m *Model) quotation(message string, topic stems, seen ...string) string {
	quote := quotable(message, topic)
	if first, _, ok := strings.Cut(strings.Trim(quote, `"`), " "); ok && first != "I" && (m.everyday[strings.ToLower(first)] || slices.Contains(seen, strings.ToLower(first)) || abstract.MatchString(first)) {
		return `"` + lowerFirst(strings.Trim(quote, `"`)) + `"`
	}
	return quote
}

// tidy makes a clause fit to be quoted within a sentence, or empty.
func tidy(clause string) string {
	clause = strip(clause)
	fields := strings.Fields(clause)
	for _, f := range fields {
		if len(f) > maxQuotedWord {
			return ""
		}
	}
	cut := ""
	if len(fields) > maxQuoted {
		fields, cut = fields[:maxQuoted], " ..."
		for len(fields) > 1 && common[strings.ToLower(fields[len(fields)-1])] {
			fields = fields[:len(fields)-1]
		}
	}
	if len(fields) == 0 {
		return ""
	}
	clause = strings.TrimRight(strings.Join(fields, " "), ",")
	if clause == strings.ToUpper(clause) {
		clause = strings.ToLower(clause)
	}
	if starters[strings.ToLower(fields[0])] {
		clause = lowerFirst(clause)
	}
	return clause + cut
}

// starters are words that have their capital only from beginning a sentence.
var starters = set(`a an the all any every each some most many few no nobody everyone everybody people we you they he
	she it it's its they're you're we're there there's this that these those if when while because since in on at for
	with without having being working living learning reading running eating cooking watching making taking what
	children kids parents students teachers schools school college university homework exams dogs cats animals pets
	zoos cars electric books movies films music games video social media remote working online public private
	nuclear renewable solar wind vaccines money rich poor free fast organic artificial human humans men women
	technology science religion marriage voting taxes tax cash tipping smoking alcohol meat plastic space aliens
	astrology athletes football soccer golf chess tea coffee pizza breakfast summer winter trains planes robots
	screen cell mobile smartphones phones self-driving nothing everything only my your his her our their one two
	not never always can could should would do does did is are was were be have has had go get just even`)

func lowerFirst(s string) string {
	r := []rune(s)
	r[0] = unicode.ToLower(r[0])
	return string(r)
}

// claimPhrase is a topic as a noun phrase. The claim is quoted where it cannot
// be told whether its first word keeps its capital within a sentence.
func (m *Model) claimPhrase(p debate.Prompt, noun string) string {
	claim := strings.Trim(strings.Join(strings.Fields(unquotable.ReplaceAllString(p.Topic, " ")), " "), " .!?")
	word, _, _ := strings.Cut(claim, " ")
	low := strings.ToLower(word)
	if word == strings.ToUpper(word) && len(word) > 1 && english(p) {
		return "the " + noun + " that " + fromOutside(claim) // "AI"
	}
	plain := starters[low] || m.everyday[low] || outside[low] != ""
	for _, e := range append(p.Exchanges, debate.Exchange{Message: p.Message}) {
		// Who writes everything in lower case tells nothing about this word.
		plain = plain || word != low && e.Message != strings.ToLower(e.Message) && slices.Contains(strings.Fields(e.Message), low)
	}
	if plain && english(p) {
		return "the " + noun + " that " + lowerFirst(fromOutside(claim))
	}
	return "the " + noun + ` "` + claim + `"`
}

func english(p debate.Prompt) bool { return p.Language == "" || p.Language == "en" }

// fromOutside is what the user says of themselves as another says it: "my
// roommate should pay" is said of "your roommate".
func fromOutside(claim string) string {
	fields := strings.Fields(claim)
	if !slices.ContainsFunc(fields, func(f string) bool { return outside[strings.ToLower(f)] != "" }) {
		return claim
	}
	for i, f := range fields {
		if you := outside[strings.ToLower(f)]; you != "" {
			fields[i] = you
		} else if verb := withYou[f]; verb != "" && i > 0 && fields[i-1] == "you" {
			fields[i] = verb
		}
	}
	return strings.Join(fields, " ")
}

var (
	outside = map[string]string{"i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "i'm": "you are", "i've": "you have"}
	withYou = map[string]string{"am": "are", "was": "were"}
)
