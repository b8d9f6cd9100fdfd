// Package freeport finds ports for programs that tests start and tell where to listen.
package freeport

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
)

// Ports from which Find chooses, a block of them for each process, so that two that
// look for one at the same moment do not find the same. Systems take those of
// outgoing connections from 32768 up: one of these could be gone before its program
// listens, or while the program restarts. The page's tests take those from 26000 up.
const (
	lowest, highest = 10_000, 16_000
	block           = 50
)

var mine struct {
	sync.Mutex
	next, end int
	claims    []net.Listener // never closed: they end with the process
}

// Find returns a loopback port on which nothing listens, nor on those that are
// further on by the offsets. It returns none twice.
func Find(offsets ...int) (int, error) {
	mine.Lock()
	defer mine.Unlock()
	for range 10 * block {
		if mine.next == mine.end {
			if err := claim(); err != nil {
				return 0, err
			}
		}
		port := mine.next
		mine.next++
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

// claim takes a block that no other process has, by listening on its first port.
func claim() error {
	for range 1000 {
		first := lowest + block*rand.IntN((highest-lowest)/block)
		if l, err := listen(first); err == nil {
			mine.claims = append(mine.claims, l)
			mine.next, mine.end = first+1, first+block
			return nil
		}
	}
	return errors.New("other processes have all ports")
}

// listens opens a port and closes it again.
func listens(port int) bool {
	l, err := listen(port)
	return err == nil && l.Close() == nil
}

func listen(port int) (net.Listener, error) {
	return new(net.ListenConfig).Listen(context.Background(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
}
