package chat

// This file has the commands of the terminal that begin, find, name and keep debates; those that look
// back at one are in review.go.

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

const help = `/retry       have the last reply made again, or take up a lost one
/topics      show three topics; a number starts a debate on one
/side [SIDE] show the sides, or choose one for a new debate: opponent, ally or either is what I am to you; for and against are your side
/format [F]  show how debates can run, or choose that for the next one
/new [VIEW]  begin another debate; this one is kept
/list        show your debates
/resume ID   go on with one of them
/title TEXT  name this debate
/export FILE write this debate to a new file: .md, .json, .argdown or .mmd
/good        say that the last reply is good; it changes nothing here
/bad         say that it is not
/flow        show the points of this debate, and what became of each
/verdict     have it judged
/hint        show points that you could make
/steelman    show the best case for your side; /steelman you, that for mine
/opinion N   say how far you agree with the topic, from -3 to 3
/opinions    show what you thought of your topics, and what moved you
/fork N      go on from turn N in a copy; /fork N TOPIC, with another topic
/swap        begin this debate anew with sides changed; /swap N, after turn N
/share       have a page of it that others can read; /share off ends that
/help        show this
/quit        leave; Ctrl-C or Ctrl-D at an empty prompt do too

Alt+Enter begins a new line; so does Enter between """ and """.
Ctrl-C clears what you write, and stops me while I speak; Ctrl-Z gives the terminal to your shell, and fg brings me back.
What you said and I said is kept.`

// command does what a line that begins with a slash says.
func (s *session) command(ctx context.Context, line string) error {
	name, rest, _ := strings.Cut(line, " ")
	name, rest = lower(name), strings.TrimSpace(rest)
	switch name {
	case "/retry":
		return s.again(ctx)
	case "/topics":
		return s.offer(ctx)
	case "/new":
		return s.begin(ctx, rest)
	case "/list":
		return s.list(ctx)
	case "/resume":
		return s.resume(ctx, rest)
	case "/side":
		return s.side(lower(rest))
	case "/format":
		return s.format(ctx, lower(rest))
	case "/opinions":
		return s.opinions(ctx)
	case "/help":
		s.help()
		return nil
	case "/quit":
		return errLeave
	default:
		if known, err := s.review(ctx, name, rest); known {
			return err
		}
		return s.errorf("there is no command %s: /help shows them", name)
	}
}

// help shows the commands, and the keys.
func (s *session) help() {
	commands, keys, _ := strings.Cut(s.word(help), "\n\n")
	for command := range strings.SplitSeq(commands, "\n") {
		s.screen.item(remarkColour, len("/side [SIDE] "), command)
	}
	s.screen.remark("\n%s", keys)
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
		return s.errorf("there is no reply yet: say something first")
	}
}

// begin begins another debate, with a view if there is one.
func (s *session) begin(ctx context.Context, view string) error {
	s.leaveReply()
	s.conversation, s.announced, s.lastTurn, s.unfinished, s.Topic = nil, false, "", nil, ""
	s.opening.Topic, s.opening.Stance, s.opening.Role = "", 0, 0 // they were that debate's
	if view == "" {
		s.introduce(ctx)
		return s.offer(ctx)
	}
	return s.show(ctx, s.chat(s.message(view)))
}

// resume goes on with another debate.
func (s *session) resume(ctx context.Context, id string) error {
	if id == "" {
		return s.errorf("the id is missing: /resume ID, and /list shows them")
	}
	before := s.conversation
	s.Resume = id
	if err := s.find(ctx); err != nil {
		return err
	}
	if s.conversation.GetId() == before.GetId() {
		return s.errorf("this is that debate")
	}
	s.announced, s.lastTurn, s.unfinished = false, "", nil
	return s.recall(ctx)
}

// side shows the sides of the debate, or chooses one for a debate that has none yet.
func (s *session) side(chosen string) error {
	if topic := plainLine(s.conversation.GetTopic()); topic != "" {
		if chosen != "" {
			return s.errorf("this debate has its sides: /new begins another")
		}
		s.announced = false
		s.announce()
		return nil
	}
	roles := map[string]debatev1.Role{
		"opponent": debatev1.Role_ROLE_OPPONENT, "ally": debatev1.Role_ROLE_ALLY, "either": debatev1.Role_ROLE_EITHER,
	}
	// They are the user's, and the request's stance is the bot's.
	stances := map[string]debatev1.Stance{"for": debatev1.Stance_STANCE_CON, "against": debatev1.Stance_STANCE_PRO}
	switch {
	case chosen == "":
		s.screen.remark("I oppose what you say, unless you choose: /side opponent, ally or either, or your side of a topic, for or against.")
		return nil
	case roles[chosen] != 0:
		s.opening.Role, s.opening.Stance = roles[chosen], 0
		s.screen.remark(map[string]string{"opponent": "I will oppose what you say.", "ally": "I will agree with what you say.", "either": "I will choose my side."}[chosen])
		return nil
	case stances[chosen] != 0:
		s.opening.Role, s.opening.Stance = 0, stances[chosen]
		s.screen.remark("You will be %s the topic, and I on the other side.", s.word(chosen))
		return nil
	default:
		return s.errorf("there is no side %q: it is opponent, ally or either, or for or against", plainLine(chosen))
	}
}

// format shows how debates can run, or chooses that for those that begin from now on.
func (s *session) format(ctx context.Context, chosen string) error {
	got, err := call(ctx, s, s.Client.ListFormats, &debatev1.ListFormatsRequest{})
	if err != nil {
		return err
	}
	for _, f := range got.Formats {
		switch {
		case chosen == "" && f.Name == cmp.Or(s.opening.Format, openFormat):
			s.screen.remark("%s (chosen): %s", plainLine(f.Name), s.word(plainLine(f.Description)))
		case chosen == "":
			s.screen.remark("%s: %s", plainLine(f.Name), s.word(plainLine(f.Description)))
		case f.Name == chosen:
			s.opening.Format = chosen
			will := "The debate will be %s: %s"
			if s.conversation != nil {
				will = "The next debate, which /new begins, will be %s: %s"
			}
			s.screen.remark(will, plainLine(f.Name), s.word(plainLine(f.Description)))
			return nil
		}
	}
	if chosen != "" {
		return s.errorf("there is no format %q: /format shows them", plainLine(chosen))
	}
	return nil
}

// openFormat is the name of the format without an end.
const openFormat = "open"

// exportFormats are those that the end of a file's name stands for; any other is
// Markdown.
var exportFormats = map[string]debatev1.ExportFormat{
	".json":    debatev1.ExportFormat_EXPORT_FORMAT_JSON,
	".argdown": debatev1.ExportFormat_EXPORT_FORMAT_ARGDOWN,
	".mmd":     debatev1.ExportFormat_EXPORT_FORMAT_MERMAID,
}

// export writes the debate to a new file.
func (s *session) export(ctx context.Context, file string) error {
	if file == "" {
		return s.errorf("the file is missing: /export debate.md")
	}
	got, err := call(ctx, s, s.Client.ExportConversation, &debatev1.ExportConversationRequest{
		ConversationId: s.conversation.Id, Format: exportFormats[strings.ToLower(filepath.Ext(file))],
	})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the file is the user's choice
	if errors.Is(err, os.ErrExist) {
		return s.errorf("there is a file %s: name another one", plainLine(file))
	}
	if err == nil {
		_, err = f.WriteString(got.GetContent())
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return s.errorf("the debate cannot be written: %w", err)
	}
	s.screen.remark("The debate is in %s.", plainLine(file))
	return nil
}

func (s *session) rename(ctx context.Context, title string) error {
	if title == "" {
		return s.errorf("the title is missing: /title TEXT")
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
