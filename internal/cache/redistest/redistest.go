// Package redistest runs throw-away Redis servers for tests.
package redistest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/debate-chatbot/debate-api/internal/freeport"
	"github.com/debate-chatbot/debate-api/internal/subprocess"
)

// Server is a Redis server on a loopback port, which keeps nothing.
type Server struct {
	dir  string
	port int
	tls  *Certificate
	args []string
	log  bytes.Buffer
	cmd  *exec.Cmd
	done chan struct{}
}

// Start starts a server with more arguments of redis-server's. It ends with
// the test.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	return start(t, nil, args...)
}

// StartTLS starts a server that takes TLS only, and shows a certificate for
// localhost.
func StartTLS(t testing.TB, c *Certificate, args ...string) *Server {
	t.Helper()
	return start(t, c, args...)
}

func start(t testing.TB, c *Certificate, args ...string) *Server {
	t.Helper()
	port, err := freeport.Find(10_000) // where a cluster's nodes talk
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{dir: t.TempDir(), port: port, tls: c, args: args}
	if err := s.Run(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

// Run starts a server that was killed, on the same port, empty.
func (s *Server) Run() error {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return errors.New("redis-server is not installed; on Debian or Ubuntu: sudo apt-get install redis-server")
	}
	args := []string{"--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", s.dir, "--repl-diskless-load", "disabled"}
	if s.tls == nil {
		args = append(args, "--port", strconv.Itoa(s.port))
	} else {
		args = append(args, "--port", "0", "--tls-port", strconv.Itoa(s.port), "--tls-auth-clients", "no",
			"--tls-cert-file", s.tls.CertFile, "--tls-key-file", s.tls.KeyFile, "--tls-ca-cert-file", s.tls.CertFile)
	}
	s.log.Reset()
	s.cmd = exec.Command(program, append(args, s.args...)...)
	s.cmd.Stdout, s.cmd.Stderr = &s.log, &s.log
	subprocess.EndWithParent(s.cmd)
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.done = make(chan struct{})
	cmd, done := s.cmd, s.done
	go func() {
		defer close(done)
		_ = cmd.Wait() // the log says more
	}()
	return s.wait()
}

func (s *Server) wait() error {
	c := s.Client()
	defer func() { _ = c.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		// Dialled first, because the library logs each dial of its own that fails.
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Addr())
		if err == nil {
			_ = conn.Close()
			if err = c.Ping(ctx).Err(); err == nil || strings.HasPrefix(err.Error(), "NOAUTH") {
				return nil
			}
		}
		select {
		case <-s.done:
			return fmt.Errorf("redis-server ended at its start:\n%s", s.log.String())
		case <-ctx.Done():
			return fmt.Errorf("redis-server does not answer: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Kill ends the server at once. What it kept is gone.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
}

// Hang stops the server without ending it: connections stay open, and are not
// answered, until Resume.
func (s *Server) Hang() { _ = s.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume has a server that hangs go on.
func (s *Server) Resume() { _ = s.cmd.Process.Signal(syscall.SIGCONT) }

// Addr is where the server listens.
func (s *Server) Addr() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

// URL names the server as REDIS_URL does.
func (s *Server) URL() string {
	if s.tls != nil {
		return fmt.Sprintf("rediss://localhost:%d", s.port)
	}
	return "redis://" + s.Addr()
}

// Client is a connection of the test's own, to be closed by it.
func (s *Server) Client() *redis.Client {
	o := &redis.Options{Addr: s.Addr(), MaxRetries: -1, DialerRetries: 1}
	if s.tls != nil {
		o.TLSConfig = s.tls.client()
	}
	return redis.NewClient(o)
}

// Flush drops everything that the server keeps.
func (s *Server) Flush(t testing.TB) {
	t.Helper()
	c := s.Client()
	defer func() { _ = c.Close() }()
	if err := c.FlushAll(context.Background()).Err(); err != nil {
		t.Fatal(err)
	}
}

// Cluster is three masters that share the slots.
type Cluster []*Server

// StartCluster starts a cluster, with TLS if there is a certificate.
func StartCluster(t testing.TB, c *Certificate) Cluster {
	t.Helper()
	args := []string{"--cluster-enabled", "yes", "--cluster-node-timeout", "2000"}
	if c != nil {
		args = append(args, "--tls-cluster", "yes", "--cluster-announce-hostname", "localhost", "--cluster-preferred-endpoint-type", "hostname")
	}
	cluster := make(Cluster, 3)
	for i := range cluster {
		cluster[i] = start(t, c, args...)
	}
	if err := cluster.join(); err != nil {
		t.Fatal(err)
	}
	return cluster
}

// slots is how many there are in a cluster.
const slots = 16384

func (c Cluster) join() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for i, s := range c {
		client := s.Client()
		defer func() { _ = client.Close() }()
		first, last := slots*i/len(c), slots*(i+1)/len(c)-1
		if err := client.ClusterAddSlotsRange(ctx, first, last).Err(); err != nil {
			return fmt.Errorf("slots of node %d: %w", i, err)
		}
		meet := client.ClusterMeet(ctx, "127.0.0.1", strconv.Itoa(c[0].port))
		if err := meet.Err(); i > 0 && err != nil {
			return fmt.Errorf("node %d meets the first: %w", i, err)
		}
	}
	for _, s := range c {
		client := s.Client()
		defer func() { _ = client.Close() }()
		for {
			info, err := client.ClusterInfo(ctx).Result()
			if err != nil {
				return err
			}
			if strings.Contains(info, "cluster_state:ok") && strings.Contains(info, fmt.Sprintf("cluster_known_nodes:%d", len(c))) {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	return nil
}

// URL names the cluster as REDIS_URL does, by its first node.
func (c Cluster) URL() string { return c[0].URL() + "?cluster=true&addr=" + c[1].host() }

// host is the server's address as clients are to verify it.
func (s *Server) host() string {
	if s.tls != nil {
		return fmt.Sprintf("localhost:%d", s.port)
	}
	return s.Addr()
}

// Delay is a proxy before a server that holds up what the server answers.
type Delay struct {
	Addr string

	mu   sync.Mutex
	wait time.Duration
}

// StartDelay starts a proxy that ends with the test.
func StartDelay(t testing.TB, s *Server) *Delay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	d := &Delay{Addr: l.Addr().String()}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go d.pass(client, s.Addr())
		}
	}()
	return d
}

// Set changes how long an answer is held up.
func (d *Delay) Set(wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wait = wait
}

func (d *Delay) current() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wait
}

func (d *Delay) pass(client net.Conn, addr string) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	go func() {
		defer func() { _ = server.Close() }()
		copyAfter(server, client, func() {})
	}()
	copyAfter(client, server, func() { time.Sleep(d.current()) })
}

// copyAfter copies until either side is closed, and waits before each piece.
func copyAfter(to, from net.Conn, wait func()) {
	piece := make([]byte, 64<<10)
	for {
		n, err := from.Read(piece)
		if err != nil {
			return
		}
		wait()
		if _, err := to.Write(piece[:n]); err != nil {
			return
		}
	}
}
