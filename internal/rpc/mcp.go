package rpc

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// mcpInstructions tell an agent how the tools belong together.
const mcpInstructions = `These tools hold debates with an opponent that takes the other side and keeps it. ` +
	`Begin one with start_debate, answer the opponent with argue, ask how it stands with judge_debate, and look things up with read_flow, read_debate, list_debates and list_topics.`

// agents serves the Model Context Protocol over the same service, by streamable
// HTTP without sessions, so that any replica answers any request.
type agents struct{ kopi }

// What the tools take. Each field is described to the agent that fills it.
type (
	startInput struct {
		Message    string `json:"message" jsonschema:"the view to argue for, in a sentence or more"`
		Topic      string `json:"topic,omitempty" jsonschema:"the claim to debate, instead of the one in the message"`
		Stance     string `json:"stance,omitempty" jsonschema:"the opponent's side of the topic, PRO or CON; left out, it takes the one against the message"`
		Difficulty string `json:"difficulty,omitempty" jsonschema:"how hard the opponent argues: easy, medium or hard; left out, medium"`
		Persona    string `json:"persona,omitempty" jsonschema:"who the opponent speaks as, such as 'a grumpy old sailor'"`
		Format     string `json:"format,omitempty" jsonschema:"how the debate runs, such as blitz, oxford or lincoln-douglas; left out, it is open and has no end"`
		RequestID  string `json:"request_id,omitempty" jsonschema:"any text; the same one never makes a second turn, so that the call is safe to repeat"`
	}
	argueInput struct {
		ConversationID string `json:"conversation_id" jsonschema:"the debate, as start_debate or list_debates named it"`
		Message        string `json:"message" jsonschema:"what to answer the opponent"`
		RequestID      string `json:"request_id,omitempty" jsonschema:"any text; the same one never makes a second turn, so that the call is safe to repeat"`
	}
	debateInput struct {
		ConversationID string `json:"conversation_id" jsonschema:"the debate, as start_debate or list_debates named it"`
	}
	judgeInput struct {
		ConversationID string `json:"conversation_id" jsonschema:"the debate, as start_debate or list_debates named it"`
		RequestID      string `json:"request_id,omitempty" jsonschema:"any text; the same one never makes a second verdict, so that the call is safe to repeat"`
	}
	exportInput struct {
		ConversationID string `json:"conversation_id" jsonschema:"the debate, as start_debate or list_debates named it"`
		Format         string `json:"format,omitempty" jsonschema:"md, json, argdown or mmd; left out, md"`
	}
	debatesInput struct {
		Limit     int    `json:"limit,omitempty" jsonschema:"at most this many, 1 to 100; left out, 20"`
		PageToken string `json:"page_token,omitempty" jsonschema:"the next_page_token of the call before, to go on where it ended"`
	}
	topicsInput struct {
		Limit    int    `json:"limit,omitempty" jsonschema:"at most this many, 1 to 100; left out, 20"`
		Offset   int    `json:"offset,omitempty" jsonschema:"how many to leave out before them, to go on where a call ended; left out, 0"`
		Language string `json:"language,omitempty" jsonschema:"en or es; left out, en"`
	}
)

// What they answer.
type (
	turnOutput struct {
		ConversationID string `json:"conversation_id"`
		TurnID         string `json:"turn_id"`
		Topic          string `json:"topic" jsonschema:"the claim in debate; empty until there is one"`
		Stance         string `json:"stance" jsonschema:"the opponent's side, PRO or CON; empty until there is a topic"`
		Kind           string `json:"kind" jsonschema:"argument, invitation (to make a claim), aside, declined or care"`
		Reply          string `json:"reply" jsonschema:"what the opponent says"`
		formatState
	}
	debateOutput struct {
		ConversationID string          `json:"conversation_id"`
		Title          string          `json:"title"`
		Topic          string          `json:"topic"`
		Stance         string          `json:"stance" jsonschema:"the opponent's side, PRO or CON"`
		Messages       []messageOutput `json:"messages" jsonschema:"what was said, oldest first, at most the latest 200 messages"`
	}
	messageOutput struct {
		Role    string `json:"role" jsonschema:"user or bot"`
		Message string `json:"message"`
	}
	documentOutput struct {
		Filename  string `json:"filename"`
		MediaType string `json:"media_type"`
		Content   string `json:"content"`
	}
	debatesOutput struct {
		Debates       []debateItem `json:"debates" jsonschema:"the most recently active first"`
		NextPageToken string       `json:"next_page_token,omitempty" jsonschema:"asks for those after them; left out if there are none"`
	}
	debateItem struct {
		ConversationID string `json:"conversation_id"`
		Title          string `json:"title"`
		Topic          string `json:"topic"`
		Stance         string `json:"stance"`
		Turns          int    `json:"turns"`
	}
	topicsOutput struct {
		Topics []topicItem `json:"topics"`
		Total  int         `json:"total" jsonschema:"how many topics there are in the language"`
	}
	topicItem struct {
		Topic    string `json:"topic"`
		Category string `json:"category"`
	}
)

// AgentsPath is where the Model Context Protocol is served.
const AgentsPath = "/mcp"

func (g agents) register() {
	s := mcp.NewServer(&mcp.Implementation{Name: "debate", Title: "Debate chatbot", Version: "v1"},
		// The tools stay the same as long as the server runs.
		&mcp.ServerOptions{Instructions: mcpInstructions, Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{}}})
	all := tools{s, make(map[string]*jsonschema.Schema)}
	s.AddReceivingMiddleware(all.read)
	g.addTools(all)
	serve := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, &mcp.StreamableHTTPOptions{
		Stateless:    true,
		JSONResponse: true,
		// The server that this is a route of looks at the host itself, and knows
		// whether there are keys.
		DisableLocalhostProtection: true,
		MaxRequestBodyBytes:        maxBodyBytes,
	})
	g.api.route(http.MethodPost, AgentsPath, func(w http.ResponseWriter, r *http.Request) {
		body, err := readAll(r.Body, maxBodyBytes)
		if err != nil {
			g.api.fail(w, r, err, 0)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if acceptsJSON(r) { // which is all that is answered
			r.Header.Set("Accept", "application/json, "+eventStreamType)
		}
		outcomeOf(r.Context()).succeeded() // unless a tool says otherwise
		to := &rpcErrors{ResponseWriter: w, asked: body}
		serve.ServeHTTP(to, r)
		to.finish()
	})
}

// acceptsJSON says whether the caller names JSON among what it accepts, or nothing,
// which is anything.
func acceptsJSON(r *http.Request) bool {
	accepted := strings.Join(r.Header.Values("Accept"), ",")
	return accepted == "" || strings.Contains(accepted, "application/json")
}

func (g agents) addTools(s tools) {
	reads := &mcp.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: new(bool)}
	adds := &mcp.ToolAnnotations{DestructiveHint: new(bool), OpenWorldHint: new(bool)}
	addTool(s, &mcp.Tool{Name: "start_debate", Title: "Start a debate", Annotations: adds,
		Description: "Start a debate by stating a view. The opponent takes the other side and replies."}, g.start)
	addTool(s, &mcp.Tool{Name: "argue", Title: "Argue", Annotations: adds,
		Description: "Answer the opponent in a debate, and get its reply."}, g.argue)
	addTool(s, &mcp.Tool{Name: "read_debate", Title: "Read a debate", Annotations: reads,
		Description: "Read what was said in a debate so far."}, g.read)
	addTool(s, &mcp.Tool{Name: "read_flow", Title: "Read the flow", Annotations: reads,
		Description: "Read a debate's flow: its points, what answers what, and which are still open."}, g.flow)
	addTool(s, &mcp.Tool{Name: "judge_debate", Title: "Judge a debate", Annotations: adds,
		Description: "Have a debate judged: who is ahead on which clash, quoted, and what to do better."}, g.judge)
	addTool(s, &mcp.Tool{Name: "export_debate", Title: "Export a debate", Annotations: reads,
		Description: "Get a debate as a document: md to read, json, argdown or mmd (Mermaid) for tools."}, g.export)
	addTool(s, &mcp.Tool{Name: "list_debates", Title: "List debates", Annotations: reads,
		Description: "List the debates of this API key, or of its user."}, g.list)
	addTool(s, &mcp.Tool{Name: "list_topics", Title: "List topics", Annotations: reads,
		Description: "List topics to start a debate from."}, g.topics)
}

// tool makes the handler of a tool, which acts for the owner of the request. Of an error it tells
// the reason and the public text.
func tool[In, Out any](do func(context.Context, debate.Owner, In) (Out, error)) mcp.ToolHandlerFor[In, Out] {
	return func(ctx context.Context, _ *mcp.CallToolRequest, in In) (result *mcp.CallToolResult, out Out, err error) {
		owner, known := auth.Known(ctx)
		if !known {
			return nil, out, errors.New(errInternal.Message)
		}
		err = recovered(func() (err error) {
			out, err = do(ctx, owner, in)
			return err
		})
		if err == nil {
			return nil, out, nil
		}
		return nil, out, errors.New(toolError(ctx, err))
	}
}

// toolError notes an error for the log, and returns what an agent is told of it.
func toolError(ctx context.Context, err error) string {
	_ = outcomeOf(ctx).failed(ctx, err)
	public := domainError(err)
	text := string(public.Reason) + ": " + public.Message
	if public.TurnID != "" {
		text += " (turn " + public.TurnID + ")"
	}
	return text
}

func (g agents) start(ctx context.Context, owner debate.Owner, in startInput) (turnOutput, error) {
	return g.take(ctx, owner, debate.ChatRequest{
		Message: in.Message, Topic: in.Topic, Persona: in.Persona, Format: in.Format, RequestID: in.RequestID,
		Stance: debate.Stance(strings.ToUpper(in.Stance)), Difficulty: debate.Difficulty(strings.ToLower(in.Difficulty)),
	})
}

func (g agents) argue(ctx context.Context, owner debate.Owner, in argueInput) (turnOutput, error) {
	if in.ConversationID == "" {
		return turnOutput{}, debate.Invalid("conversation_id", "is missing; start_debate begins a debate")
	}
	return g.take(ctx, owner, debate.ChatRequest{ConversationID: in.ConversationID, Message: in.Message, RequestID: in.RequestID})
}

func (g agents) take(ctx context.Context, owner debate.Owner, r debate.ChatRequest) (turnOutput, error) {
	taken, err := g.service.Chat(ctx, owner, r)
	if err != nil {
		return turnOutput{}, err
	}
	c, t := taken.Conversation, taken.Turn
	return turnOutput{c.ID, t.ID, c.Topic, string(c.Stance), string(t.Kind), t.Reply, formatStateOf(c)}, nil
}

func (g agents) read(ctx context.Context, owner debate.Owner, in debateInput) (debateOutput, error) {
	c, err := g.service.Conversation(ctx, owner, in.ConversationID)
	if err != nil {
		return debateOutput{}, err
	}
	turns, err := g.service.Turns(ctx, owner, c.ID, 0, true, kopiHistory/2)
	if err != nil {
		return debateOutput{}, err
	}
	slices.Reverse(turns)
	out := debateOutput{ConversationID: c.ID, Title: c.Title, Topic: c.Topic, Stance: string(c.Stance), Messages: []messageOutput{}}
	for _, m := range messages(turns) {
		out.Messages = append(out.Messages, messageOutput{m.Role, m.Message})
	}
	return out, nil
}

func (g agents) flow(ctx context.Context, owner debate.Owner, in debateInput) (any, error) {
	points, err := g.service.Flow(ctx, owner, in.ConversationID)
	if err != nil {
		return nil, err
	}
	return plainJSON(&debatev1.GetFlowResponse{Points: each(points, pointToProto)})
}

func (g agents) judge(ctx context.Context, owner debate.Owner, in judgeInput) (any, error) {
	v, err := g.service.JudgeConversation(ctx, owner, in.ConversationID, in.RequestID)
	if err != nil {
		return nil, err
	}
	return plainJSON(&debatev1.JudgeConversationResponse{Verdict: verdictToProto(v)})
}

// plainJSON is a message of the contract as other calls answer it in JSON.
func plainJSON(m proto.Message) (any, error) {
	text, err := protojson.MarshalOptions{EmitDefaultValues: true}.Marshal(m)
	return json.RawMessage(text), err
}

func (g agents) export(ctx context.Context, owner debate.Owner, in exportInput) (documentOutput, error) {
	format := flow.Format(cmp.Or(strings.ToLower(in.Format), string(flow.Markdown)))
	if !format.Known() {
		return documentOutput{}, debate.Invalid("format", "must be md, json, argdown or mmd")
	}
	d, err := g.service.Export(ctx, owner, in.ConversationID, format)
	return documentOutput{d.Filename, d.MediaType, d.Content}, err
}

func (g agents) list(ctx context.Context, owner debate.Owner, in debatesInput) (debatesOutput, error) {
	out := debatesOutput{Debates: []debateItem{}}
	after, err := conversationCursor(in.PageToken, "")
	if err != nil {
		return out, err
	}
	found, next, err := g.service.FindConversations(ctx, owner, "", after, listLimit(in.Limit))
	out.NextPageToken = conversationsToken("", next)
	for _, c := range found {
		out.Debates = append(out.Debates, debateItem{c.ID, c.Title, c.Topic, string(c.Stance), c.TurnCount})
	}
	return out, err
}

func (g agents) topics(_ context.Context, _ debate.Owner, in topicsInput) (topicsOutput, error) {
	all := g.service.Topics(strings.ToLower(in.Language), math.MaxInt)
	from := min(max(in.Offset, 0), len(all))
	out := topicsOutput{Topics: []topicItem{}, Total: len(all)}
	for _, t := range all[from:min(from+listLimit(in.Limit), len(all))] {
		out.Topics = append(out.Topics, topicItem{t.Claim, t.Category})
	}
	return out, nil
}

func listLimit(asked int) int { return min(max(cmp.Or(asked, 20), 1), 100) }
