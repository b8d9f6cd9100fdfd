package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"syscall"
)

// Listen opens a port, 0 for a free one: on every address of this machine, or,
// where local, on both of its loopback addresses, since localhost can mean
// either. A machine without IPv6 has one of them.
func Listen(ctx context.Context, port int, local bool, log *slog.Logger) ([]net.Listener, error) {
	host := ""
	if local {
		host = "127.0.0.1"
	}
	var config net.ListenConfig
	first, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, fmt.Errorf("cannot listen on port %d: %w; set PORT to another one", port, err)
	}
	if !local {
		return []net.Listener{first}, nil
	}
	address := net.JoinHostPort("::1", strconv.Itoa(Port(first)))
	second, err := config.Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		return []net.Listener{first, second}, nil
	case errors.Is(err, syscall.EADDRINUSE):
		log.WarnContext(ctx, "another program listens on "+address+", so localhost may lead to it: use 127.0.0.1, or set PORT to another one")
	default:
		log.DebugContext(ctx, "[::1] is not listened on", "error", err)
	}
	return []net.Listener{first}, nil
}

// Port is the port that a TCP listener was given.
func Port(l net.Listener) int {
	address, _ := l.Addr().(*net.TCPAddr)
	return address.Port
}
