package server_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
	"github.com/debate-chatbot/debate-api/proto/debate/v1/debatev1connect"
)

// attack is one kind of malformed request.
type attack struct {
	name string
	send func(r *rand.Rand, c net.Conn)
	// heavy ones are long floods, of which a few are enough.
	heavy bool
	// never is what no answer to it may have.
	never string
}

// smuggled is a request that hides in another one's body. Who answers it has
// misread where the first one ends.
const smuggled = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

const smuggledAnswer = `{"status":"ok"}`

// http1 sends one of several texts, in which KEY is a good key half the time.
func http1(texts ...string) func(*rand.Rand, net.Conn) {
	return func(r *rand.Rand, c net.Conn) {
		text := texts[r.IntN(len(texts))]
		text = strings.ReplaceAll(text, "KEY", []string{"alice", "mallory"}[r.IntN(2)])
		_, _ = io.WriteString(c, text)
	}
}

// post is a request of HTTP/1.1 with headers and a body as they are.
func post(path, headers, body string) string {
	return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: KEY\r\n" + headers + "\r\n" + body
}

// sized is post with the right length of its body.
func sized(path, kind, headers, body string) string {
	return post(path, fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n%s", kind, len(body), headers), body)
}

const chatCall, streamCall, topicsCall = "/debate.v1.DebateService/Chat", "/debate.v1.DebateService/ChatStream", "/debate.v1.DebateService/ListTopics"

func attacks() []attack {
	json := "Content-Type: application/json\r\n"
	deep := strings.Repeat("[", 10_000)
	deepObject := strings.Repeat(`{"a":`, 10_000)
	bomb := compressed(append([]byte{0x12, 0x80, 0x80, 0x80, 0x10}, make([]byte, 32<<20)...))
	jsonBomb := compressed([]byte(`{"message":"` + strings.Repeat("a", 32<<20) + `"}`))
	return []attack{
		{name: "lengths that contradict", never: smuggledAnswer, send: http1(
			post("/chat", json+"Content-Length: 2\r\nContent-Length: 50\r\n", "{}"+smuggled),
			post("/chat", json+"Content-Length: 2, 50\r\n", "{}"+smuggled),
			post("/chat", json+"Content-Length: -2\r\n", "{}"+smuggled),
			post("/chat", json+"Content-Length: +2\r\n", "{}"+smuggled),
			post("/chat", json+"Content-Length: 0x2\r\n", "{}"+smuggled),
			post("/chat", json+"Content-Length: 2 2\r\n", "{}"+smuggled),
			post("/chat", json+"Content-Length: 99999999999999999999\r\n", "{}"+smuggled),
			post("/chat", json+"Content-Length : 2\r\n", "{}"+smuggled),
		)},
		{name: "codings that are none", never: smuggledAnswer, send: http1(
			post("/chat", json+"Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"+smuggled),
			post("/chat", json+"Transfer-Encoding : chunked\r\n", "0\r\n\r\n"+smuggled),
			post("/chat", json+"Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"+smuggled),
			post("/chat", json+"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"+smuggled),
			post("/chat", json+"Transfer-Encoding:\x0bchunked\r\n", "0\r\n\r\n"+smuggled),
			post("/chat", json+"X: y\r\n Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", "0\r\n\r\n"+smuggled),
		)},
		{name: "chunks that are none", never: smuggledAnswer, send: http1(
			post("/chat", json+"Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n"+smuggled),
			post("/chat", json+"Transfer-Encoding: chunked\r\n", "-1\r\n{}\r\n0\r\n\r\n"+smuggled),
			post("/chat", json+"Transfer-Encoding: chunked\r\n", "0x2\r\n{}\r\n0\r\n\r\n"+smuggled),
			post("/chat", json+"Transfer-Encoding: chunked\r\n", "2;"+strings.Repeat("a", 1<<16)+"\r\n{}\r\n0\r\n\r\n"+smuggled),
			post("/chat", json+"Transfer-Encoding: chunked\r\n", "2\r\n{}xx0\r\n\r\n"+smuggled),
			post("/chat", json+"Transfer-Encoding: chunked\r\n", strings.Repeat("1\r\na\r\n", 5000)),
			post("/chat", json+"Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n"+strings.Repeat("X-Trailer: "+strings.Repeat("a", 1000)+"\r\n", 100)+"\r\n"),
		)},
		{name: "lines that are none", send: http1(
			"\x00\x01\x02\x03\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "get / http/1.1\r\nHost: x\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET / HTTP/1.1\rHost: localhost\r\r",
			"GET / HTTP/1.1\r\nHost: localhost\r\nX-\x00: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\x00b\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\n: empty\r\n\r\n",
			"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "CONNECT evil.example:80 HTTP/1.1\r\nHost: evil.example:80\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /conversations/%00%ff%2f.. HTTP/1.1\r\nHost: localhost\r\nX-API-Key: KEY\r\n\r\n",
			"GET /conversations?limit=%00&offset=%ff&limit=; HTTP/1.1\r\nHost: localhost\r\nX-API-Key: KEY\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: !!!\r\n\r\n",
			post("/chat", json+"Expect: 200-ok\r\nContent-Length: 2\r\n", "{}"), post("/chat", json+"Content-Length: 500\r\n", "{"),
			strings.Repeat("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
		)},
		{name: "headers without end", send: http1(
			"GET / HTTP/1.1\r\nHost: localhost\r\nX-Much: "+strings.Repeat("a", 1<<20)+"\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: localhost\r\n"+strings.Repeat("X-Many: a\r\n", 20_000)+"\r\n",
			"GET /"+strings.Repeat("a", 1<<20)+" HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "+strings.Repeat("k", 30_000)+"\r\n\r\n",
			"GET /conversations HTTP/1.1\r\nHost: localhost\r\nX-API-Key: KEY\r\nX-User-Id: "+strings.Repeat("u", 30_000)+"\r\nX-Request-Id: "+strings.Repeat("\x7f", 99)+"\r\n\r\n",
		)},
		{name: "random bytes", send: func(r *rand.Rand, c net.Conn) { _, _ = c.Write(noise(r, 1+r.IntN(5000))) }},
		{name: "random bytes as a body", send: func(r *rand.Rand, c net.Conn) {
			kinds := []string{"application/json", "application/proto", "application/grpc-web", "application/grpc-web+json", "application/connect+proto", "application/connect+json", "application/grpc", "application/grpc-web-text", "text/plain", "\x80"}
			paths := []string{"/chat", chatCall, streamCall, topicsCall, "/grpc.health.v1.Health/Check", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "/debate.v1.DebateService/Nothing"}
			http1(sized(paths[r.IntN(len(paths))], kinds[r.IntN(len(kinds))], "Connect-Protocol-Version: 1\r\n", string(noise(r, r.IntN(3000)))))(r, c)
		}},
		{name: "JSON nested deep", send: http1(
			sized("/chat", "application/json", "", deep), sized("/chat", "application/json", "", `{"message":`+deep+strings.Repeat("]", 10_000)+`}`),
			sized("/chat", "application/json", "", `{"x":`+deepObject), sized(chatCall, "application/json", "", deep),
			sized(chatCall, "application/json", "", `{"x":`+deep+strings.Repeat("]", 10_000)+`}`), sized(chatCall, "application/json", "", deepObject),
			sized(streamCall, "application/connect+json", "", string(envelope(`{"x":`+deep+`}`))), sized(chatCall, "application/grpc-web+json", "", string(envelope(deepObject))),
		)},
		{name: "JSON that means something else", send: http1(
			sized("/chat", "application/json", "", `{"message":1e999999}`), sized("/chat", "application/json", "", `{"message":"\ud800"}`), sized("/chat", "application/json", "", `{"message":"a","message":"b"}`),
			sized("/chat", "application/json", "", "{\"message\":\"\x00\"}"), sized(chatCall, "application/json", "", `{"message":"\u0000"}`), sized(chatCall, "application/json", "", `{"difficulty":99999999999}`),
			sized(topicsCall, "application/json", "", `{"limit":"-9223372036854775808"}`), sized(chatCall, "application/json", "", `{"message":{"@type":"type.googleapis.com/x"}}`),
		)},
		{name: "bombs", never: `"turn"`, send: http1(
			sized(chatCall, "application/proto", "Content-Encoding: gzip\r\n", bomb), sized(chatCall, "application/json", "Content-Encoding: gzip\r\n", jsonBomb),
			sized(streamCall, "application/connect+json", "Connect-Content-Encoding: gzip\r\n", framed(1, jsonBomb)), sized(chatCall, "application/grpc-web+proto", "Grpc-Encoding: gzip\r\n", framed(1, bomb)),
			sized("/chat", "application/json", "Content-Encoding: gzip\r\n", jsonBomb), sized("/grpc.health.v1.Health/Check", "application/proto", "Content-Encoding: gzip\r\n", bomb),
			sized("/grpc.health.v1.Health/Check", "application/grpc-web+proto", "Grpc-Encoding: gzip\r\n", framed(1, bomb)), sized("/grpc.health.v1.Health/Check", "application/proto", "", strings.Repeat("\x00", 1<<20)),
			"GET "+topicsCall+"?connect=v1&encoding=json&compression=gzip&base64=1&message="+base64.URLEncoding.EncodeToString([]byte(compressed(make([]byte, 8<<20))))+" HTTP/1.1\r\nHost: localhost\r\nX-API-Key: KEY\r\n\r\n",
			sized(chatCall, "application/proto", "Content-Encoding: gzip\r\n", bomb[:len(bomb)/2]), sized(chatCall, "application/json", "Content-Encoding: br\r\n", "{}"),
		)},
		{name: "gRPC-Web cut short", send: func(r *rand.Rand, c net.Conn) {
			_, _ = io.WriteString(c, strings.ReplaceAll(sized(streamCall, "application/grpc-web+proto", "", malformedMessage(r)), "KEY", "alice"))
		}},
		{name: "Connect streams cut short", send: func(r *rand.Rand, c net.Conn) {
			_, _ = io.WriteString(c, strings.ReplaceAll(sized(streamCall, "application/connect+proto", "", malformedMessage(r)), "KEY", "alice"))
		}},
		{name: "absurd queries", send: http1(
			"GET "+topicsCall+"?connect=v1&encoding=json&message=%FF%00 HTTP/1.1\r\nHost: localhost\r\nX-API-Key: KEY\r\n\r\n",
			"GET "+topicsCall+"?connect=v9&encoding=proto&base64=1&message=!!! HTTP/1.1\r\nHost: localhost\r\nX-API-Key: KEY\r\n\r\n",
			"GET "+topicsCall+"?"+strings.Repeat("message=a&", 2000)+" HTTP/1.1\r\nHost: localhost\r\nX-API-Key: KEY\r\n\r\n",
			"GET /debate.v1.DebateService/ListTurns?connect=v1&encoding=json&message="+url.QueryEscape(`{"conversationId":"\u0000","pageToken":"`+strings.Repeat("A", 600)+`"}`)+" HTTP/1.1\r\nHost: localhost\r\nX-API-Key: KEY\r\n\r\n",
		)},
		{name: "gRPC with wrong lengths", send: h2(func(r *rand.Rand, f *framer) {
			f.call(1, streamCall, "application/grpc")
			_ = f.WriteData(1, r.IntN(2) == 0, []byte(malformedMessage(r)))
		})},
		{name: "gRPC bombs", never: `"turn"`, send: h2(func(_ *rand.Rand, f *framer) {
			f.call(1, chatCall, "application/grpc", "grpc-encoding", "gzip")
			for body := framed(1, bomb); body != ""; {
				n := min(len(body), 16<<10)
				_ = f.WriteData(1, n == len(body), []byte(body[:n]))
				body = body[n:]
			}
		})},
		{name: "frames of wrong sizes", send: h2(func(r *rand.Rand, f *framer) {
			kinds := []http2.FrameType{http2.FrameSettings, http2.FramePing, http2.FrameWindowUpdate, http2.FrameRSTStream, http2.FramePriority, http2.FrameGoAway, http2.FrameHeaders, http2.FrameContinuation, http2.FramePushPromise, 0xaa}
			for range 1 + r.IntN(5) {
				_ = f.WriteRawFrame(kinds[r.IntN(len(kinds))], http2.Flags(r.UintN(256)), r.Uint32N(4), noise(r, r.IntN(20)))
			}
		})},
		{name: "frames larger than they may be", send: h2(func(r *rand.Rand, f *framer) {
			_, _ = f.conn.Write(append([]byte{0xff, 0xff, 0xff, byte(r.UintN(10)), 0, 0, 0, 0, 1}, noise(r, 4000)...))
		})},
		{name: "frames out of order", send: h2(func(r *rand.Rand, f *framer) {
			steps := []func(){
				func() { _ = f.WriteData(r.Uint32N(9), true, []byte("x")) },
				func() { f.call(2, chatCall, "application/grpc") },
				func() { f.call(9, chatCall, "application/grpc"); f.call(3, chatCall, "application/grpc") },
				func() { f.call(5, chatCall, "application/grpc"); f.call(5, chatCall, "application/grpc") },
				func() { _ = f.WriteContinuation(1, true, f.block("a", "b")) },
				func() {
					_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: f.block(":method", "GET")})
					_ = f.WritePing(false, [8]byte{})
				},
				func() { _ = f.WriteRSTStream(77, http2.ErrCodeCancel) },
				func() { _ = f.WriteWindowUpdate(0, 0) },
				func() { _ = f.WriteWindowUpdate(0, 1<<31-1); _ = f.WriteWindowUpdate(0, 1<<31-1) },
				func() { _ = f.WritePriority(3, http2.PriorityParam{StreamDep: 3}) },
				func() {
					_ = f.WriteGoAway(99, http2.ErrCodeProtocol, []byte("bye"))
					f.call(1, chatCall, "application/grpc")
				},
				func() { _ = f.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 31}) },
				func() { _ = f.WriteSettings(http2.Setting{ID: http2.SettingMaxFrameSize, Val: 1}) },
				func() { _ = f.WriteSettings(http2.Setting{ID: http2.SettingHeaderTableSize, Val: 1<<32 - 1}) },
				func() { _ = f.WriteSettingsAck(); _ = f.WriteSettingsAck() },
			}
			for range 1 + r.IntN(4) {
				steps[r.IntN(len(steps))]()
			}
		})},
		{name: "headers that are none", send: h2(func(r *rand.Rand, f *framer) {
			blocks := [][]byte{
				noise(r, 200), {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, {0x3f, 0xff, 0xff, 0xff, 0x7f}, f.block(":method", "GET"), f.block(":path", "/", ":method", "GET", ":scheme", "http", ":path", "/"),
				f.block("Upper", "Case"), f.block(":method", "GET", ":scheme", "http", ":path", "/", "connection", "close"), f.block(":method", "GET", ":scheme", "http", ":path", "no-slash", ":authority", "\x00"),
				f.block(":method", "GET", ":scheme", "http", ":path", "/", "x-much", strings.Repeat("a", 15<<10)), f.block("a", "b", ":method", "GET"),
				f.block(":method", "POST", ":scheme", "http", ":path", "/chat", "content-length", "5"), f.block(":method", "CONNECT", ":authority", "evil.example:80"),
			}
			_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, EndHeaders: true, EndStream: r.IntN(2) == 0, BlockFragment: blocks[r.IntN(len(blocks))]})
		})},
		{name: "more streams than there may be", send: h2(func(_ *rand.Rand, f *framer) {
			for n := range uint32(400) {
				f.call(2*n+1, streamCall, "application/grpc")
			}
		})},
		{name: "rapid reset", heavy: true, send: h2(func(_ *rand.Rand, f *framer) {
			for n := range uint32(2000) {
				f.call(2*n+1, topicsCall, "application/grpc")
				_ = f.WriteRSTStream(2*n+1, http2.ErrCodeCancel)
			}
		})},
		{name: "continuations without end", heavy: true, send: h2(func(_ *rand.Rand, f *framer) {
			_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: f.block(":method", "GET", ":scheme", "http", ":path", "/")})
			for range 5000 {
				_ = f.WriteContinuation(1, false, f.block("x-more", strings.Repeat("a", 100)))
			}
		})},
		{name: "settings without end", heavy: true, send: h2(func(_ *rand.Rand, f *framer) {
			for range 12_000 {
				_ = f.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1})
			}
		})},
		{name: "pings without end", heavy: true, send: h2(func(_ *rand.Rand, f *framer) {
			for range 12_000 {
				_ = f.WritePing(false, [8]byte{})
			}
		})},
		{name: "data of nothing without end", heavy: true, send: h2(func(_ *rand.Rand, f *framer) {
			f.call(1, chatCall, "application/grpc")
			for range 12_000 {
				_ = f.WriteData(1, false, nil)
			}
		})},
		{name: "an answer that is not taken", heavy: true, send: h2(func(_ *rand.Rand, f *framer) {
			_ = f.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0})
			for n := range uint32(200) {
				f.call(2*n+1, topicsCall, "application/grpc")
				_ = f.WriteData(2*n+1, true, envelope(""))
			}
		})},
		{name: "no preface", send: http1("PRI * HTTP/2.0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET / HTTP/1.1\r\n\r\n", "PRI /chat HTTP/2.0\r\nHost: x\r\n\r\nSM\r\n\r\n")},
	}
}

func compressed(data []byte) string {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(data) // a buffer takes all
	_ = z.Close()
	return out.String()
}

// framed is a message of gRPC or of a Connect stream.
func framed(flags byte, body string) string {
	return string(append(binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(body))), body...))
}

// malformedMessage is one whose frame lies.
func malformedMessage(r *rand.Rand) string {
	body := noise(r, r.IntN(200))
	head := binary.BigEndian.AppendUint32([]byte{byte(r.UintN(256))}, []uint32{0, uint32(len(body)) + 1, 1 << 31, 1<<32 - 1, uint32(len(body))}[r.IntN(5)])
	return string(append(head[:1+r.IntN(5)], body...))
}

func noise(r *rand.Rand, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(r.UintN(256))
	}
	return out
}

// framer speaks HTTP/2 as badly as it is told to.
type framer struct {
	*http2.Framer
	conn    net.Conn
	headers bytes.Buffer
	encoder *hpack.Encoder
}

// h2 is an attack after a good beginning of HTTP/2.
func h2(f func(*rand.Rand, *framer)) func(*rand.Rand, net.Conn) {
	return func(r *rand.Rand, c net.Conn) {
		_, _ = io.WriteString(c, http2.ClientPreface)
		out := &framer{Framer: http2.NewFramer(c, nil), conn: c}
		out.AllowIllegalWrites = true
		out.encoder = hpack.NewEncoder(&out.headers)
		_ = out.WriteSettings()
		f(r, out)
	}
}

// block encodes names and values.
func (f *framer) block(headers ...string) []byte {
	f.headers.Reset()
	for i := 0; i < len(headers); i += 2 {
		_ = f.encoder.WriteField(hpack.HeaderField{Name: headers[i], Value: headers[i+1]}) // into a buffer
	}
	return bytes.Clone(f.headers.Bytes())
}

// call begins a call with a good key.
func (f *framer) call(stream uint32, path, kind string, headers ...string) {
	_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, EndHeaders: true, BlockFragment: f.block(append([]string{
		":method", "POST", ":scheme", "http", ":path", path, ":authority", "localhost", "content-type", kind, "te", "trailers", "x-api-key", "alice",
	}, headers...)...)})
}

// suffer makes one attack and ends it in one of three ways; what was answered
// comes back.
func suffer(r *rand.Rand, address string, a attack) string {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return "" // the limiter is full
	}
	c := conn.(*net.TCPConn)
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	ending := r.IntN(3)
	answered := make(chan string, 1)
	if !a.heavy { // a flood is worse from somebody who does not read
		go func() {
			text, _ := io.ReadAll(c) // until it closes, or we do
			answered <- string(text)
		}()
	}
	a.send(r, c)
	switch ending {
	case 0: // as who has said all
		_ = c.CloseWrite()
	case 1: // as who waits a while
		time.Sleep(30 * time.Millisecond)
		_ = c.CloseWrite()
	default: // as who is cut off
		time.Sleep(time.Duration(r.IntN(10)) * time.Millisecond)
		_ = c.SetLinger(0)
		_ = c.Close()
	}
	if a.heavy {
		return ""
	}
	_ = c.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	return <-answered
}

func TestAThousandMaliciousRequestsLeaveNothingBehind(t *testing.T) {
	const requests, at, seed = 1000, 32, 20261124
	h := open(t, new(script), withKeys, shortDrain)
	address := strings.TrimPrefix(h.url, "http://")
	all := attacks()
	works(t, h)
	goroutines, memory := runtime.NumGoroutine(), settled()

	// Some are slow all the while, and health is asked all the while.
	over := make(chan struct{})
	var beside sync.WaitGroup
	for n := range 20 {
		beside.Go(func() { drip(address, n%2 == 0, over) })
	}
	var peak uint64
	var asked, unwell int
	beside.Go(func() {
		client := &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
		for {
			select {
			case <-over:
				return
			case <-time.After(100 * time.Millisecond):
			}
			response, err := client.Get(h.url + "/health")
			if asked++; err != nil || response.StatusCode != http.StatusOK {
				unwell++
				continue
			}
			response.Body.Close()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
		}
	})

	jobs := make(chan int)
	var attackers sync.WaitGroup
	began := time.Now()
	for range at {
		attackers.Go(func() {
			for n := range jobs {
				r := rand.New(rand.NewPCG(seed, uint64(n)))
				a := all[n%len(all)]
				if a.heavy && n >= 2*len(all) { // enough of those
					a = all[r.IntN(10)]
				}
				answer := suffer(r, address, a)
				if a.never != "" && strings.Contains(answer, a.never) || strings.Contains(answer, `"INTERNAL"`) || strings.Contains(answer, "HTTP/1.1 500") {
					t.Errorf("request %d, %s: answered %.2000q", n, a.name, answer)
				}
			}
		})
	}
	for n := range requests {
		jobs <- n
	}
	close(jobs)
	attackers.Wait()
	took := time.Since(began)
	close(over)
	beside.Wait()
	t.Logf("%d requests in %v; the heap was %d MiB at most", requests, took, peak>>20)

	if unwell > 0 || asked == 0 {
		t.Errorf("%d of %d health checks went unanswered", unwell, asked)
	}
	works(t, h)
	gone := time.Now().Add(patience)
	for runtime.NumGoroutine() > goroutines+2 && time.Now().Before(gone) {
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > goroutines+2 {
		var stacks strings.Builder
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1)
		t.Errorf("%d goroutines were there and %d are: %s", goroutines, n, stacks.String())
	}
	// The last connections may hold what they read for a moment longer.
	left := settled()
	for gone := time.Now().Add(patience); left > memory+8<<20 && time.Now().Before(gone); left = settled() {
		time.Sleep(50 * time.Millisecond)
	}
	if left > memory+8<<20 {
		t.Errorf("the heap was %d KiB and is %d KiB", memory>>10, left>>10)
	}
	if peak > 256<<20 {
		t.Errorf("the heap grew to %d MiB", peak>>20)
	}
	if log := h.log.String(); strings.Contains(log, "panic") || strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("logged: %.5000s", log[max(0, strings.Index(log, "panic")-500):])
	}
}

// drip sends a header or a body as slowly as it may, until over.
func drip(address string, header bool, over <-chan struct{}) {
	begin := post("/chat", "Content-Type: application/json\r\nContent-Length: 1000\r\n", "")
	if header {
		begin = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
	}
	for {
		c, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		_, err = io.WriteString(c, strings.ReplaceAll(begin, "KEY", "alice"))
		for err == nil {
			select {
			case <-over:
				c.Close()
				return
			case <-time.After(100 * time.Millisecond):
				_, err = io.WriteString(c, "a")
			}
		}
		c.Close()
	}
}

// works has a debate by every protocol.
func works(t *testing.T, h *harness) {
	t.Helper()
	for _, p := range protocols {
		client := p.transport(t)
		c := debatev1connect.NewDebateServiceClient(client, h.url, append(p.options, connect.WithInterceptors(header{"X-API-Key", "alice"}))...)
		answer, err := c.Chat(t.Context(), connect.NewRequest(&debatev1.ChatRequest{Message: "Tea beats coffee."}))
		if err != nil || answer.Msg.GetTurn().GetReply() != said {
			t.Errorf("%s: %v, %v", p.name, answer, err)
		}
		client.CloseIdleConnections()
	}
}

// settled is the heap after what can be freed is.
func settled() uint64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestBombsAreRefusedInEveryProtocol(t *testing.T) {
	h := open(t, new(script), withKeys)
	bomb, text := compressed(append([]byte{0x12, 0x80, 0x80, 0x80, 0x10}, make([]byte, 32<<20)...)), compressed([]byte(`{"message":"`+strings.Repeat("a", 32<<20)+`"}`))
	for _, tt := range []struct {
		path, kind, encoding, body, want string
	}{
		{chatCall, "application/proto", "Content-Encoding", bomb, `"INVALID_ARGUMENT"`},
		{chatCall, "application/json", "Content-Encoding", text, `"INVALID_ARGUMENT"`},
		{streamCall, "application/connect+json", "Connect-Content-Encoding", framed(1, text), `"INVALID_ARGUMENT"`},
		{chatCall, "application/grpc-web+proto", "Grpc-Encoding", framed(1, bomb), "3"},
		{streamCall, "application/grpc-web+proto", "Grpc-Encoding", framed(1, bomb), "3"},
		{chatCall, "application/grpc", "Grpc-Encoding", framed(1, bomb), "3"},
		{"/chat", "application/json", "Content-Encoding", text, `"INVALID_ARGUMENT"`},
		{"/grpc.health.v1.Health/Check", "application/proto", "Content-Encoding", bomb, `"resource_exhausted"`},
		{"/grpc.health.v1.Health/Check", "application/grpc-web+proto", "Grpc-Encoding", framed(1, bomb), "8"},
		{"/grpc.health.v1.Health/Check", "application/grpc", "Grpc-Encoding", framed(1, bomb), "8"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		response, body := ask(t, "POST", h.url+tt.path, tt.body, "Content-Type", tt.kind, tt.encoding, "gzip", "X-API-Key", "alice")
		runtime.ReadMemStats(&after)
		status := response.Header.Get("Grpc-Status")
		if status == "" {
			status = response.Trailer.Get("Grpc-Status")
		}
		if !strings.Contains(body, tt.want) && status != tt.want {
			t.Errorf("%s as %s: %d, %q, %v", tt.path, tt.kind, response.StatusCode, body, response.Header)
		}
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 16 {
			t.Errorf("%s as %s took %d MiB", tt.path, tt.kind, took)
		}
	}
}

func TestAConnectionHasOnlySoManyStreams(t *testing.T) {
	model, lines := prompter()
	h := open(t, model, withKeys, shortDrain)
	defer close(lines)
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	const tried, allowed = 300, 250
	go h2(func(_ *rand.Rand, f *framer) {
		for n := range uint32(tried) {
			f.call(2*n+1, streamCall, "application/grpc")
		}
	})(nil, conn)
	in := http2.NewFramer(io.Discard, conn)
	for refused := 0; refused < tried-allowed; {
		frame, err := in.ReadFrame()
		if err != nil {
			t.Fatalf("%d streams refused, then %v", refused, err)
		}
		if frame.Header().Type == http2.FrameRSTStream {
			if refused++; frame.Header().StreamID < 2*allowed {
				t.Errorf("stream %d is refused", frame.Header().StreamID)
			}
		}
	}
}
