package rpc

import (
	"cmp"
	"context"
	"math"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// handler serves debate.v1.DebateService. Its errors are the domain's; the
// interceptor translates them.
type handler struct{ service Service }

// respond makes the response of a call from its message, unless the call failed.
func respond[M any](m *M, err error) (*connect.Response[M], error) {
	if err != nil {
		return nil, err
	}
	return connect.NewResponse(m), nil
}

func (h handler) Chat(ctx context.Context, r *connect.Request[debatev1.ChatRequest]) (*connect.Response[debatev1.ChatResponse], error) {
	id, err := requestID(r.Header(), r.Msg.GetRequestId())
	if err != nil {
		return nil, err
	}
	result, err := h.service.Chat(ctx, auth.Owner(ctx), chatRequest(r.Msg, id))
	return respond(&debatev1.ChatResponse{
		Conversation: conversationToProto(result.Conversation),
		Turn:         turnToProto(result.Turn),
		Window:       each(result.Window, turnToProto),
	}, err)
}

func (h handler) ChatStream(ctx context.Context, r *connect.Request[debatev1.ChatStreamRequest], stream *connect.ServerStream[debatev1.ChatStreamResponse]) error {
	id, err := requestID(r.Header(), r.Msg.GetRequestId())
	if err != nil {
		return err
	}
	return h.service.ChatStream(ctx, auth.Owner(ctx), chatRequest(r.Msg, id), sink(stream))
}

func (h handler) WatchTurn(ctx context.Context, r *connect.Request[debatev1.WatchTurnRequest], stream *connect.ServerStream[debatev1.WatchTurnResponse]) error {
	offset := int(min(r.Msg.GetOffset(), math.MaxInt32))
	return h.service.WatchTurn(ctx, auth.Owner(ctx), r.Msg.GetTurnId(), int(r.Msg.GetAttempt()), offset, sink(stream))
}

func (h handler) StopTurn(ctx context.Context, r *connect.Request[debatev1.StopTurnRequest]) (*connect.Response[debatev1.StopTurnResponse], error) {
	turn, err := h.service.StopTurn(ctx, auth.Owner(ctx), r.Msg.GetTurnId())
	return respond(&debatev1.StopTurnResponse{Turn: turnToProto(turn)}, err)
}

func (h handler) RetryTurn(ctx context.Context, r *connect.Request[debatev1.RetryTurnRequest], stream *connect.ServerStream[debatev1.RetryTurnResponse]) error {
	id, err := requestID(r.Header(), r.Msg.GetRequestId())
	if err != nil {
		return err
	}
	return h.service.RetryTurn(ctx, auth.Owner(ctx), r.Msg.GetTurnId(), id, sink(stream))
}

func (h handler) RateTurn(ctx context.Context, r *connect.Request[debatev1.RateTurnRequest]) (*connect.Response[debatev1.RateTurnResponse], error) {
	turn, err := h.service.RateTurn(ctx, auth.Owner(ctx), r.Msg.GetTurnId(), int(r.Msg.GetAttempt()), ratingFromProto[r.Msg.GetRating()])
	return respond(&debatev1.RateTurnResponse{Turn: turnToProto(turn)}, err)
}

func (h handler) ReadClaim(_ context.Context, r *connect.Request[debatev1.ReadClaimRequest]) (*connect.Response[debatev1.ReadClaimResponse], error) {
	subject, settled, err := h.service.ReadClaim(debate.ChatRequest{
		Message: cmp.Or(r.Msg.GetMessage(), r.Msg.GetTopic()),
		Topic:   r.Msg.GetTopic(),
		Stance:  stanceFromProto[r.Msg.GetStance()],
		Role:    roleFromProto[r.Msg.GetRole()],
	})
	return respond(&debatev1.ReadClaimResponse{
		Topic: subject.Topic, Stance: stanceToProto[subject.Stance], Language: subject.Language, Settled: settled,
	}, err)
}

func (h handler) GetConversation(ctx context.Context, r *connect.Request[debatev1.GetConversationRequest]) (*connect.Response[debatev1.GetConversationResponse], error) {
	c, err := h.service.Conversation(ctx, auth.Owner(ctx), r.Msg.GetConversationId())
	return respond(&debatev1.GetConversationResponse{Conversation: conversationToProto(c)}, err)
}

func (h handler) ListTurns(ctx context.Context, r *connect.Request[debatev1.ListTurnsRequest]) (*connect.Response[debatev1.ListTurnsResponse], error) {
	latestFirst := r.Msg.GetOrder() == debatev1.Order_ORDER_LATEST_FIRST
	query := turnsQuery(r.Msg.GetConversationId(), latestFirst)
	after, err := turnCursor(r.Msg.GetPageToken(), query)
	if err != nil {
		return nil, err
	}
	size := pageSize(r.Msg.GetPageSize(), 50, 200)
	turns, err := h.service.Turns(ctx, auth.Owner(ctx), r.Msg.GetConversationId(), after, latestFirst, size+1)
	if err != nil {
		return nil, err
	}
	out := &debatev1.ListTurnsResponse{}
	if len(turns) > size {
		turns = turns[:size]
		out.NextPageToken = turnsToken(query, turns[size-1].Number)
	}
	out.Turns = each(turns, turnToProto)
	return connect.NewResponse(out), nil
}

func (h handler) ListConversations(ctx context.Context, r *connect.Request[debatev1.ListConversationsRequest]) (*connect.Response[debatev1.ListConversationsResponse], error) {
	query := r.Msg.GetQuery()
	after, err := conversationCursor(r.Msg.GetPageToken(), query)
	if err != nil {
		return nil, err
	}
	size := pageSize(r.Msg.GetPageSize(), 20, 100)
	list, next, err := h.service.FindConversations(ctx, auth.Owner(ctx), query, after, size)
	if err != nil {
		return nil, err
	}
	out := &debatev1.ListConversationsResponse{Conversations: each(list, conversationToProto)}
	if next.ID != "" {
		out.NextPageToken = conversationsToken(query, next)
	}
	return connect.NewResponse(out), nil
}

func (h handler) UpdateConversation(ctx context.Context, r *connect.Request[debatev1.UpdateConversationRequest]) (*connect.Response[debatev1.UpdateConversationResponse], error) {
	c, err := h.service.Rename(ctx, auth.Owner(ctx), r.Msg.GetConversationId(), r.Msg.GetTitle())
	return respond(&debatev1.UpdateConversationResponse{Conversation: conversationToProto(c)}, err)
}

func (h handler) DeleteConversation(ctx context.Context, r *connect.Request[debatev1.DeleteConversationRequest]) (*connect.Response[debatev1.DeleteConversationResponse], error) {
	return respond(&debatev1.DeleteConversationResponse{}, h.service.Delete(ctx, auth.Owner(ctx), r.Msg.GetConversationId()))
}

func (h handler) ListTopics(_ context.Context, r *connect.Request[debatev1.ListTopicsRequest]) (*connect.Response[debatev1.ListTopicsResponse], error) {
	out := &debatev1.ListTopicsResponse{Opponent: h.service.Opponent()}
	for _, t := range h.service.Topics(r.Msg.GetLanguage(), int(cmp.Or(r.Msg.GetLimit(), math.MaxInt32))) {
		out.Topics = append(out.Topics, &debatev1.Topic{Topic: t.Claim, Category: t.Category})
	}
	return connect.NewResponse(out), nil
}

func (h handler) GetUsage(ctx context.Context, r *connect.Request[debatev1.GetUsageRequest]) (*connect.Response[debatev1.GetUsageResponse], error) {
	spending, err := h.service.Usage(ctx, auth.Owner(ctx), pageSize(r.Msg.GetDays(), 30, 90))
	if err != nil {
		return nil, err
	}
	out := &debatev1.GetUsageResponse{
		DailyTokenQuota: spending.DailyTokens,
		QuotaResetsIn:   durationpb.New(spending.ResetsIn),
	}
	for _, d := range spending.Days {
		out.Days = append(out.Days, &debatev1.DayUsage{
			Date: d.Date, Turns: d.Turns, Replies: usageToProto(d.Replies), SideCalls: usageToProto(d.SideCalls),
		})
	}
	return connect.NewResponse(out), nil
}

// pageSize is what was asked for, standard if that is 0, and most at most.
func pageSize(asked, standard, most int32) int {
	if asked == 0 {
		return int(standard)
	}
	return int(min(asked, most))
}

// idempotencyHeader is the same thing as the field request_id.
const idempotencyHeader = "Idempotency-Key"

// requestID is the id that makes a call safe to repeat, from its header or its
// field, which the contract's rules have checked.
func requestID(h http.Header, field string) (string, error) {
	values := h.Values(idempotencyHeader)
	if len(values) == 0 {
		return field, nil
	}
	header := values[0]
	if len(values) > 1 || header == "" || debate.ValidateRequestID(header) != nil {
		return "", debate.Invalid(idempotencyHeader, "must be 1 to 128 visible ASCII characters, once")
	}
	if field != "" && field != header {
		return "", debate.Invalid("request_id", "differs from the header Idempotency-Key; send one, or both the same")
	}
	return header, nil
}
