package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// The image cannot be built where there is no engine. These tests carry out the Dockerfile's own
// build stage, instruction by instruction, and run the result as the engine would: in a root of
// its own, as the user it names.

func TestImageRunsAsAnUnprivilegedUserInARootOfItsOwn(t *testing.T) {
	image := buildImage(t, runtime.GOARCH)
	if out, err := image.command("version").CombinedOutput(); err != nil || len(bytes.TrimSpace(out)) == 0 {
		t.Fatalf("debate version: %v\n%s", err, out)
	}
	alive := true
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/health" || !alive {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	server.Start()
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	check := func() error {
		cmd := image.command("healthcheck")
		cmd.Env = append(cmd.Env, "PORT="+port)
		return cmd.Run()
	}
	if err := check(); err != nil {
		t.Errorf("debate healthcheck of a healthy service: %v", err)
	}
	alive = false
	if err := check(); err == nil {
		t.Error("debate healthcheck accepts an unhealthy service")
	}
	if image.user != "65532:65532" {
		t.Errorf("the image runs as %q, the task as 65532:65532", image.user)
	}
	if task := shapes["default"].get(t, "aws_ecs_task_definition", "service/task"); at(task, "container_definitions.0.user") != image.user {
		t.Error("image and task differ in their user")
	}
}

func TestImageIsSmallHoldsItsCertificatesAndNothingElse(t *testing.T) {
	image := buildImage(t, runtime.GOARCH)
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
	if *size > 40e6 {
		t.Errorf("the image has %d bytes compressed, want under 40 MB", *size)
	}
	if got, want := strings.Join(files, " "), "debate etc/group etc/passwd etc/ssl/certs/ca-certificates.crt etc/ssl/certs/rds-ca.pem"; got != want {
		t.Errorf("the image holds %s, want %s", got, want)
	}
}

func TestImageIsReproducible(t *testing.T) {
	// Another folder, another time: the same bytes.
	sum := func() [32]byte {
		text, err := os.ReadFile(filepath.Join(buildImage(t, runtime.GOARCH).root, "debate"))
		if err != nil {
			t.Fatal(err)
		}
		return sha256.Sum256(text)
	}
	if first, second := sum(), sum(); first != second {
		t.Error("two builds of one source differ")
	}
}

func TestImageBuildsForTheOtherArchitecture(t *testing.T) {
	other := map[string]string{"amd64": "arm64", "arm64": "amd64"}[runtime.GOARCH]
	if other == "" {
		t.Fatalf("the image is built on amd64 or arm64, not on %s", runtime.GOARCH)
	}
	text, err := os.ReadFile(filepath.Join(buildImage(t, other).root, "debate"))
	if err != nil {
		t.Fatal(err)
	}
	// The machine's number in an ELF header: 62 is x86-64, 183 AArch64.
	if machine := map[string]byte{"amd64": 62, "arm64": 183}[other]; text[18] != machine {
		t.Errorf("the binary for %s is for machine %d", other, text[18])
	}
}

func TestRDSCertificatesAreAmazonsOwnRoots(t *testing.T) {
	text, err := os.ReadFile("../deploy/rds-ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		seen++
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.CheckSignatureFrom(c); err != nil || !c.IsCA || !strings.HasSuffix(c.Subject.CommonName, "Root CA RSA2048 G1") || !strings.HasPrefix(c.Subject.CommonName, "Amazon RDS ") {
			t.Errorf("%s: %v", c.Subject.CommonName, err)
		}
	}
	if seen < 27 {
		t.Errorf("%d roots, want one for each region", seen)
	}
	shapes["default"].check(t, []expect{{"aws_rds_cluster_instance", "database/instance-0", "ca_cert_identifier", "rds-ca-rsa2048-g1"}})
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

var (
	mount    = regexp.MustCompile(`--mount=\S+ `)
	argument = regexp.MustCompile(`^ARG (.*)`)
)

// buildImage carries out the Dockerfile's build stage in a folder of its own, with the folder's
// part of the build context only.
func buildImage(t *testing.T, arch string) image {
	t.Helper()
	text, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	context, src := "..", t.TempDir()
	i := image{root: filepath.Join(t.TempDir(), "rootfs")}
	if err := os.Mkdir(i.root, 0o755); err != nil {
		t.Fatal(err)
	}
	open := filepath.Dir(i.root) // and its parents, which a test keeps to itself
	for range 3 {
		if err := os.Chmod(open, 0o755); err != nil {
			t.Fatal(err)
		}
		open = filepath.Dir(open)
		if open == os.TempDir() {
			break
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
		case stages != 1:
		case word == "COPY":
			fields := strings.Fields(rest)
			to := fields[len(fields)-1]
			for _, from := range fields[:len(fields)-1] {
				target := filepath.Join(src, to)
				if inside, ok := strings.CutPrefix(to, "/rootfs/"); ok {
					target = filepath.Join(i.root, inside)
				} else if to == "./" {
					target = filepath.Join(src, filepath.Base(from))
				}
				copyTree(t, filepath.Join(context, from), target)
			}
		case word == "RUN":
			script := strings.ReplaceAll(mount.ReplaceAllString(rest, ""), "/rootfs", i.root)
			cmd := exec.Command("sh", "-euc", script)
			cmd.Dir = src
			cmd.Env = append(os.Environ(), "TARGETOS=linux", "TARGETARCH="+arch, "VERSION=1.0.0")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", line, err, out)
			}
		case word == "WORKDIR" || argument.MatchString(line) || word == "" || strings.HasPrefix(word, "#"):
		default:
			t.Fatalf("this test does not know the instruction %q", line)
		}
	}
	return i
}

// copyTree copies what .dockerignore lets into the build.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if name == "testdata" || name == "node_modules" {
			return fs.SkipDir
		}
		if entry.IsDir() || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, inside)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		source, err := os.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = source.Close() }()
		copied, err := os.Create(target)
		if err != nil {
			return err
		}
		if _, err := io.Copy(copied, source); err != nil {
			return err
		}
		return copied.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}
