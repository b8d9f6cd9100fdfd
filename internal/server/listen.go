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
// either. A machine without IPv6, or with nothing else, has one of them.
func Listen(ctx context.Context, port int, local bool, log *slog.Logger) ([]net.Listener, error) {
	host := ""
	if local {
		host = "127.0.0.1"
	}
	var config net.ListenConfig
	first, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if local && errors.Is(err, syscall.EADDRNOTAVAIL) {
		first, err = config.Listen(ctx, "tcp", net.JoinHostPort("::1", strconv.Itoa(port)))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on port %d: %w; set PORT to another one", port, err)
	}
	if at, _ := first.Addr().(*net.TCPAddr); at.IP.To4() == nil {
		return []net.Listener{first}, nil // of both kinds of addresses, or of all there are
	}
	address := net.JoinHostPort("::1", strconv.Itoa(Port(first)))
	if !local { // Go listens on IPv4 alone where no socket takes both, as on OpenBSD and without 127.0.0.1
		address = net.JoinHostPort("::", strconv.Itoa(Port(first)))
	}
	second, err := config.Listen(ctx, "tcp6", address)
	switch {
	case err == nil:
		return []net.Listener{first, second}, nil
	case local && errors.Is(err, syscall.EADDRINUSE):
		log.WarnContext(ctx, "another program listens on "+address+", so localhost may lead to it: use 127.0.0.1, or set PORT to another one")
	default:
		log.DebugContext(ctx, address+" is not listened on", "error", err)
	}
	return []net.Listener{first}, nil
}

// URL is where this machine reaches a listener.
func URL(l net.Listener) string {
	host := "127.0.0.1"
	if address, _ := l.Addr().(*net.TCPAddr); address.IP.Equal(net.IPv6loopback) {
		host = "::1"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(Port(l)))
}

// Port is the port that a TCP listener was given.
func Port(l net.Listener) int {
	address, _ := l.Addr().(*net.TCPAddr)
	return address.Port
}
