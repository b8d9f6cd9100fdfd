package openai

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
)

// events reads the server-sent events of a reply, as models send them: each is
// one line of data. go-openai's own reader takes longer for a line than there
// is to do with it, and does not say whether another one has come already.
//
// The format: https://html.spec.whatwg.org/multipage/server-sent-events.html
type events struct {
	lines *bufio.Reader
	// other is what came outside of events: an error of the provider's, perhaps.
	other []byte
}

var (
	dataPrefix    = []byte("data:")
	commentPrefix = []byte(":")
	lastData      = []byte("[DONE]")
)

// next is the data of the next event, io.EOF after the last one.
func (e *events) next() ([]byte, error) {
	for {
		line, err := e.lines.ReadBytes('\n')
		if err == nil || errors.Is(err, io.EOF) {
			line = bytes.TrimSpace(line)
			data, ok := bytes.CutPrefix(line, dataPrefix)
			data = bytes.TrimSpace(data)
			switch {
			case ok && bytes.Equal(data, lastData):
				return nil, io.EOF
			case ok && err == nil: // without its end it is none
				return data, nil
			case !bytes.HasPrefix(line, commentPrefix) && len(e.other) < maxErrorBytes:
				e.other = append(e.other, line...)
			}
		}
		if err == nil {
			continue
		}
		if said := readError(e.other); said != nil {
			return nil, classify(0, said)
		}
		return nil, err
	}
}

// ready says whether next would not wait.
func (e *events) ready() bool {
	buffered, _ := e.lines.Peek(e.lines.Buffered()) // never more than there is
	for len(buffered) > 0 {
		line, rest, whole := bytes.Cut(buffered, []byte("\n"))
		if whole && bytes.HasPrefix(line, dataPrefix) {
			return true
		}
		buffered = rest
	}
	return false
}

// bodyKey is where a call's context says whither transport hands the body of
// its answer, which go-openai keeps for itself.
type bodyKey struct{}

func withBody(ctx context.Context, to *io.Reader) context.Context {
	return context.WithValue(ctx, bodyKey{}, to)
}

func deliverBody(ctx context.Context, body io.Reader) {
	if to, ok := ctx.Value(bodyKey{}).(*io.Reader); ok {
		*to = body
	}
}
