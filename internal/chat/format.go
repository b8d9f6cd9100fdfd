package chat

import (
	"context"
	"time"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// due is until when a message is wanted, in a debate whose format has a clock.
type due struct {
	conversation string
	at           time.Time
}

// formatNamed asks the service for a format; nil if it has none of that name, or cannot be
// asked, which nobody need be told of: a debate goes on without.
func (s *session) formatNamed(ctx context.Context, name string) *debatev1.Format {
	if name == "" || s.known.GetName() == name {
		return s.known
	}
	got, err := call(ctx, s, s.Client.ListFormats, &debatev1.ListFormatsRequest{})
	if err != nil {
		return nil
	}
	for _, f := range got.Formats {
		if f.Name == name {
			s.known = f
			return f
		}
	}
	return nil
}

// introduce says what the format of a new debate is, and what it asks first.
func (s *session) introduce(ctx context.Context) {
	if s.opening.Format == "" {
		return
	}
	f := s.formatNamed(ctx, s.opening.Format)
	if f == nil {
		return
	}
	s.screen.remark("\n%s: %s", s.word(plainLine(f.Title)), s.word(plainLine(f.Description)))
	if len(f.Phases) > 0 {
		s.screen.remark("%s: %s", s.word(plainLine(f.Phases[0].Name)), s.word(plainLine(f.Phases[0].Asks)))
	}
}

// askFor says what the phase of a debate asks, and has its clock run.
func (s *session) askFor(ctx context.Context, c *debatev1.Conversation) {
	f := s.formatNamed(ctx, c.Format)
	took := ""
	if clock := f.GetClock().AsDuration(); clock > 0 && f.GetName() == c.Format {
		s.due = due{c.Id, time.Now().Add(clock)}
		took = s.text(" You have %.0f seconds.", clock.Seconds())
	}
	s.screen.remark("%s: %s%s", s.word(plainLine(c.Phase)), s.word(plainLine(c.PhaseAsks)), took)
	if f.GetAsksOpinion() && f.GetName() == c.Format && c.Opinion == nil && s.asked != c.Id {
		s.asked = c.Id
		s.screen.remark("How far do you agree with the topic before we go on? /opinion N says so, from -3 to 3; or just argue.")
	}
}

// end says that a debate is over, and asks for the opinion after it where one was given before.
func (s *session) end(c *debatev1.Conversation) {
	s.screen.remark(overNow)
	if s.known.GetAsksOpinion() && s.known.GetName() == c.Format && c.Opinion != nil {
		s.screen.remark("And how far do you agree now? /opinion N, from -3 to 3.")
	}
}

// sayIfLate says that the time for a message was up. It is taken all the same.
func (s *session) sayIfLate(now time.Time) {
	if late := now.Sub(s.due.at); late > 0 && s.due.conversation != "" && s.due.conversation == s.conversation.GetId() {
		s.screen.remark("(%s after the time was up; it counts all the same)", max(late, time.Second).Round(time.Second))
	}
	s.due = due{}
}
