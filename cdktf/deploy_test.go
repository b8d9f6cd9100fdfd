package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Stand-ins for what make deploy calls besides Terraform; each notes what it was asked. docker notes, too,
// whether there was a service already when the image came.
var standIns = map[string]string{
	"go": `case "$*" in
"run ./cdktf") mkdir -p cdktf.out/stacks/debate-chatbot-production; cp "$STACK_JSON" cdktf.out/stacks/debate-chatbot-production/cdk.tf.json ;;
*chat*) read -r line; echo "go $* with $API_KEY: $line" >>"$NOTES"; [ -z "${SILENT:-}" ] && echo "Coffee wakes you up." ;;
*) exit 9 ;;
esac`,
	"aws": `echo "aws $*" >>"$NOTES"
case "$*" in
"sts get-caller-identity"*) echo 123456789012 ;;
"ecr describe-images"*) [ -e "$NOTES.pushed" ] ;;
"ecr get-login-password"*) echo password ;;
"ecs describe-services"*) if [ -n "${RUNS:-}" ]; then echo "$RUNS"; else terraform -chdir=cdktf.out/stacks/debate-chatbot-production output -raw task_definition_arn; fi ;;
"secretsmanager get-secret-value"*) echo the-key ;;
"ecs wait"*) ;;
*) exit 9 ;;
esac`,
	"docker": `echo "docker $*" >>"$NOTES"
case "$*" in
login*) cat >/dev/null ;;
*) : >"$NOTES.pushed"; echo "services $(terraform -chdir=cdktf.out/stacks/debate-chatbot-production state list | grep -c aws_ecs_service)" >>"$NOTES" ;;
esac`,
}

func TestDeployIsOnePass(t *testing.T) {
	d := newDeploy(t)
	out := d.run(t, true)
	var got []string
	for _, note := range d.notes(t) {
		got = append(got, strings.Join(strings.Fields(note)[:2], " "))
	}
	want := []string{
		"aws sts", "aws ecr", "aws ecr", "docker login", "docker buildx", "services 0", "aws ecs", "aws ecs", "aws secretsmanager", "go run",
	}
	slices.Sort(got[2:4]) // the two ends of a pipe
	if !slices.Equal(got, want) {
		t.Errorf("it did %q, want %q", got, want)
	}
	const image = "123456789012.dkr.ecr.us-east-2.amazonaws.com/debate-api:1.2.0"
	text := strings.Join(d.notes(t), "\n")
	for _, part := range []string{
		"--image-ids imageTag=1.2.0", "--platform linux/arm64", "--build-arg VERSION=1.2.0", "--tag " + image + " --push .",
		"chat --server https://debate.example.com with the-key: Tea is better than coffee.",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("nothing was asked for %s:\n%s", part, text)
		}
	}
	if !strings.Contains(out, "== production runs 1.2.0 at https://debate.example.com") || !strings.Contains(out, "Coffee wakes you up.") {
		t.Errorf("it ends with\n%s", out)
	}
	// Again: the image is there, and nothing else is to do.
	if out = d.run(t, true); !strings.Contains(out, "it is not built again") || !strings.Contains(out, "0 added, 0 changed, 0 destroyed") {
		t.Errorf("the second time:\n%s", out)
	}
	given := filepath.Join(d.root, "config.auto.tfvars")
	variables, err := os.ReadFile(given)
	if err != nil {
		t.Fatal(err)
	}
	put := func(text string) {
		if err := os.WriteFile(given, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(strings.Replace(string(variables), "us-east-2", "eu-west-1", 1))
	if out = d.run(t, false); !strings.Contains(out, "region: got eu-west-1; production was deployed in us-east-2") {
		t.Errorf("in another region it ends with\n%s", out)
	}
	put(string(variables))
	d.env = append(d.env, "RUNS=arn:of-the-one-before")
	if out = d.run(t, false); !strings.Contains(out, "ECS went back to arn:of-the-one-before") {
		t.Errorf("a deployment that failed ends with\n%s", out)
	}
	d.env = append(d.env, "RUNS=", "SILENT=1")
	if out = d.run(t, false); !strings.Contains(out, "https://debate.example.com does not answer") {
		t.Errorf("a service that is silent ends with\n%s", out)
	}
	d.env = append(d.env, "CI=true")
	if out = d.run(t, false); !strings.Contains(out, "backend.bucket in cdktf/environments/production.yaml: got nothing") {
		t.Errorf("with nowhere to keep its state CI ends with\n%s", out)
	}
}

func TestDeployAsksForWhatItNeeds(t *testing.T) {
	const there = "takes one of: development existing production staging"
	for _, c := range []struct{ env, version, want string }{
		{"", "1.2.0", "ENV: got nothing; " + there}, {"prod", "1.2.0", `ENV: got "prod"; ` + there}, {"staging", "", `VERSION: got ""; takes the image's tag`},
		{"staging", "v 1", `VERSION: got "v 1"; takes`},
	} {
		cmd := exec.CommandContext(t.Context(), "../deploy/deploy.sh")
		cmd.Env = append(os.Environ(), "ENV="+c.env, "VERSION="+c.version)
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%+v: %v: %s", c, err, out)
		}
	}
}

// deploy is a project's root with the script and its stand-ins.
type deploy struct {
	root string
	env  []string
}

func newDeploy(t *testing.T) *deploy {
	t.Helper()
	tf := newTerraform(t, shapes["default"])
	d := &deploy{root: t.TempDir()}
	put := func(name, text string, mode os.FileMode) {
		path := filepath.Join(d.root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	script, err := os.ReadFile("../deploy/deploy.sh")
	if err != nil {
		t.Fatal(err)
	}
	put("deploy/deploy.sh", string(script), 0o700)
	put("cdktf/environments/production.yaml", "", 0o600)
	put("config.auto.tfvars", "region = \"us-east-2\"\nopenai_api_key = \"sk-0123456789\"\napi_key = \"0123456789abcdef\"\n", 0o600)
	for name, text := range standIns {
		put("bin/"+name, "#!/bin/bash\n"+text+"\n", 0o700)
	}
	d.env = slices.DeleteFunc(slices.Clone(tf.env), func(v string) bool { return strings.HasPrefix(v, "TF_VAR_") || strings.HasPrefix(v, "CI=") })
	d.env = append(d.env, "PATH="+filepath.Join(d.root, "bin")+":"+os.Getenv("PATH"), "NOTES="+filepath.Join(d.root, "notes"), "STACK_JSON="+filepath.Join(tf.dir, "cdk.tf.json"),
		"ENV=production", "VERSION=1.2.0", "YES=1", "PAUSE=0", "TF_CLI_ARGS=-no-color")
	return d
}

func (d *deploy) run(t *testing.T, well bool) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(d.root, "deploy/deploy.sh"))
	cmd.Dir, cmd.Env = t.TempDir(), d.env // from anywhere
	out, err := cmd.CombinedOutput()
	if (err == nil) != well {
		t.Fatalf("it ends with %v and says\n%s\nafter\n%s", err, out, strings.Join(d.notes(t), "\n"))
	}
	return string(out)
}

func (d *deploy) notes(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(d.root, "notes"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}
