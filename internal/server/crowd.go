package server

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"sync"
)

// crowd bounds how many connections are held. When there are too many it
// closes the one that has waited longest, so that a flood of connections keeps
// nobody out. Those at work for a caller whose key is known are left alone; all
// others wait, whatever they have sent, since anybody can send that.
type crowd struct {
	most int

	mu      sync.Mutex
	all     map[net.Conn]*list.Element // nil for those at work
	waiting *list.List                 // of net.Conn, the longest first
}

func newCrowd(most int) *crowd {
	return &crowd{most: most, all: make(map[net.Conn]*list.Element), waiting: list.New()}
}

// observe is an http.Server's ConnState.
func (c *crowd) observe(conn net.Conn, state http.ConnState) {
	if leaving := c.note(conn, state); leaving != nil {
		_ = leaving.Close() // the server finds out when it reads
	}
}

// note keeps count, and returns the connection that has to leave, if any.
func (c *crowd) note(conn net.Conn, state http.ConnState) net.Conn {
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
func (c *crowd) leave(conn net.Conn) {
	if place := c.all[conn]; place != nil {
		c.waiting.Remove(place)
	}
}

// employ says that a connection is at work until it is idle again.
func (c *crowd) employ(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, held := c.all[conn]; held {
		c.leave(conn)
		c.all[conn] = nil
	}
}

type memberKey struct{}

// member is a connection of a crowd.
type member struct {
	crowd *crowd
	conn  net.Conn
}

// introduce is an http.Server's ConnContext.
func (c *crowd) introduce(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, memberKey{}, member{c, conn})
}

// atWork employs the connections of the requests that get as far as here.
func atWork(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m, ok := r.Context().Value(memberKey{}).(member); ok {
			m.crowd.employ(m.conn)
		}
		next.ServeHTTP(w, r)
	})
}
