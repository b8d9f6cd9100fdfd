package offline

// This file reads claims that only name a topic's subject and say what should become of it, or
// what it is worth: "abortion should not be banned", "tariffs are bad". Their words stand on
// both sides of a topic, so that no sum of words tells the side.

import "github.com/debate-chatbot/debate-api/internal/debate"

// fate is the subject of a claim that says only what should become of it or what it is worth, and
// 1 where that is good, -1 where it is bad; 0 of any other claim.
func (g *grammar) fate(claim string) (subject string, worth int) {
	claim = plain(spellNot(claim))
	f := g.Fates
	judge := func(wanted string) int {
		switch {
		case f.Good.in(wanted):
			return 1
		case f.Bad.in(wanted):
			return -1
		}
		return 0
	}
	worth = 1
	if m := f.Spared.FindStringSubmatch(claim); m != nil {
		if asked := f.Asked.FindStringSubmatch(m[1]); asked != nil {
			return asked[2], -judge(asked[1])
		}
	}
	subject = claim
	if m := f.Said.FindStringSubmatch(claim); m != nil && judge(m[3]) != 0 {
		subject, worth = m[1], judge(m[3])
		if m[2] != "" {
			worth = -worth
		}
	}
	if m := f.Asked.FindStringSubmatch(subject); m != nil { // "banning it is wrong" has both
		return m[2], worth * judge(m[1])
	}
	if subject == claim {
		return "", 0
	}
	return subject, worth
}

// byFate is how much a text is for a topic by what it wants for its subject, if it says no more:
// the topic's own claims tell which side it is that wants such things for a subject of that name.
func (x *index) byFate(text string, s *subject) (sum float64, told bool) {
	subject, worth := x.fate(text)
	if worth == 0 {
		return 0, false
	}
	same, any := 0, 0 // for the topic whoever is for the subject
	count := func(claim string, sign int) {
		of, worth := x.fate(claim)
		if of == subject {
			same += sign * worth
		}
		if s.isName(of) {
			any += sign * worth
		}
	}
	count(s.Claim, 1)
	for side, sign := range map[debate.Stance]int{debate.Pro: 1, debate.Con: -1} {
		for _, claim := range s.Claims.Of(side) {
			count(claim, sign)
		}
	}
	if same == 0 && s.isName(subject) {
		same = any
	}
	switch {
	case same*worth > 0:
		return sureFate, true
	case same*worth < 0:
		return -sureFate, true
	}
	return 0, false
}

// sureFate is how sure a side is by what a claim wants for its subject, as log odds.
const sureFate = 6

// isName says whether a text, as plain gives it, is one of the topic's names.
func (s *subject) isName(text string) bool {
	for _, parts := range s.names {
		if len(parts) == 1 && parts[0] == text {
			return true
		}
	}
	return false
}
