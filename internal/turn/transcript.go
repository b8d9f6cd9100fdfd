package turn

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/debate-chatbot/debate-api/internal/claim"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/gate"
)

const (
	// transcriptCandidates are the stored turns that are looked at for the place
	// of a transcript: people say "hi" in more than one conversation.
	transcriptCandidates = 8
	// transcriptBefore is how many exchanges are taken over from a client: more
	// than go into a prompt.
	transcriptBefore = 100
)

// ChatTranscript takes the turn that a transcript asks for and streams the reply.
// It goes on in the stored conversation whose turns are what the transcript tells,
// tries the latest turn again if that is the message once more, and otherwise
// begins a conversation with the transcript as its past. It returns an error only
// before Started was sent, or the sink's own.
func (s *Service) ChatTranscript(ctx context.Context, owner debate.Owner, t debate.Transcript, send debate.Sink) error {
	t.Persona = strings.TrimSpace(t.Persona)
	if len(t.Before) > transcriptBefore {
		t.Before = t.Before[len(t.Before)-transcriptBefore:]
	}
	a, err := s.beginTranscript(ctx, owner, t)
	if err != nil {
		return err
	}
	_, err = s.follow(ctx, a, 0, send)
	return err
}

// beginTranscript begins the turn that a transcript asks for, or joins the one that its
// request id began; copies of the request wait for each other.
func (s *Service) beginTranscript(ctx context.Context, owner debate.Owner, t debate.Transcript) (*attempt, error) {
	r := t.Request()
	if err := r.Validate(); err != nil {
		return nil, err
	}
	r, err := readFormat(r)
	if err != nil {
		return nil, err
	}
	t.Format = r.Format
	leave, err := s.requests.lock(ctx, owner, r.RequestID)
	if err != nil {
		return nil, err
	}
	defer leave()
	hash := hashTranscript(t, len(t.Before))
	if a, found, err := s.find(ctx, owner, r.RequestID, hash); found || err != nil {
		return a, err
	}
	a, err := s.beginAtPlace(ctx, owner, t, hash)
	if debate.ReasonOf(err) == debate.TurnRunning {
		a, err = s.beginAtPlace(ctx, owner, t, hash) // a copy of the request came first: join it
	}
	return s.replayIfDuplicate(ctx, owner, r.RequestID, hash, a, err)
}

// beginAtPlace begins the turn of a transcript where that goes on, or joins the
// one that runs there.
func (s *Service) beginAtPlace(ctx context.Context, owner debate.Owner, t debate.Transcript, hash []byte) (*attempt, error) {
	at, err := s.place(ctx, owner, t)
	if err != nil {
		return nil, err
	}
	r := t.Request()
	switch {
	case at.again.State == debate.Running:
		return s.loadAttempt(ctx, owner, at.again)
	case at.again.ID != "":
		return s.beginNewRetry(ctx, owner, at.again.ID, r.RequestID, hash, !t.Unpaced)
	case at.conversation != "":
		r.ConversationID, r.Difficulty, r.Persona, r.Format = at.conversation, "", "", ""
		return s.beginNew(ctx, owner, r, hash, !t.Unpaced)
	case len(t.Before) > 0:
		return s.beginWithPast(ctx, owner, t, hash)
	default:
		return s.beginNew(ctx, owner, r, hash, !t.Unpaced)
	}
}

// place is where a transcript goes on: in a conversation, or with a turn that is
// the same message. The zero value is nowhere.
type place struct {
	conversation string
	again        debate.Turn
}

// place finds the stored turn that a transcript's last exchange is, by the hash of
// what led to it. What is said in a conversation after that turn, without the
// transcript, makes it another debate.
func (s *Service) place(ctx context.Context, owner debate.Owner, t debate.Transcript) (place, error) {
	n := len(t.Before)
	if n == 0 {
		return place{}, nil
	}
	found, err := s.cfg.Store.TurnsByHash(ctx, owner, hashTranscript(t, n-1), transcriptCandidates)
	if err != nil {
		return place{}, err
	}
	told := t.Before[n-1].Reply
	var other place
	for _, candidate := range found {
		if candidate.State == debate.Running || !retells(told, candidate.Reply) {
			continue
		}
		at, err := s.after(ctx, owner, candidate, t.Message)
		if err != nil || at.conversation != "" {
			return at, err
		}
		if at.again.ID != "" {
			other = at
		}
	}
	if other.again.ID != "" {
		return other, nil
	}
	for _, candidate := range found {
		if candidate.State == debate.Running && retells(told, s.soFar(candidate)) {
			// Whoever goes on has stopped reading it, and its rest is of no use.
			return place{conversation: candidate.ConversationID}, s.stopForNext(ctx, owner, candidate)
		}
	}
	return place{}, nil
}

// after finds where a message that follows a turn goes on, if nothing else does.
func (s *Service) after(ctx context.Context, owner debate.Owner, t debate.Turn, message string) (place, error) {
	later, err := s.cfg.Store.Turns(ctx, owner, t.ConversationID, t.Number, false, transcriptCandidates)
	if err != nil || len(later) == 0 {
		return place{conversation: t.ConversationID}, err
	}
	taken := slices.ContainsFunc(later, func(l debate.Turn) bool { return l.Answered() || l.State == debate.Running })
	switch last := later[len(later)-1]; {
	case last.Message == message && (len(later) == 1 || !taken):
		return place{again: last}, nil
	case !taken && len(later) < transcriptCandidates:
		return place{conversation: t.ConversationID}, nil
	default:
		return place{}, nil
	}
}

// soFar is the reply of a running turn, as far as it is known here.
func (s *Service) soFar(t debate.Turn) string {
	if r := s.here(debate.Ref{TurnID: t.ID, Attempt: t.Attempt}); r != nil {
		return r.soFar()
	}
	return t.Reply
}

// stopForNext stops a turn that may have ended by itself.
func (s *Service) stopForNext(ctx context.Context, owner debate.Owner, t debate.Turn) error {
	_, err := s.StopTurn(ctx, owner, t.ID)
	if debate.ReasonOf(err) == debate.TurnNotRunning {
		return nil
	}
	return err
}

// retells says whether a client tells a reply as it was, or as far as it read it.
func retells(told, reply string) bool {
	told = strings.TrimSpace(told)
	return told != "" && strings.HasPrefix(strings.TrimSpace(reply), told)
}

// beginWithPast begins a turn in a new conversation that has a transcript's
// exchanges as its turns. Where the turn cannot begin, nothing is left of it.
func (s *Service) beginWithPast(ctx context.Context, owner debate.Owner, t debate.Transcript, hash []byte) (*attempt, error) {
	if err := s.checkQuota(ctx, owner); err != nil {
		return nil, err
	}
	c, turns := s.past(owner, t)
	if err := s.cfg.Store.AddConversation(ctx, c, turns, "", nil); err != nil {
		return nil, err
	}
	r := t.Request()
	r.ConversationID, r.Stance, r.Difficulty, r.Persona, r.Format = c.ID, debate.NoStance, "", "", ""
	if c.Topic == "" {
		r.Stance = t.Stance
	}
	a, err := s.beginNew(ctx, owner, r, hash, !t.Unpaced)
	if err != nil {
		if err := s.cfg.Store.Delete(context.WithoutCancel(ctx), owner, c.ID); err != nil {
			s.cfg.Log.WarnContext(ctx, "a conversation is left without its turn", "conversation_id", c.ID, "error", err)
		}
	}
	return a, err
}

// past is a conversation with a transcript's exchanges. Its subject is that of the
// first message with one. What the gate stops carries no side, whoever wrote it.
func (s *Service) past(owner debate.Owner, t debate.Transcript) (debate.Conversation, []debate.Turn) {
	now := time.Now()
	c := debate.Conversation{
		ID: s.cfg.NewID(), Owner: owner, Difficulty: cmp.Or(t.Difficulty, debate.Medium), Persona: t.Persona, Format: t.Format,
		TurnCount: len(t.Before), CreatedAt: now, UpdatedAt: now,
	}
	turns := make([]debate.Turn, 0, len(t.Before))
	for i, said := range t.Before {
		kind := debate.ArgumentKind
		v := s.cfg.checkGate(gate.Input{Message: said.Message}, debate.Subject{Language: claim.Language(said.Message)}, false)
		switch {
		case v.Kind == gate.Care:
			kind = debate.CareKind
		case v.Stops():
			kind = debate.DeclinedKind
		case c.Topic == "":
			if g := s.guessSubject(debate.ChatRequest{Message: said.Message, Stance: t.Stance, Persona: t.Persona}); g.subject.Topic != "" && !g.stopped {
				c = c.WithSubject(g.subject)
			} else {
				kind = debate.InvitationKind
			}
		}
		turns = append(turns, debate.Turn{
			ID: s.cfg.NewID(), ConversationID: c.ID, Owner: owner, Number: i + 1, State: debate.Completed, Kind: kind,
			Message: said.Message, Reply: said.Reply, Attempt: 1, CreatedAt: now, FinishedAt: now,
		})
	}
	return withRounds(c, turns), turns
}

// transcriptMark is the last byte of a transcript's hash, which makes it longer
// than that of any other request: an index has only these.
const transcriptMark = 't'

// hashTranscript names what a transcript asks for, or did when it had n exchanges
// before its message. What its persona says of the day and the hour does not count.
func hashTranscript(t debate.Transcript, n int) []byte {
	parts := make([]string, 0, 6+2*n+1)
	parts = append(parts, "transcript", string(t.Stance), string(t.Difficulty), withoutClock(t.Persona))
	if t.Format != "" {
		parts = append(parts, "format", t.Format)
	}
	for _, said := range t.Before[:n] {
		parts = append(parts, strings.TrimSpace(said.Message), strings.TrimSpace(said.Reply))
	}
	last := t.Message
	if n < len(t.Before) {
		last = t.Before[n].Message
	}
	return append(hashOf(append(parts, strings.TrimSpace(last))...), transcriptMark)
}

// clockedBytes is how much of a persona may be a date or a time: what stands after the
// rest of it may be cut off, as those are longer or shorter.
const clockedBytes = 60

// withoutClock is a persona without what clients write of the time into the instructions
// of each request: numbers, and the names of days and months.
func withoutClock(persona string) string {
	var kept strings.Builder
	for word := range strings.FieldsSeq(persona) {
		bare := strings.ToLower(strings.ReplaceAll(strings.TrimFunc(word, unicode.IsPunct), ".", ""))
		if strings.ContainsFunc(word, unicode.IsDigit) || clockWords[bare] {
			continue
		}
		if kept.Len()+len(word) > debate.MaxPersonaBytes-clockedBytes {
			break
		}
		kept.WriteString(word + " ")
	}
	return kept.String()
}

// clockWords are the names of days and months, and what stands beside hours.
var clockWords = func() map[string]bool {
	words := make(map[string]bool)
	for word := range strings.FieldsSeq(`monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
		january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
		lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
		am pm utc gmt z cet cest est edt cst cdt mst mdt pst pdt bst st nd rd th`) {
		words[word] = true
	}
	return words
}()
