// Package bank holds what the built-in opponent knows: topics with the case for
// each side, in English and in Spanish. The texts are data files beside the
// code, one a topic and language; the files of one topic have the same name
// and the same ids.
package bank

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

//go:embed en/*.yaml all:es general
var files embed.FS

// Languages of the bank.
var Languages = []string{"en", "es"}

// Topic is a claim that can be argued, in one language, with what there is to
// say about it.
type Topic struct {
	// Name is that of the file, the same in every language.
	Name     string `yaml:"-"`
	Language string `yaml:"-"`
	// Claim is a whole sentence. PRO is for exactly that.
	Claim    string `yaml:"topic"`
	Category string
	// Names are what people call the subject, in lower case. A message that has
	// one may be about the topic; of one such as "phones+school" all parts.
	Names []string
	// Forms are what claims of a general topic have in them that amount to each of its
	// sides, in lower case: "should be banned". Other topics have none.
	Forms Sides[[]string]
	// Things says that a general topic speaks of things only, and so of no claim that
	// has a name in it, which may be somebody's.
	Things bool
	// Claims are ways to say that one is for or against it.
	Claims Sides[[]string]
	// Cues are phrases that give a message's side away once the topic is known.
	Cues Sides[[]string]
	Pro  Case
	Con  Case
}

// Sides has something for each side.
type Sides[T any] struct{ Pro, Con T }

// Of is what there is for a side.
func (s *Sides[T]) Of(side debate.Stance) T {
	if side == debate.Pro {
		return s.Pro
	}
	return s.Con
}

// Case is what is said for one side.
type Case struct {
	// Case is its heart, and Closing what is left of it in the end.
	Case, Closing string
	Arguments     []Text
	// Answers are to what the other side says, Questions to what people ask of
	// this one, Concedes what it grants.
	Answers, Questions, Concedes []Text
}

// Text is something to say. It stands alone.
type Text struct {
	// ID is unique within its list, and the same in every language.
	ID string
	// Point is an argument in one short sentence, To the objection that an
	// answer is to.
	Point, To string
	// Said are wordings of what an answer or a concession is to, Asked those of
	// a question.
	Said, Asked []string
	Text        string
}

// Of is the case for a side.
func (t *Topic) Of(side debate.Stance) *Case {
	if side == debate.Pro {
		return &t.Pro
	}
	return &t.Con
}

// Read reads the embedded topics of a language, in the order of their names. An
// error names the file and what is wrong in it. It takes a millisecond or two for
// each topic.
func Read(language string) ([]*Topic, error) { return read(files, language, whole) }

// Heads reads the topics without the case for either side, which is much faster.
func Heads(language string) ([]*Topic, error) { return read(files, language, head) }

func whole(data []byte) []byte { return data }

// head is what stands before the case for a side.
func head(data []byte) []byte {
	before, _, _ := bytes.Cut(data, []byte("\npro:\n"))
	return before
}

// General reads the embedded topics that claims of a form fall under, such as
// whatever should be banned. What they say holds whatever that is.
func General(language string) ([]*Topic, error) { return read(files, "general/"+language, whole) }

func read(files fs.FS, folder string, part func(data []byte) []byte) ([]*Topic, error) {
	names, err := fs.Glob(files, folder+"/*.yaml")
	if err != nil {
		return nil, err
	}
	topics := make([]*Topic, len(names))
	claims := make(map[string]string)
	for i, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		t := &Topic{Name: strings.TrimSuffix(path.Base(name), ".yaml"), Language: path.Base(folder)}
		d := yaml.NewDecoder(bytes.NewReader(part(data)))
		d.KnownFields(true)
		if err := d.Decode(t); err != nil {
			return nil, fmt.Errorf("bank: %s: %w", name, err)
		}
		if err := t.validate(); err != nil {
			return nil, fmt.Errorf("bank: %s: %w", name, err)
		}
		if other := claims[t.Claim]; other != "" {
			return nil, fmt.Errorf("bank: %s: has the topic of %s", name, other)
		}
		claims[t.Claim] = name
		topics[i] = t
	}
	return topics, nil
}

func (t *Topic) validate() error {
	if t.Claim == "" || t.Category == "" || len(t.Names)+len(t.Forms.Pro) == 0 {
		return errors.New("needs topic, category, and names or forms")
	}
	return errors.Join(t.Pro.validate("pro"), t.Con.validate("con"))
}

// validate tells every text that lacks something, or has what belongs to
// another kind of text.
func (c *Case) validate(side string) error {
	var wrong []error
	for _, list := range []struct {
		name  string
		texts []Text
		own   func(*Text) []bool // what only this kind has
	}{
		{"arguments", c.Arguments, func(t *Text) []bool { return []bool{t.To != "", len(t.Said) > 0, len(t.Asked) > 0} }},
		{"answers", c.Answers, func(t *Text) []bool { return []bool{t.Point != "", len(t.Asked) > 0} }},
		{"questions", c.Questions, func(t *Text) []bool { return []bool{t.Point != "", t.To != "", len(t.Said) > 0} }},
		{"concedes", c.Concedes, func(t *Text) []bool { return []bool{t.Point != "", t.To != "", len(t.Asked) > 0} }},
	} {
		ids := make(map[string]bool)
		for i := range list.texts {
			text := &list.texts[i]
			where := fmt.Sprintf("%s.%s[%d]", side, list.name, i)
			if text.ID == "" || text.Text == "" {
				wrong = append(wrong, fmt.Errorf("%s: needs an id and a text", where))
				continue
			}
			if ids[text.ID] {
				wrong = append(wrong, fmt.Errorf("%s: the id %s comes twice in this list", where, text.ID))
			}
			ids[text.ID] = true
			for _, foreign := range list.own(text) {
				if foreign {
					wrong = append(wrong, fmt.Errorf("%s (%s): has a field of another kind of text: arguments have point, answers to and said, questions asked, concedes said", where, text.ID))
				}
			}
		}
	}
	return errors.Join(wrong...)
}
