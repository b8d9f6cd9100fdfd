package offline

import (
	"slices"
	"strings"
	"testing"
)

func (p *phrases) all() []line {
	lines := slices.Concat(p.First.Pro, p.First.Con, p.Returns, p.Callbacks.Unanswered, p.Callbacks.Earlier,
		p.Endings, p.Closings.Pro, p.Closings.Con, p.Invitations)
	for _, openings := range p.Openings {
		lines = append(lines, openings...)
	}
	for _, s := range slices.Concat(p.Answers, p.Arguments.Pro, p.Arguments.Con) {
		lines = append(lines, s.Lines...)
	}
	return lines
}

func TestALineIsKnownByItsMark(t *testing.T) {
	lines := newModel(t, Options{}).phrases.all()
	for i, l := range lines {
		if len(l.mark) < minMark || !strings.Contains(l.text, l.mark) || concession.MatchString(l.text) {
			t.Errorf("mark %q of %q", l.mark, l.text)
		}
		for j, other := range lines {
			if i != j && strings.Contains(other.text, l.mark) {
				t.Errorf("%q marks %q too", l.mark, other.text)
			}
		}
	}
}

func TestThereAreSchemesEnough(t *testing.T) {
	p := newModel(t, Options{}).phrases
	for _, schemes := range [][]*argument{p.Arguments.Pro, p.Arguments.Con, p.Answers} {
		general := 0
		for _, s := range schemes {
			if s.Only == "" {
				general++
			}
			for _, only := range strings.Fields(s.Only) {
				if !slices.ContainsFunc(sortSigns, func(k sortSign) bool { return string(k.sort) == only }) {
					t.Errorf("%s is only for %q", s.ID, only)
				}
			}
			if len(s.Lines) < 2 {
				t.Errorf("%s has %d phrasings", s.ID, len(s.Lines))
			}
			for _, l := range s.Lines {
				if strings.Count(l.text, string(claimSlot)) > 1 || l.needs(quoteSlot) || l.length() < 28 || l.length() > 56 {
					t.Errorf("%s: %d words or too many slots: %s", s.ID, l.length(), l.text)
				}
			}
		}
		if general <= turns { // the first reply may take two
			t.Errorf("%d schemes for any topic", general)
		}
	}
	for k, openings := range p.Openings {
		if k != asked && len(openings) < turns {
			t.Errorf("%d openings for %s", len(openings), k)
		}
	}
}

func TestSchemesWithAMissingPartAreRefused(t *testing.T) {
	for name, edit := range map[string][2]string{
		"no openings":    {"  silence:", "  silent:"},
		"no invitations": {"invitations:", "invitation:"},
		"open slot":      {"against {claim},", "against {claim,"},
	} {
		if _, err := readPhrases([]byte(strings.Replace(string(schemesFile), edit[0], edit[1], 1))); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
