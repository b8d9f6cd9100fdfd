// Package aside tells messages about the debate itself from those about its topic.
package aside

import (
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Read says what a message wants where it is about the debate itself, and the
// other topic that it names.
func Read(message, _ string) (debate.Aside, string) {
	switch strings.ToLower(message) {
	case "who is winning?":
		return debate.AsideWinner, ""
	case "are you a bot?":
		return debate.AsideBot, ""
	}
	return debate.NoAside, ""
}
