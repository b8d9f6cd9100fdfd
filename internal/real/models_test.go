//go:build real

package real_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/freeport"
	"github.com/debate-chatbot/debate-api/internal/llm/openai"
	"github.com/debate-chatbot/debate-api/internal/prompt"
	"github.com/debate-chatbot/debate-api/internal/real/gguf"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// modelContext is how many tokens the tiny model takes. It has no word of our
// prompts, so that each of their letters is a token.
const modelContext = 4096

// server is a real server of the tiny model.
type server struct {
	url, model string
	silent     bool // about a prompt that is too long, which it cuts
	anyModel   bool // whatever its name
}

// servers starts those that `make real` has fetched.
func servers(t *testing.T) map[string]server {
	t.Helper()
	dir, err := filepath.Abs("../../.cache/real")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "tiny.gguf")
	var model bytes.Buffer
	if err := gguf.Write(&model, modelContext); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, model.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	all := map[string]server{}
	if program := filepath.Join(dir, "llama-server"); exists(program) {
		address := freeAddress(t)
		_, port, _ := net.SplitHostPort(address)
		start(t, nil, program, "-m", file, "-c", fmt.Sprint(modelContext), "-t", "1", "-np", "1", "--host", "127.0.0.1", "--port", port)
		all["llama.cpp"] = server{url: "http://" + address + "/v1", model: "tiny.gguf", anyModel: true}
	}
	if program := filepath.Join(dir, "bin", "ollama"); exists(program) {
		address, home := freeAddress(t), t.TempDir()
		env := []string{"OLLAMA_HOST=" + address, "HOME=" + home, "OLLAMA_MODELS=" + filepath.Join(home, "models"), "PATH=" + os.Getenv("PATH")}
		start(t, env, program, "serve")
		waitFor(t, "http://"+address+"/v1/models")
		recipe := filepath.Join(home, "Modelfile")
		if err := os.WriteFile(recipe, fmt.Appendf(nil, "FROM %s\nPARAMETER num_thread 1\nPARAMETER num_ctx %d\n", file, modelContext), 0o600); err != nil {
			t.Fatal(err)
		}
		create := exec.CommandContext(t.Context(), program, "create", "tiny", "-f", recipe)
		create.Env = env
		if out, err := create.CombinedOutput(); err != nil {
			t.Fatalf("ollama create: %v: %s", err, out)
		}
		all["Ollama"] = server{url: "http://" + address + "/v1", model: "tiny", silent: true}
	}
	if len(all) == 0 {
		t.Skip("no model server can be had here: see above")
	}
	for _, s := range all {
		waitFor(t, s.url+"/models")
	}
	return all
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func freeAddress(t *testing.T) string {
	t.Helper()
	port, err := freeport.Find()
	if err != nil {
		t.Fatal(err)
	}
	return "127.0.0.1:" + strconv.Itoa(port)
}

// start runs a program until the test ends.
func start(t *testing.T, env []string, program string, args ...string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, program, args...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 5 * time.Second
	command.Env = env
	var log bytes.Buffer
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = command.Wait() // it was told to end
		if t.Failed() {
			t.Logf("%s said: %.4000s", program, log.String())
		}
	})
}

// waitFor waits until a URL is answered well.
func waitFor(t *testing.T, url string) {
	t.Helper()
	for range 600 {
		if answer, err := http.Get(url); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s does not answer", url)
}

func dial(t *testing.T, s server, change ...func(*openai.Config)) *openai.Client {
	t.Helper()
	c := openai.Config{BaseURL: s.url, Models: []string{s.model}, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Timeouts: openai.Timeouts{FirstToken: 2 * time.Minute}}
	for _, f := range change {
		f(&c)
	}
	client, err := openai.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

var cars = debate.Prompt{Topic: "Cities should ban cars", Stance: debate.Con, Message: "Cars are loud.", Seed: 1 << 40, Calls: 3}

func TestRealModelServers(t *testing.T) {
	for name, s := range servers(t) {
		t.Run(name, func(t *testing.T) {
			t.Run("a stream", func(t *testing.T) { streams(t, s) })
			t.Run("a stop", func(t *testing.T) { stops(t, s) })
			t.Run("too long a prompt", func(t *testing.T) { overflows(t, s) })
			t.Run("a reply that fills the context", func(t *testing.T) { bounded(t, s) })
			t.Run("side answers", func(t *testing.T) { answers(t, s) })
			t.Run("parameters", func(t *testing.T) { adapts(t, s) })
			t.Run("failures", func(t *testing.T) { fails(t, s) })
			t.Run("the service", func(t *testing.T) { serves(t, s) })
		})
	}
}

func streams(t *testing.T, s server) {
	client := dial(t, s)
	pieces, text := 0, ""
	begin := time.Now()
	done, err := client.Reply(t.Context(), cars, func(piece string) { pieces++; text += piece })
	if err != nil || pieces < 3 || done.Calls != 1 || done.Usage.OutputTokens < 3 || done.Usage.InputTokens < 500 {
		t.Errorf("%q in %d pieces, %+v, %v", text, pieces, done, err)
	}
	t.Logf("%d tokens in %v", done.Usage.OutputTokens, time.Since(begin))
}

// stops ends a reply at its first text: the server is free again at once.
func stops(t *testing.T, s server) {
	client := dial(t, s)
	stopped := errors.New("stopped")
	ctx, stop := context.WithCancelCause(t.Context())
	if _, err := client.Reply(ctx, cars, func(string) { stop(stopped) }); !errors.Is(err, stopped) {
		t.Errorf("error %v", err)
	}
	ctx, end := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer end()
	p := cars
	p.Message = strings.Repeat("Cars are loud. ", 60)
	if _, err := client.Reply(ctx, p, func(string) {}); err == nil {
		t.Log("it replied within 50 ms")
	}
	if _, err := client.Reply(t.Context(), cars, func(string) {}); err != nil {
		t.Errorf("after two stops: %v", err)
	}
}

func overflows(t *testing.T, s server) {
	p := cars
	for n := range 20 {
		p.Exchanges = append(p.Exchanges, debate.Exchange{Number: n + 1, Message: strings.Repeat("Cars are loud. ", 5), Reply: strings.Repeat("Trains are slow. ", 5)})
	}
	client := dial(t, s)
	for turn, calls := range []int{2, 1} {
		if s.silent {
			calls = 1
		}
		done, err := client.Reply(t.Context(), p, func(string) {})
		if err != nil || done.Calls != calls || done.Usage.InputTokens > modelContext {
			t.Errorf("turn %d: %+v, want %d calls; %v", turn, done, calls, err)
		}
	}
}

func bounded(t *testing.T, s server) {
	client := dial(t, s, func(c *openai.Config) { c.Options.MaxTokens = 4 })
	_, err := client.Reply(t.Context(), cars, func(string) {})
	if err == nil || !strings.Contains(err.Error(), "OPENAI_MAX_TOKENS") {
		t.Errorf("a reply of four tokens: %v", err)
	}
}

// answers asks for JSON. Where the server refuses the format, the next call
// leaves it out; the tiny model then says something else, which is an error too.
func answers(t *testing.T, s server) {
	client := dial(t, s, func(c *openai.Config) { c.Options.MaxTokens = 400 })
	text, cost, err := client.Ask(t.Context(), prompt.Subject("Cars are loud."), "subject", `{"type":"object","additionalProperties":false,"required":["claim"],"properties":{"claim":{"type":"boolean"}}}`)
	var e *debate.Error
	if err != nil && !errors.As(err, &e) || cost.OutputTokens == 0 {
		t.Errorf("%q, %+v, %v", text, cost, err)
	}
	t.Logf("said %q, %v", text, err)
}

func adapts(t *testing.T, s server) {
	temperature := 0.3
	client := dial(t, s, func(c *openai.Config) {
		c.Options = openai.Options{Temperature: &temperature, ReasoningEffort: "low"}
	})
	const again = 1 // llama.cpp closes connections that are idle for 5 s, at times under a call
	for turn := range 2 {
		done, err := client.Reply(t.Context(), cars, func(string) {})
		if err != nil || done.Calls > 2-turn+again {
			t.Errorf("turn %d: %+v, %v", turn, done, err)
		}
	}
}

func fails(t *testing.T, s server) {
	for name, c := range map[string]struct {
		change func(*openai.Config)
		want   string
	}{
		"a wrong path": {func(c *openai.Config) { c.BaseURL = strings.TrimSuffix(c.BaseURL, "/v1") + "/api/v9" }, "OPENAI_BASE_URL"},
		"no model":     {func(c *openai.Config) { c.Models = []string{"none"} }, `no model "none"`},
	} {
		_, err := dial(t, s, c.change).Reply(t.Context(), cars, func(string) {})
		if name == "no model" && s.anyModel {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	models, err := openai.ListModels(t.Context(), s.url, "")
	if err != nil || len(models) != 1 || !strings.Contains(models[0].Name, "tiny") {
		t.Errorf("models %v, %v", models, err)
	}
	if s.anyModel && models[0].Owner != "llamacpp" {
		t.Errorf("llama.cpp says that it is %q", models[0].Owner)
	}
}

// serves plays two turns through the whole service, as /chat has them.
func serves(t *testing.T, s server) {
	c, err := config.Load(func(name string) string {
		return map[string]string{"OPENAI_BASE_URL": s.url, "OPENAI_MODEL": s.model, "DATA_DIR": t.TempDir(), "FIRST_TOKEN_TIMEOUT": "2m", "REPLY_TIMEOUT": "5m"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), c, "test", slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, listener) }()
	defer func() {
		stop()
		if err := errors.Join(<-served, a.Close()); err != nil {
			t.Error(err)
		}
	}()
	base := "http://" + listener.Addr().String()
	waitFor(t, base+"/ready")
	id := "null"
	for _, message := range []string{"Cars should be banned from cities.", "They are loud."} {
		status, text := say(t, base, `{"conversation_id":`+id+`,"message":"`+message+`"}`)
		var said struct {
			ID      string `json:"conversation_id"`
			Message []struct{ Role, Message string }
		}
		if status != http.StatusOK || json.Unmarshal(text, &said) != nil || said.Message[len(said.Message)-1].Message == "" {
			t.Fatalf("%d: %s", status, text)
		}
		id = `"` + said.ID + `"`
	}
	judges(t, debatev1connect.NewDebateServiceClient(http.DefaultClient, base), strings.Trim(id, `"`))
}

// judges has the tiny model judge the debate that it held. It knows nothing of debates:
// its answer is an error that a client may try again, or nobody's victory, since it
// quotes nothing that was said.
func judges(t *testing.T, c debatev1connect.DebateServiceClient, id string) {
	for _, request := range []string{"first", "another"} {
		asked := &debatev1.JudgeConversationRequest{ConversationId: id, RequestId: request}
		answer, err := c.JudgeConversation(t.Context(), connect.NewRequest(asked))
		for range 10 {
			if connect.CodeOf(err) != connect.CodeDeadlineExceeded {
				break
			}
			answer, err = c.JudgeConversation(t.Context(), connect.NewRequest(asked))
		}
		stored, storedErr := c.GetVerdict(t.Context(), connect.NewRequest(&debatev1.GetVerdictRequest{ConversationId: id}))
		if storedErr != nil {
			t.Fatal(storedErr)
		}
		v := stored.Msg.GetVerdict()
		t.Logf("judged: %v, %v", v, err)
		switch {
		case err == nil && answer.Msg.GetVerdict().GetId() != v.GetId():
			t.Errorf("told %v, stored %v", answer.Msg, v)
		case err == nil && (v.GetState() != debatev1.TurnState_TURN_STATE_COMPLETED || v.GetWinner() != debatev1.Winner_WINNER_UNDECIDED && len(v.GetClashes()) == 0):
			t.Errorf("a verdict of nothing: %v", v)
		case err != nil && (connect.CodeOf(err) != connect.CodeUnavailable || v.GetState() != debatev1.TurnState_TURN_STATE_FAILED || v.GetWinner() != debatev1.Winner_WINNER_UNSPECIFIED):
			t.Errorf("an answer that cannot be read is %v, %v", err, v)
		}
	}
}

// say has a turn, and asks again for its reply while that takes longer than a call.
func say(t *testing.T, base, body string) (status int, text []byte) {
	t.Helper()
	key := fmt.Sprint(time.Now().UnixNano())
	for range 10 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/chat", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Idempotency-Key", key)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, err = io.ReadAll(answer.Body)
		answer.Body.Close()
		if status = answer.StatusCode; err != nil || status != http.StatusGatewayTimeout {
			break
		}
	}
	return status, text
}
