package server_test

import (
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
