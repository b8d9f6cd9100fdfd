package rpc

// This file serves the small JSON contract, called Kopi after the challenge that it was written for:
// POST /chat, and what lists and shows conversations.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/flow"
	"github.com/debate-chatbot/debate-api/internal/format"
)

const (
	// kopiEachSide is how many messages of each side an answer shows.
	kopiEachSide = 5
	// kopiHistory is how many messages a conversation shows.
	kopiHistory = 200
	// kopiMaxOffset is how deep its list can be paged, and how far it counts.
	kopiMaxOffset = 10_000
)

// errNoSuchPath answers what nothing is served at.
var errNoSuchPath = &debate.Error{
	Reason:  debate.NotFound,
	Message: "no such path; / names the calls and /openapi.yaml describes them",
}

// kopi serves the small JSON contract over the same service.
type kopi struct {
	api     *API
	service Service
}

// kopiMessage is one message; TS is in Unix milliseconds.
type kopiMessage struct {
	Role    string `json:"role"`
	Message string `json:"message"`
	TS      int64  `json:"ts"`
}

type kopiChatResponse struct {
	ConversationID string        `json:"conversation_id"`
	Message        []kopiMessage `json:"message"`
	Topic          string        `json:"topic"`
	Stance         debate.Stance `json:"stance"`
	// Kind is the turn's: "argument", "invitation", "aside", "declined", "care" or "earlier".
	Kind debate.TurnKind `json:"kind"`
	formatState
}

// formatState is how far a debate is that has a format; of one that has none it is
// empty.
type formatState struct {
	Format string `json:"format,omitempty" jsonschema:"how the debate runs; left out if it is open"`
	// Phase is what the next message belongs to, and PhaseAsks what it asks.
	Phase     string `json:"phase,omitempty" jsonschema:"the part of the format that the next message belongs to"`
	PhaseAsks string `json:"phase_asks,omitempty" jsonschema:"what that part asks"`
	Over      bool   `json:"over,omitempty" jsonschema:"whether no further message is taken"`
}

func formatStateOf(c debate.Conversation) formatState {
	f, ok := format.Find(c.Format)
	if !ok || f.Rounds() == 0 {
		return formatState{}
	}
	p, _ := f.At(c.Rounds)
	return formatState{f.Name, p.Name, p.Asks, c.Over}
}

type kopiItem struct {
	ID           string        `json:"id"`
	TopicName    string        `json:"topic_name"`
	BotStance    debate.Stance `json:"bot_stance"`
	Title        string        `json:"title"`
	MessageCount int           `json:"message_count"`
	CreatedAt    time.Time     `json:"created_at"`
	UpdatedAt    time.Time     `json:"updated_at"`
}

type kopiList struct {
	Conversations []kopiItem `json:"conversations"`
	Total         int        `json:"total"`
	Page          int        `json:"page"`
	Limit         int        `json:"limit"`
}

type kopiConversation struct {
	ID       string        `json:"id"`
	Topic    string        `json:"topic"`
	Stance   debate.Stance `json:"stance"`
	Messages []kopiMessage `json:"messages"`
}

type kopiTopics struct {
	Topics []string `json:"topics"`
}

func (k kopi) register() {
	k.api.route(http.MethodPost, "/chat", k.serveChat)
	k.api.route(http.MethodGet, "/turns/{id}/events", k.events(k.streamTurn))
	k.api.route(http.MethodGet, "/events", k.events(k.streamChanges))
	k.api.route(http.MethodGet, "/conversations", k.answers(k.list))
	k.api.route(http.MethodGet, "/conversations/topics", k.answers(k.topics))
	k.api.route(http.MethodGet, "/conversations/{id}", k.serveConversation)
}

// serveChat streams to those who accept events, and answers all others at once.
func (k kopi) serveChat(w http.ResponseWriter, r *http.Request) {
	variesByAccept(w.Header())
	if wantsEvents(r) {
		k.events(k.streamChat)(w, r)
		return
	}
	k.answers(k.chat)(w, r)
}

// serveConversation answers with a conversation, or, where its id has the suffix
// of a format, with a document of it.
func (k kopi) serveConversation(w http.ResponseWriter, r *http.Request) {
	id, suffix, document := strings.Cut(r.PathValue("id"), ".")
	switch kind := flow.Format(strings.ToLower(suffix)); {
	case kind.Known():
		k.export(w, r, id, kind)
	case document:
		k.api.fail(w, r, errNoSuchDocument, 0)
	default:
		k.answers(k.conversation)(w, r)
	}
}

var errNoSuchDocument = &debate.Error{
	Reason:  debate.NotFound,
	Message: "there is no such document; a debate is one with .md, .json, .argdown or .mmd behind its id",
}

// answers serves a request with what serve returns, as JSON.
func (k kopi) answers(serve func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var answer any
		err := recovered(func() (err error) {
			answer, err = serve(r)
			return err
		})
		if err != nil {
			k.api.fail(w, r, err, 0)
			return
		}
		outcomeOf(r.Context()).succeeded()
		WriteJSON(w, http.StatusOK, answer)
	}
}

// route registers a call that takes one method.
func (a *API) route(method, path string, serve http.HandlerFunc) {
	a.routes[path] = method + " " + path
	a.handlers[path] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.takes(w, r, method, path) {
			serve(w, r)
		}
	})
}

// takes notes which call a request is for, and refuses it if its method or its
// content type is not the one of its path.
func (a *API) takes(w http.ResponseWriter, r *http.Request, method, path string) bool {
	outcomeOf(r.Context()).identify(r.Context(), method+" "+path)
	if r.Method != method && (r.Method != http.MethodHead || method != http.MethodGet) {
		a.RefuseMethod(w, r, path, method)
		return false
	}
	if method == http.MethodPost && !isJSON(r) {
		a.fail(w, r, debate.Invalid("Content-Type", "must be application/json"), http.StatusUnsupportedMediaType)
		return false
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		a.fail(w, r, debate.Invalid("Content-Encoding", "must be left out; send the body as it is"), http.StatusUnsupportedMediaType)
		return false
	}
	return true
}

func isJSON(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

// WriteJSON answers with a value whose type always marshals.
func WriteJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	_ = out.Encode(body) // whoever is gone cannot be told
}

// chatRequest reads and checks what POST /chat asks for.
func (k kopi) chatRequest(r *http.Request) (debate.ChatRequest, error) {
	body, err := readAll(r.Body, maxMessageBytes)
	if err != nil {
		return debate.ChatRequest{}, err
	}
	request, err := parseKopiChat(body)
	if err != nil {
		return debate.ChatRequest{}, err
	}
	if strings.TrimSpace(request.Topic) == strings.TrimSpace(request.Message) {
		request.Topic = "" // of clients that send each first message as its topic too: it says its claim itself, if it makes one
	}
	if err := k.api.validator.Validate(request); err != nil {
		return debate.ChatRequest{}, err
	}
	id, err := requestID(r.Header, "")
	if err != nil {
		return debate.ChatRequest{}, err
	}
	return chatRequest(request, id), nil
}

func (k kopi) chat(r *http.Request) (any, error) {
	request, err := k.chatRequest(r)
	if err != nil {
		return nil, err
	}
	ctx, owner := r.Context(), auth.Owner(r.Context())
	result, err := k.service.Chat(ctx, owner, request)
	if err != nil {
		return nil, err
	}
	recent, err := k.recent(ctx, owner, result)
	if err != nil {
		return nil, err
	}
	return kopiAnswer(result, recent), nil
}

// kopiAnswer is the answer to a turn taken, with the messages to show.
func kopiAnswer(taken debate.ChatResult, recent []kopiMessage) kopiChatResponse {
	return kopiChatResponse{
		ConversationID: taken.Conversation.ID,
		Message:        recent,
		Topic:          taken.Conversation.Topic,
		Stance:         taken.Conversation.Stance,
		Kind:           taken.Turn.Kind,
		formatState:    formatStateOf(taken.Conversation),
	}
}

// recent finds the latest messages of each side. The window has them unless some
// of its turns have no reply; then it reads once more, further back.
func (k kopi) recent(ctx context.Context, owner debate.Owner, result debate.ChatResult) ([]kopiMessage, error) {
	turns := result.Window
	if len(turns) < result.Conversation.TurnCount && slices.ContainsFunc(turns, func(t debate.Turn) bool { return !t.Answered() }) {
		latest := result.Turn.Number + 1
		further, err := k.service.Turns(ctx, owner, result.Conversation.ID, latest, true, 4*kopiEachSide)
		if err != nil {
			return nil, err
		}
		slices.Reverse(further)
		turns = further
	}
	return latestOfEachSide(messages(turns), kopiEachSide), nil
}

func (k kopi) list(r *http.Request) (any, error) {
	limit, err := clamped(r, "limit", 20, 1, 100)
	if err != nil {
		return nil, err
	}
	offset, err := clamped(r, "offset", 0, 0, kopiMaxOffset)
	if err != nil {
		return nil, err
	}
	found, total, err := k.service.ConversationsAt(r.Context(), auth.Owner(r.Context()), offset, limit, kopiMaxOffset)
	if err != nil {
		return nil, err
	}
	out := kopiList{Conversations: make([]kopiItem, 0, len(found)), Total: total, Page: offset/limit + 1, Limit: limit}
	for _, c := range found {
		out.Conversations = append(out.Conversations, kopiItem{
			ID: c.ID, TopicName: c.Topic, BotStance: c.Stance, Title: c.Title,
			MessageCount: 2 * c.TurnCount, CreatedAt: c.CreatedAt.UTC(), UpdatedAt: c.UpdatedAt.UTC(),
		})
	}
	return out, nil
}

func (k kopi) conversation(r *http.Request) (any, error) {
	ctx, owner, id := r.Context(), auth.Owner(r.Context()), r.PathValue("id")
	c, err := k.service.Conversation(ctx, owner, id)
	if err != nil {
		return nil, err
	}
	// Two messages a turn would need half as many; failed turns have one.
	turns, err := k.service.Turns(ctx, owner, id, 0, true, kopiHistory)
	if err != nil {
		return nil, err
	}
	slices.Reverse(turns)
	all := messages(turns)
	return kopiConversation{
		ID: c.ID, Topic: c.Topic, Stance: c.Stance, Messages: all[max(0, len(all)-kopiHistory):],
	}, nil
}

func (k kopi) topics(r *http.Request) (any, error) {
	limit, err := clamped(r, "limit", 10, 1, 100)
	if err != nil {
		return nil, err
	}
	out := kopiTopics{Topics: []string{}}
	for _, t := range k.service.Topics("", limit) {
		out.Topics = append(out.Topics, t.Claim)
	}
	return out, nil
}

// messages are those of turns, the user's before the bot's.
func messages(turns []debate.Turn) []kopiMessage {
	out := make([]kopiMessage, 0, 2*len(turns))
	for _, t := range turns {
		out = append(out, kopiMessage{"user", t.Message, t.CreatedAt.UnixMilli()})
		if t.Answered() {
			said := t.FinishedAt
			if said.IsZero() {
				said = t.CreatedAt
			}
			out = append(out, kopiMessage{"bot", t.Reply, said.UnixMilli()})
		}
	}
	return out
}

// latestOfEachSide keeps the last n messages of each role, in their order.
func latestOfEachSide(all []kopiMessage, n int) []kopiMessage {
	kept := make([]kopiMessage, 0, 2*n)
	seen := make(map[string]int, 2)
	for _, m := range slices.Backward(all) {
		if seen[m.Role]++; seen[m.Role] <= n {
			kept = append(kept, m)
		}
	}
	slices.Reverse(kept)
	return kept
}

// clamped is a whole number of the query, moved into its range.
func clamped(r *http.Request, name string, standard, least, most int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return standard, nil
	}
	n, err := strconv.Atoi(text) // out of an int's range, it is the nearest int
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, debate.Invalid(name, "must be a whole number")
	}
	return min(max(n, least), most), nil
}

// byteOrderMark is what some editors and shells begin a file with; JSON may be read without.
var byteOrderMark = []byte("\xef\xbb\xbf")

// readAll reads a body of at most limit bytes, and a byte order mark before them.
func readAll(body io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err != nil {
		if public, ok := errors.AsType[*debate.Error](err); ok {
			return nil, public
		}
		return nil, &debate.Error{Reason: debate.InvalidArgument, Message: "the body did not arrive whole", Cause: err}
	}
	if int64(len(data)) > limit {
		return nil, errTooLarge
	}
	return bytes.TrimPrefix(data, byteOrderMark), nil
}
