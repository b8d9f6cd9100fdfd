package faults

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// wire stands between a replica and PostgreSQL, and knows the steps of a turn
// in what passes.
type wire struct {
	url  string // of the database, through the wire
	to   string
	mu   sync.Mutex
	trap *trap
}

// trap springs when a step is reached: before the database hears of it, or
// once it has done it and before the replica hears of that. The connection is
// cut then, so that neither ever does.
type trap struct {
	step   string
	done   bool
	spring func()
	sprung chan struct{}
}

// newWire makes a wire to the database with this URL.
func newWire(t *testing.T, database string) *wire {
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{to: u.Host}
	u.Host = listener.Addr().String()
	w.url = u.String()
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			replica, err := listener.Accept()
			if err != nil {
				return
			}
			go w.carry(replica)
		}
	}()
	return w
}

// set sets a trap; what it returns is closed once the trap has sprung.
func (w *wire) set(step string, done bool, spring func()) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trap = &trap{step, done, spring, make(chan struct{})}
	return w.trap.sprung
}

// take is the trap that a step is caught in, if one is; it catches once.
func (w *wire) take(step string, done bool) *trap {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.trap
	if t == nil || t.step != step || t.done != done {
		return nil
	}
	w.trap = nil
	return t
}

// session is a connection with what has passed.
type session struct {
	*wire
	prepared map[string]string
	inside   bool // a transaction that is not sent as a whole
	did      string

	mu      sync.Mutex
	awaited *trap // springs at the next answer
}

func (w *wire) carry(replica net.Conn) {
	defer replica.Close()
	server, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer server.Close()
	s := &session{wire: w, prepared: map[string]string{}}
	go func() {
		defer replica.Close()
		defer server.Close()
		answer := make([]byte, 32<<10)
		for {
			n, err := server.Read(answer)
			if s.answered() {
				return
			}
			if n > 0 {
				if _, err := replica.Write(answer[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	s.requests(bufio.NewReader(replica), server)
}

// requests passes on messages: the first is a length and a body, each later
// one has a letter before. What arrives together is sent together.
func (s *session) requests(replica *bufio.Reader, server io.Writer) {
	out := bufio.NewWriter(server)
	for header := 4; ; header = 5 {
		message, err := readMessage(replica, header)
		if err != nil {
			return
		}
		if header == 5 && s.hear(message[0], message[5:]) {
			_ = out.Flush() // the database hears of what came before
			return
		}
		if _, err := out.Write(message); err != nil {
			return
		}
		if replica.Buffered() == 0 && out.Flush() != nil {
			return
		}
	}
}

func readMessage(from *bufio.Reader, header int) ([]byte, error) {
	head := make([]byte, header)
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	message := make([]byte, header-4+int(binary.BigEndian.Uint32(head[header-4:])))
	_, err := io.ReadFull(from, message[copy(message, head):])
	return message, err
}

// hear follows the statements, given as text or by the name they were prepared
// as, and says whether one of them is to be cut off.
func (s *session) hear(kind byte, body []byte) (cut bool) {
	texts := strings.SplitN(string(body), "\x00", 3)
	switch kind {
	case 'P':
		s.prepared[texts[0]] = texts[1]
	case 'B':
		return s.statement(s.prepared[texts[1]])
	case 'Q':
		return s.statement(texts[0])
	}
	return false
}

// statement names the step that a statement is, and springs its trap.
func (s *session) statement(q string) (cut bool) {
	step := ""
	q = strings.Join(strings.Fields(strings.ReplaceAll(q, `"`, "")), " ")
	switch {
	case strings.HasPrefix(q, "begin"):
		s.inside, s.did = true, ""
	case q == "commit":
		step, s.inside = "commit "+s.did, false
	case q == "rollback":
		s.inside = false
	case strings.HasPrefix(q, "UPDATE conversations") && strings.Contains(q, "turn_count ="):
		step = "count turn"
	case strings.HasPrefix(q, "INSERT INTO turns"):
		step = "insert turn"
	case strings.HasPrefix(q, "INSERT INTO attempts"):
		step, s.did = "insert attempt", "attempt"
	case strings.HasPrefix(q, "INSERT INTO usages"):
		step = "add usage"
	case strings.HasPrefix(q, "UPDATE turns SET state") && !s.inside:
		step = "end turn"
	case strings.HasPrefix(q, "UPDATE turns") && !s.inside:
		step = "renew"
	}
	if step == "" && s.inside {
		if step = reviewStep(q); step != "" {
			s.did = step
		}
	}
	if t := s.take(step, false); t != nil {
		t.spring()
		close(t.sprung)
		return true
	}
	if t := s.take(step, true); t != nil {
		s.mu.Lock()
		s.awaited = t
		s.mu.Unlock()
	}
	return false
}

// reviewStep names the step of a statement that keeps what comes after a debate, in
// a transaction of its own.
func reviewStep(q string) string {
	switch {
	case strings.HasPrefix(q, "INSERT INTO verdicts"):
		return "verdict"
	case strings.HasPrefix(q, "UPDATE verdicts") && strings.Contains(q, "findings ="):
		return "end of verdict"
	case strings.HasPrefix(q, "INSERT INTO votes"):
		return "vote"
	case strings.HasPrefix(q, "DELETE FROM conversations"):
		return "delete"
	case strings.HasPrefix(q, "INSERT INTO conversations"):
		return "fork"
	case strings.HasPrefix(q, "UPDATE conversations") && strings.Contains(q, "opinion_before ="):
		return "opinion"
	case strings.HasPrefix(q, "UPDATE conversations") && strings.Contains(q, "share ="):
		return "share"
	default:
		return ""
	}
}

// answered says whether the answer that comes now is to be cut off.
func (s *session) answered() (cut bool) {
	s.mu.Lock()
	t := s.awaited
	s.awaited = nil
	s.mu.Unlock()
	if t == nil {
		return false
	}
	t.spring()
	close(t.sprung)
	return true
}

// ---- a way that can be changed

// road is an address that leads to another one, which can change.
type road struct {
	addr string

	mu    sync.Mutex
	to    string
	conns map[net.Conn]bool
}

func newRoad(t *testing.T, to string) *road {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &road{addr: listener.Addr().String(), to: to, conns: map[net.Conn]bool{}}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go r.carry(conn)
		}
	}()
	return r
}

// lead has new connections lead elsewhere; the old ones stay where they are.
func (r *road) lead(to string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.to = to
}

func (r *road) carry(from net.Conn) {
	defer from.Close()
	r.mu.Lock()
	to := r.to
	r.mu.Unlock()
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		defer from.Close()
		defer server.Close()
		_, _ = io.Copy(from, server)
	}()
	_, _ = io.Copy(server, from)
}
