// Package storetest says what a debate.Store does, as tests that every one of
// them has to pass.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Run tests a store, one case after the other: before each, open is to give it, or another, empty and migrated.
func Run(t *testing.T, open func(t *testing.T) debate.Store) {
	tests := map[string]func(*suite){
		"a begun turn is there, running":                        begun,
		"turns are numbered and counted":                        numbered,
		"texts come back byte for byte":                         texts,
		"what is no text is made text on every way":             noTexts,
		"what is foreign, unknown or malformed is not found":    foreign,
		"one turn of a conversation runs":                       oneRuns,
		"twenty at once: one runs":                              twentyAtOnce,
		"a turn whose lease ran out is in nobody's way":         expiredGivesWay,
		"a request id makes one turn":                           requestOnce,
		"twenty copies of a request make one turn":              twentyCopies,
		"a renewal keeps the text and the lease":                renewal,
		"a stop is seen at the next renewal":                    stopSeen,
		"finish stores the outcome and can be repeated":         finish,
		"finish without the lease changes nothing":              finishWithoutLease,
		"interrupt ends what ran out, with its checkpoint":      interrupt,
		"a successor cannot be written over":                    successor,
		"a retry that completes replaces the reply":             retryCompletes,
		"a retry that fails leaves the reply":                   retryFails,
		"a retry that is interrupted keeps its checkpoint":      retryInterrupted,
		"only the latest turn is retried, one at a time":        retryRefused,
		"the subject is set once":                               subjectOnce,
		"conversations page without gaps or repeats":            pageConversations,
		"conversations page by offset, with a bounded total":    pageByOffset,
		"conversations are found by the beginnings of words":    findConversations,
		"turns page in both directions":                         pageTurns,
		"a window is the latest turns and follows every change": window,
		"a turn's beginning reads what is not retold along":     readsAlong,
		"the title changes":                                     title,
		"turns are found by a long hash, and by no other":       byHash,
		"a conversation is stored with turns that were taken":   withTurns,
		"a deleted conversation is gone with its turns":         deletion,
		"a conversation with a running turn is not deleted":     deletionWaits,
		"usage adds up by day and key":                          usage,
		"usage counts turns, however often they are tried":      usageOfRetries,
		"a stance check is kept, and what it cost":              stanceCheck,
		"what a side call cost is kept, whatever became of it":  cost,
		"a summary is kept unless a later one is there":         summary,
		"a cancelled call says so":                              cancelled,
	}
	maps.Copy(tests, reviewTests)
	maps.Copy(tests, changeTests)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test(&suite{Store: open(t), T: t, now: time.Now().UTC().Truncate(time.Microsecond)})
		})
	}
}

// suite is a store under test, with short ways to do what most tests need.
type suite struct {
	debate.Store
	*testing.T
	now time.Time
}

var alice = debate.Owner{Key: "alice"}

const holder = "replica-1"

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func (s *suite) ctx() context.Context { return s.Context() }

// opening is the beginning of a conversation of alice.
func (s *suite) opening() debate.BeginTurnParams {
	return debate.BeginTurnParams{
		Owner: alice, Conversation: newID(), New: true, Difficulty: debate.Medium, Persona: "a grumpy old sailor", Duel: debate.Duel{User: "ollama/llama3.2", Bot: "offline"},
		Subject: debate.Subject{Topic: "Dogs are better than cats.", Stance: debate.Con, Title: "Dogs and cats", Language: "en"},
		TurnID:  newID(), Message: "Dogs are better.", Holder: holder, LeaseUntil: s.now.Add(15 * time.Second), Now: s.now,
	}
}

// next is the next turn of a conversation of alice.
func (s *suite) next(conversation string) debate.BeginTurnParams {
	b := s.opening()
	b.Conversation, b.New, b.Subject, b.Difficulty, b.Persona = conversation, false, debate.Subject{}, "", ""
	return b
}

func (s *suite) begin(b debate.BeginTurnParams) (debate.Conversation, debate.Turn) {
	s.Helper()
	begun, err := s.BeginTurn(s.ctx(), b)
	if err != nil {
		s.Fatalf("BeginTurn: %v", err)
	}
	return begun.Conversation, begun.Turn
}

func leaseOf(t debate.Turn) debate.Lease {
	return debate.Lease{ConversationID: t.ConversationID, TurnID: t.ID, Attempt: t.Attempt, Holder: holder}
}

func (s *suite) completed(reply string) debate.Outcome {
	return debate.Outcome{State: debate.Completed, Kind: debate.ArgumentKind, Reply: reply, Model: "m", Usage: debate.Usage{InputTokens: 10, OutputTokens: 5},
		SideUsage: debate.Usage{InputTokens: 2, OutputTokens: 1}, Now: s.now.Add(time.Second)}
}

func (s *suite) finish(t debate.Turn, o debate.Outcome) (debate.Conversation, debate.Turn) {
	s.Helper()
	c, t, err := s.Finish(s.ctx(), leaseOf(t), o)
	if err != nil {
		s.Fatalf("Finish: %v", err)
	}
	s.same("the turn that was finished, read again", s.turnOf(t.Owner, t.ID, t.Attempt), t)
	return c, t
}

// talk is a conversation with so many completed turns.
func (s *suite) talk(turns int) (debate.Conversation, debate.Turn) {
	s.Helper()
	_, running := s.begin(s.opening())
	for n := 1; ; n++ {
		c, t := s.finish(running, s.completed(fmt.Sprintf("reply %d", n)))
		if n == turns {
			return c, t
		}
		_, running = s.begin(s.next(c.ID))
	}
}

func (s *suite) retry(t debate.Turn) debate.Turn {
	s.Helper()
	begun, err := s.RetryTurn(s.ctx(), s.retryOf(t, ""))
	if err != nil {
		s.Fatalf("RetryTurn: %v", err)
	}
	return begun.Turn
}

func (s *suite) retryOf(t debate.Turn, requestID string) debate.RetryTurnParams {
	return debate.RetryTurnParams{Owner: alice, TurnID: t.ID, RequestID: requestID, RequestHash: []byte("r"), Holder: holder,
		LeaseUntil: s.now.Add(15 * time.Second), Now: s.now}
}

func (s *suite) turn(id string, attempt int) debate.Turn {
	s.Helper()
	return s.turnOf(alice, id, attempt)
}

func (s *suite) turnOf(owner debate.Owner, id string, attempt int) debate.Turn {
	s.Helper()
	t, err := s.Turn(s.ctx(), owner, id, attempt)
	if err != nil {
		s.Fatalf("Turn %s, attempt %d: %v", id, attempt, err)
	}
	return t
}

func (s *suite) conversation(id string) debate.Conversation {
	s.Helper()
	c, err := s.Conversation(s.ctx(), alice, id)
	if err != nil {
		s.Fatalf("Conversation: %v", err)
	}
	return c
}

func (s *suite) same(what string, got, want any) {
	s.Helper()
	if !reflect.DeepEqual(got, want) {
		s.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func (s *suite) reason(what string, err error, want debate.Reason) {
	s.Helper()
	if debate.ReasonOf(err) != want {
		s.Errorf("%s: got %v, want %s", what, err, want)
	}
}

func (s *suite) lost(what string, err error) {
	s.Helper()
	if !errors.Is(err, debate.ErrLeaseLost) {
		s.Errorf("%s: got %v, want ErrLeaseLost", what, err)
	}
}

// annotate keeps what side calls found out about a turn.
func (s *suite) annotate(t debate.Turn, a debate.Annotation) (revision int64) {
	s.Helper()
	revision, err := s.Annotate(s.ctx(), t, a)
	if err != nil {
		s.Fatal(err)
	}
	return revision
}
