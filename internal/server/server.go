// Package server puts the contract on a listener: its routes, health and
// readiness, the limits that keep one caller from harming the others, and the
// order in which a server ends.
package server

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/rpc"
)

// Timeouts of connections. There is none for a whole answer, since streams
// take as long as they take.
const (
	headerTimeout = 5 * time.Second
	// idleTimeout is longer than that of a load balancer (60 s on AWS), which
	// would otherwise send a request just when the connection closes.
	idleTimeout = 75 * time.Second
	// closeWait is for answers that are on their way when the draining is over.
	closeWait = 5 * time.Second
)

// Limits of connections and requests.
const (
	maxHeaderBytes = 32 << 10
	// maxStreams bounds the calls that one HTTP/2 connection has open.
	maxStreams = 250
)

// Config is what a Server is made of.
type Config struct {
	// API serves the contract; it is required.
	API *rpc.API
	// Shared has the debates that anybody may read; nil serves none.
	Shared Shared
	// Keys know the callers. Nil lets everybody in who names this machine as
	// the host: it is for a listener that only this machine can reach.
	Keys auth.Keyring
	// Limiter bounds the requests of each caller; nil does not.
	Limiter Limiter
	// Prepare makes the database one that can be served from. It is tried
	// again until it succeeds; until then the server is not ready and refuses
	// calls. Nil does nothing.
	Prepare func(context.Context) error
	// Ping says whether the database answers; nil says that it does.
	Ping func(context.Context) error
	// Drain stops taking turns, lets those that run finish until the context
	// ends, and stores the rest; nil does nothing.
	Drain func(context.Context) error
	// DrainDelay is how long calls are still taken after the server stopped
	// being ready, so that a load balancer can notice.
	DrainDelay time.Duration
	// DrainTimeout is how long running turns may then take to finish.
	DrainTimeout time.Duration
	// Origins are the web origins whose pages may call, or "*".
	Origins []string
	// Reflection answers gRPC server reflection.
	Reflection bool
	// MaxConnections bounds how many connections are held at once, if it is not 0. Beyond it, new
	// ones push out those that are not at work for a caller with a key.
	MaxConnections int
	// Log takes what happens to the server; nil discards it.
	Log *slog.Logger
}

// Server serves the contract.
type Server struct {
	config  Config
	ready   *readiness
	handler http.Handler
}

// New makes a Server.
func New(c Config) *Server {
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	s := &Server{config: c, ready: newReadiness(c.Prepare, c.Ping, c.Log)}
	s.handler = s.routes()
	return s
}

// Handler serves requests without a listener's limits, for tests and for
// callers in the same process. With Prepare or Ping it is ready only while
// Serve runs.
func (s *Server) Handler() http.Handler { return s.handler }

// DatabaseAnswers is what /ready says of the database.
func (s *Server) DatabaseAnswers() bool { return s.ready.databaseAnswers() }

// Serve answers requests on the listeners until ctx ends, and then drains: it
// stops being ready, waits DrainDelay, stops accepting, drains for DrainTimeout
// at most, and closes what is left. It returns nil after all went so, and closes
// the listeners in any case.
func (s *Server) Serve(ctx context.Context, listeners ...net.Listener) error {
	lasting := context.WithoutCancel(ctx)
	watching, stopWatching := context.WithCancel(lasting)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		s.ready.watch(watching)
	}()
	defer func() {
		stopWatching()
		<-watched // the caller may close the database now
	}()

	server := s.httpServer(lasting)
	ended := make(chan error, len(listeners))
	for _, listener := range listeners {
		go func() { ended <- server.Serve(listener) }()
	}
	select {
	case err := <-ended:
		return errors.Join(err, server.Close())
	case <-ctx.Done():
	}

	s.ready.drain()
	s.config.Log.InfoContext(lasting, "draining", "delay", s.config.DrainDelay, "timeout", s.config.DrainTimeout)
	select {
	case err := <-ended:
		return errors.Join(err, server.Close())
	case <-time.After(s.config.DrainDelay):
	}
	return s.end(lasting, server)
}

// end stops accepting, drains, and closes.
func (s *Server) end(ctx context.Context, server *http.Server) error {
	answering, giveUp := context.WithCancel(ctx)
	defer giveUp()
	shut := make(chan error, 1)
	go func() { shut <- server.Shutdown(answering) }()

	var drained error
	if s.config.Drain != nil {
		draining, cancel := context.WithTimeout(ctx, s.config.DrainTimeout)
		drained = s.config.Drain(draining)
		cancel()
	}
	select {
	case err := <-shut:
		return errors.Join(drained, err)
	case <-time.After(closeWait):
		return errors.Join(drained, server.Close())
	}
}

func (s *Server) httpServer(ctx context.Context) *http.Server {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{
		Handler:           withTimeouts(s.handler),
		Protocols:         &protocols,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxStreams, SendPingTimeout: idleTimeout, WriteByteTimeout: writeTimeout},
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(s.config.Log.Handler(), slog.LevelWarn),
	}
	if s.config.MaxConnections > 0 {
		held := newConnLimiter(s.config.MaxConnections)
		server.ConnState, server.ConnContext = held.observe, held.connContext
	}
	return server
}
