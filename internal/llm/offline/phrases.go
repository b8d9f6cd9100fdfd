package offline

import (
	_ "embed" // for schemes.yaml
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed schemes.yaml
var schemesFile []byte

// phrases are the lines of schemes.yaml, where they are explained.
type phrases struct {
	First       bySide[[]line]
	Openings    map[kind][]line
	Returns     []line
	Answers     []scheme
	Arguments   bySide[[]scheme]
	Callbacks   struct{ Unanswered, Earlier []line }
	Closings    struct{ Any, Pro, Con []line }
	Invitations []line
	English     string

	answers   []*argument
	arguments bySide[[]*argument]
	closings  bySide[[]line]
	callbacks map[slot][]line
}

// scheme is an argument that fits any topic, or any of a sort.
type scheme struct {
	ID    string
	About string
	Only  string // "policy": a topic that says what should be done
	Lines []line
}

// line is a text with slots.
type line struct {
	text string
	// mark is a part without slots by which a reply that has the line is
	// known, early in it, so that a reply cut short is known too.
	mark string
}

// The length of a mark, in bytes.
const (
	minMark = 12
	maxMark = 48
)

// UnmarshalYAML reads a line from a string.
func (l *line) UnmarshalYAML(unmarshal func(any) error) error {
	if err := unmarshal(&l.text); err != nil {
		return err
	}
	literals := strings.Split(slots.Replace(l.text), "\x00")
	if strings.ContainsAny(strings.Join(literals, ""), "{}") {
		return fmt.Errorf("an unknown slot in %q", l.text)
	}
	for _, part := range literals {
		if len(l.mark) < minMark && len(part) > len(l.mark) {
			l.mark = part[:min(len(part), maxMark)]
		}
	}
	return nil
}

// slot is what a line is filled with at a place.
type slot string

// The slots.
const (
	claimSlot   slot = "{claim}"
	quoteSlot   slot = "{quote}"
	earlierSlot slot = "{earlier}"
	mineSlot    slot = "{mine}"
	offersSlot  slot = "{offers}"
)

var slots = strings.NewReplacer(string(claimSlot), "\x00", string(quoteSlot), "\x00", string(earlierSlot), "\x00",
	string(mineSlot), "\x00", string(offersSlot), "\x00")

func (l line) needs(s slot) bool { return strings.Contains(l.text, string(s)) }

func (l line) fill(s slot, with string) line {
	l.text = strings.Replace(l.text, string(s), with, 1)
	return l
}

func (l line) length() int { return len(strings.Fields(l.text)) }

func readPhrases(data []byte) (*phrases, error) {
	var p phrases
	if err := yaml.UnmarshalWithOptions(data, &p, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("offline: schemes.yaml: %w", err)
	}
	p.answers = arguments(p.Answers)
	p.arguments = bySide[[]*argument]{arguments(p.Arguments.Pro), arguments(p.Arguments.Con)}
	p.callbacks = map[slot][]line{mineSlot: p.Callbacks.Unanswered, earlierSlot: p.Callbacks.Earlier}
	p.closings = bySide[[]line]{
		slices.Concat(p.Closings.Any, p.Closings.Pro),
		slices.Concat(p.Closings.Any, p.Closings.Con),
	}
	for _, k := range kinds {
		if len(p.Openings[k]) == 0 {
			return nil, fmt.Errorf("offline: schemes.yaml: no opening for %s", k)
		}
	}
	for name, empty := range map[string]bool{
		"first":       len(p.First.Pro) == 0 || len(p.First.Con) == 0,
		"returns":     len(p.Returns) == 0,
		"answers":     len(p.answers) == 0,
		"arguments":   len(p.arguments.Pro) == 0 || len(p.arguments.Con) == 0,
		"closings":    len(p.Closings.Any) == 0,
		"invitations": len(p.Invitations) == 0,
	} {
		if empty {
			return nil, errors.New("offline: schemes.yaml: nothing in " + name)
		}
	}
	return &p, nil
}

func arguments(schemes []scheme) []*argument {
	args := make([]*argument, len(schemes))
	for i, s := range schemes {
		args[i] = &argument{about: s.About, lines: s.Lines, policy: s.Only == "policy"}
	}
	return args
}
