package gate

import (
	"cmp"
	"slices"
	"strings"
)

// texts are what texts.yaml holds, by language.
type texts struct {
	Care     map[Category]map[string][]string `yaml:"care"`
	FollowUp map[string][]string              `yaml:"follow_up"`
	Declined map[Category]map[string]declined `yaml:"declined"`
	Settled  map[string]string                `yaml:"settled"`
	Help     map[Category]map[string]string   `yaml:"help"`
	Ask      map[string]string                `yaml:"ask"`

	allHelp []string // of Help
}

type declined struct {
	Say      string `yaml:"say"`
	Question string `yaml:"question"`
}

// language is the first that there are texts in, English if none.
func (t *texts) language(candidates ...string) string {
	for _, c := range candidates {
		if _, ok := t.Settled[c]; ok {
			return c
		}
	}
	return "en"
}

// Reply is what to say: all of it for Care and Declined, the first sentence of
// the reply for Settled, nothing for Debate.
func (v Verdict) Reply() string {
	switch v.Kind {
	case Care:
		return v.care()
	case Declined:
		text := v.texts.Declined[v.Category][v.Language]
		if v.rule != nil {
			if q, ok := v.rule.Question[v.Language]; ok {
				text.Question = q
			}
		}
		return text.Say + " " + text.Question
	case Settled:
		return v.texts.Settled[v.Language]
	case Debate:
	}
	return ""
}

// Help is the line of where help is that a reply begins or ends with; empty for none.
func (v Verdict) Help() string {
	switch {
	case v.Concern == "":
		return ""
	case v.Asks:
		return v.texts.Ask[v.Language]
	}
	return v.texts.Help[v.Concern][v.Language]
}

// WithoutHelp is a reply without the line of Help that it begins or ends with, if it does.
func (g *Gate) WithoutHelp(reply string) string {
	for _, ask := range g.texts.Ask {
		if argued, ok := strings.CutPrefix(reply, ask); ok {
			reply = strings.TrimLeft(argued, "\n")
		}
	}
	for _, help := range g.texts.allHelp {
		if argued, ok := strings.CutSuffix(reply, help); ok {
			return strings.TrimRight(argued, "\n")
		}
	}
	return reply
}

// care is the first of its wordings that the conversation has not heard, or the
// one that it heard longest ago.
func (v Verdict) care() string {
	all := v.texts.Care[v.Category][v.Language]
	if v.Category != Grief && v.Category != Emergency {
		all = slices.Concat(all, v.texts.FollowUp[v.Language])
	}
	heard := func(text string) int { // when it was last, -1 if never
		for i, said := range slices.Backward(v.said) {
			if said == text {
				return i
			}
		}
		return -1
	}
	return slices.MinFunc(all, func(a, b string) int { return cmp.Compare(heard(a), heard(b)) })
}

// answers are what care says to what follows, which are no dangers.
var answers = []Category{Reached, Near, Going, AtHand, Thanked, Fine}

// last is the danger that care spoke of last, FollowUp if that tells none.
func (t *texts) last(said []string) Category {
	for _, text := range slices.Backward(said) {
		for c, languages := range t.Care {
			for _, all := range languages {
				if !slices.Contains(answers, c) && slices.Contains(all, text) {
					return c
				}
			}
		}
	}
	return FollowUp
}

// lastLanguage is the one that care spoke last, "" if it said nothing.
func (t *texts) lastLanguage(said []string) string {
	if len(said) == 0 {
		return ""
	}
	text := said[len(said)-1]
	for language, all := range t.FollowUp {
		if slices.Contains(all, text) {
			return language
		}
	}
	for _, languages := range t.Care {
		for language, all := range languages {
			if slices.Contains(all, text) {
				return language
			}
		}
	}
	return ""
}

// Facts are a few plain sentences, in English or in the verdict's language,
// that a Firm debate can be argued from; empty where the rules have none.
func (v Verdict) Facts() string {
	if !v.Firm || v.rule == nil {
		return ""
	}
	if facts, ok := v.rule.Facts[v.Language]; ok {
		return facts
	}
	return v.rule.Facts["en"]
}
