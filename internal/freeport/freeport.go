// Package freeport finds ports for programs that tests start and tell where to listen.
package freeport

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// Ports from which Find chooses. Systems take those of outgoing connections
// from 32768 up: one of these could be gone before its program listens, or
// while the program restarts.
const lowest, highest = 10_000, 22_000

// Find returns a loopback port on which nothing listens, nor on those that are
// further on by the offsets.
func Find(offsets ...int) (int, error) {
	for range 100 {
		port := lowest + rand.IntN(highest-lowest)
		free := listens(port)
		for _, offset := range offsets {
			free = free && listens(port+offset)
		}
		if free {
			return port, nil
		}
	}
	return 0, errors.New("no port is free")
}

// listens opens a port and closes it again.
func listens(port int) bool {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	return err == nil && l.Close() == nil
}
