package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"buf.build/go/protovalidate"
	"connectrpc.com/connect"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	goopenai "github.com/sashabaranov/go-openai"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// libraries does what least does by the libraries that the service is built on, as their
// documentation has them used: Connect, the contract's rules by protovalidate, and
// go-openai. What it costs more than least is theirs.
type libraries struct {
	debatev1connect.UnimplementedDebateServiceHandler

	pool   *pgxpool.Pool
	api    *goopenai.Client
	system goopenai.ChatCompletionMessage
	said   sync.Map // by conversation
}

// spoken is what libraries keeps of a conversation.
type spoken struct {
	messages []goopenai.ChatCompletionMessage
	window   []*debatev1.Turn
}

func librariesRole(listener net.Listener, setting func(string) string) error {
	pool, err := openLeast(setting("DATABASE_URL"))
	if err != nil {
		return err
	}
	config := goopenai.DefaultConfig("sk-bench")
	config.BaseURL = setting("BENCH_MODEL") + "/v1"
	config.HTTPClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1024}}
	rules := prompt.Reply(debate.Prompt{Topic: topicOfAll, Stance: debate.Con, Message: "-"}, 12_000, nil)[0].Text
	checked := connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
			if err := protovalidate.Validate(r.Any().(*debatev1.ChatRequest)); err != nil {
				return nil, connect.NewError(connect.CodeInvalidArgument, err)
			}
			return next(ctx, r)
		}
	})
	mux := http.NewServeMux()
	mux.Handle(debatev1connect.NewDebateServiceHandler(&libraries{
		pool: pool, api: goopenai.NewClientWithConfig(config), system: goopenai.ChatCompletionMessage{Role: "system", Content: rules},
	}, connect.WithInterceptors(checked)))
	mux.HandleFunc("/ready", func(http.ResponseWriter, *http.Request) {})
	return http.Serve(listener, mux)
}

// Chat takes a turn.
func (l *libraries) Chat(ctx context.Context, r *connect.Request[debatev1.ChatRequest]) (*connect.Response[debatev1.ChatResponse], error) {
	id, now := uuid.Must(uuid.NewV7()).String(), time.Now()
	conversation, number, err := beginLeast(ctx, l.pool, id, now.UnixMicro(), asked{r.Msg.GetConversationId(), r.Msg.GetMessage(), r.Msg.GetRequestId()})
	if err != nil {
		return nil, err
	}
	var before spoken
	if said, ok := l.said.Load(conversation); ok {
		before = said.(spoken)
	}
	messages := append(before.messages[:len(before.messages):len(before.messages)], goopenai.ChatCompletionMessage{Role: "user", Content: r.Msg.GetMessage()})
	reply, err := l.reply(ctx, append([]goopenai.ChatCompletionMessage{l.system}, messages...))
	if err != nil {
		return nil, err
	}
	ended := time.Now()
	if err := endLeast(ctx, l.pool, id, conversation, reply, ended); err != nil {
		return nil, err
	}
	turn := &debatev1.Turn{
		Id: id, ConversationId: conversation, Number: int32(number), State: debatev1.TurnState_TURN_STATE_COMPLETED, Kind: debatev1.TurnKind_TURN_KIND_ARGUMENT,
		Message: r.Msg.GetMessage(), Reply: reply, Attempt: 1, Model: "gpt-4o-mini", Usage: &debatev1.Usage{InputTokens: 100, OutputTokens: 100},
		CreateTime: timestamppb.New(now), FinishTime: timestamppb.New(ended),
	}
	messages = append(messages, goopenai.ChatCompletionMessage{Role: "assistant", Content: reply})
	window := append(before.window[:len(before.window):len(before.window)], turn)
	after := spoken{messages[max(0, len(messages)-2*carried):], window[max(0, len(window)-5):]}
	l.said.Store(conversation, after)
	return connect.NewResponse(&debatev1.ChatResponse{
		Conversation: &debatev1.Conversation{
			Id: conversation, Topic: topicOfAll, Title: topicOfAll, Language: "en", Stance: debatev1.Stance_STANCE_CON, Difficulty: debatev1.Difficulty_DIFFICULTY_MEDIUM,
			TurnCount: int32(number), CreateTime: timestamppb.New(now), UpdateTime: timestamppb.New(ended), Format: "open",
		},
		Turn: turn, Window: after.window,
	}), nil
}

// reply streams a reply.
func (l *libraries) reply(ctx context.Context, messages []goopenai.ChatCompletionMessage) (string, error) {
	stream, err := l.api.CreateChatCompletionStream(ctx, goopenai.ChatCompletionRequest{
		Model: "gpt-4o-mini", Messages: messages, StreamOptions: &goopenai.StreamOptions{IncludeUsage: true},
	})
	if err != nil {
		return "", err
	}
	defer stream.Close()
	var said strings.Builder
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return said.String(), nil
		}
		if err != nil {
			return "", fmt.Errorf("the stream of a reply: %w", err)
		}
		if len(chunk.Choices) > 0 {
			said.WriteString(chunk.Choices[0].Delta.Content)
		}
	}
}
