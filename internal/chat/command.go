package chat

import (
	"context"
	"errors"
	"fmt"
	"strings"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

const help = `/retry       have the last reply made again, or take up a lost one
/topics      show three topics; a number starts a debate on one
/new [VIEW]  begin another debate; this one is kept
/title TEXT  name this debate
/help        show this
/quit        leave; Ctrl-C or Ctrl-D at an empty prompt do too
Alt+Enter begins a new line. Ctrl-C while you write clears what you wrote,
and while I speak stops me. What you said and I said is kept.`

// command does what a line that begins with a slash says.
func (s *session) command(ctx context.Context, line string) error {
	name, rest, _ := strings.Cut(line, " ")
	switch name {
	case "/retry":
		return s.again(ctx)
	case "/topics":
		return s.offer(ctx)
	case "/new":
		return s.begin(ctx, strings.TrimSpace(rest))
	case "/title":
		return s.rename(ctx, strings.TrimSpace(rest))
	case "/help":
		s.screen.remark("%s", help)
		return nil
	case "/quit":
		return errLeave
	default:
		return fmt.Errorf("there is no command %s: /help shows them", name)
	}
}

// again follows a reply that was lost on its way, or has the last one made
// again.
func (s *session) again(ctx context.Context) error {
	switch {
	case s.unfinished != nil:
		return s.show(ctx, s.unfinished)
	case s.lastTurn != "":
		return s.show(ctx, s.retry(s.lastTurn))
	default:
		return errors.New("there is no reply yet: say something first")
	}
}

// begin begins another debate, with a view if there is one.
func (s *session) begin(ctx context.Context, view string) error {
	s.conversation, s.announced, s.lastTurn, s.unfinished, s.Topic = nil, false, "", nil, ""
	if view == "" {
		return s.offer(ctx)
	}
	return s.show(ctx, s.chat(s.message(view)))
}

func (s *session) rename(ctx context.Context, title string) error {
	if s.conversation == nil {
		return errors.New("there is no debate yet: say something first")
	}
	if title == "" {
		return errors.New("the title is missing: /title TEXT")
	}
	got, err := call(ctx, s, s.Client.UpdateConversation, &debatev1.UpdateConversationRequest{
		ConversationId: s.conversation.Id, Title: title,
	})
	if err != nil {
		return err
	}
	s.conversation = got.Conversation
	s.screen.remark("This debate is now called %q.", plainLine(got.Conversation.Title))
	return nil
}
