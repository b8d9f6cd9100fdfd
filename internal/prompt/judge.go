package prompt

import (
	"fmt"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Judge asks who had the better of a debate. The sides have letters: the user is A,
// or, swapped, B. The latest exchanges are shown, as many as fit.
func Judge(c debate.Conversation, exchanges []debate.Exchange, swapped bool, budget int, count func(string) int) []Message {
	user, bot := "A", "B"
	if swapped {
		user, bot = bot, user
	}
	forIt := (c.Stance == debate.Pro) == swapped // side A
	system := Message{SystemRole, fill(judgeTemplate, map[string]string{"topic": quoted(c.Topic), "language": around(" (", c.Language, ")"), "advised": user,
		"side": isTrue(forIt), "other": isTrue(!forIt)})}
	return []Message{system, {UserRole, transcript(exchanges, user, bot, system.Text, budget, count)}}
}

// Points asks what the user could say next.
func Points(c debate.Conversation, exchanges []debate.Exchange, budget int, count func(string) int) []Message {
	system := Message{SystemRole, fill(pointsTemplate, map[string]string{"topic": quoted(c.Topic), "language": around(" (", c.Language, ")"), "side": isTrue(c.Stance != debate.Pro)})}
	return []Message{system, {UserRole, transcript(exchanges, "The user", "The bot", system.Text, budget, count)}}
}

// Steelman asks for the best case for a speaker's side.
func Steelman(c debate.Conversation, exchanges []debate.Exchange, side debate.Speaker, budget int, count func(string) int) []Message {
	system := Message{SystemRole, fill(steelmanTemplate, map[string]string{"topic": quoted(c.Topic), "language": around(" (", c.Language, ")"),
		"side": isTrue((c.Stance == debate.Pro) == (side == debate.Bot))})}
	return []Message{system, {UserRole, transcript(exchanges, "The user", "The bot", system.Text, budget, count)}}
}

// transcript is the latest exchanges that fit beside a text, oldest first, with their
// numbers and who spoke. Quoting takes the words as they are, so that nothing but
// the marks of chat formats is taken out of them.
func transcript(exchanges []debate.Exchange, user, bot, beside string, budget int, count func(string) int) string {
	b := tokenBudget{left: budget, count: count}
	b.reserve(beside)
	var texts []string
	for _, e := range slices.Backward(exchanges) {
		text := fmt.Sprintf("[%d] %s:\n%s\n[%d] %s:\n%s\n", e.Number, user, record(e.Message), e.Number, bot, record(e.Reply))
		if len(texts) > 0 && !b.tryReserve(text) {
			break
		}
		texts = append(texts, text)
	}
	slices.Reverse(texts)
	return strings.Join(texts, "\n")
}
