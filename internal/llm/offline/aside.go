package offline

import (
	"cmp"
	_ "embed" // for asides.yaml
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

//go:embed asides.yaml
var asidesFile []byte

// Slots of asides.yaml, where they are explained.
const (
	forSlot     slot = "{for}"
	yoursSlot   slot = "{yours}"
	shortSlot   slot = "{short}"
	bestSlot    slot = "{best}"
	answerSlot  slot = "{answer}"
	pointsSlot  slot = "{points}"
	topicSlot   slot = "{topic}"
	personaSlot slot = "{persona}"
)

// allAsides are those that asides.yaml has to answer.
var allAsides = []debate.Aside{
	debate.AsideWinner, debate.AsideSummary, debate.AsideBestPoint, debate.AsideSource, debate.AsideBot, debate.AsideBelieve,
	debate.AsideShorter, debate.AsideSimpler, debate.AsidePoints, debate.AsideUnmet, debate.AsideThanks, debate.AsideInsult,
	debate.AsideJoke, debate.AsideSilence, debate.AsideAbilities, debate.AsideGreeting, debate.AsideConcede,
	debate.AsideNewTopic, debate.AsideLanguage, debate.AsideRepeat, debate.AsideGoodbye,
}

// readAsides reads the answers; each aside has one, whatever was said.
func readAsides(data []byte) (map[debate.Aside][]line, error) {
	var lines map[debate.Aside][]line
	if err := decode(data, &lines); err != nil {
		return nil, fmt.Errorf("offline: asides.yaml: %w", err)
	}
	for _, a := range allAsides {
		n := len(lines[a])
		if n == 0 {
			return nil, fmt.Errorf("offline: asides.yaml: nothing in %s", a)
		}
	}
	if len(lines) != len(allAsides) {
		return nil, fmt.Errorf("offline: asides.yaml: has %d asides, of which %d are known", len(lines), len(allAsides))
	}
	return lines, nil
}

// aside answers a message about the debate itself: with the first line that can
// be filled and was not said before, or else the first that can be filled.
func (w *writer) aside() string {
	first := ""
	for _, l := range w.asides[w.prompt.Aside] {
		text, ok := w.fillAside(l)
		switch {
		case !ok:
		case l.mark != "" && w.history.saidAt(l) == 0:
			return text
		case first == "":
			first = text
			if l.mark == "" { // nothing but what it is filled with
				return text
			}
		}
	}
	return first
}

// fillAside fills a line's slots; false if there is nothing to fill one with.
func (w *writer) fillAside(l line) (string, bool) {
	text := l.text
	for _, s := range []struct {
		slot  slot
		value func() string
	}{
		{claimSlot, func() string { return w.claimPhrase(w.prompt, "claim") }},
		{forSlot, w.forOrAgainst},
		{yoursSlot, func() string { _, quote := w.latestPoint(); return quote }},
		{mineSlot, w.unanswered},
		{shortSlot, w.latestGist},
		{bestSlot, w.bestForUser},
		{answerSlot, w.answerToLatest},
		{pointsSlot, w.points},
		{topicSlot, func() string { return w.prompt.NewTopic }},
		{personaSlot, func() string { return w.prompt.Persona }},
	} {
		if !l.needs(s.slot) {
			continue
		}
		value := s.value()
		if value == "" {
			return "", false
		}
		text = strings.ReplaceAll(text, string(s.slot), value)
	}
	return text, true
}

func (w *writer) forOrAgainst() string {
	if w.prompt.Stance == debate.Con {
		return "against"
	}
	return "for"
}

// latestPoint is the user's latest message that can be quoted, and its words
// in quotes; empty if there is none.
func (w *writer) latestPoint() (message, quote string) {
	for _, e := range slices.Backward(w.prompt.Exchanges) {
		if e.Kind == debate.AsideKind || e.Kind == debate.InvitationKind {
			continue
		}
		said := withoutSigns(e.Message)
		if quote := w.quotation(said, w.claim, strings.Fields(w.prompt.Topic)...); quote != "" && !onFirst.MatchString(words(e.Message)) {
			return said, quote
		}
	}
	return "", ""
}

// used are the bot's arguments of this debate, the oldest first.
func (w *writer) used() []*argument {
	all := slices.Concat(*w.phrases.Arguments.of(w.prompt.Stance), w.phrases.Answers)
	if w.topic != nil {
		c := w.topic.sides.of(w.side)
		all = slices.Concat(c.arguments, c.rebuttals, all)
	}
	all = slices.DeleteFunc(all, func(a *argument) bool { return w.history.saidAt(a.Lines...) == 0 })
	slices.SortStableFunc(all, func(a, b *argument) int {
		return cmp.Compare(w.history.saidAt(a.Lines...), w.history.saidAt(b.Lines...))
	})
	return all
}

// latestGist is the gist of the bot's latest argument.
func (w *writer) latestGist() string {
	used := w.used()
	if len(used) == 0 {
		return ""
	}
	return w.gist(used[len(used)-1])
}

// maxPoints is how many arguments are given as points.
const maxPoints = 3

// points are the gists of the bot's latest arguments.
func (w *writer) points() string {
	used := w.used()
	var points []string
	for _, a := range used[max(len(used)-maxPoints, 0):] {
		points = append(points, "- "+w.sentences(a, minPoint))
	}
	return strings.Join(points, "\n")
}

// bestForUser is the gist of an argument for the user's side.
func (w *writer) bestForUser() string {
	args := slices.DeleteFunc(slices.Clone(*w.phrases.Arguments.of(w.prompt.Stance.Opposite())), func(a *argument) bool { return a.Only != "" })
	if w.topic != nil {
		args = w.topic.sides.of(w.side.Opposite()).arguments
	}
	if len(args) == 0 {
		return ""
	}
	return w.gist(w.choose(args))
}

// answerToLatest answers the user's latest point from the bank, again if it did
// before.
func (w *writer) answerToLatest() string {
	if w.topic == nil {
		return ""
	}
	said, _ := w.latestPoint()
	w.message = stemsOf(said).without(w.claim)
	fitting := slices.DeleteFunc(slices.Clone(w.topic.sides.of(w.side).rebuttals), func(a *argument) bool {
		return a.relevance(w.message) < cueWeight
	})
	if len(fitting) == 0 {
		return ""
	}
	return w.gist(w.choose(fitting))
}

// How many words a gist and a point have at least, in whole sentences.
const (
	minGist  = 16
	minPoint = 6
)

var firstSentence = regexp.MustCompile(`^.*?[.!?](\s|$)`)

// gist is what an argument begins with, and as much of it as says something.
func (w *writer) gist(a *argument) string { return w.sentences(a, minGist) }

// sentences are the first of an argument that have that many words or more.
func (w *writer) sentences(a *argument, least int) string {
	text := strings.Join(strings.Fields(a.Lines[0].text), " ")
	end := 0
	for len(strings.Fields(text[:end])) < least && end < len(text) {
		next := firstSentence.FindString(text[end:])
		if next == "" {
			end = len(text)
			break
		}
		end += len(next)
	}
	return w.nameClaim(strings.TrimSpace(text[:end]), maxReply)
}
