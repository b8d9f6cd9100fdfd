package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	goopenai "github.com/sashabaranov/go-openai"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/prompt"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	"github.com/debate-chatbot/debate-api/internal/store/seed"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// serveDebate is the whole service, as `debate serve` runs it.
func serveDebate(b *testing.B, settings map[string]string) string {
	port, err := pgtest.FreePort()
	if err != nil {
		b.Fatal(err)
	}
	c, err := config.Load(func(name string) string {
		if name == "PORT" {
			return fmt.Sprint(port)
		}
		return settings[name]
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, c, slog.New(slog.NewJSONHandler(io.Discard, nil))) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	url := fmt.Sprintf("http://127.0.0.1:%d", port)
	for range 500 {
		if answer, err := http.Get(url + "/ready"); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return url
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.Fatal("the service does not get ready")
	return ""
}

// settings are those of a service over a database, "" for SQLite, and a model.
func settings(b *testing.B, databaseURL, model string) map[string]string {
	return map[string]string{
		"DATABASE_URL": databaseURL, "DATA_DIR": b.TempDir(), "MODERATION": "off",
		"OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": model + "/v1",
	}
}

// talker holds one conversation with a server.
type talker struct {
	http         *http.Client
	url          string
	conversation string
	turns        int
	topic        string // of a conversation that is to begin
}

// longest is how many turns a talker takes before it begins another
// conversation: beyond some more of them the service also pays for summaries.
const longest = 20

const opinion = "Dogs show you what they feel."

const chatPath = "/debate.v1.DebateService/Chat"

// say takes a turn and checks that it is complete.
func (t *talker) say(message string) error {
	if t.turns++; t.turns > longest {
		t.turns, t.conversation = 1, ""
	}
	ask := map[string]string{"message": message, "request_id": uuid.NewString()}
	if t.conversation != "" {
		ask["conversation_id"] = t.conversation
	} else if t.topic != "" {
		ask["topic"] = t.topic
	}
	body, err := json.Marshal(ask)
	if err != nil {
		return err
	}
	answer, err := t.http.Post(t.url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || !bytes.Contains(text, []byte(speech[len(speech)-1])) {
		return fmt.Errorf("%s: %s", answer.Status, text)
	}
	if t.conversation == "" {
		var told struct {
			Conversation   struct{ ID string }
			ConversationID string `json:"conversation_id"`
		}
		if err := json.Unmarshal(text, &told); err != nil {
			return err
		}
		t.conversation = told.Conversation.ID + told.ConversationID
	}
	return nil
}

// crowd is clients that each hold a conversation.
func crowd(b *testing.B, n int, url, topic string) []*talker {
	transport := &http.Transport{MaxIdleConnsPerHost: n, DisableCompression: true}
	b.Cleanup(transport.CloseIdleConnections)
	all := make([]*talker, n)
	for i := range all {
		all[i] = &talker{http: &http.Client{Transport: transport}, url: url, topic: topic}
	}
	return all
}

// rate is how many turns a second a crowd takes for a while.
func rate(b *testing.B, all []*talker, while time.Duration) float64 {
	var turns atomic.Int64
	var talking sync.WaitGroup
	began := time.Now()
	for _, t := range all {
		talking.Go(func() {
			for time.Since(began) < while {
				if err := t.say(opinion); err != nil && !b.Failed() {
					b.Error(err)
					return
				}
				turns.Add(1)
			}
		})
	}
	talking.Wait()
	return float64(turns.Load()) / time.Since(began).Seconds()
}

// measure is the median time of each of several things, done by turns, so that
// all meet the same noise.
func measure(b *testing.B, names []string, do map[string]func() error) map[string]time.Duration {
	times := map[string][]time.Duration{}
	for range 30 { // connections and caches
		for _, name := range names {
			if err := do[name](); err != nil {
				b.Fatalf("%s: %v", name, err)
			}
		}
	}
	for b.Loop() {
		for _, name := range names {
			began := time.Now()
			if err := do[name](); err != nil {
				b.Fatalf("%s: %v", name, err)
			}
			times[name] = append(times[name], time.Since(began))
		}
	}
	b.ReportMetric(0, "ns/op")
	medians := map[string]time.Duration{}
	for name, all := range times {
		medians[name] = median(all)
	}
	return medians
}

// rules is a prompt without exchanges, as long as the service's.
func rules() []goopenai.ChatCompletionMessage {
	var all []goopenai.ChatCompletionMessage
	for _, m := range prompt.Reply(debate.Prompt{Topic: topicOfAll, Stance: debate.Con, Message: opinion}, 12_000, nil) {
		all = append(all, goopenai.ChatCompletionMessage{Role: string(m.Role), Content: m.Text})
	}
	return all
}

// asker calls the model without the service, with the prompts that the service
// sends in a talker's conversation.
func asker(ctx context.Context, model modelClient) func(first func()) error {
	prompts, turn := make([][]goopenai.ChatCompletionMessage, longest), 0
	all := rules()
	system, latest := all[:1], all[1]
	for i := range prompts {
		prompts[i] = append(slices.Clone(system), latest)
		system = append(system, latest, goopenai.ChatCompletionMessage{Role: "assistant", Content: strings.Join(speech, "")})
	}
	return func(first func()) error {
		turn++
		_, err := model.reply(ctx, prompts[turn%longest], first)
		return err
	}
}

// BenchmarkAddedLatency reports, in µs, what the service adds to a call of the
// model, at one client, and what a bare reverse proxy adds together with the
// two transactions of a turn; and the one measured in the other.
func BenchmarkAddedLatency(b *testing.B) {
	model, databaseURL := serveModel(b), pgtest.NewDatabase(b)
	ours := crowd(b, 1, serveDebate(b, settings(b, databaseURL, model))+chatPath, topicOfAll)[0]
	direct, proxied := asker(b.Context(), newModelClient(b, model)), asker(b.Context(), newModelClient(b, serveProxy(b, model)))
	bare := newRaw(b, databaseURL, model)
	var open rawBegun
	took := measure(b, []string{"direct", "proxy", "service", "commits"}, map[string]func() error{
		"direct":  func() error { return direct(func() {}) },
		"proxy":   func() error { return proxied(func() {}) },
		"service": func() error { return ours.say(opinion) },
		"commits": func() (err error) {
			if open, err = bare.next(b.Context(), open); err == nil {
				_, err = bare.end(b.Context(), open, speech[0])
			}
			return err
		},
	})
	report(b, took["service"]-took["direct"], took["proxy"]-took["direct"]+took["commits"])
}

// report is what the service adds, what it may add, and the one in the other.
func report(b *testing.B, adds, may time.Duration) {
	b.ReportMetric(float64(adds.Microseconds()), "adds-µs")
	b.ReportMetric(float64(may.Microseconds()), "may-µs")
	b.ReportMetric(float64(adds)/float64(may), "ratio")
}

// BenchmarkAddedFirstToken is the same of the time to the first token of a
// stream, which has one commit before it.
func BenchmarkAddedFirstToken(b *testing.B) {
	model, databaseURL := serveModel(b), pgtest.NewDatabase(b)
	ours := newStreamer(b, serveDebate(b, settings(b, databaseURL, model)))
	direct, proxied := asker(b.Context(), newModelClient(b, model)), asker(b.Context(), newModelClient(b, serveProxy(b, model)))
	bare := newRaw(b, databaseURL, model)
	var open rawBegun
	times := map[string][]time.Duration{}
	toFirst := func(name string, do func(first func()) error) {
		began, first := time.Now(), time.Duration(0)
		if err := do(func() { first = time.Since(began) }); err != nil || first == 0 {
			b.Fatalf("%s: first token %v, %v", name, first, err)
		}
		times[name] = append(times[name], first)
	}
	round := func() {
		toFirst("direct", direct)
		toFirst("proxy", proxied)
		toFirst("service", func(first func()) error { return ours.say(b.Context(), opinion, first) })
		toFirst("commit", func(first func()) (err error) {
			open, err = bare.next(b.Context(), open)
			first()
			return err
		})
		if _, err := bare.end(b.Context(), open, speech[0]); err != nil {
			b.Fatal(err)
		}
	}
	for range 30 {
		round()
	}
	clear(times)
	for b.Loop() {
		round()
	}
	b.ReportMetric(0, "ns/op")
	direct50 := median(times["direct"])
	report(b, median(times["service"])-direct50, median(times["proxy"])-direct50+median(times["commit"]))
}

// streamer is a talker that streams.
type streamer struct {
	client       debatev1connect.DebateServiceClient
	conversation string
	turns        int
}

func newStreamer(b *testing.B, url string) *streamer {
	transport := &http.Transport{DisableCompression: true}
	b.Cleanup(transport.CloseIdleConnections)
	return &streamer{client: debatev1connect.NewDebateServiceClient(&http.Client{Transport: transport}, url)}
}

// say takes a turn, and tells of the reply's first piece.
func (s *streamer) say(ctx context.Context, message string, first func()) error {
	ask := &debatev1.ChatStreamRequest{ConversationId: s.conversation, Message: message, RequestId: uuid.NewString()}
	if s.turns++; s.turns > longest || s.conversation == "" {
		s.turns, ask.ConversationId, ask.Topic = 1, "", topicOfAll
	}
	stream, err := s.client.ChatStream(ctx, connect.NewRequest(ask))
	if err != nil {
		return err
	}
	defer stream.Close()
	for stream.Receive() {
		if started := stream.Msg().GetStarted(); started != nil {
			s.conversation = started.GetConversation().GetId()
		}
		if stream.Msg().GetDelta().GetOffset() == 0 && stream.Msg().GetDelta() != nil {
			first()
		}
	}
	return stream.Err()
}

// BenchmarkTurnOnSQLite reports, in µs, what the service with SQLite adds to a
// call of the model at turn 10 and at turn 1,000, and the one in the other.
func BenchmarkTurnOnSQLite(b *testing.B) {
	model := serveModel(b)
	set := settings(b, "", model)
	path := filepath.Join(set["DATA_DIR"], "debate.db")
	url := serveDebate(b, set) + chatPath
	size := seed.Size{Conversations: 1000, Long: 999}
	if err := seed.Fill(b.Context(), "", path, size); err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	all := crowd(b, 2, url, topicOfAll)
	short, long := all[0], all[1]
	for range 9 {
		if err := short.say(opinion); err != nil {
			b.Fatal(err)
		}
	}
	long.conversation = seed.ConversationID(size.Conversations + 1)
	direct := asker(b.Context(), newModelClient(b, model))
	// Each measured turn is taken back, and so each is the same one.
	again := func(t *talker, turns int) {
		t.turns = 0
		for _, undo := range []string{"DELETE FROM turns WHERE conversation_id = ? AND number > ?", "UPDATE conversations SET turn_count = ?2 WHERE id = ?1"} {
			if _, err := db.ExecContext(b.Context(), undo, t.conversation, turns); err != nil {
				b.Fatal(err)
			}
		}
	}
	took := measure(b, []string{"direct", "undo", "10", "undo", "1000"}, map[string]func() error{
		"direct": func() error { return direct(func() {}) },
		"undo":   func() error { again(short, 9); again(long, 999); return nil },
		"10":     func() error { return short.say(opinion) },
		"1000":   func() error { return long.say(opinion) },
	})
	early, late := took["10"]-took["direct"], took["1000"]-took["direct"]
	b.ReportMetric(float64(early.Microseconds()), "turn10-µs")
	b.ReportMetric(float64(late.Microseconds()), "turn1000-µs")
	b.ReportMetric(float64(late)/float64(early), "ratio")
}

// BenchmarkDurableTurns compares the turns a second of 32 clients, PostgreSQL
// and a model at zero delay, with those of pgx alone. Both take turns in short
// rounds, so that they meet the same noise.
func BenchmarkDurableTurns(b *testing.B) {
	const clients, rounds, round = 32, 7, time.Second
	model := serveModel(b)
	databaseURL := pgtest.NewDatabase(b)
	for _, with := range []string{"PostgreSQL", "PostgreSQL and Redis"} {
		b.Run(with, func(b *testing.B) {
			set := settings(b, databaseURL, model)
			if with != "PostgreSQL" {
				set["REDIS_URL"] = redistest.Start(b).URL()
			}
			ours := crowd(b, clients, serveDebate(b, set)+chatPath, topicOfAll)
			theirs := crowd(b, clients, newRaw(b, databaseURL, model).serve(b), "")
			rate(b, ours, round/2) // connections and caches
			rate(b, theirs, round/2)
			var service, bare, ratio []float64
			for b.Loop() {
				for i := range rounds {
					var s, r float64
					if i%2 == 0 {
						s, r = rate(b, ours, round), rate(b, theirs, round)
					} else {
						r, s = rate(b, theirs, round), rate(b, ours, round)
					}
					service, bare, ratio = append(service, s), append(bare, r), append(ratio, s/r)
				}
			}
			b.ReportMetric(median(service), "turns/s")
			b.ReportMetric(median(bare), "raw-turns/s")
			b.ReportMetric(median(ratio), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func median[T int64 | float64 | time.Duration](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}
