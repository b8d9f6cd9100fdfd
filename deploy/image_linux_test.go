// Package deploy tests what the image is built from. An image needs an engine, so these tests
// carry out the Dockerfile's own build stage, instruction by instruction, and run the result as
// the engine would: in a root of its own, as the user it names.
package deploy

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/freeport"
	"github.com/goccy/go-yaml"
)

func TestImageServesAsAnUnprivilegedUserInARootOfItsOwn(t *testing.T) {
	image := builtImage(t)
	if image.user != "65532:65532" {
		t.Errorf("the image runs as %q, the task as 65532:65532", image.user)
	}
	if out, err := image.command("version").CombinedOutput(); err != nil || !strings.Contains(string(out), imageVersion) {
		t.Errorf("debate version says %q, want %s: %v", out, imageVersion, err)
	}
	// A place for SQLite, which the service takes without a database: nothing else is writable.
	data := filepath.Join(image.root, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(data) }()
	if os.Getuid() == 0 {
		if err := os.Chown(data, 65532, 65532); err != nil {
			t.Fatal(err)
		}
	}
	environment := []string{"PORT=" + freePort(t), "DATA_DIR=/data", "API_KEY=0123456789abcdef", "MODEL=offline", "DRAIN_DELAY=0s"}
	healthy := func() error {
		check := image.command("healthcheck")
		check.Env = append(check.Env, environment...)
		return check.Run()
	}
	if healthy() == nil {
		t.Fatal("debate healthcheck finds a service where none runs")
	}
	var log bytes.Buffer
	serve := image.command("serve")
	serve.Env, serve.Stdout, serve.Stderr = append(serve.Env, environment...), &log, &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- serve.Wait() }()
	defer func() { _ = serve.Process.Kill() }()
	for deadline := time.Now().Add(20 * time.Second); healthy() != nil; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			_ = serve.Process.Kill()
			<-ended
			t.Fatalf("debate healthcheck never passed; the service logged\n%s", log.String())
		}
	}
	if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("after SIGTERM the service ended with %v and logged\n%s", err, log.String())
		}
	case <-time.After(20 * time.Second):
		t.Error("the service goes on 20 s after SIGTERM")
	}
	// The alarm on errors and the dashboard read this field of CloudWatch's lines.
	var line struct{ Level string }
	if err := json.NewDecoder(&log).Decode(&line); err != nil || line.Level != "INFO" {
		t.Errorf("the log's first line has the level %q, want INFO: %v", line.Level, err)
	}
}

func TestImageTakesTheTasksEnvironment(t *testing.T) {
	image, task := builtImage(t), readTask(t)
	if task.User != image.user {
		t.Errorf("the image runs as %s, the task as %s", image.user, task.User)
	}
	if got := strings.Join(task.HealthCheck.Command, " "); got != "CMD "+image.entrypoint+" healthcheck" {
		t.Errorf("the task's health check is %s", got)
	}
	environment := []string{"OPENAI_API_KEY=sk-0123456789", "DATABASE_URL=postgres://db.example.com:5432/debate?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds-ca.pem"}
	computed := regexp.MustCompile(`\$\{[^}]*\}`)
	for _, v := range task.Environment {
		value := computed.ReplaceAllString(v.Value, "us-east-2")
		if v.Name == "PORT" {
			value = freePort(t)
		}
		environment = append(environment, v.Name+"="+value)
	}
	image.takes(t, environment)
}

func TestImageTakesTheComposeFilesEnvironment(t *testing.T) {
	text, err := os.ReadFile("../compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var compose struct {
		Services map[string]struct {
			Image, Build string
			Environment  map[string]string
			ReadOnly     bool `yaml:"read_only"`
			Deploy       struct{ Replicas int }
		}
	}
	if err := yaml.Unmarshal(text, &compose); err != nil {
		t.Fatal(err)
	}
	debate := compose.Services["debate"]
	if debate.Build != "." || !debate.ReadOnly || debate.Deploy.Replicas != 2 {
		t.Errorf("compose.yaml runs %+v, want 2 read-only replicas built here", debate)
	}
	for _, name := range []string{"proxy", "postgres", "redis"} {
		if compose.Services[name].Image == "" {
			t.Errorf("compose.yaml has no %s", name)
		}
	}
	// With nothing set by the user, and with a key of theirs.
	for _, user := range []map[string]string{{}, {"MODEL": "", "OPENAI_API_KEY": "sk-0123456789"}} {
		environment := []string{"PORT=" + freePort(t)}
		for name, value := range debate.Environment {
			if name != "PORT" {
				environment = append(environment, name+"="+interpolate(value, user))
			}
		}
		builtImage(t).takes(t, environment)
	}
}

var variable = regexp.MustCompile(`\$\{(\w+)(:?)-([^}]*)\}`)

// interpolate fills in ${NAME-default} and ${NAME:-default} as Compose does.
func interpolate(text string, variables map[string]string) string {
	return variable.ReplaceAllStringFunc(text, func(reference string) string {
		m := variable.FindStringSubmatch(reference)
		if value, ok := variables[m[1]]; ok && (value != "" || m[2] == "") {
			return value
		}
		return m[3]
	})
}

// takes runs the health check, which loads the whole configuration and then finds nobody to ask.
func (i image) takes(t *testing.T, environment []string) {
	t.Helper()
	check := i.command("healthcheck")
	check.Env = append(check.Env, environment...)
	if out, err := check.CombinedOutput(); err == nil || !strings.Contains(string(out), "nothing answers on port") {
		t.Errorf("debate healthcheck with %v: %v\n%s", environment, err, out)
	}
}

// container is what the synthesized task says about its one container.
type container struct {
	User        string
	Environment []struct{ Name, Value string }
	HealthCheck struct{ Command []string }
}

// readTask reads the task from the golden file of the default stack.
func readTask(t *testing.T) container {
	t.Helper()
	text, err := os.ReadFile("../cdktf/testdata/default.tf.json")
	if err != nil {
		t.Fatal(err)
	}
	var stack struct {
		Resource struct {
			Tasks map[string]struct {
				Definitions string `json:"container_definitions"`
			} `json:"aws_ecs_task_definition"`
		}
	}
	if err := json.Unmarshal(text, &stack); err != nil {
		t.Fatal(err)
	}
	var containers []container
	for _, task := range stack.Resource.Tasks {
		if err := json.Unmarshal([]byte(task.Definitions), &containers); err != nil {
			t.Fatal(err)
		}
	}
	if len(containers) != 2 { // the second one migrates
		t.Fatalf("the stack has %d containers, want 2", len(containers))
	}
	return containers[0]
}

func TestImageIsSmallHoldsItsCertificatesAndNothingElse(t *testing.T) {
	image := builtImage(t)
	var files []string
	size := new(counter)
	zipped := gzip.NewWriter(size)
	archive := tar.NewWriter(zipped)
	err := filepath.WalkDir(image.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(image.root, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files = append(files, name)
		if err := archive.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o755}); err != nil {
			return err
		}
		_, err = archive.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB compressed", float64(*size)/1e6)
	if *size > 48e6 { // 40 before a third more topics of the built-in opponent's
		t.Errorf("the image has %d bytes compressed, want under 48 MB", *size)
	}
	if got, want := strings.Join(files, " "), "debate etc/group etc/passwd etc/ssl/certs/ca-certificates.crt etc/ssl/certs/rds-ca.pem"; got != want {
		t.Errorf("the image holds %s, want %s", got, want)
	}
}

func TestImageIsReproducible(t *testing.T) {
	sum := func(i image) [32]byte {
		text, err := os.ReadFile(filepath.Join(i.root, "debate"))
		if err != nil {
			t.Fatal(err)
		}
		return sha256.Sum256(text)
	}
	// Another folder, another time: the same bytes.
	again, err := buildImage(t.TempDir(), runtime.GOARCH)
	if err != nil {
		t.Fatal(err)
	}
	if sum(builtImage(t)) != sum(again) {
		t.Error("two builds of one source differ")
	}
}

// Compiling all of it again takes minutes, which `make image` spends; here it is enough that
// no package lacks the other architecture.
func TestEveryPackageOfTheImageIsThereForBothArchitectures(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		cmd := exec.Command("go", "list", "-deps", "./cmd/debate")
		cmd.Dir = ".."
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", arch, err, out)
		}
		for _, name := range strings.Fields(string(out)) {
			if strings.Contains(name, "cdktf") || strings.Contains(name, "jsii") {
				t.Errorf("%s: the service has the AWS bindings in it: %s", arch, name)
			}
		}
	}
}

func TestRDSCertificatesAreAmazonsOwnRoots(t *testing.T) {
	text, err := os.ReadFile("rds-ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{} // by region
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		root := regexp.MustCompile(`^Amazon RDS ([a-z0-9-]+) Root CA (RSA2048|RSA4096|ECC384) G1$`).FindStringSubmatch(c.Subject.CommonName)
		if err := c.CheckSignatureFrom(c); err != nil || !c.IsCA || root == nil {
			t.Errorf("%s: %v", c.Subject.CommonName, err)
			continue
		}
		kinds[root[1]]++
	}
	// An existing database may have a certificate of any kind.
	for region, n := range kinds {
		if n != 3 {
			t.Errorf("%s has %d roots, want 3", region, n)
		}
	}
	if len(kinds) < 27 {
		t.Errorf("roots of %d regions, want 27", len(kinds))
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// image is a built image: its files and how it says to run them.
type image struct {
	root       string
	user       string
	entrypoint string
}

// command runs the image's binary in its root, as user and group 65532.
func (i image) command(args ...string) *exec.Cmd {
	cmd := exec.Command(i.entrypoint, args...)
	cmd.Dir, cmd.Env = "/", []string{"HOME=/"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: i.root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532, NoSetGroups: os.Getuid() != 0}}
	if os.Getuid() != 0 { // only root may change its root, but anybody is root in a namespace
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getgid(), Size: 1}}
	}
	return cmd
}

// imageVersion is what the images of these tests are built as.
const imageVersion = "1.0.0-test"

var (
	built    image
	buildErr error
	once     sync.Once
	scratch  string
)

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(scratch)
	os.Exit(code)
}

// builtImage builds the image, once for all tests.
func builtImage(t *testing.T) image {
	t.Helper()
	once.Do(func() {
		if scratch, buildErr = os.MkdirTemp("", "image"); buildErr == nil {
			built, buildErr = buildImage(scratch, runtime.GOARCH)
		}
	})
	if buildErr != nil {
		t.Fatal(buildErr)
	}
	return built
}

func freePort(t *testing.T) string {
	t.Helper()
	port, err := freeport.Find()
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(port)
}

var mount = regexp.MustCompile(`--mount=\S+ `)

// buildImage carries out the Dockerfile's build stage below a folder, with nothing of the
// project but what the Dockerfile copies.
func buildImage(dir, arch string) (image, error) {
	text, err := os.ReadFile("../Dockerfile")
	if err != nil {
		return image{}, err
	}
	src := filepath.Join(dir, "src")
	i := image{root: filepath.Join(dir, "rootfs")}
	for _, folder := range []string{src, i.root} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return image{}, err
		}
	}
	stages := 0
	for _, line := range strings.Split(strings.ReplaceAll(string(text), "\\\n", " "), "\n") {
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case word == "FROM":
			stages++
		case word == "USER":
			i.user = rest
		case word == "ENTRYPOINT":
			i.entrypoint = strings.Trim(rest, `[]"`)
		case stages != 1 || word == "WORKDIR" || word == "ARG" || word == "" || strings.HasPrefix(word, "#"):
		case word == "COPY":
			if err := i.copy(src, strings.Fields(rest)); err != nil {
				return image{}, fmt.Errorf("%s: %w", line, err)
			}
		case word == "RUN":
			cmd := exec.Command("sh", "-euc", strings.ReplaceAll(mount.ReplaceAllString(rest, ""), "/rootfs", i.root))
			cmd.Dir = src
			cmd.Env = append(os.Environ(), "TARGETOS=linux", "TARGETARCH="+arch, "VERSION="+imageVersion)
			if out, err := cmd.CombinedOutput(); err != nil {
				return image{}, fmt.Errorf("%s: %w\n%s", line, err, out)
			}
		default:
			return image{}, fmt.Errorf("these tests do not know the instruction %q", line)
		}
	}
	return i, nil
}

// copy carries out COPY: the last field says where to, in the source's folder or the root.
func (i image) copy(src string, fields []string) error {
	to := fields[len(fields)-1]
	for _, from := range fields[:len(fields)-1] {
		target := filepath.Join(src, to)
		if inside, ok := strings.CutPrefix(to, "/rootfs/"); ok {
			target = filepath.Join(i.root, inside)
		} else if to == "./" {
			target = filepath.Join(src, filepath.Base(from))
		}
		if err := copyTree(filepath.Join("..", from), target); err != nil {
			return err
		}
	}
	return nil
}

// copyTree copies what .dockerignore lets into the build.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		name := filepath.Base(path)
		switch {
		case err != nil:
			return err
		case name == "node_modules":
			return fs.SkipDir
		case entry.IsDir() || strings.HasSuffix(name, "_test.go"):
			return nil
		case strings.Contains(filepath.ToSlash(path), "/testdata/"):
			return nil
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, inside)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}
