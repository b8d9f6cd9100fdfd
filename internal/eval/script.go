package eval

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

// Script is a user who tries to win: what it says, turn by turn.
type Script struct {
	// Name is that of its file.
	Name string `yaml:"-"`
	// About says in a sentence what it tries.
	About string
	Turns []Line
}

// Line is what a script says in a turn.
type Line struct {
	// Say is the text. {claim} stands in it for the user's view of the topic,
	// {point} for the next of the user's points.
	Say string
	// AnsweredBy are words by which the rules know a reply that takes up what
	// was said, besides the words of the line itself.
	AnsweredBy []string `yaml:"answered_by"`
}

// Topic is a claim to debate, with what users say about it.
type Topic struct {
	Topic string
	// Pro and Con are the points of a user who is for and against it.
	Pro, Con []string
}

//go:embed scripts/*.yaml topics.yaml rules.yaml measures/*.yaml measures/openings.txt measures/frozen/*.json
var files embed.FS

// Scripts are the built-in scripts, by name.
func Scripts() ([]Script, error) {
	dir, err := fs.Sub(files, "scripts")
	if err != nil {
		return nil, err
	}
	return ReadScripts(dir)
}

// ReadScripts reads every .yaml file of a directory as a script. Errors name
// the file and what is wrong with it.
func ReadScripts(dir fs.FS) ([]Script, error) {
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("eval: no .yaml file, and so no script, is there")
	}
	scripts := make([]Script, len(names))
	for i, name := range names {
		if err := readYAML(dir, name, &scripts[i]); err != nil {
			return nil, err
		}
		scripts[i].Name = strings.TrimSuffix(name, path.Ext(name))
		if err := scripts[i].validate(); err != nil {
			return nil, fmt.Errorf("eval: %s: %w", name, err)
		}
	}
	return scripts, nil
}

func (s Script) validate() error {
	if len(s.Turns) == 0 {
		return errors.New("it has no turns")
	}
	for i, l := range s.Turns {
		if err := (debate.ChatRequest{Message: l.Say}).Validate(); err != nil {
			return fmt.Errorf("turn %d: %w", i+1, err)
		}
		if rest := slots.Replace(l.Say); strings.Contains(rest, "{claim") || strings.Contains(rest, "{point") {
			return fmt.Errorf("turn %d: a slot is not closed", i+1)
		}
	}
	return nil
}

// topics is the file of topics.
type topics struct {
	Topics []Topic
	// Any has the points for a topic that is not among them.
	Any Topic
}

// Topics are those to debate, by their claims: the built-in ones where none is
// given. A claim that is not built in is argued with general points.
func Topics(claims ...string) ([]Topic, error) {
	var known topics
	if err := readYAML(files, "topics.yaml", &known); err != nil {
		return nil, err
	}
	if len(claims) == 0 {
		return known.Topics, nil
	}
	var chosen []Topic
	for _, claim := range claims {
		if err := (debate.ChatRequest{Message: "x", Topic: claim}).Validate(); err != nil {
			return nil, err
		}
		topic := Topic{claim, known.Any.Pro, known.Any.Con}
		if i := slices.IndexFunc(known.Topics, func(t Topic) bool { return bare(t.Topic) == bare(claim) }); i >= 0 {
			topic = known.Topics[i]
		}
		chosen = append(chosen, topic)
	}
	return chosen, nil
}

// bare is a claim without what does not tell it from others.
func bare(claim string) string { return strings.ToLower(strings.Trim(claim, " .!")) }

func readYAML(dir fs.FS, name string, into any) error {
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	strict := yaml.NewDecoder(bytes.NewReader(data))
	strict.KnownFields(true)
	if err := strict.Decode(into); err != nil {
		return fmt.Errorf("eval: %s: %w", name, err)
	}
	return nil
}

var slots = strings.NewReplacer("{claim}", "", "{point}", "")

// Case is a debate to hold.
type Case struct {
	Script Script
	Topic  Topic
	// Side is the bot's.
	Side debate.Stance
	// Seed tells debates of the same script, topic and side apart.
	Seed uint64

	control string // which debates, empty for the opponent
}

// messages are what the user says in the case.
func (c Case) messages() []string {
	claim, points := "I am for it: "+c.Topic.Topic, c.Topic.Pro
	if c.Side == debate.Pro {
		claim, points = "I do not believe it: \""+strings.TrimRight(c.Topic.Topic, ". ")+"\" is wrong.", c.Topic.Con
	}
	said := make([]string, len(c.Script.Turns))
	next := 0
	for i, l := range c.Script.Turns {
		text := strings.ReplaceAll(l.Say, "{claim}", claim)
		if strings.Contains(text, "{point}") && len(points) > 0 {
			text = strings.ReplaceAll(text, "{point}", points[next%len(points)])
			next++
		}
		said[i] = text
	}
	return said
}

// Cases are all combinations, those of one script together.
func Cases(scripts []Script, about []Topic, sides []debate.Stance, seeds []uint64) []Case {
	var all []Case
	for _, script := range scripts {
		for _, topic := range about {
			for _, side := range sides {
				for _, seed := range seeds {
					all = append(all, Case{Script: script, Topic: topic, Side: side, Seed: seed})
				}
			}
		}
	}
	return all
}
