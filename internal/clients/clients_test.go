package clients_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/freeport"
)

const key = "a-key-for-the-tests-of-clients"

// root is the repository.
var root = func() string {
	path, err := filepath.Abs("../..")
	if err != nil {
		panic(err)
	}
	return path
}()

// packages is where those of npm are.
var packages = filepath.Join(root, "tools/clients/node_modules")

// serve runs the service with a key until the test ends, and returns its address.
// A reply takes some seconds, so that it can be left and stopped.
func serve(t *testing.T, settings map[string]string) string {
	t.Helper()
	c, err := config.Load(func(name string) string {
		if value, ok := settings[name]; ok {
			return value
		}
		return map[string]string{"DATA_DIR": t.TempDir(), "API_KEY": key, "PACE": "0.5", "OTEL_SDK_DISABLED": "true", "DRAIN_DELAY": "0s"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), c, "test", slog.New(slog.DiscardHandler))
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
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-served, a.Close()); err != nil {
			t.Error(err)
		}
	})
	address := "http://" + listener.Addr().String()
	for until := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if response, err := http.Get(address + "/ready"); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return address
			}
		}
		if time.Now().After(until) {
			t.Fatal("the service is not ready")
		}
	}
}

// run runs a program in a folder, and returns what it printed.
func run(t *testing.T, folder, address string, environment []string, name string, arguments ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir = folder
	command.Env = append(append(os.Environ(), "DEBATE_URL="+address, "DEBATE_KEY="+key, "PATH="+filepath.Join(root, "bin")+":"+filepath.Join(root, "web/node_modules/.bin")+":"+os.Getenv("PATH")), environment...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(arguments, " "), err, out)
	}
	return string(out)
}

// snippet is a program of docs/clients.md.
var snippet = regexp.MustCompile("(?ms)^```\\w+ ([\\w.]+)\n(.*?)^```$")

// snippets writes the page's programs into a folder that has npm's packages.
func snippets(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "docs/clients.md"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(packages); err != nil {
		t.Fatal("npm's packages are not there; run: make tools")
	}
	folder := t.TempDir()
	for _, found := range snippet.FindAllSubmatch(page, -1) {
		if err := os.WriteFile(filepath.Join(folder, string(found[1])), found[2], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for from, to := range map[string]string{packages: "node_modules", root: "debate-api"} {
		if err := os.Symlink(from, filepath.Join(folder, to)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// folderOfPython is where a Python is that has the tools of gRPC.
func folderOfPython(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		path, err := exec.LookPath(name)
		if err == nil && exec.CommandContext(t.Context(), path, "-c", "import grpc_tools").Run() == nil {
			return filepath.Dir(path)
		}
	}
	t.Fatal("no python3 has grpc_tools; run: make needs")
	return ""
}

// turn is one as the service has it.
type turn struct{ Message, Reply, State string }

// turns are those of the only conversation that a server has.
func turns(t *testing.T, address string) (all []turn) {
	t.Helper()
	var conversations struct{ Conversations []struct{ ID string } }
	post(t, address, "ListConversations", "{}", &conversations)
	if len(conversations.Conversations) != 1 {
		t.Fatalf("there are %d conversations", len(conversations.Conversations))
	}
	var found struct{ Turns []turn }
	post(t, address, "ListTurns", `{"conversationId":"`+conversations.Conversations[0].ID+`"}`, &found)
	return found.Turns
}

func post(t *testing.T, address, method, body string, into any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/debate.v1.DebateService/"+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "X-Api-Key": {key}}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v %s", method, err, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func TestTheProgramsOfThePageDebate(t *testing.T) {
	folder := snippets(t)
	esbuild := filepath.Join(root, "web/node_modules/.bin/esbuild")
	// Instead of npm install, whose packages are there.
	generate, err := os.ReadFile(filepath.Join(folder, "generate.sh"))
	if err != nil {
		t.Fatal(err)
	}
	install, rest, found := strings.Cut(string(generate), "\n")
	if !found || !strings.HasPrefix(install, "npm install ") {
		t.Fatalf("the first line of generate.sh is %q", install)
	}
	for _, name := range strings.Fields(install)[2:] {
		if _, err := os.Stat(filepath.Join(packages, name)); err != nil {
			t.Errorf("%s is not among what the tests install", name)
		}
	}
	run(t, folder, "", nil, "sh", "-ec", rest)
	python := "PATH=" + folderOfPython(t) + ":" + os.Getenv("PATH")
	run(t, folder, "", []string{python}, "sh", "-e", "generate_python.sh")
	run(t, folder, "", nil, esbuild, "debate.ts", "--bundle", "--platform=node", "--format=esm", "--outfile=debate.ts.mjs", "--log-level=warning")
	for name, c := range map[string]struct {
		environment []string
		command     []string
		streams     bool // and not whole replies in one
	}{
		"curl":                 {nil, []string{"sh", "debate.sh"}, true},
		"Go":                   {nil, []string{"go", "run", filepath.Join(folder, "debate.go")}, false},
		"TypeScript, Connect":  {nil, []string{"node", "debate.ts.mjs"}, false},
		"TypeScript, gRPC-Web": {[]string{"DEBATE_PROTOCOL=grpc-web"}, []string{"node", "debate.ts.mjs"}, false},
		"TypeScript in a browser": {
			nil, []string{"node", filepath.Join(root, "tools/clients/browser.mjs"), "debate.ts.mjs"}, false,
		},
		"TypeScript in a browser, gRPC-Web": {
			[]string{"DEBATE_PROTOCOL=grpc-web"}, []string{"node", filepath.Join(root, "tools/clients/browser.mjs"), "debate.ts.mjs"}, false,
		},
		"Python, gRPC": {[]string{python}, []string{"sh", "-c", "exec python3 debate_grpc.py"}, false},
		"Python":       {nil, []string{"python3", "debate_http.py"}, false},
		"grpcurl":      {nil, []string{"sh", "grpcurl.sh"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			debate := func(address string) string {
				in := t.TempDir()
				if err := os.CopyFS(in, os.DirFS(folder)); err != nil {
					t.Fatal(err)
				}
				if name == "Go" {
					in = root
				}
				return run(t, in, address, c.environment, c.command[0], c.command[1:]...)
			}
			address := serve(t, nil)
			out := debate(address)
			all := turns(t, address)
			if len(all) != 2 || all[0].State != "TURN_STATE_COMPLETED" || all[1].State != "TURN_STATE_STOPPED" || all[1].Reply == "" {
				t.Fatalf("the turns are %+v; it printed\n%s", all, out)
			}
			printed := out
			if c.streams {
				printed = ""
				for _, text := range regexp.MustCompile(`"text": ?("(?:[^"\\]|\\.)*")`).FindAllStringSubmatch(out, -1) {
					var piece string
					if err := json.Unmarshal([]byte(text[1]), &piece); err != nil {
						t.Fatal(err)
					}
					printed += piece
				}
			}
			if !strings.Contains("\n"+printed, "\n"+all[0].Reply) {
				t.Errorf("the reply\n%s\nis not what it printed, without a gap and without a double:\n%s", all[0].Reply, printed)
			}
			if !strings.Contains(strings.ToLower(out), "stopped") {
				t.Errorf("it does not say that it stopped a reply:\n%s", out)
			}
			if !strings.Contains(out, "WINNER_") {
				t.Errorf("it does not say who is ahead:\n%s", out)
			}

			// Where a reply is there at once, it has ended when it should be stopped.
			address = serve(t, map[string]string{"PACE": "0"})
			out = debate(address)
			if all := turns(t, address); len(all) != 2 || !strings.Contains(out, "WINNER_") {
				t.Errorf("with replies that are there at once, the turns are %+v; it printed\n%s", all, out)
			}
		})
	}
}

func TestTheProgramsForOtherContractsDebate(t *testing.T) {
	folder := snippets(t)
	for name, count := range map[string]int{"openai.mjs": 2, "eventsource.mjs": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := serve(t, map[string]string{"PACE": "0.05"})
			out := run(t, folder, address, nil, "node", name)
			all := turns(t, address)
			if len(all) != count {
				t.Errorf("there are %d turns", len(all))
			}
			for _, turn := range all {
				if turn.State != "TURN_STATE_COMPLETED" || !strings.Contains("\n"+out, "\n"+turn.Reply) {
					t.Errorf("%+v is not what it printed:\n%s", turn, out)
				}
			}
		})
	}
}

// freePort is a port that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	port, err := freeport.Find()
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(port)
}

// The tests of npm's packages are tools/clients/test.
func TestPackagesOfNPMWorkAsTheyAre(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "tools/clients/test/*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no tests are there")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			settings, port := map[string]string{"PACE": "0.02"}, freePort(t)
			if strings.HasPrefix(filepath.Base(file), "examples") { // whose page has no key
				settings["API_KEY"], settings["CORS_ALLOWED_ORIGINS"] = "", "http://127.0.0.1:"+port
			}
			run(t, filepath.Join(root, "tools/clients"), serve(t, settings), []string{"PAGE_PORT=" + port}, "node", "--test", file)
		})
	}
}

func TestTheExampleForTheTerminalDebates(t *testing.T) {
	address := serve(t, map[string]string{"PACE": "0.02"})
	out := run(t, root, address, nil, "sh", "-c", `printf 'Tea is better than coffee.\nIt has less caffeine.\n\n' | go run ./examples/terminal`)
	for _, turn := range turns(t, address) {
		if !strings.Contains(out, turn.Reply) {
			t.Errorf("%+v is not in what it printed:\n%s", turn, out)
		}
	}
}

func TestThePageOfDocsIsThePinnedOne(t *testing.T) {
	address := serve(t, nil)
	for _, name := range []string{"LICENSE", "swagger-ui.css", "swagger-ui-bundle.js"} {
		ours := run(t, root, address, nil, "curl", "--fail", "--silent", address+"/docs/"+name)
		theirs, err := os.ReadFile(filepath.Join(packages, "swagger-ui-dist", name))
		if err != nil || ours != string(theirs) {
			t.Errorf("%s is not that of the pinned package (%v); run: make docs", name, err)
		}
	}
}
