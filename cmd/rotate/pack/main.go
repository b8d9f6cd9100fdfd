// Command pack builds cmd/rotate into the archive that AWS Lambda runs: pack DIR arm64
// writes DIR/arm64/function.zip. The same source gives the same bytes.
package main

import (
	"archive/zip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "pack: takes the directory to write to, and the architecture")
		os.Exit(2)
	}
	path, err := pack(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
	fmt.Println(path)
}

// pack writes the archive of an architecture, with one file: bootstrap, which is
// what the runtime provided.al2023 starts.
func pack(dir, arch string) (string, error) {
	dir = filepath.Join(dir, arch)
	if err := os.MkdirAll(dir, 0o750); err != nil { //nolint:gosec // a directory of the user's
		return "", err
	}
	binary := filepath.Join(dir, "bootstrap")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags=lambda.norpc", "-ldflags=-s -w -buildid=", "-o", binary, "github.com/debate-chatbot/debate-api/cmd/rotate") //nolint:gosec,noctx // a directory of the user's
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("build for %s: %w", arch, err)
	}
	code, err := os.ReadFile(binary) //nolint:gosec // just built
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "function.zip")
	return path, write(path, code)
}

// write makes an archive that tells nothing of when and where it was made.
func write(path string, bootstrap []byte) error {
	file, err := os.Create(path) //nolint:gosec // of the user's directory
	if err != nil {
		return err
	}
	archive := zip.NewWriter(file)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(0o755)
	entry, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	if _, err := entry.Write(bootstrap); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return file.Close()
}
