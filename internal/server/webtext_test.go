package server_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// inText is a request of gRPC-Web's text mode; its answer is read frame by frame.
func inText(t *testing.T, url string, m proto.Message, headers ...string) (*http.Response, func() (flag byte, payload []byte)) {
	t.Helper()
	payload, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	frame := append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(payload))), payload...)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(base64.StdEncoding.EncodeToString(frame)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/grpc-web-text")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	// Four characters stand for up to three bytes, whatever is padded.
	characters := bufio.NewReader(response.Body)
	read, write := io.Pipe()
	go func() {
		for four := make([]byte, 4); ; {
			_, err := io.ReadFull(characters, four)
			var three []byte
			if err == nil {
				three, err = base64.StdEncoding.DecodeString(string(four))
			}
			if err == nil {
				_, err = write.Write(three)
			}
			if err != nil {
				write.CloseWithError(err)
				return
			}
		}
	}()
	t.Cleanup(func() { read.Close() })
	return response, func() (byte, []byte) {
		head := make([]byte, 5)
		if _, err := io.ReadFull(read, head); err != nil {
			t.Fatal(err)
		}
		payload := make([]byte, binary.BigEndian.Uint32(head[1:]))
		if _, err := io.ReadFull(read, payload); err != nil {
			t.Fatal(err)
		}
		return head[0], payload
	}
}

// grpc/grpc-web pull request 1346: Google's client streams in text mode only.
func TestTheTextModeOfGRPCWebStreams(t *testing.T) {
	goOn := make(chan struct{})
	onceRead := sync.OnceFunc(func() { close(goOn) })
	defer onceRead()
	h := open(t, &script{reply: func(_ context.Context, emit func(string)) error {
		emit("Tea is weak. ")
		<-goOn
		emit("Coffee wakes.")
		return nil
	}}, withKeys)
	const chat = "/debate.v1.DebateService/ChatStream"
	response, next := inText(t, h.url+chat, &debatev1.ChatStreamRequest{Message: "Tea beats coffee."}, "X-API-Key", "alice")
	if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != "application/grpc-web-text" {
		t.Fatalf("%d %s", response.StatusCode, got)
	}
	reply := ""
	for {
		flag, payload := next()
		if flag == 0x80 {
			if !strings.Contains(strings.ToLower(string(payload)), "grpc-status: 0") || reply != "Tea is weak. Coffee wakes." {
				t.Errorf("%q ended by %q", reply, payload)
			}
			break
		}
		var m debatev1.ChatStreamResponse
		if err := proto.Unmarshal(payload, &m); err != nil {
			t.Fatal(err)
		}
		if reply += m.GetDelta().GetText(); reply != "" { // it came while the rest was still made
			onceRead()
		}
	}
	// Refusals are in the same mode; those without a body have all in their headers.
	for path, headers := range map[string][]string{chat: {"X-API-Key", "mallory"}, "/debate.v1.DebateService/Nothing": {"X-API-Key", "alice"}} {
		refused, next := inText(t, h.url+path, &debatev1.ChatStreamRequest{Message: "Tea."}, headers...)
		if strings.HasPrefix(refused.Header.Get("Grpc-Status"), "1") && refused.Header.Get("Content-Type") == "application/grpc-web-text" {
			continue
		}
		if flag, payload := next(); flag != 0x80 || !strings.Contains(strings.ToLower(string(payload)), "grpc-status: 1") {
			t.Errorf("%s: %d %q", path, flag, payload)
		}
	}
	bad, text := ask(t, http.MethodPost, h.url+chat, "not base64!", "Content-Type", "application/grpc-web-text+proto", "X-API-Key", "alice")
	if bad.Header.Get("Content-Type") != "application/grpc-web-text+proto" || bad.Header.Get("Grpc-Status") != "3" {
		t.Errorf("what is no base64: %v %q", bad.Header, text)
	}
}
