package debate

import (
	"regexp"
	"strings"
)

// The tables that read English. Patterns meet text that is lower case, with
// contractions spelled out ("don't" is "do not") and one space between words.
// Order matters: the first match wins, so what is special stands above what
// is general.

// effect is what a pattern says about sides.
type effect int

const (
	addresses   effect = iota // says nothing: "hey", "first of all"
	says                      // the user's own view
	denies                    // the user's view is the contrary
	tastes                    // a liking, to be read as a judgement
	asksFor                   // the bot is to argue it
	asksAgainst               // the bot is to argue against it
)

// leadIn is a phrase before a claim.
type leadIn struct {
	name    string
	pattern *regexp.Regexp
	effect  effect
}

// form is a way to make a claim without stating it. Its claim is a template:
// $1 to $3 are groups, [is] is "is" or "are" as $1 needs.
type form struct {
	name    string
	pattern *regexp.Regexp
	claim   string
	effect  effect
}

func start(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)`) }
func whole(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) }

const (
	adverb  = `(?:really|honestly|truly|strongly|firmly|still|just|personally|also|actually|always|simply|genuinely|sincerely|totally|fully|completely|absolutely|definitely|kind of|sort of)`
	maybe   = `(?:` + adverb + ` )?`
	that    = `(?:,? that|:|,)?(?: |$)`
	someone = `(?:any ?one|any ?body|people|some ?one|some ?body|you|we|they|folks|humans|a person|many people|so many people)`
	debateV = `(?:debate|discuss|argue|talk|argue about|have a debate|debate about|talk about|discuss about|argue over|fight about)`
	polite  = `(?:please |pls |plz |(?:can|could|would|will) (?:you|u) (?:please |pls |try to |kindly )?|i (?:want|would like|need|dare|challenge|invite) you to |i would love (?:for )?you to |try (?:to|and) |go ahead and |now |your (?:job|task|role) is to |you (?:have to|must|should|are going to|will|get to) )*`
	me      = `(?:me |us |to me |to us )?`
	claimN  = `(?:the )?(?:idea|claim|view|notion|belief|position|statement|thesis|opinion|proposition|motion|side|argument|theory|fact|case)`
)

// leadIns come before a claim and are taken off, one after the other.
var leadIns = []leadIn{
	{"dare", start(`(?:prove me wrong|change my mind|fight me|play (?:the )?devil'?s advocate|hear me out|you are (?:all |so |just )?wrong|take the (?:opposite|other|opposing) side)[:,.! -]+`), addresses},
	{"you take, I say", start(`you (?:take|defend|argue|have) [^,;]+[,;] (?:and |but )?i (?:will )?(?:say|think|argue|believe)(?: that)? `), says},
	{"seems", start(`it (?:seems|looks|appears|feels) (?:to me |like |as if |clear |obvious )*(?:that )?`), says},
	{"nobody denies", start(`(?:nobody|no one|you|one|there is no way to) can(?:not| not)? (?:seriously |really )?(?:deny|dispute|doubt|argue with the fact)(?: that)? `), says},
	{"surely you agree", start(`(?:surely |of course )?(?:you|we|everyone|everybody) (?:must |can |has to |have to |surely |all |will )*(?:agree|admit|accept|know)(?: that)? `), says},
	{"contrary to", start(`contrary to (?:popular |common |what )?[^,]+, `), says},
	{"it is false", start(`(?:it is|it was|that is) (?:just |simply |such |such a |a |an |plain |total |complete )*(?:false|a?wrong to (?:say|think|believe|claim)|myth|lie|untrue|misconception|nonsense|exaggeration|mistake to (?:think|believe|say)|illusion)(?: that)? `), denies},
	{"no evidence", start(`there is (?:absolutely |really |simply )?(?:no|zero|little) (?:good |real |hard |scientific )*(?:evidence|proof|reason to (?:believe|think)|sign|doubt but)(?: that| for the claim that)? `), denies},
	{"question whether", start(`i (?:` + adverb + ` )?(?:question|wonder|am (?:not )?sceptical|am skeptical|can not agree|can not accept|fail to see|do not see|can not see|would question|can not believe (?:that )?(?:people|anyone|some people|anybody) (?:still |actually |really )*(?:think|believe|say))(?: about)?(?: that| whether| if| how| why)? `), denies},
	{"stop saying", start(`(?:please )?(?:stop|quit|do not|enough with) (?:saying|pretending|claiming|telling me|telling people|acting like|tell me|say|pretend|claim|believing|thinking)(?: that)? `), denies},
	{"what makes you think", start(`(?:what (?:on earth )?makes (?:you|people|anyone|them) (?:think|believe|say)|who (?:even )?(?:says|said|told you|decided)|since when (?:do we think|did we decide))(?: that)? `), denies},
	{"debate on whether", start(`(?:debate|argue|fight|discuss)(?: with)?(?: me)? (?:on|about|over) (?:whether |if |the (?:idea|claim|question) (?:that|whether) )`), says},
	{"not sure", start(`(?:i am|we are) not (?:so |really |entirely |at all )?(?:sure|convinced|certain|persuaded)(?: that| if| whether)? `), denies},
	// Requests: the bot argues what it is asked to.
	{"cannot be convinced", start(`(?:i bet )?(?:you|nobody|no one|nothing) (?:can|could|will|would)(?: not)?(?: ever| never)? (?:convince|persuade) me` + that), denies},
	{"argue against", start(polite + `(?:argue|make (?:the|a|your) (?:strongest |best |strong |good )?(?:case|argument)|take (?:the|a) (?:position|stance|side)|speak|debate|be|fight)(?: with me)? against (?:` + claimN + `(?: of)?(?: that)? )?`), asksAgainst},
	{"attack", start(polite + `(?:attack|criticise|criticize|refute|disprove|rebut|debunk|oppose|counter|challenge)(?: ` + claimN + `(?: of| that)?)? `), asksAgainst},
	{"explain why not", start(polite + `(?:convince|persuade|tell|show) me not to `), asksAgainst},
	{"disagree that", start(polite + `(?:disagree|take issue) (?:with me )?(?:that|with) (?:` + claimN + `(?: of)?(?: that)? )?`), asksAgainst},
	{"take the side", start(polite + `(?:take|defend|adopt|support|hold|argue|play|represent|assume|be on) (?:the |a )?(?:side|position|view|stance|claim|idea|notion|opinion|thesis|statement|point of view|viewpoint|proposition|belief|argument|role)(?: of someone (?:who (?:thinks|believes|says)))?(?: (?:that|of|for))?[,:]? `), asksFor},
	{"make the case", start(polite + `(?:make|give|present|build|write|state|offer|provide)` + ` (?:me |us )?(?:the |a |an |your |some |your best |the best |a strong |one good |good |the strongest |three |five |ten |\d+ )*(?:case|argument|arguments|reason|reasons|essay|speech|pitch|defence|defense|paragraph|points)(?: in favou?r)? (?:for|that|of|why|to believe(?: that)?|on why|about why|arguing(?: that)?|explaining why|showing (?:that|why))[,:]? `), asksFor},
	{"argue for", start(polite + `(?:argue|speak|make your case|be)(?: with me)? (?:in (?:favou?r|support|defen[cs]e) of|for|why|that|as if|like|how)[,:]? (?:` + claimN + `(?: of)? that )?`), asksFor},
	{"convince me", start(polite + `(?:convince|persuade) (?:me|us|someone|people)(?: (?:that|why|of how|how|of the fact that|of))?[,:]? `), asksFor},
	{"explain why", start(polite + `(?:explain|tell|show|teach|prove|demonstrate|justify|describe|give|list|outline)(?: to)? ?` + me + `(?:(?:all )?the reasons |reasons |one reason |a reason )?(?:why|that|how come|how)[,:]? `), asksFor},
	{"prove", start(polite + `(?:prove|justify|defend|support|advocate(?: for)?|champion|stand up for|back|promote|sell me(?: on)?|praise)(?: ` + claimN + `(?: of)?(?: that)?| why| that)? `), asksFor},
	{"pretend", start(polite + `(?:pretend|act as if|imagine|assume|act like)(?: that)? (?:you |u )(?:think|believe|are (?:sure|convinced|certain|someone who (?:thinks|believes))|were (?:sure|convinced|certain)|agree)(?: that)? `), asksFor},
	{"you say", start(`(?:so )?(?:you|u) (?:will |can |should |have to |must |are to |get to |are going to |be )*(?:argue|say|claim|defend|think|believe|insist|support|maintain|take)(?: ` + claimN + `)?(?: that| of| for| why)?[,:]? `), asksFor},
	{"you argue against", start(`(?:so )?you (?:will |can |should |have to |must |are to )*(?:argue|be|are) (?:against|anti)[- ](?:` + claimN + `(?: that)? )?`), asksAgainst},

	// The user's view turned around by the phrase.
	{"not saying", start(`i (?:am|was) not (?:` + adverb + ` )?(?:sure|convinced|certain|persuaded|sold on the idea|of the opinion|of the view|a believer)(?: at all)?(?: of the fact)?` + that), denies},
	{"do not think", start(`(?:i|we) (?:do not|did not|can not|could not|will not|would not|no longer|never|have never) ` + maybe + `(?:think|believe|agree|say|feel|see how|see why|accept|buy|understand why|understand how|understand|get why|get how|see|claim|consider|find|support|suppose|imagine|know why|thought|believed|bought|understood why|understood how|agreed)(?: it(?: at all)?)?(?: with)?(?: ` + someone + ` who (?:say|think|believe|claim)s?)?(?: ` + claimN + `(?: of)?)?` + that), denies},
	{"doubt", start(`(?:i|we) (?:` + adverb + ` |very much |highly |seriously |have to |must |would )*(?:doubt|deny|dispute|question|reject|disagree|refuse to (?:believe|accept|think)|object)(?: with)?(?: (?:any ?one|people|those|everyone|every ?body|the people|folks) (?:who|that) (?:say|think|believe|claim)s?)?(?: whether| if| to| ` + claimN + `)?` + that), denies},
	{"sick of hearing", start(`i am (?:so |really )?(?:sick|tired|fed up|sick and tired|bored)(?: (?:of|with))(?: hearing| being told| reading|(?: ` + someone + `| everyone| everybody)? (?:say|think|pretend|claim|believ|tell)ing(?: me)?)+` + that), denies},
	{"it is not true", start(`(?:it (?:is|was)(?: simply| just| really)? (?:not|never) (?:` + adverb + ` |at all )?(?:true|the case|right|correct|clear|obvious|a fact|like|certain|proven|evident|fair to say)(?: to say)?|it is (?:false|untrue|a lie|a myth|nonsense|a misconception|wrong to (?:say|think|believe|claim)|ridiculous to (?:say|think|believe|claim)|silly to (?:say|think|believe)|absurd to (?:say|think|believe))|there is no (?:way|chance|evidence|proof|reason to (?:think|believe)|doubt against)|no way|in no way|under no circumstances|not true|the (?:idea|notion|claim|belief|myth) (?:that )?is (?:false|wrong)|whoever (?:says|thinks|believes)|imagine (?:thinking|believing))` + that), denies},
	{"how can anyone believe", start(`(?:how|why) (?:can|could|do|does|would|on earth (?:can|could|do|does|would)|the hell (?:do|would|can)) ` + someone + ` (?:(?:still|ever|actually|really|seriously|possibly|honestly|even) )*(?:believe|think|say|claim|argue|defend|support|insist|agree)(?: in the idea)?(?: that)? `), denies},
	{"who says", start(`(?:who|who the hell|who on earth) (?:says|said|decided|still thinks|still believes|thinks|believes|would (?:say|think|believe)|seriously (?:thinks|believes)|really (?:thinks|believes))(?: that)? `), denies},
	{"since when", start(`since when `), denies},
	{"people say, wrongly", start(`(?:people|they|some people|many people|most people|everyone|everybody|those) (?:who )?(?:wrongly|falsely|mistakenly) (?:say|think|believe|claim|assume|insist)s?(?: that)? `), denies},

	// The user's view.
	{"not saying it", start(`do not you (?:(?:also|just|ever) )?(?:think|agree|believe|find|feel)(?: that)? `), says},
	{"is it not obvious", start(`(?:is it not|is not it|are not you|would not you say|would you not say)(?: (?:obvious|clear|true|time|a fact|evident|strange|funny|convinced|sure|sad|fair to say|the case))*(?: that)? `), says},
	{"is it just me", start(`is it (?:just|only) me,? or (?:(?:does any ?one else|do others) (?:think|feel|believe)(?: that)? )?`), says},
	{"am I the only one", start(`am i (?:(?:really )?the only (?:one|person)|alone|crazy|wrong|mad)(?: (?:who|that|in|for|to))?(?: (?:thinks|believes|thinking|believing|feels|to think|think|believe|finds))?(?: that)? `), says},
	{"do you think", start(`(?:so )?(?:(?:do|would|should|did|can|could) (?:you|u|we) (?:(?:also|really|honestly|personally|still|ever|actually) )?(?:think|agree|believe|say|feel|consider|reckon|find|agree with me|suppose)|what (?:do|would) you (?:think|say)(?: about)?|are you (?:of the opinion|convinced|sure)|is it (?:really )?(?:true|fair to say|the case|correct|a fact|right to say|possible|likely)|could it be|i wonder (?:if|whether)|tell me(?: if| whether| honestly)?|what if i (?:told you|said)|did you know|i ask you|i was wondering (?:if|whether)|wondering (?:if|whether))` + that), addresses},
	{"I think", start(`(?:(?:and|but|so|well|because|also|ok|okay|now|yes|no|for me|as a [a-z]+),? )*(?:i|we) (?:(?:` + adverb + `|do|have|would|must|can|could|will|(?:have )?(?:come|grown|begun|started|used) to|am beginning to|need to|have always|want to|only) )*(?:think|believe|feel|say|argue|claim|hold|maintain|insist|suspect|reckon|guess|suppose|find|agree|bet|know|swear|consider|submit|admit|contend|propose|figure|understand|declare|assume|realis?zed?|thought|believed|felt|stand by|stand with|support ` + claimN + `|share ` + claimN + `)(?: (?:like|with (?:you|those who say|people who say|everyone who says)))?(?: (?:it is (?:true|clear|obvious|a fact))|(?: to you))?` + that), says},
	{"I am sure", start(`(?:and |but |so )?(?:i am|we are) (?:` + adverb + ` |pretty |quite |very |so |100% |one of those (?:people )?who |someone who |a (?:firm|strong|big|true) )*(?:sure|convinced|certain|positive|confident|of the (?:opinion|view|belief)|under the impression|inclined to (?:think|say|believe)|starting to (?:think|believe)|beginning to (?:think|believe)|believer|believe|believes|think|thinks|going to say|here to (?:say|tell you|argue)|telling you|saying|arguing|the kind of person who (?:thinks|believes))` + that), says},
	{"the older I get", start(`the (?:older|more) [^,.]{1,40}?,? the more (?:i (?:think|believe|feel|am convinced|realis?ze)|convinced i am)(?: that)? `), says},
	{"my opinion", start(`(?:(?:this is|here is|that is|so|and|well|it is|just|okay|ok) )*(?:in my (?:(?:humble|honest|personal|own|modest|professional) )?(?:opinion|view|experience|book|mind|eyes|world)|from my (?:point of view|perspective|experience)|my (?:(?:honest|personal|humble|hot|own|unpopular|controversial|main|firm|strong|two) )?(?:opinion|view|take|point|thesis|claim|position|belief|argument|stance|cents|hill to die on|conviction)(?: (?:is|here|today|on this|about this))*|to my mind|to me|for me|if you ask me|the way i see it|as i see it|as far as i (?:can tell|know|am concerned|can see)|imh?o|personally|for my part|speaking for myself|mark my words|call me (?:crazy|old[- ]fashioned|picky|weird|a snob)(?:,? but)?|it seems (?:to me|obvious|clear)?|it (?:appears|looks like)|say what you (?:want|will|like)(?:,? but)?)(?: that|:|,| is| is that|;)*(?: |$)`), says},
	{"hot take", start(`(?:(?:my|a|here is a|here is my|here is an|an|very|super|quick|little|ok|okay|this is a) )*(?:(?:unpopular|controversial|popular|hot|spicy|mild|cold|bold|honest|brutal|wild|lukewarm|crazy|random|shower)[- ]+(?:opinion|take|claim|statement|truth|thought|view|fact|idea)s?|fact|truth|claim|thesis|opinion|statement|resolved|motion|topic|debate topic|debate|proposition|this house believes(?: that)?|this house would argue(?: that)?|thb)(?:[:,-]| is(?: that)?| that)+ ?`), says},
	{"change my mind", start(`(?:please |go (?:on|ahead),? |come on,? |i dare you,? |try (?:to|and) )*(?:change my mind|prove me wrong|fight me|tell me i am wrong|convince me otherwise|debate me|roast me|disagree with me|challenge me|argue with me|you will not change my mind|you can not change my mind)(?: on this| about this| if you can| here)*(?:[:,.!-]| but| that)* `), says},
	{"the truth is", start(`(?:(?:and|but|so|well|look|listen|because) ?,? )*(?:the (?:truth|fact|thing|point|reality|problem|bottom line|plain truth|simple truth|fact of the matter)(?: of the matter)? (?:is|remains)(?: that)?|it is (?:` + adverb + ` |so |pretty |quite |very |well |perfectly )*(?:clear|obvious|true|evident|undeniable|a fact|known|a truth|common sense|no secret|safe to say|fair to say|time to admit|time we (?:admit|admitted|accept|accepted)(?: the fact)?|high time we admitted|about time (?:someone|we) (?:said|admitted)|a shame)(?: to me)?(?: that|:|,)|there is no (?:doubt|question|denying|denying the fact)(?: (?:in my mind|about it))?(?: that|:|,)?|without (?:a )?doubt|no doubt|let us (?:face it|be honest|be real|be clear|admit it|admit)|face it|we all know|everyone knows|everybody knows|as everyone knows|any ?one can see|studies show|science (?:says|shows|proves)|remember|news ?flash|i(?: will| have to| must)? (?:be honest|confess|admit)|admit it|frankly speaking|to be (?:honest|fair|frank|clear|blunt|truthful)|it is high time to say|believe (?:it or not|me)|trust me|guess what|i mean it|needless to say|mark my words|hear me out|don't get me wrong,? but|do not get me wrong,? but|no offen[cs]e,? but|sorry,? but|i am sorry,? but|i hate to say it,? but|like it or not)(?: that|:|,)*(?: |$)`), says},
	{"I want to debate", start(polite + `(?:(?:ok|okay|so|hey|alright|now|then),? )*(?:let us|lets|let me|i (?:want|would like|wanna|would love|am here|came here|am ready|will|challenge you) ?(?:to)?|we (?:should|could|can)|shall we|how about we|can we|could we|may we)? ?(?:please )?` + debateV + `(?: with (?:me|you|someone))?(?: (?:about|on|over))?(?: the (?:topic|question|issue|subject|motion|claim|idea|following)(?: of)?)?[:,]? (?:whether (?:or not )?|if |that |this[:,] |the following[:,] )`), says},
	{"whether", start(`(?:whether (?:or not )?|the question (?:is )?whether |(?:the )?(?:topic|question|motion|claim|subject|theme|issue)(?: for today)?(?: is)?[:,]? (?:whether |that )?)`), says},
	{"how about", start(`(?:how about|what about|what if|consider|take|discuss)(?: this| the (?:claim|idea|following|view))?(?: that)?(?:[:,]| this[:,]) `), addresses},
	{"let me tell you", start(`(?:let me|lemme|i (?:will|want to|have to|am going to|gotta|got to|need to|must)) (?:tell you|say|ask you|start|begin|share|put it)(?: (?:something|this|it|one thing|a secret|you|with this|with|by saying|my (?:opinion|view)|like this|straight|out loud|again))*(?:[:,]| that)+ ?`), says},

	// Mere address.
	{"greeting", start(`(?:hi|hey|hello|hiya|yo|greetings|howdy|good (?:morning|afternoon|evening|day)|dear (?:bot|debate ?bot|friend|ai)|welcome|sup|hi there|hey there|hello there)(?:[,.! ]+(?:there|bot|all|everyone|everybody|friend|guys|mate|man|dude|you|chat ?bot|buddy))*[,.! -]+`), addresses},
	{"discourse", start(`(?:so|ok|okay|well|alright|right|yes|yeah|yep|no|nah|nope|look|listen|see|and|but|also|now|anyway|seriously|honestly|frankly|obviously|clearly|actually|basically|truly|really|sorry|lol|man|dude|bro|bruh|guys|ugh|hmm+|um+|oh|ah|wow|hm|er|like|first(?:ly)?|first of all|to begin with|to start with|for starters|in general|generally(?: speaking)?|in the end|at the end of the day|all in all|in short|overall|again|come on|cmon|c'mon|surely|of course|certainly|definitely|undoubtedly|arguably|sadly|unfortunately|luckily|apparently|simply put|fun fact|quick question|question|serious question|genuine question|honest question|here is (?:my|the|one|a|another) (?:thing|question|one|claim|idea|topic|thought|opinion|view|take)|here goes|here it is|here is (?:one|mine|what i think)|this is what i think|i have (?:an opinion|a question|a claim|one)|next|ready|tbh|ngl|fyi|btw|idk|dude|mate|in fact|therefore|thus|hence|because|as a matter of fact|rant|not gonna lie|not going to lie|today|these days,)(?:(?:[,:;!.]| -)+ ?| )(?:but |and |that |because )?`), addresses},
	{"of course, weak", start(`(?:that|because) `), addresses},
}

// forms say something without stating it.
var forms = []form{
	// Sides given away in one sentence.
	{"you the other", whole(`(.+?),? (?:and|while|but|so)? ?i (?:will|shall|am going to|can|would)? ?(?:argue|take|defend|say|be|do|have|support|am)(?: for)? ?(?:the )?(?:opposite|contrary|other side|opposing side|against|con|reverse|opposition|other one)(?: side)?(?: it| that)?`), "$1", says},
	{"I say, you take", whole(`(?:i|me) (?:will |shall |am going to )?(?:defend|support|argue for|take|am for|am in favou?r of|be for) (?:the side of )?(.+?),? (?:and |so |while |but )?(?:you|u) (?:will |can |should |are |have to |must )*(?:be |argue |take |are |speak |defend )?(?:the )?(?:against|opposite|contrary|attack|con|oppose|other side|opposition|anti)\b.*`), "$1", asksAgainst},
	{"you take, I say", whole(`you (?:will |can |should )?(?:take|have|get|defend|support|argue for|are|be)(?: the side of| for| on the side of| team)? .+?[,;] (?:and |so |while |but |because )?i (?:will )?(?:say|think|believe|argue|claim|argue that|say that|think that|believe that) (.+)`), "$1", says},
	{"I say, you the other", whole(`i (?:will )?(?:say|think|believe|argue|claim)(?: that)? (.+?)[,;] (?:and |so |while |but )?(?:you|u) .*`), "$1", says},
	{"debate: claim", whole(`(?:let us|lets|i want to|i would like to|can we|shall we) ` + debateV + `(?: about| on)? (.+?)[:;] (.+?) it`), "$2 $1", says},
	{"debate a thing", whole(`(?:let us|lets|i want to|i would like to|can we|could we|shall we) ` + debateV + `(?: about| on)? (?:the (?:topic|question|issue|subject) of )?[^:]{3,40}: (.+)`), "$1", says},
	{"debate bare", whole(`(?:let us|lets|i want to|i would like to|can we|could we|shall we|i wanna)? ?(?:debate|discuss|argue about|debate about|talk about|argue over|have a debate about|have a debate on|debate on)(?: (?:the )?(?:topic|question|issue|subject) of)? (?:with (?:me|you) (?:about|on) )?((?:[a-z'-]+ ){0,5}[a-z'-]+)`), "$1", says},

	// "X" is nonsense, people who say X are wrong.
	{"quoted, dismissed", whole(`["“']+(.+?)["”',.]+ (?:is|was|sounds|-|–|—|\?)+ ?(?:just |such |complete |total |absolute |utter |a |an |so |pure |the )*(?:nonsense|wrong|false|lie|myth|untrue|bullshit|bs|rubbish|crap|stupid|terrible advice|bad advice|ridiculous|absurd|garbage|not true|silly|overrated|cliché|cliche|dumb|no|nope|worst advice|outdated|nah|i disagree|totally disagree|disagree|dangerous advice|dangerous)\b.*`), "$1", denies},
	{"quoted, endorsed", whole(`["“']+(.+?)["”',.]+ ?(?:is|-|–|—|,|:)* ?(?:just |so |very |i |absolutely |totally |completely |could not |the )*(?:true|right|agree|agreed|correct|yes|truth|spot on|exactly|best advice|wise)\b.*`), "$1", says},
	{"the idea is false", whole(`(?:the|this|that) (?:idea|notion|claim|belief|myth|theory|view|argument|assumption|thought|saying) that (.+?) (?:is|was|seems|makes|has) (?:just |a |an |so |simply |totally |completely |complete |utter |such a |pure |total |absolutely |no )*(?:nonsense|wrong|false|lie|myth|untrue|rubbish|ridiculous|absurd|silly|stupid|not true|mistaken|mistake|outdated|sense|misguided|laughable|bogus|dangerous|fiction|basis|fantasy|misconception)`), "$1", denies},
	{"people say, but", whole(`(?:some |many |most |all |so many )?(?:people|they|everyone|everybody|folks|my [a-z]+|some) (?:always |often |keep |will |like to |love to )?(?:say|think|believe|claim|saying|tell me|says|thinks|believes|claims|tells me|insist|insists)(?: that)? (.+?),? but (?:that is|it is|they are|he is|she is|this is|i|no)\b.*(?:not|wrong|false|disagree|nonsense|never|lie|myth|mistaken|no|untrue|doubt).*`), "$1", denies},
	{"people say", whole(`(?:my (?:[a-z]+ )?[a-z]+|(?:some |many |most )?people|they|every ?one|every ?body) (?:always |often |keep |really |keeps )?(?:says?|thinks?|believes?|claims?|saying|insists?|swears?|argues?|tells? me)(?: to me)?(?: that)? (.+)`), "$1", says},
	{"disagree with who say", whole(`(?:i|we) (?:totally |completely |strongly )?(?:disagree with|am tired of|can not stand|hate when|hate it when|hate|laugh at|am against) (?:the )?(?:people|anyone|those|everyone|everybody|folks) (?:who|that)? ?(?:say|says|think|thinks|claim|claims|believe|believes|saying)(?: that)? (.+)`), "$1", denies},
	{"any one who says is wrong", whole(`(?:any ?one|people|those|whoever|every ?one|if you|any ?body)(?: who| that)? ?(?:says?|thinks?|believes?|claims?)(?: that)? (.+?),? (?:is|are|has|have|must|needs?|you are) (?:just |simply |clearly |plain |so |a |an |completely |totally |never |be )*(?:wrong|lying|mistaken|idiots?|fools?|crazy|blind|kidding|stupid|delusional|naive|liars?|insane|dumb|ignorant|tried|tasted|seen|been)\b.*`), "$1", denies},
	{"I never said A, I think B", whole(`(?:i (?:never said|am not saying|do not say|did not say|have nothing against|am not claiming|do not mean|do not deny|do not hate|do not mind)) .+?,? (?:but|i just|i only|just|only)(?: i)?(?: (?:just|only|do))? ?(?:(?:think|believe|say|feel|am saying)(?: that)? )?(.+)`), "$1", says},

	// Rhetorical questions.
	{"why would anyone", whole(`why (?:on earth |the hell |in the world )?(?:would|should|do|does|did) (?:any ?one|any ?body|people|some ?one|some ?body|you) (?:even |ever |still |actually |really |seriously |in their right mind )*(.+)`), "people should $1", denies},
	{"why do we", whole(`why (?:on earth |the hell )?(?:would|should|do|does|must|did) (?:we|society|the world) (?:even |ever |still |actually |really |have to |need to |all )*(.+)`), "we should $1", denies},
	{"why should I", whole(`why (?:on earth |the hell )?(?:should|do|would|must) i (?:even |ever |still |have to |need to )*(.+)`), "you should $1", denies},
	{"why should they", whole(`why (?:should|must|would|do|does) (.+)`), "should $1", denies},
	{"why is there", whole(`why (is|are|was|were) (.+?)(?: (?:so|such|always|still))? (.+)`), "$1 $2 $3", says},
	{"why it is so", whole(`why ((?:[a-z0-9'-]+ ){1,4}(?:is|are|should|beats?|makes?|was|were|will|can|does|do) .+)`), "$1", asksFor},
	{"why not", whole(`why (?:not|do not we|can not we|should not we|should we not) (?:just |simply |all )?(.+)`), "we should $1", says},
	{"why bother", whole(`why (?:even )?(?:bother(?: with)?|waste (?:time|money) on) (.+)`), "$1 [is] worth it", denies},
	{"what is so great", whole(`what (?:is|was) so (?:damn |very |really )?(great|good|special|wonderful|amazing|bad|wrong|terrible|awful|important|funny|interesting|cool|hard|difficult|dangerous|useful|fun|impressive) about (.+)`), "$2 [is2] $1", denies},
	{"what is wrong with", whole(`what (?:is|was)(?: so)? (?:wrong|bad) (?:with|about) (.+)`), "there is something wrong with $1", denies},
	{"what is the point", whole(`(?:what|where) (?:is|was) the (?:point|use|sense|value|benefit|good) (?:of|in) (.+)`), "$1 [is] useful", denies},
	{"what have they done", whole(`what (?:has|have|did) (.+?) ever (?:done|do) for (.+)`), "$1 [is] useful", denies},
	{"who needs", whole(`who (?:even |really |actually |still |honestly |the hell )*(?:needs|wants) (.+?)(?: anyway| nowadays| any ?more| these days)?(?:\? .*)?`), "people need $1", denies},
	{"who cares", whole(`who (?:even |really )?cares about (.+)`), "$1 [is] important", denies},
	{"how is it even", whole(`how (is|are) (.+?) (?:even|actually|really|possibly|still|considered|supposed to be) (.+)`), "$2 $1 $3", denies},
	{"since when", whole(`since when (is|are) (\S+(?: \S+)?) (.+)`), "$2 $1 $3", denies},
	{"why is it so", whole(`why (is|are) (.+?) (?:so|such an?|considered) (.+)`), "$2 $1 $3", denies},
	{"who likes", whole(`(?:seriously,? )?who (?:even |really |actually |seriously |honestly )*(?:likes|loves|enjoys|eats|watches|drinks|reads) (.+)`), "$1 [is] good", denies},
	{"would not call", whole(`i would (?:not|never|hardly) (?:really )?call (\S+(?: \S+)?) ((?:an?|the) .+|[a-z]+)`), "$1 [is] $2", denies},
	{"who would", whole(`who (?:would|could|can|will|does) (?:ever |even |possibly |honestly |really |seriously |actually )*(?:want to |choose to |like to )?(.+)`), "people should $1", denies},
	{"who does not", whole(`who (?:does|would|could) not (.+)`), "everyone should $1", says},
	{"how can anyone", whole(`how (?:can|could) (?:any ?one|any ?body|people|you) (?:still |ever |possibly |not )*(?:like|enjoy|love|eat|drink|watch|listen to|stand) (.+)`), "$1 [is] good", denies},
	{"how is", whole(`how (?:is|are|can|could) (.+?) (?:still )?(?:legal|allowed|ok|okay|a thing|acceptable)(?: .*)?`), "$1 should be legal", denies},
	{"is it time", whole(`is (?:not )?it (?:not )?(?:about |high )?time (?:for us to|to|that we|we)(?: all)? (.+)`), "we should $1", says},

	// Choices.
	{"which is better", whole(`(?:(?:so|ok|hey),? )?(?:which|what|who) (?:one )?(?:is|are|do you (?:think|believe) is|would you say is|was|would you say are)(?: actually| really)? (better|worse|best|healthier|smarter|cooler|tastier|stronger|greater|the best|the greatest|the goat|more [a-z]+)[a-z ]*[,:;?-]+ (.+?),? or (.+)`), "$2 [is2] $1 than $3", tastes},
	{"do you prefer", whole(`(?:do|would|are) (?:you|we|u) (?:prefer|like|rather|choose|team|pick|rather have|more of a)(?: more)?,?:? (.+?),? or (.+?)(?: person)?`), "$1 [is] better than $2", tastes},
	{"is X or Y better", whole(`(?:is|are) (.+?) or (.+?) (better|worse|healthier|smarter|tastier|more [a-z]+)`), "$1 [is] $3 than $2", tastes},
	{"choice", whole(`((?:[a-z0-9'&.-]+ ){0,4}[a-z0-9'&.-]+),? (?:or|vs\.?|versus|v\.) ((?:[a-z0-9'&.-]+ ){0,4}[a-z0-9'&.-]+?)(?:,? (?:which is better|which one|who is better|who wins|what is better|thoughts|what do you think|pick one|discuss|debate))?`), "$1 [is] better than $2", tastes},
	{"greater sign", whole(`(.+?) ?>+ ?(.+)`), "$1 [is] better than $2", tastes},
	{"less sign", whole(`(.+?) ?<+ ?(.+)`), "$2 [is2] better than $1", tastes},

	// Likings.
	{"prefer", whole(`(?:i|we) (?:` + adverb + ` |much |would |far |will |vastly |any day )*(?:prefer|choose|take|pick) (.+?)(?:,)? (?:to|over|rather than|instead of|than) (.+?)( for .+| when .+| in .+)?(?: (?:any day|any time|anytime|every time|always)(?: .*)?)?`), "$1 [is] better than $2$3", tastes},
	{"rather", whole(`(?:i|we) would (?:much |far )?rather (?:have |eat |drink |watch |use |take |do |own |get |be )?(.+?) than (?:have |eat |drink |watch |use |take |do |own |get |be )?(.+)`), "$1 [is] better than $2", tastes},
	{"like more", whole(`(?:i|we) (?:` + adverb + ` )?(?:like|love|enjoy|want) (.+?) (?:more|better|way more|much more) than (.+)`), "$1 [is] better than $2", tastes},
	{"can not stand", whole(`(?:i|we) (?:` + adverb + ` )*(?:hate|despise|detest|loathe|dislike|can not stand|can not bear|abhor|am sick of|am tired of|am fed up with|am so tired of|am so sick of|do not (?:` + adverb + ` )*like|do not (?:` + adverb + ` )*enjoy|never liked|have never liked|am not a (?:big |huge )?fan of|am no fan of|have a problem with|have always hated)(?: it when)? (.+)`), "$1 [is] bad", tastes},
	{"love", whole(`(?:i|we) (?:` + adverb + ` |do |absolutely |have always )*(?:love|like|adore|enjoy|am (?:a )?(?:big |huge )?(?:fan of|fond of|in love with|crazy about)|can not live without|admire|recommend|loved|am obsessed with) (.+)`), "$1 [is] great", tastes},
	{"for", whole(`(?:i|we) (?:` + adverb + ` |am |are |do |all )*(?:support|favou?r|in favou?r of|for|pro|endorse|advocate|advocate for|stand for|back|stand with|agree with|believe in|approve of|on the side of|all for|supportive of|with|team)[ -](.+)`), "$1 [is] good", tastes},
	{"against", whole(`(?:i|we) (?:` + adverb + ` |am |are |do |very much |strictly )*(?:against|opposed to|oppose|anti|condemn|object to|disapprove of|do not support|do not agree with|disagree with|not in favou?r of|not for|do not believe in|do not approve of|reject|not a supporter of|stand against)[ -](.+)`), "$1 [is] good", denies},
	{"can not beat", whole(`(?:you |nothing |one )?(?:can not|can) (?:beat|top|go wrong with) (.+)`), "$1 [is] the best", tastes},
	{"not mind, but", whole(`(?:i|we) (?:do not mind|do not hate|like|love|enjoy|respect) .+?,? but (.+)`), "$1", tastes},
	{"team", whole(`(?:i am )?(?:#|go )?team (.+?)(?: all the way| forever| here| for life| for the win| ftw| any day)*`), "$1 [is] the best", tastes},
	{"all the way", whole(`(.+?),? (?:all the way|for the win|ftw|rules|rule|rocks|rock|forever|for life|every time)`), "$1 [is] the best", tastes},
	{"down with", whole(`(?:down with|no more|enough of|enough with|say no to|no to|boycott|f\*\*\* |screw|forget) (.+)`), "$1 [is] good", denies},
	{"up with", whole(`(?:long live|hooray for|three cheers for|hurray for|yes to|say yes to|viva|bring back|all hail|give me) (.+)`), "$1 [is] good", tastes},
	{"over", whole(`((?:[a-z'-]+ ){0,3}[a-z'-]+) (?:over|before) ((?:[a-z'-]+ ){0,3}[a-z'-]+?)(?: any ?day| always| every time| any ?time| any day of the week)`), "$1 [is] better than $2", tastes},
	{"nothing better", whole(`(?:there is )?nothing (?:is )?better than (.+)`), "nothing is better than $1", tastes},
	{"no better than a plain A", whole(`(.+? (?:is|are)) (?:so|way|much|far|a lot|miles|infinitely|clearly|obviously|definitely|simply|just|hands down|undoubtedly) (?:so |way |much |far |a lot )?((?:better|worse|smarter|healthier|cooler|tastier|overrated|underrated|more [a-z]+|superior|inferior)\b.*)`), "$1 $2", tastes},

	// Calls to act.
	{"stop doing", whole(`(?:please |everyone |everybody |people |let us )?(?:all )?(stop [a-z-]+ing\b.*|quit [a-z-]+ing\b.*)`), "people should $1", tastes},
	{"stop people doing", whole(`(?:please )?(?:do not|never|you must never|you must not) ((?:[a-z-]+)\b.*)`), "people should $1", denies},
	{"ban it", whole(`(?:please |just |let us |lets |we (?:must|should|need to|have to) |time to |it is time to |someone should )(ban|abolish|outlaw|cancel|scrap|legali[sz]e|prohibit|criminali[sz]e|decriminali[sz]e|end|abandon|eliminate|kill) (.+)`), "we should $1 $2", tastes},
	{"imperative ban", whole(`(ban|abolish|outlaw|cancel|scrap|legali[sz]e|prohibit|criminali[sz]e|decriminali[sz]e|nationali[sz]e|privati[sz]e|tax|defund|close|lower|raise|free) (.+)`), "we should $1 $2", tastes},
	{"it is time", whole(`it is (?:about |high |past |way past )?time (?:for us to|to|that we|we)(?: all)? (?:should )?(.+)`), "we should $1", tastes},
	{"time someone", whole(`it is (?:about |high |past )?time (?:that |for )?(.+?) (?:was|were|got|to be|got to be) (.+)`), "$1 should be $2", tastes},
	{"one good reason", whole(`(?:please )?(?:give|tell|name|show) me (?:just )?(?:one|a|a single|even one|any)(?: single)?(?: good)? reason (?:to|why (?:i|we|any ?one|people) should) (.+)`), "people should $1", denies},
	{"concession", whole(`(?:al)?though .+?, (.+)`), "$1", tastes},
	{"concession, even if", whole(`(?:even (?:though|if)|while|despite|in spite of|whereas) .+?, (.+)`), "$1", tastes},
}

// verdicts are sentences that only take a side of what was said elsewhere.
var verdicts = []struct {
	name    string
	pattern *regexp.Regexp
	side    Stance
}{
	{"you take a side against", whole(`(?:so |and |now |please )*(?:you|u) (?:will |can |should |must |have to |are |be |take |argue |defend |get |are going to )*(?:against|con|the con side|the opposite|the opposing side|oppose it|argue against (?:it|that|this)|attack it)(?: (?:it|side|that|this|me))?`), Pro},
	{"you take a side for", whole(`(?:so |and |now |please )*(?:you|u) (?:will |can |should |must |have to |are |be |take |argue |defend |get |are going to )*(?:for|pro|the pro side|in favou?r|defend it|support it|defend (?:it|that|this)|for (?:it|that|this)|in favou?r of (?:it|that|this))(?: side)?`), Con},
	{"against", whole(`(?:and |but |well |so |honestly |personally )*i (?:am |stand |would be |take |will be |will argue |argue )*(?:` + adverb + ` |very |very much )*(?:against|opposed|con|oppose|anti|not in favou?r|the con side|opposed to)(?: (?:it|that|this|the idea|all of it|side|the motion|to it|to that|of it|of that|this idea|that idea))*(?: at all)?(?: (?:because|since|as) .*)?`), Con},
	{"for", whole(`(?:and |but |well |so |honestly |personally )*i (?:am |stand |would be |take |will be |will argue |argue )*(?:` + adverb + ` |very |very much |all )*(?:for|in favou?r|pro|for it|support|the pro side|support it)(?: (?:of it|it|that|this|the idea|of that|of the idea|of this|side|the motion))*(?: (?:because|since|as) .*)?`), Pro},
	{"disagree", whole(`(?:no|nope|nah|well|sorry|but|and|hm+)?[, ]*i (?:` + adverb + ` |must |have to |would |respectfully |entirely |could not |strongly |do )*(?:disagree|do not agree|do not think so|doubt it|do not believe (?:it|that|this|so|him|her|them)|deny it|beg to differ|think (?:the opposite|otherwise|not|it is wrong|he is wrong|she is wrong|they are wrong|that is wrong)|not agree|disagree more|do not)(?: (?:with|more|about))*(?: (?:it|that|this|her|him|them|you|the (?:claim|idea|statement|topic|motion|view)|the above|(?:my )?[a-z]+))?(?: at all| completely| one bit| strongly| here)?(?: (?:because|since|as) .*)?`), Con},
	{"agree", whole(`(?:yes|yeah|well|yep|and|hm+)?[, ]*i (?:` + adverb + ` |must |have to |would |could not |entirely |wholeheartedly |strongly |do )*(?:agree|think so|believe so|believe it|believe that|agree more|think it is true|think (?:he|she|they) (?:is|are) right|do)(?: (?:with|more))*(?: (?:it|that|this|her|him|them|the (?:claim|idea|statement|topic|motion|view)|the above))?(?: completely| totally| 100%| fully)?(?: (?:because|since|as) .*)?`), Pro},
	{"says no", whole(`(?:personally |well |and |but )*(?:i|we) (?:would |will |am going to )?(?:say|think|vote|go with|believe|am voting) (?:no|not|it is not|it does not|they are not|they do not|it should not|they should not|that it is not)`), Con},
	{"says yes", whole(`(?:personally |well |and |but )*(?:i|we) (?:would |will |am going to )?(?:say|think|vote|go with|believe|am voting) (?:yes|so|it is|it does|they are|they do|it should|they should|that it is)`), Pro},
	{"no", whole(`(?:no+|nope|nah|never|not at all|absolutely not|definitely not|of course not|certainly not|no way|hell no|wrong|false|not really|that is (?:wrong|false|not true|nonsense|a lie|a myth|ridiculous)|it is not|it is (?:false|not true|wrong|nonsense|a lie)|nonsense|rubbish|disagree|strongly disagree|no chance|not true|they are wrong|he is wrong|she is wrong|i am not|i think not|hard no|by no means|(?:what )?(?:a load of )?nonsense)(?:[,!. ]+(?:sir|way|never|no|not|thanks|it is not|absolutely not))*`), Con},
	{"yes", whole(`(?:yes+|yeah|yep|yup|sure|absolutely|definitely|of course|certainly|totally|indeed|exactly|true|correct|right|agree|agreed|strongly agree|hell yes|for sure|no doubt|obviously|clearly|without a doubt|that is (?:right|true|correct|so true)|it is(?: true)?|100%|very true|so true|they are right|amen|one hundred percent)(?:[,!. ]+(?:yes|absolutely|definitely|sure|of course|indeed|it is|i agree|totally|please|true))*`), Pro},
}

// tails come after a claim and are taken off.
var tails = regexp.MustCompile(`(?:[,;.!?–—-]| )+(?:right|you know(?: what i mean)?|do not you (?:think|agree)|would not you (?:say|agree)|is it not|is not it|are not they|is not he|are they not|does it not|does not it|do not they|agree(?:d)?|no|yes|huh|eh|innit|ok|okay|fight me|change my mind|prove me wrong|come at me|try me|debate me|convince me otherwise|convince me|tell me i am wrong|discuss|debate|argue with me|roast me|imh?o|tbh|ngl|lol|lmao|haha+|lmfao|xd|:\)|;\)|:d|full stop|period|end of story|end of discussion|no question|no doubt|no debate|hands down|by far|bar none|in my (?:humble |honest |personal )?(?:opinion|view|book|experience)|if you ask me|to be honest|i think|i believe|i guess|i suppose|for me|honestly|seriously|obviously|clearly|personally|frankly|for real|fr|to me|as far as i am concerned|i am telling you|trust me|believe me|mark my words|what do you think|thoughts|your thoughts|what say you|what about you|and you|sorry(?: not sorry)?|no offen[cs]e|that is all|that is it|simple as that|simple|it is that simple|deal with it|facts?|any ?more|by now|by the way|btw|so there|please|thanks|thank you|you can not deny it|and that is (?:a fact|that|final)|that is a fact|without (?:a|any) doubt|i rest my case|to say the least|i swear|true or false|yes or no|do you agree|you agree)[.!? ]*$`)

// cuts end the main clause: what follows is a reason or an aside.
var cuts = []*regexp.Regexp{
	regexp.MustCompile(`,? (?:because (?:of )?|since |as (?:it|they|we|you|he|she|this|that|any|every|most|i) |otherwise |given that |seeing that |considering (?:that |how )?|due to the fact|mostly because|simply because|just because|whereas |while |cause |cuz |bc |coz |so that is why|which is why|and that is why|and here is why|for the simple reason|even though |although |though |even if |so (?:we|you|they|people|i|it|let|please) |not to mention |on the grounds )`),
	regexp.MustCompile(`,? and (?:it|they|people|i|we|you|that|this|he|she|there|everyone|nobody|no one|here|yes|honestly|frankly|to|now|anyone|if|those|not|i'm) (?:[a-z]+ )`),
	regexp.MustCompile(`,? but (?:it|they|people|i|we|you|that|this|he|she|there|everyone|nobody|no one|not|some|many|most|the|what|only|convince|prove|change|if|is|are|do|let|of course|maybe|yet|[a-z]+ (?:is|are|say|says|think|thinks|do|does|was|were|will|would|can|should)) `),
	regexp.MustCompile(`(?:,? ?[;–—:(]|,? -+ | \.\.+ ?|…)`),
	regexp.MustCompile(`, not (?:the |a |an |by |in |for |just |only |on |to |because )?[a-z]+(?: [a-z]+)?$`),
	regexp.MustCompile(`, (?:it|they|he|she|we|people) [a-z]+ `),
	regexp.MustCompile(`[.!?]+(?: |$)`),
}

// smallTalks are messages that are whole without a claim.
var smallTalks = []*regexp.Regexp{
	whole(`(?:hi+|hey+|hello+|hiya|yo|sup|howdy|hola|greetings|good (?:morning|afternoon|evening|night|day)|morning|evening|welcome|bye|goodbye|see you|later|thanks?(?: you)?(?: (?:so|very) much| a lot)?|thx|ty|ok(?:ay)?|k|cool|nice|great|wow|lol|haha+|yes|no|yeah|yep|nope|sure|maybe|hm+|um+|test(?:ing)?|help(?: me)?|start|go|begin|ready|bored|i am bored|whatever|idk|i do not know|dunno|not sure|nothing|never ?mind|what|why|how|who|huh|please|sorry|anyone(?: there)?|ping|stop|quit|exit|menu|continue|next|again|done)(?:[,.!? ]+(?:there|bot|all|everyone|everybody|friend|guys|mate|man|dude|you|chatbot|buddy|again|sir|then|how are you(?: doing)?(?: today)?|what is up|nice to meet you|please|world))*[.!? ]*`),
	start(`(?:(?:hi|hey|hello|so|ok|okay|and|well)[,.! ]+(?:there |bot )?)?(?:what(?: else)? (?:can|do|should|could|would|will) (?:you|i|we) (?:do|say|talk|debate|discuss|ask|know|offer|want|argue|suggest|recommend|start|need)|what is (?:up|new|this|your|going on|the (?:weather|time|topic|date|day|plan|deal|matter)|happening|it(?: about)?$)|what time|what (?:are|is) (?:you|the rules)|what topics?|which topics?|who (?:are|is|made|created|built|wrote) (?:you|this)|who (?:am i|is there|is this)|where (?:are|do|am|is) |when (?:is|did|do|will) |how (?:are|is) (?:you|it|your|everything|life|things)|how do (?:you|i|we|u) |how does (?:this|it|that) |how old |how (?:many|much) |how about (?:you|we|a game|some)|how can (?:you|i) (?:help|start|use|play|ask|debate|talk|begin)|are (?:you|u) (?:a |an |there|real|human|ok|okay|ready|chatgpt|able|free|here|busy|alive|sentient|good|gpt|still|not|an? ?ai|bored|up|sure|smart|kidding|serious)|is (?:this|anyone|anybody|there (?:any ?one|any ?body|some ?one)|it working|it you|that you)\b|can (?:you|we|i|u) (?:talk|chat|start|begin|help|speak|hear|debate$|debate\?|play|ask|do|understand|read|see|please help|suggest|recommend|have (?:a|some)|give|tell me (?:a|about|what|your)|discuss$|argue$|change|be|get|just|something)|could (?:you|we|i) (?:help|talk|chat|start|suggest|recommend|give|tell me (?:a|about|what))|do (?:you|u) (?:know|have|want|like to|speak|understand|remember|sleep|eat|dream|work|debate|feel|exist|do|play|even|need|mind)|did you (?:sleep|eat|hear|see)|will you |would you (?:like|help|mind|want|debate)|may i |shall we (?:start|begin|go)|tell me (?:a|an|about|something|more|your|what|who) |give me (?:a|an|some|another|any|the|your) (?:random |good |interesting |new |debate |few |fun |hot )*(?:topic|topics|idea|ideas|question|example|hint|suggestion|minute|second|moment|list|options|joke|claim|opinion)|suggest |recommend |pick (?:a|something|one|any)|choose (?:a|something|one|any)|surprise me|you (?:choose|pick|decide|start|first|go first|begin)|let us (?:start|begin|go|talk|chat|play|do (?:it|this)|debate[.!]*$|have (?:a|some) (?:debate|chat|talk|fun|conversation|argument|discussion)[.!]*$|argue[.!]*$)|i (?:want|would like|need|wish|wanna|would love|hope|feel like|am (?:looking|trying|ready|here)) (?:to|for|a|some|someone|help|you to help|something|talking|arguing|debating|chatting) ?(?:argue(?:ment)?|debate|talk|chat|discuss|play|practi[sc]e|have|start|test|learn|improve|know|see|ask|try|help|some|a|an|something|advice|you|be|get|understand|conversation|order|book|eat|sleep|fun|joke|hear|say)?(?: (?:with (?:someone|you|somebody|anyone|a bot|an ai)|something|about something|a debate|my skills|debating|things|an argument|a bit|how .*|some .*|a .*|it|this|now|here|today|please|what .*|please help.*))*[.!? ]*$|i (?:am|feel|was) (?:so |really |very |a bit |just |not |feeling )*(?:bored|tired|sad|happy|fine|good|ok|okay|new|here|hungry|ready|confused|lost|back|sorry|sure|lonely|sick|busy|well|feeling|from|called|a student|a teacher|testing|looking)\b|my name is |nice to meet|how was|long time|thank|you are (?:welcome|great|funny|nice|cool|cute|smart|stupid|dumb|awesome)|i love (?:you|u|this)[.! ]*$|i do not (?:know|understand|care|get it|have (?:a|an|any) )|i have (?:a question|no idea|an idea|nothing|no opinion|no strong)|say (?:something|hi|hello)|write (?:a|me a|some) (?:poem|story|song|code|joke|haiku)|sing |translate |calculate |play (?:a|some|music)|open |order |remind |good (?:luck|job|bot|point|to)|just (?:testing|looking|saying hi|browsing|checking|trying)|testing|nothing much|not much|see (?:you|ya)|talk to you|have a (?:nice|good|great)|happy (?:birthday|new|holidays|to)|merry|congrat|lorem ipsum)`),
}

var (
	askingWords   = []string{"what", "who", "how", "when", "where", "which", "why", "whose"}
	privateWords  = []string{"i", "my", "me", "our", "yesterday", "last", "when i", "once"}
	pointingWords = []string{"it", "they", "this", "that", "these", "those", "he", "she", "then", "think", "her", "his", "two", "because", "just", "also"}
)

// judging words make a sentence a claim worth a debate.
var judging = wordSet(`should must ought better worse best worst more most less least than deserve deserves
	overrated underrated wrong right never always good bad great terrible useless pointless necessary important
	dangerous harmful unethical immoral ethical moral waste banned illegal legal allowed mandatory abolished nobody everyone
	beats sucks need needs everybody all every cause causes belongs belong real fake superior inferior too only shall
	healthy unhealthy evil stupid boring outdated dead ruined ruining killing destroying myth scam hoax`)

func judges(words []string) bool {
	for _, w := range words {
		if judging[strings.Trim(w, ".,!?\"'")] {
			return true
		}
	}
	return false
}

func smallTalk(text string) bool {
	low := strings.TrimRight(lower(text), " .!?")
	if len(strings.Fields(low)) > 14 {
		return false
	}
	for _, p := range smallTalks {
		if p.MatchString(low) {
			return true
		}
	}
	return false
}

func sideTaken(text string) Stance {
	low := strings.TrimRight(lower(trimAddress(text)), " .!?,")
	for _, v := range verdicts {
		if v.pattern.MatchString(low) {
			return v.side
		}
	}
	return NoStance
}

// trimAddress takes greetings and the like off the front.
func trimAddress(text string) string {
	low := lower(text)
	for _, rule := range leadIns {
		if rule.name != "greeting" {
			continue
		}
		if at := rule.pattern.FindStringIndex(low); at != nil {
			return text[at[1]:]
		}
	}
	return text
}
