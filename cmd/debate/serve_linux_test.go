package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// Whoever reads the log may be gone before the service (serve | tee, and Ctrl-C; an old journald that
// restarts), and Go ends a program that writes to such a pipe: node_exporter's issue 587, "Node Exporter killed
// by SIGPIPE", agent-orchestrator's 3182. Replies that run would end with it.
func TestALogWithoutAReaderEndsNoService(t *testing.T) {
	if os.Getenv("SERVE_WITHOUT_A_READER") != "" { // the service itself
		port := 0
		if err := (serveCommand{Port: &port}).Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		return
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	service := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	service.Env = append(os.Environ(), "SERVE_WITHOUT_A_READER=yes", "MODEL=offline", "DATA_DIR="+t.TempDir())
	service.Stdout, service.Stderr = writer, writer
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	_ = writer.Close()
	for lines := bufio.NewScanner(reader); lines.Scan() && !strings.Contains(lines.Text(), "only this machine may call"); {
	}
	_ = reader.Close()
	if err := service.Process.Signal(syscall.SIGTERM); err != nil { // of which it writes a line
		t.Fatal(err)
	}
	if err := service.Wait(); err != nil {
		t.Errorf("without a reader of its log the service ended by %v", err)
	}
}
