package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/aws/awstest"
)

const (
	secret = "debate-chatbot-api-key"
	token  = "a-token-of-at-least-32-characters"
	named  = `{"note":"ours","keys":[{"name":"web","key":"SENTINEL-web-key","rate":600,"daily_tokens":12345678901234567},{"name":"app","KEY":"SENTINEL-app-key","team":"mobile"}]}`
)

var steps = []string{"createSecret", "setSecret", "testSecret", "finishSecret"}

func event(step, token string) events.SecretsManagerSecretRotationEvent {
	return events.SecretsManagerSecretRotationEvent{Step: step, SecretID: secret, ClientRequestToken: token}
}

// lookUp is whom the service takes a key for.
func lookUp(t *testing.T, manager *awstest.Secrets, key string) string {
	t.Helper()
	keys, err := auth.OpenSecret(t.Context(), manager.Client(), secret, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	name, _ := keys.Lookup(t.Context(), key)
	return name
}

// keysOf are those of a secret by their names.
func keysOf(t *testing.T, text string) map[string]string {
	t.Helper()
	if !strings.HasPrefix(text, "{") {
		return map[string]string{auth.DefaultName: text}
	}
	var list struct{ Keys []struct{ Name, Key string } }
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	keys := make(map[string]string)
	for _, k := range list.Keys {
		keys[k.Name] = k.Key
	}
	return keys
}

func TestTheServiceTakesOldAndNewKeysAfterTheFourSteps(t *testing.T) {
	for name, old := range map[string]string{"one key": "SENTINEL-plain-key", "named keys": named} {
		t.Run(name, func(t *testing.T) {
			manager := awstest.Start(t)
			manager.Put(secret, current, old)
			var log bytes.Buffer
			r := rotator{manager.Client(), slog.New(slog.NewTextHandler(&log, nil))}
			for n := range 2 { // and once more, from what the first time made
				token := fmt.Sprint(token, n)
				before := keysOf(t, manager.Value(secret, current))
				manager.Stage(secret, token)
				for _, step := range steps {
					for range 2 { // Secrets Manager may repeat a step
						if err := r.handle(t.Context(), event(step, token)); err != nil {
							t.Fatal(err)
						}
					}
				}
				after := keysOf(t, manager.Value(secret, current))
				if len(after) != len(before) {
					t.Errorf("%d keys are %d", len(before), len(after))
				}
				for name, key := range after {
					if key == before[name] || len(key) != 64 || lookUp(t, manager, key) != name || lookUp(t, manager, before[name]) != name {
						t.Errorf("%s: the new one is %d long, and is %q; the old one is %q", name, len(key), lookUp(t, manager, key), lookUp(t, manager, before[name]))
					}
					if strings.Contains(log.String(), key) {
						t.Errorf("the log has the new key of %s", name)
					}
				}
				manager.Age(secret, current, 25*time.Hour)
				for name, key := range before {
					if who := lookUp(t, manager, key); who != "" {
						t.Errorf("the old key of %s is %q a day later", name, who)
					}
				}
			}
			if strings.Contains(log.String(), "SENTINEL") {
				t.Errorf("the log has a key: %s", log.String())
			}
			for _, kept := range []string{`"note":"ours"`, `"team":"mobile"`, `"daily_tokens":12345678901234567`, `"rate":600`} {
				if old == named && !strings.Contains(manager.Value(secret, current), kept) {
					t.Errorf("%s is gone", kept)
				}
			}
			manager.Set(func(m *awstest.Secrets) {
				if m.Writes != 4 {
					t.Errorf("two rotations made %d writes, want 4", m.Writes)
				}
			})
		})
	}
}

func TestWhatIsWrongStopsARotationAndIsToldWithoutAKey(t *testing.T) {
	for name, c := range map[string]struct {
		old   string
		step  string
		spoil func(*awstest.Secrets)
		says  string
	}{
		"a version that is not staged": {"SENTINEL-plain-key", "createSecret", func(m *awstest.Secrets) { m.Stage(secret, "another"+token) }, "rotate-secret"},
		"no such step":                 {"SENTINEL-plain-key", "dropSecret", nil, "no such step"},
		"no such secret":               {"", "createSecret", nil, "ResourceNotFoundException"},
		"keys of another form":         {"SENTINEL key with blanks", "createSecret", nil, "8 to 512 visible ASCII characters"},
		"a manager that is away":       {"SENTINEL-plain-key", "createSecret", func(m *awstest.Secrets) { m.Set(func(m *awstest.Secrets) { m.Broken = pending }) }, "read AWSPENDING"},
		"a test without a new version": {"SENTINEL-plain-key", "testSecret", nil, "read AWSPENDING"},
		"a new version with other names": {named, "testSecret", func(m *awstest.Secrets) {
			m.Put(secret, pending, "SENTINEL-other-key")
		}, "names, rates and quotas"},
	} {
		t.Run(name, func(t *testing.T) {
			manager := awstest.Start(t)
			if c.old != "" {
				manager.Put(secret, current, c.old)
				if !strings.HasPrefix(name, "a version") {
					manager.Stage(secret, token)
				}
			}
			at := token
			if c.spoil != nil {
				c.spoil(manager)
			}
			if strings.Contains(name, "other names") {
				at = manager.ID(secret, pending)
			}
			var log bytes.Buffer
			err := rotator{manager.Client(), slog.New(slog.NewTextHandler(&log, nil))}.handle(t.Context(), event(c.step, at))
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.step) {
				t.Errorf("got %v", err)
			}
			if strings.Contains(fmt.Sprint(err, log.String()), "SENTINEL") {
				t.Errorf("a key is told: %v, %s", err, log.String())
			}
			if c.old != "" && manager.Value(secret, current) != c.old {
				t.Error("the current version is another")
			}
		})
	}
}

// Where a rotation is set up that does not begin at once, AWS has testSecret alone look at a pending version with
// the current one's value.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html (RotateImmediately)
// https://github.com/getmoto/moto/pull/8547
func TestTheTrialBeforeTheFirstRotationPassesAndNeverCounts(t *testing.T) {
	for name, old := range map[string]string{"one key": "SENTINEL-plain-key", "named keys": named} {
		manager := awstest.Start(t)
		manager.Put(secret, current, old)
		manager.Put(secret, pending, old)
		r, tried := rotator{manager.Client(), slog.New(slog.DiscardHandler)}, manager.ID(secret, pending)
		if err := r.handle(t.Context(), event("testSecret", tried)); err != nil {
			t.Errorf("%s: the trial fails: %v", name, err)
		}
		if err := r.handle(t.Context(), event("finishSecret", tried)); err == nil || manager.ID(secret, current) == tried {
			t.Errorf("%s: keys that did not change count as rotated: %v", name, err)
		}
	}
}

// lambdas plays the runtime's API of AWS Lambda, version 2018-06-01: it hands out
// events, and takes what became of them.
type lambdas struct {
	events chan string
	done   chan string

	mu sync.Mutex
	n  int
}

var invocation = regexp.MustCompile(`^/2018-06-01/runtime/(?:invocation/(?:next|\d+/(response|error))|init/(error))$`)

func (l *lambdas) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := invocation.FindStringSubmatch(r.URL.Path)
	if path == nil {
		http.NotFound(w, r)
		return
	}
	if outcome := path[1] + path[2]; outcome != "" {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		l.done <- outcome + " " + string(body)
		return
	}
	select {
	case e := <-l.events:
		l.mu.Lock()
		l.n++
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprint(l.n))
		l.mu.Unlock()
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(30*time.Second).UnixMilli()))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-2:123456789012:function:rotate")
		_, _ = io.WriteString(w, e)
	case <-r.Context().Done():
	}
}

// TestTheArchiveRotatesUnderLambdasRuntime builds the archive for this machine twice, and runs
// what is in it.
func TestTheArchiveRotatesUnderLambdasRuntime(t *testing.T) {
	var archives [2][]byte
	for i := range archives {
		dir := t.TempDir()
		if out, err := exec.Command("go", "run", "./pack", dir, runtime.GOARCH).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var err error
		if archives[i], err = os.ReadFile(filepath.Join(dir, runtime.GOARCH, "function.zip")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(archives[0], archives[1]) {
		t.Error("the same source gave other bytes")
	}
	if n := len(archives[0]); n > 20<<20 {
		t.Errorf("%d bytes are more than a template may hold by far", n)
	}
	path := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(path, bootstrap(t, archives[0]), 0o700); err != nil {
		t.Fatal(err)
	}
	manager, api := awstest.Start(t), &lambdas{events: make(chan string), done: make(chan string)}
	manager.Put(secret, current, named)
	manager.Stage(secret, token)
	manager.Setenv(t)
	server := httptest.NewServer(api)
	defer server.Close()
	var log bytes.Buffer
	function := exec.Command(path)
	function.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"), "AWS_REGION="+awstest.Region)
	function.Stdout, function.Stderr = &log, &log
	if err := function.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.CloseClientConnections()
	defer func() {
		_ = function.Process.Kill()
		_ = function.Wait()
		if strings.Contains(log.String(), "SENTINEL") || t.Failed() {
			t.Errorf("the function logged: %s", log.String())
		}
	}()
	for _, step := range append(steps, "dropSecret") {
		text, err := json.Marshal(event(step, token))
		if err != nil {
			t.Fatal(err)
		}
		if step == "dropSecret" {
			manager.Stage(secret, "other-"+token)
			text = bytes.ReplaceAll(text, []byte(token), []byte("other-"+token))
		}
		select {
		case api.events <- string(text):
		case <-time.After(30 * time.Second):
			t.Fatalf("nobody asks for %s", step)
		}
		outcome := <-api.done
		if want := map[bool]string{false: "response", true: "error"}[step == "dropSecret"]; !strings.HasPrefix(outcome, want) {
			t.Errorf("%s: %s", step, outcome)
		}
	}
	for name, key := range keysOf(t, manager.Value(secret, current)) {
		if old := keysOf(t, named)[name]; key == old || lookUp(t, manager, key) != name || lookUp(t, manager, old) != name {
			t.Errorf("%s was not rotated", name)
		}
	}
}

// bootstrap is the one file of an archive.
func bootstrap(t *testing.T, data []byte) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.File) != 1 || archive.File[0].Name != "bootstrap" || archive.File[0].Mode() != 0o755 {
		t.Fatalf("the archive has %d files, the first %s, %v", len(archive.File), archive.File[0].Name, archive.File[0].Mode())
	}
	file, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	binary, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return binary
}
