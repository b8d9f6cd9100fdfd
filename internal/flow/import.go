package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// Limits of a conversation that is read from a file.
const (
	maxTurns  = 2000
	maxSpoken = 64 << 10 // bytes of a message or a reply
)

// ReadJSON reads what Write makes as JSON: a conversation and its turns, oldest
// first, without ids, and its verdict, nil if there was none. What a verdict quotes
// that is not in its turn is left out. The error says what is wrong with the file.
func ReadJSON(data []byte) (c debate.Conversation, turns []debate.Turn, v *debate.Verdict, err error) {
	var f file
	in := json.NewDecoder(bytes.NewReader(data))
	if err := in.Decode(&f); err != nil {
		return c, nil, nil, fmt.Errorf("this is no debate that was exported as JSON: %w", err)
	}
	switch {
	case f.Version != 1:
		return c, nil, nil, fmt.Errorf("this is no debate that was exported as JSON: debate_export is %d and must be 1", f.Version)
	case len(f.Turns) > maxTurns:
		return c, nil, nil, fmt.Errorf("it has %d turns, and at most %d can be read", len(f.Turns), maxTurns)
	}
	if c, err = f.Conversation.read(len(f.Turns)); err != nil {
		return c, nil, nil, fmt.Errorf("conversation: %w", err)
	}
	for i, t := range f.Turns {
		turn, err := t.read(i + 1)
		if err != nil {
			return c, nil, nil, fmt.Errorf("turn %d: %w", i+1, err)
		}
		if turn.State == debate.Completed && turn.Kind == debate.ArgumentKind {
			c.Rounds++
		}
		turns = append(turns, turn)
	}
	if f.Verdict != nil {
		v = &debate.Verdict{State: debate.Completed, ThroughTurn: f.Verdict.ThroughTurn, Judge: f.Verdict.Judge, Findings: f.Verdict.Findings}
		if v.ThroughTurn < 1 || v.ThroughTurn > len(turns) {
			return c, nil, nil, fmt.Errorf("verdict: through_turn is %d, and there are %d turns", v.ThroughTurn, len(turns))
		}
	}
	return c, turns, v, nil
}

// read checks a conversation of a file, and makes it one of the domain.
func (f fileConversation) read(turns int) (debate.Conversation, error) {
	c := debate.Conversation{
		Topic: f.Topic, Stance: f.Stance, Title: f.Title, Language: f.Language, Difficulty: f.Difficulty, Persona: f.Persona, Format: f.Format,
		Opinion: f.Opinion, Duel: f.Duel, TurnCount: turns, Revision: 1, CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt,
	}
	if c.Title == "" && c.Topic != "" {
		c.Title = claim.Title(c.Topic)
	}
	if o := f.Opinion; o != nil && (max(o.Before, o.After, -o.Before, -o.After) > debate.MaxAgreement || o.Turn < 0 || o.Turn > turns) {
		return c, errors.New("opinion must be from -3 to 3, about a turn that is there")
	}
	switch {
	case c.Difficulty == "":
		c.Difficulty = debate.Medium
	case c.Difficulty != debate.Easy && c.Difficulty != debate.Medium && c.Difficulty != debate.Hard:
		return c, errors.New("difficulty must be easy, medium or hard")
	}
	switch {
	case c.Stance != debate.NoStance && c.Stance != debate.Pro && c.Stance != debate.Con, (c.Topic == "") != (c.Stance == debate.NoStance):
		return c, errors.New("stance must be PRO or CON where there is a topic, and empty where there is none")
	case len(c.Topic) > debate.MaxTopicBytes || len(c.Title) > 4*debate.MaxTopicBytes || len(c.Persona)+len(c.Duel.User)+len(c.Duel.Bot) > 4*debate.MaxTopicBytes || len(c.Format) > 40 || len(c.Language) > 40:
		return c, errors.New("a text in it is too long")
	case c.CreatedAt.IsZero() || c.UpdatedAt.Before(c.CreatedAt):
		return c, errors.New("created_at and updated_at must be times, in this order")
	}
	return c, nil
}

var turnKinds = map[debate.TurnKind]bool{
	"": true, debate.ArgumentKind: true, debate.InvitationKind: true, debate.AsideKind: true, debate.DeclinedKind: true, debate.CareKind: true,
	debate.EarlierKind: true,
}

// read checks a turn of a file, and makes it one of the domain. One that ran is interrupted.
func (f fileTurn) read(number int) (debate.Turn, error) {
	t := debate.Turn{
		Number: number, State: f.State, Kind: f.Kind, Message: f.Message, Reply: f.Reply, Model: f.Model, Attempt: 1, Rating: f.Rating,
		CreatedAt: f.CreatedAt, FinishedAt: f.FinishedAt,
	}
	switch f.State {
	case debate.Completed, debate.Stopped:
	case debate.Running: // it was exported before its end
		t.State, t.Failure = debate.Interrupted, &debate.Failure{Reason: debate.Internal, Message: "the debate was exported before the reply was whole"}
		t.FinishedAt = t.CreatedAt
	case debate.Failed, debate.Interrupted:
		t.Failure = &debate.Failure{Reason: debate.ModelUnavailable, Message: "the reply was not whole when the debate was exported"}
	default:
		return t, fmt.Errorf("state %q is not known", f.State)
	}
	switch {
	case f.Number != number:
		return t, fmt.Errorf("its number is %d; turns must come in their order, from 1", f.Number)
	case !turnKinds[f.Kind]:
		return t, fmt.Errorf("kind %q is not known", f.Kind)
	case f.Rating != debate.NoRating && f.Rating != debate.Good && f.Rating != debate.Bad:
		return t, errors.New("rating must be good or bad, where there is one")
	case strings.TrimSpace(f.Message) == "" || len(f.Message) > maxSpoken || len(f.Reply) > maxSpoken:
		return t, fmt.Errorf("its message must not be empty, and neither text longer than %d bytes", maxSpoken)
	case !utf8.ValidString(f.Message+f.Reply) || strings.ContainsRune(f.Message+f.Reply+f.Model, 0):
		return t, errors.New("its texts must be UTF-8 without zero bytes")
	case f.State == debate.Completed && strings.TrimSpace(f.Reply) == "":
		return t, errors.New("it is completed, and has no reply")
	}
	var points []debate.Point
	for _, p := range f.Points {
		if p.Turn = number; within(p, t) {
			points = append(points, p)
		}
	}
	t.Ledger = debate.NewLedger(points...)
	return t, nil
}

// Requote is a verdict's findings with the ids of turns by their numbers, without
// what those turns do not say.
func Requote(f debate.Findings, turns []debate.Turn) debate.Findings {
	stands := func(q *debate.Quote) bool {
		if q.Turn < 1 || q.Turn > len(turns) || q.Speaker != debate.User && q.Speaker != debate.Bot {
			return false
		}
		t := turns[q.Turn-1]
		q.TurnID = t.ID
		return saysStill(t, *q)
	}
	f = keepQuotes(f, stands)
	if f.Winner != debate.UserWins && f.Winner != debate.BotWins || len(f.Clashes) == 0 {
		f.Winner, f.BestCase = debate.Undecided, ""
	}
	return f
}
