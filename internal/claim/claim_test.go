package claim

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// labelled is a first message with what may be read from it. Stances are the
// bot's.
type labelled struct {
	Message string
	Claim   bool
	Accept  []struct{ Topic, Stance string }
	// Stated says whether a topic that opposes the user is all that was said, or all of it
	// that has the claim and what denies it. That is right too.
	Stated func(topic string) bool `json:"-"`
}

func readLabels(t testing.TB, path string) []labelled {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []labelled
	for line := range strings.Lines(string(data)) {
		var l labelled
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%s: %v in %s", path, err, line)
		}
		all = append(all, l)
	}
	return all
}

func plainWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.NewReplacer("'", "", "’", "").Replace(spelledOut.Replace(s))), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
}

func overlap(a, b []string) float64 {
	set := map[string]int{}
	for _, w := range a {
		set[w] |= 1
	}
	for _, w := range b {
		set[w] |= 2
	}
	both := 0
	for _, in := range set {
		if in == 3 {
			both++
		}
	}
	return float64(both) / float64(max(1, len(set)))
}

func pairs(words []string) []string {
	var all []string
	for i := 1; i < len(words); i++ {
		all = append(all, words[i-1]+" "+words[i])
	}
	return all
}

// right says whether what was read is what a label accepts: the topic in the
// same or nearly the same words, and the bot on the label's side of it.
func (l labelled) right(s debate.Subject, ok bool) bool {
	if !l.Claim || !ok {
		return l.Claim == ok
	}
	if l.Stated != nil && s.Stance == debate.Con && l.Stated(s.Topic) {
		return true
	}
	if l.Stated == nil && s.Stance == debate.Con && letters(s.Topic) == letters(l.Message) && !asksFor.MatchString(l.Message) {
		return true
	}
	got, denied := undenied(s.Topic)
	sides := map[string]bool{}
	best, bestPairs, stance := 0.0, -1.0, ""
	for _, a := range l.Accept {
		sides[a.Stance] = true
		want, wantDenied := undenied(a.Topic)
		share, shared := overlap(got, want), overlap(pairs(got), pairs(want))
		if strings.Join(got, " ") == strings.Join(want, " ") {
			share, shared = 2, 2
		}
		if share > best || share == best && shared > bestPairs {
			best, bestPairs, stance = share, shared, a.Stance
			if denied != wantDenied {
				stance = map[string]string{"PRO": "CON", "CON": "PRO"}[stance]
			}
		}
	}
	return best >= 0.6 && (len(sides) > 1 && l.bothSides() || stance == string(s.Stance))
}

// asksFor finds what may ask for a claim to be argued, or whether it is so: to oppose all of
// such a message may be wrong, where the labels do not say.
var asksFor = regexp.MustCompile(`(?i)\?|\b(you|u|your|argue|argu\w+|convince|persuade|defend|tell|give|make|write|take|be|play|pretend|debate|case|side|let.?s|talk|why|how|what|who|which|discuss|explain|try|prove|show|sell|change)\b`)

// undenied are the words of a topic without what denies it, and whether something does: a
// topic with a "not" and one side of it are the topic without it and the other side.
func undenied(topic string) (words []string, denied bool) {
	for _, w := range plainWords(topic) {
		switch {
		case negations[w]:
			denied = !denied
		case w == "do" || w == "does":
		default:
			words = append(words, strings.TrimSuffix(w, "s"))
		}
	}
	return words, denied
}

// bothSides says that the message leaves the side open: one topic is accepted
// with either stance.
func (l labelled) bothSides() bool {
	seen := map[string]string{}
	for _, a := range l.Accept {
		if before, ok := seen[a.Topic]; ok && before != a.Stance {
			return true
		}
		seen[a.Topic] = a.Stance
	}
	return false
}

// right is how many of a set's messages are read as a label accepts; miss
// hears of the others.
func right(t *testing.T, set string, miss func(l labelled, s debate.Subject, ok bool)) (right, all int) {
	labels := readLabels(t, "testdata/"+set+".jsonl")
	for _, l := range labels {
		s, _ := Read(l.Message)
		if l.right(s, s.Topic != "") {
			right++
		} else {
			miss(l, s, s.Topic != "")
		}
	}
	t.Logf("%s: %d of %d right", set, right, len(labels))
	return right, len(labels)
}

// The reader learns from these sets (in tidy/train.jsonl with spans), so that
// their figures say little of messages that it has not seen. It leaves the words as they
// were said where many of the labels have others: "Libraries", not "Libraries are good".
func TestClaimsAreRead(t *testing.T) {
	for _, set := range []string{"claims", "claims_openers"} {
		n, all := right(t, set, func(l labelled, s debate.Subject, ok bool) {
			t.Logf("%q was read as %q, bot %s, %v", l.Message, s.Topic, s.Stance, ok)
		})
		if 100*n < 86*all {
			t.Errorf("%s: %d of %d right, want 86%%", set, n, all)
		}
	}
}

// The held-out messages were written and labelled apart from what is learned, and
// nobody who works on the reader reads them: they tell what it does with what it
// has not seen. So this test does not show them either. The bounds are what was
// reached. Who takes every message for a claim, and opposes it, gets less.
func TestHeldOutClaimsAreRead(t *testing.T) {
	for set, least := range map[string]int{"claims_heldout": 202, "claims_fresh": 92} {
		if n, all := right(t, set, func(labelled, debate.Subject, bool) {}); n < least {
			t.Errorf("%s: %d of %d right, want %d", set, n, all, least)
		}
	}
	spoken := map[string]*[2]int{}
	for set, least := range map[string]int{"messy/heldout": 1048, "messy/fresh": 57} {
		n, parrot, openings := 0, 0, readOpenings(t, set)
		for _, o := range openings {
			s, _ := Read(o.Text)
			n += int(bit(o.labelled().right(s, s.Topic != "")))
			parrot += int(bit(o.labelled().right(debate.Subject{Topic: o.Text, Stance: debate.Con}, true)))
			if spoken[o.Lang] == nil {
				spoken[o.Lang] = &[2]int{}
			}
			spoken[o.Lang][1]++
			spoken[o.Lang][0] += int(bit(Language(o.Text) == o.Lang))
		}
		t.Logf("%s: %d of %d right, a parrot %d", set, n, len(openings), parrot)
		if n < least || 8*parrot > 7*n {
			t.Errorf("%s: %d of %d right, want %d, and of a parrot's %d an eighth less", set, n, len(openings), least, parrot)
		}
	}
	for lang, n := range spoken {
		t.Logf("%s: of %d of %d messages the language is told", lang, n[0], n[1])
		if 100*n[0] < 90*n[1] {
			t.Errorf("%s: of %d of %d messages the language is told, want 90%%", lang, n[0], n[1])
		}
	}
}

// A reading is about as often right as it says.
// What a claim is cut out of may turn the direction of what follows, and the claim stand in a text that it
// would turn: https://github.com/HiDeoo/YaTA/issues/28, https://github.com/element-hq/riot-android/issues/722.
func TestATopicTurnsNoTextAroundIt(t *testing.T) {
	for _, message := range []string{"Golf is \u202eboring\u202c.", "Golf is \u2067boring.", "\u202dGolf is boring."} {
		if got, _ := Read(message); got.Topic != "Golf is boring" {
			t.Errorf("%q: the topic is %q", message, got.Topic)
		}
	}
}

func TestSureIsAProbability(t *testing.T) {
	var bins [3]struct{ right, all int } // below 0.8, 0.95, and above
	for _, o := range readOpenings(t, "messy/heldout") {
		s, sure := Read(o.Text)
		if s.Topic == "" {
			continue
		}
		bin := int(bit(sure >= 0.8)) + int(bit(sure >= 0.95))
		bins[bin].all++
		if o.labelled().right(s, true) {
			bins[bin].right++
		}
	}
	share := func(i int) float64 { return float64(bins[i].right) / float64(bins[i].all) }
	t.Logf("right of those sure below .8, .95 and above: %v", bins)
	if share(0) > 0.8 || share(2) < 0.88 || share(0) >= share(1) || share(1) >= share(2) {
		t.Errorf("right of those sure below .8, .95 and above: %v", bins)
	}
}

// What the reader does not surely take apart stays as it was said, and is opposed, like what
// denies or feels something: the claims that were once cut out of these were on the writer's
// side, or no sentences.
func TestAStatementIsOpposedAsItWasSaid(t *testing.T) {
	for _, message := range []string{
		"My roommate never cleans so i should get to pay less rent", "They never give us recess anymore and kids need it", "I will never understand why people like cruises",
		"Not tipping in america is rude", "I'm not saying ban cars, i'm saying make cities walkable",
		"My daughter is 12 and has no phone and shes fine. No kid needs one", "They want to close our library and it's a disgrace",
		"No me parece bien que los perros entren en los bares", "My teacher says wikipedia is unreliable but its better than most textbooks",
		"I dont believe in open offices", "Los toros no se deberían prohibir", "Las corridas no se tienen que prohibir", "Remote work is making people lonelier",
		"It amazes me that folks believe in palm reading", "I don't get why anyone denies evolution", "No entiendo por qué la gente niega la evolución", "Ich verstehe nicht, warum leute kreuzfahrten buchen",
		"I hate pineapple on pizza", "Honestly i can't stand horror films", "I don't like cold showers", "Im so sick of influencers", "I hate mondays", "Odio el reggaeton",
		"No me gusta nada el invierno", "Me encanta la lluvia", "Odeio reuniões", "Je déteste les lundis", "J'adore les tatouages", "Ich hasse Steuererklärungen",
	} {
		if s, _ := Read(message); s.Topic != message || s.Stance != debate.Con {
			t.Errorf("%q is read as %q, the bot %s", message, s.Topic, s.Stance)
		}
	}
}

// The bot once spoke against the claim "My boss told me to cover my tattoos. tattoos should be fine at work".
func TestASentenceThatSaysItAllIsTheTopic(t *testing.T) {
	for message, want := range map[string]string{
		"my boss told me to cover my tattoos. tattoos should be fine at work":    "Tattoos should be fine at work",
		"my mum says I can't dye my hair. dyed hair should be allowed in school": "Dyed hair should be allowed in school",
		"nine horses died on that track. ban the race":                           "Ban the race",
		"One more thing, in capitals. BRING BACK THE TRAM.":                      "BRING BACK THE TRAM",
		"mi jefe me dice que me afeite. la barba debería estar permitida":        "La barba debería estar permitida",
		// Where another sentence denies it, or says what it is about, all is said.
		"The rich are smarter. Yeah, right":                       "The rich are smarter. Yeah, right",
		"I saw one on the pavement again. they should be illegal": "I saw one on the pavement again. they should be illegal",
	} {
		if s, _ := Read(message); s.Topic != want || s.Stance != debate.Con {
			t.Errorf("%q is read as %q, the bot %s; want %q, CON", message, s.Topic, s.Stance, want)
		}
	}
}

// "Put me down against the claim \"I don't think karaoke is fun\"" is what the bot once said.
func TestWhatAStatementSurelyDeniesIsArguedFor(t *testing.T) {
	for message, topic := range map[string]string{
		"I don't think karaoke is fun": "Karaoke is fun", "nobody can tell me that karaoke is fun": "Karaoke is fun", "how can anyone say that karaoke is fun": "Karaoke is fun",
		"who on earth thinks karaoke is fun?": "Karaoke is fun", "nobody can tell me that fur is fine, they live in tiny cages": "Fur is fine",
		"nobody can tell me that fur is fine\nthey live in tiny cages": "Fur is fine", "I don't think billionaires should exist": "Billionaires should exist",
		"My friend thinks golf is fun and I think that's dumb":   "Golf is fun",
		"My coach says no pain no gain and i think that's toxic": "No pain no gain", "My bakery banned laptops. So no, I don't think cafes are offices": "Cafes are offices",
		"no creo que el karaoke sea divertido": "El karaoke es divertido", "No creo que haya que prohibir los patinetes": "Hay que prohibir los patinetes",
		"no creo que haya sido buena idea abrir el bar": "Ha sido buena idea abrir el bar", "nadie me puede decir que el karaoke es divertido": "El karaoke es divertido",
		"no es verdad que todo fue mejor": "Todo fue mejor", "\"Wer rastet, der rostet\" - so ein Quatsch": "Wer rastet, der rostet",
		"Cachorro pequeno late mais? mentira": "Cachorro pequeno late mais", "Les chats sont égoïstes ? n'importe quoi": "Les chats sont égoïstes",
	} {
		if s, _ := Read(message); s.Topic != topic || s.Stance != debate.Pro {
			t.Errorf("%q is read as %q, the bot %s; want %q, PRO", message, s.Topic, s.Stance, topic)
		}
	}
	// "nt" denies at the end of a verb that has it, and not of "want" or "government".
	for text, want := range map[string]bool{"I want to say": false, "my government says": false, "I don't say": true, "it isnt so": true, "nobody says": true} {
		if got := denied.MatchString(text); got != want {
			t.Errorf("%q denies: %t", text, got)
		}
	}
	for _, message := range []string{ // of which the clause is so, or in a mood that is not known to be turned
		"I will never understand why people like cruises", "I hate that people film concerts", "No me parece bien que los perros entren en los bares",
		"Es mentira que los perros chicos ladren más", "Je ne pense pas que le karaoké soit amusant", "Ich glaube nicht, dass Karaoke Spaß macht",
	} {
		if s, _ := Read(message); s.Topic != message || s.Stance != debate.Con {
			t.Errorf("%q is read as %q, the bot %s", message, s.Topic, s.Stance)
		}
	}
}

func TestAClaimIsTakenOutOfWhatFramesIt(t *testing.T) {
	for message, topic := range map[string]string{
		"hot take: cereal is soup": "Cereal is soup", "idk man i just think landlords shouldnt exist": "Landlords shouldnt exist", "defend pineapple on pizza": "Pineapple on pizza", "defend the monarchy if you can": "The monarchy", "defiende la monarquía si puedes, dime para qué sirve": "La monarquía", "You should help if you can": "You should help if you can",
		"Shouldn't voting be compulsory?": "Voting should be compulsory", "tea > coffee": "Tea better than coffee", "¿gatos o perros?": "Gatos mejor que perros",
		"tea is better than coffee https://example.org/tea?x=1": "Tea is better than coffee", "I love my kids, but school starts early": "School starts early", "Homework is useless (www.example.org/study)": "Homework is useless", "https://example.org": "",
	} {
		if s, _ := Read(message); s.Topic != topic {
			t.Errorf("%q is read as %q, want %q", message, s.Topic, topic)
		}
	}
}

// Read back as "You think that I think my city should …" it is no motion.
func TestAStatementIsTakenOutOfWhatItsWriterThinks(t *testing.T) {
	for message, want := range map[string]string{
		"i think my city should make parking way more expensive downtown": "My city should make parking way more expensive downtown",
		"I think our mayor should resign":                                 "Our mayor should resign",
		"In my opinion my city should ban cars":                           "My city should ban cars",
		"I really think that my landlord should pay for the boiler":       "My landlord should pay for the boiler",
	} {
		if s, _ := Read(message); s.Topic != want || s.Stance != debate.Con {
			t.Errorf("%q is read as %+v", message, s)
		}
	}
	for _, message := range []string{"I think about you", "My friend thinks golf is fun and I think that's dumb", "I do not think my city should ban cars"} {
		if s, _ := Read(message); strings.HasPrefix(s.Topic, "About") || strings.HasPrefix(s.Topic, "My city should ban") && s.Stance == debate.Con {
			t.Errorf("%q is read as %+v", message, s)
		}
	}
}

// Of a language in other letters nothing was learned, so that nothing is told of it.
func TestOtherLettersAreNotRead(t *testing.T) {
	for _, message := range []string{"犬は猫より良い", "고양이가 개보다 낫다", "Кошки лучше собак", "القطط أفضل من الكلاب", "हिंदी सबसे अच्छी है", "👍", "2 + 2 = 5"} {
		if s, _ := Read(message); s.Topic != "" || s.Language != "en" {
			t.Errorf("%q is read as %+v", message, s)
		}
	}
}

func TestTheSideOfATopicThatIsGiven(t *testing.T) {
	for message, want := range map[string]debate.Stance{
		"I disagree.": debate.Con, "I agree.": debate.Pro, "I am against it.": debate.Con, "Let's debate this.": debate.Pro,
		"Zoos should be closed": debate.Pro, "Zoos should not be closed": debate.Con, "I don't think zoos should be closed": debate.Con,
	} {
		if got := SideOf(message, "Zoos should be closed."); got != want {
			t.Errorf("%q is taken to be %s, want %s", message, got, want)
		}
	}
}

func FuzzReadClaim(f *testing.F) {
	for _, set := range []string{"claims", "claims_heldout", "claims_openers", "claims_fresh"} {
		for _, l := range readLabels(f, "testdata/"+set+".jsonl") {
			f.Add(l.Message)
		}
	}
	f.Fuzz(func(t *testing.T, message string) {
		s, sure := Read(message)
		if (s.Topic == "") != (s.Stance == debate.NoStance) || len(s.Topic) > debate.MaxTopicBytes || !(sure >= 0 && sure <= 1.001) {
			t.Errorf("%q: %+v, %v", message, s, sure)
		}
		if !utf8.ValidString(s.Topic) || !utf8.ValidString(s.Title) || utf8.RuneCountInString(s.Title) > maxTitle {
			t.Errorf("%q: not a title or not UTF-8: %+v", message, s)
		}
		SideOf(message, "Dogs are better than cats.")
	})
}

// BenchmarkReadClaim reads one message an operation.
func BenchmarkReadClaim(b *testing.B) {
	labels := readLabels(b, "testdata/claims.jsonl")
	b.Run("openings", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			Read(labels[i%len(labels)].Message)
		}
	})
	long := strings.Repeat("Well, I honestly think that dogs are better than cats, because they do not hide. ", 100)
	b.Run("8 KB", func(b *testing.B) {
		for b.Loop() {
			Read(long)
		}
	})
}

// Openings as people write them: "why do people still believe in god" was taken for the claim itself, and who
// could not see how anyone defends bullfighting was met with the case against it.
func TestAQuestionThatSaysSomethingIsReadAsThat(t *testing.T) {
	for message, want := range map[string]string{
		"why do people still believe in god": "People should not believe in god", "who needs marriage anyway?": "Nobody needs marriage",
		"how can anyone defend bullfighting": "Nobody should defend bullfighting", "Why would anyone eat meat?": "Nobody should eat meat",
		"why are we still paying for a king?": "We should not be paying for a king", "so why is homework still a thing??": "Homework should be abolished",
		"why do so many people smoke?": "People should not smoke", "¿quién necesita la monarquía?": "Nadie necesita la monarquía",
		"cómo puede alguien defender los toros": "Nadie debería defender los toros",
	} {
		if got, _ := Read(message); got.Topic != want || got.Stance != debate.Con {
			t.Errorf("%q: %s of %q, want CON of %q", message, got.Stance, got.Topic, want)
		}
	}
	for _, message := range []string{"why do cats purr?", "who needs a visa for Spain? I think nobody should.", "how can I defend my thesis?", "Nobody needs marriage."} {
		if got := Said(message); got != message {
			t.Errorf("%q is read as %q", message, got)
		}
	}
}

// A plain demand whose words the reader had not learnt was taken for small talk, and answered by an invitation.
func TestADemandInUnknownWordsIsAskedAbout(t *testing.T) {
	for _, message := range []string{"speakerphone on the bus should be fined", "my neighbour should not mow the lawn on sunday"} {
		if s, sure := Read(message); !strings.EqualFold(s.Topic, message) || s.Stance != debate.Con || sure >= 0.6 {
			t.Errorf("%q: %q, %s, %.2f sure", message, s.Topic, s.Stance, sure)
		}
	}
	for _, message := range []string{"what should i do", "it should stop raining by tonight i think", "my order should have arrived yesterday", "you should see the other guy"} {
		if s, _ := Read(message); s.Topic != "" {
			t.Errorf("%q: %q", message, s.Topic)
		}
	}
}

// "Paid 40 euros to sit beside my son. Airlines should seat families together for free, it's not rocket science" was the
// whole topic, with the story and all.
func TestADemandStandsByItself(t *testing.T) {
	for message, want := range map[string]string{
		"Nine pounds to sit with my dad. Hospital parking should be free, it's a hospital and not a mall":          "Hospital parking should be free",
		"Porto now takes two euros a night. Towns shouldn't charge visitors a fee, it's not a theme park":          "Towns shouldn't charge visitors a fee",
		"just read that nobody here carries coins any more. Shops should have to accept coins, my gran has no app": "Shops should have to accept coins",
		"Rent control is the best way to destroy a city short of bombing it":                                       "Rent control is the best way to destroy a city short of bombing it",
		"evryone shoud have to learn first aid":                                                                    "Evryone should have to learn first aid",
		"taylor swift is lowkey overrated sry not sry":                                                             "Taylor swift is lowkey overrated",
		"No digo que ser vegano no sea sano, digo que es carísimo":                                                 "No digo que ser vegano no sea sano, digo que es carísimo",
		"Who on earth needs a car in a town with a tram?":                                                          "Nobody needs a car in a town with a tram",
		"is going to uni still worth the money these days?":                                                        "Going to uni is still worth the money these days",
		"Saw that smoking is gone for anyone born after 2009. Ridiculous nanny state stuff":                        "Saw that smoking is gone for anyone born after 2009. Ridiculous nanny state stuff",
		"I'm moving to Japan for a girl I met online, smartest thing I'll ever do":                                 "I'm moving to Japan for a girl I met online, smartest thing I'll ever do",
		"¿Es mejor alquilar o comprar?":                                                                            "Es mejor alquilar que comprar",
		"is it better to rent or to buy?":                                                                          "It is better to rent than to buy",
		"chega de fogos de artifício":                                                                              "Chega de fogos de artifício",
		"la siesta debería ser obligatoria en el trabajo jajaja":                                                   "La siesta debería ser obligatoria en el trabajo",
		"Do we really have free will, or does it just feel that way?":                                              "We really have free will",
	} {
		if got, _ := Read(message); got.Topic != want || got.Stance != debate.Con {
			t.Errorf("%q: %s of %q, want CON of %q", message, got.Stance, got.Topic, want)
		}
	}
	for _, message := range []string{
		"my dad's rule: phones should be off at dinner, he says", "Tall people should get free legroom, pff",
		"Kids should be seen and not heard, says my nan", "should the shops open on sundays?",
	} {
		s := newScene(message)
		if got := (weights(stored).read(s)).demanded(s); got != "" {
			t.Errorf("%q: the demand %q stands by itself", message, got)
		}
	}
}

// Who was dared in Spanish argued against what they were to win the other over to.
func TestADareIsArguedFor(t *testing.T) {
	for message, want := range map[string]string{
		"a que no me convences de que el reguetón es buena música":    "El reguetón es buena música",
		"duvido que você me convença de que o golfe é um esporte":     "O golfe é um esporte",
		"je te mets au défi de me convaincre que la pluie c'est bien": "La pluie c'est bien",
	} {
		if got, sure := Read(message); got.Topic != want || got.Stance != debate.Pro || sure < 0.6 {
			t.Errorf("%q: %s of %q, want PRO of %q", message, got.Stance, got.Topic, want)
		}
	}
}
