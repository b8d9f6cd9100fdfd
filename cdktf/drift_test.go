package main

import (
	"os"
	"strings"
	"testing"
)

// The committed files show in review what a change does to the stack. `go test ./cdktf -update`
// writes them anew.

func TestSynthesizedStackIsTheGoldenFile(t *testing.T) {
	compare(t, "testdata/default.tf.json", shapes["default"].text+"\n")
}

func TestDiagramShowsTheStack(t *testing.T) {
	text, err := os.ReadFile("../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- diagram: go test ./cdktf -update -->\n", "<!-- end of diagram -->"
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("docs/deploy.md has no place for the diagram: %q … %q", begin, end)
	}
	drawn, err := Draw([]byte(shapes["default"].text))
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "../docs/deploy.md", before+begin+"```mermaid\n"+drawn+"```\n"+end+after)
}

func compare(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) == want {
		return
	}
	lines, expected := strings.Split(string(got), "\n"), strings.Split(want, "\n")
	for i := range min(len(lines), len(expected)) {
		if lines[i] != expected[i] {
			t.Errorf("%s:%d is\n%s\nwant\n%s", path, i+1, lines[i], expected[i])
			break
		}
	}
	t.Errorf("%s is out of date; if the change is meant: go test ./cdktf -update", path)
}
