package server_test

import (
	"log/slog"
	"net"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/server"
)

// On a machine that has no IPv4 at all the other loopback address is enough.
// https://github.com/getnora-io/nora/issues/569 is about the same two addresses.
func TestAServerListensWhereThereIsOnlyIPv6(t *testing.T) {
	var listeners, all []net.Listener
	var err, allErr error
	allowed, done := true, make(chan struct{})
	go func() { // whose thread ends with it, and with that its network
		defer close(done)
		runtime.LockOSThread()
		if syscall.Unshare(syscall.CLONE_NEWNET) != nil {
			allowed = false
			return
		}
		for _, command := range []string{"ip link set lo up", "ip addr del 127.0.0.1/8 dev lo"} {
			if out, failed := exec.CommandContext(t.Context(), "sh", "-c", command).CombinedOutput(); failed != nil {
				t.Errorf("%s: %v: %s", command, failed, out)
				return
			}
		}
		listeners, err = server.Listen(t.Context(), 0, true, slog.New(slog.DiscardHandler))
		all, allErr = server.Listen(t.Context(), 0, false, slog.New(slog.DiscardHandler))
	}()
	<-done
	if !allowed {
		t.Skip("only root may make a network of its own")
	}
	if err != nil || len(listeners) != 1 || !strings.HasPrefix(server.URL(listeners[0]), "http://[::1]:") {
		t.Fatalf("%v, %v", listeners, err)
	}
	_ = listeners[0].Close()
	if at, _ := all[len(all)-1].Addr().(*net.TCPAddr); allErr != nil || at.IP.To4() != nil {
		t.Errorf("for others: %v, %v", all, allErr)
	}
	for _, l := range all {
		_ = l.Close()
	}
}
