package offline

import (
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// reads says how the service reads an opening: the topic and the bot's side of it, nil where it asks or has no topic.
func reads(t testing.TB, m *Model, message string) (*subject, debate.Stance) {
	t.Helper()
	read, sure := claim.Read(message)
	read, sure = m.ReadTopic(message, read, sure)
	if sure < 0.6 {
		return nil, debate.NoStance
	}
	k := english(t, m)
	if read.Language == "es" {
		k = spanish(t, m)
	}
	return k.findIn(debate.Prompt{Topic: read.Topic, Stance: read.Stance, Message: message, Number: 1, Language: read.Language})
}

// Who makes a plain claim and says why is not on the other side for the words of the reasons: "Billionaires shouldn't
// exist. Nobody earns a billion dollars; they extract it from workers who are paid a fraction of what they produce." was
// taken for the claim that they should. The claims are those that the bank has of each side, and the reasons its
// arguments for that.
func TestReasonsTurnNoClaim(t *testing.T) {
	t.Parallel()
	m := newModel(t, Options{})
	for _, k := range []*knowledge{english(t, m), spanish(t, m)} {
		all, found, turned := 0, 0, 0
		for n, s := range k.subjects {
			for _, user := range []debate.Stance{debate.Pro, debate.Con} {
				claims, arguments := s.Claims.Of(user), s.Of(user).Arguments
				if len(claims) == 0 {
					continue
				}
				a := arguments[2*n%len(arguments)] // the reader of claims learns of the others
				reason := a.Point
				if n%2 == 0 {
					reason = a.Text[:sentencesOf(a.Text)[0].end]
				}
				message := upperFirst(claims[n%len(claims)]) + ". " + upperFirst(reason)
				all++
				switch read, bot := reads(t, m, message); {
				case read != s:
				case bot == user:
					turned++
					t.Logf("%q: the bot argues %s of %q", message, bot, s.Claim)
				default:
					found++
				}
			}
		}
		t.Logf("%s: of %d found %d, turned %d", k.language, all, found, turned)
		if 200*turned > all || 100*found < 95*all {
			t.Errorf("%s: of %d openings are %d found and %d turned, has to be 95 %% and at most 0.5 %%", k.language, all, found, turned)
		}
	}
}

// What people say for a ban, against one and of two things is said in many ways, of which the words stand on both sides.
func TestWhatIsSaidInOtherFormsHasItsSide(t *testing.T) {
	t.Parallel()
	m := newModel(t, Options{})
	for _, k := range []*knowledge{english(t, m), spanish(t, m)} {
		all, turned := 0, 0
		for _, s := range k.subjects {
			for text, user := range otherForms(k.language, strings.TrimSuffix(s.Claim, ".")) {
				all++
				if read, bot := reads(t, m, text); read == s && bot == user {
					turned++
					t.Logf("%q: the bot argues %s of %q", text, bot, s.Claim)
				}
			}
		}
		t.Logf("%s: of %d turned %d", k.language, all, turned)
		if 100*turned > 2*all {
			t.Errorf("%s: %d of %d are taken for the other side, may be 2 %%", k.language, turned, all)
		}
	}
}

// otherForms are ways to say a motion, or the opposite, with the side of it.
func otherForms(language, motion string) map[string]debate.Stance {
	all := make(map[string]debate.Stance)
	fill := func(side debate.Stance, thing, other string, forms ...string) {
		for _, form := range forms {
			all[upperFirst(strings.NewReplacer("#", thing, "@", other).Replace(form))] = side
		}
	}
	if language == "en" {
		for passive, verb := range map[string]string{" should be banned": "ban ", " should be abolished": "abolish "} {
			if thing, ok := strings.CutSuffix(motion, passive); ok {
				thing = lowerFirst(thing)
				fill(debate.Pro, thing, "", "we must "+verb+"#", verb+"# already", "there is no excuse for #")
				fill(debate.Con, thing, "", "don't "+verb+"#", "we should not "+verb+"#", "nobody should "+verb+"#", "there is no need to "+verb+"#", "there is nothing wrong with #")
			}
		}
		if one, other, ok := strings.Cut(motion, " is better than "); ok {
			fill(debate.Pro, one, other, "# beats @", "@ is worse than #", "I prefer # to @")
			fill(debate.Con, one, other, "@ beats #", "# doesn't beat @", "# is worse than @", "I'd take @ over # any day")
		}
		return all
	}
	if thing, ok := strings.CutPrefix(motion, "Habría que "); ok {
		fill(debate.Pro, thing, "", "hay que #")
		fill(debate.Con, thing, "", "no hay que #", "no habría que #", "no tenemos por qué #", "nadie debería #")
	}
	for _, passive := range []string{" debería prohibirse", " deberían prohibirse"} {
		if thing, ok := strings.CutSuffix(motion, passive); ok {
			fill(debate.Pro, lowerFirst(thing), "", "hay que prohibir #")
			fill(debate.Con, lowerFirst(thing), "", "no hay que prohibir #", "no hay por qué prohibir #", "no tiene nada de malo #")
		}
	}
	if one, other, ok := strings.Cut(motion, " es mejor que "); ok {
		fill(debate.Con, lowerFirst(one), other, "@ le gana a #", "@ le da mil vueltas a #", "# es peor que @", "prefiero @ a #")
	}
	return all
}

// Where the last sentence draws the conclusion, and where something is granted first, that does not count for what is said.
func TestAConclusionAndAConcessionHaveTheirSide(t *testing.T) {
	m := newModel(t, Options{})
	for message, want := range map[string]string{
		"A rat is no small person, and most of what cures one fails in us. So no, animal testing should not be allowed.":                           "animal-testing CON",
		"I'm all for free speech, but hate speech shouldn't be protected. It never stays at words.":                                                "free-speech CON",
		"Without unions nobody would have a weekend.":                                                                                              "unions CON",
		"What's so bad about graffiti? Nobody ever died of a painted wall, and the street is grey enough without our help.":                        "graffiti CON",
		"Why would anyone choose cats over dogs? They do not care whether you come home, and no cat has ever fetched a stick for me.":              "dogs-cats CON",
		"Is there any point in homework? Nobody learns at nine in the evening, and parents do half of it anyway.":                                  "homework CON",
		"Billionaires shouldn't exist. Nobody earns a billion dollars; they extract it from workers who are paid a fraction of what they produce.": "billionaires CON",
	} {
		s, bot := reads(t, m, message)
		if s == nil || s.Name+" "+string(bot) != want {
			t.Errorf("%q: the bot argues %s of %+v, want %s", message, bot, s, want)
		}
	}
	// What takes a claim back is no reason for it, and a story no claim.
	for _, message := range []string{"Zoos are great. Nonsense, they are prisons.", "Zoos are great. But they should be closed, no animal should live in a cage.",
		"Every time I post a picture from the zoo some hero calls me an animal abuser. Zoos do more good than harm, get over it"} {
		if lead, _ := claim.Lead(message); lead != "" {
			t.Errorf("%q begins with the claim %q", message, lead)
		}
	}
	if lead, reasons := claim.Lead("Zoos should close. No animal should live in a cage."); !slices.Equal([]string{lead, reasons}, []string{"Zoos should close", "No animal should live in a cage."}) {
		t.Errorf("parted into %q and %q", lead, reasons)
	}
}

// What a thing is wanted for is not what the claim is about, and its verb no verdict on the thing.
func TestWhatAThingIsWantedForIsNotTheTopic(t *testing.T) {
	m := newModel(t, Options{})
	for message, want := range map[string]string{
		"La energía nuclear es imprescindible si de verdad queremos dejar los combustibles fósiles.": "nuclear-power",
		"We need nuclear power to get off fossil fuels.":                                             "nuclear-power",
		"Nuclear power is essential if we really want to leave fossil fuels behind.":                 "nuclear-power",
		"Cars should be banned from city centres if cyclists are ever to be safe.":                   "car-free-cities",
	} {
		if s, bot := reads(t, m, message); s == nil || s.Name != want || bot != debate.Con {
			t.Errorf("%q: the bot argues %s of %+v, want CON of %s", message, bot, s, want)
		}
	}
}

// Who wants less of a thing, or none, is against it: for a topic that is too, and against one that wants it.
func TestWhoWantsLessOfAThingIsAgainstIt(t *testing.T) {
	m := newModel(t, Options{})
	for message, want := range map[string]string{
		"There should be fewer cars in cities.":    "en car-free-cities PRO",
		"We need fewer cars in city centres.":      "en car-free-cities PRO",
		"Kids should get less homework.":           "en homework PRO",
		"We need less regulation of AI.":           "en ai-regulation CON",
		"There should be no regulation of AI.":     "en ai-regulation CON",
		"There should be less tax on inheritance.": "en inheritance-tax CON",
		"Rich countries need fewer immigrants.":    "en immigration CON",
		"Hacen falta menos deberes.":               "es homework PRO",
		"No hacen falta deberes.":                  "es homework PRO",
		"No necesitamos zoos.":                     "es zoos PRO",
		"Debería haber menos coches en el centro.": "es car-free-cities PRO",
	} {
		of := strings.Fields(want)
		k := english(t, m)
		if of[0] == "es" {
			k = spanish(t, m)
		}
		i := slices.IndexFunc(k.subjects, func(s *subject) bool { return s.Name == of[1] })
		if got, sure := k.sideOf(message, k.subjects[i]); string(got) != of[2] || sure < sureSide {
			t.Errorf("%q: %s, %.1f sure, want %s", message, got, sure, want)
		}
	}
}

// A claim that calls something no good by a word that has the "not" in it, or no answer to a problem, or wants it back or
// cut back, was read the other way around in eleven of 170 titles of r/changemyview, motions of a debating club and lists of
// "hot takes" that met a topic.
func TestWhatIsNoGoodIsNotPraised(t *testing.T) {
	t.Parallel()
	m := newModel(t, Options{})
	for message, want := range map[string]struct {
		topic string
		bot   debate.Stance
	}{
		"Economic sanctions are ineffective":                        {"sanctions", debate.Pro},
		"Exams are an inefficient way to find out what pupils know": {"exams", debate.Con},
		"Carbon taxes are unreliable":                               {"carbon-tax", debate.Pro},
		"Mass surveillance is unjustifiable":                        {"surveillance", debate.Pro},
		"Surveillance should be scaled back":                        {"surveillance", debate.Pro},
		"Veganism is not the best way to help farm animals":         {"vegetarian-diet", debate.Pro},
		"Nuclear power is not the answer to climate change":         {"nuclear-power", debate.Pro},
		"Net neutrality must come back":                             {"net-neutrality", debate.Con},
		"Bring back net neutrality":                                 {"net-neutrality", debate.Con},
		"Feminism has been taken way too far":                       {"feminism", debate.Pro},
		"Repeal the second amendment":                               {"gun-control", debate.Con},
		"Capitalism is an inefficient system":                       {"capitalism", debate.Pro},
		"Is it ethical to keep zoos?":                               {"zoos", debate.Pro},
		"Las sanciones económicas son ineficaces":                   {"sanctions", debate.Pro},
		"Los zoos deberían seguir existiendo":                       {"zoos", debate.Pro},
		"La energía nuclear no es la solución al cambio climático":  {"nuclear-power", debate.Pro},
		"La semana de cuatro días sería buena para las empresas":    {"four-day-week", debate.Con},
		"THO compulsory voting":                                     {"compulsory-voting", debate.Pro},
		"This house regrets the rise of social media":               {"social-media", debate.Con},
	} {
		if s, bot := reads(t, m, message); s == nil || s.Name != want.topic || bot != want.bot {
			t.Errorf("%q is met by %s of %v, not by %s of %s", message, bot, s, want.bot, want.topic)
		}
	}
}

// A statement and its reverse are met from the two sides: of ten pairs of a public scale of opinions three were not ("Homework
// should be kept in primary school"). The pairs are our own.
func TestAStatementAndItsReverseAreMetFromTheTwoSides(t *testing.T) {
	t.Parallel()
	m := newModel(t, Options{})
	for _, c := range []struct {
		topic, pro, con string // what who is for the topic says, and who is against it
	}{
		{"remote-work", "Working from home makes workers more productive", "Working from home makes workers less productive"},
		{"four-day-week", "A four-day week would be good for companies", "A four-day week would be bad for companies"},
		{"homework", "Homework should be scrapped in primary schools", "Homework should be kept in primary schools"},
		{"zoos", "Zoos should be abolished in big cities", "Zoos should stay in big cities"},
		{"social-media", "Social media makes people more lonely", "Social media makes people less lonely"},
		{"school-uniforms", "School uniforms make pupils more equal", "School uniforms make pupils less creative"},
		{"nuclear-power", "Nuclear power would be good for the climate", "Nuclear power would be a disaster for the climate"},
		{"gender-quotas", "TH supports gender quotas", "TH opposes gender quotas"},
		{"monarchy", "The monarchy should be abolished in Spain", "The monarchy should remain in Spain"},
		{"car-free-cities", "Cities should ban cars from the centre", "Cities should allow cars in the centre"},
		{"hard-drugs", "THW end the war on drugs", "THW fight the war on drugs harder"},
		{"body-positivity", "This house opposes the body positivity movement", "This house supports the body positivity movement"},
	} {
		for said, want := range map[string]debate.Stance{c.pro: debate.Con, c.con: debate.Pro} {
			if s, bot := reads(t, m, said); s == nil || s.Name != c.topic || bot != want {
				name := "nothing"
				if s != nil {
					name = s.Name
				}
				t.Errorf("%q is met by %s of %s, not by %s of %s", said, bot, name, want, c.topic)
			}
		}
	}
}
