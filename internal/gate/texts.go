package gate

// texts are what texts.yaml holds, by language.
type texts struct {
	Care     map[Category]map[string]string   `yaml:"care"`
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
	switch {
	case v.Kind == Care && v.Category == FollowUp:
		all := v.texts.FollowUp[v.Language]
		return all[(max(v.turn, 1)-1)%len(all)]
	case v.Kind == Care:
		return v.texts.Care[v.Category][v.Language]
	case v.Kind == Declined:
		text := v.texts.Declined[v.Category][v.Language]
		if v.rule != nil {
			if q, ok := v.rule.Question[v.Language]; ok {
				text.Question = q
			}
		}
		return text.Say + " " + text.Question
	case v.Kind == Settled:
		return v.texts.Settled[v.Language]
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
