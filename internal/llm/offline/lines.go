package offline

// This file reads the sentences that the opponent has for any topic, from lines.yaml: by what a message
// does (sign), by the kind of point that it makes (pointKind), and with what is filled in (slot).

import (
	"bytes"
	_ "embed" // for the data
	"fmt"
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
	Pattern string
	// Unless are words with which a sentence is of another kind.
	Unless []string
}

// lines are those of a language; lines.yaml explains them.
type lines struct {
	First                                                          struct{ Pro, Con []line }
	Reasoning, Which, Unknown, Opinion, Again, Met, Usual, Closers []line
	Unmet, Granted, Summing, Denied, Doubted, Naming               []line
	Firm, Invitations, Asked                                       []line
	Rules, Switch, Alleged, Verdict, Praise, Yield                 []line
	Elsewhere, Rejected, Silent, Misread, Imputed, Leads, Begun    []line
	Unclear, Insists                                               []line
	Shifting, Personal, Apology, Ours, Turned, Narrowed            []line
	Probes, Replies, Clauses, Standing, Yielded                    map[pointKind][]line
	Beside, Taken, Muddled, Back, Link, Conceded, Ties, Returned   []line
	Opening                                                        struct{ Demand, Judgement, Praise, People, Claim []line }
	Pressed                                                        struct{ Demand, Judgement, People, Claim, Kind, Pro []line }
	Here                                                           []line
	Proposed                                                       struct{ Pro, Con []line }
}

// of are the lines to a sign.
func (l *lines) of(s sign) []line {
	return map[sign][]line{rules: l.Rules, switching: l.Switch, alleged: l.Alleged, verdict: l.Verdict, praise: l.Praise,
		yielding: l.Yield, elsewhere: l.Elsewhere, rejected: l.Rejected, silent: l.Silent, misread: l.Misread, muddled: l.Muddled, imputed: l.Imputed, apology: l.Apology, insists: l.Insists, shifting: l.Shifting}[s]
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
)

var slots = slotReplacer(claimSlot, nearSlot, offersSlot, factsSlot, focusSlot, figureSlot, toSlot, thatSlot,
	forSlot, yoursSlot, shortSlot, bestSlot, ownSlot, answerSlot, pointSlot, againSlot, pointsSlot, topicSlot, personaSlot, thingSlot, whoSlot, placeSlot)

func slotReplacer(slots ...slot) *strings.Replacer {
	var pairs []string
	for _, s := range slots {
		pairs = append(pairs, string(s), "\x00")
	}
	return strings.NewReplacer(pairs...)
}

// UnmarshalYAML reads a line from a string.
func (l *line) UnmarshalYAML(node *yaml.Node) error {
	if err := node.Decode(&l.text); err != nil {
		return err
	}
	literals := strings.Split(slots.Replace(l.text), "\x00")
	if strings.ContainsAny(strings.Join(literals, ""), "{}") {
		return fmt.Errorf("an unknown slot in %q", l.text)
	}
	longest := ""
	for _, part := range literals {
		if len(longest) < maxMark && len(part) > len(longest) {
			longest = part
		}
	}
	l.mark = strings.ToValidUTF8(longest[:min(len(longest), maxMark)], "")
	return nil
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

// check says which list of a language has nothing in it.
func (l *lines) check() error {
	lists := map[string][]line{"first.pro": l.First.Pro, "first.con": l.First.Con, "reasoning": l.Reasoning, "which": l.Which, "unknown": l.Unknown, "opinion": l.Opinion, "again": l.Again,
		"met": l.Met, "granted": l.Granted, "usual": l.Usual, "naming": l.Naming, "denied": l.Denied, "doubted": l.Doubted, "closers": l.Closers, "summing": l.Summing, "firm": l.Firm, "invitations": l.Invitations, "asked": l.Asked, "silent": l.Silent, "leads": l.Leads, "beside": l.Beside, "back": l.Back, "taken": l.Taken, "link": l.Link, "clauses.lived": l.Clauses[lived], "clauses.stated": l.Clauses[stated], "clauses.brought": l.Clauses[brought], "clauses.expected": l.Clauses[expected], "clauses.possible": l.Clauses[possible], "clauses.owed": l.Clauses[owed], "clauses.compared": l.Clauses[ranked], "clauses.past": l.Clauses[past], "shifting": l.Shifting, "personal": l.Personal, "ours": l.Ours, "turned": l.Turned, "narrowed": l.Narrowed, "pressed.demand": l.Pressed.Demand, "pressed.judgement": l.Pressed.Judgement, "pressed.claim": l.Pressed.Claim, "pressed.people": l.Pressed.People, "pressed.kind": l.Pressed.Kind, "pressed.pro": l.Pressed.Pro, "probes.member": l.Probes[member], "probes.stranger": l.Probes[stranger], "probes.general": l.Probes[general], "probes.against": l.Probes[against], "probes.favour": l.Probes[favour], "probes.demand": l.Probes[demand], "probes.people": l.Probes[people],
		"opening.demand": l.Opening.Demand, "opening.judgement": l.Opening.Judgement, "opening.praise": l.Opening.Praise, "opening.people": l.Opening.People, "here": l.Here, "begun": l.Begun, "unclear": l.Unclear, "proposed.pro": l.Proposed.Pro, "proposed.con": l.Proposed.Con, "opening.claim": l.Opening.Claim}
	for _, s := range signs {
		lists[string(s)] = l.of(s)
	}
	for name, list := range lists {
		if len(list) == 0 {
			return fmt.Errorf("nothing in %s", name)
		}
	}
	return nil
}

// first are the lines before a first reply for a side.
func (l *lines) first(side debate.Stance) []line {
	if side == debate.Pro {
		return l.First.Pro
	}
	return l.First.Con
}
