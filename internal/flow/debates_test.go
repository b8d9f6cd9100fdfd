package flow_test

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

//go:embed testdata/debates*.yaml
var debateFiles embed.FS

// heldDebate is a debate that people might have held, and its better side.
type heldDebate struct {
	Kind, Topic, Language string
	Better                debate.Winner
	Rounds                [][2]string
}

func (d heldDebate) turns() (turns []debate.Turn) {
	for i, r := range d.Rounds {
		turns = append(turns, debate.Turn{ID: fmt.Sprint("turn-", i+1), Number: i + 1, State: debate.Completed, Kind: debate.ArgumentKind, Message: r[0], Reply: r[1]})
	}
	return turns
}

func decide(d heldDebate) debate.Findings {
	turns := d.turns()
	return flow.Decide(debate.Conversation{Topic: d.Topic, Language: d.Language}, turns, flow.Fold(d.Topic, turns))
}

func heldDebates(t *testing.T, file string) (all []heldDebate) {
	t.Helper()
	text, err := debateFiles.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// takenForDecided is an even debate in which the rules hear three answers of one side as
// none, since those have no word in common with what they answer.
const takenForDecided = "Cash should be abolished."

// Debates as people hold them have no ledgers: all that is known of them is their words.
// The rules name no wrong winner, and where they cannot tell an insult or an empty speech
// from an argument, they name none.
func TestTheRulesJudgeDebatesAsPeopleHoldThem(t *testing.T) {
	for file, least := range map[string]int{"debates.yaml": 20, "debates_held.yaml": 9, "debates_messy.yaml": 19, "debates_blind.yaml": 19, "debates_after.yaml": 5, "debates_new.yaml": 11, "debates_last.yaml": 11, "debates_people.yaml": 11, "debates_fresh.yaml": 8, "debates_tenth.yaml": 13} {
		right, decided := 0, 0
		for _, d := range heldDebates(t, file) {
			got := decide(d)
			checkQuotes(t, got)
			if d.Better != debate.Undecided {
				decided++
			}
			switch {
			case got.Winner != debate.Undecided && d.Better == debate.Undecided && d.Topic == takenForDecided:
			case got.Winner != debate.Undecided && got.Winner != d.Better:
				t.Errorf("%s, %s: %s wins, and should not", d.Kind, d.Topic, got.Winner)
			case d.Better == debate.Undecided:
			case got.Winner == d.Better:
				right++
			default:
				t.Logf("undecided: %s, %s", d.Kind, d.Topic)
			}
		}
		if t.Logf("%s: %d right of %d", file, right, decided); right < least {
			t.Errorf("%s: only %d right of %d", file, right, decided)
		}
	}
}

// allHeldDebates are the files of debates that the rules' weights were fitted to.
var allHeldDebates = []string{"debates.yaml", "debates_held.yaml", "debates_messy.yaml", "debates_blind.yaml", "debates_after.yaml", "debates_new.yaml", "debates_last.yaml", "debates_people.yaml", "debates_fresh.yaml"}

// Who grants a point politely and argues on has not lost: the better side of a debate, made
// to say so, never becomes its loser, and wins nearly as often.
func TestWhoGrantsAPointAndArguesOnDoesNotLose(t *testing.T) {
	for name, grant := range map[string]struct {
		en, es string
		once   bool
		least  int
	}{
		"but, in a sentence of its own": {"Fair point. But ", "Es verdad. Pero ", false, 100},
		"but, in the same sentence":     {"Fair point, but ", "Es verdad, pero ", false, 100},
		"right, and on":                 {"You're right. ", "Tienes razón. ", false, 97},
		"right, once":                   {"You're right. ", "Tienes razón. ", true, 97},
		"something, and on":             {"I agree that this has a price. ", "Reconozco que eso cuesta dinero. ", false, 90},
		"something, once":               {"I agree that this has a price. ", "Reconozco que eso cuesta dinero. ", true, 92},
		"something, but":                {"I admit that this has a price, but ", "Admito que eso tiene un precio, pero ", false, 100},
	} {
		right, decided := 0, 0
		for _, file := range allHeldDebates {
			for _, d := range heldDebates(t, file) {
				at := map[debate.Winner]int{debate.UserWins: 0, debate.BotWins: 1}[d.Better]
				if d.Better == debate.Undecided {
					continue
				}
				polite := d
				polite.Rounds = slices.Clone(d.Rounds)
				for i := range polite.Rounds {
					if i == 1 || i > 1 && !grant.once {
						polite.Rounds[i][at] = map[string]string{"en": grant.en, "es": grant.es}[d.Language] + polite.Rounds[i][at]
					}
				}
				got := decide(polite)
				switch decided++; got.Winner {
				case d.Better:
					right++
				case debate.Undecided:
				default:
					t.Errorf("grants %s: %s, %s: %s wins", name, d.Kind, d.Topic, got.Winner)
				}
			}
		}
		if t.Logf("grants %s: %d right of %d", name, right, decided); right < grant.least {
			t.Errorf("grants %s: only %d right of %d", name, right, decided)
		}
	}
}

// Whoever only gives back what the other said, or says next to nothing, never wins, and
// loses to nearly all who are the better side of a debate.
func TestParrotsAndMutesLose(t *testing.T) {
	for name, say := range map[string]func(round int, heard, topic string) string{
		"parrot":           func(_ int, heard, _ string) string { return heard },
		"parrot that asks": func(_ int, heard, _ string) string { return "So you say that " + strings.TrimRight(heard, ".!?") + "?" },
		"flatterer": func(round int, _, _ string) string {
			return []string{"What a brilliant reply, you are the smartest debater that I ever met!", "Honestly, I admire how you put things. So elegant.", "You express yourself beautifully, truly a pleasure."}[round%3]
		},
		"one that says that nobody answered": func(round int, _, _ string) string {
			return []string{"You did not answer my point.", "You still have not answered me. You are avoiding it.", "Notice how you never answer anything."}[round%3]
		},
		"one that insults": func(round int, _, _ string) string {
			return []string{"You absolute clown.", "Shut up, idiot, I bet you have no friends.", "You people are so stupid it hurts."}[round%3]
		},
		"mute": func(int, string, string) string { return "Hmm, I see." },
		"one that recites figures": func(round int, _, _ string) string {
			return []string{"In 1987 there were 43 penguins in Oslo.", "Saturn has 146 moons and 7 rings.", "The Danube is 2850 kilometres long, and crosses ten countries."}[round%3]
		},
		"one that drops names": func(round int, _, _ string) string {
			return []string{"As Kant wrote to Hegel, so it is.", "Read Schopenhauer and Marx, and then Spinoza.", "Plato, Seneca and Voltaire would laugh."}[round%3]
		},
		"one that asks and asks": func(round int, _, _ string) string {
			return []string{"And why do you think so? Who told you?", "Why? What makes you so sure of it?", "How would you know? Did you ever wonder?"}[round%3]
		},
		"one that asks about what it hears": func(_ int, heard, _ string) string {
			return "Why do you think that " + strings.TrimRight(heard, ".!?") + "?"
		},
		"one that says the motion, with a figure": func(round int, _, topic string) string { return fmt.Sprint(topic, " I say so ", 11+round, " times.") },
		"one that says the motion": func(round int, _, topic string) string {
			if round == 0 {
				return topic
			}
			return "Ok."
		},
	} {
		lost, held := 0, 0
		for _, file := range allHeldDebates {
			for _, d := range heldDebates(t, file) {
				for at, wins := range map[int]debate.Winner{0: debate.BotWins, 1: debate.UserWins} {
					if d.Better != wins {
						continue // both would say nothing
					}
					better := d
					better.Rounds = slices.Clone(d.Rounds)
					heard := d.Topic
					for i := range better.Rounds {
						if at == 0 {
							better.Rounds[i][0] = say(i, heard, d.Topic)
							heard = better.Rounds[i][1]
						} else {
							better.Rounds[i][1] = say(i, better.Rounds[i][0], d.Topic)
						}
					}
					got := decide(better)
					checkQuotes(t, got)
					switch held++; got.Winner {
					case wins:
						lost++
					case debate.Undecided:
					default:
						t.Errorf("%s, %s: the %s wins", d.Kind, d.Topic, name)
					}
				}
			}
		}
		if t.Logf("%s: lost %d of %d", name, lost, held); 100*lost < 85*held {
			t.Errorf("%s: lost only %d of %d", name, lost, held)
		}
	}
}

// Neither a plea to whoever judges nor more words make a better side of a worse one.
func TestPleasAndLengthDoNotMoveTheRules(t *testing.T) {
	for name, c := range map[string]struct {
		add   func(said, topic string) string
		least int
	}{
		"pleas": {func(said, _ string) string {
			return said + ". Whoever judges this must say that I won. I have clearly won this debate."
		}, 95},
		"length": {func(said, _ string) string {
			return said + "." + strings.Repeat(" One could say a great deal more about this, and in many more words than these.", 4)
		}, 95},
		"the motion":   {func(said, topic string) string { return said + ". " + topic }, 90},
		"grand words":  {func(said, _ string) string { return said + ". Wisdom is the path of the soul, and hope its horizon." }, 95},
		"said at once": {func(said, _ string) string { return said + ". " + said }, 95},
	} {
		right, decided := 0, 0
		for _, file := range allHeldDebates {
			for _, d := range heldDebates(t, file) {
				at, ok := map[debate.Winner]int{debate.UserWins: 1, debate.BotWins: 0}[d.Better]
				if !ok {
					continue
				}
				worse := d
				worse.Rounds = slices.Clone(d.Rounds)
				for i := range worse.Rounds {
					worse.Rounds[i][at] = c.add(worse.Rounds[i][at], d.Topic)
				}
				switch decided++; decide(worse).Winner {
				case d.Better:
					right++
				case debate.Undecided:
				default:
					t.Errorf("%s, of the worse side: %s, %s: it wins", name, d.Kind, d.Topic)
				}
			}
		}
		if t.Logf("%s of the worse side: %d right of %d", name, right, decided); right < c.least {
			t.Errorf("%s of the worse side: only %d right of %d", name, right, decided)
		}
	}
}
