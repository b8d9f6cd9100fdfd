package offline

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

//go:embed bank/*.yaml
var bankFiles embed.FS

// topicFile is a file of the bank. Words and phrases are in lower case; a text
// stands alone, in any order with others of its side, and never gives it up.
type topicFile struct {
	Topic    string
	Category string
	Keywords []string
	Require  [][]string
	Favours  []string // optional, with Opposes: what the topic is for
	Opposes  []string
	Praise   []string // optional: words that judge in a claim about this topic
	Blame    []string
	Pro, Con struct {
		Arguments []textEntry
		Rebuttals []textEntry
	}
}

type textEntry struct {
	ID       string
	Keywords []string // of an argument
	Answers  []string // of a rebuttal
	Text     line
}

// topic is a claim of the bank with what there is to say about it.
type topic struct {
	claim      string
	category   string
	require    [][]string // about this topic only with one phrase of each group
	favours    []string   // a claim in favour of one of these is for the topic
	opposes    []string   // and of one of these against it
	praise     []string   // judge as the favourable words do, here only
	blame      []string
	vocabulary stems // of all its texts
	sides      bySide[caseFor]
}

// caseFor is the case for one side.
type caseFor struct {
	arguments []*argument
	rebuttals []*argument
}

// argument is something to say once in a debate, in one of its phrasings. The
// exported fields are those of a scheme; a text of the bank has the others.
type argument struct {
	ID       string
	About    string   // a noun phrase
	Only     string   // the sorts of claims that it fits, "" for all
	Keywords []string // of messages that it answers best
	Lines    []line

	cues  [][]string // a message with all stems of one of these is about it
	stems []string   // of the text
}

// fits says whether a scheme can be used on that sort of claim.
func (a *argument) fits(s sort) bool {
	return a.Only == "" || s != "" && slices.Contains(strings.Fields(a.Only), string(s))
}

// relevance is how much an argument has to do with a message.
func (a *argument) relevance(message stems) int {
	n := message.count(a.stems)
	for _, cue := range a.cues {
		if message.count(cue) == len(cue) {
			n += cueWeight
		}
	}
	return n
}

// cueWeight is what a cue weighs against words shared with the text.
const cueWeight = 3

// bySide holds something for each side.
type bySide[T any] struct{ Pro, Con T }

func (b *bySide[T]) of(s debate.Stance) *T {
	if s == debate.Pro {
		return &b.Pro
	}
	return &b.Con
}

func readBank(files fs.FS) ([]*topic, error) {
	names, err := fs.Glob(files, "bank/*.yaml")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("offline: the bank has no topic")
	}
	topics := make([]*topic, len(names))
	claims := make(map[string]string)
	for i, name := range names { // one after the other, since it is memory that is scarce
		t, err := readTopic(files, name)
		if err != nil {
			return nil, fmt.Errorf("offline: %s: %w", name, err)
		}
		if other := claims[t.claim]; other != "" {
			return nil, fmt.Errorf("offline: %s: has the topic of %s", name, other)
		}
		claims[t.claim] = path.Base(name)
		topics[i] = t
	}
	return topics, nil
}

func readTopic(files fs.FS, name string) (*topic, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var f topicFile
	if err := decode(data, &f); err != nil {
		return nil, err
	}
	t := &topic{claim: f.Topic, category: f.Category, require: f.Require, favours: f.Favours, opposes: f.Opposes,
		praise: f.Praise, blame: f.Blame, vocabulary: stemsOf(f.Topic, f.Keywords...)}
	if t.claim == "" || t.category == "" || len(t.require) == 0 {
		return nil, errors.New("needs a topic, a category and require")
	}
	if !t.covers(words(t.claim)) {
		return nil, errors.New("its own topic lacks a word of each group of require")
	}
	for stance, side := range map[debate.Stance]struct{ Arguments, Rebuttals []textEntry }{debate.Pro: f.Pro, debate.Con: f.Con} {
		c := t.sides.of(stance)
		if c.arguments, err = t.texts(side.Arguments); err != nil {
			return nil, fmt.Errorf("%s arguments: %w", stance, err)
		}
		if c.rebuttals, err = t.texts(side.Rebuttals); err != nil {
			return nil, fmt.Errorf("%s rebuttals: %w", stance, err)
		}
	}
	return t, nil
}

// decode reads YAML that has no unknown field.
func decode(data []byte, v any) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	return d.Decode(v)
}

// texts are the arguments of one list, at least five.
func (t *topic) texts(entries []textEntry) ([]*argument, error) {
	if len(entries) < 5 {
		return nil, fmt.Errorf("needs 5 texts, has %d", len(entries))
	}
	args := make([]*argument, len(entries))
	claim := stemsOf(t.claim)
	for i, e := range entries {
		cues := append(e.Keywords, e.Answers...)
		if e.ID == "" || e.Text.text == "" || len(cues) == 0 {
			return nil, fmt.Errorf("text %d needs an id, a text and keywords or answers", i+1)
		}
		a := &argument{ID: e.ID, Lines: []line{e.Text}, stems: stemsOf(e.Text.text).without(claim).list()}
		for _, cue := range cues {
			if s := stemsOf(cue).without(claim); len(s) > 0 {
				a.cues = append(a.cues, s.list())
			}
			if a.About == "" && strings.Contains(" "+words(e.Text.text)+" ", " "+cue+" ") {
				a.About = `"` + cue + `"`
			}
		}
		t.vocabulary.addAll(a.stems)
		args[i] = a
	}
	return args, nil
}

// covers says whether a text, as words gives it, is about the topic.
func (t *topic) covers(text string) bool {
	for _, group := range t.require {
		if first(text, group) < 0 {
			return false
		}
	}
	return true
}

// find is the topic of the bank that a claim is about, and the side of it that
// a stance on the claim amounts to; nil where that is in doubt, since general
// arguments serve better than those of the wrong side.
func (m *Model) find(claim string, stance debate.Stance) (*topic, debate.Stance) {
	said := words(claim)
	var found *topic
	best, side := -1, stance
	for _, t := range m.topics {
		if !t.covers(said) {
			continue
		}
		same, ok := t.align(said)
		if !ok {
			continue
		}
		if n := stemsOf(claim).shared(stemsOf(t.claim)); n > best {
			found, best, side = t, n, stance
			if !same {
				side = stance.Opposite()
			}
		}
	}
	return found, side
}

// everyday are the words of the bank's texts that have no capital within a
// sentence.
func everyday(topics []*topic) map[string]bool {
	found := make(map[string]bool)
	for _, t := range topics {
		for _, c := range []caseFor{t.sides.Pro, t.sides.Con} {
			for _, a := range slices.Concat(c.arguments, c.rebuttals) {
				for word := range strings.FieldsSeq(a.Lines[0].text) {
					if word == strings.ToLower(word) {
						found[strings.Trim(word, ".,;:!?'\"()")] = true
					}
				}
			}
		}
	}
	return found
}
