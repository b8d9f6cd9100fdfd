// Package bank holds what the built-in opponent knows: topics with the case for
// each side, in English and in Spanish. The texts are data files beside the
// code, one a topic and language; the files of one topic have the same name
// and the same ids. They are compiled in packed, as bank.zip, which has them as JSON:
// after a change, go generate, which learns from them anew as well.
package bank

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

//go:generate go test -run TestTheTextsArePacked . -update
//go:generate go test -run TestTheIndexIsThatOfItsTexts .. -update

//go:embed bank.zip
var packed []byte

// files are those that are packed.
var files = sync.OnceValues(func() (*zip.Reader, error) { return zip.NewReader(bytes.NewReader(packed), int64(len(packed))) })

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
	// Beside are what a claim is about that sounds like the topic and is not of it: who is
	// against group projects says nothing of universities.
	Beside []string `json:",omitempty"`
	// Forms are what claims of a general topic have in them that amount to each of its
	// sides, in lower case: "should be banned". Other topics have none.
	Forms Sides[[]string]
	// Like names the general topics whose forms a narrower one has too, and About has words
	// one of which a claim must have to fall under that: "children".
	Like  []string `json:",omitempty"`
	About []string `json:",omitempty"`
	// Leans says of a narrower topic that it is against what its claims are of: who calls
	// that anything bad is for the topic, whatever the form.
	Leans bool `json:",omitempty"`
	// Things says that a general topic speaks of things only, and so of no claim that
	// has a name in it, which may be somebody's.
	Things bool
	// Undenied says that a claim with a "not" in it has only those of its forms that have one
	// too: what should not be done may be done now or may not.
	Undenied bool
	// Claims are ways to say that one is for or against it.
	Claims Sides[[]string]
	// Cues are phrases that give a message's side away once the topic is known.
	Cues Sides[[]string]
	// Pro and Con are the cases. Callers use Of, because heads have none.
	Pro, Con Case

	whole func() *Topic // of a head; nil for what is whole
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
	Point string `json:",omitempty"`
	To    string `json:",omitempty"`
	// Said are wordings of what an answer or a concession is to, Asked those of
	// a question.
	Said  []string `json:",omitempty"`
	Asked []string `json:",omitempty"`
	Text  string
}

// Of is the case for a side.
func (t *Topic) Of(side debate.Stance) *Case {
	if t.whole != nil {
		t = t.whole()
	}
	if side == debate.Pro {
		return &t.Pro
	}
	return &t.Con
}

// Read reads the embedded topics of a language, in the order of their names. It takes
// some tenths of a millisecond for each topic.
func Read(language string) (topics []*Topic, err error) {
	if err := unpack(language+headsOf, &topics); err != nil {
		return nil, err
	}
	for _, t := range topics {
		if err := unpack(language+"/"+t.Name, t); err != nil {
			return nil, err
		}
	}
	return topics, nil
}

// Heads reads the topics without their cases, which is much faster: Of reads those of a
// topic once somebody debates it, in less than a millisecond.
func Heads(language string) ([]*Topic, error) { return heads(language) }

// General reads the embedded topics that claims of a form fall under, such as whatever
// should be banned, as Heads does. What they say holds whatever that is.
func General(language string) ([]*Topic, error) { return heads("general/" + language) }

func heads(folder string) (topics []*Topic, err error) {
	if err := unpack(folder+headsOf, &topics); err != nil {
		return nil, err
	}
	read := Lately(Kept, func(name string) *Topic {
		whole := new(Topic)
		if err := unpack(folder+"/"+name, whole); err != nil {
			panic(err) // of a file that is compiled in, which a test reads
		}
		return whole
	})
	for _, t := range topics {
		t.whole = func() *Topic { return read(t.Name) }
	}
	return topics, nil
}

// Kept is of how many topics of a language what was read of them is kept: those debated last.
const Kept = 64

// Lately is a function that keeps what it made of the keys that were asked for last. Who
// asks for one while it is made waits for that.
func Lately[K comparable, V any](keys int, of func(K) V) func(K) V {
	recent, err := lru.New[K, func() V](keys)
	if err != nil {
		panic(err) // of a number that is not positive
	}
	return func(key K) V {
		made, known := recent.Get(key)
		if !known {
			made = sync.OnceValue(func() V { return of(key) })
			if earlier, known, _ := recent.PeekOrAdd(key, made); known {
				made = earlier
			}
		}
		return made()
	}
}

// headsOf ends the name of the file that has the topics of a folder without their cases.
const headsOf = ".heads"

// Ground is something that people give as a reason on any topic.
type Ground struct {
	ID string
	// To is the reason in one short sentence, Said are wordings of it.
	To   string
	Said []string
	// Texts say what speaks against its weight. Each stands alone, and names no topic.
	Texts []string
}

// Grounds reads the embedded grounds of a language.
func Grounds(language string) (grounds []Ground, err error) {
	return grounds, unpack("grounds/"+language, &grounds)
}

// Scheme is a point that is known by its form on any topic, such as that somebody else
// does the same and is fine.
type Scheme struct {
	ID string
	// Heard and Unless are patterns of a sentence that makes it, and of one that does not;
	// Kind is the kind of point that it is. Of Heard and Kind one may be missing.
	Heard  string `json:",omitempty"`
	Unless string `json:",omitempty"`
	Kind   string `json:",omitempty"`
	// Broad says that it is heard in much, and answers only where no ground does.
	Broad bool `json:",omitempty"`
	Says  []Reply
}

// Reply is what speaks against the weight of a point of a claim that aims at something.
type Reply struct {
	To    []Aim
	Texts []string // each stands alone, and names no topic
}

// Aim is what a claim comes to.
type Aim string

// The aims: that something should go, should be everybody's duty, should otherwise be done, or
// should be let alone; that it is bad, or good; and that it is of a kind, or is not.
const (
	Remove  Aim = "remove"
	Require Aim = "require"
	Change  Aim = "change"
	Spare   Aim = "spare"
	Blame   Aim = "blame"
	Praise  Aim = "praise"
	OfKind  Aim = "kind"
	Other   Aim = "other" // which cannot be told
)

// The closer aims, of which a claim has one beside those above: that something will be, that people should not do something,
// or that they may. Only what a claim itself is met with tells them apart.
const (
	Foretell Aim = "foretell"
	Refrain  Aim = "refrain"
	Permit   Aim = "permit"
)

// Aims are all of them.
var Aims = []Aim{Remove, Require, Change, Spare, Blame, Praise, OfKind, Other, Foretell, Refrain, Permit}

// Schemes reads the embedded schemes of a language.
func Schemes(language string) (schemes []Scheme, err error) {
	return schemes, unpack("schemes/"+language, &schemes)
}

// Thing is something of everyday life, with what everybody knows of it. Each text is a sentence
// that stands alone.
type Thing struct {
	ID string
	// Names are what it is called, in lower case; regular plurals are found by themselves.
	Names []string
	// Good is what is said for having it or doing it, Bad what is said against that, and Beside what else counts
	// where people argue about it, whatever they want of it.
	Good, Bad, Beside []string
}

// Things reads the embedded things of a language.
func Things(language string) (things []Thing, err error) {
	return things, unpack("things/"+language, &things)
}

// unpack reads a packed file.
func unpack(name string, into any) error {
	all, err := files()
	if err != nil {
		return err
	}
	file, err := all.Open(name)
	if err != nil {
		return err
	}
	data, err := io.ReadAll(file)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return fmt.Errorf("bank: %s: %w", name, err)
	}
	return file.Close()
}
