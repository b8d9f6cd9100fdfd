package server

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"sync"
)

// connLimiter bounds how many connections are held. When there are too many it
// closes the one that has waited longest, so that a flood of connections keeps
// nobody out. Those at work for a caller whose key is known are left alone; all
// others wait, whatever they have sent, since anybody can send that.
type connLimiter struct {
	most int

	mu      sync.Mutex
	all     map[net.Conn]*list.Element // nil for those at work
	waiting *list.List                 // of net.Conn, the longest first
}

func newConnLimiter(most int) *connLimiter {
	return &connLimiter{most: most, all: make(map[net.Conn]*list.Element), waiting: list.New()}
}

// observe notes what a connection does, as an http.Server's ConnState, and closes the one that
// has to leave for it.
func (c *connLimiter) observe(conn net.Conn, state http.ConnState) {
	if leaving := c.note(conn, state); leaving != nil {
		_ = leaving.Close() // the server finds out when it reads
	}
}

// note keeps count, and returns the connection that has to leave, if any.
func (c *connLimiter) note(conn net.Conn, state http.ConnState) net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew, http.StateIdle:
		c.leave(conn)
		c.all[conn] = c.waiting.PushBack(conn)
	case http.StateActive: // which a request of anybody is
	default:
		c.leave(conn)
		delete(c.all, conn)
	}
	if len(c.all) <= c.most {
		return nil
	}
	// The newest one itself if all others are at work.
	longest := c.waiting.Front()
	if longest == nil {
		return nil
	}
	leaving, _ := longest.Value.(net.Conn)
	c.waiting.Remove(longest)
	delete(c.all, leaving)
	return leaving
}

// leave takes a connection out of those that wait. c.mu is held.
func (c *connLimiter) leave(conn net.Conn) {
	if place := c.all[conn]; place != nil {
		c.waiting.Remove(place)
	}
}

// markBusy says that a connection is at work until it is idle again.
func (c *connLimiter) markBusy(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, held := c.all[conn]; held {
		c.leave(conn)
		c.all[conn] = nil
	}
}

type trackedConnKey struct{}

// trackedConn is a connection of a connLimiter.
type trackedConn struct {
	connLimiter *connLimiter
	conn        net.Conn
}

// connContext puts a connection into the context of its requests, as an http.Server's ConnContext.
func (c *connLimiter) connContext(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, trackedConnKey{}, trackedConn{c, conn})
}

// atWork marks as busy the connections of the requests that get as far as here.
func atWork(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m, ok := r.Context().Value(trackedConnKey{}).(trackedConn); ok {
			m.connLimiter.markBusy(m.conn)
		}
		next.ServeHTTP(w, r)
	})
}
