package debate

// Aside is what a message wants that is about the debate itself, and not about
// its topic.
type Aside string

// The asides; NoAside is a message about the topic.
const (
	NoAside        Aside = ""
	AsideWinner    Aside = "winner"           // who is ahead
	AsideSummary   Aside = "summary"          // sum up both sides
	AsideBestPoint Aside = "my_best_argument" // the best argument for the user's side
	AsideSource    Aside = "source"           // where the bot has that from
	AsideBot       Aside = "are_you_bot"      // a person or a bot
	AsideBelieve   Aside = "believe"          // does the bot believe this
	AsideShorter   Aside = "shorter"
	AsideSimpler   Aside = "simpler"
	AsidePoints    Aside = "points" // in points
	AsideUnmet     Aside = "not_answered"
	AsideThanks    Aside = "thanks"
	AsideInsult    Aside = "insult"
	AsideJoke      Aside = "joke"
	AsideSilence   Aside = "silence"
	AsideAbilities Aside = "capabilities" // what can the bot do
	AsideGreeting  Aside = "greeting"
	AsideConcede   Aside = "concede"   // the user gives in
	AsideNewTopic  Aside = "new_topic" // another topic, please
	AsideLanguage  Aside = "language"  // speak another language
	AsideRepeat    Aside = "repeat"
	AsideGoodbye   Aside = "goodbye"
)
