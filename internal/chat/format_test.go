package chat

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/durationpb"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// timed is a service with a format that has a clock and asks for opinions, as docs/formats.md
// has it.
type timed struct{ *service }

func (timed) ListFormats(context.Context, *connect.Request[debatev1.ListFormatsRequest]) (*connect.Response[debatev1.ListFormatsResponse], error) {
	return connect.NewResponse(&debatev1.ListFormatsResponse{Formats: []*debatev1.Format{{
		Name: "sprint", Title: "Sprint", Description: "One round.", AsksOpinion: true, Clock: durationpb.New(90 * time.Second),
		Phases: []*debatev1.Phase{{Name: "Opening", Rounds: 1, Asks: "State your view."}},
	}}}), nil
}

func TestTheTerminalKeepsTheClockAndAsksForOpinions(t *testing.T) {
	var out bytes.Buffer
	s := &session{
		Config: Config{Client: client(serve(t, timed{newService()}))}, screen: screen{out: &out, width: 200},
		opening: &debatev1.ChatStreamRequest{Format: "sprint"},
	}
	said := func(want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%q is not in %q", w, out.String())
			}
		}
		out.Reset()
	}
	s.introduce(t.Context())
	said("Sprint: One round.", "Opening: State your view.")

	c := &debatev1.Conversation{Id: "a", Format: "sprint", Phase: "Closing", PhaseAsks: "Sum up."}
	s.conversation = c
	s.askFor(t.Context(), c)
	said("Closing: Sum up. You have 90 seconds.", "/opinion N")
	s.askFor(t.Context(), c)
	if strings.Contains(out.String(), "/opinion") {
		t.Errorf("asks for an opinion again: %q", out.String())
	}
	out.Reset()

	s.sayIfLate(s.due.at.Add(-time.Second))
	if out.Len() > 0 {
		t.Errorf("in time, and it says %q", out.String())
	}
	s.askFor(t.Context(), c)
	s.sayIfLate(s.due.at.Add(7 * time.Second))
	said("7s after the time was up")
	s.askFor(t.Context(), c)
	out.Reset()
	s.conversation = &debatev1.Conversation{Id: "b"}
	s.sayIfLate(time.Now().Add(time.Hour))
	if out.Len() > 0 {
		t.Errorf("of another debate it says %q", out.String())
	}

	s.end(c)
	if strings.Contains(out.String(), "agree now") {
		t.Errorf("asks for the opinion after without one before: %q", out.String())
	}
	c.Opinion = &debatev1.Opinion{Before: 2}
	s.end(c)
	said("This debate is over", "how far do you agree now? /opinion N")
}
