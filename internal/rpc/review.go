package rpc

// This file serves the calls that look back at a debate: its flow, verdict, opinion, hints, forks,
// shared pages and exports.

import (
	"context"
	"net/http"
	"strings"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
	"github.com/debate-chatbot/debate-api/internal/format"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// Reviews is the part of a Service that looks back at debates.
type Reviews interface {
	Flow(ctx context.Context, owner debate.Owner, id string) ([]flow.Point, error)
	JudgeConversation(ctx context.Context, owner debate.Owner, id, requestID string) (debate.Verdict, error)
	Verdict(ctx context.Context, owner debate.Owner, id string) (debate.Verdict, error)
	SetOpinion(ctx context.Context, owner debate.Owner, id string, agreement, turn int) (debate.Conversation, error)
	Opinions(ctx context.Context, owner debate.Owner, after debate.ConversationCursor, limit int) (found []debate.OpinionOfDebate, next debate.ConversationCursor, err error)
	SuggestPoints(ctx context.Context, owner debate.Owner, id string, steelman debate.Speaker) ([]string, error)
	Fork(ctx context.Context, owner debate.Owner, r debate.ForkRequest) (debate.Conversation, debate.Turn, error)
	Share(ctx context.Context, owner debate.Owner, id string) (token string, err error)
	Unshare(ctx context.Context, owner debate.Owner, id string) error
	Export(ctx context.Context, owner debate.Owner, id string, format flow.Format) (flow.Document, error)
}

// SharePath is where the page of a shared debate is.
func SharePath(token string) string { return "/s/" + token }

func (h handler) GetFlow(ctx context.Context, r *connect.Request[debatev1.GetFlowRequest]) (*connect.Response[debatev1.GetFlowResponse], error) {
	points, err := h.service.Flow(ctx, auth.Owner(ctx), r.Msg.GetConversationId())
	return respond(&debatev1.GetFlowResponse{Points: each(points, pointToProto)}, err)
}

func (h handler) JudgeConversation(ctx context.Context, r *connect.Request[debatev1.JudgeConversationRequest]) (*connect.Response[debatev1.JudgeConversationResponse], error) {
	id, err := requestID(r.Header(), r.Msg.GetRequestId())
	if err != nil {
		return nil, err
	}
	v, err := h.service.JudgeConversation(ctx, auth.Owner(ctx), r.Msg.GetConversationId(), id)
	return respond(&debatev1.JudgeConversationResponse{Verdict: verdictToProto(v)}, err)
}

func (h handler) GetVerdict(ctx context.Context, r *connect.Request[debatev1.GetVerdictRequest]) (*connect.Response[debatev1.GetVerdictResponse], error) {
	v, err := h.service.Verdict(ctx, auth.Owner(ctx), r.Msg.GetConversationId())
	return respond(&debatev1.GetVerdictResponse{Verdict: verdictToProto(v)}, err)
}

func (h handler) SetOpinion(ctx context.Context, r *connect.Request[debatev1.SetOpinionRequest]) (*connect.Response[debatev1.SetOpinionResponse], error) {
	c, err := h.service.SetOpinion(ctx, auth.Owner(ctx), r.Msg.GetConversationId(), int(r.Msg.GetAgreement()), int(r.Msg.GetTurnNumber()))
	return respond(&debatev1.SetOpinionResponse{Conversation: conversationToProto(c)}, err)
}

func (h handler) ListOpinions(ctx context.Context, r *connect.Request[debatev1.ListOpinionsRequest]) (*connect.Response[debatev1.ListOpinionsResponse], error) {
	const query = "\x00opinions" // which no search for conversations can be
	after, err := conversationCursor(r.Msg.GetPageToken(), query)
	if err != nil {
		return nil, err
	}
	found, next, err := h.service.Opinions(ctx, auth.Owner(ctx), after, pageSize(r.Msg.GetPageSize(), 20, 100))
	if err != nil {
		return nil, err
	}
	out := &debatev1.ListOpinionsResponse{}
	if next.ID != "" {
		out.NextPageToken = conversationsToken(query, next)
	}
	for _, o := range found {
		shown := &debatev1.OpinionOfDebate{Conversation: conversationToProto(o.Conversation)}
		if o.MovedBy != nil {
			shown.MovedBy = quoteToProto(*o.MovedBy)
		}
		out.Opinions = append(out.Opinions, shown)
	}
	return connect.NewResponse(out), nil
}

func (h handler) SuggestPoints(ctx context.Context, r *connect.Request[debatev1.SuggestPointsRequest]) (*connect.Response[debatev1.SuggestPointsResponse], error) {
	points, err := h.service.SuggestPoints(ctx, auth.Owner(ctx), r.Msg.GetConversationId(), speakerFromProto[r.Msg.GetSteelman()])
	return respond(&debatev1.SuggestPointsResponse{Points: points}, err)
}

func (h handler) ForkConversation(ctx context.Context, r *connect.Request[debatev1.ForkConversationRequest]) (*connect.Response[debatev1.ForkConversationResponse], error) {
	id, err := requestID(r.Header(), r.Msg.GetRequestId())
	if err != nil {
		return nil, err
	}
	c, t, err := h.service.Fork(ctx, auth.Owner(ctx), debate.ForkRequest{
		ConversationID: r.Msg.GetConversationId(), ThroughTurn: int(r.Msg.GetThroughTurn()), SwapSides: r.Msg.GetSwapSides(),
		Difficulty: difficultyFromProto[r.Msg.GetDifficulty()], Topic: r.Msg.GetTopic(), Message: r.Msg.GetMessage(), RequestID: id,
	})
	if err != nil {
		return nil, err
	}
	out := &debatev1.ForkConversationResponse{Conversation: conversationToProto(c)}
	if t.ID != "" {
		out.Turn = turnToProto(t)
	}
	return connect.NewResponse(out), nil
}

func (h handler) ShareConversation(ctx context.Context, r *connect.Request[debatev1.ShareConversationRequest]) (*connect.Response[debatev1.ShareConversationResponse], error) {
	token, err := h.service.Share(ctx, auth.Owner(ctx), r.Msg.GetConversationId())
	return respond(&debatev1.ShareConversationResponse{Path: SharePath(token)}, err)
}

func (h handler) UnshareConversation(ctx context.Context, r *connect.Request[debatev1.UnshareConversationRequest]) (*connect.Response[debatev1.UnshareConversationResponse], error) {
	return respond(&debatev1.UnshareConversationResponse{}, h.service.Unshare(ctx, auth.Owner(ctx), r.Msg.GetConversationId()))
}

func (h handler) ListFormats(context.Context, *connect.Request[debatev1.ListFormatsRequest]) (*connect.Response[debatev1.ListFormatsResponse], error) {
	out := &debatev1.ListFormatsResponse{}
	for _, f := range format.All() {
		shown := &debatev1.Format{Name: f.Name, Title: f.Title, Description: f.Description, AsksOpinion: f.AsksOpinion, AsksVerdict: f.AsksVerdict}
		for _, p := range f.Phases {
			shown.Phases = append(shown.Phases, &debatev1.Phase{Name: p.Name, Rounds: int32(p.Rounds), Asks: p.Asks, BotAsks: p.BotAsks})
		}
		if f.Clock > 0 {
			shown.Clock = durationpb.New(f.Clock)
		}
		out.Formats = append(out.Formats, shown)
	}
	return connect.NewResponse(out), nil
}

var exportFormats = map[debatev1.ExportFormat]flow.Format{
	debatev1.ExportFormat_EXPORT_FORMAT_UNSPECIFIED: flow.Markdown,
	debatev1.ExportFormat_EXPORT_FORMAT_MARKDOWN:    flow.Markdown,
	debatev1.ExportFormat_EXPORT_FORMAT_JSON:        flow.JSON,
	debatev1.ExportFormat_EXPORT_FORMAT_ARGDOWN:     flow.Argdown,
	debatev1.ExportFormat_EXPORT_FORMAT_MERMAID:     flow.Mermaid,
}

func (h handler) ExportConversation(ctx context.Context, r *connect.Request[debatev1.ExportConversationRequest]) (*connect.Response[debatev1.ExportConversationResponse], error) {
	d, err := h.service.Export(ctx, auth.Owner(ctx), r.Msg.GetConversationId(), exportFormats[r.Msg.GetFormat()])
	return respond(&debatev1.ExportConversationResponse{Filename: d.Filename, MediaType: d.MediaType, Content: d.Content}, err)
}

// export answers with a document of a conversation.
func (k kopi) export(w http.ResponseWriter, r *http.Request, id string, format flow.Format) {
	var d flow.Document
	err := recovered(func() (err error) {
		d, err = k.service.Export(r.Context(), auth.Owner(r.Context()), id, format)
		return err
	})
	if err != nil {
		k.api.fail(w, r, err, 0)
		return
	}
	outcomeOf(r.Context()).succeeded()
	w.Header().Set("Content-Type", d.MediaType)
	w.Header().Set("Content-Disposition", attachment(d.Filename))
	w.Header().Set("Content-Security-Policy", "sandbox")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(d.Content)) // whoever is gone cannot be told
}

// attachment is the header that has a browser save a file (RFC 6266, RFC 8187).
func attachment(filename string) string {
	var b strings.Builder
	for i := range len(filename) {
		switch c := filename[i]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '.', c == '_':
			b.WriteByte(c)
		default:
			const hex = "0123456789ABCDEF"
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return "attachment; filename*=UTF-8''" + b.String()
}

var (
	speakerToProto = map[debate.Speaker]debatev1.Speaker{
		debate.User: debatev1.Speaker_SPEAKER_USER,
		debate.Bot:  debatev1.Speaker_SPEAKER_BOT,
	}
	speakerFromProto = inverse(speakerToProto)
	pointKindToProto = map[debate.PointKind]debatev1.PointKind{
		debate.ClaimPoint:      debatev1.PointKind_POINT_KIND_CLAIM,
		debate.RebuttalPoint:   debatev1.PointKind_POINT_KIND_REBUTTAL,
		debate.QuestionPoint:   debatev1.PointKind_POINT_KIND_QUESTION,
		debate.ConcessionPoint: debatev1.PointKind_POINT_KIND_CONCESSION,
	}
	statusToProto = map[flow.Status]debatev1.PointStatus{
		flow.Open:     debatev1.PointStatus_POINT_STATUS_OPEN,
		flow.Answered: debatev1.PointStatus_POINT_STATUS_ANSWERED,
		flow.Conceded: debatev1.PointStatus_POINT_STATUS_CONCEDED,
		flow.Dropped:  debatev1.PointStatus_POINT_STATUS_DROPPED,
	}
	winnerToProto = map[debate.Winner]debatev1.Winner{
		debate.UserWins:  debatev1.Winner_WINNER_USER,
		debate.BotWins:   debatev1.Winner_WINNER_BOT,
		debate.Undecided: debatev1.Winner_WINNER_UNDECIDED,
	}
)

func pointToProto(p flow.Point) *debatev1.Point {
	return &debatev1.Point{
		Id: p.ID, TurnNumber: int32(p.Turn), Speaker: speakerToProto[p.Speaker], Text: p.Text, Quote: quoteToProto(p.Quote),
		Kind: pointKindToProto[p.Kind], Answers: p.Answers, Concedes: p.Concedes, Status: statusToProto[p.Status],
	}
}

func quoteToProto(q debate.Quote) *debatev1.Quote {
	return &debatev1.Quote{
		TurnId: q.TurnID, TurnNumber: int32(q.Turn), Speaker: speakerToProto[q.Speaker], Start: int64(q.Start), End: int64(q.End), Text: q.Text,
	}
}

func verdictToProto(v debate.Verdict) *debatev1.Verdict {
	out := &debatev1.Verdict{
		Id: v.ID, ConversationId: v.ConversationID, State: stateToProto[v.State], ThroughTurn: int32(v.ThroughTurn),
		Winner: winnerToProto[v.Winner], BestCaseForLoser: v.BestCase, Judge: v.Judge, Usage: usageToProto(v.Usage),
		Failure: failureToProto(v.Failure), CreateTime: timestamp(v.CreatedAt), FinishTime: timestamp(v.FinishedAt),
	}
	for _, c := range v.Clashes {
		out.Clashes = append(out.Clashes, &debatev1.Clash{
			Title: c.Title, Winner: winnerToProto[c.Winner], Reason: c.Reason, Quotes: each(c.Quotes, quoteToProto),
		})
	}
	for _, a := range v.Advice {
		out.Advice = append(out.Advice, &debatev1.Advice{Text: a.Text, Quote: quoteToProto(a.Quote)})
	}
	return out
}
