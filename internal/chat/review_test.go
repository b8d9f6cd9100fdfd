package chat

import (
	"context"
	"strings"
	"testing"

	"connectrpc.com/connect"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// reviewed is a service with a debate to look back at.
type reviewed struct {
	*service
	opinion int32
	shared  bool
	rated   []string
	forked  *debatev1.ForkConversationRequest
}

func (r *reviewed) GetFlow(context.Context, *connect.Request[debatev1.GetFlowRequest]) (*connect.Response[debatev1.GetFlowResponse], error) {
	return connect.NewResponse(&debatev1.GetFlowResponse{Points: []*debatev1.Point{
		{Id: "1a", TurnNumber: 1, Speaker: debatev1.Speaker_SPEAKER_USER, Text: "Dogs are loyal.\x1b[2J", Status: debatev1.PointStatus_POINT_STATUS_DROPPED},
		{Id: "1b", TurnNumber: 1, Speaker: debatev1.Speaker_SPEAKER_BOT, Text: "To whom?", Kind: debatev1.PointKind_POINT_KIND_QUESTION, Status: debatev1.PointStatus_POINT_STATUS_DROPPED},
		{Id: "2a", TurnNumber: 2, Speaker: debatev1.Speaker_SPEAKER_USER, Text: "Fair point.", Kind: debatev1.PointKind_POINT_KIND_CONCESSION, Status: debatev1.PointStatus_POINT_STATUS_DROPPED},
	}}), nil
}

func (r *reviewed) JudgeConversation(context.Context, *connect.Request[debatev1.JudgeConversationRequest]) (*connect.Response[debatev1.JudgeConversationResponse], error) {
	quote := &debatev1.Quote{Speaker: debatev1.Speaker_SPEAKER_USER, TurnNumber: 1, Text: "loyal, and that through all the years of a long life"}
	return connect.NewResponse(&debatev1.JudgeConversationResponse{Verdict: &debatev1.Verdict{
		ThroughTurn: 2, Winner: debatev1.Winner_WINNER_USER, Judge: "rules",
		Clashes: []*debatev1.Clash{{Title: "Loyalty", Winner: debatev1.Winner_WINNER_USER, Reason: "It was not met.", Quotes: []*debatev1.Quote{quote}}},
		Advice: []*debatev1.Advice{
			{Text: "Say why loyalty counts:", Quote: quote},
			{Text: "Say why loyalty counts:", Quote: &debatev1.Quote{Text: "Cats leave. They do."}},
		},
	}}), nil
}

func (r *reviewed) ListOpinions(context.Context, *connect.Request[debatev1.ListOpinionsRequest]) (*connect.Response[debatev1.ListOpinionsResponse], error) {
	c := dogs()
	c.Opinion = &debatev1.Opinion{Before: 3, After: -1, TurnNumber: 1}
	return connect.NewResponse(&debatev1.ListOpinionsResponse{Opinions: []*debatev1.OpinionOfDebate{
		{Conversation: c, MovedBy: &debatev1.Quote{TurnNumber: 1, Speaker: debatev1.Speaker_SPEAKER_BOT, Text: "Cats ask for less."}},
	}}), nil
}

func (r *reviewed) SuggestPoints(_ context.Context, in *connect.Request[debatev1.SuggestPointsRequest]) (*connect.Response[debatev1.SuggestPointsResponse], error) {
	if side := in.Msg.GetSteelman(); side != debatev1.Speaker_SPEAKER_UNSPECIFIED {
		return connect.NewResponse(&debatev1.SuggestPointsResponse{Points: []string{"The best of " + side.String()}}), nil
	}
	return connect.NewResponse(&debatev1.SuggestPointsResponse{Points: []string{"They get you out of doors."}}), nil
}

func (r *reviewed) RateTurn(_ context.Context, q *connect.Request[debatev1.RateTurnRequest]) (*connect.Response[debatev1.RateTurnResponse], error) {
	r.rated = append(r.rated, q.Msg.GetTurnId()+" "+q.Msg.GetRating().String())
	return connect.NewResponse(&debatev1.RateTurnResponse{}), nil
}

func (r *reviewed) SetOpinion(_ context.Context, q *connect.Request[debatev1.SetOpinionRequest]) (*connect.Response[debatev1.SetOpinionResponse], error) {
	c := dogs()
	r.opinion = q.Msg.GetAgreement()
	c.Opinion = &debatev1.Opinion{Before: 3, After: r.opinion}
	return connect.NewResponse(&debatev1.SetOpinionResponse{Conversation: c}), nil
}

func (r *reviewed) ShareConversation(context.Context, *connect.Request[debatev1.ShareConversationRequest]) (*connect.Response[debatev1.ShareConversationResponse], error) {
	r.shared = true
	return connect.NewResponse(&debatev1.ShareConversationResponse{Path: "/s/token"}), nil
}

func (r *reviewed) UnshareConversation(context.Context, *connect.Request[debatev1.UnshareConversationRequest]) (*connect.Response[debatev1.UnshareConversationResponse], error) {
	r.shared = false
	return connect.NewResponse(&debatev1.UnshareConversationResponse{}), nil
}

func (r *reviewed) ForkConversation(_ context.Context, q *connect.Request[debatev1.ForkConversationRequest]) (*connect.Response[debatev1.ForkConversationResponse], error) {
	r.forked = q.Msg
	c := dogs()
	c.Id = "01900000-0000-7000-8000-00000000000c"
	return connect.NewResponse(&debatev1.ForkConversationResponse{Conversation: c}), nil
}

func TestADebateIsLookedBackAt(t *testing.T) {
	r := &reviewed{service: newService()}
	r.chat = func(_ int, _ *debatev1.ChatStreamRequest, send sender) error {
		return send.reply(dogs(), "Cats ask for less.")
	}
	u := open(t, serve(t, r))
	u.expect("> ")
	u.typed("/flow" + enter)
	u.expect("there is no debate yet: say something first", "> ")
	u.typed("Dogs are loyal." + enter)
	u.expect("Cats ask for less.", "> ")
	u.typed("/flow" + enter)
	u.expect("You, turn 1: Dogs are loyal.", "(dropped)", "I, turn 1: To whom? (unanswered)", "You, turn 2: Fair point. (granted)", "> ")
	u.typed("/verdict" + enter)
	u.expect("You had the better of it (through turn 2", "Loyalty\r\nYou had the better of it", "\r\n  “loyal, and that through all the years of a", "\r\n  long life” (you, turn 1)", "Advice: Say why loyalty counts:", "\r\n  “loyal", "\r\n  long life”\r\n  “Cats leave. …”", "> ")
	u.typed("/hint" + enter)
	u.expect("- They get you out of doors.", "> ")
	u.typed("/steelman" + enter)
	u.expect("The best case for your side:", "- The best of SPEAKER_USER", "> ")
	u.typed("/steelman you" + enter)
	u.expect("The best case for my side:", "- The best of SPEAKER_BOT", "> ")
	u.typed("/steelman everybody" + enter)
	u.expect("/steelman me or /steelman you", "> ")
	u.typed("/opinions" + enter)
	u.expect("+3 before, -1 after: ", "“Cats ask for less.” (me, turn 1)", "> ")
	u.typed("/opinion 7" + enter)
	u.expect("/opinion 2", "> ")
	u.typed("/opinion -1" + enter)
	u.expect("+3 before, -1 now", "> ")
	u.typed("/good" + enter)
	u.expect("kept with the reply", "> ")
	u.typed("/bad" + enter)
	u.expect("kept with the reply", "> ")
	if len(r.rated) != 2 || !strings.HasSuffix(r.rated[0], " RATING_GOOD") || !strings.HasSuffix(r.rated[1], " RATING_BAD") || strings.HasPrefix(r.rated[0], " ") {
		t.Errorf("rated %q", r.rated)
	}
	u.typed("/share" + enter)
	u.expect("/s/token", "> ")
	u.typed("/share off" + enter)
	u.expect("Nobody else can read", "> ")
	u.typed("/fork 9" + enter)
	u.expect("a number up to 2", "> ")
	u.typed("/fork 1" + enter)
	u.expect("The debate before is kept", "> ")
	if r.opinion != -1 || r.shared || r.forked.GetThroughTurn() != 1 || r.forked.GetSwapSides() {
		t.Errorf("opinion %d, shared %v, forked %v", r.opinion, r.shared, r.forked)
	}
	u.typed("/fork 2 Cats sleep  well" + enter)
	u.expect("The debate before is kept", "> ")
	if r.forked.GetThroughTurn() != 2 || r.forked.GetTopic() != "Cats sleep  well" {
		t.Errorf("forked by %v", r.forked)
	}
	u.typed("/swap" + enter)
	u.expect("The debate before is kept", "> ")
	if !r.forked.GetSwapSides() || r.forked.GetThroughTurn() != 0 {
		t.Errorf("swapped by %v", r.forked)
	}
	u.typed("/swap 3" + enter)
	u.expect("a number up to 2: /swap", "> ")
	u.typed("/swap 1" + enter)
	u.expect("The debate before is kept", "> ")
	if !r.forked.GetSwapSides() || r.forked.GetThroughTurn() != 1 {
		t.Errorf("swapped after a turn by %v", r.forked)
	}
	u.typed("/quit" + enter)
	u.exited()
}
