// Package format knows how debates can run: their phases, what each asks of the
// user, and when they are over.
package format

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

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

// shipped are the formats that are compiled in: an error in them is a mistake that
// the tests meet.
var shipped = sync.OnceValue(func() []Format {
	formats, err := read(text)
	if err != nil {
		panic(fmt.Errorf("formats.yaml: %w", err))
	}
	return formats
})

// added are those of the operator's directory, which Use reads.
var added atomic.Pointer[[]Format]

// All are the formats that are shipped, and then those that were added.
func All() []Format {
	if more := added.Load(); more != nil {
		return slices.Concat(shipped(), *more)
	}
	return shipped()
}

// Use adds the formats of a directory's YAML files to those that are shipped, in
// place of those that another call added; "" is none. It is called before anything
// is served. The error names the file, the format and what is wrong with it.
func Use(dir string) error {
	var more []Format
	if dir == "" {
		added.Store(nil)
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("the directory of formats cannot be read: %w", err)
	}
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); e.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name())) //nolint:gosec // the directory is the operator's choice
		if err != nil {
			return fmt.Errorf("a file of formats cannot be read: %w", err)
		}
		formats, err := read(data)
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(dir, e.Name()), err)
		}
		for _, f := range formats {
			if slices.ContainsFunc(slices.Concat(shipped(), more), func(other Format) bool { return other.Name == f.Name }) {
				return fmt.Errorf("%s: there is a format %s already; give this one another name", filepath.Join(dir, e.Name()), f.Name)
			}
			more = append(more, f)
		}
	}
	added.Store(&more)
	return nil
}

// read reads a file of formats, each of which is as a debate needs it.
func read(data []byte) (formats []Format, err error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&formats); err != nil && !errors.Is(err, io.EOF) { // an empty file has none
		return nil, fmt.Errorf("it must be a list of formats, as docs/formats.md shows: %w", err)
	}
	for i, f := range formats {
		if err := f.validate(); err != nil {
			return nil, fmt.Errorf("format %d, %q: %w", i+1, f.Name, err)
		}
		if slices.ContainsFunc(formats[:i], func(other Format) bool { return other.Name == f.Name }) {
			return nil, fmt.Errorf("format %d, %q: the name is that of another format before it", i+1, f.Name)
		}
	}
	return formats, nil
}

// Limits of a format.
const (
	maxText   = 300 // bytes
	maxRounds = 200 // in all
	maxClock  = 24 * time.Hour
)

var nameForm = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

var moves = []debate.Move{"", debate.Argue, debate.OpenCase, debate.Rebut, debate.Ask, debate.CloseCase}

// validate says what is wrong with a format.
func (f Format) validate() error {
	switch {
	case !nameForm.MatchString(f.Name):
		return errors.New("name must be 1 to 40 of a-z, 0-9 and -")
	case f.Clock < 0 || f.Clock > maxClock:
		return errors.New("clock must be a duration up to 24h, such as 60s")
	case len(f.Phases) == 0 && f.Name != Open:
		return errors.New("phases must have at least one; a debate without an end is the format open")
	case f.Rounds() > maxRounds:
		return fmt.Errorf("its phases must have at most %d rounds in all", maxRounds)
	}
	if err := oneLine("title", f.Title); err != nil {
		return err
	}
	if err := oneLine("description", f.Description); err != nil {
		return err
	}
	for i, p := range f.Phases {
		if err := p.validate(); err != nil {
			return fmt.Errorf("phase %d: %w", i+1, err)
		}
	}
	return nil
}

func (p Phase) validate() error {
	switch {
	case p.Rounds < 1:
		return errors.New("rounds must be a number from 1 on")
	case !slices.Contains(moves, p.BotDoes):
		return fmt.Errorf("bot_does is %q, and must be open, argue, rebut, ask or close", p.BotDoes)
	}
	return errors.Join(oneLine("name", p.Name), oneLine("asks", p.Asks), oneLine("bot_asks", p.BotAsks))
}

// oneLine says what is wrong with a text that people, or models, read.
func oneLine(field, text string) error {
	if strings.TrimSpace(text) == "" || len(text) > maxText || strings.ContainsFunc(text, unicode.IsControl) {
		return fmt.Errorf("%s must be a text of at most %d bytes on one line", field, maxText)
	}
	return nil
}

// Find is the format of a name; an empty one is Open.
func Find(name string) (Format, bool) {
	name = cmp.Or(name, Open)
	all := All()
	i := slices.IndexFunc(all, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return all[i], true
}
