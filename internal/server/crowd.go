package server

import (
	"container/list"
	"net"
	"net/http"
	"sync"
)

// crowd bounds how many connections are held. When there are too many it
// closes the one that has waited longest for a request, so that a flood of
// silent connections keeps nobody out.
type crowd struct {
	most int

	mu      sync.Mutex
	all     map[net.Conn]*list.Element // nil for those with a request
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
	if place := c.all[conn]; place != nil {
		c.waiting.Remove(place)
	}
	switch state {
	case http.StateNew, http.StateIdle:
		c.all[conn] = c.waiting.PushBack(conn)
	case http.StateActive:
		c.all[conn] = nil
	default:
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
