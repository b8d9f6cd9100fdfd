package flow_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

// side is how a side of a generated debate behaves.
type side struct {
	answers int  // of the other side's latest points
	points  int  // of its own in each turn
	mute    bool // says nothing to the matter
	parrot  bool // says what the other side just said
	flips   bool // takes the other side in its second turn, and grants points
}

// generator makes debates whose words are all made up, so that nothing but who
// answers whom tells the sides apart.
type generator struct {
	*rand.Rand
	ledgers bool // write down what is said; else it has to be read from the words
	script  *script
	n       int
}

// script is what generated words are made of, and how they stand in a sentence.
type script struct {
	syllables           []string
	space, stop, silent string
}

var latin = script{strings.Fields("ba ke li mo nu pra sti vo zu qui fre gal"), " ", ". ", "Well, no. Hm."}

// allScripts are those that the rules have to read.
var allScripts = map[string]script{
	"Latin":      {strings.Fields("bä ke lí mo ñu pra sti vø zu qui fre gal"), " ", ". ", "Hm, no."},
	"Cyrillic":   {strings.Fields("ба ке ли мо ну пра сти во зу кви фре гал"), " ", ". ", "Ну, нет."},
	"Arabic":     {strings.Fields("با كي لي مو نو برا ستي فو زو كوي فري غال"), " ", ". ", "لا."},
	"Devanagari": {strings.Fields("बा के ली मो नू प्रा स्ती वो ज़ू क्वी फ्रे गल"), " ", "। ", "नहीं।"},
	"Han":        {strings.Fields("巴 克 里 莫 努 普 斯 沃 祖 奎 弗 高"), "", "。", "不。"},
	"emoji":      {strings.Fields("ba 👍🏽 li mo 👩‍💻 pra sti ❤️ zu qui 🇩🇪 gal"), " ", "! ", "👍🏽"},
}

func (g *generator) word() string {
	g.n++
	if g.script != nil {
		w := ""
		for n := g.n*7919 + 13; n > 0; n /= len(g.script.syllables) {
			w += g.script.syllables[n%len(g.script.syllables)]
		}
		return w
	}
	syllables := latin.syllables
	w := ""
	for n := g.n*7919 + 13; len(w) < 9; n /= len(syllables) {
		w += syllables[n%len(syllables)]
		if n == 0 {
			n = g.n * 31
		}
	}
	return fmt.Sprintf("%s%c", w, 'a'+g.n%26)
}

// said is a point in a generated debate.
type said struct {
	id    string
	words []string
}

func (g *generator) debate(rounds int, user, bot side) []debate.Turn {
	last := map[debate.Speaker][]said{}
	text := map[debate.Speaker]string{}
	var turns []debate.Turn
	for number := 1; number <= rounds; number++ {
		t := debate.Turn{ID: fmt.Sprint("t", number), Number: number, State: debate.Completed, Kind: debate.ArgumentKind}
		var points []debate.Point
		for _, by := range []debate.Speaker{debate.User, debate.Bot} {
			how, other := user, debate.Bot
			if by == debate.Bot {
				how, other = bot, debate.User
			}
			spoken, made := g.speak(number, by, how, last[other], text[other], text[by])
			last[by], text[by] = nil, spoken
			for i, p := range made {
				points = append(points, p)
				last[by] = append(last[by], said{p.ID, strings.Fields(spoken[p.Start:p.End])})
				_ = i
			}
			if by == debate.User {
				t.Message = spoken
			} else {
				t.Reply = spoken
			}
		}
		if g.ledgers {
			t.Ledger = debate.NewLedger(points...)
		}
		turns = append(turns, t)
	}
	return turns
}

func (g *generator) speak(number int, by debate.Speaker, how side, others []said, heard, own string) (text string, points []debate.Point) {
	in := latin
	if g.script != nil {
		in = *g.script
	}
	add := func(kind debate.PointKind, words []string, answers, concedes []string) {
		start := len(text)
		text += strings.Join(words, in.space) + in.stop
		points = append(points, debate.Point{
			ID: debate.PointID(number, by, len(points)+1), Turn: number, Speaker: by, Kind: kind, Start: start, End: len(strings.TrimRight(text, " ")),
			Text: words[0], Answers: answers, Concedes: concedes,
		})
	}
	switch {
	case how.mute:
		return in.silent, nil
	case how.parrot && heard != "":
		return heard, nil
	case how.parrot && own != "":
		return own, nil
	}
	answered := map[int]bool{}
	for range min(how.answers, len(others)) {
		i := g.IntN(len(others))
		for answered[i] {
			i = (i + 1) % len(others)
		}
		answered[i] = true
		o := others[i]
		words := append([]string{}, o.words[:min(3, len(o.words))]...)
		for range 4 {
			words = append(words, g.word())
		}
		g.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		if how.flips && number > 1 {
			add(debate.ConcessionPoint, words, nil, []string{o.id})
		} else {
			add(debate.RebuttalPoint, words, []string{o.id}, nil)
		}
	}
	for range how.points {
		var words []string
		for range 6 {
			words = append(words, g.word())
		}
		add(debate.ClaimPoint, words, nil, nil)
	}
	return text, points
}

func TestTheRulesKnowWhoAnsweredWhom(t *testing.T) {
	good := side{answers: 2, points: 2}
	for name, c := range map[string]struct {
		bad   side
		least float64 // of the debates that have to be decided rightly
		words bool    // also without ledgers
	}{
		"answers nothing":            {side{points: 2}, 0.9, true},
		"answers nothing, at length": {side{points: 6}, 0.9, true},
		"mute":                       {side{mute: true}, 0.9, true},
		"parrot":                     {side{parrot: true}, 0.9, true},
		"flips":                      {side{answers: 2, points: 1, flips: true}, 0.9, false},
		"as good":                    {good, -1, true},
		"as good, and says more":     {side{answers: 2, points: 5}, -1, true},
		"as good, and answers more":  {side{answers: 5, points: 2}, -1, true},
	} {
		for _, ledgers := range []bool{true, false} {
			if !ledgers && !c.words {
				continue
			}
			t.Run(fmt.Sprintf("%s, ledgers %v", name, ledgers), func(t *testing.T) {
				right, wrong := 0, 0
				const debates = 100
				for seed := range uint64(debates) {
					g := &generator{Rand: rand.New(rand.NewPCG(seed, 1)), ledgers: ledgers}
					user, bot, want := good, c.bad, debate.UserWins
					if seed%2 == 1 {
						user, bot, want = c.bad, good, debate.BotWins
					}
					turns := g.debate(3+g.IntN(6), user, bot)
					got := flow.Decide(debate.Conversation{Topic: "A topic", Language: "en"}, turns, flow.Fold("A topic", turns))
					switch {
					case c.least < 0 && got.Winner != debate.Undecided:
						wrong++
					case got.Winner == want:
						right++
					case got.Winner != debate.Undecided:
						wrong++
					}
					checkQuotes(t, got)
				}
				if wrong > 0 || float64(right) < c.least*debates {
					t.Errorf("%d right and %d wrong of %d", right, wrong, debates)
				}
			})
		}
	}
}

func TestTheRulesQuoteWhatIsThereInEveryScript(t *testing.T) {
	const transcripts = 500
	for name, s := range allScripts {
		t.Run(name, func(t *testing.T) {
			lost, quotes := 0, 0
			for seed := range uint64(transcripts / len(allScripts)) {
				g := &generator{Rand: rand.New(rand.NewPCG(seed, 2)), ledgers: seed%3 == 0, script: &s}
				user, bot, want := side{answers: 2, points: 2}, side{parrot: seed%4 < 2, mute: seed%4 >= 2}, debate.UserWins
				if seed%2 == 1 {
					user, bot, want = bot, user, debate.BotWins
				}
				turns := g.debate(3+g.IntN(5), user, bot)
				got := flow.Decide(debate.Conversation{Topic: "A topic", Language: "en"}, turns, flow.Fold("A topic", turns))
				checkQuotes(t, got)
				if got.Winner != want {
					lost++
				}
				again := debate.Judgement{Winner: got.Winner}
				quoted := func(q debate.Quote) debate.Quotation {
					quotes++
					if said := flow.Said(turns[q.Turn-1], q.Speaker); q.Text != said[q.Start:q.End] || q.TurnID != turns[q.Turn-1].ID || !utf8.ValidString(q.Text) {
						t.Fatalf("%+v is not in its turn: %q", q, said)
					}
					return debate.Quotation{Turn: q.Turn, Speaker: q.Speaker, Text: q.Text}
				}
				for _, c := range got.Clashes {
					clash := debate.JudgedClash{Title: c.Title, Winner: c.Winner, Reason: c.Reason}
					for _, q := range c.Quotes {
						clash.Quotes = append(clash.Quotes, quoted(q))
					}
					again.Clashes = append(again.Clashes, clash)
				}
				for _, a := range got.Advice {
					again.Advice = append(again.Advice, debate.JudgedAdvice{Text: a.Text, Quote: quoted(a.Quote)})
				}
				held := flow.Check(turns, again)
				if len(held.Clashes) != len(got.Clashes) || len(held.Advice) != len(got.Advice) {
					t.Fatalf("of %d clashes and %d pieces of advice %d and %d were found again", len(got.Clashes), len(got.Advice), len(held.Clashes), len(held.Advice))
				}
				for i, c := range held.Clashes {
					if len(c.Quotes) != len(got.Clashes[i].Quotes) {
						t.Fatalf("%v became %v", got.Clashes[i], c)
					}
				}
			}
			if lost > 0 || quotes == 0 {
				t.Errorf("%d parrots and mutes did not lose; %d quotations", lost, quotes)
			}
		})
	}
}

// checkQuotes has every clash and advice have its quotation.
func checkQuotes(t *testing.T, f debate.Findings) {
	t.Helper()
	for _, c := range f.Clashes {
		if len(c.Quotes) == 0 || c.Title == "" || c.Reason == "" {
			t.Fatalf("a clash without words: %+v", c)
		}
	}
	for _, a := range f.Advice {
		if a.Quote.Text == "" || a.Text == "" {
			t.Fatalf("advice without words: %+v", a)
		}
	}
	if f.Winner != debate.Undecided && len(f.Clashes) == 0 {
		t.Fatal("a winner without a clash")
	}
}

func TestOneWhoTakesTheOtherSideLoses(t *testing.T) {
	var turns []debate.Turn
	for i, c := range [][2]string{
		{"Dogs are better than cats, because loyal dogs protect their families.", "Loyal dogs need walks in every weather, and protecting families is rare."},
		{"Walks in every weather keep owners healthy.", "Healthy owners can walk without dogs in better weather."},
		{"You are right. Cats are better than dogs.", "Cats clean themselves, and their owners travel without worry."},
		{"Cats are better than dogs, because travel without worry matters.", "Then there is nothing left of the motion."},
	} {
		turns = append(turns, debate.Turn{ID: fmt.Sprint(i), Number: i + 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: c[0], Reply: c[1]})
	}
	if got := flow.Decide(debate.Conversation{Topic: "Dogs are better than cats", Language: "en"}, turns, flow.Fold("Dogs are better than cats", turns)); got.Winner == debate.UserWins {
		t.Errorf("who gave in wins: %+v", got)
	}
}

func TestAFlowSaysWhatBecameOfEachPoint(t *testing.T) {
	point := func(id string, by debate.Speaker, start, end int, answers, concedes []string) debate.Point {
		return debate.Point{ID: id, Speaker: by, Kind: debate.ClaimPoint, Start: start, End: end, Text: "so", Answers: answers, Concedes: concedes}
	}
	turns := []debate.Turn{
		{Number: 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: "alpha gamma", Reply: "delta epsilon zeta", Ledger: debate.NewLedger(
			point("1u1", debate.User, 0, 5, nil, nil), point("1u2", debate.User, 6, 11, nil, nil),
			point("1b1", debate.Bot, 0, 5, []string{"1u1"}, nil), point("1b2", debate.Bot, 6, 13, nil, nil), point("1b3", debate.Bot, 14, 18, nil, nil),
		)},
		{Number: 2, State: debate.Completed, Kind: debate.AsideKind, Message: "who wins?", Reply: "You do."},
		{Number: 3, State: debate.Failed, Kind: "", Message: "no answer came", Reply: ""},
		{Number: 4, State: debate.Completed, Kind: debate.ArgumentKind, Message: "omega sigma", Reply: "lambda", Ledger: debate.NewLedger(
			point("4u1", debate.User, 0, 5, []string{"1b1", "nobody", "1u2"}, []string{"1b2"}),
			point("4u1", debate.User, 6, 11, nil, nil), // its id is taken
			point("4u2", debate.User, 6, 12, nil, nil), // past the end
			point("4u3", debate.User, -1, 3, nil, nil), //
			point("4u4", "somebody", 0, 3, nil, nil),   //
			point("4b1", debate.Bot, 0, 6, nil, nil),
		)},
	}
	want := map[string]flow.Status{"1u1": flow.Answered, "1u2": flow.Dropped, "1b1": flow.Answered, "1b2": flow.Conceded, "1b3": flow.Dropped, "4u1": flow.Dropped, "4b1": flow.Open}
	points := flow.Fold("A topic", turns)
	for _, p := range points {
		if p.Status != want[p.ID] {
			t.Errorf("%s is %s, want %s", p.ID, p.Status, want[p.ID])
		}
		if said := flow.Said(turns[p.Turn-1], p.Speaker); p.Quote.Text != said[p.Start:p.End] {
			t.Errorf("%s quotes %q", p.ID, p.Quote.Text)
		}
		if p.ID == "4u1" && (len(p.Answers) != 1 || p.Answers[0] != "1b1") {
			t.Errorf("4u1 answers %v", p.Answers)
		}
	}
	if len(points) != len(want) {
		t.Errorf("%d points, want %d", len(points), len(want))
	}
}

func TestAJudgementIsHeldToItsQuotations(t *testing.T) {
	turns := []debate.Turn{{ID: "a", Number: 1, Message: "Freedom matters.", Reply: "Order matters more."}}
	quote := func(turn int, by debate.Speaker, text string) debate.Quotation {
		return debate.Quotation{Turn: turn, Speaker: by, Text: text}
	}
	j := debate.Judgement{
		Winner: debate.BotWins, BestCase: "It might have.",
		Clashes: []debate.JudgedClash{
			{Title: "Order", Winner: debate.BotWins, Reason: "So.", Quotes: []debate.Quotation{quote(1, debate.Bot, "ORDER matters"), quote(1, debate.Bot, "order is everything")}},
			{Title: "Invented", Winner: debate.UserWins, Reason: "So.", Quotes: []debate.Quotation{quote(1, debate.User, "Freedom is all"), quote(2, debate.User, "Freedom")}},
			{Title: "Swapped", Winner: debate.UserWins, Reason: "So.", Quotes: []debate.Quotation{quote(1, debate.Bot, "Freedom matters"), quote(1, "judge", "Freedom")}},
		},
		Advice: []debate.JudgedAdvice{{Text: "More.", Quote: quote(1, debate.User, "freedom")}, {Text: "Less.", Quote: quote(1, debate.User, "liberty")}},
	}
	f := flow.Check(turns, j)
	if len(f.Clashes) != 1 || len(f.Clashes[0].Quotes) != 1 || f.Clashes[0].Quotes[0].Text != "Order matters" || len(f.Advice) != 1 || f.Advice[0].Quote.Text != "Freedom" {
		t.Errorf("%+v", f)
	}
	if both := flow.Agree(f, f); both.Winner != debate.BotWins || both.BestCase == "" {
		t.Errorf("of one mind: %+v", both)
	}
	other := f
	other.Winner = debate.UserWins
	if both := flow.Agree(f, other); both.Winner != debate.Undecided || both.BestCase != "" || len(both.Clashes) != 1 {
		t.Errorf("of two minds: %+v", both)
	}
	if both := flow.Agree(f, flow.Check(turns, debate.Judgement{Winner: debate.BotWins})); both.Winner != debate.Undecided {
		t.Errorf("a winner for whom one order finds no words: %+v", both)
	}
}

// A judge whose clashes, as far as they can be shown, all go to the other side has not
// borne its winner out.
func TestAWinnerWhoLostEveryClashIsNone(t *testing.T) {
	finding := func(winners ...debate.Winner) debate.Findings {
		f := debate.Findings{Winner: debate.UserWins}
		for _, w := range winners {
			f.Clashes = append(f.Clashes, debate.Clash{Winner: w, Quotes: []debate.Quote{{}}})
		}
		return f
	}
	for _, c := range []struct {
		clashes []debate.Winner
		want    debate.Winner
	}{
		{[]debate.Winner{debate.UserWins, debate.BotWins, debate.BotWins}, debate.UserWins},
		{[]debate.Winner{debate.Undecided}, debate.UserWins},
		{[]debate.Winner{debate.BotWins, debate.Undecided}, debate.Undecided},
		{nil, debate.Undecided},
	} {
		good := finding(debate.UserWins)
		for name, got := range map[string]debate.Findings{"first": flow.Agree(finding(c.clashes...), good), "second": flow.Agree(good, finding(c.clashes...))} {
			if got.Winner != c.want {
				t.Errorf("%v as the %s: %s, want %s", c.clashes, name, got.Winner, c.want)
			}
		}
	}
}

func TestTheStrongestPointsOfASideAreThoseThatStand(t *testing.T) {
	turns := []debate.Turn{{ID: "a", Number: 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: "alpha beta", Reply: "gamma delta", Ledger: debate.NewLedger(
		debate.Point{ID: "1u1", Speaker: debate.User, Kind: debate.ClaimPoint, Start: 0, End: 5, Text: "so"},
		debate.Point{ID: "1u2", Speaker: debate.User, Kind: debate.ClaimPoint, Start: 6, End: 10, Text: "so"},
		debate.Point{ID: "1b1", Speaker: debate.Bot, Kind: debate.QuestionPoint, Start: 0, End: 5, Text: "so"},
		debate.Point{ID: "1b2", Speaker: debate.Bot, Kind: debate.RebuttalPoint, Start: 6, End: 11, Text: "so", Answers: []string{"1u2"}},
	)}}
	points := flow.Fold("A topic", turns)
	if got := strings.Join(flow.Strongest(points, debate.User, 3), " "); got != "alpha beta" {
		t.Errorf("the user's: %q", got)
	}
	if got := strings.Join(flow.Strongest(points, debate.Bot, 3), " "); got != "delta" {
		t.Errorf("the bot's: %q", got)
	}
	sums := debate.Turn{Number: 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: "x", Reply: "To sum up, I argue against the claim that zoos should be closed. An ark is mostly waiting."}
	if q, ok := flow.MainPoint("Zoos should be closed", sums, debate.Bot); !ok || q.Text != "An ark is mostly waiting." {
		t.Errorf("the main point of a closing is %q", q.Text)
	}
	if q, ok := flow.MainPoint("A topic", turns[0], debate.Bot); !ok || q.Text != "delta" {
		t.Errorf("the bot's main point: %+v", q)
	}
	if q, ok := flow.MainPoint("A topic", debate.Turn{Reply: "  No. Never."}, debate.Bot); !ok || q.Text != "No." || q.Start != 2 {
		t.Errorf("without a point: %+v", q)
	}
	if q, ok := flow.MainPoint("A topic", debate.Turn{Reply: " "}, debate.Bot); ok {
		t.Errorf("a point of nothing: %+v", q)
	}
}

func TestAClashHasAShortTitle(t *testing.T) {
	for text, want := range map[string]string{
		"Golf is boring.":                "Golf is boring",
		"So to sum up: golf is boring.":  "golf is boring",
		"En conclusión: el golf aburre.": "el golf aburre",
		"Some animals are alive today only because a zoo kept the last of them with care.":                                                      "Some animals are alive today only because a zoo kept the last…",
		"Documentaries are wonderful, and they reach those who are already watching. A zoo draws in the toddler.":                               "Documentaries are wonderful…",
		"About the donation: A small slice of the ticket travels that far, after the heating, the café and the new hippo house have been paid.": "About the donation: A small slice of the ticket travels that far…",
		"People give generously for whales and gorillas that they have never seen, so the cage is not what opens the purse.":                    "People give generously for whales and gorillas…",
		"What visitors take away is that a big animal behind a moat is a normal sight, and that somebody is seeing to it.":                      "What visitors take away is that a big animal behind a moat is a…",
		"vale, eso te lo concedo, pero en el recreo ya ni hablan entre ellos":                                                                   "en el recreo ya ni hablan entre ellos",
		"Fair point, but the river still smells of diesel.":                                                                                     "the river still smells of diesel",
		"Fair point, but no.": "Fair point, but no",
		"El dinero no existe sin el zoológico porque una familia compra una tarde y no una donación para nadie.": "El dinero no existe sin el zoológico…",
		"动物园不是动物的家，因为笼子再大也只是笼子，而且它们从来没有选择过这样的生活，也没有人问过它们愿不愿意，更没有人能替它们回答这个问题，这就是问题所在，我们不能回避。":                     "",
	} {
		points := []flow.Point{
			{Point: debate.Point{ID: "1b1", Turn: 1, Speaker: debate.Bot, Kind: debate.ClaimPoint, Text: text}, Quote: debate.Quote{Text: text}, Status: flow.Dropped},
		}
		f := flow.Decide(debate.Conversation{Topic: "", Language: "en"}, nil, points)
		if len(f.Clashes) != 1 {
			t.Fatalf("%+v", f)
		}
		if got := f.Clashes[0].Title; want != "" && got != want || len([]rune(got)) > 65 || got == "" || strings.ContainsRune(got, '\n') {
			t.Errorf("%q is titled %q, want %q", text, got, want)
		}
	}
}

// What the debate is about was said first and answered by all that follows: nobody has the
// better of it as of a point, or is told to come back to it.
func TestTheMotionIsNoPointThatNobodyAnswered(t *testing.T) {
	points := []flow.Point{}
	for n, text := range []string{"i think my city should make parking expensive", "Half of all drivers of my city only circle around.", "Parking is expensive to build."} {
		points = append(points, flow.Point{
			Point: debate.Point{ID: debate.PointID(n+1, debate.User, 1), Turn: n + 1, Speaker: debate.User, Kind: debate.ClaimPoint, Text: text}, Quote: debate.Quote{Text: text}, Status: flow.Dropped,
		})
	}
	f := flow.Decide(debate.Conversation{Topic: "My city should make parking expensive", Language: "en"}, nil, points)
	said := fmt.Sprint(f.Clashes, f.Advice, f.BestCase)
	if len(f.Clashes) == 0 || strings.Contains(said, "i think") {
		t.Errorf("got %+v", f)
	}
	// Where nothing else was said, it is what there is.
	if f := flow.Decide(debate.Conversation{Topic: "My city should make parking expensive", Language: "en"}, nil, points[:1]); len(f.Clashes) != 1 {
		t.Errorf("alone: %+v", f)
	}
}

func TestTheRulesSpeakTheDebatesLanguage(t *testing.T) {
	for language, want := range map[string]string{"en": "It was said in turn 1", "es": "Se dijo en el turno 1", "fr": "It was said in turn 1"} {
		f := flow.Decide(debate.Conversation{Topic: "Apples are better than pears", Language: language}, nil, []flow.Point{
			{Point: debate.Point{ID: "1b1", Turn: 1, Speaker: debate.Bot, Kind: debate.ClaimPoint, Text: "apples"}, Quote: debate.Quote{Text: "apples"}, Status: flow.Dropped},
			{Point: debate.Point{ID: "1u1", Turn: 1, Speaker: debate.User, Kind: debate.ClaimPoint, Text: "pears"}, Quote: debate.Quote{Text: "pears"}, Status: flow.Conceded},
		})
		if len(f.Clashes) != 2 || len(f.Advice) == 0 {
			t.Fatalf("%s: %+v", language, f)
		}
		spoken := f.Clashes[0].Reason + f.Clashes[1].Reason + f.Advice[0].Text
		if !strings.Contains(spoken, want) || strings.Contains(spoken, "%") || (language == "es") != strings.Contains(spoken, "respuesta") {
			t.Errorf("%s: %s", language, spoken)
		}
	}
}

func TestTheRulesNameThoseWhoHoldADuel(t *testing.T) {
	points := []flow.Point{
		{Point: debate.Point{ID: "1b1", Turn: 1, Speaker: debate.Bot, Kind: debate.ClaimPoint, Text: "apples"}, Quote: debate.Quote{Text: "apples"}, Status: flow.Dropped},
		{Point: debate.Point{ID: "1u1", Turn: 1, Speaker: debate.User, Kind: debate.ClaimPoint, Text: "pears"}, Quote: debate.Quote{Text: "pears"}, Status: flow.Conceded},
		{Point: debate.Point{ID: "2u1", Turn: 2, Speaker: debate.User, Kind: debate.ClaimPoint, Text: "ripe pears"}, Quote: debate.Quote{Text: "ripe pears"}, Status: flow.Dropped},
	}
	for name, c := range map[string]struct {
		duel     debate.Duel
		language string
		want     []string
	}{
		"two":         {debate.Duel{User: "llama3.2", Bot: "offline"}, "en", []string{"The built-in opponent said it in turn 1, and the rules find no answer by llama3.2 since.", "The built-in opponent granted it.", "llama3.2 said it in turn 2, and the rules find no answer by the built-in opponent since."}},
		"the same":    {debate.Duel{User: "offline", Bot: "offline"}, "en", []string{"The built-in opponent (against) said it in turn 1, and the rules find no answer by the built-in opponent (for) since."}},
		"in Spanish":  {debate.Duel{User: "offline", Bot: "m"}, "es", []string{"m lo dijo en el turno 1, y las reglas no hallan que el oponente incorporado respondiera desde entonces."}},
		"like a mark": {debate.Duel{User: "OTHER", Bot: "TURN %d"}, "en", []string{"OTHER said it in turn 2, and the rules find no answer by TURN %d since."}},
	} {
		f := flow.Decide(debate.Conversation{Topic: "Apples are better than pears", Stance: debate.Con, Language: c.language, Duel: c.duel}, nil, points)
		var reasons []string
		for _, clash := range f.Clashes {
			reasons = append(reasons, clash.Reason)
		}
		for _, want := range c.want {
			if !slices.Contains(reasons, want) {
				t.Errorf("%s: %q has no %q", name, reasons, want)
			}
		}
		if said := strings.Join(reasons, " "); strings.Contains(said, "You ") || strings.Contains(said, "The bot") {
			t.Errorf("%s: %q", name, said)
		}
	}
}

func TestOneWhoOnlyAsksHasNotLostByThat(t *testing.T) {
	var turns []debate.Turn
	for n := 1; n <= 3; n++ {
		turns = append(turns, debate.Turn{ID: fmt.Sprint(n), Number: n, State: debate.Completed, Kind: debate.ArgumentKind,
			Message: fmt.Sprintf("The sofa of number %d looks terrible beside walls.", n), Reply: fmt.Sprintf("Which colour would persuade neighbour %d otherwise?", n)})
	}
	if f := flow.Decide(debate.Conversation{Topic: "My sofa is ugly", Language: "en"}, turns, flow.Fold("My sofa is ugly", turns)); f.Winner != debate.Undecided {
		t.Errorf("%s wins, and nobody answered anything", f.Winner)
	}
}

func TestTheMotionAloneIsAnsweredByTheOtherSidesCase(t *testing.T) {
	turn := debate.Turn{ID: "a", Number: 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: "Zoos should be closed.", Reply: "Rare animals live on because a keeper bred them."}
	status := func(turn debate.Turn) flow.Status {
		for _, p := range flow.Fold("Zoos should be closed", []debate.Turn{turn}) {
			if p.Speaker == debate.User {
				return p.Status
			}
		}
		return ""
	}
	if got := status(turn); got != flow.Answered {
		t.Errorf("after a case it is %s", got)
	}
	turn.Reply = "Who would feed rare animals afterwards?"
	if got := status(turn); got != flow.Dropped {
		t.Errorf("after a question it is %s", got)
	}
	turn.Message, turn.Reply = "Zoos should be closed, since elephants suffer.", "Rare animals live on because a keeper bred them."
	if got := status(turn); got != flow.Dropped {
		t.Errorf("with a reason it is %s", got)
	}
}

func TestGivingInIsReadFromItsWords(t *testing.T) {
	for said, want := range map[string]bool{
		"Fair point about the waste, you are right, it can be stored in rock.": true,
		"Hmm ok, pooling would end that bias of rock, I'll give you that.":     true,
		"De acuerdo, en eso también tienes razón, la roca es segura.":          true,
		"You’re right about rock being safe.":                                  true,
		"Ok but rock is safe i admit":                                          true,
		"La roca es segura para residuos, eso te lo concedo.":                  true,
		"I do not agree that rock is safe storage.":                            false,
		"No estoy de acuerdo en que la roca sea segura.":                       false,
		"If you are right, rock must be safe storage.":                         false,
		"You think you are right, and rock leaks.":                             false,
		"Are you right about rock being safe storage?":                         false,
		"Everybody has a right to rock that is safe.":                          false,
	} {
		for ledgers, ledger := range map[bool]debate.Ledger{
			false: "",
			true: debate.NewLedger(
				debate.Point{ID: "1u1", Speaker: debate.User, Kind: debate.ClaimPoint, Start: 0, End: 33, Text: "so"},
				debate.Point{ID: "1b1", Speaker: debate.Bot, Kind: debate.ClaimPoint, Start: 0, End: len(said), Text: "so"},
			),
		} {
			turn := debate.Turn{ID: "a", Number: 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: "Rock is safe storage for waste, la roca.", Reply: said, Ledger: ledger}
			got := false
			for _, p := range flow.Fold("Nuclear power is clean", []debate.Turn{turn}) {
				got = got || p.Kind == debate.ConcessionPoint && len(p.Concedes) == 1 && p.Concedes[0] == "1u1"
			}
			if got != want {
				t.Errorf("with a ledger %v: %q gives in: %v", ledgers, said, got)
			}
		}
	}
}

func TestAdviceIsOfMoreThanOneKind(t *testing.T) {
	point := func(id string, turn int, by debate.Speaker) flow.Point {
		text := "golf " + id
		return flow.Point{Point: debate.Point{ID: id, Turn: turn, Speaker: by, Kind: debate.ClaimPoint, Text: text}, Quote: debate.Quote{Turn: turn, Speaker: by, Text: text}, Status: flow.Dropped}
	}
	points := []flow.Point{point("1u1", 1, debate.User), point("1b1", 1, debate.Bot), point("2b1", 2, debate.Bot), point("3b1", 3, debate.Bot), point("3b2", 3, debate.Bot)}
	f := flow.Decide(debate.Conversation{Topic: "Golf is boring", Language: "en"}, nil, points)
	var quoted []string
	for _, a := range f.Advice {
		quoted = append(quoted, a.Quote.Text)
	}
	if got := strings.Join(quoted, ", "); got != "golf 3b2, golf 1u1, golf 2b1" {
		t.Errorf("advice on %s", got)
	}
}

// What shares no word with the topic nor with anything else that was said is beside the
// point: whoever says nothing but that has said nothing.
func TestWhatIsBesideThePointCountsForNobody(t *testing.T) {
	round := func(n int, message, reply string) debate.Turn {
		return debate.Turn{ID: fmt.Sprint(n), Number: n, State: debate.Completed, Kind: debate.ArgumentKind, Message: message, Reply: reply}
	}
	turns := []debate.Turn{
		round(1, "Zoos should be closed, since elephants need thirty miles.", "Purple bananas orbit Saturn."),
		round(2, "A zoo has no room for elephants.", "Clocks whistle Tuesday polkas."),
		round(3, "Close zoos, and give elephants their miles.", "Umbrella algebra tastes loud."),
	}
	f := flow.Decide(debate.Conversation{Topic: "Zoos should be closed", Language: "en"}, turns, flow.Fold("Zoos should be closed", turns))
	if f.Winner != debate.UserWins {
		t.Errorf("%s wins", f.Winner)
	}
	for _, a := range f.Advice {
		if a.Quote.Speaker == debate.Bot {
			t.Errorf("the user is to answer %q", a.Quote.Text)
		}
	}
}

func TestOneTurnThatWasOverlookedDecidesNothing(t *testing.T) {
	point := func(id string, turn int, by debate.Speaker, status flow.Status) flow.Point {
		text := "golf " + id
		return flow.Point{Point: debate.Point{ID: id, Turn: turn, Speaker: by, Kind: debate.ClaimPoint, Text: text}, Quote: debate.Quote{Turn: turn, Speaker: by, Text: text}, Status: status}
	}
	points := []flow.Point{
		point("1u1", 1, debate.User, flow.Answered), point("1b1", 1, debate.Bot, flow.Answered), point("2u1", 2, debate.User, flow.Answered), point("2b1", 2, debate.Bot, flow.Dropped),
		point("3u1", 3, debate.User, flow.Answered), point("3b1", 3, debate.Bot, flow.Open),
	}
	var turns []debate.Turn
	for n := range 3 {
		turns = append(turns, debate.Turn{ID: fmt.Sprint(n), Number: n + 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: "golf", Reply: "golf"})
	}
	if f := flow.Decide(debate.Conversation{Topic: "Golf is boring", Language: "en"}, turns, points); f.Winner != debate.Undecided {
		t.Errorf("after one: %s wins", f.Winner)
	}
	points[1].Status = flow.Dropped
	if f := flow.Decide(debate.Conversation{Topic: "Golf is boring", Language: "en"}, turns, points); f.Winner != debate.BotWins {
		t.Errorf("after two: %s wins", f.Winner)
	}
}

func TestWordsOfOneFamilyAreTheSameWord(t *testing.T) {
	for message, reply := range map[string]string{
		"Keep trams out of the woods.":               "A tram in the wood harms nobody.",
		"Los árboles dan sombras y flores.":          "Un árbol da sombra y una flor alergia.",
		"Voting bores pensioners.":                   "A vote is a joy.",
		"No te dejan cantar ni bailar por la noche.": "Cantando y bailando se pasa cada noche.",
		"Un CAFÉ con azúcar amarga.":                 "El cafe sin azucar también.",
	} {
		turn := debate.Turn{ID: "a", Number: 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: message, Reply: reply}
		answered := false
		for _, p := range flow.Fold("Something else", []debate.Turn{turn}) {
			answered = answered || len(p.Answers) > 0
		}
		if !answered {
			t.Errorf("%q does not speak to %q", reply, message)
		}
	}
}

// What only gives back the other side's words is no point, and answers nothing.
func TestAnEchoIsNoPoint(t *testing.T) {
	const said = "A taxi has a meter that the city checks. Drivers pass an exam, and nobody doubles the price when it rains. Taxis are never late."
	for reply, echo := range map[string]bool{
		"So a taxi has a meter that the city checks.":                                  true,
		"You say a taxi has a meter and drivers pass an exam?":                         true,
		"Nobody doubles the price when it rains, you say.":                             true,
		"Taxis are never late?":                                                        true,
		"A taxi has no meter that any city checks.":                                    false, // denies it
		"Taxis are late, always.":                                                      false, // denies the denial
		"Why would a driver pass an exam?":                                             false, // asks for more
		"You are right that the city checks the meter.":                                false, // grants it
		"A taxi has a meter that the driver can cheat while the city sleeps.":          false, // says something
		"So a taxi has a meter that the city checks. Mine charged double all the same": false, // goes on
	} {
		turn := debate.Turn{ID: "a", Number: 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: said, Reply: reply}
		points := slices.DeleteFunc(flow.Fold("Apps beat cabs", []debate.Turn{turn}), func(p flow.Point) bool { return p.Speaker == debate.User })
		if got := len(points) == 0; got != echo {
			t.Errorf("%q is an echo: %v", reply, got)
		}
		if strings.HasSuffix(reply, "same") && (len(points) != 1 || !slices.Contains(points[0].Answers, "1u1")) {
			t.Errorf("what follows an echo answers %v", points)
		}
	}
}

// What only calls the other side names is no point, and what follows "X?" or "Nobody did."
// speaks to what it takes up.
func TestInsultsAreNoPointsAndShortSentencesTakeUpWhatWasSaid(t *testing.T) {
	points := func(message, reply string) (of []flow.Point) {
		turn := debate.Turn{ID: "a", Number: 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: message, Reply: reply}
		for _, p := range flow.Fold("Remote work is better than the office", []debate.Turn{turn}) {
			if p.Speaker == debate.Bot {
				of = append(of, p)
			}
		}
		return of
	}
	const said = "Workers at home grow lonely. Nobody paid for better kitchens."
	for reply, want := range map[string]string{
		"You absolute clown with a keyboard.":                                                         "",
		"Cállate, payaso, vives en Babia.":                                                            "",
		"Go cry somewhere else, loser.":                                                               "",
		"Stupid rules cost firms a fortune every winter.":                                             " ",
		"Your argument is stupid, since commuting by train eats whole days, weeks and finally years.": " ",
		"Are you an idiot who believes adverts?":                                                      " ",
		"Lonely? My climbing group meets thrice a week.":                                              "1u1",
		"Tired? My climbing group meets thrice a week.":                                               " ",
		"Somebody did, though. The landlord tiled ours last spring.":                                  "1u2",
		"You would. The landlord tiled ours last spring.":                                             " ",
		"Hmm, maybe. The landlord tiled ours last spring.":                                            " ",
	} {
		got := points(said, reply)
		switch {
		case want == "" && len(got) != 0:
			t.Errorf("%q is a point: %+v", reply, got)
		case want != "" && (len(got) != 1 || strings.Join(got[0].Answers, "") != strings.TrimSpace(want)):
			t.Errorf("%q has the points %+v", reply, got)
		}
	}
}
