package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/jsii-runtime-go"
)

var update = flag.Bool("update", false, "write the golden file and the diagram anew")

// shapes are the configurations of testdata, by name, and what became of them.
var shapes = map[string]*shape{}

// synthesized holds every shape by its configuration: a synth takes seconds, so each is made once. The
// bindings cannot run in parallel.
var synthesized = struct {
	sync.Mutex
	dir    string
	shapes map[string]*shape
}{shapes: map[string]*shape{}}

// shape is a configuration and what became of it.
type shape struct {
	config Config
	dir    string // the stack's folder
	text   string
	doc    contents
}

type contents struct {
	Resource map[string]map[string]map[string]any `json:"resource"`
	Data     map[string]map[string]map[string]any `json:"data"`
	Output   map[string]map[string]any            `json:"output"`
	Variable map[string]map[string]any            `json:"variable"`
	Rest     map[string]any                       `json:"terraform"`
	Provider map[string][]map[string]any          `json:"provider"`
}

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	flag.Parse()
	code := 1
	dir, err := os.MkdirTemp("", "cdktf")
	if err == nil {
		synthesized.dir = dir
		err = synthesizeTestdata()
	}
	if err == nil {
		code = m.Run()
	} else {
		fmt.Fprintln(os.Stderr, err)
	}
	_ = os.RemoveAll(dir)
	jsii.Close()
	os.Exit(code)
}

// asCommand in the environment has the test binary be the command, which need not be linked once more.
const asCommand = "CDKTF_AS_COMMAND"

func synthesizeTestdata() error {
	for _, name := range []string{"smallest", "default", "fullest"} {
		config, err := Load(filepath.Join("testdata", name+".yaml"))
		if err != nil {
			return err
		}
		if shapes[name], err = synthesize(config); err != nil {
			return err
		}
	}
	return nil
}

// synthesize makes a configuration's shape, or takes the one that was made.
func synthesize(config Config) (*shape, error) {
	key, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	synthesized.Lock()
	defer synthesized.Unlock()
	if s := synthesized.shapes[string(key)]; s != nil {
		return s, nil
	}
	out := filepath.Join(synthesized.dir, strconv.Itoa(len(synthesized.shapes)), "cdktf.out")
	if err := Synth(config, out); err != nil {
		return nil, err
	}
	s := &shape{config: config, dir: filepath.Join(out, "stacks", stackName(config))}
	text, err := os.ReadFile(filepath.Join(s.dir, "cdk.tf.json"))
	if err != nil {
		return nil, err
	}
	s.text = string(text)
	synthesized.shapes[string(key)] = s
	return s, json.Unmarshal(text, &s.doc)
}

// get finds a resource by its type and the end of its path in the tree of constructs.
func (s *shape) get(t testing.TB, kind, path string) map[string]any {
	t.Helper()
	for _, r := range s.doc.Resource[kind] {
		if at(r, "//.metadata.path") == stackName(s.config)+"/"+path {
			return r
		}
	}
	t.Fatalf("there is no %s at %s", kind, path)
	return nil
}

// has says whether there is any resource of a type.
func (s *shape) has(kind string) bool { return len(s.doc.Resource[kind]) > 0 }

// at walks a path such as a.0.b; JSON documents in strings are decoded on the way. A block may
// be one object or a list with one.
func at(v any, path string) any {
	if path == "" {
		return v
	}
	name, rest, _ := strings.Cut(path, ".")
	if text, ok := v.(string); ok {
		var inner any
		if json.Unmarshal([]byte(text), &inner) != nil {
			return nil
		}
		v = inner
	}
	switch v := v.(type) {
	case map[string]any:
		return at(v[name], rest)
	case []any:
		if i, err := strconv.Atoi(name); err == nil && i < len(v) {
			return at(v[i], rest)
		} else if len(v) == 1 {
			return at(v[0], path)
		}
	}
	return nil
}

// expect is one promise: this field has this value. want is compared as JSON would be.
type expect struct {
	kind, path, field string
	want              any
}

func (s *shape) check(t *testing.T, expected []expect) {
	t.Helper()
	for _, e := range expected {
		got := at(s.get(t, e.kind, e.path), e.field)
		if want := decoded(t, e.want); !reflect.DeepEqual(got, want) {
			t.Errorf("%s %s: %s is %v, want %v", e.kind, e.path, e.field, got, want)
		}
	}
}

func decoded(t testing.TB, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

// reference is how Terraform's JSON refers to a resource's attribute.
func (s *shape) reference(t testing.TB, kind, path, attribute string) string {
	t.Helper()
	return fmt.Sprintf("${%s.%s.%s}", kind, at(s.get(t, kind, path), "//.metadata.uniqueId"), attribute)
}

// production is the default with what production must say.
func production() Config {
	c := Default()
	c.Balancer.Domain, c.Balancer.Zone = "debate.example.com", "example.com"
	return c
}

// reshape is the shape of one more configuration.
func reshape(t *testing.T, config Config) *shape {
	t.Helper()
	s, err := synthesize(config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func jsonText(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
