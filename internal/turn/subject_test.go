package turn_test

import (
	"context"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// Choosing that the bot "argues against it" made it argue against the topic's
// words and so agree with who had denied them: roles are of the user's view.
func TestARoleIsWhatTheBotIsToWhatWasSaid(t *testing.T) {
	tests := []struct {
		message, topic string
		role           debate.Role
		want           debate.Stance
	}{
		{"Cats are not better than dogs.", "", "", debate.Con},
		{"Cats are not better than dogs.", "", debate.Opponent, debate.Con},
		{"Cats are not better than dogs.", "", debate.Ally, debate.Pro},
		{"Golf? You be against it.", "", "", debate.Con},
		{"Tea is better than coffee.", "", debate.Opponent, debate.Con},
		{"Tea is better than coffee.", "", debate.Ally, debate.Pro},
		{"Zoos are cruel to animals.", "Zoos should be closed.", debate.Opponent, debate.Con},
		{"Zoos are cruel to animals.", "Zoos should be closed.", debate.Ally, debate.Pro},
		{"I disagree.", "Zoos should be closed.", debate.Opponent, debate.Pro},
		{"I disagree.", "Zoos should be closed.", debate.Ally, debate.Con},
	}
	for _, analyst := range []bool{false, true} {
		for _, tt := range tests {
			bubble(t, func(t *testing.T, ctx context.Context) {
				h := open(t, newMemory(), atOnce("Well."))
				if analyst { // which reads the claim as the rules do
					h = open(t, newMemory(), atOnce("Well."), judged(judge{subject: func() (debate.Subject, bool, error) {
						read, _, err := h.ReadClaim(debate.ChatRequest{Message: tt.message})
						return read, true, err
					}}))
				}
				r := debate.ChatRequest{Message: tt.message, Topic: tt.topic, Role: tt.role}
				read, settled, err := h.ReadClaim(r)
				if err != nil || read.Stance != tt.want || settled != (!analyst || tt.topic != "") {
					t.Errorf("%q in the role %q would be met by %q, %v, %v", tt.message, tt.role, read.Stance, settled, err)
				}
				got, err := h.Chat(ctx, alice, r)
				if err != nil || got.Conversation.Stance != tt.want || got.Conversation.Topic != read.Topic {
					t.Errorf("%q in the role %q is met by %q on %q, %v", tt.message, tt.role, got.Conversation.Stance, got.Conversation.Topic, err)
				}
			})
		}
	}
}

func TestTheServiceChoosesASideWhereItMay(t *testing.T) {
	bubble(t, func(t *testing.T, _ context.Context) {
		h := open(t, newMemory(), atOnce("Well."))
		seen := map[debate.Stance]bool{}
		for _, thing := range []string{"Tea", "Golf", "Jazz", "Snow", "Poker", "Chess", "Opera", "Bread"} {
			r := debate.ChatRequest{Message: thing + " is boring.", Role: debate.EitherSide}
			first, _, err := h.ReadClaim(r)
			again, _, _ := h.ReadClaim(r)
			if err != nil || first.Stance == debate.NoStance || first != again {
				t.Errorf("%q: %v, then %v, %v", r.Message, first, again, err)
			}
			seen[first.Stance] = true
		}
		if len(seen) != 2 {
			t.Errorf("the sides were all %v", seen)
		}
	})
}

func TestARoleIsRefusedWhereASideIsGivenOrTaken(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), atOnce("Well."))
		begun, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "Golf is boring."})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []debate.ChatRequest{
			{Message: "Golf is boring.", Role: debate.Ally, Stance: debate.Pro},
			{Message: "Golf is boring.", Role: "friend"},
			{Message: "Nobody watches it.", Role: debate.Ally, ConversationID: begun.Conversation.ID},
		} {
			if _, err := h.Chat(ctx, alice, r); debate.ReasonOf(err) != debate.InvalidArgument {
				t.Errorf("%+v: %v", r, err)
			}
		}
	})
}

// With a model the reply began under "No motion yet", without sides, although its
// subject was known before the first word.
func TestTheSubjectIsToldBeforeTheFirstWord(t *testing.T) {
	for name, said := range map[string]string{"that was assumed": "Golf is boring", "that is another": "I wonder what people see in that game of theirs"} {
		bubble(t, func(t *testing.T, ctx context.Context) {
			h := open(t, newMemory(), atOnce("Not so."), judged(judge{subject: func() (debate.Subject, bool, error) {
				return debate.Subject{Topic: "Golf is boring", Stance: debate.Con, Language: "en", Title: "Golf"}, true, nil
			}}))
			var told []debate.Event
			r := &record{}
			err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: said}, func(e debate.Event) error {
				told = append(told, e)
				return r.send(e)
			})
			if err != nil || len(told) < 4 {
				t.Fatalf("%d events, %v", len(told), err)
			}
			found, ok := told[1].(debate.SubjectFound)
			if _, text := told[2].(debate.Delta); r.started.Conversation.Topic != "" || !ok || !text {
				t.Fatalf("a subject %s is told as %T, %T", name, told[1], told[2])
			}
			stored, err := h.Conversation(ctx, alice, r.started.Conversation.ID)
			if err != nil || found.Conversation.Topic != stored.Topic || found.Conversation.Stance != stored.Stance || found.Conversation.Title != stored.Title {
				t.Errorf("%+v was told, %+v is stored, %v", found.Conversation, stored, err)
			}
			// Whoever comes later is told at the start.
			if err := h.WatchTurn(ctx, alice, r.started.Turn.ID, 0, 0, func(e debate.Event) error {
				if _, again := e.(debate.SubjectFound); again {
					t.Error("told again")
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
		})
	}
}

// Six of 23 debates in a list were called "No motion yet".
func TestADebateIsNamedByWhatWasSaidUntilThereIsAMotion(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), atOnce("Well."))
		begun, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "  hi\nyou there "})
		if err != nil || begun.Conversation.Topic != "" || begun.Conversation.Title != "hi you there" {
			t.Fatalf("%+v, %v", begun.Conversation, err)
		}
		r := &record{}
		if err := h.ChatStream(ctx, alice, debate.ChatRequest{Message: "hello"}, r.send); err != nil || r.started.Conversation.Title != "hello" {
			t.Errorf("%+v is told at the start, %v", r.started.Conversation, err)
		}
		if turned, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "\u202ehi you"}); err != nil || turned.Conversation.Title != "hi you" {
			t.Errorf("a list of titles would turn with %q, %v", turned.Conversation.Title, err)
		}
		const topic = "Golf is \u202eboring"
		if given, err := h.Chat(ctx, alice, debate.ChatRequest{Message: "It is.", Topic: topic}); err != nil || given.Conversation.Topic != "Golf is boring" {
			t.Errorf("%+v, %v", given.Conversation, err)
		} else if _, err := h.Chat(ctx, alice, debate.ChatRequest{ConversationID: given.Conversation.ID, Message: "So it is.", Topic: topic}); err != nil {
			t.Error("the topic that was given before: ", err)
		}
		next, err := h.Chat(ctx, alice, debate.ChatRequest{ConversationID: begun.Conversation.ID, Message: "Golf is boring."})
		if err != nil || next.Conversation.Title != "Golf is boring" {
			t.Errorf("%+v, %v", next.Conversation, err)
		}
	})
}

func TestASearchPagesThroughWhatItFinds(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		h := open(t, newMemory(), atOnce("Well."))
		for _, message := range []string{"Zoos should be closed.", "Tea is better than coffee.", "Golf is boring.", "犬は猫より良い。"} {
			if _, err := h.Chat(ctx, alice, debate.ChatRequest{Message: message}); err != nil {
				t.Fatal(err)
			}
		}
		for query, want := range map[string]int{"": 4, "tea": 1, "is": 2, "zzz": 0} {
			var found int
			var at debate.ConversationCursor
			for pages := 0; ; pages++ {
				some, next, err := h.FindConversations(ctx, alice, query, at, 2)
				if err != nil || len(some) > 2 || pages > 4 {
					t.Fatalf("%q: %d, %v", query, len(some), err)
				}
				found += len(some)
				if at = next; at.ID == "" {
					break
				}
			}
			if found != want {
				t.Errorf("%q finds %d, want %d", query, found, want)
			}
		}
		if all, _, err := h.FindConversations(ctx, debate.Owner{Key: "bob"}, "tea", debate.ConversationCursor{}, 10); err != nil || len(all) != 0 {
			t.Errorf("another finds %d, %v", len(all), err)
		}
	})
}

type panickingReader struct{}

func (panickingReader) ReadTopic(string, debate.Subject, float64) (debate.Subject, float64) {
	panic("no topic")
}

// The claim is read in a goroutine of its own, where a panic would end the process.
func TestAPanicAsAClaimIsReadIsItsReaders(t *testing.T) {
	bubble(t, func(t *testing.T, _ context.Context) {
		h := open(t, newMemory(), atOnce("Well."), func(c *turn.Config) { c.TopicReader = panickingReader{} })
		defer func() {
			if p := recover(); p != "no topic" {
				t.Errorf("the reader met %v", p)
			}
		}()
		_, _, err := h.ReadClaim(debate.ChatRequest{Message: "Golf is boring"})
		t.Errorf("the claim was read: %v", err)
	})
}
