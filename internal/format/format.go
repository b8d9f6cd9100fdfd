// Package format knows how debates can run: their phases, what each asks of the
// user, and when they are over.
package format

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

//go:embed formats.yaml
var text []byte

// Open is the name of the format that has no end, which a conversation without a
// format has.
const Open = "open"

// Format is how a debate runs.
type Format struct {
	Name        string `yaml:"name"`
	Title       string `yaml:"title"`
	Description string `yaml:"description"`
	// Phases come in their order; none has no end.
	Phases []Phase `yaml:"phases"`
	// Clock is how long the user should take for a message, 0 for as long as they like.
	Clock       time.Duration `yaml:"clock"`
	AsksOpinion bool          `yaml:"asks_opinion"`
	AsksVerdict bool          `yaml:"asks_verdict"`
}

// Phase is a part of a format.
type Phase struct {
	Name   string `yaml:"name"`
	Rounds int    `yaml:"rounds"` // answered arguments
	Asks   string `yaml:"asks"`   // of the user, in a sentence
	// BotAsks is what the phase asks of the bot, in a sentence.
	BotAsks string `yaml:"bot_asks"`
	// BotDoes is what that is to an opponent that reads no sentences; empty is Argue.
	BotDoes debate.Move `yaml:"bot_does"`
}

// Rounds is how many answered arguments a debate has in all, 0 for any number.
func (f Format) Rounds() (n int) {
	for _, p := range f.Phases {
		n += p.Rounds
	}
	return n
}

// At is the phase that comes after so many answered arguments; false says that
// there is none.
func (f Format) At(rounds int) (Phase, bool) {
	for _, p := range f.Phases {
		if rounds -= p.Rounds; rounds < 0 {
			return p, true
		}
	}
	return Phase{}, false
}

// All are the formats, in the order of their file, which is compiled in: an error
// in it is a mistake that the tests meet.
var All = sync.OnceValue(func() []Format {
	var formats []Format
	if err := yaml.Unmarshal(text, &formats); err != nil {
		panic(fmt.Errorf("formats.yaml: %w", err))
	}
	return formats
})

// Find is the format of a name; an empty one is Open.
func Find(name string) (Format, bool) {
	if name == "" {
		name = Open
	}
	i := slices.IndexFunc(All(), func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return All()[i], true
}
