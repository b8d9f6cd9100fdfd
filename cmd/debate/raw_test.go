package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	goopenai "github.com/sashabaranov/go-openai"
)

// What the service is measured against: as little code as can do the same.

// speech is what the model says, in so many tokens.
var speech = strings.SplitAfter("No, and what you say of dogs is true of cats as well: both show whom they like.", " ")

// serveModel is a provider's server that answers at once.
func serveModel(b *testing.B) string {
	var stream strings.Builder
	for _, word := range speech {
		text, err := json.Marshal(word)
		if err != nil {
			b.Fatal(err)
		}
		stream.WriteString(`data: {"choices":[{"index":0,"delta":{"content":` + string(text) + `},"finish_reason":null}]}` + "\n\n")
	}
	stream.WriteString(`data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}` + "\n\n" +
		`data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":18}}` + "\n\ndata: [DONE]\n\n")
	whole := `{"choices":[{"message":{"role":"assistant","content":"They spoke of dogs."},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":5}}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		switch {
		case err != nil:
			w.WriteHeader(http.StatusBadRequest)
		case bytes.Contains(body, []byte(`"stream":true`)):
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, stream.String())
		default:
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, whole)
		}
	}))
	b.Cleanup(server.Close)
	return server.URL
}

// serveProxy is a bare reverse proxy.
func serveProxy(b *testing.B, target string) string {
	to, err := url.Parse(target)
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to) },
		FlushInterval: -1,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
	})
	b.Cleanup(server.Close)
	return server.URL
}

// modelClient calls a model as directly as can be.
type modelClient struct {
	http *http.Client
	url  string
}

func newModelClient(b *testing.B, url string) modelClient {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	b.Cleanup(transport.CloseIdleConnections)
	return modelClient{&http.Client{Transport: transport}, url + "/v1/chat/completions"}
}

// reply streams a reply, and tells of its first piece.
func (m modelClient) reply(ctx context.Context, messages []goopenai.ChatCompletionMessage, first func()) (string, error) {
	body, err := json.Marshal(goopenai.ChatCompletionRequest{Model: "gpt-4o-mini", Messages: messages, Stream: true})
	if err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.url, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	answer, err := m.http.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var said strings.Builder
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
		if !ok || string(data) == "[DONE]" {
			continue
		}
		var event struct {
			Choices []struct{ Delta struct{ Content string } }
		}
		if err := json.Unmarshal(data, &event); err != nil {
			return "", err
		}
		for _, c := range event.Choices {
			if said.Len() == 0 && c.Delta.Content != "" {
				first()
			}
			said.WriteString(c.Delta.Content)
		}
	}
	return said.String(), lines.Err()
}

// raw takes turns with pgx alone: the service's statements, in its
// transactions, behind a bare handler. Like the service it keeps in memory what
// was said before.
type raw struct {
	pool  *pgxpool.Pool
	model modelClient
	rules []goopenai.ChatCompletionMessage
	said  sync.Map // the turns of a conversation, oldest first
}

func newRaw(b *testing.B, databaseURL, model string) *raw {
	pool, err := pgxpool.New(b.Context(), databaseURL+"&pool_max_conns=24&enable_sort=off&plan_cache_mode=force_generic_plan")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return &raw{pool: pool, model: newModelClient(b, model), rules: rules()[:1]}
}

func (s *raw) serve(b *testing.B) string {
	server := httptest.NewServer(s)
	b.Cleanup(server.Close)
	return server.URL
}

// rawTurn is a row of turns, as an answer shows it.
type rawTurn struct {
	ID      string `json:"id"`
	Number  int    `json:"number"`
	State   string `json:"state"`
	Message string `json:"message"`
	Reply   string `json:"reply"`
	Created int64  `json:"create_time"`
	Ended   int64  `json:"finish_time"`
}

type rawAnswer struct {
	Conversation string    `json:"conversation_id"`
	Topic        string    `json:"topic"`
	Turn         rawTurn   `json:"turn"`
	Window       []rawTurn `json:"window"`
}

func (s *raw) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		ConversationID string `json:"conversation_id"`
		Message        string `json:"message"`
		RequestID      string `json:"request_id"`
	}
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer, err := s.turn(r.Context(), ask.ConversationID, ask.Message, ask.RequestID)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

const (
	openSQL    = `INSERT INTO conversations (id, owner_key, owner_user, topic, stance, title, language, difficulty, persona, turn_count, revision, created_at, updated_at) VALUES ($1, $2, '', $3, 'CON', $3, 'en', 'medium', '', 1, 1, $4, $4) RETURNING ` + conversationColumns
	touchSQL   = `UPDATE conversations SET topic = CASE WHEN topic = '' AND $3 <> '' THEN $3 ELSE topic END, stance = CASE WHEN topic = '' AND $3 <> '' THEN $4 ELSE stance END, title = CASE WHEN topic = '' AND $3 <> '' THEN $3 ELSE title END, language = CASE WHEN topic = '' AND $3 <> '' THEN $5 ELSE language END, revision = revision + 1, updated_at = $2, turn_count = turn_count + $6 WHERE id = $1 AND owner_key = $7 AND owner_user = '' RETURNING ` + conversationColumns
	beginSQL   = `INSERT INTO turns (id, conversation_id, owner_key, owner_user, message, created_at, request_id, request_hash, state, holder, lease_until, number) VALUES ($1, $2::text, $3::text, '', $4, $5, $6::text, $7, 'running', 'raw', $8, (SELECT turn_count FROM conversations WHERE id = $2::text AND owner_key = $3::text AND owner_user = '' AND NOT EXISTS (SELECT 1 FROM attempts WHERE owner_key = $3::text AND owner_user = '' AND request_id = $6::text AND request_id <> '')))`
	spendSQL   = `INSERT INTO usages (owner_key, day, slot, turns, input_tokens, output_tokens, side_input_tokens, side_output_tokens) VALUES ((SELECT owner_key FROM turns WHERE id = $1 AND holder = 'raw' AND attempt = 1 AND state = 'running'), $2, $3, 1, 100, 18, 0, 0) ON CONFLICT (owner_key, day, slot) DO UPDATE SET turns = usages.turns + excluded.turns, input_tokens = usages.input_tokens + excluded.input_tokens, output_tokens = usages.output_tokens + excluded.output_tokens, side_input_tokens = usages.side_input_tokens + excluded.side_input_tokens, side_output_tokens = usages.side_output_tokens + excluded.side_output_tokens`
	endSQL     = `UPDATE turns SET state = 'completed', reply = $2, model = 'gpt-4o-mini', input_tokens = 100, output_tokens = 18, side_input_tokens = 0, side_output_tokens = 0, failure_reason = '', failure_message = '', finished_at = $3 WHERE id = $1 AND holder = 'raw' AND attempt = 1 AND state = 'running' RETURNING ` + turnColumns
	rawKey     = "raw"
	rawSlots   = 16
	topicOfAll = "Dogs are better than cats."

	conversationColumns = `id, owner_key, owner_user, topic, stance, title, language, difficulty, persona, turn_count, revision, created_at, updated_at, summary, summary_through`
	turnColumns         = `id, conversation_id, owner_key, owner_user, number, message, created_at, request_id, request_hash, attempt, shown, holder, lease_until, stop, state, kind, reply, model, input_tokens, output_tokens, side_input_tokens, side_output_tokens, failure_reason, failure_message, finished_at, stance_holds, stance_invents`
)

// rawBegun is a turn that raw has begun.
type rawBegun struct {
	conversation, topic string
	turn                rawTurn
}

func (s *raw) turn(ctx context.Context, conversation, message, request string) (rawAnswer, error) {
	t, err := s.begin(ctx, conversation, message, request)
	if err != nil {
		return rawAnswer{}, err
	}
	var before []rawTurn
	if said, ok := s.said.Load(t.conversation); ok {
		before = said.([]rawTurn)
	}
	messages := slices.Clone(s.rules)
	for _, b := range before {
		messages = append(messages,
			goopenai.ChatCompletionMessage{Role: "user", Content: b.Message},
			goopenai.ChatCompletionMessage{Role: "assistant", Content: b.Reply})
	}
	reply, err := s.model.reply(ctx, append(messages, goopenai.ChatCompletionMessage{Role: "user", Content: message}), func() {})
	if err != nil {
		return rawAnswer{}, err
	}
	ended, err := s.end(ctx, t, reply)
	if err != nil {
		return rawAnswer{}, err
	}
	all := append(slices.Clip(before), ended)
	s.said.Store(t.conversation, all)
	return rawAnswer{t.conversation, t.topic, ended, all[max(0, len(all)-5):]}, nil
}

func (s *raw) begin(ctx context.Context, conversation, message, request string) (rawBegun, error) {
	t := rawBegun{conversation: conversation}
	now := time.Now()
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) (err error) {
		var rows pgx.Rows
		if t.conversation == "" {
			t.conversation = uuid.Must(uuid.NewV7()).String()
			rows, err = tx.Query(ctx, openSQL, t.conversation, rawKey, topicOfAll, now.UnixMicro())
		} else {
			rows, err = tx.Query(ctx, touchSQL, t.conversation, now.UnixMicro(), "", "", "", 1, rawKey)
		}
		var turns int
		if t.topic, turns, err = conversationOf(rows, err); err != nil {
			return err
		}
		t.turn = rawTurn{ID: uuid.Must(uuid.NewV7()).String(), Number: turns, Message: message, Created: now.UnixMicro()}
		_, err = tx.Exec(ctx, beginSQL, t.turn.ID, t.conversation, rawKey, message, now.UnixMicro(), request, make([]byte, 32), now.Add(15*time.Second).UnixMicro())
		return err
	})
	return t, err
}

// next begins the turn after another, like a talker.
func (s *raw) next(ctx context.Context, before rawBegun) (rawBegun, error) {
	if before.turn.Number == longest {
		before.conversation = ""
	}
	return s.begin(ctx, before.conversation, opinion, uuid.NewString())
}

func (s *raw) end(ctx context.Context, t rawBegun, reply string) (rawTurn, error) {
	var ended rawTurn
	now := time.Now()
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, touchSQL, t.conversation, now.UnixMicro(), topicOfAll, "CON", "en", 0, rawKey)
		if _, _, err := conversationOf(rows, err); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, spendSQL, t.turn.ID, now.UTC().Format(time.DateOnly), now.UnixMicro()%rawSlots); err != nil {
			return err
		}
		rows, err = tx.Query(ctx, endSQL, t.turn.ID, reply, now.UnixMicro())
		ended, err = turnOf(rows, err)
		return err
	})
	return ended, err
}

func conversationOf(rows pgx.Rows, err error) (topic string, turns int, _ error) {
	if err != nil {
		return "", 0, err
	}
	defer rows.Close()
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return "", 0, err
		}
		topic, turns = values[3].(string), int(values[9].(int64))
	}
	return topic, turns, rows.Err()
}

func turnOf(rows pgx.Rows, err error) (rawTurn, error) {
	if err != nil {
		return rawTurn{}, err
	}
	defer rows.Close()
	if !rows.Next() {
		return rawTurn{}, cmp.Or(rows.Err(), errors.New("the turn is gone"))
	}
	v, err := rows.Values()
	if err != nil {
		return rawTurn{}, err
	}
	t := rawTurn{v[0].(string), int(v[4].(int64)), v[14].(string), v[5].(string), v[16].(string), v[6].(int64), v[24].(int64)}
	rows.Close()
	return t, rows.Err()
}
