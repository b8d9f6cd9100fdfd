package offline

import (
	"slices"
	"strings"
	"testing"
)

func (l *lines) all() []line {
	all := slices.Concat(l.First.Pro, l.First.Con, l.Reasoning, l.Which, l.Unknown, l.Opinion, l.Again, l.Met, l.Usual, l.Closers, l.Firm, l.Invitations, l.Silent)
	for _, s := range signs {
		all = append(all, l.of(s)...)
	}
	for _, probes := range l.Probes {
		all = append(all, probes...)
	}
	return all
}

func TestALineIsKnownByItsMarkAndSaysNothingFalse(t *testing.T) {
	m := newModel(t, Options{})
	spanish, err := m.spanish()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []*knowledge{english(t, m), spanish} {
		all := k.lines.all()
		for i, l := range all {
			if len(l.mark) < minMark || !strings.Contains(l.text, l.mark) || concession.MatchString(l.text) || accusations.MatchString(l.text) {
				t.Errorf("mark %q of %q", l.mark, l.text)
			}
			for j, other := range all {
				if i != j && strings.Contains(other.text, l.mark) {
					t.Errorf("%q marks %q too", l.mark, other.text)
				}
			}
		}
		for _, rule := range k.Kinds {
			if len(k.lines.Probes[rule.Kind]) < 3 {
				t.Errorf("%s: %d probes for %s", k.language, len(k.lines.Probes[rule.Kind]), rule.Kind)
			}
		}
		for kind := range k.lines.Probes {
			if kind != general && !slices.ContainsFunc(k.Kinds, func(r kindRule) bool { return r.Kind == kind }) {
				t.Errorf("%s: no words for %s", k.language, kind)
			}
		}
	}
}

func TestLinesWithAMissingPartAreRefused(t *testing.T) {
	for name, edit := range map[string][2]string{
		"no silence": {"  silent:", "  silenced:"},
		"open slot":  {"I argue for {claim}.", "I argue for {claim."},
	} {
		var all map[string]*lines
		bad := strings.Replace(string(linesFile), edit[0], edit[1], 1)
		if bad == string(linesFile) {
			t.Fatalf("%s: nothing to replace", name)
		}
		if err := decode("lines.yaml", []byte(bad), &all); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	l := &lines{}
	if err := l.check(); err == nil {
		t.Error("no error for nothing at all")
	}
}
