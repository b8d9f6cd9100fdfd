package rpc

import (
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/debate-chatbot/debate-api/internal/aside"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/format"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

var (
	stanceToProto = map[debate.Stance]debatev1.Stance{
		debate.NoStance: debatev1.Stance_STANCE_UNSPECIFIED,
		debate.Pro:      debatev1.Stance_STANCE_PRO,
		debate.Con:      debatev1.Stance_STANCE_CON,
	}
	stanceFromProto = inverse(stanceToProto)
	roleFromProto   = map[debatev1.Role]debate.Role{
		debatev1.Role_ROLE_OPPONENT: debate.Opponent,
		debatev1.Role_ROLE_ALLY:     debate.Ally,
		debatev1.Role_ROLE_EITHER:   debate.EitherSide,
	}
	difficultyToProto = map[debate.Difficulty]debatev1.Difficulty{
		"":            debatev1.Difficulty_DIFFICULTY_MEDIUM,
		debate.Easy:   debatev1.Difficulty_DIFFICULTY_EASY,
		debate.Medium: debatev1.Difficulty_DIFFICULTY_MEDIUM,
		debate.Hard:   debatev1.Difficulty_DIFFICULTY_HARD,
	}
	difficultyFromProto = map[debatev1.Difficulty]debate.Difficulty{
		debatev1.Difficulty_DIFFICULTY_EASY:   debate.Easy,
		debatev1.Difficulty_DIFFICULTY_MEDIUM: debate.Medium,
		debatev1.Difficulty_DIFFICULTY_HARD:   debate.Hard,
	}
	stateToProto = map[debate.TurnState]debatev1.TurnState{
		debate.Running:     debatev1.TurnState_TURN_STATE_RUNNING,
		debate.Completed:   debatev1.TurnState_TURN_STATE_COMPLETED,
		debate.Stopped:     debatev1.TurnState_TURN_STATE_STOPPED,
		debate.Failed:      debatev1.TurnState_TURN_STATE_FAILED,
		debate.Interrupted: debatev1.TurnState_TURN_STATE_INTERRUPTED,
	}
	ratingToProto = map[debate.Rating]debatev1.Rating{
		debate.Good: debatev1.Rating_RATING_GOOD,
		debate.Bad:  debatev1.Rating_RATING_BAD,
	}
	ratingFromProto = inverse(ratingToProto)
	kindToProto     = map[debate.TurnKind]debatev1.TurnKind{
		debate.ArgumentKind:   debatev1.TurnKind_TURN_KIND_ARGUMENT,
		debate.InvitationKind: debatev1.TurnKind_TURN_KIND_INVITATION,
		debate.AsideKind:      debatev1.TurnKind_TURN_KIND_ASIDE,
		debate.DeclinedKind:   debatev1.TurnKind_TURN_KIND_DECLINED,
		debate.CareKind:       debatev1.TurnKind_TURN_KIND_CARE,
		debate.EarlierKind:    debatev1.TurnKind_TURN_KIND_EARLIER,
	}
)

func inverse[K, V comparable](m map[K]V) map[V]K {
	back := make(map[V]K, len(m))
	for k, v := range m {
		back[v] = k
	}
	return back
}

// chatMessage is what ChatRequest and ChatStreamRequest have in common.
type chatMessage interface {
	GetConversationId() string
	GetMessage() string
	GetTopic() string
	GetStance() debatev1.Stance
	GetRole() debatev1.Role
	GetDifficulty() debatev1.Difficulty
	GetPersona() string
	GetFormat() string
	GetRequestId() string
}

func chatRequest(m chatMessage, requestID string) debate.ChatRequest {
	return debate.ChatRequest{
		ConversationID: m.GetConversationId(),
		Message:        m.GetMessage(),
		Topic:          m.GetTopic(),
		Stance:         stanceFromProto[m.GetStance()],
		Role:           roleFromProto[m.GetRole()],
		Difficulty:     difficultyFromProto[m.GetDifficulty()],
		Persona:        m.GetPersona(),
		Format:         m.GetFormat(),
		RequestID:      requestID,
	}
}

func conversationToProto(c debate.Conversation) *debatev1.Conversation {
	out := &debatev1.Conversation{
		Id:         c.ID,
		Topic:      c.Topic,
		Stance:     stanceToProto[c.Stance],
		Title:      c.Title,
		Language:   c.Language,
		Difficulty: difficultyToProto[c.Difficulty],
		Persona:    c.Persona,
		TurnCount:  int32(c.TurnCount),
		CreateTime: timestamp(c.CreatedAt),
		UpdateTime: timestamp(c.UpdatedAt),
	}
	f, _ := format.Find(c.Format)
	phase, _ := f.At(c.Rounds)
	out.Format, out.Phase, out.PhaseAsks, out.Over = f.Name, phase.Name, phase.Asks, c.Over
	if o := c.Opinion; o != nil {
		out.Opinion = &debatev1.Opinion{Before: int32(o.Before), After: int32(o.After), TurnNumber: int32(o.Turn)}
	}
	if c.Duel != (debate.Duel{}) {
		out.Duel = &debatev1.Duel{User: c.Duel.User, Bot: c.Duel.Bot}
	}
	if c.Share != "" {
		out.SharePath = SharePath(c.Share)
	}
	return out
}

func turnToProto(t debate.Turn) *debatev1.Turn {
	out := &debatev1.Turn{
		Id:             t.ID,
		ConversationId: t.ConversationID,
		Number:         int32(t.Number),
		State:          stateToProto[t.State],
		Kind:           kindToProto[t.Kind],
		Message:        t.Message,
		Reply:          t.Reply,
		Attempt:        int32(t.Attempt),
		Model:          t.Model,
		Usage:          usageToProto(t.Usage),
		CreateTime:     timestamp(t.CreatedAt),
		FinishTime:     timestamp(t.FinishedAt),
		Rating:         ratingToProto[t.Rating],
	}
	if t.Kind == debate.AsideKind {
		_, out.NewTopic = aside.Read(t.Message, "")
	}
	out.Failure = failureToProto(t.Failure)
	if t.StanceCheck != nil {
		out.StanceCheck = &debatev1.StanceCheck{Holds: t.StanceCheck.Holds, Invents: t.StanceCheck.Invents}
	}
	return out
}

func failureToProto(f *debate.Failure) *debatev1.Failure {
	if f == nil {
		return nil
	}
	return &debatev1.Failure{
		Reason:  debatev1.ErrorReason(debatev1.ErrorReason_value["ERROR_REASON_"+string(f.Reason)]),
		Message: f.Message,
	}
}

// each converts a list, to an empty one where there is nothing in it.
func each[T, M any](list []T, convert func(T) M) []M {
	out := make([]M, len(list))
	for i, one := range list {
		out[i] = convert(one)
	}
	return out
}

func usageToProto(u debate.Usage) *debatev1.Usage {
	return &debatev1.Usage{InputTokens: u.InputTokens, OutputTokens: u.OutputTokens}
}

// timestamp is absent for the zero time.
func timestamp(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

// streamedMessage is the response of one of the three streaming calls.
type streamedMessage[R any] interface {
	*R
	proto.Message
	GetDelta() *debatev1.TurnDelta
}

// sink sends the events of a streaming call. The pieces of the reply, one for each token, are sent
// in one message that is filled anew each time.
func sink[R any, M streamedMessage[R]](stream *connect.ServerStream[R]) debate.Sink {
	piece := streamed[R, M](debate.Delta{})
	return func(e debate.Event) error {
		d, ok := e.(debate.Delta)
		if !ok {
			return stream.Send(streamed[R, M](e))
		}
		fillDelta(M(piece).GetDelta(), d)
		return stream.Send(piece)
	}
}

func fillDelta(to *debatev1.TurnDelta, d debate.Delta) {
	to.Offset, to.Text, to.NextOffset = int64(d.Offset), d.Text, int64(d.Offset+len(d.Text))
}

// streamed makes the response of a streaming call, whose events have the same names in each: of
// what is no other event, a heartbeat.
func streamed[R any, M streamedMessage[R]](e debate.Event) *R {
	name, event := protoreflect.Name("heartbeat"), proto.Message(&debatev1.TurnHeartbeat{})
	switch e := e.(type) {
	case debate.Started:
		name, event = "started", &debatev1.TurnStarted{Conversation: conversationToProto(e.Conversation), Turn: turnToProto(e.Turn), Attempt: int32(e.Attempt)}
	case debate.Delta:
		delta := new(debatev1.TurnDelta)
		fillDelta(delta, e)
		name, event = "delta", delta
	case debate.SubjectFound:
		name, event = "conversation", conversationToProto(e.Conversation)
	case debate.Finished:
		name, event = "finished", &debatev1.TurnFinished{Turn: turnToProto(e.Turn)}
	}
	response := new(R)
	to := M(response).ProtoReflect()
	to.Set(to.Descriptor().Fields().ByName(name), protoreflect.ValueOfMessage(event.ProtoReflect()))
	return response
}
