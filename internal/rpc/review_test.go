package rpc_test

import (
	"context"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
)

func (a answering) Flow(context.Context, debate.Owner, string) ([]flow.Point, error) {
	return nil, a.do("Flow")
}

func (a answering) JudgeConversation(context.Context, debate.Owner, string, string) (debate.Verdict, error) {
	return debate.Verdict{}, a.do("JudgeConversation")
}

func (a answering) Verdict(context.Context, debate.Owner, string) (debate.Verdict, error) {
	return debate.Verdict{}, a.do("Verdict")
}

func (a answering) RateTurn(context.Context, debate.Owner, string, int, debate.Rating) (debate.Turn, error) {
	return debate.Turn{}, a.do("RateTurn")
}

func (a answering) SetOpinion(context.Context, debate.Owner, string, int, int) (debate.Conversation, error) {
	return debate.Conversation{}, a.do("SetOpinion")
}

func (a answering) Fork(context.Context, debate.Owner, debate.ForkRequest) (debate.Conversation, debate.Turn, error) {
	return debate.Conversation{}, debate.Turn{}, a.do("Fork")
}

func (a answering) Share(context.Context, debate.Owner, string) (string, error) {
	return "", a.do("Share")
}

func (a answering) Unshare(context.Context, debate.Owner, string) error { return a.do("Unshare") }

func (a answering) Export(context.Context, debate.Owner, string, flow.Format) (flow.Document, error) {
	return flow.Document{}, a.do("Export")
}

func (a answering) SuggestPoints(context.Context, debate.Owner, string, debate.Speaker) ([]string, error) {
	return nil, a.do("SuggestPoints")
}

func (a answering) Opinions(context.Context, debate.Owner, debate.ConversationCursor, int) ([]debate.OpinionOfDebate, debate.ConversationCursor, error) {
	return nil, debate.ConversationCursor{}, a.do("Opinions")
}
