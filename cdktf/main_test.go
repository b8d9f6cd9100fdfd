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
	"testing"

	"github.com/aws/jsii-runtime-go"
)

var update = flag.Bool("update", false, "write the golden file and the diagram anew")

// shapes are synthesized once for all tests: a synth takes seconds, and the bindings cannot run
// in parallel.
var shapes = map[string]*shape{}

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
	flag.Parse()
	code := 1
	dir, err := os.MkdirTemp("", "cdktf")
	if err == nil {
		err = synthesize(dir)
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

func synthesize(dir string) error {
	for _, name := range []string{"smallest", "default", "fullest"} {
		config, err := Load(filepath.Join("testdata", name+".yaml"))
		if err != nil {
			return err
		}
		out := filepath.Join(dir, name, "cdktf.out")
		if err := Synth(config, out); err != nil {
			return err
		}
		s := &shape{config: config, dir: filepath.Join(out, "stacks", stackName(config))}
		text, err := os.ReadFile(filepath.Join(s.dir, "cdk.tf.json"))
		if err != nil {
			return err
		}
		s.text = string(text)
		if err := json.Unmarshal(text, &s.doc); err != nil {
			return err
		}
		shapes[name] = s
	}
	return nil
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

// reshape synthesizes one more configuration.
func reshape(t *testing.T, config Config) *shape {
	t.Helper()
	out := filepath.Join(t.TempDir(), "cdktf.out")
	if err := Synth(config, out); err != nil {
		t.Fatal(err)
	}
	s := &shape{config: config, dir: filepath.Join(out, "stacks", stackName(config))}
	text, err := os.ReadFile(filepath.Join(s.dir, "cdk.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &s.doc); err != nil {
		t.Fatal(err)
	}
	s.text = string(text)
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
