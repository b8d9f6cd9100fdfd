package openai

import (
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/debate-chatbot/debate-api/internal/llm/openai/openaitest"
	"github.com/tmaxmax/go-sse"
)

// FuzzEvents compares events with what go-sse reads of the same stream, however
// it is cut into pieces.
func FuzzEvents(f *testing.F) {
	for _, d := range openaitest.Dialects() {
		f.Add(strings.TrimPrefix(d.Body, "\xef\xbb\xbf"))
	}
	for _, stream := range []string{
		"event: error\ndata: a\n: comment\ndata:b\r\rdata\ndata:\n\n\r\nid: 1\n\ndata:  c",
		"data: a\r\ndata: b\r\n\r\ndata: c\r",
		"event: error\n\ndata: a\n\nevent: error\nevent: x\ndata: b\n\nevent: x\n\ndata: c\n\nevent: error",
	} {
		f.Add(stream)
	}
	f.Fuzz(func(t *testing.T, stream string) {
		if strings.HasPrefix(stream, "\xef\xbb\xbf") {
			return // begin takes it
		}
		type event struct {
			isError bool
			data    string
		}
		var want []event
		for e, err := range sse.Read(strings.NewReader(stream+"\n\n"), &sse.ReadConfig{MaxEventSize: maxStreamBytes}) {
			if err != nil {
				t.Fatal(err)
			}
			if data := strings.TrimSpace(e.Data); data != "" || e.Type == "error" {
				want = append(want, event{e.Type == "error", data})
			}
		}
		for name, r := range map[string]io.Reader{"whole": strings.NewReader(stream), "in bytes": iotest.OneByteReader(strings.NewReader(stream))} {
			var got []event
			events := newEvents(r)
			for {
				isError, data, err := events.next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if data := strings.TrimSpace(string(data)); data != "" || isError {
					got = append(got, event{isError, data})
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s, of %q: %+v; want %+v", name, stream, got, want)
			}
		}
	})
}

func TestAnEventThatIsCutOffIsNone(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("data: a\n\ndata: b\n"), iotest.ErrReader(io.ErrUnexpectedEOF))
	events := newEvents(broken)
	if _, data, err := events.next(); string(data) != "a\n" || err != nil {
		t.Errorf("%q, %v", data, err)
	}
	if _, data, err := events.next(); data != nil || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%q, %v", data, err)
	}
}
