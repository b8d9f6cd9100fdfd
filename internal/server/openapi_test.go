package server_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

func TestTheOpenAPIDocumentHasEveryRouteAndRefersToNothingMissing(t *testing.T) {
	h := open(t, new(script))
	_, body := ask(t, "GET", h.url+"/openapi.yaml", "")
	var document map[string]any
	if err := yaml.Unmarshal([]byte(body), &document); err != nil {
		t.Fatal(err)
	}
	paths, _ := document["paths"].(map[string]any)
	want := []string{"GET /health", "GET /ready", "GET /conversations/{id}.{format}", "GET /s/{token}", "GET /s/{token}/preview.svg", "POST /s/{token}/vote"}
	for _, route := range h.api.Routes() {
		want = append(want, strings.Replace(route, "...}", "}", 1))
	}
	methods := debatev1.File_debate_v1_debate_proto.Services().ByName("DebateService").Methods()
	for i := range methods.Len() {
		want = append(want, "POST /debate.v1.DebateService/"+string(methods.Get(i).Name()))
	}
	for _, route := range want {
		method, path, _ := strings.Cut(route, " ")
		if calls, _ := paths[path].(map[string]any); calls[strings.ToLower(method)] == nil {
			t.Errorf("%s is not described", route)
		}
	}
	if len(paths) != len(want) {
		t.Errorf("%d paths are described, %d served", len(paths), len(want))
	}
	walk(document, func(ref string) {
		var at any = document
		for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			object, _ := at.(map[string]any)
			at = object[part]
		}
		if at == nil {
			t.Errorf("%s refers to nothing", ref)
		}
	})
}

// Prism's proxy, which holds calls and answers against the document, refused calls without a header that
// Connect's clients send and nobody has to (Connect's protocol: "Connect-Protocol-Version" is optional), and
// durations: format duration is ISO 8601's (JSON Schema Validation, section 7.3.1), protobuf's JSON says "3s".
func TestTheOpenAPIDocumentAsksForNothingThatTheServiceDoesNot(t *testing.T) {
	h := open(t, new(script))
	_, body := ask(t, "GET", h.url+"/openapi.yaml", "")
	if strings.Contains(body, "format: duration") || !strings.Contains(body, "s$") {
		t.Error("a duration is described as ISO 8601 has it")
	}
	if at := regexp.MustCompile(`name: Connect-Protocol-Version\s+in: header\s+required`).FindStringIndex(body); at != nil {
		t.Error("the version of the protocol is demanded")
	}
	if response, text := ask(t, "POST", h.url+rpcPath+"ListTopics", "{}", "Content-Type", "application/json"); response.StatusCode != http.StatusOK {
		t.Errorf("without the version: %d %s", response.StatusCode, text)
	}
}

// A collection that Postman makes of the document waits a broken number of milliseconds, which Connect's protocol
// has no form for, and has messages compressed by Brotli: what is described is taken.
func TestParametersOfConnectAreTakenAsTheyAreDescribed(t *testing.T) {
	h := open(t, new(script))
	_, body := ask(t, "GET", h.url+"/openapi.yaml", "")
	var document struct {
		Components struct {
			Schemas map[string]struct {
				Type any
				Enum []string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(body), &document); err != nil {
		t.Fatal(err)
	}
	schemas := document.Components.Schemas
	if is := schemas["connect-timeout-header"].Type; is != "integer" {
		t.Errorf("the timeout is described as %v", is)
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write([]byte("{}"))
	_ = w.Close()
	messages := map[string][]byte{"identity": []byte("{}"), "gzip": zipped.Bytes()}
	if len(schemas["compression"].Enum) != len(messages) || len(schemas["base64"].Enum) == 0 {
		t.Errorf("described are %v, %v", schemas["compression"], schemas["base64"])
	}
	for _, by := range schemas["compression"].Enum {
		for _, flag := range schemas["base64"].Enum {
			query := url.Values{"encoding": {"json"}, "compression": {by}, "base64": {flag}, "message": {base64.URLEncoding.EncodeToString(messages[by])}}
			response, text := ask(t, "GET", h.url+rpcPath+"ListTopics?"+query.Encode(), "", "Connect-Timeout-Ms", "9000")
			if response.StatusCode != http.StatusOK {
				t.Errorf("%v: %d %s", query, response.StatusCode, text)
			}
		}
	}
}

// walk visits the references of a document.
func walk(node any, visit func(ref string)) {
	switch node := node.(type) {
	case map[string]any:
		for name, value := range node {
			if ref, ok := value.(string); ok && name == "$ref" {
				visit(ref)
			}
			walk(value, visit)
		}
	case []any:
		for _, value := range node {
			walk(value, visit)
		}
	}
}
