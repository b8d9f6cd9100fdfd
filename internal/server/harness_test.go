package server_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/limit"
	"github.com/debate-chatbot/debate-api/internal/rpc"
	"github.com/debate-chatbot/debate-api/internal/server"
	"github.com/debate-chatbot/debate-api/internal/store"
	"github.com/debate-chatbot/debate-api/internal/store/sqlitetest"
	"github.com/debate-chatbot/debate-api/internal/turn"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// script is a Model that says what a test tells it to. Without a reply it
// says words at once.
type script struct {
	calls atomic.Int64
	asked func(debate.Prompt) // unless nil
	reply func(ctx context.Context, emit func(string)) error
}

// words are what a script says if nobody tells it what to.
var words = []string{"Cats ", "schlafen ", "besser – ", "猫。"}

const said = "Cats schlafen besser – 猫。"

func (s *script) Name() string { return "script" }

func (s *script) Reply(ctx context.Context, p debate.Prompt, emit func(string)) (debate.Completion, error) {
	s.calls.Add(1)
	if s.asked != nil {
		s.asked(p)
	}
	done := debate.Completion{Usage: debate.Usage{InputTokens: 7, OutputTokens: 4}, Calls: 1}
	if s.reply != nil {
		return done, s.reply(ctx, emit)
	}
	for _, w := range words {
		emit(w)
	}
	return done, nil
}

// prompter is a script whose words come when the test sends them; closing the
// channel ends the reply.
func prompter() (*script, chan<- string) {
	lines := make(chan string)
	return &script{reply: func(ctx context.Context, emit func(string)) error {
		for {
			select {
			case line, ok := <-lines:
				if !ok {
					return nil
				}
				emit(line)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}}, lines
}

// patience is how long a test waits for what comes at once on a machine that has time.
const patience = 2 * time.Minute

// say sends a word to a prompter that should be listening.
func say(t *testing.T, lines chan<- string, word string) {
	t.Helper()
	select {
	case lines <- word:
	case <-time.After(patience):
		t.Errorf("nobody took %q: no reply runs", word)
	}
}

// harness is a whole server on a listener, over SQLite.
type harness struct {
	url     string
	model   *script
	service *turn.Service
	store   *store.Store
	api     *rpc.API
	slots   *slots
	log     *logged
	// stop begins the end of the server, and ended tells how that went.
	stop  context.CancelFunc
	ended chan error
}

// topics are more than a page of anything else: the bank outgrew a limit of 100, and a page that had not heard
// of all of them could not offer what an invitation named.
var topics = func() []debate.Topic {
	all := []debate.Topic{{Claim: "Dogs are better than cats.", Category: "Life"}, {Claim: "Tea beats coffee.", Category: "Life"}}
	for i := range 200 {
		all = append(all, debate.Topic{Claim: fmt.Sprintf("Motion %d should carry.", i), Category: "Motions"})
	}
	return all
}()

// open starts a server and ends it with the test.
func open(t testing.TB, model *script, change ...func(*server.Config)) *harness {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := openOn(t, listener, model, change...)
	h.url = "http://" + listener.Addr().String()
	return h
}

// plenty is the quota of every key.
const plenty = 1_000_000

// openOn is open on a listener of the test's.
func openOn(t testing.TB, listener net.Listener, model *script, change ...func(*server.Config)) *harness {
	t.Helper()
	s, err := store.OpenSQLite(sqlitetest.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	h := &harness{model: model, store: s, slots: &slots{limit.NewConcurrency(debate.Limits{})}, log: new(logged), ended: make(chan error, 1)}
	log := slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.service = turn.New(turn.Config{
		Store: s, Model: model, Coach: coach{}, Topics: topics, Holder: uuid.NewString(), Slots: h.slots, Log: log,
		Quota: func(string) int64 { return plenty },
		NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
	})
	api, err := rpc.New(h.service, log)
	if err != nil {
		t.Fatal(err)
	}
	h.api = api
	c := server.Config{API: api, Shared: h.service, Prepare: s.Migrate, Ping: s.Ping, Drain: h.service.Drain, DrainTimeout: 5 * time.Second, Reflection: true, Log: log}
	for _, f := range change {
		f(&c)
	}
	ctx, stop := context.WithCancel(t.Context())
	h.stop = stop
	go func() {
		defer close(h.ended)
		h.ended <- server.New(c).Serve(ctx, listener)
	}()
	t.Cleanup(func() {
		stop()
		for err := range h.ended {
			if err != nil {
				t.Errorf("the server ended with: %v", err)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// slots are those of a harness; a test may put others in before it calls.
type slots struct{ debate.Slots }

// logged is what a harness wrote to its log, at every level.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// withKeys lets in the callers alice and bob, by keys that are their names.
func withKeys(c *server.Config) { c.Keys = names{} }

type names struct{}

func (names) Lookup(_ context.Context, key string) (string, bool) {
	return key, key == "alice" || key == "bob"
}

var _ auth.Keyring = names{}

// protocol is one way to talk to the service.
type protocol struct {
	name    string
	options []connect.ClientOption
	h2      bool
}

var protocols = []protocol{
	{"Connect, JSON", []connect.ClientOption{connect.WithProtoJSON()}, false},
	{"Connect, binary", nil, false},
	{"Connect over h2c", nil, true},
	{"Connect with GET", []connect.ClientOption{connect.WithHTTPGet()}, false},
	{"gRPC", []connect.ClientOption{connect.WithGRPC()}, true},
	{"gRPC, JSON", []connect.ClientOption{connect.WithGRPC(), connect.WithProtoJSON()}, true},
	{"gRPC-Web", []connect.ClientOption{connect.WithGRPCWeb()}, false},
	{"gRPC-Web, JSON", []connect.ClientOption{connect.WithGRPCWeb(), connect.WithProtoJSON()}, false},
}

// transport makes an HTTP client for a protocol.
func (p protocol) transport(t *testing.T) *http.Client {
	transport := &http.Transport{}
	if p.h2 {
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetUnencryptedHTTP2(true)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func (p protocol) client(t *testing.T, h *harness, options ...connect.ClientOption) debatev1connect.DebateServiceClient {
	return debatev1connect.NewDebateServiceClient(p.transport(t), h.url, append(options, p.options...)...)
}

// onEveryProtocol runs a test over each protocol, with a server of its own.
func onEveryProtocol(t *testing.T, test func(t *testing.T, p protocol)) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			test(t, p)
		})
	}
}

// coach has one thing to say.
type coach struct{}

func (coach) SuggestPoints(context.Context, debate.Conversation, []debate.Exchange) ([]string, debate.Usage, error) {
	return []string{"Say more."}, debate.Usage{}, nil
}

func (coach) Steelman(_ context.Context, _ debate.Conversation, _ []debate.Exchange, side debate.Speaker) ([]string, debate.Usage, error) {
	return []string{"The best of the " + string(side) + "."}, debate.Usage{}, nil
}
