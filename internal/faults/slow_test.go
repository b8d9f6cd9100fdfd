package faults

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/debate-chatbot/debate-api/internal/cache/redistest"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// Long replies are watched by readers who take nothing, and by others who take
// a little at a time, beside one who keeps up.
func TestSlowReadersHoldUpNobody(t *testing.T) {
	t.Parallel()
	const replies, readersEach = 8, 30
	url := pgtest.NewDatabase(t)
	h := newHouse(t, "DATABASE_URL="+url, "REDIS_URL="+redistest.Start(t).URL())
	r := h.serve()
	to := r.api()
	l := &load{}
	ids := make(chan string, replies)

	alone := l.longReply(to, ids)
	<-ids
	before := r.memory()
	took := make([]time.Duration, replies)
	var keepUp, dripping sync.WaitGroup
	for i := range took {
		keepUp.Go(func() { took[i] = l.longReply(to, ids) })
	}
	var slow []*slowReader
	for range replies {
		id := <-ids
		for i := range readersEach {
			one := watchSlowly(t, r, id)
			slow = append(slow, one)
			if i%3 == 0 {
				dripping.Go(func() { one.drip(3 * time.Second) })
			}
		}
	}
	ended := make(chan struct{})
	go func() {
		keepUp.Wait()
		close(ended)
	}()
	peak := before
	for running := true; running; peak = max(peak, r.memory()) {
		select {
		case <-ended:
			running = false
		case <-time.After(50 * time.Millisecond):
		}
	}
	dripping.Wait()

	longest := time.Duration(0)
	for _, d := range took {
		longest = max(longest, d)
	}
	if longest > 3*alone+5*time.Second {
		t.Errorf("a reply took %s beside slow readers, and %s alone", longest, alone)
	}
	if grown, most := peak-before, memoryFor(64<<20); grown > most {
		t.Errorf("memory grew by %d MiB, of %d at most", grown>>20, most>>20)
	}
	// Now they take the rest: in few large pieces, because none were kept for them.
	var reading sync.WaitGroup
	counts := make([]int, len(slow))
	for i, one := range slow {
		reading.Go(func() {
			var c call
			if c, counts[i] = one.rest(); !c.completed() || c.heard != replyTo(c.turn.Message) {
				t.Errorf("a slow reader heard %d bytes in the end: %v", len(c.heard), c.err)
			}
		})
	}
	reading.Wait()
	deltas := slices.Max(counts)
	if deltas == longPieces {
		t.Errorf("a slow reader was sent %d of %d pieces one by one: it held up nothing", deltas, longPieces)
	}
	t.Logf("a reply took %s alone, and at most %s beside %d slow readers, who were sent at most %d deltas for %d pieces; memory went from %d to %d MiB",
		alone.Round(time.Millisecond), longest.Round(time.Millisecond), len(slow), deltas, longPieces, before>>20, peak>>20)
	h.settle(openDatabase(t, "pgx", url), to, l.all())
}

// memoryFor is what stands for so much memory where the race detector adds its
// own.
func memoryFor(bytes int64) int64 {
	if hasRaceDetector() {
		return 8 * bytes
	}
	return bytes
}

// longPieces make a reply of some 40 KiB.
const longPieces = 2000

// longReply takes a turn with a long reply, keeps up with it, and says how long
// that took.
func (l *load) longReply(to api, id chan<- string) time.Duration {
	request := uuid.NewString()
	c := call{request: request, message: line(request, longPieces, time.Millisecond), began: time.Now()}
	ctx, cancel := context.WithTimeout(context.Background(), callWait)
	defer cancel()
	s, err := to.ChatStream(ctx, connect.NewRequest(&debatev1.ChatStreamRequest{Message: c.message, RequestId: request, Topic: topic}))
	if err == nil {
		defer s.Close()
		for s.Receive() {
			c.hear(s.Msg())
			if s.Msg().GetStarted() != nil {
				id <- c.turn.Id
			}
		}
		err = c.cut(s.Err())
	}
	c = l.record(c, err)
	return c.ended.Sub(c.began)
}

// slowReader watches a turn through a connection that holds little.
type slowReader struct {
	net.Conn
	// taken is what was read so far.
	taken strings.Builder
}

func watchSlowly(t *testing.T, r *replica, turn string) *slowReader {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.(*net.TCPConn).SetReadBuffer(32 << 10)
	message := fmt.Sprintf(`{"turnId":%q}`, turn)
	envelope := append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))), message...)
	_, err = fmt.Fprintf(conn, "POST /debate.v1.DebateService/WatchTurn HTTP/1.1\r\nHost: 127.0.0.1\r\n"+
		"Content-Type: application/connect+json\r\nConnect-Protocol-Version: 1\r\nContent-Length: %d\r\n\r\n%s", len(envelope), envelope)
	if err != nil {
		t.Fatal(err)
	}
	return &slowReader{Conn: conn}
}

// drip takes a little at a time, for a while.
func (s *slowReader) drip(lasts time.Duration) {
	buffer := make([]byte, 64)
	for began := time.Now(); time.Since(began) < lasts; time.Sleep(50 * time.Millisecond) {
		n, err := s.Read(buffer)
		s.taken.Write(buffer[:n])
		if err != nil {
			return
		}
	}
}

// rest takes what is left, and is all that the reader was told, with the number
// of deltas.
func (s *slowReader) rest() (c call, deltas int) {
	_ = s.Conn.(*net.TCPConn).SetReadBuffer(1 << 20)
	_ = s.SetReadDeadline(time.Now().Add(time.Minute))
	response, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader(s.taken.String()), s.Conn)), nil)
	if err != nil {
		return call{err: err}, 0
	}
	defer response.Body.Close()
	for {
		head := make([]byte, 5)
		if _, err := io.ReadFull(response.Body, head); err != nil {
			c.err = err
			return c, deltas
		}
		message := make([]byte, binary.BigEndian.Uint32(head[1:]))
		if _, err := io.ReadFull(response.Body, message); err != nil {
			c.err = err
			return c, deltas
		}
		if head[0] == 2 { // the end of the stream
			return c, deltas
		}
		var event debatev1.WatchTurnResponse
		if c.err = protojson.Unmarshal(message, &event); c.err != nil {
			return c, deltas
		}
		if event.GetDelta() != nil {
			deltas++
		}
		c.hear(&event)
	}
}
