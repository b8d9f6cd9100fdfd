package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/config"
)

// localServers has other servers stand where this machine's are looked for.
func localServers(t *testing.T, answers ...string) {
	t.Helper()
	before := config.LocalServers
	config.LocalServers = append([]config.LocalServer(nil), before...)
	t.Cleanup(func() { config.LocalServers = before })
	for i, answer := range answers {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case answer == "slow":
				<-r.Context().Done()
			case r.URL.Path != "/v1/models":
				http.NotFound(w, r)
			default:
				_, _ = w.Write([]byte(answer)) // who asked may have gone
			}
		}))
		t.Cleanup(server.Close)
		config.LocalServers[i].URL = server.URL + "/v1"
	}
}

const (
	ollamaList   = `{"object":"list","data":[{"id":"nomic-embed-text:latest","object":"model","created":1,"owned_by":"library"},{"id":"llama3.2:latest","object":"model","created":1.5e9,"owned_by":"library"}]}`
	lmStudioList = `{"data":[{"id":"text-embedding-nomic","object":"model"},{"id":"org/model","object":"model","owned_by":"organization_owner"}],"object":"list"}`
	llamaList    = `{"models":[{"name":"m.gguf"}],"object":"list","data":[{"id":"m.gguf","object":"model","owned_by":"llamacpp","meta":{"n_ctx_train":2048}}]}`
	otherList    = `{"object":"list","data":[{"id":"gpt-4o","object":"model","owned_by":"litellm"}]}`
	none         = `{"error":"not found"}`
	page         = `<!doctype html><title>A debate</title>`
)

func TestAModelOfThisMachineIsOfferedWhereNoneIsChosen(t *testing.T) {
	for _, test := range []struct {
		answers []string
		want    string
	}{
		{[]string{ollamaList, lmStudioList, llamaList}, "ollama/llama3.2:latest"},
		{[]string{none, lmStudioList, llamaList}, "lmstudio/org/model"},
		{[]string{none, page, llamaList}, "llamacpp/m.gguf"},
		{[]string{none, page, otherList}, ""}, // somebody else's port 8080
		{[]string{page, none, page}, ""},      // this service's own
		{[]string{`{"data":[]}`, none, none}, ""},
	} {
		localServers(t, test.answers...)
		got := offerLocal(t.Context(), config.Config{Model: "offline"})
		if test.want == "" && got != "" || !strings.Contains(got, "--model "+test.want) && test.want != "" || strings.Contains(got, "\n") {
			t.Errorf("%.40q: offered %q, want %q", test.answers, got, test.want)
		}
		if got := offerLocal(t.Context(), config.Config{Model: "openai", ModelChosen: true}); got != "" {
			t.Errorf("offered though a model is chosen: %q", got)
		}
	}
}

func TestAServerThatHangsDelaysTheStartLittle(t *testing.T) {
	localServers(t, "slow", lmStudioList, "slow")
	begin := time.Now()
	if got := offerLocal(t.Context(), config.Config{}); !strings.Contains(got, "lmstudio/org/model") {
		t.Errorf("offered %q", got)
	}
	if took := time.Since(begin); took > 5*time.Second { // 200 ms, on a machine with time
		t.Errorf("it took %v", took)
	}
}

func TestModelsListsWhatCanBeChosen(t *testing.T) {
	localServers(t, ollamaList, none, none)
	remote := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer sk-1" {
			http.Error(w, `{"error":{"message":"no","code":"invalid_api_key"}}`, http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(otherList)) // who asked may have gone
	}))
	defer remote.Close()
	var out strings.Builder
	err := listModels(t.Context(), config.Config{OpenAIKey: "sk-1", OpenAIBaseURL: remote.URL + "/v1"}, &out)
	for _, want := range []string{"offline ", "ollama/llama3.2:latest ", "openai/gpt-4o "} {
		if err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in %q; %v", want, out.String(), err)
		}
	}
	err = listModels(t.Context(), config.Config{OpenAIKey: "sk-2", OpenAIBaseURL: remote.URL + "/v1"}, &out)
	if err == nil || strings.Count(err.Error(), "OPENAI_API_KEY") != 1 || strings.Contains(err.Error(), "sk-2") {
		t.Errorf("with a wrong key: %v", err)
	}
}

// Together's list is in no object: obsidian-bmo-chatbot#51, helix#386, Fabric#1602.
func TestModelsAreListedFromAListAlone(t *testing.T) {
	localServers(t, none, none, none)
	remote := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`[{"id":"meta-llama/Llama-3-8b","object":"model","created":0,"type":"chat"}]`)) // who asked may have gone
	}))
	defer remote.Close()
	var out strings.Builder
	if err := listModels(t.Context(), config.Config{OpenAIBaseURL: remote.URL + "/v1"}, &out); err != nil || !strings.Contains(out.String(), "openai/meta-llama/Llama-3-8b ") {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestTheModelFlagTakesNamesOfEveryKind(t *testing.T) {
	getenv := func(name string) string {
		return map[string]string{"MODEL": "offline", "OPENAI_API_KEY": "k"}[name]
	}
	for flag, want := range map[string][2]string{
		"":                  {"offline", "gpt-4o-mini"},
		"offline":           {"offline", "gpt-4o-mini"},
		"gpt-4o":            {"openai", "gpt-4o"},
		"openai/gpt-4o":     {"openai", "gpt-4o"},
		"meta-llama/llama":  {"openai", "meta-llama/llama"},
		"ollama/llama3.2:1": {"openai", "llama3.2:1"},
	} {
		c, err := config.Load(modelFlag{flag}.choose(getenv))
		if err != nil || c.Model != want[0] || c.OpenAIModel != want[1] {
			t.Errorf("--model %q: %s, %s; %v", flag, c.Model, c.OpenAIModel, err)
		}
	}
}
