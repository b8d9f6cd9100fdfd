package gate

import (
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"go.yaml.in/yaml/v3"

	"github.com/debate-chatbot/debate-api/internal/classify"
	"github.com/debate-chatbot/debate-api/internal/phrase"
)

//go:embed *.yaml
var files embed.FS

// patterns are those of a rule by language.
type patterns map[string][]string

// rule is one of care.yaml or claims.yaml.
type rule struct {
	ID       string   `yaml:"id"`
	Category Category `yaml:"category"`
	// Harmful is the side of what the patterns of When state that the bot must
	// not take; "any" where the wish itself harms. Care has none.
	Harmful harmful `yaml:"harmful"`
	// Certain is for a rule that counts even where what was learnt sees nothing.
	Certain bool     `yaml:"certain"`
	When    patterns `yaml:"when"`
	// Things are classes of what harms: the rule then has the evaluations of
	// claims.yaml for them, those that praise and those that reject.
	Things []string `yaml:"things"`
	// With are patterns of which one must be anywhere in the text, if there are any.
	With patterns `yaml:"with"`
	// Unless in the same sentence, or anywhere in the text, the rule is off.
	Unless     patterns `yaml:"unless"`
	UnlessText patterns `yaml:"unless_text"`
	// Question is the nearest one that can be argued, and Facts what the bot
	// can argue from when it opposes the claim, by language.
	Question map[string]string `yaml:"question"`
	Facts    map[string]string `yaml:"facts"`

	with, unless, unlessText []*phrase.Pattern
}

type harmful string

const (
	harmfulPro harmful = "PRO"
	harmfulCon harmful = "CON"
	harmfulAny harmful = "any"
)

// sided is a rule together with the side that a pattern makes harmful.
type sided struct {
	*rule
	harmful harmful
}

// ruleFile is what a data file may hold.
type ruleFile struct {
	phrase.Words `yaml:",inline"`

	Rules []*rule `yaml:"rules"`
	// Evaluations are what is said of things, by what that says of them.
	Evaluations map[harmful]patterns `yaml:"evaluations"`
	// Personas are those that no debate is held as.
	Personas []*rule `yaml:"personas"`
	// Topics are those of debates that touch people in danger.
	Topics []*rule `yaml:"topics"`
	// Frames tell whose view a claim is; frames.yaml explains them.
	Frames map[frame]patterns `yaml:"frames"`
	// Subject are ways to change the subject after care, Feeling to stay with it,
	// and Self to speak of oneself.
	Subject patterns `yaml:"subject"`
	Feeling patterns `yaml:"feeling"`
	Self    patterns `yaml:"self"`
	// Reached are ways to say that help is there or on its way, Near that somebody close is.
	Reached patterns `yaml:"reached"`
	Near    patterns `yaml:"near"`
	// Going are ways to say that somebody will be called or told, AtHand that what could be used lies
	// within reach, and Others to speak of those who are the danger, or in it.
	Going  patterns `yaml:"going"`
	AtHand patterns `yaml:"at_hand"`
	Others patterns `yaml:"others"`
	// Thanked are thanks alone, and Fine ways to say that all is well.
	Thanked patterns `yaml:"thanked"`
	Fine    patterns `yaml:"fine"`
	// Everyday is what people complain of, and argue from, without being in danger.
	Everyday patterns `yaml:"everyday"`
	// Trifles are what people tell of with no danger in it, whatever it sounds like.
	Trifles []*rule `yaml:"trifles"`
	// Deciding is what people add to those, and what alone may be of anything: "i should do it".
	Deciding patterns `yaml:"deciding"`
	// Overwork is what people say of work in the words of death.
	Overwork patterns `yaml:"overwork"`
	// Guards ask how to protect somebody.
	Guards patterns `yaml:"guards"`
	// Debated are subjects of debates, of which more than what was learnt has to find harm.
	Debated patterns `yaml:"debated"`
}

type frame string

const (
	frameFor       frame = "for"
	frameAgainst   frame = "against"
	frameDeny      frame = "deny"
	frameReport    frame = "report"
	frameIt        frame = "it"
	frameItAgainst frame = "it_against"
	frameAfter     frame = "after"
)

var frames = []frame{frameFor, frameAgainst, frameDeny, frameReport, frameIt, frameItAgainst, frameAfter}

// ruleSet is rules whose patterns are looked for together.
type ruleSet struct {
	set   phrase.Set
	rules []sided // by the ID of a match
}

// Gate holds the rules, and is safe for concurrent use.
type Gate struct {
	lexicon                 *phrase.Lexicon
	cares, claims, personas ruleSet
	topics, trifles         ruleSet
	frames                  phrase.Set
	subject, feeling, self  phrase.Set
	reached, near, going    phrase.Set
	atHand, others          phrase.Set
	thanked, fine           phrase.Set
	everyday, overwork      phrase.Set
	deciding                phrase.Set
	guards, debated         phrase.Set
	texts                   *texts
	learnt                  *classify.Model
	recent                  [recentTexts]atomic.Pointer[framed] // by the hash of a text
}

// New reads the rules and what was learnt, which takes some tenths of a second.
// It fails only if the data files are wrong.
func New() (*Gate, error) {
	g, err := newRules()
	if err != nil {
		return nil, err
	}
	g.learnt, err = classify.Load(modelFile, questions)
	if err != nil {
		return nil, fmt.Errorf("gate: learnt.model: %w", err)
	}
	return g, nil
}

// newRules is a gate that has its rules only.
func newRules() (*Gate, error) {
	words := []phrase.Words{phrase.Base()}
	var all ruleFile
	read := make(map[string]ruleFile)
	for _, name := range []string{"lexicon.yaml", "frames.yaml", "care.yaml", "claims.yaml"} {
		var f ruleFile
		if err := readFile(name, &f); err != nil {
			return nil, err
		}
		words = append(words, f.Words)
		read[name] = f
	}
	all = read["claims.yaml"]
	lexicon, err := phrase.NewLexicon(words...)
	if err != nil {
		return nil, fmt.Errorf("gate: %w", err)
	}
	g := &Gate{lexicon: lexicon, texts: new(texts)}
	if err := readFile("texts.yaml", g.texts); err != nil {
		return nil, err
	}
	for _, languages := range g.texts.Help {
		g.texts.allHelp = slices.AppendSeq(g.texts.allHelp, maps.Values(languages))
	}
	for _, part := range []struct {
		into  *ruleSet
		rules []*rule
	}{{&g.cares, read["care.yaml"].Rules}, {&g.claims, all.Rules}, {&g.personas, all.Personas}, {&g.topics, read["care.yaml"].Topics}, {&g.trifles, read["care.yaml"].Trifles}} {
		for _, r := range part.rules {
			if err := g.add(part.into, r, all.Evaluations); err != nil {
				return nil, fmt.Errorf("gate: rule %s: %w", r.ID, err)
			}
		}
	}
	for i, f := range frames {
		if err := g.addTo(&g.frames, read["frames.yaml"].Frames[f], i); err != nil {
			return nil, fmt.Errorf("gate: frame %s: %w", f, err)
		}
	}
	care := read["care.yaml"]
	for _, part := range []struct {
		into *phrase.Set
		all  patterns
		name string
	}{{&g.subject, care.Subject, "subject"}, {&g.self, care.Self, "self"}, {&g.feeling, care.Feeling, "feeling"}, {&g.reached, care.Reached, "reached"}, {&g.near, care.Near, "near"}, {&g.going, care.Going, "going"}, {&g.atHand, care.AtHand, "at_hand"}, {&g.others, care.Others, "others"}, {&g.thanked, care.Thanked, "thanked"}, {&g.fine, care.Fine, "fine"}, {&g.everyday, care.Everyday, "everyday"}, {&g.overwork, care.Overwork, "overwork"}, {&g.deciding, care.Deciding, "deciding"}, {&g.guards, care.Guards, "guards"}, {&g.debated, care.Debated, "debated"}} {
		if err := g.addTo(part.into, part.all, 0); err != nil {
			return nil, fmt.Errorf("gate: %s: %w", part.name, err)
		}
	}
	return g, nil
}

func readFile(name string, into any) error {
	data, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("gate: %w", err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		return fmt.Errorf("gate: %s: %w", name, err)
	}
	return nil
}

func (g *Gate) add(into *ruleSet, r *rule, evaluations map[harmful]patterns) error {
	add := func(h harmful, all patterns, things string) error {
		id := len(into.rules)
		into.rules = append(into.rules, sided{r, h})
		return g.each(all, things, func(p *phrase.Pattern) { into.set.Add(p, id) })
	}
	if err := add(r.Harmful, r.When, ""); err != nil {
		return err
	}
	for _, things := range r.Things {
		for _, h := range slices.Sorted(maps.Keys(evaluations)) {
			if err := add(h, evaluations[h], things); err != nil {
				return err
			}
		}
	}
	collect := func(all patterns, into *[]*phrase.Pattern) error {
		return g.each(all, "", func(p *phrase.Pattern) { *into = append(*into, p) })
	}
	return errors.Join(collect(r.With, &r.with), collect(r.Unless, &r.unless), collect(r.UnlessText, &r.unlessText))
}

func (g *Gate) addTo(set *phrase.Set, all patterns, id int) error {
	return g.each(all, "", func(p *phrase.Pattern) { set.Add(p, id) })
}

// each compiles patterns, those about things for a class of them.
func (g *Gate) each(all patterns, things string, take func(*phrase.Pattern)) error {
	for _, lang := range slices.Sorted(maps.Keys(all)) {
		for _, text := range all[lang] {
			p, err := g.lexicon.Compile(strings.ReplaceAll(text, "@things", things), lang)
			if err != nil {
				return err
			}
			take(p)
		}
	}
	return nil
}

// find calls found for each match of the rules that no exemption takes back.
func (s *ruleSet) find(t *phrase.Text, found func(sided, phrase.Match) bool) {
	s.set.Find(t, func(m phrase.Match) bool {
		r := s.rules[m.ID]
		return r.exempt(t, m) || found(r, m)
	})
}

// exempt says whether a match of the rule is none after all.
func (r *rule) exempt(t *phrase.Text, m phrase.Match) bool {
	from, to := t.Sentence(t.SentenceAt(m.From))
	within := func(from, to int) func(*phrase.Pattern) bool {
		return func(p *phrase.Pattern) bool { return p.Within(t, from, to) }
	}
	return slices.ContainsFunc(r.unless, within(from, to)) || slices.ContainsFunc(r.unlessText, within(0, t.Len())) ||
		len(r.with) > 0 && !slices.ContainsFunc(r.with, within(0, t.Len()))
}
