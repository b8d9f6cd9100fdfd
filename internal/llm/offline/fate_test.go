package offline

import (
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// What people type first is often no more than a subject and what should become of it. A sum of
// words took the wrong side of every eighth of these: "abortion should not be banned" has "abortion"
// and "not", which both sides say.
func TestAClaimThatOnlySaysWhatShouldBecomeOfItsSubjectHasItsSide(t *testing.T) {
	t.Parallel()
	m := newModel(t, Options{})
	spanish, err := m.spanish()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		k                *knowledge
		forIt, againstIt string // who says so of the subject
		topics           string // each with a subject, for which its own claim is, or with "-" against which
	}{
		{english(t, m), "# should be legal, # should not be banned, # is a good thing, # should be allowed, legalize #, # isn't wrong, banning # is wrong, the ban on # is a bad idea",
			"# should be banned, # should not be legal, # is wrong, # is bad, # should be illegal, # must be abolished, ban #, we should ban all #, # are a terrible idea, banning # is right, a ban on # is a great idea",
			"abortion abortion, cannabis cannabis, gay-marriage gay marriage, gay-marriage same-sex marriage, -leaving-eu the EU, leaving-eu brexit, linux-windows linux, vaccination vaccination, surrogacy surrogacy, euthanasia euthanasia, sex-work sex work, crypto crypto, reparations reparations, tariffs tariffs, " +
				"-zoos zoos, -hunting hunting, -gambling gambling, -boxing boxing, -bullfighting bullfighting, -fireworks fireworks, -loot-boxes loot boxes, -spanking spanking, -death-penalty the death penalty, -human-cloning human cloning, " +
				"-pornography porn, -fast-fashion fast fashion, -animal-testing animal testing, surveillance surveillance, carbon-tax a carbon tax, lab-grown-meat lab-grown meat, -tipping tipping, -private-schools private schools"},
		{spanish, "# deberían ser legales, # no deberían prohibirse, # no es un error", "# debería prohibirse, hay que prohibir #, # está mal, # es una vergüenza",
			"cannabis el cannabis, -leaving-eu la unión europea, abortion el aborto, euthanasia la eutanasia, -bullfighting la tauromaquia, -zoos los zoos, -hunting la caza, gay-marriage el matrimonio gay"},
	} {
		for topic := range strings.SplitSeq(c.topics, ", ") {
			name, thing, _ := strings.Cut(topic, " ")
			name, against := strings.CutPrefix(name, "-")
			for side, forms := range map[debate.Stance]string{debate.Pro: c.forIt, debate.Con: c.againstIt} {
				if against {
					side = side.Opposite()
				}
				for form := range strings.SplitSeq(forms, ", ") {
					message := strings.ReplaceAll(form, "#", thing)
					read, sure := claim.Read(message)
					read, sure = m.ReadTopic(message, read, sure)
					s, bot := c.k.findIn(debate.Prompt{Topic: read.Topic, Stance: read.Stance, Message: message, Number: 1, Language: read.Language})
					if sure >= 0.6 && s != nil && s.Name == name && bot == side {
						t.Errorf("%q of %s is met by its own side", message, name)
					}
				}
			}
		}
	}
}
