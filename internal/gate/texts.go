package gate

import (
	"cmp"
	"slices"
)

// texts are what texts.yaml holds, by language.
type texts struct {
	Care     map[Category]map[string][]string `yaml:"care"`
	FollowUp map[string][]string              `yaml:"follow_up"`
	Declined map[Category]map[string]declined `yaml:"declined"`
	Settled  map[string]string                `yaml:"settled"`
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

// care is the first of its wordings that the conversation has not heard, or the
// one that it heard longest ago.
func (v Verdict) care() string {
	all := v.texts.Care[v.Category][v.Language]
	if v.Category != Grief {
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

// last is the category of what care said last, FollowUp if that tells none.
func (t *texts) last(said []string) Category {
	if len(said) == 0 {
		return FollowUp
	}
	for c, languages := range t.Care {
		for _, all := range languages {
			if slices.Contains(all, said[len(said)-1]) {
				return c
			}
		}
	}
	return t.last(said[:len(said)-1])
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
