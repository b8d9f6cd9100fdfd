package turn

// This file has what people do with a debate that was held: its flow, an opinion, ratings, exports,
// shared pages, votes and forks. Verdicts are in verdict.go.

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

// maxReviewed is how many of a conversation's turns are looked back at, the latest.
const maxReviewed = 2000

// reviewed reads a conversation and its turns, oldest first, in three reads of the store.
func (s *Service) reviewed(ctx context.Context, owner debate.Owner, id string) (debate.Conversation, []debate.Turn, error) {
	c, err := s.cfg.Store.Conversation(ctx, owner, id)
	if err != nil {
		return c, nil, err
	}
	turns, err := s.reviewedTurns(ctx, c)
	return c, turns, err
}

func (s *Service) reviewedTurns(ctx context.Context, c debate.Conversation) ([]debate.Turn, error) {
	turns, err := s.cfg.Store.Turns(ctx, c.Owner, c.ID, 0, true, maxReviewed)
	slices.Reverse(turns)
	return turns, err
}

// Flow returns the points of a debate and what became of each. It costs one read of the
// store where the debate was not changed since they were asked for here, else three, and
// then folds what is new.
func (s *Service) Flow(ctx context.Context, owner debate.Owner, id string) ([]flow.Point, error) {
	c, err := s.cfg.Store.Conversation(ctx, owner, id)
	if err != nil {
		return nil, err
	}
	if points, ok := s.sheets.of(c.ID, c.Revision); ok {
		return points, nil
	}
	turns, err := s.reviewedTurns(ctx, c)
	if err != nil {
		return nil, err
	}
	return s.sheets.fold(c, turns), nil
}

// SetOpinion keeps what the user thinks of the topic, and the turn that it is about.
func (s *Service) SetOpinion(ctx context.Context, owner debate.Owner, id string, agreement, turn int) (debate.Conversation, error) {
	if agreement < -debate.MaxAgreement || agreement > debate.MaxAgreement {
		return debate.Conversation{}, debate.Invalid("agreement", "must be from -3, not at all, to 3, fully")
	}
	c, err := s.cfg.Store.Conversation(ctx, owner, id)
	if err != nil {
		return c, err
	}
	if turn < 0 || turn > c.TurnCount {
		return c, debate.Invalid("turn_number", "must be the number of a turn of the conversation, or 0 for none")
	}
	return s.cfg.Store.SetOpinion(ctx, owner, id, agreement, turn)
}

// RateTurn keeps what the user thinks of the reply that an attempt made, 0 for the one
// that the turn shows.
func (s *Service) RateTurn(ctx context.Context, owner debate.Owner, turnID string, attempt int, rating debate.Rating) (debate.Turn, error) {
	before, err := s.cfg.Store.Turn(ctx, owner, turnID, attempt)
	if err != nil {
		return before, err
	}
	t, err := s.cfg.Store.RateTurn(ctx, owner, turnID, attempt, rating)
	if debate.ReasonOf(err) == debate.NotFound {
		return t, debate.Invalid("turn_id", "its reply is not whole; only whole replies are rated")
	}
	if err == nil && rating != debate.NoRating && rating != before.Rating && s.cfg.Rated != nil {
		s.cfg.Rated(ctx, rating)
	}
	return t, err
}

// Opinions pages through the owner's debates with an opinion, the most recently
// active first, and says where to go on, which is nowhere if its ID is empty. It
// reads a turn for each that names one.
func (s *Service) Opinions(ctx context.Context, owner debate.Owner, after debate.ConversationCursor, limit int) (found []debate.OpinionOfDebate, next debate.ConversationCursor, err error) {
	all, err := s.cfg.Store.Opinions(ctx, owner, after, limit+1)
	if err != nil {
		return nil, next, err
	}
	if len(all) > limit {
		all = all[:limit]
		next = debate.ConversationCursor{UpdatedAt: all[limit-1].UpdatedAt, ID: all[limit-1].ID}
	}
	for _, c := range all {
		o := debate.OpinionOfDebate{Conversation: c}
		if c.Opinion != nil && c.Opinion.Turn > 0 {
			turns, err := s.cfg.Store.Turns(ctx, owner, c.ID, c.Opinion.Turn-1, false, 1)
			if err != nil && debate.ReasonOf(err) != debate.NotFound { // it was deleted meanwhile
				return nil, next, err
			}
			for _, t := range turns {
				if q, ok := flow.MainPoint(c.Topic, t, debate.Bot); ok {
					o.MovedBy = &q
				}
			}
		}
		found = append(found, o)
	}
	return found, next, nil
}

// Export writes a conversation down, with its latest verdict if there is one.
func (s *Service) Export(ctx context.Context, owner debate.Owner, id string, format flow.Format) (flow.Document, error) {
	c, turns, err := s.reviewed(ctx, owner, id)
	if err != nil {
		return flow.Document{}, err
	}
	v, err := s.verdictIfAny(ctx, owner, id)
	if err != nil {
		return flow.Document{}, err
	}
	return flow.Write(format, c, turns, v)
}

// Share gives a conversation a page that anybody may read, and returns its token;
// shared again it keeps its own.
func (s *Service) Share(ctx context.Context, owner debate.Owner, id string) (token string, err error) {
	c, err := s.cfg.Store.SetShare(ctx, owner, id, strings.ToLower(rand.Text()))
	return c.Share, err
}

// Unshare takes the page away.
func (s *Service) Unshare(ctx context.Context, owner debate.Owner, id string) error {
	_, err := s.cfg.Store.SetShare(ctx, owner, id, "")
	return err
}

// SharedDebate is what the readers of a shared page see.
type SharedDebate struct {
	Conversation debate.Conversation
	Turns        []debate.Turn // oldest first
	Points       []flow.Point
	Verdict      *debate.Verdict // nil if none was made
	Votes        []debate.Votes
}

// Shared reads the debate with a token, for whoever has it.
func (s *Service) Shared(ctx context.Context, token string) (SharedDebate, error) {
	c, err := s.cfg.Store.Shared(ctx, token)
	if err != nil {
		return SharedDebate{}, err
	}
	d := SharedDebate{Conversation: c}
	if _, d.Turns, err = s.reviewed(ctx, c.Owner, c.ID); err != nil {
		return d, err
	}
	d.Turns = slices.DeleteFunc(d.Turns, func(t debate.Turn) bool { return !t.Debated() || t.State == debate.Running })
	d.Points = flow.Fold(c.Topic, d.Turns)
	if d.Verdict, err = s.verdictIfAny(ctx, c.Owner, c.ID); err != nil {
		return d, err
	}
	d.Votes, err = s.cfg.Store.Votes(ctx, c.ID)
	return d, err
}

// Vote counts what a reader of a shared page thought before it and after.
func (s *Service) Vote(ctx context.Context, token string, before, after int) error {
	if min(before, after) < -debate.MaxAgreement || max(before, after) > debate.MaxAgreement {
		return debate.Invalid("agreement", "must be from -3, not at all, to 3, fully")
	}
	return s.cfg.Store.AddVote(ctx, token, before, after)
}

// Fork makes a conversation from another, and begins a turn in it if there is a
// message. The turn is the zero one otherwise.
func (s *Service) Fork(ctx context.Context, owner debate.Owner, r debate.ForkRequest) (debate.Conversation, debate.Turn, error) {
	if err := r.Validate(); err != nil {
		return debate.Conversation{}, debate.Turn{}, err
	}
	leave, err := s.requests.lock(ctx, owner, r.RequestID)
	if err != nil {
		return debate.Conversation{}, debate.Turn{}, err
	}
	c, err := s.fork(ctx, owner, r)
	leave()
	if err != nil || r.Message == "" {
		return c, debate.Turn{}, err
	}
	next := debate.ChatRequest{ConversationID: c.ID, Message: r.Message}
	if r.RequestID != "" {
		next.RequestID = "fork-" + hex.EncodeToString(hashOf("message", r.RequestID))
	}
	a, err := s.begin(ctx, owner, next, true)
	if err != nil {
		return c, debate.Turn{}, err
	}
	return a.conversation, a.turn, nil
}

// fork makes the conversation that a request asks for, or finds what it made before.
func (s *Service) fork(ctx context.Context, owner debate.Owner, r debate.ForkRequest) (debate.Conversation, error) {
	hash := hashOf("fork", r.ConversationID, strconv.Itoa(r.ThroughTurn), strconv.FormatBool(r.SwapSides), r.Topic, string(r.Difficulty), r.Message)
	c, found, err := s.forkedBefore(ctx, owner, r.RequestID, hash)
	if found || err != nil {
		return c, err
	}
	from, turns, err := s.forkTurns(ctx, owner, r)
	if err != nil {
		return c, err
	}
	now := time.Now().UTC()
	c = debate.Conversation{
		ID: s.cfg.NewID(), Owner: owner, Topic: from.Topic, Stance: from.Stance, Title: from.Title, Language: from.Language,
		Difficulty: from.Difficulty, Persona: from.Persona, Format: from.Format, CreatedAt: now, UpdatedAt: now, TurnCount: len(turns), Revision: 1,
	}
	if r.Difficulty != "" {
		c.Difficulty = r.Difficulty
	}
	if r.Topic != "" {
		c.Topic, c.Title = debate.WithoutDirections(r.Topic), claim.Title(r.Topic)
		if c.Stance == debate.NoStance {
			c.Stance = debate.Con
		}
	}
	if r.SwapSides {
		c.Stance = c.Stance.Opposite()
	}
	another := from.Topic != "" && (c.Topic != from.Topic || c.Stance != from.Stance)
	if !another && from.SummaryThrough <= len(turns) {
		c.Summary, c.SummaryThrough = from.Summary, from.SummaryThrough
	}
	for i := range turns {
		t := &turns[i]
		t.ID, t.ConversationID, t.Owner = s.cfg.NewID(), c.ID, owner
		if another && t.Debated() {
			t.Kind = debate.EarlierKind
		}
	}
	c = withRounds(c, turns)
	err = s.cfg.Store.AddConversation(ctx, c, turns, r.RequestID, hash)
	s.changed(owner)
	if debate.ReasonOf(err) == debate.RequestIDReused { // another replica's copy of this request came first
		before, found, findErr := s.forkedBefore(ctx, owner, r.RequestID, hash)
		if found || findErr != nil {
			return before, findErr
		}
	}
	return c, err
}

// forkTurns reads the turns that a fork copies, in a slice of its own.
func (s *Service) forkTurns(ctx context.Context, owner debate.Owner, r debate.ForkRequest) (debate.Conversation, []debate.Turn, error) {
	c, err := s.cfg.Store.Conversation(ctx, owner, r.ConversationID)
	if err != nil {
		return c, nil, err
	}
	switch {
	case r.ThroughTurn > c.TurnCount:
		return c, nil, debate.Invalid("through_turn", "must be the number of a turn of the conversation, or 0 to begin anew")
	case r.ThroughTurn > maxReviewed:
		return c, nil, debate.Invalid("through_turn", "must be at most "+strconv.Itoa(maxReviewed))
	case r.SwapSides && c.Stance == debate.NoStance && r.Topic == "":
		return c, nil, debate.Invalid("swap_sides", "the conversation has no topic yet, and so no sides; leave it out")
	case r.ThroughTurn == 0:
		return c, nil, nil
	}
	turns, err := s.cfg.Store.Turns(ctx, owner, c.ID, 0, false, r.ThroughTurn)
	if err != nil {
		return c, nil, err
	}
	if last := turns[len(turns)-1]; last.State == debate.Running {
		return c, nil, &debate.Error{Reason: debate.TurnRunning, Message: "the last turn to copy is still running; wait for its end, or copy one less", TurnID: last.ID}
	}
	return c, slices.Clone(turns), nil
}

// forkedBefore reads the conversation that a request id made.
func (s *Service) forkedBefore(ctx context.Context, owner debate.Owner, requestID string, hash []byte) (c debate.Conversation, found bool, err error) {
	if requestID == "" {
		return c, false, nil
	}
	c, before, err := s.cfg.Store.FindFork(ctx, owner, requestID)
	switch {
	case debate.ReasonOf(err) == debate.NotFound:
		return c, false, nil
	case err != nil:
		return c, false, err
	case string(before) != string(hash):
		return c, false, debate.ErrRequestExists
	}
	return c, true, nil
}
