package chat

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"connectrpc.com/connect"
	"github.com/rivo/uniseg"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

const (
	// pageSize is how many debates a call lists, the most that the service gives.
	pageSize = 100
	// shortID is the least length of an id in the table. Ids begin with their
	// time: 13 characters differ between milliseconds, 8 between minutes.
	shortID = 8
	// fullID is the length of a whole id, a UUID.
	fullID = 36
	// titleWidth is the least room for a title, in columns.
	titleWidth = 20
)

// list shows the debates as a table, the most recently active first.
func (s *session) list(ctx context.Context) error {
	var all []*debatev1.Conversation
	err := s.conversations(ctx, func(c *debatev1.Conversation) { all = append(all, c) })
	if err != nil {
		return err
	}
	if s.JSON {
		return s.listJSON(all)
	}
	if len(all) == 0 {
		fmt.Fprint(s.Err, s.text("No debates yet. Hold one with: %s\n", s.Command))
		return nil
	}
	ids := prefixLength(all)
	const when, gaps = len("2006-01-02 15:04"), 6
	turns, title := uniseg.StringWidth(s.word("TURNS")), uniseg.StringWidth(s.word("TITLE"))
	for _, c := range all {
		title = max(title, uniseg.StringWidth(s.titleOf(c)))
	}
	if s.Terminal || s.width > 0 {
		title = min(title, max(titleWidth, s.screen.columns()-ids-turns-when-gaps))
	}
	var table strings.Builder
	row := func(id, name, number, when string) {
		fmt.Fprintf(&table, "%-*s  %s  %*s  %s\n", ids, id, fit(name, title), turns, number, when)
	}
	row("ID", s.word("TITLE"), s.word("TURNS"), s.word("WHEN"))
	for _, c := range all {
		row(c.Id[:min(ids, len(c.Id))], s.titleOf(c), fmt.Sprint(c.TurnCount),
			c.UpdateTime.AsTime().Local().Format("2006-01-02 15:04"))
	}
	if _, err := io.WriteString(s.Out, table.String()); err != nil {
		return s.errorf("the list cannot be written: %w", err)
	}
	return nil
}

// listed is a debate as --list --json writes it.
type listed struct {
	ConversationID string    `json:"conversation_id"`
	Title          string    `json:"title"`
	Topic          string    `json:"topic"`
	Stance         string    `json:"stance"` // the bot's: PRO, CON or empty
	Turns          int32     `json:"turns"`
	UpdatedAt      time.Time `json:"updated_at"`
}

// listJSON writes debates as objects, one a line.
func (s *session) listJSON(all []*debatev1.Conversation) error {
	out := json.NewEncoder(s.Out)
	out.SetEscapeHTML(false)
	for _, c := range all {
		if err := out.Encode(listed{c.Id, c.Title, c.Topic, stanceOf(c), c.TurnCount, c.UpdateTime.AsTime()}); err != nil {
			return s.errorf("the list cannot be written: %w", err)
		}
	}
	return nil
}

// stanceOf is the bot's side as programs read it: PRO, CON or empty.
func stanceOf(c *debatev1.Conversation) string {
	if c.GetStance() == debatev1.Stance_STANCE_UNSPECIFIED {
		return ""
	}
	return strings.TrimPrefix(c.GetStance().String(), "STANCE_")
}

// conversations visits all of the user's debates, the latest first.
func (s *session) conversations(ctx context.Context, visit func(*debatev1.Conversation)) error {
	r := &debatev1.ListConversationsRequest{PageSize: pageSize}
	for {
		page, err := call(ctx, s, s.Client.ListConversations, r)
		if err != nil {
			return err
		}
		for _, c := range page.Conversations {
			visit(c)
		}
		if r.PageToken = page.NextPageToken; r.PageToken == "" {
			return nil
		}
	}
}

// find makes the debate that s.Resume names, in whole or by its beginning, or the
// latest one, the one that is held.
func (s *session) find(ctx context.Context) error {
	if s.Continue && s.conversation == nil {
		got, err := call(ctx, s, s.Client.ListConversations, &debatev1.ListConversationsRequest{PageSize: 1})
		if err != nil {
			return err
		}
		if len(got.Conversations) == 0 {
			return s.errorf("there is no debate to go on with yet: hold one with %s", s.Command)
		}
		s.conversation = got.Conversations[0]
		return nil
	}
	id := lower(s.Resume)
	if len(id) < fullID {
		var found []*debatev1.Conversation
		err := s.conversations(ctx, func(c *debatev1.Conversation) {
			if strings.HasPrefix(c.Id, id) {
				found = append(found, c)
			}
		})
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return s.errorf("no debate's id begins with %q: see them with %s --list", plainLine(id), s.Command)
		case len(found) > 1:
			return s.errorf("the ids of %d debates begin with %q: give %d characters of one, see them with %s --list",
				len(found), plainLine(id), prefixLength(found), s.Command)
		}
		s.conversation = found[0]
		return nil
	}
	got, err := call(ctx, s, s.Client.GetConversation, &debatev1.GetConversationRequest{ConversationId: id})
	if err != nil {
		return err
	}
	s.conversation = got.Conversation
	return nil
}

// prefixLength is how many characters tell the ids apart.
func prefixLength(all []*debatev1.Conversation) int {
	for n := shortID; n < fullID; n++ {
		seen := make(map[string]bool, len(all))
		for _, c := range all {
			seen[c.Id[:min(n, len(c.Id))]] = true
		}
		if len(seen) == len(all) {
			return n
		}
	}
	return fullID
}

func (s *session) titleOf(c *debatev1.Conversation) string {
	return cmp.Or(plainLine(c.Title), plainLine(c.Topic), s.word("(no topic yet)"))
}

// call makes a unary call that does not wait for a model; Ctrl-C ends it.
func call[Q, R any](ctx context.Context, s *session,
	method func(context.Context, *connect.Request[Q]) (*connect.Response[R], error), request *Q,
) (*R, error) {
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	response, err := method(ctx, connect.NewRequest(request))
	if err != nil {
		return nil, because(ctx, err)
	}
	return response.Msg, nil
}
