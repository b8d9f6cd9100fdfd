package claim

// classes are the words that patterns name with @.
var classes = map[string]map[string]bool{
	"adv": wordSet(`really honestly truly strongly firmly still just personally also actually always simply genuinely sincerely totally
		fully completely absolutely definitely literally seriously even ever only rather quite pretty very so kinda lowkey highkey
		deeply wholeheartedly often now certainly sometimes possibly clearly surely too much highly entirely all frankly obviously
		dead vehemently particularly exactly especially basically legit secretly increasingly respectfully strictly terribly especially plainly`),
	"think": wordSet(`think believe feel say argue claim hold maintain insist suspect reckon guess suppose find agree bet know swear consider
		submit admit contend propose figure understand declare assume realise realize thought believed felt fear hear heard noticed
		notice conclude concluded decided realised realized learned state assert confess fear`),
	"say":    wordSet(`say says think thinks believe believes claim claims insist insists argue argues tell tells swear swears said told assume assumes pretend pretends thinking saying believing claiming pretending telling acting`),
	"people": wordSet(`anyone anybody people someone somebody you we they folks humans everyone everybody men women`),
	"claim":  wordSet(`idea claim view notion belief position statement thesis opinion proposition motion side argument theory fact case hypothesis topic question viewpoint stance saying assumption myth sentence principle resolution`),
	"debate": wordSet(`debate discuss argue talk fight chat speak`),
	"wrong": wordSet(`nonsense wrong false lie myth untrue rubbish ridiculous absurd silly stupid mistaken mistake outdated laughable bogus
		fiction fantasy misconception bullshit bs crap garbage overrated dumb nope misguided hoax trash delusional idiots idiot fools fool
		lying crazy blind kidding naive liars liar insane ignorant clueless baloney bull bollocks hogwash disagree`),
	"right":  wordSet(`true right agree agreed correct yes truth exactly wise fact spot`),
	"sep":    wordSet(`, : - ( that but "`),
	"filler": wordSet(`just such complete total absolute utter a an so pure the simply plain very is are was were sounds seems has no be being completely totally clearly obviously what load of never not i - , : makes`),
	"choice": wordSet(`better worse best healthier smarter cooler tastier stronger greater greatest goat nicer funnier safer faster cheaper cleverer`),
	"policy": wordSet(`ban abolish outlaw cancel scrap legalize legalise prohibit criminalize criminalise decriminalize decriminalise end abandon eliminate
		nationalize nationalise privatize privatise tax defund close lower raise fund save bring keep make reduce increase replace build cut protect
		put invest split regulate lift open pay teach require force allow give colonise colonize recycle shut break impeach dissolve forbid normalize normalise legalising`),
	"habit": wordSet(`eat buy drink read trust vote avoid learn wear adopt drive travel walk delete respect watch marry embrace support`),
}

// fragments are the patterns that others name in braces.
var fragments = map[string]string{
	"the claim": `(the|this|that|your|my|a|an)? @adv* (popular|common|old|whole|following)? @claim (of @people who @say)? (of|for|on|about|behind)?`,
	"polite": `(please|kindly|now|just|hey|you|ok|okay|so|and|then|go ahead and|try to|try and|feel free to|see if you can|i bet you can|i dare you to
		|i (would|just|really)* (want|like|love|need|dare|challenge|invite|ask) (for)? you to|(can|could|would|will|should) you (not)? (please|kindly|try|to)*
		|why do not you|(your|the) (job|task|role|goal) is to|you (have to|must|should|are going to|are to|will|get to|shall)+|(let us|i want to|i would like to) (see|hear) you)*`,
	"strong":   `(the|a|an|your|some|all|any|best|strong|strongest|good|better|convincing|compelling|persuasive|single|one|two|three|four|five|ten|several|few|1|2|3|4|5|6|7|8|9|10|main|possible|solid|short|of)*`,
	"case":     `(case|argument|arguments|reason|reasons|essay|speech|pitch|defence|defense|paragraph|points|benefits|advantages|pros) ((that)? you (can|could|have) (make|give|find|think of)?|possible|imaginable)?`,
	"any one":  `(any one|@people|(most|many|some|so many) people|a lot of people|the @people|(most|some|many|all) of (my|the|our) (friends|family|colleagues|parents|neighbours|classmates|teachers|kids)|(a|my) (friend|teacher|dad|mom|mum|brother|sister|wife|husband|boss|girlfriend|boyfriend))`,
	"puzzled":  `(i|we) @adv* (do not|did not|can not|could not|never|will never|have never|fail to) @adv* (see|get|understand|understood|fathom|know)`,
	"somebody": `(people|anyone|anybody|someone|everyone|everybody|so many people|some people|adults|grown adults)`,
	"who say":  `((the|those)? (people|those|anyone|any one|folks|everyone|everybody|whoever|they) (who|that)? (still|always)? @say)`,
	"opinion": `(a|an|the|here|this|is|very|super|quick|little|slightly|mildly|probably|maybe|another|one|possibly|potentially|some)* (my|unpopular|controversial|popular|hot|spicy|mild|bold|honest|brutal|wild|lukewarm
		|crazy|random|shower|cold|extreme|boring|hottest|uncomfortable|simple|harsh|humble|personal|strong|strongest|two|nerdy)+ (opinion|take|claim|statement|truth|thought|view|fact|idea|cents|stance|position|belief|thesis|argument|conviction|contention|theory)`,
	"dare": `(change my (mind|view|opinion)|prove me wrong|fight me|(convince|persuade) me otherwise|roast me|disagree with me|challenge me|argue with me|oppose me|debate me|try me|come at me
		|you (will|can not|never)* change my mind|cmv|tell me (i am wrong|otherwise)|(tell|show|explain to) me (why|how|where) i am wrong|(play|be)? (the|a)? (devil's|devils) advocate|(take|argue) the (other|opposite|opposing|contrary) (side|position|view)
		|hear me out|you (are|all|so|just)* wrong|(this is)? (the|my) hill i (will|would)? die on)`,
	"i think": `(i|we|me) @adv* (do|would|must|can|could|will|want to|need to|have to|am going to|going to|have always|have|hate to|have come to|have grown to|have started to|have begun to|only|am (starting|beginning) to|like to|am tempted to|(might|could|may) be wrong but i)* @adv* (think|believe|feel|say|argue|claim|maintain|insist|suspect|reckon|guess|suppose|bet|swear|submit|contend|propose|figure|fear|declare|assume|thought|believed|felt)`,
	"myself":  `(and|but|well|so|honestly|personally|no|yes|nah|nope|yeah|sorry|hmm|now|as for me|,)* (i|we|me)`,
	"why":     `(because|since|as|but|and) X`,
	"anyway":  `(on earth|the hell|in the world|the heck|the fuck|even|exactly)?`,
}

// frames come before a claim and are taken off, one after the other.
var frames = newTable(
	mean(addresses, `
		(hi|hey|hello|hiya|yo|hola|greetings|howdy|sup|hallo|good (morning|afternoon|evening|day)|dear) (there|bot|chatbot|all|everyone|everybody|friend|friends|guys|mate|man|dude|you|buddy|opponent|ai|again)*
		yes|yeah|yep !to | so|ok|okay|well|alright|nah|nope|listen|and|but|also|anyway|seriously|honestly|frankly|obviously|clearly|actually|basically|truly|sorry
		lol|dude|bro|bruh|ugh|hmm|hm|um|uh|oh|ah|wow|er|firstly|overall|again|then|later|meanwhile|today|surely|certainly|definitely|undoubtedly|arguably|sadly|unfortunately|luckily|apparently
		literally|lowkey|highkey|deadass|fr|though|tbh|ngl|fyi|btw|mate|therefore|thus|hence|generally|personally|whether|imo|imho|that
		no|right|man|guys|first|see|look|tomorrow|question|next|fact|ready|people|everyone|ladies|friends|really|controversial|controversially|facts|claim|rant ,|:|-
		first of all | to begin with | to start with | for starters | in general | (generally|broadly|strictly) speaking | in the end | at the end of the day | all in all | in short | come on | of course | simply put | fun fact
		(quick|serious|genuine|honest|simple|real) question | in fact | as a matter of fact | for the record | long story short | no cap | not (gonna|going to) lie | real talk
		do not get me wrong but? | (no|not) (offence|offense|to be mean) but? | i am sorry but | like it or not | believe it or not | believe me | trust me | guess what | news flash | call me X but
		say what you (want|like|will) but? | with all due respect | (to be|being|let me be|i will be|let us be|be) (completely|totally|perfectly|brutally)? (honest|fair|frank|clear|blunt|real|truthful)
		(settle|answer|judge) this | what would you say to (someone|people|those|anyone) who @say that? | let us say (i (claim|say|think|said))? that? | suppose (i (told|said) (you)?)? that? | you know what
		(nobody|no one) asked but | here goes | here is (my|the|one|mine|another|a)* (one|thing|question|topic)? (for you)? | i have (a|an|one|some|this)+ @adv* (question|topic|thought|statement) (for you)? | contrary to X ,
		let me (start|begin|put it|tell you|say|ask you|share) (something|this|it|one thing|a secret|with|by saying|like this|straight|out loud|again)* ,|:|that
		(agree or disagree|disagree or agree|true or false|false or true|yes or no|right or wrong|pro or con|fact or fiction|discuss|thoughts|thought experiment) @sep*
		(what (do|would|are) you (think|say|reckon) (about|of|on)?|your thoughts (on|of)|what is your (opinion|view|take|position|stance) (on|of|about)|thoughts (on|about|of)|how do you feel about|your (opinion|thoughts|take) (on|about)) ((the|this) @claim that? (of|:)?)? !me|you|this|it|yourself
		(so|and)? (do|would|should|did|can|could) (you|u|we|people) @adv* (think|agree|believe|say|feel|consider|reckon|find|suppose|disagree|accept|support the @claim) !in (it|with|me|us|the|@claim|those|people|who|say)* (that|it is true that|when i say that?)?
		are you @adv* (of the opinion|convinced|sure|certain|aware) that? | is it @adv* (true|fair to say|the case|correct|a fact|right to say|possible|likely|safe to say) that
		i @adv* wonder (if|whether) | (i was)? wondering (if|whether) | tell me (if|whether|honestly) | what if i (told|said) you that? | did you know that? | could it be that? | have you (ever)? (considered|thought|noticed) that?
		(how|what) about (this|the @claim) (that|of)? :? | consider (this|the @claim) that? :?
	`),
	mean(debates, `
		{polite} (let us|let me|(i|we) (want|would like|would love|am here|came here|am ready|need|wish|should|could|can|will) to?|shall we|how about we|(can|could|should|may) (we|i))+ (please)? (have a|start a|do a)? @debate (with (me|you|someone))? (about|on|over)? {the claim}? (of|whether (or not)?|if|that|:|the following|this :)* !me|you|this|it|something|anything|topics|things|skills|now|please|bot|someone|to|with|debate
		(debate|discuss|argue about|argue over|talk about) (with (me|you))? (on|about|over)? {the claim}? (of|whether|if|that|:)* !me|you|this|it|something|anything
		{polite} take (a|any) (side|stance|position) on
		(today's|our|the|my|a|first)* (topic|motion|resolution|resolved|question|debate|subject|theme|proposition|prompt) (for|of|at)? (today|debate|discussion|hand)? (is|:|-|,)+ (whether|if|that)*
		(opinion|claim|thesis|statement|take|truth|theory|fact|argument|position|belief|point|view) :|- | resolved | are you (for or against|pro or con|against or for) | (for or against|pro or con) :?
	`),
	mean(says, `
		{i think} !in|about|of|not|sick|sorry|good|bad|tired|better|like|so|too|sad|happy|lonely|bored|great|fine|ill|down|low|: (it is @adv* (true|clear|obvious|a fact) that)? (when|that|:)?
		{i think} that | i @adv* (can prove|will prove|can show|wanted to say|want to say|came to say|am going to prove|will argue|have a feeling|would go as far as to say) that?
		i (am|have|had|work|live|was|grew|studied|love|like|adore|hate) X (and|so|but) {i think} !in|about|of that?
		i @adv* (find|know|hear|heard|see|noticed|concluded|decided|hope|realised|realized) that
		i (do|must|would|will|can|have to)* agree (that|with (you|those|people|everyone|the ones)* who (say|think|believe|claim) that?|with the @claim that)
		i @adv* (feel like|feel as if|get the feeling|am under the impression|share the view|stand by {the claim}|support {the claim}|subscribe to {the claim}|agree with {the claim}) that?
		(i|we) (am|are) (100%|@adv|one of those people who|someone who|the kind of person who|a|firm|strong|big|true|great|of the)* (sure|convinced|certain|positive|confident|persuaded|opinion|view|belief|believer|believe|believes|think|thinks|saying|arguing|claiming|inclined to (think|say|believe)|(starting|beginning) to (think|believe|feel)|here to (say|argue|claim)|going to (say it|go out on a limb and say)|telling you|adamant|afraid) (that|of the fact that|:)?
		after|as|in|with|having|when|being|from|given|growing|speaking|until|lately|recently|over|at|the|since|for|looking|based|although|while X i @adv* (have|would|do|am|will|must)* @adv* (come to|started to|starting to|beginning to|begun to)? (think|believe|feel|say|argue|convinced|concluded|realised|realized|thought|believed) !in|about|of (i am)? that?
		as (a|an|someone) X , | speaking as X (:|,) | @adv* (in|from|on) my (humble|honest|personal|own|modest|professional|very)* (opinion|view|experience|book|mind|eyes|world|point of view|perspective) that?
		(to my mind|if you ask me|the way i see it|as i see it|as far as i (can tell|know|am concerned|can see)|for my part|speaking for myself|mark my words) (that|it is that)? | (for|to) me ,|it|that? | it is my (opinion|view|belief|contention|position) that
		{opinion} (of mine|here|today|on this|about this|on the matter)? (of the day|time)? (is that|is|but|that|:|-|,|which is)*
		(i bet)? i (can|will|could) (convince|persuade) you (that|of)
		i have (a|an) {opinion} (that|:|,|-|which is)*
		(the (plain|simple|sad|honest|hard)* (truth|fact|thing|point|reality|problem|bottom line) (of the matter)? (is|remains)|my (main)? (point|argument|thesis|claim|case|problem) (today|here)? is|it comes down to this|the hill i will die on is) (:|that|,)*
		it is @adv* (clear|obvious|true|evident|undeniable|a fact|known|a truth|common sense|no secret|safe to say|fair to say|well known|plain|self-evident|an open secret) (to (me|everyone))? that
		there is no (doubt|question|denying|way around the fact|debate) (in my mind|about it|but)* that? | without (a|any)? doubt that? | no doubt that? | let us (face it|be honest|be real|be clear|admit it|admit|be fair) that?
		(face it|we all know|(everyone|everybody) knows|as everyone knows|studies show|science (says|shows|proves)|remember|needless to say|admit it|deep down we all know) that?
		i (have|must|will|would|need) (to)? (say|admit|confess|tell you) that?
		(all|what) i (am saying|mean|want to say|am trying to say) is that? | if it (was|were) up to me | no matter what (they|people|anyone|you|others) (say|says|think|thinks) ,
		i @adv* (hold|assert|affirm|posit|declare|stand by) (to? (the|my) (view|belief|position|opinion))? that
		it (seems|looks|appears|feels) (to me|to us|pretty|quite|rather)* (like|as if|as though|clear|obvious)? that?
		(nobody|no one|no-one|you|one|we|there is no way to) can not? @adv* (deny|dispute|doubt|argue with) (the fact)? that?
		(of course|i am sure)? (you|we|everyone|everybody) @adv* (must|can|has to|have to|all|will|should|would)+ @adv* (agree|admit|accept|know|see) that?
		is it (just|only) me or (does (any one|anyone|anybody) else|do others|does everyone)? (think|feel|believe)? that? | am i @adv* (the only one|the only person|alone|crazy|mad|weird|wrong) (who|that|in|for|to|thinking|because)* (thinks|believes|feels|finds|think|believe|thinking|believing|say)? that?
		does? (anyone|anybody|any one) else @adv* (think|feel|believe|agree|find) that? | do (not you|you not|not we|we not|not people) @adv* (think|agree|believe|find|feel) that? | is (it not|not it) @adv* (obvious|clear|true|a fact|evident|strange|funny|sad|fair to say|the case|time to admit) that?
		would (not)? (you|we) (not)? (say|agree) that? | are not (you|we) (convinced|sure) that? | can (not)? we (not)? (all)? (just)? agree that
		this house (believes|thinks|holds|would argue) that? | thbt | thb
		{polite} {dare} (that|about|on|if you can|here|this|please|:|,|-|but|and|"|go)* | (explain|tell|show) (to)? me? (why|how) i am (wrong|mistaken) (to (think|believe|say)|about|in|thinking|that|when i say|for thinking)*
		{polite} (disprove|challenge|attack|question|refute) my (view|claim|opinion|belief|idea|point) that? | convince me i am wrong (about|to think|that|:)*
		so you (think|say|believe) i am wrong that
		{polite} take (a|the) (position|side|stance|view) (opposite|contrary) (to (mine|me|my view))? | (i guess|guess)? i (am|must be) @adv* the only (one|person) (who|that) @adv* (thinks|believes|feels|finds) that? | i could not agree more (with|that)* {the claim}? that?
	`),
	mean(denies, `
		(i|we) @adv* (do not|did not|can not|could not|will not|would not|no longer|never|have never|(am|are) not able to|refuse to|fail to|hardly|am not going to|have a hard time|find it hard to|struggle to|am unable to) @adv* (think|believe|believing|agree|say|feel|claim|consider|find|suppose|imagine|thought|believed|agreed|buy|accept|accepting|see|get|understand|share|buy into|support the) !in|a|an|your|you|what|any|people|those|anyone|the (it|with|@adv)* {who say}? (that|how|why|:|when people say that?)?
		(i|we) @adv* (do not|did not|can not|could not|will not|no longer|never|refuse to) @adv* (think|believe|agree|accept|buy|see|get|understand|share|support|like|follow) (with)? ({the claim} (that|of)?|{who say} that?)
		(i|we) @adv* (have to|must|would|do|am going to|beg to)* @adv* (doubt|deny|dispute|question|reject|disagree|refuse|differ|object) (to (believe|accept|think))? (with)? ({who say} that?|{the claim} (that|of)?|that|whether|if|when (people|they) say that?)
		(i|we) @adv* (doubt|refuse to (believe|accept|think)) (whether|if|that)?
		(i|we) @adv* (disagree with|am tired of|am sick of|am fed up with|hate|hate it|can not stand|laugh at|am against|have no patience for) (when)? {who say} that?
		i (am|was) not (at all)? @adv* (sure|convinced|certain|persuaded|sold on the idea|sold|of the opinion|of the view|a believer|saying|buying the idea|buying|claiming) (at all)? (by {the claim})? (that|if|whether|of the fact that)?
		i could not disagree more (with|that)* {the claim}? that?
		(i|we) @adv* (do not|can not|will never|could never|never) @adv* (understand|get|trust|respect) {who say}? (people|those|anyone|the people) who @adv* (like|love|enjoy|watch|prefer|eat|play|read|buy|want|drink|use)
		i am @adv* (sick|tired|fed up|sick and tired|bored|done) (of|with) (hearing|being told|reading|listening to|@people|@say|the @claim|how)+ that?
		it (is|was) @adv* not @adv* (true|the case|correct|clear|obvious|a fact|certain|proven|evident|fair to say|right to say|like) that?
		(it|that) (is|was) @filler* (false|untrue|lie|myth|nonsense|misconception|rubbish|fallacy|illusion|fairy tale|hoax|(wrong|ridiculous|silly|absurd|stupid|mistake|naive|crazy|exaggeration|dumb) to (say|think|believe|claim|suggest)) that?
		there is @adv* (no|zero|little|hardly any|not a shred of|not any) (good|real|hard|scientific|solid|convincing)* (way|chance|evidence|proof|reason to (think|believe)|sign|universe in which|world in which) (that|for the claim that)?
		no way (that)? | in no way | under no circumstances | no chance that? | not true that? | it is not like | imagine (thinking|believing) that?
		(how|why) {anyway} (can|could|do|does|would|should|did) {any one} @adv* (think|believe|say|claim|argue|insist|agree) !in that? | how is it possible (that|to (believe|think)) ({any one} @adv* @say)? that?
		who {anyway} (in their right mind)? @adv* (says|said|decided|thinks|believes|(would|could) (say|think|believe)) !he|she|you|they that? | who told you that? | since when | what (on earth)? makes (you|people|anyone|them) (think|believe|say) that?
		(please)? (everyone|people|let us|we (need to|should|must)|can we (please|all|just)*)? (stop|quit|enough with) (saying|pretending|claiming|telling (me|people|us|kids|everyone)|acting like|believing|thinking) (like)? that?
		do not (tell|try to tell) (me|people) that? | do not (say|pretend|claim|believe|think) that?
		({any one}|they|those) (who)? (wrongly|falsely|mistakenly) @say that? | i (once|used to|always used to) @adv* (think|believe|thought|believed|say|feel|be convinced|be sure) that?
		(i bet|i doubt|nobody|no one|no-one|nothing|you)+ (can|could|will|would|are)* (not|never|going to)* (ever|even)? (convince|persuade) me (that|of|the idea that)*
		(nobody|no one|no-one|hardly anyone|few people) @adv* (in their right mind|sane)? @adv* (thinks|believes|says|think|believe|say|claims) !in that?
		you (probably|may|might|must|all|obviously|surely|certainly)+ (think|believe|say) that? | i (can not|could not) believe (that)? {any one} (still|actually|really)* (defend|support|like|love|enjoy|buy|eat|want|watch|use|believe in)
		i have never (believed|thought|understood (why|how)|seen why|agreed) that?
	`),
	mean(asksFor, `
		{polite} (take|be on|support) my side
		{polite} (argue|speak|make your case|debate|stand up|fight|vote) (with me)? (in (favour|favor|support|defence|defense) of|for|why|that|as if|like|how|on behalf of|on the side of) ({the claim} that?)?
		{polite} (take|defend|adopt|support|hold|argue|play|represent|assume|be on|have|choose) (the|a) (pro|affirmative|supporting|favourable|yes|positive)? (side|position|view|stance|idea|notion|opinion|thesis|statement|viewpoint|proposition|belief|argument|role|case|claim|point of view) (of (someone|people|those|anyone) who (thinks|believes|says|think|believe|say|likes|loves))? (that|of|for|on|in|about|regarding|:|,)*
		{polite} (take|argue|be|go|do|you are|support) (the)? pro (side|position|stance)? (of|on|for|in|:|,)*
		{polite} (make|give|present|build|write|state|offer|provide|list|name|show|tell|construct|put together) (me|us)? {strong} {case} (in (favour|favor|support|defence|defense))? (for|that|of|why|to believe|on why|about why|arguing|explaining why|showing|showing why|supporting|behind|:)+ (that|why)?
		{polite} try (convincing|persuading) me (that|of)? | {polite} (defend|support|justify|prove|argue for|argue) (this|the following) @claim? :
		{polite} (convince|persuade) (me|us|someone|people|the world|everyone) !not|otherwise|to|i|if (that|why|of how|how|of the fact that|of|about|it is true that|on|:)?
		{polite} make me (believe|think|see|agree|understand) (that|why|in)?
		{polite} (explain|describe) (to)? (me|us|everyone)? how (exactly)? !to|do|does|i|you|this|it|can|your|did|are|is|we
		what (is|are) {strong} {case} (in (favour|favor) of|for|that|why|supporting|behind)
		{polite} (explain|tell|show|teach|prove|demonstrate|justify|describe|outline) (to)? (me|us|everyone)? ((all|some)? (the|of)* reasons)? (why|that|how come) !you|to|this (exactly)?
		{polite} (prove|justify|defend|support|advocate|champion|steelman|steel-man|stand up for|back|promote|praise|sell (me|us)? on?) !me|you|your|i|it|this (for|the @claim|that|of|why)* | {polite} (defend|justify|support) (the|this|that) @claim (that|of)*
		{polite} (pretend|act|imagine|assume|say|play) (as|like|if)* that? (you|u|someone who) @adv* (think|believe|thinks|believes|agree|love|support|(are|were) (sure|convinced|certain|for|a fan of|in favour of|pro)|like) that?
		(so)? (you|u) (will|can|should|have to|must|are to|get to|are going to|be|are supposed to)* (argue|say|claim|defend|support|maintain|insist|advocate) (for|{the claim}|that|of|why|:)*
		{polite} (be|are|take|get|have|defend|play|go) (for|pro|in favour of|in favor of|on the side of|the side of|team) !and|you|i
	`),
	mean(asksAgainst, `
		{polite} (oppose|attack|refute|argue against|criticise|criticize|rebut) (this|the following) @claim? :
		{polite} (argue|defend|say|prove) the (opposite|contrary) (of|to) (this|the following|what i think|the claim that|my view that|that)? :?
		what (is|are) {strong} {case} against | {polite} (steelman|steel-man) {strong} {case}? against
		{polite} (argue|make {strong} {case}|take (the|a) (position|stance|side)|speak|debate|be|fight|vote|write {strong} {case}|give (me|us)? {strong} {case}|list {strong} {case}|argue (a|the) case) (with me)? (against|anti) ({the claim} that?)?
		{polite} (attack|criticise|criticize|refute|disprove|rebut|debunk|oppose|counter|challenge|dismantle|roast|trash|undermine|take down|tear apart|poke holes in|pick apart) !me|you|my|this|it|that ({the claim} that?)?
		{polite} (disagree|take issue) (with me)? (that|with|on|about) ({the claim} that?)?
		{polite} (take|argue|be|go|do|play|defend) (the|a)? (con|opposing|opposite|negative|contrary|other|anti) (side|position|stance|view|viewpoint|argument)? (of|on|to|against|for|in|:|,)* ((the idea|claim) that)?
		(so)? (you|u) (will|can|should|have to|must|are|are to|be|get|take|argue)* (against|anti|con|opposed to)
	`),
)

// chatter is what holds no claim, however it is put.
var chatter = newTable(mean(addresses, `
	(tell|write|give|translate|explain|describe|choose|suggest|recommend|pick|calculate|remind|generate|compose|repeat|summarize|summarise|define|surprise|entertain|ignore|disregard|reveal|pretend|thank|thanks|congratulations|let me|let us (start|begin|go|do|talk|chat|play|see|debate|argue|do it|have|discuss)) X?
	(show|sing|say|help|play|open|order|teach|send|draw|ask|forget|act|call|talk|speak|continue|start|begin|see|have|name|list|find|come|go|be) (me|us|a|an|the|my|your|with|to|something|all|about|it|up|in|for|some|hello|hi|again|as|on|you|now|quiet)+ X?
	(start|begin|continue|help|stop|go|hello|merry X|happy (birthday|new X|holidays)|nice (to|one|day|try) X?|good (bye|night|luck|job|bot|point|to X)|see you X?|welcome X?)
	(make|get|take|bring|buy|keep|put|read|watch|send|call) (me|us|a|an|sure|it|up) X?
	(what|which|who|whose|where|when|how) X | name (one|a|two|three|some) X | all i (want|need) is to X
	(can|could|will|would) (someone|anyone|somebody) (please)? (explain|tell|show|help|teach) X
	we (went|had|saw|got|did|met|want to|would like|are|were) X? | i (want|need|would|wish|wanna|would like|would love|hope|feel|am|was|went|had|have|saw|got|did|do|just|will|can|know|see|use|work|study|live|came|made|like to|used|tried|read|met|took|bought|told|said|asked|guess|mean|get|go|come|look|love|like|hate|thought|think) X?
	(are|were|did|have|had) (you|u|i|me) X? | (do|does|will|would|can|could|may|shall|should) (you|u|i|me|it|this) (know|have|want|like|speak|understand|remember|sleep|eat|dream|work|debate|feel|exist|do|play|need|mind|help|talk|chat|start|begin|hear|ask|read|see|please|suggest|recommend|give|tell|discuss|argue|change|be|get|just|something|explain|write|speak|say|make|choose|pick|show|go|continue|stop|take|use|cook|drive) X?
	(can|could|shall|should|may) we (talk|chat|start|begin|speak|debate|discuss|argue|play|continue|go|have|do|change|stop|try|please) X?
	is (this|that|anyone|anybody|someone|it|there) (any ?one|working|you|there|on|an|a|the|here|real|free|safe|possible|raining|late|time)? (X|there|here|working)? !to|that
	(you|u) (are|were|look|sound|seem|did|said|have|know|talk|write|choose|pick|decide|start|first|go|begin|suck|rock|win|won|think|sure|make me) X?
	my (name|day|age|english) (is|was) X | (it|that|this|these|those|they|he|she|there) (is|was|are|were|sounds|looks|seems|works|has|feels|sucks|rocks|makes|did|does|will|would|should|can) X | long time no see | lorem ipsum X? | (see|talk to) you X?
`))

// contrasts are sentences of which one part counts.
var contrasts = newTable(
	mean(denies, `
		(she|he|they|some|others|my Y) @adv* @say that? X (and|but|while|whereas|,)+ i @adv* (say|think|prefer|want|believe|would say) Z => X
		{any one} @adv* (keep|keeps|will|like to|love to)? @say (me|us)? that? X but (that|it|they|he|she|i|this) Y => X
		my Y @adv* @say (me|us|to me)? that? X but (that|it|they|he|she|i|this) Z => X
		{puzzled} (why|how|that|what)* {somebody} @adv* (like|love|enjoy|watch|eat|drink|play|read|buy|use|care about|prefer|wear|trust|find (in|so)) X => X [is] good
		{puzzled} (why|how|that)+ {somebody} (would|should)? @adv* !are|is|have|has|can|think|believe|say|need X => people should X
		(i|we) (can not|could not) believe that? {somebody} (still|actually)+ !defend|support|like|love|enjoy|want|believe|think X => people should X
	`),
	mean(says, `
		X (and|but|so|while|then|,|-)* i (will|shall|am going to|can|would)? (argue|take|defend|say|be|do|have|support|am)? (for)? the? (opposite|contrary|other|opposing|against|con|reverse|opposition) (side|one|view)? (it|that|of it)? => X
		you (will|can|should)? (take|have|get|defend|support|argue for|are|be) (the side of|for|on the side of|team|pro)? Y , (and|but|so|while)* i (will)? (say|think|believe|argue|claim) that? X => X
		i (never said|am not saying|do not say|did not say|have nothing against|am not claiming|do not mean|do not deny|do not hate|do not mind|am not against) Y (but|just|only) (i|only|just|do)* (think|believe|say|feel|am saying)? that? X => X
		(i|we) @adv* (know|get|understand|like|love|enjoy|respect|admit|see|appreciate|accept|agree|realise|realize|adore|hate) Y but (i|still|do|just|honestly|personally)* (think|believe|feel|say|find)? that? X => X
		i used to (be against|be for|be a fan of|hate|love|like|dislike|think|believe in|support|oppose|defend) Y (but|and|,)+ (now|today|these days|lately)* (i @adv* (think|believe|know|feel|see))? that? !i|we|not X => X
		(i|we) (might|may|could) be (wrong|biased|crazy|alone|old-fashioned) (here|about this|in this)? but X => X
		(although|though|while|whereas|despite|granted|even if|even though|in spite of) Y , X => X
		(maybe|perhaps) it is (just|only) me but X => X
		(maybe|perhaps|sure|yes|of course|to be fair|admittedly|true|granted|i admit|i grant) that? Y but X => X
		say what you (want|like|will) about Y but X => X
		it is not (that|because|like) Y (but|it is|i|only|just)+ (that|because|think|believe|feel|say|find|am saying)* X => X
		(since|because|as) Y , X => X
		(since|because) Y &they|it|he|she|we|you X => X
		X , (and|but|so|while)* (you|u) (are|will|can|should|be|take|argue|defend|have|get|must)+ (against|for|con|pro|the (other|opposite|opposing) side|the opposite|anti) (it|that|side)* => X
	`),
)

// forms make a claim without stating it: the first that matches all of it
// counts. [is] and [exist] agree with what stands before them, [ing] makes a
// gerund of the word after it and [base] takes its past tense.
var forms = newTable(
	mean(denies, `
		" X " (is|was|sounds|-|:|what|,)* @filler* @wrong (advice|idea|principle|saying|with|that|one|it|to|me|completely|totally|indeed|of|nonsense)* => X
		(the|this|that|your) (idea|notion|claim|belief|myth|theory|view|argument|assumption|thought|saying) that X (is|was|seems|makes|has|sounds) @filler* (@wrong|sense|basis|true) (to me|and dangerous)? => X
		({who say}|if you @say|any one who @say|@people who (still)? @say) that? X (is|are|has|have|must|needs|need|you are) @filler* (@wrong|tried|tasted|seen|met|thought|never|not) Z? => X
		why {anyway} (would|should|do|does|did) {any one} @adv* (want to|feel the need to|bother to|insist on|in their right mind)* X => people should X
		why {anyway} (would|should|do|does|must|did) schools @adv* (have to|need to|all|want to)* X => schools should X
		why {anyway} (would|should|do|does|must|did) (we|society|the world|they) @adv* (have to|need to|all|want to)* X => we should X
		why {anyway} (should|do|would|must) i @adv* (have to|need to)* X => you should X
		why (even)? (bother|waste time|waste money) (with|on|to)? X => X [is] worth it
		(what|where) (is|was) the (point|use|sense|value|benefit|good|purpose) (of|in) (having)? X => X [is] useful
		what (is|was) so @adv* (great|good|special|wonderful|amazing|important|funny|interesting|cool|hard|difficult|dangerous|useful|fun|impressive) about X => X [is] great
		what (is|was) so @adv* (bad|terrible|awful|horrible|evil|weird) about X => X [is] bad
		(what|which) (kind|sort|type) of (a)? (person|people|monster|idiot|psychopath|maniac|parent|human|adult) @adv* X => people should [base] X
		why (is|are) (everyone|everybody|people) @adv* (obsessed with|into|crazy about|in love with|excited about|mad about|hyped about) X => X [is] great
		(i|we) (would|will) (not|never) @adv* trust !you|it|that|this|him|her|them X => people should trust X
		(i|we) (would|will) (not|never) @adv* buy !you|it|that|this|him|her|them X => people should buy X
		(i|we) (would|will) (not|never) @adv* eat !you|it|that|this|him|her|them X => people should eat X
		(i|we) (would|will) (not|never) @adv* use !you|it|that|this|him|her|them X => people should use X
		(can|could|will) (someone|anyone|somebody) (please)? (explain|tell me) (to me)? why we @adv* X => we should X
		(can|could|will) (someone|anyone|somebody) (please)? (explain|tell me) (to me)? why people @adv* X => people should X
		{puzzled} (the|all|what|this)* (hype|fuss|appeal|obsession|craze|excitement|attraction|point) (is|with|around|about|of|over|surrounding|for|in)+ X => X [is] great
		(i|me|am|count|call|put|consider|myself|down|as|a|an|@adv)* (skeptic|sceptic|critic|opponent|hater|enemy|doubter) of X => X [is] good
		what (is|was) (the)? (so|actually|even)? big deal (with|about) X => X [is] important
		what (is|was) (the)? (so|actually|even)? (wrong|bad|problem|issue|harm) (with|about|in) X => X [is] wrong
		what (has|have|did|does|do) X ever (done|do) for Y => X [is] useful
		what good (is|are|does|do) X => X [is] useful
		who @adv* (needs|wants|uses) X => people need X
		who @adv* cares about X => X [is] important
		who @adv* (likes|loves|enjoys|eats|watches|drinks|reads|plays|listens to|trusts|wears|believes in) X => X [is] good
		who (would|could|can|will|in their right mind would|on earth would) @adv* (want to|choose to|like to)? !win X => people should X
		how {anyway} (can|could|do|does|would) {any one} @adv* (not)? (like|enjoy|love|eat|drink|watch|listen to|stand|defend|support|justify|buy|want|prefer|trust|believe in|be for|play|read) X => X [is] good
		how (is|are|can|could) X (still|even|be|actually|considered)* (legal|allowed|permitted) Y? => X should be legal
		how (on earth|the hell|in the world) &is|are|can|could|does|do|did X => ?
		(i|we) @adv* (do not|can not|fail to|never|could never) (see|get|understand) what (is|the fuss is|all the fuss is|all the hype is|the hype is) (so)? (great|good|special|wonderful|amazing)? about X => X [is] great
		(i|we) @adv* (do not|can not|fail to) see (any|a|the|one)* (good)? (reason|need) (to|for) X => we should X
		(i|we) @adv* (do not|can not|fail to) see (any|the)? (point|sense|use|value) (in|of) X => X [is] useful
		how (is|are) X (still|even)* (a thing|acceptable|ok|okay|popular) => X [is] good
		how (is|are|was|were) X (even|actually|still|considered|supposed to be|possibly)+ Y => X [is] Y
		how &is|are|was|were (is|are|was|were) !you|things|the X (a|an|better|fair|art|worse|worth|different) Y => ?
		(i|we) @adv* (am|are|is|do)* @adv* (against|opposed to|oppose|anti|condemn|object to|disapprove of|not support|not agree with|disagree with|not in favour of|not in favor of|not for|not approve of|reject|not a supporter of|stand against|not advocate) X => X [is] good
		(i|we) @adv* (do not|no longer|never|have never|can not) @adv* (believe|believed) in &ghosts|god|aliens|magic|fairies|miracles|karma|santa|reincarnation|fate|destiny|heaven|hell|telepathy|angels|demons|bigfoot|luck X => X [exist]
		(i|we) @adv* (do not|no longer|never|have never|can not) @adv* (believe|believed) in X => X [is] real
		(i am)? @adv* (not in (favour|favor) of|against|opposed to|anti) X => X [is] good
		(down with|enough of|enough with|say no to|no to|boycott|screw|forget|fuck|away with|to hell with) X => X [is] good
		X (can go to hell|can go away|must die|, no thanks|no thank you) => X [is] good
		(please)? (give|tell|name|show) me (just|only|even)? (one|a|a single|any)? (single|good|convincing|real)* reason (to|why (i|we|any one|anyone|people|you) should) X => people should X
		i would (not|never|hardly) @adv* call X (a|an) Y => X [is] a Y
		do not (ever)? &let X => we should X
		(do not|never|you must never|you must not) !you|we|they|tell|let|worry|get me => ?
		(do not|never|you must never|you must not) !you|we|they|tell|let|worry X => people should X
		no more X => there should be more X
		why {anyway} &should|would|must (should|would|must) !not X => ?
		why (is|are) X (still)? (a thing|legal|allowed) => X [is] good
		i see no (reason|need) for X to Y => X should Y
		i see no (reason|need) to X => we should X
		i see no (point|use|value|sense|reason|need) (in|of|for) X => X [is] useful
	`),
	mean(says, `
		(on|about) Y (is that|is|:|,)+ X => X
		" X " (is|was|sounds|-|:|what|,|i)* @filler* @right (on|advice|with|that|one|it|to|me|completely|totally|indeed)* => X
		(the|this|that|your|my) @claim that X (is|was|seems|sounds) @adv* (true|right|correct|convincing|plausible|undeniable) => X
		{any one} @adv* (keep|keeps|will|like to|love to)? @say (me|us)? that? X (and|but) i (agree|think so too|think so) Y? => X
				is (it|not it|it not|this) (about|high)? time (for us to|to|that we|we) (all)? (should)? X => we should [base] X
		how Z X &is|are (is|are) => X [is] Z
		what X &needs needs is Y => X needs Y
		what X &need need is Y => X need Y
		if i (were|was) Y i would X => we should X
		(about|high|past)? time (for us to|to|that we|we) (all)? (should)? X => we should [base] X
		what if (we|governments|countries) (just|all|simply|actually|finally)* X => we should [base] X
		(i|we) @adv* wish !i|you|it|he|she|me X would Y => X should Y
		X , a? &bad|good|great|terrible|stupid|dumb|horrible|genius Y => X [is] a Y
		why (not|do not we|can not we|should not we|should we not|can we not) (just|simply|all)? X => we should X
		(how come|why is it that) X => X
		why &is|are|was|were|can|has|have|did|do|does|should|would|must|could X => ?
		why X => X
	`),
	mean(asksFor, `
		{polite} (convince|persuade) (me|us) to X => you should X
	`),
	mean(asksAgainst, `
		{polite} (convince|persuade|tell|show) (me|us) (why)? not to X => you should X
	`),
	mean(dislikes, `
		(i|we) @adv* (hate|despise|loathe|dislike|can not stand|resent) it? that X => it is bad that X
		(i|we) @adv* (hate|despise|loathe|dislike|can not stand|resent) it? when X => it is bad when X
		(i|we) @adv* (have always|have|do)? @adv* (hate|hated|despise|detest|loathe|dislike|can not stand|can not bear|abhor|am sick of|am tired of|am fed up with|am bored of|not @adv* like|not @adv* enjoy|not @adv* care for|never liked|am not @adv* (a)? (big|huge)? fan of|am no fan of|have a problem with|am not into|am not fond of|do not trust) (it when)? !you|it|this|to X => X [is] bad
		can not (stand|bear) X => X [is] bad
		(not|no|never) (a|really|much of a|been)* @adv* (big|huge)? fan of X => X [is] bad
	`),
	mean(likes, `
		(some|many|most|they|people|everyone|everybody|lots of people|others|folks)+ @adv* (keep|will|like to)? (say|says|think|claim|claims|saying|insist|insists|believe) (me|us)? that? X => X
		my Y @adv* @say (me|us|to me)? that? X => X
		do (you|we|people) @adv* believe in &ghosts|god|aliens|magic|fairies|miracles|karma|santa|reincarnation|fate|destiny|heaven|hell|telepathy|angels|demons|bigfoot|luck X => X [exist]
		(do|are|would) (you|we) @adv* (believe in|support|like|love|enjoy|for|in favour of|in favor of|a fan of) !it|me|this|that|to X => X [is] good
		is there @adv* (any|a|some)? (point|sense|use|value) (in|of|to) X => X [is] useful
		is it better to X or Y => it is better to X than Y
		(which|what|who) (one)? (is|are|was|do you think is|would you say is|do you (prefer|like)) @adv* (more|the)? @choice? Z? (,|:|-)+ X (or|vs) Y => X [is] better than Y
		(which|what|who) (one)? (is|are|was|do you think is|do you (prefer|like)) @adv* (more|the)? @choice? X (or|vs) Y => X [is] better than Y
		(which|what|who) (would|will) win (in a fight|in a battle|a fight|the|between|, )* X (or|vs) Y => X would beat Y
		would you rather (be|have) X or (be|have)? Y => X [is] better than Y
		would you rather X or Y => [ing] X [is] better than [ing] Y
		(do|would|are) (you|we|u) (prefer|like|rather|choose|team|pick|more of a|a) (more)? X or (a|an)? Y (person|more)? => X [is] better than Y
		(is|are) X or Y @choice Z? => X [is] better than Y
		(is|are) X @choice or Y => X [is] better than Y
		X > Y => X [is] better than Y
		X < Y => Y [is] better than X
		X = Y => X [is] Y
		X : (useful|good|right|fair|great|overrated|safe|art|real|necessary|ethical|genius) or Y => X [is] good
		((between|choose|pick|choice) :?)? X ,? (vs|versus|v) Y ((,|-|:)* (which|who|what|thoughts|discuss|debate|pick|winner|go|fight) Z?)? => X [is] better than Y
		(i|we) @adv* (would|will|much|far|vastly|any day)* (prefer|choose|take|pick) X (to|over|rather than|instead of|than) Y => X [is] better than Y
		(i|we) @adv* (do|would|much)* prefer !to|you|not|it|that|this|if|when X => X [is] better
		(i|we) would (much|far)? rather (be|have|live) X than (be|have|live)? Y => X [is] better than Y
		(i|we) would (much|far)? rather X than Y => [ing] X [is] better than [ing] Y
		(give me|i will take|i choose) X (over|before) Y @adv* (any day|any time|anytime)? => X [is] better than Y
		(i|we) @adv* (like|love|enjoy|want) X (more|better|way more|much more) than Y => X [is] better than Y
		(i|we) would &@policy X => we should X
		X (is|are) where it is at => X [is] the best
		(i|we) @adv* (love|like|adore|enjoy) how X => X
		(i|we) @adv* (love|like|adore|enjoy|appreciate) it? that X => it is good that X
		(i|we) @adv* (love|like|adore|enjoy|appreciate) it? when X => it is good when X
		(i|we) @adv* (do|have always)? @adv* (love|like|adore|enjoy|am @adv* (a|such)* @adv* (big|huge|massive|great)? (fan of|fond of|in love with|crazy about|obsessed with|lover of|into)|can not live without|admire|recommend|loved|worship|swear by) !to|your|you|it|this|how|when|talking|debating X => X [is] great
		(i|we) @adv* (am|are|do|will|would)* @adv* (support|favour|favor|in (favour|favor) of|for|pro|endorse|advocate for?|defend|argue for|stand for|back|stand with|agree with|approve of|on the side of|all for|supportive of|team|a supporter of|a believer in|a proponent of) !you|me|it|that|him|her|them|a|the X => X [is] good
		(i|we) @adv* (am|are|do)* @adv* (support|favour|favor|in (favour|favor) of|for|pro|endorse|stand for|agree with|approve of|all for|back|defend) X => X [is] good
		(i|we) @adv* believe in &ghosts|god|aliens|magic|fairies|miracles|karma|santa|reincarnation|fate|destiny|heaven|hell|telepathy|angels|demons|bigfoot|luck X => X [exist]
		(i|we) @adv* believe in X => X [is] good
		i (find|consider) X => adjective
		(you|nothing|one)? can not? (beat|top|go wrong with) X => X [is] the best
		(i am)? (go)? team X (over|before) Y (here)? => X [is] better than Y
		(i am)? (go)? team X (all the way|forever|here|for life|for the win|ftw|any day)* => X [is] the best
		X (all the way|for the win|ftw|forever|for life|every time) => X [is] the best
		@adv* (in (favour|favor) of|all for) X => X [is] good
		(long live|hooray for|three cheers for|hurray for|yes to|say yes to|viva|all hail|up with) X => X [is] good
		X (over|before) Y (any day|always|every time|anytime|any time) (of the week)? => X [is] better than Y
		(there is)? nothing (is)? better than X => nothing is better than X
		the? &best|worst|greatest|coolest|funniest|tastiest|most X (:|-) Y => Y [is] the X
		X : (ban|abolish|legalise|legalize|stop|end|keep) (it|them) => we should ban X
		(thw|this house would) X => we should X
		less !is X => there should be less X
		fewer X => there should be fewer X
		it is (about|high|past|way past|really)* time (for us to|to|that we|we) (all)? (should)? X => we should [base] X
		it is (about|high|past)* time (that|for)? X (was|were|got|to be|got to be) Y => X should be Y
	`),
)

// calls are forms that only stand alone: what the bot is asked to argue is no
// call.
var calls = newTable(mean(likes, `
		{polite} (please|just|let us|time to|it is time to|someone|everyone|everybody|people|should|we (must|should|need to|have to))* (stop|quit) X => people should stop X
		&let X => we should X
		(please|just|let us|time to)* &@policy X => we should X
		(please|just|always|everyone|people)* &@habit X => people should X
`))

// tails come after a claim and are taken off.
var tails = newTable(
	mean(addresses, `
		right|agree|agreed|no|yes|huh|eh|innit|ok|okay|imo|imho|tbh|ngl|lol|lmao|haha|hahaha|lmfao|xd|every time | any day (of the week)? | all day long | which (one)? (is better|do you prefer|wins) | honestly|seriously|obviously|clearly|personally|frankly|fr|frfr|af|irl|facts|though|btw|please|thanks|period|ftw|sorry|rofl|already|anyway|everyone|guys|bro|dude|mate|folks|idk|simple|literally|yeah|smh
		do not (at)? me | (is|are|does|do|was|were|should|can|could|would|will|has|have|did) (not)? (it|they|he|she|we|you|that|there|i)
		you know (what i mean)? | (do|would) not you (think|say|agree) | would you (not)? (say|agree) | (do not)? you agree | do you agree (with me|with that)? | true or false | or (bad|wrong|worse|harmful|useless|pointless|overrated|unhealthy|no)
		and (defend|argue|support|justify|prove|attack) (it|that|this) | full stop | end of (story|discussion|debate) | no (question|doubt|debate|cap|joke|offence|offense|exceptions) | hands down | by far | bar none | i (think|believe|guess|suppose|swear|am telling you|mean|rest my case|feel) | for real | if you ask me | in my (humble|honest|personal)? (opinion|view|book|experience|mind)
		(to be|being) (honest|fair|clear|frank) | as far as i am concerned | trust me | believe me | mark my words | what do you (think|say|reckon) about (it|that|this) | what say you | what about you | and you | sorry not sorry | that is (all|it|a fact|my (opinion|view|take)|what i think|just (a fact|my opinion|how it is)|that|the truth) | simple as that | it is that simple | deal with it | any? more | anymore | by now | these days | by the way
		and nothing (more|else) | so there | thank you | (you|they|nobody|no one|one) can (not)? deny (it|that) | and that is (a fact|that|final|the truth) | (without (a|any)?|beyond any) doubt | to say the least | (is|was) my (opinion|view|position|stance|take|point) | is what i (think|believe) | as (any|every) Y (will|would|can) (tell|say|know|confirm) (you|me)? | as we all know | you will not change my mind | and i will die on (this|that) hill | and you can not tell me otherwise
		(and|,)* (nobody|no one|you) (can|could|will) (not|ever)? (convince|tell|persuade) me otherwise | am i (right|wrong) | or not | or what | or is it just me | why or why not | and why | i would say | i dare you | that is for sure | for sure | in general | or am i (wrong|crazy) | if i am honest | not even close | no contest | , for me | , to me
		(please|so|go ahead|now|-)* {dare} (please|on this|about that|if you can|bro|now|already|, )*
		(so|please|and)* (argue|debate) (with me|against (it|that|this|me)|the opposite|the other side|otherwise) (please)?
	`),
	mean(debates, `
		yes or no | for or against | pro or con | thoughts | discuss | debate | agree or disagree | opinions | (what do you think|your thoughts|any thoughts|your opinion)
	`),
	mean(denies, `
		(,|and|but)? (what (a load of|utter|complete|total|a)? | which is (just|simply|complete|total|utter|obviously)* | (that|it) is (just|simply|complete|total|utter|obviously|a|such)*) (rubbish|nonsense|bullshit|crap|bs|garbage|wrong|false|not true|ridiculous|lie|myth)
		- not | - no | yeah right | (said|says) (no one|nobody|no-one) ever | i (do not think so|doubt it|think not|disagree|beg to differ)
	`),
)

// superlatives are questions for a thing of which the most is said.
var superlatives = newTable(mean(says, `
	(what|who|which) (is|are|was) (hands down|easily)? the &best|worst|greatest|coolest|funniest|tastiest|biggest|ugliest|saddest|most X
	(the|my|hands down|easily)* &best|worst|greatest|coolest|funniest|tastiest|biggest|ugliest|saddest|most X
`))

// verdicts only take a side of what was said elsewhere; the effect is the
// user's, or what the bot is to do.
var verdicts = newTable(
	mean(addresses, `
		nobody|none|no-one | no one | (true or false|agree or disagree|disagree or agree|yes or no|right or wrong|discuss|debate|thoughts|what do you think|what say you|opinions|any thoughts|do you agree|agreed|am i right|or not|why|why not) X?
	`),
	mean(asksAgainst, `
		(so|and|now|please|i want you to|you|u|will|can|should|must|have|to|are|be|take|argue|defend|get|going|would|your side is)* (against|con|anti|the (con|opposite|opposing|other|negative) (side|view|position)?|oppose|attack|argue against|disagree with) (it|that|this|side|me|the idea)* (please)?
		convince me otherwise | (try to)? (prove me wrong|change my mind) | disagree with me
	`),
	mean(asksFor, `
		(so|and|now|please|i want you to|you|u|will|can|should|must|have|to|are|be|take|argue|defend|get|going|would|your side is)* (for|pro|in (favour|favor)|the (pro|affirmative|yes) side|defend|support|argue for|in support|agree with) (of|it|that|this|side)* (please)?
	`),
	mean(denies, `
		{myself} (am|stand|would be|take|will be|will argue|argue|feel)* @adv* (against|opposed|con|oppose|anti|not in (favour|favor)|the con side|not for|not a fan|no fan|not convinced|do not like|disagree with|do not agree with|not sure about) (it|that|this|the idea|all|of|to|side|motion|the)* (at all)? {why}?
		{myself} (must|have|to|would|do|beg|could not|can not)* @adv* (disagree|differ|do not agree|do not think so|doubt it|doubt that|do not believe|do not buy|deny|not agree|disagree more|do not think it is|think not) (more|with|about|it|that|this|so|her|him|them|you|the|claim|idea|statement|above|one|at all|completely|one bit|strongly|here|any|word|of|my|sister|brother|parents|dad|mum|mom|friend|friends|teacher|boss|true|right)* {why}?
		{myself} (think|say|believe|know|am sure|would say|would argue|am convinced|vote|am voting|go with|would vote)+ that? (no|not|the opposite|otherwise|(it|that|this|he|she|they) (is|are|does|do|should|was|were|can)? (not|@adv)* (wrong|false|nonsense|mistaken|crazy|rubbish|ridiculous|stupid|a lie|a myth|not))
		(i|we) (do not|no longer) (any more|anymore|now)? | (not any more|not anymore|not now)
		(no|nope|nah|never|hardly|wrong|false|nonsense|rubbish|bullshit|disagree|bs|lies|lol|hell|not|really|at|all|absolutely|definitely|of|course|certainly|way|chance|true|strongly|sir|please|i|am|do not|what|a|load|utter|complete|total|it|is|does|that|they|are|he|she|so|just|simply|this|untrue|ridiculous|lie|myth|thanks|think|mistaken|here|wrong|sense|makes|-)*
	`),
	mean(says, `
		{myself} (am|stand|would be|take|will be|will argue|argue|feel)* @adv* (for|in (favour|favor)|pro|support|the pro side|all for) (of|it|that|this|the|idea|side|motion)* {why}?
		{myself} (must|have|to|would|do|could not|can not)* @adv* (agree|think so|believe so|believe it|agree more|think it is true) (more|with|it|that|this|her|him|them|the|claim|idea|statement|above|one|completely|totally|100%|fully)* {why}?
		{myself} (think|say|believe|know|am sure|would say|vote|am voting|go with)+ that? (yes|so|(it|that|this|he|she|they) (is|are|does|do|should|was|were|can)? (true|right|correct|spot on)?)
		(yes|yeah|yep|yup|sure|absolutely|definitely|of|course|certainly|totally|indeed|exactly|true|correct|right|agree|agreed|strongly|hell|for|no|doubt|obviously|clearly|without|a|that|is|it|100%|very|so|they|are|he|she|i|amen|please|could not|more|this|-)*
	`),
)
