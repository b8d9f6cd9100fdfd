package offline

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// all are the lines of all lists but the short answers to a fact, which are in other lines.
func (l *lines) all() (all []line) {
	fields := reflect.ValueOf(*l)
	for i := range fields.NumField() {
		switch f := fields.Field(i); {
		case slices.Contains([]string{"Granted", "Denied", "Summing"}, fields.Type().Field(i).Name):
		case f.Kind() == reflect.Slice:
			all = append(all, f.Interface().([]line)...)
		default:
			for _, key := range f.MapKeys() {
				all = append(all, f.MapIndex(key).Interface().([]line)...)
			}
		}
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
		for _, rule := range k.Rhetorical {
			if n := len(k.lines.Replies[rule.Kind]) + len(k.lines.Replies[rule.Kind+"-other"]); n == 0 || n == 1 && len(k.lines.Replies[rule.Kind+"-change"]) == 0 {
				t.Errorf("%s: %d replies to %s", k.language, n, rule.Kind)
			}
		}
		for kind := range k.lines.Probes {
			if !slices.Contains([]pointKind{general, member, stranger, demand, against, favour, people}, kind) && !slices.ContainsFunc(k.Kinds, func(r kindRule) bool { return r.Kind == kind }) {
				t.Errorf("%s: no words for %s", k.language, kind)
			}
		}
	}
}

func TestLinesWithAMissingPartAreRefused(t *testing.T) {
	for name, edit := range map[string][2]string{
		"no silence": {"    silent:", "    silenced:"},
		"no list":    {"  naming:", "  nameless:"},
		"open slot":  {"I'll argue for {claim}.", "I'll argue for {claim."},
	} {
		bad := strings.Replace(string(linesFile), edit[0], edit[1], 1)
		if bad == string(linesFile) {
			t.Fatalf("%s: nothing to replace", name)
		}
		if _, err := readLines([]byte(bad)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	l := &lines{}
	if err := l.check(); err == nil {
		t.Error("no error for nothing at all")
	}
}

// Who corrects the bot, asks what it would do itself, or gives something away is heard,
// before anything is argued; and who only uses such words is not taken to.
func TestWhatAMessageDoesBesidesArguingIsHeard(t *testing.T) {
	m := newModel(t, Options{})
	spanish, err := m.spanish()
	if err != nil {
		t.Fatal(err)
	}
	en, es := english(t, m).lines, spanish.lines
	for _, c := range []struct {
		topic, message string
		heard          []line
		no             bool
	}{
		{topic: "Zoos should be closed.", message: "that's a straw man, I never said animals are stupid", heard: en.Signs[misread]},
		{topic: "Zoos should be closed.", message: "That's not what I meant. Documentaries teach better.", heard: en.Signs[misread]},
		{topic: "Zoos should be closed.", message: "wait, are you saying animals like cages?", heard: en.Signs[imputed]},
		{topic: "Zoos should be closed.", message: "fair, the condor was saved by them, but what about thousands of others", heard: en.Signs[shifting]},
		{topic: "Zoos should be closed.", message: "I'm starting to think good zoos are fine", heard: en.Signs[shifting]},
		{topic: "Zoos should be closed.", message: "ok but the lion at ours has gone mad", heard: en.Signs[shifting], no: true},
		{topic: "Zoos should be closed.", message: "ok fair, for frogs I could live with it", heard: en.Signs[shifting]},
		{topic: "Street musicians should be banned.", message: "in the park it does not bother me that much", heard: en.Signs[shifting]},
		{topic: "Street musicians should be banned.", message: "sorry for my grammar. But they are under my window", heard: en.Signs[apology]},
		{topic: "Street musicians should be banned.", message: "kids love it, sure, mine too", heard: en.Signs[shifting]},
		{topic: "Street musicians should be banned.", message: "fine, a permit costs money. like 50 cents", heard: en.Signs[shifting]},
		{topic: "Street musicians should be banned.", message: "the tourists like it, i'll admit", heard: en.Signs[shifting]},
		{topic: "Street musicians should be banned.", message: "you paid for the flat, fine, but not for my ears", heard: en.Signs[shifting], no: true},
		{topic: "Los zoos deberían cerrarse.", message: "los niños aprenden, eso no lo niego", heard: es.Yielded[onBank]},
		{topic: "Zoos should be closed.", message: "hm, you convinced me, some animals need them", heard: en.Turned},
		{topic: "Zoos should be closed.", message: "you have not convinced me", heard: en.Turned, no: true},
		{topic: "Zoos should be closed.", message: "you convinced me on the condor, but the lions suffer", heard: en.Turned, no: true},
		{topic: "Los zoos deberían cerrarse.", message: "vale, me has convencido, no hay que cerrarlos", heard: es.Turned},
		{topic: "Zoos should be closed.", message: "Fair treatment of animals is impossible in a cage", heard: en.Signs[shifting], no: true},
		{topic: "Zoos should be closed.", message: "Animals never said yes to any of this", heard: en.Signs[misread], no: true},
		{topic: "Fireworks should be banned for private use.", message: "what would you do if it was your daughter?", heard: en.Replies[beenThere]},
		{topic: "Street musicians should be banned.", message: "have you ever lived above one?", heard: en.Replies[beenThere]},
		{topic: "Los zoos deberían cerrarse.", message: "eso no es lo que he dicho, hablaba de los documentales", heard: es.Signs[misread]},
		{topic: "Los niños deberían aprender a escribir a mano.", message: "¿y tú dejarías a tu perro en una jaula, qué harías?", heard: es.Replies[beenThere]},
		{topic: "Los zoos deberían cerrarse.", message: "Eso te lo concedo, algunos zoos salvan especies", heard: es.Signs[shifting]},
	} {
		language := "en"
		if strings.HasPrefix(c.topic, "Los") {
			language = "es"
		}
		reply, _, err := m.write(debate.Prompt{Topic: c.topic, Stance: debate.Con, Language: language, Number: 2, Seed: 7, Message: c.message,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: c.topic, Reply: "No."}}})
		if err != nil {
			t.Fatal(err)
		}
		if k := english(t, m); len(c.heard) == len(en.Signs[shifting]) && c.heard[0].text == en.Signs[shifting][0].text { // which is also heard in what was given away
			for _, lines := range k.lines.Yielded {
				c.heard = append(c.heard, lines...)
			}
		}
		heard := slices.ContainsFunc(c.heard, func(l line) bool {
			return strings.HasPrefix(reply, l.text) || l.needs(thatSlot) && strings.Contains(reply, l.mark)
		})
		if heard == c.no {
			t.Errorf("%q is answered by %q", c.message, reply)
		}
	}
}

// Who asks for a reason gets one, and is not told that there is no answer.
func TestWhoAsksForAReasonIsNotToldThatThereIsNone(t *testing.T) {
	m := newModel(t, Options{})
	for _, message := range []string{"ok so what good does it even do?", "why shouldn't we close them then?", "what about sanctuaries? why not just have those"} {
		reply, _, err := m.write(debate.Prompt{Topic: "Zoos should be closed.", Stance: debate.Con, Language: "en", Number: 2, Seed: 7, Message: message,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Zoos should be closed.", Reply: "No."}}})
		if err != nil {
			t.Fatal(err)
		}
		all := slices.Concat(english(t, m).lines.Unknown, english(t, m).lines.Denied)
		if slices.ContainsFunc(all, func(l line) bool { return strings.HasPrefix(reply, l.text) }) {
			t.Errorf("%q is answered by %q", message, reply)
		}
	}
}

// Whose best argument is asked for decides whose is given.
func TestTheBestArgumentIsThatOfWhomItIsAskedOf(t *testing.T) {
	m := newModel(t, Options{})
	k := english(t, m)
	s, side := k.find("Zoos should be closed.", debate.Con)
	for message, want := range map[string]string{
		"ok what's your best argument":       s.Of(side).Case,
		"what is the best argument for me?":  gist(s.Of(side.Opposite()).Case, minGist),
		"what's your best one for my side?":  gist(s.Of(side.Opposite()).Case, minGist),
		"tell me the best point of my side.": gist(s.Of(side.Opposite()).Case, minGist),
	} {
		reply, _, err := m.write(debate.Prompt{Topic: "Zoos should be closed.", Stance: debate.Con, Language: "en", Number: 2, Message: message, Aside: debate.AsideBestPoint,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Zoos should be closed.", Reply: "No."}}})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(reply, want) {
			t.Errorf("%q is answered by %q, want %q", message, reply, want)
		}
	}
}

// A fact of some is granted before it is answered; an accusation of many, and what the
// bank has no word of, is answered only, since it may well be false.
func TestAFactOfSomeIsGrantedAndNoAccusation(t *testing.T) {
	m := newModel(t, Options{})
	for _, c := range []struct {
		topic, message string
		granted        bool
	}{
		{"Homework should be banned.", "Some kids need more practice than others.", true},
		{"The voting age should be lowered to 16.", "Teenagers can be impulsive.", true},
		{"All nuclear weapons should be abolished.", "You can't uninvent them.", false},
		{"The minimum wage should be raised.", "Small shops can't pay that.", false},
		{"Gun laws should be stricter.", "Most gun owners never hurt anybody.", true},
		{"Vaccination should be mandatory.", "Many vaccines contain microchips.", false},
		{"Immigration is good for a country.", "Many immigrants eat dogs.", false},
		{"Immigration is good for a country.", "Most immigrants are criminals.", false},
		{"Immigration is good for a country.", "A lot of immigrants commit crimes.", false},
		{"Nuclear power is the best answer to climate change.", "Many people died in Fukushima from radiation.", false},
		{"Zoos do more good than harm.", "Some zoos feed kittens to lions.", false},
		{"Homework should be banned.", "Some teachers are secretly paid by toy companies.", false},
	} {
		s, _ := english(t, m).find(c.topic, debate.Pro)
		if s == nil {
			t.Fatalf("no topic for %q", c.topic)
		}
		for seed := range uint64(4) {
			reply, _, err := m.write(debate.Prompt{Topic: c.topic, Stance: debate.Pro, Language: "en", Number: 2, Seed: seed, Message: c.message,
				Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "I do not think so.", Reply: s.Of(debate.Pro).Case}}})
			if err != nil {
				t.Fatal(err)
			}
			granted := slices.ContainsFunc(english(t, m).lines.Granted, func(l line) bool { return strings.HasPrefix(reply, l.text+" ") })
			granted = granted || strings.HasPrefix(reply, "Yes") // a text of the bank
			if granted != c.granted {
				t.Errorf("%q is answered by %q", c.message, reply)
				break
			}
		}
	}
}

// Who is not convinced, or asks whether the bot is, has conceded nothing.
func TestWhoConcedesNothingIsNotThankedForIt(t *testing.T) {
	m := newModel(t, Options{})
	for message, generous := range map[string]bool{"so have I convinced you?": false, "nah not convinced": false, "ok you win": true, "I can't argue with that": true} {
		reply, _, err := m.write(debate.Prompt{Topic: "Zoos should be closed.", Stance: debate.Con, Language: "en", Number: 2, Message: message, Aside: debate.AsideConcede,
			Exchanges: []debate.Exchange{{Number: 1, Kind: debate.ArgumentKind, Message: "Zoos should be closed.", Reply: "No."}}})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(reply, "generous") != generous {
			t.Errorf("%q is answered by %q", message, reply)
		}
	}
}

// "ugh i think kids these days shouldn't get participation trophies" was called the best that its writer had brought.
func TestTheBestPointIsAReasonAndNotTheClaim(t *testing.T) {
	m := newModel(t, Options{})
	claimed := "ugh i think kids these days shouldn't get participation trophies"
	for message, want := range map[string]string{claimed: "kids these days shouldn't get participation trophies", "because three boys in my son's team stopped training": "three boys in my son's team stopped training"} {
		p := debate.Prompt{Topic: "Children should get trophies for taking part.", Stance: debate.Pro, Language: "en", Number: 3, Message: "so who is winning?", Aside: debate.AsideWinner,
			Exchanges: []debate.Exchange{{Number: 1, Message: claimed, Reply: "No."}}}
		if message != claimed {
			p.Exchanges = append(p.Exchanges, debate.Exchange{Number: 2, Message: message, Reply: "No."})
		}
		if reply := say(t, m, p); !strings.Contains(reply, `"`+want) || strings.Contains(reply, "ugh i") {
			t.Errorf("%q, and then: %s", message, reply)
		}
	}
}
