package chat

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// review does what a command says about the debate that is held; false says that it
// is none of these.
func (s *session) review(ctx context.Context, name, rest string) (known bool, err error) {
	commands := map[string]func(context.Context, string) error{
		"/flow": s.flow, "/verdict": s.verdict, "/opinion": s.opinion, "/hint": s.hint, "/steelman": s.steelman,
		"/share": s.share, "/swap": s.swap, "/fork": s.fork, "/export": s.export, "/title": s.rename,
		"/good": s.rate(debatev1.Rating_RATING_GOOD), "/bad": s.rate(debatev1.Rating_RATING_BAD),
	}
	do, known := commands[name]
	if !known {
		return false, nil
	}
	if s.conversation.GetId() == "" {
		return true, s.errorf("there is no debate yet: say something first")
	}
	return true, do(ctx, rest)
}

// speakers are those of points, and quoted those of quotations.
var (
	speakers = map[debatev1.Speaker]string{debatev1.Speaker_SPEAKER_USER: "You", debatev1.Speaker_SPEAKER_BOT: "I"}
	quoted   = map[debatev1.Speaker]string{debatev1.Speaker_SPEAKER_USER: "you", debatev1.Speaker_SPEAKER_BOT: "me"}
)

func (s *session) flow(ctx context.Context, _ string) error {
	got, err := call(ctx, s, s.Client.GetFlow, &debatev1.GetFlowRequest{ConversationId: s.conversation.Id})
	if err != nil {
		return err
	}
	for _, p := range got.Points {
		status := strings.ToLower(strings.TrimPrefix(p.Status.String(), "POINT_STATUS_"))
		switch {
		case p.Kind == debatev1.PointKind_POINT_KIND_CONCESSION:
			status = "granted"
		case p.Kind == debatev1.PointKind_POINT_KIND_QUESTION && p.Status == debatev1.PointStatus_POINT_STATUS_DROPPED:
			status = "unanswered"
		}
		s.screen.item(remarkColour, len("  "), s.text("%s, turn %d: %s (%s)", s.word(speakers[p.Speaker]), p.TurnNumber, plainLine(p.Text), s.word(status)))
	}
	if len(got.Points) == 0 {
		s.screen.remark("Nothing was argued yet.")
	}
	return nil
}

var winners = map[debatev1.Winner]string{debatev1.Winner_WINNER_USER: "You had the better of it", debatev1.Winner_WINNER_BOT: "I had the better of it"}

func outcome(w debatev1.Winner) string { return cmp.Or(winners[w], "Undecided") }

func (s *session) verdict(ctx context.Context, _ string) error {
	got, err := call(ctx, s, s.Client.JudgeConversation, &debatev1.JudgeConversationRequest{ConversationId: s.conversation.Id})
	if err != nil {
		return err
	}
	v := got.Verdict
	s.screen.remark("%s (through turn %d, judged by %s).", s.word(outcome(v.Winner)), v.ThroughTurn, s.word(plainLine(v.Judge)))
	for _, c := range v.Clashes {
		s.screen.remark("\n%s\n%s: %s", plainLine(c.Title), s.word(outcome(c.Winner)), plainLine(c.Reason))
		for _, q := range c.Quotes {
			s.quote("“%s” (%s, turn %d)", plainLine(q.Text), s.word(quoted[q.Speaker]), q.TurnNumber)
		}
	}
	given := ""
	for _, a := range v.Advice {
		if a.Text != given {
			s.screen.remark("\nAdvice: %s", plainLine(a.Text))
		}
		given = a.Text
		s.quote("“%s”", beginning(plainLine(a.Quote.GetText())))
	}
	return nil
}

// beginning is the first sentence of a text that was shown in whole already.
func beginning(text string) string {
	if end := strings.IndexAny(text, ".?!"); end >= 0 && end+1 < len(text) {
		return text[:end+1] + " …"
	}
	return text
}

// quote shows what was said, set in.
func (s *session) quote(format string, args ...any) {
	s.screen.item(remarkColour, len("  "), "  "+s.text(format, args...))
}

func (s *session) opinion(ctx context.Context, rest string) error {
	n, err := strconv.ParseInt(rest, 10, 32)
	if err != nil || n < -3 || n > 3 {
		return s.errorf("the opinion is a number from -3, not at all, to 3, fully: /opinion 2")
	}
	got, err := call(ctx, s, s.Client.SetOpinion, &debatev1.SetOpinionRequest{
		ConversationId: s.conversation.Id, Agreement: int32(n), TurnNumber: s.conversation.TurnCount,
	})
	if err != nil {
		return err
	}
	s.conversation = got.Conversation
	s.screen.remark("Your opinion of the topic: %+d before, %+d now.", got.Conversation.Opinion.GetBefore(), got.Conversation.Opinion.GetAfter())
	return nil
}

// rate keeps what the user thinks of the last reply.
func (s *session) rate(rating debatev1.Rating) func(context.Context, string) error {
	return func(ctx context.Context, _ string) error {
		if s.lastTurn == "" {
			return s.errorf("there is no reply to rate: say something first")
		}
		if _, err := call(ctx, s, s.Client.RateTurn, &debatev1.RateTurnRequest{TurnId: s.lastTurn, Rating: rating}); err != nil {
			return err
		}
		s.screen.remark("Thank you: that is kept with the reply.")
		return nil
	}
}

func (s *session) hint(ctx context.Context, _ string) error {
	got, err := call(ctx, s, s.Client.SuggestPoints, &debatev1.SuggestPointsRequest{ConversationId: s.conversation.Id})
	if err != nil {
		return err
	}
	s.points(got.Points, "Nothing new comes to mind.")
	return nil
}

// points lists points that could be made, or says that there are none.
func (s *session) points(all []string, none string) {
	for _, p := range all {
		s.screen.item(remarkColour, len("- "), "- "+plainLine(p))
	}
	if len(all) == 0 {
		s.screen.remark(none)
	}
}

// steelman shows the best case for the user's side, or for the bot's.
func (s *session) steelman(ctx context.Context, rest string) error {
	side := map[string]debatev1.Speaker{"": debatev1.Speaker_SPEAKER_USER, "me": debatev1.Speaker_SPEAKER_USER, "you": debatev1.Speaker_SPEAKER_BOT}[lower(rest)]
	if side == debatev1.Speaker_SPEAKER_UNSPECIFIED {
		return s.errorf("the best case is that for your side or for mine: /steelman me or /steelman you")
	}
	got, err := call(ctx, s, s.Client.SuggestPoints, &debatev1.SuggestPointsRequest{ConversationId: s.conversation.Id, Steelman: side})
	if err != nil {
		return err
	}
	s.screen.remark(map[debatev1.Speaker]string{debatev1.Speaker_SPEAKER_USER: "The best case for your side:", debatev1.Speaker_SPEAKER_BOT: "The best case for my side:"}[side])
	s.points(got.Points, "None comes to mind.")
	return nil
}

// opinions shows what the user thought of the topics of the latest debates.
func (s *session) opinions(ctx context.Context) error {
	got, err := call(ctx, s, s.Client.ListOpinions, &debatev1.ListOpinionsRequest{PageSize: pageSize})
	if err != nil {
		return err
	}
	for _, o := range got.Opinions {
		c := o.Conversation
		s.screen.remark("%+d before, %+d after: %s", c.Opinion.GetBefore(), c.Opinion.GetAfter(), plainLine(c.Topic))
		if q := o.MovedBy; q != nil && c.Opinion.GetBefore() != c.Opinion.GetAfter() {
			s.quote("“%s” (%s, turn %d)", plainLine(q.Text), s.word("me"), q.TurnNumber)
		}
	}
	if len(got.Opinions) == 0 {
		s.screen.remark("You gave no opinion of a topic yet: /opinion N gives one.")
	}
	return nil
}

func (s *session) share(ctx context.Context, rest string) error {
	if rest == "off" {
		_, err := call(ctx, s, s.Client.UnshareConversation, &debatev1.UnshareConversationRequest{ConversationId: s.conversation.Id})
		if err == nil {
			s.screen.remark("Nobody else can read this debate any more.")
		}
		return err
	}
	if s.Server == "" {
		return s.errorf("there is no server that others could reach: share a debate of one, by debate chat --server URL")
	}
	got, err := call(ctx, s, s.Client.ShareConversation, &debatev1.ShareConversationRequest{ConversationId: s.conversation.Id})
	if err != nil {
		return err
	}
	s.screen.remark("Whoever has this address can read this debate: %s%s (/share off ends that)", strings.TrimSuffix(s.Server, "/"), got.Path)
	return nil
}

// swap begins the debate anew with the sides changed, after copies of its first turns
// if their number is given.
func (s *session) swap(ctx context.Context, rest string) error {
	through, err := s.throughTurn(cmp.Or(rest, "0"), "/swap 1")
	if err != nil {
		return err
	}
	return s.goOn(ctx, &debatev1.ForkConversationRequest{ConversationId: s.conversation.Id, ThroughTurn: through, SwapSides: true})
}

// fork goes on from an earlier turn, in a copy, with another topic if one is given.
func (s *session) fork(ctx context.Context, rest string) error {
	number, topic, _ := strings.Cut(rest, " ")
	through, err := s.throughTurn(number, "/fork 1")
	if err != nil {
		return err
	}
	return s.goOn(ctx, &debatev1.ForkConversationRequest{ConversationId: s.conversation.Id, ThroughTurn: through, Topic: strings.TrimSpace(topic)})
}

// throughTurn reads the number of a turn of the conversation, or 0.
func (s *session) throughTurn(number, example string) (int32, error) {
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n < 0 || n > int64(s.conversation.TurnCount) {
		return 0, s.errorf("the turn to go on from is a number up to %d: %s", s.conversation.TurnCount, example)
	}
	return int32(n), nil
}

func (s *session) goOn(ctx context.Context, r *debatev1.ForkConversationRequest) error {
	got, err := call(ctx, s, s.Client.ForkConversation, r)
	if err != nil {
		return err
	}
	s.leaveReply()
	s.conversation, s.announced, s.lastTurn, s.unfinished = got.Conversation, false, "", nil
	s.announce()
	s.screen.remark("The debate before is kept: /list shows it.")
	if c := s.conversation; c.GetPhase() != "" {
		s.screen.remark("%s: %s", s.word(plainLine(c.Phase)), s.word(plainLine(c.PhaseAsks)))
	}
	return nil
}
