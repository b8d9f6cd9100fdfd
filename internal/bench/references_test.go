package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
)

// What the service is measured against, none slower than it must be: as little code
// as can do the same work, and another design of it.

// carried is how many exchanges a prompt carries.
const carried = 24

const topicOfAll = "Dogs are better than cats."

// pgxQuery reads one value.
func pgxQuery(b testing.TB, databaseURL, query string, to any) error {
	c, err := pgx.Connect(b.Context(), databaseURL)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(b.Context()))
	return c.QueryRow(b.Context(), query).Scan(to)
}

// asked is what a client of a reference sends.
type asked struct {
	ConversationID string `json:"conversation_id"`
	Message        string `json:"message"`
	RequestID      string `json:"request_id"`
}

// model calls a provider as directly as can be.
type model struct {
	http   *http.Client
	url    string
	system json.RawMessage // the service's rules, as a message
}

func newModel(url string) model {
	rules := prompt.Reply(debate.Prompt{Topic: topicOfAll, Stance: debate.Con, Message: "-"}, 12_000, nil)[0].Text
	return model{&http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1024}}, url + "/v1/chat/completions", message("system", rules)}
}

// message is one of a prompt. Each is written once in its life.
func message(role, text string) json.RawMessage {
	data, err := json.Marshal(map[string]string{"role": role, "content": text})
	if err != nil {
		panic(err) // of strings
	}
	return data
}

func (m model) ask(ctx context.Context, stream bool, messages []json.RawMessage) (*http.Response, error) {
	var body bytes.Buffer
	fmt.Fprintf(&body, `{"model":"gpt-4o-mini","stream":%v,"messages":[%s`, stream, m.system)
	for _, said := range messages {
		body.WriteByte(',')
		body.Write(said)
	}
	body.WriteString("]}")
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.url, &body)
	if err != nil {
		return nil, err
	}
	return m.http.Do(r)
}

// reply streams a reply.
func (m model) reply(ctx context.Context, messages []json.RawMessage, emit func(piece []byte, more bool)) (string, error) {
	answer, err := m.ask(ctx, true, messages)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var said strings.Builder
	for lines := bufio.NewReader(answer.Body); ; {
		line, err := lines.ReadSlice('\n')
		if err == io.EOF {
			return said.String(), nil
		}
		if err != nil {
			return "", err
		}
		_, text, found := bytes.Cut(line, []byte(`"delta":{"content":"`))
		end := bytes.IndexByte(text, '"')
		if !found || end < 0 {
			continue
		}
		piece := text[:end]
		if bytes.IndexByte(piece, '\\') >= 0 { // seldom
			var event struct {
				Choices []struct{ Delta struct{ Content string } }
			}
			if err := json.Unmarshal(line[len("data: "):], &event); err != nil {
				return "", err
			}
			piece = []byte(event.Choices[0].Delta.Content)
		}
		said.Write(piece)
		emit(piece, lines.Buffered() > 0)
	}
}

// least takes turns with pgx alone: what must be written, in two transactions, each
// sent as a whole, and the stream in between. It keeps in memory what was said.
type least struct {
	pool  *pgxpool.Pool
	model model
	said  sync.Map // by conversation
}

// talk is what least keeps of a conversation.
type talk struct {
	messages []json.RawMessage
	window   []json.RawMessage
}

func leastRole(listener net.Listener, setting func(string) string) error {
	pool, err := openLeast(setting("DATABASE_URL"))
	if err != nil {
		return err
	}
	return http.Serve(listener, &least{pool: pool, model: newModel(setting("BENCH_MODEL"))})
}

func openLeast(databaseURL string) (*pgxpool.Pool, error) {
	return pgxpool.New(context.Background(), databaseURL+"&pool_max_conns=24&enable_sort=off&plan_cache_mode=force_generic_plan")
}

const (
	leastOpen  = `INSERT INTO conversations (id, owner_key, topic, stance, title, language, difficulty, turn_count, revision, created_at, updated_at) VALUES ($1, 'least', $2, 'CON', $2, 'en', 'medium', 1, 1, $3, $3) RETURNING turn_count`
	leastCount = `UPDATE conversations SET turn_count = turn_count + 1, revision = revision + 1 WHERE id = $1 AND owner_key = 'least' RETURNING turn_count`
	leastBegin = `INSERT INTO turns (id, conversation_id, owner_key, message, created_at, request_id, request_hash, state, holder, lease_until, number) VALUES ($1, $2, 'least', $3, $4, $5, $6, 'running', 'least', $7, (SELECT turn_count FROM conversations WHERE id = $8))`
	leastTouch = `UPDATE conversations SET revision = revision + 1, updated_at = $2 WHERE id = $1`
	leastSpend = `INSERT INTO usages (owner_key, day, slot, turns, input_tokens, output_tokens) VALUES ('least', $1, $2, 1, 100, 100) ON CONFLICT (owner_key, day, slot) DO UPDATE SET turns = usages.turns + 1, input_tokens = usages.input_tokens + 100, output_tokens = usages.output_tokens + 100`
	leastEnd   = `UPDATE turns SET state = 'completed', kind = 'argument', reply = $2, model = 'gpt-4o-mini', input_tokens = 100, output_tokens = 100, finished_at = $3 WHERE id = $1 AND holder = 'least' AND attempt = 1 AND state = 'running'`
)

func (l *least) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var ask asked
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := l.turn(r.Context(), w, ask, r.URL.Path == "/stream"); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (l *least) turn(ctx context.Context, w http.ResponseWriter, ask asked, stream bool) error {
	id, now := uuid.Must(uuid.NewV7()).String(), time.Now().UnixMicro()
	conversation, number, err := beginLeast(ctx, l.pool, id, now, ask)
	if err != nil {
		return err
	}
	var before talk
	if said, ok := l.said.Load(conversation); ok {
		before = said.(talk)
	}
	if stream {
		fmt.Fprintf(w, `{"started":{"conversation":{"id":%q},"turn":{"id":%q,"number":%d}}}`+"\n", conversation, id, number)
		_ = http.NewResponseController(w).Flush()
	}
	messages := append(before.messages[:len(before.messages):len(before.messages)], message("user", ask.Message))
	offset := 0
	reply, err := l.model.reply(ctx, messages, func(piece []byte, more bool) {
		if stream {
			fmt.Fprintf(w, `{"delta":{"offset":%d,"text":%q}}`+"\n", offset, piece)
			if offset += len(piece); !more {
				_ = http.NewResponseController(w).Flush()
			}
		}
	})
	if err != nil {
		return err
	}
	ended := time.Now()
	if err := endLeast(ctx, l.pool, id, conversation, reply, ended); err != nil {
		return err
	}
	turn, err := json.Marshal(map[string]any{"id": id, "number": number, "state": "completed", "message": ask.Message, "reply": reply, "create_time": now, "finish_time": ended.UnixMicro()})
	if err != nil {
		return err
	}
	after := talk{latest(append(messages, message("assistant", reply)), 2*carried), latest(append(before.window[:len(before.window):len(before.window)], turn), 5)}
	l.said.Store(conversation, after)
	if stream {
		_, err = fmt.Fprintf(w, `{"finished":{"turn":%s}}`+"\n", turn)
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = fmt.Fprintf(w, `{"conversation_id":%q,"turn":%s,"window":[%s]}`, conversation, turn, bytes.Join(rawBytes(after.window), []byte(",")))
	return err
}

// beginLeast is the first transaction of a turn.
func beginLeast(ctx context.Context, pool *pgxpool.Pool, id string, now int64, ask asked) (conversation string, number int, err error) {
	conversation = ask.ConversationID
	var begin pgx.Batch
	if conversation == "" {
		conversation = uuid.Must(uuid.NewV7()).String()
		begin.Queue(leastOpen, conversation, topicOfAll, now)
	} else {
		begin.Queue(leastCount, conversation)
	}
	begin.QueuedQueries[0].QueryRow(func(row pgx.Row) error { return row.Scan(&number) })
	begin.Queue(leastBegin, id, conversation, ask.Message, now, ask.RequestID, make([]byte, 32), now+15e6, conversation)
	return conversation, number, pool.SendBatch(ctx, &begin).Close()
}

// endLeast is the second.
func endLeast(ctx context.Context, pool *pgxpool.Pool, id, conversation, reply string, ended time.Time) error {
	var end pgx.Batch
	end.Queue(leastTouch, conversation, ended.UnixMicro())
	end.Queue(leastSpend, ended.UTC().Format(time.DateOnly), ended.UnixMicro()%16)
	end.Queue(leastEnd, id, reply, ended.UnixMicro())
	return pool.SendBatch(ctx, &end).Close()
}

// newCommitter returns what begins a turn of a new conversation, as least does, and
// says how long that takes.
func newCommitter(b testing.TB, databaseURL string) func() time.Duration {
	pool, err := pgxpool.New(b.Context(), databaseURL)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return func() time.Duration {
		began, conversation := time.Now(), uuid.NewString()
		now := began.UnixMicro()
		var begin pgx.Batch
		begin.Queue(leastOpen, conversation, topicOfAll, now)
		begin.Queue(leastBegin, uuid.NewString(), conversation, opinion(), now, uuid.NewString(), make([]byte, 32), now, conversation)
		if err := pool.SendBatch(b.Context(), &begin).Close(); err != nil {
			b.Fatal(err)
		}
		return time.Since(began)
	}
}

func latest(all []json.RawMessage, n int) []json.RawMessage { return all[max(0, len(all)-n):] }

func rawBytes(all []json.RawMessage) [][]byte {
	bytes := make([][]byte, len(all))
	for i, one := range all {
		bytes[i] = one
	}
	return bytes
}

// ancestor keeps a conversation as one value in Redis, read and written whole, and
// asks for the reply whole.
type ancestor struct {
	redis *redis.Client
	model model
}

func ancestorRole(listener net.Listener, setting func(string) string) error {
	options, err := redis.ParseURL(setting("REDIS_URL"))
	if err != nil {
		return err
	}
	return http.Serve(listener, &ancestor{redis.NewClient(options), newModel(setting("BENCH_MODEL"))})
}

func (a *ancestor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var ask asked
	err := json.NewDecoder(r.Body).Decode(&ask)
	if err == nil {
		err = a.turn(r.Context(), w, ask)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (a *ancestor) turn(ctx context.Context, w http.ResponseWriter, ask asked) error {
	var all []json.RawMessage
	if ask.ConversationID == "" {
		ask.ConversationID = uuid.NewString()
	} else {
		blob, err := a.redis.Get(ctx, ask.ConversationID).Bytes()
		if err != nil {
			return err
		}
		if err := json.Unmarshal(blob, &all); err != nil {
			return err
		}
	}
	all = append(all, message("user", ask.Message))
	answer, err := a.model.ask(ctx, false, latest(all, 2*carried+1))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var said struct {
		Choices []struct{ Message struct{ Content string } }
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		return err
	}
	all = append(all, message("assistant", said.Choices[0].Message.Content))
	blob := append([]byte{'['}, bytes.Join(rawBytes(all), []byte(","))...)
	if err := a.redis.Set(ctx, ask.ConversationID, append(blob, ']'), time.Hour).Err(); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = fmt.Fprintf(w, `{"conversation_id":%q,"message":[%s]}`, ask.ConversationID, bytes.Join(rawBytes(latest(all, 10)), []byte(",")))
	return err
}
