package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// sentinels are the secrets of these tests: whoever finds one on disk has found a leak.
var sentinels = map[string]string{
	"openai_api_key": "sk-SENTINEL-openai-0001", "api_key": "SENTINEL-api-key-0002",
	"database_url": "postgres://user:SENTINEL-0003@db.example.com:5432/debate",
}

func TestTerraformDeploysAndDestroysEveryShape(t *testing.T) {
	for _, name := range []string{"smallest", "default", "fullest"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // only Terraform runs here, no bindings
			s := shapes[name]
			tf := newTerraform(t, s)
			if name == "default" { // the URL of the new database is made here
				tf.env = append(tf.env, "TF_VAR_database_url=")
			}
			tf.run(t, "init", "-backend=false")
			tf.localState(t)
			tf.run(t, "init", "-reconfigure")
			tf.run(t, "validate")
			if name == "smallest" { // all that Terraform says to itself, among the files that noSecrets reads
				tf.env = append(tf.env, "TF_LOG=debug", "TF_LOG_PATH="+filepath.Join(tf.dir, "terraform.log"))
			}
			plan := filepath.Join(tf.dir, "saved.plan")
			tf.run(t, "plan", "-out="+plan)
			shown := tf.run(t, "show", "-json", plan)
			tf.run(t, "apply", plan)
			again := tf.run(t, "plan", "-detailed-exitcode") // fails if anything changed
			state := tf.run(t, "state", "pull")
			if name == "smallest" {
				tf.run(t, "destroy", "-auto-approve")
			} else { // nothing at all is, not even what AWS would let go before it refuses the rest
				before := tf.run(t, "state", "list")
				out, err := tf.try(t, "destroy", "-auto-approve")
				if after := tf.run(t, "state", "list"); err == nil || !strings.Contains(out, "Instance cannot be destroyed") || after != before {
					t.Errorf("what is protected was destroyed: %v\n%s", err, out)
				}
			}
			tf.received(t, name)
			tf.noSecrets(t, shown, again, state)
		})
	}
}

func TestDestroyFollowsTurningProtectOff(t *testing.T) {
	config := production()
	on := reshape(t, config)
	tf := newTerraform(t, on)
	tf.run(t, "init")
	tf.run(t, "apply", "-auto-approve")
	config.Protect = false
	off := reshape(t, config)
	text, err := os.ReadFile(filepath.Join(off.dir, "cdk.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(tf.dir, "cdk.tf.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	tf.run(t, "apply", "-auto-approve")
	tf.run(t, "destroy", "-auto-approve")
	if left := strings.TrimSpace(tf.run(t, "state", "list")); left != "" {
		t.Errorf("destroy left %s", left)
	}
}

// The brief's four variables and nothing else are enough in every environment that is committed, whether the
// database is new or there.
func TestEveryEnvironmentTakesTheBriefsFile(t *testing.T) {
	const brief = `region         = "us-east-2"
openai_api_key = "your-openai-api-key-here"
database_url   = %q
api_key        = "your-secure-api-key-here"
`
	const given = "postgres://user:password@host:5432/name"
	paths, err := filepath.Glob("environments/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal("there are no environments")
	}
	for _, path := range paths {
		config, err := Load(path)
		if err != nil {
			t.Fatal(err)
		}
		tf := newTerraform(t, reshape(t, config))
		tf.env = slices.DeleteFunc(tf.env, func(v string) bool { return strings.HasPrefix(v, "TF_VAR_") })
		tf.run(t, "init")
		put := func(url string) {
			if err := os.WriteFile(filepath.Join(tf.dir, "config.auto.tfvars"), fmt.Appendf(nil, brief, url), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		put(given)
		if out := tf.run(t, "apply", "-auto-approve"); strings.Contains(out, "Warning") {
			t.Errorf("%s warns:\n%s", path, out)
		}
		text, err := os.ReadFile(tf.receivedFile())
		if err != nil || !strings.Contains(string(text), "="+given) {
			t.Errorf("%s: the database's URL did not arrive: %v\n%s", path, err, text)
		}
		put("")
		out, err := tf.try(t, "plan", "-detailed-exitcode")
		if existing := config.Database.Existing.Set(); (err != nil) != existing || existing && !strings.Contains(strings.Join(strings.Fields(out), " "), "database_url: takes postgres://") {
			t.Errorf("%s without a URL: %v\n%s", path, err, out)
		}
	}
	tf := newTerraform(t, shapes["default"])
	tf.env = slices.DeleteFunc(tf.env, func(v string) bool { return strings.HasPrefix(v, "TF_VAR_") })
	example, err := filepath.Abs("../config.auto.tfvars.example")
	if err != nil {
		t.Fatal(err)
	}
	tf.run(t, "init")
	tf.run(t, "plan", "-var-file="+example)
}

// A key that changes by itself is not to be put back by a deploy.
func TestRotatedKeyIsNotPutBack(t *testing.T) {
	tf := newTerraform(t, shapes["fullest"])
	tf.localState(t)
	tf.run(t, "init", "-reconfigure")
	out, err := tf.try(t, "plan", "-var", "api_key_version=2")
	if flat := strings.Join(strings.Fields(out), " "); err == nil || !strings.Contains(flat, "api_key_version: stays 1: secrets.rotate_days changes this key by itself") {
		t.Errorf("the version was taken: %v\n%s", err, out)
	}
	if err := os.Remove(filepath.Join(tf.dir, "..", "..", "..", ".cache", "rotate", "arm64", "function.zip")); err != nil {
		t.Fatal(err)
	}
	out, err = tf.try(t, "plan")
	if flat := strings.Join(strings.Fields(out), " "); err == nil || !strings.Contains(flat, "make rotate-zip") {
		t.Errorf("without the function's code: %v\n%s", err, out)
	}
}

// More or less Spot, as the runbook says, changes the service where it is.
func TestStrategyChangesInPlace(t *testing.T) {
	s := shapes["smallest"]
	tf := newTerraform(t, s)
	tf.run(t, "init")
	tf.run(t, "apply", "-auto-approve")
	const weight, forced = `"weight": 3`, `"force_new_deployment": true`
	if strings.Count(s.text, weight) != 1 || strings.Count(s.text, forced) != 1 {
		t.Fatal("the stack does not have what is changed here")
	}
	less := strings.Replace(s.text, weight, `"weight": 0`, 1)
	for _, c := range []struct{ text, want string }{
		{less, "will be updated in-place"},
		{strings.Replace(less, forced, `"force_new_deployment": false`, 1), "must be replaced"}, // the stub sees it
	} {
		if err := os.WriteFile(filepath.Join(tf.dir, "cdk.tf.json"), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		out := tf.run(t, "plan")
		if _, service, _ := strings.Cut(out, "# aws_ecs_service."); !strings.Contains(strings.Split(service, "\n")[0], c.want) {
			t.Errorf("want a service that %s:\n%s", c.want, out)
		}
	}
}

const taskAddress = "aws_ecs_task_definition.service_task_93374F48"

func TestRaisedVersionPassesTheSecretOnAgainAndRestartsTasks(t *testing.T) {
	s := shapes["smallest"]
	tf := newTerraform(t, s)
	tf.run(t, "init")
	tf.run(t, "apply", "-auto-approve")
	out := tf.run(t, "apply", "-auto-approve", "-var", "api_key_version=2")
	if !strings.Contains(out, "secrets_api-version") || !strings.Contains(out, "service_task") {
		t.Errorf("raising the version changed neither secret nor tasks:\n%s", out)
	}
	text, err := os.ReadFile(tf.receivedFile())
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(text), sentinels["api_key"]); got != 2 {
		t.Errorf("the API key was passed on %d times, want 2", got)
	}
	// The guide's way to migrate before an upgrade: a new task, and the service as it was.
	out = tf.run(t, "apply", "-auto-approve", "-var", "api_key_version=2", "-var", "image_tag=2.0.0", "-target="+taskAddress)
	if !strings.Contains(out, taskAddress+": Modifications complete") || strings.Contains(out, "aws_ecs_service.") {
		t.Errorf("the task alone was not registered:\n%s", out)
	}
}

func TestVariablesAreRefusedWithWhatTheyTake(t *testing.T) {
	tf := newTerraform(t, shapes["default"])
	tf.localState(t)
	tf.run(t, "init", "-reconfigure")
	// Terraform says of all at once what it does not take.
	for _, values := range []map[string]string{
		{
			"region=ohio":                         "region: takes a region such as us-east-2",
			"image_tag=a b":                       "image_tag: takes a tag",
			"api_key=short":                       "api_key: takes 16 to 512 visible",
			"openai_api_key_version=0":            "openai_api_key_version: takes a whole number",
			"database_url=your-database-url-here": "database_url: takes postgres://user:password@host:5432/name?sslmode=verify-full, or nothing for the new Aurora cluster",
		},
		{"database_url=postgres://host/nobody": "database_url: takes postgres://"},
	} {
		args := []string{"plan"}
		for value := range values {
			args = append(args, "-var", value)
		}
		out, err := tf.try(t, args...)
		flat := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
		if refused := strings.Count(flat, "Error: Invalid value for variable"); err == nil || refused != len(values) {
			t.Errorf("%d of %d values are refused: %v:\n%s", refused, len(values), err, out)
		}
		for value, want := range values {
			if !strings.Contains(flat, want) {
				t.Errorf("%s: want %q, got:\n%s", value, want, out)
			}
		}
	}
}

func TestRegionIsThatOfTheCertificate(t *testing.T) {
	tf := newTerraform(t, shapes["fullest"])
	tf.localState(t)
	tf.run(t, "init", "-reconfigure")
	out, err := tf.try(t, "plan", "-var", "region=eu-west-1")
	if flat := strings.Join(strings.Fields(out), " "); err == nil || !strings.Contains(flat, "region: takes us-east-2, where the configuration file's balancer.certificate is.") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// The stub knows what AWS refuses, and proves of each rule that it sees.
func TestNothingIsDeployedThatAWSRefuses(t *testing.T) {
	stub := stubProvider(t)
	var stacks []string
	for _, s := range shapes {
		stacks = append(stacks, filepath.Join(s.dir, "cdk.tf.json"))
	}
	for _, verb := range []string{"check", "faults"} {
		out, err := exec.CommandContext(t.Context(), stub.binary, append([]string{verb}, stacks...)...).CombinedOutput()
		if t.Logf("%s", out); err != nil {
			t.Errorf("stub %s: %v", verb, err)
		}
	}
}

// Under Terraform it refuses them where AWS would: names in the plan, versions where they are looked up, a
// name that is taken and a change that cannot be in the deploy.
func TestTerraformIsRefusedWhatAWSRefuses(t *testing.T) {
	s := shapes["default"]
	tf := newTerraform(t, s)
	tf.run(t, "init")
	put := func(old, new string) {
		t.Helper()
		if !strings.Contains(s.text, old) {
			t.Fatalf("the stack has no %s", old)
		}
		if err := os.WriteFile(filepath.Join(tf.dir, "cdk.tf.json"), []byte(strings.ReplaceAll(s.text, old, new)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(want string, args ...string) {
		t.Helper()
		out, err := tf.try(t, args...)
		if flat := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " "); err == nil || !strings.Contains(flat, want) {
			t.Errorf("want %q, got %v:\n%s", want, err, out)
		}
	}
	put(`"Tasks: port 8080 from the load balancer"`, `"Tasks: the service's port"`)
	refused("aws_security_group.description: got Tasks: the service's port; takes 1 to 255 of", "plan")
	put(`"version": "16.8"`, `"version": "16.6"`)
	refused("no RDS engine versions found: 16.6", "plan")
	put(`"name": "debate-chatbot-task"`, `"name": "debate-chatbot-execution"`)
	refused(`"debate-chatbot-execution" is taken by another one`, "apply", "-auto-approve")
	put(`"version": "16.8"`, `"version": "16.8"`)
	tf.run(t, "apply", "-auto-approve")
	put(`"version": "16.8"`, `"version": "17.7"`)
	refused("AllowMajorVersionUpgrade flag must be present", "apply", "-auto-approve")
	put(`"version": "16.8"`, `"version": "15.13"`)
	refused("Cannot upgrade aurora-postgresql from 16.8 to 15.13", "apply", "-auto-approve")
}

// The stub knows three zones, as many as a small region has.
func TestMoreZonesThanThereAreAreRefusedInThePlan(t *testing.T) {
	config := production()
	config.Network.Zones = 4
	tf := newTerraform(t, reshape(t, config))
	tf.run(t, "init")
	out, err := tf.try(t, "plan")
	if flat := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " "); err == nil || !strings.Contains(flat, "network.zones: got 4; takes at most 3: ") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestAnotherAccountIsRefused(t *testing.T) {
	tf := newTerraform(t, shapes["fullest"])
	tf.localState(t)
	tf.run(t, "init", "-reconfigure")
	text := strings.Replace(shapes["fullest"].text, `"123456789012"`, `"210987654321"`, 1)
	if err := os.WriteFile(filepath.Join(tf.dir, "cdk.tf.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := tf.try(t, "plan"); err == nil || !strings.Contains(out, "AWS account ID not allowed: 123456789012") {
		t.Errorf("it was deployed into another account: %v\n%s", err, out)
	}
}

// terraform runs Terraform in a copy of a stack's folder, with the stub as its AWS provider.
type terraform struct {
	dir string
	env []string
}

func newTerraform(t *testing.T, s *shape) *terraform {
	t.Helper()
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Fatal("terraform (1.11 or newer) is not installed; install it from https://developer.hashicorp.com/terraform/install")
	}
	built := stubProvider(t)
	dir := filepath.Join(t.TempDir(), "stacks", "x", "y") // the local state is kept three folders up
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("cdk.tf.json", s.text)
	rotator := filepath.Join(dir, "..", "..", "..", ".cache", "rotate", "arm64")
	if err := os.MkdirAll(rotator, 0o750); err != nil {
		t.Fatal(err)
	}
	write("../../../.cache/rotate/arm64/function.zip", "code")
	write("rc", fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", built.mirror))
	types := []string{"types", built.schema, filepath.Join(dir, "schema.json")}
	for kind := range s.doc.Resource {
		types = append(types, kind)
	}
	for kind := range s.doc.Data {
		types = append(types, "data."+kind)
	}
	// The stub knows the provider's own types: one that is not among them fails here.
	if out, err := exec.CommandContext(t.Context(), built.binary, types...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	tf := &terraform{dir: dir}
	tf.env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(dir, "rc"), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"GOGC=400", // Terraform spends a fifth less on its garbage
		"STUB_SCHEMA="+filepath.Join(dir, "schema.json"), "STUB_RECEIVED="+tf.receivedFile())
	for name, value := range sentinels {
		tf.env = append(tf.env, "TF_VAR_"+name+"="+value)
	}
	return tf
}

// localState lets a stack whose state belongs into S3 keep it here.
func (tf *terraform) localState(t *testing.T) {
	t.Helper()
	text := `{"terraform":{"backend":{"local":{"path":"state.tfstate"}}}}`
	if err := os.WriteFile(filepath.Join(tf.dir, "state_override.tf.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (tf *terraform) receivedFile() string { return filepath.Join(filepath.Dir(tf.dir), "received") }

func (tf *terraform) try(t *testing.T, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if args[0] != "state" && args[0] != "show" {
		args = append(args[:1:1], append([]string{"-no-color"}, args[1:]...)...)
	}
	if args[0] == "apply" || args[0] == "plan" || args[0] == "destroy" {
		args = append(args[:1:1], append([]string{"-input=false"}, args[1:]...)...)
	}
	cmd := exec.CommandContext(ctx, "terraform", args...)
	cmd.Dir, cmd.Env = tf.dir, tf.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

func (tf *terraform) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := tf.try(t, args...)
	if err != nil {
		t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// received checks that the secrets arrived where they belong, the password also inside a URL.
func (tf *terraform) received(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(tf.receivedFile())
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	if strings.Count(got, "aws_secretsmanager_secret_version.secret_string_wo=") != 3 {
		t.Errorf("secrets that arrived:\n%s", got)
	}
	want := []string{sentinels["openai_api_key"], sentinels["api_key"]}
	if name == "default" {
		want = append(want, "=postgres://endpoint-") // without user and password
	} else {
		want = append(want, sentinels["database_url"])
	}
	for _, secret := range want {
		if !strings.Contains(got, secret) {
			t.Errorf("%s did not arrive:\n%s", secret, got)
		}
	}
}

// noSecrets looks for sentinels in outputs and in every file that Terraform left: plan, state,
// its backups and its own folder.
func (tf *terraform) noSecrets(t *testing.T, outputs ...string) {
	t.Helper()
	for _, out := range outputs {
		if strings.Contains(out, "SENTINEL") {
			t.Error("Terraform printed a secret")
		}
	}
	checked := 0
	look := func(name string, text []byte) {
		checked++
		if bytes.Contains(text, []byte("SENTINEL")) {
			t.Errorf("%s holds a secret", name)
		}
	}
	err := filepath.WalkDir(filepath.Dir(filepath.Dir(filepath.Dir(tf.dir))), func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || path == tf.receivedFile() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		look(path, text)
		if filepath.Ext(path) == ".plan" { // a zip
			return unzip(text, look)
		}
		return nil
	})
	if err != nil || checked < 9 {
		t.Errorf("%d files were looked at: %v", checked, err)
	}
}

func unzip(text []byte, look func(name string, text []byte)) error {
	archive, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return err
	}
	for _, entry := range archive.File {
		file, err := entry.Open()
		if err != nil {
			return err
		}
		inner, err := io.ReadAll(file)
		if err != nil {
			return err
		}
		look(entry.Name, inner)
	}
	return nil
}

// stub is the built provider.
type stub struct{ binary, mirror, schema string }

// stubProvider builds the stub and recovers the schema from the bindings, once.
func stubProvider(t *testing.T) stub {
	t.Helper()
	built, err := buildStub()
	if err != nil {
		t.Fatal(err)
	}
	return built
}

var buildStub = sync.OnceValues(func() (stub, error) {
	cache, err := filepath.Abs("../.cache/stub")
	if err != nil {
		return stub{}, err
	}
	platform := filepath.Join(cache, "mirror", "registry.terraform.io", "hashicorp", "aws", providerVersion, runtime.GOOS+"_"+runtime.GOARCH)
	s := stub{binary: filepath.Join(platform, "terraform-provider-aws_v"+providerVersion), mirror: filepath.Join(cache, "mirror"), schema: filepath.Join(cache, "aws-"+providerVersion+".json")}
	if err := os.MkdirAll(platform, 0o750); err != nil {
		return stub{}, err
	}
	if err := command("check", "go", "build", "-o", s.binary, "./stub"); err != nil {
		return stub{}, err
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/cdktf/cdktf-provider-aws-go/aws/v19").Output()
	if err != nil {
		return stub{}, fmt.Errorf("find the bindings: %w", err)
	}
	return s, command(".", s.binary, "schema", strings.TrimSpace(string(out)), s.schema)
})

func command(dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
