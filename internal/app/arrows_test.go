package app

import (
	"os/exec"
	"strings"
	"testing"
)

// layers are who may import whom: each imports those above it only, and never
// its neighbours, so that adapters do not know each other.
var layers = [][]string{
	{"debate"},
	{"phrase", "format", "prompt", "store", "cache", "limit", "telemetry", "auth", "aws", "llm/offline/bank"},
	{"classify", "config"},
	{"claim", "gate", "aside"},
	{"flow"},
	{"turn", "llm/offline", "llm/openai", "eval"},
	{"rpc"},
	{"server"},
	{"app"},
	{"chat"}, // which is a client of the contract
}

func TestNothingImportsUpwards(t *testing.T) {
	const ours = "github.com/debate-chatbot/debate-api/"
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", ours+"internal/...").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	layer := make(map[string]int)
	for i, packages := range layers {
		for _, p := range packages {
			layer[ours+"internal/"+p] = i
		}
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		from, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		i, ok := layer[from]
		if !ok {
			continue
		}
		seen++
		for _, to := range strings.Fields(imports) {
			if j, ok := layer[to]; ok && j >= i {
				t.Errorf("%s imports %s", from, to)
			}
			if i == 0 && strings.Contains(to, ".") {
				t.Errorf("%s imports %s, which is not the standard library", from, to)
			}
		}
	}
	if seen != len(layer) {
		t.Errorf("%d of %d packages were found", seen, len(layer))
	}
}
