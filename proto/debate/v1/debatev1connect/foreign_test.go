package debatev1connect_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A client in a module of somebody else's; packages under an internal directory
// could not be imported there.
const foreignClient = `package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"connectrpc.com/connect"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

func main() {
	client := debatev1connect.NewDebateServiceClient(http.DefaultClient, os.Args[1])
	answer, err := client.Chat(context.Background(), connect.NewRequest(&debatev1.ChatRequest{Message: "Golf is boring"}))
	fmt.Println(answer, err)
}
`

func TestAForeignModuleImportsTheClient(t *testing.T) {
	root, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"main.go": foreignClient,
		"go.sum":  string(sums),
		"go.mod": `module client.example

go 1.26

require github.com/debate-chatbot/debate-api v0.0.0

replace github.com/debate-chatbot/debate-api => ` + root + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "client"), ".")
	build.Dir = dir
	// What it needs is what these tests were built from: nothing is fetched.
	build.Env = append(os.Environ(), "GOFLAGS="+os.Getenv("GOFLAGS")+" -mod=mod", "GOPROXY=off", "GOWORK=off")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}
