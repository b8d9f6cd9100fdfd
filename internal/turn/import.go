package turn

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
	"github.com/debate-chatbot/debate-api/internal/format"
)

// Import stores a debate that was exported as JSON, with its verdict, as one of the
// owner's. The same file again adds nothing: added is then false. The error says
// what is wrong with the file.
func (s *Service) Import(ctx context.Context, owner debate.Owner, data []byte) (c debate.Conversation, added bool, err error) {
	c, turns, v, err := flow.ReadJSON(data)
	if err != nil {
		return c, false, err
	}
	hash := hashOf("import", string(data))
	request := "import-" + hex.EncodeToString(hash)
	before, found, err := s.forkedBefore(ctx, owner, request, hash)
	if err != nil {
		return c, false, err
	}
	if found {
		c = before
		if turns, err = s.cfg.Store.Turns(ctx, owner, c.ID, 0, false, maxReviewed); err != nil {
			return c, false, err
		}
	} else {
		c.ID, c.Owner = s.cfg.NewID(), owner
		for i := range turns {
			turns[i].ID, turns[i].ConversationID, turns[i].Owner = s.cfg.NewID(), c.ID, owner
		}
		if f, ok := format.Find(c.Format); ok && f.Rounds() > 0 {
			c.Over = c.Rounds >= f.Rounds()
		}
		err := s.cfg.Store.AddConversation(ctx, c, turns, request, hash)
		s.changed(owner)
		if err != nil {
			return c, false, err
		}
	}
	if v != nil {
		err = s.importVerdict(ctx, c, turns, *v)
	}
	return c, !found, err
}

// importVerdict stores a verdict unless the conversation has one.
func (s *Service) importVerdict(ctx context.Context, c debate.Conversation, turns []debate.Turn, v debate.Verdict) error {
	if before, err := s.cfg.Store.Verdict(ctx, c.Owner, c.ID); debate.ReasonOf(err) != debate.NotFound && (err != nil || before.State == debate.Completed) {
		return err
	}
	now := time.Now()
	begun, err := s.cfg.Store.BeginVerdict(ctx, debate.BeginVerdictParams{
		Owner: c.Owner, ConversationID: c.ID, ID: s.cfg.NewID(), ThroughTurn: v.ThroughTurn,
		Holder: s.cfg.Holder, Now: now, LeaseUntil: now.Add(debate.LeaseTime),
	})
	if err != nil {
		return err
	}
	begun.State, begun.Judge, begun.FinishedAt = debate.Completed, v.Judge, now
	begun.Findings = flow.Requote(v.Findings, turns)
	_, err = s.cfg.Store.FinishVerdict(ctx, begun, s.cfg.Holder)
	return err
}
