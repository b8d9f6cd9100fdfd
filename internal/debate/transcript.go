package debate

// Transcript is a debate as a client tells it that keeps its own history and
// sends all of it with each message, and the message to answer now.
type Transcript struct {
	// Stance, Difficulty, Persona and Format are as in a ChatRequest, and the same each
	// time, but for dates and times in the persona: with others it is another debate.
	Stance     Stance
	Difficulty Difficulty
	Persona    string
	Format     string
	// Before are the exchanges so far, oldest first; of each, Message and Reply count.
	Before  []Exchange
	Message string
	// RequestID, unless empty, makes the request safe to repeat.
	RequestID string
	// Unpaced says that nobody reads along while the reply is written.
	Unpaced bool
}

// Request is its latest message as a turn to take.
func (t Transcript) Request() ChatRequest {
	return ChatRequest{Message: t.Message, Stance: t.Stance, Difficulty: t.Difficulty, Persona: t.Persona, Format: t.Format, RequestID: t.RequestID}
}
