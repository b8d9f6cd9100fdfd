package offline

import (
	_ "embed" // for schemes.yaml
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed schemes.yaml
var schemesFile []byte

// phrases are the lines of schemes.yaml, where they are explained.
type phrases struct {
	First       bySide[[]line]
	Firm        []line
	Openings    map[kind][]line
	Returns     []line
	Answers     []*argument
	Arguments   bySide[[]*argument]
	Callbacks   struct{ Unanswered, Earlier []line }
	Endings     []line
	Closings    bySide[[]line]
	Invitations []line
	English     map[string]string // by language
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
func (l *line) UnmarshalYAML(node *yaml.Node) error {
	if err := node.Decode(&l.text); err != nil {
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
	factsSlot   slot = "{facts}"
)

var slots = slotReplacer(claimSlot, quoteSlot, earlierSlot, mineSlot, offersSlot, factsSlot,
	forSlot, yoursSlot, shortSlot, bestSlot, answerSlot, pointsSlot, topicSlot, personaSlot)

func slotReplacer(slots ...slot) *strings.Replacer {
	var pairs []string
	for _, s := range slots {
		pairs = append(pairs, string(s), "\x00")
	}
	return strings.NewReplacer(pairs...)
}

func (l line) needs(s slot) bool { return strings.Contains(l.text, string(s)) }

func (l line) fill(s slot, with string) line {
	l.text = strings.Replace(l.text, string(s), with, 1)
	return l
}

// fillAll fills each line, or gives none if there is nothing to fill it with.
func fillAll(lines []line, s slot, with string) []line {
	if with == "" {
		return nil
	}
	filled := make([]line, len(lines))
	for i, l := range lines {
		filled[i] = l.fill(s, with)
	}
	return filled
}

// length is in words; a pointer to the claim has two.
func (l line) length() int {
	return len(strings.Fields(l.text)) + strings.Count(l.text, string(claimSlot))
}

func readPhrases(data []byte) (*phrases, error) {
	var p phrases
	if err := decode(data, &p); err != nil {
		return nil, fmt.Errorf("offline: schemes.yaml: %w", err)
	}
	sizes := map[string]int{
		"first":       min(len(p.First.Pro), len(p.First.Con)),
		"firm":        len(p.Firm),
		"returns":     len(p.Returns),
		"answers":     len(p.Answers),
		"arguments":   min(len(p.Arguments.Pro), len(p.Arguments.Con)),
		"endings":     len(p.Endings),
		"invitations": len(p.Invitations),
	}
	for _, k := range kinds {
		sizes["openings: "+string(k)] = len(p.Openings[k])
	}
	for name, size := range sizes {
		if size == 0 {
			return nil, fmt.Errorf("offline: schemes.yaml: nothing in %s", name)
		}
	}
	for _, a := range slices.Concat(p.Answers, p.Arguments.Pro, p.Arguments.Con) {
		for _, keyword := range a.Keywords {
			a.cues = append(a.cues, stemsOf(keyword).list())
		}
	}
	return &p, nil
}
