package offline

// This file reads the sentences that the opponent has for any topic, from lines.yaml: by what a message
// does (sign), by the kind of point that it makes (pointKind), and with what is filled in (slot).

import (
	"bytes"
	"cmp"
	_ "embed" // for the data
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

//go:embed lines.yaml
var linesFile []byte

//go:embed others.yaml
var othersFile []byte

//go:embed words.yaml
var wordsFile []byte

//go:embed said.en.txt
var saidEnglish string

// saidFiles have more of how people talk about the topics, by language.
var saidFiles = map[string]string{"en": saidEnglish}

// sign is what a sentence that makes no point does instead.
type sign string

// The signs.
const (
	rules     sign = "rules"
	switching sign = "switch"
	alleged   sign = "alleged"
	verdict   sign = "verdict"
	praise    sign = "praise"
	yielding  sign = "yield"
	elsewhere sign = "elsewhere"
	misread   sign = "misread"  // says that the bot read it wrong
	muddled   sign = "muddled"  // says that the bot cannot be understood
	imputed   sign = "imputed"  // asks whether the bot says what it does not
	shifting  sign = "shifting" // gives something away, and may make a point as well
	rejected  sign = "rejected" // says that a comparison misses
	apology   sign = "apology"  // of how the user writes
	insists   sign = "insists"  // misses an answer
	silent    sign = "silent"
)

// signs in the order in which they are looked for.
var signs = []sign{apology, insists, rules, alleged, misread, muddled, imputed, switching, yielding, praise, elsewhere, rejected, verdict}

// pointKind is a sort of point that can be cross-examined.
type pointKind string

// general is the kind of a point of no other; on whether something is of a kind, such a
// point is one of a member or a stranger.
const (
	general  pointKind = "general"
	member   pointKind = "member"
	stranger pointKind = "stranger"

	popularity pointKind = "popularity"
	loss       pointKind = "loss"
	definition pointKind = "definition"

	// against and favour are kinds by what the user makes of what the claim speaks of, and
	// people is the kind of those who judge somebody, and demand of those who want something done.
	demand  pointKind = "demand"
	against pointKind = "against"
	favour  pointKind = "favour"
	people  pointKind = "people"
)

type kindRule struct {
	Kind    pointKind
	Words   []string
	Pattern pattern
	// Unless are words with which a sentence is of another kind.
	Unless []string
}

// pattern is a regular expression of a data file; where there is none it matches nothing.
type pattern struct{ *regexp.Regexp }

// UnmarshalYAML reads a pattern from a string.
func (p *pattern) UnmarshalYAML(node *yaml.Node) (err error) {
	p.Regexp, err = regexp.Compile(node.Value)
	return err
}

// in says whether a text has the pattern.
func (p pattern) in(text string) bool { return p.Regexp != nil && p.MatchString(text) }

// find is where a text has the pattern, with its groups; nil where it has not.
func (p pattern) find(text string) []string {
	if p.Regexp == nil {
		return nil
	}
	return p.FindStringSubmatch(text)
}

// replace is a text with something in place of the pattern.
func (p pattern) replace(text, with string) string {
	if p.Regexp == nil {
		return text
	}
	return p.ReplaceAllString(text, with)
}

// pairs are words with what stands for each.
type pairs map[string]string

// UnmarshalYAML reads pairs from a list of "word other", of which a line may have many.
func (p *pairs) UnmarshalYAML(node *yaml.Node) error {
	var all []string
	if err := node.Decode(&all); err != nil {
		return err
	}
	words := strings.Fields(strings.ReplaceAll(strings.Join(all, " "), ",", " "))
	if len(words)%2 == 1 {
		return fmt.Errorf("line %d: a word without its pair", node.Line)
	}
	*p = make(pairs, len(words)/2)
	for i := 0; i < len(words); i += 2 {
		(*p)[words[i]] = words[i+1]
	}
	return nil
}

// or is what stands for a word, the word itself where nothing does.
func (p pairs) or(word string) string { return cmp.Or(p[word], word) }

// lines are those of a language; lines.yaml explains them.
type lines struct {
	Reasoning, Which, Unknown, Opinion, Again, Met, Usual, Closers []line
	Unmet, Granted, Summing, Denied, Doubted, Naming               []line
	Firm, Invitations, Asked, Begun, Unclear, Here, Twice, Spent   []line
	Turned, Narrowed                                               []line
	Taken, Back, Link, Beside, Returned                            []line
	Signs                                                          map[sign][]line
	First, Proposed                                                map[debate.Stance][]line
	Opening, Pressed, Probes, Replies, Clauses, Yielded, Passed    map[pointKind][]line
	Points                                                         map[pointKind][]line
}

// readLines reads those of all languages.
func readLines(data []byte) (map[string]*lines, error) {
	var all map[string]*lines
	if err := decode("lines.yaml", data, &all); err != nil {
		return nil, err
	}
	for language, l := range all {
		if err := l.check(); err != nil {
			return nil, fmt.Errorf("offline: lines.yaml: %s: %w", language, err)
		}
	}
	return all, nil
}

// check says which list of a language has nothing in it.
func (l *lines) check() error {
	fields := reflect.ValueOf(*l)
	for i := range fields.NumField() {
		if f := fields.Type().Field(i); fields.Field(i).Len() == 0 {
			return fmt.Errorf("nothing in %s", strings.ToLower(f.Name))
		}
	}
	for _, s := range append(slices.Clone(signs), silent, shifting) {
		if len(l.Signs[s]) == 0 {
			return fmt.Errorf("nothing in signs.%s", s)
		}
	}
	return nil
}

// otherLanguage is one that the bot only asks in.
type otherLanguage struct {
	Honest, Invite, Cannot string
	Probes                 []line
	Asides                 map[debate.Aside]string
}

// line is a text with slots.
type line struct {
	text string
	// mark is a part without slots by which a reply that has the line is known.
	mark string
}

// The length of a mark, in bytes.
const (
	minMark = 12
	maxMark = 48
)

// slot is what a line is filled with at a place.
type slot string

// The slots; those of asides.yaml are explained there.
const (
	claimSlot   slot = "{claim}"
	nearSlot    slot = "{near}"
	offersSlot  slot = "{offers}"
	factsSlot   slot = "{facts}"
	focusSlot   slot = "{focus}"
	figureSlot  slot = "{figure}"
	toSlot      slot = "{to}"
	thatSlot    slot = "{that}"
	forSlot     slot = "{for}"
	yoursSlot   slot = "{yours}"
	shortSlot   slot = "{short}"
	reasonSlot  slot = "{reason}"
	bestSlot    slot = "{best}"
	ownSlot     slot = "{own}"
	answerSlot  slot = "{answer}"
	pointSlot   slot = "{point}"
	againSlot   slot = "{again}"
	pointsSlot  slot = "{points}"
	topicSlot   slot = "{topic}"
	personaSlot slot = "{persona}"
	thingSlot   slot = "{thing}"
	whoSlot     slot = "{who}"
	placeSlot   slot = "{place}"
	hardSlot    slot = "{hard}"
	cruxSlot    slot = "{crux}"
	weakSlot    slot = "{weak}"
	restsSlot   slot = "{rests}"
)

var slots = slotReplacer(claimSlot, nearSlot, offersSlot, factsSlot, focusSlot, figureSlot, toSlot, thatSlot,
	forSlot, yoursSlot, shortSlot, reasonSlot, bestSlot, ownSlot, answerSlot, pointSlot, againSlot, pointsSlot, topicSlot, personaSlot, thingSlot, whoSlot, placeSlot, hardSlot, cruxSlot, weakSlot, restsSlot)

func slotReplacer(slots ...slot) *strings.Replacer {
	var pairs []string
	for _, s := range slots {
		pairs = append(pairs, string(s), "\x00")
	}
	return strings.NewReplacer(pairs...)
}

// UnmarshalYAML reads a line from a string.
func (l *line) UnmarshalYAML(node *yaml.Node) error {
	var text string
	if err := node.Decode(&text); err != nil {
		return err
	}
	read, err := newLine(text)
	*l = read
	return err
}

// newLine reads the slots of a text; it fails where it has an unknown one.
func newLine(text string) (line, error) {
	literals := strings.Split(slots.Replace(text), "\x00")
	if strings.ContainsAny(strings.Join(literals, ""), "{}") {
		return line{}, fmt.Errorf("an unknown slot in %q", text)
	}
	longest := ""
	for _, part := range literals {
		if len(longest) < maxMark && len(part) > len(longest) {
			longest = part
		}
	}
	return line{text, strings.ToValidUTF8(longest[:min(len(longest), maxMark)], "")}, nil
}

func (l line) needs(s slot) bool { return strings.Contains(l.text, string(s)) }

// decode reads YAML that has no unknown field.
func decode(name string, data []byte, v any) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("offline: %s: %w", name, err)
	}
	return nil
}
