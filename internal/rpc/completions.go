package rpc

import (
	"cmp"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// completionsTree is where OpenAI's contract is served.
const (
	completionsTree = "/v1/"
	// azureTree is where clients made for Azure's OpenAI service call: deployments, which
	// have the names of their models, or OpenAI's own paths. Of a base URL that ends in
	// /v1 they call deployments below that.
	azureTree   = "/openai/"
	deployments = "deployments/"
)

// completions serves OpenAI's chat completions over the same service: a client
// that keeps its own history and sends all of it each time.
type completions struct {
	kopi
	repeats *repeats
}

func (c completions) register() {
	const chat, models, model = completionsTree + "chat/completions", completionsTree + "models", completionsTree + "models/{model...}"
	c.api.route(http.MethodPost, chat, c.serve)
	c.api.route(http.MethodGet, models, c.answers(c.models))
	c.api.route(http.MethodGet, model, c.answers(c.model))
	for _, path := range []string{chat, models, model} {
		c.api.handlers[strings.TrimSuffix(azureTree, "/")+path] = c.api.handlers[path]
	}
	for _, tree := range []string{azureTree, completionsTree} {
		c.api.handlers[tree+deployments+"{model...}"] = c.deployment(c.api.handlers[chat])
	}
	for _, other := range []string{completionsTree, strings.TrimSuffix(completionsTree, "/")} {
		c.api.handlers[other] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c.api.Refuse(w, r, noSuchCompletion(r.URL.Path))
		})
	}
}

// noSuchCompletion answers a path of OpenAI's contract that nothing is served at.
func noSuchCompletion(path string) error {
	text := "no such path; of OpenAI's calls there are /v1/chat/completions and /v1/models, so a client's base URL ends in /v1"
	if strings.HasSuffix(strings.TrimSuffix(path, "/"), "/responses") {
		text = "there is no Responses API; have the client use chat completions, as openai.chat(\"debate\") does in Vercel's AI SDK, with a base URL that ends in /v1"
	}
	return &debate.Error{Reason: debate.NotFound, Message: text}
}

// isCompletion tells the paths of OpenAI's contract, whose errors have a form of
// their own.
func isCompletion(path string) bool {
	return strings.HasPrefix(path+"/", completionsTree) || strings.HasPrefix(path, azureTree)
}

// isCompletionOutside tells the paths that clients of OpenAI's contract build of a base
// URL that does not end in /v1.
func isCompletionOutside(path string) bool {
	path = strings.TrimSuffix(path, "/")
	return slices.ContainsFunc([]string{"/chat/completions", "/completions", "/models", "/responses", "/embeddings"}, func(call string) bool {
		return strings.HasSuffix(path, call)
	})
}

// What is answered, as OpenAI's reference has it. Debate is ours.
type (
	completion struct {
		ID      string           `json:"id"`
		Object  string           `json:"object"`
		Created int64            `json:"created"`
		Model   string           `json:"model"`
		Choices []completionPart `json:"choices"`
		// Usage is null in all chunks but the last, where it was asked for.
		Usage  *completionUsage `json:"usage"`
		Debate *completionOf    `json:"debate,omitempty"`
	}
	// completionChunk is a completion of whose usage nobody asked.
	completionChunk struct {
		completion
		Usage *completionUsage `json:"usage,omitempty"`
	}
	completionPart struct {
		Index        int               `json:"index"`
		Message      *completionAnswer `json:"message,omitempty"`
		Delta        *completionDelta  `json:"delta,omitempty"`
		Logprobs     *struct{}         `json:"logprobs"`
		FinishReason *string           `json:"finish_reason"`
	}
	completionAnswer struct {
		Role    string  `json:"role"`
		Content string  `json:"content"`
		Refusal *string `json:"refusal"`
	}
	completionDelta struct {
		Role    string  `json:"role,omitempty"`
		Content *string `json:"content,omitempty"`
	}
	completionUsage struct {
		PromptTokens     int64 `json:"prompt_tokens"`
		CompletionTokens int64 `json:"completion_tokens"`
		TotalTokens      int64 `json:"total_tokens"`
	}
	// completionOf says where the turn is stored, and what it is about.
	completionOf struct {
		ConversationID string          `json:"conversation_id"`
		TurnID         string          `json:"turn_id"`
		Topic          string          `json:"topic"`
		Stance         debate.Stance   `json:"stance"`
		Kind           debate.TurnKind `json:"kind,omitempty"`
		formatState
	}
)

// serve answers a chat, streamed or whole.
func (c completions) serve(w http.ResponseWriter, r *http.Request) {
	to := &completionWriter{out: newEventStream(record(w)), created: time.Now().Unix()}
	err := recovered(func() error { return c.complete(r, to) })
	switch {
	case err == nil && !to.request.stream:
		outcomeOf(r.Context()).succeeded()
		WriteJSON(w, http.StatusOK, to.whole())
	case err != nil && to.out.begun:
		public := outcomeOf(r.Context()).failed(r.Context(), err)
		_ = to.out.send("", "", completionErrorOf(public)) // whoever is gone cannot be told
	default:
		c.api.endStream(w, r, to.out, err)
	}
}

// deployment serves a call of Azure's contract.
func (c completions) deployment(call http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		model, ok := strings.CutSuffix(r.PathValue("model"), "/chat/completions")
		if !ok {
			c.api.Refuse(w, r, noSuchCompletion(r.URL.Path))
			return
		}
		r.SetPathValue("model", model)
		call.ServeHTTP(w, r)
	})
}

// complete takes the turn that a request asks for, or does what it wants besides.
func (c completions) complete(r *http.Request, to *completionWriter) (err error) {
	body, err := readAll(&unpictured{Reader: r.Body}, maxBodyBytes)
	if errors.Is(err, errTooLarge) {
		return errChatTooLarge
	}
	if err != nil {
		return err
	}
	if to.request, err = parseCompletion(body, r.PathValue("model")); err != nil {
		return err
	}
	if answer, ok := answerTask(to.request); ok {
		return to.say("task-"+rand.Text(), answer)
	}
	if to.request.probe {
		to.finished = "length"
		return to.say("probe-"+rand.Text(), "Ready to debate.")
	}
	if to.request.transcript.RequestID, err = requestID(r.Header, ""); err != nil {
		return err
	}
	owner := auth.Owner(r.Context())
	if to.request.transcript.RequestID == "" {
		repeated := c.repeats.of(owner, body, r.Header)
		to.request.transcript.RequestID = repeated.id
		defer func() {
			if err != nil && r.Context().Err() == nil && debate.ReasonOf(err) != debate.StillRunning { // who was told of a failure wants it tried again
				c.repeats.forget(repeated)
			}
		}()
	}
	to.conversation = func(id string) (debate.Conversation, error) { return c.service.Conversation(r.Context(), owner, id) }
	return c.service.ChatTranscript(r.Context(), owner, to.request.transcript, to.send)
}

// completionWriter answers one request, streamed or whole.
type completionWriter struct {
	request completionRequest
	out     *eventStream
	created int64
	// conversation reads one as it is now.
	conversation func(id string) (debate.Conversation, error)

	id     string
	about  completionOf
	begun  bool // the first chunk was sent
	reply  strings.Builder
	usage  debate.Usage
	stream completion // a chunk's constant parts
	// finished is why the reply ends, unless it is whole.
	finished string
}

// send takes one event of the turn. Nothing leaves before there is something of
// the reply, so that a turn which fails before is an error with its own status.
func (w *completionWriter) send(e debate.Event) error {
	switch e := e.(type) {
	case debate.Started:
		w.start(e.Turn.ID)
		w.about = completionOf{ConversationID: e.Conversation.ID, TurnID: e.Turn.ID, Topic: e.Conversation.Topic, Stance: e.Conversation.Stance, formatState: formatStateOf(e.Conversation)}
	case debate.SubjectFound:
		w.about.Topic, w.about.Stance = e.Conversation.Topic, e.Conversation.Stance
	case debate.Delta:
		if !w.request.stream {
			w.reply.WriteString(e.Text)
			return nil
		}
		return w.chunk(completionDelta{Content: &e.Text}, nil)
	case debate.Finished:
		return w.finish(e.Turn)
	default:
		if w.request.stream {
			return w.out.sendLines(heartbeat)
		}
	}
	return nil
}

func (w *completionWriter) start(id string) {
	w.id = "chatcmpl-" + id
	w.stream = completion{ID: w.id, Object: "chat.completion.chunk", Created: w.created, Model: w.request.model}
}

func (w *completionWriter) finish(t debate.Turn) error {
	if f := t.Failure; f != nil {
		return &debate.Error{Reason: f.Reason, Message: f.Message, TurnID: t.ID, RetryAfter: max(f.RetryAfter, time.Second)}
	}
	w.usage, w.about.Kind = t.Usage, t.Kind
	if w.about.Format != "" { // the turn may have been a round
		if c, err := w.conversation(t.ConversationID); err == nil {
			w.about.formatState = formatStateOf(c)
		}
	}
	if !w.request.stream {
		return nil
	}
	return w.end()
}

// say answers with a text that is no turn.
func (w *completionWriter) say(id, text string) error {
	w.start(id)
	if !w.request.stream {
		w.reply.WriteString(text)
		return nil
	}
	if err := w.chunk(completionDelta{Content: &text}, nil); err != nil {
		return err
	}
	return w.end()
}

// end sends the last chunks.
func (w *completionWriter) end() error {
	reason := cmp.Or(w.finished, "stop")
	if err := w.chunk(completionDelta{}, &reason); err != nil {
		return err
	}
	if w.request.usage {
		last := w.stream
		last.Choices, last.Usage = []completionPart{}, usageOf(w.usage)
		if err := w.out.send("", "", last); err != nil {
			return err
		}
	}
	return w.out.sendLines("data: [DONE]\n")
}

// chunk sends a chunk, and before the first of them one that has the role.
func (w *completionWriter) chunk(delta completionDelta, finish *string) error {
	if !w.begun {
		w.begun = true
		empty := ""
		if err := w.chunk(completionDelta{Role: "assistant", Content: &empty}, nil); err != nil {
			return err
		}
	}
	next := w.stream
	next.Choices = []completionPart{{Delta: &delta, FinishReason: finish}}
	if w.about.TurnID != "" && (delta.Role != "" || finish != nil) {
		next.Debate = &w.about
	}
	if w.request.usage {
		return w.out.send("", "", next)
	}
	return w.out.send("", "", completionChunk{completion: next})
}

// whole is the answer to a request that is not streamed.
func (w *completionWriter) whole() completion {
	reason := cmp.Or(w.finished, "stop")
	answer := completion{
		ID: w.id, Object: "chat.completion", Created: w.created, Model: w.request.model, Usage: usageOf(w.usage),
		Choices: []completionPart{{Message: &completionAnswer{Role: "assistant", Content: w.reply.String()}, FinishReason: &reason}},
	}
	if w.about.TurnID != "" {
		answer.Debate = &w.about
	}
	return answer
}

func usageOf(u debate.Usage) *completionUsage {
	return &completionUsage{u.InputTokens, u.OutputTokens, u.InputTokens + u.OutputTokens}
}

// completionModel is a model as /v1/models lists it.
type completionModel struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

// modelsCreated is the time of all models: that of the first version of the contract.
var modelsCreated = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Unix()

func (c completions) models(*http.Request) (any, error) {
	list := struct {
		Object string            `json:"object"`
		Data   []completionModel `json:"data"`
	}{Object: "list"}
	for _, m := range modelNames() {
		list.Data = append(list.Data, completionModel{m, "model", modelsCreated, "debate"})
	}
	return list, nil
}

func (c completions) model(r *http.Request) (any, error) {
	name := r.PathValue("model")
	if _, err := readModel(name); err != nil {
		return nil, err
	}
	return completionModel{name, "model", modelsCreated, "debate"}, nil
}

// completionError is an error as OpenAI's clients read it. TurnID is ours.
type completionError struct {
	Error struct {
		Message string  `json:"message"`
		Type    string  `json:"type"`
		Param   *string `json:"param"`
		Code    string  `json:"code"`
		TurnID  string  `json:"turn_id,omitempty"`
	} `json:"error"`
}

// completionErrors are OpenAI's types and codes of the reasons that it has too.
// The others are of its general types, with our reason as the code.
var completionErrors = map[debate.Reason]struct{ kind, code string }{
	debate.Unauthenticated: {"invalid_request_error", "invalid_api_key"},
	debate.RateLimited:     {"rate_limit_error", "rate_limit_exceeded"},
	debate.QuotaExceeded:   {"insufficient_quota", "insufficient_quota"},
	debate.Overloaded:      {"rate_limit_error", "overloaded"},
}

// completionErrorOf translates an error into OpenAI's form.
func completionErrorOf(err error) completionError {
	public := domainError(err)
	var out completionError
	as := completionErrors[public.Reason]
	out.Error.Message, out.Error.TurnID = public.Message, public.TurnID
	out.Error.Type = cmp.Or(as.kind, "invalid_request_error")
	if codes[public.Reason].kopi >= http.StatusInternalServerError {
		out.Error.Type = "server_error"
	}
	out.Error.Code = cmp.Or(as.code, strings.ToLower(string(public.Reason)))
	if len(public.Fields) > 0 {
		param := public.Fields[0].Field
		if param == "message" || param == "persona" {
			param = "messages"
		}
		out.Error.Param = &param
		if param == "model" && public.Reason == debate.NotFound {
			out.Error.Code = "model_not_found"
		}
	}
	return out
}

// writeCompletionError answers with an error of OpenAI's contract; status 0 is
// the reason's own.
func writeCompletionError(w http.ResponseWriter, err error, status int) {
	public := domainError(err)
	if public.RetryAfter > 0 {
		w.Header().Set("Retry-After", retryAfter(public.RetryAfter))
	}
	status = cmp.Or(status, codes[public.Reason].kopi)
	if status == http.StatusConflict && public.Reason != debate.TurnRunning {
		status = http.StatusBadRequest // OpenAI's clients repeat a call at each 409, and this stays as it is
	}
	WriteJSON(w, status, completionErrorOf(err))
}
