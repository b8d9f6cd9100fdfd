package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/debate-chatbot/debate-api/internal/debate"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// review calls what comes after a debate, on one of 8 turns whose bot always says
// the same.
func review(t *testing.T, c debatev1connect.DebateServiceClient, id string) {
	t.Helper()
	ctx := t.Context()
	points, err := c.GetFlow(ctx, connect.NewRequest(&debatev1.GetFlowRequest{ConversationId: id}))
	if err != nil || len(points.Msg.GetPoints()) == 0 {
		t.Fatalf("flow: %v, %v", points, err)
	}
	for _, p := range points.Msg.GetPoints() {
		if q := p.GetQuote(); p.GetId() == "" || q.GetText() == "" || q.GetTurnId() == "" || q.GetEnd() <= q.GetStart() || p.GetStatus() == 0 || p.GetSpeaker() == 0 {
			t.Errorf("a point: %v", p)
		}
	}
	_, err = c.GetVerdict(ctx, connect.NewRequest(&debatev1.GetVerdictRequest{ConversationId: id}))
	wantReason(t, err, connect.CodeNotFound, "NOT_FOUND")
	verdict, err := c.JudgeConversation(ctx, connect.NewRequest(&debatev1.JudgeConversationRequest{ConversationId: id, RequestId: "judge"}))
	if err != nil {
		t.Fatal(err)
	}
	if v := verdict.Msg.GetVerdict(); v.GetState() != debatev1.TurnState_TURN_STATE_COMPLETED || v.GetWinner() == 0 || v.GetThroughTurn() != 8 || v.GetJudge() != "rules" {
		t.Errorf("verdict: %v", v)
	}
	again, err := c.JudgeConversation(ctx, connect.NewRequest(&debatev1.JudgeConversationRequest{ConversationId: id, RequestId: "judge"}))
	if err != nil || again.Msg.GetVerdict().GetId() != verdict.Msg.GetVerdict().GetId() {
		t.Errorf("the same request made %v, %v", again, err)
	}
	stored, err := c.GetVerdict(ctx, connect.NewRequest(&debatev1.GetVerdictRequest{ConversationId: id}))
	if err != nil || stored.Msg.GetVerdict().GetId() != verdict.Msg.GetVerdict().GetId() {
		t.Errorf("stored: %v, %v", stored, err)
	}

	turns, err := c.ListTurns(ctx, connect.NewRequest(&debatev1.ListTurnsRequest{ConversationId: id}))
	if err != nil {
		t.Fatal(err)
	}
	second := turns.Msg.GetTurns()[1]
	for _, rating := range []debatev1.Rating{debatev1.Rating_RATING_GOOD, debatev1.Rating_RATING_UNSPECIFIED, debatev1.Rating_RATING_BAD} {
		rated, err := c.RateTurn(ctx, connect.NewRequest(&debatev1.RateTurnRequest{TurnId: second.GetId(), Rating: rating}))
		if err != nil || rated.Msg.GetTurn().GetRating() != rating || rated.Msg.GetTurn().GetReply() != second.GetReply() {
			t.Errorf("rated %v: %v, %v", rating, rated, err)
		}
	}
	for _, wrong := range []*debatev1.RateTurnRequest{{}, {TurnId: second.GetId(), Rating: 9}, {TurnId: second.GetId(), Attempt: -1}} {
		_, err = c.RateTurn(ctx, connect.NewRequest(wrong))
		wantReason(t, err, connect.CodeInvalidArgument, "INVALID_ARGUMENT")
	}

	opinion, err := c.SetOpinion(ctx, connect.NewRequest(&debatev1.SetOpinionRequest{ConversationId: id, Agreement: -2, TurnNumber: 3}))
	if err != nil {
		t.Fatal(err)
	}
	if o := opinion.Msg.GetConversation().GetOpinion(); o.GetBefore() != -2 || o.GetAfter() != -2 || o.GetTurnNumber() != 3 {
		t.Errorf("opinion: %v", o)
	}
	for _, wrong := range []*debatev1.SetOpinionRequest{{ConversationId: id, Agreement: 4}, {ConversationId: id, TurnNumber: 9}, {ConversationId: id, TurnNumber: -1}} {
		_, err = c.SetOpinion(ctx, connect.NewRequest(wrong))
		wantReason(t, err, connect.CodeInvalidArgument, "INVALID_ARGUMENT")
	}
	hints, err := c.SuggestPoints(ctx, connect.NewRequest(&debatev1.SuggestPointsRequest{ConversationId: id}))
	if err != nil || len(hints.Msg.GetPoints()) != 1 || hints.Msg.GetPoints()[0] != "Say more." {
		t.Errorf("hints: %v, %v", hints, err)
	}
	for side, want := range map[debatev1.Speaker]string{debatev1.Speaker_SPEAKER_USER: "The best of the user.", debatev1.Speaker_SPEAKER_BOT: "The best of the bot."} {
		best, err := c.SuggestPoints(ctx, connect.NewRequest(&debatev1.SuggestPointsRequest{ConversationId: id, Steelman: side}))
		if err != nil || len(best.Msg.GetPoints()) != 1 || best.Msg.GetPoints()[0] != want {
			t.Errorf("the best case of %v: %v, %v", side, best, err)
		}
	}
	_, err = c.SuggestPoints(ctx, connect.NewRequest(&debatev1.SuggestPointsRequest{ConversationId: id, Steelman: 9}))
	wantReason(t, err, connect.CodeInvalidArgument, "INVALID_ARGUMENT")
	reviewCopies(t, c, id)
	listedOpinions(t, c, id)
	formats(t, c)
}

// listedOpinions reads the opinion of one debate, and of another beside it, page by page.
func listedOpinions(t *testing.T, c debatev1connect.DebateServiceClient, id string) {
	t.Helper()
	ctx := t.Context()
	other, err := c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{Message: "Golf is boring."}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.SetOpinion(ctx, connect.NewRequest(&debatev1.SetOpinionRequest{ConversationId: other.Msg.GetConversation().GetId(), Agreement: 3})); err != nil {
		t.Fatal(err)
	}
	page := &debatev1.ListOpinionsRequest{PageSize: 1}
	first, err := c.ListOpinions(ctx, connect.NewRequest(page))
	if err != nil || len(first.Msg.GetOpinions()) != 1 || first.Msg.GetNextPageToken() == "" {
		t.Fatalf("the first page: %v, %v", first, err)
	}
	if o := first.Msg.GetOpinions()[0]; o.GetConversation().GetId() != other.Msg.GetConversation().GetId() || o.GetMovedBy() != nil || o.GetConversation().GetOpinion().GetAfter() != 3 {
		t.Errorf("the latest: %v", o)
	}
	page.PageToken = first.Msg.GetNextPageToken()
	second, err := c.ListOpinions(ctx, connect.NewRequest(page))
	if err != nil || len(second.Msg.GetOpinions()) != 1 || second.Msg.GetNextPageToken() != "" {
		t.Fatalf("the last page: %v, %v", second, err)
	}
	o := second.Msg.GetOpinions()[0]
	if q := o.GetMovedBy(); o.GetConversation().GetId() != id || q.GetTurnNumber() != 3 || q.GetSpeaker() != debatev1.Speaker_SPEAKER_BOT || q.GetText() == "" {
		t.Errorf("the one before: %v", o)
	}
	_, err = c.ListConversations(ctx, connect.NewRequest(&debatev1.ListConversationsRequest{PageToken: first.Msg.GetNextPageToken()}))
	wantReason(t, err, connect.CodeInvalidArgument, "INVALID_ARGUMENT")
}

// formats has a debate of three rounds end, and a rematch of it begin.
func formats(t *testing.T, c debatev1connect.DebateServiceClient) {
	t.Helper()
	ctx := t.Context()
	list, err := c.ListFormats(ctx, connect.NewRequest(&debatev1.ListFormatsRequest{}))
	if err != nil || len(list.Msg.GetFormats()) < 4 || list.Msg.GetFormats()[1].GetName() != "blitz" || list.Msg.GetFormats()[1].GetClock().AsDuration() != time.Minute {
		t.Fatalf("formats: %v, %v", list, err)
	}
	_, err = c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{Message: "Tea beats coffee.", Format: "none"}))
	wantReason(t, err, connect.CodeInvalidArgument, "INVALID_ARGUMENT")
	id := ""
	for round, next := range []string{"Rebuttal", "Closing", ""} {
		r, err := c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{ConversationId: id, Message: "Tea beats coffee.", Format: "blitz"}))
		if err != nil {
			t.Fatal(err)
		}
		got := r.Msg.GetConversation()
		if id = got.GetId(); got.GetFormat() != "blitz" || got.GetPhase() != next || got.GetOver() != (next == "") || (got.GetPhaseAsks() == "") != (next == "") {
			t.Errorf("after round %d: %v", round+1, got)
		}
	}
	for _, request := range []string{"", "over"} {
		_, err = c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{ConversationId: id, Message: "And another thing.", RequestId: request}))
		wantReason(t, err, connect.CodeFailedPrecondition, "DEBATE_ENDED")
	}
	whole, err := c.GetConversation(ctx, connect.NewRequest(&debatev1.GetConversationRequest{ConversationId: id}))
	if err != nil || whole.Msg.GetConversation().GetTurnCount() != 3 || !whole.Msg.GetConversation().GetOver() {
		t.Errorf("a refused turn left %v, %v", whole, err)
	}
	_, err = c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{ConversationId: id, Message: "And another thing.", Format: "oxford"}))
	wantReason(t, err, connect.CodeInvalidArgument, "INVALID_ARGUMENT")
	rematch, err := c.ForkConversation(ctx, connect.NewRequest(&debatev1.ForkConversationRequest{ConversationId: id, SwapSides: true}))
	if err != nil {
		t.Fatal(err)
	}
	again := rematch.Msg.GetConversation()
	if again.GetFormat() != "blitz" || again.GetPhase() != "Opening" || again.GetOver() || again.GetStance() == whole.Msg.GetConversation().GetStance() {
		t.Errorf("a rematch: %v", again)
	}
	if _, err := c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{ConversationId: again.GetId(), Message: "Coffee beats tea."})); err != nil {
		t.Error(err)
	}
	over, err := c.ForkConversation(ctx, connect.NewRequest(&debatev1.ForkConversationRequest{ConversationId: id, ThroughTurn: 3}))
	if err != nil || !over.Msg.GetConversation().GetOver() {
		t.Errorf("a copy of all of it: %v, %v", over, err)
	}
}

// forkToAnotherDebate goes on from turn 2 with another motion, and with sides swapped:
// what was said before can be read, and nothing builds on it.
func forkToAnotherDebate(t *testing.T, c debatev1connect.DebateServiceClient, id string) {
	t.Helper()
	ctx := t.Context()
	for _, r := range []*debatev1.ForkConversationRequest{{SwapSides: true}, {Topic: "Golf is boring"}} {
		r.ConversationId, r.ThroughTurn = id, 2
		made, err := c.ForkConversation(ctx, connect.NewRequest(r))
		if err != nil {
			t.Fatal(err)
		}
		fork := made.Msg.GetConversation()
		if fork.GetTurnCount() != 2 || r.GetTopic() != "" && fork.GetTopic() != r.GetTopic() {
			t.Errorf("%v made %v", r, fork)
		}
		_, err = c.JudgeConversation(ctx, connect.NewRequest(&debatev1.JudgeConversationRequest{ConversationId: fork.GetId()}))
		wantReason(t, err, connect.CodeFailedPrecondition, "NOTHING_TO_JUDGE")
		next, err := c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{ConversationId: fork.GetId(), Message: "Nobody can bear it for a whole afternoon."}))
		if err != nil {
			t.Fatal(err)
		}
		var kinds []debatev1.TurnKind
		for _, turn := range next.Msg.GetWindow() {
			kinds = append(kinds, turn.GetKind())
		}
		if want := []debatev1.TurnKind{debatev1.TurnKind_TURN_KIND_EARLIER, debatev1.TurnKind_TURN_KIND_EARLIER, debatev1.TurnKind_TURN_KIND_ARGUMENT}; !slices.Equal(kinds, want) {
			t.Errorf("%v made turns that are %v", r, kinds)
		}
		points, err := c.GetFlow(ctx, connect.NewRequest(&debatev1.GetFlowRequest{ConversationId: fork.GetId()}))
		if err != nil || len(points.Msg.GetPoints()) == 0 || points.Msg.GetPoints()[0].GetTurnNumber() != 3 {
			t.Errorf("%v has the points %v, %v", r, points, err)
		}
		d, err := c.ExportConversation(ctx, connect.NewRequest(&debatev1.ExportConversationRequest{ConversationId: fork.GetId()}))
		if err != nil || strings.Count(d.Msg.GetContent(), "part of an earlier debate") != 2 {
			t.Errorf("%v is written down as %v, %v", r, d, err)
		}
	}
}

// reviewCopies calls what makes something of a debate.
func reviewCopies(t *testing.T, c debatev1connect.DebateServiceClient, id string) {
	t.Helper()
	ctx := t.Context()
	instead := &debatev1.ForkConversationRequest{ConversationId: id, ThroughTurn: 2, Message: "Instead.", RequestId: "fork"}
	fork, err := c.ForkConversation(ctx, connect.NewRequest(instead))
	if err != nil {
		t.Fatal(err)
	}
	if f := fork.Msg; f.GetConversation().GetId() == id || f.GetTurn().GetNumber() != 3 || f.GetTurn().GetMessage() != "Instead." {
		t.Errorf("fork: %v", f)
	}
	repeated, err := c.ForkConversation(ctx, connect.NewRequest(instead))
	if err != nil || repeated.Msg.GetConversation().GetId() != fork.Msg.GetConversation().GetId() || repeated.Msg.GetTurn().GetId() != fork.Msg.GetTurn().GetId() {
		t.Errorf("the same fork made %v, %v", repeated, err)
	}
	_, err = c.Chat(ctx, connect.NewRequest(&debatev1.ChatRequest{ConversationId: id, Message: "Tea beats coffee.", RequestId: "fork"}))
	wantReason(t, err, connect.CodeInvalidArgument, "REQUEST_ID_REUSED")
	_, err = c.JudgeConversation(ctx, connect.NewRequest(&debatev1.JudgeConversationRequest{ConversationId: id, RequestId: "fork"}))
	wantReason(t, err, connect.CodeInvalidArgument, "REQUEST_ID_REUSED")
	forkToAnotherDebate(t, c, id)
	empty, err := c.ForkConversation(ctx, connect.NewRequest(&debatev1.ForkConversationRequest{ConversationId: id}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.JudgeConversation(ctx, connect.NewRequest(&debatev1.JudgeConversationRequest{ConversationId: empty.Msg.GetConversation().GetId()}))
	wantReason(t, err, connect.CodeFailedPrecondition, "NOTHING_TO_JUDGE")

	for format, want := range map[debatev1.ExportFormat]string{
		debatev1.ExportFormat_EXPORT_FORMAT_UNSPECIFIED: "## Turn 8", debatev1.ExportFormat_EXPORT_FORMAT_MARKDOWN: "## Verdict",
		debatev1.ExportFormat_EXPORT_FORMAT_JSON: `"debate_export": 1`, debatev1.ExportFormat_EXPORT_FORMAT_ARGDOWN: "[Motion]: ",
		debatev1.ExportFormat_EXPORT_FORMAT_MERMAID: "flowchart LR",
	} {
		d, err := c.ExportConversation(ctx, connect.NewRequest(&debatev1.ExportConversationRequest{ConversationId: id, Format: format}))
		if err != nil || !strings.Contains(d.Msg.GetContent(), want) || d.Msg.GetFilename() == "" || d.Msg.GetMediaType() == "" {
			t.Errorf("%v: %v, %v", format, d, err)
		}
	}

	path, err := c.ShareConversation(ctx, connect.NewRequest(&debatev1.ShareConversationRequest{ConversationId: id}))
	if err != nil || !strings.HasPrefix(path.Msg.GetPath(), "/s/") {
		t.Errorf("shared: %v, %v", path, err)
	}
	found, err := c.GetConversation(ctx, connect.NewRequest(&debatev1.GetConversationRequest{ConversationId: id}))
	if err != nil || found.Msg.GetConversation().GetSharePath() != path.Msg.GetPath() || found.Msg.GetConversation().GetOpinion().GetBefore() != -2 {
		t.Errorf("the conversation: %v, %v", found, err)
	}
	if _, err := c.UnshareConversation(ctx, connect.NewRequest(&debatev1.UnshareConversationRequest{ConversationId: id})); err != nil {
		t.Error(err)
	}
}

func TestADebateIsSavedByItsAddress(t *testing.T) {
	h := open(t, new(script))
	_, text := ask(t, "POST", h.url+"/chat", `{"message":"Tea beats coffee <b>always</b>."}`, "Content-Type", "application/json")
	var made struct {
		ID string `json:"conversation_id"`
	}
	if err := json.Unmarshal([]byte(text), &made); err != nil {
		t.Fatal(err)
	}
	for suffix, want := range map[string]struct{ kind, text string }{
		".md":      {"text/markdown; charset=utf-8", `Tea beats coffee \<b>always`},
		".json":    {"application/json", `"debate_export": 1`},
		".argdown": {"text/vnd.argdown; charset=utf-8", "[Motion]: "},
		".mmd":     {"text/vnd.mermaid; charset=utf-8", "flowchart LR"},
	} {
		response, text := ask(t, "GET", h.url+"/conversations/"+made.ID+suffix, "")
		if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != want.kind || !strings.Contains(text, want.text) ||
			!strings.HasPrefix(response.Header.Get("Content-Disposition"), "attachment; filename*=UTF-8''") || response.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v %s", suffix, response.StatusCode, response.Header, text)
		}
		if response, _ := ask(t, "POST", h.url+"/conversations/"+made.ID+suffix, ""); response.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST of %s: %d", suffix, response.StatusCode)
		}
	}
	for _, wrong := range []string{"/conversations/" + made.ID + ".exe", "/conversations/.md", "/conversations/nobody.md"} {
		if response, _ := ask(t, "GET", h.url+wrong, ""); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", wrong, response.StatusCode)
		}
	}
}

func TestTheModelIsToldThePhaseAndEveryProtocolTheEnd(t *testing.T) {
	var told []debate.Move
	m := &script{asked: func(p debate.Prompt) { told = append(told, p.Phase.Move) }}
	h := open(t, m, shortDrain)
	c := debatev1connect.NewDebateServiceClient(http.DefaultClient, h.url)
	id, last := "", ""
	for _, message := range []string{"Tea beats coffee, since it is calm.", "It keeps you awake without shaking.", "So tea is better."} {
		r, err := c.Chat(t.Context(), connect.NewRequest(&debatev1.ChatRequest{ConversationId: id, Message: message, Format: "blitz"}))
		if err != nil {
			t.Fatal(err)
		}
		id, last = r.Msg.GetConversation().GetId(), r.Msg.GetTurn().GetId()
	}
	again, err := c.RetryTurn(t.Context(), connect.NewRequest(&debatev1.RetryTurnRequest{TurnId: last}))
	if err != nil {
		t.Fatal(err)
	}
	for again.Receive() {
	}
	_ = again.Close()
	if want := []debate.Move{debate.OpenCase, debate.Rebut, debate.CloseCase, debate.CloseCase}; !slices.Equal(told, want) {
		t.Errorf("the model was told %q, want %q", told, want)
	}
	kopi := fmt.Sprintf(`{"conversation_id":%q,"message":"One more."}`, id)
	for name, call := range map[string]func() (*http.Response, string){
		"POST /chat": func() (*http.Response, string) {
			return ask(t, "POST", h.url+"/chat", kopi, "Content-Type", "application/json")
		},
		"server-sent events": func() (*http.Response, string) {
			return ask(t, "POST", h.url+"/chat", kopi, "Content-Type", "application/json", "Accept", "text/event-stream")
		},
		"JSON": func() (*http.Response, string) {
			return ask(t, "POST", h.url+"/debate.v1.DebateService/Chat", fmt.Sprintf(`{"conversationId":%q,"message":"One more."}`, id), "Content-Type", "application/json")
		},
		"MCP": func() (*http.Response, string) {
			return ask(t, "POST", h.url+"/mcp", fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"argue","arguments":{"conversation_id":%q,"message":"One more."}}}`, id), "Content-Type", "application/json", "Accept", "application/json, text/event-stream")
		},
	} {
		response, answer := call()
		if !strings.Contains(answer, "rematch") || response.StatusCode >= 500 {
			t.Errorf("%s: %d %s", name, response.StatusCode, answer)
		}
	}
}
