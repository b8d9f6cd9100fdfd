package bank

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readGrounds reads the grounds of a language.
func readGrounds(files fs.FS, language string) (grounds []Ground, err error) {
	name := "grounds/" + language + ".yaml"
	if err := readInto(files, name, &grounds); err != nil {
		return nil, err
	}
	for i, g := range grounds {
		if g.ID == "" || g.To == "" || len(g.Said) == 0 || len(g.Texts) == 0 {
			return nil, fmt.Errorf("bank: %s: ground %d (%s): needs id, to, said and texts", name, i+1, g.ID)
		}
	}
	return grounds, nil
}

// readSchemes reads the schemes of a language.
func readSchemes(files fs.FS, language string) (schemes []Scheme, err error) {
	name := "schemes/" + language + ".yaml"
	if err := readInto(files, name, &schemes); err != nil {
		return nil, err
	}
	for i, s := range schemes {
		if s.ID == "" || s.Heard == "" && s.Kind == "" || len(s.Says) == 0 {
			return nil, fmt.Errorf("bank: %s: scheme %d (%s): needs id, heard or kind, and says", name, i+1, s.ID)
		}
		for _, r := range s.Says {
			if len(r.To) == 0 || len(r.Texts) == 0 || slices.ContainsFunc(r.To, func(a Aim) bool { return !slices.Contains(Aims, a) }) {
				return nil, fmt.Errorf("bank: %s: %s: needs aims and texts, not %v", name, s.ID, r)
			}
		}
	}
	return schemes, nil
}

// readThings reads the things of a language.
func readThings(files fs.FS, language string) (things []Thing, err error) {
	err = readInto(files, "things/"+language+".yaml", &things)
	return things, err
}

// readInto reads a file that has no unknown field.
func readInto(files fs.FS, name string, into any) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("bank: %s: %w", name, err)
	}
	return nil
}

// readFiles reads the topics of a folder, in the order of their names. An error names the
// file and what is wrong in it.
func readFiles(files fs.FS, folder string) ([]*Topic, error) {
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
		d := yaml.NewDecoder(bytes.NewReader(data))
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
	for _, t := range topics {
		for _, name := range t.Like {
			like := slices.IndexFunc(topics, func(o *Topic) bool { return o.Name == name && len(o.Like) == 0 })
			if like < 0 || len(t.About) == 0 {
				return nil, fmt.Errorf("bank: %s/%s.yaml: is like %q, which has to be a general topic, and needs about", folder, t.Name, name)
			}
			t.Undenied = t.Undenied || topics[like].Undenied
		}
	}
	return topics, nil
}

func (t *Topic) validate() error {
	if t.Claim == "" || t.Category == "" || len(t.Names)+len(t.Forms.Pro)+len(t.Like) == 0 {
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
